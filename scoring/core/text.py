"""Codes that look alike, and text as a message may show it."""

from __future__ import annotations

import re
import unicodedata

from scoring.core.language import say, term

# Cyrillic, then Greek capitals, under the Latin capitals they look like.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧĐ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYXD")


def likeness(text: str) -> str:
    """What a code, name or alias looks like: Latin capitals and digits, without marks and signs.

    >>> likeness("xã-phú_riềng "), likeness("ХА-PHURIENG")
    ('XAPHURIENG', 'XAPHURIENG')
    """
    plain = unicodedata.normalize("NFKD", text).upper().translate(_LOOKALIKES)
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def odd_characters(text: str) -> str:
    """In words, the first few of each kind of character that stands in no code; "" where there are none.

    >>> odd_characters("ХA-01bc")
    "chữ Kirin 'Х' (U+0425); chữ thường 'b', 'c'"
    """
    kinds: dict[str, list[str]] = {}
    for character in dict.fromkeys(text):
        if not re.fullmatch(r"[A-Z0-9._-]", character):
            kinds.setdefault(_kind(character), []).append(_named(character))
    return "; ".join(f"{say(kind)} {', '.join(named[:3])}" for kind, named in kinds.items())


def _named(character: str) -> str:
    """The character in quotes, with its number where a typist could not tell it by sight."""
    if not character.isprintable():
        return f"U+{ord(character):04X}"
    return f"'{character}'" if character.isascii() else f"'{character}' (U+{ord(character):04X})"


def _kind(character: str) -> str:
    """What an odd character is, in an evaluator's words, which `say` is given later."""
    script = unicodedata.name(character, "").partition(" ")[0]
    scripts = {"CYRILLIC": term("chữ Kirin"), "GREEK": term("chữ Hy Lạp"), "FULLWIDTH": term("chữ toàn khổ")}
    if script in scripts:
        return scripts[script]
    match unicodedata.category(character):
        case "Ll":
            return term("chữ thường") if character.isascii() else term("chữ thường có dấu")
        case "Lu":
            return term("chữ có dấu")
        case "Mn":
            return term("dấu viết rời")
        case "Pd":
            return term("dấu gạch khác với '-'")
        case "Zs":
            return term("khoảng trắng")
        case "Cf" | "Cc":
            return term("ký tự ẩn")
        case _:
            return term("ký tự không dùng trong mã")


def shown(text: str) -> str:
    """Text that a message may show: at most 60 characters, none hidden.

    >>> shown("XA\u200b-01")
    'XA[U+200B]-01'
    """
    short = text if len(text) <= 60 else text[:60] + "…"
    return "".join(letter if letter.isprintable() else f"[U+{ord(letter):04X}]" for letter in short)


def column_letters(column: int) -> str:
    """A column as Excel names it.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
