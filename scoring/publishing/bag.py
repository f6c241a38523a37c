"""A BagIt bag (RFC 8493) being written: filled beside its place, and under its number only when it is whole.

The payload is written first and listed, which gives the publication's code; then come the papers that print the code.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from scoring.core.errors import Fault, PublishingError
from scoring.core.files import reach_disk
from scoring.decisions.seal import (
    ABOUT,
    BAG_INFO,
    DECLARATION,
    DECLARED,
    INPUTS,
    MANIFEST,
    PUBLICATIONS,
    TAG_MANIFEST,
    Input,
    Publication,
    SealError,
    bag_info,
    check_bag,
    file_digest,
    manifest_content,
    read_publication,
    same_name,
    shown,
)

PAYLOAD = "data"
PAPERS = "xac_nhan"
"""The folder of the papers that print the code, beside the payload."""

_BEGUN = ".dang_lam-"
_AGAIN = "chạy lại lệnh publish"
_LOCK = ".lock"
_PATIENCE = 5.0
_NOT_PORTABLE = frozenset('<>:"\\|?*=')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Have a year's publications to oneself, without what a killed run left; raises PublishingError where others do."""
    publications = folder / PUBLICATIONS
    if publications.is_symlink():
        raise PublishingError(str(folder), [Fault(PUBLICATIONS, "là liên kết", mend="xóa liên kết rồi chạy lại")])
    publications.mkdir(exist_ok=True)
    try:
        with FileLock(publications / _LOCK, timeout=_PATIENCE):
            _remove_begun(publications)
            try:
                yield
            finally:
                _remove_begun(publications)
    except Timeout as error:
        mend = "đợi lượt đó chạy xong rồi chạy lại"
        fault = Fault(PUBLICATIONS, "một lượt công bố khác của năm này đang chạy", mend=mend)
        raise PublishingError(str(folder), [fault]) from error
    finally:
        with suppress(OSError):  # others may have taken it again, and a year never published keeps no empty folder
            (publications / _LOCK).unlink()
        with suppress(OSError):
            publications.rmdir()


def is_in_a_bag(path: Path) -> bool:
    """Whether a path lies in a publication, where nothing is written but by who publishes."""
    inside = path.resolve()
    return any((one / DECLARATION).is_file() for one in [inside, *inside.parents])


def _remove_begun(publications: Path) -> None:
    for begun in publications.glob(f"{_BEGUN}*"):
        if begun.is_dir() and not begun.is_symlink():
            shutil.rmtree(begun)


def begin(folder: Path) -> Path:
    """A new bag beside its place, empty; for who has claimed the year."""
    bag = Path(tempfile.mkdtemp(dir=folder / PUBLICATIONS, prefix=_BEGUN))
    bag.chmod(0o755)  # mkdtemp's folder is for its maker alone
    (bag / PAYLOAD / INPUTS).mkdir(parents=True)
    return bag


def take_inputs(bag: Path, files: Mapping[str, Path]) -> dict[str, Input]:
    """Copy inputs into a bag, under names that every system and archive can hold; raises OSError."""
    taken, names = dict[str, Input](), set[str]()
    for name, path in files.items():
        stored = _stored(name, names)
        at = bag / PAYLOAD / INPUTS / stored
        at.parent.mkdir(parents=True, exist_ok=True)
        taken[name] = Input(f"{INPUTS}/{stored}", *_copied(path, at))
    return taken


def _stored(name: str, names: set[str]) -> str:
    """A portable name for a file, unlike all others in any case; what it cannot hold is written as =XX."""
    parts = [_portable(part) for part in name.split("/")]
    stored, times = "/".join(parts), 1
    while same_name(stored) in names:
        times += 1
        stored = "/".join([*parts[:-1], f"{times}={parts[-1]}"])
    names.add(same_name(stored))
    return stored


def _portable(part: str) -> str:
    letters = [letter if _is_portable(letter) else "".join(f"={b:02X}" for b in os.fsencode(letter)) for letter in part]
    if letters[-1] in {".", " "}:
        letters[-1] = f"={ord(letters[-1]):02X}"
    plain = "".join(letters)
    return f"={plain}" if plain.partition(".")[0].casefold() in _DEVICES else plain


def _is_portable(letter: str) -> bool:
    return letter.isprintable() and letter not in _NOT_PORTABLE


def _copied(path: Path, at: Path) -> tuple[str, int]:
    """The SHA-256 and the size of a file that was copied."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, at.open("wb") as copy:
        while part := source.read(1 << 20):
            digest.update(part)
            size += copy.write(part)
    return digest.hexdigest(), size


def write_payload_list(bag: Path, publication: Publication) -> Publication:
    """State and list the payload, which is complete; gives the publication with its code."""
    _write(bag / PAYLOAD / ABOUT, publication.content())
    digests = {name: file_digest(bag / name) for name in bag_files(bag) if name.startswith(f"{PAYLOAD}/")}
    content = manifest_content(digests)
    _write(bag / MANIFEST, content)
    octets = sum((bag / name).stat().st_size for name in digests)
    publication = publication._replace(code=hashlib.sha256(content).hexdigest())
    _write(bag / DECLARATION, DECLARED)
    _write(bag / BAG_INFO, bag_info(publication, octets, len(digests)))
    return publication


def finish_bag(bag: Path, number: int) -> Path:
    """List the papers, have everything reach the disk, and give the bag its number; raises OSError."""
    tags = {name: file_digest(bag / name) for name in bag_files(bag) if not name.startswith(f"{PAYLOAD}/")}
    _write(bag / TAG_MANIFEST, manifest_content(tags))
    for inside, _, names in os.walk(bag, topdown=False, onerror=_raise):
        for name in names:
            _sync(Path(inside, name))
        reach_disk(Path(inside))
    _prove(bag)
    place = bag.with_name(str(number))
    if place.exists():
        what = "người khác vừa công bố năm này"
        raise PublishingError(str(place.parent), [Fault(place.name, what, mend="xem bằng lệnh verify-seal")])
    bag.rename(place)
    reach_disk(place.parent)
    return place


def _prove(bag: Path) -> None:
    """Raise PublishingError where a bag that is about to get its number is not one that `seal` believes."""
    try:
        faults = [Fault(shown(one.file), str(one).partition(": ")[2], mend=_AGAIN) for one in check_bag(bag)]
        read_publication(bag)
    except SealError as error:
        faults = [Fault(PUBLICATIONS, str(error), mend=_AGAIN)]
    if faults:
        raise PublishingError(str(bag.parent), faults)


def bag_files(bag: Path) -> list[str]:
    """Every file of a bag; raises OSError where a folder cannot be read, as `rglob` would pass over it."""
    walked = os.walk(bag, onerror=_raise)
    return sorted(Path(inside, name).relative_to(bag).as_posix() for inside, _, names in walked for name in names)


def _raise(error: OSError) -> None:
    raise error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
