"""Open workbooks safely: each is read by a process of its own, within bounds of time, memory and size."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, NamedTuple, Self

from scoring.core.errors import Fault, ReportError
from scoring.core.language import say, term
from scoring.reports.reading import workbook_process
from scoring.reports.reading.cells import Cell, Remark, clean

LARGEST_FILE = 20_000_000
"""Bytes a report may have."""
LONGEST_READ = 40.0
"""Seconds one workbook may take."""

_SAVE_AGAIN = term("mở bằng Excel, chọn Lưu thành (Save As), kiểu Excel Workbook (.xlsx), rồi gửi lại")
_REFUSALS = {
    "password": (term("tệp có mật khẩu"), term("bỏ mật khẩu rồi gửi lại")),
    "old_office": (term("tệp theo định dạng Office cũ (.xls, .doc)"), _SAVE_AGAIN),
    "open_document": (term("tệp là .ods (OpenDocument)"), _SAVE_AGAIN),
    "binary_workbook": (term("tệp là .xlsb"), _SAVE_AGAIN),
    "document": (term("tệp là văn bản hoặc bài trình chiếu, không phải bảng tính"), term("gửi đúng biểu mẫu Excel")),
    "pdf": (term("tệp là PDF, không phải bảng tính"), term("gửi đúng biểu mẫu Excel")),
    "not_workbook": (term("tệp không phải bảng tính .xlsx"), _SAVE_AGAIN),
    "broken": (term("tệp bị hỏng hoặc bị cắt cụt, không đọc được"), term("gửi lại từ bản gốc")),
    "names": (term("tệp chứa tên thành phần bất thường"), _SAVE_AGAIN),
    "entities": (term("tệp chứa khai báo XML không được phép"), _SAVE_AGAIN),
    "members": (term("tệp có quá nhiều thành phần"), term("xóa ảnh và trang thừa rồi gửi lại")),
    "unpacked": (term("tệp giải nén ra quá lớn"), term("xóa ảnh, trang và dòng thừa rồi gửi lại")),
    "ratio": (term("tệp nén bất thường"), _SAVE_AGAIN),
    "cells": (term("tệp có quá nhiều ô"), term("chỉ giữ trang báo cáo rồi gửi lại")),
    "memory": (term("đọc tệp cần quá nhiều bộ nhớ"), term("xóa trang và dòng thừa rồi gửi lại")),
    "slow": (term("đọc tệp mất quá lâu"), term("xóa trang và dòng thừa rồi gửi lại")),
}


class Sheet(NamedTuple):
    """One sheet: its cells by row and column from 1; merged areas as (left, top, right, bottom)."""

    name: str
    cells: dict[tuple[int, int], Cell]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


class Book(NamedTuple):
    """A report file as found: its sheets (one nameless sheet for CSV) and remarks on the file."""

    sheets: tuple[Sheet, ...]
    remarks: tuple[Remark, ...] = ()


class Answer(NamedTuple):
    """What the process said, as JSON; lasts: whether it says so of these bytes on every machine, however busy."""

    body: bytes
    lasts: bool


_NO_MEMORY = json.dumps({"refused": "memory"}).encode()


def book_of(answer: Answer, file: str) -> Book:
    """The sheets an answer tells; raises ReportError, in plain words, where it refuses the workbook."""
    found = json.loads(answer.body)
    if why := found.get("refused"):
        what, mend = _REFUSALS[why]
        raise ReportError(file, [Fault(file, say(what), mend=say(mend))])
    remarks = (_MACROS,) if found["macros"] else ()
    return Book(tuple(_sheet(sheet) for sheet in found["sheets"]), remarks)


class WorkbookReader:
    """Reads workbooks one after another in a warm process, replaced when it dies or takes too long.

    >>> with WorkbookReader() as reader:  # doctest: +SKIP
    ...     book = reader.read(path.read_bytes(), "bao_cao.xlsx")
    """

    def __init__(self, seconds: float = LONGEST_READ) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, raw: bytes, file: str) -> Book:
        """The sheets of a workbook; raises ReportError, in plain words, where it cannot or may not be read."""
        return book_of(self.ask(raw), file)

    def ask(self, raw: bytes) -> Answer:
        """What the process says of a workbook, for `book_of`."""
        if self._process is None:
            self._process = _started()
        process = self._process
        timer = Timer(self._seconds, process.kill)
        timer.start()
        try:
            answer = _exchange(process, raw)
            return Answer(answer, lasts=answer != _NO_MEMORY)
        except (OSError, EOFError):
            why = "broken" if timer.is_alive() else "slow"
            self._stop()
            return Answer(json.dumps({"refused": why}).encode(), lasts=False)
        finally:
            timer.cancel()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


_MACROS = Remark(
    "warning",
    "macros",
    term("tệp có macro; macro không được chạy, chỉ đọc số liệu"),
    term("gửi kiểu .xlsx không có macro"),
)


def _started() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-P", str(Path(workbook_process.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        _exchange(process, b"")
    except (OSError, EOFError) as error:
        process.communicate()
        what, mend = say("không khởi động được"), say("chạy lại lệnh cài đặt của chương trình")
        raise ReportError("openpyxl", [Fault("bộ đọc Excel", what, mend=mend)]) from error
    return process


def _exchange(process: subprocess.Popen[bytes], raw: bytes) -> bytes:
    """One request and its answer; raises EOFError or OSError where the process ended."""
    requests, answers = process.stdin, process.stdout
    if requests is None or answers is None:
        raise EOFError
    requests.write(len(raw).to_bytes(8, "big") + raw)
    requests.flush()
    reply = answers.read(int.from_bytes(answers.read(8), "big"))
    if not reply:
        raise EOFError
    return reply


def _sheet(found: dict[str, Any]) -> Sheet:
    return Sheet(
        clean(found["name"]),
        {(row, column): Cell(*rest) for row, column, *rest in found["cells"]},
        found["hidden"],
        tuple(tuple(area) for area in found["merged"]),
        frozenset(found["hidden_rows"]),
        frozenset(found["hidden_columns"]),
    )
