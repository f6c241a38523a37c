"""The command line: one verb per line of the README."""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from scoring.assessment.appeals import since_publication
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.explanation import explain
from scoring.assessment.last_year import compare_years
from scoring.assessment.overview import Overview
from scoring.core import wording
from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.files import told_as, write_whole
from scoring.core.language import LANGUAGES, VIETNAMESE, speaking
from scoring.core.places import PROJECT
from scoring.decisions.records import Standing
from scoring.decisions.seal import tell
from scoring.decisions.store import read_decisions
from scoring.desk.workbook.reading import read_verification
from scoring.desk.workbook.writing import STAGES, write_verification
from scoring.pages.check import check_page
from scoring.pages.spreadsheets import evidence_csv, evidence_xlsx
from scoring.publishing.batch import FORMATS, Document, Made, Makers, make_documents, make_here
from scoring.publishing.cluster.scheduler import makers
from scoring.publishing.failures import write_failures
from scoring.publishing.manifest import write_manifest
from scoring.publishing.publication import is_published, publish, refuse_if_altered, refuse_if_published
from scoring.publishing.results import dossier_of, results_place, write_results
from scoring.publishing.year_documents import BRIEF, COUNCIL, year_documents
from scoring.register.agreement import is_year, read_rules
from scoring.register.year import MAIN, Year, open_year
from scoring.reports.checklist import Checklist, list_checks
from scoring.reports.checks import read_reports
from scoring.reports.evidence_register import list_evidence
from scoring.reports.forms.form import write_forms
from scoring.reports.returns import write_returns
from scoring.rubric.reading import read_plan, read_rubric
from scoring.rubric.tables import rubric_tables

CONSOLE = Console(highlight=False, soft_wrap=True)


def main(words: Sequence[str] | None = None) -> int:
    """Do what the words say; the exit code is 0 where it could be done whole."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Windows consoles
    options = _parser().parse_args(words)
    verb: Callable[[argparse.Namespace], int] = options.verb
    try:
        with told_as(ParameterError, "đọc, ghi tệp", "xem lại chỗ trống và quyền ghi của ổ đĩa rồi chạy lại"):
            return verb(options)
    except ScoringError as error:
        CONSOLE.print(Text(str(error)))
        return 1
    except KeyboardInterrupt:
        CONSOLE.print("Đã dừng theo yêu cầu. Chạy lại lệnh này sẽ làm tiếp phần còn lại.")
        return 130
    except Exception:  # noqa: BLE001 - the last resort: an evaluator is told in words, the details go to a file
        log = Path("loi.txt").resolve()
        log.write_text(traceback.format_exc(), encoding="utf-8")
        CONSOLE.print(Text(f"Chương trình gặp lỗi chưa lường trước. Gửi tệp {log} cho người phụ trách kỹ thuật."))
        return 2


class _Parser(argparse.ArgumentParser):
    """argparse that speaks Vietnamese."""

    def error(self, message: str) -> NoReturn:
        """Say that the words were not understood, and where help is."""
        for english, vietnamese in (
            (r"argument ([^:]+): invalid choice: (.+) \(choose from (.+)\)", r"\1 không có lựa chọn \2 (đang có: \3)"),
            (r"argument ([^:]+): invalid \S+ value: (.+)", r"\1 không nhận \2"),
            (r"argument ([^:]+): expected.*", r"sau \1 còn thiếu nội dung"),
            (r"argument ([^:]+): not allowed with argument (.+)", r"\1 không đi cùng \2"),
            (r"the following arguments are required: (.+)", r"còn thiếu \1"),
            (r"one of the arguments (.+) is required", r"cần một trong \1"),
            (r"unrecognized arguments: (.+)", r"không có \1"),
        ):
            message = re.sub(f"^{english}$", vietnamese, message)
        self.exit(2, f"Không hiểu lệnh: {message}. Xem các lệnh: python3 run.py --help\n")

    def format_usage(self) -> str:
        """The usage line."""
        return super().format_usage().replace("usage: ", "Cách dùng: ")

    def format_help(self) -> str:
        """The help with Vietnamese headings."""
        said = super().format_help()
        for english, vietnamese in (
            ("usage: ", "Cách dùng: "),
            ("positional arguments:", "Lệnh:"),
            ("options:", "Tùy chọn:"),
            ("show this help message and exit", "hiện hướng dẫn này"),
        ):
            said = said.replace(english, vietnamese)
        return said


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python3 run.py", description="Chấm điểm thi đua: từ báo cáo đến phiếu đánh giá từng đơn vị.")
    parser.set_defaults(verb=_assess, **_assess_defaults())
    verbs = parser.add_subparsers(metavar="LỆNH")
    assess = verbs.add_parser("assess", help="đọc báo cáo, chấm điểm, xếp hạng và làm phiếu đánh giá (việc chính)")
    _year(assess)
    assess.add_argument("--units", nargs="+", metavar="MÃ", help="chỉ làm phiếu của các đơn vị này")
    assess.add_argument("--block", metavar="KHỐI", help="chỉ làm phiếu của một khối")
    assess.add_argument(
        "--jobs", type=int, metavar="SỐ", help="số tiến trình chạy cùng lúc (mặc định: số nhân của máy)"
    )
    assess.add_argument("--formats", metavar="LOẠI", help=f"các loại tệp: {', '.join(FORMATS)}")
    assess.add_argument("--timeout", type=int, metavar="GIÂY", help="một phiếu được chạy lâu nhất (mặc định: 300)")
    assess.add_argument(
        "--memory", type=int, metavar="MB", help="bộ nhớ một phiếu được dùng thêm nhiều nhất (mặc định: 2048)"
    )
    assess.add_argument("--brief", action="store_true", help="chỉ làm bản tóm tắt một trang của từng đơn vị")
    assess.add_argument(
        "--lang",
        choices=list(LANGUAGES),
        default=VIETNAMESE,
        metavar="TIẾNG",
        help="ngôn ngữ của tài liệu: vi (mặc định), hoặc en vào outputs/en/",
    )
    assess.add_argument("--dry-run", action="store_true", help="chỉ nói sẽ làm lại phiếu nào và vì sao")
    assess.add_argument("--force", action="store_true", help="làm lại tất cả")
    assess.add_argument(
        "--by-block", action="store_true", help="xếp phiếu theo thư mục từng khối, khi có hàng vạn đơn vị"
    )
    assess.add_argument("--scheduler", metavar="ĐỊA_CHỈ", help="làm phiếu trên nhiều máy qua Dask, dạng tcp://máy:8786")
    assess.add_argument("--storage", metavar="NƠI", help="nơi lưu chung của các máy đó (mặc định: thư mục kết quả)")
    assess.set_defaults(verb=_assess, **_assess_defaults())
    forms = verbs.add_parser("forms", help="làm mẫu báo cáo Excel cho từng đơn vị")
    _year(forms)
    forms.set_defaults(verb=_forms)
    check = verbs.add_parser("check", help="kiểm tra các báo cáo đã nhận")
    _year(check)
    check.set_defaults(verb=_check)
    rubric = verbs.add_parser("rubric", help="kiểm tra (check) hoặc in ra (show) một bộ tiêu chí")
    rubric.add_argument("action", choices=["check", "show"], metavar="check|show")
    rubric.add_argument("file", type=Path, metavar="TỆP", help="ví dụ data/2024/rubrics/grassroots.yaml")
    rubric.set_defaults(verb=_rubric)
    _add_case_verbs(verbs)
    return parser


def _add_case_verbs(verbs: Any) -> None:
    """The verbs about one unit, one block, or the publication of a year."""
    explain = verbs.add_parser("explain", help="vì sao một đơn vị được điểm, mức và hạng như vậy")
    explain.add_argument("--unit", required=True, metavar="MÃ")
    explain.add_argument("--criterion", metavar="MÃ", help="chỉ một tiêu chí")
    explain.add_argument("--json", action="store_true", help="in dạng JSON cho chương trình khác")
    explain.set_defaults(verb=_explain)
    verify = verbs.add_parser("verify", help="lập sổ thẩm định của một khối, hoặc đọc sổ đã ghi")
    what = verify.add_mutually_exclusive_group(required=True)
    what.add_argument("--block", metavar="KHỐI", help="lập sổ cho khối này")
    what.add_argument("--read", type=Path, metavar="TỆP", help="ghi nhận các quyết định trong sổ")
    verify.add_argument("--stage", choices=list(STAGES), default="verified", metavar="BƯỚC", help=", ".join(STAGES))
    verify.set_defaults(verb=_verify)
    publish = verbs.add_parser("publish", help="công bố: niêm phong số liệu, quyết định và kết quả của năm")
    publish.add_argument("--decision", required=True, metavar="SỐ", help="số quyết định, ví dụ 15/QĐ-LĐLĐ")
    publish.add_argument("--date", type=date.fromisoformat, default=_today(), metavar="NGÀY", help="dạng 2025-01-20")
    publish.set_defaults(verb=_publish)
    appeal = verbs.add_parser("appeal", help="các quyết định phúc tra từ khi công bố làm thay đổi những đơn vị nào")
    appeal.set_defaults(verb=_appeal)
    seal = verbs.add_parser("verify-seal", help="kiểm tra năm đã công bố có còn nguyên không")
    seal.set_defaults(verb=_verify_seal)
    for parser in (explain, verify, publish, appeal, seal):
        _year(parser)


def _today() -> date:
    return datetime.now().astimezone().date()


def _assess_defaults() -> dict[str, object]:
    return {
        "year": None,
        "rubric": MAIN,
        "units": None,
        "block": None,
        "jobs": os.cpu_count() or 1,
        "formats": "",
        "timeout": 300,
        "memory": 2048,
        "brief": False,
        "lang": VIETNAMESE,
        "dry_run": False,
        "force": False,
        "by_block": False,
        "scheduler": None,
        "storage": None,
    }


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", metavar="NĂM", help="năm đánh giá (mặc định: năm mới nhất trong data/)")
    help_text = "bộ tiêu chí trong rubrics/ của năm: grassroots (mặc định), upper_level, officer"
    parser.add_argument("--rubric", default=MAIN, metavar="BỘ", help=help_text)


def _opened(options: argparse.Namespace) -> Year:
    """The year asked for, or the latest one there is."""
    known = sorted(path.name for path in (PROJECT / "data").iterdir() if is_year(path.name))
    year = options.year or (known[-1] if known else "")
    if year not in known:
        raise ParameterError(
            "--year", [Fault(year or "chưa ghi", "chưa có số liệu của năm này", f"đang có: {', '.join(known)}")]
        )
    return open_year(PROJECT / "data" / year, options.rubric)


def _out(year: Year, language: str = VIETNAMESE) -> Path:
    return PROJECT / "outputs" / results_place(year.place, language)


# The main job


def _assess(options: argparse.Namespace) -> int:
    began, year = datetime.now(UTC), _opened(options)
    _check_limits(options)
    out = _out(year, options.lang)
    if not options.dry_run:
        (refuse_if_published if options.lang == VIETNAMESE else refuse_if_altered)(year.folder)
    hands = makers(options.scheduler, options.storage or str(out)) if options.scheduler else make_here
    with CONSOLE.status("Đang đọc báo cáo và chấm điểm…"), speaking(options.lang):
        evaluation = evaluate(year)
        chosen = _chosen(evaluation, options)
        if options.dry_run:
            assessments, dossier = list(evaluation.assessments(compare_years(evaluation))), dossier_of(evaluation)
        else:
            assessments, dossier = write_results(evaluation, out)
    kinds, blocks = _formats(options), options.by_block
    documents = year_documents(
        assessments,
        dossier,
        out,
        units=chosen,
        formats=kinds,
        place=year.place,
        by_block=blocks,
        brief=options.brief,
    )
    made = _make(documents, _moment(year), options, hands)
    if options.dry_run:
        return _tell_plan(made)
    failures = write_failures(out, made, {a.unit.id: a.unit.name for a in assessments})
    write_manifest(out, year, made, began)
    return _tell(out, dossier.overview, made, failures, brief=options.brief)


def _check_limits(options: argparse.Namespace) -> None:
    """Refuse formats there are not and numbers that leave nothing to work with, before anything is done."""
    expected = f"các loại, cách nhau bằng dấu phẩy: {', '.join(FORMATS)}"
    faults = [
        Fault("--formats", f"không có loại tệp {kind!r}" if kind else "có chỗ chưa ghi loại tệp", expected)
        for kind in _formats(options)
        if kind not in FORMATS
    ]
    faults += [
        Fault(f"--{name}", f"không dùng được số {getattr(options, name)}", f"từ {least} trở lên")
        for name, least in (("jobs", 1), ("timeout", 1), ("memory", 256))
        if getattr(options, name) < least
    ]
    if faults:
        raise ParameterError("assess", faults)


def _formats(options: argparse.Namespace) -> list[str]:
    return [kind.strip().lower() for kind in options.formats.split(",")] if options.formats else []


def _moment(year: Year) -> int:
    """The time every file of a year states: its last day, so that the same inputs give the same bytes."""
    return int(datetime(year.rubric.year, 12, 31, tzinfo=UTC).timestamp())


def _chosen(evaluation: Evaluation, options: argparse.Namespace) -> set[str] | None:
    """The units whose pages are asked for; None: the whole year."""
    units = evaluation.year.units
    known = set(units["id"])
    if strange := sorted(set(options.units or ()) - known):
        raise ParameterError("--units", [Fault(unit, "không có mã đơn vị này trong danh bạ") for unit in strange])
    if options.block and options.block not in evaluation.year.rubric.blocks:
        expected = f"các khối: {', '.join(evaluation.year.rubric.blocks)}"
        raise ParameterError("--block", [Fault(options.block, "không có khối này", expected)])
    if not options.units and not options.block:
        return None
    chosen = set(options.units or known)
    return chosen & set(units.loc[units["block"] == options.block, "id"]) if options.block else chosen


def _make(documents: list[Document], moment: int, options: argparse.Namespace, hands: Makers) -> list[Made]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    if not hasattr(os, "fork") and not options.dry_run:
        CONSOLE.print("Máy này (Windows) làm phiếu bằng kernel thường: chậm hơn vài chục lần, kết quả như nhau.")
    with Progress(*columns, console=CONSOLE, disable=options.dry_run) as progress:
        task = progress.add_task("Làm phiếu đánh giá", total=len(documents))
        return make_documents(
            documents,
            workers=options.jobs,
            moment=moment,
            timeout=options.timeout,
            memory_limit=options.memory * 1024**2,
            force=options.force,
            dry_run=options.dry_run,
            report=lambda _: progress.advance(task),
            makers=hands,
        )


def _tell_plan(made: list[Made]) -> int:
    for one in made:
        CONSOLE.print(Text(f"{one.name}: {one.why or 'giữ nguyên'}"))
    return 0


def _tell(out: Path, overview: Overview, made: list[Made], failures: Path | None, *, brief: bool) -> int:
    """What was made and where, and what an evaluator should look at next."""
    table = Table(title=f"Năm {overview.year}: {overview.units} đơn vị", show_header=False)
    for band in overview.bands:
        table.add_row(band.name, str(band.units))
    CONSOLE.print(table)
    new, kept = (sum(one.outcome == outcome for one in made) for outcome in ("made", "unchanged"))
    lines = [
        f"Đã có {new + kept} tài liệu (mới làm {new}, giữ nguyên {kept}).",
        f"  {'Bản tóm tắt:      ' if brief else 'Phiếu từng đơn vị:'}  {out / (BRIEF if brief else 'units')}",
        *([] if brief else [f"  Tổng hợp năm:       {out / 'tong_hop.pdf'}"]),
        *([f"  Hội đồng, cấp trên: {out / COUNCIL}"] if any(one.name == "bien_ban" for one in made) else []),
        f"  Bảng xếp hạng:      {out / 'ranking.xlsx'}",
        f"  Điểm từng tiêu chí: {out / 'scores.csv'}",
    ]
    if len(overview.missing) or len(overview.late):
        lines.append(
            f"Chưa có {len(overview.missing)} báo cáo, {len(overview.late)} báo cáo nộp muộn: xem tổng hợp năm."
        )
    lines += [f"Không làm được {one.name}: {one.why}" for one in made if one.outcome == "failed"]
    if failures is not None:
        lines.append(f"  Vì sao, và cần làm gì: {failures}")
    CONSOLE.print(Text("\n".join(lines)))
    return 0 if failures is None else 1


# Other verbs


def _forms(options: argparse.Namespace) -> int:
    year = _opened(options)
    folder = _out(year) / "forms"
    entries = read_reports(year).entries if (year.folder / "reports").is_dir() else None
    written = write_forms(folder, year.rubric, year.plan, year.units_due, entries=entries, targets=year.targets)
    CONSOLE.print(Text(f"Đã làm {len(written)} mẫu báo cáo trong {folder}"))
    return 0


def _check(options: argparse.Namespace) -> int:
    year = _opened(options)
    reading = read_reports(year)
    out, returned = _out(year), {}
    if may_write := not is_published(year.folder):
        returned = write_returns(out / "check", year, reading)
    checklist = list_checks(reading, year, returned)
    _tell_checks(checklist)
    if may_write:
        write_whole(out / "check.html", check_page(checklist, year.plan, "check"))
        register = list_evidence(reading.entries, reading.findings)
        write_whole(out / "evidence.csv", evidence_csv(register))
        write_whole(out / "evidence.xlsx", evidence_xlsx(register, year.rubric.year))
        CONSOLE.print(Text(f"Sổ minh chứng: {out / 'evidence.xlsx'}"))
        told = f"Đã làm {len(returned)} bản báo cáo có đánh dấu chỗ sửa, để gửi lại đơn vị: {out / 'check'}"
        CONSOLE.print(Text(f"Bảng kiểm tra để in, để gửi: {out / 'check.html'}\n{told}\n"))
    else:
        CONSOLE.print("Năm này đã công bố nên không ghi thêm tệp nào.\n")
    absent = [(line.name, line.unit, line.period, line.message, line.mend) for line in checklist.absent]
    title = f"Chưa có {len(absent)} báo cáo" if absent else "Tất cả các đơn vị đã gửi đủ báo cáo"
    _show(title, ("Đơn vị", "Mã", "Kỳ", "Tình trạng", "Việc cần làm"), absent)
    return 0


def _tell_checks(checklist: Checklist) -> None:
    """A table a unit: its files with their fate, then its findings."""
    for part in checklist.parts:
        files = [(line.file, line.period, line.received_on, line.fate) for line in part.files]
        name = f"{part.name} ({part.id})" if part.id else "Tệp chưa rõ đơn vị, hoặc ghi nhiều đơn vị"
        CONSOLE.print(Text(f"\n{name}", style="bold"))
        if files:
            _show("", ("Tệp", "Kỳ", "Ngày nhận", "Kết quả"), files)
        findings = [
            (one.severity, "\n".join(filter(None, (one.file, one.place, one.criterion))), *one[4:])
            for one in part.findings
        ]
        if findings:
            _show("", ("Mức độ", "Tệp, trang, ô, mã", "Đang ghi", "Vấn đề", "Cách sửa"), findings)
    CONSOLE.print(Text("\n" + "; ".join(f"{count} tệp {words}" for words, count in checklist.counts)))


def _rubric(options: argparse.Namespace) -> int:
    file = Path(os.path.abspath(options.file))  # noqa: PTH100 - resolve() would follow a link to another year
    if (file.parent.name, file.suffix) == ("rubrics", ".yaml"):
        plan, rubric = read_rules(file.parents[1], file.stem)
    else:
        plan = read_plan(file.parents[1] / "plan.yaml")
        rubric = read_rubric(file, plan)
    if options.action == "show":
        for stated in rubric_tables(rubric, plan):
            _show(stated.title, stated.headings, stated.rows)
        return 0
    CONSOLE.print(Text(f"{options.file}: đúng. {len(rubric.criteria)} tiêu chí, mã bản này: {rubric.digest[:12]}"))
    return 0


def _explain(options: argparse.Namespace) -> int:
    explanation = explain(evaluate(_opened(options)), options.unit, options.criterion)
    if options.json:
        CONSOLE.print(Text(explanation.model_dump_json(indent=1)))
        return 0
    CONSOLE.print(Text(f"{explanation.name} ({explanation.unit}), năm {explanation.year}"))
    for mark in explanation.marks:
        most = wording.points(mark.max_points, explanation.decimals)
        CONSOLE.print(Text("\n".join(["", f"{mark.criterion}. {mark.name} (tối đa {most} điểm)", *mark.lines])))
    CONSOLE.print(Text("\n".join(["", *explanation.lines])))
    return 0


# Decisions and publication


def _verify(options: argparse.Namespace) -> int:
    year = _opened(options)
    evaluation = evaluate(year)
    if options.read is not None:
        decisions = read_verification(options.read, year.folder, year.rubric, year.units, evaluation.entries)
        CONSOLE.print(Text(f"Đã ghi nhận {len(decisions)} quyết định mới trong {year.folder / 'decisions'}"))
        return 0
    if options.block not in year.rubric.blocks:
        expected = f"các khối: {', '.join(year.rubric.blocks)}"
        raise ParameterError("--block", [Fault(options.block, "không có khối này", expected)])
    file = _out(year) / "verification" / f"{options.block}_{options.stage}.xlsx"
    file.parent.mkdir(parents=True, exist_ok=True)
    count = write_verification(file, evaluation, _standing(evaluation), options.block, options.stage)
    CONSOLE.print(Text(f"Đã lập sổ cho {count} đơn vị: {file}"))
    return 0


def _standing(evaluation: Evaluation) -> Standing:
    """What stands of the year's decisions."""
    year = evaluation.year
    return read_decisions(year.folder, year.rubric, year.units, evaluation.entries)


def _publish(options: argparse.Namespace) -> int:
    evaluation = evaluate(_opened(options))
    out = _out(evaluation.year)
    seal = publish(evaluation, _standing(evaluation), out, decision=options.decision, on=options.date)
    CONSOLE.print(
        Text(
            f"Đã công bố năm {seal.year} theo {seal.decision}:"
            f" niêm phong {len(seal.data)} tệp số liệu và {len(seal.outputs)} tệp kết quả."
        )
    )
    return 0


def _appeal(options: argparse.Namespace) -> int:
    comparison = since_publication(evaluate(_opened(options)))
    rows = [
        (
            change.unit,
            change.name,
            change.marks,
            *(" → ".join(pair) for pair in (change.total, change.band, change.rank)),
        )
        for change in comparison.units
    ]
    _show(f"Thay đổi do phúc tra: {len(rows)} đơn vị", ("Mã", "Đơn vị", "Tiêu chí", "Tổng điểm", "Mức", "Hạng"), rows)
    for before, after in comparison.quotas:
        CONSOLE.print(Text(f"Tỷ lệ khống chế: {before} → {after}"))
    return 0


def _verify_seal(options: argparse.Namespace) -> int:
    year = _opened(options)
    whole, lines = tell(year.folder, _out(year))
    CONSOLE.print(Text("\n".join(lines)))
    return 0 if whole else 1


def _show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on the screen; its cells are text, never rich's markup."""
    table = Table(title=Text(title), title_justify="left")
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    CONSOLE.print(table)
