"""What holds of every year, whatever the units report (CONTRIBUTING.md, Laws).

The laws are stated with their limits where they have some:
- "better" is by a method's direction; a ladder of steps has a better end only where its awards rise towards it.
- marks end at their maximum except where the rubric allows over-fulfilment (`most` above 100), which has its own end.
- scaling every maximum by ten together with the smallest unit scales every mark exactly; by any other factor each mark
  is rounded anew and may differ by half a unit.
- a unit that reports a value where it had claimed "không áp dụng" may lose percent: the maximum grows with it.
"""

from types import SimpleNamespace

import pandas as pd
import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, group, units_of
from hypothesis import assume, given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from scoring.scores.ranking import rank
from scoring.scores.totals import score

LESS = {"A3", "A5", "T1"}
"""The items of which less is better."""

PLAIN = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "P1", "T1"]
RELATIVE = ["B1", "B2", "B3"]
UNIT = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 6) for name in [*PLAIN, *RELATIVE]}
    | {"A4": st.none() | st.integers(0, 2), "A2 applies": st.booleans(), "A9": st.integers(0, 5)}
    | {"F1": st.none() | st.integers(0, 1), "block": st.sampled_from(["K1", "K2"]), "members": st.integers(1, 99)}
    | {"eligible": st.sampled_from([True, True, True, False])}
)
YEAR = st.lists(UNIT, min_size=1, max_size=5)


def parts_of(tenfold):
    """Every method once, bonus, deductions, gates, a quota and ties; `tenfold`: ten times the points."""
    times = 10 if tenfold else 1
    steps = [{"to": 2, "percent": 100}, {"to": 4, "points": 1.5 * times}, {"percent": 0}]
    levels = [{"name": "đủ", "percent": 100}, {"name": "một phần", "percent": 33}, {"name": "chưa", "points": 0}]
    own = [
        criterion("A1", 7 * times, "share_of_target", params={"target": {"by": "members", "percent": 7}}),
        criterion("A2", 4 * times, "percent", indicator={"of": "tổng số"}, may_not_apply="Không được giao"),
        criterion("A3", 3 * times, "steps", params={"steps": steps}),
        criterion("A4", 3 * times, "levels", params={"levels": levels}),
        criterion("A5", 3 * times, "days_late", params={"lost_a_day": 30}),
        criterion("A6", 5 * times, "per_item", params={"points_each": 1.25 * times}),
        criterion("A7", 2 * times, "converted", params={"scale_from": 1, "scale_to": 6}),
        criterion("A8", 1 * times, "achieved"),
        criterion("A9", 5 * times, "judged"),
    ]
    lead = {"target": {"by": "type", "values": {"truong": 3}, "otherwise": 2}, "at_target": 50}
    relative = [
        criterion("B1", 4 * times, "share_of_best"),
        criterion("B2", 4 * times, "min_max"),
        criterion("B3", 4 * times, "target_and_lead", params=lead),
    ]
    bonus = criterion("P1", 2 * times, "per_item", params={"points_each": 0.75 * times})
    late = criterion("T1", 5 * times, "per_item", params={"points_each": 1 * times})
    return {
        "groups": [group("A", *own), group("B", *relative)],
        "total": {"max_points": 45 * times, "floor": 0},
        "points": {"decimals": 1 if tenfold else 2, "rounding": "half_up"},
        "bonus": {"cap": 2 * times, "inside_total": False, "items": [bonus]},
        "deductions": {"cap": 4 * times, "items": [late]},
        "facts": [{"id": "F1", "name": "Có quy chế", "kind": "yes_no"}],
        "gates": [
            {"id": "G1", "name": "Chưa làm", "when": {"criterion": "A8", "states": ["missing", "zero"]}, "cap": "kha"},
            {"id": "G3", "name": "Nhóm dưới 50%", "when": {"group_below": 50}, "cap": "kha"},
        ],
        "bands": [
            {"id": "yeu", "name": "Yếu", "from": 0, "below": 30},
            {"id": "kha", "name": "Khá", "from": 30, "below": 50},
            {"id": "tot", "name": "Tốt", "from": 50},
            {"id": "xs", "name": "Xuất sắc", "selected_from": "tot", "conditions": [CONDITION]},
        ],
        "quotas": [{"band": "xs", "base": ["tot", "kha"], "share": 40, "per": "overall", "rounding": "down"}],
        "ranking": {"on": "exact", "ties": [{"by": "group", "id": "A", "better": "more"}]},
        "annual_share": {"max_points": 5 * times, "of": "Nhóm 3"},
    }


CONDITION = {"name": "Có quy chế", "unless": {"fact": "F1", "below": 1, "unknown": True}}


@pytest.fixture(scope="module")
def rubric(rubric_of):
    return rubric_of(**parts_of(tenfold=False))


@pytest.fixture(scope="module")
def rubric_without_peers(rubric_of):
    parts = parts_of(tenfold=False)
    return rubric_of(**{**parts, "groups": parts["groups"][:1], "total": {"max_points": 33, "floor": 0}})


def tables(year, items):
    """The tables of a year: unit U0 is the first of the list, and so on."""
    names = [f"U{place}" for place in range(len(year))]
    columns = {key: [unit[key] for unit in year] for key in ("block", "members", "eligible")}
    entries = [
        entry(name, item, unit[item], base=6, not_applicable=item == "A2" and not unit["A2 applies"])
        for name, unit in zip(names, year, strict=True)
        for item in [*items, "F1"]
    ]
    judged = decisions_of(*((f"U{at}", "A9", "verified", "points", str(unit["A9"])) for at, unit in enumerate(year)))
    return SimpleNamespace(units=units_of(*names, **columns), entries=entries_of(*entries), decisions=judged)


def judge(given_tables, rubric, choices=()):
    """Marks, totals, standings (by unit) and quotas."""
    marks, totals = score(given_tables.entries, rubric, given_tables.units, decisions=given_tables.decisions)
    chosen = pd.DataFrame(list(choices), columns=["unit", "band"])
    standings, quotas = rank(totals, rubric, given_tables.units, choices=chosen)
    totals, standings = (table.astype({"unit": str}).set_index("unit").astype(object) for table in (totals, standings))
    return SimpleNamespace(marks=marks, totals=totals, standings=standings, quotas=quotas)


def shuffled(table, order):
    return table.iloc[order].reset_index(drop=True)


@given(year=YEAR, data=st.data())
def test_the_order_of_rows_and_units_changes_nothing(rubric, year, data):
    tabled = tables(year, [*PLAIN, *RELATIVE])
    first = judge(tabled, rubric)
    for name in ("entries", "units"):
        table = getattr(tabled, name)
        setattr(tabled, name, shuffled(table, data.draw(st.permutations(range(len(table))))))
    second = judge(tabled, rubric)
    assert_frame_equal(first.totals, second.totals.loc[first.totals.index])
    assert_frame_equal(first.standings, second.standings.loc[first.standings.index])


@given(year=YEAR, item=st.sampled_from([*PLAIN, *RELATIVE, "A9", "F1"]))
def test_a_better_value_lowers_nothing_of_its_own_unit_and_raises_nothing_of_others(rubric, year, item):
    assume(year[0][item] is not None)
    better = year[0][item] + (-1 if item in LESS or item == "A4" else 1)
    assume(0 <= better <= (1 if item == "F1" else 5 if item == "A9" else 6))
    before, after = (
        judge(tables(units, [*PLAIN, *RELATIVE]), rubric) for units in (year, [{**year[0], item: better}, *year[1:]])
    )
    for name in ("total", "figure"):
        own, others = known(after.totals, name) - known(before.totals, name), slice("U1", None)
        assert own["U0"] >= 0
        assert (own[others] <= 0).all()
    bands = ["yeu", "kha", "tot"]
    assert place_in(bands, after, "band") >= place_in(bands, before, "band")
    outcomes = ["", "conditions_unmet", "outside_quota", "tie_at_cut", "proposed"]
    assert place_in(outcomes, after, "selection") >= place_in(outcomes, before, "selection")
    if year[0]["eligible"] and before.standings["band"].notna()["U0"]:
        assert after.standings["rank"]["U0"] <= before.standings["rank"]["U0"]


def known(table, name):
    return table[name].fillna(0)


def place_in(words, judged, name):
    """Where the first unit's word stands among these, -1 if there is none."""
    word = judged.standings[name]["U0"]
    return words.index(word) if word in words else -1


@given(year=YEAR)
def test_no_mark_group_bonus_or_total_passes_its_maximum(rubric, year):
    judged = judge(tables(year, [*PLAIN, *RELATIVE]), rubric)
    points = judged.marks["points"].fillna(0)
    assert points.between(0, judged.marks["max_points"]).all()
    totals = judged.totals.fillna(0)
    for name in ("A", "B"):
        assert (totals[f"points:{name}"] <= totals[f"max:{name}"]).all()
    assert totals["bonus"].between(0, 200).all()
    assert totals["deductions"].between(0, 400).all()
    assert totals["total"].between(0, totals["effective_max"] + 200).all()
    assert totals["annual_points"].between(0, 500).all()


@given(year=YEAR)
def test_printed_parts_add_up_to_printed_totals(rubric, year):
    judged = judge(tables(year, [*PLAIN, *RELATIVE]), rubric)
    points = judged.marks.assign(points=judged.marks["points"].fillna(0)).astype({"unit": str, "criterion": str})
    by_item = points.pivot_table(index="unit", columns="criterion", values="points", aggfunc="sum")
    scored = judged.totals[judged.totals["total"].notna()]
    for group_ in rubric.groups:
        parts = by_item[[item.id for item in group_.walk()]].sum(axis=1)
        assert (parts[scored.index] == scored[f"points:{group_.id}"]).all()
    total = scored["points:A"] + scored["points:B"] + scored["bonus"] - scored["deductions"]
    assert (total.clip(lower=0) == scored["total"]).all()


@given(year=YEAR)
def test_ten_times_every_maximum_is_ten_times_every_total(rubric, rubric_of_tenfold, year):
    tabled = tables(year, [*PLAIN, *RELATIVE])
    once = judge(tabled, rubric)
    tabled.decisions = tabled.decisions.assign(value=tabled.decisions["value"] * 10)
    tenfold = judge(tabled, rubric_of_tenfold)
    # a smallest unit of the one is a hundredth, of the other a tenth, of a point
    assert_frame_equal(once.totals, tenfold.totals)
    assert_frame_equal(once.standings, tenfold.standings)


@pytest.fixture(scope="module")
def rubric_of_tenfold(rubric_of):
    return rubric_of(**parts_of(tenfold=True))


@given(year=st.lists(UNIT, min_size=2, max_size=8), data=st.data())
def test_a_quota_holds_under_ties_and_choices_of_the_council(rubric, year, data):
    chosen = data.draw(st.lists(st.integers(0, len(year) - 1), unique=True, max_size=3))
    repeated = [year[place % 2] for place in range(len(year))] if data.draw(st.booleans()) else year
    judged = judge(tables(repeated, [*PLAIN, *RELATIVE]), rubric, [(f"U{place}", "xs") for place in chosen])
    (quota,) = judged.quotas.to_dict("records")
    standings = judged.standings
    assert quota["allowed"] == standings["band"].isin(["kha", "tot"]).sum() * 40 // 100
    assert (standings["selected"] == "xs").sum() <= max(quota["allowed"], len(chosen))
    assert (standings["selection"] == "chosen").sum() == len(chosen)
    open_to_all = standings[standings["selection"].isin(["proposed", "tie_at_cut", "outside_quota"])]
    equal = judged.totals.loc[open_to_all.index].assign(selection=open_to_all["selection"])
    exact = [one / whole for one, whole in zip(equal["total"], equal["effective_max"], strict=True)]
    assert (equal.groupby([exact, "points:A"])["selection"].nunique() <= 1).all()


@given(year=YEAR, another=UNIT)
def test_another_unit_changes_no_mark_or_total_where_no_rule_compares(rubric_without_peers, year, another):
    alone, together = (judge(tables(units, PLAIN), rubric_without_peers) for units in (year, [*year, another]))
    assert_frame_equal(alone.totals, together.totals.loc[alone.totals.index])
    assert bands_of(alone) == bands_of(together)[: len(year)]


def bands_of(judged):
    return judged.standings["band"].fillna("").tolist()


@given(year=YEAR, another=UNIT)
def test_another_unit_moves_only_marks_that_compare_inside_its_block(rubric, year, another):
    alone, together = (judge(tables(units, [*PLAIN, *RELATIVE]), rubric) for units in (year, [*year, another]))
    both = alone.marks.merge(together.marks, on=["unit", "criterion"], suffixes=("", "_then"))
    moved = both[both["points"].fillna(-1) != both["points_then"].fillna(-1)]
    assert set(moved["criterion"]) <= set(RELATIVE)
    neighbours = {f"U{place}" for place, unit in enumerate(year) if unit["block"] == another["block"]}
    assert set(moved["unit"]) <= neighbours


KINDS = st.sampled_from(["value", "points"])


@given(year=YEAR, item=st.sampled_from([*PLAIN, *RELATIVE]), figure=st.integers(0, 3), kind=KINDS)
def test_an_appeal_moves_others_only_through_rules_that_compare_and_says_so(rubric, year, item, figure, kind):
    tabled = tables(year, [*PLAIN, *RELATIVE])
    before = judge(tabled, rubric)
    appeal = decisions_of(("U0", item, "council", kind, str(min(figure, 1) if kind == "points" else figure % 3)))
    tabled.decisions = pd.concat([tabled.decisions, appeal])
    after = judge(tabled, rubric)
    others = after.marks["unit"] != "U0"
    moved = others & (after.marks["points"].fillna(-1) != before.marks["points"].fillna(-1))
    assert set(after.marks["criterion"][moved]) <= {item} & set(RELATIVE)
    assert (after.marks["reason"][moved] == "peers_changed").all()
    assert not (after.marks["reason"][others & ~moved] == "peers_changed").any()
    if item not in RELATIVE:
        assert_frame_equal(before.totals.drop(index="U0"), after.totals.drop(index="U0"))


@given(year=YEAR)
def test_nothing_passed_in_is_changed(rubric, year):
    tabled = tables(year, [*PLAIN, *RELATIVE])
    kept = {name: table.copy(deep=True) for name, table in vars(tabled).items()}
    totals = score(tabled.entries, rubric, tabled.units, decisions=tabled.decisions).totals
    kept_totals = totals.copy(deep=True)
    rank(totals, rubric, tabled.units, choices=pd.DataFrame({"unit": ["U0"], "band": ["xs"]}))
    for name, table in kept.items():
        assert_frame_equal(table, getattr(tabled, name))
    assert_frame_equal(kept_totals, totals)
