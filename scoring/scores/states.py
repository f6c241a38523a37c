"""What states a mark may have, whose figure it may be, and why it is what it is: the words of the table `marks`."""

from __future__ import annotations

STATES = ("scored", "zero", "missing", "not_applicable", "not_eligible", "pending")
"""The six states of a mark; never mixed (CONTRIBUTING.md, law 4)."""


BASES = ("computed", "verified", "council")
"""Whose figure counts: the last authorised one."""


REASONS = (
    "",
    "outside_scope",
    "claimed_not_applicable",
    "nothing_to_count",
    "no_value",
    "no_target",
    "no_evidence",
    "evidence_counted",
    "not_judged",
    "day_not_known",
    "not_eligible",
    "peers_changed",
    "members_not_known",
    "evidence_short",
    "not_opened",
)
"""Why a mark is what it is, where the value alone does not say it."""


SCORED, ZERO, NOT_APPLICABLE, NOT_ELIGIBLE, PENDING = (
    STATES.index(state) for state in ("scored", "zero", "not_applicable", "not_eligible", "pending")
)
