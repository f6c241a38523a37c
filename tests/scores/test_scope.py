"""Whom a criterion concerns: types, blocks, single units, members; and members nobody knows."""

import pandas as pd
import pytest
from helpers.builders import criterion, entries_of, entry, row_of, units_of

from scoring.rubric.model import Scope
from scoring.rubric.scope import applies
from scoring.scores.scope import in_scope
from scoring.scores.totals import score

SCOPES = [
    Scope(units=("U1",)),
    Scope(types=("truong",), units=("U1", "U2")),
    Scope(members_from=50),
    Scope(members_below=50),
    Scope(members_from=20, members_below=50, blocks=("K1",)),
]


@pytest.mark.parametrize("scope", SCOPES)
def test_whole_columns_and_one_unit_agree_on_who_is_concerned(scope):
    units = units_of("U1", "U2", "U3", members=[40, 60, pd.NA], block=["K1", "K1", "K2"])
    assert in_scope(scope, units).tolist() == [applies(scope, unit) for unit in units.to_dict("records")]


def test_a_criterion_of_single_units_does_not_concern_the_others(rubric_of_criteria):
    own = criterion("A2", 5, "achieved", applies_to={"units": ["U1"]})
    rubric = rubric_of_criteria(criterion("A1", 5, "achieved"), own)
    entries = entries_of(*(entry(unit, name, 1) for unit in ("U1", "U2") for name in ("A1", "A2")))
    marks = score(entries, rubric, units_of("U1", "U2")).marks
    assert row_of(marks, unit="U1", criterion="A2")["state"] == "scored"
    assert row_of(marks, unit="U2", criterion="A2")["reason"] == "outside_scope"


@pytest.mark.parametrize(
    ("params", "scope"),
    [
        ({"target": {"by": "members", "percent": 10}}, {}),
        ({"target": {"by": "members", "steps": [[0, 2], [50, 4]]}}, {}),
        ({"target": 2}, {"applies_to": {"members_from": 50}}),
        ({"target": 2}, {"applies_to": {"members_below": 50}}),
    ],
)
def test_what_needs_members_nobody_knows_waits_and_is_never_nought(rubric_of_criteria, params, scope):
    rubric = rubric_of_criteria(
        criterion("A1", 5, "share_of_target", params=params, **scope), criterion("A2", 5, "achieved")
    )
    entries = entries_of(entry("U1", "A1", 3), entry("U1", "A2", 1))
    marks, totals = score(entries, rubric, units_of("U1", members=[pd.NA]))
    row = row_of(marks, unit="U1", criterion="A1")
    assert (row["state"], row["reason"], row["points"]) == ("pending", "members_not_known", None)
    assert row_of(totals, unit="U1")["pending"] == 1
