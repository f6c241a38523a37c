"""What pyproject.toml cannot say: a wheel carries notebooks, settings and the sample years as package data.

They go to `scoring/program`, where `scoring.core.places` finds them. Of a checkout only what git knows is taken: an
office's own years, reports and decisions never leave by this way.
"""

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
CARRIED = ("notebooks", "etc", "data")
ALSO = ("README.vi.md", "CHANGELOG.md", "run.py", "requirements.in", "requirements-dask.in")


def carried(*folders: str) -> list[str]:
    """The files below the folders: those git knows, or (without git, in an unpacked sdist) all."""
    if (ROOT / ".git").exists():
        words = ["git", "ls-files", "-z", *folders]
        told = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
        return [name for name in told.split("\0") if (ROOT / name).is_file()]
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file())
    return [path.relative_to(ROOT).as_posix() for path in files]


class WithProgram(build_py):
    """The package, and beside its modules what it works on; an editable install finds that in the checkout."""

    def run(self) -> None:
        """Build as usual, then copy."""
        super().run()
        if not self.editable_mode:
            program = Path(self.build_lib) / "scoring" / "program"
            shutil.rmtree(program, ignore_errors=True)
            for name in carried(*CARRIED):
                (program / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, program / name)


class WithData(sdist):
    """A source archive from which the same wheel can be built."""

    def make_distribution(self) -> None:
        """The usual files and those of the program."""
        self.filelist.extend([*carried(*CARRIED), *(name for name in ALSO if (ROOT / name).is_file())])
        self.filelist.sort()
        self.filelist.remove_duplicates()
        super().make_distribution()


setup(cmdclass={"build_py": WithProgram, "sdist": WithData})
