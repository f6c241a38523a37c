"""What lies in a folder of reports: every file is listed with its fate, whatever it is called."""

import os
import shutil
import unicodedata

import pytest
from helpers.filled_forms import filled_form, read_folder
from helpers.published import hashes

from scoring.core import machine_files
from scoring.core.errors import ReportError
from scoring.decisions import seal
from scoring.reports.reading.container import OLE
from scoring.reports.reading.folder import list_files, shown_name

IGNORED = [
    *("~$bao_cao.xlsx", "._bao_cao.xlsx", "Thumbs.db", ".DS_Store", "desktop.ini", "ehthumbs.db", "THUMBS.DB"),
    *("bao_cao.xlsx.crdownload", "bao_cao.xlsx.part", "~WRL0001.tmp", ".~lock.bao_cao.xlsx#", ".gitkeep", ".directory"),
    *("report.xlsx.exe", "ghi_chu", "received.csv"),
]
PAPERS = ["bao_cao.docx", "bao_cao.pdf", "anh.jpg", "bao_cao.zip", "BAO_CAO.PDF", "bao_cao.doc", "thu.txt"]
ODD_NAMES = [
    *("=cmd|'calc'!A0.xlsx", "<img src=x>.xlsx", "a\nb.xlsx", "a\u202egpj.xlsx"),
    *(f"{'x' * 240}.xlsx", "$e^x$ {0} %s.xlsx"),
]
on_posix = pytest.mark.skipif(os.name != "posix", reason="names, links and pipes as only POSIX has them")


def fates(folder):
    return read_folder(folder).received.set_index("file")["fate"].to_dict()


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_no_report_is_listed_and_ignored(tmp_path, name):
    (tmp_path / name).write_bytes(b"file,received_on\n")
    reading = read_folder(tmp_path)
    assert fates(tmp_path) == {name: "ignored"}
    assert reading.received["why"].iloc[0]
    assert reading.findings.empty


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_listed_as_received_and_not_readable(tmp_path, name):
    (tmp_path / name).write_bytes(b"abc")
    reading = read_folder(tmp_path)
    assert fates(tmp_path) == {name: "flagged"}
    assert reading.findings["code"].tolist() == ["unread_kind"]
    assert reading.received["sha256"].iloc[0]


@pytest.mark.parametrize("name", ["bao_cao.xls", "bao_cao.ods", "bao_cao.xlsb"])
def test_another_kind_of_workbook_is_asked_for_as_xlsx(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    reading = read_folder(tmp_path)
    assert fates(tmp_path) == {name: "rejected"}
    assert ".xlsx" in reading.findings["mend"].iloc[0]


@on_posix
@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_read_and_listed_as_visible_text(tmp_path, name):
    filled_form(tmp_path / "form.xlsx").replace(tmp_path / name)
    reading = read_folder(tmp_path)
    assert reading.received["fate"].tolist() == ["accepted"]
    assert reading.received["file"].iloc[0].isprintable()
    assert set(reading.entries["file"]) == set(reading.received["file"])


@on_posix
def test_a_name_that_is_not_utf8_is_listed(tmp_path):
    filled_form(tmp_path / "form.xlsx").replace(tmp_path / os.fsdecode(b"b\xe1o.xlsx"))
    assert fates(tmp_path) == {"b[U+DCE1]o.xlsx": "accepted"}


def test_names_that_look_the_same_are_told_apart(tmp_path):
    name = "báo cáo.xlsx"
    filled_form(tmp_path / unicodedata.normalize("NFC", name))
    filled_form(tmp_path / unicodedata.normalize("NFD", name), "XA-LONG")
    reading = read_folder(tmp_path)
    assert reading.received["file"].is_unique
    assert len(reading.received) == len(list(tmp_path.iterdir()))


def test_folders_inside_are_read_and_one_called_like_a_report_is_not(tmp_path):
    (tmp_path / "9 tháng").mkdir()
    filled_form(tmp_path / "9 tháng" / "a.xlsx", period="9T")
    (tmp_path / "bao_cao.xlsx").mkdir()
    filled_form(tmp_path / "bao_cao.xlsx" / "b.xlsx")
    assert fates(tmp_path) == {"9 tháng/a.xlsx": "accepted", "bao_cao.xlsx": "ignored"}


@on_posix
def test_links_and_pipes_are_rejected_without_waiting(tmp_path):
    outside = filled_form(tmp_path / "outside.xlsx")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "link.xlsx").symlink_to(outside)
    (folder / "dangling.xlsx").symlink_to(folder / "nothing")
    (folder / "loop.xlsx").symlink_to(folder / "loop.xlsx")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.xlsx")
    assert set(fates(folder).values()) == {"rejected"}
    assert len(fates(folder)) == 5


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom the system can deny a file")
def test_a_file_that_may_not_be_opened_is_rejected(tmp_path):
    filled_form(tmp_path / "bao_cao.xlsx").chmod(0)
    assert fates(tmp_path) == {"bao_cao.xlsx": "rejected"}


def test_an_empty_file_and_an_immense_one_are_not_opened(tmp_path):
    (tmp_path / "trong.xlsx").touch()
    with (tmp_path / "lon.csv").open("wb") as file:
        file.truncate(25_000_000)
    reading = read_folder(tmp_path)
    assert set(fates(tmp_path).values()) == {"rejected"}
    assert sorted(reading.findings["code"]) == ["empty_file", "too_large_file"]


def test_a_workbook_that_is_called_csv_is_read_for_what_it_is(tmp_path):
    shutil.move(filled_form(tmp_path / "form.xlsx"), tmp_path / "bao_cao.csv")
    assert fates(tmp_path) == {"bao_cao.csv": "accepted"}


def test_a_name_of_another_unit_is_told_and_the_content_counts(tmp_path):
    filled_form(tmp_path / "XA-LONG_NAM.xlsx", "XA-TAN")
    reading = read_folder(tmp_path)
    assert set(reading.entries["unit"]) == {"XA-TAN"}
    assert reading.findings["code"].tolist() == ["other_name"]
    assert "XA-LONG" in reading.findings["message"].iloc[0]


@pytest.mark.parametrize("name", ["XA-TAN_NAM.xlsx", "XA-TAN và XA-LONG.xlsx", "bản sửa của xa-tan.xlsx", "nam.xlsx"])
def test_a_name_that_may_be_the_units_own_is_not_spoken_of(tmp_path, name):
    filled_form(tmp_path / name, "XA-TAN")
    assert read_folder(tmp_path).findings.empty


def test_an_empty_folder_gives_empty_tables_with_their_columns(tmp_path):
    entries, findings, received = read_folder(tmp_path)
    assert entries.empty
    assert findings.empty
    assert received.empty
    assert {"unit", "criterion", "value"} <= set(entries.columns)


def test_a_missing_folder_is_an_error_in_words(tmp_path):
    with pytest.raises(ReportError, match="không có thư mục báo cáo"):
        read_folder(tmp_path / "nothing")


def test_files_come_in_the_order_of_their_names(tmp_path):
    for name in ("b.csv", "a.csv", "C.csv"):
        (tmp_path / name).touch()
    assert [found.name for found in list_files(tmp_path)] == ["C.csv", "a.csv", "b.csv"]
    assert shown_name("a\tb") == "a[U+0009]b"


def test_the_offices_date_counts_before_the_reports_own(tmp_path):
    filled_form(tmp_path / "bao_cao.xlsx")
    (tmp_path / "received.csv").write_text("file,received_on\nbao_cao.xlsx,20/12/2024\n", "utf-8")
    reading = read_folder(tmp_path)
    assert reading.received.set_index("file").loc["bao_cao.xlsx", "days_late"] == 5
    assert reading.findings["code"].tolist() == ["other_date"]


OFFICE_FAULTS = {
    "no headings": "bao_cao.xlsx,2024-12-01\n",
    "a day no calendar has": "file,received_on\nbao_cao.xlsx,2024-13-01\n",
    "bytes that are no text": "file,received_on\nb\xff",
}


@pytest.mark.parametrize("case", OFFICE_FAULTS)
def test_a_faulty_list_of_arrivals_is_told_and_loses_no_report(tmp_path, case):
    filled_form(tmp_path / "bao_cao.xlsx")
    (tmp_path / "received.csv").write_bytes(OFFICE_FAULTS[case].encode("latin-1"))
    reading = read_folder(tmp_path)
    assert reading.received.set_index("file").loc["bao_cao.xlsx", "days_late"] == 0
    assert reading.findings["file"].tolist() == ["received.csv"]


@pytest.mark.parametrize("name", [".form.xlsx", ".form.csv", ".form.pdf", ".cu/form.xlsx", "quy_1/.form.xlsx"])
def test_a_report_that_the_machine_hides_is_told_and_never_silently_counted(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    filled_form(tmp_path / "form.xlsx").replace(path)
    reading = read_folder(tmp_path)
    assert fates(tmp_path) == {name: "rejected"}
    assert reading.findings["code"].tolist() == ["hidden_file"]
    assert reading.entries["file"].eq("").all()
    assert not hashes(tmp_path)


def test_what_archives_and_disks_put_beside_the_reports_is_not_entered(tmp_path):
    for folder in ("__MACOSX", "$RECYCLE.BIN", "@eaDir"):
        (tmp_path / folder).mkdir()
        filled_form(tmp_path / "form.xlsx").replace(tmp_path / folder / "form.xlsx")
    assert fates(tmp_path) == {}
    assert not hashes(tmp_path)


@pytest.mark.parametrize("name", [*IGNORED, *PAPERS, ".form.xlsx", "__MACOSX", ".cu", "a.xlsx", "Icon\r", "x.lnk"])
def test_one_list_says_what_is_left_out_of_the_count_and_of_the_seal(name):
    assert machine_files.is_left_out(name) is seal.is_left_out(name)


@pytest.mark.parametrize("name", ["TH-HOABINH_NAM", "TH-HOABINH_NAM.xlsx (1)", "TH-HOABINH nam.2024", "bao cao.xlsx_"])
def test_a_workbook_whose_ending_was_lost_is_told_with_what_to_do(tmp_path, name):
    filled_form(tmp_path / "a.xlsx").rename(tmp_path / name)
    reading = read_folder(tmp_path)
    assert reading.findings[["file", "code", "severity"]].to_numpy().tolist() == [[name, "unread_kind", "warning"]]
    assert "đặt lại tên" in reading.findings["mend"].item()


def test_a_workbook_that_is_called_a_program_is_not_opened(tmp_path):
    filled_form(tmp_path / "a.xlsx").rename(tmp_path / "a.xlsx.exe")
    assert read_folder(tmp_path).received["fate"].tolist() == ["ignored"]


@pytest.mark.parametrize(
    "kind",
    [
        *(".jfif", ".svg", ".xps", ".ofd", ".one", ".slk", ".sxc", ".tgz", ".url", ".mp4", ".odp"),
        *(".dotm", ".wpt", ".p7m", ".asice", ".wk1", ".tab", ".shtml", ".jp2", ".amr", ".iso"),
    ],
)
def test_what_an_office_may_send_instead_of_a_workbook_is_listed_with_what_to_do(tmp_path, kind):
    (tmp_path / f"TH-HOABINH_NAM{kind}").write_bytes(b"x")
    found = read_folder(tmp_path).findings
    assert found["code"].tolist() == ["unread_kind"]
    assert found["mend"].str.len().gt(0).all()


@pytest.mark.parametrize("kind", [".numbers", ".gsheet", ".tab"])
def test_another_program_s_sheet_is_to_be_exported_by_that_program(tmp_path, kind):
    (tmp_path / f"TH-HOABINH_NAM{kind}").write_bytes(b"x")
    assert "xuất thành Excel (.xlsx)" in read_folder(tmp_path).findings["mend"].item()


@pytest.mark.parametrize(
    ("raw", "words"), [(b"%PDF-1.4\n%\xe2\xe3", "tệp là PDF"), (OLE + b"WordDocument", "Office cũ")]
)
def test_what_is_called_csv_and_is_none_is_called_what_it_is(tmp_path, raw, words):
    (tmp_path / "a.csv").write_bytes(raw + bytes(600))
    assert words in read_folder(tmp_path).findings["message"].item()
