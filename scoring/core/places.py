"""Where the project's own folders stand."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PROJECT = PACKAGE.parent
COMMAND = os.environ.get("CHAM_DIEM_COMMAND") or ("py run.py" if os.name == "nt" else "python3 run.py")
"""What a person types to start the program, as messages say it."""
NOTEBOOKS = PROJECT / "notebooks"
DOCUMENTS = NOTEBOOKS / "documents"
"""One template a document, which papermill fills."""


def work_folder() -> Path:
    """Where `data` and `outputs` stand: in the project, unless whoever starts the program keeps them elsewhere."""
    return Path(os.environ.get("CHAM_DIEM_WORK") or PROJECT)
