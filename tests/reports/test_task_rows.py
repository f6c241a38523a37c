"""The list of tasks: the second sheet of a form, the same list as a CSV table of many posts, and lists with faults."""

import shutil
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from scoring.assessment.evaluation import evaluate
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports
from scoring.reports.fields import TASKS
from scoring.reports.forms.form import form_cells, write_form
from scoring.reports.returns import write_returns

DATA = Path(__file__).parents[2] / "data"
HEAD = "Mã đơn vị,Kỳ báo cáo,Công việc,Số lượng được giao,Hệ số quy đổi,Số lượng hoàn thành,Số lần chưa đạt chất lượng,"
HEAD += "Số lần chưa đạt do khách quan,Số lần chậm tiến độ,Số lần chậm do khách quan,Văn bản xác nhận\n"
HEAD = HEAD.replace("Văn bản xác nhận\n", "Văn bản xác nhận nguyên nhân khách quan\n")


@pytest.fixture
def year(tmp_path):
    """The posts of 2026 without a report."""
    shutil.copytree(DATA / "2026", tmp_path / "2026")
    (tmp_path / "officer" / "2026").mkdir(parents=True)
    for name in ("units.csv", "events.csv"):
        shutil.copy(DATA / "officer" / "2026" / name, tmp_path / "officer" / "2026" / name)
    return open_year(tmp_path / "2026", "officer")


def send(year, text, name="cong_viec.csv"):
    folder = year.folder / "reports"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(HEAD + text, "utf-8")
    return read_reports(year)


def value(reading, unit, criterion="CV", period="Q1"):
    entries = reading.entries.astype({"unit": str, "criterion": str, "period": str})
    own = entries[(entries["unit"] == unit) & (entries["criterion"] == criterion) & (entries["period"] == period)]
    return None if own.empty or own["value"].isna().all() else int(own["value"].iloc[0])


def fill(year, unit, period, rows):
    """Send a form whose list of tasks has these rows: code to fields."""
    folder = year.folder / "reports"
    folder.mkdir(exist_ok=True)
    path = folder / f"{unit}_{period}.xlsx"
    of_unit = next(one for one in year.units.to_dict("records") if one["id"] == unit)
    stated = next(one for one in year.rubric.periods if one.id == period)
    write_form(path, year.rubric, year.plan, of_unit, stated)
    book, places = load_workbook(path), form_cells(path)
    for code, fields in rows.items():
        for key, content in fields.items():
            sheet, cell = places[code, key]
            book[sheet][cell] = content
    book.save(path)
    return path


def task(assigned, done, faults=0, late=0, **rest):
    return {"task": "Báo cáo", "assigned": assigned, "done": done, "faults": faults, "late": late, **rest}


def test_the_second_sheet_of_a_form_is_the_list_of_tasks(year):
    path = fill(year, "VP-VT", "Q1", {})
    book = load_workbook(path)
    assert book.sheetnames[1] == TASKS
    assert [cell.value for cell in book[TASKS][4]][:3] == [
        "Mã công việc",
        "Công việc, sản phẩm được giao",
        "Số lượng được giao",
    ]


def test_a_filled_list_gives_the_mean_of_its_three_shares(year):
    late = task(4, 4, late=1, factor=1.5)
    fill(year, "VP-VT", "Q1", {"CV01": late, "CV02": task(2, 1, faults=1)})
    share = (Fraction(7, 8) + Fraction(600 + 75, 800) + Fraction(450 + 100, 800)) / 3
    assert value(read_reports(year), "VP-VT") == round(share * 100 * 10**6)


def test_a_task_may_begin_like_a_total_and_words_below_a_list_are_none(year):
    posts = year.units["id"].tolist()
    rows = {"CV01": task(2, 1) | {"task": "Tổng hợp báo cáo"}, "CV02": task(2, 2) | {"task": "Cộng tác với báo"}}
    fill(year, posts[0], "Q1", rows)
    path = year.folder / "reports" / f"{posts[0]}_Q1.xlsx"
    book = load_workbook(path)
    sheet = book[TASKS]
    sheet["B70"], sheet["C71"], sheet["H72"] = "Nơi nhận:", "Ngày 5 tháng 4", "CHỦ TỊCH"
    book.save(path)
    reading = read_reports(year)
    other = {"CV01": rows["CV01"] | {"task": "a"}, "CV02": rows["CV02"] | {"task": "b"}}
    fill(year, posts[0], "Q1", other)
    found = reading.findings[reading.findings["sheet"] == TASKS]
    assert found[["code", "cell"]].values.tolist() == [["words_below", name] for name in ("B70", "C71", "H72")]
    assert value(reading, posts[0]) == value(read_reports(year), posts[0]) is not None


def test_a_table_of_many_posts_says_the_same_as_their_forms(year):
    fill(year, "VP-VT", "Q1", {"CV01": task(4, 4, late=1, factor=1.5), "CV02": task(2, 1, faults=1)})
    by_form = value(read_reports(year), "VP-VT")
    (year.folder / "reports" / "VP-VT_Q1.xlsx").unlink()
    text = 'VP-VT,Q1,Báo cáo,4,"1,5",4,0,,1,,\nVP-VT,Q1,Kế hoạch,2,,1,1,,0,,\nTC-CB,Q1,Tin,1,,1,0,,0,,\n'
    reading = send(year, text)
    assert value(reading, "VP-VT") == by_form
    assert value(reading, "TC-CB") == 100 * 10**6


def test_a_list_of_tasks_with_a_fault_goes_back_whole_and_is_read_again_once_it_is_mended(year, tmp_path):
    path = fill(year, "VP-VT", "Q1", {"CV01": task(2, 1), "CV02": task(3, 4), "CV03": task(5, 5)})
    places = form_cells(path)
    copy = tmp_path / "check" / write_returns(tmp_path / "check", year, read_reports(year))[path.name]
    book = load_workbook(copy)
    told = {key: book[TASKS][cell].value for key, (sheet, cell) in places.items() if sheet == TASKS}
    assert [told[code, "done"] for code in ("CV01", "CV02", "CV03", "CV04")] == [1, 4, 5, None]
    done = book[TASKS][places["CV02", "done"][1]]
    assert done.comment is not None
    assert not done.protection.locked
    assert len(book[TASKS].data_validations.dataValidation) > 5
    done.value = 3
    book.save(path)
    assert "CV02" not in " ".join(read_reports(year).findings["message"])


def test_a_report_and_a_table_of_tasks_do_not_stand_against_each_other(year):
    fill(year, "VP-VT", "Q1", {})
    reading = send(year, "VP-VT,Q1,Báo cáo,4,,4,0,,0,,\n")
    assert value(reading, "VP-VT") == 100 * 10**6
    assert not reading.findings["code"].isin(["two_reports", "doubled"]).any()


def test_two_lists_for_one_post_and_quarter_are_not_chosen_between(year):
    fill(year, "VP-VT", "Q1", {"CV01": task(4, 4)})
    assert value(send(year, "VP-VT,Q1,Báo cáo,4,,2,0,,0,,\n"), "VP-VT") is None


def test_a_confirmed_objective_cause_takes_nothing(year):
    text = "VP-VT,Q1,A,1,,1,0,,1,1,15/TB-LĐLĐ ngày 02/02/2026\nVP-TH,Q1,A,1,,1,0,,1,1,\nVP-QT,Q1,A,1,,1,0,,1,,\n"
    reading = send(year, text)
    assert value(reading, "VP-VT") == 100 * 10**6
    assert value(reading, "VP-TH") == value(reading, "VP-QT") == round(Fraction(11, 12) * 100 * 10**6)
    assert reading.findings["code"].tolist().count("not_confirmed") == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A,1,,2,0,,0,,", "part_above_whole"),
        ("A,1,,1,0,,1,2,15/TB", "part_above_whole"),
        ("A,1,,1,,,0,,", "task_blank"),
        ("A,,,1,0,,0,,", "task_blank"),
        ("A,1,0,1,0,,0,,", "task_factor"),
        ("A,một,,1,0,,0,,", "not_a_number"),
        ("A,1,,1,0,,-1,,", "too_small"),
    ],
)
def test_a_list_with_a_fault_comes_to_nothing_that_is_known(year, row, code):
    reading = send(year, f"VP-VT,Q1,{row}\nVP-VT,Q1,B,1,,1,0,,0,,\nVP-TH,Q1,A,1,,1,0,,0,,\n")
    assert value(reading, "VP-VT") is None
    assert value(reading, "VP-TH") == 100 * 10**6
    told = reading.findings[reading.findings["unit"] == "VP-VT"]
    assert told.loc[told["severity"].eq("error") & told["code"].ne("no_report"), "code"].tolist() == [code]


def test_a_list_of_nothing_assigned_is_no_share(year):
    reading = send(year, "VP-VT,Q1,A,0,,0,0,,0,,\n")
    assert value(reading, "VP-VT") is None
    assert "nothing_assigned" in reading.findings["code"].tolist()


def test_a_record_of_nobody_knows_whom_keeps_the_whole_table_out(year):
    reading = send(year, "VP-VT,Q1,A,1,,1,0,,0,,\nVP-VTT,Q1,B,1,,0,0,,0,,\n")
    assert value(reading, "VP-VT") is None
    assert reading.received["fate"].tolist() == ["rejected"]


def test_quarters_make_the_year_as_the_mean_of_their_percents(year):
    text = "".join(f"VP-VT,Q{q},A,{q},,{d},0,,0,,\n" for q, d in ((1, 1), (2, 1), (3, 1), (4, 4)))
    send(year, text)
    marks = evaluate(year).marks
    own = marks[(marks["unit"] == "VP-VT") & (marks["criterion"] == "CV")].iloc[0]
    assert own["points"] == round(70 * (Fraction(1) + Fraction(1, 2) + Fraction(1, 3) + 1) / 4 * 100)


def test_the_sample_of_2026_is_ranked_within_two_quotas():
    evaluation = evaluate(open_year(DATA / "2026", "officer"))
    scopes = evaluation.quotas["scope"].str.partition(":")[0].tolist()
    assert scopes == ["body", "body", "body", "N1", "N2"]
    assert evaluation.standings["band"].notna().all()
    assert evaluation.findings["code"].tolist().count("part_above_whole") == 1


def test_a_factor_in_doubt_is_settled_by_the_other_figures_of_the_table_and_asked_where_they_are_silent(year):
    doubtful = 'VP-VT,Q1,Báo cáo,4,"1,250",4,0,,0,,\nVP-VT,Q1,Kế hoạch,5,,0,0,,0,,\n'
    asked = send(year, doubtful)
    assert value(asked, "VP-VT") is None
    assert any("1250 (dấu ngăn cách hàng nghìn) hoặc 1,25 (" in one for one in asked.findings["message"])
    settled = send(year, f'{doubtful}TC-CB,Q1,Tin,1,"1,5",1,0,,0,,\n')
    assert value(settled, "VP-VT") == 50 * 10**6


def drawn(random):
    """A row of a list: pieces given, done, factor, times faulty and late with those excused, whether confirmed."""
    given = random.randint(1, 9)
    faults, late = random.randint(0, 5), random.randint(0, 5)
    excused = [random.randint(0, faults), random.randint(0, late)]
    factor = random.choice([Fraction(1, 2), Fraction(1), Fraction(5, 4), Fraction(3)])
    return given, random.randint(0, given), factor, faults, excused[0], late, excused[1], random.random() < 0.5


def line(unit, period, row):
    given, done, factor, faults, faults_excused, late, late_excused, confirmed = row
    typed = f"{float(factor)}".replace(".", ",")
    rest = f"{done},{faults},{faults_excused},{late},{late_excused},{'12/XN' if confirmed else ''}"
    return f'{unit},{period},Việc,{given},"{typed}",{rest}\n'


def percent_of(rows):
    """The three shares of a list in percent, as the decree says it: what each piece keeps after 25 % a time."""
    given = sum(row[0] * row[2] for row in rows)
    shares = [Fraction(0)] * 3
    for _, done, factor, faults, faults_excused, late, late_excused, confirmed in rows:
        times = [0, faults - confirmed * faults_excused, late - confirmed * late_excused]
        shares = [
            share + done * factor * max(Fraction(0), 1 - Fraction(count, 4))
            for share, count in zip(shares, times, strict=True)
        ]
    return sum(shares) / 3 / given * 100


def test_lists_of_any_tasks_come_to_what_the_decree_says_in_fractions(year):
    random = Random(335)
    lists = {
        (unit, period): [drawn(random) for _ in range(random.randint(1, 6))]
        for unit in ("VP-VT", "TC-CB")
        for period in ("Q1", "Q2", "Q3", "Q4")
    }
    lines = [line(unit, period, row) for (unit, period), rows in lists.items() for row in rows]
    reading = send(year, "".join(lines))
    for (unit, period), rows in lists.items():
        exact = percent_of(rows) * 10**6
        assert value(reading, unit, period=period) == (2 * exact + 1) // 2, (unit, period)
