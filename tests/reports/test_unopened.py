"""A report that lies there and cannot be opened: its unit is withheld, with the reason, and never scored as missing."""

import errno
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import YEAR

from scoring.assessment.appeals import judged_again
from scoring.assessment.evaluation import evaluate
from scoring.assessment.explanation import explain
from scoring.core.errors import ReportError
from scoring.decisions.store import read_decisions
from scoring.publishing.results import write_results
from scoring.publishing.standing_results import standing_results
from scoring.register.year import open_year

UNIT = "TH-HOABAN"


@pytest.fixture
def refused(monkeypatch):
    """The names of files that the system does not let anybody read."""
    names, read = set(), Path.read_bytes

    def read_bytes(path):
        if path.name in names:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return names


@pytest.fixture
def year(tmp_path):
    shutil.copytree(YEAR, tmp_path / "2024")
    return tmp_path / "2024"


@pytest.mark.parametrize("period", ["9T", "NAM"])
def test_a_unit_whose_report_cannot_be_opened_is_withheld_and_says_why(year, refused, tmp_path, period):
    refused.add(f"{UNIT}_{period}.xlsx")
    evaluation = evaluate(open_year(year))
    standing = evaluation.standings.set_index("unit").loc[UNIT]
    total = evaluation.totals.set_index("unit").loc[UNIT]
    assert (standing["withheld_by"], standing["rank"] is not None) == ("unopened", True)
    assert total[["total", "figure"]].isna().all()
    marks = evaluation.marks[evaluation.marks["unit"] == UNIT]
    assert not marks["state"].isin(["scored", "zero", "missing"]).any()
    opened = evaluation.year
    decided = read_decisions(opened.folder, opened.rubric, opened.units, evaluation.entries)
    pd.testing.assert_frame_equal(judged_again(evaluation, decided).standings, evaluation.standings)
    about = evaluation.findings[evaluation.findings["unit"] == UNIT]
    assert "no_report" not in set(about["code"])
    assert about.loc[about["code"] == "unopened", "message"].str.startswith("không mở được tệp").all()
    assert any("Không mở được tệp báo cáo" in line for line in explain(evaluation, UNIT, None).lines)
    assessments, dossier = write_results(evaluation, tmp_path / "out")
    assert UNIT not in {line.unit for line in dossier.overview.missing}
    own = next(one for one in assessments if one.unit.id == UNIT)
    told = json.dumps(own.model_dump(mode="json"), ensure_ascii=False)
    assert "Không mở được tệp báo cáo" in told
    assert "chưa gửi báo cáo" not in told
    line = next(line for block in dossier.overview.blocks for line in block.units if line.id == UNIT)
    assert (line.band_name, line.rank) == ("Không mở được báo cáo", None)


def test_the_marks_of_every_other_unit_stand(year, refused):
    before = evaluate(open_year(year)).totals.set_index("unit")["total"].drop(UNIT)
    refused.add(f"{UNIT}_NAM.xlsx")
    assert evaluate(open_year(year)).totals.set_index("unit")["total"].drop(UNIT).equals(before)


@pytest.mark.parametrize("name", ["bao cao.xlsx", f"{UNIT} va TH-MAIVANG.xlsx"])
def test_where_the_name_does_not_say_whose_it_is_nobody_is_scored(year, refused, name):
    shutil.copy(year / "reports" / f"{UNIT}_NAM.xlsx", year / "reports" / name)
    refused.add(name)
    with pytest.raises(ReportError, match="không mở được tệp.*Tên tệp không cho biết đơn vị nào"):
        evaluate(open_year(year))


def test_without_the_office_s_list_of_arrivals_nobody_is_said_to_be_late(year, refused):
    (year / "reports" / "received.csv").write_text("file,received_on\n", encoding="utf-8")
    refused.add("received.csv")
    with pytest.raises(ReportError, match="received.csv: không mở được tệp"):
        evaluate(open_year(year))


def test_a_report_that_could_not_be_opened_is_read_again_the_next_time(year, refused, tmp_path):
    refused.add(f"{UNIT}_NAM.xlsx")
    write_results(evaluate(open_year(year)), tmp_path / "out", follows="0" * 64)
    assert standing_results(tmp_path / "out", "0" * 64) is None
