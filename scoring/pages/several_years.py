"""What stands on the year's overview about several years: who has risen, who has always been low, every path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.assessment.overview import Overview
from scoring.assessment.trend import Path, Trend
from scoring.core import wording
from scoring.core.language import in_its_language, say
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column

_MANY = 5
"""How many names a sentence holds."""
_ROWS = 60
"""How many units a table has at the most: those that rose most, and those that fell most."""


@in_its_language
def trend(overview: Overview) -> Block:
    """The paths of the year's units with the changes of the rules taken out; a sentence where there are none."""
    told = overview.trend
    if told is None or not told.paths:
        said = told.said if told else ()
        return blocks.page(blocks.bullets(said), blocks.paragraph(say("Chưa có năm trước nào so được với năm nay.")))
    return blocks.page(
        blocks.paragraph(_compared(told)),
        blocks.bullets([*_lines(told), *told.said]),
        _table(told, 2 + len(overview.blocks)),
    )


def _compared(told: Trend) -> str:
    return say(
        "Báo cáo các năm trước được tính lại theo quy định năm {year}, trên {criteria}/{of} tiêu chí đếm như nhau trong"
        " mọi năm; khác biệt còn lại không do quy định. Không so hạng, vì khối và số đơn vị mỗi năm một khác.",
        year=told.years[-1],
        criteria=told.criteria,
        of=told.of,
    )


def _lines(told: Trend) -> Iterator[str]:
    """Who rose most and who has always been low, each with what to do."""
    risen = sorted((one for one in told.paths if one.change > 0), key=lambda one: (-one.change, one.id))
    weak = [one.name for one in told.paths if one.is_weak]
    if risen:
        yield say(
            "Tiến bộ nhiều nhất: {names}. Nên hỏi cách làm để phổ biến.",
            names="; ".join(_named(one, told) for one in risen[:_MANY]),
        )
    else:
        yield say("Không đơn vị nào tăng so với năm đầu so được.")
    if weak:
        yield say(
            "Năm nào cũng ở một phần tư thấp nhất của khối: {names}. Nên tìm hiểu vướng mắc và giúp ngay từ đầu năm.",
            names=_some(weak),
        )
    else:
        yield say("Không đơn vị nào năm nào cũng ở một phần tư thấp nhất của khối.")


def _named(one: Path, told: Trend) -> str:
    first, last = (figure for figure in (one.figures[_first(one)], one.figures[-1]))
    return say(
        "{name} ({first}% năm {year} lên {last}%)",
        name=one.name,
        first=wording.points(first, 2),
        year=told.years[_first(one)],
        last=wording.points(last, 2),
    )


def _first(one: Path) -> int:
    return next(place for place, figure in enumerate(one.figures) if figure is not None)


def _some(names: Sequence[str]) -> str:
    more, first = len(names) - _MANY, "; ".join(names[:_MANY])
    return first if more <= 0 else say("{names} và {count} đơn vị khác", names=first, count=more)


def _table(told: Trend, number: int) -> Block:
    columns = [
        Column(say("Đơn vị"), 3.2, names_rows=True),
        *(Column(say("Năm {year}, %", year=year), 0.9, "right") for year in told.years),
        Column(say("Thay đổi"), 0.9, "right"),
        Column(say("Tiêu chí so được"), 0.9, "right"),
        Column(say("Ghi chú"), 1.8),
    ]
    ordered = sorted(told.paths, key=lambda one: (-one.change, one.id))
    shown = ordered if len(ordered) <= _ROWS else [*ordered[: _ROWS // 2], *ordered[-_ROWS // 2 :]]
    rows = [
        (
            one.name,
            *(wording.points(figure, 2) for figure in one.figures),
            _signed(one.change),
            f"{one.criteria}/{told.of}",
            say("luôn ở một phần tư thấp nhất của khối") if one.is_weak else "",
        )
        for one in shown
    ]
    caption = say("Bảng {number}. Phần điểm đạt được theo quy định năm nay, tăng nhiều đứng trước", number=number)
    table = blocks.table(caption, columns, rows)
    if len(shown) == len(ordered):
        return table
    words = {"shown": len(shown) // 2, "whole": wording.number(len(ordered))}
    text = say("Bảng có {shown} đơn vị tăng nhiều nhất và {shown} đơn vị tăng ít nhất trong {whole} đơn vị.", **words)
    return blocks.page(table, blocks.paragraph(text))


def _signed(hundredths: int) -> str:
    sign = "−" if hundredths < 0 else "+" if hundredths else ""
    return f"{sign}{wording.points(abs(hundredths), 2)}"
