"""A second verification: drawn, decided blind, recorded beside the first, and settled by a third."""

import re
from fractions import Fraction
from zipfile import ZipFile

import pytest
from helpers.small_year import TEAM, Desk, Office, reports, verified, year_in

from scoring.assessment.rater_agreement import agree, pairs_of
from scoring.assessment.second_sample import Size, draw_second, marks_at_risk
from scoring.core.errors import DecisionError, ParameterError
from scoring.desk.commands.second import size_of
from scoring.desk.workbook.two_verifiers import without_first, write_reconciling, write_second

OTHER = "Tổ thẩm định khối 2"
EVERY = Size(Fraction(1), None)


@pytest.fixture
def office(tmp_path):
    return Office(year_in(tmp_path / "2024"), reports())


def second(office, path):
    """The workbook of all marks for a second verifier."""
    evaluation = office.evaluation()
    drawn = draw_second(evaluation, EVERY)
    write_second(path, *without_first(evaluation, office.stands()), "K1", drawn.marks["K1"])
    desk = Desk.at(path, "second", office.rubric)
    desk.office = office
    return desk


def reconciling(office, path):
    count = write_reconciling(path, office.evaluation(), office.stands())
    if not count:
        return None
    desk = Desk.at(path, "reconciled", office.rubric)
    desk.office = office
    return desk


def points(office, unit="TH-A", criterion="A1"):
    return office.mark(criterion, unit)["points"]


# What is drawn


def test_the_same_year_draws_the_same_marks_and_a_decision_moves_no_other(office):
    before = draw_second(office.evaluation(), Size(None, 4))
    assert before == draw_second(office.evaluation(), Size(None, 4))
    assert sum(map(len, before.marks.values())) == 4
    few, more = (set(draw_second(office.evaluation(), Size(None, n), whole_units=True).marks["K1"]) for n in (1, 2))
    assert few < more


def test_half_of_the_sample_are_marks_at_risk_where_there_are_enough_of_them(tmp_path):
    office = Office(year_in(tmp_path / "2024"), reports())
    risky = marks_at_risk(office.evaluation())
    drawn = draw_second(office.evaluation(), Size(None, 4))
    chosen = [mark for own in drawn.marks.values() for mark in own]
    assert drawn.risky == sum(mark in risky for mark in chosen)
    assert drawn.risky >= min(2, len(risky))


def test_a_self_score_far_above_what_was_computed_is_a_risk(office):
    office.entries.loc[(office.entries["unit"] == "TH-B") & (office.entries["criterion"] == "A1"), "self_points"] = 600
    marks = office.evaluation().marks.set_index(["unit", "criterion"])
    gap = 600 - marks.loc[("TH-B", "A1"), "computed_points"]
    assert (("TH-B", "A1") in marks_at_risk(office.evaluation())) == (
        5 * gap >= marks.loc[("TH-B", "A1"), "max_points"]
    )


def test_whole_units_come_with_all_their_marks(office):
    (marks,) = draw_second(office.evaluation(), Size(None, 1), whole_units=True).marks.values()
    assert len({unit for unit, _ in marks}) == 1
    assert len(marks) == len(set(marks)) > 1


@pytest.mark.parametrize(("stated", "size"), [("10%", Size(Fraction(1, 10), None)), ("20", Size(None, 20))])
def test_a_sample_is_a_share_or_a_number(stated, size):
    assert size_of(stated) == size


@pytest.mark.parametrize("stated", ["0", "0%", "101%", "-5", "10 phần trăm", "", "1.5"])
def test_any_other_size_is_refused_with_examples(stated):
    with pytest.raises(ParameterError, match="ví dụ 10%"):
        size_of(stated)


# What the second verifier sees


def test_the_workbook_holds_nothing_of_the_first_verifier(office, tmp_path):
    plain = second(office, tmp_path / "before.xlsx").blank
    office.record(verified("A1", "points", "1.37", reason="thiếu biên bản số 77"))
    desk = second(office, tmp_path / "K1.xlsx")
    with ZipFile(desk.path) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert not [word for word in ("1.37", "1,37", "biên bản số 77", TEAM) if word in text]
    assert desk.blank == plain
    assert re.search("Trường An", text)


# What is recorded


def test_a_second_decision_is_recorded_and_never_counts_by_itself(office, tmp_path):
    before = points(office)
    desk = second(office, tmp_path / "K1.xlsx")
    (decision,) = desk.fill(
        {("TH-A", "A1", "points"): 1, ("TH-A", "A1", "reason"): "chỉ thấy một biên bản"}, role=OTHER
    ).read()
    assert (decision.stage, decision.value, decision.role) == ("second", "1", OTHER)
    assert points(office) == before
    assert office.fate() == (0, [])
    assert desk.read() == []


def test_agreement_is_stated_by_a_tick_and_a_blank_row_states_nothing(office, tmp_path):
    (decision,) = second(office, tmp_path / "K1.xlsx").fill({("TH-A", "A1", "agree"): "x"}).read()
    assert (decision.kind, decision.value) == ("points", "4.5")
    office.record(verified("", "completed", reason=""))
    assert (agree(office.evaluation()).pairs, agree(office.evaluation()).same) == (1, 1)


def test_a_tick_beside_another_figure_and_a_change_without_a_reason_are_refused_together(office, tmp_path):
    desk = second(office, tmp_path / "K1.xlsx").fill(
        {("TH-A", "A1", "agree"): "x", ("TH-A", "A1", "points"): 2, ("TH-B", "A1", "agree"): "đúng"}
    )
    with pytest.raises(DecisionError) as caught:
        desk.read()
    assert len(caught.value.faults) == 2
    with pytest.raises(DecisionError, match="chưa ghi lý do"):
        second(office, tmp_path / "K2.xlsx").fill({("TH-A", "A1", "points"): 2}).read()


def test_the_first_workbook_does_not_show_the_second_verifier(office, tmp_path):
    second(office, tmp_path / "K1.xlsx").fill(
        {("TH-A", "A1", "points"): 1, ("TH-A", "A1", "reason"): "thiếu"}, role=OTHER
    ).read()
    first = Desk(office, tmp_path / "first.xlsx")
    assert not first.shows("TH-A", "A1", "decided")


def test_a_mark_the_first_verifier_has_not_finished_waits(office, tmp_path):
    second(office, tmp_path / "K1.xlsx").fill({("TH-A", "A1", "agree"): "x"}).read()
    told = agree(office.evaluation())
    assert (told.pairs, told.waiting) == (0, 1)


# What is settled


def both_differ(office, tmp_path):
    office.record(verified("A1", "value", "2"))
    second(office, tmp_path / "K1.xlsx").fill(
        {
            ("TH-A", "A1", "points"): 1,
            ("TH-A", "A1", "reason"): "chỉ thấy một biên bản",
            ("TH-A", "A2", "agree"): "x",
        },
        role=OTHER,
    ).read()
    office.record(verified("", "completed", reason=""))


def test_only_what_differs_is_listed_with_both_sides(office, tmp_path):
    both_differ(office, tmp_path)
    desk = reconciling(office, tmp_path / "both.xlsx")
    assert desk.shows("TH-A", "A1", "first") == f"3,00 điểm, 2 buổi – theo biên bản 05/BB ({TEAM})"
    assert desk.shows("TH-A", "A1", "second") == f"1,00 điểm – chỉ thấy một biên bản ({OTHER})"
    with pytest.raises(KeyError):
        desk.shows("TH-A", "A2", "first")


def test_only_the_reconciled_decision_counts_and_the_agreement_stays_what_it_was(office, tmp_path):
    both_differ(office, tmp_path)
    assert points(office) == 300
    before = agree(office.evaluation())
    assert (before.pairs, before.same, before.open) == (2, 1, 1)
    desk = reconciling(office, tmp_path / "both.xlsx").fill(
        {("TH-A", "A1", "points"): 2, ("TH-A", "A1", "reason"): "hai bên cùng xem lại"}
    )
    (decision,) = desk.read()
    assert (decision.stage, len(decision.replaces)) == ("verified", 2)
    assert points(office) == 200
    assert desk.read() == []
    after = agree(office.evaluation())
    assert (after.pairs, after.same, after.open) == (2, 1, 0)
    assert after.points == before.points
    assert reconciling(office, tmp_path / "again.xlsx") is None


def test_the_first_verifiers_figure_may_be_kept_and_a_reason_is_asked_for(office, tmp_path):
    both_differ(office, tmp_path)
    path = tmp_path / "both.xlsx"
    with pytest.raises(DecisionError, match="chưa ghi lý do"):
        reconciling(office, path).fill({("TH-A", "A1", "points"): 3}).read()
    reconciling(office, path).fill({("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "đủ biên bản"}).read()
    assert points(office) == 300
    assert agree(office.evaluation()).open == 0


def test_a_decision_after_the_settlement_is_not_taken_for_a_first_one(office, tmp_path):
    both_differ(office, tmp_path)
    reconciling(office, tmp_path / "both.xlsx").fill(
        {("TH-A", "A1", "points"): 2, ("TH-A", "A1", "reason"): "cùng xem lại"}
    ).read()
    office.record(verified("A1", "points", "1", reason="sửa lỗi ghi"))
    (pair,) = [pair for pair in pairs_of(office.evaluation()) if pair.twice.second.criterion == "A1"]
    assert (pair.first, pair.second, pair.is_open) == (300, 100, False)


def test_a_mark_computed_and_kept_by_the_first_verifier_may_be_settled_too(office, tmp_path):
    office.record(verified("", "completed", reason=""))
    second(office, tmp_path / "K1.xlsx").fill(
        {("TH-A", "A1", "points"): 1, ("TH-A", "A1", "reason"): "thiếu"}, role=OTHER
    ).read()
    desk = reconciling(office, tmp_path / "both.xlsx")
    assert desk.shows("TH-A", "A1", "first") == "4,50 điểm, giữ như tính theo báo cáo"
    desk.fill({("TH-A", "A1", "points"): 2, ("TH-A", "A1", "reason"): "cùng xem lại"}).read()
    assert (points(office), office.fate()[1]) == (200, [])


def test_a_report_sent_again_takes_both_verifications_out(office, tmp_path):
    both_differ(office, tmp_path)
    office.entries.loc[office.entries["criterion"] == "A1", "value"] = 4
    assert not [pair for pair in pairs_of(office.evaluation()) if pair.twice.second.criterion == "A1"]
    assert "report_changed" in office.fate()[1]
