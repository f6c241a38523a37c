"""argparse in Vietnamese: the translations it asks gettext for."""

from __future__ import annotations

import argparse
from gettext import NullTranslations
from typing import NoReturn

from scoring.core.places import COMMAND

_WORDS = {
    "usage: ": "Cách dùng: ",
    "positional arguments": "Lệnh",
    "options": "Tùy chọn",
    "show this help message and exit": "hiện hướng dẫn này",
    "%(prog)s: error: %(message)s\n": f"Không hiểu lệnh: %(message)s. Xem các lệnh: {COMMAND} --help\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "không có lựa chọn %(value)r (đang có: %(choices)s)",
    "invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)": (
        "không có lựa chọn %(value)r, ý bạn là %(suggestion)r? (đang có: %(choices)s)"
    ),
    "unknown parser %(parser_name)r (choices: %(choices)s)": "không có lệnh %(parser_name)r (đang có: %(choices)s)",
    "invalid %(type)s value: %(value)r": "không nhận %(value)r",
    "expected one argument": "còn thiếu nội dung",
    "expected at most one argument": "chỉ nhận một nội dung",
    "expected at least one argument": "còn thiếu nội dung",
    "expected %s argument": "cần %s nội dung",
    "expected %s arguments": "cần %s nội dung",
    "ignored explicit argument %r": "không nhận %r",
    "not allowed with argument %s": "không đi cùng %s",
    "the following arguments are required: %s": "còn thiếu %s",
    "one of the arguments %s is required": "cần một trong %s",
    "unrecognized arguments: %s": "không có %s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s có thể là %(matches)s, ghi đủ tên tùy chọn",
}


class _Vietnamese(NullTranslations):
    """What argparse says, in Vietnamese; what it says besides (to programmers) stays as it is."""

    def gettext(self, message: str) -> str:
        """One sentence."""
        return _WORDS.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """A sentence of one or many, which Vietnamese says alike."""
        return self.gettext(msgid1 if n == 1 else msgid2)


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are told in one line."""

    def error(self, message: str) -> NoReturn:
        """Say that the words were not understood, and where help is."""
        self.exit(2, _WORDS["%(prog)s: error: %(message)s\n"] % {"message": message})


def speak_vietnamese() -> None:
    """Have argparse ask these translations: it looks its sentences up under the two names gettext gives it."""
    words = _Vietnamese()
    vars(argparse).update(_=words.gettext, ngettext=words.ngettext)
