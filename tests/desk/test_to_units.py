"""One folder a unit: what it is to get, a letter ready to send, and the register of what was sent when."""

import email
import email.policy
import zipfile
from io import BytesIO

import pytest
from helpers.filled_forms import filled_form
from helpers.published import small_folder
from openpyxl import load_workbook

from scoring.core import places
from scoring.desk.commands import main as command
from scoring.reports.returns import LIST

OWN, OTHER = "TH-HOABINH", "XA-LONG"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A year in which one unit has sent an annual report with something to mend, and another one nothing."""
    folder = small_folder(tmp_path)
    filled_form(folder / "reports" / "a.xlsx", typed={("A1", "value"): "[red]ba[/red]"})
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(project, capsys):
    """Types the verb; gives what was told, on one line."""

    def typed(*words, code=0, verb="to-units"):
        assert command.main([verb, "--year", "2024", *words]) == code
        return " ".join(capsys.readouterr().out.split())

    return typed


def folder_of(project, unit=""):
    return project / "outputs" / "2024" / "to_units" / unit


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def letter_of(project, unit):
    content = (folder_of(project, unit) / "thu_dien_tu.eml").read_bytes()
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_unit_gets_what_it_lacks_what_it_is_to_mend_and_its_own_explanation(project, typed):
    told = typed()
    own = names(folder_of(project, OWN))
    assert own == [
        "TH-HOABINH_9T.xlsx",
        "can_sua_TH-HOABINH_NAM.xlsx",
        "giai_trinh_TH-HOABINH.xlsx",
        "thu_dien_tu.eml",
        "tin_nhan.txt",
    ]
    assert names(folder_of(project, OTHER)) == [
        "XA-LONG_9T.xlsx",
        "XA-LONG_NAM.xlsx",
        "thu_dien_tu.eml",
        "tin_nhan.txt",
    ]
    assert LIST in load_workbook(folder_of(project, OWN) / "can_sua_TH-HOABINH_NAM.xlsx").sheetnames
    assert "chưa có phiếu đánh giá khớp với số liệu hiện nay" in told
    assert "XA-CU" not in names(folder_of(project))  # it has ended


def test_the_letter_holds_the_files_and_no_address(project, typed):
    typed()
    message = letter_of(project, OWN)
    assert message["To"] is None
    assert message["From"] is None
    assert "tài liệu đánh giá năm 2024" in message["Subject"]
    attached = {one.get_filename(): one.get_content() for one in message.iter_attachments()}
    on_disk = {name: (folder_of(project, OWN) / name).read_bytes() for name in names(folder_of(project, OWN))}
    assert attached == {name: content for name, content in on_disk.items() if name.endswith(".xlsx")}
    text = message.get_body().get_content()
    assert all(name in text for name in attached)
    assert "hạn nộp" in text
    assert OTHER not in text + on_disk["tin_nhan.txt"].decode("utf-8-sig")


def test_the_same_data_make_the_same_files(project, typed):
    typed("--zip")
    before = {path: path.read_bytes() for path in folder_of(project).rglob("*") if path.is_file()}
    typed("--zip")
    assert {path: path.read_bytes() for path in folder_of(project).rglob("*") if path.is_file()} == before


def test_a_zip_holds_a_units_files_and_one_holds_all(project, typed):
    typed("--zip")
    inside = zipfile.ZipFile(BytesIO((folder_of(project) / f"{OWN}.zip").read_bytes()))
    assert inside.testzip() is None
    assert "thu_dien_tu.eml" not in inside.namelist()
    assert "can_sua_TH-HOABINH_NAM.xlsx" in inside.namelist()
    everything = zipfile.ZipFile(BytesIO((folder_of(project) / "_tat_ca.zip").read_bytes())).namelist()
    assert {f"{OWN}/thu_dien_tu.eml", f"{OTHER}/{OTHER}_NAM.xlsx"} <= set(everything)
    typed()
    assert not list(folder_of(project).glob("*.zip"))  # what is old would be sent as new


def test_what_is_no_longer_due_goes_and_what_others_put_there_stays(project, typed):
    typed()
    (folder_of(project, OTHER) / "ghi chú.txt").write_text("gọi lại", encoding="utf-8")
    filled_form(project / "data" / "2024" / "reports" / "b.xlsx", OTHER, "9T")
    typed()
    assert "XA-LONG_9T.xlsx" not in names(folder_of(project, OTHER))
    assert "ghi chú.txt" in names(folder_of(project, OTHER))


def test_what_was_sent_is_recorded_once_and_what_changed_since_is_told(project, typed):
    assert "chưa gửi" in typed()
    assert "Đã ghi 3 tệp gửi 1 đơn vị ngày 10/04/2025" in typed("--units", OWN, "--sent", "2025-04-10")
    register = folder_of(project) / "_so_gui.csv"
    rows = register.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 4
    assert all(row.startswith(f"10/04/2025,{OWN},") for row in rows[1:])
    assert "Đã ghi 0 tệp" in typed("--units", OWN, "--sent", "2025-04-11")
    assert register.read_text(encoding="utf-8-sig").splitlines() == rows
    assert "10/04/2025" in typed("--units", OWN)
    filled_form(project / "data" / "2024" / "reports" / "b.xlsx", OWN, "9T", typed={("A1", "value"): "hai"})
    assert "tệp chưa gửi" in typed("--units", OWN)
    assert register.read_text(encoding="utf-8-sig").splitlines() == rows


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_register_is_read_as_excel_saves_it_and_nothing_of_it_is_dropped(project, typed, separator):
    typed()
    typed("--units", OWN, "--sent", "2025-04-10")
    register = folder_of(project) / "_so_gui.csv"
    register.write_text(register.read_text("utf-8-sig").replace(",", separator), "utf-8-sig")
    assert "Đã ghi 0 tệp" in typed("--units", OWN, "--sent")
    register.write_text("Ngày gửi,Mã\nhôm qua,TH\n", "utf-8-sig")
    assert "dòng 2: không đọc được" in typed("--sent", code=1)
    assert "hôm qua" in register.read_text("utf-8-sig")


def test_what_cannot_be_done_is_told(project, typed):
    assert "không có mã đơn vị này trong danh bạ" in typed("--units", "TH-KHONGCO", code=1)
    assert "không có khối này" in typed("--block", "K99", code=1)
    assert "chưa có tài liệu nào để ghi là đã gửi" in typed("--sent", code=1)


def test_a_page_goes_along_as_long_as_it_follows_from_the_data(project, typed):
    typed("--units", OWN, "--formats", "html", verb="assess")
    typed("--units", OWN)
    page = "phieu_danh_gia_de_xuat_TH-HOABINH.html"
    assert page in names(folder_of(project, OWN))
    filled_form(project / "data" / "2024" / "reports" / "b.xlsx", OWN, "9T")
    typed("--units", OWN)
    assert page not in names(folder_of(project, OWN))
