"""Read workbooks in a process of its own: run as a module, never imported by a room.

It knows the standard library, python-calamine for .xls and .xlsb, and five modules of this folder, so that a hostile
file meets little and the process starts at once. Each request on standard input is a length (8 bytes) and a workbook's
bytes; each answer is a length and JSON: either `{"refused": why}` or `{"sheets": [...], "macros": bool, "unseen":
[...]}` (see `workbook`, which asks and words the refusals). Nothing in a workbook is run, fetched or followed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO

from scoring.reports.reading.container import DAMAGED, RefusalError, open_container
from scoring.reports.reading.open_xml import read_open_xml

MOST_MEMORY = 1_000_000_000
_OPEN_MACRO = r"Scripts/.+|Basic/[^/]+/(?!script-lb)[^/]+\.xml"
"""The members of an OpenDocument that are macros; a list of none is no macro."""


def read_workbook(raw: bytes) -> dict[str, Any]:
    """The sheets of a workbook as plain lists; raises RefusalError."""
    container = open_container(raw)
    try:
        if container.kind == "open_xml":
            content = read_open_xml(container)
        elif container.kind == "ods":
            from scoring.reports.reading.open_document import read_open_document  # few reports are no .xlsx

            content = read_open_document(container)
        else:
            from scoring.reports.reading.other_workbooks import read_other_workbook

            for name in container.members:
                container.member(name)
            content = read_other_workbook(raw, container)
    except DAMAGED as error:
        raise RefusalError("broken") from error
    macros = b"vbaProject.bin" in raw or any(re.fullmatch(_OPEN_MACRO, name) for name in container.members)
    return {**content, "macros": macros}


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
    for needless in ("numpy", "PIL", "lxml"):  # openpyxl would load them; a formula that is shared needs none of them
        sys.modules[needless] = None  # type: ignore[assignment]  # None: as if it were not installed
    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
