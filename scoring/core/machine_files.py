"""Which files are the machine's own, so that nobody sent them: they never count, are never sealed and block nothing.

`decisions.seal` keeps a copy of this list, since it runs alone; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

_NAMES = frozenset(
    {"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "autorun.inf", "icon\r", "iconcache.db"}
)
_FOLDERS = frozenset({"__macosx", "$recycle.bin", "recycler", "system volume information", "lost+found", "@eadir"})
_BEGINNINGS = ("~$", "._", ".~", "~wr")
_HIDDEN = frozenset({".ds_store", ".localized", ".directory", ".nomedia", ".gitkeep", ".gitignore", ".gitattributes"})
_ENDINGS = (".tmp", ".crdownload", ".part", ".partial", ".swp", ".lnk")


def is_machine_file(name: str) -> bool:
    """Whether a file of this name was put there by a machine: Excel's lock, a picture store, a broken download.

    >>> is_machine_file("~$TH-A_NAM.xlsx"), is_machine_file("Thumbs.db"), is_machine_file(".TH-A_NAM.xlsx")
    (True, True, False)
    """
    plain = name.casefold()
    return plain in _NAMES | _HIDDEN or plain.startswith(_BEGINNINGS) or plain.endswith(_ENDINGS)


def is_machine_folder(name: str) -> bool:
    """Whether a folder of this name was put there by a machine.

    >>> is_machine_folder("__MACOSX"), is_machine_folder("quy_1")
    (True, False)
    """
    return name.casefold() in _FOLDERS


def is_hidden(name: str) -> bool:
    """Whether people do not see a file or folder of this name where they work.

    >>> is_hidden(".TH-A_NAM.xlsx")
    True
    """
    return name.startswith(".")


def is_left_out(name: str) -> bool:
    """Whether nothing of this name is read, counted or sealed."""
    return is_hidden(name) or is_machine_file(name) or is_machine_folder(name)


def workbooks_of(folder: Path) -> set[Path]:
    """The workbooks in a folder of outputs, without what Excel keeps beside one that is open."""
    return {path for path in folder.glob("*.xlsx") if not is_left_out(path.name)}
