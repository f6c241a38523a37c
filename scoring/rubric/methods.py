"""How a value becomes points: one short function a method, and the dict METHODS.

A method takes whole columns, one row a unit, and gives a column of points in smallest units, 0 to `max_points`. What
the engine hands over is `value` (scaled integers of one indicator), its `scale`, `base` (the whole a value is part of,
same scale), `peers` (block codes 0, 1, …) and `max_points`. Every other keyword is a parameter the rubric states under
`params:`; its annotation names the schema the rubric is read by. Percents are in hundredths of a percent.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, Self, get_type_hints

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from scoring.core.points import Integers, exact, half_up, product, to_scaled

PERCENT = 100
WHOLE = 100 * PERCENT
"""The whole, 100 %, in hundredths of a percent."""

SUPPLIED = frozenset({"value", "base", "peers", "max_points", "scale"})
"""What the engine hands to a method; every other argument is a parameter of the rubric."""


def _exact(figure: object) -> object:
    """A YAML number as Decimal; anything else is left for pydantic to refuse."""
    return Decimal(figure) if isinstance(figure, int) and not isinstance(figure, bool) else figure


class Schema(BaseModel):
    """The base of what a rubric file may say: typed, frozen, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Number = Annotated[Decimal, BeforeValidator(_exact), Field(gt=-(10**15), lt=10**15)]
"""An exact figure as the rubric writes it."""

Percent = Annotated[Number, Field(ge=0, le=1000, decimal_places=2)]
"""A percent; 1000 is ten times the whole."""


class ValueFigure(RootModel[Number]):
    """A parameter in the indicator's own measurement unit."""


class PointsFigure(RootModel[Annotated[Number, Field(ge=0)]]):
    """A parameter in points."""


class PercentFigure(RootModel[Percent]):
    """A parameter in percent."""


class PartFigure(RootModel[Annotated[Percent, Field(le=100)]]):
    """A parameter in percent of a whole it cannot pass."""


class Target(Schema):
    """A target (chỉ tiêu): a plain figure, or one of the four forms that depend on the unit.

    A plain `4` reads `{figure: 4}`, the same for every unit.
    `{by: members, steps: [[0, 2], [50, 4]]}` reads "from 0 members 2, from 50 members 4".
    `{by: members, percent: 90}` is a share of a count in the register.
    `{by: type, values: {truong_hoc: 4}, otherwise: 2}` looks the unit's type, block or id up.
    `{assigned_by: TLD}` takes the figure that issuer assigned to the unit in targets.csv.
    """

    figure: Number | None = None
    by: Literal["members", "type", "block", "unit"] | None = None
    steps: tuple[tuple[int, Number], ...] | None = None
    percent: Percent | None = None
    values: dict[str, Number] | None = None
    otherwise: Number | None = None
    assigned_by: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_figure(cls, data: Any) -> Any:
        if isinstance(data, str):
            raise ValueError("target_form")
        return {"figure": data} if isinstance(data, int | Decimal) else data

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = (self.figure, self.steps, self.percent, self.values, self.assigned_by)
        if sum(form is not None for form in forms) != 1:
            raise ValueError("target_form")
        if (self.by is not None) is not any(form is not None for form in (self.steps, self.percent, self.values)):
            raise ValueError("target_form")
        if (self.steps is not None or self.percent is not None) and self.by != "members":
            raise ValueError("target_by_members")
        if self.values is not None and self.by == "members":
            raise ValueError("target_by_name")
        if self.steps is not None and not _ascending([edge for edge, _ in self.steps]):
            raise ValueError("edges_ascending")
        return self


class Award(Schema):
    """What a step or a level gives: `percent` of the maximum, or `points`."""

    percent: Percent | None = None
    points: Number | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.percent is None) is (self.points is None):
            raise ValueError("percent_or_points")
        return self


class Step(Award):
    """One step: values up to and including `to`, or from `from` on."""

    to: Number | None = None
    from_: Number | None = Field(default=None, alias="from")


class Level(Award):
    """One level a report may claim, such as "đầy đủ" or "một phần"."""

    name: str
    name_en: str | None = None


def _ascending(edges: Sequence[Decimal | int]) -> bool:
    return all(left < right for left, right in pairwise(edges))


class Ladder(NamedTuple):
    """Steps ready to use: `edges` in value scale, `points` one longer; `upto` includes the edge in the lower step."""

    edges: list[int]
    points: list[int]
    upto: bool


Direction = Literal["more", "less"]
"""Which way is better."""


def achieved(value: Integers, *, max_points: int) -> Integers:
    """All points where the thing was done (value above 0), none where it was not.

    >>> achieved(np.array([1, 0]), max_points=500)
    array([500,   0])
    """
    return np.where(value > 0, max_points, 0)


def share_of_target(
    value: Integers,
    *,
    max_points: int,
    target: Annotated[Integers, Target],
    direction: Direction = "more",
    most: Annotated[int, PercentFigure] = WHOLE,
) -> Integers:
    """Points in proportion to the share of the target reached, up to `most` percent of `max_points`.

    value, target: scaled integers of the same indicator, target above 0. With `direction: less` a value at or below
    the target gives all points and a larger one the share target / value. Rounds half up once.

    >>> share_of_target(np.array([60, 90]), max_points=1000, target=np.array([80, 80]))
    array([ 750, 1000])
    """
    value = np.maximum(value, 0)
    reached, whole = (value, target) if direction == "more" else (target, value)
    capped = product(WHOLE, reached) >= product(most, whole)
    share = half_up(product(max_points, np.where(capped, 0, reached)), np.maximum(whole, 1))
    return np.where(capped, half_up(product(max_points, most), WHOLE), share)


def percent(value: Integers, base: Integers, *, max_points: int) -> Integers:
    """Points by the part `value` of the whole `base`, from none to the whole; base above 0.

    >>> percent(np.array([3, 5]), np.array([4, 4]), max_points=600)
    array([450, 600])
    """
    return half_up(product(max_points, np.clip(value, 0, base)), base)


class Steps(Schema):
    """A ladder of steps as the rubric states it (read from the list under `steps:`)."""

    steps: tuple[Step, ...]

    @model_validator(mode="before")
    @classmethod
    def _a_list(cls, data: Any) -> Any:
        return {"steps": data} if isinstance(data, tuple) else data

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if len(self.steps) < 2:
            raise ValueError("steps_form")
        upto = [step.to for step in self.steps[:-1]]
        onward = [step.from_ for step in self.steps[1:]]
        by_to = None not in upto and all(step.from_ is None for step in self.steps) and self.steps[-1].to is None
        by_from = None not in onward and all(step.to is None for step in self.steps) and self.steps[0].from_ is None
        if not (by_to or by_from):
            raise ValueError("steps_form")
        if not _ascending([edge for edge in (upto if by_to else onward) if edge is not None]):
            raise ValueError("edges_ascending")
        return self


class Levels(Schema):
    """The levels a report may claim, in the order of the form's list."""

    levels: tuple[Level, ...]

    @model_validator(mode="before")
    @classmethod
    def _a_list(cls, data: Any) -> Any:
        return {"levels": data} if isinstance(data, tuple) else data

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len({level.name for level in self.levels}) < max(2, len(self.levels)):
            raise ValueError("levels_distinct")
        return self


def steps(value: Integers, *, max_points: int, steps: Annotated[Ladder, Steps]) -> Integers:
    """The points of the step a value stands on.

    >>> steps(np.array([30, 31, 90]), max_points=800, steps=Ladder([30, 45], [800, 480, 240], upto=True))
    array([800, 480, 240])
    """
    stair = np.searchsorted(exact(steps.edges), value, side="left" if steps.upto else "right")
    return np.asarray(steps.points)[stair]


def levels(value: Integers, *, max_points: int, levels: Annotated[list[int], Levels]) -> Integers:
    """The points of the level claimed; value is its place in the rubric's list, counted from 0.

    >>> levels(np.array([0, 1]), max_points=500, levels=[500, 250])
    array([500, 250])
    """
    return np.asarray(levels)[value]


def days_late(
    value: Integers, *, max_points: int, lost_a_day: Annotated[int, PercentFigure], scale: int = 1
) -> Integers:
    """All points on time (value at most 0), then `lost_a_day` percent less for each day, down to none.

    >>> days_late(np.array([-2, 0, 3, 9]), max_points=400, lost_a_day=2500)
    array([400, 400, 100,   0])
    """
    lost = product(np.maximum(value, 0), lost_a_day)
    return half_up(product(max_points, np.maximum(exact(WHOLE * scale) - lost, 0)), WHOLE * scale)


def per_item(
    value: Integers, *, max_points: int, points_each: Annotated[int, PointsFigure], scale: int = 1
) -> Integers:
    """`points_each` for every item, up to `max_points`.

    >>> per_item(np.array([1, 9]), max_points=200, points_each=100)
    array([100, 200])
    """
    return np.minimum(half_up(product(np.maximum(value, 0), points_each), scale), max_points)


def converted(
    value: Integers,
    *,
    max_points: int,
    scale_to: Annotated[int, ValueFigure],
    scale_from: Annotated[int, ValueFigure] = 0,
) -> Integers:
    """A score on another scale, from `scale_from` to `scale_to`, carried over to 0 … `max_points`.

    >>> converted(np.array([840]), max_points=500, scale_to=1000)
    array([420])
    """
    within = np.clip(value, exact(scale_from), exact(scale_to)) - scale_from
    return half_up(product(max_points, within), scale_to - scale_from)


def judged(value: Integers, *, max_points: int) -> Integers:
    """The points an evaluator gives, 0 … `max_points`; until then the mark is pending.

    >>> judged(np.array([350]), max_points=500)
    array([350])
    """
    return np.clip(value, 0, max_points)


def share_of_best(value: Integers, *, max_points: int, peers: Integers, direction: Direction = "more") -> Integers:
    """Points by the share of the best value in the block; the best has them all.

    With `direction: less` the share is best / value, and where the best is 0 only a 0 earns points. A block whose
    best is 0 (`more`) earns none.

    >>> share_of_best(np.array([5, 10, 3]), max_points=400, peers=np.array([0, 0, 1]))
    array([200, 400, 400])
    """
    best = _of_block(np.maximum if direction == "more" else np.minimum, value, peers)
    part, whole = (value, best) if direction == "more" else (best, value)
    share = half_up(product(max_points, np.where(whole > 0, np.maximum(part, 0), 0)), np.maximum(whole, 1))
    return share if direction == "more" else np.where(value == best, max_points, share)


def min_max(value: Integers, *, max_points: int, peers: Integers, direction: Direction = "more") -> Integers:
    """Points by the place between the worst (none) and the best (all) of the block; all equal: all points.

    >>> min_max(np.array([2, 6, 4]), max_points=400, peers=np.array([0, 0, 0]))
    array([  0, 400, 200])
    """
    low, high = _of_block(np.minimum, value, peers), _of_block(np.maximum, value, peers)
    above_worst = value - low if direction == "more" else high - value
    share = half_up(product(max_points, above_worst), np.maximum(high - low, 1))
    return np.where(high == low, max_points, share)


def target_and_lead(
    value: Integers,
    *,
    max_points: int,
    target: Annotated[Integers, Target],
    at_target: Annotated[int, PartFigure],
    peers: Integers,
    direction: Direction = "more",
) -> Integers:
    """Part of the points for the target, the rest for the lead over it (the two-part rule, domain.md 1.5).

    Below the target: `at_target` percent of the maximum times value / target. At the target: that percent. Above it:
    the rest in proportion of the unit's own excess in percent to the largest excess of its block, whose unit has all.

    >>> target_and_lead(np.array([8, 10, 20, 15]), max_points=500, target=np.array([10, 10, 10, 10]),
    ...                 at_target=5000, peers=np.array([0, 0, 0, 0]))
    array([200, 250, 500, 375])
    """
    ahead = value - target if direction == "more" else target - value
    common = math.lcm(*(int(figure) for figure in np.unique(target)))
    excess = np.maximum(product(ahead, np.array([common // int(figure) for figure in target])), 0)
    leader = np.maximum(_of_block(np.maximum, excess, peers), 1)
    reached, whole = (value, target) if direction == "more" else (target, value)
    part = product(product(max_points, at_target), np.maximum(reached, 0))
    below = half_up(part, product(WHOLE, np.maximum(whole, 1)))
    lead = product(at_target, leader) + product(WHOLE - at_target, excess)
    above = half_up(product(max_points, lead), product(WHOLE, leader))
    return np.where(ahead < 0, below, above)


def _of_block(choose: np.ufunc, value: Integers, peers: Integers) -> Integers:
    """For each unit the largest or smallest value among the units of its block."""
    if not value.size:
        return value
    order = np.argsort(peers, kind="stable")
    starts = np.flatnonzero(np.diff(peers[order], prepend=peers[order][0] - 1))
    chosen = choose.reduceat(value[order], starts)
    return chosen[np.searchsorted(peers[order][starts], peers)]


METHODS: dict[str, Callable[..., Integers]] = {
    method.__name__: method
    for method in (
        achieved,
        share_of_target,
        percent,
        steps,
        levels,
        days_late,
        per_item,
        converted,
        judged,
        share_of_best,
        min_max,
        target_and_lead,
    )
}
"""The methods a rubric may name."""


def parameters(method: str) -> dict[str, Any]:
    """What the rubric may state under `params:` of this method: name and schema, read off the function's signature.

    >>> sorted(parameters("share_of_target"))
    ['direction', 'most', 'target']
    """
    hints = get_type_hints(METHODS[method], include_extras=True)
    names = set(inspect.signature(METHODS[method]).parameters) - SUPPLIED
    return {name: getattr(hints[name], "__metadata__", (hints[name],))[0] for name in sorted(names)}


def required(method: str) -> set[str]:
    """The parameters of a method that have no default.

    >>> required("share_of_target")
    {'target'}
    """
    arguments = inspect.signature(METHODS[method]).parameters
    return {name for name, argument in arguments.items() if argument.default is argument.empty} - SUPPLIED


def supplied(method: str) -> set[str]:
    """What the engine hands to a method.

    >>> sorted(supplied("percent"))
    ['base', 'max_points', 'value']
    """
    return set(SUPPLIED) & set(inspect.signature(METHODS[method]).parameters)


def is_relative(method: str) -> bool:
    """Whether a unit's points depend on the other units of its block."""
    return "peers" in supplied(method)


def takes_base(method: str) -> bool:
    """Whether the value is part of a whole that is reported beside it."""
    return "base" in supplied(method)


def ladder(given: Steps, *, max_points: int, value_scale: int, points_scale: int) -> Ladder:
    """Steps as the rubric states them, in the scales of the criterion."""
    upto = given.steps[-1].to is None and given.steps[0].to is not None
    edges = [step.to if upto else step.from_ for step in (given.steps[:-1] if upto else given.steps[1:])]
    return Ladder(
        [to_scaled(edge, value_scale) for edge in edges if edge is not None],
        [award(step, max_points=max_points, points_scale=points_scale) for step in given.steps],
        upto,
    )


def award(given: Award, *, max_points: int, points_scale: int) -> int:
    """What a step or level gives, in smallest units."""
    if given.points is not None:
        return to_scaled(given.points, points_scale)
    return int(half_up(product(max_points, to_scaled(given.percent or Decimal(0), PERCENT)), WHOLE))
