"""Worked cases: what each criterion of 2024 gives below, at and above its target, blank, corrected and unproved.

One file a criterion, `cases/<rubric>/<criterion>.yaml`. A case states what is reported (`value`, of the whole `base`),
by a unit of how many `members` and of which `type`, or what a verifier found (`verified`) or gave (`given`), and the
`state` and `points` that come of it.
"""

from decimal import Decimal

import pytest
from conftest import TESTS, YEAR
from helpers.builders import decisions_of, entries_of, entry, units_of
from ruamel.yaml import YAML

from scoring.core.points import to_scaled
from scoring.rubric.reading import read_rubric
from scoring.scores.totals import score

CASES = TESTS / "scores" / "cases"
RUBRICS = sorted(folder.name for folder in CASES.iterdir())
"""Those of the plan; the yearly grading, which takes a result of one, is tried in `whole/test_subjects`."""
FILES = {(path.parent.name, path.stem): YAML(typ="base").load(path) for path in sorted(CASES.glob("*/*.yaml"))}
NAMED = [f"{rubric} {item}" for rubric, item in FILES]


@pytest.fixture(scope="module")
def rubrics(plan):
    return {name: read_rubric(YEAR / "rubrics" / f"{name}.yaml", plan) for name in RUBRICS}


@pytest.fixture(scope="module")
def marks(rubrics):
    """Every case is a unit of its own; the cases of a rubric are scored together, found by criterion and unit."""
    scored = {name: marks_of(name, rubric) for name, rubric in rubrics.items()}
    return {(name, *place): mark for name, table in scored.items() for place, mark in table.items()}


def marks_of(name, rubric):
    cases = {
        f"{item}-{number}": (item, case)
        for (own, item), file in FILES.items()
        if own == name
        for number, case in enumerate(file["cases"])
    }
    figures = {column: [case.get(column, plain) for _, case in cases.values()] for column, plain in plain_unit(rubric)}
    units = units_of(*cases, **figures | {"members": [int(members) for members in figures["members"]]})
    entries = [told(unit, item, case, rubric) for unit, (item, case) in cases.items()]
    decided = [
        (unit, item, "verified", "value" if "verified" in case else "points", case.get("verified", case.get("given")))
        for unit, (item, case) in cases.items()
        if "verified" in case or "given" in case
    ]
    marks = score(entries_of(*entries), rubric, units, decisions=decisions_of(*decided)).marks
    own = marks[marks["criterion"].astype(str) == marks["unit"].astype(str).str.rpartition("-")[0]]
    return {(mark["criterion"], mark["unit"]): mark for mark in own.to_dict("records")}


def plain_unit(rubric):
    """What a unit is where a case does not say."""
    return [("members", "100"), ("type", next(iter(rubric.types))), ("block", next(iter(rubric.blocks)))]


def told(unit, item, case, rubric):
    """The line of the unit's annual report."""
    figures = {
        name: to_scaled(Decimal(case[name]), rubric.item[item].value_scale)
        for name in ("value", "base")
        if name in case
    }
    if case.get("evidence") == "none":
        figures["evidence"] = None
    return entry(unit, item, not_applicable=case["kind"] == "not_applicable", **figures)


def kinds_needed(item):
    """What the cases of a criterion have to show."""
    if item.is_judged:
        return {"below", "at", "missing"}
    needed = {"below", "at", "above", "verified", "missing"} - ({"above"} if item.method == "levels" else set())
    needed |= {"not_applicable"} if item.may_not_apply else set()
    return needed | ({"unproved"} if item.evidence == "required" else set())


@pytest.mark.parametrize(("rubric", "item"), FILES, ids=NAMED)
def test_a_criterion_gives_what_its_worked_cases_say(rubric, item, rubrics, marks):
    scale = rubrics[rubric].scale
    for number, case in enumerate(FILES[rubric, item]["cases"]):
        mark = marks[rubric, item, f"{item}-{number}"]
        points = to_scaled(Decimal(case["points"]), scale) if "points" in case else None
        came_out = mark["points"] if mark["state"] in {"scored", "zero"} else None
        assert (mark["state"], came_out) == (case["state"], points), f"{item}, case {number + 1}: {case}"


@pytest.mark.parametrize(("rubric", "item"), FILES, ids=NAMED)
def test_a_file_of_cases_cites_the_criterion_and_its_clause(rubric, item, rubrics):
    stated = rubrics[rubric].item[item]
    assert (FILES[rubric, item]["criterion"], FILES[rubric, item]["clause"]) == (item, stated.clause)


@pytest.mark.parametrize("rubric", RUBRICS)
def test_every_criterion_bonus_and_deduction_has_cases_and_nothing_else_has(rubric, rubrics):
    assert {item for own, item in FILES if own == rubric} == set(rubrics[rubric].item)


@pytest.mark.parametrize(("rubric", "item"), FILES, ids=NAMED)
def test_the_cases_lie_below_at_and_above_the_target_and_show_every_state(rubric, item, rubrics):
    shown = {case["kind"] for case in FILES[rubric, item]["cases"]}
    assert kinds_needed(rubrics[rubric].item[item]) <= shown
