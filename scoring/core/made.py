"""Which files of a folder did this program make, so that cleaning touches nothing else and goes through no link?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from pathlib import Path

from scoring.core.errors import Fault, PublishingError
from scoring.core.files import sweep_begun, write_whole

LISTS = ".files"
"""The folder of lists, in `outputs`: for each folder there, the names of the files that the program made in it."""

_ROOT = "outputs"
_DEPTH = 4


def plain_folder(folder: Path) -> None:
    """Make a folder below `outputs`; raises PublishingError where a link stands in its place or above it.

    Through a link the program would write, and clean, in somebody's own folder. `outputs` itself may be one.
    """
    for one in [folder, *folder.parents][:_DEPTH]:
        if one.name == _ROOT:
            break
        if one.is_symlink():
            what, mend = "là liên kết, chương trình không ghi và không dọn qua liên kết", "xóa liên kết rồi chạy lại"
            raise PublishingError(str(folder), [Fault(one.name, what, mend=mend)])
    folder.mkdir(parents=True, exist_ok=True)


def keep_only(
    folder: Path, names: Collection[str], named_as: str = "", remove: Callable[[Path], None] = Path.unlink
) -> None:
    """Remove from a folder what the program made there before and not now, and note what it made now.

    names: of the files that were just written. named_as: a pattern of the names this program alone gives, for files of
    versions before these lists. remove: what removes a file. Links, folders and files of others stay. Raises OSError
    where the disk refuses.
    """
    made = _made_before(folder)
    if named_as:
        made |= {path.name for path in folder.iterdir() if re.fullmatch(named_as, path.name)}
    for name in sorted(made - set(names)):
        path = folder / name
        if path.is_file() and not path.is_symlink():
            remove(path)
    sweep_begun(folder)
    listed = _list_of(folder)
    listed.parent.mkdir(exist_ok=True)
    content = (json.dumps(sorted(names), ensure_ascii=False, indent=1) + "\n").encode()
    if not listed.is_file() or listed.read_bytes() != content:
        write_whole(listed, content)


def _list_of(folder: Path) -> Path:
    """Where the list of a folder stands; raises PublishingError where a link stands in its place."""
    above = [folder, *folder.parents][:_DEPTH]
    root = next((one for one in above if one.name == _ROOT), folder.parent)
    inside = folder.relative_to(root).as_posix().replace("/", "__")
    lists = root / LISTS
    if lists.is_symlink() or (lists / f"{inside}.json").is_symlink():
        what, mend = "là liên kết, chương trình không dọn qua liên kết", "xóa liên kết rồi chạy lại"
        raise PublishingError(str(folder), [Fault(LISTS, what, mend=mend)])
    return lists / f"{inside}.json"


def _made_before(folder: Path) -> set[str]:
    listed = _list_of(folder)
    if not listed.is_file():
        return set()
    try:
        names = json.loads(listed.read_bytes())
    except (ValueError, RecursionError):
        return set()
    names = names if isinstance(names, list) else []
    return {name for name in names if isinstance(name, str) and name and Path(name).name == name}
