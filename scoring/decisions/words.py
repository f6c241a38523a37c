"""What does a recorded decision say, in words?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from scoring.core import wording
from scoring.core.text import shown
from scoring.decisions.records import Decision
from scoring.decisions.rulings import WITHDRAWN, asked_kinds
from scoring.reports.fields import choices
from scoring.rubric.model import Criterion, Fact, Rubric

_UNDER_QUOTA = {"band": "chọn mức", "beyond_quota": "giữ ngoài tỷ lệ mức", "lowered": "xếp xuống mức"}


def decision_words(decision: Decision, item: Criterion | Fact | None, rubric: Rubric | None) -> str:
    """What a decision says; item: the one it is about.

    One that no longer fits the rubric, or whose rubric cannot be read (None), is told as it was written.
    """
    match decision.kind:
        case "points":
            return f"{wording.number(Decimal(decision.value))} điểm"
        case "value" | "fact":
            return _value_words(Decimal(decision.value), item)
        case "band" | "beyond_quota" | "lowered":
            known = rubric.band.get(decision.value) if rubric else None
            return f"{_UNDER_QUOTA[decision.kind]} “{known.name if known else shown(decision.value)}”"
        case kind:
            words = {"completed": "đã xong", "explanation": "giải trình", WITHDRAWN: "rút lại"}
            words |= asked_kinds(rubric) if rubric else {}
            return words.get(kind, shown(kind))


def decision_line(decision: Decision, names: Mapping[str, str], rubric: Rubric | None) -> str:
    """Whom and what a decision is about, and what it says; names: of units, by id."""
    items: dict[str, Criterion | Fact] = {}
    if rubric:
        items = {**rubric.item, **{fact.id: fact for fact in rubric.facts}}
    item = items.get(decision.criterion)
    about = f", “{item.name if item else shown(decision.criterion)}”" if decision.criterion else ""
    return f"{names.get(decision.unit, shown(decision.unit))}{about}: {decision_words(decision, item, rubric)}"


def _value_words(value: Decimal, item: Criterion | Fact | None) -> str:
    words = dict(enumerate(choices(item) if item else ()))
    return words.get(int(value), f"{wording.number(value)} {value_unit(item)}".strip())


def value_unit(item: Criterion | Fact | None) -> str:
    """The measurement unit of a criterion's value; "" where it has none."""
    return item.indicator.value_unit if isinstance(item, Criterion) and item.indicator else ""
