"""What keeps a year from being published, what a publication holds, and what happens to a published year."""

import json
import os
import shutil
from datetime import date

import pytest
from helpers.filled_forms import filled_form
from helpers.published import ALL, LATER, UNITS, Project, appeal, papers, results, ruling, small_project, typing
from helpers.small_year import Desk

from scoring.assessment.appeals import between_publications, try_appeal
from scoring.assessment.evaluation import evaluate
from scoring.core.errors import DecisionError, PublishingError, ScoringError
from scoring.decisions.chain import ENDS
from scoring.decisions.seal import tell
from scoring.decisions.store import read_decisions
from scoring.desk.commands.parser import command_parser
from scoring.desk.commands.publishing import agreed
from scoring.desk.commands.screen import CONSOLE
from scoring.publishing import publication as publishing
from scoring.publishing.publication import considered, open_copy, publish, refuse_if_altered
from scoring.reports.forms.form import write_forms

SLOW_DAY = date(2025, 1, 20)


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    return Project(small_project(tmp_path_factory.mktemp("settled"))).settle()


@pytest.fixture(scope="module")
def published(settled, tmp_path_factory):
    project = copy_of(settled, tmp_path_factory.mktemp("published"))
    project.publish()
    return project


def copy_of(project, root):
    shutil.copytree(project.folder.parents[1], root / "project")
    return Project(root / "project" / "data" / "2024")


@pytest.fixture
def office(settled, tmp_path):
    """A year that may be published."""
    return copy_of(settled, tmp_path)


@pytest.fixture
def after(published, tmp_path):
    """A year that was published."""
    return copy_of(published, tmp_path)


def refused(project, words, **rest):
    before = sorted(project.folder.glob("publications/*"))
    with pytest.raises((PublishingError, DecisionError), match=words):
        project.publish(**rest)
    assert sorted(project.folder.glob("publications/*")) == before
    assert not list(project.folder.glob("publications/.*"))


# What is published


def test_a_publication_holds_what_counts_and_nothing_else(office):
    reports = office.folder / "reports"
    shutil.copy(reports / "XA-LONG.xlsx", reports / ".XA-LONG_2.xlsx")
    (reports / "Thumbs.db").write_bytes(b"x")
    (reports / "ghi chú.bak").write_bytes(b"x")
    (reports / "received.csv").write_text("file,received_on\n", "utf-8")
    (office.folder / "~$units.csv").write_bytes(b"x")
    publication = office.publish()
    received = office.evaluation().received
    counted = {f"2024/reports/{row.file}" for row in received.itertuples() if row.fate == "accepted"}
    assert {name for name in publication.inputs if "/reports/" in name} == counted | {"2024/reports/received.csv"}
    assert {"2024/plan.yaml", "2024/rubrics/grassroots.yaml", "2024/units.csv"} < publication.inputs.keys()
    assert set(publication.left_out) == {
        f"2024/reports/{one}" for one in ("Thumbs.db", "ghi chú.bak", ".XA-LONG_2.xlsx")
    }
    assert office.differences() == []


def test_what_lies_in_the_outputs_is_neither_believed_nor_published(office):
    out = office.folder.parents[1] / "outputs" / "2024"
    (out / "units").mkdir(parents=True)
    for name in ("scores.csv", "run.json", "units/foreign.pdf"):
        (out / name).write_text("giả", "utf-8")
    office.publish()
    made = office.bag() / "data" / "outputs"
    assert sorted(path.name for path in made.rglob("*")) == ["edition.txt", "scores.csv"]
    assert "giả" not in (made / "scores.csv").read_text("utf-8-sig")
    assert (made / "edition.txt").read_text("utf-8") == "final 1 15/QĐ-LĐLĐ"


def test_a_publication_states_what_it_was_made_with(office):
    versions = office.publish().versions
    assert versions["pandas"]
    assert len(versions["program"]) == 64


def test_a_report_whose_name_no_system_can_hold_is_published(office):
    strange = [os.fsdecode(b"b\xe1o c\xe1o.xlsx"), "a:b?.xlsx", "CON.xlsx", "xa-long.XLSX"]
    for name in strange:
        shutil.copy(office.folder / "reports" / "XA-LONG.xlsx", office.folder / "reports" / name)
    publication = office.publish()
    names = {f"2024/reports/{name}" for name in strange}
    assert names <= publication.inputs.keys()
    stored = [publication.inputs[name].stored for name in publication.inputs]
    assert len({one.casefold() for one in stored}) == len(stored)
    assert all(one.isprintable() and not set(one) & set('<>:"\\|?*') for one in stored)
    assert office.differences() == []
    assert tell(office.folder)[0]


def test_the_publication_is_scored_again_from_its_own_inputs(after, published):
    again = evaluate(open_copy(after.bag() / "data" / "inputs", "2024"))
    assert again.totals["total"].equals(published.evaluation().totals["total"])


# What keeps a year from being published


@pytest.mark.parametrize("decision", ["", "15", "QĐ/LĐLĐ"])
def test_a_year_is_published_by_a_numbered_decision_only(office, decision):
    refused(office, "chưa đúng số quyết định", decision=decision)


@pytest.mark.parametrize("on", [date(1900, 1, 1), date(2999, 1, 1), date(2023, 12, 31), date(2025, 1, 5)])
def test_a_year_is_published_on_a_day_that_can_be(office, on):
    refused(office, "ngày công bố", on=on)


def test_a_mark_that_waits_for_a_judge_stops_it(tmp_path):
    refused(Project(small_project(tmp_path)), "TH-HOABINH, TH-HOABINH.2, XA-LONG, XA-TAN: còn tiêu chí chờ")


def test_every_reason_is_told_at_once(tmp_path):
    with pytest.raises(PublishingError) as error:
        Project(small_project(tmp_path)).publish(decision="", on=date(2999, 1, 1))
    assert len(error.value.faults) == 3


def test_a_new_reason_is_one_function_more(office, monkeypatch):
    monkeypatch.setattr(
        publishing, "REFUSALS", [*publishing.REFUSALS, lambda _: [publishing.Fault("tỷ lệ", "vượt 1 đơn vị")]]
    )
    refused(office, "tỷ lệ: vượt 1 đơn vị")


@pytest.mark.parametrize("broken", ["missing", "edited", "newest"])
def test_a_decision_that_is_gone_or_edited_stops_it(office, broken):
    office.record(ruling(value="3"), ruling("XA-LONG", value="3"))
    paths = {path.stem: path for path in office.decisions()}
    ends = json.loads((office.folder / ENDS).read_bytes())["ends"]
    newest = paths[ends[0].partition(" ")[0]]
    target = newest if broken == "newest" else next(path for path in paths.values() if path != newest)
    if broken == "edited":
        target.write_bytes(target.read_bytes().replace("theo hồ sơ".encode(), b"khac"))
    else:
        target.unlink()
    refused(office, target.stem)


def test_a_later_decision_that_was_deleted_does_not_bring_the_first_back_without_a_word(office):
    (later,) = office.record(ruling(value="1"))
    (office.folder / "decisions" / f"{later.id}.json").unlink()
    refused(office, f"{later.id}.json: quyết định đã ghi nay không còn")


def test_a_copy_of_a_decision_is_named_before_it_can_break_what_is_published(office):
    """As Explorer and OneDrive leave them: counted once, and out of the way before the year is published."""
    path = office.decisions()[0]
    before = office.evaluation().totals
    path.with_name(f"{path.stem} - Copy.json").write_bytes(path.read_bytes())
    assert office.evaluation().totals.equals(before)
    refused(office, "Copy.json: bản chép của một quyết định.*Xóa tệp chép này")


def test_a_renamed_decision_is_named_and_does_not_count(office):
    path = office.decisions()[0]
    path.rename(path.with_name(f"Copy of {path.name}"))
    refused(office, "Copy of .*: tên tệp quyết định bị đổi nên không áp dụng")


def test_documents_that_cannot_be_made_leave_the_year_unpublished(office):
    def failing(*_):
        raise PublishingError("tài liệu", [publishing.Fault("TH", "không làm được")])

    with pytest.raises(PublishingError, match="không làm được"):
        publish(office.year, failing, papers, decision="1/QĐ", on=SLOW_DAY)
    assert not (office.folder / "publications").exists()


def test_data_edited_while_the_documents_are_made_stop_it(office):
    def editing(evaluation, out, edition):
        results(evaluation, out, edition)
        with (office.folder / "rubrics" / "grassroots.yaml").open("a") as file:
            file.write("\n")

    with pytest.raises(ScoringError, match=r"grassroots\.yaml: bị sửa"):
        publish(office.year, editing, papers, decision="1/QĐ", on=SLOW_DAY)
    assert not (office.folder / "publications").exists()


def test_what_a_killed_run_left_is_cleaned_and_no_publication(office):
    begun = office.folder / "publications" / ".dang_lam-x"
    (begun / "data").mkdir(parents=True)
    assert office.publish().number == 1
    assert not begun.exists()


# A published year


def test_a_published_year_takes_no_decision_but_appeals_of_later_days(after):
    with pytest.raises(DecisionError, match="đã công bố, không ghi thêm"):
        after.record(ruling(value="3"))
    with pytest.raises(DecisionError, match="trước ngày công bố 20/01/2025"):
        after.record(appeal(made_on=date(2025, 1, 19)))


def test_nothing_is_published_again_without_an_appeal(after):
    refused(after, "Chỉ công bố lại sau khi ghi quyết định phúc tra", decision="22/QĐ", on=LATER)


def band_edge(project):
    path = project.folder / "rubrics" / "grassroots.yaml"
    text = path.read_text("utf-8")
    assert "max_points: 5" in text
    path.write_text(text.replace("clause: III.2.b", "clause: III.2.b ", 1), "utf-8")


def report_edited(project):
    path = project.folder / "reports" / "XA-LONG.xlsx"
    path.write_bytes((project.folder / "reports" / "TH-HOABINH.xlsx").read_bytes())


def first_decision(project):
    return project.decisions()[0]


ALTERED = {
    "rubrics/grassroots.yaml": band_edge,
    "plan.yaml": lambda project: append(project.folder / "plan.yaml"),
    "units.csv": lambda project: append(project.folder / "units.csv"),
    "reports/XA-LONG.xlsx": report_edited,
    "events.csv": lambda project: (project.folder / "events.csv").unlink(),
    "decisions/": lambda project: first_decision(project).unlink(),
}


def append(path):
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize("file", ALTERED)
def test_an_appeal_opens_nothing_else(after, file):
    after.record(appeal())
    ALTERED[file](after)
    with pytest.raises(ScoringError, match=file):
        refuse_if_altered(after.folder)
    with pytest.raises(ScoringError, match=file):
        after.publish("22/QĐ-LĐLĐ", LATER)
    assert not tell(after.folder)[0]


def test_any_json_with_an_appeal_opens_nothing(after):
    (after.folder / "decisions" / "x.json").write_text('{"appeal": "02/QĐ"}', "utf-8")
    refused(after, r"x\.json", decision="22/QĐ", on=LATER)


def test_an_appeal_recorded_elsewhere_on_older_decisions_is_not_published(after, settled, tmp_path):
    other = copy_of(settled, tmp_path / "elsewhere")
    first_decision(other).unlink()
    (other.folder / ENDS).unlink()
    shutil.copytree(after.folder / "publications", other.folder / "publications")
    kept = {path.name for path in after.decisions()}
    path = _recorded_without(other)
    assert path.name not in kept
    shutil.copy(path, after.folder / "decisions")
    refused(after, "nối sau", decision="22/QĐ", on=LATER)


def _recorded_without(project):
    """An appeal written by hand, with an id that fits, that follows only one of the published decisions."""
    from scoring.decisions.records import Decision, _identity

    base = Decision.model_validate_json(project.decisions()[0].read_bytes())
    plain = base.model_copy(update={"appeal": "9/QĐ", "made_on": date(2025, 2, 1), "stage": "council"})
    decision = plain.model_copy(update={"id": _identity(plain), "previous": ()})
    path = project.folder / "decisions" / f"{decision.id}.json"
    path.write_bytes(decision.content)
    return path


def test_published_again_after_an_appeal(after):
    first = after.publications()[0]
    second = after.appeal_and_publish()
    assert (second.number, second.previous, len(second.decisions)) == (2, first.code, 1)
    assert tell(after.folder)[0]
    assert (after.differences(1), after.differences(2)) == ([], [])


def test_the_same_decision_number_does_not_publish_twice(after):
    after.record(appeal())
    refused(after, "là quyết định của một lần công bố trước", on=LATER)


def test_a_late_report_is_named(after):
    shutil.copy(after.folder / "reports" / "XA-LONG.xlsx", after.folder / "reports" / "thêm.xlsx")
    second = after.appeal_and_publish()
    assert second.grown == ("2024/reports/thêm.xlsx",)
    assert tell(after.folder)[0]


def test_the_list_of_arrivals_may_go_on_but_not_change(office):
    arrivals = office.folder / "reports" / "received.csv"
    arrivals.write_text("file,received_on\nXA-LONG.xlsx,2024-12-01\n", "utf-8")
    office.publish()
    with arrivals.open("a", encoding="utf-8") as file:
        file.write("TH-HOABINH.xlsx,2024-12-02\n")
    assert "2024/reports/received.csv" in office.appeal_and_publish().grown
    arrivals.write_text("file,received_on\n", "utf-8")
    office.record(appeal(value="3", made_on=date(2025, 3, 1)))
    refused(office, r"received\.csv", decision="30/QĐ", on=date(2025, 3, 2))


@pytest.mark.parametrize("number", [1, 2])
def test_a_publication_is_never_touched_by_what_is_made_later(after, number, tmp_path):
    if number == 2:
        after.appeal_and_publish()
    held = {path: path.read_bytes() for path in after.folder.rglob("publications/*/**/*") if path.is_file()}
    year = after.year
    write_forms(after.folder.parents[1] / "outputs" / "2024" / "forms", year.rubric, year.plan, year.units_due)
    assert {path: path.read_bytes() for path in held} == held
    assert tell(after.folder)[0]


# Appeals


def test_an_appeal_is_compared_with_what_was_published(after):
    evaluation = after.evaluation()
    tried = try_appeal(evaluation, {"phúc tra": appeal()})
    after.record(appeal())
    told = between_publications(after.published(), after.evaluation())
    assert told == tried
    (change, *others) = told.units
    assert (change.unit, change.marks) == ("TH-HOABINH", "A7: 4,00 → 5,00")
    assert change.reason == "A7: chấp nhận phúc tra (02/QĐ-PT ngày 10/02/2025)"
    assert all("đơn vị khác" in one.reason for one in others)


def test_two_publications_are_compared_from_their_bags(after):
    after.record(appeal())
    told = between_publications(after.published(), after.evaluation())
    after.publish("22/QĐ-LĐLĐ", LATER)
    (after.folder / "units.csv").write_bytes(b"broken")
    assert between_publications(after.published(1), after.published(2)) == told


def test_a_late_report_is_compared_with_what_was_published_without_it(after):
    """What is shown before the second publication is what it will say."""
    filled_form(after.folder / "reports" / "XA-TAN.xlsx", "XA-TAN")
    after.record(appeal("XA-TAN"))
    told = between_publications(after.published(), after.evaluation())
    late = {change.unit: change for change in told.units}["XA-TAN"]
    assert late.total[0] != late.total[1]
    assert late.reason.endswith("; báo cáo nhận sau lần công bố trước: XA-TAN.xlsx")
    after.publish("22/QĐ-LĐLĐ", LATER)
    assert between_publications(after.published(1), after.published(2)) == told


def test_a_sealed_decision_that_is_gone_is_told(after):
    first_decision(after).unlink()
    year = after.year
    stands = read_decisions(after.folder, year.rubric, year.units, after.evaluation().entries)
    assert "gone" in stands.findings["code"].tolist()


# From the command line


@pytest.fixture
def typed(after, monkeypatch, capsys):
    return typing(after.folder, monkeypatch, capsys)


def test_assess_after_an_altered_rubric_is_refused_in_every_language(after, typed):
    after.record(appeal())
    band_edge(after)
    for words in ([], ["--lang", "en"]):
        code, told = typed("assess", *words)
        assert (code, "rubrics/grassroots.yaml: khác với lúc công bố" in told) == (1, True)


def test_ordinary_work_after_publication_breaks_nothing(after, typed):
    assert typed("forms")[0] == 0
    assert typed("check")[0] == 0
    assert typed("verify", "--block", "K1", "--stage", "council")[0] == 0
    assert typed("verify-seal")[0] == 0
    book = after.folder.parents[1] / "outputs" / "2024" / "verification" / "K1_council.xlsx"
    desk = Desk.at(book, "council", after.year.rubric)
    cells = {("TH-HOABINH", "A7", "points"): 5, ("TH-HOABINH", "A7", "reason"): "chấp nhận"}
    desk.fill(cells, role="Hội đồng", on="10/02/2025", appeal="02/QĐ-PT")
    code, told = typed("appeal", "--try", str(book))
    assert (code, "A7: 4,00 → 5,00" in told, "chưa ghi gì" in told) == (0, True, True)
    code, told = typed("verify", "--read", str(book))
    assert (code, "1 quyết định mới" in told) == (0, True)
    code, told = typed("verify-seal")
    assert (code, "quyết định phúc tra ghi sau khi công bố" in told) == (0, True)


def test_verify_seal_needs_no_readable_year(after, typed):
    (after.folder / "units.csv").write_bytes(b"\xff")
    (after.folder / "plan.yaml").unlink()
    code, told = typed("verify-seal")
    assert code == 1
    assert "công bố lần 1 theo 15/QĐ-LĐLĐ ngày 20/01/2025: CÒN NGUYÊN" in told
    assert "2024/units.csv: đã bị sửa" in told
    assert "2024/plan.yaml: không còn" in told


def test_an_appeal_is_written_as_a_paper_to_sign(after, typed):
    after.record(appeal())
    code, told = typed("appeal")
    assert code == 0
    assert "A7: 4,00 → 5,00" in told
    out = after.folder.parents[1] / "outputs" / "2024" / "appeal"
    assert sorted(path.suffix for path in out.iterdir()) == [".docx", ".html", ".pdf"]
    page = next(out.glob("*.html")).read_text("utf-8")
    assert "chấp nhận phúc tra (02/QĐ-PT ngày 10/02/2025)" in page
    code, told = typed("appeal", "--from", "2")
    assert (code, "không có lần công bố 2" in told) == (1, True)


def test_all_units_are_known():
    assert set(UNITS) < set(ALL)


def test_what_would_be_published_is_told_without_writing_anything(settled):
    before = sorted(settled.folder.rglob("*"))
    candidate = considered(settled.year, decision="15/QĐ-LĐLĐ", on=date(2025, 1, 20))
    assert (candidate.decision, len(candidate.recorded)) == ("15/QĐ-LĐLĐ", len(ALL))
    with pytest.raises(PublishingError, match="chưa đúng số quyết định"):
        considered(settled.year, decision="mười lăm", on=date(2025, 1, 20))
    assert sorted(settled.folder.rglob("*")) == before


@pytest.mark.parametrize(("typed", "asked"), [("", False), ("không", False), ("có", True), ("CO ", True)])
def test_who_sits_at_the_screen_sees_what_will_be_published_and_is_asked(settled, typed, asked, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(CONSOLE, "input", lambda *_, **__: typed)
    options = command_parser().parse_args(["publish", "--decision", "15/QĐ-LĐLĐ", "--date", "2025-01-20"])
    assert agreed([settled.year], options) is asked
    told = capsys.readouterr().out
    assert "Sẽ công bố năm 2024, lần 1, theo 15/QĐ-LĐLĐ ngày 20/01/2025:" in told
    assert ("Chưa công bố, không ghi gì." in told) is not asked


@pytest.mark.parametrize(("words", "is_told", "asked"), [(["--yes"], False, True), (["--dry-run"], True, False)])
def test_a_script_is_not_asked_and_a_dry_run_only_tells(settled, words, is_told, asked, capsys):
    options = command_parser().parse_args(["publish", "--decision", "15/QĐ-LĐLĐ", "--date", "2025-01-20", *words])
    assert agreed([settled.year], options) is asked
    assert ("Sẽ công bố" in capsys.readouterr().out) is is_told
