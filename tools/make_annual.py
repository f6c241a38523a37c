"""Write the sample's yearly grading of 2024: one table of all units, with invented figures.

Run it from the project's folder: `python -m tools.make_annual`. The table goes into `data/annual/2024/reports/`, as an
office that keeps one spreadsheet of its units sends it: a row per unit and criterion. Nobody reports the plan's result.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from scoring.register.year import Year, open_year
from scoring.reports.fields import asked_facts, asked_items
from scoring.rubric.model import Criterion
from scoring.rubric.scope import Unit
from scoring.rubric.targets import target_figure
from scoring.rubric.told import YES_NO
from tools.make_sample import DATA, chance

YEAR, ANNUAL = 2024, "annual"
NO_REPORT = "SN-KHUYENNONG"
"""Who is graded under the plan and sends nothing for the yearly grading."""
STRIKE = ("DN-NHUASAOMAI", "K2")
HEADINGS = ("Mã đơn vị", "Kỳ báo cáo", "Mã tiêu chí", "Kết quả", "Trên tổng số")
FILE = "xep_loai_nam_2024.csv"


def main() -> None:
    """Write the table."""
    write_table(DATA / ANNUAL / str(YEAR) / "reports" / FILE)


def write_table(path: Path) -> None:
    """Write what every unit reports that stands at the year's end."""
    year = open_year(DATA / str(YEAR), ANNUAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADINGS)
        for unit in year.units[year.units["standing"]].to_dict("records"):
            if unit["id"] != NO_REPORT:
                writer.writerows(rows(year, unit))


def rows(year: Year, unit: Unit) -> Iterator[tuple[str, ...]]:
    """A unit's rows: what is asked of it, then the facts."""
    rubric, name = year.rubric, unit["id"]
    for item in asked_items(rubric, unit):
        yield (name, rubric.annual_period.id, item.id, *figures(item, unit))
    for fact in asked_facts(rubric, unit, rubric.annual_period):
        stated = int((fact.kind == "yes_no") != ((name, fact.id) == STRIKE))
        yield (name, rubric.annual_period.id, fact.id, YES_NO[stated] if fact.kind == "yes_no" else str(stated), "")


def figures(item: Criterion, unit: Unit) -> tuple[str, str]:
    """A value and the whole it is part of, blank where the method takes none."""
    reaches = 0.7 + 0.4 * chance(unit["id"], "level") + 0.2 * (chance(unit["id"], item.id, ANNUAL) - 0.5)
    match item.method:
        case "percent":
            whole = math.ceil(6 + 20 * chance(unit["id"], item.id, ANNUAL, "whole"))
            return str(min(whole, round(whole * reaches))), str(whole)
        case "per_item":
            return str(math.floor(4 * max(0, reaches - 0.7))), ""
        case _:
            target = float(target_figure(item.parameter("target"), unit) or 0)
            return str(math.ceil(target * reaches - 0.5)), ""


if __name__ == "__main__":
    main()
