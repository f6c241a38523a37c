"""Checks of the reports against each other, a module a subject; `run` has their order."""
