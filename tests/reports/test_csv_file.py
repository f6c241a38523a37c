"""CSV as offices save it: encodings, separators, quotes, and reports in it."""

import csv
import io
import time
import unicodedata

import pytest
from helpers.filled_forms import filled_form, read_folder
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from scoring.core.errors import ReportError
from scoring.reports.fields import SHEET
from scoring.reports.reading.csv_file import read_rows

HEADER = ["Mã", "Kết quả"]


def rows_of(raw, fits=lambda texts: texts[:2] == HEADER):
    return read_rows(raw, "bao_cao.csv", fits)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """The sheet of a sound report as Excel would save it."""
    sheet = load_workbook(filled_form(tmp_path_factory.mktemp("csv") / "form.xlsx"))[SHEET]
    rows = [["" if cell is None else _shown(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return [[text if place < 12 else "" for place, text in enumerate(row)] for row in rows]


def _shown(content):
    return str(content).replace(".", ",") if isinstance(content, float) else str(content)


def written(rows, delimiter=";", ending="\r\n"):
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return made.getvalue()


def cp1258(text):
    """Windows-1258 writes a tone as a letter of its own, after the vowel."""
    apart = "".join(_tone_apart(letter) for letter in text)
    return apart.encode("cp1258")


def _tone_apart(letter):
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tone)) + tone


AS_SAVED = {
    "semicolons": (lambda rows: written(rows).encode("utf-8-sig"), None),
    "commas": (lambda rows: written(rows, ",").encode("utf-8-sig"), None),
    "tabs": (lambda rows: written(rows, "\t").encode(), None),
    "no byte order mark": (lambda rows: written(rows).encode(), None),
    "a line that names the separator": (lambda rows: ("sep=;\r\n" + written(rows)).encode("utf-8-sig"), None),
    "carriage returns only": (lambda rows: written(rows, ending="\r").encode(), None),
    "line feeds only": (lambda rows: written(rows, ending="\n").encode(), None),
    "blank rows behind": (lambda rows: (written(rows) + ";;;\r\n" * 50).encode(), None),
    "utf-16": (lambda rows: written(rows, "\t").encode("utf-16"), "utf_16"),
    "windows-1258": (lambda rows: cp1258(written(rows)), "windows_1258"),
}


@pytest.fixture(scope="module")
def saved(records, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for number, (write, _) in enumerate(AS_SAVED.values()):
        (folder / f"bao_cao_{number}.csv").write_bytes(write(records))
    filled_form(folder / "bieu_mau.xlsx")
    return read_folder(folder)


def content(reading, name):
    columns = ["criterion", "value", "base", "not_applicable", "self_points", "evidence"]
    return reading.entries.loc[reading.entries["file"] == name, columns].astype(str).values.tolist()


@pytest.mark.parametrize("case", AS_SAVED)
def test_a_report_saved_as_csv_says_the_same_as_the_form(saved, case):
    name = f"bao_cao_{list(AS_SAVED).index(case)}.csv"
    assert content(saved, name) == content(saved, "bieu_mau.xlsx")
    found = saved.findings[saved.findings["file"] == name]
    assert found["code"].tolist() == ([AS_SAVED[case][1]] if AS_SAVED[case][1] else [])


def test_a_finding_names_the_cell_as_excel_shows_it(records, tmp_path):
    spoilt = [
        [text if (row, place) != (10, 7) else "ba" for place, text in enumerate(texts)]
        for row, texts in enumerate(records)
    ]
    (tmp_path / "bao_cao.csv").write_bytes(written(spoilt).encode())
    (found,) = read_folder(tmp_path).findings.itertuples()
    assert (found.criterion, found.cell, found.value) == ("A1", "H11", "ba")


REFUSED = {
    "nothing": (b"", "tệp trống"),
    "blank lines": (b"\r\n\r\n", "tệp trống"),
    "no headings": ("Xin chào;1\r\n".encode(), "không thấy dòng tiêu đề"),
    "letters lost to question marks": (b"M?;K?t qu?\r\nA1;3\r\n", "thành dấu '?'"),
    "TCVN3": (b"M\xb7;K\xd5t qu\xb6\r\nA1;3\r\n", "bảng mã"),
    "a broken byte": ("Mã;Kết quả\r\nA1;3".encode() + b"\xff\r\n", "bảng mã"),
    "half a letter": ("Mã;Kết quả".encode()[:-1], "bảng mã"),
    "utf-16 without its mark": ("Mã;Kết quả".encode("utf-16-le"), "bảng mã"),
    "NUL": ("Mã;Kết quả\r\nA1;\0".encode(), "NUL"),
    "a lone surrogate": ("Mã;Kết quả".encode() + b"\xed\xa0\x80", "bảng mã"),
    "a lone surrogate in utf-16": ("Mã;Kết quả".encode("utf-16") + b"\x00\xd8A\x00", "bảng mã"),
    "a quote that is not closed": ('Mã;Kết quả\r\nA1;"3\r\nA2;4\r\n'.encode(), "dấu nháy kép"),
    "text after a quote": ('Mã;Kết quả\r\nA1;"3"4\r\n'.encode(), "dấu nháy kép"),
    "a cell of 10 MB": (b"M\xc3\xa3;K\xe1\xba\xbft qu\xe1\xba\xa3\r\nA1;" + b"x" * 10_000_000, "quá dài"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_for_sure_is_refused_with_how_to_save_it(case):
    raw, words = REFUSED[case]
    with pytest.raises(ReportError, match=words) as refused:
        rows_of(raw)
    assert "CSV UTF-8" in refused.value.faults[0].mend


def test_a_line_break_in_quotes_belongs_to_its_cell():
    rows, _ = rows_of('Mã;Kết quả\r\nA1;"3\r\nbuổi"\r\n'.encode())
    assert rows[1] == ["A1", "3\r\nbuổi"]


def test_decomposed_letters_are_composed():
    rows, _ = rows_of(unicodedata.normalize("NFD", "Mã;Kết quả\r\nA1;một\r\n").encode())
    assert rows == [HEADER, ["A1", "một"]]


UNEVEN = {"short": lambda row: row[:-5], "long": lambda row: [*row, "thừa"]}


@pytest.mark.parametrize("case", UNEVEN)
def test_a_row_of_another_length_rejects_the_report(records, tmp_path, case):
    rows = [UNEVEN[case](row) if row[0] == "A1" else row for row in records]
    (tmp_path / "bao_cao.csv").write_bytes(written(rows).encode())
    reading = read_folder(tmp_path)
    assert reading.received["fate"].tolist() == ["rejected"]
    assert "dòng 11" in reading.received["why"].iloc[0]
    assert reading.entries.empty


def reads_or_refuses(raw):
    """Whether a file is read with its headings; what is refused is refused as a ReportError, or this test fails."""
    try:
        rows, _ = rows_of(raw)
    except ReportError:
        return True
    return HEADER in [row[:2] for row in rows]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw):
    assert reads_or_refuses(raw)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    assert reads_or_refuses(("Mã;Kết quả\r\n" + text).encode(errors="surrogatepass"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("tail", ["\n" * 300_000, ";;;;\r\n" * 300_000, ",,,,\n" * 300_000])
def test_blank_lines_below_a_table_cost_nothing(separator, tail):
    table = [HEADER, *([f"TH-{row}", "1"] for row in range(20_000))]
    begun = time.process_time()
    rows, _ = rows_of(("\n".join(separator.join(row) for row in table) + "\n" + tail).encode())
    assert len(rows) == len(table)
    assert time.process_time() - begun < 5
