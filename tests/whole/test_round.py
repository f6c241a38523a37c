"""A whole round on the sample year: verify, explain, council, publish, appeal, publish again."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from helpers.published import accept_all, papers, results
from helpers.small_year import COUNCIL, Desk, Office, by_council

from scoring.assessment.appeals import between_publications, try_appeal
from scoring.assessment.evaluation import evaluate
from scoring.core.errors import DecisionError, PublishingError
from scoring.decisions.records import steps_reached
from scoring.decisions.seal import PUBLICATIONS, read_publications, tell
from scoring.desk.workbook.reading import rulings_of
from scoring.publishing.publication import open_copy, publish
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports

SAMPLE = Path(__file__).parents[2] / "data" / "2024"
UNIT, A3 = "MN-HOAMAI", ("MN-HOAMAI", "A3")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project") / "data" / "2024"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("decisions", "publications"))
    year = open_year(folder)
    return Office(year, *read_reports(year))


def step(office, unit=UNIT):
    is_published = bool(read_publications(office.folder))
    steps = steps_reached(office.stands(), office.units, office.entries, is_published=is_published)
    return steps.set_index("unit").loc[unit, "step"]


def publish_year(office, decision, day):
    """Publish without the pages."""
    return publish(office.year, results, papers, decision=decision, on=day)


def test_a_year_goes_from_reported_to_published_and_through_an_appeal(office, tmp_path):
    assert (step(office), office.mark("A3", UNIT)["points"]) == ("reported", 375)

    desk = Desk(office, tmp_path / "tham_dinh_K2.xlsx", block="K2")
    assert [desk.shows(*A3, key) for key in ("reported", "self_points", "computed", "gap")] == ["9/12", 4.5, 3.75, 0.75]
    cells = {(*A3, "value"): 6, (*A3, "reason"): "trang phân công chỉ nêu 6 nhiệm vụ", (UNIT, "completed"): "x"}
    assert len(desk.fill(cells, role="Tổ thẩm định khối trường học").read()) == 2
    assert (step(office), office.mark("A3", UNIT)["points"]) == ("verified", 250)

    desk = Desk(office, tmp_path / "giai_trinh_K2.xlsx", "explained", "K2")
    assert "Thẩm định: 6 nhiệm vụ đã phân công" in desk.shows(*A3, "decided")
    desk.fill({(*A3, "reason"): "phụ lục 2 nêu thêm 2 nhiệm vụ"}, role="Ban chấp hành công đoàn cơ sở").read()
    assert step(office) == "explained"

    desk = Desk(office, tmp_path / "hoi_dong_K2.xlsx", "council", "K2")
    assert "phụ lục 2 nêu thêm 2 nhiệm vụ" in desk.shows(*A3, "decided")
    cells = {
        (*A3, "value"): 8,
        (*A3, "reason"): "chấp nhận giải trình",
        (UNIT, "completed"): "x",
        ("TH-ANHDAO", "chosen"): "Hoàn thành xuất sắc nhiệm vụ",
        ("TH-ANHDAO", "reason"): "biên bản họp hội đồng 03/BB-HĐ",
    }
    desk.fill(cells, role=COUNCIL).read()
    mark = office.mark("A3", UNIT)
    assert [mark[f"{who}_points"] for who in ("self", "computed", "verified", "council")] == [450, 375, 250, 333]
    assert (mark["points"], mark["basis"], step(office)) == (333, "council", "council")

    with pytest.raises(PublishingError, match="2 đơn vị trong tỷ lệ chờ hội đồng quyết định"):
        publish_year(office, "15/QĐ-LĐLĐ", date(2025, 1, 20))
    assert len(accept_all(office.year)) == 2
    first = publish_year(office, "15/QĐ-LĐLĐ", date(2025, 1, 20))
    kept, lines = tell(office.folder)
    assert kept
    assert "công bố lần 1 theo 15/QĐ-LĐLĐ" in lines[0]
    assert step(office) == "published"
    with pytest.raises(DecisionError, match="đã công bố"):
        office.record(by_council("value", "9", "A3", unit=UNIT))

    desk = Desk(office, tmp_path / "phuc_tra_K2.xlsx", "council", "K2")
    desk.fill({(*A3, "value"): 9, (*A3, "reason"): "có đủ phân công"}, role=COUNCIL, on="10/02/2025", appeal="02/QĐ-PT")
    before = office.total(UNIT)["total"]
    comparison = try_appeal(office.evaluation(), rulings_of(desk.path, office.rubric))
    (change,) = [one for one in comparison.units if one.unit == UNIT]
    assert change.marks == "A3: 3,33 → 3,75"
    desk.read()
    published = evaluate(open_copy(office.folder / PUBLICATIONS / "1" / "data" / "inputs", office.folder.name))
    assert between_publications(published, office.evaluation()) == comparison
    assert office.total(UNIT)["total"] == before + 42

    second = publish_year(office, "22/QĐ-LĐLĐ", date(2025, 2, 20))
    assert (second.number, second.previous) == (2, first.code)
    assert tell(office.folder)[0]
