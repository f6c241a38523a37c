"""Containers that are no sound workbook: how each is made of a sound one, and why it is refused."""

import hashlib
import io
import re
import struct
import warnings
import zipfile

from helpers.odd_workbooks import packed

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "0123"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'


def repacked(raw, change=None, extra=(), method=zipfile.ZIP_DEFLATED):
    """The container with some members changed and others added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as before,
        zipfile.ZipFile(made, "w", method) as after,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # zipfile warns of the doubled names that are wanted here
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, (change or {}).get(name, lambda same: same)(content))
        for name, content in extra:
            after.writestr(name, content)
    return made.getvalue()


def in_sheet(pattern, replacement):
    return {"xl/worksheets/sheet1.xml": lambda xml: re.sub(pattern, replacement, xml, count=1)}


def more_rows(xml):
    return {"xl/worksheets/sheet1.xml": lambda sheet: sheet.replace(b"</sheetData>", xml + b"</sheetData>")}


def flipped(raw):
    """Some bits of the content of a member turned round."""
    spoilt = bytearray(raw)
    start = raw.index(b"xl/worksheets/sheet1.xml")
    for place in range(start + 200, start + 400):
        spoilt[place] ^= 0xFF
    return bytes(spoilt)


def with_password(raw):
    """Every member marked as encrypted."""
    return raw.replace(b"PK\x01\x02\x14\x00\x14\x00\x00\x00", b"PK\x01\x02\x14\x00\x14\x00\x01\x00").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


def understated(raw):
    """A bomb whose directory says that it is small."""
    bomb = repacked(raw, extra=[("xl/media/bomb.bin", bytes(30_000_000))])
    return bomb.replace(struct.pack("<L", 30_000_000), struct.pack("<L", 10))


def large():
    """105 MB that do not compress too well, in few members."""
    line = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(625))
    return [(f"xl/media/picture{number}.bin", line * 770) for number in range(7)]


EXCEL_2003 = b"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>"""

SPOILT = {
    "nothing": (lambda raw: b"", "not_workbook"),
    "text": (lambda raw: b"Kinh gui...", "not_workbook"),
    "html that is called a workbook": (lambda raw: b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
    "html after a mark of bytes": (lambda raw: b"\xef\xbb\xbf\r\n <META charset=utf-8><TABLE>", "web_page"),
    "html in two bytes a letter": (lambda raw: "<html><table>".encode("utf-16"), "web_page"),
    "web page with its pictures": (lambda raw: b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "web_page"),
    "sheet of Excel 2003 as xml": (lambda raw: EXCEL_2003, "xml_sheet"),
    "xml of something else": (lambda raw: b'<?xml version="1.0"?><invoice/>', "not_workbook"),
    "csv that is called a workbook": (lambda raw: "Mã;Kết quả\nA1;9\nA2;8\n".encode(), "plain_table"),
    "tabs in an old font": (lambda raw: b"M\xb7\tK\xd5t qu\xb6\r\nA1\t9\r\n", "plain_table"),
    "tabs in two bytes a letter": (lambda raw: "Mã\tKết quả\nA1\t9\n".encode("utf-16"), "plain_table"),
    "letter of several lines": (lambda raw: b"Kinh gui Cong doan\nDon vi bao cao, xin\ngui lai sau\n", "not_workbook"),
    "rich text": (lambda raw: rb"{\rtf1\ansi Kinh gui}", "document"),
    "pdf": (lambda raw: b"%PDF-1.7 ...", "pdf"),
    "picture": (lambda raw: b"\xff\xd8\xff\xe0" + bytes(100), "not_workbook"),
    "old excel": (lambda raw: OLE + "Workbook".encode("utf-16-le"), "old_office"),
    "encrypted by Excel": (lambda raw: OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "encrypted members": (with_password, "password"),
    "cut off": (lambda raw: raw[: len(raw) // 2], "broken"),
    "only its beginning": (lambda raw: raw[:30], "broken"),
    "bits flipped": (flipped, "broken"),
    "word document": (lambda raw: packed({"word/document.xml": b"<w/>"}), "document"),
    "presentation": (lambda raw: packed({"ppt/presentation.xml": b"<p/>"}), "document"),
    "open document": (lambda raw: packed({"mimetype": b"x", "content.xml": b"<o/>"}), "open_document"),
    "binary workbook": (lambda raw: packed({"xl/workbook.bin": b"x"}), "binary_workbook"),
    "archive of reports": (lambda raw: packed({"a.xlsx": raw}), "not_workbook"),
    "empty archive": (lambda raw: packed({}), "not_workbook"),
    "workbook without sheets": (lambda raw: packed({"xl/workbook.xml": b"<workbook/>"}), "broken"),
    "sheet that is no xml": (lambda raw: repacked(raw, in_sheet(rb"(?s).*", b"abc")), "broken"),
    "sheet cut off": (lambda raw: repacked(raw, in_sheet(rb"</sheetData>(?s:.*)", b"")), "broken"),
    "row number that is a word": (lambda raw: repacked(raw, in_sheet(rb'<row r="11"', b'<row r="x"')), "broken"),
    "number that is a word": (
        lambda raw: repacked(raw, more_rows(b'<row r="90"><c r="A90"><v>abc</v></c></row>')),
        "broken",
    ),
    "cell twice": (
        lambda raw: repacked(raw, more_rows(b'<row r="90"><c r="A90"><v>1</v></c><c r="A90"><v>2</v></c></row>')),
        "twice",
    ),
    "entity bomb": (lambda raw: repacked(raw, {"xl/workbook.xml": lambda xml: ENTITIES}), "entities"),
    "entity from outside": (lambda raw: repacked(raw, {"xl/workbook.xml": lambda xml: OUTSIDE}), "entities"),
    "entity in another encoding": (
        lambda raw: repacked(raw, {"xl/styles.xml": lambda xml: OUTSIDE.decode().encode("utf-16")}),
        "entities",
    ),
    "name that escapes": (lambda raw: repacked(raw, extra=[("../../etc/cron.d/x", b"x")]), "names"),
    "name from the root": (lambda raw: repacked(raw, extra=[("/etc/passwd", b"x")]), "names"),
    "name with a drive": (lambda raw: repacked(raw, extra=[("C:/x", b"x")]), "names"),
    "member twice": (lambda raw: repacked(raw, extra=[("xl/workbook.xml", b"x")]), "names"),
    "member twice but for capitals": (lambda raw: repacked(raw, extra=[("XL/Workbook.xml", b"x")]), "names"),
    "too many members": (lambda raw: repacked(raw, extra=[(f"xl/media/{n}", b"") for n in range(501)]), "members"),
    "bomb": (lambda raw: repacked(raw, extra=[("xl/media/bomb.bin", bytes(30_000_000))]), "ratio"),
    "bomb that understates itself": (understated, "broken"),
    "too large unpacked": (lambda raw: repacked(raw, extra=large()), "unpacked"),
}
"""By name: the maker, and the reason's key in `workbooks`."""


def with_macros(raw):
    return repacked(raw, extra=[("xl/vbaProject.bin", b"\0")])
