"""What does an OpenDocument spreadsheet (.ods) say, cell by cell, and how does each cell look to a person?

Reads of content.xml, and of styles.xml, what `open_xml` reads of an .xlsx, and gives it in the same shape. Only the
standard library; it runs in the process that reads (`workbook_process`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from scoring.reports.reading.container import Container, RefusalError
from scoring.reports.reading.open_xml import (
    ERRORS,
    MOST_CELLS,
    PLAIN,
    Area,
    Runs,
    Style,
    Text,
    covered,
    figure_text,
    told_cell,
    xml_tree,
)

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_LINKS = "{http://www.w3.org/1999/xlink}href"
_SHOWN_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_MOST_DIGITS = 30
"""Digits that a number format may ask for; a number has fewer."""
_MOST_PARENTS = 20
"""Styles that one may follow from; more are a circle."""
_BLANKS = re.compile(r"[ \t\r\n]+")
_ERROR = re.compile(r"#[A-ZÀ-Ỹ/0]+[!?]?|(?:Err|Lỗi|Error):[0-9]{3}", re.IGNORECASE)
_FIGURE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_SPAN = re.compile(r"(-?)P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})(?:[.,][0-9]+)?S)?")
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_PERCENT = re.compile(r"\s*[+-]?[0-9][0-9., \u00a0]*%\s*")
_OTHER_BOOK = "'file:"
"""How the name of a table begins that holds what was last seen of another workbook."""


def _name(text: str) -> str:
    """A name as the parser gives it.

    >>> _name("table:table")
    '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table'
    """
    space, _, local = text.partition(":")
    return f"{{{_SPACE}{space}:1.0}}{local}"


_ROW, _COLUMN, _CELL, _COVERED = (
    _name(f"table:{name}") for name in ("table-row", "table-column", "table-cell", "covered-table-cell")
)
_GROUPS = {_name(f"table:table-{kind}{group}") for kind in ("row", "column") for group in ("s", "-group")} | {
    _name(f"table:table-header-{kind}s") for kind in ("row", "column")
}
_STYLE_NAME, _DEFAULT = _name("table:style-name"), _name("table:default-cell-style-name")
_VALUE_KIND, _VALUE = _name("office:value-type"), _name("office:value")
_FORMULA, _VISIBILITY = _name("table:formula"), _name("table:visibility")
_COLUMNS_REPEATED, _ROWS_REPEATED = _name("table:number-columns-repeated"), _name("table:number-rows-repeated")
_PARAGRAPH, _TEXT = _name("text:p"), _name("text:")
_SPOKEN = {_name("text:ruby-text"), _name("text:note")}
"""What is said of a text and is not part of it."""
_SIGNS = {_name("text:s"): " ", _name("text:tab"): "\t", _name("text:line-break"): "\n"}


def read_open_document(container: Container) -> dict[str, Any]:
    """The sheets as plain lists, and what could not be seen; raises RefusalError or what parsers raise."""
    if b"encryption-data" in container.members.get("META-INF/manifest.xml", b""):  # not parsed: it may have a DTD
        raise RefusalError("password")
    content, styles = (xml_tree(container.member(name) or b"") for name in ("content.xml", "styles.xml"))
    body = None if content is None else content.find(_name("office:body"))
    if content is None or body is None:
        raise RefusalError("open_document")
    tables = [table for book in body.iter(_name("office:spreadsheet")) for table in book.iterfind(_name("table:table"))]
    looks, left, sheets = _Looks([part for part in (content, styles) if part is not None]), MOST_CELLS, []
    for table in tables:
        if not table.get(_name("table:name"), "").startswith(_OTHER_BOOK):
            sheets.append(_sheet(table, looks, left))
            left -= len(sheets[-1]["cells"])
    if not sheets:
        raise RefusalError("open_document")
    is_known = styles is not None or container.member("styles.xml") is None
    return {"sheets": sheets, "unseen": [] if is_known else ["styles"]}


# Styles


class _Look(NamedTuple):
    """What a style says of cells or letters, None where it says nothing: number format, struck out, raised."""

    shown_as: str | None = None
    struck: bool | None = None
    raised: str | None = None

    def on(self, other: _Look) -> _Look:
        """What holds where this style stands upon another."""
        return _Look(
            other.shown_as if self.shown_as is None else self.shown_as,
            other.struck if self.struck is None else self.struck,
            other.raised if self.raised is None else self.raised,
        )


_Formats = dict[str, Element]
"""The number formats that the styles of one part of a file may name."""


class _Looks:
    """The looks of a file by the names of their styles; what an earlier part names goes before the same in a later."""

    def __init__(self, parts: list[Element]) -> None:
        self._styles: dict[tuple[str, str], tuple[Element, _Formats]] = {}
        self._known: dict[tuple[str, str], _Look] = {}
        formats: _Formats = {}
        for part in reversed(parts):
            named = [
                (one, one.get(_name("style:name"), ""))
                for name in ("office:styles", "office:automatic-styles")
                for group in part.iterfind(_name(name))
                for one in group
            ]
            formats = formats | {name: one for one, name in named if one.tag.startswith(_name("datastyle:"))}
            for one, name in named:
                if one.tag == _name("style:style"):
                    self._styles[one.get(_name("style:family"), ""), name] = (one, formats)

    def of(self, family: str, name: str) -> _Look:
        """The look of a style with all it follows from."""
        if (known := self._known.get((family, name))) is not None:
            return known
        look, parent = _Look(), name
        for _ in range(_MOST_PARENTS):
            style, formats = self._styles.get((family, parent), (None, {}))
            if style is None:
                break
            look, parent = look.on(_own_look(style, formats)), style.get(_name("style:parent-style-name"), "")
        self._known[family, name] = look
        return look

    def shows_table(self, name: str) -> bool:
        """Whether a sheet of this style is to be seen."""
        style, _ = self._styles.get(("table", name), (None, {}))
        properties = None if style is None else style.find(_name("style:table-properties"))
        return properties is None or properties.get(_name("table:display")) != "false"


def _own_look(style: Element, formats: _Formats) -> _Look:
    shown_as = None
    if (named := style.get(_name("style:data-style-name"))) is not None:
        shown_as = _code(formats[named], formats) if named in formats else None
    letters = style.find(_name("style:text-properties"))
    if letters is None:
        return _Look(shown_as)
    through = [letters.get(_name(f"style:text-line-through-{kind}")) for kind in ("style", "type")]
    struck = all(one != "none" for one in through) if any(through) else None
    position = letters.get(_name("style:text-position"))
    return _Look(shown_as, struck, None if position is None else _level(position))


def _level(position: str) -> str:
    """How letters stand: "superscript", "subscript" or "" on the line."""
    first = position.split()[0] if position.split() else ""
    share = {"super": "1", "sub": "-1"}.get(first, first.rstrip("%"))
    if not _FIGURE.fullmatch(share) or not float(share):
        return ""
    return "superscript" if float(share) > 0 else "subscript"


_CLOCK = {"year": "yyyy", "month": "m", "day": "d", "day-of-week": "ddd", "hours": "h", "minutes": "m", "seconds": "s"}


def _code(style: Element, formats: _Formats) -> str:
    """A number format as Excel writes it, "" for the general one."""
    parts = []
    for one in style.iterfind(_name("style:map")):
        condition = _CONDITION.fullmatch(one.get(_name("style:condition"), "").strip())
        applied = formats.get(one.get(_name("style:apply-style-name"), ""))
        if condition is not None and applied is not None:
            parts.append(f"[{condition[1].replace('!=', '<>')}{condition[2]}]{_section(applied)}")
    code = ";".join([*parts, _section(style)])
    return "" if code == "General" else code


def _section(style: Element) -> str:
    """One part of a number format, as Excel writes it."""
    is_percent = style.tag == _name("datastyle:percentage-style")
    signs = []
    for one in style:
        kind = one.tag.removeprefix(_name("datastyle:"))
        if kind == "number":
            signs.append(_digits(one))
        elif kind == "scientific-number":
            signs.append(f"{_digits(one)}E+00")
        elif kind == "fraction":
            below = one.get(_name("datastyle:denominator-value")) or "?" * min(
                _count(one, _name("datastyle:min-denominator-digits")), _MOST_DIGITS
            )
            signs.append(f"# ?/{below}")
        elif kind in {"text", "currency-symbol"} and one.text:
            signs.append("%" if is_percent and one.text.strip() == "%" else _literal(one.text))
        elif kind == "text-content":
            signs.append("@")
        elif kind in _CLOCK:
            signs.append(_CLOCK[kind])
    return "".join(signs)


def _literal(text: str) -> str:
    return '"{}"'.format(text.replace('"', "”"))


def _digits(number: Element) -> str:
    places = number.get(_name("datastyle:decimal-places"), "")
    code = f"0.{'0' * min(int(places), _MOST_DIGITS)}".rstrip(".") if places.isdecimal() else "General"
    factor = number.get(_name("datastyle:display-factor"), "1")
    thousands = (len(factor) - 1) // 3 if re.fullmatch("1(?:000)+", factor) else 0
    told = "".join(_literal(one.text) for one in number if one.text)
    return f"{code.replace('General', '0') if thousands else code}{',' * thousands}{told}"


def _count(element: Element, name: str) -> int:
    """A positive count that an attribute states, 1 where it states none."""
    text = element.get(name, "1")
    return max(1, int(text)) if text.isdecimal() else 1


# A sheet


def _sheet(table: Element, looks: _Looks, most: int) -> dict[str, Any]:
    cells: dict[tuple[int, int], list[Any]] = {}
    merged: list[Area] = []
    hidden_rows = []
    columns = _columns(table)
    for row, times, element in _placed(table, _ROW, _ROWS_REPEATED):
        found = [*_row_cells(element, columns, looks)]
        if len(cells) + times * len(found) > most:
            raise RefusalError("cells")
        for at in range(row, row + times) if found else ():
            cells.update({(at, column): told for column, told, _ in found})
            merged += [
                (column, at, column + wide - 1, at + high - 1)
                for column, _, (wide, high) in found
                if (wide, high) != (1, 1)
            ]
            hidden_rows += [at] if _is_hidden(element) else []
    unseen = covered(merged, cells)
    return {
        "name": table.get(_name("table:name"), ""),
        "hidden": not looks.shows_table(table.get(_STYLE_NAME, "")),
        "cells": [[*place, *told] for place, told in cells.items() if place not in unseen],
        "merged": [list(area) for area in merged],
        "hidden_rows": hidden_rows,
        "hidden_columns": sorted(
            column
            for column in {column for _, column in cells}
            if any(one.is_hidden and one.first <= column <= one.last for one in columns)
        ),
    }


def _placed(top: Element, kind: str, repeated: str) -> Iterator[tuple[int, int, Element]]:
    """Rows or columns with the place of the first, from 1, and how often each stands there."""
    place = 1
    for element in _ungrouped(top, kind):
        times = _count(element, repeated)
        yield place, times, element
        place += times


def _ungrouped(top: Element, kind: str) -> Iterator[Element]:
    for element in top:
        if element.tag == kind:
            yield element
        elif element.tag in _GROUPS:
            yield from _ungrouped(element, kind)


def _is_hidden(element: Element) -> bool:
    return element.get(_VISIBILITY, "visible") != "visible"


class _Columns(NamedTuple):
    """Columns that look alike."""

    first: int
    last: int
    style: str
    is_hidden: bool


def _columns(table: Element) -> list[_Columns]:
    return [
        _Columns(first, first + times - 1, element.get(_DEFAULT, ""), _is_hidden(element))
        for first, times, element in _placed(table, _COLUMN, _COLUMNS_REPEATED)
    ]


def _row_cells(
    row: Element, columns: list[_Columns], looks: _Looks
) -> Iterator[tuple[int, list[Any], tuple[int, int]]]:
    """Each cell of a row that says something: its column, what it says, and over how many columns and rows it goes."""
    column = 1
    for cell in row:
        if cell.tag not in {_CELL, _COVERED}:
            continue
        times = _count(cell, _COLUMNS_REPEATED)
        if cell.tag == _CELL and (len(cell) or _VALUE_KIND in cell.attrib or _FORMULA in cell.attrib):
            if times > MOST_CELLS:
                raise RefusalError("cells")
            span = (
                _count(cell, _name("table:number-columns-spanned")),
                _count(cell, _name("table:number-rows-spanned")),
            )
            for at in range(column, column + times):
                style = cell.get(_STYLE_NAME) or row.get(_DEFAULT) or _default(columns, at)
                told = _told(cell, style, looks)
                if told is None:
                    break
                yield at, told, span
        column += times


def _default(columns: list[_Columns], column: int) -> str:
    return next((one.style for one in columns if one.first <= column <= one.last), "")


# A cell


def _told(cell: Element, style: str, looks: _Looks) -> list[Any] | None:
    look = looks.of("table-cell", style or "Default")
    links: list[str] = []
    text = _text(cell, look, looks, links)
    kind, value = _value(cell, text.text)
    kind = kind if value else "blank"
    shown_as = _shown(look.shown_as or "", cell, text.text)
    traits = text.traits if kind == "text" else ("struck",) if look.struck or "struck" in text.traits else ()
    return told_cell(
        kind,
        value,
        traits if kind not in {"blank", "error"} else (),
        formula=_formula(cell),
        style=Style(shown_as) if shown_as else PLAIN,
        link="\n".join(dict.fromkeys(links)),
    )


def _formula(cell: Element) -> str:
    """A formula without the name of its language; "" where there is none."""
    text = cell.get(_FORMULA, "")
    return f"={re.sub('^(?:[A-Za-z]+:)?=', '', text)}" if text else ""


def _value(cell: Element, text: str) -> tuple[str, str]:
    """Kind and exact text of what a cell holds; text: what is seen."""
    value = cell.get(_VALUE, "").strip()
    match cell.get(_VALUE_KIND):
        case "float" | "percentage" | "currency":
            return ("number", figure_text(value)) if _FIGURE.fullmatch(value) else ("text", value or text)
        case "date":
            return _day(cell.get(_name("office:date-value"), ""), text)
        case "time":
            return "time", _span(cell.get(_name("office:time-value"), "")) or text
        case "boolean":
            return "bool", cell.get(_name("office:boolean-value"), "").upper() or text
        case _:
            text = text or cell.get(_name("office:string-value"), "")
            is_error = cell.get(_SHOWN_KIND) == "error" or text in ERRORS
            if is_error or (_FORMULA in cell.attrib and _ERROR.fullmatch(text)):
                return "error", text
            return ("text", text) if text else ("blank", "")


def _day(stated: str, text: str) -> tuple[str, str]:
    try:
        return "date", date.fromisoformat(stated[:10]).isoformat()
    except ValueError:
        return "text", text or stated


def _span(text: str) -> str:
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return f"{found[1]}{timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)}"


def _shown(code: str, cell: Element, text: str) -> str:
    """The number format, with the percent that a person sees though no style tells it."""
    is_percent = cell.get(_VALUE_KIND) == "percentage" or bool(_PERCENT.fullmatch(text))
    return "0.00%" if is_percent and "%" not in code else code


def _text(cell: Element, look: _Look, looks: _Looks, links: list[str]) -> Text:
    """What is seen of a cell's text; puts the addresses behind it into `links`."""
    runs = Runs()
    paragraphs = [one for one in cell if one.tag == _PARAGRAPH]
    for number, paragraph in enumerate(paragraphs):
        if number:
            runs.runs.append(("\n", "", None))
        own = looks.of("paragraph", paragraph.get(_name("text:style-name"), ""))
        _add(runs, paragraph, own, looks, links)
    return runs.text(struck=bool(look.struck))


def _add(runs: Runs, element: Element, look: _Look, looks: _Looks, links: list[str]) -> None:
    def add(text: str | None) -> None:
        if text:
            runs.runs.append((_BLANKS.sub(" ", text), look.raised or "", look.struck))

    add(element.text)
    for one in element:
        if one.tag in _SIGNS:
            runs.runs.append((_SIGNS[one.tag], look.raised or "", look.struck))
        elif one.tag.startswith(_TEXT) and one.tag not in _SPOKEN:
            if (address := one.get(_LINKS, "")) and not address.startswith("#"):
                links.append(address)
            own = looks.of("text", one.get(_name("text:style-name"), ""))
            _add(runs, one, own.on(look), looks, links)
        add(one.tail)
