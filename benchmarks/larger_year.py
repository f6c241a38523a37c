"""A larger year made of the sample: its units again and again under other ids, renamed inside every workbook."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path

_ID_COLUMNS = ("id", "unit", "other_unit")
_LETTER = re.compile(r"(\d+/\w+)(-LĐLĐ)")
"""The number of a letter of the upper level to one unit, which no other unit has."""
_NAME_COLUMNS = ("name", "short_name")


def make_year(sample: Path, folder: Path, units: int) -> int:
    """Write a year of about so many units into `folder`; gives the number of its reports.

    sample: `data/<year>`. Its register is taken as often as needed; of each copy every id, name and document number is
    its own, so that no two units claim the same evidence, and a workbook is the bytes of the sample's but for them.
    """
    (folder / "reports").mkdir(parents=True)
    shutil.copytree(sample / "rubrics", folder / "rubrics")
    shutil.copy(sample / "plan.yaml", folder)
    register = _rows(sample / "units.csv")
    ids = list(dict.fromkeys(row["id"] for row in register))
    copies = range(max(1, round(units / _standing(register))))
    for name in ("units.csv", "events.csv"):
        rows = _rows(sample / name)
        _write(folder / name, [_renamed(row, ids, copy) for copy in copies for row in rows])
    reports = sorted((sample / "reports").glob("*.xlsx"))
    for copy in copies:
        for report in reports:
            _copy_report(report, folder / "reports", ids, copy)
    _copy_arrivals(sample / "reports" / "received.csv", folder / "reports", ids, copies)
    return len(copies) * len(reports)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _standing(register: list[dict[str, str]]) -> int:
    return len({row["id"] for row in register if not row["to"]})


def _renamed(row: dict[str, str], ids: list[str], copy: int) -> dict[str, str]:
    """A row of the register for one copy of its unit; the first copy is the sample itself."""
    if not copy:
        return row
    other = {name: _other(row[name], row[name], copy) for name in _ID_COLUMNS if row.get(name) in ids}
    names = {name: f"{row[name]} {copy:03}" for name in _NAME_COLUMNS if row.get(name)}
    aliases = (
        {"aliases": "|".join(f"{one} {copy:03}" for one in row["aliases"].split("|") if one)}
        if "aliases" in row
        else {}
    )
    return {**row, **other, **names, **aliases}


def _other(text: str, unit: str, copy: int) -> str:
    """A text with a unit's code, as ids and document numbers have it, made that of a copy."""
    code = unit.partition("-")[2]
    return text.replace(code, f"{code}{copy:03}") if copy else text


def _copy_report(report: Path, folder: Path, ids: list[str], copy: int) -> None:
    unit = max((one for one in ids if report.name.startswith(one)), key=len)
    name = _other(report.name, unit, copy)
    if not copy:
        shutil.copy(report, folder / name)
        return
    made = io.BytesIO()
    with zipfile.ZipFile(report) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.infolist():
            content = before.read(member)
            if member.filename.startswith("xl/worksheets/sheet"):
                text = _other(content.decode(), unit, copy)
                content = _LETTER.sub(rf"\g<1>{copy:03}\g<2>", text).encode()
            after.writestr(member, content)
    (folder / name).write_bytes(made.getvalue())


def _copy_arrivals(arrivals: Path, folder: Path, ids: list[str], copies: range) -> None:
    if not arrivals.is_file():
        return
    rows = [
        {**row, "file": _other(row["file"], max((one for one in ids if row["file"].startswith(one)), key=len), copy)}
        for copy in copies
        for row in _rows(arrivals)
    ]
    _write(folder / arrivals.name, rows)
