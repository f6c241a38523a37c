"""What an appeal (phúc tra) of a published year changes: before and after, for every unit it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.reasons import quota_arithmetic
from scoring.core import wording
from scoring.core.errors import DecisionError, Fault, PublishingError
from scoring.core.files import told_as
from scoring.core.language import say, say_count, speaking_finally
from scoring.core.points import Mask
from scoring.core.rows import MarkRow, QuotaRow, ReceivedRow, StandingRow, TotalRow
from scoring.core.tables import rows_as
from scoring.decisions.records import Decision, Standing, decide, last_of, settle
from scoring.decisions.rulings import Ruling, RulingContext
from scoring.decisions.seal import input_differences
from scoring.decisions.store import against_publications, publications_of, read_records
from scoring.rubric.model import Rubric
from scoring.scores.peers import scope_name
from scoring.scores.ranking import rank
from scoring.scores.totals import score


class UnitChange(NamedTuple):
    """One unit before and after, in words; `marks` names the criteria whose points moved, `reason` what was decided.

    is_own: whether something about the unit itself was decided or received, and it did not just move with others.
    """

    unit: str
    name: str
    marks: str
    total: tuple[str, str]
    band: tuple[str, str]
    rank: tuple[str, str]
    selection: tuple[str, str]
    reason: str = ""
    is_own: bool = True


class Comparison(NamedTuple):
    """Every unit that a change touches, in the order of the register, and every quota whose arithmetic it moves."""

    units: list[UnitChange]
    quotas: list[tuple[str, str]]


def judged_again(evaluation: Evaluation, standing: Standing) -> Evaluation:
    """The same reports scored and ranked by these decisions."""
    year = evaluation.year
    unopened = frozenset(evaluation.totals.loc[evaluation.totals["unopened"].to_numpy(bool), "unit"].astype(str))
    marks, totals = score(
        evaluation.entries,
        year.rubric,
        year.units,
        targets=year.targets,
        decisions=standing.decisions,
        unopened=unopened,
    )
    standings, quotas = rank(totals, year.rubric, year.units, choices=standing.choices)
    judged = evaluation._replace(marks=marks, totals=totals, standings=standings, quotas=quotas)
    return judged._replace(decisions=standing.decisions, twice=standing.twice)


def try_appeal(evaluation: Evaluation, rulings: Mapping[str, Ruling]) -> Comparison:
    """What rulings on an appeal would change beyond everything decided so far; nothing is recorded.

    rulings: by the place where each was stated. Raises DecisionError where one of them could not be recorded, and
    PublishingError where the year is not published, or its data were changed otherwise since.
    """
    before = _published(evaluation)
    context = _ground(evaluation, {*(d.unit for d in before), *(ruling.unit for ruling in rulings.values())})
    decisions, faults = decide(rulings, context, last_of(before))
    faults += [Fault(place, "chưa ghi số văn bản phúc tra") for place, one in rulings.items() if not one.appeal.strip()]
    on_appeal = {place: one for place, one in rulings.items() if one.appeal.strip()}
    faults += against_publications(on_appeal, publications_of(evaluation.year.folder))
    if faults:
        raise DecisionError("phúc tra", faults)
    old, new = (judged_again(evaluation, settle(those, context)) for those in (before, [*before, *decisions.values()]))
    with speaking_finally():  # what an appeal is compared with was published, and is no proposal any more
        return compare(old, new, _reasons(decisions.values(), old, new))


def between_publications(before: Evaluation, after: Evaluation) -> Comparison:
    """What changed from one publication to another; the evaluations are those of the inputs each was made from.

    after: or that of the year at work, which is not published again yet.
    """
    known = {decision.id for decision in _recorded(before)}
    new = [decision for decision in _recorded(after) if decision.id not in known]
    with speaking_finally():  # both are published: nothing in them is a proposal any more
        return compare(before, after, _reasons(new, before, after))


def _with_those_taken(evaluation: Evaluation | None) -> Iterator[Evaluation]:
    """An evaluation, and those whose results it takes."""
    while evaluation is not None:
        yield evaluation
        evaluation = evaluation.of_units


def _recorded(evaluation: Evaluation) -> list[Decision]:
    """The decisions of a year, and of those whose results it takes."""
    return [one for of in _with_those_taken(evaluation) for one in read_records(of.year.folder).decisions]


def _published(evaluation: Evaluation) -> tuple[Decision, ...]:
    """The decisions of a published year whose data are as published, but for appeals and late reports."""
    folder = evaluation.year.folder
    publications = publications_of(folder)
    if not publications:
        raise PublishingError(str(folder), [Fault("năm này", "chưa công bố nên chưa có phúc tra")])
    mend = "trả lại bản đã công bố rồi chạy lại"
    with told_as(PublishingError, str(folder), mend):
        breaches = [one for one in input_differences(folder, publications[-1]) if one.is_breach]
    if breaches:
        raise PublishingError(str(folder), [Fault("số liệu đã công bố", str(one), mend=mend) for one in breaches])
    return read_records(folder).decisions


def _ground(evaluation: Evaluation, concerned: Collection[str]) -> RulingContext:
    return RulingContext(evaluation.year.rubric, evaluation.year.units, evaluation.entries, concerned)


def _reasons(new: Iterable[Decision], before: Evaluation, after: Evaluation) -> dict[str, str]:
    """By unit, the decisions made about it and the reports received from it since, under whatever rubric."""
    told, posts = dict[str, list[str]](), _posts(after)
    for one in new:
        about = f"{one.criterion}: " if one.criterion else ""
        document = say("{document} ngày {day}", document=one.appeal or one.role, day=wording.day(one.made_on))
        for name in posts.get(one.unit, [one.unit]):
            told.setdefault(name, []).append(f"{about}{one.reason or say('đã xét')} ({document})")
    known = {row["sha256"] for of in _with_those_taken(before) for row in rows_as(ReceivedRow, of.received)}
    for row in (row for of in _with_those_taken(after) for row in rows_as(ReceivedRow, of.received)):
        if row["unit"] and row["sha256"] not in known:
            late = say("báo cáo nhận sau lần công bố trước: {file}", file=row["file"])
            for name in posts.get(row["unit"], [row["unit"]]):
                told.setdefault(name, []).append(late)
    return {unit: "; ".join(lines) for unit, lines in told.items()}


def _posts(evaluation: Evaluation) -> dict[str, list[str]]:
    """By unit, the posts of it that are evaluated; none where units themselves are."""
    if evaluation.year.rubric.posts_of is None:
        return {}
    posts: dict[str, list[str]] = {}
    for unit, post in evaluation.year.units[["unit", "id"]].itertuples(index=False):
        posts.setdefault(unit, []).append(post)
    return posts


def compare(before: Evaluation, after: Evaluation, reasons: Mapping[str, str] | None = None) -> Comparison:
    """Two evaluations of the same units: every unit of which a mark, the total, band, rank or selection differs.

    reasons: by unit, what was decided about it; a unit without moved with the others. Whoever has a place by points
    alone is told as proposed, or under `speaking_finally` as having it.
    """
    rubric, units = before.year.rubric, before.year.units
    moved = _differs(before.marks, after.marks, ("state", "value", "points"))
    marks = _marks_moved(before.marks[moved], after.marks[moved], rubric)
    touched = _differs(before.totals, after.totals, ("total", "figure"))
    touched |= _differs(before.standings, after.standings, _STANDING) | units["id"].isin(marks).to_numpy()
    pairs = zip(_told(before, touched), _told(after, touched), strict=True)
    told = reasons or {}
    names = zip(units.loc[touched, "id"], units.loc[touched, "name"], strict=True)
    others = say("không có quyết định riêng; thay đổi vì đơn vị khác cùng xếp hạng hoặc cùng xét tỷ lệ thay đổi")
    changes = [
        UnitChange(unit, name, marks.get(unit, ""), total, band, place, selection, told.get(unit, others), unit in told)
        for (unit, name), (old, new) in zip(names, pairs, strict=True)
        for total, band, place, selection in [tuple(zip(old, new, strict=True))]
    ]
    quotas = zip(quotas_told(before), quotas_told(after), strict=True)
    seen = [one for one in changes if one.marks or any(old != new for old, new in one[3:7])]
    return Comparison(seen, [(old, new) for old, new in quotas if old != new])


_STANDING = ("band", "capped_by", "withheld_by", "rank", "ranked", "tied", "selected", "selection")


def _differs(before: pd.DataFrame, after: pd.DataFrame, names: tuple[str, ...]) -> Mask:
    """The rows in which one of these columns differs; not known is not the same as anything known."""
    pairs = ((_plain(before[name]), _plain(after[name])) for name in names)
    return np.asarray(np.logical_or.reduce([old != new for old, new in pairs]))


def _plain(column: pd.Series[Any]) -> Any:
    """A column as plain values; None where nothing is known."""
    return column.astype(object).where(column.notna(), None).to_numpy()


def _marks_moved(before: pd.DataFrame, after: pd.DataFrame, rubric: Rubric) -> dict[str, str]:
    """For each unit the criteria whose marks differ, as in "A1: 6,00 → 8,00"."""
    moved: dict[str, list[str]] = {}
    for old, new in zip(rows_as(MarkRow, before), rows_as(MarkRow, after), strict=True):
        points = (_points(mark["points"], rubric) for mark in (old, new))
        moved.setdefault(old["unit"], []).append(f"{old['criterion']}: {' → '.join(points)}")
    return {unit: "; ".join(marks) for unit, marks in moved.items()}


def _points(points: int | None, rubric: Rubric) -> str:
    return wording.points(points, rubric.points.decimals)


def _told(evaluation: Evaluation, touched: Mask) -> Iterator[tuple[str, str, str, str]]:
    """Total, band, rank and selection of some units, in words."""
    rubric = evaluation.year.rubric
    totals, standings = evaluation.totals[touched], evaluation.standings[touched]
    for total, standing in zip(rows_as(TotalRow, totals), rows_as(StandingRow, standings), strict=True):
        band = (
            rubric.band[standing["band"]].name if standing["band"] else _without_band(standing["withheld_by"], rubric)
        )
        rank_told = f"{standing['rank']}/{standing['ranked']}" if standing["rank"] is not None else wording.NOT_KNOWN
        rank_told += say(" đồng hạng") if (standing["tied"] or 0) > 1 else ""
        yield _points(total["total"], rubric), band, rank_told, _selection(standing, rubric)


def _without_band(withheld_by: str, rubric: Rubric) -> str:
    """Why a unit has no band."""
    gate = next((gate for gate in rubric.gates if gate.id == withheld_by), None)
    return (gate.withhold or "") if gate else wording.WITHHELD[withheld_by]


def _selection(standing: StandingRow, rubric: Rubric) -> str:
    """How a unit stands to the bands under a quota."""
    if not (selection := standing["selection"]):
        return wording.NOT_KNOWN
    told = say(wording.SELECTIONS[selection])
    return f"{rubric.band[standing['selected']].name}: {told}" if standing["selected"] else told


def quotas_told(evaluation: Evaluation) -> list[str]:
    """The arithmetic of every quota, and how many units have which place in it."""
    rubric = evaluation.year.rubric
    return [
        say(
            "“{band}” ({scope}): {arithmetic}; {places}",
            band=rubric.band[quota["band"]].name,
            scope=scope_name(quota["scope"], rubric) or say("tính chung các khối"),
            arithmetic=quota_arithmetic(quota),
            places=", ".join(_places_told(quota)),
        )
        for quota in rows_as(QuotaRow, evaluation.quotas)
    ]


def _places_told(quota: QuotaRow) -> list[str]:
    """What the council decided of units, then who has a place by points alone, and who has none."""
    told = [say("hội đồng đã chọn {count}", count=quota["chosen"])] if quota["chosen"] else []
    told += [say("hội đồng giữ ngoài tỷ lệ {units}", units=quota["beyond"])] if quota["beyond"] else []
    told += [say("hội đồng không xếp mức này {units}", units=quota["lowered"])] if quota["lowered"] else []
    told += [say("đề xuất {units}", units=quota["proposed"])] if quota["proposed"] or not told else []
    told += [say_count("{count} đơn vị bằng nhau ở ranh giới", quota["tied"])] if quota["tied"] else []
    return told + ([say_count("{count} đơn vị ngoài tỷ lệ", quota["over"])] if quota["over"] else [])
