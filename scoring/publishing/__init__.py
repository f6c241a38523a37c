"""How do documents come about? Notebooks run, many of them, on one machine or a cluster; the published year."""
