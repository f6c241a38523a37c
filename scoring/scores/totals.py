"""Marks for every criterion of every unit, and the totals they add up to.

Pure: the same tables in give the same tables out.

marks   one row per unit and item. `kind` (criterion, bonus, deduction), `state` and `reason` (states.STATES, REASONS);
        `value`, `base`, `target` as they count, exact, scaled by `scale`; `points` that count, NA unless the
        state is scored or zero, and `max_points`, in smallest units; `self_points`, `computed_points`,
        `verified_points`, `council_points` side by side, and whose counts: `basis` (states.BASES); `clause`,
        `evidence`, `file`, `sheet`, `cell`.
totals  one row per unit, points in smallest units. `points:<group>` and `max:<group>` (the applicable maximum), and
        `counted:<group>` (what it brings to the group or total it is part of) for every group; `bonus`,
        `deductions`, `total`, `effective_max`, `max_points`, `annual_points`; `eligible`, `unopened`; `figure`, what
        bands look at, scaled by 10**figure.decimals; `missing`, `pending`, `not_applicable`: how many;
        `reported:<period>`; `fact:<id>` and `asked:<id>` (whether the fact is the unit's business); `answered:<group>`
        and `due:<group>` (criteria with points, and those that apply; "" for all of them) where a condition asks for a
        share of data; `decided:<kind>`; `state:<criterion>` and `points:<criterion>` where a gate, a condition or a tie
        looks at them. `total` is NA for a unit that is not eligible, has reported nothing, or is `unopened`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scoring.core.points import Integers, Mask, half_up, product, to_scaled
from scoring.rubric.model import Extra, Group, Rubric
from scoring.scores.grid import Grid, lay_out
from scoring.scores.group_sums import GroupSum, group_sums
from scoring.scores.marks import Column, mark_items
from scoring.scores.marks_table import coded, marks_table
from scoring.scores.reported import combined
from scoring.scores.scope import in_scope
from scoring.scores.states import NOT_APPLICABLE, NOT_ELIGIBLE, PENDING, SCORED, STATES, ZERO

MISSING = STATES.index("missing")


class Scored(NamedTuple):
    """What `score` gives: the tables `marks` and `totals`."""

    marks: pd.DataFrame
    totals: pd.DataFrame


def score(
    entries: pd.DataFrame,
    rubric: Rubric,
    units: pd.DataFrame,
    *,
    targets: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
    unopened: Collection[str] = (),
) -> Scored:
    """Marks and totals of all units.

    entries: one row per unit, criterion and period, as `intake` makes them. units: one row a unit, with `id`,
    `block`, `type`, `members` and `eligible`. targets: unit, criterion, issuer, target (Decimal), for targets that an
    issuer assigns. decisions: unit, criterion, stage, kind, value (Decimal); the last row of a stage counts. unopened:
    the units of which a report lies there and cannot be opened; they have no total.
    Raises ScoringError for an entry twice, or of a unit, criterion or period that does not exist.
    """
    grid = lay_out(entries, rubric, units)
    is_unopened = units["id"].isin(list(unopened)).to_numpy(bool)
    columns = mark_items(grid, rubric, units, targets, decisions, is_unopened)
    totals = _totals(columns, grid, rubric, units, decisions, is_unopened)
    return Scored(marks_table(columns, grid, rubric, units), totals)


def _totals(
    columns: list[Column],
    grid: Grid,
    rubric: Rubric,
    units: pd.DataFrame,
    decisions: pd.DataFrame | None,
    unopened: Mask,
) -> pd.DataFrame:
    """One row per unit: the sums of the rounded marks, exactly as they are printed."""
    totals: dict[str, Any] = {"unit": pd.Categorical(units["id"], categories=units["id"].tolist())}
    known = _known(rubric, {column.item.id: column for column in columns}, units)
    totals |= add_up(columns, rubric, known & ~unopened)
    totals["pending"] = np.where(unopened, 0, totals["pending"])  # what waits there is the file, not a person
    eligible = units["eligible"].to_numpy(bool)
    totals |= {"eligible": eligible, "unopened": unopened & eligible}
    totals |= _reported(grid, rubric, unopened) | _facts(grid, rubric, units, decisions)
    return pd.DataFrame(totals | _flags(rubric, units, decisions))


def add_up(columns: Sequence[Column], rubric: Rubric, known: Mask) -> dict[str, Any]:
    """The columns of `totals` that follow from the marks alone.

    columns: the marks of every item, of which only `points` and `state` count. known: the units that have a total.
    """
    by_id = {column.item.id: column for column in columns}
    sums = group_sums(rubric, by_id)
    earned, whole = _over_groups(rubric, sums)
    bonus, deductions = (_capped(extra, by_id, rubric, len(known)) for extra in (rubric.bonus, rubric.deductions))
    total = _bounded(earned + bonus - deductions, rubric)
    totals: dict[str, Any] = {}
    for name, one in sums.items():
        totals[f"points:{name}"] = pd.arrays.IntegerArray(one.points, ~known)
        totals[f"max:{name}"] = one.applicable
        totals[f"counted:{name}"] = pd.arrays.IntegerArray(one.counted, ~known)
    totals |= {
        name: pd.arrays.IntegerArray(figure, ~known)
        for name, figure in (
            ("bonus", bonus),
            ("deductions", deductions),
            ("total", total),
            ("figure", _figure(total, whole, rubric)),
            ("annual_points", _annual_points(total, whole, rubric)),
        )
    }
    totals |= {"effective_max": whole, "max_points": to_scaled(rubric.total.max_points, rubric.scale)}
    for name, state in (("missing", MISSING), ("pending", PENDING), ("not_applicable", NOT_APPLICABLE)):
        totals[name] = _count(rubric, by_id, (state,), len(known))
    return totals | _looked_at(rubric, by_id) | _answered(rubric, by_id)


def _known(rubric: Rubric, by_id: dict[str, Column], units: pd.DataFrame) -> Mask:
    """Whether anything the unit itself reports, or somebody judged, has points: a total of nothing is not 0."""
    own = [c.id for c in rubric.adding if c.indicator is None or c.indicator.source in {"report", "tasks"}]
    settled = [np.isin(by_id[name].state, (SCORED, ZERO)) for name in own or [c.id for c in rubric.adding]]
    return np.asarray(np.any(settled, axis=0) & units["eligible"].to_numpy(bool))


def all_groups(groups: tuple[Group, ...]) -> Iterator[Group]:
    """The groups and every group inside them, outer ones first."""
    for group in groups:
        yield group
        yield from all_groups(group.groups)


def _over_groups(rubric: Rubric, sums: dict[str, GroupSum]) -> tuple[Integers, Integers]:
    """Points over the outer groups and the maximum they are held against."""
    earned = sum((sums[group.id].counted for group in rubric.groups), np.int64(0))
    whole = sum((sums[group.id].whole for group in rubric.groups), np.int64(0))
    if rubric.bonus and rubric.bonus.inside_total:
        whole = whole + to_scaled(rubric.bonus.cap, rubric.scale)
    if rubric.not_applicable.rescale == "none":
        whole = np.full_like(whole, to_scaled(rubric.total.max_points, rubric.scale))
    return np.asarray(earned), np.asarray(whole)


def _capped(extra: Extra | None, by_id: dict[str, Column], rubric: Rubric, count: int) -> Integers:
    """Bonus or deductions under their cap."""
    if extra is None:
        return np.zeros(count, np.int64)
    points = sum(by_id[item.id].points for item in extra.items)
    return np.asarray(np.minimum(np.asarray(points), to_scaled(extra.cap, rubric.scale)))


def _bounded(total: Integers, rubric: Rubric) -> Integers:
    bounded = np.maximum(total, to_scaled(rubric.total.floor, rubric.scale))
    return bounded if rubric.total.cap is None else np.minimum(bounded, to_scaled(rubric.total.cap, rubric.scale))


def _figure(total: Integers, whole: Integers, rubric: Rubric) -> Integers:
    """What bands look at: the total, or its percent of the applicable maximum, rounded half up once."""
    places = 10**rubric.figure.decimals
    if rubric.figure.of == "total":
        return half_up(product(total, places), rubric.scale)
    return half_up(product(total, 100 * places), np.maximum(whole, 1))


def _annual_points(total: Integers, whole: Integers, rubric: Rubric) -> Integers:
    """The plan's share of the union's annual table; a total above the maximum earns no more than all of it."""
    share = to_scaled(rubric.annual_share.max_points, rubric.scale) if rubric.annual_share else 0
    return half_up(product(np.clip(total, 0, whole), share), np.maximum(whole, 1))


def _count(rubric: Rubric, by_id: dict[str, Column], states: tuple[int, ...], count: int) -> Integers:
    counted = [np.isin(by_id[criterion.id].state, states) for criterion in rubric.adding]
    return np.asarray(np.sum(counted, axis=0, dtype=np.int64)) if counted else np.zeros(count, np.int64)


# What gates and ties look at


def _answered(rubric: Rubric, by_id: dict[str, Column]) -> dict[str, Any]:
    """For each share of data a condition asks about: how many criteria apply, and how many of them have points."""
    looked: dict[str, Any] = {}
    for name in {when.group or "" for when in rubric.conditions if when.data_below is not None}:
        inside = [group for group in all_groups(rubric.groups) if group.id == name] or rubric.groups
        items = [item for group in inside for item in group.walk() if not item.subtracts]
        states = np.array([by_id[item.id].state for item in items])
        looked[f"due:{name}"] = (~np.isin(states, (NOT_APPLICABLE, NOT_ELIGIBLE))).sum(axis=0)
        looked[f"answered:{name}"] = np.isin(states, (SCORED, ZERO)).sum(axis=0)
    return looked


def _looked_at(rubric: Rubric, by_id: dict[str, Column]) -> dict[str, Any]:
    """State and points of the criteria that a gate, a condition or a tie names."""
    looked: dict[str, Any] = {}
    for name in [when.criterion for when in rubric.conditions] + [tie.id for tie in rubric.ranking.ties]:
        if name in by_id:
            looked[f"state:{name}"] = coded(by_id[name].state, STATES)
            looked[f"points:{name}"] = by_id[name].points
    return looked


def _reported(grid: Grid, rubric: Rubric, unopened: Mask) -> dict[str, Mask]:
    """For each period, of which units it cannot be said that they sent no report; counted rows name no file."""
    files = grid.entries["file"]
    sent = (files.notna() & (files != "")).to_numpy()
    laid = (grid.rows >= 0) & (sent[grid.rows] if len(sent) else np.zeros(grid.rows.shape, bool))
    sent_any = np.asarray(laid.any(axis=0))
    return {f"reported:{period.id}": sent_any[:, place] | unopened for place, period in enumerate(rubric.periods)}


def _facts(grid: Grid, rubric: Rubric, units: pd.DataFrame, decisions: pd.DataFrame | None) -> dict[str, Any]:
    """The last reported figure of each fact, or the one decided since."""
    facts: dict[str, Any] = {}
    for fact in rubric.facts:
        place = grid.names.index(fact.id)
        figure, known = combined(grid.value[place], grid.valued[place], "last", 1)
        if decisions is not None and len(decisions):
            own = decisions[(decisions["criterion"] == fact.id) & (decisions["kind"] == "fact")]
            own = own[own["unit"].isin(units["id"])]
            places = pd.Index(units["id"]).get_indexer(own["unit"])
            figure[places], known[places] = own["value"].astype(int), True
        facts[f"fact:{fact.id}"] = pd.arrays.IntegerArray(figure, ~known)
        facts[f"asked:{fact.id}"] = in_scope(fact.applies_to, units)
    return facts


def _flags(rubric: Rubric, units: pd.DataFrame, decisions: pd.DataFrame | None) -> dict[str, Mask]:
    """For each kind of decision a gate or condition asks about, the units that have one."""
    kinds = [when.decided for when in rubric.conditions if when.decided is not None]
    if decisions is None or decisions.empty:
        return {f"decided:{kind}": np.zeros(len(units), bool) for kind in kinds}
    return {
        f"decided:{kind}": units["id"].isin(decisions.loc[decisions["kind"] == kind, "unit"]).to_numpy()
        for kind in kinds
    }
