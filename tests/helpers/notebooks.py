"""Executed notebooks for the tests of the page, made without a kernel."""

from IPython.core.formatters import DisplayFormatter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

HOSTILE = (
    '<script>alert(1)</script> <b onclick="x()">đậm</b> **đậm** {{ 7*7 }} {% raw %} #panic("x") $x^2$ \\textbf{y} '
    '=SUM(A1) @ref <nhãn> // c `m` "q" ]) _i_ &lt; javascript:x'
)
"""Text that is markup or code in one of the languages a page passes through."""


def cell_of(block: object) -> NotebookNode:
    """A code cell that ended with `block`, with the output Jupyter makes of it."""
    data, metadata = DisplayFormatter().format(block)
    output = new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    return new_code_cell("block", execution_count=1, outputs=[output])


def notebook_of(*blocks: object) -> NotebookNode:
    """A notebook with one cell a block; a cell may also be given as such."""
    cells = [block if isinstance(block, NotebookNode) else cell_of(block) for block in blocks]
    return new_notebook(cells=cells)
