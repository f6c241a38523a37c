"""The way of marks from self-score to council, worked out by hand for a small year."""

import csv
import io

from helpers.small_year import COUNCIL, TEAM, Office, by_council, reports, verified, year_in

from scoring.assessment.reliability import rely_on
from scoring.assessment.stage_gaps import stage_gaps
from scoring.pages import reliability as page
from scoring.pages.spreadsheets import stage_gaps_csv

OTHER = "Tổ thẩm định khối 2"


def evaluation_of(tmp_path, *rulings):
    office = Office(year_in(tmp_path), reports())
    office.record(*rulings)
    return office.evaluation()


def gaps_of(evaluation):
    return {(one.kind, one.who): one for one in stage_gaps(evaluation)}


def told_of(evaluation):
    return rely_on(evaluation, evaluation.overview())


def test_without_a_decision_only_the_first_step_is_taken(tmp_path):
    """Each unit claims 3 points: A1 gives 4.5 of 6, A2 3 of 4, B1 4 of 4, B2 1.5 of 3."""
    gaps = gaps_of(evaluation_of(tmp_path))
    assert {name: gaps[("criterion", name)].computed.moved for name in ("A1", "A2", "B1", "B2")} == {
        "A1": 250,
        "A2": 0,
        "B1": 250,
        "B2": -500,
    }
    assert gaps[("block", "K1")].computed.moved == 0
    assert (gaps[("block", "K1")].computed.lowered, gaps[("block", "K1")].computed.raised) == (2, 4)
    assert all(one.verified.marks == one.council.marks == 0 for one in gaps.values())
    assert [who for kind, who in gaps if kind in ("stage", "role")] == ["reported"]


def test_what_a_verifier_finished_without_touching_counts_as_unchanged_and_is_the_roles(tmp_path):
    gaps = gaps_of(
        evaluation_of(
            tmp_path,
            verified("A1", "points", "3"),
            verified("", "completed", reason=""),
            by_council("points", "4", "A1"),
        )
    )
    team = gaps[("role", TEAM)]
    assert (team.marks, team.verified.marks, team.verified.lowered, team.verified.moved) == (4, 4, 1, -63)
    council = gaps[("role", COUNCIL)]
    assert (council.marks, council.verified.moved, council.council.moved) == (1, -250, 167)
    assert [gaps[("stage", stage)].marks for stage in ("reported", "verified", "council")] == [4, 3, 1]
    assert gaps[("criterion", "A2")].verified.moved == 0


def test_two_roles_of_verifiers_are_told_apart(tmp_path):
    strict = verified("A1", "points", "1.5", role=OTHER, unit="TH-B")
    gaps = gaps_of(evaluation_of(tmp_path, verified("A1", "points", "4"), strict))
    assert (gaps[("role", TEAM)].verified.moved, gaps[("role", OTHER)].verified.moved) == (-83, -500)


def test_the_steps_of_a_criterion_are_told_side_by_side_with_what_to_do(tmp_path):
    told = told_of(evaluation_of(tmp_path, verified("A1", "points", "3"), verified("", "completed", reason="")))
    text = page.corrections_table(told).text
    assert "Theo báo cáo → thẩm định" in text
    assert "Trước hội đồng → hội đồng" not in text
    assert "ít (1)" in text
    assert "Thẩm định đổi nhiều nhất" not in text


def test_finished_units_alone_are_told_though_no_figure_was_decided(tmp_path):
    told = told_of(evaluation_of(tmp_path, verified("", "completed", reason="")))
    text = page.corrections_table(told).text
    assert "chưa ghi quyết định" in text
    assert "Theo báo cáo → thẩm định" in text
    told = told_of(evaluation_of(tmp_path / "bare"))
    assert "→" not in page.corrections_table(told).text


def test_the_criterion_verifiers_changed_most_is_named(sample_2024):
    told = told_of(sample_2024)
    first = next(one for one in told.gaps if one.kind == "criterion")
    moved = first.verified.model_copy(update={"marks": 9, "lowered": 9, "moved": -125})
    changed = told.model_copy(
        update={"gaps": tuple(one.model_copy(update={"verified": moved}) if one is first else one for one in told.gaps)}
    )
    name = next(one.name for one in told.criteria if one.id == first.who)
    text = page.corrections_table(changed).text
    assert f"Thẩm định đổi nhiều nhất ở “{name}”: trung bình −12,5% điểm tối đa" in text
    assert "−12,5 (9)" in text


def test_the_table_for_other_programs_has_every_step_as_numbers(tmp_path):
    told = told_of(evaluation_of(tmp_path, verified("A1", "points", "3")))
    rows = list(csv.DictReader(io.StringIO(stage_gaps_csv(told).decode("utf-8-sig"))))
    (own,) = [row for row in rows if (row["kind"], row["who"]) == ("criterion", "A1")]
    assert (own["verified_marks"], own["verified_lowered"], own["verified_moved_percent"]) == ("1", "1", "-25.0")
    assert own["council_moved_percent"] == ""
    assert {row["kind"] for row in rows} == {"criterion", "block", "stage", "role"}


def test_every_mark_with_points_stands_in_one_block_one_criterion_and_one_stage(sample_2025):
    wanted = [one.id for one in sample_2025.year.rubric.criteria]
    marks = sample_2025.marks
    whole = int((marks["criterion"].isin(wanted) & marks["points"].notna()).sum())
    for kind in ("criterion", "block", "stage"):
        assert sum(one.marks for one in stage_gaps(sample_2025) if one.kind == kind) == whole
