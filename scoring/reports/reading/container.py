"""What is inside a file that is called a workbook, and may it be opened? Nothing is parsed before this says so.

Only the standard library: this runs in the process that reads (`workbook_process`).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

MOST_MEMBERS = 500
MOST_UNPACKED = 100_000_000
MOST_RATIO = 200
FREE = 4_000_000
"""Bytes up to which a member may be packed as tightly as it likes: a white picture is no bomb."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the containers of Office before 2007 begin."""
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What parsers raise on damaged files; anything else ends the process, which the other side survives."""
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_PACKING = 100
"""Bytes by which packing may make a member longer, beside a thousandth of it."""
_NOT_PARSED = ("xl/media/", "xl/embeddings/", "Pictures/", "Thumbnails/", "docProps/thumbnail")
_STREAMS = {"Workbook": "xls", "Book": "xls", "WordDocument": "document", "PowerPoint Document": "document"}
"""What an old container is by the name of one of its streams."""
_MEMBERS = {
    "xl/workbook.xml": "open_xml",
    "xl/workbook.bin": "xlsb",
    "content.xml": "ods",
    "word/document.xml": "document",
    "ppt/presentation.xml": "document",
    "index/document.iwa": "numbers",
    "encrypted-package": "password",
}
"""What a container is by one of its members, in small letters."""
_HEAD = 4096
_BEFORE = b"\xef\xbb\xbf\r\n\t "
"""What web programs put out before the file itself."""
_STARTS = {b"%pdf": "pdf", b"{\\rtf": "document", b"mime-version:": "web_page"}
_WEB_TAGS = (b"<html", b"<table", b"<body", b"<head", b"<meta", b"<!doctype html")


class RefusalError(Exception):
    """A workbook that is not read; the argument is the reason's key in `workbook`."""


class Container(NamedTuple):
    """What a file is (open_xml, xls, xlsb or ods), and the members of a zipped one by name."""

    kind: str
    members: dict[str, bytes]

    def member(self, name: str) -> bytes | None:
        """A member's content, whatever capitals its name is written with; None where there is none.

        Raises RefusalError where it declares entities: what is furniture, nobody parses, and it may.
        """
        wanted = name.casefold()
        content = self.members.get(name) or next(
            (content for own, content in self.members.items() if own.casefold() == wanted), None
        )
        if content and any(declaration in content for declaration in _DECLARATIONS):
            raise RefusalError("entities")
        return content


def open_container(raw: bytes) -> Container:
    """The members of a workbook; raises RefusalError where there is none or it must not be opened.

    Sizes are found by reading, not by the directory's word.
    """
    if raw.startswith(OLE):
        return Container(_old_kind(raw), {})
    if not raw[:_HEAD].lstrip(_BEFORE).startswith(b"PK"):
        raise RefusalError(_flat_kind(raw))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            listed = archive.infolist()
            _check_names(listed)
            members = _read_members(archive, listed)
    except DAMAGED as error:
        raise RefusalError("broken") from error
    return Container(_kind(members), members)


def _flat_kind(raw: bytes) -> str:
    """What a file is that is no container, by how it begins; Excel opens several of these under the name of .xls."""
    head = raw[:_HEAD]
    for encoding in ("utf-16-le", "utf-16-be"):
        if head.startswith("\ufeff".encode(encoding)):
            head = head.decode(encoding, errors="replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")
    if not kind and head.startswith(b"<"):
        is_sheet = b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"workbook" in head
        kind = "xml_sheet" if is_sheet else "web_page" if any(tag in head for tag in _WEB_TAGS) else ""
    return kind or ("plain_table" if _is_plain_table(head) else "not_workbook")


def _is_plain_table(head: bytes) -> bool:
    """Whether it is lines of text, most of them parted by the same separator."""
    if any(letter < 32 and letter not in b"\t\n\r" for letter in head):
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    return len(lines) > 1 and any(2 * sum(mark in line for line in lines) > len(lines) for mark in (b"\t", b";", b","))


def _old_kind(raw: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise RefusalError("password")
    kind = next((kind for name, kind in _STREAMS.items() if f"{name}\0".encode("utf-16-le") in raw), "old_office")
    if kind != "xls":
        raise RefusalError(kind)
    return kind


def _kind(members: dict[str, bytes]) -> str:
    names = {name.casefold() for name in members}
    kind = next((kind for name, kind in _MEMBERS.items() if name in names), "")
    told = members.get("mimetype", b"")
    if kind == "ods" and b"opendocument" in told and b"spreadsheet" not in told:
        kind = "document"
    # a workbook may lie elsewhere than everybody puts it; its relations say where
    if not kind and b"officeDocument" in next((part for name, part in members.items() if name == "_rels/.rels"), b""):
        kind = "open_xml"
    if kind not in {"open_xml", "xlsb", "ods"}:
        raise RefusalError(kind or "not_workbook")
    return kind


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; some programs part folders with the other stroke."""
    return member.filename.replace("\\", "/")


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [_name(member) for member in members]
    if len(names) > MOST_MEMBERS:
        raise RefusalError("members")
    if len({name.casefold() for name in names}) < len(names) or any(_escapes(name) for name in names):
        raise RefusalError("names")
    if any(member.flag_bits & 1 for member in members):
        raise RefusalError("password")


def _escapes(name: str) -> bool:
    return name.startswith("/") or ":" in name or ".." in name.split("/")


def _read_members(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    left, members = MOST_UNPACKED, {}
    for member in listed:
        content = _content(archive, member, left)
        left -= len(content)
        if left < 0:
            raise RefusalError("unpacked")
        if len(content) > max(FREE, MOST_RATIO * member.compress_size):
            raise RefusalError("ratio")
        name = _name(member)
        members[name] = b"" if name.startswith(_NOT_PARSED) else content
    return members


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """What a member holds; nothing of one that is damaged, which only matters where a report needs it."""
    try:
        with archive.open(member) as stream:
            return stream.read(most + 1)
    except DAMAGED:
        if member.compress_size > member.file_size + member.file_size // 1000 + _PACKING:
            raise RefusalError("broken") from None  # no program packs so: the directory lies about the size
        return b""
