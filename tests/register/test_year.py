"""A year's folder, opened: what is edited while it is being read is noticed."""

import shutil
import threading
from pathlib import Path

import pytest

from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain
from scoring.core.errors import ParameterError
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports

SAMPLE = Path(__file__).parents[2] / "data" / "2024"
EDITED = ["plan.yaml", "units.csv", "events.csv", "targets.csv", "rubrics/grassroots.yaml"]


@pytest.fixture
def folder(tmp_path):
    """The sample year with the reports of one unit."""
    folder = shutil.copytree(SAMPLE, tmp_path / "2024", ignore=shutil.ignore_patterns("reports", "decisions", "seals"))
    (folder / "reports").mkdir()
    for report in (SAMPLE / "reports").glob("MN-HOAMAI*"):
        shutil.copy(report, folder / "reports")
    return folder


def edit(path):
    """As an editor saves a file: one comment line or blank line more."""
    before = path.read_bytes() if path.exists() else b"unit,criterion,issuer,target\n"
    path.write_bytes(before + b"\n")


@pytest.mark.parametrize("name", EDITED)
def test_a_file_edited_after_the_year_was_opened_is_named_and_nothing_is_read(folder, name):
    year = open_year(folder)
    edit(folder / name)
    with pytest.raises(ParameterError, match="bị sửa trong lúc chương trình đang đọc") as refused:
        read_reports(year)
    assert [fault.where for fault in refused.value.faults] == [name]


def test_a_rubric_edited_while_the_reports_are_being_read_stops_the_evaluation(folder):
    year = open_year(folder)
    editor = threading.Timer(0.05, edit, [folder / "rubrics" / "grassroots.yaml"])
    editor.start()
    with pytest.raises(ParameterError, match=r"rubrics/grassroots\.yaml.* bị sửa"):
        evaluate(year)
    editor.join()


def test_a_year_nobody_edits_is_read_as_often_as_one_likes(folder):
    year = open_year(folder)
    for _ in range(2):
        assert set(read_reports(year).received["unit"]) == {"MN-HOAMAI"}


def test_a_unit_whose_members_nobody_knows_waits_where_a_rule_needs_them_and_is_told(folder):
    table = folder / "units.csv"
    lines = table.read_text("utf-8").splitlines()
    heads = lines[0].split(",")
    own = next(place for place, line in enumerate(lines) if line.startswith("MN-HOAMAI,"))
    cells = lines[own].split(",")
    cells[heads.index("members")] = ""
    lines[own] = ",".join(cells)
    table.write_text("\n".join(lines) + "\n", "utf-8")
    evaluation = evaluate(open_year(folder))
    chain = explain(evaluation, "MN-HOAMAI")
    waiting = {mark.criterion for mark in chain.marks if mark.reason_code == "members_not_known"}
    rubric = evaluation.year.rubric
    assert waiting == {
        item.id for item in rubric.items if "target" in item.params and item.parameter("target").by == "members"
    }
    assert evaluation.standings.set_index("unit")["withheld_by"]["MN-HOAMAI"] == "pending"
    assert any("danh bạ chưa ghi số đoàn viên" in line.lower() for mark in chain.marks for line in mark.lines)


def test_a_rule_about_a_unit_that_does_not_exist_is_refused(folder):
    path = folder / "rubrics" / "grassroots.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("kind: yes_no,", "kind: yes_no, applies_to: {units: [XA-KHONGCO]},", 1), "utf-8")
    with pytest.raises(ParameterError, match="không có đơn vị 'XA-KHONGCO' trong danh bạ"):
        open_year(folder)


def test_a_rubric_with_one_more_comment_is_the_same_version_on_every_page(folder):
    before = list(evaluate(open_year(folder)).assessments())
    rules = folder / "rubrics" / "grassroots.yaml"
    rules.write_text(f"{rules.read_text('utf-8')}# đã xem\n", "utf-8")
    assert list(evaluate(open_year(folder)).assessments()) == before
