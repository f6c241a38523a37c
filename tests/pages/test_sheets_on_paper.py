"""Every workbook the program writes, of every sample rubric, as it is printed: A4, no letter under nine points.

How small a letter is printed is counted from the files: its size by the scale of the sheet's page set-up.
"""

import io

import pytest
from helpers.pages import ROOT, YEARS, evaluation_of
from openpyxl import load_workbook

from scoring.assessment.calibration import choose_cases
from scoring.assessment.second_sample import Size, draw_second
from scoring.core.errors import Fault
from scoring.core.sheet import SMALLEST
from scoring.decisions.store import read_decisions
from scoring.desk.workbook.calibration import case_lines, write_cases, write_settling
from scoring.desk.workbook.register import grids_of, register_book
from scoring.desk.workbook.rubric_book import book_bytes, filled
from scoring.desk.workbook.two_verifiers import write_second
from scoring.desk.workbook.writing import write_verification
from scoring.pages.spreadsheets import evidence_xlsx, ranking_xlsx
from scoring.publishing.results import dossier_of
from scoring.reports.checks.run import read_reports
from scoring.reports.evidence_register import list_evidence
from scoring.reports.forms.form import write_forms
from scoring.reports.returns import write_returns
from scoring.rubric.sheets import TREE, to_sheets
from scoring.rubric.strict_yaml import read_yaml


@pytest.fixture(scope="module", params=YEARS)
def evaluation(request):
    return evaluation_of(request.param)


@pytest.fixture(scope="module")
def standing(evaluation, tmp_path_factory):
    year = evaluation.year
    return read_decisions(tmp_path_factory.mktemp("sổ"), year.rubric, year.units, evaluation.entries)


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


def assert_all_readable(files):
    files = list(files)
    assert files
    for file in files:
        assert_readable(file.read_bytes())


def test_the_ranking_and_the_evidence_are_printed_in_letters_that_can_be_read(evaluation):
    assert_readable(ranking_xlsx(dossier_of(evaluation)))
    if register := list_evidence(evaluation.entries, evaluation.findings):
        assert_readable(evidence_xlsx(register, evaluation.year.rubric.year))


def test_a_form_is_printed_in_letters_that_can_be_read(evaluation, tmp_path):
    year = evaluation.year
    due = {period: units[units["eligible"]].head(1) for period, units in year.units_due.items()}
    write_forms(tmp_path, year.rubric, year.plan, due)
    assert_all_readable(tmp_path.glob("*.xlsx"))


def test_the_registers_workbook_is_printed_in_letters_that_can_be_read(evaluation):
    if evaluation.year.of_units is None:  # else the register is that of the units
        assert_readable(register_book(grids_of(evaluation.year.folder), evaluation.year.rubric))


def test_the_workbooks_of_verification_are_printed_in_letters_that_can_be_read(evaluation, standing, tmp_path):
    units = evaluation.year.units
    blocks = set(units.loc[units["eligible"].to_numpy(bool), "block"].astype(str))
    for stage in ("verified", "explained", "council"):
        for block in blocks:
            write_verification(tmp_path / f"{stage}_{block}.xlsx", evaluation, standing, block, stage)
    assert_all_readable(tmp_path.glob("*.xlsx"))


def test_the_workbooks_of_cases_are_printed_in_letters_that_can_be_read(evaluation, standing, tmp_path):
    cases = choose_cases(evaluation, {item.id for item in evaluation.year.rubric.criteria})
    lines = case_lines(evaluation, standing, cases)
    write_cases(tmp_path / "ca.xlsx", lines, evaluation, "Tổ 1")
    write_settling(tmp_path / "họp.xlsx", lines, evaluation)
    assert_all_readable(tmp_path.glob("*.xlsx"))


def test_a_rubrics_workbook_is_printed_in_letters_that_can_be_read(evaluation):
    year = evaluation.year
    file = ROOT / "data" / str(year.rubric.year) / "rubrics" / f"{year.rubric.id}.yaml"
    cells = filled(to_sheets(read_yaml(file).content))
    faults = [Fault("dòng 1", "không có khóa này", mend="bỏ khóa này")]
    assert_readable(book_bytes(cells, year.plan, file.read_text("utf-8"), {(TREE, 5, 3): "sai"}, faults))


def test_the_copies_that_go_back_are_printed_in_letters_that_can_be_read(evaluation, tmp_path):
    year = evaluation.year
    if write_returns(tmp_path, year, read_reports(year)):
        assert_all_readable(tmp_path.glob("*.xlsx"))


def test_the_workbooks_of_a_second_verification_are_printed_in_letters_that_can_be_read(evaluation, standing, tmp_path):
    drawn = draw_second(evaluation, Size(None, 20), whole_units=False)
    for block, marks in drawn.marks.items():
        write_second(tmp_path / f"{block}.xlsx", evaluation, standing, block, marks)
    assert_all_readable(tmp_path.glob("*.xlsx"))
