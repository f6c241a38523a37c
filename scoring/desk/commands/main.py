"""The command line: one verb per line of the README."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from rich.text import Text

from scoring.core.errors import ParameterError, ScoringError
from scoring.core.files import told_as
from scoring.core.memory import MORE, TOO_LITTLE, is_of_memory
from scoring.desk.commands.parser import command_parser
from scoring.desk.commands.screen import CONSOLE


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words say; the exit code is 0 where it could be done whole."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    options = command_parser().parse_args(words)
    try:
        with told_as(ParameterError, "đọc, ghi tệp", "xem lại chỗ trống và quyền ghi của ổ đĩa rồi chạy lại"):
            return _verb(options.verb)(options)
    except ScoringError as error:
        CONSOLE.print(Text(str(error)))
        return 1
    except KeyboardInterrupt:
        CONSOLE.print("Đã dừng theo yêu cầu. Chạy lại lệnh này sẽ làm tiếp phần còn lại.")
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: an evaluator is told in words, the details go to a file
        if is_of_memory(error):
            told = f"Dừng vì {TOO_LITTLE}. Cần làm: {MORE}. Rồi chạy lại lệnh này: phần đã làm xong được giữ."
            CONSOLE.print(Text(told))
            return 2
        log = Path("loi.txt").resolve()
        log.write_text(traceback.format_exc(), encoding="utf-8")
        CONSOLE.print(Text(f"Chương trình gặp lỗi chưa lường trước. Gửi tệp {log} cho người phụ trách kỹ thuật."))
        return 2


def _verb(place: str) -> Callable[[argparse.Namespace], int]:
    """The function of a verb, loaded with what it needs only where it is called."""
    module, _, name = place.partition(":")
    verb: Callable[[argparse.Namespace], int] = getattr(import_module(f"scoring.desk.commands.{module}"), name)
    return verb
