"""Which letters of the reports has no typeface of this machine? Each would be a box on the page that is signed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scoring.assessment.records import Assessment
from scoring.core.text import shown

_SURE = re.compile(
    "[ -~\n\u00a0-\u00ac\u00ae-\u00ff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0"
    "\u1ea0-\u1ef9\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]*"
)
"""What every typeface that a page is set in has: nothing is loaded to look for it."""
_NAMED = 5
"""Letters that a sentence names."""


class Unprintable(NamedTuple):
    """A text of a unit's page with letters no typeface has, and where the text was read. letters: in words."""

    unit: str
    criterion: str
    file: str
    sheet: str
    cell: str
    letters: str


def missing_letters(text: str) -> str:
    """The letters of a text that no typeface of this machine has, in words; "" where it can be printed.

    >>> missing_letters("12/KH-CĐ ngày 05/01/2024"), missing_letters("ភ")
    ('', "'ភ' (U+1797)")
    """
    if _SURE.fullmatch(text):
        return ""
    from scoring.pages.export.fonts import typefaces  # looks through the machine's typefaces: few texts need it

    missing = [letter for letter in dict.fromkeys(text) if letter not in typefaces().characters]
    named = ", ".join(f"'{shown(letter)}' (U+{ord(letter):04X})" for letter in missing[:_NAMED])
    return f"{named}, …" if len(missing) > _NAMED else named


def unprintable(assessments: Iterable[Assessment]) -> Iterator[Unprintable]:
    """The texts of the reports that units' pages print and no typeface can."""
    for one in assessments:
        for mark in one.marks:
            for line in mark.parts or (mark,):
                if letters := missing_letters(line.evidence):
                    yield Unprintable(one.unit.id, mark.criterion, line.file, line.sheet, line.cell, letters)
