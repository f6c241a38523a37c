"""Three subjects, one engine: grassroots unions, upper-level unions and posts of chair, from folder to rank."""

import re
import shutil
from datetime import date
from fractions import Fraction

import pytest
from conftest import YEAR
from helpers.published import Project, papers, results, settle_all
from whole.test_sample import content

from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain, explain_units
from scoring.core.errors import ParameterError, RubricError
from scoring.decisions.chain import ENDS
from scoring.decisions.seal import tell
from scoring.pages import unit_assessment
from scoring.publishing.publication import publish
from scoring.publishing.results import open_assessment, write_results
from scoring.register.year import open_year
from scoring.rubric.reading import read_rubric
from tools.make_annual import FILE, write_table
from tools.make_others import chair_report, federation_report, judge_chairs, write_reports

DATA = YEAR.parent


@pytest.fixture(scope="module")
def upper():
    return evaluate(open_year(YEAR, "upper_level"))


@pytest.fixture(scope="module")
def chairs():
    return evaluate(open_year(YEAR, "officer"))


def standing_of(evaluation, unit):
    return evaluation.standings.set_index("unit").loc[unit]


# Upper-level unions


def test_every_report_of_the_upper_level_unions_is_accepted_but_one_was_never_sent(upper):
    assert set(upper.received["fate"]) == {"accepted"}
    told = upper.findings[upper.findings["severity"] != "note"]
    assert set(told["code"]) == {"no_report", "late"}


def test_upper_level_unions_have_a_register_of_their_own_and_are_ranked_in_their_blocks(upper):
    ranked = upper.standings.dropna(subset="rank")
    assert {block: sorted(own) for block, own in ranked.groupby("block", observed=True)["rank"]} == {
        "CT1": [1, 2, 3, 4],
        "CT2": [1, 2, 3],
    }
    assert standing_of(upper, "LD-RUNGTHONG")["withheld_by"] == "G5"


def test_the_best_upper_level_union_is_not_proposed_where_a_task_was_late(upper):
    best = standing_of(upper, "LD-SUOIXANH")
    assert (best["rank"], best["selection"], best["unmet"]) == (1, "conditions_unmet", "0")


def test_a_sector_union_without_a_website_is_rated_on_what_applies(upper):
    total = upper.totals.set_index("unit").loc["CD-KCN"]
    assert (total["effective_max"], total["max_points"]) == (9200, 10000)


# The posts of chair


def test_every_unit_has_a_chair_s_post_with_the_unit_s_block_and_eligibility(chairs, sample_2024):
    posts, units = chairs.year.units, sample_2024.year.units
    assert posts["id"].tolist() == [f"{unit}-CHU_TICH" for unit in units["id"]]
    assert posts[["block", "eligible"]].equals(units[["block", "eligible"]])


def test_a_chair_takes_the_figure_of_the_unit_that_the_same_reports_gave(chairs, sample_2024):
    taken = chairs.entries[chairs.entries["criterion"] == "DV1"].set_index("unit")["value"]
    graded = sample_2024.standings.dropna(subset="band").astype({"unit": "str"}).set_index("unit")["figure"]
    assert {unit: int(figure) for unit, figure in graded.items()} == {
        unit.removesuffix("-CHU_TICH"): int(figure) for unit, figure in taken.items()
    }


def test_chairs_are_ranked_once_somebody_has_judged_them_and_wait_until_then(chairs):
    ranked = chairs.standings.dropna(subset="rank")
    assert set(ranked["block"]) == {"K1"}
    assert (chairs.standings["withheld_by"] == "pending").sum() == 25


def test_the_chair_of_a_unit_that_is_not_graded_waits_for_the_unit(chairs):
    assert standing_of(chairs, "DN-VANTAIDUONGMOI-CHU_TICH")["withheld_by"] == "G1"


def test_a_chair_s_chain_goes_from_the_unit_s_result_and_the_verifier_to_the_rank(chairs):
    told = explain(chairs, "XA-LONGHUNG-CHU_TICH")
    lines = [line.replace("\u00a0", " ") for line in (*told.marks[0].lines, *told.marks[3].lines, *told.lines)]
    assert any(line.startswith("Thẩm định: Ban thường vụ công đoàn cấp trên, ngày 08/01/2025, cho ") for line in lines)
    assert any("(kết quả năm 2024 của đơn vị XA-LONGHUNG)" in line for line in lines)
    assert any(line.startswith("Hạng 2 là Chủ tịch Công đoàn cơ sở xã Phú Trung") for line in lines)


# The yearly grading


@pytest.fixture(scope="module")
def annual():
    return evaluate(open_year(YEAR, "annual"))


def test_the_yearly_grading_takes_the_plan_s_result_of_every_graded_unit(annual, sample_2024):
    graded = sample_2024.standings.dropna(subset="band").astype({"unit": "str"}).set_index("unit")["figure"]
    taken = annual.entries[annual.entries["criterion"] == "KH"].set_index("unit")["value"]
    assert {unit: int(figure) for unit, figure in taken.items()} == {
        unit: int(figure) for unit, figure in graded.items()
    }
    assert annual.findings[["code", "unit"]].to_dict("records") == [{"code": "no_report", "unit": "SN-KHUYENNONG"}]


def test_the_yearly_grading_counts_the_plan_for_as_many_points_as_the_plan_s_own_conversion(annual, sample_2024):
    share = sample_2024.year.rubric.annual_share
    assert share is not None
    assert annual.year.rubric.item["KH"].max_points == share.max_points
    figures = sample_2024.standings.astype({"unit": "str"}).set_index("unit")["figure"]
    marks = annual.marks[annual.marks["criterion"] == "KH"].dropna(subset="points")
    assert len(marks) > 30
    for mark in marks.to_dict("records"):
        assert mark["points"] == int(Fraction(int(figures[mark["unit"]]) * 5, 100) + Fraction(1, 2))


def test_a_unit_without_the_plan_s_result_or_the_yearly_report_is_not_graded(annual):
    assert standing_of(annual, "DN-VANTAIDUONGMOI")["withheld_by"] == "G1"
    assert standing_of(annual, "SN-KHUYENNONG")["withheld_by"] == "G2"
    assert standing_of(annual, "DN-NHUASAOMAI")["selection"] == "conditions_unmet"


@pytest.mark.parametrize(
    ("rubric", "unit", "item"), [("annual", "XA-LONGHA", "KH"), ("officer", "XA-LONGHA-CHU_TICH", "DV1")]
)
def test_an_explanation_runs_on_through_the_result_that_is_taken(rubric, unit, item, sample_2024):
    own = explain(evaluate(open_year(YEAR, rubric)), unit, item)
    assert own.taken == explain(sample_2024, "XA-LONGHA")
    (entry,) = own.marks[0].entries
    assert entry.value == own.taken.figure


@pytest.mark.parametrize(("rubric", "units"), [("annual", 2), ("officer", 2)])
def test_the_chains_written_for_all_units_run_on_as_that_of_one(rubric, units):
    evaluation = evaluate(open_year(YEAR, rubric))
    some = evaluation.year.units["id"].tolist()[:units]
    told = list(explain_units(evaluation, some))
    assert told == [explain(evaluation, unit) for unit in some]
    assert any(one.taken for one in told)


def test_an_explanation_that_takes_no_result_has_no_other_one(annual):
    assert explain(annual, "XA-LONGHA", "N1A").taken is None
    assert explain(annual, "DN-VANTAIDUONGMOI").taken is None


def test_the_stored_table_of_the_yearly_grading_is_the_one_the_script_makes(tmp_path):
    write_table(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == (DATA / "annual" / "2024" / "reports" / FILE).read_bytes()


# Folders


def test_the_folder_of_another_rubric_opens_that_rubric(upper):
    year = open_year(DATA / "upper_level" / "2024")
    assert (year.rubric.id, year.place) == ("upper_level", "upper_level/2024")
    assert year.units.equals(upper.year.units)


def test_the_year_s_own_folder_is_that_of_the_grassroots_unions(sample_2024):
    assert (sample_2024.year.folder, sample_2024.year.place) == (YEAR, "2024")


def test_what_was_made_of_a_chair_is_opened_again_from_its_folder(chairs, tmp_path):
    write_results(chairs, tmp_path)
    story = open_assessment(2024, "XA-PHURIENG-CHU_TICH", data=str(DATA / "officer" / "2024"), out=str(tmp_path))
    assert (story.rubric, story.unit.type_name) == ("officer", "Chủ tịch")


def test_the_page_of_a_post_leaves_the_name_to_the_pen_and_that_of_a_unit_asks_for_none(chairs, upper):
    post, federation = (unit_assessment.opening(next(iter(years.assessments()))).text for years in (chairs, upper))
    assert re.search(r"Chức danh được đánh giá: *\S", post)
    assert re.search(r"Họ và tên: *…+$", post, re.MULTILINE)
    assert "Họ và tên" not in federation


def test_a_rubric_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ParameterError, match="Đang có: annual, grassroots, officer, upper_level"):
        open_year(YEAR, "lanh_dao")


def test_posts_without_the_rubric_of_their_units_are_refused(plan, tmp_path):
    text = (YEAR / "rubrics" / "officer.yaml").read_text("utf-8").replace("posts_of: grassroots\n", "")
    (tmp_path / "officer.yaml").write_text(text, "utf-8")
    with pytest.raises(RubricError, match="lấy kết quả của đơn vị nhưng chưa ghi theo bộ tiêu chí nào"):
        read_rubric(tmp_path / "officer.yaml", plan)


def test_units_cannot_take_the_result_of_a_unit(plan, tmp_path):
    text = (YEAR / "rubrics" / "officer.yaml").read_text("utf-8")
    text = text.replace("subject: position\nposts_of: grassroots", "subject: unit")
    (tmp_path / "officer.yaml").write_text(text, "utf-8")
    with pytest.raises(RubricError, match="DV1: lấy kết quả của đơn vị nhưng chưa ghi theo bộ tiêu chí nào"):
        read_rubric(tmp_path / "officer.yaml", plan)


@pytest.mark.slow
@pytest.mark.parametrize("rubric", ["upper_level", "officer"])
def test_the_year_of_another_rubric_is_published_with_what_it_follows_from(tmp_path, rubric):
    shutil.copytree(DATA, tmp_path / "data")
    project = Project(tmp_path / "data" / rubric / "2024")
    year = open_year(tmp_path / "data" / "2024", rubric)
    settle_all(project, year)
    publication = publish(year, results, papers, decision="15/QĐ-LĐLĐ", on=date(2025, 1, 20))
    assert publication.place == f"{rubric}/2024"
    assert {"2024/plan.yaml", f"2024/rubrics/{rubric}.yaml"} < publication.inputs.keys()
    assert any(name.startswith(f"{rubric}/2024/reports/") for name in publication.inputs)
    assert any(name.startswith("2024/reports/") for name in publication.inputs) == (rubric == "officer")
    assert tell(project.folder)[0]


@pytest.mark.slow
@pytest.mark.parametrize(("rubric", "report"), [("upper_level", federation_report), ("officer", chair_report)])
def test_the_stored_reports_are_those_the_script_makes(tmp_path, rubric, report):
    write_reports(tmp_path, rubric, report)
    stored = DATA / rubric / "2024" / "reports"
    assert {path.name: content(path) for path in tmp_path.iterdir()} == {
        path.name: content(path) for path in stored.iterdir()
    }, "run python -m tools.make_others"


@pytest.mark.slow
def test_the_stored_decisions_are_those_the_script_records(tmp_path):
    judge_chairs(tmp_path)
    stored = DATA / "officer" / "2024"
    assert {path.name: path.read_bytes() for path in (tmp_path / "decisions").iterdir()} == {
        path.name: path.read_bytes() for path in (stored / "decisions").iterdir()
    }, "run python -m tools.make_others in a year without decisions"
    assert (tmp_path / ENDS).read_bytes() == (stored / ENDS).read_bytes()
