"""`report`: the report upward of one period, as HTML, PDF and Word."""

from __future__ import annotations

import argparse

from rich.text import Text

from scoring.assessment.period_report import report_period
from scoring.core.language import speaking
from scoring.desk.commands.progress import watched
from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder
from scoring.pages.period_report import period_paper
from scoring.publishing.papers import write_paper

FOLDER = "bao_cao_ky"
"""Where the reports of periods lie in the outputs of a year."""


def run_report(options: argparse.Namespace) -> int:
    """Write the report of a period from what was received so far; say what is missing."""
    year = opened_year(options)
    with watched(options.progress), speaking(options.lang):
        report = report_period(year, options.period, options.on)
        parts = period_paper(report)
    folder = output_folder(year, options.lang) / FOLDER
    write_paper(folder, report.period.id, parts)
    for sent in report.sent:
        CONSOLE.print(Text(f"{sent.name}: {sent.sent}/{sent.owed} đơn vị đã gửi, {sent.late} nộp muộn."))
    if report.said:
        CONSOLE.print(Text(report.said))
    CONSOLE.print(Text(f"Báo cáo để gửi cấp trên (HTML, PDF, Word): {folder / report.period.id}.*"))
    return 0
