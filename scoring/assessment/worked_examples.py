"""For each criterion of a rubric, what a unit could report and the points the engine gives for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from scoring.assessment.arithmetic import working
from scoring.core import wording
from scoring.core.rows import MarkRow
from scoring.core.tables import rows_as
from scoring.rubric.methods import METHODS, takes_base
from scoring.rubric.model import Bound, Criterion, Rubric
from scoring.scores.totals import score

_MEMBERS, _WHOLE, _PIECES = 100, 20, 60
_FIGURES = (*range(21), 24, 25, 30, 35, 40, 45, 50, 60, 70, 75, 80, 90, 100, 150, 200, 300, 400, 500)


class WorkedExample(NamedTuple):
    """What a unit reports, in words without a capital; its points, and how they come out of it ("" for a table)."""

    reported: str
    points: str
    working: str


def worked_examples(rubric: Rubric) -> dict[str, WorkedExample]:
    """An example for each item by its id: one that earns some of the points where there is one, otherwise all.

    The units are invented, of 100 members, and reach the engine as any report would. Items somebody gives points for,
    and those whose target or result is not in the rubric, have none.
    """
    register = _register(rubric)
    result = score(_entries(rubric, register), rubric, register)
    marks = [mark for mark in rows_as(MarkRow, result.marks) if mark["state"] in {"scored", "zero"}]
    found = {item.id: _example(item, rubric, [m for m in marks if m["criterion"] == item.id]) for item in rubric.items}
    return {name: example for name, example in found.items() if example is not None}


def _register(rubric: Rubric) -> pd.DataFrame:
    """As many units of each type as there are figures to try; a criterion for single units has none of them."""
    block = next(iter(rubric.blocks))
    rows = [
        {"id": f"{kind}.{place}", "name": f"{kind}.{place}", "block": block, "type": kind, "figure": place}
        for kind in rubric.types
        for place in range(len(_FIGURES))
    ]
    same = {"members": _MEMBERS, "parent": "", "eligible": True, "eligibility": ""}
    return pd.DataFrame([{**row, **same} for row in rows]).astype({"members": "Int64"})


def _entries(rubric: Rubric, register: pd.DataFrame) -> pd.DataFrame:
    rows = [
        _entry(unit, item, rubric.annual_period.id, value, base)
        for unit, place in zip(register["id"], register["figure"], strict=True)
        for item in rubric.items
        if not item.is_judged and (figure := _figure(item, place)) is not None
        for value, base in [figure]
    ]
    columns = ["unit", "criterion", "period", "value", "base", "not_applicable", "self_points", "evidence"]
    columns += ["file", "sheet", "cell"]
    scaled = dict.fromkeys(("value", "base", "self_points"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype({**scaled, "evidence": "str"})


def _figure(item: Criterion, place: int) -> tuple[int, int | None] | None:
    """The figure to try at a place, with what it is part of, scaled; None where the criterion has no such figure."""
    figure, scale = _FIGURES[place], item.value_scale
    choices = METHODS[item.method].choices(item)
    least = int(item.indicator.least or 0) if item.indicator else 0
    most = item.indicator.most if item.indicator else None
    top = _MEMBERS if most is None or isinstance(most, Bound) else int(most)
    if METHODS[item.method].VALUE in {"yes_no", "level"} or choices:
        return (figure, None) if figure < (len(choices) or 2) else None
    if takes_base(item.method):
        whole = 100 if item.indicator and item.indicator.source == "tasks" else _WHOLE  # tasks are a percent already
        return (figure * scale, whole * scale) if figure <= whole else None
    return (figure * scale, None) if least <= figure <= top else None


def _entry(unit: str, item: Criterion, period: str, value: int, base: int | None) -> tuple[object, ...]:
    pieces = min(max(value // item.value_scale, 1), _PIECES)
    evidence = "; ".join(f"BB{piece}-{unit}-{item.id}" for piece in range(1, pieces + 1))
    return (unit, item.id, period, value, base, False, None, evidence, "", "", "")


def _example(item: Criterion, rubric: Rubric, marks: Sequence[MarkRow]) -> WorkedExample | None:
    """The mark nearest to three quarters of the maximum, of those that earn some and not all; the first of equals."""
    told = list(_told(marks))
    if not told:
        return None
    some = [mark for mark in told if 0 < (mark["points"] or 0) < mark["max_points"]]
    chosen = min(some or told, key=lambda mark: abs(4 * (mark["points"] or 0) - 3 * mark["max_points"]))
    return WorkedExample(
        METHODS[item.method].reason(chosen, item),
        wording.points(chosen["points"], rubric.points.decimals),
        working(chosen, item, rubric, marks),
    )


def _told(marks: Sequence[MarkRow]) -> Iterator[MarkRow]:
    """One mark a value: units of other types have the same."""
    seen: set[int | None] = set()
    for mark in marks:
        if mark["value"] is not None and mark["value"] not in seen:
            seen.add(mark["value"])
            yield mark
