"""A document to be made, and the record beside it that tells what it was made from.

The record is removed before the first file of a document is replaced and written after the last: a document without
one was never finished. A file that is not as recorded was changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from scoring.core import choices
from scoring.core.files import BEGUN, read_whole, refuse_if_held, remove, why_refused, write_whole
from scoring.core.language import VIETNAMESE
from scoring.core.made import plain_folder
from scoring.core.places import PACKAGE

FORMATS = choices.FORMATS
Parameter = str | int | float | bool | None

_RECORDS = ".made"
_SHAPING = (
    "babel",
    "ipykernel",
    "ipython",
    "jinja2",
    "matplotlib",
    "mistune",
    "nbclient",
    "nbconvert",
    "nbformat",
    "nh3",
    "numpy",
    "pandas",
    "papermill",
    "pydantic",
    "python-docx",
    "typst",
)
"""The packages whose version can change what a page looks like."""

_SOURCES = {".py", ".po", ".j2", ".css", ".typ", ".docx"}

Recipe = dict[str, Any]
"""Everything the bytes of a document follow from, under the names of `_CHANGES`."""

_CHANGES = {
    "inputs": "số liệu đã thay đổi",
    "parameters": "tham số đã thay đổi",
    "template": "mẫu trang đã thay đổi",
    "program": "chương trình, gói thư viện hoặc phông chữ đã thay đổi",
    "moment": "thời điểm ghi trong tài liệu đã thay đổi",
}


@dataclass(frozen=True)
class Document:
    """One notebook to execute and publish as `folder/name.*`.

    name: an id of the register. template: the notebook. inputs_digest: SHA-256 of the data it tells; the mark its
    last cell writes must be the same. formats: its own, of FORMATS; left out: those of the run. reads: the files
    its notebook opens, by the path it states from the working folder, for machines that do not have them. block:
    documents of one block go to other machines together. of_posts: whether those who are judged are posts.
    """

    name: str
    template: Path
    parameters: Mapping[str, Parameter]
    inputs_digest: str
    folder: Path
    formats: Sequence[str] = ()
    reads: Mapping[str, Path] = field(default_factory=dict)
    block: str = ""
    of_posts: bool = False

    def file(self, kind: str) -> Path:
        """Its file of one of FORMATS."""
        return self.folder / f"{self.name}.{kind}"

    @property
    def language(self) -> str:
        """The language its notebook is asked to speak."""
        return str(self.parameters.get("language", VIETNAMESE))

    @property
    def record(self) -> Path:
        """The file that tells what it was made from."""
        return self.folder / _RECORDS / f"{self.name}.json"


@dataclass(frozen=True)
class Made:
    """What became of a document.

    outcome: "due" in a dry run only. why: what made it due, or stopped it; for an evaluator. files: those that stand,
    with their SHA-256. seconds: by the clock, from the start of its notebook. warnings: what its exporters tell the
    evaluator. details: a traceback, for whoever looks after the program.
    """

    name: str
    outcome: Literal["made", "unchanged", "failed", "due"]
    why: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    warnings: Sequence[str] = ()
    details: str = ""


def recipe(document: Document, *, template: str, program: str, moment: int) -> Recipe:
    """What a document follows from. template: the `template_digest` of its notebook; program: `code_digest()`."""
    return {
        "inputs": document.inputs_digest,
        "parameters": dict(document.parameters),
        "template": template,
        "program": program,
        "moment": moment,
    }


def code_digest() -> str:
    """SHA-256 of this package, of the packages that shape a page and of the typeface of this machine."""
    from scoring.pages.export.fonts import typefaces  # which loads matplotlib: only where something may be made

    digest = hashlib.sha256()
    for file in sorted(path for path in PACKAGE.rglob("*") if path.suffix in _SOURCES):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes())
    digest.update(json.dumps([*map(_version, _SHAPING), typefaces().body]).encode())
    return digest.hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def sha256(file: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits; "" where there is none."""
    return hashlib.sha256(read_whole(file)).hexdigest() if file.is_file() else ""


def why_due(document: Document, wanted: Recipe) -> str:
    """Why a document has to be made, for an evaluator; "" where it stands as wanted."""
    record = _read_record(document)
    if record is None:
        return "chưa có"
    reasons = [change for part, change in _CHANGES.items() if record["recipe"][part] != wanted[part]]
    if missing := [kind for kind in document.formats if document.file(kind).name not in record["files"]]:
        reasons.append(f"chưa có tệp {', '.join(missing)}")
    found = {name: _digest_if_read(document.folder / name) for name in record["files"]}
    if unread := [name for name, digest in found.items() if digest is None]:
        reasons.append(f"tệp đang mở ở chương trình khác nên không xem được: {', '.join(unread)}")
    if spoilt := [name for name, digest in found.items() if digest not in {None, record["files"][name]}]:
        reasons.append(f"tệp đã bị sửa hoặc xóa: {', '.join(spoilt)}")
    return "; ".join(reasons)


def _digest_if_read(file: Path) -> str | None:
    """As `sha256`; None where the file may not be read: whether it is right is not known, so it is to be made."""
    try:
        return sha256(file)
    except OSError:
        return None


def was_asked_for(document: Document, template: str) -> bool:
    """Whether it was made before from this notebook with these parameters, whatever else has changed since."""
    record = _read_record(document)
    asked = (template, dict(document.parameters))
    return record is not None and (record["recipe"]["template"], record["recipe"]["parameters"]) == asked


def files_of(document: Document) -> dict[str, str]:
    """The files of a finished document with their SHA-256."""
    record = _read_record(document)
    return {} if record is None else record["files"]


def put_in_place(document: Document, wanted: Recipe, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Put a document's files under their final names; gives all that stand now, with their SHA-256.

    contents: the files by format. Older ones of other formats stay if they were made from the same. Raises OSError,
    before anything is touched, where a file to replace is open in another program.
    """
    refuse_if_held([document.record, *(document.file(kind) for kind in FORMATS)])
    record = _read_record(document)
    files = record["files"] if record is not None and record["recipe"] == wanted else {}
    withdraw(document, keep=[*files, *(document.file(kind).name for kind in contents)])
    for kind, content in contents.items():
        write_whole(document.file(kind), content, lasts=False)  # `why_due` sees what is not as recorded
        files[document.file(kind).name] = hashlib.sha256(content).hexdigest()
    text = json.dumps({"recipe": wanted, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(document.record, text.encode() + b"\n", lasts=False)
    return files


def withdraw(document: Document, keep: Sequence[str] = ()) -> None:
    """Declare a document unfinished and remove its files but those named in `keep`.

    What could not be made again must not stay either: it would pass for what is wanted now.
    """
    remove(document.record)
    for kind in FORMATS:
        if document.file(kind).name not in keep:
            remove(document.file(kind))


def withdraw_if_free(document: Document) -> str:
    """Withdraw a document of which nothing is open elsewhere; else it stands as it did, and the words say why."""
    try:
        refuse_if_held([document.record, *(document.file(kind) for kind in FORMATS)])
        withdraw(document)
    except OSError as error:
        return f"{Path(error.filename or document.name).name}: {why_refused(error)}, nên bản cũ còn đó"
    return ""


def prepare(folder: Path) -> Path:
    """Make a folder for documents and their records; gives the file to lock while working in it."""
    plain_folder(folder)
    records = folder / _RECORDS
    plain_folder(records)
    return records / "lock"


def sweep(folder: Path) -> None:
    """Remove what a killed run left half-written; only for who holds the lock."""
    for begun in [*folder.glob(f".*{BEGUN}"), *(folder / _RECORDS).glob(f".*{BEGUN}")]:
        with suppress(PermissionError):  # a virus scanner looks at it: it is never read, and swept next time
            begun.unlink(missing_ok=True)


def _read_record(document: Document) -> dict[str, Any] | None:
    try:
        record = json.loads(read_whole(document.record))
        return {"recipe": {part: record["recipe"][part] for part in _CHANGES}, "files": dict(record["files"])}
    except (FileNotFoundError, PermissionError, ValueError, KeyError, TypeError):
        # none, one that cannot be read, or one of another version of this program
        return None
