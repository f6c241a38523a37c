"""Do the folder, the plan, the rubrics, their periods and the register of a year speak of the same year?

A year begins as a copy of the last one, and a line that was forgotten in the copy must stop everything: what is scored
under another year's number would be written over that year's results.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.core.errors import Fault, RegisterError, RubricError
from scoring.core.machine_files import is_left_out
from scoring.core.text import shown
from scoring.register.reading import UNIT_COLUMNS, days, read_table
from scoring.rubric.checks.bands import outside_year
from scoring.rubric.model import Period, Plan, Rubric
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.strict_yaml import YamlFile, read_yaml

_YEAR = re.compile(r"^year:[ \t]*(\d{4})[ \t]*(?:#.*)?$", re.M)
_ID = re.compile(r"^id:[ \t]*([\w.-]+)[ \t]*(?:#.*)?$", re.M)


def read_rules(folder: Path, rubric: str) -> tuple[Plan, Rubric]:
    """A year's plan and one of its rubrics.

    Raises RubricError with the faults of both and with every disagreement on the year, also of the other rubrics and
    of the register, so that one round of mending is enough.
    """
    path = folder / "rubrics" / f"{rubric}.yaml"
    faults: list[Fault] = []
    try:
        plan = read_plan(folder / "plan.yaml")
        rules = read_rubric(path, plan)
    except RubricError as error:
        apart = disagreements(folder)
        if not apart:
            raise
        name = Path(error.subject).relative_to(folder).as_posix()
        faults = [replace(fault, where=f"{name}, {fault.where}") for fault in error.faults]
    else:
        if _seems_agreed(folder, plan.year):
            return plan, rules
        apart = disagreements(folder)
    told = {fault.where for fault in apart}
    if found := [*(fault for fault in faults if fault.where not in told), *apart]:
        raise RubricError(str(folder), found)
    return plan, rules


def year_of(folder: Path) -> int | None:
    """The year a folder is called by; None where its name is not a year."""
    name = Path(os.path.abspath(folder)).name  # noqa: PTH100 - resolve() would follow a link to another year
    return int(name) if is_year(name) else None


def is_year(text: str) -> bool:
    """Whether a word names a year.

    >>> is_year("2024"), is_year("../2024")
    (True, False)
    """
    return re.fullmatch(r"(19|20|21)\d\d", text) is not None


def disagreements(folder: Path) -> list[Fault]:
    """Every place of a year's folder that speaks of another year than the folder; none where all agree.

    A folder whose name is no year is held against its plan. What cannot be read is passed over: its own reader says so.
    """
    plan = _readable(folder / "plan.yaml")
    year = year_of(folder) or _stated_year(plan)
    if year is None:
        return []
    whose = "thư mục" if year_of(folder) else "plan.yaml"
    faults = list(_of_year(plan, "plan.yaml", year, whose))
    for path in rubric_files(folder):
        file, name = _readable(path), f"rubrics/{path.name}"
        faults += [*_of_year(file, name, year, whose), *_of_periods(file, name, year), *_of_id(file, name, path.stem)]
    return [*faults, *_of_register(folder, date(year, 1, 1), date(year, 12, 31))]


def rubric_files(folder: Path) -> list[Path]:
    """The rubrics of a year's folder."""
    return sorted(path for path in (folder / "rubrics").glob("*.yaml") if not is_left_out(path.name))


def _seems_agreed(folder: Path, year: int) -> bool:
    """Whether a quick look finds no fault; the exact look reads every rubric and takes its time."""
    if year_of(folder) not in {None, year}:
        return False
    for path in rubric_files(folder):
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        years, ids = _YEAR.findall(text), _ID.findall(text)
        if years != [str(year)] or ids[:1] != [path.stem]:
            return False
    return True


def _readable(path: Path) -> YamlFile | None:
    try:
        return read_yaml(path)
    except RubricError:
        return None


def _stated(file: YamlFile | None, key: str) -> Any:
    return file.content.get(key) if file is not None and isinstance(file.content, dict) else None


def _stated_year(file: YamlFile | None) -> int | None:
    year = _stated(file, "year")
    return year if isinstance(year, int) else None


def _of_year(file: YamlFile | None, name: str, year: int, whose: str) -> Iterator[Fault]:
    stated = _stated_year(file)
    if file is not None and stated is not None and stated != year:
        mend = f"ghi year: {year}; nếu đây là số liệu của năm {stated} thì để trong thư mục {stated}"
        yield Fault(f"{name}, {file.where(('year',))}", f"ghi năm {stated}, {whose} là của năm {year}", mend=mend)


def _of_id(file: YamlFile | None, name: str, stem: str) -> Iterator[Fault]:
    """A copied rubric that still has the other's id would be written over the other's results."""
    stated = _stated(file, "id")
    if file is not None and isinstance(stated, str) and stated != stem:
        what = f"mã bộ tiêu chí là '{shown(stated)}', tên tệp là '{shown(stem)}': kết quả sẽ ghi vào chỗ của bộ khác"
        yield Fault(f"{name}, {file.where(('id',))}", what, mend=f"ghi id: {shown(stem)}, hoặc đổi tên tệp")


def _of_periods(file: YamlFile | None, name: str, year: int) -> Iterator[Fault]:
    """The periods of another year, by the days the rubric is to evaluate."""
    periods, span = _stated(file, "periods"), _stated(file, "span")
    if file is None or not isinstance(periods, tuple):
        return
    first, last = date(year, 1, 1), date(year, 12, 31)
    if isinstance(span, dict) and isinstance(span.get("from"), date) and isinstance(span.get("to"), date):
        first, last = span["from"], span["to"]
        if year not in {first.year, last.year}:
            what = f"span từ {first:%d/%m/%Y} đến {last:%d/%m/%Y} không phải những ngày của năm {year}"
            yield Fault(f"{name}, {file.where(('span',))}", what, mend="sửa from, to; năm dương lịch thì bỏ span")
            return
    for index, period in enumerate(periods):
        days_of = period if isinstance(period, dict) else {}
        if not all(isinstance(days_of.get(key), date) for key in ("from", "to", "due")):
            continue
        dated = Period(id="x", name="x", **{key: days_of[key] for key in ("from", "to", "due")})
        if what := outside_year(dated, first, last):
            mend = f"sửa ngày của kỳ cho đúng năm {year}"
            yield Fault(
                f"{name}, {file.where(('periods', index))}", f"kỳ {shown(str(days_of.get('id')))}: {what}", mend=mend
            )


def _of_register(folder: Path, first: date, last: date) -> list[Fault]:
    """A register of which nobody stands on any day of the year is another year's."""
    try:
        rows = read_table(folder / "units.csv", UNIT_COLUMNS)
    except RegisterError:
        return []
    return list(nobody_stands(days(rows["from"]), days(rows["to"]), first, last))


def nobody_stands(begins: pd.Series[Any], ends: pd.Series[Any], first: date, last: date) -> Iterable[Fault]:
    """The fault of a register no unit of which stands between two days; begins, ends: of its rows, NaT for no end."""
    stands = (begins <= pd.Timestamp(last)) & ~(ends < pd.Timestamp(first))
    if len(begins) and not stands.any():
        what = f"không đơn vị nào hoạt động trong khoảng {first:%d/%m/%Y} đến {last:%d/%m/%Y}: danh bạ của năm khác"
        yield Fault("units.csv, cột from và to", what, mend="chép danh bạ của đúng năm, ghi tiếp các dòng còn hiệu lực")
