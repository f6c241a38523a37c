"""Read and add to the decisions of a year: `decisions/<id>.json` in its data folder, one file a decision.

Nothing there is ever changed or deleted by the code. A file has its decision's own id as its name and is written whole,
once, so that several people may record at the same time, a killed run is simply run again, and the same decision stays
one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError

from scoring.core.errors import DecisionError, Fault
from scoring.core.files import sweep_begun, told_as, write_once
from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import term
from scoring.core.wording import day
from scoring.decisions.chain import ends_of, lost_links, not_following, read_ends, write_ends
from scoring.decisions.records import Decision, Standing, decide, file_name, last_of, settle
from scoring.decisions.rulings import Ruling, RulingContext
from scoring.decisions.seal import DECISIONS, Publication, SealError, is_left_out, read_publications, same_name, shown
from scoring.register.agreement import year_of
from scoring.rubric.model import Rubric

_LARGEST = 100_000
_AGAIN = "chạy lại khi đã xong; quyết định đã ghi không bị ghi lại lần nữa"
_TRY_AGAIN = "xem lại quyền đọc thư mục rồi chạy lại"
_ENDING = ".json"


class Records(NamedTuple):
    """The decisions on disk that are believed, in the order of their ids, and findings on the rest."""

    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


def read_decisions(folder: Path, rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame) -> Standing:
    """What stands of a year's decisions; what cannot be believed or applied is among the findings.

    folder: the year's data folder. Raises DecisionError where a publication of it is broken.
    """
    return standing_of(read_records(folder), rubric, units, entries)


def standing_of(records: Records, rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame) -> Standing:
    """What stands of decisions that were read already."""
    concerned = {decision.unit for decision in records.decisions}
    return settle(records.decisions, RulingContext(rubric, units, entries, concerned), records.findings)


def record_decisions(
    folder: Path, rulings: Mapping[str, Ruling], rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame
) -> list[Decision]:
    """Record rulings, all of them or none; gives the decisions that were not there before.

    folder: the year's data folder. rulings: by the place where each was stated. Raises DecisionError, with every
    fault, where a ruling has no reason or role, does not fit the rubric, the register or the report, or concerns a
    year that is published and states no appeal; and where the disk refuses: run again, nothing is recorded twice.
    """
    records, publications = read_records(folder), publications_of(folder)
    known = {decision.id for decision in records.decisions}
    # a decision that exists but could not be opened might be the very one to be recorded, or to be replaced
    faults = [Fault(one.file, one.message, mend=one.mend) for one in records.findings if one.code in _UNSURE]
    faults += [*against_publications(rulings, publications), *_never_shown(rulings, known)]
    context = RulingContext(rubric, units, entries, {ruling.unit for ruling in rulings.values()})
    decisions, unfit = decide(rulings, context, last_of(records.decisions))
    if faults := [*faults, *unfit]:
        raise DecisionError("Sổ quyết định", faults)
    new = _chained([one for one in decisions.values() if one.id not in known], ends_of(records.decisions))
    return _recorded(folder, new, records.decisions)


def _chained(decisions: Iterable[Decision], ends: tuple[str, ...]) -> list[Decision]:
    """Decisions to be recorded, each naming the one before, the first all ends there were; the same one once."""
    chained: dict[str, Decision] = {}
    for decision in decisions:
        if decision.id not in chained:
            chained[decision.id] = decision.model_copy(update={"previous": ends})
            ends = (chained[decision.id].link,)
    return list(chained.values())


def _recorded(folder: Path, new: list[Decision], before: tuple[Decision, ...]) -> list[Decision]:
    """Write decisions and the ends of the chain; gives those nobody else wrote in the meantime."""
    with told_as(DecisionError, DECISIONS, _AGAIN):
        if (folder / DECISIONS).is_dir():
            sweep_begun(folder / DECISIONS)
        sweep_begun(folder)
        written = [decision for decision in new if _write(folder, decision)]
        if new or before:
            # what somebody else recorded meanwhile is among the ends too; a file the disk denies now is known already
            known = {one.id: one for one in [*before, *written]} | {one.id: one for one in _unproved_decisions(folder)}
            write_ends(folder, ends_of(known.values()))
    return written


def _unproved_decisions(folder: Path) -> list[Decision]:
    return list(
        {one.id: one for path in _files(folder / DECISIONS) if isinstance(one := _read(path), Decision)}.values()
    )


def against_publications(rulings: Mapping[str, Ruling], publications: list[Publication]) -> Iterator[Fault]:
    """Why rulings, by the place where each was stated, may not be recorded as the year is, or is not, published."""
    for place, ruling in rulings.items():
        if publications and not ruling.appeal.strip():
            mend = "muốn sửa thì ghi quyết định phúc tra, kèm số văn bản"
            yield Fault(place, "năm này đã công bố, không ghi thêm quyết định được", mend=mend)
        if ruling.appeal.strip() and not publications:
            yield Fault(place, "năm này chưa công bố nên chưa có phúc tra", mend="bỏ số văn bản phúc tra")
        elif ruling.appeal.strip() and ruling.made_on < (on := date.fromisoformat(publications[-1].published_on)):
            what = f"ngày {day(ruling.made_on)} trước ngày công bố {day(on)}"
            yield Fault(place, what, mend="ghi đúng ngày quyết định phúc tra")


def _never_shown(rulings: Mapping[str, Ruling], known: set[str]) -> Iterator[Fault]:
    for place, ruling in rulings.items():
        for name in sorted(set(ruling.replaces or ()) - known):
            what = f"thay cho quyết định {shown(name)}, mà thư mục số liệu này không có quyết định đó"
            yield Fault(place, what, mend="lập lại tệp thẩm định từ đúng thư mục số liệu của năm")


def _write(folder: Path, decision: Decision) -> bool:
    """Whether the decision was written, and not by somebody else in the meantime."""
    path = folder / file_name(decision)
    path.parent.mkdir(exist_ok=True)
    return write_once(path, decision.content)


def publications_of(folder: Path) -> list[Publication]:
    """The publications of a year, as `seal.read_publications`; raises DecisionError where they cannot be believed.

    Also where they came with a copy of another year's folder.
    """
    try:
        with told_as(DecisionError, str(folder), _TRY_AGAIN):
            publications = read_publications(folder)
    except SealError as error:
        mend = "chép lại thư mục publications từ bản lưu"
        raise DecisionError(str(folder), [Fault("bản công bố", str(error), mend=mend)]) from error
    if strange := [one for one in publications if one.year != (year_of(folder) or one.year)]:
        what = f"bản công bố của năm {strange[0].year} nằm trong thư mục của năm {year_of(folder)}"
        mend = "nếu thư mục này chép từ năm trước thì xóa thư mục publications và decisions trong bản chép"
        raise DecisionError(str(folder), [Fault("bản công bố", what, mend=mend)])
    return publications


# Reading


def read_records(folder: Path) -> Records:
    """The decisions of a year as they are on disk.

    Not believed, and found: files that cannot be read or were edited, and, once the year is published, decisions
    that it does not hold and that state no appeal or do not follow those it holds. Published decisions that are gone
    or changed are found too, and so is what the chain misses. Raises DecisionError where the folder or a publication
    cannot be read.
    """
    with told_as(DecisionError, str(folder), _TRY_AGAIN):
        # before the files, since others may record meanwhile: the ends may lag behind, never be ahead
        ends = read_ends(folder)
        read = [_read(path) for path in _files(folder / DECISIONS)]
    decisions = {one.id: one for one in read if isinstance(one, Decision)}
    findings = [one for one in read if isinstance(one, Finding)]
    findings += _out_of_chain(list(decisions.values()), ends, {one.file for one in findings})
    if publications := publications_of(folder):
        last = publications[-1]
        late = not_published(decisions.values(), last)
        findings += [_found(file_name(one), _AFTER_PUBLICATION, one.unit, one.criterion) for one in late]
        findings += [
            _found(file, _GONE) for file in sorted(published_files(last) - set(map(file_name, decisions.values())))
        ]
        for one in late:
            del decisions[one.id]
    return Records(tuple(decisions[name] for name in sorted(decisions)), tuple(findings))


def published_files(publication: Publication) -> set[str]:
    """The files of the decisions a publication was made from, as seen from the year's folder."""
    beginning = f"{publication.place}/{DECISIONS}/"
    return {f"{DECISIONS}/{name.removeprefix(beginning)}" for name in publication.inputs if name.startswith(beginning)}


def not_published(decisions: Iterable[Decision], last: Publication) -> list[Decision]:
    """The decisions that neither a publication holds nor an appeal since its day, following all that it holds, made."""
    decisions, sealed, since = list(decisions), published_files(last), date.fromisoformat(last.published_on)
    ends = ends_of([one for one in decisions if file_name(one) in sealed])
    astray = {one.id for one in not_following(decisions, ends)}
    late = [one for one in decisions if file_name(one) not in sealed]
    return [one for one in late if not one.appeal or one.made_on < since or one.id in astray]


def _out_of_chain(decisions: list[Decision], ends: tuple[str, ...] | None, found: set[str]) -> Iterator[Finding]:
    """The newest decisions that are gone, and those that the chain of this folder does not lead to.

    found: the files that are there and not believed, of which that is told already.
    """
    known = {one.id: one for one in decisions}
    lost = {name: namer for name, namer in lost_links(decisions, ends or ()).items() if not namer}
    for name in lost:
        if f"{DECISIONS}/{name}{_ENDING}" in found:
            continue
        own = known.get(name)
        remark = _EDITED_IN_CHAIN if own else _LOST
        yield _found(f"{DECISIONS}/{name}{_ENDING}", remark, own.unit if own else "", own.criterion if own else "")
    if ends is not None and not lost:
        for one in not_following(decisions, ends):
            yield _found(file_name(one), _SLIPPED_IN, one.unit, one.criterion)


_LOST = Remark("lost_decision", term("quyết định đã ghi nay không còn"), term("chép lại tệp từ bản lưu"))
_EDITED_IN_CHAIN = Remark(
    "edited_chain", term("quyết định khác với lúc ghi vào sổ quyết định"), term("chép lại tệp từ bản lưu")
)
_SLIPPED_IN = Remark(
    "slipped_in",
    term("quyết định không nối sau sổ quyết định của thư mục này: chép từ nơi khác sang, hoặc bị chèn vào"),
    term("so với sổ thẩm định đã ký; nếu không đúng thì chuyển tệp sang chỗ khác"),
)
_AFTER_PUBLICATION = Remark(
    "after_publication",
    term("quyết định ghi sau khi công bố, không phải phúc tra nối sau những quyết định đã công bố nên không áp dụng"),
    term("bỏ tệp này"),
)
_GONE = Remark(
    "gone",
    term("quyết định đã công bố nay không còn hoặc không đọc được"),
    term("chép lại từ bản lưu"),
)
_BROKEN = Remark("broken_decision", term("tệp quyết định hỏng, không đọc được"), term("chép lại từ bản lưu"))
_UNREAD = Remark("unread_decision", term("không mở được tệp quyết định nên chưa áp dụng"), term("xem quyền đọc tệp"))
_EDITED = Remark(
    "edited_decision",
    term("tệp quyết định bị sửa bằng tay nên không áp dụng"),
    term("chép lại từ bản lưu, cần thì ghi mới"),
)
_STRANGE = Remark(
    "strange_file",
    term("không phải tệp quyết định, không dùng đến"),
    term("chuyển tệp sang chỗ khác"),
)


def _files(folder: Path) -> list[Path]:
    """What stands in the folder, in the order of the names; files being written and hidden ones are left out."""
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
    if not decision.is_genuine:
        return _found(name, _EDITED, decision.unit, decision.criterion)
    if same_name(path.stem) == same_name(decision.id):
        return decision
    is_copy = path.with_name(f"{decision.id}{_ENDING}").is_file()
    return _found(name, _COPIED if is_copy else _RENAMED, decision.unit, decision.criterion)


_COPIED = Remark(
    "copied_decision",
    term("bản chép của một quyết định có trong thư mục này, không tính lần nữa"),
    term("xóa tệp chép này"),
)
_RENAMED = Remark(
    "renamed_decision",
    term("tên tệp quyết định bị đổi nên không áp dụng"),
    term("chép lại tệp đúng tên từ bản lưu, hoặc đặt lại tên cũ"),
)

_UNSURE = frozenset({_UNREAD.code, _LOST.code, _EDITED_IN_CHAIN.code, _RENAMED.code})


def _found(name: str, remark: Remark, unit: str = "", criterion: str = "") -> Finding:
    return finding(remark, file=shown(name), unit=unit, criterion=criterion)
