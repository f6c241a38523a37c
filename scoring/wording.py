"""Every word, number and date a reader sees on a page: Vietnamese, as print has it.

Numbers have a decimal comma and a dot between thousands; what is not known is a dash, never a 0.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

NOT_KNOWN = "–"
TO_WRITE = "……………………"
"""What the pen fills in."""

STATES = {
    "scored": "có điểm",
    "zero": "0 điểm",
    "missing": "thiếu số liệu",
    "not_applicable": "không áp dụng",
    "not_eligible": "không thuộc diện",
    "pending": "chờ chấm",
}
BASES = {"computed": "tính theo báo cáo", "verified": "thẩm định", "council": "hội đồng"}
STAGES = {"verified": "Thẩm định", "explained": "Giải trình", "council": "Hội đồng"}
REASONS = {
    "outside_scope": "tiêu chí không áp dụng cho đơn vị này",
    "claimed_not_applicable": "đơn vị báo không áp dụng",
    "nothing_to_count": "tổng số bằng 0, không có gì để tính tỷ lệ",
    "no_value": "báo cáo để trống",
    "no_target": "chưa có chỉ tiêu của đơn vị",
    "no_evidence": "chưa có minh chứng",
    "evidence_counted": "minh chứng đã tính cho tiêu chí khác",
    "not_judged": "chờ người thẩm định cho điểm",
    "not_eligible": "đơn vị không thuộc diện chấm điểm",
    "peers_changed": "tính lại vì số liệu của đơn vị khác trong khối thay đổi",
}
SELECTIONS = {
    "chosen": "hội đồng đã chọn",
    "proposed": "đề xuất xét",
    "tie_at_cut": "bằng điểm ở ranh giới tỷ lệ, hội đồng quyết định",
    "outside_quota": "ngoài tỷ lệ khống chế",
    "conditions_unmet": "chưa đủ điều kiện",
    "over_quota": "vượt tỷ lệ khống chế, hội đồng xem xét",
}
FATES = {
    "accepted": "đọc được",
    "flagged": "đã nhận, cần xem lại",
    "rejected": "không dùng được",
    "ignored": "không phải báo cáo",
}
SEVERITIES = {"error": "Lỗi", "warning": "Cần xem lại", "note": "Ghi nhận"}
ENDED = "Đã kết thúc hoạt động"
WITHHELD = {"no_total": "Chưa có số liệu", "pending": "Chờ chấm"}


def number(figure: Decimal | int | None, places: int | None = None) -> str:
    """A figure as print has it; `places` decimals (rounded half up for reading only), or as many as it needs.

    >>> number(Decimal("1234.5"), 2), number(Decimal("9.50")), number(None)
    ('1.234,50', '9,5', '–')
    """
    if figure is None:
        return NOT_KNOWN
    exact = Decimal(figure)
    if places is None:
        exact = exact.normalize() if exact else Decimal(0)
        places = max(0, -int(exact.as_tuple().exponent))
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,f}".translate(str.maketrans(",.", ".,"))


def points(scaled: int | None, decimals: int) -> str:
    """Points in smallest units, always with the rubric's decimals.

    >>> points(950, 2), points(None, 2)
    ('9,50', '–')
    """
    return NOT_KNOWN if scaled is None else number(Decimal(scaled).scaleb(-decimals), decimals)


def amount(scaled: int | None, scale: int) -> str:
    """A reported value or target, with as many decimals as it needs, four at most.

    >>> amount(423, 10), amount(16, 12)
    ('42,3', '1,3333')
    """
    return NOT_KNOWN if scaled is None else number((Decimal(scaled) / scale).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def share(part: int, whole: int) -> str:
    r"""A part in percent of the whole, for reading; the blank before the sign does not break.

    >>> share(3, 8)
    '37,5\xa0%'
    """
    return f"{number((Decimal(100) * part / whole).quantize(Decimal('0.01'), ROUND_HALF_UP))}\u00a0%"


def day(when: datetime.date | None) -> str:
    """A day in figures.

    >>> day(datetime.date(2026, 1, 5))
    '05/01/2026'
    """
    return NOT_KNOWN if when is None else f"{when:%d/%m/%Y}"


def official_day(when: datetime.date) -> str:
    """A day as documents write it: days under 10 and months 1 and 2 have a leading zero.

    >>> official_day(datetime.date(2026, 1, 5)), official_day(datetime.date(2026, 7, 15))
    ('ngày 05 tháng 01 năm 2026', 'ngày 15 tháng 7 năm 2026')
    """
    month = f"{when.month:02}" if when.month < 3 else str(when.month)
    return f"ngày {when.day:02} tháng {month} năm {when.year}"


def enumeration(words: Sequence[str]) -> str:
    """Words joined as a sentence has them.

    >>> enumeration(["A", "B", "C"])
    'A, B và C'
    """
    return " và ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def sentence(text: str) -> str:
    """The text with a capital and a full stop.

    >>> sentence("đạt 3/4 chỉ tiêu")
    'Đạt 3/4 chỉ tiêu.'
    """
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""
