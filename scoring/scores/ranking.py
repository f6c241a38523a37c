"""Room 6: bands, gates, quotas, ranks and ties inside each block.

Pure: same totals in, same standings out. The tool proposes; choosing is the council's act, and nobody is demoted.

standings  one row per unit: `block`; `figure` (what bands look at, scaled by 10**figure.decimals); `score_band` (by
           the figure alone), `band` (after gates); `gates` (ids that hold, joined by " "), `capped_by` (the gate that
           took the better band away), `withheld_by` (the gate, "pending" or "no_total", where there is no band);
           `rank` and `ranked` (units ranked in the block), `tied` (how many share the rank), `broken_by` (the tie
           step that set the unit apart from an equal one, "" if none); `selected` (the band proposed or chosen from
           the own band), `selection` (SELECTIONS), `quota` (the band whose quota `selection` is about) and `unmet`
           (conditions of that band not met, as places in the rubric's list, joined by " ").
quotas     one row per quota and scope (a block, or "" overall): `band`, `base`, `units` (the base), `share` (percent),
           `allowed`, `chosen` (by the council), `proposed`, `tied` (units that share the cut), `over` (how many
           more the figure or the council puts there than allowed).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scoring.core.points import Integers, half_up, product, to_scaled
from scoring.rubric import methods
from scoring.rubric.model import Band, Quota, Rubric, Tie, When
from scoring.scores.marks import Mask, coded

SELECTIONS = ("", "chosen", "proposed", "tie_at_cut", "outside_quota", "conditions_unmet", "over_quota")
"""How a unit stands to a band under a quota; tie_at_cut: equal units share the last place, the council decides."""


class Ranked(NamedTuple):
    """What `rank` gives: the tables `standings` and `quotas`."""

    standings: pd.DataFrame
    quotas: pd.DataFrame


def rank(totals: pd.DataFrame, rubric: Rubric, units: pd.DataFrame, *, choices: pd.DataFrame | None = None) -> Ranked:
    """Standings of all units, and the arithmetic of every quota.

    totals: as `score` makes them, rows in the order of `units`. choices: unit, band, what the council has chosen.
    """
    standings = pd.DataFrame({"unit": totals["unit"], "block": pd.Categorical(units["block"], list(rubric.blocks))})
    standings["figure"] = totals["figure"]
    gates = {gate.id: _holds(gate.when, totals, rubric) for gate in rubric.gates}
    standings["score_band"] = _score_bands(totals["figure"], rubric)
    standings = standings.assign(**_after_gates(standings["score_band"], gates, totals, rubric))
    keys = _keys(totals, rubric)
    standings = standings.assign(**_ranks(standings, keys, rubric))
    return _selected(standings, keys, totals, rubric, choices)


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


def _holds(when: When, totals: pd.DataFrame, rubric: Rubric) -> Mask:
    """For which units a condition holds."""
    if when.criterion is not None:
        return np.asarray(totals[f"state:{when.criterion}"].isin(when.states or ()))
    if when.report_missing is not None:
        return ~totals[f"reported:{when.report_missing}"].to_numpy(bool)
    if when.not_eligible:
        return ~totals["eligible"].to_numpy(bool)
    if when.decided is not None:
        return totals[f"decided:{when.decided}"].to_numpy(bool)
    if when.group_below is not None:
        groups = [when.group] if when.group else [group.id for group in rubric.groups]
        return np.asarray(np.any([_below(totals, group, when) for group in groups], axis=0))
    return _fact_holds(when, totals)


def _below(totals: pd.DataFrame, group: str, when: When) -> Mask:
    """Whether a group has less than the stated percent of what applies to the unit; a group without any does not."""
    points = totals[f"points:{group}"].to_numpy(np.int64, na_value=0)
    share = to_scaled(when.group_below or 0, methods.PERCENT)
    below = product(points, methods.WHOLE) < product(totals[f"max:{group}"].to_numpy(np.int64), share)
    return np.asarray(below & totals["total"].notna().to_numpy())


def _fact_holds(when: When, totals: pd.DataFrame) -> Mask:
    if when.share is not None:
        part, whole = totals[f"fact:{when.share.part}"], totals[f"fact:{when.share.whole}"]
        asked = totals[f"asked:{when.share.part}"] & totals[f"asked:{when.share.whole}"]
        known = (part.notna() & whole.notna() & (whole > 0)).to_numpy(bool, na_value=False)
        percent = to_scaled(when.below or 0, methods.PERCENT)
        holds = product(part.to_numpy(np.int64, na_value=0), methods.WHOLE) < product(
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
    codes[withheld_by != ""] = -1
    held = [" ".join(gate for gate, holds in gates.items() if holds[place]) for place in range(count)]
    return {
        "band": coded(codes, names, ordered=True),
        "gates": held,
        "capped_by": np.where(withheld_by == "", capped_by, ""),
        "withheld_by": withheld_by,
    }


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
    order = places[_descending([key[places] for _, key in keys], blocks[places])]
    same_block = _same(blocks[order])
    equal = [_same(key[order]) for _, key in keys]
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


def _descending(keys: list[Integers], blocks: Integers) -> Integers:
    """Order by block, then by each key, larger first; the order of the register settles the rest."""
    dense = [np.unique(key, return_inverse=True)[1] for key in keys]
    return np.lexsort([np.arange(len(blocks)), *(-key for key in reversed(dense)), blocks])


def _same(column: Integers) -> Mask:
    """Whether each value equals the one before it."""
    return np.concatenate([[False], column[1:] == column[:-1]]) if len(column) else np.zeros(0, bool)


def _broken_by(same_block: Mask, equal: list[Mask], names: list[str]) -> list[str]:
    """For each unit in order, the tie step that parted it from an equal neighbour."""
    parted = np.zeros(len(same_block), np.int64)
    still = same_block & equal[0]
    for step in range(1, len(equal)):
        parted[still & ~equal[step]] = step
        still = still & equal[step]
    after = np.concatenate([parted[1:], [0]])
    step_of = np.where(parted > 0, parted, after)
    return [names[step] if step else "" for step in step_of[: len(same_block)]]


# Quotas and selection


def _selected(
    standings: pd.DataFrame,
    keys: list[tuple[str, Integers]],
    totals: pd.DataFrame,
    rubric: Rubric,
    choices: pd.DataFrame | None,
) -> Ranked:
    """The standings with what each quota allows and proposes."""
    selected, selection, about = (np.full(len(standings), "", object) for _ in range(3))
    unmet = _unmet(totals, rubric)
    chosen = _chosen(standings, choices)
    rows: list[dict[str, Any]] = []
    # what a scored band's quota says of a unit outranks what it is told about a band it may be chosen for
    for quota in sorted(rubric.quotas, key=lambda quota: rubric.band[quota.band].selected_from is None):
        for scope, inside in _scopes(quota, standings, rubric):
            arithmetic, outcome = _proposal(quota, inside, standings, keys, unmet, chosen, rubric)
            rows.append({"band": quota.band, "scope": scope, **arithmetic})
            for name, units in outcome.items():
                selection[units], about[units] = name, quota.band
                selected[units] = quota.band if name in {"chosen", "proposed"} else ""
    standings = standings.assign(selected=selected, selection=selection, quota=about, unmet=_joined(unmet, about))
    names = ["band", "scope", "base", "units", "share", "allowed", "chosen", "proposed", "tied", "over"]
    return Ranked(standings, pd.DataFrame(rows, columns=names))


def _unmet(totals: pd.DataFrame, rubric: Rubric) -> dict[str, list[Mask]]:
    """For each band, its conditions and the units that do not meet them."""
    return {band.id: [_holds(c.unless, totals, rubric) for c in band.conditions] for band in rubric.bands}


def _joined(unmet: dict[str, list[Mask]], about: Any) -> list[str]:
    """For each unit, the conditions it does not meet of the band its selection is about."""
    return [
        " ".join(str(place) for place, mask in enumerate(unmet.get(band, [])) if mask[unit])
        for unit, band in enumerate(about)
    ]


def _chosen(standings: pd.DataFrame, choices: pd.DataFrame | None) -> pd.Series[Any]:
    """The band the council chose for each unit, NA where it has not."""
    if choices is None or choices.empty:
        return pd.Series(pd.NA, index=standings.index, dtype="object")
    last = choices.drop_duplicates("unit", keep="last").set_index("unit")["band"]
    return standings["unit"].astype(str).map(last)


def _scopes(quota: Quota, standings: pd.DataFrame, rubric: Rubric) -> Iterator[tuple[str, Mask]]:
    """The peer sets a quota is counted over: everybody, or each block."""
    if quota.per == "overall":
        yield "", np.ones(len(standings), bool)
        return
    for block in rubric.blocks:
        yield block, (standings["block"] == block).to_numpy()


def _proposal(
    quota: Quota,
    inside: Mask,
    standings: pd.DataFrame,
    keys: list[tuple[str, Integers]],
    unmet: dict[str, list[Mask]],
    chosen: pd.Series[Any],
    rubric: Rubric,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arithmetic of one quota over one peer set, and the units by outcome (SELECTIONS)."""
    base = inside & standings["band"].isin(quota.base).to_numpy()
    share = to_scaled(quota.share, methods.PERCENT)
    allowed = _allowed(int(base.sum()), share, quota)
    by_council = inside & (chosen == quota.band).to_numpy(bool, na_value=False)
    from_band = rubric.band[quota.band].selected_from or quota.band
    scored = rubric.band[quota.band].selected_from is None
    closed = np.zeros(len(inside), bool) if scored else standings["capped_by"].ne("").to_numpy()
    pool = inside & (standings["band"] == from_band).to_numpy(bool, na_value=False) & ~closed
    failing = np.any(unmet[quota.band], axis=0) if unmet[quota.band] else np.zeros(len(inside), bool)
    failing = failing & pool & ~by_council
    open_to_all = np.flatnonzero(pool & ~failing & ~by_council & chosen.isna().to_numpy())
    left = max(allowed - int(by_council.sum()), 0)
    proposed, tied, outside = _cut(open_to_all, left, keys)
    taken = int(by_council.sum()) + (len(open_to_all) if scored else 0)
    arithmetic = {
        "base": " ".join(quota.base),
        "units": int(base.sum()),
        "share": quota.share,
        "allowed": allowed,
        "chosen": int(by_council.sum()),
        "proposed": len(proposed),
        "tied": len(tied),
        "over": max(taken - allowed, 0),
    }
    outcome = {
        "conditions_unmet": np.flatnonzero(failing),
        "over_quota" if scored else "outside_quota": outside,
        "tie_at_cut": tied,
        "proposed": proposed[:0] if scored else proposed,
        "chosen": np.flatnonzero(by_council),
    }
    return arithmetic, outcome


def _allowed(units: int, share: int, quota: Quota) -> int:
    """How many of `units` the share allows, exactly, rounded as the quota says."""
    exact = units * share
    match quota.rounding:
        case "down":
            return exact // methods.WHOLE
        case "up":
            return -(-exact // methods.WHOLE)
        case _:
            return int(half_up(exact, methods.WHOLE))


def _cut(candidates: Integers, left: int, keys: list[tuple[str, Integers]]) -> tuple[Integers, Integers, Integers]:
    """The first `left` candidates, the equal ones that share the cut (none of them is in), and the rest."""
    order = candidates[_descending([key[candidates] for _, key in keys], np.zeros(len(candidates), np.int64))]
    if left >= len(order):
        return order, order[:0], order[:0]
    if left == 0:
        return order[:0], order[:0], order
    tied_with_before = np.logical_and.reduce([_same(key[order]) for _, key in keys])
    run = np.cumsum(~tied_with_before)
    if run[left] != run[left - 1]:
        return order[:left], order[:0], order[left:]
    at_cut = run == run[left]
    first, last = np.flatnonzero(at_cut)[[0, -1]]
    return order[:first], order[first : last + 1], order[last + 1 :]
