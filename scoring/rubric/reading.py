"""Read a plan or a rubric from its file, or list every fault with its line and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scoring.core.errors import Fault, RubricError
from scoring.core.points import to_scaled
from scoring.rubric import methods
from scoring.rubric.file_names import unfit_names
from scoring.rubric.model import Band, Criterion, Group, Indicator, Net, Period, Plan, Rubric, Scope, When
from scoring.rubric.parameters import PERCENT, Award, Levels, PointsFigure, Step, Steps, Target, ValueFigure
from scoring.rubric.strict_yaml import Place, YamlFile, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Faults = Iterator[Fault]


def read_plan(path: Path) -> Plan:
    """Read a plan. Raises RubricError with every fault and its place."""
    file = read_yaml(path)
    faults: list[Fault] = []
    plan, _ = _validated(Plan, file, file.content, faults)
    faults += _twice(file, [(("clauses", index, "id"), clause.id) for index, clause in enumerate(plan.clauses)])
    if plan.bases_en and len(plan.bases_en) != len(plan.bases):
        what = f"bases_en có {len(plan.bases_en)} căn cứ, bases có {len(plan.bases)}"
        faults.append(Fault(file.where(("bases_en",)), what, mend="ghi mỗi căn cứ một dòng, theo cùng thứ tự"))
    _raise(file, faults)
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
    rubric, content = _validated(Rubric, file, content, faults)
    faults += sum_faults(content, file)
    faults += _parameters(rubric, file)
    faults += chain.from_iterable(check(rubric, plan, file) for check in _CHECKS)
    _raise(file, faults)
    return rubric


def _digest(raw: bytes) -> str:
    """SHA-256 of the text: a file that Notepad saved again, with its mark and its line ends, says the same."""
    text = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.sha256(text).hexdigest()


def _raise(file: YamlFile, faults: Iterable[Fault]) -> None:
    """Raise the faults, if there are any, in the order of the file."""
    written = {_as_written(fault) for fault in faults}
    found = sorted(written, key=lambda fault: [int(number) for number in re.findall(r"\d+", fault.where)])
    if found:
        raise RubricError(str(file.path), found)


# What pydantic finds, in our words


def _validated(model: type[Model], file: YamlFile, content: Any, faults: list[Fault]) -> tuple[Model, Any]:
    """The content as a model, and as it was read.

    Strange keys and ids that are none are noted and read past, so that one round finds the other faults too; where
    something else keeps the content from being a model, what can be added up still is.
    """
    try:
        return model.model_validate(content), content
    except ValidationError as error:
        details = error.errors(include_url=False)
    strange = [one for one in details if one["type"] == "extra_forbidden" and one["loc"] in file.positions]
    misspelt = [one for one in details if one["type"] == "string_pattern_mismatch" and one["loc"] in file.positions]
    faults += [_fault(file, one, _keys(model, one["loc"][:-1])) for one in strange or misspelt or details]
    if misspelt and not strange:
        for one in misspelt:
            content = _replaced(content, one["loc"], _stand_in(str(one["input"])))
        return _validated(model, file, content, faults)
    if not strange:
        _raise(file, [*faults, *sum_faults(content, file)])
    absent = {one["loc"] for one in details if one["type"] == "missing"}
    for one in strange:
        above, key = one["loc"][:-1], str(one["loc"][-1])
        meant = [name for name in _close(key, _keys(model, above)) if (*above, name) in absent]
        content = _rekeyed(content, one["loc"], meant[0] if meant else None)
    return _validated(model, file, content, faults)


def _close(word: str, known: Iterable[str]) -> list[str]:
    """The one known word that was probably meant, if any."""
    return get_close_matches(word, list(known), 1)


_STAND_IN = re.compile(r"ma-sai-([0-9a-f]*)-")


def _stand_in(text: str) -> str:
    """An id that stands for a text that is none, the same wherever it is written."""
    return f"ma-sai-{text.encode()[:14].hex()}-"


def _as_written(fault: Fault) -> Fault:
    """The fault with the file's own texts in place of what stood for them."""
    texts = {
        name: _STAND_IN.sub(lambda found: bytes.fromhex(found[1]).decode(errors="replace"), getattr(fault, name))
        for name in ("what", "expected", "mend")
    }
    return replace(fault, **texts)


def _replaced(node: Any, place: Place, content: Any) -> Any:
    """The content with something else at a place."""
    if not place:
        return content
    step, *below = place
    if isinstance(node, dict):
        return {**node, str(step): _replaced(node[step], tuple(below), content)}
    return tuple(_replaced(part, tuple(below), content) if at == step else part for at, part in enumerate(node))


def _rekeyed(node: Any, place: Place, key: str | None) -> Any:
    """The content with the key at a place called `key`, or left out."""
    step, *below = place
    if below and isinstance(node, dict):
        return {**node, str(step): _rekeyed(node[step], tuple(below), key)}
    if below:
        return tuple(_rekeyed(part, tuple(below), key) if at == step else part for at, part in enumerate(node))
    others = {name: part for name, part in node.items() if name != step}
    return others if key is None else {**others, key: node[step]}


_WORDS = {
    "string_type": "cần chữ (đặt trong dấu nháy nếu là số)",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "mã chỉ gồm chữ cái không dấu, chữ số, dấu chấm, gạch nối, không quá 40 ký tự",
    "is_instance_of": "cần một số, không đặt trong dấu nháy, phần lẻ sau dấu chấm",
    "decimal_type": "cần một số, không đặt trong dấu nháy, phần lẻ sau dấu chấm",
    "int_type": "cần một số nguyên",
    "bool_type": "cần true hoặc false",
    "date_type": "cần ngày dạng 2024-12-31",
    "tuple_type": "cần một danh sách",
    "dict_type": "cần các cặp khóa: giá trị",
    "model_type": "cần các cặp khóa: giá trị",
    "decimal_max_places": "cần một số có không quá 2 chữ số thập phân",
    "unscored_reason": "mục không chấm điểm phải ghi lý do ở why_not_scored",
    "target_form": "chỉ tiêu là một số, hoặc đúng một trong steps, percent, values (kèm by), hoặc assigned_by",
    "target_by_members": "chỉ tiêu có steps hoặc percent thì by phải là members",
    "target_by_name": "chỉ tiêu có values thì by là type, block hoặc unit",
    "edges_ascending": "các mốc phải tăng dần",
    "percent_or_points": "cần đúng một trong percent và points",
    "steps_form": "cần ít nhất hai bậc; hoặc mọi bậc trừ bậc cuối có to, hoặc mọi bậc trừ bậc đầu có from",
    "levels_distinct": "cần ít nhất hai mức, tên khác nhau",
    "when_one": "cần đúng một điều kiện",
    "when_states": "điều kiện criterion đi cùng states",
    "when_fact": "điều kiện fact cần đúng một trong at_least và below",
    "when_share": "điều kiện share cần below",
    "when_unknown": "điều kiện fact hoặc share cần unknown (khi chưa có số liệu thì coi là đúng hay không)",
    "gate_effect": "cần đúng một trong cap, withhold, flag",
    "band_kind": "cần đúng một trong from và selected_from; mức chọn từ mức khác không có to, below",
    "band_after": "chỉ mức chọn từ mức khác (selected_from) mới có after",
    "band_end": "chỉ ghi một trong to và below",
    "tie_id": "khi by là group hoặc criterion thì cần id; các cách khác không có id",
}


def _fault(file: YamlFile, detail: ErrorDetails, known: list[str]) -> Fault:
    """What pydantic found, in our words; `known`: the keys allowed where it found it."""
    place = tuple(detail["loc"])
    while detail["type"] not in {"missing", "extra_forbidden"} and place and place not in file.positions:
        place = place[:-1]  # pydantic names the kinds a value may be of as if they were keys
    fault = _fault_at(place, file, detail, known)
    name = _named_above(file.content, place)
    return replace(fault, what=f"{name}: {fault.what}") if name else fault


def _named_above(node: Any, place: Place) -> str:
    """The id of the innermost thing a place lies in, such as the criterion of a misspelt key."""
    name = ""
    for step in (*place, ""):
        name = str(node["id"]) if isinstance(node, dict) and "id" in node and step != "id" else name
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
    return name


def _fault_at(place: Place, file: YamlFile, detail: ErrorDetails, known: list[str]) -> Fault:
    kind, key = detail["type"], str(place[-1]) if place else "cả tệp"
    if place and isinstance(place[-1], int):
        key = f"{place[-2]}, mục thứ {place[-1] + 1}"
    if kind == "extra_forbidden":
        close = _close(key, known)
        mend = f"ý bạn là '{close[0]}'?" if close else "xóa khóa này"
        if detail["input"] is None and not close:
            mend = "nếu đây là phần sau dấu phẩy của một câu thì đặt cả câu trong dấu nháy kép, nếu không thì xóa"
        return Fault(file.where(place), f"không có khóa '{key}'", f"các khóa hợp lệ: {', '.join(known)}", mend)
    if kind == "missing":
        return Fault(file.where_missing(place), f"thiếu khóa '{key}'")
    stated = f"'{key}: {detail['input']}'" if isinstance(detail["input"], str | int | Decimal | bool) else f"'{key}'"
    return Fault(file.where(place), f"{stated} chưa đúng", _expected(detail))


def _expected(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return _WORDS[str(context["error"])]
        case "literal_error":
            return f"cần một trong {context['expected'].replace(' or ', ', ')}"
        case "greater_than" | "greater_than_equal" as kind:
            return f"cần số {'lớn hơn' if kind == 'greater_than' else 'từ'} {next(iter(context.values()))}"
        case "less_than" | "less_than_equal" as kind:
            return f"cần số {'nhỏ hơn' if kind == 'less_than' else 'không quá'} {next(iter(context.values()))}"
        case kind:
            return _WORDS.get(kind, "xem lại kiểu dữ liệu")


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys allowed at a place, found by walking down the model's types."""
    at: Any = model
    for step in place:
        if isinstance(step, str) and isinstance(at, type) and issubclass(at, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in at.model_fields.items()}
            at = _model_in(fields.get(step))
    if not (isinstance(at, type) and issubclass(at, BaseModel)):
        return []
    return sorted(field.alias or name for name, field in at.model_fields.items() if name not in {"digest", "dated"})


def _model_in(annotation: Any) -> Any:
    """The model inside an annotation such as tuple[Group, ...] or Bonus | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


# Dated figures


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
            _raise(file, faults)
        return entries[0]["value"]
    dated.append({"place": ".".join(map(str, place)), "value": in_force[0]["value"], "source": in_force[0]["source"]})
    return in_force[0]["value"]


def _dated_entries(entries: Any) -> list[dict[str, Any]]:
    """The well-formed entries; `to` left out means still in force."""
    listed = entries if isinstance(entries, tuple) else ()
    whole = [{"to": date.max, **entry} for entry in listed if isinstance(entry, dict)]
    typed = {"from": date, "to": date, "value": object, "source": str}
    return [e for e in whole if set(e) == set(typed) and all(isinstance(e[key], kind) for key, kind in typed.items())]


def _year_end(file: YamlFile) -> date:
    """The last of the days the rubric evaluates, before it is known to be one."""
    content = file.content if isinstance(file.content, dict) else {}
    span, year = content.get("span"), content.get("year")
    last = span.get("to") if isinstance(span, dict) else None
    if isinstance(last, date):
        return last
    return date(year, 12, 31) if isinstance(year, int) and 1900 < year < 3000 else date.max


# What the parts of a rubric say against each other


def _parameters(rubric: Rubric, file: YamlFile) -> Faults:
    """Each criterion's method exists and its parameters are those of the function."""
    for place, item in _items(rubric):
        if item.method not in methods.METHODS:
            close = _close(item.method, methods.METHODS)
            mend = f"ý bạn là '{close[0]}'?" if close else ""
            known = f"các phương pháp: {', '.join(methods.METHODS)}"
            yield Fault(file.where((*place, "method")), f"{item.id}: không có phương pháp '{item.method}'", known, mend)
            continue
        yield from _parameter_names(item, place, file)
        yield from _parameter_types(item, place, file)


def _parameter_names(item: Criterion, place: Place, file: YamlFile) -> Faults:
    known, missing = methods.parameters(item.method), methods.required(item.method) - set(item.params)
    method = f"{item.id}: phương pháp '{item.method}'"
    for name in [name for name in item.params if name not in known]:
        where = file.where((*place, "params", name))
        if meant := _close(name, missing):
            missing -= set(meant)
            yield Fault(where, f"{method} cần '{meant[0]}', bộ tiêu chí ghi '{name}'")
        else:
            yield Fault(where, f"{method} không nhận '{name}'", f"các tham số: {', '.join(known) or 'không có'}")
    for name in sorted(missing):
        where = file.where((*place, "params" if "params" in item.model_fields_set else "method"))
        yield Fault(where, f"{method} cần '{name}'")


def _parameter_types(item: Criterion, place: Place, file: YamlFile) -> Faults:
    for name, schema in methods.parameters(item.method).items():
        try:
            item.parameter(name)
        except KeyError:
            continue
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                loc = detail["loc"]
                # a list of steps is read into a model with the one field "steps"; the file has no such key inside
                inner = {**detail, "loc": (*place, "params", name, *(loc[1:] if loc[:1] == (name,) else loc))}
                yield _fault(file, inner, _keys(schema, loc[:-1]))  # type: ignore[arg-type]  # a longer place


def _stated(item: Criterion) -> dict[str, Any]:
    """The parameters of a criterion that can be read, by name."""
    stated: dict[str, Any] = {}
    for name in methods.parameters(item.method) if item.method in methods.METHODS else ():
        with suppress(KeyError, ValidationError):
            stated[name] = item.parameter(name)
    return stated


def _ids(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    ids = [((*place, "id"), part.id) for place, part in _parts(rubric)]
    ids += [(("facts", index, "id"), fact.id) for index, fact in enumerate(rubric.facts)]
    yield from _twice(file, ids)
    for key in ("periods", "bands", "gates"):
        yield from _twice(file, [((key, index, "id"), part.id) for index, part in enumerate(getattr(rubric, key))])


def _twice(file: YamlFile, ids: list[tuple[Place, str]]) -> Faults:
    seen: dict[str, Place] = {}
    for place, name in ids:
        if name in seen:
            yield Fault(file.where(place), f"mã '{name}' đã dùng ở {file.where(seen[name])}", mend="đặt mã khác")
        seen.setdefault(name, place)


_OTHER_POINTS = [
    ("total", "max_points"),
    ("total", "floor"),
    ("total", "cap"),
    ("bonus", "cap"),
    ("deductions", "cap"),
    ("annual_share", "max_points"),
]
_TOO_LARGE = 10**15
"""In smallest units; sums of figures below it stay far inside int64."""


def _sums(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every figure in points fits the rubric's decimals (what adds up: `sum_faults`)."""
    for place, part in _parts(rubric):
        yield from _fits(part.max_points, rubric.scale, (*place, "max_points"), file)
    for part_name, key in _OTHER_POINTS:
        figure = getattr(getattr(rubric, part_name), key, None)
        if figure is not None:
            yield from _fits(figure, rubric.scale, (part_name, key), file)


def sum_faults(content: Any, file: YamlFile) -> Faults:
    """Every maximum is the sum of what it is made of, as far as the content says both.

    content: a rubric as it was read, which need not be one yet.
    """
    groups = _listed(content, "groups")
    for index, group in enumerate(groups):
        yield from _group_sums(group, ("groups", index), file)
    bonus = content.get("bonus") if isinstance(content, dict) else None
    inside = bonus.get("cap") if isinstance(bonus, dict) and bonus.get("inside_total") is True else 0
    total = content.get("total") if isinstance(content, dict) else None
    if groups and isinstance(total, dict):
        parts = [*(_counts_for(group) for group in groups), _number(inside)]
        yield from _same(_maximum(total), parts, "toàn bộ", ("total", "max_points"), file)


def _group_sums(group: Any, place: Place, file: YamlFile) -> Faults:
    inner = _listed(group, "groups")
    for index, one in enumerate(inner):
        yield from _group_sums(one, (*place, "groups", index), file)
    net = group.get("net") if isinstance(group, dict) else None
    adding = [part for part in _listed(group, "criteria") if not (isinstance(part, dict) and part.get("subtracts"))]
    if isinstance(net, dict):
        most, cap = _maximum(group), _number(net.get("cap"))
        if most is not None and cap is not None and most != cap:
            what = f"nhóm {group.get('id')}: điểm tối đa ghi {most} nhưng trần (cap) là {cap}"
            yield Fault(file.where((*place, "net")), what, mend="ghi hai số bằng nhau")
    elif parts := [*(_counts_for(part) for part in inner), *(_maximum(part) for part in adding)]:
        yield from _same(_maximum(group), parts, f"nhóm {group.get('id')}", (*place, "max_points"), file)


def _listed(node: Any, key: str) -> tuple[Any, ...]:
    listed = node.get(key) if isinstance(node, dict) else None
    return listed if isinstance(listed, tuple) else ()


def _maximum(part: Any) -> Decimal | None:
    """A maximum that can stand; one that is refused anyway says nothing about a sum."""
    figure = _number(part.get("max_points")) if isinstance(part, dict) else None
    return figure if figure is not None and 0 < figure < 10**15 else None


def _counts_for(group: Any) -> Decimal | None:
    """What a group counts for in what it is part of."""
    weight = group.get("weight") if isinstance(group, dict) else None
    return _maximum(group) if weight is None else _number(weight)


def _number(figure: Any) -> Decimal | None:
    return Decimal(figure) if isinstance(figure, int | Decimal) and not isinstance(figure, bool) else None


def _same(stated: Decimal | None, parts: list[Decimal | None], of: str, place: Place, file: YamlFile) -> Faults:
    known = [part for part in parts if part is not None]
    if stated is not None and len(known) == len(parts) and stated != sum(known):
        what = f"điểm tối đa của {of} ghi {stated} nhưng các phần cộng lại là {sum(known)}"
        yield Fault(file.where(place), what, mend="sửa điểm tối đa hoặc điểm các phần")


def _fits(figure: Decimal, scale: int, place: Place, file: YamlFile) -> Faults:
    try:
        scaled = to_scaled(figure, scale)
    except ValueError:
        yield Fault(file.where(place), f"{figure} có nhiều số lẻ hơn mức cho phép", f"bước nhỏ nhất là 1/{scale}")
    else:
        if abs(scaled) >= _TOO_LARGE:
            yield Fault(file.where(place), f"{figure} quá lớn", f"cần nhỏ hơn {_TOO_LARGE // scale}")


def _nets(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What subtracts stands in a group that says between what it is netted."""
    for place, group in _groups(rubric):
        subtracting = [item for item in group.criteria if item.subtracts]
        if group.net is not None:
            yield from _net(group, group.net, rubric, (*place, "net"), file)
        elif subtracting:
            names = ", ".join(item.id for item in subtracting)
            what = f"{names}: tiêu chí trừ điểm (subtracts) nhưng nhóm {group.id} chưa ghi sàn và trần"
            yield Fault(file.where(place), what, mend="ghi ở nhóm net: {floor: …, cap: …}")
    for key in ("bonus", "deductions"):
        extra = getattr(rubric, key)
        for index, item in enumerate(extra.items if extra else ()):
            if item.subtracts:
                mend = "bỏ subtracts; điểm trừ chung ghi ở deductions"
                yield Fault(file.where((key, "items", index)), f"{item.id}: subtracts chỉ dùng trong nhóm", mend=mend)


def _net(group: Group, net: Net, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    yield from _fits(net.floor, rubric.scale, (*place, "floor"), file)
    yield from _fits(net.cap, rubric.scale, (*place, "cap"), file)
    if net.floor > 0:
        yield Fault(file.where(place), f"nhóm {group.id}: sàn {net.floor} lớn hơn 0", "sàn 0 hoặc số âm")
    if not group.groups and all(item.subtracts for item in group.criteria):
        yield Fault(file.where(place), f"nhóm {group.id} chỉ có tiêu chí trừ điểm", mend="đưa vào deductions")


def _weights(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """A weight goes with a rule that carries a group's points over."""
    for place, group in _groups(rubric):
        if group.weight is None:
            continue
        where = (*place, "weight")
        yield from _fits(group.weight, rubric.scale, where, file)
        rescale = rubric.not_applicable.rescale
        if rescale == "whole" or (rescale == "group" and group not in rubric.groups):
            what = f"nhóm {group.id} có weight nhưng not_applicable ghi rescale: {rescale}"
            expected = "nested hoặc none; nhóm ngoài cùng thì group cũng được"
            yield Fault(file.where(where), what, expected)


def _clauses(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    if rubric.year != plan.year:
        yield Fault(file.where(("year",)), f"bộ tiêu chí năm {rubric.year}, kế hoạch năm {plan.year}")
    cited = [((*place, "clause"), item.id, item.clause) for place, item in _items(rubric)]
    cited += [(("gates", i, "clause"), gate.id, gate.clause) for i, gate in enumerate(rubric.gates) if gate.clause]
    for place, part, clause in cited:
        if clause not in plan.by_id:
            known = f"các mục: {', '.join(plan.by_id)}"
            yield Fault(file.where(place), f"{part}: kế hoạch {plan.id} không có mục '{clause}'", known)
        elif not plan.by_id[clause].scored:
            yield Fault(file.where(place), f"{part}: mục '{clause}' ghi là không chấm điểm", mend="chọn mục khác")


def _subject(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Positions are posts at units that another rubric scores; only they can take a unit's result."""
    is_position, where = rubric.subject == "position", file.where(("subject",))
    if is_position is (rubric.posts_of is None):
        what = "chấm chức danh thì phải có posts_of" if is_position else "chỉ bộ chấm chức danh mới có posts_of"
        mend = "ghi posts_of: mã bộ tiêu chí chấm đơn vị, ví dụ grassroots" if is_position else "bỏ posts_of"
        yield Fault(where, what, mend=mend)
    for place, item in _items(rubric):
        if not is_position and item.indicator is not None and item.indicator.source == "unit_result":
            what = f"{item.id}: chỉ chức danh mới lấy kết quả của đơn vị"
            yield Fault(file.where((*place, "indicator")), what, mend="chọn nguồn khác, hoặc ghi subject: position")


def _sources(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every source named exists."""
    known = set(rubric.sources)
    for place in file.positions:
        # an indicator's `source` says who counts the value, not which document it comes from
        if place[-1] != "source" or place[0] == "sources" or "indicator" in place:
            continue
        if (named := _at(file.content, place)) not in known:
            expected = f"các nguồn: {', '.join(sorted(known))}"
            yield Fault(file.where(place), f"không có nguồn '{named}' trong sources", expected)


def _at(node: Any, place: Place) -> Any:
    for step in place:
        node = node[step]
    return node


def _file_names(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Blocks and periods, which name files, have ids that every system takes."""
    periods = [period.id for period in rubric.periods]
    for one, why in unfit_names(rubric.blocks):
        yield Fault(file.where(("blocks", one)), f"mã khối {one!r} không dùng làm tên tệp được: {why}", mend="đổi mã")
    for one, why in unfit_names(periods):
        where = file.where(("periods", periods.index(one), "id"))
        yield Fault(where, f"mã kỳ {one!r} không dùng làm tên tệp được: {why}", mend="đổi mã")


def _english_names(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Where types or blocks have English names, each has one."""
    for key, known, stated in (
        ("types_en", rubric.types, rubric.types_en),
        ("blocks_en", rubric.blocks, rubric.blocks_en),
    ):
        expected = f"các mã: {', '.join(known)}"
        for name in stated.keys() - known.keys():
            yield Fault(file.where((key, name)), f"{key}: không có mã '{name}'", expected)
        if stated and (lacking := [name for name in known if name not in stated]):
            yield Fault(file.where((key,)), f"{key}: chưa có tên của {', '.join(lacking)}", expected)


def _wordings(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What is said of one language, or of a condition that is met, is said of the other too."""
    for index, band in enumerate(rubric.bands):
        for place, condition in enumerate(band.conditions):
            where = file.where(("bands", index, "conditions", place))
            for absent, beside, example in (
                ("unmet", condition.unmet_en, "câu nói khi chưa đạt điều kiện, ví dụ: Có cán bộ bị kỷ luật"),
                ("unmet_en", condition.unmet if condition.name_en else None, "câu tiếng Anh khi chưa đạt điều kiện"),
            ):
                if beside and getattr(condition, absent) is None:
                    what = f"{band.id}, điều kiện {place + 1}: chưa có {absent}"
                    yield Fault(where, what, example, mend=f"ghi thêm {absent}")
    if rubric.bases_en and len(rubric.bases_en) != len(rubric.bases):
        what = f"bases_en có {len(rubric.bases_en)} căn cứ, bases có {len(rubric.bases)}"
        yield Fault(file.where(("bases_en",)), what, mend="ghi mỗi căn cứ một dòng, theo cùng thứ tự")


def _advice(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Advice for a type is for one of the rubric's types."""
    expected = f"các mã loại hình: {', '.join(rubric.types)}"
    for place, item in _items(rubric):
        for key in ("advice_by_type", "advice_by_type_en"):
            for name in getattr(item, key).keys() - rubric.types.keys():
                yield Fault(file.where((*place, key, name)), f"{item.id}, {key}: không có mã '{name}'", expected)


def _scopes(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Whoever a criterion applies to exists."""
    placed: list[tuple[Place, str, Scope | None]] = [
        (place, item.id, item.applies_to) for place, item in _items(rubric)
    ]
    placed += [(("facts", index), fact.id, fact.applies_to) for index, fact in enumerate(rubric.facts)]
    for place, name, scope in placed:
        if scope is None:
            continue
        where = file.where((*place, "applies_to"))
        for kind, stated, known in (("loại hình", scope.types, rubric.types), ("khối", scope.blocks, rubric.blocks)):
            for word in stated or ():
                if word not in known:
                    yield Fault(where, f"{name}: không có {kind} '{word}'", f"các {kind}: {', '.join(known)}")
        nobody = () in (scope.types, scope.blocks, scope.units)
        if nobody or (scope.members_below or 10**9) <= (scope.members_from or 0):
            yield Fault(where, f"{name}: không đơn vị nào thuộc phạm vi này nên không ai được chấm", mend="sửa phạm vi")


def _indicators(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every criterion can be scored: it has a value to read, and its figures fit that value's decimals."""
    for place, item in _items(rubric):
        if item.is_judged is not (item.indicator is None):
            what = (
                "do người chấm cho điểm nên không có indicator"
                if item.is_judged
                else "thiếu indicator, không ai chấm được"
            )
            yield Fault(file.where(place), f"{item.id}: {what}")
            continue
        if item.method not in methods.METHODS:
            continue
        yield from _figures(item, rubric, place, file)
        if indicator := item.indicator:
            yield from _indicator(item, indicator, rubric, place, file)


def _indicator(item: Criterion, indicator: Indicator, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    where = file.where((*place, "indicator"))
    if indicator.of is not None and not methods.takes_base(item.method):
        yield Fault(where, f"{item.id}: phương pháp '{item.method}' không dùng số tổng 'of'", mend="xóa 'of'")
    if item.evidence == "counted" and not item.counts_pieces:
        what = f"{item.id}: 'evidence: counted' chỉ dùng cho tiêu chí đếm số việc"
        yield Fault(where, what, mend="ghi evidence: required, hoặc dùng phương pháp đếm số việc và bỏ 'of', decimals")
    if methods.METHODS[item.method].VALUE == "level" and (indicator.periods != "last" or indicator.decimals):
        mend = "ghi periods: last và bỏ decimals"
        yield Fault(where, f"{item.id}: mức không cộng hay lấy trung bình qua các kỳ được", mend=mend)
    if indicator.of is not None and indicator.periods in {"largest", "any"}:
        what = f"{item.id}: tỷ lệ không gộp qua các kỳ bằng {indicator.periods} được"
        yield Fault(where, what, mend="ghi sum, mean hoặc last")
    if indicator.same_as is not None:
        other = rubric.item.get(indicator.same_as)
        if other is None or other.indicator is None or other.indicator.same_as is not None or other.id == item.id:
            yield Fault(where, f"{item.id}: same_as '{indicator.same_as}' không phải một tiêu chí có số liệu riêng")
        elif other.indicator.model_copy(update={"same_as": other.id}) != indicator:
            yield Fault(where, f"{item.id}: indicator khác với indicator của {other.id}", mend="ghi hai nơi giống nhau")
    if isinstance(indicator.most, Decimal) and indicator.least is not None and indicator.most < indicator.least:
        yield Fault(where, f"{item.id}: least lớn hơn most")


def _figures(item: Criterion, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    """Targets and edges fit the value's decimals; awards fit the rubric's and stay within the maximum."""
    stated = _stated(item)
    for name, parameter in stated.items():
        at = (*place, "params", name)
        match parameter:
            case Target() as target:
                yield from _target(item, target, rubric, at, file)
            case Steps(steps=awards) | Levels(levels=awards):
                for index, award in enumerate(awards):
                    yield from _award(item, award, rubric, (*at, index), file)
            case ValueFigure(root=figure):
                yield from _fits(figure, item.value_scale, at, file)
            case PointsFigure(root=figure):
                yield from _fits(figure, rubric.scale, at, file)
    scale_to, scale_from = stated.get("scale_to"), stated.get("scale_from", ValueFigure(Decimal(0)))
    if scale_to is not None and scale_to.root <= scale_from.root:
        yield Fault(file.where((*place, "params")), f"{item.id}: scale_to phải lớn hơn scale_from")


def _target(item: Criterion, target: Target, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    """A target is above 0, fits the value's decimals, and is there for every type or block it is looked up by."""
    for figure in _target_figures(target):
        yield from _fits(figure, item.value_scale, place, file)
    for figure in (*_target_figures(target), *([] if target.percent is None else [target.percent])):
        if figure <= 0:
            yield Fault(file.where(place), f"{item.id}: chỉ tiêu phải lớn hơn 0")
    if target.by in {"type", "block"} and target.otherwise is None:
        known = rubric.types if target.by == "type" else rubric.blocks
        if missing := sorted(set(known) - set(target.values or {})):
            mend = "ghi đủ hoặc thêm otherwise"
            yield Fault(file.where(place), f"{item.id}: chưa có chỉ tiêu cho {', '.join(missing)}", mend=mend)


def _target_figures(target: Target) -> list[Decimal]:
    by_steps = [figure for _, figure in target.steps or ()]
    return [
        *by_steps,
        *(target.values or {}).values(),
        *(f for f in (target.figure, target.otherwise) if f is not None),
    ]


def _award(item: Criterion, award: Award, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    for edge in (award.to, award.from_) if isinstance(award, Step) else ():
        if edge is not None:
            yield from _fits(edge, item.value_scale, place, file)
    given, most = award.percent, Decimal(100)
    if award.points is not None:
        given, most = award.points, item.max_points
        yield from _fits(award.points, rubric.scale, place, file)
    if given is not None and not 0 <= given <= most:
        yield Fault(file.where(place), f"{item.id}: có bậc ngoài khoảng 0 đến điểm tối đa {item.max_points}")


_LATEST_DUE = 92
"""Days after the evaluated days by which every report is due: the last one is often asked for in the next January."""


def _periods(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Periods and due days lie in the days that are evaluated, and those in the rubric's year."""
    annual = sum(period.annual for period in rubric.periods)
    if annual > 1 or (annual == 0 and len(rubric.periods) == 1):
        mend = "các quý cộng lại thành năm thì không kỳ nào ghi annual"
        yield Fault(file.where(("periods",)), "cần đúng một kỳ báo cáo có annual: true", mend=mend)
    if not rubric.periods:
        yield Fault(file.where(("periods",)), "chưa có kỳ báo cáo nào", mend="ghi ít nhất một kỳ")
        return
    if rubric.span and not (rubric.first_day <= rubric.last_day and rubric.year in _years(rubric)):
        what = f"span {_days(rubric)} không phải những ngày của năm {rubric.year}"
        yield Fault(file.where(("span",)), what, mend="sửa from, to; năm dương lịch thì bỏ span")
    for index, period in enumerate(rubric.periods):
        where = file.where(("periods", index))
        if not period.from_ <= period.to or period.due < period.from_:
            yield Fault(where, f"kỳ {period.id}: ngày bắt đầu, kết thúc và hạn nộp không hợp lý")
        elif what := outside_year(period, rubric.first_day, rubric.last_day):
            mend = f"sửa ngày của kỳ; năm {rubric.year} được đánh giá {_days(rubric)}"
            yield Fault(where, f"kỳ {period.id}: {what}", mend=mend)


def _days(rubric: Rubric) -> str:
    return f"từ {rubric.first_day:%d/%m/%Y} đến {rubric.last_day:%d/%m/%Y}"


def _years(rubric: Rubric) -> set[int]:
    return {rubric.first_day.year, rubric.last_day.year}


def outside_year(period: Period, first: date, last: date) -> str:
    """What of a period lies outside the evaluated days, in words; "" where nothing does."""
    outside = []
    if not first <= period.from_ <= period.to <= last:
        outside.append(f"từ {period.from_:%d/%m/%Y} đến {period.to:%d/%m/%Y}")
    if not first <= period.due <= last + timedelta(days=_LATEST_DUE):
        outside.append(f"hạn nộp {period.due:%d/%m/%Y}")
    return f"{', '.join(outside)} không thuộc năm được đánh giá" if outside else ""


def _bands(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """The bands cover every figure from the least to the most possible, none twice."""
    scale = 10**rubric.figure.decimals
    ranges: list[tuple[int, int | None, Band, Place]] = []
    for index, band in enumerate(rubric.bands):
        place: Place = ("bands", index)
        if band.selected_from is not None:
            if band.selected_from not in rubric.band or rubric.band[band.selected_from].from_ is None:
                yield Fault(
                    file.where(place), f"mức '{band.id}' chọn từ '{band.selected_from}', không phải mức theo điểm"
                )
            yield from _after(band, place, rubric, file)
            continue
        edges = [edge for edge in (band.from_, band.to, band.below) if edge is not None]
        unfit = [fault for edge in edges for fault in _fits(edge, scale, place, file)]
        yield from unfit
        if unfit:
            return
        ranges.append((*_range(band, scale), band, place))
    yield from _covered(sorted(ranges, key=lambda part: part[0]), rubric, scale, file)


def _after(band: Band, place: Place, rubric: Rubric, file: YamlFile) -> Faults:
    """Bands chosen from the same one stand in one line, each after the next better one."""
    pool = [other for other in rubric.bands if other.selected_from == band.selected_from]
    names = [other.id for other in pool if other is not band]
    at = file.where((*place, "after") if band.after is not None else place)
    if band.after is not None and band.after not in names:
        expected = f"các mức cùng chọn từ '{band.selected_from}': {', '.join(names) or 'không có mức nào khác'}"
        yield Fault(at, f"mức '{band.id}': không xét sau mức '{band.after}' được", expected)
    earlier = pool[: pool.index(band)]
    if any(other.after == band.after for other in earlier):
        same = next(other for other in earlier if other.after == band.after)
        how = f"cùng xét sau mức '{band.after}'" if band.after else "đều không ghi after"
        mend = f"mức nào xét sau thì ghi after: mã của mức cao hơn xét ngay trước nó, ví dụ after: {same.id}"
        what = f"mức '{same.id}' và '{band.id}' cùng chọn từ '{band.selected_from}' mà {how}, không rõ mức nào trước"
        yield Fault(at, what, mend=mend)
    elif band.after in names and band not in rubric.bands_to_choose:
        yield Fault(at, f"mức '{band.id}' xét sau chính nó theo vòng after", mend="bỏ after ở mức xét đầu tiên")


def _range(band: Band, scale: int) -> tuple[int, int | None]:
    """First figure in the band and first figure after it (None: no end), at the scale of the bands' figure."""
    start = to_scaled(band.from_ or Decimal(0), scale)
    if band.to is not None:
        return start, to_scaled(band.to, scale) + 1
    return start, None if band.below is None else to_scaled(band.below, scale)


def _covered(ranges: list[tuple[int, int | None, Band, Place]], rubric: Rubric, scale: int, file: YamlFile) -> Faults:
    if not ranges:
        yield Fault(file.where(("bands",)), "chưa có mức xếp loại nào theo điểm")
        return
    for start, end, band, place in ranges:
        if end is not None and end <= start:
            yield Fault(file.where(place), f"mức '{band.id}' không chứa điểm nào", mend="sửa 'from', 'to' hoặc 'below'")
            return
    if Decimal(ranges[0][0]) / scale > min(Decimal(0), rubric.total.floor):
        yield Fault(file.where(ranges[0][3]), f"điểm dưới {ranges[0][2].from_} không thuộc mức nào")
    for (_, end, band, place), (start, _, above, above_place) in pairwise(ranges):
        if end is None:
            yield Fault(file.where(place), f"mức '{band.id}' cần 'below' hoặc 'to' vì trên nó còn mức '{above.id}'")
        elif end < start:
            missing = Decimal(end) / scale
            mend = (
                "ghi 'below' bằng 'from' của mức trên, hoặc làm tròn điểm xếp loại thành số nguyên (figure.decimals: 0)"
            )
            what = f"điểm {missing} nằm giữa mức '{band.id}' và mức '{above.id}', không thuộc mức nào"
            yield Fault(file.where(above_place), what, mend=mend)
        elif end > start:
            yield Fault(file.where(above_place), f"điểm {Decimal(start) / scale} thuộc cả '{band.id}' và '{above.id}'")
    most = _largest_figure(rubric)
    if (end := ranges[-1][1]) is not None and Decimal(end) / scale <= most:
        yield Fault(
            file.where(ranges[-1][3]), f"điểm {most} không thuộc mức nào", mend="bỏ 'to', 'below' của mức cao nhất"
        )


def _largest_figure(rubric: Rubric) -> Decimal:
    """The largest figure a unit can reach, in the bands' unit."""
    above = rubric.bonus.cap if rubric.bonus and not rubric.bonus.inside_total else Decimal(0)
    for item in rubric.criteria:
        if (over := _stated(item).get("most")) and over.root > 100:
            above += item.max_points * (over.root - 100) / 100
    most = rubric.total.max_points + above
    most = most if rubric.total.cap is None else min(most, rubric.total.cap)
    return most if rubric.figure.of == "total" else most * 100 / rubric.total.max_points


def _gates(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    by_figure = [band.id for band in rubric.bands if band.selected_from is None]
    placed: list[tuple[Place, str, When, str | None]] = []
    placed += [(("gates", i), gate.id, gate.when, gate.cap) for i, gate in enumerate(rubric.gates)]
    for i, band in enumerate(rubric.bands):
        placed += [(("bands", i, "conditions", j), band.id, c.unless, None) for j, c in enumerate(band.conditions)]
    for place, name, when, cap in placed:
        if cap is not None and cap not in by_figure:
            expected = f"các mức theo điểm: {', '.join(by_figure)}"
            yield Fault(file.where((*place, "cap")), f"{name}: không có mức theo điểm '{cap}'", expected)
        if when.below is not None:
            yield from _fits(when.below, PERCENT if when.share else 1, place, file)
        for kind, stated, known in _named(when, rubric):
            if stated not in known:
                expected = f"đang có: {', '.join(known) or 'chưa có gì'}"
                yield Fault(file.where(place), f"{name}: không có {kind} '{stated}'", expected)


def _named(when: When, rubric: Rubric) -> list[tuple[str, str, list[str]]]:
    """What a condition names, as kind, id and the ids that exist."""
    facts = [fact.id for fact in rubric.facts]
    groups = [group.id for _, group in _groups(rubric)]
    share = when.share
    named = [
        ("tiêu chí", when.criterion, list(rubric.item)),
        ("kỳ báo cáo", when.report_missing, [period.id for period in rubric.periods]),
        ("nhóm", when.group, groups),
        ("dữ kiện", when.fact, facts),
        ("dữ kiện", share.part if share else None, facts),
        ("dữ kiện", share.whole if share else None, facts),
    ]
    return [(kind, stated, known) for kind, stated, known in named if stated is not None]


def _quotas(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    for index, quota in enumerate(rubric.quotas):
        where = file.where(("quotas", index))
        if not quota.base:
            yield Fault(where, f"tỷ lệ khống chế của '{quota.band}' không có cơ sở tính", mend="ghi các mức ở 'base'")
        for name in dict.fromkeys((quota.band, *quota.base)):
            if name not in rubric.band:
                yield Fault(where, f"không có mức '{name}'", f"các mức: {', '.join(rubric.band)}")
            elif name in quota.base and rubric.band[name].selected_from is not None:
                yield Fault(where, f"mức '{name}' không tính theo điểm nên không làm cơ sở được")
    limited = [quota.band for quota in rubric.quotas]
    counted = [(quota.band, quota.per) for quota in rubric.quotas]
    for name, per in sorted({one for one in counted if counted.count(one) > 1}):
        what = f"mức '{name}' có hai tỷ lệ khống chế cùng tính theo per: {per}"
        yield Fault(file.where(("quotas",)), what, mend="giữ một dòng")
    for index, band in enumerate(rubric.bands):
        if band.selected_from is not None and band.id not in limited:
            mend = "thêm một dòng vào quotas; không hạn chế thì ghi share: 100"
            yield Fault(file.where(("bands", index)), f"mức '{band.id}' chưa có tỷ lệ khống chế", mend=mend)


def _ties(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    known = {"group": [group.id for _, group in _groups(rubric)], "criterion": [item.id for item in rubric.criteria]}
    for index, tie in enumerate(rubric.ranking.ties):
        if tie.id is not None and tie.id not in known[tie.by]:
            where = file.where(("ranking", "ties", index))
            yield Fault(where, f"không có '{tie.id}'", f"đang có: {', '.join(known[tie.by])}")


def _facts(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """A count is part of counts that stand before it, so that none is part of itself by a detour."""
    before: list[str] = []
    for index, fact in enumerate(rubric.facts):
        for name in fact.at_most:
            if fact.kind != "count" or name not in before:
                expected = f"dữ kiện số lượng ghi ở các dòng trên: {', '.join(before) or 'chưa có'}"
                yield Fault(file.where(("facts", index)), f"{fact.id}: không so được với '{name}'", expected)
        before += [fact.id] if fact.kind == "count" else []


_CHECKS = (
    _ids, _sums, _nets, _weights, _clauses, _subject, _sources, _file_names, _english_names, _wordings, _advice,
    _scopes, _indicators, _periods, _facts, _bands, _gates,
    _quotas, _ties,
)  # fmt: skip


def _groups(rubric: Rubric) -> list[tuple[Place, Group]]:
    """Every group with its place in the file."""

    def below(group: Group, place: Place) -> list[tuple[Place, Group]]:
        inner = [below(part, (*place, "groups", index)) for index, part in enumerate(group.groups)]
        return [(place, group), *chain.from_iterable(inner)]

    return list(chain.from_iterable(below(group, ("groups", index)) for index, group in enumerate(rubric.groups)))


def _items(rubric: Rubric) -> list[tuple[Place, Criterion]]:
    """Every criterion, bonus and deduction item with its place in the file."""
    found: list[tuple[Place, Criterion]] = []
    for place, group in _groups(rubric):
        found += [((*place, "criteria", index), item) for index, item in enumerate(group.criteria)]
    for key in ("bonus", "deductions"):
        extra = getattr(rubric, key)
        found += [((key, "items", index), item) for index, item in enumerate(extra.items if extra else ())]
    return found


def _parts(rubric: Rubric) -> list[tuple[Place, Group | Criterion]]:
    """Every group and item with its place in the file."""
    return [*_groups(rubric), *_items(rubric)]
