"""Read the register from its two tables, or list every fault with its file, line and column.

`units.csv` has one row per unit and span of days through which its name, type, block and parent stood; `events.csv`
says what happened where a span begins or ends, by which document. The two must agree, so that a unit's age, mergers
and end are never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pandas as pd

from scoring.core.errors import Fault, RegisterError
from scoring.core.files import read_whole
from scoring.core.numerals import fits, may_be, settled
from scoring.core.text import shown
from scoring.register.excel_days import DAY_COLUMNS, in_iso, two_days
from scoring.register.units import BEGINNINGS, CHANGES, ENDINGS, WITH_OTHER, Register
from scoring.rubric.model import Rubric

_UNITS = "units.csv"
_EVENTS = "events.csv"
UNIT_COLUMNS = ("id", "name", "short_name", "aliases", "type", "block", "parent", "members", "from", "to")
EVENT_COLUMNS = ("unit", "event", "date", "other_unit", "document", "document_date")
_MOST_ABOVE = 10
"""Lines within which the headings of a table are looked for."""
_BY_EVENT = ("id", "name", "short_name", "type", "block", "parent")
"""The columns that only an event changes from one span of a unit to the next."""

_ID = r"[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9_-])?"
_DEVICE = r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?"
_DATE = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_A_DATE = "ngày dạng 2024-06-01 hoặc 01/06/2024"
_DAY = pd.Timedelta(days=1)


def read_register(folder: Path, rubric: Rubric) -> Register:
    """Read `units.csv` and `events.csv`; types and blocks are those of the rubric.

    Raises RegisterError with every fault and its file, line and column.
    """
    tables: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for name, columns in ((_UNITS, UNIT_COLUMNS), (_EVENTS, EVENT_COLUMNS)):
        try:
            tables.append(read_table(folder / name, columns))
        except RegisterError as error:
            faults += error.faults
    _raise(folder, faults)
    units, events = tables
    _raise(folder, [*_unit_faults(units, rubric), *_event_faults(events, units)])
    spans, events = _spans(units, rubric), _dated_events(events)
    _raise(folder, [*_span_faults(spans), *_agreement_faults(spans, events), *_other_unit_faults(spans, events)])
    return Register(spans.drop(columns="place"), events.drop(columns="place"))


# Reading the two tables


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """The rows as text, NFC and without stray blanks, and `place`: the file and line of each."""
    rows = list(_rows(path, columns))
    if not rows:
        raise RegisterError(str(path), [Fault(path.name, "tệp trống", f"dòng đầu ghi tên cột: {', '.join(columns)}")])
    header, body = _without_blank_columns(rows)
    first = f"{path.name}, dòng {rows[0][0]}"
    faults = [Fault(first, f"thiếu cột '{name}'") for name in columns if name not in header]
    faults += [
        Fault(first, f"cột '{shown(name)}' thừa hoặc ghi hai lần", f"các cột: {', '.join(columns)}")
        for index, name in enumerate(header)
        if name not in columns or name in header[:index]
    ]
    faults += [
        Fault(f"{path.name}, dòng {line}", f"có {len(cells)} ô, dòng tên cột có {len(header)} ô")
        for line, cells in body
        if len(cells) != len(header)
    ]
    if faults:
        raise RegisterError(str(path), faults)
    table = in_iso(pd.DataFrame([cells for _, cells in body], columns=header, dtype="str"))
    if "members" in table:
        table["members"] = table["members"].map(_counted).astype("str")
    return table.assign(place=[f"{path.name}, dòng {line}" for line, _ in body])


def _counted(text: str) -> str:
    """A count of people as digits alone; unchanged where it is none, which is a fault of its own.

    >>> _counted("1.250"), _counted("1 250"), _counted("12,5")
    ('1250', '1250', '12,5')
    """
    read = settled(text, partial(may_be, places=0, least=Decimal(0)))
    return f"{read[0].figure:.0f}" if len(read) == 1 and fits(read[0].figure, places=0) else text


def _without_blank_columns(rows: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headings and the other rows without the blank columns that Excel left beside the table."""
    first = rows[0][1]
    width = max(place for place, cell in enumerate(first, 1) if cell)
    return first[:width], [
        (line, cells[:width] if len(cells) == len(first) and not any(cells[width:]) else cells)
        for line, cells in rows[1:]
    ]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank, from the headings on."""
    text = _read_text(path)
    above, separator = _headings(text, columns)
    below = "".join(text.splitlines(keepends=True)[above:])
    reader = csv.reader(io.StringIO(below, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [" ".join(unicodedata.normalize("NFC", cell).split()) for cell in row]
            if any(cells):
                yield above + reader.line_num, cells
    except csv.Error as error:
        line = above + reader.line_num
        fault = Fault(f"{path.name}, dòng {line}", "dấu nháy kép hoặc ô không đúng cách ghi CSV")
        raise RegisterError(str(path), [fault]) from error


def _headings(text: str, columns: tuple[str, ...]) -> tuple[int, str]:
    r"""How many lines (a title, Excel's `sep=;`) stand above the one that names the most columns, and what parts them.

    >>> _headings("sep=;\nDANH SÁCH, năm 2024\nid;name;type\n", ("id", "name"))
    (2, ';')
    """
    lines = enumerate(text.splitlines()[:_MOST_ABOVE])
    found = [(_named(line, sign, columns), -place, line.count(sign), sign) for place, line in lines for sign in ",;\t"]
    most, place, _, sign = max(found, key=lambda one: one[:3], default=(0, 0, 0, ","))
    return (-place, sign) if most else (0, max(",;\t", key=text.partition("\n")[0].count))


def _named(line: str, separator: str, columns: tuple[str, ...]) -> int:
    return len(set(columns) & {cell.strip(' "') for cell in line.split(separator)})


def _read_text(path: Path) -> str:
    try:
        raw = read_whole(path)
    except FileNotFoundError as error:
        fault = Fault(path.name, "không có tệp này", mend="kiểm tra tên và thư mục")
        raise RegisterError(str(path), [fault]) from error
    except OSError as error:
        raise RegisterError(str(path), [Fault(path.name, "không mở được tệp", mend="kiểm tra quyền đọc")]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = Fault(f"{path.name}, dòng {line}", "không phải chữ UTF-8", mend="lưu lại kiểu CSV UTF-8")
        raise RegisterError(str(path), [fault]) from error


def _raise(folder: Path, faults: Iterable[Fault]) -> None:
    """Raise the faults, if there are any, in the order of the files."""
    found = sorted(set(faults), key=lambda fault: (_EVENTS in fault.where, _line(fault.where), fault.where))
    if found:
        raise RegisterError(str(folder), found)


def _line(where: str) -> int:
    line = re.search(r"dòng (\d+)", where)
    return int(line[1]) if line else 0


# What a row may say


def _unit_faults(units: pd.DataFrame, rubric: Rubric) -> Iterator[Fault]:
    yield from _text_faults(units, optional=("aliases", "members", "to"))
    code = "chữ in hoa không dấu, chữ số, '.', '_', '-', tối đa 40 ký tự, không kết thúc bằng dấu chấm"
    yield from _refused(units, "id", ~units["id"].str.fullmatch(_ID), code)
    yield from _refused(units, "id", units["id"].str.fullmatch(_DEVICE), "một mã mà Windows không dành riêng")
    for column, known in (("type", rubric.types), ("block", rubric.blocks)):
        yield from _refused(units, column, ~units[column].isin(list(known)), f"một trong {', '.join(known)}")
    expected = "số nguyên từ 1, chưa biết thì để trống"
    yield from _refused(units, "members", ~units["members"].str.fullmatch(r"(?:[1-9][0-9]{0,6})?"), expected)
    yield from _day_faults(units)


def _event_faults(events: pd.DataFrame, units: pd.DataFrame) -> Iterator[Fault]:
    yield from _text_faults(events, optional=("other_unit",))
    known = (*BEGINNINGS, *CHANGES, *ENDINGS)
    yield from _refused(events, "event", ~events["event"].isin(known), f"một trong {', '.join(known)}")
    for column in ("unit", "other_unit"):
        yield from _refused(events, column, ~events[column].isin(units["id"]), f"một mã có trong {_UNITS}")
    yield from _day_faults(events)
    needs = events["event"].isin(WITH_OTHER)
    for place in events.loc[needs & (events["other_unit"] == ""), "place"]:
        yield Fault(f"{place}, cột other_unit", "chưa ghi đơn vị kia", "split_from và merged_into cần mã đơn vị kia")
    yield from _refused(events, "other_unit", ~needs, "để trống, vì sự kiện này không có đơn vị kia")
    yield from _refused(events, "other_unit", events["other_unit"] == events["unit"], "mã của một đơn vị khác")


def _day_faults(table: pd.DataFrame) -> Iterator[Fault]:
    """Cells that are no day, and days that may be read in two ways: nobody guesses which is the month."""
    for column in [name for name in DAY_COLUMNS if name in table]:
        either = table[column].map(lambda text: two_days(text) is not None).astype(bool)
        yield from _refused(table, column, days(table[column]).isna() & ~either, _A_DATE)
        for place, stated in table.loc[either, ["place", column]].itertuples(index=False):
            what = f"'{stated}' đọc được hai cách: {two_days(stated)}"
            yield Fault(f"{place}, cột {column}", what, mend="ghi dạng 2024-06-01 (năm-tháng-ngày) cho cột này")


def _text_faults(table: pd.DataFrame, optional: tuple[str, ...]) -> Iterator[Fault]:
    """Blank cells that must not be, and characters that nobody sees."""
    for column in table.columns.drop("place"):
        hidden = ~table[column].map(str.isprintable).astype(bool)
        yield from _refused(table, column, hidden, "chữ không có ký tự ẩn hay ký tự điều khiển")
        if column not in optional:
            for place in table.loc[table[column] == "", "place"]:
                yield Fault(f"{place}, cột {column}", "để trống")


def _refused(table: pd.DataFrame, column: str, wrong: pd.Series, expected: str) -> Iterator[Fault]:
    """A fault for each cell that says something wrong; a blank cell says nothing."""
    for place, stated in table.loc[wrong & (table[column] != ""), ["place", column]].itertuples(index=False):
        yield Fault(f"{place}, cột {column}", f"'{shown(stated)}' chưa đúng", f"cần {expected}")


def days(column: pd.Series) -> pd.Series:
    """Days from text such as 2024-06-01; NaT where it is anything else."""
    exact = column.where(column.str.fullmatch(_DATE))
    return pd.to_datetime(exact, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def _spans(units: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    return units.assign(
        type=units["type"].astype(pd.CategoricalDtype(list(rubric.types))),
        block=units["block"].astype(pd.CategoricalDtype(list(rubric.blocks))),
        members=units["members"].where(units["members"] != "").astype("Int64"),
        **{column: days(units[column]) for column in ("from", "to")},
    ).sort_values(["id", "from"], ignore_index=True)[[*UNIT_COLUMNS, "place"]]


def _dated_events(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(
        other_unit=events["other_unit"].where(events["other_unit"] != ""),
        **{column: days(events[column]) for column in ("date", "document_date")},
    ).sort_values(["date", "unit"], ignore_index=True, kind="stable")[[*EVENT_COLUMNS, "place"]]


# What the rows say against each other


def _span_faults(spans: pd.DataFrame) -> Iterator[Fault]:
    """Each span ends after it begins, and the unit's next begins the day after."""
    for place in spans.loc[spans["to"] < spans["from"], "place"]:
        yield Fault(f"{place}, cột to", "ngày kết thúc trước ngày bắt đầu")
    later = spans["id"] == spans["id"].shift()
    apart = later & (spans["from"] != spans["to"].shift() + _DAY)
    for place, unit in spans.loc[apart, ["place", "id"]].itertuples(index=False):
        what = f"dòng này không nối liền dòng trước của {unit}"
        mend = "ghi 'to' của dòng trước là ngày liền trước 'from' của dòng này"
        yield Fault(f"{place}, cột from", what, mend=mend)


def _agreement_faults(spans: pd.DataFrame, events: pd.DataFrame) -> Iterator[Fault]:
    """Every beginning, change and end of a span has its event, and every event its span."""
    first, last = ~spans.duplicated("id"), ~spans.duplicated("id", keep="last")
    begins, ends = spans.assign(day=spans["from"]), spans.assign(day=spans["to"] + _DAY)
    described = spans[list(_BY_EVENT)].astype("str")
    # a span that only counts the members anew: the count of an earlier year stays, and nothing happened to the unit
    recount = (described == described.shift()).all(axis="columns")
    yield from _unmatched(begins[first], "from", events, BEGINNINGS)
    yield from _unmatched(begins[~first & ~recount], "from", events, CHANGES)
    yield from _unmatched(ends[last & ends["to"].notna()], "to", events, ENDINGS)
    once = events["event"].where(events["event"].isin(CHANGES), "beginning or end")
    for place in events.loc[events.assign(event=once).duplicated(["unit", "event", "date"]), "place"]:
        yield Fault(place, "đơn vị đã có một sự kiện như vậy trong ngày này", mend="xóa bớt một dòng")


def _unmatched(edges: pd.DataFrame, column: str, events: pd.DataFrame, kinds: tuple[str, ...]) -> Iterator[Fault]:
    """Edges of spans (id, day) without an event of these kinds, and such events without an edge."""
    stated = events[events["event"].isin(kinds)]
    days = pd.MultiIndex.from_frame(edges[["id", "day"]])
    dates = pd.MultiIndex.from_frame(stated[["unit", "date"]])
    for place, unit, day in edges.loc[~days.isin(dates), ["place", "id", "day"]].itertuples(index=False):
        what = f"{_EVENTS} không có {' hoặc '.join(kinds)} của {unit} ngày {day:%Y-%m-%d}"
        yield Fault(f"{place}, cột {column}", what)
    for place, event, unit in stated.loc[~dates.isin(days), ["place", "event", "unit"]].itertuples(index=False):
        what = f"{event} không khớp ngày với dòng nào của {unit} trong {_UNITS}"
        mend = f"ghi ngày đầu tiên có hiệu lực: {'ngày liền sau' if column == 'to' else 'bằng'} '{column}' của dòng ấy"
        yield Fault(f"{place}, cột date", what, mend=mend)


def _other_unit_faults(spans: pd.DataFrame, events: pd.DataFrame) -> Iterator[Fault]:
    """A unit is merged into one that stands that day, and split from one that stood the day before."""
    paired = events[events["event"].isin(WITH_OTHER)]
    begun = spans.drop_duplicates("id").set_index("id")["from"]
    ended = spans.drop_duplicates("id", keep="last").set_index("id")["to"]
    day = paired["date"] - _DAY * (paired["event"] == "split_from").astype(int)
    absent = (day < paired["other_unit"].map(begun)) | (day > paired["other_unit"].map(ended))
    for place, other in paired.loc[absent, ["place", "other_unit"]].itertuples(index=False):
        yield Fault(f"{place}, cột other_unit", f"{other} không hoạt động vào thời điểm này", mend="xem lại ngày và mã")
