"""Documents made by processes that are no forks, as on Windows: the same bytes, and nothing of one reaches the next."""

import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import YEAR
from publishing.test_batch import documents, make, outcomes, template, tree

from scoring.assessment.evaluation import evaluate
from scoring.publishing.batch import make_documents, make_here
from scoring.publishing.engine.isolation import as_before
from scoring.publishing.engine.processes import Child
from scoring.publishing.results import write_results
from scoring.publishing.spawned import make_spawned
from scoring.publishing.year_documents import year_documents
from scoring.register.year import open_year

MOMENT = 1_735_603_200
ONE_BY_ONE = {"makers": make_spawned, "workers": 1}

LEAVES_BEHIND = {
    "environment": "import os\nos.environ['LEFT'] = 'behind'",
    "folder": "import os, tempfile\nos.chdir(tempfile.gettempdir())",
    "search path": "import sys\nsys.path.insert(0, 'somewhere')",
    "warnings": "import warnings\nwarnings.simplefilter('ignore')",
    "option": "import pandas as pd\npd.set_option('display.max_rows', 3)",
    "figures": "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 30\nplt.plot([1, 2])",
    "name": "left = 'behind'",
    "builtin": "import builtins\nbuiltins.left = 'behind'",
    "stream": "import sys\nsys.stdout = sys.stderr",
    "formatter": "get_ipython().display_formatter.formatters['text/plain'].for_type(int, lambda *_: None)",
    "our module": "from scoring.core import wording\nwording.NOT_KNOWN = 'left behind'",
    "thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
}
LOOKS = """import os, sys, warnings
import pandas as pd
import matplotlib.pyplot as plt
from scoring.core import wording
print(os.environ.get('LEFT'), os.getcwd() == FOLDER, 'somewhere' in sys.path, len(warnings.filters))
print(pd.get_option('display.max_rows'), plt.rcParams['figure.dpi'], plt.get_fignums(), 'left' in dir())
print(hasattr(__builtins__, 'left'), sys.stdout is sys.stderr, wording.NOT_KNOWN)
7"""


@pytest.fixture
def plain(tmp_path):
    return template(tmp_path)


def test_the_files_are_those_of_forked_children_in_every_format_also_two_at_once(plain, tmp_path):
    names, formats = ["A", "B", "C"], ["ipynb", "html", "pdf", "docx"]
    make(documents(plain, tmp_path / "mot", *names), formats=formats)
    made = make(documents(plain, tmp_path / "hai", *names), formats=formats, makers=make_spawned, workers=2)
    assert outcomes(made) == dict.fromkeys(names, "made")
    assert tree(tmp_path / "hai") == tree(tmp_path / "mot")


@pytest.mark.slow
def test_nothing_that_a_notebook_leaves_behind_reaches_the_next(tmp_path):
    look = template(tmp_path, LOOKS.replace("FOLDER", repr(str(Path.cwd()))), name="look.ipynb")
    [first] = documents(look, tmp_path / "alone", "A")
    make([first], **ONE_BY_ONE)
    wanted = []
    for number, (name, source) in enumerate(LEAVES_BEHIND.items()):
        leaver = template(tmp_path, source, name=f"{name}.ipynb")
        wanted += documents(leaver, tmp_path / "leavers", f"L{number}")
        wanted += documents(look, tmp_path / "after" / str(number), "A")
    made = make(wanted, **ONE_BY_ONE)
    assert not [(one.name, one.why) for one in made if one.outcome != "made"]
    alone = (tmp_path / "alone" / "A.ipynb").read_bytes()
    differing = [
        name for number, name in enumerate(LEAVES_BEHIND)
        if (tmp_path / "after" / str(number) / "A.ipynb").read_bytes() != alone
    ]  # fmt: skip
    assert not differing


def test_what_cannot_be_put_back_is_told(monkeypatch):
    from scoring.core import wording

    with as_before() as traces:
        monkeypatch.setattr(wording, "NOT_KNOWN", "left behind")
    assert traces.found == ["scoring.core.wording bị sửa"]


def test_a_worker_that_dies_costs_its_document_alone(tmp_path):
    wanted = [
        *documents(template(tmp_path, "import os\nos._exit(0)", name="dies.ipynb"), tmp_path / "ra", "A"),
        *documents(template(tmp_path, name="lives.ipynb"), tmp_path / "ra", "B"),
    ]
    [dead, made] = make(wanted, **ONE_BY_ONE)
    assert made.outcome == "made"
    assert "tự kết thúc với mã 0" in dead.why
    assert "dies.ipynb" in dead.why


def test_how_a_worker_ended_is_told_where_the_system_has_no_sigkill(monkeypatch):
    monkeypatch.delattr(signal, "SIGKILL", raising=False)
    assert Child(1, None, exit_code=3).fate() == "tự kết thúc với mã 3"


def test_a_notebook_that_takes_too_long_is_stopped_with_its_cell(tmp_path):
    slow = template(tmp_path, "import time\ntime.sleep(60)")
    [made] = make(documents(slow, tmp_path / "ra", "A"), timeout=2, **ONE_BY_ONE)
    assert made.why == "chạy quá 2 giây nên bị dừng (ở ô thứ 3 của mau.ipynb)"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork to compare with")
def test_a_year_of_documents_costs_at_most_three_times_what_it_costs_with_forks(tmp_path):
    evaluation = evaluate(open_year(YEAR))
    assessments, dossier = write_results(evaluation, tmp_path / "results")
    units = {one.unit.id for one in assessments[:20]}

    def seconds(makers):  # of the processors, which a busy machine does not stretch
        wanted = year_documents(assessments, dossier, tmp_path / makers.__name__, units=units, formats=["html"])
        before = os.times()
        assert set(outcomes(make_documents(wanted, workers=2, moment=MOMENT, makers=makers)).values()) == {"made"}
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert seconds(make_spawned) < 3 * seconds(make_here)


@pytest.mark.skipif(sys.platform not in {"linux", "win32"}, reason="no limit of address space to set")
def test_cells_have_no_more_memory_than_is_allowed(tmp_path):
    greedy = template(tmp_path, "kept = bytearray(600_000_000)\nlen(kept)")
    [made] = make(documents(greedy, tmp_path / "ra", "A"), memory_limit=300_000_000, **ONE_BY_ONE)
    assert "cần nhiều bộ nhớ hơn mức cho phép" in made.why
