"""A year's results on disk: every assessment, the overview and the dossier as JSON, which the notebooks open.

Beside them, for whoever checks a result, the chain of every unit from the cells to the rank (`tracing.Explanation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from scoring.assessment import Assessment, Record
from scoring.dossier import Dossier, compile_dossier
from scoring.errors import Fault, ParameterError
from scoring.evaluation import Evaluation, evaluate
from scoring.files import write_whole
from scoring.overview import Overview
from scoring.publishing.tables import ranking_xlsx, scores_csv
from scoring.tracing import explain_units
from scoring.year import open_year

ASSESSMENTS, EXPLANATIONS, OVERVIEW, DOSSIER = "assessments", "explanations", "overview.json", "dossier.json"
_PROJECT = Path(__file__).parents[2]
Model = TypeVar("Model", Assessment, Overview, Dossier)


def write_results(evaluation: Evaluation, out: Path) -> tuple[list[Assessment], Dossier]:
    """Write assessments, explanations, overview, dossier, ranking.xlsx and scores.csv.

    What no unit owns any more is removed.
    """
    assessments, dossier = list(evaluation.assessments()), dossier_of(evaluation)
    _write_each(out / ASSESSMENTS, {one.unit.id: one for one in assessments})
    _write_each(out / EXPLANATIONS, {one.unit: one for one in explain_units(evaluation)})
    write_whole(out / OVERVIEW, dossier.overview.model_dump_json().encode())
    write_whole(out / DOSSIER, dossier.model_dump_json().encode())
    write_whole(out / "ranking.xlsx", ranking_xlsx(dossier))
    write_whole(out / "scores.csv", scores_csv(evaluation))
    return assessments, dossier


def _write_each(folder: Path, records: Mapping[str, Record]) -> None:
    """One JSON file a unit, and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit, record in records.items():
        write_whole(folder / f"{unit}.json", record.model_dump_json().encode())
    for stale in set(folder.glob("*.json")) - {folder / f"{unit}.json" for unit in records}:
        stale.unlink()


def dossier_of(evaluation: Evaluation) -> Dossier:
    """The year's dossier, its overview inside."""
    year = evaluation.year
    tables = (evaluation.marks, evaluation.totals, evaluation.standings, evaluation.quotas, evaluation.findings)
    return compile_dossier(evaluation.overview(), *tables, year.units, year.rubric, year.plan)


def assessment_file(out: Path, unit: str) -> Path:
    """Where a unit's assessment stands in the year's results."""
    return out / ASSESSMENTS / f"{unit}.json"


def open_assessment(year: int, unit: str, *, data: str = "", out: str = "") -> Assessment:
    """A unit's assessment: what was computed last into `out`, else computed now from `data`.

    data and out: folders, from the working directory or from the project's; left out: those of the year.
    Raises ParameterError for a unit or year that does not exist.
    """
    file = assessment_file(_folder(out or f"outputs/{year}"), unit)
    if file.is_file() and file.parent.name == ASSESSMENTS and file.stem == unit:
        assessment = _read(file, Assessment)
        if assessment.year == year:
            return assessment
    evaluation = _evaluated(year, data)
    found = next((a for a in evaluation.assessments() if a.unit.id == unit), None)
    if found is None:
        known = ", ".join(evaluation.year.units["id"].head(5))
        raise ParameterError("unit", [Fault(repr(unit), "không có mã đơn vị này trong danh bạ", f"ví dụ: {known}…")])
    return found


def open_overview(year: int, *, data: str = "", out: str = "") -> Overview:
    """The year's overview: what was computed last into `out`, else computed now from `data`."""
    file = _folder(out or f"outputs/{year}") / OVERVIEW
    if file.is_file():
        overview = _read(file, Overview)
        if overview.year == year:
            return overview
    return _evaluated(year, data).overview()


def open_dossier(year: int, *, data: str = "", out: str = "") -> Dossier:
    """The year's dossier: what was computed last into `out`, else computed now from `data`."""
    file = _folder(out or f"outputs/{year}") / DOSSIER
    if file.is_file():
        dossier = _read(file, Dossier)
        if dossier.overview.year == year:
            return dossier
    return dossier_of(_evaluated(year, data))


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
    return here if here.is_absolute() or here.exists() else _PROJECT / stated


def _read(file: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(file.read_bytes())
    except ValidationError as error:
        mend = "xóa tệp rồi chạy lại python3 run.py"
        raise ParameterError(
            str(file), [Fault("cả tệp", "không phải kết quả của bản chương trình này", mend=mend)]
        ) from error
