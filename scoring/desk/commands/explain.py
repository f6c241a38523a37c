"""Why one unit has its points, band and rank."""

from __future__ import annotations

import argparse

from rich.text import Text

from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import Explanation, explain
from scoring.core import wording
from scoring.desk.commands.screen import CONSOLE, opened_year
from scoring.register.search import find_units


def run_explain(options: argparse.Namespace) -> int:
    """Every mark of a unit, its band and its rank, with their reasons."""
    year = opened_year(options)
    (unit,) = find_units([options.unit], year, "--unit")
    explanation = explain(evaluate(year), unit, options.criterion)
    if options.json:
        CONSOLE.print(Text(explanation.model_dump_json(indent=1)))
        return 0
    _tell(explanation)
    return 0


def _tell(explanation: Explanation) -> None:
    """The chain in sentences; after it, that of the result which one of its criteria takes."""
    CONSOLE.print(Text(f"{explanation.name} ({explanation.unit}), năm {explanation.year}"))
    for mark in explanation.marks:
        most = wording.points(mark.max_points, explanation.decimals)
        CONSOLE.print(Text("\n".join(["", f"{mark.criterion}. {mark.name} (tối đa {most} điểm)", *mark.lines])))
    CONSOLE.print(Text("\n".join(["", *explanation.lines])))
    if explanation.taken is not None:
        CONSOLE.print(Text(f"\nKết quả được lấy sang là kết quả theo bộ tiêu chí {explanation.taken.rubric}:\n"))
        _tell(explanation.taken)
