"""Which reports came, which came late, and which are owed and missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from typing import Any

import pandas as pd

from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import say, say_count
from scoring.core.wording import day, enumeration
from scoring.reports.checks.doubled import OfUnit
from scoring.reports.checks.entries import each
from scoring.reports.fields import period_of
from scoring.reports.intake import UNOPENED
from scoring.reports.reading.folder import OFFICE_REGISTER
from scoring.reports.unread import unread_of
from scoring.rubric.model import Rubric

Owed = Mapping[str, Set[str]]
"""By period, the units that owe its report: those that stood on the day it was due."""


def reports_sent(
    entries: pd.DataFrame, received: pd.DataFrame, first_on: Mapping[OfUnit, date], rubric: Rubric
) -> pd.DataFrame:
    """One row per unit and period reported: unit, period, file, received_on, days_late (below 0: early).

    first_on: when the first of several copies came; a report that was mended afterwards came on that day.
    """
    reports = entries[["unit", "period", "file"]].drop_duplicates().astype("str")
    came = dict(zip(received["file"], received["received_on"], strict=True))
    keys = zip(reports["unit"], reports["period"], reports["file"], strict=True)
    arrived = pd.Series([first_on.get((u, p), came.get(f)) for u, p, f in keys], index=reports.index, dtype=object)
    due = {period.id: period.due for period in rubric.periods}
    late = [
        None if pd.isna(on) else (on - due[period]).days for on, period in zip(arrived, reports["period"], strict=True)
    ]
    return reports.assign(received_on=arrived, days_late=pd.array(late, "Int64"))


def find_late(reports: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Reports that came after the day they were due."""
    for one in each(reports[reports["days_late"].fillna(0) > 0]):
        period = period_of(one.period, rubric)
        what = say_count(
            "gửi ngày {sent}, muộn {count} ngày so với hạn {due}",
            int(one.days_late),
            sent=day(one.received_on),
            due=day(period.due),
        )
        mend = say("nếu có lý do khách quan được xác nhận thì ghi quyết định của hội đồng")
        remark = Remark("late", what, mend)
        yield finding(remark, file=one.file, unit=one.unit, period=one.period)


def find_undated(reports: pd.DataFrame, received: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Units in a table of many whose day of arrival nobody knows; of one unit's report that has been said."""
    many = set(received.loc[received["unit"].isna(), "file"])
    for one in each(reports[reports["days_late"].isna() & reports["file"].isin(many)]):
        name = period_of(one.period, rubric).name
        what = say("chưa biết ngày nhận số liệu {period} nên chưa tính đúng hạn hay muộn", period=name)
        remark = Remark("no_date", what, say("ghi ngày nhận vào tệp {file}", file=OFFICE_REGISTER))
        yield finding(remark, file=one.file, unit=one.unit, period=one.period)


def list_absent(reports: pd.DataFrame, findings: pd.DataFrame, rubric: Rubric, owed: Owed) -> list[tuple[str, str]]:
    """Units and the periods whose report they owe and that they sent none for that counts; by unit.

    A report that cannot be opened is there; where its name does not say for which period, it may be any.
    """
    sent = set(zip(reports["unit"], reports["period"], strict=True))
    unopened = findings[findings["code"] == UNOPENED].fillna({"unit": "", "period": ""})
    for unit, period in zip(unopened["unit"], unopened["period"], strict=True):
        sent |= {(unit, period)} if period else {(unit, one.id) for one in rubric.periods}
    units = dict.fromkeys(unit for period in rubric.periods for unit in owed[period.id])
    return [
        (unit, period.id)
        for unit in sorted(units)
        for period in rubric.periods
        if unit in owed[period.id] and (unit, period.id) not in sent
    ]


def find_missing(
    absent: list[tuple[str, str]], received: pd.DataFrame, rubric: Rubric, units: pd.DataFrame
) -> Iterator[Finding]:
    """Reports that are owed and that nobody sent, or that cannot be used."""
    refused = received[received["fate"] == "rejected"].groupby(["unit", "period"])["file"].agg(list).to_dict()
    eligible = set(units.loc[units["eligible"], "id"])
    answered_by = dict(zip(units["id"], units["answered_by"], strict=True))
    unread = unread_of(received, absent, rubric)
    for unit, period in absent:
        files = refused.get((unit, period), [])
        what = say("chưa gửi báo cáo")
        if lost := unread.get((unit, period)):
            what = say("đã gửi, không đọc được: {files}", files=enumeration(lost))
        elif files:
            what = say("chưa có báo cáo dùng được; đã nhận nhưng không tính: {files}", files=enumeration(files))
        due, who = day(period_of(period, rubric).due), _who_answers(unit, answered_by[unit])
        mend = say("hạn nộp {due}; {who}", due=due, who=who)
        remark = Remark("no_report", what, mend, is_mild=unit not in eligible)
        yield finding(remark, file="", unit=unit, period=period)


def _who_answers(unit: str, successor: Any) -> str:
    if pd.isna(successor):
        return say("đơn vị đã kết thúc hoạt động, không còn đơn vị chịu trách nhiệm báo cáo")
    if successor == unit:
        return say("nhắc đơn vị gửi theo biểu mẫu")
    return say("{successor} nhận sáp nhập nên trả lời thay", successor=successor)
