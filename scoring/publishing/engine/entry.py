"""What papermill loads by the name `scoring`; it imports nothing of papermill, which is half loaded itself then."""

from __future__ import annotations

from typing import Any


class _OnDemand:
    """Stands for `engine.ScoringEngine`, which is loaded when something is first asked of it."""

    def __getattr__(self, name: str) -> Any:
        from scoring.publishing.engine.engine import ScoringEngine

        return getattr(ScoringEngine, name)


ENGINE = _OnDemand()
