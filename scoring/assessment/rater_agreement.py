"""Do two verifiers who do not see each other's figures decide alike, and what does that say of the result?

Agreement beyond chance is Krippendorff's alpha, as the package `krippendorff` computes it (K. Krippendorff, Computing
Krippendorff's Alpha-Reliability, 2011): nominal for whether a mark was kept, lowered or raised, interval for the share
of the maximum that was given. For points there is the intraclass correlation too, ICC(2,1): two verifiers out of many,
absolute agreement, one verification counted (P. E. Shrout, J. L. Fleiss, Intraclass Correlations: Uses in Assessing
Rater Reliability, Psychological Bulletin 86, 1979). Nothing here moves a point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

import krippendorff
import numpy as np
from numpy.typing import NDArray

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.records import Record
from scoring.core.language import in_words
from scoring.core.rows import MarkRow
from scoring.core.tables import rows_as
from scoring.decisions.records import Decision, Twice, decisions_table
from scoring.decisions.rulings import VERIFIED
from scoring.scores.totals import score

FEW_PAIRS = 30
"""Below so many pairs a coefficient says little."""
FIRM, TENTATIVE = 800, 667
"""In thousandths: from where alpha is relied on, and from where only tentative conclusions are drawn.

K. Krippendorff, Content Analysis, 4th edition (2019), chapter 12.
"""
INTERVAL = 90
"""The percent of resamples that an interval holds."""
_RESAMPLES = 500
_LAID_OUT = 2_000_000
"""Marks times values times values up to which the library is asked."""
_NOTHING = 1e-12
"""Disagreement so small, per pair of figures, is the noise of binary fractions."""

Scale = Literal["nominal", "interval"]


class Pair(NamedTuple):
    """One mark decided twice, in smallest units of points. first: None while the first verifier has not finished."""

    twice: Twice
    computed: int | None
    max_points: int
    first: int | None
    second: int | None

    @property
    def is_known(self) -> bool:
        """Whether both figures are known."""
        return self.first is not None and self.second is not None

    @property
    def is_same(self) -> bool:
        """Whether both gave the same points."""
        return self.is_known and self.first == self.second

    @property
    def is_open(self) -> bool:
        """Whether both differ and nobody has reconciled them yet."""
        return self.is_known and not self.is_same and self.twice.reconciled is None


class Alpha(Record):
    """Krippendorff's alpha, or an ICC, in thousandths with its interval.

    value: None where there is none to be had, for `why`.
    low, high: None where too few resamples of the pairs have an alpha.
    why: one_value (all figures are the same), all_agree (no pair differs), few (one mark, for an
    ICC), or "".
    """

    value: int | None
    low: int | None
    high: int | None
    why: str


class Differing(Record):
    """A criterion that was read differently in some of its pairs."""

    name: str
    pairs: int
    differ: int


class Agreement(Record):
    """How two verifications agree. pairs: marks both decided; waiting: those the first one has not finished.

    open: pairs that differ and are not reconciled. verdicts: kept, lowered or raised against what was computed.
    points: the share of the maximum; icc: the same as an intraclass correlation. lower, higher: pairs in which the
    second verifier gave less, or more.
    """

    pairs: int
    waiting: int
    same: int
    open: int
    lower: int
    higher: int
    verdicts: Alpha
    points: Alpha
    icc: Alpha
    criteria: tuple[Differing, ...]


def pairs_of(evaluation: Evaluation) -> list[Pair]:
    """The marks decided twice, in the order of the second decisions; points as the engine makes them of both."""
    if not evaluation.twice:
        return []
    first = _verified(evaluation, [one.first for one in evaluation.twice if one.first])
    second = _verified(evaluation, [one.second for one in evaluation.twice])
    decided = evaluation.decisions
    done = decided[(decided["kind"] == "completed") & (decided["stage"] == VERIFIED)]
    finished = set(done["unit"])
    return [_pair(one, first, second, finished) for one in evaluation.twice]


Figures = dict[tuple[str, str], tuple[int | None, int | None, int]]
"""Computed and verified points, and the maximum, by unit and criterion."""


def _pair(one: Twice, first: Figures, second: Figures, finished: Collection[str]) -> Pair:
    key = one.second.unit, one.second.criterion
    computed, by_first, most = first[key]
    # whoever finished a unit and left a mark as it was computed has confirmed it
    kept = computed if one.first is None and key[0] in finished else None
    return Pair(one, computed, most, by_first if one.first else kept, second[key][1])


def _verified(evaluation: Evaluation, decisions: Sequence[Decision]) -> Figures:
    """The figures of the marks, had only these been decided by verifiers."""
    year = evaluation.year
    table = decisions_table([one.model_copy(update={"stage": VERIFIED}) for one in decisions])
    marks, _ = score(evaluation.entries, year.rubric, year.units, targets=year.targets, decisions=table)
    concerned = marks["unit"].isin({one.second.unit for one in evaluation.twice})
    return {
        (row["unit"], row["criterion"]): (row["computed_points"], row["verified_points"], row["max_points"])
        for row in rows_as(MarkRow, marks[concerned])
    }


def agree(evaluation: Evaluation) -> Agreement:
    """How the two verifications of a year agree; the same year gives the same figures."""
    pairs = pairs_of(evaluation)
    known = [pair for pair in pairs if pair.is_known]
    both = [(pair.first or 0, pair.second or 0) for pair in known]
    chance = [evaluation.year.rubric.year, len(known)]
    names = {item.id: item.name for item in in_words(evaluation.year.rubric).items}
    return Agreement(
        pairs=len(known),
        waiting=len(pairs) - len(known),
        same=sum(pair.is_same for pair in known),
        open=sum(pair.is_open for pair in known),
        lower=sum(second < first for first, second in both),
        higher=sum(second > first for first, second in both),
        verdicts=alpha_of([_verdicts(pair) for pair in known], "nominal", chance),
        points=alpha_of([_shares(pair) for pair in known], "interval", chance),
        icc=icc_of([_shares(pair) for pair in known], chance),
        criteria=tuple(_differing(known, names)),
    )


def _verdicts(pair: Pair) -> tuple[float, float]:
    """Lowered (-1), kept (0) or raised (1) by either; where nothing was computed, raised by whoever gave points."""
    base = pair.computed or 0
    return float(np.sign((pair.first or 0) - base)), float(np.sign((pair.second or 0) - base))


def _shares(pair: Pair) -> tuple[float, float]:
    return (pair.first or 0) / (pair.max_points or 1), (pair.second or 0) / (pair.max_points or 1)


def _differing(pairs: Sequence[Pair], names: dict[str, str]) -> Iterator[Differing]:
    """The criteria with pairs that differ, those read differently most often first."""
    asked = Counter(pair.twice.second.criterion for pair in pairs)
    differ = Counter(pair.twice.second.criterion for pair in pairs if not pair.is_same)
    for name, count in sorted(differ.items(), key=lambda one: (-one[1], one[0])):
        yield Differing(name=names[name], pairs=asked[name], differ=count)


def alpha_of(pairs: Sequence[Sequence[float]], scale: Scale, chance: Sequence[int]) -> Alpha:
    """Krippendorff's alpha of pairs, or of more figures a row, NaN unknown, with the interval of a seeded bootstrap.

    No value where all figures are one, for which alpha is not defined, and where no pair differs, of which one is told
    as it is. chance: what the bootstrap is seeded by.

    >>> alpha_of([(0, 0), (1, 1), (1, 1)], "nominal", [1]).why
    'all_agree'
    """
    figures = np.array([row for row in pairs if np.isfinite(row).sum() > 1], float)
    if why := _degenerate(figures):
        return Alpha(value=None, low=None, high=None, why=why)
    draws = _resamples(len(figures), chance)
    drawn = alphas(figures, scale, np.stack([np.bincount(draw, minlength=len(figures)) for draw in draws]))
    return _with_interval(_alpha(figures, scale), drawn[np.isfinite(drawn)])


def icc_of(rows: Sequence[Sequence[float]], chance: Sequence[int]) -> Alpha:
    """ICC(2,1) of marks (rows) by verifiers, with the interval of a seeded bootstrap over marks; else as `alpha_of`.

    >>> icc_of([(0, 0), (1, 1)], [1]).why
    'all_agree'
    """
    figures = np.array(rows, float)
    if why := _degenerate(figures) or ("few" if len(figures) < 2 else ""):
        return Alpha(value=None, low=None, high=None, why=why)
    drawn = _icc(figures[_resamples(len(figures), chance)])
    return _with_interval(float(_icc(figures[None])[0]), drawn[np.isfinite(drawn)])


Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def mean_squares(figures: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Between rows, between columns and what is left, of each of many tables; figures: tables x rows x columns."""
    _, rows, columns = figures.shape
    whole = figures.mean(axis=(1, 2), keepdims=True)
    by_row, by_column = figures.mean(axis=2, keepdims=True), figures.mean(axis=1, keepdims=True)
    rest = ((figures - by_row - by_column + whole) ** 2).sum(axis=(1, 2))
    between_rows = columns * ((by_row - whole) ** 2).sum(axis=(1, 2)) / (rows - 1)
    between_columns = rows * ((by_column - whole) ** 2).sum(axis=(1, 2)) / (columns - 1)
    return between_rows, between_columns, rest / ((rows - 1) * (columns - 1))


def _icc(figures: Matrix) -> Matrix:
    """ICC(2,1) of each of many tables; NaN where all its figures are one."""
    _, rows, columns = figures.shape
    of_rows, of_columns, rest = mean_squares(figures)
    below = of_rows + (columns - 1) * rest + columns * (of_columns - rest) / rows
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.ptp(figures, axis=(1, 2)) > 0, (of_rows - rest) / below, np.nan)


def _degenerate(figures: Matrix) -> str:
    """Why a table has no coefficient, "" where it has one."""
    if _is_one_value(figures):
        return "one_value"
    return "all_agree" if (np.nanmin(figures, axis=1) == np.nanmax(figures, axis=1)).all() else ""


def _resamples(count: int, chance: Sequence[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.random.default_rng(list(chance)).integers(0, count, (_RESAMPLES, count))


def _with_interval(figure: float, drawn: Sequence[float] | Matrix) -> Alpha:
    """A coefficient with the interval of its resamples, which always holds it; none where too few have one."""
    value = _thousandths(figure)
    if 100 * len(drawn) < INTERVAL * _RESAMPLES:
        return Alpha(value=value, low=None, high=None, why="")
    low, high = np.quantile(drawn, [(100 - INTERVAL) / 200, (100 + INTERVAL) / 200])
    return Alpha(value=value, low=min(_thousandths(low), value), high=max(_thousandths(high), value), why="")


def _is_one_value(figures: Matrix) -> bool:
    return len(np.unique(figures[np.isfinite(figures)])) < 2


def _alpha(pairs: Matrix, scale: Scale) -> float:
    """Alpha as the library has it; it lays out marks x values x values, so that large tables go by sums instead."""
    if len(pairs) * len(np.unique(pairs[np.isfinite(pairs)])) ** 2 > _LAID_OUT:
        return float(alphas(pairs, scale, np.ones((1, len(pairs))))[0])
    return float(krippendorff.alpha(reliability_data=pairs.T, level_of_measurement=scale))


def alphas(figures: Matrix, scale: Scale, weights: NDArray[np.number]) -> Matrix:
    """Alpha of many resamples of a table, by the sums its definition comes down to; NaN for one of a single value.

    figures: marks x verifiers, NaN unknown, two known ones a mark at least. weights: resamples x marks, how often each
    mark was drawn.
    """
    known = np.isfinite(figures)
    raters = known.sum(axis=1)
    whole = weights @ raters
    if scale == "interval":
        centred = np.where(known, figures - np.nanmean(figures), 0)
        sums, squares = centred.sum(axis=1), (centred**2).sum(axis=1)
        apart = 2 * (raters * squares - sums**2)
        expected = 2 * (whole * (weights @ squares) - (weights @ sums) ** 2)
    else:
        counts = (figures[:, :, None] == np.unique(figures[known])).sum(axis=1)
        apart = raters**2 - (counts**2).sum(axis=1)
        expected = whole**2 - ((weights @ counts) ** 2).sum(axis=1)
    observed = (weights @ (apart / (raters - 1))) * (whole - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > _NOTHING * whole**2, 1 - observed / expected, np.nan)


def _thousandths(figure: float) -> int:
    return round(1000 * figure)
