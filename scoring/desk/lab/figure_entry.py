"""The lines on which a figure is entered for a criterion or fact: a result, chosen or typed, or points."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import ipywidgets as widgets

from scoring.core.errors import Fault, ParameterError
from scoring.core.wording import number
from scoring.decisions.rulings import takes_value
from scoring.desk.lab.widgets import as_html, chosen, typed
from scoring.reports.fields import choices
from scoring.rubric.model import Criterion, Fact


class Entered(NamedTuple):
    """What was entered, as rulings write it."""

    kind: str
    value: str


class FigureEntry:
    """The lines for one criterion after the other; `changed` is told of every change.

    The lines stay where they are and are only shown or hidden: a line made anew would take the cursor away from who
    types.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.item: Criterion | Fact | None = None
        self.value, self.points = typed("Kết quả"), typed("Điểm")
        self.choice = chosen("Kết quả", [], width="340px")
        self.measure, self.most = widgets.HTML(), widgets.HTML()
        lines = (self.value, self.choice, self.points)
        self.rows = {
            line: widgets.HBox([line, beside])
            for line, beside in zip(lines, (self.measure, widgets.HTML(), self.most), strict=True)
        }
        self.view = widgets.VBox(list(self.rows.values()))
        for line in lines:
            line.observe(lambda _: changed(), names="value")

    def ask(self, item: Criterion | Fact) -> None:
        """Show blank lines for a criterion or fact."""
        # first of all: what was entered for another criterion is not meant for this one
        self.value.value = self.points.value = ""
        self.item, words = item, choices(item)
        self.choice.options = [("", ""), *((word, str(place)) for place, word in enumerate(words))]
        is_criterion = isinstance(item, Criterion)
        has_value = takes_value(item)
        for line, is_asked in (
            (self.value, has_value and not words),
            (self.choice, has_value and bool(words)),
            (self.points, is_criterion),
        ):
            self.rows[line].layout.display = "flex" if is_asked else "none"
        self.points.description = "hoặc điểm" if has_value else "Điểm"
        if isinstance(item, Criterion):
            self.measure.value = as_html(item.indicator.value_unit if item.indicator else "")
            self.most.value = as_html(f"tối đa {number(item.max_points)}")
        else:
            self.measure.value = ""

    def entered(self) -> Entered | None:
        """What the lines say; None where they are blank. Raises ParameterError where both are filled in."""
        item = self.item
        if item is None:
            return None
        value = str((self.choice if choices(item) else self.value).value).strip()
        points = str(self.points.value).strip()
        if value and points:
            fault = Fault(item.id, "vừa ghi kết quả vừa ghi điểm", mend="chỉ ghi một trong hai ô")
            raise ParameterError(item.id, [fault])
        if not value and not points:
            return None
        kind = "fact" if isinstance(item, Fact) else "value" if value else "points"
        return Entered(kind, value or points)

    def words(self) -> str:
        """The figure as it was chosen or typed."""
        return str(self.points.value.strip() or self.choice.label or self.value.value.strip())

    def focus(self) -> None:
        """Put the cursor on the first line that is shown."""
        next(line for line, row in self.rows.items() if row.layout.display != "none").focus()
