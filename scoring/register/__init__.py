"""Who is scored? Units, posts, assigned targets and events; a year opened."""
