"""What somebody decides, and whether it may be decided: rulings, held against rubric, register and report."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from scoring.core.choices import STAGES
from scoring.core.findings import Remark
from scoring.core.language import say
from scoring.core.text import shown
from scoring.core.wording import day, number
from scoring.reports.fields import choices, decimals, value_range
from scoring.reports.reading.cells import Cell, clean, read_number
from scoring.reports.reading.rows import Row
from scoring.rubric.methods import takes_base
from scoring.rubric.model import Criterion, Fact, Rubric
from scoring.rubric.parameters import Schema
from scoring.rubric.scope import Unit, applies
from scoring.rubric.targets import target_figure

VERIFIED, EXPLAINED, COUNCIL = STAGES
"""The stages at which something is decided: by verifiers (thẩm định), the unit (giải trình), the council (hội đồng)."""
SECOND = "second"
"""The stage of a second verifier, who does not see the first one's figures; what is stated there never counts."""
FIGURES = ("value", "points", "fact")
"""The kinds of rulings that state a figure."""
WITHDRAWN = "withdrawn"
UNDER_QUOTA = ("band", "beyond_quota", "lowered")
"""The kinds of rulings that say how a unit stands to a band under a quota; one of them counts."""

_OF_UNIT = {VERIFIED: {"completed"}, COUNCIL: {"completed", *UNDER_QUOTA}}
_LONGEST = 2000
_FIGURE = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
# three digits after a comma may be thousands: never guessed
_WITH_COMMA = re.compile(r"-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,9})")

Slot = tuple[str, str, str, str]
"""What is decided: unit, criterion, stage, and "figure" or another kind; one decision of a slot counts."""


class Ruling(Schema):
    """What somebody decides, as it is stated.

    unit, criterion: ids of the register and the rubric (a criterion, bonus or deduction item, or fact; "" for the unit
    as a whole). stage: verified, second, explained or council.
    kind: `value` (the reported figure put right), `points` (given directly), `fact`, `band` (chosen by the council,
    within the quota), `beyond_quota` (kept in a band though its quota is full), `lowered` (put into a lower band),
    `explanation` (the unit's, in `reason`), `completed` (the stage is done for the unit), a kind that a gate of the
    rubric asks about, such as evidence_false, or `withdrawn`.
    value: the exact figure, such as 9.5 (a place from 0 where words are chosen from), the id of the band, the kind that
    is withdrawn, else "".
    reason: always, except for `completed`. role: the post or body that decides, never a person's name.
    appeal: the number of the document by which an appeal (phúc tra) is decided, "" before publication.
    on_entry: the hash of the report it was made on; replaces: the decisions its maker saw; None: what stands now.
    """

    unit: str
    criterion: str = ""
    stage: str
    kind: str
    value: str = ""
    reason: str = ""
    role: str
    made_on: datetime.date
    appeal: str = ""
    on_entry: str | None = None
    replaces: tuple[str, ...] | None = None

    @property
    def slot(self) -> Slot:
        """What it is about."""
        kind = self.value if self.kind == WITHDRAWN else self.kind
        about = "figure" if kind in FIGURES else "band" if kind in UNDER_QUOTA else kind
        return self.unit, self.criterion, self.stage, about


class RulingContext:
    """What rulings about some units are held against: the rubric, the units and what they reported."""

    def __init__(self, rubric: Rubric, units: pd.DataFrame, entries: pd.DataFrame, concerned: Collection[str]) -> None:
        """concerned: the units that rulings are about; nothing is known of the others."""
        own = units[units["id"].isin(concerned)]
        self.rubric = rubric
        self.units: dict[str, Unit] = {unit["id"]: unit for unit in own.to_dict("records")}
        self._entries = entries[entries["unit"].isin(concerned)]

    @cached_property
    def _reported(self) -> dict[str, list[dict[str, Any]]]:
        """What each unit reported, as plain values in a settled order; where it stands in a file is left out."""
        names = ["unit", *_OF_REPORT]
        plain = [self._entries[name].astype(object).where(self._entries[name].notna(), None).tolist() for name in names]
        reported: dict[str, list[dict[str, Any]]] = {}
        for unit, *row in zip(*plain, strict=True):
            reported.setdefault(unit, []).append(dict(zip(_OF_REPORT, row, strict=True)))
        for rows in reported.values():
            rows.sort(key=lambda row: (row["criterion"], row["period"]))
        return reported

    def rows(self, unit: str, criterion: str) -> list[dict[str, Any]]:
        """What a unit reported of a criterion, and of the one whose figure it reads; of everything for ""."""
        item = self.rubric.item.get(criterion)
        read = item.indicator.same_as if item and item.indicator else None
        return [row for row in self._reported.get(unit, []) if not criterion or row["criterion"] in {criterion, read}]

    def digest(self, unit: str, criterion: str) -> str:
        """SHA-256 of what a unit reported of a criterion; of all its report for ""."""
        return hashlib.sha256(canonical(self.rows(unit, criterion)).encode()).hexdigest()

    def line(self, criterion: str) -> Criterion | Fact | None:
        """The item or fact of an id."""
        fact = next((fact for fact in self.rubric.facts if fact.id == criterion), None)
        return fact or self.rubric.item.get(criterion)


_OF_REPORT = tuple(name for name in Row._fields if name not in {"unit", "file", "sheet", "cell"})


def canonical(plain: Any) -> str:
    """Plain values as one text, always the same."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Texts and figures


def cleaned(ruling: Ruling) -> Ruling:
    """The ruling with its texts on one line each, and its figure always written alike."""
    texts = {name: clean(getattr(ruling, name)) for name in ("reason", "role", "appeal")}
    value = ruling.value.strip()
    if _WITH_COMMA.fullmatch(value):
        value = value.replace(",", ".")
    if ruling.kind in FIGURES and is_figure(value):
        value = plain_figure(Decimal(value))
    return ruling.model_copy(update=texts | {"value": value})


def is_figure(text: str) -> bool:
    """Whether a text is a figure in plain digits.

    >>> is_figure("9.5"), is_figure("1e9"), is_figure("9,5")
    (True, False, False)
    """
    return _FIGURE.fullmatch(text) is not None


def plain_figure(figure: Decimal) -> str:
    """A figure as rulings write it.

    >>> plain_figure(Decimal("9.50")), plain_figure(Decimal("1E+1")), plain_figure(Decimal("-0.0"))
    ('9.5', '10', '0')
    """
    return f"{figure.normalize() + 0:f}"


def missing_statements(ruling: Ruling) -> Iterator[Remark]:
    """What a ruling does not state: who decides, and why."""
    if not ruling.role:
        yield Remark("no_role", "chưa ghi ai quyết định", "ghi chức danh hoặc tên tổ, hội đồng; không ghi tên người")
    if not ruling.reason and ruling.kind != "completed":
        yield Remark("no_reason", "chưa ghi lý do", "ghi lý do, nêu số, ngày văn bản làm căn cứ nếu có")
    if max(len(ruling.reason), len(ruling.role), len(ruling.appeal)) > _LONGEST:
        yield Remark("text_too_long", "lý do quá dài", f"ghi gọn trong {number(_LONGEST)} ký tự")


# What may be decided


def refusal(ruling: Ruling, context: RulingContext) -> Remark | None:
    """Why a ruling does not fit the register, the rubric or the report; None where it does."""
    unit, line = context.units.get(ruling.unit), context.line(ruling.criterion)
    if unit is None:
        what = say("không có đơn vị mang mã '{code}'", code=shown(ruling.unit))
        return Remark("unknown_unit", what, say("ghi đúng mã trong danh bạ"))
    if ruling.made_on < context.rubric.first_day:
        what = say("quyết định ghi ngày {day}, trước năm được đánh giá", day=day(ruling.made_on))
        return Remark("other_year", what, say("bỏ quyết định của năm khác, hoặc ghi lại đúng ngày"))
    if ruling.made_on > datetime.datetime.now().astimezone().date():
        what = say("ngày quyết định {day} còn chưa đến", day=day(ruling.made_on))
        return Remark("strange_day", what, say("ghi đúng ngày; nếu ngày đã đúng, xem lại đồng hồ của máy"))
    if not unit["eligible"]:
        what = say("đơn vị không thuộc diện chấm điểm năm nay")
        return Remark("not_eligible", what, say("bỏ quyết định này"))
    if ruling.criterion and line is None:
        what = say("không có tiêu chí mang mã '{code}'", code=shown(ruling.criterion))
        return Remark("unknown_criterion", what, say("ghi đúng mã trong bộ tiêu chí"))
    if line is not None and not applies(line.applies_to, unit):
        return Remark("outside_scope", say("tiêu chí không áp dụng cho đơn vị này"), say("bỏ quyết định này"))
    kinds = _kinds(ruling.stage, line, context.rubric)
    if (ruling.value if ruling.kind == WITHDRAWN else ruling.kind) not in kinds:
        return _no_such_kind(ruling, kinds)
    if ruling.appeal and ruling.stage != COUNCIL:
        mend = say("ghi bước là {stage}", stage=COUNCIL)
        return Remark("unknown_kind", say("chỉ hội đồng quyết định phúc tra"), mend)
    if ruling.kind == WITHDRAWN:
        return None
    return _figure_trouble(ruling, line, unit, context)


def _kinds(stage: str, line: Criterion | Fact | None, rubric: Rubric) -> set[str]:
    """What may be decided of a line, or of the unit as a whole, at a stage."""
    if stage == SECOND and isinstance(line, Criterion):
        return {"points", "value"} if takes_value(line) else {"points"}
    if stage not in _OF_UNIT:
        return {"explanation"} if stage == EXPLAINED else set()
    asked = set(asked_kinds(rubric))
    if line is None:
        return asked | _OF_UNIT[stage]
    if isinstance(line, Fact):
        return asked | {"fact"}
    return asked | ({"points", "value"} if takes_value(line) else {"points"})


def takes_value(line: Criterion | Fact) -> bool:
    """Whether a figure may be decided in place of a reported one, and not only points."""
    return isinstance(line, Fact) or (line.indicator is not None and not line.is_judged)


def asked_kinds(rubric: Rubric) -> dict[str, str]:
    """The kinds of decisions that gates ask about, such as evidence_false, with the gate's name."""
    return {gate.when.decided: gate.name for gate in rubric.gates if gate.when.decided is not None}


def _no_such_kind(ruling: Ruling, kinds: set[str]) -> Remark:
    stated = {"stage": shown(ruling.stage), "kind": shown(ruling.kind)}
    what = say("ở bước '{stage}' không quyết định '{kind}' cho cả đơn vị", **stated)
    if ruling.criterion:
        line = ruling.criterion
        what = say("ở bước '{stage}' không quyết định '{kind}' cho tiêu chí {line}", line=line, **stated)
    if not kinds:
        return Remark("unknown_kind", what, say("chọn một trong: bước khác"))
    return Remark("unknown_kind", what, say("chọn một trong: {words}", words=", ".join(sorted(kinds))))


def _figure_trouble(ruling: Ruling, line: Criterion | Fact | None, unit: Unit, context: RulingContext) -> Remark | None:
    """What is wrong with the value of a ruling whose kind is allowed."""
    if ruling.kind in UNDER_QUOTA:
        bands = lower_bands(context.rubric) if ruling.kind == "lowered" else chosen_bands(context.rubric)
        if ruling.value in bands:
            return None
        what = say("không chọn được mức '{band}'", band=shown(ruling.value))
        return Remark("unknown_band", what, say("ghi một trong: {words}", words=", ".join(bands)))
    if ruling.kind not in FIGURES or line is None:
        return Remark("unused_value", say("quyết định này không kèm số"), say("bỏ số đi")) if ruling.value else None
    if ruling.kind == "points" and isinstance(line, Criterion):
        return _not_a_figure(ruling.value, context.rubric.points.decimals, Decimal(0), Decimal(line.max_points))
    if words := choices(line):
        return _not_a_figure(ruling.value, 0, Decimal(0), Decimal(len(words) - 1))
    if isinstance(line, Fact):
        return _not_a_figure(ruling.value, 0, Decimal(0), None)
    return _value_trouble(ruling, line, unit, context)


def chosen_bands(rubric: Rubric) -> list[str]:
    """The bands the council chooses units for."""
    by_quota = [quota.band for quota in rubric.quotas]
    return [band.id for band in rubric.bands if band.selected_from is not None or band.id in by_quota]


def lower_bands(rubric: Rubric) -> list[str]:
    """The bands the council may put a unit into that is not chosen: those by figure below one under a quota."""
    names = [band.id for band in sorted(rubric.bands, key=lambda band: band.from_ or 0) if band.from_ is not None]
    tops = [rubric.band[quota.band] for quota in rubric.quotas]
    last = max((names.index(top.selected_from or top.id) + (top.selected_from is not None) for top in tops), default=0)
    return names[:last]


def _value_trouble(ruling: Ruling, item: Criterion, unit: Unit, context: RulingContext) -> Remark | None:
    """What is wrong with a number that is to stand for the reported one."""
    least, most = value_range(item, unit)
    is_sum = item.indicator is not None and item.indicator.periods == "sum"
    if is_sum:
        most = None  # the rubric's limit is one report's
    if takes_base(item.method):
        bases = [row["base"] for row in context.rows(ruling.unit, ruling.criterion) if row["base"]]
        if not bases:
            what = say("báo cáo không có tổng số nên kết quả không tính ra điểm")
            return Remark("no_base", what, say("ghi điểm trực tiếp"))
        most = Decimal(sum(bases) if is_sum else max(bases)) / item.value_scale
    target = item.parameter("target") if "target" in item.params else None
    if target is not None and target.assigned_by is None and not target_figure(target, unit):
        what = say("chưa biết chỉ tiêu của đơn vị nên kết quả không tính ra điểm")
        return Remark("no_target", what, say("ghi điểm trực tiếp"))
    return _not_a_figure(ruling.value, decimals(item), least, most)


def _not_a_figure(text: str, places: int, least: Decimal, most: Decimal | None) -> Remark | None:
    if not is_figure(text):
        what = say("'{stated}' không phải số", stated=shown(text))
        return Remark("not_a_number", what, say("chỉ ghi chữ số, phần lẻ sau dấu phẩy: 9,5"))
    parsed = read_number(Cell("number", text), places=places, least=least, most=most)
    return next((remark for remark in parsed.remarks if remark.severity == "error"), None)
