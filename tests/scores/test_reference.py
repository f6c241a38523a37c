"""Published results reproduced: the Provincial Competitiveness Index, 63 provinces in three years, through the engine.

The ten weighted components are a rubric like any other, each year's table a bulk report. Skipped where the tables are
absent; they are not ours to copy.
"""

import csv
import unicodedata
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.builders import criterion, decisions_of, units_of
from helpers.bulk_tables import read_bulk
from helpers.printed import wrong

from scoring.assessment.arithmetic import working
from scoring.assessment.redraws import as_they_are, frame_of, interval, mean_shift, weighted_anew, without_item
from scoring.core.points import to_decimal
from scoring.core.tables import plain_rows
from scoring.scores.ranking import rank
from scoring.scores.totals import score

TABLES = Path(__file__).parents[3] / "shared" / "reference" / "pci"
YEARS = (2013, 2015, 2016)
DECIMALS = 7
"""Components have six decimals and maxima of 5 … 20 of 10: seven hold every weighted score exactly."""
ALIASES = {
    "TT- Huế": "TT.Huế",
    "TT-Huế": "TT.Huế",
    "Bắc Kạn": "Bắc Cạn",
    "Đắk Lắk": "Đăk Lăk",
    "Đắk Nông": "Đăk Nông",
}
"""How the earlier tables spell provinces of the last one."""

pytestmark = pytest.mark.skipif(not TABLES.is_dir(), reason="the published tables (shared/reference/pci) are absent")


def lines(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def index(rubric_of_criteria):
    """The index as a rubric: a component's maximum is its weight of the 100 points."""
    components = [
        criterion(
            line["component"],
            int(Decimal(line["weight"]) * int(line["index_scale"])),
            "converted",
            params={"scale_to": int(line["max_score"])},
            indicator={"decimals": 6, "value_unit": "điểm", "least": 0, "most": int(line["max_score"])},
        )
        for line in lines("pci_weights.csv")
    ]
    return rubric_of_criteria(
        *components,
        points={"decimals": DECIMALS, "rounding": "half_up"},
        figure={"of": "total", "decimals": 2},
        ranking={"on": "exact", "ties": []},
    )


@pytest.fixture(scope="module")
def ids():
    """The id of each of the 63 provinces, by every name the tables of the three years give it."""
    names = sorted(line["unit"] for line in lines("pci_2016_units.csv"))
    own = {name: f"T{place:02}" for place, name in enumerate(names, start=1)}
    return own | {alias: own[name] for alias, name in ALIASES.items()}


@pytest.fixture(scope="module", params=YEARS)
def year(request, index, ids):
    """What was published in a year, and what the engine makes of the same components, both by the province's id."""
    name = f"pci_{request.param}_units.csv"
    published = {ids[unicodedata.normalize("NFC", line["unit"])]: line for line in lines(name)}
    units = units_of(*sorted(set(ids.values())))
    entries, _, _ = read_bulk(TABLES / name, index, units, index.annual_period, ids)
    marks, totals = score(entries, index, units)
    standings = rank(totals, index, units).standings
    ours = dict(zip(units["id"], zip(totals["total"], standings["rank"], strict=True), strict=True))
    held = SimpleNamespace(rubric=index, units=units, targets=None)
    nothing = decisions_of()
    return published, ours, SimpleNamespace(year=held, entries=entries, totals=totals, decisions=nothing, marks=marks)


def test_every_total_is_the_published_one(year):
    published, ours, _ = year
    assert len(published) == 63
    for province, line in published.items():
        total = to_decimal(ours[province][0], DECIMALS)
        assert abs(total - Decimal(line["total"])) <= Decimal("0.00001"), province


def test_every_rank_is_the_published_one(year):
    published, ours, _ = year
    assert {province: int(line["rank"]) for province, line in published.items()} == {
        province: int(place) for province, (_, place) in ours.items()
    }


def test_every_printed_calculation_of_the_published_components_gives_the_points_beside_it(year):
    _, _, evaluation = year
    rubric, marks = evaluation.year.rubric, plain_rows(evaluation.marks)
    printed = [working(mark, rubric.item[mark["criterion"]], rubric, []) for mark in marks]
    assert all(printed)
    assert [line for line in printed if wrong(line)] == []


def test_the_names_of_2013_are_decomposed_and_still_found():
    names = [line["unit"] for line in lines("pci_2013_units.csv")]
    assert sum(name != unicodedata.normalize("NFC", name) for name in names) == 50


# How firm the ranking is: remove-one effects and moved weights, by the published component scores and nothing of ours


def weighted_scores(published, units, shares):
    """Provinces x components: exact weighted scores in whole numbers. shares: of each weight, in percent."""
    parts = [(line["component"], Decimal(line["weight"])) for line in lines("pci_weights.csv")]
    return [
        [
            int(Decimal(published[unit][name]) * weight * 10**12) * int(share)
            for (name, weight), share in zip(parts, shares, strict=True)
        ]
        for unit in units
    ]


def places(totals):
    return [1 + sum(other > own for other in totals) for own in totals]


def test_leaving_out_a_component_moves_the_ranks_of_the_published_scores(year):
    """The mean absolute change of ranks without an element, as COINr's `remove_elements` and, before it, M. Saisana,
    A. Saltelli, S. Tarantola, "Uncertainty and sensitivity analysis techniques as tools for the quality assessment of
    composite indicators", J. R. Statist. Soc. A 168 (2005), equation 3, have it."""
    published, _, evaluation = year
    units, frame = list(evaluation.year.units["id"]), frame_of(evaluation)
    real, scores = as_they_are(frame), weighted_scores(published, units, [100] * len(frame.columns))
    before = places([sum(row) for row in scores])
    assert real.ranks[0].tolist() == before
    effects = []
    for item in range(len(frame.columns)):
        after = places([sum(row) - row[item] for row in scores])
        without = without_item(frame, item)
        assert without.ranks[0].tolist() == after
        moved = sum(abs(a - b) for a, b in zip(after, before, strict=True))
        assert mean_shift(without, real) == (moved, len(units))
        effects.append(moved)
    assert all(effects)


def test_ranks_under_moved_weights_and_their_intervals_are_those_of_the_published_scores(year):
    """Each weight times its own factor, the ranks anew, and numpy's default quantiles of them."""
    published, _, evaluation = year
    units, frame, trials = list(evaluation.year.units["id"]), frame_of(evaluation), 100
    drawn = weighted_anew(frame, trials, np.random.default_rng(7))
    factors = np.random.default_rng(7).choice(np.arange(90, 111), (trials, len(frame.columns)))
    again = [places([sum(row) for row in weighted_scores(published, units, own)]) for own in factors]
    assert drawn.ranks.tolist() == again
    for place in range(len(units)):
        low, high = np.quantile([ranks[place] for ranks in again], [0.05, 0.95])
        assert interval(drawn.ranks[:, place], 90) == (np.floor(low), np.ceil(high))
