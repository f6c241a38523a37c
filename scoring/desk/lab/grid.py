"""A whole block at a glance: criteria × units, which points count, what is decided and what still waits."""

from __future__ import annotations

import ipywidgets as widgets

from scoring.core import wording
from scoring.core.errors import ScoringError
from scoring.core.rows import MarkRow
from scoring.core.tables import rows_as
from scoring.decisions.rulings import FIGURES
from scoring.desk.lab.live import after_each
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import chosen, sheet, text, trouble
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column

_STATES = {"missing": "! thiếu", "pending": "! chờ"}
_LEGEND = (
    "✓ đã có quyết định; ! còn chờ số liệu hoặc điểm; “thiếu” là chưa có số liệu, không phải 0; “–” không áp dụng.",
    "Đi theo từng tiêu chí: ở bàn thẩm định, nút Đơn vị sau ▼ giữ nguyên tiêu chí và sang đơn vị kế tiếp.",
)


def grid(office: Office) -> widgets.VBox:
    """The grid of a block to choose."""
    rubric, units = office.evaluation.year.rubric, office.evaluation.year.units
    scored = set(units.loc[units["eligible"].to_numpy(bool), "block"])
    block = chosen("Khối", [(name, one) for one, name in rubric.blocks.items() if one in scored])
    seen = widgets.HTML()

    def show(now: Office) -> None:
        # a block of many units is wider than the screen: it scrolls by itself
        seen.value = f'<div tabindex="0" style="overflow-x:auto">{block_grid(now, block.value).html}</div>'

    def show_again(now: Office | None) -> None:
        try:
            show(now or office.read_again())
        except ScoringError as error:
            seen.value = trouble(error)

    block.observe(lambda _: show_again(None), names="value")
    after_each("grid", office, show_again)
    show(office)
    return sheet(block, seen, text(*_LEGEND))


def block_grid(office: Office, block: str) -> Block:
    """The points that count of every criterion (rows) and unit (columns) of a block."""
    evaluation = office.evaluation
    rubric, units = evaluation.year.rubric, evaluation.year.units
    own = units[units["eligible"].to_numpy(bool) & units["block"].eq(block)]
    marks = {(row["unit"], row["criterion"]): row for row in rows_as(MarkRow, evaluation.marks)}
    decided = evaluation.decisions[evaluation.decisions["kind"].isin(FIGURES)]
    settled = set(zip(decided["unit"].astype(str), decided["criterion"].astype(str), strict=True))
    columns = [Column("Tiêu chí", 3, names_rows=True), *(Column(name, 1, "right") for name in own["short_name"])]
    rows = [
        (
            f"{item.id}. {item.name} ({wording.number(item.max_points)})",
            *(_cell(marks[unit, item.id], (unit, item.id) in settled, rubric.points.decimals) for unit in own["id"]),
        )
        for item in rubric.items
    ]
    return blocks.table(rubric.blocks[block], columns, rows)


def _cell(mark: MarkRow, is_decided: bool, decimals: int) -> str:
    """The points that count, or why there are none."""
    told = _STATES.get(mark["state"]) or wording.points(mark["points"], decimals)
    return f"✓ {told}" if is_decided else told
