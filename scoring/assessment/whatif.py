"""What would happen if: decisions, figures or rules tried on a copy of the year, and nothing recorded.

Pure: an evaluation in, another one out, scored and ranked by the very code that scores the year. `standing` is always
what stands of the decisions that the evaluation counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from scoring.assessment.appeals import Comparison, compare, judged_again
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.last_year import held_under
from scoring.assessment.suppositions import SupposedFigure, SupposedTarget, Supposition, remarks, supposed_rubric
from scoring.core.errors import DecisionError, Fault, ParameterError
from scoring.core.points import to_decimal
from scoring.core.rows import MarkRow, OutcomeRow, StandingRow, TotalRow
from scoring.core.tables import rows_as
from scoring.decisions.records import Standing, decide, settle
from scoring.decisions.rulings import COUNCIL, Ruling, RulingContext, cleaned, refusal
from scoring.rubric.model import Rubric
from scoring.scores.distance import in_the_way, missing_points, next_band
from scoring.scores.ranking import rank
from scoring.scores.totals import score


class Effect(NamedTuple):
    """What suppositions would change: every unit that moves, before and after, and what to bear in mind reading it."""

    comparison: Comparison
    remarks: tuple[str, ...]


def compare_supposed(evaluation: Evaluation, standing: Standing, suppositions: Sequence[Supposition]) -> Effect:
    """Every unit that suppositions would move, in the order of the register. Raises ParameterError as `suppose`."""
    supposed = suppose(evaluation, standing, suppositions)
    told = remarks(evaluation.year.rubric, supposed.year.rubric)
    return Effect(compare(evaluation, supposed), tuple(told))


def suppose(evaluation: Evaluation, standing: Standing, suppositions: Sequence[Supposition]) -> Evaluation:
    """The year as it would stand; of two suppositions about the same thing the last one counts.

    Raises ParameterError, with every fault, where a supposition does not fit the register, the rubric or the report.
    """
    year = evaluation.year
    rules = [one for one in suppositions if not isinstance(one, SupposedFigure)]
    rulings = [_as_ruling(one, year.rubric) for one in suppositions if isinstance(one, SupposedFigure)]
    rubric, faults = supposed_rubric(year.rubric, rules)
    context = RulingContext(rubric, year.units, evaluation.entries, {ruling.unit for ruling in rulings})
    for ruling in rulings:
        if remark := refusal(ruling, context):
            faults.append(Fault(f"{ruling.unit} {ruling.criterion}", remark.message, mend=remark.mend))
    if faults:
        raise ParameterError("thử thay đổi", faults)
    decisions = pd.concat([held_under(standing.decisions, rubric), _rows(rulings)], ignore_index=True)
    tried = evaluation._replace(year=replace(year, rubric=rubric))
    return judged_again(tried, standing._replace(decisions=decisions))


def decided(evaluation: Evaluation, standing: Standing, rulings: Mapping[str, Ruling]) -> Evaluation:
    """The year as it would stand if rulings were recorded.

    rulings: by the place where each was stated. Raises DecisionError, with every fault, where they could not be.
    """
    year = evaluation.year
    stands = [decision for own in standing.last.values() for decision in own]
    concerned = {one.unit for one in (*stands, *rulings.values())}
    context = RulingContext(year.rubric, year.units, evaluation.entries, concerned)
    decisions, faults = decide(rulings, context, standing.last)
    if faults:
        raise DecisionError("quyết định", faults)
    return judged_again(evaluation, settle([*stands, *decisions.values()], context))


def _as_ruling(figure: SupposedFigure, rubric: Rubric) -> Ruling:
    """A figure as the last stage would state it at the year's end; who decides is nobody."""
    return cleaned(Ruling(**figure._asdict(), stage=COUNCIL, role="", made_on=date(rubric.year, 12, 31)))


def _rows(rulings: Sequence[Ruling]) -> pd.DataFrame:
    """Rulings on figures as rows of the decisions that `score` takes."""
    names = ("unit", "criterion", "stage", "kind")
    table = pd.DataFrame([[getattr(ruling, name) for name in names] for ruling in rulings], columns=list(names))
    return table.assign(value=pd.Series([Decimal(ruling.value) for ruling in rulings], dtype=object))


# What a unit could still win


class Gain(NamedTuple):
    """What all points of one item alone would bring a unit; a deduction: none of it taken.

    now, possible: the item's points, and gain: what the total would win, in smallest units (now: None where nothing
    counts yet). band ("" for none) and rank: as they would be then.
    """

    criterion: str
    now: int | None
    possible: int
    gain: int
    band: str
    rank: int | None


class Prospect(NamedTuple):
    """A unit's way up. band, rank: now. next_band: the next better one that goes by the figure, "" where there is none.

    missing: the least points, in smallest units, that the total lacks for it; None where there is no total or no next
    band. gates: the names of the conditions that hold and keep the unit out of it, however many points it wins.
    gains: largest first.
    """

    unit: str
    total: int | None
    band: str
    rank: int | None
    next_band: str
    missing: int | None
    gates: tuple[str, ...]
    gains: tuple[Gain, ...]


def gains(evaluation: Evaluation, standing: Standing, unit: str) -> Prospect:
    """What one unit could win, item by item, each tried by scoring and ranking the block again.

    The other units of the block keep their points. Raises ParameterError for a unit that is not scored.
    """
    year, rubric = evaluation.year, evaluation.year.rubric
    own = year.units[year.units["id"] == unit]
    if own.empty or not own["eligible"].iloc[0]:
        what = "không có đơn vị này trong danh sách được chấm điểm của năm"
        raise ParameterError("đơn vị", [Fault(unit, what)])
    (total,) = rows_as(TotalRow, evaluation.totals[evaluation.totals["unit"] == unit])
    (place,) = rows_as(StandingRow, evaluation.standings[evaluation.standings["unit"] == unit])
    tried = _tried(evaluation, standing, unit)
    rows = [
        Gain(item, now, most, (after["total"] or 0) - (total["total"] or 0), after["band"] or "", after["rank"])
        for item, now, most, after in tried
    ]
    better = next_band(place["band"], rubric)
    return Prospect(
        unit,
        total["total"],
        place["band"] or "",
        place["rank"],
        better.id if better else "",
        missing_points(total, better, rubric) if better else None,
        in_the_way(place["gates"], better, rubric),
        tuple(sorted((row for row in rows if row.gain > 0), key=lambda row: -row.gain)),
    )


def _tried(evaluation: Evaluation, standing: Standing, unit: str) -> list[tuple[str, int | None, int, OutcomeRow]]:
    """For each item that could win something: its points now and at best, and the unit's total, band and rank then.

    Every trial is a double of the unit with one decision more, all of them scored and ranked in one go.
    """
    rubric, units = evaluation.year.rubric, evaluation.year.units
    marks = {row["criterion"]: row for row in rows_as(MarkRow, evaluation.marks[evaluation.marks["unit"] == unit])}
    best = {item.id: 0 if rubric.kind(item.id) == "deduction" else rubric.max_points(item.id) for item in rubric.items}
    open_items = [
        item for item in best if marks[item]["state"] != "not_applicable" and marks[item]["points"] != best[item]
    ]
    if not open_items:
        return []
    # a blank cannot stand in an id, so no double is taken for a unit
    doubles = {item: f"{unit} {item}" for item in open_items}
    tables = (evaluation.entries, standing.decisions, evaluation.year.targets)
    entries, decisions, targets = (_doubled(table, "unit", unit, doubles) for table in tables)
    everyone = _doubled(units, "id", unit, doubles)
    given = _given({doubles[item]: item for item in open_items}, best, rubric)
    decisions = pd.concat([decisions, given], ignore_index=True)
    rules = _with_doubles(rubric, unit, doubles)
    totals = score(entries, rules, everyone, targets=targets, decisions=decisions).totals
    standings = _ranked_apart(totals, everyone, unit, doubles, rubric)
    return [
        (item, marks[item]["points"], best[item], {**total, **standings[item]})
        for item, total in zip(open_items, rows_as(TotalRow, totals.tail(len(doubles))), strict=True)
    ]


def _given(items: Mapping[str, str], best: Mapping[str, int], rubric: Rubric) -> pd.DataFrame:
    """The one decision more of each double: all points of its item."""
    rows = [
        {"unit": double, "criterion": item, "value": to_decimal(best[item], rubric.points.decimals)}
        for double, item in items.items()
    ]
    return pd.DataFrame(rows).assign(stage=COUNCIL, kind="points")


def _with_doubles(rubric: Rubric, unit: str, doubles: Mapping[str, str]) -> Rubric:
    """The rubric in which a target that is stated for the unit itself holds for its doubles too."""
    stated = {item.id: item.parameter("target") for item in rubric.items if "target" in item.params}
    shared = [
        SupposedTarget(item, target.model_copy(update={"values": values}))
        for item, target in stated.items()
        if target.by == "unit" and unit in target.values
        for values in [target.values | dict.fromkeys(doubles.values(), target.values[unit])]
    ]
    return supposed_rubric(rubric, shared)[0]


def _doubled(table: pd.DataFrame, column: str, unit: str, doubles: Mapping[str, str]) -> pd.DataFrame:
    """The table with the unit's rows again for each double."""
    table = table.astype({column: "object"})
    own = table[table[column] == unit]
    return pd.concat([table, *(own.assign(**{column: double}) for double in doubles.values())], ignore_index=True)


def _ranked_apart(
    totals: pd.DataFrame, units: pd.DataFrame, unit: str, doubles: Mapping[str, str], rubric: Rubric
) -> dict[str, StandingRow]:
    """How each double would stand in the unit's place: one block for each, with everybody else of the unit's block."""
    ids, blocks = units["id"], units["block"]
    inside = (blocks == blocks[ids == unit].iloc[0]) & (ids != unit) & ~ids.isin(doubles.values())
    others = np.flatnonzero(inside)
    rows = np.concatenate([[*others, place] for place in np.flatnonzero(ids.isin(doubles.values()))])
    size = len(others) + 1
    apart = rubric.model_copy(update={"blocks": dict.fromkeys(doubles, ""), "quotas": ()})
    peers = units.iloc[rows].assign(block=np.repeat(list(doubles), size))
    standings = rank(totals.iloc[rows].reset_index(drop=True), apart, peers.reset_index(drop=True)).standings
    return dict(zip(doubles, rows_as(StandingRow, standings.iloc[size - 1 :: size]), strict=True))
