"""A rubric goes to sheets and comes back as it was; what changed in a cell changes only its own lines of the file."""

import difflib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.core.errors import RubricError
from scoring.desk.workbook.rubric_book import filled
from scoring.rubric.columns import SheetColumn, read, read_figure, told
from scoring.rubric.reading import read_rubric, rubric_of
from scoring.rubric.rewriting import rewritten
from scoring.rubric.sheets import (
    CONDITIONS,
    GENERAL,
    HEAD_ROWS,
    PARAMETERS,
    TREE,
    differences,
    from_sheets,
    sheet_faults,
    spot_of,
    to_sheets,
    tree_columns,
    without_nothing,
)
from scoring.rubric.strict_yaml import read_yaml

TESTS = Path(__file__).parents[1]
FILES = [*sorted(TESTS.parent.glob("data/*/rubrics/*.yaml")), *sorted((TESTS / "helpers" / "rubrics").glob("*.yaml"))]
BAD = sorted((Path(__file__).parent / "bad_rubrics").glob("*.yaml"))
SMALL = TESTS / "helpers" / "rubrics" / "small.yaml"
every_rubric = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name} {path.stem}")


def cells_of(path):
    return filled(to_sheets(read_yaml(path).content))


def at(cells, sheet, name, key):
    """The cell of a row whose id (or first cell) is `name`."""
    keys = {text: column for (row, column), text in cells[sheet].items() if row == HEAD_ROWS}
    ids = keys.get("id", 1)
    row = next(row for (row, column), text in cells[sheet].items() if column == ids and text == name)
    return row, keys[key]


def general(cells, key):
    return next(row for (row, column), text in cells[GENERAL].items() if column == 3 and text == key), 2


@every_rubric
def test_a_rubric_comes_back_from_its_sheets_as_it_was(path):
    stated = from_sheets(path, cells_of(path))
    assert stated.faults == ()
    assert differences(without_nothing(read_yaml(path).content), without_nothing(stated.content)) == []


@every_rubric
def test_a_file_whose_sheets_did_not_change_keeps_every_byte(path):
    text = path.read_text("utf-8")
    assert rewritten(text, from_sheets(path, cells_of(path)).content) == text


@every_rubric
def test_a_rubric_without_a_file_of_its_own_is_written_anew_and_says_the_same(path, tmp_path, plan):
    content = from_sheets(path, cells_of(path)).content
    new = tmp_path / "rubric.yaml"
    new.write_text(rewritten("", content), "utf-8")
    assert without_nothing(read_yaml(new).content) == without_nothing(content)
    if content["year"] == plan.year:
        known = set(read_rubric(path, plan).model_dump()) - {"digest"}
        assert read_rubric(new, plan).model_dump(include=known) == read_rubric(path, plan).model_dump(include=known)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_what_sheets_cannot_hold_of_a_faulty_rubric_is_seen_as_a_difference_or_is_refused_in_its_cell(path, plan):
    try:
        file = read_yaml(path)
    except RubricError:
        return
    if not isinstance(file.content, dict):
        return
    stated = from_sheets(path, filled(to_sheets(file.content)))
    if (
        differences(without_nothing(file.content, null=False), without_nothing(stated.content, null=False))
        or stated.faults
    ):
        return
    with pytest.raises(RubricError) as refusal:
        rubric_of(stated, plan, "")
    assert all(spot_of(fault.where) or fault.where == "cả sổ" for fault in refusal.value.faults)


def test_one_changed_cell_changes_one_line_and_keeps_the_comments():
    path = TESTS.parent / "data" / "2024" / "rubrics" / "officer.yaml"
    text, cells = path.read_text("utf-8"), cells_of(path)
    cells[GENERAL][general(cells, "name")] = "Tên khác"
    changed = rewritten(text, from_sheets(path, cells).content)
    lines = [line for line in difflib.ndiff(text.splitlines(), changed.splitlines()) if line[0] in "+-"]
    assert [line[0] for line in lines] == ["-", "+"]
    assert lines[1] == "+ name: Tên khác"


def test_a_new_criterion_at_the_end_of_a_group_stands_before_the_comment_of_what_follows():
    path = TESTS.parent / "data" / "2024" / "rubrics" / "grassroots.yaml"
    text, cells = path.read_text("utf-8"), cells_of(path)
    row, _ = at(cells, TREE, "T3", "id")
    last = max(number for number, _ in cells[TREE])
    assert row == last
    for place, column in enumerate(tree_columns(), 1):
        cells[TREE][last + 1, place] = "T4" if column.key == "id" else cells[TREE].get((last, place), "")
    changed = rewritten(text, from_sheets(path, cells).content)
    kept = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in changed.splitlines() if line.lstrip().startswith("#")] == kept
    assert changed.index("id: T4") < changed.index("# Dữ kiện không cho điểm") < changed.index("facts:")


def test_ten_planted_faults_are_each_told_at_their_cell(plan):
    cells = cells_of(SMALL)
    planted = {
        (TREE, *at(cells, TREE, "A1", "max_points")): "sáu",
        (TREE, *at(cells, TREE, "A2", "method")): "phan_tram",
        (TREE, *at(cells, TREE, "B1", "clause")): "IX.9",
        (TREE, *at(cells, TREE, "B2", "thuộc")): "Z",
        (TREE, *at(cells, TREE, "B3", "name")): "",
        (TREE, *at(cells, TREE, "P1", "evidence")): "có",
        ("Kỳ", *at(cells, "Kỳ", "9T", "due")): "31/02/2024",
        ("Mức", *at(cells, "Mức", "kha", "below")): "1.000",
        ("Tỷ lệ", 3, 1): "gioi",
        (GENERAL, *general(cells, "ranking.on")): "đã làm tròn",
    }
    for (sheet, row, column), text in planted.items():
        cells[sheet][row, column] = text
    faults = sheet_faults(from_sheets(SMALL, cells), plan, read_yaml(SMALL).content)
    assert set(planted) <= {spot_of(fault.where) for fault in faults}


@pytest.mark.parametrize(
    ("sheet", "name", "key", "text", "words"),
    [
        (TREE, "B1", "dòng", "mục", "không rõ 'mục'"),
        (CONDITIONS, "xuat_sac", "mức", "gioi", "không có mức 'gioi'"),
        (PARAMETERS, "A1", "tiêu chí", "A9", "không có tiêu chí 'A9'"),
    ],
)
def test_a_row_that_belongs_nowhere_is_told_at_what_it_names(sheet, name, key, text, words):
    cells = cells_of(SMALL)
    row, column = at(cells, sheet, name, key)
    cells[sheet][row, column] = text
    assert any(
        words in fault.what and spot_of(fault.where) == (sheet, row, column)
        for fault in from_sheets(SMALL, cells).faults
    )


def test_the_parameters_of_a_row_that_belongs_nowhere_are_no_fault_of_their_own():
    cells = cells_of(SMALL)
    cells[TREE][at(cells, TREE, "A1", "thuộc")] = "Z"
    assert [spot_of(fault.where).sheet for fault in from_sheets(SMALL, cells).faults] == [TREE]


def test_a_sum_that_lacks_only_a_row_that_belongs_nowhere_is_no_fault_and_any_other_is(plan):
    cells = cells_of(SMALL)
    cells[TREE][at(cells, TREE, "A1", "thuộc")] = "Z"
    cells[TREE][at(cells, TREE, "B", "max_points")] = "11"
    told = sheet_faults(from_sheets(SMALL, cells), plan, read_yaml(SMALL).content)
    sums = [fault.what for fault in told if "các phần cộng lại" in fault.what]
    assert [what.split(" ghi ")[0] for what in sums] == ["điểm tối đa của nhóm B", "điểm tối đa của toàn bộ"]


def test_a_sheet_a_column_or_a_key_that_is_missing_is_told():
    cells = cells_of(SMALL)
    del cells["Mức"]
    cells["Kỳ"][HEAD_ROWS, 1] = "ma"
    what = [fault.what for fault in from_sheets(SMALL, cells).faults]
    assert {"không có tờ 'Mức'", "không có khóa 'ma'", "thiếu cột id"} <= set(what)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_figure_is_written_and_read_digit_for_digit(figure):
    column = SheetColumn(("x",), "number")
    assert read(column, told(column, figure)) == figure
    assert str(read(column, told(column, figure))) == f"{figure:f}" or figure == 0


@given(st.lists(st.text(min_size=1).filter(lambda text: text.strip() and "\r" not in text), max_size=4))
def test_a_list_of_any_texts_comes_back(texts):
    column = SheetColumn(("x",), "list")
    assert (read(column, told(column, tuple(texts))) if texts else ()) == tuple(texts)


@pytest.mark.parametrize("text", ["1.000", "12.345", "1,2,3", "=1+1", "10 điểm"])
def test_a_figure_that_may_be_two_or_none_stays_text(text):
    assert read_figure(text) == text


def test_a_figure_has_its_decimals_after_a_comma_or_a_point():
    assert (read_figure("1,5"), read_figure("1.5"), read_figure("-3")) == (Decimal("1.5"), Decimal("1.5"), -3)
    assert [read_figure(text) for text in ("76,833", "1 000", "1.250,5")] == [
        Decimal("76.833"),
        1000,
        Decimal("1250.5"),
    ]


@pytest.mark.parametrize(
    ("sheet", "name", "key"), [(TREE, "A1", "max_points"), ("Mức", "kha", "below"), (PARAMETERS, "A1", "value")]
)
def test_a_figure_in_doubt_is_asked_with_both_readings_and_with_nothing_else(plan, sheet, name, key):
    cells = cells_of(SMALL)
    row, column = at(cells, sheet, name, key)
    cells[sheet][row, column] = "76.833"
    own = [
        fault
        for fault in sheet_faults(from_sheets(SMALL, cells), plan, read_yaml(SMALL).content)
        if spot_of(fault.where) == (sheet, row, column)
    ]
    assert [(fault.what, fault.mend) for fault in own] == [
        (
            "'76.833' đọc được hai cách: 76833 (dấu ngăn cách hàng nghìn) hoặc 76,8330 (dấu của phần lẻ)",
            "ghi 76833 hoặc 76,8330",
        )
    ]
