"""Groups: what is netted in them, what they count for, and what happens to their maximum where parts do not apply."""

from fractions import Fraction

import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, row_of, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.ranking import rank
from scoring.scores.totals import score


def part(name, *criteria, most=None, groups=(), **rest):
    """A group; its maximum is the sum of what adds unless it is given."""
    whole = sum(one["max_points"] for one in criteria if not one.get("subtracts"))
    whole += sum(one.get("weight", one["max_points"]) for one in groups)
    most = whole if most is None else most
    return {"id": name, "name": f"Nhóm {name}", "max_points": most, "criteria": criteria, "groups": groups, **rest}


def rubric_parts(*groups, rescale="whole", missing="counts", **rest):
    bare = {"bonus": None, "deductions": None, "facts": [], "gates": [], "quotas": [], "annual_share": None}
    bands = [{"id": "yeu", "name": "Chưa đạt", "from": -100, "below": 50}, {"id": "tot", "name": "Đạt", "from": 50}]
    total = {"max_points": sum(one.get("weight", one["max_points"]) for one in groups), "floor": -100}
    rules = {"not_applicable": {"rescale": rescale, "missing": missing}, "figure": {"of": "percent", "decimals": 2}}
    ranking = {"on": "rounded", "ties": []}
    return {**bare, "groups": groups, "bands": bands, "total": total, "ranking": ranking, **rules, **rest}


def totals_of(rubric, *entries, decisions=()):
    table = score(entries_of(*entries), rubric, units_of("U"), decisions=decisions_of(*decisions)).totals
    return row_of(table, unit="U")


# Plus and minus


@pytest.fixture(scope="module")
def netted(rubric_of):
    """Five points for each good deed, three less for each fault, kept from -10 to 20; a section of 80."""
    plus = criterion("P", 1000, "per_item", params={"points_each": 5})
    minus = criterion("M", 1000, "per_item", params={"points_each": 3}, subtracts=True)
    group = part("N", plus, minus, most=20, net={"floor": -10, "cap": 20})
    return rubric_of(**rubric_parts(group, part("A", criterion("A1", 80, "judged"))))


@pytest.mark.parametrize(
    ("deeds", "faults", "points"), [(3, 1, 12), (10, 9, 20), (10, 12, 14), (1, 9, -10), (0, 2, -6), (2, None, 10)]
)
def test_what_adds_and_what_subtracts_is_netted_and_then_kept_between_floor_and_cap(netted, deeds, faults, points):
    row = totals_of(netted, entry("U", "P", deeds), entry("U", "M", faults), decisions=[judged_("A1", 40)])
    assert (row["points:N"], row["max:N"], row["total"]) == (points * 100, 2000, 4000 + points * 100)
    assert (row["effective_max"], row["missing"]) == (10000, 0)


def judged_(name, points):
    return ("U", name, "verified", "points", str(points))


def test_a_penalty_inside_a_section_is_taken_before_the_section_is_rescaled(rubric_of):
    fault = criterion("M", 30, "per_item", params={"points_each": 4}, subtracts=True)
    one, other = criterion("A1", 20, "judged"), criterion("A2", 20, "judged", may_not_apply="Không được giao")
    section = part("A", one, other, fault, most=40, net={"floor": 0, "cap": 40}, weight=15)
    rubric = rubric_of(**rubric_parts(section, part("B", criterion("B1", 85, "judged")), rescale="group"))
    given_ = [judged_("A1", 20), judged_("A2", 8), judged_("B1", 50)]
    row = totals_of(rubric, entry("U", "M", 2), decisions=given_)
    assert (row["points:A"], row["counted:A"], row["total"]) == (2000, 750, 5750)


# Rescaling and weights


@pytest.fixture(scope="module")
def nested(rubric_of):
    """Section A (60) of parts A.a (weight 20 of raw 8) and A.b (weight 40 of raw 10); section B of 40."""
    first = part(
        "A.a", criterion("A1", 4, "achieved"), criterion("A2", 4, "per_item", params={"points_each": 1}), weight=20
    )
    second = part("A.b", *(criterion(f"A{n}", 5, "per_item", params={"points_each": 1}) for n in (3, 4)), weight=40)
    section = part("A", groups=[first, second])
    parts = rubric_parts(section, part("B", criterion("B1", 40, "judged")), rescale="nested", missing="leaves")
    gates = [
        {"id": "G", "name": "Thiếu số liệu", "when": {"data_below": 60}, "withhold": "Không xếp loại"},
        {"id": "GA", "name": "Thiếu số liệu nhóm A", "when": {"data_below": 80, "group": "A"}, "flag": True},
    ]
    return rubric_of(**{**parts, "gates": gates})


@pytest.mark.parametrize(
    ("values", "inner", "counted"),
    [
        ({"A1": 1, "A2": 2, "A3": 3, "A4": 4}, (1500, 2800), 4300),
        ({"A1": 1, "A3": 3, "A4": 4}, (2000, 2800), 4800),
        ({"A2": 1, "A4": 4}, (500, 3200), 3700),
        ({"A3": 3, "A4": 4}, (0, 2800), 4200),
    ],
)
def test_what_is_missing_leaves_its_own_group_then_the_one_above(nested, values, inner, counted):
    row = totals_of(nested, *(entry("U", name, one) for name, one in values.items()), decisions=[judged_("B1", 20)])
    assert (row["counted:A.a"], row["counted:A.b"]) == inner
    assert (row["counted:A"], row["total"]) == (counted, counted + 2000)
    assert row["effective_max"] == 10000


@pytest.mark.parametrize(
    ("names", "withheld", "gates"),
    [
        (("A1", "A2", "A3", "A4"), "", ""),
        (("A1", "A2", "A3"), "", "GA"),
        (("A1", "A2"), "", "GA"),
        (("A1",), "G", "G GA"),
    ],
)
def test_under_a_share_of_data_there_is_no_band(nested, names, withheld, gates):
    units = units_of("U")
    entries = entries_of(*(entry("U", name, 1) for name in names))
    totals = score(entries, nested, units, decisions=decisions_of(judged_("B1", 40))).totals
    standing = row_of(rank(totals, nested, units).standings, unit="U")
    assert (standing["withheld_by"], standing["gates"]) == (withheld, gates)


def test_a_section_of_raw_points_counts_for_its_weight_where_nothing_is_rescaled(rubric_of):
    raw = part("A", criterion("A1", 300, "judged"), weight=15)
    rubric = rubric_of(**rubric_parts(raw, part("B", criterion("B1", 85, "judged")), rescale="none"))
    row = totals_of(rubric, decisions=[judged_("A1", 100), judged_("B1", 51)])
    assert (row["points:A"], row["counted:A"], row["total"]) == (10000, 500, 5600)


# Laws


@given(points=st.lists(st.none() | st.integers(0, 5), min_size=4, max_size=4))
def test_nested_rescaling_is_the_weighted_mean_of_what_is_there(nested, points):
    names = ["A1", "A2", "A3", "A4"]
    known = {name: one for name, one in zip(names, points, strict=True) if one is not None}
    row = totals_of(nested, *(entry("U", name, one) for name, one in known.items()), decisions=[judged_("B1", 0)])
    worth = {"A1": (4 if known.get("A1") else 0, 4), "A2": (min(known.get("A2", 0), 4), 4)}
    worth |= {name: (known.get(name, 0), 5) for name in ("A3", "A4")}
    shares = []
    for inside, weight in ((["A1", "A2"], 20), (["A3", "A4"], 40)):
        there = [worth[name] for name in inside if name in known]
        if there:
            shares.append((Fraction(sum(won for won, _ in there), sum(most for _, most in there)), weight))
    if shares:
        mean = sum(share * weight for share, weight in shares) / sum(weight for _, weight in shares)
        assert abs(Fraction(row["counted:A"], 100) - mean * 60) <= Fraction(2, 100)


@given(deeds=st.integers(0, 30), faults=st.integers(0, 30))
def test_a_netted_group_never_leaves_its_edges_and_more_never_lowers_it(netted, deeds, faults):
    def net(plus, minus):
        row = totals_of(netted, entry("U", "P", plus), entry("U", "M", minus), decisions=[judged_("A1", 0)])
        return row["points:N"]

    assert net(deeds, faults) == min(max(500 * deeds - 300 * faults, -1000), 2000)
    assert net(deeds + 1, faults) >= net(deeds, faults) >= net(deeds, faults + 1)
