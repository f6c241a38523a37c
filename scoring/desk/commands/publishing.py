"""The verbs of a published year: publish, appeal, sign, archive."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.text import Text

from scoring.assessment.appeals import Comparison, between_publications, try_appeal
from scoring.assessment.evaluation import evaluate
from scoring.core import places
from scoring.core.errors import Fault, ParameterError, PublishingError
from scoring.core.wording import day
from scoring.decisions.seal import DECISIONS, INPUTS, PUBLICATIONS, Publication, grouped, shown
from scoring.decisions.store import publications_of
from scoring.desk.commands.progress import counting
from scoring.desk.commands.screen import CONSOLE, main_folder, opened_year, output_folder
from scoring.desk.commands.verify_seal import year_folder
from scoring.desk.workbook.reading import rulings_of
from scoring.pages.publications import appeal_paper
from scoring.publishing.archive import write_archive
from scoring.publishing.bag import PAYLOAD
from scoring.publishing.final_documents import FinalDocuments
from scoring.publishing.papers import write_paper
from scoring.publishing.publication import Candidate, considered, open_copy, publish, refuse_if_altered
from scoring.publishing.signing import load_key, sign_files
from scoring.register.year import MAIN, Year, open_year

PASSWORD = "SCORING_KEY_PASSWORD"  # noqa: S105 - the name of the variable, no password
"""The environment variable that may hold the key's password."""


def run_publish(options: argparse.Namespace) -> int:
    """Publish a year: of one rubric, or of all that have data."""
    if options.jobs < 1:
        raise ParameterError("publish", [Fault("--jobs", f"không dùng được số {options.jobs}", "từ 1 trở lên")])
    rubrics = _rubrics(main_folder(options)) if options.all else [options.rubric]
    years = [open_year(main_folder(options), rubric) for rubric in rubrics]
    if not agreed(years, options):
        return 0 if options.dry_run else 1
    for year in years:
        told = f"Làm tài liệu công bố {year.place}"
        documents = FinalDocuments(options.jobs, counting=partial(counting, told, kind=options.progress))
        publication = publish(year, documents.make, documents.papers, decision=options.decision, on=options.date)
        CONSOLE.print(Text("\n".join(_published_told(publication, year.folder))))
    return 0


def agreed(years: Sequence[Year], options: argparse.Namespace) -> bool:
    """Whether to go on: what will be published is shown, and whoever sits at the screen is asked."""
    asks = sys.stdin.isatty() and not options.yes
    if not (asks or options.dry_run):
        return True
    for year in years:
        candidate = considered(year, decision=options.decision, on=options.date)
        CONSOLE.print(Text("\n".join(_candidate_told(candidate))))
    if options.dry_run:
        return False
    typed = CONSOLE.input("Gõ có rồi Enter để công bố, chỉ Enter để thôi: ", markup=False).strip().casefold()
    if typed not in _YES:
        CONSOLE.print("Chưa công bố, không ghi gì.")
    return typed in _YES


_YES = {"có", "co"}
"""What whoever publishes types to say so; a keyboard may lack the marks."""


def _candidate_told(candidate: Candidate) -> list[str]:
    """What is about to be published, for whoever decides whether it is."""
    overview = candidate.evaluation.overview()
    place, count = candidate.evaluation.year.place, len(candidate.before) + 1
    bands = "; ".join(f"{band.name}: {band.units}" for band in overview.bands)
    return [
        f"Sẽ công bố {'năm ' * ('/' not in place)}{place}, lần {count}, theo {_deciding(candidate)}:",
        f"  {overview.units} đơn vị. {bands}.",
        f"  {len(candidate.inputs)} tệp số liệu và {len(candidate.recorded)} quyết định được giữ cùng mọi tài liệu.",
        f"  Báo cáo chưa có: {len(overview.missing)}; nộp muộn: {len(overview.late)}.",
        "  Lần đã công bố thì giữ nguyên mãi; sau đó chỉ đổi bằng quyết định phúc tra và công bố lần nữa.",
    ]


def _deciding(candidate: Candidate) -> str:
    """The deciding document and its day."""
    return f"{shown(candidate.decision)} ngày {day(candidate.on)}"


def _rubrics(main: Path) -> list[str]:
    """The rubrics of a year that have data of their own, the main one first."""
    known = sorted(path.stem for path in (main / "rubrics").glob("*.yaml"))
    having = [one for one in known if (year_folder(main, one) / "reports").is_dir()]
    return sorted(having, key=lambda rubric: (rubric != MAIN, rubric))


def _published_told(publication: Publication, folder: Path) -> list[str]:
    lines = [
        f"Đã công bố {'năm ' * ('/' not in publication.place)}{publication.place} theo {publication.decision}:"
        f" lần {publication.number}, giữ {len(publication.inputs)} tệp số liệu và mọi tài liệu chính thức.",
        f"Mã công bố: {grouped(publication.code)}",
        f"Giấy chứng nhận và biên bản có in mã: {folder / PUBLICATIONS / str(publication.number) / 'xac_nhan'}",
    ]
    if publication.previous:
        lines.append(f"Quyết định ghi từ lần trước: {len(publication.decisions)}.")
    if publication.grown:
        lines.append(f"Nhận thêm từ lần trước: {', '.join(map(shown, publication.grown))}")
    if publication.left_out:
        lines.append(f"Không tính, không giữ: {', '.join(map(shown, publication.left_out))}")
    return lines


def run_appeal(options: argparse.Namespace) -> int:
    """Tell and write what appeals changed, between two publications or since the last one, or try what one would."""
    year = opened_year(options)
    if options.tried is not None:
        _show_comparison(try_appeal(evaluate(year), rulings_of(options.tried, year.rubric)))
        CONSOLE.print(Text("Mới là làm thử, chưa ghi gì. Ghi thật bằng: verify --read"))
        return 0
    publications = publications_of(year.folder)
    before, after = _asked(publications, options, year.folder)
    if after is None:  # the folder as it is now is compared
        refuse_if_altered(year.folder)
    second = _at_work(year, publications[-1]) if after is None else _bagged(year, after)
    comparison = between_publications(evaluate(_bagged(year, before)), evaluate(second))
    _show_comparison(comparison)
    name = f"phuc_tra_lan_{before.number}" + (f"_{after.number}" if after else "")
    folder = output_folder(year) / "appeal"
    write_paper(folder, name, appeal_paper(year.plan, year.rubric, comparison, before, after))
    CONSOLE.print(Text(f"Văn bản để ký (HTML, PDF, Word): {folder / name}.*"))
    return 0


def _asked(
    publications: Sequence[Publication], options: argparse.Namespace, folder: Path
) -> tuple[Publication, Publication | None]:
    if not publications:
        raise PublishingError(str(folder), [Fault("năm này", "chưa công bố nên chưa có phúc tra")])
    count = len(publications)
    faults = [
        Fault(f"--{name}", f"không có lần công bố {number}", f"từ 1 đến {count}")
        for name, number in (("from", options.first), ("to", options.second))
        if number is not None and not 1 <= number <= count
    ]
    first = options.first or (max((options.second or count + 1) - 1, 1))
    if not faults and options.second is not None and options.second <= first:
        faults.append(Fault("--to", "phải sau lần công bố đem so", f"lớn hơn {first}"))
    if faults:
        raise ParameterError("appeal", faults)
    return publications[first - 1], publications[options.second - 1] if options.second else None


def _at_work(year: Year, last: Publication) -> Year:
    """A year as it is worked on, with the results it takes as they are published: there, or with it where not yet."""
    if year.of_units is None:
        return year
    place, held = year.of_units.place, publications_of(year.of_units.folder)[-1:]
    taken = [name for name in last.inputs if name.startswith((f"{place}/{DECISIONS}/", f"{place}/reports/"))]
    is_held = held and held[0].inputs.keys() >= set(taken)
    return replace(year, of_units=_bagged(year.of_units, held[0]) if is_held else _bagged(year, last).of_units)


def _bagged(year: Year, publication: Publication) -> Year:
    """A year as a publication holds it."""
    bag = year.folder / PUBLICATIONS / str(publication.number)
    return open_copy(bag / PAYLOAD / INPUTS, publication.place)


def _show_comparison(comparison: Comparison) -> None:
    lines = [f"Thay đổi so với bản đã công bố: {len(comparison.units)} đơn vị"]
    for change in comparison.units:
        pairs = {"tổng điểm": change.total, "mức": change.band, "hạng": change.rank, "xét chọn": change.selection}
        moved = [f"{what} {' → '.join(pair)}" for what, pair in pairs.items() if pair[0] != pair[1]]
        lines += [
            f"{change.unit}  {change.name}",
            f"    {'; '.join([*([change.marks] if change.marks else []), *moved])}",
            f"    lý do: {change.reason}",
        ]
    lines += [f"Tỷ lệ khống chế, trước: {before}; sau: {after}" for before, after in comparison.quotas]
    CONSOLE.print(Text("\n".join(map(shown, lines))))


def run_archive(options: argparse.Namespace) -> int:
    """Write a year's publications into a ZIP."""
    main = main_folder(options)
    folder = year_folder(main, options.rubric)
    place = folder.relative_to(main.parent).as_posix()
    file = options.file or places.work_folder() / "outputs" / place / f"luu_tru_{place.replace('/', '_')}.zip"
    count = write_archive(folder, file)
    CONSOLE.print(Text(f"Đã gói {count} tệp vào {file}. Giải nén rồi mở index.html để xem."))
    return 0


def run_sign(options: argparse.Namespace) -> int:
    """Sign PDFs."""
    signed = sign_files(options.files, options.into, load_key(options.key, _password(options)))
    CONSOLE.print(Text(f"Đã ký {len(signed)} tệp: {options.into}"))
    return 0


def _password(options: argparse.Namespace) -> bytes:
    """The key's password: from a file, the environment, or typed."""
    if options.password_file is not None:
        if not options.password_file.is_file():
            raise ParameterError("sign", [Fault("--password-file", "không có tệp này")])
        lines: list[str] = options.password_file.read_text("utf-8").splitlines()
        return (lines or [""])[0].encode()
    if PASSWORD in os.environ:
        return os.environ[PASSWORD].encode()
    if not sys.stdin.isatty():
        what = "chưa có mật khẩu của khóa"
        raise ParameterError("sign", [Fault("--password-file", what, mend="ghi tệp chứa mật khẩu rồi chạy lại")])
    return getpass.getpass("Mật khẩu của khóa: ").encode()
