"""The points of the step (bậc) a value stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.language import say
from scoring.core.points import Integers, exact, to_scaled
from scoring.core.rows import MarkRow, known
from scoring.core.wording import number
from scoring.rubric import told
from scoring.rubric.parameters import Ladder, Steps

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = ""
arithmetic = told.no_arithmetic
shortfall = told.told_by_rule
choices = told.no_choices


def points(value: Integers, *, max_points: int, steps: Annotated[Ladder, Steps]) -> Integers:
    """The points of the step a value stands on.

    >>> points(np.array([30, 31, 90]), max_points=800, steps=Ladder([30, 45], [800, 480, 240], upto=True))
    array([800, 480, 240])
    """
    stair = np.searchsorted(exact(steps.edges), value, side="left" if steps.upto else "right")
    return np.asarray(steps.points)[stair]


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    steps = item.parameter("steps").steps
    if steps[-1].to is None and steps[0].to is not None:
        edges = [f"đến {number(step.to)}" for step in steps[:-1]] + [f"trên {number(steps[-2].to)}"]
    else:
        edges = [f"dưới {number(steps[1].from_)}"] + [f"từ {number(step.from_)}" for step in steps[1:]]
    named = zip(edges, steps, strict=True)
    texts = [f"{edge} {told.value_unit(item)}: {told.award_words(step, item)}" for edge, step in named]
    return "; ".join([texts[0][0].upper() + texts[0][1:], *texts[1:]])


def reason(mark: MarkRow, item: Criterion) -> str:
    """The value held against the rule."""
    return f"{told.measured_value(mark, item)} ({_step(mark, item.parameter('steps'))})"


def _step(mark: MarkRow, stated: Steps) -> str:
    """The step a value stands on."""
    steps, value, scale = stated.steps, known(mark["value"]), mark["scale"]
    for step in steps:
        if step.to is not None and value <= to_scaled(step.to, scale):
            return say("đến {edge}", edge=number(step.to))
    for step in reversed(steps):
        if step.from_ is not None and value >= to_scaled(step.from_, scale):
            return say("từ {edge}", edge=number(step.from_))
    # the open step: above the last `to`, or below the first `from`
    if steps[0].to is None:
        return say("dưới {edge}", edge=number(steps[1].from_))
    return say("trên {edge}", edge=number(steps[-2].to))
