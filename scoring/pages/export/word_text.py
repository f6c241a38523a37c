"""Words and tables of the HTML page as runs and tables of a Word document."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from bs4 import Tag
from bs4.element import NavigableString, PageElement
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from scoring.pages.blocks import plain
from scoring.pages.export.word_layout import (
    CELL,
    CELL_HEAD,
    CELL_SMALL,
    FACT,
    HEAD_SMALL,
    RULE,
    add_border,
    add_paragraph,
    element,
    text_width,
    twips,
)

ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_HALVES = {"letterhead": (0.42, 0.58), "closing": (0.45, 0.55), "signatures": (0.5, 0.5), "addressees": (0.25, 0.75)}
_LETTER, _CAPITAL = Mm(2.0), Mm(2.8)
"""The width of a letter, and of a capital of a body's name, on average."""


# Words


def classes(tag: Tag) -> list[str]:
    """The classes of a tag."""
    return [str(name) for name in tag.get_attribute_list("class") if name]


def lines(content: Iterable[PageElement]) -> list[list[PageElement]]:
    """What stands between line breaks."""
    found: list[list[PageElement]] = [[]]
    for node in content:
        if isinstance(node, Tag) and node.name == "br":
            found.append([])
        else:
            found[-1].append(node)
    return found


def write(
    paragraph: Paragraph,
    content: Iterable[PageElement],
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
) -> None:
    """Add what HTML shows in a line as runs. size: in points; left out, it is that of the paragraph's style."""
    for node in content:
        if isinstance(node, Tag) and node.name == "br":
            paragraph.add_run().add_break()
        elif isinstance(node, Tag):
            own_bold, own_italic = node.name in {"strong", "b"}, node.name in {"em", "i"}
            write(paragraph, node.children, size=size, bold=bold or own_bold, italic=italic or own_italic)
        elif type(node) is NavigableString:  # a comment is of a kind of its own
            run = paragraph.add_run(plain(re.sub(r"[ \t\r\n]+", " ", node)))
            if bold:
                run.bold = True
            if italic:
                run.italic = True
            if size is not None:
                run.font.size = Pt(size)


def add_rule(paragraph: Paragraph, width: float, room: int) -> None:
    """Make a paragraph of the style RULE a line of this width in the middle of the room there is, both in EMU."""
    add_border(paragraph._p.get_or_add_pPr(), ("bottom",))
    _inset(paragraph, width, room)


def _inset(paragraph: Paragraph, width: float, room: int) -> None:
    side = Emu(max(round((room - width) / 2), 0))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side


# Tables


def add_table(document: WordDocument, table: Tag) -> None:
    """A ruled table: its head on every page, no row split, its columns as wide as on the page."""
    if table.get("role") == "presentation":
        _add_halves(document, table)
        return
    caption, body = table.find("caption"), _rows(table)
    count = max((sum(map(_span, cells)) for _, cells in body), default=0)
    if not count:
        return
    if caption is not None:
        write(add_paragraph(document, "Caption"), caption.children)
    made = document.add_table(len(body), count, style="Table Grid")
    _set_widths(made, _widths(table, count, text_width(document)))
    is_compact = "compact" in classes(table)
    _pad(made, Pt(0.4 if is_compact else 1.5), Mm(0.6 if is_compact else 1))
    made._tbl.tblPr.append(element("tblCaption", val=plain(" ".join(caption.text.split() if caption else []))[:255]))
    for place, (row, (is_head, cells)) in enumerate(zip(made.rows, body, strict=True)):
        # a head stays with two rows, the last row, mostly a sum, with the one before it
        keep = _opens(cells, count) or is_head or body[place - 1][0] or place == len(body) - 2
        row._tr.get_or_add_trPr().append(element("cantSplit"))
        if is_head:
            row._tr.get_or_add_trPr().append(element("tblHeader"))
        # a list before anything is merged: `row.cells` looks the whole table through
        room = list(row.cells)
        for source in cells:
            cell, others = room[0], room[1 : _span(source)]
            room = room[_span(source) :]
            _fill(
                cell.merge(others[-1]) if others else cell,
                source,
                is_head=is_head,
                keep=keep and place < len(body) - 1,
                compact=is_compact,
            )
    add_paragraph(document, RULE)  # two tables without a paragraph between them would be one


def _rows(table: Tag) -> list[tuple[bool, list[Tag]]]:
    """Every row's cells, and whether it belongs to the head."""
    rows = [(row.parent is not None and row.parent.name == "thead", row) for row in table.find_all("tr")]
    return [(is_head, row.find_all(["th", "td"], recursive=False)) for is_head, row in rows]


def _widths(table: Tag, count: int, room: int) -> list[int]:
    """The widths of the columns in EMU: as the page states them, or all the same."""
    stated = [re.search(r"width:\s*([\d.]+)%", str(col.get("style", ""))) for col in table.find_all("col")]
    shares = [float(found[1]) for found in stated if found]
    shares = shares if len(shares) == count else [1.0] * count
    return [round(room * share / sum(shares)) for share in shares]


def _set_widths(table: Table, widths: Sequence[int]) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.find(qn("w:tblW")).attrib.update({qn("w:type"): "dxa", qn("w:w"): twips(sum(widths))})
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(width)
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Emu(width)


def _pad(table: Table, across: int, along: int) -> None:
    """Room around the words of every cell, in EMU: above and below, left and right of them."""
    margins = element("tblCellMar")
    for side, room in (("top", across), ("left", along), ("bottom", across), ("right", along)):
        margins.append(element(side, w=twips(room), type="dxa"))
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _span(cell: Tag) -> int:
    """Over how many columns a cell reaches."""
    return int(str(cell.get("colspan", "1")))


def _opens(cells: Sequence[Tag], count: int) -> bool:
    """Whether a row only names what the rows below it are about, so that it must not end a page."""
    words = [cell for cell in cells if cell.text]
    return len(words) < count and all(cell.find("strong") for cell in words)


def _fill(cell: _Cell, source: Tag, *, is_head: bool, keep: bool, compact: bool) -> None:
    alignment = "" if is_head else _stated_alignment(source)
    of_cell, of_paragraph = _looks(is_head=is_head, keep=keep, compact=compact, alignment=alignment)
    cell._tc.get_or_add_tcPr().extend(deepcopy(of_cell))
    paragraph = Paragraph(cell._tc.p_lst[0], cell)
    paragraph._p.insert(0, deepcopy(of_paragraph))
    write(paragraph, source.children)


@cache
def _looks(*, is_head: bool, keep: bool, compact: bool, alignment: str) -> tuple[list[Any], Any]:
    """What a cell's properties end with, and those of its paragraph; made once, for tables of thousands of cells.

    alignment: "" for that of the style.
    """
    of_cell = [element("shd", val="clear", color="auto", fill="EBEBEB")] if is_head else []
    of_cell.append(element("vAlign", val="center"))
    of_paragraph = element("pPr")
    head, body = (HEAD_SMALL, CELL_SMALL) if compact else (CELL_HEAD, CELL)
    of_paragraph.append(element("pStyle", val=head if is_head else body))
    if keep:
        of_paragraph.append(element("keepNext"))
    if alignment:
        of_paragraph.append(element("jc", val=alignment))
    return of_cell, of_paragraph


def _stated_alignment(cell: Tag) -> str:
    found = re.search(r"text-align:\s*(left|center|right)", str(cell.get("style", "")))
    return found[1] if found else "left"


# Things side by side: facts, letterhead, addressees, signature


def add_facts(document: WordDocument, facts: Tag) -> None:
    """Labels on the left, what they are of behind the longest, or on three fifths of the page."""
    labels, values, room = facts.find_all("dt"), facts.find_all("dd"), text_width(document)
    longest = max((len(label.text) for label in labels), default=0) * _LETTER + Mm(5)
    left = min(longest, round(0.4 * room))
    made = _bare_table(document, len(labels), [left, room - left])
    for row, label, value in zip(made.rows, labels, values, strict=True):
        for cell, source in zip(row.cells, (label, value), strict=True):
            cell.paragraphs[0]._p.style = FACT
            write(cell.paragraphs[0], source.children, bold=source is value)
    add_paragraph(document, RULE)


def _add_halves(document: WordDocument, table: Tag) -> None:
    """A table without borders that only sets things side by side."""
    kind = next((name for name in classes(table) if name in _HALVES), "closing")
    rows = [cells for _, cells in _rows(table)]
    above = table.find_previous_sibling()
    if kind == "closing" and above is not None and "signatures" in classes(above):
        _add_recipients(document.tables[-1].rows[0].cells[0], rows[0][0])
        return
    widths = [round(text_width(document) * share) for share in _HALVES[kind]]
    if kind in {"closing", "signatures"}:
        _keep_with_before(document)
    made = _bare_table(document, len(rows), widths)
    for place, (row, sources) in enumerate(zip(made.rows, rows, strict=True)):
        for side, (cell, source) in enumerate(zip(row.cells, sources, strict=False)):
            if kind == "letterhead" and place == 0:
                _write_body(cell, source, widths[side], is_nation=side == 1)
            else:
                _write_half(cell, source, is_recipients=kind == "closing" and side == 0)
    if kind in {"closing", "signatures"}:
        made.rows[0].height = Mm(26)  # room for the signature and the seal
    add_paragraph(document, RULE)


def _add_recipients(cell: _Cell, source: Tag) -> None:
    """Recipients below the room of who signs on the left: in that row, so that they are no page of their own."""
    for line, content in enumerate(lines(source.children)):
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_before = Mm(0 if line else 24)
        write(paragraph, content, size=11 if line else 12)


def _bare_table(document: WordDocument, count: int, widths: Sequence[int]) -> Table:
    """A table without borders, its rows not split."""
    made: Table = document.add_table(count, len(widths))
    _set_widths(made, widths)
    _pad(made, 0, Mm(0.8))
    for row in made.rows:
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    return made


def _keep_with_before(document: WordDocument) -> None:
    """The signature does not stand alone on a page, nor with one line: the paragraph before the last stays too."""
    last = document.paragraphs[-1:]
    before = last[0]._p.getprevious() if last else None
    kept = [*last, *([Paragraph(before, document)] if before is not None and before.tag == qn("w:p") else [])]
    for paragraph in kept:
        paragraph.paragraph_format.keep_with_next = True


def _write_body(cell: _Cell, source: Tag, room: int, *, is_nation: bool) -> None:
    """A body's name, or the nation and its motto, with the line below the last."""
    for line, (paragraph, content) in enumerate(_paragraphs(cell, source)):
        write(paragraph, content, size=13 if is_nation and line else 12)
        if not is_nation:
            _inset(paragraph, _balanced(_CAPITAL * len(paragraph.text), room), room)
    width = _LETTER * len(cell.paragraphs[-1].text) if is_nation else 0.35 * room
    add_rule(add_paragraph(cell, RULE), width, room)


def _balanced(width: float, room: int) -> float:
    """How wide text of this width may run so that its lines are about as long as each other."""
    count = math.ceil(width / room)
    return room if count == 1 else width / count * 1.15


def _write_half(cell: _Cell, source: Tag, *, is_recipients: bool) -> None:
    for line, (paragraph, content) in enumerate(_paragraphs(cell, source)):
        write(paragraph, content, size=(11 if line else 12) if is_recipients else 13)
    cell.paragraphs[0].paragraph_format.space_before = Pt(12)


def _paragraphs(cell: _Cell, source: Tag) -> Iterator[tuple[Paragraph, list[PageElement]]]:
    """One paragraph a line, aligned as the cell states."""
    for place, content in enumerate(lines(source.children)):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.alignment = ALIGNMENTS[_stated_alignment(source)]
        yield paragraph, content
