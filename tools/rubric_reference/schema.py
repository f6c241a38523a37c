"""The rubric's keys: walked for the reference, and as a JSON Schema for editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from scoring.rubric import methods
from scoring.rubric.model import Rubric
from scoring.rubric.parameters import (
    Direction,
    Level,
    Levels,
    PartFigure,
    PercentFigure,
    PointsFigure,
    Step,
    Steps,
    Target,
    ValueFigure,
)
from tools.rubric_reference.examples import words_of

DERIVED = {"digest", "dated"}
"""What the loader adds, which no file states."""
REF = "#/$defs/"


class _Generator(GenerateJsonSchema):
    """As a YAML file states it: figures are numbers, never texts."""

    def decimal_schema(self, schema: Any) -> JsonSchemaValue:
        bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
        limits = {bounds[name]: int(schema[name]) for name in bounds if name in schema and abs(schema[name]) < 10**15}
        return {"type": "number", **limits}


def models() -> list[type[BaseModel]]:
    """Every part of a rubric file, in the order of the reference; then what parameters are made of."""
    known = {model.__name__: model for model in _below(Rubric)} | {one.__name__: one for one in (Target, Step, Level)}
    return [known[name] for name in words_of("keys")]


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and those inside it, each once."""
    seen: list[type[BaseModel]] = []
    waiting = [model]
    while waiting:
        one = waiting.pop(0)
        if one not in seen:
            seen.append(one)
            inner = (found for field in one.model_fields.values() for found in _inside(field.annotation))
            waiting += [found for found in inner if found.__name__ != "DatedFigure"]
    yield from seen


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _inside(inner)


def keys(model: type[BaseModel]) -> dict[str, Any]:
    """The keys a file may state in a part, with pydantic's field; `_en` counterparts and derived ones left out."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    named = {name: field for name, field in fields.items() if name not in DERIVED | {"source", "article"}}
    return {name: field for name, field in named.items() if not name.endswith("_en")} | _own_source(model, fields)


def _own_source(model: type[BaseModel], fields: dict[str, Any]) -> dict[str, Any]:
    """`source` where it is no document: what an indicator counts."""
    return {"source": fields["source"]} if model.__name__ == "Indicator" else {}


def rubric_schema() -> dict[str, Any]:
    """The JSON Schema of a rubric file, keys described in Vietnamese; each method allows its own parameters only."""
    whole = Rubric.model_json_schema(schema_generator=_Generator)
    parts = whole.pop("$defs")
    parts.pop("DatedFigure")
    for extra in (Target, Step, Level):
        stated = extra.model_json_schema(schema_generator=_Generator)
        parts |= {**stated.pop("$defs", {}), extra.__name__: stated}
    parts["Rubric"] = whole
    for name, part in parts.items():
        _described(name, part)
    parts["Criterion"]["allOf"] = [_for_method(name) for name in methods.METHODS]
    parts["Criterion"]["properties"]["method"] = {"enum": list(methods.METHODS), **_about("Criterion", "method")}
    parts["Criterion"]["properties"]["params"] = {"type": "object", **_about("Criterion", "params")}
    parts["Dated"] = DATED
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bộ tiêu chí chấm điểm"}
    return {**head, "$ref": f"{REF}Rubric", "$defs": {name: parts[name] for name in sorted(parts)}}


DATED = {
    "type": "object",
    "required": ["dated"],
    "additionalProperties": False,
    "description": "Con số chọn theo ngày hiệu lực.",
    "properties": {
        "dated": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "value", "source"],
                "additionalProperties": False,
                "properties": {
                    "from": {"type": "string", "format": "date"},
                    "to": {"type": "string", "format": "date"},
                    "value": True,
                    "source": {"type": "string"},
                    "article": {"type": "string"},
                },
            },
        }
    },
}


def _described(name: str, part: dict[str, Any]) -> None:
    """Words for people in place of pydantic's, and a dated figure wherever a figure may stand."""
    for derived in DERIVED:
        part["properties"].pop(derived, None)
    part["required"] = [key for key in part.get("required", []) if key not in DERIVED]
    part.pop("title", None)
    part["description"] = words_of("keys").get(name, {}).get("title", [name])[0]
    for key, stated in part["properties"].items():
        stated.pop("title", None)
        if not (name == "Rubric" and key in {"id", "year"}):
            part["properties"][key] = _or_dated(stated)
        part["properties"][key] |= _about(name, key)


def _or_dated(stated: dict[str, Any]) -> dict[str, Any]:
    """What is stated, or the same by date."""
    return {"anyOf": [{name: one for name, one in stated.items() if name != "default"}, {"$ref": f"{REF}Dated"}]}


def _about(name: str, key: str) -> dict[str, str]:
    words = words_of("keys").get(name, {}).get("keys", {})
    if key in words:
        return {"description": words[key][0]}
    if key.endswith("_en"):
        return {"description": f"tiếng Anh của `{key.removesuffix('_en')}`"}
    return {"description": "mã của văn bản trong `sources` làm căn cứ"}


def _for_method(name: str) -> dict[str, Any]:
    """What `params` may hold where the method is this one."""
    words = words_of("methods")[name].get("params", {})
    stated = {
        parameter: {**_parameter(schema), "description": words[parameter]}
        for parameter, schema in methods.parameters(name).items()
    }
    params = {"properties": stated, "additionalProperties": False, "required": sorted(methods.required(name))}
    needed = ["params"] if methods.required(name) else []
    then = {"properties": {"params": params}, "required": needed}
    return {"if": {"properties": {"method": {"const": name}}, "required": ["method"]}, "then": then}


def _parameter(schema: Any) -> dict[str, Any]:
    """The schema of one parameter, as a file states it."""
    number: dict[str, Any] = {"type": "number"}
    plain = {
        ValueFigure: number,
        PointsFigure: {**number, "minimum": 0},
        PercentFigure: {**number, "minimum": 0, "maximum": 1000},
        PartFigure: {**number, "minimum": 0, "maximum": 100},
        Target: {"anyOf": [number, {"$ref": f"{REF}Target"}]},
        Steps: {"type": "array", "minItems": 2, "items": {"$ref": f"{REF}Step"}},
        Levels: {"type": "array", "minItems": 2, "items": {"$ref": f"{REF}Level"}},
    }
    stated = {"enum": list(get_args(Direction))} if schema is Direction else plain[schema]
    return {"anyOf": [stated, {"$ref": f"{REF}Dated"}]}
