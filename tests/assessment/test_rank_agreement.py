"""Two orders of the same units: as published, as defined pair by pair, and in words where there is none."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.assessment.rank_agreement import RankAgreement, agreement_of_ranks, orders, tally
from scoring.assessment.reliability import rely_on
from scoring.pages import reliability as page

# S. Siegel, "Nonparametric Statistics for the Behavioral Sciences" (1956), chapter 9: scores of twelve students on
# authoritarianism and on social status strivings: rho 0.82, tau 0.67
AUTHORITARIANISM = [82, 98, 87, 40, 116, 113, 111, 83, 85, 126, 106, 117]
STRIVINGS = [42, 46, 39, 37, 65, 88, 86, 56, 62, 92, 54, 81]
# the same chapter, with ties: ranks of the strivings, and how often each student yielded: rho 0.616 (he rounds on the
# way; exactly it is 0.615), tau 0.39
STRIVING_RANKS = [3, 4, 2, 1, 8, 11, 10, 6, 7, 12, 5, 9]
YIELDINGS = [0, 0, 1, 1, 3, 4, 5, 6, 7, 8, 8, 12]


def of(first, second, block=None):
    names = [f"u{place}" for place in range(len(first))]
    figures = [dict(zip(names, map(Fraction, side), strict=True)) for side in (first, second)]
    return agreement_of_ranks("self", *figures, block or dict.fromkeys(names, "K"))


@pytest.mark.parametrize(
    ("first", "second", "rho", "tau"),
    [(AUTHORITARIANISM, STRIVINGS, 0.82, 0.67), (STRIVING_RANKS, YIELDINGS, 0.616, 0.39)],
)
def test_both_coefficients_are_as_published(first, second, rho, tau):
    told = of(first, second)
    assert told.rho / 1000 == pytest.approx(rho, abs=0.005 if rho == 0.82 else 0.0015)
    assert round(told.tau / 1000, 2) == tau
    assert told.same + told.opposite + told.tied == 66


def by_definition(first, second):
    """Pair by pair for tau-b, and Pearson's coefficient of average ranks for rho, as squares with their sign."""
    pairs = list(combinations(range(len(first)), 2))
    signs = [(np.sign(first[a] - first[b]), np.sign(second[a] - second[b])) for a, b in pairs]
    apart = [sum(sign[side] != 0 for sign in signs) for side in (0, 1)]
    tau = sum(int(one * two) for one, two in signs), apart[0] * apart[1]

    def ranks(figures):
        return [Fraction(sum(o < f for o in figures) * 2 + sum(o == f for o in figures) + 1, 2) for f in figures]

    one, two = ranks(first), ranks(second)
    mean = Fraction(len(first) + 1, 2)
    sums = [
        sum((a - mean) * (b - mean) for a, b in zip(x, y, strict=True)) for x, y in ((one, two), (one, one), (two, two))
    ]
    return tau, (sums[0], sums[1] * sums[2])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=5, max_size=150))
def test_both_are_what_the_definitions_come_to_with_any_ties(figures):
    first, second = zip(*figures, strict=True)
    told = of(first, second)
    if told.why:
        assert (told.tau, told.rho) == (None, None)
        assert len(set(first)) == 1 or len(set(second)) == 1
        return
    for value, (above, below) in zip((told.tau, told.rho), by_definition(first, second), strict=True):
        assert abs(value / 1000 - above / float(below) ** 0.5) < 0.000501
        assert -1000 <= value <= 1000


@given(st.lists(st.integers(0, 50), min_size=5, max_size=30, unique=True))
def test_the_same_order_is_one_and_the_reverse_minus_one(figures):
    backwards = [-figure for figure in figures]
    assert (of(figures, figures).tau, of(figures, figures).rho) == (1000, 1000)
    assert (of(figures, backwards).tau, of(figures, backwards).rho) == (-1000, -1000)


def test_only_units_of_one_block_are_compared():
    names = [f"u{place}" for place in range(6)]
    block = dict(zip(names, "AAABBB", strict=True))
    told = of([1, 2, 3, 11, 12, 13], [11, 12, 13, 1, 2, 3], block)
    assert (told.same, told.opposite, told.tied, told.tau, told.rho) == (6, 0, 0, 1000, 1000)


def test_many_units_are_counted_as_few_are():
    chance = np.random.default_rng(3)
    first, second = chance.integers(0, 40, (2, 500))
    whole = tally(first, second)
    signs = np.sign(np.subtract.outer(first, first)) * np.sign(np.subtract.outer(second, second))
    assert whole.same == (signs > 0).sum() // 2
    assert whole.opposite == (signs < 0).sum() // 2


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ([], [], "few"),
        ([1, 2, 3, 4], [1, 2, 3, 4], "few"),
        ([1] * 9, range(9), "no_order"),
        ([1] * 9, [2] * 9, "no_order"),
    ],
)
def test_where_there_is_no_order_to_compare_there_is_no_figure(first, second, why):
    told = of(first, second)
    assert (told.tau, told.rho, told.why) == (None, None, why)
    (line,) = page.order_lines([told])
    assert "Kendall" not in line


@pytest.mark.parametrize("kind", ["self", "verified", "before"])
@pytest.mark.parametrize(("same", "opposite", "tau"), [(95, 5, 900), (60, 40, 200)])
def test_each_order_is_told_in_pairs_with_what_it_means(kind, same, opposite, tau):
    told = RankAgreement(kind=kind, units=15, same=same, opposite=opposite, tied=5, tau=tau, rho=tau, why="")
    (line,) = page.order_lines([told])
    assert f"{same}/105 cặp" in line
    assert f"{opposite} cặp ngược nhau" in line
    other = page.order_lines([told.model_copy(update={"same": 105 - same - 5, "opposite": same, "tau": -tau})])[0]
    assert line.rpartition("): ")[2] != other.rpartition("): ")[2]


def test_the_sample_years_tell_what_they_have(sample_2024, sample_2025):
    assert [one.kind for one in orders(sample_2024)] == ["self"]
    assert "before" in [one.kind for one in orders(sample_2025, [sample_2024])]
    told = rely_on(sample_2025, sample_2025.overview(), [sample_2024])
    text = page.claims_table(told).text
    assert all(line in text for line in page.order_lines(told.orders))
