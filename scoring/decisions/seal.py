"""Prove that a published year is unchanged, with the standard library alone.

    python scoring/decisions/seal.py data/2024 [outputs/2024]

A seal (niêm phong) is a file `seals/<number>.json` in the year's data folder: the publication's decision number and
day, the SHA-256 of every file of the data folder and of the outputs folder, and the SHA-256 of the seal before it.
`publishing.seal` writes seals; this module reads and checks them, and imports nothing of ours, so that anyone may run
it as a file of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SEALS, DECISIONS = "seals", "decisions"
"""The folders of seals and of decisions inside a year's data folder."""
NO_PLAIN_FILE = "not a plain file"
"""What stands for the hash of a link, pipe or device; none of them is opened."""

_MACHINE_NAMES = frozenset(
    {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "autorun.inf", "icon\r", "iconcache.db"}
    | {"__macosx", "$recycle.bin", "recycler", "system volume information", "lost+found", "@eadir"}
)
_MACHINE_BEGINNINGS = (".", "~$", "~wr")
_MACHINE_ENDINGS = (".tmp", ".crdownload", ".part", ".partial", ".swp", ".lnk")
_FATES = {
    "changed": "đã bị sửa",
    "missing": "không còn",
    "added": "thêm vào sau khi công bố",
    "appeal": "quyết định phúc tra ghi sau khi công bố",
    "broken": "niêm phong không đọc được hoặc đã bị sửa",
}


class SealError(ValueError):
    """A seal that cannot be believed; the message is for the evaluator."""


class Seal(NamedTuple):
    """One publication of a year. data and outputs: file (POSIX path inside the folder) to SHA-256."""

    year: int
    number: int
    decision: str
    published_on: str
    previous: str
    data: dict[str, str]
    outputs: dict[str, str]

    def content(self) -> bytes:
        """The seal as its file holds it; the same seal is the same bytes."""
        return (json.dumps(self._asdict(), indent=1, sort_keys=True) + "\n").encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the seal's file: the code that a printed decision may quote."""
        return hashlib.sha256(self.content()).hexdigest()


class Difference(NamedTuple):
    """What differs from the seal: a file of a folder ("data" or "outputs"), and how (a key of the fates)."""

    folder: str
    file: str
    fate: str

    def __str__(self) -> str:
        return f"{shown(f'{self.folder}/{self.file}')}: {_FATES[self.fate]}"


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder, by its path inside; seals and what `is_left_out` are left out."""
    return {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(_files(folder))}


def _files(folder: Path) -> Iterator[Path]:
    """Every file under a folder; links to folders are not followed."""
    for inside, folders, names in os.walk(folder, onerror=_stop):
        links = [name for name in folders if (Path(inside) / name).is_symlink()]
        left_out = SEALS if Path(inside) == folder else None
        folders[:] = [name for name in folders if not is_left_out(name) and name != left_out]
        yield from (Path(inside) / name for name in [*names, *links] if not is_left_out(name))


def is_left_out(name: str) -> bool:
    """Whether a file or folder is hidden or the machine's own: never counted, never sealed.

    The list of `core.machine_files`, kept here too so that this module runs alone.
    """
    plain = name.casefold()
    return plain in _MACHINE_NAMES or plain.startswith(_MACHINE_BEGINNINGS) or plain.endswith(_MACHINE_ENDINGS)


def _stop(error: OSError) -> None:
    raise error


def _digest(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return NO_PLAIN_FILE
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_seals(data: Path) -> list[Seal]:
    """The seals of a year, oldest first; none where it was never published.

    data: the year's data folder. Raises SealError where a seal is broken, or does not follow from the one before.
    """
    folder = data / SEALS
    count = (
        sum(path.suffix == ".json" and not is_left_out(path.name) for path in folder.iterdir())
        if folder.is_dir()
        else 0
    )
    seals: list[Seal] = []
    for number in range(1, count + 1):
        seal = _read(folder / f"{number}.json")
        if seal.number != number or seal.previous != (seals[-1].digest if seals else ""):
            raise SealError(f"{SEALS}/{number}.json: {_FATES['broken']}")
        seals.append(seal)
    return seals


def _read(path: Path) -> Seal:
    try:
        content = path.read_bytes()
        stated: dict[str, Any] = json.loads(content)
        seal = Seal(**stated)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise SealError(f"{SEALS}/{path.name}: {_FATES['broken']}") from error
    if seal.content() != content or not _is_whole(seal):
        raise SealError(f"{SEALS}/{path.name}: {_FATES['broken']}")
    return seal


def _is_whole(seal: Seal) -> bool:
    texts = (seal.decision, seal.published_on, seal.previous)
    tables = (seal.data, seal.outputs)
    return (
        all(isinstance(number, int) for number in (seal.year, seal.number))
        and all(isinstance(text, str) for text in texts)
        and all(isinstance(t, dict) and all(isinstance(digest, str) for digest in t.values()) for t in tables)
    )


def verify_seal(data: Path, outputs: Path) -> list[Difference]:
    """What differs from a year's last seal, in its data folder and in its outputs folder; a line for each file.

    Raises SealError where the year has no seal, or one that cannot be believed.
    """
    return [*data_differences(data), *_compared("outputs", _last_seal(data).outputs, hashes(outputs))]


def data_differences(data: Path) -> list[Difference]:
    """What of the data folder differs from the last seal, as `verify_seal`.

    Decisions of an appeal recorded since are listed with the fate "appeal": they are no breach.
    """
    compared = _compared("data", _last_seal(data).data, hashes(data))
    return [_appeal_told(difference, data) for difference in compared]


def _last_seal(data: Path) -> Seal:
    seals = read_seals(data)
    if not seals:
        raise SealError(f"{shown(str(data))}: năm này chưa công bố, không có niêm phong")
    return seals[-1]


def is_sealed_decision(seal: Seal, name: str) -> bool:
    """Whether the decision of this id was there when the year was sealed."""
    return f"{DECISIONS}/{name}.json" in seal.data


def _compared(folder: str, sealed: dict[str, str], found: dict[str, str]) -> Iterator[Difference]:
    for file in sorted(sealed.keys() | found.keys()):
        if file not in found:
            yield Difference(folder, file, "missing")
        elif file not in sealed:
            yield Difference(folder, file, "added")
        elif sealed[file] != found[file]:
            yield Difference(folder, file, "changed")


def _appeal_told(difference: Difference, data: Path) -> Difference:
    """The difference, as an appeal where it is a decision that states the appeal's document."""
    if difference.fate != "added" or not difference.file.startswith(f"{DECISIONS}/"):
        return difference
    try:
        stated = json.loads((data / difference.file).read_bytes())
    except (OSError, ValueError, RecursionError):
        return difference
    is_appeal = isinstance(stated, dict) and isinstance(stated.get("appeal"), str) and stated["appeal"].strip()
    return difference._replace(fate="appeal") if is_appeal else difference


def shown(text: str) -> str:
    """A name that a terminal may show: nothing hidden, nothing that turns the line around."""
    return "".join(letter if letter.isprintable() else f"[U+{ord(letter):04X}]" for letter in text)


def outputs_of(data: Path) -> Path:
    """Where the outputs of a year's data folder stand: `outputs/2024` beside `data/2024`."""
    data = data.resolve()
    return data.parents[1] / "outputs" / data.name


def tell(data: Path, outputs: Path) -> tuple[bool, list[str]]:
    """Whether a published year is unchanged, and the lines that say so to an evaluator."""
    try:
        differences, last = verify_seal(data, outputs), _last_seal(data)
    except SealError as error:
        return False, [str(error)]
    except OSError as error:
        return False, [f"{shown(str(error.filename))}: không đọc được, chưa kiểm tra xong"]
    breaches = [difference for difference in differences if difference.fate != "appeal"]
    kept = "CÒN NGUYÊN" if not breaches else f"KHÔNG CÒN NGUYÊN: {len(breaches)} tệp khác với lúc công bố"
    count = len(last.data) + len(last.outputs)
    return not breaches, [
        f"Năm {last.year}, công bố lần {last.number} theo {shown(last.decision)}, {count} tệp: {kept}.",
        f"Mã niêm phong: {last.digest}",
        *(f"  {difference}" for difference in differences),
    ]


def main(words: Sequence[str]) -> int:
    """Check one year; 0 where nothing has changed, 1 where something has, 2 where the words are not understood."""
    if not 1 <= len(words) <= 2:
        sys.stdout.write("Cách dùng: python scoring/decisions/seal.py data/2024 [outputs/2024]\n")
        return 2
    data = Path(words[0])
    is_kept, lines = tell(data, Path(words[1]) if len(words) > 1 else outputs_of(data))
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    sys.exit(main(sys.argv[1:]))
