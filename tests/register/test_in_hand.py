"""The year in hand is the one chosen last, and the latest that scores units where none was."""

import pytest

from scoring.core.choices import MAIN
from scoring.core.errors import ParameterError
from scoring.register.in_hand import choose_year, known_years, ruled_years, year_in_hand


@pytest.fixture
def data(tmp_path):
    for year in (2024, 2025, 2026):
        (tmp_path / "data" / str(year) / "rubrics").mkdir(parents=True)
    for year in (2024, 2025):
        (tmp_path / "data" / str(year) / "rubrics" / f"{MAIN}.yaml").touch()
    return tmp_path / "data"


def test_it_is_the_latest_that_scores_units_until_one_is_chosen(data):
    assert (known_years(data), year_in_hand(data)) == ([2024, 2025, 2026], 2025)
    choose_year(data, 2024)
    assert year_in_hand(data) == 2024


def test_a_choice_counts_for_the_rubrics_its_year_has(data):
    (data / "2026" / "rubrics" / "officer.yaml").touch()
    assert (ruled_years(data), ruled_years(data, "officer")) == ([2024, 2025], [2026])
    choose_year(data, 2026)
    assert (year_in_hand(data), year_in_hand(data, "officer")) == (2025, 2026)
    choose_year(data, 2024)
    assert (year_in_hand(data), year_in_hand(data, "officer")) == (2024, 2026)


@pytest.mark.parametrize("written", ["2019", "năm nay", "", "9" * 200])
def test_a_choice_that_names_no_year_there_is_counts_for_none(data, written):
    choose_year(data, 2024)
    (data.parent / "outputs" / ".nam_dang_lam").write_text(written, "utf-8")
    assert year_in_hand(data) == 2025


def test_where_there_is_no_year_that_is_said(tmp_path):
    with pytest.raises(ParameterError, match="chưa có số liệu của năm nào"):
        year_in_hand(tmp_path / "data")
