"""The checklist of a year as one self-contained page: no script, nothing fetched, every text only text."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from scoring.reports.checklist import Checklist
from scoring.rubric.model import Plan


def check_page(checklist: Checklist, plan: Plan, copies: str) -> bytes:
    """The page in UTF-8. copies: the folder of the copies to send back, as seen from the page."""
    environment = Environment(
        loader=PackageLoader("scoring.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("check.html.j2")
    return template.render(checklist=checklist, plan=plan, copies=copies).encode()
