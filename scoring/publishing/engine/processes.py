"""Child processes forked from a warm one: a copy of everything loaded, for the cost of a fork.

What a child does, leaks or breaks stays in it. Only for systems with `os.fork`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any, NoReturn, TypeAlias

from ipykernel.parentpoller import ParentPollerUnix

from scoring.core.memory import MORE, TOO_LITTLE, is_of_memory, limit_address_space

Line: TypeAlias = "Connection[Any, Any]"
"""One end of a pipe between parent and child; it carries any object that can be pickled."""

_SOFTWARE_FAILED = 70  # EX_SOFTWARE of sysexits.h
_NO_MEMORY = 71  # EX_OSERR: the system could not give what was asked for
_KILLED, _ABORTED = 9, 6  # the signals' numbers: Windows has no name for the first


@dataclass
class Child:
    """A running child: its process id and the parent's end of a pipe to it (objects are pickled).

    exit_code: None until `end`; then as in subprocess: negative is the signal that killed it.
    """

    pid: int
    connection: Line
    exit_code: int | None = None

    def end(self) -> int:
        """Kill the child and what its cells started, if anything still runs, and give its exit code."""
        if self.exit_code is None:
            for kill in (os.killpg, os.kill):  # the group does not exist before the child's first steps
                with suppress(ProcessLookupError, PermissionError):
                    kill(self.pid, signal.SIGKILL)
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            self.connection.close()
        return self.exit_code

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended it, rather than itself."""
        return self.end() < 0

    def fate(self) -> str:
        """How the child ended, in words for an evaluator."""
        code = self.end()
        if code == -_KILLED:
            return "bị hệ điều hành dừng (SIGKILL), thường vì máy hết bộ nhớ"
        if code == _NO_MEMORY:
            return f"dừng vì {TOO_LITTLE}: {MORE}"
        if code == -_ABORTED:
            return f"tự dừng (SIGABRT), thường vì {TOO_LITTLE}: {MORE}"
        if code < 0:
            return f"bị dừng bởi tín hiệu {signal.Signals(-code).name}"
        return f"tự kết thúc với mã {code}"


def fork(work: Callable[[Line], None], *, memory_limit: int | None = None) -> Child:
    """Run `work(connection)` in a child, which ends with it.

    memory_limit: bytes the child may add to what the parent holds; beyond it Python raises MemoryError (on systems that
    count address space: Linux). The parent should be single-threaded: a lock another thread holds stays locked in the
    child.
    """
    parent = os.getpid()
    ours, theirs = Pipe()
    child: Child | None = None
    gc.freeze()  # else the child's first collection writes to, and so copies, every page of the parent
    # Ctrl-C waits: raised in what a package does after a fork, it would be lost
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with warnings.catch_warnings():
            # Python 3.12 also counts the idle threads of number libraries, which survive a fork well
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            ours.close()
            _live(work, theirs, parent, memory_limit)
        child = Child(pid, ours)
    finally:
        gc.unfreeze()
        theirs.close()
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except KeyboardInterrupt:
            if child is not None:
                child.end()
            raise
    return child


def start(module: str) -> Child:
    """Run `python -m module`, which takes `joined()`, where a fork would not do: all is loaded anew."""
    ours, theirs = Pipe()
    os.set_inheritable(theirs.fileno(), True)
    words = [sys.executable, "-P", "-m", module, str(theirs.fileno()), str(os.getpid())]
    pid = os.posix_spawn(sys.executable, words, os.environ, setpgroup=0)
    theirs.close()
    return Child(pid, ours)


def joined() -> Line:
    """In a process begun by `start`: its end of the pipe. The process does not outlive its parent."""
    handle, parent = map(int, sys.argv[1:])
    ParentPollerUnix(parent).start()
    return Connection(handle)


def _live(work: Callable[[Line], None], connection: Line, parent: int, memory_limit: int | None) -> NoReturn:
    code = _SOFTWARE_FAILED
    try:
        os.setsid()  # Ctrl-C reaches the parent alone, which ends the whole group
        ParentPollerUnix(parent).start()  # no child outlives its parent
        if memory_limit is not None:
            limit_address_space(memory_limit)
        Context().run(work, connection)  # an empty context: not the parent's event loop
        code = 0
    except BaseException as error:
        code = _NO_MEMORY if is_of_memory(error) else code
        raise
    finally:
        os._exit(code)  # the parent's exit handlers and buffered output are not the child's
