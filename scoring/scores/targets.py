"""Each unit's target: whole columns, at the scale of its value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.core.points import Integers, exact, product, to_scaled
from scoring.rubric.model import Criterion
from scoring.rubric.parameters import (
    PERCENT,
    WHOLE,
    Target,
)


def stated_target(item: Criterion) -> Target | None:
    """The target an item's method is given; None where it takes none."""
    return item.parameter("target") if "target" in item.params else None


def target_of_units(item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, factor: int) -> Integers:
    """Each unit's target at the scale of its value, 0 where none is known."""
    stated = stated_target(item)
    if stated is None:
        return np.zeros(len(units), np.int64)
    return target_column(stated, item, units, targets, factor)


def target_column(
    target: Target, item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, factor: int = WHOLE
) -> Integers:
    """The target of every unit, scaled by `item.value_scale * factor`; 0 where none is known.

    factor: what keeps a share of the members whole; a multiple of 10,000 where the target is a percent.
    """
    scale = item.value_scale * factor
    members = units["members"].to_numpy(np.int64, na_value=0)
    if target.figure is not None:
        return np.full(len(units), exact(to_scaled(target.figure, scale)))
    if target.percent is not None:
        return product(product(members, to_scaled(target.percent, PERCENT)), scale // WHOLE)
    if target.steps is not None:
        stair = np.searchsorted(np.array([edge for edge, _ in target.steps]), members, side="right") - 1
        figures = exact([to_scaled(figure, scale) for _, figure in target.steps])
        return np.where(units["members"].notna().to_numpy() & (stair >= 0), figures[stair], 0)
    if target.values is not None:
        by_name = {name: to_scaled(figure, scale) for name, figure in target.values.items()}
        otherwise = to_scaled(target.otherwise, scale) if target.otherwise is not None else 0
        names = units["id" if target.by == "unit" else str(target.by)].astype(str)
        return exact([by_name.get(name, otherwise) for name in names])
    return _assigned(target, item, units, targets, scale)


def _assigned(
    target: Target, item: Criterion, units: pd.DataFrame, targets: pd.DataFrame | None, scale: int
) -> Integers:
    """Targets an issuer assigned unit by unit."""
    column = np.zeros(len(units), object)
    if targets is not None:
        indicator = item.indicator.same_as if item.indicator and item.indicator.same_as else item.id
        own = targets[(targets["criterion"] == indicator) & (targets["issuer"] == target.assigned_by)]
        places = pd.Index(units["id"]).get_indexer(own["unit"])
        column[places[places >= 0]] = [to_scaled(figure, scale) for figure in own["target"][places >= 0]]
    return exact(column)
