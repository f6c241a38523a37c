"""Intake of forms: what is only untidy counts; what is faulty stands in bad_reports/."""

import unicodedata
from datetime import date

import pytest
from helpers.filled_forms import SOUND, change, filled_form, read_folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from scoring.reports.fields import LISTS, MAP, PROOFS
from scoring.reports.forms.form import SENT_ON
from scoring.reports.reading.cells import clean

GOOD = "tot.xlsx"


def reading_of(cases, folder, spoil):
    """Reads a folder with one report per case, each made its way."""
    names = {case: f"bao_cao_{number}.xlsx" for number, case in enumerate(cases)}
    for case, name in names.items():
        spoil(folder / name, cases[case])
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


def content(reading, name):
    """All a report says, wherever it stands."""
    entries = reading.entries.drop(columns=["file", "sheet", "cell"]).astype(str)
    return entries[reading.entries["file"] == name].values.tolist()


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


@pytest.fixture(scope="module")
def typed_cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    return reading_of(KEPT, folder, lambda path, case: filled_form(path, typed={(case[0], case[1]): case[2]}))


@pytest.mark.parametrize("case", KEPT)
def test_a_cell_with_one_meaning_counts(typed_cells, case):
    names, reading = typed_cells
    item, _, _, value, code = KEPT[case]
    assert entry(reading, names[case], item)["value"] == value
    assert findings_on(reading, names[case])["code"].tolist() == ([code] if code else [])


# What stands beside the value


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
    return reading_of(TOLD, folder, lambda path, case: filled_form(path, typed={(case[0], case[1]): case[2]}))


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


def put(**cells):
    def spoil(book, sheet):
        for cell, content in cells.items():
            sheet[cell] = content

    return spoil


def no_map(book, sheet):
    del book[MAP]
    del book[LISTS]


def first_sheet_blank(book, sheet):
    book.create_sheet("Trang bìa", 0)
    book.active = 0


def styled_far_away(book, sheet):
    sheet.cell(1_048_576, 16_384).number_format = "0.00"


def true_date(book, sheet):
    sheet["L7"] = date(2024, 12, 1)
    sheet["L7"].number_format = "dd/mm/yyyy"


def true_date_of_1904(book, sheet):
    book.epoch = CALENDAR_MAC_1904
    true_date(book, sheet)


READ_RIGHTLY = {
    "another sheet name": lambda book, sheet: setattr(sheet, "title", "Sheet1"),
    "a blank first sheet": first_sheet_blank,
    "the form's hidden sheets gone": no_map,
    "merged title": lambda book, sheet: sheet.merge_cells("A1:L1"),
    "headings with breaks, capitals and a colon": put(H9="KẾT\nQUẢ :", L9="Minh  chứng"),
    "headings decomposed": put(H9=unicodedata.normalize("NFD", "Kết quả")),
    "period by its code": put(C6="NAM"),
    "a code in small letters": put(A11="a1"),
    "blanks around a code": put(A11=" A1 "),
    "total row with its own code": put(A25="Tổng cộng", H25=40),
    "a note under the table": put(B30="Ghi chú: số liệu đã kiểm tra"),
    "a comment on a cell": lambda book, sheet: setattr(sheet["H11"], "comment", Comment("xem lại", "")),
    "a styled cell in the last row": styled_far_away,
    "a true date": true_date,
    "a true date of 1904": true_date_of_1904,
}


@pytest.fixture(scope="module")
def spoilt_sheets(tmp_path_factory):
    cases = READ_RIGHTLY | {"sound": lambda book, sheet: None}
    folder = tmp_path_factory.mktemp("sheets")
    return reading_of(cases, folder, lambda path, case: change(filled_form(path), case))


@pytest.mark.parametrize("case", READ_RIGHTLY)
def test_a_report_that_is_only_untidy_counts_without_a_word(spoilt_sheets, case):
    names, reading = spoilt_sheets
    assert content(reading, names[case]) == content(reading, names["sound"])
    assert findings_on(reading, names[case]).empty
    assert fate_of(reading, names[case]) == "accepted"


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


def words_below(book, sheet):
    last = sheet.max_row
    for step, (column, text) in enumerate(
        [("A", "Nơi nhận:"), ("A", "- Như trên;"), ("A", "- Lưu: VT."), ("L", "TM. BAN CHẤP HÀNH"), ("H", "CHỦ TỊCH")]
    ):
        sheet[f"{column}{last + 2 + step}"] = text


def test_words_below_the_table_are_a_note_at_most(tmp_path):
    change(filled_form(tmp_path / "a.xlsx"), words_below)
    found = read_folder(tmp_path).findings
    assert set(found["severity"]) == {"note"}
    assert set(found["code"]) == {"words_below"}


def struck_code(book, sheet):
    sheet["A11"].font = Font(strike=True)


def struck_unit(book, sheet):
    sheet["C5"].font = Font(strike=True)


@pytest.mark.parametrize(("how", "cell", "fate"), [(struck_code, "A11", "flagged"), (struck_unit, "C5", "rejected")])
def test_a_code_that_is_crossed_out_is_asked_about(tmp_path, how, cell, fate):
    change(filled_form(tmp_path / "a.xlsx"), how)
    reading = read_folder(tmp_path)
    assert reading.findings[["code", "cell"]].values.tolist() == [["struck_out", cell]]
    assert fate_of(reading, "a.xlsx") == fate
    assert "A1" not in set(reading.entries.dropna(subset="value")["criterion"])


def test_a_year_with_a_point_is_that_year(tmp_path):
    change(filled_form(tmp_path / "a.xlsx"), lambda book, sheet: sheet.__setitem__("C7", "2024.0"))
    assert fate_of(read_folder(tmp_path), "a.xlsx") == "accepted"


def test_words_below_the_sheet_of_evidence_are_a_note_and_a_document_there_is_not(tmp_path):
    def below(book, sheet):
        proofs = book[PROOFS]
        proofs["A60"], proofs["D61"], proofs["D62"] = "Nơi nhận:", "TM. BAN CHẤP HÀNH", "CHỦ TỊCH"
        proofs["C64"] = "14/KH-CĐ"

    change(filled_form(tmp_path / "a.xlsx"), below)
    found = read_folder(tmp_path).findings
    assert found[["code", "cell"]].values.tolist() == [
        ["words_below", "A61"],
        ["words_below", "A62"],
        ["proof_code", "A64"],
    ]


def test_an_address_with_a_semicolon_stays_whole_on_the_sheet_of_evidence(tmp_path):
    def linked(book, sheet):
        sheet["L11"], book[PROOFS]["F5"] = "MC01", "https://a.example/tin;id=5&amp;y=2"

    change(filled_form(tmp_path / "a.xlsx"), linked)
    assert entry(read_folder(tmp_path), "a.xlsx", "A1")["evidence"] == "https://a.example/tin;id=5&y=2"


def test_a_figure_under_an_unknown_code_below_the_table_is_still_an_error(tmp_path):
    def added(book, sheet):
        last = sheet.max_row
        sheet[f"A{last + 2}"], sheet[f"H{last + 2}"] = "Tiêu chí thêm", 3

    change(filled_form(tmp_path / "a.xlsx"), added)
    assert read_folder(tmp_path).findings["code"].tolist() == ["unknown_criterion"]
