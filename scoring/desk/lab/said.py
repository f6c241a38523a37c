"""How does what a verb says look at the desk? Lines as text, tables as tables, and files it made as links."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from scoring.core.places import work_folder
from scoring.pages.blocks import Column, plain, table

PAGES_ONLY = "SCORING_DESK_PAGES"
"""The environment variable that says the desk has no file server beside it: what was made is named, not linked."""
_HUB = "JUPYTERHUB_SERVICE_PREFIX"


class SaidTable(NamedTuple):
    """A table a verb showed."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def said_html(parts: Sequence[str | SaidTable]) -> str:
    """Lines and tables in their order, as HTML in an element of its own that scrolls; everything said stays text."""
    shown = "".join(_grouped(parts))
    return (
        f'<div class="scoring-said" tabindex="0" style="max-height:70vh;overflow:auto;line-height:1.4">{shown}</div>'
        if shown
        else ""
    )


def made_html(parts: Sequence[str | SaidTable]) -> str:
    """The files that lines say were made, as links, each once; "" where there are none, or none can be opened."""
    lines = [plain(part) for part in parts if isinstance(part, str)]
    files = [file for line in lines for stated in _stated(line) for file in _files(stated) if file.is_file()]
    return ", ".join(map(_link, dict.fromkeys(files))) if not os.environ.get(PAGES_ONLY) else ""


def _grouped(parts: Sequence[str | SaidTable]) -> Iterator[str]:
    for is_text, group in groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            lines = "\n".join(_linked(plain(str(line))) for line in group)
            yield f'<div style="white-space:pre-wrap;margin:4px 0">{lines}</div>'
        else:
            yield from (_as_table(part) for part in group if isinstance(part, SaidTable))


def _as_table(said: SaidTable) -> str:
    columns = [Column(plain(name), 1, names_rows=place == 0) for place, name in enumerate(said.headings)]
    return table(plain(said.title), columns, [tuple(map(plain, row)) for row in said.rows]).html


def _linked(line: str) -> str:
    """A line as HTML; files below the folder of work are told from there on, and lead to what is in them."""
    made, rest = "", line
    for stated in _stated(line):
        before, _, rest = rest.partition(stated)
        made += escape(before) + ", ".join(map(_link, _files(stated)))
    return made + escape(rest)


def _stated(line: str) -> list[str]:
    """The paths below the folder of work that a line states, in their order."""
    found = re.findall(re.escape(f"{work_folder()}{os.sep}") + r"[^\s;,]+", line)
    return [path.rstrip(".:") for path in found]


def _files(stated: str) -> list[Path]:
    """A path, or all there are where it says `name.*`."""
    path = Path(stated)
    return (sorted(path.parent.glob(path.name)) if path.name.endswith(".*") else []) or [path]


def _link(file: Path) -> str:
    place = _place(file)
    if os.environ.get(PAGES_ONLY) or not file.is_file():
        return escape(place)
    address = f"{os.environ.get(_HUB, '/')}files/{quote(place)}"
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(place)}</a>'


def _place(path: Path) -> str:
    return path.relative_to(work_folder()).as_posix()
