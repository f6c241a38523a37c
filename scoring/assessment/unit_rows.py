"""Every table's rows of one unit, gathered once for all units, so that telling one costs no search.

Rows are dicts of plain Python values, NA as None.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.core.tables import plain_rows
from scoring.rubric.methods import is_relative
from scoring.rubric.model import Rubric
from scoring.scores.totals import all_groups

Row = Mapping[str, Any]


class Race(NamedTuple):
    """The ranked units of a block.

    ranks: the ranks there are, best first. first: by rank, the first unit that has it, as its outcome and name.
    """

    ranks: list[int]
    first: dict[int, Row]


class Story(NamedTuple):
    """What the tables say of one unit.

    outcome: its total and its standing in one row. entries, decisions: by criterion or fact ("" for the unit as a
    whole); entries in the order of the periods. quotas: those it is counted under. peers: by criterion, the marks that
    count in its block, for criteria that compare inside it. groups: by criterion, the group it stands in.
    """

    rubric: Rubric
    unit: Row
    outcome: Row
    marks: Sequence[Row]
    entries: Mapping[str, Sequence[Row]]
    decisions: Mapping[str, Sequence[Row]]
    quotas: Sequence[Row]
    peers: Mapping[str, Sequence[Row]]
    race: Race
    groups: Mapping[str, str]


def stories(evaluation: Evaluation, only: Collection[str] | None = None) -> Iterator[Story]:
    """The story of every unit, or of some, in the order of the register."""
    year = evaluation.year
    chosen = year.units if only is None else year.units[year.units["id"].isin(only)]
    near = year.units["block"].isin(chosen["block"]).to_numpy()
    outcomes = _outcomes(evaluation, near)
    races, peers = _races(outcomes.values()), _peers(evaluation, near)
    marks, entries, decisions = (
        _by_unit(table, only) for table in (evaluation.marks, evaluation.entries, evaluation.decisions)
    )
    quotas = plain_rows(evaluation.quotas)
    groups = {item.id: group.id for group in all_groups(year.rubric.groups) for item in group.criteria}
    order = {period.id: place for place, period in enumerate(year.rubric.periods)}
    for unit in plain_rows(chosen):
        name, block = unit["id"], unit["block"]
        told = sorted(entries.get(name, []), key=lambda entry: order[entry["period"]])
        yield Story(
            rubric=year.rubric,
            unit=unit,
            outcome=outcomes[name],
            marks=marks[name],
            entries=_grouped(told, "criterion"),
            decisions=_grouped(decisions.get(name, []), "criterion"),
            quotas=[quota for quota in quotas if quota["scope"] in {"", block}],
            peers=peers.get(block, {}),
            race=races.get(block, Race([], {})),
            groups=groups,
        )


def _outcomes(evaluation: Evaluation, near: Any) -> dict[str, dict[str, Any]]:
    """By unit: its name, total and standing in one row."""
    units, totals, standings = evaluation.year.units, evaluation.totals, evaluation.standings
    names = units.loc[near, "name"].tolist()
    rows = zip(names, plain_rows(totals[near]), plain_rows(standings[near]), strict=True)
    return {total["unit"]: {"name": name, **standing, **total} for name, total, standing in rows}


def _races(outcomes: Iterable[Row]) -> dict[str, Race]:
    """The race of each block; of equal units the first of the register stands for all."""
    races: dict[str, Race] = {}
    for one in sorted((one for one in outcomes if one["rank"] is not None), key=lambda one: one["rank"]):
        race = races.setdefault(one["block"], Race([], {}))
        if one["rank"] not in race.first:
            race.ranks.append(one["rank"])
            race.first[one["rank"]] = one
    return races


def _peers(evaluation: Evaluation, near: Any) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """By block and criterion, the marks whose value counts, for the criteria that compare inside the block."""
    relative = [item.id for item in evaluation.year.rubric.items if is_relative(item.method)]
    if not relative:
        return {}
    units, marks = evaluation.year.units, evaluation.marks
    own = marks[marks["criterion"].isin(relative) & marks["unit"].isin(units.loc[near, "id"]) & marks["value"].notna()]
    counting = own[own["computed_points"].notna() | (own["basis"] != "computed")]
    block_of = dict(zip(units["id"], units["block"], strict=True))
    rows = _grouped(({**row, "block": block_of[row["unit"]]} for row in plain_rows(counting)), "block")
    return {block: _grouped(inside, "criterion") for block, inside in rows.items()}


def _by_unit(table: pd.DataFrame, only: Collection[str] | None) -> dict[str, list[dict[str, Any]]]:
    return _grouped(plain_rows(table if only is None else table[table["unit"].isin(only)]), "unit")


def _grouped(rows: Iterable[dict[str, Any]], column: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row[column], []).append(row)
    return grouped
