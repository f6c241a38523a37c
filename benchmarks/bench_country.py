"""Measure how long a country takes: this engine against a loop over units and against SQL (README.md says more)."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from benchmarks.country import PERIODS, criteria, write_country
from benchmarks.ways import WAYS

SCALED = "loop"
"""The way that would take too long on a large country."""


class Measure(NamedTuple):
    """One run: seconds by the clock and of the processors, the process's largest memory, and what came out."""

    wall: float
    cpu: float
    gigabytes: float
    result: str


def main() -> None:
    """Make a country of each size, let every way score it in turn, and print medians and ratios."""
    asked = _arguments()
    if asked.way:
        _run_once(asked.way, Path(asked.folder))
        return
    headings = ("units", "way", "wall s", "CPU s", "peak GB", "CPU ms a unit", "wall ratio", "CPU ratio")
    table = Table(*headings, box=MARKDOWN)
    with TemporaryDirectory() as scratch:
        for line in _lines(sorted(asked.sizes), asked.rounds, Path(scratch)):
            table.add_row(*line)
    rows = len(criteria()) * len(PERIODS)
    console = Console(width=120)
    console.print(f"{rows} rows a unit, {asked.rounds} rounds, {os.cpu_count()} processors, {platform.platform()}")
    console.print(table)


def _lines(sizes: list[int], rounds: int, scratch: Path) -> Iterator[tuple[str, ...]]:
    """The table's lines. The loop runs on the smallest country; for the others its time is scaled by their units."""
    for units in sizes:
        folder = scratch / str(units)
        write_country(folder, units)
        ways = [way for way in WAYS if way != SCALED or units == sizes[0]]
        medians = {way: _median(runs) for way, runs in _measured(ways, folder, rounds).items()}
        if units == sizes[0]:
            loop = medians[SCALED]
        else:
            times = units / sizes[0]
            medians[f"{SCALED}, scaled"] = loop._replace(wall=loop.wall * times, cpu=loop.cpu * times, gigabytes=0)
        yield from (_line(units, way, measure, medians["engine"]) for way, measure in medians.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 124_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help="run one way once and print its figures as JSON")
    parser.add_argument("--folder", help="the country that way is to score")
    return parser.parse_args()


def _run_once(way: str, folder: Path) -> None:
    """What a child process does: everything from the files to the ranks, imports left out."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = WAYS[way](folder)
    measured = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    digest = hashlib.sha256(result.to_csv(index=False).encode()).hexdigest()
    sys.stdout.write(json.dumps(measured | {"result": digest}))


def _measured(ways: list[str], folder: Path, rounds: int) -> dict[str, list[Measure]]:
    """Every way once a round, each in a process of its own. Raises RuntimeError where two ways disagree."""
    measures: dict[str, list[Measure]] = defaultdict(list)
    for _ in range(rounds):
        for way in ways:
            measures[way].append(_in_a_child(way, folder))
    if len({measure.result for runs in measures.values() for measure in runs}) != 1:
        raise RuntimeError(f"the ways {ways} do not give the same totals, bands and ranks")
    return measures


def _in_a_child(way: str, folder: Path) -> Measure:
    command = [sys.executable, "-m", __spec__.name, "--way", way, "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        said = child.stdout.read() if child.stdout else b""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{way} failed on {folder.name} units")
    # Linux counts ru_maxrss in kilobytes
    return Measure(gigabytes=used.ru_maxrss / 1_000_000, **json.loads(said))


def _median(runs: list[Measure]) -> Measure:
    """The median of each figure."""
    wall, cpu, gigabytes = (median(run[place] for run in runs) for place in range(3))
    return Measure(wall, cpu, gigabytes, runs[0].result)


def _line(units: int, way: str, measure: Measure, engine: Measure) -> tuple[str, ...]:
    """One line of the table; the ratios say how many times the engine's time it is."""
    return (
        f"{units:,}",
        way,
        f"{measure.wall:.2f}",
        f"{measure.cpu:.2f}",
        f"{measure.gigabytes:.2f}" if measure.gigabytes else "",
        f"{1000 * measure.cpu / units:.3f}",
        f"{measure.wall / engine.wall:.2f}",
        f"{measure.cpu / engine.cpu:.2f}",
    )


if __name__ == "__main__":
    main()
