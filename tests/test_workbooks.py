"""Containers: what is opened, what is refused before any parser sees it, and that reading stays within bounds."""

import hashlib
import io
import re
import struct
import time
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting import blank_form

from scoring import workbookchild
from scoring.errors import ReportError
from scoring.workbooks import WorkbookReader

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "0123"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'


@pytest.fixture(scope="module")
def form():
    return blank_form("TH-HOABINH", "NAM")[0]


@pytest.fixture(scope="module")
def reader():
    with WorkbookReader() as reader:
        yield reader


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


REFUSED = {
    "nothing": (lambda raw: b"", "not_workbook"),
    "text": (lambda raw: b"Kinh gui...", "not_workbook"),
    "html that is called a workbook": (lambda raw: b"<html><table><tr><td>1</td></tr></table></html>", "not_workbook"),
    "pdf": (lambda raw: b"%PDF-1.7 ...", "pdf"),
    "picture": (lambda raw: b"\xff\xd8\xff\xe0" + bytes(100), "not_workbook"),
    "old excel": (lambda raw: OLE + "Workbook".encode("utf-16-le"), "old_office"),
    "encrypted by Excel": (lambda raw: OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "encrypted members": (with_password, "password"),
    "cut off": (lambda raw: raw[: len(raw) // 2], "broken"),
    "only its beginning": (lambda raw: raw[:30], "broken"),
    "bits flipped": (flipped, "broken"),
    "word document": (lambda raw: zipped([("word/document.xml", b"<w/>")]), "document"),
    "presentation": (lambda raw: zipped([("ppt/presentation.xml", b"<p/>")]), "document"),
    "open document": (lambda raw: zipped([("mimetype", b"x"), ("content.xml", b"<o/>")]), "open_document"),
    "binary workbook": (lambda raw: zipped([("xl/workbook.bin", b"x")]), "binary_workbook"),
    "archive of reports": (lambda raw: zipped([("a.xlsx", raw)]), "not_workbook"),
    "empty archive": (lambda raw: zipped([]), "not_workbook"),
    "workbook without sheets": (lambda raw: zipped([("xl/workbook.xml", b"<workbook/>")]), "broken"),
    "sheet that is no xml": (lambda raw: repacked(raw, in_sheet(rb"(?s).*", b"abc")), "broken"),
    "sheet cut off": (lambda raw: repacked(raw, in_sheet(rb"</sheetData>(?s:.*)", b"")), "broken"),
    "row number that is a word": (lambda raw: repacked(raw, in_sheet(rb'<row r="11"', b'<row r="x"')), "broken"),
    "number that is a word": (
        lambda raw: repacked(raw, more_rows(b'<row r="90"><c r="A90"><v>abc</v></c></row>')),
        "broken",
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


def zipped(members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("case", REFUSED)
def test_a_dangerous_or_broken_container_is_refused_in_plain_words(reader, form, case):
    spoil, why = REFUSED[case]
    with pytest.raises(ReportError, match=r"bao_cao\.xlsx: \S+") as refused:
        reader.read(spoil(form), "bao_cao.xlsx")
    assert refused.value.faults[0].mend
    with pytest.raises(workbookchild.RefusalError, match=f"^{why}$"):
        workbookchild.read_workbook(spoil(form))


READ = {
    "a dimension that lies": in_sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A2"'),
    "no dimension": in_sheet(rb'<dimension ref="[^"]*"/>', b""),
    "an immense dimension": in_sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"'),
    "a styled cell in the last row": more_rows(b'<row r="1048576"><c r="XFD1048576" s="3"/></row>'),
    "many empty rows": more_rows(b"".join(b'<row r="%d"/>' % row for row in range(100, 100_000))),
}


@pytest.mark.parametrize("case", READ)
def test_a_sheet_that_lies_about_its_size_is_read_in_seconds(reader, form, case):
    begun = time.monotonic()
    book = reader.read(repacked(form, READ[case]), "bao_cao.xlsx")
    assert book.sheets == reader.read(form, "bao_cao.xlsx").sheets
    assert time.monotonic() - begun < 30


def test_the_noise_of_a_computed_cell_comes_out_as_it_was_stored(reader, form):
    noisy = repacked(form, more_rows(b'<row r="90"><c r="A90"><v>0.30000000000000004</v></c></row>'))
    assert reader.read(noisy, "bao_cao.xlsx").sheets[0].cells[90, 1].text == "0.30000000000000004"


def test_a_formula_comes_with_the_result_that_was_stored_and_is_not_computed(reader, form):
    stale = repacked(form, more_rows(b'<row r="90"><c r="A90"><f>1+1</f><v>7</v></c></row>'))
    cell = reader.read(stale, "bao_cao.xlsx").sheets[0].cells[90, 1]
    assert (cell.kind, cell.text, cell.formula) == ("number", "7", "=1+1")


def test_macros_are_told_and_not_run(reader, form):
    book = reader.read(repacked(form, extra=[("xl/vbaProject.bin", b"\0")]), "bao_cao.xlsm")
    assert [remark.code for remark in book.remarks] == ["macros"]


def test_a_workbook_that_takes_too_long_is_given_up_and_the_next_is_read(form):
    rows = b"".join(b'<row r="%d"/>' % row for row in range(100, 1_000_000))
    with WorkbookReader(seconds=2) as reader:
        with pytest.raises(ReportError, match="mất quá lâu"):
            reader.read(repacked(form, more_rows(rows)), "cham.xlsx")
        assert reader.read(form, "bao_cao.xlsx").sheets


def test_a_reader_that_dies_is_replaced(form):
    with WorkbookReader() as reader:
        reader.read(form, "bao_cao.xlsx")
        reader._process.kill()
        with pytest.raises(ReportError, match="không đọc được"):
            reader.read(form, "bao_cao.xlsx")
        assert reader.read(form, "bao_cao.xlsx").sheets


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_spoilt_bytes_break_the_reader(reader, form, data):
    spoilt = bytearray(form)
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(0, len(form) - 1))] = data.draw(st.integers(0, 255))
    try:
        book = reader.read(bytes(spoilt), "bao_cao.xlsx")
    except ReportError:
        return
    assert book.sheets


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(reader, raw):
    with pytest.raises(ReportError):
        reader.read(raw, "bao_cao.xlsx")
