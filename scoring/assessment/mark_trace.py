"""The chain from the cells of the reports to one mark."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from scoring.assessment.arithmetic import shortfall_text, working
from scoring.assessment.reasons import mark_reason
from scoring.assessment.records import Record
from scoring.assessment.unit_rows import UnitRows
from scoring.core import wording
from scoring.core.language import of_judged
from scoring.core.rows import DecisionRow, EntryRow, MarkRow, known
from scoring.reports.fields import choices
from scoring.rubric.model import Criterion, Fact, Rubric
from scoring.rubric.rule_words import rule_words
from scoring.rubric.tables import COMBINED


class EntryTrace(Record):
    """What one period says of one criterion or fact, and where. `value` and `base` are scaled by `scale`."""

    period: str
    value: int | None
    base: int | None
    scale: int
    not_applicable: bool
    self_points: int | None
    evidence: str
    file: str
    sheet: str
    cell: str
    text: str


class DecisionTrace(Record):
    """What somebody decided, by which role, when and why (`rulings.Ruling`); `value` as it was stated, "" if none."""

    stage: str
    kind: str
    value: str
    reason: str
    role: str
    made_on: datetime.date
    appeal: str
    text: str


class MarkTrace(Record):
    """How one mark came about: `lines` tell it. `value`, `base`, `target` are scaled by `scale`, points smallest."""

    criterion: str
    name: str
    group: str
    clause: str
    kind: str
    entries: tuple[EntryTrace, ...]
    decisions: tuple[DecisionTrace, ...]
    value: int | None
    base: int | None
    target: int | None
    scale: int
    rule: str
    working: str
    state: str
    reason_code: str
    points: int | None
    max_points: int
    self_points: int | None
    computed_points: int | None
    verified_points: int | None
    council_points: int | None
    basis: str
    lines: tuple[str, ...]


def trace_mark(mark: MarkRow, rows: UnitRows) -> MarkTrace:
    """The chain of one of the unit's marks."""
    rubric, item = rows.rubric, rows.rubric.item[mark["criterion"]]
    read = item.indicator.same_as if item.indicator and item.indicator.same_as else item.id
    traced = tuple(trace_entry(entry, item, rubric) for entry in rows.entries.get(read, ()))
    decisions = tuple(trace_decision(row, item, rows) for row in rows.decisions.get(item.id, ()))
    peers = rows.peers.get(item.id, ())
    done = working(mark, item, rubric, peers)
    missed = wording.REASONS.get(mark["reason"]) or (shortfall_text(mark, item, peers) if done else "")
    return MarkTrace(
        name=item.name,
        group=rows.groups.get(item.id, ""),
        entries=traced,
        decisions=decisions,
        rule=rule_words(item, rubric),
        working=done,
        reason_code=mark["reason"],
        lines=(
            *(wording.sentence(entry.text) for entry in traced if item.indicator is not None or entry.evidence),
            *_value_lines(mark, item, rubric, len(traced)),
            *_points_lines(mark, item, rubric, done),
            *(decision.text for decision in decisions),
            *_shortfall_lines(mark, rubric, missed),
        ),
        **{name: mark[name] for name in ("criterion", "clause", "kind", "value", "base", "target", "scale", "state")},
        **{name: mark[name] for name in ("points", "max_points", "self_points", "basis")},
        **{name: mark[name] for name in ("computed_points", "verified_points", "council_points")},
    )


def trace_decision(row: DecisionRow, line: Criterion | Fact | None, rows: UnitRows) -> DecisionTrace:
    """Who decided what about an item, a fact or (None) the unit as a whole, and why."""
    on = f"{wording.STAGES[row['stage']]}: {row['role']}, ngày {wording.day(row['made_on'])}"
    on += f", phúc tra theo {row['appeal']}" if row["appeal"] else ""
    why = f". Lý do: {row['reason']}" if row["reason"] else ""
    return DecisionTrace(
        value="" if row["value"] is None else str(row["value"]),
        text=wording.sentence(f"{on}, {_ruled(row, line, rows)}{why}"),
        **{name: row[name] for name in ("stage", "kind", "reason", "role", "made_on", "appeal")},
    )


def _ruled(row: DecisionRow, line: Criterion | Fact | None, rows: UnitRows) -> str:
    """What was decided, in words without a capital."""
    match row["kind"]:
        case "points":
            return f"cho {wording.number(row['value'], rows.rubric.points.decimals)} điểm"
        case "value" | "fact" if line is not None:
            words = choices(line)
            measured = line.indicator.value_unit if isinstance(line, Criterion) and line.indicator else ""
            said = (
                f"“{words[int(known(row['value']))]}”"
                if words
                else f"{wording.number(row['value'])} {measured}".rstrip()
            )
            return f"ghi lại là {said}"
        case "explanation":
            return "giải trình"
        case "completed":
            return "đã xem xong"
        case "band":
            band = rows.rubric.band.get(rows.outcome["selected"])
            return f"chọn mức “{band.name}”" if band else "chọn mức xếp loại"
        case kind:
            named = next((gate.name for gate in rows.rubric.gates if gate.when.decided == kind), kind)
            return f"kết luận: {wording.inside(named)}"


def trace_entry(entry: EntryRow, line: Criterion | Fact, rubric: Rubric) -> EntryTrace:
    """What one entry says and where it stands."""
    scale = line.value_scale if isinstance(line, Criterion) else 1
    period = next(period.name for period in rubric.periods if period.id == entry["period"])
    return EntryTrace(
        scale=scale,
        evidence=entry["evidence"] or "",
        text=f"{period}: {_said(entry, line, scale)}{_place(entry)}{_evidence(entry, line)}",
        **{name: entry[name] for name in ("period", "value", "base", "not_applicable", "self_points")},
        **{name: entry[name] or "" for name in ("file", "sheet", "cell")},
    )


def _said(entry: EntryRow, line: Criterion | Fact, scale: int) -> str:
    if entry["not_applicable"]:
        return "báo không áp dụng"
    if entry["value"] is None:
        return "không có số liệu"
    if words := choices(line):
        return words[entry["value"]]
    value = wording.amount(entry["value"], scale)
    if isinstance(line, Fact) or line.indicator is None:
        return value
    whole = f" trên {wording.amount(entry['base'], scale)}" if entry["base"] is not None else ""
    return f"{value} {line.indicator.value_unit}{whole}"


def _evidence(entry: EntryRow, line: Criterion | Fact) -> str:
    if entry["evidence"]:
        return f"; minh chứng: {entry['evidence']}"
    required = isinstance(line, Criterion) and line.needs_evidence and entry["value"] is not None
    return "; chưa ghi minh chứng" if required else ""


def _place(entry: EntryRow) -> str:
    """File, sheet and cell; a row no report states says in words where it comes from."""
    if not entry["file"]:
        return f" ({entry['cell']})" if entry["cell"] else ""
    named = (("tệp", entry["file"]), ("trang", entry["sheet"]), ("ô", entry["cell"]))
    return f" ({', '.join(f'{word} {name}' for word, name in named if name)})"


def _value_lines(mark: MarkRow, item: Criterion, rubric: Rubric, entries: int) -> Iterator[str]:
    """What the year's value is, and what it is held against."""
    if item.indicator is None:
        return
    measured = item.indicator.value_unit
    if mark["value"] is not None and entries > 1 and not choices(item):
        value = wording.amount(mark["value"], mark["scale"])
        yield wording.sentence(f"{COMBINED[item.indicator.periods]}: {value} {measured}")
    yield wording.sentence(f"Cách tính: {rule_words(item, rubric)}")
    if mark["target"] is not None:
        yield wording.sentence(
            f"{of_judged('Chỉ tiêu của đơn vị')}: {wording.amount(mark['target'], mark['scale'])} {measured}"
        )


def _points_lines(mark: MarkRow, item: Criterion, rubric: Rubric, done: str) -> Iterator[str]:
    """The points, their arithmetic, and whose figures stand beside them."""
    places = rubric.points.decimals
    yield mark_reason(mark, item, rubric)
    if "×" in done:
        yield wording.sentence(f"Phép tính: {done}")
    if mark["basis"] != "computed":
        given = (mark["computed_points"], mark["verified_points"], mark["council_points"])
        stages = [
            f"{said} {wording.points(one, places)}" for said, one in zip(wording.BASES.values(), given, strict=True)
        ]
        yield wording.sentence(f"{'; '.join(stages)}; lấy điểm {wording.BASES[mark['basis']]}")
    if mark["self_points"] is not None:
        yield wording.sentence(f"{of_judged('Đơn vị tự chấm')} {wording.points(mark['self_points'], places)}")


def _shortfall_lines(mark: MarkRow, rubric: Rubric, missed: str) -> Iterator[str]:
    """Why the mark is not the maximum."""
    most = wording.points(mark["max_points"], rubric.points.decimals)
    if mark["kind"] == "criterion" and mark["state"] in rubric.leaves_maximum:
        yield f"Điểm tối đa {most} của tiêu chí này {of_judged('không tính cho đơn vị')}."
    elif mark["kind"] == "criterion" and mark["points"] is None and mark["state"] != "not_eligible":
        yield f"Chưa có điểm nào trong {most} điểm tối đa; điểm tối đa này vẫn tính."
    elif mark["kind"] == "criterion" and mark["points"] is not None and mark["points"] < mark["max_points"]:
        lost = wording.points(mark["max_points"] - mark["points"], rubric.points.decimals)
        yield wording.sentence(f"Chưa đạt {lost} trong {most} điểm" + (f": {missed}" if missed else ""))
