"""What a text says of a piece of evidence (minh chứng): its kind, number, date, issuer and link.

A report names evidence by a row of its form's sheet of evidence or in words; both become one text, which pages show and
which is compared, and which this module takes apart again for the register of evidence.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from scoring.core.evidence_identity import ADDRESS, DATE, ISSUER, NUMBER, as_typed

KINDS = {
    "KH": "Kế hoạch",
    "CTr": "Chương trình",
    "QĐ": "Quyết định",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "CV": "Công văn",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "NQ": "Nghị quyết",
}
"""The kinds of documents by what stands in their symbol (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""
LINK, OTHER = "Tin bài hoặc đường dẫn", "Khác"
"""The kinds of what has no symbol."""

_BY_SYMBOL = {symbol.casefold(): kind for symbol, kind in KINDS.items()}


class Proof(NamedTuple):
    """One piece of evidence; "" or None where it is not stated."""

    kind: str
    number: str
    date: date | None
    issuer: str
    link: str


def proof_text(proof: Proof) -> str:
    """One line that says all that is stated, in whatever language; "" where there is neither number nor link.

    >>> proof_text(Proof("Kế hoạch", "12/KH-CĐ", date(2024, 3, 5), "CĐCS xã Long", ""))
    '12/KH-CĐ ngày 05/03/2024 do CĐCS xã Long ban hành'
    """
    if not (proof.number or proof.link):
        return ""
    of_symbol = _kind_of(proof.number, proof.link)
    words = [proof.kind] if proof.number and proof.kind and proof.kind != of_symbol else []
    words += [proof.number] if proof.number else []
    words += [f"ngày {proof.date:%d/%m/%Y}"] if proof.date else []
    words += [f"do {proof.issuer} ban hành"] if proof.issuer else []
    return ", ".join(part for part in (" ".join(words), proof.link) if part)


def read_proof(text: str) -> Proof:
    """What a text says, as far as it can be told; a day that no calendar has is none.

    >>> read_proof("Biên bản 7/BB-CĐ ngày 1/6/2024")[:4]
    ('Biên bản', '7/BB-CĐ', datetime.date(2024, 6, 1), 'CĐ')
    """
    address = re.search(ADDRESS, text)
    link = address[0].rstrip(".,") if address else ""
    words = as_typed(re.sub(ADDRESS, "", text))
    when = re.search(DATE, words)
    number = NUMBER.search(re.sub(DATE, "", words))
    symbol = number[0].rstrip(".-") if number else ""
    issuer = ISSUER.search(words)
    told = issuer[1] if issuer else symbol.partition("-")[2]
    return Proof(_kind_of(symbol, link, words), symbol, _day(when), told, link)


def _kind_of(number: str, link: str, words: str = "") -> str:
    symbol = number.rpartition("/")[2].partition("-")[0].casefold()
    if symbol in _BY_SYMBOL:
        return _BY_SYMBOL[symbol]
    named = (kind for kind in KINDS.values() if words.casefold().startswith(kind.casefold()))
    return next(named, LINK if link and not number else OTHER)


def _day(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
