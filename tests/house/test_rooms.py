"""The house: a room imports only from rooms below it, and loads no library that is another room's."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "scoring"
FLOORS = [
    {"core"},
    {"rubric"},
    {"register", "scores"},
    {"reports"},
    {"decisions"},
    {"assessment"},
    {"pages"},
    {"publishing"},
    {"desk"},
]
"""From the ground up; rooms of one floor import nothing of each other."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
LIBRARIES = {
    "ipywidgets": {"desk/lab"},
    "typst": {"pages/export"},
    "docx": {"pages/export"},
    "nh3": {"pages/export"},
    "nbconvert": {"pages/export", "publishing"},
    "jinja2": {"pages"},
    "matplotlib": {"pages", "publishing/engine"},
    "papermill": {"publishing"},
    "nbclient": {"publishing"},
    "ipykernel": {"publishing"},
    "distributed": {"publishing/cluster"},
    "openpyxl": {"core/sheet", "reports", "desk/workbook", "pages/spreadsheets"},
    "xlsxwriter": {"core/sheet", "reports", "desk/workbook", "pages/spreadsheets"},
    "rich": {"desk/commands"},
    "argparse": {"desk/commands"},
}
"""Where a library may be loaded."""
DOORS = {"__init__.py", "__main__.py"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).as_posix() not in DOORS)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def imported(path):
    """The dotted names a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "scoring":
            yield from (f"scoring.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_module_has_its_room():
    assert {path.relative_to(PACKAGE).parts[0] for path in MODULES} == set(FLOOR_OF)


@every_module
def test_a_room_imports_only_from_rooms_below_it(path):
    own = path.relative_to(PACKAGE).parts[0]
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("scoring.")} - {own}
    assert not [room for room in rooms if FLOOR_OF[room] >= FLOOR_OF[own]]


@every_module
def test_a_library_is_loaded_only_in_its_rooms(path):
    place = path.relative_to(PACKAGE).with_suffix("").as_posix()
    loaded = {name.split(".")[0] for name in imported(path)} & set(LIBRARIES)
    assert not [name for name in loaded if not any(f"{place}/".startswith(f"{room}/") for room in LIBRARIES[name])]


MAPS = [path for path in MODULES if path.name == "__init__.py"]


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.parent.name)
def test_the_map_of_a_room_loads_nothing_but_the_lab_notebooks_call_and_the_list_of_the_methods(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if path.parent.name not in {"lab", "methods"}:
        assert not list(imported(path))


@every_module
def test_a_name_is_put_inside_a_sentence_in_one_place(path):
    """By hand, "CĐCS" would begin with a small letter: `wording.inside` knows an abbreviation."""
    if path != PACKAGE / "core" / "wording.py":
        assert not re.findall(r"\[:?[01]\]\.lower\(\)", path.read_text(encoding="utf-8"))
