"""What stands on the paper about a draft of the rules: who gains and loses where a past year is scored by it.

It is about rules that are not issued yet, which the Vietnamese text settles; there is no English one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from scoring.assessment.impact import Impact, StandingBy, UnitImpact
from scoring.core import wording
from scoring.core.wording import NOT_KNOWN, enumeration
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE
from scoring.rubric.model import Plan

_DECIMALS = 2


def impact_page(found: Impact, plan: Plan) -> list[Block]:
    """The whole paper, part by part."""
    body = plan.body
    return [
        blocks.page(
            blocks.letterhead(body.parent, body.name, place=body.place),
            blocks.title("Thử bộ tiêu chí dự thảo", f"{found.name}, trên số liệu năm {found.year}"),
            *([blocks.note(SAMPLE)] if plan.sample else []),
            blocks.paragraph(_opening(found)),
        ),
        blocks.page(blocks.section("1", "Điều cần biết khi đọc"), blocks.bullets(found.remarks)),
        _bands(found),
        _units(found),
        _same(found),
        blocks.closing(body.recipients, (body.signing_authority, body.signing_post)),
    ]


def impact_lines(found: Impact) -> list[str]:
    """The outcome in a few sentences, for the screen."""
    return [_opening(found), *found.remarks]


def _opening(found: Impact) -> str:
    gains = [one.gain for one in found.units if one.gain is not None]
    more, fewer = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    moved = sum(one.before.band != one.after.band for one in found.units)
    return (
        f"Chấm lại năm {found.year} theo bản dự thảo: trong {len(gains)} đơn vị có điểm ở cả hai bên, {more} đơn vị"
        f" được tỷ lệ điểm cao hơn, {fewer} thấp hơn, {len(gains) - more - fewer} giữ nguyên; {moved} đơn vị đổi mức"
        " xếp loại. Không có gì được ghi vào năm ấy."
    )


def _bands(found: Impact) -> Block:
    rows = [(name or "Chưa xếp loại", str(before), str(after)) for name, before, after in found.bands]
    columns = (
        Column("Mức", 3, names_rows=True),
        Column(f"Năm {found.year}", 1, "right"),
        Column("Dự thảo", 1, "right"),
    )
    before, after = found.quotas
    lines = [f"Theo quy định năm {found.year}: {line}." for line in before] + [
        f"Theo dự thảo: {line}." for line in after
    ]
    return blocks.page(
        blocks.section("2", "Mức xếp loại và tỷ lệ khống chế"),
        blocks.table("Số đơn vị ở từng mức, trước khi hội đồng chọn", columns, rows),
        *([blocks.bullets(lines)] if lines else []),
    )


def _units(found: Impact) -> Block:
    columns = (
        Column("Đơn vị", 3, names_rows=True),
        Column(f"Năm {found.year} (%)", 1, "right"),
        Column("Dự thảo (%)", 1, "right"),
        Column("Hơn, kém", 1, "right"),
        Column("Mức", 2.4),
        Column("Hạng trong khối", 1.3),
    )
    ordered = sorted(found.units, key=lambda one: (one.gain is None, one.gain or 0))
    rows, naming = list[tuple[str, ...]](), list[int]()
    for block in dict.fromkeys(one.block for one in found.units):
        naming.append(len(rows))
        rows.append((block,))
        rows += [_row(one) for one in ordered if one.block == block]
    return blocks.page(
        blocks.section("3", "Từng đơn vị, trong mỗi khối từ đơn vị mất nhiều nhất"),
        blocks.table("Trước và sau", columns, rows, naming=naming, compact=True),
    )


def _row(one: UnitImpact) -> tuple[str, ...]:
    gain = "" if one.gain is None else f"{'+' if one.gain > 0 else ''}{_percent(one.gain)}"
    bands = [stood.band or "Chưa xếp loại" for stood in (one.before, one.after)]
    ranks = [_rank(stood) for stood in (one.before, one.after)]
    before, after = _percent(one.before.percent), _percent(one.after.percent)
    return (one.name, before, after, gain, _moved(bands), _moved(ranks))


def _moved(pair: Sequence[str]) -> str:
    return pair[0] if pair[0] == pair[1] else " → ".join(pair)


def _rank(stood: StandingBy) -> str:
    return NOT_KNOWN if stood.rank is None else f"{stood.rank}/{stood.ranked}"


def _percent(figure: Fraction | None) -> str:
    return NOT_KNOWN if figure is None else wording.points(_rounded(figure), _DECIMALS)


def _rounded(figure: Fraction) -> int:
    """Hundredths, rounded half up away from nothing: for reading only."""
    size = (2 * abs(figure) * 10**_DECIMALS + 1) // 2
    return int(size if figure >= 0 else -size)


def _same(found: Impact) -> Block:
    return blocks.page(
        blocks.section("4", "Tiêu chí không còn phân biệt các đơn vị"), blocks.bullets(list(_same_lines(found)))
    )


def _same_lines(found: Impact) -> Iterator[str]:
    new = [item for item in found.alike if item not in found.alike_before]
    kept = [item for item in found.alike if item in found.alike_before]
    if new:
        yield f"Theo dự thảo mọi đơn vị được cùng số điểm ở {enumeration(new)}: nên đặt mức cao hơn hoặc bỏ."
    if kept:
        yield f"Vẫn như năm {found.year}, mọi đơn vị được cùng số điểm ở {enumeration(kept)}."
    if not found.alike:
        yield "Tiêu chí nào cũng còn phân biệt được các đơn vị."
