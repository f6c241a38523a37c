"""All points where something was done, none where it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.core.language import say
from scoring.core.points import Integers
from scoring.core.rows import MarkRow
from scoring.rubric import told

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "yes_no"
ADDS_UP = "units"
arithmetic = told.no_arithmetic
shortfall = told.told_by_rule


def points(value: Integers, *, max_points: int) -> Integers:
    """All points where the thing was done (value above 0), none where it was not.

    >>> points(np.array([1, 0]), max_points=500)
    array([500,   0])
    """
    return np.where(value > 0, max_points, 0)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return "Có thực hiện: đủ điểm"


def reason(mark: MarkRow, item: Criterion) -> str:
    """The value held against the rule."""
    return say("có thực hiện") if mark["value"] else say("chưa thực hiện")


def choices(item: Criterion) -> tuple[str, ...]:
    """What a report chooses from."""
    return told.YES_NO
