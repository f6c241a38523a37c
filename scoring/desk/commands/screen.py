"""What the verbs share: the year they are about, where results go, and tables on the screen."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoring.core import places
from scoring.core.errors import Fault, ParameterError
from scoring.core.language import VIETNAMESE

if TYPE_CHECKING:
    from scoring.register.year import Year

CONSOLE = Console(highlight=False, soft_wrap=True)
_ASIDE = Console(highlight=False, soft_wrap=True, stderr=True)
"""For what is no result: a program that reads the results does not read this."""


def opened_year(options: argparse.Namespace) -> Year:
    """The year asked for, or the one in hand."""
    # loaded here, as a refused word or an error is told without any of it
    from scoring.register.year import open_year

    return open_year(main_folder(options), options.rubric)


def main_folder(options: argparse.Namespace) -> Path:
    """The folder of the year asked for, or of the one in hand, which is then said; it need not be readable."""
    from scoring.register.in_hand import known_years

    data = places.work_folder() / "data"
    known = [str(year) for year in known_years(data)]
    if options.year is None and known:
        options.year = _year_in_hand(data, options.rubric)
    if options.year not in known:
        expected = f"đang có: {', '.join(known) or 'chưa có năm nào'}"
        raise ParameterError("--year", [Fault(options.year or "chưa ghi", "chưa có số liệu của năm này", expected)])
    return data / str(options.year)


def _year_in_hand(data: Path, rubric: str) -> str:
    """The year that is meant where none is stated; it is said, with the reason, as another may be meant."""
    from scoring.register.in_hand import chosen_year, ruled_years, year_in_hand

    year = year_in_hand(data, rubric)
    why = "năm đang làm, chọn ở sổ Bắt đầu" if year == chosen_year(data) else "năm mới nhất có bộ tiêu chí ấy"
    if len(ruled_years(data, rubric)) > 1:
        _ASIDE.print(Text(f"Làm năm {year} ({why}); năm khác thì thêm --year."))
    return str(year)


def output_folder(year: Year, language: str = VIETNAMESE) -> Path:
    """Where the results of a year go."""
    from scoring.publishing.results import results_place

    return places.work_folder() / "outputs" / results_place(year.place, language)


def show_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on the screen; its cells are text, never rich's markup.

    Where SCORING_TABLES says "json", as `{"table": {"title": …, "headings": […], "rows": [[…], …]}}` on a line.
    """
    if os.environ.get("SCORING_TABLES") == "json":
        told = {"title": title, "headings": list(headings), "rows": [list(row) for row in rows]}
        sys.stdout.write(json.dumps({"table": told}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    table = Table(title=Text(title), title_justify="left")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    CONSOLE.print(table)


def run_starter(options: argparse.Namespace) -> int:
    """Say how a verb is called that only the starter of the program knows."""
    CONSOLE.print(Text(f"Lệnh này gọi bằng lệnh khởi động: {places.COMMAND} {options.starter}"))
    return 2
