"""Which columns a sheet has for one kind of thing of a rubric, and how a cell of each is written and read.

The columns are those of the model, so that a new field has its column at once. A cell is text: figures with a comma
before their decimals, days as 31/12/2024, yes as "có", a list a line, and a word of a list with what it means behind
" · ".
"""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from scoring.core.numerals import readings
from scoring.core.wording import MINUS
from scoring.rubric.model import Bound
from scoring.rubric.strict_yaml import Place

Kind = Literal["text", "number", "yes", "date", "word", "list", "map", "limit"]
SEPARATOR = " · "
_DATED = re.compile(r"(\d\d/\d\d/\d{4})-(\d\d/\d\d/\d{4})?: (.*) \[([^\[\]]+)\]")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d\d)-(\d\d)")
_YES_NO = {"có": True, "không": False}


class SheetColumn(NamedTuple):
    """One column: where its value stands in the thing a row is about, what a cell holds, and the words of a list."""

    path: tuple[str, ...]
    kind: Kind
    words: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The path as the sheet names it."""
        return ".".join(self.path)


def columns_of(model: type[BaseModel], above: tuple[str, ...] = ()) -> list[SheetColumn]:
    """The columns of a model, nested models flattened; what is a table of its own (models in a list) has none."""
    found: list[SheetColumn] = []
    for name, field in model.model_fields.items():
        path = (*above, field.alias or name)
        annotation: Any = field.annotation
        found += list(_columns(path, _plain(annotation)))
    return found


def _columns(path: tuple[str, ...], kinds: tuple[Any, ...]) -> Iterator[SheetColumn]:
    if Bound in kinds:
        yield SheetColumn(path, "limit")
        return
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from columns_of(kind, path)
        elif get_origin(kind) is Literal:
            words = get_args(kind)
            yield SheetColumn(path, "yes") if words == (True,) else SheetColumn(path, "word", words)
        elif get_origin(kind) is tuple and not _models(kind):
            inner = _plain(get_args(kind)[0])[0]
            yield SheetColumn(path, "list", get_args(inner) if get_origin(inner) is Literal else ())
        elif get_origin(kind) is dict and _plain(get_args(kind)[1])[0] is str:
            yield SheetColumn(path, "map")
        elif kind in _SIMPLE:
            yield SheetColumn(path, _SIMPLE[kind])


_SIMPLE: dict[Any, Kind] = {bool: "yes", int: "number", Decimal: "number", datetime.date: "date", str: "text"}


@cache
def _plain(annotation: Any) -> tuple[Any, ...]:
    """The kinds an annotation allows, without what says more about them."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) is Union or isinstance(annotation, types.UnionType):
        inner = [_plain(part) for part in get_args(annotation) if part is not types.NoneType]
        flat = tuple(kind for kinds in inner for kind in kinds)
        literal = tuple(word for kind in flat if get_origin(kind) is Literal for word in get_args(kind))
        return (Literal[literal],) if literal else flat
    return (annotation,)


def _models(kind: Any) -> bool:
    return any(isinstance(part, type) and issubclass(part, BaseModel) for part in get_args(kind))


def at(thing: Any, path: Iterable[str]) -> Any:
    """What stands at a path in nested dicts; None where nothing does."""
    for key in path:
        thing = thing.get(key) if isinstance(thing, dict) else None
    return thing


def put(thing: dict[str, Any], path: Place, value: Any) -> None:
    """Write a value at a path of nested dicts."""
    *above, last = path
    for key in above:
        thing = thing.setdefault(str(key), {})
    thing[str(last)] = value


def told(column: SheetColumn, value: Any) -> str:
    """A value as a cell holds it; "" for nothing."""
    if value in (None, (), {}):
        return ""
    if is_dated(value):
        return "\n".join(_dated_line(column, entry) for entry in value["dated"])
    if column.kind == "list" and isinstance(value, tuple):
        return "\n".join(_escaped(str(part)) for part in value)
    if column.kind == "map" and isinstance(value, dict):
        return "\n".join(f"{key}: {_escaped(str(part))}" for key, part in value.items())
    if column.kind == "limit" and value == {"by": "members"}:
        return "members"
    return told_plain(value)


def is_dated(value: Any) -> bool:
    """Whether a value is a figure chosen by date, well formed."""
    entries: Any = value.get("dated") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(entries, tuple):
        return False
    whole = all(
        isinstance(one, dict)
        and {"from", "value", "source"} <= set(one) <= {"from", "to", "value", "source", "article"}
        for one in entries
    )
    return whole and all(isinstance(one.get(day, _A_DAY), datetime.date) for one in entries for day in ("from", "to"))


_A_DAY = datetime.date.min


def told_plain(value: Any) -> str:
    """A single figure, day, yes or text as a cell holds it."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if not isinstance(value, Decimal | int):
        return str(value)
    return (f"{value:f}" if isinstance(value, Decimal) else str(value)).replace(".", ",").replace("-", MINUS)


def _dated_line(column: SheetColumn, entry: dict[str, Any]) -> str:
    until = told_plain(entry["to"]) if "to" in entry else ""
    cited = SEPARATOR.join(str(entry[key]) for key in ("source", "article") if key in entry)
    return f"{told_plain(entry['from'])}-{until}: {told(column, entry['value'])} [{cited}]"


def read(column: SheetColumn, text: str) -> Any:
    """What a cell says; a text that is not of the column's kind stays text, which the loader refuses in its place."""
    dated = [_DATED.fullmatch(line.strip()) for line in text.split("\n")]
    if all(dated):
        return {"dated": tuple(_dated_entry(column, found) for found in dated if found)}
    if column.kind == "list":
        lines = [line for line in text.split("\n") if line.strip()]
        return tuple(_unescaped(_word(column, line)) for line in lines)
    if column.kind == "map":
        return _map(text)
    if column.kind == "limit" and text.strip() == "members":
        return {"by": "members"}
    return text if column.kind == "text" else _READ[column.kind](_word(column, text.strip()))


def _word(column: SheetColumn, text: str) -> str:
    return text.split(SEPARATOR)[0].strip() if column.words else text


def _map(text: str) -> Any:
    pairs = [line.partition(":") for line in text.split("\n") if line.strip()]
    if not all(mark for _, mark, _ in pairs):
        return text
    return {key.strip(): _unescaped(value.strip()) for key, _, value in pairs}


def read_figure(text: str) -> Any:
    """A figure; "1.000" stays text, as it may be a thousand or one. A comma stands before decimals, as it is written.

    >>> read_figure("1,50"), read_figure("1,000"), read_figure("7"), read_figure("1.000")
    (Decimal('1.50'), Decimal('1.000'), 7, '1.000')
    """
    read = readings(text)
    read = tuple(one for one in read if one.mark == "," and not one.is_grouped) or read
    if len(read) != 1:
        return text
    (one,) = read
    return int(one.figure) if one.figure.as_tuple().exponent == 0 else one.figure


def read_day(text: str) -> Any:
    """A day as 31/12/2024 or 2024-12-31."""
    found = _DAY.fullmatch(text)
    if not found:
        return text
    parts = [int(part) for part in found.groups() if part is not None]
    year, month, day = parts if found[4] else parts[::-1]
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return text


_READ: dict[Kind, Callable[[str], Any]] = {
    "number": read_figure,
    "limit": read_figure,
    "date": read_day,
    "yes": lambda text: _YES_NO.get(text.casefold(), text),
    "word": str,
}


def _dated_entry(column: SheetColumn, found: re.Match[str]) -> dict[str, Any]:
    entry = {"from": read_day(found[1]), "to": read_day(found[2] or ""), "value": read(column, found[3])}
    source, _, article = found[4].partition(SEPARATOR)
    return {key: value for key, value in {**entry, "source": source, "article": article}.items() if value != ""}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
