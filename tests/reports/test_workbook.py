"""Containers: what is opened, what is refused before any parser sees it, and that reading stays within bounds."""

import time

import pytest
from helpers.containers import SPOILT, in_sheet, more_rows, repacked, with_macros
from helpers.filled_forms import blank_form
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.core.errors import ReportError
from scoring.reports.reading import workbook_process
from scoring.reports.reading.workbook import WorkbookReader


@pytest.fixture(scope="module")
def form():
    return blank_form("TH-HOABINH", "NAM")[0]


@pytest.fixture(scope="module")
def reader():
    with WorkbookReader() as reader:
        yield reader


@pytest.mark.parametrize("case", SPOILT)
def test_a_dangerous_or_broken_container_is_refused_in_plain_words(reader, form, case):
    spoil, why = SPOILT[case]
    with pytest.raises(ReportError, match=r"bao_cao\.xlsx: \S+") as refused:
        reader.read(spoil(form), "bao_cao.xlsx")
    assert refused.value.faults[0].mend
    with pytest.raises(workbook_process.RefusalError, match=f"^{why}$"):
        workbook_process.read_workbook(spoil(form))


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
    book = reader.read(with_macros(form), "bao_cao.xlsm")
    assert [remark.code for remark in book.remarks] == ["macros"]


def test_a_workbook_that_takes_too_long_is_given_up_and_the_next_is_read(form):
    rows = b"".join(b'<row r="%d"/>' % row for row in range(100, 1_000_000))
    with WorkbookReader(seconds=0.25) as reader:
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
