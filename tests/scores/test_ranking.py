"""Bands, gates, quotas, ranks and ties."""

import pandas as pd
import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, group, row_of, units_of

from scoring.scores.ranking import rank
from scoring.scores.totals import score

WHOLE_NUMBERS = [
    {"id": "yeu", "name": "Không hoàn thành", "from": 0, "to": 49},
    {"id": "tb", "name": "Hoàn thành", "from": 50, "to": 74},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 75, "to": 89},
    {"id": "xs", "name": "Hoàn thành xuất sắc", "from": 90},
]
HD1294 = [
    {"id": "yeu", "name": "Không hoàn thành", "from": 0, "below": 50},
    {"id": "kha", "name": "Hoàn thành", "from": 50, "below": 80},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 80},
]
BEFORE_2019 = [
    {"id": "yeu", "name": "Yếu", "from": 0, "below": 50},
    {"id": "tb", "name": "Trung bình", "from": 50, "below": 70},
    {"id": "kha", "name": "Khá", "from": 70, "below": 85},
    {"id": "manh", "name": "Vững mạnh", "from": 85},
]
SELECTED = {"id": "xs", "name": "Hoàn thành xuất sắc", "selected_from": "tot"}
TO_CHOOSE_FROM = [
    {"id": "tb", "name": "Hoàn thành", "from": 0, "below": 80},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 80},
    SELECTED,
]


def quota(share=20, rounding="down", per="overall", band="xs", base=("tot",)):
    return {"band": band, "base": list(base), "share": share, "per": per, "rounding": rounding}


def judged(points, rubric, *, choices=(), blocks=None, entries=(), decisions=(), eligible=True):
    """Standings and quotas of units U01, U02, … that were given these points for the only judged criterion A1."""
    names = [f"U{place:02}" for place in range(1, len(points) + 1)]
    units = units_of(*names, block=blocks or "K1", eligible=eligible)
    given = [(name, "A1", "verified", "points", str(one)) for name, one in zip(names, points, strict=True) if one != ""]
    totals = score(entries_of(*entries), rubric, units, decisions=decisions_of(*given, *decisions)).totals
    return rank(totals, rubric, units, choices=pd.DataFrame(list(choices), columns=["unit", "band"]))


@pytest.fixture(scope="session")
def of_hundred(rubric_of_criteria):
    """A rubric of one judged criterion of 100 points; bands look at the total."""

    def of_hundred(*criteria, decimals=2, **parts):
        parts = {"figure": {"of": "total", "decimals": decimals}, **parts}
        return rubric_of_criteria(criterion("A1", 100, "judged"), *criteria, **parts)

    return of_hundred


def bands_of(standings):
    return standings["band"].astype(object).where(standings["band"].notna(), "").tolist()


# Bands


@pytest.mark.parametrize(
    ("points", "band"),
    [("0", "yeu"), ("49.99", "yeu"), ("50", "kha"), ("79.99", "kha"), ("80", "tot"), ("90", "tot"), ("100", "tot")],
)
def test_a_figure_lies_in_the_band_its_edge_opens(of_hundred, points, band):
    assert bands_of(judged([points], of_hundred(bands=HD1294)).standings) == [band]


@pytest.mark.parametrize(
    ("points", "band"),
    [("49.49", "yeu"), ("49.5", "tb"), ("89.49", "tot"), ("89.5", "xs"), ("90", "xs"), ("100", "xs")],
)
def test_whole_number_bands_look_at_the_rounded_figure(of_hundred, points, band):
    assert bands_of(judged([points], of_hundred(bands=WHOLE_NUMBERS, decimals=0)).standings) == [band]


@pytest.mark.parametrize(("points", "band"), [("79.994", "kha"), ("79.995", "tot")])
def test_a_figure_is_rounded_before_its_band_is_looked_up(of_hundred, points, band):
    rubric = of_hundred(bands=HD1294, points={"decimals": 3, "rounding": "half_up"})
    assert bands_of(judged([points], rubric).standings) == [band]


# Gates


def test_a_group_under_half_of_its_points_caps_the_band_and_takes_no_points(rubric_of):
    groups = [group("A", criterion("A1", 90, "judged")), group("B", criterion("B1", 10, "judged"))]
    gates = [{"id": "G", "name": "Nhóm dưới 50%", "when": {"group_below": 50}, "cap": "kha"}]
    parts = {"bonus": None, "deductions": None, "quotas": [], "gates": gates, "bands": BEFORE_2019}
    ranking = {"on": "rounded", "ties": []}
    rubric = rubric_of(groups=groups, total={"max_points": 100, "floor": 0}, ranking=ranking, **parts)
    given = [("U01", "B1", "verified", "points", "4.99"), ("U02", "B1", "verified", "points", "5")]
    standings = judged([85, 85], rubric, decisions=given).standings
    assert bands_of(standings) == ["kha", "manh"]
    assert standings["score_band"].tolist() == ["manh", "manh"]
    assert standings["capped_by"].tolist() == ["G", ""]
    assert standings["figure"].tolist() == [8999, 9000]


def test_of_several_caps_the_lowest_holds(of_hundred):
    gates = [
        {"id": "G1", "name": "Một", "when": {"decided": "one"}, "cap": "kha"},
        {"id": "G2", "name": "Hai", "when": {"decided": "two"}, "cap": "tb"},
        {"id": "G3", "name": "Ba", "when": {"decided": "two"}, "cap": "kha"},
    ]
    decisions = [("U01", "", "council", "one", "0"), ("U01", "", "council", "two", "0")]
    standings = judged([100], of_hundred(bands=BEFORE_2019, gates=gates), decisions=decisions).standings
    assert (bands_of(standings), standings["capped_by"].tolist()) == (["tb"], ["G2"])
    assert standings["gates"].tolist() == ["G1 G2 G3"]


def test_what_withholds_leaves_no_band_and_no_rank(of_hundred):
    gates = [
        {"id": "G2", "name": "Không có báo cáo năm", "when": {"report_missing": "NAM"}, "withhold": "Không xếp loại"}
    ]
    rubric = of_hundred(criterion("A2", 1, "achieved"), gates=gates)
    entries = [entry("U01", "A2", 1), entry("U02", "A2", 1, period="9T"), entry("U03", "A2", 1, file="")]
    standings = judged([90, 95, 96], rubric, entries=entries).standings
    assert standings["withheld_by"].tolist() == ["", "G2", "G2"]
    assert standings["rank"].astype(object).where(standings["rank"].notna(), None).tolist() == [1, None, None]


def test_a_unit_with_something_pending_or_without_a_total_is_not_ranked(of_hundred):
    standings = judged(["", 90, 95], of_hundred(), eligible=[True, True, False]).standings
    assert standings["withheld_by"].tolist() == ["pending", "", "no_total"]
    assert standings["ranked"].dropna().tolist() == [1]


def test_a_flag_tells_and_changes_nothing(of_hundred):
    gates = [{"id": "G4", "name": "Minh chứng không đúng", "when": {"decided": "evidence_false"}, "flag": True}]
    decisions = [("U01", "", "council", "evidence_false", "0")]
    standings = judged([90, 80], of_hundred(gates=gates), decisions=decisions).standings
    assert (standings["gates"].tolist(), standings["rank"].tolist()) == (["G4", ""], [1, 2])


@pytest.mark.parametrize(
    ("when", "values", "holds"),
    [
        ({"fact": "F2", "at_least": 1, "unknown": False}, [0, 1, None], [False, True, False]),
        ({"fact": "F2", "below": 1, "unknown": True}, [0, 1, None], [True, False, True]),
        ({"fact": "F2", "at_least": 1, "unknown": True}, [0, 1, None], [False, True, True]),
    ],
)
def test_a_fact_nobody_reported_counts_as_the_rubric_says(of_hundred, when, values, holds):
    gates = [{"id": "G", "name": "Điều kiện", "when": when, "flag": True}]
    rubric = of_hundred(gates=gates, facts=[{"id": "F2", "name": "Số vụ", "kind": "count"}])
    entries = [entry(f"U{place:02}", "F2", one) for place, one in enumerate(values, start=1)]
    standings = judged([90] * 3, rubric, entries=entries).standings
    assert [held == "G" for held in standings["gates"]] == holds


def test_task_counts_are_compared_as_shares(of_hundred):
    names = ("assigned", "on_time", "above")
    facts = [{"id": name, "name": name, "kind": "count"} for name in names]
    shares = [{"share": {"part": part, "whole": "assigned"}, "unknown": False} for part in names[1:]]
    gates = [
        {"id": "late", "name": "Muộn quá 20%", "when": {**shares[0], "below": 80}, "cap": "tb"},
        {"id": "above", "name": "Vượt mức dưới 30%", "when": {**shares[1], "below": 30}, "flag": True},
    ]
    rubric = of_hundred(facts=facts, gates=gates, bands=BEFORE_2019)
    counts = [(10, 8, 3), (10, 7, 2), (3, 3, 1), (0, 0, 0)]
    entries = [
        entry(f"U{unit:02}", name, one)
        for unit, row in enumerate(counts, start=1)
        for name, one in zip(names, row, strict=True)
    ]
    standings = judged([95] * 4, rubric, entries=entries).standings
    assert standings["gates"].tolist() == ["", "late above", "", ""]
    assert bands_of(standings) == ["manh", "tb", "manh", "manh"]


def test_a_fact_that_is_not_the_units_business_stops_nobody(of_hundred):
    facts = [{"id": "F1", "name": "Có thỏa ước", "kind": "yes_no", "applies_to": {"types": ["doanh_nghiep"]}}]
    condition = {"name": "Có thỏa ước", "unless": {"fact": "F1", "below": 1, "unknown": True}}
    bands = [*TO_CHOOSE_FROM[:2], {**SELECTED, "conditions": [condition]}]
    rubric = of_hundred(facts=facts, bands=bands, quotas=[quota(100)])
    standings = judged([90, 85], rubric).standings
    assert standings["selection"].tolist() == ["proposed", "proposed"]


# Ranks


def test_equal_units_share_a_rank_and_the_next_one_is_skipped(of_hundred):
    standings = judged([90, 80, 80, 70, 95], of_hundred()).standings
    assert standings["rank"].tolist() == [2, 3, 3, 5, 1]
    assert standings["tied"].tolist() == [1, 2, 2, 1, 1]
    assert judged([9, 8, 8, 7], of_hundred()).standings["rank"].tolist() == [1, 2, 2, 4]


def test_units_are_ranked_inside_their_block(of_hundred):
    standings = judged([90, 95, 80, 85], of_hundred(), blocks=["K1", "K2", "K1", "K2"]).standings
    assert standings["rank"].tolist() == [1, 1, 2, 2]
    assert standings["ranked"].tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(("on", "ranks"), [("rounded", [1, 1, 3]), ("exact", [2, 1, 3])])
def test_ranks_go_by_the_rounded_or_the_exact_figure(of_hundred, on, ranks):
    rubric = of_hundred(decimals=1, ranking={"on": on, "ties": []})
    assert judged(["58.19", "58.21", "58.1"], rubric).standings["rank"].tolist() == ranks


def test_exact_percents_are_compared_without_rounding(rubric_of_criteria):
    items = [criterion("A1", 90, "judged"), criterion("A2", 9, "achieved", may_not_apply="Không được giao")]
    rubric = rubric_of_criteria(*items, ranking={"on": "exact", "ties": []}, figure={"of": "percent", "decimals": 0})
    # 60/90 is more than 65,99/99, and both read 67%
    entries = [entry("U01", "A2", not_applicable=True), entry("U02", "A2", 1), entry("U03", "A2", 1)]
    standings = judged([60, "56.99", 57], rubric, entries=entries).standings
    assert standings["figure"].tolist() == [67, 67, 67]
    assert standings["rank"].tolist() == [1, 3, 1]


@pytest.fixture
def tied(rubric_of):
    """Three units of 10 points each: by group B 4, 6, 6; by deductions 0, 1, 0 (made up in group A)."""
    groups = [group("A", criterion("A1", 100, "judged")), group("B", criterion("B1", 10, "judged"))]
    deduction = criterion("T1", 5, "per_item", params={"points_each": 1}, indicator={"source": "late_reports"})

    def tied(*ties):
        rubric = rubric_of(
            groups=groups,
            total={"max_points": 110, "floor": 0},
            bonus=None,
            deductions={"cap": 5, "items": [deduction]},
            gates=[],
            ranking={"on": "exact", "ties": list(ties)},
        )
        decisions = [(f"U0{place}", "B1", "verified", "points", one) for place, one in ((1, "4"), (2, "6"), (3, "6"))]
        return judged([6, 5, 4], rubric, decisions=decisions, entries=[entry("U02", "T1", 1, file="")]).standings

    return tied


def test_the_stated_chain_parts_equal_units_and_says_which_step_did(tied):
    group_b, fewer = {"by": "group", "id": "B", "better": "more"}, {"by": "deductions", "better": "less"}
    assert tied()["rank"].tolist() == [1, 1, 1]
    assert tied(group_b)["rank"].tolist() == [3, 1, 1]
    chain = tied(group_b, fewer)
    assert (chain["rank"].tolist(), chain["broken_by"].tolist()) == ([3, 2, 1], ["0", "1", "1"])
    assert tied({"by": "criterion", "id": "A1", "better": "more"})["rank"].tolist() == [1, 2, 3]


# Quotas


def of_pool(count):
    """Distinct points from 100 down, all of them `tot`."""
    return [f"{100 - place / 100:.2f}" for place in range(count)]


@pytest.fixture(scope="session")
def choosing(of_hundred):
    """A rubric of 100 points whose band xs the council chooses from tot, under these quotas."""

    def choosing(*quotas, **parts):
        return of_hundred(**{"bands": TO_CHOOSE_FROM, "quotas": list(quotas), **parts})

    return choosing


@pytest.mark.parametrize(
    ("count", "share", "rounding", "allowed"),
    [
        (37, 20, "down", 7),
        (37, 20, "half_up", 7),
        (37, 20, "up", 8),
        (100, 29, "down", 29),
        (100, 58, "down", 58),
        (40, 20, "up", 8),
        (2, 25, "half_up", 1),
        (3, 33.33, "down", 0),
        (4, 20, "down", 0),
    ],
)
def test_a_quota_is_exact_and_rounds_as_it_says(choosing, count, share, rounding, allowed):
    standings, quotas = judged(of_pool(count), choosing(quota(share, rounding)))
    row = row_of(quotas, band="xs")
    assert (row["units"], row["allowed"], row["proposed"], row["tied"]) == (count, allowed, allowed, 0)
    assert standings["selection"].tolist() == ["proposed"] * allowed + ["outside_quota"] * (count - allowed)


def test_only_rated_units_are_the_base_of_a_quota(choosing):
    # 789 units, 770 of them rated: 20% is of those in the pool, never of those that were not rated
    points = [90] * 385 + [70] * 385 + [99] * 19
    standings, quotas = judged(points, choosing(quota()), eligible=[True] * 770 + [False] * 19)
    assert row_of(quotas, band="xs")["units"] == 385
    assert standings["band"].notna().sum() == 770
    assert standings["ranked"].dropna().unique().tolist() == [770]


def test_a_tie_at_the_cut_is_reported_and_not_split(choosing):
    standings, quotas = judged([95, 90, 90, 90, 85, *[81] * 5], choosing(quota()))
    assert standings["selection"].tolist() == ["proposed", *["tie_at_cut"] * 3, *["outside_quota"] * 6]
    assert [row_of(quotas, band="xs")[name] for name in ("allowed", "proposed", "tied")] == [2, 1, 3]


def test_equal_units_that_all_fit_are_no_tie_at_the_cut(choosing):
    standings, _ = judged([90, 90, *[81] * 8], choosing(quota()))
    assert standings["selection"].tolist()[:3] == ["proposed", "proposed", "outside_quota"]


def test_what_the_council_has_chosen_counts_inside_the_quota(choosing):
    standings, quotas = judged(of_pool(10), choosing(quota()), choices=[("U07", "xs")])
    row = row_of(quotas, band="xs")
    assert (row["allowed"], row["chosen"], row["proposed"], row["over"]) == (2, 1, 1, 0)
    assert standings.set_index("unit")["selected"][["U01", "U02", "U07"]].tolist() == ["xs", "", "xs"]


def test_more_choices_than_allowed_are_told_and_kept(choosing):
    choices = [(f"U0{place}", "xs") for place in (1, 2, 3)]
    standings, quotas = judged(of_pool(10), choosing(quota()), choices=choices)
    row = row_of(quotas, band="xs")
    assert (row["chosen"], row["proposed"], row["over"]) == (3, 0, 1)
    assert standings["selection"].tolist()[:4] == ["chosen"] * 3 + ["outside_quota"]


def test_a_unit_the_council_put_elsewhere_is_not_proposed(choosing):
    standings, _ = judged(of_pool(10), choosing(quota()), choices=[("U01", "tot")])
    assert standings["selection"].tolist()[:4] == ["", "proposed", "proposed", "outside_quota"]


def test_a_quota_per_block_is_counted_block_by_block(choosing):
    blocks = ["K1"] * 10 + ["K2"] * 4
    standings, quotas = judged(of_pool(14), choosing(quota(25, per="block")), blocks=blocks)
    assert quotas["allowed"].tolist() == [2, 1]
    assert standings["unit"][standings["selection"] == "proposed"].tolist() == ["U01", "U02", "U11"]


def test_units_that_do_not_meet_the_conditions_are_told_which(choosing):
    facts = [{"id": "F1", "name": "Có quy chế", "kind": "yes_no"}, {"id": "F2", "name": "Số vụ", "kind": "count"}]
    conditions = [
        {"name": "Có quy chế", "unless": {"fact": "F1", "below": 1, "unknown": True}},
        {"name": "Không có vụ nào", "unless": {"fact": "F2", "at_least": 1, "unknown": False}},
    ]
    bands = [*TO_CHOOSE_FROM[:2], {**SELECTED, "conditions": conditions}]
    entries = [entry("U02", "F1", 1), entry("U02", "F2", 2), entry("U03", "F1", 1)]
    standings, quotas = judged([95, 90, 85, 70], choosing(quota(50), facts=facts, bands=bands), entries=entries)
    assert standings["selection"].tolist() == ["conditions_unmet", "conditions_unmet", "proposed", ""]
    assert standings["unmet"].tolist() == ["0", "1", "", ""]
    assert row_of(quotas, band="xs")["units"] == 3


def test_a_cap_at_the_band_that_is_chosen_from_closes_the_choice(choosing):
    gates = [{"id": "G", "name": "Nộp báo cáo muộn", "when": {"decided": "late"}, "cap": "tot"}]
    decisions = [("U01", "", "council", "late", "0")]
    standings, quotas = judged([95, 90, 85], choosing(quota(50), gates=gates), decisions=decisions)
    assert (bands_of(standings), standings["capped_by"].tolist()) == (["tot"] * 3, ["G", "", ""])
    assert standings["selection"].tolist() == ["", "proposed", "outside_quota"]
    assert row_of(quotas, band="xs")["units"] == 3


def test_a_quota_on_a_band_of_points_flags_who_is_over_and_demotes_nobody(of_hundred):
    rubric = of_hundred(bands=WHOLE_NUMBERS, decimals=0, quotas=[quota(20, band="xs", base=["tot", "xs"])])
    standings, quotas = judged([99, 95, 91, 80, *[76] * 6], rubric)
    assert bands_of(standings)[:3] == ["xs"] * 3
    assert standings["selection"].tolist()[:4] == ["", "", "over_quota", ""]
    assert (row_of(quotas, band="xs")["allowed"], row_of(quotas, band="xs")["over"]) == (2, 1)


def test_quotas_of_two_bands_each_tell_about_their_own(of_hundred):
    quotas = [quota(50), quota(50, band="tot", base=["tb", "tot"])]
    standings, arithmetic = judged([95, 90, 85, 82], of_hundred(bands=TO_CHOOSE_FROM, quotas=quotas))
    assert standings["selection"].tolist() == ["proposed", "proposed", "over_quota", "over_quota"]
    assert standings["quota"].tolist() == ["xs", "xs", "tot", "tot"]
    assert set(arithmetic["band"]) == {"xs", "tot"}
