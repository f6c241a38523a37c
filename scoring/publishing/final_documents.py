"""The documents of a publication: final pages of every unit and of the year, and the papers that print its code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scoring.assessment.edition import Edition, final_edition
from scoring.assessment.evaluation import Evaluation
from scoring.core.errors import Fault, PublishingError
from scoring.core.language import in_words
from scoring.core.made import LISTS
from scoring.core.text import shown
from scoring.core.wording import day
from scoring.decisions.seal import INPUTS, OUTPUTS, Publication
from scoring.decisions.store import read_records
from scoring.decisions.words import decision_line
from scoring.pages.publications import certificate
from scoring.publishing.batch import Document, make_documents
from scoring.publishing.inputs import with_those_taken
from scoring.publishing.papers import write_paper
from scoring.publishing.results import dossier_of, write_results
from scoring.publishing.year_documents import minutes_document, year_documents
from scoring.register.year import names_of

CERTIFICATE = "giay_chung_nhan"
_RECORDS = ".made"


@dataclass(frozen=True)
class FinalDocuments:
    """Makes them with so many processes. counting: told how many there are; what it gives is called after each."""

    workers: int = 1
    timeout: float = 300
    memory_limit: int | None = None
    counting: Callable[[int], AbstractContextManager[Callable[[], None]]] = lambda _: nullcontext(lambda: None)

    def make(self, evaluation: Evaluation, out: Path, edition: Edition) -> None:
        """Every result and document into `out`, which is `outputs` of the working folder.

        Raises PublishingError, with every document that could not be made.
        """
        assessments, dossier = write_results(evaluation, out, edition=edition)
        place = evaluation.year.place
        stated = {"data": f"{INPUTS}/{place}", "out": OUTPUTS}
        documents = year_documents(assessments, dossier, out, units=None, formats=(), place=place, stated=stated)
        self._made(documents, edition)
        _tidy(out)

    def papers(self, evaluation: Evaluation, folder: Path, publication: Publication) -> None:
        """The certificate and the council's minutes, with the publication's code, into a folder."""
        year = evaluation.year
        edition = final_edition(
            publication.number, publication.decision, datetime.fromisoformat(publication.published_on).date()
        )
        place = f"{INPUTS}/{year.place}"
        stated = {"data": place, "out": OUTPUTS, "code": publication.code}
        self._made([minutes_document(dossier_of(evaluation, edition), folder, stated)], edition)
        parts = certificate(year.plan, year.rubric, publication, _decided(evaluation, publication))
        write_paper(folder, CERTIFICATE, parts, ("pdf", "html"))
        _tidy(folder)

    def _made(self, documents: list[Document], edition: Edition) -> None:
        on = edition.published_on
        moment = datetime(on.year, on.month, on.day, tzinfo=UTC) if on else datetime.now(UTC)
        with self.counting(len(documents)) as advance:
            made = make_documents(
                documents,
                workers=self.workers,
                moment=int(moment.timestamp()),
                timeout=self.timeout,
                memory_limit=self.memory_limit,
                report=lambda _: advance(),
            )
        faults = [Fault(one.name, f"không làm được tài liệu: {one.why}") for one in made if one.outcome == "failed"]
        if faults:
            raise PublishingError("tài liệu công bố", faults)


def _decided(evaluation: Evaluation, publication: Publication) -> list[str]:
    """The decisions a publication names, in words: its own, then those of the rubrics whose results it takes."""
    return [
        f"{decision_line(one, names_of(year), in_words(year.rubric))}"
        f" ({shown(one.appeal or one.role)}, {day(one.made_on)})"
        for year in with_those_taken(evaluation.year)
        for one in read_records(year.folder).decisions
        if one.id in publication.decisions
    ]


def _tidy(folder: Path) -> None:
    """Take out the program's own notes on what it made."""
    for notes in [*folder.rglob(_RECORDS), *folder.rglob(LISTS)]:
        shutil.rmtree(notes)
