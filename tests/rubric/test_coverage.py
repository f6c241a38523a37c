"""The plan and the rubrics held against each other, for every subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.core.errors import RubricError
from scoring.core.language import in_words, speaking
from scoring.rubric.checks.words import clause_faults
from scoring.rubric.coverage import binds, carrying, coverage, ids_citing
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.strict_yaml import read_yaml

ROOT = Path(__file__).parents[2]
RUBRICS = sorted((ROOT / "data").glob("*/rubrics/*.yaml"))


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_clause_has_what_scores_it_or_why_nothing_does(path):
    plan = read_plan(path.parents[1] / "plan.yaml")
    rubric = read_rubric(path, plan)
    for one in coverage(rubric, plan):
        assert one.items or one.left, one.clause.id
        if one.clause.scored and binds(one.clause, rubric) and not carrying(rubric):
            assert one.items or one.left != coverage_of_others(), one.clause.id


def coverage_of_others() -> str:
    return "Không phải việc của cấp được chấm ở đây."


def written(tmp_path, year="2024", plan=(), rubric=()):
    """A copy of the sample's plan and grassroots rubric with some texts replaced."""
    for name, changes in (("plan.yaml", plan), ("rubrics/grassroots.yaml", rubric)):
        text = (ROOT / "data" / year / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "rubrics" / "grassroots.yaml", read_plan(tmp_path / "plan.yaml")


def faults(tmp_path, **changes):
    with pytest.raises(RubricError) as error:
        read_rubric(*written(tmp_path, **changes))
    return str(error.value)


def test_a_scored_clause_that_nothing_scores_and_nothing_explains_is_told_by_check(tmp_path):
    path, plan = written(tmp_path, rubric=[("clause: II.3\n", "clause: II.2\n")])
    (fault,) = clause_faults(read_rubric(path, plan), plan, read_yaml(path))
    assert "mục 'II.3' được chấm, nhưng không tiêu chí nào ở đây chấm" in fault.what
    assert "clause: II.3" in fault.mend
    assert "not_scored" in fault.mend


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_rubrics_of_the_sample_years_leave_no_clause_out(path):
    plan = read_plan(path.parents[1] / "plan.yaml")
    assert list(clause_faults(read_rubric(path, plan), plan, read_yaml(path))) == []


def test_a_clause_that_binds_the_other_level_needs_no_answer(tmp_path):
    path, plan = written(tmp_path)
    rubric = read_rubric(path, plan)
    assert not ids_citing("III.1", rubric)
    assert plan.by_id["III.1"].binds == "upper_level"


def test_a_reason_for_a_clause_that_is_scored_is_a_fault(tmp_path):
    said = faults(
        tmp_path, rubric=[("  - clause: III.1.a\n", "  - clause: II.3\n    why: Thừa.\n  - clause: III.1.a\n")]
    )
    assert "ghi không chấm mục 'II.3', nhưng C5 đang chấm mục ấy" in said


def test_a_reason_for_a_clause_the_plan_does_not_have_is_a_fault(tmp_path):
    said = faults(tmp_path, rubric=[("  - clause: III.1.a\n", "  - clause: IX\n")])
    assert "không có mục 'IX'" in said


def test_what_is_left_of_a_scored_clause_is_told_beside_its_criteria():
    path = ROOT / "data" / "2024" / "rubrics" / "grassroots.yaml"
    plan = read_plan(path.parents[1] / "plan.yaml")
    rubric = read_rubric(path, plan)
    told = {one.clause.id: one for one in coverage(rubric, plan)}
    assert told["II.5"].items == ("E3",)
    assert "Ban Chỉ đạo 35" in told["II.5"].left
    assert told["II.2.b"].items == ("D1", "D2", "P1")
    assert told["closing"].left.startswith("Thực hiện bằng quy đổi cuối năm")
    with speaking("en"):
        english = {one.clause.id: one for one in coverage(in_words(rubric), in_words(plan))}
    assert "Steering Committee 35" in english["II.5"].left


def test_posts_are_scored_by_what_their_unit_did():
    path = ROOT / "data" / "2024" / "rubrics" / "officer.yaml"
    plan = read_plan(path.parents[1] / "plan.yaml")
    told = {one.clause.id: one for one in coverage(read_rubric(path, plan), plan)}
    assert told["II.3"].left == "Chấm ở kết quả của đơn vị, tính vào đây qua DV1."
