"""What reports say against each other, and what the system counts itself."""

import shutil
from datetime import date

import pytest
from helpers.filled_forms import change, filled_form, read_folder, register, rubric, units

from scoring.core.evidence_identity import piece_named
from scoring.core.findings import findings_table
from scoring.reports.checks.counted import COUNTED
from scoring.reports.checks.run import check_reports, checked
from scoring.reports.fields import SHEET
from scoring.reports.forms.form import SENT_ON
from scoring.reports.intake import Reading, Received, entries_table, received_table
from scoring.reports.reading.rows import Row
from scoring.scores.totals import score


def check(folder):
    return check_reports(folder, rubric(), units(), register())


def found(reading, code):
    return [row for row in reading.findings.itertuples() if row.code == code]


def counted(reading, unit):
    """Value and base of what the system counted, by criterion."""
    own = reading.entries[(reading.entries["unit"] == unit) & (reading.entries["file"] == "")]
    rows = own.astype(object).where(own.notna(), None).itertuples()
    return {row.criterion: (row.value, row.base) for row in rows}


def send(folder, unit="TH-HOABINH", period="NAM", **typed):
    """One report; `A1_value=3` types into a cell, `sent` is its day."""
    cells = {tuple(key.split("_", 1)): content for key, content in typed.items() if key != "sent"}
    if "sent" in typed:
        cells[SENT_ON] = typed["sent"]
    return filled_form(folder / f"{unit}_{period}.xlsx", unit, period, cells)


def test_a_unit_with_all_its_reports_in_time_has_nothing_to_mend(tmp_path):
    send(tmp_path, period="9T")
    send(tmp_path)
    reading = check(tmp_path)
    found = reading.findings[reading.findings["unit"] == "TH-HOABINH"]
    assert set(found["severity"]) <= {"note"}
    assert counted(reading, "TH-HOABINH") == {
        "B2": (2, 2),
        "B3": (22, 22),
        "T1": (0, None),
        "T2": (0, None),
        "T3": (0, None),
    }


def test_counted_entries_say_that_they_stand_in_no_file(tmp_path):
    reading = check(tmp_path)
    own = reading.entries
    assert set(own["cell"]) == {COUNTED}
    assert set(own["period"]) == {"NAM"}


def test_an_empty_folder_says_of_every_standing_unit_that_it_has_not_reported(tmp_path):
    reading = check(tmp_path)
    missing = found(reading, "no_report")
    assert [(row.unit, row.period) for row in missing] == [
        (unit, period) for unit in ("TH-HOABINH", "TH-HOABINH.2", "XA-LONG", "XA-TAN") for period in ("9T", "NAM")
    ]
    assert counted(reading, "XA-TAN") == {
        "B2": (0, 2),
        "B3": (None, None),
        "T1": (0, None),
        "T2": (2, None),
        "T3": (0, None),
    }


def test_a_unit_that_ended_owes_nothing_and_is_counted_nothing(tmp_path):
    reading = check(tmp_path)
    assert "XA-CU" not in reading.entries["unit"].tolist()
    assert "XA-CU" not in reading.findings["unit"].tolist()


@pytest.mark.parametrize(("sent", "late"), [("15/12/2024", 0), ("16/12/2024", 1), ("20/12/2024", 1)])
def test_a_report_is_late_from_the_day_after_it_was_due(tmp_path, sent, late):
    send(tmp_path, sent=sent)
    reading = check(tmp_path)
    assert counted(reading, "TH-HOABINH")["T1"] == (late, None)
    assert counted(reading, "TH-HOABINH")["B2"] == (1 - late, 2)
    assert len(found(reading, "late")) == late
    assert reading.entries.query("criterion == 'A1'")["value"].tolist() == [3]


def test_a_report_without_a_day_is_neither_in_time_nor_late(tmp_path):
    send(tmp_path, sent=None)
    reading = check(tmp_path)
    assert counted(reading, "TH-HOABINH")["B2"] == (None, 2)
    assert counted(reading, "TH-HOABINH")["T1"] == (None, None)
    assert reading.received["days_late"].isna().all()
    marks, _ = score(reading.entries, rubric(), units())
    mark = marks.set_index(["unit", "criterion"]).loc["TH-HOABINH"]
    assert tuple(mark.loc["B2", ["state", "reason"]]) == ("pending", "day_not_known")
    assert mark.loc["T1", "state"] == "missing"


SAME_PIECE = [
    ("12/KH-CĐ ngày 05/03/2024", "số 012/kh-cđ ngày 5.3.2024", True),
    ("12/KH-CĐ ngày 05/03/2024", "12/KH-CĐ ngày 06/03/2024", False),
    ("12/KH-CĐ", "13/KH-CĐ", False),
    ("12/KH-CĐ", "12/KH\u2013CĐ", True),
    ("12/KH-CĐ", "12 / KH\u2011CĐ", True),
    ("12/KH\u2013CĐ", "12/KH\u2013LĐ", False),
    ("(https://a.example/tin)", "https://a.example/tin;", True),
    ("https://a.example/tin_(1)", "https://a.example/tin_(1", False),
    ("12/KH-CĐ", "Phụ lục 1 kèm 12/KH-CĐ", False),
    ("https://www.a.example/tin/", "Xem http://A.example/tin", True),
    ("https://a.example/tin?x=1", "https://a.example/tin?x=2", False),
    ("Ảnh bảng tin", "Ảnh bảng tin", False),
    ("Ảnh bảng tin tháng 5", "Ảnh bảng tin tháng 5", False),
    ("A5-9T/KH", "A6-9T/KH", False),
    ("A5-9T/KH", "a5-9t/kh", True),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME_PIECE)
def test_two_texts_are_one_piece_by_number_day_and_issuer_or_by_address(one, other, same):
    named = piece_named(one)
    assert (named is not None and named == piece_named(other)) is same


def test_a_unit_owes_the_reports_that_fell_due_while_it_stood(tmp_path):
    owed = {"9T": {"XA-CU", "XA-LONG"}, "NAM": {"XA-LONG", "XA-TAN"}}
    reading = checked(read_folder(tmp_path), rubric(), units(), owed)
    told = {(row.unit, row.period): (row.severity, row.mend) for row in found(reading, "no_report")}
    assert set(told) == {("XA-CU", "9T"), ("XA-LONG", "9T"), ("XA-LONG", "NAM"), ("XA-TAN", "NAM")}
    assert told["XA-CU", "9T"] == ("note", "hạn nộp 10/10/2024; XA-LONG nhận sáp nhập nên trả lời thay")
    assert counted(reading, "XA-TAN")["B2"] == (0, 1)
    assert counted(reading, "XA-TAN")["T2"] == (1, None)
    assert counted(reading, "TH-HOABINH")["T2"] == (0, None)


COUNTS = [
    {"id": "F1", "name": "Có quy chế dân chủ", "kind": "yes_no"},
    {"id": "F2", "name": "Số vụ đình công", "kind": "count"},
    {"id": "NV1", "name": "Nhiệm vụ được giao", "kind": "count"},
    {"id": "NV2", "name": "Nhiệm vụ đã xong", "kind": "count", "at_most": ["NV1"]},
    {"id": "NV3", "name": "Nhiệm vụ xong đúng hạn", "kind": "count", "at_most": ["NV1", "NV2"]},
]


@pytest.mark.parametrize(
    ("stated", "told", "kept"),
    [
        ({"NV1": 9, "NV2": 8, "NV3": 8}, [], {"NV1": 9, "NV2": 8, "NV3": 8}),
        ({"NV1": 9, "NV2": 7, "NV3": 8}, [("NV3", "NV3 ghi 8, lớn hơn NV2 ghi 7")], {"NV1": 9}),
        ({"NV1": 9, "NV3": 8}, [], {"NV1": 9, "NV3": 8}),
        ({"NV1": 9, "NV2": None, "NV3": 10}, [("NV3", "NV3 ghi 10, lớn hơn NV1 ghi 9")], {}),
    ],
)
def test_of_a_count_above_the_one_it_is_part_of_neither_is_believed(rubric_of, stated, told, kept):
    rules = rubric_of(facts=COUNTS)
    rows = [
        Row("XA-LONG", name, "NAM", value, None, False, None, None, "a.xlsx", SHEET, "H30")
        for name, value in stated.items()
    ]
    received = Received("a.xlsx", "0", "XA-LONG", "NAM", date(2024, 12, 1), 0, "accepted", "")
    tables = entries_table(rows, rules, units()), findings_table([]), received_table([received])
    reading = checked(Reading(*tables), rules, units(), {"9T": set(), "NAM": {"XA-LONG"}})
    above = [(row.criterion, row.message.partition(", nên")[0]) for row in found(reading, "part_above_whole")]
    assert above == told
    left = reading.entries[reading.entries["criterion"].isin(list(stated)) & reading.entries["value"].notna()]
    assert dict(zip(left["criterion"], left["value"], strict=True)) == kept


def test_the_same_bytes_twice_count_once(tmp_path):
    shutil.copy(send(tmp_path), tmp_path / "ban_sao.xlsx")
    reading = check(tmp_path)
    assert reading.entries.query("criterion == 'A1'")["value"].tolist() == [3]
    assert reading.received.set_index("file")["fate"].to_dict() == {
        "TH-HOABINH_NAM.xlsx": "accepted",
        "ban_sao.xlsx": "flagged",
    }
    assert [row.file for row in found(reading, "same_file")] == ["ban_sao.xlsx"]


def sent(folder, name, day, value, **typed):
    """A copy of TH-HOABINH's year with another A1, sent on a day."""
    return filled_form(folder / name, typed={("A1", "value"): value, SENT_ON: day} | typed)


def noted(folder, **days):
    rows = [f"{name}.xlsx,{day}" for name, day in days.items()]
    (folder / "received.csv").write_text("\n".join(["file,received_on", *rows]), "utf-8")


def value_of(reading):
    own = reading.entries[(reading.entries["unit"] == "TH-HOABINH") & (reading.entries["criterion"] == "A1")]
    return own["value"].tolist()


def fates_of(reading):
    return reading.received.set_index("file")["fate"].to_dict()


def test_of_two_different_reports_of_one_day_neither_counts_until_a_person_decides(tmp_path):
    send(tmp_path)
    filled_form(tmp_path / "ban_sua.xlsx", typed={("A1", "value"): 4})
    send(tmp_path, "XA-LONG")
    reading = check(tmp_path)
    fates = fates_of(reading)
    assert fates == {"TH-HOABINH_NAM.xlsx": "rejected", "XA-LONG_NAM.xlsx": "accepted", "ban_sua.xlsx": "rejected"}
    assert set(reading.entries.query("file != ''")["unit"]) == {"XA-LONG"}
    question, _ = found(reading, "two_reports")
    assert "khác ở A1" in question.message
    assert "hỏi đơn vị" in question.mend
    absent = next(row for row in found(reading, "no_report") if (row.unit, row.period) == ("TH-HOABINH", "NAM"))
    assert "ban_sua.xlsx" in absent.message
    assert counted(reading, "TH-HOABINH")["T2"] == (2, None)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_report_mended_and_sent_again_counts_and_the_first_is_kept_and_told(tmp_path, names):
    first, again = names
    sent(tmp_path, f"{first}.xlsx", "02/12/2024", 3)
    sent(tmp_path, f"{again}.xlsx", "09/12/2024", 5)
    reading = check(tmp_path)
    assert value_of(reading) == [5]
    assert fates_of(reading) == {f"{first}.xlsx": "replaced", f"{again}.xlsx": "accepted"}
    (old,), (new,) = found(reading, "replaced"), found(reading, "resent")
    assert (old.file, old.severity, new.file) == (f"{first}.xlsx", "note", f"{again}.xlsx")
    assert f"{again}.xlsx, ngày 09/12/2024" in old.message
    assert not found(reading, "two_reports")


def test_what_was_wrong_in_the_first_copy_is_no_longer_asked_for(tmp_path):
    sent(tmp_path, "a.xlsx", "02/12/2024", "ba buổi")
    sent(tmp_path, "b.xlsx", "09/12/2024", 5)
    reading = check(tmp_path)
    assert {row.severity for row in reading.findings.itertuples() if row.file == "a.xlsx"} == {"note"}
    assert value_of(reading) == [5]


def test_the_offices_day_says_which_copy_is_newer_where_the_sender_left_the_old_day(tmp_path):
    sent(tmp_path, "a.xlsx", "02/12/2024", 3)
    sent(tmp_path, "b.xlsx", "02/12/2024", 5)
    noted(tmp_path, a="02/12/2024", b="09/12/2024")
    assert value_of(check(tmp_path)) == [5]


def test_days_that_contradict_each_other_are_a_question(tmp_path):
    sent(tmp_path, "a.xlsx", "02/12/2024", 3)
    sent(tmp_path, "b.xlsx", "09/12/2024", 5)
    noted(tmp_path, a="10/12/2024", b="09/12/2024")
    reading = check(tmp_path)
    assert len(found(reading, "two_reports")) == 2
    assert value_of(reading) == []


def test_of_three_copies_the_last_counts(tmp_path):
    for name, day, value in (("b", "09/12/2024", 5), ("c", "12/12/2024", 6), ("a", "02/12/2024", 3)):
        sent(tmp_path, f"{name}.xlsx", day, value)
    reading = check(tmp_path)
    assert value_of(reading) == [6]
    assert fates_of(reading) == {"a.xlsx": "replaced", "b.xlsx": "replaced", "c.xlsx": "accepted"}


def test_copies_of_one_day_with_the_same_figures_are_no_question(tmp_path):
    sent(tmp_path, "a.xlsx", "02/12/2024", 3)
    sent(tmp_path, "b.xlsx", "02/12/2024", 3)
    change(tmp_path / "b.xlsx", lambda book, sheet: sheet.cell(60, 1).__setattr__("value", "lưu lại"))
    reading = check(tmp_path)
    assert value_of(reading) == [3]
    assert not found(reading, "two_reports")


def test_a_report_in_time_that_is_mended_afterwards_came_in_time(tmp_path):
    send(tmp_path, period="9T")
    sent(tmp_path, "a.xlsx", "02/12/2024", 3)
    sent(tmp_path, "b.xlsx", "20/12/2024", 5)
    reading = check(tmp_path)
    assert counted(reading, "TH-HOABINH")["B2"] == (2, 2)
    assert not [row for row in found(reading, "late") if row.unit == "TH-HOABINH"]
    assert reading.received.set_index("file").loc["b.xlsx", "days_late"] == 0


def test_a_late_report_that_is_mended_is_as_late_as_the_first(tmp_path):
    sent(tmp_path, "a.xlsx", "18/12/2024", 3)
    sent(tmp_path, "b.xlsx", "28/12/2024", 5)
    reading = check(tmp_path)
    (late,) = found(reading, "late")
    assert "gửi ngày 18/12/2024, muộn 3 ngày" in late.message
    assert reading.received.set_index("file").loc["b.xlsx", "days_late"] == 3


def test_the_same_bytes_come_again_after_others_count_as_sent_again_on_the_later_day(tmp_path):
    sent(tmp_path, "a.xlsx", "02/12/2024", 3)
    sent(tmp_path, "b.xlsx", "02/12/2024", 5)
    shutil.copy(tmp_path / "a.xlsx", tmp_path / "c.xlsx")
    noted(tmp_path, a="02/12/2024", b="05/12/2024", c="09/12/2024")
    assert value_of(check(tmp_path)) == [3]


def test_a_table_of_many_units_loses_only_the_unit_that_also_sent_a_form(tmp_path):
    send(tmp_path)
    (tmp_path / "bang.csv").write_text("unit,period,A1\nTH-HOABINH,NAM,9\nXA-TAN,NAM,2\n", "utf-8")
    reading = check(tmp_path)
    assert reading.entries.query("criterion == 'A1'")["unit"].tolist() == ["XA-TAN"]
    assert reading.received.set_index("file")["fate"].to_dict()["bang.csv"] == "flagged"


def test_a_running_total_that_falls_is_told_and_is_no_valid_field(tmp_path):
    send(tmp_path, period="9T", A1_value=5)
    send(tmp_path, A1_value=3)
    reading = check(tmp_path)
    (fall,) = found(reading, "fallen")
    assert (fall.criterion, fall.period, fall.cell) == ("A1", "NAM", "H11")
    assert "3" in fall.message
    assert "5" in fall.message
    assert counted(reading, "TH-HOABINH")["B3"] == (21, 22)


def test_a_share_may_fall(tmp_path):
    send(tmp_path, period="9T", A2_value=4)
    send(tmp_path, A2_value=3)
    assert not found(check(tmp_path), "fallen")


def test_a_blank_result_is_told_once_and_is_no_valid_field(tmp_path):
    send(tmp_path, A5_value=None)
    reading = check(tmp_path)
    assert [row.criterion for row in found(reading, "left_blank")] == ["A5"]
    assert counted(reading, "TH-HOABINH")["B3"] == (11, 12)


def test_a_refused_result_is_not_told_a_second_time_as_blank(tmp_path):
    send(tmp_path, A5_value="chín")
    reading = check(tmp_path)
    assert not found(reading, "left_blank")
    assert counted(reading, "TH-HOABINH")["B3"] == (11, 12)


def test_what_a_table_of_many_units_has_no_column_for_is_told_once_a_report(tmp_path):
    (tmp_path / "bang.csv").write_text("unit,period,A1,A3\nXA-TAN,NAM,2,x\nXA-LONG,9T,,đầy đủ\n", "utf-8")
    told = [(row.unit, row.period, row.severity, row.message) for row in found(check(tmp_path), "no_row")]
    assert sorted(told) == [
        ("XA-LONG", "9T", "warning", "chưa có kết quả của A2, A4, A5, A6"),
        ("XA-TAN", "NAM", "warning", "chưa có kết quả của A2, A4, A5, A6, K1, K2"),
    ]


def test_a_form_has_nothing_left_out_but_what_its_own_finding_says(tmp_path):
    change(send(tmp_path), lambda book, sheet: sheet.delete_rows(12))
    assert [row.message for row in found(check(tmp_path), "no_row")] == ["báo cáo không có dòng A2"]


def test_bonus_may_be_left_blank(tmp_path):
    send(tmp_path, P1_value=None)
    assert not found(check(tmp_path), "left_blank")


@pytest.mark.parametrize(
    ("item", "value", "told"), [("A1", 3, True), ("A1", 0, False), ("A4", "Có", True), ("A4", "Không", False)]
)
def test_something_done_needs_evidence_where_it_is_required(tmp_path, item, value, told):
    send(tmp_path, **{f"{item}_value": value, f"{item}_evidence": None})
    assert [row.criterion for row in found(check(tmp_path), "no_evidence")] == ([item] if told else [])


def test_a_criterion_that_does_not_apply_is_complete(tmp_path):
    send(tmp_path, A2_value=None, A2_base=None, A2_not_applicable="Không áp dụng")
    reading = check(tmp_path)
    assert counted(reading, "TH-HOABINH")["B3"] == (12, 12)
    assert not found(reading, "left_blank")


def test_evidence_claimed_for_two_criteria_is_counted_and_told_at_the_later_one(tmp_path):
    send(tmp_path, A1_evidence="12/KH", A4_evidence="11/KH; 12/KH")
    reading = check(tmp_path)
    (again,) = found(reading, "evidence_twice")
    assert (again.criterion, again.value) == ("A4", "12/KH")
    assert "A1" in again.message
    assert counted(reading, "TH-HOABINH")["T3"] == (1, None)


def test_evidence_may_be_repeated_in_the_next_period_and_shared_where_the_rubric_says_so(tmp_path):
    send(tmp_path, period="9T", A1_evidence="12/KH")
    send(tmp_path, A1_evidence="12/KH", A6_evidence="12/KH")
    reading = check(tmp_path)
    assert not found(reading, "evidence_twice")
    assert counted(reading, "TH-HOABINH")["T3"] == (0, None)


def test_evidence_of_two_units_is_told_and_costs_neither(tmp_path):
    send(tmp_path, "XA-LONG", A1_evidence="12/KH", A4_evidence=None, A7_evidence=None)
    send(tmp_path, "XA-TAN", A1_evidence="12/KH", A4_evidence=None, A7_evidence=None)
    reading = check(tmp_path)
    assert [row.unit for row in found(reading, "evidence_elsewhere")] == ["XA-LONG", "XA-TAN"]
    assert counted(reading, "XA-TAN")["T3"] == (0, None)


def test_checking_changes_nothing_that_it_is_given(tmp_path):
    send(tmp_path)
    filled_form(tmp_path / "ban_sua.xlsx", typed={("A1", "value"): 4})
    before = read_folder(tmp_path)
    copies = [table.copy() for table in before]
    checked(before, rubric(), units(), {"9T": {"XA-LONG"}, "NAM": {"XA-LONG"}})
    assert all(table.equals(copy) for table, copy in zip(before, copies, strict=True))


def test_names_and_order_of_files_do_not_matter(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder, names in (("a", ("1.xlsx", "2.xlsx")), ("b", ("2.xlsx", "1.xlsx"))):
        filled_form(tmp_path / folder / names[0], "XA-LONG")
        filled_form(tmp_path / folder / names[1], "XA-TAN", typed={("A1", "value"): "ba"})
    first, second = (check(tmp_path / folder) for folder in ("a", "b"))
    columns = ["unit", "criterion", "period", "value", "base", "self_points", "evidence"]
    ordered = [
        reading.entries.sort_values(["unit", "criterion"])[columns].astype(str).values.tolist()
        for reading in (first, second)
    ]
    assert ordered[0] == ordered[1]
    assert first.findings.drop(columns="file").equals(second.findings.drop(columns="file"))
