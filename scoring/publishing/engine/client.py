"""What nbclient talks to instead of a kernel behind sockets: a kernel in this process, or in a forked child.

Requests, replies, displays, errors and widget states stay the business of nbclient and of jupyter_client.
"""

from __future__ import annotations

import asyncio
import contextvars
from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty

from jupyter_client.client import KernelClient

from scoring.publishing.engine.kernel import CellKernel, Message, Outlet, PlainSession, open_kernel
from scoring.publishing.engine.processes import Child, Line, fork


class CellClient(KernelClient):
    """The client of a `CellKernel`; how requests reach it and answers come back is for the two kinds below."""

    allow_stdin = False  # nobody is there to answer `input()`

    def __init__(self) -> None:
        super().__init__(session=PlainSession())
        self._iopub_channel = Channel(self)
        self._shell_channel = Channel(self)

    @abstractmethod
    def submit(self, request: Message) -> None:
        """Pass a request on to the kernel."""

    @abstractmethod
    def listen(self) -> None:
        """See to it that answers arrive while the running event loop waits."""

    def arrive(self, channel: str, message: Message) -> None:
        """Queue a message of the kernel for whoever waits on its channel."""
        {"iopub": self._iopub_channel, "shell": self._shell_channel}[channel].queue.put_nowait(message)


class Channel:
    """One of the two channels of a client, as nbclient uses them."""

    def __init__(self, client: CellClient) -> None:
        self.queue: asyncio.Queue[Message] = asyncio.Queue()
        self._client = client

    def send(self, request: Message) -> None:
        """Send a request."""
        self._client.session.send(Outlet(self._client.submit), request)

    async def get_msg(self, timeout: float | None = None) -> Message:
        """The next message; raises Empty if none comes within `timeout` seconds."""
        if not self.queue.empty():
            return self.queue.get_nowait()
        self._client.listen()
        try:
            return await asyncio.wait_for(self.queue.get(), timeout)
        except TimeoutError:
            raise Empty from None


class InPlaceClient(CellClient):
    """Runs the cells in this process; for one that was itself forked to run a notebook."""

    kernel: CellKernel

    def __init__(self) -> None:
        super().__init__()
        self._requests: deque[Message] = deque()
        # one context for all cells: what a cell sets in it (decimal's precision) holds in the next
        self._context = contextvars.copy_context()
        self._running: asyncio.Task[None] | None = None

    def submit(self, request: Message) -> None:
        """Keep the request until the event loop runs: cells expect to find one."""
        self._requests.append(request)

    def listen(self) -> None:
        """Run what was requested."""
        while self._requests:
            answering = self.kernel.receive(self._requests.popleft())
            self._running = asyncio.get_running_loop().create_task(answering, context=self._context)

    async def is_alive(self) -> bool:
        """Always: it lives as long as this process."""
        return True


class ForkedClient(CellClient):
    """Runs the cells in a child of this process."""

    def __init__(self, child: Child) -> None:
        super().__init__()
        self.child = child
        self._alive = True
        self._loop: asyncio.AbstractEventLoop | None = None

    def submit(self, request: Message) -> None:
        """Send the request to the child."""
        with suppress(OSError):  # it died: `is_alive` tells
            self.child.connection.send(request)

    def listen(self) -> None:
        """Have the event loop take what the child sends."""
        if self._alive:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self.child.connection.fileno(), self._take)

    def _take(self) -> None:
        try:
            self.arrive(*self.child.connection.recv())
        except (EOFError, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        self._alive = False
        if self._loop is not None:  # before the descriptor closes: the loop would take the next one for it
            self._loop.remove_reader(self.child.connection.fileno())
            self._loop = None

    async def is_alive(self) -> bool:
        """Whether the child still answers."""
        return self._alive

    def end(self) -> None:
        """Kill the child if it still runs."""
        self._hang_up()
        self.child.end()


@contextmanager
def in_place() -> Iterator[InPlaceClient]:
    """A client whose kernel is this process."""
    client = InPlaceClient()
    with open_kernel(client.arrive) as client.kernel:
        yield client


@contextmanager
def forked(memory_limit: int | None) -> Iterator[ForkedClient]:
    """A client whose kernel is a new child of this process."""
    client = ForkedClient(fork(_serve, memory_limit=memory_limit))
    try:
        yield client
    finally:
        client.end()


def _serve(connection: Line) -> None:
    def deliver(channel: str, message: Message) -> None:
        connection.send((channel, message))

    with open_kernel(deliver) as kernel, suppress(EOFError, OSError):  # the parent hung up
        asyncio.run(_answer(kernel, connection))


async def _answer(kernel: CellKernel, connection: Line) -> None:
    while True:
        await kernel.receive(connection.recv())
