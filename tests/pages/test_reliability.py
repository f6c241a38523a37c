"""The page on how far a result can be trusted: each sentence is true of the year it stands on."""

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
    assert "Không có đơn vị nào sát ranh giới" in page.cuts_table(told).text


def test_the_table_for_other_programs_has_a_row_a_unit_and_blanks_where_there_is_no_rank(sample_2025):
    told = rely_on(sample_2025, sample_2025.overview())
    head, *rows = reliability_csv(told).decode("utf-8-sig").splitlines()
    assert head.split(",")[:5] == ["unit", "block", "rank", "verified_low", "verified_high"]
    assert len(rows) == len(sample_2025.year.units)
    assert all(row.count(",") == head.count(",") for row in rows)
    unranked = next(row for row, unit in zip(rows, told.units, strict=True) if unit.rank is None)
    assert unranked.endswith(",,,,,,,")
