"""The words of the command line: what is told of words that are not understood, and how far a verb is."""

import json
import re
from pathlib import Path

import pytest

from scoring.core.stages import announced, counted
from scoring.desk.commands.main import main
from scoring.desk.commands.parser import command_parser
from scoring.desk.commands.progress import counting, watched

MISTAKEN = {
    "bogus": "không có lựa chọn 'bogus' (đang có: 'assess'",
    "assess --units": "--units còn thiếu nội dung",
    "assess --jobs many": "--jobs không nhận 'many'",
    "assess --lang fr": "--lang không có lựa chọn 'fr' (đang có: 'vi', 'en')",
    "assess --nope": "không có --nope",
    "assess --for": "--for có thể là --formats, --force",
    "assess --force=1": "--force không nhận '1'",
    "rubric": "còn thiếu check|show|handbook|impact|export|import, TỆP",
    "verify": "cần một trong --block --read",
    "verify --block K1 --read so.xlsx": "--read không đi cùng --block",
    "publish --decision 1 --date today": "--date không nhận 'today'",
    "explain --unit": "--unit còn thiếu nội dung",
}


@pytest.mark.parametrize("words", MISTAKEN)
def test_words_that_are_not_understood_are_told_in_vietnamese(words, capsys):
    with pytest.raises(SystemExit) as end:
        main(words.split())
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert MISTAKEN[words] in told
    assert told.endswith("Xem các lệnh: python3 run.py --help\n")
    assert not re.search(r"argument|invalid|expected|required|choose|unrecognized|ambiguous", told)


@pytest.mark.parametrize("verb", ["", *next(iter(command_parser()._subparsers._group_actions)).choices])
def test_the_help_of_a_verb_has_no_english_headings(verb, capsys):
    with pytest.raises(SystemExit):
        main([*verb.split(), "--help"])
    told = capsys.readouterr().out
    assert told.startswith("Cách dùng: python3 run.py")
    assert not re.search(r"usage|options:|positional|show this", told)


def test_progress_is_told_as_lines_of_json(capsys):
    with watched("json"):
        announced("Đang đọc báo cáo…")
        assert list(counted("Đọc báo cáo", "ab", 2)) == ["a", "b"]
    with counting("Làm phiếu", 2, "json") as advance:
        advance()
        advance()
    told = capsys.readouterr()
    assert told.out == ""
    assert [json.loads(line)["progress"] for line in told.err.splitlines()] == [
        {"said": "Đang đọc báo cáo…"},
        {"said": "Đọc báo cáo", "done": 0, "whole": 2},
        {"said": "Đọc báo cáo", "done": 2, "whole": 2},
        *({"said": "Làm phiếu", "done": done, "whole": 2} for done in (0, 1, 2)),
    ]


def test_the_help_names_every_verb_of_the_one_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    named = re.findall(r"^    ([a-z-]+)", told, re.MULTILINE)
    run = Path(__file__).parents[2].joinpath("run.py").read_text(encoding="utf-8")
    assert set(re.findall(r'verb == "([a-z]+)":', run)) <= set(named)
    assert main(["lab"]) == 2
    assert "python3 run.py lab" in capsys.readouterr().out
