"""When reports came in: the office's own lists, and what follows for a report's day of sending."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from scoring.core.errors import Fault, ReportError
from scoring.core.files import read_whole, why_refused
from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import in_words, say, term
from scoring.core.text import shown
from scoring.core.wording import day
from scoring.reports.reading.cells import Cell, Parsed, fold, read_date
from scoring.reports.reading.csv_file import read_rows
from scoring.reports.reading.folder import OFFICE_REGISTER, Found
from scoring.rubric.model import Period

Arrivals = dict[str, datetime.date]
"""The day on which each file came in, by the name it is listed by."""

_COLUMNS = ("file", "received_on")
_BELOW_REPORTS = re.compile(r"^(?:.*/)?reports/", re.IGNORECASE)
"""A path as a person copies it from the file manager, up to the folder of reports."""
_LONGEST_DELAY = timedelta(days=366)


def read_arrivals(files: Sequence[Found]) -> tuple[Arrivals, list[Finding]]:
    """What the office noted of the files of a folder of reports; what is amiss in its lists is found, not raised.

    files: all files of the folder, the lists among them; a list in a subfolder is about the files below it. Every row
    gives a file its day, or a finding. Raises ReportError where a list lies there and cannot be opened.
    """
    days: dict[str, dict[datetime.date, _Row]] = {}
    findings: list[Finding] = []
    for register in files:
        above, _, name = register.name.rpartition("/")
        if name.casefold() == OFFICE_REGISTER and register.fate == "ignored" and register.path.is_file():
            within = f"{above}/" if above else ""
            names = _Names([file.name[len(within) :] for file in files if file.name.startswith(within)])
            findings += _read_register(register, within, names, days)
    for file, noted in days.items():
        findings += _two_days(file, noted)
    return {file: next(iter(noted)) for file, noted in days.items() if len(noted) == 1}, findings


_MONTH_FIRST = re.compile(r"(?:0?[1-9]|1[0-2])/(?:1[3-9]|2[0-9]|3[01])/[0-9]{4}")
"""A day as an American Excel writes it, which no other reading fits."""
_EITHER = re.compile(r"0?([1-9]|1[0-2])/(?!0?\1/)(?:0?[1-9]|1[0-2])/[0-9]{4}")
"""A day that reads in two ways."""
_ASK: Parsed[datetime.date] = Parsed(
    None,
    (
        Remark(
            "not_a_date",
            term("sổ có ngày ghi tháng trước (như 12/31/2024) nên không biết ô này ghi ngày hay tháng trước"),
            term("ghi mọi ngày của sổ dạng 2024-12-31 (năm-tháng-ngày)"),
        ),
    ),
)


class _Row(NamedTuple):
    """Where a day is noted: in which list, and in which of its rows."""

    register: str
    number: int


def _read_register(
    register: Found, within: str, names: _Names, days: dict[str, dict[datetime.date, _Row]]
) -> Iterator[Finding]:
    """Put the days of one list into `days`; what is to be said of its rows. within: the folder it is about."""
    try:
        rows, _ = read_rows(read_whole(register.path), register.name, _is_header)
    except OSError as error:
        # without the days of arrival nobody is in time or late, and points follow from that
        what = say("không mở được tệp: {why}", why=say(why_refused(error)))
        mend = say("đóng tệp ở chương trình khác, xem lại quyền đọc, rồi chạy lại")
        raise ReportError(register.name, [Fault(register.name, what, mend=mend)]) from error
    except ReportError as error:
        what = error.faults[0].what
        mend = say("dòng đầu ghi {columns}, lưu kiểu CSV UTF-8", columns=",".join(_COLUMNS))
        yield finding(Remark("office_register", what, mend), file=register.name)
        return
    start = next(place for place, texts in enumerate(rows) if _is_header(texts))
    at = [[fold(text) for text in rows[start]].index(name) for name in _COLUMNS]
    has_months_first = any(
        _MONTH_FIRST.fullmatch(text.strip()) for texts in rows[start + 1 :] for text in texts[at[1] : at[1] + 1]
    )
    for number, texts in enumerate(rows[start + 1 :], start + 2):
        if not any(text.strip() for text in texts):
            continue
        file, on = (texts[place] if place < len(texts) else "" for place in at)
        named, remarks = names.named(file, number)
        parsed = _ASK if has_months_first and _EITHER.fullmatch(on.strip()) else read_date(Cell("text", on))
        if named is not None and parsed.value is not None:
            days.setdefault(within + named, {}).setdefault(parsed.value, _Row(register.name, number))
        if parsed.value is None and not parsed.remarks:
            what = say("dòng {row} chưa ghi ngày nhận", row=number)
            remarks.append(Remark("arrival_day", what, say("ghi ngày/tháng/năm, hoặc bỏ dòng này")))
        for remark, value in (*((one, file) for one in remarks), *((one, on) for one in parsed.remarks)):
            yield finding(remark, file=register.name, cell=f"dòng {number}", value=value)


def _two_days(file: str, noted: dict[datetime.date, _Row]) -> Iterator[Finding]:
    """Each of two days noted for one file: neither counts."""
    if len(noted) == 1:
        return
    told = ", ".join(
        say("{list} dòng {row}: {day}", list=row.register, row=row.number, day=day(on)) for on, row in noted.items()
    )
    what = say("{file} ghi nhiều ngày nhận ({days}) nên không dùng ngày nào", file=file, days=told)
    remark = Remark("arrival_twice", what, say("giữ một dòng cho mỗi tệp"))
    for row in noted.values():
        yield finding(remark, file=row.register, cell=f"dòng {row.number}", value=file)


class _Names:
    """Finds the file that a row means: by its whole path or its name, then whatever capitals, then without ending."""

    def __init__(self, files: Sequence[str]) -> None:
        self._by: list[dict[str, list[str]]] = [{}, {}, {}, {}]
        for file in files:
            name = file.rpartition("/")[2]
            forms = (file, name, _plain(name), _plain(name).rpartition(".")[0], _plain(file).rpartition(".")[0])
            levels = (0, 1, 2, 3, 3)
            for level, form in (*zip(levels, forms, strict=True), (2, _plain(file))):
                same = self._by[level].setdefault(form, [])
                if file not in same:
                    same.append(file)

    def named(self, text: str, row: int) -> tuple[str | None, list[Remark]]:
        """The file a row means, None where that cannot be told, and what is to be said of it."""
        stated = unicodedata.normalize("NFC", text.strip()).replace("\\", "/").removeprefix("./")
        stated = _BELOW_REPORTS.sub("", stated)
        if not stated:
            what = say("dòng {row} chưa ghi tên tệp", row=row)
            return None, [Remark("arrival_file", what, say("ghi tên tệp, hoặc bỏ dòng này"))]
        for level, form in enumerate((stated, stated, _plain(stated), _plain(stated))):
            if found := self._by[level].get(form):
                return _chosen(found, row, stated, is_whole=level < 3)
        what = say("dòng {row} ghi '{file}', trong thư mục không có tệp này", row=row, file=shown(stated))
        return None, [Remark("arrival_file", what, say("ghi tên tệp đúng như trong danh sách đã nhận"))]


def _chosen(found: list[str], row: int, stated: str, *, is_whole: bool) -> tuple[str | None, list[Remark]]:
    if len(found) > 1:
        files = ", ".join(found)
        what = say("dòng {row} ghi '{file}', có nhiều tệp như vậy: {files}", row=row, file=shown(stated), files=files)
        mend = say("ghi cả thư mục, như trong danh sách đã nhận")
        return None, [Remark("arrival_ambiguous", what, mend)]
    if is_whole:
        return found[0], []
    what = say(
        "dòng {row} ghi '{file}', không phải tên đầy đủ của tệp nào; đã hiểu là {name}",
        row=row,
        file=shown(stated),
        name=found[0],
    )
    return found[0], [Remark("arrival_file", what, say("ghi đủ tên tệp, cả đuôi"))]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_header(texts: list[str]) -> bool:
    return set(_COLUMNS) <= {fold(text) for text in texts}


def received_on(sent: datetime.date | None, noted: datetime.date | None, period: Period) -> Parsed[datetime.date]:
    """The day a report counts as received: the one the office noted, else the one it was sent on by its own words."""
    when = noted or sent
    if when is None:
        what = say("chưa có ngày gửi nên chưa biết báo cáo có đúng hạn không")
        return Parsed(None, (Remark("no_date", what, _note_it()),))
    if not period.from_ <= when <= period.due + _LONGEST_DELAY:
        what = say("ngày {day} không thể là ngày gửi {period}", day=day(when), period=in_words(period).name)
        mend = say("sửa ngày nhận trong tệp {file}", file=OFFICE_REGISTER) if noted else _note_it()
        return Parsed(None, (Remark("odd_date", what, mend),))
    if noted and sent and noted != sent:
        what = say(
            "báo cáo ghi gửi ngày {sent}, sổ nhận của văn phòng ghi {noted}; tính theo sổ nhận",
            sent=day(sent),
            noted=day(noted),
        )
        return Parsed(noted, (Remark("other_date", what),))
    return Parsed(when)


def _note_it() -> str:
    return say("ghi ngày nhận vào tệp {file}", file=OFFICE_REGISTER)
