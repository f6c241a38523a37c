"""What was read before and still fits: kept by a file's content in the user's own cache folder.

A start reads only what is new. Nothing here is needed: whoever deletes the folder has every report read again, with the
same result. What is kept is believed only where it lies in a place that nobody else can write, carries the digest of
its own key and body, and was made by this program from the same rubric and register in the same language.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
from platformdirs import user_cache_path

from scoring.core.findings import Finding
from scoring.core.language import spoken_language
from scoring.core.places import PACKAGE
from scoring.register.units import Register
from scoring.reports.reading.report import Report
from scoring.reports.reading.rows import Row
from scoring.reports.reading.workbook import Answer
from scoring.rubric.model import Rubric

_ROOMS = ("core", "rubric", "register", "reports")
"""The rooms whose code says how a report is read."""
_LIBRARIES = ("openpyxl", "python-calamine", "XlsxWriter", "pandas", "pydantic")
_LARGEST = 2_000_000
"""Bytes of one answer that is kept; a form's has some forty thousand."""
_RUNS = 20
"""Runs that read something new, after which what none of them asked for is forgotten."""
_TABLE = "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, seal BLOB, body BLOB, run INTEGER)"


def _program() -> str:
    digest = hashlib.sha256()
    for file in sorted(
        path for room in _ROOMS for path in (PACKAGE / room).rglob("*") if path.suffix in {".py", ".po"}
    ):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes())
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


PROGRAM = _program()
"""SHA-256 of the code that reads reports, taken as it is loaded: a later edit is not what runs in this process."""


def meaning(rubric: Rubric, units: pd.DataFrame, register: Register) -> str:
    """SHA-256 of everything but the file itself that what is read from a report follows from."""
    parts = [PROGRAM, spoken_language(), rubric.model_dump_json()]
    parts += [table.to_csv() for table in (units, register.spans)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


ELSEWHERE = "SCORING_CACHE"
"""The environment variable that names another folder for it; empty, nothing is kept."""


def cache_place(folder: Path) -> Path | None:
    """The file that keeps what was read from a folder of reports; None where nothing is to be kept."""
    name = hashlib.sha256(str(folder.resolve()).encode(errors="surrogateescape")).hexdigest()[:16]
    stated = os.environ.get(ELSEWHERE)
    if stated == "":
        return None
    place = Path(stated) if stated else user_cache_path("scoring", appauthor=False)
    return place.absolute() / "reports" / f"{name}.sqlite"


@contextmanager
def opened(folder: Path) -> Iterator[Kept]:
    """What was kept of a folder of reports; where its place cannot be trusted, something that keeps nothing."""
    kept = Kept(cache_place(folder))
    try:
        yield kept
    finally:
        kept.close()


class Kept:
    """Answers, reports and marks by key; where its place cannot be trusted it gives and keeps nothing."""

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._database = _connected(place) if place else None
        self._asked: set[str] = set()
        self._added = 0

    def report(self, key: str, digest: str) -> Report | None:
        """A report that was kept. digest: the SHA-256 of its file, whose answer stays as long."""
        self._asked.add(_answer_key(digest))
        body = self._get(key)
        return None if body is None else unpacked(body)

    def keep_report(self, key: str, report: Report) -> None:
        """Keep what became of a file."""
        if self._database is not None:
            self._put(key, packed(report))

    def answer(self, digest: str) -> Answer | None:
        """What a guarded reader said of the bytes with this SHA-256."""
        body = self._get(_answer_key(digest))
        return None if body is None else Answer(body, lasts=True)

    def keep_answer(self, digest: str, answer: Answer) -> None:
        """Keep what a reader said where it would say so again."""
        if answer.lasts and len(answer.body) <= _LARGEST:
            self._put(_answer_key(digest), answer.body)

    def mark(self, path: Path) -> str | None:
        """What was noted of a file that was made from the reports."""
        body = self._get(f"mark {path.resolve()}")
        return None if body is None else body.decode()

    def keep_mark(self, path: Path, mark: str) -> None:
        """Note something of a file that was made from the reports."""
        self._put(f"mark {path.resolve()}", mark.encode())

    def close(self) -> None:
        """Forget what has not been asked for in a long time, and let go of the file."""
        if self._added:
            self._do(self._tidy)
        if self._database is not None:
            self._database.close()
            self._database = None

    def _get(self, key: str) -> bytes | None:
        if self._database is None:
            return None
        try:
            found = self._database.execute("SELECT seal, body FROM kept WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if found is None or not all(isinstance(part, bytes) for part in found) or found[0] != _seal(key, found[1]):
            return None
        self._asked.add(key)
        return zlib.decompress(found[1])

    def _put(self, key: str, content: bytes) -> None:
        if self._database is None:
            return
        body = zlib.compress(content, 1)
        self._do(
            lambda database: database.execute(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, 0)", (key, _seal(key, body), body)
            )
        )
        self._asked.add(key)
        self._added += 1
        if self._added % 200 == 0:  # a killed run has not read for nothing
            self._do(lambda database: database.commit())

    def _tidy(self, database: sqlite3.Connection) -> None:
        run = 1 + (database.execute("SELECT max(run) FROM kept").fetchone()[0] or 0)
        database.executemany("UPDATE kept SET run = ? WHERE key = ?", [(run, key) for key in sorted(self._asked)])
        database.execute("DELETE FROM kept WHERE run <= ?", (run - _RUNS,))
        database.commit()

    def _do(self, change: Callable[[sqlite3.Connection], object]) -> None:
        if self._database is not None:
            try:
                change(self._database)
            except sqlite3.Error as error:  # a full disk, another run at work: what is read counts all the same
                self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._place and _is_torn(error):
            _empty(self._place)


def report_key(meant: str, digest: str, *names: str) -> str:
    """The key of a report: `meaning`, the SHA-256 of its bytes, and the names its file goes by."""
    return "report " + hashlib.sha256("\0".join([meant, digest, *names]).encode(errors="surrogateescape")).hexdigest()


def _answer_key(digest: str) -> str:
    return f"answer {PROGRAM} {digest}"


def _seal(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + body).digest()


def packed(report: Report) -> bytes:
    """A report as it is kept and sent."""
    sent_on = report.sent_on.isoformat() if report.sent_on else None
    facts = [report.file, report.unit, report.period, sent_on, report.is_rejected]
    return json.dumps([facts, report.rows, report.findings], ensure_ascii=False).encode(errors="surrogatepass")


def unpacked(body: bytes) -> Report:
    """A report as it was `packed`."""
    (file, unit, period, sent_on, is_rejected), rows, findings = json.loads(body.decode(errors="surrogatepass"))
    when = date.fromisoformat(sent_on) if sent_on else None
    return Report(
        file, unit, period, when, is_rejected, [Row(*row) for row in rows], [Finding(*found) for found in findings]
    )


# The place


def _connected(path: Path) -> sqlite3.Connection | None:
    """The database at a place that only this user writes; None where there is no such place, or no database."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_own(path.parent, stat.S_ISDIR):
            return None
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return _database(path) if _is_own(path, stat.S_ISREG) else None
    except OSError:
        return None


def _database(path: Path) -> sqlite3.Connection | None:
    """The database in a file; what is none, or a torn one, is emptied for the next run."""
    database = sqlite3.connect(path, timeout=1.0)
    try:
        database.execute("PRAGMA synchronous = OFF")  # what a power cut takes is read anew
        database.execute(_TABLE)
    except sqlite3.Error as error:
        database.close()
        if _is_torn(error):
            _empty(path)
        return None
    return database


def _is_torn(error: sqlite3.Error) -> bool:
    """Whether the file is damaged or no database at all, rather than held by another run or on a full disk."""
    return type(error) is sqlite3.DatabaseError


def _empty(path: Path) -> None:
    """Begin anew with the next run."""
    with suppress(OSError):
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.write_bytes(b"")


def _is_own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether a folder or file is this user's and nobody else may write to it; Windows' own profile folder is."""
    state = path.lstat()
    if not is_kind(state.st_mode):
        return False
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & 0o022)
