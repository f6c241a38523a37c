"""Every fixed sentence is a claim: true in every sample year, of every unit, before the council decides and after."""

import re
from datetime import date

import pytest
from helpers.pages import YEARS, council_pages, evaluation_of, year_pages

from scoring.assessment.edition import PROPOSAL, Edition, final_edition
from scoring.core.language import speaking
from scoring.pages import unit_assessment as page
from scoring.pages.official import body_name
from scoring.publishing.results import results_of

DECISION = "15/QĐ-LĐLĐ"
DAY = date(2025, 1, 20)
FINAL = final_edition(1, DECISION, DAY)
DRAFT = Edition(kind="draft", number=1, decision=DECISION, published_on=DAY)
UNDECIDED = re.compile(
    r"[^\n]*(?:đề xuất|Đề xuất xét|dự thảo|trước khi quyết định|trước khi xếp hạng|trước khi công bố|trước khi chọn"
    r"|để hội đồng xem xét|hội đồng chưa chọn|Thẩm định lại trước hết|Giải trình của|Việc đầu tiên là)[^\n]*"
)


def text_of(notebook):
    """What a reader sees of a document, a block a line."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return "\n".join(
        [*texts, *(out.data.get("text/plain", "") for c in notebook.cells for out in c.get("outputs", ()))]
    )


@pytest.fixture(scope="module", params=YEARS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def evaluation(name):
    return evaluation_of(name)


@pytest.fixture(scope="module")
def proposed(evaluation):
    return {told: text_of(made) for told, made in year_pages(evaluation, PROPOSAL)}


@pytest.fixture(scope="module")
def final(evaluation):
    return {told: text_of(made) for told, made in year_pages(evaluation, FINAL)}


@pytest.fixture(scope="module")
def units(evaluation):
    return results_of(evaluation, PROPOSAL)[0]


def test_nothing_is_sent_to_a_body_that_is_no_more(units):
    for one in units:
        told = page.ending(one).text
        for recipient in one.body.recipients[:-1]:
            assert (recipient in told) is not one.unit.ended, (one.unit.id, recipient)
        assert ("Đơn vị tiếp nhận" in told) is one.unit.taken_over, one.unit.id


def test_nobody_answers_in_the_place_of_a_body_that_nobody_took_over(evaluation, units):
    answering = dict(evaluation.year.units[["id", "answered_by"]].itertuples(index=False))
    for one in (one for one in units if one.unit.ended):
        is_taken_over = isinstance(answering[one.unit.id], str)
        told = page.why(one).text + page.ending(one).text
        assert ("đơn vị tiếp nhận" in told.casefold()) is is_taken_over, one.unit.id
        assert is_taken_over or f"do {body_name(one.body)} trả lời" in told, one.unit.id


def test_only_what_a_page_holds_is_called_a_proposal(units):
    for one in units:
        if one.unit.ended:
            continue
        text, result = page.ending(one).text, one.result
        told = re.search(r"Phiếu dự thảo: (.*) là đề xuất cho đến khi hội đồng quyết định", text)[1]
        words = set(re.split(r", | và ", told))
        assert ("điểm" in words) == (result.total is not None), one.unit.id
        assert ("hạng" in words) == (result.rank is not None), one.unit.id
        assert ("mức" in words) == bool(result.band), one.unit.id
        assert ("việc chưa xếp loại" in words) != bool(result.band), one.unit.id


def test_nothing_is_undecided_on_a_final_page_and_each_names_the_decision(final):
    for document, text in final.items():
        assert not UNDECIDED.search(text), (document, UNDECIDED.search(text)[0])
        assert DECISION in text, document


def test_a_proposal_names_no_decision_and_calls_nothing_decided(proposed):
    for document, text in proposed.items():
        assert "theo Quyết định số" not in text, document
        assert "Được xếp loại" not in text, document


def test_after_a_publication_units_appeal_and_before_it_they_explain(units):
    for one in units:
        if one.unit.ended:
            continue
        for edition, asked in ((PROPOSAL, "Giải trình"), (FINAL, "Đề nghị phúc tra"), (DRAFT, "Đề nghị phúc tra")):
            text = page.ending(one.model_copy(update={"edition": edition})).text
            assert f"{asked} của {one.judged}" in text, (one.unit.id, edition.kind)
            assert (DECISION in text) == (edition is not PROPOSAL), (one.unit.id, edition.kind)


def test_nothing_announces_what_does_not_follow(proposed):
    """Of a table, a list or a choice only what is there is spoken of."""
    for document, text in proposed.items():
        for none, announced in (
            ("Không có đơn vị nào bằng nhau", "Vẫn bằng nhau"),
            ("Bộ tiêu chí không có tỷ lệ khống chế", "việc chọn là của hội đồng"),
            ("Chưa đơn vị nào của khối ghi điểm tự chấm", "điểm tự chấm được giữ nguyên"),
            ("Khối chưa có đơn vị nào có điểm", "Số ở cột đầu"),
            ("Đơn vị nào cũng có điểm", "Không tính vào tỷ lệ"),
        ):
            assert not (none in text and announced in text), (document, none)
        for sign in ("thiếu", "KAD", "chờ"):
            if f"“{sign}” là" in text:
                assert re.search(rf"\| {sign}\b", text), (document, sign)


def test_figures_said_to_be_verified_were(evaluation, proposed):
    was = evaluation.marks["basis"].isin(["verified", "council"]).any()
    assert ("theo báo cáo và kết quả thẩm định" in proposed["report_upward"]) == was


def test_a_digest_stands_at_the_foot_alone_and_clauses_are_cited_as_people_do(evaluation, proposed):
    digest = evaluation.year.rubric.meaning[:12]
    for document, text in proposed.items():
        lines = [line for line in text.splitlines() if digest in line]
        assert all(line.startswith("(*)") or "Căn cứ đánh giá: " in line for line in lines), (document, lines)
        assert not re.search(r"\bclosing\b", text), document


def test_names_inside_a_sentence_have_no_capital_and_a_period_is_called_a_report(units):
    for one in units:
        text = page.why(one).text + page.actions(one).text
        assert not re.search(r"còn vướng điều kiện: [^.]*\b(?:Có|Chưa|Quá|Trên|Dưới)\b", text), one.unit.id
        assert not re.search(r"\b(?:gửi|nhận được) (?!lại|đúng hạn|báo cáo)", page.actions(one).text), one.unit.id


def test_no_text_is_cut(proposed):
    for document, text in proposed.items():
        assert not re.search(r"[^\W…]\s?…(?!…)", text), (document, re.search(r".{0,50}[^\W…]\s?…(?!…)", text)[0])


def test_nobody_is_asked_to_keep_a_result_that_lost_points(units):
    for one in units:
        if "giữ vững kết quả" in page.actions(one).text:
            assert one.result.total >= one.result.effective_max, one.unit.id


def test_no_grade_is_named_after_having_none(units):
    for one in units:
        assert "xếp loại “Không xếp loại”" not in page.annex(one).text, one.unit.id


PROPOSED = re.compile(
    r"proposed (?:grade|band)|Proposed (?:grade|band)|is proposed|are proposals|proposals to the council"
)


def test_no_final_page_in_english_speaks_of_proposals(name):
    with speaking("en"):
        evaluation = evaluation_of(name)
        for document, made in council_pages(evaluation, results_of(evaluation, FINAL)[1]):
            text = text_of(made)
            assert not PROPOSED.search(text), (document, PROPOSED.search(text)[0])
