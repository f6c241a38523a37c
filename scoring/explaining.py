"""Why a mark, a band and a rank are what they are, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring import wording
from scoring.methods import Step
from scoring.points import to_scaled
from scoring.reach import Room, in_the_way, missing_points, next_band
from scoring.rubric import Criterion, Gate, Rubric, When

Row = Mapping[str, Any]


def mark_reason(mark: Row, item: Criterion, rubric: Rubric) -> str:
    """The chain from value to points in words, or why there are none.

    mark: one row of the marks table, NA as None.
    """
    said = wording.REASONS.get(mark["reason"], "")
    if mark["state"] in {"missing", "not_applicable", "not_eligible", "pending"}:
        return wording.sentence(said)
    ruled = _rule_applied(mark, item)
    if mark["reason"]:
        return wording.sentence(f"{ruled}; {said}")
    points = f"{wording.points(mark['points'], rubric.points.decimals)}/{wording.number(item.max_points)}"
    if mark["basis"] != "computed":
        return wording.sentence(f"{ruled} → {wording.BASES[mark['basis']]}: {points}")
    return wording.sentence(f"{ruled} → {points}")


def _rule_applied(mark: Row, item: Criterion) -> str:
    """The value held against its rule."""
    if item.indicator is None or mark["value"] is None:
        return "điểm do người thẩm định cho"
    value, measured = wording.amount(mark["value"], mark["scale"]), item.indicator.value_unit
    match item.method:
        case "achieved":
            return "có thực hiện" if mark["value"] else "chưa thực hiện"
        case "share_of_target" | "target_and_lead":
            target = wording.amount(mark["target"], mark["scale"])
            share = f": {wording.share(mark['value'], mark['target'])}" if mark["target"] else ""
            return f"{value} {measured}/chỉ tiêu {target}{share}"
        case "percent" if item.indicator.of is not None:
            whole = wording.amount(mark["base"], mark["scale"])
            share = f": {wording.share(mark['value'], mark['base'])}" if mark["base"] else ""
            return f"{value}/{whole} {measured}{share}"
        case "steps":
            return f"{value} {measured} ({_step(mark['value'], mark['scale'], item)})"
        case "levels":
            return f"mức “{item.parameter('levels').levels[mark['value'] // mark['scale']].name}”"
        case _:
            return f"{value} {measured}"


def _step(value: int, scale: int, item: Criterion) -> str:
    """The step a value stands on."""
    steps: Sequence[Step] = item.parameter("steps").steps
    for step in steps:
        if step.to is not None and value <= to_scaled(step.to, scale):
            return f"đến {wording.number(step.to)}"
    for step in reversed(steps):
        if step.from_ is not None and value >= to_scaled(step.from_, scale):
            return f"từ {wording.number(step.from_)}"
    # the open step: above the last `to`, or below the first `from`
    return f"dưới {wording.number(steps[1].from_)}" if steps[0].to is None else f"trên {wording.number(steps[-2].to)}"


def band_told(standing: Row, rubric: Rubric) -> str:
    """The name of the band, or the word that stands instead of one."""
    if standing["band"]:
        return rubric.band[standing["band"]].name
    withheld = next((gate for gate in rubric.gates if gate.id == standing["withheld_by"]), None)
    return (withheld.withhold or "") if withheld else wording.WITHHELD[standing["withheld_by"]]


def decision_text(total: Row, standing: Row, quotas: Sequence[Row], rubric: Rubric) -> Iterator[str]:
    """What decided the band and the rank, one sentence each, in the order they were decided."""
    if standing["score_band"]:
        figure = wording.points(total["figure"], rubric.figure.decimals)
        unit = "% điểm tối đa được áp dụng" if rubric.figure.of == "percent" else "điểm"
        yield f"Đạt {figure} {unit}, thuộc khung điểm của mức “{rubric.band[standing['score_band']].name}”."
    for gate in rubric.gates:
        if gate.id in {standing["capped_by"], standing["withheld_by"]}:
            yield _gate_text(gate, standing, rubric, total)
    if standing["withheld_by"] == "pending":
        yield f"Còn {total['pending']} tiêu chí chờ người thẩm định cho điểm nên chưa xếp loại."
    for quota in quotas:
        if quota["band"] == standing["quota"] and quota["scope"] in {"", standing["block"]}:
            yield _quota_text(quota, standing, rubric)
    if standing["rank"] is not None:
        yield _rank_text(standing, rubric)


def idle_text(total: Row, standing: Row, rubric: Rubric) -> str:
    """The conditions that hold and change nothing; "" where there are none, or where the band is withheld."""
    # what withholds the band makes every other condition beside the point
    held = [] if standing["withheld_by"] else standing["gates"].split()
    idle = [gate for gate in rubric.gates if gate.id in held and gate.id != standing["capped_by"]]
    told = [f"{gate.id} ({_gate_name(gate, rubric, total)})" for gate in idle]
    return f"Điều kiện khác, không làm thay đổi mức xếp loại: {wording.enumeration(told)}." if told else ""


def _gate_text(gate: Gate, standing: Row, rubric: Rubric, total: Row) -> str:
    """A gate that decided the band, and what it did."""
    name = _gate_name(gate, rubric, total)
    if standing["capped_by"] == gate.id:
        return f"Điều kiện {gate.id}: {name}, nên mức cao nhất là “{rubric.band[standing['band']].name}”."
    return f"Điều kiện {gate.id}: {name}, nên không xếp loại và không xếp hạng."


def _gate_name(gate: Gate, rubric: Rubric, total: Row) -> str:
    """What holds, with the groups that are low."""
    if gate.when.group_below is None:
        return gate.name
    groups = [gate.when.group] if gate.when.group else [group.id for group in rubric.groups]
    low = [group for group in groups if _is_low(total, group, gate.when)]
    return f"{gate.name}: nhóm {wording.enumeration(low)}"


def _is_low(total: Row, group: str, when: When) -> bool:
    points = total[f"points:{group}"]
    return (
        points is not None and when.group_below is not None and points * 100 < total[f"max:{group}"] * when.group_below
    )


def _quota_text(quota: Row, standing: Row, rubric: Rubric) -> str:
    band = rubric.band[quota["band"]]
    outcome = wording.SELECTIONS[standing["selection"]]
    if standing["selection"] == "conditions_unmet":
        unmet = [band.conditions[int(place)].name for place in standing["unmet"].split()]
        return f"Mức “{band.name}”: chưa đủ điều kiện ({wording.enumeration(unmet)})."
    return f"Mức “{band.name}”: {outcome}; {quota_arithmetic(quota)}."


def quota_arithmetic(quota: Row) -> str:
    """The arithmetic of a quota, as in "20 % của 37 = 7,4 → 7"."""
    exact = quota["share"] * quota["units"] / 100
    return (
        f"{wording.number(quota['share'])} % của {quota['units']} đơn vị = {wording.number(exact)} → {quota['allowed']}"
    )


def _rank_text(standing: Row, rubric: Rubric) -> str:
    text = f"Xếp hạng {standing['rank']}/{standing['ranked']} trong {rubric.blocks[standing['block']].lower()}"
    if standing["tied"] > 1:
        return f"{text}, cùng hạng với {standing['tied'] - 1} đơn vị khác."
    if standing["broken_by"]:
        return f"{text}; bằng điểm, phân hạng theo {tie_text(int(standing['broken_by']), rubric)}."
    return f"{text}."


def outlook_text(total: Row, standing: Row, room: Room | None, rubric: Rubric) -> Iterator[str]:
    """How far the unit is from another rank and from the next band, where it has a rank or a band."""
    if room is not None and (told := list(_room_told(room, rubric))):
        yield f"Nếu các đơn vị khác trong khối giữ nguyên: {wording.enumeration(told)}."
    band = next_band(standing["band"], rubric)
    if band is None or (missing := missing_points(total, band, rubric)) is None:
        return
    told_points = wording.points(missing, rubric.points.decimals)
    text = f"còn thiếu {told_points} điểm" if missing else "điểm đã đủ"
    hindered = in_the_way(standing["gates"], band, rubric)
    text = f"Để đến khung điểm của mức “{band.name}”: {text}"
    yield f"{text}; còn vướng điều kiện: {wording.enumeration(hindered)}." if hindered else f"{text}."


def _room_told(room: Room, rubric: Rubric) -> Iterator[str]:
    decimals = rubric.points.decimals
    if room.up is not None:
        yield f"thêm từ {wording.points(room.up, decimals)} điểm thì lên hạng"
    if room.down is not None:
        yield f"mất từ {wording.points(room.down, decimals)} điểm thì xuống hạng"


def decided_text(decision: Row) -> str:
    """Who decided a figure, when and why."""
    stage = wording.sentence(wording.BASES[decision["stage"]]).rstrip(".")
    return wording.sentence(f"{stage} ({decision['role']}, {wording.day(decision['made_on'])}): {decision['reason']}")


def tie_text(step: int, rubric: Rubric) -> str:
    """A step of the tie chain in words."""
    tie = rubric.ranking.ties[step]
    more = "cao hơn" if tie.better == "more" else "thấp hơn"
    what = {"group": f"điểm nhóm {tie.id}", "criterion": f"điểm tiêu chí {tie.id}", "bonus": "điểm thưởng"}
    return f"{what.get(tie.by, 'điểm trừ')} {more}"
