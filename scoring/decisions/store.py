"""Read and add to the decisions of a year: `decisions/<id>.json` in its data folder, one file a decision.

Nothing there is ever changed or deleted by the code. A file has its decision's own id as its name and is written whole,
once, so that several people may record at the same time, a killed run is simply run again, and the same decision stays
one record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError

from scoring.core.errors import DecisionError, Fault
from scoring.core.files import told_as, write_once
from scoring.core.language import term
from scoring.decisions.records import Decision, Standing, decide, file_name, last_of, settle
from scoring.decisions.rulings import Ground, Ruling
from scoring.decisions.seal import DECISIONS, Seal, SealError, is_left_out, is_sealed_decision, read_seals, shown
from scoring.register.agreement import year_of
from scoring.reports.reading.cells import Remark
from scoring.reports.reading.rows import Finding, finding
from scoring.rubric.model import Rubric

_LARGEST = 100_000
_TRY_AGAIN = "xem lại quyền đọc thư mục rồi chạy lại"
_ENDING = ".json"


class Records(NamedTuple):
    """The decisions on disk that are believed, in the order of their ids, and findings on the rest."""

    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


def read_decisions(folder: Path, rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame) -> Standing:
    """What stands of a year's decisions; what cannot be believed or applied is among the findings.

    folder: the year's data folder. Raises DecisionError where its seal is broken.
    """
    records = read_records(folder)
    concerned = {decision.unit for decision in records.decisions}
    return settle(records.decisions, Ground(rubric, units, entries, concerned), records.findings)


def record_decisions(
    folder: Path, rulings: Mapping[str, Ruling], rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame
) -> list[Decision]:
    """Record rulings, all of them or none; gives the decisions that were not there before.

    folder: the year's data folder. rulings: by the place where each was stated. Raises DecisionError, with every
    fault, where a ruling has no reason or role, does not fit the rubric, the register or the report, or concerns a
    year that is published and states no appeal; and where the disk refuses: run again, nothing is recorded twice.
    """
    records, is_published = read_records(folder), bool(seals_of(folder))
    known = {decision.id for decision in records.decisions}
    # a decision that exists but could not be opened might be the very one to be recorded, or to be replaced
    faults = [Fault(one.file, one.message, mend=one.mend) for one in records.findings if one.code == _UNREAD.code]
    faults += [*_against_the_seal(rulings, is_published=is_published), *_never_shown(rulings, known)]
    ground = Ground(rubric, units, entries, {ruling.unit for ruling in rulings.values()})
    decisions, unfit = decide(rulings, ground, last_of(records.decisions))
    if faults := [*faults, *unfit]:
        raise DecisionError(DECISIONS, faults)
    return [decision for decision in decisions.values() if decision.id not in known and _write(folder, decision)]


def _against_the_seal(rulings: Mapping[str, Ruling], *, is_published: bool) -> Iterator[Fault]:
    for place, ruling in rulings.items():
        if is_published and not ruling.appeal.strip():
            mend = "muốn sửa thì ghi quyết định phúc tra, kèm số văn bản"
            yield Fault(place, "năm này đã công bố, không ghi thêm quyết định được", mend=mend)
        if ruling.appeal.strip() and not is_published:
            yield Fault(place, "năm này chưa công bố nên chưa có phúc tra", mend="bỏ số văn bản phúc tra")


def _never_shown(rulings: Mapping[str, Ruling], known: set[str]) -> Iterator[Fault]:
    for place, ruling in rulings.items():
        for name in sorted(set(ruling.replaces or ()) - known):
            what = f"thay cho quyết định {shown(name)}, mà thư mục số liệu này không có quyết định đó"
            yield Fault(place, what, mend="lập lại tệp thẩm định từ đúng thư mục số liệu của năm")


def _write(folder: Path, decision: Decision) -> bool:
    """Whether the decision was written, and not by somebody else in the meantime."""
    path = folder / file_name(decision)
    plain = decision.model_dump(mode="json")
    content = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with told_as(DecisionError, DECISIONS, "chạy lại khi đã xong; quyết định đã ghi không bị ghi lại lần nữa"):
        path.parent.mkdir(exist_ok=True)
        return write_once(path, content.encode())


def seals_of(folder: Path) -> list[Seal]:
    """The seals of a year, as `seal.read_seals`.

    Raises DecisionError where they cannot be believed, or came with a copy of another year's folder.
    """
    try:
        with told_as(DecisionError, str(folder), _TRY_AGAIN):
            seals = read_seals(folder)
    except SealError as error:
        mend = "chép lại thư mục seals từ bản lưu"
        raise DecisionError(str(folder), [Fault("niêm phong", str(error), mend=mend)]) from error
    if strange := [seal for seal in seals if seal.year != (year_of(folder) or seal.year)]:
        what = f"niêm phong của năm {strange[0].year} nằm trong thư mục của năm {year_of(folder)}"
        mend = "nếu thư mục này chép từ năm trước thì xóa thư mục seals và decisions trong bản chép"
        raise DecisionError(str(folder), [Fault("niêm phong", what, mend=mend)])
    return seals


# Reading


def read_records(folder: Path) -> Records:
    """The decisions of a year as they are on disk.

    Not believed, and found: files that cannot be read or were edited, and, once the year is published, decisions
    that its seal does not hold and that state no appeal. Sealed decisions that are gone are found too.
    Raises DecisionError where the folder or a seal cannot be read.
    """
    with told_as(DecisionError, str(folder), _TRY_AGAIN):
        read = [_read(path) for path in _files(folder / DECISIONS)]
    decisions = {one.id: one for one in read if isinstance(one, Decision)}
    findings = [one for one in read if isinstance(one, Finding)]
    if seals := seals_of(folder):
        late = [one for one in decisions.values() if not one.appeal and not is_sealed_decision(seals[-1], one.id)]
        findings += [_found(file_name(one), _AFTER_PUBLICATION, one.unit, one.criterion) for one in late]
        sealed = {file for file in seals[-1].data if file.startswith(f"{DECISIONS}/") and file.endswith(_ENDING)}
        findings += [_found(file, _GONE) for file in sorted(sealed - set(map(file_name, decisions.values())))]
        for one in late:
            del decisions[one.id]
    return Records(tuple(decisions[name] for name in sorted(decisions)), tuple(findings))


_AFTER_PUBLICATION = Remark(
    "error",
    "after_publication",
    term("quyết định ghi sau khi công bố, không phải phúc tra nên không áp dụng"),
    term("bỏ tệp này"),
)
_GONE = Remark(
    "error",
    "gone",
    term("quyết định đã niêm phong nay không còn hoặc không đọc được"),
    term("chép lại từ bản lưu"),
)
_BROKEN = Remark("error", "broken_decision", term("tệp quyết định hỏng, không đọc được"), term("chép lại từ bản lưu"))
_UNREAD = Remark(
    "error", "unread_decision", term("không mở được tệp quyết định nên chưa áp dụng"), term("xem quyền đọc tệp")
)
_EDITED = Remark(
    "error",
    "edited_decision",
    term("tệp quyết định bị sửa bằng tay nên không áp dụng"),
    term("chép lại từ bản lưu, cần thì ghi mới"),
)
_STRANGE = Remark(
    "warning",
    "strange_file",
    term("không phải tệp quyết định, không dùng đến"),
    term("chuyển tệp sang chỗ khác"),
)


def _files(folder: Path) -> list[Path]:
    """What stands in the folder, by name; what is being written and what is the machine's own is left out."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not is_left_out(path.name))


def _read(path: Path) -> Decision | Finding:
    name = f"{DECISIONS}/{path.name}"
    if path.suffix != _ENDING:
        return _found(name, _STRANGE)
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return _found(name, _BROKEN)
        decision = Decision.model_validate_json(path.read_bytes())
    except OSError:
        return _found(name, _UNREAD)
    except ValidationError:
        return _found(name, _BROKEN)
    return decision if decision.is_genuine else _found(name, _EDITED, decision.unit, decision.criterion)


def _found(name: str, remark: Remark, unit: str = "", criterion: str = "") -> Finding:
    return finding(remark, file=shown(name), unit=unit, criterion=criterion)
