"""Installed by pip, pipx or uv from a wheel: the command `cham-diem`, with notebooks, templates and sample years."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IS_WINDOWS = sys.platform == "win32"
NO_NETWORK = ("connect", "dns", "offline", "timed out")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, encoding="utf-8", **more).stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The project's files as git has them, in a folder of their own, beside an office's year that git does not know."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in filter(None, run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT).split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    run("git", "init", "-q", cwd=folder)
    run("git", "add", "-A", cwd=folder)
    (folder / "data" / "2031" / "reports").mkdir(parents=True)
    (folder / "data" / "2031" / "reports" / "cua_co_quan.csv").write_text("riêng", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout, tmp_path_factory):
    words = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w"]
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, *words, str(folder), str(checkout))
    return next(folder.glob("scoring-*.whl"))


@pytest.fixture(scope="module")
def commands(wheel, tmp_path_factory):
    """Where the commands of a bare environment stand, with the lock and the wheel in it and nothing else."""
    home = tmp_path_factory.mktemp("bare") / "môi trường"
    run(sys.executable, "-m", "venv", "--without-pip", str(home))
    scripts = home / ("Scripts" if IS_WINDOWS else "bin")
    words = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(scripts / "python")]
    locked = ["--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements.txt")]
    ended = subprocess.run([*words, *locked], check=False, capture_output=True, text=True)
    if ended.returncode and any(word in ended.stderr.lower() for word in NO_NETWORK) and "CI" not in os.environ:
        pytest.skip("no network to fetch packages from")
    assert ended.returncode == 0, ended.stderr
    run(*words, "--no-deps", "--no-index", str(wheel))
    return scripts


@pytest.fixture
def cham_diem(commands, tmp_path):
    """Runs the command in an empty folder, as somebody with an empty home folder; gives what it printed."""
    home = tmp_path / "home"
    home.mkdir()
    foreign = {name: os.environ[name] for name in os.environ if name.startswith(("CHAM_DIEM", "JUPYTER", "MATPLOTLIB"))}
    own = {"HOME": str(home), "USERPROFILE": str(home), "SCORING_CACHE": str(tmp_path / "kept")}
    environment = {name: value for name, value in os.environ.items() if name not in foreign} | own

    def called(*words, cwd=None, **more):
        return run(str(commands / "cham-diem"), *words, cwd=cwd or home, env=environment, **more)

    called.command, called.home, called.environment = commands / "cham-diem", home, environment
    return called


@pytest.mark.slow
@needs_git
def test_a_wheel_carries_what_git_knows_and_no_year_of_the_office(checkout, wheel):
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    known = run("git", "ls-files", "-z", "notebooks", "etc", "data", cwd=checkout).split("\0")
    assert {f"scoring/program/{name}" for name in known if name} <= names
    assert not [name for name in names if "2031" in name]
    assert {"scoring/core/languages/en.po", "scoring/pages/export/templates/page.typ"} <= names


@pytest.mark.slow
@needs_git
def test_a_source_archive_builds_the_same_wheel(checkout, wheel, tmp_path):
    backend = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    run(sys.executable, "-c", backend, str(tmp_path), cwd=checkout)
    [archive] = tmp_path.glob("*.tar.gz")
    shutil.unpack_archive(archive, tmp_path / "source", filter="data")
    [source] = (tmp_path / "source").iterdir()
    words = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w"]
    run(sys.executable, *words, str(tmp_path), str(source))
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())


@pytest.mark.slow
@needs_git
def test_the_command_is_told_under_its_own_name_and_asking_for_help_lays_nothing(cham_diem):
    told = cham_diem("--help")
    assert told.startswith("Cách dùng: cham-diem")
    assert "lab " in told
    assert "run.py" not in told
    assert not list(cham_diem.home.iterdir())


@pytest.mark.slow
@needs_git
def test_the_installed_program_makes_the_sample_year_in_the_users_own_folder(cham_diem):
    assert "Đã có 2 tài liệu" in cham_diem(
        "assess", "--year", "2024", "--units", "TH-HOABAN", "--formats", "html,pdf,docx"
    )
    [work] = (path for path in cham_diem.home.iterdir() if not path.name.startswith("."))
    assert sorted(path.name for path in work.iterdir()) == ["data", "notebooks", "outputs"]
    assert {path.suffix for path in (work / "outputs" / "2024" / "units").glob("TH-HOABAN*")} == {
        ".html",
        ".pdf",
        ".docx",
    }


@pytest.mark.slow
@needs_git
def test_in_a_folder_of_years_the_command_works_there(cham_diem, tmp_path):
    shutil.copytree(ROOT / "data" / "2024", tmp_path / "cơ quan" / "data" / "2024")
    told = cham_diem("explain", "--year", "2024", "--unit", "TH-HOABAN", cwd=tmp_path / "cơ quan")
    assert "Hạng" in told
    assert not list(cham_diem.home.iterdir())


@pytest.mark.slow
@needs_git
@pytest.mark.parametrize(
    ("verb", "page", "title"), [("lab", "lab?token=x", "<title>JupyterLab"), ("desk", "", "00_bat_dau")]
)
def test_the_installed_program_opens_the_notebooks(cham_diem, tmp_path, verb, page, title):
    words = [
        cham_diem.command,
        verb,
        "--no-browser",
        *(["--allow-root", "--IdentityProvider.token=x"] if verb == "lab" else []),
    ]
    with (tmp_path / "told").open("w+", encoding="utf-8") as told:
        faults = {"PYTHONFAULTHANDLER": "1"}  # where it does not end, it tells where it stands
        environment = {**cham_diem.environment, **faults}
        server = subprocess.Popen(words, env=environment, cwd=cham_diem.home, stdout=told, stderr=told)
        try:
            assert title in answer(tmp_path / "told", page)
        finally:
            server.terminate()
            try:
                server.wait(120)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGABRT)
                server.wait()
                pytest.fail((tmp_path / "told").read_text(encoding="utf-8"))


def answer(told, page):
    """What the server whose address stands in a log answers for a page, within two minutes."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        address = told.read_text(encoding="utf-8").partition("http://localhost:")[2].partition(")")[0]
        with suppress(OSError, ValueError), urllib.request.urlopen(f"http://127.0.0.1:{address}/{page}") as answered:
            return answered.read().decode()
        time.sleep(0.5)
    return told.read_text(encoding="utf-8")
