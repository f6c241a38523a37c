"""Which reports make up a year's value, where the periods' figures are put together?

A criterion that adds up its quarters rests on every quarter's cell and evidence, not on the last one's.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scoring.assessment.records import Assessment, PeriodPart
from scoring.core.language import in_words
from scoring.core.rows import EntryRow, known
from scoring.core.tables import rows_as
from scoring.rubric.model import Criterion, Rubric

Parts = Mapping[tuple[str, str], tuple[PeriodPart, ...]]
"""By unit and criterion; only where several periods count."""


def parts_of(entries: pd.DataFrame, rubric: Rubric) -> Parts:
    """What each period's report gave, for every unit and criterion whose value is put together of several."""
    spoken = in_words(rubric)
    names = {period.id: period.name for period in spoken.periods}
    read: dict[str, list[Criterion]] = {}
    for item in spoken.items:
        if item.indicator is not None and item.indicator.periods != "last":
            read.setdefault(item.indicator.same_as or item.id, []).append(item)
    given = entries[entries["value"].notna() & entries["file"].ne("") & entries["criterion"].isin(list(read))]
    found: dict[tuple[str, str], list[PeriodPart]] = {}
    for row in rows_as(EntryRow, given.sort_values(["unit", "criterion", "period"])):
        for item in read[row["criterion"]]:
            found.setdefault((row["unit"], item.id), []).append(_part(row, names[row["period"]], item))
    return {key: tuple(parts) for key, parts in found.items() if len(parts) > 1}


def _part(row: EntryRow, period: str, item: Criterion) -> PeriodPart:
    texts = {name: row[name] or "" for name in ("evidence", "file", "sheet", "cell")}
    return PeriodPart(period=period, value=known(row["value"]), base=row["base"], scale=item.value_scale, **texts)


def with_parts(assessment: Assessment, parts: Parts) -> Assessment:
    """The assessment with what each period gave beside the marks that rest on several."""
    unit = assessment.unit.id
    marks = tuple(
        mark.model_copy(update={"parts": parts[unit, mark.criterion]}) if (unit, mark.criterion) in parts else mark
        for mark in assessment.marks
    )
    return assessment.model_copy(update={"marks": marks})
