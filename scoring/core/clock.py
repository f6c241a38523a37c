"""The time written in what is made: stated, never read from a clock, where the same bytes are wanted every time."""

from __future__ import annotations

import os
from datetime import UTC, datetime

VARIABLE = "SOURCE_DATE_EPOCH"
"""The environment variable that states it, in seconds since 1970; see reproducible-builds.org."""


def stated_time() -> datetime | None:
    """The stated time, in UTC; None where none is stated."""
    seconds = os.environ.get(VARIABLE)
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
