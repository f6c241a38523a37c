"""How does a year begin? As a copy of the last one, moved by the year, without what was received and decided in it.

The plan, the rubrics and the register are carried over as they are written, comments and all; only the year, the days
of the periods and the plan's number are moved. The source is only read. The new folder is put together under another
name, opened as any year is, and only then given its own: it is whole or not there.
"""

from __future__ import annotations

import calendar
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scoring.core.errors import Fault, ParameterError, RubricError
from scoring.core.files import told_as
from scoring.core.places import COMMAND
from scoring.core.text import shown
from scoring.register.agreement import read_rules, rubric_files, year_of
from scoring.register.year import MAIN, Year, open_year
from scoring.rubric.model import Rubric
from scoring.rubric.reading import read_plan

SAMPLES = "nam_mau"
"""The folder, beside the years, of sample years that were in the way of one's own."""
PROPOSED = "targets_de_xuat.csv"
"""Last year's assigned targets, kept for whoever assigns the new ones; nothing reads this file."""

_CARRIED = ("units.csv", "events.csv")
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MOVED_PARTS = ("periods", "span")
_TRY_AGAIN = "đóng các tệp đang mở trong thư mục data rồi chạy lại"


@dataclass(frozen=True)
class YearOptions:
    """What an office may say of the new year.

    plan: the plan's id, None: last year's, moved. due: by period, the day its report is due, where it is another one.
    aside: whether a sample year that stands in the place of the new one is put into the folder of samples.
    """

    plan: str | None = None
    due: Mapping[str, date] | None = None
    aside: bool = False


class Begun(NamedTuple):
    """A year that was begun: its folder, what is left to do, each a sentence, and where a sample year now stands."""

    folder: Path
    left: list[str]
    aside: Path | None = None


def begin_year(source: Path, target: Path, wishes: YearOptions) -> Begun:
    """Make the folder `target` of a new year out of last year's `source`.

    Raises ParameterError where the target is there already, where an option names what is not there, and every error
    of `open_year` for what is wrong in the source or would be in the new year.
    """
    old = open_year(source)
    new_year = _years(source, target)
    _refuse(old, target, wishes)
    with told_as(ParameterError, str(target), _TRY_AGAIN):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".nam_moi_") as folder:
            data = Path(folder) / "data"
            built = _built(source, data, old, new_year, wishes)
            opened = list(_opened(data, target.name))
            aside = _put_aside(target) if wishes.aside and target.exists() else None
            for place in built:
                (target.parent / place).parent.mkdir(exist_ok=True)
                (data / place).rename(target.parent / place)
    proposals = sorted(target.parent.glob(f"**/{target.name}/{PROPOSED}"))
    return Begun(target, list(_left(old, opened[_main(opened)], target, proposals)), aside)


def is_sample(folder: Path) -> bool:
    """Whether a year's folder is one of the samples that come with the program, and nothing was decided in it."""
    try:
        is_worked_in = any((place / name).exists() for place in _own_places(folder) for name in _WORK)
        return read_plan(folder / "plan.yaml").sample and not is_worked_in
    except RubricError:
        return False


def _put_aside(target: Path) -> Path:
    """Move a sample year, with the folders of its other rubrics, out of the way; gives where it stands then."""
    data, samples = target.parent, target.parent / SAMPLES
    moves = [(place, samples / place.relative_to(data)) for place in _own_places(target)]
    if taken := [there for _, there in moves if there.exists()]:
        faults = [Fault(shown(str(there.relative_to(data))), _TAKEN, mend=_ELSEWHERE) for there in taken]
        raise ParameterError("new-year", faults)
    moved: list[tuple[Path, Path]] = []
    try:
        for place, there in moves:
            there.parent.mkdir(parents=True, exist_ok=True)
            place.rename(there)
            moved.append((place, there))
    except OSError:
        for place, there in reversed(moved):  # all of the year or nothing
            there.rename(place)
        raise
    return samples / target.name


def _own_places(folder: Path) -> list[Path]:
    """The folders of a year that are there: its own, and those of its other rubrics."""
    places = [folder, *(folder.parent / path.stem / folder.name for path in rubric_files(folder) if path.stem != MAIN)]
    return [place for place in places if place.exists() or place.is_symlink()]


def _opened(data: Path, name: str) -> Iterator[Year]:
    """The new year by each rubric that has somebody to score; of the others the rules are read."""
    for path in rubric_files(data / name):
        if path.stem == MAIN or (data / path.stem / name).is_dir():
            yield open_year(data / name, path.stem)
        else:
            read_rules(data / name, path.stem)


def _main(opened: list[Year]) -> int:
    return next((place for place, year in enumerate(opened) if year.rubric.id == MAIN), 0)


def _years(source: Path, target: Path) -> int:
    new, old = year_of(target), year_of(source)
    if new is None or old is None or new <= old:
        what = f"năm mới phải sau năm {old}"
        raise ParameterError("new-year", [Fault(shown(target.name), what, mend="ghi năm, ví dụ new-year 2026")])
    return new


def _refuse(old: Year, target: Path, wishes: YearOptions) -> None:
    """Nothing that is there already is written over, in the year's own folder or in those of its other rubrics."""
    own = [target, *(target.parent / path.stem / target.name for path in rubric_files(old.folder))]
    in_the_way = [place for place in dict.fromkeys(own) if place.exists() or place.is_symlink()]
    is_free = not (target.parent / SAMPLES / target.name).exists()
    mend = _ELSEWHERE
    if is_free and is_sample(target):
        if wishes.aside:
            in_the_way = [place for place in in_the_way if place not in _own_places(target)]
        mend = f"đây là năm mẫu kèm chương trình: thêm --aside thì nó được dời nguyên vẹn sang data/{SAMPLES}"
    faults = [Fault(shown(str(place.relative_to(target.parent))), _TAKEN, mend=mend) for place in in_the_way]
    known = [period.id for period in old.rubric.periods]
    expected = f"các kỳ: {', '.join(known)}"
    strange = [name for name in wishes.due or {} if name not in known]
    faults += [Fault(f"--due {shown(name)}", "không có kỳ này", expected) for name in strange]
    if faults:
        raise ParameterError("new-year", faults)


_WORK = ("decisions", "publications")
"""What the folder of a year holds once an office has worked with it."""
_TAKEN = "đã có thư mục này, không ghi đè lên"
_ELSEWHERE = "mở thư mục ấy ra làm tiếp, hoặc dời nó đi rồi chạy lại"


# The copy


def _built(source: Path, data: Path, old: Year, new: int, wishes: YearOptions) -> list[str]:
    """Write the new year's folders below `data`; gives their places there."""
    own = data / str(new)
    (own / "rubrics").mkdir(parents=True)
    (own / "reports").mkdir()
    _write(own / "plan.yaml", _moved_plan(_text(source / "plan.yaml"), old, new, wishes.plan))
    for path in rubric_files(source):
        due = wishes.due if path.stem == old.rubric.id else None
        _write(own / "rubrics" / path.name, moved_rubric(_text(path), old.rubric.year, new, due))
    _carry(source, own)
    places = [str(new)]
    for path in rubric_files(source):
        there = source.parent / path.stem / source.name
        if there.is_dir() and path.stem != MAIN:
            place = f"{path.stem}/{new}"
            (data / place / "reports").mkdir(parents=True)
            _carry(there, data / place)
            places.append(place)
    return places


def _carry(source: Path, target: Path) -> None:
    for name in _CARRIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    if (source / "targets.csv").is_file():
        shutil.copyfile(source / "targets.csv", target / PROPOSED)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _moved_plan(text: str, old: Year, new: int, name: str | None) -> str:
    text = _with_year(text, old.rubric.year, new)
    moved = name or old.plan.id.replace(str(old.rubric.year), str(new))
    return re.sub(r"(?m)^(id:[ \t]*)([^\s#]+)", lambda found: f"{found[1]}{moved}", text, count=1)


def moved_rubric(text: str, old: int, new: int, due: Mapping[str, date] | None = None) -> str:
    """A rubric's text with its year, its name and the days of its periods moved from one year to another.

    due: by period, the day its report is due in the new year, where it is not last year's day. Days elsewhere, such as
    those of documents and of dated figures, stay.
    """
    lines, part, period = [], "", ""
    for line in _with_year(text, old, new).split("\n"):
        if key := re.match(r"([A-Za-z_]+):", line):
            part, period = key[1], ""
        if part in _MOVED_PARTS:
            named = re.search(r"\bid:[ \t]*['\"]?([\w.-]+)", line)
            period = named[1] if named else period
            line = _DAY.sub(lambda found: _moved(found, new - old), line)
            line = _with_due(line, (due or {}).get(period))
        elif part in {"name", "name_en"}:
            line = line.replace(str(old), str(new))
        lines.append(line)
    return "\n".join(lines)


def _with_due(line: str, day: date | None) -> str:
    return line if day is None else re.sub(r"(\bdue:[ \t]*)['\"]?[\d-]+['\"]?", rf"\g<1>{day.isoformat()}", line)


def _with_year(text: str, old: int, new: int) -> str:
    return re.sub(rf"(?m)^(year:[ \t]*){old}\b", rf"\g<1>{new}", text, count=1)


def _moved(found: re.Match[str], years: int) -> str:
    """A day moved by whole years; the last of February stays the last of February."""
    year, month, day = (int(part) for part in found.groups())
    last = calendar.monthrange(year + years, month)[1] if 1 <= month <= 12 else day
    is_end = 1 <= month <= 12 and day == calendar.monthrange(year, month)[1]
    return f"{year + years:04}-{month:02}-{last if is_end and month == 2 else min(day, last):02}"


# What is left to do


def _left(old: Year, new: Year, folder: Path, proposals: list[Path]) -> Iterator[str]:
    rubric = new.rubric
    yield from _of_a_sample(new, folder)
    for name in ("plan.yaml", *(f"rubrics/{path.name}" for path in rubric_files(folder))):
        if lines := _still_said(_text(folder / name), old.rubric.year):
            where = ", ".join(map(str, lines[:8])) + ("…" if len(lines) > 8 else "")
            told = f"{name}, dòng {where}: còn ghi năm {old.rubric.year}; đọc lại, sửa chỗ là của năm mới"
            yield f"{told} (trong Excel: {COMMAND} rubric export data/{folder.name}/{name})"
    yield from _due_days(rubric)
    if not new.plan.sample:
        standing = int(new.units["standing"].sum())
        yield (
            f"units.csv, events.csv: {standing} đơn vị đang hoạt động được chép sang; ghi tiếp các lần đổi tên, chuyển,"
            f" sáp nhập, giải thể và số đoàn viên mới, không sửa dòng cũ"
        )
    for path in proposals:
        place = path.relative_to(folder.parent).as_posix()
        told = f"chỉ tiêu giao năm {old.rubric.year}, chỉ là đề xuất; sửa cho năm mới rồi đổi tên thành targets.csv"
        yield f"{place}: {told}"
    yield f"kiểm tra: {COMMAND} rubric check data/{folder.name}/rubrics/{rubric.id}.yaml"
    yield f"làm mẫu báo cáo gửi đơn vị: {COMMAND} forms --year {folder.name}"


def _of_a_sample(new: Year, folder: Path) -> Iterator[str]:
    """What an office puts in the place of the sample's own, where the year was copied from a sample."""
    if not new.plan.sample:
        return
    lines = _text(folder / "plan.yaml").split("\n")
    line = next((n for n, text in enumerate(lines, 1) if re.match(r"[\"']?sample\b", text)), 1)
    yield (
        f"plan.yaml: kế hoạch chép từ năm mẫu; sửa tên cơ quan (body), căn cứ (bases), các mục cho đúng kế hoạch"
        f" của mình rồi xóa dòng {line} (sample: true), nếu không thì mọi trang ghi là số liệu mẫu"
        f" (sửa trong Excel: {COMMAND} rubric export data/{folder.name}/plan.yaml, xóa ô “Là năm mẫu”)"
    )
    yield (
        f"units.csv, events.csv: đơn vị của năm mẫu; thay hết bằng đơn vị của mình ({COMMAND} register export --year"
        f" {folder.name} cho sổ Excel), rồi sửa types, blocks trong rubrics/{new.rubric.id}.yaml cho khớp"
    )


def _still_said(text: str, year: int) -> list[int]:
    """The lines, comments left out, that still speak of a year."""
    said = re.compile(rf"(?<![\d-]){year}(?![\d-])")
    return [n for n, line in enumerate(text.split("\n"), 1) if said.search(line.partition(" #")[0]) and line[:1] != "#"]


_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _due_days(rubric: Rubric) -> Iterator[str]:
    told = [f"{period.name} {period.due:%d/%m/%Y} ({_DAYS[period.due.weekday()]})" for period in rubric.periods]
    yield f"hạn nộp: {'; '.join(told)}; muốn đổi thì sửa due ở periods trong rubrics/{rubric.id}.yaml (tờ Kỳ)"
