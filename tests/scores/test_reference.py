"""Published results reproduced: the Provincial Competitiveness Index, 63 provinces in three years, through the engine.

The ten weighted components are a rubric like any other, each year's table a bulk report. Skipped where the tables are
absent; they are not ours to copy.
"""

import csv
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from helpers.builders import criterion, units_of
from helpers.bulk_tables import read_bulk

from scoring.core.points import to_decimal
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
    totals = score(entries, index, units).totals
    standings = rank(totals, index, units).standings
    ours = dict(zip(units["id"], zip(totals["total"], standings["rank"], strict=True), strict=True))
    return published, ours


def test_every_total_is_the_published_one(year):
    published, ours = year
    assert len(published) == 63
    for province, line in published.items():
        total = to_decimal(ours[province][0], DECIMALS)
        assert abs(total - Decimal(line["total"])) <= Decimal("0.00001"), province


def test_every_rank_is_the_published_one(year):
    published, ours = year
    assert {province: int(line["rank"]) for province, line in published.items()} == {
        province: int(place) for province, (_, place) in ours.items()
    }


def test_the_names_of_2013_are_decomposed_and_still_found():
    names = [line["unit"] for line in lines("pci_2013_units.csv")]
    assert sum(name != unicodedata.normalize("NFC", name) for name in names) == 50
