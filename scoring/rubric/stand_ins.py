"""What stands in for a value that cannot be read, so that one round tells what is wrong with the rest too?

Several values stand in, one after the other: what is told of the other parts every time does not depend on them.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scoring.core.errors import Fault
from scoring.core.numerals import readings
from scoring.rubric.faults import replaced_at
from scoring.rubric.model import Band, Gate, Tie, When
from scoring.rubric.strict_yaml import Place, YamlFile

Model = TypeVar("Model", bound=BaseModel)
_ROUNDS = 4
"""How often what was found wrong behind what had been stood in for is stood in for as well."""
_CHOICES = 5
"""How many values stand in: as many as the longest list of words the rest hangs on has."""
_SOUND: dict[type[BaseModel], dict[str, Any]] = {
    When: {"not_eligible": True},
    Gate: {"flag": True},
    Band: {"from": 0},
    Tie: {"by": "bonus"},
}
"""What makes each of these one that may stand: just one of several keys."""


def faults_beside(
    model: type[Model], content: Any, file: YamlFile, told: Sequence[Fault], check: Callable[[Model], Iterable[Fault]]
) -> list[Fault]:
    """What `check` finds wrong with a content that cannot be read as a model, whatever would stand where it cannot.

    told: the faults that are known. Nothing where it is not single values that are wrong.
    """
    found: list[list[Fault]] = []
    for choice in range(_CHOICES):
        whole, replaced = _whole(model, content, file, choice)
        if whole is None:
            return []
        own = {file.where(place) for place in replaced}
        names = {f"'{name}'" for one, name in replaced.items() if name}
        found.append([one for one in check(whole) if one.where not in own and not any(n in one.what for n in names)])
    known = {fault.where for fault in told}
    return [fault for fault in found[0] if all(fault in others for others in found) and fault.where not in known]


def _whole(model: type[Model], content: Any, file: YamlFile, choice: int) -> tuple[Model | None, dict[Place, str]]:
    """The content as a model, with stand-ins: their places, each with the id of a thing that another stands for."""
    replaced: dict[Place, str] = {}
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(content), replaced
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            place = _place(detail, file)
            value = _stand_in(_annotation(model, place), _at(content, place), detail, choice)
            if value is None:
                return None, replaced
            replaced[place] = str(value.get("id", "")) if isinstance(value, dict) else ""
            content = replaced_at(content, place, value)
    return None, replaced


def _place(detail: ErrorDetails, file: YamlFile) -> Place:
    """Where the value stands, or should; pydantic names the kinds a value may be of as if they were keys."""
    place = tuple(detail["loc"])
    if detail["type"] == "missing":
        return place
    while place and place not in file.positions:
        place = place[:-1]
    return place


def _at(node: Any, place: Place) -> Any:
    for step in place:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def _stand_in(annotation: Any, stated: Any, detail: ErrorDetails, choice: int) -> Any:
    """A value of a kind in place of one that is not; None where it takes more than a single value."""
    kind = _plain(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _thing(kind, stated, choice) if kind in _SOUND else None
    if kind is str:
        plain = isinstance(stated, int | Decimal) and not isinstance(stated, bool)
        return str(stated) if plain else None if detail["loc"][-1] == "id" else "…"
    if kind in {int, Decimal} and isinstance(stated, str) and len(read := readings(stated)) == 1:
        figure = read[0].figure
        return int(figure) if figure % 1 == 0 else figure
    return _SINGLE[kind][choice % 2] if kind in _SINGLE else _either(kind, choice)


_SINGLE: dict[Any, tuple[Any, Any]] = {
    int: (1, 2),
    Decimal: (Decimal(1), Decimal(2)),
    bool: (False, True),
    date: (date(1900, 1, 1), date(2999, 12, 31)),
}


def _either(kind: Any, choice: int) -> Any:
    """A word of a list of words."""
    words = get_args(kind) if get_origin(kind) is Literal else ()
    return words[choice % len(words)] if words else None


def _thing(kind: type[BaseModel], stated: Any, choice: int) -> dict[str, Any]:
    """Another thing of a kind, with the id and the name of the one it stands for."""
    kept = {key: stated[key] for key in ("id", "name") if isinstance(stated, dict) and isinstance(stated.get(key), str)}
    fields = kind.model_fields.items()
    needed = {field.alias or name: _needed(field.annotation, choice) for name, field in fields if field.is_required()}
    return {**needed, **_SOUND[kind], **kept}


def _needed(annotation: Any, choice: int) -> Any:
    kind = _plain(annotation)
    if kind in _SOUND:
        return _SOUND[kind]
    value = _SINGLE[kind][choice % 2] if kind in _SINGLE else _either(kind, choice)
    return "…" if value is None else value


def _annotation(model: type[BaseModel], place: Place) -> Any:
    """The kind of what stands at a place of a model; None where nothing is known of it."""
    at: Any = model
    for step in place:
        at = _plain(at)
        if isinstance(at, type) and issubclass(at, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in at.model_fields.items()}
            at = fields.get(str(step))
        else:
            at = next((one for one in reversed(get_args(at)) if one is not Ellipsis), None)
    return at


def _plain(annotation: Any) -> Any:
    """A kind without what else is said of it; of several, the first that a value may be of."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is Union or isinstance(annotation, types.UnionType):
            annotation = next(one for one in get_args(annotation) if one is not types.NoneType)
        else:
            return annotation
