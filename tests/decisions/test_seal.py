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
    Publication,
    SealError,
    bag_info,
    found_in,
    grouped,
    manifest_content,
    read_publication,
    read_publications,
    tell,
)
from scoring.decisions.store import read_records


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


@pytest.mark.parametrize("letters", [str.upper, str.lower, lambda name: unicodedata.normalize("NFD", name)])
@pytest.mark.parametrize("at", ["data/2024/publications", "data/2024/publications/2", "data/2024"])
def test_a_copy_whose_every_name_is_shown_in_other_letters_is_proved(project, tmp_path, letters, at):
    """As a FAT stick or an old archive shows them: folders, lists and decisions too; the year at work is compared."""
    stick = tmp_path / "usb"
    shutil.copytree(project.folder.parent, stick / "data")
    for path in sorted((stick / "data").rglob("*"), reverse=True):
        path.rename(path.with_name(letters(path.name)))
    done = run_alone(found_in(stick, *at.split("/")))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    kept = [path for path in stick.rglob("*") if path.name.casefold() in {"scores.csv", "units.csv"}]
    for path in kept if at == "data/2024" else kept[:0]:
        content = path.read_bytes()
        path.write_bytes(content + b"x")
        assert run_alone(found_in(stick, *at.split("/"))).returncode == 1
        path.write_bytes(content)


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "desktop.ini", "~$scores.csv", ".DS_Store", "._x", "scores.lnk", "__MACOSX/._scores.csv"]
)
def test_files_of_the_machine_are_named_and_no_breach(project, name):
    for inside in (project.bag() / "data" / "outputs", project.folder / "reports", project.folder / "decisions"):
        (inside / name).parent.mkdir(exist_ok=True)
        (inside / name).write_bytes(b"x")
    kept, lines = tell(project.folder)
    assert kept
    assert f"  data/outputs/{name}: tệp của máy, không thuộc bản công bố, xóa được" in lines


@pytest.mark.parametrize("typed", ["", "{} ", "{0}\n", "(mã) {}"])
def test_a_code_is_compared_as_it_is_typed_and_told_where_it_parts(project, typed):
    code = project.publications()[-1].code
    assert tell(project.folder, typed.format(grouped(code).replace(" ", "-")))[0] == ("mã" not in typed)
    wrong = code[:8] + ("0" if code[8] != "0" else "1") + code[9:]
    told = " ".join(tell(project.folder, wrong)[1])
    assert f"nhóm 3 trên giấy {wrong[8:12]}, ở đây {code[8:12]}" in told
    assert "gõ 60 ký tự, mã trên giấy có 64" in " ".join(tell(project.folder, code[:60])[1])


@on_posix
def test_a_publication_in_whose_place_a_link_stands_is_told(project, tmp_path):
    shutil.move(project.bag(1), tmp_path / "elsewhere")
    project.bag(1).symlink_to(tmp_path / "elsewhere")
    done = run_alone(project.folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "publications/1: bị thay bằng liên kết" in done.stdout


@pytest.mark.parametrize("inside", ["publications/1", "publications/1/..", "publications/1/../..", "publications/."])
def test_the_checker_is_pointed_at_a_folder_in_any_way(project, inside):
    here = project.bag(1)
    command = [sys.executable, "-I", "-S", sealing.__file__, os.path.relpath(project.folder / inside, here)]
    command[-1] = str(Path(*[".."] * 2, inside)) if inside != "publications/1/.." else ".."
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_year_not_published_is_not_said_to_be_broken(tmp_path):
    kept, lines = tell(tmp_path)
    assert not kept
    assert "chưa công bố" in lines[0]
    assert "KHÔNG CÒN NGUYÊN" not in lines[0]


def test_every_bag_is_told_of_though_one_is_broken(project):
    (project.bag(1) / "manifest-sha256.txt").write_bytes(b"{}")
    change(project.bag(2) / SCORES)
    kept, lines = tell(project.folder)
    told = "\n".join(lines)
    assert not kept
    assert "publications/1: KHÔNG CÒN NGUYÊN: manifest-sha256.txt" in told
    assert f"{SCORES}: đã bị sửa" in told


def test_data_that_lie_beside_an_archive_are_not_taken_for_those_at_work(project):
    """Unpacked among the years, an archive must not be compared with the year that lies beside it."""
    beside = project.folder.parent / "luu_tru"
    shutil.copytree(project.folder / "publications", beside / "publications")
    change(project.folder / "units.csv")
    kept, lines = tell(beside)
    assert kept
    assert any("Không có số liệu đang làm việc" in line for line in lines)


TRUE_OF_SOME = {
    "decision": ["", "..", "../../x", "x" * 9999, "2025-W01-1"],
    "left_out": [[], ["a"]],
    "versions": [{}, {"a": "b"}],
}
"""What the paper alone can show to be wrong: any words may be the number of a decision."""
ODD = [None, 7, -1, 10**400, 1.5, True, [], {}, "", "..", "../../x", "x" * 9999, [[]], {"a": "b"}, ["a"], "2025-W01-1"]


@pytest.mark.parametrize("field", Publication._fields[:-1])
def test_a_publication_that_states_what_none_states_is_not_believed(project, field):
    """With lists and code made anew, so that only what is said gives it away."""
    said = json.loads((project.bag(2) / "data" / "publication.json").read_bytes())
    for odd in ODD:
        if odd == said[field] or odd in TRUE_OF_SOME.get(field, ()):
            continue
        rebuilt_saying(project.bag(2), said | {field: odd})
        kept, lines = tell(project.folder)
        assert not kept, (odd, lines)


def rebuilt_saying(bag, said):
    (bag / "data" / "publication.json").write_bytes((json.dumps(said, indent=1, sort_keys=True) + "\n").encode())
    payload = sorted(path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file())
    digests = {name: hashlib.sha256((bag / name).read_bytes()).hexdigest() for name in payload}
    (bag / "manifest-sha256.txt").write_bytes(manifest_content(digests))
    rebuilt_tags(bag)


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


def appealed(project):
    """The file of the appeal between the publications."""
    return project.folder / "decisions" / f"{project.publications()[-1].decisions[0]}.json"


def forged_appeal(project, dice, on):
    """An appeal that is linked as the program links them, of a day of somebody's choice."""
    decision = Decision.model_validate_json(appealed(project).read_bytes())
    said = {"made_on": on, "reason": f"{dice.random()}", "previous": (decision.link,)}
    edited = decision.model_copy(update=said)
    edited = edited.model_copy(update={"id": sealing._identity(json.loads(edited.content))})
    (project.folder / "decisions" / f"{edited.id}.json").write_bytes(edited.content)


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
    "the last bag without its decision": lambda project, _: made_again(project, 2, decisions=()),
    "the last bag with a report it does not name": lambda project, _: made_again(project, 2, grown=("2024/reports/a",)),
    "an input of the last bag changed": lambda project, _: (
        change(project.bag(2) / "data" / "inputs" / "2024" / "units.csv"),
        rebuilt(project.bag(2)),
    ),
    "an input of the last bag gone": lambda project, _: (
        (project.bag(2) / "data" / "inputs" / "2024" / "units.csv").unlink(),
        rebuilt(project.bag(2)),
    ),
    "an appeal back-dated": lambda project, dice: forged_appeal(project, dice, date(2025, 2, 19)),
    "an appeal doubled": lambda project, dice: shutil.copy(
        appealed(project), appealed(project).with_name(f"a{dice.random()}.json")
    ),
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


def test_an_appeal_of_the_day_is_told_and_of_the_day_before_publication_is_a_breach(project):
    """Forged with all its links, so that only the day gives it away."""
    forged_appeal(project, random.Random(1), date(2025, 2, 20))
    assert tell(project.folder)[0]
    forged_appeal(project, random.Random(2), date(2025, 2, 19))
    kept, lines = tell(project.folder)
    assert not kept
    assert any("ghi ngày trước lần công bố cuối" in line for line in lines)
    assert [one.made_on for one in read_records(project.folder).decisions if one.made_on == date(2025, 2, 19)] == []


def test_any_json_with_an_appeal_is_no_decision(project):
    (project.folder / "decisions" / "x.json").write_text(json.dumps({"appeal": "02/QĐ"}), "utf-8")
    kept, lines = tell(project.folder)
    assert not kept
    assert any("x.json: thêm vào sau khi công bố" in line for line in lines)
