"""Room 2: reading the register, and who stands, answers and is eligible on a day."""

import unicodedata
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.core.errors import RegisterError, ReportError
from scoring.register.reading import read_register
from scoring.register.units import unit_id, units_on
from scoring.rubric.reading import read_plan, read_rubric

YEAR = Path(__file__).parents[2] / "data" / "2024"
LAST_DAY = date(2024, 12, 31)

UNITS = """id,name,short_name,aliases,type,block,parent,members,from,to
XA-HOA,Công đoàn cơ sở xã Hòa,CĐCS xã Hòa,Công đoàn xã Hòa|CĐ xã Hòa,xa,K1,LĐLĐ huyện Cũ,20,2010-01-01,2015-07-31
XA-HOA,Công đoàn cơ sở xã Hòa,CĐCS xã Hòa,,xa,K1,LĐLĐ huyện Mới,24,2015-08-01,
TH-SEN,Công đoàn cơ sở Trường Sen,CĐCS Trường Sen,,truong,K2,LĐLĐ huyện Mới,30,2016-01-01,
"""
EVENTS = """unit,event,date,other_unit,document,document_date
XA-HOA,created,2010-01-01,,01/QĐ-LĐLĐ,2009-12-20
XA-HOA,moved,2015-08-01,,02/QĐ-LĐLĐ,2015-07-20
TH-SEN,created,2016-01-01,,03/QĐ-LĐLĐ,2015-12-20
"""


@pytest.fixture(scope="module")
def rubric():
    return read_rubric(YEAR / "rubrics" / "grassroots.yaml", read_plan(YEAR / "plan.yaml"))


@pytest.fixture
def read(tmp_path, rubric):
    """Reads a register from the text of its two files; `units` and `events` are added to the two units above."""

    def read(units="", events=""):
        (tmp_path / "units.csv").write_text(UNITS + units, "utf-8")
        (tmp_path / "events.csv").write_text(EVENTS + events, "utf-8")
        return read_register(tmp_path, rubric)

    return read


def school(unit, begins, ends=""):
    return f"{unit},Công đoàn cơ sở {unit},CĐCS {unit},,truong,K2,LĐLĐ huyện Mới,12,{begins},{ends}\n"


def event(unit, kind, day, other=""):
    return f"{unit},{kind},{day},{other},09/QĐ-LĐLĐ,2024-01-05\n"


def standing_of(register, rubric, unit, day=LAST_DAY):
    return units_on(register, day, rubric).set_index("id").loc[unit]


# The sample year


def test_the_sample_register_holds_forty_units_in_four_blocks(rubric):
    units = units_on(read_register(YEAR, rubric), LAST_DAY, rubric)
    assert len(units) == 40
    assert units["id"].is_monotonic_increasing
    assert units["block"].value_counts().to_dict() == {"K1": 10, "K2": 14, "K3": 10, "K4": 6}
    assert units["members"].agg(["min", "max"]).tolist() == [8, 620]


def test_the_sample_holds_a_new_a_merged_and_a_receiving_unit_that_are_not_eligible(rubric):
    units = units_on(read_register(YEAR, rubric), LAST_DAY, rubric).set_index("id")
    assert units.index[~units["eligible"]].tolist() == ["DN-MAYSENHONG", "TH-DOIXANH", "TH-MAIVANG"]
    assert not units.loc["TH-DOIXANH", "standing"]


# What is valid on a day


def test_name_and_parent_are_those_valid_on_the_day(read, rubric):
    register = read()
    assert standing_of(register, rubric, "XA-HOA", date(2015, 7, 31))["parent"] == "LĐLĐ huyện Cũ"
    assert standing_of(register, rubric, "XA-HOA", date(2015, 8, 1))["parent"] == "LĐLĐ huyện Mới"


def test_a_unit_that_begins_later_is_not_there_yet(read, rubric):
    assert units_on(read(), date(2015, 12, 31), rubric)["id"].tolist() == ["XA-HOA"]


def test_a_dissolved_unit_stays_readable_and_nobody_answers_for_it(read, rubric):
    events = event("TH-A", "created", "2016-01-01") + event("TH-A", "dissolved", "2024-06-01")
    unit = standing_of(read(school("TH-A", "2016-01-01", "2024-05-31"), events), rubric, "TH-A")
    assert unit["name"] == "Công đoàn cơ sở TH-A"
    assert (unit["standing"], unit["eligible"], pd.isna(unit["answered_by"])) == (False, False, True)
    assert unit["eligibility"] == "Đã giải thể từ ngày 01/06/2024 (09/QĐ-LĐLĐ ngày 05/01/2024)"


def test_the_unit_at_the_end_of_a_chain_of_mergers_answers(read, rubric):
    units = school("TH-A", "2016-01-01", "2020-12-31") + school("TH-B", "2016-01-01", "2022-12-31")
    events = "".join(event(unit, "created", "2016-01-01") for unit in ("TH-A", "TH-B"))
    events += event("TH-A", "merged_into", "2021-01-01", "TH-B") + event("TH-B", "merged_into", "2023-01-01", "TH-SEN")
    register = read(units, events)
    assert units_on(register, LAST_DAY, rubric).set_index("id")["answered_by"].to_dict() == {
        "TH-A": "TH-SEN",
        "TH-B": "TH-SEN",
        "TH-SEN": "TH-SEN",
        "XA-HOA": "XA-HOA",
    }
    assert standing_of(register, rubric, "TH-A", date(2022, 12, 31))["answered_by"] == "TH-B"
    assert standing_of(register, rubric, "TH-A", date(2020, 12, 31))["answered_by"] == "TH-A"


# Eligibility


@pytest.mark.parametrize(("begins", "eligible"), [("2024-01-01", True), ("2024-01-02", False)])
def test_a_new_unit_needs_twelve_whole_months(read, rubric, begins, eligible):
    unit = standing_of(read(school("TH-A", begins), event("TH-A", "created", begins)), rubric, "TH-A")
    assert unit["eligible"] == eligible
    assert ("Mới thành lập" in unit["eligibility"]) is not eligible


@pytest.mark.parametrize(
    ("begins", "ends", "eligible"), [("2024-07-01", "2024-06-30", True), ("2024-07-02", "2024-07-01", False)]
)
def test_a_unit_that_took_in_another_needs_six_whole_months(read, rubric, begins, ends, eligible):
    events = event("TH-A", "created", "2016-01-01") + event("TH-A", "merged_into", begins, "TH-SEN")
    register = read(school("TH-A", "2016-01-01", ends), events)
    receiving, merged = (standing_of(register, rubric, unit) for unit in ("TH-SEN", "TH-A"))
    assert receiving["eligible"] == eligible
    assert ("Nhận sáp nhập Công đoàn cơ sở TH-A" in receiving["eligibility"]) is not eligible
    assert not merged["eligible"]
    assert "Đã sáp nhập vào Công đoàn cơ sở Trường Sen" in merged["eligibility"]


def test_a_unit_made_by_a_merger_counts_as_merged_not_as_new(read, rubric):
    units = school("TH-A", "2016-01-01", "2024-02-29") + school("TH-B", "2024-03-01")
    events = event("TH-A", "created", "2016-01-01") + event("TH-B", "created", "2024-03-01")
    register = read(units, events + event("TH-A", "merged_into", "2024-03-01", "TH-B"))
    assert standing_of(register, rubric, "TH-B")["eligible"]


def test_both_halves_of_a_split_wait_six_months(read, rubric):
    register = read(school("TH-A", "2024-09-01"), event("TH-A", "split_from", "2024-09-01", "TH-SEN"))
    units = units_on(register, LAST_DAY, rubric).set_index("id")
    assert units["eligible"].to_dict() == {"TH-A": False, "TH-SEN": False, "XA-HOA": True}
    assert units.loc["TH-A", "eligibility"].startswith("Tách ra từ Công đoàn cơ sở Trường Sen từ ngày 01/09/2024")


def test_what_happens_after_the_day_does_not_count(read, rubric):
    events = event("TH-A", "created", "2016-01-01") + event("TH-A", "merged_into", "2025-01-01", "TH-SEN")
    register = read(school("TH-A", "2016-01-01", "2024-12-31"), events)
    assert units_on(register, LAST_DAY, rubric)["eligible"].all()


def test_a_rubric_without_eligibility_asks_only_that_the_unit_stands(read, rubric):
    register = read(school("TH-A", "2024-12-01"), event("TH-A", "created", "2024-12-01"))
    assert units_on(register, LAST_DAY, rubric.model_copy(update={"eligibility": None}))["eligible"].all()


# Reading


def test_the_order_of_the_rows_does_not_matter(rubric, tmp_path):
    for name in ("units.csv", "events.csv"):
        header, *rows = (YEAR / name).read_text("utf-8").splitlines(keepends=True)
        (tmp_path / name).write_text(header + "".join(reversed(rows)), "utf-8")
    turned = units_on(read_register(tmp_path, rubric), LAST_DAY, rubric)
    pd.testing.assert_frame_equal(turned, units_on(read_register(YEAR, rubric), LAST_DAY, rubric))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + ",,,,,,,,,\n\n",
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("LĐLĐ huyện", " LĐLĐ\u00a0 huyện"),
    ],
    ids=["BOM", "semicolons", "CRLF", "blank rows", "NFD", "stray blanks"],
)
def test_what_a_spreadsheet_does_to_a_csv_changes_nothing(tmp_path, rubric, change):
    (tmp_path / "units.csv").write_bytes(change(UNITS).encode())
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    units = units_on(read_register(tmp_path, rubric), LAST_DAY, rubric)
    assert units[["id", "name", "parent", "members"]].values.tolist() == [
        ["TH-SEN", "Công đoàn cơ sở Trường Sen", "LĐLĐ huyện Mới", 30],
        ["XA-HOA", "Công đoàn cơ sở xã Hòa", "LĐLĐ huyện Mới", 24],
    ]


BAD_UNITS = [
    ("Công đoàn cơ sở Trường Sen", "", "units.csv, dòng 4, cột name: để trống"),
    ("TH-SEN,", "th-sen,", "dòng 4, cột id: 'th-sen' chưa đúng. Cần chữ in hoa không dấu"),
    ("TH-SEN,", "TH-SEN.,", "cột id: 'TH-SEN.' chưa đúng"),
    ("TH-SEN,", "LPT1.X,", "cột id: 'LPT1.X' chưa đúng. Cần một mã mà Windows không dành riêng"),
    ("TH-SEN,", "../TH-SEN,", "cột id: '../TH-SEN' chưa đúng"),
    ("truong,", "trường,", "cột type: 'trường' chưa đúng. Cần một trong xa, truong, doanh_nghiep, su_nghiep"),
    ("K2,", "K9,", "cột block: 'K9' chưa đúng. Cần một trong K1, K2, K3, K4"),
    (",30,", ",0,", "cột members: '0' chưa đúng. Cần số nguyên từ 1"),
    (",30,", ",3O,", "cột members: '3O' chưa đúng"),
    ("2016-01-01", "31/02/2016", "cột from: '31/02/2016' chưa đúng. Cần ngày dạng 2024-06-01"),
    ("2016-01-01", "2016-02-30", "cột from: '2016-02-30' chưa đúng"),
    ("Trường Sen,CĐCS", "Trường \u202eSen,CĐCS", r"cột name: 'Công đoàn cơ sở Trường \[U\+202E\]Sen' chưa đúng"),
    ("2015-08-01,", "2015-08-02,", "dòng 3, cột from: dòng này không nối liền dòng trước của XA-HOA"),
    ("2015-07-31", "2009-12-31", "dòng 2, cột to: ngày kết thúc trước ngày bắt đầu"),
    ("2016-01-01,", "2016-01-02,", "dòng 4, cột from: events.csv không có created hoặc split_from của TH-SEN"),
    ("2016-01-01,", "2016-01-01,2024-10-31", "dòng 4, cột to: events.csv không có merged_into hoặc dissolved"),
    ("members", "membres", "dòng 1: thiếu cột 'members'"),
    ("short_name,aliases", "short_name,short_name", "dòng 1: cột 'short_name' thừa hoặc ghi hai lần"),
    ("30,2016", "30,x,2016", "dòng 4: có 11 ô, dòng tên cột có 10 ô"),
    ("30,2016", '"30,2016', "dấu nháy kép hoặc ô không đúng cách ghi CSV"),
]


def test_members_nobody_has_counted_are_not_known_and_no_number_stands_for_them(tmp_path, rubric):
    (tmp_path / "units.csv").write_text(UNITS.replace(",30,2016", ",,2016", 1), "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    units = units_on(read_register(tmp_path, rubric), LAST_DAY, rubric).set_index("id")
    assert units["members"].isna().to_dict() == {"TH-SEN": True, "XA-HOA": False}


@pytest.mark.parametrize(("right", "wrong", "words"), BAD_UNITS, ids=[words for *_, words in BAD_UNITS])
def test_a_wrong_row_of_units_is_named_with_its_place(tmp_path, rubric, right, wrong, words):
    assert right in UNITS
    (tmp_path / "units.csv").write_text(UNITS.replace(right, wrong, 1), "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    with pytest.raises(RegisterError, match=words):
        read_register(tmp_path, rubric)


BAD_EVENTS = [
    ("moved,2015-08-01", "relocated,2015-08-01", "events.csv, dòng 3, cột event: 'relocated' chưa đúng"),
    ("moved,2015-08-01", "moved,2015-08-09", "dòng 3, cột date: moved không khớp ngày với dòng nào của XA-HOA"),
    ("TH-SEN,created", "TH-SEM,created", "dòng 4, cột unit: 'TH-SEM' chưa đúng. Cần một mã có trong units.csv"),
    ("TH-SEN,created,2016-01-01,", "TH-SEN,created,2016-01-01,XA-HOA", "cột other_unit: 'XA-HOA' chưa đúng"),
    ("TH-SEN,created", "TH-SEN,split_from", "dòng 4, cột other_unit: chưa ghi đơn vị kia"),
    ("TH-SEN,created,2016-01-01,", "TH-SEN,split_from,2016-01-01,TH-SEN", "Cần mã của một đơn vị khác"),
    ("03/QĐ-LĐLĐ", "", "dòng 4, cột document: để trống"),
    ("2015-12-20", "20.12.2015", "dòng 4, cột document_date: '20.12.2015' chưa đúng"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), BAD_EVENTS, ids=[words for *_, words in BAD_EVENTS])
def test_a_wrong_event_is_named_with_its_place(tmp_path, rubric, right, wrong, words):
    assert right in EVENTS
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS.replace(right, wrong, 1), "utf-8")
    with pytest.raises(RegisterError, match=words):
        read_register(tmp_path, rubric)


def test_a_unit_cannot_be_merged_into_one_that_no_longer_stands(read):
    units = school("TH-A", "2016-01-01", "2020-12-31") + school("TH-B", "2016-01-01", "2022-12-31")
    events = "".join(event(unit, "created", "2016-01-01") for unit in ("TH-A", "TH-B"))
    events += event("TH-A", "merged_into", "2021-01-01", "TH-SEN") + event("TH-B", "merged_into", "2023-01-01", "TH-A")
    with pytest.raises(RegisterError, match="cột other_unit: TH-A không hoạt động vào thời điểm này"):
        read(units, events)


def test_a_unit_cannot_end_twice(read):
    events = event("TH-A", "created", "2016-01-01") + event("TH-A", "dissolved", "2024-06-01")
    events += event("TH-A", "merged_into", "2024-06-01", "TH-SEN")
    with pytest.raises(RegisterError, match="dòng 7: đơn vị đã có một sự kiện như vậy trong ngày này"):
        read(school("TH-A", "2016-01-01", "2024-05-31"), events)


def test_all_faults_of_both_files_are_told_at_once_in_their_order(read):
    with pytest.raises(RegisterError) as caught:
        read("x,,,,,,,,,\n", event("TH-SEN", "gone", "yesterday"))
    places = [fault.where for fault in caught.value.faults]
    assert places.index("units.csv, dòng 5, cột id") < places.index("events.csv, dòng 5, cột date")
    assert len(places) == 7 + 2


def test_a_missing_file_and_a_file_of_another_encoding_are_told_together(tmp_path, rubric):
    (tmp_path / "units.csv").write_bytes(UNITS.encode("utf-16"))
    with pytest.raises(RegisterError) as caught:
        read_register(tmp_path, rubric)
    assert [fault.what for fault in caught.value.faults] == ["không phải chữ UTF-8", "không có tệp này"]


def test_an_empty_file_says_which_columns_it_needs(tmp_path, rubric):
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    (tmp_path / "events.csv").write_text("", "utf-8")
    with pytest.raises(RegisterError, match=r"events\.csv: tệp trống\. Dòng đầu ghi tên cột: unit, event, date"):
        read_register(tmp_path, rubric)


# Codes in reports


def test_a_code_is_read_with_blanks_around_it(read):
    assert unit_id(" XA-HOA\u00a0", read(), "ô C4") == "XA-HOA"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("xa-hoa", "không có đơn vị mang mã 'xa-hoa', trong đó có chữ thường 'x', 'a', 'h'. Mã trong danh bạ: XA-HOA"),
        ("XA-HО\u0410", r"chữ Kirin 'О' \(U\+041E\), 'А' \(U\+0410\). Mã trong danh bạ: XA-HOA"),
        ("XA-\u200bHOA", r"'XA-\[U\+200B\]HOA', trong đó có ký tự ẩn U\+200B. Mã trong danh bạ: XA-HOA"),
        ("XA–HOA", r"dấu gạch khác với '-' '–' \(U\+2013\). Mã trong danh bạ: XA-HOA"),
        ("XA-HO\u0300A", r"dấu viết rời '.' \(U\+0300\). Mã trong danh bạ: XA-HOA"),
        ("ＸＡ-HOA", r"chữ toàn khổ 'Ｘ' \(U\+FF38\), 'Ａ' \(U\+FF21\). Mã trong danh bạ: XA-HOA"),
        ("XA HOA", "khoảng trắng ' '. Mã trong danh bạ: XA-HOA"),
        ("CĐ xã Hoà", "'CĐ xã Hoà' là tên, không phải mã đơn vị. Mã trong danh bạ: XA-HOA"),
        ("XA-99", "không có đơn vị mang mã 'XA-99'. Ghi mã đúng như trong mẫu"),
        (" ", "chưa ghi mã đơn vị"),
    ],
)
def test_a_code_that_only_looks_right_shows_the_odd_character(read, text, words):
    with pytest.raises(ReportError, match=f"ô C4: .*{words}"):
        unit_id(text, read(), "ô C4")


def test_blank_columns_beside_the_table_hold_nothing(tmp_path, rubric):
    for file, sound in (("units.csv", UNITS), ("events.csv", EVENTS)):
        wider = "\n".join(f"{line},,," for line in sound.strip().split("\n"))
        (tmp_path / file).write_text(wider + "\n,,,,,,,,,,,,,\n", encoding="utf-8")
    assert read_register(tmp_path, rubric).ids >= {"XA-HOA", "TH-SEN"}


# Whatever comes


_WORDS = ("TH-SEN", "XA-HOA", "2016-01-01", "2024-02-30", "K2", "truong", "0", "12", "", '"', "created")
_ROW = st.lists(st.sampled_from(_WORDS) | st.text(max_size=6), max_size=11).map(",".join)
_ROWS = st.lists(_ROW, max_size=4).map("\n".join)


def ids_or_faults(reader, *arguments):
    """The ids a register has, or where its faults are; any other error is the test's failure."""
    try:
        return reader(*arguments).ids, []
    except RegisterError as refused:
        return {"XA-HOA", "TH-SEN"}, [fault.where for fault in refused.faults]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS, _ROWS)
def test_no_rows_break_the_reader_or_lose_a_sound_unit(read, units, events):
    ids, faults = ids_or_faults(read, units, events)
    assert ids >= {"XA-HOA", "TH-SEN"}
    assert all(where.startswith(("units.csv", "events.csv")) for where in faults)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from(["units.csv", "events.csv"]), st.booleans())
def test_no_bytes_break_the_reader_and_the_file_they_stand_in_is_named(tmp_path, rubric, raw, name, is_added):
    for file, sound in (("units.csv", UNITS), ("events.csv", EVENTS)):
        (tmp_path / file).write_bytes(sound.encode())
    before = (tmp_path / name).read_bytes() if is_added else b""
    (tmp_path / name).write_bytes(before + raw)
    ids, faults = ids_or_faults(read_register, tmp_path, rubric)
    assert ids >= {"XA-HOA", "TH-SEN"}
    assert all(where.startswith(name) for where in faults)


@pytest.mark.parametrize(("text", "members"), [('"1.250"', 1250), ('"1,250"', 1250), ("1 250", 1250)])
def test_members_may_be_written_with_their_thousands_apart(read, rubric, text, members):
    row = school("TH-LON", "2016-01-01").replace(",12,", f",{text},")
    register = read(row, event("TH-LON", "created", "2016-01-01"))
    assert standing_of(register, rubric, "TH-LON")["members"] == members


@pytest.mark.parametrize("text", ["12.5", '"76,83"', "1.25.000", "0"])
def test_members_that_are_no_whole_number_are_refused(read, text):
    row = school("TH-LON", "2016-01-01").replace(",12,", f",{text},")
    with pytest.raises(RegisterError, match="số nguyên từ 1"):
        read(row, event("TH-LON", "created", "2016-01-01"))


@pytest.mark.parametrize("above", ["sep=,\n", "DANH SÁCH ĐƠN VỊ, năm 2024,,,,,,,,\n\n", '"Lập ngày 5/1; Chủ tịch"\n'])
def test_a_title_above_the_headings_is_no_row_and_faults_keep_their_lines(tmp_path, rubric, above):
    (tmp_path / "units.csv").write_text(above + UNITS, "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    assert list(read_register(tmp_path, rubric).spans["id"]) == ["TH-SEN", "XA-HOA", "XA-HOA"]
    (tmp_path / "units.csv").write_text(above + UNITS.replace(",30,", ",ba mươi,"), "utf-8")
    with pytest.raises(RegisterError, match=rf"units.csv, dòng {above.count(chr(10)) + 4}\b"):
        read_register(tmp_path, rubric)


def test_a_file_with_another_separator_below_a_title_is_read(tmp_path, rubric):
    (tmp_path / "units.csv").write_text(f"sep=;\n{UNITS.replace(',', ';')}", "utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, "utf-8")
    assert len(read_register(tmp_path, rubric).spans) == 3
