"""Which ids of a rubric cannot be names of files everywhere? Sheets, forms and folders are named after them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_DEVICE = re.compile(r"(?i:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(?:\..*)?")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def unfit_names(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each id that Windows would not take as a file's name, or not tell from an earlier one; and why.

    >>> list(unfit_names(["K1", "con", "k1", "K2."]))
    [('con', 'Windows dành riêng tên này'), ('k1', "chỉ khác 'K1' ở chữ hoa, chữ thường"), \
('K2.', 'kết thúc bằng dấu chấm hoặc khoảng trắng')]
    """
    seen: dict[str, str] = {}
    for one in ids:
        if _DEVICE.fullmatch(one):
            yield one, "Windows dành riêng tên này"
        elif forbidden := _FORBIDDEN.search(one):
            yield one, f"có ký tự {forbidden[0]!r} không dùng trong tên tệp được"
        elif one != one.rstrip(". "):
            yield one, "kết thúc bằng dấu chấm hoặc khoảng trắng"
        elif seen.setdefault(one.casefold(), one) != one:
            yield one, f"chỉ khác {seen[one.casefold()]!r} ở chữ hoa, chữ thường"
