"""Checks of a rubric that a schema cannot say, a module a subject; `run` has their order."""
