"""Findings: what is told of reports and decisions, and every code a finding may have, with how grave it is.

To add a finding, give its code a line in `CODES` and say it as a `Remark` where it is found.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

import pandas as pd

from scoring.core.language import say
from scoring.core.tables import typed_table
from scoring.core.text import shown

Severity = Literal["error", "warning", "note"]
"""An error keeps something from counting, a warning is to be looked at, a note only says what was done."""


class Code(NamedTuple):
    """What one code stands for.

    room: the lowest that gives it. severity: of every finding with it but for those that are `mild`. means: in words,
    whatever the cell or the file; docs/findings.md lists them.
    """

    room: Literal["reports", "decisions"]
    severity: Severity
    means: str
    mild: Severity | None = None


CODES = {
    # what stands in the folder of reports
    "system_file": Code("reports", "note", "tệp tạm của máy, không phải báo cáo"),
    "folder": Code("reports", "note", "thư mục con không có báo cáo"),
    "office_register": Code(
        "reports",
        "error",
        "sổ nhận báo cáo (received.csv): lỗi khi không đọc được",
        "note",
    ),
    "other_file": Code("reports", "note", "tệp không phải báo cáo"),
    "unread_kind": Code("reports", "warning", "kiểu tệp không đọc được (PDF, ảnh, thư, tệp nén…)"),
    "hidden_file": Code("reports", "error", "tệp hoặc thư mục bị máy giấu đi"),
    "link": Code("reports", "error", "liên kết thay cho tệp thật, hoặc công thức lấy số liệu từ tệp khác"),
    "not_a_file": Code("reports", "error", "không phải tệp thường"),
    "too_large_file": Code("reports", "error", "tệp lớn hơn mức cho phép"),
    "empty_file": Code("reports", "error", "tệp trống"),
    "unreadable": Code("reports", "error", "tệp không đọc được"),
    "unopened": Code("reports", "error", "tệp đang bị giữ hoặc thiếu quyền đọc"),
    "other_name": Code("reports", "warning", "tên tệp mang mã của đơn vị khác"),
    "arrival_day": Code("reports", "warning", "ngày nhận trong sổ ghi sai"),
    "arrival_file": Code("reports", "warning", "sổ nhận ghi tên tệp không có trong thư mục"),
    "arrival_twice": Code("reports", "error", "sổ nhận ghi một tệp nhiều lần"),
    "arrival_ambiguous": Code("reports", "error", "sổ nhận ghi tên chưa rõ của tệp nào"),
    "no_date": Code("reports", "warning", "chưa biết ngày nhận báo cáo"),
    "odd_date": Code("reports", "warning", "ngày gửi ghi trong báo cáo không thể có"),
    "other_date": Code("reports", "note", "ngày gửi và ngày văn phòng nhận khác nhau"),
    # the form, its sheets, its table
    "windows_1258": Code("reports", "note", "tệp CSV theo bảng mã Windows-1258"),
    "utf_16": Code("reports", "note", "tệp CSV theo bảng mã UTF-16"),
    "macros": Code("reports", "warning", "tệp có macro"),
    "unseen": Code("reports", "warning", "kiểu tệp không cho thấy công thức, định dạng hoặc phần ẩn"),
    "no_table": Code("reports", "error", "không tìm thấy bảng số liệu"),
    "many_tables": Code("reports", "error", "có nhiều bảng số liệu"),
    "missing_column": Code("reports", "error", "thiếu cột"),
    "extra_column": Code("reports", "warning", "thừa cột"),
    "doubled_column": Code("reports", "error", "một cột có hai lần"),
    "uneven_row": Code("reports", "error", "dòng có số ô khác dòng tiêu đề"),
    "hidden_sheet": Code("reports", "warning", "trang ẩn"),
    "hidden_row": Code("reports", "warning", "dòng ẩn có số liệu"),
    "hidden_column": Code("reports", "warning", "cột ẩn"),
    "moved": Code("reports", "warning", "dòng, cột của biểu mẫu bị dời"),
    "merged": Code("reports", "error", "ô bị gộp"),
    "words_below": Code("reports", "note", "chữ dưới bảng, không đọc"),
    "other_form": Code("reports", "error", "biểu mẫu làm cho đơn vị, kỳ hoặc năm khác"),
    "other_version": Code("reports", "warning", "biểu mẫu làm theo bản bộ tiêu chí khác"),
    "other_year": Code("reports", "error", "báo cáo hoặc quyết định của năm khác"),
    "unknown_unit": Code("reports", "error", "mã đơn vị không có trong danh bạ"),
    "unknown_period": Code("reports", "error", "kỳ báo cáo không có trong bộ tiêu chí"),
    "unknown_criterion": Code("reports", "error", "mã tiêu chí không có trong bộ tiêu chí"),
    "no_row": Code("reports", "warning", "thiếu dòng của một tiêu chí"),
    "doubled_row": Code("reports", "error", "một tiêu chí ghi nhiều dòng"),
    "not_asked": Code("reports", "warning", "số liệu không phải báo cáo ở kỳ này"),
    "no_code": Code("reports", "warning", "dòng có số liệu mà không có mã"),
    # one cell
    "not_a_number": Code("reports", "error", "không phải số"),
    "grouped": Code("reports", "error", "dấu chấm, dấu phẩy của số đọc được nhiều cách"),
    "percent": Code("reports", "error", "số kèm dấu %"),
    "yes_no": Code("reports", "error", "ghi đúng, sai thay cho số"),
    "too_small": Code("reports", "error", "số nhỏ hơn mức thấp nhất"),
    "too_large": Code("reports", "error", "số lớn hơn mức cao nhất"),
    "too_fine": Code("reports", "error", "số có nhiều chữ số lẻ hơn mức nhận"),
    "normalised": Code("reports", "note", "số đã đọc theo cách ghi khác"),
    "not_in_list": Code("reports", "error", "chữ không có trong danh sách được chọn"),
    "not_a_date": Code("reports", "error", "không phải ngày"),
    "impossible_date": Code("reports", "error", "ngày không có trong lịch"),
    "became_date": Code("reports", "error", "Excel đã đổi thành ngày: lỗi ở ô số, cần xem ở ô minh chứng", "warning"),
    "excel_error": Code("reports", "error", "ô báo lỗi của Excel"),
    "picture": Code("reports", "error", "ô chứa ảnh"),
    "struck_out": Code("reports", "error", "cả ô bị gạch ngang"),
    "partly_struck": Code("reports", "warning", "một phần ô bị gạch ngang"),
    "formula": Code("reports", "warning", "công thức thay cho số liệu"),
    "formula_without_result": Code("reports", "error", "công thức chưa có kết quả"),
    "shown_hidden": Code("reports", "warning", "ô hiện khác với chữ hoặc số nó giữ"),
    "shown_rounded": Code("reports", "warning", "ô hiện số đã làm tròn"),
    "old_font": Code("reports", "warning", "chữ gõ bằng phông cũ"),
    "hidden_characters": Code("reports", "note", "ký tự ẩn, đã bỏ đi"),
    "text_too_long": Code("reports", "error", "chữ dài quá mức nhận"),
    "other_link": Code("reports", "note", "liên kết không phải địa chỉ web"),
    # one row
    "unused_cell": Code("reports", "warning", "ô không dùng cho dòng này"),
    "must_apply": Code("reports", "error", "tiêu chí không được chọn Không áp dụng"),
    "claim_and_value": Code("reports", "error", "vừa có kết quả vừa ghi Không áp dụng"),
    "half_a_share": Code("reports", "error", "chỉ có một trong hai số Kết quả và Trên tổng số"),
    "part_above_whole": Code("reports", "error", "một số lớn hơn số mà nó là một phần"),
    "unknown_proof": Code("reports", "error", "mã minh chứng không có ở trang Minh chứng"),
    "proof_code": Code("reports", "error", "mã ở trang Minh chứng sai hoặc ghi hai lần"),
    "proof_empty": Code("reports", "warning", "dòng minh chứng chưa có số văn bản hoặc đường dẫn"),
    "proof_unnamed": Code("reports", "warning", "minh chứng không tiêu chí nào nêu"),
    # a list of tasks
    "no_tasks": Code("reports", "warning", "danh mục công việc còn trống"),
    "nothing_assigned": Code("reports", "error", "danh mục công việc không giao gì"),
    "task_blank": Code("reports", "error", "công việc thiếu một số phải ghi"),
    "task_factor": Code("reports", "error", "hệ số quy đổi không lớn hơn 0"),
    "not_confirmed": Code("reports", "warning", "nguyên nhân khách quan chưa có văn bản xác nhận"),
    # what reports say against each other
    "same_file": Code("reports", "warning", "hai tệp giống nhau, tính một lần"),
    "replaced": Code("reports", "note", "bản cũ, đơn vị đã gửi lại"),
    "resent": Code("reports", "note", "bản gửi lại, được tính"),
    "two_reports": Code("reports", "error", "hai báo cáo khác nhau, không rõ bản nào mới hơn"),
    "late": Code("reports", "warning", "gửi muộn"),
    "no_report": Code("reports", "error", "chưa có báo cáo: lỗi khi đơn vị thuộc diện chấm điểm", "note"),
    "left_blank": Code("reports", "warning", "chưa điền kết quả bắt buộc"),
    "fallen": Code("reports", "warning", "số lũy kế thấp hơn kỳ trước"),
    "no_evidence": Code("reports", "warning", "kết quả chưa có minh chứng"),
    "evidence_fewer": Code("reports", "warning", "ít minh chứng hơn kết quả: cần xem khi làm giảm điểm", "note"),
    "evidence_letters": Code("reports", "warning", "minh chứng có chữ mà không phông chữ nào của máy in được"),
    "evidence_date": Code("reports", "warning", "minh chứng ghi ngày ngoài năm được chấm"),
    "evidence_twice": Code("reports", "warning", "một minh chứng kê khai cho hai tiêu chí"),
    "evidence_phrase": Code("reports", "note", "hai tiêu chí ghi cùng lời, chưa rõ có phải một tài liệu"),
    "evidence_elsewhere": Code("reports", "warning", "đơn vị khác cũng kê khai minh chứng này"),
    "personal_data": Code("reports", "warning", "minh chứng có thông tin cá nhân"),
    # decisions
    "strange_file": Code("decisions", "warning", "tệp lạ trong thư mục quyết định"),
    "broken_decision": Code("decisions", "error", "tệp quyết định hỏng"),
    "unread_decision": Code("decisions", "error", "tệp quyết định không mở được"),
    "edited_decision": Code("decisions", "error", "tệp quyết định bị sửa bằng tay"),
    "copied_decision": Code("decisions", "error", "bản chép của một quyết định"),
    "renamed_decision": Code("decisions", "error", "tên tệp quyết định bị đổi"),
    "edited_chain": Code("decisions", "error", "quyết định khác với lúc ghi vào sổ"),
    "lost_decision": Code("decisions", "error", "quyết định đã ghi nay không còn"),
    "slipped_in": Code("decisions", "warning", "quyết định không nối sau sổ quyết định"),
    "after_publication": Code("decisions", "error", "quyết định ghi sau khi công bố"),
    "gone": Code("decisions", "error", "quyết định đã công bố nay không còn"),
    "contradiction": Code("decisions", "error", "hai quyết định khác nhau về cùng nội dung"),
    "report_changed": Code("decisions", "error", "báo cáo thay đổi sau quyết định"),
    "no_role": Code("decisions", "error", "chưa ghi ai quyết định"),
    "no_reason": Code("decisions", "error", "chưa ghi lý do"),
    "strange_day": Code("decisions", "error", "ngày quyết định còn chưa đến"),
    "day_too_early": Code("decisions", "error", "ngày quyết định trước quyết định mà nó nối tiếp"),
    "not_eligible": Code("decisions", "error", "đơn vị không thuộc diện chấm điểm"),
    "outside_scope": Code("decisions", "error", "tiêu chí không áp dụng cho đơn vị"),
    "unknown_kind": Code("decisions", "error", "loại quyết định không có ở bước này"),
    "unknown_band": Code("decisions", "error", "mức xếp loại không chọn được"),
    "unused_value": Code("decisions", "error", "quyết định này không kèm số"),
    "no_base": Code("decisions", "error", "báo cáo không có tổng số để tính"),
    "no_target": Code("decisions", "error", "chưa biết chỉ tiêu của đơn vị"),
    "nothing_to_withdraw": Code("decisions", "error", "không có quyết định nào để rút"),
    "decided_twice": Code("decisions", "error", "một nội dung quyết định hai lần"),
}


class Remark(NamedTuple):
    """What is to be said, and how it is mended; texts of constants are marked with `term`.

    code: of `CODES`. is_mild: that it weighs what the code's `mild` says.
    """

    code: str
    message: str
    mend: str = ""
    is_mild: bool = False

    @property
    def severity(self) -> Severity:
        """As `CODES` has it."""
        code = CODES[self.code]
        severity = code.mild if self.is_mild else code.severity
        if severity is None:
            raise KeyError(f"{self.code} is never mild")
        return severity


class Finding(NamedTuple):
    """One row of `findings`; "" where a column does not concern it."""

    severity: str
    code: str
    unit: str
    criterion: str
    period: str
    file: str
    sheet: str
    cell: str
    value: str
    message: str
    mend: str


def finding(
    remark: Remark,
    *,
    file: str,
    sheet: str = "",
    cell: str = "",
    value: str = "",
    unit: str | None = None,
    criterion: str | None = None,
    period: str | None = None,
) -> Finding:
    """A remark at its place; unit, criterion and period as far as they are known.

    Texts of constants are said here; a text that has been said stays as it is.
    """
    return Finding(
        severity=remark.severity,
        code=remark.code,
        unit=unit or "",
        criterion=criterion or "",
        period=period or "",
        file=file,
        sheet=sheet,
        cell=cell,
        value=shown(value),
        message=say(remark.message),
        mend=say(remark.mend),
    )


def findings_table(findings: list[Finding]) -> pd.DataFrame:
    """Findings as the table `findings`, by unit, period, file and place; what is said twice stands once."""
    ordered = sorted(dict.fromkeys(findings), key=_place)
    return typed_table(ordered, Finding._fields, dict.fromkeys(Finding._fields, "str"))


def _place(one: Finding) -> tuple[Any, ...]:
    # cells in the order of the sheet: "H9" before "H10"; words have no say, so that no language changes the order
    numbers = tuple(int(number) for number in re.findall(r"[0-9]+", one.cell))
    return (one.unit, one.period, one.file, one.sheet, numbers, one.cell, one._replace(message="", mend=""))
