"""Why a mark, a band and a rank are what they are, in one sentence each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from scoring.assessment.conditions import edges_text, figures_text, gate_grounds, small, unmet_text
from scoring.core import wording
from scoring.core.language import say, say_count, term
from scoring.core.rows import DecisionRow, MarkRow, QuotaRow, StandingRow, TotalRow, known
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Condition, Criterion, Gate, Rubric
from scoring.scores.distance import Margin, in_the_way, missing_points, next_band
from scoring.scores.peers import is_within, scope_name
from scoring.scores.selection import DECIDED


def mark_reason(mark: MarkRow, item: Criterion, rubric: Rubric) -> str:
    """The chain from value to points in words, or why there are none.

    mark: one row of the marks table, NA as None.
    """
    said = say(wording.REASONS.get(mark["reason"], ""))
    if mark["state"] in {"missing", "not_applicable", "not_eligible", "pending"}:
        return wording.sentence(said)
    ruled = rule_applied(mark, item)
    if mark["reason"]:
        return wording.sentence(f"{ruled}; {said}")
    points = f"{wording.points(mark['points'], rubric.points.decimals)}/{wording.number(item.max_points)}"
    if mark["basis"] != "computed":
        return wording.sentence(f"{ruled} → {say(wording.BASES[mark['basis']])}: {points}")
    return wording.sentence(f"{ruled} → {points}")


def rule_applied(mark: MarkRow, item: Criterion) -> str:
    """The value held against its rule."""
    if item.indicator is None or mark["value"] is None:
        return say("điểm do người thẩm định cho")
    return METHODS[item.method].reason(mark, item)


def band_told(standing: StandingRow, rubric: Rubric) -> str:
    """The name of the band, or the word that stands instead of one."""
    if standing["band"]:
        return rubric.band[standing["band"]].name
    why = standing["withheld_by"]
    withheld = next((gate for gate in rubric.gates if gate.id == why), None)
    return (withheld.withhold or "") if withheld else say(wording.WITHHELD[why])


def decision_text(
    total: TotalRow,
    standing: StandingRow,
    quotas: Sequence[QuotaRow],
    rubric: Rubric,
    cites: Mapping[str, str] | None = None,
    decided: Collection[str] = (),
) -> Iterator[str]:
    """What decided the band and the rank, one sentence each, in the order they were decided.

    cites: how the plan's clauses are cited, by id, where that is not "mục <id>". decided: the facts somebody decided.
    """
    if standing["withheld_by"] in {"pending", "unopened"}:
        yield from _waiting_text(total, standing)
        return
    if standing["score_band"] and not total["pending"]:
        figure = wording.points(total["figure"], rubric.figure.decimals)
        words = {"figure": figure, "band": rubric.band[standing["score_band"]].name, "edges": edges_text(rubric)}
        if rubric.figure.of == "percent":
            yield say("Đạt {figure}%, theo điểm thuộc mức “{band}” (khung điểm: {edges}).", **words)
        else:
            yield say("Đạt {figure} điểm, theo điểm thuộc mức “{band}” (khung điểm: {edges}).", **words)
    for gate in rubric.gates:
        if gate.id in {standing["capped_by"], standing["withheld_by"]}:
            yield _gate_text(gate, standing, rubric, gate_grounds(gate, total, rubric, cites or {}, decided))
    for told in looked_at(standing):
        for quota in quotas:
            if quota["band"] == told.band and is_within(quota["scope"], standing):
                yield _quota_text(quota, told, rubric, total, decided)
    yield from _council_text(standing, rubric)
    if standing["rank"] is not None:
        yield _rank_text(standing, rubric)


def _waiting_text(total: TotalRow, standing: StandingRow) -> Iterator[str]:
    """What the band waits for: a person's points, or a file to be closed."""
    if standing["withheld_by"] == "pending":
        yield say_count("Còn {count} tiêu chí chờ đủ căn cứ để cho điểm nên chưa xếp loại.", total["pending"])
    if standing["withheld_by"] == "unopened":
        yield say("Không mở được tệp báo cáo đã nhận của đơn vị nên chưa chấm điểm, chưa xếp loại.")


def idle_text(total: TotalRow, standing: StandingRow, rubric: Rubric) -> str:
    """The conditions that hold and change nothing; "" where there are none, or where the band is withheld."""
    # what withholds the band makes every other condition beside the point
    held = [] if standing["withheld_by"] else standing["gates"].split()
    idle = [gate for gate in rubric.gates if gate.id in held and gate.id != standing["capped_by"]]
    told = [_gate_name(gate, figures_text(gate.when, total, rubric)) for gate in idle]
    if not told:
        return ""
    return say("Điều kiện khác, không làm thay đổi mức xếp loại: {gates}.", gates="; ".join(told))


def _gate_name(gate: Gate, grounds: str) -> str:
    return f"{small(gate.name)} ({grounds})" if grounds else small(gate.name)


def _gate_text(gate: Gate, standing: StandingRow, rubric: Rubric, grounds: str) -> str:
    """A gate that decided the band, on what grounds, and what it did."""
    told = wording.sentence(_gate_name(gate, grounds)).rstrip(".")
    if standing["capped_by"] == gate.id:
        band = rubric.band[standing["lowered_from"] or known(standing["band"])].name
        return say("{condition}, nên mức cao nhất là “{band}”.", condition=told, band=band)
    return say("{condition}, nên không xếp loại và không xếp hạng.", condition=told)


class LookedAt(NamedTuple):
    """How a unit stands to one band under a quota; unmet: places of the band's conditions that are not met."""

    band: str
    selection: str
    unmet: tuple[int, ...]

    def conditions(self, rubric: Rubric) -> list[Condition]:
        """The conditions that are not met."""
        return [rubric.band[self.band].conditions[place] for place in self.unmet]


def looked_at(standing: StandingRow) -> list[LookedAt]:
    """The bands a unit was considered for, in the order in which they are filled; the last one decided."""
    passed = [told.split(":") for told in standing["passed"].split()]
    told = [(band, selection, unmet.split("+") if unmet else []) for band, selection, unmet in passed]
    if standing["selection"]:
        told.append((standing["quota"], standing["selection"], standing["unmet"].split()))
    return [LookedAt(band, selection, tuple(map(int, unmet))) for band, selection, unmet in told]


def _quota_text(quota: QuotaRow, told: LookedAt, rubric: Rubric, total: TotalRow, decided: Collection[str]) -> str:
    band = rubric.band[quota["band"]]
    if told.selection == "conditions_unmet":
        unmet = "; ".join(unmet_text(one, total, rubric, decided) for one in told.conditions(rubric))
        return say("Chưa đủ điều kiện của mức “{band}”: {conditions}.", band=band.name, conditions=unmet)
    outcome = say(wording.SELECTIONS[told.selection])
    arithmetic = "; ".join([quota_arithmetic(quota), *quota_counts(quota)])
    scope = scope_name(quota["scope"], rubric) if quota["scope"] else ""
    words = {"band": band.name, "outcome": outcome, "arithmetic": arithmetic}
    if not scope:
        return say("Mức “{band}”: {outcome}; {arithmetic}.", **words)
    return say("Mức “{band}” ({scope}): {outcome}; {arithmetic}.", **words, scope=scope)


def _council_text(standing: StandingRow, rubric: Rubric) -> Iterator[str]:
    """What the council settled of a unit under a quota, and why."""
    if standing["lowered_from"]:
        before, after = (rubric.band[band].name for band in (standing["lowered_from"], known(standing["band"])))
        text = say("Hội đồng hạ từ mức “{before}” xuống mức “{after}”", before=before, after=after)
    elif standing["selection"] in DECIDED:
        text = say("Hội đồng kết luận")
    else:
        return
    yield say("{concluded}: {reason}.", concluded=text, reason=standing["council_reason"].rstrip("."))


def quota_counts(quota: QuotaRow) -> list[str]:
    """How the council has filled a quota, as far as it has."""
    counts = [
        say("hội đồng đã chọn {count}", count=quota["chosen"]) if quota["chosen"] else "",
        say("giữ ngoài tỷ lệ theo kết luận riêng {count}", count=quota["beyond"]) if quota["beyond"] else "",
        say("không xếp mức này {count}", count=quota["lowered"]) if quota["lowered"] else "",
    ]
    return [count for count in counts if count]


_ROUNDED_DOWN, _ROUNDED_UP = (
    term("{arithmetic}, làm tròn xuống {allowed}"),
    term("{arithmetic}, làm tròn lên {allowed}"),
)


def quota_arithmetic(quota: QuotaRow) -> str:
    """The arithmetic of a quota, "20% của 37 đơn vị = 7,4, làm tròn xuống 7"; places held for a tie above are told."""
    exact = quota["share"] * quota["units"] / 100
    told = say_count(
        "{share}% của {count} đơn vị = {exact}",
        quota["units"],
        share=wording.number(quota["share"]),
        exact=wording.number(exact),
    )
    if quota["allowed"] != exact:
        rounded = _ROUNDED_UP if quota["allowed"] > exact else _ROUNDED_DOWN
        told = say(rounded, arithmetic=told, allowed=quota["allowed"])
    if not quota["held"]:
        return told
    return say_count(
        "{arithmetic}, trong đó giữ {count} suất cho đơn vị bằng điểm ở ranh giới mức xét trước",
        quota["held"],
        arithmetic=told,
    )


def quota_places(quota: QuotaRow) -> str:
    """How many units a quota allows, and how many are chosen, proposed, lowered, tied at its cut and beyond it."""
    counts = [say("được chọn tối đa {units}", units=quota["allowed"])]
    counts += [say("hội đồng đã chọn {units}", units=quota["chosen"])] if quota["chosen"] else []
    counts += [say("hội đồng giữ ngoài tỷ lệ {units}", units=quota["beyond"])] if quota["beyond"] else []
    counts += [say("hội đồng không xếp mức này {units}", units=quota["lowered"])] if quota["lowered"] else []
    counts += [say("đề xuất {units}", units=quota["proposed"])] if quota["proposed"] else []
    counts += [say_count("{count} đơn vị bằng nhau ở ranh giới", quota["tied"])] if quota["tied"] else []
    counts += [say_count("{count} đơn vị ngoài tỷ lệ", quota["over"])] if quota["over"] else []
    return "; ".join(counts)


def _rank_text(standing: StandingRow, rubric: Rubric) -> str:
    rank, block = f"{standing['rank']}/{standing['ranked']}", wording.inside(rubric.blocks[standing["block"]])
    text = say("Xếp hạng {rank} trong {block}", rank=rank, block=block)
    if (tied := known(standing["tied"])) > 1:
        return say_count("{ranked}, cùng hạng với {count} đơn vị khác.", tied - 1, ranked=text)
    if standing["broken_by"]:
        step = tie_text(int(standing["broken_by"]), rubric)
        return say("{ranked}; bằng điểm, phân hạng theo {step}.", ranked=text, step=step)
    return f"{text}."


def outlook_text(total: TotalRow, standing: StandingRow, margin: Margin | None, rubric: Rubric) -> Iterator[str]:
    """How far the unit is from another rank and from the next band, where it has a rank or a band."""
    if margin is not None and (told := list(_margin_told(margin, rubric))):
        yield say("Nếu các đơn vị khác trong khối giữ nguyên: {moves}.", moves=wording.enumeration(told))
    band = None if standing["lowered_from"] else next_band(standing["band"], rubric)
    if band is None or (missing := missing_points(total, band, rubric)) is None:
        return
    told_points = wording.points(missing, rubric.points.decimals)
    lacking = say("còn thiếu {points} điểm", points=told_points) if missing else say("điểm đã đủ")
    text = say("Để đến khung điểm của mức “{band}”: {lacking}", band=band.name, lacking=lacking)
    if hindered := [small(name) for name in in_the_way(standing["gates"], band, rubric)]:
        text = say("{outlook}; còn vướng điều kiện: {gates}", outlook=text, gates=wording.enumeration(hindered))
    yield f"{text}."


def _margin_told(margin: Margin, rubric: Rubric) -> Iterator[str]:
    decimals = rubric.points.decimals
    if margin.up is not None:
        yield say("thêm từ {points} điểm thì lên hạng", points=wording.points(margin.up, decimals))
    if margin.down is not None:
        yield say("mất từ {points} điểm thì xuống hạng", points=wording.points(margin.down, decimals))


def decided_text(decision: DecisionRow) -> str:
    """Who decided a figure, when and why."""
    stage = decision["stage"]
    decided = wording.sentence(say(wording.BASES[stage])).rstrip(".")
    return wording.sentence(f"{decided} ({decision['role']}, {wording.day(decision['made_on'])}): {decision['reason']}")


def tie_text(step: int, rubric: Rubric) -> str:
    """A step of the tie chain in words."""
    tie = rubric.ranking.ties[step]
    match tie.by:
        case "group":
            what = say("điểm nhóm {group}", group=tie.id)
        case "criterion":
            what = say("điểm tiêu chí {criterion}", criterion=tie.id)
        case "bonus":
            what = say("điểm thưởng")
        case _:
            what = say("điểm trừ")
    return say("{points} cao hơn", points=what) if tie.better == "more" else say("{points} thấp hơn", points=what)
