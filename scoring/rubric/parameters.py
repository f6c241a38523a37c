"""What a rubric may state under `params:`: figures, targets, steps and levels, as typed schemas.

The annotation of a method's argument names one of these; `scores` brings what is stated to the scales of a criterion.
Percents are in hundredths of a percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from scoring.core.points import half_up, product, to_scaled

PERCENT = 100
WHOLE = 100 * PERCENT
"""The whole, 100%, in hundredths of a percent."""


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


def scaled_ladder(given: Steps, *, max_points: int, value_scale: int, points_scale: int) -> Ladder:
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
