"""The entries that no report states and the system counts itself: reports in time, valid fields, doubled evidence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from scoring.reports.checks.evidence import claims_again, something_done
from scoring.reports.checks.figures import list_falls
from scoring.reports.checks.timeliness import Owed
from scoring.reports.fields import all_lines, inputs, is_mandatory
from scoring.reports.reading.rows import Row
from scoring.rubric.model import Criterion, Indicator, Rubric

COUNTED = "hệ thống đếm từ các báo cáo đã nhận"
"""Where a counted entry stands: in no file."""


def counted_rows(
    entries: pd.DataFrame,
    reports: pd.DataFrame,
    absent: list[tuple[str, str]],
    owed: Owed,
    rubric: Rubric,
    units: pd.DataFrame,
) -> list[Row]:
    """The entries of the indicators that no report states, for every unit that stood at the year's end.

    A report whose day of arrival is not known is neither in time nor late. Valid fields are counted in the reports
    that came; a unit without any has none, which is not 0.
    """
    standing = units.loc[units["standing"], "id"].tolist()
    fields = _mandatory_fields(entries, rubric).groupby("unit")[["valid", "fields"]].sum()
    tallies = {
        "reports_on_time": Counter(reports.loc[reports["days_late"].le(0).fillna(False), "unit"]),
        "late_reports": Counter(reports.loc[reports["days_late"].gt(0).fillna(False), "unit"]),
        "missing_reports": Counter(unit for unit, _ in absent),
        "doubled_evidence": Counter(claims_again(entries, rubric)["unit"]),
    }
    values = {source: {unit: tally[unit] for unit in standing} for source, tally in tallies.items()}
    for unit in set(reports.loc[reports["days_late"].isna(), "unit"]):
        for source in ("reports_on_time", "late_reports"):  # in time or late: nobody knows
            values[source].pop(unit, None)
    values["fields_valid"] = fields["valid"].to_dict()
    wholes = {
        "reports_on_time": {unit: sum(unit in owing for owing in owed.values()) for unit in standing},
        "fields_valid": fields["fields"].to_dict(),
    }
    return [
        _counted_row(unit, item, item.indicator, values, wholes, rubric)
        for unit in standing
        for item in rubric.items
        if item.indicator and item.indicator.source in values
    ]


Counts = dict[str, dict[Any, int]]
"""By source of the indicator, a count by unit."""


def _counted_row(
    unit: str, item: Criterion, indicator: Indicator, values: Counts, wholes: Counts, rubric: Rubric
) -> Row:
    value, base = (counts.get(indicator.source, {}).get(unit) for counts in (values, wholes))
    return Row(
        unit=unit,
        criterion=item.id,
        period=rubric.annual_period.id,
        value=None if value is None else value * item.value_scale,
        base=None if base is None else base * item.value_scale,
        not_applicable=False,
        self_points=None,
        evidence=None,
        file="",
        sheet="",
        cell=COUNTED,
    )


def _mandatory_fields(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """Per entry of a mandatory line, how many fields had to be filled and how many are: unit, fields, valid.

    A result and, where they are asked for, the whole it is part of and the evidence of something done. A result that
    falls below an earlier one is not valid. Where the criterion does not apply, every field is.
    """
    lines = [line for line in all_lines(rubric) if is_mandatory(line, rubric)]
    stated = entries[entries["criterion"].isin([line.id for line in lines])]
    shared = stated["criterion"].isin([line.id for line in lines if "base" in inputs(line, rubric)])
    proved = stated["criterion"].isin([item.id for item in rubric.criteria if item.needs_evidence])
    sound = stated["value"].notna() & ~stated.index.isin(list_falls(entries, rubric).index)
    needless = stated["value"].notna() & ~something_done(stated, rubric)
    valid = (
        sound.astype(int)
        + (shared & stated["base"].notna()).astype(int)
        + (proved & (stated["evidence"].notna() | needless)).astype(int)
    )
    fields = 1 + shared.astype(int) + proved.astype(int)
    return pd.DataFrame(
        {
            "unit": stated["unit"].astype("str"),
            "fields": fields,
            "valid": valid.where(~stated["not_applicable"], fields),
        }
    )
