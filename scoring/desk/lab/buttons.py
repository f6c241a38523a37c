"""A button for every verb of the command line.

A verb runs as the command line itself in a process of its own: the same code with the same words, whatever it forks or
uses up leaves the notebook alone, and it can be stopped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import ipywidgets as widgets

from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.places import work_folder
from scoring.decisions.rulings import COUNCIL, EXPLAINED, VERIFIED
from scoring.desk.lab.live import tell_all
from scoring.desk.lab.office import Office
from scoring.desk.lab.said import SaidTable, made_html, said_html
from scoring.desk.lab.widgets import (
    READ_ONLY,
    as_html,
    button,
    chosen,
    is_read_only,
    sheet,
    stated_day,
    text,
    today,
    trouble,
    typed,
)


class Ask(NamedTuple):
    """Something a verb has to be told: its option, the words for it, and what to choose from (else it is typed).

    is_day: whether a day is typed, which the verb takes in ISO form.
    """

    option: str
    label: str
    choices: Sequence[tuple[str, str]] = ()
    example: str = ""
    is_day: bool = False


class Verb(NamedTuple):
    """A verb with its words, what its button and the line beside it say, and what it asks for.

    asks_again: the first press only tells what the verb would do (`--dry-run`), the next one does it.
    """

    words: tuple[str, ...]
    label: str
    about: str
    asks: tuple[Ask, ...] = ()
    asks_again: bool = False


def verbs(office: Office) -> list[Verb]:
    """Every verb of the command line, in the order of the work; a test holds them against it."""
    rubric, units = office.evaluation.year.rubric, office.evaluation.year.units
    scored = units[units["eligible"].to_numpy(bool)]
    of_year, out = ("--year", str(rubric.year)), f"outputs/{rubric.year}"
    file = f"data/{rubric.year}/rubrics/{rubric.id}.yaml"
    blocks = [(name, block) for block, name in rubric.blocks.items() if (scored["block"] == block).any()]
    stage = Ask("--stage", "Bước", [(_STAGES[stage], stage) for stage in _STAGES])
    example = f"{out}/verification/{blocks[0][1]}_{VERIFIED}.xlsx"
    decision, day = (
        Ask("--decision", "Số quyết định", example="15/QĐ-LĐLĐ"),
        Ask("--date", "Ngày", is_day=True),
    )
    unit = Ask("--unit", "Đơn vị", list(zip(scored["short_name"], scored["id"], strict=True)))
    return [
        Verb(("rubric", "check", file), "Kiểm tra bộ tiêu chí", "điểm, mức, điều kiện có khớp nhau không"),
        Verb(("rubric", "show", file), "Xem bộ tiêu chí", "từng tiêu chí, cách tính điểm, mức và điều kiện"),
        Verb(("rubric", "handbook", file), "Làm sổ tay chấm điểm", f"để gửi kèm kế hoạch, trong {out}/rubrics"),
        Verb(
            ("calibrate", *of_year),
            "Lập sổ ca mẫu",
            f"trước mùa chấm, mỗi người thẩm định một sổ ca của năm trước, để trong {out}/calibration",
        ),
        Verb(("register", "export", *of_year), "Xuất danh bạ", "danh bạ thành sổ Excel để sửa"),
        Verb(("forms", *of_year), "Làm mẫu báo cáo", f"mỗi đơn vị một tệp Excel, để trong {out}/forms"),
        Verb(("check", *of_year, "--progress", "json"), "Kiểm tra báo cáo", "từng tệp đã nhận và từng chỗ cần sửa"),
        Verb(
            ("remind", *of_year), "Nhắc nộp báo cáo", f"thư từng đơn vị, danh sách cho nhóm, để trong {out}/reminders"
        ),
        Verb(
            ("report", *of_year, "--progress", "json"),
            "Báo cáo một kỳ",
            f"từ những gì đã nhận, so với cùng kỳ năm trước, để trong {out}/bao_cao_ky",
            (Ask("--period", "Kỳ", [(period.name, period.id) for period in rubric.periods]),),
        ),
        Verb(
            ("verify", *of_year),
            "Lập sổ Excel",
            f"để trong {out}/verification",
            (Ask("--block", "Khối", blocks), stage),
        ),
        Verb(("verify", *of_year), "Đọc sổ Excel", "ghi nhận quyết định", (Ask("--read", "Tệp", example=example),)),
        Verb(
            ("verify", *of_year, "--second"),
            "Rút mẫu thẩm định lần hai",
            f"sổ không có số của lần một, để trong {out}/verification",
            (Ask("--sample", "Cỡ mẫu", example="10%"),),
        ),
        Verb(
            ("verify", *of_year, "--reconcile"),
            "Lập sổ thống nhất",
            f"những điểm hai lần thẩm định khác nhau, để trong {out}/verification",
        ),
        Verb(
            ("verify", *of_year, "--accept"),
            "Đồng ý mọi đề xuất",
            "ghi một lần: hội đồng chọn các đơn vị được đề xuất trong tỷ lệ khống chế",
            (Ask("--reason", "Căn cứ", example="biên bản 12/BB-HĐ ngày 08/01/2025"), day),
        ),
        Verb(("explain", *of_year), "Giải thích điểm", "vì sao được điểm, mức và hạng như vậy", (unit,)),
        Verb(
            ("assess", *of_year, "--progress", "json"),
            "Chấm điểm và làm phiếu",
            f"phiếu, tổng hợp, bảng xếp hạng, để trong {out}",
        ),
        Verb(("to-units", *of_year), "Gói gửi từng đơn vị", f"mỗi đơn vị một thư mục, để trong {out}/to_units"),
        Verb(
            ("publish", *of_year, "--progress", "json"),
            "Công bố",
            "giữ số liệu và tài liệu chính thức",
            (decision, day),
            asks_again=True,
        ),
        Verb(("verify-seal", *of_year), "Kiểm tra niêm phong", "năm đã công bố có còn nguyên không"),
        Verb(("appeal", *of_year), "Xem thay đổi do phúc tra", "những đơn vị thay đổi từ khi công bố"),
        Verb(("archive", *of_year), "Gói để lưu trữ", "mọi lần công bố thành một tệp ZIP"),
        Verb(
            ("new-year", str(rubric.year + 1), "--from", str(rubric.year), "--aside", "--yes"),
            "Bắt đầu năm sau",
            f"tạo data/{rubric.year + 1} từ năm này: kế hoạch, bộ tiêu chí, danh bạ, ngày các kỳ;"
            " năm mẫu cùng số được dời sang data/nam_mau",
        ),
    ]


_STAGES = {VERIFIED: "thẩm định", EXPLAINED: "đơn vị giải trình", COUNCIL: "hội đồng"}

_KEPT = 2000
"""Lines of what a verb says that stay on the screen."""
_STOPPED = {130, -signal.SIGINT, -signal.SIGTERM}
_PLAIN = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "SCORING_TABLES": "json"}
_PROGRESS, _TABLE = '{"progress": ', '{"table": '
"""How a line begins that tells how far a verb is (`scoring.desk.commands.progress`), or a table (`….screen`)."""
_SELDOM = 0.3
"""Seconds between two looks at what a verb says."""


class Runner:
    """Buttons for some verbs, and the one that may be running."""

    def __init__(self, offered: Sequence[Verb]) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.is_heard = False
        self.told: list[str] = []
        self.bar = widgets.IntProgress(layout=widgets.Layout(width="480px", display="none"))
        self.message, self.output = widgets.HTML(), widgets.HTML()
        self.stop = button("Dừng", self._stop_pressed, style="warning")
        self.stop.disabled = True
        self.stop.layout.flex = "0 0 auto"  # else a long message leaves of its name a letter
        self.starts: list[widgets.Button] = []
        self.rows = [self._row(verb) for verb in offered]

    def view(self) -> widgets.VBox:
        """One row a verb, then how it goes; where the desk is only to be looked at, that it is."""
        if is_read_only():
            return sheet(text(READ_ONLY))
        return sheet(*self.rows, widgets.HBox([self.stop, self.message, self.bar]), self.output)

    def _row(self, verb: Verb) -> widgets.HBox:
        lines = [_asked(ask) for ask in verb.asks]
        start = button(verb.label, partial(self._start_pressed, verb, lines))
        start.layout.width = "250px"
        self.starts.append(start)
        return widgets.HBox([start, *lines, text(verb.about)], layout=widgets.Layout(flex_flow="row wrap"))

    def _start_pressed(self, verb: Verb, lines: Sequence[widgets.Text | widgets.Dropdown]) -> None:
        try:
            told = [_told(ask, line) for ask, line in zip(verb.asks, lines, strict=True)]
        except ScoringError as error:
            self.message.value = trouble(error)
        else:
            self._start_asked(verb, [*verb.words, *told])

    def _start_asked(self, verb: Verb, words: list[str]) -> None:
        """Start it; where it asks again, only once it has told what the same words would do."""
        if not verb.asks_again:
            self._start(verb, words)
        elif self.told == words:
            self.told = []
            self._start(verb, [*words, "--yes"])
        else:
            self.told = words
            self._start(verb, [*words, "--dry-run"])

    def _start(self, verb: Verb, words: Sequence[str]) -> None:
        if is_read_only():
            self.message.value = as_html(READ_ONLY)
            return
        self._busy(busy=True)
        self.is_heard = self.is_stopping = False
        self.message.value, self.output.value = as_html("Đang chạy…", lead=f"{verb.label}:"), ""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scoring", *words],
            cwd=work_folder(),
            env={**os.environ, **_PLAIN, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # interrupting a cell of the notebook is not meant for the verb
            start_new_session=True,
        )
        threading.Thread(target=self._follow, args=(verb, self.process), daemon=True).start()

    def _follow(self, verb: Verb, process: subprocess.Popen[str]) -> None:
        """Show what the verb says until it ends."""
        kept: list[str | SaidTable] = []
        seen = 0.0
        for line in process.stdout or ():
            self.is_heard = True
            printed = line.rstrip()
            if printed.startswith(_PROGRESS):
                self._passing(verb, json.loads(printed)["progress"])
            elif printed:
                kept = [*kept, _said(printed)][-_KEPT:]
                if time.monotonic() - seen > _SELDOM:
                    self.output.value, seen = said_html(kept), time.monotonic()
        self.output.value = said_html(kept)
        code = process.wait()
        is_stopped = code in _STOPPED or self.is_stopping  # Windows gives what is stopped the code of any failure
        outcome = "đã xong." if code == 0 else "đã dừng." if is_stopped else "chưa xong, xem lời báo bên dưới."
        if self.told and code == 0:
            outcome = "chưa ghi gì; đúng như dưới đây thì bấm nút này lần nữa."
        elif self.told:
            self.told = []
        made = made_html(kept) if code == 0 else ""
        self.message.value = as_html(outcome, lead=f"{verb.label}:") + (f" Mở xem: {made}" if made else "")
        try:
            tell_all()
        finally:
            self._busy(busy=False)

    def _passing(self, verb: Verb, told: dict[str, Any]) -> None:
        """What is being done, and how much of it where it is counted."""
        if "whole" not in told:
            self.message.value = as_html(told["said"], lead=f"{verb.label}:")
            return
        self.bar.layout.display = "flex"
        self.bar.max, self.bar.value = told["whole"], told["done"]
        self.message.value = as_html(f"{told['said']}: xong {told['done']}/{told['whole']}.", lead=f"{verb.label}:")

    def _busy(self, *, busy: bool) -> None:
        for start in self.starts:
            start.disabled = busy
        self.stop.disabled = not busy
        self.bar.layout.display = "none"

    def _stop_pressed(self) -> None:
        if self.process is not None:
            self.is_stopping = True
            # a verb that is not heard yet is still being loaded: it has nothing to put in order, nor words to stop with
            gently = self.is_heard and sys.platform != "win32"
            self.process.send_signal(signal.SIGINT if gently else signal.SIGTERM)


def _asked(ask: Ask) -> widgets.Text | widgets.Dropdown:
    """The line or list for something a verb has to be told."""
    if ask.choices:
        return chosen(ask.label, ask.choices, width="280px", beside="initial")
    value, placeholder = (today(), "") if ask.is_day else ("", f"ví dụ {ask.example}")
    return typed(ask.label, value=value, placeholder=placeholder, width="280px", beside="initial")


def _told(ask: Ask, line: widgets.Text | widgets.Dropdown) -> str:
    """What was chosen or typed, as one word with its option, so that it is never taken for an option itself."""
    if ask.is_day:
        return f"{ask.option}={stated_day(line).isoformat()}"
    if not line.value.strip():
        raise ParameterError(ask.label, [Fault(ask.label, "còn để trống", mend=f"ghi, ví dụ {ask.example}")])
    return f"{ask.option}={line.value.strip()}"


def _said(line: str) -> str | SaidTable:
    """A line as a verb wrote it: text, or a table in one."""
    return SaidTable(**json.loads(line)["table"]) if line.startswith(_TABLE) else line


def jobs(office: Office, *only: str) -> widgets.VBox:
    """A button for every verb (or those named), and how the one that runs goes."""
    return Runner([verb for verb in verbs(office) if not only or verb.words[0] in only]).view()
