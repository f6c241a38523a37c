"""Why a unit has rank 3 and not 2: the unit just above or below it, and what parts the two."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping

from scoring.assessment.reasons import tie_text
from scoring.assessment.records import Record
from scoring.assessment.unit_rows import UnitRows
from scoring.core import wording
from scoring.core.language import of_judged
from scoring.core.rows import NamedOutcomeRow, TotalRow, known, of
from scoring.rubric.model import Group, Rubric, Tie


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


def neighbour(rows: UnitRows, side: int) -> Neighbour | None:
    """The first unit of the next better (-1) or next worse (1) rank; None where there is no such rank."""
    own, ranks = rows.outcome, rows.block_ranks.ranks
    place = bisect(ranks, own["rank"]) - 1 + side if own["rank"] is not None else -1
    if not 0 <= place < len(ranks):
        return None
    rubric, other = rows.rubric, rows.block_ranks.first[ranks[place]]
    step, what = _parting(other, own, rubric)
    differences = _differences(other, own, rubric)
    tied = known(other["tied"])
    judged = of_judged("đơn vị")
    sharing = f" và {tied - 1} {judged} khác" if tied > 1 else ""
    figure = f"{wording.points(other['figure'], rubric.figure.decimals)}{_unit(rubric)}"
    told = f". Chênh lệch từng phần so với {judged} này: {_told(differences, rubric)}" if differences else ""
    if rubric.figure.of == "percent" and other["effective_max"] != own["effective_max"]:
        wholes = [_points(row["effective_max"], rubric) for row in (other, own)]
        told += f". Điểm tối đa được áp dụng {wholes[0]} so với {wholes[1]}"
    return Neighbour(
        unit=other["unit"],
        name=other["name"],
        rank=known(other["rank"]),
        sharing=tied,
        figure=known(other["figure"]),
        parted_by=step,
        differences=differences,
        text=f"Hạng {other['rank']} là {other['name']}{sharing}, {figure}: {what}{told}",
    )


def group_points(group: Group, total: TotalRow) -> int | None:
    """What a group brings to what it is part of, in smallest units; None where there is none."""
    points = of(total, "counted", group.id)
    return None if points is None else int(points)


def _parting(other: NamedOutcomeRow, own: NamedOutcomeRow, rubric: Rubric) -> tuple[str, str]:
    """What sets two units of one block apart: its key, and in words as seen from `own`."""
    gap = known(other["figure"]) - known(own["figure"])
    if gap:
        how = "cao hơn" if gap > 0 else "thấp hơn"
        by = " điểm phần trăm" if rubric.figure.of == "percent" else " điểm"
        return "figure", f"{how} {wording.points(abs(gap), rubric.figure.decimals)}{by}"
    crossed = [known(row["total"]) * held["effective_max"] for row, held in ((other, own), (own, other))]
    if rubric.ranking.on == "exact" and crossed[0] != crossed[1]:
        exact = [f"{_points(row['total'], rubric)}/{_points(row['effective_max'], rubric)}" for row in (other, own)]
        return "exact", f"làm tròn thì bằng nhau, điểm chưa làm tròn khác nhau ({exact[0]} so với {exact[1]})"
    for place, tie in enumerate(rubric.ranking.ties):
        theirs, ours = (_tie_figure(row, tie) for row in (other, own))
        if theirs != ours:
            figures = f"{_points(theirs, rubric)} so với {_points(ours, rubric)}"
            return str(place + 1), f"bằng điểm, phân hạng theo {tie_text(place, rubric)} ({figures})"
    return "", ""


def _tie_figure(row: TotalRow, tie: Tie) -> int | None:
    """What a step of the tie chain looks at."""
    if tie.id is not None:
        return int(of(row, "points", tie.id))
    return row["bonus"] if tie.by == "bonus" else row["deductions"]


def _differences(other: NamedOutcomeRow, own: NamedOutcomeRow, rubric: Rubric) -> dict[str, int]:
    """How many points more the other unit has, part by part of the total; parts that are equal are left out."""
    gaps = {g.id: (group_points(g, other) or 0) - (group_points(g, own) or 0) for g in rubric.groups}
    gaps["bonus"] = known(other["bonus"]) - known(own["bonus"])
    gaps["deductions"] = known(other["deductions"]) - known(own["deductions"])
    return {name: gap for name, gap in gaps.items() if gap}


def _told(differences: Mapping[str, int], rubric: Rubric) -> str:
    names = {"bonus": "điểm thưởng", "deductions": "điểm trừ"}
    return ", ".join(
        f"{names.get(name, f'nhóm {name}')} {'+' if gap > 0 else '−'}{_points(abs(gap), rubric)}"
        for name, gap in differences.items()
    )


def _points(scaled: int | None, rubric: Rubric) -> str:
    return wording.points(scaled, rubric.points.decimals)


def _unit(rubric: Rubric) -> str:
    return "%" if rubric.figure.of == "percent" else " điểm"
