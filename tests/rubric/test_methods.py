"""Methods: known answers, edges, and the same figures as plain fractions give, whatever their size."""

import inspect
from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from helpers.method_cases import CASES
from hypothesis import given
from hypothesis import strategies as st

from scoring.core.points import exact
from scoring.rubric import methods
from scoring.rubric.model import Criterion
from scoring.rubric.parameters import (
    WHOLE,
    Ladder,
    Levels,
    PartFigure,
    PercentFigure,
    PointsFigure,
    Steps,
    Target,
    ValueFigure,
    award,
    scaled_ladder,
)

ONE_BLOCK = np.zeros(9, np.int64)


def points(method, value, *, max_points=500, **parameters):
    """The points of a column, as plain integers."""
    parameters = {name: exact(one) if isinstance(one, list) else one for name, one in parameters.items()}
    if methods.is_relative(method):
        parameters.setdefault("peers", ONE_BLOCK[: len(value)])
    return methods.METHODS[method].points(exact(value), max_points=max_points, **parameters).tolist()


# The two-part rule of one province: half for the target, the rest for the lead over it


def test_the_worked_values_of_the_two_part_rule():
    target = [10] * 4
    assert points("target_and_lead", [8, 10, 20, 15], target=target, at_target=5000) == [200, 250, 500, 375]


def test_the_two_part_rule_where_less_is_better():
    figures = points("target_and_lead", [12, 10, 0, 5], target=[10] * 4, at_target=5000, direction="less")
    assert figures == [208, 250, 500, 375]


def test_the_leader_of_the_two_part_rule_is_ahead_in_percent_of_its_own_target():
    assert points("target_and_lead", [15, 120], target=[10, 100], at_target=5000) == [500, 350]


def test_a_block_in_which_nobody_passes_the_target_has_no_leader():
    assert points("target_and_lead", [10, 10, 5], target=[10] * 3, at_target=5000) == [250, 250, 125]


def test_a_leader_counts_only_in_its_own_block():
    peers = [0, 0, 1]
    figures = points("target_and_lead", [20, 15, 11], target=[10] * 3, at_target=5000, peers=peers)
    assert figures == [500, 375, 500]


# Share of target, percent, steps and the rest


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [("more", [0, 2, 4, 6], [0, 250, 500, 500]), ("less", [0, 4, 5, 8], [500, 500, 400, 250])],
)
def test_a_share_of_the_target_ends_at_all_points(direction, value, expected):
    assert points("share_of_target", value, target=[4] * 4, direction=direction) == expected


@pytest.mark.parametrize(
    ("direction", "value", "expected"), [("more", [4, 5, 9], [500, 600, 600]), ("less", [0, 2, 4], [600, 600, 500])]
)
def test_over_fulfilment_ends_at_what_the_rubric_allows(direction, value, expected):
    assert points("share_of_target", value, target=[4] * 3, most=12000, direction=direction) == expected


def test_a_third_of_the_points_is_rounded_once_and_half_up():
    assert points("share_of_target", [1, 2], target=[3, 3], max_points=1000) == [333, 667]
    assert points("share_of_target", [1], target=[8], max_points=100) == [13]


def test_a_part_of_a_whole_is_never_more_than_the_whole():
    assert points("percent", [0, 3, 4, 5], base=[4] * 4) == [0, 375, 500, 500]


def test_the_edge_of_a_step_belongs_to_the_lower_step_or_to_the_upper_one_as_stated():
    upto, onward = Ladder([30, 45], [500, 300, 150], upto=True), Ladder([30, 45], [150, 300, 500], upto=False)
    assert points("steps", [30, 31, 45, 46], steps=upto) == [500, 300, 300, 150]
    assert points("steps", [29, 30, 44, 45], steps=onward) == [150, 300, 300, 500]


def test_days_late_take_points_until_there_are_none():
    assert points("days_late", [-3, 0, 1, 4, 9], lost_a_day=2500) == [500, 500, 375, 0, 0]
    assert points("days_late", [15], lost_a_day=2500, scale=10) == [313]


def test_items_earn_points_up_to_the_cap():
    assert points("per_item", [0, 1, 3], points_each=200) == [0, 200, 500]


def test_a_score_is_carried_over_from_its_own_scale():
    assert points("converted", [0, 200, 600, 1000, 1200], scale_from=200, scale_to=1000) == [0, 0, 250, 500, 500]


def test_something_is_done_or_not():
    assert points("achieved", [0, 1, 7]) == [0, 500, 500]


# Compared inside the block


def test_the_best_of_a_block_has_all_points_and_the_others_their_share():
    assert points("share_of_best", [5, 10, 3, 0], peers=[0, 0, 1, 1]) == [250, 500, 500, 0]
    assert points("share_of_best", [5, 10, 20], direction="less") == [500, 250, 125]


def test_a_best_of_nothing_earns_points_only_where_nothing_is_best():
    assert points("share_of_best", [0, 0]) == [0, 0]
    assert points("share_of_best", [0, 3], direction="less") == [500, 0]


def test_points_run_from_the_worst_to_the_best_of_a_block():
    assert points("min_max", [2, 4, 10]) == [0, 125, 500]
    assert points("min_max", [2, 4, 10], direction="less") == [500, 375, 0]


def test_where_all_of_a_block_are_equal_all_have_all_points():
    assert points("min_max", [3, 3]) == [500, 500]


# Against plain fractions


def rounded(figure):
    return floor(figure + Fraction(1, 2))


def plain_share_of_target(value, max_points, target, most, direction):
    best = Fraction(most, 10000)
    share = Fraction(value, target) if direction == "more" else Fraction(target, value) if value else best
    return rounded(min(share, best) * max_points)


def plain_target_and_lead(value, max_points, target, at_target, direction):
    part = Fraction(at_target, 10000)
    sign = 1 if direction == "more" else -1
    lead = [Fraction(sign * (one - own), own) for one, own in zip(value, target, strict=True)]
    most = max(max(lead), 0)
    for one, own, ahead in zip(value, target, lead, strict=True):
        if ahead < 0:
            yield rounded(max_points * part * (Fraction(one, own) if sign > 0 else Fraction(own, one)))
        else:
            yield rounded(max_points * (part + ((1 - part) * ahead / most if most else 0)))


VALUES = st.one_of(st.integers(0, 20), st.integers(0, 10**15))
TARGETS = st.one_of(st.integers(1, 20), st.integers(1, 10**15))
MAXIMA = st.integers(1, 10**15)
DIRECTIONS = st.sampled_from(["more", "less"])
PAIRS = st.lists(st.tuples(VALUES, TARGETS), min_size=1, max_size=6)


@given(pairs=PAIRS, max_points=MAXIMA, most=st.integers(0, 100000), direction=DIRECTIONS)
def test_a_share_of_the_target_is_that_of_exact_fractions(pairs, max_points, most, direction):
    value, target = map(list, zip(*pairs, strict=True))
    expected = [plain_share_of_target(one, max_points, own, most, direction) for one, own in pairs]
    parameters = {"target": target, "most": most, "direction": direction}
    assert points("share_of_target", value, max_points=max_points, **parameters) == expected


@given(pairs=PAIRS, max_points=MAXIMA, at_target=st.integers(0, 10000), direction=DIRECTIONS)
def test_the_two_part_rule_is_that_of_exact_fractions(pairs, max_points, at_target, direction):
    value, target = map(list, zip(*pairs, strict=True))
    expected = list(plain_target_and_lead(value, max_points, target, at_target, direction))
    parameters = {"target": target, "at_target": at_target, "direction": direction}
    assert points("target_and_lead", value, max_points=max_points, **parameters) == expected


@given(pairs=PAIRS, max_points=MAXIMA)
def test_a_percent_is_that_of_exact_fractions(pairs, max_points):
    value, base = map(list, zip(*pairs, strict=True))
    expected = [rounded(min(Fraction(one, whole), 1) * max_points) for one, whole in pairs]
    assert points("percent", value, max_points=max_points, base=base) == expected


@given(value=st.lists(VALUES, min_size=1, max_size=6), max_points=MAXIMA)
def test_a_place_between_worst_and_best_is_that_of_exact_fractions(value, max_points):
    low, high = min(value), max(value)
    expected = [rounded(Fraction(one - low, high - low) * max_points) if high > low else max_points for one in value]
    assert points("min_max", value, max_points=max_points) == expected


@given(value=VALUES, ends=st.tuples(VALUES, TARGETS), max_points=MAXIMA)
def test_a_converted_score_is_that_of_exact_fractions(value, ends, max_points):
    start, length = ends
    share = min(max(Fraction(value - start, length), 0), 1)
    parameters = {"scale_from": start, "scale_to": start + length}
    assert points("converted", [value], max_points=max_points, **parameters) == [rounded(share * max_points)]


# What holds of every method

COLUMNS = st.lists(st.integers(-5, 30), min_size=1, max_size=6)


def as_read(stated):
    """What YAML states, as a rubric's file is read: exact figures, lists that cannot change."""
    if isinstance(stated, dict):
        return {key: as_read(one) for key, one in stated.items()}
    if isinstance(stated, list):
        return tuple(map(as_read, stated))
    return Decimal(str(stated)) if isinstance(stated, float) else stated


def bound(name, params):
    """Parameters as a rubric states them, as the points of a method take them where a criterion has 500 points."""
    item = Criterion(id="A1", name="A", clause="I", max_points=5, method=name, params=as_read(params))
    figures = {}
    for key in params:
        match stated := item.parameter(key):
            case Target():
                figures[key] = [int(stated.figure)]
            case ValueFigure():
                figures[key] = int(stated.root)
            case PointsFigure() | PercentFigure() | PartFigure():
                figures[key] = int(stated.root * 100)
            case Steps():
                figures[key] = scaled_ladder(stated, max_points=500, value_scale=1, points_scale=100)
            case Levels():
                figures[key] = [award(level, max_points=500, points_scale=100) for level in stated.levels]
            case _:
                figures[key] = stated
    return figures | ({"base": [9]} if methods.takes_base(name) else {})


STATED = [(name, bound(name, case["params"]), case.get("better")) for name, case in CASES.values()]
EVERY = [stated for stated in STATED if stated[2]]
"""Every way of stating a method whose values can be better or worse, as its worked cases state it."""


def of_every(name, value, parameters):
    columns = {key: one * len(value) if key in {"target", "base"} else one for key, one in parameters.items()}
    return points(name, value, **columns)


def test_every_method_says_which_way_is_better():
    assert {name for name, _, better in STATED if not better} == {
        name for name, method in methods.METHODS.items() if method.VALUE == "level"
    }


@pytest.mark.parametrize(("name", "parameters", "better"), EVERY)
@given(value=COLUMNS)
def test_points_lie_between_none_and_the_maximum(name, parameters, better, value):
    assert all(0 <= one <= 500 for one in of_every(name, value, parameters))


@pytest.mark.parametrize(("name", "parameters", "better"), EVERY)
@given(value=COLUMNS, gain=st.integers(1, 9))
def test_a_better_value_earns_no_less_and_gives_nobody_else_more(name, parameters, better, value, gain):
    improved = [value[0] + (gain if better == "more" else -gain), *value[1:]]
    before, after = of_every(name, value, parameters), of_every(name, improved, parameters)
    assert after[0] >= before[0]
    assert all(now <= then for now, then in zip(after[1:], before[1:], strict=True))


@pytest.mark.parametrize(("name", "parameters", "better"), STATED)
def test_no_units_have_no_points(name, parameters, better):
    assert of_every(name, [], parameters) == []


@pytest.mark.parametrize("name", methods.METHODS)
def test_what_a_rubric_need_not_state_is_no_figure_of_its_own(name):
    arguments = inspect.signature(methods.METHODS[name].points).parameters
    plain = {key: one.default for key, one in arguments.items() if one.default is not one.empty}
    assert set(plain.values()) <= {"more", WHOLE, 0, 1}
