"""The verifier's desk: one unit, criterion by criterion; what is entered is recorded as the workbooks record it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import ipywidgets as widgets

from scoring.assessment.appeals import compare
from scoring.assessment.whatif import decided
from scoring.core.errors import DecisionError, Fault, ScoringError
from scoring.core.wording import number
from scoring.decisions.records import Decision
from scoring.decisions.rulings import COUNCIL, EXPLAINED, VERIFIED, WITHDRAWN, Ruling
from scoring.decisions.store import publications_of, read_records, record_decisions
from scoring.desk.lab.cases import Case, cases_of, change_text, standing_line, undoing, unit_row
from scoring.desk.lab.figure_entry import Entered, FigureEntry
from scoring.desk.lab.live import tell_all
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import (
    READ_ONLY,
    WRITING,
    as_html,
    button,
    chosen,
    facts_table,
    is_read_only,
    offer_posts,
    on_enter,
    post,
    sheet,
    stated_day,
    text,
    today,
    trouble,
    typed,
)
from scoring.rubric.model import Fact, Rubric

STAGES = ((VERIFIED, "Thẩm định"), (EXPLAINED, "Đơn vị giải trình"), (COUNCIL, "Hội đồng"))
"""The stages at which something is decided of a criterion, in the order of the work."""

_LEGEND = ("✓ đã quyết định ở bước này, ! còn chờ số liệu hoặc điểm", "Phím ↑ ↓ để chọn, phím Tab sang ô kế tiếp")
_TRIED = "thử"
"""Stands for the reason while a figure is only tried."""


class Desk:
    """The widgets and what they show. `office` is the year with every decision recorded here so far."""

    def __init__(self, office: Office) -> None:
        self.office, self.last_year = office, office.last_year()
        self.cases: list[Case] = []
        units, blocks = office.evaluation.year.units, office.evaluation.year.rubric.blocks
        self.units = units[units["eligible"].to_numpy(bool)]
        present = set(self.units["block"])
        self.stage = chosen("Bước", [(label, stage) for stage, label in STAGES], width="290px")
        self.asked: tuple[str, str] | None = None
        self.block = chosen("Khối", [(name, block) for block, name in blocks.items() if block in present])
        self.unit = chosen("Đơn vị", [])
        self.role = post("Người quyết định", ())
        self.made_on = typed("Ngày quyết định", value=today(), width="280px")
        self.appeal = typed("Số văn bản phúc tra", width="330px", placeholder="ví dụ 02/QĐ-PT", beside="160px")
        self.standing = widgets.HTML()
        self.list = widgets.Select(rows=22, tooltip="Danh sách tiêu chí", layout=widgets.Layout(width="98%"))
        self.told, self.preview, self.message = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.entry = FigureEntry(self._try)
        self.reason = typed("Lý do", width="98%", placeholder="nêu căn cứ; nhấn Enter để ghi")
        self.done = button("Xong đơn vị này", self._done_pressed)
        self._listen()
        self._stage_chosen()
        self._block_chosen()

    def view(self) -> widgets.VBox:
        """The desk, in the order of the Tab key."""
        row = widgets.Layout(flex_flow="row wrap")
        acts = [
            button("Ghi quyết định", self._save_pressed, style="primary"),
            button("Tiêu chí sau ▶", lambda: self._step(1)),
            button("◀ Tiêu chí trước", lambda: self._step(-1)),
            button("Đơn vị sau ▼", self._next_unit, tooltip="Cùng tiêu chí này ở đơn vị sau của khối"),
            button("Hoàn tác", self._undo_pressed, tooltip="Trở lại như trước quyết định sau cùng của tiêu chí này"),
        ]
        left = widgets.VBox([self.list, text(*_LEGEND)], layout=widgets.Layout(flex="1 1 340px"))
        right = widgets.VBox(
            [self.told, self.entry.view, self.reason, self.preview, widgets.HBox(acts, layout=row), self.message],
            layout=widgets.Layout(flex="2 1 520px"),
        )
        for act in (acts[0], acts[-1], self.done):
            act.disabled = is_read_only()
        return sheet(
            *([text(READ_ONLY)] if is_read_only() else []),
            widgets.HBox([self.stage, self.block, self.unit], layout=row),
            widgets.HBox([self.role, self.made_on, self.appeal], layout=row),
            self.standing,
            widgets.HBox([left, right], layout=row),
            widgets.HBox([self.done], layout=row),
        )

    def _listen(self) -> None:
        """Have every change of a choice or a figure answered."""
        answers: tuple[tuple[widgets.Widget, Callable[[], None]], ...] = (
            (self.stage, self._stage_chosen),
            (self.block, self._block_chosen),
            (self.unit, self._unit_chosen),
            (self.list, self._case_chosen),
        )
        for widget, answer in answers:
            widget.observe(lambda _, answer=answer: answer(), names="value")
        on_enter(self.reason, self._save_pressed)

    # What is chosen

    def _stage_chosen(self) -> None:
        """Offer who decides at the stage, and ask for what is decided there."""
        year, stage = self.office.evaluation.year, self.stage.value
        offer_posts(self.role, getattr(year.plan.posts, stage))
        self.appeal.layout.display = "flex" if stage == COUNCIL and publications_of(year.folder) else "none"
        self.appeal.value = ""
        self.done.layout.display = "none" if stage == EXPLAINED else "flex"
        self.reason.description = "Giải trình" if stage == EXPLAINED else "Lý do"
        if self.unit.value:
            self._show_unit(0)

    def _block_chosen(self) -> None:
        inside = self.units[self.units["block"] == self.block.value]
        self.unit.options = list(zip(inside["short_name"], inside["id"], strict=True))
        self.unit.index = 0

    def _unit_chosen(self) -> None:
        self._show_unit(0)

    def _show_unit(self, place: int) -> None:
        """The unit as it stands now, with one of its criteria open."""
        office, rubric = self.office, self.office.evaluation.year.rubric
        self.cases = cases_of(office.evaluation, office.standing, self.unit.value, self.stage.value, self.last_year)
        decided_now = sum(case.is_decided for case in self.cases)
        name = unit_row(office.evaluation, self.unit.value)["name"]
        stands = standing_line(office.evaluation, self.unit.value)
        state = DONE[self.stage.value] if self._completed() else f"Đã ghi {decided_now}/{len(self.cases)} mục."
        self.standing.value = as_html(f"{stands}. {state}", lead=f"{name}:")
        self.done.description = "Mở lại đơn vị này" if self._completed() else "Xong đơn vị này"
        self.list.options = [(_listed(case, rubric), at) for at, case in enumerate(self.cases)]
        self.list.value = place
        self._case_chosen()

    def _case_chosen(self) -> None:
        """Show the criterion, and blank lines for what is to be decided of it."""
        if self.list.value is None:
            return
        case = self._case()
        self.told.value = facts_table(_told(case, self.office.evaluation.year.rubric))
        self.entry.ask(case.line.item)
        self.entry.view.layout.display = "none" if self.stage.value == EXPLAINED else "flex"
        self.asked = None
        self.reason.value = self.preview.value = self.message.value = ""

    def _step(self, by: int) -> None:
        self.list.value = (self.list.value + by) % len(self.cases)
        self._focus()

    def _next_unit(self) -> None:
        """The same criterion of the next unit of the block: for who goes criterion by criterion."""
        criterion = self._case().line.item.id
        self.unit.index = (self.unit.index + 1) % len(self.unit.options)
        places = [place for place, case in enumerate(self.cases) if case.line.item.id == criterion]
        self.list.value = places[0] if places else 0
        self._focus()

    def _focus(self) -> None:
        if self.stage.value == EXPLAINED:
            self.reason.focus()
        else:
            self.entry.focus()

    # What is decided

    def _case(self) -> Case:
        place: int = self.list.value
        return self.cases[place]

    def _ruling(self, reason: str) -> Ruling | None:
        """What the lines say; None where they are blank."""
        line, stage = self._case().line, self.stage.value
        entered = Entered("explanation", "") if stage == EXPLAINED else self.entry.entered()
        if entered is None:
            return None
        return Ruling(
            unit=line.unit,
            criterion=line.item.id,
            stage=stage,
            reason=reason,
            role=self.role.value,
            made_on=stated_day(self.made_on),
            appeal=self.appeal.value,
            on_entry=line.on_entry,
            replaces=tuple(line.replaces.split()),
            **entered._asdict(),
        )

    def _try(self) -> None:
        """Say what the figure would change if it were recorded."""
        self.preview.value = ""
        if self.stage.value == EXPLAINED:
            return
        try:
            if ruling := self._ruling(_TRIED):
                office = self.office
                after = decided(office.evaluation, office.standing, {ruling.criterion: ruling})
                changes = change_text(compare(office.evaluation, after), ruling.unit)
                self.preview.value = as_html(*changes, lead="Nếu ghi:")
        except ScoringError as error:
            self.preview.value = trouble(error)

    def _save_pressed(self) -> None:
        def saved() -> str:
            ruling = self._ruling(self.reason.value)
            if ruling is None:
                fault = Fault(self._case().line.item.id, "chưa ghi kết quả hoặc điểm", mend="ghi một trong hai ô")
                raise DecisionError("quyết định", [fault])
            return "Đã ghi quyết định" if self._record(ruling) else "Quyết định này đã có từ trước"

        self._answer(saved)

    def _undo_pressed(self) -> None:
        def undone() -> str:
            case = self._case()
            about = "explanation" if self.stage.value == EXPLAINED else "figure"
            last = self.office.standing.last.get((case.line.unit, case.line.item.id, self.stage.value, about), ())
            ruling = self._undoing(case.line.item.id, last)
            self._record(ruling)
            return "Đã rút quyết định" if ruling.kind == WITHDRAWN else "Đã trở lại quyết định trước đó"

        self._answer(undone)

    def _done_pressed(self) -> None:
        def closed() -> str:
            unit = self.unit.value
            if last := self._completed():
                self._record(self._undoing(unit, last))
                return "Đã mở lại đơn vị"
            if told := self._asks_first():
                return told
            self._record(
                Ruling(
                    unit=unit,
                    stage=self.stage.value,
                    kind="completed",
                    role=self.role.value,
                    made_on=stated_day(self.made_on),
                    appeal=self.appeal.value,
                )
            )
            return "Đã ghi là xong đơn vị ở bước này"

        self._answer(closed)

    def _asks_first(self) -> str:
        """What is said before a unit is closed whose judged criteria still have no points; "" once it was said."""
        waiting = [case.line.item.id for case in self.cases if case.is_unjudged]
        here = (self.unit.value, self.stage.value)
        if is_read_only() or not waiting or self.asked == here:
            self.asked = None
            return ""
        self.asked = here
        return (
            f"Chưa cho điểm {', '.join(waiting)}, là tiêu chí do người chấm; chưa có thì đơn vị chưa xếp loại được. Vẫn"
            " xong thì bấm nút này lần nữa. Chưa ghi gì"
        )

    def _undoing(self, about: str, last: tuple[Decision, ...]) -> Ruling:
        if len(last) != 1:
            what = "chưa có quyết định nào để hoàn tác" if not last else "có hai quyết định khác nhau"
            raise DecisionError("hoàn tác", [Fault(about, what, mend="ghi quyết định mới" if last else "")])
        known = read_records(self.office.evaluation.year.folder).decisions
        signed = {"reason": self.reason.value, "role": self.role.value, "made_on": stated_day(self.made_on)}
        return undoing(last[0], known, **signed).model_copy(update={"appeal": self.appeal.value})

    def _completed(self) -> tuple[Decision, ...]:
        """The decision that closed the unit, where it still stands."""
        last = self.office.standing.last.get((self.unit.value, "", self.stage.value, "completed"), ())
        return tuple(decision for decision in last if decision.kind != WITHDRAWN)

    def _record(self, ruling: Ruling) -> bool:
        """Record a ruling and show the unit as it stands then; whether it was not on record before."""
        if is_read_only():
            raise DecisionError("quyết định", [Fault("bàn này", "chỉ để xem", mend=WRITING)])
        evaluation = self.office.evaluation
        year = evaluation.year
        place = ruling.criterion or ruling.unit
        made = record_decisions(year.folder, {place: ruling}, year.rubric, year.units, evaluation.entries)
        self.office = self.office.read_again()
        tell_all(self.office)
        self._show_unit(self.list.value)
        return bool(made)

    def _answer(self, act: Callable[[], str]) -> None:
        """Do it and say so, or say why it cannot be done; the lines keep what was typed then."""
        try:
            done = act()
            signed = f"{self.role.value}, {self.made_on.value}"
            self.message.value = as_html(f"{self.unit.label} ({signed}).", lead=f"{done}:")
        except ScoringError as error:
            self.message.value = trouble(error)


DONE = {VERIFIED: "Đã thẩm định xong.", EXPLAINED: "", COUNCIL: "Hội đồng đã xem xong."}
"""What is said of a unit that a stage is done with."""


def verify(office: Office) -> widgets.VBox:
    """The verifier's desk over a year."""
    return Desk(office).view()


def _listed(case: Case, rubric: Rubric) -> str:
    """A criterion as the list names it."""
    item, told = case.line.item, case.line.told
    mark = "✓" if case.is_decided else "!" if case.is_open else "\u2007"
    if isinstance(item, Fact):
        return f"{mark} {item.id} {item.name}"
    return f"{mark} {item.id} ({_points(told['counting'], rubric)}/{number(item.max_points)}) {item.name}"


def _told(case: Case, rubric: Rubric) -> list[tuple[str, str]]:
    """What is known of a criterion, label by label."""
    item, told = case.line.item, case.line.told
    reported = f"{told['reported']} {case.line.measured}" if told["reported"] else "không ghi"
    pairs = [("Tiêu chí", f"{item.id}. {item.name}"), ("Cách tính", case.rule)]
    pairs += [("Đơn vị báo cáo", reported), ("Ghi tại", case.place)]
    if not isinstance(item, Fact):
        own, counting = (_points(told[name], rubric) for name in ("self_points", "counting"))
        pairs += [
            ("Minh chứng", told["evidence"] or "chưa có"),
            ("Máy tính", told["working"]),
            ("Đơn vị tự chấm", f"{own}{_gap(told['gap'], rubric)}"),
            ("Năm trước", case.last_year),
            ("Trong khối", case.peers),
            ("Điểm đang tính", f"{counting}/{number(item.max_points)}"),
        ]
    return [*pairs, ("Đã quyết định", told["decided"])]


def _gap(gap: Decimal | None, rubric: Rubric) -> str:
    """How far the unit's own points are from the computed ones."""
    if not gap:
        return ""
    return f" ({'cao' if gap > 0 else 'thấp'} hơn máy tính {_points(abs(gap), rubric)})"


def _points(points: Decimal | None, rubric: Rubric) -> str:
    return number(points, rubric.points.decimals)
