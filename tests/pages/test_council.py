"""The dossier of a year, and the documents for the council and the bodies above made from it."""

import io
import re
from decimal import Decimal
from pathlib import Path

import papermill
import pytest
from bs4 import BeautifulSoup
from helpers.builders import criterion, decisions_of, entries_of, entry, group, units_of
from helpers.notebooks import HOSTILE, notebook_of
from helpers.pages import YEARS, evaluation_of, told
from openpyxl import load_workbook
from pypdf import PdfReader

from scoring.assessment.dossier import Dossier, compile_dossier
from scoring.assessment.overview import oversee
from scoring.assessment.unit import assess_units
from scoring.core.errors import ParameterError
from scoring.core.findings import findings_table
from scoring.pages import annex, report_upward
from scoring.pages import blocks as display
from scoring.pages import council as councilpages
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.spreadsheets import ranking_xlsx
from scoring.publishing.results import ASSESSMENTS, DOSSIER, OVERVIEW, dossier_of, open_dossier, write_results
from scoring.publishing.year_documents import COUNCIL_DOCUMENTS, year_documents
from scoring.reports.intake import received_table
from scoring.scores.ranking import rank
from scoring.scores.totals import score

YEAR = Path(__file__).parents[2] / "data" / "2024"
LONG = ("Công đoàn cơ sở Công ty Trách nhiệm hữu hạn Một thành viên Xuất nhập khẩu Tổng hợp và Dịch vụ " * 3)[:200]


@pytest.fixture(scope="module")
def evaluation(sample_2024):
    return sample_2024


@pytest.fixture(scope="module")
def sample(evaluation):
    return dossier_of(evaluation)


@pytest.fixture
def dossier_from(plan):
    """Scores and ranks a few entries, and compiles what comes out."""

    def dossier_from(rubric, units, *entries, decisions=None):
        marks, totals = score(entries_of(*entries), rubric, units, decisions=decisions)
        standings, quotas = rank(totals, rubric, units)
        overview = oversee(totals, standings, quotas, received_table([]), units, rubric, plan)
        return compile_dossier(overview, marks, totals, standings, quotas, findings_table([]), units, rubric, plan)

    return dossier_from


@pytest.fixture
def counted(rubric_of_criteria):
    """A rubric of two criteria, one a count against a target of 4, the other a part of a whole."""
    return rubric_of_criteria(
        criterion("A1", 6, "share_of_target", params={"target": 4}),
        criterion("A2", 4, "percent", indicator={"of": "Tổng số việc"}),
    )


def people(*names, **columns):
    return units_of(*names, **{"short_name": list(names), "standing": True, **columns})


def item_of(dossier, name):
    return next(item for item in dossier.items if item.id == name)


def unit_of(dossier, name):
    return next(unit for unit in dossier.units if unit.line.id == name)


def tables_of(block):
    """Caption, heads and rows of every table of a block."""
    for table in BeautifulSoup(block.html, "html.parser").select(".table table"):
        rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        yield table.caption.text, rows[0], rows[1:]


def number(printed):
    return Decimal(printed.replace("−", "-").replace(".", "").replace(",", "."))


# The dossier


def test_a_dossier_is_read_back_as_it_was_written(evaluation, sample, tmp_path):
    write_results(evaluation, tmp_path)
    assert Dossier.model_validate_json((tmp_path / DOSSIER).read_bytes()) == sample
    assert open_dossier(2024, out=str(tmp_path)) == sample


def test_every_unit_of_the_overview_is_in_it_once_in_the_same_order(sample):
    assert [unit.line for unit in sample.units] == [line for block in sample.overview.blocks for line in block.units]


def test_a_units_points_add_up_to_its_groups_and_these_to_its_total(sample):
    for unit in sample.units:
        own = list(zip(sample.items, unit.points, strict=True))
        for group_, points in zip(sample.groups, unit.groups, strict=True):
            if points is not None:
                assert sum(p for item, p in own if item.group == group_.id and isinstance(p, int)) == points
        if unit.line.total is not None:
            assert sum(unit.groups) + unit.bonus - unit.deductions == unit.line.total


def test_what_all_eligible_units_did_is_added_up(dossier_from, counted):
    dossier = dossier_from(
        counted,
        people("TH01", "TH02", "TH03", eligible=[True, True, False]),
        *(entry(unit, "A1", value) for unit, value in (("TH01", 4), ("TH02", 2), ("TH03", 9))),
        entry("TH01", "A2", 3, base=4),
    )
    done, shared = item_of(dossier, "A1"), item_of(dossier, "A2")
    assert (done.counts, done.value, done.scored, done.full, done.missing) == ("sum", 6, 2, 1, 0)
    assert (done.points, done.applicable, done.lost) == (900, 1200, 300)
    assert (shared.counts, shared.value, shared.base, shared.scored, shared.missing) == ("share", 3, 4, 1, 1)


def test_days_are_not_added_up(grassroots, dossier_from):
    dossier = dossier_from(grassroots, people("TH01"), entry("TH01", "A1", 20))
    assert (item_of(dossier, "A1").counts, item_of(dossier, "A1").value) == ("", 0)


def test_a_point_that_is_not_there_is_a_word_and_never_nought(dossier_from, counted):
    dossier = dossier_from(counted, people("TH01"), entry("TH01", "A1", 0))
    assert unit_of(dossier, "TH01").points == (0, "missing")


def test_points_are_held_against_those_the_unit_gave_itself(dossier_from, counted):
    dossier = dossier_from(
        counted,
        people("TH01", "TH02"),
        entry("TH01", "A1", 4, self_points=600),
        entry("TH01", "A2", 1, base=2, self_points=400),
        entry("TH02", "A1", 4, self_points=500),
        entry("TH02", "A2", 1, base=2),
    )
    moves = [(unit.kept, unit.lowered, unit.raised) for unit in dossier.units]
    assert moves == [(1, 1, 0), (0, 0, 1)]


def test_only_gates_that_count_limit_a_unit(dossier_from, small):
    units = people("TH01", "TH02", eligible=[True, False])
    flagged = decisions_of(("TH01", "", "council", "evidence_false", 1))
    dossier = dossier_from(small, units, entry("TH01", "A1", 4), decisions=flagged)
    assert "Minh chứng không đúng" in unit_of(dossier, "TH01").limits
    assert unit_of(dossier, "TH02").limits == ()


# Points side by side


def test_the_detail_holds_every_unit_with_points_once_in_the_order_of_its_rank(sample):
    heads = [head for _, head, _ in tables_of(annex.detail_tables(sample, "K2", first=2))]
    numbers = [int(cell.partition(".")[0]) for head in heads for cell in head[3:]]
    listed = [place for place, unit in enumerate(sample.of_block("K2"), 1) if unit.line.total is not None]
    assert numbers == listed
    assert max(len(head) for head in heads) <= 3 + 9


@pytest.mark.parametrize("block", ["K1", "K2", "K3", "K4"])
def test_every_printed_part_of_the_detail_adds_up_to_its_printed_total(sample, block):
    groups = {group_.id for group_ in sample.groups}
    for _, head, rows in tables_of(annex.detail_tables(sample, block, first=2)):
        for column in range(3, len(head)):
            parts = [number(row[column]) for row in rows if row[0] in groups or row[1] in {"Điểm thưởng", "Điểm trừ"}]
            (total,) = [number(row[column]) for row in rows if row[1] == "Tổng điểm"]
            assert sum(parts) == total


def test_every_printed_row_of_the_annex_adds_up(sample):
    *_, (_, head, rows) = tables_of(annex.annex_tables(sample))
    places = [head.index(name) for name in ("Cộng các nhóm", "Điểm thưởng", "Điểm trừ", "Tổng điểm")]
    totals = [[number(row[place]) for place in places] for row in rows if row[0]]
    assert len(totals) == sum(unit.line.total is not None for unit in sample.units)
    assert all(groups + bonus + deductions == total for groups, bonus, deductions, total in totals)


def test_the_annex_holds_every_item_once_and_each_group_beside_its_criteria(sample):
    heads = [cell for _, head, _ in list(tables_of(annex.annex_tables(sample)))[:-1] for cell in head[2:]]
    wanted = [
        name for g in sample.groups for name in (f"Nhóm {g.id}", *(i.id for i in sample.items if i.group == g.id))
    ]
    assert heads == [*wanted, *(item.id for item in sample.items if item.kind != "criterion")]


def test_units_without_points_are_named_with_the_reason(sample):
    text = annex.without_points(sample).text
    missing = [unit.line.name for unit in sample.units if unit.line.total is None]
    assert missing
    assert all(name in text for name in missing)


# The council


def test_the_ranking_says_who_is_proposed_and_who_shares_a_rank(sample):
    ((_, _, rows),) = tables_of(councilpages.ranking_table(sample, "K2"))
    assert rows[0][-1] == "Đề xuất xét."
    assert [row[0] for row in rows] == [str(place) for place in range(1, len(rows) + 1)]
    quotas = councilpages.block_quotas(sample, "K2").text
    assert "20% của 18 đơn vị = 3,6, làm tròn xuống 3" in quotas


def test_the_council_sees_by_block_whose_band_it_decides_who_is_equal_and_what_is_doubtful(sample):
    schools = councilpages.to_consider(sample, "K2").text
    chosen = re.search(r"Mức “Hoàn thành xuất sắc nhiệm vụ”, đề xuất xét: (.*)\.", schools)
    assert chosen
    assert [name in chosen[1] for name in ("Anh Đào", "Bình Minh", "Hoa Ban", "Ban Mai")] == [True] * 3 + [False]
    assert "Cùng hạng 1: Công đoàn cơ sở Trường Tiểu học Anh Đào và Công đoàn cơ sở Trường THCS Bình Minh." in schools
    assert "Còn tiêu chí để trống số liệu (số tiêu chí): CĐCS Trường TH Anh Đào (2)" in schools
    assert "Phú Trung: có nhóm tiêu chí dưới 50% điểm" in councilpages.to_consider(sample, "K1").text


def test_how_far_self_given_points_hold_is_told(sample):
    units = sample.of_block("K1")
    kept, lowered, raised = (sum(getattr(unit, move) for unit in units) for move in ("kept", "lowered", "raised"))
    text = councilpages.self_scores(sample, "K1").text
    assert f"Có {kept + lowered + raised} lượt tự chấm: giữ nguyên {kept} lượt" in text
    assert f"giảm {lowered} lượt, tăng {raised} lượt" in text


def test_bands_are_counted_by_block_and_add_up(sample):
    ((_, head, [*rows, shares]),) = tables_of(councilpages.bands_table(sample))
    assert shares[0] == f"Tỷ lệ trên {sample.overview.rated} đơn vị được xếp loại"
    counts = [[int(cell) for cell in row[1:]] for row in rows]
    assert head[-1] == rows[-1][0] == "Cộng"
    assert all(sum(row[:-1]) == row[-1] for row in counts)
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert counts[-1][-1] == sample.overview.units


def test_votes_and_conclusions_are_left_to_the_pen(sample):
    for block in (councilpages.vote_tables(sample), councilpages.choice_tables(sample)):
        for _, head, rows in tables_of(block):
            assert head[-2:] == ["Số phiếu đồng ý", "Hội đồng kết luận"]
            assert {cell for row in rows for cell in row[-2:]} == {""}
    opening = councilpages.minutes_opening(sample).text
    assert re.search(r"Chủ trì \(chức vụ\): …+\n", opening)


def test_the_council_votes_on_every_eligible_unit_and_no_other(sample):
    voted = {row[1] for _, _, rows in tables_of(councilpages.vote_tables(sample)) for row in rows}
    assert voted == {unit.line.name for unit in sample.units if unit.eligible}


def test_a_band_by_points_that_is_over_its_quota_is_put_to_the_council_whole(dossier_from, rubric_of_criteria):
    quota = {"band": "tot", "base": ["yeu", "tot"], "share": 50, "per": "overall", "rounding": "down"}
    rubric = rubric_of_criteria(criterion("A1", 6, "share_of_target", params={"target": 9}), quotas=[quota])
    values = {"TH01": 1, "TH02": 9, "TH03": 7, "TH04": 8}
    dossier = dossier_from(rubric, people(*values), *(entry(unit, "A1", value) for unit, value in values.items()))
    ((caption, _, rows),) = tables_of(councilpages.choice_tables(dossier))
    assert caption == "Bảng 3. Các đơn vị được xét mức “Đạt”, tối đa 2"
    assert [row[1] for row in rows] == ["TH02", "TH04", "TH03"]
    assert [row[3] for row in rows] == [*["Trong tỷ lệ khống chế."] * 2, "Vượt tỷ lệ khống chế, hội đồng xem xét."]


def test_the_council_sees_those_it_may_choose_first_and_why_others_are_not_open(sample):
    ((_, _, rows),) = tables_of(councilpages.choice_tables(sample))
    assert [row[3] for row in rows[:3]] == ["Đề xuất xét."] * 3
    assert [row[3] for row in rows[3:5]] == [
        "Chưa đủ điều kiện (có cán bộ chủ chốt bị kỷ luật từ cảnh cáo trở lên).",
        "Chưa đủ điều kiện (chưa có thỏa ước lao động tập thể hoặc quy chế dân chủ).",
    ]


def test_units_a_gate_lowered_or_withheld_are_put_to_the_council(sample):
    text = councilpages.cases_list(sample).text
    assert "có nhóm tiêu chí dưới 50% điểm; theo điểm là “Hoàn thành tốt nhiệm vụ”" in text
    assert text.count("có nhóm tiêu chí dưới 50%") == len({line for line in text.splitlines() if "50%" in line})
    assert "Vận tải Đường Mới: không có báo cáo năm" in text


# The report upward


def test_every_scored_clause_is_told_by_what_units_did(sample):
    ((_, _, rows),) = tables_of(report_upward.clauses_table(sample))
    cited = {item.clause for item in sample.items if item.kind != "deduction"}
    assert [row[0] for row in rows if row[0]] == [clause.id for clause in sample.clauses if clause.id in cited]
    (sessions,) = [row for row in rows if row[1].startswith("B1.")]
    assert sessions[2:] == ["80 buổi", "37", "25", "82,4"]


def test_the_clauses_of_the_reporting_body_are_left_for_it_to_tell(sample):
    assert re.search(r"Mục III\.1\. .* Kết quả: …+", report_upward.own_tasks(sample).text)
    clauses = tuple(one.model_copy(update={"cited": "đoạn cuối"}) for one in sample.clauses)
    told = report_upward.own_tasks(sample.model_copy(update={"clauses": clauses})).text
    assert "Đoạn cuối. " in told
    assert "Mục đoạn" not in told


def test_good_models_are_counted_and_nobody_is_named(sample):
    text = report_upward.models_list(sample, "D1, P1").text
    assert "Xây dựng, chia sẻ mô hình hay: 35 mô hình, 36 đơn vị có số liệu." in text


def test_the_models_are_those_of_the_plans_clauses_unless_others_are_named(sample):
    lines = [line for line in report_upward.models_list(sample, "").text.splitlines() if line.startswith("- ")]
    names = (
        "Xây dựng, chia sẻ mô hình hay",
        "Biểu dương người tốt, việc tốt",
        "Mô hình được cấp tỉnh trở lên công nhận",
    )
    assert [line.partition(":")[0] for line in lines[:-1]] == [f"- {name}" for name in names]


def test_each_unit_with_a_model_is_proposed_with_the_number_and_date_of_its_document(sample, evaluation):
    ((caption, _, rows),) = tables_of(report_upward.models_list(sample, ""))
    names = {unit.short_name: unit.line.id for unit in sample.units}
    marks = evaluation.marks[evaluation.marks["points"].notna() & (evaluation.marks["points"] > 0)]
    cited = set(zip(marks["unit"], marks["evidence"], strict=True))
    assert "biểu dương" in caption
    documents = [(names[unit], evidence) for unit, *told in rows for evidence in told if evidence]
    assert len(documents) == sum(len(item.shown) for item in sample.items) > 10
    assert set(documents) <= cited


def test_a_rubric_without_models_leaves_them_to_the_pen(dossier_from, counted):
    text = report_upward.models_list(dossier_from(counted, people("TH01")), "").text
    assert re.fullmatch(r"- Mô hình, cách làm đề nghị nhân rộng: …+", text)


def test_a_criterion_that_does_not_exist_is_refused_with_those_that_do(sample):
    with pytest.raises(ParameterError, match=r"D9: không có tiêu chí này.*A1, A2"):
        report_upward.models_list(sample, "D1, D9")


def test_difficulties_and_proposals_follow_from_the_largest_shares_lost(sample):
    ((_, _, rows),) = tables_of(report_upward.difficulties(sample))
    shares = [number(row[-1]) for row in rows]
    assert shares == sorted(shares, reverse=True)
    assert item_of(sample, rows[0][0]).advice.rstrip(".") in report_upward.proposals(sample).text


def without_addressees(dossier):
    body = dossier.overview.body.model_copy(update={"reports_to": ()})
    return dossier.model_copy(update={"overview": dossier.overview.model_copy(update={"body": body})})


def test_the_report_goes_to_whom_the_plan_names_unless_others_are_given(sample):
    named = "Kính gửi:\n- Liên đoàn Lao động tỉnh Bình Phước;\n- Ban Thường trực Ủy ban MTTQ Việt Nam huyện Phú Riềng."
    text = report_upward.upward_opening(sample, "").text
    assert named in text
    assert re.search(
        r"\n\nThực hiện kế hoạch .*, Liên đoàn Lao động huyện Phú Riềng báo cáo kết quả .* như sau\.$", text
    )
    assert re.search(r"Kính gửi:\n…+\n\nThực hiện", report_upward.upward_opening(without_addressees(sample), "").text)
    assert "Kính gửi:\n- Tỉnh;\n- Mặt trận.\n" in report_upward.upward_opening(sample, "Tỉnh; Mặt trận").text


# Whatever a year holds


def documents_of(dossier):
    """Every part of the four documents, as the notebooks put them together."""
    yield [
        councilpages.ranking_opening(dossier, "K1"),
        councilpages.ranking_table(dossier, "K1"),
        councilpages.ranking_chart(dossier, "K1"),
        councilpages.block_quotas(dossier, "K1"),
        councilpages.self_scores(dossier, "K1"),
        councilpages.ranking_ending(dossier),
        display.landscape(),
        annex.detail_tables(dossier, "K1", first=2),
    ]
    yield [
        councilpages.minutes_opening(dossier),
        councilpages.bands_table(dossier),
        councilpages.vote_tables(dossier),
        councilpages.choice_tables(dossier),
        councilpages.ties_list(dossier),
        councilpages.cases_list(dossier),
        councilpages.minutes_ending(dossier),
    ]
    yield [
        report_upward.upward_opening(dossier, f"{LONG}; {LONG}"),
        report_upward.situation(dossier),
        report_upward.clauses_table(dossier),
        report_upward.own_tasks(dossier),
        report_upward.models_list(dossier, dossier.items[0].id),
        report_upward.difficulties(dossier),
        report_upward.proposals(dossier),
        report_upward.upward_ending(dossier),
    ]
    yield [
        display.landscape(),
        annex.annex_opening(dossier),
        annex.key_table(dossier),
        annex.annex_tables(dossier),
        annex.without_points(dossier),
    ]


@pytest.fixture
def large(rubric_of):
    """A rubric of sixty criteria; one group alone is wider than a page."""
    named = [(name, size) for name, size in zip("ABCDE", (20, 15, 10, 9, 6), strict=True)]
    groups = [
        group(name, *(criterion(f"{name}{n}", 1, "share_of_target", params={"target": 3}) for n in range(1, size + 1)))
        for name, size in named
    ]
    return rubric_of(groups=groups, total={"max_points": 60, "floor": 0}, gates=[])


@pytest.mark.slow
@pytest.mark.parametrize("reported", [True, False])
def test_no_word_leaves_the_paper_with_long_names_sixty_criteria_or_an_empty_year(dossier_from, large, reported):
    ids = [f"TH{place:02}" for place in range(12)]
    names = [LONG if place % 5 == 0 else f"Công đoàn cơ sở số {place}" for place in range(12)]
    entries = [entry(unit, c.id, place % 4) for place, unit in enumerate(ids) for c in large.criteria] * reported
    dossier = dossier_from(large, people(*ids, name=names, short_name=names), *entries)
    for blocks in documents_of(dossier):
        assert_whole_on_paper(notebook_of(*blocks))


def assert_whole_on_paper(notebook):
    """No word leaves the margins of its page, and the PDF keeps to its standards."""
    pdf, resources = AssessmentPDFExporter().from_notebook_node(notebook)
    assert resources["scoring"]["warnings"] == []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        right, narrowest = float(page.mediabox.width) - 17 / 25.4 * 72, 2
        runs = []
        page.extract_text(visitor_text=lambda text, _, place, *__, runs=runs: runs.append((text.strip(), place)))
        assert all(place[4] + narrowest * len(text) < right for text, place in runs if text)


@pytest.fixture
def crowded_results(large, plan, tmp_path):
    """A folder with the results of two units of 200-character names and sixty criteria; the second reported nothing."""
    units = people("TH00", "TH01", name=[LONG] * 2, short_name=[LONG] * 2)
    entries = [entry("TH00", criterion.id, place % 4) for place, criterion in enumerate(large.criteria)]
    marks, totals = score(entries_of(*entries), large, units)
    standings, quotas = rank(totals, large, units)
    overview = oversee(totals, standings, quotas, received_table([]), units, large, plan)
    (tmp_path / OVERVIEW).write_bytes(overview.model_dump_json().encode())
    (tmp_path / ASSESSMENTS).mkdir()
    tables = (marks, totals, standings, quotas, findings_table([]), decisions_of())
    for one in assess_units(*tables, units, large, plan, {}, {}):
        (tmp_path / ASSESSMENTS / f"{one.unit.id}.json").write_bytes(one.model_dump_json().encode())
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "unit"), [("unit_assessment", "TH00"), ("unit_assessment", "TH01"), ("year_overview", None)]
)
def test_no_word_leaves_a_units_page_and_the_overview_either(crowded_results, large, name, unit):
    stated = {"year": large.year, "out": str(crowded_results)} | ({"unit": unit} if unit else {})
    path = YEAR.parents[1] / "notebooks" / "documents" / f"{name}.ipynb"
    assert_whole_on_paper(
        papermill.execute_notebook(path, None, stated, engine_name="scoring", progress_bar=False, cwd=YEAR.parents[1])
    )


def test_an_empty_year_tells_no_figure_it_does_not_have(dossier_from, small):
    dossier = dossier_from(small, people("TH01"))
    assert report_upward.models_list(dossier, "A1").text.startswith("- Số buổi sinh hoạt: …")
    assert annex.detail_tables(dossier, "K1", first=2).text == "Khối chưa có đơn vị nào có điểm."
    assert "Chưa đơn vị nào của khối ghi điểm tự chấm." in councilpages.self_scores(dossier, "K1").text


def test_hostile_names_stay_text_in_every_document(dossier_from, small):
    units = people("TH01", name=[HOSTILE], short_name=[HOSTILE[:40]])
    dossier = dossier_from(small, units, entry("TH01", "A1", 4, self_points=600))
    htmls = [AssessmentHTMLExporter().from_notebook_node(notebook_of(*blocks))[0] for blocks in documents_of(dossier)]
    pages = [BeautifulSoup(html, "html.parser") for html in htmls]
    assert not [tag for page in pages for tag in page.find_all(["script", "b"])]
    names_units = [HOSTILE in page.main.text for page in pages]
    assert names_units == [True, True, False, True]  # the report upward has numbers only


# The documents of a year


@pytest.fixture(scope="module")
def assessments(evaluation):
    return list(evaluation.assessments())


def by_name(documents):
    return {document.name: document for document in documents}


def test_a_year_has_a_document_for_each_unit_each_block_and_each_reader(sample, assessments):
    documents = by_name(year_documents(assessments, sample, Path("ra"), units=None, formats=()))
    per_block, *others = (one.name for one in COUNCIL_DOCUMENTS)
    council = [*(per_block.format(block=block.id) for block in sample.overview.blocks), *others]
    assert list(documents) == [*(one.unit.id for one in assessments), "tong_hop", *council]
    assert {documents[name].formats for name in council} == {("html", "pdf", "docx")}
    assert documents["xep_hang_K2"].parameters["block"] == "K2"


@pytest.mark.parametrize("name", YEARS)
def test_a_blocks_ranking_tells_of_the_block_alone_what_it_tells_of_the_year(name):
    dossier = dossier_of(evaluation_of(name))
    for block in (table.id for table in dossier.overview.blocks):
        of_year, of_block = (
            [cell.get("outputs", cell.source) for cell in told("ranking_council", dossier=one, block=block).cells]
            for one in (dossier, dossier.for_block(block))
        )
        assert of_block[:-1] == of_year[:-1]  # the last one is the digest
        assert len(of_block) > 8


def test_what_changes_in_one_block_makes_the_rankings_of_no_other_due(sample, assessments):
    per_block, *others = (one.name for one in COUNCIL_DOCUMENTS)
    of_the_dossier = set(others) - {"do_tin_cay"}  # which has results of its own

    def digests(dossier):
        documents = year_documents(assessments, dossier, Path("ra"), units=None, formats=())
        return {document.name: document.inputs_digest for document in documents if "/council" in str(document.folder)}

    first = next(unit for unit in sample.units if unit.block == "K1" and unit.line.total is not None)
    lower = first.model_copy(update={"line": first.line.model_copy(update={"total": first.line.total - 1})})
    units = tuple(lower if unit is first else unit for unit in sample.units)
    items = tuple(item.model_copy(update={"points": item.points - 1}) for item in sample.items)
    before, after = digests(sample), digests(sample.model_copy(update={"units": units, "items": items}))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {per_block.format(block="K1")} | of_the_dossier


def test_formats_that_are_asked_for_hold_for_every_document(sample, assessments):
    documents = year_documents(assessments, sample, Path("ra"), units=None, formats=("pdf",))
    assert {tuple(document.formats) for document in documents} == {("pdf",)}


def test_a_few_units_are_made_without_the_councils_documents(sample, assessments):
    few = {assessments[0].unit.id}
    assert [*by_name(year_documents(assessments, sample, Path("ra"), units=few, formats=()))] == [*few, "tong_hop"]


# The workbook


def book_of(dossier):
    return load_workbook(io.BytesIO(ranking_xlsx(dossier)))


def test_the_workbook_has_a_sheet_for_each_block_and_one_of_all_criteria(sample):
    book = book_of(sample)
    assert book.sheetnames == [f"{b.id} {b.name}"[:31].strip() for b in sample.overview.blocks] + [
        "Tiêu chí",
        "Mức xếp loại",
    ]
    sheet = book["Tiêu chí"]
    assert sheet.max_row == 1 + len(sample.units)
    assert sheet.max_column == 4 + len(sample.items) + 1


def test_no_cell_of_the_workbook_is_a_formula_and_every_sheet_can_be_filtered_and_printed(sample):
    for sheet in book_of(sample):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert book_of(sample)["Tiêu chí"].print_title_cols == "$A:$A"


def test_the_workbooks_figures_are_those_of_the_dossier(sample):
    sheet = book_of(sample)["Tiêu chí"]
    for row, unit in zip(sheet.iter_rows(min_row=2, values_only=True), sample.units, strict=True):
        assert row[1] == unit.line.id
        figures = [figure for figure in row[4:-1] if isinstance(figure, int | float)]
        if unit.line.total is not None:
            assert sum(round(figure * 100) for figure in figures) == unit.line.total == round(row[-1] * 100)


def test_a_column_is_as_wide_as_its_longest_text_within_bounds(dossier_from, small):
    sheet = book_of(dossier_from(small, people("TH01", name=[LONG])))["Tiêu chí"]
    assert [round(sheet.column_dimensions[column].width) for column in "AB"] == [47, 10]


def test_hostile_names_of_units_and_blocks_stay_text_in_the_workbook(dossier_from, rubric_of):
    rubric = rubric_of(blocks={"K1": "[=1+1]: khối*?", "K2": "=K1"})
    book = book_of(dossier_from(rubric, people("TH01", name=["=1+1"])))
    assert book.sheetnames == ["K1 =1+1 khối", "K2 =K1", "Tiêu chí", "Mức xếp loại"]
    assert book["Tiêu chí"]["A2"].value == "=1+1"
    assert book["Tiêu chí"]["A2"].data_type == "s"


def test_a_large_registers_assessments_go_to_a_folder_for_each_block(assessments, sample):
    documents = year_documents(assessments, sample, Path("ra"), units=None, formats=(), by_block=True)
    units = {one.unit.id: one.unit.block for one in assessments}
    assert {one.name: one.folder for one in documents if one.name in units} == {
        unit: Path("ra") / "units" / block for unit, block in units.items()
    }
