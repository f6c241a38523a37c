"""How far a long verb is: drawn on the terminal, or told as lines of JSON that another program reads.

A line on the error stream is `{"progress": {"said": "Đang đọc báo cáo và chấm điểm…"}}`, or where things are counted
`{"progress": {"said": "Làm phiếu đánh giá", "done": 3, "whole": 53}}`. Everything else a verb says stays plain text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from scoring.desk.commands.screen import CONSOLE

KINDS = ("bar", "json")


@contextmanager
def doing(said: str, kind: str) -> Iterator[None]:
    """Say what is being done, for as long as it takes."""
    if kind == "json":
        _tell(said=said)
        yield
        return
    with CONSOLE.status(said):
        yield


@contextmanager
def counting(said: str, whole: int, kind: str, *, hidden: bool = False) -> Iterator[Callable[[], None]]:
    """Count things that are done one after the other; what is given is called after each."""
    if kind == "json" and not hidden:
        yield _counter(said, whole)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=CONSOLE, disable=hidden) as progress:
        task = progress.add_task(said, total=whole)
        yield lambda: progress.advance(task)


def _counter(said: str, whole: int) -> Callable[[], None]:
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        _tell(said=said, done=done, whole=whole)

    _tell(said=said, done=done, whole=whole)
    return advance


def _tell(**told: object) -> None:
    sys.stderr.write(json.dumps({"progress": told}, ensure_ascii=False) + "\n")
    sys.stderr.flush()
