"""Does what is counted from a list of tasks say what is counted, exactly?"""

from __future__ import annotations

from scoring.core.errors import Fault
from scoring.rubric import methods
from scoring.rubric.checks.parts import Faults, placed_items
from scoring.rubric.model import Plan, Rubric
from scoring.rubric.strict_yaml import YamlFile

_EXACT_DECIMALS = 6
"""Decimals of a converted quantity of a list of tasks, so that nothing of it is rounded."""


def check_task_indicators(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What a list of tasks says is counted by shares of it, and the rubric says what a late piece loses."""
    for place, item in placed_items(rubric):
        indicator = item.indicator
        if indicator is None or (indicator.source != "tasks" and not indicator.counts):
            continue
        where = file.where((*place, "indicator"))
        if indicator.source != "tasks":
            yield Fault(where, f"{item.id}: counts chỉ dùng với source: tasks", mend="bỏ counts hoặc ghi source: tasks")
            continue
        if rubric.tasks is None:
            what = f"{item.id}: lấy từ danh mục công việc nhưng bộ tiêu chí chưa có tasks"
            yield Fault(where, what, mend="ghi tasks: {loss: 25, source: …}")
        if not indicator.counts or len(set(indicator.counts)) < len(indicator.counts):
            expected = "một hoặc nhiều trong done, quality, progress, không lặp lại"
            yield Fault(where, f"{item.id}: counts chưa đúng", expected)
        if indicator.of is not None and indicator.decimals != _EXACT_DECIMALS:
            what = f"{item.id}: số công việc quy đổi có {indicator.decimals} số lẻ"
            yield Fault(where, what, f"decimals: {_EXACT_DECIMALS}, để không số nào bị làm tròn")
        if indicator.periods in {"largest", "any"}:
            yield Fault(where, f"{item.id}: công việc không gộp qua các kỳ bằng {indicator.periods} được", "sum, mean")
        if item.method in methods.METHODS and item.method != "percent":
            where = file.where((*place, "method"))
            yield Fault(where, f"{item.id}: công việc tính theo tỷ lệ hoàn thành", mend="ghi method: percent")
        if item.evidence is not None:
            mend = "bỏ evidence; văn bản xác nhận ghi ở danh mục công việc"
            yield Fault(
                file.where((*place, "evidence")), f"{item.id}: công việc không khai minh chứng riêng", mend=mend
            )
