"""What the reports say of one item in the year: its periods put together, one figure a unit."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.points import Integers, Mask, exact, product
from scoring.rubric import methods
from scoring.rubric.model import Criterion
from scoring.rubric.parameters import (
    WHOLE,
)
from scoring.scores.grid import Grid
from scoring.scores.targets import stated_target, target_of_units


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


def report_of(item: Criterion, grid: Grid, units: pd.DataFrame, targets: pd.DataFrame | None) -> Reported:
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
        figures = np.minimum(figures, pieces_named(grid, place) * item.value_scale)
    value, known = combined(figures, valued, indicator.periods, factor)
    telling = valued | grid.claimed[place]
    is_open = _left_open(told & ~telling, told, grid.value[place], indicator.periods)
    known, telling = known & ~is_open, np.where(is_open[:, None], told, telling)
    entry = _at(rows, _last(np.where(telling.any(axis=1, keepdims=True), telling, told)))
    counted = _counted(grid.value[place], valued, indicator.periods)
    return Reported(value, base, target_of_units(item, units, targets, factor), known, counted, entry, factor)


def _left_open(silent: Mask, told: Mask, figures: NDArray[np.int64], how: str) -> Mask:
    """The units whose year is open because the last report that came leaves the figure blank, or has it refused.

    What an earlier report says never stands in for it; but what was done in any period stays done. silent, told: units
    x periods; figures: 0 where nothing is known.
    """
    at_last = np.asarray(silent[np.arange(len(silent)), _last(told)])
    return at_last & ~(figures > 0).any(axis=1) if how == "any" else at_last


def pieces_named(grid: Grid, place: int) -> NDArray[np.int64]:
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
    return mean * (WHOLE if (target := stated_target(item)) and target.percent is not None else 1)


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


def _last(there: Mask) -> NDArray[np.int64]:
    """The last period in which something is there (the last of all where nothing is)."""
    return np.asarray(there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1))


def _at(figures: NDArray[np.int64], period: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each unit's figure of its own period."""
    return np.asarray(figures[np.arange(len(figures)), period])
