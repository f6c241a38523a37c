"""Figures as people type them, and what settles the ones that read in two ways."""

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.core.numerals import Marks, may_be, readings, settled, spelled


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("12", ["12"]),
        ("9,5", ["9.5"]),
        ("0,833", ["0.833"]),
        ("76,833", ["76833", "76.833"]),
        ("1 250", ["1250"]),
        ("1\u202f250,75", ["1250.75"]),
        ("1.250.000", ["1250000"]),
        ("1,250.5", ["1250.5"]),
        ("\u22125,5", ["-5.5"]),
        ("1.250 000", []),
        ("1.25.000", []),
        ("chín", []),
        ("", []),
    ],
)
def test_a_text_has_one_reading_two_or_none(text, figures):
    assert [str(one.figure) for one in readings(text)] == figures


def test_the_figures_of_a_column_tell_their_mark_and_a_file_speaks_for_a_silent_column():
    marks = Marks()
    for text in ("12,5", "76,833", "7"):
        marks.see("value", readings(text))
    assert (marks.of("value"), marks.of("base")) == (",", ",")
    marks.see("value", readings("12.5"))
    assert (marks.of("value"), marks.of("base")) == (None, None)


@given(st.decimals(min_value=-99999, max_value=999999, places=3))
def test_what_is_spelled_out_has_one_reading_which_is_the_figure(figure):
    for text in (str(figure), str(figure).replace(".", ",")):
        for one in readings(text):
            assert [again.figure for again in readings(spelled(one))] == [one.figure]


@given(st.text(alphabet="0123456789.,\u22125 -", max_size=9), st.integers(0, 3), st.sampled_from([None, ",", "."]))
def test_settling_only_ever_takes_readings_away(text, places, mark):
    left = settled(text, partial(may_be, places=places, least=Decimal(0), most=Decimal(100)), mark)
    assert set(left) <= set(readings(text))
    assert bool(left) == bool(readings(text))
