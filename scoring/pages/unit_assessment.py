"""Room 8: a unit's assessment on two pages: one to sign, and the annex that shows every criterion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from scoring.assessment.advice import Recommendation
from scoring.assessment.records import Assessment, MarkLine, PeriodPart
from scoring.core import wording
from scoring.core.language import in_its_language, say, say_count, term
from scoring.pages import blocks, official
from scoring.pages.blocks import Block, Column

_ACTIONS, _FEWEST = 5, 3
"""How many kinds of action the first page names at most, and at least where there are as many."""
_SHORT, _TOGETHER, _AMPLE, _ALIKE = 2, 1, 7, (9, 5, 2)
"""How many criteria an action tells of in full, short of a target (with an ample rest of lines) and otherwise; how many
more it names with what they bring, the most for which there is room."""
_LINES, _LINE, _SMALL_LINE, _LEAST = 20, 84, 105, 2
"""The lines that all but the head may take so that the signature stays on the page, the letters of a line and of one in
small type; the lines kept for an action that is still to come."""
_KINDS = {
    "missing_report": term("Báo cáo còn thiếu"),
    "condition": term("Điều kiện xếp loại"),
    "missing_value": term("Số liệu còn để trống"),
    "no_evidence": term("Minh chứng còn thiếu"),
    "doubled_evidence": term("Minh chứng dùng hai lần"),
    "short": term("Chưa đạt chỉ tiêu"),
    "late": term("Thời hạn báo cáo"),
    "deduction": term("Điểm trừ"),
    "bonus": term("Điểm thưởng còn có thể có"),
}


# Page 1, to sign


@in_its_language
def opening(assessment: Assessment, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title, bases and the unit. number and date stay dotted blanks unless given."""
    unit = assessment.unit
    kind = say("Phiếu đánh giá chức danh") if unit.is_post else say("Phiếu đánh giá")
    return blocks.page(
        official.head(assessment, kind, official.whose_results(assessment, say("Kết quả")), number=number, date=date),
        blocks.bases(assessment.bases, compact=True),
        blocks.facts([*_about(assessment), *([] if unit.ended else _result_facts(assessment))]),
    )


def _about(assessment: Assessment) -> list[tuple[str, str]]:
    unit = assessment.unit
    block = wording.inside(unit.block_name)
    members = say("{members} đoàn viên, {block}", members=wording.number(unit.members), block=block)
    if unit.members is None:
        members = say("chưa rõ số đoàn viên, {block}", block=block)
    if unit.is_post:
        return [(say("Chức danh được đánh giá"), f"{unit.name}, {block}"), (say("Họ và tên"), wording.TO_WRITE)]
    return [(say("Đơn vị được đánh giá"), f"{unit.name} ({members})")]


def _result_facts(assessment: Assessment) -> list[tuple[str, str]]:
    result = assessment.result
    band = say("chưa đề xuất, còn chờ cho điểm") if result.withheld_by == "pending" else result.band_name
    about = [(say("Xếp loại đề xuất"), band)]
    if result.total is not None:
        about.append((say("Tổng điểm"), _total(assessment)))
    if result.rank is not None:
        about.append((say("Xếp hạng trong khối"), f"{result.rank}/{result.ranked}"))
    return about


def _annual_share(assessment: Assessment) -> str:
    """The plan's share of the annual table; "" where there is none yet."""
    result = assessment.result
    if result.total is None or not result.annual_max or result.pending:
        return ""
    points = f"{assessment.points(result.annual_points)}/{assessment.points(result.annual_max)}"
    whole = wording.inside(result.annual_of)
    return say("Điểm quy đổi: {points} điểm của {whole}.", points=points, whole=whole)


def _total(assessment: Assessment) -> str:
    """The total with its bonus and deductions; while points wait to be given, what has been given so far."""
    result, points = assessment.result, assessment.points
    if result.pending:
        return say_count(
            "mới tính {points}/{known} điểm; còn {count} tiêu chí ({waiting} điểm) chờ cho điểm",
            result.pending,
            points=points(result.total),
            known=points(result.effective_max - result.pending_points),
            waiting=points(result.pending_points),
        )
    total = f"{points(result.total)}/{points(result.effective_max)}{_parts(assessment)}"
    return say("{total}, bằng {percent}%", total=total, percent=_percent(assessment))


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
def result(assessment: Assessment) -> Block:
    """Band, total and rank, and what decided them."""
    return blocks.page(blocks.facts(_result_facts(assessment)), why(assessment))


@in_its_language
def why(assessment: Assessment) -> Block:
    """Each condition that decided, with the figure and the limit; the bands' edges; how far the next ones are."""
    unit, result = assessment.unit, assessment.result
    if unit.ended:
        return blocks.paragraph(_ended(assessment))
    lines = [*([unit.eligibility] if unit.eligibility else []), *result.decided]
    # a rank that needed no rule stands in the lines above already
    if lines and result.rank is not None and not result.is_rank_explained:
        lines.pop()
    if result.total is not None and not result.pending:
        hindered = any(one.kind == "condition" for one in assessment.recommendations)
        lines += assessment.outlook[:1] if hindered else assessment.outlook
        lines += filter(None, [assessment.firmness])
    heading = blocks.section("1", say("Căn cứ xếp loại"))
    return blocks.page(heading, blocks.bullets([wording.sentence(one) for one in lines], compact=True))


def _ended(assessment: Assessment) -> str:
    """What became of a body that is no more, who answers for it, and where its last result stands."""
    body = official.body_name(assessment.body)
    return say(
        "{fate} {name} không còn là đối tượng đánh giá năm {year} nên phiếu này không có điểm, hạng và mức; hồ sơ"
        " năm {year} do {who} trả lời. Kết quả các năm trước, nếu có, lưu tại {body}.",
        fate=wording.sentence(assessment.unit.eligibility),
        name=assessment.unit.name,
        year=assessment.year,
        who=say("đơn vị tiếp nhận") if assessment.unit.taken_over else body,
        body=body,
    )


@in_its_language
def actions(assessment: Assessment) -> Block:
    """What to do, by kind of reason, what brings most first, each with the points or the band it brings."""
    if assessment.unit.ended or not assessment.unit.eligible:
        return blocks.page()
    lines = list(_fitting(assessment))
    lines = lines or [_nothing_to_do(assessment)]
    return blocks.page(blocks.section("2", say("Việc cần làm")), blocks.bullets(lines, compact=True))


def _nothing_to_do(assessment: Assessment) -> str:
    """What to say to who can do nothing about a loss: there is none, points are still to come, or it is another's."""
    result = assessment.result
    if result.pending:
        return say("Phần đã tính không có chỗ mất điểm tự khắc phục được; phần còn lại chờ cho điểm.")
    if not result.deductions and all(group.points == group.applicable for group in assessment.groups):
        return say("Đã đạt điểm tối đa; đề nghị giữ vững kết quả.")
    return say("Không có chỗ mất điểm mà đơn vị tự khắc phục được.")


def _fitting(assessment: Assessment) -> Iterator[str]:
    """The first actions, at least three where there are as many, that leave the signature on the page."""
    room = _room(assessment)
    kinds = _by_kind(assessment.recommendations)[:_ACTIONS]
    for place, (kind, own) in enumerate(kinds):
        kept = _LEAST * (min(len(kinds), _FEWEST) - place - 1) if place < _FEWEST else 0
        most = _SHORT if kind == "short" and room > _AMPLE else _TOGETHER
        # a bonus nobody claimed stands in no annex: those are all named
        for alike in _ALIKE if kind != "bonus" else _ALIKE[:1]:
            told = _action(kind, own, assessment, most, alike)
            needed = -(-len(told) // _LINE)
            if needed <= room - kept:
                break
        if place >= _FEWEST and needed > room:
            return
        room -= needed
        yield told


def _room(assessment: Assessment) -> int:
    """The lines that actions may take: what the bases, the recipients, the reasons and the way to more leave."""
    above = [*assessment.result.decided, *assessment.outlook, assessment.firmness]
    told = sum(-(-len(one) // _LINE) for one in above)
    small = -(-sum(map(len, assessment.bases)) // _SMALL_LINE) + len(assessment.body.recipients)
    return _LINES - told - round(0.8 * small)


def _by_kind(recommendations: Sequence[Recommendation]) -> list[tuple[str, list[Recommendation]]]:
    """The recommendations of each kind, the kinds in the order of their first."""
    kinds: dict[str, list[Recommendation]] = {}
    for one in recommendations:
        kinds.setdefault(one.kind, []).append(one)
    return list(kinds.items())


def _action(kind: str, own: Sequence[Recommendation], assessment: Assessment, most: int, alike: int) -> str:
    """One kind of loss: the first criteria with what to do, the others by their ids, each with what it brings."""
    told = "; ".join(_one_action(one, assessment) for one in own[:most])
    rest = [one for one in own[most:] if one.criterion]
    if rest:
        told = say("{told}; tương tự ở {criteria}", told=told, criteria=_alike(rest[:alike], assessment))
    if others := max(len(rest) - alike, 0):
        told = say_count("{told} và {count} tiêu chí khác ở phụ lục", others, told=told)
    return f"{say(_KINDS[kind])}: {told}."


def _alike(own: Sequence[Recommendation], assessment: Assessment) -> str:
    """Criteria with the points they bring, those of the same band together with that band once."""
    parts = []
    for (lifts, opens), same in groupby(own, lambda one: (one.lifts, one.opens)):
        told = [f"{one.criterion} ({brings(one, assessment, band=False)})" for one in same]
        parts.append(", ".join(told))
        band = _band_brought(lifts, opens)
        if band:
            parts[-1] = say("{criteria}: {band}", criteria=parts[-1], band=band)
            if len(told) > 1:
                parts[-1] = say("{criteria}: mỗi việc {band}", criteria=", ".join(told), band=band)
    return "; ".join(parts)


def _one_action(one: Recommendation, assessment: Assessment) -> str:
    what = f"{one.criterion} {one.what}" if one.criterion else one.what
    bringing = brings(one, assessment)
    return f"{what} ({bringing})" if bringing else what


def brings(one: Recommendation, assessment: Assessment, *, band: bool = True) -> str:
    """What a recommendation alone would bring: points, and unless `band` is False a better band or one that opens."""
    parts = []
    if one.gain:
        points = assessment.points(abs(one.gain))
        points = f"+{points}" if one.gain > 0 else f"−{points}"
        parts.append(say("tối đa {points} điểm", points=points) if one.at_most else say("{points} điểm", points=points))
    parts += [_band_brought(one.lifts, one.opens)] if band else []
    return ", ".join(filter(None, parts)).replace(" điểm", "\u00a0điểm")


def _band_brought(lifts: str, opens: str) -> str:
    if lifts:
        return say("lên mức “{band}”", band=lifts)
    return say("đủ điều kiện xét mức “{band}”", band=opens) if opens else ""


@in_its_language
def ending(assessment: Assessment) -> Block:
    """What stands is a proposal or final, to whom an explanation is sent and until when; recipients and signature."""
    if assessment.unit.ended:
        return _ending_of_ended(assessment)
    words = {
        "standing": official.standing_text(assessment),
        "judged": assessment.judged,
        "body": official.body_name(assessment.body),
    }
    if assessment.edition.kind == "proposal":
        said = say("{standing}. Giải trình của {judged}, kèm minh chứng, gửi về {body} trước ngày …………", **words)
    else:
        said = say("{standing}. Đề nghị phúc tra của {judged}, kèm minh chứng, gửi về {body} trước ngày …………", **words)
    return official.ending(assessment.body, said)


def _ending_of_ended(assessment: Assessment) -> Block:
    """Nothing is sent to a body that is no more, and the archive stands last among the recipients."""
    words = {"year": assessment.year, "body": official.body_name(assessment.body)}
    archive = assessment.body.recipients[-1:]
    if not assessment.unit.taken_over:
        said = say("Phiếu này lưu trong hồ sơ năm {year} của {body}", **words)
        return official.ending(assessment.body, said, archive)
    said = say(
        "Phiếu này lưu trong hồ sơ năm {year} của {body}; ý kiến của đơn vị tiếp nhận gửi về nơi lưu hồ sơ trước ngày"
        " …………",
        **words,
    )
    return official.ending(assessment.body, said, [say("Đơn vị tiếp nhận"), *archive])


# Page 2, the annex


@in_its_language
def annex(assessment: Assessment) -> Block:
    """Every criterion with its points, the block's median and best, the reason and the evidence in full."""
    if not assessment.unit.eligible:
        return official.fine_print(assessment)
    legend = say("(*) Điểm giữa và điểm cao nhất của khối.") if _compares(assessment) else ""
    before = assessment.before.said if assessment.before else ()
    notes = (legend, _annual_share(assessment), *before, *(one.said for one in assessment.sources))
    return blocks.page(
        blocks.new_page(),
        _marks_table(assessment),
        official.fine_print(assessment, *notes),
    )


_STAGES = (
    (term("Tự chấm"), "self_points"),
    (term("Theo báo cáo"), "computed_points"),
    (term("Thẩm định"), "verified_points"),
    (term("Hội đồng"), "council_points"),
)


def _marks_table(assessment: Assessment) -> Block:
    """Groups in bold, their criteria, bonus and deductions where there are any, and the sum; no empty column."""
    decided = any(mark.verified_points is not None or mark.council_points is not None for mark in assessment.marks)
    names = [name for _, name in _STAGES if decided or name == "self_points"]
    stages = [
        (head, name)
        for head, name in _STAGES
        if name in names and any(getattr(mark, name) is not None for mark in assessment.marks)
    ]
    columns = {
        "name": Column(say("Tiêu chí (mục của kế hoạch)"), 3.4, names_rows=True),
        "max_points": Column(say("Tối đa"), 0.5, "right"),
        **{name: Column(say(head), 0.5, "right") for head, name in stages},
        "points": Column(say("Được tính"), 0.5, "right"),
        "block": Column(say("Khối (*)"), 0.5, "right"),
        "grounds": Column(say("Lý do, minh chứng"), 5.9),
    }
    if not _compares(assessment):
        del columns["block"]
    rows: list[Cells] = []
    bold: list[int] = []
    for head, marks in _mark_parts(assessment):
        bold.append(len(rows))
        rows += [head, *(_mark_row(mark, assessment) for mark in marks)]
    bold.append(len(rows))
    rows.append(_sum_row(assessment))
    caption = say(
        "Phụ lục. Điểm từng tiêu chí của {unit}",
        unit=assessment.unit.name,
    )
    told = [[row.get(name, "") for name in columns] for row in rows]
    return blocks.table(caption, list(columns.values()), told, emphasised=bold, compact=True)


Cells = Mapping[str, str]
"""A row of the table of marks: what it says, by column; nothing where it says nothing."""


def _compares(assessment: Assessment) -> bool:
    """Whether the block has units with a band to be compared with."""
    return any(mark.block_median is not None for mark in assessment.marks)


def _mark_parts(assessment: Assessment) -> Iterator[tuple[Cells, list[MarkLine]]]:
    """A bold row and the marks below it: groups, then bonus and deductions where there are any."""
    points = assessment.points
    for group in assessment.groups:
        own = [mark for mark in assessment.marks if mark.group == group.id and not _is_anothers(mark, assessment)]
        waits = any(mark.state == "pending" for mark in own)
        applies = say("được áp dụng {points}", points=points(group.applicable))
        whole = "" if group.applicable == group.max_points else applies
        notes = (whole, *group.carried, *group.stands, _change(group.id, assessment))
        yield (
            {
                "name": f"{group.id}. {group.name}",
                "max_points": points(group.max_points),
                "points": say("chờ") if waits else points(group.points),
                "block": points(group.median) if group.median is not None else "",
                "grounds": wording.sentence("; ".join(filter(None, notes))),
            },
            own,
        )
    for kind, name, total in (
        ("bonus", say("Điểm thưởng"), assessment.result.bonus),
        ("deduction", say("Điểm trừ"), -(assessment.result.deductions or 0)),
    ):
        if marks := [mark for mark in assessment.of_kind(kind) if mark.points and not mark.group]:
            yield {"name": name, "points": points(total)}, marks


def _is_anothers(mark: MarkLine, assessment: Assessment) -> bool:
    """Whether it is a criterion of another kind of post, which says nothing of this one."""
    return assessment.unit.is_post and mark.reason_code == "outside_scope" and mark.points is None


def _sum_row(assessment: Assessment) -> Cells:
    result, points = assessment.result, assessment.points
    applies = say("trên {points} điểm được áp dụng", points=points(result.effective_max))
    notes = ("" if result.effective_max == result.max_points else applies, _change("", assessment))
    return {
        "name": say("Tổng cộng"),
        "max_points": points(result.max_points),
        "points": say("chờ") if result.pending else points(result.total),
        "grounds": wording.sentence("; ".join(filter(None, notes))),
    }


def _mark_row(mark: MarkLine, assessment: Assessment) -> Cells:
    points = assessment.points
    sign = -1 if mark.kind == "deduction" else 1
    compared = mark.kind == "criterion" and mark.block_median is not None
    return {
        "name": f"{mark.criterion}. {mark.name} ({mark.clause_cited})",
        "max_points": points(mark.max_points),
        **{name: points(getattr(mark, name)) for _, name in _STAGES},
        "points": points(None if mark.points is None else sign * mark.points),
        "block": f"{points(mark.block_median)}\n{points(mark.block_best)}" if compared else "",
        "grounds": _grounds(mark),
    }


def _grounds(mark: MarkLine) -> str:
    """The reason with its arithmetic, who decided and why, and the evidence in full."""
    state = "" if mark.points is not None else f"{say(wording.STATES[mark.state]).capitalize()}: "
    reason = f"{state}{wording.inside(mark.reason)}" if state else mark.reason
    evidence = f"{mark.evidence.rstrip('.')}." if mark.evidence else ""
    if mark.parts:
        evidence = "; ".join(_part_told(part) for part in mark.parts) + "."
    return " ".join(filter(None, (reason, *mark.decided, evidence)))


def _change(group: str, assessment: Assessment) -> str:
    """A group's points of the year before, and what made the difference; "" where the years cannot be compared."""
    lines = assessment.before.lines if assessment.before else ()
    own = [line for line in lines if line.group == group or not group]
    if not own or not assessment.before:
        return ""
    figures = {name: sum(getattr(line, name) for line in own) for name in _CHANGES}
    parts = [say(words, points=_signed(figures[name], assessment)) for name, words in _CHANGES.items() if figures[name]]
    before = assessment.points(sum(line.before for line in own))
    return "; ".join([say("năm {year}: {points}", year=assessment.before.year, points=before), *parts])


_CHANGES = {
    "by_rules": term("do đổi quy định {points}"),
    "by_work": term("do công việc {points}"),
    "not_comparable": term("không so được {points}"),
}


def _signed(figure: int, assessment: Assessment) -> str:
    return f"{'+' if figure > 0 else '−'}{assessment.points(abs(figure))}"


def _part_told(part: PeriodPart) -> str:
    value = wording.amount(part.value, part.scale)
    value += f"/{wording.amount(part.base, part.scale)}" if part.base is not None else ""
    told = say("{period}: {value}", period=part.period, value=value)
    return f"{told} ({part.evidence})" if part.evidence else told


@in_its_language
def finish(assessment: Assessment) -> Block:
    """The mark that the notebook ran to its end on this data."""
    return blocks.finish(assessment.digest)
