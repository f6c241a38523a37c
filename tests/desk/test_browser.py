"""JupyterLab in a real browser, as an evaluator has it: open, run, verify by keyboard alone, try, export.

Pictures of the screens go to the folder that SCORING_SCREENS names; those of the guide are made so.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from helpers.browser import CHROMIUM, PATIENCE, copied, opened, picture, served_lab, window

from scoring.decisions.store import read_records

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project: what is decided and made here stays here."""
    return copied(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def lab(project):
    with served_lab(project) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with window(tmp_path_factory.mktemp("profile"), 900) as opened_window:
        yield opened_window


@pytest.fixture
def page(browser):
    one = browser.new_page()
    yield one
    one.close()


def shown(notebook):
    """What the cells of a stored notebook show."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    return [[output.get("data") for output in cell.outputs] for cell in cells]


def labels(page):
    """The items of the menu that opened last."""
    return [label for label in page.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel").all_inner_texts() if label]


def english(labels):
    """The labels without a Vietnamese letter; "In" (print) has none, and English handbooks keep their titles."""
    return [
        label
        for label in labels
        if label.replace("…", "").isascii() and label != "In…" and not label.endswith(" Reference")
    ]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def on_record(project):
    return read_records(project / "data" / "2025").decisions


def test_the_start_notebook_shows_where_the_year_stands_runs_a_verb_and_leads_on(page, lab):
    opened(page, lab, "00_bat_dau")
    page.get_by_role("rowheader", name="Báo cáo đã nhận").wait_for()
    assert page.get_by_text("Jupyter news").count() == 0
    assert page.get_by_text("from scoring import").count() == 0
    picture(page, "bat_dau")
    page.get_by_role("button", name="Kiểm tra báo cáo").click()
    page.get_by_text("đã xong.").wait_for()
    page.get_by_text("đã xong.").scroll_into_view_if_needed()
    picture(page, "lenh")
    said = page.locator(".scoring-said")
    assert "Cần xem lại" in said.inner_text()
    assert said.locator("table").count() > 1
    with page.expect_popup() as waiting:
        page.get_by_role("link", name="outputs/2025/check.html").first.click()
    waiting.value.get_by_text("Việc cần làm trước").first.wait_for()
    waiting.value.close()
    page.get_by_role("link", name="Kiểm tra báo cáo").click()
    page.get_by_role("heading", name="1. Kiểm tra báo cáo").wait_for()


def test_the_reports_are_looked_through_block_by_block(page, lab):
    opened(page, lab, "01_kiem_tra")
    page.get_by_label("Khối").wait_for()
    page.get_by_role("heading", name="Từng chỗ cần xem").scroll_into_view_if_needed()
    picture(page, "kiem_tra")
    page.get_by_label("Khối").focus()
    press(page, "ArrowDown")
    page.get_by_role("region", name="Các tệp đã nhận").wait_for()


def test_the_desk_records_and_takes_back_a_decision_by_keyboard_alone(page, lab, project):
    opened(page, lab, "02_tham_dinh")
    page.get_by_label("Đơn vị").focus()
    cells = page.locator(".jp-Cell").count()
    press(page, "x", "d", "d", "a", "b", "0", "0")
    assert page.locator(".jp-Cell").count() == cells
    unit = page.get_by_label("Đơn vị")
    assert unit.evaluate("list => list === document.activeElement")
    press(page, "Home", "ArrowDown")
    name = " ".join(unit.evaluate("list => list.options[1].text").split()[-2:])  # how both its names end
    page.locator("b", has_text=name).wait_for()
    press(page, "Tab", "Tab", "Tab", "ArrowDown", "Tab")
    page.get_by_role("cell", name="A2. ").wait_for()
    page.keyboard.type("1")
    page.get_by_text("Nếu ghi:").wait_for()
    press(page, "Tab", "Tab")
    page.keyboard.type("Biên bản kiểm tra hồ sơ của tổ thẩm định")
    page.get_by_label("Khối", exact=True).first.evaluate("one => one.scrollIntoView()")
    picture(page, "tham_dinh")
    press(page, "Enter")
    page.get_by_text("Đã ghi quyết định:").wait_for()
    (decision,) = on_record(project)
    assert (decision.criterion, decision.kind, decision.value) == ("A2", "value", "1")
    assert decision.role == "Tổ thẩm định"

    page.keyboard.type("Ghi nhầm đơn vị")
    press(page, "Tab", "Tab", "Tab", "Tab", "Tab", "Enter")
    page.get_by_text("Đã rút quyết định:").wait_for()
    assert {one.kind for one in on_record(project)} == {"value", "withdrawn"}


def test_changes_are_tried_without_recording_anything(page, lab, project):
    recorded = len(on_record(project))
    opened(page, lab, "03_xep_hang")
    kind = page.get_by_label("Thay đổi")
    kind.wait_for()
    kind.select_option("Điểm bắt đầu của một mức")
    page.get_by_label("Mức", exact=True).select_option("Hoàn thành tốt nhiệm vụ")
    begins = page.get_by_label("Bắt đầu từ")
    playwright.expect(begins).to_have_value("70", timeout=PATIENCE)  # the kernel's answer, which replaces what stands
    begins.fill("85")
    press(page, "Tab", "Enter")
    page.get_by_role("region", name="Trước và sau khi thay đổi").wait_for()
    page.get_by_role("heading", name="Thử thay đổi").scroll_into_view_if_needed()
    picture(page, "thu_thay_doi")
    assert len(on_record(project)) == recorded


def test_the_menus_speak_vietnamese(page, lab):
    opened(page, lab, "00_bat_dau")
    page.get_by_role("rowheader", name="Báo cáo đã nhận").wait_for()
    bar = page.locator("#jp-MainMenu .lm-MenuBar-item")
    assert bar.all_inner_texts() == ["Tệp", "Sửa", "Xem", "Chạy", "Bộ tính", "Thẻ", "Cài đặt", "Trợ giúp"]
    for menu in bar.all():
        menu.click()
        assert labels(page)
        assert english(labels(page)) in ([], ["00_bat_dau.ipynb"]), menu.inner_text()  # a tab has its file's name
        press(page, "Escape")
    for place in (".jp-Cell", ".jp-DirListing-item", "#jp-main-dock-panel .lm-TabBar-tab"):
        page.locator(place).first.click(button="right")
        page.locator(".lm-Menu").wait_for()
        assert not english(labels(page)), place
        press(page, "Escape")


def test_a_page_is_exported_from_the_menu_and_no_dead_entry_is_offered(page, lab):
    opened(page, lab, "documents/unit_assessment")
    page.get_by_text("Nơi nhận:").wait_for()
    picture(page, "phieu")
    page.get_by_role("menuitem", name="Tệp", exact=True).click()
    page.get_by_text("Lưu và xuất sổ thành").hover()
    entry = page.get_by_role("menuitem", name="PDF để in và ký")
    entry.wait_for()
    picture(page, "xuat_tep")
    assert labels(page) == ["HTML để xem trên máy, gửi đi", "PDF để in và ký", "Word để sửa tiếp"]
    with page.expect_download() as waiting:
        entry.click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def test_an_output_notebook_opens_and_runs_again_to_the_same(page, lab, project):
    words = [sys.executable, "-m", "scoring", "assess", "--units", "MN-HOAMAI", "--formats", "ipynb"]
    subprocess.run(words, cwd=project, env={**os.environ, "PYTHONPATH": str(project)}, check=True, capture_output=True)
    made = project / "outputs" / "2025" / "units" / "MN-HOAMAI.ipynb"
    before = shown(made)
    page.goto(f"{lab}/lab/tree/outputs/2025/units/MN-HOAMAI.ipynb?reset")
    page.get_by_text("| Sẵn sàng").wait_for()
    ending = page.get_by_text("Nơi nhận:")
    ending.wait_for()
    page.get_by_role("menuitem", name="Sửa", exact=True).click()
    page.get_by_role("menuitem", name="Xóa kết quả của mọi ô").click()
    ending.wait_for(state="detached")
    press(page, "Control+s")
    wait_until(lambda: shown(made) != before)
    page.get_by_role("button", name="Chạy cả sổ").click()
    ending.wait_for()
    page.get_by_text("Đã hoàn tất.").wait_for()
    press(page, "Control+s")
    wait_until(lambda: shown(made) == before)


def wait_until(holds):
    for _ in range(120):
        if holds():
            return
        time.sleep(0.25)
    pytest.fail("in vain")
