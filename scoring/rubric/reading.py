"""Read a plan or a rubric from its file, or list every fault with its line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scoring.core.errors import Fault
from scoring.rubric.checks.criteria import check_parameters
from scoring.rubric.checks.parts import ids_twice
from scoring.rubric.checks.run import CHECKS
from scoring.rubric.checks.sums import sum_faults
from scoring.rubric.faults import close_to, keys_of, raise_faults, rekeyed_at, replaced_at, stand_in, told_fault
from scoring.rubric.model import Plan, Rubric
from scoring.rubric.stand_ins import faults_beside
from scoring.rubric.strict_yaml import Place, YamlFile, read_yaml

Model = TypeVar("Model", bound=BaseModel)


def read_plan(path: Path) -> Plan:
    """Read a plan. Raises RubricError with every fault and its place."""
    return plan_of(read_yaml(path))


def plan_of(file: YamlFile) -> Plan:
    """The plan a file states, wherever it was read from. Raises RubricError with every fault and its place."""
    faults: list[Fault] = []
    plan, _ = _validated(Plan, file, file.content, faults)
    faults += ids_twice(file, [(("clauses", index, "id"), clause.id) for index, clause in enumerate(plan.clauses)])
    if plan.bases_en and len(plan.bases_en) != len(plan.bases):
        what = f"bases_en có {len(plan.bases_en)} căn cứ, bases có {len(plan.bases)}"
        faults.append(Fault(file.where(("bases_en",)), what, mend="ghi mỗi căn cứ một dòng, theo cùng thứ tự"))
    raise_faults(file, faults)
    return plan


def read_rubric(path: Path, plan: Plan) -> Rubric:
    """Read a rubric that serves `plan`. Raises RubricError with every fault and its place."""
    return rubric_of(read_yaml(path), plan, _digest(path.read_bytes()))


def rubric_of(file: YamlFile, plan: Plan, digest: str) -> Rubric:
    """The rubric a file states, wherever it was read from. Raises RubricError with every fault and its place."""
    dated: list[dict[str, Any]] = []
    faults: list[Fault] = []
    content = _in_force(file.content, (), file, dated, faults)
    if isinstance(content, dict):
        content = {**content, "dated": tuple(dated), "digest": digest}

    def checked(rubric: Rubric) -> list[Fault]:
        return [*check_parameters(rubric, file), *chain.from_iterable(check(rubric, plan, file) for check in CHECKS)]

    rubric, content = _validated(Rubric, file, content, faults, checked)
    raise_faults(file, [*faults, *sum_faults(content, file), *checked(rubric)])
    return rubric


def _digest(raw: bytes) -> str:
    """SHA-256 of the text: a file that Notepad saved again, with its mark and its line ends, says the same."""
    text = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.sha256(text).hexdigest()


_NO_TEXT = frozenset({"missing", "string_too_short", "string_type"})
_ONLY_SHOWN = frozenset({"name", "value_unit", "title", "issuer"})
"""Texts that are only shown: nothing else in a rubric is told by them."""
_UNNAMED = "…"


def _validated(
    model: type[Model],
    file: YamlFile,
    content: Any,
    faults: list[Fault],
    checked: Callable[[Model], Iterable[Fault]] = lambda _: (),
) -> tuple[Model, Any]:
    """The content as a model, and as it was read.

    Strange keys, ids that are none and names left out are noted and read past, so that one round finds the other faults
    too; where something else keeps the content from being a model, what can be added up still is, and `checked` as far
    as it does not depend on that.
    """
    try:
        return model.model_validate(content), content
    except ValidationError as error:
        details = error.errors(include_url=False)
    strange = [one for one in details if one["type"] == "extra_forbidden" and one["loc"] in file.positions]
    misspelt = [one for one in details if one["type"] == "string_pattern_mismatch" and one["loc"] in file.positions]
    faults += [told_fault(file, one, keys_of(model, one["loc"][:-1])) for one in strange or misspelt or details]
    if strange:
        content = _with_keys_meant(model, content, strange, {one["loc"] for one in details if one["type"] == "missing"})
    elif misspelt:
        for one in misspelt:
            content = replaced_at(content, one["loc"], stand_in(str(one["input"])))
    elif all(one["type"] in _NO_TEXT and one["loc"][-1] in _ONLY_SHOWN for one in details):
        for one in details:
            content = replaced_at(content, one["loc"], _UNNAMED)
    else:
        faults += sum_faults(content, file)
        raise_faults(file, [*faults, *faults_beside(model, content, file, faults, checked)])
    return _validated(model, file, content, faults, checked)


def _with_keys_meant(model: type[Model], content: Any, strange: list[ErrorDetails], absent: set[Place]) -> Any:
    """The content with each strange key as the absent one that it looks like, or without it."""
    for one in strange:
        above, key = one["loc"][:-1], str(one["loc"][-1])
        meant = [name for name in close_to(key, keys_of(model, above)) if (*above, name) in absent]
        content = rekeyed_at(content, one["loc"], meant[0] if meant else None)
    return content


def _in_force(node: Any, place: Place, file: YamlFile, dated: list[dict[str, Any]], faults: list[Fault]) -> Any:
    """The content with each `{dated: [{from, to, value, source}, …]}` replaced by the value in force at year's end."""
    if isinstance(node, tuple):
        return tuple(_in_force(part, (*place, index), file, dated, faults) for index, part in enumerate(node))
    if not isinstance(node, dict):
        return node
    if set(node) != {"dated"}:
        return {key: _in_force(part, (*place, key), file, dated, faults) for key, part in node.items()}
    entries = _dated_entries(node["dated"])
    in_force = [entry for entry in entries if entry["from"] <= _year_end(file) <= entry["to"]]
    if len(in_force) != 1:
        what = f"có {len(in_force)} giá trị hiệu lực vào ngày {_year_end(file):%d/%m/%Y}"
        mend = "mỗi dòng ghi value, source, from và (nếu đã hết hiệu lực) to; các khoảng không chồng nhau"
        faults.append(Fault(file.where(place), what, "cần đúng một", mend))
        if not entries:
            raise_faults(file, faults)
        return entries[0]["value"]
    named = {key: in_force[0][key] for key in ("value", "source", "article") if in_force[0][key] != ""}
    dated.append({"place": ".".join(map(str, place)), **named})
    return in_force[0]["value"]


def _dated_entries(entries: Any) -> list[dict[str, Any]]:
    """The well-formed entries; `to` left out means still in force, and `article` may be left out."""
    listed = entries if isinstance(entries, tuple) else ()
    whole = [{"to": date.max, "article": "", **entry} for entry in listed if isinstance(entry, dict)]
    typed = {"from": date, "to": date, "value": object, "source": str, "article": str}
    return [e for e in whole if set(e) == set(typed) and all(isinstance(e[key], kind) for key, kind in typed.items())]


def _year_end(file: YamlFile) -> date:
    """The last of the days the rubric evaluates, before it is known to be one."""
    content = file.content if isinstance(file.content, dict) else {}
    span, year = content.get("span"), content.get("year")
    last = span.get("to") if isinstance(span, dict) else None
    if isinstance(last, date):
        return last
    return date(year, 12, 31) if isinstance(year, int) and 1900 < year < 3000 else date.max
