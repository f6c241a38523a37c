"""Publish a year: its inputs, and final documents made from exactly these, as a numbered bag that nobody changes.

A publication follows from nothing but its inputs: they are copied into the bag, and everything is scored and made from
the copy. A year is published again by a new bag, which names the one before and lists the decisions on appeals between
them; whatever else differs is refused. `seal` checks bags.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from datetime import date, datetime
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd

from scoring.assessment.edition import Edition, final_edition
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.rater_agreement import pairs_of
from scoring.core.errors import Fault, PublishingError
from scoring.core.files import told_as
from scoring.core.rows import QuotaRow
from scoring.core.tables import rows_as
from scoring.core.wording import day
from scoring.decisions.chain import ends_of, not_following
from scoring.decisions.proposals import awaited_choices
from scoring.decisions.records import Decision, Standing, file_name
from scoring.decisions.seal import (
    DECISIONS,
    INPUTS,
    OUTPUTS,
    PUBLICATIONS,
    Input,
    Publication,
    SealError,
    bag_digest,
    input_differences,
    is_continued,
    shown,
)
from scoring.decisions.store import publications_of, published_files, read_records, standing_of
from scoring.publishing.bag import PAPERS, PAYLOAD, begin, claimed, finish_bag, take_inputs, write_payload_list
from scoring.publishing.documents import code_digest
from scoring.publishing.inputs import data_root, input_files, with_those_taken
from scoring.register.year import MAIN, Year, open_year
from scoring.reports.reading.cells import clean
from scoring.scores.peers import scope_name

_AGAIN = "chạy lại lệnh publish"
_RESTORE = "trả lại đúng tệp đã công bố (có trong thư mục publications), rồi chạy lại"
_MOVE = "chuyển tệp sang chỗ khác, rồi chạy lại"
_FEW = 5

Maker = Callable[[Evaluation, Path, Edition], None]
"""Makes the final documents of an evaluation into `outputs` of the working folder, which is the payload's."""
Papers = Callable[[Evaluation, Path, Publication], None]
"""Makes the papers that print the code into a folder."""


class Candidate(NamedTuple):
    """What is about to be published.

    inputs: as taken; standing: the decisions the evaluation counts; recorded: all; taken: all of the rubrics whose
    results it takes.
    """

    folder: Path
    evaluation: Evaluation
    standing: Standing
    recorded: Sequence[Decision]
    decision: str
    on: date
    inputs: dict[str, Input]
    before: Sequence[Publication]
    taken: Sequence[Decision] = ()


Refusal = Callable[[Candidate], Iterator[Fault]]


def publish(year: Year, make: Maker, papers: Papers, *, decision: str, on: date) -> Publication:
    """Publish a year, and give its publication.

    decision: number of the deciding document, such as "15/QĐ-LĐLĐ"; on: its day. Raises PublishingError, with every
    fault, for whatever `REFUSALS` finds, DecisionError where an earlier publication is broken; nothing is left then.
    """
    folder = year.folder.absolute()
    with told_as(PublishingError, f"công bố {year.place}", _AGAIN), _broken_told(year), claimed(folder):
        before = publications_of(folder)
        bag = begin(folder)
        candidate, left_out = _taken(year, bag, before, decision, on)
        refuse(candidate)
        publication = _stated(candidate, left_out)
        payload = bag / PAYLOAD
        edition = final_edition(publication.number, publication.decision, on)
        with chdir(payload):  # what is made names its inputs as they lie in the bag, on whatever machine
            make(candidate.evaluation, payload / OUTPUTS, edition)
            publication = write_payload_list(bag, publication)
            papers(candidate.evaluation, bag / PAPERS, publication)
        refuse_if_edited(year, candidate)
        finish_bag(bag, publication.number)
    return publication


def considered(year: Year, *, decision: str, on: date) -> Candidate:
    """What `publish` would publish, from a copy that is thrown away; raises as `publish` does, and writes nothing."""
    with told_as(PublishingError, f"công bố {year.place}", _AGAIN), TemporaryDirectory() as folder:
        before = publications_of(year.folder.absolute())
        candidate, _ = _taken(year, Path(folder), before, decision, on)
        refuse(candidate)
    return candidate


@contextmanager
def _broken_told(year: Year) -> Iterator[None]:
    """Raise what cannot be read of an earlier publication as an error of ours."""
    try:
        yield
    except SealError as error:
        raise PublishingError(f"công bố {year.place}", [Fault(PUBLICATIONS, str(error), mend=_RESTORE)]) from error


def _taken(
    year: Year, bag: Path, before: Sequence[Publication], decision: str, on: date
) -> tuple[Candidate, list[str]]:
    """The inputs copied into the bag, and what follows from the copy."""
    folder = year.folder.absolute()
    found = input_files(year)
    inputs = take_inputs(bag, found.files)
    copy = open_copy(bag / PAYLOAD / INPUTS, year.place)
    evaluation = evaluate(copy)
    records = read_records(copy.folder)
    standing = standing_of(records, copy.rubric, copy.units, evaluation.entries)
    if not standing.decisions.equals(evaluation.decisions):  # one of them could not be opened for a moment
        raise PublishingError(year.place, [Fault(DECISIONS, "có quyết định lúc đọc được, lúc không", mend=_AGAIN)])
    taken = [one for of in [*with_those_taken(copy)][1:] for one in read_records(of.folder).decisions]
    recorded = records.decisions
    return Candidate(folder, evaluation, standing, recorded, decision, on, inputs, before, taken), found.left_out


def open_copy(root: Path, place: str) -> Year:
    """A year opened from copied inputs. root: the folder that stands for that of all years."""
    rubric, _, name = place.rpartition("/")
    return open_year(root / name, rubric or MAIN)


def _stated(candidate: Candidate, left_out: Sequence[str]) -> Publication:
    year, before = candidate.evaluation.year, candidate.before
    last = before[-1] if before else None
    return Publication(
        year=year.rubric.year,
        rubric=year.rubric.id,
        place=year.place,
        number=len(before) + 1,
        decision=clean(candidate.decision),
        published_on=candidate.on.isoformat(),
        previous=last.code if last else "",
        previous_bag=bag_digest(candidate.folder / PUBLICATIONS / str(last.number)) if last else "",
        decisions=tuple(sorted(one.id for one in _new_decisions(candidate))),
        inputs=candidate.inputs,
        grown=tuple(_grown_inputs(candidate)),
        left_out=tuple(left_out),
        versions=versions(),
    )


def _new_decisions(candidate: Candidate) -> list[Decision]:
    """The decisions since the last publication, those of the rubrics it takes too; at first, its own alone."""
    if not candidate.before:
        return list(candidate.recorded)
    known = {name.rpartition("/")[2] for name in candidate.before[-1].inputs if f"/{DECISIONS}/" in name}
    return [one for one in (*candidate.recorded, *candidate.taken) if f"{one.id}.json" not in known]


def versions() -> dict[str, str]:
    """What makes the documents: the program, Python, and every package."""
    packages = {f"{package.name}": package.version for package in distributions()}
    return {"python": platform.python_version(), "program": code_digest(), **dict(sorted(packages.items()))}


def _grown_inputs(candidate: Candidate) -> list[str]:
    """The inputs, but for the decisions that are told of, that were added or continued since the last publication."""
    if not candidate.before:
        return []
    sealed, told = candidate.before[-1].inputs, {one.id for one in _new_decisions(candidate)}
    changed = [n for n, one in candidate.inputs.items() if n not in sealed or one.sha256 != sealed[n].sha256]
    return [n for n in changed if f"/{DECISIONS}/" not in n or Path(n).stem not in told]


# What may be done with a published year


def publications_told(folder: Path) -> str:
    """That a year is published, in a sentence for the screen; "" where it is not."""
    publications = publications_of(folder)
    if not publications:
        return ""
    last = publications[-1]
    on = day(date.fromisoformat(last.published_on))
    return (
        f"Năm này đã công bố lần {last.number} theo {shown(last.decision)} ngày {on}; những gì làm từ nay là bản nháp,"
        " bản đã công bố giữ nguyên."
    )


def refuse_if_altered(folder: Path) -> None:
    """Raise PublishingError where the data of a published year are not those published, but for appeals since.

    Reports added since are no fault: they are told when the year is published again.
    """
    publications = publications_of(folder)
    if not publications:
        return
    with told_as(PublishingError, str(folder), _AGAIN):
        faults = list(_altered(folder, publications[-1]))
    if faults:
        raise PublishingError(str(folder), faults)


def _altered(folder: Path, last: Publication) -> Iterator[Fault]:
    for one in input_differences(folder, last):
        if one.is_breach:
            what = f"khác với lúc công bố lần {last.number}: {str(one).partition(': ')[2]}"
            yield Fault(shown(one.file), what, mend=_RESTORE if one.file in last.inputs else _MOVE)


# What keeps a year from being published


def refuse(candidate: Candidate) -> None:
    """Raise PublishingError with everything that keeps a year from being published."""
    faults = [fault for refusal in REFUSALS for fault in refusal(candidate)]
    if faults:
        raise PublishingError(f"công bố {candidate.evaluation.year.place}", dict.fromkeys(faults))


def _bad_number(candidate: Candidate) -> Iterator[Fault]:
    text = clean(candidate.decision)
    if not any(character.isdigit() for character in text) or "/" not in text or len(text) > 100:
        yield Fault("--decision", "chưa đúng số quyết định công bố", mend="ghi dạng 15/QĐ-LĐLĐ")
    if any(clean(one.decision).casefold() == text.casefold() for one in candidate.before):
        yield Fault(
            "--decision", f"{shown(text)} là quyết định của một lần công bố trước", mend="ghi số quyết định mới"
        )


def _bad_day(candidate: Candidate) -> Iterator[Fault]:
    on, year = candidate.on, candidate.evaluation.year.rubric.year
    today = datetime.now().astimezone().date()
    if not date(year, 1, 1) <= on <= today:
        what = f"ngày công bố {day(on)} trước năm {year} hoặc sau hôm nay"
        yield Fault("--date", what, mend="ghi đúng ngày; nếu ngày đã đúng, xem lại đồng hồ của máy")
    latest = max((one.made_on for one in (*candidate.recorded, *candidate.taken)), default=date.min)
    if on < latest:
        what = f"ngày công bố {day(on)} trước ngày {day(latest)} của một quyết định được tính"
        yield Fault("--date", what, mend="ghi đúng ngày quyết định công bố")
    if candidate.before and on < (last := date.fromisoformat(candidate.before[-1].published_on)):
        yield Fault("--date", f"trước ngày công bố lần trước, {day(last)}", mend="ghi đúng ngày quyết định công bố")


def _nothing_decided_since(candidate: Candidate) -> Iterator[Fault]:
    """That a year is published again without an appeal."""
    if not candidate.before:
        return
    last = candidate.before[-1]
    if not _new_decisions(candidate):
        on = day(date.fromisoformat(last.published_on))
        what = f"đã công bố theo {shown(last.decision)} ngày {on}, từ đó chưa có quyết định phúc tra nào"
        yield Fault(f"năm {last.year}", what, mend="chỉ công bố lại sau khi ghi quyết định phúc tra")


def _altered_since(candidate: Candidate) -> Iterator[Fault]:
    """What differs from the last publication beyond appeals and what was added."""
    if not candidate.before:
        return
    last = candidate.before[-1]
    yield from _altered(candidate.folder, last)
    root = data_root(candidate.evaluation.year)
    for name, sealed in last.inputs.items():
        taken = candidate.inputs.get(name)
        is_same = taken is not None and taken.sha256 == sealed.sha256
        if not is_same and not (taken and is_continued(root / taken.stored.removeprefix(f"{INPUTS}/"), name, sealed)):
            what = "đã bị sửa" if taken else "không còn được tính"
            yield Fault(shown(name), f"khác với lúc công bố lần {last.number}: {what}", mend=_RESTORE)
    for name in sorted(candidate.inputs.keys() - last.inputs.keys()):
        if not name.startswith((f"{last.place}/{DECISIONS}/", f"{last.place}/reports/")):
            yield from _not_published_there(name, candidate)


def _not_published_there(name: str, candidate: Candidate) -> Iterator[Fault]:
    """A file of another year or rubric that was added since, unless it is published there."""
    place = re.split("/(?:reports|decisions)/", name)[0]
    root = candidate.folder.parents[candidate.evaluation.year.place.count("/")]
    held = publications_of(root / place)[-1:] if place != name else []
    if not any(one.inputs.get(name, _NO_INPUT).sha256 == candidate.inputs[name].sha256 for one in held):
        what = f"lần công bố {candidate.before[-1].number} không có tệp này"
        mend = f"công bố {place} trước, rồi chạy lại" if place != name else _MOVE
        yield Fault(shown(name), what, mend=mend)


_NO_INPUT = Input("", "", 0)


def _out_of_line(candidate: Candidate) -> Iterator[Fault]:
    """Decisions since the last publication that are no appeals, or do not follow all those it was made from."""
    if not candidate.before:
        return
    last = candidate.before[-1]
    sealed = published_files(last)
    ends = ends_of([one for one in candidate.recorded if file_name(one) in sealed])
    for one in not_following(candidate.recorded, ends):
        what = "không nối sau các quyết định đã công bố"
        yield Fault(file_name(one), what, mend="chuyển tệp sang chỗ khác, cần thì ghi lại bằng sổ của hội đồng")
    for one in candidate.recorded:
        if file_name(one) not in sealed and one.made_on < date.fromisoformat(last.published_on):
            what = f"ngày {day(one.made_on)} trước ngày công bố lần {last.number}"
            yield Fault(file_name(one), what, mend="chuyển tệp sang chỗ khác, ghi lại đúng ngày")


def _unsettled(candidate: Candidate) -> Iterator[Fault]:
    """Decisions that do not count though somebody made them, and marks that wait for one."""
    records = read_records(candidate.folder)
    found = [(one.severity, one.file, one.message, one.mend) for one in records.findings]
    table = candidate.standing.findings
    found += zip(*(table[name].astype(str) for name in ("severity", "file", "message", "mend")), strict=True)
    for severity, file, message, mend in found:
        if severity == "error":
            yield Fault(file, message, mend=mend)
    standings = candidate.evaluation.standings
    unopened = standings.loc[standings["withheld_by"] == "unopened", "unit"].astype(str).tolist()
    if unopened:
        mend = "đóng tệp ở chương trình khác rồi chạy lại"
        yield Fault(_named(unopened), "không mở được tệp báo cáo đã nhận", mend=mend)
    differing = sorted({pair.twice.second.unit for pair in pairs_of(candidate.evaluation) if pair.is_open})
    if differing:
        mend = "lập sổ bằng lệnh verify --reconcile, cùng xem lại và ghi điểm thống nhất"
        yield Fault(_named(differing), "hai lần thẩm định khác nhau mà chưa thống nhất", mend=mend)
    waiting = standings.loc[standings["withheld_by"] == "pending", "unit"].astype(str).tolist()
    if waiting:
        mend = f"cho điểm trong sổ của hội đồng{_IN_THE_BOOK}, rồi công bố" if candidate.before else _GIVE_POINTS
        yield Fault(_named(waiting), "còn tiêu chí chờ đủ căn cứ để cho điểm", mend=mend)


_GIVE_POINTS = "cho điểm rồi công bố"
_DECIDE = (
    "mỗi đơn vị ghi một trong: chọn trong tỷ lệ, hạ xuống mức nào, giữ ngoài tỷ lệ, kèm lý do; lập sổ bằng lệnh"
    " verify --stage council"
)
_ACCEPT = (
    'hội đồng đồng ý cả thì ghi một lần bằng lệnh verify --accept --reason "số, ngày biên bản"; không thì ghi từng đơn'
    " vị trong sổ lập bằng lệnh verify --stage council"
)
_IN_THE_BOOK = ", ghi số quyết định phúc tra ở đầu sổ"
_DECIDE_ON_APPEAL = _DECIDE + _IN_THE_BOOK
_ACCEPT_ON_APPEAL = _ACCEPT.replace("--accept", '--accept --appeal "số phúc tra"') + _IN_THE_BOOK


def _over_quota(candidate: Candidate) -> Iterator[Fault]:
    """Quotas of which the council has not said of every unit in question how it stands to them."""
    evaluation, again = candidate.evaluation, bool(candidate.before)
    decide, accept = (_DECIDE_ON_APPEAL, _ACCEPT_ON_APPEAL) if again else (_DECIDE, _ACCEPT)
    rubric, standings, quotas = evaluation.year.rubric, evaluation.standings, evaluation.quotas
    waiting = {(one.band, one.scope): one for one in awaited_choices(standings, quotas, rubric)}
    for quota in rows_as(QuotaRow, quotas):
        where = (
            f"mức “{rubric.band[quota['band']].name}”, {scope_name(quota['scope'], rubric) or 'tính chung các khối'}"
        )
        told = f"được chọn tối đa {quota['allowed']}; hội đồng đã chọn {quota['chosen']}"
        one = waiting.get((quota["band"], quota["scope"]))
        if one and one.undecided:
            named = _named(one.undecided)
            yield Fault(where, f"{told}; chưa quyết định về {len(one.undecided)} đơn vị: {named}", mend=decide)
        if one and one.proposed:
            named = _named(one.proposed)
            what = f"{told}; {len(one.proposed)} đơn vị trong tỷ lệ chờ hội đồng quyết định: {named}"
            yield Fault(where, what, mend=accept)
        if quota["over"] and not one:
            yield Fault(where, f"{told}; {quota['over']} đơn vị ngoài tỷ lệ", mend=decide)
    yield from _choices_without_effect(evaluation)


def _choices_without_effect(evaluation: Evaluation) -> Iterator[Fault]:
    """Units the council chose for a band that they are not in, nor chosen from."""
    rubric = evaluation.year.rubric
    kept = evaluation.standings[evaluation.standings["selection"].isin(["chosen", "beyond_quota"])]
    for unit, name, stands in kept[["unit", "selected", "band"]].astype(object).itertuples(index=False):
        band = rubric.band[name]
        if stands != (band.selected_from or band.id):
            own = "chưa xếp loại" if pd.isna(stands) else f"ở mức “{rubric.band[stands].name}”"
            what = f"hội đồng chọn mức “{band.name}” nhưng đơn vị {own}"
            yield Fault(str(unit), what, mend="xem lại điểm, điều kiện; ghi quyết định mới của hội đồng")


REFUSALS: list[Refusal] = [
    _bad_number,
    _bad_day,
    _nothing_decided_since,
    _altered_since,
    _out_of_line,
    _unsettled,
    _over_quota,
]
"""Everything that keeps a year from being published; a new reason is one function more."""


def refuse_if_edited(year: Year, candidate: Candidate) -> None:
    """Raise PublishingError where the data were edited while the documents were made, or are told otherwise than there.

    The copy that was published and the folder that goes on being worked on must be the same at this moment.
    """
    year.refuse_if_edited()
    live, copy = evaluate(open_year(_main_folder(year), year.rubric.id)), candidate.evaluation
    tables = zip((live.marks, live.totals, live.standings), (copy.marks, copy.totals, copy.standings), strict=True)
    if not all(_is_same(*pair) for pair in tables):
        what = "số liệu bị sửa trong lúc công bố, hoặc có tệp mà bản công bố không giữ được"
        raise PublishingError(str(year.folder), [Fault(year.place, what, mend=_AGAIN)])


def _main_folder(year: Year) -> Path:
    return data_root(year) / str(year.rubric.year)


def _is_same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables say the same, but for the files a value stands in, which a bag may have to name otherwise."""
    told = [name for name in one.columns if name not in {"file", "sheet", "cell"}]
    return one[told].astype(object).equals(other[told].astype(object))


def _named(names: Sequence[str]) -> str:
    """The first few of some names."""
    more = f" và {len(names) - _FEW} mục khác" if len(names) > _FEW else ""
    return shown(f"{', '.join(names[:_FEW])}{more}")
