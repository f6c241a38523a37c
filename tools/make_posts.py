"""Write the sample's quarterly reports of the posts of 2026, with invented lists of tasks.

Run it from the project's folder: `python -m tools.make_posts`. Two posts report nothing in one quarter, one has a list
that has to be mended; the others have tasks that were late, faulty, or excused by a confirmed objective cause.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from scoring.register.year import Year, open_year
from scoring.reports.fields import asked_items, choices, task_code
from scoring.reports.forms.form import SENT_ON, write_form
from scoring.rubric.model import Period
from scoring.rubric.scope import Unit
from tools.make_others import Cells, in_words
from tools.make_sample import DATA, chance, fill

YEAR, OFFICER = 2026, "officer"
NO_REPORT = {("TC-CS", "Q2"), ("TG-NC", "Q4")}
TO_MEND = ("VP-QT", "Q3")
"""Whose list says that more was done than was assigned."""
WORKS = (
    "Tờ trình, kế hoạch",
    "Báo cáo định kỳ",
    "Hướng dẫn cơ sở",
    "Tập huấn, hội nghị",
    "Trả lời kiến nghị",
    "Tin, bài",
)
"""Kinds of work, in our own words."""


def main() -> None:
    """Write them all."""
    year = open_year(DATA / str(YEAR), OFFICER)
    folder = year.folder / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    for period in year.rubric.periods:
        for unit in year.units.to_dict("records"):
            if (unit["id"], period.id) in NO_REPORT:
                continue
            sent = period.due - timedelta(int(5 * chance(unit["id"], period.id)))
            path = folder / f"{unit['id']}_{period.id}.xlsx"
            write_form(path, year.rubric, year.plan, unit, period)
            cells = in_words(levels(year, unit), year.rubric) | tasks(unit, period)
            fill(path, cells | {SENT_ON: f"{sent:%d/%m/%Y}"}, YEAR)


def levels(year: Year, unit: Unit) -> Cells:
    """The level each criterion with levels is reported at: mostly the best, a few below."""
    cells: Cells = {}
    for item in asked_items(year.rubric, unit):
        strength = chance(unit["id"], "level") + 0.4 * chance(unit["id"], item.id)
        cells[item.id, "value"] = min(int(strength < 0.8) + int(strength < 0.35), len(choices(item)) - 1)
    return cells


def tasks(unit: Unit, period: Period) -> Cells:
    """A quarter's list of tasks."""
    name, cells = unit["id"], dict[tuple[str, str], Any]()
    for number in range(1, 5 + math.floor(4 * chance(name, period.id, "tasks"))):
        code = task_code(number)
        for key, content in task(name, period.id, number).items():
            cells[code, key] = content
    if (name, period.id) == TO_MEND:
        cells[task_code(2), "done"] = cells[task_code(2), "assigned"] + 1
    return cells


def task(name: str, period: str, number: int) -> dict[str, Any]:
    """One piece of work: how much of it, how often it was late or faulty, and what excuses that."""

    def luck(what: str) -> float:
        return chance(name, period, str(number), what)

    strength = 0.3 + 0.45 * chance(name, "level")
    assigned = 1 + math.floor(3 * luck("assigned"))
    late = int(luck("late") > strength) + int(luck("later") > 0.8)
    faults = int(luck("faults") > strength)
    excused = int(late and luck("excused") > 0.7)
    told: dict[str, Any] = {
        "task": f"{WORKS[math.floor(len(WORKS) * luck('kind'))]} số {number}",
        "assigned": assigned,
        "done": assigned - int(luck("done") > 0.85),
        "faults": faults,
        "late": late,
    }
    if luck("factor") > 0.6:
        told["factor"] = (1.5, 2, 0.5)[math.floor(3 * luck("which"))]
    if excused:
        told |= {"late_excused": excused, "confirmation": f"{20 + number}/TB-LĐLĐ ngày 15/0{period[1]}/{YEAR}"}
    return told


if __name__ == "__main__":
    main()
