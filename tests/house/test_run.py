"""run.py: the stamp, the words it hands over, and what it does with half-made, moved and shared environments.

Each test works on a copy of run.py in a folder with Vietnamese letters, blanks and `&`, beside a stand-in `scoring`
that tells how it was called.
"""

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ["run.py", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.*"))]
STAND_IN = """
import json, os, sys
print(json.dumps({"words": sys.argv[1:], "folder": os.getcwd(), "utf8": sys.flags.utf8_mode}))
sys.exit(7 if "bảy" in sys.argv else 0)
"""
WITHOUT_NETWORK = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "UV_OFFLINE": "1"}


def copy_project(parent):
    folder = parent / "Chấm điểm & thi đua"
    (folder / "scoring").mkdir(parents=True)
    for name in COPIED:
        shutil.copy(ROOT / name, folder)
    (folder / "scoring" / "__init__.py").touch()
    (folder / "scoring" / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    return folder


def load(folder):
    """The copy's run.py as a module; its paths are those of the copy."""
    spec = importlib.util.spec_from_file_location("run_copy", folder / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(folder, *words, cwd=None, stand_ins=None, **environment):
    if stand_ins is not None:
        for packages in (folder / ".venv").rglob("site-packages"):
            (packages / "stand_ins.pth").write_text(f"{stand_ins}\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, folder / "run.py", *words],
        cwd=cwd or folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def vouch(folder):
    """Stamp every part of the copy's environment as installed."""
    run = load(folder)
    run.write_stamp({part: run.fingerprint(part) for part in ("packages", "project", "dask", "tests")})
    return run


@pytest.fixture
def project(tmp_path):
    return copy_project(tmp_path)


@pytest.fixture
def ready(project):
    """A copy whose stamp is good; the environment is bare, so the stand-ins come by a path of its own."""
    load(project).make_environment(clear=True)
    vouch(project)
    return project


def test_words_go_to_scoring_and_its_exit_code_comes_back(ready):
    ended = start(ready, "explain", "--unit", "CĐCS 01", "bảy", stand_ins=str(ready))
    assert json.loads(ended.stdout)["words"] == ["explain", "--unit", "CĐCS 01", "bảy"]
    assert ended.returncode == 7


def test_words_are_taken_in_the_folder_of_who_typed_them(ready, tmp_path):
    ended = start(ready, "check", cwd=tmp_path, stand_ins=str(ready))
    assert json.loads(ended.stdout)["folder"] == str(tmp_path)


def test_without_words_the_main_job_runs_in_the_project_folder(ready, tmp_path):
    told = json.loads(start(ready, cwd=tmp_path, stand_ins=str(ready)).stdout)
    assert (told["words"], told["folder"]) == ([], str(ready))


def test_a_start_with_a_good_stamp_says_nothing_and_installs_nothing(ready):
    ended = start(ready, stand_ins=str(ready))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (ready / ".venv" / "install.log").exists()


def test_what_is_started_reads_and_writes_utf8(ready):
    assert json.loads(start(ready, stand_ins=str(ready), PYTHONUTF8="0").stdout)["utf8"] == 1


def test_a_module_beside_the_reports_is_not_imported(ready, tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    assert start(ready, "check", cwd=tmp_path, stand_ins=str(ready)).returncode == 0


def test_lab_opens_the_first_notebook_and_passes_its_words_on(project):
    (project / "notebooks").mkdir()
    (project / "notebooks" / "00_bat_dau.ipynb").touch()
    command = load(project).lab_command(["--no-browser"])
    assert "--LabApp.default_url=/lab/tree/notebooks/00_bat_dau.ipynb" in command
    assert command[-1] == "--no-browser"


def test_lab_opens_the_folder_where_there_is_no_first_notebook(project):
    assert "--LabApp.default_url=/lab/tree/notebooks" in load(project).lab_command([])


def test_the_desk_is_for_this_machine_and_to_be_looked_at_unless_told(project):
    run = load(project)
    assert "--Voila.ip=127.0.0.1" in run.desk_command(["--no-browser"])
    assert run.desk_command(["--no-browser"])[-1] == "--no-browser"
    assert run.desk_environment([])["SCORING_DESK_READ_ONLY"] == "1"
    assert "SCORING_DESK_READ_ONLY" not in run.desk_environment(["--write"])
    shared = run.desk_command(["--share", "--write"])
    assert {"--Voila.ip=0.0.0.0", "--Voila.auto_token=True"} <= set(shared)
    assert not {"--share", "--write", "--Voila.ip=127.0.0.1"} & set(shared)


def test_a_failing_check_is_named_and_the_others_still_run(ready, tmp_path):
    for tool, code in {"ruff": 0, "mypy": 1, "pytest": 0}.items():
        (tmp_path / f"{tool}.py").write_text(f"raise SystemExit({code})", encoding="utf-8")
    ended = start(ready, "test", stand_ins=str(tmp_path))
    results = [line for line in ended.stderr.splitlines() if not line.startswith("▶")]
    halves = ["✓ đạt: pytest -m not slow", "✓ đạt: pytest -m slow"]
    assert results == ["✓ đạt: ruff check", "✓ đạt: ruff format --check", "✗ KHÔNG ĐẠT: mypy", *halves]
    assert ended.returncode == 1


def test_both_halves_of_the_tests_are_shown_and_one_that_fails_fails_the_whole(ready, tmp_path):
    for tool in ("ruff", "mypy"):
        (tmp_path / f"{tool}.py").touch()
    half = "import sys; print('phần', sys.argv[2]); raise SystemExit(sys.argv[2] == 'slow')"
    (tmp_path / "pytest.py").write_text(half, encoding="utf-8")
    ended = start(ready, "test", stand_ins=str(tmp_path))
    assert ended.stdout.splitlines() == ["phần not slow", "phần slow"]
    assert "✗ KHÔNG ĐẠT: pytest -m slow" in ended.stderr
    assert ended.returncode == 1


def test_words_after_test_go_to_pytest_alone(ready, tmp_path):
    for tool in ("ruff", "mypy", "pytest"):
        (tmp_path / f"{tool}.py").write_text("import sys; print(sys.argv[1:])", encoding="utf-8")
    ended = start(ready, "test", "-k", "floors", stand_ins=str(tmp_path))
    assert ended.stdout.splitlines() == ["['check']", "['format', '--check']", "[]", "['-k', 'floors']"]


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ("requirements.txt", "packages"),
        ("requirements-uv.txt", "packages"),
        ("pyproject.toml", "project"),
        ("requirements-test.txt", "tests"),
    ],
)
def test_a_changed_file_outdates_the_part_it_belongs_to_and_no_other(ready, changed, part):
    (ready / changed).write_text("# another\n", encoding="utf-8")
    assert [name for name in ("packages", "project", "tests") if load(ready).outdated(name)] == [part]


def test_another_python_outdates_the_packages(ready, monkeypatch):
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert load(ready).outdated("packages")


def test_in_a_renamed_folder_the_packages_of_uv_stay_and_the_project_is_joined_anew(ready):
    run = load(ready)
    (run.BIN / ("uv.exe" if sys.platform == "win32" else "uv")).touch(mode=0o755)
    vouch(ready)
    moved = load(ready.rename(ready.with_name("Năm 2024")))
    assert (moved.outdated("packages"), moved.outdated("project")) == (False, True)


def test_in_a_renamed_folder_the_packages_of_pip_are_outdated(ready):
    assert load(ready.rename(ready.with_name("Năm 2024"))).outdated("packages")


def test_in_a_renamed_folder_the_activate_script_learns_the_new_path(ready):
    moved = load(ready.rename(ready.with_name("Năm 2024")))
    moved.make_environment(clear=False)
    script = (moved.BIN / "activate").read_text(encoding="utf-8")
    assert "Năm 2024" in script
    assert "thi đua" not in script


def test_where_the_test_tools_cannot_be_had_the_rest_stays_vouched_for(ready):
    (ready / "requirements-test.txt").write_text("# another\n", encoding="utf-8")
    ended = start(ready, "test")
    assert "Chưa cài được" in ended.stderr
    assert [load(ready).outdated(part) for part in ("packages", "project", "tests")] == [False, False, True]


@pytest.mark.parametrize("text", ["", '{"packages": "12', "[]"])
def test_a_torn_stamp_vouches_for_nothing(ready, text):
    run = load(ready)
    run.STAMP.write_text(text, encoding="utf-8")
    assert run.read_stamp() == {}


def test_a_stamp_without_its_python_vouches_for_nothing(ready):
    run = load(ready)
    Path(run.PYTHON).unlink()
    assert run.read_stamp() == {}


def test_a_half_made_environment_is_cleared_away(project):
    run = load(project)
    run.VENV.mkdir()
    (run.VENV / "half").touch()
    run.make_environment(clear=True)
    assert not (run.VENV / "half").exists()
    assert subprocess.run([run.PYTHON, "-c", ""], check=False).returncode == 0


def test_the_lock_is_held_by_one_start_at_a_time(project):
    run = load(project)
    with (project / ".venv.lock").open("a") as other:
        with run.one_at_a_time():
            assert not run.try_lock(other.fileno())
        assert run.try_lock(other.fileno())


def test_an_installer_that_outlives_its_start_keeps_the_lock(project):
    run = load(project)
    with run.one_at_a_time():
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with (project / ".venv.lock").open("a") as other:
        assert not run.try_lock(other.fileno())
        child.communicate(b"\n")
        assert run.try_lock(other.fileno())


def test_without_ensurepip_the_package_to_install_is_named(project, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None", encoding="utf-8")
    ended = start(project, PYTHONPATH=str(tmp_path))
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 1


def test_an_older_python_can_read_the_file_and_so_tell_what_it_needs():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(
    ("version", "bits", "machine", "system", "told"),
    [
        ((3, 10), 64, "x86_64", "linux", "Cần Python 3.11 trở lên, máy đang dùng Python 3.10"),
        ((3, 16), 64, "AMD64", "win32", "Python 3.16 mới hơn"),
        ((3, 13), 32, "x86", "win32", "Cần Python 64 bit"),
        ((3, 13), 64, "ARM64", "win32", "Cần bản Python cho bộ xử lý x64"),
        ((3, 13), 64, "x86_64", "darwin", "Cần bản Python cho chip Apple"),
    ],
)
def test_a_python_for_which_there_are_no_packages_is_told_which_to_install(
    project, version, bits, machine, system, told
):
    said = load(project).python_refusal(version, bits, machine, system)
    assert said.startswith(told)
    assert "Windows installer (64-bit)" in said or "python3.13 run.py" in said


@pytest.mark.parametrize("version", [(3, 11), (3, 15)])
def test_other_pythons_will_do(project, version):
    assert not load(project).python_refusal(version, 64, "AMD64", "win32")
    assert not load(project).python_refusal(version, 64, "arm64", "darwin")
    assert not load(project).python_refusal(version, 64, "x86_64", "linux")


@pytest.mark.slow
def test_a_first_start_without_network_says_that_it_needs_one(project, tmp_path):
    ended = start(project, UV_CACHE_DIR=str(tmp_path / "none"), **WITHOUT_NETWORK)
    assert "phải có mạng Internet" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 1


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A real set-up, after a first start that was killed half-way."""
    folder = copy_project(tmp_path_factory.mktemp("installed"))
    killed = subprocess.Popen([sys.executable, folder / "run.py"], stderr=subprocess.DEVNULL)
    while not (folder / ".venv" / "install.log").exists():
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    ended = start(folder)
    if "phải có mạng Internet" in ended.stderr and "CI" not in os.environ:
        pytest.skip("no network to install from")
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.mark.slow
def test_after_a_killed_start_the_next_one_makes_the_environment_whole(installed):
    run = load(installed)
    ended = subprocess.run([run.PYTHON, "-c", "import pandas, jupyterlab, typst, pyarrow, pydantic"], check=False)
    assert ended.returncode == 0


@pytest.mark.slow
def test_every_python_of_the_environment_finds_the_project_and_its_entry_points(installed, tmp_path):
    question = (
        "import json, scoring; from importlib.metadata import entry_points;"
        "groups = ['papermill.engine', 'nbconvert.exporters'];"
        "names = [name for group in groups for name in entry_points(group=group).names];"
        "print(json.dumps([scoring.__file__, *names]))"
    )
    run = load(installed)
    answer = subprocess.run([run.PYTHON, "-c", question], cwd=tmp_path, capture_output=True, check=True).stdout
    file, *names = json.loads(answer)
    assert Path(file) == installed / "scoring" / "__init__.py"
    assert {"scoring", "danh_gia_html", "danh_gia_pdf"} <= set(names)


@pytest.mark.slow
def test_no_path_file_of_the_environment_holds_a_letter_that_windows_could_misread(installed):
    for path_file in installed.glob(".venv/**/site-packages/*.pth"):
        path_file.read_text(encoding="ascii")


@pytest.mark.slow
def test_a_renamed_folder_is_mended_without_network(installed):
    renamed = installed.rename(installed.with_name("Đổi tên 'mới' 2025"))
    try:
        assert start(renamed, **WITHOUT_NETWORK).returncode == 0
        launcher = load(renamed).BIN / "jupyter"
        paths = subprocess.run([launcher, "--paths"], capture_output=True, encoding="utf-8", check=True).stdout
        assert str(renamed / ".venv") in paths
        assert str(installed) not in paths
    finally:
        renamed.rename(installed)
    assert start(installed, **WITHOUT_NETWORK).returncode == 0


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PIP_TARGET"])
def test_what_the_user_set_up_for_other_software_does_not_come_along(monkeypatch, name):
    monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("MATPLOTLIBRC", "/nowhere")
    monkeypatch.setenv("PIP_USER", "1")
    again = load(ROOT)
    assert name not in again.ENVIRONMENT
    assert again.ENVIRONMENT["PIP_USER"] == "0"
    assert Path(again.ENVIRONMENT["MATPLOTLIBRC"]).is_file()


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
@pytest.mark.parametrize("code", [0, 3])
def test_a_double_click_opens_the_desk_wherever_the_folder_stands(tmp_path, code):
    folder, programs = tmp_path / "Thi đua 2026", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    shutil.copy(ROOT / "mo_ban_lam_viec.sh", folder)
    python = programs / "python3"
    python.write_text(f'#!/bin/sh\necho "$PWD|$*"\nexit {code}\n')
    python.chmod(0o755)
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    script = folder / "mo_ban_lam_viec.sh"
    ended = subprocess.run([script, "--write"], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert f"{folder}|run.py desk --write\n" in ended.stdout
    assert ("Bấm Enter để đóng" in ended.stdout, ended.returncode) == (code != 0, code)


def test_the_start_file_for_windows_says_the_same_with_the_ends_of_lines_that_cmd_needs():
    said = (ROOT / "mo_ban_lam_viec.cmd").read_bytes()
    assert said.count(b"\r\n") == said.count(b"\n") > 5
    assert b"run.py desk %*" in said
