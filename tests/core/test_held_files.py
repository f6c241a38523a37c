"""Files that another program holds: waited for, then named; nothing half-done stands, and the others are written."""

import errno
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from scoring.core import files
from scoring.core.errors import PublishingError, ScoringError
from scoring.core.files import Writing, is_held, of_any_system, patiently, remove, told_as, write_whole

on_windows = pytest.mark.skipif(os.name != "nt", reason="only Windows refuses what another program has open")
_HOLDER = """
import ctypes, sys
kernel = ctypes.windll.kernel32
handle = kernel.CreateFileW(sys.argv[1], 0x80000000, int(sys.argv[2]), None, 3, 0x80, None)
print(handle, flush=True)
sys.stdin.read()
"""
READERS, NOBODY = 1, 0
"""With whom the holder shares the file."""


@contextmanager
def held(path, share=READERS):
    """A file that another process has open until the block ends."""
    words = [sys.executable, "-c", _HOLDER, str(path), str(share)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert int(holder.stdout.readline()) > 0
        try:
            yield
        finally:
            holder.communicate()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.2)


@pytest.fixture
def share_that_refuses(monkeypatch):
    """A network share of Windows as other systems see it: a file in `refused` cannot be replaced or removed."""
    refused = set()

    def refusing(call):
        def called(*paths, **named):
            if any(Path(path).name in refused for path in paths):
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), paths[0])
            return call(*paths, **named)

        return called

    for name in ("replace", "unlink"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    return refused


def test_what_is_refused_for_a_moment_is_tried_again():
    until = time.monotonic() + 0.3

    def act():
        if time.monotonic() < until:
            raise OSError(errno.EBUSY, "busy")
        return "done"

    assert patiently(act) == "done"


def test_what_no_other_program_holds_is_not_waited_for():
    began = time.monotonic()
    with pytest.raises(FileNotFoundError):
        patiently(Path("no such file").read_bytes)
    assert time.monotonic() - began < 1


def test_a_file_that_has_these_bytes_already_is_left_alone(tmp_path, share_that_refuses):
    path = tmp_path / "ranking.xlsx"
    path.write_bytes(b"same")
    share_that_refuses.add("ranking.xlsx")
    write_whole(path, b"same")
    assert [one.name for one in tmp_path.iterdir()] == ["ranking.xlsx"]


def test_a_held_file_is_named_and_stands_as_it_was(tmp_path, share_that_refuses, impatient):
    path = tmp_path / "ranking.xlsx"
    path.write_bytes(b"before")
    share_that_refuses.add("ranking.xlsx")
    told = "ranking.xlsx: đang mở ở chương trình khác.* Đóng tệp này rồi chạy lại"
    with pytest.raises(ScoringError, match=told), told_as(ScoringError, "kết quả", "xem lại chỗ trống"):
        write_whole(path, b"after")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("ranking.xlsx", b"before")]


def test_one_held_file_stops_none_of_the_others(tmp_path, share_that_refuses, impatient):
    for name in ("a", "b", "c", "old"):
        (tmp_path / name).write_bytes(b"before")
    share_that_refuses |= {"b", "old"}
    writing = Writing()
    for name in ("a", "b", "c"):
        writing.write(tmp_path / name, b"after")
    writing.remove(tmp_path / "old")
    assert [(tmp_path / name).read_bytes() for name in ("a", "b", "c")] == [b"after", b"before", b"after"]
    assert [path.name for path in writing.held] == ["b", "old"]
    with pytest.raises(PublishingError, match="2 lỗi"):
        writing.refuse_if_any(PublishingError, "kết quả")


def test_a_full_disk_is_no_held_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="ranking.xlsx"):
        Writing().write(tmp_path / "ranking.xlsx", b"after")
    assert not list(tmp_path.iterdir())


@on_windows
@pytest.mark.parametrize("share", [READERS, NOBODY])
def test_a_file_that_another_process_holds_is_told_from_one_without_a_right(tmp_path, impatient, share):
    path = tmp_path / "TH01.pdf"
    path.write_bytes(b"before")
    with held(path, share):
        for act in (lambda: write_whole(path, b"after"), lambda: remove(path)):
            with pytest.raises(PermissionError) as refused:
                act()
            assert is_held(refused.value)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("TH01.pdf", b"before")]


@on_windows
def test_a_file_that_is_let_go_of_in_time_is_replaced(tmp_path):
    path = tmp_path / "TH01.pdf"
    path.write_bytes(b"before")
    words = [sys.executable, "-c", _HOLDER.replace("sys.stdin.read()", "import time; time.sleep(1)"), str(path), "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        write_whole(path, b"after")
    assert path.read_bytes() == b"after"


def test_a_read_only_file_is_replaced_and_removed_like_any_other(tmp_path):
    path = tmp_path / "TH01.pdf"
    path.write_bytes(b"before")
    path.chmod(0o444)
    write_whole(path, b"after")
    path.chmod(0o444)
    remove(path)
    assert not list(tmp_path.iterdir())


def test_an_archive_does_not_say_on_which_system_it_was_made(tmp_path):
    import io
    import zipfile

    archives = []
    for system in (0, 3):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name in ("xl/workbook.xml", "docProps/tên.xml"):
                member = zipfile.ZipInfo(name)
                member.create_system = system
                archive.writestr(member, b"<a/>")
        archives.append(made.getvalue())
    assert archives[0] != archives[1]
    assert of_any_system(archives[0]) == of_any_system(archives[1]) == archives[1]
