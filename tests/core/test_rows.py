"""Rows have the columns that their types say, so that a misspelt one is found before it runs."""

import pytest

from scoring.core import rows
from scoring.core.tables import rows_as

KINDS = {
    "entries": rows.EntryRow,
    "findings": rows.FindingRow,
    "marks": rows.MarkRow,
    "totals": rows.TotalRow,
    "standings": rows.StandingRow,
    "quotas": rows.QuotaRow,
    "decisions": rows.DecisionRow,
}


@pytest.mark.parametrize("name", KINDS)
def test_a_table_has_the_columns_its_rows_are_typed_with_and_no_others(sample_2024, name):
    table = getattr(sample_2024, name)
    assert {column for column in table if ":" not in column} == set(KINDS[name].__annotations__)


def test_units_have_the_columns_their_rows_are_typed_with(sample_2024):
    assert set(sample_2024.year.units) == set(rows.UnitRow.__annotations__)


def test_a_column_that_is_never_blank_is_typed_so(sample_2024):
    for name, kind in KINDS.items():
        for row in rows_as(kind, getattr(sample_2024, name)):
            blank = {column for column, cell in row.items() if cell is None and ":" not in column}
            assert not [column for column in blank if "None" not in str(kind.__annotations__[column])]


def test_what_is_named_after_a_group_is_read_by_its_name():
    total = {"unit": "U1", "points:A": 950}
    assert rows.of(total, "points", "A") == 950
    with pytest.raises(KeyError, match="points:B"):
        rows.of(total, "points", "B")


def test_a_figure_that_is_not_there_is_never_taken_for_one():
    assert rows.known(0) == 0
    with pytest.raises(LookupError, match="not known"):
        rows.known(None)
