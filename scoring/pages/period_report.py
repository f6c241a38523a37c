"""The report upward of a period (six months, nine months, a quarter), from what was received so far."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.assessment.period_report import Done, PeriodLine, PeriodReport, by_clause
from scoring.core import wording
from scoring.core.language import in_words, say, say_count
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE
from scoring.pages.report_upward import done_words
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Body


def period_paper(report: PeriodReport) -> list[Block]:
    """The whole paper, in the language spoken."""
    plan, rubric = in_words(report.year.plan), in_words(report.year.rubric)
    body = issuer_of(plan, rubric).body
    about = say("Kết quả {subject}, {period}", subject=plan.subject, period=_told(report))
    return [
        blocks.letterhead(body.parent, body.name, number=_number(body), place=body.place),
        blocks.title(say("Báo cáo"), about),
        *([blocks.note(say(SAMPLE))] if plan.sample else []),
        blocks.addressees(list(body.reports_to) or [wording.TO_WRITE]),
        blocks.section("1", say("Việc gửi báo cáo")),
        blocks.bullets(list(_sent(report))),
        *_missing(report),
        blocks.section("2", say("Kết quả theo mục của kế hoạch")),
        blocks.paragraph(_basis(report)),
        _results(report),
        blocks.section("3", say("Khó khăn, hạn chế, kiến nghị")),
        blocks.bullets([say("Nguyên nhân: {blank}", blank=wording.TO_WRITE * 2)]),
        blocks.last_paragraph(say("Trên đây là báo cáo theo số liệu nhận được đến ngày {day}", day=_day(report))),
        blocks.closing([say("Như trên"), body.recipients[-1]], [body.signing_authority, body.signing_post]),
    ]


def _number(body: Body) -> str:
    office = body.symbol.partition("-")[2]
    return f"……/BC-{office}" if office else "……/BC"


def _told(report: PeriodReport) -> str:
    """The period and the year, as a title names them."""
    name = wording.inside(in_words(report.period).name)
    return say("{period} năm {year}", period=name, year=report.year.rubric.year)


def _day(report: PeriodReport) -> str:
    return wording.day(report.on)


# What came, and what is missing


def _sent(report: PeriodReport) -> Iterator[str]:
    for sent in report.sent:
        late = say_count("{count} nộp muộn", sent.late) if sent.late else say("không đơn vị nào nộp muộn")
        yield say(
            "{period} (hạn {due}): {sent}/{owed} đơn vị đã gửi; {late}.",
            period=sent.name,
            due=wording.day(sent.due),
            sent=sent.sent,
            owed=sent.owed,
            late=late,
        )
    if not report.missing:
        yield say("Không còn báo cáo nào thiếu.")


def _missing(report: PeriodReport) -> list[Block]:
    """The reports that are owed and not there, a line each."""
    if not report.missing:
        return []
    columns = [
        Column(say("Đơn vị"), 4, names_rows=True),
        Column(say("Báo cáo"), 2),
        Column(say("Tình hình đến ngày {day}", day=_day(report)), 3),
    ]
    rows = [(one.name, in_words(one.period).name, wording.sentence(one.told)) for one in report.missing]
    return [blocks.table(say("Bảng 1. Báo cáo còn thiếu, số liệu dưới đây chưa có"), columns, rows)]


# What was done


def _basis(report: PeriodReport) -> str:
    """What the figures of the table are, and what they are compared with."""
    parts = [say("Số liệu là cộng của các đơn vị thuộc diện đánh giá, theo báo cáo của đơn vị, chưa thẩm định.")]
    if len(report.sent) > 1:
        names = wording.enumeration([wording.inside(one.name) for one in report.sent])
        parts.append(say("Gồm các kỳ: {names}.", names=names))
    if report.before is None:
        return " ".join([*parts, report.said])
    return " ".join([*parts, say("Cột năm trước là cùng kỳ năm {year}.", year=report.before)])


def _results(report: PeriodReport) -> Block:
    """By clause of the plan what all units reported, last year's same period, and the difference."""
    compared = report.before is not None
    columns = [
        Column(say("Mục"), 0.9, "center"),
        Column(say("Nội dung"), 4, names_rows=True),
        Column(say("Kết quả"), 2.2),
        Column(say("Đơn vị có số liệu"), 1, "right"),
    ]
    if compared:
        columns += [Column(say("Cùng kỳ năm {year}", year=report.before), 2.6), Column(say("Tăng, giảm"), 1.3)]
    clauses = {clause.id: clause for clause in in_words(report.year.plan).clauses}
    rows: list[tuple[str, ...]] = []
    named: list[int] = []
    for clause, lines in by_clause(report).items():
        named.append(len(rows))
        told = clauses[clause]
        rows.append((told.cited or clause, wording.sentence(told.summary.partition(". ")[0])))
        rows += [_row(line, compared) for line in lines]
    return blocks.table(say("Bảng 2. Kết quả theo mục của kế hoạch"), columns, rows, naming=named)


def _row(line: PeriodLine, compared: bool) -> tuple[str, ...]:
    row = ("", f"{line.item}. {line.name}", _done(line.now, line), wording.number(line.now.units))
    if not compared:
        return row
    if line.before is None:
        return (*row, wording.sentence(line.why), wording.NOT_KNOWN)
    before = _done(line.before, line)
    told = say_count("{figure} ({count} đơn vị)", line.before.units, figure=before) if line.before.units else before
    return (*row, told, _difference(line.now, line.before))


def _done(done: Done, line: PeriodLine) -> str:
    """What all units together did."""
    if not done.units:
        return say("chưa có số liệu")
    return done_words(done, line.value_unit) or say("không cộng được giữa các đơn vị")


def _difference(now: Done, before: Done) -> str:
    """How much more or less than last year; a dash where either year has no figure or they do not add up."""
    if now.counts not in {"sum", "units"} or not now.units or not before.units:
        return wording.NOT_KNOWN
    # each on its own scale: the years may count with different decimals
    grown = now.value * before.scale - before.value * now.scale
    if not grown:
        return say("bằng năm trước")
    figure = wording.amount(abs(grown), now.scale * before.scale)
    return say("tăng {figure}", figure=figure) if grown > 0 else say("giảm {figure}", figure=figure)
