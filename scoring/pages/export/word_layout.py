"""The official page in Word: A4, margins and typefaces after Nghị định 30/2020/NĐ-CP, Phụ lục I.

All that documents have in common, margins, page number and styles, stands in `templates/page.docx`, to be changed in
Word; here is what depends on the document.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from scoring.core.files import of_any_system
from scoring.core.language import say, spoken_language, term

_LOCALES = {"vi": "vi-VN", "en": "en-GB"}
PAPER = (Mm(210), Mm(297))
CELL, CELL_HEAD, NOTE, BASIS, FACT, MONOSPACED, RULE = "Cell", "CellHead", "Note", "Basis", "Fact", "Monospaced", "Rule"
CELL_SMALL, HEAD_SMALL, BASES_TOGETHER, FINE, ITEM = "CellSmall", "HeadSmall", "BasesTogether", "Fine", "ListCompact"
"""The ids of the template's styles that Word has no name for."""

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
_TEMPLATE = Path(__file__).parent / "templates" / "page.docx"


def blank_document(title: str, author: str, when: datetime) -> WordDocument:
    """A document without content: upright A4 with its margins, page numbers from the second page on, and the styles.

    It is in the language spoken, as are the names of its styles.
    """
    document = Document(str(_TEMPLATE))
    _set_properties(document, title, author, when)
    _set_language(document)
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
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(10)


def text_width(document: WordDocument) -> int:
    """The width of the text on the page as it lies now, in EMU."""
    section = document.sections[-1]
    return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)


def docx_bytes(document: WordDocument, when: datetime) -> bytes:
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


def _set_properties(document: WordDocument, title: str, author: str, when: datetime) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.comments, about.language = "", _locale()
    about.created = about.modified = when


def _locale() -> str:
    language = spoken_language()
    return _LOCALES.get(language, language)


def _set_language(document: WordDocument) -> None:
    """That of the spelling checker and of the names that Word itself has none for."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _locale())
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:val"), _locale())
    for style in document.styles:
        if style.style_id in _NAMES:
            style.name = say(_NAMES[style.style_id])
