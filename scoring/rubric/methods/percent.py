"""Points by the part a value is of a whole that is reported beside it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.core import wording
from scoring.core.points import Integers, half_up, product
from scoring.core.rows import MarkRow, known
from scoring.rubric import told
from scoring.rubric.told import Working

if TYPE_CHECKING:
    from scoring.rubric.model import Criterion

VALUE = "figure"
ADDS_UP = "share"
choices = told.no_choices


def points(value: Integers, base: Integers, *, max_points: int) -> Integers:
    """Points by the part `value` of the whole `base`, from none to the whole; base above 0.

    >>> points(np.array([3, 5]), np.array([4, 4]), max_points=600)
    array([450, 600])
    """
    return half_up(product(max_points, np.clip(value, 0, base)), base)


def rule(item: Criterion, goal: str = "") -> str:
    """Which value earns which points."""
    whole = (item.indicator.of if item.indicator else None) or "Tổng số"
    return f"Tính theo tỷ lệ trên {wording.inside(whole)}"


def arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """The figures put into the rule."""
    base = Fraction(known(mark["base"]), mark["scale"])
    return told.of_maximum(item, min(told.value_of(mark), base), base)


def shortfall(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """What was missing for the maximum."""
    value, base = known(mark["value"]), known(mark["base"])
    missing, whole = (wording.amount(figure, mark["scale"]) for figure in (base - value, base))
    return f"còn {missing} chưa đạt trên {whole}"


def reason(mark: MarkRow, item: Criterion) -> str:
    """The value held against the rule."""
    if item.indicator is None or item.indicator.of is None:
        return told.measured_value(mark, item)
    value, whole = (wording.amount(figure, mark["scale"]) for figure in (mark["value"], mark["base"]))
    share = f": {wording.share(known(mark['value']), mark['base'])}" if mark["base"] else ""
    return wording.measured(f"{value}/{whole}", item.indicator.value_unit) + share
