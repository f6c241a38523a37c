"""What does each group of criteria bring to the group above it, and to the total?

Pure, whole columns. A group adds up its parts: criteria, those that subtract, and what its inner groups bring. A group
with `net` keeps the sum between a floor and a cap. Where the rubric rescales, what does not apply leaves the maximum of
its own group and the rest is carried over to the group's full figure; a group of which nothing applies leaves the
maximum of its parent. Every figure is rounded where it is printed: once a group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from scoring.core.points import Integers, half_up, product, to_scaled
from scoring.rubric.model import Group, Rubric
from scoring.scores.marks import Column
from scoring.scores.states import STATES


class GroupSum(NamedTuple):
    """One group, one place a unit, in smallest units.

    points of applicable: its own sum and what applies of its maximum. counted of whole: what it brings to the sum of
    its parent, and to the maximum there.
    """

    points: Integers
    applicable: Integers
    counted: Integers
    whole: Integers


def group_sums(rubric: Rubric, by_id: Mapping[str, Column]) -> dict[str, GroupSum]:
    """The sums of every group, outer ones before those inside them."""
    sums: dict[str, GroupSum] = {}
    for group in rubric.groups:
        sums |= _sums(group, rubric, by_id, outer=True)
    return sums


def _sums(group: Group, rubric: Rubric, by_id: Mapping[str, Column], *, outer: bool) -> dict[str, GroupSum]:
    inner: dict[str, GroupSum] = {}
    for part in group.groups:
        inner |= _sums(part, rubric, by_id, outer=False)
    points, applicable = _own(group, rubric, by_id)
    for part in group.groups:
        points, applicable = points + inner[part.id].counted, applicable + inner[part.id].whole
    if group.net is not None:
        floor, cap = (to_scaled(edge, rubric.scale) for edge in (group.net.floor, group.net.cap))
        points, applicable = np.clip(points, floor, cap), _of_cap(applicable, cap, group, rubric)
    return {group.id: _carried_over(group, points, applicable, rubric, outer=outer), **inner}


def _of_cap(applicable: Integers, cap: int, group: Group, rubric: Rubric) -> Integers:
    """What applies of a netted group's cap: all of it, unless what is left of its parts cannot earn that much."""
    parts = [part.counts_for for part in group.groups]
    parts += [criterion.max_points for criterion in group.criteria if not criterion.subtracts]
    whole = sum(to_scaled(part, rubric.scale) for part in parts)
    return np.where(applicable < whole, np.minimum(applicable, cap), cap)


def _own(group: Group, rubric: Rubric, by_id: Mapping[str, Column]) -> tuple[Integers, Integers]:
    """Points and applicable maximum of the criteria that stand in the group itself."""
    left = [STATES.index(state) for state in rubric.leaves_maximum]
    size = len(next(iter(by_id.values())).points)
    points, applicable = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for criterion in group.criteria:
        column = by_id[criterion.id]
        points = points - column.points if criterion.subtracts else points + column.points
        if not criterion.subtracts:
            applicable = applicable + np.where(np.isin(column.state, left), 0, rubric.max_points(criterion.id))
    return points, applicable


def _carried_over(group: Group, points: Integers, applicable: Integers, rubric: Rubric, *, outer: bool) -> GroupSum:
    """What the group brings to its parent: all of it, or its share of the figure it counts for there."""
    full = to_scaled(group.counts_for, rubric.scale)
    if rubric.rescales(outer=outer):
        counted = half_up(product(points, np.where(applicable > 0, full, 0)), np.maximum(applicable, 1))
        return GroupSum(points, applicable, counted, np.where(applicable > 0, full, 0))
    if group.weight is not None:
        most = to_scaled(group.max_points, rubric.scale)
        return GroupSum(points, applicable, half_up(product(points, full), most), np.full_like(points, full))
    return GroupSum(points, applicable, points, applicable)
