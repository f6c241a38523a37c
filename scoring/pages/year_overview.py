"""Room 8: the overview of a year, part by part, each part one cell of its notebook."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.assessment.overview import BlockTable, Overview, ReportLine
from scoring.core import wording
from scoring.core.language import in_its_language, say, say_count
from scoring.pages import blocks, official
from scoring.pages.blocks import Block, Column


@in_its_language
def overview_opening(overview: Overview) -> Block:
    """Letterhead, title and how many units the year has."""
    return blocks.page(
        official.head(overview, say("Báo cáo"), official.whose_results(overview, say("Tổng hợp kết quả")), symbol="BC"),
        blocks.paragraph(
            say_count(
                "Danh bạ có {count} đơn vị, trong đó {eligible} đơn vị thuộc diện xếp loại. Tính theo: {rubric}.",
                overview.units,
                eligible=overview.eligible,
                rubric=overview.rubric_name,
            )
        ),
    )


@in_its_language
def distribution(overview: Overview) -> Block:
    """How many units each band has, as a table and as bars, and the arithmetic of the quotas."""
    share = say_count("Tỷ lệ trên {count} đơn vị được xếp loại", overview.rated)
    columns = [
        Column(say("Mức"), 4, names_rows=True),
        Column(say("Số đơn vị"), 1, "right"),
        Column(share, 1.4, "right"),
    ]
    rows = [(band.name, str(band.units), overview.band_share(band)) for band in overview.bands]
    total = (say("Cộng"), str(sum(band.units for band in overview.bands)), "")
    return blocks.page(
        blocks.table(
            say("Bảng 1. Số đơn vị theo mức xếp loại đề xuất"),
            columns,
            [*rows, total],
            emphasised=[-1],
        ),
        blocks.bullets(overview.quotas),
    )


@in_its_language
def block_tables(overview: Overview) -> Block:
    """The ranked table of every block."""
    return blocks.page(*(_block_table(place, block, overview) for place, block in enumerate(overview.blocks, start=2)))


def _block_table(place: int, block: BlockTable, overview: Overview) -> Block:
    columns = [
        Column(say("Hạng"), 0.7, "center"),
        Column(say("Đơn vị"), 3.3, names_rows=True),
        Column(say("Tổng điểm"), 0.9, "right"),
        Column(say("Tỷ lệ %"), 0.9, "right"),
        Column(say("Xếp loại đề xuất"), 2.3),
        Column(say("Ghi chú"), 2.6),
    ]
    rows = [
        (
            wording.number(line.rank),
            line.name,
            wording.points(line.total, overview.decimals),
            wording.points(line.figure, overview.figure_decimals),
            line.band_name,
            wording.sentence("; ".join(filter(None, (line.selection_text, line.remark)))),
        )
        for line in block.units
    ]
    return blocks.table(say("Bảng {number}. {title}", number=place, title=block.name), columns, rows)


@in_its_language
def reports_lists(overview: Overview) -> Block:
    """Who has not reported, who was late, and which files could not be used."""
    return blocks.page(
        _titled_list(say("Chưa có báo cáo"), [_report(line) for line in overview.missing]),
        _titled_list(
            say("Nộp muộn"),
            [
                say_count("{report}, muộn {count} ngày", line.days_late or 0, report=_report(line))
                for line in overview.late
            ],
        ),
        _titled_list(say("Tệp không dùng được"), [wording.sentence(why) for _, why in overview.rejected]),
    )


def _report(line: ReportLine) -> str:
    return f"{line.name}: {wording.inside(line.period)}"


def _titled_list(title: str, lines: Sequence[str]) -> Block:
    heading = blocks.paragraph("" if lines else say("không có."), lead=f"{title}:", kept=bool(lines))
    return blocks.page(heading, blocks.bullets(lines)) if lines else heading


@in_its_language
def overview_ending(overview: Overview) -> Block:
    """The last sentences, the recipients and the signature left to the pen."""
    said = say(
        "Trên đây là tổng hợp kết quả đánh giá năm {year} của {body}; mức xếp loại và danh sách đề xuất để hội đồng xem"
        " xét, quyết định, điểm của từng đơn vị ở phụ lục điểm và phiếu đánh giá của đơn vị",
        year=overview.year,
        body=official.body_name(overview.body),
    )
    return blocks.page(official.ending(overview.body, said), official.fine_print(overview))


@in_its_language
def finish(overview: Overview) -> Block:
    """The mark that the notebook ran to its end on this data."""
    return blocks.finish(overview.digest)
