"""What a unit's assessment tells beyond its marks: how far the next rank is, and last year."""

import shutil
from pathlib import Path

import pytest

from scoring.assessment.evaluation import evaluate
from scoring.assessment.last_year import compare_years
from scoring.core.points import half_up
from scoring.core.tables import plain_rows
from scoring.register.year import open_year
from scoring.scores.distance import least_total, rank_margins
from scoring.scores.ranking import rank

ROOT = Path(__file__).parents[2]
KEPT = ["DN-GIAYBUOCMOI", "DN-NUOCSUOIDA"]


@pytest.fixture(scope="module")
def before(sample_2025):
    return compare_years(sample_2025)


# How far the next rank and the next band are


def ranks_with(sample, unit, total):
    """The unit's rank if its total were another one."""
    totals, places = sample.totals.copy(), 10**sample.year.rubric.figure.decimals
    own = totals["unit"] == unit
    totals.loc[own, "total"] = total
    totals.loc[own, "figure"] = int(half_up(total * 100 * places, int(totals.loc[own, "effective_max"].iloc[0])))
    standings = rank(totals, sample.year.rubric, sample.year.units).standings
    return standings.loc[standings["unit"] == unit, "rank"].iloc[0]


@pytest.mark.parametrize("unit", ["DN-DIEUHATVANG", "DN-MAYSENHONG", "MN-HUONGSEN", "SN-PHONGKHAM"])
def test_the_points_stated_are_those_from_which_the_rank_is_another(sample_2025, unit):
    totals, standings = plain_rows(sample_2025.totals), plain_rows(sample_2025.standings)
    room = rank_margins(totals, standings, sample_2025.year.rubric)[unit]
    total, own = next((t["total"], s["rank"]) for t, s in zip(totals, standings, strict=True) if t["unit"] == unit)
    assert ranks_with(sample_2025, unit, total + room.up) < own < ranks_with(sample_2025, unit, total - room.down)
    assert ranks_with(sample_2025, unit, total + room.up - 2) == own == ranks_with(sample_2025, unit, total)


@pytest.mark.parametrize(("figure", "whole"), [(7000, 9300), (9000, 10000), (1, 9700), (5000, 3)])
def test_the_least_total_of_a_figure_is_the_least(grassroots, figure, whole):
    least = least_total(figure, whole, grassroots)
    assert half_up(least * 10_000, whole) >= figure > half_up((least - 1) * 10_000, whole)


# This year and last year


def test_the_changes_of_every_part_add_up_to_both_totals(sample_2025, before):
    compared = [
        (total, before[total["unit"]]) for total in plain_rows(sample_2025.totals) if before[total["unit"]].lines
    ]
    assert len(compared) > 10
    for total, own in compared:
        for line in own.lines:
            assert line.before + line.by_rules + line.by_work + line.not_comparable == line.after
        assert sum(line.after for line in own.lines) == total["total"]


def test_a_criterion_that_counts_something_else_is_named_and_kept_apart(before):
    own = before["DN-PHANBONDATLANH"]
    assert "Tiêu chí năm nay đếm khác năm trước nên không so được: C4." in own.said
    assert {line.group: line.not_comparable for line in own.lines if line.not_comparable} == {"C": -15}


def test_a_unit_without_last_year_or_without_points_is_told_why(before):
    assert before["MN-NANGMAI"].said == ("Năm 2024 đơn vị chưa có trong danh bạ nên không so sánh.",)
    assert before["DN-MAYSENHONG"].said == ("Năm 2024: không thuộc diện xếp loại, chưa có điểm để so sánh.",)
    assert not before["XA-PHURIENG"].lines


def test_where_there_is_no_last_year_every_unit_says_so(sample_2024):
    said = {own.said for own in compare_years(sample_2024).values()}
    assert said == {("Chưa có số liệu năm 2023 để so sánh.",)}


def test_another_target_is_a_change_of_rules_and_not_of_work(tmp_path):
    for year in ("2024", "2025"):
        shutil.copytree(ROOT / "data" / year, tmp_path / year, ignore=shutil.ignore_patterns("reports"))
        for unit in KEPT:
            for report in (ROOT / "data" / year / "reports").glob(f"{unit}_*"):
                target = tmp_path / year / "reports" / report.name
                target.parent.mkdir(exist_ok=True)
                shutil.copy(report, target)
    rubric = tmp_path / "2025" / "rubrics" / "grassroots.yaml"
    stated = (
        "params: {target: 4}\n        evidence: required\n        evidence_hint: Đường dẫn trên kênh chính thức hoặc"
    )
    text = rubric.read_text(encoding="utf-8")
    assert text.count(stated) == 1
    rubric.write_text(text.replace(stated, stated.replace("4", "16")), encoding="utf-8")
    own = compare_years(evaluate(open_year(tmp_path / "2025")))["DN-GIAYBUOCMOI"]
    by_rules = {line.group: line.by_rules for line in own.lines if line.by_rules}
    assert list(by_rules) == ["C"]
    assert by_rules["C"] < 0
    assert "Tiêu chí đổi cách tính điểm: C1." in own.said
