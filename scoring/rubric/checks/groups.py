"""Are the groups that are ranked there, once, with bands that stand apart?"""

from __future__ import annotations

from scoring.core.errors import Fault
from scoring.rubric.checks.parts import Faults, placed_groups
from scoring.rubric.checks.sums import fits_scale
from scoring.rubric.model import Plan, Rubric
from scoring.rubric.strict_yaml import YamlFile


def check_group_rankings(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """A group that is ranked exists and is ranked once; its bands are its own, apart, and fit its percent."""
    groups = [group.id for _, group in placed_groups(rubric)]
    ranked: dict[str, int] = {}
    for index, ranking in enumerate(rubric.group_rankings):
        where = file.where(("group_rankings", index))
        if ranking.group not in groups:
            yield Fault(where, f"không có nhóm '{ranking.group}'", f"các nhóm: {', '.join(groups)}")
        elif ranking.group in ranked:
            yield Fault(where, f"nhóm '{ranking.group}' được xếp hạng hai lần", mend="giữ một dòng")
        ranked[ranking.group] = ranking.decimals
    seen: set[tuple[str, object]] = set()
    for index, band in enumerate(rubric.group_bands):
        where = file.where(("group_bands", index))
        if band.group not in ranked:
            mend = f"thêm {{group: {band.group}, decimals: 2}} vào group_rankings"
            yield Fault(where, f"mức '{band.id}' của nhóm '{band.group}' chưa được xếp hạng", mend=mend)
            continue
        if (band.group, band.id) in seen or (band.group, band.from_) in seen:
            yield Fault(where, f"mức '{band.id}' của nhóm '{band.group}' trùng mã hoặc trùng mốc với mức khác")
        seen |= {(band.group, band.id), (band.group, band.from_)}
        if band.from_ > 100:
            yield Fault(where, f"mức '{band.id}' bắt đầu từ {band.from_}%", "không quá 100")
        yield from fits_scale(band.from_, 10 ** ranked[band.group], ("group_bands", index), file)
