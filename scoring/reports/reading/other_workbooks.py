"""What do the binary workbooks of Excel say: .xls and .xlsb, and what WPS Office calls .et?

python-calamine gives their values, merged areas and hidden sheets; formulas, number formats and hidden rows it does
not, which every cell of such a book says of itself (`unseen`). It runs in the process that reads (`workbook_process`).
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from scoring.reports.reading.container import DAMAGED, Container, RefusalError
from scoring.reports.reading.open_xml import ERRORS, MOST_CELLS, figure_text

_UNREADABLE = {"xls": "old_office", "xlsb": "binary_workbook"}
_MOST_PLACES = 20_000_000
"""Cells, empty ones with them, that a sheet may span."""


def read_other_workbook(raw: bytes, container: Container) -> dict[str, Any]:
    """The sheets as plain lists; raises RefusalError."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [
            _sheet(book.get_sheet_by_name(about.name), hidden=about.visible != SheetVisibleEnum.Visible)
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise RefusalError("password") from error
    except (CalamineError, *DAMAGED) as error:
        raise RefusalError(_UNREADABLE[container.kind]) from error
    if not sheets:
        raise RefusalError("broken")
    if sum(len(sheet["cells"]) for sheet in sheets) > MOST_CELLS:
        raise RefusalError("cells")
    return {"sheets": sheets, "unseen": [container.kind]}


def _sheet(sheet: CalamineSheet, *, hidden: bool) -> dict[str, Any]:
    if sheet.width * sheet.height > _MOST_PLACES:
        raise RefusalError("cells")
    areas = [
        (left + 1, top + 1, right + 1, bottom + 1) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    corners = {(top, left) for left, top, _, _ in areas}
    cells = [
        cell
        for cell in _cells(sheet)
        if (cell[0], cell[1]) in corners
        or not any(left <= cell[1] <= right and top <= cell[0] <= bottom for left, top, right, bottom in areas)
    ]
    return {
        "name": sheet.name,
        "hidden": hidden,
        "cells": cells,
        "merged": areas,
        "hidden_rows": [],
        "hidden_columns": [],
    }


def _cells(sheet: CalamineSheet) -> Iterator[list[Any]]:
    if sheet.start is None:
        return
    top, left = sheet.start
    found = 0
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        for column, value in enumerate(values, left + 1):
            if value != "":
                found += 1
                if found > MOST_CELLS:
                    raise RefusalError("cells")
                kind, text = _plain(value)
                yield [row, column, kind, text, "", "", "", ["unseen"]]


def _plain(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return "bool", str(value).upper()
        case int() | float():
            return "number", figure_text(repr(value))
        case datetime.datetime():
            return "date", value.date().isoformat()
        case datetime.date():
            return "date", value.isoformat()
        case str():
            return ("error" if value in ERRORS else "text"), value
        case _:
            return "time", str(value)
