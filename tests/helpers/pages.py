"""Every document of a year as its notebook makes it, without a kernel: fast enough to read all of them."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import nbformat
from helpers.notebooks import cell_of
from nbformat.v4 import new_markdown_cell

from scoring import pages
from scoring.assessment.evaluation import evaluate
from scoring.assessment.last_year import compare_years
from scoring.assessment.reliability import rely_on
from scoring.pages import unit_assessment, year_overview
from scoring.publishing.results import dossier_of, results_of
from scoring.publishing.year_documents import COUNCIL_DOCUMENTS
from scoring.register.year import open_year

ROOT = Path(__file__).parents[2]
YEARS = {
    "2024": ("2024", None),
    "2025": ("2025", None),
    "upper_level": ("2024", "upper_level"),
    "officer": ("2024", "officer"),
    "annual": ("2024", "annual"),
    "officer_2026": ("2026", "officer"),
}
"""Every sample year and rubric, as `open_year` takes them."""
_PARTS = {module.name: import_module(f"scoring.pages.{module.name}") for module in iter_modules(pages.__path__)}
"""What a document may import, by the name it has there."""
_UNKNOWN = {"number": "", "date": "", "code": "", "addressees": "", "models": ""}


def evaluation_of(name):
    """The evaluation of a key of YEARS."""
    year, rubric = YEARS[name]
    folder = ROOT / "data" / year
    return evaluate(open_year(folder, rubric) if rubric else open_year(folder))


def assessments_of(evaluation):
    """Every unit's assessment, with the year before where there is one."""
    return list(evaluation.assessments(compare_years(evaluation)))


@cache
def _template(name):
    return nbformat.read(ROOT / "notebooks" / "documents" / f"{name}.ipynb", as_version=4)


def told(template, **names):
    """The notebook of a template as it would be run with these names."""
    notebook = nbformat.v4.new_notebook()
    cells = [
        c for c in _template(template).cells if not {"parameters", "remove-cell"} & set(c.metadata.get("tags", []))
    ]
    notebook.cells = [
        new_markdown_cell(cell.source)
        if cell.cell_type == "markdown"
        else cell_of(eval(cell.source.splitlines()[-1], _PARTS | _UNKNOWN | names))  # noqa: S307  our own notebook
        for cell in cells
    ]
    return notebook


def unit_page(assessment, template="unit_assessment"):
    """A unit's document."""
    return told(template, page=unit_assessment, assessment=assessment)


def year_pages(evaluation, edition=None):
    """Every document of a year by its name, each unit's first. edition: as `results_of` takes it."""
    assessments, dossier = results_of(evaluation, edition)
    for assessment in assessments:
        yield assessment.unit.id, unit_page(assessment)
    yield from council_pages(evaluation, dossier)
    yield "reliability", told("reliability", told=rely_on(evaluation, dossier.overview))


def council_pages(evaluation, dossier=None):
    """The documents about the whole year, by name; a block's ranking as ranking_<block>."""
    dossier = dossier or dossier_of(evaluation)
    yield "year_overview", told("year_overview", page=year_overview, overview=dossier.overview)
    for block in dossier.overview.blocks:
        yield f"ranking_{block.id}", told("ranking_council", dossier=dossier, block=block.id)
    own_results, per_block = {"reliability"}, {"ranking_council"}
    for name in (one.notebook for one in COUNCIL_DOCUMENTS if one.notebook not in own_results | per_block):
        yield name, told(name, dossier=dossier)
