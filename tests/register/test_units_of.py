"""A rubric that scores the units of another one, and takes their result as one of its criteria."""

import shutil
from fractions import Fraction

import pytest
from helpers.published import Project, small_project
from ruamel.yaml import YAML

from scoring.assessment.evaluation import evaluate
from scoring.core.errors import ParameterError
from scoring.register.year import open_year

YAML_FILE = YAML(typ="safe")
RESULT = {"value_unit": "điểm của kế hoạch", "periods": "last", "decimals": 2, "source": "unit_result"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small year with an annual table, of which the plan's result is one criterion."""
    project = Project(small_project(tmp_path_factory.mktemp("bang_nam"))).settle()
    annual(project.folder)
    return project.folder


def annual(folder, **parts):
    whole = YAML_FILE.load(folder / "rubrics" / "grassroots.yaml")
    item = {"id": "KH", "name": "Kết quả thực hiện kế hoạch", "clause": "III.2.b", "max_points": 15}
    item |= {"method": "converted", "params": {"scale_to": 100}, "indicator": RESULT}
    group = {"id": "N3", "name": "Nhóm 3", "max_points": 15, "criteria": [item]}
    bare = {"bonus": None, "deductions": None, "facts": [], "gates": [], "quotas": [], "annual_share": None}
    bare |= {"bands": [{"id": "dat", "name": "Đạt", "from": 0}], "ranking": {"on": "rounded", "ties": []}}
    own = {"id": "annual", "units_of": "grassroots", "total": {"max_points": 15, "floor": 0}, "groups": [group]}
    with (folder / "rubrics" / "annual.yaml").open("w", encoding="utf-8") as file:
        YAML_FILE.dump({**whole, **bare, **own, **parts}, file)


def test_the_total_under_one_rubric_is_a_criterion_of_the_other_exactly(folder):
    plan_year = evaluate(open_year(folder))
    year = evaluate(open_year(folder, "annual"))
    places = 10**plan_year.year.rubric.figure.decimals
    figures = plan_year.standings.set_index("unit")["figure"]
    graded = plan_year.standings.set_index("unit")["band"].notna()
    own = year.marks.set_index("unit")
    assert graded.any()
    for unit, has_band in graded.items():
        if has_band:
            assert own.loc[unit, "points"] == int(Fraction(int(figures[unit]), places) * 15 + Fraction(1, 2))
            assert f"của đơn vị {unit}" in own.loc[unit, "cell"]
        else:
            assert own.loc[unit, "state"] in {"missing", "not_eligible"}


def test_both_rubrics_score_the_same_register(folder):
    assert open_year(folder, "annual").units["id"].tolist() == open_year(folder).units["id"].tolist()


def test_two_rubrics_that_take_each_others_register_are_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "data" / "2024")
    own = tmp_path / "data" / "2024"
    text = (own / "rubrics" / "grassroots.yaml").read_text("utf-8")
    (own / "rubrics" / "grassroots.yaml").write_text(f"units_of: annual\n{text}", "utf-8")
    with pytest.raises(ParameterError, match="hai bộ tiêu chí lấy danh bạ của nhau"):
        open_year(own, "annual")
