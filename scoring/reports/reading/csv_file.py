"""Read CSV as a Vietnamese Excel saves it: encoding and separator found out, never guessed by halves."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from scoring.core.errors import Fault, ReportError
from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.core.text import shown
from scoring.reports.reading.cells import Cell
from scoring.reports.reading.workbook import Book, Sheet

Rows = list[list[str]]
"""The records of a file, each a list of texts."""

_SAVE_AGAIN = term("mở bằng Excel, chọn Lưu thành (Save As), kiểu CSV UTF-8, rồi gửi lại; hoặc gửi tệp .xlsx")
_SEPARATORS = ";,\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_VIETNAMESE = set(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz–—‘’“”…•«»€°§±²³½¼×·"
)
_WINDOWS = Remark("windows_1258", term("tệp theo bảng mã Windows-1258; đã đọc thành Unicode"))
_UTF_16 = Remark("utf_16", term("tệp theo bảng mã UTF-16; đã đọc thành Unicode"))


def read_rows(raw: bytes, file: str, fits: Callable[[list[str]], bool]) -> tuple[Rows, tuple[Remark, ...]]:
    """The records of a CSV file, and remarks on its encoding; each text is NFC.

    fits: whether a record is the row of headings looked for; the separator is the one by which some record fits.
    Raises ReportError in plain words.
    """
    text, remarks = _decoded(raw, file)
    stated = _SEPARATOR_LINE.match(text)
    separators = stated[1] if stated else _SEPARATORS
    text = text[stated.end() :] if stated else text
    text = _without_tail(text)
    for separator in separators:
        rows = _parsed(text, separator) or []
        if (header := next(filter(fits, _upper(rows)), None)) is not None:
            while not header[-1].strip():  # blank columns right of the table are none of it
                header.pop()
            return rows, remarks
    raise ReportError(file, [_no_table(text, separators, fits)])


def _without_tail(text: str) -> str:
    """The text without the blank lines below the table, of which a file may have a million."""
    text = text.removesuffix("\x1a")  # how programs of DOS end a file
    told = len(text.rstrip(f" \r\n{_SEPARATORS}"))
    ends = [place for line_end in "\r\n" if (place := text.find(line_end, told)) >= 0]
    return f"{text[: min(ends)]}\n" if ends else text


_MOST_ABOVE = 500
"""Records among which the headings are looked for; a title has a few."""


def _upper(rows: Rows) -> Iterator[list[str]]:
    """The first records that say something."""
    return islice((record for record in rows if any(record)), _MOST_ABOVE)


def is_uneven(texts: list[str], header: list[str]) -> bool:
    """Whether a record is shorter than the headings, or holds something beyond them."""
    return len(texts) < len(header) or any(text.strip() for text in texts[len(header) :])


def as_book(rows: Rows, remarks: tuple[Remark, ...]) -> Book:
    """The records as a file of one nameless sheet."""
    cells = {
        (row, column): Cell("text", text)
        for row, record in enumerate(rows, 1)
        for column, text in enumerate(record, 1)
        if text
    }
    return Book((Sheet("", cells),), remarks)


def _decoded(raw: bytes, file: str) -> tuple[str, tuple[Remark, ...]]:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1258."""
    try:
        text, remarks = _text(raw)
    except UnicodeError as error:
        what = say("bảng mã chữ không đọc được (TCVN3, VNI hoặc tệp hỏng)")
        raise ReportError(file, [Fault(file, what, mend=say(_SAVE_AGAIN))]) from error
    if "\0" in text:
        what = say("tệp chứa ký tự NUL, không phải tệp chữ")
        raise ReportError(file, [Fault(file, what, mend=say(_SAVE_AGAIN))])
    return unicodedata.normalize("NFC", text), remarks


def _text(raw: bytes) -> tuple[str, tuple[Remark, ...]]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16"), (_UTF_16,)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
        # every byte means something in Windows-1258: only text that comes out as Vietnamese was written in it
        if not set(text.casefold()) - set(map(chr, range(128))) <= _VIETNAMESE:
            raise
        return text, (_WINDOWS,)


def _parsed(text: str, separator: str) -> Rows | None:
    """The records, None where quotes are not closed or a cell is beyond measure."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None


def _no_table(text: str, separators: str, fits: Callable[[list[str]], bool]) -> Fault:
    """Why no separator gives records among which are the headings."""
    lines = list(islice((line for line in text.splitlines() if line.strip()), _MOST_ABOVE))
    if any(_parsed(text, one) is None and any(fits(line.split(one)) for line in lines) for one in separators):
        what = say("dấu nháy kép không đóng hoặc có ô quá dài")
    elif text.count("?") > len(text) // 50:
        what = say("chữ tiếng Việt đã mất, thành dấu '?', khi lưu CSV")
    elif lines:
        what = say("không thấy dòng tiêu đề của bảng; dòng đầu là '{line}'", line=shown(lines[0]))
    else:
        what = say("tệp trống")
    return Fault("cả tệp", what, mend=say(_SAVE_AGAIN))
