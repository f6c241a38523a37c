"""One mark for every criterion of every unit: its state, its points, and whose figure counts.

Pure: the same tables in give the same tables out. Whole columns: each criterion is one call of its method over all
units; the entries of a country are one table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.points import Integers, Mask, exact, to_scaled
from scoring.rubric import methods
from scoring.rubric.model import Criterion, Rubric
from scoring.rubric.parameters import (
    PERCENT,
    Levels,
    PartFigure,
    PercentFigure,
    PointsFigure,
    Steps,
    Target,
    ValueFigure,
    award,
    scaled_ladder,
)
from scoring.scores.evidence_used import used_elsewhere
from scoring.scores.grid import Grid, taken
from scoring.scores.reported import Reported, pieces_named, report_of
from scoring.scores.scope import in_scope, may_be_in_scope
from scoring.scores.states import BASES, NOT_ELIGIBLE, REASONS, SCORED, STATES, ZERO
from scoring.scores.targets import stated_target


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
    repeated, rulings = used_elsewhere(grid, rubric), _by_item_and_stage(decisions, units)
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
    reported = report_of(item, grid, units, targets)
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


def _states(
    item: Criterion, reported: Reported, grid: Grid, units: pd.DataFrame, repeated: Mask, unopened: Mask
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """The state and the reason of every mark before points are known; a later rule outranks an earlier one."""
    place, nobody = grid.place(item), np.zeros(len(units), bool)
    unproved = (reported.counted & ~grid.proved[place]).any(axis=1)
    used = (reported.counted & repeated[place]).any(axis=1)
    claimed = taken(grid.entries["not_applicable"].to_numpy(bool), reported.entry, otherwise=False)
    empty = reported.base <= 0 if methods.takes_base(item.method) else nobody
    shown = pieces_named(grid, place) * item.value_scale if item.evidence == "counted" else grid.value[place]
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
    stated = stated_target(item)
    return stated is not None and stated.by == "members"


def _undated(item: Criterion, reported: Reported, grid: Grid) -> Mask:
    """The units of which a report came on a day nobody knows, where the item counts reports in time."""
    owing = grid.based[grid.place(item)].any(axis=1)
    counts_days = item.indicator is not None and item.indicator.source == "reports_on_time"
    return np.asarray(owing & ~reported.known & counts_days)


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
            return scaled_ladder(stated, max_points=maximum, value_scale=scale, points_scale=rubric.scale)
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
