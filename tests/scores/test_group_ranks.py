"""Ranks and bands of a group of criteria, beside those of the total."""

from fractions import Fraction

import pytest
from helpers.builders import criterion, decisions_of, entries_of, group, units_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.core.errors import RubricError
from scoring.scores.ranking import rank
from scoring.scores.totals import score

PARTS = {
    "group_rankings": [{"group": "A", "decimals": 1}],
    "group_bands": [
        {"group": "A", "id": "cao", "name": "Cao", "from": 80},
        {"group": "A", "id": "vua", "name": "Vừa", "from": 50},
    ],
}
GROUPS = [
    group("A", criterion("A1", 40, "judged"), criterion("A2", 20, "judged")),
    group("B", criterion("B1", 40, "judged")),
]


@pytest.fixture(scope="module")
def standings_of(rubric_of):
    bare = {"bonus": None, "deductions": None, "facts": [], "gates": [], "quotas": [], "annual_share": None}
    plain = {"bands": [{"id": "dat", "name": "Đạt", "from": 0}], "total": {"max_points": 100, "floor": 0}}
    rubric = rubric_of(**bare, **plain, groups=GROUPS, **PARTS, ranking={"on": "rounded", "ties": []})

    def standings_of(points, blocks="K1"):
        names = [f"U{place}" for place in range(len(points))]
        given_ = [
            (name, item, "verified", "points", str(one))
            for name, own in zip(names, points, strict=True)
            for item, one in zip(("A1", "A2", "B1"), own, strict=True)
        ]
        units = units_of(*names, block=blocks)
        totals = score(entries_of(), rubric, units, decisions=decisions_of(*given_)).totals
        return rank(totals, rubric, units).standings

    return standings_of


def test_a_group_is_ranked_by_its_own_percent_and_equal_percents_share_a_rank(standings_of):
    standings = standings_of([(40, 8, 0), (30, 0, 40), (24, 24 - 4, 40), (0, 0, 40), (30, 0, 0)])
    assert standings["group_figure:A"].tolist() == [800, 500, 733, 0, 500]
    assert standings["group_rank:A"].tolist() == [1, 3, 2, 5, 3]
    assert standings["group_band:A"].tolist() == ["cao", "vua", "vua", "", "vua"]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.sampled_from(["K1", "K2"])), min_size=1, max_size=12)
)
def test_the_rank_is_one_more_than_how_many_of_the_block_are_better(standings_of, units):
    standings = standings_of([(a, b, 1) for a, b, _ in units], [block for *_, block in units])
    figures = [(Fraction(100 * (a + b), 60), block) for a, b, block in units]
    rounded = [((20 * figure + 1) // 2, block) for figure, block in figures]
    for (figure, block), rank_, shown in zip(
        rounded, standings["group_rank:A"], standings["group_figure:A"], strict=True
    ):
        assert shown == figure
        assert rank_ == 1 + sum(other > figure for other, place in rounded if place == block)


def test_a_ranked_group_that_is_not_there_is_refused_with_the_other_faults(rubric_of):
    with pytest.raises(RubricError) as caught:
        rubric_of(
            group_rankings=[{"group": "Z", "decimals": 2}], group_bands=[{**PARTS["group_bands"][0], "group": "Y"}]
        )
    told = " ".join(fault.what for fault in caught.value.faults)
    assert "không có nhóm 'Z'" in told
    assert "nhóm 'Y' chưa được xếp hạng" in told
