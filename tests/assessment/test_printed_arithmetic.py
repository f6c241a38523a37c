"""Every calculation in print, typed into exact arithmetic by another hand, gives the figure beside it."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from helpers.builders import criterion, entries_of, entry, targets_of, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.assessment.arithmetic import working
from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain_units
from scoring.core.tables import plain_rows
from scoring.register.year import open_year
from scoring.scores.totals import score

YEAR = Path(__file__).parents[2] / "data" / "2024"
TOKEN = re.compile(r"\s*([0-9][0-9.]*(?:,[0-9]+)?|[×/+−()%])")
CALCULATION = re.compile(
    r"(?P<text>[(0-9][0-9.,\s×/+−()%]*?)(?:, không (?P<bound>quá|dưới) (?P<edge>[0-9.,]+),)? (?P<sign>[=≈]) "
    r"(?P<printed>−?[0-9.]+(?:,[0-9]+)?)(?P<percent>\s?%)?"
)


def figure(text):
    return Fraction(text.replace(".", "").replace(",", "."))


def typed(text):
    """The value of an expression of figures, percents, brackets and × / + −, worked out from left to right by rank."""
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s", "", text), text

    def value():
        part = tokens.pop(0)
        worth = figure(part) if part != "(" else total()
        if part == "(":
            assert tokens.pop(0) == ")"
        while tokens and tokens[0] == "%":
            tokens.pop(0)
            worth /= 100
        return worth

    def term():
        worth = value()
        while tokens and tokens[0] in "×/":
            worth = worth * value() if tokens.pop(0) == "×" else worth / value()
        return worth

    def total():
        worth = term()
        while tokens and tokens[0] in "+−":
            worth = worth + term() if tokens.pop(0) == "+" else worth - term()
        return worth

    worth = total()
    assert not tokens, text
    return worth


def plain(line):
    """The line with plain blanks, without dashes of marks not known and the names of bonus and deductions in sums."""
    line = line.replace("\u00a0", " ").replace("+ thưởng ", "+ ").replace("− trừ ", "− ")
    return re.sub(r"– \+ | \+ –", "", line)


def wrong(line):
    """The calculations in a line that do not give the figure printed beside them."""
    found = []
    for match in CALCULATION.finditer(plain(line)):
        exact = typed(match["text"])
        if match["edge"]:
            exact = (min if match["bound"] == "quá" else max)(exact, figure(match["edge"].rstrip(",")))
        exact *= 100 if match["percent"] else 1
        places = len(match["printed"].partition(",")[2])
        printed = figure(match["printed"].replace("−", "-"))
        rounded = Fraction((2 * exact * 10**places + 1) // 2, 10**places)
        if rounded != printed or (match["sign"] == "=") is not (exact == printed):
            found.append(match[0])
    return found


def test_the_other_hand_knows_a_false_calculation():
    assert wrong("10 × (100% − 3 × 25%) = 2,50") == []
    assert wrong("10 × 50% × 33,33%/3 ≈ 0,56; 10 × 1/3 = 3,33; 2 + 2 = 5") == ["10 × 1/3 = 3,33", "2 + 2 = 5"]
    assert wrong("9 × 1,5, không quá 5, = 5,00; 4 × (100% − 5 × 30%), không dưới 0, = 0,00") == []


@pytest.fixture(params=["sample_2024", "sample_2025", "officer", "upper_level", "annual"])
def sample(request):
    if request.param.startswith("sample"):
        return request.getfixturevalue(request.param)
    return evaluate(open_year(YEAR, request.param))


def test_every_calculation_of_a_sample_year_gives_what_is_printed(sample):
    chains = list(explain_units(sample))
    lines = [line for chain in chains for line in (*chain.lines, *(one for mark in chain.marks for one in mark.lines))]
    counted = [line for line in lines if CALCULATION.search(plain(line))]
    assert [line for line in lines if wrong(line)] == []
    assert len(counted) > len(chains)


METHODS = {
    "share_of_target": {"target": {"assigned_by": "TLĐ"}},
    "target_and_lead": {"target": {"assigned_by": "TLĐ"}, "at_target": 33.33},
    "percent": {},
    "days_late": {"lost_a_day": 12.5},
    "per_item": {"points_each": 1.37},
    "converted": {"scale_from": 1, "scale_to": 13},
    "share_of_best": {},
    "min_max": {},
}


@pytest.fixture(scope="module")
def rubric(rubric_of_criteria):
    """Every method that calculates; values are means of two periods with up to three decimals."""
    indicator = {"decimals": 3, "periods": "mean"}
    items = [
        criterion(f"{method[0].upper()}{place}", 7, method, params=params, indicator=indicator)
        for place, (method, params) in enumerate(METHODS.items())
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
