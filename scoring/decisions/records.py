"""What verifiers, units and the council decided, as records that are only ever added to.

A ruling is what somebody states; a decision is the ruling recorded: on which report it was made, and in place of which
earlier decisions. Decisions about the same thing at the same stage follow one another by naming the ones they replace;
the last one stands. All decisions of a year are a chain (`chain`): each names those it was recorded after. Two that do
not know of each other, as when two verifiers work at once, contradict: both are kept, neither counts, until a person
states a third that replaces both. `store` reads and writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, Self

import pandas as pd
from pydantic import model_validator

from scoring.core.errors import Fault
from scoring.core.findings import Finding, Remark, finding, findings_table
from scoring.core.language import say, term
from scoring.core.text import shown
from scoring.core.wording import day
from scoring.decisions.chain import lost_links
from scoring.decisions.rulings import (
    COUNCIL,
    EXPLAINED,
    FIGURES,
    SECOND,
    UNDER_QUOTA,
    VERIFIED,
    WITHDRAWN,
    Ruling,
    RulingContext,
    Slot,
    canonical,
    cleaned,
    is_figure,
    missing_statements,
    refusal,
)
from scoring.rubric.model import Id

STEPS = ("awaited", "reported", VERIFIED, EXPLAINED, COUNCIL, "published")
"""How far a unit has come, in this order."""


class Decision(Ruling):
    """A ruling as recorded. id: made from what it says, so that the same decision is the same record.

    previous: the links of the decisions it was recorded after (`chain`).
    """

    id: str
    unit: Id
    criterion: Id | Literal[""]
    stage: Literal["verified", "second", "explained", "council"]
    on_entry: str
    replaces: tuple[str, ...]
    previous: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _figures_are_figures(self) -> Self:
        if self.kind in FIGURES and not is_figure(self.value):
            raise ValueError("figure")
        return self

    @property
    def is_genuine(self) -> bool:
        """Whether the record still says what it said when it got its id."""
        return self.id == _identity(self)

    @property
    def content(self) -> bytes:
        """The record as its file holds it."""
        plain = self.model_dump(mode="json")
        return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @property
    def link(self) -> str:
        """What a later decision names it by: its id and the SHA-256 of its content."""
        return f"{self.id} {hashlib.sha256(self.content).hexdigest()}"

    @property
    def says(self) -> tuple[str, str]:
        """What two decisions must share not to contradict each other."""
        return self.kind, self.value


class Twice(NamedTuple):
    """A mark that two verifiers decided, neither seeing the other's figure.

    first: what the first one decided, None where nothing is recorded; second: what counts by itself for nothing;
    reconciled: the decision that was made with both before one's eyes, None where there is none yet.
    """

    first: Decision | None
    second: Decision
    reconciled: Decision | None


class Standing(NamedTuple):
    """What stands of all decisions.

    decisions: one row per decision that counts, those of the council last: id, unit, criterion, stage, kind, value
    (Decimal, None where there is no figure), reason, role, made_on, appeal; as `score` takes them. choices: unit, band,
    kind, reason, as `rank` takes them. explanations: unit, criterion, reason, role, made_on. findings: what is not
    applied, and why (columns: `rows.Finding`). last: for each slot the decision that nobody replaced, several where
    they contradict. twice: the marks decided by a second verifier, whose decisions are in none of the tables.
    """

    decisions: pd.DataFrame
    choices: pd.DataFrame
    explanations: pd.DataFrame
    findings: pd.DataFrame
    last: dict[Slot, tuple[Decision, ...]]
    twice: tuple[Twice, ...] = ()


def _identity(ruling: Ruling) -> str:
    """A name that the same decision has again: whom it concerns, and the start of the hash of what it says."""
    stated = canonical(ruling.model_dump(mode="json", exclude={"id", "previous"}))
    return f"{ruling.unit}.{ruling.criterion or 'CHUNG'}.{hashlib.sha256(stated.encode()).hexdigest()[:16]}"


# From a ruling to a decision


def decide(
    rulings: Mapping[str, Ruling], context: RulingContext, last: Mapping[Slot, tuple[Decision, ...]]
) -> tuple[dict[str, Decision], list[Fault]]:
    """The decisions that rulings become, by their places, and what is to be mended; either is empty.

    rulings: by the place where each was stated, for the messages. last: what stands now. A ruling that says what
    stands already becomes that very decision.
    """
    days = _last_days(last)
    decisions: dict[str, Decision] = {}
    faults: list[Fault] = []
    taken: dict[Slot, str] = {}
    for place, stated in ((place, cleaned(ruling)) for place, ruling in rulings.items()):
        stands = last.get(stated.slot, ())
        remarks = [*missing_statements(stated), *filter(None, [refusal(stated, context)]), *_too_early(stated, days)]
        if not stands and stated.kind == WITHDRAWN:
            remarks.append(Remark("nothing_to_withdraw", "không có quyết định nào như vậy để rút", "bỏ dòng này"))
        if (first := taken.setdefault(stated.slot, place)) != place:
            remarks.append(Remark("decided_twice", f"nội dung này đã quyết định ở {first}", "chỉ ghi một lần"))
        faults += [Fault(place, remark.message, mend=remark.mend) for remark in remarks]
        if not remarks:
            decisions[place] = _decided(stated, context, stands)
    return ({}, faults) if faults else (decisions, [])


def _last_days(last: Mapping[Slot, tuple[Decision, ...]]) -> dict[tuple[str, str, str], date]:
    """By unit, criterion and stage the last day of what stands."""
    days: dict[tuple[str, str, str], date] = {}
    for (unit, criterion, stage, _), stands in last.items():
        latest = max((decision.made_on for decision in stands), default=date.min)
        days[unit, criterion, stage] = max(latest, days.get((unit, criterion, stage), date.min))
    return days


def _too_early(ruling: Ruling, days: Mapping[tuple[str, str, str], date]) -> Iterator[Remark]:
    """That a ruling states a day before that of one it follows, at its own stage or an earlier one."""
    if ruling.stage not in STEPS:
        return
    stages = STEPS[: STEPS.index(ruling.stage) + 1]
    latest = max((days.get((ruling.unit, ruling.criterion, stage), date.min) for stage in stages), default=date.min)
    if ruling.made_on < latest:
        what = f"ngày {day(ruling.made_on)} trước ngày {day(latest)} của quyết định mà quyết định này nối tiếp"
        yield Remark("day_too_early", what, "ghi đúng ngày quyết định")


def _decided(ruling: Ruling, context: RulingContext, stands: Sequence[Decision]) -> Decision:
    digest = ruling.on_entry or context.digest(ruling.unit, ruling.criterion)
    if ruling.replaces is None and len(stands) == 1 and _says_again(ruling, stands[0], digest):
        return stands[0]
    seen = tuple(decision.id for decision in stands) if ruling.replaces is None else ruling.replaces
    whole = ruling.model_copy(update={"on_entry": digest, "replaces": tuple(sorted(seen))})
    return Decision(**whole.model_dump(), id=_identity(whole))


def _says_again(ruling: Ruling, stands: Decision, digest: str) -> bool:
    same = all(getattr(ruling, name) == getattr(stands, name) for name in ("kind", "value", "reason", "role", "appeal"))
    return same and stands.on_entry == digest


# What stands of all decisions


def last_of(decisions: Iterable[Decision]) -> dict[Slot, tuple[Decision, ...]]:
    """For each slot the decisions that no other one of the slot replaces, in the order of their ids."""
    slots: dict[Slot, dict[str, Decision]] = {}
    for decision in decisions:
        slots.setdefault(decision.slot, {})[decision.id] = decision
    last = {}
    for slot, own in slots.items():
        replaced = {name for decision in own.values() for name in decision.replaces}
        last[slot] = tuple(own[name] for name in sorted(own.keys() - replaced))
    return last


def settle(decisions: Collection[Decision], context: RulingContext, findings: Iterable[Finding] = ()) -> Standing:
    """What stands of all decisions of a year.

    A decision is not applied, and a finding says so, where the report it was made on has changed since, where it no
    longer fits the rubric or the register, and where another one of the same stage contradicts it.
    """
    last = last_of(decisions)
    found = [*findings, *_gaps(decisions)]
    counting: list[Decision] = []
    seconds: list[Decision] = []
    for own in last.values():
        remarks = {decision.id: _not_applied(decision, context) for decision in own}
        found += [_told(decision, remark) for decision in own if (remark := remarks[decision.id])]
        fit = [decision for decision in own if remarks[decision.id] is None]
        if len({decision.says for decision in fit}) > 1:
            found += [_told(decision, _CONTRADICTS) for decision in fit]
        elif fit and fit[0].kind != WITHDRAWN:
            (seconds if fit[0].stage == SECOND else counting).append(fit[0])
    counting.sort(key=lambda decision: (STEPS.index(decision.stage), decision.id))
    return Standing(
        _table(counting),
        _table([decision for decision in counting if decision.kind in UNDER_QUOTA], band="value"),
        _table([decision for decision in counting if decision.kind == "explanation"]),
        findings_table(found),
        last,
        tuple(_twice(decisions, seconds, context)),
    )


def _twice(decisions: Collection[Decision], seconds: Sequence[Decision], context: RulingContext) -> Iterator[Twice]:
    """Each second decision beside the first one of its mark as it was before the two were reconciled.

    A decision reconciles where it replaces, beside what stood, the second verifier's.
    """
    unseen = {one.id for one in decisions if one.stage == SECOND}
    of_slot: dict[Slot, dict[str, Decision]] = {}
    for decision in decisions:
        of_slot.setdefault(decision.slot, {})[decision.id] = decision
    for second in sorted(seconds, key=lambda one: one.id):
        own = of_slot.get((second.unit, second.criterion, VERIFIED, "figure"), {})
        later = _following(own, {name for name, one in own.items() if unseen & set(one.replaces)})
        kept = last_of([one for name, one in own.items() if name not in later]).values()
        firsts = [one for same in kept for one in same if _not_applied(one, context) is None]
        both = [one for one in own.values() if second.id in one.replaces and _not_applied(one, context) is None]
        # first verifiers who contradict each other are told of as such; there is nothing yet to hold a second against
        if len({one.says for one in firsts}) < 2:
            first = firsts[0] if firsts and firsts[0].kind != WITHDRAWN else None
            yield Twice(first, second, both[0] if both else None)


def _following(own: Mapping[str, Decision], begun: set[str]) -> set[str]:
    """The ids of decisions of one slot, with those that replace them, and so on."""
    more = {name for name, one in own.items() if begun & set(one.replaces)} - begun
    return _following(own, begun | more) if more else begun


_CONTRADICTS = Remark(
    "contradiction",
    term("có quyết định khác về cùng nội dung ở cùng bước, hai bên ghi cùng lúc nên chưa áp dụng quyết định nào"),
    term("xem lại và ghi một quyết định chung"),
)
_CHANGED = Remark(
    "report_changed",
    term("báo cáo đã thay đổi sau quyết định này nên chưa áp dụng"),
    term("xem báo cáo mới và quyết định lại"),
)


def _not_applied(decision: Decision, context: RulingContext) -> Remark | None:
    """Why a decision does not count as things are now."""
    if decision.on_entry != context.digest(decision.unit, decision.criterion):
        return _CHANGED
    return refusal(decision, context)


def _gaps(decisions: Collection[Decision]) -> Iterator[Finding]:
    """Decisions that others replaced and that are no longer there."""
    known = {decision.id for decision in decisions}
    lost = lost_links(decisions)
    for decision in decisions:
        recorded_after = {name for name, namer in lost.items() if namer == decision.id}
        for name in sorted(set(decision.replaces) - known - lost.keys() | recorded_after):
            what = say("không còn quyết định {decision} mà quyết định này thay thế", decision=shown(name))
            if name not in decision.replaces:
                what = say(
                    "quyết định {decision} ghi trước quyết định này không còn hoặc đã bị sửa", decision=shown(name)
                )
            yield _told(decision, Remark("lost_decision", what, say("chép lại tệp đã mất từ bản lưu")))


def _told(decision: Decision, remark: Remark) -> Finding:
    return finding(
        remark, file=file_name(decision), value=decision.value, unit=decision.unit, criterion=decision.criterion
    )


def file_name(decision: Decision) -> str:
    """The name of a decision's file, from the year's data folder."""
    return f"decisions/{decision.id}.json"


def decisions_table(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Decisions as `score` takes them, one row each, in their order."""
    return _table(decisions)


def _table(decisions: Sequence[Decision], **renamed: str) -> pd.DataFrame:
    """One row a decision; a column may be given another name."""
    names = ("id", "unit", "criterion", "stage", "kind", "reason", "role", "made_on", "appeal")
    rows = [{name: getattr(decision, name) for name in names} for decision in decisions]
    table = pd.DataFrame(rows, columns=list(names))
    figures = [Decimal(d.value) if d.kind in FIGURES else None for d in decisions]
    table["value"] = pd.Series(figures, dtype=object)
    for name, source in renamed.items():
        table[name] = [getattr(decision, source) for decision in decisions]
    return table


# How far the year has come


def steps_reached(
    standing: Standing, units: pd.DataFrame, entries: pd.DataFrame, *, is_published: bool
) -> pd.DataFrame:
    """How far each eligible unit has come: unit, step (STEPS, an ordered category; its minimum is the year's).

    A unit is verified, or through the council, when that stage is recorded as completed and its report has not
    changed since; explained when it has explained itself.
    """
    eligible = units.loc[units["eligible"].to_numpy(bool), "id"]
    sent = set(entries.loc[entries["file"].notna() & (entries["file"] != ""), "unit"])
    done = standing.decisions[standing.decisions["kind"].isin(["completed", "explanation"])]
    # rows of later stages come later, so that the last one is as far as the unit has come
    decided = dict(zip(done["unit"], done["stage"], strict=True))
    reached = [STEPS[-1] if is_published else decided.get(u, "reported" if u in sent else "awaited") for u in eligible]
    steps = pd.Categorical(reached, list(STEPS), ordered=True)
    return pd.DataFrame({"unit": eligible.to_numpy(), "step": steps})
