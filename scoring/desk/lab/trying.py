"""Trying changes: a figure, target, weight, band edge or quota on a copy of the year; nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import ipywidgets as widgets

from scoring.assessment.appeals import UnitChange
from scoring.assessment.suppositions import (
    SupposedEdge,
    SupposedFigure,
    SupposedMaximum,
    SupposedShare,
    SupposedTarget,
    Supposition,
    target_figures,
    with_figures,
)
from scoring.assessment.whatif import Effect, compare_supposed
from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.wording import number
from scoring.desk.lab.figure_entry import FigureEntry
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import as_html, block_widget, button, chosen, sheet, text, trouble, typed, typed_figure
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.reports.fields import all_lines, decimals
from scoring.rubric.model import Rubric
from scoring.rubric.parameters import PERCENT
from scoring.scores.ranking import ladder


class Worded(NamedTuple):
    """A supposition, and the words for it."""

    words: str
    supposition: Supposition


class TrialForm(NamedTuple):
    """What is asked for one kind of change, and how it is read (raises ScoringError where it is not filled in well)."""

    name: str
    view: widgets.Widget
    read: Callable[[], Worded]


class Trial:
    """The forms, what has been supposed so far, and what it comes to."""

    def __init__(self, office: Office) -> None:
        self.office, self.stated = office, list[Worded]()
        rubric = office.evaluation.year.rubric
        forms = [_figure_form(office), _target_form(rubric), _maximum_form(rubric), _edge_form(rubric)]
        self.forms = [*forms, *([_share_form(rubric)] if rubric.quotas else [])]
        self.kind = chosen("Thay đổi", [(form.name, place) for place, form in enumerate(self.forms)])
        self.asked = widgets.VBox([self.forms[0].view])
        self.kind.observe(lambda _: self._kind_chosen(), names="value")
        self.message, self.listed = widgets.HTML(), widgets.HTML()
        self.outcome = widgets.VBox()

    def view(self) -> widgets.VBox:
        """The trial, in the order of the Tab key."""
        acts = [
            button("Thử", self._add_pressed, style="primary"),
            button("Bỏ thay đổi sau cùng", lambda: self._keep(self.stated[:-1])),
            button("Bỏ hết", lambda: self._keep([])),
        ]
        parts = [self.kind, self.asked, widgets.HBox(acts), self.message, self.listed, self.outcome]
        return sheet(text("Chỉ thử trên bản sao, không ghi lại gì."), *parts)

    def _kind_chosen(self) -> None:
        self.asked.children = [self.forms[self.kind.value].view]

    def _add_pressed(self) -> None:
        try:
            self._keep([*self.stated, self.forms[self.kind.value].read()])
        except ScoringError as error:
            self.message.value = trouble(error)

    def _keep(self, stated: list[Worded]) -> None:
        """Suppose this from now on, and show what it comes to; what cannot be supposed changes nothing."""
        office = self.office
        outcome = compare_supposed(office.evaluation, office.standing, [one.supposition for one in stated])
        self.stated, self.message.value = stated, ""
        self.listed.value = as_html(*(f"• {one.words}" for one in stated), lead="Đang thử:") if stated else ""
        self.outcome.children = [block_widget(outcome_block(outcome))] if stated else []


def trial(office: Office) -> widgets.VBox:
    """Try changes of figures and rules over a year."""
    return Trial(office).view()


def outcome_block(outcome: Effect) -> Block:
    """What suppositions change: how much in all, then unit by unit, those that change their band first."""
    touched, quotas = outcome.comparison
    units = [one for one in touched if any(before != after for before, after in _pairs(one))]
    lines = [_counts(units), *outcome.remarks]
    lines += [f"Tỷ lệ khống chế: {before} → {after}." for before, after in quotas]
    columns = [
        Column("Đơn vị", 3, names_rows=True),
        Column("Tổng điểm", 1.5),
        Column("Mức", 2.5),
        Column("Hạng", 1.3),
        Column("Xét chọn", 2.5),
    ]
    rows = [
        (one.name, *map(_before_after, _pairs(one)))
        for one in sorted(units, key=lambda one: (one.band[0] == one.band[1], one.rank[0] == one.rank[1]))
    ]
    return blocks.page(
        blocks.bullets(lines), *([blocks.table("Trước và sau khi thay đổi", columns, rows)] if rows else [])
    )


def _counts(units: Sequence[UnitChange]) -> str:
    moved = {
        name: sum(before != after for before, after in pairs)
        for name, pairs in (
            ("tổng điểm", [one.total for one in units]),
            ("mức", [one.band for one in units]),
            ("hạng", [one.rank for one in units]),
        )
    }
    told = [f"{count} đơn vị đổi {name}" for name, count in moved.items() if count]
    return f"{', '.join(told)}." if told else "Không đơn vị nào đổi điểm, mức hay hạng."


def _pairs(change: UnitChange) -> tuple[tuple[str, str], ...]:
    return change.total, change.band, change.rank, change.selection


def _before_after(pair: tuple[str, str]) -> str:
    before, after = pair
    return before if before == after else f"{before} → {after}"


# What is asked for each kind of change


def _figure_form(office: Office) -> TrialForm:
    """Another result, points or fact of one unit."""
    units, rubric = office.evaluation.year.units, office.evaluation.year.rubric
    eligible = units[units["eligible"].to_numpy(bool)]
    lines = {line.id: line for line in all_lines(rubric)}
    unit = chosen("Đơn vị", list(zip(eligible["name"], eligible["id"], strict=True)))
    line = chosen("Tiêu chí", [(f"{one.id}. {one.name}", one.id) for one in lines.values()])
    entry = FigureEntry(lambda: None)
    line.observe(lambda _: entry.ask(lines[line.value]), names="value")
    entry.ask(lines[line.value])

    def read() -> Worded:
        entered = entry.entered()
        if entered is None:
            raise ParameterError(line.value, [Fault(line.value, "chưa ghi kết quả hoặc điểm định thử")])
        words = f"{unit.label}, {line.value}: {'điểm' if entered.kind == 'points' else 'kết quả'} {entry.words()}"
        return Worded(words, SupposedFigure(unit.value, line.value, *entered))

    return TrialForm("Kết quả hoặc điểm của một đơn vị", widgets.VBox([unit, line, entry.view]), read)


def _target_form(rubric: Rubric) -> TrialForm:
    """Another target of a criterion, in the form it has."""
    items = {item.id: item for item in rubric.items if "target" in item.params}
    criterion = chosen("Tiêu chí", [(f"{item.id}. {item.name}", item.id) for item in items.values()])
    lines = widgets.VBox()

    def ask() -> None:
        figures = target_figures(items[criterion.value].parameter("target"), rubric)
        lines.children = [typed(words, value=number(now) if now is not None else "") for words, now in figures.items()]

    def read() -> Worded:
        item = items[criterion.value]
        is_share = item.parameter("target").percent is not None
        places = _PERCENT_PLACES if is_share else decimals(item)
        figures = [typed_figure(line, item.id, places=places) for line in lines.children]
        told = "; ".join(f"{line.description}: {line.value}" for line in lines.children)
        target = with_figures(item.parameter("target"), figures)
        return Worded(f"Chỉ tiêu {item.id} ({told})", SupposedTarget(item.id, target))

    criterion.observe(lambda _: ask(), names="value")
    ask()
    return TrialForm("Chỉ tiêu của một tiêu chí", widgets.VBox([criterion, lines]), read)


def _maximum_form(rubric: Rubric) -> TrialForm:
    """Another maximum of an item."""
    return _one_figure(
        "Điểm tối đa của một tiêu chí",
        ("Tiêu chí", "Điểm tối đa"),
        {item.id: (f"{item.id}. {item.name}", item.max_points) for item in rubric.items},
        rubric.points.decimals,
        SupposedMaximum,
    )


def _edge_form(rubric: Rubric) -> TrialForm:
    """Another beginning of a band."""
    return _one_figure(
        "Điểm bắt đầu của một mức",
        ("Mức", "Bắt đầu từ"),
        {band.id: (band.name, band.from_ or Decimal(0)) for band in ladder(rubric)[1:]},
        rubric.figure.decimals,
        SupposedEdge,
    )


def _share_form(rubric: Rubric) -> TrialForm:
    """Another share of a quota."""
    return _one_figure(
        "Tỷ lệ khống chế của một mức",
        ("Mức", "Tỷ lệ %"),
        {quota.band: (rubric.band[quota.band].name, quota.share) for quota in rubric.quotas},
        _PERCENT_PLACES,
        SupposedShare,
    )


_PERCENT_PLACES = len(str(PERCENT)) - 1
"""Decimals of a percent in a rubric."""


def _one_figure(
    name: str,
    labels: tuple[str, str],
    options: Mapping[str, tuple[str, Decimal]],
    places: int,
    suppose: Callable[[str, Decimal], Supposition],
) -> TrialForm:
    """A form that asks for one of several things, and its new figure. options: words and the present figure by id."""
    picked = chosen(labels[0], [(words, one) for one, (words, _) in options.items()])
    line = typed(labels[1])

    def ask() -> None:
        line.value = number(options[picked.value][1])

    def read() -> Worded:
        supposed = typed_figure(line, options[picked.value][0], places=places)
        return Worded(f"{labels[1]} – {picked.label}: {number(supposed)}", suppose(picked.value, supposed))

    picked.observe(lambda _: ask(), names="value")
    ask()
    return TrialForm(name, widgets.VBox([picked, line]), read)
