"""The invented years: the reports that are stored are those the script makes, and they show what they are for."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scoring.reports.forms.form import SENT_ON, form_cells
from tools.make_sample import SAMPLES, write_reports

DATA = Path(__file__).parents[2] / "data"


def reports_of(year):
    return DATA / str(year) / "reports"


def content(path):
    """The parts of a file; how they are packed may differ from machine to machine."""
    if path.suffix == ".csv":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def typed(year, unit, period, *key):
    """What a unit typed into one cell of its report."""
    path = reports_of(year) / f"{unit}_{period}.xlsx"
    sheet, cell = form_cells(path)[key]
    return load_workbook(path)[sheet][cell].value


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.year))
def test_the_stored_reports_are_those_the_script_makes(tmp_path, sample):
    write_reports(tmp_path, sample)
    stored = reports_of(sample.year)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in stored.iterdir())
    stale = [path.name for path in tmp_path.iterdir() if content(path) != content(stored / path.name)]
    assert not stale, "run python -m tools.make_sample"


@pytest.mark.parametrize(("year", "most"), [(2024, 2_500_000), (2025, 1_500_000)])
def test_the_reports_are_small_enough_to_keep(year, most):
    assert sum(path.stat().st_size for path in reports_of(year).iterdir()) < most


# 2024


def test_every_unit_reports_but_one_in_each_period_and_the_merged_unit_only_while_it_stood():
    names = {path.stem for path in reports_of(2024).glob("*.xlsx")}
    assert len(names) == (40 - 1) + (39 - 1)
    assert "TH-DOIXANH_9T" in names
    assert not names & {"TH-DOIXANH_NAM", "DN-VANTAIDUONGMOI_NAM", "XA-PHUOCTAN_9T"}


def test_one_unit_has_no_plan():
    assert typed(2024, "SN-VIECLAM", "NAM", "A1", "value") is None


def test_one_unit_reports_fewer_members_for_the_year_than_for_nine_months():
    reached = [typed(2024, "DN-CAOSULAXANH", period, "B2", "value") for period in ("9T", "NAM")]
    assert reached[1] < reached[0]


def test_one_unit_proves_two_criteria_by_the_same_link():
    links = [typed(2024, "DN-NHUASAOMAI", "NAM", item, "evidence") for item in ("C1", "C5")]
    assert links[0] == links[1]


def test_one_report_is_late_by_its_own_word_and_one_by_the_office_s():
    assert typed(2024, "DN-GODAINGAN", "9T", *SENT_ON) == "14/10/2024"
    assert "XA-LONGBINH_NAM.xlsx,2024-12-19\n" in (reports_of(2024) / "received.csv").read_text("utf-8")


# 2025


def test_the_units_that_stand_on_the_due_date_report_in_2025_but_one_in_each_period():
    names = {path.stem for path in reports_of(2025).glob("*.xlsx")}
    assert len(names) == (22 - 1) + (24 - 1)
    assert "DN-VIENNENDOIXANH_NAM" in names
    absent = {"DN-VIENNENDOIXANH_9T", "DN-BAOBITANTHANH_9T", "XA-PHURIENG_9T", "SN-VIECLAM_9T", "DN-GODAINGAN_NAM"}
    assert not names & absent


def test_in_2025_too_one_report_is_late_by_its_own_word_and_one_by_the_office_s():
    assert typed(2025, "DN-VANTAIDUONGMOI", "NAM", *SENT_ON) == "18/12/2025"
    assert "MN-HOAMAI_9T.xlsx,2025-10-14\n" in (reports_of(2025) / "received.csv").read_text("utf-8")


def test_one_unit_was_late_with_over_a_fifth_of_its_tasks_and_one_without_a_plan_states_none():
    late = [typed(2025, "DN-PHANBONDATLANH", "NAM", fact, "value") for fact in ("NV1", "NV3")]
    assert late == [12, 9]
    assert typed(2025, "DN-NUOCSUOIDA", "NAM", "NV1", "value") is None


def test_the_links_of_2025_are_not_those_of_2024():
    links = [typed(year, "THPT-BANMAI", "NAM", "C1", "evidence") for year in (2024, 2025)]
    assert all(links)
    assert links[0] != links[1]
