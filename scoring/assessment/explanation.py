"""Why one unit has its points, its band and its rank, from the cells of its reports on.

An explanation is plain data: every figure exact, in smallest units, and beside it the sentences that tell it. It is
written as JSON as it is; from its figures alone every total can be added up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Literal

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.group_standing import GroupStanding, group_standings
from scoring.assessment.mark_trace import DecisionTrace, EntryTrace, MarkTrace, trace_decision, trace_entry, trace_mark
from scoring.assessment.neighbours import Neighbour, group_points, neighbour
from scoring.assessment.reasons import decision_text, idle_text, quota_arithmetic
from scoring.assessment.records import Record
from scoring.assessment.unit_rows import UnitRows, rows_by_unit
from scoring.core import wording
from scoring.core.errors import Fault, ParameterError
from scoring.core.language import speaking_of_posts
from scoring.core.points import to_scaled
from scoring.core.rows import TotalRow, known, of
from scoring.register.positions import SOURCE
from scoring.rubric.citation import Citation, citation
from scoring.rubric.model import Band, Extra, Group, Rubric
from scoring.rubric.rule_words import effect_words, when_words
from scoring.scores.peers import counts_within
from scoring.scores.totals import all_groups


class GroupTrace(Record):
    """A group's sum: its points, what applies of its maximum, and (outer groups) what it brings to the total."""

    id: str
    name: str
    outer: bool
    points: int | None
    applicable: int
    counted: int | None
    text: str


class ExtraTrace(Record):
    """Bonus or deductions: the sum of the items, and what of it counts under the cap."""

    points: int
    cap: int
    counted: int


class FactTrace(Record):
    """A fact that gates and conditions look at; `value` is what holds after decisions."""

    id: str
    name: str
    value: int | None
    entries: tuple[EntryTrace, ...]
    decisions: tuple[DecisionTrace, ...]


class GateTrace(Record):
    """A gate, whether it holds, whether it is the one that capped or withheld the band, and where the rule stands."""

    id: str
    name: str
    clause: str | None
    holds: bool
    decided: bool
    text: str
    source: Citation | None


class QuotaTrace(Record):
    """A quota's arithmetic among the unit's peers."""

    band: str
    scope: str
    units: int
    share: Decimal
    allowed: int
    chosen: int
    proposed: int
    tied: int
    held: int
    over: int
    text: str
    source: Citation | None


class ConditionSource(Record):
    """A condition of a chosen band and the document it comes from."""

    name: str
    source: Citation | None


class BandSource(Record):
    """A band and the document its edges come from, and each of its conditions with its own."""

    band: str
    source: Citation | None
    conditions: tuple[ConditionSource, ...] = ()


class DatedTrace(Record):
    """A figure chosen by date: where it stands in the rubric, what is in force, and by which document."""

    place: str
    value: str
    source: Citation | None


class Explanation(Record):
    """Why a unit has its points, its band and its rank; points in smallest units, `figure` by its decimals.

    decisions: on the unit as a whole. lines: what comes after the marks, from the sums to the rank, in sentences.
    ranked_groups: rank and band of every group that the rubric ranks.
    taken: where a criterion takes the unit's result under another rubric, that result's own chain.
    """

    year: int
    rubric: str
    rubric_digest: str
    decimals: int
    unit: str
    name: str
    block: str
    eligible: bool
    eligibility: str
    marks: tuple[MarkTrace, ...]
    groups: tuple[GroupTrace, ...]
    bonus: ExtraTrace
    deductions: ExtraTrace
    floor: int
    cap: int | None
    total: int | None
    effective_max: int
    max_points: int
    figure: int | None
    figure_of: str
    figure_decimals: int
    score_band: str
    band: str
    facts: tuple[FactTrace, ...]
    decisions: tuple[DecisionTrace, ...]
    gates: tuple[GateTrace, ...]
    quotas: tuple[QuotaTrace, ...]
    bands: tuple[BandSource, ...]
    dated: tuple[DatedTrace, ...]
    selection: str
    rank: int | None
    ranked: int | None
    tied: int | None
    above: Neighbour | None
    below: Neighbour | None
    lines: tuple[str, ...]
    ranked_groups: tuple[GroupStanding, ...] = ()
    taken: Explanation | None = None


def explain(evaluation: Evaluation, unit: str, criterion: str | None = None) -> Explanation:
    """The whole chain for one unit; with `criterion`, its marks are only that one.

    Raises ParameterError for a unit or criterion that does not exist.
    """
    _known(unit, evaluation.year.units["id"].tolist(), "không có mã đơn vị này trong danh bạ")
    if criterion is not None:
        _known(criterion, list(evaluation.year.rubric.item), "bộ tiêu chí không có mã này")
    (own,) = _with_taken(evaluation, {unit}, criterion)
    return own


def explain_units(evaluation: Evaluation, only: Collection[str] | None = None) -> Iterator[Explanation]:
    """The whole chain for every unit, or for some, in the order of the register."""
    return _with_taken(evaluation, only, None)


def _with_taken(evaluation: Evaluation, only: Collection[str] | None, criterion: str | None) -> Iterator[Explanation]:
    """The chains, each with that of the result one of its marks takes, where there is such a result."""
    year, source = evaluation.year, evaluation.of_units
    takes = {item.id for item in year.rubric.criteria if item.indicator and item.indicator.source == SOURCE}
    own = (_explanation(rows, criterion) for rows in rows_by_unit(evaluation, only))
    if source is None or not takes:
        yield from own
        return
    chosen = year.units if only is None else year.units[year.units["id"].isin(only)]
    ids = dict(zip(chosen["id"], chosen["unit" if year.rubric.posts_of else "id"], strict=True))
    taken = {one.unit: one for one in explain_units(source, set(ids.values()))}
    for one in own:
        named = any(mark.criterion in takes and mark.entries for mark in one.marks)
        yield one.model_copy(update={"taken": taken.get(ids[one.unit])}) if named else one


def _explanation(rows: UnitRows, criterion: str | None = None) -> Explanation:
    with speaking_of_posts(rows.rubric.subject == "position"):
        return _whole(rows, criterion)


def _whole(rows: UnitRows, criterion: str | None) -> Explanation:
    rubric, unit, result = rows.rubric, rows.unit, rows.outcome
    traced = Explanation(
        year=rubric.year,
        rubric=rubric.id,
        rubric_digest=rubric.meaning,
        decimals=rubric.points.decimals,
        unit=unit["id"],
        marks=tuple(trace_mark(mark, rows) for mark in rows.marks if criterion in {None, mark["criterion"]}),
        floor=to_scaled(rubric.total.floor, rubric.scale),
        cap=None if rubric.total.cap is None else to_scaled(rubric.total.cap, rubric.scale),
        figure_of=rubric.figure.of,
        figure_decimals=rubric.figure.decimals,
        lines=(),
        **_outcome(rows),
        **{name: unit[name] for name in ("name", "block", "eligible", "eligibility")},
        **{name: result[name] for name in ("total", "effective_max", "max_points", "figure")},
        **{name: result[name] or "" for name in ("score_band", "band", "selection")},
        **{name: result[name] for name in ("rank", "ranked", "tied")},
    )
    return traced.model_copy(update={"lines": tuple(_lines(rows, traced))})


def _known(name: str, known: list[str], what: str) -> None:
    if name not in known:
        close = get_close_matches(name, known, 3)
        raise ParameterError(name, [Fault(name, what, mend=f"ý bạn là {' hay '.join(close)}?" if close else "")])


# From the sums to the rank


def _outcome(rows: UnitRows) -> dict[str, Any]:
    """What the marks lead to: sums, facts, decisions, gates, quotas and neighbours."""
    rubric = rows.rubric
    return {
        "groups": tuple(_group(group, rows) for group in all_groups(rubric.groups)),
        "bonus": _extra(rubric.bonus, rows, "bonus"),
        "deductions": _extra(rubric.deductions, rows, "deductions"),
        "facts": tuple(_facts(rows)),
        "decisions": tuple(trace_decision(row, None, rows) for row in rows.decisions.get("", ())),
        "gates": tuple(_gates(rows)),
        "quotas": tuple(_quotas(rows)),
        "bands": tuple(_band_source(band, rubric) for band in rubric.bands),
        "dated": tuple(
            DatedTrace(place=one.place, value=str(one.value), source=citation(one.source, one.article, rubric))
            for one in rubric.dated
        ),
        "ranked_groups": tuple(group_standings(rows.outcome, rubric)),
        "above": neighbour(rows, -1),
        "below": neighbour(rows, 1),
    }


def _band_source(band: Band, rubric: Rubric) -> BandSource:
    conditions = tuple(
        ConditionSource(name=one.name, source=citation(one.source, one.article, rubric)) for one in band.conditions
    )
    return BandSource(band=band.id, source=citation(band.source, band.article, rubric), conditions=conditions)


def _facts(rows: UnitRows) -> Iterator[FactTrace]:
    for fact in rows.rubric.facts:
        yield FactTrace(
            id=fact.id,
            name=fact.name,
            value=of(rows.outcome, "fact", fact.id),
            entries=tuple(trace_entry(entry, fact, rows.rubric) for entry in rows.entries.get(fact.id, ())),
            decisions=tuple(trace_decision(row, fact, rows) for row in rows.decisions.get(fact.id, ())),
        )


def _group(group: Group, rows: UnitRows) -> GroupTrace:
    rubric, total = rows.rubric, rows.outcome
    points, applicable, brought = of(total, "points", group.id), of(total, "max", group.id), group_points(group, total)
    terms = _terms(group, rows)
    parts = "".join(f" {'+' if added else '−'} {text}" for added, text in terms).removeprefix(" + ")
    text = f"Nhóm {group.id}: {parts}{_netted(group, rows)}"
    text += f" = {_points(points, rubric)}" if len(terms) > 1 or group.net else ""
    text += f", trên {_points(applicable, rubric)} điểm được áp dụng"
    if not applicable:
        text = f"Nhóm {group.id}: không có tiêu chí nào được áp dụng"
    elif brought is not None and brought != points:
        text += _carried_over(group, total, rubric)
    return GroupTrace(
        id=group.id,
        name=group.name,
        outer=group in rubric.groups,
        points=points,
        applicable=applicable,
        counted=brought,
        text=text,
    )


def _terms(group: Group, rows: UnitRows) -> list[tuple[bool, str]]:
    """What a group adds up, in print: inner groups and criteria that apply, those that subtract last."""
    rubric, terms = rows.rubric, list[tuple[bool, str]]()
    for inner in group.groups:
        brought = group_points(inner, rows.outcome)
        if of(rows.outcome, "max", inner.id):
            terms.append(((brought or 0) >= 0, _points(None if brought is None else abs(brought), rubric)))
    marks = {mark["criterion"]: mark for mark in rows.marks}
    for item in sorted(group.criteria, key=lambda item: item.subtracts):
        if marks[item.id]["state"] not in rubric.leaves_maximum:
            terms.append((not item.subtracts, _points(marks[item.id]["points"], rubric)))
    return sorted(terms, key=lambda term: not term[0])


def _netted(group: Group, rows: UnitRows) -> str:
    """The edge of a netted group that its sum was kept from passing; "" where it was not."""
    if group.net is None or (points := of(rows.outcome, "points", group.id)) is None:
        return ""
    marks = {mark["criterion"]: mark["points"] or 0 for mark in rows.marks}
    summed = sum(-marks[item.id] if item.subtracts else marks[item.id] for item in group.criteria)
    summed += sum(group_points(inner, rows.outcome) or 0 for inner in group.groups)
    if summed == points:
        return ""
    edge, how = (group.net.floor, "dưới") if summed < points else (group.net.cap, "quá")
    return f", không {how} {wording.number(edge)},"


def _carried_over(group: Group, total: TotalRow, rubric: Rubric) -> str:
    """How a group's points become those it counts for."""
    points, brought = of(total, "points", group.id), of(total, "counted", group.id)
    rescaled = rubric.rescales(outer=group in rubric.groups)
    whole = of(total, "max", group.id) if rescaled else to_scaled(group.max_points, rubric.scale)
    full = wording.number(group.counts_for)
    exact = Fraction(points * to_scaled(group.counts_for, rubric.scale), whole * rubric.scale)
    sign = wording.equals(exact, Fraction(brought, rubric.scale))
    calculation = f"{_points(points, rubric)} × {full}/{_points(whole, rubric)} {sign} {_points(brought, rubric)}"
    return f", quy đổi về thang {full}: {calculation}"


def _extra(extra: Extra | None, rows: UnitRows, column: Literal["bonus", "deductions"]) -> ExtraTrace:
    items = {item.id for item in extra.items} if extra else set()
    points = sum(mark["points"] or 0 for mark in rows.marks if mark["criterion"] in items)
    cap = to_scaled(extra.cap, rows.rubric.scale) if extra else 0
    return ExtraTrace(points=points, cap=cap, counted=rows.outcome[column] or 0)


def _gates(rows: UnitRows) -> Iterator[GateTrace]:
    standing, rubric = rows.outcome, rows.rubric
    for gate in rubric.gates:
        holds = gate.id in standing["gates"].split()
        yield GateTrace(
            id=gate.id,
            name=gate.name,
            clause=gate.clause,
            holds=holds,
            decided=gate.id in {standing["capped_by"], standing["withheld_by"]},
            text=f"Điều kiện {gate.id} ({when_words(gate.when, rubric)}): "
            + (f"có, nên {effect_words(gate, rubric)}" if holds else "không"),
            source=citation(gate.source, gate.article, rubric),
        )


def _quotas(rows: UnitRows) -> Iterator[QuotaTrace]:
    rubric = rows.rubric
    for quota in rows.quotas:
        # a band may have one quota in each block and another in each body, by different documents
        stated = next(
            one for one in rubric.quotas if one.band == quota["band"] and counts_within(one.per, quota["scope"])
        )
        name, source = rubric.band[quota["band"]].name, citation(stated.source, stated.article, rubric)
        told = {**quota, "text": f"“{name}”: {quota_arithmetic(quota)}", "source": source}
        yield QuotaTrace.model_validate({field: told[field] for field in QuotaTrace.model_fields})


# Sentences


def _points(scaled: int | None, rubric: Rubric) -> str:
    return wording.points(scaled, rubric.points.decimals)


def _lines(rows: UnitRows, traced: Explanation) -> Iterator[str]:
    """From the sums to the rank, in the order in which they were worked out."""
    if rows.outcome["total"] is not None:
        yield from (wording.sentence(group.text) for group in traced.groups)
    yield from _total_lines(rows, traced)
    yield from decision_text(rows.outcome, rows.outcome, rows.quotas, rows.rubric)
    yield from (wording.sentence(one.text) for one in traced.ranked_groups)
    if idle := idle_text(rows.outcome, rows.outcome, rows.rubric):
        yield idle
    yield from (one.text for one in traced.decisions)
    if free := [f"{gate.id} ({wording.inside(gate.name)})" for gate in traced.gates if not gate.holds]:
        yield f"Không vướng điều kiện {wording.enumeration(free)}."
    yield from (wording.sentence(other.text) for other in (traced.above, traced.below) if other)


def _total_lines(rows: UnitRows, traced: Explanation) -> Iterator[str]:
    rubric, total = rows.rubric, rows.outcome
    if total["total"] is None:
        yield wording.sentence(f"Không có tổng điểm: {rows.unit['eligibility'] or 'chưa có tiêu chí nào có điểm'}")
        return
    brought = [group.counted for group in traced.groups if group.outer]
    ordered = sorted(brought, key=lambda points: (points or 0) < 0)
    terms = [(points is None or points >= 0, None if points is None else abs(points)) for points in ordered]
    sums = "".join(f" {'+' if added else '−'} {_points(points, rubric)}" for added, points in terms).removeprefix(" + ")
    for name, sign, extra in (("thưởng", "+", traced.bonus), ("trừ", "−", traced.deductions)):
        sums += f" {sign} {name} {_points(extra.counted, rubric)}" if extra.points else ""
        if extra.points > extra.counted:
            yield f"Điểm {name} cộng lại {_points(extra.points, rubric)}, không quá {_points(extra.cap, rubric)}."
    total_points = _points(total["total"], rubric)
    summed = sum(brought_ for group in traced.groups if group.outer and (brought_ := group.counted) is not None)
    summed += traced.bonus.counted - traced.deductions.counted
    if summed < total["total"]:
        sums += f", không dưới {wording.number(rubric.total.floor)},"
    elif summed > total["total"]:
        sums += f", không quá {wording.number(rubric.total.cap)},"
    yield f"Tổng điểm: {sums} = {total_points}."
    if rubric.figure.of == "percent":
        whole, figure = _points(total["effective_max"], rubric), wording.points(total["figure"], rubric.figure.decimals)
        left_out = [
            f"{mark['criterion']}"
            for mark in rows.marks
            if mark["kind"] == "criterion" and mark["state"] in rubric.leaves_maximum
        ]
        without = f" (không tính {wording.enumeration(left_out)})" if left_out else ""
        exact = Fraction(100 * known(total["total"]), max(total["effective_max"], 1))
        sign = wording.equals(exact, Fraction(known(total["figure"]), 10**rubric.figure.decimals))
        yield f"Điểm tối đa được áp dụng {whole}{without}: {total_points}/{whole} {sign} {figure}%."
