"""Letters that would be empty boxes on a page to be signed are told with the unit, the place and the letter."""

import pytest

from scoring.pages.export.fonts import typefaces
from scoring.pages.letters import _SURE, missing_letters, unprintable
from scoring.publishing.results import results_of


@pytest.mark.parametrize("text", ["Công đoàn", "“12/KH-CĐ” – 5 × 3 … •", "Ⅳ ½ ≥ → ²", "đ\u0323"])
def test_what_a_typeface_has_is_not_told(text):
    assert missing_letters(text) == ""


@pytest.mark.parametrize("letter", ["ភ", "中", "ᄀ"])
def test_what_no_typeface_has_is_named_with_its_number(letter):
    assert missing_letters(f"12/KH {letter} {letter}") == f"'{letter}' (U+{ord(letter):04X})"


def test_many_letters_are_named_by_the_first_few():
    assert missing_letters("中文字体没有的字").endswith("'没' (U+6CA1), …")


def test_what_is_passed_without_a_look_can_be_printed():
    sure = {chr(number) for number in range(0x3000) if _SURE.fullmatch(chr(number))}
    assert sure <= typefaces(embedded_only=True).characters
    assert sure <= typefaces().characters


def test_a_unit_is_told_with_the_cell_where_the_letter_was_read(sample_2024):
    assessments, _ = results_of(sample_2024)
    assert list(unprintable(assessments)) == []
    mark = next(mark for mark in assessments[0].marks if mark.cell and not mark.parts)
    odd = assessments[0].model_copy(update={"marks": (mark.model_copy(update={"evidence": "12/KH ភ"}),)})
    (box,) = unprintable([odd])
    place = (odd.unit.id, mark.criterion, mark.file, mark.sheet, mark.cell)
    assert box == (*place, "'ភ' (U+1797)")
