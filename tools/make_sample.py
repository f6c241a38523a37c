"""Fill the sample years: the project's own forms with invented figures, into `data/<year>/reports/`.

Run it from the project's folder: `python -m tools.make_sample`. Every figure is drawn from a hash of its unit and
criterion: the same files come out each time, and a new unit or criterion changes no other figure. How well a unit does
carries over from one year to the next, with some change; what it forgets does not.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from openpyxl import load_workbook

from scoring.core.files import of_any_system
from scoring.core.places import PROJECT
from scoring.register.reading import read_register
from scoring.register.units import units_on
from scoring.reports.fields import NOT_APPLICABLE, asked_facts, asked_items, value_range
from scoring.reports.forms.form import SENT_ON, form_cells, write_form
from scoring.rubric.model import Criterion, Fact, Period, Rubric
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.scope import Unit
from scoring.rubric.targets import target_figure
from scoring.rubric.told import YES_NO

DATA = PROJECT / "data"

Case = tuple[str, str]
"""A unit, and a period, an item or a fact."""


class Sample(NamedTuple):
    """One year and what it is to show, by which unit; who is new, merged or dissolved stands in its events.csv."""

    year: int
    plan_received: date
    """The day on which the units received the plan of the upper level."""
    change: float
    """How far levels move from those of the first year."""
    mark: tuple[str, ...]
    """What sets the year's draws and links apart; the first year has none."""
    no_plan: str
    no_report: set[Case]
    late: dict[Case, int]
    """Days after the due date, by the unit's own word; the office's register says it of another in `arrived`."""
    arrived: dict[Case, date]
    undated: set[Case]
    tied: set[str]
    fell: set[Case]
    same_evidence: dict[Case, str]
    facts: dict[Case, int]


SAMPLES = (
    Sample(
        year=2024,
        plan_received=date(2024, 8, 12),
        change=0,
        mark=(),
        no_plan="SN-VIECLAM",
        no_report={("DN-VANTAIDUONGMOI", "NAM"), ("XA-PHUOCTAN", "9T")},
        late={("DN-GODAINGAN", "9T"): 4},
        arrived={("XA-LONGBINH", "NAM"): date(2024, 12, 19), ("MN-TUOITHO", "NAM"): date(2024, 12, 12)},
        undated={("MN-TUOITHO", "NAM")},
        tied={"TH-ANHDAO", "THCS-BINHMINH"},
        fell={("DN-CAOSULAXANH", "B2")},
        same_evidence={("DN-NHUASAOMAI", "C5"): "C1"},
        facts={("DN-DIEUHATVANG", "K1"): 0, ("THPT-BANMAI", "K4"): 1},
    ),
    Sample(
        year=2025,
        plan_received=date(2025, 7, 21),
        change=0.3,
        mark=("2025",),
        no_plan="DN-NUOCSUOIDA",
        no_report={("DN-GODAINGAN", "NAM"), ("SN-VIECLAM", "9T")},
        late={("DN-VANTAIDUONGMOI", "NAM"): 3},
        arrived={("MN-HOAMAI", "9T"): date(2025, 10, 14)},
        undated=set(),
        tied=set(),
        fell=set(),
        same_evidence={("THPT-BANMAI", "C3"): "C1"},
        facts={
            ("DN-CHEBIENMULAXANH", "K5"): 1,
            ("DN-PHANBONDATLANH", "NV3"): 9,
            ("SN-VIECLAM", "NV2"): 11,
        },
    ),
)

OF_THE_PLAN = {"A1", "A2", "A3"}
"""Items that stand once there is a plan; the others grow through the year."""
LINKED = {"C1", "C2", "C3", "C4", "C5", "E1", "E3", "P2"}
"""Items proved by links; the others cite a document, of these kinds."""
DOCUMENTS = {
    "A1": "{number}/KH-{union}",
    "A2": "Phụ lục 1 kèm {number}/KH-{union}",
    "A3": "Phụ lục 2 kèm {number}/KH-{union}",
    "A4": "{number}/BB-{union}",
    "A5": "{number}/CTr-{union}",
    "B1": "{number}/CTr-{union}",
    "D2": "{number}/QĐ-{union}",
    "P1": "{number}/QĐ-LĐLĐ công nhận mô hình của {union}",
    "P3": "{number}/CV-LĐLĐ duyệt tài liệu của {union}",
}


class Answer(NamedTuple):
    """A line's value, the whole it is part of (None where the method takes none), and the share of points it earns."""

    value: int
    base: int | None
    share: float


def main() -> None:
    """Write the reports of the sample years."""
    for sample in SAMPLES:
        write_reports(DATA / str(sample.year) / "reports", sample)


def write_reports(folder: Path, sample: Sample) -> None:
    """Write every unit's report of each period, and `received.csv`, the office's register of arrivals."""
    year = DATA / str(sample.year)
    plan = read_plan(year / "plan.yaml")
    rubric = read_rubric(year / "rubrics" / "grassroots.yaml", plan)
    folder.mkdir(parents=True, exist_ok=True)
    previous: pd.DataFrame | None = None
    for period in rubric.periods:
        rows: list[dict[str, Any]] = []
        for unit in reporting_units(sample, rubric, period):
            path = folder / f"{unit['id']}_{period.id}.xlsx"
            cells = report(sample, rubric, unit, period)
            write_form(path, rubric, plan, unit, period, previous)
            fill(path, cells | {SENT_ON: sent_on(sample, unit["id"], period)}, sample.year)
            rows += previous_rows(unit["id"], cells)
        previous = pd.DataFrame(rows)
    arrivals = [f"{unit}_{period}.xlsx,{day}" for (unit, period), day in sample.arrived.items()]
    (folder / "received.csv").write_bytes("\n".join(["file,received_on", *arrivals, ""]).encode())


def reporting_units(sample: Sample, rubric: Rubric, period: Period) -> list[Unit]:
    """The units that report, as they stand on the due day, each with the day on which it `received` the plan."""
    register = read_register(DATA / str(sample.year), rubric)
    units = units_on(register, period.due, rubric)
    begun = register.spans.groupby("id")["from"].min().dt.date
    return [
        {**unit, "received": max(sample.plan_received, begun[unit["id"]])}
        for unit in units[units["standing"]].to_dict("records")
        if (unit["id"], period.id) not in sample.no_report
    ]


def report(sample: Sample, rubric: Rubric, unit: Unit, period: Period) -> dict[tuple[str, str], Any]:
    """The contents of a report's cells by item and field; what is left out stays blank."""
    cells: dict[tuple[str, str], Any] = {}
    for fact in asked_facts(rubric, unit, period):
        cells[fact.id, "value"] = stated(sample, fact, unit["id"])
    for number, item in enumerate(asked_items(rubric, unit), 5):
        if not applies(sample, item, unit["id"]):
            cells[item.id, "not_applicable"] = NOT_APPLICABLE
        elif not is_blank(sample, item, unit, period):
            value, base, share = answer(sample, item, unit, period)
            cells[item.id, "value"] = value
            cells[item.id, "base"] = base
            cells[item.id, "self_points"] = claim(sample, item, unit["id"], share)
            cells[item.id, "evidence"] = evidence(sample, item.id, unit, period, number, value)
    return {key: content for key, content in cells.items() if content is not None}


def previous_rows(unit: str, cells: dict[tuple[str, str], Any]) -> list[dict[str, Any]]:
    """What the next period's form shows beside its own figures."""
    return [
        {"unit": unit, "criterion": item, "value": value, "base": cells.get((item, "base"))}
        for (item, field), value in cells.items()
        if field == "value"
    ]


# What a unit answers


def chance(*key: str) -> float:
    """A figure from 0 to 1 that belongs to the key for good."""
    return int.from_bytes(hashlib.sha256("/".join(key).encode()).digest()[:6]) / 2**48


def level(sample: Sample, unit: str, item: str) -> float:
    """How well a unit does on an item; 1 reaches the target."""
    if unit in sample.tied:
        return 0.7 if item == "C5" else 1
    usual = 0.55 + 0.55 * chance(unit, "level") + 0.5 * (chance(unit, item) - 0.5)
    return usual + sample.change * (chance(unit, item, *sample.mark) - 0.5)


def plan_day(sample: Sample, unit: Unit) -> date:
    """The day of the unit's own plan."""
    received: date = unit["received"]
    return received + timedelta(max(8, round(64 - 50 * level(sample, unit["id"], "A1"))))


def applies(sample: Sample, item: Criterion, unit: str) -> bool:
    """Some units have no channel of their own, some raised no topic; the notices of the upper level reach all."""
    if item.may_not_apply is None or item.id == "E1" or unit in sample.tied:
        return True
    return chance(unit, "topics" if item.id == "E2" else "channel") > 0.2


def spared(sample: Sample, unit: str, item: str) -> bool:
    """Whether nothing is forgotten by chance: by the tied units, and of the plan itself."""
    return unit in sample.tied or item in OF_THE_PLAN


def is_blank(sample: Sample, item: Criterion, unit: Unit, period: Period) -> bool:
    """Whether the unit leaves the item's line empty."""
    name = unit["id"]
    if item.id in OF_THE_PLAN and (name == sample.no_plan or plan_day(sample, unit) > period.to):
        return True
    if item.method == "per_item":
        rare = item.id != "P2" if name in sample.tied else level(sample, name, item.id) < 1.05
        return not period.annual or rare
    forgets = 0.08 * (1 - chance(name, "level"))
    return not spared(sample, name, item.id) and chance(name, item.id, "blank", *sample.mark) < forgets


def answer(sample: Sample, item: Criterion, unit: Unit, period: Period) -> Answer:
    """What the unit reports of an item."""
    name, reaches = unit["id"], level(sample, unit["id"], item.id)
    part = part_of_the_year(sample, item, unit, period)
    if item.method == "steps":
        days = (plan_day(sample, unit) - unit["received"]).days
        return Answer(days, None, 1 if days <= 30 else 0.6 if days <= 45 else 0.3)
    if item.method == "percent":
        whole = math.ceil(part * size(sample, name, "topics" if item.id == "E2" else "tasks"))
        value = round(whole * min(1, reaches))
        return Answer(value, whole, value / whole)
    if item.method == "per_item":
        return Answer(1, None, 1)
    target = math.ceil(target_figure(item.parameter("target"), unit) or 0)
    most = value_range(item, unit)[1]
    value = min(round(target * reaches), target * 2 if most is None else int(most))
    value = math.floor(part * value)
    return Answer(value, None, min(1, value / target))


def part_of_the_year(sample: Sample, item: Criterion, unit: Unit, period: Period) -> float:
    """How much of the year's work is done by the end of the period."""
    if item.id in OF_THE_PLAN:
        return 1
    if (unit["id"], item.id) in sample.fell:
        return 0.5 if period.annual else 0.55
    began_late = unit["received"] > sample.plan_received
    lived = (date(sample.year, 12, 31) - unit["received"]).days / 365 if began_late else 1
    return lived * (1 if period.annual else 0.55)


def size(sample: Sample, unit: str, what: str) -> float:
    """How many tasks a unit's plan has, or how many topics it raised in the year."""
    return 6 + 9 * chance(unit, what, *sample.mark)


def stated(sample: Sample, fact: Fact, unit: str) -> str | int | None:
    """What a unit states of a fact: as `facts` says, otherwise the best; of tasks, how many and how many in time."""
    count = sample.facts.get((unit, fact.id), tasks(sample, unit).get(fact.id, int(fact.kind == "yes_no")))
    return YES_NO[count] if fact.kind == "yes_no" and count is not None else count


def tasks(sample: Sample, unit: str) -> dict[str, int | None]:
    """A unit's tasks under the plan: assigned, done, done on time, done above requirement; not known without a plan."""
    if unit == sample.no_plan:
        return dict.fromkeys(("NV1", "NV2", "NV3", "NV4"))
    assigned = math.ceil(size(sample, unit, "tasks"))
    late = int(chance(unit, "late", *sample.mark) > 0.5 + 0.5 * chance(unit, "level"))
    above = round(assigned * (0.2 + 0.4 * chance(unit, "above", *sample.mark)))
    return {"NV1": assigned, "NV2": assigned, "NV3": assigned - late, "NV4": above}


def claim(sample: Sample, item: Criterion, unit: str, share: float) -> float | None:
    """The points a unit gives itself: what the rule gives and often a little more, in half points."""
    if unit not in sample.tied and chance(unit, item.id, "claim", *sample.mark) < 0.03:
        return None
    more = 0 if unit in sample.tied else 0.2 * chance(unit, "claim")
    most = float(item.max_points)
    return min(most, math.ceil(2 * most * min(1, share + more * (share > 0))) / 2)


def evidence(sample: Sample, item: str, unit: Unit, period: Period, number: int, value: int) -> str | None:
    """Links or a document of the unit's own; sometimes forgotten, and none where nothing was done."""
    name = unit["id"]
    if value == 0 or (not spared(sample, name, item) and chance(name, item, "evidence", *sample.mark) < 0.06):
        return None
    if item in LINKED:
        shown = sample.same_evidence.get((name, item), item)
        folder = "/".join(("https://congdoan.example", *sample.mark, name))
        return "; ".join(f"{folder}/{shown}-{piece}" for piece in range(1, min(value, 2) + 1))
    if item in OF_THE_PLAN:
        number, day = 5, plan_day(sample, unit)
    else:
        number += 40 * period.annual
        after = max(date(sample.year, 10, 1), unit["received"]) if period.annual else unit["received"]
        day = min(after + timedelta(8 + 35 * chance(name, item)), period.to)
    union = f"CĐ{name.partition('-')[2]}"
    kind = DOCUMENTS.get(item, "{number}/BC-{union}")
    return f"{kind.format(number=f'{number:02}', union=union)} ngày {day:%d/%m/%Y}"


def sent_on(sample: Sample, unit: str, period: Period) -> str | None:
    """The day a unit writes on its report."""
    if (unit, period.id) in sample.undated:
        return None
    after_due = sample.late.get((unit, period.id), -int(9 * chance(unit, period.id, *sample.mark)))
    return f"{period.due + timedelta(after_due):%d/%m/%Y}"


# Filling a form


def fill(path: Path, cells: dict[tuple[str, str], Any], year: int) -> None:
    """Type the contents into a blank form."""
    places = form_cells(path)
    book = load_workbook(path)
    for key, content in cells.items():
        sheet, cell = places[key]
        book[sheet][cell] = content
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_without_clock(buffer.getvalue(), year))


def _without_clock(book: bytes, year: int) -> bytes:
    """A workbook with the hour of its making taken out, so that the same content is the same file."""
    made = io.BytesIO()
    at_year_end = rb"\g<1>%d-12-31T00:00:00Z" % year
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", at_year_end, content)
            after.writestr(zipfile.ZipInfo(name, (year, 12, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return of_any_system(made.getvalue())


if __name__ == "__main__":
    main()
