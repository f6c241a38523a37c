"""What does a list of tasks come to? Shares of work done, done well and done in time, piece by piece.

Pure and exact. Of each piece its converted quantity counts: its number times its factor. A piece that was faulty, or
late, loses the rubric's `loss` percent of its quality, or of its progress, each time, down to nothing; a time with a
confirmed objective cause takes nothing. What was not done has neither quality nor progress (Nghị định 335/2025/NĐ-CP,
Điều 14).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scoring.core.points import half_up, product
from scoring.rubric.model import TaskShare

NUMBER_DECIMALS = 2
"""Decimals of a number of pieces and of a factor."""
DECIMALS = 2 * NUMBER_DECIMALS + 2
"""Decimals of a converted quantity of which whole percents are lost."""
_NUMBER, _WHOLE = 10**NUMBER_DECIMALS, 100


class Task(NamedTuple):
    """One piece of work of a list.

    assigned, done, factor: scaled by 10**NUMBER_DECIMALS; what was done is no more than what was assigned. faults,
    late: how many times, without those of which an objective cause was confirmed.
    """

    assigned: int
    done: int
    factor: int = _NUMBER
    faults: int = 0
    late: int = 0


def converted(tasks: Iterable[Task], share: TaskShare, loss: int) -> int:
    """The converted quantity that meets a share, scaled by 10**DECIMALS.

    >>> converted([Task(assigned=100, done=100, late=1)], "progress", 25) / 10**DECIMALS
    0.75
    """
    return sum(task.done * task.factor * max(_WHOLE - loss * _times(task, share), 0) for task in tasks)


def _times(task: Task, share: TaskShare) -> int:
    """How many times a piece fell short of a share."""
    return {"done": 0, "quality": task.faults, "progress": task.late}[share]


def assigned(tasks: Iterable[Task]) -> int:
    """The converted quantity that was assigned, scaled by 10**DECIMALS."""
    return sum(task.assigned * task.factor * _WHOLE for task in tasks)


def shares(tasks: Sequence[Task], counts: Sequence[TaskShare], loss: int) -> tuple[int, int]:
    """What meets the shares counted, and what would meet all of each, scaled by 10**DECIMALS.

    >>> met, whole = shares([Task(assigned=200, done=100)], ["done", "quality"], 25)
    >>> met / whole
    0.5
    """
    return sum(converted(tasks, share, loss) for share in counts), assigned(tasks) * len(counts)


def percent(part: int, whole: int, decimals: int) -> int:
    """A part in percent of a whole above 0, rounded half up once, scaled by 10**decimals."""
    return int(half_up(product(part, 100 * 10**decimals), whole))
