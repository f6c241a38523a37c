"""Whatever the disk does while a year is decided and published: run again, and it is as if nothing had happened.

Every write is run with its n-th file operation failing, n = 1, 2, 3 … until a run passes untouched: the process killed
there, the disk full from there on, the operation denied, or a write torn in half and the process killed. Each run is a
process of its own, so that a kill is a kill: nothing is cleaned up.
"""

import builtins
import errno
import io
import os
import shutil
import traceback
from datetime import UTC, date, datetime

import pytest
from deciding import Office, by_council, reports, verified, year_in

from scoring.errors import ScoringError
from scoring.publishing.batch import Made
from scoring.publishing.manifest import write_manifest
from scoring.publishing.seal import publish
from scoring.verificationform import write_verification

KILL, FULL, DENIED, TORN = "kill", "no space", "denied", "torn write"
MODES = (KILL, FULL, DENIED, TORN)
PASSED, REFUSED, CRASHED, KILLED = 0, 3, 4, 9
_CALLS = (
    "open",
    "fsync",
    "link",
    "replace",
    "rename",
    "unlink",
    "mkdir",
    "chmod",
    "listdir",
    "scandir",
    "stat",
    "close",
)
_WRITES = {"open", "fsync", "link", "mkdir", "write"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a run is a forked process"),
]


class FailingDisk:
    """The disk as this process sees it: the n-th operation fails in one of the ways."""

    def __init__(self, mode, failing):
        self.mode, self.failing, self.count = mode, failing, 0

    def install(self):
        for name in _CALLS:
            setattr(os, name, self._watched(name, getattr(os, name)))
        opened = self._watched("open", io.open)
        io.open = builtins.open = opened
        plain = os.fdopen
        os.fdopen = lambda handle, *how, **more: _WatchedFile(plain(handle, *how, **more), self)

    def _watched(self, name, call):
        def watched(*arguments, **named):
            self.step(name)
            return call(*arguments, **named)

        return watched

    def step(self, name, tear=lambda: None):
        """Count an operation, and fail it if it is its turn."""
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
            os._exit(KILLED)


class _WatchedFile:
    """A file that is written to: a torn write leaves half of it."""

    def __init__(self, file, disk):
        self.file, self.disk = file, disk

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, content):
        def tear():
            self.file.write(content[: len(content) // 2])
            self.file.flush()

        self.disk.step("write", tear)
        return self.file.write(content)


def run(task, mode="", failing=0):
    """Run a task in a process of its own; says how it ended, and whether the failing operation was reached."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        disk = FailingDisk(mode, failing)
        ended = CRASHED
        try:
            disk.install()
            task()
            ended = PASSED
        except ScoringError:
            ended = REFUSED
        except BaseException:  # noqa: BLE001 - told to the parent by the exit code
            traceback.print_exc()
        os.write(sender, str(disk.count).encode())
        os._exit(ended)
    os.close(sender)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(receiver) as counted:
        count = int(counted.read() or failing)
    return ended, count >= failing > 0


def content_of(folder):
    """Every whole file by its name; what a killed run left under a temporary name does not count."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".tmp"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def office(tmp_path):
    return Office(year_in(tmp_path / "data" / "2024"), reports())


FIRST = (verified("A1", "value", "2"), verified("B3", "points", "2,5"), verified("", "completed", reason=""))
THEN = (verified("A1", "value", "1"), by_council("points", "3", "B3"), verified("B3", "withdrawn", "points"))


def record_first(office):
    return lambda: office.record(*FIRST)


def record_then(office):
    office.record(*FIRST)
    return lambda: office.record(*THEN)


def publish_year(office):
    office.record(*FIRST, verified("B3", "points", "1", unit="TH-B"))
    out = office.folder.parents[1] / "outputs" / "2024"
    out.mkdir(parents=True)
    (out / "ranking.csv").write_text("x", "utf-8")
    made = [Made(unit, "made", "", {}) for unit in office.units["id"]]
    write_manifest(out, office.year, made, datetime(2025, 1, 19, tzinfo=UTC))
    evaluation, stands = office.evaluation(), office.stands()
    return lambda: publish(evaluation, stands, out, decision="15/QĐ-LĐLĐ", on=date(2025, 1, 20))


def appeal_year(office):
    publish_year(office)()
    ruling = by_council("value", "4", "A1", appeal="02/QĐ-PT")
    return lambda: office.record(ruling)


def write_workbook(office):
    path = office.folder.parents[1] / "K1.xlsx"
    write_verification(path, office.evaluation(), office.stands(), "K1", "verified")
    office.record(*FIRST)
    evaluation, stands = office.evaluation(), office.stands()
    return lambda: write_verification(path, evaluation, stands, "K1", "verified")


TASKS = (record_first, record_then, publish_year, appeal_year, write_workbook)
_ran = {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prepare", TASKS, ids=lambda task: task.__name__)
def test_run_again_and_it_is_as_if_nothing_had_happened(office, tmp_path, prepare, mode):
    root = tmp_path
    task = prepare(office)
    before = content_of(root)
    shutil.copytree(root, tmp_path.parent / f"{tmp_path.name}.before")
    assert run(task)[0] == PASSED
    wanted = content_of(root)
    failing, reached, endings = 1, True, []
    while reached:
        _restore(tmp_path.parent / f"{tmp_path.name}.before", root)
        ended, reached = run(task, mode, failing)
        _check(office, ended, before, content_of(root), wanted, f"{prepare.__name__}, {mode}, operation {failing}")
        again = run(task)[0]
        assert content_of(root) == wanted, f"{prepare.__name__}, {mode}, operation {failing}: run again"
        assert again == PASSED or (prepare is publish_year and again == REFUSED)
        endings.append(ended)
        failing += 1
    _ran[prepare, mode] = endings


def _restore(saved, root):
    shutil.rmtree(root)
    shutil.copytree(saved, root)


def _check(office, ended, before, after, wanted, told):
    """What holds after a failed run: nothing lost, nothing half written, nothing that does not belong there."""
    assert ended in {PASSED, REFUSED, KILLED}, told
    for name, content in after.items():
        assert content in {before.get(name), wanted.get(name)}, f"{told}: {name}"
    assert before.keys() <= after.keys(), told
    assert office.stands().findings.empty, told
    if ended == PASSED:
        assert after == wanted, told


def test_at_least_five_hundred_runs_failed():
    if len(_ran) < len(TASKS) * len(MODES):
        pytest.skip("only some of the tasks were run")
    assert sum(ended != PASSED for endings in _ran.values() for ended in endings) >= 500
