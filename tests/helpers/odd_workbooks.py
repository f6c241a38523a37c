"""Workbooks as other programs write them: the same cells in another dress, each made of a form of ours."""

import io
import re
import zipfile

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
SHEETS = re.compile(r"xl/worksheets/sheet\d+\.xml")


def members(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def in_parts(pattern, change):
    """A change of every member whose name fits."""
    return lambda parts: {name: change(xml) if re.fullmatch(pattern, name) else xml for name, xml in parts.items()}


def in_styles(pattern, new):
    return in_parts(r"xl/styles\.xml", lambda xml: re.sub(pattern, new, xml, count=1))


def in_sheets(pattern, new, count=0):
    return in_parts(SHEETS, lambda xml: re.sub(pattern, new, xml, count=count))


def before_end(xml):
    return in_sheets(rb"</worksheet>", xml + b"</worksheet>")


def prefixed(parts):
    """Every element of sheets, strings and the workbook with a prefix, as the Open XML SDK writes them."""
    return in_parts(
        r"xl/(worksheets/sheet\d+|sharedStrings|workbook)\.xml",
        lambda xml: re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", xml).replace(b'xmlns="' + MAIN, b'xmlns:x="' + MAIN, 1),
    )(parts)


def without(*names):
    return lambda parts: {name: xml for name, xml in parts.items() if name not in names}


def strict(parts):
    return in_parts(r"xl/.*\.xml", lambda xml: xml.replace(MAIN, STRICT))(
        in_parts(
            r".*",
            lambda xml: xml.replace(
                b"schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        )(parts)
    )


def absolute(parts):
    """Relations by whole paths, as some libraries write them."""
    return in_parts(
        r"xl/_rels/workbook\.xml\.rels",
        lambda xml: re.sub(rb'Target="(?!/)(?:\.\./)?', b'Target="/xl/', xml),
    )(parts)


def moved(parts):
    """The workbook in another folder, found by its relations only."""
    named = {name.replace("xl/", "book/", 1) if name.startswith("xl/") else name: xml for name, xml in parts.items()}
    return in_parts(r".*\.rels", lambda xml: xml.replace(b'"xl/', b'"book/').replace(b'"/xl/', b'"/book/'))(named)


def in_other_capitals(parts):
    return {name.replace("worksheets", "WorkSheets").replace("styles", "Styles"): xml for name, xml in parts.items()}


def no_references(parts):
    """Rows and cells without their places, as their order tells them; gaps are cells that hold nothing."""
    return in_parts(SHEETS, lambda xml: re.sub(rb"<sheetData>.*</sheetData>", _by_order, xml, flags=re.S))(parts)


def _by_order(found):
    rows, last = [], 0
    for number, content in re.findall(rb'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', found[0], re.S):
        cells, at = [], 0
        for letters, rest in re.findall(rb'<c r="([A-Z]+)\d+"(.*?</c>)', _closed(content), re.S):
            place = 0
            for letter in letters:
                place = 26 * place + letter - 64
            cells += [b"<c/>"] * (place - at - 1) + [b"<c" + rest]
            at = place
        rows += [b"<row/>"] * (int(number) - last - 1) + [b"<row>" + b"".join(cells) + b"</row>"]
        last = int(number)
    return b"<sheetData>" + b"".join(rows) + b"</sheetData>"


def _closed(xml):
    """Empty cells with an end of their own, so that one pattern finds all."""
    return re.sub(rb"<c ([^<>]*?)\s*/>", rb"<c \1></c>", xml)


DRESSES = {
    "as it is": lambda parts: parts,
    "prefixed names": prefixed,
    "strict": strict,
    "whole paths": absolute,
    "another folder": moved,
    "other capitals": in_other_capitals,
    "backward strokes": lambda parts: {name.replace("/", "\\"): xml for name, xml in parts.items()},
    "no references": no_references,
    "no document properties": without("docProps/app.xml", "docProps/core.xml"),
    "no list of types": without("[Content_Types].xml"),
    "no theme": without("xl/theme/theme1.xml"),
    "byte order mark": in_parts(r"xl/.*\.xml", lambda xml: b"\xef\xbb\xbf" + xml),
}
"""How a whole container is written."""

FURNITURE = {
    "an empty fill": in_styles(rb"<fills[^>]*>", rb"\g<0><fill/>"),
    "a fill of no kind": in_styles(rb'patternType="[a-z0-9]+"', rb'patternType="wavy"'),
    "a colour that is none": in_styles(rb'rgb="[0-9A-F]+"', rb'rgb="green"'),
    "a colour without a place": in_styles(rb'theme="\d+"', rb'theme=""'),
    "a size with a comma": in_styles(rb'<sz val="[\d.]+"', rb'<sz val="11,5"'),
    "a style without a name": in_styles(rb'<cellStyle [^>]*?name="[^"]*"', rb"<cellStyle"),
    "an empty style attribute": in_styles(rb'<xf ([^>]*?)fillId="\d+"', rb'<xf \1fillId=""'),
    "an alignment that is none": in_styles(rb"<alignment[^>]*?/>", rb'<alignment horizontal="middling"/>'),
    "an extension list": in_styles(
        rb"</styleSheet>", rb'<extLst><ext uri="{x}"><y xmlns="urn:y"/></ext></extLst></styleSheet>'
    ),
    "a row height with a comma": in_sheets(rb'defaultRowHeight="[\d.]+"', rb'defaultRowHeight="15,75"'),
    "a column without a width": in_sheets(rb'<col ([^>]*?)width="[\d.]+"', rb'<col \1width=""'),
    "a view that is none": in_sheets(rb"<sheetView ", rb'<sheetView view="sideways" '),
    "an unknown conditional format": before_end(
        b'<conditionalFormatting sqref="A1"><cfRule type="magic" priority="x"/></conditionalFormatting>'
    ),
    "an unknown rule for data": before_end(
        b'<dataValidations count="1"><dataValidation type="magic"/></dataValidations>'
    ),
    "a drawing that is not there": before_end(
        b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId99"/>'
    ),
    "an odd extension": before_end(b'<extLst><ext uri="{1}"><c xmlns="urn:z" r="A1"><v>7</v></c></ext></extLst>'),
    "an odd header and footer": before_end(b"<headerFooter><oddHeader>&amp;[Z</oddHeader></headerFooter>"),
    "margins in words": before_end(b'<pageMargins left="wide" right="" top="1,5" bottom="x"/>'),
    "dates of making in words": in_parts(
        r"docProps/core\.xml", lambda xml: re.sub(rb"\d{4}-\d\d-\d\dT", b"today ", xml)
    ),
    "a theme that is no XML": in_parts(r"xl/theme/.*", lambda xml: b"<a:theme"),
}
"""What stands beside the cells, and is odd."""


def dressed(raw, dress, furniture):
    """A workbook with odd furniture, written as another program writes it."""
    return packed(DRESSES[dress](FURNITURE[furniture](members(raw))))


def with_cell(raw, cell, xml, parts=None):
    """A form whose first sheet has this element in the place of one cell."""
    pattern = rb'<c r="%s"[^>]*?(?:/>|>.*?</c>)' % cell.encode()
    made = members(raw)
    sheet = re.sub(rb"<c ([^<>]*?)\s*/>", rb"<c \1></c>", made["xl/worksheets/sheet1.xml"])
    assert re.search(pattern, sheet, re.S)
    made["xl/worksheets/sheet1.xml"] = re.sub(pattern, lambda _: xml, sheet, count=1, flags=re.S)
    return packed(made | (parts or {}))
