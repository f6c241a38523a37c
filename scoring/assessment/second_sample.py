"""Which marks should a second verifier look at? A drawn share of every block, half of it where an error costs most.

Each mark has its own place in the draw, made from the year, the rubric, the unit and the criterion alone: the same year
draws the same marks, and a mark that is verified meanwhile does not move the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np

from scoring.assessment import redraws
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.reliability import NEAR, Firmness, Reliability, doubtful_marks, rely_on
from scoring.core.rows import MarkRow
from scoring.core.tables import rows_as
from scoring.rubric.model import Rubric

HIGH_GAP = Fraction(1, 5)
"""The share of a criterion's maximum from which a self-score above the computed points is a risk."""

MarkKey = tuple[str, str]
"""A unit and a criterion."""


class Size(NamedTuple):
    """How much is drawn: a share of all, or a number; the other is None."""

    share: Fraction | None
    number: int | None

    def of(self, whole: int) -> int:
        """How many of a whole that is; at least one, at most all.

        >>> Size(Fraction(1, 10), None).of(25), Size(None, 20).of(12)
        (3, 12)
        """
        if self.share is not None:
            return min(whole, max(ceil(whole * self.share), 1))
        return min(whole, self.number or 0)


class Drawn(NamedTuple):
    """What was drawn. marks: by block, in the order of the draw. risky: how many of them for a reason of risk."""

    marks: dict[str, tuple[MarkKey, ...]]
    risky: int
    whole: int


def draw_second(evaluation: Evaluation, size: Size, *, whole_units: bool = False) -> Drawn:
    """The marks that a second verifier is to decide, of eligible units that reported something for them.

    size: counted in marks, or with `whole_units` in units, each with all its marks. Every block has its share of the
    sample; half of it are marks at risk, as far as there are any: the unit is near another band or the cut of a quota,
    its self-score is far above what was computed, or the evidence is in doubt.
    """
    year = evaluation.year
    blocks = dict(year.units.loc[year.units["eligible"].to_numpy(bool), ["id", "block"]].astype(str).to_numpy())
    rows = (row for row in rows_as(MarkRow, evaluation.marks) if row["computed_points"] is not None)
    items = {criterion.id for criterion in year.rubric.criteria}
    marks = [(row["unit"], row["criterion"]) for row in rows if row["unit"] in blocks and row["criterion"] in items]
    risky = marks_at_risk(evaluation) & set(marks)
    if whole_units:
        units = list(dict.fromkeys(unit for unit, _ in marks))
        drawn = _by_block([(unit, "") for unit in units], {(unit, "") for unit, _ in risky}, blocks, size, year.rubric)
        chosen = {b: [m for unit, _ in own for m in marks if m[0] == unit] for b, own in drawn.items()}
    else:
        chosen = {block: list(own) for block, own in _by_block(marks, risky, blocks, size, year.rubric).items()}
    kept = {block: tuple(own) for block, own in chosen.items() if own}
    return Drawn(kept, sum(mark in risky for own in kept.values() for mark in own), len(marks))


def _by_block(
    marks: Sequence[MarkKey], risky: set[MarkKey], blocks: Mapping[str, str], size: Size, rubric: Rubric
) -> dict[str, list[MarkKey]]:
    of_block: dict[str, list[MarkKey]] = {block: [] for block in rubric.blocks}
    for mark in marks:
        of_block[blocks[mark[0]]].append(mark)
    counts = _shared({block: len(own) for block, own in of_block.items()}, size.of(len(marks)) if marks else 0)
    return {block: _drawn(own, risky, counts[block], rubric) for block, own in of_block.items()}


def _shared(wholes: Mapping[str, int], count: int) -> dict[str, int]:
    """A count shared among wholes in their proportion, by the largest remainders; first ones first where equal.

    >>> _shared({"K1": 30, "K2": 15, "K3": 5}, 5)
    {'K1': 3, 'K2': 2, 'K3': 0}
    """
    whole = sum(wholes.values()) or 1
    given = {name: count * own // whole for name, own in wholes.items()}
    rest = sorted(wholes, key=lambda name: -(count * wholes[name] % whole))
    for name in rest[: count - sum(given.values())]:
        given[name] += 1
    return given


def _drawn(marks: Iterable[MarkKey], risky: set[MarkKey], count: int, rubric: Rubric) -> list[MarkKey]:
    """So many marks: half of them at risk, rounded up, as far as there are enough of either kind."""
    placed = sorted(marks, key=lambda mark: _place(mark, rubric))
    at_risk, others = [m for m in placed if m in risky], [m for m in placed if m not in risky]
    half = min(len(at_risk), max((count + 1) // 2, count - len(others)))
    return sorted([*at_risk[:half], *others[: count - half]], key=lambda mark: _place(mark, rubric))


def _place(mark: MarkKey, rubric: Rubric) -> bytes:
    """A mark's place in the draw: chance that is the same for the same year and rubric."""
    return hashlib.sha256("\n".join(["second", str(rubric.year), rubric.id, *mark]).encode()).digest()


def marks_at_risk(evaluation: Evaluation) -> set[MarkKey]:
    """The marks where an error costs most, or is most likely."""
    told = rely_on(evaluation, evaluation.overview())
    near = {unit.id for unit in told.units if _is_near(unit, told)}
    rows = rows_as(MarkRow, evaluation.marks)
    risky = [row for row in rows if row["unit"] in near or _claims_much(row)]
    return {(str(row["unit"]), str(row["criterion"])) for row in risky} | _doubted(evaluation)


def _is_near(unit: Firmness, told: Reliability) -> bool:
    """Whether verifying anew gives a unit another band, or another side of a quota, often enough to look twice."""
    often = [sum(trials for _, trials in unit.bands)]
    often += [told.trials - trials if inside else trials for _, inside, trials in unit.within]
    return any(100 * trials >= NEAR * told.trials for trials in often)


def _claims_much(row: MarkRow) -> bool:
    own, computed = row["self_points"], row["computed_points"]
    return own is not None and computed is not None and own - computed >= HIGH_GAP * row["max_points"] > 0


def _doubted(evaluation: Evaluation) -> set[MarkKey]:
    frame = redraws.frame_of(evaluation)
    items, units = np.nonzero(doubtful_marks(frame))
    ids = evaluation.year.units["id"].astype(str).tolist()
    return {(ids[unit], frame.columns[item].item.id) for item, unit in zip(items, units, strict=True)}
