"""What does a person see in a cell that holds a number? Excel's number formats, as far as a report may have them.

Only the standard library: the process that reads workbooks asks it too.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

_DATES = "yyyy-mm-dd"
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    16: "d-mmm",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: "#,##0_);(#,##0)",
    42: "#,##0_);(#,##0)",
    43: "#,##0.00_);(#,##0.00)",
    44: "#,##0.00_);(#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
"""The formats that a workbook names by number alone (ISO/IEC 29500-1, 18.8.30)."""
_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|(\[[^\]]*\])|(am/pm|a/p|general)|(.)', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_WIDE = Context(prec=1000)
"""No figure that a cell can hold is too long for it."""
_FINEST = Decimal("1e-9")
_FRACTION = re.compile(r"[0#?]\s*/\s*([0-9#?]+)")
_POWER = re.compile(r"(?<![0#?.,])([0#?.,]*[0#?])E[+-]", re.IGNORECASE)
_MARKS = frozenset("0#?.,/%E")
_NO_MARK = re.compile(r"[^.,/%E+\- ]|(?<!E)-")
_LONGEST = 255
"""Letters of a format that are looked at, as many as Excel takes: all percent signs, they make no figure too long."""
_SIGNED = re.compile(r"[^\w#?]*[-(\u2212<>≤≥≈±~]")
_CLOCK = frozenset("ymdhs")
_CALENDAR = _CLOCK | frozenset("egb")
_HOLDS = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}


class Section(NamedTuple):
    """One part of a format.

    signs: its characters that are no literals; literals: the texts it shows as they are; pattern: both in their order,
    a literal that looks like a mark as NUL.
    """

    signs: str
    literals: tuple[str, ...]
    pattern: str
    brackets: tuple[str, ...]
    is_general: bool
    has_clock: bool


class Seen(NamedTuple):
    """What a person sees of a figure.

    figure: the number shown, None where no digit of it is. percent: whether it is shown as a hundredfold with %.
    text: the literal texts around it. is_odd: whether they make another figure of it, as a minus that is not its own.
    """

    figure: Decimal | None
    percent: bool
    text: str
    is_odd: bool = False


def built_in(number: int) -> str:
    """The format that a number names; "" for the general one and for one that nobody knows."""
    is_day = 14 <= number <= 22 or 27 <= number <= 36 or 50 <= number <= 58
    return _BUILT_IN.get(number, _DATES if is_day else "")


@lru_cache(maxsize=512)
def sections(code: str) -> tuple[Section, ...]:
    """The parts of a format, which semicolons outside of texts divide."""
    found, parts = [], [_Part()]
    for quoted, escaped, bracket, word, sign in _TOKEN.findall(code[:_LONGEST]):
        if sign == ";":
            parts.append(_Part())
        else:
            parts[-1].add(quoted or escaped, bracket, word, sign)
    found = [part.section() for part in parts]
    return tuple(found)


class _Part:
    def __init__(self) -> None:
        self.signs: list[str] = []
        self.pattern: list[str] = []
        self.literals: list[str] = []
        self.brackets: list[str] = []
        self.words: list[str] = []

    def add(self, literal: str, bracket: str, word: str, sign: str) -> None:
        if literal:
            self.literals.append(literal)
            self.pattern += ["\0" if letter in _MARKS else letter for letter in literal.strip()]
        if bracket:
            self.brackets.append(bracket)
        if word:
            self.words.append(word.casefold())
        if sign:
            self.signs.append(sign)
            self.pattern.append(sign)

    def section(self) -> Section:
        signs = "".join(self.signs)
        # a scientific format has letters too, and a word of another language (Standard, Geral) is none at all
        letters = {sign.casefold() for sign in signs if sign.isalpha()}
        is_clock = bool(letters & _CLOCK) and letters <= _CALENDAR
        elapsed = any(_ELAPSED.fullmatch(bracket) for bracket in self.brackets)
        has_marks = any(sign in "0#?@%" for sign in signs)
        is_general = "general" in self.words or signs.strip() == "@" or (bool(letters) and not has_marks)
        return Section(
            signs,
            tuple(self.literals),
            "".join(self.pattern),
            tuple(self.brackets),
            is_general and not is_clock,
            is_clock or elapsed,
        )


def shows_date(code: str) -> bool:
    """Whether a format shows a number as a day or a time.

    >>> shows_date("dd/mm/yyyy"), shows_date('0" d"'), shows_date("Standard")
    (True, False, False)
    """
    return any(section.has_clock for section in sections(code))


def shows_year(code: str) -> bool:
    """Whether a format shows the year of a day.

    >>> shows_year("d-mmm"), shows_year("dd/mm/yyyy")
    (False, True)
    """
    return any(sign in "yYeE" for section in sections(code) for sign in section.signs)


def shows_elapsed(code: str) -> bool:
    """Whether a format shows a number as a span of time."""
    return any(_ELAPSED.fullmatch(bracket) for section in sections(code) for bracket in section.brackets)


def seen(code: str, figure: Decimal) -> Seen:
    """What a person sees of a figure.

    >>> seen("#,##0,", Decimal(400)).figure, seen('0"%"', Decimal(3)), seen("0%", Decimal("0.95")).figure
    (Decimal('0'), Seen(figure=Decimal('3'), percent=False, text='%', is_odd=False), Decimal('95'))
    """
    section, bare = _chosen(sections(code), figure)
    text = "".join(section.literals)
    if section.is_general:
        return Seen(figure, "%" in section.signs, text)
    marks = [place for place, sign in enumerate(section.signs) if sign in "0#?"]
    if not marks:
        return Seen(None, "%" in section.signs, text + section.signs)
    if fraction := _FRACTION.search(section.signs):
        return Seen(_as_fraction(figure, fraction[1]), False, text)
    if power := _POWER.search(section.signs):
        return Seen(_by_power(figure, power[1]), False, text)
    percent = section.signs.count("%")
    scaled = (abs(figure) if bare else figure).scaleb(2 * percent - 3 * _thousands(section.signs), _WIDE)
    shown = scaled.quantize(Decimal(1).scaleb(-_decimals(section.signs)), ROUND_HALF_UP, _WIDE)
    if not shown and not any(section.signs[place] in "0?" for place in marks):
        return Seen(None, percent > 0, text)
    is_negative = bare and (any(sign in section.signs for sign in "-(\u2212") or "\u2212" in text)
    is_odd = _is_parted(section.pattern) or (figure > 0 and bool(_SIGNED.match(section.pattern)))
    return Seen(-shown if is_negative else shown, percent > 0, text, is_odd)


def _is_parted(pattern: str) -> bool:
    """Whether something stands between two digits that is no mark of a number."""
    return any(_NO_MARK.search(between) for between in re.split("[0#?]", pattern)[1:-1])


def _chosen(parts: tuple[Section, ...], figure: Decimal) -> tuple[Section, bool]:
    """The part that shows a figure, and whether it shows it without its own sign."""
    if any(_CONDITION.fullmatch(bracket) for part in parts for bracket in part.brackets):
        for part in parts:
            limits = [found for bracket in part.brackets if (found := _CONDITION.fullmatch(bracket))]
            if all(_HOLDS[limit[1]](figure, Decimal(limit[2])) for limit in limits):
                return part, False
        return parts[-1], False
    if figure < 0 and len(parts) > 1:
        return parts[1], True
    if figure == 0 and len(parts) > 2:
        return parts[2], False
    return parts[0], False


def _as_fraction(figure: Decimal, below: str) -> Decimal:
    """A figure to the nearest fraction whose lower part is the one stated, or has no more digits than that many."""
    part = Fraction(figure)
    if below.isdecimal() and int(below):
        part = Fraction(round(part * int(below)), int(below))
    else:
        part = part.limit_denominator(10 ** min(len(below), 9) - 1)
    return _WIDE.divide(Decimal(part.numerator), Decimal(part.denominator)).quantize(_FINEST, ROUND_HALF_UP, _WIDE)


def _by_power(figure: Decimal, before: str) -> Decimal:
    """A figure to as many digits as are shown before the power of ten."""
    if not figure:
        return figure
    digits = Decimal(1).scaleb(figure.adjusted() - _decimals(before), _WIDE)
    return figure.quantize(digits, ROUND_HALF_UP, _WIDE)


def _thousands(signs: str) -> int:
    """How many times a figure is divided by a thousand: the commas behind its last digit, or before its point."""
    behind = re.search("[0#?](,+)[^0#?,]*$", signs)
    before = re.search(r"[0#?](,+)\.", signs)
    return sum(len(found[1]) for found in (behind, before) if found)


def _decimals(signs: str) -> int:
    return min(30, sum(sign in "0#?" for sign in signs.partition(".")[2]))
