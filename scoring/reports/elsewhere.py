"""Reports read on another machine that sees the same folder: what is still to be read, what it says, what is kept.

Nothing travels but what was read: rows and findings under a key that holds the file's own digest, the rubric, the
register and the program. Who asks keeps them beside its own; one that does not fit its file is never looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scoring.register.units import Register
from scoring.reports.intake import asking_of, read_files, to_read
from scoring.reports.kept import meaning, opened, packed, report_key, unpacked
from scoring.reports.reading.folder import list_files
from scoring.rubric.model import Rubric


class ReadElsewhere(NamedTuple):
    """One report as it was read: its key, and its rows and findings packed."""

    key: str
    report: bytes


def left_to_read(folder: Path, rubric: Rubric, units: pd.DataFrame, register: Register) -> list[str]:
    """The names of the files in a folder that this machine has not read yet."""
    meant = meaning(rubric, units, register)
    with opened(folder) as kept:
        return [found.name for found in list_files(folder) if to_read(found, meant, kept)]


def read_here(
    folder: Path, names: Collection[str], rubric: Rubric, units: pd.DataFrame, register: Register
) -> Iterator[ReadElsewhere]:
    """What these files of a folder say, in the order of their names; what a busy machine refused is left out."""
    files = [found for found in list_files(folder) if found.name in set(names)]
    meant = meaning(rubric, units, register)
    with opened(folder) as kept:
        for read in read_files(files, asking_of(rubric, units, register), meant, kept):
            if read.lasts and read.digest:
                key = report_key(meant, read.digest, read.found.name, read.found.path.name)
                yield ReadElsewhere(key, packed(read.report))


def keep_read(folder: Path, reports: Collection[ReadElsewhere]) -> None:
    """Keep what other machines read of a folder, for who reads it next."""
    with opened(folder) as kept:
        for one in reports:
            kept.keep_report(one.key, unpacked(one.report))
