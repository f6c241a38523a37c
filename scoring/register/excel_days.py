"""What did Excel make of the days in a CSV file that was opened and saved in it?

A Vietnamese Excel writes 31/12/2025, an American one 12/31/2025; both are days as good as 2025-12-31 where some day of
the file tells them apart. Where none does, 01/06/2025 is asked about and not guessed.
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

DAY_COLUMNS = ("from", "to", "date", "document_date")
"""The columns of the register's tables that hold days."""

_TYPED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: 0?0:00(?::00)?)?")
_ISO_WITH_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(?::00)?")


def in_iso(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its days as 2025-12-31, as far as the file itself says how they are written."""
    columns = [name for name in DAY_COLUMNS if name in table]
    typed = [found for name in columns for text in table[name] if (found := _TYPED.fullmatch(text))]
    month_first = any(int(found[2]) > 12 for found in typed)
    day_first = any(int(found[1]) > 12 for found in typed)
    order = None if month_first == day_first else (2, 1) if day_first else (1, 2)
    return table.assign(**{name: table[name].map(lambda text: _iso(text, order)).astype("str") for name in columns})


def _iso(text: str, order: tuple[int, int] | None) -> str:
    """One cell; unchanged where it is no day, or where the order of day and month is not known.

    >>> _iso("5/1/2025", (2, 1)), _iso("5/1/2025", None), _iso("1/1/2025", None), _iso("2025-01-05 00:00:00", None)
    ('2025-01-05', '5/1/2025', '2025-01-01', '2025-01-05')
    """
    if found := _ISO_WITH_TIME.fullmatch(text):
        return found[1]
    found = _TYPED.fullmatch(text)
    if found is None:
        return text
    if order is None and found[1].lstrip("0") != found[2].lstrip("0"):
        return _only_reading(found) or text
    month, day = order or (2, 1)
    return _day(int(found[3]), int(found[month]), int(found[day])) or text


def _only_reading(found: re.Match[str]) -> str:
    """A day that can be read in one way only, in a file that mixes both ways; "" where either would do."""
    readings = _readings(found)
    return readings[0] if len(readings) == 1 else ""


def _readings(found: re.Match[str]) -> list[str]:
    year, first, second = int(found[3]), int(found[1]), int(found[2])
    return list(filter(None, (_day(year, second, first), _day(year, first, second))))


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def two_days(text: str) -> str | None:
    """The two days a cell may mean, in words; None where it means one day, or none.

    >>> two_days("1/6/2025"), two_days("31/12/2025")
    ('ngày 1 tháng 6 hoặc ngày 6 tháng 1', None)
    """
    found = _TYPED.fullmatch(text)
    if found is None or len(set(_readings(found))) < 2:
        return None
    first, second = int(found[1]), int(found[2])
    return f"ngày {first} tháng {second} hoặc ngày {second} tháng {first}"
