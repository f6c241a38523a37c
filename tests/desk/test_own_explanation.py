"""Each unit explains itself in a workbook of its own, and what the units send back is read from a folder."""

import shutil

import pytest
from helpers.small_year import Desk
from openpyxl import load_workbook

from scoring.core import places
from scoring.desk.commands.main import main
from scoring.desk.workbook.writing import UNITS
from scoring.register.year import open_year

SENT = ("DN-GODAINGAN", "DN-NHUASAOMAI")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The sample year with the reports of a block."""
    ignored = shutil.ignore_patterns("[A-CE-Z]*.xlsx")
    shutil.copytree(places.PROJECT / "data" / "2024", tmp_path / "data" / "2024", ignore=ignored)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    return tmp_path


def books(project):
    return project / "outputs" / "2024" / "verification" / "explained"


def test_a_unit_sees_only_itself_and_what_all_send_back_is_read_at_once(project, capsys):
    assert main(["verify", "--year", "2024", "--block", "K3", "--stage", "explained", "--each"]) == 0
    assert set(SENT) < {path.stem for path in books(project).iterdir()}
    for unit in SENT:
        book = load_workbook(books(project) / f"{unit}.xlsx")
        said = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
        assert not [text for text in said if any(text.startswith(f"DN-{other[3:]}") for other in SENT if other != unit)]
        assert len({row[0].value for row in book[UNITS].iter_rows(min_row=8) if row[0].value}) == 1

    back = project / "gui_ve"
    back.mkdir()
    rubric = open_year(project / "data" / "2024").rubric
    for unit in SENT:
        shutil.copy(books(project) / f"{unit}.xlsx", back)
        desk = Desk.at(back / f"{unit}.xlsx", "explained", rubric)
        desk.fill({(unit, "A1", "reason"): f"có thêm văn bản, {unit}"}, role="Ban chấp hành công đoàn cơ sở")
    (back / "~$DN-GODAINGAN.xlsx").write_bytes(b"x")
    capsys.readouterr()
    assert main(["verify", "--year", "2024", "--read", str(back)]) == 0
    assert "Đã ghi nhận 2 quyết định mới" in capsys.readouterr().out
    assert main(["verify", "--year", "2024", "--block", "K3"]) == 0
    sheet = load_workbook(project / "outputs" / "2024" / "verification" / "K3_verified.xlsx").worksheets[0]
    said = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert all(f"có thêm văn bản, {unit}" in said for unit in SENT)


def test_a_folder_of_units_takes_no_decision_of_another_stage(project, capsys):
    assert main(["verify", "--year", "2024", "--unit", SENT[0], "--stage", "council"]) == 0
    folder = project / "outputs" / "2024" / "verification" / "council"
    rubric = open_year(project / "data" / "2024").rubric
    desk = Desk.at(folder / f"{SENT[0]}.xlsx", "council", rubric)
    desk.fill({(SENT[0], "A1", "points"): 8, (SENT[0], "A1", "reason"): "tự cho điểm"}, role="Hội đồng")
    capsys.readouterr()
    assert main(["verify", "--year", "2024", "--read", str(folder)]) == 1
    assert "không phải sổ giải trình của riêng một đơn vị" in capsys.readouterr().out
    assert not (project / "data" / "2024" / "decisions").exists()


@pytest.mark.parametrize("words", [["--unit", "TH-KHONGCO"], ["--read", "thu_muc_trong"]])
def test_what_is_not_there_is_told(project, words, capsys, monkeypatch):
    monkeypatch.chdir(project)
    (project / "thu_muc_trong").mkdir()
    assert main(["verify", "--year", "2024", *words]) == 1
    assert "1 lỗi" in capsys.readouterr().out
