"""How a value becomes points: one module a method, which answers everything the rest of the program asks about it.

To add a method, write a module with what `Method` lists and put it into `METHODS`. Besides, only the words for an
Excel book name methods (`desk`), and the reference and its examples; tests find one that lacks them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

from scoring.core.points import Integers
from scoring.core.rows import MarkRow
from scoring.rubric.methods import (
    achieved,
    converted,
    days_late,
    judged,
    levels,
    min_max,
    per_item,
    percent,
    share_of_best,
    share_of_target,
    steps,
    target_and_lead,
)
from scoring.rubric.told import Working

if TYPE_CHECKING:  # the model asks here for the parameters of its criteria
    from scoring.rubric.model import Criterion


class Method(Protocol):
    """What every module of this folder holds; `told` has what several of them say alike.

    points: takes whole columns, one row a unit, and gives a column of points in smallest units, 0 to `max_points`
    (bonus over the target apart). The engine hands over what `SUPPLIED` names: `value` (scaled integers of one
    indicator), its `scale`, `base` (the whole a value is part of, same scale), `peers` (block codes 0, 1, …) and
    `max_points`. Every other keyword is a parameter the rubric states under `params:`; its annotation names the schema
    it is read by (`parameters`).
    """

    points: Callable[..., Integers]
    VALUE: str
    """What a value is: a `figure`, `yes_no` (1 or 0), a `level` (its place in a list), or `points` somebody gives."""
    ADDS_UP: str
    """What the values of all units together say: their `sum`, a `share`, how many `units` did it, or "" for nothing."""

    def rule(self, item: Criterion, goal: str = "") -> str:
        """The rule with every parameter but the target, in one line without a full stop.

        goal: what one unit has to reach ("Từ 4 buổi trở lên"), where the rule is told to that unit.
        """

    def arithmetic(self, mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> Working | None:
        """The figures of a mark put into the rule; None where there is nothing to calculate."""

    def shortfall(self, mark: MarkRow, item: Criterion, peers: Sequence[MarkRow]) -> str:
        """What a mark below its maximum was short of, in words without a capital; "" where the rule says it."""

    def reason(self, mark: MarkRow, item: Criterion) -> str:
        """The value of a mark held against the rule, in words without a capital."""

    def choices(self, item: Criterion) -> tuple[str, ...]:
        """The words a report chooses its value from, the value being the place in them; () where it is a number."""


METHODS: dict[str, Method] = {
    "achieved": achieved,
    "share_of_target": share_of_target,
    "percent": percent,
    "steps": steps,
    "levels": levels,
    "days_late": days_late,
    "per_item": per_item,
    "converted": converted,
    "judged": judged,
    "share_of_best": share_of_best,
    "min_max": min_max,
    "target_and_lead": target_and_lead,
}
"""The methods a rubric may name."""

SUPPLIED = frozenset({"value", "base", "peers", "max_points", "scale"})
"""What the engine hands to a method; every other argument is a parameter of the rubric."""


def parameters(method: str) -> dict[str, Any]:
    """What the rubric may state under `params:` of this method: name and schema, read off the signature of `points`.

    >>> sorted(parameters("share_of_target"))
    ['direction', 'most', 'target']
    """
    points = METHODS[method].points
    hints = get_type_hints(points, include_extras=True)
    names = set(inspect.signature(points).parameters) - SUPPLIED
    return {name: getattr(hints[name], "__metadata__", (hints[name],))[0] for name in sorted(names)}


def required(method: str) -> set[str]:
    """The parameters of a method that have no default.

    >>> required("share_of_target")
    {'target'}
    """
    arguments = inspect.signature(METHODS[method].points).parameters
    return {name for name, argument in arguments.items() if argument.default is argument.empty} - SUPPLIED


def supplied(method: str) -> set[str]:
    """What the engine hands to a method.

    >>> sorted(supplied("percent"))
    ['base', 'max_points', 'value']
    """
    return set(SUPPLIED) & set(inspect.signature(METHODS[method].points).parameters)


def is_relative(method: str) -> bool:
    """Whether a unit's points depend on the other units of its block."""
    return "peers" in supplied(method)


def takes_base(method: str) -> bool:
    """Whether the value is part of a whole that is reported beside it."""
    return "base" in supplied(method)
