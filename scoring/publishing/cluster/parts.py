"""The scoring of a country in parts: every block by itself, on a cluster, from and to the shared storage.

What a mark depends on does not reach beyond the unit's block: peers are the block's, and a document counts once within
its unit. Bands, ranks and quotas follow from the totals of all, which come together here, for `rank`.

In the storage, as Parquet: `entries/<block>.parquet` (as `intake` makes them), `marks/<block>.parquet` (as `scores`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
import pandas as pd

from scoring.core.errors import Fault, ScoringError
from scoring.rubric.model import Rubric
from scoring.scores.totals import score

if TYPE_CHECKING:
    from distributed import Client

_TRIES = 3


def write_parts(storage: str, entries: pd.DataFrame, units: pd.DataFrame) -> None:
    """Put each block's entries into the storage, an fsspec URL.

    Raises ScoringError for entries of a unit that does not exist: no block would have them.
    """
    owner = entries["unit"].astype(str)
    if strange := sorted(set(owner) - set(units["id"])):
        raise ScoringError("dòng báo cáo", [Fault("unit", f"'{name}' không có trong danh mục") for name in strange])
    for block, own in units.groupby("block", observed=True)["id"]:
        _write(f"{storage}/entries", str(block), entries[owner.isin(own).to_numpy()].reset_index(drop=True))


def score_parts(
    client: Client,
    storage: str,
    rubric: Rubric,
    units: pd.DataFrame,
    *,
    targets: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The totals of all units in their order, as `score` gives them; each block's marks go into the storage.

    A block whose worker is lost is scored again elsewhere. Raises what `score` and reading a block's entries raise.
    """
    parts = [own for _, own in units.groupby("block", observed=True)]
    futures = [
        client.submit(score_part, storage, rubric, own.reset_index(drop=True), targets, decisions, retries=_TRIES - 1)
        for own in parts
    ]
    places = np.concatenate([units.index.get_indexer(own.index) for own in parts])
    whole = pd.concat([part.astype({"unit": str}) for part in client.gather(futures)], ignore_index=True)
    totals: pd.DataFrame = whole.iloc[np.argsort(places)].reset_index(drop=True)
    return totals.assign(unit=pd.Categorical(units["id"], categories=units["id"].tolist()))


def score_part(
    storage: str, rubric: Rubric, units: pd.DataFrame, targets: pd.DataFrame | None, decisions: pd.DataFrame | None
) -> pd.DataFrame:
    """On a worker: score the units of one block; gives their totals."""
    block = str(units["block"].iloc[0])
    entries = pd.read_parquet(f"{storage}/entries/{block}.parquet", dtype_backend="numpy_nullable")
    marks, totals = score(entries, rubric, units, targets=targets, decisions=decisions)
    _write(f"{storage}/marks", block, marks)
    return totals


def _write(folder: str, block: str, table: pd.DataFrame) -> None:
    """Put a table into the storage whole or not at all."""
    import fsspec

    files, path = fsspec.url_to_fs(folder)
    files.makedirs(path, exist_ok=True)
    begun = f"{path}/.{block}.{uuid4().hex}.tmp"
    files.pipe_file(begun, table.to_parquet(index=False))
    files.mv(begun, f"{path}/{block}.parquet")
