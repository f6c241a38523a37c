"""Write the cases verifiers answer before the season, frozen and without names, and read their answers back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from scoring.assessment.calibration import CaseAnswer, CaseBook, names_in, without_names
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.second_sample import MarkKey
from scoring.core.errors import DecisionError, Fault
from scoring.core.points import to_scaled
from scoring.core.rows import UnitRow
from scoring.core.tables import plain_rows, rows_as
from scoring.decisions.records import Standing
from scoring.decisions.rulings import SECOND, Ruling, RulingContext, cleaned, missing_statements, refusal
from scoring.desk.workbook.lines import Line, lines_of
from scoring.desk.workbook.reading import case_answers
from scoring.desk.workbook.two_verifiers import without_first
from scoring.desk.workbook.writing import CALIBRATED, SETTLED, write_lines
from scoring.rubric.rule_words import rule_text

_CASE = "CA-"
_TEXTS = ("reported", "working", "evidence", "rule")
"""What of a line is text that units wrote, or that may name one."""


class Answers(NamedTuple):
    """What one workbook states: whose it is ("" where it settles the cases), and the points of each case.

    numbers: what the workbook calls each case. Nothing is answered in a blank workbook, whose role is not known.
    """

    role: str
    book: CaseBook
    numbers: dict[MarkKey, int]


def case_lines(evaluation: Evaluation, standing: Standing, cases: Sequence[MarkKey]) -> list[Line]:
    """The cases as lines of a workbook: what was reported and computed, not whose it is nor what anybody decided."""
    blind = without_first(evaluation, standing)
    block = dict(evaluation.year.units[["id", "block"]].astype(str).to_numpy())
    concerned = dict.fromkeys(block[unit] for unit, _ in cases)
    lines = {(line.unit, line.item.id): line for name in concerned for line in lines_of(*blind, name, SECOND)}
    items, units = evaluation.year.rubric.item, {unit["id"]: unit for unit in rows_as(UnitRow, evaluation.year.units)}
    called = plain_rows(evaluation.year.register.spans)
    return [
        _nameless(lines[mark], number, rule_text(items[mark[1]], units[mark[0]]), names_in(called, mark[0]))
        for number, mark in enumerate(cases, 1)
    ]


def _nameless(line: Line, number: int, rule: str, names: Sequence[str]) -> Line:
    told = line.told | {"unit": case_name(number), "unit_name": "", "rule": rule}
    told |= {key: without_names(told.get(key) or "", names) for key in _TEXTS}
    about = _fingerprint(line.unit, line.item.id, line.on_entry)
    return line._replace(unit=case_name(number), told=told, on_entry=about, replaces="")


def case_name(number: int) -> str:
    """What a case is called, from 1.

    >>> case_name(3)
    'CA-03'
    """
    return f"{_CASE}{number:02}"


def _fingerprint(unit: str, criterion: str, on_entry: str) -> str:
    """Which report of which mark a case was made of, for whoever has the year's reports."""
    return hashlib.sha256("\n".join([unit, criterion, on_entry]).encode()).hexdigest()


def write_cases(path: Path, lines: Sequence[Line], evaluation: Evaluation, role: str = "") -> None:
    """Write a verifier's workbook of the cases; raises ParameterError where the disk refuses."""
    write_lines(path, lines, [], CALIBRATED, f"{len(lines)} ca", evaluation.year, role)


def write_settling(path: Path, lines: Sequence[Line], evaluation: Evaluation) -> None:
    """Write the workbook in which verifiers settle the cases together; raises ParameterError as the disk does."""
    write_lines(path, lines, [], SETTLED, f"{len(lines)} ca", evaluation.year)


def read_cases(path: Path, evaluation: Evaluation) -> Answers:
    """The answers in a workbook of cases; cases left blank have none, and a blank workbook has no answer at all.

    Raises ReportError, DecisionError with every fault at its cell, as reading a verification does, and where a case
    is of reports that are no longer there.
    """
    kind, rulings = case_answers(path, evaluation.year.rubric)
    context = RulingContext(
        evaluation.year.rubric, evaluation.year.units, evaluation.entries, set(evaluation.year.units["id"])
    )
    found = _whose(rulings.values(), context)
    faults, book, numbers, role = list[Fault](), dict[MarkKey, CaseAnswer](), dict[MarkKey, int](), ""
    for place, ruling in rulings.items():
        about = ruling.on_entry or ""
        if about not in found:
            what = f"báo cáo của {ruling.unit} đã đổi từ khi lập sổ"
            faults.append(Fault(place, what, mend="lập lại sổ ca mẫu rồi chép phần đã điền sang"))
            continue
        stated = cleaned(ruling.model_copy(update={"unit": found[about], "on_entry": None, "replaces": ()}))
        faults += _answer_faults(place, stated, context)
        role = "" if kind == SETTLED else stated.role
        if not faults:
            mark = found[about], stated.criterion
            numbers[mark] = int(ruling.unit.removeprefix(_CASE))
            book[mark] = CaseAnswer(to_scaled(Decimal(stated.value), evaluation.year.rubric.scale), stated.reason)
    if faults:
        raise DecisionError(path.name, faults)
    return Answers(role, book, numbers)


def _whose(rulings: Iterable[Ruling], context: RulingContext) -> dict[str, str]:
    """The unit of each case that is still reported as it was, by the case's fingerprint."""
    asked = {ruling.on_entry: ruling.criterion for ruling in rulings}
    known = {}
    for criterion in set(asked.values()):
        for unit in context.units:
            known[_fingerprint(unit, criterion, context.digest(unit, criterion))] = unit
    return {about: known[about] for about in asked if about in known}


def _answer_faults(place: str, ruling: Ruling, context: RulingContext) -> Iterator[Fault]:
    """What is wrong with an answer, as with any verifier's decision."""
    for remark in filter(None, [*missing_statements(ruling), refusal(ruling, context)]):
        yield Fault(place, remark.message, mend=remark.mend)
