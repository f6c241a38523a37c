"""The year's report upward: numbers by clause of the plan, good models, difficulties, proposals.

Counts only: no text a unit wrote, and no person, stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from scoring.assessment.dossier import ClauseLine, Dossier, Item
from scoring.assessment.period_report import Done
from scoring.core import wording
from scoring.core.errors import Fault, ParameterError
from scoring.core.language import in_its_language, say, say_count
from scoring.pages import blocks, official
from scoring.pages.annex import points
from scoring.pages.blocks import Block, Column

_WORST = 6
"""How many criteria the difficulties and proposals name: what can be done first, not everything."""


@in_its_language
def upward_opening(dossier: Dossier, addressees: str, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title and to whom the report goes. addressees: separated by ";"; "" for those the plan names.

    A dotted line where there are none. number and date stay dotted blanks unless given.
    """
    overview, results = dossier.overview, official.whose_results(dossier.overview, say("Kết quả"))
    bodies = [name.strip() for name in addressees.split(";") if name.strip()]
    return blocks.page(
        official.head(overview, say("Báo cáo"), results, symbol="BC", number=number, date=date),
        blocks.addressees(bodies or overview.body.reports_to or [wording.TO_WRITE]),
        blocks.paragraph(
            say(
                "Thực hiện {plan}, {body} báo cáo kết quả chấm điểm, xếp loại {judged} năm {year} theo {rubric} như"
                " sau.",
                plan=wording.inside(overview.plan_title),
                body=official.body_name(overview.body),
                judged=overview.judged,
                year=overview.year,
                rubric=wording.inside(overview.rubric_name),
            )
        ),
    )


@in_its_language
def situation(dossier: Dossier) -> Block:
    """How many units there are, whom they have, and what they reported."""
    overview = dossier.overview
    eligible = [unit for unit in dossier.units if unit.eligible]
    counted = [unit.members for unit in eligible if unit.members is not None]
    members = wording.number(sum(counted))
    if unknown := len(eligible) - len(counted):
        told = say_count(
            "{members} đoàn viên ở các đơn vị đã biết số (chưa rõ số đoàn viên của {count} đơn vị)",
            unknown,
            members=members,
        )
    else:
        told = say("{members} đoàn viên", members=members)
    periods = wording.enumeration([wording.inside(period) for period in dossier.periods])
    return blocks.bullets(
        [
            say(
                "Danh bạ có {units} đơn vị, {eligible} đơn vị thuộc diện đánh giá, {members}.",
                units=overview.units,
                eligible=overview.eligible,
                members=told,
            ),
            say_count(
                "Mỗi đơn vị gửi {count} báo cáo ({periods}): còn thiếu {missing} báo cáo, {late} báo cáo nộp muộn.",
                len(dossier.periods),
                periods=periods,
                missing=len(overview.missing),
                late=len(overview.late),
            ),
            *_bands(dossier),
            *overview.quotas,
        ]
    )


def _bands(dossier: Dossier) -> Iterator[str]:
    """How many units each band has, and of how many that is which percent."""
    overview = dossier.overview
    counts = [f"{band.name} {band.units} ({overview.band_share(band)})" for band in overview.bands if band.rated]
    if overview.rated and overview.is_final:
        yield say_count(
            "Được xếp loại {count} đơn vị: {bands}; tỷ lệ tính trên số được xếp loại.",
            overview.rated,
            bands=wording.enumeration(counts),
        )
    elif overview.rated:
        yield say_count(
            "Đề xuất xếp loại {count} đơn vị: {bands}; tỷ lệ tính trên số có mức đề xuất.",
            overview.rated,
            bands=wording.enumeration(counts),
        )


@in_its_language
def clauses_table(dossier: Dossier) -> Block:
    """By clause of the plan: what all units did, how many have points and full points, what share of the points."""
    columns = [
        Column(say("Mục"), 0.9, "center"),
        Column(say("Nội dung"), 4, names_rows=True),
        Column(say("Kết quả"), 2.6),
        Column(say("Đơn vị có điểm"), 0.9, "right"),
        Column(say("Đạt điểm tối đa"), 0.9, "right"),
        Column(say("Tỷ lệ điểm đạt, %"), 1, "right"),
    ]
    rows: list[tuple[str, ...]] = []
    named: list[int] = []
    for clause in dossier.clauses:
        items = [item for item in dossier.items if item.clause == clause.id and item.kind != "deduction"]
        if items:
            named.append(len(rows))
            rows += [(dossier.cites(clause.id), _first_sentence(clause)), *(_clause_row(item) for item in items)]
    table = blocks.table(say("Bảng 2. Kết quả theo mục của kế hoạch"), columns, rows, naming=named)
    return blocks.page(blocks.paragraph(_summed(dossier)), table)


def _summed(dossier: Dossier) -> str:
    """What the figures of the table are the sums of."""
    if dossier.decided:
        return say("Số liệu là cộng của các đơn vị thuộc diện đánh giá, theo báo cáo và kết quả thẩm định.")
    return say("Số liệu là cộng của các đơn vị thuộc diện đánh giá, theo báo cáo; thẩm định, hội đồng chưa sửa số nào.")


def _first_sentence(clause: ClauseLine) -> str:
    """What the clause asks for; what follows explains how it is scored."""
    return wording.sentence(clause.summary.partition(". ")[0])


def _clause_row(item: Item) -> tuple[str, ...]:
    is_silent = item.kind == "criterion" and item.missing
    silent = say_count("{count} đơn vị chưa có số liệu", item.missing) if is_silent else ""
    reached = say("{full}/{scored} đơn vị đạt điểm tối đa", full=item.full, scored=item.scored) if item.scored else ""
    result = "; ".join(filter(None, (_done(item) or reached, silent)))
    return ("", f"{item.id}. {item.name}", result, str(item.scored), str(item.full), _percent(item.points, item))


def _done(item: Item) -> str:
    """What all units together did; "" where nobody said, or where values do not add up."""
    return done_words(item, item.value_unit) if item.scored else ""


def done_words(done: Item | Done, value_unit: str) -> str:
    """What all units together did, where somebody said; "" where values do not add up."""
    value = wording.amount(done.value, done.scale)
    match done.counts:
        case "sum":
            return wording.measured(value, value_unit)
        case "share":
            share = f" ({wording.share(done.value, done.base)})" if done.base else ""
            return wording.measured(f"{value}/{wording.amount(done.base, done.scale)}", value_unit) + share
        case "units":
            return say_count("{units} đơn vị thực hiện", done.value // done.scale, units=value)
        case _:
            return ""


def _percent(part: int, item: Item) -> str:
    """A part of an item's points in percent, for reading."""
    return wording.number(Decimal(100) * part / item.applicable if item.applicable else None, 1)


@in_its_language
def own_tasks(dossier: Dossier) -> Block:
    """The clauses that bind the body that reports: no unit's figures measure them, so it tells of them itself."""
    measured = {item.clause for item in dossier.items}
    clauses = [clause for clause in dossier.clauses if clause.binds == "upper_level" and clause.id not in measured]
    if not clauses:
        return blocks.paragraph(say("Kế hoạch không giao việc riêng cho cơ quan báo cáo."))
    return blocks.bullets(
        [
            say(
                "{clause} {asked} Kết quả: {blank}",
                clause=wording.sentence(clause.cited or say("mục {clause}", clause=clause.id)),
                asked=_first_sentence(clause),
                blank=wording.TO_WRITE,
            )
            for clause in clauses
        ]
    )


@in_its_language
def models_list(dossier: Dossier, models: str) -> Block:
    """How many good models and examples there are, and which units have them by which documents.

    models: ids of the criteria that count them, separated by commas; "" for those of the plan's clauses about models.
    Raises ParameterError for an id the rubric does not have.
    """
    known = {item.id: item for item in dossier.items}
    clauses = {clause.id for clause in dossier.clauses if clause.models}
    ids = [name.strip() for name in models.split(",") if name.strip()]
    ids = ids or [item.id for item in dossier.items if item.clause in clauses and item.kind != "deduction"]
    if strange := [name for name in ids if name not in known]:
        expected = f"mã trong bộ tiêu chí: {', '.join(known)}"
        raise ParameterError("models", [Fault(name, "không có tiêu chí này", expected) for name in strange])
    items = [known[name] for name in ids]
    lines = [
        say_count(
            "{item}: {done}, {count} đơn vị có số liệu.",
            item.scored,
            item=item.name,
            done=_done(item) or wording.TO_WRITE,
        )
        for item in items
    ]
    worth = say("Mô hình, cách làm đề nghị nhân rộng: {blank}", blank=wording.TO_WRITE * 2)
    return blocks.page(blocks.bullets([*lines, worth]), *_commended(dossier, items))


def _commended(dossier: Dossier, items: Sequence[Item]) -> list[Block]:
    """A row a unit that has a good model or example, and by column the document that says so, as the unit cites it."""
    told = [item for item in items if item.shown]
    shown = {item.id: dict(item.shown) for item in told}
    columns = [Column(say("Đơn vị"), 2, names_rows=True), *(Column(item.name, 2) for item in told)]
    rows = [
        (unit.short_name, *(shown[item.id].get(unit.line.id, "") for item in told))
        for unit in dossier.units
        if any(unit.line.id in own for own in shown.values())
    ]
    caption = say("Đơn vị có mô hình, gương tốt (số, ngày văn bản), để chọn đề nghị biểu dương")
    return [blocks.table(caption, columns, rows, compact=True)] if rows else []


@in_its_language
def difficulties(dossier: Dossier) -> Block:
    """Where the year's points were lost, and what was wrong with the reports."""
    worst = _worst(dossier)
    lost = _lost_table(dossier, worst) if worst else blocks.paragraph(say("Các tiêu chí đã chấm đều không mất điểm."))
    return blocks.page(lost, blocks.bullets(list(_faults(dossier))))


def _lost_table(dossier: Dossier, worst: Sequence[Item]) -> Block:
    columns = [
        Column(say("Mã"), 0.6, "center", names_rows=True),
        Column(say("Tiêu chí"), 4),
        Column(say("Mục"), 1, "center"),
        Column(say("Đơn vị mất điểm"), 1, "right"),
        Column(say("Tổng điểm mất"), 1, "right"),
        Column(say("Tỷ lệ mất, %"), 1, "right"),
    ]
    rows = [
        (
            item.id,
            item.name,
            dossier.cites(item.clause),
            f"{item.scored - item.full}/{item.scored}",
            points(dossier, item.lost),
            _percent(item.lost, item),
        )
        for item in worst
    ]
    return blocks.table(say("Bảng 3. Những tiêu chí mất nhiều điểm nhất"), columns, rows)


def _worst(dossier: Dossier) -> list[Item]:
    """The criteria that lost the largest share of their points, largest first."""
    lost = [item for item in dossier.items if item.kind == "criterion" and item.lost]
    return sorted(lost, key=lambda item: Fraction(item.points, item.applicable))[:_WORST]


def _faults(dossier: Dossier) -> Iterator[str]:
    with_total = [unit for unit in dossier.units if unit.line.total is not None]
    if blank := sum("missing" in unit.points for unit in with_total):
        yield say(
            "{blank}/{units} đơn vị có điểm còn để trống ít nhất một tiêu chí; tiêu chí để trống không được điểm.",
            blank=blank,
            units=len(with_total),
        )
    for item in dossier.items:
        if item.kind == "deduction" and item.points:
            taken = points(dossier, item.points)
            yield say("{item}: {done}, trừ {points} điểm.", item=item.name, done=_done(item), points=taken)
    yield say("Nguyên nhân: {blank}", blank=wording.TO_WRITE * 2)


@in_its_language
def proposals(dossier: Dossier) -> Block:
    """What would win most back, and room for what is asked of the bodies above."""
    advice = [
        say_count(
            "{advice} ({criterion}, {count} đơn vị chưa đạt tối đa).",
            item.scored - item.full,
            advice=item.advice.rstrip("."),
            criterion=item.id,
        )
        for item in _worst(dossier)
        if item.advice
    ]
    return blocks.page(
        blocks.paragraph(
            "" if advice else wording.TO_WRITE * 2,
            lead=say("Với {judged}:", judged=dossier.overview.judged),
            kept=bool(advice),
        ),
        *_listed(advice),
        blocks.paragraph(wording.TO_WRITE * 2, lead=say("Với các cơ quan cấp trên:")),
    )


def _listed(lines: Sequence[str]) -> list[Block]:
    return [blocks.bullets(lines)] if lines else []


@in_its_language
def upward_ending(dossier: Dossier) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = dossier.overview.body
    return blocks.page(
        blocks.last_paragraph(
            say(
                "Trên đây là báo cáo kết quả {subject} năm {year} của {body}; điểm của từng đơn vị ở phụ lục kèm theo",
                subject=dossier.overview.subject,
                year=dossier.overview.year,
                body=official.body_name(body),
            )
        ),
        blocks.closing([say("Như trên"), body.recipients[-1]], [body.signing_authority, body.signing_post]),
    )
