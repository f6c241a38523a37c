"""Room 7: why one unit has its points, its band and its rank, from the cells of its reports on.

An explanation is plain data: every figure exact, in smallest units, and beside it the sentences that tell it. It is
written as JSON as it is; from its figures alone every total can be added up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

import pandas as pd

from scoring import wording
from scoring.assessment import Record, plain_rows
from scoring.errors import Fault, ParameterError
from scoring.evaluation import Evaluation
from scoring.explaining import decision_text, quota_arithmetic, tie_text
from scoring.marktracing import EntryTrace, MarkTrace, trace_entry, trace_mark
from scoring.methods import is_relative
from scoring.points import half_up, product, to_scaled
from scoring.rubric import Extra, Group, Rubric
from scoring.rubrictext import effect_words, when_words
from scoring.scores import all_groups

Row = Mapping[str, Any]


class GroupTrace(Record):
    """A group's sum: its points, what applies of its maximum, and (outer groups) what it brings to the total."""

    id: str
    name: str
    outer: bool
    points: int | None
    applicable: int
    counted: int | None
    text: str


class ExtraTrace(Record):
    """Bonus or deductions: the sum of the items, and what of it counts under the cap."""

    points: int
    cap: int
    counted: int


class FactTrace(Record):
    """A fact that gates and conditions look at; `value` is what holds after decisions."""

    id: str
    name: str
    value: int | None
    entries: tuple[EntryTrace, ...]


class GateTrace(Record):
    """A gate, whether it holds, and whether it is the one that capped or withheld the band."""

    id: str
    name: str
    holds: bool
    decided: bool
    text: str


class QuotaTrace(Record):
    """A quota's arithmetic among the unit's peers."""

    band: str
    scope: str
    units: int
    share: Decimal
    allowed: int
    chosen: int
    proposed: int
    tied: int
    over: int
    text: str


class Neighbour(Record):
    """The unit ranked just above or below in the block, and what parts the two.

    sharing: how many units have that rank. parted_by: "figure", "exact" (the unrounded figure), or the number of the
    tie step, from 1. differences: the neighbour's counted points less the unit's, by outer group, bonus, deductions.
    """

    unit: str
    name: str
    rank: int
    sharing: int
    figure: int
    parted_by: str
    differences: dict[str, int]
    text: str


class Explanation(Record):
    """Why a unit has its points, its band and its rank; points in smallest units, `figure` by its decimals.

    lines: what comes after the marks, from the sums to the rank, in sentences.
    """

    year: int
    rubric: str
    rubric_digest: str
    decimals: int
    unit: str
    name: str
    block: str
    eligible: bool
    eligibility: str
    marks: tuple[MarkTrace, ...]
    groups: tuple[GroupTrace, ...]
    bonus: ExtraTrace
    deductions: ExtraTrace
    floor: int
    cap: int | None
    total: int | None
    effective_max: int
    max_points: int
    figure: int | None
    figure_of: str
    figure_decimals: int
    score_band: str
    band: str
    facts: tuple[FactTrace, ...]
    gates: tuple[GateTrace, ...]
    quotas: tuple[QuotaTrace, ...]
    selection: str
    rank: int | None
    ranked: int | None
    tied: int | None
    above: Neighbour | None
    below: Neighbour | None
    lines: tuple[str, ...]


def explain(evaluation: Evaluation, unit: str, criterion: str | None = None) -> Explanation:
    """The whole chain for one unit; with `criterion`, its marks are only that one.

    Raises ParameterError for a unit or criterion that does not exist.
    """
    rubric = evaluation.year.rubric
    story = _story(evaluation, unit)
    if criterion is not None:
        _known(criterion, list(rubric.item), "bộ tiêu chí không có mã này")
    total, standing = story.total, story.standing
    outcome = _outcome(story)
    return Explanation(
        year=rubric.year,
        rubric=rubric.id,
        rubric_digest=rubric.digest,
        decimals=rubric.points.decimals,
        unit=unit,
        marks=tuple(_mark(mark, story) for mark in story.marks if criterion in {None, mark["criterion"]}),
        floor=to_scaled(rubric.total.floor, rubric.scale),
        cap=None if rubric.total.cap is None else to_scaled(rubric.total.cap, rubric.scale),
        figure_of=rubric.figure.of,
        figure_decimals=rubric.figure.decimals,
        facts=tuple(_facts(story)),
        lines=tuple(_lines(story, outcome)),
        **outcome,
        **{name: story.unit[name] for name in ("name", "block", "eligible", "eligibility")},
        **{name: total[name] for name in ("total", "effective_max", "max_points", "figure")},
        **{name: standing[name] or "" for name in ("score_band", "band", "selection")},
        **{name: standing[name] for name in ("rank", "ranked", "tied")},
    )


class _Story(NamedTuple):
    """One unit's rows of every table, NA as None."""

    tables: Evaluation
    rubric: Rubric
    unit: Row
    total: Row
    standing: Row
    marks: list[dict[str, Any]]
    entries: list[dict[str, Any]]


def _story(evaluation: Evaluation, unit: str) -> _Story:
    units = evaluation.year.units
    _known(unit, units["id"].tolist(), "không có mã đơn vị này trong danh bạ")
    tables = (evaluation.totals, evaluation.standings, evaluation.marks, evaluation.entries)
    totals, standings, marks, entries = (_rows(table, "unit", unit) for table in tables)
    rubric = evaluation.year.rubric
    order = {period.id: place for place, period in enumerate(rubric.periods)}
    entries.sort(key=lambda entry: order[entry["period"]])
    return _Story(evaluation, rubric, _rows(units, "id", unit)[0], totals[0], standings[0], marks, entries)


def _rows(table: pd.DataFrame, column: str, name: str) -> list[dict[str, Any]]:
    return plain_rows(table[table[column] == name])


def _known(name: str, known: list[str], what: str) -> None:
    if name not in known:
        close = get_close_matches(name, known, 3)
        raise ParameterError(name, [Fault(name, what, mend=f"ý bạn là {' hay '.join(close)}?" if close else "")])


# Marks and facts


def _mark(mark: Row, story: _Story) -> MarkTrace:
    rubric, item = story.rubric, story.rubric.item[mark["criterion"]]
    read = item.indicator.same_as if item.indicator and item.indicator.same_as else item.id
    entries = [entry for entry in story.entries if entry["criterion"] == read]
    peers = _peers(item.id, story) if is_relative(item.method) else []
    group = next((group.id for group in all_groups(rubric.groups) if item in group.criteria), "")
    return trace_mark(mark, entries, peers, group, rubric)


def _peers(item: str, story: _Story) -> list[dict[str, Any]]:
    """The marks of one criterion whose value counts in the unit's block."""
    units, marks = story.tables.year.units, story.tables.marks
    block = units.loc[units["block"] == story.unit["block"], "id"]
    own = marks[(marks["criterion"] == item) & marks["unit"].isin(block) & marks["value"].notna()]
    return plain_rows(own[own["computed_points"].notna() | (own["basis"] != "computed")])


def _facts(story: _Story) -> Iterator[FactTrace]:
    for fact in story.rubric.facts:
        entries = [entry for entry in story.entries if entry["criterion"] == fact.id]
        yield FactTrace(
            id=fact.id,
            name=fact.name,
            value=story.total[f"fact:{fact.id}"],
            entries=tuple(trace_entry(entry, fact, story.rubric) for entry in entries),
        )


# From the sums to the rank


def _outcome(story: _Story) -> dict[str, Any]:
    """What the marks lead to: sums, gates, quotas and neighbours."""
    rubric = story.rubric
    return {
        "groups": tuple(_group(group, story) for group in all_groups(rubric.groups)),
        "bonus": _extra(rubric.bonus, story, "bonus"),
        "deductions": _extra(rubric.deductions, story, "deductions"),
        "gates": tuple(_gates(story)),
        "quotas": tuple(_quotas(story)),
        "above": _neighbour(story, -1),
        "below": _neighbour(story, 1),
    }


def _group(group: Group, story: _Story) -> GroupTrace:
    rubric, total = story.rubric, story.total
    inside = {criterion.id for criterion in group.walk()}
    marks = [mark for mark in story.marks if mark["criterion"] in inside and mark["state"] != "not_applicable"]
    points, applicable = total[f"points:{group.id}"], total[f"max:{group.id}"]
    outer = group in rubric.groups
    counted = _counted(group, total, rubric) if outer else None
    parts = " + ".join(_points(mark["points"], rubric) for mark in marks)
    text = f"Nhóm {group.id}: {parts} = {_points(points, rubric)}, trên {_points(applicable, rubric)} điểm được áp dụng"
    if not marks:
        text = f"Nhóm {group.id}: không có tiêu chí nào được áp dụng"
    elif outer and counted != points:
        text += f", quy đổi về thang {wording.number(group.max_points)} là {_points(counted, rubric)}"
    return GroupTrace(
        id=group.id, name=group.name, outer=outer, points=points, applicable=applicable, counted=counted, text=text
    )


def _counted(group: Group, total: Row, rubric: Rubric) -> int | None:
    """What an outer group brings to the total."""
    points, applicable = total[f"points:{group.id}"], total[f"max:{group.id}"]
    if points is None or rubric.not_applicable.rescale != "group":
        return None if points is None else int(points)
    return int(half_up(product(points, to_scaled(group.max_points, rubric.scale)), max(applicable, 1)))


def _extra(extra: Extra | None, story: _Story, column: str) -> ExtraTrace:
    items = {item.id for item in extra.items} if extra else set()
    points = sum(mark["points"] or 0 for mark in story.marks if mark["criterion"] in items)
    cap = to_scaled(extra.cap, story.rubric.scale) if extra else 0
    return ExtraTrace(points=points, cap=cap, counted=story.total[column] or 0)


def _gates(story: _Story) -> Iterator[GateTrace]:
    standing, rubric = story.standing, story.rubric
    for gate in rubric.gates:
        holds = gate.id in standing["gates"].split()
        yield GateTrace(
            id=gate.id,
            name=gate.name,
            holds=holds,
            decided=gate.id in {standing["capped_by"], standing["withheld_by"]},
            text=f"Điều kiện {gate.id} ({when_words(gate.when, rubric)}): "
            + (f"có, nên {effect_words(gate, rubric)}" if holds else "không"),
        )


def _quotas(story: _Story) -> Iterator[QuotaTrace]:
    for quota in plain_rows(story.tables.quotas):
        if quota["scope"] in {"", story.standing["block"]}:
            name = story.rubric.band[quota["band"]].name
            figures = {field: quota[field] for field in QuotaTrace.model_fields if field != "text"}
            yield QuotaTrace(text=f"“{name}”: {quota_arithmetic(quota)}", **figures)


def _neighbour(story: _Story, side: int) -> Neighbour | None:
    """The first unit of the next better (-1) or next worse (1) rank."""
    other = _beside(story, side)
    if other is None:
        return None
    rubric, total = story.rubric, _rows(story.tables.totals, "unit", other["unit"])[0]
    name = _rows(story.tables.year.units, "id", other["unit"])[0]["name"]
    step, what = _parting(total, story.total, rubric)
    differences = _differences(total, story.total, rubric)
    sharing = f" và {other['tied'] - 1} đơn vị khác" if other["tied"] > 1 else ""
    figure = f"{wording.points(total['figure'], rubric.figure.decimals)}{_unit(rubric)}"
    told = f". Chênh lệch từng phần so với đơn vị này: {_told(differences, rubric)}" if differences else ""
    return Neighbour(
        unit=other["unit"],
        name=name,
        rank=other["rank"],
        sharing=other["tied"],
        figure=total["figure"],
        parted_by=step,
        differences=differences,
        text=f"Hạng {other['rank']} là {name}{sharing}, {figure}: {what}{told}",
    )


def _beside(story: _Story, side: int) -> Row | None:
    """The standing of that unit, None where there is no such rank."""
    own, standings = story.standing["rank"], story.tables.standings
    if own is None:
        return None
    ranked = standings[(standings["block"] == story.standing["block"]) & standings["rank"].notna()]
    beyond = ranked[ranked["rank"] < own] if side < 0 else ranked[ranked["rank"] > own]
    rank = beyond["rank"].max() if side < 0 else beyond["rank"].min()
    return None if beyond.empty else plain_rows(beyond[beyond["rank"] == rank].iloc[:1])[0]


def _parting(other: Row, own: Row, rubric: Rubric) -> tuple[str, str]:
    """What sets two units of one block apart: its key, and in words as seen from `own`."""
    gap = other["figure"] - own["figure"]
    if gap:
        how = "cao hơn" if gap > 0 else "thấp hơn"
        by = " điểm phần trăm" if rubric.figure.of == "percent" else " điểm"
        return "figure", f"{how} {wording.points(abs(gap), rubric.figure.decimals)}{by}"
    if rubric.ranking.on == "exact" and other["total"] * own["effective_max"] != own["total"] * other["effective_max"]:
        exact = [f"{_points(row['total'], rubric)}/{_points(row['effective_max'], rubric)}" for row in (other, own)]
        return "exact", f"làm tròn thì bằng nhau, điểm chưa làm tròn khác nhau ({exact[0]} so với {exact[1]})"
    for place, tie in enumerate(rubric.ranking.ties):
        column = f"points:{tie.id}" if tie.id is not None else tie.by
        if other[column] != own[column]:
            figures = f"{_points(other[column], rubric)} so với {_points(own[column], rubric)}"
            return str(place + 1), f"bằng điểm, phân hạng theo {tie_text(place, rubric)} ({figures})"
    return "", ""


def _differences(other: Row, own: Row, rubric: Rubric) -> dict[str, int]:
    """How many points more the other unit has, part by part of the total; parts that are equal are left out."""
    gaps = {g.id: (_counted(g, other, rubric) or 0) - (_counted(g, own, rubric) or 0) for g in rubric.groups}
    gaps |= {column: other[column] - own[column] for column in ("bonus", "deductions")}
    return {name: gap for name, gap in gaps.items() if gap}


def _told(differences: Mapping[str, int], rubric: Rubric) -> str:
    names = {"bonus": "điểm thưởng", "deductions": "điểm trừ"}
    return ", ".join(
        f"{names.get(name, f'nhóm {name}')} {'+' if gap > 0 else '−'}{_points(abs(gap), rubric)}"
        for name, gap in differences.items()
    )


# Sentences


def _points(scaled: int | None, rubric: Rubric) -> str:
    return wording.points(scaled, rubric.points.decimals)


def _unit(rubric: Rubric) -> str:
    return "\u00a0%" if rubric.figure.of == "percent" else " điểm"


def _lines(story: _Story, outcome: Mapping[str, Any]) -> Iterator[str]:
    """From the sums to the rank, in the order in which they were worked out."""
    if story.total["total"] is not None:
        yield from (wording.sentence(group.text) for group in outcome["groups"])
    yield from _total_lines(story, outcome)
    yield from decision_text(story.total, story.standing, plain_rows(story.tables.quotas), story.rubric)
    if free := [f"{gate.id} ({gate.name[0].lower()}{gate.name[1:]})" for gate in outcome["gates"] if not gate.holds]:
        yield f"Không vướng điều kiện {wording.enumeration(free)}."
    yield from (wording.sentence(other.text) for other in (outcome["above"], outcome["below"]) if other)


def _total_lines(story: _Story, outcome: Mapping[str, Any]) -> Iterator[str]:
    rubric, total = story.rubric, story.total
    if total["total"] is None:
        yield wording.sentence(f"Không có tổng điểm: {story.unit['eligibility'] or 'chưa có tiêu chí nào có điểm'}")
        return
    counted = [group.counted for group in outcome["groups"] if group.outer]
    sums = " + ".join(_points(points, rubric) for points in counted)
    for name, sign, extra in (("thưởng", "+", outcome["bonus"]), ("trừ", "−", outcome["deductions"])):
        sums += f" {sign} {name} {_points(extra.counted, rubric)}" if extra.points else ""
        if extra.points > extra.counted:
            yield f"Điểm {name} cộng lại {_points(extra.points, rubric)}, không quá {_points(extra.cap, rubric)}."
    total_points = _points(total["total"], rubric)
    yield f"Tổng điểm: {sums} = {total_points}."
    if rubric.figure.of == "percent":
        whole, figure = _points(total["effective_max"], rubric), wording.points(total["figure"], rubric.figure.decimals)
        left_out = [f"{mark['criterion']}" for mark in story.marks if mark["state"] == "not_applicable"]
        without = f" (không tính {wording.enumeration(left_out)})" if left_out else ""
        yield f"Điểm tối đa được áp dụng {whole}{without}: {total_points}/{whole} = {figure}\u00a0%."
