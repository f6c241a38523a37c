"""The office's list of arrivals: every row gives a file its day, or is told."""

from datetime import date

import pytest

from scoring.reports.reading.arrivals import read_arrivals
from scoring.reports.reading.folder import Found, list_files

FILES = ("TH-A_NAM.xlsx", "K2/bao_cao.xlsx", "K3/bao_cao.xlsx", "K3/Tổng hợp.xlsx")
DAY = date(2024, 12, 30)

ROWS = {
    "TH-A_NAM.xlsx": ("TH-A_NAM.xlsx", None),
    "th-a_nam.XLSX": ("TH-A_NAM.xlsx", None),
    "TH-A_NAM": ("TH-A_NAM.xlsx", "arrival_file"),
    "./TH-A_NAM.xlsx": ("TH-A_NAM.xlsx", None),
    "reports/TH-A_NAM.xlsx": ("TH-A_NAM.xlsx", None),
    "data/2024/reports/TH-A_NAM.xlsx": ("TH-A_NAM.xlsx", None),
    "D:\\Cong doan\\Reports\\K2\\bao_cao.xlsx": ("K2/bao_cao.xlsx", None),
    "K5/TH-A_NAM.xlsx": (None, "arrival_file"),
    "K2/bao_cao.xlsx": ("K2/bao_cao.xlsx", None),
    "K2\\bao_cao.xlsx": ("K2/bao_cao.xlsx", None),
    "k2/BAO_CAO": ("K2/bao_cao.xlsx", "arrival_file"),
    "To\u0302\u0309ng hợp.xlsx": ("K3/Tổng hợp.xlsx", None),
    "bao_cao.xlsx": (None, "arrival_ambiguous"),
    "bao_cao": (None, "arrival_ambiguous"),
    "TH-B_NAM.xlsx": (None, "arrival_file"),
    "": (None, "arrival_file"),
}


def arrivals(folder, *rows):
    folder.joinpath("received.csv").write_text("\n".join(["file,received_on", *rows, ""]), encoding="utf-8")
    files = [Found(folder / name, name) for name in FILES]
    register = Found(folder / "received.csv", "received.csv", "ignored")
    days, findings = read_arrivals([*files, register])
    return days, [(one.code, one.cell) for one in findings]


@pytest.mark.parametrize("stated", ROWS)
def test_a_row_gives_a_file_its_day_or_is_told(tmp_path, stated):
    file, code = ROWS[stated]
    days, told = arrivals(tmp_path, f"{stated},30/12/2024")
    assert days == ({file: DAY} if file else {})
    assert told == ([(code, "dòng 2")] if code else [])


def test_two_days_for_one_file_are_none_and_both_rows_are_told(tmp_path):
    days, told = arrivals(tmp_path, "TH-A_NAM.xlsx,30/12/2024", "th-a_nam.xlsx,29/12/2024")
    assert (days, told) == ({}, [("arrival_twice", "dòng 2"), ("arrival_twice", "dòng 3")])


def test_the_same_day_twice_is_one(tmp_path):
    assert arrivals(tmp_path, *["TH-A_NAM.xlsx,30/12/2024"] * 2) == ({"TH-A_NAM.xlsx": DAY}, [])


@pytest.mark.parametrize(
    ("row", "code"), [("TH-A_NAM.xlsx,", "arrival_day"), ("TH-A_NAM.xlsx,31/02/2024", "impossible_date")]
)
def test_a_row_without_a_day_is_told(tmp_path, row, code):
    assert arrivals(tmp_path, row) == ({}, [(code, "dòng 2")])


def test_a_list_in_a_folder_of_its_own_and_in_any_capitals_is_read(tmp_path):
    (tmp_path / "K2").mkdir()
    (tmp_path / "K2" / "a.xlsx").touch()
    (tmp_path / "K2" / "Received.CSV").write_text("file,received_on\na.xlsx,30/12/2024\nb.xlsx,30/12/2024\n")
    (tmp_path / "b.xlsx").touch()
    days, findings = read_arrivals(list(list_files(tmp_path)))
    assert days == {"K2/a.xlsx": DAY}
    assert [(one.file, one.cell, one.code) for one in findings] == [("K2/Received.CSV", "dòng 3", "arrival_file")]


def test_two_lists_that_differ_over_a_file_give_it_no_day(tmp_path):
    (tmp_path / "K2").mkdir()
    (tmp_path / "K2" / "a.xlsx").touch()
    (tmp_path / "received.csv").write_text("file,received_on\nK2/a.xlsx,29/12/2024\n")
    (tmp_path / "K2" / "received.csv").write_text("file,received_on\na.xlsx,30/12/2024\n")
    days, findings = read_arrivals(list(list_files(tmp_path)))
    assert days == {}
    assert {(one.file, one.code) for one in findings} == {
        ("received.csv", "arrival_twice"),
        ("K2/received.csv", "arrival_twice"),
    }


def test_a_list_in_which_some_day_has_its_month_first_leaves_no_day_to_a_guess(tmp_path):
    rows = ["TH-A_NAM.xlsx,12/5/2024", "K2/bao_cao.xlsx,12/30/2024", "K3/bao_cao.xlsx,12/12/2024"]
    days, told = arrivals(tmp_path, *rows)
    assert days == {"K3/bao_cao.xlsx": date(2024, 12, 12)}
    assert told == [("not_a_date", "dòng 2"), ("impossible_date", "dòng 3")]


def test_a_day_that_reads_the_same_either_way_is_no_question_however_many_zeros_it_has(tmp_path):
    rows = ["K2/bao_cao.xlsx,12/30/2024", "K3/bao_cao.xlsx,05/5/2024"]
    assert arrivals(tmp_path, *rows)[0] == {"K3/bao_cao.xlsx": date(2024, 5, 5)}
