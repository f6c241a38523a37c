"""Read a table of many units at once: CSV in the wide form, one column a criterion, or the long form, one row an entry.

Headings of the long form: unit, criterion, value and, as wanted, base, not_applicable, self_points, evidence; both
forms may have period and year. A row that cannot be believed is left out and reported; the other rows count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from scoring.core.findings import Remark, finding
from scoring.core.language import say, term
from scoring.core.numerals import Marks
from scoring.core.text import shown
from scoring.reports.fields import INPUTS, all_lines, is_asked_of
from scoring.reports.reading.cells import BLANK, Cell, fold, is_blank, says_year
from scoring.reports.reading.csv_file import Rows, is_uneven
from scoring.reports.reading.report import Asking, Report, find_period, find_unit, unknown_code
from scoring.reports.reading.rows import Line, Row, read_values, see_marks
from scoring.reports.reading.table import WORDS_BELOW, Place, Said, cell_name, heading, is_total
from scoring.rubric.model import Period, Rubric

_HEADINGS = {
    "unit": ("unit", "đơn vị", "mã đơn vị"),
    "criterion": ("criterion", "tiêu chí", "mã tiêu chí", "mã"),
    "period": ("period", "kỳ báo cáo", "kỳ"),
    "year": ("year", "năm"),
    "value": ("value", "kết quả"),
    "base": ("base", "trên tổng số"),
    "not_applicable": ("not_applicable", "không áp dụng"),
    "self_points": ("self_points", "điểm tự chấm"),
    "evidence": ("evidence", "minh chứng"),
}
UNIT_HEADINGS = {key: tuple(map(heading, _HEADINGS[key])) for key in ("unit", "period", "year")}
"""The headings, as they are compared, of the columns that say whose record it is, and of when."""
_KEYS = {heading(text): key for key, texts in _HEADINGS.items() for text in texts}
_NAMES = {
    heading("đơn vị"): {heading("mã đơn vị")},
    heading("tiêu chí"): {heading("mã tiêu chí"), heading("mã")},
}
"""Headings of columns that hold names where a column of codes, by one of these headings, stands beside them."""


class Record(NamedTuple):
    """One record: its number in the file, from 1, and its cells by column key with their places."""

    number: int
    cells: Mapping[str, Cell]
    places: Mapping[str, Place]

    def text(self, key: str) -> str:
        """What a column says, "" where there is none."""
        return self.cells.get(key, BLANK).text

    def place(self, key: str) -> Place:
        """Where a column's cell stands; the record as a whole where there is no such column."""
        return self.places.get(key, (self.number, 1))


class Entry(NamedTuple):
    """One entry as written: its line, its cells by field, and where they stand."""

    unit: str
    line: Line
    period: str
    cells: dict[str, Cell]
    places: dict[str, Place]


def is_bulk_header(texts: list[str], rubric: Rubric) -> bool:
    """Whether a record is the headings of a bulk table in either form."""
    if all(_KEYS.get(heading(text)) != "unit" for text in texts):
        return False
    keys = set(_columns(texts, rubric))
    return "unit" in keys and ({"criterion", "value"} <= keys or not keys.isdisjoint(_lines(rubric)))


def read_bulk_report(rows: Rows, file: str, asking: Asking, period: Period | None = None) -> Report:
    """What a bulk table says, as one report without unit and period.

    period: the one to which all rows belong; None: each row names its own.
    """
    start = next(place for place, texts in enumerate(rows) if is_bulk_header(texts, asking.rubric))
    report = Report(file)
    for place, remark in _header_remarks(rows[start], start + 1, asking.rubric, needs_period=period is None):
        report.findings.append(finding(remark, file=file, cell=cell_name(place), value=rows[start][place[1] - 1]))
    report.is_rejected = any(one.severity == "error" for one in report.findings)
    if report.is_rejected:
        return report
    entries: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    records = list(_records(rows, start, report, asking.rubric))
    for record in _of_units(records, report, asking):
        for entry in _entries(record, report, asking, period):
            entries[entry.unit, entry.line.id, entry.period].append(entry)
    marks = _marks(entries.values(), asking)
    for same in entries.values():
        _add(report, same, asking, marks)
    return report


def _marks(entries: Iterable[list[Entry]], asking: Asking) -> Marks:
    """The decimal marks of the table's figures, by column."""
    marks = Marks()
    for entry in chain.from_iterable(entries):
        columns = {field: place[1] for field, place in entry.places.items()}
        see_marks(marks, entry.line, entry.cells, columns, asking.units[entry.unit], asking.rubric)
    return marks


def _lines(rubric: Rubric) -> dict[str, Line]:
    return {line.id: line for line in all_lines(rubric)}


def _columns(header: list[str], rubric: Rubric) -> dict[str, int]:
    """The place of each known column, from 0: keys of `_HEADINGS`, ids of items and facts (written as id or name)."""
    known, names = _known(rubric), _of_names(header)
    found: dict[str, int] = {}
    for place, text in enumerate(header):
        if heading(text) not in names and (key := known.get(heading(text))) is not None:
            found.setdefault(key, place)
    return found


def _known(rubric: Rubric) -> dict[str, str]:
    """What each heading is the column of."""
    return {heading(name): line.id for line in all_lines(rubric) for name in (line.name, line.id)} | _KEYS


def _of_names(header: list[str]) -> set[str]:
    """The headings of columns that have names beside a column of codes."""
    headings = set(map(heading, header))
    return {names for names, codes in _NAMES.items() if not codes.isdisjoint(headings)}


def _header_remarks(header: list[str], row: int, rubric: Rubric, *, needs_period: bool) -> Iterator[Said]:
    columns = _columns(header, rubric)
    if needs_period and "period" not in columns:
        yield (row, 1), Remark("missing_column", say("thiếu cột kỳ báo cáo"), say("thêm cột 'kỳ báo cáo'"))
    known, names = _known(rubric), _of_names(header)
    for place, text in enumerate(header):
        key = known.get(heading(text))
        if heading(text) in names:
            what = say("cột '{heading}' là tên, đã đọc cột mã", heading=shown(text))
            yield (row, place + 1), Remark("extra_column", what)
        elif key is None and text.strip():
            what = say("cột '{heading}' không phải tiêu chí nào, không đọc", heading=shown(text))
            yield (row, place + 1), Remark("extra_column", what)
        elif key is not None and columns[key] != place:
            what = say("cột '{heading}' ghi hai lần", heading=shown(text))
            yield (row, place + 1), Remark("doubled_column", what, say("chỉ giữ một cột"))


def _records(rows: Rows, start: int, report: Report, rubric: Rubric) -> Iterator[Record]:
    """The records below the headings, blank ones left out; one of another length is reported and left out."""
    columns = _columns(rows[start], rubric)
    for number, texts in enumerate(rows[start + 1 :], start + 2):
        if not any(text.strip() for text in texts):
            continue
        if is_uneven(texts, rows[start]):
            what = say(
                "dòng có {cells} ô, dòng tiêu đề có {headings} ô, nên không đọc",
                cells=len(texts),
                headings=len(rows[start]),
            )
            remark = Remark("uneven_row", what, say("kiểm tra dấu ngăn cách và dấu nháy của dòng này"))
            report.findings.append(finding(remark, file=report.file, cell=cell_name((number, 1)), value=texts[0]))
            continue
        cells = {key: Cell("text", texts[place]) if texts[place] else BLANK for key, place in columns.items()}
        yield Record(number, cells, {key: (number, place + 1) for key, place in columns.items()})


def _of_units(records: list[Record], report: Report, asking: Asking) -> Iterator[Record]:
    """The records of units: neither those of totals, nor the words that stand below the last unit."""
    below = len(records)
    while below and _is_of_words(records[below - 1]):
        below -= 1
    for record in records[below:]:
        at = cell_name(record.place("unit"))
        report.findings.append(finding(WORDS_BELOW, file=report.file, cell=at, value=record.text("unit")))
    for record in records[:below]:
        unit = record.text("unit")
        if not is_total(unit) or not isinstance(find_unit(unit, "", asking), Remark):
            yield record


def _is_of_words(record: Record) -> bool:
    """Whether a record has words only, and none that may be a unit's code."""
    text = record.text("unit").strip()
    rest = all(is_blank(cell) for key, cell in record.cells.items() if key != "unit")
    may_be_code = text and len(text.split()) == 1 and (text == text.upper() or "-" in text)
    return rest and not may_be_code


def _entries(record: Record, report: Report, asking: Asking, period: Period | None) -> Iterator[Entry]:
    """What one record reports; nothing where its unit, period, year or criterion is not believed."""
    unit, stated, amiss = who(record, asking, period)
    lines = {fold(code): line for code, line in _lines(asking.rubric).items()}
    for code, keys in _stated(record, asking.rubric):
        line = lines.get(fold(code))
        if line is None:
            amiss.append(("criterion", unknown_code(code, asking.rubric)))
        elif unit is not None and stated is not None and not amiss:
            cells = {field: record.cells[key] for field, key in keys.items()}
            yield Entry(unit, line, stated, cells, {field: record.place(key) for field, key in keys.items()})
    for key, remark in amiss:
        at = cell_name(record.place(key))
        text = record.text(key)
        report.findings.append(finding(remark, file=report.file, cell=at, value=text, unit=unit, period=stated))


def who(
    record: Record, asking: Asking, period: Period | None
) -> tuple[str | None, str | None, list[tuple[str, Remark]]]:
    """Unit and period of a record as far as they are believed, and by column what speaks against it."""
    rubric = asking.rubric
    unit = find_unit(record.text("unit"), f"ô {cell_name(record.place('unit'))}", asking)
    stated = period.id if period is not None else find_period(record.text("period"), rubric)
    amiss = [(key, one) for key, one in (("unit", unit), ("period", stated)) if isinstance(one, Remark)]
    if "year" in record.cells and not says_year(record.cells["year"], rubric.year):
        other = shown(record.text("year"))
        what = say("dòng ghi năm '{stated}', đang chấm năm {year}", stated=other, year=rubric.year)
        amiss.append(("year", Remark("other_year", what, say("bỏ dòng này"))))
    return (
        None if isinstance(unit, Remark) else unit,
        None if isinstance(stated, Remark) else stated,
        amiss,
    )


def _stated(record: Record, rubric: Rubric) -> Iterator[tuple[str, dict[str, str]]]:
    """Each code a record reports on, and by field the column that reports it."""
    if "criterion" in record.cells:
        yield record.text("criterion"), {field: field for field in INPUTS if field in record.cells}
        return
    for key in _lines(rubric):
        if key in record.cells:
            yield key, {"value": key}


def _add(report: Report, same: list[Entry], asking: Asking, marks: Marks) -> None:
    """The row of one unit, item or fact, and period; said twice, it counts for nothing."""
    first, rubric = same[0], asking.rubric
    unit = asking.units[first.unit]
    if not is_asked_of(first.line, unit, first.period, rubric):
        said = [(entry, "value", _NOT_ASKED) for entry in same if not is_blank(entry.cells["value"])]
    elif len(same) > 1:
        said = [(entry, "value", _DOUBLED) for entry in same]
    else:
        written = {field: marks.of(place[1]) for field, place in first.places.items()}
        values, remarks = read_values(first.line, first.cells, unit, rubric, written)
        said = [(first, field, remark) for field, remark in remarks]
        place = cell_name(first.places["value"])
        report.rows.append(Row(first.unit, first.line.id, first.period, *values, report.file, "", place))
    for entry, field, remark in said:
        report.findings.append(
            finding(
                remark,
                file=report.file,
                cell=cell_name(entry.places.get(field, entry.places["value"])),
                value=entry.cells.get(field, BLANK).text,
                unit=entry.unit,
                period=entry.period,
                criterion=entry.line.id,
            )
        )


_NOT_ASKED = Remark(
    "not_asked",
    term("đơn vị không phải báo cáo tiêu chí này ở kỳ này nên không tính"),
    term("bỏ dòng"),
)
_DOUBLED = Remark(
    "doubled_row",
    term("đơn vị, tiêu chí và kỳ này ghi nhiều lần nên không tính lần nào"),
    term("giữ một dòng"),
)
