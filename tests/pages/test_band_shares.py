"""Percents beside the counts of bands, of those who are graded; ranks of groups in the tables of a block."""

import io
import re

import pytest
from openpyxl import load_workbook

from scoring.pages import council, report_upward, year_overview
from scoring.pages.spreadsheets import ranking_xlsx
from scoring.publishing.results import dossier_of


@pytest.fixture(scope="module")
def dossier(sample_2024):
    return dossier_of(sample_2024)


def figures(text):
    return [float(one.replace(",", ".")) for one in re.findall(r"([0-9]+(?:,[0-9]+)?)%", text)]


def test_the_percents_of_bands_are_of_the_units_graded_and_not_of_all(dossier):
    overview = dossier.overview
    assert overview.rated == sum(line.band != "" for block in overview.blocks for line in block.units)
    assert overview.rated < overview.units
    shares = [overview.band_share(band) for band in overview.bands]
    assert sum(figures(" ".join(shares))) == pytest.approx(100, abs=0.02 * len(shares))
    assert [share == "" for share in shares] == [not band.rated for band in overview.bands]


@pytest.mark.parametrize("part", [year_overview.distribution, council.bands_table, report_upward.situation])
def test_every_table_of_bands_names_what_its_percents_are_of(dossier, part):
    told = part(dossier.overview if part is year_overview.distribution else dossier)
    text = str(told._repr_mimebundle_() if hasattr(told, "_repr_mimebundle_") else told)
    assert f"{dossier.overview.rated} đơn vị" in text
    for band in dossier.overview.bands:
        assert not band.rated or dossier.overview.band_share(band).replace("\xa0", "")[:2] in text


def test_the_workbook_has_a_sheet_of_bands_with_the_denominator(dossier):
    sheet = load_workbook(io.BytesIO(ranking_xlsx(dossier)))["Mức xếp loại"]
    assert sheet["C1"].value == f"Tỷ lệ trên {dossier.overview.rated} đơn vị được xếp loại"
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [band.units for band in dossier.overview.bands]
