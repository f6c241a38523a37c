"""What can go wrong, in words an evaluator can act on.

Every error carries faults; every fault says where, what, what was expected and how to mend it. All faults of one
file are raised together, so that one round of mending is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend (một lỗi).

    where: file, sheet and cell, or line and column. what: the trouble. expected: what would be right, "" if `what`
    says it. mend: what to do, "" if it is plain.
    """

    where: str
    what: str
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        what, *then = [
            text if text.endswith("?") else text.rstrip(".") + "."
            for text in (self.what, self.expected, self.mend)
            if text
        ]
        return " ".join([f"{self.where}: {what}", *(text[0].upper() + text[1:] for text in then)])


class ScoringError(Exception):
    """The base of our errors: a subject (usually a file) and its faults."""

    def __init__(self, subject: str, faults: Iterable[Fault]) -> None:
        self.subject = subject
        self.faults = tuple(faults)
        super().__init__(subject, self.faults)

    def __str__(self) -> str:
        lines = [f"{self.subject}: {len(self.faults)} lỗi", *(f"  {fault}" for fault in self.faults)]
        return "\n".join(lines)


class RubricError(ScoringError):
    """The plan or the rubric cannot be used as written."""


class RegisterError(ScoringError):
    """The register of units cannot be used as written."""


class ReportError(ScoringError):
    """A report file cannot be read; its unit stays missing, other units are untouched."""


class DecisionError(ScoringError):
    """A verifier's or the council's decision cannot be accepted."""


class ParameterError(ScoringError):
    """A command or a notebook was asked for a year, unit or option that does not exist."""


class PublishingError(ScoringError):
    """A page could not be made."""
