"""Read `targets.csv`: the targets that an issuer assigned unit by unit (chỉ tiêu được giao)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.core.errors import Fault, RegisterError
from scoring.core.points import to_scaled
from scoring.core.text import shown
from scoring.register.reading import read_table
from scoring.register.units import Register
from scoring.rubric.model import Rubric
from scoring.rubric.parameters import Target

_FILE = "targets.csv"
_COLUMNS = ("unit", "criterion", "issuer", "target")
_FIGURE = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"


def read_targets(folder: Path, rubric: Rubric, register: Register) -> pd.DataFrame:
    """One row per unit, criterion and issuer: `target` as Decimal in the criterion's measurement unit; none: no rows.

    Raises RegisterError with every fault and its line and column.
    """
    path = folder / _FILE
    if not path.exists():
        return pd.DataFrame(columns=list(_COLUMNS))
    table = read_table(path, _COLUMNS)
    if faults := [fault for row in table.itertuples() for fault in _faults(row, rubric, register)]:
        raise RegisterError(str(path), faults)
    same = table.duplicated(["unit", "criterion", "issuer"])
    if same.any():
        raise RegisterError(
            str(path), [Fault(place, "chỉ tiêu này đã ghi ở dòng trên") for place in table["place"][same]]
        )
    return table[list(_COLUMNS)].assign(target=table["target"].map(Decimal))


def _faults(row: Any, rubric: Rubric, register: Register) -> Iterator[Fault]:
    assigned = {item.id: issuer for item in rubric.items if (issuer := _issuer(item.params)) is not None}
    if row.unit not in register.ids:
        yield Fault(f"{row.place}, cột unit", f"không có mã đơn vị '{shown(row.unit)}' trong danh bạ")
    if row.criterion not in rubric.item:
        expected = f"các tiêu chí có chỉ tiêu được giao: {', '.join(assigned) or 'không có'}"
        yield Fault(f"{row.place}, cột criterion", f"không có tiêu chí '{shown(row.criterion)}'", expected)
    elif not re.fullmatch(_FIGURE, row.target) or Decimal(row.target) <= 0:
        yield Fault(f"{row.place}, cột target", f"'{shown(row.target)}' không phải một số dương", "số như 12 hoặc 12.5")
    elif not _fits(Decimal(row.target), rubric.item[row.criterion].value_scale):
        yield Fault(f"{row.place}, cột target", f"'{shown(row.target)}' có nhiều số lẻ hơn tiêu chí cho phép")


def _issuer(params: dict[str, Any]) -> str | None:
    stated = params.get("target")
    return Target.model_validate(stated).assigned_by if isinstance(stated, dict) else None


def _fits(figure: Decimal, scale: int) -> bool:
    try:
        to_scaled(figure, scale)
    except ValueError:
        return False
    return True
