"""So many points for every item, up to the maximum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow
from scoring.rubric import told
from scoring.rubric.parameters import PointsFigure
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = "sum"
reason = told.measured_value
shortfall = told.told_by_rule
choices = told.no_choices


def points(value: Integers, *, max_points: int, points_each: Annotated[int, PointsFigure], scale: int = 1) -> Integers:
    """`points_each` for every item, up to `max_points`.

    >>> points(np.array([1, 9]), max_points=200, points_each=100)
    array([100, 200])
    """
    return np.minimum(half_up(product(np.maximum(value, 0), points_each), scale), max_points)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return f"Mỗi {told.value_unit(item)}: {told.stated_words(item, 'points_each')} điểm"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    value, each = max(told.value_of(mark), Fraction(0)), told.stated(item, "points_each")
    most = Fraction(item.max_points)
    cap = f", không quá {told.figure_words(most)}," if value * each > most else ""
    return Working(f"{told.figure_words(value)} × {told.figure_words(each)}{cap}", min(value * each, most))
