"""Which rank and which band does a group of criteria give a unit, beside those of the total?

Pure, whole columns. For every group the rubric ranks, the standings get three columns: `group_figure:<group>`, the
group's points in percent of what applies of it, scaled by 10**decimals; `group_rank:<group>`, among the units of the
block that have a band; `group_band:<group>`, "" where no band of the group begins as low. A unit of which nothing in
the group applies has none of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scoring.core.points import Integers, half_up, product, to_scaled
from scoring.rubric.model import GroupBand, GroupRanking, Rubric


def with_group_ranks(standings: pd.DataFrame, totals: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The standings with the columns of every ranked group. standings: with `block` and `band`."""
    columns: dict[str, Any] = {}
    for ranking in rubric.group_rankings:
        bands = [band for band in rubric.group_bands if band.group == ranking.group]
        columns |= _columns(ranking, bands, standings, totals)
    return standings.assign(**columns)


def _columns(
    ranking: GroupRanking, bands: list[GroupBand], standings: pd.DataFrame, totals: pd.DataFrame
) -> dict[str, Any]:
    name, places = ranking.group, 10**ranking.decimals
    applicable = totals[f"max:{name}"].to_numpy(np.int64)
    counts = standings["band"].notna().to_numpy() & (applicable > 0)
    points = totals[f"points:{name}"].to_numpy(np.int64, na_value=0)
    figures = half_up(product(np.where(counts, points, 0), 100 * places), np.maximum(applicable, 1))
    ranks = _ranks(figures, standings["block"].cat.codes.to_numpy(), counts)
    return {
        f"group_figure:{name}": pd.arrays.IntegerArray(figures, ~counts),
        f"group_rank:{name}": pd.arrays.IntegerArray(ranks, ~counts),
        f"group_band:{name}": np.where(counts, _bands(figures, bands, places), ""),
    }


def _ranks(figures: Integers, blocks: Integers, counts: Any) -> Integers:
    """Competition ranks (1, 2, 2, 4) inside each block, 0 where nothing counts."""
    ranks = np.zeros(len(figures), np.int64)
    for block in np.unique(blocks[counts]):
        inside = np.flatnonzero(counts & (blocks == block))
        own = -figures[inside]
        ranks[inside] = np.searchsorted(np.sort(own), own) + 1
    return ranks


def _bands(figures: Integers, bands: list[GroupBand], places: int) -> Any:
    """The id of the highest band each figure reaches."""
    ordered = sorted(bands, key=lambda band: band.from_)
    edges = np.array([to_scaled(band.from_, places) for band in ordered], np.int64)
    reached = np.searchsorted(edges, figures, side="right")
    return np.array(["", *(band.id for band in ordered)], object)[reached]
