"""What a rubric rules, in words: how points are earned, when a gate holds, what a band, a quota and a tie are."""

from __future__ import annotations

from scoring.core import wording
from scoring.core.wording import enumeration, number, report_name
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Band, Criterion, Gate, Quota, Rubric, Tie, When
from scoring.rubric.scope import Unit
from scoring.rubric.targets import target_for, target_words

STATES = {"missing": "thiếu số liệu", "zero": "0 điểm", "pending": "chờ chấm"}
ROUNDED = {"down": "bỏ phần lẻ", "half_up": "làm tròn nửa lên", "up": "làm tròn lên"}


def rule_text(item: Criterion, unit: Unit) -> str:
    """What one unit has to reach for which points, as its form prints it; one line, no full stop."""
    return METHODS[item.method].rule(item, target_for(item, unit) if "target" in item.params else "")


def rule_words(item: Criterion, rubric: Rubric) -> str:
    """How a value becomes points, with every parameter, whatever the unit."""
    rule = METHODS[item.method].rule(item)
    if "target" not in item.params:
        return rule
    return f"{rule}. Chỉ tiêu: {target_words(item.parameter('target'), item, rubric)}"


def when_words(when: When, rubric: Rubric) -> str:
    """When a gate or a condition holds, in words without a capital."""
    if when.criterion is not None:
        return f"tiêu chí {when.criterion} ở trạng thái {' hoặc '.join(STATES[state] for state in when.states or ())}"
    if when.report_missing is not None:
        period = next(period for period in rubric.periods if period.id == when.report_missing)
        return f"không có {report_name(wording.inside(period.name))}"
    if when.group_below is not None:
        group = f"nhóm {when.group}" if when.group else "có nhóm"
        return f"{group} dưới {number(when.group_below)}% điểm được áp dụng"
    if when.data_below is not None:
        of_group = f" của nhóm {when.group}" if when.group else ""
        return f"dưới {number(when.data_below)}% số tiêu chí được áp dụng{of_group} có điểm"
    if when.not_eligible:
        return "theo danh bạ, đơn vị không thuộc diện xếp loại"
    if when.decided is not None:
        return "đã có quyết định về việc ấy"
    return f"{_fact_words(when, rubric)} (chưa có số liệu thì coi là {'có' if when.unknown else 'không'})"


def _fact_words(when: When, rubric: Rubric) -> str:
    names = {fact.id: wording.inside(fact.name) for fact in rubric.facts}
    if when.share is not None:
        return f"{names[when.share.part]} dưới {number(when.below)}% của {names[when.share.whole]}"
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
    unit = "%" if rubric.figure.of == "percent" else " điểm"
    start = f"từ {number(band.from_)}"
    if band.below is not None:
        return f"{start} đến dưới {number(band.below)}{unit}"
    return f"{start} đến {number(band.to)}{unit}" if band.to is not None else f"{start}{unit} trở lên"


_AMONG = {
    "block": "trong từng khối",
    "type": "trong từng loại",
    "body": "trong từng cơ quan, đơn vị",
    "body_and_block": "trong từng khối của cùng một cơ quan, đơn vị",
    "body_and_type": "trong từng nhóm của cùng một cơ quan, đơn vị",
    "overall": "toàn bộ các khối",
}
"""Among whom a quota is counted."""


def quota_words(quota: Quota, rubric: Rubric) -> str:
    """The most units a band may have."""
    base = enumeration([f"“{rubric.band[name].name}”" for name in quota.base])
    scope = _AMONG[quota.per]
    return f"{number(quota.share)}% số đơn vị có điểm ở mức {base}, {scope}, {ROUNDED[quota.rounding]}"


def tie_words(tie: Tie) -> str:
    """One step of the chain that orders equal units."""
    what = {"group": f"điểm nhóm {tie.id}", "criterion": f"điểm tiêu chí {tie.id}", "bonus": "điểm thưởng"}
    return f"{what.get(tie.by, 'điểm trừ')} {'cao' if tie.better == 'more' else 'thấp'} hơn"
