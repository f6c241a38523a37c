"""Quarters that add up: the year, its periods and which of them is annual are separate things."""

from datetime import date

import pytest
from helpers.builders import entry
from helpers.small_year import Office, by_council, year_in
from ruamel.yaml import YAML

from scoring.assessment.explanation import explain
from scoring.core.findings import findings_table
from scoring.pages.unit_assessment import annex
from scoring.register.year import Year
from scoring.reports.checks.run import checked
from scoring.reports.fields import asked_facts
from scoring.reports.intake import Reading, entries_table, received_table
from scoring.reports.reading.rows import Row
from scoring.rubric.reading import read_rubric

QUARTERS = [("Q1", "01-01", "03-31", "04-10"), ("Q2", "04-01", "06-30", "07-10"), ("Q3", "07-01", "09-30", "10-10")]


def dated(year, *days):
    return [date.fromisoformat(f"{year}-{day}") for day in days]


def periods():
    made = []
    for place, (name, *days) in enumerate(QUARTERS, 1):
        begins, ends, due = dated(2024, *days)
        made.append({"id": name, "name": f"Báo cáo quý {'I' * place}", "from": begins, "to": ends, "due": due})
    last = {"from": date(2024, 10, 1), "to": date(2024, 12, 31), "due": date(2025, 1, 10)}
    return [*made, {"id": "Q4", "name": "Báo cáo quý IV", **last}]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The small year with four quarters and A1 as their sum; no period is annual."""
    folder = tmp_path_factory.mktemp("quy") / "2024"
    small = year_in(folder)
    path, yaml = folder / "rubrics" / "small.yaml", YAML(typ="safe")
    whole = yaml.load(path)
    whole["groups"][0]["criteria"][0]["indicator"]["periods"] = "sum"
    gates = [gate for gate in whole["gates"] if "report_missing" not in gate["when"]]
    yaml.dump({**whole, "periods": periods(), "gates": gates}, path)
    rubric = read_rubric(path, small.plan)
    return Year(folder, small.plan, rubric, small.register)


def of_quarters(*figures):
    """A1 of TH-A, quarter by quarter: value, evidence."""
    return [
        entry("TH-A", "A1", value, period=f"Q{place}", evidence=evidence, file=f"TH-A_Q{place}.xlsx", cell=f"H1{place}")
        for place, (value, evidence) in enumerate(figures, 1)
    ]


SENT = [
    (1, "01/BC ngày 15/02/2024"),
    (2, "02/BC ngày 20/05/2024"),
    (0, "03/BC ngày 11/08/2024"),
    (1, "04/BC ngày 02/12/2024"),
]


@pytest.fixture
def office(year):
    entries = entries_table([Row(**one) for one in of_quarters(*SENT)], year.rubric, year.units)
    return Office(year, entries)


def test_the_last_quarter_speaks_for_the_year_where_none_is_annual(year):
    assert year.rubric.annual_period.id == "Q4"
    unit = year.units.to_dict("records")[0]
    asked = {period.id: bool(asked_facts(year.rubric, unit, period)) for period in year.rubric.periods}
    assert asked == {"Q1": False, "Q2": False, "Q3": False, "Q4": True}


def test_a_document_of_any_quarter_is_of_the_year(year):
    rows = of_quarters(*SENT[:3], (1, "04/BC ngày 30/12/2023"))
    entries = entries_table([Row(**one) for one in rows], year.rubric, year.units)
    read = checked(
        Reading(entries, findings_table([]), received_table([])),
        year.rubric,
        year.units,
        dict.fromkeys(["Q1", "Q2", "Q3", "Q4"], frozenset()),
    )
    outside = read.findings[read.findings["code"] == "evidence_date"]
    assert outside["period"].tolist() == ["Q4"]


def test_explain_and_its_json_cite_every_quarters_cell_and_evidence(office):
    (mark,) = explain(office.evaluation(), "TH-A", "A1").marks
    assert (mark.value, [one.cell for one in mark.entries]) == (4, ["H11", "H12", "H13", "H14"])
    said = "\n".join(mark.lines)
    for place, (_, evidence) in enumerate(SENT, 1):
        assert f"ô H1{place}" in said
        assert evidence in said


def test_every_quarters_cell_is_known_and_the_page_cites_its_value_and_evidence(office):
    assessment = next(one for one in office.evaluation().assessments() if one.unit.id == "TH-A")
    mark = next(one for one in assessment.marks if one.criterion == "A1")
    assert [(part.period, part.value, part.cell) for part in mark.parts] == [
        ("Báo cáo quý I", 1, "H11"),
        ("Báo cáo quý II", 2, "H12"),
        ("Báo cáo quý III", 0, "H13"),
        ("Báo cáo quý IV", 1, "H14"),
    ]
    said = str(annex(assessment))
    for place, (_, evidence) in enumerate(SENT, 1):
        assert f"H1{place}" not in said  # cells stand in the data, not on paper
        assert evidence.split(" ngày")[0] in said


def test_a_value_of_one_report_has_no_parts(office):
    office.record(by_council("points", "2", "B3"))
    assessment = next(one for one in office.evaluation().assessments() if one.unit.id == "TH-A")
    assert {mark.criterion for mark in assessment.marks if mark.parts} == {"A1"}
