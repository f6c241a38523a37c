"""Bad reports: each case of `bad_reports/*.yaml` made into the file it describes, out of a sound one.

A case says what is done to a sound form of TH-HOABINH. In cells, named by item and column or by label (`A1.value`,
`unit`): `typed`, `stored` (as the XML has it: t, v, f), `formats`. In the sheet: the words of `_CHANGES`. In the form's
hidden sheet: `form`. To the file: `name`, `whole` (its content), `made` (a maker of `containers`), `csv`, `folder`,
`link`, `pipe`. What is expected stands beside it: `fate` (flagged where it is not said), `says`, `loses`, `reads`,
`counts`, `listed`.
"""

import csv
import datetime
import io
import os
import re
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from helpers.containers import SPOILT, with_macros
from helpers.filled_forms import filled_form
from openpyxl import load_workbook
from ruamel.yaml import YAML

from scoring.reports.fields import COLUMNS, MAP, PERIOD_LABEL, SENT_LABEL, SHEET, UNIT_LABEL, YEAR_LABEL
from scoring.reports.reading.cells import fold
from scoring.reports.reading.table import heading

FOLDER = Path(__file__).parents[1] / "reports" / "bad_reports"
UNIT = "TH-HOABINH"
_LABELS = {"unit": UNIT_LABEL, "period": PERIOD_LABEL, "year": YEAR_LABEL, "sent": SENT_LABEL}
_HEADINGS = {column.key: column.heading for column in COLUMNS}
_MAKERS = {name: maker for name, (maker, _) in SPOILT.items()} | {"macros": with_macros}


def read_cases():
    """Every case this system can have by file and fault, such as "numbers: dash for nothing"."""
    yaml = YAML(typ="safe")
    read = {path.stem: yaml.load(path) for path in sorted(FOLDER.glob("*.yaml"))}
    return {f"{kind}: {case['fault']}": case for kind, cases in read.items() for case in cases if _can_be(case)}


def _can_be(case):
    return os.name == "posix" or not case.get("posix")


def make(folder, case, name):
    """Write the file of a case, under its own name or the given one; gives its name."""
    name = _grown(case.get("name", name))
    path = folder / name
    if "link" in case:
        path.symlink_to(case["link"])
    elif "pipe" in case:
        os.mkfifo(path)
    elif "folder" in case:
        path.mkdir()
    else:
        path.write_bytes(_content(case))
    return name


def _content(case):
    if "whole" in case:
        return _whole(**case["whole"])
    if "csv" in case:
        return _table(**case["csv"])
    if "made" in case:
        return _MAKERS[case["made"]](_sound())
    return _workbook(case)


def _whole(*, text="", encoding="utf-8", hex="", size=0):  # noqa: A002 - the word of the case files
    return text.encode(encoding) + bytes.fromhex(hex) + bytes(size)


def _grown(text):
    """Text, or a short text so many times."""
    return text["text"] * text["times"] + text.get("then", "") if isinstance(text, dict) else text


@cache
def _sound():
    with TemporaryDirectory() as folder:
        return filled_form(Path(folder) / "form.xlsx", UNIT).read_bytes()


# Workbooks


def _workbook(case):
    raw = _sound()
    opened = [name for name in _CHANGES if name in case]
    cells = {key: _stored(_grown(content)) for key, content in case.get("typed", {}).items()} | case.get("stored", {})
    dates = {key: content for key, content in case.get("typed", {}).items() if isinstance(content, datetime.date)}
    if opened or dates or "formats" in case or "form" in case:
        raw = _opened(raw, case, opened, dates)
    return _patched(raw, {key: cell for key, cell in cells.items() if key not in dates})


def _opened(raw, case, changes, dates):
    """The workbook changed by openpyxl."""
    book = load_workbook(io.BytesIO(raw))
    sheet = book[SHEET]
    for key, content in dates.items():
        sheet[place(sheet, key)] = content
    for key, shown_as in case.get("formats", {}).items():
        sheet[place(sheet, key)].number_format = shown_as
    for key, content in case.get("form", {}).items():
        next(row for row in book[MAP].iter_rows(max_col=2) if row[0].value == key)[1].value = content
    for name in changes:
        _CHANGES[name](book, sheet, case[name])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def place(sheet, key):
    """Where a cell stands, as Excel names it: `A1.value` by code and heading, `unit` right of its label."""
    if key == "report.sent_on":
        key = "sent"
    if key in _LABELS:
        label = _label(sheet, key)
        right = (cell for cell in sheet[label.row][label.column :] if cell.value is not None)
        return next(right).coordinate
    item, name = key.split(".")
    return sheet.cell(_row(sheet, item), _column(sheet, name)).coordinate


def _label(sheet, key):
    labels = (cell for row in sheet.iter_rows(max_row=_headings(sheet)) for cell in row)
    return next(cell for cell in labels if isinstance(cell.value, str) and fold(cell.value) == fold(_LABELS[key]))


def _headings(sheet):
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == _HEADINGS["criterion"])


def _column(sheet, name):
    wanted = heading(_HEADINGS[name])
    cells = sheet[_headings(sheet)]
    return next(cell.column for cell in cells if isinstance(cell.value, str) and heading(cell.value) == wanted)


def _row(sheet, item):
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == item)


@cache
def sound_sheet():
    """The sheet of a sound report, to find places in."""
    return load_workbook(io.BytesIO(_sound()))[SHEET]


def _stored(content):
    """What a cell is in XML for something typed: t, v, f."""
    match content:
        case None | datetime.date():
            return {}
        case bool():
            return {"t": "b", "v": str(int(content))}
        case int() | float():
            return {"t": "n", "v": repr(content)}
        case str() if content.startswith("="):
            return {"f": content[1:]}
        case _:
            return {"t": "inlineStr", "text": content}


def _patched(raw, cells):
    """The workbook with some cells as they are to be stored."""
    if not cells:
        return raw
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name).decode() if name.endswith("/sheet1.xml") else before.read(name)
            for key, cell in cells.items() if isinstance(content, str) else ():
                content = _replaced(content, place(sound_sheet(), key), cell)
            after.writestr(name, content)
    return made.getvalue()


def _replaced(xml, at, cell):
    kind = f' t="{cell["t"]}"' if "t" in cell else ""
    inside = "".join(f"<{name}>{escape(str(cell[name]))}</{name}>" for name in "fv" if name in cell)
    if "text" in cell:
        inside = f'<is><t xml:space="preserve">{escape(cell["text"])}</t></is>'
    pattern = rf'<c r="{at}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
    changed, times = re.subn(pattern, lambda found: f'<c r="{at}"{found[1] or ""}{kind}>{inside}</c>', xml)
    assert times == 1, at
    return changed


def _hidden_figures(book, sheet, _):
    other = book.create_sheet("PCI 2013")
    other["A1"] = 17
    other.sheet_state = "hidden"


def _hide_sheet(book, sheet, _):
    book.create_sheet("Trang bìa", 0)
    sheet.sheet_state = "hidden"


def _label_to(book, sheet, words):
    for key, text in words.items():
        _label(sheet, key).value = text


def _heading_to(book, sheet, words):
    for name, text in words.items():
        sheet.cell(_headings(sheet), _column(sheet, name)).value = text


def _code_to(book, sheet, codes):
    for item, code in codes.items():
        sheet.cell(_row(sheet, item), 1).value = code


def _add_row(book, sheet, cells):
    row = sheet.max_row + 2
    for name, content in cells.items():
        sheet.cell(row, _column(sheet, {"code": "criterion"}.get(name, name))).value = content


def _delete_row(book, sheet, item):
    sheet.delete_rows(_headings(sheet) if item == "heading" else _row(sheet, item))


def _move(book, sheet, by):
    sheet.insert_rows(1, by[0])
    sheet.insert_cols(1, by[1])


def _repeat_headings(book, sheet, _):
    row = sheet.max_row + 2
    for cell in sheet[_headings(sheet)]:
        sheet.cell(row, cell.column).value = cell.value


def _merge(book, sheet, keys):
    first, last = (place(sheet, key) for key in keys)
    sheet.merge_cells(f"{first}:{last}")


def _hide_row(book, sheet, item):
    sheet.row_dimensions[_row(sheet, item)].hidden = True


def _hide_column(book, sheet, name):
    letter = sheet.cell(1, _column(sheet, name)).column_letter
    sheet.column_dimensions[letter].hidden = True


_CHANGES = {
    "label": _label_to,
    "heading": _heading_to,
    "code": _code_to,
    "add_row": _add_row,
    "delete_row": _delete_row,
    "repeat_headings": _repeat_headings,
    "copy_sheet": lambda book, sheet, _: book.copy_worksheet(sheet),
    "empty_sheet": lambda book, sheet, _: sheet.delete_rows(1, sheet.max_row),
    "hide_sheet": _hide_sheet,
    "hidden_figures": _hidden_figures,
    "hide_row": _hide_row,
    "hide_column": _hide_column,
    "merge": _merge,
    "move": _move,
}
"""What may be done to the sheet of the report, by the word of the case files."""


# CSV


def _table(*, encoding="utf-8-sig", find="", put="", and_bytes=""):
    """The sound report saved as CSV, with one thing changed."""
    made = io.StringIO()
    width = _column(sound_sheet(), "check") - 1
    rows = [
        [
            "" if text is None else str(text).replace(".", ",") if isinstance(text, float) else str(text)
            for text in row[:width]
        ]
        for row in sound_sheet().iter_rows(values_only=True)
    ]
    csv.writer(made, delimiter=";").writerows(rows)
    text = made.getvalue()
    assert find in text
    return text.replace(find, _grown(put), 1).encode(encoding, "replace") + bytes.fromhex(and_bytes)
