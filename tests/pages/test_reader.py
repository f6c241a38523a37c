"""What a careful reader would refuse, looked for on every unit's page of every sample year and rubric."""

import re
from decimal import Decimal

import pandas as pd
import pytest
from helpers.pages import YEARS, assessments_of, council_pages, evaluation_of

from scoring.assessment.explanation import explain_units
from scoring.pages import unit_assessment as page
from scoring.reports.checks.evidence import claims_again
from scoring.scores.ranking import rank
from scoring.scores.totals import score

INTERNAL = re.compile(r"\bô [A-Z]+\d+|Máy tính|\bclosing\b|\.xlsx|\bG\d+\b|\bscored\b|\bmissing\b|\bpending\b")


@pytest.fixture(scope="module", params=YEARS)
def evaluation(request):
    return evaluation_of(request.param)


@pytest.fixture(scope="module")
def assessments(evaluation):
    return assessments_of(evaluation)


@pytest.fixture(scope="module")
def explained(evaluation):
    """Every unit's explanation as its JSON has it: what a reader could check the page against."""
    return {one.unit: one.model_dump(mode="json") for one in explain_units(evaluation)}


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


@pytest.mark.slow
def test_every_recommendation_brings_what_it_says(evaluation, assessments):
    """Every unit, every recommendation: its year is scored again with that one change."""
    names = {band.name: band.id for band in evaluation.year.rubric.bands}
    tried = 0
    for assessment in assessments:
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
        text = "\n".join(parts_of(assessment)[:-1]) + page.annex(assessment).text.partition("Căn cứ đánh giá:")[0]
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
        if assessment.result.withheld_by == "pending":
            text = page.opening(assessment).text + page.why(assessment).text
            assert "chờ cho điểm" in text, assessment.unit.id
            assert "theo điểm thuộc mức" not in text, assessment.unit.id


def test_a_unit_that_ended_gets_one_paragraph(assessments):
    for assessment in assessments:
        if assessment.unit.ended:
            assert page.actions(assessment).text == ""
            assert "không còn là đối tượng đánh giá" in page.why(assessment).text
            # to whom it is no longer sent: nothing can be done there any more
            ending, (*others, archive) = page.ending(assessment).text, assessment.body.recipients
            assert ("- Đơn vị tiếp nhận;" in ending) is assessment.unit.taken_over, assessment.unit.id
            assert archive in ending, assessment.unit.id
            assert not [one for one in others if one in ending], assessment.unit.id


def test_who_shares_a_rank_falls_behind_by_the_least_loss(assessments):
    for assessment in assessments:
        if (assessment.result.tied or 0) > 1 and assessment.outlook:
            lost = re.search(r"mất từ (\d+,\d\d) điểm", assessment.outlook[0])
            assert lost, assessment.unit.id
            assert int(lost[1].replace(",", "")) <= 2, assessment.unit.id


# Every sentence with a figure


def printed(scaled, decimals):
    """Points as they are printed, worded by this test itself: 871 of two decimals is "8,71", 0 "0,00"."""
    sign, digits = ("−" if scaled < 0 else ""), str(abs(scaled)).zfill(decimals + 1)
    return f"{sign}{digits[: len(digits) - decimals]},{digits[len(digits) - decimals :]}" if decimals else sign + digits


def table_of(assessment):
    """The rows of the annex: the criterion or group, the cells, the reason; by what the row begins with."""
    rows = [line.split(" | ") for line in page.annex(assessment).text.splitlines() if " | " in line]
    return {row[0].partition(".")[0]: row for row in rows[1:]}, rows[0] if rows else []


def test_every_figure_of_the_annex_is_that_of_the_explanation(assessments, explained):
    looked = 0
    for assessment in assessments:
        told = explained[assessment.unit.id]
        rows, heads = table_of(assessment)
        if not assessment.unit.eligible:
            assert not rows
            continue
        own = heads.index("Được tính")
        for mark in told["marks"]:
            if row := rows.get(mark["criterion"]):
                sign = -1 if mark["kind"] == "deduction" else 1
                points = "–" if mark["points"] is None else printed(sign * mark["points"], told["decimals"])
                assert row[1] == printed(mark["max_points"], told["decimals"]), (assessment.unit.id, row)
                assert row[own] == points, (assessment.unit.id, row)
                looked += 1
        for group in told["groups"]:
            row = rows.get(group["id"])
            if row and not group["outer"] and row[own] != "chờ":
                assert row[own] == printed(group["points"] or 0, told["decimals"]), (assessment.unit.id, row)
        if not assessment.result.pending:
            total = "–" if told["total"] is None else printed(told["total"], told["decimals"])
            assert rows["Tổng cộng"][own] == total, assessment.unit.id
    assert looked > 30


def test_the_grade_the_total_and_the_rank_are_those_of_the_explanation(evaluation, assessments, explained):
    bands = {band.id: band.name for band in evaluation.year.rubric.bands}
    for assessment in assessments:
        told, text = explained[assessment.unit.id], page.opening(assessment).text
        if not assessment.unit.eligible or assessment.result.pending or told["total"] is None:
            assert "Xếp hạng trong khối" not in text, assessment.unit.id
            continue
        total = f"{printed(told['total'], told['decimals'])}/{printed(told['effective_max'], told['decimals'])}"
        assert f"Tổng điểm: {total}" in text, assessment.unit.id
        if told["band"]:
            assert f"Xếp loại đề xuất: {bands[told['band']]}\n" in f"{text}\n", assessment.unit.id
        if told["rank"] is not None:
            assert f"Xếp hạng trong khối: {told['rank']}/{told['ranked']}" in text, assessment.unit.id


def test_every_figure_of_the_first_page_stands_in_what_the_engine_says(evaluation, assessments, explained):
    """Figures of the reasons and the actions: of the explanation, of a re-scored gain, or of the rubric's own words."""
    rubric = evaluation.year.rubric
    rules = rubric.model_dump_json() + " ".join(f"{due:%d/%m/%Y}" for due in (period.due for period in rubric.periods))
    rules = set(re.findall(r"\d+", rules))
    edges = [float(band.from_) for band in rubric.bands if band.from_ is not None]
    for assessment in assessments:
        told = explained[assessment.unit.id]
        known = figures_known(assessment, told, edges)
        lines = (page.why(assessment).text + "\n" + page.actions(assessment).text).splitlines()
        for line in lines:
            bare = re.sub(r"\b[A-Z]{1,3}\d+\b|“[^”]*”|\d+[-/][A-ZĐ][\w./-]*|^\d\. ", " ", line)
            for figure in re.findall(r"\d[\d.]*(?:,\d+)?", bare):
                whole = figure.rstrip(".").replace(".", "")
                assert whole in known or whole in rules or figure in known, (assessment.unit.id, figure, line)


def figures_known(assessment, told, edges):
    """Every figure the explanation of a unit holds, as it may be printed, with gains, shares and distances."""
    known = set(re.findall(r"\d+(?:,\d+)?", str(told).replace("\u00a0", " ")))
    scaled = {int(figure) for figure in known if figure.isdigit() and len(figure) < 8}
    known |= {printed(figure, told["decimals"]) for figure in scaled}
    known |= {printed(figure, told["figure_decimals"]) for figure in scaled}
    known |= {assessment.points(abs(one.gain)) for one in assessment.recommendations if one.gain}
    facts = [fact["value"] for fact in told["facts"] if fact["value"] is not None]
    known |= {str(abs(first - second)) for first in facts for second in facts}
    percents = {Decimal(100 * part) / whole for part in facts for whole in facts if whole}
    known |= {f"{percent.quantize(Decimal('0.01'))}".rstrip("0").rstrip(".").replace(".", ",") for percent in percents}
    known |= distances(assessment, told, edges)
    counted = [one.kind for one in assessment.recommendations]
    return known | {str(counted.count(kind) - told_in_full) for kind in counted for told_in_full in range(20)}


def distances(assessment, told, edges):
    """How far the next rank and the next band are, from the explanation's neighbours and the band's edges."""
    found = set(re.findall(r"\d+,\d+", " ".join(told["lines"])))
    lacks = [edge * told["effective_max"] / 100 - told["total"] for edge in edges] if told["total"] is not None else []
    for text in assessment.outlook:
        for figure in re.findall(r"\d+,\d+", text):
            points = int(figure.replace(",", ""))
            assert points <= told["effective_max"], (assessment.unit.id, text)
            if f"còn thiếu {figure}" in text.replace("\u00a0", " "):
                # a percent is rounded to the edge, so the last hundredth may be given
                assert any(abs(lack - points) <= 1 for lack in lacks), (assessment.unit.id, text)
            found.add(figure)
    return found


ENGLISH = re.compile(
    r"\b(?:the|and|of|for|with|from|points|unit|report|missing|total|band|rank|score)\b", re.IGNORECASE
)


def test_no_page_of_a_vietnamese_year_has_an_english_word(evaluation, assessments):
    texts = ["\n".join(part.text for part in parts_blocks(one)) for one in assessments]
    for name, notebook in council_pages(evaluation):
        plain = [out.data.get("text/plain", "") for cell in notebook.cells for out in cell.get("outputs", ())]
        texts.append(f"{name}: " + "\n".join(plain))
    for text in texts:
        bare = re.sub(r"https?://\S+", "", text)
        assert not ENGLISH.search(bare), ENGLISH.search(bare)


def parts_blocks(assessment):
    return [part(assessment) for part in (page.opening, page.why, page.actions, page.ending, page.annex)]
