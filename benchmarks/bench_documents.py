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
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat
import papermill
from nbconvert.exporters import Exporter
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from scoring.assessment.evaluation import evaluate
from scoring.assessment.records import Assessment
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter
from scoring.publishing.batch import Document, make_documents
from scoring.publishing.engine.engine import warm
from scoring.publishing.results import write_results
from scoring.register.year import open_year

PROJECT = Path(__file__).parents[1]
MOMENT = 1735603200


class Way(NamedTuple):
    """A way to make documents: what it does, what it is compared with, how many units one run makes.

    prepare: what has to stand before, and is not measured.
    """

    make: Callable[[list[Document]], object]
    against: str
    units: int
    prepare: Callable[[list[Document]], object] = lambda documents: None


class Measure(NamedTuple):
    """One run, by unit: seconds by the clock and of the processors, and the largest memory of one process in GB."""

    wall: float
    cpu: float
    gigabytes: float


def main() -> None:
    """Let every way make documents of the sample year in turn, and print medians and ratios."""
    asked = _arguments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it every process below would compile this project anew
    if asked.way:
        _run_once(WAYS[asked.way], Path(asked.documents))
        return
    console = Console(width=132)
    console.print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.platform()}")
    with TemporaryDirectory() as scratch:
        if asked.many:
            _run_many(list_documents(Path(scratch), PROJECT / "data" / asked.year, asked.many), console)
            return
        measures: dict[str, list[Measure]] = defaultdict(list)
        most = 1 + max(WAYS[way].units for way in asked.ways)
        listed = list_documents(Path(scratch), PROJECT / "data" / asked.year, most)
        for _ in range(asked.rounds):
            for way in asked.ways:
                measures[way].append(_in_a_process(way, listed))
    console.print(f"{asked.rounds} rounds, load {os.getloadavg()[0]:.1f} at the end")
    console.print(_table({way: Measure(*map(median, zip(*runs, strict=True))) for way, runs in measures.items()}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--many", type=int, default=0, help="instead: one run with so many units, and its memory")
    parser.add_argument("--way", choices=WAYS, help="run one way once and print its figures as JSON")
    parser.add_argument("--documents", help="the documents that way is to make")
    return parser.parse_args()


def list_documents(scratch: Path, data: Path, units: int) -> Path:
    """Score the year once and repeat its units under new ids; the list of their documents, for the processes below."""
    out = scratch / "out"
    out.mkdir()
    assessments, _ = write_results(evaluate(open_year(data)), out)
    stated = {"year": int(data.name), "data": str(data), "out": str(out)}
    template = PROJECT / "notebooks" / "documents" / "unit_assessment.ipynb"
    documents = []
    for one in islice(_repeated(assessments), units):
        (out / "assessments" / f"{one.unit.id}.json").write_text(one.model_dump_json(), encoding="utf-8")
        documents.append(Document(one.unit.id, template, {**stated, "unit": one.unit.id}, one.digest, out / "units"))
    listed = scratch / "documents.pickle"
    listed.write_bytes(pickle.dumps(documents))
    return listed


def _repeated(assessments: list[Assessment]) -> Iterator[Assessment]:
    for turn in count():
        for one in assessments:
            yield one.model_copy(update={"unit": one.unit.model_copy(update={"id": f"{one.unit.id}.{turn}"})})


def _in_a_process(way: str, listed: Path) -> Measure:
    command = [sys.executable, "-m", __spec__.name, "--way", way, "--documents", str(listed)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=PROJECT)
    return Measure(**json.loads(done.stdout))


def _run_once(way: Way, listed: Path) -> None:
    """What a process of its own does: a first unit that warms it, then the measured ones."""
    documents: list[Document] = pickle.loads(listed.read_bytes())  # noqa: S301  our own file
    shutil.rmtree(documents[0].folder, ignore_errors=True)
    way.prepare(documents[: 1 + way.units])
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


def _run_many(listed: Path, console: Console) -> None:
    """One long run: how long it takes, and what all its processes hold after each tenth."""
    documents: list[Document] = pickle.loads(listed.read_bytes())  # noqa: S301  our own file
    held: list[float] = []
    step = max(len(documents) // 10, 1)
    began, cpu = time.perf_counter(), _processor_seconds()

    def report(_: object, done: Iterator[int] = count(1)) -> None:  # noqa: B008  one count for the run
        if next(done) % step == 0:
            held.append(_held_gigabytes())

    _batch(documents, formats=("ipynb", "html", "pdf"), workers=os.cpu_count() or 1, report=report)
    minutes, used = (time.perf_counter() - began) / 60, _processor_seconds() - cpu
    files = [path for path in documents[0].folder.iterdir() if path.is_file()]
    console.print(
        f"{len(documents)} units (ipynb, html, pdf), {os.cpu_count()} jobs: {minutes:.1f} minutes, "
        f"{1000 * used / len(documents):.0f} ms CPU a unit, load {os.getloadavg()[0]:.1f} at the end"
    )
    console.print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
    console.print(f"GB held after each tenth: {', '.join(f'{one:.2f}' for one in held)}")


def _held_gigabytes() -> float:
    """What this process and everything below it hold, shared pages counted once (Linux)."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.stdout.splitlines())}
    return sum(memory_share(pid) for pid in parents if _is_below(pid, parents)) / 1e6


def memory_share(pid: int) -> int:
    """Its proportional share of memory in kB; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _is_below(pid: int, parents: dict[int, int]) -> bool:
    while pid and pid != os.getpid():
        pid = parents.get(pid, 0)
    return bool(pid)


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


def papermill_nbconvert(documents: list[Document]) -> None:
    """The loop everyone writes."""
    for file in _papermill(documents, engine="nbclient"):
        subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(file)], check=True)


def _batch(
    documents: list[Document],
    *,
    formats: tuple[str, ...],
    workers: int = 1,
    report: Callable[[object], None] = lambda _: None,
) -> None:
    made = make_documents(documents, formats=formats, workers=workers, moment=MOMENT, report=report)
    failures = [one.why for one in made if one.outcome == "failed"]
    if failures:
        raise RuntimeError("; ".join(failures))


def _export(documents: list[Document], *, exporter: type[Exporter]) -> None:
    """The executed notebooks into one more format, in this process."""
    exporting = exporter()
    for document in documents:
        content, _ = exporting.from_notebook_node(nbformat.read(document.file("ipynb"), as_version=4))
        document.file("export").write_bytes(content)


def _print_by_chromium(documents: list[Document]) -> None:
    """The HTML pages printed by a browser, started for each as one does from a script."""
    for document in documents:
        target = f"--print-to-pdf={document.file('printed.pdf')}"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", target]
        subprocess.run([*command, str(document.file("html"))], check=True, capture_output=True)


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


_EVERYDAY = partial(_batch, formats=("ipynb", "html"))
_FULL = partial(_batch, formats=("ipynb", "html", "pdf"))

WAYS = {
    "papermill, then nbconvert --to html": Way(papermill_nbconvert, "", 2),
    "papermill": Way(partial(_papermill, engine="nbclient"), "", 2),
    "papermill --engine scoring": Way(partial(_papermill, engine="scoring"), "papermill", 10),
    "batch: ipynb": Way(partial(_batch, formats=("ipynb",)), "papermill", 30),
    "batch: ipynb, html": Way(_EVERYDAY, "papermill, then nbconvert --to html", 30),
    "batch: ipynb, html, pdf": Way(_FULL, "batch: ipynb, html", 30),
    "… two jobs": Way(partial(_FULL, workers=2), "batch: ipynb, html, pdf", 30),
    "floor: exec and html": Way(_floor, "batch: ipynb, html", 30),
    "print by chromium": Way(_print_by_chromium, "", 5, prepare=_EVERYDAY),
    "pdf alone": Way(partial(_export, exporter=AssessmentPDFExporter), "print by chromium", 30, prepare=_EVERYDAY),
    "docx alone": Way(partial(_export, exporter=AssessmentWordExporter), "", 20, prepare=_EVERYDAY),
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
