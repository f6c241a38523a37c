"""How far do self-scores, the reports, verification and the council lie apart, step by step, and where?

Each step is told of the marks that have both of its ends, so that a step is never mixed up with who was looked at. A
mark that a verifier or the council finished and did not touch stands as it was: one of theirs, moved by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.records import Record
from scoring.core.points import Integers
from scoring.decisions.rulings import COUNCIL, VERIFIED

REPORTED = "reported"
"""The stage of a mark that nobody has decided about."""
_ENDS = {"computed": "self_points", VERIFIED: "computed_points", COUNCIL: "before_council"}
"""Each step's end, and the column where it begins."""


class StageStep(Record):
    """Marks with both ends of a step, and how many fell or rose by it.

    moved: the end less the beginning, as a mean of shares of the maximum in thousandths; None without a mark.
    """

    marks: int
    lowered: int
    raised: int
    moved: int | None


class StageGap(Record):
    """The steps of some marks. kind: criterion, block, role (who decided) or stage (how far they came); who: its id.

    computed: from the self-score to what the report gives. verified: on to verification. council: on from there, or
    from the report where nobody verified, to the council.
    """

    kind: str
    who: str
    marks: int
    computed: StageStep
    verified: StageStep
    council: StageStep


def stage_gaps(evaluation: Evaluation) -> Iterator[StageGap]:
    """By criterion, block, role and stage; only what has marks."""
    marks = _marks(evaluation)
    verifier, council = (_roles(evaluation, marks, stage) for stage in (VERIFIED, COUNCIL))
    marks["verified_points"] = marks["verified_points"].fillna(marks["computed_points"].where(verifier.ne("")))
    marks["before_council"] = marks["verified_points"].fillna(marks["computed_points"])
    marks["council_points"] = marks["council_points"].fillna(marks["before_council"].where(council.ne("")))
    came = pd.Series(REPORTED, index=marks.index).mask(marks["verified_points"].notna(), VERIFIED)
    marks["stage"] = came.mask(marks["council_points"].notna(), COUNCIL)
    groups = {
        "criterion": [one.id for one in evaluation.year.rubric.criteria],
        "block": list(evaluation.year.rubric.blocks),
        "stage": [REPORTED, VERIFIED, COUNCIL],
    }
    for kind, order in groups.items():
        own = dict(list(marks.groupby(kind)))
        yield from (_gap(kind, who, own[who]) for who in order if who in own)
    for who in sorted({*verifier, *council} - {""}):
        yield _gap("role", who, marks[verifier.eq(who) | council.eq(who)])


def _marks(evaluation: Evaluation) -> pd.DataFrame:
    """The marks of criteria with points, each with its block."""
    rubric, marks = evaluation.year.rubric, evaluation.marks
    wanted = marks["criterion"].isin([one.id for one in rubric.criteria]) & marks["points"].notna()
    columns = ["unit", "criterion", "max_points", "self_points", "computed_points", "verified_points", "council_points"]
    own = marks.loc[wanted, columns].reset_index(drop=True).astype({"unit": str, "criterion": str})
    own["block"] = own["unit"].map(evaluation.year.units.set_index("id")["block"].astype(str))
    return own


def _roles(evaluation: Evaluation, marks: pd.DataFrame, stage: str) -> pd.Series[str]:
    """Who decided each mark at a stage, or finished its unit there; "" where nobody did."""
    decided = evaluation.decisions[evaluation.decisions["stage"] == stage]
    figures = decided[decided["kind"].isin(["points", "value"])]
    of_mark = dict(zip(zip(figures["unit"], figures["criterion"], strict=True), figures["role"], strict=True))
    done = decided[decided["kind"] == "completed"]
    of_unit = dict(zip(done["unit"], done["role"], strict=True))
    keys = zip(marks["unit"], marks["criterion"], marks["computed_points"].notna(), strict=True)
    # a mark that the report gave no points for and nobody decided was not looked at by finishing its unit
    told = [of_mark.get((unit, item)) or (of_unit.get(unit, "") if known else "") for unit, item, known in keys]
    return pd.Series(told, index=marks.index, dtype=object)


def _gap(kind: str, who: str, marks: pd.DataFrame) -> StageGap:
    steps = {end: _step(marks, before, f"{end}_points") for end, before in _ENDS.items()}
    return StageGap(kind=kind, who=who, marks=len(marks), **steps)


def _step(marks: pd.DataFrame, before: str, after: str) -> StageStep:
    both = marks[marks[before].notna() & marks[after].notna()]
    moved = (both[after] - both[before]).to_numpy(np.int64)
    return StageStep(
        marks=len(moved),
        lowered=int((moved < 0).sum()),
        raised=int((moved > 0).sum()),
        moved=mean_share(moved, both["max_points"].to_numpy(np.int64)),
    )


def mean_share(moved: Integers, most: Integers) -> int | None:
    """The mean of differences as shares of their maxima, in thousandths, half away from 0; None of none.

    >>> mean_share(np.array([-1, 2]), np.array([10, 4]))
    200
    """
    if not len(moved):
        return None
    total = sum((Fraction(int(moved[most == one].sum()), int(one)) for one in np.unique(most)), Fraction(0))
    size = (abs(total) * 2000 // len(moved) + 1) // 2
    return int(-size if total < 0 else size)
