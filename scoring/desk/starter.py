"""How the program is started by a double click: work stands beside the program, and outlives it.

    python -m scoring.desk.starter lab           JupyterLab on the notebooks
    python -m scoring.desk.starter VERB [WORD…]  as `python -m scoring VERB …`

The folder of work (`data`, `outputs`, `notebooks`) is laid from the samples at the first start. A newer program beside
it finds the same folder; notebooks a person changed are kept under another name.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from scoring.core.places import PROJECT

WORK_NAME = "Chấm điểm thi đua - dữ liệu"
"""The folder of work, beside the folder the program was unpacked into."""
_KEPT = ".laid"
_FIRST_PORT, _PORTS = 8888, 20
_LONGEST_INSIDE = 120
"""Characters of the longest path the program makes below the folder of work; a test measures it."""
_LONGEST = 259


def main(words: Sequence[str]) -> int:
    """Lay the folder of work where there is none, and do what the words say."""
    program = Path(os.environ.get("CHAM_DIEM_PROGRAM") or PROJECT)
    work = Path(os.environ.get("CHAM_DIEM_WORK") or program.parent / WORK_NAME).absolute()
    if told := too_long(work):
        sys.stdout.write(f"{told}\n")
        return 1
    lay_work(work, PROJECT)
    os.environ["CHAM_DIEM_WORK"] = str(work)
    os.chdir(work)
    if list(words[:1]) == ["lab"]:
        return _open_lab(work, words[1:])
    from scoring.desk.commands.main import main as run_verb

    return run_verb(list(words))


def too_long(work: Path) -> str:
    """Why nothing may be written below a folder; "" where its paths stay within what Windows takes everywhere."""
    over = len(str(work)) + 1 + _LONGEST_INSIDE - _LONGEST
    if over <= 0:
        return ""
    return (
        f"Đường dẫn của thư mục này dài quá {over} ký tự: {work}\n"
        "Windows không ghi được mọi tệp vào đó. Hãy chuyển thư mục chương trình đến nơi có đường dẫn ngắn hơn, "
        "ví dụ D:\\Thi dua, rồi mở lại."
    )


def lay_work(work: Path, program: Path) -> None:
    """Copy the samples' data where there is none yet, and the notebooks of this program.

    A notebook that a person changed since it was laid is kept beside the new one as `<name> (bản cũ).ipynb`.
    """
    (work / "outputs").mkdir(parents=True, exist_ok=True)
    if not (work / "data").exists():
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


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _open_lab(work: Path, words: Sequence[str]) -> int:
    """JupyterLab on a port that is free, until its window is closed."""
    from jupyterlab.labapp import main as run_lab

    port = free_port()
    sys.stdout.write(
        f"Đang mở sổ làm việc trong trình duyệt (http://localhost:{port}); lần đầu có thể mất một phút.\n"
        "Nếu Windows hỏi về tường lửa: chọn Hủy cũng được, chương trình chỉ nói chuyện với chính máy này.\n"
        "Làm xong thì đóng cửa sổ này: sổ làm việc dừng theo. Các tệp đã lưu vẫn còn.\n"
    )
    sys.stdout.flush()
    first = "/lab/tree/notebooks/00_bat_dau.ipynb"
    settings = [f"--ServerApp.root_dir={work}", f"--LabApp.default_url={first}", f"--ServerApp.port={port}"]
    run_lab([*settings, "--ServerApp.ip=localhost", *words])
    return 0


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
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    sys.exit(main(sys.argv[1:]))
