"""The desk of JupyterLab, driven as a browser drives it: lines filled in, buttons clicked, what is shown read."""

import asyncio
import json
import os
import re
import shutil
import sys
import time
from html import unescape

import ipywidgets as widgets
import pytest
from helpers.small_year import Office as SmallYear
from helpers.small_year import reports, small_year_with, verified, year_in

from scoring.assessment.whatif import Gain
from scoring.core.places import NOTEBOOKS as FOLDER
from scoring.core.places import PROJECT
from scoring.desk import lab
from scoring.desk.commands.parser import STARTERS, command_parser
from scoring.desk.lab.buttons import Runner, Verb, verbs
from scoring.desk.lab.cases import cases_of
from scoring.desk.lab.council import CouncilTable
from scoring.desk.lab.grid import block_grid, grid
from scoring.desk.lab.live import state_of
from scoring.desk.lab.trying import Trial
from scoring.desk.lab.units import standing_now
from scoring.desk.lab.verifying import Desk
from scoring.desk.lab.widgets import stated_day, today
from scoring.pages.progress import NOTEBOOKS, progress_chart, progress_of, progress_table
from scoring.register.in_hand import year_in_hand

LIVE = '<img src="x" onerror="alert(1)">'


@pytest.fixture
def year(tmp_path):
    """TH-A has 12 points of 20 when B3 is judged with 3; nothing of it is decided yet."""
    return SmallYear(year_in(tmp_path / "2024"), reports(A1=1))


def opened(year):
    return lab.Office(year.evaluation(), year.stands(), year.folder.parent / "outputs")


@pytest.fixture
def at(year):
    """The desk at one criterion of TH-A."""

    def at(criterion, unit="TH-A"):
        one = Desk(opened(year))
        one.unit.value = unit
        one.list.value = [case.line.item.id for case in one.cases].index(criterion)
        return one

    return at


def words(value):
    """HTML as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", value)).split())


def buttons(view):
    """Every button of a view by its words."""
    if isinstance(view, widgets.Button):
        return {view.description: view}
    return {name: one for child in getattr(view, "children", ()) for name, one in buttons(child).items()}


def press(one, name):
    buttons(one.view())[name].click()


def enter(line):
    """Press Enter on a line, as the browser tells of it."""
    line._handle_custom_msg({"event": "submit"}, [])


def listed(one, criterion):
    return next(label for label, _ in one.list.options if f" {criterion} " in label)


# What is shown of a unit


def test_only_units_that_are_scored_are_offered(at):
    assert [unit for _, unit in at("A1").unit.options] == ["TH-A", "TH-B"]


def test_a_criterion_is_shown_with_everything_a_verifier_compares(at):
    shown = words(at("A1").told.value)
    for told in (
        "Số buổi sinh hoạt",
        "Đơn vị báo cáo 1 buổi",
        "TH-A.xlsx, Báo cáo, D7",
        "Minh chứng BB-A1",
        "Đơn vị tự chấm 3,00 (cao hơn máy tính 1,50)",
        "Điểm đang tính 1,50/6",
        "(1 đơn vị có điểm)",
        "Máy tính",
        "Cách tính",
    ):
        assert told in shown


def test_last_year_is_told_beside_this_one(year, tmp_path):
    before = SmallYear(year_in(tmp_path / "2023"), reports(A1=3)).evaluation()
    cases = cases_of(year.evaluation(), year.stands(), "TH-A", "verified", before)
    told = {case.line.item.id: case.last_year for case in cases}
    assert "4,50/6" in told["A1"]
    assert told["F1"] == ""


def test_where_there_is_no_earlier_year_nothing_is_said_of_it(at):
    assert "Năm trước" not in at("A1").told.value


def test_text_of_a_report_stays_text(year, at):
    year.entries.loc[:, "evidence"] = LIVE
    shown = at("A1").told.value
    assert "<img" not in shown
    assert LIVE in unescape(shown)


def test_nothing_the_desk_shows_is_a_kind_of_part_that_could_run_what_a_report_says(at):
    def parts(view):
        yield view
        for child in getattr(view, "children", ()):
            yield from parts(child)

    shown = list(parts(at("A1").view()))
    assert not [one for one in shown if isinstance(one, widgets.Output | widgets.HTMLMath | widgets.Label)]
    assert not [one for one in shown if getattr(one, "description_allow_html", False)]


# Entering and recording


def test_a_figure_shows_total_band_and_rank_before_it_is_recorded(year, at):
    year.record(verified("B3", "points", "3"), verified("B3", "points", "1", unit="TH-B"))
    one = at("A1")
    one.entry.value.value = "4"
    assert "Điểm tiêu chí A1: 1,50 → 6,00" in words(one.preview.value)
    assert "Tổng điểm 12,00 → 16,50" in words(one.preview.value)
    assert "Hoàn thành nhiệm vụ → Hoàn thành tốt nhiệm vụ" in words(one.preview.value)
    assert len(year.files()) == 2
    one.entry.value.value = ""
    assert one.preview.value == ""


def test_enter_on_the_reason_records_what_the_workbook_would_record(year, at, tmp_path):
    one = at("A1")
    one.made_on.value = "06/01/2025"
    one.entry.value.value, one.reason.value = "4", "theo biên bản 05/BB"
    enter(one.reason)
    assert "Đã ghi quyết định" in one.message.value
    twin = SmallYear(year_in(tmp_path / "twin" / "2024"), reports(A1=1))
    twin.record(verified("A1", "value", "4", role=year.year.plan.posts.verified[0]))
    assert [file.read_bytes() for file in year.files()] == [file.read_bytes() for file in twin.files()]


def test_what_was_recorded_counts_at_once_and_blanks_the_lines(year, at):
    one = at("A1")
    assert not listed(one, "A1").startswith("✓")
    one.entry.points.value, one.reason.value = "5,5", "theo hồ sơ"
    press(one, "Ghi quyết định")
    assert listed(one, "A1").startswith("✓ A1 (5,50/6)")
    assert "Đã ghi 1/" in one.standing.value
    assert (one.entry.points.value, one.reason.value, one.preview.value) == ("", "", "")
    assert year.mark("A1")["points"] == 550


def test_a_decision_without_a_reason_is_refused_and_keeps_what_was_typed(year, at):
    one = at("A1")
    one.entry.value.value = "4"
    press(one, "Ghi quyết định")
    assert "Chưa làm được" in one.message.value
    assert "lý do" in words(one.message.value)
    assert one.entry.value.value == "4"
    assert not (year.folder / "decisions").exists()


@pytest.mark.parametrize(
    ("value", "points", "told"),
    [
        ("bốn", "", "không phải số"),
        ("", "6,5", "lớn hơn mức lớn nhất 6"),
        ("4", "6", "chỉ ghi một trong hai ô"),
        ("", "", "chưa ghi kết quả hoặc điểm"),
    ],
)
def test_what_cannot_be_recorded_is_told_in_words(year, at, value, points, told):
    one = at("A1")
    one.entry.value.value, one.entry.points.value, one.reason.value = value, points, "theo hồ sơ"
    enter(one.reason)
    assert told in words(one.message.value).lower()
    assert not (year.folder / "decisions").exists()


def test_a_day_that_cannot_be_read_is_told_in_words(at):
    one = at("A1")
    one.entry.value.value, one.reason.value, one.made_on.value = "4", "theo hồ sơ", "hôm qua"
    enter(one.reason)
    assert "Ngày quyết định: chưa ghi hoặc không đọc được" in words(one.message.value)


def test_a_fact_is_chosen_from_its_words(year, at):
    one = at("F1")
    assert [word for word, _ in one.entry.choice.options] == ["", "Không", "Có"]
    one.entry.choice.value, one.reason.value = "0", "không thấy quy chế"
    enter(one.reason)
    assert year.total()["fact:F1"] == 0


def test_a_criterion_only_a_judge_can_score_asks_for_points_alone(at):
    one = at("B3")
    shown = [line.description for line, row in one.entry.rows.items() if row.layout.display != "none"]
    assert shown == ["Điểm"]


def test_the_lines_to_type_on_are_the_same_for_every_criterion(at):
    one = at("A1")
    before = one.entry.view.children
    press(one, "Tiêu chí sau ▶")
    press(one, "◀ Tiêu chí trước")
    press(one, "◀ Tiêu chí trước")
    assert one.list.value == len(one.cases) - 1
    assert one.entry.view.children is before


def test_what_was_typed_for_one_criterion_is_gone_at_the_next(at):
    one = at("A1")
    one.entry.value.value, one.reason.value = "4", "theo hồ sơ"
    press(one, "Tiêu chí sau ▶")
    assert (one.entry.value.value, one.reason.value, one.preview.value) == ("", "", "")


# Taking back


def test_undoing_the_only_decision_brings_the_report_back_and_keeps_both_records(year, at):
    one = at("A1")
    one.entry.value.value, one.reason.value = "4", "theo hồ sơ"
    enter(one.reason)
    one.reason.value = "ghi nhầm đơn vị"
    press(one, "Hoàn tác")
    assert "Đã rút quyết định" in one.message.value
    assert year.mark("A1")["points"] == 150
    assert len(year.files()) == 2


def test_undoing_a_second_decision_brings_the_first_one_back(year, at):
    one = at("A1")
    for points in ("5", "2"):
        one.entry.points.value, one.reason.value = points, f"cho {points}"
        enter(one.reason)
    assert year.mark("A1")["points"] == 200
    one.reason.value = "bản đầu đúng"
    press(one, "Hoàn tác")
    assert "Đã trở lại quyết định trước đó" in one.message.value
    assert year.mark("A1")["points"] == 500
    assert len(year.files()) == 3


def test_undoing_needs_a_reason_and_something_to_undo(year, at):
    one = at("A1")
    press(one, "Hoàn tác")
    assert "chưa có quyết định nào để hoàn tác" in words(one.message.value).lower()
    one.entry.value.value, one.reason.value = "4", "theo hồ sơ"
    enter(one.reason)
    press(one, "Hoàn tác")
    assert "lý do" in words(one.message.value)
    assert len(year.files()) == 1


def test_a_unit_is_closed_and_opened_again_by_records(year, at):
    one = at("A1")
    press(one, "Xong đơn vị này")
    assert "Chưa cho điểm B3" in words(one.message.value)
    assert not (year.folder / "decisions").exists()
    press(one, "Xong đơn vị này")
    assert "Đã thẩm định xong." in one.standing.value
    assert opened(year).progress.milestones[2].done == 1
    one.reason.value = "nhận thêm hồ sơ"
    press(one, "Mở lại đơn vị này")
    assert "Đã thẩm định xong." not in one.standing.value
    assert [json.loads(file.read_text("utf-8"))["kind"] for file in year.files()].count("withdrawn") == 1


def test_what_somebody_else_recorded_meanwhile_is_not_run_over(year, at):
    one = at("A1")
    year.record(verified("A1", "points", "2"))
    one.entry.points.value, one.reason.value = "5", "theo hồ sơ"
    enter(one.reason)
    assert len(year.files()) == 2
    assert year.fate() == (0, ["contradiction", "contradiction"])


# The other stages


def at_stage(at, stage, criterion="A1"):
    one = at(criterion)
    one.stage.value = stage
    one.list.value = [case.line.item.id for case in one.cases].index(criterion)
    return one


def test_who_decides_is_offered_from_the_plan_and_may_be_typed(year, at):
    one = at("A1")
    assert (one.role.value, one.role.options) == (year.year.plan.posts.verified[0], year.year.plan.posts.verified)
    one.stage.value = "council"
    assert one.role.value == year.year.plan.posts.council[0]
    one.role.value = "Tổ rà soát"
    one.entry.points.value, one.reason.value = "5", "kết luận họp"
    press(one, "Ghi quyết định")
    (file,) = year.files()
    told = json.loads(file.read_text("utf-8"))
    assert (told["role"], told["stage"]) == ("Tổ rà soát", "council")


def test_a_units_explanation_is_recorded_and_shown_to_who_decides_next(year, at):
    one = at_stage(at, "explained")
    assert one.entry.view.layout.display == "none"
    assert buttons(one.view())["Xong đơn vị này"].layout.display == "none"
    one.reason.value = "phụ lục 2 nêu thêm 2 buổi"
    press(one, "Ghi quyết định")
    assert "Đã ghi quyết định" in one.message.value
    assert listed(one, "A1").startswith("✓")
    one.stage.value = "council"
    assert "phụ lục 2 nêu thêm 2 buổi" in words(one.told.value)
    one.stage.value, one.reason.value = "explained", "đơn vị rút lại"
    one.reason.value = "đơn vị rút lại"
    press(one, "Hoàn tác")
    assert not listed(one, "A1").startswith("✓")


def test_the_same_criterion_is_gone_through_unit_by_unit(at):
    one = at("B3")
    press(one, "Đơn vị sau ▼")
    assert (one.unit.value, one.cases[one.list.value].line.item.id) == ("TH-B", "B3")
    press(one, "Đơn vị sau ▼")
    assert one.unit.value == "TH-A"


def test_the_grid_of_a_block_shows_points_what_is_decided_and_what_waits(year):
    year.record(verified("A1", "points", "5"))
    shown = words(block_grid(opened(year), "K1").html)
    assert "CĐCS Trường An CĐCS Trường Bình" in shown
    assert re.search(r"A1[.] Số buổi sinh hoạt [(]6[)] ✓ 5,00 ! thiếu", shown)
    assert re.search(r"B3[.] Chất lượng mô hình [(]3[)] ! chờ ! chờ", shown)


@pytest.fixture
def over(tmp_path):
    """Both units in the band of a quota that allows one."""
    quota = {"band": "xs", "base": ["tot", "xs"], "share": 50, "per": "block", "rounding": "down"}
    bands = [
        {"id": "yeu", "name": "Không hoàn thành", "from": 0, "below": 1},
        {"id": "tot", "name": "Hoàn thành tốt", "from": 1, "below": 2},
        {"id": "xs", "name": "Hoàn thành xuất sắc", "from": 2},
    ]
    return small_year_with(tmp_path / "2024", bands, quota)


def test_the_council_decides_unit_by_unit_within_the_quota(over):
    table = CouncilTable(opened(over))
    assert "được chọn tối đa 1" in words(table.shown.value)
    assert [unit for _, unit in table.unit.options] == ["TH-A", "TH-B"]
    assert table.unit.value == "TH-A"  # else a press of the button would say nobody is in question
    table.unit.value, table.answer.value = "TH-A", ("lowered", "tot")
    press(table, "Ghi quyết định")
    assert "lý do" in words(table.message.value)
    table.reason.value, table.votes.value = "biên bản 12/BB-HĐ", "12/15"
    press(table, "Ghi quyết định")
    assert "Đã ghi 1 quyết định" in words(table.message.value)
    table.reason.value = "biên bản 12/BB-HĐ"
    press(table, "Đồng ý mọi đề xuất")
    standings = over.evaluation().standings.set_index("unit")
    assert standings["selection"].astype(str).loc[["TH-A", "TH-B"]].tolist() == ["lowered", "chosen"]
    assert standings["council_reason"].loc["TH-A"] == "biên bản 12/BB-HĐ; 12/15 phiếu đồng ý"
    table.unit.value, table.reason.value = "TH-A", "xem lại"
    press(table, "Rút quyết định")
    assert over.evaluation().standings.set_index("unit")["selection"].astype(str).loc["TH-A"] == "over_quota"


# Trying changes


@pytest.fixture
def trial(year):
    year.record(verified("B3", "points", "3"), verified("B3", "points", "1", unit="TH-B"))
    return Trial(opened(year))


def fill(trial, kind, *lines):
    """Choose a kind of change and fill in what it asks for, from above."""
    trial.kind.value = next(place for place, form in enumerate(trial.forms) if form.name == kind)

    def asked(view):
        if not hasattr(view, "children"):
            return [view] if isinstance(view, widgets.Text | widgets.Dropdown) else []
        return [line for child in view.children if child.layout.display != "none" for line in asked(child)]

    for place, value in enumerate(lines):
        if value is not None:
            asked(trial.asked)[place].value = value
    press(trial, "Thử")


def outcome(trial):
    (shown,) = trial.outcome.children
    return words(shown.value)


@pytest.mark.parametrize(
    ("kind", "lines", "told", "came"),
    [
        (
            "Kết quả hoặc điểm của một đơn vị",
            ("TH-A", "A1", "4"),
            "Công đoàn cơ sở Trường An, A1: kết quả 4",
            "12,00 → 16,50",
        ),
        ("Chỉ tiêu của một tiêu chí", ("A1", "2", "2"), "Chỉ tiêu A1", "12,00 → 13,50"),
        ("Điểm tối đa của một tiêu chí", ("A2", "8"), "Điểm tối đa – A2", "12,00 → 15,00"),
        ("Điểm bắt đầu của một mức", ("tot", "60"), "Bắt đầu từ – Hoàn thành tốt nhiệm vụ: 60", "1 đơn vị đổi mức"),
        ("Tỷ lệ khống chế của một mức", ("xuat_sac", "50"), "Tỷ lệ % – Hoàn thành xuất sắc", "50% của"),
    ],
)
def test_every_kind_of_change_is_tried_and_said_in_words(year, kind, lines, told, came):
    year.record(
        verified("B3", "points", "3"),
        verified("A1", "value", "3", unit="TH-B"),
        verified("B3", "points", "1", unit="TH-B"),
    )
    trial = Trial(opened(year))
    before = year.files()
    fill(trial, kind, *lines)
    assert trial.message.value == ""
    assert told in words(trial.listed.value)
    assert came in outcome(trial)
    assert year.files() == before


def test_changes_add_up_and_are_dropped_one_by_one(trial):
    fill(trial, "Kết quả hoặc điểm của một đơn vị", "TH-A", "A1", "2")
    fill(trial, "Kết quả hoặc điểm của một đơn vị", "TH-A", "A2", "8")
    assert "12,00 → 14,50" in outcome(trial)
    press(trial, "Bỏ thay đổi sau cùng")
    assert "12,00 → 13,50" in outcome(trial)
    press(trial, "Bỏ hết")
    assert (trial.listed.value, trial.outcome.children) == ("", ())


def test_a_change_that_cannot_be_tried_is_told_and_leaves_the_others(trial):
    fill(trial, "Kết quả hoặc điểm của một đơn vị", "TH-A", "A1", "2")
    fill(trial, "Điểm bắt đầu của một mức", "kha", "90")
    assert "mức “Hoàn thành nhiệm vụ”: khung điểm của mức không còn điểm nào" in words(trial.message.value)
    assert "12,00 → 13,50" in outcome(trial)
    fill(trial, "Điểm bắt đầu của một mức", "kha", "nhiều")
    assert "ghi bằng chữ số" in words(trial.message.value).lower()


# One unit, and the year as a whole


def test_a_unit_is_told_its_way_up_from_the_largest_gain(trial):
    told = lab.prospect_of(trial.office, "TH-A").text
    assert "“Hoàn thành tốt nhiệm vụ”, còn thiếu 4,00 điểm, nhưng vướng điều kiện: có nhóm dưới 50% điểm." in told
    rows = [line.split(" | ") for line in told.splitlines() if " | " in line]
    assert rows[0] == ["Tiêu chí", "Đang có", "Có thể", "Thêm được", "Khi đó: mức", "Hạng"]
    assert rows[1][:4] == ["A1. Số buổi sinh hoạt", "1,50", "6,00", "4,50"]


def test_a_deduction_is_told_as_what_it_takes(trial):
    office = trial.office
    rubric = office.evaluation.year.rubric
    (item,) = [one for one in rubric.items if rubric.kind(one.id) == "deduction"][:1]
    gain = Gain(item.id, 100, 0, 100, "", None)
    assert standing_now(gain, rubric) == ("đang bị trừ 1,00", "không bị trừ")


def test_the_desk_names_notebooks_by_their_titles():
    for file, title in NOTEBOOKS.items():
        assert json.loads((FOLDER / f"{file}.ipynb").read_text("utf-8"))["cells"][0]["source"][0] == (f"# {title}\n")


def test_a_year_is_chosen_for_every_notebook_opened_from_then_on(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    office = opened(SmallYear(year_in(tmp_path / "data" / "2024"), reports(A1=1)))
    chooser = lab.year_chooser(office)
    data = office.evaluation.year.folder.parent
    (data / "2025" / "rubrics").mkdir(parents=True)
    (data / "2025" / "rubrics" / "grassroots.yaml").touch()
    (data / "2026").mkdir()  # scores posts alone: no notebook could show it
    other = lab.year_chooser(office).children[0]
    assert [one for one, _ in other.options] == ["2024", "2025"]
    other.value = 2025
    assert year_in_hand(data) == 2025
    monkeypatch.setenv("SCORING_DESK_READ_ONLY", "1")
    assert len(lab.year_chooser(office).children) == len(chooser.children) - 1


def test_a_unit_that_is_not_scored_is_told_so(trial):
    assert lab.prospect_of(trial.office, "TH-C").text == "Năm nay đơn vị không thuộc diện chấm điểm."


def test_the_year_is_told_milestone_by_milestone(year):
    office = opened(year)
    told = {one.name: (one.done, one.whole) for one in office.progress.milestones}
    assert told == {
        "Báo cáo đã nhận": (2, 4),
        "Đơn vị không còn lỗi": (2, 2),
        "Đơn vị đã thẩm định xong": (0, 2),
        "Đơn vị hội đồng đã xét xong": (0, 2),
        "Phiếu đánh giá đã làm": (0, 3),
        "Kết quả đã công bố": (0, 1),
    }
    full = progress_of(office.evaluation, office.standing, pages=99, publication=None)
    assert full.milestones[4].done == full.milestones[4].whole


def test_the_picture_of_the_year_says_the_same_as_its_table(year):
    progress = opened(year).progress
    chart, table = progress_chart(progress), progress_table(progress)
    for one in progress.milestones:
        assert f"{one.name}: {one.done}/{one.whole}" in chart.text
        assert f"{one.name} | {one.done}/{one.whole}" in table.text
    assert chart.svg.startswith("<svg")


def test_where_the_year_stands_is_told_again_after_every_button(tmp_path, monkeypatch):
    office = opened(SmallYear(year_in(tmp_path / "data" / "2024"), reports(A1=1)))
    shown = lab.progress(office).children[0]
    assert "Phiếu đánh giá đã làm 0/3" in " ".join(words(shown.value).split())
    (tmp_path / "made" / "units").mkdir(parents=True)
    (tmp_path / "made" / "units" / "TH-A.pdf").touch()
    monkeypatch.setattr("scoring.desk.lab.standing.open_office", lambda *_: office._replace(out=tmp_path / "made"))
    run(Verb(("rubric", "check", "data/2024/rubrics/grassroots.yaml"), "Kiểm tra", ""))
    assert "Phiếu đánh giá đã làm 1/3" in " ".join(words(shown.value).split())


def test_what_another_notebook_records_is_shown_without_a_button(year, monkeypatch):
    module = sys.modules[state_of.__module__]  # the package has a function of the same name
    monkeypatch.setattr(module, "_SECONDS", 0.02)
    monkeypatch.setattr(module, "open_office", lambda *_: opened(year))

    async def looked_at():
        shown = grid(opened(year)).children[1]
        year.record(verified("A1", "points", "5"))
        deadline = time.monotonic() + 20
        while "✓ 5,00" not in words(shown.value) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        return words(shown.value)

    assert "✓ 5,00" in asyncio.run(looked_at())


@pytest.mark.parametrize("changed", ["decisions/a.json", "reports/K1/a.xlsx"])
def test_a_file_that_came_changed_or_went_makes_the_folder_another(tmp_path, changed):
    file = tmp_path / changed
    states = [state_of(tmp_path)]
    file.parent.mkdir(parents=True)
    file.touch()
    states.append(state_of(tmp_path))
    os.utime(file, (1, 1))
    states.append(state_of(tmp_path))
    assert state_of(tmp_path) == states[-1]
    file.unlink()
    assert len(set(states)) == 3
    assert state_of(tmp_path) != states[-1]


def test_a_day_is_typed_as_it_is_shown():
    line = widgets.Text(today(), description="Ngày")
    assert f"{stated_day(line):%d/%m/%Y}" == today()


# A button for every verb


ELSEWHERE = {"sign"}
"""A key's password is typed at the command line."""


def test_every_verb_of_the_command_line_has_a_button(year):
    office = opened(year)
    known = next(iter(command_parser()._subparsers._group_actions)).choices
    assert {verb.words[0] for verb in verbs(office)} == set(known) - set(STARTERS) - ELSEWHERE


def run(verb):
    """Press the button of a verb and wait for its end; what it said, and how it ended."""
    runner = Runner([verb])
    (start,) = runner.starts
    start.click()
    ended(runner)
    return words(runner.output.value), words(runner.message.value), start


def ended(runner):
    runner.process.wait(120)
    for _ in range(400):
        if not runner.starts[0].disabled:
            return
        time.sleep(0.05)
    pytest.fail("the button never came back")


def test_a_verb_runs_beside_the_notebook_and_shows_what_it_said():
    said, message, start = run(Verb(("rubric", "check", "data/2024/rubrics/grassroots.yaml"), "Kiểm tra", ""))
    assert "đúng" in said
    assert "Kiểm tra: đã xong." in message
    assert not start.disabled


def test_a_verb_that_fails_says_so_and_why():
    said, message, _ = run(Verb(("check", "--year", "1900"), "Kiểm tra", ""))
    assert "chưa có số liệu của năm này" in said
    assert "chưa xong, xem lời báo bên dưới." in message


def test_a_verb_is_stopped_by_its_button():
    runner = Runner([Verb(("check", "--year", "2024"), "Kiểm tra", "")])
    (start,) = runner.starts
    start.click()
    assert start.disabled
    time.sleep(0.5)
    runner.stop.click()
    ended(runner)
    assert "đã dừng." in words(runner.message.value)
    assert "Traceback" not in runner.output.value


def test_a_second_verification_is_drawn_and_what_differs_listed_by_their_buttons(tmp_path, monkeypatch):
    shutil.copytree(PROJECT / "data" / "2024", tmp_path / "data" / "2024")
    monkeypatch.setenv("CHAM_DIEM_WORK", str(tmp_path))
    office = lab.open_office(2024)
    draw, settle = (
        next(verb for verb in verbs(office) if verb.label == label)
        for label in ("Rút mẫu thẩm định lần hai", "Lập sổ thống nhất")
    )
    runner = Runner([draw])
    runner.starts[0].click()
    assert "Cỡ mẫu: còn để trống" in words(runner.message.value)
    assert runner.process is None
    runner.rows[0].children[1].value = "10%"
    runner.starts[0].click()
    ended(runner)
    assert "Đã lập sổ thẩm định lần hai" in words(runner.output.value)
    books = sorted(file.name for file in (tmp_path / "outputs" / "2024" / "verification").iterdir())
    assert books == [f"{block}_second.xlsx" for block in office.evaluation.year.rubric.blocks]
    said, message, _ = run(settle)
    assert "Không có điểm nào hai lần thẩm định khác nhau" in said
    assert "đã xong." in message


def test_what_a_verb_must_be_told_is_asked_first(year):
    (verb,) = [verb for verb in verbs(opened(year)) if verb.label == "Công bố"]
    runner = Runner([verb])
    runner.starts[0].click()
    assert "Số quyết định: còn để trống" in words(runner.message.value)
    number, day = runner.rows[0].children[1:3]
    assert day.value == today()
    number.value, day.value = "15/QĐ-LĐLĐ", "mai"
    runner.starts[0].click()
    assert "Ngày: chưa ghi hoặc không đọc được" in words(runner.message.value)
    assert runner.process is None


def test_publishing_tells_first_what_it_would_do_and_a_second_press_does_it(monkeypatch):
    started = []
    monkeypatch.setattr(Runner, "_start", lambda self, verb, words: started.append(words[len(verb.words) :]))
    runner = Runner([Verb(("publish", "--decision", "1/QĐ"), "Công bố", "", asks_again=True)])
    for _ in range(3):
        runner.starts[0].click()
    assert started == [["--dry-run"], ["--yes"], ["--dry-run"]]


def test_what_may_not_be_published_is_not_done_by_a_second_press():
    runner = Runner([Verb(("publish", "--year", "2025", "--decision", "1/QĐ"), "Công bố", "", asks_again=True)])
    runner.starts[0].click()
    ended(runner)
    assert "chưa quyết định về" in words(runner.output.value)
    assert runner.told == []


def test_a_desk_to_look_at_runs_no_verb_and_records_nothing(year, monkeypatch):
    monkeypatch.setenv("SCORING_DESK_READ_ONLY", "1")
    office = opened(year)
    runner = Runner(verbs(office)[:1])
    runner.starts[0].click()
    assert runner.process is None
    assert "chỉ để xem" in words(runner.message.value)
    before = sorted(year.folder.rglob("*"))
    desk = Desk(office)
    desk.view()
    desk.done.click()
    assert desk.done.disabled
    assert "chỉ để xem" in words(desk.message.value)
    assert sorted(year.folder.rglob("*")) == before
