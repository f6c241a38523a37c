"""Points by the place between the worst and the best of the block (khối)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow
from scoring.core.wording import number
from scoring.rubric import told
from scoring.rubric.parameters import Direction
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = ""
reason = told.measured_value
shortfall = told.behind_best
choices = told.no_choices


def points(value: Integers, *, max_points: int, peers: Integers, direction: Direction = "more") -> Integers:
    """Points by the place between the worst (none) and the best (all) of the block; all equal: all points.

    >>> points(np.array([2, 6, 4]), max_points=400, peers=np.array([0, 0, 0]))
    array([  0, 400, 200])
    """
    low, high = told.of_block(np.minimum, value, peers), told.of_block(np.maximum, value, peers)
    above_worst = value - low if direction == "more" else high - value
    share = half_up(product(max_points, above_worst), np.maximum(high - low, 1))
    return np.where(high == low, max_points, share)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return f"So với đơn vị cao nhất và thấp nhất của khối{told.better_words(item)}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    value, values = told.value_of(mark), [told.value_of(peer) for peer in peers]
    low, high = min(values), max(values)
    if low == high:
        return told.of_maximum(item, value, value)
    start, end = (high, low) if told.less_is_better(item) else (low, high)
    own, whole = (f"({told.figure_words(figure)} − {told.figure_words(start)})" for figure in (value, end))
    return Working(
        f"{number(item.max_points)} × {own}/{whole}", Fraction(item.max_points) * (value - start) / (end - start)
    )
