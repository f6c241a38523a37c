"""Reports read by a cluster: `python -m scoring.publishing.cluster.reading` asks, `read_chunk` is what a worker does.

The workers read a year's folder where it lies, so each must see it under the same path. What they read is put where
this machine keeps what it has read, and an ordinary run goes on from there: whatever no worker could read, it reads
itself. Asking is a process of its own, since who has been connected to a cluster is full of threads and must not fork.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scoring.core.errors import ScoringError
from scoring.core.language import speaking, spoken_language
from scoring.register.year import Year, open_year
from scoring.reports.elsewhere import ReadElsewhere, keep_read, left_to_read, read_here
from scoring.reports.kept import meaning

_CHUNK = 50
"""Files a worker reads at a time."""
_FEWEST = 20
"""New files below which connecting costs more than it saves."""


class Asked(NamedTuple):
    """Files to read of a year. folder, rubric: as `open_year` takes them. meant: `meaning`, of who asks."""

    folder: str
    rubric: str
    language: str
    meant: str
    names: list[str]


class Answered(NamedTuple):
    """What a worker read; problem: why it could not, in words, "" where it could."""

    machine: str
    reports: list[ReadElsewhere]
    problem: str = ""


def read_on(scheduler: str, year: Year) -> None:
    """Have a cluster read the reports of a year that are new, so that the next who reads them finds them read."""
    if len(_new(year)) < _FEWEST:
        return
    words = [scheduler, str(year.folder.resolve()), year.rubric.id, spoken_language()]
    subprocess.run([sys.executable, "-P", "-m", __name__, *words], check=False)


def _new(year: Year) -> list[str]:
    return left_to_read(year.folder / "reports", year.rubric, year.units, year.register)


def read_chunk(asked: Asked) -> Answered:
    """In a worker: read some files of a year where they lie."""
    machine = socket.gethostname()
    with speaking(asked.language):
        try:
            year = _opened(asked.folder, asked.rubric, asked.meant)
        except (ScoringError, OSError):
            return Answered(machine, [], f"không mở được {asked.folder}")
        if meaning(year.rubric, year.units, year.register) != asked.meant:
            return Answered(machine, [], "chương trình, bộ tiêu chí hoặc danh bạ khác với máy ra lệnh")
        folder = year.folder / "reports"
        return Answered(machine, list(read_here(folder, asked.names, year.rubric, year.units, year.register)))


@lru_cache(maxsize=1)
def _opened(folder: str, rubric: str, meant: str) -> Year:
    """The year as it was asked about; meant: another one is opened anew."""
    return open_year(folder, rubric)


def main(words: Sequence[str]) -> None:
    """Have what is new read and keep it; tell what could not be."""
    scheduler, folder, rubric, language = words
    with speaking(language):
        year = open_year(folder, rubric)
        meant = meaning(year.rubric, year.units, year.register)
        names = _new(year)
        chunks = [
            Asked(folder, rubric, language, meant, names[first : first + _CHUNK])
            for first in range(0, len(names), _CHUNK)
        ]
        for problem in sorted(set(_spread(scheduler, chunks, year.folder / "reports"))):
            sys.stderr.write(f"{problem}; máy này tự đọc phần đó.\n")


def _spread(scheduler: str, chunks: list[Asked], folder: Path) -> Iterator[str]:
    """Keep what each chunk gives; gives what went wrong, in words."""
    from distributed import as_completed

    from scoring.publishing.cluster.scheduler import connect

    with connect(scheduler) as client:
        futures = client.map(read_chunk, chunks, pure=False, retries=1)
        for future in as_completed(futures):
            if future.status != "finished":
                yield "Một máy làm việc dừng khi đang đọc báo cáo"
                continue
            answered: Answered = future.result()
            if answered.problem:
                yield f"Máy {answered.machine} không đọc được báo cáo: {answered.problem}"
            keep_read(folder, answered.reports)


if __name__ == "__main__":
    # the module as workers know it: what is defined in "__main__" would be sent to them as code
    from scoring.publishing.cluster import reading

    try:
        reading.main(sys.argv[1:])
    except ScoringError as error:
        sys.exit(str(error))
