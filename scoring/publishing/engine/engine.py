"""The papermill engine `scoring`: real notebooks, executed for little more than their cells cost.

    papermill in.ipynb out.ipynb --engine scoring -p unit TH01

A notebook's cells run in a child forked from this process, which already holds pandas and matplotlib; see `kernel`.
Outputs, counts and metadata are those of papermill's stock engine. Where SOURCE_DATE_EPOCH is set, the same notebook
comes out with the same bytes, whenever and wherever it is made.
"""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import PurePath
from typing import Any

from matplotlib.backends.registry import backend_registry
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager
from papermill.log import logger

from scoring.core.clock import stated_time
from scoring.pages.charts import Bar, bar_chart
from scoring.publishing.engine.client import CellClient, ForkedClient, forked, in_place
from scoring.publishing.engine.kernel import rehearse
from scoring.publishing.engine.parameters import check_parameters

_WARM = (
    "IPython.core.logger",
    "bdb",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "stack_data",
)
_INJECTED = "injected-parameters"
_SLOWEST_START = 300  # seconds: an ordinary kernel on an office's old machine, with a virus scanner looking on


class ScoringEngine(Engine):  # type: ignore[misc]  # papermill ships no types
    """Runs a notebook's cells in a forked child; where the system cannot fork, in an ordinary kernel."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """The executed notebook.

        Raises ParameterError where papermill was given a parameter the notebook does not have, and what the stock
        engine raises for a cell that takes too long (CellTimeoutError) or a process that died (DeadKernelError).
        """
        about = nb.metadata.papermill
        if isinstance(about.input_path, NotebookNode):  # papermill would store the notebook in itself
            about.input_path = None
        check_parameters(nb, about.get("parameters") or {}, subject=about.input_path or "notebook")
        executed: NotebookNode = super().execute_notebook(nb, kernel_name, **options)
        moment = stated_time()
        if moment is not None:
            state_moment(executed, moment)
        return executed

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        fork: bool = True,
        memory_limit: int | None = None,
        execution_timeout: int | None = None,
        **options: Any,
    ) -> None:
        """Run the cells.

        fork: False in a process that was itself forked for this notebook, or keeps it apart. memory_limit: bytes the
        cells may add to what this process holds. execution_timeout: seconds for a cell, in a child of its own.
        """
        if fork and not hasattr(os, "fork"):
            logger.warning(
                "Hệ điều hành này không có fork: notebook chạy bằng kernel thường, chậm hơn, kết quả như nhau."
            )
            options = {**options, "execution_timeout": execution_timeout, "start_timeout": _SLOWEST_START}
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
            return
        if fork:
            warm_for(nb_man.nb)
        connect = partial(forked, memory_limit) if fork else in_place
        _execute(_CellsClient(nb_man, connect, **_client_options(options, execution_timeout)))


@cache
def warm() -> None:
    """Load what notebooks need, so that children find it there; once a process, a child has its parent's."""
    for name in _WARM:
        importlib.import_module(name)
    rehearse()
    backend_registry.list_all()  # it reads the entry points of every installed package, once
    bar_chart([Bar("Điểm", 1, "1,00")])  # the first figure looks for its typeface


def warm_for(notebook: NotebookNode) -> None:
    """Load what a notebook imports of this project, so that its child finds that too."""
    warm()
    for statement in _imports(notebook):
        with suppress(ImportError):  # the notebook's own business, which it will tell
            exec(compile(ast.Module([statement], []), "import", "exec"), {})  # noqa: S102  of a module of ours


def _imports(notebook: NotebookNode) -> Iterator[ast.ImportFrom]:
    """Its statements `from scoring… import …`, but for those of cells that are more than Python."""
    for source in (cell.source for cell in notebook.cells if cell.cell_type == "code"):
        with suppress(SyntaxError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "scoring":
                    yield node


def state_moment(notebook: NotebookNode, moment: datetime) -> None:
    """Have an executed notebook tell only `moment`, and neither when nor in which folder it was made."""
    about = notebook.metadata.papermill
    _state_times(about, moment)
    for path in ("input_path", "output_path"):
        about[path] = about.get(path) and PurePath(about[path]).name
    for cell in notebook.cells:
        _state_times(cell.metadata.get("papermill", {}), moment)
        for event in cell.metadata.get("execution", {}):
            cell.metadata.execution[event] = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
        if _INJECTED in cell.metadata.get("tags", []):
            cell.id = _INJECTED


def _state_times(about: dict[str, Any], moment: datetime) -> None:
    stated = {"start_time": moment.isoformat(), "end_time": moment.isoformat(), "duration": 0.0}
    about.update({key: value for key, value in stated.items() if about.get(key) is not None})


class _CellsClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill ships no types
    """papermill's client, connected to a kernel of ours instead of one it starts."""

    kc: CellClient

    def __init__(
        self,
        nb_man: NotebookExecutionManager,
        connect: Callable[[], AbstractContextManager[CellClient]],
        **options: Any,
    ) -> None:
        super().__init__(nb_man, **options)
        self._connect = connect

    @contextmanager
    def setup_kernel(self, **_options: Any) -> Iterator[None]:
        with self._connect() as self.kc:
            yield


def _client_options(options: dict[str, Any], execution_timeout: int | None) -> dict[str, Any]:
    """What nbclient understands of papermill's options, as in the stock engine."""
    foreign = ("input_path", "start_timeout", "timeout")
    understood = {name: value for name, value in options.items() if name not in foreign}
    return understood | {"timeout": execution_timeout or options.get("timeout"), "log": logger}


def _execute(client: _CellsClient) -> None:
    try:
        client.execute()
    except CellTimeoutError as error:
        _mark_stopped_cell(client.nb_man, error, f"ô chạy quá {client.timeout} giây nên bị dừng")
        raise
    except DeadKernelError as error:
        fate = client.kc.child.fate() if isinstance(client.kc, ForkedClient) else ""
        told = DeadKernelError(_mark_stopped_cell(client.nb_man, error, f"tiến trình chạy notebook {fate}"))
        raise told from error


def _mark_stopped_cell(manager: NotebookExecutionManager, error: Exception, reason: str) -> str:
    """Mark the cell that was running as failed, tell why in its outputs, and give the message."""
    index, cell = max(
        (index, cell) for index, cell in enumerate(manager.nb.cells) if cell.metadata.papermill.start_time
    )
    message = f"Ô thứ {index + 1} của notebook: {reason}."
    name = type(error).__name__
    cell.outputs.append(new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"]))
    manager.cell_exception(cell, cell_index=index, exception=error)
    return message
