"""What a draft of the rules would do to a past year: its units scored and ranked by both, before the draft is issued.

Only criteria of which the past year's figures mean the same are tried; the others are taken out of the draft, and both
the figures before and after are percents of what applies, so that a shorter draft does not look like a loss.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from scoring.assessment.appeals import quotas_told
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.last_year import counts_the_same, scored_again
from scoring.core.errors import Fault, ParameterError
from scoring.core.rows import MarkRow, StandingRow, TotalRow
from scoring.core.tables import rows_as
from scoring.core.wording import enumeration
from scoring.rubric.model import Band, Criterion, Group, Rubric, When
from scoring.scores.ranking import rank
from scoring.scores.totals import all_groups


class StandingBy(NamedTuple):
    """How a unit stood by one of the rubrics: percent of what applied to it, None without a total; band, rank."""

    percent: Fraction | None
    band: str
    rank: int | None
    ranked: int | None


class UnitImpact(NamedTuple):
    """A unit by the rules of the year, and by the draft."""

    unit: str
    name: str
    block: str
    before: StandingBy
    after: StandingBy

    @property
    def gain(self) -> Fraction | None:
        """Percent points won; None where one of them has no total."""
        if self.before.percent is None or self.after.percent is None:
            return None
        return self.after.percent - self.before.percent


class Impact(NamedTuple):
    """What a draft does. units: in the order of the register; bands: name, units before, units after, best first.

    quotas: their arithmetic before and after. alike, alike_before: ids of criteria that give every unit the same
    points, by the draft and by the rules of the year. remarks: what was not tried, and why.
    """

    year: int
    name: str
    units: tuple[UnitImpact, ...]
    bands: tuple[tuple[str, int, int], ...]
    quotas: tuple[tuple[str, ...], tuple[str, ...]]
    alike: tuple[str, ...]
    alike_before: tuple[str, ...]
    remarks: tuple[str, ...]


def impact(past: Evaluation, draft: Rubric) -> Impact:
    """The units of a past year by a draft. Raises ParameterError where too little of it can be tried there."""
    old = past.year.rubric
    _refuse_if_strange(past, draft)
    tried = {item for item in draft.item if counts_the_same(old.item.get(item), draft.item[item])}
    facts = {fact.id for fact in draft.facts if any(one.id == fact.id and one.kind == fact.kind for one in old.facts)}
    rules, remarks = _what_can_be_tried(draft, old, tried)
    rules, untried = _conditions_that_can_be_tried(
        rules, draft, {*tried, *facts, *(period.id for period in old.periods)}
    )
    scored = scored_again(past, rules, tried | facts)
    units = past.year.units
    units = units[units["type"].isin(rules.types) & units["block"].isin(rules.blocks)].reset_index(drop=True)
    standings, quotas = rank(scored.totals, rules, units)
    year = replace(past.year, rubric=rules)
    after = past._replace(year=year, marks=scored.marks, totals=scored.totals, standings=standings, quotas=quotas)
    now = _undecided(past)
    both = tuple(_units(now, after))
    return Impact(
        year=old.year,
        name=draft.name,
        units=both,
        bands=tuple(_bands(both, old, rules)),
        quotas=(tuple(quotas_told(now)), tuple(quotas_told(after))),
        alike=tuple(_gives_all_the_same(after.marks, rules)),
        alike_before=tuple(_gives_all_the_same(past.marks, old)),
        remarks=(*remarks, *untried, *_left_out(past, units)),
    )


def _undecided(past: Evaluation) -> Evaluation:
    """The year without what its council chose: no council has chosen by the draft."""
    standings, quotas = rank(past.totals, past.year.rubric, past.year.units)
    return past._replace(standings=standings, quotas=quotas)


def _refuse_if_strange(past: Evaluation, draft: Rubric) -> None:
    old, faults = past.year.rubric, list[Fault]()
    if draft.subject != old.subject or draft.id != old.id:
        what = f"bản thảo là bộ '{draft.id}', năm {old.year} đang mở bộ '{old.id}'"
        faults.append(Fault("id", what, mend="thử trên cùng một bộ"))
    if draft.annual_period.id not in {period.id for period in old.periods}:
        known = enumeration([period.id for period in old.periods])
        what = f"kỳ của năm là '{draft.annual_period.id}', năm {old.year} chỉ có {known}"
        faults.append(Fault("periods", what, mend="giữ mã kỳ như năm ấy trong bản thử"))
    if faults:
        raise ParameterError(draft.name, faults)


# The part of a draft that a past year can answer


def _what_can_be_tried(draft: Rubric, old: Rubric, tried: Collection[str]) -> tuple[Rubric, list[str]]:
    """The draft without the items whose figures the past year does not have, and what was taken out, in words.

    Raises ParameterError where less than half of the draft's points is left.
    """
    out = [item for item in draft.item if item not in tried]
    if not out:
        return draft, []
    left = sum((item.max_points for item in draft.adding if item.id in tried), Decimal(0))
    whole = sum((item.max_points for item in draft.adding), Decimal(0))
    if 2 * left < whole:
        what = f"chỉ {left:f} trong {whole:f} điểm của bản thảo tính trên số liệu mà năm {old.year} có"
        raise ParameterError(
            draft.name, [Fault("tiêu chí", what, mend="chọn năm khác, hoặc thử bản ít đổi số liệu hơn")]
        )
    new = [item for item in out if item not in old.item]
    changed = [item for item in out if item in old.item]
    remarks = [f"Tiêu chí mới, năm {old.year} không có số liệu nên không thử: {enumeration(new)}."] if new else []
    if changed:
        remarks.append(f"Tiêu chí đếm khác năm {old.year} nên không thử: {enumeration(changed)}.")
    remarks.append("Phần còn lại tính theo phần trăm của điểm tối đa còn lại.")
    return _only(draft, tried), remarks


def _only(draft: Rubric, tried: Collection[str]) -> Rubric:
    """The draft with these items only; bands and ranks go by the percent of what is left."""
    groups = tuple(kept for group in draft.groups if (kept := _group_of(group, tried)))
    parts = set(tried) | {group.id for group in all_groups(groups)}
    return _with(
        draft,
        groups=groups,
        bonus=draft.bonus and draft.bonus.model_copy(update={"items": _kept(draft.bonus.items, tried)}),
        deductions=draft.deductions
        and draft.deductions.model_copy(update={"items": _kept(draft.deductions.items, tried)}),
        total=draft.total.model_copy(update={"max_points": sum((group.counts_for for group in groups), Decimal(0))}),
        figure=draft.figure.model_copy(update={"of": "percent"}),
        bands=tuple(_in_percent(band, draft) for band in draft.bands),
        ranking=draft.ranking.model_copy(
            update={"ties": tuple(t for t in draft.ranking.ties if t.id in {None, *parts})}
        ),
    )


def _with(rubric: Rubric, **parts: object) -> Rubric:
    """A copy with other parts; pydantic's own copy would keep what the cached properties computed from the old ones."""
    return Rubric.model_construct(**{name: getattr(rubric, name) for name in Rubric.model_fields} | parts)


def _kept(items: Sequence[Criterion], tried: Collection[str]) -> tuple[Criterion, ...]:
    return tuple(item for item in items if item.id in tried)


def _group_of(group: Group, tried: Collection[str]) -> Group | None:
    """The group with what can be tried of it, counting for as much of its weight; None where nothing is left."""
    groups = tuple(kept for inner in group.groups if (kept := _group_of(inner, tried)))
    criteria = _kept(group.criteria, tried)
    if not any(not one.subtracts for one in criteria) and not groups:
        return None
    whole = sum((inner.counts_for for inner in groups), Decimal(0))
    whole += sum((one.max_points for one in criteria if not one.subtracts), Decimal(0))
    whole = group.max_points if group.net else whole
    return group.model_copy(update={"groups": groups, "criteria": criteria, "max_points": whole})


def _conditions_that_can_be_tried(rules: Rubric, draft: Rubric, known: set[str]) -> tuple[Rubric, list[str]]:
    """The rules without the gates and conditions that look at what the past year does not know, and those in words.

    known: ids of the criteria that are tried, of the facts the past year has, and of its periods.
    """
    known = known | {group.id for group in all_groups(rules.groups)}
    gates = tuple(gate for gate in rules.gates if _looks_at(gate.when) <= known)
    bands = tuple(
        band.model_copy(update={"conditions": tuple(one for one in band.conditions if _looks_at(one.unless) <= known)})
        for band in rules.bands
    )
    kept = {condition.name for band in bands for condition in band.conditions}
    gone = [gate.name for gate in draft.gates if gate not in gates]
    gone += [one.name for band in draft.bands for one in band.conditions if one.name not in kept]
    told = [f"Điều kiện nhìn vào điều năm ấy không báo cáo nên không thử: {'; '.join(gone)}."] if gone else []
    return (_with(rules, gates=gates, bands=bands) if gone else rules), told


def _looks_at(when: When) -> set[str]:
    """The ids of the criterion, group, period and facts that a condition looks at."""
    named = {when.criterion, when.group, when.report_missing, when.fact}
    named |= {when.share.part, when.share.whole} if when.share else set()
    return {name for name in named if name is not None}


def _in_percent(band: Band, draft: Rubric) -> Band:
    """A band whose edges are points, by percents of the draft's maximum."""
    if draft.figure.of == "percent":
        return band
    edges = {name: getattr(band, name) for name in ("from_", "to", "below")}
    whole = draft.total.max_points
    return band.model_copy(update={name: None if edge is None else edge * 100 / whole for name, edge in edges.items()})


# Before and after


def _units(before: Evaluation, after: Evaluation) -> Iterator[UnitImpact]:
    stood, stands = dict(_stood(before)), dict(_stood(after))
    register = before.year.units
    for unit, name, block in zip(register["id"], register["name"], register["block"], strict=True):
        if unit in stands:
            yield UnitImpact(unit, name, before.year.rubric.blocks[block], stood[unit], stands[unit])


def _stood(of: Evaluation) -> Iterator[tuple[str, StandingBy]]:
    rows = zip(rows_as(TotalRow, of.totals), rows_as(StandingRow, of.standings), strict=True)
    for total, standing in rows:
        percent = None
        if total["total"] is not None and total["effective_max"]:
            percent = Fraction(100 * total["total"], total["effective_max"])
        band = of.year.rubric.band[standing["band"]].name if standing["band"] else ""
        yield total["unit"], StandingBy(percent, band, standing["rank"], standing["ranked"])


def _bands(units: Sequence[UnitImpact], old: Rubric, draft: Rubric) -> Iterator[tuple[str, int, int]]:
    names = list(dict.fromkeys([band.name for rubric in (draft, old) for band in reversed(rubric.bands)]))
    for name in [*names, ""]:
        counts = [sum(getattr(one, side).band == name for one in units) for side in ("before", "after")]
        if any(counts):
            yield name, counts[0], counts[1]


def _gives_all_the_same(marks: pd.DataFrame, rubric: Rubric) -> Iterator[str]:
    """The criteria that give every unit the same points, where there are at least two."""
    rows = [row for row in rows_as(MarkRow, marks) if row["state"] in {"scored", "zero"}]
    for item in rubric.criteria:
        points = [row["points"] for row in rows if row["criterion"] == item.id]
        if len(points) > 1 and len(set(points)) == 1:
            yield item.id


def _left_out(past: Evaluation, units: pd.DataFrame) -> Iterator[str]:
    """What of the year the draft does not speak of."""
    if lacking := len(past.year.units) - len(units):
        yield f"{lacking} đơn vị thuộc loại hoặc khối không có trong bản thảo nên không xét."
    if len(past.decisions) and (~past.decisions["kind"].isin(["value", "points"])).any():
        yield "Quyết định không phải về số liệu hay điểm (ví dụ minh chứng không đúng) không tính lại."
    yield f"Lựa chọn của hội đồng năm {past.year.rubric.year} không tính ở cả hai bên."
