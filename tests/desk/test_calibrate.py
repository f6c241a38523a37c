"""Cases of last year before the season: chosen, without names, answered, and what the answers say."""

import argparse
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from helpers.small_year import Office, by_council, reports, verified, year_in
from openpyxl import load_workbook

from scoring.assessment.calibration import (
    CaseAnswer,
    calibrate,
    choose_cases,
    names_in,
    settled_points,
    without_names,
)
from scoring.core.errors import DecisionError, ParameterError
from scoring.core.language import speaking
from scoring.core.tables import plain_rows
from scoring.desk.commands import screen
from scoring.desk.commands.calibrate import run_calibrate
from scoring.desk.workbook.calibration import case_lines, read_cases, write_cases, write_settling
from scoring.desk.workbook.reading import rulings_of
from scoring.desk.workbook.writing import DATE_AT, HEADER, ROLE_AT, line_columns
from scoring.pages.calibration import calibration_lines, calibration_page
from scoring.register.year import open_year

ALL = {"A1", "A2", "B1", "B2", "B3"}


@pytest.fixture
def office(tmp_path):
    office = Office(year_in(tmp_path / "2024"), reports())
    office.record(
        verified("A1", "points", "1.37", reason="thiếu biên bản số 77 của Trường An"),
        verified("A2", "points", "3", unit="TH-B"),
        by_council("points", "2", "B1"),
        verified("", "completed", reason="", unit="TH-B"),
    )
    return office


def book(office, path, *, settling=False, role=""):
    evaluation = office.evaluation()
    lines = case_lines(evaluation, office.stands(), choose_cases(evaluation, ALL))
    if settling:
        write_settling(path, lines, evaluation)
    else:
        write_cases(path, lines, evaluation, role)
    return path


def filled(path, cells, role="Tổ 1", on="06/01/2025"):
    """A workbook with some cells filled in: (case number, column) to content."""
    columns = {column.key: place for place, column in enumerate(line_columns("calibrated"), 1)}
    workbook = load_workbook(BytesIO(path.read_bytes()))
    sheet = workbook.worksheets[0]
    sheet.cell(ROLE_AT[0] + 1, ROLE_AT[1] + 1).value = role
    sheet.cell(DATE_AT[0] + 1, DATE_AT[1] + 1).value = on
    for (number, key), content in cells.items():
        sheet.cell(HEADER + 1 + number, columns[key]).value = content
    workbook.save(path)
    return path


# Which cases


def test_the_same_year_gives_the_same_cases_decided_ones_first_corrected_and_kept_in_turn(office):
    evaluation = office.evaluation()
    cases, settled = choose_cases(evaluation, ALL), settled_points(evaluation)
    assert cases == choose_cases(evaluation, ALL)
    assert len(set(cases)) == len(cases)
    known = [mark in settled for mark in cases]
    assert known == sorted(known, reverse=True)
    computed = evaluation.marks.set_index(["unit", "criterion"])["computed_points"]
    assert settled[cases[0]] != computed[cases[0]]


def test_criteria_that_count_otherwise_in_the_year_to_come_give_no_case(office):
    assert {criterion for _, criterion in choose_cases(office.evaluation(), {"A1"})} == {"A1"}


def test_a_settled_answer_is_a_decision_or_a_mark_left_as_it_was_in_a_finished_unit(office):
    settled = settled_points(office.evaluation())
    assert settled["TH-A", "A1"] == 137
    assert settled["TH-A", "B1"] == 200
    assert settled["TH-B", "A1"] == 450
    assert ("TH-A", "A2") not in settled


def test_no_more_cases_than_asked_for(office):
    assert len(choose_cases(office.evaluation(), ALL, 3)) == 3


# Without names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Biên bản của CĐCS Trường An", "Biên bản của [đơn vị]"),
        ("bien ban cua TRUONG  AN", "bien ban cua [đơn vị]"),
        ("https://congdoan.example/TH-A/b", "https://congdoan.example/[đơn vị]/b"),
        ("12/BC-CĐTRUONGAN ngày 05/01/2024", "12/BC-[đơn vị] ngày 05/01/2024"),
        ("12-BC/CĐTA", "12-BC/[đơn vị]"),
        ("Kế hoạch 03/KH-LĐLĐ", "Kế hoạch 03/KH-LĐLĐ"),
        ("www.truongan.edu.vn", "www.[đơn vị].edu.vn"),
        ("như Công đoàn cơ sở Trường Bình", "như [đơn vị]"),
        ("Tru\u031bo\u031bng An".replace("Tru\u031bo\u031bng", "Tru\u031bo\u031b\u0300ng"), "[đơn vị]"),
        ("an toàn, trường học", "an toàn, trường học"),
        ("", ""),
    ],
)
def test_names_are_left_out_however_they_are_written(office, text, told):
    names = names_in(plain_rows(office.year.register.spans), "TH-A")
    assert without_names(text, names) == told


def test_a_workbook_names_no_unit_and_tells_nothing_of_what_was_decided(office, tmp_path):
    path = book(office, tmp_path / "ca.xlsx", role="Tổ 1")
    with ZipFile(path) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert not [word for word in ("TH-A", "TH-B", "Trường An", "Trường Bình", "1.37", "số 77") if word in text]
    assert "CA-01" in text


def test_the_same_cases_are_the_same_bytes(office, tmp_path):
    one, other = (book(office, tmp_path / name).read_bytes() for name in ("1.xlsx", "2.xlsx"))
    assert one == other


# Read back


def test_a_tick_is_the_computed_figure_and_points_need_a_reason(office, tmp_path):
    evaluation, cases = office.evaluation(), choose_cases(office.evaluation(), ALL)
    path = filled(
        book(office, tmp_path / "ca.xlsx"),
        {(1, "agree"): "x", (2, "points"): 0.5, (2, "reason"): "minh chứng của năm khác"},
    )
    read = read_cases(path, evaluation)
    computed = evaluation.marks.set_index(["unit", "criterion"])["computed_points"]
    assert read.role == "Tổ 1"
    assert read.book[cases[0]].points == computed[cases[0]]
    assert read.book[cases[1]] == CaseAnswer(50, "minh chứng của năm khác")
    assert read.numbers == {cases[0]: 1, cases[1]: 2}


def test_everything_amiss_is_told_at_once_where_it_stands(office, tmp_path):
    path = filled(
        book(office, tmp_path / "ca.xlsx"),
        {(1, "points"): 99, (1, "reason"): "x", (2, "points"): 0.5, (3, "agree"): "x", (3, "points"): 1},
        role="",
    )
    with pytest.raises(DecisionError) as caught:
        read_cases(path, office.evaluation())
    told = str(caught.value)
    assert "chưa ghi ai quyết định" in told
    assert "vừa đồng ý vừa ghi" in told
    path = filled(book(office, tmp_path / "ca.xlsx"), {(1, "points"): 99, (1, "reason"): "x", (2, "points"): 0.5})
    with pytest.raises(DecisionError) as caught:
        read_cases(path, office.evaluation())
    assert len(caught.value.faults) == 2
    assert "chưa ghi lý do" in str(caught.value)


def test_a_case_whose_report_has_changed_is_refused_and_not_guessed(office, tmp_path):
    path = filled(book(office, tmp_path / "ca.xlsx"), {(1, "agree"): "x"})
    office.entries["evidence"] = "văn bản khác"
    with pytest.raises(DecisionError, match="đã đổi từ khi lập sổ"):
        read_cases(path, office.evaluation())


def test_a_workbook_of_cases_is_no_verification_and_the_other_way_round(office, tmp_path):
    path = filled(book(office, tmp_path / "ca.xlsx"), {(1, "agree"): "x"})
    with pytest.raises(DecisionError, match="là sổ ca mẫu"):
        rulings_of(path, office.rubric)
    assert office.fate() == (4, [])


# What the answers say

ROLES = ("Tổ 1", "Tổ 2", "Tổ 3")


def told_of(office, off, settled=None):
    """The result where each role is off from the settled answer by so many points in every case."""
    evaluation = office.evaluation()
    known = settled_points(evaluation)
    cases = {n: mark for n, mark in enumerate(choose_cases(evaluation, ALL), 1) if mark in known}
    books = {
        role: {mark: CaseAnswer(known[mark] + by, "") for mark in cases.values()}
        for role, by in zip(ROLES, off, strict=False)
    }
    return calibrate(evaluation, 2025, cases, books, settled or {})


def test_severity_and_spread_are_exact_shares_of_the_maximum(office):
    told = told_of(office, (0, -10, 10))
    shares = [1000 * 10 / case.max_points for case in told.cases]
    mean = round(sum(shares) / len(shares))
    assert [(one.severity, one.spread) for one in told.verifiers] == [(0, 0), (-mean, mean), (mean, mean)]
    assert [(one.same, one.lower, one.higher) for one in told.verifiers][1] == (0, len(told.cases), 0)


def test_whoever_is_strict_or_lenient_is_told_what_to_do_and_whoever_is_neither_is_not_named(office):
    strict, none, lenient = ("\n".join(calibration_lines(told_of(office, off))) for off in ((-10, 0), (0, 0), (0, 10)))
    assert "Tổ 1: khi khác đáp án thì thường cho thấp hơn" in strict
    assert "Tổ 2: khi khác đáp án thì thường cho cao hơn" in lenient
    assert "Không người thẩm định nào lệch hẳn" in none
    assert "Mọi người cho cùng một điểm" in none


def test_criteria_read_far_apart_are_to_be_reworded_farthest_first(office):
    told = told_of(office, (0, -100))
    assert [one.apart for one in told.criteria] == sorted((one.apart for one in told.criteria), reverse=True)
    assert all(one.differ == one.pairs for one in told.criteria)
    assert "nên viết lại cho rõ" in "\n".join(calibration_lines(told))


def test_one_verifier_alone_says_nothing_of_criteria(office):
    told = told_of(office, (-10,))
    assert not told.criteria
    assert "Mới có sổ của một người" in "\n".join(calibration_lines(told))


def test_what_a_meeting_settled_goes_before_last_year_and_open_cases_are_told(office):
    evaluation = office.evaluation()
    cases = dict(enumerate(choose_cases(evaluation, ALL), 1))
    open_one = next(mark for mark in cases.values() if mark not in settled_points(evaluation))
    books = {"Tổ 1": {mark: CaseAnswer(100, "") for mark in cases.values()}}
    before = calibrate(evaluation, 2025, cases, books, {})
    after = calibrate(evaluation, 2025, cases, books, {open_one: CaseAnswer(100, ""), cases[1]: CaseAnswer(100, "")})
    assert [case.answer for case in before.cases].count(None) > [case.answer for case in after.cases].count(None)
    assert after.cases[0].answer == 100
    assert after.cases[0].by_meeting
    assert "chưa có đáp án" in "\n".join(calibration_lines(before))


def test_the_page_has_every_part_in_both_languages(office):
    for language in ("vi", "en"):
        with speaking(language):
            told = told_of(office, (0, -100, 100))
        text = "\n".join(part.text for part in calibration_page(told))
        assert all(role in text for role in ROLES)
        assert ("Settled answer" in text) is (language == "en")


# On the command line


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The sample years' cases, made into a folder of their own."""
    monkeypatch.setattr(screen, "output_folder", lambda year, language="vi": tmp_path / year.place)
    monkeypatch.setattr("scoring.desk.commands.calibrate.output_folder", lambda year: tmp_path / year.place)
    return tmp_path


def asked(**changed):
    plain = {"year": "2025", "rubric": "grassroots", "source": None, "roles": ["Tổ 1", "Tổ 2"], "cases": 10}
    return argparse.Namespace(**plain | {"read": None, "lang": "vi"} | changed)


def test_every_verifier_gets_a_workbook_and_their_answers_become_a_page(work, capsys):
    assert run_calibrate(asked()) == 0
    folder = work / "2025" / "calibration"
    assert sorted(path.name for path in folder.glob("*.xlsx")) == ["ca_mau_01.xlsx", "ca_mau_02.xlsx", "dap_an.xlsx"]
    back = work / "back"
    back.mkdir()
    for number, role in ((1, "Tổ 1"), (2, "Tổ 2")):
        path = back / f"{number}.xlsx"
        path.write_bytes((folder / f"ca_mau_0{number}.xlsx").read_bytes())
        filled(path, {(case, "agree"): "x" for case in range(1, 11)}, role)
    (back / "dap_an.xlsx").write_bytes((folder / "dap_an.xlsx").read_bytes())
    assert run_calibrate(asked(read=back)) == 0
    assert "chưa có đáp án" in " ".join(capsys.readouterr().out.split())
    assert {path.suffix for path in folder.glob("ket_qua_ca_mau.*")} == {".html", ".pdf", ".docx", ".json"}
    (back / "dap_an.xlsx").write_bytes((back / "2.xlsx").read_bytes())
    (back / "2.xlsx").unlink()
    with pytest.raises(DecisionError, match="mang tên sổ đáp án nhưng là sổ ca mẫu của một người thẩm định"):
        run_calibrate(asked(read=back))
    (back / "dap_an.xlsx").unlink()
    (back / "2.xlsx").write_bytes((back / "1.xlsx").read_bytes())
    with pytest.raises(DecisionError, match="như sổ 1.xlsx"):
        run_calibrate(asked(read=back))


def test_a_first_year_has_no_cases_and_says_where_to_take_them_from(work):
    with pytest.raises(ParameterError, match="--from"):
        run_calibrate(asked(year="2024"))
    with pytest.raises(ParameterError, match="là năm sau 2024"):
        run_calibrate(asked(year="2024", source="2025"))


def test_an_empty_folder_is_refused(work, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DecisionError, match="chưa có sổ nào"):
        run_calibrate(asked(read=tmp_path / "empty"))


def test_no_year_is_touched(work):
    folder = Path(open_year("data/2024").folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    run_calibrate(asked(cases=2))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
