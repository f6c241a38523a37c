"""The sample year 2025: what the end of the district level did to the units of 2024, and that 2024 stays as it was."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from scoring.core.errors import RegisterError
from scoring.register.reading import read_register
from scoring.register.units import units_due, units_on
from scoring.rubric.reading import read_plan, read_rubric
from scoring.scores.ranking import rank

DATA = Path(__file__).parents[2] / "data"
LAST_DAY = date(2025, 12, 31)


def read_year(year):
    """The plan, rubric and register of a year."""
    plan = read_plan(DATA / year / "plan.yaml")
    rubric = read_rubric(DATA / year / "rubrics" / "grassroots.yaml", plan)
    return plan, rubric, read_register(DATA / year, rubric)


@pytest.fixture(scope="module")
def before():
    return read_year("2024")


@pytest.fixture(scope="module")
def after():
    return read_year("2025")


@pytest.fixture(scope="module")
def units(after):
    _, rubric, register = after
    return units_on(register, LAST_DAY, rubric).set_index("id")


# One register for both years


@pytest.mark.parametrize("day", [date(2010, 12, 31), date(2023, 7, 31), date(2024, 10, 31), date(2024, 12, 31)])
def test_the_register_of_2025_gives_the_answer_of_2024_for_every_day_of_2024(before, after, day):
    _, rubric, register = before
    pd.testing.assert_frame_equal(units_on(after[2], day, rubric), units_on(register, day, rubric))


def test_no_event_of_2024_was_rewritten(before, after):
    earlier = after[2].events[after[2].events["date"] <= pd.Timestamp(2024, 12, 31)]
    pd.testing.assert_frame_equal(earlier, before[2].events)


def test_a_unit_is_found_by_its_old_code_and_no_code_was_given_away(before, after):
    was, now = (register.spans.groupby("id")["from"].min() for *_, register in (before, after))
    assert now[was.index].equals(was)


def test_members_are_counted_anew_without_an_event_and_the_earlier_count_stays(after, tmp_path):
    _, rubric, _ = after
    text = (DATA / "2025" / "units.csv").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("THPT-BANMAI") and line.endswith(","))
    recounted = row.replace(",67,2025-07-01,", ",71,2026-01-01,")
    (tmp_path / "units.csv").write_text(text.replace(row, f"{row}2025-12-31\n{recounted}"), "utf-8")
    (tmp_path / "events.csv").write_bytes((DATA / "2025" / "events.csv").read_bytes())
    register = read_register(tmp_path, rubric)
    for day, members in ((date(2024, 12, 31), 68), (LAST_DAY, 67), (date(2026, 12, 31), 71)):
        assert units_on(register, day, rubric).set_index("id").loc["THPT-BANMAI", "members"] == members


def test_a_row_with_another_parent_still_needs_its_event(after, tmp_path):
    events = (DATA / "2025" / "events.csv").read_text("utf-8")
    (tmp_path / "units.csv").write_bytes((DATA / "2025" / "units.csv").read_bytes())
    (tmp_path / "events.csv").write_text(
        events.replace("THPT-BANMAI,moved,2025-07-01,,96/QĐ-LĐLĐ,2025-06-27\n", ""), "utf-8"
    )
    with pytest.raises(RegisterError, match="không có renamed hoặc moved của THPT-BANMAI ngày 2025-07-01"):
        read_register(tmp_path, after[1])


# Who stands, who answers, who is eligible


def test_twenty_four_units_stand_at_the_end_of_2025_and_none_is_a_commune_office(units):
    standing = units[units["standing"]]
    assert standing["block"].value_counts().to_dict() == {"K3": 13, "K2": 7, "K4": 4, "K1": 0}


@pytest.mark.parametrize("unit", ["XA-PHURIENG", "TH-ANHDAO", "SN-KHUYENNONG"])
def test_a_union_dissolved_in_june_keeps_its_row_with_document_and_date_and_nobody_answers_for_it(units, unit):
    assert not units.loc[unit, "standing"]
    assert units.loc[unit, "eligibility"].startswith("Đã giải thể từ ngày ")
    assert units.loc[unit, "eligibility"].endswith("/QĐ-LĐLĐ ngày 10/06/2025)")
    assert pd.isna(units.loc[unit, "answered_by"])


def test_every_unit_of_2024_is_still_readable_in_2025(before, units):
    _, rubric, register = before
    then = units_on(register, date(2024, 12, 31), rubric).set_index("id")
    ended = units.loc[then.index][~units.loc[then.index, "standing"]]
    assert len(ended) == 21
    assert not ended["eligible"].any()
    assert ended["eligibility"].str.match("Đã (giải thể|sáp nhập vào .+) từ ngày ").all()
    assert ended["name"].equals(then.loc[ended.index, "name"])


def test_the_union_that_took_in_another_answers_for_it_and_six_months_later_is_eligible_again(units):
    assert units.loc["DN-BAOBITANTHANH", "answered_by"] == "DN-NHUASAOMAI"
    assert "Đã sáp nhập vào Công đoàn cơ sở Công ty TNHH Nhựa Sao Mai" in units.loc["DN-BAOBITANTHANH", "eligibility"]
    assert units.loc["DN-NHUASAOMAI", "eligible"]


def test_the_union_that_took_in_another_is_not_eligible_a_day_earlier(after):
    _, rubric, register = after
    reason = units_on(register, date(2025, 12, 30), rubric).set_index("id").loc["DN-NHUASAOMAI", "eligibility"]
    assert reason.startswith("Nhận sáp nhập Công đoàn cơ sở Công ty TNHH Bao bì Tân Thành từ ngày 01/07/2025")


def test_nobody_answers_for_a_union_merged_into_one_that_was_dissolved(after, units):
    _, rubric, register = after
    in_april = units_on(register, date(2025, 4, 30), rubric).set_index("id")
    assert in_april.loc["TH-SUOIXANH", "answered_by"] == "TH-BANGLANG"
    assert pd.isna(units.loc["TH-SUOIXANH", "answered_by"])


def test_only_the_unions_founded_in_2025_wait_and_one_split_off_nine_months_ago_does_not(units):
    standing = units[units["standing"]]
    waiting = standing.index[~standing["eligible"]].tolist()
    assert waiting == ["DN-GACHSONDO", "DN-THUCANDONGXANH", "DN-VIENNENDOIXANH", "MN-NANGMAI"]
    assert units.loc[["DN-CHEBIENMULAXANH", "DN-CAOSULAXANH", "DN-MAYSENHONG"], "eligible"].all()


def test_a_unit_owes_the_reports_that_fell_due_while_it_stood(after):
    _, rubric, register = after
    owing = {period: set(table.loc[table["standing"], "id"]) for period, table in units_due(register, rubric).items()}
    assert "DN-THUCANDONGXANH" in owing["9T"] & owing["NAM"]
    assert "MN-NANGMAI" in owing["NAM"] - owing["9T"]
    assert {"XA-PHURIENG", "DN-BAOBITANTHANH"}.isdisjoint(owing["9T"] | owing["NAM"])


# The name and the parent of the day


@pytest.mark.parametrize(
    ("day", "parent"),
    [
        (date(2025, 6, 30), "Liên đoàn Lao động huyện Phú Riềng"),
        (date(2025, 7, 1), "Liên đoàn Lao động tỉnh Đồng Nai"),
        (date(2025, 8, 14), "Liên đoàn Lao động tỉnh Đồng Nai"),
        (date(2025, 8, 15), "Công đoàn xã Phú Riềng"),
    ],
)
def test_the_parent_is_that_of_the_day(after, day, parent):
    _, rubric, register = after
    assert units_on(register, day, rubric).set_index("id").loc["DN-GODAINGAN", "parent"] == parent


def test_no_standing_unit_has_a_parent_that_ended(units):
    parents = units.loc[units["standing"], "parent"]
    assert not parents.str.contains("huyện|Bình Phước").any()


def test_the_commune_union_is_as_large_as_the_guidance_asks(units):
    own = units[units["standing"] & (units["parent"] == "Công đoàn xã Phú Riềng")]
    assert len(own) >= 10
    assert own["members"].sum() >= 1500


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("9T", "Công đoàn cơ sở Công ty TNHH Vận tải Đường Mới"),
        ("NAM", "Công đoàn cơ sở Công ty Cổ phần Vận tải Đường Mới"),
    ],
)
def test_a_form_prints_the_name_valid_when_it_is_due(period, name):
    book = load_workbook(DATA / "2025" / "reports" / f"DN-VANTAIDUONGMOI_{period}.xlsx")
    assert name in [cell.value for row in book["Báo cáo"].iter_rows(max_row=8) for cell in row]


# What the years share and where they part


def test_the_plan_keeps_its_clauses_and_the_province_issues_the_assessment(before, after):
    (was, *_), (now, *_) = before, after
    assert [(c.id, c.binds) for c in now.clauses] == [(c.id, c.binds) for c in was.clauses]
    # 2025 has the grassroots rubric alone: what 2024 scores by its two other rubrics is not scored
    scored = [{c.id for c in plan.clauses if c.scored} for plan in (was, now)]
    assert scored[0] - scored[1] == {"III.1", "closing"}
    assert scored[1] < scored[0]
    assert now.body.parent == "TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM"
    assert now.body.name == "LIÊN ĐOÀN LAO ĐỘNG TỈNH ĐỒNG NAI"
    assert any("1662/NQ-UBTVQH15 ngày 16 tháng 6 năm 2025" in base for base in now.bases)
    assert now.sample


def test_one_criterion_changed_and_says_why(before, after):
    (_, was, _), (_, now, _) = before, after
    assert list(now.item) == list(was.item)
    assert [name for name in now.item if now.item[name] != was.item[name]] == ["C4"]
    assert now.max_points("C4") == was.max_points("C4")
    assert "vì kênh của cấp huyện kết thúc" in (now.item["C4"].note or "")


def test_the_bands_of_2025_begin_at_50_70_and_90(after):
    bands = {band.id: (band.from_, band.below) for band in after[1].bands}
    assert bands == {
        "khong_hoan_thanh": (0, 50),
        "hoan_thanh": (50, 70),
        "tot": (70, 90),
        "xuat_sac": (90, None),
    }


# The task conditions of 366-QĐ/TW

ALL_DONE = {"NV1": 10, "NV2": 10, "NV3": 10, "NV4": 3, "K1": 1, "K2": 0, "K3": 0, "K5": 0}


def standing_of(rubric, figure, facts):
    """The standing of one unit with this figure, every group complete, and these facts."""
    counts = {f"fact:{name}": count for name, count in facts.items()}
    asked = {f"asked:{name}": True for name in facts}
    row = {"unit": "TH-A", "figure": figure, "total": 10_000, "effective_max": 10_000, "eligible": True, "pending": 0}
    row |= {"state:A1": "scored", "reported:NAM": True, "decided:evidence_false": False, "deductions": 0}
    row |= {f"{kind}:{group.id}": 100 for group in rubric.groups for kind in ("points", "max")}
    totals = pd.DataFrame([row | counts | asked]).astype(dict.fromkeys(counts, "Int64"))
    return rank(totals, rubric, pd.DataFrame({"block": ["K2"]})).standings.iloc[0]


@pytest.mark.parametrize(
    ("figure", "facts", "band", "capped_by"),
    [
        (90_00, {}, "xuat_sac", ""),
        (89_99, {}, "tot", ""),
        (70_00, {}, "tot", ""),
        (69_99, {}, "hoan_thanh", ""),
        (49_99, {}, "khong_hoan_thanh", ""),
        (95_00, {"NV4": 2}, "tot", "G9"),
        (95_00, {"K5": 1}, "tot", "G10"),
        (95_00, {"K1": 0}, "tot", "G11"),
        (95_00, {"NV3": 9}, "hoan_thanh", "G8"),
        (75_00, {"NV3": 8}, "hoan_thanh", "G8"),
        (65_00, {"NV3": 8}, "hoan_thanh", ""),
        (65_00, {"NV3": 7}, "khong_hoan_thanh", "G7"),
        (65_00, {"NV2": 9, "NV3": 9}, "khong_hoan_thanh", "G6"),
        (95_00, dict.fromkeys(ALL_DONE), "hoan_thanh", "G8"),
        (65_00, dict.fromkeys(ALL_DONE), "hoan_thanh", ""),
    ],
)
def test_a_band_asks_for_its_points_and_its_tasks(after, figure, facts, band, capped_by):
    standing = standing_of(after[1], figure, ALL_DONE | facts)
    assert (standing["band"], standing["capped_by"]) == (band, capped_by)


# The whole year


@pytest.fixture(scope="module")
def evaluation(sample_2025):
    return sample_2025


def test_every_report_of_2025_is_accepted(evaluation):
    fates = evaluation.received.set_index("file")["fate"].drop("received.csv")
    assert len(fates) == 44
    assert (fates == "accepted").all()


def test_units_that_ended_are_rows_without_a_total_band_or_rank(evaluation):
    ended = ~evaluation.year.units["standing"]
    assert evaluation.totals.loc[ended, "total"].isna().all()
    assert evaluation.standings.loc[ended, ["band", "rank"]].isna().all(axis=None)
    assert (evaluation.standings.loc[ended, "withheld_by"] == "G5").all()


@pytest.mark.parametrize(
    ("unit", "score_band", "band", "capped_by"),
    [
        ("DN-GIAYBUOCMOI", "xuat_sac", "xuat_sac", ""),
        ("DN-NHUASAOMAI", "xuat_sac", "tot", "G9"),
        ("DN-CHEBIENMULAXANH", "xuat_sac", "tot", "G10"),
        ("DN-PHANBONDATLANH", "tot", "khong_hoan_thanh", "G7"),
        ("SN-VIECLAM", "hoan_thanh", "khong_hoan_thanh", "G6"),
    ],
)
def test_the_sample_shows_what_each_task_condition_does(evaluation, unit, score_band, band, capped_by):
    standing = evaluation.standings.set_index("unit").loc[unit]
    assert (standing["score_band"], standing["band"], standing["capped_by"]) == (score_band, band, capped_by)


def test_more_units_reach_the_best_band_than_the_quota_allows_and_none_is_moved(evaluation):
    quota = evaluation.quotas.iloc[0]
    assert (quota["units"], quota["allowed"], quota["over"]) == (11, 2, 1)
    assert (evaluation.standings["selection"] == "over_quota").sum() == 1
    assert (evaluation.standings["band"] == "xuat_sac").sum() == 3
