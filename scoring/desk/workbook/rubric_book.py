"""A rubric as an Excel workbook: written, read back, and written again with its faults marked.

Every cell is text, so that what a rubric or a workbook says is never a formula, a link or another figure. Lists to
choose from stand on sheets of their own, as do the clauses of the plan and the lines of the file it was made from,
whose comments come back with it.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.core.errors import Fault, RubricError
from scoring.core.files import of_any_system
from scoring.core.sheet import new_book, print_wide
from scoring.desk.workbook.rubric_words import title_of, word_of
from scoring.reports.reading.cells import Cell, as_written
from scoring.reports.reading.workbook import WorkbookReader
from scoring.rubric import methods
from scoring.rubric.columns import SEPARATOR, SheetColumn, told_plain
from scoring.rubric.model import Plan
from scoring.rubric.sheets import (
    CONDITIONS,
    GENERAL,
    HEAD_ROWS,
    PARAMETERS,
    PLAN,
    TABLES,
    TREE,
    Cells,
    Rows,
    Spot,
    condition_columns,
    general_columns,
    parameter_columns,
    spot_of,
    table_columns,
    tree_columns,
)

CLAUSES, LISTS, ORIGINAL, FAULTS = "Mục kế hoạch", "Danh mục", "Bản gốc", "Cần sửa"
_SPARE = 300
"""Rows under the last one that have drop-downs too."""
_LONGEST_CELL = 32_000
_FONT = {"font_name": "Times New Roman", "font_size": 11}
_CELL = {**_FONT, "num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "border_color": "#A6A6A6"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {**_CELL, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"},
    "key": {**_CELL, "font_size": 9, "font_color": "#595959", "bg_color": "#F2F2F2"},
    "cell": _CELL,
    "typed": {**_FONT, "num_format": "@", "text_wrap": True, "valign": "top"},
    "group": {**_CELL, "bold": True, "bg_color": "#E2EFDA"},
    "wrong": {**_CELL, "bg_color": "#FFC7CE", "font_color": "#9C0006"},
}
_WIDE = {"name", "title", "note", "advice", "evidence_hint", "may_not_apply", "unmet", "issuer"}
Formats = Mapping[str, Format]
FaultMarks = Mapping[tuple[str, int, int], str]
"""What is wrong with a cell, by sheet, row and column from 1."""


def columns_by_sheet() -> dict[str, list[SheetColumn]]:
    """The columns of every sheet but `GENERAL`, whose columns are rows, in the order of the workbook."""
    tables = {table.sheet: table_columns(table) for table in TABLES}
    return {TREE: tree_columns(), PARAMETERS: parameter_columns(), **tables, CONDITIONS: condition_columns()}


def filled(sheets: Mapping[str, Rows]) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of `to_sheets` where the workbook has them, heads and keys too."""
    cells = {}
    for name, columns in columns_by_sheet().items():
        told = [[with_word(column, text) for column, text in zip(columns, row, strict=True)] for row in sheets[name]]
        rows = [[title_of(column.key) for column in columns], [column.key for column in columns], *told]
        cells[name] = numbered(rows)
    told = [
        [title_of(column.key), with_word(column, row[0]), column.key]
        for column, row in zip(general_columns(), sheets[GENERAL], strict=True)
    ]
    return {GENERAL: numbered([*HEADS, *told]), **cells}


HEADS = [["Nội dung", "Giá trị", "Khóa"], ["", "", ""]]
"""The two rows above a sheet that has a row a key."""


def numbered(rows: Iterable[Sequence[str]]) -> dict[tuple[int, int], str]:
    """The texts of rows by row and column from 1."""
    return {(row, at): text for row, texts in enumerate(rows, 1) for at, text in enumerate(texts, 1)}


def with_word(column: SheetColumn, code: str) -> str:
    """A code of a list with what it means; any other text as it is."""
    word = word_of(column.key, code) if column.kind == "word" and code in column.words else ""
    return f"{code}{SEPARATOR}{word}" if word else code


def book_bytes(
    cells: Mapping[str, Cells], plan: Plan, original: str, marks: FaultMarks | None = None, faults: Sequence[Fault] = ()
) -> bytes:
    """The workbook; with `marks` its wrong cells are coloured and noted, and `faults` are listed on its first sheet."""
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        book.set_properties({"title": "Bộ tiêu chí", "created": datetime(plan.year, 1, 1, tzinfo=UTC)})
        formats = {name: book.add_format(look) for name, look in LOOKS.items()}
        fault_sheet(book, formats, faults)
        for name, columns in {GENERAL: None, **columns_by_sheet()}.items():
            sheet = draw_sheet(book, formats, name, cells.get(name, {}), marks or {}, columns)
            _drop_downs(sheet, columns, cells)
        _plain_sheet(book, formats, CLAUSES, [["Mục", "Nội dung"], *([one.id, one.summary] for one in plan.clauses)])
        _lists(book, formats)
        original_sheet(book, formats, original)
    return of_any_system(buffer.getvalue())


def fault_sheet(book: Workbook, formats: Formats, faults: Sequence[Fault]) -> None:
    """All faults in words, on the first sheet; none where there are none."""
    if faults:
        _plain_sheet(book, formats, FAULTS, [["Ở đâu", "Cần sửa gì"], *([one.where, _told(one)] for one in faults)])


def original_sheet(book: Workbook, formats: Formats, original: str) -> None:
    """The file a workbook was made from, out of sight."""
    head = "Tệp gốc, để giữ các ghi chú; không sửa ở đây"
    _plain_sheet(book, formats, ORIGINAL, [[head], *_lines(original)]).hide()


def _told(fault: Fault) -> str:
    return str(Fault("", fault.what, fault.expected, fault.mend)).removeprefix(": ")


def draw_sheet(
    book: Workbook, formats: Formats, name: str, cells: Cells, marks: FaultMarks, columns: list[SheetColumn] | None
) -> Worksheet:
    """A sheet with its cells, wrong ones coloured and noted; columns: of a table, None for keys and their values."""
    sheet = book.add_worksheet(name)
    _write_cells(sheet, formats, name, cells, marks)
    _layout(sheet, name, columns, formats)
    _heights(sheet, cells, columns)
    return sheet


def _write_cells(sheet: Worksheet, formats: Formats, name: str, cells: Cells, marks: FaultMarks) -> None:
    """The cells of a sheet, the wrong ones coloured and noted."""
    groups = {row for (row, column), text in cells.items() if (name, column, text) == (TREE, 1, "nhóm")}
    wrong = {(row, column) for sheet_name, row, column in marks if sheet_name == name}
    rows, width = (max((at[side] for at in {*cells, *wrong}), default=0) for side in (0, 1))
    for row, column in product(range(1, rows + 1), range(1, width + 1)):  # blank cells too: they are to be filled in
        look = (
            "title" if row == 1 else "key" if row <= HEAD_ROWS or (column == 3 and name in {GENERAL, PLAN}) else "cell"
        )
        look = "wrong" if (row, column) in wrong else "group" if row in groups else look
        text = cells.get((row, column), "")
        if text:
            sheet.write_string(row - 1, column - 1, text[:_LONGEST_CELL], formats[look])
        else:
            sheet.write_blank(row - 1, column - 1, None, formats[look])
        if (row, column) in wrong:
            note = {"x_scale": 2.5, "y_scale": 1.6, "author": ""}
            sheet.write_comment(row - 1, column - 1, marks[name, row, column], note)


def _heights(sheet: Worksheet, cells: Cells, columns: list[SheetColumn] | None) -> None:
    """Rows as high as their longest text; the program that shows them may not measure texts by itself."""
    needed: dict[int, int] = defaultdict(lambda: 1)
    for (row, at), text in cells.items():
        width = (
            _GENERAL_WIDTHS[min(at, 3) - 1]
            if columns is None
            else _width(columns[at - 1])
            if at <= len(columns)
            else 14
        )
        lines = sum(max(1, -(-len(line) // (width - 2))) for line in text.split("\n"))
        needed[row] = max(needed[row], lines)
    for row, lines in needed.items():
        if row > HEAD_ROWS:
            sheet.set_row(row - 1, min(400, 15.5 * lines))


_GENERAL_WIDTHS = (40, 60, 26)
_LETTERS = 9
"""The smallest letters of the sheets, in points."""


def _width(column: SheetColumn) -> int:
    end = column.key.rpartition(".")[2].removesuffix("_en")
    return 42 if end in _WIDE else 30 if column.kind in {"map", "word"} else 16


def _layout(sheet: Worksheet, name: str, columns: list[SheetColumn] | None, formats: Formats) -> None:
    """Widths, the frozen heads, paper; whatever is typed anywhere is taken as text."""
    sheet.freeze_panes(HEAD_ROWS, 4 if name == TREE else 1)
    widths = _GENERAL_WIDTHS if columns is None else [_width(column) for column in columns]
    print_wide(sheet, widths, _LETTERS, head=0, repeated=1)
    if columns is None:
        for place, width in enumerate(_GENERAL_WIDTHS):
            sheet.set_column(place, place, width, formats["typed"])
        return
    sheet.set_row(0, 48)
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, _width(column), formats["typed"], {"level": 1} if column.key.endswith("_en") else {}
        )


def _drop_downs(sheet: Worksheet, columns: list[SheetColumn] | None, cells: Mapping[str, Cells]) -> None:
    lists = _list_ranges()
    if columns is None:
        for row, column in enumerate(general_columns(), HEAD_ROWS):
            if source := lists.get((column.key, column.words)) or YES_NO.get(column.kind):
                sheet.data_validation(row, 1, row, 1, _choice(source))
        return
    last = HEAD_ROWS + _SPARE + max((row for rows in cells.values() for row, _ in rows), default=0)
    for place, column in enumerate(columns):
        source = lists.get((column.key, column.words)) or YES_NO.get(column.kind) or _references(column.key)
        if source:
            sheet.data_validation(HEAD_ROWS, place, last, place, _choice(source))


YES_NO = {"yes": ["có", "không"]}


def offer(sheet: Worksheet, area: tuple[int, int, int, int], words: Sequence[str]) -> None:
    """A list to choose from in an area: first row and column, last row and column."""
    sheet.data_validation(*area, _choice(list(words)))


def _choice(source: Any) -> dict[str, Any]:
    said = {"error_title": "Chưa có trong danh sách", "error_message": "Nên chọn trong danh sách của ô này."}
    return {"validate": "list", "source": source, "error_type": "warning", **said}


def _references(key: str) -> str | None:
    """The cells that hold what a column may name."""
    end = key.rpartition(".")[2]
    homes = {
        "source": ("Nguồn", "id"), "clause": (CLAUSES, ""), "thuộc": (TREE, "id"), "tiêu chí": (TREE, "id"),
        "criterion": (TREE, "id"), "same_as": (TREE, "id"), "group": (TREE, "id"),
        "mức": ("Mức", "id"),
        "band": ("Mức", "id"), "cap": ("Mức", "id"), "selected_from": ("Mức", "id"), "after": ("Mức", "id"),
        "fact": ("Dữ kiện", "id"), "part": ("Dữ kiện", "id"), "whole": ("Dữ kiện", "id"),
        "report_missing": ("Kỳ", "id"),
        "tham số": (LISTS, "tham số"),
    }  # fmt: skip
    if end not in homes or key == "net.cap":
        return None
    sheet, column = homes[end]
    if sheet == CLAUSES:
        return f"='{CLAUSES}'!$A$2:$A$300"
    if sheet == LISTS:
        return _range(len(_all_lists()), len(_parameter_names()))
    place = [one.key for one in columns_by_sheet()[sheet]].index(column)
    letter = xl_col_to_name(place)
    return f"='{sheet}'!${letter}${HEAD_ROWS + 1}:${letter}$600"


def _all_lists() -> list[tuple[str, tuple[str, ...]]]:
    """Every list of words there is, with the key it belongs to."""
    columns = [*general_columns(), *(column for listed in columns_by_sheet().values() for column in listed)]
    return list(dict.fromkeys((column.key, column.words) for column in columns if column.kind == "word"))


def _list_ranges() -> dict[tuple[str, tuple[str, ...]], str]:
    return {one: _range(place, len(one[1])) for place, one in enumerate(_all_lists())}


def _range(place: int, length: int) -> str:
    letter = xl_col_to_name(place)
    return f"='{LISTS}'!${letter}$2:${letter}${length + 1}"


def _parameter_names() -> list[str]:
    return sorted({name for method in methods.METHODS for name in methods.parameters(method)})


def _lists(book: Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet(LISTS)
    print_wide(sheet, [30] * (len(_all_lists()) + 1), _LETTERS, head=0)
    lists = [
        (title_of(key), [with_word(SheetColumn((key,), "word", words), word) for word in words])
        for key, words in _all_lists()
    ]
    for place, (title, words) in enumerate([*lists, (title_of("tham số"), _parameter_names())]):
        sheet.set_column(place, place, 30)
        sheet.write_string(0, place, title, formats["title"])
        for row, word in enumerate(words, 1):
            sheet.write_string(row, place, word, formats["cell"])


def _plain_sheet(book: Workbook, formats: Formats, name: str, rows: Iterable[Sequence[str]]) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    print_wide(sheet, (24, 80), _LETTERS)
    for row, texts in enumerate(rows):
        sheet.set_row(row, 15.5 * max(1, -(-len(texts[-1]) // 72)))
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, formats["title" if row == 0 else "cell"])
    return sheet


def _lines(text: str) -> list[list[str]]:
    return [[f"|{line}"] for line in text.split("\n")]


# Read


def read_book(raw: bytes, file: str) -> tuple[dict[str, dict[tuple[int, int], str]], str, list[Fault]]:
    """The cells of a workbook by sheet, the file it was made from ("" where it holds none), and what is no text in it.

    Raises ReportError where it is no workbook, RubricError where it is one of something else.
    """
    cells, original, faults = read_sheets(raw, file, {GENERAL, *columns_by_sheet()})
    if GENERAL not in cells or TREE not in cells:
        mend = "dùng sổ do lệnh rubric export làm ra"
        raise RubricError(file, [Fault("cả sổ", "đây không phải sổ của một bộ tiêu chí", mend=mend)])
    return cells, original, faults


def read_sheets(
    raw: bytes, file: str, own: Collection[str]
) -> tuple[dict[str, dict[tuple[int, int], str]], str, list[Fault]]:
    """The same of the sheets named in `own`, as far as they are there. Raises ReportError where it is no workbook."""
    with WorkbookReader() as reader:
        book = reader.read(raw, file)
    cells: dict[str, dict[tuple[int, int], str]] = {}
    faults: list[Fault] = []
    for sheet in book.sheets:
        if sheet.name in own:
            told = {at: _text(cell) for at, cell in sheet.cells.items()}
            cells[sheet.name] = {at: text for at, text in told.items() if text}
            faults += [_formula(sheet.name, at) for at, cell in sheet.cells.items() if cell.formula]
    lines = next((sheet.cells for sheet in book.sheets if sheet.name == ORIGINAL), {})
    original = "\n".join(lines[at].text.removeprefix("|") for at in sorted(lines) if at[0] > 1 and at[1] == 1)
    return cells, original, faults


def _formula(sheet: str, at: tuple[int, int]) -> Fault:
    return Fault(
        str(Spot(sheet, *at)), "ô có công thức", "cần chữ hoặc số gõ thẳng", "chép rồi dán giá trị (Paste Values)"
    )


def _text(cell: Cell) -> str:
    """What a cell says, as `columns.read` takes it: a figure with a comma, a day as 31/12/2024."""
    if cell.formula:
        return f"={cell.formula.removeprefix('=')}"
    if cell.kind == "number":
        return as_written(cell)
    if cell.kind == "bool":
        return "có" if cell.text.casefold() in {"1", "true"} else "không"
    if cell.kind == "date":
        year, month, day = cell.text[:10].split("-")
        return f"{day}/{month}/{year}"
    return cell.text.replace("\r\n", "\n")


def in_cells(fault: Fault, cells: Mapping[str, Cells]) -> Fault:
    """A fault as who works in the sheets meets it: columns by their headings, codes with what they mean."""
    spot = spot_of(fault.where)
    sheet = cells.get(spot.sheet, {}) if spot else {}
    if spot is None:
        return fault
    key = sheet.get((HEAD_ROWS, spot.column), "") or sheet.get((spot.row, 3), "")
    what = re.sub(r"thiếu khóa '([\w.]+)'", lambda found: f"ô “{title_of(found[1])}” còn trống", fault.what)
    what = re.sub(r"'\w+: (.*)' chưa đúng$", rf"ô “{title_of(key)}” ghi '\1' chưa đúng", what, flags=re.DOTALL)
    what = _FIGURE.sub(lambda found: told_plain(Decimal(found[0])), what)
    what = what.replace("không có khóa", "không có cột hay dòng").replace(" trong sources", " ở tờ Nguồn")
    expected = re.sub(r"'?\b([a-z_]+)\b'?(?=, |$)", lambda found: _meant(key, found[1], found[0]), fault.expected)
    return replace(fault, what=what, expected=expected if _LISTED.match(fault.expected) else fault.expected)


_FIGURE = re.compile(r"(?<![\w.'/-])(?:-\d+(?:\.\d+)?|\d+\.\d+)(?![\w./'])")
"""A figure as files write it, and no part of a day, of the id of a clause or of what a cell says."""
_LISTED = re.compile("cần một trong '|các phương pháp: ")


def _meant(key: str, code: str, stated: str) -> str:
    word = word_of(key, code)
    return f"{code}{SEPARATOR}{word}" if word else stated


def marks_of(faults: Iterable[Fault]) -> dict[tuple[str, int, int], str]:
    """The cells that faults name, and what is said of each."""
    notes: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for fault in faults:
        if spot := spot_of(fault.where):
            notes[spot.sheet, spot.row, spot.column].append(_told(fault))
    return {spot: "\n".join(told) for spot, told in notes.items()}
