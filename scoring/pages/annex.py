"""Every unit's points side by side, in tables cut to the width of a page turned on its long side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from scoring.assessment.dossier import Dossier, Heading, Item, UnitScores
from scoring.core import wording
from scoring.core.language import in_its_language, say, term
from scoring.pages import blocks, official
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE

_UNITS, _COLUMNS = 9, 12
"""How many units, and how many columns of points, stand side by side on a page."""
_HEAD = 160
"""Characters of a unit's short name that a narrow column's head has room for; its number leads to a longer name."""
_STATES = {
    "missing": term("thiếu"),
    "not_applicable": term("KAD"),
    "pending": term("chờ"),
    "not_eligible": wording.NOT_KNOWN,
}
_LEGEND = {
    "missing": term("“thiếu” là báo cáo chưa có số liệu nên không có điểm"),
    "not_applicable": term("“KAD” là tiêu chí không áp dụng"),
    "pending": term("“chờ” là chờ đủ căn cứ để cho điểm"),
}
"""What the words for marks without points mean."""
Thing = TypeVar("Thing")
Row = tuple[str, ...]


class _Printed(NamedTuple):
    """A unit that has a total, and its number in the block's or the year's list."""

    number: int
    unit: UnitScores


@in_its_language
def figure_head(dossier: Dossier) -> str:
    """The head over the figure that bands look at."""
    return say("Tỷ lệ %") if dossier.figure_of == "percent" else say("Điểm xét")


def figure(dossier: Dossier, scaled: int | None) -> str:
    """The figure that bands look at, as the year prints it."""
    return wording.points(scaled, dossier.overview.figure_decimals)


def points(dossier: Dossier, scaled: int | None) -> str:
    """Points as the year prints them."""
    return wording.points(scaled, dossier.overview.decimals)


def _cell(dossier: Dossier, item: Item, own: int | str) -> str:
    """One unit's points of one item; what a deduction takes is negative, a bonus nobody claimed is a dash."""
    if isinstance(own, int):
        return points(dossier, -own if item.kind == "deduction" else own)
    return say(_STATES[own]) if item.kind == "criterion" else wording.NOT_KNOWN


# Units as columns: the council's detail of a block


@in_its_language
def detail_tables(dossier: Dossier, block: str, *, first: int) -> Block:
    """A block's criteria as rows, its units as columns in the order of their rank; first: the number of the table."""
    units = [_Printed(place, unit) for place, unit in enumerate(dossier.of_block(block), 1)]
    shown = [one for one in units if one.unit.line.total is not None]
    if not shown:
        return blocks.paragraph(say("Khối chưa có đơn vị nào có điểm."))
    tables = [_detail(dossier, cut, place) for place, cut in enumerate(_cut(shown, _UNITS), first)]
    parted = [block for table in tables for block in (blocks.new_page(), table)][1:]
    return blocks.page(*parted, *_legend([one.unit for one in shown]))


def _legend(units: Sequence[UnitScores]) -> list[Block]:
    """What the words that stand among these units' points mean; nothing where there are none."""
    states = {own for unit in units if unit.line.total is not None for own in unit.points}
    said = [say(words) for state, words in _LEGEND.items() if state in states]
    return [blocks.paragraph(say("Ký hiệu: {words}.", words="; ".join(said)))] if said else []


def _cut(things: Sequence[Thing], most: int) -> Iterator[Sequence[Thing]]:
    """Pieces of about the same size, of at most `most`."""
    pieces = -(-len(things) // most)
    size = -(-len(things) // pieces) if pieces else 1
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _detail(dossier: Dossier, units: Sequence[_Printed], place: int) -> Block:
    columns = [
        Column(say("Mã"), 0.6, "center"),
        Column(say("Tiêu chí"), 3.2, names_rows=True),
        Column(say("Tối đa"), 0.8, "right"),
    ]
    columns += [Column(_unit_head(one), 1, "right") for one in units]
    rows: list[Row] = []
    bold: list[int] = []
    for head, parts in _detail_parts(dossier, [one.unit for one in units]):
        bold.append(len(rows))
        rows += [head, *parts]
    numbers = f"{units[0].number}–{units[-1].number}" if len(units) > 1 else str(units[0].number)
    caption = say("Bảng {number}. Điểm từng tiêu chí của đơn vị số {units}", number=place, units=numbers)
    return blocks.table(caption, columns, rows, emphasised=bold, turned=True)


def _unit_head(one: _Printed) -> str:
    name = one.unit.short_name
    return f"{one.number}. {name if len(name) <= _HEAD else name[: _HEAD - 1].rstrip() + '…'}"


def _detail_parts(dossier: Dossier, units: Sequence[UnitScores]) -> Iterator[tuple[Row, list[Row]]]:
    """A bold row and the rows below it: groups and their criteria, bonus, deductions, and what they come to."""
    for place, group in enumerate(dossier.groups):
        sums = (points(dossier, unit.groups[place]) for unit in units)
        head = (group.id, group.name, points(dossier, group.max_points), *sums)
        yield head, _item_rows(dossier, units, "criterion", group.id)
    if bonus := _item_rows(dossier, units, "bonus"):
        yield ("", say("Điểm thưởng"), "", *(points(dossier, unit.bonus) for unit in units)), bonus
    if deductions := _item_rows(dossier, units, "deduction"):
        yield ("", say("Điểm trừ"), "", *(points(dossier, -(unit.deductions or 0)) for unit in units)), deductions
    lines = [unit.line for unit in units]
    yield (
        ("", say("Tổng điểm"), "", *(points(dossier, line.total) for line in lines)),
        [
            ("", say("Điểm tối đa được áp dụng"), "", *(points(dossier, line.effective_max) for line in lines)),
            ("", figure_head(dossier), "", *(figure(dossier, line.figure) for line in lines)),
            ("", say("Hạng trong khối"), "", *(wording.number(line.rank) for line in lines)),
            ("", say("Xếp loại đề xuất"), "", *(line.band_name for line in lines)),
        ],
    )


def _item_rows(dossier: Dossier, units: Sequence[UnitScores], kind: str, group: str = "") -> list[Row]:
    return [
        (
            item.id,
            item.name,
            points(dossier, item.max_points),
            *(_cell(dossier, item, unit.points[place]) for unit in units),
        )
        for place, item in enumerate(dossier.items)
        if item.group == group and (group or item.kind == kind)
    ]


# Units as rows: the annex of the whole year


class _Points(NamedTuple):
    """A column of points: a group's sum, or one item; place: in the units' `groups` or `points`."""

    head: str
    place: int
    item: Item | None = None


@in_its_language
def annex_opening(dossier: Dossier, *, number: str = "", date: str = "") -> Block:
    """The head of the annex; number and date: of the report it belongs to, dotted blanks unless given."""
    overview = dossier.overview
    edition = dossier.edition
    attached_to = say(
        "Báo cáo số {number} {date}",
        number=number or blocks.BLANK_NUMBER,
        date=date or say(blocks.BLANK_DATE),
    )
    if edition.is_final and not number:
        attached_to = say("Quyết định số {decision} {date}", decision=edition.decision, date=edition.dated)
    heading = say("Điểm của các đơn vị, {subject} năm {year}", subject=overview.subject, year=overview.year)
    return blocks.page(
        blocks.draft(edition.banner),
        blocks.annex_title("", heading, attached_to),
        *([blocks.note(say(SAMPLE))] if overview.sample else []),
        blocks.paragraph(rules(dossier)),
        *_legend(dossier.units),
    )


def rules(dossier: Dossier) -> str:
    """The rubric that points follow, as a sentence."""
    return say("Tính theo: {rubric}.", rubric=dossier.overview.rubric_name)


@in_its_language
def key_table(dossier: Dossier) -> Block:
    """What the codes at the head of the columns stand for."""
    columns = [
        Column(say("Mã"), 0.7, "center", names_rows=True),
        Column(say("Nội dung"), 6),
        Column(say("Mục của kế hoạch"), 1.2),
        Column(say("Điểm tối đa"), 1, "right"),
    ]
    rows: list[Row] = []
    bold: list[int] = []
    for group in dossier.groups:
        bold.append(len(rows))
        rows.append((group.id, group.name, "", points(dossier, group.max_points)))
        rows += [_key_row(dossier, item) for item in dossier.items if item.group == group.id]
    for kind, name in (("bonus", say("Điểm thưởng")), ("deduction", say("Điểm trừ"))):
        if items := [item for item in dossier.items if item.kind == kind and not item.group]:
            bold.append(len(rows))
            rows += [("", name, "", ""), *(_key_row(dossier, item) for item in items)]
    return blocks.table(say("Bảng 1. Danh mục tiêu chí"), columns, rows, emphasised=bold, turned=True)


def _key_row(dossier: Dossier, item: Item) -> Row:
    return (item.id, item.name, dossier.cites(item.clause), points(dossier, item.max_points))


@in_its_language
def annex_tables(dossier: Dossier) -> Block:
    """Every unit's groups and items, then what they come to; each block's units in the order of their rank."""
    shown = [one for one in _numbered(dossier) if one.unit.line.total is not None]
    if not shown:
        return blocks.paragraph(say("Chưa đơn vị nào có điểm."))
    pieces = list(_pieces(list(_columns(dossier))))
    tables = [_points_table(dossier, shown, piece, place) for place, piece in enumerate(pieces, 2)]
    return blocks.page(*tables, _totals_table(dossier, shown, 2 + len(pieces)))


def _numbered(dossier: Dossier) -> list[_Printed]:
    return [_Printed(place, unit) for place, unit in enumerate(dossier.units, 1)]


def _columns(dossier: Dossier) -> Iterator[list[_Points]]:
    """The columns that belong together: a group's sum and its criteria; then bonus and deduction items."""
    items = [_Points(item.id, place, item) for place, item in enumerate(dossier.items)]
    for place, group in enumerate(dossier.groups):
        yield [_group_column(group, place), *(one for one in items if one.item and one.item.group == group.id)]
    if extra := [one for one in items if one.item and not one.item.group]:
        yield extra


def _group_column(group: Heading, place: int) -> _Points:
    return _Points(say("Nhóm {group}", group=group.id), place)


def _pieces(groups: Sequence[list[_Points]]) -> Iterator[list[_Points]]:
    """Columns for one page each: groups are kept whole where they fit."""
    piece: list[_Points] = []
    for part in chain.from_iterable(_cut(group, _COLUMNS) for group in groups):
        if piece and len(piece) + len(part) > _COLUMNS:
            yield piece
            piece = []
        piece = [*piece, *part]
    if piece:
        yield piece


def _points_table(dossier: Dossier, units: Sequence[_Printed], piece: Sequence[_Points], place: int) -> Block:
    columns = [*_unit_columns(), *(Column(one.head, 0.9, "right") for one in piece)]
    codes = [one.head for one in piece if one.item]
    caption = (
        say("Bảng {number}. Điểm từng tiêu chí, từ {first} đến {last}", number=place, first=codes[0], last=codes[-1])
        if codes
        else say("Bảng {number}. Điểm", number=place)
    )
    return _by_block(dossier, units, caption, columns, [[_unit_cell(dossier, u.unit, c) for c in piece] for u in units])


def _unit_columns() -> list[Column]:
    return [Column(say("TT"), 0.6, "center"), Column(say("Đơn vị"), 3.4, names_rows=True)]


def _unit_cell(dossier: Dossier, unit: UnitScores, column: _Points) -> str:
    if column.item is None:
        return points(dossier, unit.groups[column.place])
    return _cell(dossier, column.item, unit.points[column.place])


def _totals_table(dossier: Dossier, units: Sequence[_Printed], place: int) -> Block:
    heads = (
        say("Cộng các nhóm"),
        say("Điểm thưởng"),
        say("Điểm trừ"),
        say("Tổng điểm"),
        say("Tối đa áp dụng"),
        figure_head(dossier),
    )
    columns = [*_unit_columns(), *(Column(head, 1, "right") for head in heads)]
    columns += [Column(say("Hạng"), 0.8, "center"), Column(say("Xếp loại đề xuất"), 2.2)]
    caption = say("Bảng {number}. Tổng điểm, hạng và xếp loại đề xuất", number=place)
    return _by_block(dossier, units, caption, columns, [_total_cells(dossier, one.unit) for one in units])


def _total_cells(dossier: Dossier, unit: UnitScores) -> Row:
    line = unit.line
    figures = (sum(own or 0 for own in unit.groups), unit.bonus, -(unit.deductions or 0), line.total)
    return (
        *(points(dossier, own) for own in (*figures, line.effective_max)),
        figure(dossier, line.figure),
        wording.number(line.rank),
        line.band_name,
    )


def _by_block(
    dossier: Dossier, units: Sequence[_Printed], caption: str, columns: Sequence[Column], cells: Sequence[Sequence[str]]
) -> Block:
    """A row a unit, below the name of its block."""
    rows: list[Row] = []
    named: list[int] = []
    names = {block.id: block.name for block in dossier.overview.blocks}
    before = ""
    for one, own in zip(units, cells, strict=True):
        if one.unit.block != before:
            before = one.unit.block
            named.append(len(rows))
            rows.append(("", names[before]))
        rows.append((str(one.number), one.unit.line.name, *own))
    return blocks.table(caption, columns, rows, naming=named, turned=True)


@in_its_language
def without_points(dossier: Dossier) -> Block:
    """The units that have no points, and why, where there are some; the version of the rules at the end."""
    lines = [unit.line for unit in dossier.units if unit.line.total is None]
    rules_followed = official.fine_print(dossier.overview)
    if not lines:
        return rules_followed
    told = [f"{line.name}: {'; '.join(filter(None, (line.band_name, line.remark)))}" for line in lines]
    return blocks.page(
        blocks.section("", say("Đơn vị không có điểm")),
        blocks.paragraph(say("Không tính vào tỷ lệ xếp loại.")),
        blocks.bullets(told),
        rules_followed,
    )
