"""A mark's arithmetic in words: the figures put into its rule, and what was short of the maximum.

Figures are exact fractions; an arithmetic that does not give the very points of the mark is not told.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoring.core import wording
from scoring.core.rows import MarkRow
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Criterion, Rubric


def working(mark: MarkRow, item: Criterion, rubric: Rubric, peers: Sequence[MarkRow]) -> str:
    """How the points come out of the value, as in "10 × 3/4 = 7,50".

    peers: the marks of the same criterion that count in the unit's block, its own among them. "" where the rule is a
    list to look up, or the points were given by somebody.
    """
    if mark["points"] is None or mark["value"] is None:
        return ""
    done = METHODS[item.method].arithmetic(mark, item, peers)
    if done is None:
        return ""
    exact = done.points * rubric.scale
    if (2 * exact + 1) // 2 != mark["points"]:
        return ""
    sign = "=" if exact == mark["points"] else "≈"
    return f"{done.text} {sign} {wording.points(mark['points'], rubric.points.decimals)}"


def shortfall_text(mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
    """What was missing for the maximum, in words without a capital; "" where nothing was, or the rule says it."""
    if mark["value"] is None or mark["points"] is None or mark["points"] >= mark["max_points"]:
        return ""
    return METHODS[item.method].shortfall(mark, item, peers)
