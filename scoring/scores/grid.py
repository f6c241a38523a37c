"""The entries laid out, items x units x periods, so that every later step is whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.errors import Fault, ScoringError
from scoring.core.points import Mask
from scoring.rubric.model import Criterion, Rubric


@dataclass(frozen=True)
class Grid:
    """The entries laid out, items x units x periods.

    names: the ids along the first axis, items first, then facts. rows: the position of each entry, -1 where there is
    none. value, base: what it reports (0 where `valued`, `based` do not hold). claimed: whether it claims that nothing
    applies. proved: whether it names evidence.
    """

    entries: pd.DataFrame
    names: list[str]
    rows: NDArray[np.int64]
    value: NDArray[np.int64]
    valued: Mask
    base: NDArray[np.int64]
    based: Mask
    claimed: Mask
    proved: Mask

    def place(self, item: Criterion) -> int:
        """Where the reports that an item reads stand along the first axis."""
        indicator = item.indicator
        return self.names.index(indicator.same_as if indicator and indicator.same_as else item.id)


def lay_out(entries: pd.DataFrame, rubric: Rubric, units: pd.DataFrame) -> Grid:
    """Where each entry stands. Raises ScoringError for an entry twice, or of an unknown unit, criterion or period."""
    names = [*rubric.item, *(fact.id for fact in rubric.facts)]
    periods = [period.id for period in rubric.periods]
    unit = _codes(entries, "unit", units["id"].tolist())
    item = _codes(entries, "criterion", names)
    period = _codes(entries, "period", periods)
    place = (item * len(units) + unit) * len(periods) + period
    rows = np.full(len(names) * len(units) * len(periods), -1, np.int64)
    rows[place] = np.arange(len(entries))
    if (rows >= 0).sum() != len(entries):
        again = entries.iloc[np.setdiff1d(np.arange(len(entries)), rows)]
        raise ScoringError(
            "dòng báo cáo", [Fault(f"{r.unit} {r.criterion} {r.period}", "ghi hai lần") for r in again.itertuples()]
        )
    laid: NDArray[np.int64] = rows.reshape(len(names), len(units), len(periods))
    value, valued = _figures_at(laid, entries["value"])
    base, based = _figures_at(laid, entries["base"])
    claimed = taken(entries["not_applicable"].to_numpy(bool), laid, otherwise=False)
    proved = taken(entries["evidence"].notna().to_numpy(), laid, otherwise=False)
    return Grid(entries, names, laid, value, valued, base, based, claimed, proved)


def _figures_at(rows: NDArray[np.int64], figures: pd.Series[Any]) -> tuple[NDArray[np.int64], Mask]:
    """A column laid out, 0 where nothing is known; and where something is."""
    known = figures.notna().to_numpy()
    return taken(figures.to_numpy(np.int64, na_value=0), rows, otherwise=0), taken(known, rows, otherwise=False)


def _codes(entries: pd.DataFrame, column: str, known: list[str]) -> NDArray[np.int64]:
    """Each entry's place in `known`."""
    named = entries[column].astype("category")
    of_category = pd.Index(known).get_indexer(named.cat.categories)
    codes = of_category[named.cat.codes.to_numpy()] if len(named) else np.zeros(0, np.int64)
    if (codes < 0).any():
        strange = sorted(set(named[codes < 0].astype(str)))
        raise ScoringError("dòng báo cáo", [Fault(column, f"'{name}' không có trong danh mục") for name in strange])
    return np.asarray(codes, np.int64)


def taken(figures: Any, rows: NDArray[np.int64], *, otherwise: Any) -> Any:
    """The figures at some positions; `otherwise` where the position is -1."""
    if not len(figures):
        return np.full(rows.shape, otherwise)
    found = figures[rows]
    found[rows < 0] = otherwise
    return found
