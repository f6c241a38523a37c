"""How far a unit is from the next band and from another rank, in points of its total.

Everything else is held as it is: the other units of the block keep their points, the conditions (gates) still hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from scoring.core.points import to_scaled
from scoring.core.rows import StandingRow, TotalRow, known
from scoring.rubric.model import Band, Rubric
from scoring.scores.ranking import ladder


class Margin(NamedTuple):
    """What a total can win or lose before the rank is surely another one, in smallest units.

    up: the least more by which the figure passes that of the unit ranked just before; down: the least less by which
    it falls behind that of the unit ranked just after. None where there is no such unit, or not so much to lose.
    """

    up: int | None
    down: int | None


def least_total(figure: int, effective_max: int, rubric: Rubric) -> int:
    """The least total, in smallest units, whose figure (scaled as bands see it) is at least this one."""
    places = 10**rubric.figure.decimals
    of_total = rubric.figure.of == "total"
    factor, whole = (places, rubric.scale) if of_total else (100 * places, max(effective_max, 1))
    # half_up(total * factor / whole) reaches the figure from here on
    least: int = -(-(2 * figure - 1) * whole // (2 * factor))
    return least


def next_band(band: str | None, rubric: Rubric) -> Band | None:
    """The band above one that goes by the figure; None above the best one, or where there is no band."""
    return next((above for own, above in pairwise(ladder(rubric)) if own.id == band), None)


def missing_points(total: TotalRow, band: Band, rubric: Rubric) -> int | None:
    """The least points, in smallest units, that a total lacks for the figure at which a band begins."""
    if total["total"] is None:
        return None
    edge = to_scaled(band.from_ or 0, 10**rubric.figure.decimals)
    return max(least_total(edge, total["effective_max"], rubric) - int(total["total"]), 0)


def in_the_way(held: str, band: Band | None, rubric: Rubric) -> tuple[str, ...]:
    """The names of the gates that hold and keep a unit below a band; held: their ids, joined by blanks."""
    best = [one.id for one in ladder(rubric)]
    return tuple(
        gate.name
        for gate in rubric.gates
        if band and gate.cap and gate.id in held.split() and best.index(gate.cap) < best.index(band.id)
    )


def rank_margins(totals: Sequence[TotalRow], standings: Sequence[StandingRow], rubric: Rubric) -> dict[str, Margin]:
    """For each ranked unit, what its total can win or lose before its rank is surely another one.

    totals, standings: rows of the same units in the same order. Passing the figure of a neighbour settles the rank;
    where the figures are equal the tie chain does.
    """
    ranked = [(standing, total) for standing, total in zip(standings, totals, strict=True) if standing["rank"]]
    ranked.sort(key=lambda pair: (pair[0]["block"], pair[0]["rank"]))
    margins: dict[str, Margin] = {}
    for _, block in groupby(ranked, key=lambda pair: pair[0]["block"]):
        places = [list(own) for _, own in groupby(block, key=lambda pair: pair[0]["rank"])]
        figures = [place[0][0]["figure"] for place in places]
        for place, before, after in zip(places, [None, *figures], [*figures[1:], None], strict=False):
            # whoever shares a rank falls behind the others by the least loss
            behind = place[0][0]["figure"] if len(place) > 1 else after
            margins |= {standing["unit"]: _margin(total, before, behind, rubric) for standing, total in place}
    return margins


def _margin(total: TotalRow, before: int | None, after: int | None, rubric: Rubric) -> Margin:
    """before, after: the figures of the neighbours in rank."""
    own, whole = known(total["total"]), total["effective_max"]
    up = None if before is None else least_total(before + 1, whole, rubric) - own
    down = None if after is None else own - least_total(after, whole, rubric) + 1
    return Margin(up, None if down is None or down > own else down)
