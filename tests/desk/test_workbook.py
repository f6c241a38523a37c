"""The workbook of a block: what it shows, and what reading it back records."""

import shutil
from dataclasses import replace
from datetime import date

import pytest
from helpers.small_year import COUNCIL, RUBRIC, TEAM, Desk, Office, by_council, reports, verified, year_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from ruamel.yaml import YAML

from scoring.core.errors import DecisionError, ParameterError, ReportError
from scoring.desk.workbook.writing import (
    HEADER,
    write_verification,
)


@pytest.fixture
def office(tmp_path):
    return Office(year_in(tmp_path / "2024"), reports())


@pytest.fixture
def desk(office, tmp_path):
    return Desk(office, tmp_path / "K1.xlsx")


# What it shows


def test_each_row_shows_what_was_reported_claimed_and_computed_and_the_gap(desk):
    row = [desk.shows("TH-A", "A1", key) for key in ("reported", "self_points", "computed", "gap", "evidence")]
    assert row == ["3", 3, 4.5, -1.5, "BB-A1"]
    assert desk.shows("TH-A", "A1", "working").replace("\N{NO-BREAK SPACE}", " ") == "3 buổi/chỉ tiêu 4: 75% → 4,50/6."


def test_words_and_wholes_are_shown_as_the_report_has_them(desk):
    assert [desk.shows("TH-A", name, "reported") for name in ("A2", "B2", "F1")] == ["6/8", "một phần", "Có"]


def test_units_that_are_not_eligible_are_left_out(desk):
    assert desk.units == 2


def test_what_was_decided_before_is_shown_with_its_reason_and_by_whom(office, tmp_path):
    office.record(verified("A1", "value", "2"))
    desk = Desk(office, tmp_path / "again.xlsx", "council")
    assert desk.shows("TH-A", "A1", "decided") == f"Thẩm định: 2 buổi – theo biên bản 05/BB ({TEAM})"
    assert (desk.shows("TH-A", "A1", "computed"), desk.shows("TH-A", "A1", "counting")) == (4.5, 3)


def test_the_same_workbook_is_the_same_bytes(office, desk, tmp_path):
    assert Desk(office, tmp_path / "again.xlsx").path.read_bytes() == desk.path.read_bytes()


def test_only_input_cells_are_unlocked_and_nothing_of_a_report_is_live(office, tmp_path):
    office.entries["evidence"] = "=HYPERLINK(1)"
    book = load_workbook(Desk(office, tmp_path / "K1.xlsx").path)
    sheet = book["Thẩm định"]
    cell = sheet.cell(HEADER + 2, 11)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    unlocked = {cell.column for row in sheet.iter_rows(HEADER + 2) for cell in row if not cell.protection.locked}
    assert unlocked == {14, 15, 16}
    assert sheet.protection.sheet
    assert book["_verification"].sheet_state == "veryHidden"


def test_the_head_is_frozen_filtered_and_repeated_in_print(desk):
    sheet = load_workbook(desk.path)["Thẩm định"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("E8", "A7:Q25", "$7:$7")
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    ("block", "stage", "words"),
    [("K9", "verified", "không có khối"), ("K1", "xem", "không có bước"), ("K2", "verified", "0 đơn vị")],
)
def test_a_block_or_stage_that_does_not_exist_is_refused(office, tmp_path, block, stage, words):
    with pytest.raises(ParameterError, match=words):
        write_verification(tmp_path / "x.xlsx", office.evaluation(), office.stands(), block, stage)


def test_a_decision_that_no_longer_fits_the_rubric_is_still_shown(office, tmp_path, rubric_of):
    office.record(verified("B2", "value", "2"), by_council("band", "xuat_sac"))
    levels = [{"name": "đầy đủ", "percent": 100}, {"name": "một phần", "points": 1}]
    groups = YAML(typ="safe").load(RUBRIC)["groups"]
    groups[1]["criteria"][1]["params"]["levels"] = levels
    office.rubric = rubric_of(groups=groups)
    office.year = replace(office.year, rubric=office.rubric)
    desk = Desk(office, tmp_path / "K1.xlsx")
    assert desk.shows("TH-A", "B2", "decided") == f"Thẩm định: 2 mức – theo biên bản 05/BB ({TEAM})"
    assert office.fate() == (1, ["too_large"])


# What reading it back records


def test_a_workbook_left_as_it_was_records_nothing_and_needs_no_signature(desk):
    assert desk.read() == []


def test_a_value_with_a_reason_becomes_a_decision_with_role_day_and_report(desk, office):
    (decision,) = desk.fill({("TH-A", "A1", "value"): 2, ("TH-A", "A1", "reason"): "chỉ có 2 biên bản"}).read()
    assert (decision.kind, decision.value, decision.role) == ("value", "2", TEAM)
    assert decision.made_on == date(2025, 1, 6)
    assert office.mark("A1")["points"] == 300


def test_points_words_and_facts_are_read_by_what_the_row_asks(desk, office):
    cells = {
        ("TH-A", "B3", "points"): "2,75",
        ("TH-A", "B3", "reason"): "mô hình có kết quả",
        ("TH-B", "B2", "value"): "Đầy đủ",
        ("TH-B", "B2", "reason"): "đã bổ sung",
        ("TH-B", "F1", "value"): "Không",
        ("TH-B", "F1", "reason"): "quy chế hết hạn",
    }
    decisions = desk.fill(cells).read()
    assert sorted((d.criterion, d.kind, d.value) for d in decisions) == [
        ("B2", "value", "0"),
        ("B3", "points", "2.75"),
        ("F1", "fact", "0"),
    ]
    assert office.total("TH-B")["fact:F1"] == 0


def test_reading_a_workbook_twice_records_nothing_new(desk, office):
    desk.fill({("TH-A", "A1", "value"): 2, ("TH-A", "A1", "reason"): "x", ("TH-B", "completed"): "X"})
    assert [len(desk.read()), len(desk.read()), len(office.files())] == [2, 0, 2]


def test_a_figure_that_repeats_what_counts_needs_no_reason_and_records_nothing(desk):
    cells = {("TH-A", "A1", "points"): 4.5, ("TH-A", "A2", "value"): "6", ("TH-A", "B2", "value"): "một phần"}
    assert desk.fill(cells).read() == []


def test_a_figure_that_is_confirmed_with_a_reason_is_recorded(desk):
    assert len(desk.fill({("TH-A", "A1", "points"): 4.5, ("TH-A", "A1", "reason"): "đã xem hồ sơ"}).read()) == 1


def test_units_are_signed_off_one_by_one(desk, office):
    desk.fill({("TH-B", "completed"): "x"}).read()
    assert office.stands().decisions[["unit", "kind"]].to_numpy().tolist() == [["TH-B", "completed"]]


def test_a_unit_explains_a_row_and_its_report_as_a_whole(office, tmp_path):
    office.record(verified("A1", "value", "2"))
    desk = Desk(office, tmp_path / "g.xlsx", "explained")
    desk.fill(
        {("TH-A", "A1", "reason"): "biên bản thứ 3\nkèm theo", ("TH-A", "reason"): "thống nhất"}, role="Ban chấp hành"
    ).read()
    assert sorted(office.stands().explanations["reason"]) == ["biên bản thứ 3 kèm theo", "thống nhất"]


def test_the_council_chooses_a_band_and_finds_evidence_false(office, tmp_path):
    desk = Desk(office, tmp_path / "h.xlsx", "council")
    cells = {
        ("TH-A", "chosen"): "Hoàn thành xuất sắc nhiệm vụ",
        ("TH-A", "reason"): "biên bản họp 02/BB",
        ("TH-B", "evidence_false"): "x",
        ("TH-B", "reason"): "văn bản không có thật",
    }
    desk.fill(cells, role=COUNCIL).read()
    assert office.stands().choices[["unit", "band"]].to_numpy().tolist() == [["TH-A", "xuat_sac"]]
    assert office.evaluation().standings["gates"].tolist()[1].split()[-1] == "G4"


# What is refused, at its cell


@pytest.mark.parametrize(
    ("cells", "where", "words"),
    [
        ({("TH-A", "A1", "value"): 2}, "ô N8", "chưa ghi lý do"),
        (
            {("TH-A", "A1", "value"): 2, ("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"},
            "ô O8",
            "Chỉ ghi một",
        ),
        ({("TH-A", "A1", "reason"): "x"}, "ô P8", "chưa ghi kết quả hoặc điểm"),
        ({("TH-A", "A1", "points"): 6.5, ("TH-A", "A1", "reason"): "x"}, "ô O8", "lớn hơn mức lớn nhất 6"),
        ({("TH-A", "A1", "points"): "76,833", ("TH-A", "A1", "reason"): "x"}, "ô O8", "hàng nghìn"),
        ({("TH-A", "A1", "points"): "hai", ("TH-A", "A1", "reason"): "x"}, "ô O8", "không phải số"),
        ({("TH-A", "A1", "points"): True, ("TH-A", "A1", "reason"): "x"}, "ô O8", "TRUE"),
        ({("TH-A", "A1", "points"): "=1+1", ("TH-A", "A1", "reason"): "x"}, "ô O8", "công thức"),
        ({("TH-A", "A1", "points"): 1, ("TH-A", "A1", "reason"): "=1+1"}, "ô P8", "công thức"),
        ({("TH-A", "B2", "value"): "rất tốt", ("TH-A", "B2", "reason"): "x"}, "ô N11", "không có trong danh sách"),
        ({("TH-A", "B3", "value"): 2, ("TH-A", "B3", "reason"): "x"}, "ô N12", "không dùng cho dòng này"),
        ({("TH-A", "F1", "points"): 2, ("TH-A", "F1", "reason"): "x"}, "ô O15", "không dùng cho dòng này"),
        ({("TH-A", "completed"): "rồi"}, "trang Đơn vị, ô H8", "không phải dấu x"),
        ({("TH-A", "reason"): "x"}, "trang Đơn vị, ô J8", "chưa ghi quyết định nào"),
        ({("TH-A", "evidence_false"): "x"}, "trang Đơn vị, ô I8", "chưa ghi lý do"),
    ],
)
def test_what_may_not_be_recorded_is_refused_with_its_cell(desk, office, cells, where, words):
    with pytest.raises(DecisionError, match=words) as refused:
        desk.fill(cells).read()
    assert where in refused.value.faults[0].where
    assert not (office.folder / "decisions").exists()


@pytest.mark.parametrize(
    ("role", "on", "cell", "words"),
    [
        (None, "06/01/2025", "D3", "chưa ghi ai quyết định"),
        (TEAM, None, "D4", "chưa ghi ngày"),
        (TEAM, "6/1/25", "D4", "năm bốn chữ số"),
        (TEAM, 45663, "D4", "không phải ngày"),
    ],
)
def test_who_decides_and_when_must_be_stated(desk, role, on, cell, words):
    desk.fill({("TH-A", "A1", "value"): 2, ("TH-A", "A1", "reason"): "x"}, role=role, on=on)
    with pytest.raises(DecisionError, match=words) as refused:
        desk.read()
    assert [fault.where for fault in refused.value.faults] == [f"K1.xlsx, trang Thẩm định, ô {cell}"]


def test_one_faulty_row_records_none_of_the_others_and_all_faults_are_told(desk, office):
    cells = {("TH-A", "A1", "points"): 7, ("TH-A", "A2", "points"): 9, ("TH-B", "A1", "points"): 1}
    with pytest.raises(DecisionError) as refused:
        desk.fill(cells | {(unit, item, "reason"): "x" for unit, item, _ in cells}).read()
    assert len(refused.value.faults) == 2
    assert not (office.folder / "decisions").exists()


# What has happened in the meantime


def test_a_workbook_made_before_somebody_else_decided_contradicts_instead_of_overruling(office, tmp_path):
    first, second = (Desk(office, tmp_path / f"{name}.xlsx") for name in "ab")
    first.fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"}).read()
    second.fill({("TH-A", "A1", "points"): 5, ("TH-A", "A1", "reason"): "y"}, role="Tổ 2").read()
    assert office.fate() == (0, ["contradiction", "contradiction"])
    third = Desk(office, tmp_path / "c.xlsx")
    assert "chưa thống nhất, 5 điểm" in third.shows("TH-A", "A1", "decided")
    third.fill({("TH-A", "A1", "points"): 4.5, ("TH-A", "A1", "reason"): "đối chiếu lại"}).read()
    assert office.mark("A1")["points"] == 450


def test_an_unsettled_row_is_not_settled_by_a_figure_without_a_reason(office, tmp_path):
    for points in "35":
        office.record(verified("A1", "points", points, replaces=()))
    with pytest.raises(DecisionError, match="chưa ghi lý do"):
        Desk(office, tmp_path / "c.xlsx").fill({("TH-A", "A1", "points"): 4.5}).read()


def test_a_workbook_read_again_after_a_later_decision_does_not_bring_the_old_one_back(desk, office):
    desk.fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"}).read()
    office.record(verified("A1", "points", "2"))
    desk.read()
    assert office.mark("A1")["points"] == 200


def test_a_workbook_made_on_a_report_that_has_changed_since_is_recorded_but_not_applied(desk, office):
    desk.fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"})
    office.entries = reports(A1=4)
    desk.read()
    assert office.fate() == (0, ["report_changed"])
    assert office.mark("A1")["basis"] == "computed"


def test_ticking_what_is_signed_off_already_records_nothing(desk, office, tmp_path):
    desk.fill({("TH-A", "completed"): "x"}).read()
    assert Desk(office, tmp_path / "b.xlsx").fill({("TH-A", "completed"): "x"}).read() == []


# Other files


def test_a_workbook_made_by_another_rubric_is_refused(desk, office, rubric_of):
    office.rubric = rubric_of(name="Bộ khác")
    with pytest.raises(DecisionError, match="bộ tiêu chí khác"):
        desk.read()


def test_a_workbook_of_another_folder_of_the_same_year_is_refused(office, desk, tmp_path):
    desk.fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"}).read()
    second = Desk(office, tmp_path / "b.xlsx").fill({("TH-A", "A1", "points"): 2, ("TH-A", "A1", "reason"): "y"})
    shutil.rmtree(office.folder / "decisions")
    with pytest.raises(DecisionError, match="không có quyết định đó"):
        second.read()


def test_a_row_moved_to_another_place_is_refused(desk):
    book = load_workbook(desk.path)
    book["Thẩm định"].delete_rows(HEADER + 3)
    book.save(desk.path)
    with pytest.raises(DecisionError, match="đã bị dời hoặc xóa"):
        desk.read()


@pytest.mark.parametrize("sheet", ["Thẩm định", "Đơn vị", "_verification"])
def test_a_workbook_without_one_of_its_sheets_is_refused(desk, sheet):
    book = load_workbook(desk.path)
    del book[sheet]
    book.save(desk.path)
    with pytest.raises(DecisionError, match="không phải tệp thẩm định"):
        desk.read()


def test_what_is_no_workbook_at_all_is_refused_in_plain_words(desk):
    desk.path.write_bytes(b"PK\x03\x04broken")
    with pytest.raises(ReportError, match="bị hỏng"):
        desk.read()


@pytest.mark.parametrize("content", ["TH-A.A1.zzzz", "../../x"])
def test_a_hidden_map_that_was_tampered_with_is_refused(desk, content):
    desk.fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x"})
    book = load_workbook(desk.path)
    book["_verification"].cell(5, 6).value = content
    book.save(desk.path)
    with pytest.raises(DecisionError):
        desk.read()


def test_a_decision_by_the_council_is_shown_after_the_verified_one(office, tmp_path):
    office.record(by_council("points", "5", "A1"), verified("A1", "value", "2"))
    told = Desk(office, tmp_path / "c.xlsx", "council").shows("TH-A", "A1", "decided")
    assert told.index("Thẩm định") < told.index("Hội đồng: 5 điểm")


_TYPED = st.none() | st.booleans() | st.integers(-5, 10**13) | st.floats(-10, 10) | st.dates() | st.text(max_size=8)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(_TYPED, _TYPED, _TYPED), st.sampled_from(["A1", "A2", "B2", "B3", "F1"]), _TYPED)
def test_whatever_is_typed_is_recorded_within_the_rubric_or_refused_in_words(desk, office, typed, item, tick):
    cells = {("TH-A", item, key): content for key, content in zip(("value", "points", "reason"), typed, strict=True)}
    faults = ()
    try:
        desk.fill({("TH-B", "completed"): tick} | cells).read()
    except IllegalCharacterError:  # Excel itself cannot hold these
        return
    except DecisionError as refused:
        faults = refused.faults
    assert all(fault.where.startswith("K1.xlsx, trang") for fault in faults)
    marks = office.evaluation().marks
    assert (marks["points"].fillna(0) <= marks["max_points"]).all()


@pytest.mark.parametrize("at", [1, 3, 14])
def test_a_column_that_was_inserted_moves_nothing_into_another(office, tmp_path, at):
    cells = {("TH-A", "A1", "value"): 2, ("TH-A", "A1", "reason"): "chỉ có 2 biên bản"}
    desk = Desk(office, tmp_path / "a.xlsx").fill(cells)
    book = load_workbook(desk.path)
    book.worksheets[0].insert_cols(at)
    book.save(desk.path)
    (decision,) = desk.read()
    assert (decision.unit, decision.criterion, decision.value) == ("TH-A", "A1", "2")


def test_a_column_whose_heading_is_gone_is_told(office, tmp_path):
    desk = Desk(office, tmp_path / "a.xlsx").fill({("TH-A", "A1", "value"): 2, ("TH-A", "A1", "reason"): "x"})
    book = load_workbook(desk.path)
    sheet = book.worksheets[0]
    sheet.cell(HEADER + 1, desk.lines["value"]).value = "Số khác"
    book.save(desk.path)
    with pytest.raises(DecisionError, match="không thấy cột"):
        desk.read()
