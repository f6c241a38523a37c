"""How is one unit's assessment (phiếu đánh giá) made from the tables? With every reason in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import pandas as pd

from scoring.assessment.advice import Recommendation
from scoring.assessment.conditions import clauses_cited
from scoring.assessment.group_standing import group_standings
from scoring.assessment.reasons import band_told, decided_text, decision_text, idle_text, mark_reason, outlook_text
from scoring.assessment.records import Assessment, GroupLine, MarkLine, Result, Unit, UnitFinding, YearBefore
from scoring.assessment.sources import sources_told
from scoring.core import wording
from scoring.core.language import in_words, say, spoken_language
from scoring.core.rows import DecisionRow, FindingRow, MarkRow, QuotaRow, StandingRow, TotalRow, UnitRow, of
from scoring.core.tables import rows_as
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Group, Plan, Rubric
from scoring.scores.distance import rank_margins
from scoring.scores.totals import all_groups

Table = pd.DataFrame


_STRENGTHS = 2
"""How many criteria a unit may be praised for."""


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
    margins, sources = rank_margins(sums, stands, rubric), sources_told(rubric)
    for place, (unit, total, standing) in enumerate(zip(rows_as(UnitRow, units), sums, stands, strict=True)):
        own = _groups(total, standing, medians.get(unit["block"], {}), rubric)
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
            subject=issuer.evaluated,
            judged=issuer.judged,
            bases=issuer.bases,
            body=issuer.body,
            sample=plan.sample,
            rubric=rubric.id,
            rubric_name=rubric.name,
            rubric_digest=rubric.meaning,
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
            sources=sources,
        )


def _last_findings(findings: Table) -> dict[str, dict[tuple[str, ...], UnitFinding]]:
    """By unit; what the periods' reports have in common is told once, of the last one."""
    found: dict[str, dict[tuple[str, ...], UnitFinding]] = {}
    for row in rows_as(FindingRow, findings):
        same = (row["code"], row["criterion"]) if row["criterion"] else (row["code"], row["period"], row["file"])
        found.setdefault(row["unit"], {})[same] = _finding(row)
    return found


def _medians(totals: Table, standings: Table, rubric: Rubric) -> dict[str, dict[str, int]]:
    """The median of each group's points in each block, over the units that have a band; between two: the lower."""
    graded = totals[standings["band"].notna()]
    columns = [f"{_brought(group)}:{group.id}" for group in rubric.groups]
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
        is_post=rubric.subject == "position",
        eligible=bool(unit["eligible"]),
        eligibility=unit["eligibility"],
        ended=not unit["standing"],
        taken_over=not unit["standing"] and unit["answered_by"] is not None,
    )


def _groups(
    total: TotalRow, standing: StandingRow, medians: Mapping[str, int], rubric: Rubric
) -> tuple[GroupLine, ...]:
    stands = list(group_standings(standing, rubric))
    return tuple(
        GroupLine(
            id=group.id,
            name=group.name,
            points=of(total, _brought(group), group.id),
            max_points=int(group.counts_for * rubric.scale),
            applicable=_applicable(group, total, rubric),
            median=medians.get(f"{_brought(group)}:{group.id}"),
            carried=tuple(_carried(group, total, rubric)),
            stands=tuple(one.text for one in stands if one.group in {inner.id for inner in all_groups((group,))}),
        )
        for group in rubric.groups
    )


def _brought(group: Group) -> Literal["points", "counted"]:
    """Which of a group's sums stands in the table of marks: of one with a weight what it counts for."""
    return "points" if group.weight is None else "counted"


def _applicable(group: Group, total: TotalRow, rubric: Rubric) -> int:
    """What applies of a group's maximum; a weight is counted whole as soon as anything in the group applies."""
    applies: int = of(total, "max", group.id)
    if group.weight is None:
        return applies
    return int(group.counts_for * rubric.scale) if applies or not rubric.rescales(outer=True) else 0


def _carried(group: Group, total: TotalRow, rubric: Rubric) -> Iterator[str]:
    """How the group, and each inside it, was carried over to the points it counts for; only those with a weight."""
    applies, full = of(total, "max", group.id), int(group.counts_for * rubric.scale)
    for inner in group.groups:
        yield from _carried(inner, total, rubric)
    if group.weight is not None and applies and applies != full:
        decimals = rubric.points.decimals
        yield say(
            "nhóm {group}: {points}/{applicable} điểm, quy đổi thành {counted}/{full}",
            group=group.id,
            points=wording.points(of(total, "points", group.id), decimals),
            applicable=wording.points(applies, decimals),
            counted=wording.points(of(total, "counted", group.id), decimals),
            full=wording.points(full, decimals),
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


def _finding(row: FindingRow) -> UnitFinding:
    words = {name: row[name] or "" for name in ("criterion", "file", "cell", "mend")}
    return UnitFinding(severity=row["severity"], message=row["message"], **words)
