"""A unit is found by its code or by what it is called; of several nothing is guessed."""

import pytest

from scoring.core.errors import ParameterError
from scoring.register.search import Named, find_units, fitting
from scoring.register.year import open_year


@pytest.fixture(scope="module")
def year(sample_2025):
    return sample_2025.year


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("MN-HOAMAI", "MN-HOAMAI"),
        ("mn-hoamai ", "MN-HOAMAI"),
        ("Công đoàn cơ sở Trường Mầm non Hoa Mai", "MN-HOAMAI"),
        ("hoa mai", "MN-HOAMAI"),
        ("Hoa Mai.", "MN-HOAMAI"),
        ("HOA MAI", "MN-HOAMAI"),
        ("Công đoàn xã Bình Tân", "XA-BINHTAN"),  # an alias
    ],
)
def test_a_code_or_name_however_it_is_typed_finds_its_unit(text, unit, year):
    assert find_units([text], year, "--unit") == [unit]


def test_several_that_fit_are_listed_and_none_is_taken(year):
    with pytest.raises(ParameterError, match=r"Bình: có \d+ đơn vị hợp với tên này. .*THCS-BINHMINH.*XA-BINHSON"):
        find_units(["Bình"], year, "--unit")


def test_every_text_that_fits_nothing_is_told_at_once_with_what_looks_alike(year):
    with pytest.raises(ParameterError) as refused:
        find_units(["MN-HOAMA", "hoa mai", "không có tên này", ""], year, "--units")
    first, second, third = refused.value.faults
    assert "MN-HOAMAI (" in first.mend
    assert "trong danh bạ" in second.what
    assert "units.csv" in third.mend


def test_part_of_a_word_is_no_word(year):
    with pytest.raises(ParameterError):
        find_units(["oa ma"], year, "--unit")


NAMES = {"T-1": "Trường Kim Đồng", "T-2": "Trường Kim Đông", "KIM": "Tổ Một"}
KNOWN = [Named(unit, name, (name,)) for unit, name in NAMES.items()]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Kim Đông", ["T-2"]),
        ("Kim Đồng", ["T-1"]),
        ("kim dong", ["T-1", "T-2"]),
        ("KIM", ["KIM"]),
        ("  ", []),
        ("...", []),
        ("一", []),
    ],
)
def test_what_is_written_with_its_marks_comes_before_what_only_looks_alike(text, units):
    assert [unit.id for unit in fitting(text, KNOWN)] == units


def test_posts_are_found_by_the_unit_they_belong_to():
    year = open_year("data/2024", "officer")
    (unit,) = find_units(["phú riềng"], year, "--unit")
    assert unit in set(year.units["id"])
