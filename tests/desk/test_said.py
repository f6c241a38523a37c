"""What a verb says at the desk: text as text, tables as tables, and the files it made as links."""

import pytest

from scoring.desk.lab.said import PAGES_ONLY, SaidTable, made_html, said_html


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder of work with blanks and marks in its name, as an office has it."""
    work = tmp_path / "Chấm điểm thi đua - dữ liệu"
    (work / "outputs" / "2025" / "forms").mkdir(parents=True)
    (work / "outputs" / "2025" / "bao_cao_ky").mkdir()
    for name in ("check.html", "forms/TH-A_Q1.xlsx", "bao_cao_ky/Q2.pdf", "bao_cao_ky/Q2.docx"):
        (work / "outputs" / "2025" / name).write_bytes(b"x")
    monkeypatch.setenv("CHAM_DIEM_WORK", str(work))
    monkeypatch.delenv(PAGES_ONLY, raising=False)
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)
    return work


def link(place):
    return f'<a href="/files/{place}" target="_blank" rel="noopener">{place}</a>'


def test_a_file_that_was_made_is_a_link_told_from_the_folder_of_work_on(work):
    said = said_html([f"Bảng kiểm tra để in, để gửi: {work}/outputs/2025/check.html."])
    assert f"để gửi: {link('outputs/2025/check.html')}." in said


def test_all_kinds_of_a_file_are_linked_and_a_folder_is_named(work):
    said = said_html([f"Báo cáo: {work}/outputs/2025/bao_cao_ky/Q2.*", f"Đã làm 1 mẫu trong {work}/outputs/2025/forms"])
    assert f"{link('outputs/2025/bao_cao_ky/Q2.docx')}, {link('outputs/2025/bao_cao_ky/Q2.pdf')}" in said
    assert "trong outputs/2025/forms<" in said
    assert str(work) not in said


def test_what_was_made_is_listed_once_without_what_is_not_there(work):
    lines = [f"Bảng: {work}/outputs/2025/check.html", f"Xem {work}/outputs/2025/check.html.", f"{work}/outputs/x.pdf"]
    assert made_html([*lines, SaidTable("", [], [])]) == link("outputs/2025/check.html")


def test_where_no_file_server_stands_beside_the_desk_places_are_only_named(work, monkeypatch):
    monkeypatch.setenv(PAGES_ONLY, "1")
    said = said_html([f"Đây: {work}/outputs/2025/check.html"])
    assert "<a " not in said
    assert "Đây: outputs/2025/check.html" in said


def test_what_is_said_stays_text(work):
    said = said_html(["<script>x</script>", SaidTable("<b>", ["<i>"], [["<img src=x>"]])])
    assert "<script" not in said
    assert "<img" not in said
    assert "<i>" not in said


def test_lines_and_tables_stand_in_their_order(work):
    said = said_html(["trước", SaidTable("Mức", ["Mức", "Số đơn vị"], [["Tốt", "3"]]), "sau"])
    assert said.index("trước") < said.index("<table") < said.index("Tốt") < said.index("sau")
    assert said_html([]) == ""
