"""A notebook that was opened, run or saved makes the same documents; one whose text changed makes others."""

import nbformat
import pytest

from scoring.core.places import DOCUMENTS
from scoring.publishing.templates import template_digest

GIVEN = {"year", "unit", "data", "out", "language"}


@pytest.fixture
def saved(tmp_path):
    """Saves a notebook as an editor does after `change` of it; gives the digest before and after."""

    def saved(change):
        whole = nbformat.read(DOCUMENTS / "unit_assessment.ipynb", as_version=4)
        file = tmp_path / "unit_assessment.ipynb"
        nbformat.write(whole, file)
        before = template_digest(file, GIVEN)
        change(whole)
        nbformat.write(whole, file)
        return before, template_digest(file, GIVEN)

    return saved


def code(notebook, tag=""):
    return next(
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and ("parameters" in cell.metadata.get("tags", [])) == bool(tag)
    )


def ran(notebook):
    cell = code(notebook)
    cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="đã chạy")], 3
    cell.metadata["execution"] = {"iopub.execute_input": "2026-01-05"}
    cell.metadata["trusted"] = True
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata.language_info["version"] = "3.13.1"


def another_unit(notebook):
    cell = code(notebook, "parameters")
    cell.source = cell.source.replace('unit = ""', 'unit = "TH-ANHDAO"  # xem thử')


def another_text(notebook):
    code(notebook).source += "\nassessment.total"


def another_parameter(notebook):
    code(notebook, "parameters").source += "\nnumber = 1"


@pytest.mark.parametrize("change", [ran, another_unit])
def test_what_was_only_looked_at_makes_the_same_documents(saved, change):
    before, after = saved(change)
    assert len(before) == 64
    assert after == before


@pytest.mark.parametrize("change", [another_text, another_parameter])
def test_what_was_changed_makes_others(saved, change):
    before, after = saved(change)
    assert after != before


def test_what_is_no_notebook_counts_as_it_is(tmp_path):
    file = tmp_path / "x.ipynb"
    assert template_digest(file, ()) == ""
    for content in ("{", "[]", '{"cells": [1]}'):
        file.write_text(content)
        assert len(template_digest(file, ())) == 64
