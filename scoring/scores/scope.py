"""Which units a criterion or fact applies to: whole columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.core.points import Mask
from scoring.rubric.model import Scope


def in_scope(scope: Scope | None, units: pd.DataFrame) -> Mask:
    """Which units a criterion or fact applies to, or may apply to (`may_be_in_scope`)."""
    inside = np.ones(len(units), bool)
    if scope is None:
        return inside
    unknown = units["members"].isna().to_numpy()
    members = units["members"].to_numpy(np.int64, na_value=0)
    if scope.types is not None:
        inside &= units["type"].isin(scope.types).to_numpy()
    if scope.blocks is not None:
        inside &= units["block"].isin(scope.blocks).to_numpy()
    if scope.units is not None:
        inside &= units["id"].isin(scope.units).to_numpy()
    if scope.members_from is not None:
        inside &= (members >= scope.members_from) | unknown
    if scope.members_below is not None:
        inside &= (members < scope.members_below) | unknown
    return inside


def may_be_in_scope(scope: Scope | None, units: pd.DataFrame) -> Mask:
    """The units of which it cannot be said whether a criterion applies: nobody knows their members."""
    if scope is None or (scope.members_from is None and scope.members_below is None):
        return np.zeros(len(units), bool)
    return in_scope(scope, units) & units["members"].isna().to_numpy()
