"""JupyterLab or the desk on a copy of the project, and a window to drive it as people do."""

import importlib.util
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
# without these Chromium asks for hosts of its maker at every start
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECOND = 1000
"""Playwright counts in milliseconds."""
PATIENCE = 120 * SECOND


def copied(folder, names=("scoring", "data", "notebooks", "etc")):
    """A copy of the project: what is decided and made there stays there."""
    left_out = shutil.ignore_patterns("__pycache__", "decisions", "publications", ".ipynb_checkpoints")
    for name in names:
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy(ROOT / "run.py", folder)
    return folder


def served_lab(project):
    """The address of a JupyterLab on a copy, set up as `run.py lab` does."""
    # a CI runs as root, and nobody else is on this machine to keep out
    own = ["--no-browser", "--allow-root", "--IdentityProvider.token="]
    return _served(project, "api", lambda run, port: (run.lab_command([*own, f"--ServerApp.port={port}"]), {}))


def served_desk(project):
    """The address of the desk on a copy, set up as `run.py desk` does: to look at."""
    own = ["--no-browser"]
    return _served(
        project, "", lambda run, port: (run.desk_command([*own, f"--Voila.port={port}"]), run.desk_environment([]))
    )


@contextmanager
def _served(project, first, words):
    """first: a page that answers once the rest does. words: of run.py and a port, the command and its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spec = importlib.util.spec_from_file_location(f"run_of_{project.name}", project / "run.py")
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    own = {name: str(project / ".jupyter" / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    command, more = words(run, port)
    env = {**run.ENVIRONMENT, **more, **own, "PYTHONPATH": str(project)}
    log = project / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen([sys.executable, *command], env=env, stdout=said, stderr=said)
    try:
        _wait_for(f"http://127.0.0.1:{port}/{first}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address, server, log):
    for _ in range(480):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(log.read_text(errors="replace"))


@contextmanager
def window(profile, height):
    """A window 1366 wide; skips where there is no browser that starts."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, headless=True, args=QUIET, viewport={"width": 1366, "height": height}
            )
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
        opened.set_default_timeout(PATIENCE)
        yield opened
        opened.close()


def opened(page, lab, notebook):
    """A notebook run whole by the button of its toolbar."""
    page.goto(f"{lab}/lab/tree/notebooks/{notebook}.ipynb?reset")
    page.get_by_text("| Sẵn sàng").wait_for()
    page.get_by_role("button", name="Chạy cả sổ").click()


def picture(page, name):
    """A picture of the screen for the guide, where one is asked for."""
    if folder := os.environ.get("SCORING_SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(SECOND)  # until scrolling and drawing are done
        screen = Image.open(io.BytesIO(page.screenshot()))
        screen.convert("RGB").quantize(128).save(Path(folder) / f"{name}.png", optimize=True)
