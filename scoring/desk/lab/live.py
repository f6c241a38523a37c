"""What is shown of a year stays true: it is shown again after every button and decision, here or anywhere else.

Each notebook has a process of its own. What another notebook, a colleague or the command line records is seen within
`_SECONDS` by the year's files; a notebook that a program runs is not kept true, for nobody looks at it any more.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import ipywidgets as widgets

from scoring.assessment.overview import Overview
from scoring.core.errors import ScoringError
from scoring.desk.lab.office import Office, open_office
from scoring.desk.lab.widgets import sheet, trouble
from scoring.pages.blocks import Block

_SECONDS = 5.0
"""Between two looks at a year's files."""
_FOLDERS = ("decisions", "reports")
"""What changes in a year's folder while it is worked on."""

State = frozenset[tuple[str, int]]
_LISTENERS: dict[str, Callable[[Office | None], None]] = {}
_SEEN: dict[Path, State] = {}
"""By year's folder that is watched, its files as they were when everything was last shown."""
_WATCHES: dict[Path, asyncio.Task[None]] = {}


def after_each(name: str, office: Office, act: Callable[[Office | None], None]) -> None:
    """Have something done after every change of a year; a name is heard once, however often its cell is run.

    act: takes the year as it stands then, None where whoever changed it has not read it.
    """
    _LISTENERS[name] = act
    folder = office.evaluation.year.folder.absolute()
    with suppress(RuntimeError):  # no loop runs where a program runs the notebook
        loop = asyncio.get_running_loop()
        if folder not in _WATCHES or _WATCHES[folder].done():
            _SEEN[folder] = state_of(folder)
            _WATCHES[folder] = loop.create_task(_watch(folder))


async def _watch(folder: Path) -> None:
    """Show everything again whenever the files of a year's folder are others than when it was last shown."""
    while True:
        await asyncio.sleep(_SECONDS)
        if state_of(folder) != _SEEN[folder]:
            try:
                now = open_office(int(folder.name), str(folder.parent))
            except ScoringError:  # being copied or edited: what is shown says what is wrong
                now = None
            tell_all(now)


def state_of(folder: Path) -> State:
    """The files and folders of a year that change while it is worked on, each with the time it was written."""
    found, waiting = set[tuple[str, int]](), [folder / name for name in _FOLDERS]
    while waiting:  # not by recursion, however deep the folders are
        with suppress(OSError), os.scandir(waiting.pop()) as entries:  # one may be gone in the meantime
            for entry in entries:
                found.add((entry.path, entry.stat(follow_symlinks=False).st_mtime_ns))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
    return frozenset(found)


def tell_all(now: Office | None = None) -> None:
    """Say that a verb ended, or that something was decided and how the year stands since."""
    _SEEN.update({folder: state_of(folder) for folder in _SEEN})  # before: what changes meanwhile is seen next time
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

    after_each(part.__name__, office, show_again)
    return sheet(shown)
