"""The checklist of a year as one page: what to do first, then unit by unit, the part of one unit to be printed alone.

Made of the same blocks as every other page: no script, nothing fetched, every text only text.
"""

from __future__ import annotations

from urllib.parse import quote

from scoring.core import wording
from scoring.core.language import say, say_count
from scoring.pages import blocks, official
from scoring.pages.blocks import Block, Column
from scoring.pages.export.page_html import page_html
from scoring.reports.checklist import AbsentLine, Checklist, ChecklistPart, FileLine, OpenPeriod
from scoring.rubric.model import Plan


def check_page(checklist: Checklist, plan: Plan, copies: str) -> bytes:
    """The page in UTF-8. copies: the folder of the copies to send back, as seen from the page."""
    body = official.body_name(plan.body)
    title = say("Kiểm tra báo cáo năm {year}", year=checklist.year)
    parts = [
        blocks.landscape().html,
        blocks.title(title, body).html,
        _first(checklist).html,
        blocks.section("2", say("Từng đơn vị, nhiều chỗ phải sửa đứng trước")).html,
        _contents(checklist.parts).html,
        *(_unit(part, title, copies) for part in checklist.parts),
    ]
    return page_html(title, parts, issuer=body).encode()


# What to do first


def _first(checklist: Checklist) -> Block:
    """How many files came and what became of them, who has not reported, which files cannot be used."""
    counts = [say_count("{count} tệp {fate}", count, fate=fate) for fate, count in checklist.counts if count]
    unusable = [(part, file) for part in checklist.parts for file in part.files if not file.is_usable]
    return blocks.page(
        blocks.paragraph(f"{wording.enumeration(counts)}." if counts else say("Chưa nhận được tệp nào.")),
        blocks.section("1", say("Việc cần làm trước")),
        _absent(checklist),
        *([_unusable(unusable)] if unusable else []),
    )


def _absent(checklist: Checklist) -> Block:
    """Which reports are missing, and how many are not due yet."""
    awaited = [blocks.bullets([awaited_told(one) for one in checklist.awaited])] if checklist.awaited else []
    if checklist.absent:
        return blocks.page(_absent_table(checklist.absent), *awaited)
    return blocks.page(blocks.paragraph(none_absent(checklist)), *awaited)


def none_absent(checklist: Checklist) -> str:
    """That no report is missing; where some are not due yet, only of those that are."""
    if checklist.awaited:
        return say("Không thiếu báo cáo nào đã quá hạn nộp.")
    return say("Tất cả các đơn vị đã gửi đủ báo cáo.")


def awaited_told(awaited: OpenPeriod) -> str:
    """How many reports of a period are not due yet, and until when nothing is to be done about them."""
    return say_count(
        "{period} chưa đến hạn (hạn nộp {due}): còn {count} đơn vị chưa gửi, chưa phải là thiếu.",
        awaited.units,
        period=awaited.period,
        due=wording.day(awaited.due),
    )


def _absent_table(absent: tuple[AbsentLine, ...]) -> Block:
    """Who has not reported; those who owe a report before those who do not."""
    columns = [
        Column(say("Đơn vị"), 3, names_rows=True),
        Column(say("Mã đơn vị"), 1.6),
        Column(say("Kỳ"), 1.4),
        Column(say("Tình trạng"), 3.5),
        Column(say("Việc cần làm"), 3.5),
    ]
    rows = [
        (line.name, line.unit, line.period, line.message if line.owed else f"{line.message} {_NOT_OWED}", line.mend)
        for line in sorted(absent, key=lambda line: not line.owed)
    ]
    return blocks.table(say("Báo cáo chưa có"), columns, rows, turned=True)


_NOT_OWED = "Đơn vị không thuộc diện chấm điểm năm này."


def _unusable(files: list[tuple[ChecklistPart, FileLine]]) -> Block:
    columns = [Column(say("Tệp"), 3, names_rows=True), Column(say("Đơn vị"), 3), Column(say("Vì sao"), 5)]
    rows = [(file.file, part.name, file.fate) for part, file in files]
    return blocks.table(say("Tệp không dùng được, cần gửi lại"), columns, rows, turned=True)


# Unit by unit


def _contents(parts: tuple[ChecklistPart, ...]) -> Block:
    """A line a unit that leads to its part; what was opened by its line is printed alone."""
    told = [
        (
            say("{unit}: {errors} lỗi, {warnings} chỗ cần xem lại", unit=_name(part), errors=errors, warnings=warnings),
            part,
        )
        for part in parts
        for errors, warnings in [part.weight]
    ]
    return blocks.page(
        blocks.note(say("Bấm vào một đơn vị rồi in thì chỉ in phần của đơn vị đó.")),
        blocks.links([(line, f"#{quote(_anchor(part))}") for line, part in told]),
    )


def _name(part: ChecklistPart) -> str:
    return part.name or say("Tệp chưa rõ đơn vị, hoặc ghi nhiều đơn vị")


def _anchor(part: ChecklistPart) -> str:
    return f"don-vi-{part.id}"


def _unit(part: ChecklistPart, title: str, copies: str) -> str:
    """One unit's files and findings, with a head of its own."""
    heading = f"{_name(part)} ({part.id})" if part.id else _name(part)
    content = blocks.page(
        blocks.section("", heading, level=2),
        *([_files(part.files)] if part.files else []),
        *([_findings(part)] if part.findings else []),
        _returned(part, copies),
    )
    return (
        f'<section id="{blocks.html_text(_anchor(part))}" class="alone"><p class="alone">{blocks.html_text(title)}</p>'
        f"{content.html}</section>"
    )


def _files(files: tuple[FileLine, ...]) -> Block:
    columns = [
        Column(say("Tệp"), 3, names_rows=True),
        Column(say("Kỳ"), 1.5),
        Column(say("Ngày nhận"), 1.2),
        Column(say("Kết quả"), 4),
    ]
    rows = [(file.file, file.period, file.received_on, file.fate) for file in files]
    return blocks.table(say("Tệp đã nhận"), columns, rows, turned=True)


def _findings(part: ChecklistPart) -> Block:
    columns = [
        Column(say("Mức độ"), 1.2, names_rows=True),
        Column(say("Tệp, trang, ô"), 2.2),
        Column(say("Tiêu chí"), 0.8),
        Column(say("Đang ghi"), 1.8),
        Column(say("Vấn đề"), 3.5),
        Column(say("Cách sửa"), 3.5),
    ]
    rows = [
        (
            line.severity,
            "\n".join(filter(None, (line.file, line.place))),
            line.criterion,
            line.value,
            line.message,
            line.mend,
        )
        for line in part.findings
    ]
    return blocks.table(say("Chỗ cần sửa, cần xem lại"), columns, rows, turned=True)


def _returned(part: ChecklistPart, copies: str) -> Block:
    """The copies to send back, each a link."""
    made = [file.returned for file in part.files if file.returned]
    if not made:
        return blocks.page()
    return blocks.page(
        blocks.paragraph(say("Bản có đánh dấu chỗ sửa, để gửi lại đơn vị:"), kept=True),
        blocks.links([(name, f"{copies}/{quote(name)}") for name in made]),
    )
