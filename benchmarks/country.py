"""A made-up country for the benchmarks: rubric, register and entries, the same at every run.

`write_country` puts three files into a folder: `rubric.yaml` (40 criteria in four groups, nine methods, three of them
relative to the block), `units.parquet` and `entries.parquet` (units x 40 criteria x 4 periods; reported values are
integers, every hundredth is missing, and so is the evidence of every fiftieth criterion of a unit).
"""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML

YEAR = 2024
PERIODS = ("Q1", "Q2", "Q3", "Q4")
BLOCKS = 60
TYPES = ("xa", "truong", "doanh_nghiep", "su_nghiep")
SEED = 57
CHUNK = 4_000
"""Units written at a time."""

# One row a kind of criterion: method, its parameters, how periods combine, the largest value a period may report.
KINDS: tuple[tuple[str, dict[str, Any], str, int], ...] = (
    ("share_of_target", {"target": {"by": "members", "steps": [[0, 8], [50, 16]]}}, "sum", 5),
    ("share_of_target", {"target": {"by": "members", "percent": 90}}, "last", 400),
    ("percent", {}, "sum", 12),
    ("steps", {"steps": [{"to": 30, "percent": 100}, {"to": 45, "percent": 60}, {"percent": 30}]}, "last", 70),
    (
        "levels",
        {
            "levels": [
                {"name": "đầy đủ", "percent": 100},
                {"name": "một phần", "percent": 50},
                {"name": "chưa", "percent": 0},
            ]
        },
        "last",
        2,
    ),
    ("per_item", {"points_each": 0.2}, "sum", 5),
    ("days_late", {"lost_a_day": 10}, "largest", 9),
    ("share_of_best", {}, "sum", 30),
    ("min_max", {}, "mean", 90),
    ("target_and_lead", {"target": 20, "at_target": 50}, "sum", 12),
)
GROUPS = ("A", "B", "C", "D")
POINTS = 2.5
WHOLE_OF_A_PERCENT = 12
"""What the values of a percent are a part of, in each period."""
MAY_NOT_APPLY = "B05"
FULFILLED, WELL, LEAST_OF_A_GROUP = 50, 60, 45
"""Percent from which a unit is in the middle and in the upper band, and of a group, below which it is not."""


def write_country(folder: Path, units: int) -> None:
    """Write rubric, register and entries of a country of so many units; the same files at every run."""
    folder.mkdir(parents=True, exist_ok=True)
    YAML().dump(_rubric(), folder / "rubric.yaml")
    register = _register(units)
    register.to_parquet(folder / "units.parquet", index=False)
    writer: pq.ParquetWriter | None = None
    for first in range(0, units, CHUNK):
        table = _entries(register, range(first, min(first + CHUNK, units)))
        writer = writer or pq.ParquetWriter(folder / "entries.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def criteria() -> list[tuple[str, tuple[str, dict[str, Any], str, int]]]:
    """The criteria in the rubric's order: id and kind."""
    return [(f"{group}{place:02}", kind) for group in GROUPS for place, kind in enumerate(KINDS, start=1)]


def _rubric() -> dict[str, Any]:
    """The rubric as its file says it."""
    group_points = POINTS * len(KINDS)
    return {
        "id": "country",
        "year": YEAR,
        "name": "Bộ tiêu chí đo tốc độ",
        "subject": "unit",
        "sources": {"made_up": {"title": "Số liệu đặt ra để đo tốc độ", "issuer": "Nhóm xây dựng"}},
        "points": {"decimals": 2, "rounding": "half_up"},
        "periods": [_period(place) for place in range(len(PERIODS))],
        "types": {name: f"Loại hình {name}" for name in TYPES},
        "blocks": {_block(place): f"Khối {place}" for place in range(BLOCKS)},
        "total": {"max_points": group_points * len(GROUPS), "floor": 0},
        "groups": [
            {
                "id": group,
                "name": f"Nhóm {group}",
                "max_points": group_points,
                "criteria": [_criterion(name, kind) for name, kind in criteria() if name[0] == group],
            }
            for group in GROUPS
        ],
        "not_applicable": {"rescale": "whole"},
        "figure": {"of": "percent", "decimals": 2},
        "bands": [
            {"id": "khong_hoan_thanh", "name": "Không hoàn thành", "from": 0, "below": FULFILLED},
            {"id": "hoan_thanh", "name": "Hoàn thành", "from": FULFILLED, "below": WELL},
            {"id": "tot", "name": "Hoàn thành tốt", "from": WELL},
            {"id": "xuat_sac", "name": "Hoàn thành xuất sắc", "selected_from": "tot"},
        ],
        "gates": [
            {"id": "G1", "name": "Có nhóm quá ít điểm", "when": {"group_below": LEAST_OF_A_GROUP}, "cap": "hoan_thanh"}
        ],
        "quotas": [{"band": "xuat_sac", "base": ["tot"], "share": 20, "per": "block", "rounding": "down"}],
        "ranking": {"on": "rounded", "ties": [{"by": "group", "id": "B", "better": "more"}]},
    }


def _period(place: int) -> dict[str, Any]:
    first = 3 * place + 1
    return {
        "id": PERIODS[place],
        "name": f"Quý {place + 1}",
        "from": date(YEAR, first, 1),
        "to": date(YEAR, first + 2, 28),
        "due": date(YEAR, first + 2, 28),
        "annual": PERIODS[place] == PERIODS[-1],
    }


def _criterion(name: str, kind: tuple[str, dict[str, Any], str, int]) -> dict[str, Any]:
    method, params, periods, most = kind
    indicator: dict[str, Any] = {"value_unit": "việc", "periods": periods, "least": 0, "most": most}
    if method == "percent":
        indicator["of"] = "Tổng số việc"
    stated = {
        "id": name,
        "name": f"Tiêu chí {name}",
        "clause": "III.2.b",
        "max_points": POINTS,
        "indicator": indicator,
        "method": method,
        "evidence": "required",
    }
    if params:
        stated["params"] = deepcopy(params)  # one object in two places would be written as an alias
    if name == MAY_NOT_APPLY:
        stated["may_not_apply"] = "Không được giao"
    return stated


def _block(place: int) -> str:
    return f"K{place:02}"


def _register(units: int) -> pd.DataFrame:
    """The units of the register, in the order of their ids."""
    draw = np.random.default_rng(SEED)
    place = np.arange(units)
    return pd.DataFrame(
        {
            "id": [f"U{number:06}" for number in place],
            "type": pd.Categorical.from_codes(place % len(TYPES), list(TYPES)),
            "block": pd.Categorical.from_codes(place % BLOCKS, [_block(number) for number in range(BLOCKS)]),
            "members": pd.array(draw.integers(10, 500, units), dtype="Int64"),
            "eligible": True,
        }
    )


def _entries(register: pd.DataFrame, units: range) -> pa.Table:
    """The entries of some units, units first, then criteria, then periods."""
    names = criteria()
    shape = (len(units), len(names), len(PERIODS))
    draw = np.random.default_rng([SEED, units.start])
    unit, criterion, period = (axis.ravel() for axis in np.indices(shape))
    most = np.array([most for _, (_, _, _, most) in names])[criterion]
    value = draw.integers(0, most + 1)
    whole = np.array([method == "percent" for _, (method, _, _, _) in names])[criterion]
    claims = (criterion == [name for name, _ in names].index(MAY_NOT_APPLY)) & (unit % 20 == 0)
    row = (units.start * shape[1] * shape[2]) + np.arange(unit.size)
    blank = draw.integers(0, 100, unit.size) == 0
    unproved = np.repeat(draw.integers(0, 50, shape[:2]) == 0, shape[2])
    documents = [f"{number}/BC-CĐCS" for number in range(9973)]
    columns = {
        "unit": _dictionary(unit, register["id"].iloc[units.start : units.stop].tolist()),
        "criterion": _dictionary(criterion, [name for name, _ in names]),
        "period": _dictionary(period, list(PERIODS)),
        "value": pa.array(value, mask=blank),
        "base": pa.array(np.full(unit.size, WHOLE_OF_A_PERCENT), mask=~whole | blank),
        "not_applicable": pa.array(claims),
        "self_points": pa.array(draw.integers(0, 251, unit.size)),
        # consecutive documents, so that no unit claims one twice
        "evidence": _dictionary(row % len(documents), documents, unproved),
        "file": _dictionary(unit, [f"{name}.xlsx" for name in register["id"].iloc[units.start : units.stop]]),
        "sheet": _dictionary(np.zeros_like(unit), ["Báo cáo"]),
        "cell": _dictionary(criterion, [f"H{line + 12}" for line in range(len(names))]),
    }
    return pa.table(columns)


def _dictionary(codes: Any, words: list[str], missing: Any = None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=missing), pa.array(words))
