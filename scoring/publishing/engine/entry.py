"""What papermill loads by the name `scoring`; it imports nothing of papermill, which is half loaded itself then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode


class EngineOnDemand:
    """Stands for `engine.ScoringEngine`, which is loaded when the first notebook is to be run."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """The executed notebook; see `engine.ScoringEngine.execute_notebook`."""
        from scoring.publishing.engine.engine import ScoringEngine

        return ScoringEngine.execute_notebook(nb, kernel_name, **options)
