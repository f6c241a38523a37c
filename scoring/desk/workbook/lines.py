"""What there is to verify: every unit's criteria with what was reported, claimed, computed and decided, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, TypedDict, cast

import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.reasons import mark_reason
from scoring.core import wording
from scoring.core.points import to_decimal
from scoring.core.rows import MarkRow, StandingRow, TotalRow, of
from scoring.core.tables import rows_as
from scoring.decisions.records import STEPS, Decision, Standing
from scoring.decisions.rulings import (
    COUNCIL,
    EXPLAINED,
    UNDER_QUOTA,
    VERIFIED,
    RulingContext,
    Slot,
    asked_kinds,
    chosen_bands,
    plain_figure,
)
from scoring.decisions.words import decision_words, value_unit
from scoring.reports.fields import all_lines, choices
from scoring.rubric.model import Criterion, Fact, Rubric
from scoring.rubric.scope import Unit, applies
from scoring.scores.totals import Scored, score


class Figures(TypedDict):
    """What a line is told from: a mark, or of a fact only these."""

    value: int | None
    base: int | None
    scale: int
    points: int | None


class Line(NamedTuple):
    """One unit and one item or fact.

    told: what the locked cells say, by column; points as Decimal. value, points: what counts now, as rulings write it,
    "" where nothing does. on_entry, replaces: the report's hash and the decisions that stand (ids joined by blanks).
    """

    unit: str
    item: Criterion | Fact
    told: dict[str, Any]
    value: str
    points: str
    on_entry: str
    replaces: str

    @property
    def measured(self) -> str:
        """The measurement unit of the value."""
        return value_unit(self.item) or "số lượng"


class WholeUnit(NamedTuple):
    """One unit as a whole. kinds: for each kind that may be decided of it: the ids that stand, and what they say."""

    unit: str
    told: dict[str, Any]
    on_entry: str
    kinds: dict[str, tuple[str, str]]


def lines_of(evaluation: Evaluation, standing: Standing, block: str, stage: str) -> list[Line]:
    """The lines of a block's eligible units, unit by unit, items before facts.

    standing: the decisions the evaluation counts. stage: the one at which something is to be decided.
    """
    rubric, units = evaluation.year.rubric, _eligible(evaluation, block)
    context = RulingContext(rubric, units, evaluation.entries, set(units["id"]))
    reported = score(evaluation.entries, rubric, evaluation.year.units, targets=evaluation.year.targets)
    before, now = (_by_line(table, context, rubric) for table in (reported, evaluation))
    stands = _stands(standing)
    slot_kind = "explanation" if stage == EXPLAINED else "figure"
    lines = []
    for unit, facts in context.units.items():
        for item in all_lines(rubric):
            if applies(item.applies_to, facts):
                mark = now[unit, item.id]
                told = _told(facts, item, before[unit, item.id], mark, rubric)
                told["decided"] = _decided(stands.get((unit, item.id), []), item, rubric)
                figures = _figure(mark["value"], mark["scale"]), _figure(mark["points"], rubric.scale)
                ids = _ids(standing, (unit, item.id, stage, slot_kind))
                lines.append(Line(unit, item, told, *figures, context.digest(unit, item.id), ids))
    return lines


def _eligible(evaluation: Evaluation, block: str) -> pd.DataFrame:
    units = evaluation.year.units
    return units.loc[(units["block"] == block) & units["eligible"]]


def _by_line(tables: Scored | Evaluation, context: RulingContext, rubric: Rubric) -> dict[tuple[str, str], Figures]:
    """The marks of some units by unit and item; a fact has only its value."""
    marks, totals = (table[table["unit"].isin(context.units)] for table in (tables.marks, tables.totals))
    lines: dict[tuple[str, str], Figures] = {(row["unit"], row["criterion"]): row for row in rows_as(MarkRow, marks)}
    for total in rows_as(TotalRow, totals):
        for fact in rubric.facts:
            lines[total["unit"], fact.id] = Figures(value=of(total, "fact", fact.id), base=None, scale=1, points=None)
    return lines


def _told(unit: Unit, item: Criterion | Fact, before: Figures, now: Figures, rubric: Rubric) -> dict[str, Any]:
    """What a line says; before: by the report alone; now: with the decisions that count."""
    told = {"unit": unit["id"], "unit_name": unit["short_name"], "criterion": item.id, "name": item.name}
    told["reported"] = _reported(before, item)
    if isinstance(item, Fact):
        return told
    mark = cast("MarkRow", before)
    own, computed, counting = (
        None if points is None else to_decimal(points, rubric.points.decimals)
        for points in (mark["self_points"], mark["points"], now["points"])
    )
    return told | {
        "max_points": Decimal(item.max_points),
        "self_points": own,
        "computed": computed,
        "gap": None if own is None or computed is None else own - computed,
        "working": mark_reason(mark, item, rubric),
        "evidence": mark["evidence"],
        "counting": counting,
    }


def _reported(mark: Figures, item: Criterion | Fact) -> str:
    """The reported value in words."""
    if mark["value"] is None:
        return ""
    if words := choices(item):
        return str(words[mark["value"] // mark["scale"]])
    whole = "" if mark["base"] is None else f"/{wording.amount(mark['base'], mark['scale'])}"
    return f"{wording.amount(mark['value'], mark['scale'])}{whole}"


def _figure(scaled: int | None, scale: int) -> str:
    return "" if scaled is None else plain_figure(Decimal(scaled) / scale)


# What was decided so far


def _stands(standing: Standing) -> dict[tuple[str, str], list[tuple[Decision, ...]]]:
    """The decisions that stand, by unit and criterion, later stages last; a second verifier's are not shown."""
    stands: dict[tuple[str, str], list[tuple[Decision, ...]]] = {}
    slots = [slot for slot in standing.last if slot[2] in STEPS]
    for slot in sorted(slots, key=lambda slot: (STEPS.index(slot[2]), slot)):
        stands.setdefault(slot[:2], []).append(standing.last[slot])
    return stands


def _ids(standing: Standing, slot: Slot) -> str:
    return " ".join(decision.id for decision in standing.last.get(slot, ()))


def _decided(stands: list[tuple[Decision, ...]], item: Criterion | Fact | None, rubric: Rubric) -> str:
    """What was decided, one sentence a decision, with why and by whom."""
    said = []
    for own in stands:
        doubt = "chưa thống nhất, " if len({decision.says for decision in own}) > 1 else ""
        for decision in own:
            what = decision_words(decision, item, rubric)
            reason = f" – {decision.reason}" if decision.reason else ""
            said.append(f"{_STAGE_WORDS[decision.stage]}: {doubt}{what}{reason} ({decision.role})")
    return "; ".join(said)


_STAGE_WORDS = {VERIFIED: "Thẩm định", EXPLAINED: "Đơn vị", COUNCIL: "Hội đồng"}


# Units as a whole


def unit_lines_of(evaluation: Evaluation, standing: Standing, block: str, stage: str) -> list[WholeUnit]:
    """One line for each eligible unit of a block."""
    rubric, units = evaluation.year.rubric, _eligible(evaluation, block)
    context = RulingContext(rubric, units, evaluation.entries, set(units["id"]))
    reported = score(evaluation.entries, rubric, evaluation.year.units, targets=evaluation.year.targets)
    before, now = (
        {row["unit"]: row for row in rows_as(TotalRow, table[table["unit"].isin(context.units)])}
        for table in (reported.totals, evaluation.totals)
    )
    standings = {row["unit"]: row for row in rows_as(StandingRow, evaluation.standings)}
    claimed = reported.marks["self_points"] - reported.marks["points"]
    gaps = claimed.groupby(reported.marks["unit"], observed=True).sum()
    stands = _stands(standing)
    kinds, places = _kinds_of_unit(stage, rubric), rubric.points.decimals
    lines = []
    for unit, facts in context.units.items():
        band = standings[unit]["band"]
        figures = {"gap": int(gaps[unit]), "computed": before[unit]["total"], "counting": now[unit]["total"]}
        told: dict[str, Any] = {"unit": unit, "unit_name": facts["name"]}
        told |= {name: None if figure is None else to_decimal(figure, places) for name, figure in figures.items()}
        told["band"] = rubric.band[band].name if band else "Chưa xếp loại"
        told["quota"] = _quota_words(standings[unit], rubric)
        told["decided"] = _decided(stands.get((unit, ""), []), None, rubric)
        slots = {kind: (unit, "", stage, "band" if kind in UNDER_QUOTA else kind) for kind in kinds}
        shown_now = {kind: (_ids(standing, slot), _says(standing, slot, kind)) for kind, slot in slots.items()}
        lines.append(WholeUnit(unit, told, context.digest(unit, ""), shown_now))
    return lines


def _kinds_of_unit(stage: str, rubric: Rubric) -> list[str]:
    """What may be decided of a unit as a whole at a stage."""
    if stage == EXPLAINED:
        return ["explanation"]
    under_quota = UNDER_QUOTA if stage == COUNCIL and chosen_bands(rubric) else ()
    return ["completed", *under_quota, *asked_kinds(rubric)]


def _quota_words(standing: StandingRow, rubric: Rubric) -> str:
    """How a unit stands to the band whose quota it is looked at for."""
    if not standing["selection"]:
        return ""
    band, words = rubric.band[standing["quota"]].name, wording.SELECTIONS[standing["selection"]]
    return f"“{band}”: {words}"


def _says(standing: Standing, slot: Slot, kind: str) -> str:
    """What counts of a slot as this kind: the band, or the kind that holds; "" where nothing does."""
    counting = set(standing.decisions["id"])
    own = (d for d in standing.last.get(slot, ()) if d.id in counting)
    return next((d.value or d.kind for d in own if d.kind == kind or kind not in UNDER_QUOTA), "")
