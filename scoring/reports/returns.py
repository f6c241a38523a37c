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

from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from scoring.core.errors import Fault, ParameterError, ReportError
from scoring.core.files import Writing, of_any_system, read_whole, writing_with
from scoring.core.made import keep_only, plain_folder
from scoring.core.many import in_processes
from scoring.core.rows import FindingRow, ReceivedRow
from scoring.core.sheet import Looks, new_book, print_wide
from scoring.core.stages import counted
from scoring.core.tables import rows_as
from scoring.core.text import column_letters
from scoring.register.year import Year
from scoring.reports.checklist import FindingLine, finding_line
from scoring.reports.evidence_register import is_about_evidence
from scoring.reports.fields import period_of
from scoring.reports.forms.report_sheet import Form, row_height
from scoring.reports.intake import Reading, is_workbook, read_table_file
from scoring.reports.kept import Kept, meaning, opened
from scoring.reports.reading.folder import Found, list_files
from scoring.reports.reading.side_by_side import Readers
from scoring.reports.reading.table import Place, Table, only_table
from scoring.reports.reading.workbook import Answer, Book, book_of
from scoring.reports.report_copy import EDGE, FONT, CellMark, Copied, draw_report, text_look, visible
from scoring.rubric.issuer import issuer_of
from scoring.rubric.scope import Unit

LIST = "Cần sửa"
"""The first sheet of a copy."""
COPYING = "Làm bản chép có đánh dấu"
NO_UNIT = "chua_ro_don_vi"
"""How the name of a copy begins where the file names no unit of the register, or many."""

_COLOURS = {"error": "#FFC7CE", "warning": "#F8CBAD"}
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
    for finding in rows_as(FindingRow, reading.findings):
        if finding["severity"] in _COLOURS and finding["file"]:
            told[finding["file"]].append(_told(finding))
    received = {row["file"]: row for row in rows_as(ReceivedRow, reading.received)}
    meant, used = meaning(year.rubric, year.units, year.register) + year.plan.model_dump_json(), Counter[str]()
    for found in list_files(year.folder / "reports"):
        if found.name in told and found.name in received:
            row = received[found.name]
            report = Returned(found.name, row["unit"] or "", row["period"] or "", told[found.name], None)
            follows = json.dumps([meant, row["sha256"], found.fate, report], ensure_ascii=False)
            digest = hashlib.sha256(follows.encode(errors="surrogatepass")).hexdigest()
            yield _Due(found, row["sha256"], report, _name(report, used), digest)


def _told(row: FindingRow) -> Told:
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
    told = [_at_proof(one, table) for one in report.told]
    told = sorted(told, key=lambda one: list(_COLOURS).index(one.severity))[:_MOST_TOLD]
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        book.set_properties({"created": datetime(year.rubric.year, 1, 1, tzinfo=UTC)})
        looks, first = Looks(book), book.add_worksheet(LIST)
        copied = Copied({}, is_form=False)
        if report.book is not None:
            copied = draw_report(book, looks, report.book, table, _form(report, unit, year), _marks(told))
        _list(first, looks, copied, told, list(_opening(copied, report, unit, year)))
    return of_any_system(buffer.getvalue())


def _form(report: Returned, unit: Unit | None, year: Year) -> Form | None:
    """The form of the same unit and period; none for one made for another unit: by coming back it must not change."""
    if unit is None or not report.period or any(one.code == "other_form" for one in report.told):
        return None
    return Form(year.plan, year.rubric, unit, period_of(report.period, year.rubric))


def _at_proof(told: Told, table: Table | None) -> Told:
    """A finding on an entry's proof, at the cell where the proof stands."""
    column = table.columns.get("evidence") if table is not None else None
    if not is_about_evidence(told.code) or not told.cell or column is None:
        return told
    return told._replace(cell=column_letters(column) + re.sub("[A-Z]", "", told.cell))


def _marks(told: list[Told]) -> dict[str, dict[Place, CellMark]]:
    """The marks of the cells to mend, by sheet."""
    found: dict[str, dict[Place, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for one in told:
        if one.cell:
            row, column = xl_cell_to_rowcol(one.cell)
            found[one.sheet][row + 1, column + 1].append(one)
    return {sheet: {place: _mark(same) for place, same in places.items()} for sheet, places in found.items()}


def _mark(told: list[Told]) -> CellMark:
    """The colour of a cell, and what is wrong with it and how it is mended; the worst stands first."""
    words = "\n".join(f"{_MARKS[one.severity]}: {one.line.message}\n→ {one.line.mend}".rstrip("→ \n") for one in told)
    words = visible(words)
    lines = sum(1 + len(line) // 45 for line in words.split("\n"))
    return CellMark(_COLOURS[told[0].severity], words, height=20 * lines + 10)


# The list


_HEADS = (("STT", 5), ("Mức độ", 12), ("Ô", 15), ("Mã", 6), ("Đang ghi", 18), ("Cần sửa gì", 46), ("Cách sửa", 42))
_HOW_FORM = "Sửa ngay trong tệp này, lưu lại rồi gửi; không phải xóa trang này."
_HOW_PLAIN = "Chép số liệu vào đúng biểu mẫu đã phát, sửa các chỗ dưới đây rồi gửi lại."
_HOW_LIST = "Tệp đã gửi không đọc được hoặc quá lớn nên ở đây chỉ có danh sách; sửa theo cột Cách sửa rồi gửi lại."
_SIZE = 11
"""The smallest letters of the list, in points."""
_COLOURED = "Ô nền đỏ phải sửa, ô nền cam cần xem lại; đưa chuột vào ô để đọc, bấm cột Ô dưới đây để đến ô đó."
_LETTERS = {"font_name": FONT, "font_size": 12}
_BOXED = {"font_name": FONT, "font_size": _SIZE, **EDGE, "text_wrap": True, "valign": "top"}
_HEAD = {**_BOXED, "bold": True, "align": "center", "bg_color": "#D9E2F3"}
_LINK = {"font_color": "#0563C1", "underline": 1}


def _list(
    sheet: Worksheet, looks: Looks, copied: Copied, told: list[Told], opening: list[tuple[str, dict[str, Any]]]
) -> None:
    """The first sheet: whose report it is, and one row a finding with a link to its cell."""
    for row, (text, look) in enumerate(opening):
        sheet.write_string(row, 0, visible(text), looks.of({**_LETTERS, **look}))
    header = len(opening) + 1
    for column, (head, width) in enumerate(_HEADS):
        sheet.write_string(header, column, head, looks.of(_HEAD))
        sheet.set_column(column, column, width)
    for number, one in enumerate(told, 1):
        _list_row(sheet, looks, header + number, number, one, copied.titles)
    sheet.freeze_panes(header + 1, 0)
    print_wide(sheet, [width for _, width in _HEADS], _SIZE, head=header)


def _opening(copied: Copied, report: Returned, unit: Unit | None, year: Year) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines above the list, each with what its letters have of their own."""
    period = period_of(report.period, year.rubric).name if report.period else ""
    whose = f"{unit['name']} ({unit['id']})" if unit is not None else "chưa rõ"
    yield issuer_of(year.plan, year.rubric).body.name, {}
    yield f"CÁC CHỖ CẦN SỬA TRONG BÁO CÁO NĂM {year.rubric.year}", {"bold": True, "font_size": 13}
    yield f"Đơn vị: {whose}" + (f"; kỳ: {period}" if period else ""), {}
    yield f"Tệp đã nhận: {report.file}", {}
    if report.book is None:
        yield _HOW_LIST, {"bold": True}
        return
    yield _COLOURED, {}
    yield _HOW_FORM if copied.is_form else _HOW_PLAIN, {"bold": True}


def _list_row(sheet: Worksheet, looks: Looks, row: int, number: int, told: Told, titles: Mapping[str, str]) -> None:
    """One finding; row from 0."""
    title = titles.get(told.sheet) if told.cell else None
    place = f"{title}, {told.cell}" if title is not None else told.line.place or "Cả báo cáo"
    line, boxed = told.line, looks.of(_BOXED)
    texts = ("", line.severity, place, line.criterion, line.value, line.message, line.mend)
    sheet.write_number(row, 0, number, boxed)
    for column, text in enumerate(map(visible, texts[1:]), 1):
        look = looks.changed(boxed, {"bg_color": _COLOURS[told.severity]}) if column == 1 else boxed
        sheet.write_string(row, column, text, text_look(looks, text, look))
    if title is not None:
        sheet.write_url(row, 2, f"internal:'{title}'!{told.cell}", looks.changed(boxed, _LINK), place)
    sheet.set_row(row, row_height((text, width) for text, (_, width) in zip(texts, _HEADS, strict=True)))
