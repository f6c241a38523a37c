"""A rubric checked, shown as tables or a handbook, tried on a past year, carried to a workbook and back."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.text import Text

from scoring.core.choices import MAIN
from scoring.core.errors import Fault, ParameterError, RubricError
from scoring.core.files import shown_path, told_as
from scoring.core.places import COMMAND, work_folder
from scoring.decisions.store import publications_of
from scoring.desk.commands.rule_books import bytes_of, refuse_book, take_over, text_of, write_book
from scoring.desk.commands.screen import CONSOLE, show_table
from scoring.register.agreement import read_rules
from scoring.rubric.checks.words import clause_faults
from scoring.rubric.model import Plan, Rubric
from scoring.rubric.reading import read_plan, read_rubric, rubric_of
from scoring.rubric.strict_yaml import read_yaml
from scoring.rubric.tables import rubric_tables


def run_rubric(options: argparse.Namespace) -> int:
    """Whether a rubric can be used, all it rules, or its workbook."""
    file = Path(os.path.abspath(options.file))  # noqa: PTH100 - resolve() would follow a link to another year
    if options.action in {"export", "import"}:
        from scoring.desk.commands.plan import export_plan, import_plan, is_plan

        ways = (export_plan, import_plan) if is_plan(file) else (_export, _import)
        with told_as(RubricError, shown_path(file), "đóng tệp nếu đang mở, xem lại chỗ ghi rồi chạy lại"):
            return ways[options.action == "import"](file, options.out)
    if options.action == "impact":
        return _impact(file, options.on)
    if file.name == "plan.yaml" and options.action == "check":
        CONSOLE.print(Text(f"{options.file}: đúng. {len(read_plan(file).clauses)} mục."))
        return 0
    if (file.parent.name, file.suffix) == ("rubrics", ".yaml"):
        plan, rubric = read_rules(file.parents[1], file.stem)
    else:
        plan = read_plan(file.parents[1] / "plan.yaml")
        rubric = read_rubric(file, plan)
    if options.action == "handbook":
        return _handbook(file, rubric, plan)
    if options.action == "show":
        for stated in rubric_tables(rubric, plan):
            show_table(stated.title, stated.headings, stated.rows)
        return 0
    if faults := list(clause_faults(rubric, plan, read_yaml(file))):
        raise RubricError(shown_path(file), faults)
    CONSOLE.print(Text(f"{options.file}: đúng. {len(rubric.criteria)} tiêu chí, mã bản này: {rubric.meaning[:12]}"))
    return 0


def _impact(file: Path, year: str | None) -> int:
    """Score a past year by a draft, in YAML or as a workbook, and write who gains and who loses."""
    from scoring.assessment.evaluation import evaluate
    from scoring.assessment.impact import impact
    from scoring.pages.impact import impact_lines, impact_page
    from scoring.publishing.papers import write_paper
    from scoring.register.year import open_year

    if not year:
        mend = "thêm --on và năm ấy, ví dụ --on 2024"
        raise ParameterError("impact", [Fault("--on", "chưa ghi thử trên số liệu năm nào", mend=mend)])
    plan = read_plan(work_folder() / "data" / year / "plan.yaml")
    draft = _draft(file, plan)
    place = work_folder() / "data" / year if draft.id == MAIN else work_folder() / "data" / draft.id / year
    past = evaluate(open_year(place))
    found = impact(past, draft)
    folder, name = work_folder() / "outputs" / past.year.place / "rubrics", f"thu_{file.stem}"
    write_paper(folder, name, impact_page(found, plan))
    for line in impact_lines(found):
        CONSOLE.print(Text(line))
    CONSOLE.print(Text(f"Từng đơn vị, trước và sau: {shown_path(folder / f'{name}.pdf')}"))
    return 0


def _draft(file: Path, past: Plan) -> Rubric:
    """The draft as a file or a workbook states it; its clauses are those of its year's plan, or of the past year's."""
    if file.suffix == ".xlsx":
        from scoring.desk.workbook.rubric_book import read_book
        from scoring.rubric.sheets import from_sheets

        cells, _, formulas = read_book(bytes_of(file), file.name)
        stated = from_sheets(file, cells)
        if faults := [*formulas, *stated.faults]:
            raise RubricError(shown_path(file), faults)
        return rubric_of(stated, _plan_for(file, stated.content, past), "0" * 64)
    read = read_yaml(file)
    return rubric_of(read, _plan_for(file, read.content, past), "0" * 64)


def _plan_for(file: Path, content: object, past: Plan) -> Plan:
    year = content.get("year") if isinstance(content, dict) else None
    for folder in (file.parents[1], work_folder() / "data" / str(year)):
        if (folder / "plan.yaml").is_file():
            return read_plan(folder / "plan.yaml")
    return past.model_copy(update={"year": year}) if isinstance(year, int) else past


def _handbook(file: Path, rubric: Rubric, plan: Plan) -> int:
    """Write the rubric's handbook with the results of its year."""
    from scoring.pages.handbook import handbook
    from scoring.publishing.papers import write_paper

    folder, name = _results_of(file), f"so_tay_{rubric.id}"
    write_paper(folder, name, handbook(rubric, plan))
    CONSOLE.print(Text(f"Đã làm sổ tay (html, pdf, docx): {shown_path(folder / f'{name}.pdf')}"))
    return 0


def _export(file: Path, out: Path | None) -> int:
    """Write a rubric as a workbook beside it; what could not come back as it is refuses it."""
    from scoring.desk.workbook.rubric_book import book_bytes, filled
    from scoring.rubric.sheets import differences, from_sheets, to_sheets, without_nothing

    read = read_yaml(file)
    plan = _plan_of(file)
    if not isinstance(read.content, dict):
        raise RubricError(shown_path(file), [Fault("cả tệp", "không phải một bộ tiêu chí", mend=_CHECK_FIRST)])
    cells = filled(to_sheets(read.content))
    back = from_sheets(file, cells)
    apart = differences(without_nothing(read.content, null=False), without_nothing(back.content, null=False))
    if back.faults or apart:
        what = "phần này không ghi vào sổ được mà còn nguyên"
        places = [Fault(place, what, mend=_CHECK_FIRST) for place, _, _ in apart]
        raise RubricError(shown_path(file), places or back.faults)
    return write_book(out or _workbook_of(file), book_bytes(cells, plan, text_of(file)), len(cells))


_CHECK_FIRST = f"chạy {COMMAND} rubric check, sửa các lỗi rồi xuất lại"


def _workbook_of(file: Path) -> Path:
    return _results_of(file) / f"{file.stem}.xlsx"


def _results_of(file: Path) -> Path:
    """Where what is made of a rubric goes: with the results of its year, as a published year takes no new file."""
    data = work_folder().resolve() / "data"
    if data not in file.resolve().parents:
        return file.parent
    return work_folder() / "outputs" / file.resolve().parents[1].relative_to(data) / "rubrics"


def _plan_of(file: Path) -> Plan:
    return read_plan(file.parents[1] / "plan.yaml")


def _import(file: Path, out: Path | None) -> int:
    """Read a workbook back into its file, or write a copy of it with every wrong cell marked."""
    from scoring.desk.workbook.rubric_book import book_bytes, in_cells, marks_of, read_book
    from scoring.rubric.sheets import from_sheets, sheet_faults, without_nothing

    cells, original, formulas = read_book(bytes_of(file), file.name)
    stated = from_sheets(file, cells)
    target = out or _target(file, stated.content)
    _refuse_if_published(target)
    plan = _plan_of(target)
    text = text_of(target) if target.is_file() else original
    known = read_yaml(target, text).content if text else {}
    faults = [in_cells(fault, cells) for fault in (*formulas, *sheet_faults(stated, plan, known))]
    if faults:
        return refuse_book(file, target, book_bytes(cells, plan, original, marks_of(faults), faults), faults)
    before = without_nothing(known) if target.is_file() else {}
    take_over(file, target, text, before, stated.content)
    return 0


def _refuse_if_published(target: Path) -> None:
    """What was published by a rubric stays as that rubric has it."""
    year = target.parent.parent
    own = year if target.stem == MAIN else year.parent / target.stem / year.name
    if target.parent.name == "rubrics" and publications_of(own):
        what = f"kết quả năm {year.name} theo bộ tiêu chí này đã công bố nên bộ tiêu chí không sửa được nữa"
        mend = "ghi ra tệp khác (tên tệp .yaml ở cuối lệnh), hoặc sửa ở năm sau bằng lệnh new-year"
        raise RubricError(shown_path(target), [Fault("cả tệp", what, mend=mend)])


def _target(file: Path, content: dict[str, object]) -> Path:
    """The file of a workbook: beside it in a year's folder of rubrics, otherwise in that of the year it names."""
    if file.parent.name == "rubrics" and (file.parents[1] / "plan.yaml").is_file():
        return file.with_suffix(".yaml")
    year, name = content.get("year"), content.get("id")
    folder = work_folder() / "data" / str(year) / "rubrics"
    if not isinstance(year, int) or not folder.is_dir():
        mend = "ghi đúng năm ở tờ Chung, hoặc ghi tên tệp .yaml ở cuối lệnh"
        raise RubricError(shown_path(file), [Fault("tờ Chung", f"chưa có thư mục data/{year}/rubrics", mend=mend)])
    return folder / f"{Path(str(name)).name}.yaml"
