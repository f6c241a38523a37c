"""Who issues the assessments of a rubric, on what grounds, and what those who are judged are called.

The plan says it for the whole year; a rubric that judges others than the plan's own level says it for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scoring.core.language import say
from scoring.rubric.model import Body, Plan, Rubric


class Issuer(NamedTuple):
    """Letterhead, recipients and signature (`body`), the legal bases, what one of those judged is called and does.

    evaluated: what the results are results of, to stand after "kết quả".
    """

    body: Body
    bases: tuple[str, ...]
    judged: str
    evaluated: str


def issuer_of(plan: Plan, rubric: Rubric) -> Issuer:
    """The issuer of a rubric's assessments; what the rubric does not say itself it takes from the plan.

    plan, rubric: both as the language spoken has them (`in_words`).
    """
    judged = rubric.judged or _plain_name(rubric)
    return Issuer(rubric.body or plan.body, rubric.bases or plan.bases, judged, rubric.evaluated or plan.subject)


def _plain_name(rubric: Rubric) -> str:
    return say("chức danh") if rubric.subject == "position" else say("đơn vị")


def issuer_rows(plan: Plan, rubric: Rubric) -> Iterator[tuple[str, str, str]]:
    """What is said, its text, and whether the rubric says it or inherits it, so that nobody inherits unseen."""
    issuer, own, inherited = issuer_of(plan, rubric), "bộ tiêu chí", "kế hoạch (bộ tiêu chí không ghi riêng)"
    yield ("Cơ quan ban hành", f"{issuer.body.name} ({issuer.body.parent})", own if rubric.body else inherited)
    signature = f"{issuer.body.signing_authority} {issuer.body.signing_post}"
    yield ("Người ký", signature, own if rubric.body else inherited)
    yield ("Nơi nhận", "; ".join(issuer.body.recipients), own if rubric.body else inherited)
    yield ("Căn cứ", "; ".join(issuer.bases), own if rubric.bases else inherited)
    yield ("Gọi đối tượng là", issuer.judged, own if rubric.judged else "chương trình (bộ tiêu chí không ghi judged)")
    yield ("Điều được đánh giá", issuer.evaluated, own if rubric.evaluated else inherited)
