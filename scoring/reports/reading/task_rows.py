"""Read a list of tasks, from the sheet of a form or a CSV table of many units, into what each share of it comes to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain, product
from typing import NamedTuple

from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import say, term
from scoring.core.numerals import Marks
from scoring.reports.fields import TASK_COLUMNS, TASKS, period_of, task_items
from scoring.reports.reading.bulk import UNIT_HEADINGS, Record, who
from scoring.reports.reading.cells import (
    BLANK,
    Cell,
    Likely,
    Parsed,
    as_written,
    is_blank,
    read_number,
    text_readings,
)
from scoring.reports.reading.csv_file import Rows, is_uneven
from scoring.reports.reading.report import Asking, Report
from scoring.reports.reading.rows import Limits, Row, Values
from scoring.reports.reading.table import WORDS_BELOW, Place, cell_name, heading, is_total
from scoring.reports.reading.workbook import Book, Sheet
from scoring.rubric.model import Criterion, Indicator, Rubric
from scoring.scores import tasks
from scoring.scores.tasks import NUMBER_DECIMALS, Task

_KEYS = {heading(column.heading): column.key for column in TASK_COLUMNS} | {
    column.key: column.key for column in TASK_COLUMNS
}
_NEEDED = {"assigned", "done", "faults", "late"}
_MOST = Decimal(10**6)
_LIMITS = dict.fromkeys(("assigned", "factor", "done"), Limits(NUMBER_DECIMALS, Decimal(0), _MOST)) | dict.fromkeys(
    ("faults", "faults_excused", "late", "late_excused"), Limits(0, Decimal(0), _MOST)
)
"""What each figure of a row may be."""


class _Line(NamedTuple):
    """One row of a list, and where its cells stand."""

    cells: Mapping[str, Cell]
    places: Mapping[str, Place]

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, BLANK)


class _Said(NamedTuple):
    """A remark on a cell of a list of tasks."""

    key: str
    remark: Remark
    line: _Line


def add_tasks(report: Report, book: Book, asking: Asking) -> None:
    """Add to a unit's report what its list of tasks comes to; a list with a fault comes to nothing that is known."""
    rubric = asking.rubric
    unit, period = asking.units[str(report.unit)], period_of(str(report.period), rubric)
    items = task_items(rubric, unit)
    if not items:
        return
    sheet, lines, below = _sheet_lines(book)
    report.findings += [_on_report(report, WORDS_BELOW, sheet, cell_name(place)) for place in below]
    if not lines:
        what, mend = say("chưa ghi công việc nào ở trang {sheet}", sheet=TASKS), say("ghi mỗi công việc một dòng")
        report.findings.append(_on_report(report, Remark("no_tasks", what, mend), sheet))
        return
    _add(report, str(report.unit), period.id, lines, sheet, items, rubric, _marks(lines))


def _on_report(report: Report, remark: Remark, sheet: str, cell: str = "") -> Finding:
    return finding(remark, file=report.file, sheet=sheet, cell=cell, unit=report.unit, period=report.period)


def _add(
    report: Report,
    unit: str,
    period: str,
    lines: list[_Line],
    sheet: str,
    items: tuple[Criterion, ...],
    rubric: Rubric,
    marks: Marks,
) -> None:
    """The rows of one unit's items in one period, and what is to be said of its list."""
    listed, said = _tasks(lines, marks)
    if not any(one.remark.severity == "error" for one in said) and not tasks.assigned(listed):
        said.append(_Said("assigned", _NOTHING_ASSIGNED, lines[0]))
    report.findings += [
        finding(
            one.remark,
            file=report.file,
            sheet=sheet,
            cell=cell_name(one.line.places.get(one.key, (0, 0))),
            value=as_written(one.line.cell(one.key)),
            unit=unit,
            period=period,
        )
        for one in said
    ]
    known = not any(one.remark.severity == "error" for one in said)
    places = [place for line in lines for place in line.places.values()]
    area = f"{cell_name(min(places))}:{cell_name(max(places))}"
    for item in items:
        if item.indicator is not None and rubric.tasks is not None:
            figures = _figures(listed, item.indicator, rubric.tasks.loss) if known else (None, None)
            values = Values(figures[0], figures[1], not_applicable=False, self_points=None, evidence=None)
            report.rows.append(Row(unit, item.id, period, *values, report.file, sheet, area))


def _figures(listed: list[Task], indicator: Indicator, loss: int) -> tuple[int, int | None]:
    """The value of a period and the whole it is part of; as one percent where the rubric names no whole."""
    met, whole = tasks.shares(listed, indicator.counts, loss)
    if indicator.of is not None:
        return met, whole
    return tasks.percent(met, whole, indicator.decimals), None


_NOTHING_ASSIGNED = Remark(
    "nothing_assigned", term("tổng số lượng được giao là 0"), term("ghi số lượng được giao của từng công việc")
)


# The rows


def _tasks(lines: list[_Line], marks: Marks) -> tuple[list[Task], list[_Said]]:
    """The tasks of a list, and what is to be said of its cells."""
    listed: list[Task] = []
    said: list[_Said] = []
    for line in lines:
        parsed = {
            key: read_number(line.cell(key), **limit._asdict(), likely=Likely(marks.of(key)))
            for key, limit in _LIMITS.items()
        }
        said += [_Said(key, remark, line) for key, one in parsed.items() for remark in one.remarks]
        said += [_Said(key, remark, line) for key, remark in _amiss(line, parsed)]
        listed.append(_task(line, parsed))
    return listed, said


def _marks(lines: list[_Line]) -> Marks:
    """The decimal marks of a list's or a table's figures, by column."""
    marks = Marks()
    for line, (key, limit) in product(lines, _LIMITS.items()):
        marks.see(key, text_readings(line.cell(key), **limit._asdict()))
    return marks


def _task(line: _Line, parsed: Mapping[str, Parsed[int]]) -> Task:
    """A row as a task; a time of which nobody confirmed an objective cause counts."""
    figures = {key: one.value or 0 for key, one in parsed.items()}
    factor = parsed["factor"].value
    excused = {key: figures[f"{key}_excused"] if _is_confirmed(line) else 0 for key in ("faults", "late")}
    return Task(
        figures["assigned"],
        figures["done"],
        10**NUMBER_DECIMALS if factor is None else factor,
        max(figures["faults"] - excused["faults"], 0),
        max(figures["late"] - excused["late"], 0),
    )


def _is_confirmed(line: _Line) -> bool:
    return not is_blank(line.cell("confirmation"))


def _amiss(line: _Line, parsed: Mapping[str, Parsed[int]]) -> Iterator[tuple[str, Remark]]:
    """What the cells of a row lack, or say against each other."""
    figure = {key: one.value for key, one in parsed.items()}
    for key in sorted(_NEEDED):
        if figure[key] is None and not parsed[key].is_refused:
            yield key, Remark("task_blank", say(_LEFT_OUT[key]), say("không có thì ghi 0"))
    if figure["factor"] == 0:
        what, mend = say("hệ số quy đổi phải lớn hơn 0"), say("để trống nếu không quy đổi")
        yield "factor", Remark("task_factor", what, mend)
    for part, whole, what in _PARTS:
        if (of := figure[whole]) is not None and (figure[part] or 0) > of:
            yield part, Remark("part_above_whole", say(what), say("kiểm tra và ghi lại hai số"))
    if ((figure["faults_excused"] or 0) or (figure["late_excused"] or 0)) and not _is_confirmed(line):
        what = say("chưa ghi văn bản xác nhận nguyên nhân khách quan nên vẫn trừ các lần này")
        yield (
            "confirmation",
            Remark("not_confirmed", what, say("ghi số, ngày văn bản của cấp có thẩm quyền")),
        )


_LEFT_OUT = {
    "assigned": term("chưa ghi số lượng được giao"),
    "done": term("chưa ghi số lượng hoàn thành"),
    "faults": term("chưa ghi số lần chưa đạt chất lượng"),
    "late": term("chưa ghi số lần chậm tiến độ"),
}
_PARTS = (
    ("done", "assigned", term("số lượng hoàn thành lớn hơn số lượng được giao")),
    ("faults_excused", "faults", term("số lần do khách quan lớn hơn số lần chưa đạt")),
    ("late_excused", "late", term("số lần do khách quan lớn hơn số lần chậm")),
)


# A sheet of a form


def _sheet_lines(book: Book) -> tuple[str, list[_Line], list[Place]]:
    """The name of the sheet with a list of tasks, its rows that say something, and where words stand below them."""
    for sheet in book.sheets:
        texts: dict[int, dict[int, str]] = defaultdict(dict)
        for (row, column), cell in sheet.cells.items():
            texts[row][column] = cell.text
        for row in sorted(texts):
            columns = _columns(texts[row])
            if columns.keys() >= _NEEDED:
                found = list(_lines_below(sheet, row, columns))
                lines = [one for one in found if isinstance(one, _Line)]
                return sheet.name, lines, [one for one in found if not isinstance(one, _Line)]
    return "", [], []


def _columns(texts: Mapping[int, str]) -> dict[str, int]:
    """The column of each known heading, the leftmost of two."""
    found = {_KEYS.get(heading(text)): column for column, text in sorted(texts.items(), reverse=True)}
    return {key: column for key, column in found.items() if key is not None}


def _lines_below(sheet: Sheet, header: int, columns: Mapping[str, int]) -> Iterator[_Line | Place]:
    """The rows of a list, and the places of words below it."""
    stated = {key: column for key, column in columns.items() if key not in {"code", "check"}}
    tabled = {columns[key] for key in ("code", *_LIMITS) if key in columns}
    last = max(
        (row for (row, column), cell in sheet.cells.items() if column in tabled and _is_of_list(cell)), default=0
    )
    leftmost = dict(sorted((place for place in sheet.cells if place[0] > header), reverse=True))
    for row in sorted(leftmost):
        cells = {key: sheet.cells.get((row, column), BLANK) for key, column in stated.items()}
        if row > last and not all(map(is_blank, cells.values())):
            yield row, leftmost[row]
        elif not _is_total(cells) and not all(map(is_blank, cells.values())):
            yield _Line(cells, {key: (row, column) for key, column in stated.items()})


_CODE = re.compile(r"\w{0,3}[0-9]{1,3}")


def _is_of_list(cell: Cell) -> bool:
    """Whether a cell holds a code or a figure; words below a list hold neither."""
    text = cell.text.strip()
    is_figure = any(letter.isdecimal() for letter in text) and not any(letter.isalpha() for letter in text)
    return cell.kind in {"number", "error"} or bool(cell.formula) or is_figure or bool(_CODE.fullmatch(text))


def _is_total(cells: Mapping[str, Cell]) -> bool:
    return is_total(cells.get("task", BLANK).text)


# A table of many units


def is_task_header(texts: list[str]) -> bool:
    """Whether a record is the headings of a table of the tasks of many units."""
    keys = _columns(dict(enumerate(texts)))
    return keys.keys() >= _NEEDED and any(heading(text) in UNIT_HEADINGS["unit"] for text in texts)


def read_task_table(rows: Rows, file: str, asking: Asking) -> Report:
    """What a table of tasks says, as one report without unit and period.

    A record of nobody knows whom may belong to any list: then no list of the table counts.
    """
    start = next(place for place, texts in enumerate(rows) if is_task_header(texts))
    report, columns = Report(file), _table_columns(rows[start])
    listed: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    for number, texts in enumerate(rows[start + 1 :], start + 2):
        if not any(text.strip() for text in texts):
            continue
        if is_uneven(texts, rows[start]):
            report.findings.append(finding(_UNEVEN, file=file, cell=cell_name((number, 1)), value=texts[0]))
            continue
        cells = {key: Cell("text", texts[place]) if texts[place] else BLANK for key, place in columns.items()}
        record = Record(number, cells, {key: (number, place + 1) for key, place in columns.items()})
        unit, period, amiss = who(record, asking, None)
        report.findings += [_on_record(record, key, remark, file) for key, remark in amiss]
        if unit is not None and period is not None and not amiss:
            listed[unit, period].append(_own_line(record))
    report.is_rejected = bool(report.findings)
    marks = _marks(list(chain.from_iterable(listed.values())))
    for (unit, period), lines in () if report.is_rejected else listed.items():
        _add(report, unit, period, lines, "", task_items(asking.rubric, asking.units[unit]), asking.rubric, marks)
    return report


_UNEVEN = Remark(
    "uneven_row",
    term("dòng có số ô khác dòng tiêu đề"),
    term("kiểm tra dấu ngăn cách và dấu nháy của dòng này"),
)


def _table_columns(header: list[str]) -> dict[str, int]:
    """The place of each known column, those that say whose record it is among them."""
    of_unit = {
        key: place
        for place, text in enumerate(header)
        for key, names in UNIT_HEADINGS.items()
        if heading(text) in names
    }
    return _columns(dict(enumerate(header))) | of_unit


def _own_line(record: Record) -> _Line:
    """What a record says of its task."""
    own = {key: cell for key, cell in record.cells.items() if key not in UNIT_HEADINGS}
    return _Line(own, {key: record.places[key] for key in own})


def _on_record(record: Record, key: str, remark: Remark, file: str) -> Finding:
    return finding(remark, file=file, cell=cell_name(record.place(key)), value=record.text(key))
