"""Where the project's own folders stand."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PROJECT = PACKAGE.parent
NOTEBOOKS = PROJECT / "notebooks"
DOCUMENTS = NOTEBOOKS / "documents"
"""One template a document, which papermill fills."""
