"""Rows of the entries as the checks walk them, and a finding on the cell of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scoring.core.findings import Finding, Remark, finding


def each(table: pd.DataFrame) -> Iterator[Any]:
    """The rows with their columns as attributes."""
    yield from table.itertuples()


def on_entry(row: Any, remark: Remark, value: str = "") -> Finding:
    """A finding on an entry's cell."""
    about = {"unit": row.unit, "criterion": row.criterion, "period": row.period}
    return finding(remark, file=row.file, sheet=row.sheet, cell=row.cell, value=value, **about)
