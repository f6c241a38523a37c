"""Forms: what they ask, what they accept, and that they are the same bytes for the same year."""

import io
import zipfile

import pandas as pd
import pytest
from helpers.builders import criterion, targets_of
from helpers.filled_forms import filled_form, plan, read_folder, rubric, unit, units
from openpyxl import load_workbook

from scoring.core.errors import ParameterError
from scoring.reports.fields import (
    COLUMNS,
    GUIDE,
    LISTS,
    MAP,
    MOST_PROOFS,
    NOT_APPLICABLE,
    PROOF_COLUMNS,
    PROOFS,
    SHEET,
    asked_facts,
    asked_items,
    inputs,
    period_of,
    proof_code,
)
from scoring.reports.forms.form import SENT_ON, form_cells, write_form, write_forms

DUE = {"9T": units(), "NAM": units()}
"""The units of each period's due day."""


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "form.xlsx"
    write_form(path, rubric(), plan(), unit("TH-HOABINH"), period_of("NAM", rubric()))
    return path


@pytest.fixture
def sheet(form):
    return load_workbook(form)[SHEET]


def asked_in(path):
    return {item for item, _ in form_cells(path)} - {SENT_ON[0]}


def test_a_form_asks_for_what_is_reported_and_nothing_else(form):
    assert asked_in(form) == {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "B1", "P1", "K1", "K2"}


def test_a_form_leaves_out_what_does_not_concern_the_unit_or_the_period(tmp_path):
    path = tmp_path / "form.xlsx"
    write_form(path, rubric(), plan(), unit("XA-LONG"), period_of("9T", rubric()))
    assert asked_in(path) == {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "P1"}


def test_the_same_form_is_the_same_bytes(form, tmp_path):
    again = tmp_path / "again.xlsx"
    write_form(again, rubric(), plan(), unit("TH-HOABINH"), period_of("NAM", rubric()))
    assert again.read_bytes() == form.read_bytes()


def test_only_input_cells_are_unlocked_and_they_are_coloured(form, sheet):
    places = {cell for _, cell in form_cells(form).values()}
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == places
    assert {sheet[cell].fill.start_color.rgb for cell in places} == {"FFFFF2CC"}


def test_every_sheet_is_protected_and_the_inner_ones_are_very_hidden(form):
    book = load_workbook(form)
    assert all(sheet.protection.sheet for sheet in book)
    states = {sheet.title: sheet.sheet_state for sheet in book}
    assert [name for name, state in states.items() if state == "visible"] == [SHEET, PROOFS, GUIDE]
    assert states[LISTS] == states[MAP] == "veryHidden"


def test_a_form_has_rows_for_evidence_that_check_themselves_and_are_open(form):
    sheet = load_workbook(form)[PROOFS]
    headings = [cell.value for cell in sheet[4]]
    assert headings == [column.heading for column in PROOF_COLUMNS]
    rows = list(sheet.iter_rows(min_row=5))
    assert [row[0].value for row in rows] == [proof_code(number) for number in range(1, MOST_PROOFS + 1)]
    for row in rows:
        assert [cell.protection.locked for cell in row] == [True, False, False, False, False, False, True]
        assert "Ngày ngoài năm 2024" in row[-1].value


def test_the_map_leads_to_the_cell_of_each_field(form, sheet):
    headings = {column.key: column.heading for column in COLUMNS}
    for (item, field), (name, cell) in form_cells(form).items():
        if (item, field) != SENT_ON:
            assert name == SHEET
            assert sheet.cell(sheet[cell].row, 1).value == item
            assert sheet.cell(9, sheet[cell].column).value == headings[field]


def test_a_form_says_whose_it_is_of_when_and_until_when(sheet):
    texts = {cell.value for row in sheet.iter_rows(max_row=8) for cell in row if cell.value}
    assert {
        "Công đoàn cơ sở Trường Tiểu học Hòa Bình",
        "TH-HOABINH",
        "Báo cáo năm",
        "2024",
        "15/12/2024",
        "47",
    } <= texts


def test_targets_are_those_of_the_unit(sheet):
    rules = {row[0].value: row[4].value for row in sheet.iter_rows(min_row=10, max_row=24)}
    assert rules["A1"] == "Từ 2 buổi trở lên: đủ điểm"
    assert rules["A2"] == "Tính theo tỷ lệ trên số chủ đề đã nêu"
    assert rules["A6"] == "Từ 43 đoàn viên (90% số đoàn viên) trở lên: đủ điểm"
    assert rules["A3"] == "đầy đủ: 5 điểm; một phần, còn thiếu: 2,5 điểm; chưa hoà hợp: 0 điểm"


def validation_of(sheet, cell):
    return next(rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref)


def test_numbers_have_a_range_a_hint_and_a_message(sheet):
    rule = validation_of(sheet, "H11")
    assert (rule.type, float(rule.formula1), float(rule.formula2)) == ("whole", 0, 100)
    assert rule.error == "Ghi số nguyên, từ 0 đến 100."
    assert rule.prompt == "Ghi số nguyên, từ 0 đến 100. Đếm cả buổi lồng ghép."
    assert float(validation_of(sheet, "H16").formula2) == 47
    assert validation_of(sheet, "H15").type == "decimal"


def test_words_are_chosen_from_a_list(form, sheet):
    book = load_workbook(form)
    name, _, area = validation_of(sheet, "H13").formula1.partition("!")
    words = [cell.value for (cell,) in book[name][area.replace("$", "")]]
    assert words == ["đầy đủ", "một phần, còn thiếu", "chưa hoà hợp"]
    assert validation_of(sheet, "J12").formula1 == f'"{NOT_APPLICABLE}"'


def test_not_applicable_is_open_only_where_the_rubric_allows_it(form):
    assert [item for item, field in form_cells(form) if field == "not_applicable"] == ["A2"]


def test_print_set_up_is_a4_landscape_no_letter_under_nine_points_with_repeated_heads_and_names(sheet):
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    table = (cell for row in sheet.iter_rows(min_row=9, max_row=24) for cell in row if cell.value is not None)
    assert min(cell.font.size for cell in table) * sheet.page_setup.scale >= 900
    assert sheet.print_title_rows == "$9:$9"
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.oddFooter.center.text == "Trang &P/&N"
    assert sheet.freeze_panes == "C10"


def test_the_check_column_starts_by_asking_for_what_is_blank(form):
    shown = load_workbook(form, data_only=True)[SHEET]
    checks = {row[0].value: row[12].value for row in shown.iter_rows(min_row=10, max_row=24) if row[0].value}
    assert {item for item, words in checks.items() if words == "Chưa điền"} == set(checks) - {"A7", "P1"}


def test_formulas_stand_only_in_the_check_column_and_the_total(sheet):
    formulas = {cell.column_letter for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert formulas == {"M", "K"}


def test_names_that_look_like_formulas_or_links_stay_text(tmp_path):
    path = tmp_path / "form.xlsx"
    odd = unit("TH-HOABINH") | {"name": "=HYPERLINK(0)"}
    write_form(path, rubric(), plan(), odd, period_of("NAM", rubric()))
    cell = load_workbook(path)[SHEET]["C4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == ("=HYPERLINK(0)", "s", None)


def test_the_figures_of_the_period_before_stand_beside(tmp_path):
    filled_form(tmp_path / "bao_cao.xlsx", period="9T")
    entries = read_folder(tmp_path).entries
    paths = write_forms(tmp_path / "forms", rubric(), plan(), DUE, entries=entries)
    year = load_workbook(next(path for path in paths if path.name == "TH-HOABINH_NAM.xlsx"))[SHEET]
    before = {row[0].value: row[6].value for row in year.iter_rows(min_row=10, max_row=24)}
    assert (before["A1"], before["A2"], before["A3"], before["A5"]) == ("3", "3/4", "đầy đủ", "9,5")


def test_there_is_one_form_per_period_and_unit(tmp_path):
    paths = write_forms(tmp_path, rubric(), plan(), DUE)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert len(paths) == 2 * units()["standing"].sum()


def test_a_unit_gets_the_forms_that_fall_due_while_it_stands_and_old_forms_go(tmp_path):
    (tmp_path / "XA-CU_9T.xlsx").write_bytes(b"an earlier run's")
    founded_later = {"9T": units()[units()["id"] != "XA-TAN"], "NAM": units()}
    write_forms(tmp_path, rubric(), plan(), founded_later)
    names = {path.stem for path in tmp_path.iterdir()}
    assert {"XA-CU_9T", "XA-CU_NAM", "XA-TAN_9T"}.isdisjoint(names)
    assert {"XA-TAN_NAM", "XA-LONG_9T", "XA-LONG_NAM"} <= names


def test_the_target_assigned_to_a_unit_is_printed_on_its_form_alone(rubric_of_criteria, tmp_path):
    assigned = criterion("A1", 10, "share_of_target", params={"target": {"assigned_by": "TLĐ"}})
    rules = rubric_of_criteria(assigned)
    types = {"type": "truong", "block": "K1"}
    due = dict.fromkeys(("9T", "NAM"), pd.DataFrame([unit("XA-LONG") | types, unit("XA-TAN") | types]))
    write_forms(
        tmp_path, rules, plan(), due, targets=targets_of(("XA-LONG", "A1", "TLĐ", "12"), ("XA-TAN", "A1", "LĐ", "7"))
    )
    texts = [load_workbook(tmp_path / f"{name}_NAM.xlsx")[SHEET]["E11"].value for name in ("XA-LONG", "XA-TAN")]
    assert texts == ["Từ 12 việc trở lên: đủ điểm", "Đạt chỉ tiêu được giao: đủ điểm"]


def test_a_count_above_the_one_it_is_part_of_turns_the_check_red(rubric_of, tmp_path):
    facts = [
        {"id": "F1", "name": "Có quy chế dân chủ", "kind": "yes_no"},
        {"id": "F2", "name": "Nhiệm vụ đã xong", "kind": "count"},
        {"id": "F3", "name": "Nhiệm vụ xong đúng hạn", "kind": "count", "at_most": ["F2"]},
    ]
    rules, path = rubric_of(facts=facts), tmp_path / "form.xlsx"
    write_form(path, rules, plan(), unit("XA-LONG") | {"type": "truong", "block": "K1"}, rules.annual_period)
    places = {item: cell for (item, field), (_, cell) in form_cells(path).items() if field == "value"}
    check = load_workbook(path)[SHEET][places["F3"].replace("H", "M")].value
    assert f'IF(AND(ISNUMBER({places["F2"]}),{places["F3"]}>{places["F2"]}),"Lớn hơn F2"' in check


@pytest.mark.parametrize("odd", ["../XA-LONG", "/XA-LONG", "a/b"])
def test_an_id_that_leads_out_of_the_folder_writes_nothing(tmp_path, odd):
    folder = tmp_path / "forms"
    with pytest.raises(ParameterError, match="không dùng làm tên tệp được"):
        write_forms(folder, rubric(), plan(), dict.fromkeys(DUE, pd.DataFrame([unit("XA-LONG") | {"id": odd}])))
    assert not list(folder.iterdir())


def test_two_forms_that_would_have_one_name_are_refused_before_any_is_written(tmp_path):
    nine_months, whole_year = rubric().periods
    rules = rubric().model_copy(update={"periods": (nine_months.model_copy(update={"id": "9T_NAM"}), whole_year)})
    due = {"9T_NAM": pd.DataFrame([unit("XA-LONG")]), "NAM": pd.DataFrame([unit("XA-LONG") | {"id": "xa-long_9T"}])}
    told = "hai mẫu báo cáo cùng một tên tệp: đơn vị XA-LONG, kỳ 9T_NAM; đơn vị xa-long_9T, kỳ NAM"
    with pytest.raises(ParameterError, match=told):
        write_forms(tmp_path / "forms", rules, plan(), due)
    assert not (tmp_path / "forms").exists()


def test_a_unit_whose_members_are_not_known_gets_a_form_without_that_limit(tmp_path):
    path = tmp_path / "form.xlsx"
    write_form(path, rubric(), plan(), unit("XA-LONG") | {"members": pd.NA}, period_of("NAM", rubric()))
    assert validation_of(load_workbook(path)[SHEET], "H16").operator == "greaterThanOrEqual"


def test_the_guide_explains_in_plain_words_and_asks_for_no_names(form):
    texts = " ".join(str(cell.value) for row in load_workbook(form)[GUIDE].iter_rows() for cell in row if cell.value)
    for words in ("Không ghi họ tên", "15/12/2024", "Báo cáo đúng hạn", "Đếm cả buổi lồng ghép", "khác với 0"):
        assert words in texts


def test_no_clock_and_no_machine_stand_in_a_form(form):
    with zipfile.ZipFile(io.BytesIO(form.read_bytes())) as book:
        assert {member.date_time for member in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2024-01-01T00:00:00Z" in book.read("docProps/core.xml")


def test_the_whole_rubric_of_the_year_makes_forms(grassroots, tmp_path):
    path = tmp_path / "form.xlsx"
    whole = unit("XA-LONG") | {"type": "xa", "block": "K1"}
    period = grassroots.annual_period
    write_form(path, grassroots, plan(), whole, period)
    lines = (*asked_items(grassroots, whole), *asked_facts(grassroots, whole, period))
    assert {key for key in form_cells(path) if key != SENT_ON} == {
        (line.id, field) for line in lines for field in inputs(line, grassroots)
    }


def test_a_long_name_is_never_cut_on_the_form(tmp_path):
    name = (
        "Công đoàn cơ sở Công ty Trách nhiệm hữu hạn Một thành viên Sản xuất, Thương mại, Dịch vụ và Xuất khẩu Đất Lành"
    )
    write_form(tmp_path / "dai.xlsx", rubric(), plan(), unit("TH-HOABINH") | {"name": name}, rubric().annual_period)
    sheet = load_workbook(tmp_path / "dai.xlsx")[SHEET]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == name]
    (merged,) = [area for area in sheet.merged_cells.ranges if cell.coordinate in area]
    assert merged.size["columns"] > 1
    assert cell.alignment.wrap_text
    assert sheet.row_dimensions[cell.row].height >= 32
