"""The page on how far a result can be trusted: each sentence is true of the year it stands on."""

import re

import pytest
from helpers.small_year import Office, reports, verified, year_in

from scoring.assessment.reliability import rely_on
from scoring.pages import reliability as page
from scoring.pages.spreadsheets import reliability_csv


def told_of(tmp_path, *rulings, **changed):
    office = Office(year_in(tmp_path), reports(**changed))
    office.record(*rulings)
    evaluation = office.evaluation()
    return rely_on(evaluation, evaluation.overview())


def test_without_a_verified_mark_the_assumption_is_told(tmp_path):
    text = page.summary(told_of(tmp_path, A1=1)).text
    assert "Năm này chưa có điểm nào được thẩm định." in text
    assert "mức sửa thật của" not in text


def test_real_corrections_are_named_with_their_number(tmp_path):
    told = told_of(tmp_path, verified("", "completed", reason=""), verified("A1", "points", "1"))
    assert f"mức sửa thật của {told.looked_at} điểm" in page.summary(told).text
    (team,) = [one for one in told.corrections if one.kind == "role"]
    assert (team.marks, team.raised + team.lowered) == (1, 1)
    assert "Tổ thẩm định khối 1" in page.corrections_table(told).text
    assert "ít lượt, chưa kết luận được" in page.corrections_table(told).text


def test_a_year_nobody_reported_in_gets_sentences_instead_of_figures(tmp_path):
    office = Office(year_in(tmp_path), reports().iloc[:0])
    evaluation = office.evaluation()
    told = rely_on(evaluation, evaluation.overview())
    assert "Chưa đơn vị nào có hạng" in page.summary(told).text
    assert page.firmness_tables(told).text == "Chưa đơn vị nào có hạng."
    assert page.claims_table(told).text == "Chưa đơn vị nào ghi điểm tự chấm."
    assert page.cuts_table(told).text == "Chưa đơn vị nào có hạng, nên chưa biết ai sát ranh giới."


@pytest.mark.parametrize("units", [("TH-A",), ("TH-A", "TH-B")])
def test_where_nobody_has_a_rank_no_figure_speaks_of_ranks_and_few_claims_have_no_shares(tmp_path, units):
    """One unit, and a block of two with all equal: counted, with neither shares nor means nor moves of ranks."""
    entries = reports()
    office = Office(year_in(tmp_path), entries[entries["unit"].astype(str).isin(units)])
    evaluation = office.evaluation()
    told = rely_on(evaluation, evaluation.overview())
    text = "\n".join(
        part(told).text for part in (page.summary, page.criteria_table, page.claims_table, page.cuts_table)
    )
    assert "Hạng đổi nếu bỏ" not in text
    assert "đổi mức xếp loại" not in text
    assert "Quá nửa số đơn vị" not in text
    by_criterion = page.claims_table(told).text.partition("theo khối")[0]
    assert "%" not in by_criterion.replace("% điểm", "")
    assert f"ít ({len(units)})" in by_criterion
    assert ("Mới có 4 lượt tự chấm" in text) == (len(units) == 1)


def test_a_unit_alone_in_its_block_is_no_firm_rank(sample_2024):
    told = rely_on(sample_2024, sample_2024.overview())
    assert page.has_ranks(told)
    alone = told.model_copy(update={"units": tuple(one.model_copy(update={"ranked": 1}) for one in told.units)})
    assert "không có ai để so hạng" in page.summary(alone).text
    assert "giữ nguyên hạng trong" not in page.summary(alone).text


@pytest.mark.parametrize(("looked_at", "is_rough"), [(1, True), (29, True), (30, False)])
def test_trials_that_rest_on_few_real_corrections_are_said_to_be_rough(sample_2024, looked_at, is_rough):
    told = rely_on(sample_2024, sample_2024.overview()).model_copy(update={"looked_at": looked_at})
    assert ("còn thô" in page.summary(told).text) == is_rough


def test_the_table_for_other_programs_has_a_row_a_unit_and_blanks_where_there_is_no_rank(sample_2025):
    told = rely_on(sample_2025, sample_2025.overview())
    head, *rows = reliability_csv(told).decode("utf-8-sig").splitlines()
    assert head.split(",")[:5] == ["unit", "block", "rank", "verified_low", "verified_high"]
    assert len(rows) == len(sample_2025.year.units)
    assert all(row.count(",") == head.count(",") for row in rows)
    unranked = next(row for row, unit in zip(rows, told.units, strict=True) if unit.rank is None)
    assert unranked.endswith(",,,,,,,")


def test_tables_are_numbered_from_one_without_a_gap_where_a_block_has_no_rank(sample_2025, sample_2024):
    """In 2025 the first block has no ranked unit."""
    for evaluation in (sample_2025, sample_2024):
        told = rely_on(evaluation, evaluation.overview(), [sample_2024] if evaluation is sample_2025 else [])
        parts = (page.firmness_tables, page.criteria_table, page.claims_table, page.corrections_table)
        text = "\n".join(part(told).text for part in parts)
        numbers = [int(number) for number in re.findall(r"^Bảng (\d+)\.", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_maxima_and_self_scores_are_told_by_block_and_over_the_years_by_their_own_rules(sample_2025, sample_2024):
    told = rely_on(sample_2025, sample_2025.overview(), [sample_2024])
    years = {one.who: one for one in told.claims if one.kind == "year"}
    before = rely_on(sample_2024, sample_2024.overview())
    assert list(years) == ["2024", "2025"]
    assert years["2024"].full == sum(one.full for one in before.criteria)
    assert years["2025"].above == sum(one.above for one in told.criteria)
    own = [one for one in told.claims if one.kind == "block"]
    assert sum(one.given for one in own) == years["2025"].given
    assert not [one for one in before.claims if one.kind == "year"]
    assert "quy định của chính năm ấy" in page.claims_table(told).text
    assert "quy định của chính năm ấy" not in page.claims_table(before).text


def test_what_moves_ranks_most_and_what_is_full_is_told_with_what_to_do(sample_2024):
    told = rely_on(sample_2024, sample_2024.overview())
    text = page.summary(told).text
    most = max(told.criteria, key=lambda one: one.shift)
    assert f"nếu thẩm định lại riêng nó: {most.name}" in text
    assert "đạt điểm tối đa, nên" in text
    emptied = told.model_copy(
        update={"criteria": tuple(one.model_copy(update={"full": 0, "shift": 0}) for one in told.criteria)}
    )
    text = page.summary(emptied).text
    assert "đạt điểm tối đa, nên" not in text
    assert "thẩm định lại riêng nó" not in text
