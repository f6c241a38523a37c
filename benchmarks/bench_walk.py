"""Measure the whole walk, from a folder of Excel forms to the last document, each time in a process started for it.

`python -m benchmarks.bench_walk` (README.md says what is measured and against what).
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import pickle
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd
import psutil
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from benchmarks.bench_documents import list_documents, memory_share, papermill_nbconvert
from benchmarks.larger_year import make_year

PROJECT = Path(__file__).parents[1]
YEAR = "2024"
LOOPED = 2
"""Units the loop makes; more would only take longer."""

ONE_MORE_UP_TO = 1000
"""Units; in larger years no run with one report more is made, which would take minutes and tell nothing new."""


class Stage(NamedTuple):
    """What a verb says it is at, and the seconds by the clock and of all its processes until it says something else."""

    said: str
    wall: float
    cpu: float


@dataclass
class Run:
    """One start of a verb: seconds by the clock and of the processors, and what all its processes held at most."""

    what: str
    wall: float = 0.0
    cpu: float = 0.0
    gigabytes: float = 0.0
    stages: list[Stage] = field(default_factory=list)


def main() -> None:
    """Walk years of every size, print a table of the runs and one of the stages of the first."""
    asked = _arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process below would compile this project anew
    if asked.loop:
        sys.stdout.write(json.dumps(_loop(Path(asked.loop))))
        return
    console = Console(width=140)
    console.print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.platform()}")
    with TemporaryDirectory() as scratch:
        loop = _looped(Path(scratch) / "loop")
        for size in asked.sizes:
            walk = _Walk(Path(scratch) / str(size), size)
            runs = list(walk.runs())
            console.print(_run_table(runs, walk, loop))
            console.print(_stage_table(runs))
            shutil.rmtree(walk.project)
    console.print(f"load {os.getloadavg()[0]:.1f} at the end")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[40, 400, 2000])
    parser.add_argument("--loop", help="make some units as an evaluator's loop would, below this folder")
    return parser.parse_args()


class _Walk:
    """A project of its own in a folder, with a year of so many units, two of whose reports are held back at first."""

    def __init__(self, project: Path, units: int) -> None:
        self.project = project
        for part in ("scoring", "notebooks"):
            shutil.copytree(PROJECT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(project / "scoring", quiet=1)
        reports = make_year(PROJECT / "data" / YEAR, project / "data" / YEAR, units)
        register = pd.read_csv(project / "data" / YEAR / "units.csv")
        self.units, self.reports = int(register.loc[register["to"].isna(), "id"].nunique()), reports
        self._held_back: list[Path] = []

    def runs(self) -> Iterator[Run]:
        """The same verbs in the order of an office's days: first run, nothing changed, one report more."""
        self._hold_back(2)
        for verb in ("assess", "check"):
            shutil.rmtree(self.project / "cache", ignore_errors=True)
            yield self._run(verb, f"{verb}: first run")
            yield self._run(verb, f"{verb}: nothing changed")
            if self.units <= ONE_MORE_UP_TO:
                self._bring_one()
                yield self._run(verb, f"{verb}: one new report")

    def _hold_back(self, count: int) -> None:
        folder = self.project / "data" / YEAR / "reports"
        aside = self.project / "held_back"
        aside.mkdir()
        for report in sorted(folder.glob("*.xlsx"))[:: self.reports // count][:count]:
            self._held_back.append(Path(shutil.move(report, aside)))

    def _bring_one(self) -> None:
        shutil.move(self._held_back.pop(), self.project / "data" / YEAR / "reports")

    def _run(self, verb: str, what: str) -> Run:
        """Start a verb, listen to how far it is, and look at what its processes hold."""
        run, began = Run(what), time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "scoring", verb, "--year", YEAR, "--progress", "json"],
            cwd=self.project,
            env={**os.environ, "SCORING_CACHE": str(self.project / "cache"), "PYTHONUTF8": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        listening = threading.Thread(target=_listen, args=(child, run, began))
        listening.start()
        while listening.is_alive():
            run.gigabytes = max(run.gigabytes, _held(child.pid))
            listening.join(timeout=0.5)
        _, status, used = os.wait4(child.pid, 0)
        if os.waitstatus_to_exitcode(status) not in {0, 1}:  # 1: something is to be mended, as in the sample year
            raise RuntimeError(what)
        run.wall, run.cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
        _close(run, run.wall, run.cpu)
        return run


def _listen(child: subprocess.Popen[str], run: Run, began: float) -> None:
    """Note when a verb says that it begins something else."""
    run.stages.append(Stage("start", 0.0, 0.0))
    for line in child.stderr or ():
        if not line.startswith('{"progress"'):
            continue
        said = json.loads(line)["progress"]["said"]
        if said != run.stages[-1].said:
            wall, cpu = time.perf_counter() - began, _used(child.pid)
            _close(run, wall, cpu)
            run.stages.append(Stage(said, wall, cpu))


def _close(run: Run, wall: float, cpu: float) -> None:
    """The last stage from when it began to how long it took."""
    last = run.stages[-1]
    run.stages[-1] = Stage(last.said, wall - last.wall, cpu - last.cpu)


def _family(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _used(pid: int) -> float:
    """Seconds of the processors of a process and everything below it, what has ended included."""
    seconds = 0.0
    for process in _family(pid):
        try:
            seconds += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return seconds


def _held(pid: int) -> float:
    """GB a process and everything below it hold, shared pages counted once (Linux)."""
    return sum(memory_share(process.pid) for process in _family(pid)) / 1e6


# The loop an evaluator would write


def _looped(scratch: Path) -> dict[str, float]:
    """Seconds a unit of the loop, in a process of its own."""
    scratch.mkdir()
    command = [sys.executable, "-m", __spec__.name, "--loop", str(scratch)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _loop(scratch: Path) -> dict[str, float]:
    """For some units: pandas.read_excel of their reports, papermill, nbconvert; a first one warms it."""
    data = PROJECT / "data" / YEAR
    documents = pickle.loads(list_documents(scratch, data, 1 + LOOPED).read_bytes())  # noqa: S301  our own file
    papermill_nbconvert(documents[:1])
    began, used = time.perf_counter(), os.times()
    for document in documents[1:]:
        unit = document.name.partition(".")[0]
        for report in (data / "reports").glob(f"{unit}_*.xlsx"):
            pd.read_excel(report, sheet_name=None)
        papermill_nbconvert([document])
    ended = os.times()
    return {
        "wall": (time.perf_counter() - began) / LOOPED,
        "cpu": (sum(ended[:4]) - sum(used[:4])) / LOOPED,
    }


# What is printed


def _run_table(runs: list[Run], walk: _Walk, loop: dict[str, float]) -> Table:
    title = f"{walk.units} units, {walk.reports} reports"
    table = Table("run", "wall s", "CPU s", "CPU ms a unit", "peak GB", "loop, scaled: wall s", "CPU s", box=MARKDOWN)
    table.title = title
    for run in runs:
        is_whole = run.what == "assess: first run"
        scaled = [f"{walk.units * loop[name]:,.0f}" if is_whole else "" for name in ("wall", "cpu")]
        figures = (f"{run.wall:.1f}", f"{run.cpu:.1f}", f"{1000 * run.cpu / walk.units:.0f}", f"{run.gigabytes:.2f}")
        table.add_row(run.what, *figures, *scaled)
    return table


def _stage_table(runs: list[Run]) -> Table:
    table = Table("run", "stage", "wall s", "CPU s", box=MARKDOWN)
    for run in runs:
        for stage in run.stages:
            table.add_row(run.what, stage.said, f"{stage.wall:.1f}", f"{stage.cpu:.1f}")
    return table


if __name__ == "__main__":
    main()
