"""Which unit somebody means who writes a name where a code is asked for.

What is written exactly, or fits one unit alone, is taken; of several nothing is guessed: they are listed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from scoring.core.errors import Fault, ParameterError
from scoring.core.text import likeness, shown
from scoring.register.year import Year

_LISTED = 8
"""How many units a message lists."""


class Named(NamedTuple):
    """A unit with everything it is called: its name, short name and aliases."""

    id: str
    name: str
    called: tuple[str, ...]


def find_units(texts: Sequence[str], year: Year, option: str) -> list[str]:
    """The ids of the units meant by codes or names, each once, in the order of the texts.

    Raises ParameterError, about `option`, with every text that fits no unit or several, and those it fits.
    """
    known = _named(year)
    found = [(text, fitting(text, known)) for text in texts]
    faults = [_fault(text, units, known) for text, units in found if len(units) != 1]
    if faults:
        raise ParameterError(option, faults)
    return list(dict.fromkeys(units[0].id for _, units in found))


def fitting(text: str, known: Sequence[Named]) -> list[Named]:
    """The units that fit best: by code, else by a whole name, else by words of a name, marks and capitals aside last.

    >>> ann, bao = Named("A-1", "Trường An Hòa", ("An Hòa",)), Named("B-1", "Trường Bảo An", ("Bảo An",))
    >>> [[one.id for one in fitting(text, [ann, bao])] for text in ("b-1", "an hoà", "An", "Bảo")]
    [['B-1'], ['A-1'], ['A-1', 'B-1'], ['B-1']]
    """
    if len(wanted := _words(text, _plain)) == 0:
        return []
    as_written, alike = _words(text, _plain), _words(text, likeness)
    tests: tuple[Callable[[Named], bool], ...] = (
        lambda unit: unit.id == text.strip(),
        lambda unit: likeness(unit.id) == likeness(text),
        lambda unit: any(_words(name, _plain) == wanted for name in unit.called),
        lambda unit: any(likeness(name) == likeness(text) for name in unit.called),
        lambda unit: any(_holds(_words(name, _plain), as_written) for name in unit.called),
        lambda unit: any(_holds(_words(name, likeness), alike) for name in unit.called),
    )
    return next((units for test in tests if (units := [unit for unit in known if test(unit)])), [])


def _named(year: Year) -> list[Named]:
    """Whom the year's rubric scores, units that ended included, with the aliases the register knows."""
    spans = year.register.spans
    aliases = dict(zip(spans["id"], spans["aliases"].fillna(""), strict=True))
    rows = year.units[["id", "name", "short_name"]].astype(str).itertuples(index=False)
    return [
        Named(unit, name, tuple(filter(None, (name, short, *aliases.get(unit, "").split("|")))))
        for unit, name, short in rows
    ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _words(text: str, look: Callable[[str], str]) -> list[str]:
    return [word for part in text.split() if (word := look(part.strip(".,;:()“”\"'")))]


def _holds(words: list[str], wanted: list[str]) -> bool:
    """Whether the wanted words stand in a name one after the other."""
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1)) and bool(wanted)


def _fault(text: str, units: Sequence[Named], known: Sequence[Named]) -> Fault:
    """What is said of a text that fits several units, or none."""
    stated = shown(text.strip())
    if units:
        more = f" và {len(units) - _LISTED} đơn vị nữa" if len(units) > _LISTED else ""
        mend = "ghi mã, hoặc ghi tên đầy đủ hơn"
        return Fault(stated, f"có {len(units)} đơn vị hợp với tên này", f"{_list(units)}{more}", mend)
    looks = {likeness(name): unit for unit in known for name in (unit.id, *unit.called)}
    close = list(dict.fromkeys(looks[look] for look in get_close_matches(likeness(text), looks, _LISTED)))
    mend = f"ý bạn là {_list(close)}?" if close else "ghi mã hoặc tên trong units.csv"
    return Fault(stated, "không có mã đơn vị này trong danh bạ, cũng không có đơn vị nào mang tên này", mend=mend)


def _list(units: Sequence[Named]) -> str:
    return "; ".join(f"{unit.id} ({unit.name})" for unit in units[:_LISTED])
