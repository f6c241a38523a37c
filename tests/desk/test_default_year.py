"""Which year a command is about where none is stated: the one in hand, which is said."""

import argparse
import shutil
from pathlib import Path

import pytest

from scoring.core.choices import MAIN
from scoring.desk.commands.screen import main_folder
from scoring.register.in_hand import choose_year

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def project(tmp_path, monkeypatch):
    for year, rubric in (("2024", MAIN), ("2025", MAIN), ("2026", "officer")):
        (tmp_path / "data" / year / "rubrics").mkdir(parents=True)
        shutil.copy(DATA / year / "rubrics" / f"{rubric}.yaml", tmp_path / "data" / year / "rubrics")
    monkeypatch.setenv("CHAM_DIEM_WORK", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("rubric", "year"), [(MAIN, "2025"), ("officer", "2026")])
def test_the_latest_year_is_that_of_the_rubric(project, rubric, year):
    assert main_folder(argparse.Namespace(year=None, rubric=rubric)) == project / "data" / year


def test_a_year_that_is_stated_stays(project):
    assert main_folder(argparse.Namespace(year="2024", rubric="officer")).name == "2024"


def test_the_year_chosen_at_the_desk_is_the_one_of_the_commands_too_and_is_said(project, capsys):
    choose_year(project / "data", 2024)
    options = argparse.Namespace(year=None, rubric=MAIN)
    assert main_folder(options) == main_folder(options) == project / "data" / "2024"
    told = capsys.readouterr()
    assert told.err == "Làm năm 2024 (năm đang làm, chọn ở sổ Bắt đầu); năm khác thì thêm --year.\n"
    assert not told.out
