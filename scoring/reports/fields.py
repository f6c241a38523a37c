"""What a report is asked for: the form's columns and words, and the fields of each item.

`forms` writes by it and `intake` reads by it, so that a form and its reader cannot disagree.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import NamedTuple

from scoring.rubric.methods import METHODS
from scoring.rubric.model import Bound, Criterion, Fact, Period, Rubric
from scoring.rubric.scope import Unit, applies, members_of
from scoring.rubric.told import YES_NO

SHEET, TASKS, PROOFS, GUIDE = "Báo cáo", "Công việc", "Minh chứng", "Hướng dẫn"
LISTS, MAP = "_lists", "_form"
"""The sheets of a form; these two are hidden. `TASKS` is there where the rubric counts tasks."""
"""The words of a yes/no value, at the places 0 and 1."""
NOT_APPLICABLE = "Không áp dụng"
UNIT_LABEL, PERIOD_LABEL, YEAR_LABEL, SENT_LABEL = "Mã đơn vị", "Kỳ báo cáo", "Năm", "Ngày gửi"
"""The labels above the table whose values a reader needs; each stands left of its value."""


class FormColumn(NamedTuple):
    """One column of the form's table; width in characters."""

    key: str
    heading: str
    width: int


COLUMNS = (
    FormColumn("criterion", "Mã", 6),
    FormColumn("name", "Tiêu chí", 32),
    FormColumn("clause", "Mục kế hoạch", 9),
    FormColumn("value_unit", "Đơn vị tính", 14),
    FormColumn("rule", "Chỉ tiêu, cách tính điểm của đơn vị", 26),
    FormColumn("max_points", "Điểm tối đa", 7),
    FormColumn("previous", "Kỳ trước", 8),
    FormColumn("value", "Kết quả", 9),
    FormColumn("base", "Trên tổng số", 9),
    FormColumn("not_applicable", NOT_APPLICABLE, 11),
    FormColumn("self_points", "Điểm tự chấm", 8),
    FormColumn("evidence", "Minh chứng (số, ngày văn bản hoặc đường dẫn)", 30),
    FormColumn("check", "Kiểm tra", 18),
)
PROOF_COLUMNS = (
    FormColumn("code", "Mã minh chứng", 10),
    FormColumn("kind", "Loại", 20),
    FormColumn("number", "Số, ký hiệu", 20),
    FormColumn("date", "Ngày văn bản", 13),
    FormColumn("issuer", "Cơ quan ban hành", 32),
    FormColumn("link", "Đường dẫn", 40),
    FormColumn("check", "Kiểm tra", 22),
)
"""The columns of a form's sheet of evidence."""
TASK_COLUMNS = (
    FormColumn("code", "Mã công việc", 9),
    FormColumn("task", "Công việc, sản phẩm được giao", 40),
    FormColumn("assigned", "Số lượng được giao", 10),
    FormColumn("factor", "Hệ số quy đổi (để trống là 1)", 10),
    FormColumn("done", "Số lượng hoàn thành", 10),
    FormColumn("faults", "Số lần chưa đạt chất lượng", 10),
    FormColumn("faults_excused", "Số lần chưa đạt do khách quan", 10),
    FormColumn("late", "Số lần chậm tiến độ", 10),
    FormColumn("late_excused", "Số lần chậm do khách quan", 10),
    FormColumn("confirmation", "Văn bản xác nhận nguyên nhân khách quan", 28),
    FormColumn("check", "Kiểm tra", 22),
)
"""The columns of a form's list of tasks."""
MOST_TASKS = 60
"""Rows of that list."""
MOST_PROOFS = 40
"""Rows of that sheet."""
INPUTS = ("value", "base", "not_applicable", "self_points", "evidence")
"""The fields a unit fills in, in the order of the form's columns."""


def proof_code(number: int) -> str:
    """The code of a row of the sheet of evidence, from 1.

    >>> proof_code(3)
    'MC03'
    """
    return f"MC{number:02}"


def task_code(number: int) -> str:
    """The code of a row of the list of tasks, from 1.

    >>> task_code(3)
    'CV03'
    """
    return f"CV{number:02}"


FORM_VERSION = "3"
"""The form's layout; a report on another layout is recognised by it."""


def form_digest(rubric: Rubric) -> str:
    """SHA-256, in hex, of what the input cells of a rubric's forms mean.

    A change of it asks for other figures than a form handed out before: another item, unit of measure, whole, list of
    choices, way to add periods up, limit or need for evidence. Names, advice, points, targets, bands and gates may
    change without it.
    """
    meanings = [
        _meaning(line, rubric) for line in all_lines(rubric) if isinstance(line, Fact) or is_asked(line, rubric)
    ]
    meanings += [["tasks", rubric.tasks.loss]] if rubric.tasks else []
    told = json.dumps([[period.id for period in rubric.periods], meanings], ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _meaning(line: Criterion | Fact, rubric: Rubric) -> list[object]:
    """What is written into the cells of one line."""
    scope = line.applies_to.model_dump() if line.applies_to else None
    own: list[object] = [line.id, scope, inputs(line, rubric), choices(line), decimals(line)]
    if isinstance(line, Fact):
        return [*own, line.kind, line.at_most]
    asked = line.indicator
    return [*own, line.evidence, asked and [asked.value_unit, asked.of, asked.periods, asked.least, asked.most]]


def all_lines(rubric: Rubric) -> tuple[Criterion | Fact, ...]:
    """The rubric's items, then its facts: whatever entries may be about."""
    return (*rubric.items, *rubric.facts)


def period_of(name: str, rubric: Rubric) -> Period:
    """The period of this id."""
    return next(period for period in rubric.periods if period.id == name)


def is_asked(item: Criterion, rubric: Rubric) -> bool:
    """Whether reports are asked for an item at all: under its own id, or as a claim for a judge to decide."""
    if item.indicator is None:
        return rubric.kind(item.id) != "deduction"
    return item.indicator.source == "report" and item.indicator.same_as is None


def asked_items(rubric: Rubric, unit: Unit) -> tuple[Criterion, ...]:
    """The criteria, bonus and deduction items one unit is asked for, in the order of the rubric."""
    return tuple(item for item in rubric.items if is_asked(item, rubric) and applies(item.applies_to, unit))


def of_tasks(rubric: Rubric) -> frozenset[str]:
    """The ids of the items that a list of tasks says."""
    return frozenset(item.id for item in rubric.items if item.indicator and item.indicator.source == "tasks")


def task_items(rubric: Rubric, unit: Unit) -> tuple[Criterion, ...]:
    """The items of one unit that its list of tasks says."""
    counted = of_tasks(rubric)
    return tuple(item for item in rubric.items if item.id in counted and applies(item.applies_to, unit))


def asked_facts(rubric: Rubric, unit: Unit, period: Period) -> tuple[Fact, ...]:
    """The facts one unit is asked for: all that concern it, in the report that speaks for the year only."""
    asked = period.id == rubric.annual_period.id
    return tuple(fact for fact in rubric.facts if applies(fact.applies_to, unit)) if asked else ()


def is_asked_of(line: Criterion | Fact, unit: Unit, period: str, rubric: Rubric) -> bool:
    """Whether one unit is asked for an item or fact in a period."""
    asked = is_asked(line, rubric) if isinstance(line, Criterion) else period == rubric.annual_period.id
    return asked and applies(line.applies_to, unit)


def inputs(line: Criterion | Fact, rubric: Rubric) -> tuple[str, ...]:
    """The fields a unit fills in for an item or fact, some of `INPUTS`."""
    if isinstance(line, Fact):
        return ("value",)
    asked = {
        "value": line.indicator is not None,
        "base": line.indicator is not None and line.indicator.of is not None,
        "not_applicable": line.may_not_apply is not None,
        "self_points": rubric.kind(line.id) != "deduction",
        "evidence": line.evidence is not None,
    }
    return tuple(field for field in INPUTS if asked[field])


def is_mandatory(line: Criterion | Fact, rubric: Rubric) -> bool:
    """Whether a blank result is something left out; bonus and deductions are stated only where there are some."""
    return isinstance(line, Fact) or (line.indicator is not None and rubric.kind(line.id) == "criterion")


def choices(line: Criterion | Fact) -> tuple[str, ...]:
    """The words a value is chosen from (the value is the place in them, from 0); none where it is a number."""
    if isinstance(line, Fact):
        return YES_NO if line.kind == "yes_no" else ()
    return METHODS[line.method].choices(line)


def decimals(line: Criterion | Fact) -> int:
    """How many decimals a reported number may have."""
    return line.indicator.decimals if isinstance(line, Criterion) and line.indicator else 0


def value_range(line: Criterion | Fact, unit: Unit) -> tuple[Decimal, Decimal | None]:
    """The least and the most a reported number may be (None: no limit, or the unit's members are not known)."""
    if isinstance(line, Fact) or line.indicator is None:
        return Decimal(0), None
    least, most = line.indicator.least, line.indicator.most
    if isinstance(most, Bound):
        members = members_of(unit)
        most = None if members is None else Decimal(members)
    return Decimal(0) if least is None else least, most
