"""Sheets on paper: no letter smaller than nine points, on A4, whatever the columns are."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from scoring.core.sheet import A4, SMALLEST, figure_format, new_book, print_wide
from scoring.core.wording import MINUS, number
from scoring.reports.reading.number_format import seen
from scoring.rubric.columns import told_plain


def sheet_of(widths, size, repeated=0):
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        sheet = book.add_worksheet("a")
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.write_string(0, 0, "a", book.add_format({"font_size": size}))
        print_wide(sheet, widths, size, head=0, repeated=repeated)
    return load_workbook(buffer)["a"]


def pages_of(sheet, widths):
    """The columns' widths on each page, the repeated ones on the later ones too, in inches."""
    scale = (sheet.page_setup.scale or 100) / 100
    inches = [(7 * width + 5) / 96 * scale for width in widths]
    breaks = [one.id for one in sheet.col_breaks.brk]
    pages = [inches[start:end] for start, end in zip([0, *breaks], [*breaks, len(inches)], strict=True)]
    again = inches[: repeated_of(sheet)] if sheet.print_title_cols else []
    return [sum(page) + (sum(again) if number else 0) for number, page in enumerate(pages)]


def repeated_of(sheet):
    return ord(sheet.print_title_cols.replace("$", "").split(":")[1]) - ord("A") + 1


@pytest.mark.parametrize(
    ("widths", "size", "repeated"),
    [([20], 11, 0), ([30] * 4, 12, 1), ([18] * 14, 10, 3), ([60] * 9, 11, 1), ([90, 20, 20, 20], 11, 3)],
)
def test_no_letter_is_printed_smaller_than_nine_points_and_every_page_holds_its_columns(widths, size, repeated):
    sheet = sheet_of(widths, size, repeated)
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (A4, "landscape")
    assert size * (sheet.page_setup.scale or 100) / 100 >= SMALLEST
    assert all(width <= 297 / 25.4 - 0.8 for width in pages_of(sheet, widths))


def test_what_fits_is_on_one_page_as_large_as_it_may_be():
    assert [one.id for one in sheet_of([20] * 4, 11).col_breaks.brk] == []
    assert sheet_of([20] * 4, 11).page_setup.scale in (None, 100)


def test_a_negative_figure_has_the_same_sign_in_excel_as_on_a_page_and_is_read_back_as_it_is():
    sight = seen(figure_format(2), Decimal("-5.25"))
    assert (sight.figure, sight.text) == (Decimal("-5.25"), MINUS)
    assert seen(figure_format(0), Decimal(5)).figure == 5
    assert told_plain(Decimal("-0.5")) == number(Decimal("-0.5"))
