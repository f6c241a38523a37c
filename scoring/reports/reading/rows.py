"""One row of a report: from its cells to values and remarks, and the rows of the tables they become."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.core.numerals import Mark, Marks
from scoring.reports.fields import INPUTS, NOT_APPLICABLE, choices, decimals, inputs, value_range
from scoring.reports.reading.cells import (
    BLANK,
    Cell,
    Likely,
    Parsed,
    is_blank,
    read_choice,
    read_list,
    read_number,
    says_not_applicable,
    text_readings,
)
from scoring.rubric.model import Criterion, Fact, Rubric
from scoring.rubric.scope import Unit

Line = Criterion | Fact


class Row(NamedTuple):
    """One row of `entries`."""

    unit: str
    criterion: str
    period: str
    value: int | None
    base: int | None
    not_applicable: bool
    self_points: int | None
    evidence: str | None
    file: str
    sheet: str
    cell: str


class Values(NamedTuple):
    """The fields of one entry."""

    value: int | None
    base: int | None
    not_applicable: bool
    self_points: int | None
    evidence: str | None


Said = tuple[str, Remark]
"""A field and a remark on its cell."""


def limits(line: Line, unit: Unit, rubric: Rubric) -> dict[str, Limits]:
    """What each field that holds a number may be, by field."""
    asked, found = inputs(line, rubric), {}
    if "value" in asked and not choices(line):
        found["value"] = Limits(decimals(line), *value_range(line, unit))
    if "base" in asked:
        found["base"] = Limits(decimals(line), Decimal(0), None)
    if isinstance(line, Criterion) and "self_points" in asked:
        found["self_points"] = Limits(rubric.points.decimals, Decimal(0), line.max_points)
    return found


class Limits(NamedTuple):
    """The decimals a number may have, the least and the most it may be (None: no end)."""

    places: int
    least: Decimal
    most: Decimal | None


def see_marks(
    marks: Marks, line: Line, cells: Mapping[str, Cell], columns: Mapping[str, Hashable], unit: Unit, rubric: Rubric
) -> None:
    """Take note of how the figures of one row are written, by the column they stand in."""
    for field, limit in limits(line, unit, rubric).items():
        marks.see(columns.get(field), text_readings(cells.get(field, BLANK), **limit._asdict()))


def read_values(
    line: Line, cells: dict[str, Cell], unit: Unit, rubric: Rubric, marks: Mapping[str, Mark | None] | None = None
) -> tuple[Values, list[Said]]:
    """The fields of one item or fact from its cells, by field, and the remarks on them.

    A refused value or whole leaves both unknown: half a share is no share. marks: by field, the decimal mark of the
    other figures of its column or file.
    """
    asked = inputs(line, rubric)
    said = [(name, _UNUSED) for name, cell in cells.items() if name not in asked and not is_blank(cell)]
    cell = {name: cells.get(name, BLANK) for name in INPUTS}
    claimed, claims = _claim(cell, asked)
    parsed: dict[str, Parsed[Any]] = {}
    if (words := choices(line)) and not says_not_applicable(cell["value"]):
        parsed["value"] = read_choice(cell["value"], words)
    for field, limit in limits(line, unit, rubric).items():
        if field != "value" or not says_not_applicable(cell["value"]):
            likely = Likely((marks or {}).get(field))
            parsed[field] = read_number(cell[field], **limit._asdict(), likely=likely)
    if "evidence" in asked:
        parsed["evidence"] = read_list(cell["evidence"])
    said += [*claims, *((name, remark) for name, one in parsed.items() for remark in one.remarks)]
    value, base, own, evidence = (
        parsed.get(name, Parsed(None)) for name in ("value", "base", "self_points", "evidence")
    )
    against = _against(value, base, claimed=claimed, shared="base" in asked)
    said += [("value", against)] if against else []
    known = not (against or value.is_refused or base.is_refused)
    return (
        Values(
            value.value if known else None,
            base.value if known else None,
            claimed and known,
            own.value,
            evidence.value,
        ),
        said,
    )


_UNUSED = Remark("unused_cell", term("ô này không dùng cho dòng này nên không tính"), term("xóa nội dung ô"))


def _claim(cell: dict[str, Cell], asked: tuple[str, ...]) -> tuple[bool, list[Said]]:
    """Whether the row says that the criterion does not apply, and may."""
    stated = next((name for name in ("not_applicable", "value") if says_not_applicable(cell[name])), None)
    if "not_applicable" not in asked:
        what, mend = say("tiêu chí này không được chọn Không áp dụng"), say("ghi kết quả, không có thì ghi 0")
        refused = Remark("must_apply", what, mend)
        return False, [("value", refused)] if stated == "value" else []
    remarks = read_choice(cell["not_applicable"], (NOT_APPLICABLE, "N/A")).remarks
    return stated is not None, [("not_applicable", remark) for remark in remarks]


def _against(value: Parsed[int], base: Parsed[int], *, claimed: bool, shared: bool) -> Remark | None:
    """What the fields of a row say against each other."""
    if claimed and (value.value is not None or base.value is not None):
        what = say("vừa có kết quả vừa ghi Không áp dụng")
        return Remark("claim_and_value", what, say("xóa một trong hai"))
    if not shared or claimed or value.is_refused or base.is_refused:
        return None
    if value.value is None and base.value is None:
        return None
    if value.value is None or base.value is None:
        what = say("chỉ có một trong hai số Kết quả và Trên tổng số")
        return Remark("half_a_share", what, say("ghi đủ hai số"))
    if value.value > base.value:
        what = say("Kết quả lớn hơn Trên tổng số")
        return Remark("part_above_whole", what, say("kiểm tra và ghi lại hai số"))
    return None
