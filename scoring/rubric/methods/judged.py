"""The points an evaluator gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.core.points import Integers
from scoring.rubric import told

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "points"
ADDS_UP = ""
arithmetic = told.no_arithmetic
reason = told.measured_value
shortfall = told.told_by_rule
choices = told.no_choices


def points(value: Integers, *, max_points: int) -> Integers:
    """The points an evaluator gives, 0 … `max_points`; until then the mark is pending.

    >>> points(np.array([350]), max_points=500)
    array([350])
    """
    return np.clip(value, 0, max_points)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return "Người thẩm định cho điểm"
