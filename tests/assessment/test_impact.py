"""A draft tried on a past year: nothing moves by the same rules, and what cannot be tried is said."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scoring.assessment.evaluation import evaluate
from scoring.assessment.impact import impact
from scoring.core.errors import ParameterError
from scoring.pages.impact import impact_page
from scoring.register.year import open_year
from scoring.rubric.model import Rubric
from scoring.rubric.reading import read_plan, read_rubric

DATA = Path(__file__).parents[2] / "data"
TEXT = (DATA / "2024" / "rubrics" / "grassroots.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def past():
    return evaluate(open_year(DATA / "2024"))


def draft(tmp_path, *changes) -> Rubric:
    """The rubric of 2024 with some texts of its file replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "du_thao.yaml"
    path.write_text(text, encoding="utf-8")
    return read_rubric(path, read_plan(DATA / "2024" / "plan.yaml"))


def with_maximum(name, figure):
    """The item's lines up to its maximum, and the same with another maximum."""
    lines = TEXT[TEXT.index(f"      - id: {name}\n") :].partition("        max_points: ")
    return f"{lines[0]}{lines[1]}{lines[2].partition(chr(10))[0]}\n", f"{lines[0]}{lines[1]}{figure}\n"


def test_by_the_same_rules_nothing_moves(past, tmp_path):
    found = impact(past, draft(tmp_path))
    assert len(found.units) == len(past.year.units)
    assert all(one.before == one.after for one in found.units)
    assert found.quotas[0] == found.quotas[1]
    assert found.alike == found.alike_before


def test_a_higher_edge_takes_the_band_of_those_below_it_and_no_points(past, tmp_path):
    edges = [("from: 50, below: 80", "from: 50, below: 90"), ("completion, from: 80,", "completion, from: 90,")]
    found = impact(past, draft(tmp_path, *edges))
    assert {one.gain for one in found.units} <= {None, 0}
    moved = [one for one in found.units if one.before.band != one.after.band]
    assert moved
    assert all(one.before.percent is not None and 80 <= round(one.before.percent, 2) < 90 for one in moved)


def test_points_moved_between_two_criteria_move_by_what_each_unit_has_of_them(past, tmp_path):
    found = impact(past, draft(tmp_path, with_maximum("A4", 3), with_maximum("A5", 3)))
    marks = past.marks.set_index(["unit", "criterion"])[["points", "max_points", "state"]].to_dict("index")
    checked = 0
    for one in found.units:
        own = [marks[one.unit, name] for name in ("A4", "A5")]
        if one.gain is None or any(mark["state"] not in {"scored", "zero"} for mark in own):
            continue
        parts = [Fraction(int(mark["points"]), int(mark["max_points"])) for mark in own]
        if all(part in {0, 1} for part in parts):  # nothing is rounded
            whole = Fraction(100, 1) / sum(int(m["max_points"]) for (u, _), m in marks.items() if u == one.unit) * 100
            assert abs(one.gain - (parts[1] - parts[0]) * whole) < 1
            assert (one.gain > 0) == (parts[1] > parts[0])
            checked += 1
    assert checked > 5


def test_a_criterion_that_counts_something_else_is_left_out_and_named(past, tmp_path):
    found = impact(past, draft(tmp_path, ("value_unit: cuộc họp,", "value_unit: giờ họp,")))
    assert any("không thử: A4." in remark for remark in found.remarks)
    assert "A4" not in found.alike
    assert {one.unit for one in found.units if one.after.percent is not None}


def test_a_draft_of_other_periods_is_refused_with_what_to_do(past, tmp_path):
    changes = [("id: NAM,", "id: CUOI,"), ("report_missing: NAM", "report_missing: CUOI")]
    with pytest.raises(ParameterError, match="Giữ mã kỳ"):
        impact(past, draft(tmp_path, *changes))


def test_the_paper_names_every_unit_and_says_that_nothing_is_written(past, tmp_path):
    text = "\n".join(block.text for block in impact_page(impact(past, draft(tmp_path)), past.year.plan))
    assert all(name in text for name in past.year.units["name"])
    assert "Không có gì được ghi vào năm ấy" in text


def test_a_condition_on_a_fact_the_year_never_asked_for_is_not_tried_and_named(past, tmp_path):
    new = (
        "  - {id: K9, name: Số vụ khác, name_en: Other cases, kind: count, source: HD1294}\n\n# Tiêu chí không áp dụng"
    )
    when = "{fact: K9, at_least: 1, unknown: true}"
    gate = f"  - {{id: G9, name: Có vụ khác, name_en: Other cases, when: {when}, cap: hoan_thanh}}\n"
    changed = draft(tmp_path, ("\n# Tiêu chí không áp dụng", new), ("\nquotas:", f"{gate}\nquotas:"))
    found = impact(past, changed)
    assert any("Có vụ khác" in remark for remark in found.remarks)
    assert all(one.before == one.after for one in found.units)
