"""Of several copies of one report, which counts?

A report mended and sent again is the normal case: the newest counts, by the day its sender wrote on it and the day it
arrived; the others are kept and told. Where the days do not say which is newer and the figures differ, nobody guesses:
none counts, and the office is told what to ask the unit.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Set
from typing import Any, NamedTuple

import pandas as pd

from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import say
from scoring.core.wording import day, enumeration
from scoring.reports.intake import Reading
from scoring.reports.reading.folder import Fate

_MOST_NAMED = 6
_PLACES = ("unit", "period", "file", "sheet", "cell")

OfUnit = tuple[str, str]
"""Unit and period: what one report is about."""


class Settled(NamedTuple):
    """What counts once doubled reports are settled.

    entries, received: as in `Reading`; of a report that was replaced no entry is left, and its day is not judged.
    before: the findings on what still counts. found: what is to be said of the doubled ones. first_on: the day on which
    the first of a unit's reports for a period came, where a later one replaced it: a report in time that is mended
    afterwards came in time.
    """

    entries: pd.DataFrame
    received: pd.DataFrame
    before: pd.DataFrame
    found: list[Finding]
    first_on: Mapping[OfUnit, datetime.date]


class _File(NamedTuple):
    """One copy: what it holds, and its days (None where not known)."""

    name: str
    digest: str
    sent_on: datetime.date | None
    noted_on: datetime.date | None
    received_on: datetime.date | None
    is_of_one_unit: bool
    figures: tuple[Any, ...]


class _Outcome(NamedTuple):
    """What becomes of the copies of one report: the one that counts, if any, and a remark on each that does not."""

    counts: _File | None
    left_out: dict[str, tuple[Fate, Remark]]
    replaced: list[_File]


def settle_doubled(reading: Reading, of_tasks: Set[str] = frozenset()) -> Settled:
    """The reading with every doubled report settled.

    of_tasks: the items that a list of tasks says, which may come in a file of its own beside the report.
    """
    entries, received = reading.entries, reading.received
    gone: set[tuple[str, str, str]] = set()
    fates: dict[str, tuple[Fate, str]] = {}
    found: list[Finding] = []
    first_on: dict[OfUnit, datetime.date] = {}
    for (unit, period), files in _doubled(reading, of_tasks).items():
        outcome = _outcome(files)
        about = {"unit": unit, "period": period}
        for file in files:
            if file.name not in outcome.left_out:
                continue
            fate, remark = outcome.left_out[file.name]
            gone.add((unit, period, file.name))
            # a table of many units still counts for the others
            fates[file.name] = (fate if file.is_of_one_unit else "flagged", remark.message)
            found.append(finding(remark, file=file.name, **about))
        if outcome.counts is not None and outcome.replaced:
            first_on |= _first(outcome, (unit, period))
            found.append(finding(_resent(outcome), file=outcome.counts.name, **about))
    return Settled(
        _without(entries, gone),
        _told(received, fates, first_on, _counting(entries, gone)),
        _still_said(reading.findings, {name for name, (fate, _) in fates.items() if fate == "replaced"}),
        found,
        first_on,
    )


# The copies


def _doubled(reading: Reading, of_tasks: Set[str]) -> dict[OfUnit, list[_File]]:
    """The files of every unit and period of which several say the same things."""
    entries, received = reading.entries, reading.received
    by_name: dict[str, dict[Any, Any]] = {row["file"]: row for row in received.to_dict("records")}
    named = entries[["unit", "period", "file"]].astype("str").assign(tasks=entries["criterion"].isin(of_tasks))
    names: dict[OfUnit, list[str]] = {}
    parts: dict[OfUnit, Counter[bool]] = {}
    for unit, period, file, tasks in named.drop_duplicates().itertuples(index=False):
        own = names.setdefault((unit, period), [])
        own += [] if file in own else [file]
        parts.setdefault((unit, period), Counter())[tasks] += 1
    return {
        (unit, period): [_file(by_name[name], _figures(reading, unit, period, name)) for name in several]
        for (unit, period), several in names.items()
        if max(parts[unit, period].values()) > 1
    }


def _file(row: Mapping[Any, Any], figures: tuple[Any, ...]) -> _File:
    sent, noted, came = (None if pd.isna(row[name]) else row[name] for name in ("sent_on", "noted_on", "received_on"))
    return _File(row["file"], row["sha256"], sent, noted, came, not pd.isna(row["unit"]), figures)


def _figures(reading: Reading, unit: str, period: str, file: str) -> tuple[Any, ...]:
    """What a copy reports, whatever the place in the file; what was refused, as it was typed."""
    entries, findings = reading.entries, reading.findings
    of_a_line = findings["file"].eq(file) & findings["unit"].eq(unit) & findings["criterion"].ne("")
    refused = findings[of_a_line & findings["severity"].eq("error")]
    typed = sorted(refused[["criterion", "code", "value"]].itertuples(index=False, name=None))
    own = entries[(entries["unit"] == unit) & (entries["period"] == period) & (entries["file"] == file)]
    plain = own.drop(columns=list(_PLACES)).astype(object)
    return (*sorted(plain.where(plain.notna(), None).itertuples(index=False, name=None), key=repr), *typed)


# Which one counts


def _outcome(files: list[_File]) -> _Outcome:
    own, left_out = _once(files)
    newest = [file for file in own if not any(_is_newer(other, file) for other in own)]
    same = [file for file in newest if file.figures == newest[0].figures]
    if len(same) < len(newest):
        remark = _two_reports(newest)
        left_out |= {file.name: ("rejected", remark) for file in newest}
        old = [file for file in own if file not in newest]
        return _Outcome(None, left_out | {file.name: ("replaced", _replaced(newest[0])) for file in old}, [])
    counts, old = newest[0], [file for file in own if file not in newest]
    left_out |= {file.name: ("flagged", _same_figures(counts)) for file in newest[1:]}
    left_out |= {file.name: ("replaced", _replaced(counts)) for file in old}
    return _Outcome(counts, left_out, old)


def _once(files: list[_File]) -> tuple[list[_File], dict[str, tuple[Fate, Remark]]]:
    """The files without those that are the same bytes as one before, and what is said of these."""
    own: list[_File] = []
    left_out: dict[str, tuple[Fate, Remark]] = {}
    for file in files:
        same = next((place for place, other in enumerate(own) if other.digest == file.digest), None)
        if same is None:
            own.append(file)
            continue
        left_out[file.name] = ("flagged", _same_file(own[same].name))
        # the same bytes that came again, later, are that report sent again
        own[same] = own[same]._replace(
            noted_on=_latest(own[same].noted_on, file.noted_on),
            received_on=_earliest(own[same].received_on, file.received_on),
        )
    return own, left_out


def _latest(*days: datetime.date | None) -> datetime.date | None:
    return max((one for one in days if one is not None), default=None)


def _earliest(*days: datetime.date | None) -> datetime.date | None:
    return min((one for one in days if one is not None), default=None)


def _is_newer(one: _File, other: _File) -> bool:
    """Whether one copy is newer by both its own day and its arrival, as far as both copies have them."""
    pairs = [(one.sent_on, other.sent_on), (one.noted_on, other.noted_on)]
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not known and one.received_on is not None and other.received_on is not None:
        known = [(one.received_on, other.received_on)]
    return all(a >= b for a, b in known) and any(a > b for a, b in known)


# What is left


def _without(entries: pd.DataFrame, gone: set[tuple[str, str, str]]) -> pd.DataFrame:
    return entries[~_at(entries).isin(list(gone))] if gone else entries


def _counting(entries: pd.DataFrame, gone: set[tuple[str, str, str]]) -> dict[OfUnit, str]:
    """The file that counts for each unit and period of which another does not."""
    ours = {(unit, period) for unit, period, _ in gone}
    left = _without(entries, gone)[["unit", "period", "file"]].drop_duplicates().astype("str")
    return {(unit, period): file for unit, period, file in left.itertuples(index=False) if (unit, period) in ours}


def _at(entries: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(entries[["unit", "period", "file"]].astype("str"))


def _told(
    received: pd.DataFrame,
    fates: Mapping[str, tuple[Fate, str]],
    first_on: Mapping[OfUnit, datetime.date],
    counting: Mapping[OfUnit, str],
) -> pd.DataFrame:
    """The files with what became of them; a replaced one is not late, and what replaced it is as late as the first."""
    stated = zip(received["file"], received["fate"], received["why"], strict=True)
    changed = [fates.get(file, (fate, why)) for file, fate, why in stated]
    late = received["days_late"].mask(pd.Series([fate == "replaced" for fate, _ in changed], index=received.index))
    for key, first in first_on.items():
        place = received["file"] == counting[key]
        sooner = (received.loc[place, "received_on"].iloc[0] - first).days
        late = late.mask(place, (received["days_late"] - sooner).clip(lower=0))
    return received.assign(fate=[one for one, _ in changed], why=[one for _, one in changed], days_late=late)


def _first(outcome: _Outcome, about: OfUnit) -> dict[OfUnit, datetime.date]:
    """The day on which the first copy came, where every day that matters is known."""
    counts = outcome.counts
    first = _earliest(*(file.received_on for file in outcome.replaced))
    if counts is None or first is None or counts.received_on is None or first >= counts.received_on:
        return {}
    return {about: first}


def _still_said(findings: pd.DataFrame, replaced: set[str]) -> pd.DataFrame:
    """What is said of figures that a later report replaced helps nobody."""
    return findings[~findings["file"].isin(list(replaced))]


# What is said


def _same_file(first: str) -> Remark:
    what = say("giống hệt tệp {first} nên chỉ tính một lần", first=first)
    return Remark("same_file", what, say("bỏ bớt một tệp"))


def _same_figures(first: _File) -> Remark:
    what = say("số liệu như tệp {first} nên chỉ tính một lần", first=first.name)
    return Remark("same_file", what, say("bỏ bớt một tệp"))


def _replaced(newest: _File) -> Remark:
    what = say("đơn vị đã gửi lại báo cáo này ({newest}), nên bản này chỉ giữ để đối chiếu", newest=_dated(newest))
    mend = say("nếu bản này mới là bản đúng thì ghi ngày nhận của hai bản vào received.csv")
    return Remark("replaced", what, mend)


def _resent(outcome: _Outcome) -> Remark:
    files = enumeration([_dated(file) for file in outcome.replaced])
    what = say("tính bản này, thay cho bản gửi trước: {files}", files=files)
    mend = say("bản gửi trước được giữ lại; đúng hạn hay muộn tính theo ngày nhận bản đầu")
    return Remark("resent", what, mend)


def _dated(file: _File) -> str:
    """A file with the day it was sent or arrived, as far as it is known."""
    when = file.received_on or file.sent_on
    return file.name if when is None else say("{file}, ngày {day}", file=file.name, day=day(when))


def _two_reports(files: list[_File]) -> Remark:
    lines = _differing(files)
    what = say(
        "có {reports} báo cáo khác nhau cho cùng kỳ ({files}), khác ở {lines}, không rõ bản nào mới hơn nên chưa tính"
        " báo cáo nào",
        reports=len(files),
        files=enumeration([_dated(file) for file in files]),
        lines=enumeration(lines[:_MOST_NAMED]) + ("…" if len(lines) > _MOST_NAMED else ""),
    )
    mend = say("hỏi đơn vị bản nào đúng, rồi ghi ngày nhận từng bản vào received.csv hoặc bỏ bản sai khỏi thư mục")
    return Remark("two_reports", what, mend)


def _differing(files: list[_File]) -> list[str]:
    """The lines in which copies differ; a figure's first part is its line."""
    own = [set(file.figures) for file in files]
    apart = set.union(*own) - set.intersection(*own)
    return sorted({str(figure[0]) for figure in apart})
