"""A year's plan carried to a workbook and back: `rubric export data/2027/plan.yaml`, `rubric import ke_hoach.xlsx`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from scoring.core.errors import Fault, RubricError
from scoring.core.files import shown_path
from scoring.core.places import COMMAND, work_folder
from scoring.decisions.store import publications_of
from scoring.desk.commands.rule_books import bytes_of, refuse_book, take_over, text_of, write_book
from scoring.desk.commands.screen import CONSOLE
from scoring.desk.workbook.plan_book import SHEETS, filled_plan, plan_book
from scoring.desk.workbook.rubric_book import in_cells, marks_of, read_sheets
from scoring.register.agreement import rubric_files
from scoring.reports.reading.workbook import WorkbookReader
from scoring.rubric.reading import plan_of, read_plan, rubric_of
from scoring.rubric.sheets import PLAN, from_plan_sheets, plan_faults, to_plan_sheets, without_nothing
from scoring.rubric.strict_yaml import read_yaml

FILE = "plan.yaml"
_BOOK = "ke_hoach.xlsx"
_MADE = 2000
"""The year that a marked copy says it was made in: its own may be what is wrong."""


def is_plan(file: Path) -> bool:
    """Whether a file is a plan, or the workbook of one."""
    if file.name == FILE or file.suffix.casefold() != ".xlsx" or not file.is_file():
        return file.name == FILE
    with WorkbookReader() as reader:
        return any(sheet.name == PLAN for sheet in reader.read(bytes_of(file), file.name).sheets)


def export_plan(file: Path, out: Path | None) -> int:
    """Write a plan as a workbook with the results of its year. Raises RubricError where it cannot be read."""
    plan = read_plan(file)
    cells = filled_plan(to_plan_sheets(read_yaml(file).content))
    folder = work_folder() / "outputs" / file.parent.name / "rubrics"
    data = work_folder().resolve() / "data"
    folder = folder if data in file.resolve().parents else file.parent
    return write_book(out or folder / _BOOK, plan_book(cells, plan.year, text_of(file)), len(cells))


def import_plan(file: Path, out: Path | None) -> int:
    """Read a workbook back into the year's plan, or write a copy of it with every wrong cell marked."""
    cells, original, formulas = read_sheets(bytes_of(file), file.name, SHEETS)
    stated = from_plan_sheets(file, cells)
    target = out or _target(file, stated.content)
    _refuse_if_published(target)
    text = text_of(target) if target.is_file() else original
    if faults := [in_cells(fault, cells) for fault in (*formulas, *plan_faults(stated))]:
        marked = plan_book(cells, _MADE, original, marks_of(faults), faults)
        return refuse_book(file, target, marked, faults)
    before = without_nothing(read_yaml(target, text).content) if target.is_file() else {}
    take_over(file, target, text, before, stated.content)
    for told in _left(target):
        CONSOLE.print(Text(told))
    return 0


def _target(file: Path, content: dict[str, object]) -> Path:
    """The plan beside the workbook, otherwise that of the year it names."""
    year = content.get("year")
    folder = work_folder() / "data" / str(year)
    if (file.parent / FILE).is_file():
        return file.parent / FILE
    if not isinstance(year, int) or not folder.is_dir():
        mend = f"ghi đúng năm ở tờ {PLAN}, hoặc ghi tên tệp .yaml ở cuối lệnh"
        raise RubricError(shown_path(file), [Fault(f"tờ {PLAN}", f"chưa có thư mục data/{year}", mend=mend)])
    return folder / FILE


def _refuse_if_published(target: Path) -> None:
    """A plan by which results were published stays as it is."""
    year = target.parent
    places = [year, *(year.parent / path.stem / year.name for path in rubric_files(year))]
    if any(publications_of(place) for place in places):
        what = f"kết quả năm {year.name} theo kế hoạch này đã công bố nên kế hoạch không sửa được nữa"
        raise RubricError(shown_path(target), [Fault("cả tệp", what, mend="sửa ở năm sau bằng lệnh new-year")])


def _left(target: Path) -> Iterator[str]:
    """What the year's rubrics lack now that the plan says something else."""
    plan = plan_of(read_yaml(target))
    for path in rubric_files(target.parent):
        try:
            rubric_of(read_yaml(path), plan, "")
        except RubricError as error:
            yield f"Bộ tiêu chí {path.stem} cần sửa theo kế hoạch mới ({COMMAND} rubric export {shown_path(path)}):"
            yield from (f"  {fault}" for fault in error.faults)
