"""The reference for who writes rubrics follows the model and the engine; its schema accepts what the loader does."""

import datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from scoring.rubric import methods
from tools.make_rubric_reference import DOCS, reference
from tools.rubric_reference.examples import words_of
from tools.rubric_reference.schema import keys, models, rubric_schema

ROOT = Path(__file__).parents[2]
RUBRICS = [*sorted((ROOT / "data").glob("*/rubrics/*.yaml")), *sorted((ROOT / "tests/helpers/rubrics").glob("*.yaml"))]


@pytest.fixture(scope="module")
def made():
    return reference()


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft202012Validator(rubric_schema())


@pytest.mark.parametrize("name", ["rubric.md", "rubric.en.md", "rubric.schema.json"])
def test_the_reference_is_what_its_tool_makes_of_the_model_and_the_engine(name, made):
    assert (DOCS / name).read_bytes() == made[name].encode(), "chạy lại: python -m tools.make_rubric_reference"


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_of_the_model_is_described_and_no_other(model):
    assert sorted(words_of("keys")[model.__name__]["keys"]) == sorted(keys(model))


def test_every_method_and_each_of_its_parameters_is_described():
    told = words_of("methods")
    assert list(told) == list(methods.METHODS)
    for name, about in told.items():
        for words in ("params", "params_en"):
            assert sorted(about.get(words, {})) == sorted(methods.parameters(name))


def plain(node):
    """A YAML content as JSON has it: days as texts."""
    if isinstance(node, dict):
        return {str(key): plain(part) for key, part in node.items()}
    if isinstance(node, list):
        return [plain(part) for part in node]
    return node.isoformat() if isinstance(node, datetime.date) else float(node) if isinstance(node, Decimal) else node


def content(path):
    return plain(YAML(typ="safe", pure=True).load(path))


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_editor_accepts_every_rubric_of_the_samples(path, schema):
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(content(path))] == []


def spoilt(change):
    whole = content(ROOT / "tests/helpers/rubrics/small.yaml")
    change(whole)
    return whole


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole.update(bandz=[]),
        lambda whole: whole.pop("bands"),
        lambda whole: whole["groups"][0]["criteria"][0].update(method="share_of_targets"),
        lambda whole: whole["groups"][0]["criteria"][0].update(params={"goal": 4}),
        lambda whole: whole["groups"][0]["criteria"][0].pop("params"),
        lambda whole: whole["groups"][0]["criteria"][0].update(max_points="mười"),
        lambda whole: whole["quotas"][0].update(per="khối"),
    ],
)
def test_an_editor_marks_what_the_loader_refuses(change, schema):
    assert not schema.is_valid(spoilt(change))


def test_an_editor_accepts_a_figure_by_date(schema):
    by_date = {"dated": [{"from": "2024-01-01", "value": 6, "source": "HD"}]}
    whole = spoilt(lambda whole: whole["groups"][0]["criteria"][0].update(max_points=by_date))
    assert schema.is_valid(whole)
