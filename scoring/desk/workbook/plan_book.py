"""A year's plan as an Excel workbook: written, read back, and written again with its faults marked.

Two sheets: what the plan is and who issues it, a row each, and its clauses. A sheet of its own holds the file it was
made from, whose comments come back with it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xlsxwriter.worksheet import Worksheet

from scoring.core.errors import Fault
from scoring.core.files import of_any_system
from scoring.core.sheet import new_book
from scoring.desk.workbook.rubric_book import (
    HEADS,
    LOOKS,
    ORIGINAL,
    YES_NO,
    FaultMarks,
    draw_sheet,
    fault_sheet,
    numbered,
    offer,
    original_sheet,
    with_word,
)
from scoring.desk.workbook.rubric_words import title_of
from scoring.rubric.columns import SheetColumn
from scoring.rubric.sheets import CLAUSES, HEAD_ROWS, PLAN, Cells, Rows, plan_columns, table_columns

SHEETS = {PLAN, CLAUSES.sheet, ORIGINAL}
_SPARE = 100
"""Rows under the last clause that have drop-downs too."""


def filled_plan(sheets: Mapping[str, Rows]) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of `to_plan_sheets` where the workbook has them, heads and keys too."""
    keys = plan_columns()
    general = [
        [title_of(f"plan.{column.key}"), with_word(column, row[0]), column.key]
        for column, row in zip(keys, sheets[PLAN], strict=True)
    ]
    columns = table_columns(CLAUSES)
    clauses = [
        [with_word(column, text) for column, text in zip(columns, row, strict=True)] for row in sheets[CLAUSES.sheet]
    ]
    heads = [[title_of(column.key) for column in columns], [column.key for column in columns]]
    return {PLAN: numbered([*HEADS, *general]), CLAUSES.sheet: numbered([*heads, *clauses])}


def plan_book(
    cells: Mapping[str, Cells], year: int, original: str, marks: FaultMarks | None = None, faults: Sequence[Fault] = ()
) -> bytes:
    """The workbook; with `marks` its wrong cells are coloured and noted, and `faults` are listed on its first sheet."""
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        book.set_properties({"title": "Kế hoạch", "created": datetime(year, 1, 1, tzinfo=UTC)})
        formats = {name: book.add_format(look) for name, look in LOOKS.items()}
        fault_sheet(book, formats, faults)
        for name, columns in ((PLAN, None), (CLAUSES.sheet, table_columns(CLAUSES))):
            sheet = draw_sheet(book, formats, name, cells.get(name, {}), marks or {}, columns)
            last = HEAD_ROWS + _SPARE + max((row for row, _ in cells.get(name, {})), default=0)
            _drop_downs(sheet, columns, last)
        original_sheet(book, formats, original)
    return of_any_system(buffer.getvalue())


def _drop_downs(sheet: Worksheet, columns: Sequence[SheetColumn] | None, last: int) -> None:
    for place, column in enumerate(plan_columns() if columns is None else columns):
        words = [with_word(column, word) for word in column.words] or YES_NO.get(column.kind)
        if words and columns is None:
            offer(sheet, (HEAD_ROWS + place, 1, HEAD_ROWS + place, 1), words)
        elif words:
            offer(sheet, (HEAD_ROWS, place, last, place), words)
