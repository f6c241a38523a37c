"""What the machines of a cluster send each other. Light to load: a worker does, and its own work waits meanwhile."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

MADE = "made"
"""The folder, inside a maker's working folder, that receives what was made."""


class Wanted(TypedDict):
    """One document of a task; as in `Document`."""

    name: str
    parameters: dict[str, str | int | float | bool | None]
    inputs_digest: str
    formats: list[str]


class MakeTask(TypedDict):
    """Documents to make from one notebook.

    template: its file in the working folder. program: the `code_digest` of who asks. The rest as in `make_documents`.
    """

    documents: list[Wanted]
    template: str
    program: str
    moment: int
    timeout: float
    memory_limit: int | None


class Chunk(NamedTuple):
    """Documents to be made together.

    place: the chunk's folder in the storage, as an fsspec URL. reads: what is fetched from there into the working
    folder. template: the notebook's text.
    """

    place: str
    task: MakeTask
    template: str
    reads: list[str]


class Delivery(NamedTuple):
    """What became of a chunk: the folder in its place that holds the files, and each document's `Made` as a dict."""

    attempt: str
    made: list[dict[str, Any]]
