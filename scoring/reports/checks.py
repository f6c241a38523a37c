"""What the reports say against each other, and what the system counts itself.

Findings, never exceptions: who has not reported, what came late, twice or in two versions, figures that fall, evidence
that is missing or claimed twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.core.evidence_identity import ADDRESS, DATE, piece_named
from scoring.core.findings import Finding, Remark, finding, findings_table
from scoring.core.language import VIETNAMESE, say, say_count, speaking
from scoring.core.points import to_decimal
from scoring.core.stages import announced
from scoring.core.wording import day, enumeration, number
from scoring.register.units import Register, units_due
from scoring.register.year import Year
from scoring.reports.doubled import OfUnit, settle
from scoring.reports.fields import all_lines, choices, decimals, inputs, is_mandatory, period_of
from scoring.reports.intake import UNOPENED, Reading, entries_table, read_report_folder
from scoring.reports.personal_data import personal_data
from scoring.reports.reading.folder import OFFICE_REGISTER
from scoring.reports.reading.rows import Row
from scoring.reports.unread import unread_of
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Criterion, Indicator, Rubric

COUNTED = "hệ thống đếm từ các báo cáo đã nhận"
"""Where a counted entry stands: in no file."""


def read_reports(year: Year) -> Reading:
    """What the units sent: the tables `entries`, `findings` and `received`; a missing folder is made, and empty.

    Raises ParameterError where the plan, the rubric or the register was edited since the year was opened.
    """
    folder = year.folder / "reports"
    with suppress(OSError):  # a year that has just begun has no report yet; what cannot be made is told by its reader
        folder.mkdir(parents=True, exist_ok=True)
    reading = check_reports(folder, year.rubric, year.units, year.register)
    year.refuse_if_edited()
    return reading


def check_reports(folder: Path, rubric: Rubric, units: pd.DataFrame, register: Register) -> Reading:
    """Read a folder of reports (`intake.read_report_folder`) and check them against each other (`checked`)."""
    due = units_due(register, rubric)
    owed = {period: frozenset(table.loc[table["standing"], "id"]) for period, table in due.items()}
    return checked(read_report_folder(folder, rubric, units, register), rubric, units, owed)


Owed = Mapping[str, Set[str]]
"""By period, the units that owe its report: those that stood on the day it was due."""


def checked(reading: Reading, rubric: Rubric, units: pd.DataFrame, owed: Owed) -> Reading:
    """The reading with doubled reports settled, all findings, and the entries the system counts itself.

    Of several reports of one unit and period the newest counts (`doubled`); of a count and the one it is part of
    neither does where it is more. units: as they stand at the year's end.
    """
    announced("Đối chiếu các báo cáo")
    settled = settle(reading)
    entries, received = settled.entries, settled.received
    above = _above(entries, rubric)
    blank = list(_left_blank(entries, settled.before, rubric))
    entries = _without(entries, above)
    reports = _reports(entries, received, settled.first_on, rubric)
    absent = _absent(reports, reading.findings, rubric, owed)
    found = [
        *settled.found,
        *_late(reports, rubric),
        *_undated(reports, received, rubric),
        *_missing(absent, received, rubric, units),
        *blank,
        *_contradicted(above),
        *_unproved(entries, rubric),
        *_fewer_proofs(entries, rubric),
        *_misdated(entries, rubric),
        *_fallen(_falls(entries, rubric), rubric),
        *_claimed_twice(entries, rubric),
        *_claimed_elsewhere(entries, rubric),
        *personal_data(entries),
    ]
    before = [Finding(*row) for row in settled.before.itertuples(index=False)]
    counted = entries_table(_counted(entries, reports, absent, owed, rubric, units), rubric, units)
    return Reading(pd.concat([entries, counted], ignore_index=True), findings_table([*before, *found]), received)


def _each(table: pd.DataFrame) -> Iterator[Any]:
    """The rows with their columns as attributes."""
    yield from table.itertuples()


# What came, and when


def _reports(
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


def _late(reports: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    for one in _each(reports[reports["days_late"].fillna(0) > 0]):
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


def _undated(reports: pd.DataFrame, received: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Units in a table of many whose day of arrival nobody knows; of one unit's report that has been said."""
    many = set(received.loc[received["unit"].isna(), "file"])
    for one in _each(reports[reports["days_late"].isna() & reports["file"].isin(many)]):
        name = period_of(one.period, rubric).name
        what = say("chưa biết ngày nhận số liệu {period} nên chưa tính đúng hạn hay muộn", period=name)
        remark = Remark("no_date", what, say("ghi ngày nhận vào tệp {file}", file=OFFICE_REGISTER))
        yield finding(remark, file=one.file, unit=one.unit, period=one.period)


def _absent(reports: pd.DataFrame, findings: pd.DataFrame, rubric: Rubric, owed: Owed) -> list[tuple[str, str]]:
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


def _missing(
    absent: list[tuple[str, str]], received: pd.DataFrame, rubric: Rubric, units: pd.DataFrame
) -> Iterator[Finding]:
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


# What the entries say


def _above(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Counts that are more than one they are part of, with its id as `whole` and its figure as `limit`."""
    found = [entries.iloc[:0].assign(whole="", limit=0)]
    for part, whole in ((fact.id, whole) for fact in rubric.facts for whole in fact.at_most):
        limits = entries[entries["criterion"] == whole].set_index(["unit", "period"])["value"]
        parts = entries[entries["criterion"] == part]
        limit = limits.reindex(pd.MultiIndex.from_frame(parts[["unit", "period"]])).array
        found.append(parts.assign(whole=whole, limit=limit)[(parts["value"] > limit).fillna(False)])
    return pd.concat(found)


def _without(entries: pd.DataFrame, above: pd.DataFrame) -> pd.DataFrame:
    """The entries without the figures of such counts and of what they are part of: which is wrong cannot be told."""
    if above.empty:
        return entries
    keys = ["unit", "period", "criterion"]
    void = pd.concat([above[keys], above[["unit", "period", "whole"]].set_axis(keys, axis=1)]).astype("str")
    at = pd.MultiIndex.from_frame(entries[keys].astype("str"))
    return entries.assign(value=entries["value"].mask(at.isin(pd.MultiIndex.from_frame(void))))


def _contradicted(above: pd.DataFrame) -> Iterator[Finding]:
    for row in _each(above):
        what = say(
            "{part} ghi {figure}, lớn hơn {whole} ghi {limit}, nên chưa tính cả hai",
            part=row.criterion,
            figure=row.value,
            whole=row.whole,
            limit=row.limit,
        )
        yield _on(row, Remark("part_above_whole", what, say("kiểm tra và ghi lại hai số")), str(row.value))


def _on(row: Any, remark: Remark, value: str = "") -> Finding:
    """A finding on an entry's cell."""
    about = {"unit": row.unit, "criterion": row.criterion, "period": row.period}
    return finding(remark, file=row.file, sheet=row.sheet, cell=row.cell, value=value, **about)


def _left_blank(entries: pd.DataFrame, findings: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Mandatory results left blank; where a figure was refused, that has been said already."""
    mandatory = [line.id for line in all_lines(rubric) if is_mandatory(line, rubric)]
    refused = findings[findings["severity"].eq("error") | findings["code"].eq("no_row")]
    said = set(zip(refused["unit"], refused["criterion"], refused["period"], strict=True))
    blank = entries[entries["value"].isna() & ~entries["not_applicable"] & entries["criterion"].isin(mandatory)]
    remark = Remark("left_blank", say("chưa điền kết quả"), say("nếu không có kết quả thì ghi 0"))
    for row in _each(blank):
        if (row.unit, row.criterion, row.period) not in said:
            yield _on(row, remark)


def _unproved(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    what, mend = say("chưa có minh chứng nên chưa được tính điểm"), say("bổ sung số, ngày văn bản")
    remark = Remark("no_evidence", what, mend)
    for row in _each(entries[_something(entries, rubric) & entries["evidence"].isna()]):
        if (item := rubric.item.get(row.criterion)) and item.needs_evidence:
            yield _on(row, remark)


def _fewer_proofs(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Counts with fewer pieces of evidence than things counted: one line a report, a line each where it costs points.

    A count without any evidence has been told already, or needs none.
    """
    counting = [item.id for item in rubric.items if item.evidence and item.counts_pieces]
    stated = entries[entries["criterion"].isin(counting) & entries["evidence"].notna() & entries["value"].notna()]
    stated = stated.assign(pieces=stated["evidence"].str.count("; ").astype("Int64") + 1)
    few = stated[stated["value"] > stated["pieces"]]
    costs = few["criterion"].isin([item.id for item in rubric.items if item.evidence == "counted"])
    for row in _each(few[costs]):
        what = say("ghi {count} kết quả nhưng chỉ có {pieces} minh chứng", count=row.value, pieces=row.pieces)
        mend = say("bổ sung minh chứng; chỉ tính bấy nhiêu kết quả có minh chứng")
        yield _on(row, Remark("evidence_fewer", what, mend), str(row.value))
    for _, own in few[~costs].groupby(["unit", "period"], observed=True, sort=True):
        listed = ", ".join(f"{row.criterion} ({row.value}/{row.pieces})" for row in _each(own))
        what = say("số minh chứng ít hơn số kết quả (kết quả/minh chứng): {listed}", listed=listed)
        mend = say("nên bổ sung minh chứng trước khi thẩm định; điểm chưa bị trừ")
        yield _on(next(_each(own.assign(criterion="", cell=""))), Remark("evidence_fewer", what, mend, is_mild=True))


def _something(entries: pd.DataFrame, rubric: Rubric) -> pd.Series[bool]:
    """Where a result is reported that asks for proof: more than 0, or any level."""
    levels = [item.id for item in rubric.items if METHODS[item.method].VALUE == "level"]
    return entries["value"].notna() & (entries["value"].fillna(0).gt(0) | entries["criterion"].isin(levels))


def _falls(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Entries of running totals that are below the same unit's figure of a period before, with that as `earlier`."""
    running = [
        item.id
        for item in rubric.items
        if item.indicator and item.indicator.periods == "last" and item.indicator.of is None and not choices(item)
    ]
    known = entries[entries["criterion"].isin(running) & entries["value"].notna()].sort_values("period")
    earlier = known.groupby(["unit", "criterion"], observed=True)["value"].shift()
    return known.assign(earlier=earlier)[(known["value"] < earlier).fillna(False)]


def _fallen(falls: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    for row in _each(falls):
        places = decimals(rubric.item[row.criterion])
        now, before = (to_decimal(figure, places) for figure in (row.value, row.earlier))
        what = say(
            "số lũy kế kỳ này là {now}, thấp hơn kỳ trước đã báo {before}", now=number(now), before=number(before)
        )
        with speaking(VIETNAMESE):  # the value of a finding is the report's, whoever reads it
            value = number(now)
        yield _on(row, Remark("fallen", what, say("đối chiếu hai báo cáo")), value)


def _misdated(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence dated outside the year, or on a day that no calendar has; a link has no date."""
    proved = [item.id for item in rubric.items if item.evidence]
    stated = entries[entries["evidence"].notna() & entries["criterion"].isin(proved)]
    claims = stated.assign(evidence=stated["evidence"].str.split("; ")).explode("evidence")
    claims = claims.drop_duplicates(["unit", "criterion", "evidence"])
    dated = claims["evidence"].str.replace(ADDRESS, "", regex=True).str.extract(DATE)
    days = dated[2] + "-" + dated[1].str.zfill(2) + "-" + dated[0].str.zfill(2)
    inside = days.between(rubric.first_day.isoformat(), rubric.last_day.isoformat())
    real = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna()
    for row in _each(claims[days.notna() & ~(inside & real)]):
        what = say("minh chứng ghi ngày không thuộc năm {year}", year=rubric.year)
        mend = say("kiểm tra lại ngày; chỉ kê khai văn bản của năm được chấm")
        yield _on(row, Remark("evidence_date", what, mend), row.evidence)


def _claims(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """One row per unit, criterion and piece of evidence that may serve only once, in the rubric's order.

    piece: what the text names, the same for every text that names it; missing where it is but a phrase.
    """
    own = [item.id for item in rubric.items if item.evidence and not item.evidence_shared]
    stated = entries[entries["evidence"].notna() & entries["criterion"].isin(own)]
    claims = stated.assign(evidence=stated["evidence"].str.split("; ")).explode("evidence")
    claims = claims.assign(piece=pd.array([piece_named(text) for text in claims["evidence"]], "str"))
    phrased = claims["piece"].fillna(claims["evidence"].str.casefold())
    return (
        claims.assign(phrase=phrased)
        .sort_values(["unit", "criterion"], kind="stable")
        .drop_duplicates(["unit", "criterion", "phrase"])
    )


def claims_again(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The claims on evidence that another criterion of the same unit has claimed before."""
    claims = _claims(entries, rubric)
    return claims[claims["piece"].notna() & claims.duplicated(["unit", "piece"])]


def _claimed_twice(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence that two criteria of a unit claim, and words that two have in common but that name no document."""
    claims = _claims(entries, rubric)
    first = claims.drop_duplicates(["unit", "phrase"]).set_index(["unit", "phrase"])["criterion"]
    for row in _each(claims[claims.duplicated(["unit", "phrase"])]):
        earlier = first[row.unit, row.phrase]
        what = say("minh chứng này đã kê khai cho {criterion}", criterion=earlier)
        remark = Remark("evidence_twice", what, say("mỗi minh chứng chỉ kê khai cho một tiêu chí"))
        if pd.isna(row.piece):
            what = say("cùng lời này đã ghi cho {criterion}, chưa đủ để biết có phải một tài liệu", criterion=earlier)
            mend = say("ghi số, ngày văn bản hoặc địa chỉ của từng minh chứng")
            remark = Remark("evidence_phrase", what, mend)
        yield _on(row, remark, row.evidence)


def _claimed_elsewhere(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence that two units claim; a phrase names nothing that could be the same."""
    claims = _claims(entries, rubric)
    claims = claims[claims["piece"].notna()].drop_duplicates(["unit", "piece"])
    units = claims.groupby("piece")["unit"].agg(list)
    for row in _each(claims[claims.duplicated("piece", keep=False)]):
        others = enumeration([unit for unit in units[row.piece] if unit != row.unit])
        what = say("{units} cũng kê khai minh chứng này", units=others)
        remark = Remark("evidence_elsewhere", what, say("đối chiếu bản gốc"))
        yield _on(row, remark, row.evidence)


# What the system counts itself


def _counted(
    entries: pd.DataFrame,
    reports: pd.DataFrame,
    absent: list[tuple[str, str]],
    owed: Owed,
    rubric: Rubric,
    units: pd.DataFrame,
) -> list[Row]:
    """The entries of the indicators that no report states, for every unit that stood at the year's end.

    A report whose day of arrival is not known is neither in time nor late. Valid fields are counted in the reports
    that came; a unit without any has none, which is not 0.
    """
    standing = units.loc[units["standing"], "id"].tolist()
    fields = _mandatory_fields(entries, rubric).groupby("unit")[["valid", "fields"]].sum()
    tallies = {
        "reports_on_time": Counter(reports.loc[reports["days_late"].le(0).fillna(False), "unit"]),
        "late_reports": Counter(reports.loc[reports["days_late"].gt(0).fillna(False), "unit"]),
        "missing_reports": Counter(unit for unit, _ in absent),
        "doubled_evidence": Counter(claims_again(entries, rubric)["unit"]),
    }
    values = {source: {unit: tally[unit] for unit in standing} for source, tally in tallies.items()}
    for unit in set(reports.loc[reports["days_late"].isna(), "unit"]):
        values["reports_on_time"].pop(unit, None)  # in time or late: nobody knows
    values["fields_valid"] = fields["valid"].to_dict()
    wholes = {
        "reports_on_time": {unit: sum(unit in owing for owing in owed.values()) for unit in standing},
        "fields_valid": fields["fields"].to_dict(),
    }
    return [
        _counted_row(unit, item, item.indicator, values, wholes, rubric)
        for unit in standing
        for item in rubric.items
        if item.indicator and item.indicator.source in values
    ]


Counts = dict[str, dict[Any, int]]
"""By source of the indicator, a count by unit."""


def _counted_row(
    unit: str, item: Criterion, indicator: Indicator, values: Counts, wholes: Counts, rubric: Rubric
) -> Row:
    value, base = (counts.get(indicator.source, {}).get(unit) for counts in (values, wholes))
    return Row(
        unit=unit,
        criterion=item.id,
        period=rubric.annual_period.id,
        value=None if value is None else value * item.value_scale,
        base=None if base is None else base * item.value_scale,
        not_applicable=False,
        self_points=None,
        evidence=None,
        file="",
        sheet="",
        cell=COUNTED,
    )


def _mandatory_fields(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Per entry of a mandatory line, how many fields had to be filled and how many are: unit, fields, valid.

    A result and, where they are asked for, the whole it is part of and the evidence of something done. A result that
    falls below an earlier one is not valid. Where the criterion does not apply, every field is.
    """
    lines = [line for line in all_lines(rubric) if is_mandatory(line, rubric)]
    stated = entries[entries["criterion"].isin([line.id for line in lines])]
    shared = stated["criterion"].isin([line.id for line in lines if "base" in inputs(line, rubric)])
    proved = stated["criterion"].isin([item.id for item in rubric.criteria if item.needs_evidence])
    sound = stated["value"].notna() & ~stated.index.isin(_falls(entries, rubric).index)
    needless = stated["value"].notna() & ~_something(stated, rubric)
    valid = (
        sound.astype(int)
        + (shared & stated["base"].notna()).astype(int)
        + (proved & (stated["evidence"].notna() | needless)).astype(int)
    )
    fields = 1 + shared.astype(int) + proved.astype(int)
    return pd.DataFrame(
        {
            "unit": stated["unit"].astype("str"),
            "fields": fields,
            "valid": valid.where(~stated["not_applicable"], fields),
        }
    )
