"""Reading a rubric: exact, strict, dated, and never an error of a library."""

import copy
import hashlib
import io
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from helpers.builders import criterion, group
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scoring.core.errors import Fault, RubricError
from scoring.rubric.faults import raise_faults
from scoring.rubric.reading import read_rubric
from scoring.rubric.strict_yaml import read_yaml

SMALL = Path(__file__).parents[1] / "helpers" / "rubrics" / "small.yaml"
TEXT = SMALL.read_text("utf-8")
CONTENT = YAML(typ="safe").load(TEXT)


@pytest.fixture
def read(tmp_path, plan):
    """Reads a rubric from text or bytes."""

    def read(written):
        path = tmp_path / "rubric.yaml"
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
        return read_rubric(path, plan)

    return read


def test_figures_are_read_exactly_as_they_are_written(read):
    rubric = read(TEXT.replace("percent: 60", "percent: 60.10"))
    steps = rubric.item["B1"].parameter("steps").steps
    assert [step.percent for step in steps] == [Decimal(100), Decimal("60.10"), Decimal(30)]
    assert rubric.max_points("A1") == 600


def test_a_rubric_is_named_by_the_hash_of_its_file(small):
    assert small.digest == hashlib.sha256(SMALL.read_bytes()).hexdigest()


def test_a_rubric_saved_again_by_notepad_is_the_same_rubric(read):
    again = read(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert (again.digest, again.meaning) == (read(TEXT).digest, read(TEXT).meaning)


def test_a_comment_more_leaves_what_a_rubric_means_and_a_figure_does_not(read):
    assert read(f"{TEXT}# đã xem\n").meaning == read(TEXT).meaning
    assert read(TEXT.replace("percent: 60", "percent: 61")).meaning != read(TEXT).meaning


@pytest.mark.parametrize("block", ["../../../../evil", "a/b", "a b", ".a", "C:x"])
def test_a_block_is_named_by_an_id_since_files_are_named_after_it(read, block):
    with pytest.raises(RubricError, match="chưa đúng"):
        read(re.sub(r"(?m)^(blocks:.*?)K1:", lambda found: f'{found[1]}"{block}":', TEXT, count=1, flags=re.S))


def with_id(kind, one):
    """The small rubric, its first period, band, group, criterion, type or the rubric itself under another id."""
    content = copy.deepcopy(CONTENT)
    match kind:
        case "rubric":
            content["id"] = one
        case "types":
            content["types"] = {one: "Loại khác", **content["types"]}
        case "criterion":
            content["groups"][0]["criteria"][0]["id"] = one
        case _:
            content[kind][0]["id"] = one
    made = io.StringIO()
    YAML(typ="safe").dump(content, made)
    return made.getvalue()


KINDS = ("rubric", "periods", "bands", "groups", "criterion", "types")


@pytest.mark.parametrize("one", ["../../../../evil", "a/b", "C:x", "NUL", "com1.x", "A.", "a\x07"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_id_of_any_kind_is_no_path_no_device_and_hides_nothing(read, kind, one):
    with pytest.raises(RubricError, match=r"chưa đúng|không dùng được|ký tự điều khiển"):
        read(with_id(kind, one))


@pytest.mark.parametrize(
    ("before", "after"), [("id: B1", "id: a1"), ("id: P1", "id: f1"), ("K2:", "k1:"), ("id: NAM", "id: 9t")]
)
def test_ids_that_differ_in_capitals_alone_are_refused(read, before, after):
    assert before in TEXT
    with pytest.raises(RubricError, match="chỉ khác .* ở chữ hoa, chữ thường"):
        read(TEXT.replace(before, after, 1))


@pytest.mark.parametrize("sign", ["\\u0007", "\\u202e", "\\ud800", "\\0", "\\x85"])
def test_a_name_holds_nothing_that_no_page_could_show(read, sign):
    named = re.sub(r"(?m)^name: .*", lambda _: f'name: "Bộ tiêu chí {sign}"', TEXT, count=1)
    with pytest.raises(RubricError, match="ký tự điều khiển"):
        read(named)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_read_the_same_however_they_were_typed(read, form):
    assert read(unicodedata.normalize(form, TEXT)).name == "Bộ tiêu chí nhỏ"


def test_a_byte_order_mark_and_line_ends_of_windows_are_read_past(read):
    assert read(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()).id == "small"


def test_no_is_a_word_and_not_false(read):
    assert read(TEXT.replace("name: Có quy chế dân chủ, kind", "name: no, kind")).facts[0].name == "no"


def test_groups_go_to_any_depth(rubric_of):
    deepest = group("A.1.1", criterion("X", 4, "achieved"))
    outer = group("A", groups=[group("A.1", criterion("Y", 6, "achieved"), groups=[deepest])])
    bare = {"bonus": None, "deductions": None, "gates": [], "ranking": {"on": "exact", "ties": []}}
    rubric = rubric_of(groups=[outer], total={"max_points": 10, "floor": 0}, **bare)
    assert [item.id for item in rubric.criteria] == ["X", "Y"]


# Dated figures

DATED = """{dated: [
      {from: 2015-01-01, to: 2018-12-31, value: 85, source: HD},
      {from: 2019-01-01, value: 80, source: HD}]}"""


def test_of_a_dated_figure_the_one_in_force_at_the_years_end_counts_and_is_recorded(read):
    rubric = read(TEXT.replace("from: 50, below: 80", f"from: 50, below: {DATED}"))
    assert rubric.band["kha"].below == 80
    (dated,) = rubric.dated
    assert (dated.place, dated.value, dated.source) == ("bands.1.below", 80, "HD")


def test_the_source_of_a_dated_figure_has_to_exist(read):
    with pytest.raises(RubricError, match="không có nguồn 'QD' trong sources"):
        read(
            TEXT.replace("from: 50, below: 80", f"from: 50, below: {DATED.replace('80, source: HD', '80, source: QD')}")
        )


# What is not a rubric at all


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (TEXT.encode("utf-16"), "dòng 1: không phải chữ UTF-8"),
        (TEXT.encode().replace("Tuyên".encode(), b"Tuy\xean"), "dòng 23: không phải chữ UTF-8"),
        (TEXT.replace("Tuyên truyền", "Tuyên\0truyền"), "dòng 23: có ký tự điều khiển"),
        (TEXT + "#" * 2_000_000, "tệp lớn hơn 2 MB"),
        ("id: " + "[" * 200, "không đọc được theo cú pháp YAML"),
        ("&a [*a]", "không dùng bí danh"),
        ("a: 1\na: 2", "dòng 2, cột 1: một khóa được ghi hai lần"),
        ("1: a\n'1': b", "dòng 2, cột 1: một khóa được ghi hai lần"),
    ],
)
def test_what_cannot_be_a_rubric_is_refused_in_plain_words(read, written, words):
    with pytest.raises(RubricError, match=words):
        read(written)


def test_a_missing_file_and_a_folder_are_refused(tmp_path, plan):
    with pytest.raises(RubricError, match="không có tệp này"):
        read_rubric(tmp_path / "rubric.yaml", plan)
    with pytest.raises(RubricError, match="không mở được tệp"):
        read_rubric(tmp_path, plan)


# Whatever somebody writes in one place: a rubric that can be used, or a refusal in our words


def places(node, above=()):
    """The place of everything in some content."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [above, *(place for key, part in parts for place in places(part, (*above, key)))]


def with_part(node, place, part):
    """The content with something else in one place."""
    if not place:
        return part
    if isinstance(node, dict):
        return {**node, place[0]: with_part(node[place[0]], place[1:], part)}
    return [with_part(one, place[1:], part) if at == place[0] else one for at, one in enumerate(node)]


STRANGE = [
    *(None, True, 0, -1, 5, 0.001, 1e30, 10**40, "", "chữ", [], {}, [1], ["A", "A"]),
    *({"a": 1}, {"dated": 5}, {"dated": [{"from": date(2020, 1, 1), "value": [], "source": "HD"}]}),
    *({"by": "members", "percent": 0}, date(2024, 1, 1), datetime(2024, 1, 1, 10)),  # noqa: DTZ001  # as YAML has it
]


@pytest.mark.slow
@given(place=st.sampled_from(places(CONTENT)), part=st.sampled_from(STRANGE))
def test_anything_in_any_place_is_read_or_refused_in_our_words(tmp_path_factory, plan, place, part):
    path = tmp_path_factory.mktemp("rubric") / "rubric.yaml"
    YAML(typ="safe").dump(with_part(CONTENT, place, part), path)
    try:
        rubric = read_rubric(path, plan)
    except RubricError as refusal:
        told = str(refusal)
    else:
        told = str(sum(group.max_points for group in rubric.groups) - rubric.total.max_points)
    assert told == "0" or (" lỗi\n" in told and "xem lại kiểu" not in told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\t- b: 1\n", "có dấu Tab. Thay phím Tab bằng các dấu cách"),
        ("a:\n  b: 1\n  \tc: 2\n", "có dấu Tab"),
        (
            "a:\n  name: Nhóm A: Tuyên truyền\n",
            "một dòng có hai dấu hai chấm. Câu có dấu hai chấm thì đặt trong dấu nháy",
        ),
        ("a: {value_unit: %, b: 1}\n", "chữ bắt đầu bằng dấu %. Đặt cả phần chữ trong dấu nháy kép"),
        ("a: `x`\n", "chữ bắt đầu bằng dấu `"),
        ('a: "Kế hoạch" năm 2026\n', "còn chữ đứng sau dấu nháy đóng"),
        ("a:\n  -b\n  - c: 1\n", "sau gạch đầu dòng thiếu dấu cách"),
        ("a:1\nb: 2\n", "sau dấu hai chấm thiếu dấu cách. Thêm dấu cách sau “a:”"),
        ("a:\n  - {id: A1, name: x\n  - {id: A2, name: y}\n", "trong dấu ngoặc {…}"),
    ],
)
def test_what_office_people_type_into_yaml_is_named_with_how_to_mend_it(text, said):
    with pytest.raises(RubricError) as error:
        read_yaml(Path("x.yaml"), text)
    assert said in str(error.value)


def test_faults_of_one_line_come_in_the_order_they_were_found_each_time():
    file = read_yaml(Path("x.yaml"), "a: 1\n")
    names = [f"thiếu khóa {number}" for number in range(40)]
    with pytest.raises(RubricError) as error:
        raise_faults(file, [Fault("dòng 1, cột 1", name) for name in [*names, *names]])
    assert [fault.what for fault in error.value.faults] == names
