"""What a gate or a condition of a band looked at: the unit's own figure, the limit, whose figure it is, the clause."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from scoring.core import wording
from scoring.core.language import say
from scoring.core.points import to_scaled
from scoring.core.rows import TotalRow, of
from scoring.rubric.model import Condition, Gate, Plan, Rubric, When
from scoring.rubric.parameters import PERCENT, WHOLE
from scoring.scores.ranking import ladder


def edges_text(rubric: Rubric) -> str:
    """Where every band that goes by the figure begins and ends, best first."""
    unit = "%" if rubric.figure.of == "percent" else say(" điểm")
    best, *others = reversed(ladder(rubric))
    told = [say("“{band}” từ {start}{unit}", band=best.name, start=wording.number(best.from_), unit=unit)]
    for above, band in zip((best, *others), others, strict=False):
        if band.from_:
            start = wording.number(band.from_)
            told.append(say("“{band}” từ {start}{unit}", band=band.name, start=start, unit=unit))
        else:
            told.append(say("“{band}” dưới {end}{unit}", band=band.name, end=wording.number(above.from_), unit=unit))
    return ", ".join(told)


def clauses_cited(plan: Plan) -> dict[str, str]:
    """How the clauses that have no number are cited, by id."""
    return {clause.id: clause.cited for clause in plan.clauses if clause.cited}


def gate_grounds(
    gate: Gate, total: TotalRow, rubric: Rubric, cites: Mapping[str, str], decided: Collection[str]
) -> str:
    """The unit's figure and the limit, whose figure it is, and the clause or document the gate stands on."""
    figures = figures_text(gate.when, total, rubric)
    grounds = (figures, whose_figure(gate.when, total, decided), _cited(gate, rubric, cites))
    return "; ".join(filter(None, grounds))


def _cited(gate: Gate, rubric: Rubric, cites: Mapping[str, str]) -> str:
    if gate.clause is not None:
        return say("{clause} của kế hoạch", clause=cites.get(gate.clause) or say("mục {clause}", clause=gate.clause))
    return rubric.sources[gate.source].title if gate.source else ""


def facts_of(when: When) -> list[str]:
    """The facts a condition looks at: of a share, the part and the whole."""
    return [when.share.part, when.share.whole] if when.share else [when.fact] if when.fact else []


def is_unknown(when: When, total: TotalRow) -> bool:
    """Whether nobody has reported a fact that a condition looks at."""
    return any(of(total, "fact", name) is None for name in facts_of(when))


def whose_figure(when: When, total: TotalRow, decided: Collection[str]) -> str:
    """Where the figure of a fact comes from; "" where there is none, or where the figure says it by itself."""
    names = facts_of(when)
    if not names or is_unknown(when, total):
        return ""
    return say("theo kết luận thẩm định") if set(names) & set(decided) else say("theo báo cáo của đơn vị")


def unmet_text(condition: Condition, total: TotalRow, rubric: Rubric, decided: Collection[str]) -> str:
    """A condition that is not met, or of which nobody knows, with the figure it looked at."""
    figures = figures_text(condition.unless, total, rubric)
    if is_unknown(condition.unless, total):
        return figures
    grounds = "; ".join(filter(None, (figures, whose_figure(condition.unless, total, decided))))
    return f"{unmet_name(condition)} ({grounds})" if grounds else unmet_name(condition)


def unmet_name(condition: Condition) -> str:
    """How a condition reads where it is not met; without a wording of its own, a form that is right for both."""
    return small(condition.unmet or say("chưa đạt điều kiện “{condition}”", condition=condition.name))


def figures_text(when: When, total: TotalRow, rubric: Rubric) -> str:
    """What a condition looks at: the unit's own figure and the limit; "" where there is no figure."""
    if when.criterion is not None:
        item, state = rubric.item[when.criterion], say(wording.STATES[str(of(total, "state", when.criterion))])
        return say("tiêu chí {criterion}. {name}: {state}", criterion=item.id, name=item.name, state=state)
    if when.report_missing is not None:
        period = next(period for period in rubric.periods if period.id == when.report_missing)
        return say(
            "chưa nhận được {period}, hạn nộp {due}",
            period=wording.report_name(small(period.name)),
            due=wording.day(period.due),
        )
    if when.group_below is not None:
        return "; ".join(_group_figures(name, when, total, rubric) for name in low_groups(when, total, rubric))
    if when.data_below is not None:
        answered, due = (of(total, name, when.group or "") for name in ("answered", "due"))
        limit = wording.number(when.data_below)
        return say("có điểm {answered}/{due} tiêu chí, yêu cầu từ {limit}%", answered=answered, due=due, limit=limit)
    return _fact_figures(when, total, rubric) if facts_of(when) else ""


def _group_figures(group: str, when: When, total: TotalRow, rubric: Rubric) -> str:
    points, whole = of(total, "points", group), of(total, "max", group)
    return say(
        "nhóm {group} đạt {points}/{whole} điểm ({share}), yêu cầu từ {limit}%",
        group=group,
        points=wording.points(points, rubric.points.decimals),
        whole=wording.points(whole, rubric.points.decimals),
        share=wording.share(points, whole),
        limit=wording.number(when.group_below),
    )


def low_groups(when: When, total: TotalRow, rubric: Rubric) -> list[str]:
    """The groups that have less than the percent a condition asks for."""
    groups = [when.group] if when.group else [group.id for group in rubric.groups]
    share = to_scaled(when.group_below or 0, PERCENT)
    return [
        name
        for name in groups
        if of(total, "points", name) is not None and of(total, "points", name) * WHOLE < of(total, "max", name) * share
    ]


def _fact_figures(when: When, total: TotalRow, rubric: Rubric) -> str:
    facts = {fact.id: fact for fact in rubric.facts}
    names, figures = facts_of(when), [of(total, "fact", name) for name in facts_of(when)]
    if is_unknown(when, total):
        unknown = [small(facts[name].name) for name, figure in zip(names, figures, strict=True) if figure is None]
        return say("chưa báo cáo: {facts}", facts=wording.enumeration(unknown))
    first, limit = small(facts[names[0]].name), wording.number(when.below)
    if when.share is not None:
        share = f" ({wording.share(figures[0], figures[1])})" if figures[1] else ""
        return say(
            "{part_name}: {part}; {whole_name}: {whole}{share}, yêu cầu từ {limit}%",
            part_name=first,
            part=figures[0],
            whole_name=small(facts[names[1]].name),
            whole=figures[1],
            share=share,
            limit=limit,
        )
    if facts[names[0]].kind == "yes_no":
        return say("{fact}: {answer}", fact=first, answer=say("có") if figures[0] else say("chưa có"))
    if when.at_least is not None:
        return say("{fact}: {figure}, yêu cầu dưới {limit}", fact=first, figure=figures[0], limit=when.at_least)
    return say("{fact}: {figure}, yêu cầu từ {limit}", fact=first, figure=figures[0], limit=limit)


def small(name: str) -> str:
    """A name inside a sentence: an abbreviation keeps its capitals, a remark in brackets at the end is left out."""
    name = re.sub(r"\s*\([^()]*\)$", "", name)
    return wording.inside(name)
