"""Every stage of a year at the desk, in a real browser as people have it: verification, explanation, a kernel that was
restarted, the council, publication, an appeal. Pictures go to the folder that SCORING_SCREENS names.
"""

import re

import pytest
from helpers.browser import CHROMIUM, copied, opened, picture, served_lab, window
from helpers.published import ALL, Project, ruling, small_project

from scoring.decisions.store import read_records

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]

BANDS = """bands:
  - {id: yeu, name: Không hoàn thành nhiệm vụ, from: 0, below: 1}
  - {id: tot, name: Hoàn thành tốt nhiệm vụ, from: 1}
  - {id: xs, name: Hoàn thành xuất sắc nhiệm vụ, selected_from: tot}

quotas:
  - {band: xs, base: [tot], share: 50, per: block, rounding: down}

ranking:"""
FIRST = "TH-HOABINH"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small year in which one unit still waits for a judge, and the council has said nothing yet."""
    root = copied(tmp_path_factory.mktemp("cac_buoc"), ("scoring", "notebooks", "etc"))
    folder = small_project(root)
    rules = folder / "rubrics" / "grassroots.yaml"
    text = re.sub(r"^bands:.*?^ranking:", BANDS, rules.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    rules.write_text(text, "utf-8")
    small = Project(folder)
    small.record(*(ruling(unit) for unit in ALL if unit != FIRST))
    return small


@pytest.fixture(scope="module")
def desk(project, tmp_path_factory):
    """Opens a notebook of a JupyterLab on the small year, run whole, in a page of its own."""
    with served_lab(project.folder.parents[1]) as address, window(tmp_path_factory.mktemp("profile"), 768) as seen:

        def open_notebook(name):
            for one in seen.pages[1:]:
                one.close()
            page = seen.new_page()
            opened(page, address, name)
            return page

        yield open_notebook


def made(project):
    return [(one.stage, one.kind, one.unit) for one in read_records(project.folder).decisions]


def case(page, unit, criterion):
    """Open a unit's criterion at the desk of verification."""
    page.get_by_label("Đơn vị", exact=True).select_option(unit)
    chosen = page.locator("select[size]")
    option = chosen.locator("option", has_text=re.compile(rf"\b{criterion}\s\(")).first
    chosen.select_option(value=option.get_attribute("value"))
    page.get_by_role("cell", name=f"{criterion}. ").first.wait_for()


def test_a_judged_criterion_is_given_points_and_a_kernel_that_was_restarted_goes_on(desk, project):
    page = desk("02_tham_dinh")
    page.get_by_label("Đơn vị", exact=True).wait_for()
    assert page.get_by_role("button", name="Ghi quyết định").is_visible()
    page.get_by_role("menuitem", name="Bộ tính", exact=True).click()
    page.get_by_role("menuitem", name="Khởi động lại bộ tính…", exact=True).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.get_by_text("| Sẵn sàng").wait_for()
    page.get_by_text("bấm nút Chạy cả sổ").wait_for()  # what to press is on the page
    picture(page, "sau_khoi_dong_lai")
    page.get_by_role("button", name="Chạy cả sổ").click()
    names = dict(zip(project.year.units["id"], project.year.units["short_name"], strict=True))
    page.get_by_label("Đơn vị", exact=True).wait_for()
    case(page, names[FIRST], "A7")
    page.get_by_label("Điểm", exact=True).fill("4")
    page.get_by_label("Lý do").fill("Biên bản 05/BB")
    page.get_by_role("button", name="Ghi quyết định").click()
    page.get_by_text("Đã ghi quyết định:").wait_for()
    picture(page, "cho_diem")
    assert ("verified", "points", FIRST) in made(project)
    page.get_by_role("cell", name="✓ 4,00").nth(1).wait_for()  # the grid of the block follows
    page.get_by_label("Bước").select_option("Đơn vị giải trình")
    page.get_by_role("cell", name="A1. ").first.wait_for()
    page.get_by_label("Giải trình").fill("Đơn vị bổ sung hồ sơ ngày 05/03")
    page.get_by_role("button", name="Ghi quyết định").click()
    page.get_by_text("Đã ghi quyết định:").wait_for()
    picture(page, "giai_trinh")
    assert ("explained", "explanation", FIRST) in made(project)


def test_the_council_decides_within_the_quota_and_the_year_is_published(desk, project):
    page = desk("03_xep_hang")
    accept = page.get_by_role("button", name="Đồng ý mọi đề xuất")
    accept.wait_for()
    page.get_by_label("Lý do, ghi chú").fill("biên bản 12/BB-HĐ")
    accept.click()
    page.get_by_text("quyết định:").first.wait_for()
    page.get_by_label("Lý do, ghi chú").scroll_into_view_if_needed()
    picture(page, "hoi_dong")
    assert any(stage == "council" and kind == "band" for stage, kind, _ in made(project))
    page = desk("05_bao_cao_len_tren")
    publish = page.get_by_role("button", name="Công bố", exact=True)
    publish.wait_for()
    page.get_by_label("Số quyết định").fill("15/QĐ-LĐLĐ")
    publish.click()
    page.get_by_text("đúng như dưới đây thì bấm nút này lần nữa").wait_for()
    picture(page, "truoc_cong_bo")
    assert project.publications() == []
    publish.click()
    page.get_by_text("Công bố: đã xong.").wait_for()
    picture(page, "cong_bo")
    (first,) = project.publications()
    assert first.decision == "15/QĐ-LĐLĐ"


def test_an_appeal_is_recorded_and_what_it_moves_is_told(desk, project):
    page = desk("02_tham_dinh")
    names = dict(zip(project.year.units["id"], project.year.units["short_name"], strict=True))
    page.get_by_label("Bước").wait_for()
    page.get_by_label("Bước").select_option("Hội đồng")
    page.get_by_label("Số văn bản phúc tra").fill("02/QĐ-PT")
    case(page, names[FIRST], "A7")
    page.get_by_label("Điểm", exact=True).fill("5")
    page.get_by_label("Lý do").fill("chấp nhận phúc tra")
    page.get_by_role("button", name="Ghi quyết định").click()
    page.get_by_text("Đã ghi quyết định:").wait_for()
    picture(page, "phuc_tra")
    page = desk("05_bao_cao_len_tren")
    changes = page.get_by_role("button", name="Xem thay đổi do phúc tra")
    changes.wait_for()
    changes.click()
    page.get_by_text("Xem thay đổi do phúc tra: đã xong.").wait_for()
    assert "A7: 4" in page.locator(".scoring-said").inner_text()
    picture(page, "thay_doi_phuc_tra")
