"""Somebody's telephone number, identity number or e-mail address is noticed in evidence, and never repeated."""

import pytest
from helpers.filled_forms import filled_form, register, rubric, units

from scoring.reports.checks.personal_data import kinds_in
from scoring.reports.checks.run import check_reports

PHONE, CITIZEN, MAIL = "số điện thoại", "số căn cước", "địa chỉ thư điện tử"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("BB 05, liên hệ 0912345678", [PHONE]),
        ("BB 05, 0912 345 678", [PHONE]),
        ("BB 05, 0912.345.678; +84 912 345 678", [PHONE]),
        ("đt 02713 123 456", [PHONE]),
        ("CCCD 070090012345", [CITIZEN]),
        ("căn cước số 070090012345, CMND 285 123 456", [CITIZEN]),
        ("gửi từ vi.du@example.vn", [MAIL]),
        ("vi.du+1@mail.example.com, 0388123456", [MAIL, PHONE]),
    ],
)
def test_personal_data_is_told_by_its_kind(text, kinds):
    assert kinds_in(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        *(
            "05/BC-CĐCS ngày 12/03/2024",
            "01/KH-LĐLĐ ngày 01.02.2024",
            "MC01; MC02",
            "Biên bản số 0123",
            "12345678901234",
        ),
        *(
            "https://vi.du/tin/0912345678",
            "vi.du/bai-viet-070090012345.html",
            "1.250 lượt, 300 người",
            "QĐ 0912/2024/QĐ",
        ),
    ],
)
def test_numbers_of_documents_days_and_pages_are_none(text):
    assert kinds_in(text) == []


def test_the_unit_is_asked_to_take_it_out_and_the_finding_does_not_repeat_it(tmp_path):
    filled_form(tmp_path / "a.xlsx", typed={("A1", "evidence"): "05/BC ngày 02/03/2024, gọi 0912 345 678"})
    reading = check_reports(tmp_path, rubric(), units(), register())
    (told,) = [row for row in reading.findings.itertuples() if row.code == "personal_data"]
    assert (told.unit, told.criterion, told.file, told.severity) == ("TH-HOABINH", "A1", "a.xlsx", "warning")
    assert told.message == "minh chứng có số điện thoại của cá nhân"
    assert "bỏ thông tin cá nhân" in told.mend
    assert "0912" not in f"{told.message}{told.mend}{told.value}"
