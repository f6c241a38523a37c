"""What goes back to a unit: its own figures, every cell to mend marked, and nothing of a report alive."""

import csv
import re
import shutil
import zipfile
from functools import partial
from io import BytesIO

import pytest
from helpers.filled_forms import change, filled_form, plan, register, rubric
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scoring.core import many
from scoring.core.many import in_processes
from scoring.pages.check import check_page
from scoring.register.year import Year
from scoring.reports import returns
from scoring.reports.checklist import list_checks
from scoring.reports.checks.run import read_reports
from scoring.reports.fields import MAP, MOST_PROOFS, PROOFS, SHEET
from scoring.reports.returns import LIST, write_returns

HOSTILE = "<script>alert(1)</script>"


def spoil(book, sheet):
    """What a clerk or a stranger does to a form beside the figures."""
    sheet["N9"], sheet["N11"] = "Ghi chú", '=HYPERLINK("http://xau.example")'
    sheet["L16"] = "=1+1"
    sheet["L16"].data_type = "s"
    sheet["M11"] = "=cmd|'/C calc'!A0"
    sheet["B30"].hyperlink = "http://xau.example"
    sheet["B30"] = HOSTILE
    book.create_sheet("Nháp")["A1"] = '=WEBSERVICE("http://xau.example")'


WRONG = {("A1", "value"): "1.000", ("A4", "evidence"): None, ("A6", "value"): 48}
MOVED = {("A1", "value"): "ba"}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nam")
    reports = folder / "reports"
    reports.mkdir()
    change(filled_form(reports / "a.xlsx", typed=WRONG), spoil)
    filled_form(reports / "b.xlsx", "XA-LONG", typed={("A7", "evidence"): "1/BC", ("A1", "evidence"): "2/CTr"})
    moved = filled_form(reports / "c.xlsx", "XA-TAN", typed=MOVED)
    change(moved, lambda book, sheet: sheet.insert_rows(1, 3))
    shutil.copy(moved, reports / "c2.xlsx")
    change(reports / "c2.xlsx", lambda book, sheet: sheet.__setitem__("H14", "bốn"))
    (reports / "d.xlsx").write_bytes(b"PK, but broken")
    (reports / "=e.pdf").write_bytes(b"%PDF")
    filled_form(reports / "f.xlsx", "TH-HOABINH.2", typed={("A1", "evidence"): "3/CTr", ("A7", "evidence"): "4/BC"})
    change(reports / "f.xlsx", lambda book, sheet: sheet.__setitem__("C5", "XA-LONG"))
    head = "Mã đơn vị:;XA-LONG\nKỳ báo cáo:;9T\nNăm:;2024\n"
    rows = "Mã;Kết quả;Trên tổng số;Không áp dụng;Điểm tự chấm;Minh chứng\nA1;chín;;;;=cmd\n"
    (reports / "g.csv").write_text(head + rows, "utf-8")
    return Year(folder, plan(), rubric(), register())


@pytest.fixture(scope="module")
def reading(year):
    return read_reports(year)


@pytest.fixture(scope="module")
def copies(year, reading, tmp_path_factory):
    """The folder of the copies, and the copies' names by the reports'."""
    folder = tmp_path_factory.mktemp("gui_lai")
    (folder / "XA-CU_NAM.xlsx").write_bytes(b"an earlier run's")
    return folder, write_returns(folder, year, reading)


@pytest.fixture(scope="module")
def marked(copies):
    """The copy of the form that is only filled in wrongly."""
    folder, names = copies
    return load_workbook(folder / names["a.xlsx"])


def listed(book):
    """The rows of the list: severity, place, criterion, content, what and how."""
    rows = list(book[LIST].iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "STT")
    return [row[1:] for row in rows[head + 1 :]]


def test_every_report_with_something_to_mend_comes_back_under_its_unit_and_period(copies):
    folder, names = copies
    assert names == {
        "=e.pdf": "chua_ro_don_vi.xlsx",
        "a.xlsx": "TH-HOABINH_NAM.xlsx",
        "c.xlsx": "XA-TAN_NAM.xlsx",
        "c2.xlsx": "XA-TAN_NAM(2).xlsx",
        "d.xlsx": "chua_ro_don_vi(2).xlsx",
        "f.xlsx": "XA-LONG_NAM.xlsx",
        "g.csv": "XA-LONG_9T.xlsx",
    }
    assert sorted(path.name for path in folder.iterdir()) == sorted(names.values())


def test_the_reports_stay_as_they_were_received(year, reading, copies):
    digests = reading.received.set_index("file")["sha256"]
    assert read_reports(year).received.set_index("file")["sha256"].equals(digests)


def test_a_cell_to_mend_is_red_open_and_says_what_and_how(marked):
    cell = marked[SHEET]["H11"]
    assert cell.fill.start_color.rgb.endswith("FFC7CE")
    assert not cell.protection.locked
    assert cell.value == "1.000"
    assert cell.comment.text.startswith("CẦN SỬA: '1.000' đọc được hai cách")
    assert "→ Ghi 1000 hoặc 1" in cell.comment.text


def test_missing_evidence_is_marked_where_the_evidence_belongs(marked):
    assert marked[SHEET]["L14"].comment.text.startswith("CẦN XEM LẠI: Chưa có minh chứng")
    assert marked[SHEET]["H14"].comment is None


def test_the_list_comes_first_worst_first_and_leads_to_each_cell(marked):
    assert marked.sheetnames[0] == LIST
    assert marked.active.title == LIST
    rows = listed(marked)
    assert [row[1] for row in rows[:2]] == [f"{SHEET}, H11", f"{SHEET}, H16"]
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    links = {cell.value: cell.hyperlink.location for row in marked[LIST].iter_rows() for cell in row if cell.hyperlink}
    assert links[f"{SHEET}, H11"] == f"'{SHEET}'!H11"


def test_what_has_no_cell_stands_in_the_list_alone(copies):
    folder, names = copies
    rows = listed(load_workbook(folder / names["c.xlsx"]))
    assert any(row[1] == "Cả báo cáo" and "2 báo cáo khác nhau" in row[4] for row in rows)


def test_a_copy_on_the_form_keeps_its_drop_downs_locks_and_own_checks_and_no_other_formula(marked):
    sheet = marked[SHEET]
    assert sheet.protection.sheet
    assert len(sheet.data_validations.dataValidation) > 10
    formulas = {
        sheet.title: {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
        for sheet in marked
    }
    own = {*(f"M{row}" for row in (12, 13, 14, 15, 16, 17, 19, 21, 23, 24)), "K25"}
    assert {name: cells for name, cells in formulas.items() if cells} == {
        SHEET: own,
        PROOFS: {f"G{row}" for row in range(5, 5 + MOST_PROOFS)},
    }


def test_what_a_report_says_in_formulas_links_and_markup_is_text_in_its_copy(marked):
    assert (marked[SHEET]["L16"].value, marked[SHEET]["L16"].data_type) == ("=1+1", "s")
    assert marked[SHEET]["L16"].quotePrefix
    assert marked[SHEET]["N11"].data_type == "s"
    assert marked["Nháp"]["A1"].data_type == "s"
    assert marked[SHEET]["B30"].value == HOSTILE
    assert marked[SHEET]["B30"].hyperlink is None


def test_no_copy_has_anything_that_is_fetched_or_run(copies):
    folder, names = copies
    for name in names.values():
        with zipfile.ZipFile(folder / name) as book:
            assert not [member for member in book.namelist() if "external" in member.lower() or "vba" in member.lower()]
            assert not [member for member in book.namelist() if b'TargetMode="External"' in book.read(member)]


def test_a_form_whose_rows_were_moved_comes_back_with_its_cells_where_the_unit_has_them(copies):
    folder, names = copies
    book = load_workbook(folder / names["c.xlsx"])
    assert book[SHEET]["H14"].value == "ba"
    assert book[SHEET]["H14"].comment is not None
    assert any("vào đúng biểu mẫu" in str(row[0].value) for row in book[LIST].iter_rows(max_row=8))


def test_a_form_made_for_another_unit_does_not_become_this_units_by_coming_back(copies, tmp_path):
    folder, names = copies
    (tmp_path / "reports").mkdir()
    shutil.copy(folder / names["f.xlsx"], tmp_path / "reports")
    assert load_workbook(folder / names["f.xlsx"])[MAP].sheet_state == "veryHidden"
    received = read_reports(Year(tmp_path, plan(), rubric(), register())).received
    assert received["fate"].tolist() == ["rejected"]


def test_of_a_file_that_cannot_be_read_there_is_only_the_list(copies):
    folder, names = copies
    book = load_workbook(folder / names["d.xlsx"])
    assert book.sheetnames == [LIST]
    assert "hỏng" in listed(book)[0][4]


def test_a_report_sent_as_csv_comes_back_as_a_workbook_of_its_rows(copies):
    folder, names = copies
    sheet = load_workbook(folder / names["g.csv"])[SHEET]
    assert (sheet["A5"].value, sheet["B5"].value) == ("A1", "chín")
    assert sheet["B5"].comment is not None
    assert (sheet["F5"].value, sheet["F5"].data_type) == ("=cmd", "s")


def test_a_copy_that_was_mended_and_sent_back_is_read_like_any_report(copies, tmp_path):
    folder, names = copies
    (tmp_path / "reports").mkdir()
    book = load_workbook(folder / names["a.xlsx"])
    for cell, content in {"H11": 4, "H16": 40, "L14": "5/TB-CĐ", "N9": None, "N11": None}.items():
        book[SHEET][cell] = content
    book.save(tmp_path / "reports" / names["a.xlsx"])
    reading = read_reports(Year(tmp_path, plan(), rubric(), register()))
    assert reading.received["fate"].tolist() == ["accepted"]
    values = reading.entries[reading.entries["file"] != ""].set_index("criterion")["value"]
    assert (values["A1"], values["A6"]) == (4, 40)


def test_the_same_reports_give_the_same_bytes(year, reading, copies, tmp_path):
    folder, names = copies
    write_returns(tmp_path, year, reading)
    for name in names.values():
        with zipfile.ZipFile(folder / name) as first, zipfile.ZipFile(BytesIO((tmp_path / name).read_bytes())) as again:
            assert {n: first.read(n) for n in first.namelist()} == {n: again.read(n) for n in again.namelist()}
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_report_with_cells_beyond_measure_comes_back_as_a_list_in_seconds(tmp_path):
    (tmp_path / "reports").mkdir()

    def fill(book, sheet):
        other = book.create_sheet("Nháp")
        for _ in range(2100):
            other.append(["x"] * 10)

    change(filled_form(tmp_path / "reports" / "a.xlsx", typed=WRONG), fill)
    opened = Year(tmp_path, plan(), rubric(), register())
    names = write_returns(tmp_path / "check", opened, read_reports(opened))
    book = load_workbook(tmp_path / "check" / names["a.xlsx"])
    assert book.sheetnames == [LIST]
    assert [row[1] for row in listed(book)[:2]] == [f"{SHEET}, H11", f"{SHEET}, H16"]


def test_sheets_of_one_name_and_a_second_report_hidden_in_the_file_all_stand_in_the_copy(tmp_path):
    (tmp_path / "reports").mkdir()

    def fill(book, sheet):
        sheet.title = "Kết quả"
        for name, content in {SHEET: "cũ", "nháp 'x'": 1850, "NHÁP ' X": "khác", "x" * 30: 1, "x" * 31: 2}.items():
            book.create_sheet(name)["A1"] = content
        book[SHEET].sheet_state = "hidden"

    change(filled_form(tmp_path / "reports" / "a.xlsx", typed=WRONG), fill)
    opened = Year(tmp_path, plan(), rubric(), register())
    book = load_workbook(tmp_path / "check" / write_returns(tmp_path / "check", opened, read_reports(opened))["a.xlsx"])
    assert book[SHEET]["H11"].value == "1.000"
    assert [sheet["A1"].value for sheet in book.worksheets[-5:]] == ["cũ", 1850, "khác", 1, 2]
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=2, max_size=2))
def test_no_text_of_a_report_breaks_its_copy_or_comes_alive_in_it(tmp_path, texts):
    (tmp_path / "reports").mkdir(exist_ok=True)
    head = [["Mã đơn vị:", "XA-LONG"], ["Kỳ báo cáo:", "9T"], ["Năm:", "2024"]]
    titles = ["Mã", "Kết quả", "Trên tổng số", "Không áp dụng", "Điểm tự chấm", "Minh chứng"]
    with (tmp_path / "reports" / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([*head, titles, ["A1", texts[0], "", "", "", texts[1]]])
    opened = Year(tmp_path, plan(), rubric(), register())
    names = write_returns(tmp_path / "check", opened, read_reports(opened))
    for name in names.values():
        book = load_workbook(tmp_path / "check" / name)
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


# The lists on the screen and on the page


@pytest.fixture(scope="module")
def checklist(year, reading, copies):
    return list_checks(reading, year, copies[1])


def test_every_file_and_every_finding_stands_under_one_unit(checklist, reading):
    files = [line.file for part in checklist.parts for line in part.files]
    assert sorted(files) == sorted(reading.received["file"])
    findings = sum(len(part.findings) for part in checklist.parts) + len(checklist.absent)
    assert findings == len(reading.findings)
    assert sorted(part.id for part in checklist.parts) == ["", "TH-HOABINH", "XA-LONG", "XA-TAN"]
    weights = [part.weight for part in checklist.parts if part.id]
    assert weights == sorted(weights, reverse=True)
    assert checklist.parts[-1].id == ""  # what belongs to no one unit stands last


def test_the_lists_end_with_who_has_not_reported(checklist):
    absent = {(line.unit, line.period) for line in checklist.absent}
    assert ("TH-HOABINH", "Báo cáo 9 tháng") in absent
    assert ("TH-HOABINH", "Báo cáo năm") not in absent
    assert "XA-CU" not in {unit for unit, _ in absent}


def test_the_page_is_one_file_without_script_and_shows_report_text_as_text(checklist, year):
    page = check_page(checklist, year.plan, "check").decode()
    assert '<html lang="vi">' in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "src=" not in page
    assert 'href="check/TH-HOABINH_NAM.xlsx"' in page
    assert page.index("Báo cáo chưa có") < page.index("(TH-HOABINH)")
    weights = [tuple(map(int, found)) for found in re.findall(r": (\d+) lỗi, (\d+) chỗ cần xem lại</a>", page)]
    assert weights[:-1] == sorted(weights[:-1], reverse=True)
    assert weights[0][0] > 0
    for part in checklist.parts:
        assert f'href="#don-vi-{part.id}"' in page
        assert f'<section id="don-vi-{part.id}"' in page


def test_markup_in_a_report_does_nothing_on_the_page(tmp_path):
    (tmp_path / "reports").mkdir()
    filled_form(tmp_path / "reports" / "a.xlsx", typed={("A1", "value"): HOSTILE})
    opened = Year(tmp_path, plan(), rubric(), register())
    page = check_page(list_checks(read_reports(opened), opened), opened.plan, "check").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert HOSTILE not in page


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_only_the_copies_whose_findings_changed_are_made_again(year, tmp_path):
    names = write_returns(tmp_path, year, read_reports(year))
    first = times(tmp_path)
    write_returns(tmp_path, year, read_reports(year))
    assert times(tmp_path) == first
    (tmp_path / names["a.xlsx"]).write_bytes(b"someone typed here")
    reading = read_reports(year)
    findings = reading.findings
    told = findings["message"].where(findings["file"] != "f.xlsx", findings["message"] + "!")
    write_returns(tmp_path, year, reading._replace(findings=findings.assign(message=told)))
    again = times(tmp_path)
    assert {name for name in first if again[name] != first[name]} == {names["a.xlsx"], names["f.xlsx"]}


def test_one_process_and_several_write_the_same_copies(year, tmp_path, monkeypatch):
    reading = read_reports(year)
    one, several = tmp_path / "one", tmp_path / "several"
    write_returns(one, year, reading)
    monkeypatch.setattr(returns, "in_processes", partial(in_processes, count=3))
    monkeypatch.setattr(many, "_FEWEST", 1)
    write_returns(several, year, reading)
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in several.iterdir()
    }
