"""The plan and a rubric held against each other: which criteria score a clause, or why nothing does."""

from __future__ import annotations

from typing import NamedTuple

from scoring.core.language import say
from scoring.core.wording import enumeration
from scoring.rubric.model import Clause, Plan, Rubric


class ClauseCoverage(NamedTuple):
    """A clause of the plan, the ids of what scores it, and what is not scored of it and why ("": nothing is left)."""

    clause: Clause
    items: tuple[str, ...]
    left: str


def coverage(rubric: Rubric, plan: Plan) -> tuple[ClauseCoverage, ...]:
    """Every clause of the plan, in its order, as this rubric treats it.

    rubric, plan: both as the language spoken has them (`in_words`).
    """
    return tuple(
        ClauseCoverage(clause, ids_citing(clause.id, rubric), _left(clause, rubric)) for clause in plan.clauses
    )


def ids_citing(clause: str, rubric: Rubric) -> tuple[str, ...]:
    """The ids of the criteria, bonus and deduction items, then the gates, that cite a clause."""
    cited = [item.id for item in rubric.items if item.clause == clause]
    return (*cited, *(gate.id for gate in rubric.gates if gate.clause == clause))


def carrying(rubric: Rubric) -> tuple[str, ...]:
    """The ids of the criteria that take the result of another rubric: what is scored there reaches this one by them."""
    return tuple(item.id for item in rubric.items if item.indicator and item.indicator.source == "unit_result")


def clauses_without_answer(rubric: Rubric, plan: Plan) -> tuple[Clause, ...]:
    """The clauses the plan scores and that bind those judged, of which the rubric says neither how nor why not."""
    if carrying(rubric):
        return ()
    explained = {one.clause for one in rubric.not_scored} | (
        {rubric.annual_share.clause} if rubric.annual_share else set()
    )
    return tuple(
        clause
        for clause in plan.clauses
        if clause.scored and binds(clause, rubric) and clause.id not in explained and not ids_citing(clause.id, rubric)
    )


def binds(clause: Clause, rubric: Rubric) -> bool:
    """Whether a clause binds those whom a rubric judges."""
    return clause.binds in {"both", rubric.level}


def _left(clause: Clause, rubric: Rubric) -> str:
    if not clause.scored:
        return clause.why_not_scored or ""
    reasons = [one.why for one in rubric.not_scored if one.clause == clause.id]
    if ids_citing(clause.id, rubric):
        return " ".join(filter(None, [clause.part_not_scored, *reasons]))
    if reasons:
        return " ".join(reasons)
    if rubric.annual_share is not None and rubric.annual_share.clause == clause.id:
        return say("Thực hiện bằng quy đổi cuối năm: {of}.", of=rubric.annual_share.of)
    if ids := carrying(rubric):
        return say("Chấm ở kết quả của đơn vị, tính vào đây qua {ids}.", ids=enumeration(ids))
    return say("Không phải việc của cấp được chấm ở đây.")
