"""The lines on which a figure is entered for a criterion or fact: a result, chosen or typed, or points."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import ipywidgets as widgets

from scoring.desk.parts import chosen, said, typed
from scoring.errors import Fault, ParameterError
from scoring.fields import choices
from scoring.rubric import Criterion, Fact
from scoring.rulings import takes_value
from scoring.wording import number


class Entered(NamedTuple):
    """What was entered, as rulings write it."""

    kind: str
    value: str


class Entry:
    """The lines for one criterion after the other; `changed` is told of every change."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.item: Criterion | Fact | None = None
        self.value, self.points = typed("Kết quả"), typed("hoặc điểm")
        self.choice = chosen("Kết quả", [], width="340px")
        self.view = widgets.VBox()
        for line in (self.value, self.choice, self.points):
            line.observe(lambda _: changed(), names="value")

    def ask(self, item: Criterion | Fact) -> None:
        """Show blank lines for a criterion or fact."""
        # first of all: what was entered for another criterion is not meant for this one
        self.value.value = self.points.value = ""
        self.item, words = item, choices(item)
        self.choice.options = [("", ""), *((word, str(place)) for place, word in enumerate(words))]
        rows = []
        if takes_value(item):
            measured = item.indicator.value_unit if isinstance(item, Criterion) and item.indicator else ""
            rows.append(widgets.HBox([self.choice if words else self.value, widgets.HTML(said(measured))]))
        if isinstance(item, Criterion):
            self.points.description = "hoặc điểm" if rows else "Điểm"
            rows.append(widgets.HBox([self.points, widgets.HTML(said(f"tối đa {number(item.max_points)}"))]))
        self.view.children = rows

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
        """Put the cursor on the first line."""
        self.view.children[0].children[0].focus()
