"""What are the year's rules? The plan, criteria and methods as data: read strictly, checked, told in words."""
