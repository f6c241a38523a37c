"""Prove that what a year published is unchanged, with the standard library alone.

    python scoring/decisions/seal.py data/2024
    python scoring/decisions/seal.py data/2024/publications/1 --code "3f2a 90bc …"

A publication is a BagIt bag (RFC 8493) in `publications/<number>/` of the year's data folder: the inputs, the final
documents and `publication.json` in its payload, and beside the payload the certificate and the minutes. Its code is the
SHA-256 of `manifest-sha256.txt`, which holds the SHA-256 of every file of the payload, and each publication names the
code of the one before. `publishing.publication` writes bags; this module reads and checks them, and imports nothing of
ours, so that anyone may run it as a file of its own, years later, on a copy. Modes, times, and the case and the
composition of letters in names do not matter; no link is followed and nothing but plain files is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

PUBLICATIONS, DECISIONS = "publications", "decisions"
"""The folders of publications and of decisions inside a year's data folder."""
ABOUT, INPUTS, OUTPUTS = "publication.json", "inputs", "outputs"
"""What the payload of a bag holds: what is said of the publication, what it was made from, and what was made."""
MANIFEST, TAG_MANIFEST, BAG_INFO, DECLARATION = (
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "bag-info.txt",
    "bagit.txt",
)
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
OLD_SEALS = "seals"
"""Where versions before bags kept their seals."""

_PAYLOAD = "data"
_LONGEST_LIST = 64_000_000
_DIGITS = 7
_MACHINE_NAMES = frozenset(
    {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "autorun.inf", "icon\r", "iconcache.db"}
    | {"__macosx", "$recycle.bin", "recycler", "system volume information", "lost+found", "@eadir"}
)
_MACHINE_BEGINNINGS = (".", "~$", "~wr")
_MACHINE_ENDINGS = (".tmp", ".crdownload", ".part", ".partial", ".swp", ".lnk")
_MACHINE_HIDDEN = (".ds_store", "._", ".~")
_FATES = {
    "changed": "đã bị sửa",
    "missing": "không còn",
    "added": "thêm vào sau khi công bố",
    "link": "bị thay bằng liên kết, không mở",
    "not_a_file": "không phải tệp thường, không mở",
    "unread": "không đọc được nên chưa kiểm tra",
    "twice": "trùng tên với tệp khác khi không phân biệt chữ hoa, chữ thường",
    "broken": "hỏng, không đọc được hoặc đã bị sửa",
    "renamed": "bị đổi tên",
    "appeal": "quyết định phúc tra ghi sau khi công bố",
    "back_dated": "quyết định phúc tra ghi ngày trước lần công bố cuối",
    "late": "ghi thêm sau khi công bố",
    "beside": "ghi thêm sau khi công bố, ở số liệu mà kết quả này lấy theo",
}
_NO_BREACH = frozenset({"appeal", "late", "beside"})
UNPROVED = (
    "Ai được ghi vào thư mục này thì có thể bỏ cả thư mục publications rồi công bố lại, hoặc bỏ lần công bố cuối cùng."
    " Việc đó chỉ thấy được khi so mã ở trên với mã đã in trên giấy chứng nhận và biên bản hội đồng đã ký.",
    "Giấy chứng nhận và biên bản trong thư mục xac_nhan không nằm trong mã; chúng đúng khi mã in trên đó là mã ở trên.",
)
"""What no check of the folder alone can prove."""


class SealError(ValueError):
    """A publication that cannot be believed; the message is for the evaluator."""


class Input(NamedTuple):
    """A file a publication was made from: where it is stored in the payload, its SHA-256 and its size in bytes."""

    stored: str
    sha256: str
    size: int


class Publication(NamedTuple):
    """One publication of a year.

    place: the year's folder below `data`. decision, published_on: the deciding document and its day (ISO). previous,
    previous_bag: the code of the publication before and the SHA-256 of its list of tag files, "" for the first.
    decisions: the ids of those recorded since the one before (all of them in the first). inputs: by path below `data`.
    grown: inputs added or continued since the one before. left_out: what lies among the inputs and does not count.
    versions: what made it. code: the SHA-256 of its manifest.
    """

    year: int
    rubric: str
    place: str
    number: int
    decision: str
    published_on: str
    previous: str
    previous_bag: str
    decisions: tuple[str, ...]
    inputs: Mapping[str, Input]
    grown: tuple[str, ...]
    left_out: tuple[str, ...]
    versions: Mapping[str, str]
    code: str = ""

    def content(self) -> bytes:
        """`publication.json`, in ASCII; the same publication is the same bytes."""
        plain = self._asdict() | {"inputs": {name: one._asdict() for name, one in self.inputs.items()}}
        del plain["code"]
        return (json.dumps(plain, indent=1, sort_keys=True) + "\n").encode()


class Difference(NamedTuple):
    """What differs from what was published: a file, how (a key of the fates), and its new name where it was renamed."""

    file: str
    fate: str
    now: str = ""

    def __str__(self) -> str:
        return f"{shown(self.file)}: {_FATES[self.fate]}{f' thành {shown(self.now)}' if self.now else ''}"

    @property
    def is_breach(self) -> bool:
        """Whether it must not be; an appeal recorded since, or a late report, may."""
        return self.fate not in _NO_BREACH


# The names of files


def shown(text: str) -> str:
    """A name that a terminal may show: nothing hidden, nothing that turns the line around."""
    return "".join(letter if letter.isprintable() else f"[U+{ord(letter):04X}]" for letter in text)


def is_left_out(name: str) -> bool:
    """Whether a file or folder is hidden or the machine's own: never counted, never published.

    The list of `core.machine_files`, kept here too so that this module runs alone.
    """
    plain = name.casefold()
    return plain in _MACHINE_NAMES or plain.startswith(_MACHINE_BEGINNINGS) or plain.endswith(_MACHINE_ENDINGS)


def is_system_file(name: str) -> bool:
    """Whether a file was left by the machine (Explorer, Finder, Office while a file is open), not merely hidden."""
    plain = name.casefold()
    return is_left_out(name) and (plain[:1] != "." or plain.startswith(_MACHINE_HIDDEN))


def same_name(path: str) -> str:
    """What two paths share that a memory stick or another system may take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def found_in(folder: Path, *names: str) -> Path:
    """A file below a folder by its path there, though a stick or another system may show the names in other letters."""
    for name in names:
        if not os.path.lexists(folder / name):
            alike = [one for one in _names_in(folder) if same_name(one) == same_name(name)]
            name = alike[0] if len(alike) == 1 else name
        folder /= name
    return folder


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def grouped(code: str) -> str:
    """A code in groups of four, so that a person can read it aloud.

    >>> grouped("0123456789ab")
    '0123 4567 89ab'
    """
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


# Reading, without ever waiting or following


def _lines_of(names: Mapping[str, str]) -> bytes:
    escaped = {name: name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D") for name in names}
    return "".join(f"{names[name]}  {escaped[name]}\n" for name in sorted(names)).encode()


def manifest_content(digests: Mapping[str, str]) -> bytes:
    """A manifest of BagIt: the SHA-256 and the path of every file, in the order of the paths."""
    return _lines_of(digests)


def bag_info(publication: Publication, octets: int, files: int) -> bytes:
    """`bag-info.txt`: what an archive shows of a bag. octets, files: of the payload."""
    stated = {
        "Bagging-Date": publication.published_on,
        "External-Description": f"Cong bo {publication.place} lan {publication.number}",
        "External-Identifier": f"{publication.place}/{publication.number}",
        "Payload-Oxum": f"{octets}.{files}",
        "Publication-Code": publication.code,
    }
    return "".join(f"{label}: {text}\n" for label, text in stated.items()).encode()


def _opened(path: Path, follow: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)) -> Any:
    """A plain file opened for reading; raises OSError for anything else, without waiting for a pipe's writer."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(f"not a plain file: {path}")
    handle = os.open(path, os.O_RDONLY | follow | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # changed since it was looked at
        os.close(handle)
        raise OSError(f"not a plain file: {path}")
    return os.fdopen(handle, "rb")


def file_digest(path: Path) -> str:
    """SHA-256 of a plain file; raises OSError for anything else."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content(path: Path) -> bytes:
    """A short plain file; raises SealError where there is none."""
    try:
        with _opened(path) as file:
            content: bytes = file.read(_LONGEST_LIST + 1)
    except OSError as error:
        raise SealError(f"{shown(path.name)}: {_FATES['broken']}") from error
    if len(content) > _LONGEST_LIST:
        raise SealError(f"{shown(path.name)}: {_FATES['broken']}")
    return content


def _manifest(path: Path) -> dict[str, str]:
    """A manifest as the program writes it; raises SealError for any other."""
    digests: dict[str, str] = {}
    content = _content(path)
    try:
        for line in content.decode().removesuffix("\n").split("\n"):
            digest, _, name = line.partition("  ")
            digests[name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = digest
    except UnicodeDecodeError as error:
        raise SealError(f"{path.name}: {_FATES['broken']}") from error
    whole = all(len(one) == 64 and not set(one) - set("0123456789abcdef") for one in digests.values())
    inside = all(name and not {"", ".", ".."} & set(name.split("/")) and "\\" not in name for name in digests)
    if not whole or not inside or manifest_content(digests) != content:
        raise SealError(f"{path.name}: {_FATES['broken']}")
    return digests


def _walked(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file under a folder by its path inside, with "" for a plain file, else its fate; no link is followed."""
    waiting = [""]
    while waiting:  # not by recursion, however deep the folders are
        inside = waiting.pop()
        try:
            found = sorted(os.scandir(folder / inside if inside else folder), key=lambda entry: entry.name)
        except OSError:
            yield inside or ".", "unread"
            continue
        for entry in found:
            name = f"{inside}/{entry.name}" if inside else entry.name
            if entry.is_symlink() or _is_junction(entry):
                yield name, "link"
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(name)
            else:
                yield name, "" if entry.is_file(follow_symlinks=False) else "not_a_file"


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether it is Windows' other kind of link to a folder."""
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & 0x400)


# One bag


def check_bag(bag: Path) -> list[Difference]:
    """What differs in a bag from what was published, a line for each file; the chain is `read_publications`' matter.

    Raises SealError where its lists cannot be believed.
    """
    payload, tags = _manifest(found_in(bag, MANIFEST)), _manifest(found_in(bag, TAG_MANIFEST))
    stated = payload | tags
    found = [
        (name, fate)
        for name, fate in _walked(bag)
        if same_name(name) != same_name(TAG_MANIFEST) and (name in stated or not is_of_the_system(name))
    ]
    differences = list(_compared(bag, stated, found))
    declared = _content(found_in(bag, DECLARATION))
    if declared != DECLARED and not any(one.file == DECLARATION for one in differences):
        differences.append(Difference(DECLARATION, "changed"))
    if any(name.partition("/")[0] != _PAYLOAD for name in payload) or f"{_PAYLOAD}/{ABOUT}" not in payload:
        differences.append(Difference(MANIFEST, "broken"))
    if any(name.partition("/")[0] == _PAYLOAD for name in tags) or not {DECLARATION, MANIFEST, BAG_INFO} <= tags.keys():
        differences.append(Difference(TAG_MANIFEST, "broken"))
    return differences


def is_of_the_system(name: str) -> bool:
    """Whether the machine left a file of this path, or a folder above it."""
    return any(map(is_system_file, name.split("/")))


def system_files(bag: Path) -> list[str]:
    """What the machine left in a bag (Thumbs.db and the like): no part of the publication, and no breach of it."""
    return [name for name, _ in _walked(bag) if is_of_the_system(name)]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _compared(bag: Path, stated: Mapping[str, str], found: Sequence[tuple[str, str]]) -> Iterator[Difference]:
    there = dict(found)
    by_look: dict[str, list[str]] = {}
    for name in there:
        by_look.setdefault(same_name(name), []).append(name)
    digests: dict[str, str] = {}
    taken, missing = set(), []
    for name in sorted(stated):
        alike = [name] if name in there else [one for one in by_look.get(same_name(name), ()) if one not in stated]
        if not alike:
            missing.append(name)
            continue
        taken.add(alike[0])
        fate = there[alike[0]] or _digest_fate(bag / alike[0], stated[name])
        if fate:
            yield Difference(name, fate)
    added = sorted(there.keys() - taken)
    for name in added:
        if not there[name]:
            digests.setdefault(_digest_or_none(bag / name), name)
    for name in missing:
        now = digests.pop(stated[name], "")
        yield Difference(name, "renamed" if now else "missing", now)
        if now:
            added.remove(now)
    for name in added:
        alike_to = [one for one in by_look[same_name(name)] if one != name]
        yield Difference(name, there[name] or ("twice" if alike_to else "added"))


def _digest_fate(path: Path, stated: str) -> str:
    """The fate of a file that has not the digest stated; "" where it has."""
    try:
        return "" if file_digest(path) == stated else "changed"
    except OSError:
        return "unread"


def _digest_or_none(path: Path) -> str:
    try:
        return file_digest(path)
    except OSError:
        return ""


def read_publication(bag: Path) -> Publication:
    """What a bag says of itself; raises SealError where that cannot be believed. Its other files are not looked at."""
    manifest = found_in(bag, MANIFEST)
    payload, content = _manifest(manifest), _content(found_in(bag, _PAYLOAD, ABOUT))
    if payload.get(f"{_PAYLOAD}/{ABOUT}") != hashlib.sha256(content).hexdigest():
        raise SealError(f"{ABOUT}: {_FATES['changed']}")
    try:
        stated: dict[str, Any] = json.loads(content)
        stated["inputs"] = {name: Input(**one) for name, one in stated["inputs"].items()}
        stated |= {name: tuple(stated[name]) for name in ("decisions", "grown", "left_out")}
        publication = Publication(**stated)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SealError(f"{ABOUT}: {_FATES['broken']}") from error
    if not _is_as_written(publication) or publication.content() != content or not _is_listed(publication, payload):
        raise SealError(f"{ABOUT}: {_FATES['broken']}")
    return publication._replace(code=hashlib.sha256(_content(manifest)).hexdigest())


def _is_as_written(publication: Publication) -> bool:
    """Whether every field is of its kind, the day a day, and every path one below the folder of all years."""
    inputs = publication.inputs.values()
    texts: list[object] = [publication.rubric, publication.decision, publication.previous, publication.previous_bag]
    texts += [*publication.decisions, *publication.grown, *publication.left_out]
    texts += [text for one in inputs for text in one[:2]]
    numbers = [publication.year, publication.number, *(one.size for one in inputs)]
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(number) is int for number in numbers)
        and isinstance(publication.versions, dict)
        and all(isinstance(version, str) for version in publication.versions.values())
        and _is_day(publication.published_on)
        and publication.place in (str(publication.year), f"{publication.rubric}/{publication.year}")
        and all(_is_inside(name) for name in (publication.place, *publication.inputs))
    )


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_inside(name: object) -> bool:
    if not isinstance(name, str) or (os.name == "nt" and {"\\", ":"} & set(name)):  # there they lead elsewhere too
        return False
    return not {"", ".", ".."} & set(name.split("/"))


def _is_listed(publication: Publication, payload: Mapping[str, str]) -> bool:
    """Whether the inputs it names are those of its payload, each once."""
    named = {f"{_PAYLOAD}/{one.stored}": one.sha256 for one in publication.inputs.values()}
    listed = {name: digest for name, digest in payload.items() if name.startswith(f"{_PAYLOAD}/{INPUTS}/")}
    return named == listed and len(named) == len(publication.inputs)


def bag_digest(bag: Path) -> str:
    """SHA-256 of a bag's list of tag files, by which the next publication holds its certificate too."""
    return hashlib.sha256(_content(found_in(bag, TAG_MANIFEST))).hexdigest()


# The publications of a year


def bags_of(data: Path) -> list[Path]:
    """The bags of a year, oldest first; none where it was never published.

    data: the year's data folder. Raises SealError where one is missing between, or the year was sealed by a version of
    the program before bags. What else lies in `publications` (a run that was killed) is none.
    """
    folder = found_in(data, PUBLICATIONS)
    if folder.is_symlink():
        raise SealError(f"{PUBLICATIONS}: {_FATES['link']}")
    try:
        entries = [entry for entry in (os.scandir(folder) if folder.is_dir() else ()) if _is_number(entry.name)]
    except OSError as error:
        raise SealError(f"{PUBLICATIONS}: {_FATES['unread']}") from error
    for entry in entries:
        if entry.is_symlink() or _is_junction(entry):
            raise SealError(f"{PUBLICATIONS}/{entry.name}: {_FATES['link']}")
    numbers = sorted(int(entry.name) for entry in entries)
    if not numbers and (data / OLD_SEALS).is_dir():
        raise SealError(f"{OLD_SEALS}: năm này niêm phong bằng bản chương trình trước; kiểm tra bằng bản đó")
    if lacking := sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        raise SealError(f"{PUBLICATIONS}/{lacking[0]}: {_FATES['missing']}")
    return [folder / str(number) for number in numbers]


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and name[:1] != "0" and len(name) < _DIGITS


def read_publications(data: Path) -> list[Publication]:
    """What the bags of a year say of themselves, oldest first, as `bags_of`.

    Raises SealError where one cannot be believed or does not follow from the one before.
    """
    publications: list[Publication] = []
    for bag in bags_of(data):
        try:
            publication = read_publication(bag)
            before = (
                (publications[-1].code, bag_digest(bag.with_name(str(len(publications))))) if publications else ("", "")
            )
        except SealError as error:
            raise SealError(f"{PUBLICATIONS}/{bag.name}/{error}") from error
        follows = (publication.previous, publication.previous_bag) == before
        if publication.number != len(publications) + 1 or not follows or not _same_year(publication, publications):
            raise SealError(f"{PUBLICATIONS}/{bag.name}: không nối tiếp lần công bố trước, đã bị sửa hoặc thay")
        if not _names_what_is_new(publication, publications[-1] if publications else None):
            raise SealError(f"{PUBLICATIONS}/{bag.name}: số liệu khác lần trước mà không nêu ra, đã bị sửa hoặc thay")
        publications.append(publication)
    return publications


def _same_year(publication: Publication, before: Sequence[Publication]) -> bool:
    return all((one.place, one.rubric) == (publication.place, publication.rubric) for one in before) and all(
        one.published_on <= publication.published_on for one in before
    )


def _names_what_is_new(publication: Publication, last: Publication | None) -> bool:
    """Whether it names exactly the decisions and, after the first, the other inputs that the one before had not.

    After the first, the decisions of a rubric whose results it takes may be named too.
    """
    old, grown, own = last.inputs if last else {}, set(publication.grown), f"{publication.place}/{DECISIONS}/"
    new = {name for name, one in publication.inputs.items() if name not in old or one.sha256 != old[name].sha256}
    made = {name for name in new - grown if f"/{DECISIONS}/" in name} if last else {n for n in new if n.startswith(own)}
    return (
        old.keys() <= publication.inputs.keys()
        and not made & old.keys()
        and {_last(name).removesuffix(".json") for name in made} == set(publication.decisions)
        and grown == (new - made if last else set())
        and not any(name.startswith(own) for name in grown)
    )


def root_of(data: Path, place: str) -> Path:
    """The folder of all years, from a year's folder and its place below it."""
    return data.joinpath(*[".."] * (place.count("/") + 1))


def input_differences(data: Path, last: Publication) -> list[Difference]:
    """What of the year's folder, as it is worked on now, differs from what was last published.

    Decisions on appeals recorded since, and reports and arrivals added, are listed and are no breach.
    """
    root = root_of(data, last.place)
    differences = [one for name, sealed in last.inputs.items() for one in _input_difference(root, name, sealed)]
    known = {same_name(path) for path in (*last.inputs, *last.left_out)}
    for name, fate in _walked_beside(data):
        path, inside = f"{last.place}/{name}", name.partition("/")[0]
        if same_name(path) in known:
            continue
        if inside == DECISIONS and (fate or same_name(name).endswith(".json")):
            differences.append(Difference(path, fate or _decision_fate(found_in(data, *name.split("/")), last)))
        elif inside == "reports" and not fate:
            differences.append(Difference(path, "late"))
    for place in _places_taken(last):  # whether they may be there is the matter of their own publications
        beside = _walked_beside(found_in(root, *place.split("/")))
        added = [f"{place}/{name}" for name, fate in beside if not fate and same_name(f"{place}/{name}") not in known]
        differences += [Difference(path, "beside") for path in added]
    return differences


def _walked_beside(data: Path) -> Iterator[tuple[str, str]]:
    """The decisions and reports of a year's folder, as `_walked`, without what never counts."""
    for inside in (DECISIONS, "reports"):
        folder = found_in(data, inside)
        if folder.is_symlink():
            yield inside, "link"
            continue
        for name, fate in _walked(folder) if os.path.lexists(folder) else ():
            if not any(map(is_left_out, name.split("/"))):
                yield f"{inside}/{name}", fate


def _places_taken(last: Publication) -> list[str]:
    """The other years and rubrics whose decisions or reports it was made from."""
    places = {name.partition(f"/{inside}/")[0] for name in last.inputs for inside in (DECISIONS, "reports")}
    return sorted(places - {last.place} - set(last.inputs))


def _input_difference(root: Path, name: str, sealed: Input) -> Iterator[Difference]:
    path = found_in(root, *name.split("/"))
    try:
        mode = path.lstat().st_mode
    except OSError:
        yield Difference(name, "missing")
        return
    if stat.S_ISLNK(mode) or not stat.S_ISREG(mode):
        yield Difference(name, "link" if stat.S_ISLNK(mode) else "not_a_file")
    elif fate := _digest_fate(path, sealed.sha256):
        yield Difference(name, "late" if fate == "changed" and is_continued(path, name, sealed) else fate)


def is_continued(path: Path, name: str, sealed: Input) -> bool:
    """Whether the office's list of arrivals goes on where it ended when it was published."""
    if _last(name) != "received.csv":
        return False
    try:
        with _opened(path) as file:
            return hashlib.sha256(file.read(sealed.size)).hexdigest() == sealed.sha256
    except OSError:
        return False


def _decision_fate(path: Path, last: Publication) -> str:
    """Whether a file is a council's decision on an appeal as the program records one, after others that are there.

    Whether it may count (its unit, criterion and figure, and that it follows all that was published) is the program's
    matter.
    """
    is_begun = any(name.startswith(f"{last.place}/{DECISIONS}/") for name in last.inputs)
    try:
        stated = json.loads(_content(path))
        is_own = isinstance(stated, dict) and same_name(path.stem) == same_name(_identity(stated))
    except (SealError, ValueError, RecursionError):
        return "added"
    if not is_own or not _is_appeal(stated) or not _is_linked(path.parent, stated, is_begun):
        return "added"
    return "appeal" if stated["made_on"] >= last.published_on else "back_dated"


def _is_appeal(stated: Mapping[str, Any]) -> bool:
    texts = [stated.get(name) for name in ("id", "unit", "appeal", "role")]
    is_whole = all(isinstance(text, str) and text.strip() for text in texts) and _is_day(stated.get("made_on"))
    return is_whole and stated.get("stage") == "council"


def _identity(stated: Mapping[str, Any]) -> str:
    """The id that the program gives a decision that says this."""
    said = {name: stated[name] for name in stated if name not in {"id", "previous"}}
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{stated.get('unit')}.{stated.get('criterion') or 'CHUNG'}.{digest[:16]}"


def _is_linked(folder: Path, stated: Mapping[str, Any], is_begun: bool) -> bool:
    """Whether the decisions it was recorded after are there."""
    links = stated.get("previous")
    if not isinstance(links, list) or (is_begun and not links) or not all(isinstance(link, str) for link in links):
        return False
    names = [link.partition(" ")[0] for link in links]
    plain = [name for name in names if name and "/" not in name and "\\" not in name]
    return len(plain) == len(names) and all(found_in(folder, f"{name}.json").is_file() for name in plain)


# Told to an evaluator


def tell(folder: Path, code: str = "") -> tuple[bool, list[str]]:
    """Whether everything is as published, and the lines that say so to an evaluator.

    folder: a year's data folder or a copy of it, its `publications`, or one bag. code: the one printed on paper, to be
    compared with that of the last publication (or of the bag); "" where nobody has it.
    """
    try:
        is_bag = os.path.lexists(found_in(folder, DECLARATION))
        return _told_bag(folder, code) if is_bag else _told_year(folder, code)
    except SealError as error:
        return False, [f"KHÔNG CÒN NGUYÊN: {error}"]
    except OSError as error:
        return False, [f"{shown(str(error.filename))}: không đọc được, chưa kiểm tra xong"]


def _told_bag(bag: Path, code: str) -> tuple[bool, list[str]]:
    publication, differences = read_publication(bag), check_bag(bag)
    is_same, compared = _code_told([publication], code)
    lines = [*_told(publication, differences), *_system_told(bag), *compared]
    if publication.previous:
        lines.append(f"Nối tiếp lần công bố {publication.number - 1}, mã {grouped(publication.previous)}.")
    return not differences and is_same, [*lines, *_unproved(code)]


def _told_year(folder: Path, code: str) -> tuple[bool, list[str]]:
    own = Path(os.path.abspath(folder))  # noqa: PTH100 - no link is followed
    data = folder if same_name(own.name) != PUBLICATIONS else own.parent
    bags = bags_of(data)
    if not bags:
        return False, [f"{shown(str(data))}: năm này chưa công bố, không có gì để kiểm tra."]
    told = [_told_of_one(bag) for bag in bags]
    lines = [line for _, own in told for line in own]
    try:
        publications = read_publications(data)
    except SealError as error:  # every bag is told of nevertheless
        return False, [*lines, f"KHÔNG CÒN NGUYÊN: {error}", *_unproved(code)]
    is_same, compared = _code_told(publications, code)
    is_working, working = _working_told(data, publications[-1])
    is_kept = all(kept for kept, _ in told) and is_same and is_working
    return is_kept, [*lines, *compared, *working, *_unproved(code)]


def _told_of_one(bag: Path) -> tuple[bool, list[str]]:
    """Whether one bag of several is as published, and the lines that say so."""
    try:
        publication, differences = read_publication(bag), check_bag(bag)
    except SealError as error:
        return False, [f"{PUBLICATIONS}/{bag.name}: KHÔNG CÒN NGUYÊN: {error}"]
    return not differences, [*_told(publication, differences), *_system_told(bag)]


def _told(publication: Publication, differences: Sequence[Difference]) -> list[str]:
    kept = "CÒN NGUYÊN" if not differences else f"KHÔNG CÒN NGUYÊN: {len(differences)} tệp khác với lúc công bố"
    day = "/".join(reversed(publication.published_on.split("-")))
    return [
        f"{publication.place}, công bố lần {publication.number} theo {shown(publication.decision)} ngày {day}: {kept}.",
        f"Mã công bố: {grouped(publication.code)}",
        *(f"  {difference}" for difference in differences),
    ]


def _system_told(bag: Path) -> list[str]:
    names = system_files(bag)
    return [f"  {shown(name)}: tệp của máy, không thuộc bản công bố, xóa được" for name in names]


def _code_told(publications: Sequence[Publication], code: str) -> tuple[bool, list[str]]:
    """Whether the code on paper is that of a publication, and what that proves: it, and those before, no later one."""
    plain = "".join(letter for letter in code if letter.isalnum()).lower()
    if not code.strip():
        return True, []
    same = [one.number for one in publications if one.code == plain]
    if not same:
        return False, [f"KHÁC MÃ ĐÃ IN: {_parting(plain, publications[-1].code)}."]
    lines = [f"Mã trên giấy đúng là mã của lần công bố {same[0]}."]
    if same[0] != publications[-1].number:
        lines.append(f"Lần công bố {publications[-1].number} thì chưa so: cần mã in trên giấy của chính lần đó.")
    return True, lines


def _parting(typed: str, code: str) -> str:
    """Where a code that was typed parts from that of the last publication."""
    if len(typed) != len(code):
        return f"gõ {len(typed)} ký tự, mã trên giấy có {len(code)}; gõ lại cho đủ"
    pairs = zip(grouped(typed).split(), grouped(code).split(), strict=True)
    apart = [(place, *pair) for place, pair in enumerate(pairs, 1) if pair[0] != pair[1]]
    told = [f"nhóm {place} trên giấy {shown(one)}, ở đây {other}" for place, one, other in apart]
    return "; ".join(told[:3] + (["…"] if told[3:] else []))


def _working_told(data: Path, last: Publication) -> tuple[bool, list[str]]:
    """How the year's folder, as it is worked on, stands to the last publication."""
    inside = Path(os.path.abspath(data)).parts[-last.place.count("/") - 1 :]  # noqa: PTH100 - no link is followed
    is_there = same_name("/".join(inside)) == same_name(last.place)
    if not is_there or not any(found_in(root_of(data, last.place), *n.split("/")).exists() for n in last.inputs):
        return True, ["Không có số liệu đang làm việc bên cạnh; chỉ kiểm tra các bản công bố."]
    differences = input_differences(data, last)
    breaches = [one for one in differences if one.is_breach]
    lines = [f"  {one}" for one in differences]
    if breaches:
        return False, [
            f"SỐ LIỆU ĐANG LÀM VIỆC KHÔNG CÒN NGUYÊN: {len(breaches)} tệp khác với lần công bố cuối.",
            *lines,
        ]
    return True, [*(["Ghi thêm từ lần công bố cuối:"] if lines else []), *lines]


def _unproved(code: str) -> list[str]:
    return (
        [] if code.strip() else ["Điều phép kiểm tra này không chứng minh được:", *(f"  - {one}" for one in UNPROVED)]
    )


def main(words: Sequence[str]) -> int:
    """Check one year or bag; 0 where nothing has changed, 1 where something has, 2 for words not understood."""
    paths, code = list(words), ""
    if "--code" in paths[:-1]:
        place = paths.index("--code")
        code, paths = paths[place + 1], [*paths[:place], *paths[place + 2 :]]
    if len(paths) != 1 or paths[0].startswith("-"):
        sys.stdout.write(f'Cách dùng: python {Path(__file__).name} THƯ_MỤC [--code "mã in trên giấy"]\n')
        return 2
    is_kept, lines = tell(Path(paths[0]), code)
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    sys.exit(main(sys.argv[1:]))
