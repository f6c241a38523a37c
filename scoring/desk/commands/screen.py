"""What the verbs share: the year they are about, where results go, and tables on the screen."""

from __future__ import annotations

import argparse
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


def opened_year(options: argparse.Namespace) -> Year:
    """The year asked for, or the latest one there is."""
    # loaded here, as a refused word or an error is told without any of it
    from scoring.register.year import open_year

    return open_year(main_folder(options), options.rubric)


def main_folder(options: argparse.Namespace) -> Path:
    """The folder of the year asked for, or of the latest one with the rubric asked for; it need not be readable."""
    from scoring.register.agreement import is_year

    data = places.work_folder() / "data"
    known = sorted(path.name for path in data.iterdir() if is_year(path.name))
    ruled = [name for name in known if (data / name / "rubrics" / f"{options.rubric}.yaml").is_file()]
    year = options.year or max(ruled or known, default="")
    if year not in known:
        raise ParameterError(
            "--year", [Fault(year or "chưa ghi", "chưa có số liệu của năm này", f"đang có: {', '.join(known)}")]
        )
    return data / year


def output_folder(year: Year, language: str = VIETNAMESE) -> Path:
    """Where the results of a year go."""
    from scoring.publishing.results import results_place

    return places.work_folder() / "outputs" / results_place(year.place, language)


def show_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on the screen; its cells are text, never rich's markup."""
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
