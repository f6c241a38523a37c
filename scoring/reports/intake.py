"""Read what was sent into one table of entries, each with file, sheet and cell.

Every file in the folder is listed with its fate; one bad file never touches another unit. Nothing in a report is run,
fetched, extracted or followed.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from scoring.core.errors import Fault, ReportError
from scoring.core.files import read_whole, why_refused
from scoring.core.findings import Finding, Remark, finding, findings_table
from scoring.core.language import say
from scoring.core.stages import counted
from scoring.core.tables import typed_table
from scoring.register.units import Register, unit_id
from scoring.reports.fields import all_lines, period_of
from scoring.reports.kept import Kept, meaning, opened, report_key
from scoring.reports.reading.arrivals import Arrivals, read_arrivals, received_on
from scoring.reports.reading.bulk import is_bulk_header, read_bulk_report
from scoring.reports.reading.cells import Parsed
from scoring.reports.reading.container import OLE
from scoring.reports.reading.csv_file import as_book, is_uneven, read_rows
from scoring.reports.reading.folder import WORKBOOKS, Fate, Found, list_files
from scoring.reports.reading.report import Asking, Report, read_report
from scoring.reports.reading.rows import Row
from scoring.reports.reading.side_by_side import Readers
from scoring.reports.reading.table import is_header
from scoring.reports.reading.task_rows import add_tasks, is_task_header, read_task_table
from scoring.reports.reading.workbook import Answer, Book, book_of
from scoring.rubric.model import Rubric

READING = "Đọc báo cáo"
"""The stage, for who waits."""


class Received(NamedTuple):
    """One row of `received`: a file and what became of it.

    unit, period: None where they are not known or the file holds many. days_late: 0 in time, None unknown.
    sent_on: the day the sender wrote on it; noted_on: the day the office noted; received_on follows from both.
    """

    file: str
    sha256: str
    unit: str | None
    period: str | None
    received_on: datetime.date | None
    days_late: int | None
    fate: Fate
    why: str
    sent_on: datetime.date | None = None
    noted_on: datetime.date | None = None


class Reading(NamedTuple):
    """What was read, as three tables.

    entries: one row per unit, item or fact, and period (`rows.Row`; unit, criterion and period categories, figures
    Int64). findings: one row per finding (`rows.Finding`). received: one row per file (`Received`).
    """

    entries: pd.DataFrame
    findings: pd.DataFrame
    received: pd.DataFrame


def read_report_folder(folder: Path, rubric: Rubric, units: pd.DataFrame, register: Register) -> Reading:
    """Read every report in a folder and its subfolders, in the order of their names.

    units: as they stand at the year's end (`register.units_on`). A rejected report leaves its unit missing, a rejected
    figure its criterion. Raises ReportError where there is no such folder.
    """
    if not folder.is_dir():
        fault = Fault("cả thư mục", "không có thư mục báo cáo này", mend="tạo thư mục và chép báo cáo của đơn vị vào")
        raise ReportError(str(folder), [fault])
    asking = asking_of(rubric, units, register)
    files = list(list_files(folder))
    arrivals, findings = read_arrivals(files)
    received, rows = [], []
    with opened(folder) as kept:
        meant = meaning(rubric, units, register)
        for read in counted(READING, read_files(files, asking, meant, kept), len(files)):
            found, report = read.found, read.report
            arrival = _arrival(found, report, arrivals, rubric)
            report.findings += [_about(remark, report) for remark in arrival.remarks]
            row = _received(found, report, arrival.value, rubric, read.digest)
            received.append(_dated(row, found, report, arrivals, rubric))
            findings += report.findings
            rows += report.rows
    return Reading(entries_table(rows, rubric, units), findings_table(findings), received_table(received))


def asking_of(rubric: Rubric, units: pd.DataFrame, register: Register) -> Asking:
    """What is asked of a report: by which rubric, of which units, and how one is found by what a file calls it."""
    return Asking(rubric, _by_id(units), lambda text, where: unit_id(text, register, where))


def _by_id(units: pd.DataFrame) -> dict[str, Any]:
    return {unit["id"]: unit for unit in units.to_dict("records")}


# One file


class Read(NamedTuple):
    """A file and what it reports; digest: the SHA-256 of the bytes that were read, in hex, "" where it has none.

    lasts: whether the same bytes would be read so on every machine, however busy.
    """

    found: Found
    report: Report
    digest: str
    lasts: bool = True


class _Begun(NamedTuple):
    """A file under way: what is known of it at once, else its bytes, and of a workbook the answer to come."""

    found: Found
    digest: str
    key: str = ""
    report: Report | None = None
    raw: bytes = b""
    answer: Answer | Future[Answer] | None = None


def read_files(files: list[Found], asking: Asking, meant: str, kept: Kept) -> Iterator[Read]:
    """Every file with what it reports, in their order; the guarded readers are a few files ahead. meant: `meaning`."""
    begun: deque[_Begun] = deque()
    with Readers() as readers:
        for found in files:
            begun.append(_begin(found, asking, meant, kept, readers))
            if len(begun) > _AHEAD * readers.count:
                yield _end(begun.popleft(), asking, kept)
        while begun:
            yield _end(begun.popleft(), asking, kept)


def to_read(found: Found, meant: str, kept: Kept) -> bool:
    """Whether a file is a report that is not among those kept; what cannot be opened is for its reader to tell."""
    if found.fate:
        return False
    try:
        digest = hashlib.sha256(read_whole(found.path)).hexdigest()
    except OSError:
        return False
    return kept.report(report_key(meant, digest, found.name, found.path.name), digest) is None


_AHEAD = 2
"""Files at hand for each reader, so that none waits."""


def _begin(found: Found, asking: Asking, meant: str, kept: Kept, readers: Readers) -> _Begun:
    """Find a file's report among those kept, else have its bytes read."""
    if found.fate:
        return _Begun(found, _digest(found), report=_judged(found))
    try:
        raw = read_whole(found.path)
    except OSError as error:
        return _Begun(found, "", report=_unopened(found, error, asking))
    digest = hashlib.sha256(raw).hexdigest()
    key = report_key(meant, digest, found.name, found.path.name)
    if report := kept.report(key, digest):
        return _Begun(found, digest, report=report)
    if not is_workbook(found, raw):
        return _Begun(found, digest, key, raw=raw)
    return _Begun(found, digest, key, answer=kept.answer(digest) or readers.ask(raw))


def _end(begun: _Begun, asking: Asking, kept: Kept) -> Read:
    if begun.report is not None:
        return Read(begun.found, begun.report, begun.digest)
    answer = begun.answer.result() if isinstance(begun.answer, Future) else begun.answer
    report = _report(begun, answer, asking)
    if answer is not None and isinstance(begun.answer, Future):
        kept.keep_answer(begun.digest, answer)
    lasts = answer is None or answer.lasts
    if lasts:
        kept.keep_report(begun.key, report)
    return Read(begun.found, report, begun.digest, lasts)


def _judged(found: Found) -> Report:
    """A file that is not read."""
    is_told = found.why is not None and (found.fate != "ignored" or found.why.severity != "note")
    findings = [finding(found.why, file=found.name)] if found.why and is_told else []
    return Report(found.name, is_rejected=found.fate == "rejected", findings=findings)


def _report(begun: _Begun, answer: Answer | None, asking: Asking) -> Report:
    """What a file reports; one that cannot be read is a rejected report. answer: None where it is a table in CSV."""
    found = begun.found
    try:
        if answer is None:
            report = _read_table(begun.raw, found.name, asking)
        else:
            report = _read_book(book_of(answer, found.name), found.name, asking)
    except ReportError as error:
        return _unreadable(found, error.faults[0].what, error.faults[0].mend)
    if report.unit is not None and (other := _other_unit(found.name, report.unit, asking)):
        what = say(
            "tên tệp ghi {other} nhưng báo cáo là của {unit}; đã tính theo nội dung", other=other, unit=report.unit
        )
        report.findings.append(_about(Remark("other_name", what, say("đặt lại tên tệp")), report))
    return report


def read_table_file(found: Found, raw: bytes, rubric: Rubric) -> Book:
    """The cells of a table saved as CSV, as one nameless sheet.

    raw: its bytes. Raises ReportError, in plain words, where it cannot be read.
    """
    return as_book(*read_rows(raw, found.name, partial(_is_any_header, rubric=rubric)))


def is_workbook(found: Found, raw: bytes) -> bool:
    """Whether a file is for the guarded readers, rather than a table saved as CSV."""
    return found.path.suffix.casefold() in WORKBOOKS or raw.startswith((b"PK", OLE, b"%PDF"))


def _about(remark: Remark, report: Report) -> Finding:
    return finding(remark, file=report.file, unit=report.unit, period=report.period)


def _unreadable(found: Found, what: str, mend: str) -> Report:
    remark = Remark("unreadable", what, mend)
    return Report(found.name, is_rejected=True, findings=[finding(remark, file=found.name)])


UNOPENED = "unopened"
"""The code of the finding on a report that lies there and cannot be opened: what it says is not known."""


def _unopened(found: Found, error: OSError, asking: Asking) -> Report:
    """A report that the system refuses to open; whose it is and for which period, as far as its name says."""
    unit = _in_name(found.path.stem, asking.units)
    period = _in_name(found.path.stem, [period.id for period in asking.rubric.periods])
    what = say("không mở được tệp: {why}", why=say(why_refused(error)))
    remark = Remark(UNOPENED, what, say("đóng tệp ở chương trình khác, xem lại quyền đọc, rồi chạy lại"))
    told = finding(remark, file=found.name, unit=unit, period=period)
    return Report(found.name, unit, period, is_rejected=True, findings=[told])


def _in_name(stem: str, known: Iterable[str]) -> str | None:
    """The one id, of those known, that stands in a file's name; None where there is none, or more than one."""
    text = unicodedata.normalize("NFC", stem).upper()
    found = [one for one in known if re.search(rf"(?<![^\W_]){re.escape(one.upper())}(?![^\W_])", text)]
    longest = max(found, key=len, default=None)
    return longest if longest and all(one in longest for one in found) else None


def unopened_units(findings: pd.DataFrame) -> frozenset[str]:
    """The units of which a report cannot be opened, so that nothing can be said of their year.

    Raises ReportError where it is not known whose report that is: then nothing can be said of any unit.
    """
    unopened = findings[findings["code"] == UNOPENED]
    if nameless := unopened.loc[unopened["unit"].isin([""]) | unopened["unit"].isna()].to_dict("records"):
        expected = say("tên tệp không cho biết đơn vị nào nên chưa chấm được đơn vị nào")
        raise ReportError(
            "reports", [Fault(str(one["file"]), str(one["message"]), expected, str(one["mend"])) for one in nameless]
        )
    return frozenset(unopened["unit"].astype(str))


def _read_table(raw: bytes, file: str, asking: Asking) -> Report:
    """A CSV file: one unit's report, or a table of many units."""
    is_bulk = partial(is_bulk_header, rubric=asking.rubric)
    is_any = partial(_is_any_header, rubric=asking.rubric)
    rows, remarks = read_rows(raw, file, is_any)
    start = next(place for place, texts in enumerate(rows) if is_any(texts))
    if asking.rubric.tasks and is_task_header(rows[start]):
        report = read_task_table(rows, file, asking)
        report.findings += [finding(remark, file=file) for remark in remarks]
        return report
    if is_bulk(rows[start]):
        report = read_bulk_report(rows, file, asking)
        report.findings += [finding(remark, file=file) for remark in remarks]
        return report
    for number, texts in enumerate(rows[start:], start + 1):
        if any(texts) and is_uneven(texts, rows[start]):
            what = say(
                "dòng {number} có {cells} ô, dòng tiêu đề có {headings} ô",
                number=number,
                cells=len(texts),
                headings=len(rows[start]),
            )
            mend = say("kiểm tra dấu ngăn cách và dấu nháy, hoặc gửi tệp .xlsx")
            raise ReportError(file, [Fault(file, what, mend=mend)])
    return _read_book(as_book(rows, remarks), file, asking)


def _is_any_header(texts: list[str], rubric: Rubric) -> bool:
    """Whether a record is the headings of any table that is read."""
    tasks = rubric.tasks is not None and is_task_header(texts)
    return tasks or is_header(texts) or is_bulk_header(texts, rubric)


def _read_book(book: Book, file: str, asking: Asking) -> Report:
    """One unit's report, with its list of tasks."""
    report = read_report(book, file, asking)
    if not report.is_rejected:
        add_tasks(report, book, asking)
    return report


def _other_unit(name: str, unit: str, asking: Asking) -> str | None:
    """Another unit whose id stands in a file's name, where the report's own does not."""
    words = re.findall(r"[A-Z0-9._-]+", Path(name).stem.upper())
    words += [part for word in words for part in word.split("_")]
    return None if unit in words else next((word for word in words if word in asking.units), None)


def _arrival(found: Found, report: Report, arrivals: Arrivals, rubric: Rubric) -> Parsed[datetime.date]:
    """The day a file counts as received, with remarks where it is a report that counts."""
    noted = arrivals.get(found.name)
    if report.period is None:
        return Parsed(noted)
    arrival = received_on(report.sent_on, noted, period_of(report.period, rubric))
    return Parsed(arrival.value) if report.is_rejected else arrival


def _received(found: Found, report: Report, when: datetime.date | None, rubric: Rubric, digest: str) -> Received:
    late = None
    if when is not None and report.period is not None:
        late = max(0, (when - period_of(report.period, rubric).due).days)
    errors = [one.message for one in report.findings if one.severity == "error"]
    warnings = sum(one.severity == "warning" for one in report.findings)
    fate: Fate = "flagged" if errors or warnings else "accepted"
    told = say("{errors} lỗi, {warnings} chỗ cần xem lại", errors=len(errors), warnings=warnings)
    why = told if errors or warnings else ""
    if report.is_rejected:
        fate, why = "rejected", "; ".join(errors)
    if found.fate and found.why:
        fate, why = found.fate, found.why.message
    return Received(found.name, digest, report.unit, report.period, when, late, fate, why)


def _dated(received: Received, found: Found, report: Report, arrivals: Arrivals, rubric: Rubric) -> Received:
    """The row with the days by which copies of one report are told apart; a day that cannot be is none."""
    if report.period is None:
        return received
    period = period_of(report.period, rubric)
    noted = arrivals.get(found.name)
    sent, noted = (received_on(one, None, period).value for one in (report.sent_on, noted))
    return received._replace(sent_on=sent, noted_on=noted)


def _digest(found: Found) -> str:
    """SHA-256 of a file in hex; "" where it is no file, or cannot be opened."""
    if found.path.is_symlink() or not found.path.is_file():
        return ""
    try:
        with found.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


# The tables


def entries_table(rows: list[Row], rubric: Rubric, units: pd.DataFrame) -> pd.DataFrame:
    """Rows as the table `entries`."""
    lines, periods = ([one.id for one in ids] for ids in (all_lines(rubric), rubric.periods))
    kinds: dict[str, Any] = {
        "unit": pd.CategoricalDtype(units["id"].tolist()),
        "criterion": pd.CategoricalDtype(lines),
        "period": pd.CategoricalDtype(periods, ordered=True),
        "value": "Int64",
        "base": "Int64",
        "not_applicable": "bool",
        "self_points": "Int64",
        **dict.fromkeys(("evidence", "file", "sheet", "cell"), "str"),
    }
    return typed_table(rows, Row._fields, kinds)


def received_table(received: list[Received]) -> pd.DataFrame:
    """Files as the table `received`; the days are dates or None."""
    kinds: dict[str, Any] = dict.fromkeys(Received._fields, "str")
    dates = dict.fromkeys(("received_on", "sent_on", "noted_on"), "object")
    return typed_table(received, Received._fields, kinds | dates | {"days_late": "Int64"})
