"""Nothing loads what it does not use: which modules each verb may load, and what a refused word costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HEAVY = {
    "pandas",
    "numpy",
    "matplotlib",
    "openpyxl",
    "xlsxwriter",
    "nbformat",
    "nbconvert",
    "nbclient",
    "papermill",
    "ipykernel",
    "IPython",
    "jsonschema",
    "typst",
    "docx",
    "jinja2",
    "babel",
    "distributed",
    "ruamel",
}
READING_RULES = {"numpy", "pandas", "ruamel"}
SEAL = READING_RULES | {"openpyxl", "xlsxwriter"}
REPORTS = READING_RULES | {"openpyxl", "xlsxwriter"}
"""The reading of reports lays out forms, which are written by xlsxwriter and copied by openpyxl."""
STANDING = REPORTS | {"matplotlib", "typst"}
"""What a page is set in belongs to the digest of the program."""
TOLD = """
import sys
from scoring.desk.commands.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write("\\n" + " ".join(sorted({name.split(".")[0] for name in sys.modules})))
"""


def loaded(words, **environment):
    """The heavy packages a verb loads."""
    command = [sys.executable, "-P", "-c", TOLD, *words.split()]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, check=True)
    return set(done.stderr.decode().rpartition("\n")[2].split()) & HEAVY


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("--help", set()),
        ("assess --help", set()),
        ("check --help", set()),
        ("asess", set()),
        ("assess --jobs nhiều", set()),
        ("explain", set()),
        ("verify --block K1 --stage sai", set()),
        ("rubric check data/2024/rubrics/grassroots.yaml", READING_RULES),
        ("verify-seal --year 2024", SEAL),
        ("explain --year 2024 --unit XA-BINHSON", REPORTS),
        ("check --year 2024", REPORTS | {"jinja2"}),
    ],
)
def test_a_verb_loads_no_more_than_it_uses(words, may):
    assert loaded(words) <= may


def test_where_all_documents_stand_nothing_that_runs_notebooks_is_loaded():
    words = "assess --year 2024 --units MN-HOAMAI --formats html"
    subprocess.run(
        [sys.executable, "-P", "-m", "scoring", *words.split()], cwd=PROJECT, check=True, capture_output=True
    )
    assert loaded(words) <= STANDING


def test_an_open_notebook_holds_no_library_that_draws_or_writes_before_it_does():
    """Eight notebooks are open at once: each kernel holds what it loaded until it is closed."""
    told = "import sys; import scoring.desk.lab; print(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", told], cwd=PROJECT, capture_output=True, check=True, text=True)
    assert not set(done.stdout.split()) & {"matplotlib", "openpyxl", "typst", "docx", "nbconvert", "papermill"}
