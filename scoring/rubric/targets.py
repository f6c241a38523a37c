"""Targets (chỉ tiêu): the figure that holds for one unit, and a target in words."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

import pandas as pd

from scoring.core.wording import number
from scoring.rubric.parameters import Target
from scoring.rubric.scope import Unit, members_of

if TYPE_CHECKING:  # the model asks the methods for their parameters, and they ask here
    from scoring.rubric.model import Criterion, Rubric


def with_targets(unit: Unit, targets: pd.DataFrame) -> Unit:
    """The unit with the targets assigned to it (columns: `assigned_targets.read_targets`)."""
    own = targets[targets["unit"] == unit["id"]]
    named = zip(own["criterion"], own["issuer"], own["target"], strict=True)
    return {**unit, "targets": {(criterion, issuer): target for criterion, issuer, target in named}}


def target_figure(target: Target, unit: Unit) -> Decimal | None:
    """The unit's own target in the measurement unit; None where the register or the issuer has to say it first."""
    if target.figure is not None:
        return target.figure
    if target.values is not None:
        return target.values.get(str(unit["id" if target.by == "unit" else str(target.by)]), target.otherwise)
    members = members_of(unit)
    if members is None or target.assigned_by is not None:
        return None
    if target.percent is not None:
        return members * target.percent / 100
    return next((reach for edge, reach in reversed(target.steps or ()) if members >= edge), None)


def target_for(item: Criterion, unit: Unit) -> str:
    """What one unit has to reach, as its form prints it: "Từ 4 buổi trở lên"."""
    target = item.parameter("target")
    less = item.params.get("direction") == "less"
    measured = item.indicator.value_unit if item.indicator else ""
    reach = target_figure(target, unit)
    if target.assigned_by is not None:
        same_as = item.indicator.same_as if item.indicator else None
        reach = unit.get("targets", {}).get((same_as or item.id, target.assigned_by))
    if reach is None:
        return "Đạt chỉ tiêu được giao"
    # a value has the indicator's decimals: the first one that reaches the target is printed
    reach = reach.quantize(Decimal(1) / item.value_scale, ROUND_FLOOR if less else ROUND_CEILING)
    share = f" ({number(target.percent)}% số đoàn viên)" if target.percent is not None else ""
    return f"{'Không quá' if less else 'Từ'} {number(reach)} {measured}{share}{'' if less else ' trở lên'}"


def target_words(target: Target, item: Criterion, rubric: Rubric) -> str:
    """A target as the rubric states it, for every kind of unit it tells apart."""
    measured = item.indicator.value_unit if item.indicator else ""
    if target.figure is not None:
        return f"{number(target.figure)} {measured}"
    if target.percent is not None:
        return f"{number(target.percent)}% số đoàn viên"
    if target.steps is not None:
        sizes = [f"từ {number(edge)} đoàn viên" for edge, _ in target.steps]
        if len(sizes) > 1 and not target.steps[0][0]:
            sizes[0] = f"dưới {number(target.steps[1][0])} đoàn viên"
        goals = [f"{number(goal)} {measured}" for _, goal in target.steps]
        return "; ".join(f"{size}: {goal}" for size, goal in zip(sizes, goals, strict=True))
    if target.values is not None:
        names = {"type": rubric.types, "block": rubric.blocks}.get(str(target.by), {})
        texts = [f"{names.get(name, name)}: {number(goal)} {measured}" for name, goal in target.values.items()]
        otherwise = [f"còn lại: {number(target.otherwise)} {measured}"] if target.otherwise is not None else []
        return "; ".join([*texts, *otherwise])
    return f"do {target.assigned_by} giao cho từng đơn vị"
