"""Do the points of a rubric add up, and fit its decimals?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scoring.core.errors import Fault
from scoring.core.points import to_scaled
from scoring.rubric.checks.parts import Faults, placed_groups, placed_parts
from scoring.rubric.model import Group, Net, Plan, Rubric
from scoring.rubric.strict_yaml import Place, YamlFile

_OTHER_POINTS = [
    ("total", "max_points"),
    ("total", "floor"),
    ("total", "cap"),
    ("bonus", "cap"),
    ("deductions", "cap"),
    ("annual_share", "max_points"),
]


_TOO_LARGE = 10**15
"""In smallest units; sums of figures below it stay far inside int64."""


def check_sums(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every figure in points fits the rubric's decimals (what adds up: `sum_faults`)."""
    for place, part in placed_parts(rubric):
        yield from fits_scale(part.max_points, rubric.scale, (*place, "max_points"), file)
    for part_name, key in _OTHER_POINTS:
        figure = getattr(getattr(rubric, part_name), key, None)
        if figure is not None:
            yield from fits_scale(figure, rubric.scale, (part_name, key), file)


def sum_faults(content: Any, file: YamlFile) -> Faults:
    """Every maximum is the sum of what it is made of, as far as the content says both.

    content: a rubric as it was read, which need not be one yet.
    """
    groups = _listed(content, "groups")
    for index, group in enumerate(groups):
        yield from _group_sums(group, ("groups", index), file)
    bonus = content.get("bonus") if isinstance(content, dict) else None
    inside = bonus.get("cap") if isinstance(bonus, dict) and bonus.get("inside_total") is True else 0
    total = content.get("total") if isinstance(content, dict) else None
    if groups and isinstance(total, dict):
        parts = [*(_counts_for(group) for group in groups), _number(inside)]
        yield from _same(_maximum(total), parts, "toàn bộ", ("total", "max_points"), file)


def _group_sums(group: Any, place: Place, file: YamlFile) -> Faults:
    inner = _listed(group, "groups")
    for index, one in enumerate(inner):
        yield from _group_sums(one, (*place, "groups", index), file)
    net = group.get("net") if isinstance(group, dict) else None
    adding = [part for part in _listed(group, "criteria") if not (isinstance(part, dict) and part.get("subtracts"))]
    if isinstance(net, dict):
        most, cap = _maximum(group), _number(net.get("cap"))
        if most is not None and cap is not None and most != cap:
            what = f"nhóm {group.get('id')}: điểm tối đa ghi {most} nhưng trần (cap) là {cap}"
            yield Fault(file.where((*place, "net")), what, mend="ghi hai số bằng nhau")
    elif parts := [*(_counts_for(part) for part in inner), *(_maximum(part) for part in adding)]:
        yield from _same(_maximum(group), parts, f"nhóm {group.get('id')}", (*place, "max_points"), file)


def _listed(node: Any, key: str) -> tuple[Any, ...]:
    listed = node.get(key) if isinstance(node, dict) else None
    return listed if isinstance(listed, tuple) else ()


def _maximum(part: Any) -> Decimal | None:
    """A maximum that can stand; one that is refused anyway says nothing about a sum."""
    figure = _number(part.get("max_points")) if isinstance(part, dict) else None
    return figure if figure is not None and 0 < figure < 10**15 else None


def _counts_for(group: Any) -> Decimal | None:
    """What a group counts for in what it is part of."""
    weight = group.get("weight") if isinstance(group, dict) else None
    return _maximum(group) if weight is None else _number(weight)


def _number(figure: Any) -> Decimal | None:
    return Decimal(figure) if isinstance(figure, int | Decimal) and not isinstance(figure, bool) else None


def _same(stated: Decimal | None, parts: list[Decimal | None], of: str, place: Place, file: YamlFile) -> Faults:
    known = [part for part in parts if part is not None]
    if stated is not None and len(known) == len(parts) and stated != sum(known):
        what = f"điểm tối đa của {of} ghi {stated} nhưng các phần cộng lại là {sum(known)}"
        yield Fault(file.where(place), what, mend="sửa điểm tối đa hoặc điểm các phần")


def fits_scale(figure: Decimal, scale: int, place: Place, file: YamlFile) -> Faults:
    """A figure has no more decimals than the scale holds, and is not too large to be added up."""
    try:
        scaled = to_scaled(figure, scale)
    except ValueError:
        yield Fault(file.where(place), f"{figure} có nhiều số lẻ hơn mức cho phép", f"bước nhỏ nhất là 1/{scale}")
    else:
        if abs(scaled) >= _TOO_LARGE:
            yield Fault(file.where(place), f"{figure} quá lớn", f"cần nhỏ hơn {_TOO_LARGE // scale}")


def check_nets(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What subtracts stands in a group that says between what it is netted."""
    for place, group in placed_groups(rubric):
        subtracting = [item for item in group.criteria if item.subtracts]
        if group.net is not None:
            yield from _net(group, group.net, rubric, (*place, "net"), file)
        elif subtracting:
            names = ", ".join(item.id for item in subtracting)
            what = f"{names}: tiêu chí trừ điểm (subtracts) nhưng nhóm {group.id} chưa ghi sàn và trần"
            yield Fault(file.where(place), what, mend="ghi ở nhóm net: {floor: …, cap: …}")
    for key in ("bonus", "deductions"):
        extra = getattr(rubric, key)
        for index, item in enumerate(extra.items if extra else ()):
            if item.subtracts:
                mend = "bỏ subtracts; điểm trừ chung ghi ở deductions"
                yield Fault(file.where((key, "items", index)), f"{item.id}: subtracts chỉ dùng trong nhóm", mend=mend)


def _net(group: Group, net: Net, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    yield from fits_scale(net.floor, rubric.scale, (*place, "floor"), file)
    yield from fits_scale(net.cap, rubric.scale, (*place, "cap"), file)
    if net.floor > 0:
        yield Fault(file.where(place), f"nhóm {group.id}: sàn {net.floor} lớn hơn 0", "sàn 0 hoặc số âm")
    if not group.groups and all(item.subtracts for item in group.criteria):
        yield Fault(file.where(place), f"nhóm {group.id} chỉ có tiêu chí trừ điểm", mend="đưa vào deductions")


def check_weights(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """A weight goes with a rule that carries a group's points over."""
    for place, group in placed_groups(rubric):
        if group.weight is None:
            continue
        where = (*place, "weight")
        yield from fits_scale(group.weight, rubric.scale, where, file)
        rescale = rubric.not_applicable.rescale
        if rescale == "whole" or (rescale == "group" and group not in rubric.groups):
            what = f"nhóm {group.id} có weight nhưng not_applicable ghi rescale: {rescale}"
            expected = "nested hoặc none; nhóm ngoài cùng thì group cũng được"
            yield Fault(file.where(where), what, expected)
