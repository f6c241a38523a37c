"""A rubric in words: readable tables of everything it rules, for people who do not read YAML.

Plain text out of plain data; the command line and the notebooks lay it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scoring.core.wording import NOT_KNOWN, day, enumeration, inside, number
from scoring.rubric.coverage import coverage
from scoring.rubric.issuer import issuer_rows
from scoring.rubric.model import (
    Criterion,
    Extra,
    Group,
    Plan,
    Rubric,
    Scope,
    Sourced,
)
from scoring.rubric.rule_words import effect_words, quota_words, range_words, rule_words, tie_words, when_words

Row = tuple[str, ...]

COMBINED = {
    "sum": "cộng các kỳ",
    "last": "lấy số của báo cáo cuối cùng đã nhận",
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
    "tasks": "hệ thống cộng từ danh mục công việc",
}
"""Where a value comes from that no report states."""
EVIDENCE = {
    "required": "bắt buộc",
    "optional": "nếu có",
    "counted": "bắt buộc, chỉ tính bấy nhiêu kết quả có minh chứng",
    None: NOT_KNOWN,
}
RESCALED = {
    "whole": "bỏ khỏi điểm tối đa, lấy phần trăm của phần còn lại",
    "group": "từng nhóm quy đổi về đủ điểm tối đa của nhóm",
    "nested": "bỏ khỏi điểm tối đa của nhóm chứa nó, từng nhóm quy đổi về đủ điểm rồi mới cộng lên nhóm trên",
    "none": "vẫn tính trong điểm tối đa",
}
MISSING = {"counts": "vẫn tính trong điểm tối đa", "leaves": "bỏ khỏi điểm tối đa như tiêu chí không áp dụng"}


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
    clauses = tuple(
        (one.clause.id, one.clause.summary, ", ".join(one.items) or NOT_KNOWN, one.left)
        for one in coverage(rubric, plan)
    )
    tables = (
        TextTable(
            f"{rubric.name} (bản {rubric.meaning[:12]})",
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
        TextTable("Các mục của kế hoạch", ("Mục", "Tóm tắt", "Chấm ở", "Phần không chấm, vì sao"), clauses),
        TextTable("Ai ban hành, chấm ai", ("Nội dung", "Ghi trên văn bản", "Lấy từ"), tuple(issuer_rows(plan, rubric))),
        TextTable("Nguồn", ("Mã", "Văn bản", "Số", "Cơ quan ban hành", "Ngày", "Địa chỉ"), tuple(_sources(rubric))),
    )
    return tuple(_shortened(table) for table in tables if table.rows)


def _shortened(table: TextTable) -> TextTable:
    """The table without its empty columns."""
    kept = [place for place in range(len(table.headings)) if any(row[place] for row in table.rows)]
    headings, *rows = (tuple(row[place] for place in kept) for row in (table.headings, *table.rows))
    return TextTable(table.title, headings, tuple(rows))


# The tables


def _source(part: Sourced) -> str:
    return ", ".join(filter(None, [part.source, part.article]))


def _criteria(rubric: Rubric) -> Iterator[Row]:
    for group in rubric.groups:
        yield from _group(group, rubric)
    for title, extra in (("Điểm thưởng", rubric.bonus), ("Điểm trừ", rubric.deductions)):
        if extra is not None:
            yield _extra(title, extra, rubric)
            yield from (_item(item, rubric) for item in extra.items)


def _group(group: Group, rubric: Rubric) -> Iterator[Row]:
    rules = [f"cộng trừ rồi giữ từ {number(group.net.floor)} đến {number(group.net.cap)} điểm"] if group.net else []
    rules += [f"tính {number(group.weight)} điểm trong phần chứa nó"] if group.weight is not None else []
    about = "; ".join(rules)
    yield (group.id, f"Nhóm: {group.name}", number(group.max_points), "", about, "", "", "", _source(group))
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
        f"trừ vào điểm của nhóm: {rule_words(item, rubric)}" if item.subtracts else rule_words(item, rubric),
        evidence,
        "; ".join(text for text in (scope_words(item.applies_to, rubric), may_not_apply) if text),
        item.clause,
        _source(item),
    )


def _indicator(item: Criterion) -> str:
    if item.indicator is None:
        return NOT_KNOWN
    whole = f" / {inside(item.indicator.of)}" if item.indicator.of else ""
    origin = SOURCES.get(item.indicator.source, COMBINED[item.indicator.periods])
    same = f"; dùng số liệu của {item.indicator.same_as}" if item.indicator.same_as else ""
    return f"{item.indicator.value_unit}{whole} ({origin}{same})"


def scope_words(scope: Scope | None, rubric: Rubric) -> str:
    """Whom a criterion or a fact applies to; "" where it is everybody."""
    if scope is None:
        return ""
    texts = [enumeration([rubric.types[name] for name in scope.types])] if scope.types else []
    texts += [enumeration([rubric.blocks[name] for name in scope.blocks])] if scope.blocks else []
    texts += [f"đơn vị {enumeration(scope.units)}"] if scope.units else []
    texts += [f"từ {scope.members_from} đoàn viên"] if scope.members_from is not None else []
    texts += [f"dưới {scope.members_below} đoàn viên"] if scope.members_below is not None else []
    return ", ".join(texts)


def _facts(rubric: Rubric) -> Iterator[Row]:
    for fact in rubric.facts:
        kind = "có hoặc không" if fact.kind == "yes_no" else "số lượng"
        kind += f", không quá {enumeration(fact.at_most)}" if fact.at_most else ""
        yield (fact.id, fact.name, kind, scope_words(fact.applies_to, rubric), _source(fact))


def _totals(rubric: Rubric) -> Iterator[Row]:
    total, figure, ranking = rubric.total, rubric.figure, rubric.ranking
    cap = f", không quá {number(total.cap)}" if total.cap is not None else ""
    yield ("Tổng điểm", f"tối đa {number(total.max_points)}, không dưới {number(total.floor)}{cap}", _source(total))
    rounded = f"làm tròn nửa lên một lần, {rubric.points.decimals} số lẻ"
    yield ("Điểm từng tiêu chí", rounded, _source(rubric.points))
    yield ("Tiêu chí không áp dụng", RESCALED[rubric.not_applicable.rescale], _source(rubric.not_applicable))
    yield ("Tiêu chí chưa có số liệu", MISSING[rubric.not_applicable.missing], _source(rubric.not_applicable))
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
        yield (figure.place, str(figure.value), ", ".join(filter(None, [figure.source, figure.article])))


def _sources(rubric: Rubric) -> Iterator[Row]:
    for name, source in rubric.sources.items():
        yield (name, source.title, source.number or "", source.issuer, day(source.date), source.link or "")
