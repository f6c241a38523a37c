"""Verbs about a year's publication: publish, appeal, verify-seal.

Each loads what it does inside: whoever checks a seal need not wait for what reads workbooks.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.text import Text

from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder, show_table

if TYPE_CHECKING:
    from scoring.assessment.evaluation import Evaluation
    from scoring.decisions.records import Standing


def _standing(evaluation: Evaluation) -> Standing:
    """What stands of the year's decisions."""
    from scoring.decisions.store import read_decisions

    year = evaluation.year
    return read_decisions(year.folder, year.rubric, year.units, evaluation.entries)


def run_publish(options: argparse.Namespace) -> int:
    """Seal the data, the decisions and the results of a year."""
    from scoring.assessment.evaluation import evaluate
    from scoring.publishing.publication import publish

    evaluation = evaluate(opened_year(options))
    out = output_folder(evaluation.year)
    seal = publish(evaluation, _standing(evaluation), out, decision=options.decision, on=options.date)
    CONSOLE.print(
        Text(
            f"Đã công bố năm {seal.year} theo {seal.decision}:"
            f" niêm phong {len(seal.data)} tệp số liệu và {len(seal.outputs)} tệp kết quả."
        )
    )
    return 0


def run_appeal(options: argparse.Namespace) -> int:
    """Which units the decisions since the publication change."""
    from scoring.assessment.appeals import since_publication
    from scoring.assessment.evaluation import evaluate

    comparison = since_publication(evaluate(opened_year(options)))
    rows = [
        (
            change.unit,
            change.name,
            change.marks,
            *(" → ".join(pair) for pair in (change.total, change.band, change.rank)),
        )
        for change in comparison.units
    ]
    headings = ("Mã", "Đơn vị", "Tiêu chí", "Tổng điểm", "Mức", "Hạng")
    show_table(f"Thay đổi do phúc tra: {len(rows)} đơn vị", headings, rows)
    for before, after in comparison.quotas:
        CONSOLE.print(Text(f"Tỷ lệ khống chế: {before} → {after}"))
    return 0


def run_verify_seal(options: argparse.Namespace) -> int:
    """Whether a published year is as it was sealed."""
    from scoring.decisions.seal import tell

    year = opened_year(options)
    whole, lines = tell(year.folder, output_folder(year))
    CONSOLE.print(Text("\n".join(lines)))
    return 0 if whole else 1
