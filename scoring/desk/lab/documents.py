"""The documents of a year, as links to their notebooks."""

from __future__ import annotations

from IPython.display import Markdown

from scoring.core.places import DOCUMENTS
from scoring.publishing.year_documents import COUNCIL_DOCUMENTS


def documents() -> Markdown:
    """The documents for the council and the bodies above, each with what it holds, then the year's overview.

    The links lead from the folder of the evaluator's notebooks.
    """
    listed = [(one.notebook, one.title, f": {one.about}") for one in COUNCIL_DOCUMENTS]
    listed.append(("year_overview", "Tổng hợp năm", ""))
    return Markdown("\n".join(f"- [{title}]({DOCUMENTS.name}/{name}.ipynb){about}" for name, title, about in listed))
