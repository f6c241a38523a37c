"""The register (danh bạ: units, events, targets) as an Excel workbook: written, read back, and its faults coloured in.

A sheet for each table, its headings in the first row and one row of the table in each row below, so that a line of the
CSV file and a row of the sheet have the same number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.core.errors import Fault, ReportError
from scoring.core.files import of_any_system, read_whole, told_as
from scoring.core.numerals import one_way
from scoring.core.sheet import new_book, print_wide
from scoring.core.text import column_letters
from scoring.register.assigned_targets import TARGET_COLUMNS
from scoring.register.excel_days import DAY_COLUMNS
from scoring.register.reading import EVENT_COLUMNS, UNIT_COLUMNS, read_table
from scoring.register.units import BEGINNINGS, CHANGES, ENDINGS
from scoring.reports.reading.cells import Cell, as_written, fold
from scoring.reports.reading.workbook import Sheet, WorkbookReader
from scoring.rubric.model import Rubric

Grid = list[list[str]]
"""The rows of a sheet as text, the headings' row first; blank rows stay, so that rows keep their numbers."""

_HEADINGS = {
    "id": "Mã",
    "name": "Tên đơn vị",
    "short_name": "Tên ngắn",
    "aliases": "Tên khác (cách nhau bằng |)",
    "type": "Loại hình",
    "block": "Khối",
    "parent": "Cấp trên trực tiếp",
    "members": "Số đoàn viên",
    "from": "Từ ngày",
    "to": "Đến ngày",
    "unit": "Mã đơn vị",
    "event": "Sự kiện",
    "date": "Ngày có hiệu lực",
    "other_unit": "Mã đơn vị kia",
    "document": "Số văn bản",
    "document_date": "Ngày văn bản",
    "criterion": "Mã tiêu chí",
    "issuer": "Nơi giao",
    "target": "Chỉ tiêu",
}
_WIDTHS = {"name": 44, "short_name": 28, "aliases": 40, "parent": 34, "document": 20, "issuer": 34}
_KEYS = {fold(text): key for key, heading in _HEADINGS.items() for text in (heading, key)}
_LIST = "Cần sửa"
_FAULTS = (("STT", 6), ("Ở đâu", 34), ("Cần sửa gì", 60), ("Cách sửa", 50))
"""The columns of the sheet of faults, with their widths."""
_SIZE = 11
_WHERE = re.compile(r"(units|events|targets)\.csv(?:, dòng (\d+))?(?:, cột (\w+))?")
_ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_EXCEL_BEGINS = date(1900, 3, 1)  # before it Excel counts a day that never was
_LONGEST_LIST = 255
_SPARE_ROWS = 500


class CsvTable(NamedTuple):
    """One table of the register: its file, its sheet, and its columns."""

    file: str
    sheet: str
    columns: tuple[str, ...]


TABLES = (
    CsvTable("units.csv", "Đơn vị", UNIT_COLUMNS),
    CsvTable("events.csv", "Sự kiện", EVENT_COLUMNS),
    CsvTable("targets.csv", "Chỉ tiêu giao", TARGET_COLUMNS),
)


def grids_of(folder: Path) -> dict[str, Grid]:
    """The tables of a register's folder by file, days as 2024-06-01; of one that is not there, the headings.

    Raises RegisterError where a file cannot be read as a table; what its cells say is not looked at.
    """
    grids = {}
    for table in TABLES:
        grids[table.file] = [list(table.columns)]
        if (folder / table.file).exists():
            rows = read_table(folder / table.file, table.columns)
            grids[table.file] += rows[list(table.columns)].to_numpy().tolist()
    return grids


def csv_of(grid: Grid) -> bytes:
    """A table as its file holds it."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(grid)
    return buffer.getvalue().encode()


# Reading


def read_grids(path: Path) -> dict[str, Grid]:
    """What the sheets of a workbook say, by the file of their table, headings in the register's own words.

    A sheet that is not there is left out. Raises ReportError where the workbook cannot be read, and for cells that do
    not say what they show.
    """
    with (
        told_as(ReportError, str(path), "đóng tệp nếu đang mở, xem lại tên tệp rồi chạy lại"),
        WorkbookReader() as reader,
    ):
        sheets = {fold(sheet.name): sheet for sheet in reader.read(read_whole(path), path.name).sheets}
    found = {table: sheets[fold(table.sheet)] for table in TABLES if fold(table.sheet) in sheets}
    faults = [fault for sheet in found.values() for fault in _unclear(sheet)]
    for table in TABLES[:2]:
        if table not in found:
            what = "tệp không có trang này"
            faults.append(Fault(f"trang {table.sheet}", what, mend="lập lại tệp bằng lệnh register export"))
    if faults:
        raise ReportError(path.name, faults)
    return {table.file: _grid(sheet) for table, sheet in found.items()}


def _unclear(sheet: Sheet) -> Iterator[Fault]:
    for (row, column), cell in sorted(sheet.cells.items()):
        where = f"trang {sheet.name}, ô {_address(row, column)}"
        if cell.kind in {"error", "picture"}:
            yield Fault(where, f"ô không có giá trị đọc được: {cell.text}".rstrip(": "), mend="ghi lại ô này")
        if {"struck", "partly_struck"} & set(cell.traits):
            yield Fault(where, "có chữ bị gạch ngang", mend="bỏ gạch ngang, hoặc xóa hẳn nội dung ấy")


def _grid(sheet: Sheet) -> Grid:
    rows, columns = (max((place[axis] for place in sheet.cells), default=0) for axis in (0, 1))
    texts = [[_text(sheet.cells.get((row, column))) for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    if texts:
        texts[0] = [_KEYS.get(fold(text), text) for text in texts[0]]
        width = max((place for place, text in enumerate(texts[0], 1) if text), default=0)
        texts = [row[:width] if not any(row[width:]) else row for row in texts]
    return texts


def _text(cell: Cell | None) -> str:
    if cell is not None and cell.kind == "number":
        return one_way(as_written(cell))
    return " ".join(cell.text.split()) if cell is not None else ""


def same_rows(one: Grid, other: Grid) -> bool:
    """Whether two tables say the same, in the same order, whatever their blank rows and the order of their columns."""
    return _rows_of(one) == _rows_of(other)


def _rows_of(grid: Grid) -> list[list[tuple[str, str]]]:
    head = grid[0] if grid else []
    return [sorted(zip(head, row, strict=False)) for row in grid[1:] if any(row)]


# Writing


def register_book(grids: Mapping[str, Grid], rubric: Rubric, faults: Sequence[Fault] = ()) -> bytes:
    """The workbook; the same tables are the same bytes. faults: of `units.csv, dòng 3, cột to`, shown at their cells.

    rubric: whose types and blocks the lists of the cells offer.
    """
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        formats = _formats(book)
        if faults:
            _list(book.add_worksheet(_LIST), formats, [in_sheets(fault, grids) for fault in faults])
        for table in TABLES:
            if table.file in grids:
                _sheet(book.add_worksheet(table.sheet), formats, table, grids[table.file], rubric, faults)
    return of_any_system(buffer.getvalue())


def _formats(book: Workbook) -> dict[str, Format]:
    book.set_properties({"created": date(2000, 1, 1)})  # any fixed day: the same register is the same bytes
    cell = {"font_name": "Times New Roman", "font_size": _SIZE, "valign": "top", "text_wrap": True}
    looks = {
        "head": {**cell, "bold": True, "bg_color": "#D9E2F3", "border": 1},
        "text": {**cell, "num_format": "@"},
        "day": {**cell, "num_format": "dd/mm/yyyy", "align": "left"},
        "count": cell,
        "wrong": {**cell, "bg_color": "#FFC7CE", "num_format": "@"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _sheet(
    sheet: Worksheet,
    formats: Mapping[str, Format],
    table: CsvTable,
    grid: Grid,
    rubric: Rubric,
    faults: Sequence[Fault],
) -> None:
    head = grid[0] if grid else list(table.columns)
    wrong = _wrong_cells(table, head, faults)
    for place, key in enumerate(head):
        look = "day" if key in DAY_COLUMNS else "count" if key == "members" else "text"
        sheet.set_column(place, place, _WIDTHS.get(key, 16), formats[look])
        sheet.write_string(0, place, _HEADINGS.get(key, key), formats["wrong" if (0, place) in wrong else "head"])
        _offer(sheet, place, key, len(grid), rubric)
        for row, cells in enumerate(grid[1:], 1):
            text = cells[place] if place < len(cells) else ""
            _write(sheet, formats, (row, place), text, look, is_wrong=(row, place) in wrong)
    for (row, place), words in wrong.items():
        sheet.write_comment(row, place, "\n".join(words), {"x_scale": 2.5, "y_scale": 1 + 0.5 * len(words)})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(grid) - 1, 1), len(head) - 1)
    print_wide(sheet, [_WIDTHS.get(key, 16) for key in head], _SIZE, head=0, repeated=1)


def _write(
    sheet: Worksheet, formats: Mapping[str, Format], at: tuple[int, int], text: str, look: str, *, is_wrong: bool
) -> None:
    """A day as a day and a count as a number where nothing of the text is lost by it; all else as the text it is."""
    style = formats["wrong" if is_wrong else look]
    if not is_wrong and look == "day" and (when := _day(text)) is not None:
        sheet.write_datetime(*at, when, style)
    elif not is_wrong and look == "count" and text.isascii() and text.isdigit() and text == str(int(text)):
        sheet.write_number(*at, int(text), style)
    elif text:
        sheet.write_string(*at, text, style)
    elif is_wrong:
        sheet.write_blank(*at, None, style)


def _day(text: str) -> date | None:
    try:
        when = date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None
    return when if when is not None and when >= _EXCEL_BEGINS else None


def _offer(sheet: Worksheet, place: int, key: str, rows: int, rubric: Rubric) -> None:
    """A list to choose from, where a column knows its words and Excel can hold them."""
    words = {"type": list(rubric.types), "block": list(rubric.blocks), "event": [*BEGINNINGS, *CHANGES, *ENDINGS]}
    offered = words.get(key, [])
    if offered and len(",".join(offered)) <= _LONGEST_LIST:
        rule = {"validate": "list", "source": offered, "error_type": "warning"}
        sheet.data_validation(1, place, rows + _SPARE_ROWS, place, rule)


# Faults at their cells


def _wrong_cells(table: CsvTable, head: Sequence[str], faults: Sequence[Fault]) -> dict[tuple[int, int], list[str]]:
    """Row and column, from 0, of cells with faults, and their notes; a fault of a whole row is at its first."""
    found: dict[tuple[int, int], list[str]] = {}
    for fault in faults:
        named = _WHERE.match(fault.where)
        if named and f"{named[1]}.csv" == table.file and named[2]:
            place = list(head).index(named[3]) if named[3] in head else 0
            words = str(fault)[len(fault.where) + 2 :]
            found.setdefault((int(named[2]) - 1, place), []).append(words)
    return found


def in_sheets(fault: Fault, grids: Mapping[str, Grid]) -> Fault:
    """The fault of a line and column of a CSV file, at the sheet and cell of the workbook."""
    named = _WHERE.match(fault.where)
    table = next((one for one in TABLES if named and one.file == f"{named[1]}.csv"), None)
    if named is None or table is None:
        return fault
    where = f"trang {table.sheet}"
    head = grids.get(table.file, [[]])[0]
    if named[2]:
        place = head.index(named[3]) + 1 if named[3] in head else 0
        where += f", ô {_address(int(named[2]), place)}" if place else f", dòng {named[2]}"
    return Fault(where, _in_words(fault.what), _in_words(fault.expected), _in_words(fault.mend))


def _in_words(text: str) -> str:
    """The names of files and columns as those of their sheets and headings."""
    for table in TABLES:
        text = text.replace(table.file, f"trang {table.sheet}")
    return re.sub(r"'(\w+)'", lambda found: f"“{_HEADINGS[found[1]]}”" if found[1] in _HEADINGS else found[0], text)


def _address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def _list(sheet: Worksheet, formats: Mapping[str, Format], faults: Sequence[Fault]) -> None:
    """The first sheet of a copy with faults: all of them in words."""
    for place, (head, width) in enumerate(_FAULTS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, formats["head"])
    for row, fault in enumerate(faults, 1):
        sheet.write_number(row, 0, row, formats["text"])
        for place, text in enumerate(
            (fault.where, fault.what, "; ".join(filter(None, (fault.expected, fault.mend)))), 1
        ):
            sheet.write_string(row, place, text, formats["text"])
    sheet.freeze_panes(1, 0)
    print_wide(sheet, [width for _, width in _FAULTS], _SIZE, head=0)
