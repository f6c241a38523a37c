"""The frame of every HTML page: its head, its style sheet, what stays on top; no notebook is needed to make one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from scoring.core.language import VIETNAMESE


def page_html(
    title: str, parts: Sequence[str], *, issuer: str = "", language: str = VIETNAMESE, banner: str = ""
) -> str:
    """A whole page of parts that are harmless HTML; banner: what stays on top of it, printed on every sheet."""
    return _template().render(title=title, author=issuer, parts=parts, language=language, banner=banner)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("scoring.pages.export"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["css_text"] = _css_text
    return environment.get_template("page.html.j2")


def _css_text(text: str) -> str:
    r"""A text as it may stand between the quotes of a style sheet, harmless in HTML too.

    >>> _css_text("<Q&A>").split()
    ['\\3c', 'Q\\26', 'A\\3e']
    """
    return "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in text)
