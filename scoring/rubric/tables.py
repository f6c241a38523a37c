"""A rubric in words: readable tables of everything it rules, for people who do not read YAML.

Plain text out of plain data; the command line and the notebooks lay it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scoring.core.wording import NOT_KNOWN, day, enumeration, number
from scoring.rubric.methods import Target
from scoring.rubric.model import (
    Band,
    Clause,
    Criterion,
    Extra,
    Gate,
    Group,
    Plan,
    Quota,
    Rubric,
    Scope,
    Sourced,
    Tie,
    When,
)
from scoring.rubric.rule_words import rule_text

Row = tuple[str, ...]

COMBINED = {
    "sum": "cộng các kỳ",
    "last": "lấy kỳ cuối có số liệu",
    "largest": "lấy kỳ lớn nhất",
    "mean": "lấy trung bình các kỳ",
    "any": "có ở ít nhất một kỳ",
}
"""How the figures of the periods become the year's."""
SOURCES = {
    "reports_on_time": "hệ thống đếm báo cáo đúng hạn",
    "fields_valid": "hệ thống đếm mục ghi đúng",
    "late_reports": "hệ thống đếm báo cáo muộn",
    "missing_reports": "hệ thống đếm báo cáo thiếu",
    "doubled_evidence": "hệ thống đếm minh chứng trùng",
    "unit_result": "lấy từ kết quả của đơn vị",
}
"""Where a value comes from that no report states."""
STATES = {"missing": "thiếu số liệu", "zero": "0 điểm", "pending": "chờ chấm"}
EVIDENCE = {"required": "bắt buộc", "optional": "nếu có", None: NOT_KNOWN}
RESCALED = {
    "whole": "bỏ khỏi điểm tối đa, lấy phần trăm của phần còn lại",
    "group": "từng nhóm quy đổi về đủ điểm tối đa của nhóm",
    "none": "vẫn tính trong điểm tối đa",
}
ROUNDED = {"down": "bỏ phần lẻ", "half_up": "làm tròn nửa lên", "up": "làm tròn lên"}


class TextTable(NamedTuple):
    """A table of plain texts: its title, the headings, and rows as long as the headings."""

    title: str
    headings: Row
    rows: tuple[Row, ...]


def rubric_tables(rubric: Rubric, plan: Plan) -> tuple[TextTable, ...]:
    """Everything a rubric rules, in the order in which it is used; tables that would be empty are left out.

    Criteria with their groups' sums, facts, the rules of the total, bands, gates, quotas, periods, figures chosen by
    date, the plan's clauses with what scores them, and the sources. A column in which nothing stands is left out.
    """
    clauses = tuple((clause.id, clause.summary, _scored_by(clause, rubric)) for clause in plan.clauses)
    tables = (
        TextTable(
            f"{rubric.name} (bản {rubric.digest[:12]})",
            ("Mã", "Tên", "Tối đa", "Số liệu", "Cách tính điểm", "Minh chứng", "Áp dụng cho", "Mục", "Nguồn"),
            tuple(_criteria(rubric)),
        ),
        TextTable("Dữ kiện không cho điểm", ("Mã", "Tên", "Loại", "Áp dụng cho", "Nguồn"), tuple(_facts(rubric))),
        TextTable("Tổng điểm và xếp hạng", ("Nội dung", "Quy định", "Nguồn"), tuple(_totals(rubric))),
        TextTable("Mức xếp loại", ("Mã", "Tên", "Khung điểm", "Điều kiện", "Nguồn"), tuple(_bands(rubric))),
        TextTable("Điều kiện khống chế", ("Mã", "Tên", "Khi nào", "Thì sao", "Mục", "Nguồn"), tuple(_gates(rubric))),
        TextTable("Tỷ lệ khống chế", ("Mức", "Không quá", "Nguồn"), tuple(_quotas(rubric))),
        TextTable("Kỳ báo cáo", ("Mã", "Tên", "Từ ngày", "Đến ngày", "Hạn nộp", "Nguồn"), tuple(_periods(rubric))),
        TextTable("Con số chọn theo ngày", ("Chỗ ghi", "Giá trị", "Nguồn"), tuple(_dated(rubric))),
        TextTable("Các mục của kế hoạch", ("Mục", "Tóm tắt", "Tiêu chí, hoặc vì sao không chấm"), clauses),
        TextTable("Nguồn", ("Mã", "Văn bản", "Cơ quan ban hành", "Ngày"), tuple(_sources(rubric))),
    )
    return tuple(_shortened(table) for table in tables if table.rows)


def _shortened(table: TextTable) -> TextTable:
    """The table without its empty columns."""
    kept = [place for place in range(len(table.headings)) if any(row[place] for row in table.rows)]
    headings, *rows = (tuple(row[place] for place in kept) for row in (table.headings, *table.rows))
    return TextTable(table.title, headings, tuple(rows))


# Words that explanations share


def rule_words(item: Criterion, rubric: Rubric) -> str:
    """How a value becomes points, with every parameter, whatever the unit."""
    if "target" not in item.params:
        return rule_text(item, {}) + _better(item)
    target = target_words(item.parameter("target"), item, rubric)
    if item.method == "target_and_lead":
        at_target = number(item.parameter("at_target").root)
        rest = "phần còn lại theo mức vượt so với đơn vị vượt nhiều nhất khối"
        rule = f"Đạt chỉ tiêu được {at_target}\u00a0% số điểm, {rest}"
    else:
        most = number(item.parameter("most").root) if "most" in item.params else "100"
        rule = f"Theo tỷ lệ đạt chỉ tiêu, tối đa {most}\u00a0% số điểm"
    return f"{rule}{_better(item)}. Chỉ tiêu: {target}"


def _better(item: Criterion) -> str:
    return "; càng ít càng tốt" if item.params.get("direction") == "less" else ""


def target_words(target: Target, item: Criterion, rubric: Rubric) -> str:
    """A target as the rubric states it, for every kind of unit it tells apart."""
    measured = item.indicator.value_unit if item.indicator else ""
    if target.figure is not None:
        return f"{number(target.figure)} {measured}"
    if target.percent is not None:
        return f"{number(target.percent)}\u00a0% số đoàn viên"
    if target.steps is not None:
        sizes = [f"từ {number(edge)} đoàn viên" for edge, _ in target.steps]
        if len(sizes) > 1 and not target.steps[0][0]:
            sizes[0] = f"dưới {number(target.steps[1][0])} đoàn viên"
        goals = [f"{number(goal)} {measured}" for _, goal in target.steps]
        return "; ".join(f"{size}: {goal}" for size, goal in zip(sizes, goals, strict=True))
    if target.values is not None:
        names = {"type": rubric.types, "block": rubric.blocks}.get(str(target.by), {})
        texts = [f"{names.get(name, name)}: {number(goal)} {measured}" for name, goal in target.values.items()]
        otherwise = [f"còn lại: {number(target.otherwise)} {measured}"] if target.otherwise is not None else []
        return "; ".join([*texts, *otherwise])
    return f"do {target.assigned_by} giao cho từng đơn vị"


def when_words(when: When, rubric: Rubric) -> str:
    """When a gate or a condition holds, in words without a capital."""
    if when.criterion is not None:
        return f"tiêu chí {when.criterion} ở trạng thái {' hoặc '.join(STATES[state] for state in when.states or ())}"
    if when.report_missing is not None:
        period = next(period for period in rubric.periods if period.id == when.report_missing)
        return f"không có {period.name[0].lower()}{period.name[1:]}"
    if when.group_below is not None:
        group = f"nhóm {when.group}" if when.group else "có nhóm"
        return f"{group} dưới {number(when.group_below)}\u00a0% điểm được áp dụng"
    if when.not_eligible:
        return "theo danh bạ, đơn vị không thuộc diện xếp loại"
    if when.decided is not None:
        return f"có quyết định loại {when.decided}"
    return f"{_fact_words(when, rubric)} (chưa có số liệu thì coi là {'có' if when.unknown else 'không'})"


def _fact_words(when: When, rubric: Rubric) -> str:
    names = {fact.id: fact.name[0].lower() + fact.name[1:] for fact in rubric.facts}
    if when.share is not None:
        return f"{names[when.share.part]} dưới {number(when.below)}\u00a0% của {names[when.share.whole]}"
    fact = next(fact for fact in rubric.facts if fact.id == when.fact)
    if fact.kind == "yes_no":
        return names[fact.id] if when.at_least is not None else f"không {names[fact.id]}"
    return f"{names[fact.id]} {f'từ {when.at_least} trở lên' if when.below is None else f'dưới {number(when.below)}'}"


def effect_words(gate: Gate, rubric: Rubric) -> str:
    """What a gate does where it holds."""
    if gate.cap is not None:
        return f"mức cao nhất là “{rubric.band[gate.cap].name}”"
    if gate.withhold is not None:
        return f"không xếp loại, không xếp hạng, ghi “{gate.withhold}”"
    return "báo người thẩm định, không đổi mức"


def range_words(band: Band, rubric: Rubric) -> str:
    """The figures that lie in a band, or the band it is chosen from."""
    if band.selected_from is not None:
        left = f", trong số còn lại sau khi chọn mức “{rubric.band[band.after].name}”" if band.after else ""
        return f"hội đồng chọn từ mức “{rubric.band[band.selected_from].name}”{left}"
    unit = "\u00a0%" if rubric.figure.of == "percent" else " điểm"
    start = f"từ {number(band.from_)}"
    if band.below is not None:
        return f"{start} đến dưới {number(band.below)}{unit}"
    return f"{start} đến {number(band.to)}{unit}" if band.to is not None else f"{start}{unit} trở lên"


def quota_words(quota: Quota, rubric: Rubric) -> str:
    """The most units a band may have."""
    base = enumeration([f"“{rubric.band[name].name}”" for name in quota.base])
    scope = "trong từng khối" if quota.per == "block" else "toàn bộ các khối"
    return f"{number(quota.share)}\u00a0% số đơn vị có điểm ở mức {base}, {scope}, {ROUNDED[quota.rounding]}"


def tie_words(tie: Tie) -> str:
    """One step of the chain that orders equal units."""
    what = {"group": f"điểm nhóm {tie.id}", "criterion": f"điểm tiêu chí {tie.id}", "bonus": "điểm thưởng"}
    return f"{what.get(tie.by, 'điểm trừ')} {'cao' if tie.better == 'more' else 'thấp'} hơn"


# The tables


def _source(part: Sourced) -> str:
    return part.source or ""


def _criteria(rubric: Rubric) -> Iterator[Row]:
    for group in rubric.groups:
        yield from _group(group, rubric)
    for title, extra in (("Điểm thưởng", rubric.bonus), ("Điểm trừ", rubric.deductions)):
        if extra is not None:
            yield _extra(title, extra, rubric)
            yield from (_item(item, rubric) for item in extra.items)


def _group(group: Group, rubric: Rubric) -> Iterator[Row]:
    yield (group.id, f"Nhóm: {group.name}", number(group.max_points), "", "", "", "", "", _source(group))
    for inner in group.groups:
        yield from _group(inner, rubric)
    yield from (_item(item, rubric) for item in group.criteria)


def _extra(title: str, extra: Extra, rubric: Rubric) -> Row:
    inside = rubric.bonus is extra and rubric.bonus.inside_total
    where = "" if extra is not rubric.bonus else "nằm trong tổng" if inside else "cộng ngoài tổng"
    return ("", f"Nhóm: {title}", number(extra.cap), "", where, "", "", "", _source(extra))


def _item(item: Criterion, rubric: Rubric) -> Row:
    evidence = EVIDENCE[item.evidence] + (", dùng chung được" if item.evidence_shared else "")
    may_not_apply = f"được báo không áp dụng khi: {item.may_not_apply}" if item.may_not_apply else ""
    return (
        item.id,
        item.name,
        number(item.max_points),
        _indicator(item),
        rule_words(item, rubric),
        evidence,
        "; ".join(text for text in (_scope(item.applies_to, rubric), may_not_apply) if text),
        item.clause,
        _source(item),
    )


def _indicator(item: Criterion) -> str:
    if item.indicator is None:
        return NOT_KNOWN
    whole = f" / {item.indicator.of[0].lower()}{item.indicator.of[1:]}" if item.indicator.of else ""
    origin = SOURCES.get(item.indicator.source, COMBINED[item.indicator.periods])
    same = f"; dùng số liệu của {item.indicator.same_as}" if item.indicator.same_as else ""
    return f"{item.indicator.value_unit}{whole} ({origin}{same})"


def _scope(scope: Scope | None, rubric: Rubric) -> str:
    if scope is None:
        return ""
    texts = [enumeration([rubric.types[name] for name in scope.types])] if scope.types else []
    texts += [enumeration([rubric.blocks[name] for name in scope.blocks])] if scope.blocks else []
    texts += [f"từ {scope.members_from} đoàn viên"] if scope.members_from is not None else []
    texts += [f"dưới {scope.members_below} đoàn viên"] if scope.members_below is not None else []
    return ", ".join(texts)


def _facts(rubric: Rubric) -> Iterator[Row]:
    for fact in rubric.facts:
        kind = "có hoặc không" if fact.kind == "yes_no" else "số lượng"
        kind += f", không quá {enumeration(fact.at_most)}" if fact.at_most else ""
        yield (fact.id, fact.name, kind, _scope(fact.applies_to, rubric), _source(fact))


def _totals(rubric: Rubric) -> Iterator[Row]:
    total, figure, ranking = rubric.total, rubric.figure, rubric.ranking
    cap = f", không quá {number(total.cap)}" if total.cap is not None else ""
    yield ("Tổng điểm", f"tối đa {number(total.max_points)}, không dưới {number(total.floor)}{cap}", _source(total))
    rounded = f"làm tròn nửa lên một lần, {rubric.points.decimals} số lẻ"
    yield ("Điểm từng tiêu chí", rounded, _source(rubric.points))
    yield ("Tiêu chí không áp dụng", RESCALED[rubric.not_applicable.rescale], _source(rubric.not_applicable))
    of = "phần trăm của điểm tối đa được áp dụng" if figure.of == "percent" else "tổng điểm"
    yield ("Điểm xếp loại", f"{of}, {figure.decimals} số lẻ", _source(figure))
    on = "điểm xếp loại đã làm tròn" if ranking.on == "rounded" else "điểm xếp loại chưa làm tròn"
    yield ("Xếp hạng", f"trong từng khối, theo {on}", _source(ranking))
    chain = [f"{place}. {tie_words(tie)}" for place, tie in enumerate(ranking.ties, start=1)]
    yield ("Khi bằng điểm", "; ".join([*chain, "còn bằng thì cùng hạng"]), _source(ranking))
    if eligible := rubric.eligibility:
        terms = (
            f"đủ {eligible.months_since_created} tháng từ khi thành lập, {eligible.months_since_merged} tháng từ khi "
        )
        yield ("Diện xếp loại", f"{terms}sáp nhập, chia tách", _source(eligible))
    if share := rubric.annual_share:
        yield ("Quy đổi cuối năm", f"tối đa {number(share.max_points)} điểm của {share.of}", _source(share))


def _bands(rubric: Rubric) -> Iterator[Row]:
    for band in rubric.bands:
        conditions = "; ".join(condition.name for condition in band.conditions)
        yield (band.id, band.name, range_words(band, rubric), conditions, _source(band))


def _gates(rubric: Rubric) -> Iterator[Row]:
    for gate in rubric.gates:
        when, effect = when_words(gate.when, rubric), effect_words(gate, rubric)
        yield (gate.id, gate.name, when, effect, gate.clause or "", _source(gate))


def _quotas(rubric: Rubric) -> Iterator[Row]:
    for quota in rubric.quotas:
        yield (rubric.band[quota.band].name, quota_words(quota, rubric), _source(quota))


def _periods(rubric: Rubric) -> Iterator[Row]:
    for period in rubric.periods:
        name = f"{period.name} (kỳ của năm)" if period.annual else period.name
        yield (period.id, name, day(period.from_), day(period.to), day(period.due), _source(period))


def _dated(rubric: Rubric) -> Iterator[Row]:
    for figure in rubric.dated:
        yield (figure.place, str(figure.value), figure.source)


def _scored_by(clause: Clause, rubric: Rubric) -> str:
    items = [item.id for item in rubric.items if item.clause == clause.id]
    return ", ".join(items) or clause.why_not_scored or "chấm ở bộ tiêu chí khác"


def _sources(rubric: Rubric) -> Iterator[Row]:
    for name, source in rubric.sources.items():
        yield (name, source.title, source.issuer, day(source.date))
