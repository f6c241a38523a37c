"""The register as an Excel workbook: what goes out comes back the same, and what is wrong comes back coloured."""

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font

from scoring.core import places
from scoring.decisions.seal import PUBLICATIONS
from scoring.desk.commands import register as verb
from scoring.desk.commands.main import main
from scoring.desk.workbook.register import csv_of, grids_of, read_grids, register_book, same_rows
from scoring.register.year import open_year

SAMPLE = places.PROJECT / "data"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The sample year without its reports."""
    shutil.copytree(SAMPLE / "2024", tmp_path / "data" / "2024", ignore=shutil.ignore_patterns("*.xlsx"))
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    return tmp_path / "data" / "2024"


@pytest.fixture
def book(data, tmp_path):
    """The workbook of the year's register, opened; saved into a file by `typed`."""
    assert main(["register", "export", "--year", "2024"]) == 0
    return load_workbook(tmp_path / "outputs" / "2024" / "register" / "danh_ba.xlsx")


@pytest.fixture
def typed(data, tmp_path, capsys):
    """Saves a workbook and imports it; gives what was told, on one line."""

    def typed(book, code=0):
        book.save(tmp_path / "sua.xlsx")
        capsys.readouterr()
        assert main(["register", "import", "--year", "2024", str(tmp_path / "sua.xlsx")]) == code
        return " ".join(capsys.readouterr().out.split())

    return typed


def tables(data):
    return {path.name: path.read_bytes() for path in data.glob("*.csv")}


def at(sheet, unit, heading):
    """The cell of a unit's first row in the column of a heading."""
    column = next(cell.column for cell in sheet[1] if cell.value == heading)
    return sheet.cell(next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == unit), column)


@pytest.mark.parametrize("year", [path.parent for path in sorted(SAMPLE.rglob("units.csv"))], ids=str)
def test_every_register_of_the_sample_comes_back_as_it_went_out(year, tmp_path):
    main_folder = year if year.parent == SAMPLE else SAMPLE / year.name
    rubric = "grassroots" if (main_folder / "rubrics" / "grassroots.yaml").is_file() else year.parent.name
    grids = grids_of(year)
    file = tmp_path / "danh_ba.xlsx"
    file.write_bytes(register_book(grids, open_year(main_folder, rubric).rubric))
    back = read_grids(file)
    assert all(same_rows(back[name], grid) for name, grid in grids.items())
    assert csv_of(back["units.csv"]) == csv_of(grids["units.csv"])


def test_what_was_not_changed_leaves_every_file_as_it_was(data, book, typed):
    before = tables(data)
    assert "không có gì để nhập" in typed(book)
    assert tables(data) == before


def test_days_and_counts_are_such_in_excel_and_texts_are_texts(book):
    sheet = book["Đơn vị"]
    assert at(sheet, "XA-BINHSON", "Từ ngày").is_date
    assert at(sheet, "XA-BINHSON", "Số đoàn viên").value == 22
    assert isinstance(at(sheet, "XA-BINHSON", "Mã").value, str)


def test_what_was_changed_is_taken_over_and_what_stood_before_is_kept(data, book, typed, tmp_path):
    before = tables(data)
    at(book["Đơn vị"], "XA-BINHSON", "Số đoàn viên").value = 27
    book["Chỉ tiêu giao"].append(["XA-BINHSON", "B1", "LĐLĐ huyện", 5])
    told = typed(book)
    assert "1 dòng mới hoặc sửa, 1 dòng cũ không còn" in told
    assert open_year(data).units.set_index("id").loc["XA-BINHSON", "members"] == 27
    assert (data / "targets.csv").read_text("utf-8").splitlines()[1] == "XA-BINHSON,B1,LĐLĐ huyện,5"
    assert (data / "events.csv").read_bytes() == before["events.csv"]
    (kept,) = (tmp_path / "outputs" / "2024" / "register").glob("units_truoc_*.csv")
    assert kept.read_bytes() == before["units.csv"]


@pytest.mark.parametrize(
    ("typed_in", "told"),
    [(76.833, "'76,8330' có nhiều số lẻ hơn"), ("76,833", "đọc được hai cách"), (" 5 ", ""), ("5,5", "nhiều số lẻ")],
)
def test_a_cell_that_holds_a_number_is_that_number_and_a_text_is_read_as_everywhere(data, book, typed, typed_in, told):
    book["Chỉ tiêu giao"].append(["XA-BINHSON", "B1", "LĐLĐ huyện", typed_in])
    assert told in typed(book, code=1 if told else 0)


def test_faults_are_told_at_once_and_marked_in_a_copy_and_nothing_is_taken_over(data, book, typed, tmp_path):
    before = tables(data)
    units = book["Đơn vị"]
    at(units, "XA-BINHSON", "Khối").value = "K77"
    at(units, "XA-BINHTAN", "Số đoàn viên").value = -3
    book["Sự kiện"].cell(2, 2).value = "lập mới"
    told = typed(book, code=1)
    assert all(words in told for words in ("'K77' chưa đúng", "'-3' chưa đúng", "'lập mới' chưa đúng"))
    assert f"trang Đơn vị, ô {at(units, 'XA-BINHSON', 'Khối').coordinate}" in told
    assert "trang Sự kiện, ô B2" in told
    assert ".csv" not in told
    assert tables(data) == before
    marked = load_workbook(tmp_path / "outputs" / "2024" / "register" / "sua_can_sua.xlsx")
    wrong = at(marked["Đơn vị"], "XA-BINHSON", "Khối")
    assert wrong.fill.start_color.rgb == "FFFFC7CE"
    assert "chưa đúng" in wrong.comment.text
    listed = [str(row[1].value) for row in marked["Cần sửa"].iter_rows(min_row=2)]
    assert len(listed) == 3
    assert all(place.startswith("trang ") for place in listed)
    # the marked copy, mended, is what is imported
    wrong.value, at(marked["Đơn vị"], "XA-BINHTAN", "Số đoàn viên").value = "K1", 26
    marked["Sự kiện"].cell(2, 2).value = "created"
    assert "không có gì để nhập" in typed(marked)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda book: book.remove(book["Sự kiện"]), "trang Sự kiện: tệp không có trang này"),
        (lambda book: book["Đơn vị"].delete_cols(2), "thiếu cột “Tên đơn vị”"),
        (lambda book: setattr(book["Đơn vị"]["B3"], "value", "#N/A"), "ô không có giá trị đọc được"),
        (lambda book: setattr(book["Đơn vị"]["B3"], "font", Font(strike=True)), "gạch ngang"),
        (lambda book: book["Đơn vị"].insert_rows(2), "không có gì để nhập"),
    ],
)
def test_what_an_office_does_to_a_sheet_is_understood_or_told(data, book, typed, spoil, told):
    before = tables(data)
    spoil(book)
    assert told in typed(book, code=0 if "không có gì" in told else 1)
    assert tables(data) == before


def test_a_published_register_stays(data, book, typed, monkeypatch):
    assert not (data / PUBLICATIONS).exists()
    monkeypatch.setattr(verb, "publications_of", lambda folder: [folder])
    at(book["Đơn vị"], "XA-BINHSON", "Số đoàn viên").value = 27
    before = tables(data)
    assert "đã công bố giữ nguyên" in typed(book, code=1)
    assert tables(data) == before


def test_words_that_are_no_command_are_told(data, tmp_path, capsys):
    assert main(["register", "import", "--year", "2024", str(Path(tmp_path) / "khong_co.xlsx")]) == 1
    assert "không còn tệp" in capsys.readouterr().out
    assert main(["register", "export", "--year", "2024", "--rubric", "officer"]) == 1
    assert "lấy danh bạ của các đơn vị" in capsys.readouterr().out
