"""Part of the points for a target (chỉ tiêu), the rest for the lead over it inside the block (khối)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow
from scoring.core.wording import share
from scoring.rubric import told
from scoring.rubric.parameters import WHOLE, Direction, PartFigure, Target
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
    at_target: Annotated[int, PartFigure],
    peers: Integers,
    direction: Direction = "more",
) -> Integers:
    """Part of the points for the target, the rest for the lead over it (the two-part rule of one province).

    Below the target: `at_target` percent of the maximum times value / target. At the target: that percent. Above it:
    the rest in proportion of the unit's own excess in percent to the largest excess of its block, whose unit has all.

    >>> points(np.array([8, 10, 20, 15]), max_points=500, target=np.array([10, 10, 10, 10]),
    ...        at_target=5000, peers=np.array([0, 0, 0, 0]))
    array([200, 250, 500, 375])
    """
    ahead = value - target if direction == "more" else target - value
    common = math.lcm(*(int(figure) for figure in np.unique(target)))
    excess = np.maximum(product(ahead, np.array([common // int(figure) for figure in target])), 0)
    leader = np.maximum(told.of_block(np.maximum, excess, peers), 1)
    reached, whole = (value, target) if direction == "more" else (target, value)
    part = product(product(max_points, at_target), np.maximum(reached, 0))
    below = half_up(part, product(WHOLE, np.maximum(whole, 1)))
    lead = product(at_target, leader) + product(WHOLE - at_target, excess)
    above = half_up(product(max_points, lead), product(WHOLE, leader))
    return np.where(ahead < 0, below, above)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points; goal: what one unit has to reach, in words."""
    most = told.stated_words(item, "at_target")
    if goal:
        return f"{goal}: {most}% số điểm; phần còn lại theo mức vượt chỉ tiêu trong khối"
    rest = "phần còn lại theo mức vượt so với đơn vị vượt nhiều nhất khối"
    return f"Đạt chỉ tiêu được {most}% số điểm, {rest}{told.better_words(item)}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    most, at_target = Fraction(item.max_points), told.stated(item, "at_target") / 100
    part = f"{told.figure_words(most)} × {told.percent_words(at_target)}"
    if told.ahead(mark, item) < 0:
        value, target = told.value_of(mark), told.target_of(mark)
        reached, whole = (target, value) if told.less_is_better(item) else (value, target)
        reach = f"{told.figure_words(reached)}/{told.figure_words(whole)}"
        return Working(f"{part} × {reach}", most * at_target * reached / whole)
    own, leader = _excess(mark, item), max(_excess(peer, item) for peer in peers)
    if own == 0:
        return Working(part, most * at_target)
    rest = f"{told.percent_words(1 - at_target)} × {told.ratio_words(own, leader)}"
    text = f"{told.figure_words(most)} × ({told.percent_words(at_target)} + {rest})"
    return Working(text, most * (at_target + (1 - at_target) * own / leader))


def shortfall(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """What was missing for the maximum."""
    if short := told.short_of_target(mark, item):
        return short
    most = max(_excess(peer, item) for peer in peers)
    return f"đơn vị vượt chỉ tiêu nhiều nhất khối vượt {share(most.numerator, most.denominator)}"


def _excess(mark: MarkRow, item: Criterion) -> Fraction:
    """By what part of its target a unit is ahead of it."""
    return max(Fraction(told.ahead(mark, item), mark["target"]), Fraction(0))
