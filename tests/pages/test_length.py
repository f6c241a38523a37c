"""How long a unit's documents are: two pages, one to sign and the annex; the summary is the first alone."""

import io
from pathlib import Path

import nbformat
import pytest
from helpers.notebooks import cell_of
from nbformat.v4 import new_markdown_cell
from pypdf import PdfReader

from scoring.assessment.last_year import compare_years
from scoring.pages import unit_assessment
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def assessments(sample_2025):
    return {one.unit.id: one for one in sample_2025.assessments(compare_years(sample_2025))}


def printed(template, assessment):
    """The notebook as it would be run for a unit, without a kernel."""
    notebook = nbformat.read(ROOT / "notebooks" / "documents" / f"{template}.ipynb", as_version=4)
    names = {"page": unit_assessment, "assessment": assessment}
    cells = [cell for cell in notebook.cells if not {"parameters", "remove-cell"} & set(cell.metadata.get("tags", []))]
    notebook.cells = [
        new_markdown_cell(cell.source)
        if cell.cell_type == "markdown"
        else cell_of(eval(cell.source.splitlines()[-1], names))  # noqa: S307  our own notebook
        for cell in cells
    ]
    return notebook


@pytest.mark.parametrize("unit", ["DN-PHANBONDATLANH", "MN-HOAMAI", "DN-GIAYBUOCMOI", "DN-GODAINGAN", "MN-NANGMAI"])
def test_an_assessment_takes_two_pages_and_its_first_alone_one(assessments, unit):
    for template, most in (("unit_assessment", 2), ("unit_brief", 1)):
        notebook = printed(template, assessments[unit])
        pdf, about = AssessmentPDFExporter().from_notebook_node(notebook)
        html, _ = AssessmentHTMLExporter().from_notebook_node(notebook)
        assert len(PdfReader(io.BytesIO(pdf)).pages) <= most
        assert len(html.encode()) < 100 * 1024
        assert about["scoring"]["warnings"] == []
