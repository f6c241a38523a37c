"""Of which units has the council still to say how they stand to a quota, and how are all proposals accepted at once?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from scoring.core.rows import QuotaRow, StandingRow
from scoring.core.tables import rows_as
from scoring.decisions.rulings import COUNCIL, Ruling
from scoring.rubric.model import Rubric
from scoring.scores.peers import is_within

_SETTLED = ("chosen", "beyond_quota", "lowered")
_OPEN = ("over_quota", "tie_at_cut")


class AwaitedChoice(NamedTuple):
    """One quota and the units that wait for the council under it, by id, in the order of the standings.

    allowed, chosen: how many the quota allows and how many the council has chosen; scope: the peers (`scores.peers`),
    "" for everybody. proposed: who has a place within the quota; undecided: who is beyond it or shares its last place.
    """

    band: str
    scope: str
    allowed: int
    chosen: int
    proposed: tuple[str, ...]
    undecided: tuple[str, ...]


def awaited_choices(standings: pd.DataFrame, quotas: pd.DataFrame, rubric: Rubric) -> list[AwaitedChoice]:
    """What the council has still to say, one row a quota that waits for it; both tables as `rank` gives them."""
    rows = [_awaited(standings, quota, rubric) for quota in rows_as(QuotaRow, quotas)]
    return [row for row in rows if row.proposed or row.undecided]


def _awaited(standings: pd.DataFrame, quota: QuotaRow, rubric: Rubric) -> AwaitedChoice:
    band = rubric.band[quota["band"]]
    own = standings[[is_within(quota["scope"], one) for one in rows_as(StandingRow, standings)]]
    under = own["quota"].eq(band.id)
    undecided = under & own["selection"].isin(_OPEN)
    proposed = under & own["selection"].eq("proposed")
    if band.selected_from is None:
        proposed |= _within(own, band.id, quota["allowed"]) & ~undecided
    named = (tuple(own.loc[mask, "unit"].astype(str)) for mask in (proposed, undecided))
    return AwaitedChoice(band.id, quota["scope"], quota["allowed"], quota["chosen"], *named)


def _within(own: pd.DataFrame, band: str, allowed: int) -> pd.Series[bool]:
    """Who is in a band by figure and undecided, where more units are there by figure than its quota allows."""
    there, was_there = own["band"].eq(band).fillna(value=False), own["lowered_from"].eq(band)
    if (there | was_there).sum() <= allowed:
        return there & False
    return there & ~own["selection"].isin(_SETTLED)


def acceptance(
    awaited: Iterable[AwaitedChoice], *, reason: str, role: str, made_on: date, appeal: str = ""
) -> dict[str, Ruling]:
    """One ruling a unit that is proposed: the council chooses it within the quota; by the unit's id.

    appeal: the number of the document by which an appeal is decided, of a published year; "" before.
    """
    about: dict[str, Any] = {"reason": reason, "role": role, "made_on": made_on, "appeal": appeal}
    return {
        unit: Ruling(unit=unit, stage=COUNCIL, kind="band", value=row.band, **about)
        for row in awaited
        for unit in row.proposed
    }
