"""What is shown of a year stays true: it is shown again after every button and every decision."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from scoring.assessment.overview import Overview
from scoring.core.errors import ScoringError
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import sheet, trouble
from scoring.pages.blocks import Block

_LISTENERS: dict[str, Callable[[Office | None], None]] = {}


def after_each(name: str, act: Callable[[Office | None], None]) -> None:
    """Have something done after every change; a name is heard once, however often its cell is run.

    act: takes the year as it stands then, None where whoever changed it has not read it.
    """
    _LISTENERS[name] = act


def tell_all(now: Office | None = None) -> None:
    """Say that a verb ended, or that something was decided and how the year stands since."""
    for act in list(_LISTENERS.values()):
        act(now)


def live(office: Office, part: Callable[[Overview], Block]) -> widgets.VBox:
    """A part of the year's overview with the decisions as they are on disk, now and after every change."""
    shown = widgets.HTML(part(office.evaluation.overview()).html)

    def show_again(now: Office | None) -> None:
        try:
            shown.value = part((now or office.read_again()).evaluation.overview()).html
        except ScoringError as error:
            shown.value = trouble(error)

    after_each(part.__name__, show_again)
    return sheet(shown)
