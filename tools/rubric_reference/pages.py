"""docs/rubric.md and docs/rubric.en.md: keys, methods and recipes, with what the engine says and gives for each."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pandas as pd
from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from scoring.rubric import methods
from scoring.rubric.model import Rubric
from scoring.rubric.rule_words import rule_words
from tools.rubric_reference.examples import LISTS, group_of, new_rows, parts_of, rubric_with, scored, words_of
from tools.rubric_reference.schema import keys, models

VIETNAMESE, ENGLISH = 0, 1
PLACES = {"criteria": "criteria", "groups": "groups", "bonus": "bonus", "top": ""}
Lines = Iterator[str]


def page(language: int) -> str:
    """The whole reference in Vietnamese (0) or English (1)."""
    words = words_of("page")
    parts = (_recipes(language, words), _methods(language, words), _keys(language, words))
    return "\n".join([*_head(language, words), *(line for part in parts for line in part)]).rstrip() + "\n"


def _head(language: int, words: Any) -> Lines:
    yield from (words["head"][language].rstrip(), "")


# Recipes


def _recipes(language: int, words: Any) -> Lines:
    yield from (f"## {words['recipes'][language]}", "", words["recipes_lead"][language].rstrip(), "")
    for place, recipe in enumerate(words_of("recipes"), start=1):
        yield from _recipe(place, recipe, language, words)


def _recipe(place: int, recipe: Mapping[str, Any], language: int, words: Any) -> Lines:
    yield from (f"### {place}. {recipe['say'][language]}", "")
    if "about" in recipe:
        yield from (recipe["about"][language], "")
    where = next(name for name in LISTS if name in recipe)
    above = [f"{PLACES[where]}:"] if PLACES[where] else []
    indent = "  " if above else ""
    beside = recipe.get("beside", "").splitlines()
    yield from ("```yaml", *beside, *above, *(indent + line for line in recipe[where].rstrip().split("\n")), "```", "")
    rubric = rubric_with(parts_of(recipe))
    yield from (words["reads"][language], "")
    for table in new_rows(rubric):
        yield from _table(table.headings, table.rows)
    if "units" in recipe:
        yield from _results(rubric, recipe, language, words)


def _results(rubric: Rubric, recipe: Mapping[str, Any], language: int, words: Any) -> Lines:
    targets = pd.DataFrame(recipe.get("targets", []), columns=["unit", "criterion", "issuer", "target"])
    more = {"targets": targets.assign(target=[Decimal(one) for one in targets["target"]])} if len(targets) else {}
    given, totals = scored(rubric, recipe["units"], **more)
    yield from (words["gives"][language], "")
    rows = [(one.unit, one.item, one.value or "–", one.points, one.working) for one in given]
    yield from _table(words["result_headings"][language], rows)
    if len(rubric.items) > 1 or any("weight" in str(part) for part in recipe.values()):
        yield from _table(words["total_headings"][language], totals)


# Methods


def _methods(language: int, words: Any) -> Lines:
    yield from (f"## {words['methods'][language]}", "", words["methods_lead"][language].rstrip(), "")
    told = words_of("methods")
    for name in methods.METHODS:
        yield from _method(name, told[name], language, words)


def _method(name: str, told: Mapping[str, Any], language: int, words: Any) -> Lines:
    yield from (f"### `{name}`: {told['when'][language]}", "")
    if language == ENGLISH:
        about = (inspect.getdoc(methods.METHODS[name].points) or "").partition(">>>")[0]
        yield from (" ".join(about.split()), "")
    if parameters := methods.parameters(name):
        meant = told["params_en" if language == ENGLISH else "params"]
        needed = methods.required(name)
        rows = [(f"`{one}`", meant[one], words["required"][language] if one in needed else "") for one in parameters]
        yield from _table(words["parameter_headings"][language], rows)
    item = _item(name, told)
    rubric = rubric_with({"groups": [group_of([item])], "total": {"max_points": 10, "floor": 0}})
    yield from ("```yaml", *_yaml(item), "```", "")
    yield from (f"{words['says'][language]} *{rule_words(rubric.item['B1'], rubric)}.*", "")
    yield from _marks(rubric, told, language, words)


def _item(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    item = {"id": "B1", "name": "Tiêu chí của ví dụ", "clause": "III", "max_points": 10}
    item |= {"indicator": told["indicator"]} if "indicator" in told else {}
    item |= {"method": name}
    return item | ({"params": told["example"]} if "example" in told else {})


def _yaml(item: Mapping[str, Any]) -> list[str]:
    """A criterion as a file states it, its parts in flow style."""
    yaml = YAML()
    yaml.width = 110
    out = io.StringIO()
    yaml.dump([{name: _flow(part) for name, part in item.items()}], out)
    return out.getvalue().rstrip().split("\n")


def _flow(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    flow = CommentedMap(part)
    flow.fa.set_flow_style()
    return flow


def _marks(rubric: Rubric, told: Mapping[str, Any], language: int, words: Any) -> Lines:
    if "given" in told:
        decisions = [
            (f"V{at}", "B1", "verified", "points", Decimal(one)) for at, one in enumerate(told["given"], 1) if one
        ]
        table = pd.DataFrame(decisions, columns=["unit", "criterion", "stage", "kind", "value"])
        given, _ = scored(rubric, [{"B1": None} for _ in told["given"]], decisions=table)
    else:
        given, _ = scored(rubric, [{"B1": one} for one in told["values"]])
    rows = [(one.unit, one.value or "–", one.points, one.working) for one in given]
    yield from _table(words["mark_headings"][language], rows)


# Keys


def _keys(language: int, words: Any) -> Lines:
    yield from (f"## {words['keys'][language]}", "", words["keys_lead"][language].rstrip(), "")
    told = words_of("keys")
    for model in models():
        part = told[model.__name__]
        yield from (f"### {part['title'][language]}", "")
        if language == ENGLISH:
            yield from (_docstring(model), "")
        rows = [
            (f"`{key}`", part["keys"][key][language], _kind(field.annotation, language), _asked(field, words, language))
            for key, field in keys(model).items()
        ]
        yield from _table(words["key_headings"][language], rows)


def _docstring(told: Any) -> str:
    return " ".join((inspect.getdoc(told) or "").split("\n\nHere and", 1)[0].split())


def _asked(field: Any, words: Any, language: int) -> str:
    if field.is_required():
        return str(words["required"][language])
    return "" if field.default in (None, ()) or field.default_factory else f"`{str(field.default).lower()}`"


def _kind(annotation: Any, language: int) -> str:
    """What may be stated, in a word or two."""
    names = words_of("page")["kinds"]
    found = _found(annotation)
    if literals := [str(one).lower() if isinstance(one, bool) else str(one) for one in _literals(annotation)]:
        return ", ".join(f"`{one}`" for one in literals)
    if isinstance(found, type) and issubclass(found, BaseModel):
        part = words_of("keys")[found.__name__]["title"][language]
        return f"{names['list'][language]}: {part}" if _is_list(annotation) else part
    name = getattr(found, "__name__", str(found))
    plain = names.get(name, names["other"])[language]
    return f"{names['list'][language]}: {plain}" if _is_list(annotation) else plain


def _literals(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return [inner for one in get_args(annotation) for inner in (_literals(one) or [one])]
    return [inner for one in get_args(annotation) if get_origin(one) is not dict for inner in _literals(one)]


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(one) for one in get_args(annotation))


def _found(annotation: Any) -> Any:
    """The plain type inside an annotation such as tuple[Group, ...] or Annotated[Decimal, …] | None."""
    if get_origin(annotation) is dict or not get_args(annotation):
        return get_origin(annotation) or annotation
    return next((_found(one) for one in get_args(annotation) if one is not type(None)), annotation)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    yield _line(headings)
    yield _line(["---"] * len(headings))
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"
