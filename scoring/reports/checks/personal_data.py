"""Did a unit type somebody's telephone number, identity number or e-mail address as evidence?

Evidence is a document's number, its day and a link; who somebody is and how to reach them has no place in it. What is
found is named by its kind and never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from scoring.core.evidence_identity import ADDRESS
from scoring.core.findings import Finding, Remark, finding
from scoring.core.language import say, term
from scoring.core.wording import enumeration

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_GAP = r"[ .\-]?"
_PHONE = re.compile(rf"(?<![\w/-])(?:\+?84{_GAP}|0)(?:[35789](?:{_GAP}\d){{8}}|2(?:{_GAP}\d){{9}})(?![\w/])")
_CITIZEN = re.compile(r"(?<![\w/-])0\d{11}(?![\w/])")
_NAMED = re.compile(
    r"(?:cmnd|cccd|căn cước|chứng minh (?:nhân dân|thư)|định danh|hộ chiếu)\D{0,20}[A-Z]?\d[\d .]{6,}", re.IGNORECASE
)
_KINDS = (
    (_MAIL, term("địa chỉ thư điện tử")),
    (_PHONE, term("số điện thoại")),
    (_CITIZEN, term("số căn cước")),
    (_NAMED, term("số căn cước")),
)


def kinds_in(text: str) -> list[str]:
    """The kinds of personal data in a text, each once; addresses of pages are no such thing.

    >>> kinds_in("05/BC ngày 12/03/2025; gọi 0912 345 678"), kinds_in("https://vi.du/bai/0912345678")
    (['số điện thoại'], [])
    """
    plain = re.sub(ADDRESS, " ", text)
    return list(dict.fromkeys(str(kind) for pattern, kind in _KINDS if pattern.search(plain)))


def personal_data(entries: pd.DataFrame) -> Iterator[Finding]:
    """A finding on every cell of evidence that holds personal data; the finding does not repeat it."""
    texts = entries[["unit", "criterion", "period", "file", "sheet", "cell"]].astype("str")
    for text, about in zip(entries["evidence"], texts.to_dict("records"), strict=True):
        if not pd.isna(text) and (kinds := kinds_in(str(text))):
            what = say("minh chứng có {kinds} của cá nhân", kinds=enumeration([say(kind) for kind in kinds]))
            mend = say("bỏ thông tin cá nhân khỏi ô này; chỉ ghi số, ngày văn bản hoặc đường dẫn, rồi gửi lại")
            stated: dict[str, str] = {str(name): str(place) for name, place in about.items()}
            yield finding(Remark("personal_data", what, mend), **stated)
