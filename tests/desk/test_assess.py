"""The main job as typed at the command line: what it makes, what it refuses, and what it tells when something fails."""

import json
import os
import shutil
import signal
from pathlib import Path

import nbformat
import pytest
from docx import Document
from helpers.published import tree

from scoring.core import places
from scoring.core.files import BEGUN
from scoring.desk.commands import main as command
from scoring.publishing import year_documents

ROOT = Path(__file__).parents[2]
UNITS = ("XA-PHURIENG", "TH-ANHDAO", "DN-GODAINGAN", "SN-VIECLAM")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="hệ điều hành không có fork")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of its own, where the command line works and stands: the sample year, with four units' reports."""
    folder = tmp_path_factory.mktemp("dự án")
    year = folder / "data" / "2024"
    shutil.copytree(ROOT / "data" / "2024", year, ignore=shutil.ignore_patterns("*.xlsx"))
    for report in (ROOT / "data" / "2024" / "reports").glob("*.xlsx"):
        if report.stem.rpartition("_")[0] in UNITS:
            shutil.copy(report, year / "reports")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "PROJECT", folder)
        patch.setattr(year_documents, "DOCUMENTS", folder / "notebooks" / "documents")
        patch.chdir(folder)
        yield folder


@pytest.fixture
def assess(project, capsys):
    """Types `assess` with these words; gives the exit code and what was told, on one line."""

    def assess(*words):
        code = command.main(["assess", *words])
        return code, " ".join(capsys.readouterr().out.split())

    return assess


def test_a_dry_run_of_a_new_year_says_what_is_due_and_writes_nothing_at_all(project, assess):
    before = tree(project)
    code, told = assess("--dry-run", "--units", *UNITS[:2])
    assert code == 0
    assert told == "TH-ANHDAO: chưa có XA-PHURIENG: chưa có tong_hop: chưa có"
    assert tree(project) == before
    assert not (project / "outputs").exists()


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (
            ("--formats", "ipynb,odt,", "--jobs", "0", "--timeout", "-1", "--memory", "1"),
            (
                "không có loại tệp 'odt'. Các loại, cách nhau bằng dấu phẩy: ipynb, html, pdf, docx",
                "có chỗ chưa ghi loại tệp",
                "--jobs: không dùng được số 0. Từ 1 trở lên",
                "--timeout: không dùng được số -1",
                "--memory: không dùng được số 1. Từ 256 trở lên",
            ),
        ),
        (
            ("--units", "XA-PHURIENG", "KHONG-CO"),
            ("KHONG-CO: không có mã đơn vị này trong danh bạ, cũng không có đơn vị nào mang tên này",),
        ),
        (("--block", "K99"), ("K99: không có khối này. Các khối: K1",)),
        (("--year", "1999"), ("1999: chưa có số liệu của năm này. Đang có: 2024",)),
    ],
    ids=["options", "unit", "block", "year"],
)
def test_what_cannot_be_done_is_refused_in_words_before_anything_is_written(project, assess, words, answers):
    before = tree(project)
    code, told = assess(*words)
    assert code == 1
    assert all(answer in told for answer in answers), told
    assert tree(project) == before


@needs_fork
def test_chosen_units_are_made_in_the_formats_asked_for_and_a_dry_run_then_leaves_every_byte(project, assess):
    code, told = assess("--units", *UNITS[:2], "--formats", "IPYNB, html,docx", "--jobs", "2")
    assert (code, "Đã có 3 tài liệu (mới làm 3, giữ nguyên 0)" in told) == (0, True)
    out = project / "outputs" / "2024"
    files = {path.name for path in (out / "units").iterdir() if path.is_file()}
    assert files == {f"{unit}.{kind}" for unit in UNITS[:2] for kind in ("ipynb", "html", "docx")}
    assert "Công đoàn cơ sở xã Phú Riềng" in "\n".join(
        cell.text for table in Document(out / "units" / "XA-PHURIENG.docx").tables for cell in table._cells
    ) + "\n".join(paragraph.text for paragraph in Document(out / "units" / "XA-PHURIENG.docx").paragraphs)
    assert all((out / "units" / f"{unit}.html").stat().st_size < 100_000 for unit in UNITS[:2])
    listed = json.loads((out / "run.json").read_bytes())["outputs"]
    assert {f"units/{name}" for name in files} <= set(listed)
    before = tree(project)
    assert assess("--dry-run", "--units", *UNITS[:3], "--formats", "ipynb,html,docx") == (
        0,
        "DN-GODAINGAN: chưa có TH-ANHDAO: giữ nguyên XA-PHURIENG: giữ nguyên tong_hop: giữ nguyên",
    )
    assert "TH-ANHDAO: được yêu cầu làm lại" in assess("--dry-run", "--force", "--units", "TH-ANHDAO")[1]
    _, of_block = assess("--dry-run", "--block", "K2")
    assert "XA-PHURIENG" not in of_block
    assert "TH-ANHDAO: chưa có tệp pdf" in of_block
    assert tree(project) == before


@pytest.fixture
def troubled(project):
    """The unit's notebook with a cell that fails in its own way for each of three units, and not for the fourth."""
    path = project / "notebooks" / "documents" / "unit_assessment.ipynb"
    sound = path.read_bytes()
    notebook = nbformat.reads(sound.decode(), as_version=4)
    cell = f"""
import time
if unit == {UNITS[0]!r}: 1 / 0
if unit == {UNITS[1]!r}: time.sleep(60)
if unit == {UNITS[2]!r}: kept = bytearray(10**9)"""
    notebook.cells.insert(3, nbformat.v4.new_code_cell(cell, id="trouble"))
    nbformat.write(notebook, path)
    yield path
    path.write_bytes(sound)


@needs_fork
def test_failing_units_stop_no_other_and_the_run_s_report_says_why_until_they_are_made(project, assess, troubled):
    words = ("--units", *UNITS, "--formats", "ipynb", "--jobs", "2")
    code, told = assess(*words, "--timeout", "3", "--memory", "512")
    page = project / "outputs" / "2024" / "khong_lam_duoc.html"
    assert code == 1
    assert str(page).replace(" ", "") in told.replace(" ", "")
    units = page.parent / "units"
    assert [path.name for path in units.glob("*.ipynb")] == [f"{UNITS[3]}.ipynb"]
    report = page.read_text(encoding="utf-8")
    for reason in (
        "Công đoàn cơ sở xã Phú Riềng (XA-PHURIENG)",
        "ô thứ 4 của unit_assessment.ipynb dừng vì lỗi của chương trình (ZeroDivisionError)",
        "chạy quá 3 giây nên bị dừng (ở ô thứ 4 của unit_assessment.ipynb)",
        "ô thứ 4 của unit_assessment.ipynb cần nhiều bộ nhớ hơn mức cho phép",
        "1 / 0",
    ):
        assert reason in report
    troubled.write_bytes((ROOT / "notebooks" / "documents" / troubled.name).read_bytes())
    assert assess(*words)[0] == 0
    assert not page.exists()
    assert len(list(units.glob("*.ipynb"))) == 4


@needs_fork
def test_ctrl_c_is_answered_in_words_and_what_was_made_stays(project, assess, troubled):
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)  # the same as Ctrl-C, at a time of our own
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        code, told = assess("--units", UNITS[1], UNITS[3], "--formats", "ipynb")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert code == 130
    assert "Đã dừng theo yêu cầu. Chạy lại lệnh này sẽ làm tiếp phần còn lại." in told
    assert not [name for name in tree(project) if name.endswith(BEGUN)]


@needs_fork
def test_english_documents_stand_apart_and_leave_the_vietnamese_ones_as_they_are(project, assess):
    words = ("--units", UNITS[3], "--formats", "html")
    assert assess(*words)[0] == 0
    before = {name: content for name, content in tree(project).items() if not name.startswith("outputs/en/")}
    code, told = assess(*words, "--lang", "en")
    assert code == 0
    out = project / "outputs" / "en" / "2024"
    assert str(out / "units") in told
    assert '<html lang="en">' in (out / "units" / f"{UNITS[3]}.html").read_text(encoding="utf-8")
    after = tree(project)
    assert {name: after[name] for name in before} == before
    assert assess(*words, "--lang", "en", "--dry-run") == (0, f"{UNITS[3]}: giữ nguyên tong_hop: giữ nguyên")
    with pytest.raises(SystemExit):
        assess("--lang", "fr")


def test_documents_are_those_of_the_project_wherever_the_verb_is_typed(project, assess, tmp_path, monkeypatch):
    other = tmp_path / "another copy"
    for name in ("data", "outputs"):
        (other / name / "2024").mkdir(parents=True)
    monkeypatch.chdir(other)
    code, told = assess("--year", "2024", "--units", "TH-ANHDAO", "--formats", "html", "--force")
    assert (code, "Không làm được" in told) == (0, False), told
    assert Path.cwd() == other
    assert not list((other / "outputs" / "2024").iterdir())


@needs_fork
def test_a_dry_run_names_exactly_what_a_run_then_makes(project, assess):
    assess("--formats", "html")
    report = next((project / "data" / "2024" / "reports").glob("XA-PHURIENG_*.xlsx"))
    aside = shutil.move(report, project)
    try:
        foreseen = assess("--dry-run", "--formats", "html")[1]
        assess("--formats", "html")
        documents = json.loads((project / "outputs" / "2024" / "run.json").read_bytes())["documents"]
    finally:
        shutil.move(aside, report)
    made = {one["name"] for one in documents if one["outcome"] == "made"}
    assert {name for name in (one["name"] for one in documents) if f"{name}: số liệu đã thay đổi" in foreseen} == made
    assert {"XA-PHURIENG", "do_tin_cay", "phu_luc_diem"} <= made
