"""What goes back to a unit: a copy of its own report with every cell to mend in colour and a note on it.

The copy is made of the cells the isolated reader found (`reportcopy`); the report itself stays as it was received. A
first sheet lists what is to be mended, also what has no cell; of a file that could not be read it is all there is.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from scoring.core.errors import Fault, ParameterError, ReportError
from scoring.core.files import Writing, read_whole, without_clock, writing_with
from scoring.core.made import keep_only, plain_folder
from scoring.core.many import in_processes
from scoring.core.stages import counted
from scoring.register.year import Year
from scoring.reports.checklist import FindingLine, finding_line, rows_of
from scoring.reports.evidence_register import is_about_evidence
from scoring.reports.fields import period_of
from scoring.reports.forms.form import form_bytes
from scoring.reports.forms.report_sheet import row_height
from scoring.reports.intake import Reading, is_workbook, read_table_file
from scoring.reports.kept import Kept, meaning, opened
from scoring.reports.reading.folder import Found, list_files
from scoring.reports.reading.side_by_side import Readers
from scoring.reports.reading.table import Table, only_table
from scoring.reports.reading.workbook import Answer, Book, book_of
from scoring.reports.report_copy import FONT, Copy, cell_at, copy_report, empty_workbook, print_readable, write_text
from scoring.rubric.issuer import issuer_of
from scoring.rubric.scope import Unit

LIST = "Cần sửa"
"""The first sheet of a copy."""
COPYING = "Làm bản chép có đánh dấu"
NO_UNIT = "chua_ro_don_vi"
"""How the name of a copy begins where the file names no unit of the register, or many."""

_COLOURS = {"error": "FFC7CE", "warning": "F8CBAD"}
_MARKS = {"error": "CẦN SỬA", "warning": "CẦN XEM LẠI"}
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_MOST_CELLS = 20_000
"""Cells of a report that is copied; a form has about six hundred."""
_MOST_TOLD = 1000
"""Findings a copy shows; what is beyond is mended in a second round."""


class Told(NamedTuple):
    """One finding on a file: sheet and cell ("" for none), severity and code, and in words."""

    sheet: str
    cell: str
    severity: str
    code: str
    line: FindingLine


class Returned(NamedTuple):
    """One file to send back: whose it is ("" where not known), its findings, its cells where it could be read."""

    file: str
    unit: str
    period: str
    told: list[Told]
    book: Book | None


class _Due(NamedTuple):
    """A copy there has to be: of which file and bytes, what it tells, its name, and the digest of all that."""

    found: Found
    digest: str
    report: Returned
    name: str
    follows: str


class _Asked(NamedTuple):
    """A copy under way: `answer` tells the cells of a workbook; what else has cells has them in its report."""

    due: _Due
    answer: Answer | None


def write_returns(folder: Path, year: Year, reading: Reading, writing: Writing | None = None) -> dict[str, str]:
    """Write a copy of every report with something to mend into `folder`; copies of earlier runs go.

    A copy that stands as it would be made again is left alone. Gives each copy's name by the file's name; a copy is
    named after the unit's id and the period's. Raises ParameterError where an id would lead out of the folder. writing:
    told of copies that another program holds; without one, ParameterError is raised for them at the end.
    """
    plain_folder(folder)
    copies = list(_due_copies(year, reading))
    for copy in copies:
        if (folder / copy.name).resolve().parent != folder.resolve():
            what = f"mã đơn vị '{copy.report.unit}' không dùng làm tên tệp được"
            raise ParameterError(str(folder), [Fault("cột id", what, mend="sửa mã trong danh bạ")])
    names = {copy.report.file: copy.name for copy in copies}
    with writing_with(writing, ParameterError, str(folder)) as opened:
        for copy, content in _made(copies, folder, year):
            opened.write(folder / copy.name, content)
        stems = "|".join(map(re.escape, [NO_UNIT, *sorted(map(str, year.register.spans["id"]))]))
        periods = "|".join(re.escape(period.id) for period in year.rubric.periods)
        own = rf"(?:{stems})(?:_(?:{periods}))?(?:\(\d+\))?\.xlsx"
        keep_only(folder, names.values(), own, remove=opened.remove)
    return names


def _made(copies: list[_Due], folder: Path, year: Year) -> Iterator[tuple[_Due, bytes]]:
    """The copies that do not stand as they would be made again, with their content."""
    make = partial(_copied, year=year, units={str(unit["id"]): unit for unit in year.units.to_dict("records")})
    with opened(year.folder / "reports") as kept, Readers() as readers:
        due = [copy for copy in copies if kept.mark(folder / copy.name) != _mark_of(copy, _sha256(folder / copy.name))]
        made = in_processes(make, _asked(due, year, kept, readers), expected=len(due))
        for copy, (content, lasts) in counted(COPYING, zip(due, made, strict=True), len(due)):
            yield copy, content
            if lasts:
                kept.keep_mark(folder / copy.name, _mark_of(copy, hashlib.sha256(content).hexdigest()))


def _name(report: Returned, used: Counter[str]) -> str:
    stem = "_".join(part for part in (report.unit or NO_UNIT, report.period) if part)
    used[stem.casefold()] += 1
    times = used[stem.casefold()]
    return f"{stem}.xlsx" if times == 1 else f"{stem}({times}).xlsx"


def _due_copies(year: Year, reading: Reading) -> Iterator[_Due]:
    """The files with something to mend, in the order of their names; their cells are still to be read."""
    told: dict[str, list[Told]] = defaultdict(list)
    for row in rows_of(reading.findings):
        if row["severity"] in _COLOURS and row["file"]:
            told[row["file"]].append(_told(row))
    received = {row["file"]: row for row in rows_of(reading.received)}
    meant, used = meaning(year.rubric, year.units, year.register) + year.plan.model_dump_json(), Counter[str]()
    for found in list_files(year.folder / "reports"):
        if found.name in told and found.name in received:
            row = received[found.name]
            report = Returned(found.name, row["unit"], row["period"], told[found.name], None)
            follows = json.dumps([meant, row["sha256"], found.fate, report], ensure_ascii=False)
            digest = hashlib.sha256(follows.encode(errors="surrogatepass")).hexdigest()
            yield _Due(found, row["sha256"], report, _name(report, used), digest)


def _told(row: dict[str, Any]) -> Told:
    cell = row["cell"] if _ADDRESS.fullmatch(row["cell"]) else ""
    return Told(row["sheet"], cell, row["severity"], row["code"], finding_line(row))


def _asked(due: Iterable[_Due], year: Year, kept: Kept, readers: Readers) -> Iterator[_Asked]:
    """Each copy with the cells of its file as they were checked; none where it cannot be read or has changed since."""
    for copy in due:
        answer, book = None, None
        if copy.found.fate is None:
            with suppress(ReportError, OSError):
                raw = read_whole(copy.found.path)
                if hashlib.sha256(raw).hexdigest() != copy.digest:
                    pass
                elif is_workbook(copy.found, raw):
                    answer = kept.answer(copy.digest) or readers.ask(raw).result()
                else:
                    book = read_table_file(copy.found, raw, year.rubric)
        yield _Asked(copy._replace(report=copy.report._replace(book=book)), answer)


def _copied(asked: _Asked, year: Year, units: Mapping[str, Unit]) -> tuple[bytes, bool]:
    """A copy, and whether its file would be read the same another time."""
    report, answer = asked.due.report, asked.answer
    if answer is not None:
        with suppress(ReportError):
            report = report._replace(book=book_of(answer, report.file))
    if report.book and sum(len(sheet.cells) for sheet in report.book.sheets) > _MOST_CELLS:
        report = report._replace(book=None)
    return copy_bytes(report, units.get(report.unit), year), answer is None or answer.lasts


def _mark_of(copy: _Due, digest: str) -> str:
    """What tells a copy that stands as it would be made again. digest: SHA-256 of the file there is, "" for none."""
    return f"{copy.follows} {digest}"


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


# One copy


def copy_bytes(report: Returned, unit: Unit | None, year: Year) -> bytes:
    """One copy; the same bytes for the same report and findings. unit: its row of the units, None where not known."""
    table = only_table(report.book) if report.book else None
    table = table if isinstance(table, Table) else None
    copy = _copy(report, unit, table, year)
    told = [_at_proof(one, table) for one in report.told]
    told = sorted(told, key=lambda one: list(_COLOURS).index(one.severity))[:_MOST_TOLD]
    for (sheet, cell), same in _by_cell(told).items():
        if sheet in copy.sheets:
            _mark(copy.sheets[sheet], cell, same)
    _list(copy, report, unit, told, year)
    book = copy.workbook
    book.properties.created = datetime(year.rubric.year, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    return without_clock(buffer.getvalue(), year.rubric.year)


def _copy(report: Returned, unit: Unit | None, table: Table | None, year: Year) -> Copy:
    if report.book is None:
        return Copy(empty_workbook(), {}, is_form=False)
    form = None
    # a form made for another unit must not become this one's by coming back
    if unit is not None and report.period and not any(one.code == "other_form" for one in report.told):
        form = form_bytes(year.rubric, year.plan, unit, period_of(report.period, year.rubric))
    return copy_report(report.book, table, form)


def _at_proof(told: Told, table: Table | None) -> Told:
    """A finding on an entry's proof, at the cell where the proof stands."""
    column = table.columns.get("evidence") if table is not None else None
    if not is_about_evidence(told.code) or not told.cell or column is None:
        return told
    return told._replace(cell=get_column_letter(column) + re.sub("[A-Z]", "", told.cell))


def _by_cell(told: list[Told]) -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        if one.cell:
            found[one.sheet, one.cell].append(one)
    return found


def _mark(sheet: Worksheet, cell: str, told: list[Told]) -> None:
    """Colour a cell and note on it what is wrong and how it is mended; the worst stands first."""
    place = sheet[cell]
    place.fill = PatternFill("solid", start_color=_COLOURS[told[0].severity])
    place.protection = Protection(locked=False)
    words = "\n".join(f"{_MARKS[one.severity]}: {one.line.message}\n→ {one.line.mend}".rstrip("→ \n") for one in told)
    words = "".join(letter for letter in words if letter.isprintable() or letter == "\n")[:2000]
    lines = sum(1 + len(line) // 45 for line in words.split("\n"))
    place.comment = Comment(words, "Người kiểm tra", height=20 * lines + 10, width=330)


# The list


_HEADS = (("STT", 5), ("Mức độ", 12), ("Ô", 15), ("Mã", 6), ("Đang ghi", 18), ("Cần sửa gì", 46), ("Cách sửa", 42))
_HOW_FORM = "Sửa ngay trong tệp này, lưu lại rồi gửi; không phải xóa trang này."
_HOW_PLAIN = "Chép số liệu vào đúng biểu mẫu đã phát, sửa các chỗ dưới đây rồi gửi lại."
_HOW_LIST = "Tệp đã gửi không đọc được hoặc quá lớn nên ở đây chỉ có danh sách; sửa theo cột Cách sửa rồi gửi lại."
_SIZE = 11
"""The smallest letters of the list, in points."""
_COLOURED = "Ô nền đỏ phải sửa, ô nền cam cần xem lại; đưa chuột vào ô để đọc, bấm cột Ô dưới đây để đến ô đó."
_EDGE = Side(style="thin", color="A6A6A6")


def _list(copy: Copy, report: Returned, unit: Unit | None, told: list[Told], year: Year) -> None:
    """The first sheet: whose report it is, and one row a finding with a link to its cell."""
    sheet = copy.workbook.create_sheet(LIST, 0)
    copy.workbook.active = 0
    for other in copy.workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False
    for row, (text, bold) in enumerate(_opening(copy, report, unit, year), 1):
        write_text(cell_at(sheet, row, 1), text)
        cell_at(sheet, row, 1).font = Font(name=FONT, size=13 if row == 2 else 12, bold=bold)
    header = sheet.max_row + 2
    for column, (head, width) in enumerate(_HEADS, 1):
        write_text(cell_at(sheet, header, column), head)
        sheet.column_dimensions[get_column_letter(column)].width = width
        _boxed(sheet, header, column, "D9E2F3", bold=True)
    for row, one in enumerate(told, header + 1):
        _list_row(sheet, row, row - header, one, copy)
    sheet.freeze_panes = f"A{header + 1}"
    print_readable(sheet, _SIZE)
    sheet.print_title_rows = f"{header}:{header}"
    sheet.oddFooter.center.text = "Trang &P/&N"


def _opening(copy: Copy, report: Returned, unit: Unit | None, year: Year) -> Iterator[tuple[str, bool]]:
    period = period_of(report.period, year.rubric).name if report.period else ""
    whose = f"{unit['name']} ({unit['id']})" if unit is not None else "chưa rõ"
    yield issuer_of(year.plan, year.rubric).body.name, False
    yield f"CÁC CHỖ CẦN SỬA TRONG BÁO CÁO NĂM {year.rubric.year}", True
    yield f"Đơn vị: {whose}" + (f"; kỳ: {period}" if period else ""), False
    yield f"Tệp đã nhận: {report.file}", False
    if report.book is None:
        yield _HOW_LIST, True
        return
    yield _COLOURED, False
    yield _HOW_FORM if copy.is_form else _HOW_PLAIN, True


def _list_row(sheet: Worksheet, row: int, number: int, told: Told, copy: Copy) -> None:
    target = copy.sheets.get(told.sheet) if told.cell else None
    address = f"{target.title}, {told.cell}" if target is not None else told.line.place or "Cả báo cáo"
    line = told.line
    texts = ("", line.severity, address, line.criterion, line.value, line.message, line.mend)
    cell_at(sheet, row, 1).value = number
    for column, text in enumerate(texts, 1):
        if column > 1:
            write_text(cell_at(sheet, row, column), text)
        _boxed(sheet, row, column, _COLOURS[told.severity] if column == 2 else None)
    if target is not None:
        place = cell_at(sheet, row, 3)
        place.hyperlink = Hyperlink(ref=place.coordinate, location=f"'{target.title}'!{told.cell}")
        place.font = Font(name=FONT, size=11, color="0563C1", underline="single")
    sheet.row_dimensions[row].height = row_height((text, width) for text, (_, width) in zip(texts, _HEADS, strict=True))


def _boxed(sheet: Worksheet, row: int, column: int, colour: str | None, *, bold: bool = False) -> None:
    place = cell_at(sheet, row, column)
    place.font = Font(name=FONT, size=11, bold=bold)
    place.border = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
    place.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if bold else None)
    if colour:
        place.fill = PatternFill("solid", start_color=colour)
