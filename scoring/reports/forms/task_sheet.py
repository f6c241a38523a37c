"""The list of tasks in a form: one row a piece of work, with what was assigned, done, faulty and late."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from scoring.reports.fields import MOST_TASKS, TASK_COLUMNS, task_code
from scoring.reports.forms.cell_rules import COMPLETE, prompt
from scoring.reports.forms.report_sheet import LIST_HEADER, Formats, colour_checks, set_up_list

Cells = dict[tuple[str, str], tuple[int, int]]
_AT = {column.key: place for place, column in enumerate(TASK_COLUMNS)}
_NUMBERS = ("assigned", "factor", "done")
_TIMES = ("faults", "faults_excused", "late", "late_excused")
_HOW = "Mỗi dòng một công việc, sản phẩm được giao trong kỳ. Chỉ điền các ô nền vàng; ghi chức danh, không ghi tên."
_LONGEST_TITLE = 32
"""Letters of a hint's title that Excel takes."""
_TEXTS = ("task", "confirmation")
_HINTS = {
    "task": "Tên công việc hoặc sản phẩm. Không ghi họ tên cá nhân.",
    "assigned": "Số sản phẩm được giao trong kỳ, ví dụ 1 hoặc 2,5.",
    "factor": "Một sản phẩm bằng mấy công việc chuẩn. Để trống là 1.",
    "done": "Số sản phẩm đã hoàn thành, không quá số được giao. Chưa xong thì ghi 0.",
    "faults": "Số lần bị đánh giá có sai sót lớn về nội dung. Không có thì ghi 0.",
    "faults_excused": "Trong đó mấy lần do nguyên nhân khách quan đã được xác nhận.",
    "late": "Số lần chậm tiến độ. Không có thì ghi 0.",
    "late_excused": "Trong đó mấy lần do nguyên nhân khách quan đã được xác nhận.",
    "confirmation": "Số, ngày văn bản xác nhận của cấp có thẩm quyền.",
}


def draw_tasks(sheet: Worksheet, formats: Formats) -> Cells:
    """Draw the list with its input cells, checks, print set-up and lock; where each input stands, by task and field."""
    set_up_list(sheet, formats, "DANH MỤC CÔNG VIỆC", _HOW, TASK_COLUMNS, height=72, frozen=2)
    first, last = LIST_HEADER + 1, LIST_HEADER + MOST_TASKS
    cells: Cells = {}
    for row in range(first, last + 1):
        code = task_code(row - LIST_HEADER)
        sheet.write_string(row, _AT["code"], code, formats["centred"])
        for key in (*_NUMBERS, *_TIMES, *_TEXTS):
            sheet.write_blank(row, _AT[key], None, formats["text_field" if key in _TEXTS else "field"])
            cells[code, key] = (row, _AT[key])
        sheet.write_formula(row, _AT["check"], _check(row), formats["text"], "")
    for key, hint in _HINTS.items():
        sheet.data_validation(first, _AT[key], last, _AT[key], _rule(key, hint))
    colour_checks(sheet, formats, _AT["check"], (first, last))
    return cells


def _rule(key: str, hint: str) -> dict[str, object]:
    """What a column of cells takes."""
    told = prompt(TASK_COLUMNS[_AT[key]].heading.partition(" (")[0][:_LONGEST_TITLE], hint, hint)
    if key in _TEXTS:
        return {"validate": "any", **told}
    return {"validate": "integer" if key in _TIMES else "decimal", "criteria": ">=", "value": 0, **told}


def _check(row: int) -> str:
    """What the check column says of a row: nothing of a blank one, the first fault, or that it is complete."""
    cell = {key: xl_rowcol_to_cell(row, place) for key, place in _AT.items()}
    blank = {key: f"LEN(TRIM({cell[key]}))=0" for key in _AT}
    everything = ",".join(blank[key] for key in (*_NUMBERS, *_TIMES, *_TEXTS))
    faults = [(blank[key], f"Thiếu {TASK_COLUMNS[_AT[key]].heading.lower()}") for key in ("assigned", "done")]
    faults += [(blank[key], f"Thiếu {TASK_COLUMNS[_AT[key]].heading.lower()}") for key in ("faults", "late")]
    faults += [
        (f"{cell['done']}>{cell['assigned']}", "Hoàn thành nhiều hơn giao"),
        (f"{cell['faults_excused']}>{cell['faults']}", "Khách quan nhiều hơn số lần"),
        (f"{cell['late_excused']}>{cell['late']}", "Khách quan nhiều hơn số lần"),
        (f"AND({cell['faults_excused']}+{cell['late_excused']}>0,{blank['confirmation']})", "Thiếu văn bản xác nhận"),
    ]
    told = f'"{COMPLETE}"'
    for condition, words in reversed(faults):
        told = f'IF({condition},"{words}",{told})'
    return f'=IF(AND({everything}),"",{told})'
