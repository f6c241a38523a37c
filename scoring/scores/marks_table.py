"""The table `marks`, from the marks of every item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.errors import Fault, ScoringError
from scoring.core.points import Integers, Mask, exact
from scoring.rubric import methods
from scoring.rubric.model import Rubric
from scoring.scores.grid import Grid
from scoring.scores.marks import Column
from scoring.scores.states import BASES, REASONS, SCORED, STATES, ZERO

# The tables


def marks_table(columns: list[Column], grid: Grid, rubric: Rubric, units: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and item, units first (columns: see `scores`)."""
    items = [column.item for column in columns]
    entry = _by_unit([column.reported.entry for column in columns])
    settled = _by_unit([np.isin(column.state, (SCORED, ZERO)) for column in columns])
    known = _by_unit([column.known for column in columns])
    based = _by_unit([column.reported.known & methods.takes_base(column.item.method) for column in columns])
    aimed = _by_unit([column.reported.target > 0 for column in columns])
    table: dict[str, Any] = {
        "unit": coded(np.repeat(np.arange(len(units)), len(items)), units["id"]),
        "criterion": _repeated([item.id for item in items], len(units)),
        "kind": _repeated([rubric.kind(item.id) for item in items], len(units)),
        "state": coded(_by_unit([column.state for column in columns]), STATES),
        "value": _figures([column.value for column in columns], known),
        "base": _figures([column.reported.base for column in columns], based),
        "target": _figures([column.reported.target for column in columns], aimed),
        "scale": np.tile(
            [item.value_scale * column.reported.factor for item, column in zip(items, columns, strict=True)], len(units)
        ),
        "points": _figures([column.points for column in columns], settled),
        "max_points": _by_unit([np.full(len(units), rubric.max_points(item.id)) for item in items]),
        "self_points": _of_entry(grid.entries["self_points"], entry),
    }
    for stage in BASES:
        table[f"{stage}_points"] = _figures(
            [column.stages[stage][0] for column in columns], _by_unit([column.stages[stage][1] for column in columns])
        )
    table["basis"] = coded(_by_unit([column.basis for column in columns]), BASES)
    table["reason"] = coded(_by_unit([column.reason for column in columns]), REASONS)
    table["clause"] = _repeated([item.clause for item in items], len(units))
    for name in ("evidence", "file", "sheet", "cell"):
        table[name] = _of_entry(grid.entries[name], entry)
    return pd.DataFrame(table)


def _by_unit(columns: list[Any]) -> NDArray[Any]:
    """Columns of items, one place a unit, as one long column, units first."""
    return np.stack(columns, axis=1).ravel()


def _repeated(names: list[str], count: int) -> Any:
    """A fact of each item, repeated for every unit."""
    words = list(dict.fromkeys(names))
    return coded(np.tile([words.index(name) for name in names], count), words)


def coded(codes: Any, words: Iterable[str], *, ordered: bool = False) -> Any:
    """A column of categories from places in `words`; -1 is NA."""
    return pd.Categorical.from_codes(codes, pd.Index(list(words)), ordered=ordered)


def _figures(columns: list[Integers], known: Mask) -> pd.arrays.IntegerArray:
    """A nullable column of figures. Raises ScoringError for a figure no table could hold."""
    figures = exact(_by_unit(columns))
    if figures.dtype == object:
        raise ScoringError("số liệu", [Fault("kết quả", "có số quá lớn để ghi vào bảng", mend="xem lại đơn vị tính")])
    return pd.arrays.IntegerArray(np.where(known, figures, 0), ~known)


def _of_entry(figures: pd.Series[Any], entry: NDArray[np.int64]) -> Any:
    """A column of the entries seen from the marks; NA where a mark has no entry."""
    return figures.array.take(entry, allow_fill=True)
