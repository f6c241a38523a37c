"""What stands on the page about cases that every verifier answered: who is strict, what is unclear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.assessment.calibration import (
    APART,
    FEW_CASES,
    OFTEN,
    Calibration,
    CaseResult,
    CriterionReading,
    VerifierResult,
)
from scoring.core import wording
from scoring.core.language import in_its_language, say
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE

_MANY = 5
"""How many names a sentence holds."""


@in_its_language
def calibration_page(told: Calibration) -> list[Block]:
    """The whole page, part by part."""
    return [_opening(told), _summary(told), _verifiers(told), _criteria(told), _cases(told), _ending(told)]


@in_its_language
def calibration_lines(told: Calibration) -> list[str]:
    """What the answers say, one sentence a line, each with what to do next."""
    return [*_about_verifiers(told), *_about_criteria(told), *_about_answers(told)]


def _opening(told: Calibration) -> Block:
    summary = say("{count} ca của năm {year}, trước mùa chấm năm {season}", **_counted(told))
    body = told.body
    return blocks.page(
        blocks.letterhead(body.parent, body.name, place=body.place),
        blocks.title(say("Kết quả chấm ca mẫu"), summary),
        *([blocks.note(say(SAMPLE))] if told.sample else []),
        blocks.paragraph(
            say(
                "Mỗi người thẩm định chấm một mình cùng những ca này; tên đơn vị đã bỏ. Trang này không đổi điểm của ai"
                " và không đánh giá con người: nó cho biết cần nói lại với nhau điều gì trước khi chấm."
            )
        ),
    )


def _counted(told: Calibration) -> dict[str, object]:
    return {"count": len(told.cases), "year": told.year, "season": told.season}


def _summary(told: Calibration) -> Block:
    heading = blocks.section("1", say("Tóm tắt và việc nên làm"))
    return blocks.page(heading, blocks.bullets(calibration_lines(told)))


def _about_verifiers(told: Calibration) -> Iterator[str]:
    for one in told.verifiers:
        if verdict := _advice(one):
            yield f"{one.role}: {verdict}"
    settled = [one for one in told.verifiers if one.compared >= FEW_CASES]
    if settled and not any(map(_advice, settled)):
        yield say("Không người thẩm định nào lệch hẳn về một phía so với đáp án.")


def _advice(one: VerifierResult) -> str:
    """What a verifier should do differently; "" where nothing follows."""
    mean = wording.points(abs(one.severity or 0), 1)
    if one.compared < FEW_CASES:
        return ""
    if _is_often(one.lower, one.higher):
        return say(
            "khi khác đáp án thì thường cho thấp hơn ({lower}/{compared} ca, trung bình {mean}% điểm tối đa)."
            " Nên cùng đọc lại các ca ấy: minh chứng nào đã đủ để cho điểm.",
            lower=one.lower,
            compared=one.compared,
            mean=mean,
        )
    if _is_often(one.higher, one.lower):
        return say(
            "khi khác đáp án thì thường cho cao hơn ({higher}/{compared} ca, trung bình {mean}% điểm tối đa)."
            " Nên cùng đọc lại các ca ấy: minh chứng nào chưa đủ để cho điểm.",
            higher=one.higher,
            compared=one.compared,
            mean=mean,
        )
    if 2 * one.same < one.compared:
        return say(
            "khi cho thấp hơn, khi cho cao hơn đáp án, chỉ giống ở {same}/{compared} ca. Nên đọc lại cách tính điểm rồi"
            " chấm lại trước khi nhận việc.",
            same=one.same,
            compared=one.compared,
        )
    return ""


def _is_often(side: int, other: int) -> bool:
    return side >= OFTEN and side >= OFTEN * other


def _about_criteria(told: Calibration) -> Iterator[str]:
    if len(told.verifiers) < 2:
        yield say(
            "Mới có sổ của một người thẩm định nên chưa biết tiêu chí nào được hiểu khác nhau. Nên thu thêm sổ rồi đọc"
            " lại."
        )
        return
    apart = [one for one in told.criteria if one.apart >= APART]
    slightly = [one for one in told.criteria if one.differ and one.apart < APART]
    if apart:
        yield say(
            "Tiêu chí được hiểu khác nhau, nên viết lại cho rõ cách tính và minh chứng cần có: {names}.",
            names=_some([_named(one) for one in apart]),
        )
    if slightly:
        yield say("Có khác nhau chút ít, nên nói lại khi họp: {names}.", names=_some([one.name for one in slightly]))
    if told.criteria and not apart and not slightly:
        yield say("Mọi người cho cùng một điểm ở mọi ca, nên chưa thấy tiêu chí nào cần viết lại.")


def _named(one: CriterionReading) -> str:
    return say(
        "{name} (có hai người cho cách nhau {apart}% điểm tối đa)",
        name=one.name,
        apart=wording.points(one.apart, 1),
    )


def _some(names: Sequence[str]) -> str:
    more, first = len(names) - _MANY, "; ".join(names[:_MANY])
    return first if more <= 0 else say("{names} và {count} tiêu chí khác", names=first, count=more)


def _about_answers(told: Calibration) -> Iterator[str]:
    open_cases = [case for case in told.cases if case.answer is None]
    if open_cases:
        yield say(
            "{count} ca chưa có đáp án, vì năm {year} chưa ai quyết định điểm ấy: {cases}. Họp lại, ghi điểm thống nhất"
            " vào sổ đáp án, rồi đọc lại cùng các sổ kia.",
            count=len(open_cases),
            year=told.year,
            cases=", ".join(_case(case) for case in open_cases),
        )
    few = [one.role for one in told.verifiers if one.compared < FEW_CASES]
    if few:
        yield say("Chưa so được, vì chấm dưới {few} ca có đáp án: {roles}.", few=FEW_CASES, roles=_names_of(few))


def _names_of(roles: Sequence[str]) -> str:
    more, first = len(roles) - _MANY, "; ".join(roles[:_MANY])
    return first if more <= 0 else say("{names} và {count} người thẩm định khác", names=first, count=more)


def _case(case: CaseResult) -> str:
    return say("ca {number}", number=case.number)


# Tables


def _verifiers(told: Calibration) -> Block:
    columns = [
        Column(say("Người thẩm định"), 2.6, names_rows=True),
        Column(say("Số ca đã chấm"), 0.8, "right"),
        Column(say("Có đáp án để so"), 0.8, "right"),
        Column(say("Giống"), 0.7, "right"),
        Column(say("Thấp hơn"), 0.7, "right"),
        Column(say("Cao hơn"), 0.7, "right"),
        Column(say("Chặt (−) hay rộng (+), % điểm tối đa"), 1.1, "right"),
        Column(say("Lệch trung bình, % điểm tối đa"), 1.1, "right"),
    ]
    rows = [
        (
            one.role,
            *map(str, (one.answered, one.compared, one.same, one.lower, one.higher)),
            _signed(one.severity),
            wording.points(one.spread, 1),
        )
        for one in told.verifiers
    ]
    return blocks.page(
        blocks.section("2", say("Người thẩm định so với đáp án")),
        blocks.table(say("Bảng 1. Ai chặt, ai rộng"), columns, rows),
        blocks.paragraph(
            say(
                "Chặt hay rộng: điểm đã cho trừ đáp án, tính trung bình; số âm là cho thấp hơn. Lệch trung bình: cách"
                " đáp án bao nhiêu, không kể phía nào. Có {count} ca nên các số này chỉ để nói chuyện, không để xếp"
                " loại người thẩm định.",
                count=len(told.cases),
            )
        ),
    )


def _signed(thousandths: int | None) -> str:
    figure = wording.points(None if thousandths is None else abs(thousandths), 1)
    return f"{'−' if (thousandths or 0) < 0 else '+' if thousandths else ''}{figure}"


def _criteria(told: Calibration) -> Block:
    heading = blocks.section("3", say("Tiêu chí nào được hiểu khác nhau"))
    if not told.criteria:
        return blocks.page(heading, blocks.paragraph(say("Chưa ca nào có hai người thẩm định cùng chấm.")))
    columns = [
        Column(say("Tiêu chí"), 3.4, names_rows=True),
        Column(say("Số cặp người cùng chấm"), 1, "right"),
        Column(say("Cặp cho điểm khác nhau"), 1, "right"),
        Column(say("Xa nhau nhất, % điểm tối đa"), 1.1, "right"),
        Column(say("Việc nên làm"), 1.6),
    ]
    rows = [
        (one.name, str(one.pairs), str(one.differ), wording.points(one.apart, 1), _mending(one))
        for one in told.criteria
    ]
    return blocks.page(heading, blocks.table(say("Bảng 2. Tiêu chí, khác nhau nhiều đứng trước"), columns, rows))


def _mending(one: CriterionReading) -> str:
    if one.apart >= APART:
        return say("viết lại cho rõ")
    return say("nói lại khi họp") if one.differ else ""


def _cases(told: Calibration) -> Block:
    columns = [
        Column(say("Ca"), 0.5, "center"),
        Column(say("Tiêu chí"), 2.4, names_rows=True),
        Column(say("Điểm tối đa"), 0.7, "right"),
        Column(say("Tính theo báo cáo"), 0.8, "right"),
        Column(say("Đáp án"), 1.1, "right"),
        Column(say("Từng người cho, vì sao"), 4),
    ]
    rows = [
        (
            str(case.number),
            case.criterion,
            wording.points(case.max_points, told.decimals),
            wording.points(case.computed, told.decimals),
            _answer(case, told),
            "\n".join(_given(case, told)),
        )
        for case in told.cases
    ]
    return blocks.page(
        blocks.section("4", say("Từng ca")),
        blocks.table(say("Bảng 3. Đáp án và các câu trả lời"), columns, rows),
    )


def _answer(case: CaseResult, told: Calibration) -> str:
    if case.answer is None:
        return say("chưa có")
    points = wording.points(case.answer, told.decimals)
    return say("{points} (họp thống nhất)", points=points) if case.by_meeting else points


def _given(case: CaseResult, told: Calibration) -> Iterator[str]:
    for one in case.given:
        if one.points is None:
            yield say("{role}: chưa chấm", role=one.role)
        else:
            yield f"{one.role}: {wording.points(one.points, told.decimals)} – {one.reason}"


def _ending(told: Calibration) -> Block:
    body = told.body
    return blocks.page(
        blocks.last_paragraph(
            say(
                "Kết quả này dùng để thống nhất cách chấm và sửa lời của tiêu chí trước mùa chấm, không để xếp loại"
                " người thẩm định"
            )
        ),
        blocks.closing([say("Người thẩm định"), say("Lưu hồ sơ")], [body.signing_authority, body.signing_post]),
    )
