"""Quotas within a body, within a group of like posts, and within both at once."""

from collections import Counter

import pytest
from helpers.builders import criterion, decisions_of, entries_of, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.peers import is_within, scope_name
from scoring.scores.ranking import rank
from scoring.scores.totals import score

BANDS = [{"id": "tb", "name": "Hoàn thành", "from": 0, "below": 70}]
BANDS += [{"id": "tot", "name": "Tốt", "from": 70, "below": 90}, {"id": "xs", "name": "Xuất sắc", "from": 90}]


@pytest.fixture(scope="module")
def ranked(rubric_of_criteria):
    """Standings, quotas and rubric of posts with points, in bodies and blocks, under quotas counted `per`."""

    def ranked(points, bodies, blocks, *per):
        quotas = [{"band": "xs", "base": ["tot", "xs"], "share": 20, "per": one, "rounding": "down"} for one in per]
        figure = {"of": "total", "decimals": 0}
        rubric = rubric_of_criteria(criterion("A1", 100, "judged"), bands=BANDS, quotas=quotas, figure=figure)
        names = [f"V{place:02}" for place in range(len(points))]
        units = units_of(*names, block=blocks, parent=bodies)
        given_ = decisions_of(*((n, "A1", "verified", "points", str(p)) for n, p in zip(names, points, strict=True)))
        totals = score(entries_of(), rubric, units, decisions=given_).totals
        return *rank(totals, rubric, units), rubric

    return ranked


def test_a_fifth_of_each_body_may_be_outstanding(ranked):
    standings, quotas, rubric = ranked([99, 98, 80, 80, 80, 97, 96, 95, 75, 75], ["A"] * 5 + ["B"] * 5, "K1", "body")
    assert quotas[["scope", "units", "allowed", "over"]].to_numpy().tolist() == [
        ["body:A", 5, 1, 1],
        ["body:B", 5, 1, 2],
    ]
    assert standings["selection"].tolist() == ["", "over_quota", "", "", "", "", "over_quota", "over_quota", "", ""]
    assert [scope_name(scope, rubric) for scope in quotas["scope"]] == ["A", "B"]


def test_a_place_needs_room_in_the_body_and_in_the_group_of_like_posts(ranked):
    points, bodies = [99, 98, 97, 96, *[80] * 6], ["A", "A", "B", "B", *["A"] * 3, *["B"] * 3]
    blocks = ["K1", "K2", "K1", "K2", "K1", "K1", "K1", "K2", "K2", "K2"]
    standings, _, _ = ranked(points, bodies, blocks, "body", "block")
    # the best takes the place of its body and of its group: the next of either goes without, the last finds both free
    assert standings["selection"].tolist()[:4] == ["", "over_quota", "over_quota", ""]


@given(
    st.lists(
        st.tuples(st.integers(60, 100), st.sampled_from("AB"), st.sampled_from(["K1", "K2"])), min_size=1, max_size=24
    )
)
def test_no_set_of_peers_ever_has_more_than_its_fifth_within_the_quota(ranked, posts):
    points, bodies, blocks = map(list, zip(*posts, strict=True))
    standings, quotas, _ = ranked(points, bodies, blocks, "body", "body_and_block", "overall")
    inside = [row for row in standings.to_dict("records") if row["band"] == "xs" and row["selection"] == ""]
    for quota in quotas.to_dict("records"):
        peers = [row for row in standings.to_dict("records") if is_within(quota["scope"], row)]
        base = sum(row["band"] in {"tot", "xs"} for row in peers)
        assert (quota["units"], quota["allowed"]) == (base, base * 20 // 100)
        assert sum(is_within(quota["scope"], row) for row in inside) <= quota["allowed"]
    assert Counter(quotas["scope"]).most_common(1)[0][1] == 1
