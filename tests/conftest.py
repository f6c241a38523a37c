"""Fixtures the tests share: the plan of 2024, the sample years, and rubrics made from rubrics/small.yaml."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["OPENPYXL_LXML"] = "False"  # before anything loads openpyxl: the stored sample is written without lxml

import pytest
from helpers.builders import group
from hypothesis import settings
from ruamel.yaml import YAML

from scoring.assessment.evaluation import evaluate
from scoring.register.year import open_year
from scoring.rubric.reading import read_plan, read_rubric

os.environ["SCORING_CACHE"] = CACHE = tempfile.mkdtemp()  # not the developer's own; what tests start finds it too
atexit.register(shutil.rmtree, CACHE, ignore_errors=True)

TESTS = Path(__file__).parent
YEAR = TESTS.parent / "data" / "2024"

# the same fifty examples a law every day; `pytest --hypothesis-profile=thorough` tries thousands of new ones
settings.register_profile("daily", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=3000, deadline=None)
settings.load_profile("daily")


@pytest.fixture(scope="session")
def plan():
    return read_plan(YEAR / "plan.yaml")


@pytest.fixture(scope="session")
def grassroots(plan):
    return read_rubric(YEAR / "rubrics" / "grassroots.yaml", plan)


@pytest.fixture(scope="session")
def sample_2024():
    """The sample year as it is stored, evaluated."""
    return evaluate(open_year(YEAR))


@pytest.fixture(scope="session")
def sample_2025():
    return evaluate(open_year(YEAR.parent / "2025"))


@pytest.fixture(scope="session")
def small(plan):
    return read_rubric(TESTS / "helpers" / "rubrics" / "small.yaml", plan)


@pytest.fixture(scope="session")
def rubric_of(plan, tmp_path_factory):
    """Reads rubrics/small.yaml with some of its parts replaced, through a file like any other rubric."""
    path = tmp_path_factory.mktemp("rubrics") / "rubric.yaml"
    yaml = YAML(typ="safe")
    whole = yaml.load(TESTS / "helpers" / "rubrics" / "small.yaml")

    def rubric_of(**parts):
        yaml.dump({**whole, **parts}, path)
        return read_rubric(path, plan)

    return rubric_of


@pytest.fixture(scope="session")
def rubric_of_criteria(rubric_of):
    """Reads a rubric of one group A of these criteria, with nothing else that moves points, bands or ranks."""
    bare = {"bonus": None, "deductions": None, "facts": [], "gates": [], "quotas": [], "annual_share": None}
    bands = [{"id": "yeu", "name": "Chưa đạt", "from": 0, "below": 50}, {"id": "tot", "name": "Đạt", "from": 50}]

    def rubric_of_criteria(*criteria, **parts):
        one = group("A", *criteria)
        total = {"max_points": one["max_points"], "floor": 0}
        ranking = {"on": "rounded", "ties": []}
        return rubric_of(**bare | {"bands": bands, "total": total, "groups": [one], "ranking": ranking} | parts)

    return rubric_of_criteria
