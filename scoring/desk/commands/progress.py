"""How far a long verb is: drawn on the terminal, or told as lines of JSON that another program reads.

A line on the error stream is `{"progress": {"said": "Đang đọc báo cáo và chấm điểm…"}}`, or where things are counted
`{"progress": {"said": "Làm phiếu đánh giá", "done": 3, "whole": 53}}`. Everything else a verb says stays plain text.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from scoring.core.stages import Listener, heard_by
from scoring.desk.commands.screen import CONSOLE

if TYPE_CHECKING:
    from rich.progress import Progress

KINDS = ("bar", "json")


_INTERVAL = 0.1
"""Seconds between two words about one stage."""


@contextmanager
def watched(kind: str) -> Iterator[None]:
    """Tell of every long stage inside as it begins, and how far it is."""
    if kind == "json":
        with heard_by(_sparse(_tell_stage)):
            yield
        return
    with _bars(hidden=not CONSOLE.is_terminal, transient=True) as bars, heard_by(_sparse(partial(_draw_stage, bars))):
        yield


def _sparse(listener: Listener) -> Listener:
    """A listener told of every stage's beginning and end, and of what is between only now and then."""
    last = 0.0

    def heard(said: str, done: int, whole: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done in {0, whole} or now - last > _INTERVAL:
            last = now
            listener(said, done, whole)

    return heard


def _tell_stage(said: str, done: int, whole: int) -> None:
    if whole:
        _tell(said=said, done=done, whole=whole)
    else:
        _tell(said=said)


def _draw_stage(bars: Progress, said: str, done: int, whole: int) -> None:
    if not bars.tasks or bars.tasks[-1].description != said:
        for task in bars.tasks:
            bars.remove_task(task.id)
        bars.add_task(said, total=whole or None)
    bars.update(bars.tasks[-1].id, completed=done, refresh=True)


def _bars(*, hidden: bool, transient: bool = False) -> Progress:
    """Bars with the time gone and the time left; drawn by no thread, as work may go on in forked processes."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=CONSOLE, disable=hidden, auto_refresh=False, transient=transient)


@contextmanager
def counting(said: str, whole: int, kind: str, *, hidden: bool = False) -> Iterator[Callable[[], None]]:
    """Count things that are done one after the other; what is given is called after each."""
    if kind == "json" and not hidden:
        yield _counter(said, whole)
        return
    with _bars(hidden=hidden) as progress:
        task = progress.add_task(said, total=whole)

        def advance() -> None:
            progress.advance(task)
            progress.refresh()

        yield advance


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
