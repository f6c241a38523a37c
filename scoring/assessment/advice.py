"""What a unit can do about each loss, and what that alone would bring: every gain is scored again by the engine.

One rule for every kind of loss. A recommendation holds the one change that it stands for, so that whoever doubts its
gain can make the change and score the year again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict

from scoring.assessment.conditions import facts_of, figures_text, is_unknown, low_groups, small
from scoring.assessment.reasons import rule_applied
from scoring.assessment.suppositions import SupposedTarget, supposed_rubric
from scoring.core import wording
from scoring.core.language import VIETNAMESE, in_words, say, spoken_language
from scoring.core.points import to_decimal
from scoring.core.rows import MarkRow, OutcomeRow, StandingRow, TotalRow, UnitRow, known, of
from scoring.core.tables import rows_as
from scoring.decisions.rulings import COUNCIL
from scoring.register.year import Year
from scoring.reports.checks.evidence import claims_again
from scoring.rubric.methods import is_relative, takes_base
from scoring.rubric.model import Criterion, Fact, Rubric, When
from scoring.scores.distance import next_band
from scoring.scores.ranking import ladder, rank
from scoring.scores.totals import score

Kind = Literal[
    "condition",
    "missing_report",
    "missing_value",
    "no_evidence",
    "doubled_evidence",
    "short",
    "late",
    "deduction",
    "bonus",
]
_FULL = Decimal(100)
"""The whole of a share nobody has reported yet, for trying what reporting it well would bring."""


class Alteration(BaseModel):
    """One thing that would be otherwise: an item's value or points, a fact, or an item's evidence.

    figure: as a decision states it; "" for evidence, which would be a document of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    how: Literal["value", "points", "fact", "evidence"]
    figure: str = ""


class Recommendation(BaseModel):
    """What to do about one loss. why: how the matter stands; what: what to do; both without a capital.

    gain: what the total would win, in smallest units, by `changes` alone; None where it depends on what a report that
    has not come will say. at_most: the gain is that of the best result. lifts: the name of the better band the unit
    would then have; opens: the band it could then be chosen for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    criterion: str
    why: str
    what: str
    changes: tuple[Alteration, ...]
    gain: int | None
    at_most: bool
    lifts: str
    opens: str


class _Trial(NamedTuple):
    """A recommendation before it has been tried; group: of a change of several criteria, the gate it is to undo."""

    unit: str
    kind: Kind
    criterion: str
    why: str
    what: str
    changes: tuple[Alteration, ...]
    at_most: bool = False
    undoes: str = ""


class Grounds(NamedTuple):
    """The tables that recommendations are made from, all of the same units."""

    year: Year
    entries: pd.DataFrame
    received: pd.DataFrame
    marks: pd.DataFrame
    totals: pd.DataFrame
    standings: pd.DataFrame
    decisions: pd.DataFrame


def recommend(grounds: Grounds) -> dict[str, tuple[Recommendation, ...]]:
    """By unit, what can be done, what brings a better band first, then by points."""
    rubric = in_words(grounds.year.rubric)
    trials = [trial for own in _by_unit(grounds) for trial in _trials(own, rubric)]
    if not trials:
        return {}
    before = {row["unit"]: row for row in _outcomes(grounds.totals, grounds.standings)}
    after = _tried([(trial.unit, trial.changes) for trial in trials if trial.changes], grounds)
    found: dict[str, list[Recommendation]] = {}
    undone: set[tuple[str, str]] = set()
    results = iter(after)
    for trial in trials:
        outcome = next(results) if trial.changes else None
        own = found.setdefault(trial.unit, [])
        released = _released(before[trial.unit], outcome)
        if trial.undoes and ((trial.unit, trial.undoes) in undone or trial.undoes not in released):
            continue
        undone |= {(trial.unit, gate) for gate in released}
        if one := _recommendation(trial, before[trial.unit], outcome, rubric):
            own.append(one)
    return {unit: tuple(sorted(own, key=_order)) for unit, own in found.items()}


def _order(one: Recommendation) -> tuple[bool, bool, bool, int]:
    """A missing report first, then what brings a band, opens one, then points."""
    return (one.kind != "missing_report", not one.lifts, not one.opens, -(one.gain or 0))


def _released(before: OutcomeRow, after: OutcomeRow | None) -> set[str]:
    """The gates that held and no longer do."""
    return set(before["gates"].split()) - set(after["gates"].split()) if after is not None else set()


def _recommendation(
    trial: _Trial, before: OutcomeRow, after: OutcomeRow | None, rubric: Rubric
) -> Recommendation | None:
    """What a trial came to; None where it brings nothing."""
    told = {name: getattr(trial, name) for name in ("kind", "criterion", "why", "what", "changes", "at_most")}
    if after is None:
        return Recommendation(**told, gain=None, lifts="", opens="")
    gain = (after["total"] or 0) - (before["total"] or 0)
    places = {band.id: place for place, band in enumerate(ladder(rubric))}
    lifts = places.get(after["band"] or "", -1) > places.get(before["band"] or "", -1)
    opened = before["selection"] == "conditions_unmet" and after["selection"] != "conditions_unmet"
    if (gain <= 0 or trial.undoes) and not lifts and not opened:
        return None
    return Recommendation(
        **told,
        gain=gain,
        lifts=rubric.band[known(after["band"])].name if lifts else "",
        opens=rubric.band[before["quota"]].name if opened and not lifts else "",
    )


# Trying changes


def _outcomes(totals: pd.DataFrame, standings: pd.DataFrame) -> list[OutcomeRow]:
    pairs = zip(rows_as(TotalRow, totals), rows_as(StandingRow, standings), strict=True)
    return [{**total, **standing} for total, standing in pairs]


def _tried(changed: Sequence[tuple[str, tuple[Alteration, ...]]], grounds: Grounds) -> list[OutcomeRow]:
    """For each unit with its changes, its totals and standing then: doubles of the units, scored in one go."""
    year, rubric = grounds.year, grounds.year.rubric
    # a blank cannot stand in an id, so no double is taken for a unit
    doubles = pd.DataFrame({"unit": [unit for unit, _ in changed]})
    doubles["double"] = [f"{unit} {place}" for place, unit in enumerate(doubles["unit"])]
    units = year.units.merge(doubles, left_on="id", right_on="unit").assign(id=lambda table: table["double"])
    units = units.set_index("double").loc[doubles["double"]].reset_index(drop=True)
    entries, decisions = (_doubled(table, doubles) for table in (grounds.entries, grounds.decisions))
    targets = None if year.targets is None else _doubled(year.targets, doubles)
    entries = _with_counts(_with_evidence(entries, changed, doubles), rubric)
    decisions = pd.concat([decisions, _pinned(grounds, doubles), _decided(changed, doubles)], ignore_index=True)
    rules = _with_doubles(rubric, dict(zip(doubles["double"], doubles["unit"], strict=True)))
    totals = score(entries, rules, units, targets=targets, decisions=decisions).totals
    return _outcomes(totals, rank(totals, rules, units).standings)


def _doubled(table: pd.DataFrame, doubles: pd.DataFrame) -> pd.DataFrame:
    """The table with the unit's rows under the name of each of its doubles, in the order of the doubles."""
    plain = table.astype({"unit": "object"})
    return doubles.merge(plain, on="unit").assign(unit=lambda rows: rows["double"]).drop(columns="double")


def _with_evidence(
    entries: pd.DataFrame, changed: Sequence[tuple[str, tuple[Alteration, ...]]], doubles: pd.DataFrame
) -> pd.DataFrame:
    """The entries, those whose evidence changes naming a document that nothing else names."""
    given = {
        (double, one.item)
        for double, (_, changes) in zip(doubles["double"], changed, strict=True)
        for one in changes
        if one.how == "evidence"
    }
    places = [key in given for key in zip(entries["unit"], entries["criterion"].astype(str), strict=True)]
    evidence = entries["evidence"].astype(object)
    return entries.assign(evidence=evidence.mask(pd.Series(places, index=entries.index), "\u0001"))


def _with_counts(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The entries with the pieces of evidence claimed twice counted again."""
    counting = [item for item in rubric.items if item.indicator and item.indicator.source == "doubled_evidence"]
    if not counting:
        return entries
    again = claims_again(entries.assign(evidence=_told_apart(entries)), rubric)["unit"].value_counts()
    for item in counting:
        own = (entries["criterion"] == item.id) & entries["value"].notna()
        value = entries["value"].copy()
        value[own] = entries.loc[own, "unit"].map(again).fillna(0).astype("int64") * item.value_scale
        entries = entries.assign(value=value)
    return entries


def _told_apart(entries: pd.DataFrame) -> pd.Series[Any]:
    """The evidence, a document of one's own standing apart from that of every other criterion."""
    own = entries["criterion"].astype(str).radd("\u0001")
    return entries["evidence"].mask(entries["evidence"] == "\u0001", own)


def _pinned(grounds: Grounds, doubles: pd.DataFrame) -> pd.DataFrame:
    """Marks that are held against the block, as decisions: a double has no block of its own."""
    rubric = grounds.year.rubric
    relative = [item.id for item in rubric.items if is_relative(item.method)]
    marks = grounds.marks[grounds.marks["criterion"].isin(relative) & grounds.marks["points"].notna()]
    rows = _doubled(marks[["unit", "criterion", "points"]], doubles)
    value = pd.Series([to_decimal(points, rubric.points.decimals) for points in rows["points"]], dtype=object)
    return rows[["unit", "criterion"]].assign(stage=COUNCIL, kind="points", value=value)


def _decided(changed: Sequence[tuple[str, tuple[Alteration, ...]]], doubles: pd.DataFrame) -> pd.DataFrame:
    """Values, points and facts as decisions of the last stage."""
    rows = [
        {"unit": double, "criterion": one.item, "stage": COUNCIL, "kind": one.how, "value": Decimal(one.figure)}
        for double, (_, changes) in zip(doubles["double"], changed, strict=True)
        for one in changes
        if one.how != "evidence"
    ]
    return pd.DataFrame(rows, columns=["unit", "criterion", "stage", "kind", "value"])


def _with_doubles(rubric: Rubric, unit_of: Mapping[str, str]) -> Rubric:
    """The rubric in which a target that is stated for a unit itself holds for its doubles too."""
    stated = {item.id: item.parameter("target") for item in rubric.items if "target" in item.params}
    shared = [
        SupposedTarget(item, target.model_copy(update={"values": {**target.values, **own}}))
        for item, target in stated.items()
        if target.by == "unit"
        for own in [{double: target.values[unit] for double, unit in unit_of.items() if unit in target.values}]
    ]
    return supposed_rubric(rubric, shared)[0]


# What to try, unit by unit


class _Own(NamedTuple):
    """One unit's rows. late: the periods whose report came late, by id."""

    unit: UnitRow
    outcome: OutcomeRow
    marks: Sequence[MarkRow]
    late: frozenset[str]
    evidence: Mapping[str, str]


def _by_unit(grounds: Grounds) -> Iterator[_Own]:
    count = len(grounds.year.rubric.items)
    marks, units = rows_as(MarkRow, grounds.marks), rows_as(UnitRow, grounds.year.units)
    late = grounds.received[grounds.received["days_late"].fillna(0) > 0]
    periods = late.groupby("unit")["period"].agg(frozenset).to_dict() if len(late) else {}
    for place, (unit, outcome) in enumerate(zip(units, _outcomes(grounds.totals, grounds.standings), strict=True)):
        if unit["eligible"]:
            own = marks[place * count : (place + 1) * count]
            told = {mark["criterion"]: mark["evidence"] or "" for mark in own}
            yield _Own(unit, outcome, own, periods.get(unit["id"], frozenset()), told)


def _trials(own: _Own, rubric: Rubric) -> Iterator[_Trial]:
    annual = rubric.annual_period
    if not of(own.outcome, "reported", annual.id):
        due = wording.day(annual.due)
        why = say("chưa nhận được {period}, hạn nộp {due}", period=wording.report_name(small(annual.name)), due=due)
        what = say(
            "gửi {period}; có báo cáo mới chấm điểm, xếp loại được", period=wording.report_name(small(annual.name))
        )
        if own.outcome["withheld_by"] == "unopened":
            why, what = (
                say("không mở được tệp báo cáo đã nhận"),
                say("gửi lại tệp {period} mở được", period=wording.report_name(small(annual.name))),
            )
        yield _Trial(own.unit["id"], "missing_report", "", why, what, ())
        return
    of_items = [trial for mark in own.marks for trial in _of_mark(mark, own, rubric)]
    yield from of_items
    yield from _timeliness(own, rubric)
    yield from _conditions(own, of_items, rubric)


def _of_mark(mark: MarkRow, own: _Own, rubric: Rubric) -> Iterator[_Trial]:
    """What to do about one mark that is not full."""
    item, unit = rubric.item[mark["criterion"]], own.unit["id"]
    if mark["state"] in {"not_applicable", "not_eligible", "pending"} or item.is_judged:
        return
    kind, source = rubric.kind(item.id), item.indicator.source if item.indicator else "report"
    best = 0 if kind == "deduction" else mark["max_points"]
    if mark["points"] == best or source in _COUNTED:
        return
    if kind == "deduction":
        advice = _small_sentence(item.advice_for(own.unit["type"]))
        yield _Trial(
            unit,
            "deduction",
            item.id,
            rule_applied(mark, item),
            advice,
            (Alteration(item=item.id, how="value", figure="0"),),
        )
        return
    if kind == "bonus" and mark["reason"] not in {"no_evidence", "evidence_counted"}:
        yield _bonus(mark, item, own, rubric)
        return
    yield _by_reason(mark, item, own, rubric)


def _bonus(mark: MarkRow, item: Criterion, own: _Own, rubric: Rubric) -> _Trial:
    """A bonus that the unit has not claimed, or not in full: what would count, and by which document."""
    claimed = mark["value"] is not None
    why = rule_applied(mark, item) if claimed else say("chưa kê khai")
    what = _small_sentence(item.advice_for(own.unit["type"])) or small(item.name)
    told = say("{bonus}: có thì kê khai kèm minh chứng", bonus=what)
    if claimed and mark["points"]:
        told = say("{bonus}: có thêm thì kê khai kèm minh chứng", bonus=what)
    full = Alteration(item=item.id, how="points", figure=str(to_decimal(mark["max_points"], rubric.points.decimals)))
    return _Trial(own.unit["id"], "bonus", item.id, why, told, (full,), at_most=True)


_COUNTED = frozenset({"reports_on_time", "late_reports", "missing_reports", "doubled_evidence", "unit_result"})
"""What follows from the reports themselves or from the unit of a post, and is told by another recommendation."""


def _by_reason(mark: MarkRow, item: Criterion, own: _Own, rubric: Rubric) -> _Trial:
    """One rule for every reason why points are missing."""
    unit, advice = own.unit["id"], item.advice_for(own.unit["type"])
    named = item.indicator.same_as if item.indicator and item.indicator.same_as else item.id
    full = (Alteration(item=item.id, how="points", figure=str(to_decimal(mark["max_points"], rubric.points.decimals))),)
    match mark["reason"]:
        case "no_value":
            why, what = say("báo cáo để trống"), say("ghi kết quả vào báo cáo, chưa làm được thì ghi 0")
            return _Trial(unit, "missing_value", item.id, why, what, full, at_most=True)
        case "no_target":
            why, what = say("chưa có chỉ tiêu của đơn vị"), say("đề nghị cấp trên giao chỉ tiêu")
            return _Trial(unit, "missing_value", item.id, why, what, full, at_most=True)
        case "no_evidence":
            change = Alteration(item=named, how="evidence")
            return _Trial(unit, "no_evidence", item.id, rule_applied(mark, item), _document_asked(item), (change,))
        case "evidence_counted":
            first = next((name for name, text in own.evidence.items() if text and text == own.evidence[item.id]), "")
            why = say("tài liệu đã tính cho tiêu chí khác")
            if first and first != item.id:
                why = say("“{document}” đã tính cho {criterion}", document=mark["evidence"], criterion=first)
            change = Alteration(item=named, how="evidence")
            what = say("nêu số, ngày của tài liệu khác với tài liệu đã tính cho {criterion}", criterion=first)
            what = what if first and first != item.id else say("nêu số, ngày của tài liệu khác")
            return _Trial(unit, "doubled_evidence", item.id, why, what, (change,))
    changes = _best_value(mark, item) or full
    why, what = rule_applied(mark, item), _small_sentence(advice) or say("làm đủ mức tối đa")
    return _Trial(unit, "short", item.id, why, what, changes, at_most=changes == full)


def _small_sentence(text: str) -> str:
    """A sentence inside another one."""
    return small(text.rstrip("."))


def _document_asked(item: Criterion) -> str:
    if item.evidence_hint and spoken_language() == VIETNAMESE:
        hint = wording.inside(item.evidence_hint)
        return say("đã báo cáo, bổ sung {hint}", hint=hint)
    return say("đã báo cáo, bổ sung số, ngày văn bản hoặc đường dẫn")


def _best_value(mark: MarkRow, item: Criterion) -> tuple[Alteration, ...]:
    """The value that reaches the target or the whole; nothing where the rule has neither, or compares in the block."""
    if is_relative(item.method) or item.indicator is None:
        return ()
    factor = mark["scale"] // item.value_scale
    if takes_base(item.method) and mark["base"] and item.indicator.of is not None:
        return (Alteration(item=item.id, how="value", figure=str(Decimal(mark["base"] // factor) / item.value_scale)),)
    if "target" not in item.params or not mark["target"] or "most" in item.params:
        return ()
    less = item.params.get("direction") == "less"
    goal = mark["target"] // factor if less else -(-mark["target"] // factor)
    return (Alteration(item=item.id, how="value", figure=str(Decimal(goal) / item.value_scale)),)


def _timeliness(own: _Own, rubric: Rubric) -> Iterator[_Trial]:
    """Reports that came late or never, and fields left blank: what the program itself counts."""
    missing = [period for period in rubric.periods if not of(own.outcome, "reported", period.id)]
    late = [period for period in rubric.periods if period.id in own.late]
    by_source = {item.indicator.source: item for item in rubric.items if item.indicator}
    marks = {mark["criterion"]: mark for mark in own.marks}
    absent, tardy, on_time = (by_source.get(name) for name in ("missing_reports", "late_reports", "reports_on_time"))
    if absent and missing:
        moved = ((absent, -1), (tardy, 1)) if tardy else ((absent, -1),)
        changes = [Alteration(item=one.id, how="value", figure=_counted(marks[one.id], step)) for one, step in moved]
        for period in missing:
            about = {"period": wording.report_name(small(period.name)), "due": wording.day(period.due)}
            why = say("chưa nhận được {period}, hạn nộp {due}", **about)
            what = say("gửi {period} còn thiếu, hạn nộp {due}", **about)
            yield _Trial(own.unit["id"], "late", absent.id, why, what, tuple(changes))
    changes = []
    if on_time and (base := marks[on_time.id]["base"]) and (missing or late):
        changes.append(Alteration(item=on_time.id, how="value", figure=_whole(base, marks[on_time.id], on_time)))
    if tardy and late:
        changes.append(Alteration(item=tardy.id, how="value", figure="0"))
    if changes:
        named = wording.enumeration([f"{small(one.name)} {wording.day(one.due)}" for one in (*missing, *late)])
        what = say("năm sau gửi đúng hạn (hạn năm nay: {periods})", periods=named)
        why = _untimely(is_missing=bool(missing), is_late=bool(late))
        yield _Trial(own.unit["id"], "late", on_time.id if on_time else "", why, what, tuple(changes))


def _untimely(*, is_missing: bool, is_late: bool) -> str:
    if is_missing and is_late:
        return say("báo cáo muộn hoặc còn thiếu")
    return say("báo cáo muộn") if is_late else say("còn thiếu báo cáo")


def _counted(mark: MarkRow, step: int) -> str:
    return str(max((mark["value"] or 0) // mark["scale"] + step, 0))


def _whole(base: int, mark: MarkRow, item: Criterion) -> str:
    return str(Decimal(base // (mark["scale"] // item.value_scale)) / item.value_scale)


# Gates and the conditions of a band


def _conditions(own: _Own, of_items: Sequence[_Trial], rubric: Rubric) -> Iterator[_Trial]:
    """What undoes a gate that decided or that keeps the next band closed, and the conditions of a band not met."""
    outcome, unit = own.outcome, own.unit["id"]
    held = outcome["gates"].split()
    for gate in rubric.gates:
        if gate.id not in held or not _in_question(gate.cap, outcome, rubric, gate.id):
            continue
        if gate.when.group_below is not None:
            yield from _groups_raised(gate.id, gate.when, own, of_items, rubric)
        elif changes := tuple(_facts_changed(gate.when, outcome, rubric)):
            why, what = figures_text(gate.when, outcome, rubric), _undoing(gate.when, outcome, rubric)
            yield _Trial(unit, "condition", "", why, what, changes)
    if outcome["selection"] == "conditions_unmet":
        unmet = [rubric.band[outcome["quota"]].conditions[int(place)] for place in outcome["unmet"].split()]
        changes = tuple(change for one in unmet for change in _facts_changed(one.unless, outcome, rubric))
        why = "; ".join(figures_text(one.unless, outcome, rubric) for one in unmet)
        what = "; ".join(dict.fromkeys(_undoing(one.unless, outcome, rubric) for one in unmet))
        if changes:
            yield _Trial(unit, "condition", "", why, what, changes)


def _in_question(cap: str | None, outcome: OutcomeRow, rubric: Rubric, gate: str) -> bool:
    """Whether a gate took a band away, or keeps closed the one above."""
    if gate in {outcome["capped_by"], outcome["withheld_by"]}:
        return True
    order, above = [band.id for band in ladder(rubric)], next_band(outcome["band"], rubric)
    return cap is not None and above is not None and order.index(cap) < order.index(above.id)


def _undoing(when: When, outcome: OutcomeRow, rubric: Rubric) -> str:
    """What undoes a condition about facts."""
    facts = {fact.id: fact for fact in rubric.facts}
    if is_unknown(when, outcome):
        unknown = [small(facts[name].name) for name in facts_of(when) if of(outcome, "fact", name) is None]
        return say("báo cáo bổ sung: {facts}", facts=wording.enumeration(unknown))
    if when.share is not None:
        need = _needed(when, of(outcome, "fact", when.share.whole)) - of(outcome, "fact", when.share.part)
        return say("{fact}: năm sau cần thêm ít nhất {count}", count=need, fact=small(facts[when.share.part].name))
    if when.at_least is not None:
        return say("năm sau không để phát sinh: {fact}", fact=small(facts[when.fact or ""].name))
    return say("thực hiện rồi báo cáo: {fact}", fact=small(facts[when.fact or ""].name))


def _needed(when: When, whole: int) -> int:
    """The least part of a whole that is not below the percent."""
    return math.ceil(Fraction(when.below or 0) * whole / 100)


def _facts_changed(when: When, outcome: OutcomeRow, rubric: Rubric) -> Iterator[Alteration]:
    """The facts under which a condition no longer holds, and those a greater part pulls along."""
    if when.share is not None:
        whole = of(outcome, "fact", when.share.whole)
        if not whole:
            yield Alteration(item=when.share.whole, how="fact", figure=str(_FULL))
        need = _needed(when, whole or int(_FULL))
        fact = next(fact for fact in rubric.facts if fact.id == when.share.part)
        yield Alteration(item=fact.id, how="fact", figure=str(need))
        yield from _pulled(fact, need, when.share.whole, outcome)
    elif when.fact is not None:
        figure = when.at_least - 1 if when.at_least is not None else int(when.below or 0)
        yield Alteration(item=when.fact, how="fact", figure=str(figure))


def _pulled(fact: Fact, need: int, whole: str, outcome: OutcomeRow) -> Iterator[Alteration]:
    for above in fact.at_most:
        if above != whole and (of(outcome, "fact", above) or 0) < need:
            yield Alteration(item=above, how="fact", figure=str(need))


def _groups_raised(gate: str, when: When, own: _Own, of_items: Sequence[_Trial], rubric: Rubric) -> Iterator[_Trial]:
    """Ever more criteria of the low groups together; the first that undoes the gate is the one to tell."""
    inside = {item.id: group.id for group in rubric.groups for item in group.walk()}
    low = set(low_groups(when, own.outcome, rubric))
    lost = {mark["criterion"]: mark["max_points"] - (mark["points"] or 0) for mark in own.marks}
    helping = [one for one in of_items if one.criterion in inside and low & _groups_of(one.criterion, rubric)]
    helping.sort(key=lambda one: -lost[one.criterion])
    for count in range(2, len(helping) + 1):
        chosen = helping[:count]
        named = wording.enumeration([one.criterion for one in chosen])
        why = figures_text(when, own.outcome, rubric)
        what = say("đưa điểm nhóm lên mức yêu cầu bằng cách làm cùng lúc các việc ở {criteria}", criteria=named)
        changes = tuple(change for one in chosen for change in one.changes)
        any_most = any(one.at_most for one in chosen)
        yield _Trial(own.unit["id"], "condition", "", why, what, changes, any_most, undoes=gate)


def _groups_of(criterion: str, rubric: Rubric) -> set[str]:
    """The groups a criterion stands in, outer and inner."""

    def inside(groups: Iterable[Any]) -> Iterator[str]:
        for group in groups:
            if any(item.id == criterion for item in group.walk()):
                yield group.id
                yield from inside(group.groups)

    return set(inside(rubric.groups))
