"""The official pages, part by part, each part one cell of a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from scoring.assessment.overview import BlockTable, Overview, ReportLine
from scoring.assessment.unit import Assessment, ChangeLine, FindingLine, MarkLine, PeriodPart
from scoring.core import wording
from scoring.core.language import in_its_language, say, say_count, term
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.charts import Bar, Stack

SAMPLE = term(
    "Năm mẫu: các đơn vị, số liệu và báo cáo đều do dự án tự đặt ra để minh họa, không phải đơn vị hay số liệu thật."
)


_EVIDENCE = 26
"""Characters of evidence a table shows; the whole stands in the report at the cell named beside it."""
_OUTSIDE = term("Đơn vị không thuộc diện chấm điểm nên không có điểm từng tiêu chí.")
_STEPS = 3
"""How many recommendations a summary makes: what can be done first, not everything."""


@in_its_language
def opening(assessment: Assessment, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title, bases and the unit. number and date stay dotted blanks unless given."""
    return blocks.page(
        _head(assessment, say("Phiếu đánh giá"), number, date),
        blocks.bases(assessment.bases),
        blocks.facts([*_about(assessment), (say("Bộ tiêu chí"), _rules(assessment))]),
    )


@in_its_language
def brief_opening(assessment: Assessment, *, number: str = "", date: str = "") -> Block:
    """The head of the one-page summary: the unit, its result, what decided it and how far the next ones are."""
    return blocks.page(
        _head(assessment, say("Tóm tắt phiếu đánh giá"), number, date),
        blocks.facts([*_about(assessment)[:2], *_result_facts(assessment)]),
        blocks.bullets(_result_lines(assessment)),
    )


def _head(assessment: Assessment, kind: str, number: str, date: str) -> Block:
    body, edition = assessment.body, assessment.edition
    return blocks.page(
        blocks.draft(edition.banner),
        blocks.letterhead(
            body.parent,
            body.name,
            number=number,
            place=body.place,
            date=date or edition.dated,
            attached=edition.attached,
        ),
        blocks.title(kind, say("Kết quả {subject} năm {year}", subject=assessment.subject, year=assessment.year)),
        *([blocks.note(say(SAMPLE))] if assessment.sample else []),
    )


def _about(assessment: Assessment) -> list[tuple[str, str]]:
    unit = assessment.unit
    who = [(say("Đơn vị được đánh giá"), unit.name)]
    if unit.is_post:
        who = [(say("Chức danh được đánh giá"), unit.name), (say("Họ và tên"), wording.TO_WRITE)]
    members = say("{type}; {members} đoàn viên", type=unit.type_name, members=wording.number(unit.members))
    if unit.members is None:
        members = say("{type}; chưa rõ số đoàn viên", type=unit.type_name)
    return [
        *who,
        (say("Mã, khối thi đua"), f"{unit.id}, {unit.block_name[:1].lower()}{unit.block_name[1:]}"),
        (say("Loại hình, đoàn viên"), members),
        (say("Công đoàn cấp trên"), unit.parent),
    ]


def _rules(assessment: Assessment) -> str:
    return say("{rubric} (mã {digest})", rubric=assessment.rubric_name, digest=assessment.rubric_digest[:12])


@in_its_language
def result(assessment: Assessment) -> Block:
    """Total, band and rank, what decided them, and how far the next ones are."""
    facts = _result_facts(assessment)
    if assessment.result.total is not None and assessment.result.annual_max:
        facts.append(_annual_share(assessment))
    lines = _result_lines(assessment)
    lines += [assessment.result.idle] if assessment.result.idle else []
    return blocks.page(blocks.facts(facts), blocks.bullets(lines))


def _result_facts(assessment: Assessment) -> list[tuple[str, str]]:
    result = assessment.result
    about = [(say("Xếp loại đề xuất"), result.band_name)]
    if result.total is not None:
        total = f"{assessment.points(result.total)}/{assessment.points(result.effective_max)}{_parts(assessment)}"
        share = say("{total}, bằng {percent} %", total=total, percent=_percent(assessment))
        about.append((say("Tổng điểm"), share))
    if result.rank is not None:
        about.append((say("Xếp hạng trong khối"), f"{result.rank}/{result.ranked}"))
    return about


def _annual_share(assessment: Assessment) -> tuple[str, str]:
    result = assessment.result
    points = f"{assessment.points(result.annual_points)}/{assessment.points(result.annual_max)}"
    whole = f"{result.annual_of[:1].lower()}{result.annual_of[1:]}"
    return say("Điểm quy đổi"), say("{points} điểm của {whole}", points=points, whole=whole)


def _result_lines(assessment: Assessment) -> list[str]:
    why = [assessment.unit.eligibility] if assessment.unit.eligibility else []
    return [wording.sentence(text) for text in (*why, *assessment.result.decided, *assessment.outlook)]


def _parts(assessment: Assessment) -> str:
    """Bonus and deductions, where there are any."""
    result = assessment.result
    parts = [say("thưởng {points}", points=assessment.points(result.bonus))] if result.bonus else []
    parts += [say("trừ {points}", points=assessment.points(result.deductions))] if result.deductions else []
    return say(" (trong đó {parts})", parts=wording.enumeration(parts)) if parts else ""


def _percent(assessment: Assessment) -> str:
    result = assessment.result
    if result.figure_of == "percent":
        return wording.points(result.figure, result.figure_decimals)
    return wording.number(Decimal(100) * (result.total or 0) / max(result.effective_max, 1), 2)


@in_its_language
def groups_table(assessment: Assessment) -> Block:
    """Points by group against the maximum and the block's median, with the sums they add up to."""
    columns = [
        Column(say("Nhóm"), 0.6, "center", names_rows=True),
        Column(say("Tên nhóm tiêu chí"), 4.6),
        Column(say("Điểm tối đa"), 1, "right"),
        Column(say("Được áp dụng"), 1, "right"),
        Column(say("Điểm đạt"), 1, "right"),
        Column(say("Trung vị khối"), 1, "right"),
    ]
    points = assessment.points
    rows = [
        (
            group.id,
            group.name,
            points(group.max_points),
            points(group.applicable),
            points(group.points),
            points(group.median),
        )
        for group in assessment.groups
    ]
    return blocks.table(say("Bảng 1. Điểm theo nhóm tiêu chí"), columns, [*rows, *_sums(assessment)], emphasised=[-1])


def _sums(assessment: Assessment) -> list[tuple[str, ...]]:
    """Bonus, deductions and the total below the groups."""
    result, points, blank = assessment.result, assessment.points, ""
    rows = []
    if result.bonus:
        rows.append((blank, say("Điểm thưởng"), blank, blank, points(result.bonus), blank))
    if result.deductions:
        rows.append((blank, say("Điểm trừ"), blank, blank, points(-result.deductions), blank))
    whole = (points(result.max_points), points(result.effective_max), points(result.total), blank)
    return [*rows, (blank, say("Tổng cộng"), *whole)]


@in_its_language
def groups_chart(assessment: Assessment) -> Block:
    """What the total is made of, group by group, below what it could be and above the block's medians."""
    total, whole = assessment.points(assessment.result.total), assessment.points(assessment.result.effective_max)
    groups = assessment.groups
    stacks = [
        _stack(say("Tối đa được áp dụng"), assessment, [group.applicable for group in groups], whole),
        _stack(say("Điểm đạt"), assessment, [group.points for group in groups], total, is_filled=True),
        _stack(say("Trung vị khối"), assessment, [group.median for group in groups]),
    ]
    caption = say("Hình 1. Điểm theo nhóm (tên nhóm ở Bảng 1); tổng điểm gồm cả thưởng, trừ")
    return blocks.stack_chart(caption, stacks)


def _stack(
    label: str, assessment: Assessment, figures: Sequence[int | None], total: str = "", *, is_filled: bool = False
) -> Stack:
    parts = [
        (float(figure or 0), f"{group.id} {assessment.points(figure)}")
        for group, figure in zip(assessment.groups, figures, strict=True)
    ]
    return Stack(label, parts, total, is_filled)


@in_its_language
def standing_out(assessment: Assessment) -> Block:
    """What is strong and what is weak, held against the block."""
    lines = [*assessment.strengths, *assessment.weaknesses]
    return blocks.bullets(lines) if lines else blocks.paragraph(say("Chưa có gì để so với khối."))


_STAGES = (
    (term("Tự chấm"), "self_points"),
    (term("Máy tính"), "computed_points"),
    (term("Thẩm định"), "verified_points"),
    (term("Hội đồng"), "council_points"),
)


@in_its_language
def marks_table(assessment: Assessment) -> Block:
    """Every criterion with the points of every stage, the reason, the clause and where the value stands.

    The columns of the verifiers and the council are there where either has stated points.
    """
    if not assessment.unit.eligible:
        return blocks.paragraph(say(_OUTSIDE))
    decided = any(mark.verified_points is not None or mark.council_points is not None for mark in assessment.marks)
    stages = _STAGES if decided else _STAGES[:2]
    columns = [
        Column(say("Mã, mục"), 0.8, "center", names_rows=True),
        Column(say("Tiêu chí"), 2.4 if decided else 3.0),
        Column(say("Tối đa"), 0.66, "right"),
        *(Column(say(head), 0.66, "right") for head, _ in stages),
        Column(say("Chính thức"), 0.66, "right"),
        Column(say("Lý do, căn cứ"), 3.4 if decided else 4.7),
    ]
    source = _main_file(assessment)
    rows: list[tuple[str, ...]] = []
    bold: list[int] = []
    for head, marks in _mark_parts(assessment, len(stages)):
        bold.append(len(rows))
        rows += [head, *(_mark_row(mark, stages, source, assessment) for mark in marks)]
    caption = say("Bảng 2. Điểm từng tiêu chí")
    caption += "" if decided else say(" (chưa có điểm thẩm định và điểm của hội đồng)")
    table = blocks.table(caption, columns, rows, emphasised=bold)
    if not source:
        return table
    return blocks.page(table, blocks.paragraph(say("Các ô trên là của tệp {file}.", file=source)))


def _mark_parts(assessment: Assessment, stages: int) -> Iterator[tuple[tuple[str, ...], list[MarkLine]]]:
    """A bold row and the marks below it: groups, then bonus and deductions where there are any."""
    points, blank = assessment.points, ("",) * stages
    for group in assessment.groups:
        own = [mark for mark in assessment.marks if mark.group == group.id]
        yield (group.id, group.name, points(group.max_points), *blank, points(group.points), ""), own
    for kind, name, total in (
        ("bonus", say("Điểm thưởng"), assessment.result.bonus),
        ("deduction", say("Điểm trừ"), assessment.result.deductions),
    ):
        if marks := [mark for mark in assessment.of_kind(kind) if mark.points and not mark.group]:
            yield ("", name, "", *blank, points(total), ""), marks


def _main_file(assessment: Assessment) -> str:
    """The file most values come from; "" where there is none."""
    files = Counter(mark.file for mark in assessment.marks if mark.file)
    return max(files, key=lambda file: (files[file], file), default="")


def _mark_row(
    mark: MarkLine, stages: Sequence[tuple[str, str]], source: str, assessment: Assessment
) -> tuple[str, ...]:
    points = assessment.points
    figures = (points(getattr(mark, name)) for _, name in stages)
    code = f"{mark.criterion}\n{mark.clause}"
    # what subtracts inside a group has its sign there; deductions of the whole stand in a list of their own
    taken = mark.kind == "deduction" and mark.group and mark.points
    counted = points(-mark.points if taken and mark.points else mark.points)
    return (code, mark.name, points(mark.max_points), *figures, counted, "\n".join(_grounds(mark, source)))


def _grounds(mark: MarkLine, source: str) -> list[str]:
    """The reason, who decided, then cell and evidence; a file is named where it is not the `source` of most."""
    grounds = _place_of(mark, source)
    if mark.parts:
        grounds = "; ".join(_part_told(part, source) for part in mark.parts)
    # a mark without points has a dash in its column: which of the states it is in stands first
    state = "" if mark.points is not None else f"{say(wording.STATES[mark.state]).capitalize()}: "
    reason = f"{state}{mark.reason[:1].lower()}{mark.reason[1:]}" if state else mark.reason
    return [line for line in (reason, *mark.decided, grounds) if line]


def _part_told(part: PeriodPart, source: str) -> str:
    value = wording.amount(part.value, part.scale)
    value += f"/{wording.amount(part.base, part.scale)}" if part.base is not None else ""
    return say("{period}: {value} ({grounds})", period=part.period, value=value, grounds=_place_of(part, source))


def _place_of(stated: MarkLine | PeriodPart, source: str) -> str:
    """Cell and evidence; a file is named where it is not the `source` of most."""
    cell = say("ô {cell}", cell=stated.cell) if stated.file and stated.cell else ""
    place = cell if stated.file == source else ", ".join(filter(None, (stated.file, cell)))
    return "; ".join(filter(None, (place, _short(stated.evidence))))


def _short(text: str) -> str:
    if len(text) <= _EVIDENCE:
        return text
    cut = text[: _EVIDENCE - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


@in_its_language
def openings_table(assessment: Assessment) -> Block:
    """What lost points or is not known yet, what each could bring, and what to do about it; largest first."""
    openings = assessment.openings()
    if not assessment.unit.eligible:
        return blocks.paragraph(say(_OUTSIDE))
    if not openings:
        return blocks.paragraph(say("Các tiêu chí đã chấm đều không mất điểm; đề nghị đơn vị giữ vững kết quả đã đạt."))
    columns = [
        Column(say("Mã"), 0.5, "center", names_rows=True),
        Column(say("Có thể thêm"), 1.35, "right"),
        Column(say("Đề nghị"), 8),
    ]
    rows = [(mark.criterion, assessment.points(gain), f"{_unknown(mark)}{mark.advice}") for mark, gain in openings]
    total = ("", assessment.points(sum(gain for _, gain in openings)), say("Cộng"))
    return blocks.table(say("Bảng 3. Những chỗ có thể thêm điểm"), columns, [*rows, total], emphasised=[-1])


def _unknown(mark: MarkLine) -> str:
    return "" if mark.points is not None else f"({say(wording.STATES[mark.state])}) "


@in_its_language
def first_steps(assessment: Assessment) -> Block:
    """The few things that would bring most points, as a list."""
    if not assessment.unit.eligible:
        return blocks.paragraph(say(_OUTSIDE))
    openings = assessment.openings()
    lines = [
        say(
            "{criterion}, có thể thêm {points} điểm: {advice}",
            criterion=mark.criterion,
            points=assessment.points(gain),
            advice=mark.advice,
        )
        for mark, gain in openings
        if mark.advice
    ]
    return blocks.bullets(lines[:_STEPS] or [say("Đề nghị đơn vị giữ vững kết quả đã đạt.")])


@in_its_language
def year_before(assessment: Assessment) -> Block:
    """Last year and this year group by group, the change of the rules apart from the change of the work."""
    before = assessment.before
    if before is None:
        return blocks.paragraph(say("Phiếu này chưa so sánh với năm trước."))
    said = blocks.paragraph(" ".join(before.said))
    if not before.lines:
        return said
    columns = [
        Column(say("Nhóm"), 0.6, "center"),
        Column(say("Tên"), 4.4, names_rows=True),
        Column(say("Năm {year}", year=before.year), 1, "right"),
        Column(say("Do đổi quy định"), 1, "right"),
        Column(say("Do công việc"), 1, "right"),
        Column(say("Không so được"), 1, "right"),
        Column(say("Năm {year}", year=assessment.year), 1, "right"),
    ]
    shown = [line for line in before.lines if any(getattr(line, name) for name in _CHANGE)]
    rows = [_change_row(line, assessment) for line in shown]
    figures = [sum(getattr(line, name) for line in before.lines) for name in _CHANGE]
    whole = ChangeLine(group="", name=say("Tổng điểm"), **dict(zip(_CHANGE, figures, strict=True)))
    caption = say("Bảng 4. Điểm năm {before} và năm {year}", before=before.year, year=assessment.year)
    table = blocks.table(caption, columns, [*rows, _change_row(whole, assessment)], emphasised=[-1])
    return blocks.page(table, said)


_CHANGE = ("before", "by_rules", "by_work", "not_comparable", "after")


def _change_row(line: ChangeLine, assessment: Assessment) -> tuple[str, ...]:
    points = assessment.points
    changes = (_signed(points(change), change) for change in (line.by_rules, line.by_work, line.not_comparable))
    return (line.group, line.name, points(line.before), *changes, points(line.after))


def _signed(printed: str, figure: int) -> str:
    return f"+{printed}" if figure > 0 else printed


@in_its_language
def open_points(assessment: Assessment) -> Block:
    """What the checks found in the reports; what is found at many criteria is said once."""
    if not assessment.findings:
        return blocks.paragraph(say("Báo cáo của đơn vị không có điều gì cần xem lại."))
    alike: dict[tuple[str, str, str], list[FindingLine]] = {}
    for finding in assessment.findings:
        alike.setdefault((finding.severity, finding.message, finding.mend), []).append(finding)
    return blocks.bullets([_findings_line(findings, _main_file(assessment)) for findings in alike.values()])


def _findings_line(findings: Sequence[FindingLine], source: str) -> str:
    """Findings that say the same, with all their places; the file of most values is not named again."""
    first = findings[0]
    criteria = wording.enumeration([finding.criterion for finding in findings if finding.criterion])
    said = first.message.rstrip(".")
    said = f"{criteria}: {said}" if criteria else said
    places = "; ".join(filter(None, (_place(finding, source) for finding in findings if finding.file)))
    said += f" ({places})" if places else ""
    return f"{say(wording.SEVERITIES[first.severity])}: {said}. {wording.sentence(first.mend)}".strip()


def _place(finding: FindingLine, source: str) -> str:
    file = "" if finding.file == source else finding.file
    return ", ".join(filter(None, (file, finding.cell and say("ô {cell}", cell=finding.cell))))


@in_its_language
def ending(assessment: Assessment) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = assessment.body
    return blocks.page(
        blocks.last_paragraph(say("Phiếu này là bản dự thảo; ý kiến, giải trình của đơn vị gửi về cơ quan đánh giá")),
        blocks.closing(body.recipients, [body.signing_authority, body.signing_post]),
    )


# The year as a whole


@in_its_language
def overview_opening(overview: Overview) -> Block:
    """Letterhead, title and how many units the year has."""
    body, edition = overview.body, overview.edition
    return blocks.page(
        blocks.draft(edition.banner),
        blocks.letterhead(body.parent, body.name, place=body.place, date=edition.dated, attached=edition.attached),
        blocks.title(
            say("Tổng hợp kết quả đánh giá"),
            say("{subject} năm {year}", subject=wording.sentence(overview.subject).rstrip("."), year=overview.year),
        ),
        *([blocks.note(say(SAMPLE))] if overview.sample else []),
        blocks.paragraph(
            say_count(
                "Danh bạ có {count} đơn vị, trong đó {eligible} đơn vị thuộc diện xếp loại."
                " Tính theo: {rubric} (mã {digest}).",
                overview.units,
                eligible=overview.eligible,
                rubric=overview.rubric_name,
                digest=overview.rubric_digest[:12],
            )
        ),
    )


@in_its_language
def distribution(overview: Overview) -> Block:
    """How many units each band has, as a table and as bars, and the arithmetic of the quotas."""
    columns = [Column(say("Mức"), 4, names_rows=True), Column(say("Số đơn vị"), 1, "right")]
    rows = [(band.name, str(band.units)) for band in overview.bands]
    total = (say("Cộng"), str(sum(band.units for band in overview.bands)))
    return blocks.page(
        blocks.table(say("Bảng 1. Số đơn vị theo mức xếp loại đề xuất"), columns, [*rows, total], emphasised=[-1]),
        blocks.bullets(overview.quotas),
    )


@in_its_language
def distribution_chart(overview: Overview) -> Block:
    """The bands as bars."""
    bars = [Bar(band.name, band.units, str(band.units)) for band in overview.bands]
    return blocks.distribution_chart(say("Hình 1. Số đơn vị theo mức xếp loại đề xuất"), bars)


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
        _titled_list(say("Tệp không dùng được"), [f"{file}: {why}" for file, why in overview.rejected]),
    )


def _report(line: ReportLine) -> str:
    return f"{line.name} ({line.unit}): {wording.inside(line.period)}"


def _titled_list(title: str, lines: Sequence[str]) -> Block:
    heading = blocks.paragraph("" if lines else say("không có."), lead=f"{title}:")
    return blocks.page(heading, blocks.bullets(lines)) if lines else heading


@in_its_language
def overview_ending(overview: Overview) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = overview.body
    return blocks.page(
        blocks.last_paragraph(say("Mức xếp loại và danh sách đề xuất trên đây để hội đồng xem xét, quyết định")),
        blocks.closing(body.recipients, [body.signing_authority, body.signing_post]),
    )


@in_its_language
def finish(made_from: Assessment | Overview) -> Block:
    """The mark that the notebook ran to its end on this data."""
    return blocks.finish(made_from.digest)
