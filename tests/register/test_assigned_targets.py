"""The targets an issuer assigned, as targets.csv states them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from helpers.builders import criterion

from scoring.core.errors import RegisterError
from scoring.register.assigned_targets import read_targets

REGISTER = SimpleNamespace(ids=frozenset({"TH-A", "TH-B"}))


@pytest.fixture
def rubric(rubric_of_criteria):
    return rubric_of_criteria(criterion("A1", 10, "share_of_target", params={"target": {"assigned_by": "TLĐ"}}))


def stated(folder, *lines):
    (folder / "targets.csv").write_text("\n".join(["unit,criterion,issuer,target", *lines]), encoding="utf-8")
    return folder


def test_a_year_without_the_file_has_no_assigned_targets(tmp_path, rubric):
    assert read_targets(tmp_path, rubric, REGISTER).empty


def test_targets_are_read_exactly(tmp_path, rubric):
    table = read_targets(stated(tmp_path, "TH-A,A1,TLĐ,12", "TH-B,A1,TLĐ,7"), rubric, REGISTER)
    assert list(table["target"]) == [Decimal(12), Decimal(7)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("TH-X,A1,TLĐ,12", "không có mã đơn vị 'TH-X'"),
        ("TH-A,Z9,TLĐ,12", "không có tiêu chí 'Z9'"),
        ('TH-A,A1,TLĐ,"12,5"', "nhiều số lẻ hơn"),
        ("TH-A,A1,TLĐ,12x", "không phải một số dương"),
        ("TH-A,A1,TLĐ,0", "không phải một số dương"),
        ("TH-A,A1,TLĐ,12.5", "nhiều số lẻ hơn"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused_with_its_line(tmp_path, rubric, line, words):
    with pytest.raises(RegisterError, match=words) as refused:
        read_targets(stated(tmp_path, "TH-A,A1,LĐLĐ,3", line), rubric, REGISTER)
    assert "dòng 3" in str(refused.value)


@pytest.fixture
def rubric_of_shares(rubric_of_criteria):
    indicator = {"decimals": 3}
    params = {"target": {"assigned_by": "TLĐ"}}
    return rubric_of_criteria(criterion("A1", 10, "share_of_target", params=params, indicator=indicator))


@pytest.mark.parametrize(
    ("lines", "targets"),
    [
        (['"99,5"', "98.25"], ["99.5", "98.25"]),
        (['"76,833"', '"99,5"'], ["76.833", "99.5"]),
        (['"76,833"', "99.5"], ["76833", "99.5"]),
    ],
)
def test_targets_are_written_with_a_comma_or_a_point_and_one_another_settle_a_doubt(
    tmp_path, rubric_of_shares, lines, targets
):
    rows = [f"{unit},A1,TLĐ,{text}" for unit, text in zip(("TH-A", "TH-B"), lines, strict=True)]
    table = read_targets(stated(tmp_path, *rows), rubric_of_shares, REGISTER)
    assert [str(figure) for figure in table["target"]] == targets


def test_a_target_in_doubt_is_asked_with_both_readings(tmp_path, rubric_of_shares):
    with pytest.raises(RegisterError, match=r"76833 \(.*hoặc 76,8330"):
        read_targets(stated(tmp_path, 'TH-A,A1,TLĐ,"76,833"'), rubric_of_shares, REGISTER)


def test_the_same_target_twice_is_refused(tmp_path, rubric):
    with pytest.raises(RegisterError, match="đã ghi ở dòng trên"):
        read_targets(stated(tmp_path, "TH-A,A1,TLĐ,3", "TH-A,A1,TLĐ,4"), rubric, REGISTER)
