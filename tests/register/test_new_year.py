"""A year begins as a copy of the last one, moved by the year, without what was received and decided in it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from scoring.core import places
from scoring.core.errors import ParameterError, ScoringError
from scoring.desk.commands import main as commands
from scoring.register.new_year import PROPOSED, SAMPLES, YearOptions, begin_year, moved_rubric
from scoring.register.year import open_year

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def data(tmp_path):
    """Both sample years with everything that lies in a year's folder, and the folders of the other rubrics."""
    data = Path(shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("*.xlsx", "2026")))
    for name in ("decisions/x.json", "publications/1/bagit.txt", "targets.csv", "luu/ghi_chu.txt"):
        (data / "2025" / name).parent.mkdir(parents=True, exist_ok=True)
        (data / "2025" / name).write_text("unit,criterion,issuer,target\n", "utf-8")
    return data


def test_the_new_year_opens_as_it_is_and_its_days_are_moved(data):
    begin_year(data / "2025", data / "2026", YearOptions())
    new, old = open_year(data / "2026"), open_year(data / "2025")
    assert (new.plan.year, new.plan.id, new.rubric.year) == (2026, "KH-57-2026", 2026)
    moved = [(p.from_, p.to, p.due) for p in new.rubric.periods]
    assert moved == [tuple(day.replace(year=2026) for day in (p.from_, p.to, p.due)) for p in old.rubric.periods]
    assert new.rubric.name.endswith("năm 2026")
    assert new.register.spans.equals(old.register.spans)
    assert new.rubric.sources == old.rubric.sources


def test_only_the_year_its_days_and_names_are_other_words_than_last_years(data):
    begin_year(data / "2025", data / "2026", YearOptions())
    for name, changed in (("rubrics/grassroots.yaml", 5), ("plan.yaml", 2)):
        before, after = ((data / year / name).read_text("utf-8").splitlines() for year in ("2025", "2026"))
        assert len(before) == len(after)
        assert sum(a != b for a, b in zip(before, after, strict=True)) == changed


def test_nothing_received_decided_or_sealed_is_carried_over_and_targets_only_as_proposals(data):
    begin_year(data / "2025", data / "2026", YearOptions())
    names = {path.relative_to(data / "2026").as_posix() for path in (data / "2026").rglob("*")}
    assert names == {
        *("plan.yaml", "rubrics", "rubrics/grassroots.yaml", "units.csv", "events.csv", "reports", PROPOSED),
    }
    assert open_year(data / "2026").targets.empty


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_source_is_not_touched(data):
    before = contents(data / "2025")
    begin_year(data / "2025", data / "2026", YearOptions(plan="KH-1", due={"9T": date(2026, 10, 20)}))
    assert contents(data / "2025") == before


def test_the_office_may_say_the_plans_number_and_the_days_reports_are_due(data):
    begin_year(data / "2025", data / "2026", YearOptions(plan="KH-12-2026", due={"NAM": date(2027, 1, 15)}))
    new = open_year(data / "2026")
    assert new.plan.id == "KH-12-2026"
    assert [period.due for period in new.rubric.periods] == [date(2026, 10, 10), date(2027, 1, 15)]


def test_what_is_left_to_do_is_told_with_its_places(data):
    left = "\n".join(begin_year(data / "2025", data / "2026", YearOptions()).left)
    assert "plan.yaml, dòng" in left
    assert "còn ghi năm 2025" in left
    assert "Báo cáo 9 tháng 10/10/2026 (thứ Bảy)" in left
    assert "24 đơn vị đang hoạt động" not in left  # they are the sample's: to be replaced, not to be carried on
    assert f"2026/{PROPOSED}" in left


def test_the_other_rubrics_have_their_folders_too(data):
    shutil.rmtree(data / "2025")
    begin_year(data / "2024", data / "2025", YearOptions())
    assert open_year(data / "2025", "upper_level").units["standing"].any()
    assert open_year(data / "2025", "officer").place == "officer/2025"


@pytest.mark.parametrize("name", ["2026", "upper_level/2026"])
def test_a_folder_that_is_there_is_never_written_over(data, name):
    shutil.copytree(data / "2024" / "rubrics", data / "2025" / "rubrics", dirs_exist_ok=True)
    for path in (data / "2025" / "rubrics").glob("*.yaml"):
        path.write_text(moved_rubric(path.read_text("utf-8"), 2024, 2025), "utf-8")
    (data / name).mkdir(parents=True)
    with pytest.raises(ParameterError, match="đã có thư mục này"):
        begin_year(data / "2025", data / "2026", YearOptions())
    assert list((data / name).iterdir()) == []


def test_a_sample_in_the_way_is_put_aside_whole_where_that_is_asked_for(data):
    for place in ("2026", "officer/2026"):
        shutil.copytree(DATA / place, data / place)
    before = {path.relative_to(data): content for path, content in contents(data).items() if "2026" in path.parts}
    with pytest.raises(ParameterError, match="Đây là năm mẫu kèm chương trình: thêm --aside"):
        begin_year(data / "2025", data / "2026", YearOptions())
    begun = begin_year(data / "2025", data / "2026", YearOptions(aside=True))
    assert begun.aside == data / SAMPLES / "2026"
    after = contents(data / SAMPLES)
    assert {path.relative_to(data / SAMPLES): content for path, content in after.items()} == before
    assert open_year(data / "2026").rubric.year == 2026
    assert not (data / "officer" / "2026").exists()


def test_a_year_of_the_office_itself_is_never_put_aside(data):
    begin_year(data / "2025", data / "2026", YearOptions())
    plan = data / "2026" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("\nsample: true\n", "\n"), "utf-8")
    with pytest.raises(ParameterError, match="Mở thư mục ấy ra làm tiếp"):
        begin_year(data / "2025", data / "2026", YearOptions(aside=True))


@pytest.mark.parametrize("work", ["decisions/x.json", "publications/1/bagit.txt"])
def test_a_year_begun_from_a_sample_in_which_something_was_decided_is_never_put_aside(data, work):
    begin_year(data / "2025", data / "2026", YearOptions())
    (data / "2026" / work).parent.mkdir(parents=True)
    (data / "2026" / work).write_text("{}", "utf-8")
    before = contents(data)
    with pytest.raises(ParameterError, match="Mở thư mục ấy ra làm tiếp"):
        begin_year(data / "2025", data / "2026", YearOptions(aside=True))
    assert contents(data) == before


def test_a_year_is_put_aside_whole_or_not_at_all(data, monkeypatch):
    for place in ("2026", "officer/2026"):
        shutil.copytree(DATA / place, data / place)
    before, rename = contents(data), Path.rename

    def held(path, target):
        if path.parent.name == "officer":
            raise PermissionError(13, "held", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(ParameterError):
        begin_year(data / "2025", data / "2026", YearOptions(aside=True))
    monkeypatch.undo()
    assert contents(data) == before
    (data / SAMPLES / "officer" / "2026").mkdir(parents=True)
    with pytest.raises(ParameterError, match="nam_mau/officer/2026"):
        begin_year(data / "2025", data / "2026", YearOptions(aside=True))
    assert contents(data) == before


def test_a_plan_copied_from_a_sample_may_write_its_keys_as_yaml_allows(data):
    plan = data / "2025" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("\nsample: true\n", "\nsample : true\n"), "utf-8")
    assert "(sample: true)" in "\n".join(begin_year(data / "2025", data / "2026", YearOptions()).left)


def test_what_is_the_samples_own_is_to_be_replaced_and_that_is_told(data):
    left = "\n".join(begin_year(data / "2025", data / "2026", YearOptions()).left)
    assert "(sample: true)" in left
    assert "units.csv, events.csv: đơn vị của năm mẫu" in left
    plan = data / "2026" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("\nsample: true\n", "\n"), "utf-8")
    left = "\n".join(begin_year(data / "2026", data / "2027", YearOptions()).left)
    assert "24 đơn vị đang hoạt động" in left
    assert "sample: true" not in left


def test_a_due_day_that_cannot_be_leaves_no_folder_behind(data):
    before = sorted(path.name for path in data.iterdir())
    with pytest.raises(ScoringError, match="hạn nộp 10/10/2028"):
        begin_year(data / "2025", data / "2026", YearOptions(due={"9T": date(2028, 10, 10)}))
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_source_that_disagrees_with_itself_is_not_copied(data):
    plan = data / "2025" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("year: 2025", "year: 2024"), "utf-8")
    with pytest.raises(ScoringError, match="ghi năm 2024"):
        begin_year(data / "2025", data / "2026", YearOptions())


def test_a_school_year_a_leap_day_and_a_file_from_windows_are_moved():
    text = "id: x\r\nyear: 2024\r\nspan: {from: 2023-09-01, to: 2024-08-31}\r\nperiods:\r\n"
    text += (
        "  - {id: Q, from: 2023-12-01, to: 2024-02-29, due: '2024-02-28', annual: true}\r\nsources: {A: 2024-02-29}\r\n"
    )
    moved = moved_rubric(text.replace("\r\n", "\n"), 2024, 2025)
    assert "span: {from: 2024-09-01, to: 2025-08-31}" in moved
    assert "to: 2025-02-28, due: '2025-02-28'" in moved
    assert "sources: {A: 2024-02-29}" in moved
    assert "due: 2025-03-05" in moved_rubric(text.replace("\r\n", "\n"), 2024, 2025, {"Q": date(2025, 3, 5)})


def test_the_verb_needs_no_editor_and_says_what_is_left(data, monkeypatch, capsys):
    monkeypatch.setattr(places, "PROJECT", data.parent)
    assert commands.main(["new-year", "2026", "--due", "9T=12/10/2026", "--plan", "KH-9-2026"]) == 0
    said = capsys.readouterr().out
    assert "Việc còn lại" in said
    assert "12/10/2026 (thứ Hai)" in said
    assert open_year(data / "2026").plan.id == "KH-9-2026"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2025"], "đã có thư mục này"),
        (["26"], "không phải một năm"),
        (["2026", "--from", "2019"], "chưa có số liệu của năm này"),
        (["2024", "--from", "2025"], "năm mới phải sau năm 2025"),
        (["2026", "--due", "9T=hôm nào"], "Dạng KỲ=NGÀY"),
        (["2026", "--due", "Q9=10/10/2026"], "không có kỳ này"),
    ],
)
def test_what_cannot_be_begun_is_refused_in_words(data, words, said, monkeypatch, capsys):
    monkeypatch.setattr(places, "PROJECT", data.parent)
    assert commands.main(["new-year", *words]) == 1
    assert said in capsys.readouterr().out
