"""What stands in the handbook of a rubric, the document an office attaches to its plan: every rule in words.

It is about the rules as they are written, which the Vietnamese text settles; there is no English one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.assessment.worked_examples import WorkedExample, worked_examples
from scoring.core import wording
from scoring.core.wording import NOT_KNOWN, day, enumeration, number
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE
from scoring.rubric.citation import cited, cited_briefly
from scoring.rubric.coverage import coverage
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Band, Criterion, Extra, Group, Plan, Rubric, Sourced
from scoring.rubric.rule_words import effect_words, quota_words, range_words, rule_words, tie_words, when_words
from scoring.rubric.tables import EVIDENCE, MISSING, RESCALED, SOURCES, scope_words


def handbook(rubric: Rubric, plan: Plan) -> list[Block]:
    """The whole document, part by part."""
    return [
        _opening(rubric, plan),
        _periods(rubric),
        _criteria(rubric, plan),
        _totals(rubric),
        _grading(rubric, plan),
        _both_ways(rubric, plan),
        _sources(rubric, plan),
    ]


def _opening(rubric: Rubric, plan: Plan) -> Block:
    issuer = issuer_of(plan, rubric)
    scored = (
        f"Tài liệu này nói hết cách chấm {issuer.judged} năm {rubric.year}: chấm gì, tính thế nào, cần minh chứng gì."
    )
    return blocks.page(
        blocks.landscape(),
        blocks.letterhead(
            issuer.body.parent, issuer.body.name, place=issuer.body.place, attached="Phụ lục kèm theo kế hoạch"
        ),
        blocks.title("Sổ tay chấm điểm", rubric.name),
        *([blocks.note(SAMPLE)] if plan.sample else []),
        blocks.paragraph(
            f"{scored} Ví dụ lấy một đơn vị tưởng tượng có 100 đoàn viên; điểm ở ví dụ do chính chương trình"
            " chấm điểm tính ra."
        ),
    )


def _periods(rubric: Rubric) -> Block:
    rows = [
        (
            period.name,
            f"{day(period.from_)} đến {day(period.to)}",
            day(period.due),
            cited_briefly(period.source, period.article, rubric),
        )
        for period in rubric.periods
    ]
    columns = (
        Column("Báo cáo", 2, names_rows=True),
        Column("Về những ngày", 2),
        Column("Hạn gửi", 1),
        Column("Theo", 3),
    )
    return blocks.page(
        blocks.section("1", "Các kỳ báo cáo và hạn gửi"),
        blocks.table("Kỳ báo cáo", columns, rows, compact=True, turned=True),
    )


# Criteria

_CRITERIA = (
    Column("Mã", 0.5, names_rows=True),
    Column("Tiêu chí", 2.2),
    Column("Tối đa", 0.6, "right"),
    Column("Cách tính điểm", 2.6),
    Column("Ví dụ", 2.2),
    Column("Minh chứng, hạn gửi", 2),
    Column("Mục của kế hoạch", 0.9),
    Column("Áp dụng cho", 1.2),
)


def _criteria(rubric: Rubric, plan: Plan) -> Block:
    examples, rows, naming = worked_examples(rubric), list[tuple[str, ...]](), list[int]()
    for about, items in _parts(rubric):
        naming.append(len(rows))
        rows.append(("", about))
        rows += [_criterion(item, rubric, plan, examples.get(item.id)) for item in items]
    columns, kept = _filled(_CRITERIA, rows, naming)
    return blocks.page(
        blocks.section("2", "Các tiêu chí"),
        blocks.table("Tiêu chí, cách tính và ví dụ", columns, kept, naming=naming, compact=True, turned=True),
        blocks.bullets(_remarks(rubric), compact=True),
    )


def _filled(
    columns: Sequence[Column], rows: Sequence[tuple[str, ...]], naming: Sequence[int]
) -> tuple[list[Column], list[tuple[str, ...]]]:
    """The columns in which something stands, and the rows with those alone."""
    full = [row for place, row in enumerate(rows) if place not in naming]
    kept = [place for place in range(len(columns)) if any(row[place] for row in full)]
    shortened = [row if at in naming else tuple(row[place] for place in kept) for at, row in enumerate(rows)]
    return [columns[place] for place in kept], shortened


def _parts(rubric: Rubric) -> Iterator[tuple[str, Sequence[Criterion]]]:
    """The groups that hold criteria, then bonus and deductions: what each is called, and its items."""
    for group in rubric.groups:
        yield from _group(group)
    for title, extra in (("Điểm thưởng", rubric.bonus), ("Điểm trừ", rubric.deductions)):
        if extra is not None:
            yield _extra(title, extra, rubric), extra.items


def _group(group: Group) -> Iterator[tuple[str, Sequence[Criterion]]]:
    rules = [f"{number(group.max_points)} điểm"]
    rules += [f"cộng trừ rồi giữ từ {number(group.net.floor)} đến {number(group.net.cap)} điểm"] if group.net else []
    rules += [f"tính {number(group.weight)} điểm trong phần chứa nó"] if group.weight is not None else []
    yield f"{group.id}. {group.name} ({'; '.join(rules)})", group.criteria
    for inner in group.groups:
        yield from _group(inner)


def _extra(title: str, extra: Extra, rubric: Rubric) -> str:
    inside = rubric.bonus is extra and rubric.bonus.inside_total
    where = "" if extra is not rubric.bonus else ", nằm trong tổng" if inside else ", cộng ngoài tổng"
    return f"{title} (nhiều nhất {number(extra.cap)} điểm{where})"


def _criterion(item: Criterion, rubric: Rubric, plan: Plan, example: WorkedExample | None) -> tuple[str, ...]:
    clause = plan.by_id[item.clause].cited or item.clause
    source = cited_briefly(item.source, item.article, rubric)
    not_applicable = f"được báo không áp dụng khi: {item.may_not_apply}" if item.may_not_apply else ""
    return (
        item.id,
        "\n".join(filter(None, [item.name, item.note])),
        number(item.max_points),
        "\n".join(filter(None, [_rule(item, rubric), _counted(item)])),
        _example(item, example),
        "\n".join(filter(None, [_evidence(item), _deadline(item, rubric)])),
        "\n".join(filter(None, [clause, source])),
        "\n".join(map(wording.sentence, filter(None, [scope_words(item.applies_to, rubric), not_applicable]))),
    )


def _rule(item: Criterion, rubric: Rubric) -> str:
    words = rule_words(item, rubric)
    return wording.sentence(f"trừ vào điểm của nhóm: {words}" if item.subtracts else words)


def _counted(item: Criterion) -> str:
    """What the figure is, and who counts it where no report states it."""
    if item.indicator is None:
        return ""
    whole = f" trên {wording.inside(item.indicator.of)}" if item.indicator.of else ""
    origin = SOURCES.get(item.indicator.source)
    return wording.sentence(f"Số liệu: {item.indicator.value_unit}{whole}{f' ({origin})' if origin else ''}")


def _example(item: Criterion, example: WorkedExample | None) -> str:
    if item.is_judged:
        return "Người thẩm định cho điểm, ghi lý do."
    if example is None:
        return "Điểm tùy chỉ tiêu giao cho từng đơn vị."
    return f"{example.reported}: {example.working or example.points} điểm"


def _evidence(item: Criterion) -> str:
    if item.evidence is None:
        return ""
    hint = f": {wording.inside(item.evidence_hint)}" if item.evidence_hint else ""
    shared = " Một minh chứng được dùng cho nhiều tiêu chí." if item.evidence_shared else ""
    return f"{wording.sentence(EVIDENCE[item.evidence] + hint)}{shared}"


def _deadline(item: Criterion, rubric: Rubric) -> str:
    """The day by which the report that states the figure has to be there."""
    if item.indicator is None or item.indicator.source != "report":
        return ""
    if item.indicator.periods == "last":
        return f"{rubric.annual_period.name}, hạn {day(rubric.annual_period.due)}"
    return "Mọi kỳ, hạn ở mục 1" if len(rubric.periods) > 1 else f"Hạn {day(rubric.periods[0].due)}"


def _remarks(rubric: Rubric) -> list[str]:
    required = any(item.needs_evidence for item in rubric.items)
    return [
        *(["Tiêu chí bắt buộc có minh chứng mà báo cáo không ghi minh chứng thì không có điểm."] if required else []),
        f"Tiêu chí không áp dụng: {RESCALED[rubric.not_applicable.rescale]}.",
        f"Tiêu chí chưa có số liệu: {MISSING[rubric.not_applicable.missing]}.",
    ]


# From points to grades


def _totals(rubric: Rubric) -> Block:
    total, figure, ranking = rubric.total, rubric.figure, rubric.ranking
    cap = f", không quá {number(total.cap)}" if total.cap is not None else ""
    of = "phần trăm của điểm tối đa được áp dụng" if figure.of == "percent" else "tổng điểm"
    on = "điểm xếp loại đã làm tròn" if ranking.on == "rounded" else "điểm xếp loại chưa làm tròn"
    chain = [f"{place}. {tie_words(tie)}" for place, tie in enumerate(ranking.ties, start=1)]
    rounded = f"làm tròn nửa lên một lần, {rubric.points.decimals} số lẻ"
    rows = [
        ("Tổng điểm", f"tối đa {number(total.max_points)}, không dưới {number(total.floor)}{cap}", total),
        ("Điểm từng tiêu chí", rounded, rubric.points),
        ("Điểm xếp loại", f"{of}, {figure.decimals} số lẻ", figure),
        ("Xếp hạng", f"trong từng khối, theo {on}", ranking),
        ("Khi bằng điểm", "; ".join([*chain, "còn bằng thì cùng hạng"]), ranking),
    ]
    if eligible := rubric.eligibility:
        months = (eligible.months_since_created, eligible.months_since_merged)
        rows.append(
            (
                "Diện xếp loại",
                "đủ {} tháng từ khi thành lập, {} tháng từ khi sáp nhập, chia tách".format(*months),
                eligible,
            )
        )
    if share := rubric.annual_share:
        rows.append(("Quy đổi cuối năm", f"tối đa {number(share.max_points)} điểm của {share.of}", share))
    columns = (Column("Nội dung", 1.2, names_rows=True), Column("Quy định", 4), Column("Theo", 2.5))
    told = [
        (name, wording.sentence(text), cited_briefly(part.source, part.article, rubric)) for name, text, part in rows
    ]
    return blocks.page(
        blocks.section("3", "Tổng điểm và xếp hạng"),
        blocks.table("Từ điểm từng tiêu chí đến thứ hạng", columns, told, compact=True, turned=True),
    )


def _grading(rubric: Rubric, plan: Plan) -> Block:
    columns = (
        Column("Mức", 1.6, names_rows=True),
        Column("Khung điểm", 1.8),
        Column("Điều kiện", 2.6),
        Column("Theo", 2.2),
    )
    bands = [
        (band.name, range_words(band, rubric), _conditions(band), cited_briefly(band.source, band.article, rubric))
        for band in reversed(rubric.bands)
    ]
    kept, rows = _filled(columns, bands, ())
    return blocks.page(
        blocks.section("4", "Xếp loại"),
        blocks.table("Các mức xếp loại", kept, rows, compact=True, turned=True),
        *_limits(rubric, plan),
    )


def _conditions(band: Band) -> str:
    return "\n".join(f"- {condition.name}" for condition in band.conditions)


def _limits(rubric: Rubric, plan: Plan) -> Iterator[Block]:
    """What limits the bands: gates, then quotas; nothing where there are none."""
    columns = (
        Column("Điều gì", 1.8, names_rows=True),
        Column("Khi nào, hoặc không quá", 2.6),
        Column("Thì sao", 2),
        Column("Theo", 2.2),
    )
    rows = [
        (
            gate.name,
            when_words(gate.when, rubric),
            effect_words(gate, rubric),
            _gate_source(gate.clause, gate, rubric, plan),
        )
        for gate in rubric.gates
    ]
    rows += [
        (
            f"Tỷ lệ mức “{rubric.band[quota.band].name}”",
            quota_words(quota, rubric),
            "hội đồng chọn",
            cited_briefly(quota.source, quota.article, rubric),
        )
        for quota in rubric.quotas
    ]
    if rows:
        yield blocks.table("Điều kiện khống chế và tỷ lệ", columns, rows, compact=True, turned=True)


def _gate_source(clause: str | None, part: Sourced, rubric: Rubric, plan: Plan) -> str:
    named = f"mục {clause} của kế hoạch" if clause else ""
    if clause and (other := plan.by_id[clause].cited):
        named = f"{other} của kế hoạch"
    return "\n".join(filter(None, [named, cited_briefly(part.source, part.article, rubric)]))


# The plan and the criteria held against each other


def _both_ways(rubric: Rubric, plan: Plan) -> Block:
    columns = (
        Column("Mục", 0.7, names_rows=True),
        Column("Kế hoạch giao", 3.4),
        Column("Chấm ở", 1.3),
        Column("Phần không chấm, vì sao", 3),
    )
    rows = [
        (one.clause.cited or one.clause.id, one.clause.summary, enumeration(one.items) or NOT_KNOWN, one.left)
        for one in coverage(rubric, plan)
    ]
    return blocks.page(
        blocks.section("5", "Từng mục của kế hoạch được chấm ở đâu"),
        blocks.table("Mục của kế hoạch và tiêu chí chấm mục ấy", columns, rows, compact=True, turned=True),
    )


def _sources(rubric: Rubric, plan: Plan) -> Block:
    named = [cited(name, None, rubric) for name in rubric.sources]
    links = [
        f"{one}: {source.link}" if source.link else one
        for one, source in zip(named, rubric.sources.values(), strict=True)
    ]
    issuer = issuer_of(plan, rubric)
    return blocks.page(
        blocks.section("6", "Các văn bản được dẫn"),
        blocks.bullets(links, compact=True),
        blocks.closing(issuer.body.recipients, (issuer.body.signing_authority, issuer.body.signing_post)),
        blocks.fine_print(f"Bộ tiêu chí {rubric.id} năm {rubric.year}, mã bản {rubric.meaning[:12]}"),
    )
