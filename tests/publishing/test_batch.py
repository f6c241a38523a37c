"""Many documents: only what changed is made, nothing half-made stands, and nothing stops the rest."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from helpers.published import tree

from scoring.core.errors import ParameterError, PublishingError
from scoring.core.files import BEGUN
from scoring.publishing.batch import Document, make_documents
from scoring.publishing.documents import prepare
from scoring.publishing.engine.processes import fork

MOMENT = 1735603200
DIGEST = hashlib.sha256(b"data").hexdigest()
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
MARK = "from scoring.pages.blocks import finish\nfinish(digest)"
LETTERHEAD = "from scoring.pages.blocks import page, title\npage(title('Phiếu đánh giá', f'Đơn vị {unit}'))"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="hệ điều hành không có fork")

pytestmark = needs_fork


def template(folder, *sources, name="mau.ipynb"):
    """A notebook with parameters `unit` and `digest`, these cells, and the mark of the finished one."""
    parameters = f"unit = 'A'\ndigest = '{DIGEST}'"
    cells = [nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source, id=f"o-{n}") for n, source in enumerate((LETTERHEAD, *sources, MARK))]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), folder / name)
    return folder / name


@pytest.fixture
def plain(tmp_path):
    return template(tmp_path)


def documents(path, out, *names):
    return [Document(name, path, {"unit": name}, DIGEST, out) for name in names]


def make(wanted, **options):
    return make_documents(wanted, **{"formats": ["ipynb"], "moment": MOMENT} | options)


def outcomes(made):
    return {one.name: one.outcome for one in made}


def test_a_document_is_published_in_every_format_asked_for_and_its_record_vouches_for_them(plain, tmp_path):
    [made] = make(documents(plain, tmp_path / "ra", "A"), formats=["ipynb", "html", "pdf"])
    assert made.outcome == "made"
    assert made.seconds > 0
    assert list(made.files) == ["A.ipynb", "A.html", "A.pdf"]
    for name, digest in made.files.items():
        assert hashlib.sha256((tmp_path / "ra" / name).read_bytes()).hexdigest() == digest
    assert json.loads((tmp_path / "ra" / ".made" / "A.json").read_bytes())["files"] == made.files
    assert "Đơn vị A" in (tmp_path / "ra" / "A.html").read_text(encoding="utf-8")
    assert (tmp_path / "ra" / "A.pdf").read_bytes().startswith(b"%PDF")


def test_its_notebook_is_a_papermill_product_that_can_be_run_again(plain, tmp_path):
    make(documents(plain, tmp_path / "ra", "A"))
    notebook = nbformat.read(tmp_path / "ra" / "A.ipynb", as_version=4)
    nbformat.validate(notebook)
    about = notebook.metadata.papermill
    assert about.parameters == {"unit": "A"}
    assert about.input_path == "mau.ipynb"
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4]
    assert "injected-parameters" in notebook.cells[1].metadata.tags
    again = Document("A", tmp_path / "ra" / "A.ipynb", {"unit": "A"}, DIGEST, tmp_path / "lai")
    assert outcomes(make([again])) == {"A": "made"}


def test_nothing_is_made_again_where_nothing_changed(plain, tmp_path):
    wanted = documents(plain, tmp_path / "ra", "A", "B")
    first = make(wanted)
    before = tree(tmp_path / "ra")
    told = []
    second = make(wanted, report=told.append)
    assert outcomes(second) == {"A": "unchanged", "B": "unchanged"}
    assert [one.files for one in second] == [one.files for one in first]
    assert told == second
    assert tree(tmp_path / "ra") == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: replace(d, inputs_digest="0" * 64), "số liệu đã thay đổi"),
        (lambda d: replace(d, parameters={"unit": "B"}), "tham số đã thay đổi"),
        (lambda d: replace(d, template=template(d.folder.parent, "1", name="khac.ipynb")), "mẫu trang đã thay đổi"),
        (lambda d: (d.folder / "A.ipynb").write_text("sửa tay") and d, "tệp đã bị sửa hoặc xóa: A.ipynb"),
        (lambda d: (d.folder / "A.ipynb").unlink() or d, "tệp đã bị sửa hoặc xóa: A.ipynb"),
        (lambda d: (d.folder / "A.ipynb").write_bytes(b"") or d, "tệp đã bị sửa hoặc xóa: A.ipynb"),
        (lambda d: d.record.unlink() or d, "chưa có"),
        (lambda d: d.record.write_bytes(b"") or d, "chưa có"),
        (lambda d: d.record.write_text("{") and d, "chưa có"),
        (lambda d: replace(d, name="B"), "chưa có"),
    ],
    ids=[
        "data",
        "parameters",
        "template",
        "edited",
        "deleted",
        "emptied by a power cut",
        "record lost",
        "record emptied",
        "record spoilt",
        "new",
    ],
)
def test_a_dry_run_says_what_would_be_made_and_why_and_touches_nothing(plain, tmp_path, change, why):
    [document] = documents(plain, tmp_path / "ra", "A")
    make([document])
    document = change(document)
    before = tree(tmp_path)
    [made] = make([document], dry_run=True)
    assert (made.outcome, made.why) == ("due", why)
    assert tree(tmp_path) == before


def test_a_documents_own_formats_go_before_those_of_the_run(plain, tmp_path):
    first, second = documents(plain, tmp_path / "ra", "A", "B")
    made = make([first, replace(second, formats=("html", "docx"))], formats=["ipynb"])
    assert [list(one.files) for one in made] == [["A.ipynb"], ["B.html", "B.docx"]]


def test_another_moment_a_missing_format_and_force_are_reasons_too(plain, tmp_path):
    wanted = documents(plain, tmp_path / "ra", "A")
    make(wanted)
    reasons = [
        make(wanted, dry_run=True, **options)[0].why
        for options in ({"moment": 1}, {"formats": ["ipynb", "html"]}, {"force": True})
    ]
    assert reasons == ["thời điểm ghi trong tài liệu đã thay đổi", "chưa có tệp html", "được yêu cầu làm lại"]


def test_a_format_asked_for_later_leaves_the_others_alone_unless_they_show_older_data(plain, tmp_path):
    wanted = documents(plain, tmp_path / "ra", "A")
    make(wanted)
    [made] = make(wanted, formats=["html"])
    assert set(made.files) == {"A.ipynb", "A.html"}
    newer = [replace(wanted[0], parameters={"unit": "B"})]
    [made] = make(newer, formats=["ipynb"])
    assert set(made.files) == {"A.ipynb"}
    assert not (tmp_path / "ra" / "A.html").exists()


FAILURES = {
    "error": ("1 / 0", "ô thứ 3 của mau.ipynb dừng vì lỗi của chương trình (ZeroDivisionError)"),
    "ours": (
        "from scoring.core.errors import *; raise ReportError('a.xlsx', [Fault('ô B2', 'không phải số')])",
        "ô thứ 3 của mau.ipynb báo lỗi: a.xlsx: 1 lỗi ô B2: không phải số.",
    ),
    "exit": (
        "import sys, warnings; warnings.simplefilter('ignore'); sys.exit(0)",
        "notebook: dừng trước khi chạy hết các ô.",
    ),
    "dies": ("import os; os._exit(3)", "tiến trình tự kết thúc với mã 3 (ở ô thứ 3 của mau.ipynb)"),
    "killed": (
        "import os; os.kill(os.getpid(), 9)",
        "tiến trình bị hệ điều hành dừng (SIGKILL), thường vì máy hết bộ nhớ (ở ô thứ 3 của mau.ipynb)",
    ),
    "endless": ("while True: pass", "chạy quá 2 giây nên bị dừng (ở ô thứ 3 của mau.ipynb)"),
    "greedy": ("kept = bytearray(10**10)", "ô thứ 3 của mau.ipynb cần nhiều bộ nhớ hơn mức cho phép"),
    "other data": ("digest = '0' * 64", "notebook: đọc số liệu khác với số liệu vừa chấm."),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_document_that_fails_says_why_stops_no_other_and_leaves_nothing_under_its_name(tmp_path, failure):
    cell, why = FAILURES[failure]
    out = tmp_path / "ra"
    bad = replace(documents(template(tmp_path), out, "B")[0], name="B")
    make([bad])  # an older one, of other data, must not pass for this one
    good = template(tmp_path, name="tot.ipynb")
    bad = replace(bad, template=template(tmp_path, cell), inputs_digest=DIGEST)
    made = make([*documents(good, out, "A"), bad, *documents(good, out, "C")], timeout=2, memory_limit=10**9)
    assert outcomes(made) == {"A": "made", "B": "failed", "C": "made"}
    assert made[1].why.startswith(why)
    assert sorted(tree(out)) == [".made/A.json", ".made/C.json", "A.ipynb", "C.ipynb"]


def test_a_page_that_cannot_be_exported_fails_alone(tmp_path):
    bad = template(tmp_path, "import warnings; warnings.simplefilter('ignore'); raise SystemExit", name="hong.ipynb")
    notebook = nbformat.read(bad, as_version=4)
    notebook.cells[2].metadata.tags = ["raises-exception"]
    nbformat.write(notebook, bad)
    out = tmp_path / "ra"
    made = make([*documents(bad, out, "A"), *documents(template(tmp_path), out, "B")], formats=["html"])
    assert outcomes(made) == {"A": "failed", "B": "made"}
    assert "ô dừng giữa chừng" in made[0].why


def test_a_child_killed_from_outside_costs_its_document_one_more_try(tmp_path):
    once = f"""
import os, pathlib
mark = pathlib.Path({str(tmp_path / "lan-dau")!r})
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), 9)"""
    assert outcomes(make(documents(template(tmp_path, once), tmp_path / "ra", "A"))) == {"A": "made"}


def test_what_cannot_work_is_refused_before_anything_is_made(plain, tmp_path):
    out = tmp_path / "ra"
    wanted = documents(plain, out, "A")
    with pytest.raises(PublishingError, match=r"odt: không có loại tệp này\. Các loại: ipynb, html, pdf, docx"):
        make(wanted, formats=["ipynb", "odt"])
    with pytest.raises(PublishingError, match="chưa ghi loại nào"):
        make(wanted, formats=[])
    with pytest.raises(PublishingError, match=r"\.\./A: không dùng làm tên tệp được"):
        make(documents(plain, out, "../A"))
    with pytest.raises(PublishingError, match="A: có hai tài liệu cùng tên"):
        make([*wanted, *wanted])
    with pytest.raises(ParameterError, match="không có tham số 'untit'.*Có phải 'unit'"):
        make([replace(wanted[0], parameters={"untit": "A"})])
    assert not out.exists()


def test_two_runs_do_not_write_into_one_folder(plain, tmp_path, monkeypatch):
    monkeypatch.setattr("scoring.publishing.batch._LOCK_PATIENCE", 0.1)
    with (
        FileLock(prepare(tmp_path / "ra")),
        pytest.raises(PublishingError, match="một lượt chạy khác đang ghi vào đây"),
    ):
        make(documents(plain, tmp_path / "ra", "A"))


def test_what_a_killed_run_left_half_written_is_cleared_away(plain, tmp_path):
    out = tmp_path / "ra"
    prepare(out)
    for begun in (out / ".A.pdf.x1.tmp", out / ".made" / ".A.json.x2.tmp"):
        begun.write_text("nửa")
    make(documents(plain, out, "A"))
    assert sorted(tree(out)) == [".made/A.json", "A.ipynb"]


def test_two_workers_make_the_same_files_as_one(plain, tmp_path):
    names = [f"U{number}" for number in range(6)]
    made = make(documents(plain, tmp_path / "mot", *names), formats=["ipynb", "html", "pdf"])
    again = make(documents(plain, tmp_path / "hai", *names), formats=["ipynb", "html", "pdf"], workers=2)
    assert [one.name for one in again] == names
    assert [one.files for one in again] == [one.files for one in made]
    assert tree(tmp_path / "hai") == tree(tmp_path / "mot")


@needs_fork
@pytest.mark.parametrize(("most_grown", "count"), [(2**62, 1), (-(2**62), 3)])  # it may hold less than at first
def test_a_publisher_that_holds_too_much_is_followed_by_a_new_one_and_the_files_are_the_same(
    plain, tmp_path, most_grown, count
):
    names = ["A", "B", "C"]
    make(documents(plain, tmp_path / "mot", *names), formats=["ipynb", "html", "pdf"])
    earlier = f"""if __name__ == "__main__":
    from scoring.publishing import workers
    begun = lambda: print("người in", flush=True) or publisher()
    publisher, workers._publisher, workers._MOST_GROWN = workers._publisher, begun, {most_grown}
"""
    run = start(plain, tmp_path / "hai", names, earlier=earlier, WORKERS="1")  # no typst there yet: it forks
    told, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (0, "")
    assert told.count("người in") == count
    assert [f"{name} made" in told for name in names] == [True] * 3
    assert tree(tmp_path / "hai") == tree(tmp_path / "mot")


@needs_fork
def test_a_process_that_has_made_a_pdf_itself_still_makes_documents(plain, tmp_path):
    make(documents(plain, tmp_path / "mot", "A"), formats=["ipynb", "html", "pdf"])
    earlier = f"from scoring.pages.export.pdf import AssessmentPDFExporter as E; E().from_filename({str(plain)!r})\n"
    run = start(plain, tmp_path / "hai", ["A"], earlier=earlier)
    told, errors = run.communicate(timeout=60)
    assert (run.returncode, errors) == (0, "")
    assert "A made" in told
    assert tree(tmp_path / "hai") == tree(tmp_path / "mot")


def test_without_fork_the_documents_are_the_same_also_where_several_are_made_at_once(plain, tmp_path, monkeypatch):
    names = ["A", "B", "C"]
    make(documents(plain, tmp_path / "mot", *names), formats=["ipynb", "html"])
    monkeypatch.delattr(os, "fork")
    made = make(documents(plain, tmp_path / "hai", *names), formats=["ipynb", "html"], workers=2)
    assert outcomes(made) == dict.fromkeys(names, "made")
    assert tree(tmp_path / "hai") == tree(tmp_path / "mot")


# In processes of their own

SCRIPT = """
import os, signal, sys
from pathlib import Path
from scoring.core.files import BEGUN
from scoring.publishing.batch import Document, make_documents

digest, path, out, *names = sys.argv[1:]
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin with it ignored
    documents = [Document(name, Path(path), {"unit": name}, digest, Path(out)) for name in names]
    print("bắt đầu", flush=True)
    made = make_documents(
        documents, formats=os.environ["FORMATS"].split(), workers=int(os.environ["WORKERS"]),
        moment=1735603200, report=lambda one: print(one.name, one.outcome, one.why, flush=True),
    )
"""


def start(path, out, names, earlier="", **environment):
    command = [sys.executable, "-c", earlier + SCRIPT, DIGEST, str(path), str(out), *names]
    environment = {**os.environ, "FORMATS": "ipynb html pdf", "WORKERS": "2", **environment, "PYTHONUTF8": "1"}
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def children_of(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(word) for word in listed.stdout.split()]


def wait_until_gone(pids):
    deadline = time.monotonic() + 10
    while pids and time.monotonic() < deadline:
        time.sleep(0.05)
        states = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True)
        if all(state.startswith("Z") for state in states.stdout.split()):
            return
    assert not pids, "tiến trình con còn sống"


def test_the_same_documents_come_out_in_another_folder_zone_and_hash_seed(tmp_path):
    sets = "print([*{'an', 'binh', 'chi'}] and 'xong'); import warnings; warnings.warn('cảnh báo')"
    trees = []
    for seed, zone in (("1", "Asia/Ho_Chi_Minh"), ("2", "America/New_York")):
        folder = tmp_path / f"thư mục {{{seed}}}"
        folder.mkdir()
        stated = {"PYTHONHASHSEED": seed, "TZ": zone, "FORMATS": "ipynb html pdf docx"}
        run = start(template(folder, sets), folder / "ra", ["A", "B"], **stated)
        told, errors = run.communicate(timeout=120)
        assert (run.returncode, errors) == (0, "")
        assert told == "bắt đầu\nA made chưa có\nB made chưa có\n" or "B made" in told
        trees.append(tree(folder / "ra"))
    assert trees[0] == trees[1]
    assert set(trees[0]) == {
        ".made/A.json",
        ".made/B.json",
        *(f"{n}.{k}" for n in "AB" for k in ("ipynb", "html", "pdf", "docx")),
    }


def test_ctrl_c_ends_every_child_and_leaves_nothing_half_made(tmp_path):
    path = template(tmp_path, "import time; time.sleep(60 if unit == 'CHAM' else 0)")
    run = start(path, tmp_path / "ra", ["A", "CHAM", "B"])
    while "A made" not in run.stdout.readline():
        pass
    children = children_of(run.pid)
    assert children
    run.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate(timeout=20)[1]
    wait_until_gone(children)
    names = {name.partition(".")[0] for name in tree(tmp_path / "ra") if not name.startswith(".made")}
    assert names <= {"A", "B"}
    assert not [name for name in tree(tmp_path / "ra") if name.endswith(BEGUN)]


INTERRUPTED = """
import os, signal
from scoring.publishing.engine.processes import fork

signal.signal(signal.SIGINT, signal.default_int_handler)
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    fork(lambda line: line.poll(None))
except KeyboardInterrupt:
    try:
        os.wait()
    except ChildProcessError:
        print("không còn tiến trình con")
"""


def test_ctrl_c_in_the_midst_of_a_fork_is_heard_and_leaves_no_child():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60)
    assert done.stdout == "không còn tiến trình con\n"


@pytest.mark.slow
def test_a_run_killed_fifty_times_at_random_moments_ends_with_the_same_files(tmp_path):
    path = template(tmp_path, "import time; time.sleep(0.02)")
    names = [f"U{number:02}" for number in range(20)]
    options = {"formats": ["ipynb", "html", "pdf"], "workers": 2}
    make(documents(path, tmp_path / "yen", *names), **options)
    undisturbed, disturbed = tree(tmp_path / "yen"), documents(path, tmp_path / "ra", *names)
    chance = random.Random(57)
    for _ in range(50):
        run = fork(lambda line: line.send(len(make(disturbed, **options))))
        run.connection.poll(chance.uniform(0.05, 2))
        children = children_of(run.pid)
        run.end()
        wait_until_gone(children)
        left = tree(tmp_path / "ra")
        assert_whole(left, undisturbed)
        if left == undisturbed:  # done before it was killed: take some away again
            for name in chance.sample(sorted(left), 30):
                (tmp_path / "ra" / name).unlink()
    make(disturbed, **options)
    assert tree(tmp_path / "ra") == undisturbed


def assert_whole(left, undisturbed):
    """Whatever stands under a final name is what an undisturbed run puts there."""
    for name, content in left.items():
        if not name.endswith(BEGUN):
            assert content == undisturbed[name]
