"""Tables from typed rows, and rows as plain dicts that sentences are told from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import pandas as pd

Row = TypeVar("Row")


def typed_table(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """A table of rows with these columns, each of its kind even where there is no row."""
    by_column = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(columns, ())
    return pd.DataFrame({name: pd.Series(list(by_column[name]), dtype=kinds[name]) for name in columns})


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts of plain Python values; NA is None."""
    columns = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table]
    names = [str(name) for name in table]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def rows_as(kind: type[Row], table: pd.DataFrame) -> list[Row]:
    """The same rows as one of `core.rows`, which says what columns there are."""
    return cast("list[Row]", plain_rows(table))
