"""Do periods, facts, bands, gates, quotas and ties fit together?"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from scoring.core.errors import Fault
from scoring.core.points import to_scaled
from scoring.rubric import methods
from scoring.rubric.checks.parts import Faults, placed_groups
from scoring.rubric.checks.sums import fits_scale
from scoring.rubric.model import Band, Criterion, Period, Plan, Rubric, When
from scoring.rubric.parameters import PERCENT
from scoring.rubric.strict_yaml import Place, YamlFile


def stated_parameters(item: Criterion) -> dict[str, Any]:
    """The parameters of a criterion that can be read, by name."""
    stated: dict[str, Any] = {}
    for name in methods.parameters(item.method) if item.method in methods.METHODS else ():
        with suppress(KeyError, ValidationError):
            stated[name] = item.parameter(name)
    return stated


_LATEST_DUE = 92
"""Days after the evaluated days by which every report is due: the last one is often asked for in the next January."""


def check_periods(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Periods and due days lie in the days that are evaluated, and those in the rubric's year."""
    annual = sum(period.annual for period in rubric.periods)
    if annual > 1 or (annual == 0 and len(rubric.periods) == 1):
        mend = "các quý cộng lại thành năm thì không kỳ nào ghi annual"
        yield Fault(file.where(("periods",)), "cần đúng một kỳ báo cáo có annual: true", mend=mend)
    if not rubric.periods:
        yield Fault(file.where(("periods",)), "chưa có kỳ báo cáo nào", mend="ghi ít nhất một kỳ")
        return
    if rubric.span and not (rubric.first_day <= rubric.last_day and rubric.year in _years(rubric)):
        what = f"span {_days(rubric)} không phải những ngày của năm {rubric.year}"
        yield Fault(file.where(("span",)), what, mend="sửa from, to; năm dương lịch thì bỏ span")
    for index, period in enumerate(rubric.periods):
        where = file.where(("periods", index))
        if not period.from_ <= period.to or period.due < period.from_:
            yield Fault(where, f"kỳ {period.id}: ngày bắt đầu, kết thúc và hạn nộp không hợp lý")
        elif what := outside_year(period, rubric.first_day, rubric.last_day):
            mend = f"sửa ngày của kỳ; năm {rubric.year} được đánh giá {_days(rubric)}"
            yield Fault(where, f"kỳ {period.id}: {what}", mend=mend)


def _days(rubric: Rubric) -> str:
    return f"từ {rubric.first_day:%d/%m/%Y} đến {rubric.last_day:%d/%m/%Y}"


def _years(rubric: Rubric) -> set[int]:
    return {rubric.first_day.year, rubric.last_day.year}


def outside_year(period: Period, first: date, last: date) -> str:
    """What of a period lies outside the evaluated days, in words; "" where nothing does."""
    outside = []
    if not first <= period.from_ <= period.to <= last:
        outside.append(f"từ {period.from_:%d/%m/%Y} đến {period.to:%d/%m/%Y}")
    if not first <= period.due <= last + timedelta(days=_LATEST_DUE):
        outside.append(f"hạn nộp {period.due:%d/%m/%Y}")
    return f"{', '.join(outside)} không thuộc năm được đánh giá" if outside else ""


def check_bands(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """The bands cover every figure from the least to the most possible, none twice."""
    scale = 10**rubric.figure.decimals
    ranges: list[tuple[int, int | None, Band, Place]] = []
    for index, band in enumerate(rubric.bands):
        place: Place = ("bands", index)
        if band.selected_from is not None:
            if band.selected_from not in rubric.band or rubric.band[band.selected_from].from_ is None:
                yield Fault(
                    file.where(place), f"mức '{band.id}' chọn từ '{band.selected_from}', không phải mức theo điểm"
                )
            yield from _after(band, place, rubric, file)
            continue
        edges = [edge for edge in (band.from_, band.to, band.below) if edge is not None]
        unfit = [fault for edge in edges for fault in fits_scale(edge, scale, place, file)]
        yield from unfit
        if unfit:
            return
        ranges.append((*_range(band, scale), band, place))
    yield from _covered(sorted(ranges, key=lambda part: part[0]), rubric, scale, file)


def _after(band: Band, place: Place, rubric: Rubric, file: YamlFile) -> Faults:
    """Bands chosen from the same one stand in one line, each after the next better one."""
    pool = [other for other in rubric.bands if other.selected_from == band.selected_from]
    names = [other.id for other in pool if other is not band]
    at = file.where((*place, "after") if band.after is not None else place)
    if band.after is not None and band.after not in names:
        expected = f"các mức cùng chọn từ '{band.selected_from}': {', '.join(names) or 'không có mức nào khác'}"
        yield Fault(at, f"mức '{band.id}': không xét sau mức '{band.after}' được", expected)
    earlier = pool[: pool.index(band)]
    if any(other.after == band.after for other in earlier):
        same = next(other for other in earlier if other.after == band.after)
        how = f"cùng xét sau mức '{band.after}'" if band.after else "đều không ghi after"
        mend = f"mức nào xét sau thì ghi after: mã của mức cao hơn xét ngay trước nó, ví dụ after: {same.id}"
        what = f"mức '{same.id}' và '{band.id}' cùng chọn từ '{band.selected_from}' mà {how}, không rõ mức nào trước"
        yield Fault(at, what, mend=mend)
    elif band.after in names and band not in rubric.bands_to_choose:
        yield Fault(at, f"mức '{band.id}' xét sau chính nó theo vòng after", mend="bỏ after ở mức xét đầu tiên")


def _range(band: Band, scale: int) -> tuple[int, int | None]:
    """First figure in the band and first figure after it (None: no end), at the scale of the bands' figure."""
    start = to_scaled(band.from_ or Decimal(0), scale)
    if band.to is not None:
        return start, to_scaled(band.to, scale) + 1
    return start, None if band.below is None else to_scaled(band.below, scale)


def _covered(ranges: list[tuple[int, int | None, Band, Place]], rubric: Rubric, scale: int, file: YamlFile) -> Faults:
    if not ranges:
        yield Fault(file.where(("bands",)), "chưa có mức xếp loại nào theo điểm")
        return
    for start, end, band, place in ranges:
        if end is not None and end <= start:
            yield Fault(file.where(place), f"mức '{band.id}' không chứa điểm nào", mend="sửa 'from', 'to' hoặc 'below'")
            return
    if Decimal(ranges[0][0]) / scale > min(Decimal(0), rubric.total.floor):
        yield Fault(file.where(ranges[0][3]), f"điểm dưới {ranges[0][2].from_} không thuộc mức nào")
    for (_, end, band, place), (start, _, above, above_place) in pairwise(ranges):
        if end is None:
            yield Fault(file.where(place), f"mức '{band.id}' cần 'below' hoặc 'to' vì trên nó còn mức '{above.id}'")
        elif end < start:
            missing = Decimal(end) / scale
            mend = (
                "ghi 'below' bằng 'from' của mức trên, hoặc làm tròn điểm xếp loại thành số nguyên (figure.decimals: 0)"
            )
            what = f"điểm {missing} nằm giữa mức '{band.id}' và mức '{above.id}', không thuộc mức nào"
            yield Fault(file.where(above_place), what, mend=mend)
        elif end > start:
            yield Fault(file.where(above_place), f"điểm {Decimal(start) / scale} thuộc cả '{band.id}' và '{above.id}'")
    most = _largest_figure(rubric)
    if (end := ranges[-1][1]) is not None and Decimal(end) / scale <= most:
        yield Fault(
            file.where(ranges[-1][3]), f"điểm {most} không thuộc mức nào", mend="bỏ 'to', 'below' của mức cao nhất"
        )


def _largest_figure(rubric: Rubric) -> Decimal:
    """The largest figure a unit can reach, in the bands' unit."""
    above = rubric.bonus.cap if rubric.bonus and not rubric.bonus.inside_total else Decimal(0)
    for item in rubric.criteria:
        if (over := stated_parameters(item).get("most")) and over.root > 100:
            above += item.max_points * (over.root - 100) / 100
    most = rubric.total.max_points + above
    most = most if rubric.total.cap is None else min(most, rubric.total.cap)
    return most if rubric.figure.of == "total" else most * 100 / rubric.total.max_points


def check_gates(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What gates and conditions name exists, and a cap is a band that goes by the figure."""
    by_figure = [band.id for band in rubric.bands if band.selected_from is None]
    placed: list[tuple[Place, str, When, str | None]] = []
    placed += [(("gates", i), gate.id, gate.when, gate.cap) for i, gate in enumerate(rubric.gates)]
    for i, band in enumerate(rubric.bands):
        placed += [(("bands", i, "conditions", j), band.id, c.unless, None) for j, c in enumerate(band.conditions)]
    for place, name, when, cap in placed:
        if cap is not None and cap not in by_figure:
            expected = f"các mức theo điểm: {', '.join(by_figure)}"
            yield Fault(file.where((*place, "cap")), f"{name}: không có mức theo điểm '{cap}'", expected)
        if when.below is not None:
            yield from fits_scale(when.below, PERCENT if when.share else 1, place, file)
        for kind, stated, known in _named(when, rubric):
            if stated not in known:
                expected = f"đang có: {', '.join(known) or 'chưa có gì'}"
                yield Fault(file.where(place), f"{name}: không có {kind} '{stated}'", expected)


def _named(when: When, rubric: Rubric) -> list[tuple[str, str, list[str]]]:
    """What a condition names, as kind, id and the ids that exist."""
    facts = [fact.id for fact in rubric.facts]
    groups = [group.id for _, group in placed_groups(rubric)]
    share = when.share
    named = [
        ("tiêu chí", when.criterion, list(rubric.item)),
        ("kỳ báo cáo", when.report_missing, [period.id for period in rubric.periods]),
        ("nhóm", when.group, groups),
        ("dữ kiện", when.fact, facts),
        ("dữ kiện", share.part if share else None, facts),
        ("dữ kiện", share.whole if share else None, facts),
    ]
    return [(kind, stated, known) for kind, stated, known in named if stated is not None]


def check_quotas(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every quota limits and counts bands that exist, once; a band that is chosen has one."""
    for index, quota in enumerate(rubric.quotas):
        where = file.where(("quotas", index))
        if not quota.base:
            yield Fault(where, f"tỷ lệ khống chế của '{quota.band}' không có cơ sở tính", mend="ghi các mức ở 'base'")
        for name in dict.fromkeys((quota.band, *quota.base)):
            if name not in rubric.band:
                yield Fault(where, f"không có mức '{name}'", f"các mức: {', '.join(rubric.band)}")
            elif name in quota.base and rubric.band[name].selected_from is not None:
                yield Fault(where, f"mức '{name}' không tính theo điểm nên không làm cơ sở được")
    limited = [quota.band for quota in rubric.quotas]
    counted = [(quota.band, quota.per) for quota in rubric.quotas]
    for name, per in sorted({one for one in counted if counted.count(one) > 1}):
        what = f"mức '{name}' có hai tỷ lệ khống chế cùng tính theo per: {per}"
        yield Fault(file.where(("quotas",)), what, mend="giữ một dòng")
    for index, band in enumerate(rubric.bands):
        if band.selected_from is not None and band.id not in limited:
            mend = "thêm một dòng vào quotas; không hạn chế thì ghi share: 100"
            yield Fault(file.where(("bands", index)), f"mức '{band.id}' chưa có tỷ lệ khống chế", mend=mend)


def check_ties(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What a step of the tie chain looks at exists."""
    known = {
        "group": [group.id for _, group in placed_groups(rubric)],
        "criterion": [item.id for item in rubric.criteria],
    }
    for index, tie in enumerate(rubric.ranking.ties):
        if tie.id is not None and tie.id not in known[tie.by]:
            where = file.where(("ranking", "ties", index))
            yield Fault(where, f"không có '{tie.id}'", f"đang có: {', '.join(known[tie.by])}")


def check_facts(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """A count is part of counts that stand before it, so that none is part of itself by a detour."""
    before: list[str] = []
    for index, fact in enumerate(rubric.facts):
        for name in fact.at_most:
            if fact.kind != "count" or name not in before:
                expected = f"dữ kiện số lượng ghi ở các dòng trên: {', '.join(before) or 'chưa có'}"
                yield Fault(file.where(("facts", index)), f"{fact.id}: không so được với '{name}'", expected)
        before += [fact.id] if fact.kind == "count" else []
