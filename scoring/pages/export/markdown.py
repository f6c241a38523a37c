"""Prose cells: Markdown as HTML and as Typst.

HTML inside Markdown is shown as the text it is, images are shown as their description, links go to web and mail
addresses only. The cells of a notebook are the same for every unit, so what was rendered once is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from typing import Any

import mistune
from mistune.core import BaseRenderer, BlockState
from nbformat import NotebookNode

from scoring.core.language import say
from scoring.pages.blocks import html_text, typst_string

_SCHEMES = ("http://", "https://", "mailto:")


@lru_cache(maxsize=256)
def markdown_html(source: str) -> str:
    r"""HTML of a Markdown text.

    >>> markdown_html("**Điểm** <b>")
    '<p><strong>Điểm</strong> &lt;b&gt;</p>\n'
    """
    return str(mistune.create_markdown(renderer=_HTML(escape=True))(source))


@lru_cache(maxsize=256)
def markdown_typst(source: str) -> str:
    """Typst of a Markdown text; every word is a string literal.

    >>> print(markdown_typst("**Điểm** #panic()").strip())
    #par[#strong[#"Điểm";];#" #panic()";]
    """
    return str(mistune.create_markdown(renderer=_Typst())(source))


def spoken_notebook(notebook: NotebookNode) -> NotebookNode:
    """A copy of a notebook with its prose in the language spoken."""
    spoken = deepcopy(notebook)
    for cell in spoken.cells:
        if cell.cell_type == "markdown":
            cell.source = say(cell.source)
    return spoken


class _HTML(mistune.HTMLRenderer):
    def text(self, text: str) -> str:
        return html_text(text)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, url) if url.startswith(_SCHEMES) else text


class _Typst(BaseRenderer):
    NAME = "typst"

    def render_token(self, token: dict[str, Any], state: BlockState) -> str:
        """As mistune's HTML renderer does: a method gets the raw text or the rendered children, and the attributes."""
        method = self._get_method(token["type"])
        content = []
        if "raw" in token:
            content = [token["raw"]]
        elif "children" in token:
            content = [self.render_tokens(token["children"], state)]
        return method(*content, **token.get("attrs", {}))

    def text(self, text: str) -> str:
        # the semicolon keeps what follows, such as "(" or ".", from being read as a call
        return f"#{typst_string(text)};"

    codespan = inline_html = text

    def emphasis(self, text: str) -> str:
        return f"#emph[{text}];"

    def strong(self, text: str) -> str:
        return f"#strong[{text}];"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return f"#link({typst_string(url)})[{text}];" if url.startswith(_SCHEMES) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text

    def linebreak(self) -> str:
        return "#linebreak();"

    def softbreak(self) -> str:
        return " "

    def blank_line(self) -> str:
        return ""

    def paragraph(self, text: str) -> str:
        return f"#par[{text}]\n"

    def render_tokens(self, tokens: Iterable[dict[str, Any]], state: BlockState) -> str:
        """What a paragraph under a heading introduces stays on its page."""
        told = ""
        before = ""
        for token in tokens:
            rendered = self.render_token(token, state)
            introduces = token["type"] == "paragraph" and before == "heading"
            told += f"#block(sticky: true, width: 100%)[{rendered.strip()}]\n" if introduces else rendered
            before = before if token["type"] == "blank_line" else token["type"]
        return told

    def block_text(self, text: str) -> str:
        return text

    def heading(self, text: str, level: int, **_: Any) -> str:
        # the document's title is above the headings, as h1 is above h2
        return f"#heading(level: {max(level - 1, 1)})[{text}]\n"

    def list(self, text: str, ordered: bool, start: int = 1, **_: Any) -> str:
        return f"#enum(start: {start}, {text})\n" if ordered else f"#list({text})\n"

    def list_item(self, text: str) -> str:
        return f"[{text}],"

    def block_quote(self, text: str) -> str:
        return f"#quote(block: true)[{text}]\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"#plain-text({typst_string(code.rstrip())})\n"

    def block_html(self, html: str) -> str:
        return f"#par[{self.text(html.strip())}]\n"

    def thematic_break(self) -> str:
        return "#line(length: 100%)\n"
