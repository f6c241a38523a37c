"""Whose is a file that cannot be read? Its name often tells the unit and the period, and then the unit has sent it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

import pandas as pd

from scoring.rubric.model import Rubric

Unread = Mapping[tuple[str, str], list[str]]
"""By unit and period, the files that came and could not be read."""


def unread_of(received: pd.DataFrame, absent: Iterable[tuple[str, str]], rubric: Rubric) -> Unread:
    """The files nobody could read, for whom their names tell, among the reports that are absent.

    absent: unit and period of each report that is owed and not there, periods in their order. A name that tells no
    period is taken for the first report the unit still owes.
    """
    lost = received[received["unit"].isna() & received["fate"].isin(["rejected", "flagged"])]
    owing = list(absent)
    found: dict[tuple[str, str], list[str]] = {}
    for file in lost["file"].astype(str):
        unit = told_in(file, {unit for unit, _ in owing})
        period = told_in(file, {period.id for period in rubric.periods})
        own = [(one, when) for one, when in owing if one == unit and period in {"", when}]
        if own:
            found.setdefault(own[0], []).append(file)
    return found


def told_in(file: str, ids: Iterable[str]) -> str:
    """The longest id that stands in a file's name as a word of its own; "" where none does, or two that differ.

    >>> told_in("bao cao TH-A_q1 (2).pdf", ["TH-A", "TH-AB", "A"]), told_in("TH-AB.pdf", ["TH-A"])
    ('TH-A', '')
    """
    name = unicodedata.normalize("NFC", file.rpartition("/")[2].rpartition(".")[0]).upper()
    told = [one for one in ids if re.search(rf"(?<![A-Z0-9.-]){re.escape(one.upper())}(?![A-Z0-9-])", name)]
    longest = max(map(len, told), default=0)
    best = [one for one in told if len(one) == longest]
    return best[0] if len(best) == 1 else ""
