"""Reminders: not yet due, due within a week, overdue by how many days; what came and could not be read is said so."""

from datetime import date

import pytest
from helpers.filled_forms import filled_form, plan, register, rubric

from scoring.core import places
from scoring.desk.commands import main as commands
from scoring.register.year import Year
from scoring.reports.checks.run import read_reports
from scoring.reports.reminders import group_list, letters, list_reminders
from scoring.reports.unread import told_in

DUE = {"9T": date(2024, 10, 10), "NAM": date(2024, 12, 15)}


@pytest.fixture
def year(tmp_path):
    (tmp_path / "reports").mkdir()
    return Year(tmp_path, plan(), rubric(), register())


def stands(year, on, period=None):
    found = list_reminders(read_reports(year), year, on, period)
    return {(one.unit, one.period.id): (one.standing, one.days) for one in found}


def test_a_report_is_not_due_then_due_within_a_week_then_overdue_by_days(year):
    key = ("XA-LONG", "9T")
    days = [date(2024, 9, 1), date(2024, 10, 3), date(2024, 10, 10), date(2024, 10, 11), date(2024, 11, 10)]
    assert [stands(year, on)[key] for on in days] == [
        ("not_due", 39), ("soon", 7), ("soon", 0), ("overdue", -1), ("overdue", -31),
    ]  # fmt: skip


def test_who_has_sent_is_not_reminded(year):
    filled_form(year.folder / "reports" / "TH-HOABINH_NAM.xlsx")
    found = stands(year, date(2024, 12, 20))
    assert ("TH-HOABINH", "NAM") not in found
    assert ("TH-HOABINH", "9T") in found


@pytest.mark.parametrize("name", ["TH-HOABINH_NAM.pdf", "bao cao th-hoabinh nam (ban 2).pdf", "TH-HOABINH_NAM.xlsx"])
def test_a_file_that_cannot_be_read_counts_as_sent_and_unread_for_whom_its_name_tells(year, name):
    (year.folder / "reports" / name).write_bytes(b"%PDF-1.4 ...")
    reading = read_reports(year)
    (own,) = [one for one in list_reminders(reading, year, date(2024, 12, 20), "NAM") if one.unit == "TH-HOABINH"]
    assert own.told == f"đã gửi, không đọc được ({name}); quá hạn 5 ngày"
    absent = reading.findings[(reading.findings["code"] == "no_report") & (reading.findings["unit"] == "TH-HOABINH")]
    assert f"đã gửi, không đọc được: {name}" in set(absent["message"])


def test_two_copies_that_disagree_are_not_called_unreadable_and_the_letter_says_where_they_differ(year):
    for name, value in (("TH-HOABINH_NAM.xlsx", 2), ("TH-HOABINH_NAM_2.xlsx", 3)):
        filled_form(year.folder / "reports" / name, typed={("A1", "value"): value})
    found = list_reminders(read_reports(year), year, date(2024, 12, 10), "NAM")
    (own,) = [one for one in found if one.unit == "TH-HOABINH"]
    assert own.told == "đã gửi, chưa dùng được (TH-HOABINH_NAM.xlsx, TH-HOABINH_NAM_2.xlsx)"
    letter = dict(letters(found, year))["TH-HOABINH.txt"]
    assert "không mở được" not in letter
    assert "khác ở A1" in letter
    assert "Đã gửi, chưa dùng được (1):" in group_list(found, date(2024, 12, 10))


def test_a_name_that_tells_no_unit_is_nobodys(year):
    (year.folder / "reports" / "bao_cao.pdf").write_bytes(b"%PDF-1.4 ...")
    assert not [one for one in list_reminders(read_reports(year), year, date(2024, 12, 20)) if one.files]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("TH-A_NAM.pdf", "TH-A"),
        ("quy/th-a nam.pdf", "TH-A"),
        ("TH-AB.pdf", "TH-AB"),
        ("XTH-A.pdf", ""),
        ("TH-A TH-AB.pdf", "TH-AB"),
    ],
)
def test_the_unit_a_name_tells_is_a_word_of_its_own(file, told):
    assert told_in(file, ["TH-A", "TH-AB"]) == told


def test_letters_go_to_whom_something_is_due_and_the_group_has_one_list(year):
    (year.folder / "reports" / "XA-LONG_9T.pdf").write_bytes(b"%PDF-1.4 ...")
    found = list_reminders(read_reports(year), year, date(2024, 10, 15))
    sent = dict(letters(found, year))
    assert "TH-HOABINH.txt" in sent
    assert "Báo cáo 9 tháng, hạn nộp 10/10/2024: quá hạn 5 ngày." in sent["TH-HOABINH.txt"]
    assert "15/12/2024" not in sent["TH-HOABINH.txt"]
    assert "xin gửi lại tệp Excel" in sent["XA-LONG.txt"]
    said = group_list(found, date(2024, 10, 15))
    assert said.index("Đã gửi, không đọc được") < said.index("Quá hạn")
    assert "Chưa đến hạn" in said


def test_nothing_owed_is_said(year):
    assert "Không còn báo cáo nào thiếu." in group_list([], date(2024, 10, 15))


def test_the_verbs_take_one_period_and_refuse_one_there_is_not(tmp_path, monkeypatch, capsys):
    import shutil

    data = places.PROJECT / "data" / "2024"
    shutil.copytree(data, tmp_path / "data" / "2024", ignore=shutil.ignore_patterns("[A-WYZ]*.xlsx"))
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    assert commands.main(["remind", "--year", "2024", "--period", "9T", "--on", "2024-10-20"]) == 0
    folder = tmp_path / "outputs" / "2024" / "reminders"
    assert "XA-PHUOCTAN.txt" in {path.name for path in folder.iterdir()}
    assert "quá hạn 10 ngày" in (folder / "_danh_sach_nhom.txt").read_text("utf-8-sig")
    capsys.readouterr()
    assert commands.main(["check", "--year", "2024", "--period", "9T"]) == 0
    said = capsys.readouterr().out
    assert "Báo cáo năm" not in said
    assert "Báo cáo 9 tháng" in said
    assert commands.main(["check", "--year", "2024", "--period", "Q9"]) == 1
    assert "các kỳ: 9T, NAM" in capsys.readouterr().out.casefold().replace("9t", "9T").replace("nam", "NAM")


def test_a_year_without_a_folder_of_reports_is_checked_all_the_same(year):
    (year.folder / "reports").rmdir()
    reading = read_reports(year)
    assert reading.received.empty
    assert set(reading.findings["code"]) == {"no_report"}
    assert (year.folder / "reports").is_dir()
