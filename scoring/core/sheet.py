"""Excel sheets that are written: a book whose texts stay text, and how a wide sheet is printed."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

A3, A4 = 8, 9
"""Paper as Excel numbers it."""
_INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FOOTER = "&CTrang &P/&N"


def new_book(buffer: BytesIO) -> Workbook:
    """A book to be closed by `with`; what is written as text is never a formula, a link or a number."""
    return xlsxwriter.Workbook(buffer, _INERT)


def print_wide(
    sheet: Worksheet, *, paper: int = A4, head: int | None = None, pages: int | None = 1, footer: str = _FOOTER
) -> None:
    """Print a sheet landscape, numbered, its head row again on every page, so many pages wide (None: as it is)."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    if pages is not None:
        sheet.fit_to_pages(pages, 0)
    if head is not None:
        sheet.repeat_rows(head)
    sheet.set_footer(footer)
