"""Room 8: the official pages, part by part, each part one cell of a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from scoring import display, wording
from scoring.assessment import Assessment, FindingLine, MarkLine
from scoring.charts import Bar
from scoring.display import Block, Column
from scoring.overview import BlockTable, Overview

SAMPLE = (
    "Năm mẫu: các đơn vị, số liệu và báo cáo đều do dự án tự đặt ra để minh họa, không phải đơn vị hay số liệu thật."
)


_EVIDENCE = 60
"""Characters of evidence a table shows; the whole stands in the report at the cell named beside it."""
_ADVICE = 6
"""How many recommendations a page makes: what can be done first, not everything."""


def opening(assessment: Assessment, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title, bases and the unit. number and date stay dotted blanks unless given."""
    body, unit = assessment.body, assessment.unit
    about = [
        ("Đơn vị được đánh giá", unit.name),
        ("Mã đơn vị", unit.id),
        ("Khối thi đua", unit.block_name),
        ("Loại hình", unit.type_name),
        ("Số đoàn viên", wording.number(unit.members)),
        ("Công đoàn cấp trên", unit.parent),
        ("Bộ tiêu chí", f"{assessment.rubric_name} (mã {assessment.rubric_digest[:12]})"),
    ]
    return display.page(
        display.letterhead(body.parent, body.name, number=number, place=body.place, date=date),
        display.title("Phiếu đánh giá", f"Kết quả {assessment.subject} năm {assessment.year}"),
        *([display.note(SAMPLE)] if assessment.sample else []),
        display.bases(assessment.bases),
        display.facts(about),
    )


def result(assessment: Assessment) -> Block:
    """Total, band and rank, and what decided them."""
    result = assessment.result
    about = [("Xếp loại đề xuất", result.band_name)]
    if result.total is not None:
        about += [
            (
                "Tổng điểm",
                f"{assessment.points(result.total)}/{assessment.points(result.effective_max)}{_parts(assessment)}",
            ),
            ("Tỷ lệ trên điểm tối đa được áp dụng", f"{_percent(assessment)} %"),
        ]
    if result.rank is not None:
        about.append(("Xếp hạng trong khối", f"{result.rank}/{result.ranked}"))
    if result.total is not None and result.annual_max:
        share = f"{assessment.points(result.annual_points)}/{assessment.points(result.annual_max)} điểm"
        about.append((f"Quy đổi vào {result.annual_of[:1].lower()}{result.annual_of[1:]}", share))
    why = [assessment.unit.eligibility] if assessment.unit.eligibility else []
    return display.page(
        display.facts(about), display.bullets([wording.sentence(text) for text in (*why, *result.decided)])
    )


def _parts(assessment: Assessment) -> str:
    """Bonus and deductions, where there are any."""
    result = assessment.result
    parts = [f"thưởng {assessment.points(result.bonus)}"] if result.bonus else []
    parts += [f"trừ {assessment.points(result.deductions)}"] if result.deductions else []
    return f" (trong đó {wording.enumeration(parts)})" if parts else ""


def _percent(assessment: Assessment) -> str:
    result = assessment.result
    if result.figure_of == "percent":
        return wording.points(result.figure, result.figure_decimals)
    return wording.number(Decimal(100) * (result.total or 0) / max(result.effective_max, 1), 2)


def groups_table(assessment: Assessment) -> Block:
    """Points by group against the maximum and the block's median, with the sums they add up to."""
    columns = [
        Column("Nhóm", 0.6, "center", names_rows=True),
        Column("Tên nhóm tiêu chí", 4),
        Column("Điểm tối đa", 1.2, "right"),
        Column("Được áp dụng", 1.2, "right"),
        Column("Điểm đạt", 1.2, "right"),
        Column("Trung vị khối", 1.2, "right"),
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
    return display.table("Bảng 1. Điểm theo nhóm tiêu chí", columns, [*rows, *_sums(assessment)], emphasised=[-1])


def _sums(assessment: Assessment) -> list[tuple[str, ...]]:
    """Bonus, deductions and the total below the groups."""
    result, points, blank = assessment.result, assessment.points, ""
    rows = []
    if assessment.of_kind("bonus"):
        rows.append((blank, "Điểm thưởng", blank, blank, points(result.bonus), blank))
    if assessment.of_kind("deduction"):
        taken = result.deductions
        rows.append((blank, "Điểm trừ", blank, blank, points(None if taken is None else -taken), blank))
    whole = (points(result.max_points), points(result.effective_max), points(result.total), blank)
    return [*rows, (blank, "Tổng cộng", *whole)]


def groups_chart(assessment: Assessment) -> Block:
    """The same as bars; a unit without points has the maxima alone."""
    bars = [
        Bar(
            f"{group.id}. {group.name}",
            group.points or 0,
            f"{assessment.points(group.points)}/{assessment.points(group.applicable)}",
            group.applicable,
            group.median,
        )
        for group in assessment.groups
    ]
    return display.group_chart("Hình 1. Điểm đạt so với điểm tối đa được áp dụng và trung vị của khối", bars)


def marks_table(assessment: Assessment) -> Block:
    """Every criterion with self, computed and final points, the reason, the clause and where the value stands."""
    columns = [
        Column("Mã", 0.55, "center", names_rows=True),
        Column("Tiêu chí", 2.4),
        Column("Tối đa", 0.75, "right"),
        Column("Tự chấm", 0.75, "right"),
        Column("Máy tính", 0.75, "right"),
        Column("Chính thức", 0.8, "right"),
        Column("Lý do, căn cứ", 4.6),
    ]
    rows: list[tuple[str, ...]] = []
    bold: list[int] = []
    source = _main_file(assessment)
    for group in assessment.groups:
        bold.append(len(rows))
        own = [mark for mark in assessment.marks if mark.group == group.id]
        rows.append(
            (group.id, group.name, assessment.points(group.max_points), "", "", assessment.points(group.points), "")
        )
        rows += [_mark_row(mark, source, assessment) for mark in own]
    for kind, name, total in (
        ("bonus", "Điểm thưởng", assessment.result.bonus),
        ("deduction", "Điểm trừ", assessment.result.deductions),
    ):
        if marks := [mark for mark in assessment.of_kind(kind) if mark.points]:
            bold.append(len(rows))
            rows.append(("", name, "", "", "", assessment.points(total), ""))
            rows += [_mark_row(mark, source, assessment) for mark in marks]
    table = display.table("Bảng 2. Điểm từng tiêu chí", columns, rows, emphasised=bold)
    return display.page(table, display.paragraph(f"Các ô nêu ở cột cuối nằm trong tệp {source}.")) if source else table


def _main_file(assessment: Assessment) -> str:
    """The file most values come from; "" where there is none."""
    files = Counter(mark.file for mark in assessment.marks if mark.file)
    return max(files, key=lambda file: (files[file], file), default="")


def _mark_row(mark: MarkLine, source: str, assessment: Assessment) -> tuple[str, ...]:
    points = assessment.points
    final = points(mark.points) if mark.points is not None else wording.STATES[mark.state]
    figures = (points(mark.max_points), points(mark.self_points), points(mark.computed_points), final)
    return (mark.criterion, mark.name, *figures, "\n".join(_grounds(mark, source)))


def _grounds(mark: MarkLine, source: str) -> list[str]:
    """The reason, then clause, evidence and cell; the file is named where it is not the `source` of most values."""
    cell = f"ô {mark.cell}" if mark.file and mark.cell else ""
    place = cell if mark.file == source else ", ".join(filter(None, (mark.file, cell)))
    evidence = f"minh chứng: {_short(mark.evidence)}" if mark.evidence else ""
    return [mark.reason, "; ".join(filter(None, (f"Mục {mark.clause}", place, evidence)))]


def _short(text: str) -> str:
    return text if len(text) <= _EVIDENCE else f"{text[: _EVIDENCE - 1].rstrip()}…"


def losses_table(assessment: Assessment) -> Block:
    """The criteria that lost points, largest loss first."""
    losses = assessment.losses()
    if not losses:
        return display.paragraph("Không có tiêu chí nào mất điểm trong các tiêu chí đã chấm.")
    columns = [
        Column("Mã", 0.6, "center", names_rows=True),
        Column("Tiêu chí", 3),
        Column("Điểm mất", 1, "right"),
        Column("Vì sao", 4),
    ]
    rows = [
        (mark.criterion, mark.name, assessment.points(mark.max_points - (mark.points or 0)), mark.reason)
        for mark in losses
    ]
    lost = sum(mark.max_points - (mark.points or 0) for mark in losses)
    total = ("", "Cộng", assessment.points(lost), "")
    return display.table("Bảng 3. Những chỗ mất điểm", columns, [*rows, total], emphasised=[-1])


def missing_list(assessment: Assessment) -> Block:
    """What is not known yet, and what the checks found in the reports."""
    missing, points = assessment.missing(), assessment.points
    lines = [
        f"{mark.criterion}. {mark.name}: {mark.reason.rstrip('.').lower()} (tối đa {points(mark.max_points)} điểm)"
        for mark in missing
    ]
    lines += [_finding_line(finding) for finding in assessment.findings]
    if not lines:
        return display.paragraph("Báo cáo của đơn vị đủ số liệu, không có điểm nào cần xem lại.")
    return display.bullets([wording.sentence(line) for line in lines])


def _finding_line(finding: FindingLine) -> str:
    place = f" ({finding.place})" if finding.place else ""
    said = f"{finding.criterion}: {finding.message}" if finding.criterion else finding.message
    return " ".join(
        [f"{wording.SEVERITIES[finding.severity]}: {said.rstrip('.')}{place}.", wording.sentence(finding.mend)]
    )


def recommendations(assessment: Assessment) -> Block:
    """What would win most points back, largest gain first."""
    advice = assessment.recommendations()[:_ADVICE]
    if not advice:
        return display.paragraph("Đề nghị đơn vị giữ vững kết quả đã đạt.")
    return display.bullets([f"{mark.advice.rstrip('.')} ({_gain(mark, assessment)})" for mark in advice])


def _gain(mark: MarkLine, assessment: Assessment) -> str:
    if mark.kind == "deduction":
        return f"{mark.criterion}, đang trừ {assessment.points(mark.points)} điểm"
    return f"{mark.criterion}, có thể thêm {assessment.points(mark.max_points - (mark.points or 0))} điểm"


def ending(assessment: Assessment) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = assessment.body
    return display.page(
        display.last_paragraph(
            "Phiếu này là bản dự thảo tính theo báo cáo và các quyết định đã ghi nhận; đơn vị có ý kiến thì gửi văn bản"
            " giải trình về cơ quan đánh giá theo thời hạn thông báo"
        ),
        display.closing(body.recipients, [body.signing_authority, body.signing_post]),
    )


# The year as a whole


def overview_opening(overview: Overview) -> Block:
    """Letterhead, title and how many units the year has."""
    body = overview.body
    return display.page(
        display.letterhead(body.parent, body.name, place=body.place),
        display.title(
            "Tổng hợp kết quả đánh giá", f"{wording.sentence(overview.subject).rstrip('.')} năm {overview.year}"
        ),
        *([display.note(SAMPLE)] if overview.sample else []),
        display.paragraph(
            f"Danh bạ có {overview.units} đơn vị, trong đó {overview.eligible} đơn vị thuộc diện xếp loại."
            f" Tính theo: {overview.rubric_name} (mã {overview.rubric_digest[:12]})."
        ),
    )


def distribution(overview: Overview) -> Block:
    """How many units each band has, as a table and as bars, and the arithmetic of the quotas."""
    columns = [Column("Mức", 4, names_rows=True), Column("Số đơn vị", 1, "right")]
    rows = [(band.name, str(band.units)) for band in overview.bands]
    total = ("Cộng", str(sum(band.units for band in overview.bands)))
    return display.page(
        display.table("Bảng 1. Số đơn vị theo mức xếp loại đề xuất", columns, [*rows, total], emphasised=[-1]),
        display.bullets(overview.quotas),
    )


def distribution_chart(overview: Overview) -> Block:
    """The bands as bars."""
    bars = [Bar(band.name, band.units, str(band.units)) for band in overview.bands]
    return display.distribution_chart("Hình 1. Số đơn vị theo mức xếp loại đề xuất", bars)


def block_tables(overview: Overview) -> Block:
    """The ranked table of every block."""
    return display.page(*(_block_table(place, block, overview) for place, block in enumerate(overview.blocks, start=2)))


def _block_table(place: int, block: BlockTable, overview: Overview) -> Block:
    columns = [
        Column("Hạng", 0.7, "center"),
        Column("Đơn vị", 3.3, names_rows=True),
        Column("Tổng điểm", 0.9, "right"),
        Column("Tỷ lệ %", 0.9, "right"),
        Column("Xếp loại đề xuất", 2.3),
        Column("Ghi chú", 2.6),
    ]
    rows = [
        (
            wording.number(line.rank),
            line.name,
            wording.points(line.total, overview.decimals),
            wording.points(line.figure, overview.figure_decimals),
            line.band_name,
            wording.sentence("; ".join(filter(None, (wording.SELECTIONS.get(line.selection, ""), line.remark)))),
        )
        for line in block.units
    ]
    return display.table(f"Bảng {place}. {block.name}", columns, rows)


def reports_lists(overview: Overview) -> Block:
    """Who has not reported, who was late, and which files could not be used."""
    return display.page(
        _titled_list(
            "Chưa có báo cáo", [f"{line.name} ({line.unit}): {line.period.lower()}" for line in overview.missing]
        ),
        _titled_list(
            "Nộp muộn",
            [f"{line.name} ({line.unit}): {line.period.lower()}, muộn {line.days_late} ngày" for line in overview.late],
        ),
        _titled_list("Tệp không dùng được", [f"{file}: {why}" for file, why in overview.rejected]),
    )


def _titled_list(title: str, lines: Sequence[str]) -> Block:
    heading = display.paragraph("" if lines else "không có.", lead=f"{title}:")
    return display.page(heading, display.bullets(lines)) if lines else heading


def overview_ending(overview: Overview) -> Block:
    """The last sentence, the recipients and the signature left to the pen."""
    body = overview.body
    return display.page(
        display.last_paragraph("Mức xếp loại và danh sách đề xuất trên đây để hội đồng xem xét, quyết định"),
        display.closing(body.recipients, [body.signing_authority, body.signing_post]),
    )


def finish(made_from: Assessment | Overview) -> Block:
    """The mark that the notebook ran to its end on this data."""
    return display.finish(made_from.digest)
