"""Every workbook the program writes, as it is printed: A4, no letter under nine points, checked on the files."""

import io

from openpyxl import load_workbook

from scoring.core.sheet import SMALLEST
from scoring.decisions.store import read_decisions
from scoring.desk.workbook.register import grids_of, register_book
from scoring.desk.workbook.writing import write_verification
from scoring.pages.spreadsheets import evidence_xlsx, ranking_xlsx
from scoring.publishing.results import dossier_of
from scoring.reports.evidence_register import list_evidence
from scoring.reports.forms.form import write_forms


def letters_of(book):
    """Of every printed sheet, the smallest letter of its table as it is printed, in points."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and sheet.max_row > 1:
            assert int(sheet.page_setup.paperSize) == 9, sheet.title
            fit = sheet.sheet_properties.pageSetUpPr
            assert not (fit and fit.fitToPage), sheet.title
            sizes = [cell.font.sz for row in sheet.iter_rows(max_row=60) for cell in row if cell.value is not None]
            yield sheet.title, min(sizes) * (sheet.page_setup.scale or 100) / 100


def assert_readable(content):
    told = list(letters_of(load_workbook(io.BytesIO(content))))
    assert told
    assert [one for one in told if one[1] < SMALLEST] == []


def test_the_ranking_and_the_evidence_are_printed_in_letters_that_can_be_read(sample_2024):
    assert_readable(ranking_xlsx(dossier_of(sample_2024)))
    assert_readable(evidence_xlsx(list_evidence(sample_2024.entries, sample_2024.findings), 2024))


def test_a_form_is_printed_in_letters_that_can_be_read(sample_2024, tmp_path):
    year = sample_2024.year
    write_forms(tmp_path, year.rubric, year.plan, {period: units.head(1) for period, units in year.units_due.items()})
    forms = list(tmp_path.glob("*.xlsx"))
    assert forms
    for form in forms:
        assert_readable(form.read_bytes())


def test_the_registers_workbook_is_printed_in_letters_that_can_be_read(sample_2024):
    year = sample_2024.year
    assert_readable(register_book(grids_of(year.folder), year.rubric))


def test_the_workbooks_of_verification_are_printed_in_letters_that_can_be_read(sample_2024, tmp_path):
    year = sample_2024.year
    standing = read_decisions(tmp_path, year.rubric, year.units, sample_2024.entries)
    for stage in ("verified", "council"):
        path = tmp_path / f"{stage}.xlsx"
        assert write_verification(path, sample_2024, standing, "K4", stage)
        assert_readable(path.read_bytes())
