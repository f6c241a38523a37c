"""The run's manifest, run.json: what was made from what, by which versions, and when."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from scoring.core.errors import PublishingError
from scoring.core.files import told_as, write_whole
from scoring.core.machine_files import is_left_out
from scoring.decisions.seal import PUBLICATIONS
from scoring.pages.export.fonts import typefaces
from scoring.publishing.documents import Made, code_digest, sha256
from scoring.register.year import Year

MANIFEST = "run.json"


def write_manifest(
    out: Path, year: Year, made: Sequence[Made], began: datetime, held: Mapping[Path, str] | None = None
) -> Path:
    """Write run.json into the year's outputs; times stand here and in no other file.

    began: with its time zone. Files are named as seen from the year's folder (inputs) and from `out` (outputs).
    held: results that could not be replaced, with the SHA-256 of what should stand (`files.Writing`): it is listed, so
    that such a year is not published. A file that cannot be read is listed without one. Raises PublishingError where
    the disk refuses.
    """
    manifest: dict[str, Any] = {
        "year": year.rubric.year,
        "began": began.astimezone(UTC).isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "rubric": {"id": year.rubric.id, "sha256": year.rubric.digest},
        "code_sha256": code_digest(),
        "python": platform.python_version(),
        "system": platform.system(),
        "typeface": typefaces().body,
        "packages": dict(sorted((told["Name"], told["Version"]) for told in (one.metadata for one in distributions()))),
        "inputs": _digests(year.folder),
        "outputs": {**_digests(out), **{path.relative_to(out).as_posix(): d for path, d in (held or {}).items()}},
        "documents": [asdict(one) for one in made],
    }
    file = out / MANIFEST
    with told_as(PublishingError, str(file), "chạy lại khi đã xong"):
        write_whole(file, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    return file


def _digests(folder: Path) -> dict[str, str | None]:
    """SHA-256 of every file below a folder but the manifest, links and what is left out of a seal."""
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {
        name.as_posix(): _digest(folder / name)
        for name in names
        if name.as_posix() != MANIFEST and name.parts[0] != PUBLICATIONS and not any(map(is_left_out, name.parts))
    }


def _digest(file: Path) -> str | None:
    """SHA-256 of a file; None where another program does not let it be read."""
    try:
        return sha256(file)
    except PermissionError:
        return None
