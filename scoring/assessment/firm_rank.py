"""How firm is one unit's rank? In one sentence for its page, and only where that helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scoring.assessment.records import Assessment
from scoring.assessment.reliability import INTERVAL
from scoring.core.language import say


def with_firmness(assessments: Iterable[Assessment], intervals: Mapping[str, tuple[int, int]]) -> list[Assessment]:
    """The assessments, each with its sentence. intervals: of ranks by unit, as `reliability.verified_intervals`."""
    return [
        one.model_copy(update={"firmness": firmness_text(one.result.rank, one.result.ranked, intervals[one.unit.id])})
        if one.unit.id in intervals
        else one
        for one in assessments
    ]


def firmness_text(rank: int | None, ranked: int | None, interval: tuple[int, int]) -> str:
    """What another verification could make of a rank; "" without one, and where it could be any of the block's.

    >>> firmness_text(3, 9, (1, 9))
    ''
    """
    low, high = interval
    if rank is None or (low == 1 and high >= (ranked or 0)):
        return ""
    if low == high:
        return say(
            "Hạng {rank}; nếu thẩm định lại, trong {interval}% lần thử vẫn là hạng ấy.",
            rank=rank,
            interval=INTERVAL,
        )
    return say(
        "Hạng {rank}; nếu thẩm định lại, trong {interval}% lần thử hạng từ {low} đến {high}: hơn kém nhau trong"
        " khoảng này chưa chắc.",
        rank=rank,
        interval=INTERVAL,
        low=low,
        high=high,
    )
