"""What an input cell of a form accepts, and the formula by which a form checks itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from scoring.core.wording import number
from scoring.reports.fields import COLUMNS, INPUTS, NOT_APPLICABLE, choices, decimals, inputs, is_mandatory, value_range
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Criterion, Fact, Rubric
from scoring.rubric.scope import Unit

LONGEST_HINT = 255
"""Characters Excel shows of a hint or message."""
COMPLETE, LEFT_OUT = "Đủ", "Chưa điền"
"""What the check column says of a row without fault, and of one not yet filled in."""

Line = Criterion | Fact

_AT = {column.key: place for place, column in enumerate(COLUMNS)}


def prompt(title: str, hint: str, error: str) -> dict[str, str]:
    """Hint and message of a cell, as long as Excel takes them."""
    hint = hint if len(hint) <= LONGEST_HINT else f"{hint[: LONGEST_HINT - 1]}…"
    return {"input_title": title, "input_message": hint, "error_title": "Chưa đúng", "error_message": error}


def input_rules(line: Line, unit: Unit, rubric: Rubric) -> dict[str, dict[str, Any]]:
    """Range, hint and message of each input cell of a row, by field; a drop-down of words is drawn with its list."""
    if isinstance(line, Fact):
        return {} if choices(line) else {"value": _value_rule(line, unit)}
    most_points = f"Từ 0 đến {number(line.max_points)}."
    hint = (
        f"{line.evidence_hint or 'Số, ngày văn bản hoặc đường dẫn'}. Ghi mã ở trang Minh chứng (MC01; MC02) hoặc ghi "
    )
    hint += "thẳng vào đây; cách nhau bằng dấu chấm phẩy."
    rules: dict[str, dict[str, Any]] = {
        "base": {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            **prompt("Trên tổng số", _whole(line), "Ghi một số từ 0 trở lên."),
        },
        "not_applicable": {
            "validate": "list",
            "source": [NOT_APPLICABLE],
            **prompt(NOT_APPLICABLE, f"Chỉ chọn khi: {line.may_not_apply}.", "Chọn trong danh sách hoặc để trống."),
        },
        "self_points": {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": float(line.max_points),
            **prompt("Điểm tự chấm", most_points, most_points),
        },
        "evidence": {"validate": "any", **prompt("Minh chứng", hint, "")},
    }
    if not choices(line):
        rules["value"] = _value_rule(line, unit)
    return {field: rule for field, rule in rules.items() if field in inputs(line, rubric)}


def _whole(item: Criterion) -> str:
    return (item.indicator.of if item.indicator else None) or "Tổng số"


def _value_rule(line: Line, unit: Unit) -> dict[str, Any]:
    """The range of a reported number."""
    least, most = value_range(line, unit)
    kind = "số nguyên" if decimals(line) == 0 else f"số có không quá {decimals(line)} chữ số lẻ"
    until = "trở lên" if most is None else f"đến {number(most)}"
    message = f"Ghi {kind}, từ {number(least)} {until}."
    note = line.note if isinstance(line, Criterion) and line.note else ""
    rule: dict[str, Any] = {"validate": "integer" if decimals(line) == 0 else "decimal"}
    if most is None:
        rule |= {"criteria": ">=", "value": float(least)}
    else:
        rule |= {"criteria": "between", "minimum": float(least), "maximum": float(most)}
    return rule | prompt("Kết quả", f"{message} {note}".strip(), message)


def check_formula(line: Line, rows: Mapping[str, int], unit: Unit, rubric: Rubric) -> str:
    """What the check column says of a row; the first fault, or that it is complete.

    rows: the row of each item and fact on the sheet, from 0.
    """
    cell = {field: xl_rowcol_to_cell(rows[line.id], _AT[field]) for field in INPUTS}
    asked = inputs(line, rubric)
    faults = [*_value_faults(line, cell, asked, unit), *_claim_faults(line, cell, asked), *_above_faults(line, rows)]
    if "value" not in asked:
        return "=" + _first_of(faults, '""')
    complete = _first_of(faults, f'"{COMPLETE}"')
    left_out = f'"{LEFT_OUT}"' if is_mandatory(line, rubric) else '""'
    said = f"IF({_is_blank(cell['value'])},{left_out},{complete})"
    if "not_applicable" in asked:
        claimed = f'IF({_is_blank(cell["value"])},"{COMPLETE}","Vừa có kết quả vừa không áp dụng")'
        said = f"IF({_is_blank(cell['not_applicable'])},{said},{claimed})"
    return f"={said}"


def _value_faults(line: Line, cell: dict[str, str], asked: tuple[str, ...], unit: Unit) -> Iterator[tuple[str, str]]:
    """Tests of a value that is there, and the words for each."""
    if choices(line) or "value" not in asked:
        return
    value, (least, most) = cell["value"], value_range(line, unit)
    yield f"NOT(ISNUMBER({value}))", "Cần ghi số"
    yield f"{value}<{least}", f"Nhỏ hơn {number(least)}"
    if most is not None:
        yield f"{value}>{most}", f"Lớn hơn {number(most)}"
    too_fine = f"Chỉ được {decimals(line)} chữ số lẻ" if decimals(line) else "Cần số nguyên"
    yield f"ABS({value}-ROUND({value},{decimals(line)}))>1E-9", too_fine
    if "base" in asked:
        yield f"NOT(ISNUMBER({cell['base']}))", "Thiếu tổng số"
        yield f"{value}>{cell['base']}", "Lớn hơn tổng số"


def _claim_faults(line: Line, cell: dict[str, str], asked: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Tests of self points and evidence."""
    if isinstance(line, Fact):
        return
    if line.needs_evidence:
        nothing = f'"{choices(line)[0]}"' if METHODS[line.method].VALUE == "yes_no" else "0"
        something = f"{cell['value']}<>{nothing}"
        there = something if "value" in asked else f"LEN({cell['self_points']})>0"
        yield f"AND({there},{_is_blank(cell['evidence'])})", "Thiếu minh chứng"
    if "self_points" in asked:
        own, most = cell["self_points"], line.max_points
        yield f"AND(ISNUMBER({own}),{own}>{most})", f"Tự chấm quá {number(most)} điểm"


def _above_faults(line: Line, rows: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Tests of a count against those it is part of."""
    for name in line.at_most if isinstance(line, Fact) else ():
        if name in rows:
            part, whole = (xl_rowcol_to_cell(rows[one], _AT["value"]) for one in (line.id, name))
            yield f"AND(ISNUMBER({whole}),{part}>{whole})", f"Lớn hơn {name}"


def _is_blank(cell: str) -> str:
    return f"LEN(TRIM({cell}))=0"


def _first_of(faults: list[tuple[str, str]], otherwise: str) -> str:
    """Nested IFs: the words of the first test that holds."""
    said = otherwise
    for test, words in reversed(faults):
        said = f'IF({test},"{words}",{said})'
    return said
