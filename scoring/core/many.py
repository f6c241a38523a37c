"""How are many like things made by all processors? In their order, a few ahead, and whole whatever ends a helper."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

Task = TypeVar("Task")
Made = TypeVar("Made")

_AHEAD = 3
"""Tasks at hand for each process, so that none waits; their results are all that is held."""
_FEWEST = 8
"""Tasks for which another process pays."""


def processors() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(
    make: Callable[[Task], Made], tasks: Iterable[Task], *, expected: int, count: int | None = None
) -> Iterator[Made]:
    """What `make` gives for each task, in their order.

    make: given once to each process; it, the tasks and what it gives can be pickled. expected: about how many tasks
    there are. count: processes, as many as processors where left out. An exception of `make` is raised here. What a
    process that was killed had begun is made in this one.

    >>> list(in_processes(abs, [-1, 2, -3], expected=3))
    [1, 2, 3]
    """
    count = min(count or processors(), expected // _FEWEST + 1)
    if count < 2 or _must_not_fork():
        yield from map(make, tasks)
        return
    pool = ProcessPoolExecutor(count, initializer=_hold, initargs=(make,))
    try:
        pool.submit(_ready)  # every process is started here, before the tasks may start a thread
        waiting: deque[tuple[Task, Future[Made] | None]] = deque()
        for task in tasks:
            waiting.append((task, _begun(pool, task)))
            if len(waiting) > _AHEAD * count:
                yield _ended(*waiting.popleft(), make)
        while waiting:
            yield _ended(*waiting.popleft(), make)
    finally:
        pool.shutdown(cancel_futures=True)


def _must_not_fork() -> bool:
    """Whether a forked copy might wait for ever for another thread's lock, as beside a notebook's kernel."""
    return multiprocessing.get_start_method() == "fork" and threading.active_count() > 1


def _begun(pool: ProcessPoolExecutor, task: Task) -> Future[Made] | None:
    try:
        return pool.submit(_made, task)
    except BrokenProcessPool:
        return None


def _ended(task: Task, future: Future[Made] | None, make: Callable[[Task], Made]) -> Made:
    try:
        return make(task) if future is None else future.result()
    except BrokenProcessPool:
        return make(task)


_held: list[Callable[[Any], Any]] = []
"""In a helper: what makes a task."""


def _hold(make: Callable[[Any], Any]) -> None:
    gc.freeze()  # what was there before the tasks is no garbage; to look through it again costs a tenth of the time
    _held.append(make)


def _ready() -> None:
    """Nothing: to have something to start with."""


def _made(task: Any) -> Any:
    return _held[-1](task)
