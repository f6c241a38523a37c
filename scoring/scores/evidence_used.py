"""Which evidence counts: the first item, in the rubric's order, that names a document of its unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.core.evidence_identity import piece_named
from scoring.core.points import Mask
from scoring.rubric.model import Rubric
from scoring.scores.grid import Grid


def used_elsewhere(grid: Grid, rubric: Rubric) -> Mask:
    """Where all of an entry's evidence was used by an earlier item of the same unit (unless it may be shared).

    Laid out like the grid.
    """
    own = [grid.names.index(item.id) for item in rubric.items if item.evidence and not item.evidence_shared]
    text, texts = pd.factorize(grid.entries["evidence"])
    claims = order, unit, period = np.nonzero(grid.valued[own] & grid.proved[own])
    citing, document = _documents(text[grid.rows[own][claims]], texts.astype("str"))
    key = unit[citing] * (document.max(initial=0) + 1) + document
    # the first item, in the rubric's order, that names a unit's document counts it
    item, counts = order[citing], np.ones(len(key), bool)
    again = pd.Series(key).duplicated(keep=False).to_numpy()
    counts[again] = item[again] == pd.Series(item[again]).groupby(key[again]).transform("min").to_numpy()
    stands = np.zeros(len(order), bool)
    stands[citing[counts]] = True
    void = np.zeros(grid.rows.shape, bool)
    void[np.array(own, np.int64)[order], unit, period] = ~stands
    return void


def _documents(text: NDArray[np.int64], texts: pd.Index[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One place a claim and document it names: the claim, and the document's number; `text` is each claim's text.

    What two texts name is the same by number, day and issuer or by address; a phrase never is.
    """
    counts = texts.str.count("; ").to_numpy(np.int64) + 1
    names = [piece_named(name) for one in texts.tolist() for name in one.split("; ")]
    numbers, _ = pd.factorize(pd.Series(names, dtype="str"))
    claim = np.repeat(np.arange(len(text)), counts[text])
    within = np.arange(len(claim)) - np.repeat(np.cumsum(counts[text]) - counts[text], counts[text])
    document = numbers[np.repeat((np.cumsum(counts) - counts)[text], counts[text]) + within]
    return claim, np.where(document < 0, len(names) + np.arange(len(document)), document)
