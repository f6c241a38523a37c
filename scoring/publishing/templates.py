"""What of a notebook makes a document, whoever opened, ran or saved it: its cells as written, not what they gave."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from scoring.core.files import read_whole

_METADATA = ("tags", "jupyter", "slideshow")
"""What is noted beside a cell that may shape a page; editors note more, such as when it ran."""
_WHOLE = {"kernelspec": ("name", "display_name", "language"), "language_info": ("name",)}


def without_results(notebook: dict[str, Any]) -> dict[str, Any]:
    """A copy of a notebook (as its JSON) without what running and saving it leave: outputs, counts, editors' notes."""
    told = notebook.get("metadata", {})
    kept = {
        part: {name: told[part][name] for name in names if name in told[part]}
        for part, names in _WHOLE.items()
        if part in told
    }
    return {**notebook, "metadata": kept, "cells": [_written(cell) for cell in notebook.get("cells", [])]}


def template_digest(file: Path, given: Collection[str]) -> str:
    """SHA-256 of what makes documents of a notebook, as 64 hexadecimal digits; "" where there is none.

    given: the parameters every document states: what the notebook has for them while it is looked at counts for none.
    """
    if not file.is_file():
        return ""
    content = read_whole(file)
    try:
        cells = [_counted(cell, given) for cell in without_results(json.loads(content))["cells"]]
    except (ValueError, AttributeError, TypeError):
        return hashlib.sha256(content).hexdigest()  # no sound notebook: whoever runs it says so
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def _written(cell: dict[str, Any]) -> dict[str, Any]:
    noted = cell.get("metadata", {})
    empty: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.get("cell_type") == "code" else {}
    return {**cell, **empty, "metadata": {name: noted[name] for name in _METADATA if noted.get(name)}}


def _counted(cell: dict[str, Any], given: Collection[str]) -> list[Any]:
    """Kind, notes and text of a cell, however its file divides the lines."""
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    if "parameters" in cell["metadata"].get("tags", []):
        text = "\n".join(_own(text, given))
    return [cell.get("cell_type"), cell["metadata"], text]


def _own(source: str, given: Collection[str]) -> Iterator[str]:
    """What a cell of parameters states, but for the values of those given; what is no Python counts as written."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        yield source
        return
    for statement in statements:
        names = [one.id for one in getattr(statement, "targets", []) if isinstance(one, ast.Name)]
        yield ", ".join(names) if names and set(names) <= set(given) else ast.unparse(statement)
