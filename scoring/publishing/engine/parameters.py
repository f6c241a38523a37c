"""The parameters a notebook takes, and a refusal of any other.

papermill only logs an unknown parameter and goes on: with `untit=…` for `unit=…` the default unit's page comes out.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from scoring.core.errors import Fault, ParameterError

TAG = "parameters"


def parameter_names(notebook: NotebookNode) -> list[str]:
    """The names its cell tagged `parameters` assigns, in order; none where there is no such cell."""
    cell = _parameters_cell(notebook)
    return [] if cell is None else list(_assigned(cell.source))


def check_parameters(notebook: NotebookNode, names: Iterable[str], *, subject: str = "notebook") -> None:
    """Refuse parameters the notebook does not have.

    subject: what the error calls the notebook, usually its file name.
    Raises ParameterError with a fault for each such name.
    """
    if not (names := list(names)):
        return
    if _parameters_cell(notebook) is None:
        what = f"notebook không có ô gắn thẻ {TAG} nên không nhận tham số {', '.join(names)}"
        raise ParameterError(subject, [Fault(f"thẻ {TAG}", what, mend=f"Gắn thẻ {TAG} cho ô khai báo tham số")])
    try:
        known = parameter_names(notebook)
    except SyntaxError as error:
        where = f"ô {TAG}, dòng {error.lineno}"
        raise ParameterError(subject, [Fault(where, "không phải là mã Python đúng cú pháp")]) from error
    if faults := [_unknown(name, known) for name in names if name not in known]:
        raise ParameterError(subject, faults)


def injected_at(notebook: NotebookNode) -> int:
    """The position at which papermill puts the cell with the parameters given: after the cell tagged `parameters`."""
    return next((place for place, cell in enumerate(notebook.cells, start=1) if _is_tagged(cell)), 0)


def _unknown(name: str, known: list[str]) -> Fault:
    alike = difflib.get_close_matches(name, known, n=1)
    return Fault(
        f"ô {TAG}",
        f"không có tham số '{name}'",
        expected=f"Các tham số: {', '.join(sorted(known))}",
        mend=f"Có phải '{alike[0]}'?" if alike else "",
    )


def _parameters_cell(notebook: NotebookNode) -> NotebookNode | None:
    return next((cell for cell in notebook.cells if _is_tagged(cell)), None)


def _is_tagged(cell: NotebookNode) -> bool:
    return TAG in cell.metadata.get("tags", [])


def _assigned(source: str) -> Iterator[str]:
    for statement in ast.parse(TransformerManager().transform_cell(source)).body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
