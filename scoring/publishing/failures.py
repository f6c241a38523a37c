"""The page of a run's report that tells which documents could not be made, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scoring.core.files import Writing
from scoring.publishing.documents import Made

FAILURES = "khong_lam_duoc.html"

_OPENING = "Các tài liệu khác đã làm xong và dùng được. Mỗi mục dưới đây là một tài liệu chưa có, và vì sao."
_MEND = (
    "Nếu lý do nói về số liệu hoặc tệp thì sửa ở đó. Nếu máy thiếu bộ nhớ hoặc chạy quá lâu thì đóng bớt chương trình "
    "khác. Sau đó chạy lại lệnh cũ: chỉ những tài liệu còn thiếu được làm. Nếu vẫn không được, gửi trang này cho người "
    "phụ trách kỹ thuật."
)


def write_failures(
    out: Path, made: Sequence[Made], names: Mapping[str, str], writing: Writing | None = None
) -> Path | None:
    """Write the page into the year's outputs; where every document of the run stands, there is none.

    names: the units' names by id. writing: told where another program holds the page.
    """
    writing = writing or Writing(lasts=False)
    failed = [one for one in made if one.outcome == "failed"]
    page = out / FAILURES
    if not failed:
        writing.remove(page)
        return None
    # pages are loaded where there is one to make, which is not every run
    from scoring.pages.blocks import paragraph, title
    from scoring.pages.export.page_html import page_html

    heading = title("Báo cáo lượt chạy", f"{len(failed)} tài liệu không làm được")
    parts = [heading.html, paragraph(_OPENING).html, paragraph(_MEND, lead="Cần làm gì:").html]
    for number, one in enumerate(failed, start=1):
        parts += _parts(number, one, names.get(one.name, ""))
    writing.write(page, page_html("Báo cáo lượt chạy – Những tài liệu không làm được", parts).encode())
    return page


def _parts(number: int, one: Made, name: str) -> Iterator[str]:
    from scoring.pages.blocks import html_text, paragraph, section

    yield section(str(number), f"{name} ({one.name})" if name else one.name).html
    yield paragraph(one.why, lead="Vì sao:").html
    if one.details:
        yield paragraph("dành cho người phụ trách kỹ thuật.", lead="Chi tiết:").html
        yield f"<pre>{html_text(one.details.rstrip())}</pre>"
