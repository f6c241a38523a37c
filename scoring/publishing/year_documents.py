"""The documents of a year: an assessment for each unit, the overview, and what the council and the bodies above get."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scoring.assessment.dossier import Dossier
from scoring.assessment.records import Assessment
from scoring.core.places import DOCUMENTS
from scoring.publishing.documents import Document, Parameter
from scoring.publishing.results import ASSESSMENTS, RELIABILITY, assessment_file, results_place

COUNCIL = "council"
"""The folder of the council's documents in the year's outputs."""
BRIEF = "brief"
"""The folder of the units' summaries."""
OVERVIEW, MINUTES = "tong_hop", "bien_ban"
_COUNCIL_FORMATS = ("html", "pdf", "docx")  # the secretary goes on writing in Word


class CouncilDocument(NamedTuple):
    """A document for the council or the bodies above; `{block}` in a name: one for each block.

    name: of its files. notebook: its template. title, about: what it is called and what it holds, where it is listed.
    """

    name: str
    notebook: str
    title: str
    about: str


COUNCIL_DOCUMENTS = (
    CouncilDocument("xep_hang_{block}", "ranking_council", "Bảng xếp hạng của khối", "để hội đồng xét"),
    CouncilDocument(
        "bien_ban",
        "minutes",
        "Dự thảo biên bản",
        "họp hội đồng: mức đề xuất, tỷ lệ khống chế, chỗ bằng điểm",
    ),
    CouncilDocument(
        "bao_cao_cap_tren",
        "report_upward",
        "Báo cáo lên cấp trên",
        "số liệu theo từng mục của kế hoạch, mô hình hay, khó khăn, đề xuất",
    ),
    CouncilDocument("phu_luc_diem", "annex", "Phụ lục", "điểm của mọi đơn vị"),
    CouncilDocument(
        "do_tin_cay",
        "reliability",
        "Độ tin cậy của kết quả",
        "hạng nào chắc, đơn vị và tiêu chí nào nên xem lại trước khi quyết định",
    ),
)
"""The documents of the council, in the order in which they are made and listed."""


def year_documents(
    assessments: Iterable[Assessment],
    dossier: Dossier,
    out: Path,
    *,
    units: Collection[str] | None,
    formats: Sequence[str],
    place: str = "",
    by_block: bool = False,
    brief: bool = False,
    stated: Mapping[str, Parameter] | None = None,
    reliability: str | None = None,
) -> list[Document]:
    """The documents of a year, the units' first. formats: empty leaves each kind of document its own.

    units: those whose assessments are asked for, without the council's documents; None: everything. place:
    `Year.place`, "" for the year's own folder.
    by_block: a folder for each block's assessments, `units/<block>`: for a register of tens of thousands.
    brief: instead of all this, a summary of one page for each unit. stated: where the notebooks find the data and the
    results, when not in their own folders. reliability: SHA-256 of the reliability told; left out, of what stands.
    """
    year = dossier.overview.year
    inside = place or str(year)
    stated = {
        "year": year,
        "data": f"data/{inside}",
        "out": f"outputs/{results_place(inside, dossier.language)}",
        "language": dossier.language,
        **(stated or {}),
    }
    of_posts = dossier.is_posts
    template, folder = ("unit_brief", BRIEF) if brief else ("unit_assessment", "units")
    documents = [
        Document(
            one.unit.id,
            DOCUMENTS / f"{template}.ipynb",
            {**stated, "unit": one.unit.id},
            one.digest,
            out / folder / one.unit.block if by_block else out / folder,
            formats,
            {f"{stated['out']}/{ASSESSMENTS}/{one.unit.id}.json": assessment_file(out, one.unit.id)},
            one.unit.block,
            of_posts,
        )
        for one in assessments
        if units is None or one.unit.id in units
    ]
    if brief:
        return documents
    notebook, digest = DOCUMENTS / "year_overview.ipynb", dossier.overview.digest
    overview = Document(OVERVIEW, notebook, stated, digest, out, formats, of_posts=of_posts)
    told = _digest_of(out / RELIABILITY) if reliability is None else reliability
    council = _council_documents(dossier, out, formats or _COUNCIL_FORMATS, stated, told) if units is None else ()
    return [*documents, overview, *council]


def _council_documents(
    dossier: Dossier, out: Path, formats: Sequence[str], stated: Mapping[str, Parameter], reliability: str
) -> Iterator[Document]:
    for name, notebook, own in _council(dossier):
        path, told, of_posts = DOCUMENTS / f"{notebook}.ipynb", {**stated, **own}, dossier.is_posts
        digest = reliability if notebook == "reliability" else _told_of(dossier, **own).digest
        yield Document(name, path, told, digest, out / COUNCIL, formats, of_posts=of_posts)


def minutes_document(dossier: Dossier, folder: Path, stated: Mapping[str, Parameter]) -> Document:
    """The council's minutes into a folder. stated: its notebook's parameters but for the year and the language."""
    parameters = {"year": dossier.overview.year, "language": dossier.language, **stated}
    notebook = DOCUMENTS / "minutes.ipynb"
    of_posts = dossier.is_posts
    return Document(MINUTES, notebook, parameters, dossier.digest, folder, _COUNCIL_FORMATS, of_posts=of_posts)


def _told_of(dossier: Dossier, block: str = "") -> Dossier:
    return dossier.for_block(block) if block else dossier


def _council(dossier: Dossier) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, notebook and own parameters of each document of the council."""
    for one in COUNCIL_DOCUMENTS:
        if one.name == MINUTES and dossier.is_final:
            continue  # the final minutes print the code of what was published, and so cannot be part of it
        if "{block}" not in one.name:
            yield one.name, one.notebook, {}
            continue
        for block in dossier.overview.blocks:
            yield one.name.format(block=block.id), one.notebook, {"block": block.id}


def _digest_of(results: Path) -> str:
    """SHA-256 of the results a page tells, "" where a list of documents is asked for before there are any."""
    return hashlib.sha256(results.read_bytes()).hexdigest() if results.is_file() else ""
