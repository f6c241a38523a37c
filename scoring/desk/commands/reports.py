"""Verbs about what units send: forms out, reports checked."""

from __future__ import annotations

import argparse
import re

from rich.text import Text

from scoring.core.errors import Fault, ParameterError
from scoring.core.files import Writing, write_whole
from scoring.core.made import keep_only, plain_folder
from scoring.core.wording import day, sentence
from scoring.desk.commands.progress import watched
from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder, show_table
from scoring.pages.check import awaited_told, check_page, none_absent
from scoring.pages.letters import missing_letters
from scoring.pages.spreadsheets import evidence_csv, evidence_xlsx
from scoring.register.year import Year
from scoring.reports.checklist import Checklist, ChecklistPart, list_checks
from scoring.reports.checks.run import read_reports
from scoring.reports.evidence_register import list_evidence
from scoring.reports.forms.form import write_forms
from scoring.reports.intake import Reading
from scoring.reports.reminders import group_list, letters, list_reminders
from scoring.reports.returns import write_returns
from scoring.reports.unprintable import with_unprintable


def run_forms(options: argparse.Namespace) -> int:
    """A blank report form for every unit."""
    year = opened_year(options)
    folder = output_folder(year) / "forms"
    entries = read_reports(year).entries if (year.folder / "reports").is_dir() else None
    written = write_forms(folder, year.rubric, year.plan, year.units_due, entries=entries, targets=year.targets)
    CONSOLE.print(Text(f"Đã làm {len(written)} mẫu báo cáo trong {folder}"))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """The findings of the reports that came, on the screen and as files; of one period on the screen alone."""
    year = opened_year(options)
    with watched(options.progress):
        reading = with_unprintable(read_reports(year), missing_letters)
    if options.period is not None:
        return _check_period(reading, year, options)
    out, writing = output_folder(year), Writing(lasts=False)
    with watched(options.progress):
        returned = write_returns(out / "check", year, reading, writing)
    checklist = list_checks(reading, year, returned, options.on)
    _tell_checks(checklist)
    writing.write(out / "check.html", check_page(checklist, year.plan, "check"))
    register = list_evidence(reading.entries, reading.findings)
    writing.write(out / "evidence.csv", evidence_csv(register))
    writing.write(out / "evidence.xlsx", evidence_xlsx(register, year.rubric.year))
    CONSOLE.print(Text(f"Sổ minh chứng: {out / 'evidence.xlsx'}"))
    told = f"Đã làm {len(returned)} bản báo cáo có đánh dấu chỗ sửa, để gửi lại đơn vị: {out / 'check'}"
    CONSOLE.print(Text(f"Bảng kiểm tra để in, để gửi: {out / 'check.html'}\n{told}\n"))
    _tell_absent(checklist)
    writing.refuse_if_any(ParameterError, str(out))
    return _ended(reading)


def _ended(reading: Reading) -> int:
    """The exit code of a check: 1 where a whole file was refused, so that a script hears of it."""
    return int((reading.received["fate"] == "rejected").any())


def _check_period(reading: Reading, year: Year, options: argparse.Namespace) -> int:
    """The files, findings and absent reports of one period, and what belongs to none."""
    period = options.period
    _known_period(period, year)
    findings = reading.findings[reading.findings["period"].isin([period, ""])]
    received = reading.received[reading.received["period"].eq(period) | reading.received["period"].isna()]
    checklist = list_checks(Reading(reading.entries, findings, received), year, on=options.on)
    _tell_checks(checklist)
    _tell_absent(checklist)
    return _ended(Reading(reading.entries, findings, received))


def _known_period(period: str, year: Year) -> None:
    known = [one.id for one in year.rubric.periods]
    if period not in known:
        raise ParameterError("--period", [Fault(period, "không có kỳ này", f"các kỳ: {', '.join(known)}")])


def run_remind(options: argparse.Namespace) -> int:
    """Letters to the units whose reports are still owed, and one list for the messenger group."""
    year = opened_year(options)
    if options.period is not None:
        _known_period(options.period, year)
    found = list_reminders(read_reports(year), year, options.on, options.period)
    rows = [(one.name, one.unit, one.period.name, day(one.period.due), sentence(one.told)) for one in found]
    show_table(f"Báo cáo còn thiếu đến ngày {day(options.on)}", ("Đơn vị", "Mã", "Kỳ", "Hạn nộp", "Tình trạng"), rows)
    folder = output_folder(year) / "reminders"
    plain_folder(folder)
    written = dict(letters(found, year)) | {GROUP_LIST: group_list(found, options.on)}
    for name, text in written.items():
        write_whole(folder / name, text.encode("utf-8-sig"))
    units = "|".join(map(re.escape, sorted(map(str, year.register.spans["id"]))))
    keep_only(folder, written, rf"(?:{units})\.txt")
    CONSOLE.print(Text(f"Đã làm {len(written) - 1} thư nhắc và một danh sách cho nhóm: {folder}"))
    return 0


_MOST_IN_FULL = 100
"""Units whose every finding is told on the screen; of more it would be thousands of lines that nobody reads there."""

GROUP_LIST = "_danh_sach_nhom.txt"
"""The list for the messenger group; no unit's code begins like this."""


def _tell_absent(checklist: Checklist) -> None:
    absent = [(line.name, line.unit, line.period, line.message, line.mend) for line in checklist.absent]
    if absent:
        show_table(f"Chưa có {len(absent)} báo cáo", ("Đơn vị", "Mã", "Kỳ", "Tình trạng", "Việc cần làm"), absent)
    else:
        CONSOLE.print(Text(none_absent(checklist)))
    CONSOLE.print(Text("\n".join(map(awaited_told, checklist.awaited))), end="\n" * bool(checklist.awaited))


def _tell_checks(checklist: Checklist) -> None:
    """A table a unit: its files with their fate, then its findings; of many units how much each has to mend."""
    parts = checklist.parts
    if len(parts) > _MOST_IN_FULL:
        rows = [(part.name, part.id, *map(str, part.weight)) for part in parts if part.id and any(part.weight)]
        show_table("Đơn vị có chỗ phải sửa", ("Đơn vị", "Mã", "Lỗi", "Cần xem lại"), rows)
        CONSOLE.print(Text("Từng chỗ của mỗi đơn vị: xem check.html và bản có đánh dấu của đơn vị."))
        parts = tuple(part for part in parts if not part.id)
    for part in parts:
        _tell_part(part)
    CONSOLE.print(Text("\n" + "; ".join(f"{count} tệp {words}" for words, count in checklist.counts)))


def _tell_part(part: ChecklistPart) -> None:
    files = [(line.file, line.period, line.received_on, line.fate) for line in part.files]
    name = f"{part.name} ({part.id})" if part.id else "Tệp chưa rõ đơn vị, hoặc ghi nhiều đơn vị"
    CONSOLE.print(Text(f"\n{name}", style="bold"))
    if files:
        show_table("", ("Tệp", "Kỳ", "Ngày nhận", "Kết quả"), files)
    findings = [
        (one.severity, "\n".join(filter(None, (one.file, one.place, one.criterion))), one.value, one.message, one.mend)
        for one in part.findings
    ]
    if findings:
        show_table("", ("Mức độ", "Tệp, trang, ô, mã", "Đang ghi", "Vấn đề", "Cách sửa"), findings)
