"""A spreadsheet in OpenDocument (.ods) is read by the policy of an .xlsx: the cells as a person sees them."""

import json
import shutil
import subprocess
from decimal import Decimal

import pytest
from helpers.filled_forms import filled_form
from helpers.open_documents import MANIFEST, cell, formatted, open_document, row, styled

from scoring.core.errors import ReportError
from scoring.reports.reading import workbook_process
from scoring.reports.reading.cells import Cell, read_list, read_number
from scoring.reports.reading.container import RefusalError
from scoring.reports.reading.workbook import Answer, WorkbookReader, book_of

LOOKS = (
    styled("struck", letters='style:text-line-through-style="solid" style:text-line-through-type="single"')
    + styled("heir", about='style:parent-style-name="struck"')
    + styled("mended", about='style:parent-style-name="struck"', letters='style:text-line-through-type="none"')
    + styled("circle", about='style:parent-style-name="circle"')
    + styled("gone", "text", letters='style:text-line-through-type="single"')
    + styled("raised", "text", letters='style:text-position="33% 58%"')
    + styled("lowered", "text", letters='style:text-position="sub 58%"')
    + styled("level", "text", letters='style:text-position="0% 100%"')
)
PERCENT = formatted("percentage", '<number:number number:decimal-places="0"/><number:text>%</number:text>')
LITERAL = formatted("number", '<number:number number:decimal-places="0"/><number:text>%</number:text>')
THOUSANDS = formatted("number", '<number:number number:decimal-places="1" number:display-factor="1000"/>')
ROUNDED = formatted("number", '<number:number number:decimal-places="1" number:min-integer-digits="1"/>')
GENERAL = formatted("number", '<number:number number:min-integer-digits="1"/>')
NO_YEAR = formatted("date", "<number:day/><number:text>/</number:text><number:month/>")
EIGHTHS = formatted("number", '<number:fraction number:denominator-value="8"/>')
POWER = formatted("number", '<number:scientific-number number:decimal-places="2"/>')
SIGNED = (
    '<number:number-style style:name="P0"><number:number number:decimal-places="0"/></number:number-style>'
    + formatted(
        "number",
        "<number:text>-</number:text><number:number/>"
        '<style:map style:condition="value()&gt;=0" style:apply-style-name="P0"/>',
    )
)
SHOWN = 'table:style-name="shown"'


def linked(address, words):
    return f'<text:a xlink:href="{address}" xlink:type="simple">{words}</text:a>'


def span(look, words):
    return f'<text:span text:style-name="{look}">{words}</text:span>'


def computed(formula):
    return f'table:formula="of:={formula}"'


SEEN = {
    "a number": (cell("float", 3), "number", "3"),
    "a number with a point": (cell("float", "2024.0"), "number", "2024"),
    "a percent": (cell("percentage", "0.85", "85%", SHOWN), PERCENT, "number", "0.85", "", "0%"),
    "a percent without a style": (cell("percentage", "0.85", "85%"), "number", "0.85", "", "0.00%"),
    "a percent that only its text shows": (cell("float", "0.85", "85%"), "number", "0.85", "", "0.00%"),
    "a percent sign behind a number": (cell("float", 85, "85%", SHOWN), LITERAL, "number", "85", "", '0"%"'),
    "thousands": (cell("float", 1500, "1.5", SHOWN), THOUSANDS, "number", "1500", "", "0.0,"),
    "a rounded number": (cell("float", "9.46", "9.5", SHOWN), ROUNDED, "number", "9.46", "", "0.0"),
    "a general number": (cell("float", "9.46", "9.46", SHOWN), GENERAL, "number", "9.46"),
    "eighths": (cell("float", "2.96", "3", SHOWN), EIGHTHS, "number", "2.96", "", "# ?/8"),
    "powers": (cell("float", 1234, "1.23E3", SHOWN), POWER, "number", "1234", "", "0.00E+00"),
    "a signed number": (cell("float", 5, how=SHOWN), SIGNED, "number", "5", "", '[>=0]0;"-"General'),
    "a number without a value": (cell("float", "", "9"), "text", "9"),
    "a number that is none": (cell("float", "3,5"), "text", "3,5"),
    "a day": (cell("date", "2024-12-05T10:00:00", "5/12/24"), "date", "2024-12-05"),
    "a day without its year": (cell("date", "2024-12-05", "5/12", SHOWN), NO_YEAR, "date", "2024-12-05", ["no_year"]),
    "a day that is none": (cell("date", "2024-13-05", "13/5"), "text", "13/5"),
    "a time": (cell("time", "PT09H30M00S", "9:30"), "time", "9:30:00"),
    "true": (cell("boolean", "true", "TRUE"), "bool", "TRUE"),
    "a raised footnote": (cell("string", "", f"3{span('raised', 1)}"), "text", "3¹"),
    "a lowered index": (cell("string", "", f"H{span('lowered', 2)}O"), "text", "H₂O"),
    "letters on the line": (cell("string", "", f"3{span('level', 1)}"), "text", "31"),
    "struck, then written anew": (cell("string", "", f"{span('gone', 2)}3"), "text", "3", ["partly_struck"]),
    "all of it struck": (cell("string", "", span("gone", 23)), "text", "23", ["struck"]),
    "a struck text": (cell("string", "a", how='table:style-name="struck"'), "text", "a", ["struck"]),
    "a struck number": (cell("float", 3, how='table:style-name="heir"'), "number", "3", ["struck"]),
    "a style that strikes no more": (cell("float", 3, how='table:style-name="mended"'), "number", "3"),
    "a style that follows from itself": (cell("float", 3, how='table:style-name="circle"'), "number", "3"),
    "a style that is not there": (cell("float", 3, how='table:style-name="no"'), "number", "3"),
    "a formula": (cell("float", 15, how=computed("10+5")), "number", "15", "=10+5"),
    "a formula without a result": (f"<table:table-cell {computed('[.A2]')}/>", "blank", "", "=[.A2]"),
    "an error": (
        cell("string", "", "#DIV/0!", f'{computed("1/0")} calcext:value-type="error"'),
        "error",
        "#DIV/0!",
        "=1/0",
    ),
    "an error by number": (cell("string", "", "Err:502", computed("F(1)")), "error", "Err:502", "=F(1)"),
    "a picture": (cell("string", "", "x", computed("DISPIMG(&quot;ID&quot;;1)")), "picture", "(ảnh)"),
    "blanks and line ends": (
        cell("string", "", 'a<text:s text:c="999999999"/>b<text:line-break/>c</text:p><text:p>d'),
        "text",
        "a b\nc\nd",
    ),
    "a comment": (
        cell("string", "", "7").replace(
            "<text:p>", "<office:annotation><text:p>9</text:p></office:annotation><text:p>"
        ),
        "text",
        "7",
    ),
}


def told(raw):
    """The only cell of a spreadsheet without its place."""
    [held] = workbook_process.read_workbook(raw)["sheets"][0]["cells"]
    return held[2:]


@pytest.mark.parametrize("case", SEEN)
def test_what_a_person_sees_in_an_open_document_is_what_is_read(case):
    xml, *wanted = SEEN[case]
    looks = wanted.pop(0) if str(wanted[0]).startswith("<") else ""
    traits = wanted.pop() if isinstance(wanted[-1], list) else []
    kind, text, formula, shown_as = (*wanted, "", "")[:4]
    assert told(open_document(row(xml), LOOKS + looks)) == [kind, text, formula, shown_as, "", traits]


def test_a_percent_in_an_open_document_is_refused_as_in_an_xlsx():
    _, text, _, shown_as, *_ = told(open_document(row(cell("percentage", "0.85", "85%", SHOWN)), PERCENT))
    parsed = read_number(Cell("number", text, shown_as=shown_as), places=2, least=Decimal(0), most=None)
    assert parsed.value is None
    assert "hiện 85% nhưng giữ 0,85" in parsed.remarks[0].message


LINKS = {
    "behind words": (linked("https://a.example/1?x=1&amp;y=2", "Xem tin"), "https://a.example/1?x=1&y=2"),
    "behind a number": (linked("https://a.example/1", "12/KH-CĐ"), "12/KH-CĐ, https://a.example/1"),
    "two in one cell": (
        f"{linked('https://a.example/1', 'Tin')} và {linked('https://a.example/2', 'bài')}",
        "https://a.example/1; https://a.example/2",
    ),
    "inside the book": (linked("#Báo cáo.A1", "Xem trên"), "Xem trên"),
    "to a file": (linked("../a.docx", "Xem tệp"), "Xem tệp"),
}


@pytest.mark.parametrize("case", LINKS)
def test_the_addresses_behind_words_of_an_open_document_are_evidence(case):
    text, evidence = LINKS[case]
    kind, text, formula, _, link, _ = told(open_document(row(cell("string", "", text))))
    assert read_list(Cell(kind, text, formula, link=link)).value == evidence


def test_a_formula_of_an_open_document_that_takes_from_another_file_is_refused():
    raw = open_document(row(cell("float", 3, how=computed("['file:///C:/a.xlsx'#$T.A1]"))))
    _, text, formula, *_ = told(raw)
    remarks = read_number(Cell("number", text, formula), places=0, least=Decimal(0), most=None).remarks
    assert [remark.code for remark in remarks] == ["link"]


FILTERED, COLLAPSED = ('table:visibility="filter"', 'table:visibility="collapse"')


def test_hidden_rows_columns_and_sheets_and_merged_areas_of_an_open_document_are_seen():
    hides = '<style:style style:name="ta" style:family="table"><style:table-properties table:display="false"/>'
    wide = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    head = row(cell("float", 1, how=wide), cell("float", 9), cell("float", 2))
    group = row(cell("float", 9), how=FILTERED) + row(cell("float", 4), how=COLLAPSED)
    rows = f"<table:table-header-rows>{head}</table:table-header-rows><table:table-row-group>{group}"
    rows += "</table:table-row-group>"
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    beside = '<table:table table:name="Ẩn" table:style-name="ta"/><table:table table:name="\'file:///a.ods\'#$T"/>'
    raw = open_document(rows, f"{hides}</style:style>", columns, beside)
    first, second = workbook_process.read_workbook(raw)["sheets"]
    assert [cell[:4] for cell in first["cells"]] == [
        [1, 1, "number", "1"],
        [1, 3, "number", "2"],
        [3, 1, "number", "4"],
    ]
    assert (first["merged"], first["hidden_columns"]) == ([[1, 1, 2, 2]], [3])
    assert first["hidden_rows"] == [2, 3]
    assert (first["hidden"], second["name"], second["hidden"]) == (False, "Ẩn", True)


def test_a_style_of_a_row_a_column_or_the_whole_file_holds_where_a_cell_has_none():
    by_row = row(cell("float", 3), how='table:default-cell-style-name="struck"')
    by_column = '<table:table-column table:default-cell-style-name="struck"/>'
    whole = styled("Default", letters='style:text-line-through-type="single"')
    for raw in (
        open_document(by_row, LOOKS),
        open_document(row(cell("float", 3)), LOOKS, by_column),
        open_document(row(cell("float", 3)), whole),
    ):
        assert told(raw)[-1] == ["struck"]


def test_what_is_repeated_is_read_and_a_million_blank_rows_cost_nothing():
    blank = row("<table:table-cell/>", how='table:number-rows-repeated="1000000"')
    twice = row(cell("float", 3, how='table:number-columns-repeated="2"'), how='table:number-rows-repeated="2"')
    cells = workbook_process.read_workbook(open_document(blank + twice))["sheets"][0]["cells"]
    assert [cell[:2] for cell in cells] == [[1_000_001, 1], [1_000_001, 2], [1_000_002, 1], [1_000_002, 2]]


@pytest.mark.parametrize("times", ["1048576", "9" * 30])
def test_a_cell_that_is_repeated_without_end_is_refused(times):
    raw = open_document(row(cell("float", 3), how=f'table:number-rows-repeated="{times}"'))
    with pytest.raises(RefusalError, match="cells"):
        workbook_process.read_workbook(raw)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"META-INF/manifest.xml": MANIFEST % "<manifest:encryption-data/>"}, "có mật khẩu"),
        ({"content.xml": "<o/>"}, "tệp là .ods .* không đọc được"),
        ({"content.xml": "<!DOCTYPE o [<!ENTITY a 'b'>]><o>&a;</o>"}, "khai báo XML không được phép"),
    ],
)
def test_an_open_document_that_may_not_be_read_is_refused_in_plain_words(parts, words):
    with WorkbookReader() as reader, pytest.raises(ReportError, match=words):
        reader.read(open_document(row(cell("float", 3)), parts=parts), "a.ods")


def test_a_list_of_parts_that_names_its_grammar_as_older_programs_write_it_is_no_danger():
    manifest = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">' + MANIFEST
    raw = open_document(row(cell("float", 3)), parts={"META-INF/manifest.xml": manifest % ""})
    assert [cell[3] for cell in workbook_process.read_workbook(raw)["sheets"][0]["cells"]] == ["3"]


def test_nothing_of_an_open_document_is_unseen_but_damaged_styles():
    rows = row(cell("float", 3))
    with WorkbookReader() as reader:
        sound, damaged = (
            reader.read(open_document(rows, parts=parts), "a.ods") for parts in ({}, {"styles.xml": "<x"})
        )
    assert [[remark.code for remark in book.remarks] for book in (sound, damaged)] == [[], ["unseen"]]


@pytest.mark.parametrize(
    ("name", "told"),
    [("Basic/Standard/Module1.xml", True), ("Scripts/python/a.py", True), ("Basic/Standard/script-lb.xml", False)],
)
def test_macros_of_an_open_document_are_told_and_not_run(name, told):
    raw = open_document(row(cell("float", 3)), parts={name: "<m/>"})
    assert workbook_process.read_workbook(raw)["macros"] is told


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_what_cannot_be_seen_in_a_binary_workbook_is_said(kind):
    answer = Answer(json.dumps({"sheets": [], "macros": False, "unseen": [kind]}).encode(), lasts=True)
    [remark] = book_of(answer, f"a.{kind}").remarks
    assert (remark.code, f".{kind}" in remark.message, "công thức" in remark.message) == ("unseen", True, True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_form_saved_by_libreoffice_says_what_the_form_says(tmp_path):
    form = filled_form(tmp_path / "form.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", tmp_path, form],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with WorkbookReader() as reader:
        own, other = (reader.read(path.read_bytes(), path.name) for path in (form, form.with_suffix(".ods")))
    assert other.remarks == ()
    for sheet, same in zip(own.sheets, other.sheets, strict=True):
        typed = {place: one[:2] for place, one in sheet.cells.items() if not one.formula}
        assert (same.name, same.hidden) == (sheet.name, sheet.hidden)
        assert {place: one[:2] for place, one in same.cells.items() if place in typed} == typed
