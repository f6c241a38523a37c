"""Last year beside this year, with the change of the rules told apart from the change of the work.

Last year's reports and decisions are scored again by this year's rules, once for all units. A criterion that is new,
counts something else than last year, or applied in only one of the years is not scored again: its difference stands
in a column of its own. So for every line: last year + rules + work + not comparable = this year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.reasons import band_told
from scoring.assessment.records import ChangeLine, YearBefore
from scoring.core import wording
from scoring.core.errors import ScoringError
from scoring.core.language import in_words, say
from scoring.core.points import Integers, Mask, to_scaled
from scoring.core.rows import StandingRow, TotalRow
from scoring.core.tables import plain_rows, rows_as
from scoring.register.year import Year, open_year
from scoring.rubric.model import Criterion, Rubric
from scoring.scores.ranking import ladder
from scoring.scores.totals import Scored, score


class _Laid(NamedTuple):
    """Points of this year's units x all items of both years, and where an item applied to a unit."""

    points: Integers
    applied: Mask


def compare_years(evaluation: Evaluation, past: Evaluation | None = None) -> dict[str, YearBefore]:
    """For each unit of the year, how it stood last year and what has changed since.

    Reads last year's folder beside this year's, unless `past` is what was read of it. Where there is none, or there are
    faults in it, every unit's comparison says so.
    """
    year = evaluation.year
    last = year.rubric.year - 1
    try:
        past = past or _last_year(year)
    except ScoringError:
        return _without(year, say("Số liệu năm {year} còn lỗi nên chưa so sánh được.", year=last))
    if past is None:
        return _without(year, say("Chưa có số liệu năm {year} để so sánh.", year=last))
    if past.year.rubric.points.decimals != year.rubric.points.decimals:
        return _without(year, say("Năm {year} làm tròn điểm khác năm nay nên không so sánh được.", year=last))
    return dict(_compared(past, evaluation))


def _without(year: Year, why: str) -> dict[str, YearBefore]:
    return dict.fromkeys(year.units["id"], YearBefore(year=year.rubric.year - 1, said=(why,), lines=()))


def _last_year(year: Year) -> Evaluation | None:
    """The year before, evaluated by its own rules; None where its folder has no such rubric."""
    folder = year.folder.resolve().parent / str(year.rubric.year - 1)
    if not (folder / "plan.yaml").is_file() or not (folder / "rubrics" / f"{year.rubric.id}.yaml").is_file():
        return None
    return evaluate(open_year(folder, year.rubric.id))


def _compared(past: Evaluation, now: Evaluation) -> Iterator[tuple[str, YearBefore]]:
    old, new = past.year.rubric, now.year.rubric
    items = list(dict.fromkeys([*new.item, *old.item]))
    alike = {item for item in items if counts_the_same(old.item.get(item), new.item.get(item))}
    units = now.year.units["id"].tolist()
    again = scored_again(past, new, alike)
    before, between, after = (_laid(marks, units, items) for marks in (past.marks, again.marks, now.marks))
    same = before.applied & between.applied & after.applied & np.isin(items, list(alike))
    rules = np.where(same, between.points - before.points, 0)
    work = np.where(same, after.points - between.points, 0)
    other = np.where(same, 0, after.points - before.points)
    parts = _parts(items, old, new)
    sums = np.stack([_by_part(grid, parts) for grid in (before.points, rules, work, other, after.points)], axis=-1)
    old_told, new_told = in_words(old), in_words(new)
    stood = {total["unit"]: _stood(total, standing, old_told) for total, standing in _rows(past)}
    totals = {row["unit"]: row["total"] for row in plain_rows(past.totals[["unit", "total"]])}
    remarks = tuple(_remarks(items, alike, old, new))
    for place, (unit, total) in enumerate(zip(units, plain_rows(now.totals[["total"]]), strict=True)):
        if unit not in stood:
            absent = say("Năm {year} đơn vị chưa có trong danh bạ nên không so sánh.", year=old.year)
            yield unit, YearBefore(year=old.year, said=(absent,), lines=())
        elif totals[unit] is None or total["total"] is None:
            yield unit, YearBefore(year=old.year, said=(stood[unit],), lines=())
        else:
            lines = tuple(_lines(sums[place], totals[unit], total["total"], parts, new_told))
            yield unit, YearBefore(year=old.year, said=(stood[unit], *remarks), lines=lines)


def _rows(past: Evaluation) -> Iterator[tuple[TotalRow, StandingRow]]:
    return zip(rows_as(TotalRow, past.totals), rows_as(StandingRow, past.standings), strict=True)


def _stood(total: TotalRow, standing: StandingRow, rubric: Rubric) -> str:
    """A unit's result of last year in one sentence."""
    band = band_told(standing, rubric)
    if total["total"] is None:
        band = wording.inside(band)
        return say("Năm {year}: {band}, chưa có điểm để so sánh.", year=rubric.year, band=band)
    points = "/".join(wording.points(total[name], rubric.points.decimals) for name in ("total", "effective_max"))
    words = {"year": rubric.year, "points": points, "band": band if standing["band"] else wording.inside(band)}
    if not standing["band"]:
        return say("Năm {year} (theo quy định năm đó): {points} điểm, {band}.", **words)
    if standing["rank"] is None:
        return say("Năm {year} (theo quy định năm đó): {points} điểm, xếp loại “{band}”.", **words)
    rank = f"{standing['rank']}/{standing['ranked']}"
    return say("Năm {year} (theo quy định năm đó): {points} điểm, xếp loại “{band}”, hạng {rank}.", **words, rank=rank)


# Last year by this year's rules


def counts_the_same(old: Criterion | None, new: Criterion | None) -> bool:
    """Whether last year's figure of an item means what this year's means."""
    if old is None or new is None or old.is_judged is not new.is_judged:
        return False
    if old.indicator is None or new.indicator is None:
        return old.indicator is new.indicator and old.max_points == new.max_points
    said = [
        indicator.model_dump(exclude={"value_unit_en", "of_en", "least", "most"})
        for indicator in (old.indicator, new.indicator)
    ]
    return said[0] == said[1]


def scored_again(past: Evaluation, rubric: Rubric, alike: set[str]) -> Scored:
    """Last year's units, what they reported and what was decided of it, by this year's rules.

    Points that somebody gave directly are held under this year's maxima.
    """
    units = past.year.units
    units = units[units["type"].isin(rubric.types) & units["block"].isin(rubric.blocks)].reset_index(drop=True)
    periods = [period.id for period in rubric.periods]
    entries, targets, decisions = (
        table[table["criterion"].isin(alike) & table["unit"].isin(units["id"])]
        for table in (past.entries, past.year.targets, past.decisions)
    )
    entries = entries[entries["period"].isin(periods)].reset_index(drop=True)
    decisions = decisions[decisions["kind"].isin(["value", "points"])]
    return score(entries, rubric, units, targets=targets, decisions=held_under(decisions, rubric))


def held_under(decisions: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The decisions, with points that were given directly held under a rubric's maxima."""
    held = [
        min(value, rubric.item[criterion].max_points) if kind == "points" else value
        for value, criterion, kind in zip(decisions["value"], decisions["criterion"], decisions["kind"], strict=True)
    ]
    return decisions.assign(value=pd.Series(held, index=decisions.index, dtype=object))


def _laid(marks: pd.DataFrame, units: list[str], items: list[str]) -> _Laid:
    """A marks table, unit by unit and item by item, laid out by other lists of units and items."""
    own_units, own_items = (pd.Index(marks[name].astype(str).unique()) for name in ("unit", "criterion"))
    rows, columns = own_units.get_indexer(units), own_items.get_indexer(items)
    there = (rows >= 0)[:, None] & (columns >= 0)
    shape = (len(own_units), len(own_items))
    sign = np.where(marks["kind"] == "deduction", -1, 1)
    points = (marks["points"].to_numpy(np.int64, na_value=0) * sign).reshape(shape)[rows][:, columns]
    outside = marks["state"].isin(["not_applicable", "not_eligible"]).to_numpy().reshape(shape)[rows][:, columns]
    return _Laid(np.where(there, points, 0), there & ~outside)


# Lines and words


def _parts(items: list[str], old: Rubric, new: Rubric) -> dict[str, Mask]:
    """The items of each of this year's outer groups, of bonus and deductions; "" for what has no place this year."""
    place: dict[str, str] = {}
    for rubric in (old, new):
        place |= {criterion.id: group.id for group in rubric.groups for criterion in group.walk()}
        place |= {item: rubric.kind(item) for item in rubric.item if rubric.kind(item) != "criterion"}
    names = [*(group.id for group in new.groups), "bonus", "deduction"]
    own = np.array([place[item] if place[item] in names else "" for item in items], object)
    return {name: own == name for name in (*names, "") if (own == name).any()}


def _by_part(grid: Integers, parts: Mapping[str, Mask]) -> Integers:
    return np.stack([grid[:, mask].sum(axis=1) for mask in parts.values()], axis=1)


def _lines(sums: Integers, before: int, after: int, parts: Mapping[str, Mask], rubric: Rubric) -> Iterator[ChangeLine]:
    """The parts of one unit's totals, and what caps and rescaling do to their sum where they do anything."""
    groups = {group.id: group.name for group in rubric.groups}
    names = groups | {
        "bonus": say("Điểm thưởng"),
        "deduction": say("Điểm trừ"),
        "": say("Tiêu chí năm nay không còn"),
    }
    rows = [(part if part in groups else "", names[part], row.tolist()) for part, row in zip(parts, sums, strict=True)]
    rest = [before - sum(row[0] for _, _, row in rows), after - sum(row[-1] for _, _, row in rows)]
    if any(rest):
        rows.append(("", say("Giới hạn và quy đổi tổng điểm"), [rest[0], 0, 0, rest[1] - rest[0], rest[1]]))
    for group, name, (first, rules, work, other, last) in rows:
        yield ChangeLine(
            group=group, name=name, before=first, by_rules=rules, by_work=work, not_comparable=other, after=last
        )


def _remarks(items: list[str], alike: set[str], old: Rubric, new: Rubric) -> Iterator[str]:
    """What must be borne in mind when the years are compared."""
    both = [item for item in items if item in old.item and item in new.item]
    for told, own in (
        (say("Tiêu chí năm nay đếm khác năm trước nên không so được"), [item for item in both if item not in alike]),
        (say("Tiêu chí mới của năm nay"), [item for item in items if item not in old.item]),
        (say("Tiêu chí năm nay không còn"), [item for item in items if item not in new.item]),
        (
            say("Tiêu chí đổi cách tính điểm"),
            [item for item in both if item in alike and _rule(old.item[item]) != _rule(new.item[item])],
        ),
    ):
        if own:
            yield f"{told}: {wording.enumeration(own)}."
    edges = [[(band.id, to_scaled(band.from_ or 0, 10**6)) for band in ladder(rubric)] for rubric in (old, new)]
    if edges[0] != edges[1]:
        yield say("Khung điểm xếp loại hai năm khác nhau nên không so mức xếp loại với nhau.")


def _rule(item: Criterion) -> tuple[Any, ...]:
    """What makes a value of an item into points."""
    return item.max_points, item.method, item.params, item.evidence, item.evidence_shared, item.applies_to
