"""`calibrate`: cases of a year that is over, answered by every verifier before the season, and what the answers say."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from scoring.assessment.calibration import (
    Calibration,
    CaseBook,
    calibrate,
    choose_cases,
    settled_points,
    verifier_roles,
)
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.last_year import counts_the_same
from scoring.assessment.second_sample import MarkKey
from scoring.core.errors import DecisionError, Fault, ParameterError, ReportError
from scoring.core.files import write_whole
from scoring.core.language import speaking
from scoring.core.machine_files import workbooks_of
from scoring.core.made import keep_only, plain_folder
from scoring.core.text import likeness, shown
from scoring.desk.commands.screen import CONSOLE, main_folder, output_folder
from scoring.desk.workbook.calibration import Answers, case_lines, read_cases, write_cases, write_settling
from scoring.pages.calibration import calibration_lines, calibration_page
from scoring.publishing.papers import write_paper
from scoring.register.agreement import is_year
from scoring.register.year import open_year

SETTLING = "dap_an"
_BOOK = "ca_mau"
_RESULT = "ket_qua_ca_mau"


def run_calibrate(options: argparse.Namespace) -> int:
    """A workbook of cases for every verifier, or what was answered in them."""
    season = main_folder(options)
    evaluation = evaluate(open_year(_year_of_cases(options, season), options.rubric))
    folder = output_folder(evaluation.year).parent / season.name / "calibration"
    if options.read is not None:
        return _read_answers(options, evaluation, int(season.name), folder)
    cases = choose_cases(evaluation, _kept_criteria(evaluation, season), options.cases)
    if not cases:
        what = f"năm {evaluation.year.rubric.year} chưa báo cáo nào cho ra điểm, nên không có gì làm ca mẫu"
        raise ParameterError("calibrate", [Fault("ca mẫu", what, mend="chọn năm khác bằng --from")])
    return _write_books(options.roles or verifier_roles(evaluation), evaluation, folder, cases)


def _year_of_cases(options: argparse.Namespace, season: Path) -> Path:
    """The folder of the year asked for, or of the latest one before the season."""
    known = sorted(
        path.name
        for path in season.parent.iterdir()
        if is_year(path.name) and (path / "rubrics" / f"{options.rubric}.yaml").is_file()
    )
    name = options.source or max((name for name in known if name < season.name), default="")
    if name in known and name <= season.name:
        return season.parent / name
    what = "chưa có số liệu của năm này" if name not in known else f"là năm sau {season.name}"
    what = what if name else f"không có năm nào trước {season.name} để lấy ca mẫu"
    expected = f"một trong: {', '.join(one for one in known if one <= season.name)}"
    raise ParameterError("--from", [Fault(name or "chưa ghi", what, expected, "ghi năm lấy ca bằng --from NĂM")])


def _kept_criteria(evaluation: Evaluation, season: Path) -> set[str]:
    """The criteria of the year of the cases that count the same in the season's rubric."""
    rubric = evaluation.year.rubric
    later = open_year(season, rubric.id).rubric if season.name != str(rubric.year) else rubric
    return {one.id for one in rubric.criteria if counts_the_same(one, later.item.get(one.id))}


# Written


def _write_books(roles: Sequence[str], evaluation: Evaluation, folder: Path, cases: Sequence[MarkKey]) -> int:
    year, lines = evaluation.year, case_lines(evaluation, evaluation.read_standing(), cases)
    plain_folder(folder)
    books = {f"{_BOOK}_{number:02}.xlsx": role for number, role in enumerate(roles, 1)} or {f"{_BOOK}.xlsx": ""}
    for name, role in books.items():
        write_cases(folder / name, lines, evaluation, role)
        whose = role or "chép cho mỗi người thẩm định một sổ, ghi chức danh hoặc tổ vào ô đầu trang"
        CONSOLE.print(Text(f"Đã lập sổ {len(lines)} ca mẫu: {folder / name} ({whose})"))
    write_settling(folder / f"{SETTLING}.xlsx", lines, evaluation)
    keep_only(folder, [*books, f"{SETTLING}.xlsx"])
    settled = settled_points(evaluation)
    known = sum(mark in settled for mark in cases)
    CONSOLE.print(
        Text(
            f"Ca lấy từ năm {year.rubric.year}, đã bỏ tên đơn vị; {known}/{len(cases)} ca đã có đáp án là điểm quyết"
            " định năm ấy. Mỗi người chấm một mình. Thu các sổ vào một thư mục rồi đọc bằng lệnh calibrate --read"
            f" THƯ_MỤC. Sau khi họp, ghi điểm thống nhất vào {SETTLING}.xlsx, để cùng thư mục ấy và đọc lại."
        )
    )
    return 0


# Read


def _read_answers(options: argparse.Namespace, evaluation: Evaluation, season: int, folder: Path) -> int:
    answers = _answers(options.read, evaluation)
    cases = {number: mark for one in answers for mark, number in one.numbers.items()}
    books = {one.role: one.book for one in answers if one.role}
    settled: CaseBook = next((one.book for one in answers if not one.role), {})
    with speaking(options.lang):
        _show(calibrate(evaluation, season, cases, books, settled), folder)
    return 0


def _answers(path: Path, evaluation: Evaluation) -> list[Answers]:
    """The answers in a workbook, or in all of a folder; raises DecisionError with the faults of all of them."""
    files = sorted(workbooks_of(path)) if path.is_dir() else [path]
    answers, faults = dict[Path, Answers](), list[Fault]()
    for file in files:
        try:
            answers[file] = read_cases(file, evaluation)
        except (DecisionError, ReportError) as error:
            faults += error.faults
    blank = [file.name for file, one in answers.items() if not one.book and file.stem != SETTLING]
    answers = {file: one for file, one in answers.items() if one.book}
    faults += [*_same_role(answers), *_other_draws(answers), *_no_answer_book(answers)]
    if not faults and not any(one.role for one in answers.values()):
        mend = "chép các sổ ca mẫu đã điền vào thư mục"
        faults.append(Fault(shown(path.name), "chưa có sổ nào của người thẩm định được điền", mend=mend))
    if faults:
        raise DecisionError(str(path), faults)
    if blank:
        CONSOLE.print(Text(f"Chưa điền nên chưa đọc: {', '.join(map(shown, blank))}"))
    return list(answers.values())


def _no_answer_book(answers: dict[Path, Answers]) -> list[Fault]:
    """A fault for a verifier's workbook that is named as the one of the reconciled answers."""
    what = f"mang tên sổ đáp án nhưng là sổ ca mẫu của một người thẩm định; sổ đáp án là {SETTLING}.xlsx lệnh này lập"
    mend = f"ghi điểm thống nhất vào sổ {SETTLING}.xlsx ấy, hoặc đổi tên tệp này"
    return [Fault(shown(f.name), what, mend=mend) for f, one in answers.items() if f.stem == SETTLING and one.role]


def _other_draws(answers: dict[Path, Answers]) -> list[Fault]:
    """A fault for each workbook whose cases are called otherwise than in the first."""
    faults, marks, names = list[Fault](), dict[int, MarkKey](), dict[MarkKey, int]()
    for file, one in answers.items():
        if any(marks.setdefault(n, mark) != mark or names.setdefault(mark, n) != n for mark, n in one.numbers.items()):
            what = "là sổ của một lần lập khác: số thứ tự các ca không trùng với sổ trước"
            faults.append(Fault(shown(file.name), what, mend="chỉ để trong thư mục các sổ của cùng một lần lập"))
    return faults


def _same_role(answers: dict[Path, Answers]) -> list[Fault]:
    """A fault for each workbook that says it is of a verifier of whom there is another one."""
    faults, seen = list[Fault](), dict[str, Path]()
    for file, one in answers.items():
        other = seen.setdefault(likeness(one.role), file)
        if other is not file:
            whose = f"của “{shown(one.role)}”" if one.role else "đáp án"
            what = f"là sổ {whose}, như sổ {shown(other.name)}"
            faults.append(Fault(shown(file.name), what, mend="ghi chức danh hoặc tổ khác nhau, hoặc bỏ bớt một sổ"))
    return faults


def _show(told: Calibration, folder: Path) -> None:
    for line in calibration_lines(told):
        CONSOLE.print(Text(line))
    write_paper(folder, _RESULT, calibration_page(told))
    write_whole(folder / f"{_RESULT}.json", told.model_dump_json(indent=1).encode())
    CONSOLE.print(Text(f"Đã làm trang kết quả (HTML, PDF, Word) và số liệu: {folder / _RESULT}.*"))
