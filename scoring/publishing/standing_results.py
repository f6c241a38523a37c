"""Do a year's results on disk still follow from what lies in its folders? Then nothing is read or scored again."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from scoring.assessment.dossier import Dossier
from scoring.assessment.records import Assessment
from scoring.assessment.several_years import EARLIER
from scoring.core.language import spoken_language
from scoring.publishing.documents import code_digest, sha256
from scoring.publishing.results import ASSESSMENTS, DOSSIER, RECORD
from scoring.register.year import Year


def results_digest(year: Year) -> str | None:
    """SHA-256 of all that a year's results follow from; None where a file cannot be read, as nothing is known then.

    That is every file of its folders and of those of the years before, the program, and the language spoken.
    """
    digest = hashlib.sha256(f"{code_digest()}\0{spoken_language()}\0{year.rubric.id}\0".encode())
    try:
        for folder in sorted(_folders(year)):
            for name, what in _files(folder):
                digest.update(os.fsencode(f"{folder.name}/{name}\0{what}\0"))
    except OSError:
        return None
    return digest.hexdigest()


def _folders(year: Year) -> set[Path]:
    """The folders of a year, of its rules, of the units of its positions, and of the years before of each."""
    own = {year.folder, *(path.parent for path in year.basis if path.name == "plan.yaml")}
    own = {folder.resolve() for folder in own} | (_folders(year.of_units) if year.of_units else set())
    ago = range(1, EARLIER + 1)
    return own | {folder.parent / str(year.rubric.year - years) for folder in own for years in ago}


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Every name in a folder, with the SHA-256 of what is a plain file, else its kind; no link is followed."""
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        for name in sorted([*folders, *names]):
            path = Path(place) / name
            mode = path.lstat().st_mode
            is_plain = stat.S_ISREG(mode)
            yield path.relative_to(folder).as_posix(), sha256(path) if is_plain else str(stat.S_IFMT(mode))


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # there need not be a year before
        raise error


def standing_results(out: Path, follows: str | None) -> tuple[list[Assessment], Dossier] | None:
    """The assessments, in the order of the register, and the dossier, where all results stand as they were written.

    follows: their `results_digest` now. None where something has changed, or was never written whole.
    """
    if follows is None:
        return None
    try:
        record = json.loads((out / RECORD).read_bytes())
        if record["follows"] != follows or any(sha256(out / name) != is_ for name, is_ in record["files"].items()):
            return None
        names = [name for name in record["files"] if name.startswith(f"{ASSESSMENTS}/")]
        assessments = [Assessment.model_validate_json((out / name).read_bytes()) for name in names]
        return assessments, Dossier.model_validate_json((out / DOSSIER).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None  # none, one that cannot be read, or one of another version of this program
