"""A year's results on disk: every assessment, the overview and the dossier as JSON, which the notebooks open.

Beside them, for whoever checks a result, the chain of every unit from the cells to the rank (`tracing.Explanation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from scoring.assessment.dossier import Dossier, compile_dossier
from scoring.assessment.evaluation import Evaluation, evaluate
from scoring.assessment.explanation import explain_units
from scoring.assessment.last_year import compare_years
from scoring.assessment.overview import Overview
from scoring.assessment.reliability import Reliability, rely_on
from scoring.assessment.unit import Assessment
from scoring.core.errors import Fault, ParameterError, PublishingError
from scoring.core.files import Writing, read_whole, told_as, writing_with
from scoring.core.language import LANGUAGES, VIETNAMESE, speaking, spoken_language
from scoring.core.places import PROJECT
from scoring.pages.spreadsheets import ranking_xlsx, reliability_csv, scores_csv
from scoring.register.year import open_year

ASSESSMENTS, EXPLANATIONS, OVERVIEW, DOSSIER = "assessments", "explanations", "overview.json", "dossier.json"
RELIABILITY = "reliability.json"
Model = TypeVar("Model", Assessment, Overview, Dossier, Reliability)


def write_results(
    evaluation: Evaluation, out: Path, writing: Writing | None = None
) -> tuple[list[Assessment], Dossier]:
    """Write assessments, explanations, overview, dossier, ranking.xlsx and scores.csv, in the language spoken.

    Explanations are told in Vietnamese alone. What no unit owns any more is removed. writing: told of files that
    another program holds; without one, they are raised when all else is written. Raises PublishingError where the disk
    refuses: run again.
    """
    assessments, dossier = list(evaluation.assessments(compare_years(evaluation))), dossier_of(evaluation)
    write_files(out, _files(evaluation, assessments, dossier), writing)
    return assessments, dossier


def _files(evaluation: Evaluation, assessments: list[Assessment], dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    """Every result by its name below the year's outputs; those of units one after another, as they may be many."""
    for assessment in assessments:
        yield f"{ASSESSMENTS}/{assessment.unit.id}.json", assessment.model_dump_json().encode()
    for explanation in explain_units(evaluation) if spoken_language() == VIETNAMESE else ():
        yield f"{EXPLANATIONS}/{explanation.unit}.json", explanation.model_dump_json().encode()
    yield OVERVIEW, dossier.overview.model_dump_json().encode()
    yield DOSSIER, dossier.model_dump_json().encode()
    reliability = rely_on(evaluation, dossier.overview)
    yield RELIABILITY, reliability.model_dump_json().encode()
    yield "do_tin_cay.csv", reliability_csv(reliability)
    yield "ranking.xlsx", ranking_xlsx(dossier)
    yield "scores.csv", scores_csv(evaluation)


def write_files(out: Path, files: Iterable[tuple[str, bytes]], writing: Writing | None = None) -> None:
    """Write results under their names, each whole; what else stands in the folders of units is removed."""
    written = set()
    again = "chạy lại; kết quả làm dở được làm lại từ đầu"
    with told_as(PublishingError, str(out), again), writing_with(writing, PublishingError, str(out)) as opened:
        for name, content in files:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            opened.write(out / name, content)
            written.add(out / name)
        for folder in (out / ASSESSMENTS, out / EXPLANATIONS):
            # not glob, which passes over a folder it may not read
            there = folder.iterdir() if folder.is_dir() else ()
            for stale in {path for path in there if path.suffix == ".json"} - written:
                opened.remove(stale)


def dossier_of(evaluation: Evaluation) -> Dossier:
    """The year's dossier, its overview inside."""
    year = evaluation.year
    tables = (evaluation.marks, evaluation.totals, evaluation.standings, evaluation.quotas, evaluation.findings)
    return compile_dossier(evaluation.overview(), *tables, year.units, year.rubric, year.plan)


def assessment_file(out: Path, unit: str) -> Path:
    """Where a unit's assessment stands in the year's results."""
    return out / ASSESSMENTS / f"{unit}.json"


def open_assessment(year: int, unit: str, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Assessment:
    """A unit's assessment: what was computed last into `out`, else computed now from `data`.

    data and out: folders, from the working directory or from the project's; left out: those of the year. language: a
    key of LANGUAGES. Raises ParameterError for a unit, year or language that does not exist.
    """
    file = assessment_file(_results(year, out, language), unit)
    if file.is_file() and file.parent.name == ASSESSMENTS and file.stem == unit:
        assessment = _read(file, Assessment)
        if (assessment.year, assessment.language) == (year, language):
            return assessment
    with speaking(language):
        evaluation = _evaluated(year, data)
        found = next((a for a in evaluation.assessments(compare_years(evaluation)) if a.unit.id == unit), None)
    if found is None:
        known = ", ".join(evaluation.year.units["id"].head(5))
        raise ParameterError("unit", [Fault(repr(unit), "không có mã đơn vị này trong danh bạ", f"ví dụ: {known}…")])
    return found


def open_overview(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Overview:
    """The year's overview, as `open_assessment` opens a unit's assessment."""
    file = _results(year, out, language) / OVERVIEW
    if file.is_file():
        overview = _read(file, Overview)
        if (overview.year, overview.language) == (year, language):
            return overview
    with speaking(language):
        return _evaluated(year, data).overview()


def open_dossier(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Dossier:
    """The year's dossier, as `open_assessment` opens a unit's assessment."""
    file = _results(year, out, language) / DOSSIER
    if file.is_file():
        dossier = _read(file, Dossier)
        if (dossier.overview.year, dossier.language) == (year, language):
            return dossier
    with speaking(language):
        return dossier_of(_evaluated(year, data))


def open_reliability(year: int, *, data: str = "", out: str = "", language: str = VIETNAMESE) -> Reliability:
    """How far the year's result can be trusted, as `open_assessment` opens a unit's assessment."""
    file = _results(year, out, language) / RELIABILITY
    if file.is_file():
        reliability = _read(file, Reliability)
        if (reliability.overview.year, reliability.language) == (year, language):
            return reliability
    with speaking(language):
        evaluation = _evaluated(year, data)
        return rely_on(evaluation, evaluation.overview())


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
    return here if here.is_absolute() or here.exists() else PROJECT / stated


def _read(file: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(read_whole(file))
    except ValidationError as error:
        mend = "xóa tệp rồi chạy lại python3 run.py"
        raise ParameterError(
            str(file), [Fault("cả tệp", "không phải kết quả của bản chương trình này", mend=mend)]
        ) from error
