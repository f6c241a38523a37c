"""The papers about publications: the certificate that prints a code, and what an appeal changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scoring.assessment.appeals import Comparison, UnitChange
from scoring.core import wording
from scoring.core.language import say, say_count
from scoring.decisions.seal import Publication, grouped
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Body, Plan, Rubric

_LISTED = 6
"""How many decisions or files a certificate of one page lists; the others are counted."""


def _head(plan: Plan, body: Body, kind: str, summary: str, on: date | None = None) -> Block:
    dated = f"ngày {on.day:02} tháng {on.month if on.month > 2 else f'0{on.month}'} năm {on.year}" if on else ""
    return blocks.page(
        blocks.letterhead(body.parent, body.name, place=body.place, date=dated),
        blocks.title(kind, summary),
        *([blocks.note(say(SAMPLE))] if plan.sample else []),
    )


def certificate(plan: Plan, rubric: Rubric, publication: Publication, decided: Sequence[str] = ()) -> list[Block]:
    """One page: which publication, by which decision, and its code, to be signed and kept on paper.

    decided: the decisions since the publication before, in words.
    """
    on, body = date.fromisoformat(publication.published_on), issuer_of(plan, rubric).body
    about = [
        (say("Kết quả"), _whose(plan, rubric)),
        (say("Bộ tiêu chí"), rubric.name),
        (say("Lần công bố"), str(publication.number)),
        (say("Quyết định công bố"), publication.decision),
        (say("Ngày công bố"), wording.day(on)),
        (say("Số tệp số liệu"), wording.number(len(publication.inputs))),
    ]
    parts = [
        _head(
            plan,
            body,
            say("Giấy chứng nhận công bố"),
            say("Lần {number}, năm {year}", number=publication.number, year=publication.year),
            on,
        ),
        blocks.facts(about),
        blocks.paragraph("", lead=say("Mã công bố (đọc từng nhóm bốn ký tự):")),
        blocks.facts(
            [(say("Dòng {number}", number=place), line) for place, line in enumerate(_lines(publication.code), 1)]
        ),
        blocks.paragraph(
            say(
                "Mã này tính từ mọi tệp của lần công bố: sửa, thêm hay bớt một ký tự trong bất kỳ tệp nào thì mã khác"
                " đi. Giữ giấy này cùng biên bản hội đồng; khi cần, chạy lệnh verify-seal và so từng nhóm."
            )
        ),
    ]
    if publication.previous:
        parts += list(_since(publication, decided))
    return [*parts, blocks.signatures(say("Người lập"), say("Chủ tịch hội đồng"), body.recipients[-1:])]


def _whose(plan: Plan, rubric: Rubric) -> str:
    """Whose results of which work were published."""
    issuer = issuer_of(plan, rubric)
    told = {"judged": issuer.judged, "subject": issuer.evaluated, "year": rubric.year}
    return wording.sentence(say("{judged} {subject} năm {year}", **told))


def _lines(code: str) -> list[str]:
    """The code in four lines of four groups."""
    groups = grouped(code).split()
    return [" ".join(groups[place : place + 4]) for place in range(0, len(groups), 4)]


def _since(publication: Publication, decided: Sequence[str]) -> list[Block]:
    lines = [
        say(
            "Nối tiếp lần công bố {number}, mã {code}",
            number=publication.number - 1,
            code=grouped(publication.previous),
        )
    ]
    lines.append(say("Số quyết định ghi từ lần trước: {count}", count=len(decided)))
    lines += decided[:_LISTED]
    if len(decided) > _LISTED:
        lines.append(say("và {count} quyết định khác, ghi trong hồ sơ công bố", count=len(decided) - _LISTED))
    if publication.grown:
        lines.append(
            say(
                "Báo cáo nhận thêm từ lần trước: {names}",
                names=_few([one.rpartition("/")[2] for one in publication.grown]),
            )
        )
    return [blocks.bullets([wording.sentence(line) for line in lines])]


def _few(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_LISTED])
    return (
        listed
        if len(names) <= _LISTED
        else say("{listed} và {count} mục khác", listed=listed, count=len(names) - _LISTED)
    )


def appeal_paper(
    plan: Plan, rubric: Rubric, comparison: Comparison, before: Publication, after: Publication | None
) -> list[Block]:
    """What appeals changed between two publications, or since the last one: every unit that moved, and why."""
    summary = say("Thay đổi so với lần công bố {number} ({decision})", number=before.number, decision=before.decision)
    if after is not None:
        summary = say(
            "Lần công bố {after} ({decision}) so với lần {before}",
            after=after.number,
            decision=after.decision,
            before=before.number,
        )
    on = date.fromisoformat(after.published_on) if after is not None else None
    units = sorted(comparison.units, key=lambda change: not change.is_own)  # the rest stay in the register's order
    body = issuer_of(plan, rubric).body
    return [
        _head(plan, body, say("Kết quả phúc tra"), summary, on),
        blocks.section("1", say("Các đơn vị thay đổi")),
        _changes(units),
        blocks.section("2", say("Lý do")),
        blocks.bullets(_reasons(units)) if units else blocks.paragraph(say("Không có.")),
        blocks.section("3", say("Tỷ lệ khống chế")),
        blocks.bullets([say("trước: {before}; sau: {after}", before=old, after=new) for old, new in comparison.quotas])
        if comparison.quotas
        else blocks.paragraph(say("Cách tính tỷ lệ khống chế không đổi.")),
        blocks.signatures(say("Thư ký"), say("Chủ tịch hội đồng"), body.recipients),
    ]


def _reasons(units: Sequence[UnitChange]) -> list[str]:
    """Why units moved; those that only moved with others share a sentence."""
    told = [say("{name}: {reason}", name=change.name, reason=change.reason) for change in units if change.is_own]
    others = [change for change in units if not change.is_own]
    if others:
        told.append(say_count("{count} đơn vị còn lại trong bảng: {reason}", len(others), reason=others[0].reason))
    return [wording.sentence(line) for line in told]


def _changes(units: Sequence[UnitChange]) -> Block:
    if not units:
        return blocks.paragraph(say("Không đơn vị nào thay đổi điểm, mức hoặc hạng."))
    columns = [
        Column(say("TT"), 0.5, "center"),
        Column(say("Đơn vị"), 2.6, names_rows=True),
        Column(say("Tiêu chí"), 1.6),
        Column(say("Tổng điểm"), 1.5),
        Column(say("Mức"), 2.4),
        Column(say("Hạng"), 1.3),
    ]
    rows = [
        (
            str(place),
            change.name,
            change.marks or wording.NOT_KNOWN,
            _pair(change.total),
            _band(change),
            _pair(change.rank),
        )
        for place, change in enumerate(units, 1)
    ]
    return blocks.table(say("Bảng 1. Trước và sau, của mọi đơn vị thay đổi"), columns, rows)


def _band(change: UnitChange) -> str:
    """The band before and after, and how the unit stands to a quota where that is what moved."""
    told = _pair(change.band)
    return told if change.selection[0] == change.selection[1] else f"{told}; {_pair(change.selection)}"


def _pair(pair: tuple[str, str]) -> str:
    """Before and after; once where they are the same.

    >>> _pair(("3", "3")), _pair(("3", "4"))
    ('3', '3 → 4')
    """
    return pair[0] if pair[0] == pair[1] else " → ".join(pair)
