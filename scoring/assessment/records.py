"""One unit's assessment (phiếu đánh giá) as plain data: what it consists of, every figure in its smallest unit.

An assessment is written as JSON beside the pages made from it; from its figures alone every total can be added up
again. `unit` makes it, `pages` says how it is laid out.
"""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict

from scoring.assessment.advice import Recommendation
from scoring.assessment.edition import PROPOSAL, Edition
from scoring.core import wording
from scoring.rubric.model import Body


class Record(BaseModel):
    """A frozen piece of an assessment."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Record):
    """The unit, or the post of a unit, as the register has it at the year's end.

    taken_over: whether it has ended and another one answers for it.
    """

    id: str
    name: str
    block: str
    block_name: str
    type_name: str
    members: int | None
    parent: str
    is_post: bool
    eligible: bool
    eligibility: str
    ended: bool
    taken_over: bool = False


class GroupLine(Record):
    """A group's points, what applies of its maximum, and the median of the block; smallest units.

    Of a group with a weight all of it as it counts in the total. carried: how groups in it were carried over, in words.
    stands: rank and band of the group, and of those in it, where the rubric ranks them, in words.
    """

    id: str
    name: str
    points: int | None
    max_points: int
    applicable: int
    median: int | None
    carried: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()


class PeriodPart(Record):
    """What one period's report gave to a value put together of several, and where it stands there."""

    period: str
    value: int
    base: int | None
    scale: int
    evidence: str
    file: str
    sheet: str
    cell: str


class MarkLine(Record):
    """One mark with everything that explains it. Values and targets are scaled by `scale`.

    parts: of a value put together of several periods, each of them; file, sheet, cell and evidence are the last one's.
    clause_cited: the clause as a table cites it. block_median, block_best: the points of the graded units of the block.
    """

    criterion: str
    name: str
    group: str
    clause: str
    clause_cited: str
    kind: str
    state: str
    value: int | None
    base: int | None
    target: int | None
    scale: int
    value_unit: str
    points: int | None
    max_points: int
    self_points: int | None
    computed_points: int | None
    verified_points: int | None
    council_points: int | None
    block_median: int | None
    block_best: int | None
    basis: str
    reason_code: str
    reason: str
    evidence: str
    file: str
    sheet: str
    cell: str
    advice: str
    decided: tuple[str, ...]
    parts: tuple[PeriodPart, ...] = ()


class Result(Record):
    """Totals, band and rank, and what decided them. Points in smallest units; `figure` scaled by its decimals.

    is_rank_explained: whether it took more than the figure to rank the unit. pending, pending_points: the criteria
    that wait for somebody to give points, and their maxima.
    """

    total: int | None
    bonus: int | None
    deductions: int | None
    effective_max: int
    max_points: int
    figure: int | None
    figure_decimals: int
    figure_of: str
    annual_points: int | None
    annual_max: int
    annual_of: str
    score_band: str
    band: str
    band_name: str
    capped_by: str
    withheld_by: str
    gates: tuple[str, ...]
    selected: str
    selection: str
    rank: int | None
    ranked: int | None
    tied: int | None
    is_rank_explained: bool
    decided: tuple[str, ...]
    pending: int
    pending_points: int
    idle: str


class ChangeLine(Record):
    """A part of the total in both years; before + by_rules + by_work + not_comparable = after, in smallest units.

    group: its id, "" for what is not a group of this year. not_comparable: the differences of criteria that cannot be
    scored by both years' rules.
    """

    group: str
    name: str
    before: int
    by_rules: int
    by_work: int
    not_comparable: int
    after: int


class YearBefore(Record):
    """How the unit stood a year before and what has changed, in sentences; no lines where nothing can be compared."""

    year: int
    said: tuple[str, ...]
    lines: tuple[ChangeLine, ...]


class UnitFinding(Record):
    """One finding about the unit's reports."""

    severity: str
    criterion: str
    file: str
    cell: str
    message: str
    mend: str


class SourceLine(Record):
    """A document the rules rest on: what of them it says, how it is named in that, and its address ("": unknown)."""

    said: str
    document: str
    link: str


class Assessment(Record):
    """One unit's assessment of one year, told in one language.

    judged: what one of those assessed is called. strengths, weaknesses: what stands out in the block. outlook: how
    far another rank and the next band are. firmness: the ranks it has in trials of another verification, "" where that
    says nothing. recommendations: what the unit can do, what brings most first.
    sources: from which documents the bands, conditions, quotas and dated figures come.
    edition: whether the page is a proposal, final, or a draft beside what is published.
    """

    year: int
    language: str
    plan_title: str
    subject: str
    judged: str
    bases: tuple[str, ...]
    body: Body
    sample: bool
    rubric: str
    rubric_name: str
    rubric_digest: str
    decimals: int
    unit: Unit
    result: Result
    groups: tuple[GroupLine, ...]
    marks: tuple[MarkLine, ...]
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    outlook: tuple[str, ...]
    firmness: str = ""
    before: YearBefore | None
    findings: tuple[UnitFinding, ...]
    recommendations: tuple[Recommendation, ...]
    sources: tuple[SourceLine, ...] = ()
    edition: Edition = PROPOSAL

    @property
    def is_final(self) -> bool:
        """Whether it belongs to a publication."""
        return self.edition.is_final

    @property
    def is_posts(self) -> bool:
        """Whether it is a post's."""
        return self.unit.is_post

    @property
    def digest(self) -> str:
        """SHA-256 of the whole assessment, in hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def points(self, scaled: int | None) -> str:
        """Points as this assessment prints them."""
        return wording.points(scaled, self.decimals)

    def of_kind(self, kind: str) -> list[MarkLine]:
        """The marks that count (criterion), add (bonus) or take away (deduction)."""
        return [mark for mark in self.marks if mark.kind == kind]
