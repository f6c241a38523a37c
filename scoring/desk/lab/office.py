"""A year opened for work: its reports read, its decisions counted."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scoring.assessment.appeals import judged_again
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.core.choices import MAIN
from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.places import work_folder
from scoring.decisions.records import Standing
from scoring.decisions.store import publications_of
from scoring.pages.progress import Progress, progress_of
from scoring.register.in_hand import known_years, ruled_years, year_in_hand
from scoring.register.year import open_year


class Office(NamedTuple):
    """A year at work. standing: the decisions the evaluation counts. out: the folder of the year's outputs."""

    evaluation: Evaluation
    standing: Standing
    out: Path

    @property
    def progress(self) -> Progress:
        """Where the year stands."""
        publications = publications_of(self.evaluation.year.folder)
        pages = len(list((self.out / "units").rglob("*.pdf")))
        return progress_of(
            self.evaluation, self.standing, pages=pages, publication=publications[-1] if publications else None
        )

    def last_year(self) -> Evaluation | None:
        """The year before, read from its own folder; None where there is none, or none that can be read."""
        folder = self.evaluation.year.folder
        before = folder.with_name(str(int(folder.name) - 1))
        try:
            return evaluate(open_year(before)) if before.is_dir() else None
        except ScoringError:
            # it is shown for comparison only: what is wrong with it is no matter of this year
            return None

    def read_again(self) -> Office:
        """The same reports with the decisions as they are on disk now."""
        standing = self.evaluation.read_standing()
        return self._replace(evaluation=judged_again(self.evaluation, standing), standing=standing)


def open_office(year: int = 0, data: str = "data") -> Office:
    """Read a year's reports and decisions.

    year: 0 for the one in hand (`register.in_hand`). data: the folder of all years, from the working directory or from
    the project's. Raises ParameterError for a year without data, and what reading the year raises.
    """
    folder = Path(data) if Path(data).is_dir() else work_folder() / data
    ruled = ruled_years(folder)
    wanted = year or (year_in_hand(folder) if ruled else 0)
    if wanted not in ruled:
        is_there = wanted in known_years(folder)
        what = f"năm này không có bộ tiêu chí {MAIN}" if is_there else "chưa có số liệu của năm này"
        expected = f"đang có: {', '.join(map(str, ruled)) or 'chưa có năm nào'}"
        raise ParameterError("year", [Fault(str(year), what, expected)])
    evaluation = evaluate(open_year(folder / str(wanted)))
    return Office(evaluation, evaluation.read_standing(), folder.parent / "outputs" / str(wanted))
