"""What there is to translate, and how far a catalogue goes: `python -m scoring.core.catalogue` renews `languages/*.po`.

Sentences are those under `say`, `say_count` and `term` in the package, and the prose of the notebooks that become
documents. What is new is added without a translation and told; what nobody says any more is dropped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from scoring.core.language import CATALOGUES, LANGUAGES, VIETNAMESE
from scoring.core.places import DOCUMENTS, PACKAGE

_SAYING = {"say": None, "say_count": (1, 1), "term": None}
_BEGUN = datetime(2026, 11, 28, tzinfo=UTC)
"""The day the catalogues state, so that one written twice is the same file."""


def source_catalogue() -> Catalog:
    """Everything that is said, without translations."""
    catalog = _empty(VIETNAMESE)
    for _, _, text, _, _ in extract_from_dir(PACKAGE, [("**.py", "python")], keywords=_SAYING):
        catalog.add(text)
    for prose in _prose():
        catalog.add(prose)
    return catalog


def renewed(language: str) -> Catalog:
    """The catalogue of a language with all that is said, translated as far as it was."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        known = read_po(file, language)
    catalog = _empty(language)
    for message in source_catalogue():
        if message.id:
            before = known.get(message.id)
            catalog.add(message.id, before.string if before else None).flags.discard("python-format")  # a bare "%"
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """What has no translation, or one whose `{names}` are others."""
    lacking = []
    for message in catalog:
        text = str(message.id if isinstance(message.id, str) else message.id[0])
        strings: Iterable[Any] = message.string if isinstance(message.string, tuple) else (message.string,)
        if text and not all(said and _names(said) == _names(text) for said in strings):
            lacking.append(text)
    return lacking


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def write_catalogue(catalog: Catalog, file: Path) -> None:
    """Write a catalogue, in the order of its sentences."""
    with file.open("wb") as open_file:
        write_po(open_file, catalog, width=120, no_location=True, sort_output=True)


def _empty(language: str) -> Catalog:
    return Catalog(
        language,
        project="scoring",
        version="1",
        header_comment="# What pages say; renewed by: python -m scoring.core.catalogue",
        creation_date=_BEGUN,
        revision_date=_BEGUN,
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def _prose() -> Iterator[str]:
    """The prose cells of the notebooks that become documents: those that end with the mark of a finished one."""
    for path in sorted(DOCUMENTS.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        if "finish(" in cells[-1].source:
            yield from (cell.source for cell in cells if cell.cell_type == "markdown")


def main() -> int:
    """Renew every catalogue; the exit code is 1 where something has no translation yet."""
    lacking = 0
    for language in LANGUAGES.keys() - {VIETNAMESE}:
        catalog = renewed(language)
        write_catalogue(catalog, CATALOGUES / f"{language}.po")
        for text in untranslated(catalog):
            sys.stdout.write(f"{language}: {text}\n")
            lacking += 1
    return int(lacking > 0)


if __name__ == "__main__":
    sys.exit(main())
