"""A register saved by Excel has days as Excel writes them; what can be read in two ways is asked about."""

import shutil
from pathlib import Path

import pytest

from scoring.core.errors import RegisterError
from scoring.register.reading import read_register
from scoring.register.year import open_year

SAMPLE = Path(__file__).parents[2] / "data" / "2025"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SAMPLE, tmp_path / "2025", ignore=shutil.ignore_patterns("reports")))


def saved_by_excel(path, pattern, separator=","):
    """The file as an Excel of another country saves it."""
    import re

    text = path.read_text("utf-8")
    text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda m: pattern.format(y=m[1], m=int(m[2]), d=int(m[3])), text)
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(",", separator).replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("pattern", "separator"),
    [
        ("{d:02}/{m:02}/{y}", ";"),
        ("{d}/{m}/{y}", ","),
        ("{m}/{d}/{y}", ","),
        ("{d:02}-{m:02}-{y}", ";"),
    ],
)
def test_a_register_saved_by_excel_is_the_same_register(folder, pattern, separator):
    expected = open_year(SAMPLE)
    for name in ("units.csv", "events.csv"):
        saved_by_excel(folder / name, pattern, separator)
    register = read_register(folder, expected.rubric)
    assert register.spans.equals(expected.register.spans)
    assert register.events.equals(expected.register.events)


def two_rows(folder, *days):
    rows = [f"TH-{place},Trường {place},T{place},,truong,K2,LĐLĐ,10,{day}," for place, day in enumerate(days)]
    events = [f"TH-{place},created,{day},,1/QĐ,{day}" for place, day in enumerate(days)]
    head = "id,name,short_name,aliases,type,block,parent,members,from,to"
    (folder / "units.csv").write_text("\n".join([head, *rows]), "utf-8")
    (folder / "events.csv").write_text(
        "\n".join(["unit,event,date,other_unit,document,document_date", *events]), "utf-8"
    )


def faults(folder):
    with pytest.raises(RegisterError) as refused:
        read_register(folder, open_year(SAMPLE).rubric)
    return [str(fault) for fault in refused.value.faults]


def test_a_day_that_may_be_two_days_is_asked_about(folder):
    two_rows(folder, "01/06/2024", "05/05/2024")
    told = faults(folder)
    assert len(told) == 3
    assert told[0].startswith("units.csv, dòng 2, cột from: '01/06/2024' đọc được hai cách: ngày 1 tháng 6 hoặc ngày 6")


def test_one_day_that_tells_settles_the_whole_file(folder):
    two_rows(folder, "01/06/2024", "15/05/2024")
    spans = read_register(folder, open_year(SAMPLE).rubric).spans
    assert [f"{day:%Y-%m-%d}" for day in spans["from"]] == ["2024-06-01", "2024-05-15"]


def test_a_file_that_mixes_both_ways_asks_about_the_days_either_way_could_be(folder):
    two_rows(
        folder,
        "15/05/2024",
        "05/15/2024",
    )
    assert [f"{day:%Y-%m-%d}" for day in read_register(folder, open_year(SAMPLE).rubric).spans["from"]] == [
        "2024-05-15"
    ] * 2
    two_rows(folder, "15/05/2024", "05/15/2024", "02/03/2024")
    assert all("đọc được hai cách" in one for one in faults(folder))


@pytest.mark.parametrize("day", ["31/02/2024", "45292", "31/12/24", "hôm qua"])
def test_what_is_no_day_is_refused(folder, day):
    two_rows(folder, day)
    assert "hoặc 01/06/2024" in faults(folder)[0]
