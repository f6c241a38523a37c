"""Tables of many units: the wide and the long form, names in place of codes, and rows that cannot be believed."""

import time
import unicodedata

import pytest
from helpers.builders import criterion
from helpers.bulk_tables import read_bulk
from helpers.filled_forms import read_folder, rubric, units
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.core.errors import ReportError
from scoring.reports.fields import period_of

NAMES = {"Hòa Bình": "TH-HOABINH", "Đắk Long": "XA-LONG", "Tân": "XA-TAN"}


def read(path, text, names=None, encoding="utf-8"):
    path = path / "bang.csv"
    path.write_bytes(text.encode(encoding))
    return read_bulk(path, rubric(), units(), period_of("NAM", rubric()), names)


def values(reading):
    entries = reading.entries.dropna(subset="value")
    return {(row.unit, row.criterion): row.value for row in entries.itertuples()}


def test_the_wide_form_has_a_column_for_each_criterion(tmp_path):
    reading = read(tmp_path, "unit,A1,A5\nXA-LONG,3,9.5\nXA-TAN,4,\n")
    assert values(reading) == {("XA-LONG", "A1"): 3, ("XA-LONG", "A5"): 95, ("XA-TAN", "A1"): 4}
    assert reading.findings.empty


def test_columns_may_be_headed_by_the_criterions_name(tmp_path):
    assert values(read(tmp_path, "Đơn vị;Số buổi sinh hoạt\nXA-LONG;3\n")) == {("XA-LONG", "A1"): 3}


def test_the_long_form_has_a_row_for_each_entry(tmp_path):
    text = "đơn vị;tiêu chí;kết quả;trên tổng số;minh chứng\nXA-LONG;A2;3;4;\nXA-LONG;A1;2;;12/KH\n"
    reading = read(tmp_path, text)
    assert values(reading) == {("XA-LONG", "A1"): 2, ("XA-LONG", "A2"): 3}
    assert reading.entries.set_index("criterion").loc["A1", "evidence"] == "12/KH"


def test_every_entry_names_its_cell(tmp_path):
    reading = read(tmp_path, "unit,A1,A5\nXA-LONG,3,9.5\n")
    assert reading.entries.set_index("criterion")["cell"].to_dict() == {"A1": "B2", "A5": "C2"}


def test_names_lead_to_units_whatever_form_of_unicode_they_are_in(tmp_path):
    text = unicodedata.normalize("NFD", "unit,A1\nHòa Bình,3\nĐắk Long,4\n")
    assert values(read(tmp_path, text, NAMES)) == {("TH-HOABINH", "A1"): 3, ("XA-LONG", "A1"): 4}


def test_extra_columns_are_told_and_the_rest_counts(tmp_path):
    reading = read(tmp_path, "unit,A1,total,rank\nXA-LONG,3,66.4,1\n")
    assert values(reading) == {("XA-LONG", "A1"): 3}
    assert reading.findings["code"].tolist() == ["extra_column", "extra_column"]
    assert reading.received["fate"].tolist() == ["flagged"]


@pytest.mark.parametrize(
    ("others", "value"),
    [(["12,5"], 76833), (["12.5"], 76833000), (["12,5", "12.5"], None), (["12"], None)],
)
def test_the_other_figures_of_the_column_settle_three_decimals(tmp_path, rubric_of_criteria, others, value):
    scores = rubric_of_criteria(criterion("A1", 10, "share_of_best", indicator={"decimals": 3}))
    rows = [f"{unit};{text}" for unit, text in zip(("XA-TAN", "TH-HOABINH"), others, strict=False)]
    path = tmp_path / "bang.csv"
    path.write_text("\n".join(["unit;A1", "XA-LONG;76,833", *rows]), encoding="utf-8")
    reading = read_bulk(path, scores, units(), period_of("NAM", scores), None)
    assert values(reading).get(("XA-LONG", "A1")) == value
    assert "grouped" not in reading.findings["code"].tolist() or value is None


# One row spoilt, and what is found; the row of XA-TAN always counts.
SPOILT = {
    "unknown unit": ("unit,A1\nXA-KHONG,3\nXA-TAN,4\n", "unknown_unit", "A2"),
    "no unit": ("unit,A1\n,3\nXA-TAN,4\n", "unknown_unit", "A2"),
    "unit twice": ("unit,A1\nXA-LONG,3\nXA-LONG,4\nXA-TAN,4\n", "doubled_row", "B2"),
    "no number": ("unit,A1\nXA-LONG,ba\nXA-TAN,4\n", "not_a_number", "B2"),
    "above the maximum": ("unit,A1\nXA-LONG,101\nXA-TAN,4\n", "too_large", "B2"),
    "row too short": ("unit,A1\nXA-LONG\nXA-TAN,4\n", "uneven_row", "A2"),
    "row too long": ("unit,A1\nXA-LONG,3,9\nXA-TAN,4\n", "uneven_row", "A2"),
    "another year": ("unit,year,A1\nXA-LONG,2023,3\nXA-TAN,2024,4\n", "other_year", "B2"),
    "unknown criterion": ("unit,criterion,value\nXA-LONG,A9,3\nXA-TAN,A1,4\n", "unknown_criterion", "B2"),
    "criterion of other units": ("unit,A1,B1\nXA-LONG,,3\nXA-TAN,4,\n", "not_asked", "C2"),
    "criterion the system counts": ("unit,A1,B2\nXA-LONG,,3\nXA-TAN,4,\n", "not_asked", "C2"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_row_that_cannot_be_believed_is_left_out_and_the_others_count(tmp_path, case):
    text, code, cell = SPOILT[case]
    reading = read(tmp_path, text)
    assert values(reading) == {("XA-TAN", "A1"): 4}
    first = reading.findings.iloc[0]
    assert (first["code"], first["cell"]) == (code, cell)
    assert first["message"]
    assert first["mend"]


REJECTED = {
    "no unit column": ("A1,A5\n3,4\n", "không thấy dòng tiêu đề"),
    "no criterion": ("unit,total\nXA-LONG,3\n", "không thấy dòng tiêu đề"),
    "empty": ("", "tệp trống"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_table_without_its_headings_is_refused(tmp_path, case):
    text, words = REJECTED[case]
    with pytest.raises(ReportError, match=words):
        read(tmp_path, text)


def test_a_doubled_column_rejects_the_table(tmp_path):
    reading = read(tmp_path, "unit,A1,A1\nXA-LONG,3,4\n")
    assert reading.entries.empty
    assert reading.received["fate"].tolist() == ["rejected"]


def test_a_missing_file_is_an_error_in_words(tmp_path):
    with pytest.raises(ReportError, match="không mở được"):
        read_bulk(tmp_path / "nothing.csv", rubric(), units(), period_of("NAM", rubric()))


def test_a_table_among_the_reports_names_the_period_of_each_row(tmp_path):
    text = "unit,period,A1\nXA-LONG,9T,2\nXA-LONG,Báo cáo năm,3\nXA-TAN,quý I,9\n"
    (tmp_path / "bang.csv").write_text(text, "utf-8")
    reading = read_folder(tmp_path)
    assert reading.entries[["period", "value"]].values.tolist() == [["9T", 2], ["NAM", 3]]
    assert "unknown_period" in reading.findings["code"].tolist()


def test_a_table_among_the_reports_without_periods_is_rejected(tmp_path):
    (tmp_path / "bang.csv").write_text("unit,A1\nXA-LONG,2\n", "utf-8")
    reading = read_folder(tmp_path)
    assert reading.received["fate"].tolist() == ["rejected"]
    assert reading.findings["code"].tolist() == ["missing_column"]


_CELL = st.sampled_from(["XA-LONG", "XA-TAN", "NAM", "A1", "3", "9,5", "101", "", "unit", "value", '"', ";"]) | (
    st.text(max_size=5)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_CELL, max_size=5).map(",".join), max_size=5))
def test_no_rows_break_the_reader_or_pass_a_bound(tmp_path, rows):
    text = "\n".join(["unit,A1,A5", *rows])
    try:
        reading = read(tmp_path, text.encode(errors="replace").decode())
    except ReportError:
        return
    known = reading.entries.dropna(subset="value")
    assert set(known["unit"]) <= set(units()["id"])
    assert known["value"].between(0, 100).all()


def test_words_and_totals_below_a_table_of_many_units_are_no_units(tmp_path):
    below = "Tổng cộng,7,\n,,\nNơi nhận:,,\n- Như trên;,,\nTM. BAN CHẤP HÀNH,,\n"
    reading = read(tmp_path, f"unit,A1,A5\nXA-LONG,3,\nXA-TAN,4,\n{below}")
    assert values(reading) == {("XA-LONG", "A1"): 3, ("XA-TAN", "A1"): 4}
    assert set(reading.findings["code"]) == {"words_below"}


def test_a_unit_below_the_others_that_nobody_knows_is_still_told(tmp_path):
    reading = read(tmp_path, "unit,A1\nXA-LONG,3\nXA-KHAC,\n")
    assert reading.findings["code"].tolist() == ["unknown_unit"]


def test_a_column_of_codes_counts_beside_one_of_names(tmp_path):
    reading = read(tmp_path, "Đơn vị,Mã đơn vị,A1\nXã Long,XA-LONG,3\n")
    assert values(reading) == {("XA-LONG", "A1"): 3}
    assert reading.findings["message"].tolist() == ["cột 'Đơn vị' là tên, đã đọc cột mã"]


def test_blank_columns_right_of_the_headings_and_a_year_with_a_point_are_no_fault(tmp_path):
    reading = read(tmp_path, "unit;year;A1;;;\nXA-LONG;2024.0;3\nXA-TAN;2024;4;;;\n")
    assert values(reading) == {("XA-LONG", "A1"): 3, ("XA-TAN", "A1"): 4}
    assert reading.findings.empty


def test_the_mark_by_which_dos_ends_a_file_is_none_of_its_figures(tmp_path):
    assert values(read(tmp_path, "unit,A1\nXA-LONG,3\r\n\x1a")) == {("XA-LONG", "A1"): 3}


def test_a_table_of_as_many_columns_as_it_likes_is_read_in_seconds(tmp_path):
    begun = time.process_time()
    strange = ",".join(f"c{number}" for number in range(20_000))
    text = f"Mã đơn vị,Đơn vị,{strange},A1,{',' * 20_000}\nXA-LONG,{',' * 20_001}3\n"
    reading = read(tmp_path, text)
    assert values(reading) == {("XA-LONG", "A1"): 3}
    assert time.process_time() - begun < 20
