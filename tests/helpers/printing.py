"""Documents on paper: the PDF, the Word file as LibreOffice prints it, the HTML page as a browser prints it."""

import io
import re
import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from scoring.pages.blocks import NATION
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter


def html_of(notebook):
    return AssessmentHTMLExporter().from_notebook_node(notebook)[0]


def by_typst(notebooks, folder):
    """The text of every sheet of each notebook's PDF, by name."""
    return {
        name: sheets_of(io.BytesIO(AssessmentPDFExporter().from_notebook_node(told)[0]))
        for name, told in notebooks.items()
    }


def by_word(notebooks, folder):
    """The same of the Word files, as LibreOffice prints them."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    for name, told in notebooks.items():
        (folder / f"{name}.docx").write_bytes(AssessmentWordExporter().from_notebook_node(told)[0])
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = [f"{name}.docx" for name in notebooks]
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", ".", *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=900)
    return {name: sheets_of(folder / f"{name}.pdf") for name in notebooks}


def by_browser(notebooks, folder):
    """The same of the HTML pages, as a browser prints them: one after another, each beginning a sheet."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    pages = [BeautifulSoup(html_of(told), "html.parser") for told in notebooks.values()]
    mains = "\n".join(f'<main style="break-before: page">{page.main.decode_contents()}</main>' for page in pages)
    head = f'<meta charset="utf-8">{pages[0].head.style}'
    (folder / "trang.html").write_text(f'<html lang="vi"><head>{head}</head><body>{mains}</body></html>', "utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/nguoi"]
    command = [chromium, *words, f"--print-to-pdf={folder}/trang.pdf", f"file://{folder}/trang.html"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    documents = []
    for sheet in sheets_of(folder / "trang.pdf"):
        if NATION in sheet or re.search(r"^\(Kèm theo", sheet, re.MULTILINE):
            documents.append([])
        documents[-1].append(sheet)
    return dict(zip(notebooks, documents, strict=True))


def sheets_of(pdf):
    return [page.extract_text() for page in PdfReader(pdf).pages]
