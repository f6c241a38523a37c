"""What does an Excel workbook (.xlsx, .xlsm, .xltx) say, cell by cell, and how does each cell look to a person?

Reads what a report needs and nothing else: values, formulas as text, number formats, struck and raised text, links,
merged and hidden areas. Styles, drawings and whatever else furnishes a sheet cannot refuse a report. Only the standard
library; it runs in the process that reads (`workbook_process`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from scoring.core.text import column_letters
from scoring.reports.reading.container import Container, RefusalError
from scoring.reports.reading.number_format import built_in, shows_date, shows_elapsed, shows_year

Area = tuple[int, int, int, int]
"""Left, top, right and bottom of a merged area."""

MOST_CELLS = 200_000
_MOST_AREAS = 5_000_000
"""Cells that merged areas and links may be looked up for; a form needs a few hundred."""
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
PICTURE = "(ảnh)"
"""What stands for a picture inside a cell."""
_RAISED = str.maketrans("0123456789+-=()niabcdeghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LIKE_NUMBER = re.compile(r"[+-]?[0-9][0-9., \u00a0]*")
"""A number with the marks of a country, as programs write it that know no better."""
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PICTURE = re.compile(r"(?:=|^)(?:_xlfn\.|_xlws\.)*(?:DISPIMG|IMAGE)\(", re.IGNORECASE)
_LINK = re.compile(r'=(?:_xlfn\.)?HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
_NO_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Style(NamedTuple):
    """How cells of one style look: their number format, "" for the general one, and whether they are struck out."""

    shown_as: str = ""
    struck: bool = False


PLAIN = Style()


class Text(NamedTuple):
    """A text as it is seen: raised and lowered letters as such, struck ones left out unless all are."""

    text: str
    traits: tuple[str, ...] = ()


def read_open_xml(container: Container) -> dict[str, Any]:
    """The sheets as plain lists, and what could not be seen; raises RefusalError or what parsers raise."""
    main = _main_part(container)
    book = _parsed(container, main)
    relations = _relations(container, main)
    styles, known = _styles(container, relations)
    epoch_1904 = any(_is_true(one.get("date1904")) for one in _each(book, "workbookPr"))
    strings = _shared_strings(container, relations)
    has_pictures = any(
        b"localImage" in part or b"webimage" in part.lower()
        for name, part in container.members.items()
        if name.casefold().startswith("xl/richdata/")
    )
    setting = _Setting(styles, strings, epoch_1904, has_pictures)
    sheets, left = [], MOST_CELLS
    for name, state, part in _sheet_parts(container, book, relations):
        sheet = _read_sheet(container, part, setting, left)
        left -= len(sheet["cells"])
        sheets.append({"name": name, "hidden": state != "visible", **sheet})
    if not sheets:
        raise RefusalError("broken")
    return {"sheets": sheets, "unseen": [] if known else ["styles"]}


# The parts of a workbook


class Relation(NamedTuple):
    """What a part refers to; kind: the last word of its type."""

    kind: str
    target: str
    external: bool


def _main_part(container: Container) -> str:
    for relation in _relations(container, "").values():
        if relation.kind == "officeDocument" and container.member(relation.target) is not None:
            return relation.target
    return "xl/workbook.xml"


def _relations(container: Container, part: str) -> dict[str, Relation]:
    """The relations of a part by their ids, with targets as names of members; none where they are not to be had."""
    folder = dirname(part)
    raw = container.member(join(folder, "_rels", f"{part.rpartition('/')[2]}.rels"))
    if raw is None:
        return {}
    root = xml_tree(raw)
    if root is None:
        return {}
    found = {}
    for one in root:
        external = one.get("TargetMode", "").casefold() == "external"
        target = one.get("Target", "")
        if not external:
            target = normpath(join("/", folder, target.replace("\\", "/"))).lstrip("/")
        found[one.get("Id", "")] = Relation(one.get("Type", "").rpartition("/")[2], target, external)
    return found


def _parsed(container: Container, part: str) -> ElementTree.Element:
    raw = container.member(part)
    if raw is None:
        raise RefusalError("broken")
    root = xml_tree(raw)
    if root is None:
        raise RefusalError("broken")
    return root


def xml_tree(raw: bytes) -> ElementTree.Element | None:
    """A part as a tree, None where it is no XML; control characters that have no business in it are left out."""
    for content in (raw, _NO_CONTROLS.sub(b"", raw)):
        try:
            return ElementTree.fromstring(content)  # noqa: S314 - parts with entities were refused with the container
        except ElementTree.ParseError:
            continue
    return None


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _each(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in root.iter() if _local(one.tag) == name)


def _is_true(value: str | None) -> bool:
    return value is not None and value.strip().casefold() in {"1", "true", "on"}


def _is_nothing(size: str | None) -> bool:
    """Whether a height or width is 0, however it is written."""
    return size is not None and bool(re.fullmatch(r"0+(?:[.,]0*)?", size.strip()))


def _sheet_parts(
    container: Container, book: ElementTree.Element, relations: dict[str, Relation]
) -> Iterator[tuple[str, str, str]]:
    """Name, state and part of each sheet of cells, in the order of the workbook."""
    spare = sorted(
        (name for name in container.members if re.fullmatch(r"(?i)xl/worksheets/[^/]+\.xml", name)),
        key=lambda name: [int(part) if part.isdigit() else 0 for part in re.split("([0-9]+)", name)],
    )
    sheets = [one for top in _each(book, "sheets") for one in top if _local(one.tag) == "sheet"]
    told = [
        next((relations[value] for key, value in sheet.items() if _local(key) == "id" and value in relations), None)
        for sheet in sheets
    ]
    for place, (sheet, found) in enumerate(zip(sheets, told, strict=True)):
        if found is not None and found.kind in {"chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}:
            continue
        part = found.target if found is not None and container.member(found.target) is not None else ""
        # by their order, where as many lie there as the workbook names: else one is lost, and nobody knows which
        if not part and len(spare) == len(sheets):
            part = spare[place]
        if not part:
            raise RefusalError("broken")
        yield sheet.get("name", ""), sheet.get("state", "visible"), part


# Styles


def _styles(container: Container, relations: dict[str, Relation]) -> tuple[list[Style], bool]:
    """The styles by their numbers, and whether they are known: a workbook without any has general cells."""
    part = next((one.target for one in relations.values() if one.kind == "styles"), "xl/styles.xml")
    raw = container.member(part)
    if raw is None:
        return [], True
    root = xml_tree(raw)
    if root is None:
        return [], False
    codes = {_number(one.get("numFmtId")): one.get("formatCode", "") for one in _each(root, "numFmt")}
    struck = [_has(font, "strike") for fonts in _tops(root, "fonts") for font in fonts if _local(font.tag) == "font"]
    found = []
    for looks in _tops(root, "cellXfs"):
        for look in looks:
            if _local(look.tag) == "xf":
                number, font = _number(look.get("numFmtId")), _number(look.get("fontId"))
                code = codes.get(number) or built_in(number)
                found.append(Style(_told(code), 0 <= font < len(struck) and struck[font]))
    return found, True


def _tops(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """The lists of this name right under the root: those of extensions and of differing styles are others."""
    return (one for one in root if _local(one.tag) == name)


def _told(code: str) -> str:
    return "" if code.casefold() == "general" else code


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def _has(font: ElementTree.Element, name: str) -> bool:
    return any(_local(one.tag) == name and (one.get("val") is None or _is_true(one.get("val"))) for one in font)


# Texts


class Runs:
    """Puts a text together from its runs, as they are seen.

    runs: each text with "superscript", "subscript" or "", and whether it is struck out, None: as its cell is.
    """

    def __init__(self) -> None:
        self.runs: list[tuple[str, str, bool | None]] = []
        self.raised, self.struck = "", None  # type: str, bool | None
        self.is_phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element of a text begins."""
        if name == "r":
            self.raised, self.struck = "", None
        elif name == "rPr":
            self.struck = False
        elif name == "strike":
            self.struck = "val" not in attributes or _is_true(attributes["val"])
        elif name == "vertAlign":
            self.raised = attributes.get("val", "")
        elif name == "rPh":
            self.is_phonetic = True

    def end(self, name: str) -> None:
        """An element of a text ends."""
        if name == "r":
            self.raised, self.struck = "", None
        elif name == "rPh":
            self.is_phonetic = False

    def add(self, text: str) -> None:
        """Take a run as it looks now."""
        if not self.is_phonetic:
            self.runs.append((text, self.raised, self.struck))

    def text(self, *, struck: bool = False) -> Text:
        """The text; struck: whether the cell's own font strikes out what has no font of its own."""
        if len(self.runs) == 1 and self.runs[0][1:] == ("", None):
            return Text(_unescaped(self.runs[0][0]), ("struck",) if struck else ())
        seen = [(_unescaped(text), raised, struck if own is None else own) for text, raised, own in self.runs]
        seen = [run for run in seen if run[0]]
        inked = [run for run in seen if run[0].strip()]
        kept, traits = seen, ()  # type: list[tuple[str, str, bool]], tuple[str, ...]
        if inked and all(gone for _, _, gone in inked):
            traits = ("struck",)
        elif any(gone for _, _, gone in inked):
            kept, traits = [run for run in seen if not run[2]], ("partly_struck",)
        level = all(raised == inked[0][1] for _, raised, _ in inked)
        return Text("".join(text if level else _lifted(text, raised) for text, raised, _ in kept), traits)


def _lifted(text: str, raised: str) -> str:
    return text.translate({"superscript": _RAISED, "subscript": _LOWERED}.get(raised, {}))


def _unescaped(text: str) -> str:
    r"""A text with what OOXML writes as _x000D_ as it is meant.

    >>> _unescaped("a_x000D_b_x005F_x")
    'a\rb_x'
    """
    if "_x" not in text:
        return text
    letters = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return letters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _shared_strings(container: Container, relations: dict[str, Relation]) -> list[Runs]:
    part = next((one.target for one in relations.values() if one.kind == "sharedStrings"), "xl/sharedStrings.xml")
    raw = container.member(part)
    strings: list[Runs] = []
    if raw is not None:
        _parse(raw, _SharedStrings(strings))
    return strings


class _SharedStrings:
    """Takes the items of a part of shared strings."""

    def __init__(self, strings: list[Runs]) -> None:
        self.strings = strings
        self.restart()

    def restart(self) -> None:
        """Forget what was taken."""
        self.strings.clear()
        self.takes_text = False
        self.text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.strings.append(Runs())
        elif name == "t":
            self.takes_text, self.text = True, []
        elif self.strings:
            self.strings[-1].start(name, attributes)

    def end(self, name: str) -> None:
        if name == "t":
            self.takes_text = False
            if self.strings:
                self.strings[-1].add("".join(self.text))
        elif self.strings:
            self.strings[-1].end(name)


def _parse(raw: bytes, taker: Any) -> None:
    """Give a taker the elements of the root's own namespace, by local names; what extensions add is passed over."""
    try:
        _feed(raw, taker)
    except expat.ExpatError as error:
        cleaned = _NO_CONTROLS.sub(b"", raw)
        if cleaned == raw or raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise RefusalError("broken") from error
        taker.restart()
        _parse(cleaned, taker)


def _feed(raw: bytes, taker: Any) -> None:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    space: str | None = None
    names: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal space
        if space is None:
            space = name.rpartition("}")[0]
        own = names.get(name)
        if own is None:
            home, _, local = name.rpartition("}")
            own = names[name] = local if home == space else ""
        if own:
            taker.start(own, attributes)

    def end(name: str) -> None:
        if own := names[name]:
            taker.end(own)

    def data(text: str) -> None:
        if taker.takes_text:
            taker.text.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.Parse(raw, True)


# A sheet


class _Setting(NamedTuple):
    """What all sheets of a workbook share."""

    styles: list[Style]
    strings: list[Runs]
    epoch_1904: bool
    has_pictures: bool

    def style(self, number: int) -> Style:
        return self.styles[number] if 0 <= number < len(self.styles) else PLAIN


class _Held(NamedTuple):
    """A cell as the sheet holds it; formula None where it has none."""

    kind: str
    style: int
    value: str
    runs: Runs | None
    formula: str | None
    is_rich: bool


class _Sheet:
    """Takes the elements of a sheet. most: how many cells it may hold."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.restart()

    def restart(self) -> None:
        """Forget what was taken."""
        self.cells: dict[tuple[int, int], _Held] = {}
        self.shared: dict[str, tuple[str, str]] = {}
        self.merged: list[Area] = []
        self.links: list[tuple[Area, str]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.is_in_data = self.takes_text = False
        self.text: list[str] = []
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.formula: dict[str, str] | None = None
        self.formula_text = self.value = ""
        self.runs: Runs | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self.is_in_data:
            self._furniture(name, attributes)
        elif name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t", "f"}:
            self.takes_text, self.text = True, []
            if name == "f":
                self.formula = attributes
        elif name == "row":
            self.row = int(re.sub(r"\.0*$", "", attributes.get("r") or str(self.row + 1)))
            self.column = 0
            if _is_true(attributes.get("hidden")) or _is_nothing(attributes.get("ht")):
                self.hidden_rows.append(self.row)
        elif name == "is":
            self.runs = Runs()
        elif self.runs is not None:
            self.runs.start(name, attributes)

    def _furniture(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheetData":
            self.is_in_data = True
        elif name == "mergeCell":
            self.merged += _areas(attributes.get("ref", ""))
        elif name == "hyperlink":
            told = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.links += [(area, told) for area in _areas(attributes.get("ref", ""))]
        elif name == "col" and (_is_true(attributes.get("hidden")) or _is_nothing(attributes.get("width"))):
            self.hidden_columns.append((_number(attributes.get("min")), _number(attributes.get("max"))))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.formula, self.formula_text, self.value, self.runs = None, "", "", None
        place = attributes.get("r")
        if not place:
            self.column += 1
            return
        found = _PLACE.fullmatch(place)
        if found is None:
            raise RefusalError("broken")
        self.column, self.row = _column(found[1]), int(found[2])

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "sheetData":
            self.is_in_data = False
        elif not self.is_in_data:
            return
        elif name == "v":
            self.takes_text, self.value = False, "".join(self.text)
        elif name == "t":
            self.takes_text = False
            if self.runs is not None:
                self.runs.add("".join(self.text))
        elif name == "f":
            self.takes_text, self.formula_text = False, "".join(self.text)
        elif name == "c":
            self._end_cell()
        elif self.runs is not None:
            self.runs.end(name)

    def _end_cell(self) -> None:
        if not (self.value or self.formula is not None or self.runs is not None):
            return
        if not (0 < self.row <= _LAST_ROW and 0 < self.column <= _LAST_COLUMN):
            raise RefusalError("broken")
        formula = None if self.formula is None else self._formula(self.formula)
        kind, style = self.attributes.get("t", "n"), _number(self.attributes.get("s"))
        is_rich = "vm" in self.attributes
        held = _Held(kind, style, self.value, self.runs, formula, is_rich)
        if not _says_same(self.cells.setdefault((self.row, self.column), held), held):
            raise RefusalError("twice")
        if len(self.cells) > self.most:
            raise RefusalError("cells")

    def _formula(self, attributes: dict[str, str]) -> str:
        """The text of a formula; of one that is shared, as it would be written in this cell."""
        text, number = self.formula_text, attributes.get("si")
        if attributes.get("t") != "shared" or number is None:
            return f"={text}"
        here = f"{column_letters(self.column)}{self.row}"
        if text:
            self.shared[number] = (f"={text}", here)
            return f"={text}"
        return _translated(*self.shared[number], here) if number in self.shared else "="


def _says_same(one: _Held, other: _Held) -> bool:
    own, others = (held.runs.runs if held.runs else () for held in (one, other))
    return one._replace(runs=None) == other._replace(runs=None) and own == others


def _translated(formula: str, origin: str, place: str) -> str:
    from openpyxl.formula.translate import Translator  # few workbooks need it, and it takes time to load

    return str(Translator(formula, origin=origin).translate_formula(place))


_COLUMNS: dict[str, int] = {}


def _column(letters: str) -> int:
    number = _COLUMNS.get(letters)
    if number is None:
        number = 0
        for letter in letters.upper():
            number = 26 * number + ord(letter) - 64
        _COLUMNS[letters] = number
    return number


def _areas(text: str) -> Iterator[Area]:
    """Areas as (left, top, right, bottom); what is no area is passed over."""
    for part in text.split():
        ends = [_PLACE.fullmatch(end) for end in part.split(":")]
        if 1 <= len(ends) <= 2 and all(ends):
            places = [(_column(end[1]), int(end[2])) for end in ends if end]
            (left, top), (right, bottom) = places[0], places[-1]
            yield min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _read_sheet(container: Container, part: str, setting: _Setting, most: int) -> dict[str, Any]:
    raw = container.member(part)
    if raw is None:
        raise RefusalError("broken")
    sheet = _Sheet(most)
    _parse(raw, sheet)
    unseen, links = covered(sheet.merged, sheet.cells), _links(sheet, _relations(container, part))
    cells = [
        [row, column, *told]
        for (row, column), held in sheet.cells.items()
        if (row, column) not in unseen and (told := _told_cell(held, links.get((row, column), ""), setting)) is not None
    ]
    rows = {row for row, *_ in cells}
    return {
        "cells": cells,
        "merged": [list(area) for area in sheet.merged],
        "hidden_rows": [row for row in sheet.hidden_rows if row in rows],
        "hidden_columns": sorted(
            {column for _, column, *_ in cells if any(least <= column <= last for least, last in sheet.hidden_columns)}
        ),
    }


def _within(areas: list[Area], cells: Mapping[tuple[int, int], Any]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Which cells that hold something lie in which area, by its place in the list."""
    steps = 0
    for number, (left, top, right, bottom) in enumerate(areas):
        size = (right - left + 1) * (bottom - top + 1)
        steps += min(size, len(cells))
        if steps > _MOST_AREAS:
            raise RefusalError("areas")
        if size <= len(cells):
            places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            yield from ((number, place) for place in places if place in cells)
        else:
            yield from (
                (number, (row, column)) for row, column in cells if top <= row <= bottom and left <= column <= right
            )


def covered(merged: list[Area], cells: Mapping[tuple[int, int], Any]) -> set[tuple[int, int]]:
    """The cells that lie under a merged one: nobody sees what they hold."""
    return {place for number, place in _within(merged, cells) if place != (merged[number][1], merged[number][0])}


def _links(sheet: _Sheet, relations: dict[str, Relation]) -> dict[tuple[int, int], str]:
    """The addresses behind cells; a link to a place inside the workbook has none."""
    areas = [area for area, _ in sheet.links]
    targets = [relations[told].target if told in relations else "" for _, told in sheet.links]
    return {place: targets[number] for number, place in _within(areas, sheet.cells) if targets[number]}


def _told_cell(held: _Held, link: str, setting: _Setting) -> list[Any] | None:
    style = setting.style(held.style)
    kind, text, traits = _value(held, style, setting)
    return told_cell(kind, text, traits, formula=held.formula or "", style=style, link=link)


def told_cell(
    kind: str, text: str, traits: tuple[str, ...], *, formula: str, style: Style, link: str
) -> list[Any] | None:
    """Kind, text, formula, number format, link and traits of a cell; None where it says nothing."""
    if _PICTURE.search(formula) or (kind == "text" and _PICTURE.match(text)) or kind == "picture":
        return ["picture", PICTURE, "", "", link, []]
    if kind == "blank" and not formula:
        return None
    if not link and (found := _LINK.match(formula)):
        link = found[1].replace('""', '"')
    if kind == "date" and style.shown_as and not shows_year(style.shown_as):
        traits = (*traits, "no_year")
    return [kind, text, formula, style.shown_as if kind == "number" else "", link, list(traits)]


def _value(held: _Held, style: Style, setting: _Setting) -> tuple[str, str, tuple[str, ...]]:
    """Kind, exact text and traits of what a cell holds."""
    struck = ("struck",) if style.struck else ()
    runs = held.runs
    if held.kind == "s" and held.value:
        place = int(held.value)
        if not 0 <= place < len(setting.strings):
            raise RefusalError("strings")
        runs = setting.strings[place]
    if held.kind in {"s", "inlineStr"}:
        text = runs.text(struck=style.struck) if runs is not None else Text(_unescaped(held.value), struck)
        return ("text", text.text, text.traits) if text.text else ("blank", "", ())
    value = held.value if held.kind == "str" else held.value.strip()
    if not value:
        return "blank", "", ()
    match held.kind:
        case "str":
            return "text", _unescaped(value), struck
        case "b":
            return "bool", "TRUE" if _is_true(value) else "FALSE", struck
        case "e":
            return ("picture" if held.is_rich and setting.has_pictures else "error"), value, ()
        case "d":
            return (*_iso(value), struck)
        case _:
            return (*_figure(value, style, epoch_1904=setting.epoch_1904), struck)


def _iso(value: str) -> tuple[str, str]:
    day, _, clock = value.partition("T")
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        return "date", datetime.fromisoformat(day).date().isoformat()
    return "time", clock or day


def _figure(value: str, style: Style, *, epoch_1904: bool) -> tuple[str, str]:
    """A number, or the day or time as which it is shown; a number as Excel does not write it is a text."""
    if not _NUMBER.fullmatch(value):
        if not _LIKE_NUMBER.fullmatch(value):
            raise RefusalError("broken")
        return "text", value
    if style.shown_as and shows_date(style.shown_as):
        return day_of(float(value), epoch_1904=epoch_1904, elapsed=shows_elapsed(style.shown_as))
    return "number", figure_text(value)


def figure_text(value: str) -> str:
    """A number as one writes it: 2024.0 and 2.024E3 are 2024.

    >>> figure_text("2024.0"), figure_text("0.30000000000000004"), figure_text("007")
    ('2024', '0.30000000000000004', '7')
    """
    if value.lstrip("+-").isdigit():
        return str(int(value))
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def day_of(number: float, *, epoch_1904: bool, elapsed: bool = False) -> tuple[str, str]:
    """The day or time that Excel's serial number stands for."""
    if elapsed or 0 <= number < 1:
        return "time", str(timedelta(days=number)) if abs(number) < 1e6 else str(number)
    # Excel counts a 29 February 1900 that never was
    shift = 0 if epoch_1904 or number >= 60 else 1
    try:
        day = (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)) + timedelta(days=int(number) + shift)
    except OverflowError:
        return "error", "#VALUE!"
    return ("date", day.isoformat()) if number >= 0 else ("error", "#VALUE!")
