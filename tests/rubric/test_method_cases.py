"""Every method answers everything the program asks of it: its worked cases, its words, its parameters.

One file a method, `methods/<method>.yaml`: each way of stating it for a criterion of 10 points, the `rule` for any unit
and as a unit's form prints it (`asked`, where they differ), and `marks`, all of one block, with what is told of each.
"""

import pkgutil
from decimal import Decimal
from typing import get_args

import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, units_of
from helpers.method_cases import CASES, FILES

from scoring.assessment.arithmetic import shortfall_text, working
from scoring.rubric import methods
from scoring.rubric.methods import METHODS, parameters, required
from scoring.rubric.parameters import (
    Direction,
    Levels,
    PartFigure,
    PercentFigure,
    PointsFigure,
    Steps,
    Target,
    ValueFigure,
)
from scoring.rubric.rule_words import rule_text, rule_words
from scoring.scores.totals import score

OTHERS = {
    ValueFigure: (200, 300, 1000),
    PointsFigure: (1, 0.5),
    PercentFigure: (20, 40),
    PartFigure: (30, 60),
    Target: (4, 9),
    Steps: (
        [{"to": 3, "percent": 100}, {"percent": 0}],
        [{"to": 4, "percent": 100}, {"percent": 0}],
    ),
    Levels: (
        [{"name": "tốt", "percent": 100}, {"name": "kém", "percent": 0}],
        [{"name": "tốt", "percent": 100}, {"name": "kém", "percent": 50}],
    ),
    Direction: get_args(Direction),
}
"""Two values of every schema a parameter may have; the last one is stated where another parameter is tried."""

every_case = pytest.mark.parametrize("named", CASES)
every_method = pytest.mark.parametrize("name", METHODS)


def plain(text):
    """The text with plain blanks."""
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def stated(rubric_of_criteria):
    """The one criterion of a rubric that states a method so, and the rubric."""

    def stated(name, params, indicator=None):
        one = criterion("A1", 10, name, indicator=indicator, **({"params": params} if params else {}))
        rubric = rubric_of_criteria(one)
        return rubric.item["A1"], rubric

    return stated


@pytest.fixture(scope="module")
def marks_of(stated):
    """The rows of the marks table that a case's reports give, NA as None."""

    def marks_of(name, case):
        item, rubric = stated(name, case["params"], case.get("indicator"))
        units = [f"U{place}" for place, _ in enumerate(case["marks"])]
        told = list(zip(units, case["marks"], strict=True))
        entries = [entry(unit, "A1", one["value"], base=one.get("base")) for unit, one in told if "value" in one]
        given = [(unit, "A1", "verified", "points", Decimal(str(one["given"]))) for unit, one in told if "given" in one]
        marks = score(entries_of(*entries), rubric, units_of(*units), decisions=decisions_of(*given)).marks
        return item, rubric, marks.astype(object).where(marks.notna(), None).to_dict("records")

    return marks_of


@every_case
def test_a_method_gives_the_points_of_its_worked_cases(named, marks_of):
    name, case = CASES[named]
    _, rubric, marks = marks_of(name, case)
    expected = [int(Decimal(str(one["points"])) * rubric.scale) for one in case["marks"]]
    assert [mark["points"] for mark in marks] == expected


@every_case
def test_a_method_words_its_rule_for_any_unit_and_for_one(named, stated):
    name, case = CASES[named]
    item, rubric = stated(name, case["params"], case.get("indicator"))
    assert plain(rule_words(item, rubric)) == case["rule"]
    assert plain(rule_text(item, units_of("U1").to_dict("records")[0])) == case.get("asked", case["rule"])


@every_case
def test_a_method_tells_why_a_mark_has_its_points(named, marks_of):
    name, case = CASES[named]
    item, rubric, marks = marks_of(name, case)
    for mark, told in zip(marks, case["marks"], strict=True):
        if "value" in told:
            assert plain(METHODS[name].reason(mark, item)) == told["reason"]
        assert plain(working(mark, item, rubric, marks)) == told.get("arithmetic", "")
        assert plain(shortfall_text(mark, item, marks)) == told.get("shortfall", "")


@every_case
def test_a_method_says_what_a_report_chooses_from(named, stated):
    name, case = CASES[named]
    item, _ = stated(name, case["params"], case.get("indicator"))
    words = {"yes_no": ("Không", "Có"), "level": tuple(case.get("choices", ()))}
    assert METHODS[name].choices(item) == words.get(METHODS[name].VALUE, ())


def test_every_method_has_its_cases_and_every_module_is_a_method():
    modules = {module.name for module in pkgutil.iter_modules(methods.__path__)}
    assert modules == set(METHODS) == set(FILES)


@every_method
def test_the_cases_of_a_method_state_every_one_of_its_parameters(name):
    assert set().union(*(case["params"] for case in FILES[name])) == set(parameters(name))


@every_method
def test_a_method_says_what_a_value_is_and_what_all_values_add_up_to(name):
    assert METHODS[name].VALUE in {"figure", "yes_no", "level", "points"}
    assert METHODS[name].ADDS_UP in {"sum", "share", "units", ""}


@every_method
def test_the_points_of_a_method_are_shown_by_an_example(name):
    assert ">>> points(" in METHODS[name].points.__doc__


@pytest.mark.parametrize(("name", "parameter"), [(name, one) for name in METHODS for one in parameters(name)])
def test_the_words_of_a_method_name_every_one_of_its_parameters(name, parameter, stated):
    """Where a parameter changes, what the reader is told changes, on the form as in the rubric."""
    needed = {one: OTHERS[schema][-1] for one, schema in parameters(name).items() if one in required(name)}
    unit = units_of("U1").to_dict("records")[0]
    told = set()
    for other in OTHERS[parameters(name)[parameter]][:2]:
        item, rubric = stated(name, {**needed, parameter: other})
        told.add((rule_words(item, rubric), rule_text(item, unit)))
    (rule, asked), (other_rule, other_asked) = told
    assert rule != other_rule
    assert asked != other_asked
