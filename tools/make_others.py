"""Write the sample's other subjects of 2024, with invented figures: the upper-level unions and the posts of chair.

Run it from the project's folder, after `tools.make_sample`: `python -m tools.make_others`. What the upper-level unions
report goes into `data/upper_level/2024/reports/`, what the chairs' posts report into `data/officer/2024/reports/`, and
what a verifier gave the chairs of the first block into `data/officer/2024/decisions/`; the others wait for theirs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.assessment.evaluation import evaluate
from scoring.decisions.rulings import Ruling
from scoring.decisions.store import record_decisions
from scoring.register.year import Year, open_year
from scoring.reports.fields import NOT_APPLICABLE, asked_facts, asked_items, choices
from scoring.reports.forms.form import SENT_ON, write_form
from scoring.rubric.model import Criterion, Period, Rubric
from scoring.rubric.scope import Unit
from scoring.rubric.targets import target_figure
from tools.make_sample import DATA, chance, fill, previous_rows

YEAR = 2024
UPPER, OFFICER = "upper_level", "officer"
NO_REPORT = {("LD-BENNUOC", "6T"), ("SN-VIECLAM-CHU_TICH", "NAM")}
LATE = {("CD-YTE", "6T"): 6, ("XA-LONGBINH-CHU_TICH", "NAM"): 3}
NO_WEBSITE = "CD-KCN"
JUDGED_BLOCK, JUDGED_BY, JUDGED_ON = "K1", "Ban thường vụ công đoàn cấp trên", date(2025, 1, 8)

Cells = dict[tuple[str, str], Any]


def main() -> None:
    """Write the reports and decisions of both."""
    write_reports(DATA / UPPER / str(YEAR) / "reports", UPPER, federation_report)
    write_reports(DATA / OFFICER / str(YEAR) / "reports", OFFICER, chair_report)
    judge_chairs(DATA / OFFICER / str(YEAR))


def write_reports(folder: Path, rubric: str, report: Callable[[Year, Unit, Period], Cells]) -> None:
    """Write the report of every subject that stands at the year's end, of each period."""
    year = open_year(DATA / str(YEAR), rubric)
    folder.mkdir(parents=True, exist_ok=True)
    previous: pd.DataFrame | None = None
    for period in year.rubric.periods:
        rows: list[dict[str, Any]] = []
        for unit in year.units[year.units["standing"]].to_dict("records"):
            if (unit["id"], period.id) in NO_REPORT:
                continue
            cells = report(year, unit, period)
            sent = period.due + timedelta(LATE.get((unit["id"], period.id), -int(7 * chance(unit["id"], period.id))))
            path = folder / f"{unit['id']}_{period.id}.xlsx"
            write_form(path, year.rubric, year.plan, unit, period, previous)
            fill(path, in_words(cells, year.rubric) | {SENT_ON: f"{sent:%d/%m/%Y}"}, YEAR)
            rows += previous_rows(unit["id"], cells)
        previous = pd.DataFrame(rows)


def in_words(cells: Cells, rubric: Rubric) -> Cells:
    """The cells as they are typed: of a list of levels, the words."""
    lists = {(item.id, "value"): words for item in rubric.items if (words := choices(item))}
    return {key: lists[key][content] if key in lists else content for key, content in cells.items()}


# The upper-level unions

WHOLES = {"A2": 10, "A3": 80, "B1": 35, "B3": 70, "B4": 6}
"""About how large the whole is that a part is reported of."""


def federation_report(year: Year, unit: Unit, period: Period) -> Cells:
    """What an upper-level union reports; six months are about half of the year."""
    name, rubric = unit["id"], year.rubric
    part = 1 if period.annual else 0.5
    cells: Cells = {}
    for number, item in enumerate(asked_items(rubric, unit), 11):
        if (name, item.id) == (NO_WEBSITE, "C1"):
            cells[item.id, "not_applicable"] = NOT_APPLICABLE
            continue
        value, base = figures(item, unit, 1 if item.id in {"A1", "A2"} else part)
        cells[item.id, "value"] = value
        if base is not None:
            cells[item.id, "base"] = base
        if value or choices(item):
            cells[item.id, "evidence"] = document(item, name, number, period)
    tasks = math.ceil(8 + 5 * chance(name, "tasks"))
    late = int(chance(name, "late") > 0.6)
    stated = {"N1": tasks, "N2": tasks - late, "N3": math.ceil(tasks * (0.2 + 0.3 * chance(name, "above"))), "N4": 0}
    return cells | {(fact.id, "value"): stated[fact.id] for fact in asked_facts(rubric, unit, period)}


def figures(item: Criterion, unit: Unit, part: float) -> tuple[float, float | None]:
    """A value, and the whole it is part of (None where the method takes none)."""
    reaches = 0.65 + 0.45 * chance(unit["id"], "level") + 0.3 * (chance(unit["id"], item.id) - 0.5)
    match item.method:
        case "steps":
            return max(9, round(70 - 50 * reaches)), None
        case "levels":
            return int(reaches < 1) + int(reaches < 0.75), None
        case "per_item":
            return int(reaches > 1.05 and part == 1), None
        case "percent":
            whole = math.ceil(part * WHOLES[item.id] * (0.7 + 0.6 * chance(unit["id"], item.id, "whole")))
            return min(whole, round(whole * reaches)), whole
        case _:
            target = math.ceil(target_figure(item.parameter("target"), unit) or 0)
            most = item.indicator.most if item.indicator and isinstance(item.indicator.most, Decimal) else 2 * target
            return min(math.floor(part * round(target * reaches)), int(most)), None


def document(item: Criterion, name: str, number: int, period: Period) -> str:
    """The document that proves an item; the plan proves two of them."""
    union = f"CT{name.partition('-')[2]}"
    if item.id in {"A1", "A2"}:
        return f"11/KH-{union} ngày {14 + int(9 * chance(name, 'day')):02}/02/{YEAR}"
    day = period.to - timedelta(10 + int(60 * chance(name, item.id, "day")))
    return f"{number + 40 * period.annual}/BC-{union} ngày {day:%d/%m/%Y}"


# The posts of chair


def chair_report(year: Year, unit: Unit, period: Period) -> Cells:
    """What a chair's post reports: tasks assigned, done, done on time and done above requirement."""
    name = unit["id"]
    assigned = math.ceil(8 + 6 * chance(name, "tasks"))
    late = int(3 * chance(name, "late") ** 3)
    proof = f"Bảng phân công nhiệm vụ kèm {10 + int(9 * chance(name, 'day'))}/TB-CĐ{name.split('-')[1]}"
    told = {"HT1": assigned - (late > 1), "DH1": assigned - late}
    cells: Cells = {}
    for item, done in told.items():
        cells |= {(item, "value"): done, (item, "base"): assigned, (item, "evidence"): proof}
    above = math.ceil(assigned * (0.15 + 0.4 * chance(name, "above")))
    return cells | {("N1", "value"): assigned, ("N2", "value"): above}


def judge_chairs(folder: Path) -> None:
    """Record the points that a verifier gave the chairs of one block for what is judged."""
    year = open_year(DATA / str(YEAR), OFFICER)
    evaluation = evaluate(year)
    judged = [item for item in year.rubric.criteria if item.is_judged]
    chairs = year.units[(year.units["block"] == JUDGED_BLOCK) & year.units["eligible"]]
    rulings = {
        f"{chair} {item.id}": Ruling(
            unit=chair,
            criterion=item.id,
            stage="verified",
            kind="points",
            value=str(item.max_points - Decimal(int(7 * chance(chair, item.id))) / 2),
            reason="theo hồ sơ công việc của chức danh trong năm",
            role=JUDGED_BY,
            made_on=JUDGED_ON,
        )
        for chair in chairs["id"]
        for item in judged
    }
    record_decisions(folder, rulings, year.rubric, year.units, evaluation.entries)


if __name__ == "__main__":
    main()
