"""Write the workbook in which a block is verified, explained by its units, or settled by the council.

One long sheet has a row for every unit and criterion, to be filtered by either: what was reported, how it became
points, what the unit gave itself, the evidence, what was decided so far; then the input cells. A second sheet has a row
a unit: the totals, and the cells that close the stage for the unit. Only input cells are unlocked; the sheets are
protected without a password, against slips and not against people. A very hidden sheet says what each row is about, on
which report and on which earlier decisions it was made; `verifying` reads by it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.assessment.evaluation import Evaluation
from scoring.core.errors import Fault, ParameterError
from scoring.core.files import of_any_system, told_as, write_whole
from scoring.core.sheet import figure_format, new_book, print_wide
from scoring.core.wording import number
from scoring.decisions.records import Standing
from scoring.decisions.rulings import (
    COUNCIL,
    EXPLAINED,
    SECOND,
    VERIFIED,
    asked_kinds,
    chosen_bands,
    lower_bands,
    takes_value,
)
from scoring.desk.workbook.lines import Line, WholeUnit, lines_of, unit_lines_of
from scoring.register.year import Year
from scoring.reports.fields import choices
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Criterion, Rubric

VERSION = "2"
"""The layout; a workbook of another one is recognised by it."""
_SIZE, _REPEATED = 10, 3
"""The letters of the sheets, in points; how many of the first columns stand on every page."""
UNITS, MAP = "Đơn vị", "_verification"
"""The names of the sheet of units and of the hidden map; the first sheet is named after its stage."""
ROLE_AT, DATE_AT, APPEAL_AT = (2, 3), (3, 3), (4, 3)
"""Row and column, from 0, of who decides, of the day, and of an appeal's document (council), on the first sheet."""
HEADER = 6
"""The row of headings on both sheets, from 0."""
TICK = "x"
"""What is written where something is ticked."""

_MOST_LINES = 6000
_LONGEST_LIST = 255

Formats = dict[str, Format]


class Stage(NamedTuple):
    """The words of one stage's workbook; "" where the stage has no such cell."""

    sheet: str
    title: str
    value: str
    points: str
    reason: str
    done: str


STAGES = {
    VERIFIED: Stage(
        "Thẩm định", "BẢNG THẨM ĐỊNH", "Kết quả thẩm định", "Điểm thẩm định", "Lý do thay đổi", "Đã thẩm định xong"
    ),
    EXPLAINED: Stage("Giải trình", "BẢNG GIẢI TRÌNH CỦA ĐƠN VỊ", "", "", "Giải trình của đơn vị", ""),
    COUNCIL: Stage("Hội đồng", "BẢNG HỘI ĐỒNG XÉT", "Kết quả hội đồng", "Điểm hội đồng", "Lý do", "Đã xét xong"),
}
RECONCILED = "reconciled"
"""The kind of workbook in which two verifications that differ are settled; what it states are verifiers' decisions."""
CALIBRATED, SETTLED = "calibrated", "settled"
"""The kinds of workbook of cases without names: what each verifier answers, and what they settle on together."""
OF_CASES = (CALIBRATED, SETTLED)
WITH_TICK = (SECOND, *OF_CASES)
"""The kinds in which every row waits for an answer, of which a tick is one: the computed points are right."""
WORDS = STAGES | {
    SECOND: Stage("Thẩm định lần hai", "BẢNG THẨM ĐỊNH LẦN HAI", "Kết quả", "Điểm", "Lý do thay đổi", ""),
    RECONCILED: Stage(
        "Thống nhất", "BẢNG THỐNG NHẤT HAI LẦN THẨM ĐỊNH", "Kết quả thống nhất", "Điểm thống nhất", "Lý do", ""
    ),
    CALIBRATED: Stage("Ca mẫu", "CA MẪU ĐỂ THỐNG NHẤT CÁCH CHẤM", "", "Điểm", "Lý do thay đổi", ""),
    SETTLED: Stage("Đáp án", "ĐÁP ÁN THỐNG NHẤT CỦA CÁC CA MẪU", "", "Điểm thống nhất", "Lý do thay đổi", ""),
}
"""The words of every kind of workbook; those that are no stage have no sheet of units."""


class BookColumn(NamedTuple):
    """One column: width in characters; whether it is filled in."""

    key: str
    heading: str
    width: int
    is_input: bool = False


def line_columns(stage: str) -> list[BookColumn]:
    """The columns of the first sheet; the inputs are `value`, `points` and `reason`, as far as the stage has them."""
    words = WORDS[stage]
    inputs = [("value", words.value, 9), ("points", words.points, 9), ("reason", words.reason, 26)]
    if stage in WITH_TICK:
        inputs.insert(0, ("agree", f"Đồng ý điểm tính theo báo cáo (ghi {TICK})", 10))
    whose = [BookColumn("unit", "Mã đơn vị", 16), BookColumn("unit_name", "Đơn vị", 18)]
    return [
        *([BookColumn("unit", "Ca", 8)] if stage in OF_CASES else whose),
        BookColumn("criterion", "Mã", 5),
        BookColumn("name", "Tiêu chí", 24),
        *([BookColumn("rule", "Cách tính điểm", 26)] if stage in OF_CASES else []),
        BookColumn("reported", "Kết quả báo cáo", 11),
        BookColumn("max_points", "Điểm tối đa", 6),
        BookColumn("self_points", "Điểm tự chấm", 6),
        BookColumn("computed", "Điểm tính theo báo cáo", 8),
        BookColumn("gap", "Tự chấm cao hơn", 8),
        BookColumn("working", "Cách tính theo báo cáo", 24),
        BookColumn("evidence", "Minh chứng", 20),
        *_decided_columns(stage),
        *(BookColumn(key, heading, width, is_input=True) for key, heading, width in inputs if heading),
        BookColumn("check", "Kiểm tra", 12),
    ]


def _decided_columns(stage: str) -> list[BookColumn]:
    """What was decided so far, as far as whoever fills the workbook in may see it."""
    if stage in WITH_TICK:
        return []
    if stage == RECONCILED:
        return [BookColumn("first", "Thẩm định lần một", 22), BookColumn("second", "Thẩm định lần hai", 22)]
    return [BookColumn("decided", "Đã quyết định", 24), BookColumn("counting", "Điểm đang tính", 7)]


_QUOTA_COLUMNS = [
    ("chosen", "Chọn mức, trong tỷ lệ", 22),
    ("lowered", "Không chọn: xếp xuống mức", 22),
    ("beyond_quota", "Giữ mức, ngoài tỷ lệ", 22),
]
"""How the council says where a unit stands to a quota; one of them is filled in."""


def unit_columns(stage: str, rubric: Rubric) -> list[BookColumn]:
    """The columns of the sheet of units; the inputs have the kind of their decision as key, and `reason`."""
    words = WORDS[stage]
    inputs = [("completed", f"{words.done} (ghi {TICK})", 11)] if words.done else []
    inputs += _QUOTA_COLUMNS if stage == COUNCIL and chosen_bands(rubric) else []
    inputs += [(kind, f"{name} (ghi {TICK})", 14) for kind, name in asked_kinds(rubric).items() if words.done]
    return [
        BookColumn("unit", "Mã đơn vị", 16),
        BookColumn("unit_name", "Đơn vị", 34),
        BookColumn("gap", "Tự chấm cao hơn, cộng các tiêu chí", 11),
        BookColumn("computed", "Tổng điểm tính theo báo cáo", 11),
        BookColumn("counting", "Tổng điểm đang tính", 9),
        BookColumn("band", "Mức đang tính", 22),
        *([BookColumn("quota", "Tình trạng theo tỷ lệ", 24)] if stage == COUNCIL and chosen_bands(rubric) else []),
        BookColumn("decided", "Đã quyết định cho cả đơn vị", 34),
        *(
            BookColumn(key, heading, width, is_input=True)
            for key, heading, width in [*inputs, ("reason", words.reason, 34)]
        ),
    ]


def write_verification(
    path: Path, evaluation: Evaluation, standing: Standing, block: str, stage: str, only: str | None = None
) -> int:
    """Write the workbook of one block and stage, whole or not at all; gives the number of units in it.

    standing: the decisions the evaluation counts. stage: verified, explained or council. only: the one unit it is for,
    so that it holds nothing of any other. Units that are not eligible are left out. Raises ParameterError for a block
    or stage that does not exist, for a block without an eligible unit, and where its rows are too many for one
    workbook.
    """
    year = evaluation.year
    _check_asked(block, stage, year.rubric)
    lines = [line for line in lines_of(evaluation, standing, block, stage) if only in {None, line.unit}]
    units = [unit for unit in unit_lines_of(evaluation, standing, block, stage) if only in {None, unit.unit}]
    _refuse_size(block, len(units), len(lines))
    write_lines(path, lines, units, stage, year.rubric.blocks[block], year)
    return len(units)


def write_lines(
    path: Path, lines: Sequence[Line], units: Sequence[WholeUnit], stage: str, about: str, year: Year, role: str = ""
) -> None:
    """Write a workbook of these lines, whole or not at all.

    stage: a key of WORDS; about: what its title names; role: whom it is for, where that is known.
    """
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        title = f"{WORDS[stage].title}: {about}, năm {year.rubric.year}"
        created = datetime(year.rubric.year, 1, 1, tzinfo=UTC)  # any fixed day: the same workbook is the same bytes
        book.set_properties({"title": title, "created": created})
        formats = _formats(book, year.rubric)
        sheet = book.add_worksheet(WORDS[stage].sheet)
        _line_sheet(sheet, formats, title, lines, stage, year)
        if role:
            sheet.write_string(*ROLE_AT, role, formats["text_field"])
        if stage in STAGES:
            _unit_sheet(book.add_worksheet(UNITS), formats, title, units, stage, year.rubric)
        _map(book.add_worksheet(MAP), lines, units, stage, year.rubric)
    with told_as(ParameterError, str(path), "đóng tệp nếu đang mở, xem lại chỗ ghi rồi chạy lại"):
        write_whole(path, of_any_system(buffer.getvalue()))


def _refuse_size(block: str, units: int, lines: int) -> None:
    if not 0 < lines <= _MOST_LINES:
        what = f"khối có {number(units)} đơn vị thuộc diện chấm điểm, {number(lines)} dòng"
        raise ParameterError(block, [Fault(block, what, f"một tệp có từ 1 đến {number(_MOST_LINES)} dòng")])


def _check_asked(block: str, stage: str, rubric: Rubric) -> None:
    if stage not in STAGES:
        raise ParameterError("bước", [Fault(stage, "không có bước này", f"các bước: {', '.join(STAGES)}")])
    if block not in rubric.blocks:
        raise ParameterError("khối", [Fault(block, "không có khối này", f"các khối: {', '.join(rubric.blocks)}")])


# What both sheets share


def _formats(book: Workbook, rubric: Rubric) -> Formats:
    """The formats by what they are for."""
    plain = {"font_name": "Times New Roman", "font_size": _SIZE}
    cell = {**plain, "border": 1, "border_color": "#A6A6A6", "valign": "top", "text_wrap": True}
    field = {**cell, "bg_color": "#FFF2CC", "locked": False}
    looks: dict[str, dict[str, Any]] = {
        "plain": plain,
        "bold": {**plain, "bold": True},
        "title": {**plain, "bold": True, "font_size": 13},
        "header": {**cell, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#D9E2F3"},
        "text": cell,
        "points": {**cell, "num_format": figure_format(rubric.points.decimals)},
        "field": field,
        "text_field": {**field, "num_format": "@"},
        "next_unit": {"top": 1, "top_color": "#1F3864"},
        "claimed_more": {"bg_color": "#F8CBAD"},
        "complete": {"font_color": "#375623", "bg_color": "#E2EFDA"},
        "wrong": {"font_color": "#9C0006", "bg_color": "#FFC7CE", "bold": True},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _set_up(
    sheet: Worksheet, formats: Formats, title: str, columns: Sequence[BookColumn], rows: int, frozen: int
) -> None:
    """Title, headings, filters, frozen head, print set-up (A4 landscape, columns over several pages) and the lock."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEADER, place, column.heading, formats["header"])
    sheet.write_string(1, 0, title, formats["title"])
    sheet.set_row(HEADER, 42)
    sheet.autofilter(HEADER, 0, HEADER + rows, len(columns) - 1)
    sheet.freeze_panes(HEADER + 1, frozen)
    sheet.hide_gridlines(2)
    print_wide(sheet, [column.width for column in columns], _SIZE, head=HEADER, repeated=min(frozen, _REPEATED))
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _write(sheet: Worksheet, formats: Formats, row: int, columns: Sequence[BookColumn], told: dict[str, Any]) -> None:
    """One row: texts, points as numbers, empty input cells."""
    for place, column in enumerate(columns):
        content = told.get(column.key)
        if column.is_input:
            is_text = column.key in {"reason", "chosen"}
            sheet.write_blank(row, place, None, formats["text_field" if is_text else "field"])
        elif isinstance(content, Decimal):
            sheet.write_number(row, place, float(content), formats["points"])
        else:
            sheet.write_string(row, place, content or "", formats["text"])
    texts = [(str(told.get(column.key) or ""), column.width) for column in columns]
    sheet.set_row(row, 3 + 13 * max(-(-len(text) // width) for text, width in texts))


def _at(columns: Sequence[BookColumn]) -> dict[str, int]:
    return {column.key: place for place, column in enumerate(columns)}


# The rows of units and criteria


def _line_sheet(sheet: Worksheet, formats: Formats, title: str, lines: Sequence[Line], stage: str, year: Year) -> None:
    columns = line_columns(stage)
    _set_up(sheet, formats, title, columns, len(lines), frozen=_at(columns)["reported"])
    _heading(sheet, formats, stage, year)
    for row, line in enumerate(lines, HEADER + 1):
        _write(sheet, formats, row, columns, line.told)
        _input_rules(sheet, row, columns, line)
        sheet.write_formula(row, _at(columns)["check"], _check(row, columns, line), formats["text"], "")
    begun = [row for row, (last, line) in enumerate(pairwise(lines), HEADER + 2) if last.unit != line.unit]
    if stage not in OF_CASES:
        sheet.set_h_pagebreaks(begun)
    _colours(sheet, formats, columns, HEADER + len(lines))


def _heading(sheet: Worksheet, formats: Formats, stage: str, year: Year) -> None:
    """Who decides and when, and how the sheet is filled in."""
    sheet.write_string(0, 0, issuer_of(year.plan, year.rubric).body.name, formats["bold"])
    labels = {ROLE_AT: "Chức danh, tổ hoặc hội đồng (không ghi họ tên):", DATE_AT: "Ngày:"}
    if stage == COUNCIL:
        labels[APPEAL_AT] = "Số quyết định phúc tra (chỉ sau khi công bố):"
    for (row, place), label in labels.items():
        sheet.write_string(row, 0, label, formats["bold"])
        sheet.write_blank(row, place, None, formats["text_field"])
    sheet.data_validation(*DATE_AT, *DATE_AT, _prompt("Ngày", "Ghi đủ ngày/tháng/năm, ví dụ 05/01/2025."))
    how = "Chỉ điền các ô nền vàng, kể cả ở trang Đơn vị; không ghi họ tên cá nhân."
    if stage in OF_CASES:
        alone = "Chấm một mình" if stage == CALIBRATED else "Cùng xem lại các câu trả lời"
        how = (
            f"{alone}; mỗi ca ghi {TICK} ở cột đồng ý, hoặc ghi điểm và lý do. Ca lấy từ năm {year.rubric.year}, đã bỏ"
            " tên đơn vị, không đổi điểm của ai. Chỉ điền các ô nền vàng; không ghi họ tên cá nhân."
        )
    elif stage == SECOND:
        agreed = f"Mỗi dòng ghi {TICK} ở cột đồng ý, hoặc ghi kết quả hoặc điểm (một trong hai) và lý do."
        how = f"{agreed} Không hỏi người thẩm định lần một. Chỉ điền các ô nền vàng; không ghi họ tên cá nhân."
    elif stage == RECONCILED:
        how = "Cùng xem lại từng dòng, ghi kết quả hoặc điểm (một trong hai) và lý do. Không ghi họ tên cá nhân."
    elif stage != EXPLAINED:
        how = f"Đồng ý thì để trống; thay đổi thì ghi kết quả hoặc điểm (một trong hai) và lý do. {how}"
    sheet.write_string(HEADER - 1, 0, how, formats["plain"])


def _prompt(title: str, message: str) -> dict[str, Any]:
    return {"validate": "any", "input_title": title[:32], "input_message": message[:_LONGEST_LIST]}


def _input_rules(sheet: Worksheet, row: int, columns: Sequence[BookColumn], line: Line) -> None:
    """What the cells for value and points accept; a cell that does not serve for the row says so."""
    at = _at(columns)
    if "value" in at:
        words = choices(line.item)
        if not takes_value(line.item):
            rule = _prompt("Không dùng", "Tiêu chí này chỉ ghi điểm.")
        elif words:
            rule = _one_of(words)
        else:
            rule = _prompt("Kết quả", f"Ghi số thay cho kết quả báo cáo, đơn vị tính: {line.measured}.")
        sheet.data_validation(row, at["value"], row, at["value"], rule)
    if "agree" in at:
        sheet.data_validation(row, at["agree"], row, at["agree"], _one_of([TICK]))
    if "points" in at:
        most = line.item.max_points if isinstance(line.item, Criterion) else None
        between = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": float(most or 0)}
        said = f"Từ 0 đến {number(most)}." if most is not None else "Dữ kiện không có điểm."
        rule = {
            **between,
            "input_title": "Điểm",
            "input_message": said,
            "error_title": "Chưa đúng",
            "error_message": said,
        }
        sheet.data_validation(row, at["points"], row, at["points"], rule)


def _one_of(words: Sequence[str]) -> dict[str, Any]:
    """A drop-down; a list that Excel cannot hold in a cell's rule is only told."""
    if any("," in word for word in words) or len(",".join(words)) > _LONGEST_LIST:
        return _prompt("Chọn", f"Ghi đúng một trong: {'; '.join(words)}")
    return {
        "validate": "list",
        "source": list(words),
        "error_title": "Chưa đúng",
        "error_message": "Chọn trong danh sách.",
    }


def _check(row: int, columns: Sequence[BookColumn], line: Line) -> str:
    """What the check column says: whether the row is decided, left as it is, or lacks something."""
    at = _at(columns)
    reason = xl_rowcol_to_cell(row, at["reason"])
    if "agree" in at or ("counting" not in at and "value" in at):
        return _check_two(row, at, reason)
    if "value" not in at:
        return f'=IF(LEN(TRIM({reason}))=0,"","Đã giải trình")'
    value, points, counting = (xl_rowcol_to_cell(row, at[key]) for key in ("value", "points", "counting"))
    has_value, has_points, has_reason = f"LEN({value})>0", f"LEN({points})>0", f"LEN(TRIM({reason}))>0"
    same = f"OR(AND({has_points},{points}={counting}),AND({has_value},{value}={_literal(line)}))"
    return (
        f'=IF(AND({has_value},{has_points}),"Chỉ ghi một ô",'
        f'IF(OR({has_value},{has_points}),IF({has_reason},"Đã ghi",IF({same},"Giữ nguyên","Thiếu lý do")),'
        f'IF({has_reason},"Thiếu kết quả, điểm","")))'
    )


def _check_two(row: int, at: dict[str, int], reason: str) -> str:
    """What the check column says where every row waits for an answer of its own."""
    cells = [xl_rowcol_to_cell(row, at[key]) for key in ("agree", "value", "points") if key in at]
    filled = "+".join(f"(LEN({cell})>0)" for cell in cells)
    done = f'IF(LEN(TRIM({reason}))>0,"Đã ghi","Thiếu lý do")'
    if "agree" in at:
        done = f'IF(LEN({cells[0]})>0,"Đồng ý",{done})'
    return f'=IF({filled}>1,"Chỉ ghi một ô",IF({filled}=1,{done},""))'


def _literal(line: Line) -> str:
    """The value that counts now as a formula has it; what no cell equals where there is none."""
    if words := choices(line.item):
        return '"{}"'.format(words[int(line.value)].replace('"', '""') if line.value else "")
    return line.value or '""'


def _colours(sheet: Worksheet, formats: Formats, columns: Sequence[BookColumn], last: int) -> None:
    at, first = _at(columns), HEADER + 1
    check = (first, at["check"], last, at["check"])
    for words in ("Đã ghi", "Giữ nguyên", "Đồng ý", "Đã giải trình"):
        sheet.conditional_format(*check, _when(f'"{words}"', formats["complete"]))
    sheet.conditional_format(*check, {"type": "no_blanks", "format": formats["wrong"]})
    more = {"type": "cell", "criteria": ">", "value": 0, "format": formats["claimed_more"]}
    sheet.conditional_format(first, at["gap"], last, at["gap"], more)
    begins = {"type": "formula", "criteria": f"=$A{first + 1}<>$A{first}", "format": formats["next_unit"]}
    sheet.conditional_format(first, 0, last, len(columns) - 1, begins)


def _when(value: str, look: Format) -> dict[str, Any]:
    return {"type": "cell", "criteria": "==", "value": value, "format": look, "stop_if_true": True}


# The rows of units


def _unit_sheet(
    sheet: Worksheet, formats: Formats, title: str, units: Sequence[WholeUnit], stage: str, rubric: Rubric
) -> None:
    columns = unit_columns(stage, rubric)
    _set_up(sheet, formats, title, columns, len(units), frozen=_at(columns)["gap"])
    names = {"chosen": chosen_bands(rubric), "beyond_quota": chosen_bands(rubric), "lowered": lower_bands(rubric)}
    lists = {key: [rubric.band[band].name for band in bands] for key, bands in names.items()}
    for row, line in enumerate(units, HEADER + 1):
        _write(sheet, formats, row, columns, line.told)
        for place, column in enumerate(columns):
            if column.is_input and column.key != "reason":
                sheet.data_validation(row, place, row, place, _one_of(lists.get(column.key, [TICK])))


# The hidden map


def _map(sheet: Worksheet, lines: Iterable[Line], units: Iterable[WholeUnit], stage: str, rubric: Rubric) -> None:
    """What the reader goes by: facts on the workbook, then what each row is about."""
    rows = [["layout", VERSION], ["year", str(rubric.year)], ["digest", rubric.meaning], ["stage", stage]]
    for row, line in enumerate(lines, HEADER + 1):
        rows.append(["line", str(row), line.unit, line.item.id, line.on_entry, line.replaces, line.value, line.points])
    for row, unit in enumerate(units, HEADER + 1):
        rows += [
            ["unit", str(row), unit.unit, kind, unit.on_entry, ids, now] for kind, (ids, now) in unit.kinds.items()
        ]
    for row, texts in enumerate(rows):
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text)
    sheet.very_hidden()
    sheet.protect()
