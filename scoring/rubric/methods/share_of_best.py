"""Points by the share of the best value in the block (khối)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow
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
    """Points by the share of the best value in the block; the best has them all.

    With `direction: less` the share is best / value, and where the best is 0 only a 0 earns points. A block whose
    best is 0 (`more`) earns none.

    >>> points(np.array([5, 10, 3]), max_points=400, peers=np.array([0, 0, 1]))
    array([200, 400, 400])
    """
    best = told.of_block(np.maximum if direction == "more" else np.minimum, value, peers)
    part, whole = (value, best) if direction == "more" else (best, value)
    share = half_up(product(max_points, np.where(whole > 0, np.maximum(part, 0), 0)), np.maximum(whole, 1))
    return share if direction == "more" else np.where(value == best, max_points, share)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return f"So với đơn vị dẫn đầu khối{told.better_words(item)}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    value, values = told.value_of(mark), [told.value_of(peer) for peer in peers]
    if told.less_is_better(item):
        return told.of_maximum(item, min(values) if value > 0 else value, value)
    best = max(values)
    return told.of_maximum(item, value, best) if best > 0 else told.of_maximum(item, Fraction(0), Fraction(1))
