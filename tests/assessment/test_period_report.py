"""What all units reported of an item up to a period: put together as the item says, nothing where nothing is known."""

import pytest
from helpers.builders import entries_of, entry
from helpers.small_year import PLAN, RUBRIC

from scoring.assessment.period_report import done_together
from scoring.rubric.reading import read_plan, read_rubric

QUARTERS = ["Q1", "Q2", "Q3", "Q4"]


@pytest.fixture(scope="module")
def rubric():
    return read_rubric(RUBRIC, read_plan(PLAN))


def done(item, periods, *reported):
    """What is told of an item. reported: unit, period, value and, of a share, the whole."""
    rows = [
        entry(unit, item.id, value, period=period, base=whole[0] if whole else None)
        for unit, period, value, *whole in reported
    ]
    told = done_together(item, entries_of(*rows), periods)
    return told.value, told.base, told.units


def test_a_sum_adds_the_periods_up_to_the_one_asked_and_nothing_after_it(rubric):
    reported = [("TH-A", "Q1", 3), ("TH-A", "Q2", 4), ("TH-B", "Q1", 5), ("TH-B", "Q3", 9)]
    assert done(rubric.item["A1"], QUARTERS[:2], *reported) == (12, 0, 2)
    assert done(rubric.item["A1"], QUARTERS[:1], *reported) == (8, 0, 2)
    assert done(rubric.item["A1"], QUARTERS, *reported) == (21, 0, 2)


def test_who_gave_no_figure_is_not_counted_and_a_zero_is(rubric):
    reported = [("TH-A", "Q1", None), ("TH-B", "Q1", 0)]
    assert done(rubric.item["A1"], QUARTERS[:1], *reported) == (0, 0, 1)
    assert done(rubric.item["A1"], QUARTERS[:1]) == (0, 0, 0)


def test_of_a_share_the_latest_parts_and_wholes_are_added(rubric):
    reported = [("TH-A", "Q1", 1, 4), ("TH-A", "Q2", 3, 4), ("TH-B", "Q1", 2, 6), ("TH-C", "Q2", 5, None)]
    assert done(rubric.item["A2"], QUARTERS[:2], *reported) == (5, 10, 2)


def test_values_that_do_not_add_up_across_units_are_counted_by_unit_alone(rubric):
    told = done_together(rubric.item["B2"], entries_of(entry("TH-A", "B2", 2, period="Q1")), QUARTERS)
    assert (told.counts, told.value, told.units) == ("", 0, 1)
