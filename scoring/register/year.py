"""A year's folder, opened: its plan, one of its rubrics, and the register of whom that rubric scores.

`data/<year>` is the folder of the grassroots unions. What another rubric of the year scores has a folder of its own,
`data/<rubric>/<year>`, with its reports and decisions, and its register where they are units; a position's register is
that of its units.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from scoring.core import choices
from scoring.core.errors import Fault, ParameterError, RegisterError
from scoring.register.agreement import nobody_stands, read_rules, rubric_files
from scoring.register.assigned_targets import read_targets
from scoring.register.positions import position_register, positions_of
from scoring.register.reading import read_register
from scoring.register.units import Register, units_due, units_on
from scoring.rubric.model import Plan, Rubric

_REGISTER = ("units.csv", "events.csv", "targets.csv")
MAIN = choices.MAIN
"""The rubric whose folder is the year's own."""


@dataclass(frozen=True)
class Year:
    """A year's plan, one of its rubrics, and the register.

    basis: the SHA-256 of each file they were read from, as opened. of_units: of positions, the year of their units; of
    units whose register another rubric keeps, the year of that rubric.
    """

    folder: Path
    plan: Plan
    rubric: Rubric
    register: Register
    basis: Mapping[Path, str] = field(default_factory=dict, compare=False)
    of_units: Year | None = None

    @property
    def place(self) -> str:
        """The folder below `data` and below `outputs`: "2024", or "officer/2024"."""
        return str(self.rubric.year) if self.rubric.id == MAIN else f"{self.rubric.id}/{self.rubric.year}"

    @cached_property
    def units(self) -> pd.DataFrame:
        """The units as they stood on the year's last day (columns: `register.units_on`, `positions.positions_of`)."""
        if self.of_units is not None and self.rubric.posts_of is not None:
            return positions_of(self.of_units.units, self.rubric)
        return units_on(self.register, self.rubric.last_day, self.rubric)

    @cached_property
    def units_due(self) -> dict[str, pd.DataFrame]:
        """By period, the units as they stand on the day its report is due."""
        return units_due(self.register, self.rubric)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets an issuer assigned unit by unit; raises RegisterError for what is wrong in `targets.csv`."""
        return read_targets(self.folder, self.rubric, self.register)

    def refuse_if_edited(self) -> None:
        """Raise ParameterError where a file the year was opened from is no longer the same."""
        mend = "đợi người đang sửa lưu xong rồi chạy lại từ đầu"
        faults = [
            Fault(
                Path(os.path.relpath(path, self.folder)).as_posix(),
                "bị sửa trong lúc chương trình đang đọc, kết quả sẽ không khớp",
                mend=mend,
            )
            for path, digest in self.basis.items()
            if _digest(path) != digest
        ]
        if faults:
            raise ParameterError(str(self.folder), faults)


def open_year(folder: str | Path, rubric: str = MAIN, *, taken_by: tuple[str, ...] = ()) -> Year:
    """Open `data/<year>`, with `rubrics/<rubric>.yaml`; `data/<rubric>/<year>` opens that rubric's own folder.

    Raises ParameterError where there is no such folder or rubric, RubricError and RegisterError for what is in it, also
    where its parts speak of different years (`agreement`). taken_by: the rubrics for whose sake this one is opened.
    """
    folder = Path(folder)
    main = folder.resolve().parent.parent / folder.name
    if (main / "rubrics" / f"{folder.resolve().parent.name}.yaml").is_file():
        folder, rubric = main, folder.resolve().parent.name
    if not (folder / "plan.yaml").is_file():
        mend = "tạo thư mục theo mẫu data/2024, hoặc ghi đúng năm đã có"
        raise ParameterError(str(folder), [Fault("plan.yaml", "chưa có số liệu của năm này", mend=mend)])
    known = [path.stem for path in rubric_files(folder)]
    if rubric not in known:
        expected = f"đang có: {', '.join(known) or 'chưa có bộ nào'}"
        raise ParameterError(str(folder / "rubrics"), [Fault(rubric, "không có bộ tiêu chí này", expected)])
    own = folder if rubric == MAIN else folder.parent / rubric / folder.name
    rule_files = (folder / "plan.yaml", folder / "rubrics" / f"{rubric}.yaml")
    basis = {path: _digest(path) for path in (*rule_files, *(own / name for name in _REGISTER))}
    plan, rules = read_rules(folder, rubric)
    of_units = rules.posts_of or rules.units_of
    if of_units is None:
        return Year(own, plan, rules, register_of(own, rules), basis)
    if of_units in (rubric, *taken_by):
        fault = Fault(of_units, "hai bộ tiêu chí lấy danh bạ của nhau", mend="sửa posts_of hoặc units_of")
        raise ParameterError(str(folder / "rubrics"), [fault])
    units = open_year(folder, of_units, taken_by=(rubric, *taken_by))
    spans = units.register.spans
    strange = [(one, "khối", "blocks") for one in sorted(set(spans["block"]) - set(rules.blocks))]
    if not strange and rules.units_of is not None:
        strange = [(one, "loại hình", "types") for one in sorted(set(spans["type"]) - set(rules.types))]
    if strange:
        told = f"bộ tiêu chí {rubric} không có"
        faults = [Fault(one, f"{told} {kind} này", mend=f"thêm vào {key}") for one, kind, key in strange]
        raise ParameterError(str(folder / "rubrics"), faults)
    register = units.register if rules.units_of is not None else position_register(units.register, rules)
    return Year(own, plan, rules, register, basis, units)


def names_of(year: Year) -> dict[str, str]:
    """The names of a year's units, by id."""
    return dict(zip(year.units["id"], year.units["name"], strict=True))


def register_of(own: Path, rules: Rubric) -> Register:
    """The register in a folder, fit for the units of a rubric; raises RegisterError, ParameterError where it is not."""
    register = read_register(own, rules)
    spans = register.spans
    if faults := [*nobody_stands(spans["from"], spans["to"], rules.first_day, rules.last_day)]:
        raise RegisterError(str(own), faults)
    if faults := [*_strange_units(rules, register)]:
        raise ParameterError(rules.id, faults)
    return register


def _strange_units(rules: Rubric, register: Register) -> Iterator[Fault]:
    """The units that a criterion or fact is said to be about, and that the register does not know."""
    scopes = [(item.id, item.applies_to) for item in rules.items] + [(fact.id, fact.applies_to) for fact in rules.facts]
    for name, scope in scopes:
        for unit in (scope.units if scope else None) or ():
            if unit not in register.ids:
                mend = "sửa mã ở applies_to, hoặc thêm đơn vị vào danh bạ"
                yield Fault(name, f"không có đơn vị '{unit}' trong danh bạ", mend=mend)


def _digest(path: Path) -> str:
    """SHA-256 of a file in hex; "" where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
