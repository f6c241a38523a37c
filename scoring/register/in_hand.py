"""Which year is being worked on: the one chosen last at the desk, else the latest that scores units."""

from __future__ import annotations

from pathlib import Path

from scoring.core.choices import MAIN
from scoring.core.errors import Fault, ParameterError
from scoring.core.files import read_whole, write_whole
from scoring.core.places import work_folder
from scoring.register.agreement import is_year

_LONGEST = 100
"""Bytes: what holds more was not written here."""


def _chosen_file(data: Path) -> Path:
    return data.parent / "outputs" / ".nam_dang_lam"


def known_years(data: Path) -> list[int]:
    """The years that have a folder in `data`, oldest first."""
    return sorted(int(path.name) for path in data.iterdir() if is_year(path.name)) if data.is_dir() else []


def ruled_years(data: Path, rubric: str = MAIN) -> list[int]:
    """The years with one of the rubrics, oldest first: those that can be worked on with it."""
    return [year for year in known_years(data) if (data / str(year) / "rubrics" / f"{rubric}.yaml").is_file()]


def choose_year(data: Path, year: int) -> None:
    """Keep the choice of a year for every notebook that is opened from now on; raises OSError."""
    _chosen_file(data).parent.mkdir(parents=True, exist_ok=True)
    write_whole(_chosen_file(data), f"{year}\n".encode())


def year_in_hand(data: Path | None = None, rubric: str = MAIN) -> int:
    """The year chosen last, where it has the rubric; else the latest that has it, else the latest.

    data: the folder of all years; left out: that of the project. Raises ParameterError where there is no year at all.
    """
    data = data or work_folder() / "data"
    ruled = ruled_years(data, rubric)
    if (chosen := chosen_year(data)) in ruled:
        return chosen
    if not (years := ruled or known_years(data)):
        raise ParameterError("year", [Fault(str(data), "chưa có số liệu của năm nào")])
    return max(years)


def chosen_year(data: Path) -> int:
    """The year that was chosen; 0 where none is, or what is written names none."""
    file = _chosen_file(data)
    text = read_whole(file).decode("utf-8", "replace").strip() if file.is_file() else ""
    return int(text) if len(text) < _LONGEST and is_year(text) else 0
