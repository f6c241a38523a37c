"""Where a year stands, from the reports received to the day it is published, as one picture."""

from __future__ import annotations

from typing import NamedTuple

from scoring.assessment.evaluation import Evaluation
from scoring.core import wording
from scoring.decisions.records import STEPS, Standing, steps_reached
from scoring.decisions.rulings import COUNCIL, VERIFIED
from scoring.decisions.seal import Publication
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.charts import Bar, bar_chart

NOTEBOOKS = {
    "01_kiem_tra": "1. Kiểm tra báo cáo",
    "02_tham_dinh": "2. Thẩm định",
    "03_xep_hang": "3. Xếp hạng",
    "04_phieu_danh_gia": "4. Phiếu đánh giá",
    "05_bao_cao_len_tren": "5. Báo cáo cấp trên và công bố",
}
"""The titles of the notebooks in which the year's work is done, by their file."""


class Milestone(NamedTuple):
    """One piece of the year's work: how much of the whole is done, and the notebook for the rest.

    task: what is left to do, in words; {} stands for how many. notebook: a key of NOTEBOOKS.
    """

    name: str
    task: str
    done: int
    whole: int
    remark: str
    notebook: str


class Progress(NamedTuple):
    """Where a year stands; milestones in the order of the work."""

    year: int
    milestones: tuple[Milestone, ...]


def progress_of(evaluation: Evaluation, standing: Standing, *, pages: int, publication: Publication | None) -> Progress:
    """Where a year stands.

    standing: the decisions the evaluation counts. pages: how many units' assessments have been made.
    publication: the last one.
    """
    units, rubric = evaluation.year.units, evaluation.year.rubric
    eligible = int(units["eligible"].sum())
    steps = steps_reached(standing, units, evaluation.entries, is_published=False)["step"].cat.codes
    verified, settled = (int((steps >= STEPS.index(stage)).sum()) for stage in (VERIFIED, COUNCIL))
    told = _published(publication)
    milestones = (
        _reports(evaluation),
        _findings(evaluation),
        Milestone("Đơn vị đã thẩm định xong", "thẩm định {} đơn vị", verified, eligible, "", "02_tham_dinh"),
        Milestone("Đơn vị hội đồng đã xét xong", "trình hội đồng xét {} đơn vị", settled, eligible, "", "03_xep_hang"),
        Milestone("Phiếu đánh giá đã làm", "làm {} phiếu", min(pages, len(units)), len(units), "", "04_phieu_danh_gia"),
        Milestone("Kết quả đã công bố", "công bố", int(told != _UNPUBLISHED), 1, told, "05_bao_cao_len_tren"),
    )
    return Progress(rubric.year, milestones)


def _reports(evaluation: Evaluation) -> Milestone:
    """The reports due from eligible units, and those that came."""
    totals, received = evaluation.totals, evaluation.received
    eligible = totals["eligible"].to_numpy(bool)
    periods = [f"reported:{period.id}" for period in evaluation.year.rubric.periods]
    came = int(totals.loc[eligible, periods].to_numpy(bool).sum())
    late = int((received["days_late"].fillna(0) > 0).sum())
    rejected = int((received["fate"] == "rejected").sum())
    told = [f"{late} báo cáo muộn"] if late else []
    told += [f"{rejected} tệp không dùng được"] if rejected else []
    return Milestone(
        "Báo cáo đã nhận",
        "đôn đốc {} báo cáo",
        came,
        int(eligible.sum()) * len(periods),
        "; ".join(told),
        "01_kiem_tra",
    )


def _findings(evaluation: Evaluation) -> Milestone:
    """The eligible units whose reports and decisions have no error left."""
    units, found = evaluation.year.units, evaluation.findings
    counts = found["severity"].value_counts()
    eligible = set(units.loc[units["eligible"].to_numpy(bool), "id"])
    faulty = eligible.intersection(found.loc[found["severity"] == "error", "unit"])
    told = f"{counts.get('error', 0)} lỗi, {counts.get('warning', 0)} chỗ cần xem lại"
    name, task = "Đơn vị không còn lỗi", "xử lý lỗi ở {} đơn vị"
    return Milestone(name, task, len(eligible) - len(faulty), len(eligible), told, "01_kiem_tra")


_UNPUBLISHED = "chưa công bố"


def _published(publication: Publication | None) -> str:
    if publication is None:
        return _UNPUBLISHED
    year, month, day = publication.published_on.split("-")
    return f"lần {publication.number}: {publication.decision}, {day}/{month}/{year}"


_ON_SCREEN = 140
"""The size of the picture in percent of that on paper: it is only ever looked at on a screen."""


def progress_chart(progress: Progress) -> Block:
    """The milestones as bars inside the outline of their whole."""
    bars = [
        Bar(one.name, one.done / max(one.whole, 1), f"{one.done}/{one.whole}", maximum=1.0)
        for one in progress.milestones
    ]
    caption = f"Tình hình năm {progress.year}"
    told = "; ".join(f"{bar.label}: {bar.printed}" for bar in bars)
    drawn = bar_chart(bars, ("Đã xong", "Tất cả"), enlarged=_ON_SCREEN)
    return blocks.figure(drawn, f"Biểu đồ. {caption}: {told}", caption)


def progress_table(progress: Progress) -> Block:
    """The same in figures, with what to know about each and the notebook in which it is done."""
    columns = [
        Column("Việc", 3, names_rows=True),
        Column("Đã xong", 1, "right"),
        Column("Còn lại", 2),
        Column("Ghi chú", 4),
        Column("Làm ở sổ", 2),
    ]
    rows = [
        (one.name, f"{one.done}/{one.whole}", _left(one), wording.sentence(one.remark), NOTEBOOKS[one.notebook])
        for one in progress.milestones
    ]
    return blocks.table(f"Các việc của năm {progress.year}", columns, rows)


def _left(milestone: Milestone) -> str:
    left = milestone.whole - milestone.done
    return milestone.task.format(left) if left else "xong"
