"""The house: a room imports only from rooms before it, and every module has its place."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "scoring"
ORDER = [
    "errors",
    "threads",
    "points",
    "language",
    "wording",
    "sealing",
    "yamlfile",
    "codes",
    "files",
    "methods",
    "rubric",
    "rubricfile",
    "ruletext",
    "rubrictext",
    "workings",
    "register",
    "registerfile",
    "targetsfile",
    "positions",
    "fields",
    "proofs",
    "formchecks",
    "formsheet",
    "formguide",
    "formproofs",
    "forms",
    "cells",
    "workbookchild",
    "workbooks",
    "csvfiles",
    "formtable",
    "rows",
    "proofsheet",
    "reports",
    "bulk",
    "reportfolder",
    "arrivals",
    "intake",
    "evidence",
    "rulings",
    "decisions",
    "decisionfiles",
    "year",
    "checks",
    "checklist",
    "reportcopy",
    "returning",
    "marks",
    "scores",
    "ranking",
    "reach",
    "explaining",
    "assessment",
    "overview",
    "dossier",
    "evaluation",
    "lastyear",
    "stories",
    "neighbours",
    "marktracing",
    "tracing",
    "appeals",
    "verification",
    "verificationform",
    "verifying",
    "casefile",
    "supposing",
    "whatif",
    "charts",
    "display",
    "pages",
    "scorepages",
    "councilpages",
    "upwardpages",
    "progress",
    "publishing",
    "desk",
    "catalogue",
    "__main__",
]


def room_of(path):
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def imported_rooms(path):
    """The rooms a module imports from when it is loaded."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module == "scoring":
            names = [f"scoring.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("scoring."))


def test_every_module_has_its_place():
    assert sorted({room_of(path) for path in MODULES}) == sorted(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_from_rooms_before_it(path):
    own = room_of(path)
    late = [room for room in imported_rooms(path) if room != own and ORDER.index(room) > ORDER.index(own)]
    assert not late
