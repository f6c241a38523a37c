"""How is a number that people typed read: is "76,833" seventy-six thousand, or seventy-six and a part?

One parser for every door: cells of reports, CSV, the register, the workbooks of verification and of a rubric. A text
has one reading, two (three figures after a single mark: thousands or decimals), or none. Which of two is meant is told
by what the figure may be and by the other figures of its column and file; what stays in doubt is asked, never guessed
from regional settings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from scoring.core.language import say
from scoring.core.text import shown

Mark = Literal[",", "."]
"""What stands before decimals."""

LONGEST = 60
"""Characters of the longest text that is read as a number."""

_MINUS = re.compile("^[\u2212\u2013]")
_PLAIN = re.compile(r"-?[0-9]+(?:([.,])[0-9]+)?")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*(?:([.,])[0-9]+)?")


class Reading(NamedTuple):
    """One way to read a text: its figure, and the mark it takes as the decimal one ("": the text does not tell)."""

    figure: Decimal
    mark: Mark | Literal[""]
    is_grouped: bool


def readings(text: str) -> tuple[Reading, ...]:
    """The ways a text can be read as a number; none where it is none.

    A typographic minus reads as a hyphen.

    >>> [str(one.figure) for one in readings("76,833")], [str(one.figure) for one in readings("1.250,5")]
    (['76833', '76.833'], ['1250.5'])
    """
    text = _MINUS.sub("-", text.strip())
    if len(text) > LONGEST:
        return ()
    found = []
    if (match := _GROUPED.fullmatch(text)) and match[1] != match[2]:
        whole, _, part = text.rpartition(match[2]) if match[2] else (text, "", "0")
        figure = Decimal(re.sub(r"[.,\s]", "", whole) + (f".{part}" if match[2] else ""))
        found.append(Reading(figure, _other(match[1]) if match[2] is None else _as_mark(match[2]), True))
    if match := _PLAIN.fullmatch(text):
        found.append(Reading(Decimal(text.replace(",", ".")), _as_mark(match[1]), False))
    return tuple(found)


def _as_mark(found: str | None) -> Mark | Literal[""]:
    match found:
        case "," | ".":
            return found
        case _:
            return ""


def _other(mark: str) -> Mark | Literal[""]:
    return "," if mark == "." else "." if mark == "," else ""


def settled(text: str, may_be: Callable[[Reading], bool], mark: Mark | None = None) -> tuple[Reading, ...]:
    """The readings that are left once it is known what the figure may be and how its neighbours are written.

    may_be: whether a figure can stand here at all. mark: the decimal mark of the other figures of its column or file.
    Where neither leaves one reading, all that are possible; where none is possible, all of the text's.
    """
    every = readings(text)
    possible = tuple(one for one in every if may_be(one)) or every
    if len(possible) < 2 or mark is None:
        return possible
    return tuple(one for one in possible if one.mark == mark) or possible


def two_ways(text: str, read: Sequence[Reading]) -> tuple[str, str]:
    """What is in doubt about a text with two readings, and how to mend it: each written so that it can be typed."""
    whole, part = (spelled(one) for one in read)
    what = say(
        "'{stated}' đọc được hai cách: {whole} (dấu ngăn cách hàng nghìn) hoặc {part} (dấu của phần lẻ)",
        stated=shown(text.strip()),
        whole=whole,
        part=part,
    )
    return what, say("ghi {whole} hoặc {part}", whole=whole, part=part)


def one_way(figure: str) -> str:
    """The digits of a cell that holds a number, so that they cannot be read as another one.

    >>> one_way("76.833"), one_way("12.5")
    ('76.8330', '12.5')
    """
    return f"{figure}0" if len(readings(figure)) > 1 else figure


def fits(figure: Decimal, *, places: int, least: Decimal | None = None, most: Decimal | None = None) -> bool:
    """Whether a figure has at most `places` decimals and lies within `least` … `most` (None: no end)."""
    return not figure.scaleb(places) % 1 and (least is None or figure >= least) and (most is None or figure <= most)


def may_be(reading: Reading, *, places: int, least: Decimal | None = None, most: Decimal | None = None) -> bool:
    """Whether a reading can stand where `places` decimals and `least` … `most` are asked for.

    Where whole numbers are asked for, nobody writes three decimals: a mark before three figures groups thousands.
    """
    decimal = not reading.is_grouped and reading.mark != ""
    return fits(reading.figure, places=places, least=least, most=most) and not (decimal and places == 0)


class Marks:
    """Which decimal mark the figures of a file are written with, column by column, as far as they tell."""

    def __init__(self) -> None:
        self._seen: defaultdict[Hashable, set[str]] = defaultdict(set)

    def see(self, column: Hashable, read: Sequence[Reading]) -> None:
        """Take note of a figure of which one reading is left."""
        if len(read) == 1 and read[0].mark:
            self._seen[column].add(read[0].mark)

    def of(self, column: Hashable) -> Mark | None:
        """The mark a column's figures agree on, else the file's; None where they are silent or at odds."""
        seen = self._seen.get(column) or set().union(*self._seen.values())
        return _as_mark(next(iter(seen))) or None if len(seen) == 1 else None


def spelled(reading: Reading) -> str:
    """A figure so that it can be read in one way only: no grouping, and never just three decimals.

    >>> [spelled(one) for one in readings("76,833")]
    ['76833', '76,8330']
    """
    text = f"{reading.figure.normalize():f}".replace(".", ",").replace("-", "\u2212")
    return f"{text}0" if re.fullmatch(r".?[0-9]{1,3},[0-9]{3}", text) else text
