"""All points on time, a stated percent less for each day late."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.points import Integers, exact, half_up, product
from scoring.core.rows import MarkRow
from scoring.core.wording import number
from scoring.rubric import told
from scoring.rubric.parameters import WHOLE, PercentFigure
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = ""
reason = told.measured_value
shortfall = told.told_by_rule
choices = told.no_choices


def points(value: Integers, *, max_points: int, lost_a_day: Annotated[int, PercentFigure], scale: int = 1) -> Integers:
    """All points on time (value at most 0), then `lost_a_day` percent less for each day, down to none.

    >>> points(np.array([-2, 0, 3, 9]), max_points=400, lost_a_day=2500)
    array([400, 400, 100,   0])
    """
    lost = product(np.maximum(value, 0), lost_a_day)
    return half_up(product(max_points, np.maximum(exact(WHOLE * scale) - lost, 0)), WHOLE * scale)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return f"Đúng hạn: đủ điểm; mỗi ngày muộn bớt {told.stated_words(item, 'lost_a_day')}% số điểm"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    days, lost = max(told.value_of(mark), Fraction(0)), told.stated(item, "lost_a_day")
    left = max(Fraction(100) - days * lost, Fraction(0)) / 100
    gone = f"{told.figure_words(days)} × {told.figure_words(lost)}%"
    least = ", không dưới 0," if days * lost > 100 else ""
    return Working(f"{number(item.max_points)} × (100% − {gone}){least}", Fraction(item.max_points) * left)
