"""Excel sheets that are written: a book whose texts stay text, and how a wide sheet is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import accumulate
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.core.wording import MINUS

A4 = 9
"""Paper as Excel numbers it."""
SMALLEST = 9
"""The smallest letters that are printed, in points."""
_INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FOOTER = "&CTrang &P/&N"
SIDE = 0.4
"""The margins at the sides, in inches."""
_ROOM = (297 / 25.4 - 2 * SIDE) * 72 * 0.92
"""How wide a lying A4 page is between them, in points, with some room for how programs round."""


def figure_format(decimals: int) -> str:
    """Excel's format of a figure with these decimals, with the sign of a negative one as pages print it.

    >>> figure_format(2)
    '0.00;"−"0.00'
    """
    plain = f"0.{'0' * decimals}".rstrip(".")
    return f'{plain};"{MINUS}"{plain}'


def new_book(buffer: BytesIO) -> Workbook:
    """A book to be closed by `with`; what is written as text is never a formula, a link or a number."""
    return xlsxwriter.Workbook(buffer, _INERT)


class Looks:
    """The formats of a book's cells, by xlsxwriter's properties; each is made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._properties: dict[int, dict[str, Any]] = {}

    def of(self, properties: dict[str, Any]) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = made = self._book.add_format(properties)
            self._properties[id(made)] = properties
        return self._made[key]

    def changed(self, look: Format | None, properties: dict[str, Any]) -> Format:
        """A format of this book as it is but for some properties; None for the plainest one."""
        return self.of((self._properties[id(look)] if look else {}) | properties)


def print_wide(
    sheet: Worksheet,
    widths: Sequence[float],
    size: float,
    *,
    head: int | None = None,
    repeated: int = 0,
    footer: str = _FOOTER,
) -> None:
    """Print a sheet on A4 landscape, numbered, its head row again on every page, no letter smaller than SMALLEST.

    widths: of all its columns, in characters as Excel counts them; size: of its letters, in points. Where the columns
    do not fit a page they go on over the next, the first `repeated` of them on each.
    """
    paper = paper_for(widths, size, repeated)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=SIDE, right=SIDE, top=0.6, bottom=0.6)
    sheet.set_print_scale(paper.scale)
    if paper.breaks:
        sheet.set_v_pagebreaks(paper.breaks)
    if paper.repeated:  # also where all columns fit: another program may reckon them wider
        sheet.repeat_columns(0, paper.repeated - 1)
    if head is not None:
        sheet.repeat_rows(head)
    sheet.set_footer(footer)


class PrintLayout(NamedTuple):
    """How a sheet lies on A4 landscape: its scale in percent, before which columns a page begins, how many repeat."""

    scale: int
    breaks: list[int]
    repeated: int


def paper_for(widths: Sequence[float], size: float, repeated: int = 0) -> PrintLayout:
    """The largest scale at which the columns fit a page, if no letter becomes smaller than SMALLEST; else breaks."""
    smallest = -(-100 * SMALLEST // size)
    scale = int(min(100, max(smallest, 100 * _ROOM // max(sum(map(_points, widths)), 1))))
    printed = [_points(width) * scale / 100 for width in widths]
    while sum(printed[:repeated]) > _ROOM / 2:
        repeated -= 1
    return PrintLayout(scale, list(_breaks(printed, repeated)), repeated)


def _points(width: float) -> float:
    """A column's width on paper: seven pixels a character and five beside them, three quarters of a point each."""
    return 0.75 * (7 * width + 5)


def _breaks(widths: Sequence[float], repeated: int) -> Iterator[int]:
    """Before which columns a page begins, in points; the repeated ones take their room on every page."""
    again = list(accumulate(widths[:repeated], initial=0))[-1]
    used = 0.0
    for place, width in enumerate(widths):
        if used and used + width > _ROOM:
            yield place
            used = again if place >= repeated else 0.0
        used += width
