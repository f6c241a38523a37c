"""A rubric in words: everything the file rules stands in the tables, in Vietnamese."""

import re
from pathlib import Path

import pytest

from scoring.rubric.methods import METHODS
from scoring.rubric.model import Tie, When
from scoring.rubric.parameters import Target
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.rule_words import rule_words, tie_words, when_words
from scoring.rubric.tables import rubric_tables
from scoring.rubric.targets import target_words

HERE = Path(__file__).parent
YEAR = HERE.parents[1] / "data" / "2024"
PLAN = read_plan(YEAR / "plan.yaml")
RUBRICS = [YEAR / "rubrics" / f"{name}.yaml" for name in ("grassroots", "upper_level", "officer", "annual")]


@pytest.fixture(scope="module")
def grassroots():
    return read_rubric(RUBRICS[0], PLAN)


@pytest.fixture(scope="module")
def every_method():
    return read_rubric(HERE.parent / "assessment" / "explanation.yaml", PLAN)


def tables_of(rubric):
    return {table.title.split(" (bản")[0]: table for table in rubric_tables(rubric, PLAN)}


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module", params=RUBRICS, ids=lambda path: path.stem)
def shown(request):
    rubric = read_rubric(request.param, PLAN)
    return rubric, tables_of(rubric)


def test_every_row_is_as_long_as_its_headings_and_no_column_is_empty(shown):
    for table in shown[1].values():
        assert {len(row) for row in table.rows} == {len(table.headings)}
        assert all(any(column) for column in zip(*table.rows, strict=True))


def test_every_item_stands_once_with_its_maximum_and_clause(shown):
    rubric, tables = shown
    table = tables[rubric.name]
    clause = table.headings.index("Mục")
    rows = [(row[0], row[2], row[clause]) for row in table.rows if row[clause]]
    assert rows == [(item.id, plain_number(item.max_points), item.clause) for item in rubric.items]


def plain_number(figure):
    return f"{figure.normalize():f}".replace(".", ",")


def test_groups_stand_above_their_criteria_with_their_sums(shown):
    rubric, tables = shown
    rows = [row for row in tables[rubric.name].rows if row[1].startswith("Nhóm: ") and row[0]]
    assert {row[0]: row[2] for row in rows if row[0] in {group.id for group in rubric.groups}} == {
        group.id: plain_number(group.max_points) for group in rubric.groups
    }


def test_every_band_gate_quota_period_and_source_is_shown(shown):
    rubric, tables = shown
    counts = {
        "Mức xếp loại": rubric.bands,
        "Điều kiện khống chế": rubric.gates,
        "Tỷ lệ khống chế": rubric.quotas,
        "Kỳ báo cáo": rubric.periods,
        "Nguồn": rubric.sources,
        "Các mục của kế hoạch": PLAN.clauses,
    }
    assert {title: len(tables[title].rows) for title in counts} == {title: len(part) for title, part in counts.items()}


def test_nothing_an_evaluator_reads_is_an_english_key_of_the_file(shown):
    _, tables = shown
    keys = {*METHODS, "scored", "missing", "required", "optional", "rounded", "block", "overall", "None"}
    ids = {"Mã", "Nguồn", "Mục", "Chỗ ghi", "Tiêu chí, hoặc vì sao không chấm"}
    for table in tables.values():
        read = [text for row in table.rows for head, text in zip(table.headings, row, strict=True) if head not in ids]
        assert not keys & set(re.findall(r"[A-Za-z_]+", " ".join(read)))


def test_the_bands_of_the_officers_rubric_read_as_ranges():
    tables = tables_of(read_rubric(RUBRICS[2], PLAN))
    assert [row[2] for row in tables["Mức xếp loại"].rows] == [
        "từ 0 đến dưới 50 điểm",
        "từ 50 đến dưới 70 điểm",
        "từ 70 đến dưới 90 điểm",
        "từ 90 điểm trở lên",
    ]


def test_figures_chosen_by_date_are_shown_with_their_source():
    tables = tables_of(read_rubric(RUBRICS[2], PLAN))
    assert tables["Con số chọn theo ngày"].rows[-1] == ("quotas.0.share", "20", "proposal")


def test_a_clause_that_is_not_scored_says_why(grassroots):
    rows = {row[0]: row[2:] for row in tables_of(grassroots)["Các mục của kế hoạch"].rows}
    assert rows["I.b"] == ("A4", "")
    assert rows["I"] == ("–", "Là đề mục, các gạch đầu dòng được xét riêng.")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (
            "A1",
            "Theo tỷ lệ đạt chỉ tiêu, tối đa 100% số điểm. "
            "Chỉ tiêu: dưới 50 đoàn viên: 2 buổi; từ 50 đoàn viên: 4 buổi",
        ),
        ("A2", "Theo tỷ lệ đạt chỉ tiêu, tối đa 100% số điểm. Chỉ tiêu: 90% số đoàn viên"),
        ("A3", "Theo tỷ lệ đạt chỉ tiêu, tối đa 100% số điểm; càng ít càng tốt. Chỉ tiêu: 2 vụ"),
        ("A4", "Tính theo tỷ lệ trên nhiệm vụ được giao"),
        ("A6", "Đúng hạn: đủ điểm; mỗi ngày muộn bớt 12,5% số điểm"),
        ("B2", "So với đơn vị cao nhất và thấp nhất của khối; càng ít càng tốt"),
        (
            "B3",
            "Đạt chỉ tiêu được 50% số điểm, phần còn lại theo mức vượt so với đơn vị vượt nhiều nhất khối. "
            "Chỉ tiêu: 10 đoàn viên",
        ),
        ("B4", "Người thẩm định cho điểm"),
        ("P1", "Mỗi mô hình: 2 điểm"),
    ],
)
def test_a_rule_says_its_method_and_every_parameter(every_method, item, words):
    assert plain(rule_words(every_method.item[item], every_method)) == words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"by": "type", "values": {"truong": 4}, "otherwise": 2}, "Trường học: 4 buổi; còn lại: 2 buổi"),
        ({"by": "block", "values": {"K1": 4}, "otherwise": 1}, "Khối cơ quan xã: 4 buổi; còn lại: 1 buổi"),
        ({"by": "unit", "values": {"XA-BUNHO": 3}}, "XA-BUNHO: 3 buổi"),
        ({"assigned_by": "LĐLĐ tỉnh"}, "do LĐLĐ tỉnh giao cho từng đơn vị"),
    ],
)
def test_a_target_that_depends_on_the_unit_names_whom(grassroots, target, words):
    assert target_words(Target.model_validate(target), grassroots.item["B1"], grassroots) == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"criterion": "A1", "states": ("missing", "zero")}, "tiêu chí A1 ở trạng thái thiếu số liệu hoặc 0 điểm"),
        ({"report_missing": "NAM"}, "không có báo cáo năm"),
        ({"group_below": 50}, "có nhóm dưới 50% điểm được áp dụng"),
        ({"group_below": 50, "group": "B"}, "nhóm B dưới 50% điểm được áp dụng"),
        ({"fact": "K2", "at_least": 1, "unknown": True}, "số vụ ngừng việc tập thể hoặc đình công trái pháp luật từ 1 "
         "trở lên (chưa có số liệu thì coi là có)"),
        ({"fact": "K1", "below": 1, "unknown": True}, "không có thỏa ước lao động tập thể hoặc quy chế dân chủ đang "
         "thực hiện (chưa có số liệu thì coi là có)"),
        ({"not_eligible": True}, "theo danh bạ, đơn vị không thuộc diện xếp loại"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_clause_of_a_sentence(grassroots, when, words):
    assert plain(when_words(When.model_validate(when), grassroots)) == words


@pytest.mark.parametrize(
    ("tie", "words"),
    [
        ({"by": "group", "id": "B", "better": "more"}, "điểm nhóm B cao hơn"),
        ({"by": "deductions", "better": "less"}, "điểm trừ thấp hơn"),
    ],
)
def test_a_tie_step_says_what_is_better(tie, words):
    assert tie_words(Tie.model_validate(tie)) == words
