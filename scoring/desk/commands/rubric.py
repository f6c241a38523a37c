"""A rubric checked, or shown as tables."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.text import Text

from scoring.desk.commands.screen import CONSOLE, show_table
from scoring.register.agreement import read_rules
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.tables import rubric_tables


def run_rubric(options: argparse.Namespace) -> int:
    """Whether a rubric can be used, or all it rules."""
    file = Path(os.path.abspath(options.file))  # noqa: PTH100 - resolve() would follow a link to another year
    if (file.parent.name, file.suffix) == ("rubrics", ".yaml"):
        plan, rubric = read_rules(file.parents[1], file.stem)
    else:
        plan = read_plan(file.parents[1] / "plan.yaml")
        rubric = read_rubric(file, plan)
    if options.action == "show":
        for stated in rubric_tables(rubric, plan):
            show_table(stated.title, stated.headings, stated.rows)
        return 0
    CONSOLE.print(Text(f"{options.file}: đúng. {len(rubric.criteria)} tiêu chí, mã bản này: {rubric.digest[:12]}"))
    return 0
