"""Whom does a quota allow into a band: who is proposed, who is tied at the cut, who is left outside?

Pure. A band may be chosen from the units of another (`selected_from`); several bands chosen from the same one are
taken in the order the rubric states (`after`): the first from all of them, the next from who is left. A unit tied at
the cut of one band waits for the council, and the places it may still need below are held. The tool proposes;
only the council puts a unit lower, or keeps one in a band beyond its quota.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.points import Integers, Mask, half_up, to_scaled
from scoring.core.rows import QuotaRow
from scoring.rubric.model import Band, Quota, Rubric
from scoring.rubric.parameters import PERCENT, WHOLE
from scoring.scores.peers import scopes_of

SELECTIONS = (
    "", "chosen", "proposed", "tie_at_cut", "outside_quota", "conditions_unmet", "over_quota", "beyond_quota",
    "lowered",
)  # fmt: skip
"""How a unit stands to a band under a quota.

tie_at_cut: equal units share the last place, the council decides. By the council: chosen (within the quota),
beyond_quota (kept in the band though the quota is full), lowered (put into a lower band, or left in its own).
"""
DECIDED = ("chosen", "beyond_quota", "lowered")
"""What the council has settled."""

QUOTA_COLUMNS = tuple(QuotaRow.__annotations__)

_WEIGHT = dict(zip(SELECTIONS, (0, 4, 3, 2, 1, 1, 2, 4, 4), strict=True))

Keys = list[tuple[str, Integers]]
"""What units are ordered by, larger first: a name and a figure a unit."""


class Selected(NamedTuple):
    """Columns of the standings (`selected`, `selection`, `quota`, `passed`, `unmet`) and the table `quotas`.

    Also `band`, as it is after the council put some units lower, `lowered_from` and `council_reason`.
    """

    columns: dict[str, Any]
    quotas: pd.DataFrame


@dataclass
class _Limit:
    """One quota over one peer set, and how many places are left in it while candidates are gone through."""

    quota: Quota
    scope: str
    inside: Mask
    units: int
    allowed: int
    chosen: int
    beyond: int
    lowered: int
    left: int
    over: int = 0
    proposed: int = 0
    tied: int = 0
    held: int = 0

    def row(self) -> dict[str, Any]:
        """Its line of the table `quotas`."""
        stated = {"band": self.quota.band, "base": " ".join(self.quota.base), "share": self.quota.share}
        return stated | {name: getattr(self, name) for name in QUOTA_COLUMNS if name not in stated}


@dataclass(frozen=True)
class _Said:
    """What the council said of each unit: the band of each kind of choice, NA where none; `reason`, "" where none."""

    chosen: pd.Series[Any]
    beyond: pd.Series[Any]
    lowered: pd.Series[Any]
    reason: pd.Series[Any]

    @property
    def nothing(self) -> Mask:
        """Of whom the council has not said how it stands to a quota."""
        said = self.chosen.notna() | self.beyond.notna() | self.lowered.notna()
        return ~said.to_numpy(bool)


@dataclass
class _Waiting:
    """Units tied at the cut of a higher band, and how many of them will be left for the next one."""

    units: Integers
    surplus: int


@dataclass
class _Pool:
    """What the bands chosen from one base share: who is still to be had, and who waits for the council."""

    taken: Mask
    waiting: list[_Waiting] = field(default_factory=list)


def select(
    standings: pd.DataFrame,
    keys: Keys,
    unmet: dict[str, list[Mask]],
    rubric: Rubric,
    choices: pd.DataFrame | None,
) -> Selected:
    """What each quota allows and proposes.

    standings: with `unit`, `block`, `band` and `capped_by`, and the columns of the units that peers are told by
    (`peers.scopes_of`). unmet: for each band, its conditions and the units that
    do not meet them. choices: unit, band, kind (band: chosen within the quota, beyond_quota, or lowered into it),
    reason: what the council has decided; the last of a unit counts.
    """
    count, said = len(standings), _said(standings, choices)
    before = standings["band"].astype(object)
    standings = standings.assign(band=_lowered(standings["band"], said.lowered, rubric), before=before)
    outcomes: list[tuple[str, NDArray[Any]]] = []
    limits: list[_Limit] = []
    over = np.zeros(count, bool)
    for band in [band for band in rubric.bands if band.selected_from is None]:
        own = list(_limits(band, standings, said, rubric))
        if own:
            outcome = _over(band, own, standings, keys, said)
            over |= np.isin(outcome, ["over_quota", "tie_at_cut"])
            outcomes.append((band.id, outcome))
            limits += own
    pools: dict[str, _Pool] = {}
    for band in rubric.bands_to_choose:
        pool = pools.setdefault(band.selected_from or "", _Pool(over.copy()))
        own = list(_limits(band, standings, said, rubric))
        if own:
            outcomes.append((band.id, _offered(band, own, pool, standings, keys, unmet, said)))
            limits += own
    rows = [limit.row() for limit in sorted(limits, key=lambda limit: rubric.quotas.index(limit.quota))]
    columns = _columns(outcomes, unmet, count)
    columns |= {"band": standings["band"], "lowered_from": _where_lower(standings), "council_reason": said.reason}
    return Selected(columns, pd.DataFrame(rows, columns=list(QUOTA_COLUMNS)))


def _said(standings: pd.DataFrame, choices: pd.DataFrame | None) -> _Said:
    """What the council said; of a unit the last counts."""
    if choices is None or choices.empty:
        nothing = pd.Series(pd.NA, index=standings.index, dtype="object")
        return _Said(nothing, nothing, nothing, pd.Series("", index=standings.index, dtype="object"))
    last = choices.drop_duplicates("unit", keep="last").set_index("unit")
    units = standings["unit"].astype(str)
    kind = units.map(last["kind"]) if "kind" in last else pd.Series("band", index=standings.index)
    bands = units.map(last["band"]).astype(object)
    chosen, beyond, lowered = (bands.where(kind == name, pd.NA) for name in ("band", "beyond_quota", "lowered"))
    reason = units.map(last["reason"]).fillna("") if "reason" in last else pd.Series("", index=standings.index)
    return _Said(chosen, beyond, lowered, reason)


def _lowered(bands: pd.Series[Any], lowered: pd.Series[Any], rubric: Rubric) -> pd.Series[Any]:
    """The bands after the council put some units lower; it never puts one higher, nor one without a band."""
    if not lowered.notna().any():
        return bands
    names = list(bands.cat.categories)
    code = bands.cat.codes
    to = lowered.map({name: place for place, name in enumerate(names)})
    lower = (to.fillna(len(names)) < code).to_numpy(bool)
    return bands.where(~lower, lowered.where(lower, names[0] if names else pd.NA)).astype(bands.dtype)


def _where_lower(standings: pd.DataFrame) -> pd.Series[Any]:
    """The band a unit would have without the council's putting it lower; "" where it did not."""
    now, before = standings["band"].astype(object), standings["before"]
    return before.where(now.notna() & (now != before), "").fillna("")


def _limits(band: Band, standings: pd.DataFrame, said: _Said, rubric: Rubric) -> Iterator[_Limit]:
    """The quotas on a band, one a peer set."""
    for quota in (quota for quota in rubric.quotas if quota.band == band.id):
        based = standings["before"].isin(quota.base).to_numpy()
        masks = (based, _is(said.chosen, band.id), _is(said.beyond, band.id), _put_lower(band, standings, said))
        for scope, inside in _scopes(quota, standings, rubric):
            units, given, beyond, lowered = (int((inside & mask).sum()) for mask in masks)
            allowed = places_under(units, to_scaled(quota.share, PERCENT), quota)
            left, over = max(allowed - given, 0), max(given - allowed, 0)
            yield _Limit(quota, scope, inside, units, allowed, given, beyond, lowered, left, over)


def _is(column: pd.Series[Any], band: str) -> Mask:
    return np.asarray((column == band).to_numpy(bool, na_value=False))


def _put_lower(band: Band, standings: pd.DataFrame, said: _Said) -> Mask:
    """Whom the council put below a band it was in, or did not choose from the band it stays in."""
    there = standings["before"] == (band.selected_from or band.id)
    return np.asarray((there & said.lowered.notna()).to_numpy(bool, na_value=False))


def _scopes(quota: Quota, standings: pd.DataFrame, rubric: Rubric) -> Iterator[tuple[str, Mask]]:
    """The peer sets a quota is counted over: everybody, or each block, type or body."""
    if quota.per == "overall":
        yield "", np.ones(len(standings), bool)
        return
    own = scopes_of(quota.per, standings)
    for scope in rubric.blocks if quota.per == "block" else sorted(own.unique()):
        yield scope, (own == scope).to_numpy()


def places_under(units: int, share: int, quota: Quota) -> int:
    """How many of `units` the share allows, exactly, rounded as the quota says."""
    exact = units * share
    match quota.rounding:
        case "down":
            return exact // WHOLE
        case "up":
            return -(-exact // WHOLE)
        case _:
            return int(half_up(exact, WHOLE))


# A band that goes by the figure: more units there than allowed are told


def _over(band: Band, limits: list[_Limit], standings: pd.DataFrame, keys: Keys, said: _Said) -> NDArray[Any]:
    """Who is more than the quotas allow in a band the figure alone gives; a place there is one in each of them."""
    there = _is(standings["band"], band.id)
    under = np.logical_or.reduce([limit.inside for limit in limits])
    candidates = np.flatnonzero(there & under & said.nothing)
    # who was put lower into this very band takes a place of it
    landed = there & _is(said.lowered, band.id) & (standings["before"] != band.id).to_numpy(bool)
    for limit in limits:
        taken = int((limit.inside & landed).sum())
        limit.left = max(limit.left - taken, 0)
        limit.over = max(limit.chosen + taken + int(limit.inside[candidates].sum()) - limit.allowed, 0)
    outcome = np.full(len(standings), "", object)
    outcome[candidates] = "over_quota"
    _go_down(candidates, limits, _Pool(np.zeros(len(standings), bool)), keys, outcome)
    outcome[outcome == "proposed"] = ""
    _by_council(band, under, standings, said, outcome)
    for limit in limits:
        limit.proposed = 0
    return outcome


def _by_council(band: Band, inside: Mask, standings: pd.DataFrame, said: _Said, outcome: NDArray[Any]) -> None:
    """Fill in what the council has settled of a band."""
    outcome[inside & _put_lower(band, standings, said)] = "lowered"
    outcome[inside & _is(said.chosen, band.id)] = "chosen"
    outcome[inside & _is(said.beyond, band.id)] = "beyond_quota"


# A band the council chooses units for


def _offered(
    band: Band,
    limits: list[_Limit],
    pool: _Pool,
    standings: pd.DataFrame,
    keys: Keys,
    unmet: dict[str, list[Mask]],
    said: _Said,
) -> NDArray[Any]:
    """How each unit stands to a band that is chosen from `pool`, which loses the units proposed here."""
    there = (standings["band"] == band.selected_from).to_numpy(bool, na_value=False) & ~pool.taken
    there = there & standings["capped_by"].eq("").to_numpy() & said.nothing
    failing = there & np.any(unmet[band.id], axis=0) if unmet.get(band.id) else np.zeros(len(there), bool)
    candidates, outcome = np.flatnonzero(there & ~failing), np.full(len(there), "", object)
    outcome[candidates], outcome[failing] = "outside_quota", "conditions_unmet"
    _go_down(candidates, limits, pool, keys, outcome)
    _by_council(band, np.ones(len(outcome), bool), standings, said, outcome)
    pool.taken |= outcome == "proposed"
    return outcome


def _go_down(candidates: Integers, limits: list[_Limit], pool: _Pool, keys: Keys, outcome: NDArray[Any]) -> None:
    """Give the places from the best unit down; equal units that do not all fit are tied at the cut, none of them in.

    Fills `outcome` (proposed, tie_at_cut) and the counts of the limits; a limit is closed once a tie was met.
    """
    order = candidates[descending([key[candidates] for _, key in keys], np.zeros(len(candidates), np.int64))]
    shut = np.zeros(len(outcome), bool)
    for limit in limits:
        _close_if_full(limit, shut)
    starts = ~np.logical_and.reduce([same_as_before(key[order]) for _, key in keys])
    for run in np.split(order, np.flatnonzero(starts)[1:]):
        if all(limit.left == 0 for limit in limits):
            break
        _one_run(run[~shut[run]], limits, pool, outcome)
        for limit in limits:
            _close_if_full(limit, shut)


def _close_if_full(limit: _Limit, shut: Mask) -> None:
    if limit.left == 0:
        shut |= limit.inside


def _one_run(run: Integers, limits: list[_Limit], pool: _Pool, outcome: NDArray[Any]) -> None:
    """The places of equal units: all that fit in every limit, or a tie in each limit they overflow."""
    waiting = [(group, np.intersect1d(group.units, run)) for group in pool.waiting]
    waiting = [(group, units) for group, units in waiting if len(units)]
    waits = np.isin(run, np.concatenate([units for _, units in waiting])) if waiting else np.zeros(len(run), bool)
    free, tied = run[~waits], np.zeros(len(outcome), bool)
    needs = [(limit, *_needed(limit, free, waiting)) for limit in limits]
    for limit, places, held in needs:
        if limit.left and places + held > limit.left:
            members = run[limit.inside[run]]
            tied[members], limit.tied = True, len(members)
            _wait(pool, members, places + held - limit.left)
            _reserve(limit.left, members, [other for other in limits if other is not limit])
            limit.left = 0
    outcome[free[tied[free]]] = "tie_at_cut"
    outcome[run[waits]] = ""
    fits = free[~tied[free]]
    outcome[fits] = "proposed"
    for limit, _, held in needs:
        given = int(limit.inside[fits].sum())
        kept = 0 if limit.tied else held
        limit.proposed, limit.held = limit.proposed + given, limit.held + kept
        limit.left = max(limit.left - given - kept, 0)


def _needed(limit: _Limit, free: Integers, waiting: list[tuple[_Waiting, Integers]]) -> tuple[int, int]:
    """The places a run needs in a limit: for units that are free, and for those left of a tie at a higher band."""
    held = [min(group.surplus, int(limit.inside[units].sum())) for group, units in waiting]
    return int(limit.inside[free].sum()), sum(held)


def _wait(pool: _Pool, members: Integers, surplus: int) -> None:
    """From here down these units wait together; a tie they were in before is part of this one."""
    earlier = [group for group in pool.waiting if not np.isin(group.units, members).all()]
    pool.waiting = [*earlier, _Waiting(members, surplus)]


def _reserve(places: int, members: Integers, others: list[_Limit]) -> None:
    """What the council gives to tied units in one limit takes places of the others as well."""
    for other in others:
        kept = min(places, int(other.inside[members].sum()), other.left)
        other.left, other.held = other.left - kept, other.held + kept


# Order


def descending(keys: list[Integers], blocks: Integers) -> Integers:
    """Order by block, then by each key, larger first; the order of the register settles the rest."""
    dense = [np.unique(key, return_inverse=True)[1] for key in keys]
    return np.lexsort([np.arange(len(blocks)), *(-key for key in reversed(dense)), blocks])


def same_as_before(column: Integers) -> Mask:
    """Whether each value equals the one before it."""
    return np.concatenate([[False], column[1:] == column[:-1]]) if len(column) else np.zeros(0, bool)


# Columns of the standings


def _columns(outcomes: list[tuple[str, NDArray[Any]]], unmet: dict[str, list[Mask]], count: int) -> dict[str, Any]:
    """Each unit's deciding band, and what it was told about the bands before it."""
    selected, selection, about, passed, failed = (np.full(count, "", object) for _ in range(5))
    for band, outcome in outcomes:
        for unit in map(int, np.flatnonzero(outcome != "")):
            said = outcome[unit]
            if _WEIGHT[said] < _WEIGHT[selection[unit]] or selection[unit] == said == "tie_at_cut":
                continue
            if selection[unit] and about[unit] != band:
                passed[unit] = f"{passed[unit]} {_told(about[unit], selection[unit], failed[unit])}".lstrip()
            selection[unit], about[unit] = said, band
            selected[unit] = band if said in {"chosen", "proposed", "beyond_quota"} else ""
            failed[unit] = _failed(unit, unmet.get(band, []))
    return {"selected": selected, "selection": selection, "quota": about, "passed": passed, "unmet": failed}


def _failed(unit: int, conditions: list[Mask]) -> str:
    """The places in the rubric's list of the conditions a unit does not meet."""
    return " ".join(str(place) for place, mask in enumerate(conditions) if mask[unit])


def _told(band: str, selection: str, failed: str) -> str:
    return ":".join([band, selection, failed.replace(" ", "+")])
