"""How much memory the cells of a process may add, where they run in one that is used again; by the system's means."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED = 9  # JobObjectExtendedLimitInformation
    _PROCESS_MEMORY, _KILL_ON_CLOSE = 0x100, 0x2000

    class _Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

        _fields_ = (
            ("times", ctypes.c_int64 * 2),
            ("flags", wintypes.DWORD),
            ("working_sets", ctypes.c_size_t * 2),
            ("processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority", wintypes.DWORD),
            ("scheduling", wintypes.DWORD),
            ("input_and_output", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peaks", ctypes.c_size_t * 2),
        )

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS_EX."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            ("sizes", ctypes.c_size_t * 8),
            ("private", ctypes.c_size_t),
        )

    class Fence:
        """A job object around this process and whatever its cells start: all of it ends with the process."""

        def __init__(self) -> None:
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            for name in ("CreateJobObjectW", "GetCurrentProcess"):
                getattr(self._kernel, name).restype = wintypes.HANDLE
            self._job = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
            self._own = wintypes.HANDLE(self._kernel.GetCurrentProcess())
            self._set(_KILL_ON_CLOSE, 0)
            self._kernel.AssignProcessToJobObject(self._job, self._own)

        @contextmanager
        def limited(self, more: int | None) -> Iterator[None]:
            """Let this process have so many bytes more than it has, and no others; None: as many as there are."""
            if more is None:
                yield
                return
            self._set(_KILL_ON_CLOSE | _PROCESS_MEMORY, self._held() + more)
            try:
                yield
            finally:
                self._set(_KILL_ON_CLOSE, 0)

        def _held(self) -> int:
            counters = _Counters(size=ctypes.sizeof(_Counters))
            self._kernel.K32GetProcessMemoryInfo(self._own, ctypes.byref(counters), counters.size)
            return int(counters.private)

        def _set(self, flags: int, memory: int) -> None:
            limits = _Limits(flags=flags, process_memory=memory)
            size = ctypes.sizeof(limits)
            self._kernel.SetInformationJobObject(self._job, _EXTENDED, ctypes.byref(limits), size)

else:
    import os
    import resource

    from scoring.core.memory import limit_address_space

    class Fence:
        """A process group of this process and whatever its cells start, which its parent ends as one."""

        def __init__(self) -> None:
            os.setsid()

        @contextmanager
        def limited(self, more: int | None) -> Iterator[None]:
            """Let this process have so many bytes more than it has, and no others; None: as many as there are."""
            if more is None:
                yield
                return
            before = resource.getrlimit(resource.RLIMIT_AS)
            limit_address_space(more)
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_AS, before)
