"""Decisions of verifiers, units and the council: recorded once, never lost, applied only where they still fit."""

import json
import os
from datetime import date
from decimal import Decimal
from multiprocessing import get_context

import pandas as pd
import pytest
from helpers.builders import criterion
from helpers.small_year import Office, by_council, reports, verified, year_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.core.errors import DecisionError
from scoring.decisions import store
from scoring.decisions.records import STEPS, steps_reached
from scoring.decisions.seal import Publication


@pytest.fixture
def office(tmp_path):
    return Office(year_in(tmp_path / "2024"), reports())


# What a decision does


def test_a_verified_value_counts_instead_of_the_reported_one(office):
    office.record(verified("A1", "value", "2"))
    mark = office.mark("A1")
    assert (mark["points"], mark["computed_points"], mark["basis"]) == (300, 450, "verified")


def test_points_given_directly_count_as_they_are(office):
    office.record(verified("B3", "points", "2,5"))
    mark = office.mark("B3")
    assert (mark["points"], mark["state"]) == (250, "scored")


def test_the_council_has_the_last_word_however_late_the_verifiers_are(office):
    office.record(by_council("points", "5", "A1"))
    office.record(verified("A1", "points", "1"))
    mark = office.mark("A1")
    assert (mark["points"], mark["verified_points"], mark["basis"]) == (500, 100, "council")


def test_a_fact_decided_by_the_council_outranks_the_verified_one(office):
    office.record(by_council("fact", "1", "F2"), verified("F2", "fact", "3"))
    assert office.total()["fact:F2"] == 1


def test_a_late_report_with_a_certified_reason_is_waived_as_a_value(office):
    office.record(verified("T1", "value", "0", reason="lũ lụt, xác nhận 12/UBND"))
    assert office.mark("T1")["points"] == 0


def test_the_word_of_a_gate_is_a_decision_that_the_gate_sees(office):
    office.record(by_council("evidence_false"))
    assert office.evaluation().totals["decided:evidence_false"].tolist() == [True, False, False]


def test_a_band_chosen_by_the_council_reaches_the_ranking(office):
    office.record(by_council("band", "xuat_sac"))
    assert office.evaluation().standings["selection"].tolist()[0] == "chosen"


def test_an_explanation_stands_beside_the_decision_and_changes_no_points(office):
    office.record(verified("A1", "value", "2"))
    office.record(verified("A1", "explanation", "", stage="explained", role="Ban chấp hành", reason="đã bổ sung 07/BB"))
    stands = office.stands()
    assert stands.explanations["reason"].tolist() == ["đã bổ sung 07/BB"]
    assert office.mark("A1")["points"] == 300


def test_a_later_decision_replaces_the_earlier_one_and_both_stay_on_disk(office):
    office.record(verified("A1", "value", "2"))
    office.record(verified("A1", "points", "4"))
    assert office.mark("A1")["points"] == 400
    assert len(office.files()) == 2


def test_a_withdrawn_decision_no_longer_counts_and_may_be_made_again(office):
    office.record(verified("A1", "value", "2"))
    office.record(verified("A1", "withdrawn", "value", reason="nhầm đơn vị"))
    assert office.mark("A1")["basis"] == "computed"
    office.record(verified("A1", "value", "2"))
    assert office.mark("A1")["basis"] == "verified"
    assert len(office.files()) == 3


# Recorded once


def test_the_same_decision_recorded_twice_is_one_record(office):
    first = office.record(verified("A1", "value", "2"))
    again = office.record(verified("A1", "value", "2.0", made_on=date(2025, 2, 1)))
    assert [len(first), len(again), len(office.files())] == [1, 0, 1]


def test_a_record_has_the_same_name_wherever_it_is_made(office, tmp_path):
    (here,) = office.record(verified("A1", "value", "2"))
    (there,) = Office(year_in(tmp_path / "elsewhere"), reports()).record(verified("A1", "value", "2"))
    assert here == there
    assert here.id.startswith("TH-A.A1.")


def test_a_record_can_be_read_by_a_person(office):
    office.record(verified("A1", "value", "2"))
    (file,) = office.files()
    assert "theo biên bản 05/BB" in file.read_text("utf-8")
    assert json.loads(file.read_text("utf-8"))["made_on"] == "2025-01-06"


def test_a_copy_of_a_decision_file_under_another_name_counts_once(office):
    office.record(verified("A1", "value", "2"))
    (file,) = office.files()
    file.with_name("Copy of decision.json").write_bytes(file.read_bytes())
    assert office.fate() == (1, ["copied_decision"])


def test_reasons_are_kept_on_one_line_without_hidden_characters(office):
    (decision,) = office.record(verified("A1", "value", "2", reason="theo\u202e\nbiên bản"))
    assert decision.reason == "theo biên bản"


# Two verifiers at once


def seen_by_nobody(ruling):
    """The ruling of somebody who has not seen any other."""
    return ruling.model_copy(update={"replaces": ()})


def test_two_verifiers_who_disagree_at_once_are_both_kept_and_neither_counts(office):
    office.record(seen_by_nobody(verified("A1", "points", "4")))
    office.record(seen_by_nobody(verified("A1", "points", "2", role="Tổ thẩm định khối 2")))
    assert len(office.files()) == 2
    assert office.fate() == (0, ["contradiction", "contradiction"])
    assert office.mark("A1")["basis"] == "computed"


def test_a_third_decision_settles_a_contradiction(office):
    office.record(seen_by_nobody(verified("A1", "points", "4")))
    office.record(seen_by_nobody(verified("A1", "points", "2", role="Tổ thẩm định khối 2")))
    office.record(verified("A1", "points", "3"))
    assert office.mark("A1")["points"] == 300
    assert office.fate() == (1, [])


def test_two_verifiers_who_agree_at_once_do_not_contradict(office):
    office.record(seen_by_nobody(verified("A1", "points", "4")))
    office.record(seen_by_nobody(verified("A1", "points", "4", role="Tổ thẩm định khối 2")))
    assert office.fate() == (1, [])


def _record_many(office, places):
    """One of several processes: records the points it is given."""
    for points in places:
        office.record(seen_by_nobody(verified("A1", "points", points)))


def test_processes_that_record_at_the_same_time_lose_nothing_and_double_nothing(office):
    processes = [
        get_context("fork").Process(target=_record_many, args=(office, share)) for share in ("1234", "345", "156")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert sorted(json.loads(file.read_text("utf-8"))["value"] for file in office.files()) == list("123456")


# What is refused


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (verified("A1", "value", "2", reason=" "), "chưa ghi lý do"),
        (verified("A1", "value", "2", role=""), "không ghi tên người"),
        (verified("A1", "points", "6.01"), "6,01 lớn hơn mức lớn nhất 6"),
        (verified("A1", "points", "-1"), "nhỏ hơn mức nhỏ nhất 0"),
        (verified("A1", "points", "1.005"), "không quá 2 chữ số lẻ"),
        (verified("A1", "points", "1,000"), "không phải số"),
        (verified("A1", "points", ""), "không phải số"),
        (verified("A1", "points", "NaN"), "không phải số"),
        (verified("A1", "value", "2.5"), "cần số nguyên"),
        (verified("A2", "value", "9"), "9 lớn hơn mức lớn nhất 8"),
        (verified("A2", "value", "1", unit="TH-X"), "không có đơn vị mang mã 'TH-X'"),
        (verified("A1", "value", "1", unit="TH-C"), "không thuộc diện chấm điểm"),
        (verified("A9", "points", "1"), "không có tiêu chí mang mã 'A9'"),
        (verified("B3", "value", "1"), "không quyết định 'value'"),
        (verified("B2", "value", "3"), "lớn hơn mức lớn nhất 2"),
        (verified("F1", "fact", "2"), "lớn hơn mức lớn nhất 1"),
        (verified("F1", "points", "1"), "không quyết định 'points'"),
        (verified("A1", "band", "xuat_sac"), "không quyết định 'band'"),
        (verified("", "band", "xuat_sac"), "không quyết định 'band' cho cả đơn vị"),
        (by_council("band", "kha"), "không chọn được mức 'kha'"),
        (by_council("evidence_false", "1"), "không kèm số"),
        (verified("A1", "points", "1", stage="published"), "ở bước 'published'"),
        (verified("A1", "withdrawn", "points"), "không có quyết định nào như vậy để rút"),
        (verified("A1", "points", "1", appeal="02/QĐ"), "chưa công bố nên chưa có phúc tra"),
        (verified("A1", "points", "1", replaces=("TH-A.A1.0000",)), "thư mục số liệu này không có quyết định đó"),
        (verified("A1", "points", "1", reason="x" * 2001), "quá dài"),
    ],
)
def test_a_ruling_that_may_not_stand_is_refused_with_words(office, ruling, words):
    with pytest.raises(DecisionError, match=words):
        office.record(ruling)
    assert not (office.folder / "decisions").exists()


def test_every_fault_is_told_at_its_place_and_nothing_is_recorded(office):
    with pytest.raises(DecisionError) as refused:
        office.record(
            ô_M9=verified("A1", "points", "99"),
            ô_M10=verified("B1", "points", "1"),
            ô_M11=verified("A9", "points", "1"),
        )
    assert [fault.where for fault in refused.value.faults] == ["ô_M9", "ô_M11"]
    assert not (office.folder / "decisions").exists()


def test_one_thing_decided_twice_in_one_go_is_refused(office):
    with pytest.raises(DecisionError, match="đã quyết định ở dòng 1"):
        office.record(verified("A1", "points", "1"), verified("A1", "value", "2"))


def test_a_value_is_refused_where_no_whole_is_known_that_would_make_points_of_it(office):
    office.entries = reports(A2=None).assign(base=pd.NA)
    with pytest.raises(DecisionError, match="không có tổng số"):
        office.record(verified("A2", "value", "1"))


def test_a_value_is_refused_where_the_target_is_not_known(office):
    office.units = office.units.assign(members=pd.NA)
    with pytest.raises(DecisionError, match="chưa biết chỉ tiêu"):
        office.record(verified("A1", "value", "1"))


# What has changed since


def test_a_decision_on_a_report_that_has_changed_since_is_flagged_and_not_applied(office):
    office.record(verified("A1", "value", "2"), verified("B1", "points", "1"))
    stands = office.stands(reports(A1=4))
    assert stands.findings["code"].tolist() == ["report_changed"]
    assert stands.decisions["criterion"].tolist() == ["B1"]


@pytest.mark.parametrize("column", ["evidence", "self_points", "base", "not_applicable"])
def test_any_part_of_the_row_decided_on_makes_the_decision_stale(office, column):
    office.record(verified("A1", "value", "2"))
    changed = reports()
    changed.loc[0, column] = {"evidence": "khác", "self_points": 5, "base": 9, "not_applicable": True}[column]
    assert office.stands(changed).findings["code"].tolist() == ["report_changed"]


def test_the_same_report_in_another_file_leaves_the_decision_as_it_was(office):
    office.record(verified("A1", "value", "2"))
    moved = reports().assign(file="khác.xlsx", sheet="Trang 2", cell="Z9").sample(frac=1, random_state=3)
    assert len(office.stands(moved).decisions) == 1


def test_a_stale_decision_counts_again_once_it_is_made_anew(office):
    office.record(verified("A1", "value", "2"))
    office.entries = reports(A1=4)
    office.record(verified("A1", "value", "2"))
    assert office.fate() == (1, [])


def test_a_decision_on_the_unit_as_a_whole_is_stale_when_anything_of_its_report_changes(office):
    office.record(by_council("band", "xuat_sac"))
    assert office.stands(reports(T1=2)).findings["code"].tolist() == ["report_changed"]


def test_a_decision_that_a_new_rubric_no_longer_allows_is_flagged_and_not_applied(office, rubric_of_criteria):
    office.record(verified("B3", "points", "3"), verified("B1", "points", "4"))
    office.rubric = rubric_of_criteria(criterion("B3", 2, "judged"), criterion("A1", 5, "achieved"))
    assert sorted(office.stands().findings["code"]) == ["too_large", "unknown_criterion"]
    assert office.stands().decisions.empty


# What is on the disk


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "broken_decision"),
        (b"{", "broken_decision"),
        (b"[]", "broken_decision"),
        (b"null", "broken_decision"),
        (b"\xff\xfe", "broken_decision"),
        (b"[" * 90_000, "broken_decision"),
        (b" " * 200_000, "broken_decision"),
        (b'{"unit": "TH-A"}', "broken_decision"),
    ],
)
def test_a_broken_file_is_found_and_touches_no_other_decision(office, content, code):
    office.record(verified("A1", "value", "2"))
    (office.folder / "decisions" / "x.json").write_bytes(content)
    assert office.fate() == (1, [code])


@pytest.mark.parametrize(
    ("field", "value"), [("value", "6"), ("reason", "khác"), ("unit", "TH-B"), ("made_on", "2020-01-01")]
)
def test_a_decision_edited_by_hand_is_found_and_not_applied(office, field, value):
    office.record(verified("A1", "value", "2"))
    (file,) = office.files()
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {field: value}), "utf-8")
    assert office.fate() == (0, ["edited_decision"])


def test_a_unit_or_criterion_that_is_no_id_is_not_believed(office):
    office.record(verified("A1", "value", "2"))
    (file,) = office.files()
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"unit": "../x"}), "utf-8")
    assert office.fate() == (0, ["broken_decision"])


def test_a_decision_whose_predecessor_was_deleted_is_told(office):
    office.record(verified("A1", "value", "2"))
    (first,) = office.files()
    office.record(verified("A1", "value", "1"))
    first.unlink()
    assert office.fate() == (1, ["lost_decision"])


def test_links_pipes_folders_and_other_files_are_found_and_never_opened(office):
    office.record(verified("A1", "value", "2"))
    folder = office.folder / "decisions"
    (folder / "a.json").symlink_to("/etc/hostname")
    (folder / "b.json").mkdir()
    os.mkfifo(folder / "c.json")
    (folder / "d.docx").write_bytes(b"PK")
    assert office.fate() == (1, ["broken_decision"] * 3 + ["strange_file"])


def test_a_file_still_being_written_is_not_read(office):
    office.record(verified("A1", "value", "2"))
    (office.folder / "decisions" / ".TH-A.A1.abc.tmp").write_bytes(b"{")
    assert office.fate() == (1, [])


def test_markup_in_a_file_name_is_shown_as_text_without_hidden_characters(office):
    office.record(verified("A1", "value", "2"))
    (office.folder / "decisions" / "=1+1\n\u202e<b>.json").write_bytes(b"{")
    (found,) = office.stands().findings.itertuples()
    assert found.file == "decisions/=1+1[U+000A][U+202E]<b>.json"


def test_no_decisions_at_all_are_three_empty_tables(office):
    stands = office.stands()
    assert (len(stands.decisions), len(stands.choices), len(stands.findings)) == (0, 0, 0)
    assert (office.evaluation().marks["basis"] == "computed").all()


def test_reading_changes_nothing_that_is_passed_in(office):
    office.record(verified("A1", "value", "2"))
    entries, units = office.entries.copy(), office.units.copy()
    office.stands()
    pd.testing.assert_frame_equal(office.entries, entries)
    pd.testing.assert_frame_equal(units, office.units)


def test_figures_reach_the_engine_as_exact_decimals(office):
    office.record(verified("B3", "points", "2,75"))
    assert office.stands().decisions["value"].tolist() == [Decimal("2.75")]


# How far the year has come


def reached(office, *, is_published=False):
    steps = steps_reached(office.stands(), office.units, office.entries, is_published=is_published)
    return dict(zip(steps["unit"], steps["step"], strict=True)), steps["step"].min()


def test_a_unit_that_sent_nothing_is_awaited_and_holds_the_year_there(office):
    office.entries = office.entries[office.entries["unit"] == "TH-A"]
    assert reached(office) == ({"TH-A": "reported", "TH-B": "awaited"}, "awaited")


def test_decisions_alone_do_not_make_a_unit_verified(office):
    office.record(verified("A1", "value", "2"))
    assert reached(office)[0]["TH-A"] == "reported"


def test_a_unit_passes_through_every_step_as_they_are_recorded(office):
    seen = [reached(office)[0]["TH-A"]]
    for ruling in (
        verified("", "completed", "", reason=""),
        verified("", "explanation", "", stage="explained", reason="thống nhất"),
        by_council("completed", reason=""),
    ):
        office.record(ruling)
        seen.append(reached(office)[0]["TH-A"])
    seen.append(reached(office, is_published=True)[0]["TH-A"])
    assert seen == list(STEPS[1:])


def test_a_new_report_sends_a_verified_unit_back(office):
    office.record(verified("", "completed", "", reason=""))
    office.entries = reports(A1=4)
    assert reached(office)[0]["TH-A"] == "reported"


# Whatever is on the disk


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_SHAPED = st.fixed_dictionaries(
    dict.fromkeys(("id", "unit", "criterion", "stage", "kind", "value", "reason", "role", "appeal"), _PLAIN),
    optional={"made_on": _PLAIN | st.dates().map(str), "on_entry": _PLAIN, "replaces": st.lists(_PLAIN, max_size=3)},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200) | (_SHAPED | st.recursive(_PLAIN, st.lists)).map(lambda plain: json.dumps(plain).encode())
)
def test_no_content_of_a_file_is_a_crash_or_a_decision(office, content):
    (office.folder / "decisions").mkdir(exist_ok=True)
    (office.folder / "decisions" / "x.json").write_bytes(content)
    count, codes = office.fate()
    assert count == 0
    assert set(codes) <= {"broken_decision", "edited_decision"}
    assert codes


# What came with a copy of last year's folder


def test_a_decision_made_before_the_year_began_is_last_years_and_not_taken(office):
    with pytest.raises(DecisionError, match="ghi ngày 31/12/2023, trước năm được đánh giá"):
        office.record(verified("A1", "points", "2", made_on=date(2023, 12, 31)))


def test_a_publication_that_came_with_a_copied_folder_stops_the_year(office, monkeypatch):
    about = Publication(2023, "small", "2023", 1, "15/QĐ-LĐLĐ", "2024-01-10", "", "", (), {}, (), (), {})
    monkeypatch.setattr(store, "read_publications", lambda _: [about])
    with pytest.raises(DecisionError, match="bản công bố của năm 2023 nằm trong thư mục của năm 2024"):
        office.stands()
