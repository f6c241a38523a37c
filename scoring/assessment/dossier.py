"""What the council and the bodies above look at: every unit's points side by side, and each criterion's year.

A dossier (hồ sơ) is written as JSON beside the overview it holds; `dossierpages` makes the ranking of a block, the
minutes, the report upward and the annex of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scoring.assessment.conditions import figures_text, is_unknown, unmet_name
from scoring.assessment.edition import Edition
from scoring.assessment.overview import Overview, UnitLine
from scoring.assessment.reasons import looked_at, quota_arithmetic, quota_places
from scoring.assessment.records import Record
from scoring.core.language import in_words
from scoring.core.rows import QuotaRow, StandingRow, TotalRow, UnitRow, of
from scoring.core.tables import rows_as
from scoring.decisions.rulings import COUNCIL, VERIFIED
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Criterion, Plan, Rubric
from scoring.scores.peers import is_within, scope_name

Table = pd.DataFrame


class Heading(Record):
    """A group of criteria, as the head of its column or row; max_points in smallest units."""

    id: str
    name: str
    max_points: int


class Item(Record):
    """A criterion, bonus or deduction item, and what all eligible units together came to.

    counts: what `value` (and `base`), scaled by `scale`, say: the sum of what was done, a part of a whole, or how many
    units did it; "" where values do not add up. scored, full, missing, not_applicable, pending: how many units have
    points, all the points, no value, nothing to do, no judgement yet. points, applicable: the points of the units that
    have some, and their maxima, in smallest units. shown: of a clause about good models, each unit that has points and
    what it cites for them, as it wrote it.
    """

    id: str
    name: str
    clause: str
    group: str
    kind: str
    max_points: int
    advice: str
    counts: str
    value: int
    base: int
    scale: int
    value_unit: str
    scored: int
    full: int
    missing: int
    not_applicable: int
    pending: int
    points: int
    applicable: int
    shown: tuple[tuple[str, str], ...] = ()

    @property
    def lost(self) -> int:
        """The points not won by the units that have some, in smallest units."""
        return self.applicable - self.points


class Considered(Record):
    """How a unit stands to a band under a quota (ranking.SELECTIONS); unmet: the conditions not met, in words."""

    band: str
    band_name: str
    selection: str
    unmet: tuple[str, ...]


class UnitScores(Record):
    """One unit's figures: `groups` and `points` in the order of the dossier's groups and items, in smallest units.

    points: a state (missing, not_applicable, …) stands where there are none. kept, lowered, raised: at how many items
    the points that count are those the unit gave itself, less, or more. score_band: the name of the band by the figure
    alone. limits: the gates that took a band away, withheld it or are flagged, by name. considered: the bands under a
    quota that the unit was looked at for, in the order they are filled; the last one is what the line's `selection` is
    about.
    """

    line: UnitLine
    block: str
    short_name: str
    eligible: bool
    members: int | None
    groups: tuple[int | None, ...]
    points: tuple[int | str, ...]
    bonus: int | None
    deductions: int | None
    kept: int
    lowered: int
    raised: int
    score_band: str
    limits: tuple[str, ...]
    pending: int
    considered: tuple[Considered, ...]


class QuotaLine(Record):
    """A quota's arithmetic in words, and how many units it is about.

    scope: `peers`, a block's id or "" for everybody; scope_name: what it is called. units: the ids of those inside,
    where neither the block nor "" says it.
    """

    band: str
    band_name: str
    scope: str
    scope_name: str
    units: tuple[str, ...]
    arithmetic: str
    counts: str
    allowed: int
    chosen: int
    beyond: int
    lowered: int
    proposed: int
    tied: int
    over: int

    def concerns(self, unit: UnitScores) -> bool:
        """Whether a unit is one of those it is counted over."""
        return self.scope in {"", unit.block} or unit.line.id in self.units


class ClauseLine(Record):
    """A clause of the plan, whom it binds, and whether it is about good models and examples; cited: how, in a table."""

    id: str
    summary: str
    binds: str
    models: bool
    cited: str = ""


class Dossier(Record):
    """The year for the council and the bodies above; units block by block, as the overview's tables have them.

    decided: how many points a verifier or the council settled.
    """

    overview: Overview
    figure_of: str
    periods: tuple[str, ...]
    groups: tuple[Heading, ...]
    items: tuple[Item, ...]
    units: tuple[UnitScores, ...]
    quotas: tuple[QuotaLine, ...]
    clauses: tuple[ClauseLine, ...]
    findings: dict[str, int]
    decided: int = 0

    def cites(self, clause: str) -> str:
        """How a table cites a clause: by its id, or as people do where it has no number."""
        return next((one.cited for one in self.clauses if one.id == clause and one.cited), clause)

    @property
    def language(self) -> str:
        """The language it is told in."""
        return self.overview.language

    @property
    def is_posts(self) -> bool:
        """Whether posts are judged."""
        return self.overview.is_posts

    @property
    def is_final(self) -> bool:
        """Whether it belongs to a publication."""
        return self.overview.is_final

    @property
    def edition(self) -> Edition:
        """Whether it is a proposal, final, or a draft."""
        return self.overview.edition

    @property
    def digest(self) -> str:
        """SHA-256 of the whole dossier, in hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def of_block(self, block: str) -> list[UnitScores]:
        """A block's units: ranked ones first, in the order of their rank."""
        return [unit for unit in self.units if unit.block == block]

    def for_block(self, block: str) -> Dossier:
        """What a block's ranking is told from: the same where only other blocks have changed."""
        units = self.of_block(block)
        overview = self.overview.model_copy(
            update={
                "units": len(units),
                "eligible": sum(unit.eligible for unit in units),
                "blocks": tuple(table for table in self.overview.blocks if table.id == block),
                "bands": tuple(
                    band.model_copy(update={"units": sum(unit.line.band_name == band.name for unit in units)})
                    for band in self.overview.bands
                ),
                **dict.fromkeys(("quotas", "missing", "late", "rejected"), ()),
                "trend": None,
            }
        )
        sums = ("value", "base", "scored", "full", "missing", "not_applicable", "pending", "points", "applicable")
        items = [item.model_copy(update={**dict.fromkeys(sums, 0), "shown": ()}) for item in self.items]
        concerning = [quota for quota in self.quotas if quota.scope in {"", block} or any(map(quota.concerns, units))]
        return self.model_copy(
            update={
                "overview": overview,
                "units": tuple(units),
                "items": tuple(items),
                "quotas": tuple(concerning),
                "findings": {},
                "decided": 0,
            }
        )


def compile_dossier(
    overview: Overview,
    marks: Table,
    totals: Table,
    standings: Table,
    quotas: Table,
    findings: Table,
    units: Table,
    rubric: Rubric,
    plan: Plan,
) -> Dossier:
    """The dossier of a year, told in the language spoken: its overview and the tables it was made from."""
    rubric, plan = in_words(rubric), in_words(plan)
    lines = {line.id: line for block in overview.blocks for line in block.units}
    scores = {scores.line.id: scores for scores in _units(lines, marks, totals, standings, units, rubric)}
    severities = findings["severity"].value_counts()
    return Dossier(
        overview=overview,
        figure_of=rubric.figure.of,
        periods=tuple(period.name for period in rubric.periods),
        groups=tuple(Heading(id=g.id, name=g.name, max_points=int(g.counts_for * rubric.scale)) for g in rubric.groups),
        items=tuple(_items(marks, units, rubric, {c.id for c in plan.clauses if c.models})),
        units=tuple(scores[unit] for unit in lines),
        quotas=tuple(_quota(row, standings, rubric) for row in rows_as(QuotaRow, quotas)),
        clauses=tuple(
            ClauseLine(id=c.id, summary=c.summary, binds=c.binds, models=c.models, cited=c.cited or "")
            for c in plan.clauses
        ),
        findings={str(severity): int(count) for severity, count in sorted(severities.items())},
        decided=int(marks["basis"].isin([VERIFIED, COUNCIL]).sum()),
    )


# Each item's year


def _items(marks: Table, units: Table, rubric: Rubric, models: Collection[str]) -> Iterator[Item]:
    """The marks are one row per unit and item: column by column, of the eligible units. models: ids of clauses."""
    groups = {criterion.id: group.id for group in rubric.groups for criterion in group.walk()}
    eligible = units["eligible"].to_numpy(bool)
    for place, item in enumerate(rubric.items):
        rows = marks.iloc[place :: len(rubric.items)][eligible]
        with_points = rows[rows["points"].notna()]
        counts = counts_of(item)
        adding = with_points if counts else with_points.head(0)
        states = rows["state"].value_counts()
        yield Item(
            id=item.id,
            name=item.name,
            clause=item.clause,
            group=groups.get(item.id, ""),
            kind=rubric.kind(item.id),
            max_points=rubric.max_points(item.id),
            advice=item.advice or "",
            counts=counts,
            value=int(adding["value"].sum()),
            base=int(adding["base"].sum()),
            scale=int(rows["scale"].max()) if len(rows) else 1,
            value_unit=item.indicator.value_unit if item.indicator else "",
            scored=len(with_points),
            full=int((with_points["points"] == with_points["max_points"]).sum()),
            points=int(with_points["points"].sum()),
            applicable=int(with_points["max_points"].sum()),
            shown=_ids_and_names(with_points) if item.clause in models else (),
            **{state: int(states.get(state, 0)) for state in ("missing", "not_applicable", "pending")},
        )


def _ids_and_names(rows: Table) -> tuple[tuple[str, str], ...]:
    """Which units have points, and by which documents, for those who commend them."""
    won = rows[(rows["points"] > 0).to_numpy(bool) & rows["evidence"].notna().to_numpy()]
    return tuple(zip(won["unit"].astype(str), won["evidence"].astype(str), strict=True))


def counts_of(item: Criterion) -> str:
    """What the values of all units together say."""
    if item.indicator is None or item.indicator.value_unit == "%":
        return ""
    adds_up = METHODS[item.method].ADDS_UP
    if adds_up == "sum" and item.indicator.periods not in {"sum", "last"}:
        return ""
    return "" if adds_up == "share" and item.indicator.of is None else adds_up


# Each unit's figures


def _units(
    lines: Mapping[str, UnitLine], marks: Table, totals: Table, standings: Table, units: Table, rubric: Rubric
) -> Iterator[UnitScores]:
    points = _by_unit(marks["points"].astype(object).where(marks["points"].notna(), marks["state"].astype(str)), rubric)
    given = (marks["points"] - marks["self_points"]).fillna(np.iinfo(np.int64).min).to_numpy(np.int64)
    moves = _by_unit(pd.Series(given), rubric)
    tables = rows_as(UnitRow, units), rows_as(TotalRow, totals), rows_as(StandingRow, standings)
    for unit, total, standing, own, moved in zip(*tables, points, moves, strict=True):
        known = [move for move in moved if move != np.iinfo(np.int64).min]
        yield UnitScores(
            line=lines[unit["id"]],
            block=unit["block"],
            short_name=unit["short_name"],
            eligible=bool(unit["eligible"]),
            members=unit["members"],
            groups=tuple(of(total, "counted" if group.weight else "points", group.id) for group in rubric.groups),
            points=tuple(own),
            bonus=total["bonus"],
            deductions=total["deductions"],
            kept=sum(move == 0 for move in known),
            lowered=sum(move < 0 for move in known),
            raised=sum(move > 0 for move in known),
            score_band=rubric.band[standing["score_band"]].name
            if standing["score_band"] and not total["pending"]
            else "",
            limits=tuple(_limits(standing, rubric)),
            pending=total["pending"],
            considered=tuple(_considered(total, standing, rubric)),
        )


def _by_unit(column: pd.Series[Any], rubric: Rubric) -> list[list[Any]]:
    """A column of the marks as one list a unit, in the order of the rubric's items."""
    table: list[list[Any]] = column.to_numpy().reshape(-1, len(rubric.items)).tolist()
    return table


def _limits(standing: StandingRow, rubric: Rubric) -> Iterator[str]:
    """The gates that count: of those that hold, the others changed nothing."""
    held = standing["gates"].split()
    for gate in rubric.gates:
        decided = gate.id in (standing["capped_by"], standing["withheld_by"]) and not gate.when.not_eligible
        if decided or (gate.flag and gate.id in held):
            yield gate.name


def _considered(total: TotalRow, standing: StandingRow, rubric: Rubric) -> Iterator[Considered]:
    for told in looked_at(standing):
        unmet = tuple(
            unmet_name(one) if not is_unknown(one.unless, total) else figures_text(one.unless, total, rubric)
            for one in told.conditions(rubric)
        )
        name = rubric.band[told.band].name
        yield Considered(band=told.band, band_name=name, selection=told.selection, unmet=unmet)


def _quota(row: QuotaRow, standings: Table, rubric: Rubric) -> QuotaLine:
    told = row["scope"] in {"", *rubric.blocks}
    inside = [] if told else [one["unit"] for one in rows_as(StandingRow, standings) if is_within(row["scope"], one)]
    return QuotaLine(
        band=row["band"],
        band_name=rubric.band[row["band"]].name,
        scope=row["scope"],
        scope_name=scope_name(row["scope"], rubric),
        units=tuple(inside),
        arithmetic=quota_arithmetic(row),
        counts=quota_places(row),
        **{name: row[name] for name in ("allowed", "chosen", "beyond", "lowered", "proposed", "tied", "over")},
    )
