"""Any number of bands chosen from one band, under quotas over any peers: laws, and a second count by another hand."""

from functools import cache

import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.ranking import rank
from scoring.scores.totals import score

PEERS = ["overall", "block", "type", "body", "body_and_block", "body_and_type"]
CHAIN = ["p1", "p2", "p3", "p4"]

UNIT = st.tuples(
    st.integers(48, 58),
    st.booleans(),
    st.sampled_from(["K1", "K2"]),
    st.sampled_from(["truong", "doanh_nghiep"]),
    st.sampled_from(["CĐ A", "CĐ B"]),
)
"""Points, whether it meets the first band's condition, block, type, body."""
YEARS = st.lists(UNIT, min_size=1, max_size=14)
APART = st.lists(UNIT, min_size=1, max_size=11, unique_by=lambda unit: unit[0])
QUOTA = st.tuples(st.sampled_from([10, 25, 34, 50, 100]), st.sampled_from(["down", "half_up", "up"]))
OWN = st.dictionaries(st.sampled_from(PEERS), QUOTA, min_size=1, max_size=2)
"""The quotas of one band, by their peers."""
CHAINS = st.lists(OWN, min_size=1, max_size=4).map(lambda own: tuple(tuple(one.items()) for one in own))


@pytest.fixture(scope="module")
def rubric_of_chain(rubric_of_criteria):
    """A rubric whose bands are chosen one after the other from `tot`; the first asks for F1."""

    @cache
    def rubric_of_chain(chain):
        bands = [{"id": "tb", "name": "Hoàn thành", "from": 0, "below": 50}, {"id": "tot", "name": "Tốt", "from": 50}]
        quotas = []
        for place, (name, own) in enumerate(zip(CHAIN, chain, strict=False)):
            asks = [{"name": "Có F1", "unless": {"fact": "F1", "below": 1, "unknown": True}}] if place == 0 else []
            after = {"after": CHAIN[place - 1]} if place else {}
            bands.append({"id": name, "name": name, "selected_from": "tot", "conditions": asks, **after})
            quotas += [
                {"band": name, "base": ["tot"], "share": share, "per": per, "rounding": rounding}
                for per, (share, rounding) in own
            ]
        facts = [{"id": "F1", "name": "Có F1", "kind": "yes_no"}]
        parts = {"figure": {"of": "total", "decimals": 0}, "facts": facts}
        return rubric_of_criteria(criterion("A1", 100, "judged"), bands=bands, quotas=quotas, **parts)

    return rubric_of_chain


def standings_of(year, rubric):
    names = [f"U{place:02}" for place in range(len(year))]
    points, proved, blocks, types, bodies = map(list, zip(*year, strict=True))
    units = units_of(*names, block=blocks, type=types, parent=bodies)
    entries = entries_of(*(entry(name, "F1", int(one)) for name, one in zip(names, proved, strict=True)))
    given_ = ((name, "A1", "verified", "points", str(one)) for name, one in zip(names, points, strict=True))
    totals = score(entries, rubric, units, decisions=decisions_of(*given_)).totals
    return rank(totals, rubric, units)


def scope(unit, per):
    """With whom a unit is counted."""
    _, _, block, kind, body = unit
    held = {"overall": (), "block": (block,), "type": (kind,), "body": (body,)}
    return (per, *(held | {"body_and_block": (body, block), "body_and_type": (body, kind)})[per])


def allowed(year, chain):
    """For each band, how many places each of its quotas has for each set of peers."""
    places = []
    for own in chain:
        left = {}
        for per, (share, rounding) in own:
            for one in {scope(unit, per) for unit in year}:
                exact = share * sum(unit[0] >= 50 and scope(unit, per) == one for unit in year)
                left[one] = {"down": exact // 100, "up": -(-exact // 100), "half_up": (2 * exact + 100) // 200}[
                    rounding
                ]
        places.append(left)
    return places


def scopes(unit, own):
    return [scope(unit, per) for per, _ in own]


@given(year=APART, chain=CHAINS)
def test_where_no_two_units_are_equal_each_band_takes_the_best_who_are_left(rubric_of_chain, year, chain):
    standings = standings_of(year, rubric_of_chain(chain)).standings
    taken = {}
    for place, (own, left) in enumerate(zip(chain, allowed(year, chain), strict=True)):
        for at in sorted(range(len(year)), key=lambda at: -year[at][0]):
            points, proved = year[at][:2]
            peers = scopes(year[at], own)
            if points >= 50 and at not in taken and (proved or place) and all(left[one] > 0 for one in peers):
                taken[at] = CHAIN[place]
                for one in peers:
                    left[one] -= 1
    assert standings["selected"].tolist() == [taken.get(at, "") for at in range(len(year))]


@given(year=YEARS, chain=CHAINS)
def test_every_count_is_within_each_quota_and_equal_units_are_treated_alike(rubric_of_chain, year, chain):
    standings, rows = standings_of(year, rubric_of_chain(chain))
    selected, selection = standings["selected"].tolist(), standings["selection"].tolist()
    for own, left, name in zip(chain, allowed(year, chain), CHAIN, strict=False):
        for one, most in left.items():
            peers = [at for at in range(len(year)) if one in scopes(year[at], own)]
            assert sum(selected[at] == name for at in peers) <= most
    for one in range(len(year)):
        for other in range(one):
            if year[one] == year[other]:
                assert (selected[one], selection[one]) == (selected[other], selection[other])
    at_cut = {standings["quota"].iloc[at] for at in range(len(year)) if selection[at] == "tie_at_cut"}
    assert all(rows[rows["band"] == name]["tied"].sum() > 1 for name in at_cut)


@given(year=YEARS, chain=CHAINS)
def test_of_two_with_the_same_peers_the_better_never_gets_the_lesser_band(rubric_of_chain, year, chain):
    standings = standings_of(year, rubric_of_chain(chain)).standings
    height = {"": 0} | {name: len(CHAIN) - place for place, name in enumerate(CHAIN)}
    counted = standings["selection"].isin(["proposed", "tie_at_cut"])
    reached = standings["quota"].where(counted, "").map(height).tolist()
    for one, unit in enumerate(year):
        for other, smaller in enumerate(year):
            if unit[2:] == smaller[2:] and unit[0] > smaller[0] and unit[0] >= 50 and unit[1]:
                assert reached[one] >= reached[other]
