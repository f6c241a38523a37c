"""A criterion's rule in one line: every method has its words, with the figures of the unit."""

import pytest
from helpers.builders import criterion, units_of

from scoring.rubric.methods import METHODS
from scoring.rubric.rule_words import rule_text

STEPS_TO = [{"to": 30, "percent": 100}, {"to": 45, "percent": 60}, {"percent": 0}]
STEPS_FROM = [{"percent": 0}, {"from": 5, "points": 2.5}, {"from": 10, "percent": 100}]
BY_SIZE = {"by": "members", "steps": [[0, 2], [50, 4]]}
BY_TYPE = {"by": "type", "values": {"truong": 3}, "otherwise": 2}
LEVELS = [{"name": "đầy đủ", "percent": 100}, {"name": "một phần", "points": 2}]
LEAD = {"target": 4, "at_target": 50}

RULES = {
    "achieved": ("achieved", {}, {}, "Có thực hiện: đủ điểm"),
    "a target": ("share_of_target", {"target": 4}, {}, "Từ 4 việc trở lên: đủ điểm"),
    "a target by size": ("share_of_target", {"target": BY_SIZE}, {}, "Từ 2 việc trở lên: đủ điểm"),
    "a target by type": ("share_of_target", {"target": BY_TYPE}, {}, "Từ 3 việc trở lên: đủ điểm"),
    "a share of the members": (
        "share_of_target",
        {"target": {"by": "members", "percent": 90}},
        {},
        "Từ 43 việc (90 % số đoàn viên) trở lên: đủ điểm",
    ),
    "a share of the members with decimals": (
        "share_of_target",
        {"target": {"by": "members", "percent": 90}},
        {"decimals": 1},
        "Từ 42,3 việc (90 % số đoàn viên) trở lên: đủ điểm",
    ),
    "less is better": ("share_of_target", {"target": 4, "direction": "less"}, {}, "Không quá 4 việc: đủ điểm"),
    "a target an issuer gives": (
        "share_of_target",
        {"target": {"assigned_by": "TLĐ"}},
        {},
        "Đạt chỉ tiêu được giao: đủ điểm",
    ),
    "a share": ("percent", {}, {"of": "Tổng số việc"}, "Tính theo tỷ lệ trên tổng số việc"),
    "steps up to": (
        "steps",
        {"steps": STEPS_TO},
        {},
        "Đến 30 việc: 5 điểm; đến 45 việc: 3 điểm; trên 45 việc: 0 điểm",
    ),
    "steps from": ("steps", {"steps": STEPS_FROM}, {}, "Dưới 5 việc: 0 điểm; từ 5 việc: 2,5 điểm; từ 10 việc: 5 điểm"),
    "levels": ("levels", {"levels": LEVELS}, {}, "đầy đủ: 5 điểm; một phần: 2 điểm"),
    "days late": ("days_late", {"lost_a_day": 25}, {}, "Đúng hạn: đủ điểm; mỗi ngày muộn bớt 25 % số điểm"),
    "each": ("per_item", {"points_each": 0.5}, {}, "Mỗi việc: 0,5 điểm"),
    "another scale": ("converted", {"scale_to": 1000}, {}, "Quy đổi từ thang 0 đến 1.000"),
    "judged": ("judged", {}, {}, "Người thẩm định cho điểm"),
    "the best of the block": ("share_of_best", {}, {}, "So với đơn vị dẫn đầu khối"),
    "between worst and best": ("min_max", {}, {}, "So với đơn vị cao nhất và thấp nhất của khối"),
    "target and lead": (
        "target_and_lead",
        LEAD,
        {},
        "Từ 4 việc trở lên: 50 % số điểm; phần còn lại theo mức vượt chỉ tiêu trong khối",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_is_worded_with_the_units_own_figures(rubric_of_criteria, case):
    method, params, indicator, words = RULES[case]
    item = criterion("A1", 5, method, indicator=indicator, **({"params": params} if params else {}))
    unit = units_of("U1", members=47).to_dict("records")[0]
    assert rule_text(rubric_of_criteria(item).item["A1"], unit) == words


def test_every_method_has_its_words():
    assert {method for method, *_ in RULES.values()} == set(METHODS)
