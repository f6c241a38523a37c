"""Where a unit stands in the groups that the rubric ranks, beside its rank by the total."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.assessment.records import Record
from scoring.core import wording
from scoring.core.language import say
from scoring.core.rows import StandingRow, of
from scoring.rubric.model import Rubric
from scoring.scores.totals import all_groups


class GroupStanding(Record):
    """A unit's standing in a ranked group; figure: its points in percent of what applies, scaled by 10**decimals."""

    group: str
    name: str
    decimals: int
    figure: int | None
    rank: int | None
    band_name: str

    @property
    def text(self) -> str:
        """The standing in words, in the language spoken."""
        if self.figure is None or self.rank is None:
            return say("nhóm {group}: chưa có hạng", group=self.group)
        told = say(
            "nhóm {group}: {figure}%, hạng {rank} trong khối",
            group=self.group,
            figure=wording.points(self.figure, self.decimals),
            rank=self.rank,
        )
        return say("{told}, mức “{band}”", told=told, band=self.band_name) if self.band_name else told


def group_standings(standing: StandingRow, rubric: Rubric) -> Iterator[GroupStanding]:
    """The unit's standing in each ranked group, in the order of the rubric."""
    names = {group.id: group.name for group in all_groups(rubric.groups)}
    bands = {(band.group, band.id): band.name for band in rubric.group_bands}
    for ranking in rubric.group_rankings:
        name = ranking.group
        yield GroupStanding(
            group=name,
            name=names[name],
            decimals=ranking.decimals,
            figure=of(standing, "group_figure", name),
            rank=of(standing, "group_rank", name),
            band_name=bands.get((name, of(standing, "group_band", name)), ""),
        )
