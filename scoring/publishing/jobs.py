"""One document, from its notebook to its files; and, where it cannot be made, the reason in an evaluator's words."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters import Exporter, get_exporter
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError, strip_color
from papermill.iorw import papermill_io

from scoring.core import errors
from scoring.core.errors import Fault, PublishingError, ScoringError
from scoring.core.files import why_refused
from scoring.core.memory import MORE, TOO_LITTLE, is_of_memory, tells_of_memory
from scoring.pages.export.notebook import finished_mark
from scoring.publishing.documents import Document, Made, Recipe, put_in_place
from scoring.publishing.engine.engine import ScoringEngine
from scoring.publishing.engine.parameters import injected_at

EXPORTERS = {
    "html": "scoring.pages.export.html.AssessmentHTMLExporter",
    "pdf": "scoring.pages.export.pdf.AssessmentPDFExporter",
    "docx": "scoring.pages.export.word.AssessmentWordExporter",
}
"""The exporter of each format but the notebook's own; loaded only where it is asked for."""


class _Memory(dict[str, str]):
    """A storage of papermill's, texts by path: for notebooks that need no file."""

    def put(self, text: str, name: str) -> str:
        """Store a text under a path of its own that ends in `name`; gives the path."""
        path = f"scoring://{uuid4().hex}/{name}"
        self[path] = text
        return path

    def read(self, path: str) -> str:
        """A text."""
        return self[path]

    def write(self, text: str, path: str) -> None:
        """Store a text."""
        self[path] = text

    def pretty_path(self, path: str) -> str:
        """The path, for a log."""
        return path


_memory = _Memory()
papermill_io.register("scoring://", _memory)


@dataclass(frozen=True)
class Job:
    """A document that is due: what it follows from and why, the text of its notebook, its formats, how often tried."""

    document: Document
    recipe: Recipe
    why: str
    template: str
    formats: Sequence[str]
    tries: int = 1


class Published(NamedTuple):
    """A publisher's news: what became of a document, and whether it holds too much memory to go on."""

    made: Made
    is_full: bool


def run_notebook(job: Job, *, fork: bool, timeout: float, tell: Callable[[int], None] = lambda _: None) -> str:
    """Its executed notebook as the text of an .ipynb file.

    fork: False in a process that was itself forked for it. timeout: seconds for a cell, where it has a process of its
    own. tell: told the position of each cell that starts, as papermill counts.
    Raises PublishingError where it did not run to its end or told other data, and what papermill and nbclient raise.
    """
    papermill_engines.register("scoring", ScoringEngine)  # also where the project is not installed
    document = job.document
    template = _memory.put(job.template, document.template.name)
    executed = _memory.put("", f"{document.name}.ipynb")
    try:
        notebook = papermill.execute_notebook(
            template.replace("{", "{{").replace("}", "}}"),  # papermill takes a path for a pattern to fill in
            executed,
            dict(document.parameters),
            engine_name="scoring",
            progress_bar=False,
            request_save_on_cell_execute=False,
            fork=fork,
            execution_timeout=int(timeout),
            on_cell_start=lambda cell, cell_index: tell(cell_index),
        )
        _accept(job, notebook)
        return f"{_memory[executed]}\n"
    finally:
        del _memory[template], _memory[executed]


def _accept(job: Job, notebook: NotebookNode) -> None:
    """Refuse a notebook that stopped early without an error (`sys.exit(0)` does that), or told other data."""
    left = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source and not cell.execution_count]
    mark = finished_mark(notebook)
    if left or mark is None:
        raise PublishingError(job.document.name, [Fault("notebook", "dừng trước khi chạy hết các ô")])
    if mark != job.document.inputs_digest:
        mend = "chạy lại; nếu vẫn vậy, xóa thư mục kết quả của năm rồi chạy lại"
        raise PublishingError(
            job.document.name, [Fault("notebook", "đọc số liệu khác với số liệu vừa chấm", mend=mend)]
        )


class Exporters(dict[str, Exporter]):
    """The exporter of each format that was asked for so far; they serve any number of documents."""

    def __missing__(self, kind: str) -> Exporter:
        self[kind] = get_exporter(EXPORTERS[kind])()
        return self[kind]


def make_files(job: Job, notebook: str, exporters: Exporters) -> Made:
    """Put an executed notebook into files of the job's formats."""
    contents = {"ipynb": notebook.encode()} if "ipynb" in job.formats else {}
    warnings: list[str] = []
    node = nbformat.reads(notebook, as_version=4)
    for kind in job.formats:
        if kind == "ipynb":
            continue
        content: Any
        content, resources = exporters[kind].from_notebook_node(node)
        contents[kind] = content.encode() if isinstance(content, str) else content
        warnings += resources.get("scoring", {}).get("warnings", [])
    files = put_in_place(job.document, job.recipe, contents)
    return Made(job.document.name, "made", job.why, files, warnings=tuple(warnings))


def failed(job: Job, error: Exception) -> Made:
    """What is told of a document that an exception kept from being made."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, PapermillExecutionError):
        details = strip_color("\n".join(error.traceback))
    return Made(job.document.name, "failed", _why(job, error), details=details)


def _why(job: Job, error: Exception) -> str:
    match error:
        case ScoringError():
            return "; ".join(str(fault) for fault in error.faults)
        case PapermillExecutionError():
            return f"{place(job, error.cell_index)} {_why_cell(error)}"
        case _ if is_of_memory(error):
            return f"{TOO_LITTLE}: {MORE}"
        case CellTimeoutError() | DeadKernelError():
            return "notebook chạy quá lâu hoặc dừng đột ngột"
        case OSError():
            return f"{Path(error.filename or job.document.name).name}: {why_refused(error)}"
        case _:
            return f"chương trình gặp lỗi chưa lường trước ({type(error).__name__})"


def _why_cell(error: PapermillExecutionError) -> str:
    kind = getattr(errors, error.ename, None)
    if isinstance(kind, type) and issubclass(kind, ScoringError):
        return f"báo lỗi: {' '.join(error.evalue.split())}"
    if tells_of_memory(error.ename, error.evalue):
        return f"cần nhiều bộ nhớ hơn mức cho phép: {MORE}"
    return f"dừng vì lỗi của chương trình ({error.ename})"


def place(job: Job, position: int) -> str:
    """A cell of the executed notebook as one finds it in its template: "ô thứ 5 của mẫu …"."""
    injected = job.document.parameters and position >= injected_at(nbformat.reads(job.template, as_version=4))
    return f"ô thứ {position + 1 - bool(injected)} của {job.document.template.name}"
