"""The plan of 2024 as data: every clause, what of it is scored, and why the rest is not."""

from pathlib import Path

import pytest

from scoring.core.errors import RubricError
from scoring.rubric.reading import read_plan, read_rubric

YEAR = Path(__file__).parents[2] / "data" / "2024"


@pytest.fixture(scope="module")
def plan():
    return read_plan(YEAR / "plan.yaml")


def test_the_plan_holds_every_clause_in_its_own_order(plan):
    clauses = "I I.a I.b I.c II.2.1 II.2.1.a II.2.1.b II.2.1.c II.2.1.d II.2 II.2.a II.2.b II.3 II.3.a II.3.b II.4 II.5"
    assert list(plan.by_id) == [*clauses.split(), "III.1", "III.1.a", "III.2", "III.2.a", "III.2.b", "closing"]


@pytest.fixture(scope="module")
def cited(plan):
    """The clauses each rubric of the year cites."""
    files = sorted((YEAR / "rubrics").glob("*.yaml"))
    return {file.stem: {item.clause for item in read_rubric(file, plan).items} for file in files}


def test_every_scored_clause_has_a_criterion_and_no_other_clause_has_one(plan, cited):
    assert set.union(*cited.values()) == {clause.id for clause in plan.clauses if clause.scored}


@pytest.mark.parametrize("clause", ["I.b", "II.2.a", "II.4", "II.5", "III.1"])
def test_a_clause_with_a_half_that_rewards_watching_people_says_which_half_earns_nothing(plan, clause):
    summary = plan.by_id[clause].summary
    assert "Chỉ chấm" in summary
    assert "không chấm, vì" in summary


@pytest.mark.parametrize(("rubric", "level"), [("grassroots", "upper_level"), ("upper_level", "grassroots")])
def test_nobody_is_scored_on_what_binds_only_the_other_level(plan, cited, rubric, level):
    assert not cited[rubric] & {clause.id for clause in plan.clauses if clause.binds == level}


def test_every_clause_has_its_summary_in_both_languages(plan):
    assert all(clause.summary_en for clause in plan.clauses)


def test_the_bases_cite_the_documents_by_number_and_leave_the_end_mark_to_the_page(plan):
    for number in ("57-KL/TW ngày 15 tháng 6 năm 2023", "76/KH-LĐLĐ ngày 25 tháng 7 năm 2024", "1294/HD-TLĐ ngày 14"):
        assert any(number in base for base in plan.bases)
    assert all(base.startswith("Căn cứ ") and base[-1] not in ".;" for base in plan.bases)


def test_the_letterhead_is_that_of_the_district_federation_and_the_year_says_it_is_invented(plan):
    assert plan.body.parent == "LIÊN ĐOÀN LAO ĐỘNG TỈNH BÌNH PHƯỚC"
    assert plan.body.name == "LIÊN ĐOÀN LAO ĐỘNG HUYỆN PHÚ RIỀNG"
    assert plan.body.recipients[-1] == "Lưu: VT"
    assert plan.sample


def test_an_unscored_clause_without_a_reason_is_refused_with_its_place(tmp_path):
    text = (YEAR / "plan.yaml").read_text("utf-8")
    start = text.index("  - id: III.2\n")
    reason = text.index("    why_not_scored", start)
    (tmp_path / "plan.yaml").write_text(text[:reason], "utf-8")
    line = text[:start].count("\n") + 1
    with pytest.raises(RubricError, match=f"dòng {line}, cột .*[Mm]ục không chấm điểm phải ghi lý do ở why_not_scored"):
        read_plan(tmp_path / "plan.yaml")


def test_english_bases_are_as_many_as_the_bases(tmp_path):
    text, path = (YEAR / "plan.yaml").read_text("utf-8"), tmp_path / "plan.yaml"
    last = text.index("  - Pursuant to the plan of the Standing Committee")
    path.write_text(text[:last] + text[text.index("body:\n", last) :], "utf-8")
    with pytest.raises(RubricError, match="bases_en có 3 căn cứ, bases có 4") as refusal:
        read_plan(path)
    assert refusal.value.faults[0].where.startswith("dòng")
