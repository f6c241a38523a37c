"""A hard limit of the machine's own is kept to, and what it stops says so in words."""

import subprocess
import sys
from pathlib import Path

import pytest

from scoring.core.errors import ParameterError
from scoring.core.files import told_as
from scoring.core.memory import is_of_memory, tells_of_memory

ROOT = Path(__file__).parents[2]
needs_limits = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="chỉ Linux đếm bộ nhớ theo địa chỉ")
LIMITED = """
import resource, sys
from scoring.core.memory import limit_address_space
from scoring.desk.commands.main import main
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + {more}, held + {more}))
{then}
"""


def told(more, then):
    words = [sys.executable, "-P", "-c", LIMITED.format(more=more, then=then)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


@needs_limits
def test_what_the_machine_allows_is_never_exceeded():
    done = told(10**8, "limit_address_space(10**12); print(resource.getrlimit(resource.RLIMIT_AS)[0] - held)")
    assert done.stdout.strip() == str(10**8)


@needs_limits
@pytest.mark.parametrize("verb", ["explain --year 2024 --unit TH-ANHDAO", "assess --year 2024", "check --year 2024"])
def test_a_verb_that_gets_too_little_memory_says_so_and_what_to_do(verb):
    done = told(30_000_000, f"sys.exit(main({verb.split()!r}))")
    assert done.returncode == 2
    assert "máy không cho đủ bộ nhớ" in done.stdout
    assert "ulimit -v" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@needs_limits
def test_documents_are_made_under_a_hard_limit_that_leaves_room(tmp_path):
    make = f"""
from pathlib import Path
sys.path.insert(0, "tests/publishing"); sys.path.insert(0, "tests")
from test_batch import documents, make, template
there = Path({str(tmp_path)!r})
print([one.outcome for one in make(documents(template(there), there / "out", "A"), memory_limit=4 * 10**9)])
"""
    assert told(3 * 10**9, make).stdout.strip() == "['made']"


def test_memory_is_told_from_other_errors_through_what_an_error_follows_from():
    later = ValueError("later")
    later.__cause__ = MemoryError()
    assert is_of_memory(later)
    assert not is_of_memory(ImportError("no module"))
    assert not is_of_memory(OSError(13, "denied"))
    assert tells_of_memory("RuntimeError", "can't start new thread")
    assert not tells_of_memory("RuntimeError", "other")


def test_a_disk_is_not_blamed_for_memory():
    with pytest.raises(OSError, match="12"), told_as(ParameterError, "tệp", "thử lại"):
        raise OSError(12, "Cannot allocate memory")
