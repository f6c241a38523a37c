"""What a machine of a cluster does: a chunk of documents, from and to the shared storage.

`make_chunk` fetches what the documents' notebooks read into a folder of its own, has them made there by a `maker`
process, and puts the files where nobody else writes. It needs nothing of the machine that asks but the storage, and
whoever is killed half-way has left nothing under a name that counts.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import fsspec
from distributed import get_worker

from scoring.core.errors import Fault, PublishingError
from scoring.publishing.cluster.messages import MADE, Chunk, Delivery, MakeTask


class MakerDiedError(Exception):
    """The process that made documents ended without an answer."""


class _Maker:
    """A maker process and its working folder, inside the worker's own, which Dask clears away."""

    def __init__(self, program: str) -> None:
        self.program, self.folder = program, Path(mkdtemp(dir=get_worker().local_directory))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scoring.publishing.cluster.maker"],
            cwd=self.folder,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def make(self, task: MakeTask) -> list[dict[str, Any]]:
        """Have a task made. Raises MakerDiedError, and PublishingError where its program is not who asks's."""
        line = self._ask(json.dumps(task))
        if not line:
            raise MakerDiedError(socket.gethostname())
        if (answer := json.loads(line)) is None:
            mend = "chép thư mục chương trình của máy ra lệnh sang máy đó, rồi chạy lại"
            what = "chương trình, gói thư viện hoặc phông chữ khác với máy ra lệnh"
            raise PublishingError("máy làm việc", [Fault(socket.gethostname(), what, mend=mend)])
        return list(answer)

    def _ask(self, task: str) -> str:
        """The line that answers, "" where the process ended."""
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:  # they are pipes
            return ""
        with suppress(BrokenPipeError):
            asked.write(f"{task}\n")
            asked.flush()
        return answers.readline()

    def clear(self) -> None:
        """Empty the working folder for the next task."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def end(self) -> None:
        """End the process and remove its folder."""
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


_idle: list[_Maker] = []
"""The makers of this worker that wait for a task: at most one a thread."""


def make_chunk(chunk: Chunk) -> Delivery:
    """Make a chunk's documents and put their files into the storage.

    Every call puts them into a folder of its own: a worker believed dead that still writes disturbs nobody.
    Raises PublishingError where the storage cannot be reached or the program is another one, MakerDiedError.
    """
    maker = _maker(chunk.task["program"])
    try:
        _fetch(chunk, maker.folder)
        made = maker.make(chunk.task)
        attempt = _deliver(made, maker.folder / MADE, chunk.place)
        maker.clear()
    except BaseException:
        maker.end()
        raise
    _idle.append(maker)
    return Delivery(attempt, made)


def _maker(program: str) -> _Maker:
    """An idle maker of that program, else a new one; one of another program serves nobody any more."""
    while _idle:
        maker = _idle.pop()
        if maker.program == program:
            return maker
        maker.end()
    return _Maker(program)


def _fetch(chunk: Chunk, folder: Path) -> None:
    (folder / chunk.task["template"]).write_text(chunk.template, encoding="utf-8", newline="")
    for path in chunk.reads:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        try:
            with fsspec.open(f"{chunk.place}/{path}") as file:
                (folder / path).write_bytes(file.read())
        except OSError as error:
            mend = "ghi sau --storage một thư mục mà mọi máy đều đọc và ghi được"
            fault = Fault(socket.gethostname(), f"không đọc được nơi lưu chung {chunk.place}", mend=mend)
            raise PublishingError("máy làm việc", [fault]) from error


def _deliver(made: list[dict[str, Any]], folder: Path, place: str) -> str:
    """Put the files of what was made into a new folder of the chunk's; gives its name."""
    attempt = uuid4().hex
    files, path = fsspec.url_to_fs(f"{place}/{attempt}")
    files.makedirs(path, exist_ok=True)
    for one in made:
        for name in one["files"]:
            files.pipe_file(f"{path}/{name}", (folder / name).read_bytes())
    return attempt
