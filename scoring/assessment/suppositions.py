"""Suppositions: one figure or one rule of a year taken to be another, and the rubric that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from scoring.core.errors import Fault
from scoring.core.wording import number
from scoring.rubric.model import Criterion, Extra, Group, Rubric
from scoring.rubric.parameters import PERCENT, Award, Levels, Steps, Target
from scoring.scores.ranking import ladder


class SupposedFigure(NamedTuple):
    """A unit's value, points or fact (the kind), whatever was reported or decided; value as a ruling writes it."""

    unit: str
    criterion: str
    kind: str
    value: str


class SupposedTarget(NamedTuple):
    """Another target of a criterion, in any form a rubric may state."""

    criterion: str
    target: Target


class SupposedMaximum(NamedTuple):
    """Another maximum (the weight) of an item; those of its groups and of the whole follow."""

    criterion: str
    points: Decimal


class SupposedEdge(NamedTuple):
    """Another least figure of a band; the band below ends where it begins."""

    band: str
    least: Decimal


class SupposedShare(NamedTuple):
    """Another share, in percent, of the quotas on a band."""

    band: str
    percent: Decimal


SupposedRule = SupposedTarget | SupposedMaximum | SupposedEdge | SupposedShare
Supposition = SupposedFigure | SupposedRule
AnyExtra = TypeVar("AnyExtra", bound=Extra | None)


def supposed_rubric(rubric: Rubric, suppositions: Sequence[SupposedRule]) -> tuple[Rubric, list[Fault]]:
    """The rubric with other rules, and what is wrong with them; its digest is blank: no file says this.

    Of two suppositions about the same thing the last one counts. The rubric is of use only where there is no fault.
    """
    faults = [fault for one in suppositions for fault in _faults(one, rubric)]
    if faults or not suppositions:
        return rubric, faults
    supposed = reduce(lambda rules, one: _CHANGES[type(one)](rules, one), suppositions, rubric)
    return _with(supposed, digest=""), list(_bands_out_of_order(supposed))


def remarks(before: Rubric, after: Rubric) -> Iterator[str]:
    """What to bear in mind when two rubrics' results are compared, one sentence each."""
    whole, other = before.total.max_points, after.total.max_points
    if whole == other:
        return
    told = f"Tổng điểm tối đa của bộ tiêu chí thành {number(other)} (đang là {number(whole)})"
    if before.figure.of == "percent":
        yield f"{told}; tỷ lệ phần trăm tính trên tổng mới."
    else:
        yield f"{told}; khung điểm của các mức vẫn giữ nguyên."


def _with(rubric: Rubric, **parts: Any) -> Rubric:
    """A copy with other parts; pydantic's own copy would keep what the cached properties computed from the old ones."""
    return Rubric.model_construct(**{name: getattr(rubric, name) for name in Rubric.model_fields} | parts)


# The figures of a target


def target_figures(target: Target, rubric: Rubric) -> Mapping[str, Decimal | None]:
    """The figures of a target that can be supposed, each under the words for whom it is.

    A target that an issuer assigns has one figure, for all units alike, which is not known.
    """
    if target.assigned_by is not None:
        return {"mọi đơn vị": None}
    if target.percent is not None:
        return {"% số đoàn viên": target.percent}
    if target.steps is not None:
        return {f"từ {number(edge)} đoàn viên": figure for edge, figure in target.steps}
    if target.values is not None:
        words = rubric.types | rubric.blocks
        otherwise = {"còn lại": target.otherwise} if target.otherwise is not None else {}
        return {words.get(name, name): figure for name, figure in target.values.items()} | otherwise
    return {"mọi đơn vị": target.figure}


def with_figures(target: Target, figures: Sequence[Decimal]) -> Target:
    """The target with other figures, in the order of `target_figures`."""
    if target.percent is not None:
        return target.model_copy(update={"percent": figures[0]})
    if target.steps is not None:
        steps = zip(target.steps, figures, strict=True)
        return target.model_copy(update={"steps": tuple((edge, figure) for (edge, _), figure in steps)})
    if target.values is not None:
        values = dict(zip(target.values, figures, strict=False))
        otherwise = None if target.otherwise is None else figures[-1]
        return target.model_copy(update={"values": values, "otherwise": otherwise})
    return Target(figure=figures[0])


# How each supposition changes the rubric


def _other_target(rubric: Rubric, one: SupposedTarget) -> Rubric:
    item = rubric.item[one.criterion]
    return _with_item(rubric, item.model_copy(update={"params": {**item.params, "target": one.target}}))


def _other_maximum(rubric: Rubric, one: SupposedMaximum) -> Rubric:
    return _with_item(rubric, rubric.item[one.criterion].model_copy(update={"max_points": one.points}))


def _other_edge(rubric: Rubric, one: SupposedEdge) -> Rubric:
    below = next((low.id for low, high in pairwise(ladder(rubric)) if high.id == one.band), "")
    changed: dict[str, dict[str, Any]] = {one.band: {"from_": one.least}, below: {"to": None, "below": one.least}}
    return _with(rubric, bands=tuple(band.model_copy(update=changed.get(band.id)) for band in rubric.bands))


def _other_share(rubric: Rubric, one: SupposedShare) -> Rubric:
    changed = {one.band: {"share": one.percent}}
    return _with(rubric, quotas=tuple(quota.model_copy(update=changed.get(quota.band)) for quota in rubric.quotas))


_CHANGES: dict[type[Any], Callable[[Rubric, Any], Rubric]] = {
    SupposedTarget: _other_target,
    SupposedMaximum: _other_maximum,
    SupposedEdge: _other_edge,
    SupposedShare: _other_share,
}


def _with_item(rubric: Rubric, item: Criterion) -> Rubric:
    """The rubric with another item of the same id; every maximum above it is the sum of its parts again."""
    groups = tuple(_in_group(group, item) for group in rubric.groups)
    whole, before = (sum((group.max_points for group in every), Decimal(0)) for every in (groups, rubric.groups))
    return _with(
        rubric,
        groups=groups,
        bonus=_in_extra(rubric.bonus, item),
        deductions=_in_extra(rubric.deductions, item),
        total=rubric.total.model_copy(update={"max_points": rubric.total.max_points + whole - before}),
    )


def _in_group(group: Group, item: Criterion) -> Group:
    groups = tuple(_in_group(inner, item) for inner in group.groups)
    criteria = tuple(item if criterion.id == item.id else criterion for criterion in group.criteria)
    parts: tuple[Group | Criterion, ...] = (*groups, *criteria)
    whole = sum((part.max_points for part in parts), Decimal(0))
    return group.model_copy(update={"groups": groups, "criteria": criteria, "max_points": whole})


def _in_extra(extra: AnyExtra, item: Criterion) -> AnyExtra:
    if extra is None:
        return extra
    return extra.model_copy(update={"items": tuple(item if one.id == item.id else one for one in extra.items)})


# What is wrong with a supposition


def _faults(one: SupposedRule, rubric: Rubric) -> Iterator[Fault]:
    match one:
        case SupposedTarget():
            yield from _target_faults(one, rubric)
        case SupposedMaximum():
            yield from _maximum_faults(one, rubric)
        case SupposedEdge():
            yield from _edge_faults(one, rubric)
        case SupposedShare():
            if one.band not in {quota.band for quota in rubric.quotas}:
                yield Fault(_band_words(one.band, rubric), "mức này không có tỷ lệ khống chế")
            if not 0 < one.percent <= 100 or not _fits(one.percent, PERCENT):
                what = "tỷ lệ phải lớn hơn 0, không quá 100%, tối đa 2 chữ số lẻ"
                yield Fault(_band_words(one.band, rubric), what)


def _target_faults(one: SupposedTarget, rubric: Rubric) -> Iterator[Fault]:
    item, target = rubric.item.get(one.criterion), one.target
    if item is None or "target" not in item.params:
        yield Fault(one.criterion, "không phải tiêu chí có chỉ tiêu")
        return
    stated = (*(figure for _, figure in target.steps or ()), *(target.values or {}).values())
    figures = [figure for figure in (*stated, target.figure, target.otherwise) if figure is not None]
    if any(figure <= 0 for figure in (*figures, target.percent) if figure is not None):
        yield Fault(one.criterion, "chỉ tiêu phải lớn hơn 0")
    if not all(_fits(figure, item.value_scale) for figure in figures):
        yield Fault(one.criterion, f"chỉ tiêu ghi tối đa {item.indicator.decimals if item.indicator else 0} chữ số lẻ")


def _maximum_faults(one: SupposedMaximum, rubric: Rubric) -> Iterator[Fault]:
    item = rubric.item.get(one.criterion)
    if item is None:
        yield Fault(one.criterion, "không có tiêu chí này")
        return
    if one.points <= 0 or not _fits(one.points, rubric.scale):
        yield Fault(one.criterion, f"điểm tối đa phải lớn hơn 0, tối đa {rubric.points.decimals} chữ số lẻ")
    stated = max((award.points for award in _awards(item) if award.points is not None), default=Decimal(0))
    if one.points < stated:
        yield Fault(one.criterion, f"có bậc được {number(stated)} điểm, cao hơn điểm tối đa định thử")


def _awards(item: Criterion) -> Sequence[Award]:
    """What the steps or levels of an item give."""
    for name in ("steps", "levels"):
        if name in item.params:
            stated: Steps | Levels = item.parameter(name)
            return stated.steps if isinstance(stated, Steps) else stated.levels
    return ()


def _edge_faults(one: SupposedEdge, rubric: Rubric) -> Iterator[Fault]:
    if one.band not in {band.id for band in ladder(rubric)[1:]}:
        yield Fault(_band_words(one.band, rubric), "không đổi được điểm bắt đầu của mức này")
    if not _fits(one.least, 10**rubric.figure.decimals):
        what = f"điểm bắt đầu ghi tối đa {rubric.figure.decimals} chữ số lẻ"
        yield Fault(_band_words(one.band, rubric), what)


def _band_words(name: str, rubric: Rubric) -> str:
    """A band as readers know it."""
    return f"mức “{rubric.band[name].name}”" if name in rubric.band else name


def _bands_out_of_order(rubric: Rubric) -> Iterator[Fault]:
    """Bands whose edges have passed those of a neighbour."""
    for band in ladder(rubric):
        if band.below is not None and band.below <= (band.from_ or 0):
            what = "khung điểm của mức không còn điểm nào"
            yield Fault(_band_words(band.id, rubric), what, mend="giữ thứ tự các mức")


def _fits(figure: Decimal, scale: int) -> bool:
    """Whether a figure is exact at a scale."""
    return figure * scale == (figure * scale).to_integral_value()
