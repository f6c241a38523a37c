"""Rank and band of a group stand on the page and in the explanation; groups with a weight add up to the total."""

import re
import shutil

import pytest
from conftest import YEAR

from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain
from scoring.pages import unit_assessment
from scoring.pages.spreadsheets import bands_csv
from scoring.register.year import open_year

DATA = YEAR.parent


@pytest.fixture(scope="module")
def ranked(tmp_path_factory):
    """The sample year under a rubric that ranks group B, too."""
    folder = tmp_path_factory.mktemp("nhom") / "2024"
    shutil.copytree(YEAR, folder, ignore=shutil.ignore_patterns("annual.yaml", "officer.yaml", "upper_level.yaml"))
    rules = folder / "rubrics" / "grassroots.yaml"
    own = "group_rankings: [{group: B, decimals: 1}]\ngroup_bands: [{group: B, id: kha, name: Khá, from: 50}]\n"
    rules.write_text(rules.read_text("utf-8") + own, "utf-8")
    return evaluate(open_year(folder))


@pytest.fixture(scope="module")
def posts():
    return evaluate(open_year(DATA / "2026", "officer"))


def test_a_ranked_group_stands_in_the_explanation_and_on_the_page(ranked):
    row = ranked.standings.set_index("unit").loc["XA-LONGHA"]
    told = explain(ranked, "XA-LONGHA")
    (own,) = told.ranked_groups
    assert (own.group, own.figure, own.rank) == ("B", row["group_figure:B"], row["group_rank:B"])
    words = f"hóm B: {own.figure // 10},{own.figure % 10}%, hạng {own.rank} trong khối"
    assert any(words in line.replace("\u00a0", " ") for line in told.lines)
    (page,) = (one for one in ranked.assessments() if one.unit.id == "XA-LONGHA")
    assert words in unit_assessment._marks_table(page).text.replace("\u00a0", " ")


def test_a_rubric_that_ranks_no_group_says_nothing_of_it(sample_2024):
    assert explain(sample_2024, "XA-LONGHA").ranked_groups == ()


def test_groups_as_printed_add_up_to_the_total_and_its_maximum(posts):
    for page in posts.assessments():
        assert sum(group.max_points for group in page.groups) == page.result.max_points == 10000
        assert sum(group.points or 0 for group in page.groups) == page.result.total
        assert sum(group.applicable for group in page.groups) == page.result.effective_max


def test_a_group_inside_with_a_weight_says_how_it_was_carried_over(posts):
    carried = {page.unit.id: [one for group in page.groups for one in group.carried] for page in posts.assessments()}
    assert re.fullmatch(r"nhóm LD2: 105,00/105,00 điểm, quy đổi thành 35,00/35,00", carried["VP-CVP"][0])
    assert carried["TG-GD"] == []


def test_the_page_of_a_post_has_no_criterion_of_another_kind_and_calls_it_a_post(posts):
    for page in posts.assessments():
        text = unit_assessment.annex(page).text
        leading = page.unit.type_name != "Chuyên môn"
        assert ("CVLD." in text, "CV." in text) == (leading, not leading)
        assert "không áp dụng cho đơn vị này" not in text
        assert not any("các đơn vị khác" in line for line in page.outlook)


def test_units_are_still_called_units_after_posts_were_told(posts, sample_2024):
    post, unit = next(iter(posts.assessments())), next(iter(sample_2024.assessments()))
    assert any(line.startswith("Nếu các chức danh khác trong khối") for line in post.outlook)
    assert any(line.startswith("Nếu các đơn vị khác trong khối") for line in unit.outlook)


def test_percents_of_bands_are_of_those_rated(posts, sample_2024):
    for evaluation in (posts, sample_2024):
        rows = [line.split(",") for line in bands_csv(evaluation.overview()).decode("utf-8-sig").split("\r\n")[1:-1]]
        rated = [row for row in rows if row[3]]
        assert {row[2] for row in rated} == {str(sum(int(row[1]) for row in rated))}
        assert abs(sum(float(row[3]) for row in rated) - 100) < 0.05
