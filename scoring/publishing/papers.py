"""Papers made of blocks, without a notebook of their own: the certificate, and what an appeal changes.

They are made by a process of its own, as Typst starts threads and whoever publishes may fork afterwards.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbconvert.exporters import get_exporter

from scoring.core.files import write_whole
from scoring.core.made import plain_folder
from scoring.pages.blocks import Block
from scoring.publishing.jobs import EXPORTERS


def write_paper(
    folder: Path, name: str, parts: Iterable[Block], kinds: Sequence[str] = ("html", "pdf", "docx")
) -> None:
    """Write a paper into a folder in some of the formats html, pdf and docx; raises PublishingError, OSError."""
    plain_folder(folder)
    outputs = []
    for part in parts:
        data, metadata = part._repr_mimebundle_()
        outputs.append(nbformat.v4.new_output("display_data", data=data, metadata=metadata))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    text = nbformat.writes(notebook)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        contents = pool.submit(exported, text, tuple(kinds)).result()
    for kind, content in contents.items():
        write_whole(folder / f"{name}.{kind}", content)


def exported(notebook: str, kinds: Sequence[str]) -> dict[str, bytes]:
    """An executed notebook in some formats."""
    node, contents = nbformat.reads(notebook, as_version=4), dict[str, bytes]()
    for kind in kinds:
        content, _ = get_exporter(EXPORTERS[kind])().from_notebook_node(node)
        contents[kind] = content.encode() if isinstance(content, str) else content
    return contents
