"""Many documents, each from a notebook: only those that do not stand as wanted are made.

One that fails stops no other. A run that was killed at any moment and is started again leaves the same files, byte for
byte, as one that was not.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from filelock import FileLock, Timeout

from scoring.core.clock import VARIABLE
from scoring.core.errors import Fault, PublishingError
from scoring.core.language import speaking, speaking_of_posts
from scoring.publishing.documents import (
    FORMATS,
    Document,
    Made,
    Parameter,
    Recipe,
    code_digest,
    files_of,
    prepare,
    recipe,
    sweep,
    was_asked_for,
    why_due,
    withdraw_if_free,
)
from scoring.publishing.templates import template_digest, without_results

if TYPE_CHECKING:
    from scoring.publishing.jobs import Job
    from scoring.publishing.workers import Limits

__all__ = ["FORMATS", "Document", "Done", "Made", "Makers", "Parameter", "make_documents", "make_here"]

Done: TypeAlias = Callable[[Document, Made], None]
Makers: TypeAlias = "Callable[[Sequence[Job], Limits, Done], None]"
"""What makes jobs within limits and tells of each as it ends."""
# whatever runs notebooks is loaded where a document is due: where all stand, that would be most of the time

# jsonschema, which checks notebooks, builds a grammar of web addresses for a second or more where this is there;
# no notebook states one. None: as if it were not installed
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCK_PATIENCE = 5.0  # seconds; the children of a run that was killed end within one or two


def make_here(jobs: Sequence[Job], limits: Limits, done: Done) -> None:
    """Make jobs on this machine."""
    import nbformat

    from scoring.publishing.engine.engine import warm_for
    from scoring.publishing.spawned import make_spawned
    from scoring.publishing.workers import Crew

    if hasattr(os, "fork"):
        for template in {job.template for job in jobs}:
            warm_for(nbformat.reads(template, as_version=4))
        Crew(jobs, limits, done).work()
    else:
        make_spawned(jobs, limits, done)


def make_documents(
    documents: Sequence[Document],
    *,
    formats: Sequence[str] = ("ipynb", "html", "pdf"),
    workers: int = 1,
    moment: int,
    timeout: float = 300,
    memory_limit: int | None = None,
    force: bool = False,
    dry_run: bool = False,
    report: Callable[[Made], None] = lambda _: None,
    makers: Makers = make_here,
) -> list[Made]:
    """Make the documents that do not stand as wanted; one that fails stops no other.

    formats: of FORMATS, for documents that state none of their own. workers: processes at work at the same time.
    moment: the time stated in every file, in seconds since 1970. timeout: seconds a notebook may take. memory_limit:
    bytes its cells may add. report: told of each document as it is done. makers: who makes what is due; those on
    other machines are in `cluster`.
    Returns one Made a document, in their order. Raises ParameterError or PublishingError before anything is made. A
    KeyboardInterrupt reaches the caller after everything begun was ended and tidied up.
    """
    documents = [replace(one, formats=tuple(dict.fromkeys(one.formats or formats))) for one in documents]
    _check(documents)
    made: dict[Path, Made] = {}

    def done(document: Document, one: Made) -> None:
        if one.outcome == "failed" and (kept := withdraw_if_free(document)) and kept not in one.why:
            one = replace(one, why=f"{one.why}; {kept}")
        made[document.record] = one
        report(one)

    with _claimed(set() if dry_run else {document.folder for document in documents}), _stated(moment):
        due = []
        for document, wanted, why in _reasons(documents, moment, force=force):
            if not why:
                done(document, Made(document.name, "unchanged", files=files_of(document)))
            elif dry_run:
                done(document, Made(document.name, "due", why))
            else:
                due.append((document, wanted, why))
        if due:
            from scoring.publishing.workers import Limits

            makers(_jobs(_longest_first(due)), Limits(max(workers, 1), timeout, memory_limit), done)
    return [made[document.record] for document in documents]


def _check(documents: Sequence[Document]) -> None:
    """Refuse strange formats and names, and parameters the templates do not have."""
    formats = dict.fromkeys(kind for document in documents for kind in document.formats)
    expected = f"các loại: {', '.join(FORMATS)}"
    faults = [Fault(name or "(trống)", "không có loại tệp này", expected) for name in formats if name not in FORMATS]
    faults += [
        Fault(document.name, "không dùng làm tên tệp được")
        for document in documents
        if not _NAME.fullmatch(document.name)
    ]
    counts = Counter(document.record for document in documents)
    faults += [Fault(record.stem, "có hai tài liệu cùng tên") for record, count in counts.items() if count > 1]
    if faults or not all(document.formats for document in documents):
        raise PublishingError("tài liệu cần làm", faults or [Fault("loại tệp", "chưa ghi loại nào", expected)])
    templates = _digests(documents)
    _check_parameters([one for one in documents if not was_asked_for(one, templates[one.template])])


def _digests(documents: Sequence[Document]) -> dict[Path, str]:
    """Of each notebook, what makes documents of it: what it holds for parameters that all of them state does not."""
    given: dict[Path, set[str]] = {}
    for document in documents:
        given.setdefault(document.template, set(document.parameters)).intersection_update(document.parameters)
    return {path: template_digest(path, names) for path, names in given.items()}


_Due: TypeAlias = tuple[Document, Recipe, str]
"""A document, what it is to follow from, and why it does not yet; "" where it stands as wanted."""


def _reasons(documents: Sequence[Document], moment: int, *, force: bool) -> list[_Due]:
    """Every document with its reason."""
    program, due = code_digest(), []
    templates = _digests(documents)
    for document in documents:
        wanted = recipe(document, template=templates[document.template], program=program, moment=moment)
        due.append((document, wanted, "được yêu cầu làm lại" if force else why_due(document, wanted)))
    return due


def _longest_first(due: Sequence[_Due]) -> list[_Due]:
    """Those first whose template the fewest share: they tell of the whole year, and none is left to one processor."""
    shared = Counter(document.template for document, _, _ in due)
    return sorted(due, key=lambda one: shared[one[0].template])


def _check_parameters(documents: Sequence[Document]) -> None:
    """Refuse parameters that a notebook has not; of documents that were made with the same this is known."""
    if documents:
        import nbformat

        from scoring.publishing.engine.parameters import check_parameters

        for template, names in {(document.template, tuple(document.parameters)) for document in documents}:
            check_parameters(nbformat.read(template, as_version=4), names, subject=template.name)


def _jobs(due: Sequence[_Due]) -> list[Job]:
    from scoring.publishing.jobs import Job

    asked = {(document.template, document.language, document.of_posts) for document, _, _ in due}
    texts = {(path, language, posts): _template(path, language, of_posts=posts) for path, language, posts in asked}
    return [
        Job(
            document,
            wanted,
            why,
            texts[document.template, document.language, document.of_posts],
            document.formats,
        )
        for document, wanted, why in due
    ]


def _template(path: Path, language: str, *, of_posts: bool) -> str:
    """The text of a notebook with its prose in a language, about units or posts."""
    import nbformat

    from scoring.pages.export.markdown import spoken_notebook

    with speaking(language), speaking_of_posts(of_posts):
        notebook = nbformat.from_dict(without_results(nbformat.read(path, as_version=4)))
        return str(nbformat.writes(spoken_notebook(notebook)))


@contextmanager
def _claimed(folders: set[Path]) -> Iterator[None]:
    """Have the folders to oneself, without anything half-written, neither before nor after."""
    with ExitStack() as locks:
        for folder in sorted(folders):
            try:
                locks.enter_context(FileLock(prepare(folder), timeout=_LOCK_PATIENCE))
            except Timeout as error:
                mend = "đợi lượt đó chạy xong, hoặc dừng nó, rồi chạy lại"
                raise PublishingError(
                    str(folder), [Fault("thư mục", "một lượt chạy khác đang ghi vào đây", mend=mend)]
                ) from error
            sweep(folder)
            locks.callback(sweep, folder)
        yield


@contextmanager
def _stated(moment: int) -> Iterator[None]:
    """Have every file state the same time, so that the same inputs give the same bytes."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(moment)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before
