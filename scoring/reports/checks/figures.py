"""Figures that contradict each other: left blank, above what they are part of, below an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import VIETNAMESE, say, speaking
from scoring.core.points import to_decimal
from scoring.core.wording import number
from scoring.reports.checks.entries import each, on_entry
from scoring.reports.fields import all_lines, choices, decimals, is_asked, is_mandatory, of_tasks
from scoring.rubric.model import Criterion, Rubric
from scoring.scores.scope import in_scope


def parts_above(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Counts that are more than one they are part of, with its id as `whole` and its figure as `limit`."""
    found = [entries.iloc[:0].assign(whole="", limit=0)]
    for part, whole in ((fact.id, whole) for fact in rubric.facts for whole in fact.at_most):
        limits = entries[entries["criterion"] == whole].set_index(["unit", "period"])["value"]
        parts = entries[entries["criterion"] == part]
        limit = limits.reindex(pd.MultiIndex.from_frame(parts[["unit", "period"]])).array
        found.append(parts.assign(whole=whole, limit=limit)[(parts["value"] > limit).fillna(False)])
    return pd.concat(found)


def without(entries: pd.DataFrame, above: pd.DataFrame) -> pd.DataFrame:
    """The entries without the figures of such counts and of what they are part of: which is wrong cannot be told."""
    if above.empty:
        return entries
    keys = ["unit", "period", "criterion"]
    void = pd.concat([above[keys], above[["unit", "period", "whole"]].set_axis(keys, axis=1)]).astype("str")
    at = pd.MultiIndex.from_frame(entries[keys].astype("str"))
    return entries.assign(value=entries["value"].mask(at.isin(pd.MultiIndex.from_frame(void))))


def find_contradicted(above: pd.DataFrame) -> Iterator[Finding]:
    """Counts that are more than what they are part of."""
    for row in each(above):
        what = say(
            "{part} ghi {figure}, lớn hơn {whole} ghi {limit}, nên chưa tính cả hai",
            part=row.criterion,
            figure=row.value,
            whole=row.whole,
            limit=row.limit,
        )
        yield on_entry(row, Remark("part_above_whole", what, say("kiểm tra và ghi lại hai số")), str(row.value))


def find_blank(entries: pd.DataFrame, findings: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Mandatory results left blank; where a figure was refused, that has been said already."""
    mandatory = [
        line.id for line in all_lines(rubric) if is_mandatory(line, rubric) and line.id not in of_tasks(rubric)
    ]
    refused = findings[findings["severity"].eq("error") | findings["code"].eq("no_row")]
    said = set(zip(refused["unit"], refused["criterion"], refused["period"], strict=True))
    blank = entries[entries["value"].isna() & ~entries["not_applicable"] & entries["criterion"].isin(mandatory)]
    remark = Remark("left_blank", say("chưa điền kết quả"), say("nếu không có kết quả thì ghi 0"))
    for row in each(blank):
        if (row.unit, row.criterion, row.period) not in said:
            yield on_entry(row, remark)


def find_left_out(
    entries: pd.DataFrame, findings: pd.DataFrame, rubric: Rubric, units: pd.DataFrame
) -> Iterator[Finding]:
    """Reports that have no row at all for a mandatory result, as a table of many units may: one finding each."""
    keys = ["unit", "period"]
    reports = entries.drop_duplicates(keys).set_index(keys)[["file"]]
    unread = findings[findings["severity"].eq("error") | findings["code"].eq("no_row")]
    files, left_out = dict(reports["file"]), defaultdict[tuple[str, str], list[str]](list)
    for line in all_lines(rubric):
        if not is_mandatory(line, rubric) or (isinstance(line, Criterion) and not is_asked(line, rubric)):
            continue
        told = [table.loc[table["criterion"] == line.id, keys].astype("str") for table in (entries, unread)]
        without = reports[~reports.index.isin(pd.MultiIndex.from_frame(pd.concat(told)))]
        asked = set(units.loc[in_scope(line.applies_to, units), "id"])
        for unit, period in without.index:
            if unit in asked and (isinstance(line, Criterion) or period == rubric.annual_period.id):
                left_out[unit, period].append(line.id)
    for (unit, period), lines in left_out.items():
        what = say("chưa có kết quả của {lines}", lines=", ".join(lines))
        mend = say("bổ sung kết quả các tiêu chí này, không có thì ghi 0")
        yield finding(Remark("no_row", what, mend), file=files[unit, period], unit=unit, period=period)


def list_falls(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Entries of running totals that are below the same unit's figure of a period before, with that as `earlier`."""
    running = [
        item.id
        for item in rubric.items
        if item.indicator and item.indicator.periods == "last" and item.indicator.of is None and not choices(item)
    ]
    known = entries[entries["criterion"].isin(running) & entries["value"].notna()].sort_values("period")
    earlier = known.groupby(["unit", "criterion"], observed=True)["value"].shift()
    return known.assign(earlier=earlier)[(known["value"] < earlier).fillna(False)]


def find_fallen(falls: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Running totals that are below what was reported before."""
    for row in each(falls):
        places = decimals(rubric.item[row.criterion])
        now, before = (to_decimal(figure, places) for figure in (row.value, row.earlier))
        what = say(
            "số lũy kế kỳ này là {now}, thấp hơn kỳ trước đã báo {before}", now=number(now), before=number(before)
        )
        with speaking(VIETNAMESE):  # the value of a finding is the report's, whoever reads it
            value = number(now)
        yield on_entry(row, Remark("fallen", what, say("đối chiếu hai báo cáo")), value)
