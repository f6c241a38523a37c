"""How far is a long piece of work? It tells whoever listens as it goes, and does the same where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias, TypeVar

Thing = TypeVar("Thing")
Listener: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many (0: not counted); of a stage first 0, last all."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Have a listener told of every stage for a while."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def counted(said: str, things: Iterable[Thing], whole: int) -> Iterator[Thing]:
    """The things one after another; each is done when the next is asked for. said: the stage, for an evaluator.

    >>> with heard_by(lambda *told: print(*told)):
    ...     list(counted("Đọc báo cáo", "ab", 2))
    Đọc báo cáo 0 2
    Đọc báo cáo 1 2
    Đọc báo cáo 2 2
    ['a', 'b']
    """
    listener = _listener.get()
    if listener is not None and whole:
        listener(said, 0, whole)
    for done, thing in enumerate(things, 1):
        yield thing
        if listener is not None and whole:
            listener(said, min(done, whole), whole)


def announced(said: str) -> None:
    """A stage of which nothing is counted begins; it ends where another begins."""
    listener = _listener.get()
    if listener is not None:
        listener(said, 0, 0)
