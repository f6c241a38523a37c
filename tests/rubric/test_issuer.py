"""Letterhead, bases, recipients and the name of those judged belong to each rubric; what is inherited is seen."""

from pathlib import Path

import pytest

from scoring.rubric.issuer import issuer_of, issuer_rows
from scoring.rubric.reading import read_plan, read_rubric

DATA = Path(__file__).parents[2] / "data"


def read(year, name):
    plan = read_plan(DATA / year / "plan.yaml")
    return plan, read_rubric(DATA / year / "rubrics" / f"{name}.yaml", plan)


def test_upper_level_unions_are_judged_by_the_province_and_not_by_one_of_themselves():
    issuer = issuer_of(*read("2024", "upper_level"))
    assert issuer.body.name == "LIÊN ĐOÀN LAO ĐỘNG TỈNH BÌNH PHƯỚC"
    assert not any("huyện Phú Riềng" in basis or "1294" in basis for basis in issuer.bases)
    assert not any("Công đoàn cơ sở được đánh giá" in one for one in issuer.body.recipients)
    assert issuer.judged == "công đoàn cấp trên trực tiếp cơ sở"


def test_a_rubric_without_an_issuer_of_its_own_inherits_the_plans_and_says_so():
    plan, rubric = read("2024", "grassroots")
    assert issuer_of(plan, rubric).body == plan.body
    assert {whence for what, _, whence in issuer_rows(plan, rubric) if what == "Nơi nhận"} == {
        "kế hoạch (bộ tiêu chí không ghi riêng)"
    }


def test_the_results_are_those_of_the_plan_unless_the_rubric_says_of_what():
    plan, rubric = read("2024", "grassroots")
    assert issuer_of(plan, rubric).evaluated == plan.subject
    assert issuer_of(*read("2024", "annual")).evaluated == "thực hiện nhiệm vụ công đoàn (bảng mẫu xếp loại)"


@pytest.mark.parametrize(("subject", "word"), [("unit", "đơn vị"), ("position", "chức danh")])
def test_a_rubric_that_names_nobody_speaks_of_units_or_posts(subject, word):
    plan, rubric = read("2024", "grassroots")
    assert issuer_of(plan, rubric.model_copy(update={"judged": None, "subject": subject})).judged == word
