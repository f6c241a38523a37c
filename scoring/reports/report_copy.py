"""Draw a report's own cells into a workbook and nothing else of the report: no formula, link, macro, picture or style.

Where the cells stand as in the form they are drawn with a form of ours, so that drop-downs, checks and locks work;
otherwise they stand on plain sheets, each at its own address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.core.sheet import Looks, print_wide
from scoring.reports.fields import COLUMNS, LISTS, MAP, PROOFS, SHEET, TASKS
from scoring.reports.forms.form import draw_form, form_codes
from scoring.reports.forms.report_sheet import HEADER_ROW, Form, row_height
from scoring.reports.reading.cells import BLANK, Cell, fold
from scoring.reports.reading.table import Place, Table
from scoring.reports.reading.workbook import Book, Sheet

FONT = "Times New Roman"
EDGE = {"border": 1, "border_color": "#A6A6A6"}
_SIZE, _USUAL, _MOST_COLUMNS = 12, 13.0, 200
"""The letters of plain sheets, in points; the width of a column that states none; the columns that paper is told of."""
_PLAIN = {"font_name": FONT, "font_size": _SIZE}
_INNER = {LISTS, MAP}
_CODES_APART = 3
"""Rows of a form whose code may have been changed before the sheet counts as another one."""
_LONGEST_TEXT = 2000
_LONGEST_TITLE = 25
_MOST_DIGITS = 300
_FIRST_DAY = date(1900, 3, 1)
"""From here on Excel's days are those of the calendar; an earlier one is written as text."""
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


class CellMark(NamedTuple):
    """What a cell to mend shows: its colour as #RRGGBB, and a note with its height in pixels."""

    colour: str
    note: str
    height: int


CellMarks = Mapping[str, Mapping[Place, CellMark]]
"""The marks of a report by its sheets' names."""


class Copied(NamedTuple):
    """The titles in the copy by the names of the report's sheets, and whether the copy is a form."""

    titles: dict[str, str]
    is_form: bool


class CopiedSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """A sheet on which cells of a report take the place of what is drawn; marked ones are coloured, open and noted.

    `prepare` comes before anything is drawn, `finish` after it.
    """

    def prepare(
        self,
        looks: Looks,
        cells: Mapping[Place, Cell] | None,
        marks: Mapping[Place, CellMark],
        moved: frozenset[int] = frozenset(),
    ) -> None:
        """Say what is drawn here. cells: None where all stays as it is drawn; moved: rows that keep no formula."""
        self._looks, self._copied, self._marked, self._moved = looks, cells, marks, moved
        self._drawn: set[Place] = set()

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> Any:
        """Draw a text, or the report's cell of this place; row and col from 0."""
        if self._copied is not None:
            return self.put(row, col, self._copied.get((row + 1, col + 1), BLANK), cell_format)
        return super().write_string(row, col, string, self._look(row, col, cell_format))

    def write_blank(self, row: int, col: int, blank: Any, cell_format: Format | None = None) -> Any:
        """Draw a cell without content, or the report's cell of this place; row and col from 0."""
        if self._copied is not None:
            return self.put(row, col, self._copied.get((row + 1, col + 1), BLANK), cell_format)
        return super().write_blank(row, col, blank, self._look(row, col, cell_format))

    def write_formula(self, row: int, col: int, formula: str, cell_format: Format | None = None, value: Any = 0) -> Any:
        """Draw a formula ("=…") where the report has the same one here, else its cell; row and col from 0."""
        cell = None if self._copied is None else self._copied.get((row + 1, col + 1), BLANK)
        if cell is not None and (cell.formula != formula or row + 1 in self._moved):
            return self.put(row, col, cell, cell_format)
        shown = value if cell is None else cell.text
        return super().write_formula(row, col, formula, self._look(row, col, cell_format), shown)

    def merge_range(
        self,
        first_row: int,
        first_col: int,
        last_row: int,
        last_col: int,
        data: Any,
        cell_format: Format | None = None,
    ) -> Any:
        """Merge cells; their text is drawn as any other."""
        merged = super().merge_range(first_row, first_col, last_row, last_col, "", cell_format)
        self.write_string(first_row, first_col, data, cell_format)
        return merged

    def put(self, row: int, col: int, cell: Cell, look: Format | None) -> Any:
        """Write a report's cell: its number, day or text; of a formula the stored result, or without one its text."""
        content, look = _content(cell), self._look(row, col, look)
        if isinstance(content, date):
            return super().write_datetime(row, col, content, self._looks.changed(look, {"num_format": "dd/mm/yyyy"}))
        if isinstance(content, bool):
            return super().write_boolean(row, col, content, look)
        if isinstance(content, int | float):
            percent = {"num_format": "0%"} if "%" in cell.shown_as else {}
            return super().write_number(row, col, content, self._looks.changed(look, percent) if percent else look)
        if text := visible(cell.text or cell.formula):
            return super().write_string(row, col, text, text_look(self._looks, text, look))
        return super().write_blank(row, col, None, look)

    def finish(self) -> None:
        """Write the report's other cells and the notes."""
        for row, col in sorted({*(self._copied or ()), *self._marked} - self._drawn):
            self.write_blank(row - 1, col - 1, None)
        for (row, col), mark in sorted(self._marked.items()):
            options = {"author": "Người kiểm tra", "font_size": 9, "width": 330, "height": mark.height}
            self.write_comment(row - 1, col - 1, mark.note, options)

    def _look(self, row: int, col: int, look: Format | None) -> Format | None:
        place = (row + 1, col + 1)
        self._drawn.add(place)
        if mark := self._marked.get(place):
            return self._looks.changed(look, {"bg_color": mark.colour, "locked": False})
        return look


def visible(text: str) -> str:
    r"""A text without what is hidden in it, and no longer than anybody reads in a cell.

    >>> visible("=1+1\x07")
    '=1+1'
    """
    seen = text if text.isprintable() else "".join(filter(_is_seen, text))
    return seen if len(seen) <= _LONGEST_TEXT else f"{seen[:_LONGEST_TEXT]}…"


def _is_seen(letter: str) -> bool:
    return letter.isprintable() or letter == "\n"


def text_look(looks: Looks, text: str, look: Format | None) -> Format | None:
    """The look with which a visible text stays one when a clerk clicks into its cell and out again."""
    return looks.changed(look, {"quote_prefix": True}) if text.startswith(_FORMULA_STARTS) else look


def _content(cell: Cell) -> int | float | date | None:
    """What a workbook holds for a number, a day or a truth value; None where it is written as text."""
    if cell.kind == "number":
        return _figure(cell)
    if cell.kind == "date" and (day := date.fromisoformat(cell.text)) >= _FIRST_DAY:
        return day
    return cell.text == "TRUE" if cell.kind == "bool" else None


def _figure(cell: Cell) -> int | float | None:
    """The number of a cell, None where a workbook cannot hold it."""
    figure = Decimal(cell.text)
    if not figure.is_finite() or abs(figure.adjusted()) > _MOST_DIGITS:
        return None
    return int(figure) if figure == figure.to_integral_value() and figure.adjusted() < 15 else float(figure)


def draw_report(
    book: Workbook, looks: Looks, report: Book, table: Table | None, form: Form | None, marks: CellMarks
) -> Copied:
    """Draw the cells of a report on new sheets of a workbook.

    table: where the report has its results, None where that is not known. form: the one for the same unit and period,
    None where there is none.
    """
    if table is not None and form is not None and _stands_as(table, form):
        return _draw_on_form(book, looks, report, table, form, marks)
    return Copied(_draw_plain(book, looks, report.sheets, table, marks), is_form=False)


# With a form of ours


def _stands_as(table: Table, form: Form) -> bool:
    """Whether the report's table has the headings and codes of the form where the form has them."""
    places = {column.key: place for place, column in enumerate(COLUMNS, 1)}
    found = {key: place for key, place in table.columns.items() if key in places}
    if table.header != HEADER_ROW or any(places[key] != place for key, place in found.items()):
        return False
    return len(_moved_rows(table, form)) <= _CODES_APART


def _moved_rows(table: Table, form: Form) -> frozenset[int]:
    """The rows that have another code in the report: what checks the form's row does not check them."""
    codes = form_codes(form)
    return frozenset(row for row, code in codes.items() if fold(table.cell(row, "criterion").text) != fold(code))


def _draw_on_form(book: Workbook, looks: Looks, report: Book, table: Table, form: Form, marks: CellMarks) -> Copied:
    """The sheets of the form with the report's cells on those a unit fills in, then the report's other sheets."""
    others = {sheet.name: sheet for sheet in report.sheets if sheet is not table.sheet and sheet.name != SHEET}
    filled = {name: others[name] for name in (TASKS, PROOFS) if name in others} | {SHEET: table.sheet}
    made: dict[str, CopiedSheet] = {}

    def add_sheet(name: str) -> Worksheet:
        made[name] = sheet = cast(CopiedSheet, book.add_worksheet(name, CopiedSheet))
        own = filled.get(name)
        moved = _moved_rows(table, form) if name == SHEET else frozenset()
        sheet.prepare(looks, own.cells if own else None, marks.get(own.name if own else name, {}), moved)
        return sheet

    draw_form(add_sheet, looks, form)
    for sheet in made.values():
        sheet.finish()
    titles = {name: name for name in others if name in made} | {table.sheet.name: SHEET}
    plain = [sheet for sheet in report.sheets if sheet.name not in titles]
    return Copied(titles | _draw_plain(book, looks, plain, None, marks), is_form=True)


# On plain sheets


def _draw_plain(
    book: Workbook, looks: Looks, sheets: Iterable[Sheet], table: Table | None, marks: CellMarks
) -> dict[str, str]:
    """Sheets that have the cells of the report's at their addresses, its inner ones hidden as they were."""
    titles = {}
    for sheet in sheets:
        titles[sheet.name] = title = _free_title(book, sheet.name)
        plain = cast(CopiedSheet, book.add_worksheet(title, CopiedSheet))
        results = table if table is not None and sheet is table.sheet else None
        plain.prepare(looks, None, marks.get(sheet.name, {}))
        for (row, column), cell in sorted(sheet.cells.items()):
            if results is None or not _counts_itself(cell, row, column, results):
                plain.put(row - 1, column - 1, cell, _look(looks, row, results.header if results else 0))
        plain.finish()
        _size(plain, sheet, results)
        if sheet.name in _INNER:
            plain.very_hidden()
    return titles


def _free_title(book: Workbook, name: str) -> str:
    """A title for a sheet of this name that Excel takes and no other sheet has, capitals aside."""
    title = " ".join(_NOT_IN_NAMES.sub(" ", name).split())[:_LONGEST_TITLE] or SHEET
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    tried, number = title, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{title} {number}"
    return tried


def _look(looks: Looks, row: int, header: int) -> Format:
    """The look of a row, from 1. header: the row of the headings, 0 on a sheet that has no results."""
    if not header or row < header:
        return looks.of(_PLAIN)
    boxed = {**_PLAIN, **EDGE, "text_wrap": True, "valign": "vcenter"}
    return looks.of({**boxed, "bold": True, "bg_color": "#D9E2F3"} if row == header else boxed)


def _counts_itself(cell: Cell, row: int, column: int, table: Table) -> bool:
    """Whether a formula only checks or adds up the sheet: it cannot live here, and its text would tell nobody."""
    is_check = column == table.columns.get("check")
    return bool(cell.formula) and row > table.header and (is_check or not table.cell(row, "criterion").text.strip())


def _size(plain: Worksheet, sheet: Sheet, table: Table | None) -> None:
    """The columns of the results as wide as in a form, their rows as high as their texts need; and the paper."""
    last = min(max((column for _, column in sheet.cells), default=1), _MOST_COLUMNS)
    widths = [_USUAL] * last
    for key, place in table.columns.items() if table else ():
        if place <= last:
            widths[place - 1] = _WIDTHS.get(key, 12)
    for place, width in enumerate(widths):
        plain.set_column(place, place, width)
    print_wide(plain, widths, _SIZE)
    if table is not None:
        for row in (table.header, *table.rows()):
            texts = [(table.cell(row, key).text, _WIDTHS.get(key, 12)) for key in table.columns if key != "check"]
            plain.set_row(row - 1, row_height(texts))


_WIDTHS = {column.key: column.width for column in COLUMNS}
