"""How the program is started where nobody types `run.py`: by a double click, or as the installed `cham-diem`.

    python -m scoring.desk.starter lab           JupyterLab on the notebooks
    python -m scoring.desk.starter desk          the same notebooks as plain pages, to look at (--write: to work in)
    python -m scoring.desk.starter VERB [WORD…]  as `python -m scoring VERB …`

Work stands apart from the program, and outlives it: the folder of work (`data`, `outputs`, `notebooks`) is laid from
the samples at the first start. A newer program finds the same folder; notebooks a person changed are kept under another
name.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scoring.core.places import IS_INSTALLED, IS_UNPACKED, PROJECT

WORK_NAME = "Chấm điểm thi đua - dữ liệu"
"""The folder of work: beside the folder a ZIP was unpacked into, in the user's own folder for what was installed."""
_KEPT = ".laid"
_FIRST_PORT, _PORTS = 8888, 20
_LONGEST_INSIDE = 120
"""Characters of the longest path the program makes below the folder of work; a test measures it."""
_LONGEST = 259
_ASKS = {"-h", "--help"}
_OPENED = """Đang mở {what} trong trình duyệt (http://localhost:{port}); lần đầu có thể mất một phút.
Nếu Windows hỏi về tường lửa: chọn Hủy cũng được, chương trình chỉ nói chuyện với chính máy này.
Làm xong thì đóng cửa sổ này: {what} dừng theo. Các tệp đã lưu vẫn còn.
"""


def command() -> int:
    """What an installed `cham-diem`, or a double click, does with the words it was given."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    code = main(sys.argv[1:])
    if code and IS_UNPACKED:
        sys.stderr.write("Chưa xong: hãy đọc lời báo ở trên.\n")
    return code


def main(words: Sequence[str]) -> int:
    """Lay the folder of work where there is none, and do what the words say."""
    work = find_work()
    if told := too_long(work):
        sys.stdout.write(f"{told}\n")
        return 1
    os.environ.update(environment(work))
    if not _ASKS & set(words):
        if lay_work(work, PROJECT):
            sys.stderr.write(f"Đã chép các năm mẫu vào {work}. Số liệu và kết quả nằm ở đó.\n")
        if not IS_INSTALLED:
            os.chdir(work)
    if words and words[0] in _OPENERS:
        os.chdir(work)
        return _OPENERS[words[0]](work, words[1:])
    from scoring.desk.commands.main import main as run_verb

    return run_verb(list(words))


def find_work() -> Path:
    """The folder of work: the one stated; beside an unpacked ZIP; for what was installed here or the user's own.

    "Here" is a folder that has a `data` with years in it.
    """
    if stated := os.environ.get("CHAM_DIEM_WORK"):
        return Path(stated).absolute()
    if not IS_INSTALLED:
        return (Path(os.environ.get("CHAM_DIEM_PROGRAM") or PROJECT).parent / WORK_NAME).absolute()
    is_here = any(Path("data").glob("[0-9][0-9][0-9][0-9]/plan.yaml"))
    return Path.cwd() if is_here else Path.home() / WORK_NAME


def environment(work: Path) -> dict[str, str]:
    """What run.py and a starter settle for everything that is started: our settings, not the user's for other work."""
    etc = PROJECT / "etc"
    return {
        "CHAM_DIEM_WORK": str(work),
        "PYTHONUTF8": "1",
        "MATPLOTLIBRC": str(etc / "matplotlibrc"),
        "JUPYTER_CONFIG_PATH": str(etc / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",  # else Jupyter says in English, each time, that this will change
    }


def too_long(work: Path) -> str:
    """Why nothing may be written below a folder; "" where its paths stay within what Windows takes everywhere."""
    over = len(str(work)) + 1 + _LONGEST_INSIDE - _LONGEST
    if over <= 0:
        return ""
    how = (
        "Hãy chạy lệnh từ một thư mục có đường dẫn ngắn hơn, hoặc đặt CHAM_DIEM_WORK là một thư mục như vậy."
        if IS_INSTALLED
        else "Hãy chuyển thư mục chương trình đến nơi có đường dẫn ngắn hơn, ví dụ D:\\Thi dua, rồi mở lại."
    )
    return f"Đường dẫn của thư mục này dài quá {over} ký tự: {work}\nWindows không ghi được mọi tệp vào đó. {how}"


def lay_work(work: Path, program: Path) -> bool:
    """Copy the samples' data where there is none yet, and the notebooks of this program; says whether data was copied.

    A notebook that a person changed since it was laid is kept beside the new one as `<name> (bản cũ).ipynb`.
    """
    (work / "outputs").mkdir(parents=True, exist_ok=True)
    is_first = not (work / "data").exists()
    if is_first:
        half = work / "data.tmp"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(program / "data", half)
        half.rename(work / "data")
    laid = work / "notebooks" / _KEPT
    before = set(laid.read_text(encoding="ascii").split()) if laid.exists() else set()
    now = set()
    for source in sorted((program / "notebooks").rglob("*.ipynb")):
        target, digest = work / source.relative_to(program), _digest(source)
        now.add(digest)
        if target.exists() and _digest(target) != digest:
            if _digest(target) not in before:
                target.replace(target.with_name(f"{target.stem} (bản cũ).ipynb"))
            shutil.copyfile(source, target)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    laid.write_text("\n".join(sorted(now | before)), encoding="ascii")
    return is_first


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _open_lab(work: Path, words: Sequence[str]) -> int:
    """JupyterLab on a port that is free, until its window is closed."""
    from jupyterlab.labapp import main as run_lab

    port = _told_port("sổ làm việc")
    first = "/lab/tree/notebooks/00_bat_dau.ipynb"
    settings = [f"--ServerApp.root_dir={work}", f"--LabApp.default_url={first}", f"--ServerApp.port={port}"]
    run_lab([*settings, "--ServerApp.ip=localhost", *words])
    return 0


def _open_desk(work: Path, words: Sequence[str]) -> int:
    """Voilà on the notebooks, to be looked at on this machine alone; `--write`: to work in."""
    if "--write" not in words:
        os.environ["SCORING_DESK_READ_ONLY"] = "1"
    os.environ["SCORING_DESK_PAGES"] = "1"
    os.environ["JUPYTER_PATH"] = str(PROJECT / "etc" / "desk")  # before Jupyter is loaded, which looks once
    from voila.app import main as run_desk

    place = ["--Voila.ip=127.0.0.1", f"--Voila.port={_told_port('bàn làm việc')}", "--Voila.log_level=ERROR"]
    run_desk([str(work / "notebooks"), *place, *(word for word in words if word != "--write")])
    return 0


_OPENERS: dict[str, Callable[[Path, Sequence[str]], int]] = {"lab": _open_lab, "desk": _open_desk}


def _told_port(what: str) -> int:
    """A free port, and on the screen what is about to be opened there."""
    port = free_port()
    sys.stdout.write(_OPENED.format(what=what, port=port))
    sys.stdout.flush()
    return port


def free_port() -> int:
    """A port of this machine that nothing uses: the usual one, or one of the next."""
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS):
        with socket.socket() as tried:
            try:
                tried.bind(("localhost", port))
            except OSError:
                continue
            return port
    return 0  # the system chooses


if __name__ == "__main__":
    sys.exit(command())
