"""Read a report's sheet of evidence, and what its rows mean where a criterion names them by their codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.core.findings import Remark
from scoring.core.language import say, term
from scoring.core.text import shown
from scoring.reports.evidence import Proof, proof_text
from scoring.reports.fields import PROOF_COLUMNS, PROOFS, proof_code
from scoring.reports.reading.cells import BLANK, Cell, as_written, fold, is_blank, read_date, read_list
from scoring.reports.reading.table import WORDS_BELOW, Place, heading
from scoring.reports.reading.workbook import Book, Sheet

_KEYS = {heading(column.heading): column.key for column in PROOF_COLUMNS}
_NEEDED = {"code", "number", "link"}
_STATED = ("kind", "number", "date", "issuer", "link")
_CODE = re.compile(r"mc\s*0*([0-9]{1,3})", re.IGNORECASE)


class SaidOf(NamedTuple):
    """A remark on a cell of the sheet of evidence, and what the cell says."""

    place: Place
    remark: Remark
    value: str


@dataclass
class ProofSheet:
    """The rows that state something, as one text each, by code; and what is to be said of them."""

    name: str = PROOFS
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    said: list[SaidOf] = field(default_factory=list)


def read_proofs(book: Book) -> ProofSheet:
    """The rows of the first sheet with the headings of evidence; nothing where there is none."""
    for sheet in book.sheets:
        headings: dict[int, dict[str, int]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind == "text" and (key := _KEYS.get(heading(cell.text))) is not None:
                headings.setdefault(row, {}).setdefault(key, column)
        for row, columns in headings.items():
            if columns.keys() >= _NEEDED:
                return _read(sheet, row, columns)
    return ProofSheet()


def _read(sheet: Sheet, header: int, columns: dict[str, int]) -> ProofSheet:
    found = ProofSheet(sheet.name)
    rows = sorted({row for row, _ in sheet.cells if row > header})
    last = max((row for row in rows if _code_of(sheet.cells.get((row, columns["code"]), BLANK).text)), default=header)
    for row in rows:
        cells = {key: sheet.cells.get((row, columns.get(key, 0)), BLANK) for key in ("code", *_STATED)}
        if all(is_blank(cells[key]) for key in _STATED):
            continue
        if row > last and not any(_may_be_evidence(cells[key]) for key in _STATED):
            found.said.append(SaidOf((row, columns["code"]), WORDS_BELOW, as_written(cells["code"])))
            continue
        at, code = (row, columns["code"]), _code_of(as_written(cells["code"]))
        text, remarks = _text(cells)
        found.said += [SaidOf((row, columns[key]), remark, as_written(cells[key])) for key, remark in remarks]
        if code is None or code in found.places:
            what = say("dòng minh chứng không có mã") if code is None else say("mã {code} ghi hai lần", code=code)
            remark = Remark("proof_code", what, say("giữ nguyên các mã MC01, MC02… của biểu mẫu"))
            found.said.append(SaidOf(at, remark, as_written(cells["code"])))
            found.texts.pop(code or "", None)
            continue
        found.places[code] = at
        if text:
            found.texts[code] = text
        elif not any(remark.severity == "error" for _, remark in remarks):
            what, mend = say("chưa ghi số văn bản hoặc đường dẫn"), say("ghi ít nhất một trong hai")
            remark = Remark("proof_empty", what, mend)
            found.said.append(SaidOf(at, remark, code))
    return found


def _text(cells: dict[str, Cell]) -> tuple[str, list[tuple[str, Remark]]]:
    """What a row states as one text, and what is to be said of its cells; a refused cell states nothing."""
    day = read_date(cells["date"])
    parsed = {key: read_list(cells[key]) for key in _STATED if key != "date"}
    # a semicolon and a blank part one piece of evidence from the next; one inside an address stays
    kind, number, issuer, link = (
        (parsed[key].value or "").replace("; ", ", ") for key in ("kind", "number", "issuer", "link")
    )
    remarks = [(key, remark) for key, one in parsed.items() for remark in one.remarks]
    return proof_text(Proof(kind, number, day.value, issuer, link)), [*remarks, *(("date", one) for one in day.remarks)]


def _may_be_evidence(cell: Cell) -> bool:
    """Whether a cell has a number, a day or an address: words alone are a signature."""
    return bool(cell.link) or any(letter.isdecimal() or letter == "/" for letter in as_written(cell))


def _code_of(text: str) -> str | None:
    """The code of a row as the form writes it."""
    found = _CODE.fullmatch(fold(text))
    return proof_code(int(found[1])) if found else None


def named_in(evidence: str | None, sheet: ProofSheet) -> tuple[str | None, list[str], list[str]]:
    """Evidence with the codes in it replaced by what their rows state; the codes that stand for something; the others.

    evidence: texts joined by "; ", as `cells.read_list` gives them.
    """
    texts: list[str] = []
    known: list[str] = []
    unknown: list[str] = []
    for part in evidence.split("; ") if evidence else ():
        for code, text in _meant(part):
            if code is None:
                texts.append(text)
            elif code in sheet.texts:
                known.append(code)
                texts.append(sheet.texts[code])
            else:
                unknown.append(code)
    return "; ".join(dict.fromkeys(texts)) or None, known, unknown


def _meant(part: str) -> Iterator[tuple[str | None, str]]:
    """The codes a text lists, with commas or blanks between them, or the text itself."""
    words = re.findall(r"mc\s*[0-9]+|[^\s,]+", part, re.IGNORECASE)
    codes = [_code_of(word) for word in words]
    if words and all(code is not None for code in codes):
        yield from ((code, part) for code in codes)
    else:
        yield None, part


def unknown_code_remark(codes: list[str]) -> Remark:
    """What is said where a report names rows of evidence that state nothing."""
    what = say("trang {sheet} chưa có nội dung của {codes}", sheet=PROOFS, codes=shown(", ".join(codes)))
    mend = say("điền dòng này ở trang {sheet} hoặc ghi số, ngày văn bản vào ô", sheet=PROOFS)
    return Remark("unknown_proof", what, mend)


UNNAMED = Remark(
    "proof_unnamed",
    term("chưa có tiêu chí nào dẫn minh chứng này"),
    term("ghi mã vào cột Minh chứng"),
)
"""A row of evidence that no criterion names."""
