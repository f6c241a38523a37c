"""How far can a year's result be trusted, and who should be asked twice?

Computed from what the year already holds; it moves no point, band or rank and names no person: a verifier is a role.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from scoring.assessment import redraws
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.overview import Overview
from scoring.assessment.rank_agreement import RankAgreement, orders
from scoring.assessment.rater_agreement import Agreement, agree
from scoring.assessment.records import Record
from scoring.assessment.redraws import Frame, Outcome
from scoring.assessment.stage_gaps import StageGap, mean_share, stage_gaps
from scoring.core.language import in_words
from scoring.core.many import in_processes
from scoring.core.points import Mask, to_scaled
from scoring.core.tables import plain_rows
from scoring.reports.evidence_register import NO_EVIDENCE, is_about_evidence
from scoring.rubric.model import Rubric
from scoring.scores.peers import scope_name, scopes_of
from scoring.scores.ranking import ladder

INTERVAL = 90
"""The percent of trials an interval of ranks holds."""
NEAR = 10
"""From which percent of trials on another band, or another side of a quota, is worth a second look."""
FEW = 5
"""Below so many units a share says little."""
_TRIALS, _MOST, _MOST_ALONE = 1000, 150_000, 100_000
"""Trials in a year of ordinary size, and units times trials at the most: of all criteria, of each alone."""
_MANY_UNITS = 500
"""From how many units on it pays to draw in several processes where each must load everything anew."""


class CriterionSpread(Record):
    """How a criterion's marks lie. Points in smallest units; lowest, middle and highest are None without any mark.

    given: units with points. full: those at the maximum. same: the largest number of units with the same points.
    claimed: self-scores there are; kept, above, below: those that stand, that were more than what counts, and less.
    gap: self-scores less what counts, summed over `claimed`. shift: places that ranks move in the mean, in hundredths,
    when this criterion alone is verified anew; dropped: the same when nobody is asked for it.
    """

    id: str
    name: str
    max_points: int
    given: int
    full: int
    same: int
    lowest: int | None
    middle: int | None
    highest: int | None
    claimed: int
    kept: int
    above: int
    below: int
    gap: int
    shift: int
    dropped: int

    @property
    def tells_apart(self) -> bool:
        """Whether at least a tenth of the units have other points than the rest."""
        return self.same * 10 <= self.given * 9


class Correction(Record):
    """What persons moved: `who` is a stage, a role or a block. moved: in smallest units, all of `marks` together."""

    kind: str
    who: str
    marks: int
    lowered: int
    raised: int
    moved: int


class Claims(Record):
    """The marks of a block, or of a year by its own rules: `who` is its id, kind "block" or "year".

    given: marks with points. full: those at the maximum. claimed: self-scores beside points; kept, above, below: those
    that stand, that were more than what counts, and less. gap: self-score less what counts, as a mean of shares of the
    maximum in thousandths; None without a self-score.
    """

    kind: str
    who: str
    given: int
    full: int
    claimed: int
    kept: int
    above: int
    below: int
    gap: int | None


class Firmness(Record):
    """How firm a unit's rank is: intervals (low, high) under each kind of doubt, None without a rank.

    bands: for each band other than its own, in how many of `trials` of verification it came out. within: in how many
    of them it was within each quota, against whether it is now.
    """

    id: str
    name: str
    block: str
    rank: int | None
    ranked: int | None
    figure: int | None
    verified: tuple[int, int] | None
    weighted: tuple[int, int] | None
    struck: tuple[int, int] | None
    bands: tuple[tuple[str, int], ...]
    within: tuple[tuple[str, bool, int], ...]


class Cut(Record):
    """Two neighbours on either side of a quota's cut; apart: what parts their figures, in its smallest unit."""

    band: str
    scope: str
    last_in: str
    first_out: str
    apart: int


class Edge(Record):
    """A unit near the edge of a band. apart: its figure less the edge, in the figure's smallest unit."""

    unit: str
    band: str
    apart: int
    other: int


class Reliability(Record):
    """The year's result as far as it can be trusted, told in one language; names are those of pages."""

    overview: Overview
    band_names: dict[str, str]
    figure_of: str
    trials: int
    looked_at: int
    doubtful: int
    criteria: tuple[CriterionSpread, ...]
    claims: tuple[Claims, ...]
    corrections: tuple[Correction, ...]
    gaps: tuple[StageGap, ...]
    units: tuple[Firmness, ...]
    cuts: tuple[Cut, ...]
    edges: tuple[Edge, ...]
    orders: tuple[RankAgreement, ...]
    agreement: Agreement

    @property
    def language(self) -> str:
        """The language it is told in."""
        return self.overview.language

    @property
    def is_final(self) -> bool:
        """Whether it belongs to a publication."""
        return self.overview.is_final

    @property
    def digest(self) -> str:
        """SHA-256 of the whole, in hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class _Trials(NamedTuple):
    real: Outcome
    verified: Outcome
    weighted: Outcome
    struck: Outcome | None


def rely_on(evaluation: Evaluation, overview: Overview, earlier: Sequence[Evaluation] = ()) -> Reliability:
    """How far the year's result can be trusted; the same evaluation gives the same bytes.

    earlier: the years before, of which it is told how full their marks were and how high their self-scores.
    """
    frame, rubric = redraws.frame_of(evaluation), in_words(evaluation.year.rubric)
    doubtful = doubtful_marks(frame)
    count = _trials_of(evaluation)
    trials, moves = _drawn(frame, doubtful, count)
    return Reliability(
        overview=overview,
        band_names={band.id: band.name for band in rubric.bands},
        figure_of=rubric.figure.of,
        trials=count,
        looked_at=redraws.corrections_known(frame),
        doubtful=int(doubtful.sum()),
        criteria=tuple(_spreads(frame, moves, rubric)),
        claims=(*_claims_by_block(evaluation), *_claims_by_year([*reversed(earlier), evaluation])),
        corrections=tuple(_corrections(evaluation)),
        gaps=tuple(stage_gaps(evaluation)),
        units=tuple(_firmness(evaluation, trials, rubric)),
        cuts=tuple(_cuts(evaluation, trials.real, rubric)),
        edges=tuple(_edges(evaluation, trials, rubric)),
        orders=tuple(orders(evaluation, earlier)),
        agreement=agree(evaluation),
    )


def verified_intervals(evaluation: Evaluation) -> dict[str, tuple[int, int]]:
    """By unit with a rank, the interval `rely_on` has for it when verifiers look again.

    Empty where too few marks were looked at: what would be told then rests on an assumption.
    """
    frame = redraws.frame_of(evaluation)
    if redraws.corrections_known(frame) < redraws.ENOUGH:
        return {}
    real, drawn = redraws.as_they_are(frame), redraws.verified_anew(frame, _trials_of(evaluation), _chance(frame, 1))
    found = {unit: _interval(drawn, real, place) for place, unit in enumerate(evaluation.year.units["id"])}
    return {unit: interval for unit, interval in found.items() if interval}


def _trials_of(evaluation: Evaluation) -> int:
    return min(_TRIALS, max(_MOST // max(len(evaluation.year.units), 1), 100))


class _Moves(NamedTuple):
    """Places that ranks move in the mean, in hundredths, when an item is verified anew alone, or not asked for."""

    shift: int
    dropped: int


def _drawn(frame: Frame, doubtful: Mask, count: int) -> tuple[_Trials, dict[int, _Moves]]:
    """The trials of every kind, and what each criterion does alone, by its place; by all processors."""
    real, units = redraws.as_they_are(frame), frame.points.shape[1]
    few = min(max(_MOST_ALONE // (len(frame.columns) * units), 2), count)
    criteria = {one.id for one in frame.rubric.criteria}
    places = [place for place, column in enumerate(frame.columns) if column.item.id in criteria]
    tasks: list[str | int] = ["verified", "weighted", *(["struck"] if doubtful.any() else []), *places]
    tried = in_processes(
        partial(_try, frame, doubtful, real, count, few),
        tasks,
        expected=len(tasks),
        count=None if hasattr(os, "fork") or units >= _MANY_UNITS else 1,
    )
    found = dict(zip(tasks, tried, strict=True))
    outcomes = {kind: one for kind, one in found.items() if isinstance(one, Outcome)}
    moves = {place: one for place, one in found.items() if isinstance(place, int) and isinstance(one, _Moves)}
    return _Trials(real, outcomes["verified"], outcomes["weighted"], outcomes.get("struck")), moves


def _try(frame: Frame, doubtful: Mask, real: Outcome, count: int, few: int, task: str | int) -> Outcome | _Moves:
    """One kind of trials; or, for the place of an item, what it does alone."""
    match task:
        case "verified":
            return redraws.verified_anew(frame, count, _chance(frame, 1))
        case "weighted":
            return redraws.weighted_anew(frame, count, _chance(frame, 2))
        case int():
            again = redraws.verified_anew(frame, few, _chance(frame, 100 + task), task)
            without = redraws.without_item(frame, task)
            return _Moves(*(_hundredths(redraws.mean_shift(one, real)) for one in (again, without)))
    return redraws.doubt_struck(frame, doubtful, count, _chance(frame, 3))


def _chance(frame: Frame, what: int) -> np.random.Generator:
    """Chance that is the same for the same year, rubric and kind of trial."""
    name = int.from_bytes(hashlib.sha256(frame.rubric.id.encode()).digest()[:4], "big")
    return np.random.default_rng([frame.rubric.year, name, what])


def doubtful_marks(frame: Frame) -> Mask:
    """Items x units: the marks with points whose evidence a finding names."""
    findings = frame.evaluation.findings
    of_evidence = findings["code"].map(is_about_evidence).astype(bool) & (findings["severity"] == "warning")
    about = findings[of_evidence & (findings["code"] != NO_EVIDENCE)]  # without evidence there are no points to strike
    units = pd.Index(frame.evaluation.year.units["id"]).get_indexer(pd.Index(about["unit"].astype(str)))
    items = pd.Index([column.item.id for column in frame.columns]).get_indexer(pd.Index(about["criterion"].astype(str)))
    mask = np.zeros(frame.points.shape, bool)
    known = (units >= 0) & (items >= 0)
    mask[items[known], units[known]] = True
    return mask & (frame.points > 0)


# Criteria


def _spreads(frame: Frame, moves: Mapping[int, _Moves], rubric: Rubric) -> Iterator[CriterionSpread]:
    marks = frame.evaluation.marks
    for place, moved in moves.items():
        item = rubric.item[frame.columns[place].item.id]
        own = marks[marks["criterion"] == item.id]
        given = np.sort(own["points"].dropna().to_numpy(np.int64))
        both = own[own["self_points"].notna() & own["points"].notna()]
        gap = (both["self_points"] - both["points"]).to_numpy(np.int64)
        yield CriterionSpread(
            id=item.id,
            name=item.name,
            max_points=rubric.max_points(item.id),
            given=len(given),
            full=int((own["points"] == own["max_points"]).sum()),
            same=int(np.unique(given, return_counts=True)[1].max()) if len(given) else 0,
            lowest=int(given[0]) if len(given) else None,
            middle=int(given[(len(given) - 1) // 2]) if len(given) else None,
            highest=int(given[-1]) if len(given) else None,
            claimed=len(gap),
            kept=int((gap == 0).sum()),
            above=int((gap > 0).sum()),
            below=int((gap < 0).sum()),
            gap=int(gap.sum()),
            shift=moved.shift,
            dropped=moved.dropped,
        )


def _hundredths(shift: tuple[int, int]) -> int:
    places, ranks = shift
    return (200 * places + ranks) // (2 * ranks) if ranks else 0


# Marks at their maximum and self-scores, by block and over the years


def _claims_by_block(evaluation: Evaluation) -> Iterator[Claims]:
    block = evaluation.marks["unit"].astype(str).map(evaluation.year.units.set_index("id")["block"].astype(str))
    for name in evaluation.year.rubric.blocks:
        yield _claims("block", name, evaluation.year.rubric, evaluation.marks[block.eq(name).to_numpy()])


def _claims_by_year(evaluations: Sequence[Evaluation]) -> Iterator[Claims]:
    """Each year by its own rules and maxima; none where there is nothing to compare with."""
    for one in evaluations if len(evaluations) > 1 else ():
        yield _claims("year", str(one.year.rubric.year), one.year.rubric, one.marks)


def _claims(kind: str, who: str, rubric: Rubric, marks: pd.DataFrame) -> Claims:
    own = marks[marks["criterion"].isin([one.id for one in rubric.criteria]) & marks["points"].notna()]
    both = own[own["self_points"].notna()]
    gap = (both["self_points"] - both["points"]).to_numpy(np.int64)
    return Claims(
        kind=kind,
        who=who,
        given=len(own),
        full=int((own["points"] == own["max_points"]).sum()),
        claimed=len(gap),
        kept=int((gap == 0).sum()),
        above=int((gap > 0).sum()),
        below=int((gap < 0).sum()),
        gap=mean_share(gap, both["max_points"].to_numpy(np.int64)),
    )


# What persons moved


def _corrections(evaluation: Evaluation) -> Iterator[Correction]:
    """By stage, by role and by block, what was decided about marks that the reports had points for."""
    decided = evaluation.decisions
    decided = decided[decided["kind"].isin(["points", "value"])]
    marks = evaluation.marks[["unit", "criterion", "computed_points", "verified_points", "council_points"]]
    marks = marks.astype({"unit": str, "criterion": str})
    table = decided.merge(marks, on=["unit", "criterion"])
    before = table["computed_points"].where(table["stage"] != "council", table["verified_points"])
    before = before.fillna(table["computed_points"])
    after = table["verified_points"].where(table["stage"] != "council", table["council_points"])
    table = table.assign(moved=after - before).dropna(subset=["moved"])
    block = evaluation.year.units.set_index("id")["block"].astype(str)
    table = table.assign(block=table["unit"].map(block))
    for kind in ("stage", "role", "block"):
        for who, own in table.groupby(kind, sort=True):
            moved = own["moved"].to_numpy(np.int64)
            yield Correction(
                kind=kind,
                who=str(who),
                marks=len(moved),
                lowered=int((moved < 0).sum()),
                raised=int((moved > 0).sum()),
                moved=int(moved.sum()),
            )


# Units


def _firmness(evaluation: Evaluation, trials: _Trials, rubric: Rubric) -> Iterator[Firmness]:
    year = evaluation.year
    names = [band.id for band in ladder(rubric)]
    rows = zip(plain_rows(year.units), plain_rows(evaluation.standings), strict=True)
    for place, (unit, standing) in enumerate(rows):
        yield Firmness(
            id=unit["id"],
            name=unit["name"],
            block=unit["block"],
            rank=standing["rank"],
            ranked=standing["ranked"],
            figure=standing["figure"],
            verified=_interval(trials.verified, trials.real, place),
            weighted=_interval(trials.weighted, trials.real, place),
            struck=_interval(trials.struck, trials.real, place) if trials.struck else None,
            bands=tuple(_other_bands(trials, place, names)),
            within=tuple(
                (band, bool(trials.real.within[band][0, place]), int(mask[:, place].sum()))
                for band, mask in trials.verified.within.items()
            ),
        )


def _interval(outcome: Outcome, real: Outcome, place: int) -> tuple[int, int] | None:
    """The interval of ranks of the trials, which always holds the real rank."""
    rank = int(real.ranks[0, place])
    found = redraws.interval(outcome.ranks[:, place], INTERVAL)
    return (min(found[0], rank), max(found[1], rank)) if found and rank else None


def _other_bands(trials: _Trials, place: int, names: list[str]) -> Iterator[tuple[str, int]]:
    drawn, real = trials.verified.bands[:, place], int(trials.real.bands[0, place])
    for code, name in enumerate(names):
        if code != real >= 0 and (drawn == code).any():
            yield name, int((drawn == code).sum())


# Cuts and edges


def _cuts(evaluation: Evaluation, real: Outcome, rubric: Rubric) -> Iterator[Cut]:
    """The last unit within each quota and the first one outside it, in every set of peers."""
    units, standings = evaluation.year.units, evaluation.standings
    for quota in rubric.quotas:
        pool = redraws.pool_of(quota, evaluation.totals, standings, rubric)
        inside = real.within[quota.band][0]
        own = scopes_of(quota.per, units)
        for name in rubric.blocks if quota.per == "block" else sorted(own.unique()):
            scope = (own == name).to_numpy()
            figures = standings["figure"].to_numpy(np.int64, na_value=-1)
            first, last = scope & inside, scope & pool & ~inside
            if first.any() and last.any():
                low = np.flatnonzero(first)[np.argmin(figures[first])]
                high = np.flatnonzero(last)[np.argmax(figures[last])]
                yield Cut(
                    band=rubric.band[quota.band].name,
                    scope=scope_name(name, rubric),
                    last_in=units["name"].iat[low],
                    first_out=units["name"].iat[high],
                    apart=int(figures[low] - figures[high]),
                )


def _edges(evaluation: Evaluation, trials: _Trials, rubric: Rubric) -> Iterator[Edge]:
    """Units that have another band in a share of the trials worth a second look, and how far the edge is."""
    bands, scale = ladder(rubric), 10**rubric.figure.decimals
    drawn, real = trials.verified.bands, trials.real.bands[0]
    figures = evaluation.standings["figure"].to_numpy(np.int64, na_value=0)
    for place, (name, own) in enumerate(zip(evaluation.year.units["name"], figures, strict=True)):
        codes, counts = np.unique(drawn[:, place], return_counts=True)
        others = {int(c): int(n) for c, n in zip(codes, counts, strict=True) if c != real[place] and c >= 0}
        if real[place] < 0 or not others or 100 * sum(others.values()) < NEAR * len(drawn):
            continue
        other = max(others, key=lambda code: others[code])
        edge = to_scaled(bands[max(other, int(real[place]))].from_ or 0, scale)
        yield Edge(unit=name, band=bands[other].name, apart=int(own) - edge, other=sum(others.values()))
