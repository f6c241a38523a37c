"""Reports for tests: forms of rubrics/reported.yaml filled with sound answers, spoilt where a test says so."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

from scoring.register.reading import read_register
from scoring.register.units import units_on
from scoring.reports.fields import SHEET, period_of
from scoring.reports.forms.form import SENT_ON, form_cells, write_form
from scoring.reports.intake import read_report_folder
from scoring.rubric.reading import read_plan, read_rubric

TESTS = Path(__file__).parents[1]

SOUND = {
    ("A1", "value"): 3,
    ("A1", "self_points"): 7.5,
    ("A1", "evidence"): "12/CTr-CĐ ngày 05/03/2024",
    ("A2", "value"): 3,
    ("A2", "base"): 4,
    ("A3", "value"): "đầy đủ",
    ("A4", "value"): "Có",
    ("A4", "evidence"): "https://cong.doan/chuyen-muc",
    ("A5", "value"): 9.5,
    ("A6", "value"): 15,
    ("A7", "self_points"): 4,
    ("A7", "evidence"): "13/BC-CĐ ngày 01/06/2024",
    ("B1", "value"): 2,
    ("P1", "value"): 0,
    ("K1", "value"): "Có",
    ("K2", "value"): 0,
    SENT_ON: "01/12/2024",
}
"""What a unit with nothing to mend types."""


@cache
def plan():
    return read_plan(TESTS.parent / "data" / "2024" / "plan.yaml")


@cache
def rubric():
    return read_rubric(TESTS / "helpers" / "rubrics" / "reported.yaml", plan())


@cache
def register():
    return read_register(TESTS / "register" / "sample", rubric())


@cache
def units():
    return units_on(register(), date(2024, 12, 31), rubric())


def unit(name):
    return next(unit for unit in units().to_dict("records") if unit["id"] == name)


@cache
def blank_form(name, period):
    """A form's bytes, and where its inputs stand."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_form(path, rubric(), plan(), unit(name), period_of(period, rubric()))
        return path.read_bytes(), form_cells(path)


def filled_form(path, name="TH-HOABINH", period="NAM", typed=None):
    """A form with sound answers; `typed` says what stands in some cells instead (None: nothing)."""
    blank, places = blank_form(name, period)
    book = load_workbook(BytesIO(blank))
    sent_on = {SENT_ON: "01/10/2024"} if period == "9T" else {}
    for key, content in (SOUND | sent_on | (typed or {})).items():
        if key in places:
            sheet, cell = places[key]
            book[sheet][cell] = content
    book.save(path)
    return path


def change(path, how):
    """Spoil a workbook: `how` gets it open, and the sheet of the report."""
    book = load_workbook(path)
    how(book, book[SHEET])
    book.save(path)
    return path


def read_folder(folder):
    return read_report_folder(folder, rubric(), units(), register())
