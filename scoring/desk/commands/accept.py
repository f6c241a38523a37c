"""`verify --accept`: the council accepts every proposal within the quotas, recorded in one go."""

from __future__ import annotations

import argparse

from rich.text import Text

from scoring.assessment.evaluation import Evaluation
from scoring.core.errors import Fault, ParameterError
from scoring.decisions.proposals import AwaitedChoice, acceptance, awaited_choices
from scoring.decisions.store import publications_of, record_decisions
from scoring.desk.commands.screen import CONSOLE


def accept_proposals(evaluation: Evaluation, options: argparse.Namespace) -> int:
    """Record that the council chooses whom the quotas allow; say who still waits for it."""
    year = evaluation.year
    role = options.role.strip() or next(iter(year.plan.posts.council), "")
    faults = []
    if not options.reason.strip():
        mend = 'thêm --reason "số, ngày biên bản họp hội đồng"'
        faults.append(Fault("--reason", "chưa ghi căn cứ của quyết định", mend=mend))
    if not options.appeal.strip() and publications_of(year.folder):
        mend = 'thêm --appeal "số quyết định phúc tra"'
        faults.append(Fault("--appeal", "năm này đã công bố, chỉ ghi thêm được quyết định phúc tra", mend=mend))
    if not role:
        faults.append(Fault("--role", "chưa ghi ai quyết định", mend='thêm --role "Hội đồng thi đua, khen thưởng"'))
    if faults:
        raise ParameterError("verify --accept", faults)
    awaited = awaited_choices(evaluation.standings, evaluation.quotas, year.rubric)
    rulings = acceptance(awaited, reason=options.reason, role=role, made_on=options.date, appeal=options.appeal)
    new = record_decisions(year.folder, rulings, year.rubric, year.units, evaluation.entries) if rulings else []
    CONSOLE.print(Text(_told(len(new), awaited)))
    return 0


def _told(count: int, awaited: list[AwaitedChoice]) -> str:
    """What was recorded, and what the council has still to say."""
    waiting = sorted({unit for one in awaited for unit in one.undecided})
    first = f"Đã ghi: hội đồng chọn {count} đơn vị trong tỷ lệ." if count else "Không có đề xuất nào chờ hội đồng."
    if not waiting:
        return first
    return (
        f"{first} Còn {len(waiting)} đơn vị ngoài tỷ lệ hoặc bằng nhau ở ranh giới, hội đồng phải quyết định từng"
        f" đơn vị (sổ lập bằng lệnh verify --stage council): {', '.join(waiting)}"
    )
