"""What pydantic finds in a file, in our words, at its line and column; several faults as one error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from scoring.core.errors import Fault, RubricError
from scoring.rubric.strict_yaml import Place, YamlFile


def raise_faults(file: YamlFile, faults: Iterable[Fault]) -> None:
    """Raise the faults, if there are any, in the order of the file."""
    written = dict.fromkeys(with_own_texts(fault) for fault in faults)  # not a set: its order changes from run to run
    found = sorted(written, key=lambda fault: [int(number) for number in re.findall(r"\d+", fault.where)])
    if found:
        raise RubricError(str(file.path), found)


def close_to(word: str, known: Iterable[str]) -> list[str]:
    """The one known word that was probably meant, if any."""
    return get_close_matches(word, list(known), 1)


_STAND_IN = re.compile(r"ma-sai-([0-9a-f]*)-")


def stand_in(text: str) -> str:
    """An id that stands for a text that is none, the same wherever it is written."""
    return f"ma-sai-{text.encode()[:14].hex()}-"


def with_own_texts(fault: Fault) -> Fault:
    """The fault with the file's own texts in place of what stood for them."""
    texts = {
        name: _STAND_IN.sub(lambda found: bytes.fromhex(found[1]).decode(errors="replace"), getattr(fault, name))
        for name in ("what", "expected", "mend")
    }
    return replace(fault, **texts)


def replaced_at(node: Any, place: Place, content: Any) -> Any:
    """The content with something else at a place."""
    if not place:
        return content
    step, *below = place
    if isinstance(node, dict):
        return {**node, str(step): replaced_at(node.get(str(step)), tuple(below), content)}
    return tuple(replaced_at(part, tuple(below), content) if at == step else part for at, part in enumerate(node))


def rekeyed_at(node: Any, place: Place, key: str | None) -> Any:
    """The content with the key at a place called `key`, or left out."""
    step, *below = place
    if below and isinstance(node, dict):
        return {**node, str(step): rekeyed_at(node[step], tuple(below), key)}
    if below:
        return tuple(rekeyed_at(part, tuple(below), key) if at == step else part for at, part in enumerate(node))
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


def told_fault(file: YamlFile, detail: ErrorDetails, known: list[str]) -> Fault:
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
        close = close_to(key, known)
        mend = f"ý bạn là '{close[0]}'?" if close else "xóa khóa này"
        if detail["input"] is None and not close:
            mend = "nếu đây là phần sau dấu phẩy của một câu thì đặt cả câu trong dấu nháy kép, nếu không thì xóa"
        return Fault(file.where(place), f"không có khóa '{key}'", f"các khóa hợp lệ: {', '.join(known)}", mend)
    if kind == "missing":
        return Fault(file.where_missing(place), f"thiếu khóa '{key}'", mend="thêm khóa này, ghi như ở năm mẫu")
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


def keys_of(model: type[BaseModel], place: Place) -> list[str]:
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
