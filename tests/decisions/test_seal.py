"""Publishing freezes a year: the seal, what it refuses, how anyone checks it, and appeals."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from helpers.small_year import Office, by_council, reports, verified, year_in

from scoring.assessment.appeals import since_publication, try_appeal
from scoring.core.errors import DecisionError, PublishingError
from scoring.decisions import seal as sealing
from scoring.decisions.seal import SealError, hashes, read_seals, tell, verify_seal
from scoring.publishing.batch import Made
from scoring.publishing.manifest import write_manifest
from scoring.publishing.publication import publish, refuse_if_altered, refuse_if_published

ON = date(2025, 1, 20)


class Published(Office):
    """The small year with its outputs, made and published."""

    def __post_init__(self):
        super().__post_init__()
        self.out = self.folder.parents[1] / "outputs" / self.folder.name

    def make(self, units=("TH-A", "TH-B", "TH-C")):
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "ranking.csv").write_text(self.evaluation().standings.to_csv(), "utf-8")
        made = [Made(unit, "made", "", {}) for unit in units]
        write_manifest(self.out, self.year, made, datetime(2025, 1, 19, tzinfo=UTC))
        return self

    def publish(self, decision="15/QĐ-LĐLĐ"):
        return publish(self.evaluation(), self.stands(), self.out, decision=decision, on=ON)

    def differences(self):
        return [(one.folder, one.file, one.fate) for one in verify_seal(self.folder, self.out)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    office = Published(year_in(tmp_path_factory.mktemp("made") / "data" / "2024"), reports())
    office.record(verified("B3", "points", "2"), verified("B3", "points", "2", unit="TH-B"))
    return office.make()


@pytest.fixture
def office(made, tmp_path):
    shutil.copytree(made.folder.parents[1], tmp_path / "project")
    return Published(replace(made.year, folder=tmp_path / "project" / "data" / "2024"), reports())


def appeal(criterion, kind, value="", **rest):
    return by_council(kind, value, criterion, **{"appeal": "02/QĐ-PT", "reason": "chấp nhận phúc tra"} | rest)


# The seal


def test_a_seal_holds_the_decision_its_day_and_the_hash_of_every_file(office):
    seal = office.publish()
    assert (seal.year, seal.number, seal.decision, seal.published_on) == (2024, 1, "15/QĐ-LĐLĐ", "2025-01-20")
    assert set(seal.data) == {file.relative_to(office.folder).as_posix() for file in office.folder.rglob("*.*")} - {
        "seals/1.json"
    }
    assert set(seal.outputs) == {"ranking.csv", "run.json"}


def test_a_year_just_published_is_unchanged(office):
    office.publish()
    assert office.differences() == []


@pytest.mark.parametrize(
    ("folder", "file", "fate"),
    [("data", "units.csv", "changed"), ("data", "rubrics/small.yaml", "missing"), ("data", "reports/x.xlsx", "added"),
     ("outputs", "ranking.csv", "changed"), ("outputs", "run.json", "missing"), ("outputs", "units/a.pdf", "added")],
)  # fmt: skip
def test_a_file_changed_lost_or_added_is_named(office, folder, file, fate):
    office.publish()
    path = (office.folder if folder == "data" else office.out) / file
    if fate == "missing":
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert office.differences() == [(folder, file, fate)]


def test_one_flipped_bit_is_found(office):
    office.publish()
    content = bytearray((office.folder / "plan.yaml").read_bytes())
    content[100] ^= 1
    (office.folder / "plan.yaml").write_bytes(content)
    assert office.differences() == [("data", "plan.yaml", "changed")]


def test_a_file_replaced_by_a_link_to_the_same_content_is_found_and_not_followed(office, tmp_path):
    office.publish()
    shutil.move(office.folder / "units.csv", tmp_path / "units.csv")
    (office.folder / "units.csv").symlink_to(tmp_path / "units.csv")
    (office.folder / "reports").symlink_to("/etc")
    assert office.differences() == [("data", "reports", "added"), ("data", "units.csv", "changed")]


def test_lock_files_and_hidden_files_are_no_part_of_a_year(office):
    office.publish()
    for name in (
        "~$units.csv",
        ".DS_Store",
        ".cache/x",
        "Thumbs.db",
        "desktop.ini",
        "decisions/Thumbs.db",
        "seals/._1.json",
    ):
        (office.folder / name).parent.mkdir(exist_ok=True)
        (office.folder / name).write_bytes(b"x")
    assert office.differences() == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 99_999])
def test_a_broken_seal_is_not_believed(office, content):
    office.publish()
    (office.folder / "seals" / "1.json").write_bytes(content)
    with pytest.raises(SealError, match="không đọc được hoặc đã bị sửa"):
        read_seals(office.folder)
    with pytest.raises(DecisionError, match="niêm phong"):
        office.stands()


def test_a_seal_written_otherwise_than_we_write_it_is_not_believed(office):
    office.publish()
    path = office.folder / "seals" / "1.json"
    path.write_text(json.dumps(json.loads(path.read_bytes())), "utf-8")
    with pytest.raises(SealError):
        read_seals(office.folder)


def test_a_seal_edited_to_fit_an_edited_file_has_another_code(office):
    code = office.publish().digest
    path = office.folder / "seals" / "1.json"
    (office.folder / "units.csv").write_bytes(b"x")
    edited = read_seals(office.folder)[0]._replace(data=hashes(office.folder))
    path.write_bytes(edited.content())
    kept, lines = tell(office.folder, office.out)
    assert kept
    assert code not in "".join(lines)


def test_names_that_would_turn_a_terminal_around_are_shown_harmless(office):
    office.publish()
    (office.folder / "a\u202e\x1b[31m.csv").write_bytes(b"x")
    _, lines = tell(office.folder, office.out)
    assert lines[-1] == "  data/a[U+202E][U+001B][31m.csv: thêm vào sau khi công bố"


# Checked by anyone


def run_alone(*words):
    """The checker as a file of its own, by an interpreter without any package."""
    command = [sys.executable, "-I", "-S", sealing.__file__, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_checker_runs_as_a_file_of_its_own_with_the_standard_library_alone(office):
    seal = office.publish()
    done = run_alone(office.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Năm 2024, công bố lần 1 theo 15/QĐ-LĐLĐ, {len(seal.data) + 2} tệp: CÒN NGUYÊN.",
        f"Mã niêm phong: {seal.digest}",
    ]


def test_the_checker_says_what_is_not_as_published_and_fails(office):
    office.publish()
    (office.out / "ranking.csv").write_bytes(b"x")
    done = run_alone(office.folder, office.out)
    assert done.returncode == 1
    assert "KHÔNG CÒN NGUYÊN: 1 tệp" in done.stdout
    assert "outputs/ranking.csv: đã bị sửa" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [((), 2, "Cách dùng"), (("a", "b", "c"), 2, "Cách dùng"), (("/no/such/folder",), 1, "chưa công bố")],
)
def test_the_checker_never_answers_with_a_traceback(words, code, said):
    done = run_alone(*words)
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout


def test_outputs_that_are_gone_are_told(office):
    office.publish()
    shutil.rmtree(office.out)
    done = run_alone(office.folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert "không đọc được" in done.stdout


def test_the_checker_imports_nothing_of_ours():
    source = Path(sealing.__file__).read_text("utf-8")
    assert "scoring." not in "".join(line for line in source.splitlines() if line.startswith(("import", "from")))


# What keeps a year from being published


def refused(office, words, **rest):
    with pytest.raises(PublishingError, match=words):
        office.publish(**rest)
    assert not (office.folder / "seals").exists()


@pytest.mark.parametrize("decision", ["", "15", "QĐ/LĐLĐ"])
def test_a_year_is_published_by_a_numbered_decision_only(office, decision):
    refused(office, "chưa đúng số quyết định", decision=decision)


def test_a_year_with_a_decision_that_does_not_apply_is_not_published(office):
    office.entries = reports(B3=1)
    refused(office, "báo cáo đã thay đổi")


def test_a_year_with_a_mark_that_waits_for_a_judge_is_not_published(office):
    office.record(verified("B3", "withdrawn", "points"))
    refused(office.make(), "TH-A: còn tiêu chí chờ")


def test_a_year_without_outputs_is_not_published(office):
    (office.out / "run.json").unlink()
    refused(office, "chưa có kết quả")


def test_outputs_made_before_the_last_decision_are_not_published(office):
    office.record(verified("A1", "value", "2"))
    refused(office, "decisions/TH-A.A1.[0-9a-f]{16}.json: số liệu đã đổi")


def test_outputs_made_from_a_file_that_is_gone_are_not_published(office):
    office.make()
    (office.folder / "events.csv").unlink()
    refused(office, "events.csv: số liệu đã dùng")


def test_outputs_touched_since_they_were_made_are_not_published(office):
    (office.out / "ranking.csv").write_bytes(b"x")
    refused(office, "ranking.csv: kết quả bị sửa")


def test_outputs_of_some_units_only_are_not_published(office):
    refused(office.make(units=["TH-A", "TH-C"]), "TH-B: lần chạy cuối chưa làm phiếu")


def test_a_rubric_edited_while_the_year_is_published_stops_it(office):
    evaluation, stands = office.evaluation(), office.stands()
    with (office.folder / "rubrics" / "small.yaml").open("a") as file:
        file.write("\n")
    with pytest.raises(PublishingError, match="vừa bị sửa trong lúc chạy"):
        publish(evaluation, stands, office.make().out, decision="15/QĐ-LĐLĐ", on=ON)


def test_every_reason_is_told_at_once(office):
    (office.out / "run.json").unlink()
    with pytest.raises(PublishingError) as error:
        office.publish(decision="")
    assert len(error.value.faults) == 2


# What a published year refuses


def test_a_published_year_takes_no_decision(office):
    office.publish()
    with pytest.raises(DecisionError, match="đã công bố, không ghi thêm"):
        office.record(verified("A1", "value", "2"))


def test_a_decision_slipped_into_a_published_year_is_found_and_not_applied(office, tmp_path):
    office.publish()
    other = Office(year_in(tmp_path / "other"), reports())
    other.record(verified("A1", "value", "1"))
    shutil.copy(other.files()[0], office.folder / "decisions")
    assert office.stands().findings["code"].tolist() == ["after_publication"]
    assert office.mark("A1")["basis"] == "computed"


def test_a_sealed_decision_that_is_gone_is_told(office):
    office.publish()
    office.files()[0].unlink()
    assert office.stands().findings["code"].tolist() == ["gone"]


def test_outputs_may_be_made_again_before_publication_and_after_an_appeal_only(office):
    refuse_if_published(office.folder)
    office.publish()
    with pytest.raises(PublishingError, match="đã công bố theo 15/QĐ-LĐLĐ ngày 20/01/2025"):
        refuse_if_published(office.folder)
    office.record(appeal("A1", "value", "4"))
    refuse_if_published(office.folder)


def test_pages_in_another_language_are_made_of_a_published_year_while_its_data_are_those_published(office):
    refuse_if_altered(office.folder)
    office.publish()
    refuse_if_altered(office.folder)
    office.record(appeal("A1", "value", "3"))
    refuse_if_altered(office.folder)
    (office.folder / "units.csv").write_text("khác", "utf-8")
    with pytest.raises(PublishingError, match=r"units\.csv: khác với lúc công bố"):
        refuse_if_altered(office.folder)


def test_a_year_is_not_published_twice_without_an_appeal(office):
    office.publish()
    with pytest.raises(PublishingError, match="Chỉ làm lại sau khi ghi quyết định phúc tra"):
        office.publish()


# Appeals


def test_an_appeal_is_shown_before_and_after_for_every_unit_it_touches(office):
    office.publish()
    changes = try_appeal(office.evaluation(), {"phúc tra": appeal("A1", "value", "4")}).units
    assert [change.unit for change in changes] == ["TH-A", "TH-B"]
    first, second = changes
    assert (first.marks, first.total, first.rank) == ("A1: 4,50 → 6,00", ("14,00", "15,50"), ("1/2", "1/2"))
    assert (second.marks, second.total, second.rank) == ("", ("14,00", "14,00"), ("1/2", "2/2"))


def test_looking_at_an_appeal_records_nothing(office):
    office.publish()
    try_appeal(office.evaluation(), {"phúc tra": appeal("A1", "value", "4")})
    assert office.differences() == []


def test_an_appeal_states_its_document(office):
    office.publish()
    with pytest.raises(DecisionError, match="chưa ghi số văn bản phúc tra"):
        try_appeal(office.evaluation(), {"phúc tra": by_council("value", "4", "A1")})


def test_an_appeal_is_decided_by_the_council(office):
    office.publish()
    with pytest.raises(DecisionError, match="chỉ hội đồng quyết định phúc tra"):
        office.record(verified("A1", "value", "4", appeal="02/QĐ-PT"))


def test_an_appeal_recorded_counts_is_no_breach_and_is_told_by_the_checker(office):
    office.publish()
    (decision,) = office.record(appeal("A1", "value", "4"))
    assert office.mark("A1")["points"] == 600
    assert office.differences() == [("data", f"decisions/{decision.id}.json", "appeal")]
    kept, lines = tell(office.folder, office.out)
    assert kept
    assert "quyết định phúc tra" in lines[-1]


def test_all_appeals_since_publication_are_compared_with_what_was_published(office):
    office.publish()
    office.record(appeal("A1", "value", "4"))
    office.record(appeal("B1", "points", "1"))
    (change, _) = since_publication(office.evaluation()).units
    assert (change.marks, change.total) == ("A1: 4,50 → 6,00; B1: 4,00 → 1,00", ("14,00", "12,50"))


def test_a_band_taken_back_on_appeal_moves_the_quota(office):
    office.record(by_council("band", "xuat_sac"))
    office.make().publish()
    comparison = try_appeal(office.evaluation(), {"phúc tra": appeal("", "withdrawn", "band")})
    assert [change.selection[0] for change in comparison.units] == ["Hoàn thành xuất sắc nhiệm vụ: hội đồng đã chọn"]
    ((before, after),) = comparison.quotas
    assert "đã chọn 1" in before
    assert "đã chọn 0" in after


def test_an_appeal_on_data_changed_otherwise_is_refused(office):
    office.publish()
    with (office.folder / "events.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(PublishingError, match="events[.]csv: đã bị sửa"):
        try_appeal(office.evaluation(), {"phúc tra": appeal("A1", "value", "4")})


def test_a_year_not_published_has_no_appeals(office):
    with pytest.raises(PublishingError, match="chưa công bố"):
        since_publication(office.evaluation())


def test_a_year_is_published_again_after_an_appeal_under_a_seal_that_names_the_first(office):
    first = office.publish()
    office.record(appeal("A1", "value", "4"))
    second = office.make().publish("22/QĐ-LĐLĐ")
    assert (second.number, second.previous) == (2, first.digest)
    assert office.differences() == []
    assert since_publication(office.evaluation()).units == []


def test_a_seal_taken_out_of_its_chain_is_not_believed(office):
    office.publish()
    office.record(appeal("A1", "value", "4"))
    office.make().publish("22/QĐ-LĐLĐ")
    seals = office.folder / "seals"
    (seals / "1.json").write_bytes((seals / "2.json").read_bytes())
    with pytest.raises(SealError):
        read_seals(office.folder)
