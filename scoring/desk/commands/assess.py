"""The main verb: reports in, every document of the year out."""

from __future__ import annotations

import argparse
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from rich.text import Text

from scoring.assessment.dossier import Dossier
from scoring.assessment.overview import Overview
from scoring.assessment.records import Assessment
from scoring.core.errors import Fault, ParameterError, PublishingError
from scoring.core.files import Writing
from scoring.core.language import speaking
from scoring.core.places import work_folder
from scoring.core.stages import announced
from scoring.desk.commands.progress import counting, watched
from scoring.desk.commands.screen import CONSOLE, opened_year, output_folder, show_table
from scoring.pages.letters import unprintable
from scoring.publishing.batch import FORMATS, Document, Made, Makers, make_documents, make_here
from scoring.publishing.failures import write_failures
from scoring.publishing.manifest import write_manifest
from scoring.publishing.publication import publications_told, refuse_if_altered
from scoring.publishing.standing_results import results_digest, standing_results
from scoring.publishing.year_documents import BRIEF, COUNCIL, year_documents
from scoring.register.search import find_units
from scoring.register.year import Year


def run_assess(options: argparse.Namespace) -> int:
    """Make every document that is due, and tell what was made and where."""
    began, year = datetime.now(UTC), opened_year(options)
    _check_limits(options)
    out, writing = output_folder(year, options.lang), Writing(lasts=False)
    if not options.dry_run:
        refuse_if_altered(year.folder)
        if published := publications_told(year.folder):
            CONSOLE.print(Text(published))
    hands, chosen = _makers(options, out), _chosen(year, options)
    with watched(options.progress), speaking(options.lang):
        announced("Đang đọc báo cáo và chấm điểm…")
        _read_away(year, options)
        assessments, dossier, reliability = _results(year, out, writing, options)
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
        reliability=reliability,
    )
    made = _make(documents, _moment(year), options, hands)
    if options.dry_run:
        return _tell_plan(made)
    failures = write_failures(out, made, {a.unit.id: a.unit.name for a in assessments}, writing)
    write_manifest(out, year, made, began, writing.held)
    told = _tell(out, dossier.overview, made, failures, brief=options.brief)
    _tell_boxes(assessments, made)
    writing.refuse_if_any(PublishingError, str(out))
    return told


_Results: TypeAlias = tuple[list[Assessment], Dossier, str | None]
"""Every unit's assessment, the year's dossier, and the digest of a reliability that is not written."""


def _results(year: Year, out: Path, writing: Writing, options: argparse.Namespace) -> _Results:
    """What the documents tell; where nothing has changed since, as it was written."""
    follows = results_digest(year)
    standing = None if options.force else standing_results(out, follows)
    if standing is not None:
        return *standing, None
    # loaded where something is to be read and scored, which is not every run
    from scoring.assessment.evaluation import evaluate
    from scoring.publishing.results import reliability_digest, results_of, write_results

    evaluation = evaluate(year)
    if options.dry_run:
        assessments, dossier = results_of(evaluation)
        return assessments, dossier, reliability_digest(evaluation, dossier)
    is_same = results_digest(year) == follows  # what changed meanwhile may or may not be in it
    return *write_results(evaluation, out, writing, follows if is_same else None), None


def _makers(options: argparse.Namespace, out: Path) -> Makers:
    """Who makes the documents."""
    if not options.scheduler:
        return make_here
    from scoring.publishing.cluster.scheduler import makers

    storage = options.storage or str(out)
    return makers(options.scheduler, storage if "://" in storage else str(Path(storage).absolute()))


def _read_away(year: Year, options: argparse.Namespace) -> None:
    """With a cluster at hand, have it read what is new."""
    if options.scheduler:
        from scoring.publishing.cluster.reading import read_on

        for one in filter(None, (year.of_units, year)):
            read_on(options.scheduler, one)


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


def _chosen(year: Year, options: argparse.Namespace) -> set[str] | None:
    """The units whose pages are asked for; None: the whole year."""
    units = year.units
    known = set(units["id"])
    asked = find_units(options.units or (), year, "--units")
    if named := set(asked) - set(options.units or ()):
        names = dict(zip(units["id"], units["name"], strict=True))
        CONSOLE.print(Text("Làm phiếu của " + "; ".join(f"{names[unit]} ({unit})" for unit in sorted(named)) + "."))
    if options.block and options.block not in year.rubric.blocks:
        expected = f"các khối: {', '.join(year.rubric.blocks)}"
        raise ParameterError("--block", [Fault(options.block, "không có khối này", expected)])
    if not options.units and not options.block:
        return None
    chosen = set(asked or known)
    return chosen & set(units.loc[units["block"] == options.block, "id"]) if options.block else chosen


def _make(documents: list[Document], moment: int, options: argparse.Namespace, hands: Makers) -> list[Made]:
    # the notebooks state their data from where they stand: not from another copy in which the verb was typed
    with (
        chdir(work_folder()),
        counting("Làm phiếu đánh giá", len(documents), options.progress, hidden=options.dry_run) as advance,
    ):
        return make_documents(
            documents,
            workers=options.jobs,
            moment=moment,
            timeout=options.timeout,
            memory_limit=options.memory * 1024**2,
            force=options.force,
            dry_run=options.dry_run,
            report=lambda _: advance(),
            makers=hands,
        )


def _tell_plan(made: list[Made]) -> int:
    for one in made:
        CONSOLE.print(Text(f"{one.name}: {one.why or 'giữ nguyên'}"))
    return 0


def _tell(out: Path, overview: Overview, made: list[Made], failures: Path | None, *, brief: bool) -> int:
    """What was made and where, and what an evaluator should look at next."""
    bands = [(band.name, str(band.units)) for band in overview.bands]
    show_table(f"Năm {overview.year}: {overview.units} đơn vị", ("Mức", "Số đơn vị"), bands)
    whole = next((file for kind in ("pdf", "html", "docx") if (file := out / f"tong_hop.{kind}").exists()), None)
    new, kept = (sum(one.outcome == outcome for one in made) for outcome in ("made", "unchanged"))
    lines = [
        f"Đã có {new + kept} tài liệu (mới làm {new}, giữ nguyên {kept}).",
        f"  {'Bản tóm tắt:      ' if brief else 'Phiếu từng đơn vị:'}  {out / (BRIEF if brief else 'units')}",
        *([f"  Tổng hợp năm:       {whole}"] if whole and not brief else []),
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


def _tell_boxes(assessments: list[Assessment], made: list[Made]) -> None:
    """What would be an empty box on a page that is to be signed: whose it is, where it was read, and which letters."""
    boxes = list(unprintable(assessments))
    known = {box.unit for box in boxes}
    lines = [f"  {box.unit}, {box.criterion}: {box.file}, {box.sheet}, {box.cell}: {box.letters}" for box in boxes]
    lines += [f"  {one.name}: {said}" for one in made if one.name not in known for said in one.warnings]
    if lines:
        what = "Xem lại trước khi ký: trên trang có chữ in thành ô vuông, hoặc tệp PDF chưa đúng chuẩn."
        CONSOLE.print(Text("\n".join([what, *lines])))
