"""What keeps one notebook from the next where both run in one process, because the system cannot fork.

What a notebook may leave in a process is put back: its shell, environment, folder, search path, modules of its own
folder, warnings, figures and options. What cannot be put back is told, and the process is not used again.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib as mpl
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell

from scoring.publishing.engine.kernel import unchanged

_LISTS = ("path", "argv", "meta_path", "path_hooks")
_INSTALLED = tuple({str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix)})
_OURS = "scoring"


class Traces:
    """What a notebook left behind that cannot be put back; `found` says so, in words for the log."""

    def __init__(self) -> None:
        self.found: list[str] = []


@contextmanager
def as_before() -> Iterator[Traces]:
    """Run a notebook inside, and have the process afterwards as it was; what that cannot do is among the traces."""
    traces, threads, ours = Traces(), set(threading.enumerate()), _our_names()
    modules, folder = dict(sys.modules), Path.cwd()
    lists = {name: list(getattr(sys, name)) for name in _LISTS}
    options, drawing = _options(), dict(mpl.rcParams)
    with ExitStack() as kept:
        kept.enter_context(warnings.catch_warnings())
        for names in (vars(sys), vars(builtins), os.environ):
            kept.enter_context(unchanged(names))
        yield traces
        _drop_shell()
    os.chdir(folder)
    for name, held in lists.items():
        getattr(sys, name)[:] = held
    _forget_modules(modules)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # there are names of yesterday among them
        now = _options()
        for name in [name for name, option in options.items() if now[name] != option]:
            pd.set_option(name, options[name])
        mpl.rcParams.update(drawing)
    traces.found += [f"luồng {one.name}" for one in set(threading.enumerate()) - threads]
    traces.found += [f"{module} bị sửa" for module in _changed(ours)]
    gc.collect()


def _drop_shell() -> None:
    """The shell of the notebook, which would else be kept for the end of the process."""
    if InteractiveShell.initialized():
        shell = InteractiveShell.instance()
        atexit.unregister(shell.atexit_operations)
        shell.clear_instance()


def _forget_modules(before: dict[str, ModuleType]) -> None:
    """Have the next notebook import anew what lies in its own folder; what is installed stays."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name not in before and file and not str(Path(file).resolve()).startswith(_INSTALLED) and not _is_ours(name):
            del sys.modules[name]
    sys.modules.update({name: before[name] for name in before if sys.modules.get(name) is not before[name]})


def _options() -> dict[str, Any]:
    """Every option of pandas by its whole name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        return dict(_inside(pd.options))


def _inside(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in dir(group):
        inside = getattr(group, name)
        if type(inside) is type(pd.options):
            yield from _inside(inside, f"{before}{name}.")
        else:
            yield f"{before}{name}", inside


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _OURS


def _our_names() -> dict[str, dict[str, Any]]:
    """What every module of this project holds: a notebook that changes one of them would reach the next."""
    return {name: dict(vars(module)) for name, module in list(sys.modules.items()) if _is_ours(name)}


def _changed(before: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, names in before.items():
        now = vars(sys.modules[name])
        # a submodule that was imported since is a new name of its package
        if any(now.get(one) is not held for one, held in names.items()):
            yield name
