"""What every sheet must keep together, on all three ways to paper: figures, heads, sums, signatures.

Documents of every sample year and rubric, as PDF, as Word through LibreOffice, and from a browser's printer: all about
the year, and one unit in eight, for all of them take half an hour:

    SCORING_PRINTED=all python -m pytest tests/pages/test_printed.py
"""

import os
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from helpers.notebooks import notebook_of
from helpers.pages import YEARS, evaluation_of, year_pages
from helpers.printing import by_browser, by_typst, by_word, html_of

from scoring.assessment.period_report import report_period
from scoring.pages.period_report import period_paper

pytestmark = pytest.mark.slow

WAYS = {"pdf": by_typst, "word": by_word, "browser": by_browser}
FIGURE = re.compile(r"(?<![\w/])[-−+]?\d[\d.]*,\d+(?:/\d[\d.]*,\d+)?%?(?![\w/])")
PARTED = re.compile(r"\d[ ]*\n[ ]*(?:[,%]|điểm\b|đoàn viên\b)|[→=≈][ ]*\n[ ]*\d")
RECIPIENTS = "Nơi nhận:"


@pytest.fixture(scope="module", params=YEARS)
def documents(request):
    """By name, the documents of the year and the reports of its periods."""
    evaluation = evaluation_of(request.param)
    made = dict(year_pages(evaluation))
    if os.environ.get("SCORING_PRINTED") != "all":
        units = [name for name in made if name in set(evaluation.year.units["id"])]
        for place, unit in enumerate(units):
            if place % 8:
                del made[unit]
    for period in evaluation.year.rubric.periods:
        report = report_period(evaluation.year, period.id, date(evaluation.year.rubric.year + 1, 2, 1))
        made[f"period_{period.id}"] = notebook_of(*period_paper(report))
    return made


@pytest.fixture(scope="module", params=WAYS)
def printed(request, documents, tmp_path_factory):
    return WAYS[request.param](documents, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def screens(documents):
    """The HTML of every document, read."""
    return {name: BeautifulSoup(html_of(told), "html.parser").main for name, told in documents.items()}


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_every_figure_is_printed_whole(printed, screens):
    for name, sheets in printed.items():
        known = set(FIGURE.findall(screens[name].get_text(" ")))
        for sheet in sheets:
            assert set(FIGURE.findall(sheet)) <= known, (name, set(FIGURE.findall(sheet)) - known)


def test_no_figure_ends_a_line_without_its_unit(printed):
    for name, sheets in printed.items():
        for sheet in sheets:
            assert not PARTED.search(sheet), (name, sheet[max(PARTED.search(sheet).start() - 40, 0) :][:90])


def test_no_word_of_a_tables_head_is_broken(printed, screens):
    for name, sheets in printed.items():
        words = {word for head in screens[name].select("thead th") for word in head.get_text(" ").split()}
        on_paper = set(" ".join(sheets).split())
        assert words <= on_paper, (name, words - on_paper)


def test_two_lines_at_least_stand_above_a_signature(printed):
    for name, sheets in printed.items():
        for sheet in sheets:
            if RECIPIENTS in sheet:
                above = [line for line in sheet.partition(RECIPIENTS)[0].splitlines() if re.search(r"[^\W\d]", line)]
                assert len([line for line in above if not line.isupper()]) >= 2, (name, above)


def test_a_sum_stands_below_the_row_before_it(printed, screens):
    for name, sheets in printed.items():
        for table in screens[name].select("div.table table"):
            rows = table.select("tbody tr")
            if len(rows) > 2 and rows[-1].find("strong"):
                before, last = (squeezed(row.get_text()) for row in rows[-2:])
                holding = [sheet for sheet in map(squeezed, sheets) if last in sheet]
                assert any(before in sheet for sheet in holding), (name, last[:60])
