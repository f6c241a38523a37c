"""The examples of the handbook are what the engine gives, and say their own arithmetic."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scoring.assessment.worked_examples import worked_examples
from scoring.rubric.reading import read_plan, read_rubric

ROOT = Path(__file__).parents[2]
RUBRICS = sorted((ROOT / "data").glob("*/rubrics/*.yaml"))


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_criterion_that_is_counted_has_an_example_within_its_maximum(path):
    rubric = read_rubric(path, read_plan(path.parents[1] / "plan.yaml"))
    examples = worked_examples(rubric)
    assert {item.id for item in rubric.items if not item.is_judged} == examples.keys()
    for name, example in examples.items():
        assert 0 < _figure(example.points) <= Fraction(rubric.item[name].max_points)


def test_the_arithmetic_of_the_examples_typed_in_gives_their_points():
    path = ROOT / "data" / "2024" / "rubrics" / "grassroots.yaml"
    examples = worked_examples(read_rubric(path, read_plan(path.parents[1] / "plan.yaml")))
    assert examples["B1"].working == "10 × 3/4 = 7,50"
    for example in examples.values():
        if example.working:
            formula, _, printed = example.working.replace("≈", "=").partition(" = ")
            assert abs(_product(formula) - _figure(printed)) <= Fraction(1, 200)
            assert printed == example.points


def _product(formula: str) -> Fraction:
    product = Fraction(1)
    for part in formula.split(" × "):
        upper, _, lower = part.partition("/")
        product *= _figure(upper) / (_figure(lower) if lower else 1)
    return product


def _figure(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))
