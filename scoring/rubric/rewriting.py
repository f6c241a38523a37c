"""A YAML file that says something new, with every comment and every line that did not change as it was."""

from __future__ import annotations

from difflib import SequenceMatcher
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.tokens import CommentToken

from scoring.rubric.sheets import without_nothing
from scoring.rubric.strict_yaml import exact_yaml, read_yaml

_ABSENT = object()


def rewritten(text: str, content: dict[str, Any]) -> str:
    """The text of a rubric's file, so that it says `content`; "" for a file that is new."""
    if text and without_nothing(read_yaml(Path("rubric.yaml"), text).content) == without_nothing(content):
        return text
    if not text.strip():
        return _dumped(_fresh(content))
    plain = _dumped(exact_yaml().load(text))
    changed = _dumped(_merged(exact_yaml().load(text), content))
    kept = _kept_lines(text, plain, changed)
    same = _says(kept, content)
    return kept if same else changed


def _says(text: str, content: dict[str, Any]) -> bool:
    return bool(without_nothing(read_yaml(Path("rubric.yaml"), text).content) == without_nothing(content))


def _dumped(tree: Any) -> str:
    written = StringIO()
    yaml: YAML = exact_yaml()
    yaml.dump(tree, written)
    return written.getvalue()


def _kept_lines(text: str, plain: str, changed: str) -> str:
    """The lines of `text` wherever `plain`, the same file as the library writes it, did not change."""
    own, base, new = (one.splitlines(keepends=True) for one in (text, plain, changed))
    home = _homes(own, base)
    lines: list[str] = []
    for kind, low, high, left, right in SequenceMatcher(None, base, new, autojunk=False).get_opcodes():
        if kind != "equal":
            lines += new[left:right]
            continue
        lines += own[home[low] : home[high]] if _is_whole(low, high, home) else base[low:high]
    return "".join(lines)


def _homes(own: list[str], base: list[str]) -> dict[int, int]:
    """For each edge between lines of `base` that is also one of `own`, the line of `own` it stands before."""
    edges: dict[int, int] = {}
    for kind, left, right, low, high in SequenceMatcher(None, own, base, autojunk=False).get_opcodes():
        if kind == "equal":
            edges |= {low + step: left + step for step in range(high - low + 1)}
        else:
            edges |= {low: left, high: right}
            edges |= {low + step: left + step for step in range(high - low) if high - low == right - left}
    return edges


def _is_whole(low: int, high: int, home: dict[int, int]) -> bool:
    return low in home and high in home


def _merged(node: Any, new: Any) -> Any:
    """The tree of a file that says `new`, with the old nodes wherever they still say the same."""
    if isinstance(node, CommentedMap) and isinstance(new, dict):
        return _merged_map(node, new)
    if isinstance(node, CommentedSeq) and isinstance(new, tuple):
        return _merged_list(node, new)
    return node if type(node) is type(new) and node == new else _fresh(new)


def _merged_map(node: CommentedMap, new: dict[str, Any]) -> CommentedMap:
    for key in [key for key in node if key not in new and without_nothing(_plain(node[key])) not in (None, (), {})]:
        del node[key]
    before = ""
    for key, part in new.items():
        if key in node:
            if not _same(node[key], part):
                node[key] = _merged(node[key], part)
        elif without_nothing(part) not in (None, (), {}):
            place = list(node).index(before) + 1 if before in node else 0
            node.insert(min(place, max(len(node) - 1, 0)), key, _fresh(part))
        before = key
    return node


def _merged_list(node: CommentedSeq, new: tuple[Any, ...]) -> CommentedSeq:
    ids = {part["id"]: part for part in node if isinstance(part, dict) and "id" in part}
    tail = _tail(node)
    old = [
        ids.pop(part["id"], _ABSENT) if isinstance(part, dict) and "id" in part else _at(node, number)
        for number, part in enumerate(new)
    ]
    parts = [_fresh(part) if was is _ABSENT else _merged(was, part) for was, part in zip(old, new, strict=True)]
    if [id(part) for part in parts] == [id(part) for part in node]:
        return node
    if tail is not None:
        tail[0].pop(tail[1])
    node[:] = parts
    if tail is not None and (home := _home(node)) is not None:
        home[0][home[1]] = tail[2]
    return node


def _at(node: CommentedSeq, number: int) -> Any:
    return node[number] if number < len(node) else _ABSENT


def _home(node: Any) -> tuple[dict[Any, Any], Any] | None:
    """Where a comment that follows a node is kept: with its last key or item, the innermost one."""
    if not isinstance(node, CommentedMap | CommentedSeq) or not len(node):
        return None
    key = list(node)[-1] if isinstance(node, CommentedMap) else len(node) - 1
    last = node[key]
    inner = _home(last) if isinstance(last, CommentedMap | CommentedSeq) else None
    if inner and (not last.fa.flow_style() or inner[0].get(inner[1])):
        return inner
    return node.ca.items, key


def _tail(node: Any) -> tuple[dict[Any, Any], Any, Any] | None:
    """The blank lines and comments after the last line of a node, and where they are kept."""
    home = _home(node)
    kept = home[0].get(home[1]) if home else None
    tokens = [token for token in kept or () if isinstance(token, CommentToken)]
    if home is None or not tokens or not all(str(token.value).startswith("\n") for token in tokens):
        return None
    return (*home, kept)


def _same(node: Any, new: Any) -> bool:
    return bool(without_nothing(_plain(node)) == without_nothing(new))


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(part) for key, part in node.items()}
    if isinstance(node, list | tuple):
        return tuple(_plain(part) for part in node)
    return node


def _fresh(new: Any) -> Any:
    """A node for a part the file did not have; short lists of figures on one line."""
    if isinstance(new, dict):
        return CommentedMap({key: _fresh(part) for key, part in new.items() if part is not None})
    if isinstance(new, tuple):
        listed = CommentedSeq([_fresh(part) for part in new])
        if not any(isinstance(part, dict) for part in new):
            listed.fa.set_flow_style()
        return listed
    return new
