"""What is made beside a published year says so on top of every page, and nowhere twice: in HTML, PDF and Word."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date

import pytest
from bs4 import BeautifulSoup
from docx import Document
from helpers.notebooks import notebook_of
from helpers.pages import evaluation_of, told
from openpyxl import load_workbook
from pypdf import PdfReader

from scoring.assessment.edition import PROPOSAL, Edition, final_edition
from scoring.assessment.reliability import rely_on
from scoring.core.places import DOCUMENTS
from scoring.pages import blocks, reliability, second_verification, several_years, unit_assessment, year_overview
from scoring.pages.blocks import Column
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter
from scoring.pages.spreadsheets import ranking_xlsx
from scoring.publishing.results import dossier_of

DRAFT = Edition(kind="draft", number=1, decision="15/QĐ-LĐLĐ <Q&A>", published_on=date(2025, 1, 20))
SAID = "BẢN NHÁP làm sau khi công bố lần 1 (15/QĐ-LĐLĐ <Q&A>, 20/01/2025), không thay bản đã công bố"
LONG = [blocks.paragraph("Một đoạn văn. " * 40) for _ in range(12)]
TABLE = blocks.table("Bảng", [Column("Mã"), Column("Điểm")], [(f"A{number}", "1,00") for number in range(40)])


def notebook(edition=DRAFT, turned=False):
    """A document of several sheets, the last on their long side; turned: the first too."""
    head = blocks.page(blocks.draft(edition.banner), blocks.title("Phiếu", "thử"))
    body = [head, *LONG, blocks.landscape(), TABLE]
    return notebook_of(blocks.landscape(), *body) if turned else notebook_of(*body)


def times(text):
    return " ".join(text.split()).count(SAID)


def exported(exporter, made):
    return exporter().from_notebook_node(made)[0]


@pytest.mark.parametrize("turned", [False, True])
def test_every_page_of_the_pdf_says_once_that_it_is_a_draft(turned):
    pages = PdfReader(io.BytesIO(exported(AssessmentPDFExporter, notebook(turned=turned)))).pages
    assert len(pages) > 3
    assert {round(float(page.mediabox.width)) for page in pages} >= {842}
    assert [times(page.extract_text()) for page in pages] == [1] * len(pages)


def test_the_html_says_it_once_on_top_and_a_printer_repeats_it_on_every_sheet(tmp_path):
    html = exported(AssessmentHTMLExporter, notebook())
    page = BeautifulSoup(html, "html.parser")
    assert times(page.body.get_text()) == 1
    assert times(page.body.find(True).get_text()) == 1
    printed = _printed(html, tmp_path)
    assert [times(sheet.extract_text()) for sheet in printed] == [1] * len(printed)
    assert len(printed) > 2


def _printed(html, folder):
    """The pages a browser prints."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    (folder / "trang.html").write_text(html, "utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/nguoi"]
    command = [chromium, *words, f"--print-to-pdf={folder}/trang.pdf", f"file://{folder}/trang.html"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return PdfReader(folder / "trang.pdf").pages


@pytest.mark.parametrize("turned", [False, True])
def test_every_section_of_the_word_file_says_it_above_its_text_which_does_not(turned):
    content = exported(AssessmentWordExporter, notebook(turned=turned))
    document = Document(io.BytesIO(content))
    assert len(document.sections) > (0 if turned else 1)
    for section in document.sections:
        headers = [section.header, *([section.first_page_header] if section.different_first_page_header_footer else [])]
        assert [times("\n".join(one.text for one in header.paragraphs)) for header in headers] == [1] * len(headers)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "BẢN NHÁP" not in re.sub("<[^>]+>", "", archive.read("word/document.xml").decode())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_every_page_that_libreoffice_prints_says_it_once(tmp_path):
    (tmp_path / "trang.docx").write_bytes(exported(AssessmentWordExporter, notebook()))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "trang.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = PdfReader(tmp_path / "trang.pdf").pages
    assert len(pages) > 3
    assert [times(page.extract_text()) for page in pages] == [1] * len(pages)


@pytest.mark.parametrize("edition", [PROPOSAL, final_edition(1, "15/QĐ-LĐLĐ", date(2025, 1, 20))])
def test_what_is_no_draft_says_nothing_of_one(edition):
    made = notebook(edition)
    assert "BẢN NHÁP" not in exported(AssessmentHTMLExporter, made)
    assert "BẢN NHÁP" not in PdfReader(io.BytesIO(exported(AssessmentPDFExporter, made))).pages[0].extract_text()
    assert all(
        "BẢN NHÁP" not in paragraph.text
        for section in Document(io.BytesIO(exported(AssessmentWordExporter, made))).sections
        for header in (section.header, section.first_page_header)
        for paragraph in header.paragraphs
    )


def test_a_notebook_itself_shows_it_where_it_stands():
    data, metadata = blocks.draft(DRAFT.banner)._repr_mimebundle_()
    assert "BẢN NHÁP" in data["text/html"]
    assert metadata["scoring"]["banner"] == SAID


@pytest.fixture(scope="module")
def evaluation():
    return evaluation_of("upper_level")


def opening(name, evaluation):
    """The notebook of a document of a draft; name: of its template."""
    dossier = dossier_of(evaluation, DRAFT)
    names = {"dossier": dossier, "overview": dossier.overview, "block": dossier.overview.blocks[0].id}
    if name.startswith("unit"):
        assessment = next(evaluation.assessments(None)).model_copy(update={"edition": DRAFT})
        return told(name, page=unit_assessment, assessment=assessment)
    if name == "reliability":
        return told(
            name,
            reliability=reliability,
            second_verification=second_verification,
            told=rely_on(evaluation, dossier.overview),
        )
    return told(name, page=year_overview, several_years=several_years, **names)


@pytest.mark.parametrize("name", [path.stem for path in sorted(DOCUMENTS.glob("*.ipynb"))])
def test_every_document_made_beside_a_publication_says_it(evaluation, name):
    page = BeautifulSoup(exported(AssessmentHTMLExporter, opening(name, evaluation)), "html.parser")
    assert times(page.body.get_text()) == 1


def test_every_sheet_of_the_ranking_says_it_above_the_head_and_prints_it(evaluation):
    book, plain = (
        load_workbook(io.BytesIO(ranking_xlsx(dossier_of(evaluation, edition)))) for edition in (DRAFT, PROPOSAL)
    )
    for sheet, other in zip(book, plain, strict=True):
        said, *rows = sheet.iter_rows(values_only=True)
        assert said == (SAID, *[None] * (sheet.max_column - 1))
        assert rows == list(other.iter_rows(values_only=True))
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.freeze_panes.endswith("3")
        heights = [sheet.row_dimensions[place].height for place in range(2, sheet.max_row + 1)]
        assert heights == [other.row_dimensions[place].height for place in range(1, other.max_row + 1)]
