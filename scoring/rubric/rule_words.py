"""A criterion's rule in one line, with the figures that hold for one unit, as its form prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import pandas as pd

from scoring.core.wording import number
from scoring.rubric.methods import Award, Target
from scoring.rubric.model import Criterion, Scope

Unit = Mapping[Any, Any]
"""One row of the units: id, name, type, block, members (NA: not known), parent; `with_targets` adds the unit's own."""


def applies(scope: Scope | None, unit: Unit) -> bool:
    """Whether a criterion or fact of this scope is the unit's business.

    >>> applies(Scope(members_from=50), {"members": 40})
    False
    """
    if scope is None:
        return True
    members = members_of(unit) or 0
    return (
        (scope.types is None or unit["type"] in scope.types)
        and (scope.blocks is None or unit["block"] in scope.blocks)
        and (scope.members_from is None or members >= scope.members_from)
        and (scope.members_below is None or members < scope.members_below)
    )


def rule_text(item: Criterion, unit: Unit) -> str:
    """What the unit has to reach for which points; one line, no full stop."""
    return _RULES[item.method](item, unit)


def with_targets(unit: Unit, targets: pd.DataFrame) -> Unit:
    """The unit with the targets assigned to it (columns: `targetsfile.read_targets`)."""
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


def members_of(unit: Unit) -> int | None:
    """The unit's members; None where the register does not know them."""
    return None if pd.isna(unit["members"]) else int(unit["members"])


def _stated(item: Criterion, name: str) -> str:
    return number(item.parameter(name).root)


def _measured(item: Criterion) -> str:
    return item.indicator.value_unit if item.indicator else ""


def _target(item: Criterion, unit: Unit) -> str:
    target = item.parameter("target")
    less = item.params.get("direction") == "less"
    reach = target_figure(target, unit)
    if target.assigned_by is not None:
        same_as = item.indicator.same_as if item.indicator else None
        reach = unit.get("targets", {}).get((same_as or item.id, target.assigned_by))
    if reach is None:
        return "Đạt chỉ tiêu được giao"
    # a value has the indicator's decimals: the first one that reaches the target is printed
    reach = reach.quantize(Decimal(1) / item.value_scale, ROUND_FLOOR if less else ROUND_CEILING)
    share = f" ({number(target.percent)} % số đoàn viên)" if target.percent is not None else ""
    return f"{'Không quá' if less else 'Từ'} {number(reach)} {_measured(item)}{share}{'' if less else ' trở lên'}"


def _target_and_lead(item: Criterion, unit: Unit) -> str:
    share = _stated(item, "at_target")
    return f"{_target(item, unit)}: {share} % số điểm; phần còn lại theo mức vượt chỉ tiêu trong khối"


def _percent(item: Criterion, unit: Unit) -> str:
    whole = (item.indicator.of if item.indicator else None) or "Tổng số"
    return f"Tính theo tỷ lệ trên {whole[0].lower()}{whole[1:]}"


def _steps(item: Criterion, unit: Unit) -> str:
    steps = item.parameter("steps").steps
    if steps[-1].to is None and steps[0].to is not None:
        edges = [f"đến {number(step.to)}" for step in steps[:-1]] + [f"trên {number(steps[-2].to)}"]
    else:
        edges = [f"dưới {number(steps[1].from_)}"] + [f"từ {number(step.from_)}" for step in steps[1:]]
    measured = _measured(item)
    texts = [f"{edge} {measured}: {_award(step, item)}" for edge, step in zip(edges, steps, strict=True)]
    return "; ".join([texts[0][0].upper() + texts[0][1:], *texts[1:]])


def _levels(item: Criterion, unit: Unit) -> str:
    return "; ".join(f"{level.name}: {_award(level, item)}" for level in item.parameter("levels").levels)


def _converted(item: Criterion, unit: Unit) -> str:
    start = _stated(item, "scale_from") if "scale_from" in item.params else "0"
    return f"Quy đổi từ thang {start} đến {_stated(item, 'scale_to')}"


def _award(award: Award, item: Criterion) -> str:
    points = award.points if award.points is not None else item.max_points * (award.percent or 0) / 100
    return f"{number(points)} điểm"


_RULES: dict[str, Callable[[Criterion, Unit], str]] = {
    "achieved": lambda item, unit: "Có thực hiện: đủ điểm",
    "share_of_target": lambda item, unit: f"{_target(item, unit)}: đủ điểm",
    "target_and_lead": _target_and_lead,
    "percent": _percent,
    "steps": _steps,
    "levels": _levels,
    "days_late": lambda item, unit: f"Đúng hạn: đủ điểm; mỗi ngày muộn bớt {_stated(item, 'lost_a_day')} % số điểm",
    "per_item": lambda item, unit: f"Mỗi {_measured(item)}: {_stated(item, 'points_each')} điểm",
    "converted": _converted,
    "share_of_best": lambda item, unit: "So với đơn vị dẫn đầu khối",
    "min_max": lambda item, unit: "So với đơn vị cao nhất và thấp nhất của khối",
    "judged": lambda item, unit: "Người thẩm định cho điểm",
}
