"""How long a unit's documents are: two pages, one to sign and the annex; the summary is the first alone."""

import io
import re

import pytest
from helpers.pages import YEARS, assessments_of, evaluation_of, unit_page
from pypdf import PdfReader

from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter


@pytest.mark.slow
@pytest.mark.parametrize("name", YEARS)
def test_every_unit_has_two_pages_the_first_one_signed(name):
    told, of_other_length = 0, {}
    for assessment in assessments_of(evaluation_of(name)):
        pdf, about = AssessmentPDFExporter().from_notebook_node(unit_page(assessment))
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        if len(pages) != (2 if assessment.unit.eligible else 1):
            of_other_length[assessment.unit.id] = len(pages)
        assert re.search(r"\./\.", pages[0]), assessment.unit.id
        assert "Nơi nhận" in pages[0], assessment.unit.id
        assert about["scoring"]["warnings"] == []
        told += 1
    assert of_other_length == {}
    assert told > 5


@pytest.mark.parametrize("unit", ["DN-PHANBONDATLANH", "DN-GIAYBUOCMOI", "MN-NANGMAI"])
def test_the_summary_is_one_page_and_no_page_of_the_screen_is_heavy(sample_2025, unit):
    (assessment,) = [one for one in assessments_of(sample_2025) if one.unit.id == unit]
    brief, whole = (unit_page(assessment, template) for template in ("unit_brief", "unit_assessment"))
    pdf, _ = AssessmentPDFExporter().from_notebook_node(brief)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    html, _ = AssessmentHTMLExporter().from_notebook_node(whole)
    assert len(html.encode()) < 100 * 1024
