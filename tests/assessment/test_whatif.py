"""Changes tried on a copy of the year: exact, and the year itself is as it was."""

from decimal import Decimal

import pytest
from helpers.small_year import Office, by_council, reports, verified, year_in

from scoring.assessment.suppositions import (
    SupposedEdge,
    SupposedFigure,
    SupposedMaximum,
    SupposedShare,
    SupposedTarget,
    supposed_rubric,
    target_figures,
    with_figures,
)
from scoring.assessment.whatif import compare_supposed, decided, gains, suppose
from scoring.core.errors import DecisionError, ParameterError
from scoring.rubric.parameters import Target


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """TH-A has 12 of 20 points and is second, TH-B 14.50 and first; TH-C is not scored."""
    office = Office(year_in(tmp_path_factory.mktemp("year") / "2024"), reports(A1=1))
    office.record(
        verified("B3", "points", "3"),
        verified("B3", "points", "1", unit="TH-B"),
        verified("A1", "value", "4", unit="TH-B"),
    )
    return office


@pytest.fixture(scope="module")
def year(office):
    """The evaluation and what stands of the decisions it counts."""
    return office.evaluation(), office.stands()


@pytest.fixture(scope="module")
def tried(year):
    """What suppositions would change: unit to (total, band, rank), each before and after; and the remarks."""

    def tried(*suppositions):
        comparison, remarks = compare_supposed(*year, suppositions)
        return {one.unit: (one.total, one.band, one.rank) for one in comparison.units}, remarks

    return tried


KHA, TOT = "Hoàn thành nhiệm vụ", "Hoàn thành tốt nhiệm vụ"


# One figure or rule taken to be another


def test_another_value_moves_the_unit_and_those_it_overtakes(tried):
    moved, remarks = tried(SupposedFigure("TH-A", "A1", "value", "4"))
    assert moved == {
        "TH-A": (("12,00", "16,50"), (KHA, TOT), ("2/2", "1/2")),
        "TH-B": (("14,50", "14,50"), (KHA, KHA), ("1/2", "2/2")),
    }
    assert remarks == ()


def test_a_supposed_figure_goes_before_what_was_decided(tried):
    moved, _ = tried(SupposedFigure("TH-B", "B3", "points", "0"))
    assert moved["TH-B"][0] == ("14,50", "13,50")


def test_another_target_is_shared_out_anew_and_rounded_once(tried):
    moved, _ = tried(SupposedTarget("A1", Target(figure=Decimal(7))))
    # 6 points × 1/7 and × 4/7: 0,857… and 3,428…
    assert {unit: total for unit, (total, _, _) in moved.items()} == {
        "TH-A": ("12,00", "11,36"),
        "TH-B": ("14,50", "11,93"),
    }


def test_another_maximum_makes_the_whole_larger_and_says_so(tried):
    moved, remarks = tried(SupposedMaximum("A2", Decimal(8)))
    assert moved["TH-B"] == (("14,50", "17,50"), (KHA, KHA), ("1/2", "1/2"))
    assert remarks == ("Tổng điểm tối đa của bộ tiêu chí thành 24 (đang là 20); tỷ lệ phần trăm tính trên tổng mới.",)


def test_points_given_directly_are_held_under_a_smaller_maximum(year):
    evaluation = suppose(*year, [SupposedMaximum("B3", Decimal(2))])
    marks = evaluation.marks.set_index(["unit", "criterion"])["points"]
    assert (marks["TH-A", "B3"], marks["TH-B", "B3"]) == (200, 100)


def test_another_edge_of_a_band_moves_exactly_those_between_the_edges(tried):
    assert tried(SupposedEdge("tot", Decimal("72.5")))[0] == {"TH-B": (("14,50",) * 2, (KHA, TOT), ("1/2", "1/2"))}
    assert tried(SupposedEdge("tot", Decimal("72.51")))[0] == {}


def test_another_share_of_a_quota_moves_who_is_proposed(year, tried):
    suppositions = [SupposedEdge("tot", Decimal(72)), SupposedShare("xuat_sac", Decimal(100))]
    (unit,) = compare_supposed(*year, suppositions).comparison.units
    assert unit.selection == ("–", "Hoàn thành xuất sắc nhiệm vụ: đề xuất xét")


def test_of_two_suppositions_about_the_same_thing_the_last_one_counts(tried):
    first, last = (SupposedFigure("TH-A", "A1", "value", value) for value in ("4", "2"))
    assert tried(first, last) == tried(last)


def test_what_stands_already_moves_nothing(tried):
    nothing = [SupposedFigure("TH-A", "A1", "value", "1"), SupposedEdge("tot", Decimal(80))]
    assert tried(*nothing) == ({}, ())


def test_nothing_passed_in_and_nothing_on_disk_is_changed(year, office):
    evaluation, standing = year
    before = evaluation.totals.copy(), evaluation.marks.copy(), standing.decisions.copy(), office.files()
    suppose(evaluation, standing, [SupposedFigure("TH-A", "A1", "value", "4"), SupposedMaximum("B3", Decimal(2))])
    gains(evaluation, standing, "TH-A")
    assert evaluation.totals.equals(before[0])
    assert evaluation.marks.equals(before[1])
    assert standing.decisions.equals(before[2])
    assert office.files() == before[3]


# What cannot be supposed


@pytest.mark.parametrize(
    ("supposition", "words"),
    [
        (SupposedFigure("TH-A", "A1", "value", "-1"), "A1"),
        (SupposedFigure("TH-A", "A1", "points", "7"), "lớn hơn mức lớn nhất 6"),
        (SupposedFigure("TH-X", "A1", "value", "1"), "TH-X"),
        (SupposedTarget("B2", Target(figure=Decimal(3))), "không phải tiêu chí có chỉ tiêu"),
        (SupposedTarget("A1", Target(figure=Decimal(0))), "phải lớn hơn 0"),
        (SupposedTarget("A1", Target(figure=Decimal("1.5"))), "tối đa 0 chữ số lẻ"),
        (SupposedMaximum("A1", Decimal("0.001")), "tối đa 2 chữ số lẻ"),
        (SupposedMaximum("B2", Decimal(1)), "có bậc được 1,5 điểm"),
        (SupposedMaximum("Z9", Decimal(1)), "không có tiêu chí này"),
        (SupposedEdge("yeu", Decimal(10)), "không đổi được điểm bắt đầu"),
        (SupposedEdge("kha", Decimal(80)), "không còn điểm nào"),
        (SupposedEdge("tot", Decimal("80.001")), "tối đa 2 chữ số lẻ"),
        (SupposedShare("tot", Decimal(20)), "không có tỷ lệ khống chế"),
        (SupposedShare("xuat_sac", Decimal(101)), "không quá 100"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(year, supposition, words):
    with pytest.raises(ParameterError, match=words):
        suppose(*year, [supposition])


def test_every_fault_is_told_at_once(year):
    faulty = [SupposedMaximum("Z9", Decimal(1)), SupposedFigure("TH-A", "A1", "points", "7")]
    with pytest.raises(ParameterError) as caught:
        suppose(*year, faulty)
    assert len(caught.value.faults) == 2


def test_every_form_of_a_target_keeps_its_form_with_other_figures(office):
    forms = [
        Target(figure=Decimal(4)),
        Target(by="members", percent=Decimal(50)),
        Target(by="members", steps=((0, Decimal(2)), (50, Decimal(4)))),
        Target(by="type", values={"truong": Decimal(2)}, otherwise=Decimal(3)),
    ]
    for target in forms:
        figures = list(target_figures(target, office.rubric).values())
        assert with_figures(target, figures) == target
        assert list(target_figures(with_figures(target, [one + 1 for one in figures]), office.rubric).values()) == [
            one + 1 for one in figures
        ]


def test_a_supposed_rubric_is_no_file_and_its_maxima_add_up(office):
    rubric, faults = supposed_rubric(office.rubric, [SupposedMaximum("A1", Decimal(7))])
    assert faults == []
    assert rubric.digest == ""
    assert (rubric.total.max_points, rubric.groups[0].max_points, rubric.max_points("A1")) == (21, 11, 700)
    assert office.rubric.max_points("A1") == 600


# A decision before it is recorded


def test_a_decision_is_tried_as_it_would_be_recorded(year):
    ruling = verified("A1", "value", "2")
    after = decided(*year, {"A1": ruling})
    assert after.totals.set_index("unit").loc["TH-A", "total"] == 1350


def test_a_decision_that_could_not_be_recorded_is_not_tried(year):
    with pytest.raises(DecisionError, match="lớn hơn mức lớn nhất 6"):
        decided(*year, {"A1": verified("A1", "points", "7")})


# A unit's way up


def test_the_gains_are_told_from_the_largest_with_the_way_to_the_next_band(year):
    prospect = gains(*year, "TH-A")
    assert (prospect.total, prospect.band, prospect.rank) == (1200, "kha", 2)
    # 80% of 20 points is 16; a group under 50% keeps the unit out however many points it wins elsewhere
    assert (prospect.next_band, prospect.missing, prospect.gates) == ("tot", 400, ("Có nhóm dưới 50% điểm",))
    first = prospect.gains[0]
    assert first._asdict() == {
        "criterion": "A1",
        "now": 150,
        "possible": 600,
        "gain": 450,
        "band": "tot",
        "rank": 1,
    }
    assert [one.gain for one in prospect.gains] == [450, 200, 150, 100, 100]


@pytest.mark.parametrize("unit", ["TH-A", "TH-B"])
def test_each_gain_is_what_recording_the_full_points_would_bring(year, unit):
    evaluation, standing = year
    prospect = gains(evaluation, standing, unit)
    assert prospect.gains
    for gain in prospect.gains:
        points = str(Decimal(gain.possible).scaleb(-2))
        after = suppose(evaluation, standing, [SupposedFigure(unit, gain.criterion, "points", points)])
        total = after.totals.set_index("unit").loc[unit, "total"]
        place = after.standings.set_index("unit").loc[unit]
        assert (total - prospect.total, place["band"], place["rank"]) == (gain.gain, gain.band, gain.rank)


def test_the_points_missing_for_a_band_are_the_fewest_that_reach_it(year):
    evaluation, standing = year
    prospect = gains(evaluation, standing, "TH-B")
    assert (prospect.next_band, prospect.missing, prospect.gates) == ("tot", 150, ())
    bands = []
    for points in ("2.49", "2.50"):
        after = suppose(evaluation, standing, [SupposedFigure("TH-B", "B3", "points", points)])
        bands.append(after.standings.set_index("unit").loc["TH-B", "band"])
    assert bands == ["kha", "tot"]


def test_a_unit_in_the_best_band_has_no_next_one(year):
    after = decided(
        *year,
        {name: by_council("points", most, name) for name, most in (("A1", "6"), ("A2", "4"), ("B2", "3"))},
    )
    assert after.standings.set_index("unit").loc["TH-A", "band"] == "tot"
    prospect = gains(after, year[1], "TH-A")
    assert (prospect.next_band, prospect.missing) == ("", None)


@pytest.mark.parametrize("unit", ["TH-C", "TH-X"])
def test_a_unit_that_is_not_scored_has_no_way_up(year, unit):
    with pytest.raises(ParameterError, match="không có đơn vị này"):
        gains(*year, unit)
