"""Read one unit's report, an Excel form or the same table saved as CSV, into rows and findings.

What cannot be told for sure rejects the report when it concerns the whole of it (unit, period, year, columns); when it
concerns a cell, it rejects that figure: the criterion is then missing and the others count.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.core.errors import ReportError
from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import say, term
from scoring.core.numerals import Marks
from scoring.core.text import likeness, odd_characters, shown
from scoring.reports.fields import (
    FORM_VERSION,
    INPUTS,
    MAP,
    PERIOD_LABEL,
    SENT_LABEL,
    UNIT_LABEL,
    YEAR_LABEL,
    all_lines,
    asked_facts,
    asked_items,
    form_digest,
    period_of,
)
from scoring.reports.reading.cells import (
    BLANK,
    Cell,
    Parsed,
    as_written,
    fold,
    is_blank,
    read_date,
    read_label,
    says_year,
)
from scoring.reports.reading.evidence_sheet import (
    UNNAMED,
    ProofSheet,
    SaidOf,
    named_in,
    read_proofs,
    unknown_code_remark,
)
from scoring.reports.reading.rows import Line, Row, Values, read_values, see_marks
from scoring.reports.reading.table import (
    USE_FORM,
    WORDS_BELOW,
    Place,
    Said,
    Table,
    cell_name,
    column_remarks,
    hidden_remarks,
    is_total,
    merged_inputs,
    only_table,
)
from scoring.reports.reading.workbook import Book
from scoring.rubric.model import Fact, Rubric
from scoring.rubric.scope import Unit

FindUnit = Callable[[str, str], str]
"""From what a report writes, and where, to a unit's id; raises ReportError."""


class Asking(NamedTuple):
    """Who may report on what: the rubric, the units by id, and how a report's unit is found."""

    rubric: Rubric
    units: dict[str, Unit]
    find_unit: FindUnit


@dataclass
class Report:
    """What became of one file; a rejected one has findings and no rows. Bulk files have no unit and period."""

    file: str
    unit: str | None = None
    period: str | None = None
    sent_on: datetime.date | None = None
    is_rejected: bool = False
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_report(book: Book, file: str, asking: Asking) -> Report:
    """What a unit's report says; whatever is amiss is among the findings."""
    table = only_table(book)
    if isinstance(table, Remark):
        return Report(file, is_rejected=True, findings=[finding(table, file=file)])
    head = _head(table, book, asking)
    said = [*head.said, *column_remarks(table), *_moved(table, book), *hidden_remarks(table, book)]
    report = Report(file, head.unit, head.period, head.sent_on.value)
    report.is_rejected = any(remark.severity == "error" for _, remark in said)
    said += [(head.sent_at, remark) for remark in head.sent_on.remarks]
    report.findings = [finding(remark, file=file, unit=head.unit, period=head.period) for remark in book.remarks]
    report.findings += [_at(table, place, remark, report) for place, remark in said]
    if not report.is_rejected:
        _add_rows(report, table, read_proofs(book), asking)
    return report


def _at(table: Table, place: Place, remark: Remark, report: Report, criterion: str = "") -> Finding:
    """A remark as a finding on a cell."""
    return finding(
        remark,
        file=report.file,
        sheet=table.sheet.name,
        cell=cell_name(place),
        value=as_written(table.sheet.cells.get(place, BLANK)),
        unit=report.unit,
        period=report.period,
        criterion=criterion,
    )


# Whose report it is, and of when


class Head(NamedTuple):
    """Unit, period and day of sending as far as they can be told, and what is to be said of them."""

    unit: str | None
    period: str | None
    sent_on: Parsed[datetime.date]
    sent_at: Place
    said: list[Said]


def _head(table: Table, book: Book, asking: Asking) -> Head:
    rubric = asking.rubric
    places = [_labelled(table, label) for label in (UNIT_LABEL, PERIOD_LABEL, YEAR_LABEL, SENT_LABEL)]
    (unit_at, unit), (period_at, period), (year_at, year), (sent_at, sent) = places
    said: list[Said] = []
    name, span = read_label(unit), read_label(period)
    for at, label, read in ((unit_at, _UNIT_UNREAD, name), (period_at, _PERIOD_UNREAD, span)):
        told = {one: say(label, why=one.message) if read.value is None else one.message for one in read.remarks}
        said += [(at, one._replace(message=what)) for one, what in told.items()]
    found = None if name.value is None else find_unit(name.value, f"ô {cell_name(unit_at)}", asking)
    if isinstance(found, Remark):
        said.append((unit_at, found))
    stated = None if span.value is None else find_period(span.value, rubric)
    if isinstance(stated, Remark):
        said.append((period_at, stated))
    if not says_year(year, rubric.year):
        what = say("báo cáo ghi năm '{stated}', đang chấm năm {year}", stated=shown(year.text), year=rubric.year)
        said.append((year_at, Remark("other_year", what, USE_FORM)))
    known = [None if isinstance(one, Remark) else one for one in (found, stated)]
    said += [((0, 0), remark) for remark in _form_remarks(book, known[0], known[1], rubric)]
    return Head(known[0], known[1], read_date(sent), sent_at, said)


_UNIT_UNREAD = term("không đọc được mã đơn vị: {why}")
_PERIOD_UNREAD = term("không đọc được kỳ báo cáo: {why}")


def find_unit(text: str, where: str, asking: Asking) -> str | Remark:
    """The id of the unit a report names, or why there is none."""
    try:
        unit = asking.find_unit(text, where)
    except ReportError as error:
        fault = error.faults[0]
        what = "; ".join(words for words in (fault.what, fault.expected) if words)
        return Remark("unknown_unit", what, fault.mend)
    if unit in asking.units:
        return unit
    what = say("đơn vị {unit} không có trong danh bạ của năm {year}", unit=unit, year=asking.rubric.year)
    return Remark("unknown_unit", what, say("kiểm tra mã đơn vị và danh bạ"))


def find_period(text: str, rubric: Rubric) -> str | Remark:
    """The id of the period a report names by id or name, or why there is none."""
    names = {fold(name): period.id for period in rubric.periods for name in (period.id, period.name)}
    if (period := names.get(fold(text))) is not None:
        return period
    known = "; ".join(f"{period.id} ({period.name})" for period in rubric.periods)
    what = say("chưa ghi kỳ báo cáo; các kỳ: {periods}", periods=known)
    if text.strip():
        what = say("không có kỳ báo cáo '{stated}'; các kỳ: {periods}", stated=shown(text), periods=known)
    return Remark("unknown_period", what, USE_FORM)


def _labelled(table: Table, label: str) -> tuple[Place, Cell]:
    """What stands right of a label above the table, and its place."""
    cells, wanted = table.sheet.cells, fold(label)
    for place, cell in sorted(cells.items()):
        if place[0] < table.header and cell.kind == "text" and fold(cell.text) == wanted:
            right = [
                at
                for at, other in cells.items()
                if at[0] == place[0] and at[1] > place[1] and (other.formula or not is_blank(other))
            ]
            at = min(right, default=place)
            # a blank answer must not be taken from the next label
            return (place, BLANK) if cells[at].text.rstrip().endswith(":") else (at, cells[at])
    return (0, 0), BLANK


def _hidden_map(book: Book) -> dict[Place, Cell]:
    """The form's own very hidden sheet; nothing where the report is no form."""
    return next((sheet.cells for sheet in book.sheets if sheet.name == MAP), {})


def _form_remarks(book: Book, unit: str | None, period: str | None, rubric: Rubric) -> Iterator[Remark]:
    """Where a form was made for something else than its labels say."""
    cells = _hidden_map(book)
    facts = {cell.text: cells.get((row, 2), BLANK).text for (row, column), cell in cells.items() if column == 1}
    if not facts:
        return
    for key, stated in (("unit", unit), ("period", period), ("year", str(rubric.year))):
        if stated is not None and stated != facts.get(key):
            made_for = shown(facts.get(key, say("khác")))
            message = say(_MADE_FOR[key], made_for=made_for, stated=stated)
            yield Remark("other_form", message, USE_FORM)
    made_by = facts.get("form"), facts.get("digest")
    if made_by not in {(FORM_VERSION, form_digest(rubric)), (_OF_ONE_TEXT, rubric.digest)}:
        message = say("biểu mẫu làm theo bản bộ tiêu chí khác với bản đang chấm; đã đọc theo mã tiêu chí")
        yield Remark("other_version", message, say("phát lại biểu mẫu nếu tiêu chí đã đổi"))


_OF_ONE_TEXT = "2"
"""Forms of this layout hold the digest of the rubric's whole file; they may still come in."""
_MADE_FOR = {
    "unit": term("biểu mẫu làm cho đơn vị {made_for} nhưng báo cáo ghi {stated}"),
    "period": term("biểu mẫu làm cho kỳ {made_for} nhưng báo cáo ghi {stated}"),
    "year": term("biểu mẫu làm cho năm {made_for} nhưng báo cáo ghi {stated}"),
}


def _moved(table: Table, book: Book) -> Iterator[Said]:
    """Whether rows or columns stand elsewhere than the form has them; one remark says it for all."""
    cells = _hidden_map(book)
    rows = {fold(table.cell(row, "criterion").text): row for row in table.rows()}
    for line in sorted(row for (row, column), cell in cells.items() if column == 1 and cell.text == "cell"):
        item, name, _, place = (cells.get((line, column), BLANK).text for column in range(2, 6))
        at = (rows.get(fold(item), 0), table.columns.get(name, 0))
        if all(at) and cell_name(at) != place:
            what = say(
                "dòng, cột của biểu mẫu đã bị dời ({line} vốn ở ô {cell}); đã đọc theo mã",
                line=shown(item),
                cell=shown(place),
            )
            yield at, Remark("moved", what, say("giữ nguyên dòng, cột của biểu mẫu"))
            return


# The rows


def _add_rows(report: Report, table: Table, proofs: ProofSheet, asking: Asking) -> None:
    """One row per item and fact asked of the unit, in the rubric's order, and what is to be said of them."""
    rubric, unit = asking.rubric, asking.units[str(report.unit)]
    period = period_of(str(report.period), rubric)
    asked: tuple[Line, ...] = (*asked_items(rubric, unit), *asked_facts(rubric, unit, period))
    at: dict[str, list[int]] = {}
    for row in table.rows():
        at.setdefault(fold(table.cell(row, "criterion").text), []).append(row)
    strays = _strays(table, at, {fold(line.id) for line in asked}, rubric)
    report.findings += [_at(table, place, remark, report) for place, remark in strays]
    merged = merged_inputs(table, [row for rows in at.values() for row in rows])
    named, marks = set[str](), _marks(asked, at, table, unit, rubric)
    for line in asked:
        rows = at.get(fold(line.id), [])
        values, said = _NOTHING, [*_not_once(line, rows, table), *_struck_codes(rows, table)]
        if not said:
            values, said = _read_row(line, rows[0], table, merged, unit, rubric, marks)
            evidence, known, unknown = named_in(values.evidence, proofs)
            values = values._replace(evidence=evidence)
            named.update(known)
            said += [((rows[0], table.columns["evidence"]), unknown_code_remark(unknown))] if unknown else []
        shows = "value" if isinstance(line, Fact) or line.indicator else "self_points"
        cell = cell_name((rows[0], table.columns[shows])) if rows else ""
        report.rows.append(Row(unit["id"], line.id, period.id, *values, report.file, table.sheet.name, cell))
        report.findings += [_at(table, place, remark, report, line.id) for place, remark in said]
    report.findings += _on_proofs(proofs, named, report)


def _on_proofs(proofs: ProofSheet, named: set[str], report: Report) -> Iterator[Finding]:
    """What is to be said of the sheet of evidence, and of its rows that nothing names."""
    unnamed = [SaidOf(proofs.places[code], UNNAMED, text) for code, text in proofs.texts.items() if code not in named]
    for place, remark, value in (*proofs.said, *unnamed):
        about = {"unit": report.unit, "period": report.period}
        yield finding(remark, file=report.file, sheet=proofs.name, cell=cell_name(place), value=value, **about)


_NOTHING = Values(None, None, False, None, None)


def _not_once(line: Line, rows: list[int], table: Table) -> list[Said]:
    """Why a line has no row, or more than one."""
    if len(rows) == 1:
        return []
    if not rows:
        what = say("báo cáo không có dòng {line}", line=line.id)
        return [((0, 0), Remark("no_row", what, say("chép lại dòng từ biểu mẫu")))]
    where = ", ".join(cell_name((row, table.columns["criterion"])) for row in rows)
    what = say(
        "mã {line} ghi {times} lần ({cells}), không biết dòng nào đúng nên không tính dòng nào",
        line=line.id,
        times=len(rows),
        cells=where,
    )
    remark = Remark("doubled_row", what, say("chỉ giữ một dòng cho mỗi mã"))
    return [((row, table.columns["criterion"]), remark) for row in rows]


def _struck_codes(rows: list[int], table: Table) -> Iterator[Said]:
    """What is to be said of codes that are crossed out, with what stands in their rows or not."""
    for row in rows:
        label = read_label(table.cell(row, "criterion"))
        yield from (((row, table.columns["criterion"]), one) for one in label.remarks if label.value is None)


def _marks(asked: Sequence[Line], at: dict[str, list[int]], table: Table, unit: Unit, rubric: Rubric) -> Marks:
    """The decimal marks of the report's figures, by column."""
    marks = Marks()
    for line in asked:
        for row in at.get(fold(line.id), []):
            cells = {name: table.cell(row, name) for name in INPUTS}
            see_marks(marks, line, cells, table.columns, unit, rubric)
    return marks


def _read_row(
    line: Line, row: int, table: Table, merged: set[Place], unit: Unit, rubric: Rubric, marks: Marks
) -> tuple[Values, list[Said]]:
    places = {name: (row, table.columns[name]) for name in INPUTS}
    cells = {name: BLANK if at in merged else table.sheet.cells.get(at, BLANK) for name, at in places.items()}
    written = {name: marks.of(table.columns[name]) for name in INPUTS}
    values, remarks = read_values(line, cells, unit, rubric, written)
    said = [(places[name], remark) for name, remark in remarks]
    return values, said + [(at, _MERGED) for at in places.values() if at in merged]


_MERGED = Remark(
    "merged",
    term("ô bị gộp với ô khác, không biết số liệu của dòng nào"),
    term("bỏ gộp ô rồi ghi lại"),
)


def _strays(table: Table, at: dict[str, list[int]], asked: set[str], rubric: Rubric) -> Iterator[Said]:
    """Rows with figures that belong to nothing asked; a row of totals is none, nor are words below the table."""
    known = {fold(line.id): line.id for line in all_lines(rubric)}
    last = max((row for code, rows in at.items() if code in known for row in rows), default=0)
    for code, rows in at.items():
        if code in asked or is_total(code):
            continue
        for row in rows:
            place, written = (row, table.columns["criterion"]), table.cell(row, "criterion").text
            filled = any(not is_blank(table.cell(row, name)) for name in _FIGURES)
            if row > last and not _holds_figures(table, row) and not _CODE.fullmatch(written.strip()):
                if code:
                    yield place, WORDS_BELOW
            elif code in known and filled:
                what = say("đơn vị không phải báo cáo {line} ở kỳ này nên không tính", line=known[code])
                yield place, Remark("not_asked", what, say("xóa số liệu của dòng này"))
            elif code not in known and code:
                yield place, unknown_code(written, rubric)
            elif not code and filled and not is_total(table.cell(row, "name").text):
                what = say("dòng có số liệu nhưng không có mã nên không tính")
                yield place, Remark("no_code", what, USE_FORM)


_FIGURES = ("value", "base", "self_points")
_CODE = re.compile(r"\w{0,3}[0-9]{1,3}(?:[.][0-9]{1,2})?")


def _holds_figures(table: Table, row: int) -> bool:
    """Whether a row has a figure where figures belong."""
    cells = [table.cell(row, name) for name in _FIGURES]
    return any(cell.kind == "number" or cell.text.strip().replace(",", ".", 1).isdecimal() for cell in cells)


def unknown_code(written: str, rubric: Rubric) -> Remark:
    """What is said of a code that no item or fact has; what it looks like is only a hint."""
    code = shown(written.strip())
    what = say("không có tiêu chí mang mã '{code}'", code=code)
    if odd := odd_characters(written.strip()[:40]):
        what = say("không có tiêu chí mang mã '{code}', trong đó có {odd}", code=code, odd=odd)
    alike = [line.id for line in all_lines(rubric) if likeness(line.id) == likeness(written[:200])]
    mend = say("mã trong bộ tiêu chí: {code}", code=alike[0]) if alike else say("ghi mã đúng như trong biểu mẫu")
    return Remark("unknown_criterion", what, mend)
