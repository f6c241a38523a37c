"""What lies in a folder of reports, judged by name and kind before anything is opened."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.core.machine_files import is_hidden, is_machine_file, is_machine_folder
from scoring.reports.reading.container import OLE
from scoring.reports.reading.workbook import LARGEST_FILE

OFFICE_REGISTER = "received.csv"
"""The office's own list of arrivals, which lies beside the reports."""

UNREAD = "unread_kind"
"""The code of the finding on a file of a kind that is not read."""

Fate = Literal["accepted", "flagged", "replaced", "rejected", "ignored"]

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".xlsb", ".ods", ".ots", ".et", ".ett"})
_WPS = frozenset({".et", ".ett"})
_TABLES = frozenset({".csv", ".tsv"})
_TEXTS = (
    *(
        ".doc",
        ".docx",
        ".docm",
        ".dotx",
        ".odt",
        ".rtf",
        ".txt",
        ".md",
        ".pdf",
        ".xps",
        ".oxps",
        ".ofd",
        ".wps",
        ".pages",
    ),
    *(".ppt", ".pptx", ".pptm", ".pps", ".ppsx", ".odp", ".key", ".one", ".gdoc", ".gslides", ".gform"),
    *(".dot", ".dotm", ".wpt", ".dps", ".dpt", ".epub", ".djvu", ".tex", ".vsd", ".vsdx", ".p7m", ".p7s", ".asice"),
)
_SHEETS = (
    *(".numbers", ".fods", ".xml", ".dbf", ".gsheet", ".slk", ".dif", ".sxc", ".uos", ".mdb", ".accdb", ".prn", ".tab"),
    *(".wk1", ".wks", ".wb1", ".qpw", ".123"),
)
_MAILS = (".eml", ".emlx", ".msg", ".oft", ".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml", ".url", ".webloc")
_PICTURES = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".gif", ".bmp", ".webp", ".avif", ".svg", ".heic", ".heif", ".tif", ".tiff"),
    *(".jp2", ".wmf", ".emf", ".eps", ".psd", ".ai", ".mp4", ".m4v", ".mkv", ".webm", ".mov", ".3gp", ".avi"),
    *(".mp3", ".m4a", ".wav", ".aac", ".ogg", ".amr", ".wma"),
)
_ARCHIVES = (".zip", ".zipx", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".cab", ".lzh", ".iso")
_PROGRAMS = frozenset({".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".msi", ".js", ".vbs", ".jar", ".apk"})
"""What nobody opens, whatever it holds."""
_PAPERS = frozenset({*_TEXTS, *_SHEETS, *_MAILS, *_PICTURES, *_ARCHIVES})
_OPEN_MAIL = term(
    "mở thư, lưu tệp Excel đính kèm vào thư mục này; thư không có tệp đính kèm thì gửi lại biểu mẫu Excel"
)
_UNPACK = term("giải nén, chép tệp báo cáo bên trong vào thư mục này")
_EXPORT = term("mở bằng chương trình đã làm ra tệp, lưu hoặc xuất thành Excel (.xlsx), rồi gửi lại")
_SEND_FORM = term("gửi lại bằng biểu mẫu Excel (.xlsx)")


class Found(NamedTuple):
    """One file. name: as text that is safe to show. fate, why: None where it is to be read."""

    path: Path
    name: str
    fate: Fate | None = None
    why: Remark | None = None


def list_files(folder: Path) -> Iterator[Found]:
    """Every file in the folder and its subfolders, in the order of their names; no link is followed.

    A folder that is called like a report is listed and not entered. Names that look the same are told apart.
    """
    seen: Counter[str] = Counter()
    for found in _walk(folder):
        seen[found.name] += 1
        times = seen[found.name]
        yield found if times == 1 else found._replace(name=f"{found.name} (tên trùng, tệp thứ {times})")


def _walk(folder: Path) -> Iterator[Found]:
    waiting = [(path, "", False) for path in _backwards(folder)]
    while waiting:  # not by recursion, however deep the folders are
        path, above, is_within_hidden = waiting.pop()
        kind, name = path.suffix.casefold(), f"{above}{shown_name(path.name)}"
        if path.is_dir() and not path.is_symlink() and kind not in WORKBOOKS | _TABLES:
            if not is_machine_folder(path.name):
                hides = is_within_hidden or is_hidden(path.name)
                waiting += [(inside, f"{name}/", hides) for inside in _backwards(path)]
            continue
        fate, why = _judged(path, kind)
        if is_within_hidden and fate != "ignored":  # no report counts there, as it would not be sealed either
            fate, why = "rejected", _hidden()
        yield Found(path, name, fate, why)


def _backwards(folder: Path) -> list[Path]:
    """What lies in a folder, the last name first."""
    return sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name), reverse=True)


def _hidden() -> Remark:
    what = say("tên tệp hoặc thư mục bắt đầu bằng dấu chấm nên máy giấu đi, không tính và không niêm phong")
    return Remark("hidden_file", what, say("đặt lại tên, bỏ dấu chấm ở đầu, rồi kiểm tra lại"))


def shown_name(name: str) -> str:
    r"""A file's name as text: NFC, and nothing in it that is hidden, breaks a line or is not a character.

    >>> shown_name("a\nb.xlsx")
    'a[U+000A]b.xlsx'
    """
    letters = unicodedata.normalize("NFC", name)
    return "".join(letter if letter.isprintable() else f"[U+{ord(letter):04X}]" for letter in letters)


def _judged(path: Path, kind: str) -> tuple[Fate | None, Remark | None]:
    """What becomes of a file that need not be opened; None where it is to be read."""
    if is_machine_file(path.name):
        return "ignored", Remark("system_file", say("tệp tạm của máy, không phải báo cáo"))
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode):
        what, mend = say("là liên kết, không phải tệp thật"), say("chép chính tệp báo cáo vào thư mục")
        return "rejected", Remark("link", what, mend)
    if stat.S_ISDIR(state.st_mode):
        return "ignored", Remark("folder", say("là thư mục, không phải báo cáo"))
    if not stat.S_ISREG(state.st_mode):
        what, mend = say("không phải tệp thường nên không mở"), say("xóa khỏi thư mục báo cáo")
        return "rejected", Remark("not_a_file", what, mend)
    name = path.name.casefold()
    if name == OFFICE_REGISTER:
        return "ignored", Remark("office_register", say("sổ nhận báo cáo của văn phòng"), is_mild=True)
    if is_hidden(path.name) and kind in WORKBOOKS | _TABLES | _PAPERS:
        return "rejected", _hidden()
    if kind in _PAPERS or (kind in _WPS and state.st_size <= LARGEST_FILE and not _is_workbook(path)):
        what = say("đã nhận nhưng không đọc được kiểu tệp {kind}", kind=kind)
        mends = {_MAILS: _OPEN_MAIL, _ARCHIVES: _UNPACK, _SHEETS: _EXPORT}
        mend = next((mend for kinds, mend in mends.items() if kind in kinds), _SEND_FORM)
        return "flagged", Remark(UNREAD, what, mend)
    if kind not in WORKBOOKS | _TABLES:
        if kind in _PROGRAMS or not _holds_workbook(path, state):
            return "ignored", Remark("other_file", say("không phải tệp báo cáo"))
        what = say("không phải tệp báo cáo theo tên, vì thiếu đuôi .xlsx, .xls hoặc .ods; bên trong lại là bảng tính")
        return "ignored", Remark(UNREAD, what, say("đặt lại tên tệp, thêm đúng đuôi, rồi chạy lại"))
    return _of_size(state)


def _is_workbook(path: Path) -> bool:
    """Whether a file of WPS Office is one of Excel's kinds inside."""
    try:
        raw = path.read_bytes()
    except OSError:
        return True  # who reads it says why it cannot be opened
    return raw.startswith(b"PK") or (raw.startswith(OLE) and "Workbook\0".encode("utf-16-le") in raw)


def _holds_workbook(path: Path, state: os.stat_result) -> bool:
    """Whether a file whose name says nothing of it is a workbook inside: an ending was lost on a phone or by mail."""
    if state.st_size > LARGEST_FILE:
        return False
    try:
        raw = path.read_bytes()
    except OSError:
        return False
    if raw.startswith(OLE):
        return "Workbook\0".encode("utf-16-le") in raw
    return raw.startswith(b"PK") and (b"xl/workbook." in raw or b"opendocument.spreadsheet" in raw[:200])


def _of_size(state: os.stat_result) -> tuple[Fate | None, Remark | None]:
    if state.st_size > LARGEST_FILE:
        what = say("tệp lớn hơn {megabytes} MB", megabytes=LARGEST_FILE // 1_000_000)
        return "rejected", Remark("too_large_file", what, say("xóa ảnh và trang thừa rồi gửi lại"))
    if state.st_size == 0:
        return "rejected", Remark("empty_file", say("tệp trống"), say("gửi lại từ bản gốc"))
    return None, None
