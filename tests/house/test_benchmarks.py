"""The country of the benchmarks: the same at every run, and the engine gives what a plain loop gives."""

import pandas as pd
import pytest

from benchmarks.country import PERIODS, criteria, write_country
from benchmarks.ways import with_engine, with_loop

UNITS = 180


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country")
    write_country(folder, UNITS)
    return folder


def test_a_country_has_one_row_for_every_unit_criterion_and_period(folder):
    entries = pd.read_parquet(folder / "entries.parquet")
    assert len(entries) == UNITS * len(criteria()) * len(PERIODS) == UNITS * 160
    assert not entries.duplicated(["unit", "criterion", "period"]).any()


def test_a_country_is_the_same_at_every_run(folder, tmp_path):
    write_country(tmp_path, UNITS)
    for name in ("rubric.yaml", "units.parquet", "entries.parquet"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_no_unit_of_a_country_claims_a_document_twice(folder):
    entries = pd.read_parquet(folder / "entries.parquet", columns=["unit", "evidence"]).dropna()
    assert not entries.duplicated().any()


def test_the_engine_and_a_plain_loop_agree_on_totals_bands_and_ranks(folder):
    engine, loop = with_engine(folder), with_loop(folder)
    pd.testing.assert_frame_equal(engine.astype(str), loop.astype(str))
    assert engine["band"].nunique() > 1
