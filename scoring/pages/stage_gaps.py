"""What stands on the page on reliability about the way of a mark: self-score, report, verification, council."""

from __future__ import annotations

from scoring.assessment.reliability import FEW, Reliability
from scoring.assessment.stage_gaps import REPORTED, StageGap, StageStep
from scoring.core import wording
from scoring.core.language import in_its_language, say, term
from scoring.decisions.rulings import COUNCIL, VERIFIED
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column

_STEPS = {
    "computed": term("Tự chấm → theo báo cáo"),
    "verified": term("Theo báo cáo → thẩm định"),
    "council": term("Trước hội đồng → hội đồng"),
}
_KINDS = {
    "criterion": term("Tiêu chí"),
    "block": term("Khối"),
    "stage": term("Đã đến bước"),
    "role": term("Người quyết định"),
}
_STAGES = {REPORTED: term("Báo cáo"), VERIFIED: term("Thẩm định"), COUNCIL: term("Hội đồng")}


@in_its_language
def gaps_table(told: Reliability, number: int) -> Block:
    """By how much marks changed from step to step; nothing where nobody decided, as the self-scores stand above."""
    if not any(gap.verified.marks or gap.council.marks for gap in told.gaps):
        return blocks.page()
    steps = [step for step in _STEPS if any(getattr(gap, step).marks for gap in told.gaps)]
    columns = [
        Column(say("Theo"), 1.2),
        Column(say("Ai, nơi nào, điểm nào"), 2.8, names_rows=True),
        *(Column(say(_STEPS[step]), 1.3, "right") for step in steps),
    ]
    rows = [
        (say(_KINDS[gap.kind]), name_of(told, gap), *(_cell(getattr(gap, step)) for step in steps)) for gap in told.gaps
    ]
    caption = say("Bảng {number}. Điểm đổi qua từng bước, tính bằng % điểm tối đa", number=number)
    return blocks.page(blocks.table(caption, columns, rows), blocks.paragraph(_reading(told)))


def name_of(told: Reliability, gap: StageGap) -> str:
    """Whose marks they are, in words."""
    match gap.kind:
        case "criterion":
            return next(one.name for one in told.criteria if one.id == gap.who)
        case "block":
            return next(one.name for one in told.overview.blocks if one.id == gap.who)
        case "stage":
            return say(_STAGES[gap.who])
    return gap.who


def _cell(step: StageStep) -> str:
    if step.moved is None:
        return wording.NOT_KNOWN
    if step.marks < FEW:
        return say("ít ({marks})", marks=step.marks)
    return f"{_signed(step.moved)} ({wording.number(step.marks)})"


def _signed(thousandths: int) -> str:
    sign = "−" if thousandths < 0 else "+" if thousandths else ""
    return f"{sign}{wording.points(abs(thousandths), 1)}"


def _reading(told: Reliability) -> str:
    """How to read the table, and the criterion to begin with."""
    text = say(
        "Trong ngoặc là số lượt chấm có điểm ở cả hai bước; dưới {few} lượt thì không tính trung bình. Dấu trừ: bước"
        " sau cho thấp hơn. Lượt đã xem mà giữ nguyên được tính là không đổi.",
        few=FEW,
    )
    looked = [gap for gap in told.gaps if gap.kind == "criterion" and gap.verified.marks >= FEW]
    most = max(looked, key=lambda gap: abs(gap.verified.moved or 0), default=None)
    if most is None or not most.verified.moved:
        return text
    return f"{text} " + say(
        "Thẩm định đổi nhiều nhất ở “{name}”: trung bình {moved}% điểm tối đa. Nên nói rõ cách tính và minh chứng"
        " cần có của tiêu chí này trước khi nhận báo cáo năm sau.",
        name=name_of(told, most),
        moved=_signed(most.verified.moved),
    )
