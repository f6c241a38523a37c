"""Read a YAML file strictly: exact numbers, no key twice, and the line and column of everything.

YAML 1.2 by ruamel.yaml: `no` is a word, `9.5` becomes Decimal("9.5"), a duplicate key is refused. Every key is a word,
and everything stands where it is used: aliases (&, *), merged keys (<<) and tags (!) are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import Node, ScalarNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.representer import RoundTripRepresenter

from scoring.core.errors import Fault, RubricError
from scoring.core.files import read_whole

Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file down to one thing."""

_LARGEST_FILE = 2_000_000
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""Control characters, marks of direction and halves of characters; line ends and tabs are none."""
_DEEPEST = 60


class _NotPlainError(MarkedYAMLError):
    """An alias, a merged key or a tag."""


class _PlainComposer(Composer):
    """Keys are words, and things are what they look like."""

    def compose_node(self, parent: Node | None, index: Any) -> Node:
        event = self.parser.peek_event()
        is_key = parent is not None and index is None
        is_merge = is_key and getattr(event, "value", "") == "<<"
        if isinstance(event, AliasEvent) or is_merge or getattr(event, "tag", None) is not None:
            raise _NotPlainError(problem_mark=event.start_mark)
        node: Node = super().compose_node(parent, index)
        if is_key and isinstance(node, ScalarNode):
            node.tag = "tag:yaml.org,2002:str"
        return node


class _ExactConstructor(RoundTripConstructor):
    """Numbers with a point become Decimal, since a float would already have changed them; a day that is not, a word."""

    def construct_day(self, node: ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return str(node.value)

    def construct_exact(self, node: ScalarNode) -> Decimal | str:
        try:
            return Decimal(node.value)
        except InvalidOperation:
            return str(node.value)


_ExactConstructor.add_constructor("tag:yaml.org,2002:float", _ExactConstructor.construct_exact)
_ExactConstructor.add_constructor("tag:yaml.org,2002:timestamp", _ExactConstructor.construct_day)


class _ExactRepresenter(RoundTripRepresenter):
    """Decimal figures are written digit for digit, and everything where it is used."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_exact(self, figure: Decimal) -> Any:
        return self.represent_scalar("tag:yaml.org,2002:float", f"{figure:f}")


_ExactRepresenter.add_representer(Decimal, _ExactRepresenter.represent_exact)


@dataclass(frozen=True)
class YamlFile:
    """A file as plain dicts, tuples, str, int, bool, Decimal and date, with the place of every key and item."""

    path: Path
    content: Any
    positions: dict[Place, tuple[int, int]]

    def where(self, place: Place) -> str:
        """Line and column of a place, or of the nearest thing above it that has one."""
        while place and place not in self.positions:
            place = place[:-1]
        line, column = self.positions.get(place, (1, 1))
        return f"dòng {line}, cột {column}"

    def where_missing(self, place: Place) -> str:
        """Where something should stand that does not: what it is a part of."""
        return self.where(place[:-1])


def exact_yaml() -> YAML:
    """What reads and writes a file without changing a figure, a comment or where a line ends."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Composer, yaml.Constructor, yaml.max_depth = _PlainComposer, _ExactConstructor, _DEEPEST
    yaml.Representer, yaml.width, yaml.preserve_quotes = _ExactRepresenter, 10**9, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def read_yaml(path: Path, text: str | None = None) -> YamlFile:
    """Read a YAML file (or `text`, already read from it).

    Raises RubricError where it is not UTF-8, not YAML, or says a key twice.
    """
    text = _read_text(path) if text is None else text
    try:
        tree = exact_yaml().load(unicodedata.normalize("NFC", text))
    except DuplicateKeyError as error:
        raise RubricError(str(path), [_fault(error, "một khóa được ghi hai lần", "xóa bớt một dòng")]) from error
    except _NotPlainError as error:
        what = "không dùng bí danh (&, *), khóa gộp (<<) và nhãn kiểu (!)"
        raise RubricError(str(path), [_fault(error, what, "ghi đầy đủ ở từng chỗ dùng")]) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        fault = Fault(f"dòng {line}", "có ký tự điều khiển", mend="xóa ký tự lạ ở dòng này")
        raise RubricError(str(path), [fault]) from error
    except MarkedYAMLError as error:
        if said := _often_meant(error, text):
            raise RubricError(str(path), [_fault(error, *said)]) from error
        mend = "xem lại thụt đầu dòng, dấu hai chấm và dấu nháy ở dòng này và dòng trên"
        raise RubricError(str(path), [_fault(error, "không đọc được theo cú pháp YAML", mend)]) from error
    except (YAMLError, ValueError) as error:
        raise RubricError(str(path), [Fault("cả tệp", "có chỗ không đọc được thành YAML")]) from error
    positions: dict[Place, tuple[int, int]] = {}
    file = YamlFile(path, _plain(tree, (), positions), positions)
    if faults := [Fault(file.where(place), what, mend="xóa ký tự đó") for place, what in _hidden(file.content, ())]:
        raise RubricError(str(path), faults)
    return file


def _hidden(node: Any, place: Place) -> Iterator[tuple[Place, str]]:
    r"""Where a key or a text holds what nobody sees, as `"\u0007"` writes it: no page and no workbook could hold it."""
    if isinstance(node, dict):
        for key, part in node.items():
            yield from _hidden(key, (*place, key))
            yield from _hidden(part, (*place, key))
    elif isinstance(node, tuple):
        for index, part in enumerate(node):
            yield from _hidden(part, (*place, index))
    elif isinstance(node, str) and (found := _HIDDEN.search(node)):
        yield place, f"có ký tự điều khiển U+{ord(found[0]):04X}"


def _read_text(path: Path) -> str:
    try:
        raw = read_whole(path)
    except FileNotFoundError as error:
        raise RubricError(str(path), [Fault("cả tệp", "không có tệp này", mend="kiểm tra tên và thư mục")]) from error
    except OSError as error:
        raise RubricError(str(path), [Fault("cả tệp", "không mở được tệp", mend="kiểm tra quyền đọc")]) from error
    if len(raw) > _LARGEST_FILE:
        raise RubricError(str(path), [Fault("cả tệp", "tệp lớn hơn 2 MB, không phải một bộ tiêu chí")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = Fault(f"dòng {line}", "không phải chữ UTF-8", mend="lưu lại tệp với bảng mã UTF-8")
        raise RubricError(str(path), [fault]) from error


def _often_meant(error: MarkedYAMLError, text: str) -> tuple[str, str] | None:
    """What is most often wrong in a line that YAML cannot read, and how to mend it; None for anything else."""
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or (mark and line[mark.column : mark.column + 1] == "\t"):
        return "không đọc được theo cú pháp YAML: có dấu Tab", "thay phím Tab bằng các dấu cách"
    what = "không đọc được theo cú pháp YAML"
    if found := _SIGN.search(line):
        return f"{what}: chữ bắt đầu bằng dấu {found[1]}", "đặt cả phần chữ trong dấu nháy kép"
    if _AFTER_QUOTES.search(line):
        mend = "đặt cả câu trong một cặp dấu nháy kép, nháy bên trong viết “ ”"
        return f"{what}: còn chữ đứng sau dấu nháy đóng", mend
    if "{" in line and "," in line:
        return f"{what}, trong dấu ngoặc {{…}}", "chữ có dấu phẩy hoặc dấu hai chấm thì đặt trong dấu nháy kép"
    for near in lines[max(mark.line - 1, 0) : mark.line + 1] if mark else ():
        if found := _NO_BLANK.match(near):
            sign = "dấu hai chấm" if found[0].endswith(":") else "gạch đầu dòng"
            return f"{what}: sau {sign} thiếu dấu cách", f"thêm dấu cách sau “{found[0].strip()}”"
    if len(re.findall(r":(?:\s|$)", line)) > 1:
        return f"{what}: một dòng có hai dấu hai chấm", "câu có dấu hai chấm thì đặt trong dấu nháy kép"
    return None


_SIGN = re.compile(r"(?:[:,{\[]|^\s*-)\s+([%@`*&])")
"""A sign with which YAML lets no plain text begin, where a value does."""
_NO_BLANK = re.compile(r"\s*(?:- )?[\w.-]+:(?=[^\s:/])|\s*-(?=[^\s-])")
"""A key or a dash that what follows stands right after."""
_AFTER_QUOTES = re.compile(r""":\s+("[^"]*"|'[^']*')\s+[^\s#,}\]]""")


def _fault(error: MarkedYAMLError, what: str, mend: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    where = f"dòng {mark.line + 1}, cột {mark.column + 1}" if mark else "cả tệp"
    return Fault(where, what, mend=mend)


def _plain(node: Any, place: Place, positions: dict[Place, tuple[int, int]]) -> Any:
    """The same content in plain types, noting where each part stands."""
    if isinstance(node, CommentedMap):
        for key in node:
            line, column = node.lc.key(key)
            positions[(*place, key)] = (line + 1, column + 1)
        return {str(key): _plain(part, (*place, key), positions) for key, part in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            line, column = node.lc.item(index)
            positions[(*place, index)] = (line + 1, column + 1)
        return tuple(_plain(part, (*place, index), positions) for index, part in enumerate(node))
    if isinstance(node, bool) or node is None or isinstance(node, Decimal | date):
        return node
    return int(node) if isinstance(node, int) else str(node)
