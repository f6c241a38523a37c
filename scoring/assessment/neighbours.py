"""Why a unit has rank 3 and not 2: the unit just above or below it, and what parts the two."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from typing import Any

from scoring.assessment.reasons import tie_text
from scoring.assessment.unit import Record
from scoring.assessment.unit_rows import Story
from scoring.core import wording
from scoring.rubric.model import Group, Rubric

Row = Mapping[str, Any]


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


def neighbour(story: Story, side: int) -> Neighbour | None:
    """The first unit of the next better (-1) or next worse (1) rank; None where there is no such rank."""
    own, ranks = story.outcome, story.race.ranks
    place = bisect(ranks, own["rank"]) - 1 + side if own["rank"] is not None else -1
    if not 0 <= place < len(ranks):
        return None
    rubric, other = story.rubric, story.race.first[ranks[place]]
    step, what = _parting(other, own, rubric)
    differences = _differences(other, own, rubric)
    sharing = f" và {other['tied'] - 1} đơn vị khác" if other["tied"] > 1 else ""
    figure = f"{wording.points(other['figure'], rubric.figure.decimals)}{_unit(rubric)}"
    told = f". Chênh lệch từng phần so với đơn vị này: {_told(differences, rubric)}" if differences else ""
    if rubric.figure.of == "percent" and other["effective_max"] != own["effective_max"]:
        wholes = [_points(row["effective_max"], rubric) for row in (other, own)]
        told += f". Điểm tối đa được áp dụng {wholes[0]} so với {wholes[1]}"
    return Neighbour(
        unit=other["unit"],
        name=other["name"],
        rank=other["rank"],
        sharing=other["tied"],
        figure=other["figure"],
        parted_by=step,
        differences=differences,
        text=f"Hạng {other['rank']} là {other['name']}{sharing}, {figure}: {what}{told}",
    )


def counted(group: Group, total: Row) -> int | None:
    """What a group brings to what it is part of, in smallest units; None where there is none."""
    points = total[f"counted:{group.id}"]
    return None if points is None else int(points)


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
    gaps = {g.id: (counted(g, other) or 0) - (counted(g, own) or 0) for g in rubric.groups}
    gaps |= {column: other[column] - own[column] for column in ("bonus", "deductions")}
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
    return "\u00a0%" if rubric.figure.of == "percent" else " điểm"
