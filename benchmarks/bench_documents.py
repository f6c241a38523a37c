"""Measure what a unit's documents cost: this engine against papermill's own and nbconvert (README.md says more)."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat
import papermill
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from scoring.evaluation import evaluate
from scoring.publishing.batch import Document, make_documents
from scoring.publishing.engine import warm
from scoring.publishing.html import AssessmentHTMLExporter
from scoring.publishing.results import write_results
from scoring.year import open_year

PROJECT = Path(__file__).parents[1]
MOMENT = 1735603200


class Way(NamedTuple):
    """A way to make documents: what it takes, what it is compared with, and how many units one run makes."""

    make: Callable[[list[Document]], object]
    against: str
    units: int


class Measure(NamedTuple):
    """One run, by unit: seconds by the clock and of the processors, and the largest memory of one process in GB."""

    wall: float
    cpu: float
    gigabytes: float


def main() -> None:
    """Let every way make documents of the sample year in turn, and print medians and ratios."""
    asked = _arguments()
    if asked.way:
        _run_once(WAYS[asked.way], Path(asked.documents))
        return
    measures: dict[str, list[Measure]] = defaultdict(list)
    with TemporaryDirectory() as scratch:
        listed = _list_documents(Path(scratch), PROJECT / "data" / asked.year)
        for _ in range(asked.rounds):
            for way in asked.ways:
                measures[way].append(_in_a_process(way, listed))
    console = Console(width=120)
    console.print(f"{asked.rounds} rounds, {os.cpu_count()} processors, {platform.platform()}")
    console.print(_table({way: Measure(*map(median, zip(*runs, strict=True))) for way, runs in measures.items()}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--way", choices=WAYS, help="run one way once and print its figures as JSON")
    parser.add_argument("--documents", help="the documents that way is to make")
    return parser.parse_args()


def _list_documents(scratch: Path, data: Path) -> Path:
    """Score the year once; the list of its units' documents, for the processes that make them."""
    out = scratch / "out"
    (out / "assessments").mkdir(parents=True)
    assessments, _ = write_results(evaluate(open_year(data)), out)
    stated = {"year": int(data.name), "data": str(data), "out": str(out)}
    template = PROJECT / "notebooks" / "unit_assessment.ipynb"
    documents = [
        Document(one.unit.id, template, {**stated, "unit": one.unit.id}, one.digest, out / "units")
        for one in assessments
    ]
    listed = scratch / "documents.pickle"
    listed.write_bytes(pickle.dumps(documents))
    return listed


def _in_a_process(way: str, listed: Path) -> Measure:
    command = [sys.executable, "-m", __spec__.name, "--way", way, "--documents", str(listed)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT)
    return Measure(**json.loads(done.stdout))


def _run_once(way: Way, listed: Path) -> None:
    """What a process of its own does: a first unit that warms it, then the measured ones."""
    documents: list[Document] = pickle.loads(listed.read_bytes())  # noqa: S301  our own file
    shutil.rmtree(documents[0].folder, ignore_errors=True)
    way.make(documents[:1])
    wall, cpu = time.perf_counter(), _processor_seconds()
    way.make(documents[1 : 1 + way.units])
    figures = Measure(
        wall=(time.perf_counter() - wall) / way.units,
        cpu=(_processor_seconds() - cpu) / way.units,
        gigabytes=max(resource.getrusage(who).ru_maxrss for who in _EVERYBODY) / 1_000_000,  # Linux counts kilobytes
    )
    sys.stdout.write(json.dumps(figures._asdict()))


_EVERYBODY = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor_seconds() -> float:
    """Of this process and of all children that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _EVERYBODY))


# The ways


def _papermill(documents: list[Document], *, engine: str) -> list[Path]:
    """papermill, one notebook after the other, as its manual says."""
    files = []
    for document in documents:
        document.folder.mkdir(parents=True, exist_ok=True)
        files.append(document.file("ipynb"))
        stated = dict(document.parameters)
        papermill.execute_notebook(document.template, files[-1], stated, engine_name=engine, progress_bar=False)
    return files


def _papermill_nbconvert(documents: list[Document]) -> None:
    """The loop everyone writes."""
    for file in _papermill(documents, engine="nbclient"):
        subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(file)], check=True)


def _batch(documents: list[Document], *, formats: tuple[str, ...], workers: int = 1) -> None:
    failures = [
        made.why
        for made in make_documents(documents, formats=formats, workers=workers, moment=MOMENT)
        if not made.files
    ]
    if failures:
        raise RuntimeError("; ".join(failures))


def _floor(documents: list[Document], exporter: AssessmentHTMLExporter | None = None) -> None:
    """The cells' own code and the rendering of what they gave, in this process: no notebook, no isolation."""
    warm()
    exporter = exporter or AssessmentHTMLExporter()
    for document in documents:
        notebook = nbformat.read(document.template, as_version=4)
        names: dict[str, object] = {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = _shown(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= document.parameters
        exporter.from_notebook_node(notebook)


def _shown(source: str, names: dict[str, object]) -> list[nbformat.NotebookNode]:
    """Run a cell's code; its last expression, if there is one, as an output."""
    *lines, last = source.strip().splitlines()
    exec("\n".join(lines), names)  # noqa: S102  it is what is measured
    try:
        value = eval(last, names)  # noqa: S307
    except SyntaxError:
        exec(last, names)  # noqa: S102
        return []
    data, metadata = value._repr_mimebundle_()
    return [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]


WAYS = {
    "papermill, then nbconvert --to html": Way(_papermill_nbconvert, "", 2),
    "papermill": Way(partial(_papermill, engine="nbclient"), "", 2),
    "papermill --engine scoring": Way(partial(_papermill, engine="scoring"), "papermill", 10),
    "batch: ipynb": Way(partial(_batch, formats=("ipynb",)), "papermill", 16),
    "batch: ipynb, html": Way(partial(_batch, formats=("ipynb", "html")), "papermill, then nbconvert --to html", 16),
    "batch: ipynb, html, pdf": Way(partial(_batch, formats=("ipynb", "html", "pdf")), "batch: ipynb, html", 16),
    "… two jobs": Way(partial(_batch, formats=("ipynb", "html", "pdf"), workers=2), "batch: ipynb, html, pdf", 32),
    "floor: exec and html": Way(_floor, "batch: ipynb, html", 16),
}


def _table(medians: dict[str, Measure]) -> Table:
    table = Table("way", "wall ms", "CPU ms", "peak GB", "wall ratio", "CPU ratio", "compared with", box=MARKDOWN)
    for way, measure in medians.items():
        against = medians.get(WAYS[way].against)
        ratios = (
            ("", "")
            if against is None
            else tuple(f"{a / b:.2f}" for a, b in zip(against[:2], measure[:2], strict=True))
        )
        figures = (f"{1000 * measure.wall:.0f}", f"{1000 * measure.cpu:.0f}", f"{measure.gigabytes:.2f}")
        table.add_row(way, *figures, *ratios, WAYS[way].against)
    return table


if __name__ == "__main__":
    main()
