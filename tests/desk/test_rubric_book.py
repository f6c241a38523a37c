"""The workbook of a rubric: written by `rubric export`, read by `rubric import`, marked where it is wrong."""

import shutil
from itertools import chain

import openpyxl
import pytest
from helpers.published import Project, small_project

from scoring.core import places
from scoring.desk.commands.main import main
from scoring.desk.workbook.rubric_book import columns_by_sheet
from scoring.desk.workbook.rubric_words import title_of, word_of
from scoring.rubric.methods import METHODS
from scoring.rubric.sheets import CLAUSES, general_columns, plan_columns, table_columns

SAMPLES = [
    "2026/rubrics/officer",
    "2024/rubrics/grassroots",
    "2024/rubrics/officer",
    "2024/rubrics/upper_level",
    "2024/rubrics/annual",
    "2025/rubrics/grassroots",
]


def exported(rules, name="2024/rubrics/grassroots"):
    file = rules / f"{name}.yaml"
    assert main(["rubric", "export", str(file)]) == 0
    return file, file.with_suffix(".xlsx")


def cell_of(book, sheet, name, key):
    rows = list(book[sheet].iter_rows())
    keys = [cell.value for cell in rows[1]]
    return next(row for row in rows if row[keys.index("id")].value == name)[keys.index(key)]


@pytest.mark.parametrize("name", SAMPLES)
def test_export_and_import_give_the_file_byte_for_byte_even_where_it_was_lost(rules, name):
    file, book = exported(rules, name)
    text = file.read_bytes()
    assert main(["rubric", "import", str(book)]) == 0
    assert file.read_bytes() == text
    file.unlink()
    assert main(["rubric", "import", str(book)]) == 0
    assert file.read_bytes() == text


def test_no_cell_of_the_workbook_is_a_formula_a_link_or_a_number(rules):
    file, _ = exported(rules)
    hostile = '=HYPERLINK("http://x","x")'
    file.write_text(file.read_text("utf-8").replace("name: Báo cáo năm", f"name: '{hostile}'"), "utf-8")
    other = file.with_name("other.xlsx")
    assert main(["rubric", "export", str(file), str(other)]) == 0
    book = openpyxl.load_workbook(other)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert hostile in {cell.value for cell in cells}
    assert main(["rubric", "import", str(other), str(file)]) == 0
    assert hostile in file.read_text("utf-8")


def test_figures_days_and_yes_typed_by_excel_are_read(rules, capsys):
    file, path = exported(rules)
    book = openpyxl.load_workbook(path)
    cell_of(book, "Tiêu chí", "A1", "max_points").value = 7.5
    cell_of(book, "Tiêu chí", "A5", "max_points").value = 2.5
    cell_of(book, "Tiêu chí", "A2", "evidence_shared").value = False
    book.save(path)
    assert main(["rubric", "import", str(path)]) == 0
    text = file.read_text("utf-8")
    assert "max_points: 7.5" in text
    assert "evidence_shared: false" in text
    assert "groups.A.criteria.A1.max_points" in capsys.readouterr().out
    assert main(["rubric", "check", str(file)]) == 0


def test_wrong_cells_are_coloured_and_noted_in_a_copy_and_the_file_stays(rules, capsys):
    file, path = exported(rules)
    before = file.read_bytes()
    book = openpyxl.load_workbook(path)
    cell_of(book, "Tiêu chí", "A1", "max_points").value = "tám"
    cell_of(book, "Tiêu chí", "B1", "name").value = "=1+1"
    cell_of(book, "Tiêu chí", "C1", "method").value = "share_of_targt"
    book.save(path)
    assert main(["rubric", "import", str(path)]) == 1
    assert file.read_bytes() == before
    marked = openpyxl.load_workbook(path.with_name("grassroots_can_sua.xlsx"))
    assert marked.sheetnames[0] == "Cần sửa"
    for name, key, words in [("A1", "max_points", "một số"), ("B1", "name", "công thức")]:
        cell = cell_of(marked, "Tiêu chí", name, key)
        assert words in cell.comment.text
        assert cell.fill.fgColor.rgb == "FFFFC7CE"
        assert cell.data_type == "s"
    assert "tờ Tiêu chí" in capsys.readouterr().out


def test_the_marked_copy_mended_is_itself_a_workbook_that_can_be_read(rules):
    file, path = exported(rules)
    book = openpyxl.load_workbook(path)
    cell = cell_of(book, "Tiêu chí", "A1", "max_points")
    cell.value = "9"
    book.save(path)
    assert main(["rubric", "import", str(path)]) == 1
    marked = path.with_name("grassroots_can_sua.xlsx")
    book = openpyxl.load_workbook(marked)
    cell_of(book, "Tiêu chí", "A1", "max_points").value = "8"
    book.save(marked)
    before = file.read_bytes()
    assert main(["rubric", "import", str(marked), str(file)]) == 0
    assert file.read_bytes() == before


def test_a_workbook_somebody_may_have_worked_in_is_not_written_over(rules, capsys):
    file, path = exported(rules)
    assert main(["rubric", "export", str(file)]) == 0
    book = openpyxl.load_workbook(path)
    cell_of(book, "Tiêu chí", "A1", "note").value = "Đã sửa"
    book.save(path)
    before = path.read_bytes()
    assert main(["rubric", "export", str(file)]) == 1
    assert path.read_bytes() == before
    assert "có thể bạn đã sửa" in capsys.readouterr().out


def test_the_workbook_of_a_year_at_work_goes_to_its_results_and_finds_home(rules, tmp_path, monkeypatch):
    work = tmp_path / "work"
    shutil.copytree(rules / "2024", work / "data" / "2024")
    monkeypatch.setattr(places, "work_folder", lambda: work)
    monkeypatch.setattr("scoring.desk.commands.rubric.work_folder", lambda: work)
    file = work / "data" / "2024" / "rubrics" / "grassroots.yaml"
    text = file.read_bytes()
    assert main(["rubric", "export", str(file)]) == 0
    assert not list(work.glob("data/**/*.xlsx"))
    file.unlink()
    assert main(["rubric", "import", str(work / "outputs" / "2024" / "rubrics" / "grassroots.xlsx")]) == 0
    assert file.read_bytes() == text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a workbook", b"id: grassroots"])
def test_what_is_no_workbook_of_a_rubric_is_refused_in_words(rules, capsys, content):
    path = rules / "2024" / "rubrics" / "x.xlsx"
    path.write_bytes(content)
    assert main(["rubric", "import", str(path)]) == 1
    assert "1 lỗi" in capsys.readouterr().out


def test_a_workbook_of_something_else_is_refused_in_words(rules, capsys):
    path = rules / "2024" / "rubrics" / "x.xlsx"
    openpyxl.Workbook().save(path)
    assert main(["rubric", "import", str(path)]) == 1
    assert "không phải sổ của một bộ tiêu chí" in capsys.readouterr().out


def test_a_rubric_by_which_results_were_published_is_not_written_over(tmp_path, capsys):
    project = Project(small_project(tmp_path)).settle()
    file = project.folder / "rubrics" / "grassroots.yaml"
    assert main(["rubric", "export", str(file)]) == 0
    text = file.read_bytes()
    project.publish()
    assert main(["rubric", "import", str(file.with_suffix(".xlsx"))]) == 1
    assert "đã công bố nên bộ tiêu chí không sửa được nữa" in " ".join(capsys.readouterr().out.split())
    assert file.read_bytes() == text


def test_every_method_has_its_words_in_the_book():
    assert not [name for name in METHODS if not word_of("method", name)]


def test_every_column_of_a_workbook_has_a_title_in_words():
    columns = [*general_columns(), *chain.from_iterable(columns_by_sheet().values()), *table_columns(CLAUSES)]
    keys = [*(column.key for column in columns), *(f"plan.{column.key}" for column in plan_columns())]
    assert [key for key in keys if title_of(key).removesuffix(" (tiếng Anh)") in {key, key.removesuffix("_en")}] == []
