"""What an appeal moves: marks, ranks, places in a quota, and what is said of units that were not decided about."""

import re
from datetime import date

import pytest
from helpers.published import LATER, Project, accept_all, appeal, ruling, small_project

from scoring.assessment.appeals import between_publications, try_appeal
from scoring.core import places
from scoring.core.errors import DecisionError, PublishingError
from scoring.desk.commands.main import main
from scoring.pages.publications import appeal_paper

BANDS = """bands:
  - {id: yeu, name: Không hoàn thành nhiệm vụ, from: 0, below: 1}
  - {id: tot, name: Hoàn thành tốt nhiệm vụ, from: 1}
  - {id: xs, name: Hoàn thành xuất sắc nhiệm vụ, selected_from: tot}

quotas:
  - {band: xs, base: [tot], share: 50, per: block, rounding: down}

ranking:"""
FIRST, NEXT = "TH-HOABINH", "TH-HOABINH.2"
TAKEN_BACK = {"criterion": "", "kind": "lowered", "value": "tot"}


@pytest.fixture
def settled(tmp_path):
    """Two units a block, of which one may be chosen, and was."""
    folder = small_project(tmp_path)
    rules = folder / "rubrics" / "grassroots.yaml"
    text = re.sub(r"^bands:.*?^ranking:", BANDS, rules.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    rules.write_text(text, "utf-8")
    project = Project(folder).settle()
    accept_all(project.year)
    return project


@pytest.fixture
def project(settled):
    settled.publish()
    return settled


def selections(comparison):
    return {change.unit: change.selection for change in comparison.units}


XS = "Hoàn thành xuất sắc nhiệm vụ"


def test_a_band_taken_back_on_appeal_moves_the_quota_to_the_next_one(project):
    tried = try_appeal(project.evaluation(), {"phúc tra": appeal(**TAKEN_BACK)})
    assert selections(tried) == {
        FIRST: (f"{XS}: hội đồng đã chọn", "hội đồng không xếp mức này"),
        NEXT: ("ngoài tỷ lệ khống chế", f"{XS}: trong tỷ lệ khống chế"),
    }
    ((before, after),) = tried.quotas
    assert (before.endswith("; hội đồng đã chọn 1"), "hội đồng đã chọn" in after) == (True, False)
    assert after.endswith("; hội đồng không xếp mức này 1, trong tỷ lệ 1")


def test_the_paper_says_nothing_is_proposed_and_who_has_a_decision_of_their_own(project):
    project.record(appeal(**TAKEN_BACK), appeal(NEXT, "xs", kind="band", criterion=""))
    comparison = between_publications(project.published(), project.evaluation())
    assert [change.is_own for change in comparison.units] == [True, True]
    year, (first,) = project.year, project.publications()
    told = " ".join(
        str(block._repr_mimebundle_()) for block in appeal_paper(year.plan, year.rubric, comparison, first, None)
    )
    assert "hội đồng đã chọn 1, hội đồng không xếp mức này 1" in told
    assert "đề xuất" not in told
    project.publish("22/QĐ-LĐLĐ", LATER)
    assert between_publications(project.published(1), project.published(2)) == comparison


def test_units_that_only_moved_with_others_share_a_sentence_and_come_last(project):
    comparison = try_appeal(project.evaluation(), {"phúc tra": appeal(NEXT, "1")})
    assert [change.unit for change in comparison.units] == [NEXT]
    comparison = try_appeal(project.evaluation(), {"phúc tra": appeal(**TAKEN_BACK)})
    assert [(change.unit, change.is_own) for change in comparison.units] == [(FIRST, True), (NEXT, False)]
    assert "cùng xét tỷ lệ" in comparison.units[1].reason


ACCEPTED = ["verify", "--year", "2024", "--accept", "--reason", "biên bản 14/BB-HĐ", "--role", "Hội đồng thi đua"]


def test_what_keeps_an_appealed_year_from_publication_says_how_to_mend_it_and_that_mends_it(
    project, monkeypatch, capsys
):
    monkeypatch.setattr(places, "PROJECT", project.folder.parents[1])
    project.record(appeal(**TAKEN_BACK))
    with pytest.raises(PublishingError) as error:
        project.publish("22/QĐ-LĐLĐ", LATER)
    assert 'verify --accept --appeal "số phúc tra" --reason' in str(error.value)
    assert "ghi số quyết định phúc tra ở đầu sổ" in str(error.value)
    words = [*ACCEPTED, "--date", "2025-02-12"]
    before = project.decisions()
    assert main(words) == 1
    assert 'Thêm --appeal "số quyết định phúc tra"' in " ".join(capsys.readouterr().out.split())
    assert project.decisions() == before
    assert main([*words, "--appeal", "03/QĐ-PT"]) == 0
    assert project.publish("22/QĐ-LĐLĐ", LATER).number == 2
    assert project.differences(2) == []


def test_a_year_not_published_is_not_told_of_appeals(settled, monkeypatch, capsys):
    monkeypatch.setattr(places, "PROJECT", settled.folder.parents[1])
    settled.record(ruling(FIRST, value="tot", kind="lowered", criterion="", made_on=date(2025, 1, 11)))
    with pytest.raises(PublishingError) as error:
        settled.publish()
    assert "verify --accept --reason" in str(error.value)
    assert "phúc tra" not in str(error.value)
    assert main([*ACCEPTED, "--date", "2025-01-12", "--appeal", "03/QĐ-PT"]) == 1
    assert "chưa có phúc tra" in capsys.readouterr().out
    assert main([*ACCEPTED, "--date", "2025-01-12"]) == 0
    assert settled.publish().number == 1


def test_a_unit_nothing_is_seen_to_move_of_is_not_listed(project):
    assert try_appeal(project.evaluation(), {"phúc tra": appeal("XA-LONG", "4")}).units == []


def test_looking_at_an_appeal_records_nothing(project):
    before = project.decisions()
    try_appeal(project.evaluation(), {"phúc tra": appeal()})
    assert (project.decisions(), project.differences()) == (before, [])


def test_an_appeal_states_its_document(project):
    with pytest.raises(DecisionError, match="chưa ghi số văn bản phúc tra"):
        try_appeal(project.evaluation(), {"phúc tra": appeal(appeal="")})


def test_an_appeal_that_could_not_be_recorded_is_not_tried_either(project):
    tried = {"phúc tra": appeal(made_on=date(2024, 12, 1))}
    with pytest.raises(DecisionError, match="ngày 01/12/2024 trước ngày công bố"):
        try_appeal(project.evaluation(), tried)


def test_an_appeal_is_decided_by_the_council(project):
    with pytest.raises(DecisionError, match="chỉ hội đồng quyết định phúc tra"):
        project.record(appeal(stage="verified", role="Tổ thẩm định"))


def test_an_appeal_on_data_changed_otherwise_is_refused(project):
    with (project.folder / "events.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(PublishingError, match="events[.]csv: đã bị sửa"):
        try_appeal(project.evaluation(), {"phúc tra": appeal()})


def test_a_year_not_published_has_no_appeals(settled):
    with pytest.raises(PublishingError, match="chưa công bố"):
        try_appeal(settled.evaluation(), {"phúc tra": appeal()})
    with pytest.raises(DecisionError, match="chưa công bố nên chưa có phúc tra"):
        settled.record(ruling(value="1", appeal="02/QĐ-PT"))
