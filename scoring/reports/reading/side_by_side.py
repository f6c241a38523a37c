"""Many workbooks at once: as many guarded readers as there are processors, each reading one after another."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from scoring.core.many import processors
from scoring.reports.reading.workbook import Answer, WorkbookReader


class Readers:
    """Guarded readers side by side; a thread each only waits for its process.

    >>> with Readers() as readers:  # doctest: +SKIP
    ...     asked = [readers.ask(path.read_bytes()) for path in paths]
    ...     books = [book_of(one.result(), "bao_cao.xlsx") for one in asked]
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = count or processors()
        self._readers = [WorkbookReader() for _ in range(self.count)]
        self._idle: SimpleQueue[WorkbookReader] = SimpleQueue()
        for reader in self._readers:
            self._idle.put(reader)
        self._threads = ThreadPoolExecutor(self.count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:  # nobody waits for what is being read: a hostile file must not hold up who stops the run
            for reader in self._readers:
                reader.interrupt()
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.stop()

    def ask(self, raw: bytes) -> Future[Answer]:
        """What a reader says of a workbook, as soon as one is free."""
        return self._threads.submit(self._ask, raw)

    def _ask(self, raw: bytes) -> Answer:
        reader = self._idle.get()
        try:
            return reader.ask(raw)
        finally:
            self._idle.put(reader)
