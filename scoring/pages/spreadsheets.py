"""The year's tables as files: ranking.xlsx for people, scores.csv for other programs."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from scoring.assessment.dossier import Dossier, Item, UnitScores
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.overview import BlockTable, Overview, UnitLine
from scoring.assessment.reliability import Reliability
from scoring.core import wording
from scoring.core.files import of_any_system
from scoring.core.language import in_its_language, say, say_count
from scoring.core.sheet import figure_format, new_book, print_wide
from scoring.pages.annex import figure_head
from scoring.reports.evidence_register import Evidence

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


_CUT_BEFORE_FORMULA = re.compile(r"""[;\t\r\n](?=[\s"']*[=+\-@＝＋－＠])""")


def inert(text: str) -> str:
    """The text so that no spreadsheet takes it, or a part of it, for a formula when it opens a CSV file.

    A Vietnamese Excel parts lines at semicolons, whatever the file means by them.

    >>> inert("=1+1"), inert("12/KH;=1+1"), inert("Trường Hoa Ban")
    ("'=1+1", "12/KH;'=1+1", 'Trường Hoa Ban')
    """
    told = _CUT_BEFORE_FORMULA.sub(r"\g<0>'", text)
    return f"'{told}" if told.startswith(_FORMULA_STARTS) else told


def scores_csv(evaluation: Evaluation) -> bytes:
    """One row per unit and criterion, in the order of the register and the rubric; points with a decimal point."""
    rubric = evaluation.year.rubric
    places = rubric.points.decimals
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    figures = ["points", "max_points", "self_points", "computed_points", "verified_points", "council_points"]
    texts = ["unit", "criterion", "kind", "state", "basis", "reason", "clause", "file", "sheet", "cell"]
    writer.writerow([*texts, *figures])
    for row in evaluation.marks[[*texts, *figures]].itertuples(index=False):
        words = ["" if pd.isna(word) else inert(str(word)) for word in row[: len(texts)]]
        writer.writerow([*words, *(_exact(figure, places) for figure in row[len(texts) :])])
    return buffer.getvalue().encode("utf-8-sig")


def bands_csv(overview: Overview) -> bytes:
    """One row a band: its units, of how many rated, and which percent of them, to two places with a decimal point.

    Lines of units that are not rated have neither.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["band", "units", "of", "percent"])
    for band in overview.bands:
        rated = overview.rated if band.rated else 0
        percent = _exact((20000 * band.units + rated) // (2 * rated), 2) if rated else ""
        writer.writerow([inert(band.name), band.units, rated or "", percent])
    return buffer.getvalue().encode("utf-8-sig")


def reliability_csv(reliability: Reliability) -> bytes:
    """One row a unit: its rank, and the interval of its ranks in nine trials of ten under each kind of doubt."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    kinds = ("verified", "weighted", "struck")
    writer.writerow(["unit", "block", "rank", *(f"{kind}_{end}" for kind in kinds for end in ("low", "high"))])
    for unit in reliability.units:
        ends = [end for kind in kinds for end in (getattr(unit, kind) or ("", ""))]
        writer.writerow([inert(unit.id), inert(unit.block), "" if unit.rank is None else unit.rank, *ends])
    return buffer.getvalue().encode("utf-8-sig")


def stage_gaps_csv(reliability: Reliability) -> bytes:
    """One row a criterion, block, stage and role: each step's marks, and their mean change in % of the maximum."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    steps = ("computed", "verified", "council")
    figures = ("marks", "lowered", "raised", "moved_percent")
    writer.writerow(["kind", "who", "marks", *(f"{step}_{name}" for step in steps for name in figures)])
    for gap in reliability.gaps:
        told = [getattr(gap, step) for step in steps]
        cells = [cell for one in told for cell in (one.marks, one.lowered, one.raised, _exact(one.moved, 1))]
        writer.writerow([gap.kind, inert(gap.who), gap.marks, *cells])
    return buffer.getvalue().encode("utf-8-sig")


_EVIDENCE_HEADS = (
    *("Mã minh chứng", "Mã đơn vị", "Tiêu chí", "Kỳ", "Loại", "Số, ký hiệu", "Ngày", "Cơ quan ban hành"),
    *("Đường dẫn", "Ghi trong báo cáo", "Cần xem lại", "Tệp", "Trang", "Ô"),
)


def evidence_csv(register: Sequence[Evidence]) -> bytes:
    """The register of evidence, one row as `evidence.Evidence`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(Evidence._fields)
    writer.writerows([inert(text) for text in row] for row in register)
    return buffer.getvalue().encode("utf-8-sig")


def evidence_xlsx(register: Sequence[Evidence], year: int) -> bytes:
    """The register of evidence as a sheet to filter and print; links are text, to be read before being followed."""
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        book.set_properties({"title": f"Sổ minh chứng năm {year}", "created": datetime(1980, 1, 1, tzinfo=UTC)})
        _sheet(book, "Sổ minh chứng", _EVIDENCE_HEADS, register, [None] * len(_EVIDENCE_HEADS), frozen=1)
    return of_any_system(buffer.getvalue())


def _exact(scaled: Any, places: int) -> str:
    return "" if pd.isna(scaled) else str(Decimal(int(scaled)).scaleb(-places))


@in_its_language
def ranking_xlsx(dossier: Dossier) -> bytes:
    """One sheet a block and one of all criteria, ready to print: head and filters, print titles, text that stays text.

    No cell is a formula. What is not known is an empty cell; where a criterion gives no points, a word says why.
    """
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        # Excel's oldest day: the file says nothing of when it was made, so the same year gives the same bytes
        title = say("Xếp hạng năm {year}", year=dossier.overview.year)
        book.set_properties({"title": title, "created": datetime(1980, 1, 1, tzinfo=UTC)})
        for block in dossier.overview.blocks:
            _block_sheet(book, block, dossier)
        _criteria_sheet(book, dossier)
        _bands_sheet(book, dossier.overview)
    return of_any_system(buffer.getvalue())


Cell = str | float | int | None
_NARROWEST, _WIDEST = 7, 44
"""Characters a column has room for: longer texts are wrapped."""
_ARROW, _LINE, _SIZE = 2, 15, 11
"""Characters the filter's arrow takes; the height of a line, and the size of its letters, in points."""


def _block_sheet(book: Workbook, block: BlockTable, dossier: Dossier) -> None:
    overview = dossier.overview
    heads = [say("Hạng"), say("Mã đơn vị"), say("Đơn vị")]
    heads += [say("Tổng điểm"), say("Tối đa áp dụng"), figure_head(dossier)]
    heads += [say("Xếp loại đề xuất"), say("Đề xuất xét"), say("Ghi chú")]
    rows = [_cells(line, overview) for line in block.units]
    places = [None, None, None, overview.decimals, overview.decimals, overview.figure_decimals, None, None, None]
    for group in block.units[0].groups if block.units else ():
        heads += [say("{group}: hạng", group=group.name), say("{group}: %", group=group.name)]
        heads += [say("{group}: mức", group=group.name)]
        places += [None, group.decimals, None]
    sheet = _sheet(book, f"{block.id} {block.name}", heads, rows, places, frozen=3, banner=dossier.edition.banner)
    sheet.set_header(_header(overview, block.name))


def _cells(line: UnitLine, overview: Overview) -> Sequence[Cell]:
    """The cells of a row; what is not known stays an empty cell."""
    total = _figure(line.total, overview.decimals)
    figure = _figure(line.figure, overview.figure_decimals)
    selection = line.selection_text
    selection = selection[:1].upper() + selection[1:]
    whole = _figure(None if line.total is None else line.effective_max, overview.decimals)
    groups = [cell for own in line.groups for cell in (own.rank, _figure(own.figure, own.decimals), own.band_name)]
    return (line.rank, line.id, line.name, total, whole, figure, line.band_name, selection, line.remark, *groups)


def _bands_sheet(book: Workbook, overview: Overview) -> None:
    """How many units each band has, and which percent of those rated that is."""
    heads = [say("Mức"), say("Số đơn vị"), say_count("Tỷ lệ trên {count} đơn vị được xếp loại", overview.rated)]
    rows = [(band.name, band.units, overview.band_share(band)) for band in overview.bands]
    sheet = _sheet(book, say("Mức xếp loại"), heads, rows, [None] * 3, frozen=1, banner=overview.edition.banner)
    sheet.set_header(_header(overview, say("số đơn vị theo mức")))


def _criteria_sheet(book: Workbook, dossier: Dossier) -> None:
    """A row a unit, a column a criterion, bonus or deduction item; several pages wide, the units' names on each."""
    overview, decimals = dossier.overview, dossier.overview.decimals
    items = [f"{item.id}. {item.name} ({wording.points(item.max_points, decimals)})" for item in dossier.items]
    heads = [say("Đơn vị"), say("Mã đơn vị"), say("Khối"), say("Hạng"), *items, say("Tổng điểm")]
    rows = [_unit_cells(unit, dossier) for unit in dossier.units]
    places = [None] * 4 + [decimals] * (len(items) + 1)
    sheet = _sheet(book, say("Tiêu chí"), heads, rows, places, frozen=1, banner=dossier.edition.banner)
    sheet.set_header(_header(overview, say("điểm từng tiêu chí")))


def _unit_cells(unit: UnitScores, dossier: Dossier) -> Sequence[Cell]:
    decimals = dossier.overview.decimals
    own = [_points(item, got, decimals) for item, got in zip(dossier.items, unit.points, strict=True)]
    return (unit.line.name, unit.line.id, unit.block, unit.line.rank, *own, _figure(unit.line.total, decimals))


def _points(item: Item, got: int | str, decimals: int) -> Cell:
    """What a unit has of an item; what a deduction takes is negative, a bonus nobody claimed is not known."""
    if isinstance(got, int):
        return _figure(-got if item.kind == "deduction" else got, decimals)
    return say(wording.STATES[got]) if item.kind == "criterion" else None


def _sheet(
    book: Workbook,
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    places: Sequence[int | None],
    *,
    frozen: int,
    banner: str = "",
) -> Worksheet:
    """A sheet of one table with its head and the first `frozen` columns kept in sight and on every printed page.

    places: decimals of each column of points, None where it holds none. banner: what a row above the head says, kept in
    sight and printed with it; "" for none.
    """
    top = 1 if banner else 0
    sheet = book.add_worksheet(" ".join(_NOT_IN_NAMES.sub(" ", name).split())[:31].strip())
    bordered = {"font_name": "Times New Roman", "font_size": _SIZE, "border": 1, "valign": "top", "text_wrap": True}
    head = book.add_format(bordered | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#E8E8E8"})
    formats = [book.add_format(bordered | _aligned(title, one)) for title, one in zip(heads, places, strict=True)]
    widths = [_width(title, [row[column] for row in rows], places[column]) for column, title in enumerate(heads)]
    if banner:
        sheet.write_string(0, 0, banner, book.add_format({"font_name": "Times New Roman", "bold": True}))
    for place, row in enumerate([heads, *rows], start=top):
        sheet.set_row(place, _LINE * _lines(row, widths))  # Excel would see to it, LibreOffice does not
    for column, title in enumerate(heads):
        sheet.set_column(column, column, widths[column] + _ARROW)
        sheet.write_string(top, column, title, head)
        for place, row in enumerate(rows, start=top + 1):
            _write(sheet, place, column, row[column], formats[column])
    sheet.autofilter(top, 0, top + max(len(rows), 1), len(heads) - 1)
    sheet.freeze_panes(top + 1, frozen)
    footer = "&C" + say("Trang {page}/{pages}", page="&P", pages="&N")
    print_wide(sheet, [width + _ARROW for width in widths], _SIZE, head=top, repeated=frozen, footer=footer)
    sheet.repeat_rows(0, top)  # the banner again on every page too
    return sheet


def _aligned(head: str, places: int | None) -> dict[str, Any]:
    """How the cells of a column look: figures with their decimals, ranks and blocks in the middle."""
    if places is not None:
        return {"num_format": figure_format(places)}
    return {"align": "center"} if head in {say("Hạng"), say("Khối")} else {}


_LONGEST = 100
"""Characters of a name in the head of a printed page: Excel takes 255 in all, and an "&" counts twice."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
"""What Excel does not let stand in the name of a sheet."""


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, form: Format) -> None:
    if cell is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, form)
    else:
        sheet.write_number(row, column, cell, form)


def _width(head: str, cells: Sequence[Cell], places: int | None) -> int:
    """Characters of the longest cell, within bounds; of the head, and of words among figures, the longest word."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    words = [word for text in (head, *([] if places is None else texts)) for word in text.split()]
    longest = max(map(len, [*words, *(texts if places is None else [])]), default=0)
    return min(max(longest, _NARROWEST), _WIDEST)


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """How many lines the longest text of a row takes."""
    # a character is a digit of Excel's own typeface: a tenth more letters of Times New Roman find room
    texts = (
        (cell, (width + _ARROW) * 11 // 10) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)
    )
    return max((len(textwrap.wrap(text, room)) for text, room in texts if len(text) > room), default=1)


def _header(overview: Overview, what: str) -> str:
    said = [say("Xếp hạng năm {year}", year=overview.year), what[:_LONGEST]]
    said += [say("số liệu mẫu")] if overview.sample else []
    return f"&C{' – '.join(said).replace('&', '&&')}"


def _figure(scaled: int | None, decimals: int) -> float | None:
    return None if scaled is None else scaled / 10**decimals
