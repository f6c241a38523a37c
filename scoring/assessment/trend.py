"""A unit's path over several years, as pages tell it; `several_years` computes it."""

from __future__ import annotations

from scoring.assessment.records import Record
from scoring.core import wording
from scoring.core.language import say


class Path(Record):
    """One unit's share of the points that can be compared, in hundredths of a percent by year; None: not known.

    criteria, max_points: how many criteria are compared and what they can bring this year, in smallest units. change:
    the last less the first, in hundredths of a point of percent. is_weak: in the lowest quarter of its block each year.
    """

    id: str
    name: str
    block: str
    figures: tuple[int | None, ...]
    criteria: int
    max_points: int
    change: int
    is_weak: bool


class Trend(Record):
    """The paths of a year's units. years: those compared, this one last. said: what is left out, and why.

    criteria, of: how many of this year's criteria are compared in all the years.
    """

    years: tuple[int, ...]
    criteria: int
    of: int
    paths: tuple[Path, ...]
    said: tuple[str, ...]


def path_text(path: Path, trend: Trend) -> str:
    """A unit's path in one sentence."""
    known = [(year, figure) for year, figure in zip(trend.years, path.figures, strict=True) if figure is not None]
    return say(
        "Tính mọi năm theo quy định năm nay, trên {criteria}/{of} tiêu chí so được: {path}.",
        criteria=path.criteria,
        of=trend.of,
        path=" → ".join(_step(year, figure) for year, figure in known),
    )


def _step(year: int, figure: int) -> str:
    return say("năm {year} {percent}%", year=year, percent=wording.points(figure, 2))
