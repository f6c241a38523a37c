"""A year's folder, opened: its plan, its rubric and its register."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from scoring.checks import check_reports
from scoring.errors import Fault, ParameterError
from scoring.intake import Reading
from scoring.register import Register, units_due, units_on
from scoring.registerfile import read_register
from scoring.rubric import Plan, Rubric
from scoring.rubricfile import read_plan, read_rubric
from scoring.targetsfile import read_targets

_BASIS = ("plan.yaml", "units.csv", "events.csv", "targets.csv")


@dataclass(frozen=True)
class Year:
    """A year's plan, one of its rubrics, and the register; `basis` is the SHA-256 of each of their files as opened."""

    folder: Path
    plan: Plan
    rubric: Rubric
    register: Register
    basis: Mapping[str, str] = field(default_factory=dict, compare=False)

    @cached_property
    def units(self) -> pd.DataFrame:
        """The units as they stood on the year's last day (columns: `register.units_on`)."""
        return units_on(self.register, date(self.rubric.year, 12, 31), self.rubric)

    @cached_property
    def units_due(self) -> dict[str, pd.DataFrame]:
        """By period, the units as they stand on the day its report is due."""
        return units_due(self.register, self.rubric)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets an issuer assigned unit by unit; raises RegisterError for what is wrong in `targets.csv`."""
        return read_targets(self.folder, self.rubric, self.register)

    def read_reports(self) -> Reading:
        """What the units sent: the tables `entries`, `findings` and `received`.

        Raises ParameterError where the plan, the rubric or the register was edited since the year was opened.
        """
        reading = check_reports(self.folder / "reports", self.rubric, self.units, self.register)
        self.refuse_if_edited()
        return reading

    def refuse_if_edited(self) -> None:
        """Raise ParameterError where a file the year was opened from is no longer the same."""
        mend = "đợi người đang sửa lưu xong rồi chạy lại từ đầu"
        faults = [
            Fault(name, "bị sửa trong lúc chương trình đang đọc, kết quả sẽ không khớp", mend=mend)
            for name, digest in self.basis.items()
            if _digest(self.folder / name) != digest
        ]
        if faults:
            raise ParameterError(str(self.folder), faults)


def open_year(folder: str | Path, rubric: str = "grassroots") -> Year:
    """Open `data/<year>`, with `rubrics/<rubric>.yaml`.

    Raises ParameterError where there is no such folder or rubric, RubricError and RegisterError for what is in it.
    """
    folder = Path(folder)
    if not (folder / "plan.yaml").is_file():
        mend = "tạo thư mục theo mẫu data/2024, hoặc ghi đúng năm đã có"
        raise ParameterError(str(folder), [Fault("plan.yaml", "chưa có số liệu của năm này", mend=mend)])
    known = sorted(path.stem for path in (folder / "rubrics").glob("*.yaml"))
    if rubric not in known:
        expected = f"đang có: {', '.join(known) or 'chưa có bộ nào'}"
        raise ParameterError(str(folder / "rubrics"), [Fault(rubric, "không có bộ tiêu chí này", expected)])
    basis = {name: _digest(folder / name) for name in (*_BASIS, f"rubrics/{rubric}.yaml")}
    plan = read_plan(folder / "plan.yaml")
    rules = read_rubric(folder / "rubrics" / f"{rubric}.yaml", plan)
    return Year(folder, plan, rules, read_register(folder, rules), basis)


def _digest(path: Path) -> str:
    """SHA-256 of a file in hex; "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def is_year(text: str) -> bool:
    """Whether a word names a year.

    >>> is_year("2024"), is_year("../2024")
    (True, False)
    """
    return re.fullmatch(r"(19|20|21)\d\d", text) is not None
