"""`new-year`: begin a year as a copy of the last one, asking for what only the office knows."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path

from rich.text import Text

from scoring.core import places
from scoring.core.choices import MAIN
from scoring.core.errors import Fault, ParameterError
from scoring.core.places import COMMAND
from scoring.core.text import shown
from scoring.desk.commands.screen import CONSOLE
from scoring.register.agreement import is_year
from scoring.register.in_hand import chosen_year, ruled_years
from scoring.register.new_year import YearOptions, begin_year
from scoring.register.year import Year, open_year

_KEEP = "Enter để giữ"


def run_new_year(options: argparse.Namespace) -> int:
    """Make the year's folder and say what is left to do."""
    data = places.work_folder() / "data"
    source = data / _source(options, data)
    wishes = YearOptions(options.plan, dict(_due(text) for text in options.due), aside=options.aside)
    if sys.stdin.isatty() and not options.yes:
        wishes = _asked(open_year(source), int(options.year), wishes)
    begun = begin_year(source, data / options.year, wishes)
    if begun.aside is not None:
        CONSOLE.print(Text(f"Đã dời năm mẫu {options.year} sang {begun.aside}."))
    CONSOLE.print(Text(f"Đã tạo {begun.folder} từ năm {source.name}; năm {source.name} giữ nguyên. Việc còn lại:"))
    for place, sentence in enumerate(begun.left, 1):
        end = "" if COMMAND in sentence else "."  # a full stop would be copied with the command
        CONSOLE.print(Text(f"  {place}. {sentence}{end}"))
    if (year := chosen_year(data)) in ruled_years(data) and str(year) != options.year:
        told = (
            f"Sổ và lệnh không ghi --year vẫn làm năm {year}, chọn ở sổ Bắt đầu; sang năm {options.year} thì chọn lại."
        )
        CONSOLE.print(Text(told))
    return 0


def _source(options: argparse.Namespace, data: Path) -> str:
    """The year to copy: the one stated, or the latest before the new one."""
    known = sorted(path.name for path in data.iterdir() if is_year(path.name)) if data.is_dir() else []
    if not is_year(options.year):
        raise ParameterError("new-year", [Fault(shown(options.year), "không phải một năm", "bốn chữ số, ví dụ 2026")])
    before = [name for name in known if name < options.year]
    ruled = [name for name in before if (data / name / "rubrics" / f"{MAIN}.yaml").is_file()]
    source: str = options.source or max(ruled or before, default="")
    if source not in known:
        expected = f"đang có: {', '.join(known) or 'chưa có năm nào'}"
        raise ParameterError("--from", [Fault(shown(source) or "chưa ghi", "chưa có số liệu của năm này", expected)])
    return source


def _due(text: str) -> tuple[str, date]:
    period, _, day = text.partition("=")
    found = _day(day)
    if not period or found is None:
        raise ParameterError("--due", [Fault(shown(text), "chưa đúng", "dạng KỲ=NGÀY, ví dụ Q1=10/04/2026")])
    return period, found


def _day(text: str) -> date | None:
    """A day as people write it, 10/04/2026, or as files do, 2026-04-10.

    >>> _day("10/4/2026") == _day("2026-04-10") == date(2026, 4, 10)
    True
    """
    plain = text.strip()
    numbers = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", plain)
    try:
        return date(int(numbers[3]), int(numbers[2]), int(numbers[1])) if numbers else date.fromisoformat(plain)
    except ValueError:
        return None


def _asked(old: Year, year: int, wishes: YearOptions) -> YearOptions:
    """What the command does not state, asked one by one; an empty answer keeps what stands."""
    plan = wishes.plan
    if plan is None:
        told = old.plan.id.replace(str(old.rubric.year), str(year))
        plan = CONSOLE.input(f"Mã kế hoạch năm {year} ({_KEEP} {told}): ", markup=False).strip() or None
    due = dict(wishes.due or {})
    for period in old.rubric.periods:
        question = f"Hạn nộp {period.name}, năm trước {period.due:%d/%m/%Y} ({_KEEP} ngày ấy của năm mới): "
        while period.id not in due and (answer := CONSOLE.input(question, markup=False).strip()):
            if (day := _day(answer)) is not None:
                due[period.id] = day
            else:
                CONSOLE.print("Ghi ngày dạng 10/04/2026.")
    return YearOptions(plan, due, wishes.aside)
