"""What a unit's page says of its rank: what real corrections show, and nothing where that would not help."""

import pytest
from helpers.small_year import Office, reports, verified, year_in

from scoring.assessment.firm_rank import firmness_text, with_firmness
from scoring.assessment.reliability import rely_on, verified_intervals
from scoring.pages import unit_assessment as page

UNITS = ("TH-A", "TH-B")
JUDGED = [verified("B3", "points", points, unit=unit) for unit, points in zip(UNITS, "23", strict=True)]
"""What verifiers alone give points for, so that both units have a rank: TH-B the first."""
DONE = [*JUDGED, *(verified("", "completed", reason="", unit=unit) for unit in UNITS)]


def office_of(tmp_path, *rulings, **changed):
    office = Office(year_in(tmp_path), reports(**changed))
    office.record(*rulings)
    return office


def told(evaluation):
    return {one.unit.id: one for one in with_firmness(evaluation.assessments(), verified_intervals(evaluation))}


def test_a_rank_that_held_in_every_real_correction_is_said_to_hold(tmp_path):
    evaluation = office_of(tmp_path, *DONE).evaluation()
    first = told(evaluation)["TH-B"]
    assert first.firmness == "Hạng 1; nếu thẩm định lại, trong 90% lần thử vẫn là hạng ấy."
    assert first.firmness in page.why(first).text
    assert page.why(first).text.count("thẩm định lại") == 1


def test_a_rank_that_could_be_any_of_the_block_says_nothing(tmp_path):
    corrected = [verified("A1", "points", "3"), verified("B1", "points", "2", unit="TH-B")]
    evaluation = office_of(tmp_path, *corrected, *DONE).evaluation()
    assert set(verified_intervals(evaluation).values()) == {(1, 2)}
    assert {one.firmness for one in told(evaluation).values()} == {""}


def test_without_enough_verified_marks_there_is_no_line(tmp_path):
    """Neither on the assumption alone nor on one correction."""
    office = office_of(tmp_path, *JUDGED)
    assert office.evaluation().standings["rank"].notna().sum() == 2
    assert verified_intervals(office.evaluation()) == {}
    office.record(verified("A1", "points", "1"))
    assert verified_intervals(office.evaluation()) == {}


def test_the_interval_is_the_one_of_the_page_on_reliability(tmp_path):
    evaluation = office_of(tmp_path, *DONE, verified("A1", "points", "1")).evaluation()
    whole = {one.id: one.verified for one in rely_on(evaluation, evaluation.overview()).units if one.verified}
    assert whole
    assert verified_intervals(evaluation) == whole


@pytest.mark.parametrize("year", ["sample_2024", "sample_2025"])
def test_the_pages_of_a_year_nobody_verified_stay_as_they_are(year, request):
    evaluation = request.getfixturevalue(year)
    assert verified_intervals(evaluation) == {}
    for one in with_firmness(evaluation.assessments(), {}):
        assert "lần thử" not in page.why(one).text + page.actions(one).text


@pytest.mark.parametrize(
    ("rank", "ranked", "interval", "words"),
    [
        (3, 9, (2, 5), "trong 90% lần thử hạng từ 2 đến 5: hơn kém nhau trong khoảng này chưa chắc."),
        (3, 5, (2, 5), "hạng từ 2 đến 5"),
        (3, 9, (3, 3), "vẫn là hạng ấy"),
        (3, 5, (1, 5), ""),
        (1, 1, (1, 1), ""),
        (None, None, (1, 2), ""),
    ],
)
def test_an_interval_is_told_unless_it_is_the_whole_block(rank, ranked, interval, words):
    text = firmness_text(rank, ranked, interval)
    assert words in text
    assert bool(words) == bool(text)
