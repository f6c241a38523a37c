"""Every calculation in print, typed into exact arithmetic by another hand, gives the figure beside it."""

from pathlib import Path

import pytest
from helpers.builders import criterion, entries_of, entry, targets_of, units_of
from helpers.method_cases import CASES
from helpers.printed import CALCULATION, plain, wrong
from hypothesis import given
from hypothesis import strategies as st

from scoring.assessment.arithmetic import working
from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain_units
from scoring.core.tables import plain_rows
from scoring.register.year import open_year
from scoring.scores.totals import score

YEAR = Path(__file__).parents[2] / "data" / "2024"


def test_the_other_hand_knows_a_false_calculation():
    assert wrong("10 × (100% − 3 × 25%) = 2,50") == []
    assert wrong("10 × 50% × 33,33%/3 ≈ 0,56; 10 × 1/3 = 3,33; 2 + 2 = 5") == ["10 × 1/3 = 3,33", "2 + 2 = 5"]
    assert wrong("9 × 1,5, không quá 5, = 5,00; 4 × (100% − 5 × 30%), không dưới 0, = 0,00") == []


@pytest.fixture(params=["sample_2024", "sample_2025", "officer", "upper_level", "annual", "officer_2026"])
def sample(request):
    if request.param.startswith("sample"):
        return request.getfixturevalue(request.param)
    rubric, _, year = request.param.partition("_2")
    return evaluate(open_year(YEAR.parent / f"2{year}" if year else YEAR, rubric))


def test_every_calculation_of_a_sample_year_gives_what_is_printed(sample):
    chains = list(explain_units(sample))
    lines = [line for chain in chains for line in (*chain.lines, *(one for mark in chain.marks for one in mark.lines))]
    counted = [line for line in lines if CALCULATION.search(plain(line))]
    assert [line for line in lines if wrong(line)] == []
    assert len(counted) > len(chains)


CALCULATED = [
    *(
        (method, case["params"], case.get("indicator", {}))
        for method, case in CASES.values()
        if any("arithmetic" in mark for mark in case["marks"])
    ),
    ("target_and_lead", {"target": 4, "at_target": 33.33}, {}),
    ("per_item", {"points_each": 1.37}, {}),
    ("converted", {"scale_from": 1, "scale_to": 13}, {}),
]
"""Every way its cases state a method that calculates, and some with odder figures; targets are the unit's own."""


@pytest.fixture(scope="module")
def rubric(rubric_of_criteria):
    """A criterion for each; values are means of two periods with up to three decimals."""
    items = [
        criterion(
            f"C{place}",
            7,
            method,
            params=params | ({"target": {"assigned_by": "TLĐ"}} if "target" in params else {}),
            indicator={"decimals": 3, "periods": "mean"} | indicator,
        )
        for place, (method, params, indicator) in enumerate(CALCULATED)
    ]
    return rubric_of_criteria(*items)


UNIT = st.tuples(st.integers(0, 20000), st.integers(1, 9000), st.integers(1, 30))


@given(year=st.lists(UNIT, min_size=1, max_size=4))
def test_every_calculation_of_any_figures_is_printed_and_gives_the_points(rubric, year):
    units, names = [f"U{place}" for place in range(len(year))], [item.id for item in rubric.items]
    periods = [period.id for period in rubric.periods][:3]
    entries = [
        entry(unit, name, first + place * second, base=first + 3 * second, period=period)
        for unit, (first, second, _) in zip(units, year, strict=True)
        for name in names
        for place, period in enumerate(periods)
    ]
    targets = targets_of(
        *((unit, name, "TLĐ", str(aim)) for unit, (*_, aim) in zip(units, year, strict=True) for name in names)
    )
    marks = plain_rows(score(entries_of(*entries), rubric, units_of(*units), targets=targets).marks)
    for mark in marks:
        peers = [peer for peer in marks if peer["criterion"] == mark["criterion"]]
        printed = working(mark, rubric.item[mark["criterion"]], rubric, peers)
        assert printed
        assert wrong(printed) == []
