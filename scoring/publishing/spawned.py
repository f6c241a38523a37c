"""The processes that make documents where the system cannot fork (Windows): each loads once, and makes many.

Cells run in the worker itself, as they do in a forked child, so that a document is the same bytes. Between two
notebooks the process is put back to what it was (`isolation`); one in which a document failed, or left something
behind, is not used again.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import nbformat

from scoring.publishing.documents import Document, Made
from scoring.publishing.engine.engine import warm_for
from scoring.publishing.engine.isolation import as_before
from scoring.publishing.engine.limits import Fence
from scoring.publishing.engine.processes import Child, Line
from scoring.publishing.jobs import Exporters, Job, failed, make_files, run_notebook
from scoring.publishing.workers import Crew, Limits, RunningJob

_LOADING = 300.0  # seconds: what a worker may take to load what it needs, on an office's old machine
_LAST_STEPS = 2.0  # seconds between a process's last word and its end


class _Begun(NamedTuple):
    """All is loaded: the time of the notebook runs from here."""


class _Executed(NamedTuple):
    """The notebook ran to its end: what follows is its publication."""


class _Finished(NamedTuple):
    """What became of a document, and whether the worker is as it was before."""

    made: Made
    is_clean: bool


def make_spawned(jobs: Sequence[Job], limits: Limits, done: Callable[[Document, Made], None]) -> None:
    """Make jobs in processes that are no forks; for systems without, and for comparison on those with it."""
    WorkerCrew(jobs, limits, done).work()


class Worker(Child):
    """A process that makes one document after another."""

    def __init__(self) -> None:
        ours, theirs = connection.Pipe()
        self._process = get_context("spawn").Process(target=_serve, args=(theirs,))
        with _no_main():
            self._process.start()
        theirs.close()
        super().__init__(int(self._process.pid or 0), ours)

    def end(self) -> int:
        """Kill the process, and on POSIX what its cells started; on Windows that ends with it."""
        if self.exit_code is None:
            if sys.platform != "win32":
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join()
            self.exit_code = int(self._process.exitcode or 0)
            self._process.close()
            self.connection.close()
        return self.exit_code

    @property
    def was_killed(self) -> bool:
        """Whether something else ended it; Windows tells that by no sign of its own, so what is not 0 may be."""
        return self.exit_status() < 0 or (sys.platform == "win32" and self.exit_status() != 0)

    def fate(self) -> str:
        """As of a forked child; its own end is waited for, since it hangs up before it is gone."""
        self.exit_status()
        return super().fate()

    def exit_status(self) -> int:
        """Its exit code, once it is gone by itself."""
        if self.exit_code is None:
            self._process.join(_LAST_STEPS)
        return self.end()


@contextmanager
def _no_main() -> Iterator[None]:
    """Have a process start without running this one's main module again, whatever that is."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class WorkerCrew(Crew):
    """As `Crew`, with workers that are kept."""

    def _start(self) -> None:
        now, job = time.monotonic(), self._waiting.popleft()
        worker = self._idle.pop() if self._idle else Worker()
        self._busy[worker.connection] = RunningJob(job, worker, now, now + _LOADING)
        with suppress(OSError):  # it died: its line tells
            worker.connection.send((job, self._limits, str(Path.cwd())))

    def _hear(self, line: Line) -> None:
        task = self._busy[line]
        try:
            said = line.recv()
        except (EOFError, OSError):
            self._killed(self._busy.pop(line))
            return
        match said:
            case int():
                task.cell = said
            case _Begun() | _Executed():
                task.publishes, task.cell = isinstance(said, _Executed), None
                task.deadline = time.monotonic() + self._limits.timeout
            case _Finished():
                del self._busy[line]
                if said.is_clean:
                    self._idle.append(task.child)
                else:
                    task.child.end()
                self._finish(task, said.made)


@dataclass
class _Bench:
    """What a worker keeps from one document to the next."""

    fence: Fence
    exporters: Exporters


def _serve(line: Line) -> None:
    """In a worker: make what comes, until the parent hangs up or is gone."""
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends this process
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    bench = _Bench(Fence(), Exporters())
    with suppress(EOFError, OSError):
        while True:
            job, limits, folder = line.recv()
            os.chdir(folder)
            line.send(Context().run(partial(_make, job, limits, bench, line)))
    os._exit(0)  # no exit handler of what cells imported holds the process


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _make(job: Job, limits: Limits, bench: _Bench, line: Line) -> _Finished:
    warm_for(nbformat.reads(job.template, as_version=4))
    gc.collect()
    gc.freeze()  # what is loaded stays: no later collection looks at it
    line.send(_Begun())
    try:
        with as_before() as traces, bench.fence.limited(limits.memory):
            notebook = run_notebook(job, fork=False, timeout=limits.timeout, tell=line.send)
        line.send(_Executed())
        return _Finished(make_files(job, notebook, bench.exporters), is_clean=not traces.found)
    except Exception as error:  # noqa: BLE001  whatever it is, it stops no other document
        return _Finished(failed(job, error), is_clean=False)
