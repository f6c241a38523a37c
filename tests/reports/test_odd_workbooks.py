"""What other programs write is read: the cells as a person sees them, whatever stands beside them."""

import hashlib
import io
import re
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from helpers.filled_forms import blank_form, filled_form
from helpers.odd_workbooks import DRESSES, FURNITURE, dressed, members, packed, with_cell
from openpyxl import Workbook, load_workbook

from scoring.core.errors import ReportError
from scoring.reports.reading import workbook_process
from scoring.reports.reading.cells import Cell, read_list, read_number
from scoring.reports.reading.container import RefusalError
from scoring.reports.reading.number_format import seen, shows_date
from scoring.reports.reading.open_xml import figure_text
from scoring.reports.reading.workbook import _REFUSALS, WorkbookReader

SAMPLES = sorted(Path(__file__).parents[2].glob("data/*/reports/*.xlsx"))


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    return filled_form(tmp_path_factory.mktemp("form") / "form.xlsx").read_bytes()


@pytest.fixture(scope="module")
def sound(form):
    return said(form)


def said(raw):
    """What a workbook says, cell by cell; without looks, which furniture may spoil."""
    sheets = workbook_process.read_workbook(raw)["sheets"]
    return {(sheet["name"], *cell[:2]): tuple(cell[2:4]) for sheet in sheets for cell in sheet["cells"] if cell[3]}


@pytest.mark.parametrize(("dress", "furniture"), [*product(DRESSES, FURNITURE)])
def test_furniture_never_hides_a_cell(form, sound, dress, furniture):
    assert said(dressed(form, dress, furniture)) == sound


def test_there_are_two_hundred_such_files_and_each_is_another(form):
    made = {dressed(form, dress, furniture) for dress, furniture in product(DRESSES, FURNITURE)}
    assert len(made) >= 200


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_cell_of_a_sample_report_is_read_as_openpyxl_reads_it(path):
    raw = path.read_bytes()
    sheets = workbook_process.read_workbook(raw)["sheets"]
    own = {(sheet["name"], *cell[:2]): tuple(cell[2:6]) for sheet in sheets for cell in sheet["cells"]}
    assert own == by_openpyxl(raw)


def by_openpyxl(raw):
    values, formulas = (load_workbook(io.BytesIO(raw), data_only=only, keep_links=False) for only in (True, False))
    found = {}
    for sheet in values.worksheets:
        for (row, column), cell in sheet._cells.items():
            held = formulas[sheet.title]._cells.get((row, column))
            formula = str(getattr(held.value, "text", held.value)) if held.data_type == "f" else ""
            kind, text = plain(cell)
            if text or formula:
                look = cell.number_format if kind == "number" and cell.number_format != "General" else ""
                found[sheet.title, row, column] = (kind, text, formula, look)
    return found


def plain(cell):
    value = cell.value
    match value:
        case None | "":
            return "blank", ""
        case bool():
            return "bool", str(value).upper()
        case int() | float():
            return "number", figure_text(repr(value))
        case datetime():
            return "date", value.date().isoformat()
        case date():
            return "date", value.isoformat()
        case str():
            return ("error" if cell.data_type == "e" else "text"), value
        case _:
            return "time", str(value)


def rich(*runs):
    """A cell of runs: (text, look)."""
    made = "".join(f"<r><rPr>{look}</rPr><t>{text}</t></r>" if look else f"<r><t>{text}</t></r>" for text, look in runs)
    return f'<c r="A1" t="inlineStr"><is>{made}</is></c>'.encode()


RAISED, STRUCK = '<vertAlign val="superscript"/>', "<strike/>"
LOOKS = {
    "a raised footnote": (rich(("3", ""), ("1", RAISED)), "text", "3¹", []),
    "a lowered index": (rich(("H", ""), ("2", '<vertAlign val="subscript"/>'), ("O", "")), "text", "H₂O", []),
    "all of it raised": (rich(("3", RAISED)), "text", "3", []),
    "struck, then written anew": (rich(("2", STRUCK), ("3", "")), "text", "3", ["partly_struck"]),
    "all of it struck": (rich(("2", STRUCK), ("3", STRUCK)), "text", "23", ["struck"]),
    "a strike that is none": (rich(("23", '<strike val="0"/>')), "text", "23", []),
    "phonetic help": (b'<c r="A1" t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh></is></c>', "text", "a", []),
    "an escaped line end": (b'<c r="A1" t="str"><v>a_x000D_b</v></c>', "text", "a\rb", []),
    "an escaped stroke": (b'<c r="A1" t="str"><v>a_x005F_x000D_</v></c>', "text", "a_x000D_", []),
    "half a character": (b'<c r="A1" t="str"><v>a_xD800_b</v></c>', "text", "a\ufffdb", []),
    "a whole number with a point": (b'<c r="A1"><v>2024.0</v></c>', "number", "2024", []),
    "a whole number by powers": (b'<c r="A1"><v>2.024E3</v></c>', "number", "2024", []),
    "a day in ISO form": (b'<c r="A1" t="d"><v>2024-03-05T00:00:00</v></c>', "date", "2024-03-05", []),
    "WPS picture": (
        b'<c r="A1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>',
        "picture",
        "(ảnh)",
        [],
    ),
    "WPS picture without a formula": (b'<c r="A1" t="str"><v>=DISPIMG("ID_1",1)</v></c>', "picture", "(ảnh)", []),
    "picture from the web": (
        b'<c r="A1" t="e"><f>_xlfn.IMAGE("https://a/b")</f><v>#VALUE!</v></c>',
        "picture",
        "(ảnh)",
        [],
    ),
}


@pytest.mark.parametrize("case", LOOKS)
def test_what_a_person_sees_is_what_is_read(form, case):
    xml, *wanted = LOOKS[case]
    sheet = workbook_process.read_workbook(with_cell(form, "A1", xml))["sheets"][0]
    found = next(cell for cell in sheet["cells"] if cell[:2] == [1, 1])
    assert [found[2], found[3], found[7]] == wanted


def test_a_picture_placed_in_a_cell_of_excel_is_a_picture(form):
    xml = b'<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>'
    richdata = {"xl/richData/rdrichvaluestructure.xml": b'<rvStructures><s t="_localImage"/></rvStructures>'}
    kinds = [
        next(cell[2] for cell in workbook_process.read_workbook(raw)["sheets"][0]["cells"] if cell[:2] == [1, 1])
        for raw in (with_cell(form, "A1", xml), with_cell(form, "A1", xml, richdata))
    ]
    assert kinds == ["error", "picture"]


SIGHT = [
    ('0"%"', "3", "3", False),
    ("0%", "0.95", "95", True),
    ("#,##0,", "400", "0", False),
    ("#,##0,", "1500", "2", False),
    ('#,##0,,"tr"', "2500000", "3", False),
    ("0.00", "1.005", "1.01", False),
    ("#,##0;(#,##0)", "-5", "-5", False),
    ("[>=100]0,;0", "400", "0", False),
    ("[>=100]0,;0", "50", "50", False),
    ("Standard", "3", "3", False),
    ("@", "3", "3", False),
    (";;;", "3", None, False),
    ("0.0,", "10", "0.0", False),
    ("0,.0", "1500", "1.5", False),
    ("# ?/?", "0.5", "0.5", False),
    ("# ?/8", "2.96", "3", False),
    ("# ??/??", "2.96", "2.96", False),
    ("0.0E+00", "1234", "1200", False),
    ("##0.0E+0", "3", "3", False),
    ('"có"', "3", None, False),
    ("#", "0", None, False),
    ("#.#", "0.5", "0.5", False),
]


@pytest.mark.parametrize(("code", "held", "figure", "percent"), SIGHT)
def test_a_format_shows_a_figure_as_excel_does(code, held, figure, percent):
    sight = seen(code, Decimal(held))
    assert (sight.figure, sight.percent) == (None if figure is None else Decimal(figure), percent)


ODD_FORMATS = {
    "0\\.0": True,
    '0"/"0': True,
    "0-0": True,
    '"-"0': True,
    "-0": True,
    "(0)": True,
    '"<"0': True,
    "0": False,
    "#,##0.00": False,
    "0.0E-0": False,
    "# ?/?": False,
    "# ##0": False,
    '0" buổi"': False,
    '"MC-"0': False,
    "#,##0_);(#,##0)": False,
    '_-* #,##0_-;-* #,##0_-;_-* "-"??_-': False,
}


@pytest.mark.parametrize("code", ODD_FORMATS)
def test_a_format_that_makes_another_figure_of_what_a_cell_holds_is_told(code):
    remarks = read_number(Cell("number", "31", shown_as=code), places=0, least=Decimal(0), most=None).remarks
    told = [remark.message for remark in remarks if "trông khác đi" in remark.message]
    assert bool(told) is ODD_FORMATS[code]


LONG_FORMATS = {
    "percents": "0" + "%" * 600,
    "decimals of a percent": "0." + "0" * 30 + "%",
    "digits": "0" * 500_000,
    "words": '0"' + "a" * 500_000 + '"',
    "brackets": "[" * 500_000 + "0",
}


@pytest.mark.parametrize("code", LONG_FORMATS.values(), ids=LONG_FORMATS)
def test_no_format_is_too_long_for_the_reader(code):
    read = read_number(Cell("number", "3", shown_as=code), places=0, least=Decimal(0), most=None)
    assert read.is_refused or read.value == 3


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("dd/mm/yyyy", True),
        ("[$-42A]d mmm;@", True),
        ("h:mm AM/PM", True),
        ("[h]:mm", True),
        ("mmm-yy", True),
        ('0" d"', False),
        ("Standard", False),
        ("Estándar", False),
        ("General", False),
        ("0.00E+00", False),
        ("0\\d", False),
        ('"ngày "0', False),
    ],
)
def test_only_a_format_of_days_makes_a_day(code, is_day):
    assert shows_date(code) is is_day


OTHER_FILE = {
    "[1]Sheet1!A1": True,
    "'[1]Trang 1'!A1": True,
    "'C:\\thư\\[nam.xlsx]S'!A1": True,
    "nam.xlsx!Tong": True,
    "[1]!Tong": True,
    "cmd|'/C calc'!A0": True,
    "SUM(Bang1[Số lượng])+Sheet2!A1": False,
    "Bang1[[#This Row],[Cột 1]]+Sheet2!A1": False,
    "SUM(Bang1[#All])*'Trang 2'!B2": False,
    'IF(A1="[1]S!A1",1,2)': False,
    'HYPERLINK("https://a.example/b.xlsx","x")&Sheet2!A1': False,
}


@pytest.mark.parametrize("formula", OTHER_FILE)
def test_another_file_is_told_from_a_column_of_a_table(formula):
    cell = Cell("number", "3", f"={formula}")
    remarks = read_number(cell, places=0, least=Decimal(0), most=None).remarks
    assert [remark.code for remark in remarks] == ["link" if OTHER_FILE[formula] else "formula"]


LONG_FORMULAS = {"books": "'" + "[a]" * 300_000, "brackets": "'" + "[" * 500_000 + "'!A1", "names": "'[" * 300_000}


@pytest.mark.parametrize("formula", LONG_FORMULAS.values(), ids=LONG_FORMULAS)
def test_no_formula_is_too_long_for_the_reader(formula):
    remarks = read_number(Cell("number", "3", f"={formula}"), places=0, least=Decimal(0), most=None).remarks
    assert [remark.code for remark in remarks] == ["formula"]


EVIDENCE = [
    (Cell("text", "Xem tin", link="https://a.example/1"), "https://a.example/1"),
    (Cell("text", "12/KH-CĐ", link="https://a.example/1"), "12/KH-CĐ, https://a.example/1"),
    (Cell("text", "https://a.example/1", link="https://a.example/1/"), "https://a.example/1"),
    (Cell("text", "Xem tin", link="file:///C:/a.docx"), "Xem tin"),
    (Cell("text", "https://a.example/?x=1&amp;y=2"), "https://a.example/?x=1&y=2"),
    (Cell("text", "https://a.example/tin;id=5"), "https://a.example/tin;id=5"),
    (Cell("text", "https://a.example/1;https://a.example/2"), "https://a.example/1; https://a.example/2"),
    (Cell("text", "https://a.example/1;12/KH-CĐ"), "https://a.example/1; 12/KH-CĐ"),
    (Cell("text", "https://a.example/1; MC02"), "https://a.example/1; MC02"),
    (Cell("text", "12/KH-CĐ;13/KH-CĐ"), "12/KH-CĐ; 13/KH-CĐ"),
]


@pytest.mark.parametrize(("cell", "text"), EVIDENCE)
def test_an_address_behind_words_or_with_odd_signs_is_kept_whole(cell, text):
    assert read_list(cell).value == text


def merged(raw, *areas):
    """A form whose first sheet has these merged areas alone."""
    made = b"".join(b'<mergeCell ref="%s"/>' % area for area in areas)
    parts = members(raw)
    sheet = re.sub(rb"<mergeCells.*?</mergeCells>", b"", parts["xl/worksheets/sheet1.xml"], flags=re.S)
    sheet = sheet.replace(b"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % made)
    return packed(parts | {"xl/worksheets/sheet1.xml": sheet})


def test_one_merged_area_over_a_whole_sheet_costs_nothing(form):
    with WorkbookReader(seconds=5) as reader:
        book = reader.read(merged(form, b"A1:XFD1048576"), "a.xlsx")
    assert list(book.sheets[0].cells) == [(1, 1)]


def test_more_merged_areas_than_can_be_looked_up_are_refused(form):
    areas = [b"A%d:XFD1048576" % row for row in range(1, 60_000)]
    with WorkbookReader() as reader, pytest.raises(ReportError, match="quá nhiều vùng gộp ô"):
        reader.read(merged(form, *areas), "a.xlsx")


def test_a_fraction_in_a_file_without_formats_is_asked_about():
    parsed = read_number(Cell("number", "0.95", traits=("unseen",)), places=2, least=Decimal(0), most=None)
    assert parsed.value is None
    assert "0,95 hay 95%" in parsed.remarks[0].message


def test_a_shared_formula_is_told_as_it_would_stand_in_each_cell():
    book = Workbook()
    book.active["A1"] = 1
    made = io.BytesIO()
    book.save(made)
    parts = members(made.getvalue())
    rows = (
        b'<row r="1"><c r="B1"><f t="shared" ref="B1:B2" si="0">A1+1</f><v>2</v></c></row>'
        b'<row r="2"><c r="B2"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    sheet = re.sub(
        rb"<sheetData>.*</sheetData>", b"<sheetData>%s</sheetData>" % rows, parts["xl/worksheets/sheet1.xml"]
    )
    cells = workbook_process.read_workbook(packed(parts | {"xl/worksheets/sheet1.xml": sheet}))["sheets"][0]["cells"]
    assert [cell[4] for cell in cells] == ["=A1+1", "=A2+1"]


def test_every_reason_for_a_refusal_has_its_words():
    folder = Path(workbook_process.__file__).parent
    code = "".join(
        (folder / f"{name}.py").read_text() for name in ("container", "open_xml", "open_document", "other_workbooks")
    )
    assert set(re.findall(r'RefusalError\("(\w+)"\)', code)) <= _REFUSALS.keys()


def test_a_form_is_read_in_twenty_milliseconds_of_a_processor():
    raw = blank_form("TH-HOABINH", "NAM")[0]
    workbook_process.answer(raw)
    begun = time.process_time()
    for _ in range(10):
        workbook_process.answer(raw)
    assert time.process_time() - begun < 10 * 0.06  # thrice what it may take: a busy machine is no slow reader


def with_member(raw, name, content):
    return packed(members(raw) | {name: content})


def damaged(raw, name):
    """A container in which the bits of one member are turned round."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        about = archive.getinfo(name)
    start, spoilt = about.header_offset + 30 + len(name.encode()), bytearray(raw)
    for place in range(start, start + about.compress_size):
        spoilt[place] ^= 0xFF
    return bytes(spoilt)


NOISE = hashlib.shake_256(b"picture").digest(20_000)
CONTAINERS = {
    "stored": lambda raw: packed(members(raw), zipfile.ZIP_STORED),
    "by another method": lambda raw: packed(members(raw), zipfile.ZIP_BZIP2),
    "by yet another method": lambda raw: packed(members(raw), zipfile.ZIP_LZMA),
    "behind a blank line": lambda raw: b"\r\n" + raw,
    "behind a mark of bytes": lambda raw: b"\xef\xbb\xbf" + raw,
    "with bytes behind it": lambda raw: raw + b"\r\n\r\n",
    "with a white picture": lambda raw: with_member(raw, "xl/media/image1.bmp", b"BM" + b"\xff" * 3_000_000),
    "with settings of a printer": lambda raw: with_member(raw, "xl/printerSettings/p.bin", bytes(60_000)),
    "with a damaged picture": lambda raw: damaged(with_member(raw, "xl/media/a.png", NOISE), "xl/media/a.png"),
    "with a damaged theme": lambda raw: damaged(raw, "xl/theme/theme1.xml"),
    "with damaged properties": lambda raw: damaged(raw, "docProps/core.xml"),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_how_a_container_is_packed_and_what_no_cell_needs_refuses_nothing(form, sound, name):
    assert said(CONTAINERS[name](form)) == sound


def test_damaged_styles_are_said_to_be_unseen(form, sound):
    content = workbook_process.read_workbook(damaged(form, "xl/styles.xml"))
    assert content["unseen"] == ["styles"]


@pytest.mark.parametrize("number", range(1, 6))
def test_a_sheet_that_is_lost_is_told_and_no_other_is_taken_for_it(form, number):
    parts = members(form)
    del parts[f"xl/worksheets/sheet{number}.xml"]
    with pytest.raises(RefusalError, match="broken"):
        workbook_process.read_workbook(packed(parts))


@pytest.mark.parametrize("name", ["docProps/app.xml", "xl/drawings/drawing9.xml", "customXml/item1.xml"])
def test_what_nobody_parses_may_declare_what_it_likes(form, sound, name):
    assert said(with_member(form, name, b"<!DOCTYPE svg><svg/>")) == sound


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_what_is_parsed_declares_no_entities(form, name):
    with pytest.raises(RefusalError, match="entities"):
        workbook_process.read_workbook(with_member(form, name, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + members(form)[name]))


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_damaged_part_that_holds_cells_is_told(form, name):
    with pytest.raises(RefusalError, match="broken"):
        workbook_process.read_workbook(damaged(form, name))


def test_a_column_and_a_row_of_no_size_are_hidden(form):
    parts = members(form)
    sheet = re.sub(rb'<row r="11"[^>]*>', b'<row r="11" ht="0.0">', parts["xl/worksheets/sheet1.xml"])
    sheet = re.sub(rb"<cols>.*?</cols>", b'<cols><col min="1" max="1" width="0.00"/></cols>', sheet)
    read = workbook_process.read_workbook(packed(parts | {"xl/worksheets/sheet1.xml": sheet}))["sheets"][0]
    assert (read["hidden_rows"], read["hidden_columns"]) == ([11], [1])


NOT_NUMBERS = ("3,0", "1.234,5", "1 2", "-3,5")


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_costs_its_cell_and_not_the_report(form, sound, value):
    raw = with_cell(form, "A1", f'<c r="A1"><v>{value}</v></c>'.encode())
    found = said(raw)
    sheet = next(iter(found))[0]
    assert found.pop((sheet, 1, 1)) == ("text", value)
    assert found == {place: told for place, told in sound.items() if place != (sheet, 1, 1)}


@pytest.mark.parametrize("how", [rb"\1.0", b""])
def test_a_row_whose_number_is_odd_is_read(form, sound, how):
    parts = members(form)
    sheet = re.sub(rb'<row r="(\d+)"', b'<row r="%s"' % how, parts["xl/worksheets/sheet1.xml"])
    assert said(packed(parts | {"xl/worksheets/sheet1.xml": sheet})) == sound


def test_the_same_cell_twice_with_the_same_content_is_one(form, sound):
    parts = members(form)
    sheet = re.sub(rb'(<c r="A11"[^>]*>.*?</c>)', rb"\1\1", parts["xl/worksheets/sheet1.xml"], count=1, flags=re.S)
    assert said(packed(parts | {"xl/worksheets/sheet1.xml": sheet})) == sound


def test_digits_as_text_in_a_file_without_looks_are_asked_about():
    parsed = read_number(Cell("text", "31", traits=("unseen",)), places=0, least=Decimal(0), most=None)
    assert (parsed.value, [remark.code for remark in parsed.remarks]) == (31, ["unseen"])
