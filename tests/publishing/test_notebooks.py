"""Every notebook in notebooks/: it keeps the rules of the house, runs on the sample year, and becomes a document."""

import ast
import io
import re
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from docx import Document
from pypdf import PdfReader

from scoring.desk.lab.documents import documents
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.notebook import finished_mark
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter
from scoring.publishing.results import write_results
from scoring.publishing.year_documents import COUNCIL_DOCUMENTS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
DOCUMENTS = [path for path in NOTEBOOKS if "finish(" in nbformat.read(path, as_version=4).cells[-1].source]
"""The others are the desk: nobody publishes them."""
DESK = [path for path in NOTEBOOKS if path not in DOCUMENTS]
NOT_THIN = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try),
    *(ast.For, ast.AsyncFor, ast.While, ast.comprehension),
)
LIVE = {"HTML", "Markdown", "style"}
"""What would let a report's text become live HTML."""

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def nodes_of(path):
    """Every piece of the notebook's code."""
    return [node for cell in cells_of(path, "code") for node in ast.walk(ast.parse(cell.source))]


SAMPLE = {"year": 2024, "data": "data/2024"}
"""The year of the results: left alone, a document is of the year in hand."""


def parameters_of(path):
    """The source of the one cell of parameters."""
    (cell,) = [cell for cell in cells_of(path, "code") if "parameters" in cell.metadata.get("tags", [])]
    return cell.source


@pytest.fixture(scope="module")
def results(tmp_path_factory, sample_2024):
    """A folder with the sample year's results, as `assess` writes them."""
    out = tmp_path_factory.mktemp("outputs")
    write_results(sample_2024, out)
    return out


@pytest.fixture(scope="module")
def executed(results):
    """Runs a notebook once with its own defaults, but for the folder of results; gives what it became."""
    kept = {}

    def executed(path):
        if path not in kept:
            known = ast.unparse(ast.parse(parameters_of(path)))
            kept[path] = run(path, {**SAMPLE, "out": str(results)} if "out = " in known else {})
        return kept[path]

    return executed


def run(path, parameters):
    return papermill.execute_notebook(path, None, parameters, engine_name="scoring", progress_bar=False, cwd=ROOT)


def said_by(notebook):
    """The kinds of everything the cells put out."""
    return [output.output_type for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@every_notebook
def test_it_is_stored_without_outputs_and_counts(path):
    assert [cell.id for cell in cells_of(path, "code") if cell.outputs or cell.execution_count] == []


@every_notebook
def test_it_is_a_sound_notebook_of_the_plain_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


@every_notebook
def test_it_says_first_what_it_is_for(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


@every_notebook
def test_it_defines_loops_and_catches_nothing(path):
    assert [type(node).__name__ for node in nodes_of(path) if isinstance(node, NOT_THIN)] == []


@every_notebook
def test_its_cells_are_short(path):
    assert [cell.id for cell in cells_of(path, "code") if len(cell.source.splitlines()) > 10] == []


@every_notebook
def test_it_imports_only_from_the_house_and_the_standard_library(path):
    modules = [node.module for node in nodes_of(path) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in nodes_of(path) if isinstance(node, ast.Import) for alias in node.names]
    packages = {module.partition(".")[0] for module in modules}
    assert packages <= {"scoring", *sys.stdlib_module_names}


@every_notebook
def test_its_parameters_are_plain_and_explained(path):
    source = parameters_of(path)
    for statement, line in zip(ast.parse(source).body, source.splitlines(), strict=True):
        assert isinstance(statement, ast.Assign)
        assert isinstance(ast.literal_eval(statement.value), str | int | float | bool | None)
        assert "  # " in line


@every_notebook
def test_it_shows_no_text_as_live_html(path):
    named = {node.id for node in nodes_of(path) if isinstance(node, ast.Name)}
    reached = {node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute)}
    assert not LIVE & (named | reached)


@pytest.mark.slow
@every_notebook
def test_it_runs_on_the_sample_year(path, executed):
    assert set(said_by(executed(path))) == {"execute_result"}


@pytest.mark.slow
@pytest.mark.parametrize("path", DESK, ids=lambda path: path.stem)
def test_the_desk_runs_on_every_year_there_is(path, executed):
    # a year of posts alone has no units for the desk to open
    years = [path.parents[1].name for path in (ROOT / "data").glob("*/rubrics/grassroots.yaml")]
    stated = dict(line.split(" = ") for line in ast.unparse(ast.parse(parameters_of(path))).splitlines())
    already = stated["year"] if stated["year"] != "0" else max(years)
    for year in sorted(set(years) - {already}):
        assert set(said_by(run(path, {"year": int(year)}))) == {"execute_result"}


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_is_whole_in_every_form(path, executed):
    notebook = executed(path)
    assert finished_mark(notebook)
    html, _ = AssessmentHTMLExporter().from_notebook_node(notebook)
    pdf, resources = AssessmentPDFExporter().from_notebook_node(notebook)
    word, _ = AssessmentWordExporter().from_notebook_node(notebook)
    assert resources["scoring"]["warnings"] == []
    texts = [html, *(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages[:1])]
    tables = Document(io.BytesIO(word)).tables
    assert all("Năm mẫu" in text for text in texts)
    assert len(tables) >= html.count("<table")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_links_of_a_notebook_lead_to_notebooks_there_are(path):
    cells = nbformat.read(path, 4).cells
    links = [link for cell in cells for link in re.findall(r"\]\(([\w/]+\.ipynb)\)", cell.source)]
    assert not [link for link in links if not (path.parent / link).is_file()]


def test_every_document_of_the_council_has_its_notebook_and_a_line_in_the_guides():
    guides = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md")]
    for one in COUNCIL_DOCUMENTS:
        assert (ROOT / "notebooks" / "documents" / f"{one.notebook}.ipynb").is_file()
        assert f"documents/{one.notebook}.ipynb" in documents().data
        name = one.name.partition("{")[0]
        assert all(f"`{name}" in guide or f"/{name}" in guide for guide in guides)
