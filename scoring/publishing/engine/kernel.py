"""A Jupyter kernel without a process, sockets or threads of its own, for a child forked to run one notebook.

It is ipykernel's own kernel and shell: cells are dispatched, displayed and fail as in a kernel started by Jupyter. Only
the carrying of messages is ours: each goes to a function, as it would be read at the other end of the wire.
"""

from __future__ import annotations

import atexit
import builtins
import io
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import comm
from ipykernel.compiler import XCachingCompiler
from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session, json_packer
from traitlets import Any as AnyTrait
from traitlets.config import Config, SingletonConfigurable

Message = dict[str, Any]
"""A message between kernel and client, as jupyter_client nests its parts."""

Deliver = Callable[[str, Message], None]
"""Takes a message and the channel it belongs to, "iopub" or "shell"."""

_INLINE = "matplotlib_inline.backend_inline"
_PACKAGES = ("site-packages", "dist-packages")
_DESCRIPTORS = {"stdout": 1, "stderr": 2}


@contextmanager
def open_kernel(deliver: Deliver) -> Iterator[CellKernel]:
    """A kernel for the cells of one notebook; every message it sends goes to `deliver`.

    Call it in a child of its own, or inside `isolation.as_before`: the current shell, `__main__`, logging and figures
    of the process become the notebook's. The working folder and the standard streams are given back at the end.
    """
    _forget_parent()
    folder, streams = Path.cwd(), (sys.stdout, sys.stderr)
    kernel = CellKernel.instance(deliver)
    _draw_in_notebook()
    own = sys.stdout, sys.stderr = CellStream("stdout", kernel), CellStream("stderr", kernel)
    try:
        yield kernel
    finally:
        for stream in own:
            stream.let_go()
        sys.stdout, sys.stderr = streams
        os.chdir(folder)


class Outlet(NamedTuple):
    """Stands where Jupyter expects a socket: a function that takes each message."""

    deliver: Callable[[Message], None]


class PlainSession(Session):
    """Makes messages as Jupyter does, but does not sign and pack them: they never leave this process and its child."""

    def send(
        self,
        stream: Any,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        ident: Any = None,
        buffers: Sequence[Any] | None = None,
        track: bool = False,
        header: Message | None = None,
        metadata: Message | None = None,
    ) -> Message | None:
        """Deliver a message to an Outlet, its content as it would be read from JSON; from a fork of a cell, nothing."""
        if os.getpid() != self.pid:
            return None
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        read = json.loads(_pack(message["content"]))
        stream.deliver(
            message | {"content": read, "buffers": [memoryview(buffer).tobytes() for buffer in buffers or ()]}
        )
        return message

    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:
        """No identities, and the message."""
        return [], msg_list

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:
        """The message, which is whole."""
        return msg_list


class CellKernel(IPythonKernel):
    """The kernel itself; see `open_kernel`."""

    debugger_class = AnyTrait()  # the base class names its debugger here: 0.4 s to import, and a warning on stderr
    shell_stream = AnyTrait()  # an Outlet, where the base class insists on a ZeroMQ stream
    session: Any
    shell: Any
    _supports_kernel_subshells = False
    _execute_sleep = 0.0  # the base class waits for its sockets after each cell

    def __init__(self, deliver: Deliver) -> None:
        # past the constructor of IPythonKernel, which loads the debugger; the rest of it follows below
        super(IPythonKernel, self).__init__(  # type: ignore[no-untyped-call]  # ipykernel's types are partial
            session=PlainSession(),
            iopub_socket=Outlet(partial(deliver, "iopub")),
            shell_stream=Outlet(partial(deliver, "shell")),
            shell_channel_thread=SimpleNamespace(parent_thread=None),
            log=logging.getLogger(__name__),
            # no SQLite file, and no thread that writes to it
            config=Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}}),
        )
        self.shell = self._make_shell()
        comms = comm.get_comm_manager()
        self.shell.configurables.append(comms)
        self.shell_handlers |= {name: getattr(comms, name) for name in ("comm_open", "comm_msg", "comm_close")}

    def _make_shell(self) -> Any:
        shell: Any = self.shell_class.instance(
            parent=self, kernel=self, user_module=self.user_module, user_ns=self.user_ns, compiler_class=_Compiler
        )
        shell.displayhook.session = shell.display_pub.session = self.session
        shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        shell.displayhook.topic = self._topic("execute_result")
        shell.enable_gui = partial(enable_gui, kernel=self)  # the shell's own looks for a kernel application
        return shell

    @property
    def kernel_info(self) -> dict[str, Any]:
        """What the notebook's metadata take from it; the base class would look for its debugger."""
        return {"language_info": self.language_info}

    async def receive(self, message: Message) -> None:
        """Do what one message asks for; all its answers have been delivered on return."""
        await self.dispatch_shell(message)

    async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Run a cell, unless an earlier one called `exit`: then the process ends, as a kernel's does."""
        if self.shell.exit_now:
            os._exit(0)
        await super().execute_request(stream, ident, parent)  # type: ignore[no-untyped-call]  # ipykernel's types are partial

    def publish_text(self, name: str, text: str) -> None:
        """Send text the running cell wrote to "stdout" or "stderr"."""
        content = {"name": name, "text": text}
        self.session.send(self.iopub_socket, "stream", content, self.get_parent("shell"), ident=b"stream")

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued behind a failed cell: the client sends one at a time."""


class CellStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of cells, sent as one message whenever something is displayed or the cell ends.

    What subprocesses and C code write to the descriptor itself is caught in a file and takes its place in the text.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, kernel: CellKernel) -> None:
        self.name = name
        self._kernel = kernel
        self._process = os.getpid()
        self._text: list[str] = []
        self._descriptor = _DESCRIPTORS[name]
        self._original = os.dup(self._descriptor)
        self._caught = tempfile.TemporaryFile("ab+", buffering=0)  # noqa: SIM115  open as long as the stream
        self._taken = 0
        os.dup2(self._caught.fileno(), self._descriptor)

    def fileno(self) -> int:
        """The descriptor the process had before, as in a kernel: what is written there is not the notebook's."""
        return self._original

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Keep text for the next message."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self._process:
            self._take_caught()
            self._text.append(text)
        else:  # a process a cell forked: what it keeps would be lost with it
            os.write(self._descriptor, text.encode(errors="replace"))
        return len(text)

    def flush(self) -> None:
        """Send what was written since the last message."""
        if os.getpid() != self._process:
            return
        self._take_caught()
        kept, self._text = self._text, []
        if kept:
            self._kernel.publish_text(self.name, "".join(kept))

    def let_go(self) -> None:
        """Give the descriptor back to the process; what is written to the stream from now on goes there."""
        os.dup2(self._original, self._descriptor)
        os.close(self._original)
        self._caught.close()
        self._process = 0

    def _take_caught(self) -> None:
        size = os.fstat(self._caught.fileno()).st_size
        if size > self._taken:
            caught = _read_at(self._caught.fileno(), size - self._taken, self._taken)
            self._text.append(caught.decode(errors="replace"))
            self._taken = size


def _read_at(descriptor: int, size: int, start: int) -> bytes:
    """Bytes of a file, which who writes to it does not notice."""
    if sys.platform != "win32":
        return os.pread(descriptor, size, start)
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, size)


def _pack(part: Any) -> bytes:
    """A part of a message as JSON; half a character (a lone surrogate) becomes "?", where Jupyter's own would hang."""
    try:
        return json_packer(part)
    except UnicodeEncodeError:
        return json.dumps(json_clean(part), ensure_ascii=False).encode(errors="replace")


class _Compiler(XCachingCompiler):
    """Names cells in warnings and tracebacks as a kernel does, but without its process id and temporary folder."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        return f"/ipykernel/{Path(super().get_code_name(raw_code, code, number)).name}"  # type: ignore[no-untyped-call]  # ipykernel's types are partial


def rehearse() -> None:
    """Make a kernel and drop it: the first one of a process costs five times the next, which children then have.

    Nothing of it stays in the process but imports and caches.
    """
    if InteractiveShell.initialized():  # this process is a kernel itself
        return
    main = sys.modules["__main__"]
    with warnings.catch_warnings(), unchanged(vars(sys)), unchanged(vars(builtins)), unchanged(os.environ):
        shell = CellKernel(lambda channel, frames: None).shell
        atexit.unregister(shell.atexit_operations)
        shell.clear_instance()
    sys.modules["__main__"] = main


@contextmanager
def unchanged(names: MutableMapping[str, Any]) -> Iterator[None]:
    """Have names hold afterwards what they hold now, and no others."""
    kept = dict(names)
    yield
    for name in set(names) - set(kept):
        del names[name]
    names.update(kept)


def _forget_parent() -> None:
    """Leave behind what a fresh process would not have: the parent's shell, logging and random numbers."""
    for kind in (IPythonKernel, InteractiveShell):
        _forget_instance(kind)
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    first = next((place for place, folder in enumerate(sys.path) if Path(folder).name in _PACKAGES), 0)
    sys.path.insert(first, "")  # as a kernel does: modules of the working folder come before installed ones
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _forget_instance(kind: type[SingletonConfigurable]) -> None:
    if kind.initialized():
        type(kind.instance()).clear_instance()


def _draw_in_notebook() -> None:
    """Figures become outputs of the current shell; those of the parent are closed.

    matplotlib's inline backend ties itself to the shell at hand when it is imported, so it is imported again.
    """
    backend = os.environ.setdefault("MPLBACKEND", f"module://{_INLINE}")
    if "matplotlib" not in sys.modules:
        return
    matplotlib = sys.modules["matplotlib"]
    drawn = matplotlib.get_backend(auto_select=False) is not None  # else pyplot will choose at the first figure
    sys.modules.pop(_INLINE, None)
    matplotlib.rcParams["backend"] = backend
    if drawn and "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
        sys.modules["matplotlib.pyplot"].switch_backend(backend)
