"""What the methods share to tell a mark: its exact figures, and the words most of them have in common.

A mark is one row of the marks table, NA as None. Peers are the marks of the same criterion that count in the unit's
block, the unit's own among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.core import wording
from scoring.core.language import say
from scoring.core.points import Integers
from scoring.core.rows import MarkRow, known
from scoring.rubric.parameters import Award

if TYPE_CHECKING:  # the model asks the methods for their parameters, and they ask here
    from scoring.rubric.model import Criterion

YES_NO = ("Không", "Có")
"""The words of a yes-or-no question; the value is the place in them."""


class Working(NamedTuple):
    """An expression such as "10 × 3/4", and the exact points it gives."""

    text: str
    points: Fraction


# Exact figures, in the measurement unit


def value_of(mark: MarkRow) -> Fraction:
    """The value of a mark."""
    return Fraction(known(mark["value"]), mark["scale"])


def target_of(mark: MarkRow) -> Fraction:
    """The target a mark is held against."""
    return Fraction(known(mark["target"]), mark["scale"])


def stated(item: Criterion, name: str, otherwise: int = 0) -> Fraction:
    """A parameter as the rubric states it, or what holds where it does not."""
    return Fraction(item.parameter(name).root) if name in item.params else Fraction(otherwise)


def stated_words(item: Criterion, name: str, otherwise: int = 0) -> str:
    """A parameter in print."""
    return wording.number(item.parameter(name).root if name in item.params else otherwise)


def less_is_better(item: Criterion) -> bool:
    """Whether a smaller value is the better one."""
    return item.params.get("direction") == "less"


def ahead(mark: MarkRow, item: Criterion) -> int:
    """By how much the value passes the target, in the scale of the mark; below 0 where it falls short."""
    gap = known(mark["value"]) - known(mark["target"])
    return -gap if less_is_better(item) else gap


def of_block(choose: np.ufunc, value: Integers, peers: Integers) -> Integers:
    """For each unit the largest or smallest value among the units of its block.

    >>> of_block(np.maximum, np.array([5, 10, 3]), np.array([0, 0, 1]))
    array([10, 10,  3])
    """
    if not value.size:
        return value
    order = np.argsort(peers, kind="stable")
    starts = np.flatnonzero(np.diff(peers[order], prepend=peers[order][0] - 1))
    chosen = choose.reduceat(value[order], starts)
    return chosen[np.searchsorted(peers[order][starts], peers)]


# Figures in words


def figure_words(figure: Fraction) -> str:
    """An exact figure inside a calculation."""
    return wording.exactly(figure)


def percent_words(part: Fraction) -> str:
    """An exact part inside a calculation."""
    return wording.exact_share(part)


def ratio_words(part: Fraction, whole: Fraction) -> str:
    """One part over another inside a calculation, as percents where both are plain ones."""
    if any(wording.terminating(100 * one) is None for one in (part, whole)):
        return wording.exactly(part / whole)
    return f"{percent_words(part)}/{percent_words(whole)}"


def value_unit(item: Criterion) -> str:
    """What the value is counted in."""
    return item.indicator.value_unit if item.indicator else ""


def better_words(item: Criterion) -> str:
    """An ending for a rule by which less is better."""
    return "; càng ít càng tốt" if less_is_better(item) else ""


def award_words(award: Award, item: Criterion) -> str:
    """The points a step or a level gives."""
    points = award.points if award.points is not None else item.max_points * (award.percent or 0) / 100
    return f"{wording.number(points)} điểm"


def of_maximum(item: Criterion, part: Fraction, whole: Fraction) -> Working:
    """The maximum times a share; nothing to multiply where the share is the whole."""
    if part == whole:
        return Working(figure_words(Fraction(item.max_points)), Fraction(item.max_points))
    text = f"{wording.number(item.max_points)} × {figure_words(part)}/{figure_words(whole)}"
    return Working(text, Fraction(item.max_points) * part / whole)


def measured_value(mark: MarkRow, item: Criterion) -> str:
    """The value with its measurement unit."""
    return wording.measured(wording.amount(mark["value"], mark["scale"]), value_unit(item))


def against_target(mark: MarkRow, item: Criterion) -> str:
    """The value over its target, and what share of it that is."""
    target = wording.amount(mark["target"], mark["scale"])
    share = f": {wording.share(known(mark['value']), mark['target'])}" if mark["target"] else ""
    return say("{measured}/chỉ tiêu {target}", measured=measured_value(mark, item), target=target) + share


def short_of_target(mark: MarkRow, item: Criterion) -> str:
    """By how much the value misses its target; "" where it does not."""
    if ahead(mark, item) >= 0:
        return ""
    gap = -(-abs(ahead(mark, item)) // (mark["scale"] // item.value_scale))
    how = "cao hơn chỉ tiêu" if less_is_better(item) else "còn thiếu so với chỉ tiêu"
    return f"{how} {wording.amount(gap, item.value_scale)} {value_unit(item)}"


def behind_best(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """How the best of the block did."""
    best = (min if less_is_better(item) else max)(value_of(peer) for peer in peers)
    return f"đơn vị tốt nhất khối có {wording.amount(best.numerator, best.denominator)} {value_unit(item)}"


# What a method says that has nothing of its own to say


def no_arithmetic(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
    """Nothing to multiply: a list to look up, or points somebody gave."""
    return None


def told_by_rule(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """Nothing to add: the rule beside the points says what was missing."""
    return ""


def no_choices(item: Criterion) -> tuple[str, ...]:
    """The value is a number that is written, not a word that is chosen."""
    return ()
