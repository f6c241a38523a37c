"""The processes that make documents, and the one that looks after them.

A notebook's cells run in a child forked for it alone. What they gave goes to a publisher, a child that lives as long
as the run and keeps its exporters warm; one that has grown by a large document is followed by a new one, as Typst holds
what it laid out for many documents more. Publishers alone make PDFs: a process that has made one must not fork any
more, because the threads of Typst do not survive it. Where the parent itself has made one, its publishers are no forks
but new processes. The parent only starts, hears and ends them, in one thread.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import wait
from typing import NamedTuple

from scoring.core.memory import held
from scoring.core.threads import has_threads
from scoring.publishing.documents import Document, Made
from scoring.publishing.engine.processes import Child, Line, fork, joined, start
from scoring.publishing.jobs import Exporters, Job, Published, failed, make_files, place, run_notebook

_LOADING = 60.0  # seconds: what a publisher may take to load what it needs, where it is no fork
_MOST_GROWN = 128 * 1024**2
"""Bytes a publisher may hold beyond what it began with; any number of units' pages add half of it."""
_TRIES = 2  # what something from outside killed gets another chance


class Limits(NamedTuple):
    """Processes at work at the same time; seconds for a notebook or its publication; bytes its cells may add."""

    workers: int
    timeout: float
    memory: int | None


class _Executed(NamedTuple):
    """A child's good news: the notebook, as the text of its file."""

    notebook: str


@dataclass
class RunningJob:
    """What a busy child is at. began: when the job's notebook started; cell: the position of the cell that runs."""

    job: Job
    child: Child
    began: float
    deadline: float
    publishes: bool = False
    cell: int | None = None


class Crew:
    """Makes documents; `done` is told of each as it ends, in this process."""

    def __init__(self, jobs: Sequence[Job], limits: Limits, done: Callable[[Document, Made], None]) -> None:
        self._waiting = deque(jobs)
        self._executed = deque[tuple[RunningJob, str]]()
        self._busy: dict[Line, RunningJob] = {}
        self._idle: list[Child] = []
        self._limits, self._done = limits, done

    def work(self) -> None:
        """Make all of them; whatever ends this early ends every child."""
        try:
            while self._waiting or self._executed or self._busy:
                while len(self._busy) < self._limits.workers and (self._waiting or self._executed):
                    self._start()
                first = min(task.deadline for task in self._busy.values())
                for line in wait(list(self._busy), timeout=max(0.0, first - time.monotonic())):
                    self._hear(line)  # type: ignore[arg-type]  # it gives back what it was given
                self._stop_overdue()
        finally:
            for child in (*self._idle, *(task.child for task in self._busy.values())):
                child.end()

    def _start(self) -> None:
        """Have an executed notebook published, else the next one executed."""
        now = time.monotonic()
        if self._executed:
            before, notebook = self._executed.popleft()
            child, loading = (self._idle.pop(), 0.0) if self._idle else _publisher()
            child.connection.send((before.job, notebook))
            deadline = now + self._limits.timeout + loading
            task = RunningJob(before.job, child, before.began, deadline, publishes=True)
        else:
            job = self._waiting.popleft()
            child = fork(partial(_execute, job, self._limits.timeout), memory_limit=self._limits.memory)
            task = RunningJob(job, child, now, now + self._limits.timeout)
        self._busy[child.connection] = task

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
            case _Executed():
                self._release(line)
                self._executed.append((task, said.notebook))
            case Published():
                self._release(line, ends=said.is_full)
                self._finish(task, said.made)
            case _:
                self._release(line)
                self._finish(task, said)

    def _release(self, line: Line, *, ends: bool = False) -> None:
        task = self._busy.pop(line)
        if task.publishes and not ends:
            self._idle.append(task.child)
        else:
            task.child.end()

    def _killed(self, task: RunningJob) -> None:
        """Try again what something from outside killed; give up on what ended itself, or was killed before."""
        fate = task.child.fate()
        if task.child.was_killed and task.job.tries < _TRIES:
            self._waiting.appendleft(replace(task.job, tries=task.job.tries + 1))
        else:
            self._give_up(task, f"tiến trình {fate}")

    def _stop_overdue(self) -> None:
        for line, task in list(self._busy.items()):
            if time.monotonic() > task.deadline:
                del self._busy[line]
                task.child.end()
                self._give_up(task, f"chạy quá {self._limits.timeout:.0f} giây nên bị dừng")

    def _give_up(self, task: RunningJob, why: str) -> None:
        where = "khi xuất tệp" if task.publishes else "khi chạy notebook"
        if task.cell is not None:
            where = f"ở {place(task.job, task.cell)}"
        self._finish(task, Made(task.job.document.name, "failed", f"{why} ({where})"))

    def _finish(self, task: RunningJob, made: Made) -> None:
        self._done(task.job.document, replace(made, seconds=time.monotonic() - task.began))


def _execute(job: Job, timeout: float, line: Line) -> None:
    """In a child: run a notebook and send it, or why it could not be."""
    try:
        line.send(_Executed(run_notebook(job, fork=False, timeout=timeout, tell=line.send)))
    except Exception as error:  # noqa: BLE001  whatever it is, it stops no other document
        line.send(failed(job, error))


def _publisher() -> tuple[Child, float]:
    """A new publisher, and the seconds it may take before it can begin."""
    return (start(__name__), _LOADING) if has_threads("typst") else (fork(_publish), 0.0)


def _publish(line: Line) -> None:
    """In a publisher: put what comes into files, until the parent hangs up."""
    exporters, began = Exporters(), held()
    while True:
        try:
            job, notebook = line.recv()
        except EOFError:
            return
        made = _published(job, notebook, exporters)
        line.send(Published(made, is_full=held() - began > _MOST_GROWN))


def _published(job: Job, notebook: str, exporters: Exporters) -> Made:
    try:
        return make_files(job, notebook, exporters)
    except Exception as error:  # noqa: BLE001  whatever it is, it stops no other document
        return failed(job, error)


if __name__ == "__main__":
    _publish(joined())
