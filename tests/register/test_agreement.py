"""A copied year with a forgotten line stops everything, and everything that disagrees is told at once."""

import shutil
from pathlib import Path

import pytest

from scoring.core import places
from scoring.core.errors import ScoringError
from scoring.desk.commands import main as commands
from scoring.register.year import open_year

DATA = Path(__file__).parents[2] / "data"
RUBRIC = "rubrics/grassroots.yaml"


@pytest.fixture
def copied(tmp_path):
    """Last year's folder under the next year's name, as a file manager copies it."""
    without = shutil.ignore_patterns("reports", "decisions", "seals")
    return Path(shutil.copytree(DATA / "2025", tmp_path / "data" / "2026", ignore=without))


def edit(path, *pairs):
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def next_year(path):
    edit(path, ("year: 2025", "year: 2026"))


def faults(folder, rubric="grassroots"):
    with pytest.raises(ScoringError) as refused:
        open_year(folder, rubric)
    return [str(fault) for fault in refused.value.faults]


def test_a_copy_nobody_edited_tells_plan_rubric_and_every_period_at_once(copied):
    told = faults(copied)
    assert [one.split(",")[0] for one in told] == ["plan.yaml", *[RUBRIC] * 3]
    assert "ghi năm 2025, thư mục là của năm 2026" in told[0]
    assert "ghi năm 2025" in told[1]
    assert "hạn nộp 10/10/2025 không thuộc năm" in told[2]
    assert "kỳ NAM" in told[3]


@pytest.mark.parametrize("forgotten", ["plan.yaml", RUBRIC])
def test_one_forgotten_line_is_told_with_the_other_disagreements(copied, forgotten):
    for name in {"plan.yaml", RUBRIC} - {forgotten}:
        next_year(copied / name)
    told = faults(copied)
    assert sum("ghi năm 2025" in one for one in told) == 1
    assert next(one for one in told if "ghi năm 2025" in one).startswith(forgotten)
    assert sum("kỳ " in one for one in told) == 2


def test_periods_of_last_year_are_faults_with_their_lines(copied):
    next_year(copied / "plan.yaml")
    next_year(copied / RUBRIC)
    lines = (copied / RUBRIC).read_text("utf-8").splitlines()
    places = [n for n, line in enumerate(lines, 1) if line.lstrip().startswith("- {id:") and "due:" in line]
    assert [one.split(":")[0] for one in faults(copied)] == [f"{RUBRIC}, dòng {n}, cột 5" for n in places]


def test_a_due_day_of_another_year_is_a_fault(copied):
    next_year(copied / "plan.yaml")
    edit(copied / RUBRIC, ("2025-0", "2026-0"), ("2025-1", "2026-1"), ("year: 2025", "year: 2026"))
    assert open_year(copied).rubric.year == 2026
    edit(copied / RUBRIC, ("due: 2026-12-15", "due: 2027-12-15"))
    (told,) = faults(copied)
    assert "hạn nộp 15/12/2027" in told


def test_the_last_report_may_be_due_in_the_next_january(copied):
    folder = copied.rename(copied.with_name("2025"))
    edit(folder / RUBRIC, ("due: 2025-12-15", "due: 2026-01-15"))
    assert open_year(folder).rubric.periods[-1].due.year == 2026


def test_another_rubric_of_the_folder_that_was_forgotten_stops_the_year_too(tmp_path):
    folder = shutil.copytree(DATA / "2024", tmp_path / "2024", ignore=shutil.ignore_patterns("reports"))
    edit(folder / "rubrics" / "officer.yaml", ("year: 2024", "year: 2023"))
    (told, *_) = faults(folder)
    assert told.startswith("rubrics/officer.yaml")


def test_a_copied_rubric_with_the_other_ones_id_would_be_written_over_its_results(copied):
    folder = copied.rename(copied.with_name("2025"))
    shutil.copy(folder / RUBRIC, folder / "rubrics" / "school.yaml")
    (told,) = faults(folder, "school")
    assert "rubrics/school.yaml" in told
    assert "ghi id: school" in told.casefold()


def test_a_register_of_which_nobody_stands_in_the_year_is_another_years(copied):
    folder = copied.rename(copied.with_name("2025"))
    lines = (folder / "units.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines[1:] if line.endswith("2025-06-15") and ",2015-09-01," in line]
    ended = [line.replace("2025-06-15", "2023-06-15") for line in kept]
    (folder / "units.csv").write_text("\n".join([lines[0], *ended]), "utf-8")
    (folder / "events.csv").write_text(
        "\n".join(
            [
                "unit,event,date,other_unit,document,document_date",
                *(f"{one.split(',')[0]},created,2015-09-01,,01/QĐ,2015-08-01" for one in ended),
                *(f"{one.split(',')[0]},dissolved,2023-06-16,,02/QĐ,2023-06-01" for one in ended),
            ]
        ),
        "utf-8",
    )
    (told,) = faults(folder)
    assert "không đơn vị nào hoạt động" in told


def test_a_link_to_another_year_is_not_followed_as_that_year(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA / "2025", data / "2025", ignore=shutil.ignore_patterns("reports"))
    (data / "2026").symlink_to(data / "2025", target_is_directory=True)
    assert any("thư mục là của năm 2026" in one for one in faults(data / "2026"))


VERBS = [
    ["assess", "--year", "2026"],
    ["assess", "--year", "2026", "--lang", "en"],
    ["forms", "--year", "2026"],
    ["check", "--year", "2026"],
    ["verify", "--year", "2026", "--block", "K2"],
    ["publish", "--year", "2026", "--decision", "1/QĐ"],
    ["appeal", "--year", "2026"],
    ["explain", "--year", "2026", "--unit", "SN-THUYNONG"],
]


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
def test_no_verb_writes_anything_for_a_copy_that_still_says_last_year(copied, tmp_path, words, monkeypatch, capsys):
    (copied / "reports").mkdir()
    sealed = tmp_path / "outputs" / "2025" / "scores.csv"
    sealed.parent.mkdir(parents=True)
    sealed.write_text("niêm phong", "utf-8")
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert commands.main(words) == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert sealed.read_text("utf-8") == "niêm phong"
    assert "4 lỗi" in capsys.readouterr().out


def test_rubric_check_says_so_too(copied, capsys):
    assert commands.main(["rubric", "check", str(copied / RUBRIC)]) == 1
    assert "thư mục là của năm 2026" in capsys.readouterr().out
