"""`register export | import`: the register of units as an Excel workbook, and back."""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.text import Text

from scoring.core.errors import Fault, ParameterError, RegisterError, ScoringError
from scoring.core.files import Writing, read_whole, told_as
from scoring.core.made import plain_folder
from scoring.core.places import COMMAND, work_folder
from scoring.decisions.store import publications_of
from scoring.desk.commands.screen import CONSOLE, main_folder
from scoring.desk.workbook.register import (
    TABLES,
    Grid,
    csv_of,
    grids_of,
    in_sheets,
    read_grids,
    register_book,
    same_rows,
)
from scoring.register.assigned_targets import read_targets
from scoring.register.year import MAIN, register_of
from scoring.rubric.model import Rubric
from scoring.rubric.reading import read_plan, read_rubric

_NAME = "danh_ba"


def run_register(options: argparse.Namespace) -> int:
    """Write the workbook, or take one over into the year's folder."""
    main = main_folder(options)
    rubric = read_rubric(main / "rubrics" / f"{options.rubric}.yaml", read_plan(main / "plan.yaml"))
    if of_units := rubric.posts_of or rubric.units_of:
        what, mend = "bộ này lấy danh bạ của các đơn vị", f"dùng --rubric {of_units}"
        raise ParameterError("--rubric", [Fault(options.rubric, what, mend=mend)])
    folder = main if rubric.id == MAIN else main.parent / rubric.id / main.name
    out = work_folder() / "outputs" / folder.relative_to(main.parent) / "register"
    plain_folder(out)
    if options.action == "export":
        return _export(folder, out, rubric)
    return _import(options.file, folder, out, rubric)


def _export(folder: Path, out: Path, rubric: Rubric) -> int:
    file = out / f"{_NAME}.xlsx"
    grids = grids_of(folder)
    _write({file: register_book(grids, rubric)}, out)
    told = f"Danh bạ {len(grids['units.csv']) - 1} dòng đơn vị, {len(grids['events.csv']) - 1} sự kiện: {file}"
    CONSOLE.print(Text(f"{told}\nSửa trong Excel, lưu lại, rồi nhập: {COMMAND} register import TỆP"))
    return 0


def _import(file: Path, folder: Path, out: Path, rubric: Rubric) -> int:
    """Take over what differs, once all of it is right; what stood there before is kept beside the workbook."""
    if publications_of(folder):
        what, mend = "năm này đã công bố, danh bạ đã công bố giữ nguyên", "ghi thay đổi vào danh bạ của năm sau"
        raise RegisterError(str(folder), [Fault("danh bạ", what, mend=mend)])
    grids, before = read_grids(file), _before(folder)
    if faults := _faults(grids, folder, rubric):
        marked = out / f"{file.stem}_can_sua.xlsx"
        shown = [in_sheets(fault, grids) for fault in faults]
        _write({marked: register_book(grids, rubric, faults)}, out)
        CONSOLE.print(Text(f"Chưa nhập gì. Bản có đánh dấu ô cần sửa: {marked}"))
        raise RegisterError(file.name, shown)
    changed = {name: grid for name, grid in grids.items() if not same_rows(grid, before.get(name, [])) and any(grid)}
    changed = {name: grid for name, grid in changed.items() if (folder / name).exists() or len(grid) > 1}
    kept = {_kept(out, folder / name): read_whole(folder / name) for name in changed if (folder / name).exists()}
    _write(kept, out)
    _write({folder / name: csv_of([row for row in grid if any(row)]) for name, grid in changed.items()}, folder)
    _tell(changed, before, folder, out)
    return 0


def _before(folder: Path) -> Mapping[str, Grid]:
    """The tables there are; none of those that could not be read, so that all of a workbook counts as new."""
    try:
        return grids_of(folder)
    except RegisterError:
        return {}


def _faults(grids: Mapping[str, Grid], folder: Path, rubric: Rubric) -> list[Fault]:
    """Every fault of the tables of a workbook, at lines and columns; a table it has not is the folder's own."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        with told_as(RegisterError, str(folder), "xem lại chỗ trống và quyền đọc rồi chạy lại"):
            for table in TABLES:
                if table.file in grids:
                    (trial / table.file).write_bytes(csv_of(grids[table.file]))
                elif (folder / table.file).exists():
                    (trial / table.file).write_bytes(read_whole(folder / table.file))
        try:
            read_targets(trial, rubric, register_of(trial, rubric))
        except ScoringError as error:
            return list(error.faults)
    return []


def _kept(out: Path, file: Path) -> Path:
    """Where a table stays as it was before it is replaced; the same content keeps the same name."""
    return out / f"{file.stem}_truoc_{hashlib.sha256(read_whole(file)).hexdigest()[:8]}.csv"


def _write(files: Mapping[Path, bytes], subject: Path) -> None:
    writing = Writing()
    with told_as(ParameterError, str(subject), "xem lại chỗ trống và quyền ghi của ổ đĩa rồi chạy lại"):
        for file, content in files.items():
            writing.write(file, content)
    writing.refuse_if_any(ParameterError, str(subject))


def _tell(changed: Mapping[str, Grid], before: Mapping[str, Grid], folder: Path, out: Path) -> None:
    if not changed:
        CONSOLE.print("Danh bạ trong tệp giống hệt danh bạ đang có, không có gì để nhập.")
        return
    for name, grid in changed.items():
        new, old = ({tuple(row) for row in rows[1:] if any(row)} for rows in (grid, before.get(name, [])))
        told = f"{folder / name}: {len(new - old)} dòng mới hoặc sửa, {len(old - new)} dòng cũ không còn."
        CONSOLE.print(Text(told))
    CONSOLE.print(Text(f"Bản trước khi nhập được giữ ở {out}"))
