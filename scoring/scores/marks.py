"""One mark for every criterion of every unit.

Pure: the same tables in give the same tables out. Whole columns: each criterion is one call of its method over all
units; the entries of a country are one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.errors import Fault, ScoringError
from scoring.core.evidence_identity import piece_named
from scoring.core.points import Integers, exact, product, to_scaled
from scoring.rubric import methods
from scoring.rubric.model import Criterion, Rubric, Scope
from scoring.rubric.parameters import (
    PERCENT,
    WHOLE,
    Levels,
    PartFigure,
    PercentFigure,
    PointsFigure,
    Steps,
    Target,
    ValueFigure,
    award,
    ladder,
)

STATES = ("scored", "zero", "missing", "not_applicable", "not_eligible", "pending")
"""The six states of a mark; never mixed (CONTRIBUTING.md, law 4)."""

BASES = ("computed", "verified", "council")
"""Whose figure counts: the last authorised one."""

REASONS = (
    "",
    "outside_scope",
    "claimed_not_applicable",
    "nothing_to_count",
    "no_value",
    "no_target",
    "no_evidence",
    "evidence_counted",
    "not_judged",
    "day_not_known",
    "not_eligible",
    "peers_changed",
    "members_not_known",
    "evidence_short",
    "not_opened",
)
"""Why a mark is what it is, where the value alone does not say it."""

SCORED, ZERO, NOT_APPLICABLE, NOT_ELIGIBLE, PENDING = (
    STATES.index(state) for state in ("scored", "zero", "not_applicable", "not_eligible", "pending")
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """The entries laid out, items x units x periods.

    names: the ids along the first axis, items first, then facts. rows: the position of each entry, -1 where there is
    none. value, base: what it reports (0 where `valued`, `based` do not hold). claimed: whether it claims that nothing
    applies. proved: whether it names evidence.
    """

    entries: pd.DataFrame
    names: list[str]
    rows: NDArray[np.int64]
    value: NDArray[np.int64]
    valued: Mask
    base: NDArray[np.int64]
    based: Mask
    claimed: Mask
    proved: Mask

    def place(self, item: Criterion) -> int:
        """Where the reports that an item reads stand along the first axis."""
        indicator = item.indicator
        return self.names.index(indicator.same_as if indicator and indicator.same_as else item.id)


@dataclass(frozen=True)
class Reported:
    """What the reports say of one item, one place a unit; figures scaled by `item.value_scale * factor`.

    counted: the entries whose values count, units x periods. entry: the position of the last one that says something.
    """

    value: Integers
    base: Integers
    target: Integers
    known: Mask
    counted: Mask
    entry: NDArray[np.int64]
    factor: int


@dataclass(frozen=True)
class Column:
    """The marks of one item, one place a unit. A figure of a stage comes with the mask of where there is one."""

    item: Criterion
    reported: Reported
    value: Integers
    known: Mask
    state: NDArray[np.int8]
    reason: NDArray[np.int8]
    basis: NDArray[np.int8]
    points: Integers
    stages: dict[str, tuple[Integers, Mask]]


def lay_out(entries: pd.DataFrame, rubric: Rubric, units: pd.DataFrame) -> Grid:
    """Where each entry stands. Raises ScoringError for an entry twice, or of an unknown unit, criterion or period."""
    names = [*rubric.item, *(fact.id for fact in rubric.facts)]
    periods = [period.id for period in rubric.periods]
    unit = _codes(entries, "unit", units["id"].tolist())
    item = _codes(entries, "criterion", names)
    period = _codes(entries, "period", periods)
    place = (item * len(units) + unit) * len(periods) + period
    rows = np.full(len(names) * len(units) * len(periods), -1, np.int64)
    rows[place] = np.arange(len(entries))
    if (rows >= 0).sum() != len(entries):
        again = entries.iloc[np.setdiff1d(np.arange(len(entries)), rows)]
        raise ScoringError(
            "dòng báo cáo", [Fault(f"{r.unit} {r.criterion} {r.period}", "ghi hai lần") for r in again.itertuples()]
        )
    laid: NDArray[np.int64] = rows.reshape(len(names), len(units), len(periods))
    value, valued = _figures_at(laid, entries["value"])
    base, based = _figures_at(laid, entries["base"])
    claimed = _taken(entries["not_applicable"].to_numpy(bool), laid, otherwise=False)
    proved = _taken(entries["evidence"].notna().to_numpy(), laid, otherwise=False)
    return Grid(entries, names, laid, value, valued, base, based, claimed, proved)


def _figures_at(rows: NDArray[np.int64], figures: pd.Series[Any]) -> tuple[NDArray[np.int64], Mask]:
    """A column laid out, 0 where nothing is known; and where something is."""
    known = figures.notna().to_numpy()
    return _taken(figures.to_numpy(np.int64, na_value=0), rows, otherwise=0), _taken(known, rows, otherwise=False)


def _codes(entries: pd.DataFrame, column: str, known: list[str]) -> NDArray[np.int64]:
    """Each entry's place in `known`."""
    named = entries[column].astype("category")
    of_category = pd.Index(known).get_indexer(named.cat.categories)
    codes = of_category[named.cat.codes.to_numpy()] if len(named) else np.zeros(0, np.int64)
    if (codes < 0).any():
        strange = sorted(set(named[codes < 0].astype(str)))
        raise ScoringError("dòng báo cáo", [Fault(column, f"'{name}' không có trong danh mục") for name in strange])
    return np.asarray(codes, np.int64)


# One item, all units


def mark_items(
    grid: Grid,
    rubric: Rubric,
    units: pd.DataFrame,
    targets: pd.DataFrame | None,
    decisions: pd.DataFrame | None,
    unopened: Mask,
) -> list[Column]:
    """The marks of every item of the rubric, in its order."""
    repeated, rulings = _counted_elsewhere(grid, rubric), _by_item_and_stage(decisions, units)
    return [_column(item, grid, rubric, units, targets, rulings, repeated, unopened) for item in rubric.items]


def _column(
    item: Criterion,
    grid: Grid,
    rubric: Rubric,
    units: pd.DataFrame,
    targets: pd.DataFrame | None,
    rulings: dict[tuple[str, str], pd.DataFrame],
    repeated: Mask,
    unopened: Mask,
) -> Column:
    """The marks of one item: what was reported, what it is worth, and what was decided about it."""
    reported = _reported(item, grid, units, targets)
    state, reason = _states(item, reported, grid, units, repeated, unopened)
    worth = partial(_points, item, reported, rubric, units)
    first = _first_figures(reported, state == SCORED, worth)
    last, stages = first, {BASES[0]: (first.points, first.counted)}
    for stage in BASES[1:]:
        decided = _decided(rulings.get((item.id, stage)), units, item.value_scale * reported.factor, rubric.scale)
        ruled = decided.among(state != NOT_ELIGIBLE, _measurable(item, reported))
        last = _after(last, ruled, stage, worth)
        stages[stage] = (last.points, ruled.is_value | ruled.is_points)
    decided_at_all = last.basis > 0
    moved = ~decided_at_all & (last.points != first.points)
    reason = np.where(decided_at_all, 0, np.where(moved, REASONS.index("peers_changed"), reason))
    state = np.where(decided_at_all, SCORED, state)
    state = np.where((state == SCORED) & (last.points == 0), ZERO, state)
    return Column(item, reported, last.value, last.known, state, reason, last.basis, last.points, stages)


Worth = Callable[[Integers, Mask], Integers]
"""The points of values by an item's method, for the units in a mask."""


@dataclass(frozen=True)
class _Counting:
    """The figures of one item that count after some stage, one place a unit.

    known: where there is a value. counted: where its points follow from it. fixed: where somebody gave the points
    themselves, which no other unit's value moves. basis: whose figure it is, as a place in BASES.
    """

    value: Integers
    known: Mask
    counted: Mask
    fixed: Mask
    points: Integers
    basis: NDArray[np.int8]


def _first_figures(reported: Reported, counted: Mask, worth: Worth) -> _Counting:
    """What the reports alone come to."""
    points, nobody = worth(reported.value, counted), np.zeros(len(counted), bool)
    return _Counting(reported.value, reported.known, counted, nobody, points, np.zeros(len(counted), np.int8))


def _after(before: _Counting, ruled: Decided, stage: str, worth: Worth) -> _Counting:
    """What counts once a stage has decided: a corrected value is worth what the method says, given points stand."""
    decided = ruled.is_value | ruled.is_points
    if not decided.any():
        return before
    value = np.where(ruled.is_value, ruled.figure, before.value)
    counted, fixed = before.counted | ruled.is_value, (before.fixed & ~ruled.is_value) | ruled.is_points
    given = np.where(ruled.is_points, ruled.figure, before.points)
    return _Counting(
        value=value,
        known=before.known | ruled.is_value,
        counted=counted,
        fixed=fixed,
        points=np.where(fixed, given, worth(value, counted)),
        basis=np.where(decided, BASES.index(stage), before.basis).astype(np.int8),
    )


def _measurable(item: Criterion, reported: Reported) -> Mask:
    """Whether there is what a value is held against: a target, and the whole it is part of."""
    aimed = reported.target > 0 if "target" in item.params else np.ones(len(reported.known), bool)
    return np.asarray(aimed & (reported.base > 0) if methods.takes_base(item.method) else aimed)


def _reported(item: Criterion, grid: Grid, units: pd.DataFrame, targets: pd.DataFrame | None) -> Reported:
    """Values over the periods as the indicator combines them, with the targets they are held against."""
    indicator, nothing, place = item.indicator, np.zeros(len(units), np.int64), grid.place(item)
    rows, valued = grid.rows[place], grid.valued[place]
    told = rows >= 0
    if indicator is None:
        nowhere = np.zeros_like(told)
        return Reported(nothing, nothing, nothing, nowhere.any(axis=1), nowhere, _at(rows, _last(told)), 1)
    factor = _factor(item, rows.shape[1])
    base = np.full(len(units), exact(100 * item.value_scale * factor)) if methods.takes_base(item.method) else nothing
    if indicator.of is not None and methods.takes_base(item.method):
        valued = valued & grid.based[place]
        base, _ = combined(grid.base[place], valued, indicator.periods, factor)
    figures = grid.value[place]
    if item.evidence == "counted":
        figures = np.minimum(figures, _pieces(grid, place) * item.value_scale)
    value, known = combined(figures, valued, indicator.periods, factor)
    telling = valued | grid.claimed[place]
    is_open = _left_open(told & ~telling, told, grid.value[place], indicator.periods)
    known, telling = known & ~is_open, np.where(is_open[:, None], told, telling)
    entry = _at(rows, _last(np.where(telling.any(axis=1, keepdims=True), telling, told)))
    counted = _counted(grid.value[place], valued, indicator.periods)
    return Reported(value, base, _target(item, units, targets, factor), known, counted, entry, factor)


def _left_open(silent: Mask, told: Mask, figures: NDArray[np.int64], how: str) -> Mask:
    """The units whose year is open because the last report that came leaves the figure blank, or has it refused.

    What an earlier report says never stands in for it; but what was done in any period stays done. silent, told: units
    x periods; figures: 0 where nothing is known.
    """
    at_last = np.asarray(silent[np.arange(len(silent)), _last(told)])
    return at_last & ~(figures > 0).any(axis=1) if how == "any" else at_last


def _pieces(grid: Grid, place: int) -> NDArray[np.int64]:
    """How many pieces of evidence each report of an item names, units x periods; texts hold them apart by "; "."""
    rows = grid.rows[place]
    texts = grid.entries["evidence"].iloc[rows[rows >= 0]]
    pieces = np.zeros(rows.shape, np.int64)
    pieces[rows >= 0] = [0 if pd.isna(text) else str(text).count("; ") + 1 for text in texts]
    return pieces


def _counted(figures: NDArray[np.int64], known: Mask, how: str) -> Mask:
    """The entries whose figures count; a 0 beside other figures adds nothing that would need evidence."""
    if how == "last":
        return np.asarray(known & (np.arange(known.shape[1]) == _last(known)[:, None]))
    above = known & (figures != 0)
    return np.where(above.any(axis=1, keepdims=True), above, known)


def _factor(item: Criterion, periods: int) -> int:
    """What values are multiplied by so that a mean over periods and a percent of the members stay whole numbers."""
    mean = lcm(*range(1, periods + 1)) if item.indicator and item.indicator.periods == "mean" else 1
    return mean * (WHOLE if (target := _stated_target(item)) and target.percent is not None else 1)


def combined(figures: NDArray[np.int64], known: Mask, how: str, factor: int) -> tuple[Integers, Mask]:
    """One figure a unit out of its periods' known figures, times `factor`; and where there is one."""
    laid, counts = np.where(known, figures, 0), known.sum(axis=1)
    match how:
        case "sum":
            combined = product(_sum(laid), factor)
        case "mean":
            combined = product(_sum(laid), factor) // np.maximum(counts, 1)
        case "last":
            combined = product(_at(laid, _last(known)), factor)
        case "largest":
            largest = np.asarray(np.where(known, laid, np.iinfo(np.int64).min).max(axis=1))
            combined = product(np.where(counts > 0, largest, 0), factor)
        case _:
            combined = product(np.asarray(np.where((laid > 0).any(axis=1), 1, 0)), factor)
    return combined, counts > 0


def _sum(laid: Integers) -> Integers:
    """Sums over the periods, on Python integers where int64 could wrap."""
    most = int(np.abs(laid).max()) if laid.size else 0
    safe = laid.astype(object) if most * laid.shape[1] > np.iinfo(np.int64).max else laid
    return np.asarray(safe.sum(axis=1))


def _taken(figures: Any, rows: NDArray[np.int64], *, otherwise: Any) -> Any:
    """The figures at some positions; `otherwise` where the position is -1."""
    if not len(figures):
        return np.full(rows.shape, otherwise)
    taken = figures[rows]
    taken[rows < 0] = otherwise
    return taken


def _last(there: Mask) -> NDArray[np.int64]:
    """The last period in which something is there (the last of all where nothing is)."""
    return np.asarray(there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1))


def _at(figures: NDArray[np.int64], period: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each unit's figure of its own period."""
    return np.asarray(figures[np.arange(len(figures)), period])


def _stated_target(item: Criterion) -> Target | None:
    return item.parameter("target") if "target" in item.params else None


def _target(item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, factor: int) -> Integers:
    """Each unit's target at the scale of its value, 0 where none is known."""
    stated = _stated_target(item)
    if stated is None:
        return np.zeros(len(units), np.int64)
    return target_column(stated, item, units, targets, factor)


def target_column(
    target: Target, item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, factor: int = WHOLE
) -> Integers:
    """The target of every unit, scaled by `item.value_scale * factor`; 0 where none is known.

    factor: what keeps a share of the members whole; a multiple of 10,000 where the target is a percent.
    """
    scale = item.value_scale * factor
    members = units["members"].to_numpy(np.int64, na_value=0)
    if target.figure is not None:
        return np.full(len(units), exact(to_scaled(target.figure, scale)))
    if target.percent is not None:
        return product(product(members, to_scaled(target.percent, PERCENT)), scale // WHOLE)
    if target.steps is not None:
        stair = np.searchsorted(np.array([edge for edge, _ in target.steps]), members, side="right") - 1
        figures = exact([to_scaled(figure, scale) for _, figure in target.steps])
        return np.where(units["members"].notna().to_numpy() & (stair >= 0), figures[stair], 0)
    if target.values is not None:
        by_name = {name: to_scaled(figure, scale) for name, figure in target.values.items()}
        otherwise = to_scaled(target.otherwise, scale) if target.otherwise is not None else 0
        names = units["id" if target.by == "unit" else str(target.by)].astype(str)
        return exact([by_name.get(name, otherwise) for name in names])
    return _assigned(target, item, units, targets, scale)


def _assigned(
    target: Target, item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, scale: int
) -> Integers:
    """Targets an issuer assigned unit by unit."""
    column = np.zeros(len(units), object)
    if targets is not None:
        indicator = item.indicator.same_as if item.indicator and item.indicator.same_as else item.id
        own = targets[(targets["criterion"] == indicator) & (targets["issuer"] == target.assigned_by)]
        places = pd.Index(units["id"]).get_indexer(own["unit"])
        column[places[places >= 0]] = [to_scaled(figure, scale) for figure in own["target"][places >= 0]]
    return exact(column)


def _states(
    item: Criterion, reported: Reported, grid: Grid, units: pd.DataFrame, repeated: Mask, unopened: Mask
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """The state and the reason of every mark before points are known; a later rule outranks an earlier one."""
    place, nobody = grid.place(item), np.zeros(len(units), bool)
    unproved = (reported.counted & ~grid.proved[place]).any(axis=1)
    used = (reported.counted & repeated[place]).any(axis=1)
    claimed = _taken(grid.entries["not_applicable"].to_numpy(bool), reported.entry, otherwise=False)
    empty = reported.base <= 0 if methods.takes_base(item.method) else nobody
    shown = _pieces(grid, place) * item.value_scale if item.evidence == "counted" else grid.value[place]
    rules = [
        ((reported.counted & (grid.value[place] > shown)).any(axis=1), "scored", "evidence_short"),
        (unproved if item.needs_evidence else nobody, "zero", "no_evidence"),
        (used, "zero", "evidence_counted"),
        (empty, "not_applicable" if item.may_not_apply else "zero", "nothing_to_count"),
        (reported.target <= 0 if "target" in item.params else nobody, "missing", "no_target"),
        (_target_by_members(item) & units["members"].isna().to_numpy(), "pending", "members_not_known"),
        (~reported.known, "missing", "no_value"),
        (_undated(item, reported, grid), "pending", "day_not_known"),
        (~nobody if item.is_judged else nobody, "pending", "not_judged"),
        (claimed if item.may_not_apply else nobody, "not_applicable", "claimed_not_applicable"),
        (nobody if item.is_judged else unopened, "pending", "not_opened"),
        (may_be_in_scope(item.applies_to, units), "pending", "members_not_known"),
        (~in_scope(item.applies_to, units), "not_applicable", "outside_scope"),
        (~units["eligible"].to_numpy(bool), "not_eligible", "not_eligible"),
    ]
    state, reason = np.zeros(len(units), np.int8), np.zeros(len(units), np.int8)
    for where, then, why in rules:
        state[where], reason[where] = STATES.index(then), REASONS.index(why)
    return state, reason


def _target_by_members(item: Criterion) -> bool:
    """Whether the item's target follows the unit's members."""
    stated = _stated_target(item)
    return stated is not None and stated.by == "members"


def _undated(item: Criterion, reported: Reported, grid: Grid) -> Mask:
    """The units of which a report came on a day nobody knows, where the item counts reports in time."""
    owing = grid.based[grid.place(item)].any(axis=1)
    counts_days = item.indicator is not None and item.indicator.source == "reports_on_time"
    return np.asarray(owing & ~reported.known & counts_days)


def in_scope(scope: Scope | None, units: pd.DataFrame) -> Mask:
    """Which units a criterion or fact applies to, or may apply to (`may_be_in_scope`)."""
    inside = np.ones(len(units), bool)
    if scope is None:
        return inside
    unknown = units["members"].isna().to_numpy()
    members = units["members"].to_numpy(np.int64, na_value=0)
    if scope.types is not None:
        inside &= units["type"].isin(scope.types).to_numpy()
    if scope.blocks is not None:
        inside &= units["block"].isin(scope.blocks).to_numpy()
    if scope.units is not None:
        inside &= units["id"].isin(scope.units).to_numpy()
    if scope.members_from is not None:
        inside &= (members >= scope.members_from) | unknown
    if scope.members_below is not None:
        inside &= (members < scope.members_below) | unknown
    return inside


def may_be_in_scope(scope: Scope | None, units: pd.DataFrame) -> Mask:
    """The units of which it cannot be said whether a criterion applies: nobody knows their members."""
    if scope is None or (scope.members_from is None and scope.members_below is None):
        return np.zeros(len(units), bool)
    return in_scope(scope, units) & units["members"].isna().to_numpy()


def _counted_elsewhere(grid: Grid, rubric: Rubric) -> Mask:
    """Where all of an entry's evidence was used by an earlier item of the same unit (unless it may be shared).

    Laid out like the grid.
    """
    own = [grid.names.index(item.id) for item in rubric.items if item.evidence and not item.evidence_shared]
    text, texts = pd.factorize(grid.entries["evidence"])
    claims = order, unit, period = np.nonzero(grid.valued[own] & grid.proved[own])
    citing, document = _documents(text[grid.rows[own][claims]], texts.astype("str"))
    key = unit[citing] * (document.max(initial=0) + 1) + document
    # the first item, in the rubric's order, that names a unit's document counts it
    item, counts = order[citing], np.ones(len(key), bool)
    again = pd.Series(key).duplicated(keep=False).to_numpy()
    counts[again] = item[again] == pd.Series(item[again]).groupby(key[again]).transform("min").to_numpy()
    stands = np.zeros(len(order), bool)
    stands[citing[counts]] = True
    void = np.zeros(grid.rows.shape, bool)
    void[np.array(own, np.int64)[order], unit, period] = ~stands
    return void


def _documents(text: NDArray[np.int64], texts: pd.Index[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One place a claim and document it names: the claim, and the document's number; `text` is each claim's text.

    What two texts name is the same by number, day and issuer or by address; a phrase never is.
    """
    counts = texts.str.count("; ").to_numpy(np.int64) + 1
    names = [piece_named(name) for one in texts.tolist() for name in one.split("; ")]
    numbers, _ = pd.factorize(pd.Series(names, dtype="str"))
    claim = np.repeat(np.arange(len(text)), counts[text])
    within = np.arange(len(claim)) - np.repeat(np.cumsum(counts[text]) - counts[text], counts[text])
    document = numbers[np.repeat((np.cumsum(counts) - counts)[text], counts[text]) + within]
    return claim, np.where(document < 0, len(names) + np.arange(len(document)), document)


# Points, and what was decided about them


def _points(
    item: Criterion, reported: Reported, rubric: Rubric, units: pd.DataFrame, value: Integers, counted: Mask
) -> Integers:
    """Points by the item's method for the units in `counted`, 0 elsewhere."""
    points, chosen = np.zeros(len(value), np.int64), np.flatnonzero(counted)
    if item.is_judged or not len(chosen):
        return points
    method = methods.METHODS[item.method].points
    scale = item.value_scale * reported.factor
    supplied: dict[str, Any] = {
        "value": value[chosen],
        "base": reported.base[chosen],
        "peers": pd.factorize(units["block"])[0][chosen],
        "max_points": rubric.max_points(item.id),
        "scale": scale,
    }
    stated = {name: _bound(item.parameter(name), item, rubric, reported.target[chosen], scale) for name in item.params}
    points[chosen] = method(**{name: supplied[name] for name in methods.supplied(item.method)}, **stated)
    return points


def _bound(stated: Any, item: Criterion, rubric: Rubric, target: Integers, scale: int) -> Any:
    """A parameter as its method takes it: integers in the scales of this item."""
    maximum = rubric.max_points(item.id)
    match stated:
        case Target():
            return target
        case ValueFigure():
            return to_scaled(stated.root, scale)
        case PointsFigure():
            return to_scaled(stated.root, rubric.scale)
        case PercentFigure() | PartFigure():
            return to_scaled(stated.root, PERCENT)
        case Steps():
            return ladder(stated, max_points=maximum, value_scale=scale, points_scale=rubric.scale)
        case Levels():
            return [award(level, max_points=maximum, points_scale=rubric.scale) for level in stated.levels]
        case _:
            return stated


class Decided(NamedTuple):
    """What one stage decided about one item: a figure for some units, and of which kind it is."""

    figure: Integers
    is_value: Mask
    is_points: Mask

    def among(self, eligible: Mask, measurable: Mask) -> Decided:
        """What counts of it: a value only where there is something to hold it against."""
        return Decided(self.figure, self.is_value & eligible & measurable, self.is_points & eligible)


def _by_item_and_stage(decisions: pd.DataFrame | None, units: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The figures decided about these units: the last of each unit, by item and stage."""
    if decisions is None or decisions.empty:
        return {}
    own = decisions[decisions["kind"].isin(["value", "points"]) & decisions["unit"].isin(units["id"])]
    last = own.drop_duplicates(["criterion", "stage", "unit"], keep="last")
    return {(str(item), str(stage)): table for (item, stage), table in last.groupby(["criterion", "stage"])}


def _decided(own: pd.DataFrame | None, units: pd.DataFrame, value_scale: int, points_scale: int) -> Decided:
    """What a stage decided for each unit. Points outside 0 … maximum are refused where they are recorded."""
    is_value, is_points = np.zeros(len(units), bool), np.zeros(len(units), bool)
    if own is None:
        return Decided(np.zeros(len(units), np.int64), is_value, is_points)
    figure, places, kinds = np.zeros(len(units), object), pd.Index(units["id"]).get_indexer(own["unit"]), own["kind"]
    scales = {"value": value_scale, "points": points_scale}
    figure[places] = [to_scaled(given, scales[kind]) for given, kind in zip(own["value"], kinds, strict=True)]
    is_value[places], is_points[places] = own["kind"] == "value", own["kind"] == "points"
    return Decided(exact(figure), is_value, is_points)


# The tables


def marks_table(columns: list[Column], grid: Grid, rubric: Rubric, units: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and item, units first (columns: see `scores`)."""
    items = [column.item for column in columns]
    entry = _by_unit([column.reported.entry for column in columns])
    settled = _by_unit([np.isin(column.state, (SCORED, ZERO)) for column in columns])
    known = _by_unit([column.known for column in columns])
    based = _by_unit([column.reported.known & methods.takes_base(column.item.method) for column in columns])
    aimed = _by_unit([column.reported.target > 0 for column in columns])
    table: dict[str, Any] = {
        "unit": coded(np.repeat(np.arange(len(units)), len(items)), units["id"]),
        "criterion": _repeated([item.id for item in items], len(units)),
        "kind": _repeated([rubric.kind(item.id) for item in items], len(units)),
        "state": coded(_by_unit([column.state for column in columns]), STATES),
        "value": _figures([column.value for column in columns], known),
        "base": _figures([column.reported.base for column in columns], based),
        "target": _figures([column.reported.target for column in columns], aimed),
        "scale": np.tile(
            [item.value_scale * column.reported.factor for item, column in zip(items, columns, strict=True)], len(units)
        ),
        "points": _figures([column.points for column in columns], settled),
        "max_points": _by_unit([np.full(len(units), rubric.max_points(item.id)) for item in items]),
        "self_points": _of_entry(grid.entries["self_points"], entry),
    }
    for stage in BASES:
        table[f"{stage}_points"] = _figures(
            [column.stages[stage][0] for column in columns], _by_unit([column.stages[stage][1] for column in columns])
        )
    table["basis"] = coded(_by_unit([column.basis for column in columns]), BASES)
    table["reason"] = coded(_by_unit([column.reason for column in columns]), REASONS)
    table["clause"] = _repeated([item.clause for item in items], len(units))
    for name in ("evidence", "file", "sheet", "cell"):
        table[name] = _of_entry(grid.entries[name], entry)
    return pd.DataFrame(table)


def _by_unit(columns: list[Any]) -> NDArray[Any]:
    """Columns of items, one place a unit, as one long column, units first."""
    return np.stack(columns, axis=1).ravel()


def _repeated(names: list[str], count: int) -> Any:
    """A fact of each item, repeated for every unit."""
    words = list(dict.fromkeys(names))
    return coded(np.tile([words.index(name) for name in names], count), words)


def coded(codes: Any, words: Iterable[str], *, ordered: bool = False) -> Any:
    """A column of categories from places in `words`; -1 is NA."""
    return pd.Categorical.from_codes(codes, pd.Index(list(words)), ordered=ordered)


def _figures(columns: list[Integers], known: Mask) -> pd.arrays.IntegerArray:
    """A nullable column of figures. Raises ScoringError for a figure no table could hold."""
    figures = exact(_by_unit(columns))
    if figures.dtype == object:
        raise ScoringError("số liệu", [Fault("kết quả", "có số quá lớn để ghi vào bảng", mend="xem lại đơn vị tính")])
    return pd.arrays.IntegerArray(np.where(known, figures, 0), ~known)


def _of_entry(figures: pd.Series[Any], entry: NDArray[np.int64]) -> Any:
    """A column of the entries seen from the marks; NA where a mark has no entry."""
    return figures.array.take(entry, allow_fill=True)
