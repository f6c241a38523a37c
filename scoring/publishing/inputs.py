"""Which files does a year's result follow from? The one list of what counts, and so of what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scoring.assessment.several_years import EARLIER
from scoring.core.errors import DecisionError, Fault, ScoringError
from scoring.decisions.records import Decision, file_name
from scoring.decisions.store import read_records
from scoring.register.year import Year, open_year
from scoring.reports.reading.folder import OFFICE_REGISTER, list_files

_NO_MATTER = frozenset({"system_file", "other_file", "folder", "hidden_file"})
"""The remarks on what lies among the reports and is none."""


class InputFiles(NamedTuple):
    """Files by their path below the folder of all years, and what lies among them and does not count."""

    files: dict[str, Path]
    left_out: list[str]


def data_root(year: Year) -> Path:
    """The folder of all years."""
    folder = year.folder.absolute()
    return folder.parents[year.place.count("/")]


def input_files(year: Year) -> InputFiles:
    """Every file a year's marks, standings and pages follow from: its own, those it takes, those of the years before.

    Raises OSError and DecisionError where a folder cannot be read.
    """
    root, files, left_out = data_root(year), dict[str, Path](), list[str]()
    for one in (of for own in (year, *_years_before(year)) for of in with_those_taken(own)):
        own, strange = _of_year(one, root)
        files |= own
        left_out += [name for name in strange if name not in left_out]
    return InputFiles(dict(sorted(files.items())), sorted(left_out))


def with_those_taken(year: Year) -> Iterator[Year]:
    """A year, and those whose units or results it takes, each after the one that takes it."""
    one: Year | None = year
    while one is not None:
        yield one
        one = one.of_units


def _years_before(year: Year) -> Iterator[Year]:
    """The years its pages are compared with, as `several_years` opens them, without those that cannot be read."""
    for ago in range(1, EARLIER + 1):
        before = data_root(year) / str(year.rubric.year - ago)
        if (before / "plan.yaml").is_file() and (before / "rubrics" / f"{year.rubric.id}.yaml").is_file():
            try:
                yield open_year(before, year.rubric.id)
            except ScoringError:
                continue


def _of_year(year: Year, root: Path) -> tuple[dict[str, Path], list[str]]:
    folder, files, left_out = year.folder.absolute(), dict[str, Path](), list[str]()
    paths = [path.absolute() for path, digest in year.basis.items() if digest]
    paths += [folder / file_name(decision) for decision in _opened_decisions(folder)]
    for path, counts in _reports(folder / "reports"):
        if counts:
            paths.append(path)
        else:
            left_out.append(path.relative_to(root).as_posix())
    files |= {path.relative_to(root).as_posix(): path for path in paths}
    return files, left_out


def _opened_decisions(folder: Path) -> tuple[Decision, ...]:
    """The decisions on disk; one that could not be opened is no decision less, so it stops whoever lists them."""
    records = read_records(folder)
    unread = [found for found in records.findings if found.code == "unread_decision"]
    if unread:
        raise DecisionError(str(folder), [Fault(found.file, found.message, mend=found.mend) for found in unread])
    return records.decisions


def _reports(folder: Path) -> Iterator[tuple[Path, bool]]:
    """The reports, and what lies among them and is no plain file or no report; the office's list counts."""
    for found in list_files(folder) if folder.is_dir() else ():
        is_plain = found.path.is_file() and not found.path.is_symlink()
        matters = found.why is None or found.why.code not in _NO_MATTER
        yield found.path, is_plain and (matters or found.path.name.casefold() == OFFICE_REGISTER)
