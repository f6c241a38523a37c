"""An executed notebook as one self-contained HTML file: no script, nothing fetched, nothing live in what it shows.

Derived from nbconvert's plain exporter rather than its HTML exporter, whose template and post-processing (a second
parse of the whole page) cost more than making the notebook. One exporter serves any number of documents.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from typing import Any

import nh3
from nbformat import NotebookNode

from scoring.core.language import say, speaking
from scoring.pages.blocks import UNDESCRIBED, draft, html_text, picture_html
from scoring.pages.export.markdown import markdown_html
from scoring.pages.export.notebook import Page, PageExporter, Part
from scoring.pages.export.page_html import page_html

MIMES = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")

_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href"},
    "col": {"style"},
    "div": {"role", "tabindex", "aria-label"},
    "figure": {"tabindex"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "table": {"role"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "scope", "colspan", "rowspan"},
}
_SOURCES = {("a", "href"): ("http://", "https://", "mailto:"), ("img", "src"): ("data:image/",)}


class AssessmentHTMLExporter(PageExporter):
    """`jupyter nbconvert --to` this, or `from_notebook_node(notebook)` for (HTML, resources).

    Raises PublishingError where a cell of the notebook ended in an error.
    """

    export_from_notebook = "Phiếu đánh giá (HTML)"
    output_mimetype = "text/html"
    ending = ".html"
    mimes = MIMES

    def from_notebook_node(  # type: ignore[override]  # the base promises a notebook, every exporter gives its format
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The notebook as HTML."""
        page, resources = self.published(nb, resources, **kw)
        return html_of(page), resources


def html_of(page: Page) -> str:
    """A published page as HTML, in its language."""
    with speaking(page.language):
        parts = [_part_html(part) for part in _without_note(page)]
    return page_html(page.title, parts, issuer=page.issuer, language=page.language, banner=page.banner)


def clean_html(html: str) -> str:
    """`html` without scripts, handlers, forms, frames, foreign images, and addresses other than of web and mail.

    >>> clean_html('<p onclick="x()">Điểm <script>x()</script><img src="https://a.vn/1.png" alt="ảnh"></p>')
    '<p>Điểm <img alt="ảnh"></p>'
    """
    return _cleaner().clean(html)


def _without_note(page: Page) -> Iterator[Part]:
    """The parts of a page without the note of a draft, which stands on top of every sheet."""
    said = draft(page.banner).html
    for part in page.parts:
        yield part._replace(content=part.content.replace(said, "", 1)) if said and part.mime == "text/html" else part


def _part_html(part: Part) -> str:
    match part.mime:
        case "text/html":
            return clean_html(part.content)
        case "text/markdown":
            return clean_html(markdown_html(part.content))
        case "image/svg+xml":
            source = f"data:image/svg+xml;base64,{b64encode(part.content.encode()).decode()}"
        case "image/png":
            source = f"data:image/png;base64,{''.join(part.content.split())}"
        case _:
            return f"<pre>{html_text(part.content.rstrip())}</pre>"
    alt = part.metadata.get("alt", say(UNDESCRIBED))
    return clean_html(picture_html(source, alt, part.metadata.get("caption", "")))


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_value,
        url_schemes={"http", "https", "mailto", "data"},
        url_relative="deny",
        filter_style_properties={"text-align", "width"},
    )


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    allowed = _SOURCES.get((tag, attribute))
    return value if allowed is None or value.startswith(allowed) else None
