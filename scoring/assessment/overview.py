"""The year as a whole: the blocks' tables, the bands, who has not reported and who was late."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pandas as pd

from scoring.assessment.edition import PROPOSAL, Edition
from scoring.assessment.group_standing import GroupStanding, group_standings
from scoring.assessment.reasons import quota_arithmetic, quota_places
from scoring.assessment.records import Record
from scoring.assessment.trend import Trend
from scoring.core import wording
from scoring.core.language import in_words, say, spoken_language
from scoring.core.rows import QuotaRow, ReceivedRow, StandingRow, TotalRow, UnitRow, known
from scoring.core.tables import rows_as
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Body, Plan, Rubric
from scoring.scores.peers import scope_name

Table = pd.DataFrame


class UnitLine(Record):
    """One unit in its block's table. Points in smallest units; `figure` scaled by the overview's figure_decimals.

    selection: how it stands to a band under a quota (selection.SELECTIONS). selection_band: the name of that band where
    there are several under a quota.
    """

    id: str
    name: str
    total: int | None
    effective_max: int
    figure: int | None
    band: str
    band_name: str
    rank: int | None
    selection: str
    selection_band: str
    remark: str
    groups: tuple[GroupStanding, ...] = ()

    @property
    def selection_text(self) -> str:
        """How it stands to the band it is considered for; "" where it is not."""
        said = say(wording.SELECTIONS[self.selection]) if self.selection else ""
        return say("mức “{band}”: {said}", band=self.selection_band, said=said) if self.selection_band else said


class BlockTable(Record):
    """A block's units: ranked ones first, then those without a rank."""

    id: str
    name: str
    units: tuple[UnitLine, ...]


class BandCount(Record):
    """How many units a band has; the last lines count the units without one, which are not `rated`."""

    name: str
    units: int
    rated: bool


class ReportLine(Record):
    """A report that is missing or late."""

    unit: str
    name: str
    period: str
    days_late: int | None


class Overview(Record):
    """The year at a glance, told in one language.

    judged: what one of those assessed is called; is_posts: whether they are posts. edition: whether the page is a
    proposal, final, or a draft beside what is published. trend: the units' paths over several years.
    """

    year: int
    language: str
    plan_title: str
    subject: str
    judged: str
    is_posts: bool
    body: Body
    sample: bool
    rubric_name: str
    rubric_digest: str
    decimals: int
    figure_decimals: int
    units: int
    eligible: int
    blocks: tuple[BlockTable, ...]
    bands: tuple[BandCount, ...]
    quotas: tuple[str, ...]
    missing: tuple[ReportLine, ...]
    late: tuple[ReportLine, ...]
    rejected: tuple[tuple[str, str], ...]
    edition: Edition = PROPOSAL
    trend: Trend | None = None

    @property
    def rated(self) -> int:
        """How many units have a band: what the percents of bands are taken of."""
        return sum(band.units for band in self.bands if band.rated)

    def band_share(self, band: BandCount) -> str:
        """A band's units in percent of those rated; "" for a line of units that are not."""
        return wording.share(band.units, self.rated) if band.rated and self.rated else ""

    @property
    def is_final(self) -> bool:
        """Whether it belongs to a publication."""
        return self.edition.is_final

    @property
    def digest(self) -> str:
        """SHA-256 of the whole overview, in hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def oversee(
    totals: Table, standings: Table, quotas: Table, received: Table, units: Table, rubric: Rubric, plan: Plan
) -> Overview:
    """The overview of a year from the tables of `score`, `rank`, the register and `intake`."""
    rubric, plan = in_words(rubric), in_words(plan)
    issuer, refused = issuer_of(plan, rubric), received[received["fate"] == "rejected"]
    lines = list(_unit_lines(totals, standings, units, rubric))
    return Overview(
        year=rubric.year,
        language=spoken_language(),
        plan_title=plan.title,
        subject=issuer.evaluated,
        judged=issuer.judged,
        is_posts=rubric.subject == "position",
        body=issuer.body,
        sample=plan.sample,
        rubric_name=rubric.name,
        rubric_digest=rubric.meaning,
        decimals=rubric.points.decimals,
        figure_decimals=rubric.figure.decimals,
        units=len(units),
        eligible=int(units["eligible"].sum()),
        blocks=tuple(_block(block, name, lines, units) for block, name in rubric.blocks.items()),
        bands=tuple(_bands(lines, rubric)),
        quotas=tuple(_quota_lines(quotas, rubric)),
        missing=tuple(_missing(totals, units, rubric)),
        late=tuple(_late(received, units, rubric)),
        rejected=tuple((row["file"], row["why"]) for row in rows_as(ReceivedRow, refused)),
    )


def _unit_lines(totals: Table, standings: Table, units: Table, rubric: Rubric) -> Iterator[UnitLine]:
    gates = {gate.id: gate for gate in rubric.gates}
    several = len({quota.band for quota in rubric.quotas}) > 1
    rows = rows_as(UnitRow, units), rows_as(TotalRow, totals), rows_as(StandingRow, standings)
    for unit, total, standing in zip(*rows, strict=True):
        withheld = gates.get(standing["withheld_by"])
        without = (withheld.withhold or "") if withheld else say(wording.WITHHELD.get(standing["withheld_by"], ""))
        without = without if unit["standing"] else say(wording.ENDED)
        capped = gates[standing["capped_by"]].name if standing["capped_by"] else ""
        yield UnitLine(
            id=unit["id"],
            name=unit["name"],
            total=total["total"],
            effective_max=total["effective_max"],
            figure=total["figure"],
            band=standing["band"] or "",
            band_name=rubric.band[standing["band"]].name if standing["band"] else without,
            rank=standing["rank"],
            selection=standing["selection"],
            selection_band=rubric.band[standing["quota"]].name if standing["quota"] and several else "",
            remark=unit["eligibility"] or (withheld.name if withheld else capped),
            groups=tuple(group_standings(standing, rubric)),
        )


def _block(block: str, name: str, lines: list[UnitLine], units: Table) -> BlockTable:
    inside = [line for line, unit_block in zip(lines, units["block"], strict=True) if unit_block == block]
    # a unit without a rank stands below every ranked one
    return BlockTable(
        id=block, name=name, units=tuple(sorted(inside, key=lambda line: (line.rank is None, line.rank or 0, line.id)))
    )


def _bands(lines: list[UnitLine], rubric: Rubric) -> Iterator[BandCount]:
    for band in reversed([band for band in rubric.bands if band.selected_from is None]):
        yield BandCount(name=band.name, units=sum(line.band == band.id for line in lines), rated=True)
    for name in dict.fromkeys(line.band_name for line in lines if not line.band):
        yield BandCount(name=name, units=sum(line.band_name == name for line in lines if not line.band), rated=False)


def _quota_lines(quotas: Table, rubric: Rubric) -> Iterator[str]:
    for quota in rows_as(QuotaRow, quotas):
        scope = f" ({scope_name(quota['scope'], rubric)})" if quota["scope"] else ""
        yield f"“{rubric.band[quota['band']].name}”{scope}: {quota_arithmetic(quota)}; {quota_places(quota)}."


def _missing(totals: Table, units: Table, rubric: Rubric) -> Iterator[ReportLine]:
    for period in rubric.periods:
        absent = units["eligible"].to_numpy() & ~totals[f"reported:{period.id}"].to_numpy()
        for unit in units[absent].itertuples():
            yield ReportLine(unit=unit.id, name=unit.name, period=period.name, days_late=None)


def _late(received: Table, units: Table, rubric: Rubric) -> Iterator[ReportLine]:
    names = dict(zip(units["id"], units["name"], strict=True))
    periods = {period.id: period.name for period in rubric.periods}
    late = received[received["days_late"].fillna(0) > 0]
    for row in sorted(rows_as(ReceivedRow, late), key=lambda row: (known(row["unit"]), known(row["period"]))):
        unit, period = known(row["unit"]), known(row["period"])
        yield ReportLine(unit=unit, name=names[unit], period=periods[period], days_late=row["days_late"])
