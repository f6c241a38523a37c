"""A small year for tests of decisions: three schools, the rubric small.yaml, and reports that need no files."""

import shutil
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd
from helpers.builders import entries_of, entry
from openpyxl import load_workbook
from ruamel.yaml import YAML

from scoring.assessment.appeals import judged_again
from scoring.assessment.evaluation import Evaluation
from scoring.core.findings import findings_table
from scoring.decisions.rulings import Ruling
from scoring.decisions.store import read_decisions, record_decisions
from scoring.desk.workbook.reading import read_verification
from scoring.desk.workbook.writing import (
    APPEAL_AT,
    DATE_AT,
    HEADER,
    ROLE_AT,
    UNITS,
    WORDS,
    line_columns,
    unit_columns,
    write_verification,
)
from scoring.register.reading import read_register
from scoring.register.year import Year
from scoring.reports.intake import received_table
from scoring.rubric.reading import read_plan, read_rubric

PLAN = Path(__file__).parents[2] / "data" / "2024" / "plan.yaml"
RUBRIC = Path(__file__).parent / "rubrics" / "small.yaml"
TEAM, COUNCIL = "Tổ thẩm định khối 1", "Hội đồng thi đua"

_UNITS = """id,name,short_name,aliases,type,block,parent,members,from,to
TH-A,Công đoàn cơ sở Trường An,CĐCS Trường An,,truong,K1,LĐLĐ huyện,100,2010-01-01,
TH-B,Công đoàn cơ sở Trường Bình,CĐCS Trường Bình,,truong,K1,LĐLĐ huyện,100,2010-01-01,
TH-C,Công đoàn cơ sở Trường mới,CĐCS Trường mới,,truong,K1,LĐLĐ huyện,20,2024-11-01,
"""
_EVENTS = """unit,event,date,other_unit,document,document_date
TH-A,created,2010-01-01,,01/QĐ,2009-12-20
TH-B,created,2010-01-01,,02/QĐ,2009-12-20
TH-C,created,2024-11-01,,03/QĐ,2024-10-20
"""


def reports(**changed):
    """Two units with the same report; `changed` are other values of TH-A, which TH-B then did not report."""
    values = {"A1": 3, "A2": 6, "B1": 20, "B2": 1, "F1": 1, "F2": 0, "T1": 1}
    own = {"TH-A": values | changed, "TH-B": values | dict.fromkeys(changed)}
    return entries_of(
        *(
            entry(unit, item, value, base=8 if item == "A2" else None, self_points=None if item[0] in "FT" else 300)
            for unit, reported in own.items()
            for item, value in reported.items()
        )
    )


def verified(criterion, kind, value="", **rest):
    plain = {"unit": "TH-A", "stage": "verified", "reason": "theo biên bản 05/BB", "role": TEAM}
    return Ruling(**plain | {"criterion": criterion, "kind": kind, "value": value, "made_on": date(2025, 1, 6)} | rest)


def by_council(kind, value="", criterion="", **rest):
    return verified(criterion, kind, value, **{"stage": "council", "role": COUNCIL} | rest)


def year_in(folder):
    """The small year, written into a folder."""
    (folder / "rubrics").mkdir(parents=True)
    shutil.copy(RUBRIC, folder / "rubrics")
    shutil.copy(PLAN, folder)
    (folder / "units.csv").write_text(_UNITS, "utf-8")
    (folder / "events.csv").write_text(_EVENTS, "utf-8")
    return Year(folder, *_rules(), read_register(folder, _rules()[1]))


@cache
def _rules():
    plan = read_plan(PLAN)
    return plan, read_rubric(RUBRIC, plan)


@dataclass
class Office:
    """A year, what its units reported, and what is recorded about it."""

    year: Year
    entries: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=lambda: findings_table([]))
    received: pd.DataFrame = field(default_factory=lambda: received_table([]))

    def __post_init__(self):
        self.folder, self.rubric, self.units = self.year.folder, self.year.rubric, self.year.units

    def record(self, *rulings, **by_place):
        stated = {f"dòng {place}": ruling for place, ruling in enumerate(rulings, 1)} | by_place
        return record_decisions(self.folder, stated, self.rubric, self.units, self.entries)

    def stands(self, entries=None):
        return read_decisions(self.folder, self.rubric, self.units, self.entries if entries is None else entries)

    def fate(self):
        """How many decisions count, and the codes of the findings."""
        stands = self.stands()
        return len(stands.decisions), stands.findings["code"].tolist()

    def files(self):
        return sorted((self.folder / "decisions").iterdir())

    def evaluation(self):
        nothing, all_opened = pd.DataFrame(), pd.DataFrame({"unit": [], "unopened": []})
        read = Evaluation(self.year, self.entries, self.findings, self.received, nothing, all_opened, *[nothing] * 3)
        return judged_again(read, self.stands())

    def mark(self, criterion, unit="TH-A"):
        return self.evaluation().marks.set_index(["unit", "criterion"]).loc[(unit, criterion)]

    def total(self, unit="TH-A"):
        return self.evaluation().totals.set_index("unit").loc[unit]


def small_year_with(folder, bands, quota):
    """The small year with other bands; every unit's points are for the council, and the units' reports differ."""
    year = year_in(folder)
    path, yaml = folder / "rubrics" / "small.yaml", YAML(typ="safe")
    whole = yaml.load(path)
    yaml.dump({**whole, "bands": bands, "quotas": [quota], "gates": [], "facts": whole["facts"]}, path)
    rubric = read_rubric(path, year.plan)
    office = Office(Year(folder, year.plan, rubric, year.register), reports())
    office.record(by_council("points", "2", "B3"), by_council("points", "1", "B3", unit="TH-B"))
    return office


class Desk:
    """A block's workbook on somebody's desk."""

    def __init__(self, office, path, stage="verified", block="K1"):
        self.office = office
        self.units = write_verification(path, office.evaluation(), office.stands(), block, stage)
        self._open(path, stage, office.rubric)

    @classmethod
    def at(cls, path, stage, rubric):
        """A workbook that lies there already."""
        desk = cls.__new__(cls)
        desk._open(path, stage, rubric)
        return desk

    def _open(self, path, stage, rubric):
        self.path, self.stage, self.blank = path, stage, path.read_bytes()
        self.lines = {column.key: place for place, column in enumerate(line_columns(stage), 1)}
        self.wholes = {column.key: place for place, column in enumerate(unit_columns(stage, rubric), 1)}

    def fill(self, cells, role=TEAM, on="06/01/2025", appeal=None):
        """Type into the workbook as it was written: (unit, criterion, column) or (unit, column) to content."""
        book = load_workbook(BytesIO(self.blank))
        sheet = book[WORDS[self.stage].sheet]
        for (row, column), content in ((ROLE_AT, role), (DATE_AT, on), (APPEAL_AT, appeal)):
            sheet.cell(row + 1, column + 1).value = content
        for key, content in cells.items():
            self._cell(book, key).value = content
        book.save(self.path)
        return self

    def _cell(self, book, key):
        if len(key) == 2:
            rows, columns = {row[0].value: row[0].row for row in book[UNITS].iter_rows(HEADER + 2)}, self.wholes
            return book[UNITS].cell(rows[key[0]], columns[key[1]])
        sheet = book[WORDS[self.stage].sheet]
        rows = {(row[0].value, row[2].value): row[0].row for row in sheet.iter_rows(HEADER + 2)}
        return sheet.cell(rows[key[:2]], self.lines[key[2]])

    def shows(self, *key):
        return self._cell(load_workbook(self.path), key).value

    def read(self):
        office = self.office
        return read_verification(self.path, office.folder, office.rubric, office.units, office.entries)
