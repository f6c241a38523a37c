"""Is a folder a valid bag by RFC 8493? Worked out from the text of the standard alone, sharing nothing with seal.py."""

import hashlib
import re
from datetime import date
from pathlib import Path

ALGORITHMS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?([^\r\n]+)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def faults_of(bag):
    """What keeps a folder from being a complete and valid bag of version 1.0; none where it is one."""
    return [*_declaration(bag), *_payload(bag), *_tags(bag), *_info(bag)]


def _declaration(bag):
    """Section 2.1.1: two lines, in UTF-8, without a byte-order mark."""
    path = bag / "bagit.txt"
    content = path.read_bytes() if path.is_file() else b""
    if not re.fullmatch(rb"BagIt-Version: 1\.0(\r\n|\r|\n)Tag-File-Character-Encoding: UTF-8(\r\n|\r|\n)?", content):
        yield "bagit.txt: not the declaration of version 1.0"


def _manifests(bag, kind):
    return {path: path.stem.partition("-")[2].lower() for path in sorted(bag.glob(f"{kind}-*.txt"))}


def _listed(path, algorithm):
    """Section 2.1.3: a checksum, white space, a path in which LF, CR and % alone are encoded."""
    for line in re.split(r"\r\n|\r|\n", path.read_bytes().decode("utf-8"))[:-1]:
        found = _LINE.fullmatch(line)
        if not found or len(found[1]) != ALGORITHMS.get(algorithm, 0):
            yield None, line
            continue
        if re.search(r"%(?!0A|0D|25)", found[2], re.IGNORECASE):
            yield None, f"{line}: a percent sign that is not encoded"
            continue
        yield re.sub("%(0A|0D|25)", lambda one: chr(int(one[1], 16)), found[2], flags=re.IGNORECASE), found[1].lower()


def _payload(bag):
    """Sections 2.1.2, 2.1.3 and 3: every payload file in every payload manifest, once, and as it says."""
    manifests = _manifests(bag, "manifest")
    files = {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    if not (bag / "data").is_dir():
        yield "data: no payload"
    if not manifests:
        yield "no payload manifest"
    for path, algorithm in manifests.items():
        names, faults = _checked(bag, path, algorithm)
        yield from faults
        yield from (f"{path.name}: {name} is not listed" for name in sorted(files - names))
        yield from (f"{path.name}: {name} is no payload" for name in sorted(names) if not name.startswith("data/"))
    yield from (f"fetch.txt: {line}" for line in _lines(bag / "fetch.txt"))  # what is to be fetched is missing


def _checked(bag, path, algorithm):
    names, faults = set(), []
    for name, said in _listed(path, algorithm):
        if name is None:
            faults.append(f"{path.name}: {said}")
            continue
        if name in names:
            faults.append(f"{path.name}: {name} twice")
        elif name.startswith(("/", "~")) or ".." in name.split("/") or "\\" in name:
            faults.append(f"{path.name}: {name} is not inside")
        elif not (bag / name).is_file():
            faults.append(f"{path.name}: {name} is missing")
        elif hashlib.new(algorithm, (bag / name).read_bytes()).hexdigest() != said:
            faults.append(f"{path.name}: {name} has another checksum")
        names.add(name)
    return names, faults


def _tags(bag):
    """Section 2.2.1: tag manifests list the payload manifests, and never tag manifests; sections 5.2 and 6 on names."""
    payload = {path.name for path in _manifests(bag, "manifest")}
    algorithms = set(_manifests(bag, "manifest").values())
    for path, algorithm in _manifests(bag, "tagmanifest").items():
        names, faults = _checked(bag, path, algorithm)
        yield from faults
        yield from (f"{path.name}: {name} is not listed" for name in sorted(payload - names))
        yield from (f"{path.name}: {name} may not be listed" for name in names if name.startswith("tagmanifest-"))
        if algorithm not in algorithms:
            yield f"{path.name}: no payload manifest of its algorithm"
    for path in bag.rglob("*"):
        if _RESERVED.fullmatch(path.name) or path.name.endswith((".", " ")) or set(path.name) & set('<>:"\\|?*'):
            yield f"{path.name}: a name that not every system can hold"


def _lines(path):
    return path.read_bytes().decode("utf-8").splitlines() if path.is_file() else []


def _info(bag):
    """Section 2.2.2: labels and values; Payload-Oxum is octets and files of the payload, once."""
    stated = {}
    for line in _lines(bag / "bag-info.txt"):
        if line[:1] in {" ", "\t"} and stated:
            continue
        label, colon, text = line.partition(":")
        if not colon or not label or label != label.strip() or text[:1] not in {" ", "\t"}:
            yield f"bag-info.txt: {line}"
        stated.setdefault(label, []).append(text.strip())
    files = [path for path in (bag / "data").rglob("*") if path.is_file()]
    oxum = f"{sum(path.stat().st_size for path in files)}.{len(files)}"
    if stated.get("Payload-Oxum", [oxum]) != [oxum]:
        yield f"bag-info.txt: Payload-Oxum is {oxum}"
    for text in stated.get("Bagging-Date", []):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text) or not date.fromisoformat(text):
            yield f"bag-info.txt: Bagging-Date {text}"


def write_bag(bag, files):
    """A bag of these files by path, as the standard's own example has one."""
    for name, content in files.items():
        path = Path(bag, "data", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (bag / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    lines = [f"{hashlib.sha512(content).hexdigest()} data/{name}\n" for name, content in files.items()]
    (bag / "manifest-sha512.txt").write_text("".join(lines), "utf-8")
