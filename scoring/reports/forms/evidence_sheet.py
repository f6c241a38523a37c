"""The sheet of evidence in a form: one row a document or link, which the report's rows name by its code."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from scoring.reports.evidence import KINDS, LINK, OTHER
from scoring.reports.fields import MOST_PROOFS, PROOF_COLUMNS, proof_code
from scoring.reports.forms.cell_rules import COMPLETE, prompt
from scoring.reports.forms.report_sheet import LIST_HEADER, Formats, colour_checks, set_up_list
from scoring.rubric.model import Rubric

_AT = {column.key: place for place, column in enumerate(PROOF_COLUMNS)}
_HOW = (
    "Mỗi dòng ghi một văn bản hoặc một đường dẫn, rồi ghi mã của dòng (ví dụ MC01; MC02) vào cột Minh chứng"
    " ở trang Báo cáo."
)
_HINTS = {
    "number": "Ví dụ 12/KH-CĐ. Không ghi họ tên cá nhân.",
    "date": "Ghi đủ ngày/tháng/năm, ví dụ 05/03/{year}.",
    "issuer": "Tên cơ quan, tổ chức ban hành văn bản.",
    "link": "Đường dẫn đến tin, bài hoặc văn bản trên kênh chính thức.",
}


def draw_proofs(sheet: Worksheet, formats: Formats, rubric: Rubric) -> None:
    """Draw the sheet with its input cells, checks, print set-up and lock."""
    set_up_list(sheet, formats, "DANH MỤC MINH CHỨNG", _HOW, PROOF_COLUMNS, height=36, frozen=1)
    first, last = LIST_HEADER + 1, LIST_HEADER + MOST_PROOFS
    for row in range(first, last + 1):
        sheet.write_string(row, _AT["code"], proof_code(row - LIST_HEADER), formats["centred"])
        for column in PROOF_COLUMNS[1:-1]:
            sheet.write_blank(row, _AT[column.key], None, formats["text_field"])
        sheet.write_formula(row, _AT["check"], _check(row, rubric), formats["text"], "")
    kinds = {"validate": "list", "source": [*KINDS.values(), LINK, OTHER]}
    kinds |= prompt("Loại", "Chọn trong danh sách.", "Chọn trong danh sách hoặc để trống.")
    sheet.data_validation(first, _AT["kind"], last, _AT["kind"], kinds)
    for key, hint in _HINTS.items():
        title = PROOF_COLUMNS[_AT[key]].heading
        rule = {"validate": "any", **prompt(title, hint.format(year=rubric.year), "")}
        sheet.data_validation(first, _AT[key], last, _AT[key], rule)
    colour_checks(sheet, formats, _AT["check"], (first, last))


def _check(row: int, rubric: Rubric) -> str:
    """What the check column says of a row: nothing of a blank one, the first fault, or that it is complete."""
    cell = {key: xl_rowcol_to_cell(row, place) for key, place in _AT.items()}
    blank = {key: f"LEN(TRIM({cell[key]}))=0" for key in _AT}
    everything = ",".join(blank[column.key] for column in PROOF_COLUMNS[1:-1])
    return (
        f'=IF(AND({everything}),"",IF(AND({blank["number"]},{blank["link"]}),"Thiếu số hoặc đường dẫn",'
        f'IF(AND(NOT({blank["number"]}),{blank["date"]}),"Thiếu ngày",'
        f'IF(AND(NOT({blank["date"]}),RIGHT(TRIM({cell["date"]}),4)<>"{rubric.year}"),"Ngày ngoài năm {rubric.year}",'
        f'"{COMPLETE}"))))'
    )
