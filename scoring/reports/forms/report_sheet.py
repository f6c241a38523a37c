"""Draw a form's sheet: the title and labels, the table with its input cells, the print set-up and the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from scoring.core.sheet import Looks, print_wide
from scoring.core.wording import day, number
from scoring.reports.fields import (
    COLUMNS,
    INPUTS,
    LISTS,
    PERIOD_LABEL,
    SENT_LABEL,
    UNIT_LABEL,
    YEAR_LABEL,
    FormColumn,
    choices,
    inputs,
    is_mandatory,
)
from scoring.reports.forms.cell_rules import COMPLETE, LEFT_OUT, LONGEST_HINT, Line, check_formula, input_rules, prompt
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Fact, Period, Plan, Rubric
from scoring.rubric.rule_words import rule_text
from scoring.rubric.scope import Unit, members_of

Formats = dict[str, Format]
Looked = Sequence[tuple[str, str]]
"""Words, and the format of a cell that says them."""

SIZE = 12
"""The form's letters, in points."""
LIST_HEADER = 3
"""The row of headings of a list beside the report, from 0."""
_WIDTH = {column.key: column.width for column in COLUMNS}
_AT = {column.key: place for place, column in enumerate(COLUMNS)}
_HIGHEST_ROW = 400
"""Points; Excel takes 409."""
_LABELS_FROM, _HEADER = 3, 8
_LEFT, _LEFT_VALUE, _RIGHT, _RIGHT_VALUE = _AT["name"], _AT["clause"], _AT["base"], _AT["evidence"]
SENT_AT = (_LABELS_FROM + 3, _RIGHT_VALUE)
"""Row and column, from 0, of the cell for the day of sending."""
HEADER_ROW = _HEADER + 1
"""The row of the table's headings, from 1."""


class Form(NamedTuple):
    """Whose form it is, and of when."""

    plan: Plan
    rubric: Rubric
    unit: Unit
    period: Period


def draw_sheet(
    sheet: Worksheet,
    lists: Worksheet,
    formats: Formats,
    form: Form,
    lines: list[Line | str],
    previous: Mapping[str, str],
) -> dict[tuple[str, str], tuple[int, int]]:
    """Draw the form; returns row and column, from 0, of each input by item or fact and field.

    lists: the sheet that keeps the words of drop-downs. lines: the rows of the table, headings as text. previous: what
    was reported in the period before, by item.
    """
    _set_up(sheet)
    _title(sheet, formats, form)
    cells = _table(sheet, formats, lines, form, previous)
    _choice_lists(sheet, lists, lines)
    return cells


def formats_of(looks: Looks) -> Formats:
    """The formats by what they are for."""
    plain = {"font_name": "Times New Roman", "font_size": SIZE}
    cell = {**plain, "border": 1, "border_color": "#A6A6A6", "valign": "vcenter", "text_wrap": True}
    field = {**cell, "bg_color": "#FFF2CC", "locked": False}
    properties: dict[str, dict[str, Any]] = {
        "plain": plain,
        "bold": {**plain, "bold": True},
        "title": {**plain, "bold": True, "font_size": 14, "align": "center_across"},
        "subtitle": {**plain, "italic": True, "align": "center_across"},
        "prose": {**plain, "text_wrap": True, "valign": "top"},
        "header": {**cell, "bold": True, "align": "center", "bg_color": "#D9E2F3"},
        "heading": {**cell, "bold": True, "bg_color": "#EDEDED", "text_wrap": False, "left": 0, "right": 0},
        "text": cell,
        "centred": {**cell, "align": "center"},
        "unused": {**cell, "bg_color": "#E7E6E6"},
        "field": {**field, "align": "center"},
        "text_field": {**field, "num_format": "@"},
        "complete": {"font_color": "#375623", "bg_color": "#E2EFDA"},
        "left_out": {"font_color": "#7F6000", "bg_color": "#FFE699"},
        "wrong": {"font_color": "#9C0006", "bg_color": "#FFC7CE", "bold": True},
    }
    return {name: looks.of(look) for name, look in properties.items()}


def _set_up(sheet: Worksheet) -> None:
    """Columns, frozen heads, print set-up (A4 landscape, columns over several pages) and the lock."""
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
    for row, height in ((1, 26), (2, 22), (_HEADER - 1, 22), (_HEADER, 38)):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(_HEADER + 1, _AT["clause"])
    print_wide(sheet, [column.width for column in COLUMNS], SIZE, head=_HEADER, repeated=2)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _title(sheet: Worksheet, formats: Formats, form: Form) -> None:
    plan, rubric, unit, period = form
    about = f"{period.name}: số liệu từ ngày {day(period.from_)} đến ngày {day(period.to)}"
    issuer = issuer_of(plan, rubric)
    sheet.write_string(0, 0, issuer.body.name, formats["bold"])
    for row, text, look in ((1, f"BÁO CÁO KẾT QUẢ {issuer.evaluated.upper()}", "title"), (2, about, "subtitle")):
        sheet.write_string(row, 0, text, formats[look])
        for place in range(1, _AT["check"]):
            sheet.write_blank(row, place, None, formats[look])
    members = members_of(unit)
    in_register = "" if members is None else number(members)
    left = {"Đơn vị": unit["name"], UNIT_LABEL: unit["id"], PERIOD_LABEL: period.name, YEAR_LABEL: rubric.year}
    block = rubric.blocks.get(str(unit["block"]), "")
    right = {
        "Khối": block,
        "Số đoàn viên theo danh bạ": in_register,
        "Hạn gửi": day(period.due),
        SENT_LABEL: "",
    }
    for labels, label_at, value_at in ((left, _LEFT, _LEFT_VALUE), (right, _RIGHT, _RIGHT_VALUE)):
        for row, (label, value) in enumerate(labels.items(), _LABELS_FROM):
            sheet.write_string(row, label_at, f"{label}:", formats["bold"])
            sheet.write_string(row, value_at, str(value), formats["plain"])
    _long_name(sheet, formats, unit["name"])
    hint = "Chỉ điền các ô nền vàng. Trước khi gửi, xem cột Kiểm tra. Cách điền: trang Hướng dẫn."
    sheet.write_string(_HEADER - 1, _LEFT, hint, formats["plain"])
    sheet.write_blank(*SENT_AT, None, formats["text_field"])
    sheet.data_validation(*SENT_AT, *SENT_AT, _sent_rule(period))


def _long_name(sheet: Worksheet, formats: Formats, name: str) -> None:
    """A name that would run into the labels beside it stands on as many lines as it needs."""
    width = sum(column.width for column in COLUMNS[_LEFT_VALUE:_RIGHT])
    if len(name) > width:
        sheet.merge_range(_LABELS_FROM, _LEFT_VALUE, _LABELS_FROM, _RIGHT - 1, name, formats["prose"])
        sheet.set_row(_LABELS_FROM, 16 * ceil(len(name) / (width * 0.9)))


def _sent_rule(period: Period) -> dict[str, Any]:
    # the cell is text: a typed date would be read by the clerk's regional settings, and 05/11 could become 11 May
    cell = xl_rowcol_to_cell(*SENT_AT)
    shape = f'=AND(LEN({cell})=10,MID({cell},3,1)="/",MID({cell},6,1)="/")'
    hint = f"Ghi đủ ngày/tháng/năm, ví dụ {day(period.due)}."
    return {"validate": "custom", "value": shape, **prompt("Ngày gửi báo cáo", hint, hint)}


# The table


def _table(
    sheet: Worksheet, formats: Formats, lines: list[Line | str], form: Form, previous: Mapping[str, str]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Write the table; returns row and column, from 0, of each input."""
    rubric, unit = form.rubric, form.unit
    for place, column in enumerate(COLUMNS):
        sheet.write_string(_HEADER, place, column.heading, formats["header"])
    cells: dict[tuple[str, str], tuple[int, int]] = {}
    rows = {line.id: row for row, line in enumerate(lines, _HEADER + 1) if not isinstance(line, str)}
    for row, line in enumerate(lines, _HEADER + 1):
        if isinstance(line, str):
            _heading(sheet, formats, row, line)
            continue
        cells |= {(line.id, field): (row, _AT[field]) for field in inputs(line, rubric)}
        _described(sheet, formats, row, _description(line, unit, rubric, previous))
        _input_cells(sheet, formats, row, line, rubric)
        for field, rule in input_rules(line, unit, rubric).items():
            sheet.data_validation(row, _AT[field], row, _AT[field], rule)
        at_first = LEFT_OUT if is_mandatory(line, rubric) else ""
        sheet.write_formula(row, _AT["check"], check_formula(line, rows, unit, rubric), formats["text"], at_first)
    looks = ((COMPLETE, "complete"), (LEFT_OUT, "left_out"))
    colour_checks(sheet, formats, _AT["check"], (_HEADER + 1, _HEADER + len(lines)), looks)
    _closing(sheet, formats, _HEADER + len(lines) + 1)
    return cells


def _heading(sheet: Worksheet, formats: Formats, row: int, text: str) -> None:
    for place in range(len(COLUMNS)):
        sheet.write_blank(row, place, None, formats["heading"])
    sheet.write_string(row, _AT["name"], text, formats["heading"])


def _description(line: Line, unit: Unit, rubric: Rubric, previous: Mapping[str, str]) -> dict[str, str]:
    """What the locked cells of a row say, by column."""
    if isinstance(line, Fact):
        return {"criterion": line.id, "name": line.name, "value_unit": "" if line.kind == "yes_no" else "số lượng"}
    return {
        "criterion": line.id,
        "name": line.name,
        "clause": line.clause,
        "value_unit": line.indicator.value_unit if line.indicator else "",
        "rule": rule_text(line, unit),
        "max_points": number(line.max_points),
        "previous": previous.get(line.id, ""),
    }


def _described(sheet: Worksheet, formats: Formats, row: int, texts: dict[str, str]) -> None:
    for place, column in enumerate(COLUMNS[: _AT["value"]]):
        look = "text" if column.key in {"name", "value_unit", "rule"} else "centred"
        sheet.write_string(row, place, texts.get(column.key, ""), formats[look])
    sheet.set_row(row, row_height((text, _WIDTH[key]) for key, text in texts.items()))


def row_height(texts: Iterable[tuple[str, int]]) -> int:
    """The height of a row, in points, for its longest text; each comes with the width of its column."""
    return min(6 + 16 * max(-(-len(text) // width) for text, width in texts), _HIGHEST_ROW)


def _input_cells(sheet: Worksheet, formats: Formats, row: int, line: Line, rubric: Rubric) -> None:
    asked = inputs(line, rubric)
    for field in INPUTS:
        look = "unused" if field not in asked else "text_field" if field == "evidence" else "field"
        sheet.write_blank(row, _AT[field], None, formats[look])


def _closing(sheet: Worksheet, formats: Formats, row: int) -> None:
    """The total of the unit's own points, for the eye only, and the place to sign."""
    _heading(sheet, formats, row, "Tổng cộng")
    first, last = (xl_rowcol_to_cell(place, _AT["self_points"]) for place in (_HEADER + 1, row - 1))
    sheet.write_formula(row, _AT["self_points"], f"=SUM({first}:{last})", formats["heading"], 0)
    sheet.write_string(row + 2, _RIGHT_VALUE, "TM. BAN CHẤP HÀNH", formats["bold"])
    sheet.print_area(0, 0, row + 7, _RIGHT_VALUE)


def _choice_lists(sheet: Worksheet, lists: Worksheet, lines: list[Line | str]) -> None:
    """Drop-downs of words, kept on a hidden sheet because a level's name may hold a comma."""
    column: dict[tuple[str, ...], int] = {}
    for row, line in enumerate(lines, _HEADER + 1):
        if isinstance(line, str) or not (words := choices(line)):
            continue
        place = column.setdefault(words, len(column))
        lists.write_column(0, place, words)
        first, last = (xl_rowcol_to_cell(end, place, row_abs=True, col_abs=True) for end in (0, len(words) - 1))
        error = f"Chọn một trong: {'; '.join(words)}"[:LONGEST_HINT]
        hints = prompt("Kết quả", "Chọn trong danh sách.", error)
        rule = {"validate": "list", "source": f"={LISTS}!{first}:{last}", **hints}
        sheet.data_validation(row, _AT["value"], row, _AT["value"], rule)


def set_up_list(
    sheet: Worksheet, formats: Formats, title: str, how: str, columns: Sequence[FormColumn], *, height: int, frozen: int
) -> None:
    """Title, how to fill it in, headings, print set-up and lock of a list; frozen: how many columns stay in sight."""
    sheet.write_string(0, 0, title, formats["bold"])
    sheet.write_string(1, 0, how, formats["plain"])
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(LIST_HEADER, place, column.heading, formats["header"])
    sheet.set_row(LIST_HEADER, height)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(LIST_HEADER + 1, frozen)
    print_wide(sheet, [column.width for column in columns], SIZE, head=LIST_HEADER, repeated=1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def colour_checks(
    sheet: Worksheet, formats: Formats, place: int, rows: tuple[int, int], looks: Looked = ((COMPLETE, "complete"),)
) -> None:
    """Colour what a check column says in rows from … to; what is none of the words of `looks` is a fault."""
    area = (rows[0], place, rows[1], place)
    for words, look in looks:
        same = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": formats[look], "stop_if_true": True}
        sheet.conditional_format(*area, same)
    sheet.conditional_format(*area, {"type": "no_blanks", "format": formats["wrong"]})
