"""A rubric as sheets of cells, and sheets read back as what its YAML file says, each thing with its cell.

Row 1 of a sheet says what its columns are, row 2 names their keys, by which they are found wherever they were moved;
"Chung" has a row a key instead. Nothing here knows Excel: a sheet is rows of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from scoring.core.errors import Fault, RubricError
from scoring.core.numerals import readings, two_ways
from scoring.core.text import column_letters
from scoring.rubric import methods
from scoring.rubric.columns import SheetColumn, at, columns_of, is_dated, put, read, read_figure, told, told_plain
from scoring.rubric.model import (
    Band,
    Clause,
    Condition,
    Criterion,
    Fact,
    Gate,
    Group,
    GroupBand,
    GroupRanking,
    NotScored,
    Period,
    Plan,
    Quota,
    Rubric,
    Source,
    Tie,
)
from scoring.rubric.parameters import Level, Levels, Step, Steps
from scoring.rubric.reading import plan_of, rubric_of
from scoring.rubric.strict_yaml import Place, YamlFile

Rows = list[list[str]]
Cells = Mapping[tuple[int, int], str]
"""The texts of a sheet by row and column from 1; blank cells may be left out."""

GENERAL, TREE, PARAMETERS, CONDITIONS = "Chung", "Tiêu chí", "Tham số", "Điều kiện"
HEAD_ROWS = 2
KIND, PARENT, ITEM, BAND = "dòng", "thuộc", "tiêu chí", "mức"
"""Keys of columns that say where a row belongs."""
GROUP, CRITERION, BONUS, DEDUCTION = "nhóm", "tiêu chí", "điểm thưởng", "điểm trừ"
_EXTRAS = {BONUS: "bonus", DEDUCTION: "deductions"}


class ListSheet(NamedTuple):
    """A sheet with a row for each thing of a list (or of a mapping, whose keys are its first column)."""

    sheet: str
    place: Place
    model: type[BaseModel]
    keyed: bool = False


TABLES = (
    ListSheet("Nguồn", ("sources",), Source, keyed=True),
    ListSheet("Mục không chấm", ("not_scored",), NotScored),
    ListSheet("Kỳ", ("periods",), Period),
    ListSheet("Mức", ("bands",), Band),
    ListSheet("Khống chế", ("gates",), Gate),
    ListSheet("Tỷ lệ", ("quotas",), Quota),
    ListSheet("Dữ kiện", ("facts",), Fact),
    ListSheet("Xếp hạng", ("ranking", "ties"), Tie),
    ListSheet("Hạng nhóm", ("group_rankings",), GroupRanking),
    ListSheet("Mức nhóm", ("group_bands",), GroupBand),
)
KEY = SheetColumn(("id",), "text")
_OWN = {"digest", "dated"}


def general_columns() -> list[SheetColumn]:
    """What "Chung" has a row for."""
    return [column for column in columns_of(Rubric) if column.key not in _OWN]


def tree_columns() -> list[SheetColumn]:
    """The columns of groups and items, those of a group's own last."""
    item, group = columns_of(Criterion), columns_of(Group)
    cited, item = _apart(item)
    words = {"method": tuple(methods.METHODS)}
    found = [SheetColumn((KIND,), "word", (GROUP, CRITERION, BONUS, DEDUCTION)), SheetColumn((PARENT,), "text")]
    found += [one._replace(kind="word", words=words[one.key]) if one.key in words else one for one in item]
    return [*found, *(one for one in group if one not in item and one not in cited), *cited]


def parameter_columns() -> list[SheetColumn]:
    """The columns of parameters: a figure, or one row a step, level or case of a target."""
    steps = [column for column in columns_of(Step) if column.key in {"from", "to", "percent", "points"}]
    names = [column for column in columns_of(Level) if column.key.startswith("name")]
    plain = [SheetColumn((ITEM,), "text"), SheetColumn(("tham số",), "text"), SheetColumn(("value",), "number")]
    by = SheetColumn(("by",), "word", ("members", "type", "block", "unit"))
    return [*plain, by, SheetColumn(("key",), "text"), *names, *steps, SheetColumn(("otherwise",), "number"), _ASSIGNED]


_ASSIGNED = SheetColumn(("assigned_by",), "text")


def condition_columns() -> list[SheetColumn]:
    """The columns of the conditions of chosen bands."""
    return [SheetColumn((BAND,), "text"), *columns_of(Condition)]


def table_columns(table: ListSheet) -> list[SheetColumn]:
    """The columns of a sheet of `TABLES`; the source last."""
    cited, columns = _apart(columns_of(table.model))
    return [*([KEY] if table.keyed else []), *columns, *cited]


def _apart(columns: Sequence[SheetColumn]) -> tuple[list[SheetColumn], list[SheetColumn]]:
    """The columns that name a document and the place in it, and the others."""
    cited = [column for column in columns if column.key in {"source", "article"}]
    return cited, [column for column in columns if column not in cited]


# Written


def to_sheets(content: Mapping[str, Any]) -> dict[str, Rows]:
    """The rows of every sheet, without the two rows of heads."""
    sheets = {GENERAL: [[told(column, at(content, column.path))] for column in general_columns()]}
    sheets[TREE] = [*_tree(content.get("groups") or (), ""), *_extras(content)]
    sheets[PARAMETERS] = [row for item in _items(content) for row in _parameters(item)]
    for table in TABLES:
        columns = table_columns(table)
        sheets[table.sheet] = [
            [told(column, at(one, column.path)) for column in columns] for one in _things(content, table)
        ]
    sheets[CONDITIONS] = [
        [told(column, at({**one, BAND: band.get("id")}, column.path)) for column in condition_columns()]
        for band in content.get("bands") or ()
        for one in band.get("conditions") or ()
    ]
    return sheets


def _things(content: Mapping[str, Any], table: ListSheet) -> list[dict[str, Any]]:
    found = at(dict(content), [str(step) for step in table.place])
    if table.keyed:
        return [{"id": key, **one} for key, one in (found or {}).items()]
    return list(found or ())


def _tree(groups: Sequence[dict[str, Any]], parent: str) -> Iterator[list[str]]:
    for group in groups:
        yield _tree_row(group, GROUP, parent)
        yield from _tree(group.get("groups") or (), str(group.get("id", "")))
        for item in group.get("criteria") or ():
            yield _tree_row(item, CRITERION, str(group.get("id", "")))


def _extras(content: Mapping[str, Any]) -> Iterator[list[str]]:
    for kind, key in _EXTRAS.items():
        for item in (content.get(key) or {}).get("items") or ():
            yield _tree_row(item, kind, "")


def _tree_row(thing: dict[str, Any], kind: str, parent: str) -> list[str]:
    return [told(column, at({**thing, KIND: kind, PARENT: parent}, column.path)) for column in tree_columns()]


def _items(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    def below(groups: Any) -> Iterator[dict[str, Any]]:
        for group in groups or ():
            yield from below(group.get("groups"))
            yield from group.get("criteria") or ()

    yield from below(content.get("groups"))
    for key in _EXTRAS.values():
        yield from (content.get(key) or {}).get("items") or ()


def _parameters(item: dict[str, Any]) -> Iterator[list[str]]:
    for name, stated in (item.get("params") or {}).items():
        for row in _parameter_rows(stated):
            full = {**row, ITEM: item.get("id"), "tham số": name}
            yield [told(column, full.get(column.key)) for column in parameter_columns()]


def _parameter_rows(stated: Any) -> list[dict[str, Any]]:
    """One parameter as rows: its figure, its list, or the cases of a target."""
    if isinstance(stated, tuple):
        return [dict(one) if isinstance(one, dict) else {"value": one} for one in stated]
    if not isinstance(stated, dict) or is_dated(stated):
        return [{"value": stated}]
    plain = {key: part for key, part in stated.items() if key not in {"steps", "values"}}
    steps = [{"from": edge, "value": figure} for edge, figure in stated.get("steps") or ()]
    values = [{"key": key, "value": figure} for key, figure in (stated.get("values") or {}).items()]
    first, *others = [*steps, *values] or [{}]
    return [{**plain, **first}, *({"by": plain.get("by"), **other} for other in others)]


# Read


class Spot(NamedTuple):
    """A cell: its sheet, row and column from 1."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"tờ {self.sheet}, ô {column_letters(self.column)}{self.row}"


_WHERE = re.compile(r"tờ (.+), ô ([A-Z]+)(\d+)", re.DOTALL)


def spot_of(where: str) -> Spot | None:
    """The cell that a fault's place names; None where it names none."""
    found = _WHERE.fullmatch(where)
    if not found:
        return None
    column = 0
    for letter in found[2]:
        column = column * 26 + ord(letter) - 64
    return Spot(found[1], int(found[3]), column)


@dataclass(frozen=True)
class SheetFile(YamlFile):
    """What the sheets say, as a YAML file would, with the cell of everything.

    faults: those of the sheets; doubts: those among them that ask which of two figures is meant. homeless: the maxima
    of criteria and groups whose row belongs nowhere, which a sum may lack.
    """

    cells: dict[Place, Spot] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()
    homeless: tuple[Decimal, ...] = ()

    def where(self, place: Place) -> str:
        """The cell of a place, or of the nearest thing above it that has one."""
        while place and place not in self.cells:
            place = place[:-1]
        return str(self.cells[place]) if place else "cả sổ"

    def where_missing(self, place: Place) -> str:
        """The blank cell where something should stand."""
        return self.where(place)


def from_sheets(path: Path, sheets: Mapping[str, Cells]) -> SheetFile:
    """What the sheets say; what they lack or place wrongly is in `faults`."""
    reading = _Reading(sheets)
    reading.general()
    for table in TABLES:
        reading.table(table)
    reading.conditions()
    reading.tree()
    reading.parameters()
    return reading.file(path)


PLAN = "Kế hoạch"
CLAUSES = ListSheet("Mục kế hoạch", ("clauses",), Clause)
"""The sheets of a plan: a row a key, and a row a clause."""


def plan_columns() -> list[SheetColumn]:
    """What the sheet of a plan has a row for."""
    return columns_of(Plan)


def to_plan_sheets(content: Mapping[str, Any]) -> dict[str, Rows]:
    """The rows of both sheets of a plan, without the two rows of heads."""
    columns = table_columns(CLAUSES)
    clauses = [[told(column, at(one, column.path)) for column in columns] for one in _things(content, CLAUSES)]
    return {PLAN: [[told(column, at(content, column.path))] for column in plan_columns()], CLAUSES.sheet: clauses}


def from_plan_sheets(path: Path, sheets: Mapping[str, Cells]) -> SheetFile:
    """What the sheets of a plan say; what they lack or place wrongly is in `faults`."""
    reading = _Reading(sheets)
    reading.keyed(PLAN, plan_columns())
    reading.content.setdefault("clauses", [])
    reading.table(CLAUSES)
    return reading.file(path)


def plan_faults(stated: SheetFile) -> list[Fault]:
    """Everything that is wrong with the plan the sheets state."""
    try:
        plan_of(stated)
    except RubricError as error:
        asked = {fault.where for fault in stated.doubts}
        found = [*stated.faults, *(fault for fault in error.faults if fault.where not in asked)]
        return [replace(fault, expected=_CELL_WORDS.get(fault.expected, fault.expected)) for fault in found]
    return list(stated.faults)


class _Row(NamedTuple):
    """A row that is not blank: its number, the texts of its cells by key, and the cell of every key."""

    number: int
    texts: dict[str, str]
    spots: dict[str, Spot]


class _Reading:
    """The sheets on their way to content: `content` grows, `cells` notes where each part came from."""

    def __init__(self, sheets: Mapping[str, Cells]) -> None:
        self.sheets = sheets
        self.content: dict[str, Any] = {}
        self.cells: dict[Place, Spot] = {}
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []
        self.homeless: list[Decimal] = []
        self.items: dict[str, tuple[dict[str, Any], Place]] = {}

    def file(self, path: Path) -> SheetFile:
        """What was read so far."""
        content, faults = _frozen(self.content), (*self.faults, *self.doubts)
        positions, lost = dict(_positions(content, ())), tuple(self.homeless)
        return SheetFile(path, content, positions, self.cells, faults, tuple(self.doubts), lost)

    def general(self) -> None:
        """The row of each key of a rubric."""
        self.keyed(GENERAL, general_columns())
        for place, empty in (("sources", {}), ("types", {}), ("blocks", {}), ("periods", []), ("bands", [])):
            self.content.setdefault(place, empty)
        for key in _EXTRAS.values():
            if key in self.content:
                self.content[key]["items"] = []
        if "ranking" in self.content:
            self.content["ranking"]["ties"] = []

    def keyed(self, sheet: str, columns: Sequence[SheetColumn]) -> None:
        """The row of each key of a sheet that has a row a key."""
        known, seen = {column.key: column for column in columns}, set[str]()
        cells = self._sheet(sheet)
        for row in sorted({row for row, column in cells if column == 3 and row > HEAD_ROWS}):
            key, text, spot = cells[row, 3].strip(), cells.get((row, 2), ""), Spot(sheet, row, 2)
            if key not in known or key in seen:
                what = f"có hai dòng '{key}'" if key in seen else f"không có khóa '{key}'"
                self.faults.append(Fault(str(Spot(sheet, row, 3)), what, mend="xóa dòng này"))
                continue
            seen.add(key)
            self.cells[known[key].path] = spot
            self._put(self.content, known[key], text, spot)

    def table(self, table: ListSheet) -> None:
        """The rows of a table."""
        columns = table_columns(table)
        for row in self._rows(table.sheet, columns):
            thing: dict[str, Any] = {}
            if table.keyed:
                place: Place = (*table.place, row.texts.pop("id", ""))
                put(self.content, place, thing)
            else:
                place = self._append(table.place, thing)
            if table.model is Quota:
                thing["base"] = []
            self._fill(thing, place, row, columns)

    def conditions(self) -> None:
        """The conditions of the bands that are chosen."""
        bands = {band.get("id"): (number, band) for number, band in enumerate(self.content["bands"])}
        for row in self._rows(CONDITIONS, condition_columns()):
            name = row.texts.pop(BAND, "").strip()
            if name not in bands:
                self._unknown(row, BAND, f"không có mức '{name}'", bands)
                continue
            number, band = bands[name]
            thing: dict[str, Any] = {}
            listed = band.setdefault("conditions", [])
            listed.append(thing)
            self._fill(thing, ("bands", number, "conditions", len(listed) - 1), row, condition_columns()[1:])

    def tree(self) -> None:
        """Groups and items, each in the group it names."""
        groups: dict[str, tuple[dict[str, Any], Place]] = {}
        self.content["groups"] = []
        columns = tree_columns()
        for row in self._rows(TREE, columns):
            kind, parent = row.texts.pop(KIND, "").strip().casefold(), row.texts.pop(PARENT, "").strip()
            home = self._home(row, kind, parent, groups)
            if home is None:
                self.items.setdefault(row.texts.get("id", "").strip(), ({}, ()))  # its parameters are no fault as well
                most = read_figure(row.texts.get("max_points", "").strip())
                self.homeless += [Decimal(most)] if isinstance(most, int | Decimal) else []
                continue
            thing: dict[str, Any] = {}
            place = (*home[1], len(home[0]))
            home[0].append(thing)
            known = {column.key for column in columns_of(Group if kind == GROUP else Criterion)}
            self._fill(thing, place, row, [column for column in columns if column.key in known])
            for key in sorted(set(row.texts) - known):
                what = f"dòng {kind} không có '{key}'"
                self.faults.append(Fault(str(row.spots[key]), what, mend="để trống ô này"))
            (groups if kind == GROUP else self.items)[str(thing.get("id", ""))] = (thing, place)

    def _home(
        self, row: _Row, kind: str, parent: str, groups: dict[str, tuple[dict[str, Any], Place]]
    ) -> tuple[list[Any], Place] | None:
        """The list a row of the tree belongs to, and its place."""
        if kind in _EXTRAS:
            extra = self.content.setdefault(_EXTRAS[kind], {})
            return extra.setdefault("items", []), (_EXTRAS[kind], "items")
        if kind not in {GROUP, CRITERION}:
            self._unknown(row, KIND, f"không rõ '{kind}' là dòng gì", (GROUP, CRITERION, *_EXTRAS))
            return None
        if kind == GROUP and not parent:
            return self.content["groups"], ("groups",)
        if parent not in groups:
            what = f"không có nhóm '{parent}' ở các dòng trên" if parent else "tiêu chí này chưa thuộc nhóm nào"
            self._unknown(row, PARENT, what, groups)
            return None
        thing, place = groups[parent]
        key = "groups" if kind == GROUP else "criteria"
        return thing.setdefault(key, []), (*place, key)

    def parameters(self) -> None:
        """The parameters, each of the item it names."""
        rows = list(self._rows(PARAMETERS, parameter_columns()))
        for row in rows:
            if row.texts.get(ITEM, "").strip() not in self.items:
                self._unknown(row, ITEM, f"không có tiêu chí '{row.texts.get(ITEM, '')}'", self.items)
        named = [row for row in rows if row.texts.get(ITEM, "").strip() in self.items]
        order = sorted(named, key=_parameter_of)
        for (item, name), group in groupby(order, key=_parameter_of):
            thing, place = self.items[item]
            at_parameter = (*place, "params", name)
            own = list(group)
            stated, spots = _parameter(
                str(thing.get("method", "")), name, own, [self._parameter_row(row) for row in own]
            )
            thing.setdefault("params", {})[name] = stated
            self.cells.update({(*at_parameter, *below): spot for below, spot in spots.items()})

    def _parameter_row(self, row: _Row) -> dict[str, Any]:
        columns = {column.key: column for column in parameter_columns()}
        stated = {key: text for key, text in row.texts.items() if key not in {ITEM, "tham số"}}
        return {key: self._read(columns[key], text, row.spots[key]) for key, text in stated.items()}

    def _sheet(self, name: str) -> Cells:
        if name not in self.sheets:
            mend = "xuất lại sổ bằng lệnh rubric export rồi chép phần đã sửa sang"
            self.faults.append(Fault("cả sổ", f"không có tờ '{name}'", mend=mend))
        return self.sheets.get(name, {})

    def _rows(self, sheet: str, columns: Sequence[SheetColumn]) -> Iterator[_Row]:
        """The rows under the heads that hold something."""
        cells = self._sheet(sheet)
        keys = {column: text.strip() for (row, column), text in cells.items() if row == HEAD_ROWS and text.strip()}
        known = {column.key for column in columns}
        for column, key in sorted(keys.items()):
            if key not in known:
                expected = f"các khóa hợp lệ: {', '.join(sorted(known))}"
                self.faults.append(Fault(str(Spot(sheet, HEAD_ROWS, column)), f"không có khóa '{key}'", expected))
        if cells and (missing := known - set(keys.values())):
            what = f"thiếu cột {', '.join(sorted(missing))}"
            self.faults.append(
                Fault(str(Spot(sheet, HEAD_ROWS, 1)), what, mend="xuất lại sổ rồi chép phần đã sửa sang")
            )
        at_key = {key: column for column, key in keys.items() if key in known}
        for number in sorted({row for row, _ in cells if row > HEAD_ROWS}):
            found = {key: cells.get((number, column), "") for key, column in at_key.items()}
            texts = {key: text for key, text in found.items() if text.strip()}
            if texts:
                yield _Row(number, texts, {key: Spot(sheet, number, column) for key, column in at_key.items()})

    def _append(self, place: Place, thing: dict[str, Any]) -> Place:
        above: Any = self.content
        for key in place[:-1]:
            above = above.setdefault(str(key), {})
        listed = above.setdefault(str(place[-1]), [])
        listed.append(thing)
        return (*place, len(listed) - 1)

    def _fill(self, thing: dict[str, Any], place: Place, row: _Row, columns: Sequence[SheetColumn]) -> None:
        """The cells of a row as the parts of a thing; a blank cell has its place too, for what is missing in it."""
        self.cells[place] = row.spots.get("id") or min(row.spots.values())
        for column in columns:
            if column.key in row.spots:
                self.cells[(*place, *column.path)] = row.spots[column.key]
            self._put(thing, column, row.texts.get(column.key, ""), row.spots.get(column.key))

    def _put(self, thing: dict[str, Any], column: SheetColumn, text: str, spot: Spot | None) -> None:
        if text.strip():
            put(thing, column.path, self._read(column, text, spot))

    def _read(self, column: SheetColumn, text: str, spot: Spot | None) -> Any:
        """What a cell says; a figure that stays text as it reads in two ways is asked about."""
        stated = read(column, text)
        if column.kind in {"number", "limit"} and isinstance(stated, str) and len(readings(text)) > 1:
            what, mend = two_ways(text, readings(text))
            self.doubts.append(Fault(str(spot), what, mend=mend))
        return stated

    def _unknown(self, row: _Row, key: str, what: str, known: Any) -> None:
        where = row.spots.get(key) or min(row.spots.values())
        self.faults.append(Fault(str(where), what, f"đang có: {', '.join(map(str, known)) or 'chưa có'}"))


def _parameter_of(row: _Row) -> tuple[str, str]:
    return row.texts.get(ITEM, "").strip(), row.texts.get("tham số", "").strip()


def _parameter(method: str, name: str, rows: list[_Row], stated: list[dict[str, Any]]) -> tuple[Any, dict[Place, Spot]]:
    """What the rows of one parameter state, and the cells of its parts."""
    schema = methods.parameters(method).get(name) if method in methods.METHODS else None
    spots: dict[Place, Spot] = {(): rows[0].spots["tham số"]}
    if schema in {Steps, Levels} or any({"name", "points", "to"} & set(one) for one in stated):
        for number, row in enumerate(rows):
            spots[(number,)] = min(row.spots[key] for key in row.texts)
            spots |= {(number, key): spot for key, spot in row.spots.items()}
        return stated, spots
    first = stated[0]
    if set(first) <= {"value"} and len(stated) == 1:
        spots[()] = rows[0].spots["value"]
        return first.get("value"), spots
    spots |= {
        (key,): spot for key, spot in rows[0].spots.items() if key in {"by", "percent", "otherwise", "assigned_by"}
    }
    return _target(stated, rows, spots), spots


def _target(stated: list[dict[str, Any]], rows: list[_Row], spots: dict[Place, Spot]) -> dict[str, Any]:
    """A target that follows the unit, from the rows of its cases."""
    target: dict[str, Any] = {}
    for one, row in zip(stated, rows, strict=True):
        case = {key: one.pop(key) for key in ("from", "key", "value") if key in one}
        target.update({key: part for key, part in one.items() if key not in target})
        if "key" in case:
            put(target, ("values", case["key"]), case.get("value"))
            spots["values", case["key"]] = row.spots["value"]
        elif case:
            listed = target.setdefault("steps", [])
            spots["steps", len(listed)] = row.spots["from"]
            spots["steps", len(listed), 1] = row.spots["value"]
            listed.append((case.get("from"), case.get("value")))
    return target


def _frozen(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _frozen(part) for key, part in node.items()}
    return tuple(_frozen(part) for part in node) if isinstance(node, list | tuple) else node


def _positions(node: Any, place: Place) -> Iterator[tuple[Place, tuple[int, int]]]:
    """Every place there is; lines and columns of a text file have no meaning here."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, tuple) else ()
    for step, part in parts:
        yield (*place, step), (1, 1)
        yield from _positions(part, (*place, step))


def without_nothing(node: Any, *, null: bool = True) -> Any:
    """The content without keys that say nothing (an empty list or mapping; null), so that two files can be compared.

    null: whether a null says nothing; where a comma broke a sentence in two, the second half is a key with a null.
    """
    if isinstance(node, dict):
        kept = {key: without_nothing(part, null=null) for key, part in node.items()}
        return {key: part for key, part in kept.items() if part not in ((), {}) and not (null and part is None)}
    return tuple(without_nothing(part, null=null) for part in node) if isinstance(node, tuple) else node


_CELL_WORDS = {
    "cần một số, không đặt trong dấu nháy, phần lẻ sau dấu chấm": "cần một số, phần lẻ sau dấu phẩy, không ghi dấu phân"
    " cách hàng nghìn",
    "cần true hoặc false": "cần có hoặc không",
    "cần ngày dạng 2024-12-31": "cần ngày dạng 31/12/2024",
    "cần các cặp khóa: giá trị": "cần mỗi dòng một cặp mã: lời",
}


def sheet_faults(stated: SheetFile, plan: Plan, known: Any) -> list[Fault]:
    """Everything that is wrong with the rubric the sheets state, in one round.

    known: the content of a rubric that can be read. What keeps the loader from going on is told, then what `known`
    has in its place stands in for it; sums are only those of the sheets themselves.
    """
    faults: list[Fault] = [*stated.faults]
    asked = {fault.where for fault in stated.doubts}
    content, first = stated.content, True
    for _ in range(_ROUNDS):
        try:
            rubric_of(replace(stated, content=content, positions=dict(_positions(content, ()))), plan, "")
        except RubricError as error:
            told = {fault.where for fault in faults}
            new = [
                fault for fault in error.faults if fault.where not in told and (first or not _adds_up(stated, fault))
            ]
            faults += new if not first else [fault for fault in error.faults if fault.where not in asked]
            mended = content
            for place in (place for fault in error.faults for place in _places(stated, fault)):
                mended = _with_known(mended, known, place)
            if mended == content:
                break
            content, first = mended, False
        else:
            break
    own = [fault for fault in faults if not _lacks(fault, stated.homeless)]
    return [replace(fault, expected=_CELL_WORDS.get(fault.expected, fault.expected)) for fault in own]


_SUM = re.compile(r"ghi (\S+) nhưng các phần cộng lại là (\S+)")


def _lacks(fault: Fault, homeless: Sequence[Decimal]) -> bool:
    """Whether a sum is wrong only as long as a row belongs nowhere, which is told of that row."""
    found = _SUM.search(fault.what) if homeless else None
    return found is not None and Decimal(found[1]) - Decimal(found[2]) in {*homeless, sum(homeless)}


_ROUNDS = 6


def _places(stated: SheetFile, fault: Fault) -> list[Place]:
    return [place for place, spot in stated.cells.items() if str(spot) == fault.where and place]


def _adds_up(stated: SheetFile, fault: Fault) -> bool:
    """Whether a fault may be about a sum, which a figure that stands in would falsify."""
    return any(place[-1] in {"max_points", "cap", "weight"} for place in _places(stated, fault))


def _with_known(node: Any, known: Any, place: Place) -> Any:
    """The content with the part of a known one at a place; things of lists are known by their ids."""
    if not place:
        return node if known is None else known
    step, *below = place
    if isinstance(node, dict):
        inner = known.get(step) if isinstance(known, dict) else None
        if not below and inner is None:
            return {key: part for key, part in node.items() if key != step}
        return {**node, str(step): _with_known(node.get(str(step)), inner, tuple(below))}
    if isinstance(node, tuple) and isinstance(step, int) and step < len(node) and below:
        found = _known_part(known, node[step], step)
        return (*node[:step], _with_known(node[step], found, tuple(below)), *node[step + 1 :])
    return node


def _known_part(known: Any, part: Any, step: int) -> Any:
    listed = known if isinstance(known, tuple) else ()
    name = part.get("id") if isinstance(part, dict) else None
    if name is not None:
        return next((one for one in listed if isinstance(one, dict) and one.get("id") == name), None)
    return listed[step] if step < len(listed) else None


def differences(before: Any, after: Any, place: Place = ()) -> list[tuple[str, str, str]]:
    """Where two contents differ: the place with ids for the items of lists, and what stands there in each."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(dict.fromkeys([*before, *after]))
        blank = [
            (".".join(map(str, (*place, key))), "null", "")
            for key in before
            if key not in after and before[key] is None
        ]
        return [*blank, *(one for key in keys for one in differences(before.get(key), after.get(key), (*place, key)))]
    if isinstance(before, tuple) and isinstance(after, tuple):
        left, right = _by_id(before), _by_id(after)
        keys = list(dict.fromkeys([*left, *right]))
        found = [one for key in keys for one in differences(left.get(key), right.get(key), (*place, key))]
        moved = [(".".join(map(str, place)), ", ".join(map(str, left)), ", ".join(map(str, right)))]
        return found or (moved if before != after else [])
    return [] if before == after else [(".".join(map(str, place)), _brief(before), _brief(after))]


def _by_id(listed: tuple[Any, ...]) -> dict[str | int, Any]:
    ids = [one.get("id") if isinstance(one, dict) else None for one in listed]
    return {
        (str(name) if name and ids.count(name) == 1 else number): one
        for number, (name, one) in enumerate(zip(ids, listed, strict=True), 1)
    }


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or ", ".join(f"{key}: {_brief(part)}" for key, part in value.items()))
    if isinstance(value, tuple):
        return "; ".join(_brief(part) for part in value)
    return "" if value is None else told_plain(value)
