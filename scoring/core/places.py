"""Where the project's own folders stand."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
_CARRIED = PACKAGE / "program"
"""What a wheel brings beside the modules (`setup.py`); a checkout has none."""
IS_INSTALLED = _CARRIED.is_dir()
PROJECT = _CARRIED if IS_INSTALLED else PACKAGE.parent
IS_UNPACKED = "CHAM_DIEM_PROGRAM" in os.environ
"""Whether this is the ZIP for Windows: its starters say where they stand (`tools/bundle.py`)."""
_TYPED = "py run.py" if os.name == "nt" else "python3 run.py"
COMMAND = "Chấm điểm.cmd" if IS_UNPACKED else "cham-diem" if IS_INSTALLED else _TYPED
"""What a person types to start the program, as messages say it."""
NOTEBOOKS = PROJECT / "notebooks"
DOCUMENTS = NOTEBOOKS / "documents"
"""One template a document, which papermill fills."""


def work_folder() -> Path:
    """Where `data` and `outputs` stand: in the project, unless whoever starts the program keeps them elsewhere.

    A program that was installed keeps nothing among its modules: there it is the folder it is started in.
    """
    stated = os.environ.get("CHAM_DIEM_WORK")
    return Path(stated).absolute() if stated else Path.cwd() if IS_INSTALLED else PROJECT
