"""`verify --second` and `--reconcile`: a drawn sample decided twice, and what differs settled."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction

from rich.text import Text

from scoring.assessment.agreement_words import agreement_lines
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.rater_agreement import agree
from scoring.assessment.second_sample import Size, draw_second
from scoring.core.errors import Fault, ParameterError
from scoring.core.made import plain_folder
from scoring.core.text import shown
from scoring.decisions.records import Decision, Standing
from scoring.decisions.rulings import SECOND
from scoring.desk.commands.screen import CONSOLE, output_folder
from scoring.desk.workbook.two_verifiers import without_first, write_reconciling, write_second
from scoring.desk.workbook.writing import RECONCILED

_SHARE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*%")


def write_second_books(sample: str, whole_units: bool, evaluation: Evaluation, standing: Standing) -> int:
    """A workbook a block with the drawn marks, and without the figures of whoever verified first."""
    drawn = draw_second(evaluation, size_of(sample), whole_units=whole_units)
    if not drawn.marks:
        what = "chưa báo cáo nào cho ra điểm, nên không có gì để thẩm định lần hai"
        raise ParameterError("--second", [Fault("mẫu", what, mend="chạy lại khi đã nhận báo cáo")])
    folder = output_folder(evaluation.year) / "verification"
    plain_folder(folder)
    blind = without_first(evaluation, standing)
    for block, marks in drawn.marks.items():
        file = folder / f"{block}_{SECOND}.xlsx"
        count = write_second(file, *blind, block, marks)
        CONSOLE.print(Text(f"Đã lập sổ thẩm định lần hai, {count} điểm: {file}"))
    chosen = sum(len(marks) for marks in drawn.marks.values())
    CONSOLE.print(
        Text(
            f"Đã rút {chosen}/{drawn.whole} điểm, trong đó {drawn.risky} điểm ở chỗ dễ sai hoặc sai thì mất nhiều: sát"
            " ngưỡng hay tỷ lệ, tự chấm cao hơn hẳn điểm tính, minh chứng còn nghi ngờ. Giao sổ cho người chưa thẩm"
            " định các đơn vị này; đọc lại bằng lệnh verify --read TỆP."
        )
    )
    return 0


def size_of(stated: str) -> Size:
    """The size of a sample, such as 10% or 20; raises ParameterError.

    >>> size_of("12,5%"), size_of("20")
    (Size(share=Fraction(1, 8), number=None), Size(share=None, number=20))
    """
    text = stated.strip()
    if match := _SHARE.fullmatch(text):
        share = Fraction(match[1].replace(",", ".")) / 100
        if 0 < share <= 1:
            return Size(share, None)
    elif text.isascii() and text.isdigit() and len(text) < 8 and int(text):
        return Size(None, int(text))
    expected = "một tỷ lệ trên 0% đến 100%, ví dụ 10%, hoặc một số từ 1, ví dụ 20"
    raise ParameterError("--sample", [Fault(shown(stated), "không phải cỡ mẫu", expected)])


def write_reconciling_book(evaluation: Evaluation, standing: Standing) -> int:
    """The workbook of what differs, and how the two verifications agree."""
    file = output_folder(evaluation.year) / "verification" / f"{RECONCILED}.xlsx"
    plain_folder(file.parent)
    count = write_reconciling(file, evaluation, standing)
    show_agreement(evaluation)
    if count:
        CONSOLE.print(Text(f"Đã lập sổ thống nhất, {count} điểm: {file}"))
    else:
        CONSOLE.print(Text("Không có điểm nào hai lần thẩm định khác nhau mà chưa thống nhất, nên không lập sổ."))
    return 0


def concerns_two(new: Collection[Decision], standing: Standing) -> bool:
    """Whether one of these decisions is a second verifier's, or settles what two of them decided."""
    seconds = {one.second.id for one in standing.twice}
    return any(one.stage == SECOND or seconds & set(one.replaces) for one in new)


def show_agreement(evaluation: Evaluation) -> None:
    """How two verifications agree, one sentence a line."""
    for line in agreement_lines(agree(evaluation)):
        CONSOLE.print(Text(line))
