"""One unit's criteria as a verifier (người thẩm định) sees them, and what a decision would change, in words.

Plain data: `desk` shows it and takes the decisions down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from scoring.assessment.appeals import Comparison
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.reasons import mark_reason
from scoring.core import wording
from scoring.core.rows import MarkRow, StandingRow, TotalRow, UnitRow
from scoring.core.tables import rows_as
from scoring.decisions.records import Decision, Standing
from scoring.decisions.rulings import EXPLAINED, FIGURES, WITHDRAWN, Ruling
from scoring.desk.workbook.lines import Line, lines_of
from scoring.reports.fields import is_mandatory
from scoring.rubric.model import Criterion, Rubric
from scoring.rubric.rule_words import rule_text


class Case(NamedTuple):
    """One item or fact of one unit. Beside what `verification.Line` tells, in words, "" where there is nothing to say.

    is_decided: whether a figure decided at the stage counts. is_open: whether one is still awaited. is_unjudged:
    whether only a person can give its points and nobody has. rule: what the unit had to reach. place: where the value
    stands. last_year: the same criterion the year before. peers: the points in the unit's block.
    """

    line: Line
    is_decided: bool
    is_open: bool
    is_unjudged: bool
    rule: str
    place: str
    last_year: str
    peers: str


def cases_of(
    evaluation: Evaluation, standing: Standing, unit: str, stage: str, last_year: Evaluation | None
) -> list[Case]:
    """Every item and fact that concerns a unit that is scored, items before facts.

    standing: the decisions the evaluation counts. stage: at which something is to be decided. last_year: the year
    before, None where there is none.
    """
    rubric, facts = evaluation.year.rubric, unit_row(evaluation, unit)
    marks = _marks_of(evaluation, unit)
    earlier = _marks_of(last_year, unit) if last_year else {}
    peers = _peers(evaluation, facts["block"])
    own = standing.decisions[(standing.decisions["unit"] == unit) & (standing.decisions["stage"] == stage)]
    settled = set(own.loc[own["kind"].isin(FIGURES), "criterion"])
    if stage == EXPLAINED:
        told = standing.explanations
        settled = set(told.loc[told["unit"] == unit, "criterion"])
    return [
        Case(
            line,
            line.item.id in settled,
            _is_open(line, marks, rubric),
            _is_unjudged(line, marks),
            rule_text(line.item, facts) if isinstance(line.item, Criterion) else "",
            _place(marks.get(line.item.id)),
            _last_year(line.item.id, line.item.name, earlier, last_year),
            _spread(peers.get(line.item.id), rubric.points.decimals),
        )
        for line in lines_of(evaluation, standing, facts["block"], stage)
        if line.unit == unit
    ]


def unit_row(evaluation: Evaluation, unit: str) -> UnitRow:
    """The unit's row of the register."""
    units = evaluation.year.units
    return rows_as(UnitRow, units[units["id"] == unit])[0]


def _marks_of(evaluation: Evaluation, unit: str) -> dict[str, MarkRow]:
    marks = evaluation.marks
    return {row["criterion"]: row for row in rows_as(MarkRow, marks[marks["unit"] == unit])}


def _is_open(line: Line, marks: Mapping[str, MarkRow], rubric: Rubric) -> bool:
    """Whether nothing is known of a fact, or of a criterion that should have points."""
    if line.item.id not in marks:
        return not line.value
    return is_mandatory(line.item, rubric) and marks[line.item.id]["state"] in {"missing", "pending"}


def _is_unjudged(line: Line, marks: Mapping[str, MarkRow]) -> bool:
    """Whether only a person can give the points, and nobody has."""
    item = line.item
    return isinstance(item, Criterion) and item.is_judged and marks[item.id]["state"] == "pending"


def _place(mark: MarkRow | None) -> str:
    """The file, sheet and cell of the value."""
    return ", ".join(filter(None, (mark["file"], mark["sheet"], mark["cell"]))) if mark else ""


def _last_year(criterion: str, name: str, earlier: Mapping[str, MarkRow], last_year: Evaluation | None) -> str:
    """What the same criterion came to the year before; a criterion of another name is told as one."""
    mark = earlier.get(criterion)
    if mark is None or last_year is None:
        return ""
    rubric = last_year.year.rubric
    item = rubric.item[criterion]
    other = "" if item.name == name else f" Năm trước tiêu chí này là “{item.name}”."
    return f"{mark_reason(mark, item, rubric)}{other}"


def _peers(evaluation: Evaluation, block: str) -> dict[str, pd.Series[int]]:
    """The points of each item in a block, of the units that have some, smallest first."""
    units = evaluation.year.units
    inside = evaluation.marks["unit"].isin(units.loc[units["block"] == block, "id"])
    scored = evaluation.marks[inside & evaluation.marks["points"].notna()]
    grouped = scored.sort_values("points").groupby("criterion", observed=True)["points"]
    return {str(item): points for item, points in grouped}


def _spread(points: pd.Series[int] | None, decimals: int) -> str:
    """Least, middle (of an even number the lower) and most."""
    if points is None:
        return ""
    places = (0, (len(points) - 1) // 2, len(points) - 1)
    least, middle, most = (wording.points(int(points.iloc[place]), decimals) for place in places)
    return f"thấp nhất {least}, trung vị {middle}, cao nhất {most} ({len(points)} đơn vị có điểm)"


# The unit as a whole


def standing_line(evaluation: Evaluation, unit: str) -> str:
    """Total, band and rank in one line, no full stop."""
    rubric = evaluation.year.rubric
    totals, standings = (table[table["unit"] == unit] for table in (evaluation.totals, evaluation.standings))
    (total,), (place,) = rows_as(TotalRow, totals), rows_as(StandingRow, standings)
    if total["total"] is None:
        return "Chưa có điểm"
    points, most = (wording.points(total[name], rubric.points.decimals) for name in ("total", "effective_max"))
    percent = f" ({wording.points(total['figure'], rubric.figure.decimals)}%)" if rubric.figure.of == "percent" else ""
    band = f"mức “{rubric.band[place['band']].name}”" if place["band"] else "chưa xếp loại"
    rank = f", hạng {place['rank']}/{place['ranked']} trong khối" if place["rank"] is not None else ""
    return f"{points}/{most} điểm{percent}, {band}{rank}"


def change_text(comparison: Comparison, unit: str) -> list[str]:
    """What a change brings a unit and how many others it moves, one sentence each."""
    own = next((change for change in comparison.units if change.unit == unit), None)
    if own is None:
        return ["Không làm thay đổi điểm, mức hay hạng nào."]
    said = [f"Điểm tiêu chí {own.marks}."] if own.marks else []
    pairs = (("Tổng điểm", own.total), ("Mức", own.band), ("Hạng", own.rank), ("Xét chọn", own.selection))
    said.append("; ".join(_before_after(name, *pair) for name, pair in pairs if set(pair) != {wording.NOT_KNOWN}) + ".")
    if others := [change for change in comparison.units if change.unit != unit]:
        names = wording.enumeration([change.name for change in others[:_NAMED]])
        more = f" và {len(others) - _NAMED} đơn vị nữa" if len(others) > _NAMED else ""
        said.append(f"Đơn vị khác cũng thay đổi điểm, mức hoặc hạng: {names}{more}.")
    return said


_NAMED = 3
"""How many other units a sentence names."""


def _before_after(name: str, before: str, after: str) -> str:
    return f"{name} {before} (không đổi)" if before == after else f"{name} {before} → {after}"


# Taking a decision back


def undoing(last: Decision, known: Iterable[Decision], *, reason: str, role: str, made_on: date) -> Ruling:
    """The further ruling after which what stood before a decision stands again.

    known: the decisions on record. Where the decision replaced exactly one other, that one is stated anew; else the
    decision is withdrawn.
    """
    before = [decision for decision in known if decision.id in last.replaces]
    again = before[0] if len(before) == 1 and before[0].kind != WITHDRAWN else None
    withdrawn = last.value if last.kind == WITHDRAWN else last.kind
    kind, value = (again.kind, again.value) if again else (WITHDRAWN, withdrawn)
    return Ruling(
        unit=last.unit,
        criterion=last.criterion,
        stage=last.stage,
        kind=kind,
        value=value,
        reason=reason,
        role=role,
        made_on=made_on,
        replaces=(last.id,),
    )
