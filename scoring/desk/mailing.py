"""What goes into a unit's envelope (a letter, a messenger's text, ZIPs), and the register of what was sent."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from scoring.core.errors import Fault, ParameterError
from scoring.core.files import of_any_system
from scoring.core.wording import day, number
from scoring.pages.spreadsheets import inert
from scoring.register.year import Year
from scoring.rubric.issuer import issuer_of

LETTER, TEXT = "thu_dien_tu.eml", "tin_nhan.txt"
"""The names of the letter and of the messenger's text in a unit's folder."""

_HEADS = ("Ngày gửi", "Mã đơn vị", "Đơn vị", "Tệp", "SHA-256")
_TYPES = {
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": ("application", "pdf"),
}
"""What is attached; the page's HTML stays in the folder, as mail servers turn such attachments away."""


class Paper(NamedTuple):
    """One file for a unit. told: what it is and what is to be done with it; short: what it is, in a few words."""

    name: str
    content: bytes
    told: str
    short: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_attached(self) -> bool:
        """Whether it goes with the letter."""
        return self.name.rpartition(".")[2] in _TYPES


class SentFile(NamedTuple):
    """One file that was sent: the day, whose it is, and which file with which content."""

    on: date
    unit: str
    name: str
    file: str
    digest: str


def letter(name: str, papers: Sequence[Paper], year: Year) -> bytes:
    """A letter to a unit as a mail program opens it, ready but for the address; same papers, same bytes.

    name: the unit's. No address of anybody is in it: whoever sends it fills in the unit's own.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{_sender(year)} gửi {name}: tài liệu đánh giá năm {year.rubric.year}"
    message["X-Unsent"] = "1"  # Outlook opens it as a draft
    message.set_content(_letter_text(name, papers, year), cte="base64")
    for one in papers:
        if one.is_attached:
            main, sub = _TYPES[one.name.rpartition(".")[2]]
            message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    if message.is_multipart():
        message.set_boundary(hashlib.sha256("".join(one.digest for one in papers).encode()).hexdigest()[:40])
    return message.as_bytes()


def _sender(year: Year) -> str:
    return issuer_of(year.plan, year.rubric).body.name


def _letter_text(name: str, papers: Sequence[Paper], year: Year) -> str:
    attached = [one for one in papers if one.is_attached]
    lines = [f"{place}. {one.name}: {one.told}" for place, one in enumerate(attached, 1)]
    about = f"Về đánh giá kết quả {issuer_of(year.plan, year.rubric).evaluated} năm {year.rubric.year}"
    head = f"{about}, {_sender(year)} gửi kèm {number(len(attached))} tệp:"
    return "\n".join([f"Kính gửi: {name}", "", head, *lines, "", "Trân trọng.", _sender(year), ""])


def messenger_text(name: str, papers: Sequence[Paper], year: Year) -> bytes:
    """A few lines for a messenger, to be sent along with the same files."""
    shorts = list(dict.fromkeys(one.short for one in papers if one.is_attached))
    head = f"{name}: {_sender(year)} gửi tài liệu đánh giá năm {year.rubric.year}:"
    return "\r\n".join([head, *(f"- {short}" for short in shorts), ""]).encode("utf-8-sig")


def archive(files: Mapping[str, bytes], year: int) -> bytes:
    """A ZIP of files by their names; the same files are the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in sorted(files.items()):
            opened.writestr(zipfile.ZipInfo(name, (year, 12, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return of_any_system(buffer.getvalue())


# The register of what was sent


def sent_csv(sent: Iterable[SentFile]) -> bytes:
    """The register, as Excel opens it; `read_sent` reads it back."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for one in sent:
        writer.writerow([day(one.on), one.unit, inert(one.name), one.file, one.digest])
    return buffer.getvalue().encode("utf-8-sig")


def read_sent(content: bytes, where: str) -> list[SentFile]:
    """The register's rows; raises ParameterError for lines that cannot be read, since a record is never dropped."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(where, [Fault(where, "không phải CSV UTF-8", mend=_MEND)]) from error
    if rows and len(rows[0]) == 1 and ";" in rows[0][0]:  # as a Vietnamese Excel saves it
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    found, faults = list[SentFile](), list[Fault]()
    for line, row in enumerate(rows[1:], 2):
        try:
            on, unit, name, file, digest = row
            days, months, years = (int(part) for part in on.split("/"))
            found.append(SentFile(date(years, months, days), unit, name.removeprefix("'"), file, digest))
        except ValueError:
            expected = f"năm cột: {', '.join(_HEADS)}; ngày dạng 05/01/2025"
            faults += [Fault(f"dòng {line}", "không đọc được", expected, _MEND)] if any(row) else []
    if faults:
        raise ParameterError(where, faults)
    return found


_MEND = "sửa dòng ấy, hoặc chép lại tệp từ bản lưu"
