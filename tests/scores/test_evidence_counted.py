"""A criterion that counts pieces pays only for the pieces shown where the rubric says so; elsewhere it is only told."""

import pytest
from helpers.builders import criterion, entries_of, entry, units_of

from scoring.core.errors import RubricError
from scoring.reports.checks.evidence import find_fewer_proofs
from scoring.scores.totals import score

DOCUMENTS = "; ".join(f"{number}/KH-CĐ ngày 05/03/2024" for number in (1, 2, 3))


def counting(evidence, **changed):
    return criterion("A1", 6, "per_item", params={"points_each": 2}, evidence=evidence, **changed)


def mark_of(rubric, value, evidence):
    marks, _ = score(entries_of(entry("TH-A", "A1", value, evidence=evidence)), rubric, units_of("TH-A"))
    return marks.iloc[0]


@pytest.mark.parametrize(
    ("value", "evidence", "points", "reason"),
    [
        (3, DOCUMENTS, 600, ""),
        (3, DOCUMENTS.partition("; ")[0], 200, "evidence_short"),
        (2, DOCUMENTS, 400, ""),
        (3, None, 0, "no_evidence"),
    ],
)
def test_only_as_many_count_as_have_evidence(rubric_of_criteria, value, evidence, points, reason):
    mark = mark_of(rubric_of_criteria(counting("counted")), value, evidence)
    assert (mark["points"], mark["reason"]) == (points, reason)


def test_by_default_every_piece_counts(rubric_of_criteria):
    mark = mark_of(rubric_of_criteria(counting("required")), 3, DOCUMENTS.partition("; ")[0])
    assert (mark["points"], mark["reason"]) == (600, "")


@pytest.mark.parametrize(("evidence", "severity", "line"), [("counted", "warning", "A1"), ("required", "note", "")])
def test_fewer_pieces_than_things_is_found(rubric_of_criteria, evidence, severity, line):
    rubric = rubric_of_criteria(counting(evidence))
    (found,) = find_fewer_proofs(entries_of(entry("TH-A", "A1", 3, evidence="1/KH-CĐ")), rubric)
    assert (found.code, found.severity, found.criterion) == ("evidence_fewer", severity, line)
    assert "3" in found.message
    assert not list(find_fewer_proofs(entries_of(entry("TH-A", "A1", 3, evidence=DOCUMENTS)), rubric))


def test_what_is_not_a_count_cannot_be_counted(rubric_of_criteria):
    with pytest.raises(RubricError, match="chỉ dùng cho tiêu chí đếm số việc"):
        rubric_of_criteria(criterion("A1", 6, "achieved", params={}, evidence="counted"))
