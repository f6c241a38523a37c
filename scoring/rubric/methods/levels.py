"""The points of the level (mức) a report claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.language import in_words, say
from scoring.core.points import Integers
from scoring.core.rows import MarkRow, known
from scoring.rubric import told
from scoring.rubric.parameters import Levels

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "level"
ADDS_UP = ""
arithmetic = told.no_arithmetic
shortfall = told.told_by_rule


def points(value: Integers, *, max_points: int, levels: Annotated[list[int], Levels]) -> Integers:
    """The points of the level claimed; value is its place in the rubric's list, counted from 0.

    >>> points(np.array([0, 1]), max_points=500, levels=[500, 250])
    array([500, 250])
    """
    return np.asarray(levels)[value]


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return "; ".join(f"{level.name}: {told.award_words(level, item)}" for level in item.parameter("levels").levels)


def reason(mark: MarkRow, item: Criterion) -> str:
    """The value held against the rule."""
    level = in_words(item.parameter("levels")).levels[known(mark["value"]) // mark["scale"]]
    return say("mức “{level}”", level=level.name)


def choices(item: Criterion) -> tuple[str, ...]:
    """What a report chooses from."""
    return tuple(level.name for level in item.parameter("levels").levels)
