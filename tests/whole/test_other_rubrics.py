"""The rubrics of the upper-level union and of the chair's post: the same engine, other subjects."""

import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from scoring.register.positions import positions_of, unit_result_entries
from scoring.rubric.reading import read_plan, read_rubric
from scoring.scores.ranking import rank
from scoring.scores.totals import score

YEAR = Path(__file__).parents[2] / "data" / "2024"
COLUMNS = ["unit", "criterion", "period", "value", "base", "not_applicable", "self_points", "evidence"]
COLUMNS += ["file", "sheet", "cell"]


@pytest.fixture(scope="module")
def plan():
    return read_plan(YEAR / "plan.yaml")


@pytest.fixture(scope="module")
def grassroots(plan):
    return read_rubric(YEAR / "rubrics" / "grassroots.yaml", plan)


@pytest.fixture(scope="module")
def upper(plan):
    return read_rubric(YEAR / "rubrics" / "upper_level.yaml", plan)


@pytest.fixture(scope="module")
def officer(plan):
    return read_rubric(YEAR / "rubrics" / "officer.yaml", plan)


def entries_of(rows, period="NAM"):
    """Entries of the annual period from (unit, item, value, base); each has evidence of its own."""
    whole = [
        (unit, item, period, value, base, False, None, f"{item}/QĐ", "bao_cao.xlsx", "Báo cáo", "H9")
        for unit, item, value, base in rows
    ]
    return pd.DataFrame(whole, columns=COLUMNS).astype(dict.fromkeys(("value", "base", "self_points"), "Int64"))


def register(*rows):
    """Units from (id, type, block); the rest is the same for all."""
    units = pd.DataFrame(rows, columns=["id", "type", "block"])
    named = {"name": "Đơn vị " + units["id"], "short_name": units["id"], "parent": "Công đoàn cấp trên"}
    return units.assign(**named, members=pd.array([40] * len(units), "Int64"), eligible=True, eligibility="")


# The upper-level union

WHOLE_YEAR = {
    "A1": (30, None), "A2": (10, 10), "A3": (500, 500), "A4": (2, None),
    "B1": (50, 50), "B2": (12, None), "B3": (90, 90), "B4": (3, 3),
    "C1": (24, None), "C2": (12, None), "C3": (4, None), "C4": (4, None), "C5": (6, None),
    "D1": (3, None), "D2": (0, None), "D3": (3, None), "E1": (2, 2), "E2": (40, 40),
    "T1": (0, None), "T2": (0, None), "N1": (10, None), "N2": (10, None), "N3": (3, None), "N4": (0, None),
}  # fmt: skip


def federation(upper, **changes):
    """Marks, totals and standings of one district federation that did everything but `changes`."""
    figures = {**WHOLE_YEAR, **changes}
    units = register(("LD-PHURIENG", "huyen", "CT1"))
    reported = entries_of([("LD-PHURIENG", item, *figure) for item, figure in figures.items() if figure])
    marks, totals = score(reported, upper, units)
    return marks.set_index("criterion"), totals.iloc[0], rank(totals, upper, units).standings.iloc[0]


def test_a_federation_that_did_all_it_planned_has_all_100_points_and_the_good_band(upper):
    _, total, standing = federation(upper)
    assert (total["total"], standing["band"]) == (10000, "tot")


def test_one_federation_alone_is_too_few_for_a_place_under_the_quota_of_20_percent(upper):
    assert federation(upper)[2]["selection"] == "outside_quota"


def test_a_budget_only_partly_provided_earns_its_share(upper):
    marks, _, _ = federation(upper, A3=(1253, 5000))
    assert marks.loc["A3", "points"] == 175  # 7 x 125,3 / 500,0 million = 1,7542


def test_the_target_of_visits_is_smaller_for_a_sector_union(upper):
    units = register(("CD-GIAODUC", "nganh", "CT2"))
    marks, _ = score(entries_of([("CD-GIAODUC", "B2", 6, None)]), upper, units)
    assert marks.set_index("criterion").loc["B2", "points"] == 700


def test_a_federation_without_a_plan_is_graded_fulfilled_at_most(upper):
    _, _, standing = federation(upper, A1=None)
    assert (standing["score_band"], standing["band"], standing["capped_by"]) == ("tot", "hoan_thanh", "G1")


def test_a_federation_with_a_task_late_does_not_meet_the_conditions_of_the_best_band(upper):
    _, _, standing = federation(upper, N2=(9, None))
    assert (standing["selection"], standing["unmet"]) == ("conditions_unmet", "0")


def test_no_item_of_the_federation_counts_opinions_people_or_removals(upper):
    words = " ".join(f"{item.name} {item.indicator.value_unit}" for item in upper.items).lower()
    assert not any(word in words for word in ("dư luận", "ý kiến", "phản bác", "gỡ bỏ", "tài khoản", "họ tên"))


# The post of chair

JUDGED = {"C1": "8", "C2": "9", "C3": "7.5", "CL1": "8"}


def chairs(officer, grassroots, units, standings, tasks):
    """Marks, totals and ranking of the chairs; tasks: assigned, done, on time, above requirement by unit."""
    positions = positions_of(units, officer)
    rows = []
    for unit, (assigned, done, on_time, above) in tasks.items():
        post = f"{unit}-CHU_TICH"
        rows += [(post, "HT1", done, assigned), (post, "DH1", on_time, assigned)]
        rows += [(post, "N1", assigned, None), (post, "N2", above, None)]
    own = unit_result_entries(standings, grassroots, positions, officer)
    given = [(post, item, Decimal(points)) for post in positions["id"] for item, points in JUDGED.items()]
    decisions = pd.DataFrame(given, columns=["unit", "criterion", "value"]).assign(stage="verified", kind="points")
    marks, totals = score(pd.concat([entries_of(rows), own]), officer, positions, decisions=decisions)
    return marks.set_index(["unit", "criterion"]), totals.set_index("unit"), rank(totals, officer, positions)


def standings_of(**figures):
    """Standings of grassroots units with these figures; a unit with None has no band."""
    return pd.DataFrame(
        {
            "unit": list(figures),
            "figure": pd.array(list(figures.values()), "Int64"),
            "band": ["tot" if figure is not None else None for figure in figures.values()],
        }
    )


def one_chair(officer, grassroots, figure, tasks):
    units = register(("DV1", "xa", "K1"))
    marks, totals, ranked = chairs(
        officer, grassroots, units, standings_of(DV1=figure), {"DV1": tasks} if tasks else {}
    )
    return marks.loc["DV1-CHU_TICH"], totals.iloc[0], ranked.standings.iloc[0]


def test_a_position_is_a_post_at_a_unit_and_carries_no_name_of_a_person(officer):
    positions = positions_of(register(("DV1", "xa", "K1"), ("DV2", "truong", "K2")), officer)
    assert positions[["id", "unit", "name", "type", "block"]].values.tolist() == [
        ["DV1-CHU_TICH", "DV1", "Chủ tịch Đơn vị DV1", "chu_tich", "K1"],
        ["DV2-CHU_TICH", "DV2", "Chủ tịch Đơn vị DV2", "chu_tich", "K2"],
    ]


def test_the_units_score_is_carried_over_to_30_of_the_70_task_points(officer, grassroots):
    marks, _, _ = one_chair(officer, grassroots, 8745, (10, 10, 10, 3))
    assert (marks.loc["DV1", "points"], marks.loc["DV1", "max_points"]) == (2624, 3000)  # 30 x 87,45 / 100 = 26,235
    assert marks.loc["DV1", "file"] == ""
    assert marks.loc["DV1", "cell"] == "kết quả năm 2024 của đơn vị DV1"


def test_a_unit_above_100_gives_its_chair_no_more_than_the_whole(officer, grassroots):
    assert one_chair(officer, grassroots, 10350, (10, 10, 10, 3))[0].loc["DV1", "points"] == 3000


def test_30_general_and_70_task_points_make_the_total_and_the_band(officer, grassroots):
    _, total, standing = one_chair(officer, grassroots, 9000, (10, 10, 10, 3))
    assert (total["points:TC"], total["points:NV"], total["total"]) == (2450, 6500, 8950)
    assert standing["band"] == "tot"


def test_the_edges_of_the_bands_are_90_70_and_50(officer):
    assert [(band.id, band.from_) for band in officer.bands] == [
        ("khong_hoan_thanh", 0), ("hoan_thanh", 50), ("tot", 70), ("xuat_sac", 90),
    ]  # fmt: skip


def test_for_2024_no_figure_is_cited_from_a_document_of_a_later_year(officer):
    assert {figure.source for figure in officer.dated} == {"proposal"}
    assert officer.sources["QD366"].date.year == 2025


def test_in_the_year_of_the_new_rule_the_same_file_cites_it(plan, tmp_path):
    text = (YEAR / "rubrics" / "officer.yaml").read_text("utf-8").replace("year: 2024", "year: 2026")
    text = re.sub(r"\b(from|to|due): 2024-", r"\1: 2026-", text)
    (tmp_path / "officer.yaml").write_text(text, "utf-8")
    later = read_rubric(tmp_path / "officer.yaml", plan.model_copy(update={"year": 2026}))
    assert {figure.source for figure in later.dated} == {"QD366", "ND335"}


def test_the_chair_of_a_unit_that_is_not_graded_is_not_graded_either(officer, grassroots):
    marks, _, standing = one_chair(officer, grassroots, None, (10, 10, 10, 3))
    assert marks.loc["DV1", "state"] == "missing"
    assert standing["withheld_by"] == "G1"
    assert pd.isna(standing["rank"])


def test_without_task_counts_there_is_no_band_rather_than_a_lower_one(officer, grassroots):
    assert one_chair(officer, grassroots, 9500, None)[2]["withheld_by"] == "G2"


@pytest.mark.parametrize(
    ("tasks", "band", "gate"),
    [
        ((10, 10, 10, 3), "xuat_sac", ""),
        ((10, 10, 10, 2), "tot", "G5"),
        ((10, 10, 9, 5), "hoan_thanh", "G3"),
        ((200, 200, 199, 90), "hoan_thanh", "G3"),
        ((10, 10, 8, 5), "hoan_thanh", "G3"),
        ((10, 10, 7, 5), "khong_hoan_thanh", "G4"),
        ((200, 200, 159, 90), "khong_hoan_thanh", "G4"),
    ],
)
def test_the_counts_of_tasks_limit_the_band(officer, grassroots, tasks, band, gate):
    _, total, standing = one_chair(officer, grassroots, 10000, tasks)
    assert total["total"] >= 7000
    assert (standing["band"], standing["capped_by"]) == (band, gate)


def test_beyond_20_percent_of_the_chairs_of_a_block_the_council_looks_at_the_best_band(officer, grassroots):
    names = [f"DV{place}" for place in range(7)]
    units = register(*((name, "xa", "K1") for name in names))
    figures = {name: 10000 - 10 * place for place, name in enumerate(names)}
    _, _, ranked = chairs(officer, grassroots, units, standings_of(**figures), dict.fromkeys(names, (10, 10, 10, 3)))
    quota = ranked.quotas.set_index("scope").loc["K1"]
    assert (quota["units"], quota["allowed"], quota["proposed"], quota["over"]) == (7, 1, 0, 6)
    assert ranked.standings["selection"].tolist() == ["", *["over_quota"] * 6]


def test_a_rubric_that_takes_no_unit_result_gets_no_entries(grassroots):
    positions = positions_of(register(("DV1", "xa", "K1")), grassroots)
    assert unit_result_entries(standings_of(DV1=9000), grassroots, positions, grassroots).empty
