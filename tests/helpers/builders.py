"""Parts of rubrics, and the tables the engine takes, in the fewest words a test needs."""

from decimal import Decimal

import pandas as pd

SCALED = ("value", "base", "self_points")


def criterion(name, max_points, method, *, indicator=None, **rest):
    """One criterion; what a test does not say is left as plain as it can be. `rest` may hold `params`."""
    plain = {"value_unit": "việc", "periods": "last"}
    item = {"id": name, "name": f"Tiêu chí {name}", "clause": "III.2.b", "max_points": max_points, "method": method}
    return {**item, **({} if method == "judged" else {"indicator": {**plain, **(indicator or {})}}), **rest}


def group(name, *criteria, groups=()):
    """A group whose maximum is the sum of its parts."""
    whole = sum(part["max_points"] for part in (*criteria, *groups))
    return {"id": name, "name": f"Nhóm {name}", "max_points": whole, "criteria": criteria, "groups": groups}


def units_of(*ids, **columns):
    """One row a unit; a column is given as one figure for all of them or as a list."""
    plain = {"name": list(ids), "block": "K1", "type": "truong", "members": 100, "parent": "Công đoàn cấp trên"}
    table = pd.DataFrame({"id": list(ids), **plain, "eligible": True, "eligibility": "", **columns})
    return table.astype({"members": "Int64"})


def entry(unit, item, value=None, **rest):
    """What one report says of one item; the evidence is the item's own unless a test gives another."""
    plain = {"period": "NAM", "base": None, "not_applicable": False, "self_points": None, "evidence": f"BB-{item}"}
    place = {"file": f"{unit}.xlsx", "sheet": "Báo cáo", "cell": "D7"}
    return {"unit": unit, "criterion": item, "value": value, **plain, **place, **rest}


def entries_of(*entries):
    """The table `entries` (data contract: intake)."""
    columns = list(entry("", ""))
    return pd.DataFrame(list(entries), columns=columns).astype(dict.fromkeys(SCALED, "Int64") | {"evidence": "str"})


def decisions_of(*decisions):
    """The table `decisions` out of (unit, item, stage, kind, figure)."""
    table = pd.DataFrame(list(decisions), columns=["unit", "criterion", "stage", "kind", "value"])
    return table.assign(value=[Decimal(figure) for figure in table["value"]])


def targets_of(*targets):
    """The table `targets` out of (unit, criterion, issuer, figure)."""
    table = pd.DataFrame(list(targets), columns=["unit", "criterion", "issuer", "target"])
    return table.assign(target=[Decimal(figure) for figure in table["target"]])


def row_of(table, **where):
    """The one row where the columns hold these figures, NA as None."""
    chosen = table[pd.concat([table[name] == one for name, one in where.items()], axis=1).all(axis=1)]
    (row,) = chosen.astype(object).where(chosen.notna(), None).to_dict("records")
    return row
