"""Where a workbook has its results; and, where it has none, why."""

import pytest

from scoring.reports.reading.cells import Cell
from scoring.reports.reading.table import only_table
from scoring.reports.reading.workbook import Book, Sheet


def book(*texts):
    return Book((Sheet("BC", {(1, column): Cell("text", text) for column, text in enumerate(texts, 1)}),))


@pytest.mark.parametrize(
    "headings",
    [
        ("C«ng ®oµn tr­êng", "M·", "KÕt qu¶", "Kh«ng ¸p dông", "Minh chøng"),  # TCVN3
        ("Maõ", "Keát quaû", "Khoâng aùp duïng", "Minh chöùng (soá, ngaøy)"),  # VNI
    ],
)
def test_headings_in_an_old_font_are_told_as_that_and_what_to_do(headings):
    found = only_table(book(*headings))
    assert found.code == "no_table"
    assert "phông cũ" in found.message
    assert "UniKey" in found.mend


def test_a_workbook_of_something_else_is_not_said_to_be_in_an_old_font():
    found = only_table(book("Họ và tên", "Năm sinh", "Ghi chú: Không có", "Nguyễn Thị Hoà", "Ðà Nẵng"))
    assert (found.code, "phông" in found.message) == ("no_table", False)
