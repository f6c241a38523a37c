"""Tables as rows that sentences are told from."""

from __future__ import annotations

from typing import Any

import pandas as pd


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts of plain Python values; NA is None."""
    columns = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table]
    names = [str(name) for name in table]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
