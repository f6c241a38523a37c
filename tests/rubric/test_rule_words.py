"""A criterion's rule in one line, with the target of the unit (the words of the methods: `test_method_cases`)."""

import pytest
from helpers.builders import criterion, units_of

from scoring.rubric.rule_words import rule_text

BY_SIZE = {"by": "members", "steps": [[0, 2], [50, 4]]}
BY_TYPE = {"by": "type", "values": {"truong": 3}, "otherwise": 2}

RULES = {
    "a target": ("share_of_target", {"target": 4}, {}, "Từ 4 việc trở lên: đủ điểm"),
    "a target by size": ("share_of_target", {"target": BY_SIZE}, {}, "Từ 2 việc trở lên: đủ điểm"),
    "a target by type": ("share_of_target", {"target": BY_TYPE}, {}, "Từ 3 việc trở lên: đủ điểm"),
    "a share of the members": (
        "share_of_target",
        {"target": {"by": "members", "percent": 90}},
        {},
        "Từ 43 việc (90% số đoàn viên) trở lên: đủ điểm",
    ),
    "a share of the members with decimals": (
        "share_of_target",
        {"target": {"by": "members", "percent": 90}},
        {"decimals": 1},
        "Từ 42,3 việc (90% số đoàn viên) trở lên: đủ điểm",
    ),
    "less is better": ("share_of_target", {"target": 4, "direction": "less"}, {}, "Không quá 4 việc: đủ điểm"),
    "a target an issuer gives": (
        "share_of_target",
        {"target": {"assigned_by": "TLĐ"}},
        {},
        "Đạt chỉ tiêu được giao: đủ điểm",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_is_worded_with_the_units_own_figures(rubric_of_criteria, case):
    method, params, indicator, words = RULES[case]
    item = criterion("A1", 5, method, indicator=indicator, **({"params": params} if params else {}))
    unit = units_of("U1", members=47).to_dict("records")[0]
    assert rule_text(rubric_of_criteria(item).item["A1"], unit) == words
