"""The letters of a chart at the size at which it is printed: nine points at least, on all three ways to paper."""

import io
import re
import shutil
import subprocess

import pytest
from docx import Document
from helpers.notebooks import notebook_of
from pypdf import PdfReader

from scoring.core.sheet import SMALLEST
from scoring.pages import blocks
from scoring.pages.blocks import Bar
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter

BARS = [
    Bar("Hoàn thành tốt nhiệm vụ", 12, "12"),
    Bar("Không hoàn thành nhiệm vụ, một tên rất dài của mức xếp loại", 3, "3"),
]
CHART = blocks.distribution_chart("Hình 1. Số đơn vị", BARS)


def smallest(pdf):
    """The smallest letter of a PDF in points, as the page's matrices make it."""
    found = []

    def seen(text, matrix, text_matrix, font, size):
        if text.strip():
            found.append(size * abs(matrix[3] * text_matrix[3]))

    for page in PdfReader(pdf).pages:
        page.extract_text(visitor_text=seen)
    return min(found)


def test_in_the_pdf():
    pdf, _ = AssessmentPDFExporter().from_notebook_node(notebook_of(CHART))
    assert smallest(io.BytesIO(pdf)) >= SMALLEST


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_from_the_browser(tmp_path):
    (tmp_path / "trang.html").write_text(AssessmentHTMLExporter().from_notebook_node(notebook_of(CHART))[0], "utf-8")
    words = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path}/nguoi",
    ]
    command = ["chromium", *words, f"--print-to-pdf={tmp_path}/trang.pdf", f"file://{tmp_path}/trang.html"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert smallest(tmp_path / "trang.pdf") >= SMALLEST


def test_in_word():
    """There it is a picture: its letters are as large as they were drawn where it is as wide as it was drawn."""
    content, _ = AssessmentWordExporter().from_notebook_node(notebook_of(CHART))
    (shape,) = Document(io.BytesIO(content)).inline_shapes
    drawn = float(re.search(r'width="([\d.]+)pt"', CHART.svg)[1])
    letters = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", CHART.svg)]
    assert min(letters) * shape.width.pt / drawn >= SMALLEST - 0.01  # a picture has whole dots
