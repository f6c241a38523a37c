"""What a plan and a rubric are (`reading` reads them).

The plan (kế hoạch) lists clauses (mục, khoản); the rubric (bộ tiêu chí) says how a unit's work under them becomes
points, a band and a rank. Both are data. A rubric that can be read is complete: `scores` and `ranking` have no figure
of their own.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from scoring.core.points import to_scaled
from scoring.rubric import methods
from scoring.rubric.parameters import Direction, Number, Percent, Schema

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Text = Annotated[str, Field(min_length=1)]


@cache
def _adapter(method: str, parameter: str) -> TypeAdapter[Any]:
    # building one costs more than all its uses
    return TypeAdapter(methods.parameters(method)[parameter])


class Clause(Schema):
    """One clause of the plan, in our own words; models: whether it is about good models and examples.

    cited: how people cite it in a sentence, where that is not "mục <id>". part_not_scored: of a clause that is scored,
    what no criterion counts, and why.
    """

    id: Text
    cited: Text | None = None
    cited_en: Text | None = None
    summary: Text
    summary_en: Text | None = None
    binds: Literal["grassroots", "upper_level", "both"]
    scored: bool
    why_not_scored: Text | None = None
    part_not_scored: Text | None = None
    part_not_scored_en: Text | None = None
    models: bool = False

    @model_validator(mode="after")
    def _a_reason_where_unscored(self) -> Self:
        if not self.scored and self.why_not_scored is None:
            raise ValueError("unscored_reason")
        return self


class Body(Schema):
    """Who issues the assessment and how its letterhead reads; reports_to: to whom the year's report goes."""

    parent: Text
    name: Text
    place: Text
    symbol: Text
    signing_authority: Text
    signing_post: Text
    recipients: tuple[Text, ...]
    reports_to: tuple[Text, ...] = ()


class Posts(Schema):
    """Who decides at each stage: posts and bodies, never a person; what the desk offers, the usual one first."""

    verified: tuple[Text, ...] = ()
    council: tuple[Text, ...] = ()
    explained: tuple[Text, ...] = ()


class Plan(Schema):
    """A year's plan (kế hoạch) and the body that evaluates it.

    Here and in the rubric, what ends in `_en` is said in its place where English is spoken (`language.in_words`).
    sample: whether units and figures are invented, which every page then says.
    """

    id: Id
    year: int
    title: Text
    title_en: Text | None = None
    subject: Text
    subject_en: Text | None = None
    bases: tuple[Text, ...]
    bases_en: tuple[Text, ...] = ()
    body: Body
    body_en: Body | None = None
    posts: Posts = Posts()
    sample: bool = False
    clauses: tuple[Clause, ...]

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        """The clauses by their id."""
        return {clause.id: clause for clause in self.clauses}


class Source(Schema):
    """A document a figure comes from; number: as printed on it; link: where anyone can read it."""

    title: Text
    title_en: Text | None = None
    issuer: Text
    issuer_en: Text | None = None
    number: Text | None = None
    date: datetime.date | None = None
    link: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class Sourced(Schema):
    """Anything that may name the document it comes from (a key of `sources`), and where in it ("Điều 5, khoản 2")."""

    source: Text | None = None
    article: Text | None = None


class NotScored(Schema):
    """Why a rubric scores nothing of a clause that the plan scores and that binds those it judges."""

    clause: Text
    why: Text
    why_en: Text | None = None


class Period(Sourced):
    """A reporting period and the day its report is due; annual: its report is about the whole year."""

    id: Id
    name: Text
    name_en: Text | None = None
    from_: datetime.date = Field(alias="from")
    to: datetime.date
    due: datetime.date
    annual: bool = False


class Span(Schema):
    """The days that are evaluated, where they are not those of the calendar year (a school year); both included."""

    from_: datetime.date = Field(alias="from")
    to: datetime.date


class Bound(Schema):
    """A limit that follows the register: the unit's members."""

    by: Literal["members"]


System = Literal[
    "reports_on_time", "fields_valid", "late_reports", "missing_reports", "doubled_evidence", "unit_result", "tasks"
]
TaskShare = Literal["done", "quality", "progress"]
"""What of a list of tasks is held against what was assigned: how much was done, well, and in time."""


class Indicator(Schema):
    """What is counted, in which measurement unit, and how the periods' figures become the year's.

    of: what the value is a part of, where a share is reported as two counts. least, most: the values a report may
    hold. source: `report`, what intake itself counts, a position's unit (`positions`), or the list of `tasks`. counts:
    of a list of tasks, the shares that are counted, each as much as the others. same_as: the criterion whose reported
    value this one reads.
    """

    value_unit: Text
    value_unit_en: Text | None = None
    periods: Literal["sum", "last", "largest", "mean", "any"]
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    of: Text | None = None
    of_en: Text | None = None
    least: Number | None = None
    most: Number | Bound | None = None
    source: Literal["report", System] = "report"
    counts: tuple[TaskShare, ...] = ()
    same_as: Id | None = None


class Scope(Schema):
    """Which units a criterion applies to; what is left out does not narrow it.

    units: single units, by their id. Where the register does not know a unit's members, a limit on them cannot tell:
    the criterion is asked, and its mark is pending.
    """

    types: tuple[Text, ...] | None = None
    blocks: tuple[Text, ...] | None = None
    units: tuple[Text, ...] | None = None
    members_from: int | None = None
    members_below: int | None = None


class Criterion(Sourced):
    """One criterion (tiêu chí), bonus or deduction item: what earns its points and by which clause.

    evidence: required: a value without evidence earns nothing; counted: of a count only as many as there are pieces of
    evidence. evidence_shared: its evidence may serve other criteria too; any other evidence counts once. subtracts: its
    points are taken from its group's sum (a group with `net`), and its maximum is the most it can take.
    may_not_apply: the reason under which a report may claim "không áp dụng".
    advice_by_type: advice for units of a type to whom `advice` cannot be given.
    """

    id: Id
    name: Text
    name_en: Text | None = None
    clause: Text
    max_points: Annotated[Number, Field(gt=0)]
    subtracts: bool = False
    method: Text
    params: dict[str, Any] = Field(default_factory=dict)
    indicator: Indicator | None = None
    evidence: Literal["required", "optional", "counted"] | None = None
    evidence_shared: bool = False
    evidence_hint: Text | None = None
    applies_to: Scope | None = None
    may_not_apply: Text | None = None
    advice: Text | None = None
    advice_en: Text | None = None
    advice_by_type: dict[str, Text] = Field(default_factory=dict)
    advice_by_type_en: dict[str, Text] = Field(default_factory=dict)
    note: Text | None = None

    @property
    def counts_pieces(self) -> bool:
        """Whether its figure is a number of things done, each of which may have a piece of evidence of its own."""
        if self.indicator is None or self.indicator.of is not None or self.indicator.decimals:
            return False
        target = self.parameter("target") if "target" in self.params else None
        counts = self.method in methods.METHODS and methods.METHODS[self.method].ADDS_UP == "sum"
        return counts and (target is None or target.percent is None)

    @property
    def needs_evidence(self) -> bool:
        """Whether a value without evidence earns nothing."""
        return self.evidence in {"required", "counted"}

    @property
    def is_judged(self) -> bool:
        """Whether only an evaluator can give the points."""
        return self.method in methods.METHODS and methods.METHODS[self.method].VALUE == "points"

    @property
    def value_scale(self) -> int:
        """Integers in one measurement unit of the value (points of the rubric where it is judged: see `scores`)."""
        return 10**self.indicator.decimals if self.indicator else 1

    def advice_for(self, unit_type: str) -> str:
        """What a unit of a type is advised to do; "" where the rubric says nothing."""
        return self.advice_by_type.get(unit_type) or self.advice or ""

    def parameter(self, name: str) -> Any:
        """One parameter stated under `params`, as the schema the method asks for (pydantic ValidationError if not)."""
        return _adapter(self.method, name).validate_python(self.params[name], strict=True)


class Net(Schema):
    """What adds and what subtracts in a group, netted and then kept from `floor` to `cap`."""

    floor: Number
    cap: Annotated[Number, Field(gt=0)]


class Group(Sourced):
    """A group of criteria, or of groups, to any depth; its maximum is the sum of its parts.

    net: the group's criteria add and subtract (`subtracts`) between a floor and a cap, and the cap is its maximum.
    weight: the points it counts for in what it is part of, where that is not its maximum.
    """

    id: Id
    name: Text
    name_en: Text | None = None
    max_points: Annotated[Number, Field(gt=0)]
    net: Net | None = None
    weight: Annotated[Number, Field(gt=0)] | None = None
    groups: tuple[Group, ...] = ()
    criteria: tuple[Criterion, ...] = ()

    @property
    def counts_for(self) -> Decimal:
        """The points it counts for in what it is part of."""
        return self.max_points if self.weight is None else self.weight

    @property
    def parts(self) -> tuple[Group | Criterion, ...]:
        """What the group's maximum is the sum of."""
        return (*self.groups, *self.criteria)

    def walk(self) -> Iterator[Criterion]:
        """Every criterion below, in the order of the file."""
        for group in self.groups:
            yield from group.walk()
        yield from self.criteria


class Extra(Sourced):
    """Bonus (điểm thưởng) or deductions (điểm trừ): items under one cap."""

    cap: Annotated[Number, Field(ge=0)]
    items: tuple[Criterion, ...]


class Bonus(Extra):
    """Bonus; inside_total: its cap is part of the rubric's maximum instead of coming on top."""

    inside_total: bool


class Fact(Sourced):
    """Something that is counted or stated but earns no points: a condition for a band looks at it.

    at_most: the counts of which this one is a part, so that it cannot be more than any of them.
    """

    id: Id
    name: Text
    name_en: Text | None = None
    kind: Literal["yes_no", "count"]
    at_most: tuple[Id, ...] = ()
    applies_to: Scope | None = None


class Total(Sourced):
    """The total: its maximum, the least and most it can be after bonus and deductions (`cap` left out: no cap)."""

    max_points: Annotated[Number, Field(gt=0)]
    floor: Number
    cap: Number | None = None


class NotApplicable(Sourced):
    """What a criterion that does not apply does to the maximum.

    rescale: `whole` takes the rest of the total as percent, `group` that of each outer group, `nested` that of its own
    group and so on upwards; `none` leaves it. missing: whether a criterion without a figure `counts` in the maximum or
    `leaves` it as one that does not apply.
    """

    rescale: Literal["whole", "group", "nested", "none"]
    missing: Literal["counts", "leaves"] = "counts"


class Figure(Sourced):
    """The figure bands look at: the total in points, or in percent of the applicable maximum, to `decimals` places."""

    of: Literal["total", "percent"]
    decimals: Annotated[int, Field(ge=0, le=6)]


class Share(Schema):
    """One fact in percent of another."""

    part: Id
    whole: Id


class When(Schema):
    """When a gate or condition holds; exactly one of the keys that start a condition.

    criterion + states: the criterion's mark is in one of these states.  report_missing: no report for that period.
    group_below: some group (or the named `group`) has less than this percent of its applicable points.
    data_below: less than this percent of the criteria that apply (or of those in `group`) have points.
    not_eligible: the register says so.  fact + at_least: a count or yes (1) reported.  share + below: percent of one
    fact in another.  decided: a decision record of that kind exists.  unknown: whether a fact nobody reported counts
    as holding.
    """

    criterion: Id | None = None
    states: tuple[Literal["missing", "zero", "pending"], ...] | None = None
    report_missing: Id | None = None
    group_below: Percent | None = None
    data_below: Percent | None = None
    group: Id | None = None
    not_eligible: Literal[True] | None = None
    fact: Id | None = None
    at_least: int | None = None
    below: Number | None = None
    share: Share | None = None
    decided: Id | None = None
    unknown: bool | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        kinds = (
            self.criterion,
            self.report_missing,
            self.group_below,
            self.data_below,
            self.not_eligible,
            self.fact,
            self.share,
            self.decided,
        )
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("when_one")
        if (self.criterion is None) is not (self.states is None):
            raise ValueError("when_states")
        if self.fact is not None and (self.at_least is None) is (self.below is None):
            raise ValueError("when_fact")
        if self.share is not None and (self.below is None or self.at_least is not None):
            raise ValueError("when_share")
        if (self.fact is not None or self.share is not None) is (self.unknown is None):
            raise ValueError("when_unknown")
        return self


class Gate(Sourced):
    """A condition that limits the band (điều kiện khống chế).

    cap: the best band still open. withhold: no band and no rank, with this word instead. flag: only the evaluator is
    told.
    """

    id: Id
    name: Text
    name_en: Text | None = None
    clause: Text | None = None
    when: When
    cap: Id | None = None
    withhold: Text | None = None
    withhold_en: Text | None = None
    flag: bool = False

    @model_validator(mode="after")
    def _one_effect(self) -> Self:
        if (self.cap is not None) + (self.withhold is not None) + self.flag != 1:
            raise ValueError("gate_effect")
        return self


class Condition(Sourced):
    """Something a selected band asks for; it is met where `unless` does not hold.

    name: how it reads where it is met; unmet: how it reads where it is not.
    """

    name: Text
    name_en: Text | None = None
    unmet: Text | None = None
    unmet_en: Text | None = None
    unless: When


class Band(Sourced):
    """One band (mức xếp loại): a range of the figure, or chosen from another band.

    from: the least figure; to: the most, included; below: the same, excluded; the top band may leave both out.
    selected_from: the band whose units the council chooses from, under `conditions`. after: where several bands are
    chosen from the same one, the band that is filled just before this one; this one takes from who is left.
    """

    id: Id
    name: Text
    name_en: Text | None = None
    from_: Number | None = Field(default=None, alias="from")
    to: Number | None = None
    below: Number | None = None
    selected_from: Id | None = None
    after: Id | None = None
    conditions: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _range_or_selection(self) -> Self:
        if (self.from_ is None) is (self.selected_from is None):
            raise ValueError("band_kind")
        if self.to is not None and self.below is not None:
            raise ValueError("band_end")
        if self.selected_from is not None and (self.to is not None or self.below is not None):
            raise ValueError("band_kind")
        if self.selected_from is None and self.after is not None:
            raise ValueError("band_after")
        return self


Peers = Literal["block", "type", "body", "body_and_block", "body_and_type", "overall"]


class Quota(Sourced):
    """At most `share` percent of the units whose score lies in the bands `base` may be in `band` (tỷ lệ khống chế).

    per: among whom it is counted: those of one block, of one type, of one body (the unit of a post, the parent of a
    unit), of one block or type within a body, or all.
    """

    band: Id
    base: tuple[Id, ...]
    share: Annotated[Percent, Field(gt=0, le=100)]
    per: Peers
    rounding: Literal["down", "half_up", "up"]


class Tie(Schema):
    """One step of the chain that orders equal units."""

    by: Literal["group", "criterion", "deductions", "bonus"]
    id: Id | None = None
    better: Direction

    @model_validator(mode="after")
    def _names_what(self) -> Self:
        if (self.by in {"group", "criterion"}) is (self.id is None):
            raise ValueError("tie_id")
        return self


class Ranking(Sourced):
    """Ranks inside a block: on the figure as bands see it (`rounded`) or `exact`; equal after the ties: equal rank."""

    on: Literal["rounded", "exact"]
    ties: tuple[Tie, ...]


class GroupRanking(Sourced):
    """A group whose units are ranked too, inside their block, by its points in percent of what applies of it.

    group: its id. decimals: places of that percent, rounded half up once; equal percents share a rank.
    """

    group: Id
    decimals: Annotated[int, Field(ge=0, le=6)]


class GroupBand(Sourced):
    """A band of a ranked group: from which percent of what applies of it."""

    group: Id
    id: Id
    name: Text
    name_en: Text | None = None
    from_: Annotated[Number, Field(ge=0)] = Field(alias="from")


class Eligibility(Sourced):
    """Months a unit must have existed, and stood unmerged and undivided, at the end of the year."""

    months_since_created: Annotated[int, Field(ge=0)]
    months_since_merged: Annotated[int, Field(ge=0)]


class AnnualShare(Sourced):
    """The plan's share of the union's annual table: total / maximum x max_points of `of`."""

    max_points: Annotated[Number, Field(gt=0)]
    of: Text
    of_en: Text | None = None
    clause: Text | None = None


class Tasks(Sourced):
    """Work counted piece by piece (danh mục công việc), in a sheet of the report.

    loss: the percent of its quality or progress that a piece loses each time it was faulty or late, unless an objective
    cause was confirmed.
    """

    loss: Annotated[int, Field(gt=0, le=100)]


class Precision(Sourced):
    """How many decimals a mark has; it is rounded there once, half up."""

    decimals: Annotated[int, Field(ge=0, le=9)]
    rounding: Literal["half_up"]


class DatedFigure(Schema):
    """A figure chosen by date: where it stands, what is in force and by which source."""

    place: str
    value: Any
    source: Text
    article: Text | None = None


class Rubric(Schema):
    """A year's rules (bộ tiêu chí) for one kind of subject.

    span: the days that are evaluated; left out, the calendar year.
    digest: SHA-256 of the file's text, in hex; the version an assessment names is `meaning`. dated: for each figure
    that had several dated values, its place in the file, the value in force and its source. posts_of: of a rubric for
    positions, the rubric by which their units are scored (left out: they have a register of their own). units_of: the
    rubric whose register this one scores too. level: which of the plan's clauses bind those who are judged. not_scored:
    of those that the plan scores, the ones no criterion here counts. judged: what one of those who are scored is called
    inside a sentence. evaluated: what their results are results of, where it is not the plan's `subject`. body, bases:
    who issues these assessments and on what grounds, where it is not the plan's (`issuer.issuer_of`).
    """

    digest: str
    dated: tuple[DatedFigure, ...]
    id: Id
    year: int
    span: Span | None = None
    name: Text
    name_en: Text | None = None
    subject: Literal["unit", "position"]
    posts_of: Id | None = None
    units_of: Id | None = None
    level: Literal["grassroots", "upper_level"] = "grassroots"
    not_scored: tuple[NotScored, ...] = ()
    judged: Text | None = None
    judged_en: Text | None = None
    evaluated: Text | None = None
    evaluated_en: Text | None = None
    body: Body | None = None
    body_en: Body | None = None
    bases: tuple[Text, ...] = ()
    bases_en: tuple[Text, ...] = ()
    sources: dict[str, Source]
    points: Precision
    periods: tuple[Period, ...]
    types: dict[str, Text]
    types_en: dict[str, Text] = Field(default_factory=dict)
    blocks: dict[Id, Text]
    blocks_en: dict[str, Text] = Field(default_factory=dict)
    total: Total
    groups: tuple[Group, ...]
    bonus: Bonus | None = None
    deductions: Extra | None = None
    facts: tuple[Fact, ...] = ()
    not_applicable: NotApplicable
    figure: Figure
    bands: tuple[Band, ...]
    gates: tuple[Gate, ...] = ()
    quotas: tuple[Quota, ...] = ()
    ranking: Ranking
    group_rankings: tuple[GroupRanking, ...] = ()
    group_bands: tuple[GroupBand, ...] = ()
    eligibility: Eligibility | None = None
    annual_share: AnnualShare | None = None
    tasks: Tasks | None = None

    @property
    def scale(self) -> int:
        """Smallest units in one point."""
        return int(10**self.points.decimals)

    @cached_property
    def meaning(self) -> str:
        """SHA-256, in hex, of what the rubric says, whatever comments and line ends its file has."""
        return hashlib.sha256(self.model_dump_json(exclude={"digest"}, exclude_defaults=True).encode()).hexdigest()

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all groups, in the order of the file."""
        return tuple(criterion for group in self.groups for criterion in group.walk())

    @cached_property
    def adding(self) -> tuple[Criterion, ...]:
        """The criteria that count towards a maximum: those that do not subtract."""
        return tuple(criterion for criterion in self.criteria if not criterion.subtracts)

    @cached_property
    def items(self) -> tuple[Criterion, ...]:
        """Criteria, then bonus items, then deduction items."""
        return (
            *self.criteria,
            *(self.bonus.items if self.bonus else ()),
            *(self.deductions.items if self.deductions else ()),
        )

    @cached_property
    def item(self) -> dict[str, Criterion]:
        """The items by their id."""
        return {item.id: item for item in self.items}

    @cached_property
    def band(self) -> dict[str, Band]:
        """The bands by their id."""
        return {band.id: band for band in self.bands}

    @property
    def leaves_maximum(self) -> frozenset[str]:
        """The states of a mark whose maximum does not count for the unit."""
        missing = {"missing"} if self.not_applicable.missing == "leaves" else set()
        return frozenset({"not_applicable", *missing})

    def rescales(self, *, outer: bool) -> bool:
        """Whether what applies of a group is carried over to its full figure; outer: it stands in no other group."""
        return self.not_applicable.rescale == "nested" or (outer and self.not_applicable.rescale == "group")

    @cached_property
    def bands_to_choose(self) -> tuple[Band, ...]:
        """The bands chosen from another one, each after the band it names in `after`."""
        ordered: list[Band] = []
        waiting = [band for band in self.bands if band.selected_from is not None]
        while ready := [band for band in waiting if band.after not in {other.id for other in waiting}]:
            ordered += ready
            waiting = [band for band in waiting if band not in ready]
        return tuple(ordered)

    @property
    def conditions(self) -> tuple[When, ...]:
        """What the gates and the selected bands look at."""
        unless = (condition.unless for band in self.bands for condition in band.conditions)
        return (*(gate.when for gate in self.gates), *unless)

    @property
    def first_day(self) -> datetime.date:
        """The first of the days that are evaluated."""
        return self.span.from_ if self.span else datetime.date(self.year, 1, 1)

    @property
    def last_day(self) -> datetime.date:
        """The last of the days that are evaluated: on it a unit stands or not, and is eligible or not."""
        return self.span.to if self.span else datetime.date(self.year, 12, 31)

    @cached_property
    def annual_period(self) -> Period:
        """The period whose report speaks for the year: the annual one, or the last to end where the periods add up."""
        annual = [period for period in self.periods if period.annual]
        return annual[0] if annual else max(self.periods, key=lambda period: (period.to, period.due))

    def kind(self, item: str) -> Literal["criterion", "bonus", "deduction"]:
        """What an item's points do: count, add or take away."""
        if self.item[item].subtracts:
            return "deduction"
        if self.bonus and any(item == bonus.id for bonus in self.bonus.items):
            return "bonus"
        if self.deductions and any(item == deduction.id for deduction in self.deductions.items):
            return "deduction"
        return "criterion"

    def max_points(self, item: str) -> int:
        """The maximum of an item in smallest units."""
        return to_scaled(self.item[item].max_points, self.scale)
