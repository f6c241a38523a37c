"""The verbs `check` and `forms` as typed at the command line, on a year of four units."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from helpers.filled_forms import filled_form
from helpers.published import small_folder
from openpyxl import load_workbook

from scoring.core import places, wording
from scoring.desk.commands import main as command
from scoring.desk.commands import reports
from scoring.register.year import open_year
from scoring.reports.checklist import list_checks
from scoring.reports.checks.run import read_reports
from scoring.reports.fields import SHEET


@pytest.fixture
def year(tmp_path, monkeypatch):
    """The data folder of a year in which two units have reported, where the command line works."""
    folder = small_folder(tmp_path)
    filled_form(folder / "reports" / "a.xlsx", typed={("A1", "value"): "[red]ba[/red]"})
    filled_form(folder / "reports" / "b.xlsx", "XA-LONG", "9T")
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    monkeypatch.setattr(command.CONSOLE, "width", 200)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def typed(year, capsys):
    """Types a verb; gives what was told, on one line."""

    def typed(verb):
        assert command.main([verb, "--year", "2024"]) == 0
        return " ".join(capsys.readouterr().out.split())

    return typed


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_lists_by_unit_and_ends_with_who_has_not_reported(year, typed, tmp_path):
    before = files_of(year)
    told = typed("check")
    assert "'[red]ba[/red]' không phải số." in told
    assert told.index("(TH-HOABINH)") < told.index("(XA-LONG)") < told.index("Chưa có 6 báo cáo")
    absent = told[told.index("Chưa có 6 báo cáo") :]
    assert "XA-TAN" in absent
    assert "XA-CU" not in absent
    assert files_of(year) == before
    made = files_of(tmp_path / "outputs" / "2024")
    assert sorted(made) == [
        "check.html",
        "check/TH-HOABINH_NAM.xlsx",
        "check/XA-LONG_9T.xlsx",
        "evidence.csv",
        "evidence.xlsx",
    ]
    typed("check")
    assert files_of(tmp_path / "outputs" / "2024") == made


def test_of_many_units_the_screen_tells_how_much_each_has_to_mend_and_the_page_what(year, typed, tmp_path, monkeypatch):
    in_full = typed("check")
    page = (tmp_path / "outputs" / "2024" / "check.html").read_bytes()
    monkeypatch.setattr(reports, "_MOST_IN_FULL", 1)
    told = typed("check")
    assert "không phải số" in in_full
    assert "không phải số" not in told
    assert re.search(r"Hòa Bình │ TH-HOABINH │ [1-9]", told.replace("┃", "│"))
    assert told[told.index(" tệp đọc được") :] == in_full[in_full.index(" tệp đọc được") :]
    assert (tmp_path / "outputs" / "2024" / "check.html").read_bytes() == page


def test_forms_are_for_the_units_of_each_due_day_with_the_figures_of_the_period_before(typed, tmp_path):
    assert "Đã làm 8 mẫu báo cáo" in typed("forms")
    folder = Path(tmp_path, "outputs", "2024", "forms")
    units = ("TH-HOABINH", "TH-HOABINH.2", "XA-LONG", "XA-TAN")
    assert {path.stem for path in folder.iterdir()} == {
        f"{unit}_{period}" for unit in units for period in ("9T", "NAM")
    }
    form = load_workbook(folder / "XA-LONG_NAM.xlsx")[SHEET]
    assert (form["A11"].value, form["G11"].value) == ("A1", "3")


def test_a_report_is_not_missing_before_its_due_day_has_passed(year, capsys, tmp_path):
    def told_on(day, *more):
        assert command.main(["check", "--year", "2024", "--on", day, *more]) == 0
        return " ".join(capsys.readouterr().out.split())

    told = told_on("2024-10-10")
    assert "Không thiếu báo cáo nào đã quá hạn nộp. Báo cáo 9 tháng chưa đến hạn" in told  # without an empty table
    assert "Báo cáo 9 tháng chưa đến hạn (hạn nộp 10/10/2024): còn 3 đơn vị chưa gửi, chưa phải là thiếu." in told
    assert "chưa phải là thiếu" in (tmp_path / "outputs" / "2024" / "check.html").read_text("utf-8")
    told = told_on("2024-10-11")
    assert "Chưa có 3 báo cáo" in told
    assert "Báo cáo 9 tháng chưa đến hạn" not in told
    assert "Báo cáo năm chưa đến hạn (hạn nộp 15/12/2024): còn 3 đơn vị chưa gửi" in told
    assert "Báo cáo năm chưa đến hạn" not in told_on("2024-10-11", "--period", "9T")
    assert "Chưa có 6 báo cáo" in told_on("2024-12-16")


def test_a_report_that_came_and_cannot_be_used_is_told_before_it_is_due(year):
    shutil.copy(year / "reports" / "b.xlsx", year / "reports" / "XA-TAN_9T.pdf")
    opened = open_year(year)
    (line,) = list_checks(read_reports(opened), opened, on=date(2024, 3, 1)).absent
    assert (line.unit, line.period) == ("XA-TAN", "Báo cáo 9 tháng")
    assert "XA-TAN_9T.pdf" in line.message


def test_check_ends_with_one_where_a_whole_file_was_refused(year, capsys):
    (year / "reports" / "c.xlsx").write_bytes(b"PK\x03\x04 cut off")
    assert command.main(["check", "--year", "2024"]) == 1
    assert "bị hỏng" in " ".join(capsys.readouterr().out.split())


def test_the_counts_of_check_hold_what_the_checks_found(year, typed):
    opened = open_year(year)
    reading = read_reports(opened)
    flawed = reading.findings[reading.findings["severity"].isin(["error", "warning"])]["file"]
    counts = dict(list_checks(reading, opened).counts)
    assert counts[wording.FATES["flagged"]] == len(set(flawed) - {""})


def test_a_file_whose_reading_and_whose_checks_found_something_says_how_much_in_all(year, typed):
    (year / "reports" / "bang.csv").write_text("unit,period,A1,A3\nXA-TAN,NAM,,x\n", "utf-8")
    told = typed("check")
    assert re.search(r"bang\.csv │ │ – │ Đã nhận, cần xem lại: 1 lỗi, 3 chỗ cần xem lại", told)


def test_of_thousands_of_alike_faults_the_first_are_listed_and_all_are_counted(year, typed, tmp_path):
    rows = "".join(f"XX-{number},NAM,3\n" for number in range(3000))
    (year / "reports" / "bang.csv").write_text(f"unit,period,A1\n{rows}", "utf-8")
    told = typed("check")
    assert "bang.csv │ │ – │ Đã nhận, cần xem lại: 3000 lỗi" in told
    assert "Còn 2.900 chỗ tương tự trong tệp này, bắt đầu từ: không có đơn vị mang mã 'XX-100'" in told
    assert "'XX-99'" in told
    assert "'XX-101'" not in told
    page = (tmp_path / "outputs" / "2024" / "check.html").read_text("utf-8")
    assert len(page) < 1_000_000
    assert "3000 lỗi" in page


def test_letters_no_typeface_has_are_told_with_their_cell_and_marked_in_the_copy(year, typed, tmp_path):
    report = filled_form(year / "reports" / "a.xlsx", typed={("A1", "evidence"): "12/CTr-CĐ ភាសា ngày 05/03/2024"})
    told = typed("check")
    assert "'ភ' (U+1797)" in told
    assert "in sẽ là ô vuông" in told
    places = load_workbook(tmp_path / "outputs" / "2024" / "check" / "TH-HOABINH_NAM.xlsx")[SHEET]
    written = next(cell for row in load_workbook(report)[SHEET] for cell in row if "ភ" in str(cell.value))
    assert "U+1797" in places[written.coordinate].comment.text
