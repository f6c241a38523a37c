"""What a careful reader would refuse, looked for on every unit's page of every sample year and rubric."""

import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain_units
from scoring.assessment.last_year import compare_years
from scoring.pages import unit_assessment as page
from scoring.register.year import open_year
from scoring.reports.checks.evidence import claims_again
from scoring.scores.ranking import rank
from scoring.scores.totals import score

ROOT = Path(__file__).parents[2]
YEARS = {
    "2024": ("2024", None),
    "2025": ("2025", None),
    "upper_level": ("2024", "upper_level"),
    "officer": ("2024", "officer"),
}
INTERNAL = re.compile(r"\bô [A-Z]+\d+|Máy tính|\bclosing\b|\.xlsx|\bG\d+\b|\bscored\b|\bmissing\b|\bpending\b")


@pytest.fixture(scope="module", params=YEARS)
def evaluation(request):
    year, rubric = YEARS[request.param]
    return evaluate(open_year(ROOT / "data" / year, rubric) if rubric else open_year(ROOT / "data" / year))


@pytest.fixture(scope="module")
def assessments(evaluation):
    return list(evaluation.assessments(compare_years(evaluation)))


def parts_of(assessment):
    return [part(assessment).text for part in (page.opening, page.why, page.actions, page.ending, page.annex)]


def again(evaluation, unit, changes):
    """The unit's total and band with the changes made in its own tables; no sample rule compares in the block."""
    rubric = evaluation.year.rubric
    entries = evaluation.entries[evaluation.entries["unit"] == unit].copy()
    entries["evidence"] = entries["evidence"].astype(object)
    for change in changes:
        if change.how == "evidence":
            own = (entries["unit"] == unit) & (entries["criterion"] == change.item)
            entries.loc[own, "evidence"] = f"tài liệu chỉ của {change.item}"
    for item in rubric.items:
        if item.indicator and item.indicator.source == "doubled_evidence":
            own = (entries["unit"] == unit) & (entries["criterion"] == item.id) & entries["value"].notna()
            entries.loc[own, "value"] = int((claims_again(entries, rubric)["unit"] == unit).sum()) * item.value_scale
    rows = [
        {"unit": unit, "criterion": one.item, "stage": "council", "kind": one.how, "value": Decimal(one.figure)}
        for one in changes
        if one.how != "evidence"
    ]
    decisions = (
        pd.concat([evaluation.decisions, pd.DataFrame(rows)], ignore_index=True) if rows else evaluation.decisions
    )
    units = evaluation.year.units
    units = units[units["id"] == unit].reset_index(drop=True)
    decisions = decisions[decisions["unit"] == unit]
    totals = score(entries, rubric, units, targets=evaluation.year.targets, decisions=decisions).totals
    standings = rank(totals, rubric, units).standings
    return totals.loc[0, "total"], standings.loc[0, "band"]


def test_every_recommendation_brings_what_it_says(evaluation, assessments):
    """A fourth of the units, every recommendation: the year is scored again with that one change."""
    names = {band.name: band.id for band in evaluation.year.rubric.bands}
    tried = 0
    for assessment in assessments[::4]:
        for one in assessment.recommendations:
            if one.changes:
                total, band = again(evaluation, assessment.unit.id, one.changes)
                assert total - (assessment.result.total or 0) == one.gain, (assessment.unit.id, one)
                assert not one.lifts or band == names[one.lifts], (assessment.unit.id, one)
                tried += 1
    assert tried or evaluation.year.rubric.id == "officer"


def test_every_printed_gain_stands_in_a_recommendation(assessments):
    for assessment in assessments:
        gains = {assessment.points(one.gain) for one in assessment.recommendations if one.gain}
        printed = re.findall(r"[+](\d+,\d\d)\u00a0điểm", page.actions(assessment).text)
        assert set(printed) <= gains, assessment.unit.id


def test_no_page_shows_what_only_the_program_knows(assessments):
    for assessment in assessments:
        text = "\n".join(parts_of(assessment)[:-1]) + page.annex(assessment).text.partition("Bộ tiêu chí:")[0]
        assert not INTERNAL.search(text), (assessment.unit.id, INTERNAL.search(text))
        assert assessment.rubric_digest[:12] not in text


def test_what_decided_is_printed_with_its_figure_and_its_limit(evaluation, assessments):
    """Held against the explanation: of a share of facts, both counts and the percent asked for."""
    facts = {one.unit: {fact.id: fact.value for fact in one.facts} for one in explain_units(evaluation)}
    gates = {gate.id: gate for gate in evaluation.year.rubric.gates}
    for assessment in assessments:
        gate = gates.get(assessment.result.capped_by)
        if gate is None or gate.when.share is None:
            continue
        own, text = facts[assessment.unit.id], page.why(assessment).text
        part, whole = own[gate.when.share.part], own[gate.when.share.whole]
        if part is None or whole is None:
            assert "chưa báo cáo" in text.casefold(), assessment.unit.id
        else:
            assert f": {part};" in text, assessment.unit.id
            assert f": {whole} (" in text, assessment.unit.id
            assert f"yêu cầu từ {gate.when.below}" in text, assessment.unit.id


def test_what_waits_for_points_has_no_grade_and_says_how_much_waits(assessments):
    for assessment in assessments:
        if assessment.result.pending:
            text = page.opening(assessment).text + page.why(assessment).text
            assert "chờ cho điểm" in text, assessment.unit.id
            assert "theo điểm thuộc mức" not in text, assessment.unit.id


def test_a_unit_that_ended_gets_one_paragraph(assessments):
    for assessment in assessments:
        if assessment.unit.ended:
            assert page.actions(assessment).text == ""
            assert "không còn là đối tượng đánh giá" in page.why(assessment).text
            assert assessment.body.recipients[0] in page.ending(assessment).text


def test_who_shares_a_rank_falls_behind_by_the_least_loss(assessments):
    for assessment in assessments:
        if (assessment.result.tied or 0) > 1 and assessment.outlook:
            lost = re.search(r"mất từ (\d+,\d\d) điểm", assessment.outlook[0])
            assert lost, assessment.unit.id
            assert int(lost[1].replace(",", "")) <= 2, assessment.unit.id
