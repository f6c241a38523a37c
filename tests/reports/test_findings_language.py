"""Reports are read alike whatever language is spoken: only the words of a finding and of a file's fate may differ."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from helpers.disk_faults import make, read_cases
from helpers.filled_forms import filled_form, register, rubric, units

from scoring.assessment.evaluation import evaluate
from scoring.core.findings import Remark, finding, findings_table
from scoring.core.language import speaking
from scoring.register.year import open_year
from scoring.reports.checks.run import check_reports
from scoring.reports.evidence import Proof, proof_text
from scoring.reports.evidence_register import list_evidence
from scoring.reports.reading.cells import Cell, as_written, read_list

DATA = Path(__file__).parents[2] / "data"
WORDS = {"findings": ["message", "mend"], "received": ["why"]}
"""The columns that are told, not read."""


def assert_alike(spoken, stored, table):
    """That two evaluations or readings have the same table but for what is told."""
    one, other = (getattr(tables, table).drop(columns=WORDS.get(table, [])) for tables in (spoken, stored))
    pd.testing.assert_frame_equal(one, other)


# The sample years


@pytest.fixture(scope="module")
def years(sample_2024, sample_2025):
    """By year, its evaluation in English and in Vietnamese."""
    with speaking("en"):
        return {
            2024: (evaluate(open_year(DATA / "2024")), sample_2024),
            2025: (evaluate(open_year(DATA / "2025")), sample_2025),
        }


TABLES = ("entries", "findings", "received", "marks", "totals", "standings", "quotas", "decisions")


@pytest.mark.slow
@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize("table", TABLES)
def test_a_year_is_scored_alike_in_english(years, year, table):
    assert_alike(*years[year], table)


@pytest.mark.slow
@pytest.mark.parametrize("year", [2024, 2025])
def test_the_register_of_evidence_is_the_same_in_english_but_for_the_remarks(years, year):
    with speaking("en"):
        spoken = list_evidence(years[year][0].entries, years[year][0].findings)
    stored = list_evidence(years[year][1].entries, years[year][1].findings)
    assert [one._replace(remark=bool(one.remark)) for one in spoken] == [
        one._replace(remark=bool(one.remark)) for one in stored
    ]


# Faulty reports


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A folder with every faulty report, checked in English and in Vietnamese."""
    root = tmp_path_factory.mktemp("faulty")
    filled_form(root / "ngoai.xlsx")
    folder = root / "reports"
    folder.mkdir()
    for at, case in enumerate(read_cases().values()):
        make(folder, case, f"bao_cao_{at}.{'csv' if 'csv' in case else 'xlsx'}")
    with speaking("en"):
        spoken = check_reports(folder, rubric(), units(), register())
    return spoken, check_reports(folder, rubric(), units(), register())


@pytest.mark.slow
@pytest.mark.parametrize("table", ["entries", "findings", "received"])
def test_faulty_reports_are_read_alike_in_english(faulty, table):
    assert_alike(*faulty, table)


# What is a value, and the order


def test_what_a_cell_says_and_evidence_is_called_follows_no_language():
    day = Cell("date", "2024-03-05")
    proof = Proof("Kế hoạch", "12/KH-CĐ", date(2024, 3, 5), "CĐCS xã Long", "")
    with speaking("en"):
        assert (as_written(day), as_written(Cell("number", "1234.5"))) == ("05/03/2024", "1234,5")
        assert read_list(day).value == "05/03/2024"
        assert proof_text(proof) == "12/KH-CĐ ngày 05/03/2024 do CĐCS xã Long ban hành"


def test_a_figure_that_falls_is_quoted_as_reports_have_it(tmp_path):
    filled_form(tmp_path / "9T.xlsx", period="9T", typed={("B1", "value"): 5000})
    filled_form(tmp_path / "NAM.xlsx", typed={("B1", "value"): 3000})
    with speaking("en"):
        findings = check_reports(tmp_path, rubric(), units(), register()).findings
    (fall,) = findings[findings["code"] == "fallen"].to_dict("records")
    assert fall["value"] == "3.000"
    assert "3,000" in fall["message"]


def test_words_do_not_order_findings():
    told = [finding(Remark("other_form", words), file="a.xlsx") for words in ("đơn vị", "kỳ", "năm")]
    for stated in (told, told[::-1]):
        assert findings_table(stated)["message"].tolist() == [one.message for one in stated]
