"""What is data has its English beside the Vietnamese: every name of the plans and rubrics that a page may show."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from scoring.core.language import in_words, speaking
from scoring.rubric.reading import read_plan, read_rubric

DATA = Path(__file__).parents[2] / "data"
PLANS, RUBRICS = sorted(DATA.glob("2*/plan.yaml")), sorted(DATA.glob("2*/rubrics/*.yaml"))
FILES = [*PLANS, *RUBRICS]


def read(path):
    plan = read_plan(path if path.name == "plan.yaml" else path.parents[1] / "plan.yaml")
    return plan if path.name == "plan.yaml" else read_rubric(path, plan)


def parts_of(thing, place=""):
    """Every model inside, with its place."""
    match thing:
        case BaseModel():
            yield place, thing
            for name in type(thing).model_fields:
                yield from parts_of(getattr(thing, name), f"{place}.{name}")
        case Mapping():
            for key, one in thing.items():
                yield from parts_of(one, f"{place}.{key}")
        case tuple():
            for one in thing:
                yield from parts_of(one, f"{place}.{getattr(one, 'id', '')}")


def pairs_of(thing):
    """(place, name of a field that has an English one beside it, the part)."""
    for place, part in parts_of(thing):
        for name in type(part).model_fields:
            if f"{name}_en" in type(part).model_fields and getattr(part, name):
                yield place, name, part


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_name_has_its_english(path):
    assert [f"{place}.{name}" for place, name, part in pairs_of(read(path)) if not getattr(part, f"{name}_en")] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_in_english_names_alone_change(path):
    stated = read(path)
    assert in_words(stated) is stated
    with speaking("en"):
        told = in_words(stated)
    assert without_names(told.model_dump()) == without_names(stated.model_dump())
    for (_, name, before), (_, _, after) in zip(pairs_of(stated), pairs_of(told), strict=True):
        assert getattr(after, name) == getattr(before, f"{name}_en")


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_level_has_its_english_too(path):
    stated = [item.parameter("levels") for item in read(path).items if item.method == "levels"]
    with speaking("en"):
        told = [level.name for levels in stated for level in in_words(levels).levels]
    assert told == [level.name_en for levels in stated for level in levels.levels]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parts[-2])
def test_the_english_letterhead_names_as_many_recipients(path):
    plan = read(path)
    stated, told = ([len(body.recipients), len(body.reports_to)] for body in (plan.body, plan.body_en))
    assert told == stated


def without_names(dumped):
    """The data without what has a counterpart in English, and without that."""
    match dumped:
        case dict():
            kept = {key for key in dumped if f"{key}_en" not in dumped and not key.endswith("_en")}
            return {key: without_names(dumped[key]) for key in kept}
        case tuple() | list():
            return [without_names(one) for one in dumped]
        case _:
            return dumped


def test_what_was_worked_out_of_the_old_names_is_not_kept(grassroots):
    assert grassroots.item["A1"].name == "Ban hành kế hoạch đúng thời hạn"
    with speaking("en"):
        told = in_words(grassroots)
    assert told.item["A1"].name == "Plan issued on time"
    assert told.blocks["K2"] == "Block of schools"
    assert grassroots.item["A1"].name == "Ban hành kế hoạch đúng thời hạn"
