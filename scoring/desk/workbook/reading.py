"""Read back a workbook of `writing`: what was filled in becomes decisions.

A row left as it was becomes nothing, and so does a figure that repeats what counts already; anything else is a ruling
on the very report, and in place of the very decisions, that the workbook showed. Reading a workbook twice therefore
records nothing twice, and a workbook made before somebody else decided does not overrule what it never showed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import pandas as pd

from scoring.core.errors import DecisionError, Fault
from scoring.core.files import read_whole, told_as
from scoring.core.numerals import Marks, readings
from scoring.core.points import to_decimal
from scoring.core.text import shown
from scoring.decisions.records import Decision
from scoring.decisions.rulings import (
    COUNCIL,
    EXPLAINED,
    SECOND,
    UNDER_QUOTA,
    VERIFIED,
    Ruling,
    chosen_bands,
    lower_bands,
    plain_figure,
    takes_value,
)
from scoring.decisions.store import record_decisions
from scoring.desk.workbook.writing import (
    APPEAL_AT,
    CALIBRATED,
    DATE_AT,
    HEADER,
    MAP,
    OF_CASES,
    RECONCILED,
    ROLE_AT,
    SETTLED,
    STAGES,
    TICK,
    UNITS,
    VERSION,
    WITH_TICK,
    WORDS,
    BookColumn,
    line_columns,
    unit_columns,
)
from scoring.reports.fields import all_lines, choices, decimals
from scoring.reports.reading.cells import (
    BLANK,
    Cell,
    Likely,
    Parsed,
    clean,
    fold,
    is_blank,
    read_choice,
    read_date,
    read_number,
)
from scoring.reports.reading.table import Place, cell_name
from scoring.reports.reading.workbook import Sheet, WorkbookReader
from scoring.rubric.model import Criterion, Fact, Rubric

_LEAST = Decimal(-(10**12))
_DIGEST = re.compile(r"[0-9a-f]{64}")
_AGREED = "đồng ý với điểm tính theo báo cáo"
_MAKE_AGAIN = "lập lại tệp bằng lệnh đã lập nó rồi chép phần đã điền sang"


class Stated(TypedDict, total=False):
    """The fields of a ruling that one row states."""

    unit: str
    criterion: str
    kind: str
    value: str
    reason: str
    on_entry: str
    replaces: tuple[str, ...]


class _Shown(NamedTuple):
    """What a workbook showed of one slot: the decisions that stood, and what counted (value and points, or a kind)."""

    replaces: tuple[str, ...]
    now: tuple[str, ...]


class _Row(NamedTuple):
    """One row to be read: where it is, whom it is about, on which report it was made, and what it showed, by kind."""

    sheet: Sheet
    row: int
    columns: dict[str, int]
    unit: str
    criterion: str
    on_entry: str
    shown: dict[str, _Shown]

    def cell(self, key: str) -> Cell:
        """The cell under a heading; blank where the stage has no such column."""
        return self.sheet.cells.get((self.row, self.columns.get(key, 0)), BLANK)

    def is_filled(self, key: str) -> bool:
        """Whether somebody typed something there, a formula without a result too."""
        return not is_blank(self.cell(key)) or self.cell(key).formula != ""


class _Filled:
    """A workbook being read: its sheets, its map, and its faults so far."""

    def __init__(self, path: Path, rubric: Rubric) -> None:
        self.file = shown(path.name)
        with (
            told_as(DecisionError, self.file, "xem lại có đúng tệp sổ không, đóng tệp nếu đang mở, rồi chạy lại"),
            WorkbookReader() as reader,
        ):
            book = reader.read(read_whole(path), self.file)
        self.rubric = rubric
        self.sheets = {sheet.name: sheet for sheet in book.sheets}
        cells = self.sheets[MAP].cells if MAP in self.sheets else {}
        self.map = [
            [cells.get((row, place), BLANK).text for place in range(1, 9)] for row in sorted({r for r, _ in cells})
        ]
        self.faults: list[Fault] = []
        self.marks = Marks()

    def place(self, sheet: Sheet, at: Place) -> str:
        """Where a cell stands, in words."""
        return f"{self.file}, trang {sheet.name}, ô {cell_name(at)}"

    def fault(self, row: _Row, key: str, what: str, mend: str) -> None:
        """Note a fault of a row's cell."""
        self.faults.append(Fault(self.place(row.sheet, (row.row, row.columns.get(key, 1))), what, mend=mend))

    def taken(self, row: _Row, key: str, parsed: Parsed[Any]) -> Any:
        """What was read in a row's cell; None where it is blank or refused, which is noted."""
        for remark in parsed.remarks:
            if remark.severity == "error":
                self.fault(row, key, remark.message, remark.mend)
        return parsed.value

    def text(self, row: _Row, key: str) -> str:
        """The text in a row's cell, on one line."""
        cell = row.cell(key)
        if cell.kind == "error" or cell.formula:
            self.fault(row, key, "ô là công thức hoặc báo lỗi", "gõ chữ trực tiếp vào ô")
            return ""
        return "" if is_blank(cell) else clean(cell.text)


def read_verification(
    path: Path, folder: Path, rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame
) -> list[Decision]:
    """Record what a workbook says; gives the decisions that were not there before.

    folder: the year's data folder. Raises as `rulings_of` and `record_decisions` do: all of it is recorded, or nothing.
    """
    return record_decisions(folder, rulings_of(path, rubric), rubric, units, entries)


def rulings_of(path: Path, rubric: Rubric) -> dict[str, Ruling]:
    """What a workbook says, by the file, sheet and cell where it is said.

    Raises ReportError where the file cannot be read, DecisionError, with every fault at its sheet and cell, where it
    is a workbook of another year, rubric or layout, says nothing of who decides and when, or a row cannot be read.
    """
    return _kind_and_rulings(path, rubric, of_cases=False)[1]


def case_answers(path: Path, rubric: Rubric) -> tuple[str, dict[str, Ruling]]:
    """The kind (`OF_CASES`) of a workbook of cases and the answers in it, by place; `unit` is the name of a case.

    on_entry tells the case apart. Raises as `rulings_of` does.
    """
    return _kind_and_rulings(path, rubric, of_cases=True)


def _kind_and_rulings(path: Path, rubric: Rubric, *, of_cases: bool) -> tuple[str, dict[str, Ruling]]:
    filled = _Filled(path, rubric)
    stage = _stage_of(filled, of_cases=of_cases)
    stated: dict[str, Stated] = {}
    lines = list(_line_rows(filled, stage))
    for row, key in product(lines, ("value", "points")):
        filled.marks.see(key, readings(row.cell(key).text) if row.cell(key).kind == "text" else ())
    for row in [*lines, *(_unit_rows(filled, stage) if stage in STAGES else ())]:
        read = _of_line(row, filled, stage) if row.criterion else _of_unit(row, filled)
        stated |= {filled.place(row.sheet, (row.row, row.columns[key])): one for key, one in read}
    signed = _signed(filled, stage) if stated else {}
    if filled.faults:
        raise DecisionError(filled.file, filled.faults)
    decided_at = _DECIDED_AT.get(stage, stage)
    return stage, {place: Ruling(stage=decided_at, **signed, **one) for place, one in stated.items()}


_DECIDED_AT = {RECONCILED: VERIFIED, CALIBRATED: SECOND, SETTLED: SECOND}
"""The stage of what is stated in a workbook that is not named after its stage."""


# What the workbook is


def _stage_of(filled: _Filled, *, of_cases: bool) -> str:
    """The kind of a workbook, a key of WORDS; raises DecisionError where it is not ours, or of other rules."""
    facts = {row[0]: row[1] for row in filled.map}
    stage = facts.get("stage", "")
    if (
        facts.get("layout") != VERSION
        or stage not in WORDS
        or not {WORDS[stage].sheet, *([UNITS] if stage in STAGES else ())} <= filled.sheets.keys()
    ):
        what = "không phải tệp thẩm định do chương trình này lập, hoặc đã mất trang"
        raise DecisionError(filled.file, [Fault("cả tệp", what, mend=_MAKE_AGAIN)])
    if (stage in OF_CASES) is not of_cases:
        what = "là sổ thẩm định, không phải sổ ca mẫu" if of_cases else "là sổ ca mẫu, không phải sổ thẩm định"
        mend = f"đọc bằng lệnh {'verify' if of_cases else 'calibrate'} --read TỆP"
        raise DecisionError(filled.file, [Fault("cả tệp", what, mend=mend)])
    if facts.get("digest") not in {filled.rubric.meaning, filled.rubric.digest}:
        what = f"tệp lập theo bộ tiêu chí khác (năm {shown(facts.get('year', ''))}), hoặc bộ tiêu chí đã sửa từ đó"
        raise DecisionError(filled.file, [Fault("cả tệp", what, mend=_MAKE_AGAIN)])
    return stage


def _signed(filled: _Filled, stage: str) -> dict[str, Any]:
    """Who decides, when, and by which document on an appeal."""
    cells = {"role": ROLE_AT, "made_on": DATE_AT} | ({"appeal": APPEAL_AT} if stage == COUNCIL else {})
    sheet = filled.sheets[WORDS[stage].sheet]
    rows = {
        key: _Row(sheet, row + 1, {key: _field_at(sheet, row + 1, place + 1)}, "", "", "", {})
        for key, (row, place) in cells.items()
    }
    signed: dict[str, Any] = {key: filled.text(row, key) for key, row in rows.items() if key != "made_on"}
    signed["made_on"] = filled.taken(rows["made_on"], "made_on", read_date(rows["made_on"].cell("made_on")))
    if not rows["role"].is_filled("role"):
        filled.fault(rows["role"], "role", "chưa ghi ai quyết định", "ghi chức danh, tổ, hội đồng; không ghi họ tên")
    if not rows["made_on"].is_filled("made_on"):
        filled.fault(rows["made_on"], "made_on", "chưa ghi ngày quyết định", "ghi ngày/tháng/năm, ví dụ 05/01/2025")
    return signed


def _line_rows(filled: _Filled, stage: str) -> Iterator[_Row]:
    sheet = filled.sheets[WORDS[stage].sheet]
    columns = _columns_of(sheet, line_columns(stage), filled)
    for kind, row, unit, criterion, on_entry, ids, *now in filled.map:
        if kind == "line":
            seen = {"figure": _Shown(tuple(ids.split()), tuple(now))}
            yield from _in_place(_Row(sheet, _number(row), columns, unit, criterion, on_entry, seen), filled)


def _unit_rows(filled: _Filled, stage: str) -> Iterator[_Row]:
    columns = _columns_of(filled.sheets[UNITS], unit_columns(stage, filled.rubric), filled)
    rows: dict[str, _Row] = {}
    for kind, row, unit, about, on_entry, ids, now, _ in filled.map:
        if kind == "unit":
            whole = rows.setdefault(unit, _Row(filled.sheets[UNITS], _number(row), columns, unit, "", on_entry, {}))
            whole.shown[about] = _Shown(tuple(ids.split()), (now,))
    for whole in rows.values():
        yield from _in_place(whole, filled)


def _field_at(sheet: Sheet, row: int, place: int) -> int:
    """Where the field right of a label stands: in its own column, or where an inserted one has moved it to."""
    _label, *written = sorted(column for at, column in sheet.cells if at == row) or [0]
    return written[0] if len(written) == 1 else place


def _columns_of(sheet: Sheet, columns: Sequence[BookColumn], filled: _Filled) -> dict[str, int]:
    """Where each column stands now, by its heading: somebody may have inserted another before it."""
    header = HEADER + 1
    places: dict[str, list[int]] = {}
    for (row, place), cell in sorted(sheet.cells.items()):
        if row == header and cell.kind == "text":
            places.setdefault(fold(cell.text), []).append(place)
    found = {}
    for at, column in enumerate(columns, 1):
        same = places.get(fold(column.heading), [])
        if len(same) == 1:
            found[column.key] = same[0]
        elif at in same:
            found[column.key] = at
        else:
            what = f"không thấy cột “{column.heading}” ở dòng tiêu đề"
            filled.faults.append(Fault(filled.place(sheet, (header, at)), what, mend=_MAKE_AGAIN))
    return found


def _number(text: str) -> int:
    """A row's number from 1; 0, which no cell has, where the map was tampered with."""
    return int(text) + 1 if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _in_place(row: _Row, filled: _Filled) -> Iterator[_Row]:
    """The row, where it still says what the map says of it."""
    expected = {"unit": row.unit} | ({"criterion": row.criterion} if row.criterion else {})
    if _DIGEST.fullmatch(row.on_entry) and all(row.cell(key).text == text for key, text in expected.items()):
        yield row
    else:
        about = f"{shown(row.unit)} {shown(row.criterion)}".strip()
        filled.fault(row, "unit", f"dòng của {about} đã bị dời hoặc xóa", _MAKE_AGAIN)


# What a row says


def _of_line(row: _Row, filled: _Filled, stage: str) -> Iterator[tuple[str, Stated]]:
    """The ruling on a unit's criterion, with the column of its figure; none where the row is left as it was."""
    reason = filled.text(row, "reason")
    seen = row.shown["figure"]
    about: Stated = {"unit": row.unit, "criterion": row.criterion, "reason": reason}
    about |= {"on_entry": row.on_entry, "replaces": seen.replaces}
    if stage == EXPLAINED:
        if reason:
            yield "reason", {**about, "kind": "explanation"}
        return
    written = [key for key in ("value", "points") if row.is_filled(key)]
    if len(written) == 2:
        filled.fault(row, "points", "vừa ghi kết quả vừa ghi điểm", "chỉ ghi một trong hai")
    elif stage in WITH_TICK and row.is_filled("agree"):
        if _agrees(row, written, filled):
            yield "agree", {**about, "kind": "points", "value": seen.now[1], "reason": reason or _AGREED}
    elif not written and reason:
        filled.fault(row, "reason", "có lý do mà chưa ghi kết quả hoặc điểm", "ghi một trong hai, hoặc xóa lý do")
    elif written and (figure := _figure(row, written[0], filled)) is not None:
        counting = seen.now[0] if written[0] == "value" else seen.now[1]
        if stage in WITH_TICK and figure == counting:
            about["reason"] = reason or _AGREED
        if stage not in STAGES or reason or figure != counting or len(seen.replaces) > 1:
            is_fact = row.criterion in {fact.id for fact in filled.rubric.facts}
            yield written[0], {**about, "kind": "fact" if is_fact else written[0], "value": figure}


def _agrees(row: _Row, written: Sequence[str], filled: _Filled) -> bool:
    """Whether a second verifier ticks the computed points and states no others."""
    text = row.cell("agree").text
    if fold(text) != TICK:
        filled.fault(row, "agree", f"'{shown(text)}' không phải dấu {TICK}", f"ghi {TICK} hoặc để trống")
    elif written:
        filled.fault(row, written[0], "vừa đồng ý vừa ghi kết quả hoặc điểm khác", "chỉ giữ một trong hai")
    elif not row.shown["figure"].now[1]:
        filled.fault(row, "agree", "báo cáo chưa tính ra điểm nên không có điểm để đồng ý", "ghi điểm và lý do")
    else:
        return True
    return False


def _figure(row: _Row, key: str, filled: _Filled) -> str | None:
    """The figure in a cell, as rulings write it; its range is the ruling's business."""
    item = next((line for line in all_lines(filled.rubric) if line.id == row.criterion), None)
    if item is None or (key == "points" and isinstance(item, Fact)) or (key == "value" and not takes_value(item)):
        filled.fault(row, key, "ô này không dùng cho dòng này", "xóa nội dung ô")
        return None
    if key == "value" and (words := choices(item)):
        place = filled.taken(row, key, read_choice(row.cell(key), words))
        return None if place is None else str(place)
    places = filled.rubric.points.decimals if key == "points" else decimals(item)
    parsed = read_number(row.cell(key), places=places, least=_LEAST, most=None, likely=_likely(key, item, filled))
    scaled = filled.taken(row, key, parsed)
    return None if scaled is None else plain_figure(to_decimal(scaled, places))


def _likely(key: str, item: Criterion | Fact, filled: _Filled) -> Likely:
    """What settles a figure typed as text that reads in two ways: what it may be, and the workbook's other figures."""
    if key == "points" and isinstance(item, Criterion):
        return Likely(filled.marks.of(key), Decimal(0), item.max_points)
    most = item.indicator.most if isinstance(item, Criterion) and item.indicator else None
    return Likely(filled.marks.of(key), None, most if isinstance(most, Decimal) else None)


def _of_unit(row: _Row, filled: _Filled) -> Iterator[tuple[str, Stated]]:
    """The rulings on a unit as a whole, each with its column."""
    reason = filled.text(row, "reason")
    keys = {kind: {"band": "chosen", "explanation": "reason"}.get(kind, kind) for kind in row.shown}
    written = [kind for kind, key in keys.items() if row.is_filled(key)]
    under_quota = [kind for kind in written if kind in UNDER_QUOTA]
    if len(under_quota) > 1:
        what = "ghi nhiều hơn một trong ba cột về tỷ lệ"
        filled.fault(row, keys[under_quota[-1]], what, "chỉ ghi một: chọn, xếp xuống mức khác, hoặc giữ ngoài tỷ lệ")
        return
    for kind in written:
        yield from _one_of_unit(row, kind, keys[kind], reason, filled)
    if reason and not written:
        filled.fault(row, "reason", "có lý do mà chưa ghi quyết định nào", "ghi quyết định, hoặc xóa lý do")


def _one_of_unit(row: _Row, kind: str, key: str, reason: str, filled: _Filled) -> Iterator[tuple[str, Stated]]:
    """The ruling of one filled cell of a unit; none where it says what counts already."""
    seen = row.shown[kind]
    value = _chosen(row, kind, key, filled) if kind in UNDER_QUOTA else ""
    if kind not in {*UNDER_QUOTA, "explanation"} and fold(row.cell(key).text) != TICK:
        filled.fault(row, key, f"'{shown(row.cell(key).text)}' không phải dấu {TICK}", f"ghi {TICK} hoặc để trống")
    elif value is not None and (kind == "explanation" or seen.now[0] != (value or kind)):
        about: Stated = {"unit": row.unit, "on_entry": row.on_entry, "replaces": seen.replaces}
        yield key, {**about, "kind": kind, "value": value, "reason": reason}


def _chosen(row: _Row, kind: str, key: str, filled: _Filled) -> str | None:
    """The id of the band whose name is written."""
    bands = lower_bands(filled.rubric) if kind == "lowered" else chosen_bands(filled.rubric)
    names = tuple(filled.rubric.band[band].name for band in bands)
    place = filled.taken(row, key, read_choice(row.cell(key), names))
    return None if place is None else bands[place]
