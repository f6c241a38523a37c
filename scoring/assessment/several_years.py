"""How has each unit fared over several years, with the changes of the rules taken out?

Every earlier year's reports and decisions are scored again by this year's rules, on the criteria that count the same in
all the years compared and that applied to the unit in each of them; what is left is the unit's own work. A year in
which less than half of this year's points can be compared, and all before it, is left out. Ranks are not compared:
blocks and their units change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.last_year import counts_the_same, scored_again
from scoring.assessment.records import YearBefore
from scoring.assessment.trend import Path, Trend, path_text
from scoring.core.errors import ScoringError
from scoring.core.language import say
from scoring.core.points import Integers, Mask
from scoring.register.year import Year, open_year
from scoring.rubric.model import Rubric

EARLIER = 4
"""How many years back are looked at."""
_QUARTER = 4


class Earlier(NamedTuple):
    """The years before one, the latest first, each by its own rules; faulty: those that cannot be evaluated."""

    evaluations: tuple[Evaluation, ...]
    faulty: tuple[int, ...]

    def last_of(self, year: Year) -> Evaluation | None:
        """The year right before one; None where it is not there or cannot be evaluated."""
        before = year.rubric.year - 1
        return next((one for one in self.evaluations if one.year.rubric.year == before), None)


def earlier_years(year: Year) -> Earlier:
    """The years before, as far back as is looked at, whose folders stand beside this year's."""
    found, faulty = list[Evaluation](), list[int]()
    for before in range(year.rubric.year - 1, year.rubric.year - 1 - EARLIER, -1):
        folder = year.folder.resolve().parent / str(before)
        if (folder / "plan.yaml").is_file() and (folder / "rubrics" / f"{year.rubric.id}.yaml").is_file():
            try:
                found.append(evaluate(open_year(folder, year.rubric.id)))
            except ScoringError:
                faulty.append(before)
    return Earlier(tuple(found), tuple(faulty))


class _Scored(NamedTuple):
    """One year by this year's rules, units x criteria; present: the unit had a total; block: "" where it had none."""

    year: int
    points: Integers
    known: Mask
    present: Mask
    block: NDArray[np.object_]


def trend_of(evaluation: Evaluation, earlier: Earlier) -> Trend:
    """The paths of the year's units; without a year to compare there are none."""
    rubric = evaluation.year.rubric
    alike, pasts, said = _comparable(rubric, earlier)
    items = [one.id for one in rubric.criteria]
    years = [_laid(evaluation, evaluation.marks, evaluation, items)]
    for past in pasts:
        again = scored_again(past, rubric, set(counted_alike(past, rubric)))
        years.append(_laid(past, again.marks, evaluation, items))
    years.reverse()
    paths = _paths(evaluation, years, np.isin(items, list(alike))) if pasts else []
    return Trend(
        years=tuple(one.year for one in years),
        criteria=len(alike),
        of=len(items),
        paths=tuple(_with_weak(paths, years, evaluation)),
        said=tuple(said),
    )


def counted_alike(past: Evaluation, rubric: Rubric) -> list[str]:
    """The items of a rubric of which a past year's figures mean the same."""
    old = past.year.rubric
    return [item for item in rubric.item if counts_the_same(old.item.get(item), rubric.item[item])]


def _comparable(rubric: Rubric, earlier: Earlier) -> tuple[set[str], list[Evaluation], list[str]]:
    """The criteria that count the same in all of the years taken, those years, and why others are not taken."""
    alike = {one.id for one in rubric.criteria}
    whole, taken, said = sum(map(rubric.max_points, alike)), list[Evaluation](), list[str]()
    for year in earlier.faulty:
        said.append(say("Số liệu năm {year} còn lỗi nên không so.", year=year))
    for past in earlier.evaluations:
        year, both = past.year.rubric.year, alike & set(counted_alike(past, rubric))
        if past.year.rubric.points.decimals != rubric.points.decimals:
            said.append(say("Năm {year} làm tròn điểm khác năm nay nên không so.", year=year))
        elif 2 * sum(map(rubric.max_points, both)) < whole:
            said.append(say("Từ năm {year} trở về trước, quá nửa số điểm tính theo cách khác nên không so.", year=year))
            break
        else:
            alike, taken = both, [*taken, past]
    return alike, taken, said


def _laid(of: Evaluation, marks: pd.DataFrame, now: Evaluation, items: Sequence[str]) -> _Scored:
    """A year's marks by this year's units and criteria. of: the year itself, by its own rules."""
    units = now.year.units["id"].astype(str)
    index = pd.MultiIndex.from_product([units, items])
    own = marks[marks["criterion"].isin(items)]
    own = own.set_index([own["unit"].astype(str), own["criterion"].astype(str)])[["points", "state"]].reindex(index)
    shape = (len(units), len(items))
    totals = pd.Series(of.totals["total"].notna().to_numpy(), of.totals["unit"].astype(str))
    blocks = pd.Series(of.year.units["block"].astype(str).to_numpy(), of.year.units["id"].astype(str))
    return _Scored(
        of.year.rubric.year,
        own["points"].fillna(0).to_numpy(np.int64).reshape(shape),
        own["state"].astype(object).isin(["scored", "zero", "missing"]).to_numpy().reshape(shape),
        totals.reindex(units).eq(True).to_numpy(),
        blocks.reindex(units).fillna("").to_numpy(object),
    )


def _paths(evaluation: Evaluation, years: Sequence[_Scored], alike: Mask) -> Iterator[Path]:
    """The path of each unit that has points this year and in an earlier one, on half of its maximum or more."""
    rubric, units = evaluation.year.rubric, evaluation.year.units
    most = np.array([rubric.max_points(one.id) for one in rubric.criteria], np.int64)
    now = years[-1]
    both = np.broadcast_to(alike, now.known.shape)
    for year in years:
        both = both & (year.known | ~year.present[:, None])
    maxima, whole = both @ most, now.known @ most
    fits = now.present & (2 * maxima >= whole) & (maxima > 0) & np.any([y.present for y in years[:-1]], axis=0)
    sums = [(year.points * both).sum(axis=1) for year in years]
    names = zip(units["id"].astype(str), units["name"].astype(str), units["block"].astype(str), strict=True)
    for place, (unit, name, block) in enumerate(names):
        if fits[place]:
            shares = [
                Fraction(int(own[place]), int(maxima[place])) if year.present[place] else None
                for year, own in zip(years, sums, strict=True)
            ]
            first = next(share for share in shares if share is not None)
            yield Path(
                id=unit,
                name=name,
                block=block,
                figures=tuple(None if share is None else _hundredths(share) for share in shares),
                criteria=int(both[place].sum()),
                max_points=int(maxima[place]),
                change=_hundredths((shares[-1] or Fraction(0)) - first),
                is_weak=False,
            )


def _hundredths(share: Fraction) -> int:
    """A share in hundredths of a percent, half away from 0.

    >>> _hundredths(Fraction(1, 3)), _hundredths(Fraction(-1, 16))
    (3333, -625)
    """
    size = int((abs(share) * 20_000 + 1) // 2)
    return -size if share < 0 else size


def _with_weak(paths: Iterable[Path], years: Sequence[_Scored], now: Evaluation) -> Iterator[Path]:
    """The paths, with those that are in the lowest quarter of their block in every year marked.

    Compared are units of one block with points in every year that were in the same block all along.
    """
    paths = list(paths)
    there = dict(zip(now.year.units["id"].astype(str), zip(*(year.block for year in years), strict=True), strict=True))
    settled = [one for one in paths if None not in one.figures and len(set(there[one.id])) == 1]
    weak: set[str] = set()
    for block in {one.block for one in settled}:
        own = [one for one in settled if one.block == block]
        weak |= set.intersection(*(_lowest([(o.figures[y] or 0, o.id) for o in own]) for y in range(len(years))))
    for one in paths:
        yield one.model_copy(update={"is_weak": True}) if one.id in weak else one


def _lowest(figures: Sequence[tuple[int, str]]) -> set[str]:
    """The ids of the lowest quarter; of equal ones at its edge none.

    >>> sorted(_lowest([(5, "a"), (1, "b"), (7, "c"), (9, "d")])), _lowest([(1, "a"), (1, "b"), (2, "c"), (3, "d")])
    (['b'], set())
    """
    ordered = sorted(figure for figure, _ in figures)
    count = len(figures) // _QUARTER
    return {name for figure, name in figures if figure < ordered[count]} if count else set()


def with_paths(before: Mapping[str, YearBefore], trend: Trend) -> dict[str, YearBefore]:
    """What is told of each unit's year before, with its path over the years behind it."""
    told = {path.id: path_text(path, trend) for path in trend.paths}
    return {
        unit: own.model_copy(update={"said": (*own.said, told[unit])}) if unit in told else own
        for unit, own in before.items()
    }
