"""A year's results on disk: every assessment, the overview and the dossier as JSON, which the notebooks open.

Beside them, for whoever checks a result, the chain of every unit from the cells to the rank (`tracing.Explanation`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from scoring.assessment.dossier import Dossier, compile_dossier
from scoring.assessment.edition import Edition, working_edition
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.explanation import explain_units
from scoring.assessment.firm_rank import with_firmness
from scoring.assessment.last_year import compare_years
from scoring.assessment.overview import Overview
from scoring.assessment.records import Assessment
from scoring.assessment.reliability import Reliability, rely_on, verified_intervals
from scoring.assessment.several_years import Earlier, earlier_years, trend_of, with_paths
from scoring.assessment.trend import Trend
from scoring.core.errors import Fault, ParameterError, PublishingError
from scoring.core.files import Writing, read_whole, sweep_begun, told_as, write_whole, writing_with
from scoring.core.language import LANGUAGES, VIETNAMESE, speaking, speaking_finally, speaking_of_posts, spoken_language
from scoring.core.made import keep_only, plain_folder
from scoring.core.many import in_processes
from scoring.core.places import COMMAND, work_folder
from scoring.core.stages import counted
from scoring.decisions.store import publications_of
from scoring.register.in_hand import year_in_hand
from scoring.register.year import open_year

ASSESSMENTS, EXPLANATIONS, OVERVIEW, DOSSIER = "assessments", "explanations", "overview.json", "dossier.json"
WRITING = "Giải thích và ghi kết quả"
RECORD = ".made/results.json"
"""What the results follow from, and the SHA-256 of each."""
RELIABILITY = "reliability.json"
Model = TypeVar("Model", Assessment, Overview, Dossier, Reliability)


def write_results(
    evaluation: Evaluation,
    out: Path,
    writing: Writing | None = None,
    follows: str | None = None,
    edition: Edition | None = None,
) -> tuple[list[Assessment], Dossier]:
    """Write assessments, explanations, overview, dossier, ranking.xlsx, bands.csv, scores.csv, in the language spoken.

    Explanations are told in Vietnamese alone. What no unit owns any more is removed. writing: told of files that
    another program holds; without one, they are raised when all else is written. follows: the digest of all they follow
    from (`standing_results.results_digest`), noted beside them. edition: what the pages made of them are; left out:
    proposals, drafts once the year is published. Raises PublishingError where the disk refuses: run again.
    """
    earlier = earlier_years(evaluation.year)
    assessments, dossier = results_of(evaluation, edition, earlier)
    whole = 7 + len(assessments) * (2 if spoken_language() == VIETNAMESE else 1)
    with speaking_finally(dossier.is_final):
        digests = write_files(out, _files(evaluation, earlier, assessments, dossier), writing, whole)
    # a report that could not be opened just now may be read the next time, though nothing of it has changed
    if follows is not None and not evaluation.totals["unopened"].any():
        (out / RECORD).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / RECORD, json.dumps({"follows": follows, "files": digests}, indent=1).encode())
    return assessments, dossier


def results_of(
    evaluation: Evaluation, edition: Edition | None = None, earlier: Earlier | None = None
) -> tuple[list[Assessment], Dossier]:
    """What `write_results` writes, in memory. earlier: the years before, where they have been read already."""
    edition = edition or working_edition(publications_of(evaluation.year.folder))
    earlier = earlier or earlier_years(evaluation.year)
    with speaking_finally(edition.is_final):
        trend = trend_of(evaluation, earlier)
        before = with_paths(compare_years(evaluation, earlier.last_of(evaluation.year)), trend)
        told = [one.model_copy(update={"edition": edition}) for one in evaluation.assessments(before)]
        told = with_firmness(told, verified_intervals(evaluation))
        return told, dossier_of(evaluation, edition, trend)


def _files(
    evaluation: Evaluation, earlier: Earlier, assessments: list[Assessment], dossier: Dossier
) -> Iterator[tuple[str, bytes]]:
    """Every result by its name below the year's outputs; those of units one after another, as they may be many."""
    for assessment in assessments:
        yield f"{ASSESSMENTS}/{assessment.unit.id}.json", assessment.model_dump_json().encode()
    if spoken_language() == VIETNAMESE:
        yield from _explanations(evaluation)
    # loaded where results are written: with the pages come the charts, which is not every run
    from scoring.pages.spreadsheets import bands_csv, ranking_xlsx, reliability_csv, scores_csv, stage_gaps_csv

    yield OVERVIEW, dossier.overview.model_dump_json().encode()
    yield DOSSIER, dossier.model_dump_json().encode()
    reliability = rely_on(evaluation, dossier.overview, earlier.evaluations)
    yield RELIABILITY, reliability.model_dump_json().encode()  # as `reliability_digest` foresees it
    yield "do_tin_cay.csv", reliability_csv(reliability)
    yield "chenh_lech_diem.csv", stage_gaps_csv(reliability)
    yield "ranking.xlsx", ranking_xlsx(dossier)
    yield "scores.csv", scores_csv(evaluation)
    yield "bands.csv", bands_csv(dossier.overview)


def reliability_digest(evaluation: Evaluation, dossier: Dossier) -> str:
    """SHA-256 of `reliability.json` as `write_results` would write it, in hex."""
    reliability = rely_on(evaluation, dossier.overview, earlier_years(evaluation.year).evaluations)
    return hashlib.sha256(reliability.model_dump_json().encode()).hexdigest()


def _explanations(evaluation: Evaluation) -> Iterator[tuple[str, bytes]]:
    """The chain of every unit, told by all processors."""
    units = evaluation.year.units["id"].tolist()
    some = [units[first : first + _TOGETHER] for first in range(0, len(units), _TOGETHER)]
    for told in in_processes(partial(_explained, evaluation), some, expected=len(some)):
        yield from told


_TOGETHER = 25
"""Units a process explains at a time: what they share is laid out once for them."""


def _explained(evaluation: Evaluation, units: list[str]) -> list[tuple[str, bytes]]:
    return [
        (f"{EXPLANATIONS}/{one.unit}.json", one.model_dump_json().encode()) for one in explain_units(evaluation, units)
    ]


def write_files(
    out: Path, files: Iterable[tuple[str, bytes]], writing: Writing | None = None, whole: int = 0
) -> dict[str, str]:
    """Write results under their names, each whole; what was made for units that are no more is removed.

    A file that says the same already is left alone. Gives the SHA-256 of each by its name. whole: how many there are,
    for who waits.
    """
    digests: dict[str, str] = {}
    again = "chạy lại; kết quả làm dở được làm lại từ đầu"
    with told_as(PublishingError, str(out), again), writing_with(writing, PublishingError, str(out)) as opened:
        for name, content in counted(WRITING, files, whole):
            digests[name] = hashlib.sha256(content).hexdigest()
            if (out / name).parent.is_symlink() or not _says(out / name, content):
                plain_folder((out / name).parent)
                opened.write(out / name, content)
        for part in (ASSESSMENTS, EXPLANATIONS):
            names = [name.partition("/")[2] for name in digests if name.startswith(f"{part}/")]
            if names or ((out / part).is_dir() and not (out / part).is_symlink()):
                keep_only(out / part, names, remove=opened.remove)
        if out.is_dir():
            sweep_begun(out)
    return digests


def _says(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except OSError:
        return False


def dossier_of(evaluation: Evaluation, edition: Edition | None = None, trend: Trend | None = None) -> Dossier:
    """The year's dossier, its overview inside. edition: as for `write_results`; trend: where it is known already."""
    year = evaluation.year
    edition = edition or working_edition(publications_of(year.folder))
    tables = (evaluation.marks, evaluation.totals, evaluation.standings, evaluation.quotas, evaluation.findings)
    with speaking_finally(edition.is_final), speaking_of_posts(year.rubric.subject == "position"):
        trend = trend or trend_of(evaluation, earlier_years(year))
        overview = evaluation.overview().model_copy(update={"edition": edition, "trend": trend})
        return compile_dossier(overview, *tables, year.units, year.rubric, year.plan)


def assessment_file(out: Path, unit: str) -> Path:
    """Where a unit's assessment stands in the year's results."""
    return out / ASSESSMENTS / f"{unit}.json"


def open_assessment(year: int, unit: str, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Assessment:
    """A unit's assessment: what was computed last into `out`, else computed now from `data`.

    year: 0 for the one in hand. unit: "" for the first of the register. data and out: folders, from the working
    directory or from the project's; left out: those of the year. language: a key of LANGUAGES. Raises ParameterError
    for a unit, year or language that does not exist.
    """
    year = year or year_in_hand()
    unit = unit or str(open_year(_folder(data or f"data/{year}")).units["id"].iloc[0])
    file = assessment_file(_results(year, out, language), unit)
    if file.is_file() and file.parent.name == ASSESSMENTS and file.stem == unit:
        assessment = _read(file, Assessment)
        if (assessment.year, assessment.language) == (year, language):
            return assessment
    with speaking(language):
        evaluation = _evaluated(year, data)
        found = next((a for a in results_of(evaluation)[0] if a.unit.id == unit), None)
    if found is None:
        known = ", ".join(evaluation.year.units["id"].head(5))
        raise ParameterError("unit", [Fault(repr(unit), "không có mã đơn vị này trong danh bạ", f"ví dụ: {known}…")])
    return found


def open_overview(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Overview:
    """The year's overview, as `open_assessment` opens a unit's assessment."""
    year = year or year_in_hand()
    file = _results(year, out, language) / OVERVIEW
    if file.is_file():
        overview = _read(file, Overview)
        if (overview.year, overview.language) == (year, language):
            return overview
    with speaking(language):
        return dossier_of(_evaluated(year, data)).overview


def open_dossier(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Dossier:
    """The year's dossier, as `open_assessment` opens a unit's assessment."""
    year = year or year_in_hand()
    file = _results(year, out, language) / DOSSIER
    if file.is_file():
        dossier = _read(file, Dossier)
        if (dossier.overview.year, dossier.language) == (year, language):
            return dossier
    with speaking(language):
        return dossier_of(_evaluated(year, data))


def open_reliability(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Reliability:
    """How far the year's result can be trusted, as `open_assessment` opens a unit's assessment."""
    year = year or year_in_hand()
    file = _results(year, out, language) / RELIABILITY
    if file.is_file():
        reliability = _read(file, Reliability)
        if (reliability.overview.year, reliability.language) == (year, language):
            return reliability
    with speaking(language):
        evaluation = _evaluated(year, data)
        earlier = earlier_years(evaluation.year)
        dossier = dossier_of(evaluation, trend=trend_of(evaluation, earlier))
        return rely_on(evaluation, dossier.overview, earlier.evaluations)


def results_place(place: str, language: str) -> str:
    """The folder below `outputs` of a year's results: its own in Vietnamese, else that of the language.

    >>> results_place("2024", "vi"), results_place("officer/2024", "en")
    ('2024', 'en/officer/2024')
    """
    return place if language == VIETNAMESE else f"{language}/{place}"


def _results(year: int, out: str, language: str) -> Path:
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ParameterError("language", [Fault(repr(language), "chưa có ngôn ngữ này", f"một trong {known}")])
    return _folder(out or f"outputs/{results_place(str(year), language)}")


def _evaluated(year: int, data: str) -> Evaluation:
    opened = open_year(_folder(data or f"data/{year}"))
    if opened.rubric.year != year:
        fault = Fault(
            str(year), f"thư mục {opened.folder} là của năm {opened.rubric.year}", mend="ghi đúng year và data"
        )
        raise ParameterError("year", [fault])
    return evaluate(opened)


def _folder(stated: str) -> Path:
    """A folder as stated from here, or from the project, so that a notebook finds it wherever it was opened."""
    here = Path(stated)
    return here if here.is_absolute() or here.exists() else work_folder() / stated


def _read(file: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(read_whole(file))
    except ValidationError as error:
        mend = f"xóa tệp rồi chạy lại {COMMAND}"
        raise ParameterError(
            str(file), [Fault("cả tệp", "không phải kết quả của bản chương trình này", mend=mend)]
        ) from error
