"""The guide in a form: how to fill it in, and what each item means, in plain words."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from scoring.core.sheet import print_wide
from scoring.core.wording import day
from scoring.reports.forms.cell_rules import Line
from scoring.reports.forms.report_sheet import SIZE, Formats, row_height
from scoring.rubric.model import Criterion, Period, Rubric

_GUIDE_WIDTH = 36


def draw_guide(sheet: Worksheet, formats: Formats, lines: list[Line], rubric: Rubric, period: Period) -> None:
    """How to fill the form, and what each item means."""
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 4, _GUIDE_WIDTH)
    sheet.hide_gridlines(2)
    print_wide(sheet, (8, *[_GUIDE_WIDTH] * 4), SIZE)
    sheet.protect()
    sheet.write_string(0, 0, "HƯỚNG DẪN ĐIỀN BÁO CÁO", formats["bold"])
    prose = _guide_prose(rubric, period)
    for row, text in enumerate(prose, 1):
        sheet.write_string(row, 0, f"{row}.", formats["prose"])
        sheet.merge_range(row, 1, row, 4, text, formats["prose"])
        sheet.set_row(row, row_height([(text, 4 * _GUIDE_WIDTH)]))
    header = len(prose) + 2
    for place, text in enumerate(("Mã", "Tiêu chí", "Cách hiểu", "Minh chứng", "Khi nào được chọn Không áp dụng")):
        sheet.write_string(header, place, text, formats["header"])
    for row, item in enumerate((line for line in lines if isinstance(line, Criterion)), header + 1):
        evidence = {"required": "Bắt buộc. ", "optional": "Nếu có. ", "counted": "Mỗi kết quả một minh chứng. "}.get(
            item.evidence or "", ""
        )
        texts = (item.id, item.name, item.note or "", evidence + (item.evidence_hint or ""), item.may_not_apply or "")
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, formats["text"])
        sheet.set_row(row, row_height((text, _GUIDE_WIDTH) for text in texts))


def _guide_prose(rubric: Rubric, period: Period) -> list[str]:
    counted = [item.name for item in rubric.items if item.indicator and item.indicator.source != "report"]
    return [
        "Chỉ điền các ô nền vàng ở trang Báo cáo. Các ô khác đã khóa; không chèn, xóa hay đổi chỗ dòng, cột.",
        f"Số liệu tính từ ngày {day(period.from_)} đến ngày {day(period.to)}. Gửi trước hết ngày "
        f"{day(period.due)} và ghi Ngày gửi dạng ngày/tháng/năm.",
        "Ghi số bằng chữ số, không kèm đơn vị, không dấu chấm ngăn cách hàng nghìn (1250, không ghi 1.250). "
        "Số lẻ ghi dấu phẩy: 9,5.",
        "Không làm được gì thì ghi 0. Ô để trống nghĩa là chưa báo cáo, khác với 0.",
        "Cột Không áp dụng chỉ mở ở tiêu chí cho phép; khi chọn thì để trống ô Kết quả.",
        "Trên tổng số: ghi cả phần đã làm (Kết quả) và toàn bộ (Trên tổng số).",
        "Minh chứng: ghi mỗi văn bản, đường dẫn một dòng ở trang Minh chứng rồi ghi mã (MC01; MC02) vào cột Minh "
        "chứng, hoặc ghi thẳng số, ngày văn bản, đường dẫn; cách nhau bằng dấu chấm phẩy. Tiêu chí bắt buộc minh chứng "
        "mà để trống thì không có điểm.",
        "Không ghi họ tên, ý kiến, tài khoản hay thông tin riêng của bất kỳ cá nhân nào; chỉ ghi số lượng và số, ngày "
        "văn bản.",
        "Cột Kiểm tra: “Đủ” là được; nền vàng là chưa điền; nền đỏ là cần sửa. Người chấm không dùng cột này.",
        *_on_tasks(rubric),
        *([f"Hệ thống tự tính, đơn vị không phải điền: {'; '.join(counted)}."] if counted else []),
        "Lưu ở dạng Excel (.xlsx), giữ nguyên tên tệp rồi gửi; mỗi kỳ gửi một tệp.",
    ]


def _on_tasks(rubric: Rubric) -> list[str]:
    """How the list of tasks is filled in, where there is one."""
    if rubric.tasks is None:
        return []
    return [
        "Trang Công việc: mỗi công việc, sản phẩm được giao trong kỳ ghi một dòng, đủ số lượng được giao, số lượng "
        "hoàn thành, số lần chưa đạt chất lượng và số lần chậm tiến độ.",
        f"Mỗi lần chưa đạt hoặc chậm, công việc ấy mất {rubric.tasks.loss}% chất lượng hoặc tiến độ, trừ lần do "
        "nguyên nhân khách quan có văn bản xác nhận của cấp có thẩm quyền.",
    ]
