"""The register of units (danh bạ đơn vị) with its history, and who is eligible in a year.

`reading` reads it from `units.csv` and `events.csv`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from scoring.core.errors import Fault, ReportError
from scoring.core.language import say, say_count
from scoring.core.text import likeness, odd_characters, shown
from scoring.core.wording import day
from scoring.rubric.model import Eligibility, Rubric

BEGINNINGS = ("created", "split_from")
CHANGES = ("renamed", "moved")
ENDINGS = ("merged_into", "dissolved")
WITH_OTHER = ("split_from", "merged_into")
"""The kinds of events: what begins, changes or ends a span, and what concerns another unit as well."""

_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Register:
    """The units of all years so far (danh bạ).

    spans: one row per unit and span, in the order of id and from: id, name, short_name, aliases (separated by "|"),
    type, block, parent, members (Int64), from and to (days, both included; to NaT: no end known).
    events: one row per event, in the order of date: unit, event (created, split_from, renamed, moved, merged_into,
    dissolved), date (the first day on which it holds), other_unit (NA where the event has none), document,
    document_date.
    """

    spans: pd.DataFrame
    events: pd.DataFrame

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every id the register knows, also of units that ended."""
        return frozenset(self.spans["id"])

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Ids by what they, their names and their aliases look like."""
        found: dict[str, list[str]] = defaultdict(list)
        for unit, *names, aliases in self.spans[["id", "name", "short_name", "aliases"]].itertuples(index=False):
            for look in {likeness(text) for text in (unit, *names, *aliases.split("|"))}:
                if look and unit not in found[look]:
                    found[look].append(unit)
        return found


def units_on(register: Register, day: date, rubric: Rubric) -> pd.DataFrame:
    """The units as they stood on a day, those that had ended included.

    One row per unit that had begun, in the order of id: id, name, short_name, type, block, members, parent (as valid
    on the day, or last valid), standing (whether it still existed), answered_by (the unit that answers for its
    reports: itself, or what it was merged into; NA where it was dissolved), eligible, eligibility (why not; ""
    where eligible). A unit is eligible when, at the end of the day, it stands, has existed and has been unmerged and
    undivided for the months the rubric states; one born by a merger or a split counts as merged, not as new.
    """
    at = pd.Timestamp(day)
    begun = register.spans[register.spans["from"] <= at]
    units = begun.drop_duplicates("id", keep="last").reset_index(drop=True)
    past = register.events[register.events["date"] <= at]
    reasons = _reasons(units, past, at, rubric.eligibility)
    why_not = pd.Series([reasons.get(unit, "") for unit in units["id"]], dtype="str")
    return units[["id", "name", "short_name", "type", "block", "members", "parent"]].assign(
        standing=~(units["to"] < at),
        answered_by=_answered_by(units["id"], past),
        eligible=why_not == "",
        eligibility=why_not,
    )


def units_due(register: Register, rubric: Rubric) -> dict[str, pd.DataFrame]:
    """By period, the units as they stand on the day its report is due (columns: `units_on`)."""
    return {period.id: units_on(register, period.due, rubric) for period in rubric.periods}


def unit_id(text: str, register: Register, where: str) -> str:
    """The id a report states, blanks around it removed; names and aliases only lead to a hint.

    where: file, sheet and cell of the text. Raises ReportError that shows the characters which make a code look
    like another, or the code of the unit whose name was written instead.
    """
    stated = text.strip()
    if stated in register.ids:
        return stated
    look = likeness(stated[:200])
    alike = register._alike.get(look, [])
    what = say("chưa ghi mã đơn vị")
    if alike and look not in map(likeness, alike):
        what = say("'{stated}' là tên, không phải mã đơn vị", stated=shown(stated))
    elif odd := odd_characters(stated[:40]):
        what = say("không có đơn vị mang mã '{code}', trong đó có {odd}", code=shown(stated), odd=odd)
    elif stated:
        what = say("không có đơn vị mang mã '{code}'", code=shown(stated))
    expected = say("mã trong danh bạ: {codes}", codes=", ".join(alike[:3])) if alike else ""
    mend = say("ghi mã đúng như trong mẫu báo cáo đã phát cho đơn vị")
    raise ReportError(where, [Fault(where, what, expected, mend)])


def _reasons(
    units: pd.DataFrame, past: pd.DataFrame, at: pd.Timestamp, eligibility: Eligibility | None
) -> dict[str, str]:
    """Why each unit that is not eligible is not, by id; `past` holds the events up to the day."""
    names = dict(zip(units["id"], units["name"], strict=True))
    reasons: dict[Any, str] = {}
    if eligibility is not None:
        months = eligibility.months_since_merged
        for event in _since(past[past["event"].isin(WITH_OTHER)], at, months):
            unit, other = names[event.unit], names[event.other_unit]
            on = _too_short(event, months, at)
            if event.event == "merged_into":
                reasons[event.other_unit] = say("Nhận sáp nhập {unit} {on}", unit=unit, on=on)
            else:
                reasons[event.unit] = say("Tách ra từ {unit} {on}", unit=other, on=on)
                reasons[event.other_unit] = say("Đã chia tách, {unit} tách ra {on}", unit=unit, on=on)
        months = eligibility.months_since_created
        for event in _since(_new(past), at, months):
            reasons[event.unit] = say("Mới thành lập {on}", on=_too_short(event, months, at))
    for event in past[past["event"].isin(ENDINGS)].itertuples(index=False):
        on = _by_document(event)
        if event.event == "dissolved":
            reasons[event.unit] = say("Đã giải thể {on}", on=on)
        else:
            reasons[event.unit] = say("Đã sáp nhập vào {unit} {on}", unit=names[event.other_unit], on=on)
    return reasons


def _too_short(event: Any, months: int, at: pd.Timestamp) -> str:
    """Since when, and that not enough months have passed."""
    on = _by_document(event)
    return say_count("{on}, chưa đủ {count} tháng tính đến hết ngày {at}", months, on=on, at=day(at))


def _since(events: pd.DataFrame, at: pd.Timestamp, months: int) -> Iterator[Any]:
    """The events from which fewer than this many whole months have passed when the day is over."""
    return events[events["date"] + pd.DateOffset(months=months) > at + _DAY].itertuples(index=False)


def _new(past: pd.DataFrame) -> pd.DataFrame:
    """Creations of new units; a unit made by others merging into it that day is not new."""
    merged = past.loc[past["event"] == "merged_into", ["other_unit", "date"]]
    made_of_others = pd.MultiIndex.from_frame(past[["unit", "date"]]).isin(pd.MultiIndex.from_frame(merged))
    return past[(past["event"] == "created") & ~made_of_others]


def _by_document(event: Any) -> str:
    began, issued = day(event.date), day(event.document_date)
    return say("từ ngày {began} ({document} ngày {issued})", began=began, document=event.document, issued=issued)


def _answered_by(units: pd.Series[str], past: pd.DataFrame) -> pd.Series[str]:
    """For each unit, the one that stands in its place after all mergers; NA where the line ends in a dissolution."""
    successor = past[past["event"] == "merged_into"].set_index("unit")["other_unit"]
    answers = units
    while (merged := answers.isin(successor.index)).any():  # ends: nothing merges into what no longer stands
        answers = answers.where(~merged, answers.map(successor))
    return answers.where(~answers.isin(past.loc[past["event"] == "dissolved", "unit"]))
