"""Read one table of many units, all of one period, whatever it calls them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from scoring.core.errors import Fault, ReportError
from scoring.core.files import read_whole, why_refused
from scoring.core.findings import finding, findings_table
from scoring.core.text import shown
from scoring.reports.intake import Reading, _by_id, _received, entries_table, received_table
from scoring.reports.reading.bulk import is_bulk_header, read_bulk_report
from scoring.reports.reading.csv_file import read_rows
from scoring.reports.reading.folder import Found, shown_name
from scoring.reports.reading.report import Asking
from scoring.rubric.model import Period, Rubric


def read_bulk(
    path: Path, rubric: Rubric, units: pd.DataFrame, period: Period, names: Mapping[str, str] | None = None
) -> Reading:
    """Read one CSV table of many units, in the wide or the long form (see `bulk`), all of one period.

    names: the id of each unit by what the table calls it (compared as NFC); None: the table has ids.
    Raises ReportError where the table cannot be read.
    """
    ids = {
        unicodedata.normalize("NFC", name): unit
        for name, unit in (names or {unit: unit for unit in units["id"]}).items()
    }
    asking = Asking(rubric, _by_id(units), partial(_named, ids=ids))
    found = Found(path, shown_name(path.name))
    try:
        raw = read_whole(path)
    except OSError as error:
        fault = Fault("cả tệp", f"không mở được tệp: {why_refused(error)}", mend="kiểm tra tên tệp và quyền đọc")
        raise ReportError(found.name, [fault]) from error
    rows, remarks = read_rows(raw, found.name, partial(is_bulk_header, rubric=rubric))
    report = read_bulk_report(rows, found.name, asking, period)
    report.findings += [finding(remark, file=found.name) for remark in remarks]
    received = _received(found, report, None, rubric, hashlib.sha256(raw).hexdigest())
    return Reading(
        entries_table(report.rows, rubric, units), findings_table(report.findings), received_table([received])
    )


def _named(text: str, where: str, ids: Mapping[str, str]) -> str:
    """The id of a unit by its name in a table."""
    if (unit := ids.get(text.strip())) is not None:
        return unit
    what = f"không có đơn vị '{shown(text)}'"
    fault = Fault(where, what, mend="ghi đúng tên hoặc mã đơn vị đã khai báo")
    raise ReportError(where, [fault])
