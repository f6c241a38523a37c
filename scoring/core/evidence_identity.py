"""Do two texts name the same piece of evidence (minh chứng)? A phrase without a number or an address names none."""

from __future__ import annotations

import re
from functools import lru_cache

DATE = r"(?<![0-9])([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])"
"""A day inside a text: day, month and year."""
ADDRESS = r"https?://\S+"
"""A link inside a text."""
NUMBER = re.compile(r"(?<![\w/.-])[0-9]+[A-Za-z]?(?:/[0-9]{4})?/[^\W\d_][\w&.-]*")
"""The number and symbol of a document inside a text."""
_NUMBERED = re.compile(r"(?=\S*[0-9])\S+/\S+")
_STROKES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad"), "-")
_BLANK_STROKE = re.compile(r"(?<=[0-9])(?: +/ *| */ +)(?=[^\W\d_]+-)")
ISSUER = re.compile(r"\bdo (.+) ban hành\b")
"""Who issued a document, as the form's sheet of evidence is put into words."""


@lru_cache(8192)
def piece_named(text: str) -> str | None:
    """What a text names for sure, the same for every text that names it; None where it is a phrase.

    A document is known by its number, day and issuer (where one is told in words), an annex to it by the annex's own
    number too, and anything else by its address.

    >>> piece_named("012/KH-CĐ ngày 5/3/2024") == piece_named("12/kh-cđ, ngày 05/03/2024")
    True
    >>> piece_named("Ảnh bảng tin") is None
    True
    """
    words = as_typed(re.sub(ADDRESS, "", text))
    numbers = [_plain(found[0]) for found in NUMBER.finditer(re.sub(DATE, "", words))]
    if numbers:
        days = ["-".join(str(int(part)) for part in found.groups()) for found in re.finditer(DATE, words)]
        issuer = ISSUER.search(words)
        annexes = [found[0].casefold() for found in re.finditer(r"(?i)phụ lục\s+\w+", words)]
        return "\n".join([*numbers, *days, *annexes, *([issuer[1].casefold()] if issuer else [])])
    if _NUMBERED.search(words):  # numbered in a way of its own: the same only in the same words
        return " ".join(words.casefold().split())
    addresses = [_bare(found[0]) for found in re.finditer(ADDRESS, text, re.IGNORECASE)]
    return "\n".join(addresses) or None


def as_typed(words: str) -> str:
    """Words with the strokes that a keyboard has: Word and Excel make long ones of them, and people put blanks there.

    >>> as_typed("12 / KH\u2013CĐ")
    '12/KH-CĐ'
    """
    return _BLANK_STROKE.sub("/", words.translate(_STROKES))


def _plain(number: str) -> str:
    return number.rstrip(".-").lstrip("0").casefold()


def _bare(address: str) -> str:
    """An address without what makes no other page of it: the kind of line, www and a stroke at the end."""
    ends = ".,;/\"'”’" if "(" in address else ".,;/\"'”’)"
    host, stroke, path = re.sub(r"(?i)^https?://(?:www\.)?", "", address.rstrip(ends)).partition("/")
    return host.casefold() + stroke + path
