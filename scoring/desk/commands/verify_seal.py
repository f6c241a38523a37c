"""The verb that proves a published year; it loads next to nothing, and never opens the year itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.text import Text

from scoring.core.choices import MAIN
from scoring.decisions.seal import tell
from scoring.desk.commands.screen import CONSOLE, main_folder


def run_verify_seal(options: argparse.Namespace) -> int:
    """Tell whether a year, or a copy of it, is as published; the year need not be readable."""
    folder = options.folder or year_folder(main_folder(options), options.rubric)
    is_kept, lines = tell(folder, options.code)
    CONSOLE.print(Text("\n".join(lines)))
    return 0 if is_kept else 1


def year_folder(main: Path, rubric: str) -> Path:
    """The folder of a rubric's year, whether or not it can be read."""
    return main if rubric == MAIN else main.parent / rubric / main.name
