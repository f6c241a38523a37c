"""The same year in English: the catalogue is whole, no Vietnamese is left on a page, and every figure is the same."""

import datetime
import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import nbformat
import papermill
import pytest
from bs4 import BeautifulSoup

from scoring.assessment.evaluation import evaluate
from scoring.core import wording
from scoring.core.catalogue import renewed, source_catalogue, untranslated
from scoring.core.errors import ParameterError
from scoring.core.language import (
    LANGUAGES,
    POST_COUNTS,
    POST_WORDS,
    VIETNAMESE,
    say,
    say_count,
    speaking,
    speaking_of_posts,
)
from scoring.pages.export.fonts import vietnamese_letters
from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.markdown import spoken_notebook
from scoring.publishing.results import open_assessment, write_results
from scoring.publishing.year_documents import COUNCIL_DOCUMENTS
from scoring.register.year import open_year

ROOT = Path(__file__).parents[2]
UNITS = ("XA-PHURIENG", "MN-HOAMAI")
DOCUMENTS = [
    *(("unit_assessment", {"unit": unit}) for unit in UNITS),
    ("unit_brief", {"unit": UNITS[1]}),
    ("year_overview", {}),
    *((one.notebook, {"block": "K2"} if "{block}" in one.name else {}) for one in COUNCIL_DOCUMENTS),
]
NAMES = ("Bình Phước", "Phú Riềng", "Hồ Chí Minh", "Đồng Nai")
"""Proper names inside English sentences."""
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: "-".join([one[0], *one[1].values()]))
VIETNAMESE_ONLY = "".join(sorted(letter for letter in vietnamese_letters() if not letter.isascii()))


# Words, numbers, days


def test_words_numbers_and_days_follow_the_language_for_as_long_as_it_is_spoken():
    figures = (wording.number(Decimal("1234.5"), 2), wording.share(3, 8), wording.enumeration(["A", "B", "C"]))
    assert figures == ("1.234,50", "37,5%", "A, B và C")
    with speaking("en"):
        assert wording.number(Decimal("1234.5"), 2) == "1,234.50"
        assert wording.share(3, 8) == "37.5%"
        assert wording.day(datetime.date(2026, 1, 5)) == "5 Jan 2026"
        assert wording.enumeration(["A", "B", "C"]) == "A, B and C"
    assert wording.day(datetime.date(2026, 1, 5)) == "05/01/2026"


def test_what_has_no_translation_is_said_in_vietnamese_and_a_text_in_a_sentence_is_never_a_pattern():
    with speaking("en"):
        assert say("câu này chưa ai dịch: {what}", what="{what} {0}") == "câu này chưa ai dịch: {what} {0}"
        assert say("") == ""


def test_one_and_many_are_told_apart():
    with speaking("en"):
        counts = [say_count("{report}, muộn {count} ngày", count, report="A") for count in (1, 2)]
    assert counts == ["A, 1 day late", "A, 2 days late"]


# The catalogues


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {VIETNAMESE}))
def test_a_catalogue_translates_all_that_is_said_with_the_same_names_and_nothing_else(language):
    assert untranslated(renewed(language)) == []
    stored = (ROOT / "scoring" / "core" / "languages" / f"{language}.po").read_text(encoding="utf-8")
    assert len(re.findall(r"^msgid ", stored, re.MULTILINE)) == sum(bool(one.id) for one in source_catalogue()) + 1


def test_what_posts_are_told_instead_stands_for_something_that_is_said():
    known = {part for one in source_catalogue() for part in ([one.id] if isinstance(one.id, str) else one.id)}
    assert {*POST_WORDS, *POST_COUNTS} <= known


def test_of_posts_every_sentence_speaks_of_posts_but_of_bodies_as_bodies():
    texts = [part for one in source_catalogue() for part in ([one.id] if isinstance(one.id, str) else one.id) if part]
    with speaking_of_posts():
        told = {text: say(text) for text in texts if "{" not in text}
        assert say("{units} đơn vị", units="Đơn vị sự nghiệp") == "Đơn vị sự nghiệp chức danh"
        with speaking("en"):
            assert say("Số đơn vị") == "Posts"
            assert say_count("{count} đơn vị ngoài tỷ lệ", 2) == "2 posts beyond the quota"
    left = {text for text, one in told.items() if "đơn vị" in one.casefold()}
    assert left == {
        text for text in left if re.search("tiếp nhận|chịu trách nhiệm|(đoàn viên|kết quả) của đơn vị", text)
    }
    assert told["Đơn vị"] == "Chức danh"


def test_the_prose_of_documents_about_posts_speaks_of_posts():
    prose = {one.id for one in source_catalogue() if isinstance(one.id, str) and one.id.startswith("##")}
    about = [text for text in prose if "đơn vị" in text]
    with speaking_of_posts():
        assert about
        assert all("chức danh" in say(text) and "đơn vị" not in say(text) for text in about)


# The pages


@pytest.fixture(scope="module")
def year_of(tmp_path_factory, sample_2024):
    """The folder of a language's results of 2024, and their evaluation."""

    @cache
    def year_of(language):
        out = tmp_path_factory.mktemp(language)
        with speaking(language):
            evaluation = sample_2024 if language == VIETNAMESE else evaluate(open_year(ROOT / "data" / "2024"))
            write_results(evaluation, out)
        return out, evaluation

    return year_of


@pytest.fixture(scope="module")
def page_of(year_of):
    """The HTML page of a document in a language, parsed."""

    @cache
    def page_of(name, parameters, language):
        with speaking(language):
            notebook = spoken_notebook(nbformat.read(ROOT / "notebooks" / "documents" / f"{name}.ipynb", as_version=4))
        stated = {"year": 2024, "out": str(year_of(language)[0]), "language": language, **dict(parameters)}
        executed = papermill.execute_notebook(
            notebook, None, stated, engine_name="scoring", progress_bar=False, cwd=ROOT
        )
        return BeautifulSoup(AssessmentHTMLExporter().from_notebook_node(executed)[0], "html.parser")

    return lambda document, language: page_of(document[0], tuple(document[1].items()), language)


@pytest.fixture(scope="module")
def given_words(year_of):
    """What people wrote and what has no other name: units and their parents, evidence, reasons and roles."""
    evaluation = year_of("en")[1]
    units, decisions = evaluation.year.units, evaluation.decisions
    columns = [units["name"], units["short_name"], units["parent"], evaluation.marks["evidence"]]
    columns += [decisions["reason"], decisions["role"], evaluation.received["file"]]
    words = {str(word) for column in columns for word in column.dropna() if word}
    words |= set(NAMES)
    return sorted(words | {word.upper() for word in words}, key=len, reverse=True)


@each_document
def test_an_english_page_says_so_and_has_no_vietnamese_but_names_and_what_people_wrote(page_of, given_words, document):
    page = page_of(document, "en")
    assert page.html["lang"] == "en"
    left = []
    for text in page.stripped_strings:
        rest = text
        for word in given_words:
            rest = rest.replace(word, "")
        # evidence cut short, numbers of documents, words a form takes
        rest = re.sub(r"[^;]*…|\S*[/-](LĐLĐ|TLĐ|QĐ|CĐ)\S*|“không áp dụng”", "", rest, flags=re.IGNORECASE)
        if re.search(f"[{VIETNAMESE_ONLY}]", rest):
            left.append(text)
    assert left == []


NUMBER = re.compile(r"-?\d[\d.,]*")


def figures_of(page):
    """The figures in the page's columns of figures, without signs of grouping; the decimal sign is a point."""
    language = page.html["lang"]
    cells = [cell.get_text() for cell in page.select('td[style="text-align:right"]')]
    if language == VIETNAMESE:
        cells = [cell.translate(str.maketrans(",.", ".,")) for cell in cells]
    return [number.replace(",", "") for cell in cells for number in NUMBER.findall(cell)]


@each_document
def test_an_english_page_has_the_figures_of_the_vietnamese_one(page_of, document):
    english, vietnamese = (page_of(document, language) for language in ("en", VIETNAMESE))
    assert figures_of(english) == figures_of(vietnamese)
    tables = [[len(page.select(part)) for part in ("table", "tr", "td", "th", "h2")] for page in (english, vietnamese)]
    assert tables[0] == tables[1]


def test_results_of_one_language_are_not_taken_for_those_of_another(year_of):
    english = open_assessment(2024, UNITS[0], out=str(year_of("en")[0]), language="en")
    assert english.language == "en"
    assert open_assessment(2024, UNITS[0], out=str(year_of("en")[0])).language == VIETNAMESE
    assert json.loads(english.model_dump_json())["rubric_digest"] == english.rubric_digest
    with pytest.raises(ParameterError, match="'fr': chưa có ngôn ngữ này"):
        open_assessment(2024, UNITS[0], language="fr")
