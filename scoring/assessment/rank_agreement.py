"""Do two ways of ranking put the units in the same order? Counted pair by pair, and exactly, with ties.

Units are compared within their block, as ranks are. Kendall's tau-b and Spearman's rho (average ranks) are worked out
in integers and rounded once: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.records import Record
from scoring.core.points import Integers

ENOUGH = 5
"""Units that can be compared, below which an order says little."""
_AT_ONCE = 64
"""Figures of which every pair is looked at, where more are split and merged."""


class RankAgreement(Record):
    """How two orders of the same units agree; kind: "self" and "verified" against what the reports give, or "before".

    same, opposite: pairs of a block in the same order, and the other way round; tied: equal by one of the two, or both.
    tau, rho: in thousandths; None where `why` says that there is none: "few" units, or "no_order" where all are equal.
    """

    kind: str
    units: int
    same: int
    opposite: int
    tied: int
    tau: int | None
    rho: int | None
    why: str


def orders(evaluation: Evaluation, earlier: Sequence[Evaluation] = ()) -> Iterator[RankAgreement]:
    """Self-scores and verification against the reports, and the year before against this one; what there is to compare.

    earlier: the years before, the latest first.
    """
    units = evaluation.year.units
    block = dict(zip(units["id"].astype(str), units["block"].astype(str), strict=True))
    marks = evaluation.marks[evaluation.marks["criterion"].isin([one.id for one in evaluation.year.rubric.criteria])]
    marks = marks[marks["computed_points"].notna()].astype({"unit": str})
    verified = marks[marks["unit"].isin(marks.loc[marks["verified_points"].notna(), "unit"])]
    verified = verified.assign(verified_points=verified["verified_points"].fillna(verified["computed_points"]))
    for kind, own in (("self", marks[marks["self_points"].notna()]), ("verified", verified)):
        if len(own):
            yield agreement_of_ranks(kind, _shares(own, "computed_points"), _shares(own, f"{kind}_points"), block)
    if earlier and earlier[0].year.rubric.year == evaluation.year.rubric.year - 1:
        yield agreement_of_ranks("before", _figures(earlier[0]), _figures(evaluation), block)


def _shares(marks: pd.DataFrame, column: str) -> dict[str, Fraction]:
    """By unit, its points of a stage as a share of what these marks can bring."""
    sums = marks.groupby("unit")[[column, "max_points"]].sum()
    rows = zip(sums.index.astype(str), sums[column], sums["max_points"], strict=True)
    return {unit: Fraction(int(points), int(most)) for unit, points, most in rows if most > 0}


def _figures(evaluation: Evaluation) -> dict[str, Fraction]:
    ranked = evaluation.standings[evaluation.standings["rank"].notna()]
    return {str(u): Fraction(int(f)) for u, f in zip(ranked["unit"], ranked["figure"], strict=True)}


def agreement_of_ranks(
    kind: str, one: Mapping[str, Fraction], other: Mapping[str, Fraction], block: Mapping[str, str]
) -> RankAgreement:
    """How the units with a figure in both are ordered by each, block by block."""
    units = sorted(one.keys() & other.keys() & block.keys())
    places = pd.factorize(np.array([block[unit] for unit in units], object))[0]
    firsts, seconds = (_codes([figures[unit] for unit in units]) for figures in (one, other))
    parts = [tally(firsts[places == place], seconds[places == place]) for place in range(max(places, default=-1) + 1)]
    whole = Tally(*map(sum, zip(*parts, strict=True))) if parts else Tally(*[0] * 8)
    why = "few" if len(units) < ENOUGH else "" if whole.apart and whole.apart_other else "no_order"
    return RankAgreement(
        kind=kind,
        units=len(units),
        same=whole.same,
        opposite=whole.opposite,
        tied=whole.pairs - whole.same - whole.opposite,
        tau=None if why else over_root(whole.same - whole.opposite, whole.apart * whole.apart_other),
        rho=None if why else over_root(whole.together, whole.spread * whole.spread_other),
        why=why,
    )


def _codes(figures: Sequence[Fraction]) -> NDArray[np.int64]:
    """The place of each figure among the different ones, the lowest first."""
    known = {figure: place for place, figure in enumerate(sorted(set(figures)))}
    return np.array([known[figure] for figure in figures], np.int64)


class Tally(NamedTuple):
    """What two orders come down to; whoever has several blocks adds them up.

    pairs: of units; same, opposite: those in the same order and the other way round; apart: those not equal by the
    first, apart_other by the second. together, spread, spread_other: the sums of products of average ranks about their
    mean, four times as large, so that they are whole.
    """

    pairs: int
    same: int
    opposite: int
    apart: int
    apart_other: int
    together: int
    spread: int
    spread_other: int


def tally(first: Integers, second: Integers) -> Tally:
    """Two orders of the same units, a figure each.

    >>> tally(np.array([1, 2, 3]), np.array([1, 3, 2]))[:3]
    (3, 2, 1)
    """
    count = len(first)
    pairs = count * (count - 1) // 2
    tied, tied_other = _tied(first), _tied(second)
    tied_in_both = _tied(first * (second.max(initial=0) + 1) + second)
    opposite = _inversions(second[np.lexsort([second, first])])
    same = pairs - opposite - tied - tied_other + tied_in_both
    ranks, others = (2 * _double_ranks(figures) - 2 * (count + 1) for figures in (first, second))
    sums = (int(one @ two) // 4 for one, two in ((ranks, others), (ranks, ranks), (others, others)))
    return Tally(pairs, same, opposite, pairs - tied, pairs - tied_other, *sums)


def _tied(figures: Integers) -> int:
    counts = np.unique(figures, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _double_ranks(figures: Integers) -> NDArray[np.int64]:
    """Twice the average rank of each figure, from 1, so that it is whole."""
    _, which, counts = np.unique(figures, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((2 * ends - counts + 1)[which], np.int64)


def _inversions(figures: Integers) -> int:
    """How many pairs stand the other way round, the larger figure first."""
    if len(figures) <= _AT_ONCE:
        return int(np.triu(figures[:, None] > figures[None, :]).sum())
    middle = len(figures) // 2
    left, right = figures[:middle], figures[middle:]
    across = middle * len(right) - int(np.searchsorted(np.sort(left), right, "right").sum())
    return across + _inversions(left) + _inversions(right)


def over_root(above: int, below: int) -> int:
    """`above` divided by the square root of `below`, in thousandths, half away from 0; exact.

    >>> over_root(1, 4), over_root(-2, 9)
    (500, -667)
    """
    size = (isqrt(4 * 1_000_000 * above * above // below) + 1) // 2
    return size if above >= 0 else -size
