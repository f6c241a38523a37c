import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from helpers.notebooks import HOSTILE, notebook_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pypdf import PdfReader

from scoring.core.errors import PublishingError
from scoring.core.language import speaking
from scoring.pages import blocks as display
from scoring.pages.blocks import Bar, Column
from scoring.pages.export import word_layout
from scoring.pages.export.word import AssessmentWordExporter

COLUMNS = [Column("Mã"), Column("Tiêu chí", 3, names_rows=True), Column("Điểm", align="right")]
ROWS = [(f"A{number}", f"Tiêu chí thứ {number}", "1,00") for number in range(60)]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TEXT_WIDTH = Mm(210 - 30 - 17)


def bytes_of(*blocks):
    return AssessmentWordExporter().from_notebook_node(notebook_of(*blocks))[0]


def export(*blocks):
    return Document(io.BytesIO(bytes_of(*blocks)))


def shown(**data):
    return new_code_cell("x", outputs=[new_output("display_data", data=data)])


def text_of(document):
    """Every word of the body, in tables and outside."""
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p")))


def styles_of(document):
    return [(paragraph.style.name, paragraph.text.strip()) for paragraph in document.paragraphs if paragraph.text]


def paper(section):
    """Width and height of a section's pages in millimetres."""
    return round(section.page_width.mm), round(section.page_height.mm)


def flags_of(row):
    return {child.tag.partition("}")[2] for child in row._tr.trPr}


@pytest.fixture(scope="module")
def page():
    return export(
        display.letterhead("Liên đoàn Lao động tỉnh Bình Phước", "Liên đoàn Lao động huyện Phú Riềng"),
        display.title("Phiếu đánh giá", "Kết quả năm 2024"),
        display.section("1", "Kết quả chung"),
        display.section("1.1", "Điểm từng tiêu chí", level=2),
        display.paragraph("Đạt mức tốt.", lead="Kết luận:"),
        display.facts([("Khối", "Khối trường học")]),
        display.table("Bảng 1. Điểm từng tiêu chí", COLUMNS, ROWS, emphasised=[-1]),
        display.distribution_chart("Hình 1. Điểm", [Bar("A. Kế hoạch", 20, "20,00/25,00", 25)]),
        display.last_paragraph("Đề nghị đối chiếu."),
        display.closing(["Như trên", "Lưu: VT"], ["TM. Ban Thường vụ", "Chủ tịch"]),
    )


def test_the_page_is_a4_upright_with_the_margins_of_the_rule(page):
    (section,) = page.sections
    assert paper(section) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 17]


def test_pages_are_numbered_in_the_middle_of_the_head_from_the_second_on(page):
    (section,) = page.sections
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    (number,) = section.header.paragraphs
    assert number.alignment == 1
    assert [field.get(qn("w:instr")) for field in number._p.iter(qn("w:fldSimple"))] == ["PAGE"]


def test_the_document_is_vietnamese_in_times_new_roman(page):
    assert page.core_properties.language == "vi-VN"
    assert {language.get(qn("w:val")) for language in page.styles.element.iter(qn("w:lang"))} == {"vi-VN"}
    assert page.styles["Normal"].font.name == "Times New Roman"
    assert page.styles["Heading 1"].font.name == "Times New Roman"


def test_title_and_issuer_are_the_documents(page):
    assert page.core_properties.title == "Phiếu đánh giá – Kết quả năm 2024"
    assert page.core_properties.author == "Liên đoàn Lao động huyện Phú Riềng"


def test_headings_captions_and_paragraphs_have_the_styles_word_knows(page):
    assert styles_of(page)[:6] == [
        ("Title", "PHIẾU ĐÁNH GIÁ"),
        ("Subtitle", "Kết quả năm 2024"),
        ("Heading 1", "1. Kết quả chung"),
        ("Heading 2", "1.1. Điểm từng tiêu chí"),
        ("Body Text", "Kết luận: Đạt mức tốt."),
        ("Caption", "Bảng 1. Điểm từng tiêu chí"),
    ]


def test_facts_stand_side_by_side_and_what_they_say_is_bold(page):
    label, value = page.tables[1].rows[0].cells
    assert (label.text, value.text) == ("Khối:", "Khối trường học")
    assert [run.bold for cell in (label, value) for run in cell.paragraphs[0].runs] == [None, True]


def test_the_head_of_a_table_is_on_every_page_and_no_row_is_split(page):
    table = page.tables[2]
    assert [flags_of(row) for row in table.rows] == [{"cantSplit", "tblHeader"}] + [{"cantSplit"}] * len(ROWS)
    assert [cell.text for cell in table.rows[0].cells] == ["Mã", "Tiêu chí", "Điểm"]


def test_columns_are_as_wide_as_stated_and_fill_the_page(page):
    table = page.tables[2]
    widths = [column.width for column in table.columns]
    assert [cell.width for cell in table.rows[7].cells] == widths
    assert sum(widths) == pytest.approx(TEXT_WIDTH, rel=0.001)
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.01)


def test_figures_stand_on_the_right_and_an_emphasised_row_is_bold(page):
    last = page.tables[2].rows[-1].cells
    assert [cell.paragraphs[0].alignment for cell in last] == [0, 0, 2]
    assert [run.bold for cell in last for run in cell.paragraphs[0].runs] == [True, True, True]


def test_letterhead_and_signature_are_tables_without_borders(page):
    letterhead, _, _, closing = page.tables
    assert [table.style.name for table in (letterhead, closing)] == ["Normal Table", "Normal Table"]
    body, nation = letterhead.rows[0].cells
    assert [line.text for line in nation.paragraphs[:2]] == [display.NATION, display.MOTTO]
    assert [line.text for line in body.paragraphs[:2]] == [
        "LIÊN ĐOÀN LAO ĐỘNG TỈNH BÌNH PHƯỚC",
        "LIÊN ĐOÀN LAO ĐỘNG HUYỆN PHÚ RIỀNG",
    ]
    assert [line.text for line in closing.rows[0].cells[1].paragraphs] == ["TM. BAN THƯỜNG VỤ", "CHỦ TỊCH"]


def test_the_signature_stays_with_the_last_paragraph(page):
    last = next(paragraph for paragraph in page.paragraphs if paragraph.text.endswith("./."))
    assert last.paragraph_format.keep_with_next


def test_a_chart_is_a_picture_with_its_description_and_caption(page):
    (shape,) = page.inline_shapes
    assert shape._inline.docPr.get("descr") == "Biểu đồ. Hình 1. Điểm: A. Kế hoạch: 20,00/25,00"
    assert shape.width == pytest.approx(TEXT_WIDTH, rel=0.001)
    assert ("Caption", "Hình 1. Điểm") in styles_of(page)


def test_paper_can_be_turned_and_its_pages_are_numbered_on():
    document = export(display.paragraph("Đứng."), display.landscape(), display.table("Bảng", COLUMNS, ROWS[:3]))
    upright, turned = document.sections
    assert [paper(upright), paper(turned)] == [(210, 297), (297, 210)]
    assert turned.header.is_linked_to_previous
    assert not turned.different_first_page_header_footer
    assert sum(column.width for column in document.tables[0].columns) == pytest.approx(Mm(297 - 30 - 17), rel=0.001)


def test_paper_can_lie_on_its_long_side_from_the_first_page_on():
    (section,) = export(display.landscape(), display.paragraph("Nằm.")).sections
    assert paper(section) == (297, 210)


def test_a_row_that_names_the_rows_below_it_does_not_end_a_page():
    unit = ("2", "Trường Hoa Ban", "9,50")
    rows = [unit, ("", "Khối trường học", ""), unit, unit, unit]
    table = export(display.table("Bảng", COLUMNS, rows, emphasised=[1])).tables[0]
    kept = [bool(row.cells[1].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows[1:]]
    # the first row stays with the second, the last with the one before it
    assert kept == [True, True, False, True, False]


def test_a_row_that_names_others_is_one_cell_to_the_end():
    rows = [("", "Khối trường học"), ("1", "Trường Hoa Ban", "9,50")]
    table = export(display.table("Bảng", COLUMNS, rows, naming=[0])).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        ["", "Khối trường học", "Khối trường học"],
        ["1", "Trường Hoa Ban", "9,50"],
    ]
    assert len(table.rows[1]._tr.tc_lst) == 2
    assert table.rows[1].cells[1].paragraphs[0].paragraph_format.keep_with_next


def test_a_new_page_begins_where_it_is_asked_for():
    document = export(display.paragraph("Một."), display.new_page(), display.paragraph("Hai."))
    begins = [paragraph.paragraph_format.page_break_before for paragraph in document.paragraphs]
    assert begins == [None, True, None]


def test_heads_of_annex_and_addressees_keep_their_form():
    document = export(
        display.annex_title("I", "Điểm của các đơn vị", "Báo cáo số 05/BC-LĐLĐ"),
        display.addressees(["Công đoàn tỉnh", "Mặt trận Tổ quốc huyện"]),
    )
    assert styles_of(document)[:3] == [
        ("Title", "Phụ lục I"),
        ("Subtitle", "ĐIỂM CỦA CÁC ĐƠN VỊ"),
        ("Body Text", "(Kèm theo Báo cáo số 05/BC-LĐLĐ)"),
    ]
    assert document.tables[0].rows[0].cells[1].text == "- Công đoàn tỉnh;\n- Mặt trận Tổ quốc huyện."


def test_two_sign_the_minutes_side_by_side():
    (signed,) = export(display.signatures("Thư ký", "Chủ trì", ["Lưu: VT"])).tables
    assert [cell.text for cell in signed.rows[0].cells] == ["THƯ KÝ\nNơi nhận:\n- Lưu: VT.", "CHỦ TRÌ"]


def test_prose_cells_keep_their_lists_and_their_bold_words():
    document = export(new_markdown_cell("# Mục\n\n- một\n  - hai\n\n3. ba\n4. **bốn**\n\n> trích"))
    assert styles_of(document) == [
        ("Title", "Mục"),
        ("List Bullet", "một"),
        ("List Bullet 2", "hai"),
        ("List Paragraph", "3. ba"),
        ("List Paragraph", "4. bốn"),
        ("Body Text", "trích"),
    ]
    assert [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold] == ["bốn"]


def test_a_table_of_another_tool_is_a_table():
    html = "<table><thead><tr><th>Đơn vị<th>Điểm</tr></thead><tbody><tr><th>TH01<td>9,50</tr></tbody></table>"
    table = export(shown(**{"text/html": html})).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Đơn vị", "Điểm"], ["TH01", "9,50"]]
    assert sum(column.width for column in table.columns) == pytest.approx(TEXT_WIDTH, rel=0.001)


def test_a_bitmap_is_shown_and_one_that_cannot_be_read_is_described():
    outputs = [
        new_output("display_data", data={"image/png": data}, metadata={"alt": "Ảnh bảng tin"})
        for data in (PIXEL, "AAAA")
    ]
    document = export(new_code_cell("x", outputs=outputs))
    assert len(document.inline_shapes) == 1
    assert text_of(document).count("[Ảnh bảng tin]") == 1


def test_hostile_text_stays_text_in_every_part():
    document = export(
        display.letterhead(HOSTILE, HOSTILE, number=HOSTILE, place=HOSTILE, date=HOSTILE),
        display.annex_title(HOSTILE, "Phụ lục", HOSTILE),
        display.addressees([HOSTILE]),
        display.bases([HOSTILE]),
        display.section("1", HOSTILE),
        display.paragraph(HOSTILE, lead=HOSTILE),
        display.bullets([HOSTILE]),
        display.facts([(HOSTILE, HOSTILE)]),
        display.note(HOSTILE),
        display.table(HOSTILE, [Column(HOSTILE)], [(HOSTILE,)]),
        display.signatures("Thư ký", "Chủ trì", [HOSTILE]),
        new_code_cell("x", outputs=[new_output("stream", name="stdout", text=HOSTILE)]),
    )
    assert text_of(document).count(HOSTILE) == 19
    assert not list(document.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:hyperlink")))


def test_nothing_outside_the_file_is_referred_to():
    live = '<script>x()</script><img src="https://a.vn/1.png"><a href="https://a.vn">điểm</a>'
    with zipfile.ZipFile(io.BytesIO(bytes_of(shown(**{"text/html": live})))) as parts:
        relations = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".rels")]
    assert not any("External" in relation for relation in relations)


def test_characters_that_xml_does_not_know_are_left_out():
    output = new_output("stream", name="stdout", text="trước\x07\ud800\x1b[0m sau")
    assert text_of(export(new_code_cell("x", outputs=[output]))) == "trước[0m sau"


def test_a_notebook_with_an_error_is_refused():
    broken = new_code_cell("x", outputs=[new_output("error", ename="E", evalue="v", traceback=[])])
    with pytest.raises(PublishingError, match="ô thứ 1: ô dừng giữa chừng vì lỗi"):
        export(broken)


def test_the_bytes_repeat_and_state_the_time_they_are_given(monkeypatch):
    blocks = [display.title("Phiếu", "Năm"), display.distribution_chart("Hình", [Bar("A", 1, "1", 2)])]
    assert bytes_of(*blocks) == bytes_of(*blocks)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    stated = bytes_of(*blocks)
    with zipfile.ZipFile(io.BytesIO(stated)) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(2026, 1, 1)}
    assert Document(io.BytesIO(stated)).core_properties.created.year == 2026


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_it_on_the_paper_it_says(tmp_path):
    name = "Công đoàn cơ sở " + "Công ty Xuất nhập khẩu Tổng hợp " * 6
    rows = [(f"A{number}", name, "1,00") for number in range(30)]
    table = display.table("Bảng", COLUMNS, rows)
    (tmp_path / "trang.docx").write_bytes(bytes_of(display.title("Phiếu", name), table, display.landscape(), table))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "trang.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = PdfReader(tmp_path / "trang.pdf").pages
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages} == {(595, 842), (842, 595)}
    texts = [page.extract_text() for page in pages]
    assert [text.split()[0] for text in texts[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert all(re.search(r"Mã\s+Tiêu chí\s+Điểm", text) for text in texts)
    assert [int(number) for text in texts for number in re.findall(r"\bA(\d+)\b", text)] == [*range(30), *range(30)]


def test_the_styles_of_the_stored_page_are_named_in_the_language_of_the_document():
    template = Document(str(Path(word_layout.__file__).parent / "templates" / "page.docx"))
    named = {style.style_id: style.name for style in template.styles}
    assert {identity: named[identity] for identity in word_layout._NAMES} == dict(word_layout._NAMES)
    with speaking("en"):
        document = word_layout.blank_document("Title", "Author", datetime(2025, 1, 1, tzinfo=UTC))
    assert {style.style_id: style.name for style in document.styles}[word_layout.NOTE] == "Framed note"
