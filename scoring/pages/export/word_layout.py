"""The official page in Word: A4, margins and typefaces after Nghị định 30/2020/NĐ-CP, Phụ lục I, as styles of the file.

Everything a document has in common is a style, so that an office can change it in one place.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from scoring.core.files import of_any_system
from scoring.core.language import say, spoken_language, term

_LOCALES = {"vi": "vi-VN", "en": "en-GB"}
TYPEFACE = "Times New Roman"
PAPER = (Mm(210), Mm(297))
CELL, CELL_HEAD, NOTE, BASIS, FACT, MONOSPACED, RULE = "Cell", "CellHead", "Note", "Basis", "Fact", "Monospaced", "Rule"
CELL_SMALL, HEAD_SMALL, BASES_TOGETHER, FINE, ITEM = "CellSmall", "HeadSmall", "BasesTogether", "Fine", "ListCompact"
"""The ids of the styles that Word has no name for."""

BULLETS, NUMBERED = ("ListBullet", "ListBullet2", "ListBullet3"), "ListParagraph"

_NAMES = {
    CELL: term("Ô bảng"),
    CELL_HEAD: term("Đầu bảng"),
    NOTE: term("Khung ghi chú"),
    BASIS: term("Căn cứ"),
    FACT: term("Dòng thông tin"),
    MONOSPACED: term("Chữ máy"),
    RULE: term("Đường kẻ"),
    CELL_SMALL: term("Ô bảng nhỏ"),
    HEAD_SMALL: term("Đầu bảng nhỏ"),
    BASES_TOGETHER: term("Căn cứ gộp"),
    FINE: term("Chữ nhỏ cuối văn bản"),
    ITEM: term("Danh sách gọn"),
}
_CENTER, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_TABLE_STYLES = {"TableNormal", "TableGrid"}
_LEFT_OVERS = {RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.CUSTOM_XML}
_EFFECTS = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"


def blank_document(title: str, author: str, when: datetime) -> WordDocument:
    """A document without content: upright A4 with its margins, page numbers from the second page on, and the styles.

    It is in the language spoken, as are the names of its styles.
    """
    document = Document()
    _drop_leftovers(document)
    _set_properties(document, title, author, when)
    _set_language(document)
    _set_styles(document)
    _set_bullets(document)
    section = document.sections[0]
    section.page_width, section.page_height = PAPER
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(17)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTER
    _add_field(number, "PAGE")
    return document


def add_paragraph(container: WordDocument | _Cell, style: str) -> Paragraph:
    """An empty paragraph at the end of a document or cell. style: its id; a name would be looked up every time."""
    added = container.add_paragraph()
    added._p.style = style
    return added


def turn(document: WordDocument) -> None:
    """From here on, paper lies on its long side; where nothing was written yet, from the first page on."""
    body = document.element.body
    section = document.sections[0]
    if len(body) > 1:  # more than the properties of the one section
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        Paragraph(body[-2], document).paragraph_format.line_spacing = Pt(1)  # it holds the section's end alone
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = reversed(PAPER)


def add_banner(document: WordDocument, text: str) -> None:
    """Have every page say something on top."""
    section = document.sections[0]
    for header in (section.header, section.first_page_header):
        header.is_linked_to_previous = False
        paragraph = header.add_paragraph() if header is section.header else header.paragraphs[0]
        paragraph.alignment = _CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(10)


def text_width(document: WordDocument) -> int:
    """The width of the text on the page as it lies now, in EMU."""
    section = document.sections[-1]
    return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)


def packed(document: WordDocument, when: datetime) -> bytes:
    """The file's bytes; its parts state `when` instead of the clock."""
    written, settled = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, when.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return of_any_system(settled.getvalue())


def element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML, its attributes given without their prefix."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def add_border(properties: Any, sides: Iterable[str]) -> None:
    """A thin line at these sides of a paragraph, given by its properties."""
    borders = element("pBdr")
    for side in sides:
        borders.append(element(side, val="single", sz="6", space="3", color="auto"))
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")


def twips(length: int) -> str:
    """A length in EMU as twentieths of a point, as most attributes want it.

    >>> twips(Mm(10))
    '567'
    """
    return str(round(length / Emu(635)))


def _drop_leftovers(document: WordDocument) -> None:
    """What python-docx's template holds and nobody needs: a thumbnail, old copies of styles, a hundred table styles."""
    for rels in (document.part.package.rels, document.part.rels):
        for name in [name for name, rel in rels.items() if rel.reltype in _LEFT_OVERS | {_EFFECTS}]:
            del rels[name]
    for style in [style for style in document.styles if style.type == WD_STYLE_TYPE.TABLE]:
        if style.style_id not in _TABLE_STYLES:
            style.delete()


def _set_properties(document: WordDocument, title: str, author: str, when: datetime) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.comments, about.language = "", _locale()
    about.created = about.modified = when


def _locale() -> str:
    language = spoken_language()
    return _LOCALES.get(language, language)


def _set_language(document: WordDocument) -> None:
    """That of the spelling checker; a line that ends in a break is not stretched; the page layout of today."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _locale())
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), _locale())
    compatibility = settings.find(qn("w:compat"))
    compatibility.insert(0, element("doNotExpandShiftReturn"))
    for setting in compatibility.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _set_styles(document: WordDocument) -> None:
    styles = {style.style_id: style for style in document.styles}
    for identity, name in _NAMES.items():
        styles[identity] = document.styles.add_style(say(name), WD_STYLE_TYPE.PARAGRAPH)
        styles[identity].base_style = styles["Normal"]
        styles[identity].element.styleId = identity
    _shape(styles["Normal"])
    _shape(styles["Header"], align=_CENTER)
    _shape(styles["Title"], 14, bold=True, align=_CENTER, before=6, keep=True)
    _shape(styles["Subtitle"], bold=True, align=_CENTER, before=4, keep=True)
    for level in range(1, 7):
        _shape(styles[f"Heading{level}"], bold=True, italic=level > 1, before=6, keep=True)
    _shape(styles["BodyText"], align=_JUSTIFY, before=6, indent=10)
    for level, name in enumerate((*BULLETS, NUMBERED)):
        _shape(styles[name], align=_JUSTIFY, before=3, left=14 + 5 * (level % 3), indent=-4)
    styles[ITEM].base_style = styles[BULLETS[0]]
    _shape(styles[ITEM], 12, align=_JUSTIFY, before=1.5, left=9, indent=-4)
    _shape(styles["Caption"], 10.5, italic=True, align=_CENTER, before=6, after=3, keep=True)
    _shape(styles[CELL], 10.5)
    _shape(styles[CELL_HEAD], 10.5, bold=True, align=_CENTER, keep=True)
    _shape(styles[CELL_SMALL], 9, line=0.88)
    _shape(styles[HEAD_SMALL], 9, bold=True, align=_CENTER, line=0.88, keep=True)
    _shape(styles[BASES_TOGETHER], 10, italic=True, align=_JUSTIFY, before=2, after=2, indent=10, line=0.95)
    _shape(styles[FINE], 9, align=_JUSTIFY, before=4)
    _shape(styles[NOTE], 9.5, italic=True, before=4, after=4, left=2)
    _shape(styles[BASIS], italic=True, align=_JUSTIFY, before=6, indent=10)
    _shape(styles[FACT], before=1)
    _shape(styles[MONOSPACED], 9, before=6, typeface="DejaVu Sans Mono")
    _shape(styles[RULE], 1)
    styles[NOTE].paragraph_format.right_indent = Mm(2)
    add_border(styles[NOTE].element.get_or_add_pPr(), ("top", "left", "bottom", "right"))
    styles[RULE].paragraph_format.line_spacing = Pt(4)


def _shape(
    style: Any,
    size: float = 13,
    *,
    typeface: str = TYPEFACE,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    before: float = 0,
    after: float = 0,
    left: float = 0,
    indent: float = 0,
    line: float = 1.0,
    keep: bool = False,
) -> None:
    """Give a paragraph style all it has; before and after in points, left and the first line's indent in mm."""
    _strip(style)
    font, form = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = typeface, Pt(size), bold, italic
    for script in ("eastAsia", "cs"):
        font.element.rPr.rFonts.set(qn(f"w:{script}"), typeface)
    form.alignment, form.line_spacing, form.keep_with_next = align, line, keep
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.left_indent, form.first_line_indent = Mm(left), Mm(indent)


def _strip(style: ParagraphStyle) -> None:
    """Take the template's colours, theme fonts, borders and distances away; a list keeps its numbering."""
    kept = {qn("w:numPr"), qn("w:outlineLvl")}
    for properties in (style.element.get_or_add_rPr(), style.element.get_or_add_pPr()):
        for child in [child for child in properties if child.tag not in kept]:
            properties.remove(child)


def _set_bullets(document: WordDocument) -> None:
    """Lists have dashes, as official documents do."""
    numbering = document.part.numbering_part.element
    for style in [style for style in document.styles if style.style_id in BULLETS]:
        number = style.element.pPr.numPr.numId.val
        abstract = numbering.num_having_numId(number).abstractNumId.val
        level = numbering.find(f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl", numbering.nsmap)
        level.find(qn("w:lvlText")).set(qn("w:val"), "-")
        for properties in level.findall(qn("w:rPr")) + level.findall(qn("w:pPr")):
            level.remove(properties)  # a symbol font and an indent of its own: those of the style hold


def _add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in, such as the page's number."""
    field = element("fldSimple", instr=code)
    run = element("r")
    run.append(element("t"))
    field.append(run)
    paragraph._p.append(field)
