"""Which evidence could not be printed as it was written? What typefaces there are, who prints says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from scoring.core.findings import Finding, Remark, finding, findings_table
from scoring.core.language import say
from scoring.reports.intake import Reading


def with_unprintable(reading: Reading, missing: Callable[[str], str]) -> Reading:
    """The reading with a finding for each piece of evidence that has letters no typeface has.

    missing: names those letters of a text, "" where there are none.
    """
    found = list(_findings(reading.entries, missing))
    if not found:
        return reading
    both = pd.concat([reading.findings, findings_table(found)], ignore_index=True)
    return reading._replace(findings=both)


def _findings(entries: pd.DataFrame, missing: Callable[[str], str]) -> Iterator[Finding]:
    told = entries[entries["evidence"].notna()]
    letters = told["evidence"].map(missing)
    for entry in told.assign(letters=letters)[letters != ""].to_dict("records"):
        what = say("không phông chữ nào của máy có {letters}, trên trang in sẽ là ô vuông", letters=entry["letters"])
        remark = Remark("evidence_letters", what, say("ghi lại bằng chữ thường dùng trước khi in và ký"))
        where = {name: entry[name] for name in ("unit", "criterion", "period", "file", "sheet", "cell")}
        yield finding(remark, **where, value=entry["evidence"])
