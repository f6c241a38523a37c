"""A faulty report a fault: each case of bad_reports/ has the fate it states, in words, and touches nobody else.

All the faulty reports lie in one folder beside sound reports of other units, and are read in one go.
"""

import re
import shutil

import pandas as pd
import pytest
from helpers.disk_faults import UNIT, make, place, read_cases, sound_sheet
from helpers.filled_forms import filled_form, register, rubric, units

from scoring.reports.checks.run import checked
from scoring.reports.intake import read_report_folder
from scoring.reports.reading.folder import shown_name
from scoring.scores.totals import score

CASES = read_cases()
FIELDS = ["value", "base", "not_applicable", "self_points", "evidence"]
GOES_WITH = {"value": ("value", "base"), "": ("value", "base", "self_points", "evidence")}
"""What is lost together: a share with its whole, a row with all it says."""
OTHERS = ("XA-LONG", "XA-TAN")
SOUND = "hoan_chinh.xlsx"
ENGLISH = re.compile(
    r"\b(error|exception|traceback|invalid|expected|codec|must|should|object|none|nan)\b", re.IGNORECASE
)


def read(folder):
    return read_report_folder(folder, rubric(), units(), register())


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """A folder with the sound reports of the other units."""
    folder = tmp_path_factory.mktemp("others")
    for unit in OTHERS:
        for period in ("9T", "NAM"):
            filled_form(folder / f"{unit}_{period}.xlsx", unit, period)
    return folder


@pytest.fixture(scope="module")
def undisturbed(others):
    return read(others)


@pytest.fixture(scope="module")
def disturbed(others, tmp_path_factory):
    """By case the name its file is listed by, and the reading of them all."""
    root = tmp_path_factory.mktemp("disturbed")
    filled_form(root / "ngoai.xlsx")
    folder = shutil.copytree(others, root / "reports")
    filled_form(folder / SOUND)
    listed = {}
    for at, (key, case) in enumerate(CASES.items()):
        name = make(folder, case, f"bao_cao_{at}.{'csv' if 'csv' in case else 'xlsx'}")
        listed[key] = case.get("listed", shown_name(name))
    return listed, read(folder)


def contents(reading, file):
    """What a file says, by unit and item, as far as anything is known."""
    own = reading.entries[reading.entries["file"] == file]
    known = own[FIELDS].astype(object).where(own[FIELDS].notna(), None)
    rows = zip(own["unit"], own["criterion"], known.to_dict("records"), strict=True)
    return {(str(unit), str(item)): fields for unit, item, fields in rows}


def wanted(case, sound):
    """What a file should say: nothing, what its table counts, or all that the sound report says but its fault."""
    if "counts" in case:
        return {tuple(key.split()): value for key, value in case["counts"].items()}
    fate = case.get("fate", "flagged")
    if fate in {"rejected", "ignored"} or "empty" in case:
        return {}
    said = {key: dict(fields) for key, fields in sound.items()}
    for lost in case.get("loses", ()):
        item, _, field = lost.partition(".")
        gone = (
            {"value": ("value", "base")}.get(field, (field,)) if field else ("value", "base", "self_points", "evidence")
        )
        said[UNIT, item] |= dict.fromkeys(gone)
    for key, text in case.get("reads", {}).items():
        item, field = key.split(".")
        said[UNIT, item][field] = text
    return said


@pytest.mark.parametrize("key", CASES)
def test_a_faulty_report_has_its_fate_and_keeps_what_is_sound(disturbed, key):
    (listed, reading), case = disturbed, CASES[key]
    (received,) = reading.received[reading.received["file"] == listed[key]].to_dict("records")
    assert received["fate"] == case.get("fate", "flagged")
    said = contents(reading, listed[key])
    if "counts" in case:
        said = {at: fields["value"] for at, fields in said.items() if fields["value"] is not None}
    assert said == wanted(case, contents(reading, SOUND))


@pytest.mark.parametrize("key", [key for key, case in CASES.items() if "says" in case])
def test_a_finding_says_what_is_wrong_and_where(disturbed, key):
    (listed, reading), case = disturbed, CASES[key]
    found = reading.findings[reading.findings["file"] == listed[key]]
    why = reading.received.set_index("file").loc[listed[key], "why"]
    told = [(f"{row.message}. {row.mend}", row.cell) for row in found.itertuples()] or [(why, "")]
    cells = [cell for text, cell in told if all(str(word) in text for word in case["says"])]
    assert cells, told
    assert not [text for text, _ in told if ENGLISH.search(without_quotes(text))]
    if rows := spoilt_rows(case):
        assert {int(re.sub("[A-Z]", "", cell)) for cell in cells if cell} <= rows


def without_quotes(text):
    """A message without what it quotes of the report."""
    return re.sub("'[^']*'", "", text)


def spoilt_rows(case):
    """The rows of the cells that were spoilt, where it was cells."""
    if case.get("says") is None or case.get("fate") == "rejected":
        return set()
    keys = [*case.get("typed", ()), *case.get("stored", ())]
    return {int(re.sub("[A-Z]", "", place(sound_sheet(), key))) for key in keys}


def test_every_file_received_is_listed_once(disturbed, undisturbed):
    listed, reading = disturbed
    assert sorted(reading.received["file"]) == sorted([*listed.values(), SOUND, *undisturbed.received["file"]])


@pytest.mark.parametrize("table", ["entries", "findings", "received"])
def test_what_is_read_of_other_units_is_the_same_as_without_the_faulty_reports(disturbed, undisturbed, table):
    wholly = getattr(undisturbed, table)
    beside = getattr(disturbed[1], table)
    beside = beside[beside["file"].isin(undisturbed.received["file"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(beside, wholly)


def test_the_points_of_other_units_are_the_same_as_without_the_faulty_reports(disturbed, undisturbed):
    owed = dict.fromkeys((period.id for period in rubric().periods), frozenset(units()["id"]))
    points = []
    for reading in (disturbed[1], undisturbed):
        entries = checked(reading, rubric(), units(), owed).entries
        marks, _ = score(entries, rubric(), units())
        points.append(marks[marks["unit"].isin(OTHERS)].reset_index(drop=True))
    pd.testing.assert_frame_equal(*points)


def test_the_faults_are_two_hundred_and_all_different(capsys):
    made = [
        str({name: part for name, part in case.items() if name not in {"fault", "says"}}) for case in CASES.values()
    ]
    assert len(set(made)) == len(made)
    with capsys.disabled():
        print(f"\n{len(CASES)} faulty reports")  # noqa: T201 - the number is what is to be shown
    assert len(CASES) >= 200
