"""How firm is a ranking? The year's marks drawn again many times, and the ranks, bands and choices that follow.

Every trial goes through the engine's own columns: marks are added up, graded and ranked as those of the year are. A
trial changes nothing that was reported or decided; chance comes from a stated seed, so that it is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.assessment.evaluation import Evaluation
from scoring.core.points import Integers, Mask, half_up, product, to_scaled
from scoring.rubric.model import Quota, Rubric
from scoring.rubric.parameters import PERCENT
from scoring.scores.grid import lay_out
from scoring.scores.marks import Column, mark_items
from scoring.scores.peers import scopes_of
from scoring.scores.ranking import holds, rank
from scoring.scores.selection import places_under
from scoring.scores.states import NOT_APPLICABLE, SCORED, ZERO
from scoring.scores.totals import add_up

_ROWS = 40_000
"""How many units of how many trials are ranked at once, so that memory stays flat."""
WEIGHT_SHARE = 10
"""By how much of itself a weight may move, in percent."""
ENOUGH = 5
"""Marks that verifiers have looked at, below which a criterion borrows the corrections of all the others."""
ASSUMED = (-5, 0, 0, 0, 5)
"""Percent of a maximum by which a mark is taken to be off, in a year without any verified mark."""

_Redraw = Callable[[int], NDArray[np.int64]]
"""Points of so many trials: trials x items x units."""


class Frame(NamedTuple):
    """A year ready to be drawn again.

    columns: the marks of every item. points: items x units, those that count, in smallest units. given: where a mark
    has points. looked_at: where a person has looked at a mark and let it stand or corrected it.
    """

    evaluation: Evaluation
    columns: tuple[Column, ...]
    points: NDArray[np.int64]
    given: Mask
    looked_at: Mask

    @property
    def rubric(self) -> Rubric:
        """The year's rubric."""
        return self.evaluation.year.rubric

    @property
    def maxima(self) -> NDArray[np.int64]:
        """The most each item can bring, in smallest units."""
        return np.array([self.rubric.max_points(column.item.id) for column in self.columns], np.int64)


class Outcome(NamedTuple):
    """What follows in each trial, trials x units.

    ranks: in the block, 0 where there is no rank. bands: the place on the ladder of bands, -1 where there is none.
    within: for each band under a quota, who is within it by the figures alone.
    """

    ranks: NDArray[np.int64]
    bands: NDArray[np.int64]
    within: dict[str, Mask]

    @classmethod
    def joined(cls, parts: Sequence[Outcome]) -> Outcome:
        """The trials of several outcomes, one after the other."""
        within = {band: np.concatenate([part.within[band] for part in parts]) for band in parts[0].within}
        return cls(np.concatenate([p.ranks for p in parts]), np.concatenate([p.bands for p in parts]), within)


def frame_of(evaluation: Evaluation) -> Frame:
    """The year's marks, item by item."""
    year, decisions = evaluation.year, evaluation.decisions
    grid = lay_out(evaluation.entries, year.rubric, year.units)
    unopened = evaluation.totals["unopened"].to_numpy(bool)
    columns = mark_items(grid, year.rubric, year.units, year.targets, decisions, unopened)
    given = np.stack([np.isin(column.state, (SCORED, ZERO)) for column in columns])
    points = np.where(given, np.stack([column.points for column in columns]), 0).astype(np.int64)
    through = year.units["id"].isin(decisions.loc[decisions["kind"] == "completed", "unit"]).to_numpy()
    decided = np.stack([column.basis > 0 for column in columns])
    return Frame(evaluation, tuple(columns), points, given, (decided | through) & given)


# Trials


def as_they_are(frame: Frame) -> Outcome:
    """One trial in which nothing is changed."""
    return _graded(frame, frame.points[None])


def verified_anew(frame: Frame, trials: int, chance: np.random.Generator, item: int | None = None) -> Outcome:
    """Trials in which verifiers look again, at every item or, for its ranks alone, at one.

    A mark nobody has looked at is corrected as some mark of its criterion was; one that was looked at moves by as much
    up or down, as another verifier might have gone further or less far.
    """
    moved = range(len(frame.columns)) if item is None else (item,)
    pools = {place: _corrections(frame, place) for place in moved}

    def redrawn(count: int) -> NDArray[np.int64]:
        points = np.repeat(frame.points[None], count, axis=0)
        for place in moved:
            drawn = chance.choice(pools[place], (count, points.shape[2]))
            sign = np.where(frame.looked_at[place], chance.choice((-1, 1), drawn.shape), 1)
            points[:, place] = _within_reach(frame, place, points[:, place] + drawn * sign)
        return points

    return _in_portions(frame, trials, redrawn, ranks_only=item is not None)


def _corrections(frame: Frame, place: int) -> NDArray[np.int64]:
    """By how many points verifiers moved the marks of an item that they looked at, those they let stand included."""
    own = _moved(frame, place)
    if len(own) >= ENOUGH:
        return own
    most = frame.maxima
    pooled = [half_up(product(_moved(frame, other), int(most[place])), int(most[other])) for other in range(len(most))]
    everybody = np.concatenate(pooled).astype(np.int64)
    if len(everybody):
        return everybody
    return np.asarray(half_up(product(np.array(ASSUMED), int(most[place])), 100), np.int64)


def _moved(frame: Frame, place: int) -> NDArray[np.int64]:
    computed, known = frame.columns[place].stages["computed"]
    seen = frame.looked_at[place] & known
    return np.asarray((frame.points[place] - computed)[seen], np.int64)


def corrections_known(frame: Frame) -> int:
    """How many computed marks a person has looked at; 0 where the draws rest on an assumption."""
    return sum(len(_moved(frame, place)) for place in range(len(frame.columns)))


def _within_reach(frame: Frame, place: int, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Points between the least and the most an item can bring; a mark without points stays without."""
    now, most = frame.points[place], int(frame.maxima[place])
    return np.where(frame.given[place], np.clip(points, np.minimum(now, 0), np.maximum(now, most)), now)


def weighted_anew(frame: Frame, trials: int, chance: np.random.Generator) -> Outcome:
    """Trials in which every criterion's weight is up to a tenth more or less; a unit's maximum stays what it was."""
    criteria = {criterion.id for criterion in frame.rubric.criteria}
    items = [place for place, column in enumerate(frame.columns) if column.item.id in criteria]
    most, points = frame.maxima[items], frame.points[items]
    applies = np.stack([frame.columns[place].state != NOT_APPLICABLE for place in items])
    maxima = most[:, None] * applies
    shares = np.arange(100 - WEIGHT_SHARE, 101 + WEIGHT_SHARE)

    def redrawn(count: int) -> NDArray[np.int64]:
        factors = chance.choice(shares, (count, len(items)))
        heavier = np.maximum(factors @ maxima, 1)
        moved = np.repeat(frame.points[None], count, axis=0)
        moved[:, items] = half_up(product(points[None] * factors[:, :, None], maxima.sum(axis=0)), heavier[:, None, :])
        return moved

    return _in_portions(frame, trials, redrawn)


def doubt_struck(frame: Frame, doubtful: Mask, trials: int, chance: np.random.Generator) -> Outcome:
    """Trials in which each mark with evidence in doubt (items x units) loses its points, as often as not."""

    def redrawn(count: int) -> NDArray[np.int64]:
        struck = doubtful & (chance.integers(0, 2, (count, *doubtful.shape)) == 1)
        return np.where(struck, np.minimum(frame.points, 0), frame.points)

    return _in_portions(frame, trials, redrawn)


def without_item(frame: Frame, item: int) -> Outcome:
    """One trial, for its ranks alone, in which nobody is asked for an item."""
    column = frame.columns[item]
    state = np.where(frame.given[item] | (column.state == NOT_APPLICABLE), NOT_APPLICABLE, column.state)
    columns = list(frame.columns)
    columns[item] = replace(column, points=np.zeros_like(column.points), state=state.astype(np.int8))
    points = frame.points.copy()
    points[item] = 0
    return _graded(frame._replace(columns=tuple(columns)), points[None], ranks_only=True)


def _in_portions(frame: Frame, trials: int, redrawn: _Redraw, *, ranks_only: bool = False) -> Outcome:
    """The outcome of many trials, drawn and graded a portion at a time."""
    most = max(_ROWS // max(frame.points.shape[1], 1), 1)
    sizes = [min(most, trials - begun) for begun in range(0, trials, most)]
    return Outcome.joined([_graded(frame, redrawn(size), ranks_only=ranks_only) for size in sizes])


# From points to ranks


def _graded(frame: Frame, points: NDArray[np.int64], *, ranks_only: bool = False) -> Outcome:
    """Ranks, bands and, unless they are not asked for, choices of several trials; points: trials x items x units."""
    trials, shape = len(points), (len(points), points.shape[2])
    totals = _totals(frame, points)
    bare = frame.rubric.model_copy(update={"quotas": ()})
    standings = _ranked_apart(totals, frame.evaluation.year.units["block"].astype(str), bare, trials)
    chosen = {} if ranks_only else _within_quotas(totals, standings, frame, trials)
    bands = standings["band"].cat.codes.to_numpy().astype(np.int64)
    return Outcome(
        _ranks(standings).reshape(shape),
        bands.reshape(shape),
        {band: mask.reshape(shape) for band, mask in chosen.items()},
    )


def _totals(frame: Frame, points: NDArray[np.int64]) -> pd.DataFrame:
    """The totals of several trials, one below the other; what does not follow from points is as it was."""
    trials, before = len(points), frame.evaluation.totals
    columns = []
    for place, column in enumerate(frame.columns):
        drawn, state = points[:, place].ravel(), np.tile(column.state, trials)
        given = np.isin(state, (SCORED, ZERO))
        state = np.where(given, np.where(drawn == 0, ZERO, SCORED), state).astype(np.int8)
        columns.append(replace(column, points=drawn, state=state))
    again = add_up(columns, frame.rubric, np.tile(before["total"].notna().to_numpy(), trials))
    rows = np.tile(np.arange(len(before)), trials)
    kept = {name: before[name].take(rows).array for name in before.columns if name not in again}
    return pd.DataFrame({**kept, **again})


def _ranked_apart(totals: pd.DataFrame, block: pd.Series[str], rubric: Rubric, trials: int) -> pd.DataFrame:
    """The standings, each trial's blocks ranked for themselves; block: of each unit."""
    places, known = pd.factorize(block)
    names = [f"{trial}|{name}" for trial in range(trials) for name in known]
    codes = np.repeat(np.arange(trials), len(places)) * len(known) + np.tile(places, trials)
    rules = rubric.model_copy(update={"blocks": dict.fromkeys(names, "")})
    return rank(
        totals, rules, pd.DataFrame({"block": pd.Categorical.from_codes(codes, categories=pd.Index(names))})
    ).standings


def _ranks(standings: pd.DataFrame) -> NDArray[np.int64]:
    return np.asarray(standings["rank"].to_numpy(np.int64, na_value=0))


def _within_quotas(totals: pd.DataFrame, standings: pd.DataFrame, frame: Frame, trials: int) -> dict[str, Mask]:
    """For each band under a quota, who is within it; a unit chosen for a higher band is not looked at for a lower."""
    rubric, block = frame.rubric, frame.evaluation.year.units["block"].astype(str)
    bare = rubric.model_copy(update={"quotas": ()})
    within: dict[str, Mask] = {}
    taken = np.zeros(len(totals), bool)
    for quota in _in_turn(rubric):
        apart = scopes_of(quota.per, frame.evaluation.year.units)
        order = standings if quota.per == "block" else _ranked_apart(totals, apart, bare, trials)
        peers = np.repeat(np.arange(trials), len(block)) * len(set(apart)) + np.tile(pd.factorize(apart)[0], trials)
        pool = pool_of(quota, totals, standings, rubric) & ~taken
        mask = _first_of(quota, pool, standings, _ranks(order), peers)
        within[quota.band] = within.get(quota.band, np.zeros(len(totals), bool)) | mask
        taken |= mask & (rubric.band[quota.band].selected_from is not None)
    return within


def _in_turn(rubric: Rubric) -> list[Quota]:
    """The quotas in the order their places are given: bands that go by the figure, then those that are chosen."""
    by_figure = [band.id for band in rubric.bands if band.selected_from is None]
    turns = [*by_figure, *(band.id for band in rubric.bands_to_choose)]
    return sorted(rubric.quotas, key=lambda quota: turns.index(quota.band))


def pool_of(quota: Quota, totals: pd.DataFrame, standings: pd.DataFrame, rubric: Rubric) -> Mask:
    """The units a quota's places may go to: of its band, or of the one it chooses from, with every condition met."""
    band = rubric.band[quota.band]
    pool = (standings["band"] == (band.selected_from or band.id)).to_numpy(bool, na_value=False)
    for condition in band.conditions:
        pool = pool & ~holds(condition.unless, totals, rubric)
    return pool & standings["capped_by"].eq("").to_numpy() if band.selected_from else pool


def _first_of(
    quota: Quota, pool: Mask, standings: pd.DataFrame, ranks: NDArray[np.int64], peers: NDArray[np.int64]
) -> Mask:
    """The best of a pool, as many as the quota allows in each set of peers; of equal units at the cut none."""
    base = standings["band"].isin(quota.base).to_numpy()
    counts = np.bincount(peers[base], minlength=peers.max() + 1)
    share = to_scaled(quota.share, PERCENT)
    allowed = np.array([places_under(units, share, quota) for units in range(counts.max() + 1)])[counts]
    inside = np.flatnonzero(pool)
    order = inside[np.lexsort([ranks[inside], peers[inside]])]
    starts = np.searchsorted(peers[order], peers[order])
    key = peers[order] * (ranks.max() + 1) + ranks[order]
    as_good = np.searchsorted(key, key, "right") - starts
    mask = np.zeros(len(pool), bool)
    mask[order] = as_good <= allowed[peers[order]]
    return mask


# What many trials say


def interval(figures: Integers, percent: int) -> tuple[int, int] | None:
    """Between which whole ranks the middle `percent` of trials lie (numpy's default quantiles, rounded outward).

    Ranks of 0 are trials without a rank; None where there is no other.

    >>> interval(np.array([1, 2, 2, 3, 9]), 60)
    (1, 5)
    """
    known = figures[figures > 0]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - percent / 100) / 2, (1 + percent / 100) / 2])
    return int(np.floor(low)), int(np.ceil(high))


def mean_shift(outcome: Outcome, real: Outcome) -> tuple[int, int]:
    """By how many places ranks moved in all trials together, and over how many ranks that was."""
    both = (outcome.ranks > 0) & (real.ranks > 0)
    return int(np.abs(outcome.ranks - real.ranks)[both].sum()), int(both.sum())
