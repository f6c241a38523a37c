"""The walkthrough of verification, followed on a copy of the sample year: each command says what the page says."""

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from helpers.small_year import COUNCIL, TEAM, Desk

from scoring.assessment.evaluation import evaluate
from scoring.core import places
from scoring.desk.commands import main as command
from scoring.publishing.batch import Made
from scoring.publishing.manifest import write_manifest
from scoring.publishing.results import write_results
from scoring.register.year import open_year

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "walkthrough_verification.md"
A3 = ("MN-HOAMAI", "A3")
CHANGED = {(*A3, "value"): 6}
COMPLETED = {("MN-HOAMAI", "completed"): "x"}
APPEALED = {(*A3, "value"): 9, (*A3, "reason"): "có đủ phân công"}
FILLED = [
    (CHANGED, TEAM, None),
    (CHANGED | COMPLETED | {(*A3, "reason"): "trang phân công chỉ nêu 6 nhiệm vụ"}, TEAM, None),
    ({(*A3, "reason"): "phụ lục 2 nêu thêm 2 nhiệm vụ"}, "Ban chấp hành", None),
    ({(*A3, "value"): 8, (*A3, "reason"): "chấp nhận giải trình"} | COMPLETED, COUNCIL, None),
    (APPEALED, COUNCIL, None),
    (APPEALED, COUNCIL, "02/QĐ-PT"),
]
"""What the page has the reader type before each `verify --read`: cells, who decides, document of the appeal."""

pytestmark = pytest.mark.slow


def steps():
    """Each command of the page as words, with what is said of its answer."""
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("    python3 "):
            found.append((shlex.split(line)[1:], []))
        elif line.startswith("> "):
            found[-1][1].append(line.removeprefix("> "))
    return found


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the sample year with the reports of one unit, which is quick to read."""
    folder = tmp_path / "data" / "2024"
    shutil.copytree(PROJECT / "data" / "2024", folder, ignore=shutil.ignore_patterns("reports", "decisions", "seals"))
    (folder / "reports").mkdir()
    for report in (PROJECT / "data" / "2024" / "reports").glob("MN-HOAMAI*"):
        shutil.copy(report, folder / "reports")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    return tmp_path


def make_outputs(project):
    """What `assess` leaves but for the pages, which other tests make."""
    year, out = open_year(project / "data" / "2024"), project / "outputs" / "2024"
    write_results(evaluate(year), out)
    made = [Made(unit, "made", "", {}) for unit in year.units["id"]]
    write_manifest(out, year, made, datetime(2025, 1, 15, tzinfo=UTC))


def answer(words, project, capsys):
    """What a command says, on one line."""
    if words[0] == "run.py":
        command.main(words[1:])
        said = capsys.readouterr().out
    else:
        program = [sys.executable, "-I", "-S", str(PROJECT / words[0]), *words[1:]]
        said = subprocess.run(program, cwd=project, capture_output=True, check=True, encoding="utf-8").stdout
    return re.sub(r"\s+", " ", said)


def test_every_command_of_the_walkthrough_says_what_the_page_says(project, capsys):
    rubric = open_year(project / "data" / "2024").rubric
    waiting = list(FILLED)
    for words, expected in steps():
        if words[1] == "assess":
            make_outputs(project)
            continue
        if "--read" in words:
            file = project / words[-1]
            cells, role, appeal = waiting.pop(0)
            Desk.at(file, file.stem.partition("_")[2], rubric).fill(cells, role=role, appeal=appeal)
        said = answer(words, project, capsys)
        for quoted in expected:
            assert [part for part in quoted.split("…") if part not in said] == [], f"{words}: {said}"
    assert waiting == []
