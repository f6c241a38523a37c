"""The larger years of the benchmark: the sample again and again, each copy with ids, names and documents of its own."""

import shutil

import pytest
from conftest import YEAR

from benchmarks.larger_year import make_year
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports

REPORTS = ("MN-HOAMAI_9T.xlsx", "MN-HOAMAI_NAM.xlsx", "XA-LONGBINH_NAM.xlsx")


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    """A sample of three reports, and the year of three times its units."""
    folder = tmp_path_factory.mktemp("years")
    shutil.copytree(
        YEAR, folder / "sample" / "2024", ignore=lambda place, names: [n for n in names if n.endswith("xlsx")]
    )
    for name in REPORTS:
        shutil.copy(YEAR / "reports" / name, folder / "sample" / "2024" / "reports")
    count = make_year(folder / "sample" / "2024", folder / "larger" / "2024", 120)
    assert count == 3 * len(REPORTS)
    return open_year(folder / "sample" / "2024"), open_year(folder / "larger" / "2024")


def test_every_unit_of_the_sample_is_there_so_many_times(years):
    sample, larger = years
    assert larger.units["standing"].sum() == 3 * sample.units["standing"].sum()
    assert larger.units["name"].is_unique


def test_every_copy_reports_what_the_sample_reports_and_claims_no_document_of_another(years):
    sample, larger = (read_reports(year) for year in years)
    assert (larger.received["fate"] == "accepted").sum() == 3 * (sample.received["fate"] == "accepted").sum()
    figures = ["criterion", "period", "value", "base", "not_applicable", "self_points"]
    for unit in ("MN-HOAMAI", "XA-LONGBINH"):
        own = sample.entries[sample.entries["unit"] == unit][figures].reset_index(drop=True)
        for copy in ("001", "002"):
            again = larger.entries[larger.entries["unit"] == f"{unit}{copy}"][figures].reset_index(drop=True)
            assert again.equals(own)
    codes = [table.findings["code"].value_counts().get("evidence_elsewhere", 0) for table in (sample, larger)]
    assert codes[1] == 3 * codes[0]
