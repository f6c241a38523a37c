"""A mark's arithmetic in words: the figures put into its rule, and what was short of the maximum.

Figures are exact fractions; an arithmetic that does not give the very points of the mark is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from scoring.core import wording
from scoring.rubric.model import Criterion, Rubric

Row = Mapping[str, Any]


class Working(NamedTuple):
    """An expression such as "10 × 3/4", and the exact points it gives."""

    text: str
    points: Fraction


def working(mark: Row, item: Criterion, rubric: Rubric, peers: Sequence[Row]) -> str:
    """How the points come out of the value, as in "10 × 3/4 = 7,50".

    mark: one row of the marks table, NA as None. peers: the marks of the same criterion that count in the unit's
    block, its own among them. "" where the rule is a list to look up, or the points were given by somebody.
    """
    if mark["points"] is None or mark["value"] is None or item.method not in _WORKINGS:
        return ""
    expression = _WORKINGS[item.method](mark, item, peers)
    exact = expression.points * rubric.scale
    if (2 * exact + 1) // 2 != mark["points"]:
        return ""
    sign = "=" if exact == mark["points"] else "≈"
    return f"{expression.text} {sign} {wording.points(mark['points'], rubric.points.decimals)}"


def shortfall(mark: Row, item: Criterion, peers: Sequence[Row]) -> str:
    """What was missing for the maximum, in words without a capital; "" where nothing was, or the rule says it."""
    if mark["value"] is None or mark["points"] is None or mark["points"] >= mark["max_points"]:
        return ""
    value, target, scale = mark["value"], mark["target"], mark["scale"]
    measured = item.indicator.value_unit if item.indicator else ""
    if target is not None and _ahead(value, target, item) < 0:
        gap = -(-abs(target - value) // (scale // item.value_scale))
        how = "cao hơn chỉ tiêu" if item.params.get("direction") == "less" else "còn thiếu so với chỉ tiêu"
        return f"{how} {wording.amount(gap, item.value_scale)} {measured}"
    if item.method == "percent":
        return f"còn {wording.amount(mark['base'] - value, scale)} chưa đạt trên {wording.amount(mark['base'], scale)}"
    if item.method in _RELATIVE:
        return _behind(item, peers)
    return ""


def _behind(item: Criterion, peers: Sequence[Row]) -> str:
    """How the best of the block did."""
    if item.method == "target_and_lead":
        return f"đơn vị vượt chỉ tiêu nhiều nhất khối vượt {_percent(max(_excess(peer, item) for peer in peers))}"
    best = (min if item.params.get("direction") == "less" else max)(_value(peer) for peer in peers)
    return f"đơn vị tốt nhất khối có {_figure(best)} {item.indicator.value_unit if item.indicator else ''}"


# Figures


def _value(mark: Row) -> Fraction:
    return Fraction(mark["value"], mark["scale"])


def _target(mark: Row) -> Fraction:
    return Fraction(mark["target"], mark["scale"])


def _stated(item: Criterion, name: str, otherwise: int = 0) -> Fraction:
    return Fraction(item.parameter(name).root) if name in item.params else Fraction(otherwise)


def _ahead(value: int, target: int, item: Criterion) -> int:
    return target - value if item.params.get("direction") == "less" else value - target


def _excess(mark: Row, item: Criterion) -> Fraction:
    """By what part of its target a unit is ahead of it."""
    return max(Fraction(_ahead(mark["value"], mark["target"], item), mark["target"]), Fraction(0))


def _figure(figure: Fraction) -> str:
    return wording.amount(figure.numerator, figure.denominator)


def _percent(part: Fraction) -> str:
    return wording.share(part.numerator, part.denominator)


def _of_maximum(item: Criterion, part: Fraction, whole: Fraction) -> Working:
    """The maximum times a share; nothing to multiply where the share is the whole."""
    if part == whole:
        return Working(_figure(Fraction(item.max_points)), Fraction(item.max_points))
    text = f"{wording.number(item.max_points)} × {_figure(part)}/{_figure(whole)}"
    return Working(text, Fraction(item.max_points) * part / whole)


# The methods


def _share_of_target(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    value, target, most = _value(mark), _target(mark), _stated(item, "most", 100) / 100
    reached, whole = (target, value) if item.params.get("direction") == "less" else (value, target)
    if whole <= 0 or reached >= most * whole:
        share = "" if most == 1 else f" × {_percent(most)}"
        return Working(f"{wording.number(item.max_points)}{share}", Fraction(item.max_points) * most)
    return _of_maximum(item, reached, whole)


def _percent_of(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    base = Fraction(mark["base"], mark["scale"])
    return _of_maximum(item, min(_value(mark), base), base)


def _days_late(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    days, lost = max(_value(mark), Fraction(0)), _stated(item, "lost_a_day")
    left = max(Fraction(100) - days * lost, Fraction(0)) / 100
    text = f"{wording.number(item.max_points)} × (100\u00a0% − {_figure(days)} × {_figure(lost)}\u00a0%)"
    return Working(text, Fraction(item.max_points) * left)


def _per_item(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    value, each = max(_value(mark), Fraction(0)), _stated(item, "points_each")
    most = Fraction(item.max_points)
    cap = f", không quá {_figure(most)}," if value * each > most else ""
    return Working(f"{_figure(value)} × {_figure(each)}{cap}", min(value * each, most))


def _converted(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    start, end = _stated(item, "scale_from"), _stated(item, "scale_to")
    return _of_maximum(item, min(max(_value(mark), start), end) - start, end - start)


def _share_of_best(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    value, values = _value(mark), [_value(peer) for peer in peers]
    if item.params.get("direction") == "less":
        best = min(values)
        return _of_maximum(item, best, value) if value > 0 else _of_maximum(item, value, value)
    return _of_maximum(item, value, max(values)) if max(values) > 0 else _of_maximum(item, Fraction(0), Fraction(1))


def _min_max(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    value, values = _value(mark), [_value(peer) for peer in peers]
    low, high = min(values), max(values)
    if low == high:
        return _of_maximum(item, value, value)
    start, end = (high, low) if item.params.get("direction") == "less" else (low, high)
    most = wording.number(item.max_points)
    text = f"{most} × ({_figure(value)} − {_figure(start)})/({_figure(end)} − {_figure(start)})"
    return Working(text, Fraction(item.max_points) * (value - start) / (end - start))


def _target_and_lead(mark: Row, item: Criterion, peers: Sequence[Row]) -> Working:
    most, at_target = Fraction(item.max_points), _stated(item, "at_target") / 100
    value, target = _value(mark), _target(mark)
    if _ahead(mark["value"], mark["target"], item) < 0:
        reached, whole = (target, value) if item.params.get("direction") == "less" else (value, target)
        text = f"{_figure(most)} × {_percent(at_target)} × {_figure(reached)}/{_figure(whole)}"
        return Working(text, most * at_target * reached / whole)
    own, leader = _excess(mark, item), max(_excess(peer, item) for peer in peers)
    if own == 0:
        return Working(f"{_figure(most)} × {_percent(at_target)}", most * at_target)
    rest = f"{_percent(1 - at_target)} × {_percent(own)}/{_percent(leader)}"
    return Working(
        f"{_figure(most)} × ({_percent(at_target)} + {rest})", most * (at_target + (1 - at_target) * own / leader)
    )


_RELATIVE = {"share_of_best": _share_of_best, "min_max": _min_max, "target_and_lead": _target_and_lead}
_WORKINGS = {
    "share_of_target": _share_of_target,
    "percent": _percent_of,
    "days_late": _days_late,
    "per_item": _per_item,
    "converted": _converted,
    **_RELATIVE,
}
