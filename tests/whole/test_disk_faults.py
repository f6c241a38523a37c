"""Whatever the disk does while a year is decided and published: run again, and it is as if nothing had happened.

Every write is run with its n-th file operation failing, n = 1, 2, 3 … until a run passes untouched: the process killed
there, the disk full from there on, the operation denied, or a write torn in half and the process killed. To be quick a
kill is acted: from then on nothing the process still tries reaches the disk. One test kills real processes at the same
operations and finds the same folder.
"""

import builtins
import errno
import io
import os
import shutil
import signal
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from helpers.published import Project, appeal, papers, results, small_project
from helpers.small_year import Desk, Office, by_council, reports, verified, year_in

from scoring.core import places
from scoring.core.errors import PublishingError, ScoringError
from scoring.decisions.store import record_decisions
from scoring.desk.commands import main as command
from scoring.desk.workbook import reading
from scoring.desk.workbook.writing import write_verification
from scoring.publishing import documents
from scoring.publishing import publication as publishing
from scoring.publishing.batch import Document
from scoring.publishing.publication import publish
from scoring.publishing.results import write_files, write_results
from scoring.register import year as opening
from scoring.reports.reading.workbook import WorkbookReader

KILL, FULL, DENIED, TORN = "kill", "no space", "denied", "torn write"
MODES = (KILL, FULL, DENIED, TORN)
PASSED, REFUSED, KILLED = "passed", "refused", "killed"
_CALLS = ("open", "link", "replace", "rename", "unlink", "mkdir", "chmod", "listdir", "scandir", "stat", "close")
_WRITES = {"open", "fsync", "link", "mkdir", "write"}

pytestmark = pytest.mark.slow


class KilledError(BaseException):
    """The process is no more; a BaseException, so that nothing takes it for an error to deal with."""


class FailingDisk:
    """The files below a folder as one run sees them: the n-th operation fails in one of the ways; n 0: none does."""

    def __init__(self, folder, mode="", failing=0, die=None):
        self.folder, self.mode, self.failing, self.die = str(folder), mode, failing, die
        self.count, self.is_dead, self.own = 0, False, set()

    @property
    def was_reached(self):
        return self.count >= self.failing > 0

    @contextmanager
    def watched(self):
        plain = {name: getattr(os, name) for name in (*_CALLS, "fsync", "fdopen")}
        opened = io.open
        for name in _CALLS:
            setattr(os, name, self._watched(name, plain[name]))
        os.fsync = lambda _: self.step("fsync")  # whatever a run syncs is its own; a kill that is acted loses no cache
        os.fdopen = partial(self._fdopen, plain["fdopen"])
        io.open = builtins.open = self._watched("open", opened)
        try:
            yield self
        finally:
            io.open = builtins.open = opened
            for name, call in plain.items():
                setattr(os, name, call)

    def _watched(self, name, call):
        def watched(at, *arguments, **named):
            if not self._concerns(at):
                return call(at, *arguments, **named)
            if name == "close":
                self.own.discard(at)
                call(at)  # a dead process has no open files
                return self.step(name)
            self.step(name)
            done = call(at, *arguments, **named)
            if isinstance(done, int):
                self.own.add(done)
            return _WatchedFile(done, self) if isinstance(done, io.IOBase) and done.writable() else done

        return watched

    def _concerns(self, at):
        return at in self.own if isinstance(at, int) else os.fspath(at).startswith(self.folder)

    def _fdopen(self, plain, handle, *how):
        if handle not in self.own:
            return plain(handle, *how)
        return _WatchedFile(plain(handle, *how, 0), self)

    def step(self, name, tear=lambda: None):
        """Count an operation, and fail it if it is its turn."""
        if self.is_dead:
            raise KilledError
        self.count += 1
        is_turn = self.count == self.failing
        if self.mode == FULL and self.count >= self.failing and name in _WRITES:
            tear()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.mode == DENIED and is_turn:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if is_turn and self.mode in {KILL, TORN}:
            if self.mode == TORN:
                tear()
            self.is_dead = True
            (self.die or _act_dead)()


def _act_dead():
    raise KilledError


class _WatchedFile:
    """A file that is written to: a torn write leaves half of it."""

    def __init__(self, file, disk):
        self.file, self.disk = file, disk

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.disk.own.discard(self.file.fileno())
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, content):
        self.disk.step("write", lambda: self.file.write(content[: len(content) // 2]))
        return self.file.write(content)


def run(task, disk):
    """How a run ends on this disk; anything but an error of ours, in words, is the test's failure."""
    try:
        with disk.watched():
            task()
    except ScoringError:
        return REFUSED
    except KilledError:
        return KILLED
    return PASSED


def content_of(folder):
    """Every whole file by its name; what a killed run left under a temporary name, or as a lock, does not count."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith((".tmp", ".lock")))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def office(tmp_path):
    return Office(year_in(tmp_path / "year" / "data" / "2024"), reports())


@pytest.fixture(scope="module", autouse=True)
def warm_reader():
    """One reader of workbooks for all runs, as no run is about its process."""
    with WorkbookReader() as reader, pytest.MonkeyPatch.context() as patch:
        kept = type("Kept", (), {"__enter__": lambda _: reader, "__exit__": lambda *_: None})
        patch.setattr(reading, "WorkbookReader", kept)
        yield


FIRST = (verified("A1", "value", "2"), verified("B3", "points", "2,5"), verified("", "completed", reason=""))
THEN = (verified("A1", "value", "1"), by_council("points", "3", "B3"), verified("B3", "withdrawn", "points"))


def record_first(office):
    return lambda: office.record(*FIRST)


def record_then(office):
    office.record(*FIRST)
    return lambda: office.record(*THEN)


def read_back(office):
    cells = {("TH-A", "A1", "points"): 3, ("TH-A", "A1", "reason"): "x", ("TH-B", "completed"): "x"}
    return Desk(office, office.folder.parents[1] / "K1.xlsx").fill(cells).read


def write_workbook(office):
    path = office.folder.parents[1] / "K1.xlsx"
    write_verification(path, office.evaluation(), office.stands(), "K1", "verified")
    office.record(*FIRST)
    evaluation, stands = office.evaluation(), office.stands()
    return lambda: write_verification(path, evaluation, stands, "K1", "verified")


def make_results(office):
    out, made = office.folder.parents[1] / "outputs" / "2024", office.folder.parents[2] / "made"
    write_results(office.evaluation(), out)
    write_files(out, [*_again(out), ("assessments/TH-CU.json", b"{}")])  # of a unit that is no more
    office.record(*FIRST)
    write_results(office.evaluation(), made)
    files = list(content_of(made).items())
    return lambda: write_files(out, files)


def _again(out):
    return [(name, content) for name, content in content_of(out).items() if "/" in name]


def make_document(office):
    out = office.folder.parents[1] / "outputs" / "2024" / "units"
    documents.prepare(out)
    document = Document("TH-A", Path("unit_assessment.ipynb"), {"unit": "TH-A"}, "1" * 64, out)
    documents.put_in_place(document, _recipe(document), {"html": b"<p>1</p>", "pdf": b"%PDF 1"})
    document = replace(document, inputs_digest="2" * 64)
    return lambda: _publish_document(document)


def _recipe(document):
    return documents.recipe(document, template="t", program="p", moment=0)


def _publish_document(document):
    """As a run of the batch does it: what stands as wanted is not made again, what cannot be made is taken away."""
    try:
        if documents.why_due(document, _recipe(document)):
            documents.put_in_place(document, _recipe(document), {"html": b"<p>2</p>", "ipynb": b"{}"})
    except OSError as error:
        documents.withdraw(document)
        raise PublishingError(document.name, []) from error


TASKS = (
    record_first,
    record_then,
    read_back,
    write_workbook,
    make_results,
    make_document,
)
_ran = {}
_believed = set()
"""Contents of the data folder that were read without a finding."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prepare", TASKS, ids=lambda task: task.__name__)
def test_run_again_and_it_is_as_if_nothing_had_happened(office, tmp_path, prepare, mode):
    root, saved = tmp_path / "year", tmp_path / "saved"
    task = prepare(office)
    before = content_of(root)
    shutil.copytree(root, saved)
    assert run(task, FailingDisk(root)) == PASSED
    wanted = content_of(root)
    disk, endings = FailingDisk(root, mode, 1), []
    while not endings or disk.was_reached:
        told = f"{prepare.__name__}, {mode}, operation {len(endings) + 1}"
        _restore(saved, root)
        disk = FailingDisk(root, mode, len(endings) + 1)
        endings.append(run(task, disk))
        _check(office, endings[-1], before, content_of(root), wanted, told)
        again = run(task, FailingDisk(root))
        assert content_of(root) == wanted, f"{told}: run again"
        assert again == PASSED, told
    _ran[prepare, mode] = endings


def _restore(saved, root):
    shutil.rmtree(root)
    shutil.copytree(saved, root)


def _check(office, ended, before, after, wanted, told):
    """What holds after a failed run: nothing lost, nothing half written, nothing that does not belong there."""
    for name, content in after.items():
        assert content in {before.get(name), wanted.get(name)}, f"{told}: {name}"
    lost = before.keys() & wanted.keys() - after.keys()
    assert not [name for name in lost if not name.startswith("outputs/2024/units/")], told
    if name := next((name for name in after if "/.made/" in name), None):  # a record vouches for every file
        whole = before if after[name] == before.get(name) else wanted
        assert {at: after.get(at) for at in whole} == whole, told
    data = frozenset((name, content) for name, content in after.items() if name.startswith("data/"))
    if data not in _believed:
        assert office.stands().findings.empty, told
        _believed.add(data)
    if ended == PASSED:
        assert after == wanted, told


# Publishing, whose every file is new: a whole bag, or none


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    return Project(small_project(tmp_path_factory.mktemp("settled") / "year")).settle()


def publish_first(project):
    return partial(publish, project.year, results, papers, decision="15/QĐ-LĐLĐ", on=date(2025, 1, 20))


def publish_second(project):
    publish_first(project)()
    project.record(appeal())
    return partial(publish, project.year, results, papers, decision="22/QĐ-LĐLĐ", on=date(2025, 2, 20))


def record_appeal(project):
    publish_first(project)()
    evaluation, year = project.evaluation(), project.year
    rulings = {"dòng 1": appeal()}
    return lambda: record_decisions(project.folder, rulings, year.rubric, year.units, evaluation.entries)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prepare", [publish_first, publish_second, record_appeal], ids=lambda task: task.__name__)
def test_publishing_leaves_the_old_state_or_a_whole_new_bag(settled, tmp_path, monkeypatch, prepare, mode):
    root, saved = tmp_path / "year", tmp_path / "saved"
    shutil.copytree(settled.folder.parents[1], root)
    project = Project(root / "data" / "2024")
    task = prepare(project)
    evaluation = project.evaluation()
    # what is read and scored is no write: the same for every run, so that hundreds of runs are quick
    for name in ("evaluate", "refuse_if_edited"):
        monkeypatch.setattr(publishing, name, lambda *_: evaluation)
    monkeypatch.setattr(publishing, "versions", dict)
    monkeypatch.setattr(opening, "read_rules", lambda *_: (evaluation.year.plan, evaluation.year.rubric))
    before = content_of(root)
    shutil.copytree(root, saved)
    reads = FailingDisk(root)
    assert run(task, reads) == PASSED
    wanted = content_of(root)
    failing = _turns(reads.count, 16)
    for turn in failing:
        told = f"{prepare.__name__}, {mode}, operation {turn} of {reads.count}"
        _restore(saved, root)
        run(task, FailingDisk(root, mode, turn))
        after = {name: content for name, content in content_of(root).items() if "/.dang_lam-" not in name}
        for name in after.keys() - before.keys():
            assert after[name] == wanted.get(name), f"{told}: {name}"
        assert before.keys() <= after.keys(), told
        assert len(project.publications()) in {
            len(list((saved / "data/2024/publications").glob("[0-9]"))),
            len(list(root.glob("data/2024/publications/[0-9]"))),
        }, told
        bags = [path.name for path in sorted((project.folder / "publications").glob("[0-9]"))]
        assert all(project.differences(int(name)) == [] for name in bags), told
        again = run(task, FailingDisk(root))
        assert again == PASSED or (again == REFUSED and after.keys() >= wanted.keys()), told
        assert content_of(root) == wanted, told


def _turns(count, most):
    """Which operations fail: all where they are few, else so many, the first and the last among them."""
    return sorted({1 + place * (count - 1) // (min(count, most) - 1) for place in range(min(count, most))})


@pytest.mark.parametrize("words", [["forms"], ["verify", "--block", "K1"], ["check"]], ids=lambda words: words[0])
def test_a_full_disk_is_told_in_words_whatever_is_being_written(tmp_path, monkeypatch, capsys, words):
    folder = year_in(tmp_path / "data" / "2024").folder
    rubric = (folder / "rubrics" / "small.yaml").rename(folder / "rubrics" / "grassroots.yaml")
    rubric.write_text(rubric.read_text("utf-8").replace("id: small\n", "id: grassroots\n"), "utf-8")
    (folder / "reports").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    with FailingDisk(tmp_path / "outputs", FULL, 1).watched():
        assert command.main(words) == 1
    assert "ổ đĩa đã đầy" in capsys.readouterr().out
    assert not (tmp_path / "loi.txt").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed is a forked one")
def test_a_process_that_is_really_killed_leaves_what_the_acted_one_leaves(office, tmp_path):
    root, saved = tmp_path / "year", tmp_path / "saved"
    task = record_then(office)
    shutil.copytree(root, saved)
    disk, kills = FailingDisk(root, KILL, 1), 0
    while disk.was_reached or not kills:
        _restore(saved, root)
        disk = FailingDisk(root, KILL, kills + 1)
        ended = run(task, disk)
        acted = content_of(root)
        _restore(saved, root)
        assert _killed_for_real(task, FailingDisk(root, KILL, kills + 1)) == (ended == KILLED)
        assert content_of(root) == acted
        kills += 1
    assert kills > 20


def _killed_for_real(task, disk):
    """Whether a process of its own was killed at the failing operation."""
    child = os.fork()
    if child == 0:
        disk.die = lambda: os.kill(os.getpid(), signal.SIGKILL)
        try:
            with disk.watched():
                task()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_at_least_five_hundred_runs_failed(capsys):
    if len(_ran) < len(TASKS) * len(MODES):
        pytest.skip("only some of the tasks were run")
    failed = sum(ended != PASSED for endings in _ran.values() for ended in endings)
    with capsys.disabled():
        print(f"\n{failed} faulted runs")  # noqa: T201 - the number is what is to be shown
    assert failed >= 500
