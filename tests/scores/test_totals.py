"""Marks and totals: states, periods, targets, evidence, decisions, what does not apply, bonus and deductions."""

from datetime import date

import pandas as pd
import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, group, row_of, targets_of, units_of

from scoring.core.errors import ScoringError
from scoring.scores.totals import score

QUARTERS = [
    {"id": name, "name": f"Quý {month // 3}", "from": date(2024, 1, 1), "to": date(2024, month, 28), "due": due}
    for name, month, due in [
        ("Q1", 3, date(2024, 4, 5)),
        ("Q2", 6, date(2024, 7, 5)),
        ("Q3", 9, date(2024, 10, 5)),
        ("NAM", 12, date(2024, 12, 31)),
    ]
]
QUARTERS[-1]["annual"] = True


def mark_of(scored, item="A1", unit="U1"):
    return row_of(scored.marks, unit=unit, criterion=item)


def total_of(scored, unit="U1"):
    return row_of(scored.totals, unit=unit)


@pytest.fixture
def mark_of_one(rubric_of_criteria):
    """Scores one criterion of one unit and gives its mark."""

    def mark_of_one(item, *entries, units=None, decisions=(), targets=(), **parts):
        rubric = rubric_of_criteria(item, **parts)
        units = units_of("U1") if units is None else units
        given = {"decisions": decisions_of(*decisions), "targets": targets_of(*targets)}
        return mark_of(score(entries_of(*entries), rubric, units, **given), item["id"])

    return mark_of_one


def target(figure, max_points=10, **rest):
    return criterion("A1", max_points, "share_of_target", params={"target": figure}, **rest)


# The six states


@pytest.mark.parametrize(
    ("value", "state", "points", "reason"),
    [(3, "scored", 750, ""), (0, "zero", 0, ""), (None, "missing", None, "no_value"), (4, "scored", 1000, "")],
)
def test_a_blank_is_missing_and_a_zero_is_a_zero(mark_of_one, value, state, points, reason):
    mark = mark_of_one(target(4), entry("U1", "A1", value))
    assert (mark["state"], mark["points"], mark["reason"]) == (state, points, reason)


def test_a_unit_that_says_nothing_of_a_criterion_is_missing_it(mark_of_one):
    mark = mark_of_one(target(4))
    assert (mark["state"], mark["points"], mark["file"], mark["target"]) == ("missing", None, None, 4)


def test_a_claim_that_nothing_applies_counts_only_where_the_rubric_allows_it(mark_of_one):
    claim = entry("U1", "A1", not_applicable=True)
    allowed = mark_of_one(target(4, may_not_apply="Không được giao"), claim)
    assert (allowed["state"], allowed["reason"]) == ("not_applicable", "claimed_not_applicable")
    assert mark_of_one(target(4), claim)["state"] == "missing"


def test_a_judged_criterion_is_pending_until_somebody_gives_points(mark_of_one):
    judged = criterion("A1", 5, "judged")
    assert mark_of_one(judged)["state"] == "pending"
    given = mark_of_one(judged, decisions=[("U1", "A1", "verified", "points", "3.5")])
    assert (given["state"], given["points"], given["basis"]) == ("scored", 350, "verified")


def test_a_unit_that_is_not_eligible_has_no_points_and_no_total(small):
    scored = score(entries_of(entry("U1", "A1", 4)), small, units_of("U1", eligible=False))
    assert set(scored.marks["state"]) == {"not_eligible"}
    assert total_of(scored)["total"] is None


@pytest.mark.parametrize(
    ("scope", "state"),
    [
        ({"types": ["truong"]}, "scored"),
        ({"types": ["doanh_nghiep"]}, "not_applicable"),
        ({"blocks": ["K2"]}, "not_applicable"),
        ({"members_from": 100}, "scored"),
        ({"members_from": 101}, "not_applicable"),
        ({"members_below": 100}, "not_applicable"),
    ],
)
def test_a_criterion_outside_its_scope_does_not_apply(mark_of_one, scope, state):
    assert mark_of_one(target(4, applies_to=scope), entry("U1", "A1", 4))["state"] == state


# Periods


@pytest.mark.parametrize(
    ("how", "points"), [("sum", 1000), ("last", 500), ("largest", 750), ("mean", 500), ("any", 250)]
)
def test_periods_combine_as_the_indicator_says(mark_of_one, how, points):
    item = target(4, indicator={"periods": how})
    quarters = zip(["Q1", "Q2", "Q3", "NAM"], [1, 3, None, 2], strict=True)
    entries = [entry("U1", "A1", value, period=period) for period, value in quarters]
    assert mark_of_one(item, *entries, periods=QUARTERS)["points"] == points


def test_a_mean_over_periods_is_rounded_once(mark_of_one):
    entries = [entry("U1", "A1", value, period=period) for period, value in (("Q1", 1), ("Q2", 1), ("Q3", 2))]
    mark = mark_of_one(target(2, indicator={"periods": "mean"}), *entries, periods=QUARTERS)
    assert mark["points"] == 667
    assert mark["value"] * 3 == 4 * mark["scale"]


@pytest.mark.parametrize("how", ["sum", "last", "largest", "mean", "any"])
def test_a_unit_without_a_figure_does_not_disturb_how_others_combine(rubric_of_criteria, how):
    rubric = rubric_of_criteria(target(4, indicator={"periods": how}))
    scored = score(entries_of(entry("U1", "A1", 4)), rubric, units_of("U1", "U2"))
    assert mark_of(scored, unit="U2")["state"] == "missing"
    assert mark_of(scored)["points"] == (250 if how == "any" else 1000)


def test_a_whole_counts_only_with_the_part_reported_beside_it(mark_of_one):
    item = criterion("A1", 10, "percent", indicator={"of": "tổng số", "periods": "sum"})
    entries = [entry("U1", "A1", 9, base=None, period="9T"), entry("U1", "A1", 3, base=4)]
    mark = mark_of_one(item, *entries)
    assert (mark["value"], mark["base"], mark["points"]) == (3, 4, 750)


@pytest.mark.parametrize(
    ("how", "state"), [("last", "missing"), ("sum", "missing"), ("mean", "missing"), ("largest", "missing")]
)
def test_what_the_last_report_leaves_open_no_earlier_one_fills(mark_of_one, how, state):
    entries = [entry("U1", "A1", 4, period="9T"), entry("U1", "A1", None, file="năm.xlsx", cell="H17")]
    mark = mark_of_one(target(4, indicator={"periods": how}), *entries)
    assert (mark["state"], mark["reason"], mark["points"]) == (state, "no_value", None)
    assert (mark["file"], mark["cell"]) == ("năm.xlsx", "H17")


def test_what_was_done_in_any_period_stays_done(mark_of_one):
    entries = [entry("U1", "A1", 4, period="9T"), entry("U1", "A1", None)]
    assert mark_of_one(target(1, indicator={"periods": "any"}), *entries)["points"] == 1000


def test_a_mark_stands_where_its_last_figure_stands(mark_of_one):
    entries = [entry("U1", "A1", 4, period="9T", file="9 tháng.xlsx", cell="D9")]
    mark = mark_of_one(target(4), *entries)
    assert (mark["points"], mark["file"], mark["cell"]) == (1000, "9 tháng.xlsx", "D9")


# Targets


@pytest.mark.parametrize(
    ("stated", "figure"),
    [
        ({"by": "members", "steps": [[0, 2], [50, 4], [100, 5]]}, 5),
        ({"by": "members", "steps": [[0, 2], [50, 4], [101, 5]]}, 4),
        ({"by": "type", "values": {"truong": 8}, "otherwise": 3}, 8),
        ({"by": "block", "values": {"K1": 10, "K2": 3}}, 10),
        ({"by": "unit", "values": {"U9": 8}, "otherwise": 16}, 16),
        ({"assigned_by": "TLĐ"}, 20),
    ],
)
def test_a_target_may_depend_on_the_unit_and_on_who_assigned_it(mark_of_one, stated, figure):
    targets = [("U1", "A1", "TLĐ", "20"), ("U1", "A1", "LĐLĐ", "30"), ("U9", "A1", "TLĐ", "7")]
    mark = mark_of_one(target(stated), entry("U1", "A1", 1), targets=targets)
    assert (mark["target"], mark["points"]) == (figure, (1000 + figure // 2) // figure)


@pytest.mark.parametrize(
    ("stated", "state", "reason"),
    [
        ({"by": "members", "steps": [[0, 2], [50, 4]]}, "pending", "members_not_known"),
        ({"by": "members", "percent": 90}, "pending", "members_not_known"),
        ({"assigned_by": "TLĐ"}, "missing", "no_target"),
    ],
)
def test_a_unit_whose_target_is_not_known_waits_or_is_missing_and_is_not_zero(mark_of_one, stated, state, reason):
    mark = mark_of_one(target(stated), entry("U1", "A1", 5), units=units_of("U1", members=pd.NA))
    assert (mark["state"], mark["reason"]) == (state, reason)


def test_a_share_of_the_members_is_held_against_the_exact_figure(mark_of_one):
    item = target({"by": "members", "percent": 90}, max_points=12)
    mark = mark_of_one(item, entry("U1", "A1", 42), units=units_of("U1", members=47))
    # 90% of 47 is 42,3: a target of 42 would give all 12 points, one of 43 would give 11,72
    assert (mark["points"], mark["target"] * 10) == (1191, 423 * mark["scale"])


def test_one_figure_may_be_held_against_two_targets(rubric_of_criteria):
    items = [
        criterion("A1", 10, "share_of_target", params={"target": {"assigned_by": "TLĐ"}, "most": 110}),
        criterion("A2", 10, "share_of_target", params={"target": {"assigned_by": "tinh"}}, indicator={"same_as": "A1"}),
    ]
    targets = targets_of(("U1", "A1", "TLĐ", "8445"), ("U1", "A1", "tinh", "9310"))
    scored = score(entries_of(entry("U1", "A1", 8818)), rubric_of_criteria(*items), units_of("U1"), targets=targets)
    assert (mark_of(scored)["points"], mark_of(scored, "A2")["points"]) == (1044, 947)


# Evidence


@pytest.mark.parametrize(("rule", "state", "reason"), [("required", "zero", "no_evidence"), ("optional", "scored", "")])
def test_without_the_evidence_a_criterion_asks_for_there_are_no_points(mark_of_one, rule, state, reason):
    mark = mark_of_one(target(4, evidence=rule), entry("U1", "A1", 4, evidence=None))
    assert (mark["state"], mark["reason"], mark["value"]) == (state, reason, 4)


def test_every_period_that_counts_needs_its_evidence(mark_of_one):
    item = target(4, evidence="required", indicator={"periods": "sum"})
    early, late = entry("U1", "A1", 2, period="9T", evidence=None), entry("U1", "A1", 2)
    assert mark_of_one(item, early, late)["reason"] == "no_evidence"
    assert mark_of_one(item, {**early, "value": 0}, late)["points"] == 500
    assert mark_of_one({**item, "indicator": {**item["indicator"], "periods": "last"}}, early, late)["points"] == 500


@pytest.fixture
def claims(rubric_of):
    """The reasons of A1, A2 and bonus P1, each with its own evidence, for one unit."""
    items = [target(1, evidence="optional"), criterion("A2", 10, "achieved", evidence="required")]
    bonus = criterion("P1", 2, "per_item", params={"points_each": 1}, evidence="required")

    def claims(*evidence, **shared):
        criteria = [{**item, **shared} for item in items]
        parts = {"groups": [group("A", *criteria)], "total": {"max_points": 20, "floor": 0}, "gates": []}
        ties = {"on": "rounded", "ties": []}
        extra = {"bonus": {"cap": 2, "inside_total": False, "items": [bonus]}, "deductions": None, "ranking": ties}
        rubric = rubric_of(**parts, **extra)
        entries = [entry("U1", item, 1, evidence=one) for item, one in zip(["A1", "A2", "P1"], evidence, strict=True)]
        others = [entry("U2", "A1", 1, evidence="01/QĐ")]
        return score(entries_of(*entries, *others), rubric, units_of("U1", "U2")).marks["reason"].tolist()[:3]

    return claims


def test_one_piece_of_evidence_counts_once_across_criteria_and_bonus(claims):
    assert claims("01/QĐ", "01/QĐ", "01/QĐ") == ["", "evidence_counted", "evidence_counted"]
    assert claims("02/QĐ", "03/QĐ", "02/QĐ") == ["", "", "evidence_counted"]
    assert claims("01/QĐ", "02/QĐ", "03/QĐ") == ["", "", ""]


def test_a_claim_stands_as_long_as_one_of_its_documents_is_its_own(claims):
    assert claims("01/QĐ; 02/QĐ", "02/QĐ; 03/QĐ", "02/QĐ; 01/QĐ") == ["", "", "evidence_counted"]


def test_evidence_that_may_be_shared_serves_several_criteria(claims):
    assert claims("01/QĐ", "01/QĐ", "02/QĐ", evidence_shared=True) == ["", "", ""]


def test_evidence_beside_an_empty_value_claims_nothing(rubric_of_criteria):
    rubric = rubric_of_criteria(target(4, evidence="optional"), criterion("A2", 10, "achieved", evidence="required"))
    entries = [entry("U1", "A1", None, evidence="01/QĐ"), entry("U1", "A2", 1, evidence="01/QĐ")]
    assert mark_of(score(entries_of(*entries), rubric, units_of("U1")), "A2")["state"] == "scored"


# Decisions: side by side, and the last authorised one counts


def test_self_computed_verified_and_council_points_stand_side_by_side(mark_of_one):
    decisions = [("U1", "A1", "council", "points", "9"), ("U1", "A1", "verified", "value", "2")]
    mark = mark_of_one(target(4), entry("U1", "A1", 3, self_points=1000), decisions=decisions)
    assert [mark[f"{whose}_points"] for whose in ("self", "computed", "verified", "council")] == [1000, 750, 500, 900]
    assert (mark["points"], mark["basis"], mark["value"]) == (900, "council", 2)


def test_the_last_word_counts_even_where_it_is_lower(mark_of_one):
    decisions = [("U1", "A1", "verified", "points", "8"), ("U1", "A1", "verified", "points", "1.25")]
    mark = mark_of_one(target(4), entry("U1", "A1", 4), decisions=decisions)
    assert (mark["points"], mark["basis"]) == (125, "verified")


def test_a_verified_value_after_given_points_is_scored_by_the_rule_again(mark_of_one):
    decisions = [("U1", "A1", "verified", "points", "8"), ("U1", "A1", "council", "value", "1")]
    assert mark_of_one(target(4), entry("U1", "A1", 4), decisions=decisions)["points"] == 250


@pytest.mark.parametrize("reported", [entry("U1", "A1", not_applicable=True), entry("U1", "A1", 4, evidence=None)])
def test_a_verifier_may_count_what_the_report_left_without_points(mark_of_one, reported):
    item = target(4, evidence="required", may_not_apply="Không được giao")
    mark = mark_of_one(item, reported, decisions=[("U1", "A1", "verified", "value", "4")])
    assert (mark["state"], mark["points"], mark["reason"]) == ("scored", 1000, "")


def test_a_verified_zero_is_a_zero_and_not_a_blank(mark_of_one):
    mark = mark_of_one(target(4), decisions=[("U1", "A1", "verified", "value", "0")])
    assert (mark["state"], mark["value"], mark["points"]) == ("zero", 0, 0)


def test_a_verified_value_without_a_target_or_a_whole_stays_missing(mark_of_one):
    verified = [("U1", "A1", "verified", "value", "3")]
    mark = mark_of_one(target({"assigned_by": "TLĐ"}), entry("U1", "A1", 4), decisions=verified)
    assert (mark["state"], mark["reason"]) == ("missing", "no_target")
    share = criterion("A1", 10, "percent", indicator={"of": "tổng số"})
    assert mark_of_one(share, decisions=verified)["state"] == "missing"


def test_nothing_can_be_decided_for_a_unit_that_is_not_eligible(mark_of_one):
    decisions = [("U1", "A1", "council", "points", "9")]
    mark = mark_of_one(target(4), decisions=decisions, units=units_of("U1", eligible=False))
    assert (mark["state"], mark["points"], mark["basis"]) == ("not_eligible", None, "computed")


def test_a_decision_on_a_unit_that_is_not_scored_touches_no_other(rubric_of_criteria):
    rubric, units = rubric_of_criteria(target(4)), units_of("U1", "U2")
    decisions = decisions_of(("U9", "A1", "verified", "points", "1"))
    scored = score(entries_of(entry("U2", "A1", 4)), rubric, units, decisions=decisions)
    assert mark_of(scored, unit="U2")["points"] == 1000


def test_a_unit_moved_by_anothers_decision_is_told_so(rubric_of_criteria):
    rubric = rubric_of_criteria(criterion("A1", 10, "share_of_best"))
    entries = entries_of(entry("U1", "A1", 10), entry("U2", "A1", 5))
    decisions = decisions_of(("U1", "A1", "verified", "value", "20"))
    moved = mark_of(score(entries, rubric, units_of("U1", "U2"), decisions=decisions), unit="U2")
    assert (moved["points"], moved["computed_points"], moved["reason"]) == (250, 500, "peers_changed")


# What does not apply


def partly(rubric_of, rescale, **parts):
    """Three groups: A 40 and B 60 (of which A2 and all of B may not apply); U1 reports half of A1 and nothing else."""
    may = {"may_not_apply": "Không được giao"}
    groups = [
        group("A", target(4, max_points=30), criterion("A2", 10, "achieved", **may)),
        group("B", criterion("B1", 60, "achieved", **may)),
    ]
    bare = {"bonus": None, "deductions": None, "gates": [], "ranking": {"on": "rounded", "ties": []}}
    total = {"max_points": 100, "floor": 0}
    return rubric_of(**{**bare, "groups": groups, "total": total, "not_applicable": {"rescale": rescale}, **parts})


@pytest.mark.parametrize(
    ("rescale", "total", "effective", "figure"),
    [("whole", 1500, 3000, 5000), ("group", 2000, 4000, 5000), ("none", 1500, 10000, 1500)],
)
def test_what_does_not_apply_leaves_the_maximum_as_the_rubric_says(rubric_of, rescale, total, effective, figure):
    entries = [entry("U1", "A1", 2), entry("U1", "A2", not_applicable=True), entry("U1", "B1", not_applicable=True)]
    scored = score(entries_of(*entries), partly(rubric_of, rescale), units_of("U1"))
    sums = total_of(scored)
    assert (sums["total"], sums["effective_max"], sums["figure"]) == (total, effective, figure)
    assert (sums["max:A"], sums["max:B"], sums["not_applicable"]) == (3000, 0, 2)


def test_a_percent_of_990_points_is_held_against_one_of_1000(rubric_of_criteria):
    big = criterion("A1", 990, "judged")
    rubric = rubric_of_criteria(big, criterion("A2", 10, "achieved", may_not_apply="Không được giao"))
    entries = entries_of(entry("U1", "A2", not_applicable=True), entry("U2", "A2", 1))
    given = decisions_of(("U1", "A1", "verified", "points", "940"), ("U2", "A1", "verified", "points", "935"))
    totals = score(entries, rubric, units_of("U1", "U2"), decisions=given).totals
    assert totals["total"].tolist() == [94000, 94500]
    assert totals["figure"].tolist() == [9495, 9450]


@pytest.mark.parametrize("may", [{}, {"may_not_apply": "Không có chủ đề nào"}])
def test_a_share_of_nothing_is_not_applicable_where_that_may_be_and_else_zero(mark_of_one, may):
    item = criterion("A1", 10, "percent", indicator={"of": "tổng số"}, **may)
    mark = mark_of_one(item, entry("U1", "A1", 0, base=0))
    assert (mark["state"], mark["reason"]) == ("not_applicable" if may else "zero", "nothing_to_count")


def test_groups_add_up_at_every_depth(rubric_of):
    inner = group("A.1.1", criterion("X", 3, "achieved"), criterion("Y", 4, "achieved"))
    middle = group("A.1", criterion("Z", 5, "achieved"), groups=[inner])
    outer = group("A", criterion("W", 8, "achieved"), groups=[middle])
    bare = {"bonus": None, "deductions": None, "gates": [], "total": {"max_points": 20, "floor": 0}}
    rubric = rubric_of(groups=[outer], ranking={"on": "exact", "ties": []}, **bare)
    sums = total_of(score(entries_of(entry("U1", "X", 1), entry("U1", "Z", 1)), rubric, units_of("U1")))
    assert [sums[f"points:{name}"] for name in ("A.1.1", "A.1", "A")] == [300, 800, 800]
    assert [sums[f"max:{name}"] for name in ("A.1.1", "A.1", "A")] == [700, 1200, 2000]


# Bonus, deductions, totals


@pytest.fixture
def total_with(rubric_of):
    """The totals of a unit with half of 10 points, P1 bonus items and T1 late reports."""

    def total_with(bonus_items=0, late=0, *, inside=False, floor=0, cap=None):
        bonus = criterion("P1", 4, "per_item", params={"points_each": 1})
        late_item = criterion("T1", 8, "per_item", params={"points_each": 2}, indicator={"source": "late_reports"})
        rubric = rubric_of(
            groups=[group("A", target(4))],
            total={"max_points": 13 if inside else 10, "floor": floor} | ({"cap": cap} if cap else {}),
            bonus={"cap": 3, "inside_total": inside, "items": [bonus]},
            deductions={"cap": 6, "items": [late_item]},
            bands=[
                {"id": "yeu", "name": "Chưa đạt", "from": -100, "below": 50},
                {"id": "d", "name": "Đạt", "from": 50},
            ],
            gates=[],
            quotas=[],
            ranking={"on": "rounded", "ties": []},
        )
        entries = [entry("U1", "A1", 2), entry("U1", "P1", bonus_items), entry("U1", "T1", late, file="")]
        return total_of(score(entries_of(*entries), rubric, units_of("U1")))

    return total_with


def test_bonus_stands_above_the_total_or_inside_it(total_with):
    above, inside = total_with(2), total_with(2, inside=True)
    assert (above["total"], above["effective_max"], above["figure"]) == (700, 1000, 7000)
    assert (inside["total"], inside["effective_max"], inside["figure"]) == (700, 1300, 5385)


def test_bonus_and_deductions_end_at_their_caps(total_with):
    assert (total_with(4)["bonus"], total_with(0, 4)["deductions"]) == (300, 600)


def test_a_total_ends_at_its_floor_and_its_cap(total_with):
    assert total_with(0, 3)["total"] == 0
    assert total_with(0, 3, floor=-5)["total"] == -100
    assert total_with(3, cap=7)["total"] == 700


def test_the_plans_points_are_carried_over_into_the_annual_table(rubric_of):
    rubric = rubric_of(annual_share={"max_points": 5, "of": "Nhóm 3"}, bonus=None, deductions=None, gates=[])
    given = decisions_of(("U1", "B3", "verified", "points", "3"))
    entries = [entry("U1", "A1", 4), entry("U1", "A2", 4, base=4), entry("U1", "B1", 31), entry("U1", "B2", 2)]
    sums = total_of(score(entries_of(*entries), rubric, units_of("U1"), decisions=given))
    assert (sums["total"], sums["annual_points"]) == (1540, 385)


def test_a_total_above_the_maximum_earns_no_more_than_the_whole_annual_share(total_with, small):
    assert total_with(3)["annual_points"] == 400
    entries = [entry("U1", "A1", 4), entry("U1", "A2", 4, base=4), entry("U1", "B1", 5), entry("U1", "B2", 0)]
    given = decisions_of(("U1", "B3", "verified", "points", "3"))
    sums = total_of(score(entries_of(*entries, entry("U1", "P1", 2)), small, units_of("U1"), decisions=given))
    assert (sums["total"], sums["annual_points"]) == (2200, 500)


def test_a_unit_that_reported_nothing_has_no_total_whatever_the_office_counted(small):
    scored = score(entries_of(entry("U1", "T1", 1, file="", evidence=None)), small, units_of("U1"))
    sums = total_of(scored)
    assert (sums["total"], sums["figure"], sums["deductions"], sums["reported:NAM"]) == (None, None, None, False)
    assert (sums["missing"], sums["pending"]) == (4, 1)


@pytest.mark.parametrize(("decimals", "figure"), [(2, 9000), (3, 89995)])
def test_the_figure_bands_look_at_is_rounded_once_half_up(rubric_of_criteria, decimals, figure):
    parts = {"points": {"decimals": 3, "rounding": "half_up"}, "figure": {"of": "total", "decimals": decimals}}
    rubric = rubric_of_criteria(criterion("A1", 100, "judged"), **parts)
    given = decisions_of(("U1", "A1", "verified", "points", "89.995"))
    assert total_of(score(entries_of(), rubric, units_of("U1"), decisions=given))["figure"] == figure


# Facts


def test_a_fact_is_the_last_one_reported_or_decided(small):
    entries = entries_of(entry("U1", "F2", 1, period="9T"), entry("U1", "F2", 3), entry("U2", "F2", 1, period="9T"))
    decisions = decisions_of(("U2", "F2", "verified", "fact", "0"), ("U9", "F1", "verified", "fact", "1"))
    totals = score(entries, small, units_of("U1", "U2"), decisions=decisions).totals
    assert totals["fact:F2"].tolist() == [3, 0]
    assert totals["fact:F1"].isna().all()


# Size, and what cannot be


def test_huge_figures_give_exact_points(mark_of_one):
    item = target(10**14 - 1, indicator={"decimals": 1}, max_points=100)
    mark = mark_of_one(item, entry("U1", "A1", 10**15 - 15))
    assert mark["points"] == 10000
    assert mark_of_one(item, entry("U1", "A1", 2**62))["points"] == 10000
    assert mark_of_one(item, entry("U1", "A1", 5 * 10**14 - 5))["points"] == 5000


def test_a_sum_no_table_could_hold_is_refused_and_never_wraps(mark_of_one):
    item = target(1, indicator={"periods": "sum"})
    with pytest.raises(ScoringError, match="quá lớn"):
        mark_of_one(item, entry("U1", "A1", 2**63 - 1, period="9T"), entry("U1", "A1", 2**63 - 1))


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([entry("U1", "A1", 1), entry("U1", "A1", 2)], "ghi hai lần"),
        ([entry("U9", "A1", 1)], "'U9' không có trong danh mục"),
        ([entry("U1", "A9", 1)], "'A9' không có trong danh mục"),
        ([entry("U1", "A1", 1, period="Q9")], "'Q9' không có trong danh mục"),
    ],
)
def test_entries_that_cannot_be_placed_are_refused(small, entries, words):
    with pytest.raises(ScoringError, match=words):
        score(entries_of(*entries), small, units_of("U1"))


def test_a_year_without_a_single_report_is_scored_as_missing(small):
    scored = score(entries_of(), small, units_of("U1"))
    assert scored.totals["total"].isna().all()
    assert set(scored.marks["state"]) == {"missing", "pending"}
