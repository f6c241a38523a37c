"""An executed notebook as a Word document an office can edit: real headings, lists, tables; the same bytes every time.

Made from the HTML page, whose vocabulary is small and has no live part left. Charts are drawn as bitmaps by Typst, for
older versions of Word show no SVG; so of a process that has made such a document no child may be forked (see `pdf`).
"""

from __future__ import annotations

import io
import tempfile
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import typst
from bs4 import BeautifulSoup, Tag
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph
from nbformat import NotebookNode

from scoring.core.clock import stated_time
from scoring.core.language import VIETNAMESE, speaking
from scoring.pages.blocks import plain, typst_string
from scoring.pages.export import word_layout
from scoring.pages.export.fonts import typefaces
from scoring.pages.export.html import MIMES, html_of
from scoring.pages.export.notebook import PageExporter
from scoring.pages.export.pdf import FIXED_INSTANT
from scoring.pages.export.word_layout import add_paragraph, text_width
from scoring.pages.export.word_text import add_facts, add_rule, add_table, classes, lines, write

_DOTS_AN_INCH = 240
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_STYLES = {
    "note": word_layout.NOTE,
    "together": word_layout.BASES_TOGETHER,
    "basis": word_layout.BASIS,
    "fine": word_layout.FINE,
}
_RULE = 0.4
"""How long the line under what a document is about is, as a share of the text's width: a third to a half."""


class AssessmentWordExporter(PageExporter):
    """`jupyter nbconvert --to` this, or `from_notebook_node(notebook)` for (bytes of a .docx, resources).

    Raises PublishingError where a cell of the notebook ended in an error.
    """

    export_from_notebook = "Phiếu đánh giá (Word)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ending = ".docx"
    mimes = MIMES

    def from_notebook_node(  # type: ignore[override]  # the base promises a notebook, every exporter gives its format
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The notebook as a Word document."""
        page, resources = self.published(nb, resources, **kw)
        return docx_of(html_of(page)), resources


def docx_of(html: str) -> bytes:
    """A page of the HTML exporter as a Word document, in its language."""
    page = BeautifulSoup(html, "html.parser")
    head = page.head or page
    issuer = head.select_one("meta[name=author]")
    when = stated_time() or FIXED_INSTANT
    title = page.title.text if page.title else ""
    with speaking(str(page.html.get("lang", VIETNAMESE)) if page.html else VIETNAMESE):
        document = word_layout.blank_document(title, str(issuer["content"]) if issuer else "", when)
    if banner := head.select_one("meta[name=banner]"):
        word_layout.add_banner(document, plain(str(banner["content"])))
    _add_all(document, page.main or page)
    return word_layout.docx_bytes(document, when)


def _add_all(document: WordDocument, container: Tag) -> None:
    """Every block of a container; what stands between blocks is a paragraph."""
    for child in container.children:
        if isinstance(child, Tag) and child.name in _WRITERS:
            _WRITERS[child.name](document, child)
        elif child.text.strip():
            write(add_paragraph(document, "BodyText"), [child])


def _add_title(document: WordDocument, heading: Tag) -> None:
    """The kind of document, what it is about, and the short line below; an annex has no line."""
    first, *others = lines(heading.children)
    write(add_paragraph(document, "Title"), first)
    for line in others:
        write(add_paragraph(document, "Subtitle"), line)
    if "annex" not in classes(heading):
        add_rule(add_paragraph(document, word_layout.RULE), _RULE * text_width(document), text_width(document))


def _add_heading(document: WordDocument, heading: Tag) -> None:
    level = int(heading.name[1]) - 1  # the document's title is above the headings, as h1 is above h2
    write(add_paragraph(document, f"Heading{level}"), heading.children)


def _add_paragraph(document: WordDocument, paragraph: Tag) -> None:
    style = next((own for name, own in _STYLES.items() if name in classes(paragraph)), "BodyText")
    added = add_paragraph(document, style)
    write(added, paragraph.children)
    before = paragraph.find_previous_sibling()
    # what introduces the part under a heading stays with it; the last lines stay with the signature
    introduces = "kept" in classes(paragraph) or (before is not None and before.name in _HEADINGS)
    added.paragraph_format.keep_with_next = introduces or None
    added.paragraph_format.keep_together = "last" in classes(paragraph) or None
    if "attached" in classes(paragraph):
        added.paragraph_format.alignment, added.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Mm(0)


def _add_list(document: WordDocument, items: Tag, level: int = 1) -> None:
    """Dashes, or the numbers the list states; a list inside an item is set further in."""
    numbered = items.name == "ol"
    style = word_layout.NUMBERED if numbered else word_layout.BULLETS[min(level, 3) - 1]
    style = word_layout.ITEM if "compact" in classes(items) else style
    for number, item in enumerate(items.find_all("li", recursive=False), int(str(items.get("start", "1")))):
        inner = item.find_all(["ul", "ol"], recursive=False)
        added = add_paragraph(document, style)
        if numbered:
            added.add_run(f"{number}. ")
        write(added, [child for child in item.children if child not in inner])
        for own in inner:
            _add_list(document, own, level + 1)


def _add_plain(document: WordDocument, text: Tag) -> None:
    for line in text.text.rstrip().split("\n"):
        add_paragraph(document, word_layout.MONOSPACED).add_run(plain(line))


def _add_turn(document: WordDocument, rule: Tag) -> None:
    if "landscape" in classes(rule):
        word_layout.turn(document)
    elif "new-page" in classes(rule):
        add_paragraph(document, word_layout.RULE).paragraph_format.page_break_before = True


def _add_figure(document: WordDocument, figure: Tag) -> None:
    """The picture with its description for those who do not see it, and its caption."""
    caption = figure.find("figcaption")
    for image in figure.find_all("img"):
        paragraph = document.add_paragraph()
        paragraph.alignment, paragraph.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.CENTER, Pt(8)
        paragraph.paragraph_format.keep_with_next = caption is not None
        _add_picture(paragraph, str(image.get("src", "")), plain(str(image.get("alt", ""))), text_width(document))
    if caption is not None:
        below = add_paragraph(document, "Caption")
        below.paragraph_format.space_before, below.paragraph_format.keep_with_next = Pt(2), False
        write(below, caption.children)


def _add_picture(paragraph: Paragraph, source: str, alt: str, room: int) -> None:
    """The image of a data URL, no wider than the room; what cannot be shown is described."""
    kind, _, content = source.partition(";base64,")
    try:
        data = b64decode(content)
        is_drawing = kind == "data:image/svg+xml"
        shape = paragraph.add_run().add_picture(io.BytesIO(_drawn(data.decode()) if is_drawing else data))
    except (UnrecognizedImageError, typst.TypstError):
        paragraph.add_run(f"[{alt}]")
        return
    shape._inline.docPr.set("descr", alt)
    share = min(room / shape.width, 1)
    shape.width, shape.height = Emu(round(shape.width * share)), Emu(round(shape.height * share))


def _drawn(svg: str) -> bytes:
    """A chart as PNG, as the PDF has it."""
    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    source = f'{page}#image(bytes({typst_string(svg)}), format: "svg")'
    with tempfile.TemporaryDirectory() as root:
        return typst.compile(  # type: ignore[call-overload, no-any-return]  # its types do not know files in memory
            {"main.typ": source.encode()}, root=root, font_paths=typefaces().fonts, format="png", ppi=_DOTS_AN_INCH
        )


_WRITERS: dict[str, Callable[[WordDocument, Tag], None]] = {
    "h1": _add_title,
    **dict.fromkeys(_HEADINGS, _add_heading),
    "p": _add_paragraph,
    **dict.fromkeys(("ul", "ol"), _add_list),
    "dl": add_facts,
    "table": add_table,
    "figure": _add_figure,
    "pre": _add_plain,
    "hr": _add_turn,
    **dict.fromkeys(("div", "section", "blockquote", "main"), _add_all),
}
