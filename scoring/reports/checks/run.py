"""What the reports say against each other, and what the system counts itself: every check, in its order.

Findings, never exceptions: who has not reported, what came late, twice or in two versions, figures that fall, evidence
that is missing or claimed twice. To add a check, give it to the module of its subject and name it in `checked`.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd

from scoring.core.findings import Finding, findings_table
from scoring.core.stages import announced
from scoring.register.units import Register, units_due
from scoring.register.year import Year
from scoring.reports.checks.counted import counted_rows
from scoring.reports.checks.doubled import settle_doubled
from scoring.reports.checks.evidence import (
    find_claimed_elsewhere,
    find_claimed_twice,
    find_fewer_proofs,
    find_misdated,
    find_unproved,
)
from scoring.reports.checks.figures import (
    find_blank,
    find_contradicted,
    find_fallen,
    find_left_out,
    list_falls,
    parts_above,
    without,
)
from scoring.reports.checks.personal_data import personal_data
from scoring.reports.checks.timeliness import Owed, find_late, find_missing, find_undated, list_absent, reports_sent
from scoring.reports.fields import of_tasks
from scoring.reports.intake import Reading, entries_table, read_report_folder
from scoring.rubric.model import Rubric


def read_reports(year: Year) -> Reading:
    """What the units sent: the tables `entries`, `findings` and `received`; a missing folder is made, and empty.

    Raises ParameterError where the plan, the rubric or the register was edited since the year was opened.
    """
    folder = year.folder / "reports"
    with suppress(OSError):  # a year that has just begun has no report yet; what cannot be made is told by its reader
        folder.mkdir(parents=True, exist_ok=True)
    reading = check_reports(folder, year.rubric, year.units, year.register)
    year.refuse_if_edited()
    return reading


def check_reports(folder: Path, rubric: Rubric, units: pd.DataFrame, register: Register) -> Reading:
    """Read a folder of reports (`intake.read_report_folder`) and check them against each other (`checked`)."""
    due = units_due(register, rubric)
    owed = {period: frozenset(table.loc[table["standing"], "id"]) for period, table in due.items()}
    return checked(read_report_folder(folder, rubric, units, register), rubric, units, owed)


def checked(reading: Reading, rubric: Rubric, units: pd.DataFrame, owed: Owed) -> Reading:
    """The reading with doubled reports settled, all findings, and the entries the system counts itself.

    Of several reports of one unit and period the newest counts (`doubled`); of a count and the one it is part of
    neither does where it is more. units: as they stand at the year's end.
    """
    announced("Đối chiếu các báo cáo")
    settled = settle_doubled(reading, of_tasks(rubric))
    entries, received = settled.entries, settled.received
    above = parts_above(entries, rubric)
    blank = list(find_blank(entries, settled.before, rubric))
    entries = without(entries, above)
    reports = reports_sent(entries, received, settled.first_on, rubric)
    absent = list_absent(reports, reading.findings, rubric, owed)
    found = [
        *settled.found,
        *find_late(reports, rubric),
        *find_undated(reports, received, rubric),
        *find_missing(absent, received, rubric, units),
        *blank,
        *find_left_out(entries, settled.before, rubric, units),
        *find_contradicted(above),
        *find_unproved(entries, rubric),
        *find_fewer_proofs(entries, rubric),
        *find_misdated(entries, rubric),
        *find_fallen(list_falls(entries, rubric), rubric),
        *find_claimed_twice(entries, rubric),
        *find_claimed_elsewhere(entries, rubric),
        *personal_data(entries),
    ]
    before = [Finding(*row) for row in settled.before.itertuples(index=False)]
    counted = entries_table(counted_rows(entries, reports, absent, owed, rubric, units), rubric, units)
    return Reading(pd.concat([entries, counted], ignore_index=True), findings_table([*before, *found]), received)
