"""Where the year stands, told again whenever a button has done something."""

from __future__ import annotations

import ipywidgets as widgets

from scoring.core.errors import ScoringError
from scoring.desk.lab.live import after_each
from scoring.desk.lab.office import Office, open_office
from scoring.desk.lab.widgets import sheet, trouble
from scoring.pages.progress import progress_chart, progress_table


def progress(office: Office, *, chart: bool = True) -> widgets.VBox:
    """The milestones of the year as a picture (chart) and in figures; both are of now after every button."""
    folder, shown = office.evaluation.year.folder, widgets.HTML()

    def show(now: Office) -> None:
        parts = [*([progress_chart(now.progress)] if chart else []), progress_table(now.progress)]
        shown.value = "".join(part.html for part in parts)

    def show_again(now: Office | None) -> None:
        try:
            show(now or open_office(int(folder.name), str(folder.parent)))
        except ScoringError as error:
            shown.value = trouble(error)

    show(office)
    after_each("progress", office, show_again)
    return sheet(shown)
