"""What became of a year's reports, unit by unit: every file with its fate, every finding, and who has not reported.

The screen and `pages.check` show the same lists; `returns` sends each unit its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from scoring.core import wording
from scoring.core.language import say
from scoring.core.rows import FindingRow, ReceivedRow
from scoring.core.tables import rows_as
from scoring.register.year import Year, names_of
from scoring.reports.intake import Reading
from scoring.reports.reading.folder import UNREAD
from scoring.reports.unread import unread_of
from scoring.rubric.model import Period, Rubric

ABSENT = "no_report"
"""The code of the findings that stand in the list of who has not reported."""


class FileLine(NamedTuple):
    """One file and its fate, in words; returned: the copy to send back, "" where there is nothing to mend.

    is_usable: False where the whole file was refused.
    """

    file: str
    period: str
    received_on: str
    fate: str
    returned: str
    is_usable: bool


_MOST_ALIKE = 100
"""Findings of one kind in one file that are listed one by one."""


class FindingLine(NamedTuple):
    """One finding, in words; times: how many findings the line speaks for."""

    severity: str
    file: str
    place: str
    criterion: str
    value: str
    message: str
    mend: str
    times: int = 1


class ChecklistPart(NamedTuple):
    """One unit's files and findings; of the part without id, those of no unit or of many."""

    id: str
    name: str
    files: tuple[FileLine, ...]
    findings: tuple[FindingLine, ...]

    @property
    def weight(self) -> tuple[int, int]:
        """How many errors, and how many warnings."""
        told = Counter[str]()
        for line in self.findings:
            told[line.severity] += line.times
        return told[wording.SEVERITIES["error"]], told[wording.SEVERITIES["warning"]]


class AbsentLine(NamedTuple):
    """A report that is due and has not come, or none that counts; owed: whether the unit is graded this year."""

    unit: str
    name: str
    period: str
    message: str
    mend: str
    owed: bool


class OpenPeriod(NamedTuple):
    """A period whose due day has not passed, and how many units that are graded have sent nothing for it yet."""

    period: str
    due: date
    units: int


class Checklist(NamedTuple):
    """The lists of one year. absent: reports that are due, or came and cannot be used; awaited: those not due yet."""

    year: int
    counts: tuple[tuple[str, int], ...]
    parts: tuple[ChecklistPart, ...]
    absent: tuple[AbsentLine, ...]
    awaited: tuple[OpenPeriod, ...]


def list_checks(
    reading: Reading, year: Year, returned: Mapping[str, str] | None = None, on: date = date.max
) -> Checklist:
    """The lists, the units with the most errors, then warnings, first, then what belongs to no one unit.

    returned: the copy made of each file that is to be sent back, by the file's name. on: the day it is looked at, on
    which a report is not missing before the day after it is due; left out, every report is due.
    """
    names = names_of(year)
    periods = {period.id: period for period in year.rubric.periods}
    files: dict[str, list[FileLine]] = defaultdict(list)
    received = list(_with_checks(reading))
    for row in received:
        files[row["unit"] or ""].append(_file_line(row, periods, returned or {}))
    told = reading.findings[reading.findings["code"] != ABSENT]
    findings = _finding_lines(told)
    parts = sorted(
        (
            ChecklistPart(unit, names.get(unit, ""), tuple(files[unit]), tuple(findings[unit]))
            for unit in [*names, ""]
            if files[unit] or findings[unit]
        ),
        key=lambda part: (not part.id, *(-count for count in part.weight)),
    )
    fates = Counter(row["fate"] for row in received)
    counts = tuple((words, fates[fate]) for fate, words in wording.FATES.items())
    missing = reading.findings[reading.findings["code"] == ABSENT]
    early = _not_due(missing, reading.received, year.rubric, on)
    absent = tuple(_absent(missing[~early], names, periods))
    return Checklist(year.rubric.year, counts, tuple(parts), absent, tuple(_awaited(missing[early], periods)))


def _finding_lines(told: pd.DataFrame) -> dict[str, list[FindingLine]]:
    """The findings by unit; of those of one kind in one file the first ones, then a line for the others."""
    found: dict[str, list[FindingLine]] = defaultdict(list)
    others: dict[tuple[str, ...], list[FindingRow]] = defaultdict(list)
    alike = Counter[tuple[str, ...]]()
    for row in rows_as(FindingRow, told):
        kind = (row["unit"], row["file"], row["code"], row["severity"])
        alike[kind] += 1
        if alike[kind] <= _MOST_ALIKE:
            found[row["unit"]].append(finding_line(row))
        else:
            others[kind].append(row)
    for same in others.values():
        line, count = finding_line(same[0]), wording.number(len(same))
        what = say("còn {count} chỗ tương tự trong tệp này, bắt đầu từ: {first}", count=count, first=same[0]["message"])
        mend = wording.sentence(say("sửa các chỗ đã nêu rồi chạy lại để xem tiếp"))
        line = line._replace(criterion="", message=wording.sentence(what), mend=mend, times=len(same))
        found[same[0]["unit"]].append(line)
    return found


def _with_checks(reading: Reading) -> Iterator[ReceivedRow]:
    """The files with their fates as they are once all checks are done: one with something to mend is flagged."""
    told = Counter(zip(reading.findings["file"], reading.findings["severity"], strict=True))
    unread = set(reading.findings.loc[reading.findings["code"] == UNREAD, "file"])
    for row in rows_as(ReceivedRow, reading.received):
        errors, warnings = told[row["file"], "error"], told[row["file"], "warning"]
        is_read = row["fate"] in {"accepted", "flagged"} and row["file"] not in unread
        if is_read and (errors or warnings):
            why = say("{errors} lỗi, {warnings} chỗ cần xem lại", errors=errors, warnings=warnings)
            row["fate"], row["why"] = "flagged", why
        yield row


def finding_line(row: FindingRow) -> FindingLine:
    """A row of `findings` in words."""
    place = ", ".join(text for text in (row["sheet"], row["cell"]) if text)
    message, mend = wording.sentence(row["message"]), wording.sentence(row["mend"])
    return FindingLine(
        wording.SEVERITIES[row["severity"]], row["file"], place, row["criterion"], row["value"], message, mend
    )


def _file_line(row: ReceivedRow, periods: Mapping[str, Period], returned: Mapping[str, str]) -> FileLine:
    fate, period = wording.FATES[row["fate"]], periods.get(row["period"] or "")
    words = f"{fate}: {row['why']}" if row["why"] else fate
    return FileLine(
        row["file"],
        period.name if period else "",
        wording.day(row["received_on"]),
        wording.sentence(words),
        returned.get(row["file"], ""),
        row["fate"] != "rejected",
    )


def _not_due(missing: pd.DataFrame, received: pd.DataFrame, rubric: Rubric, on: date) -> pd.Series[bool]:
    """Of which absent reports the due day has not passed and nothing came, not even what cannot be used."""
    owed = list(zip(missing["unit"], missing["period"], strict=True))
    refused = received[received["fate"] == "rejected"]
    came = {*zip(refused["unit"], refused["period"], strict=True), *unread_of(received, owed, rubric)}
    open_yet = {period.id for period in rubric.periods if on <= period.due}
    return pd.Series([one not in came and one[1] in open_yet for one in owed], index=missing.index, dtype=bool)


def _awaited(missing: pd.DataFrame, periods: Mapping[str, Period]) -> Iterator[OpenPeriod]:
    owed = Counter(missing.loc[missing["severity"] == "error", "period"])
    for name, period in periods.items():
        if owed[name]:
            yield OpenPeriod(period.name, period.due, owed[name])


def _absent(missing: pd.DataFrame, names: Mapping[str, str], periods: Mapping[str, Period]) -> Iterator[AbsentLine]:
    for row in rows_as(FindingRow, missing):
        yield AbsentLine(
            row["unit"],
            names[row["unit"]],
            periods[row["period"]].name,
            wording.sentence(row["message"]),
            wording.sentence(row["mend"]),
            row["severity"] == "error",
        )
