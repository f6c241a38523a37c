"""A unit's path over several years holds its own work: changes of the rules are taken out, or the year is left out."""

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.assessment.records import YearBefore
from scoring.assessment.several_years import Earlier, earlier_years, trend_of, with_paths
from scoring.assessment.trend import Trend
from scoring.core.tables import plain_rows
from scoring.pages import several_years as page
from scoring.register.year import open_year

DATA = Path(__file__).parents[2] / "data"


def under(evaluation, year, **changed):
    """The same reports as of another year, under rules of which parts are changed: criterion id to what is updated."""

    def other(criterion):
        return criterion.model_copy(update=changed[criterion.id]) if criterion.id in changed else criterion

    def regrouped(group):
        return group.model_copy(update={"criteria": tuple(map(other, group.criteria))})

    rubric = evaluation.year.rubric
    groups = tuple(map(regrouped, rubric.groups))
    fresh = type(rubric).model_construct(**{name: getattr(rubric, name) for name in type(rubric).model_fields})
    changed_rubric = fresh.model_copy(update={"year": year, "groups": groups})
    before = replace(evaluation.year, rubric=changed_rubric)
    before.__dict__["units"] = evaluation.year.units  # not as they stood in the other year
    return evaluation._replace(year=before)


def otherwise(criterion):
    """An indicator that counts something else."""
    return {"indicator": criterion.indicator.model_copy(update={"value_unit": "thứ khác"})}


def test_the_same_work_under_other_maxima_is_no_change(sample_2025):
    rubric = sample_2025.year.rubric
    doubled = {one.id: {"max_points": one.max_points * 2} for one in rubric.criteria}
    trend = trend_of(sample_2025, Earlier((under(sample_2025, 2024, **doubled),), ()))
    assert len(trend.paths) == int(sample_2025.totals["total"].notna().sum())
    assert {path.change for path in trend.paths} == {0}
    assert trend.criteria == trend.of


def test_a_share_is_what_the_compared_criteria_brought_of_what_they_could(sample_2025, sample_2024):
    trend = trend_of(sample_2025, Earlier((sample_2024,), ()))
    rubric = sample_2025.year.rubric
    rows = [row for row in plain_rows(sample_2025.marks) if row["unit"] == "DN-NHUASAOMAI"]
    alike = {one.id for one in rubric.criteria} - {"C4"}  # C4 counts something else in 2025
    own = [row for row in rows if row["criterion"] in alike and row["state"] in {"scored", "zero", "missing"}]
    path = next(path for path in trend.paths if path.id == "DN-NHUASAOMAI")
    share = Fraction(sum(row["points"] or 0 for row in own), path.max_points)
    assert trend.years == (2024, 2025)
    assert (trend.criteria, trend.of) == (len(alike), len(rubric.criteria))
    assert path.figures[-1] == round(share * 10_000)


def test_many_years_are_one_path_the_oldest_first(sample_2025, sample_2024):
    older = sample_2024._replace(
        year=replace(sample_2024.year, rubric=sample_2024.year.rubric.model_copy(update={"year": 2023}))
    )
    trend = trend_of(sample_2025, Earlier((sample_2024, older), ()))
    assert trend.years == (2023, 2024, 2025)
    for path in trend.paths:
        assert path.figures[0] == path.figures[1]
        assert abs(path.figures[2] - path.figures[0] - path.change) <= 1
    told = with_paths({path.id: YearBefore(year=2024, said=("trước",), lines=()) for path in trend.paths}, trend)
    assert all("năm 2023" in own.said[1] and "năm 2025" in own.said[1] for own in told.values())


def test_a_year_of_which_more_than_half_counts_otherwise_and_all_before_it_are_left_out(sample_2025):
    rubric = sample_2025.year.rubric
    counted = [one for one in rubric.criteria if one.indicator is not None]
    strange = under(sample_2025, 2024, **{one.id: otherwise(one) for one in counted})
    trend = trend_of(sample_2025, Earlier((strange, under(sample_2025, 2023)), ()))
    assert not trend.paths
    assert trend.said == ("Từ năm 2024 trở về trước, quá nửa số điểm tính theo cách khác nên không so.",)


def test_a_year_that_rounds_otherwise_or_has_faults_is_left_out_and_told(sample_2025):
    rubric = sample_2025.year.rubric
    points = rubric.points.model_copy(update={"decimals": 1})
    rounded = replace(sample_2025.year, rubric=rubric.model_copy(update={"year": 2024, "points": points}))
    trend = trend_of(sample_2025, Earlier((sample_2025._replace(year=rounded),), (2023,)))
    assert not trend.paths
    assert sorted(trend.said) == [
        "Năm 2024 làm tròn điểm khác năm nay nên không so.",
        "Số liệu năm 2023 còn lỗi nên không so.",
    ]


def test_always_weak_is_the_lowest_quarter_of_ones_own_block_in_every_year(sample_2025):
    trend = trend_of(sample_2025, Earlier((under(sample_2025, 2024),), ()))
    for path in trend.paths:
        own = sorted(other.figures[-1] for other in trend.paths if other.block == path.block)
        edge = own[len(own) // 4]
        assert path.is_weak == (len(own) >= 4 and path.figures[-1] < edge)


def test_a_unit_of_another_block_last_year_is_not_called_weak(sample_2025):
    moved = under(sample_2025, 2024)
    units = moved.year.units.assign(block=list(moved.year.units["block"].astype(str))[::-1])
    moved.year.__dict__["units"] = units
    trend = trend_of(sample_2025, Earlier((moved,), ()))
    before = dict(zip(units["id"], units["block"], strict=True))
    assert not [path.id for path in trend.paths if path.is_weak and before[path.id] != path.block]


def test_years_are_read_from_the_folders_beside_and_one_with_faults_is_named(tmp_path, sample_2024):
    assert [one.year.rubric.year for one in earlier_years(open_year(DATA / "2025")).evaluations] == [2024]
    assert earlier_years(sample_2024.year) == Earlier((), ())
    for year in ("2024", "2025"):
        shutil.copytree(DATA / year, tmp_path / year, ignore=shutil.ignore_patterns("reports"))
    (tmp_path / "2024" / "units.csv").write_text("id\n", encoding="utf-8")
    assert earlier_years(open_year(tmp_path / "2025")) == Earlier((), (2024,))


def test_the_overview_tells_the_paths_or_that_there_are_none(sample_2025, sample_2024):
    overview = sample_2025.overview()
    nothing = Trend(years=(2025,), criteria=0, of=21, paths=(), said=())
    for trend in (None, nothing):
        assert "Chưa có năm trước" in page.trend(overview.model_copy(update={"trend": trend})).text
    trend = trend_of(sample_2025, Earlier((sample_2024,), ()))
    text = page.trend(overview.model_copy(update={"trend": trend})).text
    assert all(path.name in text for path in trend.paths)
    assert "Tiến bộ nhiều nhất" in text


@pytest.mark.parametrize("count", [60, 61])
def test_a_long_table_holds_both_ends_and_says_so(sample_2025, sample_2024, count):
    trend = trend_of(sample_2025, Earlier((sample_2024,), ()))
    many = tuple(
        trend.paths[0].model_copy(update={"id": f"{n}", "change": n, "name": f"Đơn vị {n:03}"}) for n in range(count)
    )
    told = trend.model_copy(update={"paths": many})
    text = page.trend(sample_2025.overview().model_copy(update={"trend": told})).text
    assert ("Đơn vị 030" in text) is (count == 60)
    assert ("trong 61 đơn vị" in text) is (count == 61)
