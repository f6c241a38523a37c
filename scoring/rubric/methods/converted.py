"""A score on another scale, carried over to the criterion's points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np

from scoring.core.points import Integers, exact, half_up, product
from scoring.core.rows import MarkRow
from scoring.rubric import told
from scoring.rubric.parameters import ValueFigure
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = ""
reason = told.measured_value
shortfall = told.told_by_rule
choices = told.no_choices


def points(
    value: Integers,
    *,
    max_points: int,
    scale_to: Annotated[int, ValueFigure],
    scale_from: Annotated[int, ValueFigure] = 0,
) -> Integers:
    """A score on another scale, from `scale_from` to `scale_to`, carried over to 0 … `max_points`.

    >>> points(np.array([840]), max_points=500, scale_to=1000)
    array([420])
    """
    within = np.clip(value, exact(scale_from), exact(scale_to)) - scale_from
    return half_up(product(max_points, within), scale_to - scale_from)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    return f"Quy đổi từ thang {told.stated_words(item, 'scale_from')} đến {told.stated_words(item, 'scale_to')}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    start, end = told.stated(item, "scale_from"), told.stated(item, "scale_to")
    return told.of_maximum(item, min(max(told.value_of(mark), start), end) - start, end - start)
