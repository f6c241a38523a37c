"""A workbook with a report's own cells in it and nothing else of the report: no formula, link, macro, picture or style.

Where the cells stand as in the form they are laid over a blank form of ours, so that drop-downs, checks and locks work;
otherwise they stand on plain sheets, each at its own address.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as WrittenCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from scoring.core.sheet import A4, SIDE, paper_for
from scoring.reports.fields import COLUMNS, LISTS, MAP, PROOFS, SHEET
from scoring.reports.forms.report_sheet import row_height
from scoring.reports.reading.cells import Cell, fold
from scoring.reports.reading.table import Table
from scoring.reports.reading.workbook import Book, Sheet

FONT = "Times New Roman"
_SIZE, _USUAL, _MOST_COLUMNS = 12, 13.0, 200
"""The letters of plain sheets, in points; the width of a column that states none; the columns that paper is told of."""
_INNER = {LISTS, MAP}
_CODES_APART = 3
"""Rows of a form whose code may have been changed before the sheet counts as another one."""
_LONGEST_TEXT = 2000
_MOST_DIGITS = 300
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_EDGE = Side(style="thin", color="A6A6A6")


class Copy(NamedTuple):
    """A workbook, its sheets by the names they have in the report, and whether it is a form."""

    workbook: Workbook
    sheets: dict[str, Worksheet]
    is_form: bool


def copy_report(book: Book, table: Table | None, form: bytes | None) -> Copy:
    """The cells of a report in a workbook.

    table: where the report has its results, None where that is not known. form: a blank form for the same unit and
    period, None where there is none.
    """
    if table is not None and form is not None:
        workbook = load_workbook(io.BytesIO(form))
        if _stands_as(table, workbook[SHEET]):
            _lay_over(workbook[SHEET], table.sheet, _moved_rows(workbook[SHEET], table))
            for sheet in book.sheets:
                if sheet.name == PROOFS:
                    _lay_over(workbook[PROOFS], sheet, set())
            sheets = {sheet.name: workbook[sheet.name] for sheet in book.sheets if sheet.name in workbook.sheetnames}
            sheets[table.sheet.name] = workbook[SHEET]
            others = [sheet for sheet in book.sheets if sheet.name not in sheets]
            return Copy(workbook, sheets | _plain_sheets(workbook, others, None), is_form=True)
    workbook = empty_workbook()
    return Copy(workbook, _plain_sheets(workbook, book.sheets, table), is_form=False)


def empty_workbook() -> Workbook:
    """A workbook without a sheet."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    return workbook


def cell_at(sheet: Worksheet, row: int, column: int) -> WrittenCell:
    """A cell of a sheet that has no merged ones; row and column from 1."""
    return cast(WrittenCell, sheet.cell(row, column))


def write_text(cell: WrittenCell, text: str) -> None:
    r"""Put a text into a cell as nothing but text: what is hidden in it is left out.

    >>> cell = cell_at(Workbook().create_sheet(), 1, 1)
    >>> write_text(cell, "=1+1\x07")
    >>> cell.value, cell.data_type
    ('=1+1', 's')
    """
    seen = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    cell.value = seen if len(seen) <= _LONGEST_TEXT else f"{seen[:_LONGEST_TEXT]}…"
    cell.data_type = "s"
    if seen.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True  # the text stays one when a clerk clicks into the cell and out again


# On a form of ours


def _stands_as(table: Table, form: Worksheet) -> bool:
    """Whether the report's table has the headings and codes of the form where the form has them."""
    header, _ = _codes(form)
    places = {column.key: place for place, column in enumerate(COLUMNS, 1)}
    found = {key: place for key, place in table.columns.items() if key in places}
    if table.header != header or any(places[key] != place for key, place in found.items()):
        return False
    return len(_moved_rows(form, table)) <= _CODES_APART


def _codes(form: Worksheet) -> tuple[int, dict[int, str]]:
    """The row of the headings, and the code of each row below."""
    first = {row[0].row: str(row[0].value) for row in form.iter_rows(max_col=1) if row[0].value is not None}
    header = next(row for row, text in first.items() if text == COLUMNS[0].heading)
    return header, {row: text for row, text in first.items() if row > header}


def _moved_rows(form: Worksheet, table: Table) -> set[int]:
    """The rows that have another code in the report: what checks the form's row does not check them."""
    _, codes = _codes(form)
    return {row for row, code in codes.items() if fold(table.cell(row, "criterion").text) != fold(code)}


def _lay_over(form: Worksheet, sheet: Sheet, moved: set[int]) -> None:
    """Make a sheet of the form say what the report says, cell by cell; a formula stays only where it is the form's."""
    for row in list(form.iter_rows()):
        for blank in row:
            if blank.value is not None and (blank.row, blank.column) not in sheet.cells:
                blank.value = None
    for (row_number, column), cell in sheet.cells.items():
        place = cell_at(form, row_number, column)
        if not (place.data_type == "f" and place.value == cell.formula and row_number not in moved):
            _write(place, cell)


# On plain sheets


def _plain_sheets(workbook: Workbook, sheets: Iterable[Sheet], table: Table | None) -> dict[str, Worksheet]:
    """Sheets that have the cells of the report's at their addresses, its inner ones hidden as they were."""
    made = {}
    for sheet in sheets:
        title = " ".join(_NOT_IN_NAMES.sub(" ", sheet.name).split())[:25] or SHEET
        made[sheet.name] = plain = workbook.create_sheet(title)
        results = table if table is not None and sheet is table.sheet else None
        for (row, column), cell in sheet.cells.items():
            if results is None or not _counts_itself(cell, row, column, results):
                place = cell_at(plain, row, column)
                _write(place, cell)
                _look(place, results.header if results else 0)
        _widths(plain, results)
        if sheet.name in _INNER:
            plain.sheet_state = "veryHidden"
        print_readable(plain, _SIZE)
    return made


def print_readable(sheet: Worksheet, size: float) -> None:
    """Print a sheet on A4 landscape in letters that can be read, over several pages where its columns do not fit.

    size: of its smallest letters, in points.
    """
    letters = [get_column_letter(place) for place in range(1, min(sheet.max_column, _MOST_COLUMNS) + 1)]
    # asked for by name, a column would be made
    widths = [sheet.column_dimensions[one].width if one in sheet.column_dimensions else _USUAL for one in letters]
    paper = paper_for(widths, size)
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.scale = "landscape", A4, paper.scale
    sheet.page_margins = PageMargins(left=SIDE, right=SIDE, top=0.6, bottom=0.6)
    for place in paper.breaks:
        sheet.col_breaks.append(Break(id=place))


def _look(place: WrittenCell, header: int) -> None:
    place.font = Font(name=FONT, size=_SIZE, bold=place.row == header)
    if header and place.row >= header:
        place.border = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
        place.alignment = Alignment(wrap_text=True, vertical="center")
    if place.row == header:
        place.fill = PatternFill("solid", start_color="D9E2F3")


def _counts_itself(cell: Cell, row: int, column: int, table: Table) -> bool:
    """Whether a formula only checks or adds up the sheet: it cannot live here, and its text would tell nobody."""
    is_check = column == table.columns.get("check")
    return bool(cell.formula) and row > table.header and (is_check or not table.cell(row, "criterion").text.strip())


def _widths(plain: Worksheet, table: Table | None) -> None:
    """The columns of the results as wide as in a form, and their rows as high as their texts need."""
    if table is None:
        return
    widths = {column.key: column.width for column in COLUMNS}
    for key, place in table.columns.items():
        plain.column_dimensions[get_column_letter(place)].width = widths.get(key, 12)
    for row in (table.header, *table.rows()):
        texts = [(table.cell(row, key).text, widths.get(key, 12)) for key in table.columns if key != "check"]
        plain.row_dimensions[row].height = row_height(texts)


def _write(place: WrittenCell, cell: Cell) -> None:
    """A report's cell: its number, day or text; of a formula the stored result, or without one its text."""
    content: Any = _figure(cell) if cell.kind == "number" else None
    if cell.kind == "date":
        content = date.fromisoformat(cell.text)
    if cell.kind == "bool":
        content = cell.text == "TRUE"
    if content is None:
        write_text(place, cell.text or cell.formula)
        return
    place.value = content
    if cell.kind == "date":
        place.number_format = "dd/mm/yyyy"
    elif "%" in cell.shown_as:
        place.number_format = "0%"


def _figure(cell: Cell) -> int | float | None:
    """The number of a cell, None where a workbook cannot hold it."""
    figure = Decimal(cell.text)
    if not figure.is_finite() or abs(figure.adjusted()) > _MOST_DIGITS:
        return None
    return int(figure) if figure == figure.to_integral_value() and figure.adjusted() < 15 else float(figure)
