"""The register of evidence: what is told of each piece, and what is amiss with it."""

import csv
import io
from datetime import date

import pytest
from helpers.filled_forms import change, filled_form, plan, register, rubric, units
from openpyxl import load_workbook

from scoring.pages.spreadsheets import evidence_csv, evidence_xlsx
from scoring.register.year import Year
from scoring.reports.checks.run import check_reports, read_reports
from scoring.reports.evidence import Proof, proof_text, read_proof
from scoring.reports.evidence_register import is_about_evidence, list_evidence
from scoring.reports.fields import PROOFS
from scoring.reports.returns import write_returns

TOLD = {
    "12/KH-CĐ ngày 05/03/2024": ("Kế hoạch", "12/KH-CĐ", date(2024, 3, 5), "CĐ", ""),
    "Phụ lục 1 kèm 05/KH-CĐ ngày 5.3.2024": ("Kế hoạch", "05/KH-CĐ", date(2024, 3, 5), "CĐ", ""),
    "7/QĐ-LĐLĐ ngày 01-06-2024": ("Quyết định", "7/QĐ-LĐLĐ", date(2024, 6, 1), "LĐLĐ", ""),
    "https://cong.doan/bai/05/03/2023": ("Tin bài hoặc đường dẫn", "", None, "", "https://cong.doan/bai/05/03/2023"),
    "Biên bản họp ngày 31/02/2024": ("Biên bản", "", None, "", ""),
    "ảnh bảng tin": ("Khác", "", None, "", ""),
    "=1+1": ("Khác", "", None, "", ""),
}


@pytest.mark.parametrize("text", TOLD)
def test_a_text_tells_kind_number_date_issuer_and_link_as_far_as_it_has_them(text):
    assert read_proof(text) == TOLD[text]


@pytest.mark.parametrize(
    "proof",
    [
        Proof("Kế hoạch", "12/KH-CĐ", date(2024, 3, 5), "Công đoàn cơ sở xã Long", ""),
        Proof("Quyết định", "3/QĐ-LĐLĐ", date(2024, 1, 2), "LĐLĐ huyện", "https://cong.doan/3"),
        Proof("Tin bài hoặc đường dẫn", "", None, "", "https://cong.doan/4"),
    ],
)
def test_evidence_stated_in_fields_is_one_text_that_tells_them_again(proof):
    assert read_proof(proof_text(proof)) == proof


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("12/KH ngày 31/12/2024", False),
        ("12/KH ngày 01/01/2024", False),
        ("12/KH ngày 31/12/2023", True),
        ("12/KH ngày 1/1/2025", True),
        ("12/KH ngày 31/02/2024", True),
        ("https://cong.doan/31/12/2023", False),
        ("12/KH", False),
    ],
)
def test_evidence_dated_outside_the_year_is_told_at_its_criterion(tmp_path, text, is_told):
    filled_form(tmp_path / "a.xlsx", typed={("A1", "evidence"): text, ("A6", "evidence"): text})
    findings = check_reports(tmp_path, rubric(), units(), register()).findings
    told = findings[findings["code"] == "evidence_date"]
    assert told["criterion"].tolist() == (["A1", "A6"] if is_told else [])


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bao_cao")
    own = {("A1", "evidence"): "12/CTr-LONG ngày 05/03/2024; https://cong.doan/1", ("A4", "evidence"): None}
    filled_form(folder / "a.xlsx", "XA-LONG", typed=own | {("A6", "evidence"): "12/CTr-LONG ngày 05/03/2024"})
    odd = {("A1", "evidence"): "+1/KH ngày 05/03/2023", ("A4", "evidence"): "+1/KH ngày 05/03/2023"}
    filled_form(folder / "b.xlsx", "XA-TAN", typed=odd)
    return check_reports(folder, rubric(), units(), register())


@pytest.fixture(scope="module")
def rows(reading):
    return list_evidence(reading.entries, reading.findings)


def test_every_claim_is_a_row_and_the_same_evidence_has_one_id(rows):
    own = {(row.criterion, row.text): row.id for row in rows if row.unit == "XA-LONG" and row.text}
    assert own["A1", "12/CTr-LONG ngày 05/03/2024"] == own["A6", "12/CTr-LONG ngày 05/03/2024"] == "XA-LONG-MC01"
    assert own["A1", "https://cong.doan/1"] == "XA-LONG-MC02"


def test_a_result_without_the_evidence_it_needs_is_a_row_that_says_so(rows):
    (row,) = (row for row in rows if row.unit == "XA-LONG" and row.criterion == "A4")
    assert row.id == ""
    assert row.remark.startswith("Chưa có minh chứng")


def test_what_is_amiss_stands_beside_the_evidence(rows):
    remarks = {row.criterion: row.remark for row in rows if row.unit == "XA-TAN"}
    assert remarks["A1"] == "Minh chứng ghi ngày không thuộc năm 2024."
    assert "đã kê khai cho A1" in remarks["A4"]
    assert "XA-LONG cũng kê khai" in remarks["A7"]


def test_a_phrase_that_names_no_document_is_told_beside_each_claim_of_it(tmp_path):
    phrase = {("A1", "evidence"): "Biên bản họp", ("A4", "evidence"): "Biên bản họp"}
    filled_form(tmp_path / "a.xlsx", "XA-LONG", typed=phrase)
    reading = check_reports(tmp_path, rubric(), units(), register())
    remarks = {row.criterion: row.remark for row in list_evidence(reading.entries, reading.findings)}
    assert remarks["A4"].startswith("Cùng lời này đã ghi cho A1")


def test_a_finding_that_quotes_evidence_is_known_as_one_about_evidence(reading):
    pieces = {piece for text in reading.entries["evidence"].dropna() for piece in text.split("; ")}
    quoting = reading.findings[reading.findings["value"].isin(pieces)]
    assert set(quoting["code"]) >= {"evidence_date", "evidence_twice", "evidence_elsewhere"}
    assert all(map(is_about_evidence, quoting["code"]))


def test_no_text_of_a_report_is_a_formula_in_the_register(rows):
    table = list(csv.DictReader(io.StringIO(evidence_csv(rows).decode("utf-8-sig"))))
    assert {row["text"] for row in table if row["unit"] == "XA-TAN"} >= {"'+1/KH ngày 05/03/2023"}
    sheet = load_workbook(io.BytesIO(evidence_xlsx(rows, 2024))).active
    assert len(table) == sheet.max_row - 1 == len(rows)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


# The form's sheet of evidence


ROWS = {
    "MC01": ("Kế hoạch", "12/KH-CĐ", "05/03/2024", "CĐCS xã Long", None),
    "MC02": ("Tin bài hoặc đường dẫn", None, None, None, "https://cong.doan/1"),
}
PLAN, ITEM = "12/KH-CĐ ngày 05/03/2024 do CĐCS xã Long ban hành", "https://cong.doan/1"
SAID = {
    "rows named by their codes": ("MC01; mc2", {}, f"{PLAN}; {ITEM}", []),
    "codes with commas": ("MC01, MC02", {}, f"{PLAN}; {ITEM}", []),
    "words as well": ("MC01; 7/BB-CĐ", {}, f"{PLAN}; 7/BB-CĐ", ["proof_unnamed"]),
    "a row with nothing in it": ("MC01; MC02; MC07", {}, f"{PLAN}; {ITEM}", ["unknown_proof"]),
    "only a row with nothing in it": (
        "MC07",
        {},
        None,
        ["no_evidence", "proof_unnamed", "proof_unnamed", "unknown_proof"],
    ),
    "a day that is none": (
        "MC01; MC02",
        {"D5": "31/02/2024"},
        PLAN.replace(" ngày 05/03/2024", "") + f"; {ITEM}",
        ["impossible_date"],
    ),
    "another year's day": (
        "MC01; MC02",
        {"D5": "05/03/2023"},
        PLAN.replace("03/2024", "03/2023") + f"; {ITEM}",
        ["evidence_date"],
    ),
    "a code twice": ("MC02", {"A7": "MC01", "C7": "9/KH"}, "https://cong.doan/1", ["proof_code"]),
    "a row without a code": ("MC01; MC02", {"A7": None, "C7": "9/KH"}, f"{PLAN}; {ITEM}", ["proof_code"]),
    "only an issuer": ("MC01; MC02", {"E7": "LĐLĐ"}, f"{PLAN}; {ITEM}", ["proof_empty"]),
    "a formula": (
        "MC01; MC02",
        {"C5": '=HYPERLINK("x")'},
        "https://cong.doan/1",
        ["formula_without_result", "unknown_proof"],
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_the_rows_of_evidence_are_read_by_their_codes(tmp_path, case):
    named, spoilt, text, codes = SAID[case]

    def fill(book, _):
        sheet = book[PROOFS]
        for row, (code, stated) in enumerate(ROWS.items(), 5):
            assert sheet.cell(row, 1).value == code
            for column, content in enumerate(stated, 2):
                sheet.cell(row, column).value = content
        for cell, content in spoilt.items():
            sheet[cell] = content

    change(filled_form(tmp_path / "a.xlsx", typed={("A1", "evidence"): named}), fill)
    reading = check_reports(tmp_path, rubric(), units(), register())
    (entry,) = reading.entries[(reading.entries["criterion"] == "A1")].itertuples()
    assert (None if entry.evidence != entry.evidence else entry.evidence) == text
    told = reading.findings[reading.findings["file"] == "a.xlsx"]
    assert sorted(set(told["code"]) - {"evidence_fewer"}) == sorted(set(codes))
    assert told.loc[told["code"].str.startswith(("proof", "impossible", "formula")), "sheet"].eq(PROOFS).all()


def test_the_copy_sent_back_keeps_the_rows_of_evidence_and_marks_what_is_amiss(tmp_path):
    (tmp_path / "reports").mkdir()

    def fill(book, _):
        book[PROOFS]["C5"], book[PROOFS]["D5"] = "12/KH-CĐ", "31/02/2024"

    change(filled_form(tmp_path / "reports" / "a.xlsx", typed={("A1", "evidence"): "MC01"}), fill)
    year = Year(tmp_path, plan(), rubric(), register())
    names = write_returns(tmp_path / "check", year, read_reports(year))
    sheet = load_workbook(tmp_path / "check" / names["a.xlsx"])[PROOFS]
    assert (sheet["C5"].value, sheet["D5"].value) == ("12/KH-CĐ", "31/02/2024")
    assert sheet["D5"].comment.text.startswith("CẦN SỬA: Không có ngày 31/02/2024")
    assert sheet["G5"].data_type == "f"
