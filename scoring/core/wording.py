"""Words, numbers and dates as a reader sees them on a page, in the language that is spoken.

Vietnamese numbers have a decimal comma and a dot between thousands, English ones the reverse; what is not known is a
dash, never a 0. The words of a code are marked here and said where they stand on a page: `say(STATES[…])`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from scoring.core.language import VIETNAMESE, say, spoken_language, term

NOT_KNOWN = "–"
MINUS = "\u2212"
"""The one sign before a negative figure and between figures of a subtraction."""
TO_WRITE = "……………………"
"""What the pen fills in."""

STATES = {
    "scored": term("có điểm"),
    "zero": term("0 điểm"),
    "missing": term("thiếu số liệu"),
    "not_applicable": term("không áp dụng"),
    "not_eligible": term("không thuộc diện"),
    "pending": term("chờ chấm"),
}
BASES = {"computed": term("tính theo báo cáo"), "verified": term("thẩm định"), "council": term("hội đồng")}
STAGES = {"verified": "Thẩm định", "explained": "Giải trình", "council": "Hội đồng"}
REASONS = {
    "outside_scope": term("tiêu chí không áp dụng cho đơn vị này"),
    "claimed_not_applicable": term("đơn vị báo không áp dụng"),
    "nothing_to_count": term("tổng số bằng 0, không có gì để tính tỷ lệ"),
    "no_value": term("báo cáo để trống"),
    "no_target": term("chưa có chỉ tiêu của đơn vị"),
    "no_evidence": term("chưa có minh chứng"),
    "evidence_counted": term("minh chứng đã tính cho tiêu chí khác"),
    "members_not_known": term("danh bạ chưa ghi số đoàn viên của đơn vị, chờ bổ sung danh bạ"),
    "not_judged": term("chờ người thẩm định cho điểm"),
    "day_not_known": term("chưa biết ngày nhận báo cáo nên chưa biết có đúng hạn không"),
    "not_eligible": term("đơn vị không thuộc diện chấm điểm"),
    "evidence_short": term("chỉ tính bấy nhiêu kết quả có minh chứng"),
    "peers_changed": term("tính lại vì số liệu của đơn vị khác trong khối thay đổi"),
    "not_opened": term("không mở được tệp báo cáo đã nhận của đơn vị"),
}
SELECTIONS = {
    "chosen": term("hội đồng đã chọn"),
    "proposed": term("đề xuất xét"),
    "tie_at_cut": term("bằng điểm ở ranh giới tỷ lệ, hội đồng quyết định"),
    "outside_quota": term("ngoài tỷ lệ khống chế"),
    "conditions_unmet": term("chưa đủ điều kiện"),
    "over_quota": term("vượt tỷ lệ khống chế, hội đồng xem xét"),
    "beyond_quota": term("hội đồng giữ mức này ngoài tỷ lệ khống chế"),
    "lowered": term("hội đồng không xếp mức này"),
}
FATES = {
    "accepted": term("đọc được"),
    "flagged": term("đã nhận, cần xem lại"),
    "replaced": term("đã có bản gửi lại, giữ để đối chiếu"),
    "rejected": term("không dùng được"),
    "ignored": term("không phải báo cáo"),
}
SEVERITIES = {"error": term("Lỗi"), "warning": term("Cần xem lại"), "note": term("Ghi nhận")}
ENDED = term("Đã kết thúc hoạt động")
WITHHELD = {"no_total": term("Chưa có số liệu"), "pending": term("Chờ chấm"), "unopened": term("Không mở được báo cáo")}


_WIDE = Context(prec=1000)
"""A report's cell may show more digits than the 28 that are usual here."""


def number(figure: Decimal | int | None, places: int | None = None) -> str:
    """A figure as print has it; `places` decimals (rounded half up for reading only), or as many as it needs.

    >>> number(Decimal("1234.5"), 2), number(Decimal("9.50")), number(None)
    ('1.234,50', '9,5', '–')

    A negative figure has the minus sign of arithmetic, which `numerals` reads back; a figure that rounds to 0 has none.
    """
    if figure is None:
        return NOT_KNOWN
    exact = Decimal(figure)
    if places is None:
        exact = exact.normalize() if exact else Decimal(0)
        places = max(0, -int(exact.as_tuple().exponent))
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    printed = f"{rounded or abs(rounded):,f}".replace("-", MINUS)
    return printed.translate(str.maketrans(",.", ".,")) if spoken_language() == VIETNAMESE else printed


def points(scaled: int | None, decimals: int) -> str:
    """Points in smallest units, always with the rubric's decimals.

    >>> points(950, 2), points(None, 2)
    ('9,50', '–')
    """
    return NOT_KNOWN if scaled is None else number(Decimal(scaled).scaleb(-decimals), decimals)


def amount(scaled: int | None, scale: int) -> str:
    """A reported value or target for reading, with as many decimals as it needs; four of one that never ends.

    >>> amount(423, 10), amount(1234567, 1000000), amount(16, 12)
    ('42,3', '1,234567', '1,3333')
    """
    if scaled is None:
        return NOT_KNOWN
    figure = Fraction(int(scaled), int(scale))
    ends = terminating(figure)
    return number((Decimal(scaled) / scale).quantize(Decimal("0.0001"), ROUND_HALF_UP) if ends is None else ends)


def terminating(figure: Fraction) -> Decimal | None:
    """The figure as a decimal number; None where it would never end.

    >>> terminating(Fraction(3, 8)), terminating(Fraction(1, 3))
    (Decimal('0.375'), None)
    """
    rest, places = figure.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest, times = rest // prime, times + 1
        places = max(places, times)
    return Decimal(figure.numerator * 10**places // figure.denominator).scaleb(-places) if rest == 1 else None


def exactly(figure: Fraction) -> str:
    """A figure inside a calculation: all its decimals, or a fraction in brackets where they would never end.

    >>> exactly(Fraction(3, 8)), exactly(Fraction(4, 3))
    ('0,375', '(4/3)')
    """
    ends = terminating(figure)
    return f"({number(figure.numerator)}/{number(figure.denominator)})" if ends is None else number(ends)


def exact_share(part: Fraction) -> str:
    r"""A part of a whole inside a calculation: a percent, or a fraction in brackets where that would never end.

    >>> exact_share(Fraction(3, 8)), exact_share(Fraction(1, 3))
    ('37,5%', '(1/3)')
    """
    ends = terminating(100 * part)
    return exactly(part) if ends is None else say("{figure}%", figure=number(ends))


def equals(exact: Fraction, printed: Decimal | Fraction) -> str:
    """The sign between a calculation and the figure printed for it, which is rounded where it differs.

    >>> equals(Fraction(1, 4), Decimal("0.25")), equals(Fraction(1, 3), Decimal("0.33"))
    ('=', '≈')
    """
    return "=" if exact == Fraction(printed) else "≈"


def measured(figure: str, unit: str) -> str:
    """A figure with its measurement unit; other languages put the unit first, where one and many need no two forms.

    >>> measured("4", "buổi")
    '4 buổi'
    """
    return f"{figure}%" if unit == "%" else say("{figure} {unit}", figure=figure, unit=unit)


def share(part: int, whole: int) -> str:
    r"""A part in percent of the whole, for reading; the blank before the sign does not break.

    >>> share(3, 8)
    '37,5%'
    """
    figure = (Decimal(100) * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return say("{figure}%", figure=number(figure))


def day(when: datetime.date | None) -> str:
    """A day in figures.

    >>> day(datetime.date(2026, 1, 5))
    '05/01/2026'
    """
    if when is None:
        return NOT_KNOWN
    if spoken_language() == VIETNAMESE:
        return f"{when:%d/%m/%Y}"
    from babel.dates import format_date  # loaded only where another language is spoken

    return format_date(when, "d MMM y", locale=spoken_language())


def enumeration(words: Sequence[str]) -> str:
    """Words joined as a sentence has them.

    >>> enumeration(["A", "B", "C"])
    'A, B và C'
    """
    if len(words) < 2:
        return "".join(words)
    return say("{others} và {last}", others=", ".join(words[:-1]), last=words[-1])


def report_name(period: str) -> str:
    """A period's name, inside a sentence, as that of the report that is sent for it.

    >>> report_name("quý IV"), report_name("báo cáo 9 tháng")
    ('báo cáo quý IV', 'báo cáo 9 tháng')
    """
    is_told = any(word in period.casefold() for word in ("báo cáo", "report"))
    return period if is_told else say("báo cáo {period}", period=period)


def inside(name: str) -> str:
    """A name as it stands inside a sentence: its first letter small, unless the word is all capitals.

    >>> inside("Báo cáo quý II"), inside("LĐLĐ tỉnh")
    ('báo cáo quý II', 'LĐLĐ tỉnh')
    """
    return name if name[:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def sentence(text: str) -> str:
    """The text with a capital and a full stop.

    >>> sentence("đạt 3/4 chỉ tiêu")
    'Đạt 3/4 chỉ tiêu.'
    """
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""
