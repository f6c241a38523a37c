"""Among whom is a quota counted: a block, a type, a body, or a part of a body?

Pure. A set of peers has a scope: "" for everybody, a block's id, else the kind of set and what holds it together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scoring.core.language import say
from scoring.rubric.model import Peers, Rubric

_MARK, _WITHIN = ":", "\t"
SCOPES = "scopes"
"""The column of the standings that holds the scopes of a unit which neither its block nor "" says, a line each."""


def scopes_of(per: Peers, units: pd.DataFrame) -> pd.Series[str]:
    """The scope of each unit under a quota counted `per`.

    units: with `block` and `type`, and `body` (of posts) or `parent`.
    """
    if per == "overall":
        return pd.Series("", index=units.index)
    if per == "block":
        return units["block"].astype(str)
    body = units["body" if "body" in units else "parent"].astype(str)
    held = {
        "type": units["type"].astype(str),
        "body": body,
        "body_and_block": body + _WITHIN + units["block"].astype(str),
        "body_and_type": body + _WITHIN + units["type"].astype(str),
    }
    return f"{per}{_MARK}" + held[per]


def with_scopes(standings: pd.DataFrame, units: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The standings with `SCOPES`, where the rubric counts a quota within other sets than blocks."""
    others = sorted({quota.per for quota in rubric.quotas} - {"overall", "block"})
    if not others:
        return standings
    columns = [scopes_of(per, units).tolist() for per in others]
    return standings.assign(**{SCOPES: ["\n".join(own) for own in zip(*columns, strict=True)]})


def is_within(scope: str, standing: Mapping[Any, Any]) -> bool:
    """Whether a row of the standings is in a set of peers.

    >>> is_within("K1", {"block": "K1"}), is_within("body:CĐCS A", {"block": "K1", "scopes": "body:CĐCS B"})
    (True, False)
    """
    return scope in {"", standing["block"], *str(standing.get(SCOPES, "")).split("\n")}


def counts_within(per: Peers, scope: str) -> bool:
    """Whether a quota that is counted `per` has this scope.

    >>> counts_within("block", "K1"), counts_within("body", "body:CĐCS A"), counts_within("overall", "K1")
    (True, True, False)
    """
    kind, mark, _ = scope.partition(_MARK)
    return per == (kind if mark else "block" if scope else "overall")


def scope_name(scope: str, rubric: Rubric) -> str:
    """A set of peers as people call it; "" for everybody."""
    per, _, held = scope.partition(_MARK)
    if not held:
        return rubric.blocks.get(scope, scope)
    if per == "type":
        return rubric.types.get(held, held)
    body, _, part = held.partition(_WITHIN)
    if not part:
        return body
    names = rubric.blocks if per == "body_and_block" else rubric.types
    return say("{body}, {part}", body=body, part=names.get(part, part))
