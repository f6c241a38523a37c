"""Bands the council chooses units for: several of them from one band, in the order the rubric states."""

import pytest
from helpers.builders import criterion, decisions_of, entries_of, entry, row_of, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.ranking import rank
from scoring.scores.selection import SELECTIONS
from scoring.scores.totals import score

PRIZES = ["nhat", "nhi", "ba"]
PER = ["overall", "block"]


def prize(name, after=None, asks=()):
    conditions = [{"name": f"Có {fact}", "unless": {"fact": fact, "below": 1, "unknown": True}} for fact in asks]
    band = {"id": name, "name": f"Giải {name}", "selected_from": "tot", "conditions": conditions}
    return band if after is None else {**band, "after": after}


def bands(*prizes):
    scored = [{"id": "tb", "name": "Hoàn thành", "from": 0, "below": 50}, {"id": "tot", "name": "Tốt", "from": 50}]
    return [*scored, *prizes]


def quota(band, share, per="overall", base=("tot",), rounding="down"):
    return {"band": band, "base": list(base), "share": share, "per": per, "rounding": rounding}


@pytest.fixture(scope="module")
def prizes_of(rubric_of_criteria):
    """A rubric of one judged criterion of 100 points, with prizes chosen from the band `tot`."""

    def prizes_of(prizes, quotas, **parts):
        facts = [{"id": "F1", "name": "Có quy chế", "kind": "yes_no"}]
        parts = {"figure": {"of": "total", "decimals": 0}, "facts": facts, **parts}
        return rubric_of_criteria(criterion("A1", 100, "judged"), bands=bands(*prizes), quotas=quotas, **parts)

    return prizes_of


def chosen(points, rubric, *, choices=(), blocks="K1", without=()):
    """Standings and quotas of units U00, U01, … of these points; those in `without` lack what F1 asks."""
    names = [f"U{place:02}" for place in range(len(points))]
    units = units_of(*names, block=blocks)
    entries = entries_of(*(entry(name, "F1", int(place not in without)) for place, name in enumerate(names)))
    given_ = decisions_of(
        *((name, "A1", "verified", "points", str(one)) for name, one in zip(names, points, strict=True))
    )
    table = units_of(*(unit for unit, _ in choices))[["id"]].rename(columns={"id": "unit"})
    totals = score(entries, rubric, units, decisions=given_).totals
    return rank(totals, rubric, units, choices=table.assign(band=[band for _, band in choices]))


def proposals(standings):
    return standings["selected"].tolist()


def test_the_higher_band_is_filled_first_and_the_next_takes_from_who_is_left(prizes_of):
    rubric = prizes_of([prize("nhat"), prize("nhi", after="nhat")], [quota("nhat", 10), quota("nhi", 30)])
    standings, quotas = chosen([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], rubric)
    assert proposals(standings)[:5] == ["nhat", "nhi", "nhi", "nhi", ""]
    assert standings["passed"].tolist()[1] == "nhat:outside_quota:"
    assert standings["passed"].tolist()[4] == "nhat:outside_quota:"
    assert [row_of(quotas, band=band)["proposed"] for band in ("nhat", "nhi")] == [1, 3]


def test_the_order_of_the_file_does_not_matter(prizes_of):
    chain = [prize("ba", after="nhi"), prize("nhat"), prize("nhi", after="nhat")]
    rubric = prizes_of(chain, [quota("ba", 50), quota("nhi", 20), quota("nhat", 10)])
    standings, _ = chosen([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], rubric)
    assert proposals(standings) == ["nhat", "nhi", "nhi", *["ba"] * 5, "", ""]


def test_each_band_counts_its_own_share_of_its_own_base(prizes_of):
    quotas = [quota("nhat", 50), quota("nhi", 50, base=["tot", "tb"], rounding="up")]
    rubric = prizes_of([prize("nhat"), prize("nhi", after="nhat")], quotas)
    standings, rows = chosen([90, 80, 70, 40, 30], rubric)
    assert [row_of(rows, band=band)["units"] for band in ("nhat", "nhi")] == [3, 5]
    assert [row_of(rows, band=band)["allowed"] for band in ("nhat", "nhi")] == [1, 3]
    assert proposals(standings) == ["nhat", "nhi", "nhi", "", ""]


def test_who_does_not_meet_the_conditions_of_one_band_may_be_proposed_for_the_next(prizes_of):
    rubric = prizes_of([prize("nhat", asks=["F1"]), prize("nhi", after="nhat")], [quota("nhat", 25), quota("nhi", 25)])
    standings, _ = chosen([99, 98, 97, 96], rubric, without=[0])
    assert proposals(standings) == ["nhi", "nhat", "", ""]
    assert standings["passed"].tolist()[0] == "nhat:conditions_unmet:0"


def test_a_tie_at_the_higher_cut_holds_places_below_for_who_will_be_left(prizes_of):
    rubric = prizes_of([prize("nhat"), prize("nhi", after="nhat")], [quota("nhat", 10), quota("nhi", 30)])
    standings, quotas = chosen([99, 99, 97, 96, 95, 94, 93, 92, 91, 90], rubric)
    assert standings["selection"].tolist()[:2] == ["tie_at_cut", "tie_at_cut"]
    assert proposals(standings)[:5] == ["", "", "nhi", "nhi", ""]
    assert [row_of(quotas, band="nhi")[name] for name in ("allowed", "proposed", "held")] == [3, 2, 1]


def test_a_tie_that_no_lower_band_can_hold_leaves_nobody_proposed_there(prizes_of):
    rubric = prizes_of([prize("nhat"), prize("nhi", after="nhat")], [quota("nhat", 10), quota("nhi", 20)])
    standings, quotas = chosen([99, 99, 99, 99, 95, 94, 93, 92, 91, 90], rubric)
    assert standings["selection"].tolist()[:5] == [*["tie_at_cut"] * 4, "outside_quota"]
    assert [row_of(quotas, band="nhi")[name] for name in ("allowed", "proposed", "tied")] == [2, 0, 4]


def test_a_band_may_have_a_quota_over_everybody_and_one_in_each_block(prizes_of):
    rubric = prizes_of([prize("nhat")], [quota("nhat", 20), quota("nhat", 40, per="block")])
    blocks = ["K1"] * 5 + ["K2"] * 5
    standings, quotas = chosen([99, 98, 97, 96, 95, 94, 93, 92, 91, 90], rubric, blocks=blocks)
    assert proposals(standings)[:3] == ["nhat", "nhat", ""]
    again, _ = chosen([99, 98, 97, 96, 95, 96, 93, 92, 91, 90], rubric, blocks=blocks, choices=[("U00", "tot")])
    assert proposals(again) == ["", "nhat", "nhat", *[""] * 7]
    assert quotas["allowed"].tolist() == [2, 2, 2]


def test_a_unit_over_the_quota_of_its_own_band_is_not_proposed_for_a_better_one(prizes_of):
    rubric = prizes_of([prize("nhat")], [quota("tot", 50, base=["tot", "tb"]), quota("nhat", 100)])
    standings, _ = chosen([90, 80, 70, 60], rubric)
    assert standings["selection"].tolist() == ["proposed", "proposed", "over_quota", "over_quota"]


# Laws

UNITS = st.lists(st.tuples(st.integers(48, 56), st.booleans(), st.sampled_from(["K1", "K2"])), min_size=1, max_size=14)
QUOTAS = st.lists(st.tuples(st.sampled_from([10, 25, 40, 60]), st.sampled_from(PER)), min_size=3, max_size=3)


@pytest.fixture(scope="module")
def chains(prizes_of):
    """Rubrics of a chain of three prizes, by their quotas; the first asks for F1."""
    known = {}

    def chain(quotas):
        if (key := tuple(quotas)) not in known:
            stated = [quota(name, share, per) for name, (share, per) in zip(PRIZES, quotas, strict=True)]
            known[key] = prizes_of([prize("nhat", asks=["F1"]), prize("nhi", "nhat"), prize("ba", "nhi")], stated)
        return known[key]

    return chain


def of_year(year):
    points, proved, blocks = zip(*year, strict=True)
    return list(points), {"blocks": list(blocks), "without": [at for at, one in enumerate(proved) if not one]}


@given(year=UNITS, quotas=QUOTAS, choices=st.dictionaries(st.integers(0, 13), st.sampled_from(PRIZES), max_size=3))
def test_every_count_is_within_its_quota_and_nobody_is_proposed_twice(chains, year, quotas, choices):
    points, rest = of_year(year)
    named = [(f"U{at:02}", band) for at, band in choices.items() if at < len(year)]
    standings, rows = chosen(points, chains(quotas), choices=named, **rest)
    assert set(standings["selection"]) <= set(SELECTIONS)
    for row in rows.to_dict("records"):
        inside = standings[(standings["block"] == row["scope"]) | (row["scope"] == "")]
        proposed = inside[(inside["selection"] == "proposed") & (inside["selected"] == row["band"])]
        assert len(proposed) == row["proposed"]
        assert row["chosen"] + row["proposed"] + row["held"] <= max(row["allowed"], row["chosen"])
        at_cut = inside[(inside["selection"] == "tie_at_cut") & (inside["quota"] == row["band"])]
        assert len(at_cut) <= row["tied"]
    told = rows.groupby("band")["tied"].sum()
    for band in standings["quota"][standings["selection"] == "tie_at_cut"]:
        assert told[band] > 1


@given(year=UNITS, quotas=QUOTAS)
def test_a_better_unit_never_gets_the_lesser_band(chains, year, quotas):
    points, rest = of_year(year)
    standings, _ = chosen(points, chains(quotas), **rest)
    height = {"": 0, "ba": 1, "nhi": 2, "nhat": 3}
    reached = standings["quota"].where(standings["selection"].isin(["proposed", "tie_at_cut"]), "").map(height)
    for one, (figure, proved, block) in enumerate(year):
        for other, (smaller, _, beside) in enumerate(year):
            if figure > smaller and block == beside and proved and figure >= 50:
                assert reached[one] >= reached[other]


@given(year=UNITS, shares=QUOTAS, data=st.data())
def test_what_the_council_decides_about_a_tie_takes_nobodys_proposal_away(chains, year, shares, data):
    quotas = [(share, "overall") for share, _ in shares]
    points, rest = of_year(year)
    before, rows = chosen(points, chains(quotas), **rest)
    tied = before[before["selection"] == "tie_at_cut"]
    for band in PRIZES:
        own, row = tied[tied["quota"] == band]["unit"].astype(str).tolist(), row_of(rows, band=band)
        if own:
            places = row["allowed"] - row["proposed"] - row["held"]
            picked = data.draw(st.permutations(own))[: min(places, len(own))]
            after, _ = chosen(points, chains(quotas), choices=[(unit, band) for unit in picked], **rest)
            kept = before["selection"] == "proposed"
            assert (after["selected"][kept] == before["selected"][kept]).all()
            break
