"""Small rubrics read as any other, and what the engine says and gives for them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from ruamel.yaml import YAML

from scoring.assessment.arithmetic import working
from scoring.core import wording
from scoring.core.points import to_scaled
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Criterion, Rubric
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.tables import Row, TextTable, rubric_tables
from scoring.scores.totals import score

HERE = Path(__file__).parent
LISTS = ("criteria", "groups", "bonus", "top")
"""Where the YAML of a recipe belongs."""


class Given(NamedTuple):
    """A mark that the engine gave: the unit, what it reported, and the points with their arithmetic."""

    unit: str
    item: str
    value: str
    points: str
    working: str


@cache
def words_of(name: str) -> Any:
    """The content of one of the YAML files beside this one."""
    return YAML(typ="safe", pure=True).load(HERE / f"{name}.yaml")


def rubric_with(parts: Mapping[str, Any]) -> Rubric:
    """The rubric of the examples with some of its parts replaced, read from a file as any other."""
    whole = {**words_of("base"), **parts}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vi_du.yaml"
        yaml = YAML(typ="safe")
        yaml.dump(whole, path)
        return read_rubric(path, read_plan(HERE / "plan.yaml"))


def parts_of(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a rubric that a recipe replaces, read from its YAML."""
    where = next(name for name in LISTS if name in recipe)
    read = YAML(typ="safe", pure=True).load
    return {**dict(read(recipe.get("beside", "")) or {}), **_own_parts(where, read(recipe[where]))}


def _own_parts(where: str, stated: Any) -> dict[str, Any]:
    if where == "top":
        return dict(stated)
    if where == "bonus":
        return {"bonus": stated}
    groups = stated if where == "groups" else [group_of(stated)]
    counted = sum(Decimal(str(group.get("weight", group["max_points"]))) for group in groups)
    return {"groups": groups, "total": {"max_points": int(counted), "floor": 0}}


def group_of(criteria: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A group of these criteria alone."""
    return {"id": "B", "name": "Nhóm B", "max_points": sum(one["max_points"] for one in criteria), "criteria": criteria}


def new_rows(rubric: Rubric) -> list[TextTable]:
    """What the program's own tables say of a rubric and do not say of the plain one."""
    plan = read_plan(HERE / "plan.yaml")
    known = {
        (table.title.partition(" (")[0], row) for table in rubric_tables(rubric_with({}), plan) for row in table.rows
    }
    tables = []
    for table in rubric_tables(rubric, plan):
        title = table.title.partition(" (")[0]
        rows = tuple(row for row in table.rows if (title, row) not in known and not row[-1].startswith("chấm ở"))
        if rows and title not in {"Các mục của kế hoạch", "Ai ban hành, chấm ai"}:
            tables.append(_filled(TextTable(title, table.headings, rows)))
    return tables


def _filled(table: TextTable) -> TextTable:
    """The table without columns in which nothing stands."""
    kept = [place for place in range(len(table.headings)) if any(row[place] not in {"", "–"} for row in table.rows)]
    headings, *rows = (tuple(row[place] for place in kept) for row in (table.headings, *table.rows))
    return TextTable(table.title, headings, tuple(rows))


def scored(rubric: Rubric, units: Sequence[Mapping[str, Any]], **more: Any) -> tuple[list[Given], list[Row]]:
    """The marks of units that report these values, and each unit's total and figure.

    units: of each, what it reports by item (a figure, two of them where it is a share, by period, or "none" for what
    does not apply), and what differs of the register. more: what else the engine takes.
    """
    register = _register(units)
    result = score(_entries(rubric, units), rubric, register, **more)
    marks = result.marks.astype(object).where(result.marks.notna(), None).to_dict("records")
    given = [_given(mark, rubric, marks, register) for mark in marks]
    totals = result.totals.astype(object).where(result.totals.notna(), None).to_dict("records")
    return given, [_total(one, rubric) for one in totals]


def _register(units: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    plain = {"block": "K1", "type": "truong", "members": 100, "parent": "", "eligible": True, "eligibility": ""}
    rows = []
    for place, unit in enumerate(units, start=1):
        own = {name: unit[name] for name in plain if name in unit}
        rows.append({"id": f"V{place}", "name": f"Đơn vị {place}", **plain, **own})
    return pd.DataFrame(rows).astype({"members": "Int64"})


def _entries(rubric: Rubric, units: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    rows = []
    for place, unit in enumerate(units, start=1):
        for name, stated in unit.items():
            if name in rubric.item and rubric.item[name].method != "judged":
                by_period = stated if isinstance(stated, dict) else {rubric.annual_period.id: stated}
                rows += [_entry(f"V{place}", rubric.item[name], period, one) for period, one in by_period.items()]
    columns = ["unit", "criterion", "period", "value", "base", "not_applicable", "self_points", "evidence"]
    columns += ["file", "sheet", "cell"]
    scaled = dict.fromkeys(("value", "base", "self_points"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype({**scaled, "evidence": "str"})


def _entry(unit: str, item: Criterion, period: str, stated: Any) -> tuple[Any, ...]:
    value, base = stated if isinstance(stated, list) else (stated, None)
    figures = [
        None if one in {None, "none"} else to_scaled(Decimal(str(one)), item.value_scale) for one in (value, base)
    ]
    claimed = stated == "none"
    shown = "; ".join(f"BB{at}-{unit}" for at in range(1, 3)) if item.evidence == "counted" else f"BB-{unit}-{item.id}"
    return (unit, item.id, period, *figures, claimed, None, shown, f"{unit}.xlsx", "Báo cáo", "D7")


def _given(mark: dict[str, Any], rubric: Rubric, marks: Sequence[dict[str, Any]], register: pd.DataFrame) -> Given:
    item = rubric.item[mark["criterion"]]
    block = dict(zip(register["id"], register["block"], strict=True))
    peers = [
        one
        for one in marks
        if one["criterion"] == item.id and block[one["unit"]] == block[mark["unit"]] and one["points"] is not None
    ]
    points = wording.STATES[mark["state"]] if mark["points"] is None else _points(mark["points"], rubric)
    reason = METHODS[item.method].reason(mark, item) if mark["value"] is not None and mark["points"] is not None else ""
    return Given(mark["unit"], item.id, reason, points, working(mark, item, rubric, peers))


def _points(points: int, rubric: Rubric) -> str:
    return wording.points(points, rubric.points.decimals)


def _total(row: dict[str, Any], rubric: Rubric) -> Row:
    if row["total"] is None:
        return (row["unit"], "–", "–")
    figure = wording.points(row["figure"], rubric.figure.decimals)
    return (row["unit"], f"{_points(row['total'], rubric)}/{_points(row['effective_max'], rubric)}", f"{figure}%")
