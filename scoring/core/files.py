"""Files that are whole or absent, and what a disk refuses in words.

Work goes to a temporary name beside the final one, reaches the disk, and is renamed; what a killed run leaves under
the temporary name is never read and may be deleted.
"""

from __future__ import annotations

import errno
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scoring.core.errors import Fault, ScoringError
from scoring.core.text import shown

BEGUN = ".tmp"
"""How the name of a file that is being written ends."""

_TROUBLES = {
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "đã dùng hết dung lượng được cấp",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EACCES: "không có quyền đọc hoặc ghi",
    errno.EPERM: "không có quyền đọc hoặc ghi",
    errno.ENOENT: "không còn tệp hoặc thư mục này",
    errno.ENOTDIR: "có tệp trùng tên với thư mục cần dùng",
    errno.EEXIST: "có tệp trùng tên với thư mục cần dùng",
}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under its final name whole or not at all; an older file of that name stays until then.

    Raises OSError where the disk refuses; nothing is left behind then.
    """
    beside = _write_beside(path, content)
    try:
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _reach_disk(path.parent)


def without_clock(book: bytes, year: int) -> bytes:
    """A workbook with the hour of its making taken out, so that the same content is the same file."""
    made = io.BytesIO()
    at_year_end = rb"\g<1>%d-12-31T00:00:00Z" % year
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", at_year_end, content)
            after.writestr(zipfile.ZipInfo(name, (year, 12, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def write_once(path: Path, content: bytes) -> bool:
    """Write a file whole unless there is one of that name already; says whether it was written.

    Of several processes that write the same name at once, exactly one is told that it did.
    """
    beside = _write_beside(path, content)
    try:
        return _take_name(beside, path)
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
    _reach_disk(path.parent)
    return True


def _write_beside(path: Path, content: bytes) -> Path:
    """The content on the disk under a temporary name in the same folder."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=BEGUN)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # mkstemp's file is for its maker alone
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _reach_disk(folder: Path) -> None:
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
        what = _TROUBLES.get(why.errno or 0, "ổ đĩa báo lỗi khi đọc hoặc ghi")
        raise error(subject, [Fault(shown(str(why.filename or subject)), what, mend=mend)]) from why
