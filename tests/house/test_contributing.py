"""CONTRIBUTING.md: what it points at is there, and its picture is the house's."""

import re
from pathlib import Path

from house.test_rooms import FLOORS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_file_and_folder_it_names_is_there():
    named = re.findall(r"\b(?:scoring|tests|notebooks|tools|benchmarks|data|docs)/[\w/.-]*", TEXT)
    assert len(named) > 20
    assert not [path for path in named if not (ROOT / path).exists()]


def test_its_picture_has_the_rooms_on_their_floors():
    picture = re.findall(r"^    (\w+(?: \| \w+)?)  ", TEXT, flags=re.M)
    assert [set(floor.split(" | ")) for floor in reversed(picture)] == FLOORS


def test_every_module_it_has_run_is_there():
    modules = re.findall(r"python -m ((?:scoring|tools)[\w.]+)", TEXT)
    assert modules
    assert not [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()]


def test_every_document_that_a_comment_cites_is_there():
    cited = {
        (path.relative_to(ROOT).as_posix(), name)
        for room in ("scoring", "tests", "tools", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
        for name in re.findall(r"[\w./-]*\w\.md\b", path.read_text(encoding="utf-8"))
    }
    known = {path.name for path in ROOT.glob("*.md")} | {path.name for path in ROOT.glob("*/*.md")}
    assert not [one for one in cited if one[1].rpartition("/")[2] not in known]
