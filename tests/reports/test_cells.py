"""One cell: every line of the policy on numbers, days and words."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.reports.reading.cells import (
    BLANK,
    Cell,
    Likely,
    clean,
    fold,
    is_blank,
    read_choice,
    read_date,
    read_list,
    read_number,
)

MOST = Decimal(1000)


def number(cell, places=1, least=Decimal(0), most=MOST):
    return read_number(cell, places=places, least=least, most=most)


def codes(parsed):
    return [remark.code for remark in parsed.remarks]


ACCEPTED = {
    "comma": (Cell("text", "9,5"), 95),
    "point": (Cell("text", "9.5"), 95),
    "whole number": (Cell("text", "12"), 120),
    "trailing zero": (Cell("text", "9,50"), 95),
    "number cell": (Cell("number", "9.5"), 95),
    "number cell shown with its decimals": (Cell("number", "9.5", shown_as="0.00"), 95),
    "three decimals after a zero": (Cell("text", "0,100"), 1),
    "four figures before the comma are no group": (Cell("text", "1000,0"), 10000),
    "the largest allowed": (Cell("text", "1000"), 10000),
    "zero": (Cell("number", "0"), 0),
}

NORMALISED = {
    "blanks around": (Cell("text", " 9,5 "), 95),
    "no-break spaces around": (Cell("text", "\u00a09,5\u202f"), 95),
    "noise of a computed cell": (Cell("number", "0.30000000000000004"), 3),
    "noise below": (Cell("number", "9.499999999999998"), 95),
    "noise carried into text": (Cell("text", "0.30000000000000004"), 3),
    "minus zero": (Cell("text", "-0"), 0),
    "minus zero with decimals": (Cell("text", "-0,0"), 0),
    "leading zeros": (Cell("text", "007"), 70),
    "a group of thousands with a blank": (Cell("text", "1 000"), 10000),
    "a group of thousands with a no-break space": (Cell("text", "1\u00a0000"), 10000),
    "three decimals that no thousand can be": (Cell("text", "76,800"), 768),
}

REFUSED = {
    "a group of thousands with a point": (Cell("text", "1.000"), "grouped", "hàng nghìn"),
    "a group of thousands with a comma": (Cell("text", "1,000"), "grouped", "hàng nghìn"),
    "two groups": (Cell("text", "1.000.000"), "too_large", "lớn hơn mức lớn nhất 1.000"),
    "a group and decimals": (Cell("text", "1.000,5"), "too_large", "1.000,5"),
    "groups of two kinds": (Cell("text", "1.000 000"), "not_a_number", "không phải số"),
    "a group of four": (Cell("text", "1.0000.000"), "not_a_number", "không phải số"),
    "blank inside": (Cell("text", "1 0"), "not_a_number", "không phải số"),
    "fraction": (Cell("text", "9/10"), "not_a_number", "không phải số"),
    "with its unit": (Cell("text", "9 điểm"), "not_a_number", "9 điểm"),
    "word": (Cell("text", "chín"), "not_a_number", "chín"),
    "dash": (Cell("text", "-"), "not_a_number", "'-'"),
    "hexadecimal": (Cell("text", "0x1F"), "not_a_number", "không phải số"),
    "underscore": (Cell("text", "1_0"), "not_a_number", "không phải số"),
    "arabic digits": (Cell("text", "٩"), "not_a_number", "không phải số"),
    "superscript": (Cell("text", "5²"), "not_a_number", "không phải số"),
    "full-width digits": (Cell("text", "\uff15"), "not_a_number", "không phải số"),
    "typographic minus": (Cell("text", "\u22125"), "too_small", "nhỏ hơn"),
    "plus": (Cell("text", "+5"), "not_a_number", "không phải số"),
    "power of ten": (Cell("text", "1e3"), "not_a_number", "không phải số"),
    "comma without decimals": (Cell("text", "9,"), "not_a_number", "không phải số"),
    "comma without a whole": (Cell("text", ",5"), "not_a_number", "không phải số"),
    "two commas": (Cell("text", "9,5,1"), "not_a_number", "không phải số"),
    "about": (Cell("text", "~5"), "not_a_number", "không phải số"),
    "range": (Cell("text", "5-6"), "not_a_number", "không phải số"),
    "zero-width space": (Cell("text", "9\u200b"), "not_a_number", "U+200B"),
    "apostrophe typed": (Cell("text", "'5"), "not_a_number", "không phải số"),
    "nan": (Cell("text", "NaN"), "not_a_number", "không phải số"),
    "inf": (Cell("text", "inf"), "not_a_number", "không phải số"),
    "nan in a number cell": (Cell("number", "nan"), "not_a_number", "không phải số"),
    "infinity in a number cell": (Cell("number", "inf"), "not_a_number", "không phải số"),
    "1e308": (Cell("number", "1e+308"), "too_large", "lớn"),
    "very long": (Cell("text", "9" * 500), "not_a_number", "không phải số"),
    "negative": (Cell("text", "-1"), "too_small", "nhỏ hơn"),
    "negative by a hair": (Cell("number", "-0.1"), "too_small", "nhỏ hơn"),
    "over the maximum": (Cell("text", "1001"), "too_large", "lớn hơn mức lớn nhất 1.000"),
    "over the maximum by a hair": (Cell("text", "1000,1"), "too_large", "1.000,1"),
    "more decimals than allowed": (Cell("text", "9,55"), "too_fine", "9,55"),
    "more decimals than shown": (Cell("number", "9.4999", shown_as="0.00"), "too_fine", "9,4999"),
    "percent typed": (Cell("text", "95 %"), "percent", "%"),
    "percent as format": (Cell("number", "0.95", shown_as="0%"), "percent", "hiện 95% nhưng giữ 0,95"),
    "true": (Cell("bool", "TRUE"), "yes_no", "TRUE"),
    "a date Excel made": (Cell("date", "2024-05-09"), "became_date", "thành ngày"),
    "an hour Excel made": (Cell("time", "09:30:00"), "became_date", "giờ"),
    "error": (Cell("error", "#N/A"), "excel_error", "#N/A"),
    "error of a formula": (Cell("error", "#DIV/0!", "=1/0"), "excel_error", "#DIV/0!"),
    "formula without result": (Cell("blank", "", "=SUM(A1:A9)"), "formula_without_result", "công thức"),
    "formula with an empty result": (Cell("text", "", '=IF(A1="","",1)'), "formula_without_result", "công thức"),
    "link to a workbook": (Cell("number", "5", "=[1]Sheet1!A1"), "link", "tệp khác"),
    "link to a named workbook": (Cell("number", "5", "='C:\\[nam.xlsx]S'!A1"), "link", "tệp khác"),
    "dynamic data exchange": (Cell("number", "5", "=cmd|'/C calc'!A0"), "link", "tệp khác"),
}


@pytest.mark.parametrize(("cell", "scaled"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_plain_number_is_taken_without_a_word(cell, scaled):
    assert number(cell).value == scaled
    assert not number(cell).remarks


@pytest.mark.parametrize(("cell", "scaled"), NORMALISED.values(), ids=NORMALISED)
def test_a_number_with_one_meaning_is_taken_and_what_was_read_is_said(cell, scaled):
    assert number(cell).value == scaled
    assert codes(number(cell)) == ["normalised"]


@pytest.mark.parametrize(("cell", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_number_has_no_value_and_a_reason(cell, code, words):
    parsed = number(cell)
    assert parsed.value is None
    assert codes(parsed) == [code]
    assert words in parsed.remarks[0].message
    assert parsed.remarks[0].mend


@pytest.mark.parametrize(
    ("text", "places", "most", "taken"),
    [
        ("76,833", 3, 100, 76833),  # 76833 is more than a percent can be
        ("76.833", 3, 100, 76833),
        ("76,833", 0, None, 76833),  # whole things are counted: the mark groups thousands
        ("1.250", 0, None, 1250),
        ("1.250,5", 1, None, 12505),
        ("1,250.5", 1, None, 12505),
        ("1.250.000", 2, None, 125000000),
        ("-1.250", 0, None, -1250),
        ("2.500", 3, None, None),
        ("2,500", 1, None, None),
    ],
)
def test_what_a_figure_may_be_settles_how_it_is_read(text, places, most, taken):
    parsed = number(Cell("text", text), places, Decimal(-(10**6)), None if most is None else Decimal(most))
    assert parsed.value == taken
    assert codes(parsed) == ["normalised" if taken is not None else "grouped"]


def test_a_figure_in_doubt_is_asked_with_both_readings_and_either_answer_is_taken():
    parsed = number(Cell("text", "76,833"), 3, Decimal(0), None)
    assert "76833 (dấu ngăn cách hàng nghìn) hoặc 76,8330 (dấu của phần lẻ)" in parsed.remarks[0].message
    assert [number(Cell("text", text), 3, Decimal(0), None).value for text in ("76833", "76,8330")] == [76833000, 76833]


@pytest.mark.parametrize(("mark", "taken"), [(",", 76833), (".", 76833000)])
def test_the_mark_of_the_other_figures_settles_a_doubt(mark, taken):
    parsed = read_number(Cell("text", "76,833"), places=3, least=Decimal(0), most=None, likely=Likely(mark))
    assert parsed.value == taken


@pytest.mark.parametrize("cell", [BLANK, *(Cell("text", text) for text in ("", "  ", "\u00a0", "None", "null"))])
def test_a_blank_is_missing_and_not_zero(cell):
    assert is_blank(cell)
    assert number(cell).value is None
    assert not number(cell).remarks


def test_a_formula_with_a_result_counts_and_is_told():
    parsed = number(Cell("number", "9.5", "=9+0.5"))
    assert parsed.value == 95
    assert codes(parsed) == ["formula"]
    assert "9,5" in parsed.remarks[0].message


def test_what_counts_is_said_where_a_cell_shows_another_figure():
    parsed = number(Cell("number", "9.4999", shown_as="0.00"), places=4)
    assert parsed.value == 94999
    assert "hiện 9,50 nhưng giữ 9,4999" in parsed.remarks[0].message


def test_a_maximum_that_is_not_known_does_not_limit():
    assert number(Cell("text", "123456"), places=0, most=None).value == 123456


@given(st.decimals(min_value=0, max_value=1000, places=1))
def test_every_number_reads_the_same_with_a_comma_a_point_or_as_a_cell(figure):
    texts = (
        Cell("text", str(figure)),
        Cell("text", str(figure).replace(".", ",")),
        Cell("number", repr(float(figure))),
    )
    assert {number(cell).value for cell in texts} == {int(figure * 10)}


@given(st.text(max_size=20))
def test_no_text_breaks_a_reader(text):
    cell = Cell("text", text)
    for parsed in (number(cell), read_date(cell), read_choice(cell, ("Không", "Có")), read_list(cell)):
        assert parsed.value is None or not parsed.is_refused
    assert is_blank(cell) or number(cell).value is not None or number(cell).is_refused


DAYS = {
    "slashes": "05/01/2026",
    "without zeros": "5/1/2026",
    "points": "5.1.2026",
    "dashes": "05-01-2026",
    "iso": "2026-01-05",
    "blanks around": " 05/01/2026 ",
}


@pytest.mark.parametrize("text", DAYS.values(), ids=DAYS)
def test_a_day_is_read_day_first(text):
    assert read_date(Cell("text", text)) == (date(2026, 1, 5), ())


def test_a_true_date_is_a_day():
    assert read_date(Cell("date", "2026-01-05")).value == date(2026, 1, 5)


NO_DAYS = {
    "two-digit year": Cell("text", "05/01/26"),
    "word": Cell("text", "hôm qua"),
    "in words": Cell("text", "ngày 5 tháng 1 năm 2026"),
    "serial number": Cell("number", "46027"),
    "mixed signs": Cell("text", "05/01-2026"),
    "american month name": Cell("text", "5-Jan-2026"),
    "true": Cell("bool", "TRUE"),
}


@pytest.mark.parametrize("cell", NO_DAYS.values(), ids=NO_DAYS)
def test_what_is_no_full_day_is_refused(cell):
    assert codes(read_date(cell)) == ["not_a_date"]


@pytest.mark.parametrize("text", ["30/02/2024", "31/04/2024", "05/13/2024", "00/01/2024", "29/02/2023", "01/01/0000"])
def test_a_day_that_no_calendar_has_is_refused(text):
    assert codes(read_date(Cell("text", text))) == ["impossible_date"]


WORDS = ("đầy đủ", "một phần, còn thiếu", "chưa hoà hợp")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("đầy đủ", 0),
        (" ĐẦY  ĐỦ ", 0),
        (unicodedata.normalize("NFD", "đầy đủ"), 0),
        ("một phần,\ncòn thiếu", 1),
        ("chưa hòa hợp", 2),
    ],
    ids=["as written", "capitals and blanks", "decomposed", "line break", "tone on the other vowel"],
)
def test_a_word_of_the_list_is_known_however_it_is_typed(text, place):
    assert read_choice(Cell("text", text), WORDS).value == place


@pytest.mark.parametrize("cell", [Cell("text", "đủ"), Cell("text", "0"), Cell("number", "1"), Cell("bool", "TRUE")])
def test_what_is_not_in_the_list_is_refused_with_the_list(cell):
    parsed = read_choice(cell, WORDS)
    assert codes(parsed) == ["not_in_list"]
    assert "một phần, còn thiếu" in parsed.remarks[0].mend


@pytest.mark.parametrize(("cell", "value"), [(Cell("text", "có"), 1), (Cell("text", "1"), 1), (Cell("number", "0"), 0)])
def test_yes_and_no_may_be_written_as_digits(cell, value):
    assert read_choice(cell, ("Không", "Có")).value == value


def test_a_list_comes_out_as_one_clean_line():
    assert read_list(Cell("text", "12/KH-CĐ \n 13/KH-CĐ;;12/KH-CĐ")).value == "12/KH-CĐ; 13/KH-CĐ"


def test_hidden_characters_are_taken_out_and_told():
    parsed = read_list(Cell("text", "12/KH\u202egnp.exe\u200b\ue000"))
    assert parsed.value == "12/KHgnp.exe"
    assert codes(parsed) == ["hidden_characters"]


def test_text_in_an_old_font_is_told():
    assert codes(read_list(Cell("text", "KÕ ho¹ch C«ng ®oµn"))) == ["old_font"]


def test_text_beyond_measure_is_refused():
    assert codes(read_list(Cell("text", "x" * 5000))) == ["text_too_long"]


@given(st.text())
def test_clean_text_is_one_printable_line(text):
    assert clean(text).isprintable()
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="aăâeêioôơuưyáàảãạhnt: \n\u00a0"))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
