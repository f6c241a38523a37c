"""The whole walk over one year: from the reports and decisions to the standings, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from scoring.assessment.advice import Grounds, recommend
from scoring.assessment.overview import Overview, oversee
from scoring.assessment.period_parts import parts_of, with_parts
from scoring.assessment.records import Assessment, YearBefore
from scoring.assessment.unit import assess_units
from scoring.core.language import each_of_posts, speaking_of_posts
from scoring.core.stages import announced
from scoring.decisions.records import Standing, Twice
from scoring.decisions.store import read_decisions
from scoring.register.positions import unit_result_entries
from scoring.register.year import Year
from scoring.reports.checks.run import read_reports
from scoring.reports.intake import unopened_units
from scoring.scores.ranking import rank
from scoring.scores.totals import score


class Evaluation(NamedTuple):
    """Every table of a year; columns stand in the room that makes each; `decisions` are those that count.

    twice: the marks that a second verifier decided too, whose decisions count for nothing by themselves.
    of_units: that of the rubric whose results this one takes.
    """

    year: Year
    entries: pd.DataFrame
    findings: pd.DataFrame
    received: pd.DataFrame
    marks: pd.DataFrame
    totals: pd.DataFrame
    standings: pd.DataFrame
    quotas: pd.DataFrame
    decisions: pd.DataFrame
    twice: tuple[Twice, ...] = ()
    of_units: Evaluation | None = None

    def assessments(self, before: Mapping[str, YearBefore] | None = None) -> Iterator[Assessment]:
        """The assessment of every unit, in the order of the register.

        before: by unit, the year before (`lastyear.compare_years`); left out, nothing is said of it.
        """
        year = self.year
        tables = (self.marks, self.totals, self.standings, self.quotas, self.findings, self.decisions)
        parts = parts_of(self.entries, year.rubric)
        grounds = Grounds(year, self.entries, self.received, self.marks, self.totals, self.standings, self.decisions)
        told = assess_units(*tables, year.units, year.rubric, year.plan, before or {}, recommend(grounds))
        spoken = each_of_posts(told, year.rubric.subject == "position")
        return (with_parts(assessment, parts) for assessment in spoken)

    def read_standing(self) -> Standing:
        """What stands of the year's decisions, read anew."""
        return read_decisions(self.year.folder, self.year.rubric, self.year.units, self.entries)

    def overview(self) -> Overview:
        """The year at a glance."""
        year = self.year
        tables = (self.totals, self.standings, self.quotas, self.received)
        with speaking_of_posts(year.rubric.subject == "position"):
            return oversee(*tables, year.units, year.rubric, year.plan)


def evaluate(year: Year) -> Evaluation:
    """Read the year's reports and decisions, score the units and rank them; positions after their units.

    Raises ParameterError where the plan, the rubric or the register was edited in the meantime, ReportError where a
    report cannot be opened and its name does not say whose it is.
    """
    entries, findings, received = read_reports(year)
    unopened, of_units = unopened_units(findings), None
    if year.of_units is not None:
        of_units = evaluate(year.of_units)
        results, rubric = of_units.standings, year.of_units.rubric
        behind = results.loc[results["withheld_by"] == "unopened", "unit"]
        own = year.units if year.rubric.posts_of else year.units.assign(unit=year.units["id"])
        unopened |= frozenset(own.loc[own["unit"].isin(behind), "id"])
        taken = unit_result_entries(results, rubric, own, year.rubric)
        entries = pd.concat([entries, taken.astype(entries.dtypes.to_dict())], ignore_index=True)
    standing = read_decisions(year.folder, year.rubric, year.units, entries)
    announced("Chấm điểm và xếp hạng")
    marks, totals = score(
        entries, year.rubric, year.units, targets=year.targets, decisions=standing.decisions, unopened=unopened
    )
    year.refuse_if_edited()  # the targets are read only now
    standings, quotas = rank(totals, year.rubric, year.units, choices=standing.choices)
    findings = pd.concat([findings, standing.findings], ignore_index=True) if len(standing.findings) else findings
    return Evaluation(
        year,
        entries,
        findings,
        received,
        marks,
        totals,
        standings,
        quotas,
        standing.decisions,
        standing.twice,
        of_units,
    )
