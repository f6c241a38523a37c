"""`verify`: a block's or a unit's workbook written, or what was filled in read back."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.text import Text

from scoring.assessment.appeals import judged_again
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.core.errors import DecisionError, Fault, ParameterError, ReportError
from scoring.core.machine_files import workbooks_of
from scoring.core.made import plain_folder
from scoring.core.text import shown
from scoring.decisions.records import Decision
from scoring.decisions.rulings import EXPLAINED
from scoring.desk.commands.accept import accept_proposals
from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder
from scoring.desk.commands.second import (
    concerns_two,
    show_agreement,
    write_reconciling_book,
    write_second_books,
)
from scoring.desk.workbook.reading import read_verification, rulings_of
from scoring.desk.workbook.writing import write_verification
from scoring.register.search import find_units


def run_verify(options: argparse.Namespace) -> int:
    """A block's workbook written, or one that was filled in read."""
    year = opened_year(options)
    evaluation = evaluate(year)
    if options.read is not None:
        return _read_books(options.read, evaluation)
    if options.second:
        return write_second_books(options.sample, options.whole_units, evaluation, evaluation.read_standing())
    if options.reconcile:
        return write_reconciling_book(evaluation, evaluation.read_standing())
    if options.accept:
        return accept_proposals(evaluation, options)
    if options.unit is not None:
        (unit,) = find_units([options.unit], year, "--unit")
        return _write_books([_eligible_unit(unit, evaluation)], options.stage, evaluation)
    if options.block not in year.rubric.blocks:
        expected = f"các khối: {', '.join(year.rubric.blocks)}"
        raise ParameterError("--block", [Fault(options.block, "không có khối này", expected)])
    if options.each:
        units = year.units[year.units["eligible"] & (year.units["block"] == options.block)]
        return _write_books(units["id"].tolist(), options.stage, evaluation)
    file = output_folder(year) / "verification" / f"{options.block}_{options.stage}.xlsx"
    plain_folder(file.parent)
    count = write_verification(file, evaluation, evaluation.read_standing(), options.block, options.stage)
    CONSOLE.print(Text(f"Đã lập sổ cho {count} đơn vị: {file}"))
    return 0


def _eligible_unit(unit: str, evaluation: Evaluation) -> str:
    units = evaluation.year.units
    if unit not in set(units.loc[units["eligible"], "id"]):
        reason = units.set_index("id")["eligibility"].get(unit, "")
        what = f"đơn vị không thuộc diện chấm điểm{f': {reason}' if reason else ''}"
        raise ParameterError("--unit", [Fault(shown(unit), what)])
    return unit


def _write_books(units: list[str], stage: str, evaluation: Evaluation) -> int:
    """A workbook a unit, with nothing of the others in it."""
    folder = output_folder(evaluation.year) / "verification" / stage
    plain_folder(folder)
    standing, blocks = evaluation.read_standing(), dict(evaluation.year.units[["id", "block"]].astype(str).values)
    for unit in units:
        write_verification(folder / f"{unit}.xlsx", evaluation, standing, blocks[unit], stage, only=unit)
    CONSOLE.print(Text(f"Đã lập {len(units)} sổ, mỗi sổ chỉ có phần của một đơn vị: {folder}"))
    return 0


def _read_books(path: Path, evaluation: Evaluation) -> int:
    """What a workbook states, or all workbooks of a folder: those the units sent back with their explanations."""
    files = sorted(workbooks_of(path)) if path.is_dir() else [path]
    year, new, faults = evaluation.year, list[Decision](), list[Fault]()
    if not files:
        mend = "chép các sổ đơn vị gửi về vào thư mục"
        raise ParameterError("--read", [Fault(str(path), "không có sổ nào trong thư mục", mend=mend)])
    for file in files:
        try:
            if path.is_dir():
                _refuse_other_stages(file, evaluation)
            new += read_verification(file, year.folder, year.rubric, year.units, evaluation.entries)
        except (DecisionError, ReportError) as error:
            faults += error.faults
    CONSOLE.print(Text(f"Đã ghi nhận {len(new)} quyết định mới trong {year.folder / 'decisions'}"))
    if faults:
        raise DecisionError("Các sổ chưa ghi nhận" if path.is_dir() else "Sổ thẩm định", faults)
    standing = evaluation.read_standing()
    if concerns_two(new, standing):
        show_agreement(judged_again(evaluation, standing))
    return 0


def _refuse_other_stages(file: Path, evaluation: Evaluation) -> None:
    """A folder of what units sent back holds explanations of one unit each, and no decision of anybody else."""
    rulings = rulings_of(file, evaluation.year.rubric).values()
    if any(ruling.stage != EXPLAINED for ruling in rulings) or len({ruling.unit for ruling in rulings}) > 1:
        what = "không phải sổ giải trình của riêng một đơn vị"
        raise DecisionError(str(file), [Fault(shown(file.name), what, mend="đọc riêng sổ ấy bằng verify --read TỆP")])
