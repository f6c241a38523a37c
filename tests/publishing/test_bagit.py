"""A publication is a bag that any archive can read: checked by rules written down from RFC 8493 alone."""

import os
import shutil
import zipfile
from datetime import date

import pytest
from helpers.bagit import faults_of, write_bag
from helpers.published import Project, small_project

from scoring.publishing.archive import write_archive

on_posix = pytest.mark.skipif(os.name != "posix", reason="names that Windows cannot hold")


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    project = Project(small_project(tmp_path_factory.mktemp("bags"))).settle()
    project.publish()
    project.appeal_and_publish()
    return project


def test_every_publication_is_a_complete_and_valid_bag(twice):
    assert [faults_of(twice.bag(number)) for number in (1, 2)] == [[], []]


def test_every_publication_is_one_in_the_archive_too(twice, tmp_path):
    write_archive(twice.folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert [faults_of(tmp_path / "out" / "publications" / number) for number in "12"] == [[], []]


@on_posix
@pytest.mark.parametrize("name", ["a\nb", "a\rb", "50% b", "%0A", "%25", "a:b?", "nul", "x .", "=41", "é" * 40, "a\\b"])
def test_a_report_of_any_name_leaves_a_valid_bag(tmp_path, name):
    project = Project(small_project(tmp_path))
    shutil.move(project.folder / "reports" / "XA-LONG.xlsx", project.folder / "reports" / f"{name}.xlsx")
    project.settle().publish(on=date(2025, 1, 20))
    assert faults_of(project.bag()) == []
    assert project.differences() == []
    assert f"2024/reports/{name}.xlsx" in project.publications()[0].inputs


def sound(folder):
    write_bag(folder, {"a.txt": b"a", "50%25.txt".replace("%25", "%"): b"b"})
    lines = (folder / "manifest-sha512.txt").read_text("utf-8").replace("50%.txt", "50%25.txt")
    (folder / "manifest-sha512.txt").write_text(lines, "utf-8")


def rewritten(name, old, new):
    def spoil(folder):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(old, new) if path.is_file() else new)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "bagit.txt").unlink(),
        rewritten("bagit.txt", b"BagIt", b"\xef\xbb\xbfBagIt"),
        rewritten("bagit.txt", b"Version: ", b"Version : "),
        lambda folder: (folder / "manifest-sha512.txt").unlink(),
        lambda folder: (folder / "data" / "a.txt").unlink(),
        lambda folder: (folder / "data" / "b.txt").write_bytes(b"b"),
        rewritten("data/a.txt", b"a", b"b"),
        rewritten("manifest-sha512.txt", b"50%25", b"50%"),
        rewritten("manifest-sha512.txt", b"data/a", b"data/../data/a"),
        rewritten("fetch.txt", b"", b"http://example.org/a 1 data/c\n"),
        rewritten("bag-info.txt", b"", b"Payload-Oxum: 3.2\n"),
        rewritten("bag-info.txt", b"", b"Bagging-Date: 20.1.2025\n"),
        rewritten("bag-info.txt", b"", b"no label\n"),
        rewritten("tagmanifest-sha512.txt", b"", b"00 bagit.txt\n"),
    ],
)
def test_the_rules_find_what_is_no_bag(tmp_path, spoil):
    """The checker itself: sound bags pass it, and each fault of the standard's own kinds does not."""
    sound(tmp_path)
    assert faults_of(tmp_path) == []
    spoil(tmp_path)
    assert faults_of(tmp_path) != []
