"""Read workbooks in a process of its own: run as a script, never imported by a room.

It knows only the standard library and openpyxl, so that a hostile file meets little and the process starts at once.
Each request on standard input is a length (8 bytes) and a workbook's bytes; each answer is a length and JSON: either
`{"refused": why}` or `{"sheets": [...], "macros": bool}` (see `workbooks`, which asks and words the refusals).
Nothing in a workbook is run, fetched or followed.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

MOST_MEMBERS = 500
MOST_UNPACKED = 100_000_000
MOST_RATIO = 200
MOST_CELLS = 200_000
MOST_MEMORY = 1_000_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
# what zipfile and openpyxl raise on damaged files; anything else ends the process, which the other side survives
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class RefusalError(Exception):
    """A workbook that is not read; the argument is the reason's key in `workbooks`."""


def check_container(raw: bytes) -> None:
    """Refuse bytes that are no plain workbook, before any parser opens them; sizes are found by reading."""
    if raw.startswith(_OLE):
        raise RefusalError("password" if "EncryptedPackage".encode("utf-16-le") in raw else "old_office")
    if raw.startswith(b"%PDF"):
        raise RefusalError("pdf")
    if not raw.startswith(b"PK"):
        raise RefusalError("not_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            _check_names(members)
            _check_members(archive, members)
    except _UNREADABLE as error:
        raise RefusalError("broken") from error


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS:
        raise RefusalError("members")
    if len({name.casefold() for name in names}) < len(names) or any(_escapes(name) for name in names):
        raise RefusalError("names")
    if any(member.flag_bits & 1 for member in members):
        raise RefusalError("password")
    if "xl/workbook.xml" not in names:
        raise RefusalError(next((why for name, why in _OTHERS.items() if name in names), "not_workbook"))


_OTHERS = {
    "word/document.xml": "document",
    "ppt/presentation.xml": "document",
    "content.xml": "open_document",
    "xl/workbook.bin": "binary_workbook",
}
"""What a container is by one of its members, where it is no .xlsx."""


def _escapes(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    left = MOST_UNPACKED
    for member in members:
        with archive.open(member) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise RefusalError("unpacked")
        if len(content) > MOST_RATIO * max(member.compress_size, 1):
            raise RefusalError("ratio")
        if any(declaration in content for declaration in _DECLARATIONS) and not _is_picture(member.filename):
            raise RefusalError("entities")


def _is_picture(name: str) -> bool:
    return name.startswith("xl/media/")


def read_workbook(raw: bytes) -> dict[str, Any]:
    """The sheets of a workbook as plain lists; raises RefusalError."""
    from openpyxl import load_workbook  # after the memory limit is set

    check_container(raw)
    try:
        values, formulas = (load_workbook(io.BytesIO(raw), data_only=only, keep_links=False) for only in (True, False))
    except _UNREADABLE as error:
        raise RefusalError("broken") from error
    if not values.worksheets:
        raise RefusalError("broken")
    sheets = [_sheet(sheet, formulas[sheet.title]) for sheet in values.worksheets]
    if sum(len(sheet["cells"]) for sheet in sheets) > MOST_CELLS:
        raise RefusalError("cells")
    return {"sheets": sheets, "macros": b"vbaProject.bin" in raw}


def _sheet(values: Any, formulas: Any) -> dict[str, Any]:
    return {
        "name": values.title,
        "hidden": values.sheet_state != "visible",
        "cells": list(_cells(values, formulas)),
        "merged": [list(area.bounds) for area in values.merged_cells.ranges],
        "hidden_rows": [row for row, look in values.row_dimensions.items() if look.hidden],
        "hidden_columns": [
            place
            for look in values.column_dimensions.values()
            if look.hidden and look.min
            for place in range(look.min, min(look.max, 16_384) + 1)
        ],
    }


def _cells(values: Any, formulas: Any) -> Iterator[list[Any]]:
    """Row, column, kind, text, formula and number format of each cell that holds something."""
    # not iter_rows: one styled cell in the last row would make it walk through a million empty ones
    for (row, column), cell in values._cells.items():
        held = formulas._cells.get((row, column))
        formula = _formula(held) if held is not None and held.data_type == "f" else ""
        if cell.value is None and not formula:
            continue
        kind, text = _plain(cell)
        shown_as = cell.number_format if kind == "number" and cell.number_format != "General" else ""
        yield [row, column, kind, text, formula, shown_as]


def _formula(cell: Any) -> str:
    text = getattr(cell.value, "text", cell.value)
    return str(text or "=")


def _plain(cell: Any) -> tuple[str, str]:
    """A value's kind and its exact text."""
    value = cell.value
    if value is None:
        return "blank", ""
    if isinstance(value, bool):
        return "bool", str(value).upper()
    if cell.data_type == "e":
        return "error", str(value)
    if isinstance(value, int | float):
        return "number", repr(value)
    if isinstance(value, datetime):
        return "date", value.date().isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    return ("text", value) if isinstance(value, str) else ("time", str(value))


def answer(raw: bytes) -> bytes:
    """The answer to one request."""
    try:
        content = read_workbook(raw)
    except RefusalError as why:
        content = {"refused": str(why)}
    except MemoryError:
        content = {"refused": "memory"}
    return json.dumps(content).encode()


def limit_memory() -> None:
    """Let this process take no more than `MOST_MEMORY` above what it has; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    taken = 0
    statm = Path("/proc/self/statm")
    if statm.exists():
        taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = taken + MOST_MEMORY if most == resource.RLIM_INFINITY else min(taken + MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while header := requests.read(8):
        reply = answer(requests.read(int.from_bytes(header, "big")))
        answers.write(len(reply).to_bytes(8, "big") + reply)
        answers.flush()


if __name__ == "__main__":
    os.environ["OPENPYXL_LXML"] = "False"  # one parser on every machine, whether or not lxml happens to be there
    for needless in ("numpy", "PIL"):  # openpyxl would load them only to write; half of the time to start is theirs
        sys.modules[needless] = None  # type: ignore[assignment]  # None: as if it were not installed
    import openpyxl  # noqa: F401  # loaded before the limit, which counts from here

    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
