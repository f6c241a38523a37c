"""Started by a double click: the folder of work is laid once, survives a newer program, and its paths are short."""

import shutil
import socket
from pathlib import Path

from conftest import YEAR

from scoring.core.places import PROJECT
from scoring.desk import starter
from scoring.register.year import open_year

LONGEST_TEMPORARY = len(".") + 40 + len(".xxxxxxxx.tmp")
ONEDRIVE = r"C:\Users\nguyen.thi.thanh.huong\OneDrive - Liên đoàn Lao động tỉnh Bà Rịa - Vũng Tàu\Tài liệu"


def program(folder, text):
    """A program with a year of data and one notebook."""
    for part in ("data/2024", "notebooks/documents"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "data" / "2024" / "units.csv").write_text("mẫu", encoding="utf-8")
    (folder / "notebooks" / "00_bat_dau.ipynb").write_text(text, encoding="utf-8")
    return folder


def test_the_first_start_lays_the_samples_and_later_ones_touch_nothing(tmp_path):
    one, work = program(tmp_path / "one", "1"), tmp_path / "work"
    starter.lay_work(work, one)
    (work / "data" / "2024" / "units.csv").write_text("của tôi", encoding="utf-8")
    starter.lay_work(work, one)
    assert (work / "data" / "2024" / "units.csv").read_text(encoding="utf-8") == "của tôi"
    assert (work / "outputs").is_dir()


def test_a_newer_program_brings_its_notebooks_and_keeps_those_a_person_changed(tmp_path):
    work, page = tmp_path / "work", tmp_path / "work" / "notebooks" / "00_bat_dau.ipynb"
    starter.lay_work(work, program(tmp_path / "one", "1"))
    starter.lay_work(work, program(tmp_path / "two", "2"))
    assert [one.name for one in page.parent.glob("*.ipynb")] == ["00_bat_dau.ipynb"]
    page.write_text("của tôi", encoding="utf-8")
    starter.lay_work(work, program(tmp_path / "three", "3"))
    assert page.read_text(encoding="utf-8") == "3"
    assert page.with_name("00_bat_dau (bản cũ).ipynb").read_text(encoding="utf-8") == "của tôi"


def test_a_pulled_plug_in_the_first_start_leaves_no_half_of_the_samples(tmp_path, monkeypatch):
    work, one = tmp_path / "work", program(tmp_path / "one", "1")
    (work / "data.tmp" / "2024").mkdir(parents=True)
    starter.lay_work(work, one)
    assert (work / "data" / "2024" / "units.csv").exists()
    assert not (work / "data.tmp").exists()


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        starter_port = starter.free_port()
        assert starter_port != taken.getsockname()[1]
        assert starter_port


def test_the_longest_path_of_the_sample_years_fits_below_a_long_onedrive_folder():
    longest = max(len(unit) for year in ("2024", "2025") for unit in open_year(YEAR.parent / year).units["id"])
    deepest = len("outputs/en/upper_level/2024/units/KHOI_DOANH_NGHIEP/.made/")
    assert deepest + max(longest + len("_NAM (2).xlsx"), LONGEST_TEMPORARY) <= 120
    inside = [
        len(path.relative_to(PROJECT).as_posix())
        for part in ("data", "notebooks")
        for path in (PROJECT / part).rglob("*")
    ]
    assert max(inside) <= 120
    assert not starter.too_long(Path(ONEDRIVE) / starter.WORK_NAME)


def test_a_folder_too_deep_for_windows_is_told_before_anything_is_written(tmp_path, monkeypatch, capsys):
    deep = tmp_path / "/".join(["thư mục rất sâu"] * 12)
    monkeypatch.setenv("CHAM_DIEM_WORK", str(deep))
    assert starter.main(["check"]) == 1
    assert "Đường dẫn của thư mục này dài quá" in capsys.readouterr().out
    assert not deep.exists()
    shutil.rmtree(tmp_path, ignore_errors=True)
