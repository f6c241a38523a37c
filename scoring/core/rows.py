"""What columns has a row of each table? The rows that are told from, with the type of every column.

A row is a dict of plain Python values, None where a table has NA (`core.tables.rows_as`). Points are in smallest
units, values and targets scaled by `scale`. The columns' meanings stand where the table is made (CONTRIBUTING.md, What
flows). A column named after a group, period or fact (`points:A`) is read with `of`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict, TypeVar, cast

Figure = TypeVar("Figure")


class UnitRow(TypedDict):
    """A unit of the register at the year's end."""

    id: str
    name: str
    short_name: str
    type: str
    block: str
    members: int | None
    parent: str
    standing: bool
    answered_by: str | None
    eligible: bool
    eligibility: str


class EntryRow(TypedDict):
    """What a report says of a criterion or fact in a period."""

    unit: str
    criterion: str
    period: str
    value: int | None
    base: int | None
    not_applicable: bool
    self_points: int | None
    evidence: str | None
    file: str
    sheet: str
    cell: str


class FindingRow(TypedDict):
    """A finding; "" where a column does not concern it."""

    severity: str
    code: str
    unit: str
    criterion: str
    period: str
    file: str
    sheet: str
    cell: str
    value: str
    message: str
    mend: str


class ReceivedRow(TypedDict):
    """A file and what became of it; unit, period: None where they are not known or the file holds many."""

    file: str
    sha256: str
    unit: str | None
    period: str | None
    received_on: datetime.date | None
    days_late: int | None
    fate: str
    why: str
    sent_on: datetime.date | None
    noted_on: datetime.date | None


class MarkRow(TypedDict):
    """A unit's mark of a criterion."""

    unit: str
    criterion: str
    kind: str
    state: str
    value: int | None
    base: int | None
    target: int | None
    scale: int
    points: int | None
    max_points: int
    self_points: int | None
    computed_points: int | None
    verified_points: int | None
    council_points: int | None
    basis: str
    reason: str
    clause: str
    evidence: str | None
    file: str | None
    sheet: str | None
    cell: str | None


class TotalRow(TypedDict):
    """A unit's totals; beside these columns, those of groups, periods, facts and conditions."""

    unit: str
    bonus: int | None
    deductions: int | None
    total: int | None
    figure: int | None
    annual_points: int | None
    effective_max: int
    max_points: int
    missing: int
    pending: int
    not_applicable: int
    eligible: bool
    unopened: bool


class StandingRow(TypedDict):
    """A unit's rank and band, and what decided them."""

    unit: str
    block: str
    figure: int | None
    score_band: str | None
    band: str | None
    gates: str
    capped_by: str
    withheld_by: str
    rank: int | None
    ranked: int | None
    tied: int | None
    broken_by: str
    selected: str
    selection: str
    quota: str
    passed: str
    unmet: str
    lowered_from: str
    council_reason: str


class OutcomeRow(StandingRow, TotalRow):
    """A unit's total and standing in one row."""


class NamedOutcomeRow(OutcomeRow):
    """An outcome with the unit's name."""

    name: str


class QuotaRow(TypedDict):
    """The arithmetic of a quota in its scope."""

    band: str
    scope: str
    base: str
    units: int
    share: Decimal
    allowed: int
    chosen: int
    beyond: int
    lowered: int
    proposed: int
    tied: int
    held: int
    over: int


class DecisionRow(TypedDict):
    """What was decided of a unit (criterion "") or of a criterion or fact; value: a figure, None for other kinds."""

    id: str
    unit: str
    criterion: str
    stage: str
    kind: str
    reason: str
    role: str
    made_on: datetime.date
    appeal: str
    value: Decimal | None


def of(row: TotalRow | StandingRow, what: str, name: str) -> Any:
    """What a row has of one group, period, fact, condition or criterion: what "reported" of "NAM" is, say."""
    return cast("Mapping[str, Any]", row)[f"{what}:{name}"]


def known(figure: Figure | None) -> Figure:
    """A figure of a row that has one by what its state, band or rank says; raises LookupError where it has none."""
    if figure is None:
        raise LookupError("not known")
    return figure
