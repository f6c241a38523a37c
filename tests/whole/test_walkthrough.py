"""The walkthrough of verification, followed on a copy of the sample year: each command says what the page says."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.published import papers, results
from helpers.small_year import COUNCIL, TEAM, Desk

from scoring.core import places
from scoring.desk.commands import main as command
from scoring.publishing.final_documents import FinalDocuments
from scoring.register.year import open_year

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "walkthrough_verification.md"
A3 = ("MN-HOAMAI", "A3")
CHANGED = {(*A3, "value"): 6}
COMPLETED = {("MN-HOAMAI", "completed"): "x"}
APPEALED = {(*A3, "value"): 9, (*A3, "reason"): "có đủ phân công"}
FIRST, LATER = "06/01/2025", "10/02/2025"
FILLED = [
    (CHANGED, TEAM, None, FIRST),
    (CHANGED | COMPLETED | {(*A3, "reason"): "trang phân công chỉ nêu 6 nhiệm vụ"}, TEAM, None, FIRST),
    ({(*A3, "reason"): "phụ lục 2 nêu thêm 2 nhiệm vụ"}, "Ban chấp hành", None, FIRST),
    ({(*A3, "value"): 8, (*A3, "reason"): "chấp nhận giải trình"} | COMPLETED, COUNCIL, None, FIRST),
    (APPEALED, COUNCIL, None, LATER),
    (APPEALED, COUNCIL, "02/QĐ-PT", LATER),
]
"""What the page has the reader type before each `verify --read`: cells, who decides, document of appeal, day."""

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
    shutil.copytree(
        PROJECT / "data" / "2024", folder, ignore=shutil.ignore_patterns("reports", "decisions", "publications")
    )
    (folder / "reports").mkdir()
    for report in (PROJECT / "data" / "2024" / "reports").glob("MN-HOAMAI*"):
        shutil.copy(report, folder / "reports")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    # the pages, which other tests make, would take a minute a publication
    monkeypatch.setattr(FinalDocuments, "make", lambda _, *asked: results(*asked))
    monkeypatch.setattr(FinalDocuments, "papers", lambda _, *asked: papers(*asked))
    return tmp_path


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
            continue  # its pages take a minute; publishing needs nothing of them
        if "--read" in words:
            file = project / words[-1]
            cells, role, appeal, on = waiting.pop(0)
            Desk.at(file, file.stem.partition("_")[2], rubric).fill(cells, role=role, appeal=appeal, on=on)
        said = answer(words, project, capsys)
        for quoted in expected:
            assert [part for part in quoted.split("…") if part not in said] == [], f"{words}: {said}"
    assert waiting == []
