"""An office runs its own year: from last year's folder to the council's decision, an appeal and the year after.

Invented: quarters that add up, a merger in July, a unit that mends a report and sends it again, a quota that bites, a
copied folder with a forgotten line. Every step is the verb an office would type.
"""

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from helpers.small_year import Desk, Office
from openpyxl import load_workbook
from ruamel.yaml import YAML

from scoring.assessment.evaluation import evaluate
from scoring.core import places
from scoring.decisions.seal import read_publications
from scoring.desk.commands.main import main
from scoring.register.in_hand import choose_year
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports
from scoring.reports.forms.form import SENT_ON, form_cells

pytestmark = pytest.mark.slow

HELPERS = Path(__file__).parents[1] / "helpers"
BANDS = [
    {"id": "yeu", "name": "Không hoàn thành", "from": 0, "below": 20},
    {"id": "tot", "name": "Hoàn thành tốt", "from": 20, "below": 50},
    {"id": "xs", "name": "Hoàn thành xuất sắc", "from": 50},
]
QUOTA = {"band": "xs", "base": ["tot", "xs"], "share": 34, "per": "block", "rounding": "down"}
UNSCORED = ["I.b", "I.c", "II.2", "II.2.1", "II.2.1.a", "II.2.a", "II.2.b", "II.3", "II.4", "II.5", "III.1.a"]
UNSCORED += ["III.2.a", "closing"]
QUARTERS = [
    ("01-01", "03-31", "04-10"),
    ("04-01", "06-30", "07-10"),
    ("07-01", "09-30", "10-10"),
    ("10-01", "12-31", "12-28"),
]
UNITS = """id;name;short_name;aliases;type;block;parent;members;from;to
TH-A;Công đoàn cơ sở Trường An;CĐCS Trường An;;truong;K1;LĐLĐ huyện;100;01/01/2010;
TH-B;Công đoàn cơ sở Trường Bình;CĐCS Trường Bình;;truong;K1;LĐLĐ huyện;100;01/01/2010;
TH-C;Công đoàn cơ sở Trường Chính;CĐCS Trường Chính;;truong;K1;LĐLĐ huyện;20;01/01/2010;
TH-D;Công đoàn cơ sở Trường Đông;CĐCS Trường Đông;;truong;K1;LĐLĐ huyện;30;01/01/2010;
"""
EVENTS = """unit;event;date;other_unit;document;document_date
TH-A;created;01/01/2010;;01/QĐ;20/12/2009
TH-B;created;01/01/2010;;02/QĐ;20/12/2009
TH-C;created;01/01/2010;;03/QĐ;20/12/2009
TH-D;created;01/01/2010;;04/QĐ;20/12/2009
"""


def rules():
    """The small rubric with quarters that add up, judged by figures alone, and a quota that bites."""
    whole = YAML(typ="safe").load(HELPERS / "rubrics" / "small.yaml")
    periods = []
    for place, days in enumerate(QUARTERS, 1):
        begins, ends, due = (date.fromisoformat(f"2024-{day}") for day in days)
        periods.append({"id": f"Q{place}", "name": f"Báo cáo quý {place}", "from": begins, "to": ends, "due": due})
    one = whole["groups"][0]["criteria"][0]
    group = {"id": "A", "name": "Tuyên truyền", "max_points": 6, "criteria": [one]}
    parts = {"id": "grassroots", "periods": periods, "bands": BANDS, "quotas": [QUOTA], "gates": [], "facts": []}
    parts |= {"groups": [group], "total": {"max_points": 6, "floor": 0}, "annual_share": None}
    parts["not_scored"] = [{"clause": clause, "why": "Năm nay chỉ chấm số buổi sinh hoạt."} for clause in UNSCORED]
    return {**whole, **parts, "bonus": None, "deductions": None, "ranking": {"on": "rounded", "ties": []}}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with the year 2024 of an office, and the program working in it."""
    project = tmp_path_factory.mktemp("co_quan")
    year = project / "data" / "2024"
    (year / "rubrics").mkdir(parents=True)
    shutil.copy(places.PROJECT / "data" / "2024" / "plan.yaml", year)
    YAML(typ="safe").dump(rules(), year / "rubrics" / "grassroots.yaml")
    (year / "units.csv").write_text(UNITS, "utf-8-sig")
    (year / "events.csv").write_text(EVENTS, "utf-8-sig")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "PROJECT", project)
        yield project


def fill(project, unit, quarter, value, sent, name=None):
    """A unit's form of a quarter, filled in and put among the reports."""
    form = project / "outputs" / "2025" / "forms" / f"{unit}_Q{quarter}.xlsx"
    at, book = form_cells(form), load_workbook(form)
    for key, content in (
        (("A1", "value"), value),
        (
            ("A1", "evidence"),
            f"0{quarter}/BC-{unit} ngày 20/0{quarter * 3 - 1}/2025" if quarter < 4 else f"04/BC-{unit}",
        ),
        (SENT_ON, sent),
    ):
        sheet, cell = at[key]
        book[sheet][cell] = content
    book.save(project / "data" / "2025" / "reports" / (name or form.name))


def read_html(file):
    """A page as it is read, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", file.read_text("utf-8"))).split())


def run(*words, code=0):
    assert main(list(words)) == code, words


def desk_of(project, path, stage="council"):
    year = open_year(project / "data" / "2025")
    return Desk(Office(year, *read_reports(year)), path, stage=stage)


def bands(project):
    standings = evaluate(open_year(project / "data" / "2025")).standings
    return standings.set_index(standings["unit"].astype(str))["band"].astype(object)


def test_a_year_from_last_years_folder_to_the_second_publication_and_the_year_after(project, tmp_path, capsys):
    data, outputs = project / "data", project / "outputs"

    # the year begins; a folder copied by hand instead, with its lines forgotten, stops every verb
    run("new-year", "2025", "--yes", "--plan", "KH-7-2025")
    shutil.copytree(data / "2024", data / "2026")
    for words in (
        ["rubric", "check", str(data / "2026" / "rubrics" / "grassroots.yaml")],
        ["assess", "--year", "2026"],
    ):
        run(*words, code=1)
        assert "ghi năm 2024, thư mục là của năm 2026" in capsys.readouterr().out
    shutil.rmtree(data / "2026")
    assert not outputs.exists()

    # a merger in July, written as Excel writes days
    units, events = data / "2025" / "units.csv", data / "2025" / "events.csv"
    text = units.read_text("utf-8-sig").replace("LĐLĐ huyện;20;01/01/2010;", "LĐLĐ huyện;20;01/01/2010;30/06/2025")
    units.write_text(text, "utf-8-sig")
    with events.open("a", encoding="utf-8") as more:
        more.write("TH-C;merged_into;01/07/2025;TH-B;05/QĐ;20/06/2025\n")
    run("rubric", "check", str(data / "2025" / "rubrics" / "grassroots.yaml"))
    run("forms", "--year", "2025")
    assert not (outputs / "2025" / "forms" / "TH-C_Q3.xlsx").exists()

    # reports come in; one is mended and sent again, one cannot be read, Excel leaves a file of its own
    for unit, figures in {"TH-A": (1, 1, 1, 1), "TH-B": (1, 1, 1, 0), "TH-D": (1, 1, 0, 0)}.items():
        for quarter, value in enumerate(figures, 1):
            if (unit, quarter) != ("TH-D", 4):
                fill(project, unit, quarter, value, f"05/{quarter * 3 + 1:02}/2025" if quarter < 4 else "20/12/2025")
    fill(project, "TH-C", 1, 1, "05/04/2025")
    fill(project, "TH-A", 2, 2, "09/07/2025", name="TH-A_Q2_sua.xlsx")
    reports = data / "2025" / "reports"
    (reports / "~$TH-A_Q2.xlsx").write_bytes(b"\x05Excel")
    (reports / "Thumbs.db").write_bytes(b"x")
    (reports / "TH-D_Q4.pdf").write_bytes(b"%PDF-1.4")
    reading = read_reports(open_year(data / "2025"))
    fates = reading.received.set_index("file")["fate"]
    assert (fates["TH-A_Q2.xlsx"], fates["TH-A_Q2_sua.xlsx"]) == ("replaced", "accepted")
    assert reading.findings.query("code in ['evidence_date', 'two_reports']").empty
    run("remind", "--year", "2025", "--on", "2026-01-05")
    said = (outputs / "2025" / "reminders" / "_danh_sach_nhom.txt").read_text("utf-8-sig")
    assert "Công đoàn cơ sở Trường Đông: Báo cáo quý 4, đã gửi, không đọc được (TH-D_Q4.pdf); quá hạn 8 ngày" in said
    run("check", "--year", "2025", "--period", "Q2")

    # the six-month report upward is made of what came so far, and says what it lacks
    reports.joinpath("TH-B_Q2.xlsx").rename(project / "TH-B_Q2.xlsx")
    run("report", "--year", "2025", "--period", "q2", "--on", "2025-07-15")
    said = read_html(outputs / "2025" / "bao_cao_ky" / "Q2.html")
    assert "Báo cáo quý 2 (hạn 10/07/2025): 2/3 đơn vị đã gửi" in said
    assert "Công đoàn cơ sở Trường Bình Báo cáo quý 2 Quá hạn 5 ngày." in said
    assert "A1. Số buổi sinh hoạt 6 buổi 3" in said
    assert "Năm 2024 không giữ báo cáo nào nên không so sánh." in said
    assert all((outputs / "2025" / "bao_cao_ky" / f"Q2.{kind}").is_file() for kind in ("pdf", "docx"))
    run("report", "--year", "2025", "--period", "Q9", code=1)
    assert "Q9: không có kỳ này. Các kỳ của năm: Q1, Q2, Q3, Q4." in capsys.readouterr().out
    (project / "TH-B_Q2.xlsx").rename(reports / "TH-B_Q2.xlsx")

    # what could not be read was typed in after all; then the year is scored
    (reports / "TH-D_Q4.pdf").unlink()
    fill(project, "TH-D", 4, 0, "29/12/2025")
    run("assess", "--year", "2025", "--formats", "html", "--jobs", "2")
    assert bands(project)[["TH-A", "TH-B", "TH-D"]].tolist() == ["xs", "xs", "xs"]

    # the quota allows one: nothing is published until the council has said so of every unit in question
    capsys.readouterr()
    run("publish", "--year", "2025", "--decision", "15/QĐ-LĐLĐ", code=1)
    assert "được chọn tối đa 1; hội đồng đã chọn 0; chưa quyết định về" in capsys.readouterr().out
    desk = desk_of(project, tmp_path / "hoi_dong.xlsx")
    cells = {}
    for unit in ("TH-B", "TH-D"):
        cells |= {(unit, "lowered"): "Hoàn thành tốt", (unit, "reason"): "vượt tỷ lệ của khối"}
    desk.fill(cells, role="Hội đồng thi đua", on="10/01/2026")
    run("verify", "--year", "2025", "--read", str(desk.path))
    assert bands(project)[["TH-A", "TH-B", "TH-D"]].tolist() == ["xs", "tot", "tot"]
    capsys.readouterr()
    run("publish", "--year", "2025", "--decision", "15/QĐ-LĐLĐ", code=1)
    assert "1 đơn vị trong tỷ lệ chờ hội đồng quyết định: TH-A" in capsys.readouterr().out
    run("verify", "--year", "2025", "--accept", code=1)
    assert "chưa ghi căn cứ của quyết định" in capsys.readouterr().out
    run("verify", "--year", "2025", "--accept", "--reason", "biên bản 12/BB-HĐ", "--date", "2026-01-10")
    assert "hội đồng chọn 1 đơn vị trong tỷ lệ" in capsys.readouterr().out
    capsys.readouterr()
    run("explain", "--year", "2025", "--unit", "TH-B")
    assert "Hội đồng hạ từ mức “Hoàn thành xuất sắc” xuống mức “Hoàn thành tốt”" in capsys.readouterr().out
    run("assess", "--year", "2025", "--formats", "html", "--jobs", "2")
    page = (outputs / "2025" / "units" / "TH-A.html").read_text("utf-8")
    assert all(f"0{quarter}/BC-TH-A" in page for quarter in range(1, 5))
    run("to-units", "--year", "2025")
    to_a = outputs / "2025" / "to_units" / "TH-A"
    assert {"giai_trinh_TH-A.xlsx", "phieu_danh_gia_de_xuat_TH-A.html"} <= {path.name for path in to_a.iterdir()}
    run("publish", "--year", "2025", "--decision", "15/QĐ-LĐLĐ", "--date", "2026-01-12")
    run("to-units", "--year", "2025", "--zip")  # after publication each unit gets its final page, and no seal breaks
    sent = {path.name for path in to_a.iterdir()}
    assert sent == {"phieu_danh_gia_TH-A.pdf", "phieu_danh_gia_TH-A.html", "thu_dien_tu.eml", "tin_nhan.txt"}
    assert "15/QĐ-LĐLĐ" in (to_a / "tin_nhan.txt").read_text("utf-8-sig")
    run("verify-seal", "--year", "2025")

    # an appeal, and the second publication
    desk = desk_of(project, tmp_path / "phuc_tra.xlsx")
    cells = {("TH-D", "A1", "value"): 3, ("TH-D", "A1", "reason"): "có thêm biên bản 06/BB"}
    desk.fill(cells, role="Hội đồng thi đua", on="20/01/2026", appeal="02/QĐ-PT")
    run("verify", "--year", "2025", "--read", str(desk.path))
    run("appeal", "--year", "2025")
    run("assess", "--year", "2025", "--formats", "html", "--jobs", "2")
    run("publish", "--year", "2025", "--decision", "22/QĐ-LĐLĐ", "--date", "2026-02-02")
    assert [one.decision for one in read_publications(data / "2025")] == ["15/QĐ-LĐLĐ", "22/QĐ-LĐLĐ"]
    run("verify-seal", "--year", "2025")

    # the year after begins from it, and the published one stays as it was sealed
    run("new-year", "2026", "--yes")
    year = open_year(data / "2026")
    assert (year.rubric.year, [period.due.year for period in year.rubric.periods]) == (2026, [2026] * 4)
    standing = year.units.set_index("id")["standing"]
    assert standing.to_dict() == {"TH-A": True, "TH-B": True, "TH-C": False, "TH-D": True}
    run("forms", "--year", "2026")
    run("check", "--year", "2026")
    run("report", "--year", "2026", "--period", "Q1", "--on", "2026-04-15")
    said = read_html(outputs / "2026" / "bao_cao_ky" / "Q1.html")
    assert "A1. Số buổi sinh hoạt chưa có số liệu 0 3 buổi (3 đơn vị)" in said
    run("verify-seal", "--year", "2025")
    assert pd.isna(evaluate(year).standings["rank"]).all()

    # two years are there now: a verb without --year is about the one chosen at the desk, and says so
    capsys.readouterr()
    run("explain", "--unit", "TH-B", code=0)
    assert "Làm năm 2026 (năm mới nhất có bộ tiêu chí ấy)" in capsys.readouterr().err
    choose_year(data, 2025)
    run("explain", "--unit", "TH-B", code=0)
    told = capsys.readouterr()
    assert "Làm năm 2025 (năm đang làm, chọn ở sổ Bắt đầu)" in told.err
    assert "Hội đồng hạ từ mức" in told.out
