"""`run.py desk` in a real browser: the notebooks as plain pages, only to be looked at, on this machine alone."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]

ROOT = Path(__file__).parents[2]
# without these Chromium asks for hosts of its maker at every start
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE = 180_000
"""Milliseconds, on a busy machine."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project: what would be made here stays here."""
    folder = tmp_path_factory.mktemp("project")
    left_out = shutil.ignore_patterns("__pycache__", "decisions", "publications", ".ipynb_checkpoints")
    for name in ("scoring", "data", "notebooks", "etc"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy(ROOT / "run.py", folder)
    return folder


@pytest.fixture(scope="module")
def desk(project):
    """The address of the desk on the copy, set up as `run.py desk` does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spec = importlib.util.spec_from_file_location("run_of_the_desk", project / "run.py")
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    own = {name: str(project / ".jupyter" / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    command = [sys.executable, *run.desk_command(["--no-browser", f"--Voila.port={port}"])]
    env = {**run.ENVIRONMENT, **run.desk_environment([]), **own, "PYTHONPATH": str(project)}
    log = project / "desk.log"
    with log.open("wb") as said:
        server = subprocess.Popen(command, env=env, stdout=said, stderr=said)
    try:
        answers(f"http://127.0.0.1:{port}/", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def answers(address, server, log):
    for _ in range(480):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(log.read_text(errors="replace"))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    profile = tmp_path_factory.mktemp("profile")
    with playwright.sync_playwright() as driver:
        try:
            window = driver.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, headless=True, args=QUIET, viewport={"width": 1366, "height": 768}
            )
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
        window.set_default_timeout(PATIENCE)
        yield window.new_page()
        window.close()


def test_the_desk_shows_where_the_year_stands_and_only_that(page, desk, record_property):
    began = time.monotonic()
    page.goto(f"{desk}/voila/render/00_bat_dau.ipynb", timeout=PATIENCE)
    page.get_by_role("rowheader", name="Báo cáo đã nhận").wait_for()
    seconds = time.monotonic() - began
    record_property("first_picture_seconds", f"{seconds:.1f}")
    sys.stdout.write(f"first picture of the desk after {seconds:.1f} s\n")
    page.get_by_text("Bàn này chỉ để xem").wait_for()
    page.get_by_text("Năm đang xem:").wait_for()
    assert page.get_by_role("button", name="Công bố").count() == 0
    assert page.get_by_role("cell", name="2. Thẩm định").count() == 1
    assert page.get_by_text("Bên dưới còn trống").count() == 0  # of the lab's buttons, which are not here
    assert page.get_by_text("lab.open_office").count() == 0


def test_a_step_and_a_document_open_from_it(page, desk):
    page.goto(f"{desk}/voila/render/04_phieu_danh_gia.ipynb", timeout=PATIENCE)
    page.get_by_label("Khối").wait_for()
    page.goto(f"{desk}/voila/render/documents/unit_assessment.ipynb", timeout=PATIENCE)
    page.get_by_text("Nơi nhận:").wait_for()
    latest = max(folder.name for folder in (ROOT / "data").iterdir() if (folder / "rubrics/grassroots.yaml").is_file())
    assert f"năm {latest}" in page.content()
