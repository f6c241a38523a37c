"""The one command: makes `.venv` from the locks, then hands over.

    python3 run.py               the main job on the sample year
    python3 run.py test [WORD…]  lint, types and tests (words go to pytest)
    python3 run.py lab [WORD…]   JupyterLab on notebooks/
    python3 run.py desk [WORD…]  the same notebooks as plain pages, to look at; --write: to work in, --share: for others
    python3 run.py dask [WORD…]  Dask's own command (scheduler, worker), for work on several machines
    python3 run.py VERB [WORD…]  python -m scoring VERB …

Standard library only; on Windows `py run.py`. What was installed is stamped inside `.venv`: a second start installs
nothing, and an interrupted one is done anew, because the stamp is written last.
"""

import hashlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
OLDEST, NEWEST = (3, 11), (3, 15)
"""The Pythons for which every package of the lock has a wheel; a test asks the registry."""
INSTALLER = """Hãy tải bản “Windows installer (64-bit)” của Python 3.13 ở python.org/downloads/windows, cài (không cần
quyền quản trị), rồi chạy lại lệnh này. Máy không cài được Python thì dùng gói ZIP cho Windows: xem README.vi.md."""

ON_INTEL_MACS = """Máy Mac chip Apple: hãy tải bản “macOS 64-bit universal2 installer” của Python 3.13 ở
python.org/downloads/macos, cài, rồi chạy python3.13 run.py.
Máy Mac chip Intel: các gói mã hóa, ký số không còn bản cho chip ấy; hãy dùng máy khác."""


def python_refusal(version: "tuple[int, ...]", bits: int, machine: str, system: str) -> str:  # quoted for older Pythons
    """Why no packages can be had for a Python, and what to install instead; "" where it will do."""
    told = ".".join(map(str, version))
    how = INSTALLER if system == "win32" else "Hãy cài Python 3.13 rồi chạy lệnh này bằng bản đó: python3.13 run.py"
    if version < OLDEST:
        return f"Cần Python 3.11 trở lên, máy đang dùng Python {told}.\n{how}"
    if version > NEWEST:
        return f"Python {told} mới hơn những bản đã có đủ gói cần dùng (3.11 đến 3.15).\n{how}"
    if bits < 64:
        return f"Cần Python 64 bit, máy đang dùng bản 32 bit.\n{how}"
    if system == "win32" and machine.upper() == "ARM64":
        return f"Cần bản Python cho bộ xử lý x64 (máy ARM chạy được bản ấy), máy đang dùng bản ARM64.\n{how}"
    if system == "darwin" and machine == "x86_64":
        return f"Cần bản Python cho chip Apple (arm64), máy đang dùng bản cho chip Intel.\n{ON_INTEL_MACS}"
    return ""


_REFUSAL = python_refusal(sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32, platform.machine(), sys.platform)
if _REFUSAL:
    sys.exit(_REFUSAL)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = str(BIN / ("python.exe" if sys.platform == "win32" else "python"))
STAMP = VENV / "prepared.json"
LOG = VENV / "install.log"
FROM_LOCK = ("--require-hashes", "--only-binary", ":all:", "-r")
LINT = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
TESTS = (["pytest", "-m", "not slow"], ["pytest", "-m", "slow"])
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
"""What the user has set up for other software: it must not move this one."""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in FOREIGN},
    "PYTHONUTF8": "1",  # else Windows reads and writes the office's old code page
    "PYTHONNOUSERSITE": "1",
    "PIP_USER": "0",  # a pip.conf may say otherwise, and packages would land outside .venv
    "MATPLOTLIBRC": str(ROOT / "etc" / "matplotlibrc"),
    "IPYTHONDIR": str(VENV / "ipython"),
    "JUPYTER_CONFIG_PATH": str(ROOT / "etc" / "jupyter"),  # no export entry that cannot work, no news in English
}

MISSING_VENV = f"""Bản Python của máy thiếu phần tạo môi trường riêng (venv, ensurepip).
Trên Debian, Ubuntu hãy cài thêm một gói rồi chạy lại lệnh này:  sudo apt install python{VERSION}-venv"""
NOT_MADE = f"""Không tạo được thư mục {VENV}.
Hãy đóng JupyterLab và các cửa sổ đang dùng thư mục này, kiểm tra quyền ghi và chỗ trống trên đĩa (cần khoảng 2 GB).
Đường dẫn không được có dấu “{os.pathsep}”. Sau đó chạy lại lệnh này."""
NOT_INSTALLED = f"""Chưa cài được các gói cần dùng.
Lần chạy đầu, và mỗi khi danh sách gói thay đổi, máy phải có mạng Internet và còn khoảng 2 GB trống trên đĩa. Ở cơ quan
đi mạng qua proxy thì đặt HTTPS_PROXY trước; máy không ra được mạng thì dùng gói ZIP cho Windows (xem README.vi.md).
Hãy kiểm tra rồi chạy lại lệnh này. Chi tiết cho người quản trị máy: {LOG}"""


def main(words: list[str]) -> int:
    """Prepare what the words need and do it; the exit code is that of what was handed over to."""
    verb, rest = (words[0], words[1:]) if words else ("", [])
    extra = ["tests"] if verb == "test" else ["dask"] if verb == "dask" or "--scheduler" in rest else []
    prepare(["packages", "project", *extra])
    if verb == "test":
        return check(rest)
    if verb == "lab":
        return hand_over(lab_command(rest))
    if verb == "desk":
        ENVIRONMENT.update(desk_environment(rest))
        return hand_over(desk_command(rest))
    if verb == "dask":
        return hand_over(["-P", "-m", "dask", *rest])
    if not words:
        os.chdir(ROOT)
    ENVIRONMENT["JUPYTER_CONFIG_DIR"] = str(VENV / "jupyter")  # the user's own is for JupyterLab, not for documents
    return hand_over(["-P", "-m", "scoring", *words])  # -P: a random.py beside the reports must not be imported


def lab_command(words: list[str]) -> list[str]:
    """JupyterLab at the first notebook, or at their folder; its file list reaches the results and the data too."""
    first = "notebooks/00_bat_dau.ipynb"
    page = first if (ROOT / first).exists() else "notebooks"
    return ["-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url=/lab/tree/{page}", *words]


def desk_command(words: list[str]) -> list[str]:
    """Voilà on the notebooks: for this machine alone, or (`--share`) for whoever is given the address with its key."""
    own = {"--write", "--share"}
    where = ["--Voila.ip=0.0.0.0", "--Voila.auto_token=True"] if "--share" in words else ["--Voila.ip=127.0.0.1"]
    rest = [word for word in words if word not in own]
    return ["-m", "voila", str(ROOT / "notebooks"), *where, *rest]


def desk_environment(words: list[str]) -> dict[str, str]:
    """The desk's pages, and whether it is only to be looked at."""
    read_only = {} if "--write" in words else {"SCORING_DESK_READ_ONLY": "1"}
    return {"JUPYTER_PATH": str(ROOT / "etc" / "desk"), "SCORING_DESK_PAGES": "1", **read_only}


def hand_over(words: list[str]) -> int:
    """Become the environment's Python; on Windows, where a process cannot, wait for it and leave Ctrl-C to it."""
    if sys.platform != "win32":
        os.execve(PYTHON, [PYTHON, *words], ENVIRONMENT)
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.run([PYTHON, *words], env=ENVIRONMENT, check=False).returncode


def check(words: list[str]) -> int:
    """Lint and types, then the tests in two halves at once, or those the words choose; 0 if all passed."""
    chosen = [["pytest", *words]] if words else TESTS
    return int(not all([*(passed([command]) for command in LINT), passed(chosen)]))


def passed(commands: Sequence[list[str]]) -> bool:
    """Run commands at once, the first on the screen, what the others said after it; tell how each ended."""
    results = []
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(run_check, command, on_screen=command is commands[0]) for command in commands]
        for command, result in zip(commands, waiting, strict=True):
            ended = result.result()
            sys.stdout.buffer.write(ended.stdout or b"")
            sys.stdout.flush()
            say(f"{'✗ KHÔNG ĐẠT' if ended.returncode else '✓ đạt'}: {' '.join(command)}")
            results.append(ended.returncode == 0)
    return all(results)


def run_check(command: list[str], *, on_screen: bool) -> subprocess.CompletedProcess[bytes]:
    """Run a module of the environment in the project's folder."""
    say(f"▶ {' '.join(command)}")
    out, errors = (None, None) if on_screen else (subprocess.PIPE, subprocess.STDOUT)
    line = [PYTHON, "-m", *command]
    return subprocess.run(line, cwd=ROOT, env=ENVIRONMENT, stdout=out, stderr=errors, check=False)


def prepare(parts: list[str]) -> None:
    """Install the parts the stamp does not vouch for, one start at a time: who waited finds the work done."""
    if any(map(outdated, parts)):
        with one_at_a_time():
            for part in filter(outdated, parts):
                renew(part)


def outdated(part: str) -> bool:
    """Whether a part is not installed, or was for another lock, Python or folder."""
    return read_stamp().get(part) != fingerprint(part)


def fingerprint(part: str) -> str:
    """SHA-256 of everything the part depends on."""
    settings, files = {
        # launchers made by pip hold the folder's path, those made by uv do not
        "packages": (
            [sys.version, sys.base_prefix, "" if uv_is_there() else str(ROOT)],
            ["requirements-uv.txt", "requirements.txt"],
        ),
        "project": ([str(ROOT)], ["pyproject.toml"]),
        "dask": ([], ["requirements-dask.txt"]),
        "tests": ([], ["requirements-test.txt"]),
    }[part]
    texts = settings + [(ROOT / name).read_text(encoding="utf-8") for name in files]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def read_stamp() -> dict[str, str]:
    """The fingerprints of the installed parts; none if the environment is not whole."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and Path(PYTHON).exists() else {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Vouch for the parts; a stamp that is torn half-way vouches for none."""
    if stamp:
        STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def renew(part: str) -> None:
    """Install one part. The stamp is away meanwhile; where a part cannot be had, the others keep theirs."""
    kept = {} if part == "packages" else read_stamp()
    STAMP.unlink(missing_ok=True)
    try:
        INSTALL[part]()
    except SystemExit:
        write_stamp(kept)
        raise
    write_stamp({**kept, part: fingerprint(part)})


def install_packages() -> None:
    """A new environment that holds the lock."""
    say("Đang tạo môi trường Python riêng trong thư mục .venv…")
    make_environment(clear=True)
    quietly("ensurepip", "--default-pip")
    say("Đang tải và cài các gói cần dùng, lần đầu có thể mất vài phút…")
    quietly("pip", "install", *FROM_LOCK, "requirements-uv.txt")  # where there is no uv, pip does it all, slowly
    install(*FROM_LOCK, "requirements.txt")


def install_project() -> None:
    """The project itself, editable, for every kernel to find it from any folder; this needs no network."""
    make_environment(clear=False)  # a folder moved or renamed: the activate scripts learn its new path
    install("--force-reinstall", "--no-index", "--no-deps", "--no-build-isolation", "-e", ".")


def install_tests() -> None:
    """What the tests need on top; their lock only adds packages."""
    say("Đang tải và cài các gói để kiểm thử…")
    install(*FROM_LOCK, "requirements-test.txt")


def install_dask() -> None:
    """What work on several machines needs on top; its lock only adds packages."""
    say("Đang tải và cài các gói để chạy trên nhiều máy…")
    install(*FROM_LOCK, "requirements-dask.txt")


INSTALL = {"packages": install_packages, "project": install_project, "dask": install_dask, "tests": install_tests}


def make_environment(*, clear: bool) -> None:
    """Lay `.venv` anew, or renew its settings and activate scripts alone (clear=False)."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(MISSING_VENV)
    from venv import EnvBuilder  # which the smallest Pythons lack

    try:
        EnvBuilder(clear=clear, symlinks=sys.platform != "win32").create(VENV)
    except (OSError, ValueError):
        sys.exit(NOT_MADE)
    with (VENV / "pyvenv.cfg").open("a", encoding="utf-8") as settings:
        settings.write("relocatable = true\n")  # tells uv to make launchers that hold no path


def install(*words: str) -> None:
    """Install with uv, else with pip; both understand these words. Compiled here, packages load fast from the start."""
    if uv_is_there() and quietly("uv", "pip", "install", "--compile-bytecode", "--python", PYTHON, *words):
        return
    if not quietly("pip", "install", *words):
        sys.exit(NOT_INSTALLED)


def uv_is_there() -> bool:
    """Whether the environment has the fast installer."""
    return shutil.which("uv", path=BIN) is not None


def quietly(*words: str) -> bool:
    """Run a module of the environment with its words in the log; say now and then that it goes on."""
    with LOG.open("ab") as log:
        # close_fds: an installer that outlives a killed start holds the lock on, and the next start waits for it
        child = subprocess.Popen(
            [PYTHON, "-m", *words],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            close_fds=False,
        )
        started = time.monotonic()
        while True:
            try:
                return child.wait(timeout=20) == 0
            except subprocess.TimeoutExpired:
                say(f"  … vẫn đang làm, đã {time.monotonic() - started:.0f} giây")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the project's lock file; the system frees it however its holders end."""
    with (ROOT / ".venv.lock").open("a") as file:
        os.set_inheritable(file.fileno(), True)
        if not try_lock(file.fileno()):
            say("Một lần chạy khác đang chuẩn bị môi trường; đang chờ…")
            while not try_lock(file.fileno()):
                time.sleep(0.5)
        yield


def try_lock(handle: int) -> bool:
    """Take the lock if it is free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def say(line: str) -> None:
    """A line of progress, on stderr: the output of a verb may go to a file."""
    print(f"{line}\n", end="", file=sys.stderr, flush=True)  # whole: two checks may tell of themselves at once


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nĐã dừng theo yêu cầu. Lần chạy sau sẽ làm tiếp.")
    except OSError as error:
        sys.exit(f"Không đọc hoặc ghi được {error.filename or ROOT}: hãy kiểm tra quyền và chỗ trống trên đĩa.")
