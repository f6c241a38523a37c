"""The door: from a folder of reports to a graded, ranked, explained year.

    year = open_year("data/2024")
    entries, findings, received = read_reports(year)
    marks, totals = score(entries, year.rubric, year.units)
    standings, quotas = rank(totals, year.rubric, year.units)

The rooms, each from those before it: `core`, `rubric`, `register` and `scores`, `reports`, `decisions`, `assessment`,
`pages`, `publishing`, `desk` (CONTRIBUTING.md has the picture).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.assessment.evaluation import evaluate
    from scoring.publishing.results import open_assessment, open_overview
    from scoring.register.year import open_year
    from scoring.reports.checks.run import read_reports
    from scoring.scores.ranking import rank
    from scoring.scores.totals import score

__all__ = ["evaluate", "open_assessment", "open_overview", "open_year", "rank", "read_reports", "score"]

_ROOMS = {
    "evaluate": "scoring.assessment.evaluation",
    "open_assessment": "scoring.publishing.results",
    "open_overview": "scoring.publishing.results",
    "open_year": "scoring.register.year",
    "rank": "scoring.scores.ranking",
    "read_reports": "scoring.reports.checks.run",
    "score": "scoring.scores.totals",
}


def __getattr__(name: str) -> Any:
    # a notebook of one unit needs three of these names: the others, and what they import, are not loaded for it
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
