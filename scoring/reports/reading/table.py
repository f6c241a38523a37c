"""Find the form's table in a sheet: by its headings and codes, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.core.text import column_letters, shown
from scoring.reports.fields import COLUMNS, INPUTS, LISTS, MAP
from scoring.reports.reading.cells import BLANK, Cell, fold, is_blank, old_letters
from scoring.reports.reading.workbook import Book, Sheet

Place = tuple[int, int]
"""Row and column of a cell, from 1; (0, 0) is the sheet as a whole."""
Said = tuple[Place, Remark]
"""A cell and a remark on it."""

_OLD = 5
"""Letters of old fonts in a workbook from which on its headings are taken to be written in one."""
_CONVERT = term(
    "chuyển cả tệp sang Unicode (UniKey: Ctrl+Shift+F6, chọn bảng mã nguồn TCVN3 hoặc VNI, đích Unicode), "
    "hoặc chép số liệu vào đúng biểu mẫu đã phát, rồi gửi lại"
)
USE_FORM = term("chép số liệu vào đúng biểu mẫu đã phát rồi gửi lại")
WORDS_BELOW = Remark("words_below", term("chữ dưới bảng (nơi nhận, chữ ký), không đọc"))
_ALL = tuple(map(fold, ("Tổng cộng", "Tổng số", "Tổng điểm")))
_SOME = "|".join(map(fold, ("Tổng", "Cộng")))
_PARTS = "|".join(map(fold, ("nhóm", "mục", "phần")))
_OF_A_PART = re.compile(rf"(?:{_SOME})(?: (?:{_PARTS}|[a-z]|[ivx]+|[0-9]+)(?!\w).*)?")


class Table(NamedTuple):
    """Where a sheet has the results: the row of headings, and the column of each key of `COLUMNS`."""

    sheet: Sheet
    header: int
    columns: dict[str, int]

    def cell(self, row: int, key: str) -> Cell:
        """The cell of a row under a heading; blank where there is no such heading."""
        return self.sheet.cells.get((row, self.columns.get(key, 0)), BLANK)

    def rows(self) -> list[int]:
        """The rows below the headings that hold anything."""
        return sorted({row for row, _ in self.sheet.cells if row > self.header})


def cell_name(place: Place) -> str:
    """A cell as Excel names it; "" for the sheet as a whole.

    >>> cell_name((17, 8))
    'H17'
    """
    row, column = place
    return f"{column_letters(column)}{row}" if row else ""


def heading(text: str) -> str:
    """What a heading is compared by; what stands in brackets is explanation.

    >>> heading("Minh chứng (số, ngày):") == heading("MINH  CHỨNG")
    True
    """
    return fold(text.partition("(")[0])


_KEYS = {heading(column.heading): column.key for column in COLUMNS} | {key: key for key in ("criterion", *INPUTS)}
_REQUIRED = ("criterion", *INPUTS)
_NAMES = {column.key: column.heading.partition(" (")[0] for column in COLUMNS}


def is_total(text: str) -> bool:
    """Whether the first cell of a row says that the row adds others up.

    >>> is_total("Tổng cộng:"), is_total("Cộng nhóm A"), is_total("Tổng hợp báo cáo"), is_total("Cộng tác viên")
    (True, True, False, False)
    """
    folded = fold(text)
    return folded.startswith(_ALL) or bool(_OF_A_PART.fullmatch(folded))


def is_header(texts: list[str]) -> bool:
    """Whether a row of texts is the headings of the form's table, whole or not."""
    keys = {_KEYS.get(heading(text)) for text in texts}
    return "criterion" in keys and len(keys & set(INPUTS)) >= 2


def only_table(book: Book) -> Table | Remark:
    """The one table of a file, on a hidden sheet only where no other sheet has one; or why there is none."""
    tables = [table for sheet in book.sheets if not sheet.hidden for table in _tables(sheet)]
    tables = tables or [table for sheet in book.sheets for table in _tables(sheet)]
    if len(tables) == 1:
        return tables[0]
    columns = ", ".join(_NAMES[key] for key in _REQUIRED)
    if tables:
        what = say("có {tables} bảng kết quả; cần một bảng có các cột {columns}", tables=len(tables), columns=columns)
        return Remark("many_tables", what, USE_FORM)
    if sum(old_letters(cell.text) for sheet in book.sheets for cell in sheet.cells.values()) >= _OLD:
        what = say("chữ trong tệp gõ bằng phông cũ (TCVN3/ABC hoặc VNI) nên không nhận ra tên cột")
        return Remark("no_table", what, say(_CONVERT))
    what = say("không thấy bảng kết quả; cần một bảng có các cột {columns}", columns=columns)
    return Remark("no_table", what, USE_FORM)


def _tables(sheet: Sheet) -> Iterator[Table]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.kind == "text":
            rows.setdefault(row, {})[column] = cell.text
    for row, texts in sorted(rows.items()):
        if is_header(list(texts.values())):
            leftmost = {_KEYS.get(heading(text)): column for column, text in sorted(texts.items(), reverse=True)}
            yield Table(sheet, row, {key: column for key, column in leftmost.items() if key is not None})


def column_remarks(table: Table) -> Iterator[Said]:
    """Columns missing, doubled or unknown."""
    for key in _REQUIRED:
        if key not in table.columns:
            at = (table.header, min(table.columns.values()))
            yield at, Remark("missing_column", say("thiếu cột {column}", column=_NAMES[key]), USE_FORM)
    for place, cell in sorted(table.sheet.cells.items()):
        if place[0] != table.header or is_blank(cell):
            continue
        known = _KEYS.get(heading(cell.text))
        if known is None:
            what = say("cột '{heading}' không có trong mẫu, không đọc", heading=shown(cell.text))
            yield place, Remark("extra_column", what)
        elif table.columns[known] != place[1]:
            what = say("cột {column} ghi hai lần", column=_NAMES[known])
            yield place, Remark("doubled_column", what, USE_FORM)


def hidden_remarks(table: Table, book: Book) -> Iterator[Said]:
    """Hidden sheets, rows and columns that hold figures."""
    for sheet in book.sheets:
        has_figures = any(cell.kind == "number" for cell in sheet.cells.values())
        if sheet.hidden and sheet.name not in {MAP, LISTS} and has_figures:
            what = say("trang ẩn '{sheet}' có số liệu, không đọc", sheet=shown(sheet.name))
            if sheet is table.sheet:
                what = say("trang ẩn '{sheet}' có số liệu, vẫn tính", sheet=shown(sheet.name))
            yield (0, 0), Remark("hidden_sheet", what, say("bỏ ẩn hoặc xóa trang"))
    names = [name for name in INPUTS if name in table.columns]
    filled = [(row, name) for row in table.rows() for name in names if not is_blank(table.cell(row, name))]
    for row in sorted({row for row, _ in filled if row in table.sheet.hidden_rows}):
        remark = Remark("hidden_row", say("dòng ẩn có số liệu, vẫn tính"), say("bỏ ẩn dòng"))
        yield (row, table.columns["criterion"]), remark
    for name in sorted({name for _, name in filled if table.columns[name] in table.sheet.hidden_columns}):
        what = say("cột ẩn {column} có số liệu, vẫn tính", column=_NAMES[name])
        yield (table.header, table.columns[name]), Remark("hidden_column", what, say("bỏ ẩn cột"))


def merged_inputs(table: Table, rows: list[int]) -> set[Place]:
    """The input cells of these rows that are merged with another: whose figure it is cannot be told."""
    cells = {(row, table.columns[name]) for row in rows for name in INPUTS if name in table.columns}
    merged: set[Place] = set()
    for left, top, right, bottom in table.sheet.merged:
        within = {(row, column) for row, column in cells if top <= row <= bottom and left <= column <= right}
        merged |= within if len(within) > 1 else set()
    return merged
