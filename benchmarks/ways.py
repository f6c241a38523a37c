"""Three ways to score, grade and rank a country: this engine, a loop over units, and SQL.

Each takes the folder `country.write_country` made and gives one row a unit, in the order of the ids: unit, total and
figure in hundredths, band, rank. All three give the same rows. Only the engine also keeps, for every mark, its state,
reason and cell, sees that no evidence counts twice, and works out the quotas.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.country import FULFILLED, GROUPS, LEAST_OF_A_GROUP, PERIODS, WELL, criteria
from scoring.rubric.model import Criterion, Rubric
from scoring.rubric.reading import read_plan, read_rubric
from scoring.scores.ranking import rank
from scoring.scores.totals import score

PLAN = Path(__file__).parents[1] / "data" / "2024" / "plan.yaml"


def with_engine(folder: Path) -> pd.DataFrame:
    """This project's engine."""
    rubric = _rubric(folder)
    units = pd.read_parquet(folder / "units.parquet")
    entries = pd.read_parquet(folder / "entries.parquet", dtype_backend="numpy_nullable")
    _, totals = score(entries, rubric, units)
    standings, _ = rank(totals, rubric, units)
    return pd.DataFrame(
        {
            "unit": units["id"],
            "total": totals["total"].astype("int64"),
            "figure": totals["figure"].astype("int64"),
            "band": standings["band"].astype(str),
            "rank": standings["rank"].astype("int64"),
        }
    )


def _rubric(folder: Path) -> Rubric:
    return read_rubric(folder / "rubric.yaml", read_plan(PLAN))


# The loop an evaluator would write


def with_loop(folder: Path) -> pd.DataFrame:
    """Unit by unit and criterion by criterion, in pandas and Decimal."""
    rubric = _rubric(folder)
    units = pd.read_parquet(folder / "units.parquet").set_index("id")
    entries = pd.read_parquet(folder / "entries.parquet", dtype_backend="numpy_nullable")
    values: dict[tuple[str, str], tuple[Decimal, Decimal] | None] = {}
    claimed: set[tuple[str, str]] = set()
    for key, own in entries.sort_values("period").groupby(["unit", "criterion"], observed=True):
        values[key] = _combined(rubric.item[key[1]], own)
        if own["not_applicable"].iloc[-1]:
            values[key] = None
            claimed.add(key)
    peers = defaultdict(list)
    for (unit, item_id), figures in values.items():
        if figures is not None:
            peers[units.loc[unit, "block"], item_id].append(figures[0])
    lines = [_unit_line(unit, row, rubric, values, claimed, peers) for unit, row in units.iterrows()]
    return _ranked(pd.DataFrame(lines))


def _combined(item: Criterion, own: pd.DataFrame) -> tuple[Decimal, Decimal] | None:
    """The year's value and whole, or None where the year is left open or there is no evidence."""
    reported = own["value"].dropna()
    if pd.isna(own["value"].iloc[-1]) or pd.isna(own["evidence"].iloc[-1]) or item.indicator is None:
        return None
    figures = [Decimal(int(value)) for value in reported]
    how = {"sum": sum(figures), "last": figures[-1], "largest": max(figures), "mean": sum(figures) / len(figures)}
    whole = sum((Decimal(int(base)) for base in own["base"].dropna()), Decimal(0))
    return Decimal(how[item.indicator.periods]), whole


def _unit_line(unit: str, row: Any, rubric: Rubric, values: Any, claimed: Any, peers: Any) -> dict[str, Any]:
    groups, whole = dict.fromkeys(GROUPS, Decimal(0)), dict.fromkeys(GROUPS, Decimal(0))
    for item in rubric.criteria:
        if (unit, item.id) not in claimed:
            whole[item.id[0]] += item.max_points
        if (figures := values[unit, item.id]) is not None:
            groups[item.id[0]] += _points(item, *figures, row["members"], peers[row["block"], item.id])
    total = sum(groups.values(), Decimal(0))
    figure = _rounded(total * 100 / sum(whole.values()))
    low = any(groups[name] * 100 < whole[name] * LEAST_OF_A_GROUP for name in GROUPS)
    band = "tot" if figure >= WELL and not low else "hoan_thanh" if figure >= FULFILLED else "khong_hoan_thanh"
    line = {"unit": unit, "block": row["block"], "total": int(total * 100), "figure": int(figure * 100), "band": band}
    return line | {"B": groups["B"]}


def _points(item: Criterion, value: Decimal, whole: Decimal, members: int, peers: list[Decimal]) -> Decimal:
    most, params = item.max_points, item.params
    match item.method:
        case "share_of_target":
            return _rounded(most * min(value / _goal(params["target"], members), Decimal(1)))
        case "percent":
            return _rounded(most * min(value / whole, Decimal(1)))
        case "steps":
            step = next(step for step in params["steps"] if "to" not in step or value <= step["to"])
            return _rounded(most * step["percent"] / 100)
        case "levels":
            return _rounded(most * params["levels"][int(value)]["percent"] / 100)
        case "per_item":
            return min(most, _rounded(value * params["points_each"]))
        case "days_late":
            return _rounded(most * max(100 - value * params["lost_a_day"], Decimal(0)) / 100)
        case _:
            return _points_among(item, value, min(peers), max(peers))


def _goal(target: Any, members: int) -> Decimal:
    if "steps" in target:
        return Decimal(next(figure for edge, figure in reversed(target["steps"]) if members >= edge))
    return members * Decimal(target["percent"]) / 100


def _points_among(item: Criterion, value: Decimal, least: Decimal, best: Decimal) -> Decimal:
    most = item.max_points
    if item.method == "share_of_best":
        return _rounded(most * value / best) if best else Decimal(0)
    if item.method == "min_max":
        return _rounded(most * (value - least) / (best - least)) if best > least else most
    target, half = Decimal(item.params["target"]), most / 2
    if value <= target:
        return _rounded(half * value / target)
    return _rounded(half + half * (value - target) / (best - target))


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _ranked(lines: pd.DataFrame) -> pd.DataFrame:
    ordered = lines.sort_values(["block", "figure", "B"], ascending=[True, False, False])
    ranks = {}
    for _, block in ordered.groupby("block", observed=True):
        before: tuple[Any, ...] = ()
        for place, (unit, figure, group) in enumerate(zip(block["unit"], block["figure"], block["B"], strict=True), 1):
            tied = before[:2] == (figure, group)
            before = (figure, group, before[2] if tied else place)
            ranks[unit] = before[2]
    return lines.assign(rank=lines["unit"].map(ranks))[["unit", "total", "figure", "band", "rank"]]


# SQL


def with_sql(folder: Path) -> pd.DataFrame:
    """The same sums as one query of DuckDB, on two threads."""
    import duckdb

    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        database.execute("CREATE MACRO half_up(part, whole) AS (2 * part + whole) // (2 * whole)")
        return database.execute(_QUERY, [str(folder / "entries.parquet"), str(folder / "units.parquet")]).df()


_COMBINED = {
    "sum": "total",
    "last": "last",
    "largest": "largest",
    "mean": "12 * total // known",  # 12: divisible by 1, 2, 3 and 4 periods
}
_LEAST, _MOST = (f"{choose}(value) FILTER (counted) OVER peers" for choose in ("min", "max"))
_POINTS = (
    "half_up(250 * least(value, goal), goal)".replace("goal", "(CASE WHEN members >= 50 THEN 16 ELSE 8 END)"),
    "half_up(250 * least(10 * value, 9 * members), 9 * members)",
    "half_up(250 * least(value, base), base)",
    "CASE WHEN value <= 30 THEN 250 WHEN value <= 45 THEN 150 ELSE 75 END",
    "CASE value WHEN 0 THEN 250 WHEN 1 THEN 125 ELSE 0 END",
    "least(20 * value, 250)",
    "half_up(250 * greatest(10 - value, 0), 10)",
    f"half_up(250 * value, greatest({_MOST}, 1))",
    f"CASE WHEN {_MOST} = {_LEAST} THEN 250 ELSE half_up(250 * (value - {_LEAST}), {_MOST} - {_LEAST}) END",
    f"CASE WHEN value <= 20 THEN half_up(125 * value, 20) "
    f"ELSE half_up(125 * ({_MOST} - 20) + 125 * (value - 20), {_MOST} - 20) END",
)
"""The points of each kind of `country.KINDS`, in hundredths."""


def _by_kind(expressions: list[str]) -> str:
    """A CASE over the criteria's places in their group."""
    whens = " ".join(f"WHEN {place} THEN {expression}" for place, expression in enumerate(expressions, start=1))
    return f"CASE kind {whens} END"


_VALUE = _by_kind([_COMBINED[periods] for _, (_, _, periods, _) in criteria()[: len(_POINTS)]])
_QUERY = f"""
WITH combined AS (
    SELECT unit, criterion, sum(value) AS total, count(value) AS known, max(value) AS largest,
        arg_max(value, period) FILTER (value IS NOT NULL) AS last, sum(base) AS base,
        bool_or(period = '{PERIODS[-1]}' AND evidence IS NULL) AS unproved,
        bool_or(period = '{PERIODS[-1]}' AND value IS NULL) AS open,
        bool_or(period = '{PERIODS[-1]}' AND not_applicable) AS claimed
    FROM read_parquet(?) GROUP BY unit, criterion
), valued AS (
    SELECT combined.*, units.block, units.members, criterion[1] AS part, criterion[2:]::INTEGER AS kind,
        {_VALUE} AS value, NOT open AND NOT unproved AND NOT claimed AS counted
    FROM combined JOIN read_parquet(?) AS units ON units.id = combined.unit
), pointed AS (
    SELECT unit, block, part, claimed, CASE WHEN counted THEN {_by_kind(list(_POINTS))} ELSE 0 END AS points
    FROM valued WINDOW peers AS (PARTITION BY block, criterion)
), parts AS (
    SELECT unit, block, part, sum(points) AS points, sum(CASE WHEN claimed THEN 0 ELSE 250 END) AS whole
    FROM pointed GROUP BY unit, block, part
), totals AS (
    SELECT unit, block, sum(points)::BIGINT AS total, half_up(sum(points) * 10000, sum(whole))::BIGINT AS figure,
        bool_or(points * 100 < whole * {LEAST_OF_A_GROUP}) AS low, sum(points) FILTER (part = 'B') AS second
    FROM parts GROUP BY unit, block
)
SELECT unit, total, figure,
    CASE WHEN figure >= {100 * WELL} AND NOT low THEN 'tot' WHEN figure >= {100 * FULFILLED} THEN 'hoan_thanh'
        ELSE 'khong_hoan_thanh' END AS band,
    rank() OVER (PARTITION BY block ORDER BY figure DESC, second DESC) AS rank
FROM totals ORDER BY unit
"""  # noqa: S608 - put together from the constants of this file

WAYS = {"engine": with_engine, "loop": with_loop, "sql": with_sql}
