"""What was read once is not read again, gives the same tables, and is believed only where it fits."""

import os
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from helpers.filled_forms import change, filled_form, plan, register, rubric

from scoring.core.language import speaking
from scoring.register.year import Year
from scoring.reports import intake, kept
from scoring.reports.checks.run import read_reports
from scoring.reports.kept import ELSEWHERE, cache_place
from scoring.reports.reading.side_by_side import Readers

POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture
def year(tmp_path, monkeypatch):
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "cache"))
    reports = tmp_path / "nam" / "reports"
    (reports / "xã").mkdir(parents=True)
    filled_form(reports / "a.xlsx", typed={("A1", "value"): "1.000", ("A4", "evidence"): None})
    filled_form(reports / "XA-TAN.xlsx", "XA-LONG", typed={("A7", "evidence"): "1/BC"})
    filled_form(reports / "xã" / "c.xlsx", "XA-TAN")
    (reports / "d.xlsx").write_bytes(b"PK, but broken")
    head = "Mã đơn vị:;TH-HOABINH.2\nKỳ báo cáo:;9T\nNăm:;2024\n"
    rows = "Mã;Kết quả;Trên tổng số;Không áp dụng;Điểm tự chấm;Minh chứng\nA1;chín;;;;=cmd\n"
    (reports / "g.csv").write_text(head + rows, "utf-8")
    return Year(tmp_path / "nam", plan(), rubric(), register())


def place(year):
    return cache_place(year.folder / "reports")


def same(one, other):
    for table, again in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(table, again)


def asked_of_readers(monkeypatch, year):
    """The number of workbooks that a run gives to the guarded readers."""
    asked = []
    ask = Readers.ask
    with monkeypatch.context() as patch:
        patch.setattr(Readers, "ask", lambda self, raw: (asked.append(raw), ask(self, raw))[1])
        reading = read_reports(year)
    return len(asked), reading


def test_a_second_run_reads_nothing_and_says_the_same(year, monkeypatch):
    count, first = asked_of_readers(monkeypatch, year)
    again, second = asked_of_readers(monkeypatch, year)
    assert (count, again) == (4, 0)
    same(first, second)
    monkeypatch.setenv(ELSEWHERE, "")
    count, third = asked_of_readers(monkeypatch, year)
    assert count == 4
    same(first, third)


def test_only_a_new_or_changed_file_is_read(year, monkeypatch):
    read_reports(year)
    change(year.folder / "reports" / "a.xlsx", lambda book, sheet: sheet.__setitem__("H12", 7))
    shutil.copy(year.folder / "reports" / "a.xlsx", year.folder / "reports" / "e.xlsx")
    count, reading = asked_of_readers(monkeypatch, year)
    assert count == 2
    assert "same_file" in set(reading.findings["code"])
    monkeypatch.setenv(ELSEWHERE, "")
    same(reading, read_reports(year))


def test_a_renamed_file_is_not_read_again_but_its_name_is_looked_at(year, monkeypatch):
    read_reports(year)
    (year.folder / "reports" / "xã" / "c.xlsx").rename(year.folder / "reports" / "XA-LONG.xlsx")
    count, reading = asked_of_readers(monkeypatch, year)
    assert count == 0
    assert "XA-LONG.xlsx" in set(reading.findings.query("code == 'other_name'")["file"])


def test_another_rubric_register_or_language_is_asked_of_what_was_read(year, monkeypatch):
    vietnamese = read_reports(year)
    with speaking("en"):
        count, english = asked_of_readers(monkeypatch, year)
    assert count <= 1  # the broken file has no answer to keep
    assert set(english.findings["message"]) != set(vietnamese.findings["message"])
    stricter = year.rubric.model_copy(update={"digest": "0" * 64, "facts": ()})
    reading = read_reports(Year(year.folder, year.plan, stricter, year.register))
    assert "other_version" in set(reading.findings["code"])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_any_number_of_readers_says_the_same(year, monkeypatch, count):
    monkeypatch.setenv(ELSEWHERE, "")
    alone = read_reports(year)
    monkeypatch.setattr(intake, "Readers", lambda: Readers(count))
    same(alone, read_reports(year))


def damaged(path):
    content = bytearray(path.read_bytes())
    for at in range(600, len(content), 997):
        content[at] ^= 255
    path.write_bytes(content)


def torn(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def stranger(path):
    path.write_text("không phải cơ sở dữ liệu" * 100, "utf-8")


def forged(path):
    with sqlite3.connect(path) as database:
        database.execute("UPDATE kept SET body = (SELECT body FROM kept WHERE key LIKE 'report%' LIMIT 1)")
    database.close()


def of_another_table(path):
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE kept (what TEXT)")
    database.close()


def a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [damaged, torn, stranger, forged, of_another_table, a_folder])
def test_what_does_not_fit_is_not_believed(year, spoil):
    first = read_reports(year)
    spoil(place(year))
    same(first, read_reports(year))
    same(first, read_reports(year))


@POSIX
@pytest.mark.parametrize("open_to", [0o020, 0o002])
@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_place_that_others_can_write_is_not_read(year, monkeypatch, which, open_to):
    read_reports(year)
    target = place(year) if which == "file" else place(year).parent
    target.chmod(target.stat().st_mode | open_to)
    assert asked_of_readers(monkeypatch, year)[0] == 4


@POSIX
def test_a_link_or_a_file_of_another_owner_is_not_read(year, monkeypatch, tmp_path):
    read_reports(year)
    elsewhere = place(year).rename(tmp_path / "của người khác.sqlite")
    place(year).symlink_to(elsewhere)
    assert asked_of_readers(monkeypatch, year)[0] == 4
    place(year).unlink()
    elsewhere.rename(place(year))
    monkeypatch.setattr(os, "getuid", lambda: 4_242)
    assert asked_of_readers(monkeypatch, year)[0] == 4


@POSIX
def test_what_is_kept_is_for_its_owner_alone(year):
    read_reports(year)
    assert [path.stat().st_mode & 0o777 for path in (place(year), place(year).parent)] == [0o600, 0o700]


def test_a_place_that_cannot_be_written_keeps_nothing(year, monkeypatch):
    first = read_reports(year)
    monkeypatch.setenv(ELSEWHERE, str(Path(__file__)))
    same(first, read_reports(year))


def test_another_program_believes_nothing_of_it(year, monkeypatch):
    read_reports(year)
    monkeypatch.setattr(kept, "PROGRAM", "khác")
    assert asked_of_readers(monkeypatch, year)[0] == 4


def test_what_is_long_gone_is_forgotten(year, monkeypatch):
    monkeypatch.setattr(kept, "_RUNS", 3)
    gone = year.folder / "reports" / "XA-TAN.xlsx"
    read_reports(year)
    gone.unlink()
    rows = []
    for number in range(kept._RUNS + 2):
        change(year.folder / "reports" / "a.xlsx", lambda book, sheet, number=number: sheet.__setitem__("H12", number))
        read_reports(year)
        database = sqlite3.connect(place(year))
        rows.append(database.execute("SELECT count(*) FROM kept").fetchone()[0])
        database.close()
    # five reports and four answers, and two more for each new version of one; of four runs only three are remembered
    assert rows == [11, 13, 11, 11, 11]
