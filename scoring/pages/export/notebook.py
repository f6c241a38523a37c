"""What of an executed notebook is published, in its order; the same for every exporter.

Published are prose cells and what code cells show: never code, never what went to the error stream, never a cell
tagged "remove-cell", never the mark of a finished notebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from scoring.core.errors import Fault, PublishingError
from scoring.core.language import LANGUAGES, VIETNAMESE

UNPUBLISHED = "remove-cell"
UNTITLED = "Phiếu đánh giá"
PREPROCESSORS = ["nbconvert.preprocessors.ExecutePreprocessor"]
"""Of nbconvert's eleven only the one that `--execute` needs: it checks the whole notebook again after each of them."""

_WIDGET = "application/vnd.jupyter.widget-view+json"


class Part(NamedTuple):
    """A piece of the page: its MIME type, its content, and what the notebook says about it (alt, caption)."""

    mime: str
    content: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A page without its looks; `issuer` is empty where no letterhead names one, `language` a key of LANGUAGES.

    banner: what every page says on top, "" for none.
    """

    title: str
    issuer: str
    language: str
    parts: tuple[Part, ...]
    banner: str = ""


class PageExporter(Exporter):
    """What the exporters of HTML, PDF and Word have in common; each says its file's ending and what it makes of a page.

    mimes: the kinds of output it takes, the best first.
    """

    ending: ClassVar[str] = ""
    mimes: ClassVar[Sequence[str]] = ()

    @default("file_extension")
    def _file_extension(self) -> str:
        return self.ending

    @default("default_preprocessors")
    def _default_preprocessors(self) -> list[str]:
        return PREPROCESSORS

    def published(self, nb: NotebookNode, resources: dict[str, Any] | None, **kw: Any) -> tuple[Page, dict[str, Any]]:
        """The page of a notebook, and nbconvert's resources. Raises PublishingError where a cell ended in an error."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        return read_page(nb, self.mimes), resources


def read_page(notebook: NotebookNode, mimes: Sequence[str]) -> Page:
    """The published parts of `notebook`, each output in the first of `mimes` it has; an output with none is left out.

    Raises PublishingError where a cell ended in an error.
    """
    _refuse_errors(notebook)
    about = _about(notebook)
    parts = [
        part
        for cell in notebook.cells
        if UNPUBLISHED not in cell.metadata.get("tags", ())
        for part in _cell_parts(cell, mimes)
    ]
    language = str(about.get("language"))
    language = language if language in LANGUAGES else VIETNAMESE
    return Page(about.get("title", UNTITLED), about.get("issuer", ""), language, tuple(parts), about.get("banner", ""))


def finished_mark(notebook: NotebookNode) -> str | None:
    """The SHA-256 of the data a notebook was made from, or None where it did not run to its end (`display.finish`)."""
    mark = _about(notebook).get("finished")
    return mark if isinstance(mark, str) else None


def _about(notebook: NotebookNode) -> dict[str, Any]:
    """What the notebook and its outputs say about the whole document."""
    about = dict(notebook.metadata.get("scoring", {}))
    for output in _outputs(notebook):
        about |= output.get("metadata", {}).get("scoring", {})
    return about


def _outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from cell.outputs


def _refuse_errors(notebook: NotebookNode) -> None:
    faults = [
        Fault(
            where=f"ô thứ {position}",
            what="ô dừng giữa chừng vì lỗi, nên trang chưa đủ nội dung",
            mend="chạy lại notebook từ đầu, khắc phục lỗi hiện dưới ô đó rồi xuất lại",
        )
        for position, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs)
    ]
    if faults:
        raise PublishingError("Không xuất bản notebook", faults)


def _cell_parts(cell: NotebookNode, mimes: Sequence[str]) -> Iterator[Part]:
    if cell.cell_type == "markdown":
        yield Part("text/markdown", cell.source, {})
    elif cell.cell_type == "code":
        for output in cell.outputs:
            yield from _output_parts(output, mimes)


def _output_parts(output: NotebookNode, mimes: Sequence[str]) -> Iterator[Part]:
    if output.output_type == "stream":
        if output.name == "stdout":
            yield Part("text/plain", output.text, {})
        return
    data, metadata = output.data, output.get("metadata", {})
    mime = next((mime for mime in mimes if mime in data), None)
    is_mark = mime == "text/plain" and "finished" in metadata.get("scoring", {})
    if mime is not None and data[mime] and _WIDGET not in data and not is_mark:
        yield Part(mime, data[mime], metadata)
