"""The locks: what is installed on an office's machine is pinned, hashed, and not below what advisories ask for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-test.txt", "requirements-uv.txt"]
FLOORS = {"nbconvert": ">=7.17.1", "jupyter-server": ">=2.20.0", "jupyterlab": ">=4.6.2", "jupyter-core": ">=5.8.0"}


def logical_lines(name):
    """The lines of a requirements file: comments left out, continued lines joined."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def chosen(name):
    return [Requirement(line) for line in logical_lines(name) if not line.startswith("-")]


def pins(name):
    """(package, version, marker) of every line of a lock."""
    requirements = [Requirement(line.split(" --hash")[0]) for line in logical_lines(name)]
    return [(canonicalize_name(one.name), str(one.specifier), str(one.marker or "")) for one in requirements]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_the_lock_holds_the_security_floor(lock, package, floor):
    versions = [version.removeprefix("==") for name, version, _ in pins(lock) if name == package]
    assert versions
    assert all(version in SpecifierSet(floor) for version in versions)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_is_pinned_and_hashed(lock):
    assert [line for line in logical_lines(lock) if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_package_index(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not [word for word in ("--index", "--extra-index", "--find-links", "://") if word in text]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_answers_every_name_we_chose(lock):
    locked = {name: version.removeprefix("==") for name, version, _ in pins(lock)}
    for requirement in chosen(lock.replace(".txt", ".in")):
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_lock_of_the_tests_only_adds_packages():
    wider = set(pins("requirements-test.txt"))  # on every platform (no marker) is more than on some
    assert all(wider & {pin, (*pin[:2], "")} for pin in pins("requirements.txt"))


# Macs with an Intel processor are told so by run.py: cryptography and others have no wheels for them any more
SYSTEMS = ["x86_64-pc-windows-msvc", "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin"]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14", "3.15"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_package_has_a_wheel_for_every_python_and_system(tmp_path, system, version):
    for lock in ("requirements.txt", "requirements-dask.txt", "requirements-test.txt"):
        words = ["--dry-run", "--no-deps", "--python-platform", system, "--python-version", version, "--quiet"]
        words += ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / lock), "--target", str(tmp_path)]
        ended = subprocess.run([sys.executable, "-m", "uv", "pip", "install", *words], capture_output=True, text=True)
        if any(word in ended.stderr.lower() for word in ("connect", "dns", "offline")) and "CI" not in os.environ:
            pytest.skip("no network to ask the registry")
        assert ended.returncode == 0, ended.stderr
