"""Trees of groups of any shape, worked out a second time in fractions by another hand than the engine's."""

import itertools
from fractions import Fraction

from helpers.builders import criterion, decisions_of, entries_of, entry, row_of, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.ranking import rank
from scoring.scores.totals import score

# A tree: a leaf is (kind, most, said), a node is (net, weight, parts)


def leaves(kinds):
    said = st.none() | st.just("na") | st.integers(0, 12)
    return st.tuples(st.sampled_from(kinds), st.integers(1, 9), said)


@st.composite
def nodes(draw, depth, weighted):
    """A group of leaves and, above the deepest, of groups; some are netted, some count for a weight of their own."""
    inner = draw(st.lists(nodes(depth - 1, weighted), max_size=2)) if depth else []
    own = draw(st.lists(leaves(["adds"]), min_size=0 if inner else 1, max_size=3))
    net = None
    if draw(st.booleans()):
        own += draw(st.lists(leaves(["subtracts"]), max_size=2))
        net = (draw(st.integers(-6, 0)), draw(st.integers(1, 12)))
    weight = draw(st.none() | st.integers(1, 30)) if weighted else None
    return (net, weight, [*inner, *own])


def is_leaf(part):
    return isinstance(part[0], str)


def full(part):
    """What a part counts for at most in what it stands in."""
    if is_leaf(part):
        return part[1] if part[0] == "adds" else 0
    net, weight, parts = part
    own = net[1] if net else sum(full(one) for one in parts)
    return weight or own


# As the engine has it


def stated(node, names):
    """The group as a rubric states it, and the entries of its leaves."""
    name, (net, weight, parts) = f"N{next(names)}", node
    groups, criteria, entries = [], [], []
    for part in parts:
        if is_leaf(part):
            kind, most, said = part
            own = f"L{next(names)}"
            rest = {"subtracts": True} if kind == "subtracts" else {"may_not_apply": "Không được giao"}
            criteria.append(criterion(own, most, "per_item", params={"points_each": 1}, **rest))
            if said == "na" and kind == "adds":
                entries.append(entry("U", own, not_applicable=True))
            elif isinstance(said, int):
                entries.append(entry("U", own, said))
        else:
            inside, said = stated(part, names)
            groups.append(inside)
            entries += said
    most = net[1] if net else sum(full(part) for part in parts)
    told = {"id": name, "name": f"Nhóm {name}", "max_points": most, "groups": groups, "criteria": criteria}
    told |= {"net": {"floor": net[0], "cap": net[1]}} if net else {}
    return told | ({"weight": weight} if weight else {}), entries


# In fractions


def rounded(exact):
    """To hundredths, halves away from 0."""
    size = (2 * abs(exact) * 100 + 1) // 2
    return Fraction(size, 100) * (1 if exact >= 0 else -1)


def summed(node, rules, *, outer):
    """What a group brings to what it stands in, and of how much."""
    rescale, missing = rules
    net, weight, parts = node
    won, applies, whole = Fraction(0), Fraction(0), Fraction(0)
    for part in parts:
        whole += full(part)
        if not is_leaf(part):
            inner = summed(part, rules, outer=False)
            won, applies = won + inner[0], applies + inner[1]
            continue
        kind, most, said = part
        points = min(said, most) if isinstance(said, int) else 0
        won += points if kind == "adds" else -points
        left = said == "na" or (said is None and missing == "leaves")
        applies += most if kind == "adds" and not left else 0
    if net:
        won = Fraction(min(max(won, net[0]), net[1]))
        applies = Fraction(net[1] if applies == whole else min(applies, net[1]))
    counts = Fraction(full(node))
    if rescale == "nested" or (rescale == "group" and outer):
        return (rounded(won * counts / applies), counts) if applies else (Fraction(0), Fraction(0))
    if weight:
        most = net[1] if net else sum(full(part) for part in parts)
        return rounded(won * counts / most), counts
    return won, applies


def total_of(forest, rules):
    sums = [summed(node, rules, outer=True) for node in forest]
    won, whole = (sum(one[place] for one in sums) for place in (0, 1))
    return won, Fraction(sum(full(node) for node in forest)) if rules[0] == "none" else whole


def known(node):
    """Whether anything that adds has points."""
    parts = node[2]
    return any(part[0] == "adds" and isinstance(part[2], int) if is_leaf(part) else known(part) for part in parts)


def rubric_of_forest(rubric_of, forest, rules, **rest):
    names = itertools.count()
    told = [stated(node, names) for node in forest]
    bare = {"bonus": None, "deductions": None, "facts": [], "gates": [], "quotas": [], "annual_share": None}
    bands = [{"id": "yeu", "name": "Chưa đạt", "from": -1000, "below": 50}, {"id": "tot", "name": "Đạt", "from": 50}]
    rubric = rubric_of(
        **bare
        | {
            "groups": [group for group, _ in told],
            "total": {"max_points": sum(full(node) for node in forest), "floor": -1000},
            "not_applicable": {"rescale": rules[0], "missing": rules[1]},
            "figure": {"of": "percent", "decimals": 2},
            "bands": bands,
            "ranking": {"on": "rounded", "ties": []},
        }
        | rest
    )
    return rubric, [one for _, entries in told for one in entries]


@given(
    rescale=st.sampled_from(["nested", "group", "whole", "none"]),
    missing=st.sampled_from(["counts", "leaves"]),
    data=st.data(),
)
def test_the_total_of_any_tree_is_that_of_the_rules_in_fractions(rubric_of, rescale, missing, data):
    # a weight inside a group needs a rule that carries the groups over at any depth, or none
    forest = data.draw(st.lists(nodes(2, weighted=rescale in {"nested", "none"}), min_size=1, max_size=3))
    rubric, entries = rubric_of_forest(rubric_of, forest, (rescale, missing))
    row = row_of(score(entries_of(*entries), rubric, units_of("U")).totals, unit="U")
    if not any(known(node) for node in forest):
        assert row["total"] is None
        return
    won, whole = total_of(forest, (rescale, missing))
    assert (Fraction(row["total"], 100), Fraction(row["effective_max"], 100)) == (won, whole)
    assert Fraction(row["figure"], 100) == rounded(100 * won / max(whole, Fraction(1, 100)))


def answered(node):
    """How many of the criteria that add apply, and how many of them have points."""
    due = have = 0
    for part in node[2]:
        if not is_leaf(part):
            inner = answered(part)
            due, have = due + inner[0], have + inner[1]
        elif part[0] == "adds":
            due += part[2] != "na"
            have += isinstance(part[2], int)
    return due, have


@given(forest=st.lists(nodes(1, weighted=False), min_size=1, max_size=2), least=st.sampled_from([1, 34, 50, 85, 100]))
def test_under_a_share_of_data_a_band_is_withheld_for_the_whole_or_for_a_group(rubric_of, forest, least):
    gates = [
        {"id": "G", "name": "Thiếu số liệu", "when": {"data_below": least}, "withhold": "Không xếp loại"},
        {"id": "GN", "name": "Thiếu ở nhóm", "when": {"data_below": least, "group": "N0"}, "flag": True},
    ]
    rubric, entries = rubric_of_forest(rubric_of, forest, ("nested", "leaves"), gates=gates)
    units = units_of("U")
    totals = score(entries_of(*entries), rubric, units, decisions=decisions_of()).totals
    standing = row_of(rank(totals, rubric, units).standings, unit="U")
    if not any(known(node) for node in forest):
        return
    sums = [answered(node) for node in forest]
    short = {
        "G": 100 * sum(have for _, have in sums) < least * sum(due for due, _ in sums),
        "GN": 100 * sums[0][1] < least * sums[0][0],
    }
    assert standing["gates"].split() == [name for name, holds in short.items() if holds]
    assert (standing["withheld_by"] == "G") is short["G"]
