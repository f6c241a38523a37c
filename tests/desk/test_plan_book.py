"""The workbook of a plan: written by `rubric export`, read by `rubric import`, marked where it is wrong."""

import openpyxl
import pytest
from helpers.published import Project, small_project

from scoring.desk.commands.main import main
from scoring.rubric.reading import read_plan


def exported(rules, year="2024"):
    file = rules / year / "plan.yaml"
    assert main(["rubric", "export", str(file)]) == 0
    return file, file.with_name("ke_hoach.xlsx")


def rows_of(book):
    """By key, the cell of what the plan says; by id, the cells of a clause by key."""
    keys = [cell.value for cell in book["Mục kế hoạch"][2]]
    general = {row[2].value: row[1] for row in book["Kế hoạch"].iter_rows(min_row=3)}
    clauses = {row[0].value: dict(zip(keys, row, strict=True)) for row in book["Mục kế hoạch"].iter_rows(min_row=3)}
    return general, clauses


def imported(book, path, code):
    book.save(path)
    assert main(["rubric", "import", str(path)]) == code


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_a_plan_comes_back_byte_for_byte_even_where_it_was_lost(rules, year):
    file, book = exported(rules, year)
    text = file.read_bytes()
    assert main(["rubric", "import", str(book)]) == 0
    assert file.read_bytes() == text
    file.unlink()
    assert main(["rubric", "import", str(book), str(file)]) == 0
    assert file.read_bytes() == text


def test_what_an_office_writes_into_the_sheets_is_its_plan(rules, capsys):
    file, path = exported(rules)
    book = openpyxl.load_workbook(path)
    general, clauses = rows_of(book)
    general["body.name"].value = "CÔNG ĐOÀN XÃ MẪU"
    general["sample"].value = None
    clauses["III.2.b"]["summary"].value = "Đưa nội dung Kết luận đến từng tổ công đoàn."
    imported(book, path, 0)
    plan = read_plan(file)
    assert (plan.body.name, plan.sample) == ("CÔNG ĐOÀN XÃ MẪU", False)
    assert plan.by_id["III.2.b"].summary == "Đưa nội dung Kết luận đến từng tổ công đoàn."
    assert "body.name" in capsys.readouterr().out


def test_wrong_cells_are_coloured_and_noted_in_a_copy_and_the_plan_stays(rules, capsys):
    file, path = exported(rules)
    before = file.read_bytes()
    book = openpyxl.load_workbook(path)
    general, clauses = rows_of(book)
    general["year"].value, general["title"].value = "hai nghìn", None
    clauses["I.b"]["binds"].value = "tỉnh"
    imported(book, path, 1)
    assert file.read_bytes() == before
    assert "Giao cho cấp" in " ".join(capsys.readouterr().out.split())
    marked = openpyxl.load_workbook(path.with_name("ke_hoach_can_sua.xlsx"))
    assert marked.sheetnames[0] == "Cần sửa"
    general, clauses = rows_of(marked)
    for cell in (general["year"], general["title"], clauses["I.b"]["binds"]):
        assert cell.fill.fgColor.rgb == "FFFFC7CE"
        assert cell.comment.text


def test_the_words_of_lists_are_offered(rules):
    _, path = exported(rules)
    book = openpyxl.load_workbook(path)
    lists = [rule.formula1 for rule in book["Mục kế hoạch"].data_validations.dataValidation]
    assert any("grassroots · cơ sở" in one for one in lists)
    assert '"có,không"' in lists


def test_a_clause_that_criteria_cite_may_go_and_what_is_left_to_mend_is_told(rules, capsys):
    file, path = exported(rules)
    book = openpyxl.load_workbook(path)
    rows_of(book)[1]["III.2.b"]["id"].value = "III.2.z"
    imported(book, path, 0)
    told = " ".join(capsys.readouterr().out.split())
    assert "Bộ tiêu chí grassroots cần sửa theo kế hoạch mới" in told
    assert "không có mục 'III.2.b'" in told
    assert "III.2.z" in read_plan(file).by_id


def test_a_plan_by_which_results_were_published_is_not_written_over(tmp_path, capsys):
    project = Project(small_project(tmp_path)).settle()
    file = project.folder / "plan.yaml"
    assert main(["rubric", "export", str(file)]) == 0
    project.publish()
    assert main(["rubric", "import", str(file.with_name("ke_hoach.xlsx"))]) == 1
    assert "đã công bố nên kế hoạch không sửa được nữa" in " ".join(capsys.readouterr().out.split())
