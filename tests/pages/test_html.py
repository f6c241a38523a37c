import re

import pytest
from bs4 import BeautifulSoup
from helpers.notebooks import HOSTILE, notebook_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from scoring.core.errors import PublishingError
from scoring.pages import blocks as display
from scoring.pages.blocks import Bar, Column
from scoring.pages.export.html import AssessmentHTMLExporter

COLUMNS = [Column("Mã"), Column("Tiêu chí", 3, names_rows=True), Column("Điểm", align="right")]
ROWS = [(f"A{number}", f"Tiêu chí thứ {number}", "1,00") for number in range(60)]


def export(*blocks):
    html, _ = AssessmentHTMLExporter().from_notebook_node(notebook_of(*blocks))
    return html


def parsed(*blocks):
    return BeautifulSoup(export(*blocks), "html.parser")


def shown(**data):
    return new_code_cell("x", outputs=[new_output("display_data", data=data)])


@pytest.fixture(scope="module")
def page():
    return parsed(
        display.letterhead("Liên đoàn Lao động tỉnh Bình Phước", "Liên đoàn Lao động huyện Phú Riềng"),
        display.title("Phiếu đánh giá", "Kết quả năm 2024"),
        display.section("1", "Điểm từng tiêu chí"),
        display.table("Bảng 1. Điểm", COLUMNS, ROWS),
        display.distribution_chart("Hình 1. Điểm", [Bar("A. Kế hoạch", 20, "20,00/25,00", 25)]),
        display.closing(["Như trên", "Lưu: VT"], ["TM. Ban Thường vụ", "Chủ tịch"]),
        display.finish("ab" * 32),
    )


def test_the_page_says_it_is_vietnamese_and_what_it_is(page):
    assert page.html["lang"] == "vi"
    assert page.title.text == "Phiếu đánh giá – Kết quả năm 2024"


def test_the_page_has_no_script_and_fetches_nothing(page):
    assert not page.find_all(["script", "link", "iframe", "object"])
    assert all(tag["src"].startswith("data:image/") for tag in page.find_all(src=True))
    assert not re.search(r"url\(|@import", page.style.text)
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_heads_of_columns_and_rows_are_told_from_cells(page):
    table = page.find("table", class_=False)
    assert [head.text for head in table.thead.find_all("th", scope="col")] == ["Mã", "Tiêu chí", "Điểm"]
    assert table.tbody.find("th", scope="row").text == "Tiêu chí thứ 0"
    assert table.caption.text == "Bảng 1. Điểm"


def test_there_is_one_main_heading_and_none_is_skipped(page):
    assert [heading.name for heading in page.find_all(re.compile("^h[1-6]$"))] == ["h1", "h2"]


def test_a_chart_is_described_in_words(page):
    assert page.figure.img["alt"] == "Biểu đồ. Hình 1. Điểm: A. Kế hoạch: 20,00/25,00"


def test_the_mark_of_a_finished_notebook_is_not_shown(page):
    assert "abab" not in page.text


def test_hostile_text_stays_text_in_every_part():
    document = parsed(
        display.letterhead(HOSTILE, HOSTILE, number=HOSTILE, place=HOSTILE, date=HOSTILE),
        display.title(HOSTILE, HOSTILE),
        display.bases([HOSTILE]),
        display.section("1", HOSTILE),
        display.paragraph(HOSTILE, lead=HOSTILE),
        display.bullets([HOSTILE]),
        display.facts([(HOSTILE, HOSTILE)]),
        display.note(HOSTILE),
        display.table(HOSTILE, [Column(HOSTILE)], [(HOSTILE,)]),
        display.distribution_chart(HOSTILE, [Bar(HOSTILE, 1, HOSTILE)]),
        display.closing([HOSTILE], [HOSTILE]),
    )
    assert document.body.text.count(HOSTILE) == 17
    assert HOSTILE in document.img["alt"]
    assert not document.find_all(["script", "b"])
    assert not [tag for tag in document.find_all() for name in tag.attrs if name.startswith("on")]


def test_live_html_and_markdown_of_a_cell_are_made_harmless():
    live = '<script>x()</script><img src="https://a.vn/1.png" onerror="x()"><a href="javascript:x()">điểm</a>'
    document = parsed(shown(**{"text/html": live}), shown(**{"text/markdown": live}), new_markdown_cell(live))
    assert not document.find_all("script")
    assert not document.find_all(src=True)
    assert not document.find_all("a", href=True)


def test_prose_cells_are_rendered_and_links_keep_their_address():
    document = parsed(new_markdown_cell("**Đậm**, xem [trang](https://a.vn/x) và ![ảnh](a.png)"))
    assert document.main.strong.text == "Đậm"
    assert document.main.a["href"] == "https://a.vn/x"
    assert "và ảnh" in document.main.text


def test_code_the_error_stream_and_cells_for_the_desk_are_not_published():
    code = new_code_cell("mã lệnh", outputs=[new_output("stream", name="stderr", text="cảnh báo")])
    desk = new_markdown_cell("hướng dẫn", metadata={"tags": ["remove-cell"]})
    assert parsed(code, desk).main.text.strip() == ""


def test_printed_lines_are_shown_as_they_are():
    document = parsed(new_code_cell("x", outputs=[new_output("stream", name="stdout", text="một\n  <b>hai</b>\n")]))
    assert document.pre.get_text("\n") == "một\n  <b>hai</b>"


def test_a_widget_is_left_out():
    widget = shown(**{"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Button()"})
    assert "Button" not in parsed(widget).text


def test_a_notebook_with_an_error_is_refused_and_the_cell_named():
    broken = new_code_cell("x", outputs=[new_output("error", ename="E", evalue="v", traceback=[])])
    with pytest.raises(PublishingError, match="ô thứ 2: ô dừng giữa chừng vì lỗi"):
        export(display.paragraph("Đầu."), broken)


def test_one_exporter_makes_the_same_bytes_as_a_new_one():
    notebook = notebook_of(display.table("Bảng", COLUMNS, ROWS), display.distribution_chart("Hình", [Bar("A", 1, "1")]))
    exporter = AssessmentHTMLExporter()
    first, again = (exporter.from_notebook_node(notebook)[0] for _ in range(2))
    assert first == again == AssessmentHTMLExporter().from_notebook_node(notebook)[0]


def test_a_long_table_and_two_charts_stay_under_100_kilobytes():
    bars = [Bar(f"Nhóm tiêu chí thứ {number}", number, f"{number},00/9,00", 9) for number in range(8)]
    charts = [display.distribution_chart("Hình 1", bars), display.distribution_chart("Hình 2", bars)]
    assert len(export(display.table("Bảng", COLUMNS, ROWS), *charts).encode()) < 100 * 1024
