"""Measure where the milliseconds of a unit's documents go, stage by stage (README.md says more)."""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill.execute
from IPython.core.interactiveshell import InteractiveShell
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from benchmarks.bench_documents import MOMENT, PROJECT, list_documents
from scoring.core.clock import VARIABLE
from scoring.publishing import documents
from scoring.publishing.engine import kernel
from scoring.publishing.engine.engine import warm_for
from scoring.publishing.engine.processes import fork
from scoring.publishing.jobs import Exporters, Job, run_notebook

Stages = dict[str, float]
"""Processor seconds by stage."""

_WHOLE = "the executed notebook, whole"
_READ, _KERNEL = "papermill: read, check, inject", "make the kernel's shell"
_CELLS, _WRITE = "the cells' own code", "write the notebook as JSON and check it"
_MESSAGES, _FORK = "messages, counts and states (nbclient, ipykernel)", "fork the process, and take it down"
_SYSTEM = "(of the last five, the system, copying memory they touch)"
_FORMATS = ("html", "pdf", "docx")


def main() -> None:
    """Make the documents of some units, one after the other, and print the median of each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--units", type=int, default=20)
    asked = parser.parse_args()
    os.environ[VARIABLE] = str(MOMENT)
    with TemporaryDirectory() as scratch:
        listed = list_documents(Path(scratch), PROJECT / "data" / asked.year, asked.units)
        wanted: list[documents.Document] = pickle.loads(listed.read_bytes())  # noqa: S301  our own file
        documents.prepare(wanted[0].folder)
        warm_for(nbformat.read(wanted[0].template, as_version=4))
        jobs = [_job(document) for document in wanted]
        executed = [_execute(job) for job in jobs]
        exporters = Exporters()  # from here on no child may be forked
        _publish(jobs[0], executed[0][0], exporters)
        published = [_publish(job, notebook, exporters) for job, (notebook, _) in zip(jobs, executed, strict=True)]
    _print([stages for _, stages in executed], published)


def _job(document: documents.Document) -> Job:
    recipe = documents.recipe(document, template="", program="", moment=MOMENT)
    return Job(document, recipe, "", document.template.read_text(encoding="utf-8"), _FORMATS)


def _execute(job: Job) -> tuple[str, Stages]:
    """Execute a notebook in a child of its own; its text, and what each stage took."""
    began, before = time.process_time(), _ended_children()
    child = fork(lambda line: line.send(_execute_here(job)))
    forked = time.process_time() - began
    notebook, stages = child.connection.recv()
    child.end()
    inside = (_READ, _KERNEL, _CELLS, _WRITE)
    stages[_MESSAGES] = stages[_WHOLE] - sum(stages[stage] for stage in inside)
    stages[_FORK] = forked + _ended_children() - before - stages[_WHOLE]
    return notebook, {stage: stages[stage] for stage in (_FORK, *inside, _MESSAGES, _SYSTEM)}


def _ended_children() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _execute_here(job: Job) -> tuple[str, Stages]:
    """In the child: the notebook and the stages."""
    stages: Stages = defaultdict(float)
    for name in ("load_notebook_node", "parameterize_notebook"):
        setattr(papermill.execute, name, _timed(getattr(papermill.execute, name), _READ, stages))
    kernel.CellKernel.__init__ = _timed(kernel.CellKernel.__init__, _KERNEL, stages)  # type: ignore[method-assign]
    nbformat.writes = _timed(nbformat.writes, _WRITE, stages)
    run_code = InteractiveShell.run_code

    async def run_code_timed(*words: Any, **named: Any) -> Any:
        with _counted(_CELLS, stages):
            return await run_code(*words, **named)

    InteractiveShell.run_code = run_code_timed  # type: ignore[method-assign]
    system = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    with _counted(_WHOLE, stages):
        notebook = run_notebook(job, fork=False, timeout=300)
    stages[_SYSTEM] = resource.getrusage(resource.RUSAGE_SELF).ru_stime - system
    return notebook, dict(stages)


def _timed(function: Callable[..., Any], stage: str, stages: Stages) -> Callable[..., Any]:
    def timed(*words: Any, **named: Any) -> Any:
        if "inside" in stages:  # another stage calls it, and counts it
            return function(*words, **named)
        stages["inside"] = 0
        with _counted(stage, stages):
            result = function(*words, **named)
        del stages["inside"]
        return result

    return timed


@contextmanager
def _counted(stage: str, stages: Stages) -> Iterator[None]:
    began = time.process_time()
    yield
    stages[stage] += time.process_time() - began


def _publish(job: Job, notebook: str, exporters: Exporters) -> Stages:
    """Put an executed notebook into files; what each stage took."""
    stages: Stages = defaultdict(float)
    with _counted("read it in the publisher, and check it", stages):
        node = nbformat.reads(notebook, as_version=4)
    contents = {"ipynb": notebook.encode()}
    for kind in _FORMATS:
        with _counted(f"export {kind}", stages):
            content, _ = exporters[kind].from_notebook_node(node)
        contents[kind] = content.encode() if isinstance(content, str) else content
    with _counted("write files whole, and the record", stages):
        documents.put_in_place(job.document, job.recipe, contents)
    return stages


def _print(*parts: list[Stages]) -> None:
    table = Table("stage of a unit", "CPU ms", box=MARKDOWN)
    for units in parts:
        for stage in units[0]:
            table.add_row(stage, f"{1000 * median(unit[stage] for unit in units):.1f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
