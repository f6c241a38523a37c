"""Links, endless files and deep folders where the program reads, writes and cleans: what is not its own stays whole."""

import os
import subprocess
import time

import pytest
from helpers.published import Project, ruling, small_project, typing

from scoring.core.files import BEGUN, LARGEST, _machine, read_whole, sweep_begun

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="making links and pipes is refused there"),
]


@pytest.fixture
def project(tmp_path):
    return Project(small_project(tmp_path)).settle()


@pytest.fixture
def typed(project, monkeypatch, capsys):
    return typing(project.folder, monkeypatch, capsys)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


CLEANED = {
    "check": ["check"],
    "forms": ["forms"],
    "verification": ["verify", "--block", "K1"],
    "assessments": ["assess"],
}


@pytest.mark.parametrize("name", CLEANED)
def test_a_folder_of_results_that_is_a_link_loses_nothing(project, typed, tmp_path, name):
    """To another folder of workbooks, and to the decisions themselves."""
    strange = tmp_path / "của người khác"
    strange.mkdir()
    for file in ("XA-LONG.xlsx", "tong_hop.xlsx", "TH-HOABINH.json", "00_tong_hop.xlsx"):
        (strange / file).write_bytes(b"x")
    out = project.folder.parents[1] / "outputs" / "2024"
    out.mkdir(parents=True)
    for target in (strange, project.folder / "decisions"):
        before = contents(target)
        (out / name).symlink_to(target)
        code, told = typed(*CLEANED[name])
        assert (code, "là liên kết" in told) == (1, True)
        assert contents(target) == before
        (out / name).unlink()


@pytest.mark.parametrize("file", ["/dev/zero", "pipe", "huge"])
def test_a_file_to_be_read_that_never_ends_is_told_at_once(typed, tmp_path, file):
    path = tmp_path / "so.xlsx"
    if file == "pipe":
        os.mkfifo(path)
    elif file == "huge":
        with path.open("wb") as made:
            made.truncate(LARGEST + 1)
    else:
        path.symlink_to(file)
    begun = time.monotonic()
    code, told = typed("verify", "--read", str(path))
    assert code == 1
    assert ("lớn hơn 256 MB" if file == "huge" else "không phải tệp thường") in told
    assert time.monotonic() - begun < 30
    with pytest.raises(OSError, match=r"."):
        read_whole(path)


@pytest.mark.parametrize("inside", ["reports", "decisions", "."])
def test_fifteen_hundred_folders_in_each_other_end_in_words(project, inside):
    deep = project.folder / inside
    here = os.open(deep, os.O_RDONLY)
    try:
        for _ in range(1500):  # by steps, as so long a path cannot be written
            os.mkdir("a", dir_fd=here)
            within = os.open("a", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = within
    finally:
        os.close(here)
    try:
        assert project.publish().number == 1
        assert project.differences() == []
    finally:
        subprocess.run(["rm", "-rf", str(deep / "a")], check=True)


def gone_process():
    ran = subprocess.Popen(["true"])
    ran.wait()
    return ran.pid


def test_what_killed_writers_left_is_swept_and_what_others_write_stays(tmp_path):
    machine, dead = _machine(), gone_process()
    swept = tmp_path / f".a.json.{dead}-{machine}.abcd{BEGUN}"
    kept = [
        tmp_path / f".a.json.{os.getppid()}-{machine}.abcd{BEGUN}",
        tmp_path / f".a.json.{dead}-000000.abcd{BEGUN}",  # of another machine, of today
        tmp_path / f"a{BEGUN}",
        tmp_path / ".a.json",
    ]
    old = tmp_path / f".b.json.1-000000.abcd{BEGUN}"
    for path in (swept, old, *kept):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    linked = tmp_path / f".c.json.{dead}-{machine}.abcd{BEGUN}"
    linked.symlink_to(kept[-1])
    sweep_begun(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*kept, linked])


def test_recording_sweeps_what_a_killed_run_left(project):
    begun = project.folder / "decisions" / f".x.json.{gone_process()}-{_machine()}.abcd{BEGUN}"
    begun.write_bytes(b"{")
    project.record(ruling(value="3"))
    assert not begun.exists()
