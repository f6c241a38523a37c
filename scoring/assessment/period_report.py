"""What came of a period's reports so far, over all units, what is missing, and the same period of last year.

A period is not scored: targets, bands and ranks are the year's. Figures are those the units reported; what verifiers
and the council decide counts in the year's own report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from scoring.assessment.dossier import counts_of
from scoring.assessment.last_year import counts_the_same
from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.language import in_words, say
from scoring.register.year import Year, open_year
from scoring.reports.checks.run import read_reports
from scoring.reports.intake import Reading
from scoring.reports.reminders import Reminder, list_reminders
from scoring.rubric.model import Criterion, Period, Rubric
from scoring.scores.reported import combined


class Done(NamedTuple):
    """What all units together reported of an item; value, base: scaled by `scale`; units: how many gave a figure.

    counts: what the value says (`Item.counts`), "" where values do not add up.
    """

    counts: str
    value: int
    base: int
    scale: int
    units: int


class PeriodLine(NamedTuple):
    """An item of the rubric; before: the same period of last year, None where it cannot be compared, for the reason."""

    clause: str
    item: str
    name: str
    value_unit: str
    now: Done
    before: Done | None
    why: str


class PeriodReports(NamedTuple):
    """A period whose reports are put together: how many units owe one, have sent one that counts, and sent it late."""

    name: str
    due: date
    owed: int
    sent: int
    late: int


class PeriodReport(NamedTuple):
    """A period of a year as it stands on a day. before: last year, None where nothing of it can be compared."""

    year: Year
    period: Period
    on: date
    sent: tuple[PeriodReports, ...]
    missing: tuple[Reminder, ...]
    lines: tuple[PeriodLine, ...]
    before: int | None
    said: str


class _Part(NamedTuple):
    """A year up to a period."""

    year: Year
    reading: Reading
    periods: tuple[Period, ...]


def report_period(year: Year, period: str, on: date) -> PeriodReport:
    """The report of a period (its id) from what was received so far; reads last year's folder beside this year's.

    on: the day from which what is missing is overdue. Raises ParameterError for a period the rubric does not have, and
    what reading the year raises.
    """
    own = _period(period, year.rubric)
    now = _Part(year, read_reports(year), _put_together(own, year.rubric))
    past, said = _last_year(year, own)
    covered = {one.id for one in now.periods}
    missing = [one for one in list_reminders(now.reading, year, on) if one.period.id in covered]
    lines = tuple(_lines(now, past))
    sent = tuple(_sent(now, missing))
    return PeriodReport(year, own, on, sent, tuple(missing), lines, past.year.rubric.year if past else None, said)


def _period(period: str, rubric: Rubric) -> Period:
    found = next((one for one in rubric.periods if one.id.casefold() == period.strip().casefold()), None)
    if found is None:
        expected = f"các kỳ của năm: {', '.join(one.id for one in rubric.periods)}"
        raise ParameterError("--period", [Fault(period, "không có kỳ này", expected)])
    return found


def _put_together(period: Period, rubric: Rubric) -> tuple[Period, ...]:
    """The period and those before it; the annual report speaks for the whole year, so it is in no other period's."""
    return tuple(one for one in rubric.periods if one.to <= period.to and (one is period or not one.annual))


def _last_year(year: Year, period: Period) -> tuple[_Part | None, str]:
    """The same period of the year before, or why there is none."""
    last = year.rubric.year - 1
    folder = year.folder.resolve().parent / str(last)
    if not (folder / "plan.yaml").is_file() or not (folder / "rubrics" / f"{year.rubric.id}.yaml").is_file():
        return None, say("Chưa có số liệu năm {year} để so sánh.", year=last)
    if not any(file.is_file() for file in (folder / "reports").glob("**/*")):
        return None, say("Năm {year} không giữ báo cáo nào nên không so sánh.", year=last)
    try:
        past = open_year(folder, year.rubric.id)
        reading = read_reports(past)
    except ScoringError:
        return None, say("Số liệu năm {year} còn lỗi nên chưa so sánh được.", year=last)
    same = next((one for one in past.rubric.periods if _is_same(one, period)), None)
    if same is None:
        return None, say("Năm {year} không có kỳ báo cáo này nên không so sánh.", year=last)
    return _Part(past, reading, _put_together(same, past.rubric)), ""


def _is_same(one: Period, period: Period) -> bool:
    """Whether a period of last year is about the same part of the year."""
    days = [((each.from_.month, each.from_.day), (each.to.month, each.to.day)) for each in (one, period)]
    return days[0] == days[1] and one.annual is period.annual


def _sent(now: _Part, missing: Sequence[Reminder]) -> Iterator[PeriodReports]:
    received = now.reading.received
    late = received[received["days_late"].fillna(0).gt(0) & received["fate"].isin(["accepted", "flagged"])]
    for period in now.periods:
        due = now.year.units_due[period.id]
        owed = set(due.loc[due["standing"], "id"]) & set(now.year.units.loc[now.year.units["standing"], "id"])
        absent = {one.unit for one in missing if one.period.id == period.id}
        tardy = set(late.loc[late["period"].eq(period.id), "unit"]) & owed
        yield PeriodReports(in_words(period).name, period.due, len(owed), len(owed - absent), len(tardy))


def _lines(now: _Part, past: _Part | None) -> Iterator[PeriodLine]:
    old = past.year.rubric.item if past else {}
    for item in in_words(now.year.rubric).items:
        if item.indicator is None or item.indicator.source != "report":
            continue
        before, why = None, ""
        if past and item.id not in old:
            why = say("tiêu chí mới của năm nay")
        elif past and not counts_the_same(old[item.id], now.year.rubric.item[item.id]):
            why = say("năm nay đếm khác năm trước")
        elif past:
            before = _done(old[item.id], past)
        unit = item.indicator.value_unit
        yield PeriodLine(item.clause, item.id, item.name, unit, _done(item, now), before, why)


def _done(item: Criterion, part: _Part) -> Done:
    """What the units that are scored reported of an item up to a period."""
    units = part.year.units
    entries = part.reading.entries
    own = entries[entries["unit"].isin(units.loc[units["eligible"], "id"])]
    return done_together(item, own, [period.id for period in part.periods])


def done_together(item: Criterion, entries: pd.DataFrame, periods: Sequence[str]) -> Done:
    """What the units of `entries` reported of an item in some periods, put together as the item says.

    A unit that gave no figure adds nothing and is not counted; of a share, one without its whole gave none.
    """
    counts, scale, indicator = counts_of(item), item.value_scale, item.indicator
    if indicator is None:
        return Done("", 0, 0, 1, 0)
    rows = entries[entries["criterion"].eq(indicator.same_as or item.id)]
    value, base = (_laid(rows, name, periods) for name in ("value", "base"))
    whole = 0
    if counts == "share":
        value, base = value.where(base.notna()), base.where(value.notna())
        whole = sum(_combined(base, indicator.periods)[0])
    figures, known = _combined(value, indicator.periods)
    if counts == "units":
        return Done(counts, sum(figure > 0 for figure in figures) * scale, 0, scale, known)
    return Done(counts, sum(figures) if counts else 0, whole, scale, known)


def _laid(rows: pd.DataFrame, name: str, periods: Sequence[str]) -> pd.DataFrame:
    """A figure of each unit (rows) in each period (columns), NA where it reported none."""
    told = rows[["unit", "period", name]].astype({"unit": str, "period": str})
    table = told.pivot_table(index="unit", columns="period", values=name, aggfunc="last")
    return table.reindex(columns=list(periods)).astype("Int64")


def _combined(table: pd.DataFrame, how: str) -> tuple[list[int], int]:
    """One figure a unit that gave any, and how many units did."""
    if table.empty:
        return [], 0
    known = table.notna().to_numpy(bool)
    laid, there = combined(table.fillna(0).to_numpy("int64"), known, how, 1)
    return [int(figure) for figure in laid[there]], int(there.sum())


def by_clause(report: PeriodReport) -> Mapping[str, list[PeriodLine]]:
    """The lines of each clause of the plan that has some, in the plan's order."""
    clauses = [clause.id for clause in report.year.plan.clauses]
    lines = {clause: [line for line in report.lines if line.clause == clause] for clause in clauses}
    return {clause: own for clause, own in lines.items() if own}
