"""Bands, gates, quotas, ranks and ties inside each block.

Pure: same totals in, same standings out. The tool proposes; choosing, and putting a unit lower, is the council's act.

standings  one row per unit: `block`; `figure` (what bands look at, scaled by 10**figure.decimals); `score_band` (by
           the figure alone), `band` (after gates); `gates` (ids that hold, joined by " "), `capped_by` (the gate that
           took the better band away), `withheld_by` (the gate, "unopened", "pending" or "no_total", without a band);
           `rank` and `ranked` (units ranked in the block), `tied` (how many share the rank), `broken_by` (the tie
           step that set the unit apart from an equal one, "" if none); `selected` (the band proposed or chosen from
           the own band), `selection` (selection.SELECTIONS), `quota` (the band whose quota `selection` is about) and
           `unmet` (conditions of that band not met, as places in the rubric's list, joined by " "); `passed`: the
           bands before it in the chain that the unit was considered for in vain, each as band:selection:places of
           unmet conditions (joined by "+"), joined by " "; `lowered_from`: the band after gates where the council put
           the unit into a lower one, which `band` then is ("" elsewhere); `council_reason`: why it decided so.
           `scopes`: where a quota is counted within other sets than blocks, those of the unit (`peers`).
           `group_figure:<group>`, `group_rank:<group>`, `group_band:<group>` of every ranked group (`group_ranks`).
quotas     one row per quota and scope (`peers`: a block's id, "" overall): `band`, `base`, `units` (the base),
           `share` (percent), `allowed`, `chosen` (by the council), `beyond` (kept there though the quota is full),
           `lowered` (put lower, or not chosen, by the council), `proposed`, `tied` (units that share the cut), `held`
           (places kept for units tied at the cut of a band before it), `over` (how many more the figure or the council
           puts there than allowed, `beyond` not among them).
"""

from __future__ import annotations

from math import lcm
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.points import Integers, Mask, product, to_scaled
from scoring.rubric.model import Band, Rubric, Tie, When
from scoring.rubric.parameters import PERCENT, WHOLE
from scoring.scores.group_ranks import with_group_ranks
from scoring.scores.marks_table import coded
from scoring.scores.peers import with_scopes
from scoring.scores.selection import descending, same_as_before, select


class Ranked(NamedTuple):
    """What `rank` gives: the tables `standings` and `quotas`."""

    standings: pd.DataFrame
    quotas: pd.DataFrame


def rank(totals: pd.DataFrame, rubric: Rubric, units: pd.DataFrame, *, choices: pd.DataFrame | None = None) -> Ranked:
    """Standings of all units, and the arithmetic of every quota.

    totals: as `score` makes them, rows in the order of `units`. choices: what the council has
    decided of units under quotas (`selection.select`).
    """
    standings = pd.DataFrame({"unit": totals["unit"], "block": pd.Categorical(units["block"], list(rubric.blocks))})
    standings["figure"] = totals["figure"]
    gates = {gate.id: holds(gate.when, totals, rubric) for gate in rubric.gates}
    standings["score_band"] = _score_bands(totals["figure"], rubric)
    standings = standings.assign(**_after_gates(standings["score_band"], gates, totals, rubric))
    keys = _keys(totals, rubric)
    standings = standings.assign(**_ranks(standings, keys, rubric))
    unmet = {band.id: [holds(c.unless, totals, rubric) for c in band.conditions] for band in rubric.bands}
    peers = [column for column in ("type", "parent", "body") if column in units]
    told = standings.assign(**{column: units[column].to_numpy() for column in peers})
    selected = select(told, keys, unmet, rubric, choices)
    standings = with_scopes(standings.assign(**selected.columns), units, rubric)
    return Ranked(with_group_ranks(standings, totals, rubric), selected.quotas)


# Bands and gates


def _score_bands(figure: pd.Series[Any], rubric: Rubric) -> Any:
    """The band each figure lies in; NA where there is no figure."""
    scale = 10**rubric.figure.decimals
    bands = ladder(rubric)
    stair = np.searchsorted(
        [to_scaled(band.from_ or 0, scale) for band in bands], figure.to_numpy(np.int64, na_value=0), "right"
    )
    codes = np.where(figure.isna(), -1, np.maximum(stair - 1, 0))
    return coded(codes, [band.id for band in bands], ordered=True)


def ladder(rubric: Rubric) -> list[Band]:
    """The bands that go by the figure, lowest first."""
    return sorted((band for band in rubric.bands if band.from_ is not None), key=lambda band: band.from_ or 0)


def holds(when: When, totals: pd.DataFrame, rubric: Rubric) -> Mask:
    """For which units a condition holds."""
    if when.criterion is not None:
        return np.asarray(totals[f"state:{when.criterion}"].isin(when.states or ()))
    if when.report_missing is not None:
        return ~totals[f"reported:{when.report_missing}"].to_numpy(bool)
    if when.not_eligible:
        return ~totals["eligible"].to_numpy(bool)
    if when.decided is not None:
        return totals[f"decided:{when.decided}"].to_numpy(bool)
    if when.data_below is not None:
        due, answered = (totals[f"{name}:{when.group or ''}"].to_numpy(np.int64) for name in ("due", "answered"))
        return np.asarray(answered * WHOLE < due * to_scaled(when.data_below, PERCENT))
    if when.group_below is not None:
        groups = [when.group] if when.group else [group.id for group in rubric.groups]
        return np.asarray(np.any([_below(totals, group, when) for group in groups], axis=0))
    return _fact_holds(when, totals)


def _below(totals: pd.DataFrame, group: str, when: When) -> Mask:
    """Whether a group has less than the stated percent of what applies to the unit; a group without any does not."""
    points = totals[f"points:{group}"].to_numpy(np.int64, na_value=0)
    share = to_scaled(when.group_below or 0, PERCENT)
    below = product(points, WHOLE) < product(totals[f"max:{group}"].to_numpy(np.int64), share)
    return np.asarray(below & totals["total"].notna().to_numpy())


def _fact_holds(when: When, totals: pd.DataFrame) -> Mask:
    if when.share is not None:
        part, whole = totals[f"fact:{when.share.part}"], totals[f"fact:{when.share.whole}"]
        asked = totals[f"asked:{when.share.part}"] & totals[f"asked:{when.share.whole}"]
        known = (part.notna() & whole.notna() & (whole > 0)).to_numpy(bool, na_value=False)
        percent = to_scaled(when.below or 0, PERCENT)
        holds = product(part.to_numpy(np.int64, na_value=0), WHOLE) < product(
            whole.to_numpy(np.int64, na_value=0), percent
        )
    else:
        asked, fact = totals[f"asked:{when.fact}"], totals[f"fact:{when.fact}"]
        known, figure = fact.notna().to_numpy(), fact.to_numpy(np.int64, na_value=0)
        holds = figure >= when.at_least if when.at_least is not None else figure < int(when.below or 0)
    return np.asarray(np.where(known, holds, bool(when.unknown)) & asked.to_numpy())


def _after_gates(
    score_band: pd.Series[Any], gates: dict[str, Mask], totals: pd.DataFrame, rubric: Rubric
) -> dict[str, Any]:
    """The band left after every gate, and what took the better one away."""
    names = list(score_band.cat.categories)
    codes = score_band.cat.codes.to_numpy().astype(np.int64)
    count = len(codes)
    capped_by, withheld_by = np.full(count, "", object), np.full(count, "", object)
    withheld_by[totals["total"].isna().to_numpy()] = "no_total"
    withheld_by[totals["pending"].to_numpy() > 0] = "pending"
    chosen_from = {band.selected_from for band in rubric.bands}
    for gate in rubric.gates:
        if gate.cap is not None:
            best = names.index(gate.cap)
            # a cap at the band the council chooses from takes no band away, but closes the choice
            closed = (codes == best) & (capped_by == "") & (gate.cap in chosen_from)
            lowered = gates[gate.id] & ((codes > best) | closed)
            codes[lowered], capped_by[lowered] = best, gate.id
        if gate.withhold is not None:
            withheld_by[gates[gate.id]] = gate.id
    if "unopened" in totals:
        withheld_by[totals["unopened"].to_numpy(bool)] = "unopened"
    codes[withheld_by != ""] = -1
    return {
        "band": coded(codes, names, ordered=True),
        "gates": _held(gates, count),
        "capped_by": np.where(withheld_by == "", capped_by, ""),
        "withheld_by": withheld_by,
    }


def _held(gates: dict[str, Mask], count: int) -> NDArray[Any]:
    """For each unit the gates that hold, joined by " "; the same few sets of gates are written once."""
    if not gates:
        return np.full(count, "", object)
    packed = np.packbits(np.stack(list(gates.values()), axis=1), axis=1)
    joined = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _, places, which = np.unique(joined, return_index=True, return_inverse=True)
    words = [" ".join(gate for gate, holds in gates.items() if holds[place]) for place in places]
    return np.array(words, object)[which]


# Ranks


def _keys(totals: pd.DataFrame, rubric: Rubric) -> list[tuple[str, Integers]]:
    """What units are ordered by, larger first: the figure, then each step of the tie chain."""
    keys = [("figure", _order_figure(totals, rubric))]
    for place, tie in enumerate(rubric.ranking.ties):
        figure = _tie_figure(tie, totals)
        keys.append((str(place), figure if tie.better == "more" else -figure))
    return keys


def _order_figure(totals: pd.DataFrame, rubric: Rubric) -> Integers:
    """The figure to rank on: as bands see it, or exact (percents brought to one denominator)."""
    if rubric.ranking.on == "rounded":
        return totals["figure"].to_numpy(np.int64, na_value=0)
    total = totals["total"].to_numpy(np.int64, na_value=0)
    if rubric.figure.of == "total":
        return total
    whole = np.maximum(totals["effective_max"].to_numpy(np.int64), 1)
    common = lcm(*(int(one) for one in np.unique(whole)))
    return product(total, np.array([common // int(one) for one in whole], dtype=object))


def _tie_figure(tie: Tie, totals: pd.DataFrame) -> Integers:
    column = f"points:{tie.id}" if tie.id is not None else {"bonus": "bonus", "deductions": "deductions"}[tie.by]
    return totals[column].to_numpy(np.int64, na_value=0)


def _ranks(standings: pd.DataFrame, keys: list[tuple[str, Integers]], rubric: Rubric) -> dict[str, Any]:
    """Competition ranks (1, 2, 2, 4) of the units that have a band, block by block."""
    in_race = standings["band"].notna().to_numpy()
    blocks = standings["block"].cat.codes.to_numpy()
    places = np.flatnonzero(in_race)
    order = places[descending([key[places] for _, key in keys], blocks[places])]
    same_block = same_as_before(blocks[order])
    equal = [same_as_before(key[order]) for _, key in keys]
    tied = same_block & np.logical_and.reduce(equal)
    position = np.arange(len(order))
    block_start = np.maximum.accumulate(np.where(same_block, 0, position))
    run_start = np.maximum.accumulate(np.where(tied, 0, position))
    run = np.cumsum(~tied)
    ranks, ranked, sharing = (np.zeros(len(standings), np.int64) for _ in range(3))
    ranks[order] = run_start - block_start + 1
    ranked[order] = np.bincount(blocks[order], minlength=1)[blocks[order]] if len(order) else 0
    sharing[order] = np.bincount(run)[run] if len(order) else 0
    broken = np.full(len(standings), "", object)
    broken[order] = _broken_by(same_block, equal, [name for name, _ in keys])
    return {
        "rank": pd.arrays.IntegerArray(ranks, ~in_race),
        "ranked": pd.arrays.IntegerArray(ranked, ~in_race),
        "tied": pd.arrays.IntegerArray(sharing, ~in_race),
        "broken_by": broken,
    }


def _broken_by(same_block: Mask, equal: list[Mask], names: list[str]) -> list[str]:
    """For each unit in order, the tie step that parted it from an equal one: the unit before, or else the one after.

    same_block, equal: whether a unit agrees with the one before it, in block and in each key.
    """
    agree = np.logical_and.accumulate([same_block & equal[0], *equal[1:]])
    # a place where all agree is a tie that stands; where not even the figures do, no step was needed
    parted_from_before = np.where(agree[0] & ~agree[-1], np.argmin(agree, axis=0), 0)
    parted_from_after = np.append(parted_from_before[1:], 0)
    steps = np.where(parted_from_before > 0, parted_from_before, parted_from_after[: len(parted_from_before)])
    return [names[step] if step else "" for step in steps]
