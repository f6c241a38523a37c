"""Measure what a second Dask worker is worth, and what Dask costs beside one process (README.md says more)."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from scoring.assessment.evaluation import evaluate
from scoring.publishing.batch import Document, make_documents, make_here
from scoring.publishing.cluster.scheduler import makers
from scoring.publishing.results import write_results
from scoring.publishing.year_documents import year_documents
from scoring.register.year import open_year

PROJECT = Path(__file__).parents[1]
MOMENT = 1735603200
HERE = "one process, no Dask"
FORMATS = ("ipynb", "html", "pdf")


def main() -> None:
    """Let one process, one worker and two workers make the same documents in turn, and print medians and ratios."""
    asked = _arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it every process below would compile this project anew
    if asked.documents:
        _run_once(Path(asked.documents), asked.address)
        return
    seconds: dict[str, list[float]] = defaultdict(list)
    with TemporaryDirectory() as scratch, ExitStack() as clusters:
        listed, count = _list_documents(Path(scratch), asked.copies)
        ways = {HERE: ""}
        for workers in (1, 2):
            ways[f"Dask workers: {workers}"] = clusters.enter_context(_cluster(Path(scratch), workers))
        for turn in range(asked.rounds + 1):
            for way, address in ways.items():
                taken = _in_a_process(listed, address)
                if turn:  # in the first the workers load what they need
                    seconds[way].append(taken)
    console = Console(width=120)
    console.print(f"{count} documents, {asked.rounds} rounds, {os.cpu_count()} processors, {platform.platform()}")
    console.print(_table({way: median(taken) for way, taken in seconds.items()}, count))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=3, help="how often each of the sample year's 40 units is made")
    parser.add_argument("--documents", help="make these once and print the seconds")
    parser.add_argument("--address", default="", help="by the cluster of this scheduler")
    return parser.parse_args()


def _list_documents(scratch: Path, copies: int) -> tuple[Path, int]:
    """Score the sample year once; the list of its units' documents, each so many times, for the measured processes."""
    out = scratch / "outputs" / "2024"  # as the documents state it from the working folder
    out.mkdir(parents=True)
    assessments, dossier = write_results(evaluate(open_year(PROJECT / "data" / "2024")), out)
    units = {one.unit.id for one in assessments}
    once = [one for one in year_documents(assessments, dossier, out, units=units, formats=FORMATS) if one.reads]
    listed = [replace(one, name=f"{one.name}.{copy}") for one in once for copy in range(copies)]
    file = scratch / "documents.pickle"
    file.write_bytes(pickle.dumps(listed))
    return file, len(listed)


@contextmanager
def _cluster(scratch: Path, workers: int) -> Iterator[str]:
    """A scheduler and so many workers on this machine; gives its address."""
    folder = scratch / f"cluster-{workers}"
    folder.mkdir()
    where = folder / "scheduler.json"
    own = ["--scheduler-file", str(where), "--dashboard-address", ":0"]
    lines = [["scheduler", "--host", "127.0.0.1", "--port", "0"]]
    lines += [["worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]] * workers
    running = []
    try:
        for line in lines:
            command = [sys.executable, "-m", "dask", *line, *own]
            running.append(subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL))
            while not where.exists() or not where.stat().st_size:
                time.sleep(0.1)
        yield json.loads(where.read_text())["address"]
    finally:
        for process in running:
            process.kill()
            process.wait()


def _in_a_process(listed: Path, address: str) -> float:
    command = [sys.executable, "-m", __spec__.name, "--documents", str(listed), "--address", address]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=listed.parent, env=environment)
    return float(done.stdout)


def _run_once(listed: Path, address: str) -> None:
    """What a process of its own does: everything anew, imports left out; the connection to the cluster counts."""
    documents: list[Document] = pickle.loads(listed.read_bytes())  # noqa: S301  our own file
    folder = documents[0].folder
    shutil.rmtree(folder, ignore_errors=True)
    began = time.perf_counter()
    made = make_documents(
        documents,
        moment=MOMENT,
        makers=makers(address, str(folder.parent)) if address else make_here,
    )
    seconds = time.perf_counter() - began
    if failed := [f"{one.name}: {one.why}" for one in made if one.outcome != "made"]:
        raise RuntimeError("\n".join(failed[:3]))
    sys.stdout.write(str(seconds))


def _table(medians: dict[str, float], documents: int) -> Table:
    table = Table("way", "wall s", "ms a document", "times as fast as one worker", box=MARKDOWN)
    for way, seconds in medians.items():
        ratio = medians["Dask workers: 1"] / seconds
        table.add_row(way, f"{seconds:.1f}", f"{1000 * seconds / documents:.0f}", f"{ratio:.2f}")
    return table


if __name__ == "__main__":
    main()
