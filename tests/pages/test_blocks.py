import re

import pytest
from bs4 import BeautifulSoup
from helpers.notebooks import cell_of, notebook_of
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_notebook

from scoring.pages import blocks
from scoring.pages.blocks import Bar, Column
from scoring.pages.export import html, pdf
from scoring.pages.export.notebook import finished_mark, read_page

BARS = [
    Bar("A. Kế hoạch, phân công, chỉ đạo", 21.98, "21,98/25,00", 25),
    Bar("B. Phổ biến đến đoàn viên, người lao động", 27.5, "27,50/30,00", 30),
    Bar("C. Nội dung thông tin đối ngoại", 16.17, "16,17/22,00", 22),
    Bar("D. Mô hình hay, gương tốt", 5, "5,00/8,00", 8),
    Bar("E. Thông tin chính thống", 4, "4,00/4,00", 4),
    Bar("F. Chế độ báo cáo", 0, "0,00/8,00", 8),
]


def parsed(svg):
    return BeautifulSoup(svg, "html.parser")


def texts_of(svg):
    return [element.text for element in parsed(svg).find_all("text")]


def test_a_block_shows_itself_as_html_typst_and_plain_text():
    data, _ = DisplayFormatter().format(blocks.paragraph("Đạt mức tốt."))
    assert set(data) == {"text/html", "text/vnd.typst", "text/plain"}


def test_a_chart_is_stored_once_as_svg_with_its_description():
    data, metadata = DisplayFormatter().format(blocks.distribution_chart("Hình 1", BARS))
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert "B. Phổ biến đến đoàn viên, người lao động: 27,50/30,00" in metadata["alt"]
    assert metadata["caption"] == "Hình 1"


def test_what_is_not_given_in_the_letterhead_is_left_as_dots():
    text = blocks.letterhead("Liên đoàn A", "Liên đoàn B", place="Phú Riềng").text
    assert "Số: …………/…………" in text
    assert "Phú Riềng, ngày …… tháng …… năm ………" in text


def test_bodies_and_kind_of_document_are_in_capitals():
    assert "LIÊN ĐOÀN LAO ĐỘNG HUYỆN PHÚ RIỀNG" in blocks.letterhead("A", "Liên đoàn Lao động huyện Phú Riềng").html
    assert "PHIẾU ĐÁNH GIÁ" in blocks.title("Phiếu đánh giá", "Năm 2024").typst


def test_bases_and_recipients_end_with_semicolons_and_the_last_with_a_full_stop():
    assert blocks.bases(["Căn cứ A.", "Căn cứ B"]).text == "Căn cứ A;\nCăn cứ B."
    assert "- Như trên;\n- Lưu: VT." in blocks.closing(["Như trên", "Lưu: VT"], ["Chủ tịch"]).text


def test_the_last_paragraph_bears_the_ending_mark():
    assert blocks.last_paragraph("Đề nghị đối chiếu.").text == "Đề nghị đối chiếu./."


def test_every_number_of_an_emphasised_row_is_bold():
    html = blocks.table("Bảng", [Column("Nhóm"), Column("Điểm")], [("A", "1"), ("Tổng", "2")], emphasised=[-1]).html
    assert re.findall(r"<strong>(.*?)</strong>", html) == ["Tổng", "2"]


def test_a_row_with_a_cell_too_few_is_refused():
    with pytest.raises(ValueError, match="does not have 2 cells"):
        blocks.table("Bảng", [Column("Nhóm"), Column("Điểm")], [("A",)])


def test_a_cell_that_would_name_its_row_but_is_empty_is_no_head():
    html = blocks.table("Bảng", [Column("Mã", names_rows=True), Column("Điểm")], [("", "1")]).html
    assert '<td style="text-align:left"></td>' in html


def test_a_row_that_names_others_reaches_to_the_end_of_the_table():
    columns = [Column("TT"), Column("Đơn vị", names_rows=True), Column("Điểm")]
    html = blocks.table("Bảng", columns, [("", "Khối trường học"), ("1", "Hoa Ban", "9,50")], naming=[0]).html
    assert '<th scope="row" colspan="2" style="text-align:left"><strong>Khối trường học</strong></th></tr>' in html


def test_what_cannot_be_seen_is_taken_out_of_a_text():
    assert blocks.plain("a\u202eb\u200bc\x07\ufeff\ud800\u00adđ") == "abcđ"
    assert blocks.plain("một\r\nhai\tba\u2003bốn\u00a0năm") == "một\nhai ba bốn\u00a0năm"


def test_a_title_and_issuer_with_line_breaks_name_the_document_on_one_line():
    page = blocks.page(blocks.letterhead("A", "Liên đoàn\nhuyện"), blocks.title("Phiếu", "Năm 2024\ncủa X"))
    assert page.metadata["scoring"] == {"issuer": "Liên đoàn huyện", "title": "Phiếu – Năm 2024 của X"}


def test_chart_labels_are_text_and_never_mathematics():
    bars = [Bar("$x^2$ <b> & \\frac{1}", 1, "$1$")]
    assert texts_of(blocks.distribution_chart("Hình", bars).svg)[:2] == ["$x^2$ <b> & \\frac{1}", "$1$"]


def test_a_label_no_typeface_can_set_is_kept_without_a_warning():
    assert texts_of(blocks.distribution_chart("Hình", [Bar("中文", 1, "1 đơn vị")]).svg) == ["中文", "1 đơn vị"]


def test_a_chart_without_bars_is_drawn():
    assert texts_of(blocks.distribution_chart("Hình", []).svg) == []


def test_a_chart_is_small_and_its_bytes_repeat():
    chart = blocks.distribution_chart("Hình", BARS).svg
    assert len(chart.encode()) < 8 * 1024
    assert chart == blocks.distribution_chart("Hình", BARS).svg


def test_a_chart_is_at_most_six_centimetres_high():
    height = parsed(blocks.distribution_chart("Hình", BARS).svg).svg["height"]
    assert float(height.removesuffix("pt")) / 72 * 2.54 <= 6


def test_the_bar_of_no_points_has_no_length_and_no_bar_passes_its_outline():
    svg = blocks.distribution_chart("Hình", [Bar("A", 0, "0", 8), Bar("B", 8, "8", 8)]).svg
    right_edges = {}
    for path in parsed(svg).find_all("path"):
        across = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", path["d"])]
        right_edges.setdefault(path["style"].split(";")[0], []).append(max(across))
    outlines, filled = right_edges["fill: #ffffff"][1:3], right_edges["fill: #7fa6cc"][:2]
    assert outlines[0] == outlines[1] == filled[1]
    assert filled[0] < 100


def test_a_notebook_is_known_to_have_finished_by_its_mark():
    digest = "ab" * 32
    assert finished_mark(new_notebook(cells=[cell_of(blocks.finish(digest))])) == digest
    assert finished_mark(new_notebook(cells=[cell_of(blocks.paragraph("Chưa xong."))])) is None


def test_a_block_without_content_shows_nothing_at_all():
    data, _ = DisplayFormatter().format(blocks.page())
    assert data == {"text/plain": ""}
    for mimes in (html.MIMES, pdf.MIMES):
        assert read_page(notebook_of(blocks.page()), mimes).parts == ()
