"""What docs/rubric.md, docs/rubric.en.md and docs/rubric.schema.json are made of: words, examples, and their making."""
