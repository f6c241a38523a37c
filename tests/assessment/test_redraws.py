"""Trials of a year go through the engine's own columns, and what is said of many of them holds the real result."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from helpers.small_year import Office, reports, verified, year_in
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assessment import redraws, reliability
from scoring.assessment.redraws import as_they_are, doubt_struck, frame_of, interval, verified_anew, weighted_anew
from scoring.assessment.reliability import rely_on
from scoring.scores.ranking import rank
from scoring.scores.totals import score


def chance():
    return np.random.default_rng(57)


@pytest.fixture(params=["sample_2024", "sample_2025"])
def evaluation(request):
    return request.getfixturevalue(request.param)


def ranks_of(standings):
    return standings["rank"].to_numpy(np.int64, na_value=0).tolist()


def test_a_trial_that_changes_nothing_is_the_year_itself(evaluation):
    real = as_they_are(frame_of(evaluation))
    assert real.ranks[0].tolist() == ranks_of(evaluation.standings)
    assert real.bands[0].tolist() == evaluation.standings["band"].cat.codes.tolist()
    for quota in evaluation.year.rubric.quotas:
        is_choice = evaluation.year.rubric.band[quota.band].selected_from is not None
        taken = (
            evaluation.standings["selection"].eq("proposed")
            if is_choice
            else (evaluation.standings["band"].eq(quota.band) & evaluation.standings["selection"].ne("over_quota"))
        )
        assert real.within[quota.band][0].tolist() == taken.tolist()


def test_a_trial_gives_what_scoring_the_same_points_as_decisions_gives(evaluation):
    """The other way round: the drawn points written as the council's decisions, and the whole year scored anew."""
    frame, year = frame_of(evaluation), evaluation.year
    few = redraws._corrections(frame, 0)
    assert few.any()
    points = frame.points.copy()
    points[0] = np.where(frame.given[0], np.clip(points[0] - abs(few).max(), 0, None), points[0])
    decided = [
        {"unit": unit, "criterion": frame.columns[0].item.id, "stage": "council", "kind": "points", "value": value}
        for unit, given, value in zip(
            year.units["id"], frame.given[0], (Decimal(int(p)) / year.rubric.scale for p in points[0]), strict=True
        )
        if given
    ]
    decisions = pd.concat([evaluation.decisions, pd.DataFrame(decided)], ignore_index=True)
    _, totals = score(evaluation.entries, year.rubric, year.units, targets=year.targets, decisions=decisions)
    standings, _ = rank(totals, year.rubric, year.units)
    trial = redraws._graded(frame, points[None])
    assert trial.ranks[0].tolist() == ranks_of(standings)
    assert trial.bands[0].tolist() == standings["band"].cat.codes.tolist()


def test_trials_are_the_same_in_portions_of_any_size(sample_2024, monkeypatch):
    frame = frame_of(sample_2024)
    one_by_one, at_once = [], []
    for rows, into in ((len(sample_2024.year.units), one_by_one), (10**6, at_once)):
        monkeypatch.setattr(redraws, "_ROWS", rows)
        into.append(as_they_are(frame).ranks)
        into.append(weighted_anew(frame, 3, chance()).ranks.shape)
    assert one_by_one[0].tolist() == at_once[0].tolist()
    assert one_by_one[1] == at_once[1] == (3, len(sample_2024.year.units))


def test_no_trial_moves_a_mark_beyond_its_maximum_or_gives_points_where_there_are_none(sample_2024):
    frame = frame_of(sample_2024)
    for place in range(len(frame.columns)):
        moved = redraws._within_reach(frame, place, frame.points[place] + 10**6)
        assert (moved[~frame.given[place]] == frame.points[place][~frame.given[place]]).all()
        assert (moved <= max(frame.maxima[place], frame.points[place].max())).all()


def test_where_nobody_is_in_doubt_nothing_moves(sample_2024):
    frame = frame_of(sample_2024)
    struck = doubt_struck(frame, np.zeros(frame.points.shape, bool), 5, chance())
    assert (struck.ranks == as_they_are(frame).ranks).all()


def small(tmp_path, *rulings):
    office = Office(year_in(tmp_path), reports(A1=2))
    office.record(*rulings)
    return office.evaluation()


def test_a_year_whose_marks_all_stood_when_looked_at_is_firm(tmp_path):
    evaluation = small(
        tmp_path,
        *(verified("B3", "points", points, unit=unit) for unit, points in (("TH-A", "3"), ("TH-B", "1"))),
        verified("A1", "points", "4", unit="TH-B"),
        verified("", "completed", reason=""),
        verified("", "completed", reason="", unit="TH-B"),
    )
    frame = frame_of(evaluation)
    assert redraws.corrections_known(frame) > 0
    assert as_they_are(frame).ranks.any()
    drawn = verified_anew(frame, 200, chance())
    assert (drawn.ranks == as_they_are(frame).ranks).all()


def test_intervals_widen_when_corrections_grow_and_hold_the_real_rank(sample_2024, monkeypatch):
    frame, widths = frame_of(sample_2024), []
    real = as_they_are(frame).ranks[0]
    for share in (0, 5, 25):
        monkeypatch.setattr(redraws, "ASSUMED", (-share, 0, share))
        drawn = verified_anew(frame, 200, chance())
        ends = [interval(drawn.ranks[:, unit], 90) for unit in np.flatnonzero(real)]
        widths.append(sum(high - low for low, high in ends))
    assert widths[0] == 0
    assert widths == sorted(widths)
    assert widths[2] > widths[1] > 0
    told = rely_on(sample_2024, sample_2024.overview())
    for unit in told.units:
        for found in filter(None, (unit.verified, unit.weighted, unit.struck)):
            assert found[0] <= unit.rank <= found[1]


def corrected(frame, moved):
    """The frame as if verifiers had looked at every mark and moved it by so much to what it is: items x units."""
    computed = [
        replace(column, stages=column.stages | {"computed": (points - by, given)})
        for column, points, by, given in zip(frame.columns, frame.points, moved, frame.given, strict=True)
    ]
    return frame._replace(columns=tuple(computed), looked_at=frame.given)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), most=st.integers(1, 4))
def test_intervals_widen_with_recorded_corrections_and_hold_the_real_rank(sample_2024, seed, most):
    """Corrections of up to so many percent of a maximum, then of three times as much; the ranks stay what they are."""
    frame, widths = frame_of(sample_2024), []
    percent = np.random.default_rng(seed).integers(-most, most + 1, frame.points.shape)
    real = as_they_are(frame)
    for times in (0, 1, 3):
        noisy = corrected(frame, times * percent * frame.maxima[:, None] // 100)
        assert redraws.corrections_known(noisy) == frame.given.sum()
        drawn = verified_anew(noisy, 80, chance())
        ends = {unit: reliability._interval(drawn, real, unit) for unit in np.flatnonzero(real.ranks[0])}
        assert all(low <= real.ranks[0, unit] <= high for unit, (low, high) in ends.items())
        widths.append(sum(high - low for low, high in ends.values()))
    assert widths[0] == 0
    assert widths[0] <= widths[1] < widths[2]


def test_the_same_year_is_told_in_the_same_bytes_and_no_table_is_changed(sample_2025):
    before = [table.copy() for table in (sample_2025.marks, sample_2025.totals, sample_2025.standings)]
    told = [rely_on(sample_2025, sample_2025.overview()).model_dump_json() for _ in range(2)]
    assert told[0] == told[1]
    for table, was in zip((sample_2025.marks, sample_2025.totals, sample_2025.standings), before, strict=True):
        pd.testing.assert_frame_equal(table, was)


def test_everybody_at_the_ceiling_is_a_criterion_that_does_not_tell_apart(tmp_path):
    told = rely_on(evaluation := Office(year_in(tmp_path), reports()).evaluation(), evaluation.overview())
    same = [one for one in told.criteria if one.given == 2]
    assert same
    assert not any(one.tells_apart for one in same)
    assert not told.corrections
    assert told.looked_at == 0


def test_several_processes_tell_the_same_bytes_as_one(sample_2025, monkeypatch):
    one = rely_on(sample_2025, sample_2025.overview()).model_dump_json()
    monkeypatch.setattr("scoring.assessment.reliability._MANY_UNITS", 0)
    monkeypatch.setattr("scoring.core.many.processors", lambda: 2)
    assert rely_on(sample_2025, sample_2025.overview()).model_dump_json() == one
