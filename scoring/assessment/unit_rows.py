"""Every table's rows of one unit, gathered once for all units, so that telling one costs no search.

Rows are dicts of plain Python values, NA as None.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.core.points import Mask
from scoring.core.rows import DecisionRow, EntryRow, MarkRow, NamedOutcomeRow, QuotaRow, StandingRow, TotalRow, UnitRow
from scoring.core.tables import Row, rows_as
from scoring.rubric.methods import is_relative
from scoring.rubric.model import Rubric
from scoring.scores.peers import is_within
from scoring.scores.totals import all_groups


class BlockRanks(NamedTuple):
    """The ranked units of a block.

    ranks: the ranks there are, best first. first: by rank, the first unit that has it, as its outcome and name.
    """

    ranks: list[int]
    first: dict[int, NamedOutcomeRow]


class UnitRows(NamedTuple):
    """What the tables say of one unit.

    outcome: its total and its standing in one row. entries, decisions: by criterion or fact ("" for the unit as a
    whole); entries in the order of the periods. quotas: those it is counted under. peers: by criterion, the marks that
    count in its block, for criteria that compare inside it. groups: by criterion, the group it stands in.
    """

    rubric: Rubric
    unit: UnitRow
    outcome: NamedOutcomeRow
    marks: Sequence[MarkRow]
    entries: Mapping[str, Sequence[EntryRow]]
    decisions: Mapping[str, Sequence[DecisionRow]]
    quotas: Sequence[QuotaRow]
    peers: Mapping[str, Sequence[MarkRow]]
    block_ranks: BlockRanks
    groups: Mapping[str, str]


def rows_by_unit(evaluation: Evaluation, only: Collection[str] | None = None) -> Iterator[UnitRows]:
    """The rows of every unit, or of some, in the order of the register."""
    year = evaluation.year
    chosen = year.units if only is None else year.units[year.units["id"].isin(only)]
    near = year.units["block"].isin(chosen["block"]).to_numpy()
    outcomes = _outcomes(evaluation, near)
    ranks, peers = _block_ranks(outcomes.values()), _peers(evaluation, near)
    marks = _grouped(rows_as(MarkRow, _of(evaluation.marks, only)), lambda row: row["unit"])
    entries = _grouped(rows_as(EntryRow, _of(evaluation.entries, only)), lambda row: row["unit"])
    decisions = _grouped(rows_as(DecisionRow, _of(evaluation.decisions, only)), lambda row: row["unit"])
    quotas = rows_as(QuotaRow, evaluation.quotas)
    groups = {item.id: group.id for group in all_groups(year.rubric.groups) for item in group.criteria}
    order = {period.id: place for place, period in enumerate(year.rubric.periods)}
    for unit in rows_as(UnitRow, chosen):
        name, block = unit["id"], unit["block"]
        told = sorted(entries.get(name, []), key=lambda entry: order[entry["period"]])
        yield UnitRows(
            rubric=year.rubric,
            unit=unit,
            outcome=outcomes[name],
            marks=marks[name],
            entries=_grouped(told, lambda entry: entry["criterion"]),
            decisions=_grouped(decisions.get(name, []), lambda row: row["criterion"]),
            quotas=[quota for quota in quotas if is_within(quota["scope"], outcomes[name])],
            peers=peers.get(block, {}),
            block_ranks=ranks.get(block, BlockRanks([], {})),
            groups=groups,
        )


def _outcomes(evaluation: Evaluation, near: Mask) -> dict[str, NamedOutcomeRow]:
    """By unit: its name, total and standing in one row."""
    units, totals, standings = evaluation.year.units, evaluation.totals, evaluation.standings
    names = units.loc[near, "name"].tolist()
    rows = zip(names, rows_as(TotalRow, totals[near]), rows_as(StandingRow, standings[near]), strict=True)
    return {total["unit"]: {"name": name, **standing, **total} for name, total, standing in rows}


def _block_ranks(outcomes: Iterable[NamedOutcomeRow]) -> dict[str, BlockRanks]:
    """The ranks of each block; of equal units the first of the register stands for all."""
    blocks: dict[str, BlockRanks] = {}
    ranked = [(one["rank"], one) for one in outcomes if one["rank"] is not None]
    for rank, one in sorted(ranked, key=lambda pair: pair[0]):
        ranks = blocks.setdefault(one["block"], BlockRanks([], {}))
        if rank not in ranks.first:
            ranks.ranks.append(rank)
            ranks.first[rank] = one
    return blocks


def _peers(evaluation: Evaluation, near: Mask) -> dict[str, dict[str, list[MarkRow]]]:
    """By block and criterion, the marks whose value counts, for the criteria that compare inside the block."""
    relative = [item.id for item in evaluation.year.rubric.items if is_relative(item.method)]
    if not relative:
        return {}
    units, marks = evaluation.year.units, evaluation.marks
    own = marks[marks["criterion"].isin(relative) & marks["unit"].isin(units.loc[near, "id"]) & marks["value"].notna()]
    counting = own[own["computed_points"].notna() | (own["basis"] != "computed")]
    block_of = dict(zip(units["id"], units["block"], strict=True))
    rows = _grouped(rows_as(MarkRow, counting), lambda row: block_of[row["unit"]])
    return {block: _grouped(inside, lambda row: row["criterion"]) for block, inside in rows.items()}


def _of(table: pd.DataFrame, only: Collection[str] | None) -> pd.DataFrame:
    return table if only is None else table[table["unit"].isin(only)]


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(key(row), []).append(row)
    return grouped
