"""What the council has on the table: a block's ranking, and the minutes of its meeting as a draft.

The minutes leave to the pen what only people can give: who was there, how they voted, what they chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from scoring.assessment.dossier import Considered, Dossier, QuotaLine, UnitScores
from scoring.assessment.overview import BlockTable
from scoring.core import wording
from scoring.core.language import in_its_language, say, say_count, term
from scoring.decisions.seal import grouped
from scoring.pages import blocks as display
from scoring.pages import official
from scoring.pages.annex import figure, figure_head, points, rules
from scoring.pages.blocks import Block, Column
from scoring.pages.charts import Bar
from scoring.scores.selection import DECIDED

_STANDINGS = {"": term("trong tỷ lệ khống chế")} | wording.SELECTIONS
_ORDER = (
    "chosen", "beyond_quota", "proposed", "", "tie_at_cut", "over_quota", "lowered",
    "conditions_unmet", "outside_quota",
)  # fmt: skip
"""How a unit may stand to a band under a quota, in the order the council looks at them."""


def _block(dossier: Dossier, block: str) -> BlockTable:
    return next(table for table in dossier.overview.blocks if table.id == block)


def remark(unit: UnitScores) -> str:
    """How a unit stands to the quota, and what limits its band."""
    said = (unit.line.selection_text, unit.line.remark)
    return wording.sentence("; ".join(filter(None, said)))


# The ranking of a block


@in_its_language
def ranking_opening(dossier: Dossier, block: str, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title and what the ranking is about. number and date stay dotted blanks unless given."""
    overview, units = dossier.overview, dossier.of_block(block)
    ranked = [unit for unit in units if unit.line.rank is not None]
    results = official.whose_results(overview, say("Kết quả"))
    summary = f"{_block(dossier, block).name}\n{results}"
    counts = say("Khối có {units} đơn vị, {ranked} đơn vị được xếp hạng.", units=len(units), ranked=len(ranked))
    return display.page(
        official.head(overview, say("Bảng xếp hạng"), summary, symbol="BXH", number=number, date=date),
        display.paragraph(f"{counts} {rules(dossier)}"),
    )


@in_its_language
def ranking_table(dossier: Dossier, block: str) -> Block:
    """The block's units in the order of their rank; the numbers are those of the detail's columns."""
    columns = [
        Column(say("Số"), 0.5, "center"),
        Column(say("Đơn vị"), 2.8, names_rows=True),
        Column(say("Tổng điểm"), 0.9, "right"),
        Column(say("Tối đa áp dụng"), 0.9, "right"),
        Column(figure_head(dossier), 0.9, "right"),
        Column(say("Hạng"), 0.8, "center"),
        Column(say("Xếp loại đề xuất"), 1.7),
        Column(say("Ghi chú"), 3),
    ]
    rows = [
        (
            str(number),
            unit.line.name,
            points(dossier, unit.line.total),
            points(dossier, None if unit.line.total is None else unit.line.effective_max),
            figure(dossier, unit.line.figure),
            wording.number(unit.line.rank),
            unit.line.band_name,
            remark(unit),
        )
        for number, unit in enumerate(dossier.of_block(block), 1)
    ]
    table = display.table(say("Bảng {number}. Tổng điểm, hạng và xếp loại đề xuất", number=1), columns, rows)
    return display.page(display.paragraph(_about_ranks(dossier.of_block(block))), table, *_group_tables(dossier, block))


def _about_ranks(units: Sequence[UnitScores]) -> str:
    """What the order of the table and its first column say, as far as there is something to say."""
    said = [say("Hạng chỉ so trong khối.")]
    if any(unit.line.rank is None for unit in units):
        said.append(say("Chưa có hạng thì đứng cuối bảng, kèm lý do."))
    if any(unit.line.total is not None for unit in units):
        said.append(say("Số ở cột đầu là số trong phụ lục."))
    return " ".join(said)


def _group_tables(dossier: Dossier, block: str) -> Iterator[Block]:
    """Of every group that is ranked too, the block's units in the order of that rank."""
    lines = [unit.line for unit in dossier.of_block(block)]
    columns = [
        Column(say("Hạng"), 0.7, "center"),
        Column(say("Đơn vị"), 4, names_rows=True),
        Column(say("Tỷ lệ điểm đạt, %"), 1.2, "right"),
        Column(say("Mức"), 2.4),
    ]
    for place in range(len(lines[0].groups) if lines else 0):
        ranked = [(line, line.groups[place]) for line in lines if line.groups[place].rank is not None]
        ranked.sort(key=lambda one: one[1].rank or 0)
        rows = [
            (wording.number(own.rank), line.name, wording.points(own.figure, own.decimals), own.band_name)
            for line, own in ranked
        ]
        if rows:
            yield display.table(say("Hạng theo nhóm tiêu chí: {group}", group=ranked[0][1].name), columns, rows)


@in_its_language
def ranking_chart(dossier: Dossier, block: str) -> Block:
    """How many units of the block each band has; nothing where that is not to be compared."""
    counts = zip(dossier.overview.bands, _counts(dossier, dossier.of_block(block)), strict=True)
    bars = [Bar(band.name, count, str(count)) for band, count in counts if count and band.rated]
    if len(bars) < _COMPARED:
        return display.page()
    return display.distribution_chart(say("Hình 1. Số đơn vị của khối theo mức xếp loại đề xuất"), bars)


_COMPARED = 2
"""From how many bars on a chart says more than its table."""


def _band_names(dossier: Dossier) -> list[str]:
    return [band.name for band in dossier.overview.bands]


def _counts(dossier: Dossier, units: Sequence[UnitScores]) -> list[int]:
    return [sum(unit.line.band_name == name for unit in units) for name in _band_names(dossier)]


@in_its_language
def self_scores(dossier: Dossier, block: str) -> Block:
    """How far the points that count are those the units gave themselves, and whether the maximum still tells."""
    units = [unit for unit in dossier.of_block(block) if unit.line.total is not None]
    kept, lowered, raised = (sum(getattr(unit, move) for unit in units) for move in ("kept", "lowered", "raised"))
    given = kept + lowered + raised
    if not given:
        return display.paragraph(say("Chưa đơn vị nào của khối ghi điểm tự chấm."))
    lines = [
        say(
            "Có {given} lượt tự chấm: giữ nguyên {kept} lượt ({share}), giảm {lowered} lượt, tăng {raised} lượt.",
            given=given,
            kept=kept,
            share=wording.share(kept, given),
            lowered=lowered,
            raised=raised,
        ),
        say(
            "Đơn vị được giữ nguyên mọi điểm tự chấm: {kept}/{units}.",
            kept=sum(not unit.lowered and not unit.raised for unit in units),
            units=len(units),
        ),
        say(
            "Đơn vị đạt điểm tối đa được áp dụng: {full}/{units}.",
            full=sum(_is_full(unit) for unit in units),
            units=len(units),
        ),
    ]
    return display.bullets([*lines, *_too_alike(kept, given, sum(map(_is_full, units)), len(units))])


def _too_alike(kept: int, given: int, full: int, units: int) -> Iterator[str]:
    """What to do where hardly a self-score was changed, or points at the maximum no longer tell units apart."""
    if _MOST * given <= 100 * kept:
        yield say("Hầu hết điểm tự chấm được giữ nguyên: nên thẩm định kỹ trước khi xếp hạng.")
    if 2 * full >= units:
        yield say("Từ nửa số đơn vị trở lên đạt điểm tối đa: nên thẩm định kỹ trước khi xếp hạng.")


_MOST = 80
"""From how many percent on most self-scores stand as they were given."""


def _is_full(unit: UnitScores) -> bool:
    return unit.line.total is not None and unit.line.total >= unit.line.effective_max


@in_its_language
def block_quotas(dossier: Dossier, block: str) -> Block:
    """The arithmetic of the quotas that concern the block."""
    lines = [_quota_line(dossier, quota) for quota in dossier.for_block(block).quotas]
    return display.bullets(lines) if lines else display.paragraph(say("Bộ tiêu chí không có tỷ lệ khống chế."))


@in_its_language
def to_consider(dossier: Dossier, block: str) -> Block:
    """Of a block, whose band the council's decision changes, who is equal, and whose figures are to be looked at."""
    units = dossier.of_block(block)
    lines = [*_movable(dossier, units), *_ties(units), *_cases(units), *_blanks(units)]
    heading = display.section("3", say("Đơn vị hội đồng xem xét"))
    none = display.paragraph(say("Không có trường hợp nào cần xem xét riêng."))
    return display.page(heading, display.bullets(lines) if lines else none)


_MOVABLE = ("proposed", "tie_at_cut", "over_quota")
"""How a unit stands to a band where the council's choice alone decides which band it gets."""


def _movable(dossier: Dossier, units: Sequence[UnitScores]) -> Iterator[str]:
    """The units whose band the council's choice changes, by the band they are considered for and how they stand."""
    for quota in {quota.band: quota for quota in dossier.quotas}.values():
        for selection in _MOVABLE:
            told = [
                f"{unit.line.name} (“{unit.line.band_name}”)"
                for unit in units
                if any(one.band == quota.band and one.selection == selection for one in unit.considered[-1:])
            ]
            if told:
                yield say(
                    "Mức “{band}”, {standing}: {units}.",
                    band=quota.band_name,
                    standing=say(_STANDINGS[selection]),
                    units=wording.enumeration(told),
                )


def _quota_line(dossier: Dossier, quota: QuotaLine) -> str:
    scope = quota.scope_name or say("tính chung các khối")
    return f"“{quota.band_name}” ({scope}): {quota.arithmetic}; {quota.counts}."


def _ties(units: Sequence[UnitScores]) -> Iterator[str]:
    """The units that share a rank after every tie rule; `units` in the order of their rank."""
    for place, sharing in groupby((unit.line for unit in units if unit.line.rank is not None), lambda line: line.rank):
        names = [line.name for line in sharing]
        if len(names) > 1:
            yield say("Cùng hạng {rank}: {units}.", rank=place, units=wording.enumeration(names))


@in_its_language
def ranking_ending(dossier: Dossier) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = dossier.overview.body
    return display.page(
        display.last_paragraph(say("Hạng và mức xếp loại trên đây là đề xuất để hội đồng xem xét; chi tiết ở phụ lục")),
        display.closing(body.recipients, [body.signing_authority, body.signing_post]),
        official.fine_print(dossier.overview),
    )


# The minutes


@in_its_language
def minutes_opening(dossier: Dossier, *, number: str = "", date: str = "", code: str = "") -> Block:
    """Letterhead, title, and when, where and by whom: all left to the pen.

    code: of the publication, so that the paper that is signed proves what was published; a blank before there is one.
    """
    overview = dossier.overview
    summary = official.whose_results(overview, say("Họp hội đồng xét kết quả"))
    return display.page(
        official.head(overview, say("Biên bản"), summary, symbol="BB", number=number, date=date),
        display.facts(
            [
                (say("Thời gian"), say("…… giờ ……, ngày …… tháng …… năm ………")),
                (say("Địa điểm"), wording.TO_WRITE),
                (say("Chủ trì (chức vụ)"), wording.TO_WRITE),
                (say("Thư ký (chức vụ)"), wording.TO_WRITE),
                (say("Có mặt"), say("……/…… thành viên; vắng ……, lý do: ……………")),
                (say("Mã công bố"), grouped(code) if code else wording.TO_WRITE),
            ]
        ),
    )


@in_its_language
def bands_table(dossier: Dossier) -> Block:
    """How many units of each block have each band."""
    names = _band_names(dossier)
    columns = [Column(say("Khối"), 2.4, names_rows=True), *(Column(name, 1.2, "right") for name in names)]
    counts = [(block.name, _counts(dossier, dossier.of_block(block.id))) for block in dossier.overview.blocks]
    sums = [sum(column) for column in zip(*(own for _, own in counts), strict=True)]
    rows = [(name, *map(str, own), str(sum(own))) for name, own in [*counts, (say("Cộng"), sums)]]
    overview = dossier.overview
    shares = [overview.band_share(band) for band in overview.bands]
    rows.append((say_count("Tỷ lệ trên {count} đơn vị được xếp loại", overview.rated), *shares, ""))
    return display.table(
        say("Bảng 1. Số đơn vị theo khối và mức xếp loại đề xuất"),
        [*columns, Column(say("Cộng"), 0.9, "right")],
        rows,
        emphasised=[-2],
    )


@in_its_language
def vote_tables(dossier: Dossier) -> Block:
    """Every block's proposed bands, with room for votes and for what the council concludes."""
    return display.page(*(_vote_table(dossier, block, place) for place, block in enumerate(_voted(dossier), 2)))


def _voted(dossier: Dossier) -> list[BlockTable]:
    """The blocks the council votes about: those with a unit that is eligible."""
    blocks = {unit.block for unit in dossier.units if unit.eligible}
    return [block for block in dossier.overview.blocks if block.id in blocks]


def _vote_table(dossier: Dossier, block: BlockTable, place: int) -> Block:
    columns = [
        Column(say("Hạng"), 0.7, "center"),
        Column(say("Đơn vị"), 3.2, names_rows=True),
        Column(figure_head(dossier), 0.9, "right"),
        Column(say("Xếp loại đề xuất"), 2.4),
        Column(say("Số phiếu đồng ý"), 1),
        Column(say("Hội đồng kết luận"), 1.8),
    ]
    rows = [
        (wording.number(unit.line.rank), unit.line.name, figure(dossier, unit.line.figure), unit.line.band_name, "", "")
        for unit in dossier.of_block(block.id)
        if unit.eligible
    ]
    return display.table(say("Bảng {number}. {block}", number=place, block=block.name), columns, rows)


@in_its_language
def choice_tables(dossier: Dossier) -> Block:
    """For every band under a quota: the arithmetic, the units it is about, and room for the council's choice."""
    if not dossier.quotas:
        return display.paragraph(say("Bộ tiêu chí không có tỷ lệ khống chế."))
    first = 2 + len(_voted(dossier))
    tables = (_choice(dossier, quota, place) for place, quota in enumerate(dossier.quotas, first))
    return display.page(display.paragraph(say("Việc chọn là của hội đồng.")), *tables)


def _choice(dossier: Dossier, quota: QuotaLine, place: int) -> Block:
    arithmetic = display.paragraph(_quota_line(dossier, quota))
    inside = [unit for unit in dossier.units if quota.concerns(unit)]
    units = {unit: stands for unit in inside if (stands := _to_the_band(unit, quota.band)) is not None}
    if not units:
        return display.page(arithmetic, display.paragraph(say("Không có đơn vị nào để xét.")))
    columns = [
        Column(say("TT"), 0.5, "center"),
        Column(say("Đơn vị"), 3, names_rows=True),
        Column(figure_head(dossier), 0.9, "right"),
        Column(say("Tình trạng"), 2.8),
        Column(say("Số phiếu đồng ý"), 1),
        Column(say("Hội đồng kết luận"), 1.4),
    ]
    ordered = sorted(units, key=lambda u: (_ORDER.index(units[u].selection), -(u.line.figure or 0)))
    rows = [
        (
            str(number),
            unit.line.name,
            figure(dossier, unit.line.figure),
            _standing(units[unit]),
            "",
            _concluded(quota, unit, units[unit]),
        )
        for number, unit in enumerate(ordered, 1)
    ]
    caption = say(
        "Bảng {number}. Các đơn vị được xét mức “{band}”, tối đa {allowed}",
        number=place,
        band=quota.band_name,
        allowed=quota.allowed,
    )
    return display.page(arithmetic, display.table(caption, columns, rows))


def _concluded(quota: QuotaLine, unit: UnitScores, stands: Considered) -> str:
    """The band the council has put a unit into; "" where it has still to decide."""
    if stands.selection not in DECIDED:
        return ""
    return unit.line.band_name if stands.selection == "lowered" else quota.band_name


def _to_the_band(unit: UnitScores, band: str) -> Considered | None:
    """How a unit stands to a band under a quota; None where the quota is not about it."""
    within = [Considered(band=band, band_name="", selection="", unmet=())] if unit.line.band == band else []
    return next((considered for considered in (*unit.considered, *within) if considered.band == band), None)


def _standing(stands: Considered) -> str:
    unmet = f" ({wording.enumeration(stands.unmet)})" if stands.unmet else ""
    return wording.sentence(f"{say(_STANDINGS[stands.selection])}{unmet}")


@in_its_language
def ties_list(dossier: Dossier) -> Block:
    """The units that are equal, at a quota's cut or in rank, so that the council decides between them."""
    at_cut = [unit for unit in dossier.units if unit.line.selection == "tie_at_cut"]
    lines = [f"{unit.line.name}: {unit.line.selection_text}." for unit in at_cut]
    for block in dossier.overview.blocks:
        lines += [f"{block.name}: {said}" for said in _ties(dossier.of_block(block.id))]
    told = _to_conclude(lines, say("Không có đơn vị nào bằng nhau."))
    rule = display.paragraph(say("Vẫn bằng nhau sau mọi quy tắc phân hạng của bộ tiêu chí:"), kept=True)
    return display.page(rule, told) if lines else told


def _to_conclude(lines: Sequence[str], none: str) -> Block:
    """A list with room for what the council concludes, or what is said where there is nothing."""
    said = [say("{matter} Kết luận: {blank}", matter=line, blank=wording.TO_WRITE) for line in lines]
    return display.bullets(said) if said else display.paragraph(none)


@in_its_language
def cases_list(dossier: Dossier) -> Block:
    """The units a gate lowered, withheld or flagged, and those with points still to be given."""
    return _to_conclude(list(_cases(dossier.units)), say("Không có trường hợp nào cần xem xét riêng."))


def _cases(units: Iterable[UnitScores]) -> Iterator[str]:
    """What is particular about units, those about whom the same is to say together."""
    alike: dict[str, list[UnitScores]] = {}
    for unit in units:
        if told := _particular(unit):
            alike.setdefault(told, []).append(unit)
    for told, own in alike.items():
        if len(own) == 1:
            yield f"{own[0].line.name}: {told}."
        else:
            names = wording.enumeration([unit.short_name for unit in own])
            yield say_count("{count} trường hợp ({units}): {told}.", len(own), units=names, told=told)


def _blanks(units: Iterable[UnitScores]) -> Iterator[str]:
    """Who left values blank, and at how many criteria: points that may still come, or be asked for."""
    counts = [(unit.short_name, unit.points.count("missing")) for unit in units if unit.line.total is not None]
    told = [f"{name} ({count})" for name, count in counts if count]
    if told:
        yield say("Còn tiêu chí để trống số liệu (số tiêu chí): {units}.", units=wording.enumeration(told))


def _particular(unit: UnitScores) -> str:
    """The gates that count and what waits for points; "" where there is nothing."""
    waits = unit.eligible and unit.pending
    why = [wording.inside(limit) for limit in unit.limits]
    why += [say_count("còn {count} tiêu chí chờ cho điểm", unit.pending)] if waits else []
    if not why:
        return ""
    bands = [say("theo điểm là “{band}”", band=unit.score_band)] if unit.score_band else []
    bands.append(say("đề xuất “{band}”", band=unit.line.band_name))
    return f"{'; '.join(why)}; {', '.join(bands)}"


@in_its_language
def minutes_ending(dossier: Dossier) -> Block:
    """How the minutes end, the recipients, and two who sign."""
    recipients = [say("Các thành viên hội đồng"), dossier.overview.body.recipients[-1]]
    return display.page(
        display.paragraph(say("Ý kiến khác của thành viên hội đồng: {blank}", blank=wording.TO_WRITE)),
        display.last_paragraph(
            say("Biên bản đã được đọc lại cho các thành viên cùng nghe; cuộc họp kết thúc vào …… giờ …… cùng ngày")
        ),
        display.signatures(say("Thư ký"), say("Chủ trì"), recipients),
    )
