"""Read `targets.csv`: the targets that an issuer assigned unit by unit (chỉ tiêu được giao)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.core.errors import Fault, RegisterError
from scoring.core.numerals import Mark, Marks, Reading, fits, may_be, settled, two_ways
from scoring.core.text import shown
from scoring.register.reading import read_table
from scoring.register.units import Register
from scoring.rubric.model import Rubric
from scoring.rubric.parameters import Target

_FILE = "targets.csv"
TARGET_COLUMNS = ("unit", "criterion", "issuer", "target")
_LARGEST = Decimal(10) ** 12


def read_targets(folder: Path, rubric: Rubric, register: Register) -> pd.DataFrame:
    """One row per unit, criterion and issuer: `target` as Decimal in the criterion's measurement unit; none: no rows.

    Raises RegisterError with every fault and its line and column.
    """
    path = folder / _FILE
    if not path.exists():
        return pd.DataFrame(columns=list(TARGET_COLUMNS))
    table = read_table(path, TARGET_COLUMNS)
    marks = Marks()
    for row in table.itertuples():
        marks.see("target", _read(row, rubric, None))
    read = [_read(row, rubric, marks.of("target")) for row in table.itertuples()]
    rows = zip(table.itertuples(), read, strict=True)
    if faults := [fault for row, figures in rows for fault in _faults(row, figures, rubric, register)]:
        raise RegisterError(str(path), faults)
    same = table.duplicated(["unit", "criterion", "issuer"])
    if same.any():
        raise RegisterError(
            str(path), [Fault(place, "chỉ tiêu này đã ghi ở dòng trên") for place in table["place"][same]]
        )
    return table[list(TARGET_COLUMNS)].assign(target=pd.Series([figures[0].figure for figures in read], dtype=object))


def _read(row: Any, rubric: Rubric, mark: Mark | None) -> tuple[Reading, ...]:
    """The readings left of a target's text: what its criterion can measure, then how the column is written."""
    item = rubric.item.get(row.criterion)
    indicator = item.indicator if item else None
    places = indicator.decimals if indicator else 0 if item else 6
    most = indicator.most if indicator and isinstance(indicator.most, Decimal) else _LARGEST
    return settled(row.target, partial(may_be, places=places, least=Decimal(0), most=most), mark)


def _faults(row: Any, read: tuple[Reading, ...], rubric: Rubric, register: Register) -> Iterator[Fault]:
    assigned = {item.id: issuer for item in rubric.items if (issuer := _issuer(item.params)) is not None}
    if row.unit not in register.ids:
        yield Fault(f"{row.place}, cột unit", f"không có mã đơn vị '{shown(row.unit)}' trong danh bạ")
    if row.criterion not in rubric.item:
        expected = f"các tiêu chí có chỉ tiêu được giao: {', '.join(assigned) or 'không có'}"
        yield Fault(f"{row.place}, cột criterion", f"không có tiêu chí '{shown(row.criterion)}'", expected)
    elif len(read) > 1:
        what, mend = two_ways(row.target, read)
        yield Fault(f"{row.place}, cột target", what, mend=mend)
    elif not read or not 0 < read[0].figure < _LARGEST:
        expected = "số như 12 hoặc 12,5 (cũng ghi được 12.5)"
        yield Fault(f"{row.place}, cột target", f"'{shown(row.target)}' không phải một số dương", expected)
    elif not fits(
        read[0].figure, places=(indicator.decimals if (indicator := rubric.item[row.criterion].indicator) else 0)
    ):
        yield Fault(f"{row.place}, cột target", f"'{shown(row.target)}' có nhiều số lẻ hơn tiêu chí cho phép")


def _issuer(params: dict[str, Any]) -> str | None:
    stated = params.get("target")
    return Target.model_validate(stated).assigned_by if isinstance(stated, dict) else None
