"""Documents made by a Dask cluster: those of one machine, byte for byte, whoever is killed meanwhile.

The scheduler and the workers are processes of their own on this machine; so is who asks, as on the command line.
"""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest
from publishing.test_batch import DIGEST, MOMENT, make, needs_fork, outcomes, template, tree

from scoring import open_year, rank, score
from scoring.core.errors import ParameterError, ScoringError
from scoring.publishing.batch import Document, Made
from scoring.publishing.cluster import maker, reading
from scoring.publishing.cluster import scheduler as cluster
from scoring.publishing.cluster.parts import write_parts
from scoring.publishing.documents import code_digest
from scoring.reports.checks.run import read_reports
from scoring.reports.reading.side_by_side import Readers

pytest.importorskip("distributed", reason="chưa cài Dask (requirements-dask.txt)")
pytestmark = needs_fork

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
WAITS = """
import os, pathlib, time
begun = pathlib.Path({begun!r})
if not begun.exists():
    begun.write_text(str(os.getppid()))
    {then}
"""
READS = "print(open(f'vao/{unit}.txt', encoding='utf-8').read())"


class Cluster:
    """A scheduler and its workers of one thread each; their logs are in `folder`."""

    def __init__(self, folder):
        self.folder, self.workers = folder, []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = json.loads(wait_for(folder / "where").read_text())["address"]

    def _start(self, *words):
        line = [sys.executable, "-P", "-m", "dask", *words, "--scheduler-file", "where", "--dashboard-address", ":0"]
        with (self.folder / f"{len(self.workers)}-{words[0]}.log").open("wb") as log:
            return subprocess.Popen(line, cwd=self.folder, env=ENVIRONMENT, stdout=log, stderr=log)

    def start_worker(self):
        self.workers.append(self._start("worker", "--nthreads", "1", "--no-nanny", "--local-directory", "local"))

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def wait_for(path):
    """The file, once there is something in it."""
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, path
        time.sleep(0.05)
    return path


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    machines = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        for _ in range(2):
            machines.start_worker()
        yield machines
    finally:
        machines.stop()


SCRIPT = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from scoring.publishing.cluster import scheduler as cluster
from scoring.publishing.cluster import maker, reading
from scoring.publishing.batch import Document, make_documents

if __name__ == "__main__":
    scheduler, storage, moment, formats, documents = sys.argv[1:]
    wanted = [
        Document(**one | {"template": Path(one["template"]), "folder": Path(one["folder"]),
                          "reads": {path: Path(file) for path, file in one["reads"].items()}})
        for one in json.loads(documents)
    ]
    make_documents(
        wanted, formats=formats.split(","), moment=int(moment), makers=cluster.makers(scheduler, storage),
        report=lambda one: print(json.dumps(asdict(one)), flush=True),
    )
"""


SCORE = """
import pickle, sys
from scoring import open_year
from scoring.publishing.cluster.scheduler import connect
from scoring.publishing.cluster.parts import score_parts

if __name__ == "__main__":
    year = open_year("data/2024")
    with connect(sys.argv[1]) as client:
        totals = score_parts(client, sys.argv[2], year.rubric, year.units)
    sys.stdout.buffer.write(pickle.dumps(totals))
"""


def documents(path, out, *names):
    """Documents named <block>-<name>; each reads a file of its own, beside the template's folder."""
    folder = path.parent / "vao"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"số liệu của {name}", encoding="utf-8")
    return [
        Document(name, path, {"unit": name}, DIGEST, out, (), {f"vao/{name}.txt": folder / f"{name}.txt"}, name[:2])
        for name in names
    ]


def ask(machines, wanted, *, storage, formats="ipynb"):
    """Start who asks; its lines tell of each document as it ends."""
    told = json.dumps([asdict(document) for document in wanted], default=str)
    line = [sys.executable, "-c", SCRIPT, machines.address, storage, str(MOMENT), formats, told]
    return subprocess.Popen(line, env=ENVIRONMENT, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def hear(asking):
    """What became of each document, in the order it was told."""
    told, errors = asking.communicate(timeout=120)
    assert asking.returncode == 0, errors
    return [Made(**json.loads(line)) for line in told.splitlines()]


def made_on(machines, wanted, tmp_path, **options):
    return hear(ask(machines, wanted, storage=f"file://{tmp_path / 'chung'}", **options))


def parent_of(pid):
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", pid], capture_output=True, text=True, check=True).stdout)


NAMES = ("K1-A", "K1-B", "K2-A")


def test_a_cluster_makes_the_files_of_one_machine_byte_for_byte(machines, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    formats = ("ipynb", "html", "pdf")
    path = template(tmp_path, READS)
    here = make(documents(path, tmp_path / "mot", *NAMES), formats=formats)
    there = made_on(machines, documents(path, tmp_path / "nhieu", *NAMES), tmp_path, formats=",".join(formats))
    assert outcomes(there) == outcomes(here) == dict.fromkeys(NAMES, "made")
    assert {one.name: one.files for one in there} == {one.name: one.files for one in here}
    assert tree(tmp_path / "nhieu") == tree(tmp_path / "mot")
    assert list((tmp_path / "chung").iterdir()) == []
    again = make(documents(path, tmp_path / "nhieu", *NAMES), formats=formats)
    assert outcomes(again) == dict.fromkeys(NAMES, "unchanged")


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(machines, tmp_path):
    begun = tmp_path / "dang-chay"
    names = [f"K{block}-{place}" for block in (1, 2) for place in range(3)]
    path = template(tmp_path, WAITS.format(begun=str(begun), then="time.sleep(2)"))
    asking = ask(machines, documents(path, tmp_path / "ra", *names), storage=str(tmp_path / "chung"))
    os.kill(parent_of(wait_for(begun).read_text()), signal.SIGKILL)  # the worker; its maker goes on for a while
    machines.start_worker()
    told = hear(asking)
    assert sorted(one.name for one in told) == names
    assert outcomes(told) == dict.fromkeys(names, "made")
    make(documents(path, tmp_path / "yen", *names))
    assert tree(tmp_path / "ra") == tree(tmp_path / "yen")
    assert list((tmp_path / "chung").iterdir()) == []


def test_what_kills_its_machine_once_is_made_and_what_always_does_fails_alone(machines, tmp_path):
    once = WAITS.format(begun=str(tmp_path / "mot-lan"), then="os.kill(os.getppid(), 9)")
    always = "import os\nif unit == 'K1-HONG': os.kill(os.getppid(), 9)\n1 / (unit != 'K1-SAI')"
    path = template(tmp_path, once + always)
    told = made_on(machines, documents(path, tmp_path / "ra", "K1-A", "K1-B", "K1-HONG", "K1-SAI"), tmp_path)
    assert outcomes(told) == {"K1-A": "made", "K1-B": "made", "K1-HONG": "failed", "K1-SAI": "failed"}
    why = {one.name: one.why for one in told}
    assert why["K1-HONG"] == "máy làm việc nhiều lần dừng giữa chừng"
    assert why["K1-SAI"] == "ô thứ 3 của mau.ipynb dừng vì lỗi của chương trình (ZeroDivisionError)"
    assert [name for name in tree(tmp_path / "ra") if name.endswith(".ipynb")] == ["K1-A.ipynb", "K1-B.ipynb"]


def test_a_storage_no_worker_can_read_is_named_and_what_reads_no_file_is_made_by_who_asks(machines, tmp_path):
    path = template(tmp_path, "import os; print(os.getcwd())")
    away, here = documents(path, tmp_path / "ra", "K1-A", "K1-B")
    told = hear(ask(machines, [away, replace(here, reads={})], storage="memory://chung"))  # each process has its own
    assert outcomes(told) == {"K1-B": "made", "K1-A": "failed"}
    assert '"/\\n"' in (tmp_path / "ra" / "K1-B.ipynb").read_text(encoding="utf-8")  # the folder `ask` works in
    assert "không đọc được nơi lưu chung" in told[1].why
    assert "một thư mục mà mọi máy đều đọc và ghi được" in told[1].why


def test_a_maker_answers_nothing_to_a_program_that_is_not_its_own():
    task = {"documents": [], "template": "mau.ipynb", "program": "0" * 64}
    assert maker.make_documents_of(task, code_digest()) is None


def test_without_dask_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"tcp://may:8786: .* cần thêm gói Dask.*lệnh này bằng python3 run\.py"):
        cluster.makers("tcp://may:8786", "chung")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "may-chu"])
def test_where_no_scheduler_answers_the_address_is_named(address, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with (
        pytest.raises(ParameterError, match=f"{address}: không nối được tới bộ điều phối Dask"),
        cluster.connect(address),
    ):
        pass


def test_blocks_scored_apart_give_the_totals_marks_and_ranks_of_all_at_once(machines, tmp_path):
    year = open_year(ROOT / "data" / "2024")
    entries, _, _ = read_reports(year)
    marks, totals = score(entries, year.rubric, year.units)
    storage = f"file://{tmp_path / 'chung'}"
    write_parts(storage, entries, year.units)
    told = subprocess.run(
        [sys.executable, "-c", SCORE, machines.address, storage], env=ENVIRONMENT, capture_output=True, cwd=ROOT
    )
    assert told.returncode == 0, told.stderr.decode()
    apart = pickle.loads(told.stdout)  # noqa: S301  of our own process
    pd.testing.assert_frame_equal(apart, totals)
    for table, whole in zip(rank(apart, year.rubric, year.units), rank(totals, year.rubric, year.units), strict=True):
        pd.testing.assert_frame_equal(table, whole)
    written = pd.concat([pd.read_parquet(file) for file in (tmp_path / "chung" / "marks").iterdir()])
    keys = dict.fromkeys(["unit", "criterion"], str)
    ours, theirs = (
        table.astype(object).where(table.notna(), None).sort_values(list(keys), ignore_index=True)
        for table in (marks.astype(keys), written.astype(keys))
    )
    pd.testing.assert_frame_equal(theirs, ours)


def test_entries_of_a_unit_no_block_has_are_refused(tmp_path):
    units = pd.DataFrame({"id": ["A"], "block": ["K1"]})
    with pytest.raises(ScoringError, match="'B' không có trong danh mục"):
        write_parts(f"file://{tmp_path}", pd.DataFrame({"unit": ["A", "B"]}), units)


@pytest.fixture
def reporting(tmp_path, monkeypatch):
    """A year of forty units that this machine has not read; what it keeps, the workers cannot see."""
    folder = tmp_path / "data" / "2024"
    shutil.copytree(ROOT / "data" / "2024", folder)
    monkeypatch.setenv("SCORING_CACHE", str(tmp_path / "cache"))
    return open_year(folder)


def test_a_cluster_reads_the_reports_where_they_lie_and_sends_what_they_say(machines, reporting, monkeypatch):
    reading.read_on(machines.address, reporting)
    monkeypatch.setattr(Readers, "ask", None)  # nothing is left for a reader of this machine
    found = read_reports(reporting)
    monkeypatch.undo()
    monkeypatch.setenv("SCORING_CACHE", "")
    for one, other in zip(found, read_reports(reporting), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_worker_of_another_program_or_without_the_folder_reads_nothing_and_says_why(reporting):
    asked = reading.Asked(str(reporting.folder), "grassroots", "vi", "khác", ["TH-ANHDAO_NAM.xlsx"])
    assert reading.read_chunk(asked).problem.startswith("chương trình, bộ tiêu chí hoặc danh bạ khác")
    away = reading.read_chunk(asked._replace(folder=f"{reporting.folder}/không có"))
    assert (away.reports, away.problem) == ([], f"không mở được {reporting.folder}/không có")


def test_what_no_worker_reads_is_told_and_left_to_this_machine(machines, reporting):
    place = str(reporting.folder)
    told = reading._spread(
        machines.address, [reading.Asked(place, "grassroots", "vi", "khác", ["a"])], reporting.folder
    )
    assert ["không đọc được báo cáo" in one for one in told] == [True]
    assert len(read_reports(reporting).received) > 70
