"""Which units a criterion or fact concerns, and what one unit is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:  # the model asks the methods for their parameters, and they ask here
    from scoring.rubric.model import Scope

Unit = Mapping[Any, Any]
"""One row of the units: id, name, type, block, members (NA: not known), parent; `with_targets` adds the unit's own."""


def applies(scope: Scope | None, unit: Unit) -> bool:
    """Whether a criterion or fact of this scope is, or may be, the unit's business: unknown members exclude nobody.

    >>> from scoring.rubric.model import Scope
    >>> applies(Scope(members_from=50), {"members": 40})
    False
    """
    if scope is None:
        return True
    members = members_of(unit)
    return (
        (scope.types is None or unit["type"] in scope.types)
        and (scope.blocks is None or unit["block"] in scope.blocks)
        and (scope.units is None or unit["id"] in scope.units)
        and (members is None or scope.members_from is None or members >= scope.members_from)
        and (members is None or scope.members_below is None or members < scope.members_below)
    )


def members_of(unit: Unit) -> int | None:
    """The unit's members; None where the register does not know them."""
    return None if pd.isna(unit["members"]) else int(unit["members"])
