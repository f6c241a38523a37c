"""Exact points: integers of any size, and one rounding."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.core.points import exact, half_up, product, to_decimal, to_scaled

HUGE = st.integers(-(10**40), 10**40)
LARGEST = np.iinfo(np.int64).max


def test_a_figure_with_more_decimals_than_the_scale_holds_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        to_scaled(Decimal("89.995"), 100)


@given(scaled=st.integers(-(10**20), 10**20), decimals=st.integers(0, 9))
def test_a_figure_and_its_scaled_integer_say_the_same(scaled, decimals):
    assert to_scaled(to_decimal(scaled, decimals), 10**decimals) == scaled


def test_a_figure_longer_than_the_precision_of_decimal_is_not_rounded():
    assert to_scaled(Decimal("1234567890123456789012345678901.5"), 10) == 12345678901234567890123456789015


@pytest.mark.parametrize(
    ("numerator", "rounded"), [(24, 2), (25, 3), (35, 4), (-24, -2), (-25, -3), (0, 0), (89995, 9000)]
)
def test_halves_go_away_from_zero(numerator, rounded):
    assert half_up(np.array([numerator]), 10).tolist() == [rounded]


@given(numerator=HUGE, denominator=st.integers(1, 10**40))
def test_rounding_is_that_of_exact_fractions(numerator, denominator):
    nearest = floor(abs(Fraction(numerator, denominator)) + Fraction(1, 2))
    assert half_up(exact([numerator]), exact([denominator])).tolist() == [nearest if numerator >= 0 else -nearest]


@given(figures=st.lists(st.tuples(HUGE, HUGE), min_size=1, max_size=4))
def test_a_product_never_wraps(figures):
    left, right = zip(*figures, strict=True)
    assert product(exact(left), exact(right)).tolist() == [one * other for one, other in figures]


@given(figures=st.lists(HUGE, max_size=4))
def test_figures_stay_whole_numbers_whatever_their_size(figures):
    column = exact(figures)
    assert column.tolist() == figures
    assert column.dtype == (object if any(abs(figure) > LARGEST for figure in figures) else np.int64)


def test_a_huge_factor_beside_nothing_but_zeros_makes_no_float():
    assert product(np.array([0, 0]), 2**63).dtype in (np.int64, object)


def test_nothing_in_gives_nothing_out():
    nothing = np.array([], np.int64)
    assert half_up(product(nothing, 5), 3).tolist() == []
