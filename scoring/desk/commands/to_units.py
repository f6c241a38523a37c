"""`to-units`: one folder a unit with all it is to get, a letter ready to send, and the register of what was sent."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from rich.text import Text

from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.core.errors import Fault, ParameterError
from scoring.core.files import Writing, read_whole
from scoring.core.made import keep_only, plain_folder
from scoring.core.places import COMMAND
from scoring.core.text import shown
from scoring.core.wording import day, inside
from scoring.decisions.records import Standing
from scoring.decisions.rulings import EXPLAINED
from scoring.decisions.seal import Publication
from scoring.decisions.store import publications_of
from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder, show_table
from scoring.desk.mailing import LETTER, TEXT, Paper, SentFile, archive, letter, messenger_text, read_sent, sent_csv
from scoring.desk.workbook.writing import write_verification
from scoring.publishing.unit_pages import published_pages, standing_pages
from scoring.register.search import find_units
from scoring.register.year import Year
from scoring.reports.checklist import ABSENT
from scoring.reports.forms.form import write_forms
from scoring.reports.intake import Reading
from scoring.reports.returns import write_returns

FOLDER = "to_units"
REGISTER, ALL = "_so_gui.csv", "_tat_ca.zip"
"""The register of what was sent, and all folders in one; no unit's code begins like these."""


def run_to_units(options: argparse.Namespace) -> int:
    """Make the folders, or record that what lies in them was sent."""
    year = opened_year(options)
    folder = output_folder(year) / FOLDER
    units = _asked(options, year)
    if options.sent is not None:
        return _record_sent(folder, units, year, options.sent)
    plain_folder(folder)
    gathered, writing = _Gathered(year, output_folder(year)), Writing(lasts=False)
    papers = {unit: list(gathered.papers(unit)) for unit in units}
    for unit, own in papers.items():
        _write_folder(folder / unit, units[unit], own, year, writing)
    _write_archives(folder, {unit: own for unit, own in papers.items() if own}, options, year, writing)
    _tell(folder, units, papers, gathered)
    writing.refuse_if_any(ParameterError, str(folder))
    return 0


def _asked(options: argparse.Namespace, year: Year) -> dict[str, str]:
    """The names of the units asked for, by id: of those that stand."""
    units = year.units[year.units["standing"]]
    names = dict(zip(units["id"].astype(str), units["name"].astype(str), strict=True))
    asked = find_units(options.units or (), year, "--units")
    if strange := [unit for unit in asked if unit not in names]:
        what, mend = "không có đơn vị đang hoạt động mang mã này", "ghi đúng mã trong units.csv"
        raise ParameterError("--units", [Fault(shown(unit), what, mend=mend) for unit in strange])
    if options.block and options.block not in year.rubric.blocks:
        expected = f"các khối: {', '.join(year.rubric.blocks)}"
        raise ParameterError("--block", [Fault(options.block, "không có khối này", expected)])
    blocks = dict(zip(units["id"].astype(str), units["block"].astype(str), strict=True))
    chosen = set(asked or names)
    return {u: name for u, name in names.items() if u in chosen and options.block in {None, blocks[u]}}


class _Gathered:
    """What there is for the units of a year, each kind made once for all of them."""

    def __init__(self, year: Year, out: Path) -> None:
        self.year, self.out = year, out
        publications = publications_of(year.folder)
        self.published: Publication | None = publications[-1] if publications else None

    @cached_property
    def evaluation(self) -> Evaluation:
        return evaluate(self.year)

    @cached_property
    def pages(self) -> Mapping[str, list[Path]]:
        if self.published is not None:
            return published_pages(self.year.folder, self.published)
        return standing_pages(self.year, self.out)

    @cached_property
    def forms(self) -> Mapping[tuple[str, str], Path]:
        """The forms of reports that are still to come, by unit and period."""
        year, entries = self.year, self.evaluation.entries
        findings = self.evaluation.findings
        absent = findings.loc[findings["code"] == ABSENT, ["unit", "period"]].itertuples(index=False, name=None)
        due = [(unit, period) for unit, period in absent if unit in self._standing_on(period)]
        if due:
            place = self.out / "forms"
            write_forms(place, year.rubric, year.plan, year.units_due, entries=entries, targets=year.targets)
        return {(unit, period): self.out / "forms" / f"{unit}_{period}.xlsx" for unit, period in due}

    def _standing_on(self, period: str) -> set[str]:
        units = self.year.units_due[period]
        return set(units.loc[units["standing"], "id"])

    @cached_property
    def returned(self) -> list[tuple[str, str, Path]]:
        """Unit, period ("" where not known) and copy of every report with something to mend."""
        told = self.evaluation
        copies = write_returns(self.out / "check", self.year, Reading(told.entries, told.findings, told.received))
        received = told.received.astype(object).where(told.received.notna(), "")
        whose = {file: (unit, period) for file, unit, period in received[["file", "unit", "period"]].values.tolist()}
        return [(*whose[file], self.out / "check" / name) for file, name in copies.items()]

    def papers(self, unit: str) -> Iterator[Paper]:
        """What a unit is to get; after publication that is its final page and nothing that is to be filled in."""
        if self.published is None:
            yield from self._forms(unit)
            yield from self._returned(unit)
            yield from self._explanation(unit)
        yield from self._pages(unit)

    def _forms(self, unit: str) -> Iterator[Paper]:
        for period in self.year.rubric.periods:
            if (unit, period.id) in self.forms:
                told = (
                    f"mẫu {inside(period.name)}, hạn nộp {day(period.due)}. Đề nghị điền các ô màu vàng, lưu lại rồi"
                    " gửi; ô nào chưa có số liệu thì để trống, không ghi 0."
                )
                path = self.forms[unit, period.id]
                yield Paper(path.name, read_whole(path), told, f"mẫu {inside(period.name)}, hạn nộp {day(period.due)}")

    def _returned(self, unit: str) -> Iterator[Paper]:
        names = {period.id: inside(period.name) for period in self.year.rubric.periods}
        for whose, period, path in self.returned:
            if whose == unit:
                report = names.get(period, "báo cáo")
                told = f"{report} đã gửi, có đánh dấu các ô cần sửa. Đề nghị sửa theo trang “Cần sửa” rồi gửi lại."
                yield Paper(f"can_sua_{path.name}", read_whole(path), told, f"{report} cần sửa, gửi lại")

    def _explanation(self, unit: str) -> Iterator[Paper]:
        """The unit's own workbook of explanations, where it has reported something to explain."""
        evaluation, year = self.evaluation, self.year
        own = year.units[year.units["id"] == unit]
        reported = evaluation.entries["unit"].eq(unit) & evaluation.entries["file"].fillna("").ne("")
        if not (own["eligible"].all() and reported.any()):
            return
        path = self.out / "verification" / EXPLAINED / f"{unit}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_verification(path, evaluation, self.standing, str(own["block"].iloc[0]), EXPLAINED, only=unit)
        told = "sổ giải trình. Chỗ nào cần nói rõ thì ghi vào cột giải trình rồi gửi lại; không có thì không phải gửi."
        yield Paper(f"giai_trinh_{unit}.xlsx", read_whole(path), told, "sổ giải trình, nếu có điều cần nói rõ")

    @cached_property
    def standing(self) -> Standing:
        return self.evaluation.read_standing()

    def _pages(self, unit: str) -> Iterator[Paper]:
        last = self.published
        name, told = "phieu_danh_gia_de_xuat", "phiếu đánh giá, bản đề xuất để đơn vị đối chiếu, chưa phải kết quả"
        if last is not None:
            on = day(date.fromisoformat(last.published_on))
            name, told = "phieu_danh_gia", f"phiếu đánh giá chính thức theo Quyết định số {last.decision} ngày {on}"
        for path in self.pages.get(unit, []):
            yield Paper(f"{name}_{unit}{path.suffix}", read_whole(path), f"{told}.", told)


# What is written


def _write_folder(folder: Path, name: str, papers: Sequence[Paper], year: Year, writing: Writing) -> None:
    """A unit's folder as it is to be; one that nothing is for is emptied of what an earlier run put there."""
    files = {one.name: one.content for one in papers}
    if papers:
        files |= {LETTER: letter(name, papers, year), TEXT: messenger_text(name, papers, year)}
        plain_folder(folder)
        for file, content in files.items():
            writing.write(folder / file, content)
    if folder.is_dir():
        keep_only(folder, files, remove=writing.remove)


def _write_archives(
    folder: Path, papers: Mapping[str, Sequence[Paper]], options: argparse.Namespace, year: Year, writing: Writing
) -> None:
    """A ZIP a unit of what it is to get, and one of all folders; without --zip those of earlier runs go."""
    made = {}
    if options.zip:
        made = {
            f"{unit}.zip": archive({one.name: one.content for one in own}, year.rubric.year)
            for unit, own in papers.items()
        }
        files = {f"{unit}/{one.name}": one.content for unit, own in papers.items() for one in own}
        for unit in papers:
            files |= {f"{unit}/{name}": read_whole(folder / unit / name) for name in (LETTER, TEXT)}
        made[ALL] = archive(files, year.rubric.year)
    for name, content in made.items():
        writing.write(folder / name, content)
    keep_only(folder, made, remove=writing.remove)


# What was sent


def _record_sent(folder: Path, units: Mapping[str, str], year: Year, on: date) -> int:
    """Add what lies in the folders to the register; what stands there already is not written twice."""
    before = _sent_before(folder)
    known = {(one.unit, one.file, one.digest) for one in before}
    lying = [SentFile(on, unit, name, *paper) for unit, name in units.items() for paper in _files_in(folder / unit)]
    new = [one for one in lying if (one.unit, one.file, one.digest) not in known]
    if not lying:
        mend = f"làm bằng lệnh {COMMAND} to-units rồi gửi, sau đó ghi sổ"
        raise ParameterError(
            "to-units --sent", [Fault(str(folder), "chưa có tài liệu nào để ghi là đã gửi", mend=mend)]
        )
    writing = Writing()
    writing.write(folder / REGISTER, sent_csv([*before, *new]))
    writing.refuse_if_any(ParameterError, str(folder / REGISTER))
    known_before = f"; {len(lying) - len(new)} tệp đã có trong sổ từ trước" if len(lying) > len(new) else ""
    told = f"Đã ghi {len(new)} tệp gửi {len({one.unit for one in new})} đơn vị ngày {day(on)}{known_before}:"
    CONSOLE.print(Text(f"{told} {folder / REGISTER}"))
    return 0


def _sent_before(folder: Path) -> list[SentFile]:
    file = folder / REGISTER
    return read_sent(read_whole(file), str(file)) if file.is_file() else []


def _files_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of what the program put into a unit's folder for the unit."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.name not in {LETTER, TEXT}:
            one = Paper(path.name, read_whole(path), "", "")
            if one.is_attached or path.suffix == ".html":
                yield one.name, one.digest


def _tell(folder: Path, units: Mapping[str, str], papers: Mapping[str, Sequence[Paper]], gathered: _Gathered) -> None:
    sent = _sent_before(folder)
    rows = [
        (name, unit, "\n".join(dict.fromkeys(one.short for one in papers[unit])), _sent_told(unit, papers[unit], sent))
        for unit, name in units.items()
        if papers[unit]
    ]
    show_table("Tài liệu gửi từng đơn vị", ("Đơn vị", "Mã", "Tài liệu", "Đã gửi"), rows)
    lines = [f"Đã làm tài liệu cho {len(rows)} đơn vị, mỗi đơn vị một thư mục, có thư điện tử để mở và gửi: {folder}"]
    if lacking := [unit for unit in units if unit not in gathered.pages]:
        if gathered.published is None:
            lines.append(
                f"{len(lacking)} đơn vị chưa có phiếu đánh giá khớp với số liệu hiện nay nên không kèm phiếu; cần kèm"
                f" thì chạy {COMMAND} rồi chạy lại lệnh này."
            )
        else:
            lines.append(f"Không có phiếu trong bản công bố: {', '.join(lacking)}.")
    lines.append(f"Gửi xong thì ghi sổ gửi: {COMMAND} to-units --year {gathered.year.rubric.year} --sent")
    CONSOLE.print(Text("\n".join(lines)))


def _sent_told(unit: str, papers: Sequence[Paper], sent: Collection[SentFile]) -> str:
    """When what is there now was sent, or how much of it has not been."""
    days = {(one.file, one.digest): one.on for one in sent if one.unit == unit}
    found = [days.get((one.name, one.digest)) for one in papers]
    known = [on for on in found if on is not None]
    if not known:
        return "chưa gửi" if not days else "bản mới chưa gửi"
    if len(known) < len(found):
        return f"{len(found) - len(known)} tệp chưa gửi"
    return day(max(known))
