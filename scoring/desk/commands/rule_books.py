"""Workbooks of rules, a rubric's or a plan's: written, refused with their wrong cells marked, or taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.text import Text

from scoring.core.errors import Fault, RubricError
from scoring.core.files import read_whole, shown_path, write_whole
from scoring.core.places import COMMAND
from scoring.desk.commands.screen import CONSOLE, show_table

_MARKED = "_can_sua.xlsx"
_MOST_SHOWN = 40


def bytes_of(file: Path) -> bytes:
    """A workbook's bytes. Raises RubricError where there is none."""
    if not file.is_file():
        raise RubricError(shown_path(file), [Fault("cả tệp", "không có tệp này", mend="kiểm tra tên và thư mục")])
    return read_whole(file)


def text_of(file: Path) -> str:
    """The text of a file, whatever line ends it has."""
    return read_whole(file).decode("utf-8-sig").replace("\r\n", "\n")


def write_book(target: Path, book: bytes, sheets: int) -> int:
    """Write a workbook, unless there is one in which somebody may have worked."""
    if target.is_file() and read_whole(target) != book:
        mend = "đổi tên sổ ấy, hoặc ghi tên khác ở cuối lệnh"
        raise RubricError(shown_path(target), [Fault("cả sổ", "đã có sổ này, có thể bạn đã sửa trong đó", mend=mend)])
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, book)
    told = f"Đã ghi {shown_path(target)}: {sheets} tờ. Sửa xong thì đọc lại: {COMMAND} rubric import"
    CONSOLE.print(Text(f"{told} {shown_path(target)}"))
    return 0


def _marked_copy(file: Path) -> Path:
    """Where the copy of a workbook goes whose wrong cells are marked."""
    return file.with_name(f"{file.stem}{_MARKED}")


def refuse_book(file: Path, target: Path, marked: bytes, faults: list[Fault]) -> int:
    """Tell what is wrong with a workbook, and write the copy with its wrong cells marked."""
    write_whole(_marked_copy(file), marked)
    CONSOLE.print(Text(str(RubricError(shown_path(file), faults))))
    kept = f"{shown_path(target)} giữ nguyên."
    CONSOLE.print(Text(f"Các ô cần sửa được tô màu, có ghi chú, trong {shown_path(_marked_copy(file))}. {kept}"))
    return 1


def take_over(file: Path, target: Path, text: str, before: Any, after: dict[str, Any]) -> None:
    """Write what a workbook states over the text of its target, unless that says so already, and tell what changed."""
    # loaded where something is taken over: a refused workbook, and `rubric check`, need none of it
    from scoring.rubric.rewriting import rewritten
    from scoring.rubric.sheets import differences, without_nothing

    written = rewritten(text, after)
    if not target.is_file() or text_of(target) != written:
        write_whole(target, written.encode())
    _marked_copy(file).unlink(missing_ok=True)
    _tell_changes(target, differences(before, without_nothing(after)) if before else [], is_new=not before)


def _tell_changes(target: Path, changes: list[tuple[str, str, str]], *, is_new: bool) -> None:
    """What changed in the file, place by place."""
    name = shown_path(target)
    if is_new or not changes:
        CONSOLE.print(Text(f"Đã ghi {name}." if is_new else f"Sổ nói đúng như {name}; tệp giữ nguyên."))
        return
    rows = [(place, before or "(chưa có)", after or "(bỏ)") for place, before, after in changes[:_MOST_SHOWN]]
    show_table(f"{name}: {len(changes)} chỗ đã đổi", ("Chỗ", "Trước", "Nay"), rows)
    if len(changes) > _MOST_SHOWN:
        CONSOLE.print(Text(f"Còn {len(changes) - _MOST_SHOWN} chỗ nữa."))
