"""`run.py desk` in a real browser: the notebooks as plain pages, only to be looked at, on this machine alone."""

import sys
import time

import pytest
from helpers.browser import CHROMIUM, ROOT, copied, served_desk, window

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The address of the desk on a copy of the project."""
    project = tmp_path_factory.mktemp("project")
    copied(project)
    with served_desk(project) as address:
        yield address


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with window(tmp_path_factory.mktemp("profile"), 768) as opened:
        yield opened.new_page()


def test_the_desk_shows_where_the_year_stands_and_only_that(page, desk, record_property):
    began = time.monotonic()
    page.goto(f"{desk}/voila/render/00_bat_dau.ipynb")
    page.get_by_role("rowheader", name="Báo cáo đã nhận").wait_for()
    seconds = time.monotonic() - began
    record_property("first_picture_seconds", f"{seconds:.1f}")
    sys.stdout.write(f"first picture of the desk after {seconds:.1f} s\n")
    page.get_by_text("Bàn này chỉ để xem").wait_for()
    page.get_by_text("Năm đang xem:").wait_for()
    assert page.get_by_role("button", name="Công bố").count() == 0
    assert page.get_by_role("cell", name="2. Thẩm định").count() == 1
    assert page.get_by_text("Bên dưới còn trống").count() == 0  # of the lab's buttons, which are not here
    assert page.get_by_text("lab.open_office").count() == 0


def test_a_step_and_a_document_open_from_it(page, desk):
    page.goto(f"{desk}/voila/render/04_phieu_danh_gia.ipynb")
    page.get_by_label("Khối").wait_for()
    page.goto(f"{desk}/voila/render/documents/unit_assessment.ipynb")
    page.get_by_text("Nơi nhận:").wait_for()
    latest = max(folder.name for folder in (ROOT / "data").iterdir() if (folder / "rubrics/grassroots.yaml").is_file())
    assert f"năm {latest}" in page.content()
