import io
import re

import pytest
from helpers.notebooks import HOSTILE, notebook_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pypdf import PdfReader

from scoring.core.errors import PublishingError
from scoring.pages import blocks as display
from scoring.pages.blocks import Bar, Column
from scoring.pages.export.fonts import typefaces, vietnamese_letters
from scoring.pages.export.pdf import MISSING, NOT_CONFORMING, AssessmentPDFExporter

COLUMNS = [Column("Mã"), Column("Tiêu chí", 3), Column("Điểm", align="right")]
ROWS = [(f"A{number}", f"Tiêu chí thứ {number}", "1,00") for number in range(60)]


def export(*blocks, **options):
    pdf, resources = AssessmentPDFExporter(**options).from_notebook_node(notebook_of(*blocks))
    return PdfReader(io.BytesIO(pdf)), resources["scoring"]


def text_of(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def placed(page):
    """Every printed run of text with the place of its beginning, in points from the lower left corner."""
    runs = []
    page.extract_text(visitor_text=lambda text, place, *_: runs.append((text.strip(), place[4], place[5])))
    return [run for run in runs if run[0]]


def is_code(text):
    return re.fullmatch(r"A\d+", text)


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def long_page():
    return export(
        display.letterhead("Liên đoàn Lao động tỉnh Bình Phước", "Liên đoàn Lao động huyện Phú Riềng"),
        display.title("Phiếu đánh giá", "Kết quả năm 2024"),
        display.section("1", "Kết quả chung"),
        display.section("1.1", "Điểm từng tiêu chí", level=2),
        display.table("Bảng 1. Điểm từng tiêu chí", COLUMNS, ROWS, emphasised=[-1]),
        display.distribution_chart("Hình 1. Điểm", [Bar("A. Kế hoạch", 20, "20,00/25,00", 25)]),
        display.last_paragraph("Đề nghị đối chiếu."),
        display.closing(["Như trên", "Lưu: VT"], ["TM. Ban Thường vụ", "Chủ tịch"]),
    )


def test_the_page_is_a4_upright(long_page):
    reader, _ = long_page
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_document_is_tagged_vietnamese_and_meets_both_standards(long_page):
    reader, about = long_page
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert reader.root_object["/Lang"] == "vi-VN"
    described = reader.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A" in described
    assert "<pdfuaid:part>1" in described
    assert about["warnings"] == []


def test_title_and_issuer_are_the_documents(long_page):
    metadata = long_page[0].metadata
    assert metadata.title == "Phiếu đánh giá – Kết quả năm 2024"
    assert metadata.author == "Liên đoàn Lao động huyện Phú Riềng"


def test_headings_are_bookmarks(long_page):
    top, below = long_page[0].outline
    assert top.title == "1. Kết quả chung"
    assert [bookmark.title for bookmark in below] == ["1.1. Điểm từng tiêu chí"]


def test_pages_are_numbered_from_the_second_on(long_page):
    first, second, *_ = (page.extract_text().split("\n")[0] for page in long_page[0].pages)
    assert first != "1"
    assert second.strip() == "2"


def test_every_page_of_a_long_table_repeats_its_head(long_page):
    pages = [page.extract_text() for page in long_page[0].pages]
    with_rows = [page for page in pages if "Tiêu chí thứ" in page]
    assert len(with_rows) > 1
    assert all(re.search(r"Mã\s+Tiêu chí\s+Điểm", page) for page in with_rows)


def test_a_row_that_names_others_stands_above_them_on_every_page_and_never_last():
    named = [row for start in range(0, 60, 22) for row in [("", f"Khối {start}"), *ROWS[start : start + 22]]]
    blocks = {code: f"Khối {place // 22 * 22}" for place, (code, *_) in enumerate(ROWS)}
    reader, about = export(display.table("Bảng", COLUMNS, named, naming=[0, 23, 46]))
    for page in reader.pages:
        above = ""
        runs = [text for text, *_ in placed(page) if is_code(text) or re.fullmatch(r"Khối \d+", text)]
        assert is_code(runs[-1])
        for text in runs:
            above = above if is_code(text) else text
            assert not is_code(text) or blocks[text] == above
    assert len(reader.pages) > 1
    assert about["warnings"] == []


def test_every_row_is_printed_once_and_none_over_another(long_page):
    codes = [
        (number, y) for number, page in enumerate(long_page[0].pages) for text, _, y in placed(page) if is_code(text)
    ]
    assert len(codes) == len(ROWS) == len(set(codes))


def test_the_words_of_a_chart_can_be_searched(long_page):
    text = text_of(long_page[0])
    assert "A. Kế hoạch" in text
    assert "20,00/25,00" in text


def test_the_ending_mark_stands_on_the_page_of_the_signature(long_page):
    last = long_page[0].pages[-1].extract_text()
    assert "Đề nghị đối chiếu./." in last
    assert "TM. BAN THƯỜNG VỤ" in last


@pytest.mark.parametrize("embedded_fonts", [False, True])
def test_every_vietnamese_letter_survives_in_every_style(embedded_fonts):
    letters = "".join(sorted(vietnamese_letters()))
    blocks = [display.paragraph(letters, lead=letters), display.bases([letters]), display.section("1", letters)]
    reader, about = export(*blocks, embedded_fonts=embedded_fonts)
    assert squeezed(text_of(reader)).count(letters) == 4
    assert about["warnings"] == []


def test_the_typeface_of_the_body_is_told():
    assert export(display.paragraph("Điểm."))[1]["typeface"] == typefaces().body
    assert export(display.paragraph("Điểm."), embedded_fonts=True)[1]["typeface"] == "Libertinus Serif"


def test_hostile_text_stays_text_in_every_part():
    reader, about = export(
        display.letterhead(HOSTILE, "Liên đoàn", number=HOSTILE, place=HOSTILE, date=HOSTILE),
        display.title("Phiếu", HOSTILE),
        display.bases([HOSTILE]),
        display.section("1", HOSTILE),
        display.paragraph(HOSTILE, lead=HOSTILE),
        display.bullets([HOSTILE]),
        display.facts([(HOSTILE, HOSTILE)]),
        display.note(HOSTILE),
        display.table(HOSTILE, [Column(HOSTILE)], [(HOSTILE,)]),
        display.closing([HOSTILE], ["Chủ tịch"]),
        display.distribution_chart(HOSTILE, []),
        new_code_cell("x", outputs=[new_output("stream", name="stdout", text=HOSTILE)]),
    )
    assert squeezed(text_of(reader)).count(squeezed(HOSTILE)) == 18
    assert about["warnings"] == []


def test_hostile_text_in_prose_is_never_code():
    source = f"Đoạn {HOSTILE}\n\n# Mục {HOSTILE}\n\n- dòng {HOSTILE}\n\n```\n{HOSTILE}\n```\n\n> {HOSTILE}"
    text = squeezed(text_of(export(new_markdown_cell(source))[0]))
    assert text.count('#panic("x")') == 5
    assert text.count("@ref") == 5


def test_typst_sees_no_file_of_the_machine():
    prying = new_output("display_data", data={"text/vnd.typst": '#read("/README.md")'})
    with pytest.raises(PublishingError, match="không dàn trang được"):
        export(new_code_cell("x", outputs=[prying]))


def test_a_character_no_typeface_holds_is_boxed_and_reported():
    reader, about = export(display.paragraph("Tên 中文 của đơn vị"), display.note("中"))
    assert f"Tên {MISSING}{MISSING} của đơn vị" in text_of(reader)
    assert about["warnings"] == [
        "Không phông chữ nào có 2 ký tự sau, PDF in ô vuông □ thay vào: 中 (U+4E2D), 文 (U+6587)."
    ]


def test_a_document_short_of_the_standards_is_made_all_the_same_and_says_so():
    reader, about = export(new_markdown_cell("## Mục\n\n##### Mục con quá sâu"))
    assert "Mục con quá sâu" in text_of(reader)
    assert about["warnings"] == [NOT_CONFORMING]


def test_a_notebook_with_an_error_is_refused():
    broken = new_code_cell("x", outputs=[new_output("error", ename="E", evalue="v", traceback=[])])
    with pytest.raises(PublishingError, match="ô thứ 1: ô dừng giữa chừng vì lỗi"):
        export(broken)


def test_a_row_longer_than_a_page_goes_on_on_the_next():
    words = [f"từ{number}" for number in range(2500)]
    reader, _ = export(display.table("Bảng", COLUMNS, [("A1", " ".join(words), "1,00")]))
    assert re.findall(r"từ\d+", text_of(reader)) == words
    assert all(y > 20 / 25.4 * 72 for page in reader.pages for _, _, y in placed(page))


def test_nothing_is_wider_than_the_text():
    address = "https://congdoan.example.vn/" + "x" * 300
    name = "Công đoàn cơ sở " + "Công ty Xuất nhập khẩu Tổng hợp " * 6
    reader, _ = export(
        display.letterhead(name, name),
        display.title("Phiếu đánh giá", name),
        display.facts([(name, address), (address, name)]),
        display.paragraph(address, lead=name),
        display.table(address, [Column("Mã"), Column("Căn cứ"), Column("Rộng", 20)], [("A1", address, name)]),
    )
    right_margin = 595 - 17 / 25.4 * 72
    narrowest = 2  # points: less than any letter's width on average, in the smallest size of the page
    assert all(x + narrowest * len(text) < right_margin for page in reader.pages for text, x, _ in placed(page))


def test_paper_can_be_turned_for_wide_tables():
    reader, _ = export(display.paragraph("Đứng."), display.landscape(), display.table("Bảng", COLUMNS, ROWS[:3]))
    assert [round(float(page.mediabox.width)) for page in reader.pages] == [595, 842]


def test_a_new_page_begins_where_it_is_asked_for():
    reader, _ = export(display.paragraph("Trang một."), display.new_page(), display.paragraph("Trang hai."))
    assert ["Trang hai." in page.extract_text() for page in reader.pages] == [False, True]


def test_a_bitmap_is_printed_with_its_description():
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    output = new_output("display_data", data={"image/png": pixel}, metadata={"alt": "Ảnh", "caption": "Hình 1"})
    reader, about = export(new_code_cell("x", outputs=[output]))
    assert len(reader.pages[0].images) == 1
    assert about["warnings"] == []


def test_the_bytes_repeat():
    notebook = notebook_of(display.paragraph("Điểm."), display.distribution_chart("Hình", [Bar("A", 1, "1", 2)]))
    first, again = (AssessmentPDFExporter().from_notebook_node(notebook)[0] for _ in range(2))
    assert first == again


def test_the_stated_time_is_written(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert export(display.paragraph("Điểm."))[0].metadata.creation_date.year == 2026
