"""Files that are whole or absent, and what a disk refuses in words.

Work goes to a temporary name beside the final one, reaches the disk, and is renamed; what a killed run leaves under
the temporary name is never read and may be deleted. On Windows a file that another program has open can be neither
replaced nor removed, and often not read: such a refusal is waited out for a few seconds, then the file is named.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import platform
import re
import stat
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from scoring.core.errors import Fault, ScoringError
from scoring.core.language import term
from scoring.core.memory import is_of_memory
from scoring.core.text import shown

BEGUN = ".tmp"
"""How the name of a file that is being written ends."""
_A_DAY = 86_400
LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file that is read whole."""
PATIENCE = 4.0
"""Seconds in which a virus scanner, OneDrive or a page's preview lets go of a file."""

_Given = TypeVar("_Given")
_ON_WINDOWS = os.name == "nt"
_OPEN_ELSEWHERE = {errno.EBUSY, errno.ETXTBSY}  # what a share of Windows says to other systems, too
_SHARING_VIOLATIONS = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_UNIX = 3  # what a ZIP archive calls the system it was made on

_TROUBLES = {
    errno.ENOSPC: term("ổ đĩa đã đầy"),
    errno.EDQUOT: term("đã dùng hết dung lượng được cấp"),
    errno.EROFS: term("ổ đĩa chỉ cho đọc"),
    errno.EACCES: term("không có quyền đọc hoặc ghi"),
    errno.EPERM: term("không có quyền đọc hoặc ghi"),
    errno.EFBIG: term("tệp lớn hơn 256 MB, không phải tệp chương trình đọc được"),
    errno.ENODEV: term("không phải tệp thường nên không mở"),
    errno.ENOENT: term("không còn tệp hoặc thư mục này"),
    errno.ENOTDIR: term("có tệp trùng tên với thư mục cần dùng"),
    errno.EEXIST: term("có tệp trùng tên với thư mục cần dùng"),
}
_OTHER = term("ổ đĩa báo lỗi khi đọc hoặc ghi")


def is_held(error: OSError) -> bool:
    """Whether a file was refused because another program has it open, rather than for want of a right.

    Of a file that is opened or replaced Windows says the same for both; asked to rename it to its own name, it tells.
    """
    if error.errno in _OPEN_ELSEWHERE or _is_violation(error):
        return True
    if not (_ON_WINDOWS and isinstance(error, PermissionError) and error.filename):
        return False
    try:
        Path(error.filename).rename(error.filename)
    except OSError as told:
        return _is_violation(told)
    return False


def _is_violation(error: OSError) -> bool:
    return getattr(error, "winerror", None) in _SHARING_VIOLATIONS


def _may_pass(error: OSError) -> bool:
    return error.errno in _OPEN_ELSEWHERE or (_ON_WINDOWS and isinstance(error, PermissionError))


def patiently(act: Callable[[], _Given]) -> _Given:
    """What `act` gives, tried again for PATIENCE seconds as long as another program holds its file.

    Raises the OSError it met last.
    """
    until, pause = time.monotonic() + PATIENCE, 0.05
    while True:
        try:
            return act()
        except OSError as error:
            if not _may_pass(error) or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 0.5)


def read_whole(path: Path) -> bytes:
    """The bytes of a file that another program may hold for a moment.

    Raises OSError where it stays refused, and where it is a pipe or a device, which may never end, or is too large for
    anything the program reads.
    """
    with _naming(path):
        state = path.stat()
        if not (stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode)):  # a folder is refused when it is opened
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if state.st_size > LARGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return patiently(path.read_bytes)


def write_whole(path: Path, content: bytes, *, lasts: bool = True) -> None:
    """Write a file under its final name whole or not at all; an older file of that name stays until then.

    A file that has these bytes already is left alone, open elsewhere or not. lasts: it survives a power cut from here
    on; to wait for the disk takes most of the time. False for what is made again wherever it is not as it was made.
    Raises OSError, with the final name, where the disk refuses; nothing is left behind then.
    """
    if _holds(path, content):
        return
    with _naming(path):
        beside = _write_beside(path, content, lasts=lasts)
        try:
            patiently(lambda: _mended(path, lambda: beside.replace(path)))
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    if lasts:
        reach_disk(path.parent)


def remove(path: Path) -> None:
    """Remove a file if there is one. Raises OSError where the disk refuses."""
    with _naming(path):
        patiently(lambda: _mended(path, lambda: path.unlink(missing_ok=True)))


def refuse_if_held(paths: Iterable[Path]) -> None:
    """Raise OSError where one of the files there are could be neither replaced nor removed; none is touched."""
    for path in paths:
        if _ON_WINDOWS and path.is_file():
            with _naming(path):
                patiently(lambda path=path: path.rename(path))  # type: ignore[misc]  # asks for the right to remove


class Writing:
    """Writes many files, each whole; one that is open elsewhere stops none of the others and is told at the end.

    lasts: as for `write_whole`. held: what could not be replaced or removed, with the SHA-256 of what should stand
    there ("" where nothing should).
    """

    def __init__(self, *, lasts: bool = True) -> None:
        self.held: dict[Path, str] = {}
        self._lasts = lasts

    def write(self, path: Path, content: bytes) -> None:
        """As `write_whole`."""
        digest = hashlib.sha256(content).hexdigest()
        self._try(path, lambda: write_whole(path, content, lasts=self._lasts), digest)

    def remove(self, path: Path) -> None:
        """As `remove`."""
        self._try(path, lambda: remove(path), "")

    def _try(self, path: Path, act: Callable[[], None], wanted: str) -> None:
        try:
            act()
        except OSError as error:
            if not is_held(error):
                raise
            self.held[path] = wanted

    @property
    def faults(self) -> list[Fault]:
        """One a file that is open elsewhere."""
        return [Fault(shown_path(path), _HELD, "bản cũ còn đó, chưa được thay", _CLOSE) for path in self.held]

    def refuse_if_any(self, error: type[ScoringError], subject: str) -> None:
        """Raise an error of ours where a file could not be written."""
        if self.held:
            raise error(subject, self.faults)


@contextmanager
def writing_with(writing: Writing | None, error: type[ScoringError], subject: str) -> Iterator[Writing]:
    """The caller's own Writing, which it will ask; without one, what is held is raised when all else is written.

    For files that are made again where they do not stand as they were made.
    """
    mine = Writing(lasts=False) if writing is None else writing
    yield mine
    if writing is None:
        mine.refuse_if_any(error, subject)


_HELD = term("đang mở ở chương trình khác (Excel, Word, trình xem PDF, OneDrive)")
_CLOSE = "đóng tệp này rồi chạy lại"


def shown_path(path: Path | str) -> str:
    """A path as a message shows it: from its end, where the file's name stands; nothing hidden."""
    text = str(path)
    return shown(text if len(text) <= 60 else f"…{text[-58:]}")


def why_refused(error: OSError) -> str:
    """In words, why the disk refused; never the system's own English."""
    if is_held(error):
        return _HELD
    return _TROUBLES.get(error.errno or 0, _OTHER)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a plain file has these bytes."""
    try:
        state = path.lstat()
        return stat.S_ISREG(state.st_mode) and state.st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _mended(path: Path, act: Callable[[], object]) -> None:
    """Act on a file; on Windows the mark "read-only", which keeps nothing from being replaced elsewhere, gives way."""
    try:
        act()
    except PermissionError:
        if not _ON_WINDOWS or not path.is_file() or os.access(path, os.W_OK):
            raise
        path.chmod(stat.S_IREAD | stat.S_IWRITE)
        act()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have an OSError name the file that is meant, not the temporary one beside it."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def of_any_system(archive: bytes) -> bytes:
    """A ZIP archive (.xlsx, .docx) without the mark of the system it was made on: the same content is the same file."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        at, members = opened.start_dir, len(opened.infolist())
    marked = bytearray(archive)
    for _ in range(members):
        marked[at + 5] = _UNIX
        at += 46 + sum(struct.unpack_from("<3H", marked, at + 28))  # the lengths of name, extra field and comment
    return bytes(marked)


def write_once(path: Path, content: bytes) -> bool:
    """Write a file whole unless there is one of that name already; says whether it was written.

    Of several processes that write the same name at once, exactly one is told that it did.
    """
    with _naming(path):
        beside = _write_beside(path, content, lasts=True)
        try:
            return patiently(lambda: _take_name(beside, path))
        finally:
            beside.unlink(missing_ok=True)


def _take_name(beside: Path, path: Path) -> bool:
    """Give a file its final name unless another one has it."""
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    except OSError:  # a memory stick or a network share without second names for a file
        if path.exists():
            return False
        beside.replace(path)
    reach_disk(path.parent)
    return True


def sweep_begun(folder: Path) -> None:
    """Remove what killed writers left under temporary names in a folder; what one may still be writing stays.

    A writer is known by its process and machine; of another machine, what was not touched for a day goes.
    """
    for beside in folder.glob(f".*{BEGUN}"):
        with suppress(OSError):  # gone meanwhile, or not ours to remove
            if not beside.is_symlink() and beside.is_file() and _is_abandoned(beside):
                beside.unlink()


def _is_abandoned(beside: Path) -> bool:
    writer = re.search(r"\.(\d+)-([0-9a-f]{6})\.[^.]*\.tmp$", beside.name)
    if writer and writer[2] == _machine() and os.name == "posix":
        return int(writer[1]) != os.getpid() and not _is_running(int(writer[1]))
    return time.time() - beside.stat().st_mtime > _A_DAY


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


@cache
def _machine() -> str:
    """A short name of this machine, the same for all its processes and saying nothing of it."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def _write_beside(path: Path, content: bytes, *, lasts: bool) -> Path:
    """The content under a temporary name in the same folder; where it lasts, on the disk."""
    writer = f"{os.getpid()}-{_machine()}"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.{writer}.", suffix=BEGUN)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if lasts:
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(0o644)  # mkstemp's file is for its maker alone
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def reach_disk(folder: Path) -> None:
    """Have a new name in the folder survive a power cut, where the system can be asked to."""
    with suppress(OSError):  # Windows and some network shares cannot; the file itself is written
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def told_as(error: type[ScoringError], subject: str, mend: str) -> Iterator[None]:
    """Raise what the disk refuses inside as an error of ours, in words.

    >>> with told_as(ScoringError, "decisions", "thử lại"):
    ...     open("/no/such/file")
    Traceback (most recent call last):
    scoring.core.errors.ScoringError: decisions: 1 lỗi
      /no/such/file: không còn tệp hoặc thư mục này. Thử lại.
    """
    try:
        yield
    except OSError as why:
        if is_of_memory(why):
            raise
        where, mend = shown_path(why.filename or subject), _CLOSE if is_held(why) else mend
        raise error(subject, [Fault(where, why_refused(why), mend=mend)]) from why
