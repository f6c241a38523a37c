"""The year in hand: shown, and chosen from those the office keeps."""

from __future__ import annotations

import ipywidgets as widgets

from scoring.core.files import why_refused
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import as_html, chosen, is_read_only, sheet, text
from scoring.register.in_hand import choose_year, ruled_years


def year_chooser(office: Office) -> widgets.VBox:
    """The years the notebooks can show; every notebook and document opened from now on is of the one chosen."""
    now, data = int(office.evaluation.year.folder.name), office.evaluation.year.folder.parent
    if is_read_only():
        return sheet(text(str(now), lead="Năm đang xem:"))
    years = sorted({*ruled_years(data), now})
    line, message = chosen("Năm đang làm", [(str(year), year) for year in years]), widgets.HTML()
    line.value = now

    def keep(change: dict[str, int]) -> None:
        try:
            choose_year(data, change["new"])
        except OSError as error:
            message.value = as_html(f"{why_refused(error)}.", lead="Chưa giữ được lựa chọn:")
        else:
            next_step = "Bấm nút Chạy cả sổ (trên trang xem: tải lại trang) để sổ này và các sổ đang mở sang năm ấy."
            message.value = as_html(next_step, lead=f"Từ nay các sổ và tài liệu là của năm {change['new']}.")

    line.observe(keep, names="value")
    return sheet(line, message)
