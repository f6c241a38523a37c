"""Anyone proves that a publication is unchanged: with the standard library, on a copy, whatever was done to it."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from helpers.published import Project, appeal, small_project

from scoring.decisions import seal as sealing
from scoring.decisions.chain import ENDS
from scoring.decisions.records import Decision
from scoring.decisions.seal import (
    DECLARED,
    UNPROVED,
    SealError,
    bag_info,
    grouped,
    manifest_content,
    read_publication,
    read_publications,
    tell,
)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A year published, and published again after an appeal."""
    project = Project(small_project(tmp_path_factory.mktemp("twice"))).settle()
    project.publish()
    project.appeal_and_publish()
    return project


@pytest.fixture
def project(twice, tmp_path):
    shutil.copytree(twice.folder.parents[1], tmp_path / "copy", dirs_exist_ok=True)
    return Project(tmp_path / "copy" / "data" / "2024")


def run_alone(*words, timeout=60):
    """The checker as a file of its own, by an interpreter without any package."""
    command = [sys.executable, "-I", "-S", sealing.__file__, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=timeout)


SCORES = "data/outputs/scores.csv"
on_posix = pytest.mark.skipif(os.name != "posix", reason="names, links and pipes as only POSIX has them")


def test_a_bag_is_one_as_the_rfc_has_it(project):
    bag = project.bag()
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    files = {path.relative_to(bag).as_posix(): path for path in bag.rglob("*") if path.is_file()}
    listed = dict(line.split("  ")[::-1] for line in (bag / "manifest-sha256.txt").read_text("utf-8").splitlines())
    tags = dict(line.split("  ")[::-1] for line in (bag / "tagmanifest-sha256.txt").read_text("utf-8").splitlines())
    assert listed.keys() | tags.keys() | {"tagmanifest-sha256.txt"} == files.keys()
    assert {name for name in listed if not name.startswith("data/")} == set()
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == code for name, code in (listed | tags).items())
    octets = sum(files[name].stat().st_size for name in listed)
    assert f"Payload-Oxum: {octets}.{len(listed)}" in (bag / "bag-info.txt").read_text("utf-8")


def test_the_second_publication_names_the_first_and_the_decisions_between(project):
    first, second = project.publications()
    assert (second.previous, second.number) == (first.code, 2)
    between = {path.stem for path in project.decisions()} - set(first.decisions)
    assert set(second.decisions) == between
    assert len(between) == 1


def test_the_checker_runs_as_a_file_of_its_own_with_the_standard_library_alone(project):
    done = run_alone(project.folder)
    assert (done.returncode, done.stderr) == (0, "")
    for publication in project.publications():
        assert grouped(publication.code) in done.stdout
    assert done.stdout.count("CÒN NGUYÊN") == 2
    assert all(one in done.stdout for one in UNPROVED)
    source = Path(sealing.__file__).read_text("utf-8")
    assert "scoring." not in "".join(line for line in source.splitlines() if line.startswith(("import", "from")))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [((), 2, "Cách dùng"), (("a", "b"), 2, "Cách dùng"), (("/no/such/folder",), 1, "chưa công bố")],
)
def test_the_checker_never_answers_with_a_traceback(words, code, said):
    done = run_alone(*words)
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout


def test_the_code_on_paper_is_compared(project):
    code = grouped(project.publications()[-1].code)
    assert run_alone(project.folder, "--code", code.upper()).returncode == 0
    done = run_alone(project.folder, "--code", code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert (done.returncode, "KHÁC MÃ ĐÃ IN" in done.stdout) == (1, True)


def test_the_code_of_an_older_paper_proves_that_publication_and_no_later_one(project):
    first, last = (publication.code for publication in project.publications())
    kept, lines = tell(project.folder, first)
    assert kept
    assert "Mã trên giấy đúng là mã của lần công bố 1." in lines
    assert any("Lần công bố 2 thì chưa so" in line for line in lines)
    assert not any("chưa so" in line for line in tell(project.folder, last)[1])
    assert not tell(project.bag(2), first)[0]


@pytest.mark.parametrize("at", ["publications", "publications/1", "publications/2", ""])
def test_a_copy_elsewhere_is_proved_with_other_modes_times_and_cases(project, tmp_path, at):
    stick = tmp_path / "usb"
    shutil.copytree(project.folder / "publications", stick / "publications")
    for path in sorted(stick.rglob("*"), reverse=True):
        os.utime(path, (1, 1))
        if path.is_file():
            path.chmod(0o755)
        if path.suffix == ".csv":
            path.rename(path.with_name(unicodedata.normalize("NFD", path.name).upper()))
    done = run_alone(stick / at)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "~$scores.csv", ".DS_Store", "._x"])
def test_files_of_the_machine_are_no_breach(project, name):
    (project.bag() / "data" / "outputs" / name).write_bytes(b"x")
    (project.folder / "reports" / name).write_bytes(b"x")
    (project.folder / "decisions" / name).write_bytes(b"x")
    assert tell(project.folder)[0]


def change(path):
    path.write_bytes(path.read_bytes() + b"x")


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def to_link(path):
    elsewhere = path.parents[4] / f"real_{path.name}"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def to_pipe(path):
    path.unlink()
    os.mkfifo(path)


def to_endless(path):
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (change, (SCORES, "changed", "")),
        (flip, (SCORES, "changed", "")),
        (Path.unlink, (SCORES, "missing", "")),
        (lambda path: path.rename(path.with_name("other.csv")), (SCORES, "renamed", "data/outputs/other.csv")),
        (lambda path: shutil.copy(path, path.with_name("more.csv")), ("data/outputs/more.csv", "added", "")),
        (lambda path: (path.parent / ".hidden").write_bytes(b"x"), ("data/outputs/.hidden", "added", "")),
        pytest.param(to_link, (SCORES, "link", ""), marks=on_posix),
        pytest.param(to_pipe, (SCORES, "not_a_file", ""), marks=on_posix),
        pytest.param(to_endless, (SCORES, "link", ""), marks=on_posix),
    ],
)
def test_a_file_is_named_with_what_was_done_to_it(project, tamper, found):
    tamper(project.bag() / SCORES)
    assert project.differences() == [found]
    done = run_alone(project.folder, timeout=20)
    assert (done.returncode, done.stderr) == (1, "")
    assert found[0] in done.stdout


@on_posix
@pytest.mark.parametrize("where", ["decisions/a.json", "publications/3", "publications/x", "reports/a.xlsx"])
@pytest.mark.parametrize("trap", [lambda path: os.mkfifo(path), lambda path: path.symlink_to("/dev/zero")])
def test_a_pipe_or_an_endless_file_stops_nobody(project, where, trap):
    trap(project.folder / where)
    done = run_alone(project.folder, timeout=20)
    assert done.stderr == ""
    assert "công bố" in done.stdout or "publications" in done.stdout


@on_posix
def test_a_name_that_is_not_utf8_is_told(project):
    (project.bag() / "data" / "outputs" / os.fsdecode(b"b\xe1o.csv")).write_bytes(b"x")
    done = run_alone(project.folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "[U+DCE1]" in done.stdout


@on_posix
def test_deep_folders_end_in_words(project):
    deep = project.bag() / "data" / "outputs"
    depth = os.open(deep, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=depth)
        below = os.open("d", os.O_RDONLY, dir_fd=depth)
        os.close(depth)
        depth = below
    os.close(depth)
    done = run_alone(project.folder)
    assert done.stderr == ""
    subprocess.run(["rm", "-rf", str(deep / "d")], check=True)


def test_a_damaged_register_of_the_year_at_work_is_a_broken_year_not_a_register_fault(project):
    (project.folder / "units.csv").write_bytes(b"\xff\x00 broken")
    kept, lines = tell(project.folder)
    assert not kept
    assert any("2024/units.csv: đã bị sửa" in line for line in lines)


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt", "data/publication.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 99_999])
def test_a_broken_list_is_not_believed(project, name, content):
    (project.bag() / name).write_bytes(content)
    with pytest.raises(SealError):
        read_publications(project.folder)
    assert run_alone(project.folder).returncode == 1


def test_a_publication_that_is_missing_between_is_told(project):
    shutil.rmtree(project.bag(1))
    with pytest.raises(SealError, match="publications/1: không còn"):
        read_publications(project.folder)


def test_a_year_sealed_by_an_older_version_is_not_taken_for_unpublished(tmp_path):
    folder = small_project(tmp_path)
    (folder / "seals").mkdir()
    with pytest.raises(SealError, match="bản chương trình trước"):
        read_publications(folder)


# A hundred tamperings


def rebuilt(bag, **changed):
    """The bag with new lists and a new code, as somebody with this program's source could make it."""
    publication = read_publication(bag)
    inputs = {}
    for name, one in publication.inputs.items():
        path = bag / "data" / one.stored
        if path.is_file():
            content = path.read_bytes()
            inputs[name] = one._replace(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    publication = publication._replace(**{"inputs": inputs, "code": ""} | changed)
    (bag / "data" / "publication.json").write_bytes(publication.content())
    files = sorted(path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file())
    codes = {name: hashlib.sha256((bag / name).read_bytes()).hexdigest() for name in files if name.startswith("data/")}
    (bag / "manifest-sha256.txt").write_bytes(manifest_content(codes))
    code = hashlib.sha256(manifest_content(codes)).hexdigest()
    size = sum((bag / name).stat().st_size for name in codes)
    (bag / "bag-info.txt").write_bytes(bag_info(publication._replace(code=code), size, len(codes)))
    (bag / "bagit.txt").write_bytes(DECLARED)
    tags = {
        name: hashlib.sha256((bag / name).read_bytes()).hexdigest()
        for name in files
        if not name.startswith("data/") and name != "tagmanifest-sha256.txt"
    }
    (bag / "tagmanifest-sha256.txt").write_bytes(manifest_content(tags))


def any_file(project, dice):
    bag = project.bag(dice.choice((1, 2)))
    return dice.choice(sorted(path for path in bag.rglob("*") if path.is_file()))


def forged(project, dice, **changed):
    """A decision edited with its id and name made to fit."""
    path = dice.choice(project.decisions())
    decision = Decision.model_validate_json(path.read_bytes())
    edited = decision.model_copy(update={"reason": f"sửa {dice.random()}", **changed})
    path.with_name(f"{edited.id}.json").write_bytes(edited.content)
    return path, edited


def made_again(project, bag, **changed):
    change(project.bag(bag) / SCORES)
    rebuilt(project.bag(bag), **changed)


FOUND = {
    "a byte": lambda project, dice: flip(any_file(project, dice)),
    "a file longer": lambda project, dice: change(any_file(project, dice)),
    "a file gone": lambda project, dice: any_file(project, dice).unlink(),
    "a file renamed": lambda project, dice: (path := any_file(project, dice)).rename(path.with_name(f"z{path.name}")),
    "a file added": lambda project, dice: any_file(project, dice).with_name(f"n{dice.random()}").write_bytes(b"x"),
    "two files exchanged": lambda project, dice: exchanged(
        project.bag() / SCORES, project.bag() / "data" / "publication.json"
    ),
    "a decision edited": lambda project, dice: change(dice.choice(project.decisions())),
    "a decision gone": lambda project, dice: dice.choice(project.decisions()).unlink(),
    "a decision forged": lambda project, dice: forged(project, dice),
    "a decision back-dated": lambda project, dice: forged(project, dice, made_on=date(2024, 1, 2)),
    "a decision slipped in": lambda project, dice: forged(
        project, dice, id=f"TH-HOABINH.A1.{dice.getrandbits(64):016x}"
    ),
    "the first bag made again": lambda project, _: made_again(project, 1),
    "the first bag under another number": lambda project, _: made_again(project, 1, number=2),
    "the last bag of another day": lambda project, _: made_again(project, 2, published_on="2024-12-01"),
    "the bags exchanged": lambda project, _: exchanged(project.bag(1), project.bag(2)),
    "the first bag gone": lambda project, _: shutil.rmtree(project.bag(1)),
    "a bag doubled": lambda project, _: shutil.copytree(project.bag(2), project.bag(3)),
    "a report changed": lambda project, _: change(project.folder / "reports" / "XA-LONG.xlsx"),
    "the rubric changed": lambda project, _: change(project.folder / "rubrics" / "grassroots.yaml"),
    "the register changed": lambda project, _: change(project.folder / "units.csv"),
}
"""Tamperings that the checker alone finds."""
ON_PAPER_ONLY = {
    "the last bag made again": lambda project, _: made_again(project, 2),
    "the last bag gone": lambda project, _: (shutil.rmtree(project.bag(2)), _forget_appeal(project)),
    "the last certificate rewritten": lambda project, _: (
        change(project.bag(2) / "xac_nhan" / "giay_chung_nhan.txt"),
        rebuilt_tags(project.bag(2)),
    ),
}
"""Those of whoever may write the folder and knows this program: only the printed code shows them."""


def exchanged(one, other):
    beside = one.with_name("beside")
    one.rename(beside)
    other.rename(one)
    beside.rename(other)


def rebuilt_tags(bag):
    path = bag / "tagmanifest-sha256.txt"
    names = [line.partition("  ")[2] for line in path.read_text("utf-8").splitlines()]
    path.write_bytes(manifest_content({n: hashlib.sha256((bag / n).read_bytes()).hexdigest() for n in names}))


def _forget_appeal(project):
    first = set(read_publications(project.folder)[0].decisions)
    for path in project.decisions():
        if path.stem not in first:
            path.unlink()
    (project.folder / ENDS).unlink()


@pytest.mark.parametrize("round_", range(5))
@pytest.mark.parametrize("kind", FOUND)
def test_a_tampering_is_found(project, kind, round_):
    FOUND[kind](project, random.Random(f"{kind} {round_}"))
    kept, lines = tell(project.folder)
    assert not kept, lines


@pytest.mark.parametrize("kind", ON_PAPER_ONLY)
def test_what_only_the_printed_code_shows_is_said_and_shown(project, kind):
    code = project.publications()[-1].code
    ON_PAPER_ONLY[kind](project, random.Random(kind))
    kept, lines = tell(project.folder)
    assert kept
    assert any("mã đã in" in line or "mã in trên đó" in line for line in lines)
    if "certificate" not in kind:
        assert not tell(project.folder, code)[0]


def test_at_least_a_hundred_tamperings_are_tried():
    assert len(FOUND) * 5 + len(ON_PAPER_ONLY) >= 100


def test_an_appeal_recorded_since_is_told_and_is_no_breach(project):
    project.record(appeal(value="4", appeal="03/QĐ-PT", made_on=date(2025, 3, 1)))
    kept, lines = tell(project.folder)
    assert kept
    assert any("quyết định phúc tra ghi sau khi công bố" in line for line in lines)


def test_any_json_with_an_appeal_is_no_decision(project):
    (project.folder / "decisions" / "x.json").write_text(json.dumps({"appeal": "02/QĐ"}), "utf-8")
    kept, lines = tell(project.folder)
    assert not kept
    assert any("x.json: thêm vào sau khi công bố" in line for line in lines)
