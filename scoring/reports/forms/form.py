"""Write the year's blank report forms: one protected Excel form per unit and period, in Vietnamese.

A form asks what the rubric wants reported and nothing else: what the system counts itself, and what reads another
criterion's figure, has no row. Only input cells are unlocked; the sheets are protected without a password, against
slips and not against people. A very hidden sheet names unit, period, year and rubric, and says where each input cell
stands; `form_cells` reads it back.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from scoring.core.errors import Fault, ParameterError
from scoring.core.files import Writing, of_any_system, write_whole
from scoring.core.made import keep_only, plain_folder
from scoring.core.points import to_decimal
from scoring.core.sheet import Looks, new_book
from scoring.core.wording import number
from scoring.reports.fields import (
    FORM_VERSION,
    GUIDE,
    LISTS,
    MAP,
    PROOFS,
    SHEET,
    TASKS,
    asked_facts,
    asked_items,
    choices,
    decimals,
    form_digest,
    task_items,
)
from scoring.reports.forms.cell_rules import Line
from scoring.reports.forms.evidence_sheet import draw_proofs
from scoring.reports.forms.guide_sheet import draw_guide
from scoring.reports.forms.report_sheet import HEADER_ROW, SENT_AT, Form, draw_sheet, formats_of
from scoring.reports.forms.task_sheet import Cells, draw_tasks
from scoring.rubric.model import Extra, Period, Plan, Rubric
from scoring.rubric.scope import Unit
from scoring.rubric.targets import with_targets

SENT_ON = ("report", "sent_on")
"""The key of the cell for the day of sending in `form_cells`."""


def write_forms(
    folder: Path,
    rubric: Rubric,
    plan: Plan,
    units_due: Mapping[str, pd.DataFrame],
    *,
    entries: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
) -> list[Path]:
    """Write one form per period and unit that stands on its due day into `folder`; forms of earlier runs go.

    Gives their paths, by period. A file's name is the unit's id and the period's. units_due: by period, the units as
    they stand on the day its report is due. entries: what was reported so far; a form shows the figures of the period
    before beside its own. targets: those assigned unit by unit. Raises ParameterError where an id would lead out of
    the folder or two forms would have one name, and, after all others are written, where a form is open in another
    program.
    """
    _refuse_same_names(rubric, units_due, folder)
    plain_folder(folder)
    paths, writing = [], Writing(lasts=False)
    for before, period in zip((None, *rubric.periods), rubric.periods, strict=False):
        previous = None if entries is None or before is None else entries[entries["period"] == before.id]
        units = units_due[period.id]
        for unit in units[units["standing"]].to_dict("records"):
            path = folder / f"{unit['id']}_{period.id}.xlsx"
            if path.resolve().parent != folder.resolve():
                what = f"mã đơn vị '{unit['id']}' không dùng làm tên tệp được"
                raise ParameterError(str(folder), [Fault("cột id", what, mend="sửa mã trong danh bạ")])
            own = unit if targets is None else with_targets(unit, targets)
            write_form(path, rubric, plan, own, period, previous, write=writing.write)
            paths.append(path)
    keep_only(folder, [path.name for path in paths], _names(rubric, units_due), remove=writing.remove)
    writing.refuse_if_any(ParameterError, str(folder))
    return paths


def _refuse_same_names(rubric: Rubric, units_due: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Refuse ids that would give two forms one name, capitals aside: unit A in period B_C, and unit A_B in period C."""
    found: dict[str, list[str]] = {}
    for period in rubric.periods:
        units = units_due[period.id]
        for unit in units.loc[units["standing"], "id"].astype(str):
            whose = f"đơn vị {unit}, kỳ {period.id}"
            found.setdefault(f"{unit}_{period.id}.xlsx".casefold(), []).append(whose)
    mend = "sửa mã đơn vị trong danh bạ hoặc mã kỳ trong bộ tiêu chí"
    faults = [
        Fault(name, f"hai mẫu báo cáo cùng một tên tệp: {'; '.join(whose)}", mend=mend)
        for name, whose in found.items()
        if len(whose) > 1
    ]
    if faults:
        raise ParameterError(str(folder), faults)


def _names(rubric: Rubric, units_due: Mapping[str, pd.DataFrame]) -> str:
    """A pattern of the names of forms, of every unit of the register."""
    units = {str(unit) for table in units_due.values() for unit in table["id"]}
    periods = "|".join(re.escape(period.id) for period in rubric.periods)
    return f"(?:{'|'.join(map(re.escape, sorted(units)))})_(?:{periods})\\.xlsx"


def write_form(
    path: Path,
    rubric: Rubric,
    plan: Plan,
    unit: Unit,
    period: Period,
    previous: pd.DataFrame | None = None,
    *,
    write: Callable[[Path, bytes], None] = write_whole,
) -> None:
    """Write one unit's form (`form_bytes`), whole or not at all."""
    write(path, form_bytes(rubric, plan, unit, period, previous))


def form_bytes(rubric: Rubric, plan: Plan, unit: Unit, period: Period, previous: pd.DataFrame | None = None) -> bytes:
    """One unit's form; the same bytes for the same input.

    unit: one row of the units. previous: entries of the period before (unit, criterion, value, base).
    """
    buffer = io.BytesIO()
    with new_book(buffer) as book:
        created = datetime(rubric.year, 1, 1, tzinfo=UTC)  # any fixed day: the same form is the same bytes
        book.set_properties({"title": f"{period.name} {rubric.year}", "created": created})
        form = Form(plan, rubric, unit, period)
        draw_form(book.add_worksheet, Looks(book), form, _previous_texts(previous, rubric, unit))
    return of_any_system(buffer.getvalue())


def form_cells(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Where each input of a form stands: (item or fact id, field) to (sheet, cell); also `SENT_ON`.

    >>> form_cells(Path("TH01_NAM.xlsx"))["B1", "value"]  # doctest: +SKIP
    ('Báo cáo', 'H17')
    """
    book = load_workbook(path, read_only=True)
    try:
        rows = [[str(text) for text in row] for row in book[MAP].iter_rows(values_only=True)]
    finally:
        book.close()
    return {(item, field): (sheet, cell) for key, item, field, sheet, cell in rows if key == "cell"}


def form_codes(form: Form) -> dict[int, str]:
    """What stands in the first column of a form's table: the id of each item and fact, by row, from 1."""
    return {row: line.id for row, line in enumerate(_lines(form), HEADER_ROW + 1) if not isinstance(line, str)}


def draw_form(
    add_sheet: Callable[[str], Worksheet], looks: Looks, form: Form, previous: Mapping[str, str] | None = None
) -> None:
    """Draw the sheets of a form. add_sheet: gives a new one by its name; previous: texts of the period before."""
    sheet = add_sheet(SHEET)
    tasks = add_sheet(TASKS) if task_items(form.rubric, form.unit) else None
    proofs, guide, lists, hidden = (add_sheet(name) for name in (PROOFS, GUIDE, LISTS, MAP))
    formats = formats_of(looks)
    lines = list(_lines(form))
    cells = draw_sheet(sheet, lists, formats, form, lines, previous or {})
    listed = draw_tasks(tasks, formats) if tasks else {}
    draw_proofs(proofs, formats, form.rubric)
    draw_guide(guide, formats, [line for line in lines if not isinstance(line, str)], form.rubric, form.period)
    _map(hidden, cells, listed, form)
    for inner in (lists, hidden):
        inner.very_hidden()
        inner.protect()


def _lines(form: Form) -> Iterator[Line | str]:
    """The rows of the form's table, headings as text; a part none of whose items is asked has no heading."""
    rubric, unit, period = form.rubric, form.unit, form.period
    asked = {item.id for item in asked_items(rubric, unit)}
    sections = [(f"{group.id}. {group.name}", tuple(group.walk())) for group in rubric.groups]
    extras: list[tuple[str, Extra | None]] = [("Điểm thưởng", rubric.bonus), ("Điểm trừ", rubric.deductions)]
    sections += [(heading, extra.items) for heading, extra in extras if extra]
    for heading, items in sections:
        if within := [item for item in items if item.id in asked]:
            yield heading
            yield from within
    if facts := asked_facts(rubric, unit, period):
        yield "Điều kiện xét xếp loại (không tính điểm)"
        yield from facts


def _previous_texts(previous: pd.DataFrame | None, rubric: Rubric, unit: Unit) -> dict[str, str]:
    """What the unit reported in the period before, as text, by item."""
    if previous is None:
        return {}
    own = previous[(previous["unit"] == unit["id"]) & previous["value"].notna()]
    texts = {}
    for criterion, value, base in own[["criterion", "value", "base"]].itertuples(index=False):
        if item := rubric.item.get(criterion):
            words = choices(item)
            texts[criterion] = words[value] if words else number(to_decimal(value, decimals(item)))
            if not pd.isna(base):
                texts[criterion] += f"/{number(to_decimal(base, decimals(item)))}"
    return texts


def _map(sheet: Worksheet, cells: Cells, tasks: Cells, form: Form) -> None:
    """What the reader checks a form by: one row a fact, or a cell as (item, field, sheet, cell)."""
    rubric = form.rubric
    facts = {
        "form": FORM_VERSION,
        "unit": form.unit["id"],
        "period": form.period.id,
        "year": str(rubric.year),
        "rubric": rubric.id,
        "digest": form_digest(rubric),
    }
    places = {SENT_ON: SENT_AT, **cells}
    rows = [[key, text, "", "", ""] for key, text in facts.items()]
    rows += [["cell", *key, SHEET, xl_rowcol_to_cell(*place)] for key, place in places.items()]
    rows += [["cell", *key, TASKS, xl_rowcol_to_cell(*place)] for key, place in tasks.items()]
    for row, texts in enumerate(rows):
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text)
