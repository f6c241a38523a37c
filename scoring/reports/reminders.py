"""Who is still to be reminded of a report, on a given day: not due yet, due within a week, overdue by how many days?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from scoring.core.language import say, say_count
from scoring.core.wording import day, sentence
from scoring.register.year import Year, names_of
from scoring.reports.checklist import ABSENT
from scoring.reports.intake import Reading
from scoring.reports.unread import unread_of
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Period

SOON = 7
"""Days before the due day from which a report is asked for."""

DueState = Literal["unread", "refused", "overdue", "soon", "not_due"]


class Reminder(NamedTuple):
    """One report that is owed and not there, or came and could not be read or used.

    days: until the due day, below 0 once it has passed. files: what came and could not be read, or was read and cannot
    be used. why: of what cannot be used, each reason once.
    """

    unit: str
    name: str
    period: Period
    standing: DueState
    days: int
    files: tuple[str, ...]
    why: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Where the report stands, in words without a capital."""
        late = say_count("quá hạn {count} ngày", -self.days) if self.days < 0 else ""
        files = ", ".join(self.files)
        if self.standing == "unread":
            return "; ".join(filter(None, (say("đã gửi, không đọc được ({files})", files=files), late)))
        if self.standing == "refused":
            return "; ".join(filter(None, (say("đã gửi, chưa dùng được ({files})", files=files), late)))
        return late or (say_count("còn {count} ngày", self.days) if self.days else say("hạn nộp là hôm nay"))


def list_reminders(reading: Reading, year: Year, on: date, period: str | None = None) -> list[Reminder]:
    """The reports of units that stand and still owe them, worst first; period: only this one's."""
    names = names_of(year)
    rows = reading.findings[reading.findings["code"] == ABSENT]
    periods = {one.id: one for one in year.rubric.periods}
    standing = set(year.units.loc[year.units["standing"], "id"])
    absent = [(u, p) for u, p in zip(rows["unit"], rows["period"], strict=True) if u in standing]
    absent.sort(key=lambda one: list(periods).index(one[1]))
    unread = unread_of(reading.received, absent, year.rubric)
    refused = reading.received[reading.received["fate"] == "rejected"]
    by_unit: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for unit, name, file, why in refused[["unit", "period", "file", "why"]].itertuples(index=False):
        by_unit.setdefault((unit, name), []).append((file, why))
    found = [
        _reminder(unit, names[unit], periods[name], on, unread.get((unit, name), []), by_unit.get((unit, name), []))
        for unit, name in absent
        if period is None or name == period
    ]
    order = ("unread", "refused", "overdue", "soon", "not_due")
    return sorted(found, key=lambda one: (order.index(one.standing), one.days, one.unit))


def _reminder(
    unit: str, name: str, period: Period, on: date, unread: Sequence[str], refused: Sequence[tuple[str, str]]
) -> Reminder:
    """unread: files; refused: files, each with the reason."""
    left = (period.due - on).days
    if unread:
        return Reminder(unit, name, period, "unread", left, (*unread, *(file for file, _ in refused)))
    if refused:
        why = tuple(dict.fromkeys(reason for _, reason in refused))
        return Reminder(unit, name, period, "refused", left, tuple(file for file, _ in refused), why)
    standing: DueState = "overdue" if left < 0 else "soon" if left <= SOON else "not_due"
    return Reminder(unit, name, period, standing, left, ())


# What is sent


def letters(reminders: Sequence[Reminder], year: Year) -> Iterator[tuple[str, str]]:
    """A letter for each unit that is to be reminded now: the name of its file, and its text."""
    by_unit: dict[str, list[Reminder]] = {}
    for one in reminders:
        if one.standing != "not_due":
            by_unit.setdefault(one.unit, []).append(one)
    issuer = issuer_of(year.plan, year.rubric)
    for unit, own in by_unit.items():
        lines = [f"- {one.period.name}, hạn nộp {day(one.period.due)}: {one.told}." for one in own]
        forms = ", ".join(f"{unit}_{one.period.id}.xlsx" for one in own)
        text = [
            f"Kính gửi: {own[0].name}",
            "",
            f"{issuer.body.name} đề nghị đơn vị gửi báo cáo {issuer.evaluated} năm {year.rubric.year}:",
            *lines,
            "",
            f"Xin điền vào đúng biểu mẫu đã gửi ({forms}); ô nào chưa có số liệu thì để trống, không ghi 0.",
            *_about_files(own),
            "",
        ]
        yield f"{unit}.txt", "\n".join(text)


def _about_files(own: Sequence[Reminder]) -> Iterator[str]:
    """What a unit has to know of the files it sent in vain."""
    if any(one.standing == "unread" for one in own):
        yield "Tệp đã gửi không mở được: xin gửi lại tệp Excel (.xlsx)."
    for one in own:
        for why in one.why:
            yield f"{one.period.name}: {sentence(why)}"


_HEADS: Mapping[DueState, str] = {
    "unread": "Đã gửi, không đọc được, xin gửi lại",
    "refused": "Đã gửi, chưa dùng được",
    "overdue": "Quá hạn",
    "soon": f"Đến hạn trong {SOON} ngày tới",
}


def group_list(reminders: Sequence[Reminder], on: date) -> str:
    """One list for the messenger group; reports not due yet are only counted."""
    lines = [f"Báo cáo còn thiếu đến ngày {day(on)}"]
    for standing, head in _HEADS.items():
        own = [one for one in reminders if one.standing == standing]
        lines += (
            [f"{head} ({len(own)}):", *(f"- {one.name}: {one.period.name}, {one.told}" for one in own)] if own else []
        )
    waiting = sum(one.standing == "not_due" for one in reminders)
    lines += [f"Chưa đến hạn: {waiting} báo cáo."] if waiting else []
    return "\n".join(lines if len(lines) > 1 else [*lines, "Không còn báo cáo nào thiếu."]) + "\n"
