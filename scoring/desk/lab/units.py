"""One unit at a time: what was found in its reports, its assessment, and what it could still win."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from scoring.assessment.records import Assessment
from scoring.assessment.whatif import Gain, Prospect, gains
from scoring.core import wording
from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.rows import FindingRow, ReceivedRow
from scoring.core.tables import rows_as
from scoring.core.wording import SEVERITIES, points
from scoring.desk.lab.buttons import Runner, Verb
from scoring.desk.lab.office import Office
from scoring.desk.lab.widgets import block_widget, chosen, sheet, trouble
from scoring.pages import blocks as display
from scoring.pages import unit_assessment
from scoring.pages.blocks import Block, Column
from scoring.rubric.model import Rubric

EVERYBODY = ""
"""Stands for all units of a block."""


class Chooser:
    """Block and unit to choose from, and what is shown of the unit."""

    def __init__(self, office: Office, show: Callable[[str, str], list[widgets.Widget]], *, all_units: bool) -> None:
        """show: what to show of a block's unit, or of EVERYBODY where all_units offers it."""
        self.units, self.show = office.evaluation.year.units, show
        self.first = [("Tất cả đơn vị của khối", EVERYBODY)] if all_units else []
        blocks = office.evaluation.year.rubric.blocks
        self.block = chosen("Khối", [(name, one) for one, name in blocks.items() if (self.units["block"] == one).any()])
        self.unit, self.shown = chosen("Đơn vị", []), widgets.VBox()
        self.block.observe(lambda _: self._block_chosen(), names="value")
        self.unit.observe(lambda _: self._unit_chosen(), names="value")
        self._block_chosen()

    def view(self) -> widgets.VBox:
        """The lists to choose from, and what is chosen below them."""
        row = widgets.HBox([self.block, self.unit], layout=widgets.Layout(flex_flow="row wrap"))
        return sheet(row, self.shown)

    def _block_chosen(self) -> None:
        inside = self.units[self.units["block"] == self.block.value]
        self.unit.options = [*self.first, *zip(inside["short_name"], inside["id"], strict=True)]
        self.unit.index = 0
        self._unit_chosen()

    def _unit_chosen(self) -> None:
        try:
            self.shown.children = self.show(self.block.value, self.unit.value)
        except ScoringError as error:
            self.shown.children = [widgets.HTML(trouble(error))]


# What was found in the reports


def findings(office: Office) -> widgets.VBox:
    """The files received and the findings, of a block or of one unit."""

    def show(block: str, unit: str) -> list[widgets.Widget]:
        units = office.evaluation.year.units
        ids = [unit] if unit else units.loc[units["block"] == block, "id"].tolist()
        return [block_widget(findings_table(office, ids)), block_widget(received_table(office, ids))]

    return Chooser(office, show, all_units=True).view()


def findings_table(office: Office, units: list[str]) -> Block:
    """What is to be mended or looked at in the reports of some units, errors first."""
    found = office.evaluation.findings
    rows = rows_as(FindingRow, found[found["unit"].isin(units)])
    if not rows:
        return display.paragraph("Không có lỗi hay chỗ nào cần xem lại.")
    columns = [
        Column("Đơn vị", 1.6, names_rows=True),
        Column("Loại", 1),
        Column("Ở đâu", 2),
        Column("Nội dung", 3.4),
        Column("Cách xử lý", 2.6),
    ]
    order = list(SEVERITIES)
    lines = [
        (
            row["unit"],
            SEVERITIES[row["severity"]],
            ", ".join(str(row[name]) for name in ("criterion", "file", "sheet", "cell") if row[name]),
            wording.sentence(row["message"]),
            wording.sentence(row["mend"] or ""),
        )
        for row in sorted(rows, key=lambda row: (order.index(row["severity"]), row["unit"]))
    ]
    return display.table("Lỗi và chỗ cần xem lại", columns, lines)


def received_table(office: Office, units: list[str]) -> Block:
    """The files received from some units."""
    received = office.evaluation.received
    rows = rows_as(ReceivedRow, received[received["unit"].isin(units)])
    if not rows:
        return display.paragraph("Chưa nhận được tệp nào.")
    periods = {period.id: period.name for period in office.evaluation.year.rubric.periods}
    columns = [
        Column("Tệp", 3, names_rows=True),
        Column("Kỳ", 1.5),
        Column("Ngày nhận", 1.2, "center"),
        Column("Muộn (ngày)", 1, "right"),
        Column("Kết quả đọc", 3),
    ]
    lines = [
        (
            row["file"],
            periods.get(row["period"] or "", wording.NOT_KNOWN),
            wording.day(row["received_on"]),
            wording.number(row["days_late"]),
            wording.sentence(": ".join(filter(None, (wording.FATES[row["fate"]], row["why"])))),
        )
        for row in rows
    ]
    return display.table("Các tệp đã nhận", columns, lines)


# A unit's assessment, and its way up


def units(office: Office) -> widgets.VBox:
    """A unit's result and what it could still win, with a button that makes its pages."""
    year = office.evaluation.year.rubric.year
    assessments = {one.unit.id: one for one in office.evaluation.assessments()}

    def show(_: str, unit: str) -> list[widgets.Widget]:
        words, about = ("assess", "--year", str(year), "--units", unit), f"phiếu để trong outputs/{year}/units"
        parts = [
            unit_assessment.why(assessments[unit]),
            unit_assessment.actions(assessments[unit]),
            prospect_of(office, unit),
        ]
        return [*map(block_widget, parts), Runner([Verb(words, "Làm phiếu của đơn vị", about)]).view()]

    return Chooser(office, show, all_units=False).view()


def assessment_of(office: Office, unit: str) -> Assessment:
    """One unit's assessment. Raises ParameterError for a unit that is not in the register."""
    found = next((one for one in office.evaluation.assessments() if one.unit.id == unit), None)
    if found is None:
        raise ParameterError("unit", [Fault(repr(unit), "không có mã đơn vị này trong danh bạ")])
    return found


def prospect_of(office: Office, unit: str) -> Block:
    """What a unit lacks for the next band, and what each criterion could bring, largest gain first."""
    rubric, units = office.evaluation.year.rubric, office.evaluation.year.units
    if not units.loc[units["id"] == unit, "eligible"].all():
        return display.paragraph("Năm nay đơn vị không thuộc diện chấm điểm.")
    prospect = gains(office.evaluation, office.standing, unit)
    columns = [
        Column("Tiêu chí", 4, names_rows=True),
        Column("Đang có", 1.4, "right"),
        Column("Có thể", 1.2, "right"),
        Column("Thêm được", 1, "right"),
        Column("Khi đó: mức", 3),
        Column("Hạng", 0.8, "right"),
    ]
    places = rubric.points.decimals
    rows = [
        (
            f"{gain.criterion}. {rubric.item[gain.criterion].name}",
            *standing_now(gain, rubric),
            points(gain.gain, places),
            rubric.band[gain.band].name if gain.band else wording.NOT_KNOWN,
            wording.number(gain.rank),
        )
        for gain in prospect.gains
    ]
    table = [display.table("Tiêu chí có thể thêm điểm, mỗi dòng tính riêng", columns, rows)] if rows else []
    return display.page(display.paragraph(_way_up(prospect, rubric), lead="Mức kế tiếp:"), *table)


def standing_now(gain: Gain, rubric: Rubric) -> tuple[str, str]:
    """What an item gives now and at best; of a deduction, what it takes."""
    places = rubric.points.decimals
    if rubric.kind(gain.criterion) == "deduction":
        return f"đang bị trừ {points(abs(gain.now or 0), places)}", "không bị trừ"
    return points(gain.now, places), points(gain.possible, places)


def _way_up(prospect: Prospect, rubric: Rubric) -> str:
    if not prospect.next_band:
        return "không có, hoặc đơn vị chưa được xếp loại."
    name, missing = rubric.band[prospect.next_band].name, prospect.missing or 0
    lacks = f"còn thiếu {points(missing, rubric.points.decimals)} điểm" if missing else "đã đủ điểm"
    named = wording.enumeration([wording.inside(gate) for gate in prospect.gates])
    gates = f", nhưng vướng điều kiện: {named}" if named else ""
    return f"“{name}”, {lacks}{gates}."
