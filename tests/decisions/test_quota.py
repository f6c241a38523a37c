"""A quota binds: the council says of every unit in question where it stands, and nothing else is published."""

from datetime import date

import pytest
from helpers.small_year import Desk, by_council, small_year_with

from scoring.assessment.explanation import explain
from scoring.core.errors import DecisionError, PublishingError
from scoring.decisions.proposals import acceptance, awaited_choices
from scoring.decisions.store import read_records
from scoring.decisions.words import decision_words
from scoring.pages.council import choice_tables
from scoring.publishing.publication import Candidate, refuse
from scoring.publishing.results import dossier_of

ON = date(2025, 1, 20)
BANDS = [
    {"id": "yeu", "name": "Không hoàn thành", "from": 0, "below": 1},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 1, "below": 2},
    {"id": "xs", "name": "Hoàn thành xuất sắc", "from": 2},
]
QUOTA = {"band": "xs", "base": ["tot", "xs"], "share": 50, "per": "block", "rounding": "down"}


@pytest.fixture
def office(tmp_path):
    return small_year_with(tmp_path / "data" / "2024", BANDS, QUOTA)


def chosen(kind, value, unit="TH-A"):
    return by_council(kind, value, unit=unit, reason="biên bản 12/BB-HĐ")


def bands(office):
    return office.evaluation().standings.set_index("unit")[["band", "selection"]].astype(object).loc[["TH-A", "TH-B"]]


def publication(office):
    """Whether nothing keeps the year from being published."""
    recorded = read_records(office.folder).decisions
    refuse(Candidate(office.folder, office.evaluation(), office.stands(), recorded, "15/QĐ-LĐLĐ", ON, {}, []))
    return True


def awaiting(office):
    evaluation = office.evaluation()
    return awaited_choices(evaluation.standings, evaluation.quotas, office.rubric)


def accept(office):
    """The council accepts every proposal."""
    stated = acceptance(awaiting(office), reason="biên bản 12/BB-HĐ", role="Hội đồng thi đua", made_on=date(2025, 1, 8))
    return office.record(**stated)


def test_more_units_than_the_quota_allows_are_not_published(office):
    assert bands(office).values.tolist() == [["xs", ""], ["xs", "over_quota"]]
    with pytest.raises(PublishingError, match="chưa quyết định về 1 đơn vị: TH-B") as refused:
        publication(office)
    assert "1 đơn vị trong tỷ lệ chờ hội đồng quyết định: TH-A" in str(refused.value)


def test_choosing_one_settles_nothing_about_the_others(office):
    office.record(chosen("band", "xs", "TH-B"))
    assert bands(office).values.tolist() == [["xs", "over_quota"], ["xs", "chosen"]]
    with pytest.raises(PublishingError, match="tối đa 1; hội đồng đã chọn 1; chưa quyết định về 1 đơn vị: TH-A"):
        publication(office)


def test_a_unit_the_council_puts_lower_is_in_the_lower_band_and_the_year_is_published(office):
    office.record(chosen("band", "xs", "TH-B"), chosen("lowered", "tot"))
    assert bands(office).values.tolist() == [["tot", "lowered"], ["xs", "chosen"]]
    (quota,) = office.evaluation().quotas.query("scope == 'K1'").to_dict("records")
    figures = {name: quota[name] for name in ("units", "allowed", "chosen", "lowered", "beyond", "over")}
    assert figures == {"units": 2, "allowed": 1, "chosen": 1, "lowered": 1, "beyond": 0, "over": 0}
    assert publication(office)


def test_the_lowered_units_page_says_from_which_band_and_why(office):
    office.record(chosen("band", "xs", "TH-B"), chosen("lowered", "tot"))
    said = " ".join(explain(office.evaluation(), "TH-A").lines)
    assert "Hội đồng hạ từ mức “Hoàn thành xuất sắc” xuống mức “Hoàn thành tốt”: biên bản 12/BB-HĐ." in said
    assert "hội đồng đã chọn 1; không xếp mức này 1" in said
    assert "để đến khung điểm" not in said.casefold()


def test_who_is_within_the_quota_once_others_were_lowered_is_decided_of_too(office):
    office.record(chosen("lowered", "tot", "TH-B"))
    with pytest.raises(PublishingError, match="đã chọn 0; 1 đơn vị trong tỷ lệ chờ hội đồng quyết định: TH-A"):
        publication(office)
    accept(office)
    assert bands(office).values.tolist() == [["xs", "chosen"], ["tot", "lowered"]]
    assert publication(office)


def test_a_quota_nobody_comes_near_asks_nothing_of_the_council(tmp_path):
    office = small_year_with(tmp_path / "data" / "2024", BANDS, QUOTA | {"share": 100})
    assert awaiting(office) == []
    assert publication(office)


def test_a_recorded_decision_may_keep_a_unit_beyond_the_quota(office):
    office.record(chosen("band", "xs", "TH-B"), chosen("beyond_quota", "xs"))
    assert bands(office).values.tolist() == [["xs", "beyond_quota"], ["xs", "chosen"]]
    assert publication(office)


def test_choosing_more_than_allowed_is_no_decision_to_exceed_the_quota(office):
    office.record(chosen("band", "xs", "TH-B"), chosen("band", "xs"))
    with pytest.raises(PublishingError, match="hội đồng đã chọn 2; 1 đơn vị ngoài tỷ lệ"):
        publication(office)


def test_a_later_decision_replaces_the_earlier_one_whatever_its_kind(office):
    office.record(chosen("band", "xs"))
    office.record(chosen("lowered", "tot"))
    assert bands(office).loc["TH-A"].tolist() == ["tot", "lowered"]
    office.record(chosen("withdrawn", "lowered"))
    assert bands(office).loc["TH-A", "band"] == "xs"


def test_minutes_and_ranking_hold_the_arithmetic_and_what_the_council_concluded(office):
    office.record(chosen("band", "xs", "TH-B"), chosen("lowered", "tot"))
    said = str(choice_tables(dossier_of(office.evaluation())))
    assert "được chọn tối đa 1; hội đồng đã chọn 1; hội đồng không xếp mức này 1" in said
    assert "Hội đồng không xếp mức này" in said


@pytest.mark.parametrize(("kind", "value"), [("lowered", "xs"), ("lowered", "abc"), ("beyond_quota", "yeu")])
def test_only_bands_under_a_quota_are_exceeded_and_only_those_below_are_lowered_into(office, kind, value):
    with pytest.raises(DecisionError, match="không chọn được mức"):
        office.record(chosen(kind, value))


def test_a_reason_is_asked_for(office):
    with pytest.raises(DecisionError, match="chưa ghi lý do"):
        office.record(by_council("lowered", "tot", reason=""))


def test_a_unit_chosen_for_a_band_it_is_not_in_is_not_published(tmp_path):
    low = [BANDS[0] | {"below": 98}, BANDS[1] | {"from": 98, "below": 99}, BANDS[2] | {"from": 99}]
    office = small_year_with(tmp_path / "data" / "2024", low, QUOTA)
    office.record(chosen("band", "xs"))
    with pytest.raises(PublishingError, match="hội đồng chọn mức “Hoàn thành xuất sắc” nhưng đơn vị ở mức"):
        publication(office)


def test_the_council_workbook_takes_the_three_answers(office, tmp_path):
    names = {"xs": "Hoàn thành xuất sắc", "tot": "Hoàn thành tốt"}
    desk = Desk(office, tmp_path / "hoi_dong.xlsx", stage="council")
    assert "vượt tỷ lệ" in desk.shows("TH-B", "quota")
    cells = {("TH-B", "chosen"): names["xs"], ("TH-B", "reason"): "đủ điều kiện nhất"}
    cells |= {("TH-A", "lowered"): names["tot"], ("TH-A", "reason"): "vượt tỷ lệ của khối"}
    taken = desk.fill(cells).read()
    assert sorted((one.unit, one.kind, one.value) for one in taken) == [
        ("TH-A", "lowered", "tot"),
        ("TH-B", "band", "xs"),
    ]
    assert desk.read() == []
    assert bands(office).values.tolist() == [["tot", "lowered"], ["xs", "chosen"]]
    again = Desk(office, tmp_path / "lan_hai.xlsx", stage="council")
    assert "xếp xuống mức “Hoàn thành tốt”" in again.shows("TH-A", "decided")
    told = [decision_words(one, None, office.rubric) for one in taken]
    assert sorted(told) == ["chọn mức “Hoàn thành xuất sắc”", "xếp xuống mức “Hoàn thành tốt”"]


def test_two_answers_for_one_unit_are_one_too_many(office, tmp_path):
    desk = Desk(office, tmp_path / "hoi_dong.xlsx", stage="council")
    cells = {("TH-B", "chosen"): "Hoàn thành xuất sắc", ("TH-B", "lowered"): "Hoàn thành tốt", ("TH-B", "reason"): "x"}
    with pytest.raises(DecisionError, match="nhiều hơn một trong ba cột về tỷ lệ"):
        desk.fill(cells).read()


# A band that is chosen from the units of another

CHOSEN_FROM = [
    {"id": "yeu", "name": "Không hoàn thành", "from": 0, "below": 1},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 1},
    {"id": "xs", "name": "Hoàn thành xuất sắc", "selected_from": "tot"},
]


@pytest.fixture
def choosing(tmp_path):
    quota = {"band": "xs", "base": ["tot"], "share": 100, "per": "block", "rounding": "down"}
    return small_year_with(tmp_path / "data" / "2024", CHOSEN_FROM, quota)


def test_a_unit_the_council_does_not_choose_stays_in_its_band_and_is_no_longer_proposed(choosing):
    choosing.record(chosen("band", "xs", "TH-B"))
    assert bands(choosing)["selection"].tolist() == ["proposed", "chosen"]
    with pytest.raises(PublishingError, match="đã chọn 1; 1 đơn vị trong tỷ lệ chờ hội đồng quyết định: TH-A"):
        publication(choosing)
    choosing.record(chosen("lowered", "tot"))
    assert bands(choosing).values.tolist() == [["tot", "lowered"], ["tot", "chosen"]]
    assert choosing.evaluation().standings.set_index("unit")["lowered_from"].loc["TH-A"] == ""
    assert publication(choosing)


def test_all_proposals_are_accepted_in_one_go(choosing):
    assert bands(choosing)["selection"].tolist() == ["proposed", "proposed"]
    assert [one.value for one in accept(choosing)] == ["xs", "xs"]
    assert bands(choosing)["selection"].tolist() == ["chosen", "chosen"]
    assert publication(choosing)
    assert accept(choosing) == []


def test_equal_units_at_the_cut_wait_for_the_council_and_are_not_published(tmp_path):
    quota = {"band": "xs", "base": ["tot"], "share": 50, "per": "block", "rounding": "down"}
    office = small_year_with(tmp_path / "data" / "2024", CHOSEN_FROM, quota)
    office.record(by_council("points", "2", "B3", unit="TH-B"))
    assert bands(office)["selection"].tolist() == ["tie_at_cut", "tie_at_cut"]
    with pytest.raises(PublishingError, match="chưa quyết định về 2 đơn vị: TH-A, TH-B"):
        publication(office)
    office.record(chosen("band", "xs", "TH-B"))
    assert bands(office)["selection"].tolist() == ["outside_quota", "chosen"]
    assert publication(office)
