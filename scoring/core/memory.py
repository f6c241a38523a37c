"""How much memory may a process take, and did something fail because there was too little?

A machine may set a hard limit of its own (`ulimit -v`, a container); ours never asks for more than it allows.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

TOO_LITTLE = "máy không cho đủ bộ nhớ"
MORE = (
    "đóng bớt chương trình khác hoặc chạy ít việc cùng lúc (--jobs 1); nếu máy đặt giới hạn bộ nhớ cho chương trình "
    "(ulimit -v, container) thì nới giới hạn đó"
)
_TOLD = re.compile(r"cannot allocate memory|failed to map segment|can't start new thread|out of memory", re.IGNORECASE)
"""What is said where memory ran out in a library, or in what loads one."""


def limit_address_space(more: int) -> None:
    """Let this process take so many bytes more than it has, never beyond what the machine allows; not on Windows."""
    try:
        import resource
    except ImportError:
        return
    sizes = Path("/proc/self/statm")
    if not sizes.exists():
        return
    held = int(sizes.read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = [one for one in (soft, hard) if one != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([held + more, *allowed]), hard))


def held() -> int:
    """Bytes of memory this process holds; 0 where the system does not tell (it is not Linux)."""
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") if sizes.exists() else 0


def is_of_memory(error: BaseException) -> bool:
    """Whether an error, or what it followed from, is of memory that was not there.

    >>> is_of_memory(MemoryError()), is_of_memory(ImportError("a.so: failed to map segment from shared object"))
    (True, True)
    """
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        if isinstance(one, MemoryError) or (isinstance(one, OSError) and one.errno == errno.ENOMEM):
            return True
        if isinstance(one, ImportError | RuntimeError | OSError) and _TOLD.search(str(one)):
            return True
        seen.append(one)
        one = one.__cause__ or one.__context__
    return False


def tells_of_memory(name: str, told: str) -> bool:
    """Whether an error of another process is of memory. name, told: its class's name and what it says."""
    return "MemoryError" in name or _TOLD.search(told) is not None
