"""Points in proportion to the share of a target (chỉ tiêu) reached, up to a stated percent of the maximum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow
from scoring.core.wording import number
from scoring.rubric import told
from scoring.rubric.parameters import WHOLE, Direction, PercentFigure, Target
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = "sum"
reason = told.against_target
choices = told.no_choices


def points(
    value: Integers,
    *,
    max_points: int,
    target: Annotated[Integers, Target],
    direction: Direction = "more",
    most: Annotated[int, PercentFigure] = WHOLE,
) -> Integers:
    """Points in proportion to the share of the target reached, up to `most` percent of `max_points`.

    value, target: scaled integers of the same indicator, target above 0. With `direction: less` a value at or below
    the target gives all points and a larger one the share target / value. Rounds half up once.

    >>> points(np.array([60, 90]), max_points=1000, target=np.array([80, 80]))
    array([ 750, 1000])
    """
    value = np.maximum(value, 0)
    reached, whole = (value, target) if direction == "more" else (target, value)
    capped = product(WHOLE, reached) >= product(most, whole)
    share = half_up(product(max_points, np.where(capped, 0, reached)), np.maximum(whole, 1))
    return np.where(capped, half_up(product(max_points, most), WHOLE), share)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points; goal: what one unit has to reach, in words."""
    most = told.stated_words(item, "most", 100)
    if goal and told.stated(item, "most", 100) != 100:
        return f"{goal}; điểm theo tỷ lệ đạt chỉ tiêu, tối đa {most}% số điểm"
    if goal:
        return f"{goal}: đủ điểm"
    return f"Theo tỷ lệ đạt chỉ tiêu, tối đa {most}% số điểm{told.better_words(item)}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    value, target, most = told.value_of(mark), told.target_of(mark), told.stated(item, "most", 100) / 100
    reached, whole = (target, value) if told.less_is_better(item) else (value, target)
    if whole <= 0 or reached >= most * whole:
        share = "" if most == 1 else f" × {told.percent_words(most)}"
        return Working(f"{number(item.max_points)}{share}", Fraction(item.max_points) * most)
    return told.of_maximum(item, reached, whole)


def shortfall(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """What was missing for the maximum."""
    return told.short_of_target(mark, item)
