"""A faulty file a fault: each file of bad_rubrics is refused with the words and the places its first lines give."""

from pathlib import Path

import pytest

from scoring.core.errors import RubricError
from scoring.rubric.reading import read_rubric

FILES = sorted((Path(__file__).parent / "bad_rubrics").glob("*.yaml"))


def expected_of(path):
    """(place, words) for each `# expect:` line the file begins with."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("# expect: ")]
    parts = [line.removeprefix("# expect: ").split(" | ") for line in lines]
    return [(place, words) for place, *words in parts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_faulty_rubric_is_refused_with_every_fault_in_its_place(path, plan):
    with pytest.raises(RubricError) as refusal:
        read_rubric(path, plan)
    expected = expected_of(path)
    assert [fault.where for fault in refusal.value.faults] == [place for place, _ in expected]
    for fault, (_, words) in zip(refusal.value.faults, expected, strict=True):
        assert [word for word in words if word.casefold() not in str(fault).casefold()] == []


def test_the_refusal_names_the_file_and_counts_its_faults(plan):
    path = next(path for path in FILES if path.stem == "strange_key_beside_other_faults")
    with pytest.raises(RubricError, match=r"strange_key_beside_other_faults\.yaml: 5 lỗi"):
        read_rubric(path, plan)


def test_no_message_holds_an_english_sentence_of_a_library(plan):
    for path in FILES:
        with pytest.raises(RubricError) as refusal:
            read_rubric(path, plan)
        assert not [word for word in (" should ", "Input ", " must ", "found ", "xem lại kiểu") if word in str(refusal)]


TYPES = [
    ("periods: last", "periods: cuối"),
    ("rounding: half_up", "rounding: nửa"),
    ("due: 2024-12-15", "due: cuối năm"),
]
SAME_THING = {("another_year", "due: cuối năm")}
"""What was wrong with the very day that is no day any more."""


@pytest.mark.parametrize(("sound", "wrong"), TYPES)
def test_a_wrong_type_in_one_place_hides_no_fault_of_another_and_makes_none_up(plan, tmp_path, sound, wrong):
    told = 0
    for path in FILES:
        text = path.read_text("utf-8")
        if sound in text and (path.stem, wrong) not in SAME_THING:
            known, more = (faults_of(one, plan, tmp_path) for one in (text, text.replace(sound, wrong, 1)))
            # where the file is no YAML, or a figure has no value of its date, nothing else can be looked at
            assert len(more) - len(known) in {0, 1}, path.stem
            assert known <= more, path.stem
            told += more > known
    assert told > 80


def faults_of(text, plan, folder):
    (folder / "rubric.yaml").write_text(text, "utf-8")
    with pytest.raises(RubricError) as refusal:
        read_rubric(folder / "rubric.yaml", plan)
    return {fault.what for fault in refusal.value.faults}
