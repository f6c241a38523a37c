"""Open workbooks safely: each is read by a process of its own, within bounds of time, memory and size."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Timer
from types import TracebackType
from typing import Any, NamedTuple, Self

from scoring.core.errors import Fault, ReportError
from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.reports.reading.cells import Cell, clean

LARGEST_FILE = 20_000_000
"""Bytes a report may have."""
LONGEST_READ = 40.0
"""Seconds one workbook may take."""

_PROCESS = "scoring.reports.reading.workbook_process"
_SAVE_AGAIN = term("mở bằng Excel, chọn Lưu thành (Save As), kiểu Excel Workbook (.xlsx), rồi gửi lại")
_SAVE_OR_SEND = term("mở bằng Excel, lưu lại kiểu Excel Workbook (.xlsx); Excel không mở được thì gửi lại từ bản gốc")
_REFUSALS = {
    "password": (term("tệp có mật khẩu"), term("bỏ mật khẩu rồi gửi lại")),
    "old_office": (term("tệp theo định dạng Office cũ (.xls, .doc), không đọc được"), _SAVE_AGAIN),
    "open_document": (term("tệp là .ods (OpenDocument), không đọc được"), _SAVE_AGAIN),
    "binary_workbook": (term("tệp là .xlsb, không đọc được"), _SAVE_AGAIN),
    "numbers": (
        term("tệp là .numbers (Apple Numbers)"),
        term("trong Numbers chọn Tệp, Xuất ra, Excel (.xlsx), rồi gửi"),
    ),
    "document": (term("tệp là văn bản hoặc bài trình chiếu, không phải bảng tính"), term("gửi đúng biểu mẫu Excel")),
    "pdf": (term("tệp là PDF, không phải bảng tính"), term("gửi đúng biểu mẫu Excel")),
    "web_page": (term("tệp là trang web (HTML) mang tên bảng tính"), _SAVE_AGAIN),
    "xml_sheet": (term("tệp là bảng tính XML của Excel 2003, không đọc được"), _SAVE_AGAIN),
    "plain_table": (
        term("tệp là bảng chữ (CSV) mang tên bảng tính"),
        term("đổi đuôi tên tệp thành .csv, hoặc mở bằng Excel và lưu lại kiểu Excel Workbook (.xlsx), rồi gửi lại"),
    ),
    "not_workbook": (term("tệp không phải bảng tính .xlsx"), _SAVE_AGAIN),
    "broken": (term("tệp bị hỏng hoặc bị cắt cụt, không đọc được"), _SAVE_OR_SEND),
    "strings": (term("tệp bị hỏng: có ô mà phần chữ của nó không còn trong tệp"), _SAVE_OR_SEND),
    "twice": (term("tệp bị hỏng: có ô ghi hai lần, mỗi lần một nội dung"), _SAVE_OR_SEND),
    "names": (term("tệp chứa tên thành phần bất thường"), _SAVE_AGAIN),
    "entities": (term("tệp chứa khai báo XML không được phép"), _SAVE_AGAIN),
    "members": (term("tệp có quá nhiều thành phần"), term("xóa ảnh và trang thừa rồi gửi lại")),
    "unpacked": (term("tệp giải nén ra quá lớn"), term("xóa ảnh, trang và dòng thừa rồi gửi lại")),
    "ratio": (term("tệp nén bất thường"), _SAVE_AGAIN),
    "cells": (term("tệp có quá nhiều ô"), term("chỉ giữ trang báo cáo rồi gửi lại")),
    "areas": (term("tệp có quá nhiều vùng gộp ô"), term("bỏ gộp ô, chỉ giữ trang báo cáo rồi gửi lại")),
    "memory": (term("đọc tệp cần quá nhiều bộ nhớ"), term("xóa trang và dòng thừa rồi gửi lại")),
    "slow": (term("đọc tệp mất quá lâu"), term("xóa trang và dòng thừa rồi gửi lại")),
}
_NO_STYLES = Remark(
    "unseen",
    term("không đọc được kiểu hiện của ô trong tệp; số được đọc như đang giữ, không biết ô hiện % hay ngày"),
    _SAVE_AGAIN,
)


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


_START_AGAIN = term("chạy lại lệnh cài đặt của chương trình; máy thiếu bộ nhớ thì đóng bớt chương trình khác")
_NO_MEMORY = json.dumps({"refused": "memory"}).encode()


def book_of(answer: Answer, file: str) -> Book:
    """The sheets an answer tells; raises ReportError, in plain words, where it refuses the workbook."""
    found = json.loads(answer.body)
    if why := found.get("refused"):
        what, mend = _REFUSALS[why]
        raise ReportError(file, [Fault(file, say(what), mend=say(mend))])
    remarks = [_MACROS] if found["macros"] else []
    remarks += [_NO_STYLES if kind == "styles" else _unseen(kind) for kind in found["unseen"]]
    return Book(tuple(_sheet(sheet) for sheet in found["sheets"]), tuple(remarks))


def _unseen(kind: str) -> Remark:
    """What cannot be seen in one of Excel's binary workbooks."""
    what = say(
        "tệp kiểu .{kind}: đã đọc giá trị, không thấy được công thức, ô báo lỗi, dòng và cột ẩn, "
        "kiểu hiện số, chữ gạch bỏ, chữ viết cao và liên kết sau chữ",
        kind=kind,
    )
    return Remark("unseen", what, say(_SEND_PLAIN))


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
        self.stop()

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
            self.stop()
            return Answer(json.dumps({"refused": why}).encode(), lasts=False)
        finally:
            timer.cancel()

    def interrupt(self) -> None:
        """End the process from another thread: what is being read is answered as broken."""
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """End the process; the next workbook starts another one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


_SEND_PLAIN = term("đối chiếu số đã đọc với tệp; lần sau lưu kiểu Excel Workbook (.xlsx)")
_MACROS = Remark(
    "macros",
    term("tệp có macro; macro không được chạy, chỉ đọc số liệu"),
    term("gửi kiểu .xlsx không có macro"),
)


def _started() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", _PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        _exchange(process, b"")
    except (OSError, EOFError) as error:
        process.communicate()
        what, mend = say("không khởi động được"), say(_START_AGAIN)
        raise ReportError("Excel", [Fault("bộ đọc Excel", what, mend=mend)]) from error
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
        {
            (row, column): Cell(kind, text, formula, shown_as, link, tuple(traits))
            for row, column, kind, text, formula, shown_as, link, traits in found["cells"]
        },
        found["hidden"],
        tuple(tuple(area) for area in found["merged"]),
        frozenset(found["hidden_rows"]),
        frozenset(found["hidden_columns"]),
    )
