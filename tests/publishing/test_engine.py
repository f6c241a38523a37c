"""The papermill engine: the same notebooks as the stock one, and a clear end whatever a cell does."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from publishing.notebooks_nasty.cells import DISPLAYS, FAILURES, FIGURES, STREAMS, SURROUNDINGS

from scoring.core.errors import ParameterError
from scoring.publishing.engine.engine import ScoringEngine
from scoring.publishing.engine.parameters import check_parameters
from scoring.publishing.engine.processes import fork

NASTY = DISPLAYS | STREAMS | FIGURES | SURROUNDINGS | FAILURES
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="hệ điều hành không có fork")

RUN = """
import sys
import papermill
from papermill.engines import papermill_engines
from scoring.publishing.engine.processes import fork
from scoring.publishing.engine.engine import ScoringEngine

papermill_engines.register("scoring", ScoringEngine)
template, output, engine = sys.argv[1:]
try:
    papermill.execute_notebook(
        template, output, {"x": 5}, engine_name=engine, progress_bar=False, request_save_on_cell_execute=False
    )
except papermill.PapermillExecutionError:
    pass
"""


@pytest.fixture(autouse=True, scope="module")
def _registered():
    papermill_engines.register("scoring", ScoringEngine)


def notebook(*sources, tags=None):
    """A notebook with a parameters cell `x = 1` and these code cells; tags: those of all cells but the first."""
    cells = [nbformat.v4.new_code_cell("x = 1", id="parameters", metadata={"tags": ["parameters"]})]
    cells += [
        nbformat.v4.new_code_cell(source, id=f"o-{n}", metadata={"tags": tags or []})
        for n, source in enumerate(sources)
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)


def execute(made, output=None, **options):
    options = {"progress_bar": False, "engine_name": "scoring"} | options
    return papermill.execute_notebook(made, output, **options)


def written(folder, *sources, name="mau.ipynb"):
    path = folder / name
    nbformat.write(notebook(*sources), path)
    return path


def run_apart(template, output, engine, **environment):
    """Execute in a process of its own: pytest's warning filters and log handlers are not a notebook's business."""
    command = [sys.executable, "-c", RUN, str(template), str(output), engine]
    environment = {**os.environ, **environment}
    environment.pop("PYTEST_CURRENT_TEST", None)  # with it a stock kernel does not catch what subprocesses write
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2], timeout=300)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The nasty notebook by both engines: cell id to cell, stock and ours."""
    folder = tmp_path_factory.mktemp("nasty")
    made = notebook()
    for name, source in NASTY.items():
        tags = ["raises-exception"] if name in FAILURES else []
        made.cells.append(nbformat.v4.new_code_cell(source, id=name, metadata={"tags": tags}))
    nbformat.write(made, folder / "nasty.ipynb")
    outputs = []
    for engine in ("nbclient", "scoring"):
        run_apart(folder / "nasty.ipynb", folder / f"{engine}.ipynb", engine)
        outputs.append({cell.id: cell for cell in nbformat.read(folder / f"{engine}.ipynb", 4).cells})
    return outputs


def alike(cell):
    """A cell's outputs without what differs between two runs of the stock engine itself.

    Streams are cut into messages by a timer there; process ids, addresses, dates and random ids differ every time.
    """
    outputs = []
    for output in json.loads(json.dumps(cell.outputs)):
        if outputs and output["output_type"] == "stream" and outputs[-1].get("name") == output["name"]:
            outputs[-1]["text"] += output["text"]
        else:
            outputs.append(output)
    text = json.dumps(outputs, ensure_ascii=False, indent=1, sort_keys=True)
    text = re.sub(r"/tmp[\w/]*?/ipykernel_\d+/", "/ipykernel/", text)  # noqa: S108  where a kernel says its cells are
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text)
    text = re.sub(r"<dc:date>[^<]*", "<dc:date>…", text)
    seen = {}
    return re.sub(r"\b[0-9a-f]{32}\b", lambda found: seen.setdefault(found[0], f"id {len(seen)}"), text)


@needs_fork
@pytest.mark.parametrize("name", NASTY)
def test_a_cell_shows_what_it_shows_under_the_stock_engine(both, name):
    stock, ours = (cells[name] for cells in both)
    assert alike(ours) == alike(stock)
    assert ours.execution_count == stock.execution_count
    assert ours.metadata.papermill.keys() == stock.metadata.papermill.keys()
    assert ours.metadata.papermill.status == stock.metadata.papermill.status
    assert ours.metadata.get("execution", {}).keys() == stock.metadata.get("execution", {}).keys()


def failed_notebook(folder, error, *sources, match, **options):
    """The notebook as saved after its execution raised `error`."""
    template = written(folder, *sources)
    with pytest.raises(error, match=match):
        execute(template, folder / "ra.ipynb", **options)
    return nbformat.read(folder / "ra.ipynb", 4)


def statuses(made):
    return [cell.metadata.papermill.status for cell in made.cells]


@needs_fork
@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("os._exit(3)", "Ô thứ 3 .* tự kết thúc với mã 3"),
        ("os.kill(os.getpid(), 9)", "Ô thứ 3 .* bị hệ điều hành dừng"),
        ("os.kill(os.getpid(), 15)", "Ô thứ 3 .* tín hiệu SIGTERM"),
    ],
)
def test_a_process_that_dies_is_told_with_its_cell_and_what_it_had_shown(tmp_path, ending, told):
    cells = ("print('xong ô trước')", f"import os; print('đang chạy', flush=True); {ending}", "print('không tới')")
    made = failed_notebook(tmp_path, DeadKernelError, *cells, match=told)
    assert statuses(made) == ["completed", "completed", "failed", "pending"]
    assert made.cells[1].outputs[0].text == "xong ô trước\n"
    assert made.cells[2].outputs[0].text == "đang chạy\n"
    assert re.search(told, made.cells[2].outputs[1].evalue)


@needs_fork
def test_a_cell_that_takes_too_long_is_stopped_and_marked(tmp_path):
    cells = ("print('trước', flush=True)\nwhile True: pass", "1")
    made = failed_notebook(tmp_path, CellTimeoutError, *cells, match="timed out", execution_timeout=1)
    assert statuses(made) == ["completed", "failed", "pending"]
    assert made.cells[1].outputs[0].text == "trước\n"
    assert "quá 1 giây" in made.cells[1].outputs[1].evalue


@needs_fork
def test_what_a_stopped_cell_had_started_is_stopped_too(tmp_path):
    cell = "import subprocess\nprint(subprocess.Popen(['sleep', '60']).pid, flush=True)\nwhile True: pass"
    made = failed_notebook(tmp_path, CellTimeoutError, cell, match="timed out", execution_timeout=1)
    left = subprocess.run(
        ["ps", "-o", "stat=", "-p", made.cells[1].outputs[0].text.strip()], capture_output=True, text=True
    )
    assert left.stdout.strip()[:1] in ("", "Z")  # gone, or waiting to be taken off the list


@needs_fork
@pytest.mark.skipif(sys.platform != "linux", reason="chỉ Linux đếm không gian địa chỉ")
def test_a_memory_limit_makes_a_cell_fail_like_any_other(tmp_path):
    cells = ("kept = bytearray(400_000_000)", "1")
    options = {"memory_limit": 200_000_000, "match": "MemoryError"}
    made = failed_notebook(tmp_path, PapermillExecutionError, *cells, **options)
    assert [cell.metadata.papermill.status for cell in made.cells if "papermill" in cell.metadata][-2:] == [
        "failed",
        "pending",
    ]


@needs_fork
def test_a_cell_that_calls_exit_ends_the_process_before_the_next_cell(tmp_path):
    made = failed_notebook(tmp_path, DeadKernelError, "exit", "1", match="Ô thứ 3 .* mã 0")
    assert statuses(made) == ["completed", "completed", "failed"]


@needs_fork
def test_nothing_of_a_notebook_stays_in_this_process_or_reaches_the_next_notebook():
    def surroundings():
        return [
            dict(os.environ), Path.cwd(), list(sys.path), sys.modules["__main__"], sys.displayhook, sys.stdout,
            signal.getsignal(signal.SIGINT), hasattr(sys, "ps1"), hasattr(__builtins__, "display"),
        ]  # fmt: skip

    execute(notebook("1"))  # warm
    before = surroundings()
    execute(notebook("import os, sys, json; json.leak = 1; os.environ['LEAK'] = '1'; os.chdir('/'); sys.path.clear()"))
    after = execute(notebook("import os, json; hasattr(json, 'leak'), 'LEAK' in os.environ, os.getcwd()"))
    assert surroundings() == before
    assert after.cells[1].outputs[0].data["text/plain"] == str((False, False, str(Path.cwd())))


@needs_fork
def test_what_a_notebook_imports_of_this_project_is_loaded_before_its_child_is_forked(tmp_path):
    loaded = (
        "import sys; print([name in sys.modules for name in ('scoring.pages.report_upward', 'scoring.core.catalogue')])"
    )
    template = written(
        tmp_path, loaded, "%time from scoring.core import catalogue", "from scoring.pages import report_upward"
    )
    run_apart(template, tmp_path / "ra.ipynb", "scoring")
    assert nbformat.read(tmp_path / "ra.ipynb", 4).cells[2].outputs[0].text == "[True, False]\n"


@needs_fork
def test_half_a_character_does_not_stop_a_notebook():
    made = execute(notebook("print('\\ud800 xong')"))
    assert made.cells[1].outputs[0].text == "? xong\n"


@needs_fork
def test_a_notebook_run_in_the_process_forked_for_it_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1704067200")
    template = written(tmp_path, "print(x)", "import decimal; decimal.getcontext().prec = 5", "decimal.Decimal(1) / 3")

    def run_here(connection):
        connection.send(execute(template, parameters={"x": 4}, fork=False))

    child = fork(run_here)
    here = child.connection.recv()
    child.end()
    assert here == execute(template, parameters={"x": 4})


@needs_fork
def test_a_plain_kernel_runs_our_output_notebook_again_and_shows_the_same():
    block = "from scoring.pages.blocks import *\ndistribution_chart('Hình 1', [Bar('Nhóm A', 1, '1,00/2,00', 2)])"
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); None"
    ours = execute(notebook("print(x); x + 1", block, figure), parameters={"x": 4})
    again = NotebookClient(deepcopy(ours)).execute()
    assert [alike(cell) for cell in again.cells] == [alike(cell) for cell in ours.cells]
    assert [cell.execution_count for cell in again.cells] == [cell.execution_count for cell in ours.cells]


def test_without_fork_the_stock_engine_runs_the_notebook_and_the_log_says_so(monkeypatch, caplog):
    monkeypatch.delattr(os, "fork", raising=False)
    with caplog.at_level("WARNING", logger="papermill"):
        made = execute(notebook("print(x + 1)"), parameters={"x": 4})
    assert made.cells[2].outputs[0].text == "5\n"
    assert "không có fork" in caplog.text


@needs_fork
def test_papermill_still_injects_counts_and_tells_what_it_did():
    made = execute(notebook("x"), parameters={"x": 4})
    assert made.cells[1].source == "# Parameters\nx = 4\n"
    assert [cell.execution_count for cell in made.cells] == [1, 2, 3]
    assert made.cells[2].outputs[0].data["text/plain"] == "4"
    about = made.metadata.papermill
    assert about.parameters == {"x": 4}
    assert about.duration > 0
    assert about.exception is None
    assert made.metadata.language_info.version == sys.version.split()[0]
    nbformat.validate(made)


def test_an_unknown_parameter_stops_the_run_and_names_the_known_ones(tmp_path):
    template = written(tmp_path, "unit = 1")
    with pytest.raises(ParameterError, match=r"mau\.ipynb.*\n.*không có tham số 'y'.*\n.*'z'.* tham số: x") as raised:
        execute(template, tmp_path / "ra.ipynb", parameters={"y": 2, "x": 1, "z": 3})
    assert len(raised.value.faults) == 2
    assert not (tmp_path / "ra.ipynb").exists()


def test_a_parameter_misspelt_is_answered_with_the_one_meant():
    made = notebook()
    made.cells[0].source = "# tham số\nunit: str = 'A'  # đơn vị, ví dụ unit='B'\nyear = end = 2024\n%who\nnote: str"
    with pytest.raises(ParameterError, match=r"tham số: end, unit, year\. Có phải 'unit'\?"):
        check_parameters(made, {"untit": "U02"})
    check_parameters(made, {"unit": "U02", "end": 2025})


def test_parameters_for_a_notebook_without_a_parameters_cell_stop_the_run():
    made = notebook("1")
    made.cells[0].metadata.tags = []
    with pytest.raises(ParameterError, match="không có ô gắn thẻ parameters"):
        execute(made, parameters={"x": 2})


def test_a_parameters_cell_that_is_no_python_is_told_so():
    made = notebook()
    made.cells[0].source = "x = 1\ny = = 2"
    with pytest.raises(ParameterError, match="dòng 2: không phải là mã Python"):
        check_parameters(made, {"x": 2})


@needs_fork
def test_with_a_stated_time_the_same_notebook_has_the_same_bytes_whenever_and_wherever_it_is_made(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1704067200")
    made = []
    for zone in ("Asia/Ho_Chi_Minh", "America/New_York"):  # hash seeds: see test_batch.py
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        folder = tmp_path / f"thư mục {zone.partition('/')[0]}"
        folder.mkdir()
        warn = "import warnings\nwarnings.simplefilter('default'); warnings.warn('cảnh báo')"
        template = written(folder, warn, "def f(): ...\nx")
        execute(template, folder / "ra.ipynb", parameters={"x": 5})
        made.append((folder / "ra.ipynb").read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert made[0] == made[1]
    assert "2024-01-01T00:00:00+00:00" in made[0].decode()
    assert str(tmp_path) not in made[0].decode()
