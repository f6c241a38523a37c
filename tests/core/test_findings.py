"""Every finding's code is one of `CODES`, which says how grave it is; every one of them is given somewhere."""

import ast
import re
from pathlib import Path

import pytest

from scoring.core.findings import CODES, Remark
from tools.make_findings_list import LIST, findings_list

PACKAGE = Path(__file__).parents[2] / "scoring"


def said(path):
    """By code, whether the remarks a module makes are ever mild, and ever not."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        ast.unparse(one.targets[0]): one.value.value
        for one in module.body
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Remark":
            first, *_ = node.args
            code = first.value if isinstance(first, ast.Constant) else constants[ast.unparse(first)]
            mild = next((word.value for word in node.keywords if word.arg == "is_mild"), ast.Constant(value=False))
            kinds = {mild.value} if isinstance(mild, ast.Constant) else {True, False}
            yield from ((code, kind) for kind in kinds)


def said_in(room):
    return {one for path in (PACKAGE / room).rglob("*.py") for one in said(path)}


SAID = {room: said_in(room) for room in ("reports", "decisions")}
STATED = {(code, is_mild) for code, told in CODES.items() for is_mild in ({False, True} if told.mild else {False})}


def test_every_code_that_is_said_is_listed_and_every_one_listed_is_said():
    assert SAID["reports"] | SAID["decisions"] == STATED


def test_findings_are_said_in_no_other_room():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - set(SAID)
    assert not [room for room in rooms if said_in(room)]


def test_a_code_stands_in_the_lowest_room_that_gives_it():
    reports = {code for code, _ in SAID["reports"]}
    assert {code for code, told in CODES.items() if told.room == "reports"} == reports


def test_severities_come_from_the_list_alone():
    assert Remark("late", "muộn").severity == "warning"
    assert Remark("no_report", "chưa gửi").severity == "error"
    assert Remark("no_report", "chưa gửi", is_mild=True).severity == "note"


def test_a_code_that_is_never_mild_cannot_be_said_so():
    with pytest.raises(KeyError, match="late"):
        _ = Remark("late", "muộn", is_mild=True).severity


def test_a_code_reads_as_a_name_and_means_something_of_its_own():
    assert not [code for code in CODES if not re.fullmatch(r"[a-z][a-z0-9_]*", code)]
    assert len({told.means for told in CODES.values()}) == len(CODES)


def test_the_list_for_readers_is_as_the_codes_are():
    assert LIST.read_text(encoding="utf-8") == findings_list()
