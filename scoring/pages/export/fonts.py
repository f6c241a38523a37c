"""The typefaces of a page: what the rule of form asks for where the machine has it, else what the packages bring.

No font file is stored here. In this order: Times New Roman of the machine, Liberation Serif if it holds every
Vietnamese letter (old versions do not), Libertinus Serif inside the typst package. Charts are set in DejaVu Sans,
which matplotlib brings; it also helps out where the body's typeface lacks a character.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

PREFERRED = ("Times New Roman", "Liberation Serif")
EMBEDDED = "Libertinus Serif"
CHARTS = "DejaVu Sans"

_CHART_FOLDER = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_CHART_FILES = [_CHART_FOLDER / f"DejaVuSans{style}.ttf" for style in ("", "-Bold", "-Oblique", "-BoldOblique")]


@dataclass(frozen=True)
class Typefaces:
    """What a PDF is set in.

    body: the body's typeface and, for one of the machine's, its version (goes into the manifest: other typefaces make
    other bytes). families: from first choice to last. characters: all that can be printed in every style.
    """

    body: str
    families: tuple[str, ...]
    characters: frozenset[str]
    fonts: typst.Fonts


@cache
def typefaces(embedded_only: bool = False) -> Typefaces:
    """The typefaces of this machine, looked for once a process.

    embedded_only: only what the Python packages bring, so that every machine makes the same bytes.
    """
    family, files = (EMBEDDED, []) if embedded_only else _machine_family()
    return Typefaces(
        body=", ".join([family, *map(_version, files[:1])]),
        families=tuple(dict.fromkeys([family, EMBEDDED, CHARTS])),
        characters=_common(_CHART_FILES) | (_common(files) if files else frozenset()) | set("\n\u00a0"),
        fonts=typst.Fonts(
            include_system_fonts=False,
            font_paths=[str(folder) for folder in (*{file.parent for file in files}, _CHART_FOLDER)],
        ),
    )


def vietnamese_letters() -> frozenset[str]:
    """Both cases of every vowel with every tone, and of the consonants.

    >>> len(vietnamese_letters())
    186
    """
    vowels, tones = "aăâeêioôơuưy", ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones}
    letters = toned | set("bcdđghklmnpqrstvxfjwz")
    return frozenset(letters | {letter.upper() for letter in letters})


def _machine_family() -> tuple[str, list[Path]]:
    """The first preferred family of which one folder holds four styles with every Vietnamese letter, and its files."""
    folders: dict[tuple[str, Path], dict[tuple[str, int], Path]] = defaultdict(dict)
    for font in typst.Fonts(include_embedded_fonts=False).fonts():
        if font.path and font.family in PREFERRED and font.weight in (400, 700):
            file = Path(font.path)
            folders[font.family, file.parent][font.style, font.weight] = file
    for family, folder in sorted(folders, key=lambda found: (PREFERRED.index(found[0]), found[1])):
        files = sorted(folders[family, folder].values())
        if len(files) == 4 and _common(files) >= vietnamese_letters():
            return family, files
    return EMBEDDED, []


def _common(files: list[Path]) -> frozenset[str]:
    """The characters every one of these font files holds."""
    return frozenset.intersection(*(frozenset(map(chr, FT2Font(str(file)).get_charmap())) for file in files))


def _version(file: Path) -> str:
    version = FT2Font(str(file)).get_sfnt().get((3, 1, 1033, 5), b"")
    return version.decode("utf-16-be")
