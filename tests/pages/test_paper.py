"""The sample year's documents as they are read: figures that add up, letters, margins, contrast, structure.

What the PDFs say is read back from the PDFs themselves.
"""

import io
import re
import shutil
import subprocess
from functools import cache
from itertools import product
from pathlib import Path

import papermill
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from scoring.pages.export.html import AssessmentHTMLExporter
from scoring.pages.export.pdf import AssessmentPDFExporter
from scoring.pages.export.word import AssessmentWordExporter
from scoring.pages.spreadsheets import ranking_xlsx
from scoring.publishing.results import dossier_of, write_results

ROOT = Path(__file__).parents[2]
SCORING = ROOT / "scoring"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium")
UNIT = "MN-HOAMAI"
DOCUMENTS = {
    "unit_assessment": {"unit": UNIT},
    "year_overview": {},
    "ranking_council": {"block": "K2"},
    "minutes": {},
    "report_upward": {},
    "annex": {},
}
COUNCIL = ("ranking_council", "minutes", "report_upward", "annex")
PORTRAIT, LANDSCAPE = (595, 842), (842, 595)
"""A4 in points."""
EACH = pytest.mark.parametrize("name", DOCUMENTS)
SCORE = r"[-−]?\d+,\d\d|thiếu|KAD|chờ|–"
"""What stands in a column of points: points, or why there are none."""


@pytest.fixture(scope="module")
def executed(tmp_path_factory, sample_2024):
    """Runs a notebook of the sample year once; gives what it became."""
    out = tmp_path_factory.mktemp("outputs")
    write_results(sample_2024, out)

    @cache
    def executed(name):
        path = ROOT / "notebooks" / "documents" / f"{name}.ipynb"
        parameters = {"year": 2024, "out": str(out), **DOCUMENTS[name]}
        return papermill.execute_notebook(path, None, parameters, engine_name="scoring", progress_bar=False, cwd=ROOT)

    return executed


@pytest.fixture(scope="module")
def html(executed):
    """The HTML page of a document."""
    return cache(lambda name: AssessmentHTMLExporter().from_notebook_node(executed(name))[0])


@pytest.fixture(scope="module")
def pdf(executed):
    """The bytes of a document's PDF."""
    return cache(lambda name: AssessmentPDFExporter().from_notebook_node(executed(name))[0])


@pytest.fixture(scope="module")
def printed(pdf):
    """The text of every page of a document's PDF."""
    return cache(lambda name: [page.extract_text() for page in PdfReader(io.BytesIO(pdf(name))).pages])


def hundredths(cell):
    """Points as whole hundredths; a state counts nothing."""
    return int(cell.replace(",", "").replace("−", "-")) if cell[-1].isdigit() else 0


def figures(text):
    return [hundredths(cell) for cell in re.findall(SCORE, text)]


def rows_of(text):
    """A table's rows by what they begin with, a code or a name: their figures. A name may run over several lines."""
    rows, said = {}, ""
    for line in text.splitlines():
        said = line if re.match(r"[A-Z]\d* |Điểm |Tổng ", line) else f"{said} {line}"
        if found := re.fullmatch(rf"(.*?)((?: (?:{SCORE})){{2,}})\s*", said):
            name, cells = found[1], figures(found[2])
            code = re.match(r"[A-Z]\d*(?= )", name)
            rows[code[0] if code else name] = cells[1:] if code else cells  # before the units' points, the maximum
    return rows


# What is printed adds up


@pytest.mark.slow
def test_every_printed_total_of_the_annex_is_the_sum_of_its_printed_parts(printed, sample_2024):
    text = "\n".join(printed("annex")).partition("Tổng điểm, hạng và xếp loại đề xuất")[2]
    rows = [figures(row) for row in re.findall(rf"((?: (?:{SCORE})){{6}}) (?:\d+|–) ", text)]
    assert len(rows) == sample_2024.totals["total"].notna().sum()
    assert all(groups + bonus + deductions == total for groups, bonus, deductions, total, *_ in rows)


@pytest.mark.slow
def test_every_printed_group_of_the_annex_is_the_sum_of_its_printed_criteria(printed, sample_2024):
    added = 0
    for page in printed("annex"):
        parts = re.split(r"\nTT Đơn vị ((?:Nhóm [A-Z] |[A-Z]\d+ )*(?:[A-Z]\d+))", f"\n{page}")
        for head, body in zip(parts[1::2], parts[2::2], strict=True):
            columns = re.findall(r"Nhóm [A-Z]|[A-Z]\d+", head)
            starts = [place for place, name in enumerate(columns) if name.startswith("Nhóm")]
            for row in re.findall(rf"((?: (?:{SCORE})){{{len(columns)}}})\s*$", body, flags=re.MULTILINE):
                cells = figures(row)
                for start, end in zip(starts, [*starts[1:], len(columns)], strict=False):
                    assert cells[start] == sum(cells[start + 1 : end])
                    added += 1
    units = sample_2024.totals["total"].notna().sum()
    assert added == units * len(sample_2024.year.rubric.groups)


@pytest.mark.slow
def test_every_printed_column_of_a_blocks_detail_adds_up(printed):
    tables = re.split(r"Bảng \d+\. Điểm từng tiêu chí", "\n".join(printed("ranking_council")))[1:]
    assert tables
    for rows in map(rows_of, tables):
        groups = [name for name in rows if len(name) == 1]
        assert len(groups) > 1
        for group in groups:
            criteria = [cells for name, cells in rows.items() if re.fullmatch(rf"{group}\d+", name)]
            assert rows[group] == [sum(column) for column in zip(*criteria, strict=True)]
        parts = [rows[name] for name in (*groups, "Điểm thưởng", "Điểm trừ")]
        assert rows["Tổng điểm"] == [sum(column) for column in zip(*parts, strict=True)]


@pytest.mark.slow
def test_the_printed_groups_of_a_unit_add_up_to_its_printed_total(printed, sample_2024):
    table = "\n".join(printed("unit_assessment")).partition("Lý do, minh chứng")[2]
    summed = re.finditer(rf"(?m)^([A-Z]\.|Điểm thưởng|Điểm trừ|Tổng cộng)[^\d−]*?((?:\s(?:{SCORE}))+)", table)
    rows = [(row[1], figures(row[2])) for row in summed]
    groups = [cells for name, cells in rows if len(name) == 2]
    extra = [cells[0] for name, cells in rows if name.startswith("Điểm")]
    highest, total = next(cells for name, cells in rows if name == "Tổng cộng")
    assert len(groups) == len(sample_2024.year.rubric.groups)
    assert extra
    assert sum(cells[0] for cells in groups) == highest
    assert sum(cells[1] for cells in groups) + sum(extra) == total


@pytest.mark.slow
@pytest.mark.parametrize("name", ["minutes", "report_upward"])
def test_the_printed_numbers_of_units_add_up_across_and_down(printed, name):
    table = "\n".join(printed(name)).partition("Bảng 1.")[2].partition("Bảng 2.")[0]
    rows = [[int(number) for number in row.split()] for row in re.findall(r"(?m)((?: \d+){3,}) *$", table)]
    assert len(rows) > 2
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]


# Letters, margins


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.mark.slow
@EACH
def test_every_word_of_the_page_is_printed(html, printed, name):
    page = BeautifulSoup(html(name), "html.parser").main
    for drawing in page.find_all("figure"):
        drawing.decompose()
    on_paper = squeezed("".join(printed(name)))
    assert [word for word in set(page.get_text(" ").split()) if word not in on_paper] == []


@pytest.fixture(scope="module")
def opened(executed, tmp_path_factory, sample_2024):
    """The pages of the council's Word files and of ranking.xlsx as LibreOffice prints them, by name."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("libreoffice")
    for name in COUNCIL:
        (folder / f"{name}.docx").write_bytes(AssessmentWordExporter().from_notebook_node(executed(name))[0])
    (folder / "ranking.xlsx").write_bytes(ranking_xlsx(dossier_of(sample_2024)))
    files = [*(f"{name}.docx" for name in COUNCIL), "ranking.xlsx"]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", ".", *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    return {path.stem: PdfReader(path).pages for path in folder.glob("*.pdf")}


def paper_of(pages):
    """The sizes of pages in points."""
    return [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "papers"),
    [
        ("ranking_council", {PORTRAIT, LANDSCAPE}),
        ("minutes", {PORTRAIT}),
        ("report_upward", {PORTRAIT}),
        ("annex", {LANDSCAPE}),
        ("ranking", {LANDSCAPE}),
    ],
)
def test_libreoffice_opens_the_councils_files_and_prints_them_on_the_paper_they_say(opened, name, papers):
    paper = paper_of(opened[name])
    assert set(paper) == papers
    assert paper == sorted(paper, key=LANDSCAPE.__eq__)


@pytest.mark.slow
def test_libreoffice_repeats_the_head_of_a_table_on_every_page(opened):
    pages = opened["ranking_council"]
    turned = [page for page, paper in zip(pages, paper_of(pages), strict=True) if paper == LANDSCAPE]
    assert all("MãTiêuchíTốiđa" in squeezed(page.extract_text()) for page in turned[:-1])
    *units, bands = opened["ranking"]
    assert all(squeezed("Đơn vị") in squeezed(page.extract_text()) for page in units)
    assert squeezed("Số đơn vị") in squeezed(bands.extract_text())


# Colour and contrast


def luminance(colour):
    """The relative luminance of "#rgb" or "#rrggbb", as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    darker, lighter = sorted(luminance(colour) for colour in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_the_standard_does():
    assert contrast("#000", "#fff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def colours(pattern, text):
    return {colour.lower() for colour in re.findall(rf"{pattern}\s*(#[0-9a-fA-F]{{3,6}})\b", text)}


@pytest.mark.parametrize("name", ["export/templates/page.css"])
def test_every_ink_of_a_page_can_be_read_on_every_ground(name):
    text = (SCORING / "pages" / name).read_text("utf-8")
    inks, grounds = colours(r"(?<![-\w])color:", text), colours("background:", text)
    assert inks
    assert grounds
    assert [pair for pair in product(inks, grounds) if contrast(*pair) < 4.5] == []


def test_the_inks_of_the_paper_can_be_read_on_its_grounds():
    text = (SCORING / "pages" / "export" / "templates" / "page.typ").read_text("utf-8")
    inks = {"#000000", *re.findall(r'set text\(fill: rgb\("(#\w+)"', text)}
    grounds = {"#ffffff", *("#" + f"{int(level):02x}" * 3 for level in re.findall(r"luma\((\d+)\)", text))}
    assert len(inks) == len(grounds) == 2
    assert [pair for pair in product(inks, grounds) if contrast(*pair) < 4.5] == []


def test_words_lines_and_grounds_of_a_chart_are_told_apart_by_more_than_a_shade():
    grounds = colours('"', (SCORING / "pages" / "charts.py").read_text("utf-8")) - {"#000000"}
    assert len(grounds) > 1
    assert [ground for ground in grounds if contrast("#000", ground) < 4.5] == []


@pytest.mark.parametrize("name", ["reports/forms/report_sheet.py", "desk/workbook/writing.py", "pages/spreadsheets.py"])
def test_the_words_of_a_sheet_can_be_read_on_their_ground(name):
    lines = [line for line in (SCORING / name).read_text("utf-8").splitlines() if "bg_color" in line]
    assert lines
    for line in lines:
        inks = colours('"font_color":[ "]*', line) or {"#000000"}
        assert [pair for pair in product(inks, colours('"bg_color":[ "]*', line)) if contrast(*pair) < 4.5] == []


@pytest.mark.slow
@EACH
def test_no_part_of_a_page_says_anything_by_colour(html, name):
    """Its own styles set widths and sides only; the grey of a table's head repeats what `th` says."""
    stated = [tag["style"] for tag in BeautifulSoup(html(name), "html.parser").find_all(style=True)]
    assert [style for style in stated if not re.fullmatch(r"(width|text-align):\s*[\w.%]+;?", style)] == []


# Structure


@pytest.fixture(scope="module")
def screen():
    """A page of a headless Chromium in which axe-core may run although our pages allow no script."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None or not AXE.is_file():
        pytest.skip("needs Chromium and axe-core (npm install --no-save --no-package-lock axe-core)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context(bypass_csp=True, offline=True).new_page()
        browser.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "annex"])  # long, and of the same tables
def test_axe_finds_no_fault_in_the_structure_of_a_page(html, screen, name):
    screen.set_content(html(name))
    screen.add_script_tag(path=AXE)
    found = screen.evaluate("() => axe.run()")
    assert len(found["passes"]) > 10
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []
