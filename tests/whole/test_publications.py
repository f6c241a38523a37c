"""Published, appealed, published again, compared, verified, archived, verified elsewhere: of every rubric."""

import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date

import pytest
from conftest import YEAR
from helpers.published import LATER, ON, Project, moving_appeal, papers, settle_all, tables_only

from scoring.assessment.evaluation import evaluate
from scoring.core import places
from scoring.core.errors import PublishingError
from scoring.decisions.seal import PUBLICATIONS, tell
from scoring.decisions.store import record_decisions
from scoring.desk.commands.main import main
from scoring.publishing.final_documents import FinalDocuments
from scoring.publishing.publication import publish
from scoring.register.year import open_year

pytestmark = pytest.mark.slow


def year_of(root, rubric):
    return open_year(root / "data" / "2024", rubric)


def appealed(root, rubric):
    """Record an appeal on the last unit; gives the unit."""
    evaluation = evaluate(year_of(root, rubric))
    ruling, year = moving_appeal(evaluation), evaluation.year
    record_decisions(year.folder, {"dòng 1": ruling}, year.rubric, year.units, evaluation.entries)
    return ruling.unit


def links_of(index):
    return re.findall(r'href="([^"]+)"', index.read_text("utf-8"))


def check_elsewhere(folder):
    words = [sys.executable, "-I", "kiem_tra.py", "."]
    ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    return ran.returncode, ran.stdout


@pytest.mark.parametrize("rubric", ["grassroots", "upper_level", "officer"])
def test_a_round_of_publications_is_proved_from_its_archive(tmp_path, monkeypatch, capsys, rubric):
    shutil.copytree(YEAR.parent, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    year = year_of(tmp_path, rubric)
    settle_all(Project(year.folder), year)
    documents = FinalDocuments(2)  # eight unions with all their documents, the others with their tables
    make, sign = (documents.make, documents.papers) if rubric == "upper_level" else (tables_only, papers)
    words = ["--year", "2024", "--rubric", rubric]

    first = publish(year_of(tmp_path, rubric), make, sign, decision="15/QĐ-LĐLĐ", on=ON)
    held = {path: path.read_bytes() for path in (year.folder / PUBLICATIONS).rglob("*") if path.is_file()}
    unit = appealed(tmp_path, rubric)
    second = publish(year_of(tmp_path, rubric), make, sign, decision="22/QĐ-LĐLĐ", on=LATER)
    assert (second.number, second.previous, len(second.decisions)) == (2, first.code, 1)
    assert {path: path.read_bytes() for path in held} == held

    assert main(["appeal", "--from", "1", "--to", "2", *words]) == 0
    (paper,) = (tmp_path / "outputs").rglob("phuc_tra_lan_1_2.html")
    name = year.units.set_index("id")["name"][unit]
    assert name in paper.read_text("utf-8")
    assert "chấp nhận phúc tra (02/QĐ-PT ngày 10/02/2025)" in paper.read_text("utf-8")
    assert main(["verify-seal", *words]) == 0
    assert main(["archive", *words]) == 0
    capsys.readouterr()

    (file,) = (tmp_path / "outputs").rglob("luu_tru_*.zip")
    elsewhere = tmp_path / "noi khac"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(elsewhere)
    shutil.rmtree(tmp_path / "data")
    links = links_of(elsewhere / "index.html")
    assert len(links) > 4
    assert [link for link in links if not (elsewhere / _plain(link)).is_file()] == []
    page = (elsewhere / "index.html").read_text("utf-8")
    assert all(words in page for words in (name, "15/QĐ-LĐLĐ", "22/QĐ-LĐLĐ", "02/QĐ-PT", "kiem_tra.py"))
    code, told = check_elsewhere(elsewhere)
    assert (code, told.count("CÒN NGUYÊN")) == (0, 2)
    assert tell(elsewhere)[0]
    forged = next((elsewhere / PUBLICATIONS / "1" / "data" / "outputs").glob("scores.csv"))
    forged.write_bytes(forged.read_bytes() + b" ")
    code, told = check_elsewhere(elsewhere)
    assert (code, "data/outputs/scores.csv: đã bị sửa" in told) == (1, True)


@pytest.mark.parametrize("rubric", ["annual", "officer"])
def test_results_that_take_those_of_another_rubric_are_published_again_after_its_appeal(tmp_path, monkeypatch, rubric):
    """An appeal on the plan moves the results that are taken from it: named, compared, and never stuck."""
    shutil.copytree(YEAR.parent, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    for name in ("grassroots", rubric):
        settle_all(Project(year_of(tmp_path, name).folder), year_of(tmp_path, name))
        publish(year_of(tmp_path, name), tables_only, papers, decision=f"15/QĐ-{name}", on=ON)
    unit, folder = appealed(tmp_path, "grassroots"), year_of(tmp_path, rubric).folder
    kept, lines = tell(folder)
    assert kept
    assert any("ở số liệu mà kết quả này lấy theo" in line for line in lines)
    with pytest.raises(PublishingError, match="Công bố 2024 trước"):
        publish(year_of(tmp_path, rubric), tables_only, papers, decision="23/QĐ", on=LATER)
    publish(year_of(tmp_path, "grassroots"), tables_only, papers, decision="22/QĐ", on=LATER)
    with pytest.raises(PublishingError, match="trước ngày 10/02/2025 của một quyết định"):
        publish(year_of(tmp_path, rubric), tables_only, papers, decision="23/QĐ", on=date(2025, 2, 9))
    second = publish(year_of(tmp_path, rubric), tables_only, papers, decision="23/QĐ", on=LATER)
    assert [name.partition(".")[0] for name in second.decisions] == [unit]
    assert second.grown == ()
    assert tell(folder)[0]
    words = ["--year", "2024", "--rubric", rubric]
    assert main(["appeal", "--from", "1", "--to", "2", *words]) == 0
    (paper,) = (tmp_path / "outputs").rglob("phuc_tra_lan_1_2.html")
    assert "chấp nhận phúc tra (02/QĐ-PT ngày 10/02/2025)" in paper.read_text("utf-8")
    with pytest.raises(PublishingError, match="chưa có quyết định phúc tra nào"):
        publish(year_of(tmp_path, rubric), tables_only, papers, decision="24/QĐ", on=LATER)


@pytest.mark.parametrize("rubric", ["annual", "officer"])
def test_what_was_verified_where_nothing_is_published_is_no_change_until_it_is(tmp_path, monkeypatch, capsys, rubric):
    """Results published before those they take: work on these moves them only once these are published."""
    shutil.copytree(YEAR.parent, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    for name in ("grassroots", rubric):
        settle_all(Project(year_of(tmp_path, name).folder), year_of(tmp_path, name))
    publish(year_of(tmp_path, rubric), tables_only, papers, decision="15/QĐ", on=ON)
    plan = Project(year_of(tmp_path, "grassroots").folder)
    again = {"appeal": "", "reason": "thẩm định lại", "made_on": date(2025, 1, 10)}
    plan.record(moving_appeal(plan.evaluation()).model_copy(update=again))

    words = ["--year", "2024", "--rubric", rubric]
    capsys.readouterr()
    assert main(["appeal", *words]) == 0
    assert "Thay đổi so với bản đã công bố: 0 đơn vị" in capsys.readouterr().out
    settle_all(plan, plan.year)
    publish(plan.year, tables_only, papers, decision="16/QĐ", on=LATER)
    assert main(["appeal", *words]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "thẩm định lại (Hội đồng thi đua ngày 10/01/2025)" in told
    publish(year_of(tmp_path, rubric), tables_only, papers, decision="23/QĐ", on=LATER)
    capsys.readouterr()
    assert main(["appeal", "--from", "1", "--to", "2", *words]) == 0
    assert " ".join(capsys.readouterr().out.split()).startswith(told.partition("Văn bản")[0])


def _plain(link):
    from urllib.parse import unquote

    return unquote(link)
