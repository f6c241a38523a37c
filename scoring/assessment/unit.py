"""One unit's story (phiếu đánh giá) as plain data: every figure in its smallest unit, every reason in words.

An assessment is written as JSON beside the pages made from it; from its figures alone every total can be added up
again. `pages` says how it is laid out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

import pandas as pd
from pydantic import BaseModel, ConfigDict

from scoring.assessment.advice import Recommendation
from scoring.assessment.conditions import clauses_cited
from scoring.assessment.edition import PROPOSAL, Edition
from scoring.assessment.reasons import band_told, decided_text, decision_text, idle_text, mark_reason, outlook_text
from scoring.core import wording
from scoring.core.language import in_words, say, spoken_language
from scoring.core.rows import DecisionRow, FindingRow, MarkRow, QuotaRow, StandingRow, TotalRow, UnitRow, of
from scoring.core.tables import rows_as
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Body, Plan, Rubric
from scoring.scores.distance import rank_margins

Table = pd.DataFrame
_STRENGTHS = 2
"""How many criteria a unit may be praised for."""


class Record(BaseModel):
    """A frozen piece of an assessment."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Record):
    """The unit, or the post of a unit, as the register has it at the year's end."""

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


class GroupLine(Record):
    """A group's points, what applies of its maximum, and the median of the block; smallest units."""

    id: str
    name: str
    points: int | None
    max_points: int
    applicable: int
    median: int | None


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


class FindingLine(Record):
    """One finding about the unit's reports."""

    severity: str
    criterion: str
    file: str
    cell: str
    message: str
    mend: str


class Assessment(Record):
    """One unit's assessment of one year, told in one language.

    judged: what one of those assessed is called. strengths, weaknesses: what stands out in the block. outlook: how
    far another rank and the next band are. recommendations: what the unit can do, what brings most first.
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
    before: YearBefore | None
    findings: tuple[FindingLine, ...]
    recommendations: tuple[Recommendation, ...]
    edition: Edition = PROPOSAL

    @property
    def is_final(self) -> bool:
        """Whether it belongs to a publication."""
        return self.edition.is_final

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


def assess_units(
    marks: Table,
    totals: Table,
    standings: Table,
    quotas: Table,
    findings: Table,
    decisions: Table,
    units: Table,
    rubric: Rubric,
    plan: Plan,
    before: Mapping[str, YearBefore],
    advice: Mapping[str, tuple[Recommendation, ...]],
) -> Iterator[Assessment]:
    """The assessment of every unit, in the order of the register.

    The tables are those of `score`, `rank`, the register, `intake` and `decisions`, of the same units. before,
    advice: by unit.
    """
    rubric, plan = in_words(rubric), in_words(plan)
    issuer, cites = issuer_of(plan, rubric), clauses_cited(plan)
    spread, facts_decided = _spread(marks, standings), _facts_decided(decisions)
    medians, full = _medians(totals, standings, rubric), _full_in_block(marks, standings)
    groups = {criterion.id: group.id for group in rubric.groups for criterion in group.walk()}
    count = len(rubric.items)
    lines, arithmetic = rows_as(MarkRow, marks), rows_as(QuotaRow, quotas)
    found, decided = _last_findings(findings), _decided(decisions)
    stands, sums = rows_as(StandingRow, standings), rows_as(TotalRow, totals)
    margins = rank_margins(sums, stands, rubric)
    for place, (unit, total, standing) in enumerate(zip(rows_as(UnitRow, units), sums, stands, strict=True)):
        own = _groups(total, medians.get(unit["block"], {}), rubric)
        mark_lines = tuple(
            _mark(
                line, groups, decided.get((unit["id"], line["criterion"]), ()), cites, spread, standing["block"], rubric
            )
            for line in lines[place * count : (place + 1) * count]
        )
        yield Assessment(
            year=rubric.year,
            language=spoken_language(),
            plan_title=plan.title,
            subject=plan.subject,
            judged=issuer.judged,
            bases=issuer.bases,
            body=issuer.body,
            sample=plan.sample,
            rubric=rubric.id,
            rubric_name=rubric.name,
            rubric_digest=rubric.digest,
            decimals=rubric.points.decimals,
            unit=_unit(unit, rubric),
            result=_result(total, standing, arithmetic, mark_lines, cites, facts_decided.get(unit["id"], ()), rubric),
            groups=own,
            marks=mark_lines,
            strengths=tuple(_strengths(own, mark_lines, full.get(standing["block"], {}), rubric)),
            weaknesses=tuple(_against_median(own, rubric, above=False)),
            outlook=tuple(outlook_text(total, standing, margins.get(unit["id"]), rubric)),
            before=before.get(unit["id"]),
            findings=tuple(found.get(unit["id"], {}).values()),
            recommendations=advice.get(unit["id"], ()),
        )


def _last_findings(findings: Table) -> dict[str, dict[tuple[str, ...], FindingLine]]:
    """By unit; what the periods' reports have in common is told once, of the last one."""
    found: dict[str, dict[tuple[str, ...], FindingLine]] = {}
    for row in rows_as(FindingRow, findings):
        same = (row["code"], row["criterion"]) if row["criterion"] else (row["code"], row["period"], row["file"])
        found.setdefault(row["unit"], {})[same] = _finding(row)
    return found


def _medians(totals: Table, standings: Table, rubric: Rubric) -> dict[str, dict[str, int]]:
    """The median of each group's points in each block, over the units that have a band; between two: the lower."""
    graded = totals[standings["band"].notna()]
    columns = [f"points:{group.id}" for group in rubric.groups]
    blocks = standings.loc[graded.index, "block"]
    middle = graded[columns].astype("int64").groupby(blocks, observed=True).quantile(0.5, interpolation="lower")
    return {str(block): {str(name): int(figure) for name, figure in row.items()} for block, row in middle.iterrows()}


def _spread(marks: Table, standings: Table) -> dict[tuple[str, str], tuple[int, int]]:
    """By block and item, the median (between two: the lower) and the best of the points of the units with a band."""
    blocks = standings.loc[standings["band"].notna()].set_index("unit")["block"].astype("str")
    block = marks["unit"].astype("str").map(blocks)
    own = marks[marks["points"].notna() & block.notna()]
    points = own["points"].astype("int64").groupby([block[own.index], own["criterion"].astype("str")])
    middle, best = points.quantile(0.5, interpolation="lower"), points.max()
    return {key: (int(middle[key]), int(best[key])) for key in middle.index}


def _facts_decided(decisions: Table) -> dict[str, set[str]]:
    """By unit, the facts on which somebody decided."""
    found: dict[str, set[str]] = {}
    for row in rows_as(DecisionRow, decisions[decisions["kind"] == "fact"]):
        found.setdefault(row["unit"], set()).add(row["criterion"])
    return found


def _full_in_block(marks: Table, standings: Table) -> dict[str, dict[str, tuple[int, int]]]:
    """For each block and criterion: how many of the units that have a band won all its points, and how many could."""
    counted = marks[(marks["kind"] == "criterion") & marks["points"].notna()]
    blocks = standings.loc[standings["band"].notna()].set_index("unit")["block"].astype("str")
    block = counted["unit"].astype("str").map(blocks)
    full = (counted["points"] == counted["max_points"]).astype("int64")
    table = full.groupby([block, counted["criterion"].astype("str")]).agg(["sum", "size"])
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for (name, criterion), won, could in table.itertuples():
        counts.setdefault(name, {})[criterion] = (int(won), int(could))
    return counts


def _decided(decisions: Table) -> dict[tuple[str, str], tuple[str, ...]]:
    """By unit and criterion: who decided its figure and why, the verifiers before the council."""
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows_as(DecisionRow, decisions[decisions["kind"].isin(["value", "points"])]):
        key = row["unit"], row["criterion"]
        told[key] = (*told.get(key, ()), decided_text(row))
    return told


def _strengths(
    groups: Sequence[GroupLine], marks: Sequence[MarkLine], full: Mapping[str, tuple[int, int]], rubric: Rubric
) -> Iterator[str]:
    """Groups above the block's median, then the criteria won in full that the fewest of the block have won in full."""
    yield from _against_median(groups, rubric, above=True)
    won = [mark for mark in marks if mark.kind == "criterion" and mark.points == mark.max_points]
    rare = [(mark, *full[mark.criterion]) for mark in won if mark.criterion in full]
    rare = [(mark, count, whole) for mark, count, whole in rare if 2 * count <= whole]
    for mark, count, whole in sorted(rare, key=lambda one: Fraction(one[1], one[2]))[:_STRENGTHS]:
        yield say(
            "{criterion}. {name}: đạt tối đa ({won}/{units} đơn vị trong khối đạt).",
            criterion=mark.criterion,
            name=mark.name,
            won=count,
            units=whole,
        )


def _against_median(groups: Sequence[GroupLine], rubric: Rubric, *, above: bool) -> Iterator[str]:
    """The groups above, or below, the block's median, with their distance."""
    apart = [
        (group.id, abs(group.points - group.median))
        for group in groups
        if group.points is not None
        and group.median is not None
        and (group.points > group.median if above else group.points < group.median)
    ]
    if apart:
        told = wording.enumeration(
            [
                say("nhóm {group} ({points} điểm)", group=name, points=wording.points(gap, rubric.points.decimals))
                for name, gap in apart
            ]
        )
        if above:
            yield say("Cao hơn trung vị của khối: {groups}.", groups=told)
        else:
            yield say("Thấp hơn trung vị của khối: {groups}.", groups=told)


def _unit(unit: UnitRow, rubric: Rubric) -> Unit:
    return Unit(
        id=unit["id"],
        name=unit["name"],
        block=unit["block"],
        block_name=rubric.blocks[unit["block"]],
        type_name=rubric.types[unit["type"]],
        members=unit["members"],
        parent=unit["parent"],
        is_post=rubric.posts_of is not None,
        eligible=bool(unit["eligible"]),
        eligibility=unit["eligibility"],
        ended=not unit["standing"],
    )


def _groups(total: TotalRow, medians: Mapping[str, int], rubric: Rubric) -> tuple[GroupLine, ...]:
    return tuple(
        GroupLine(
            id=group.id,
            name=group.name,
            points=of(total, "points", group.id),
            max_points=int(group.max_points * rubric.scale),
            applicable=of(total, "max", group.id),
            median=medians.get(f"points:{group.id}"),
        )
        for group in rubric.groups
    )


def _mark(
    line: MarkRow,
    groups: Mapping[str, str],
    decided: tuple[str, ...],
    cites: Mapping[str, str],
    spread: Mapping[tuple[str, str], tuple[int, int]],
    block: str,
    rubric: Rubric,
) -> MarkLine:
    item = rubric.item[line["criterion"]]
    median, best = spread.get((block, item.id), (None, None))
    return MarkLine(
        criterion=item.id,
        name=item.name,
        group=groups.get(item.id, ""),
        clause=item.clause,
        clause_cited=cites.get(item.clause, item.clause),
        block_median=median,
        block_best=best,
        kind=line["kind"],
        state=line["state"],
        scale=line["scale"],
        value_unit=item.indicator.value_unit if item.indicator else "",
        basis=line["basis"],
        reason_code=line["reason"],
        reason=mark_reason(line, item, rubric),
        evidence=line["evidence"] or "",
        file=line["file"] or "",
        sheet=line["sheet"] or "",
        cell=line["cell"] or "",
        advice=item.advice or "",
        decided=decided,
        max_points=line["max_points"],
        **{name: line[name] for name in ("value", "base", "target", "points", "self_points")},
        **{name: line[name] for name in ("computed_points", "verified_points", "council_points")},
    )


def _result(
    total: TotalRow,
    standing: StandingRow,
    quotas: Sequence[QuotaRow],
    marks: Sequence[MarkLine],
    cites: Mapping[str, str],
    facts_decided: Collection[str],
    rubric: Rubric,
) -> Result:
    share = rubric.annual_share
    pending = [mark.max_points for mark in marks if mark.state == "pending"]
    return Result(
        band=standing["band"] or "",
        band_name=band_told(standing, rubric),
        score_band=standing["score_band"] or "",
        figure_decimals=rubric.figure.decimals,
        figure_of=rubric.figure.of,
        annual_max=int(share.max_points * rubric.scale) if share else 0,
        annual_of=share.of if share else "",
        gates=tuple(standing["gates"].split()),
        decided=tuple(decision_text(total, standing, quotas, rubric, cites, facts_decided)),
        is_rank_explained=bool(standing["broken_by"]) or (standing["tied"] or 0) > 1,
        pending=len(pending),
        pending_points=sum(pending),
        idle=idle_text(total, standing, rubric),
        **{name: total[name] for name in ("total", "bonus", "deductions", "effective_max", "max_points", "figure")},
        annual_points=total["annual_points"],
        **{name: standing[name] for name in ("capped_by", "withheld_by", "selected", "selection")},
        **{name: standing[name] for name in ("rank", "ranked", "tied")},
    )


def _finding(row: FindingRow) -> FindingLine:
    words = {name: row[name] or "" for name in ("criterion", "file", "cell", "mend")}
    return FindingLine(severity=row["severity"], message=row["message"], **words)
