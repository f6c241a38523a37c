"""Intake of forms: every line of the policy on cells, tables and identity, a faulty file a fault."""

import unicodedata
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reporting import SOUND, change, filled_form, read_folder

from scoring.cells import clean
from scoring.fields import LISTS, MAP, SHEET
from scoring.forms import SENT_ON

GOOD = "tot.xlsx"
"""The sound report beside the faulty ones: nothing may touch it."""


def reading_of(cases, folder, spoil):
    """Reads a folder with one report per case, each spoilt its way, and a sound one."""
    names = {case: f"bao_cao_{number}.xlsx" for number, case in enumerate(cases)}
    for case, name in names.items():
        spoil(folder / name, cases[case])
    filled_form(folder / GOOD, "XA-LONG")
    return names, read_folder(folder)


def findings_on(reading, name):
    found = reading.findings
    return found[found["file"] == name]


def fate_of(reading, name):
    return reading.received.set_index("file").loc[name, "fate"]


def entry(reading, name, item):
    """One entry of a report by column; what is not known is None."""
    own = reading.entries[(reading.entries["file"] == name) & (reading.entries["criterion"] == item)]
    return own.astype(object).where(own.notna(), None).iloc[0]


def content(reading, name, without=None):
    """All a report says but one item, wherever it stands."""
    entries = reading.entries.drop(columns=["file", "sheet", "cell"]).astype(str)
    return entries[(reading.entries["file"] == name) & (entries["criterion"] != without)].values.tolist()


# What stands in one cell: typed content, value that counts, finding


KEPT = {
    "sound": ("A1", "value", 3, 3, None),
    "comma in text": ("A5", "value", "8,5", 85, None),
    "point in text": ("A5", "value", "8.5", 85, None),
    "blanks around": ("A5", "value", "\u00a08,5 ", 85, "normalised"),
    "no value": ("A1", "value", None, None, None),
    "blanks only": ("A1", "value", "   ", None, None),
    "the word null": ("A1", "value", "null", None, None),
    "level in capitals": ("A3", "value", "ĐẦY ĐỦ", 0, None),
    "level decomposed": ("A3", "value", unicodedata.normalize("NFD", "một phần, còn thiếu"), 1, None),
    "level with the tone elsewhere": ("A3", "value", "chưa hòa hợp", 2, None),
    "no": ("A4", "value", "không", 0, None),
    "number equal to the maximum": ("A1", "value", 100, 100, None),
    "all the members": ("A6", "value", 47, 47, None),
}

REFUSED = {
    "grouped": ("A1", "value", "1.000", "grouped"),
    "with its unit": ("A1", "value", "3 buổi", "not_a_number"),
    "word": ("A1", "value", "ba", "not_a_number"),
    "fraction": ("A1", "value", "3/4", "not_a_number"),
    "dash": ("A1", "value", "-", "not_a_number"),
    "negative": ("A1", "value", -1, "too_small"),
    "above the maximum": ("A1", "value", 101, "too_large"),
    "above the members": ("A6", "value", 48, "too_large"),
    "immense": ("A1", "value", 1e308, "too_large"),
    "half of a whole thing": ("A1", "value", 2.5, "too_fine"),
    "too many decimals": ("A5", "value", 9.4999, "too_fine"),
    "percent": ("A1", "value", "95%", "percent"),
    "true": ("A1", "value", True, "yes_no"),
    "a date": ("A5", "value", date(2024, 5, 9), "became_date"),
    "an hour": ("A5", "value", time(9, 30), "became_date"),
    "formula without result": ("A1", "value", "=1+2", "formula_without_result"),
    "formula of another workbook": ("A1", "value", "=[1]Sheet1!A1", "link"),
    "dynamic data exchange": ("A1", "value", "=cmd|'/C calc'!A0", "link"),
    "not in the list": ("A3", "value", "khá đầy đủ", "not_in_list"),
    "a number instead of a level": ("A3", "value", 1, "not_in_list"),
    "perhaps": ("A4", "value", "có thể", "not_in_list"),
    "not applicable where it must apply": ("A1", "value", "N/A", "must_apply"),
    "not applicable in words where it must apply": ("A1", "value", "không áp dụng", "must_apply"),
    "part above the whole": ("A2", "value", 5, "part_above_whole"),
    "part without whole": ("A2", "base", None, "half_a_share"),
    "whole without part": ("A2", "value", None, "half_a_share"),
    "whole that is no number": ("A2", "base", "bốn", "not_a_number"),
    "whole below zero": ("A2", "base", -4, "too_small"),
    "claim beside a result": ("A2", "not_applicable", "Không áp dụng", "claim_and_value"),
    "markup": ("A1", "value", "<script>alert(1)</script>", "not_a_number"),
    "Latin look-alike": ("A1", "value", "З", "not_a_number"),
}


@pytest.fixture(scope="module")
def typed_cells(tmp_path_factory):
    cases = KEPT | REFUSED
    folder = tmp_path_factory.mktemp("cells")
    return reading_of(cases, folder, lambda path, case: filled_form(path, typed={(case[0], case[1]): case[2]}))


@pytest.mark.parametrize("case", KEPT)
def test_a_cell_with_one_meaning_counts(typed_cells, case):
    names, reading = typed_cells
    item, _, _, value, code = KEPT[case]
    assert entry(reading, names[case], item)["value"] == value
    assert findings_on(reading, names[case])["code"].tolist() == ([code] if code else [])


@pytest.mark.parametrize("case", REFUSED)
def test_a_cell_that_cannot_be_believed_is_missing_and_named(typed_cells, case):
    names, reading = typed_cells
    item, _, _, code = REFUSED[case]
    assert entry(reading, names[case], item)["value"] is None
    assert not entry(reading, names[case], item)["not_applicable"]
    (found,) = findings_on(reading, names[case]).itertuples()
    assert (found.code, found.severity, found.criterion, found.unit) == (code, "error", item, "TH-HOABINH")
    assert (found.period, found.sheet) == ("NAM", SHEET)
    assert found.cell
    assert found.message
    assert found.mend


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_cell_costs_the_report_nothing_else(typed_cells, case):
    names, reading = typed_cells
    item = REFUSED[case][0]
    assert content(reading, names[case], item) == content(reading, names["sound"], item)
    assert fate_of(reading, names[case]) == "flagged"


def test_reports_beside_faulty_ones_are_untouched(typed_cells, tmp_path):
    filled_form(tmp_path / GOOD, "XA-LONG")
    assert content(typed_cells[1], GOOD) == content(read_folder(tmp_path), GOOD)
    assert fate_of(typed_cells[1], GOOD) == "accepted"


def test_every_file_received_is_listed_once(typed_cells):
    names, reading = typed_cells
    assert sorted(reading.received["file"]) == sorted([*names.values(), GOOD])


# What stands beside the value


BESIDE = {
    "self points above the maximum": ("A1", "self_points", 10.01, "too_large"),
    "self points below zero": ("A1", "self_points", -1, "too_small"),
    "self points with three decimals": ("A1", "self_points", 7.125, "too_fine"),
    "self points in words": ("A1", "self_points", "bảy", "not_a_number"),
    "self points of a judged criterion above the maximum": ("A7", "self_points", 6, "too_large"),
    "evidence that is a formula": ("A1", "evidence", '=HYPERLINK("http://x")', "formula_without_result"),
    "evidence as long as a book": ("A1", "evidence", "x" * 5000, "text_too_long"),
}
TOLD = {
    "evidence in an old font": ("A1", "evidence", "KÕ ho¹ch C«ng ®oµn", "old_font", "KÕ ho¹ch C«ng ®oµn"),
    "evidence with hidden characters": ("A1", "evidence", "12/KH\u202e\u200b", "hidden_characters", "12/KH"),
    "evidence that is a number": ("A1", "evidence", 123, None, "123"),
    "evidence that Excel made a date": ("A1", "evidence", date(2024, 3, 5), None, "05/03/2024"),
    "evidence on two lines": ("A1", "evidence", "12/KH\n13/KH", None, "12/KH; 13/KH"),
    "evidence that looks like markup": ("A1", "evidence", "<img src=x onerror=y>", None, "<img src=x onerror=y>"),
    "no evidence": ("A1", "evidence", "  ", None, None),
}


@pytest.fixture(scope="module")
def beside_cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    return reading_of(BESIDE | TOLD, folder, lambda path, case: filled_form(path, typed={(case[0], case[1]): case[2]}))


@pytest.mark.parametrize("case", BESIDE)
def test_a_refused_claim_or_proof_is_missing_and_the_result_counts(beside_cells, case):
    names, reading = beside_cells
    item, field, _, code = BESIDE[case]
    row = entry(reading, names[case], item)
    assert row[field] is None
    assert item == "A7" or row["value"] == 3
    assert findings_on(reading, names[case])["code"].tolist() == [code]


@pytest.mark.parametrize("case", TOLD)
def test_evidence_is_text_whatever_it_looks_like(beside_cells, case):
    names, reading = beside_cells
    item, _, _, code, text = TOLD[case]
    assert entry(reading, names[case], item)["evidence"] == text
    assert findings_on(reading, names[case])["code"].tolist() == ([code] if code else [])


def test_evidence_that_starts_like_a_formula_stays_text(tmp_path):
    def spoil(book, sheet):
        sheet["L11"] = "=1+1"
        sheet["L11"].data_type = "s"

    change(filled_form(tmp_path / GOOD), spoil)
    assert entry(read_folder(tmp_path), GOOD, "A1")["evidence"] == "=1+1"


CLAIMS = {
    f"{words} in {field}": {("A2", "value"): None, ("A2", "base"): None, ("A2", field): words}
    for field in ("value", "not_applicable")
    for words in ("Không áp dụng", "N/A", "không  áp dụng")
}


@pytest.fixture(scope="module")
def claims(tmp_path_factory):
    return reading_of(CLAIMS, tmp_path_factory.mktemp("claims"), lambda path, case: filled_form(path, typed=case))


@pytest.mark.parametrize("case", CLAIMS)
def test_a_criterion_that_need_not_apply_may_be_claimed_so(claims, case):
    names, reading = claims
    assert entry(reading, names[case], "A2")["not_applicable"]
    assert entry(reading, names[case], "A2")["value"] is None
    assert findings_on(reading, names[case]).empty


# The sheet as a whole


def erase(*cells):
    def spoil(book, sheet):
        for cell in cells:
            sheet[cell] = None

    return spoil


def put(**cells):
    def spoil(book, sheet):
        for cell, content in cells.items():
            sheet[cell] = content

    return spoil


def set_in_map(key, content):
    def spoil(book, sheet):
        row = next(row for row in book[MAP].iter_rows(max_col=2) if row[0].value == key)
        row[1].value = content

    return spoil


def moved(book, sheet):
    sheet.insert_rows(1, 3)
    sheet.insert_cols(1, 2)


def no_map(book, sheet):
    del book[MAP]
    del book[LISTS]


def first_sheet_blank(book, sheet):
    book.create_sheet("Trang bìa", 0)
    book.active = 0


def hidden(book, sheet):
    book.create_sheet("Trang bìa", 0)
    sheet.sheet_state = "hidden"


def hidden_figures(book, sheet):
    other = book.create_sheet("PCI 2013")
    other["A1"] = 17
    other.sheet_state = "hidden"


def styled_far_away(book, sheet):
    sheet.cell(1_048_576, 16_384).number_format = "0.00"


def true_date(book, sheet):
    sheet["L7"] = date(2024, 12, 1)
    sheet["L7"].number_format = "dd/mm/yyyy"


def true_date_of_1904(book, sheet):
    book.epoch = CALENDAR_MAC_1904
    true_date(book, sheet)


READ_RIGHTLY = {
    "another sheet name": (lambda book, sheet: setattr(sheet, "title", "Sheet1"), []),
    "a blank first sheet": (first_sheet_blank, []),
    "a table at another place": (moved, ["moved"]),
    "the form's hidden sheets gone": (no_map, []),
    "merged title": (lambda book, sheet: sheet.merge_cells("A1:L1"), []),
    "headings with breaks, capitals and a colon": (put(H9="KẾT\nQUẢ :", L9="Minh  chứng"), []),
    "headings decomposed": (put(H9=unicodedata.normalize("NFD", "Kết quả")), []),
    "an extra column": (put(N9="Ghi chú", N11="đã sửa"), ["extra_column"]),
    "period by its code": (put(C6="NAM"), []),
    "a code in small letters": (put(A11="a1"), []),
    "blanks around a code": (put(A11=" A1 "), []),
    "total row with its own code": (put(A25="Tổng cộng", H25=40), []),
    "a note under the table": (put(B30="Ghi chú: số liệu đã kiểm tra"), []),
    "a comment on a cell": (lambda book, sheet: setattr(sheet["H11"], "comment", Comment("xem lại", "")), []),
    "a styled cell in the last row": (styled_far_away, []),
    "a hidden row with figures": (
        lambda book, sheet: setattr(sheet.row_dimensions[11], "hidden", True),
        ["hidden_row"],
    ),
    "a hidden column with figures": (
        lambda book, sheet: setattr(sheet.column_dimensions["K"], "hidden", True),
        ["hidden_column"],
    ),
    "the only table on a hidden sheet": (hidden, ["hidden_sheet"]),
    "figures on another hidden sheet": (hidden_figures, ["hidden_sheet"]),
    "a form of another rubric": (set_in_map("digest", "0" * 64), ["other_version"]),
    "a form of another layout": (set_in_map("form", "0"), ["other_version"]),
    "figures without a code": (put(B30="Khác", H30=5), ["no_code"]),
    "a criterion the system counts": (put(A30="B2", H30=2), ["not_asked"]),
    "a cell the criterion does not use": (put(I11=9), ["unused_cell"]),
    "an unknown criterion": (put(A30="A99", H30=5), ["unknown_criterion"]),
    "a true date": (true_date, []),
    "a true date of 1904": (true_date_of_1904, []),
    "no day of sending": (erase("L7"), ["no_date"]),
    "no label for the day of sending": (erase("I7", "L7"), ["no_date"]),
    "a two-digit year": (put(L7="01/12/24"), ["no_date", "not_a_date"]),
    "a day no calendar has": (put(L7="31/11/2024"), ["impossible_date", "no_date"]),
    "a day before the period": (put(L7="01/12/2023"), ["odd_date"]),
    "a day years later": (put(L7="01/12/2029"), ["odd_date"]),
}

REJECTED = {
    "unknown unit": (put(C5="XA-KHONG"), "unknown_unit", "XA-KHONG"),
    "a unit's name for its code": (put(C5="Trường Hòa Bình"), "unknown_unit", "TH-HOABINH"),
    "cyrillic letter in the code": (put(C5="TH-HO\u0410BINH"), "unknown_unit", "Kirin"),
    "zero-width space in the code": (put(C5="TH-HOABINH\u200b"), "unknown_unit", "U+200B"),
    "code in small letters": (put(C5="th-hoabinh"), "unknown_unit", "chữ thường"),
    "no unit": (erase("C5"), "unknown_unit", "chưa ghi mã đơn vị"),
    "no label for the unit": (erase("B5"), "unknown_unit", "chưa ghi mã đơn vị"),
    "a unit that begins next year": (put(C5="XA-SAU"), "unknown_unit", "2024"),
    "another unit's form": (put(C5="XA-TAN"), "other_form", "TH-HOABINH"),
    "unknown period": (put(C6="Báo cáo quý I"), "unknown_period", "Báo cáo 9 tháng"),
    "no period": (erase("C6"), "unknown_period", "chưa ghi kỳ"),
    "another period's form": (put(C6="Báo cáo 9 tháng"), "other_form", "kỳ"),
    "another year": (put(C7="2023"), "other_year", "2023"),
    "no year": (erase("C7"), "other_year", "2024"),
    "another year's form": (set_in_map("year", "2023"), "other_form", "2023"),
    "a column missing": (erase("I9"), "missing_column", "Trên tổng số"),
    "two columns missing": (erase("K9", "L9"), "missing_column", "Điểm tự chấm"),
    "a column twice": (put(N9="Kết quả"), "doubled_column", "Kết quả"),
    "two tables": (lambda book, sheet: book.copy_worksheet(sheet), "many_tables", "2 bảng"),
    "no headings": (lambda book, sheet: sheet.delete_rows(9), "no_table", "Kết quả"),
    "an empty sheet": (lambda book, sheet: sheet.delete_rows(1, 60), "no_table", "không thấy bảng"),
}


@pytest.fixture(scope="module")
def spoilt_sheets(tmp_path_factory):
    cases = READ_RIGHTLY | REJECTED | {"sound": (lambda book, sheet: None, [])}
    folder = tmp_path_factory.mktemp("sheets")
    return reading_of(cases, folder, lambda path, case: change(filled_form(path), case[0]))


@pytest.mark.parametrize("case", READ_RIGHTLY)
def test_a_report_that_is_only_untidy_counts_and_what_is_amiss_is_told(spoilt_sheets, case):
    names, reading = spoilt_sheets
    assert content(reading, names[case]) == content(reading, names["sound"])
    assert sorted(findings_on(reading, names[case])["code"]) == READ_RIGHTLY[case][1]
    assert fate_of(reading, names[case]) == ("flagged" if READ_RIGHTLY[case][1] else "accepted")


@pytest.mark.parametrize("case", REJECTED)
def test_a_report_of_which_the_whole_is_unsure_is_rejected_by_name_and_place(spoilt_sheets, case):
    names, reading = spoilt_sheets
    _, code, words = REJECTED[case]
    assert fate_of(reading, names[case]) == "rejected"
    assert content(reading, names[case]) == []
    errors = findings_on(reading, names[case]).query("severity == 'error'")
    assert code in errors["code"].tolist()
    assert words in " ".join([*errors["message"], *errors["mend"]])
    assert words in reading.received.set_index("file").loc[names[case], "why"] or words in " ".join(errors["mend"])


# Rows of the table


ROWS = {
    "the same criterion twice": (put(A12="A1"), {"A1": "doubled_row", "A2": "no_row"}),
    "a criterion without a row": (lambda book, sheet: sheet.delete_rows(11), {"A1": "no_row"}),
    "a code that looks alike": (put(A11="\u04101"), {"A1": "no_row"}),
    "results merged over two rows": (
        lambda book, sheet: sheet.merge_cells("H11:H12"),
        {"A1": "merged", "A2": "merged"},
    ),
    "result and whole merged": (lambda book, sheet: sheet.merge_cells("H12:I12"), {"A2": "merged"}),
}


@pytest.fixture(scope="module")
def spoilt_rows(tmp_path_factory):
    cases = ROWS | {"sound": (lambda book, sheet: None, {})}
    folder = tmp_path_factory.mktemp("rows")
    return reading_of(cases, folder, lambda path, case: change(filled_form(path), case[0]))


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_told_is_missing_and_the_others_count(spoilt_rows, case):
    names, reading = spoilt_rows
    missing = ROWS[case][1]
    for item, code in missing.items():
        assert entry(reading, names[case], item)["value"] is None
        assert code in findings_on(reading, names[case]).query("criterion == @item")["code"].tolist()
    other = [row for row in content(reading, names[case]) if row[1] not in missing]
    assert other == [row for row in content(reading, names["sound"]) if row[1] not in missing]


def test_a_code_that_looks_alike_is_shown_with_the_odd_letter(tmp_path):
    change(filled_form(tmp_path / GOOD), put(A11="\u04101"))
    found = read_folder(tmp_path).findings.set_index("code").loc["unknown_criterion"]
    assert "Kirin" in found["message"]
    assert "A1" in found["mend"]


# Whatever comes


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from([key for key in SOUND if key != SENT_ON]),
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.dates(), st.text(max_size=12)
        ),
        max_size=6,
    )
)
def test_no_content_of_cells_breaks_the_reader_or_passes_a_bound(tmp_path, typed):
    legal = {key: clean(text) if isinstance(text, str) else text for key, text in typed.items()}
    filled_form(tmp_path / GOOD, typed=legal)
    reading = read_folder(tmp_path)
    assert len(reading.received) == 1
    values = reading.entries.set_index("criterion")["value"]
    for item, most in (("A1", 100), ("A3", 2), ("A4", 1), ("A5", 100), ("A6", 47), ("P1", 5)):
        assert values.isna()[item] or 0 <= values[item] <= most
