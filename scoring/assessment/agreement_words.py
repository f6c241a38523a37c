"""What does the agreement of two verifications mean? In sentences, for the page on reliability and for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.assessment.rater_agreement import FEW_PAIRS, FIRM, INTERVAL, TENTATIVE, Agreement, Alpha
from scoring.core import wording
from scoring.core.language import say

_MANY = 5
"""How many criteria a sentence names."""


def agreement_lines(told: Agreement) -> list[str]:
    """One sentence a line, each saying what it means; in the language spoken."""
    return list(_lines(told))


def _lines(told: Agreement) -> Iterator[str]:
    if not told.pairs and not told.waiting:
        yield say(
            "Chưa có điểm nào được thẩm định hai lần, nên chưa biết hai người thẩm định có cho cùng một điểm không. Nên"
            " rút mẫu một phần mười số điểm để người khác thẩm định lần hai."
        )
    if told.waiting:
        yield say(
            "{count} điểm đã có kết quả lần hai nhưng lần một chưa xong, nên chưa so được. Người thẩm định lần một cần"
            " ghi điểm hoặc đánh dấu đã thẩm định xong đơn vị.",
            count=told.waiting,
        )
    if told.pairs:
        yield from _of_pairs(told)


def _of_pairs(told: Agreement) -> Iterator[str]:
    yield say(
        "{pairs} điểm được thẩm định hai lần: {same} điểm giống nhau ({share}); lần hai cho thấp hơn ở {lower} điểm,"
        " cao hơn ở {higher} điểm.",
        pairs=told.pairs,
        same=told.same,
        share=wording.share(told.same, told.pairs),
        lower=told.lower,
        higher=told.higher,
    )
    if told.pairs < FEW_PAIRS:
        yield say(
            "Mới có dưới {few} điểm được thẩm định hai lần: các con số ở đây còn dao động mạnh, chưa nên kết luận. Nên"
            " rút mẫu lớn hơn.",
            few=FEW_PAIRS,
        )
    yield from _coefficients(told)
    if told.criteria:
        named = [
            say("{name} ({differ}/{pairs} điểm khác)", name=one.name, differ=one.differ, pairs=one.pairs)
            for one in told.criteria[:_MANY]
        ]
        yield say(
            "Tiêu chí hai người hiểu khác nhau nhiều nhất: {names}. Nên viết rõ hơn cách tính và minh chứng cần có.",
            names="; ".join(named),
        )
    if told.open:
        yield say(
            "Còn {count} điểm hai lần khác nhau mà chưa thống nhất; đến khi thống nhất, điểm của lần một vẫn được tính."
            " Cần cùng xem lại trước khi công bố.",
            count=told.open,
        )
    yield say("Mẫu lấy nhiều hơn ở những chỗ dễ sai, nên tỷ lệ giống nhau ở đây không phải của cả năm.")


def _coefficients(told: Agreement) -> Iterator[str]:
    if told.points.why == "all_agree":
        yield say("Hai lần thẩm định giống nhau ở mọi điểm, nên không cần tính hệ số thống nhất.")
    elif told.points.why == "one_value":
        yield say(
            "Mọi điểm đều được cả hai lần cho cùng một phần của điểm tối đa, nên không có hệ số thống nhất: mẫu không"
            " có chỗ nào để hai người có thể khác nhau."
        )
    else:
        is_enough = told.pairs >= FEW_PAIRS
        yield _coefficient(say("về số điểm"), told.points, is_enough=is_enough)
        if told.icc.value is not None:
            yield _of_icc(told.icc)
        if told.verdicts.value is not None:
            yield _coefficient(say("về việc giữ, hạ hay nâng điểm"), told.verdicts, is_enough=is_enough)


def _coefficient(about: str, alpha: Alpha, *, is_enough: bool) -> str:
    told = say(
        "Mức thống nhất {about}, đã trừ phần trùng do may rủi (hệ số alpha của Krippendorff, 1 là giống hẳn, 0 là như"
        " bốc thăm): {value}; {interval}.",
        about=about,
        value=wording.points(alpha.value, 3),
        interval=_interval(alpha),
    )
    return f"{told} {_meaning(alpha.value or 0)}" if is_enough else told


def _of_icc(icc: Alpha) -> str:
    return say(
        "Cùng điều ấy theo hệ số tương quan nội nhóm (ICC, cũng 1 là giống hẳn): {value}; {interval}.",
        value=wording.points(icc.value, 3),
        interval=_interval(icc),
    )


def _interval(alpha: Alpha) -> str:
    if alpha.low is None or alpha.high is None:
        return say("chưa đủ điểm để tính khoảng dao động")
    low, high = (wording.points(figure, 3) for figure in (alpha.low, alpha.high))
    return say("{percent}% lần rút lại mẫu cho từ {low} đến {high}", percent=INTERVAL, low=low, high=high)


def _meaning(value: int) -> str:
    if value >= FIRM:
        return say("Hai người thẩm định gần như một; kết quả thẩm định dùng được.")
    if value >= TENTATIVE:
        return say("Tạm dùng được; nên thẩm định lần hai thêm các đơn vị sát ngưỡng trước khi xét khen.")
    return say(
        "Chưa dùng để so các đơn vị sát nhau được: cần thống nhất lại cách tính giữa những người thẩm định, rồi thẩm"
        " định lần hai trên mẫu lớn hơn."
    )
