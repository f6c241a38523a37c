"""The council's table: how each unit in question stands to the quotas, decided one by one or all proposals at once."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from scoring.core.errors import DecisionError, Fault, ScoringError
from scoring.decisions.proposals import acceptance, awaited_choices
from scoring.decisions.rulings import COUNCIL, WITHDRAWN, Ruling, chosen_bands, lower_bands
from scoring.decisions.store import publications_of, record_decisions
from scoring.desk.lab.live import tell_all
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import (
    READ_ONLY,
    as_html,
    button,
    chosen,
    is_read_only,
    post,
    sheet,
    stated_day,
    text,
    today,
    trouble,
    typed,
)
from scoring.pages.council import choice_tables
from scoring.publishing.results import dossier_of


class CouncilTable:
    """The widgets and what they show. `office` is the year with every decision recorded here so far."""

    def __init__(self, office: Office) -> None:
        self.office = office
        year = office.evaluation.year
        self.shown, self.message = widgets.HTML(), widgets.HTML()
        self.unit, self.answer = chosen("Đơn vị", []), chosen("Quyết định", _answers(office), width="520px")
        self.votes = typed("Phiếu đồng ý", width="280px", placeholder="ví dụ 12/15")
        self.reason = typed("Lý do, ghi chú", width="98%", placeholder="nêu biên bản, căn cứ")
        self.role, self.made_on = (
            post("Người quyết định", year.plan.posts.council),
            typed("Ngày quyết định", value=today(), width="280px"),
        )
        self.appeal = typed("Số văn bản phúc tra", width="330px", placeholder="ví dụ 02/QĐ-PT", beside="160px")
        self.appeal.layout.display = "flex" if publications_of(year.folder) else "none"
        self._show()

    def view(self) -> widgets.VBox:
        """The quotas and who is in question, then the lines for a decision."""
        row = widgets.Layout(flex_flow="row wrap")
        acts = [
            button("Ghi quyết định", self._save_pressed, style="primary"),
            button("Rút quyết định", self._withdraw_pressed, tooltip="Trở lại như trước quyết định của hội đồng"),
            button("Đồng ý mọi đề xuất", self._accept_pressed, tooltip="Chọn mọi đơn vị được đề xuất trong tỷ lệ"),
        ]
        for act in acts:
            act.disabled = is_read_only()
        return sheet(
            *([text(READ_ONLY)] if is_read_only() else []),
            self.shown,
            widgets.HBox([self.unit, self.answer], layout=row),
            widgets.HBox([self.role, self.made_on, self.votes, self.appeal], layout=row),
            self.reason,
            widgets.HBox(acts, layout=row),
            self.message,
        )

    def _show(self) -> None:
        """The tables and the units in question as they stand now."""
        evaluation, before = self.office.evaluation, self.unit.value
        self.shown.value = choice_tables(dossier_of(evaluation)).html
        standings = evaluation.standings
        waiting = awaited_choices(standings, evaluation.quotas, evaluation.year.rubric)
        asked = {unit for one in waiting for unit in (*one.proposed, *one.undecided)}
        asked |= set(standings.loc[standings["selection"].ne(""), "unit"].astype(str))
        units = evaluation.year.units
        own = units[units["id"].isin(asked)]
        self.unit.options = list(zip(own["short_name"], own["id"], strict=True))
        self.unit.value = before if before in asked else next(iter(own["id"]), None)

    # What is decided

    def _save_pressed(self) -> None:
        def saved() -> str:
            kind, value = self.answer.value
            return self._recorded({self._unit(): self._ruling(kind, value)})

        self._answer(saved)

    def _withdraw_pressed(self) -> None:
        def withdrawn() -> str:
            last = self.office.standing.last.get((self._unit(), "", COUNCIL, "band"), ())
            kind = last[0].kind if last else "band"
            return self._recorded({self._unit(): self._ruling(WITHDRAWN, kind)})

        self._answer(withdrawn)

    def _accept_pressed(self) -> None:
        def accepted() -> str:
            evaluation = self.office.evaluation
            waiting = awaited_choices(evaluation.standings, evaluation.quotas, evaluation.year.rubric)
            signed = {"reason": self._grounds(), "role": self.role.value}
            rulings = acceptance(waiting, made_on=stated_day(self.made_on), **signed)
            if not rulings:
                return "Không có đề xuất nào chờ hội đồng"
            stated = {one: ruling.model_copy(update={"appeal": self.appeal.value}) for one, ruling in rulings.items()}
            return self._recorded(stated)

        self._answer(accepted)

    def _unit(self) -> str:
        if self.unit.value is None:
            what = "không có đơn vị nào trong diện xét của tỷ lệ khống chế"
            raise DecisionError("quyết định", [Fault("đơn vị", what)])
        unit: str = self.unit.value
        return unit

    def _ruling(self, kind: str, value: str) -> Ruling:
        return Ruling(
            unit=self._unit(),
            stage=COUNCIL,
            kind=kind,
            value=value,
            reason=self._grounds(),
            role=self.role.value,
            made_on=stated_day(self.made_on),
            appeal=self.appeal.value,
        )

    def _grounds(self) -> str:
        """The reason, with the votes where they were written down; "" without a reason, which is then asked for."""
        reason, votes = self.reason.value.strip(), self.votes.value.strip()
        return f"{reason}; {votes} phiếu đồng ý" if reason and votes else reason

    def _recorded(self, rulings: dict[str, Ruling]) -> str:
        """Record rulings and show how the units stand then."""
        if is_read_only():
            raise DecisionError("quyết định", [Fault("bàn này", "chỉ để xem", mend="mở bằng run.py desk --write")])
        evaluation = self.office.evaluation
        year = evaluation.year
        made = record_decisions(year.folder, rulings, year.rubric, year.units, evaluation.entries)
        self.office = self.office.read_again()
        self._show()
        self.reason.value = self.votes.value = ""
        tell_all(self.office)
        return f"Đã ghi {len(made)} quyết định" if made else "Quyết định này đã có từ trước"

    def _answer(self, act: Callable[[], str]) -> None:
        """Do it and say so, or say why it cannot be done; the lines keep what was typed then."""
        try:
            done = act()
            self.message.value = as_html(f"{self.role.value}, {self.made_on.value}.", lead=f"{done}:")
        except ScoringError as error:
            self.message.value = trouble(error)


def _answers(office: Office) -> list[tuple[str, tuple[str, str]]]:
    """What the council may say of a unit in question."""
    rubric = office.evaluation.year.rubric
    names = {band.id: f"“{band.name}”" for band in rubric.bands}
    by_quota = chosen_bands(rubric)
    return [
        *((f"Chọn mức {names[band]}, trong tỷ lệ", ("band", band)) for band in by_quota),
        *((f"Không chọn, xếp mức {names[band]}", ("lowered", band)) for band in reversed(lower_bands(rubric))),
        *((f"Giữ mức {names[band]}, ngoài tỷ lệ", ("beyond_quota", band)) for band in by_quota),
    ]


def council(office: Office) -> widgets.VBox:
    """The council's table over a year."""
    return CouncilTable(office).view()
