"""Documents made on other machines, by a Dask cluster. Dask is an extra: it is loaded here alone, when asked for.

Who asks holds the folders, decides what is due and gives final names, as on one machine. The workers get chunks of a
block's documents and share with it one storage, any that fsspec knows: each chunk has a folder there for what its
notebooks read, and one for every attempt to make it. An attempt that is lost is made again elsewhere; one is taken.
"""

from __future__ import annotations

import hashlib
import platform
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from scoring.core.errors import Fault, ParameterError, PublishingError, ScoringError
from scoring.core.places import COMMAND
from scoring.publishing.batch import Done, Makers, make_here
from scoring.publishing.cluster.messages import Chunk, Delivery, MakeTask
from scoring.publishing.documents import Made, put_in_place
from scoring.publishing.jobs import Job, failed
from scoring.publishing.workers import Limits

if TYPE_CHECKING:
    from distributed import Client, Future


_CHUNK = range(8, 33)  # documents; it costs about a document more to make, and is what a lost worker loses
_SHARES = 4  # chunks for each worker where there are few documents, so that all end together
_AHEAD = 3  # chunks a worker has at hand, so that it never waits for who asks
_ONCE_MORE = 1  # for a document that ended its maker; those of a chunk are tried alone first
_PATIENCE = 30  # seconds to reach the scheduler, and for a first worker


@contextmanager
def connect(scheduler: str) -> Iterator[Client]:
    """A connection to a cluster with a worker at least. scheduler: its address, tcp://host:8786.

    Raises ParameterError where the address leads nowhere or nobody works there.
    """
    from distributed import Client

    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        mend = f"kiểm tra địa chỉ, tường lửa, và máy điều phối đã chạy: {COMMAND} dask scheduler"
        fault = Fault(scheduler, "không nối được tới bộ điều phối Dask", "địa chỉ dạng tcp://máy:8786", mend)
        raise ParameterError("--scheduler", [fault]) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            mend = f"trên mỗi máy làm việc chạy: {COMMAND} dask worker {scheduler} --nthreads 1 --nworkers auto"
            fault = Fault(scheduler, "chưa có máy làm việc nào nối vào bộ điều phối", mend=mend)
            raise ParameterError("--scheduler", [fault]) from error
        yield client


def makers(scheduler: str, storage: str) -> Makers:
    """Who makes documents on a cluster, for `make_documents`.

    storage: a folder that this machine and all workers read and write, as an fsspec URL. What a document is made from
    must be in its `reads`; one without is made on this machine. Raises ParameterError where Dask is not installed.
    """
    if find_spec("distributed") is None:
        what = "chạy trên nhiều máy cần thêm gói Dask, máy này chưa cài"
        mend = f"khi có mạng, chạy lệnh này bằng {COMMAND}: gói còn thiếu được cài ngay"
        raise ParameterError("--scheduler", [Fault(scheduler, what, mend=mend)])
    return partial(_make, scheduler, storage)


def _make(scheduler: str, storage: str, jobs: Sequence[Job], limits: Limits, done: Done) -> None:
    # first those of this machine: with the threads of a connection it must not fork
    if here := [job for job in jobs if not job.document.reads]:
        make_here(here, limits, done)
    if away := [job for job in jobs if job.document.reads]:
        with connect(scheduler) as client:
            _Run(client, _exchange(storage, away), limits, done).work(away)


def _exchange(storage: str, jobs: Sequence[Job]) -> str:
    """The folder of the storage that a run has to itself, as an fsspec URL.

    It is the same for every run into the same folder, of which there is one at a time: each clears it.
    """
    folders = sorted({str(job.document.folder.resolve()) for job in jobs})
    name = hashlib.sha256("\n".join([platform.node(), *folders]).encode()).hexdigest()[:16]
    return f"{storage.rstrip('/')}/.exchange-{name}"


@dataclass(frozen=True)
class _Sent:
    """A chunk under way: its folder in the storage, and its jobs by the names of their documents."""

    folder: str
    jobs: dict[str, Job]


class _Run:
    """One run's chunks, from sending to publishing; `done` is told of each document as it ends."""

    def __init__(self, client: Client, exchange: str, limits: Limits, done: Done) -> None:
        import fsspec

        self._client, self._limits, self._done = client, limits, done
        self._exchange = exchange
        self._files, self._root = fsspec.url_to_fs(exchange)
        self._flying: dict[Future[Any], _Sent] = {}

    def work(self, jobs: Sequence[Job]) -> None:
        """Make all of them; what ends this early calls the workers off."""
        from distributed import wait

        size = len(jobs) // (_SHARES * max(1, len(self._client.ncores())))
        waiting = deque(_chunks(jobs, min(max(size, _CHUNK[0]), _CHUNK[-1])))
        self._remove(self._root)
        try:
            while waiting or self._flying:
                ahead = _AHEAD * max(1, len(self._client.ncores()))
                while waiting and len(self._flying) < ahead:
                    self._send(waiting.popleft())
                for future in wait(list(self._flying), return_when="FIRST_COMPLETED").done:
                    waiting.extend(self._receive(future))
        finally:
            self._client.cancel(list(self._flying))
            self._remove(self._root)

    def _send(self, jobs: Sequence[Job]) -> None:
        """Put what a chunk reads into the storage, and the chunk on its way."""
        from scoring.publishing.cluster.worker import make_chunk

        name = uuid4().hex
        reads = {path: file for job in jobs for path, file in job.document.reads.items()}
        for path, file in reads.items():
            target = f"{self._root}/{name}/{path}"
            self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(target, file.read_bytes())
        chunk = Chunk(f"{self._exchange}/{name}", self._task(jobs), jobs[0].template, sorted(reads))
        retries = 0 if len(jobs) > 1 else _ONCE_MORE
        future = self._client.submit(make_chunk, chunk, retries=retries, pure=False)
        self._flying[future] = _Sent(f"{self._root}/{name}", {job.document.name: job for job in jobs})

    def _task(self, jobs: Sequence[Job]) -> MakeTask:
        first = jobs[0]
        return {
            "documents": [
                {
                    "name": one.name,
                    "parameters": dict(one.parameters),
                    "inputs_digest": one.inputs_digest,
                    "formats": list(one.formats),
                }
                for one in (job.document for job in jobs)
            ],
            "template": first.document.template.name,
            "program": first.recipe["program"],
            "moment": first.recipe["moment"],
            "timeout": self._limits.timeout,
            "memory_limit": self._limits.memory,
        }

    def _receive(self, future: Future[Any]) -> list[list[Job]]:
        """Publish what a chunk gave; gives the chunks to try instead of one that came to nothing."""
        sent = self._flying.pop(future)
        again: list[list[Job]] = []
        try:
            delivery: Delivery = future.result()
        except ScoringError as error:  # the machine is not as it should be: no document is to blame
            self._give_up(sent, "; ".join(str(fault) for fault in error.faults))
        except Exception:  # noqa: BLE001  whatever took the worker away: a document of the chunk, or nothing of ours
            if len(sent.jobs) > 1:
                again = [[job] for job in sent.jobs.values()]
            else:
                self._give_up(sent, "máy làm việc nhiều lần dừng giữa chừng")
        else:
            for told in delivery.made:
                made = Made(**told)
                self._publish(sent.jobs[made.name], made, f"{sent.folder}/{delivery.attempt}")
        self._remove(sent.folder)
        return again

    def _publish(self, job: Job, made: Made, folder: str) -> None:
        """Give final names to what was delivered whole."""
        if made.outcome == "made":
            try:
                contents = {kind: self._delivered(f"{job.document.name}.{kind}", folder, made) for kind in job.formats}
                made = replace(made, why=job.why, files=put_in_place(job.document, job.recipe, contents))
            except (ScoringError, OSError) as error:
                made = failed(job, error)
        self._done(job.document, made)

    def _delivered(self, name: str, folder: str, made: Made) -> bytes:
        content: bytes = self._files.cat_file(f"{folder}/{name}")
        if hashlib.sha256(content).hexdigest() != made.files[name]:
            raise PublishingError(name, [Fault(name, "bị hỏng khi chuyển về qua nơi lưu chung", mend="chạy lại")])
        return content

    def _give_up(self, sent: _Sent, why: str) -> None:
        for name, job in sent.jobs.items():
            self._done(job.document, Made(name, "failed", why))

    def _remove(self, folder: str) -> None:
        if self._files.exists(folder):
            self._files.rm(folder, recursive=True)


def _chunks(jobs: Sequence[Job], size: int) -> Iterator[list[Job]]:
    """The jobs of each block and template, so many at a time."""
    for _, alike in groupby(sorted(jobs, key=_kind), key=_kind):
        together = list(alike)
        for first in range(0, len(together), size):
            yield together[first : first + size]


def _kind(job: Job) -> tuple[str, str]:
    return str(job.document.template), job.document.block
