"""When reports came in: the office's own list, and what follows for a report's day of sending."""

from __future__ import annotations

import datetime
import unicodedata
from datetime import timedelta
from pathlib import Path

from scoring.core.errors import Fault, ReportError
from scoring.core.files import read_whole, why_refused
from scoring.core.language import in_words, say
from scoring.core.wording import day
from scoring.reports.reading.cells import Cell, Parsed, Remark, fold, read_date
from scoring.reports.reading.csv_file import read_rows
from scoring.reports.reading.folder import OFFICE_REGISTER
from scoring.reports.reading.rows import Finding, finding
from scoring.rubric.model import Period

Arrivals = dict[str, datetime.date]
"""The day on which each file came in, by the file's name (NFC)."""

_COLUMNS = ("file", "received_on")
_LONGEST_DELAY = timedelta(days=366)


def read_arrivals(folder: Path) -> tuple[Arrivals, list[Finding]]:
    """The office's list in a folder of reports, empty where there is none; what is amiss in it is found, not raised.

    Raises ReportError where it lies there and cannot be opened.
    """
    path = folder / OFFICE_REGISTER
    if not path.is_file() or path.is_symlink():
        return {}, []
    try:
        rows, _ = read_rows(read_whole(path), OFFICE_REGISTER, _is_header)
    except OSError as error:
        # without the days of arrival nobody is in time or late, and points follow from that
        what = say("không mở được tệp: {why}", why=say(why_refused(error)))
        mend = say("đóng tệp ở chương trình khác, xem lại quyền đọc, rồi chạy lại")
        raise ReportError(OFFICE_REGISTER, [Fault(OFFICE_REGISTER, what, mend=mend)]) from error
    except ReportError as error:
        what = error.faults[0].what
        mend = say("dòng đầu ghi {columns}, lưu kiểu CSV UTF-8", columns=",".join(_COLUMNS))
        return {}, [finding(Remark("error", "office_register", what, mend), file=OFFICE_REGISTER)]
    start = next(place for place, texts in enumerate(rows) if _is_header(texts))
    at = [[fold(text) for text in rows[start]].index(name) for name in _COLUMNS]
    arrivals: Arrivals = {}
    findings = []
    for number, texts in enumerate(rows[start + 1 :], start + 2):
        if not any(texts):
            continue
        file, on = (texts[place] if place < len(texts) else "" for place in at)
        parsed = read_date(Cell("text", on))
        if parsed.value is not None:
            arrivals[unicodedata.normalize("NFC", file.strip())] = parsed.value
        for remark in parsed.remarks:
            findings.append(finding(remark, file=OFFICE_REGISTER, cell=f"dòng {number}", value=on))
    return arrivals, findings


def _is_header(texts: list[str]) -> bool:
    return set(_COLUMNS) <= {fold(text) for text in texts}


def received_on(sent: datetime.date | None, noted: datetime.date | None, period: Period) -> Parsed[datetime.date]:
    """The day a report counts as received: the one the office noted, else the one it was sent on by its own words."""
    when = noted or sent
    if when is None:
        what = say("chưa có ngày gửi nên chưa biết báo cáo có đúng hạn không")
        return Parsed(None, (Remark("warning", "no_date", what, _note_it()),))
    if not period.from_ <= when <= period.due + _LONGEST_DELAY:
        what = say("ngày {day} không thể là ngày gửi {period}", day=day(when), period=in_words(period).name)
        return Parsed(None, (Remark("warning", "odd_date", what, _note_it()),))
    if noted and sent and noted != sent:
        what = say(
            "báo cáo ghi gửi ngày {sent}, sổ nhận của văn phòng ghi {noted}; tính theo sổ nhận",
            sent=day(sent),
            noted=day(noted),
        )
        return Parsed(noted, (Remark("note", "other_date", what),))
    return Parsed(when)


def _note_it() -> str:
    return say("ghi ngày nhận vào tệp {file}", file=OFFICE_REGISTER)
