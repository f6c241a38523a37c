"""Why 7,50 and not 10, and why rank 3 and not 2: the chain of one unit, and that it adds up again."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.builders import criterion

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.explanation import explain
from scoring.core.errors import ParameterError
from scoring.register.units import Register
from scoring.register.year import Year
from scoring.rubric.model import NotApplicable
from scoring.rubric.reading import read_plan, read_rubric
from scoring.scores.ranking import rank
from scoring.scores.totals import score

HERE = Path(__file__).parent
PLAN = read_plan(HERE.parents[1] / "data" / "2024" / "plan.yaml")
COMPARED = ["A1", "A2", "A3", "A4", "A6", "A7", "B1", "B2", "B3", "P1"]
"""The criteria whose points come out of an arithmetic, not out of a list."""


@pytest.fixture(scope="module")
def rubric():
    return read_rubric(HERE / "explanation.yaml", PLAN)


def register(members):
    """A register of units of one block that have existed for long."""
    spans = pd.DataFrame({"id": list(members), "members": pd.array(list(members.values()), "Int64")})
    spans = spans.assign(name="Đơn vị " + spans["id"], short_name=spans["id"], aliases="", type="xa", block="K1")
    begun, open_end = pd.Timestamp("2015-01-01"), pd.Series(pd.NaT, spans.index, dtype="datetime64[s]")
    columns = ["unit", "event", "date", "other_unit", "document", "document_date"]
    events = pd.DataFrame(columns=columns).astype({"date": "datetime64[s]"})
    return Register(spans.assign(parent="Cấp trên", **{"from": begun, "to": open_end}), events)


def evaluation(rubric, rows, members, decisions=()):
    """A year from rows of (unit, item, period, value, base) and decisions of (unit, item, stage, kind, value)."""
    columns = ["unit", "criterion", "period", "value", "base"]
    entries = pd.DataFrame(rows, columns=columns).astype({"value": "Int64", "base": "Int64"})
    place = {"file": entries["unit"] + ".xlsx", "sheet": "Báo cáo", "cell": "H9"}
    place["evidence"] = entries["criterion"].where(entries["criterion"] != "K1")
    entries = entries.assign(not_applicable=False, self_points=pd.array([pd.NA] * len(entries), "Int64"), **place)
    year = Year(HERE, PLAN, rubric, register(members))
    decided = pd.DataFrame(decisions, columns=["unit", "criterion", "stage", "kind", "value"])
    decided = decided.assign(role="Tổ thẩm định", made_on=date(2025, 1, 6), reason="biên bản 02/BB", appeal="")
    marks, totals = score(entries, rubric, year.units, decisions=decided)
    standings, quotas = rank(totals, rubric, year.units)
    return Evaluation(year, entries, pd.DataFrame(), pd.DataFrame(), marks, totals, standings, quotas, decided)


def reported(unit, **values):
    """The annual report of a unit; a pair is a value and its whole, a list the values of both periods."""
    for item, value in values.items():
        for period, one in zip(("6T", "NAM"), value, strict=True) if isinstance(value, list) else [("NAM", value)]:
            yield (unit, item, period, *(one if isinstance(one, tuple) else (one, None)))


def judged(*units, given=10):
    return [(unit, "B4", "verified", "points", Decimal(given)) for unit in units]


@pytest.fixture(scope="module")
def country(rubric):
    """Thirty units with drawn values, blanks among them."""
    draw = np.random.default_rng(7)
    units = {f"U{place:02}": int(draw.integers(10, 90)) for place in range(30)}
    most = {"A1": 4, "A2": 80, "A3": 5, "A4": 9, "A5": 60, "A6": 9, "A7": 101, "A8": 1, "B1": 20, "B2": 99, "B3": 15}
    rows = [
        (unit, item, period, None if draw.random() < 0.05 else int(draw.integers(0, top + 1)), 9)
        for unit in units
        for item, top in {**most, "P1": 2, "K1": 1}.items()
        for period in ("6T", "NAM")
    ]
    return evaluation(rubric, rows, units, judged(*units, given="6.25"))


def plain(texts):
    """Sentences with breaking blanks, as a reader types them."""
    return tuple(text.replace("\u00a0", " ") for text in texts)


def lines_of(explanation):
    return "\n".join(plain([*(line for mark in explanation.marks for line in mark.lines), *explanation.lines]))


# One mark


def test_it_says_why_a_mark_is_7_50_and_not_10_from_the_cell_on(rubric):
    year = evaluation(rubric, reported("U1", A1=[1, 2]), {"U1": 60})
    (mark,) = explain(year, "U1", "A1").marks
    assert plain(mark.lines) == (
        "Báo cáo 6 tháng: 1 buổi (tệp U1.xlsx, trang Báo cáo, ô H9); minh chứng: A1.",
        "Báo cáo năm: 2 buổi (tệp U1.xlsx, trang Báo cáo, ô H9); minh chứng: A1.",
        "Cộng các kỳ: 3 buổi.",
        "Cách tính: Theo tỷ lệ đạt chỉ tiêu, tối đa 100% số điểm. "
        "Chỉ tiêu: dưới 50 đoàn viên: 2 buổi; từ 50 đoàn viên: 4 buổi.",
        "Chỉ tiêu của đơn vị: 4 buổi.",
        "3 buổi/chỉ tiêu 4: 75% → 7,50/10.",
        "Phép tính: 10 × 3/4 = 7,50.",
        "Chưa đạt 2,50 trong 10,00 điểm: còn thiếu so với chỉ tiêu 1 buổi.",
    )


@pytest.mark.parametrize(
    ("reports", "item", "told"),
    [
        ({"A2": [20, 30]}, "A2", "Phép tính: 10 × 25/36 ≈ 6,94."),
        ({"A2": [20, 30]}, "A2", "còn thiếu so với chỉ tiêu 11 đoàn viên"),
        ({"A3": 5}, "A3", "Phép tính: 10 × 2/5 = 4,00."),
        ({"A3": 5}, "A3", "cao hơn chỉ tiêu 3 vụ"),
        ({"A4": (3, 8)}, "A4", "còn 5 chưa đạt trên 8"),
        ({"A5": 31}, "A5", "31 ngày (đến 45) → 3,00/5"),
        ({"A6": 3}, "A6", "Phép tính: 5 × (100% − 3 × 12,5%) ≈ 3,13."),
        ({"A7": 85}, "A7", "Phép tính: 5 × 8,5/10 = 4,25."),
        ({"A8": 0}, "A8", "Chưa thực hiện → 0,00/5."),
        ({"P1": 2}, "P1", "Phép tính: 2 × 2 = 4,00."),
    ],
)
def test_it_puts_the_figures_into_the_rule_and_says_what_was_short(rubric, reports, item, told):
    year = evaluation(rubric, reported("U1", **reports), {"U1": 40})
    assert told in lines_of(explain(year, "U1", item))


@pytest.mark.parametrize(
    ("item", "own", "best", "told"),
    [
        ("B1", 3, 8, "Phép tính: 10 × 3/8 = 3,75."),
        ("B1", 3, 8, "đơn vị tốt nhất khối có 8 tin bài"),
        ("B2", 90, 15, "Phép tính: 10 × (9 − 12)/(1,5 − 12) ≈ 2,86."),
        ("B3", 8, 20, "Phép tính: 10 × 50% × 8/10 = 4,00."),
        ("B3", 15, 20, "Phép tính: 10 × (50% + 50% × 50%/100%) = 7,50."),
        ("B3", 15, 20, "đơn vị vượt chỉ tiêu nhiều nhất khối vượt 100%"),
    ],
)
def test_what_compares_inside_the_block_names_the_figures_of_the_others(rubric, item, own, best, told):
    rows = [*reported("U1", **{item: own}), *reported("U2", **{item: best}), *reported("U3", B2=120)]
    year = evaluation(rubric, rows, {"U1": 40, "U2": 40, "U3": 40})
    assert told in lines_of(explain(year, "U1", item))


def test_missing_evidence_is_the_reason_and_no_arithmetic_is_told(rubric):
    year = evaluation(rubric, reported("U1", A1=2), {"U1": 40})
    bare = year._replace(entries=year.entries.assign(evidence=pd.NA))
    marks, totals = score(bare.entries, rubric, year.year.units)
    (mark,) = explain(bare._replace(marks=marks, totals=totals), "U1", "A1").marks
    assert mark.working == ""
    assert mark.lines[0].endswith("; chưa ghi minh chứng.")
    assert mark.lines[-1] == "Chưa đạt 10,00 trong 10,00 điểm: chưa có minh chứng."


def test_a_blank_is_missing_and_its_maximum_still_counts(rubric):
    year = evaluation(rubric, reported("U1", A1=None, A5=10), {"U1": 40})
    assert "Chưa có điểm nào trong 10,00 điểm tối đa; điểm tối đa này vẫn tính." in lines_of(explain(year, "U1", "A1"))


def test_points_somebody_decided_stand_beside_the_computed_ones_and_are_not_explained_by_the_rule(rubric):
    decision = ("U1", "A1", "verified", "points", Decimal("6.00"))
    year = evaluation(rubric, reported("U1", A1=3), {"U1": 60}, [decision])
    (mark,) = explain(year, "U1", "A1").marks
    assert mark.working == ""
    assert "Tính theo báo cáo 7,50; thẩm định 6,00; hội đồng –; lấy điểm thẩm định." in mark.lines


def test_who_decided_and_why_stands_with_the_mark(rubric):
    decisions = [("U1", "A1", "verified", "value", Decimal(2)), ("U1", "A1", "council", "points", Decimal("6.5"))]
    year = evaluation(rubric, reported("U1", A1=3), {"U1": 60}, decisions)
    (mark,) = explain(year, "U1", "A1").marks
    assert (mark.decisions[0].role, mark.decisions[0].value) == ("Tổ thẩm định", "2")
    assert mark.lines[-3:-1] == (
        "Thẩm định: Tổ thẩm định, ngày 06/01/2025, ghi lại là 2 buổi. Lý do: biên bản 02/BB.",
        "Hội đồng: Tổ thẩm định, ngày 06/01/2025, cho 6,50 điểm. Lý do: biên bản 02/BB.",
    )


def test_what_was_decided_about_a_fact_or_the_whole_unit_is_told_too(rubric):
    decisions = [("U1", "K1", "verified", "fact", Decimal(1)), ("U1", "", "council", "band", None)]
    told = explain(evaluation(rubric, reported("U1", A1=3), {"U1": 60}, decisions), "U1")
    assert told.facts[0].decisions[0].text == (
        "Thẩm định: Tổ thẩm định, ngày 06/01/2025, ghi lại là 1. Lý do: biên bản 02/BB."
    )
    assert "Hội đồng: Tổ thẩm định, ngày 06/01/2025, chọn mức xếp loại. Lý do: biên bản 02/BB." in told.lines


def test_a_value_somebody_corrected_is_put_into_the_rule(rubric):
    decision = ("U1", "A1", "verified", "value", Decimal(2))
    year = evaluation(rubric, reported("U1", A1=3), {"U1": 60}, [decision])
    assert explain(year, "U1", "A1").marks[0].working == "10 × 2/4 = 5,00"


def test_every_arithmetic_told_gives_the_points_of_the_engine(country):
    """Exact fractions against the engine's integers, for every unit and every rule that has an arithmetic."""
    for unit in country.year.units["id"]:
        for mark in explain(country, unit).marks:
            if mark.criterion in COMPARED and mark.state in {"scored", "zero"}:
                assert mark.working, (unit, mark.criterion, mark.value, mark.points)


# Sum, band and rank


def recomputed(chain):
    """Total and figure from nothing but the marks of the JSON: the independent check."""
    points = {mark["criterion"]: mark["points"] or 0 for mark in chain["marks"]}
    kinds = {kind: [m["criterion"] for m in chain["marks"] if m["kind"] == kind] for kind in ("criterion", "bonus")}
    total = sum(points[name] for name in kinds["criterion"])
    total += min(sum(points[name] for name in kinds["bonus"]), chain["bonus"]["cap"])
    total = max(min(total, chain["cap"]), chain["floor"])
    whole = sum(m["max_points"] for m in chain["marks"] if m["kind"] == "criterion" and m["state"] != "not_applicable")
    exact = Fraction(total * 100 * 10 ** chain["figure_decimals"], whole)
    return total, (2 * exact + 1) // 2


def test_every_total_can_be_added_up_again_from_the_json(country):
    for unit in country.year.units["id"]:
        chain = json.loads(explain(country, unit).model_dump_json())
        assert recomputed(chain) == (chain["total"], chain["figure"])
        assert (
            sum(group["counted"] for group in chain["groups"] if group["outer"]) + chain["bonus"]["counted"]
            >= (chain["total"])
        )


def test_the_json_holds_no_inexact_number(country):
    def refuse(text):
        raise AssertionError(text)

    json.loads(explain(country, "U00").model_dump_json(), parse_float=refuse)


def test_the_same_evaluation_gives_the_same_explanation_and_changes_nothing(country):
    before = country.marks.copy()
    assert explain(country, "U07") == explain(country, "U07")
    pd.testing.assert_frame_equal(country.marks, before)


def ranked_four(rubric, **changes):
    """Four units that differ in their number of sessions and, where stated, in more."""
    units = ("U1", "U2", "U3", "U4")
    figures = {
        unit: {"A1": value, "A5": 10} | changes.get(unit, {}) for unit, value in zip(units, (4, 3, 2, 1), strict=True)
    }
    rows = [row for unit in units for row in reported(unit, **figures[unit])]
    return evaluation(rubric, rows, dict.fromkeys(units, 60), judged(*units))


def test_it_says_why_rank_3_and_not_2(rubric):
    told = explain(ranked_four(rubric), "U3")
    assert told.rank == 3
    assert plain(told.lines[-2:]) == (
        "Hạng 2 là Đơn vị U2, 22,50%: cao hơn 2,50 điểm phần trăm. "
        "Chênh lệch từng phần so với đơn vị này: nhóm A +2,50.",
        "Hạng 4 là Đơn vị U4, 17,50%: thấp hơn 2,50 điểm phần trăm. "
        "Chênh lệch từng phần so với đơn vị này: nhóm A −2,50.",
    )


def test_a_neighbour_held_against_another_maximum_is_told_so(rubric):
    rows = [*reported("U1", A1=4), *reported("U2", A1=3)]
    year = evaluation(rubric, rows, {"U1": 60, "U2": 60}, judged("U1", "U2"))
    claim = year.entries.iloc[:1].assign(criterion="A4", value=pd.NA, not_applicable=True)
    entries = pd.concat([year.entries, claim]).astype({"value": "Int64"})
    marks, totals = score(entries, rubric, year.year.units, decisions=year.decisions)
    standings, quotas = rank(totals, rubric, year.year.units)
    told = explain(year._replace(entries=entries, marks=marks, totals=totals, standings=standings, quotas=quotas), "U2")
    assert told.above.text.endswith("nhóm A +2,50. Điểm tối đa được áp dụng 90,00 so với 100,00")


def test_equal_units_are_told_which_step_of_the_tie_chain_parted_them(rubric):
    told = explain(ranked_four(rubric, U2={"A1": 1, "P1": 1}, U3={"A1": 1, "A7": 40}), "U3")
    assert (told.above.unit, told.above.parted_by) == ("U2", "1")
    assert "bằng điểm, phân hạng theo điểm thưởng cao hơn (2,00 so với 0,00)" in told.above.text


def test_a_rank_several_units_share_says_so(rubric):
    told = explain(ranked_four(rubric, U2={"A1": 4}), "U3")
    assert (told.above.rank, told.above.sharing) == (1, 2)
    assert "Hạng 1 là Đơn vị U1 và 1 đơn vị khác" in told.above.text


def test_the_best_unit_has_nobody_above_and_the_last_nobody_below(rubric):
    year = ranked_four(rubric)
    assert explain(year, "U1").above is None
    assert explain(year, "U4").below is None


def test_unrounded_ranks_say_that_only_the_unrounded_figures_differ(rubric):
    exact = rubric.model_copy(update={"ranking": rubric.ranking.model_copy(update={"on": "exact"})})
    whole = exact.model_copy(update={"figure": exact.figure.model_copy(update={"decimals": 0})})
    told = explain(ranked_four(whole, U2={"A1": 2, "A7": 1}), "U3")
    assert (told.above.unit, told.above.parted_by) == ("U2", "exact")
    assert "điểm chưa làm tròn khác nhau (20,05/100,00 so với 20,00/100,00)" in told.above.text


def test_a_gate_says_whether_it_holds_and_which_cell_it_looked_at(rubric):
    told = explain(ranked_four(rubric, U1={"K1": 1, "A2": 60, "A3": 0, "A7": 100, "A8": 1}), "U1")
    assert (told.score_band, told.band) == ("cao", "thap")
    assert told.gates[0].text == (
        "Điều kiện G1 (số vụ đình công từ 1 trở lên (chưa có số liệu thì coi là không)): có, nên mức cao nhất là "
        "“Hoàn thành”"
    )
    assert told.gates[0].decided
    assert told.facts[0].entries[0].text == "Báo cáo năm: 1 (tệp U1.xlsx, trang Báo cáo, ô H9)"


def test_a_quota_shows_its_arithmetic(rubric):
    assert (
        explain(ranked_four(rubric), "U1").quotas[0].text.replace("\u00a0", " ")
        == "“Hoàn thành tốt”: 40% của 4 đơn vị = 1,6, làm tròn xuống 1"
    )


def test_bonus_above_its_cap_is_told(rubric):
    told = explain(ranked_four(rubric, U1={"P1": 2}), "U1")
    assert "Điểm thưởng cộng lại 4,00, không quá 3,00." in told.lines
    assert "Tổng điểm: 15,00 + 10,00 + thưởng 3,00 = 28,00." in told.lines


def test_what_does_not_apply_leaves_the_maximum_and_is_named(rubric):
    year = evaluation(rubric, reported("U1", A1=4), {"U1": 60}, judged("U1"))
    entries = pd.concat([year.entries, year.entries.assign(criterion="A4", value=pd.NA, not_applicable=True)])
    marks, totals = score(entries.astype({"value": "Int64"}), rubric, year.year.units)
    told = explain(year._replace(entries=entries, marks=marks, totals=totals), "U1")
    assert "Điểm tối đa được áp dụng 90,00 (không tính A4): 10,00/90,00 ≈ 11,11%." in plain(told.lines)


def test_a_group_carried_over_to_its_full_maximum_shows_both_sums(rubric):
    by_group = rubric.model_copy(update={"not_applicable": NotApplicable(rescale="group")})
    year = evaluation(by_group, reported("U1", A1=4), {"U1": 60}, judged("U1"))
    entries = pd.concat([year.entries, year.entries.assign(criterion="A4", value=pd.NA, not_applicable=True)])
    marks, totals = score(entries.astype({"value": "Int64"}), by_group, year.year.units)
    told = explain(year._replace(entries=entries, marks=marks, totals=totals), "U1")
    assert (told.groups[0].points, told.groups[0].applicable, told.groups[0].counted) == (1000, 5000, 1200)
    assert "quy đổi về thang 60: 10,00 × 60/50,00 = 12,00" in told.lines[0]


def test_a_unit_without_any_figure_has_no_total_and_says_so(rubric):
    told = explain(evaluation(rubric, reported("U1", A1=2), {"U1": 40, "U2": 40}), "U2")
    assert (told.total, told.rank) == (None, None)
    assert told.lines[0] == "Không có tổng điểm: chưa có tiêu chí nào có điểm."


@pytest.mark.parametrize(("unit", "item", "near"), [("U11", "A1", "U1"), ("U1", "A11", "A1")])
def test_an_unknown_unit_or_criterion_is_refused_with_the_nearest_ones(rubric, unit, item, near):
    year = evaluation(rubric, reported("U1", A1=2), {"U1": 40})
    with pytest.raises(ParameterError, match=f"ý bạn là .*{near}|Ý bạn là .*{near}"):
        explain(year, unit, item)


# Groups that are netted, weighted and rescaled


@pytest.fixture(scope="module")
def of_sections(rubric_of):
    """A netted group N (-10 … 20), and a section A (60) of a weighted part that rescales inside it."""
    plus = criterion("P", 1000, "per_item", params={"points_each": 5})
    minus = criterion("M", 1000, "per_item", params={"points_each": 3}, subtracts=True)
    deeds = {
        "id": "N",
        "name": "Cộng trừ",
        "max_points": 20,
        "criteria": [plus, minus],
        "net": {"floor": -10, "cap": 20},
    }
    raw = [criterion("A1", 4, "achieved"), criterion("A2", 5, "per_item", params={"points_each": 1})]
    inner = {"id": "A.a", "name": "Phần một", "max_points": 9, "weight": 20, "criteria": raw}
    own = criterion("A3", 40, "judged")
    section = {"id": "A", "name": "Phần A", "max_points": 60, "groups": [inner], "criteria": [own]}
    gate = {"id": "G", "name": "Thiếu số liệu", "when": {"data_below": 90}, "withhold": "Không xếp loại"}
    return rubric_of(
        groups=[deeds, section],
        total={"max_points": 80, "floor": 0},
        not_applicable={"rescale": "nested", "missing": "leaves"},
        types={"xa": "Xã"},
        blocks={"K1": "Khối xã"},
        gates=[gate],
        facts=[],
        quotas=[],
        bonus=None,
        deductions=None,
        annual_share=None,
        bands=[{"id": "chua", "name": "Chưa đạt", "from": 0, "below": 50}, {"id": "dat", "name": "Đạt", "from": 50}],
        ranking={"on": "rounded", "ties": []},
    )


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        (
            {"P": 3, "M": 2, "A1": 1, "A2": 3},
            [
                "Nhóm N: 15,00 − 6,00 = 9,00, trên 20,00 điểm được áp dụng.",
                "Nhóm A: 15,56 + 30,00 = 45,56, trên 60,00 điểm được áp dụng.",
                "Nhóm A.a: 4,00 + 3,00 = 7,00, trên 9,00 điểm được áp dụng, "
                "quy đổi về thang 20: 7,00 × 20/9,00 ≈ 15,56.",
                "Tổng điểm: 9,00 + 45,56 = 54,56.",
            ],
        ),
        (
            {"P": 1, "M": 9, "A2": 3},
            [
                "Nhóm N: 5,00 − 27,00, không dưới −10, = −10,00, trên 20,00 điểm được áp dụng.",
                "Nhóm A.a: 3,00, trên 5,00 điểm được áp dụng, quy đổi về thang 20: 3,00 × 20/5,00 = 12,00.",
                "Tổng điểm: 42,00 − 10,00 = 32,00.",
                "Thiếu số liệu (có điểm 3/4 tiêu chí, yêu cầu từ 90%), nên không xếp loại và không xếp hạng.",
            ],
        ),
    ],
)
def test_netted_weighted_and_rescaled_groups_tell_their_own_calculation(of_sections, values, lines):
    decided = [("U1", "A3", "verified", "points", Decimal(30))]
    told = explain(evaluation(of_sections, reported("U1", **values), {"U1": 40}, decided), "U1")
    assert [line for line in lines if line not in plain(told.lines)] == []
