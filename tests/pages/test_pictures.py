"""The first page of two of each kind of document of every sample rubric, as it was looked at and approved.

After a change of the pages that was looked at, the pictures are made again by

    SCORING_PICTURES=renew python -m pytest tests/pages/test_pictures.py
"""

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from helpers.pages import evaluation_of, year_pages
from PIL import Image, ImageChops, ImageFilter, ImageStat

from scoring.pages.export.fonts import typefaces
from scoring.pages.export.pdf import AssessmentPDFExporter

PICTURES = Path(__file__).parent / "pictures"
UNITS = {
    "2024": ("MN-HOAMAI", "XA-BUNHO"),
    "2025": ("DN-PHANBONDATLANH", "MN-NANGMAI"),
    "upper_level": ("LD-DOIHONG", "CD-YTE"),
    "officer": ("XA-LONGHA-CHU_TICH", "MN-HOAMAI-CHU_TICH"),
    "annual": ("DN-NHUASAOMAI", "SN-KHUYENNONG"),
    "officer_2026": ("TC-PTB", "TG-NC"),
}
RANKINGS = {"upper_level": ("ranking_CT1", "ranking_CT2"), "officer_2026": ("ranking_N1", "ranking_N2")}
OF_THE_YEAR = ("year_overview", "minutes", "report_upward", "annex", "reliability")
NAMES = {year: (*own, *RANKINGS.get(year, ("ranking_K1", "ranking_K2")), *OF_THE_YEAR) for year, own in UNITS.items()}
CASES = [(year, name) for year, names in NAMES.items() for name in names]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed"),
    pytest.mark.skipif(not typefaces().body.startswith("Liberation Serif"), reason="Liberation Serif is not installed"),
]


@cache
def documents(year):
    return {name: told for name, told in year_pages(evaluation_of(year)) if name in NAMES[year]}


def drawn(pdf, folder):
    (folder / "page.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "40", "-gray", "-png", "-singlefile", "page.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return Image.open(io.BytesIO((folder / "page.png").read_bytes()))


@pytest.mark.parametrize(("year", "name"), CASES)
def test_the_first_page_looks_as_approved(tmp_path, year, name):
    page = drawn(AssessmentPDFExporter().from_notebook_node(documents(year)[name])[0], tmp_path)
    approved = PICTURES / f"{year}-{name}.png"
    if os.environ.get("SCORING_PICTURES") == "renew":
        page.quantize(16).save(approved, optimize=True)
    before = Image.open(approved).convert("L")
    assert page.size == before.size
    # blurred, so that a letter drawn a hair to the side by another version of poppler is no difference
    blurred = [picture.filter(ImageFilter.GaussianBlur(2)) for picture in (before, page.convert("L"))]
    difference = ImageChops.difference(*blurred)
    assert difference.getextrema()[1] < 48
    assert ImageStat.Stat(difference).mean[0] < 2
