"""An executed notebook as PDF on A4, set by Typst: tagged, searchable, with bookmarks, the same bytes every time.

Made to PDF/A-2a (archiving) and PDF/UA-1 (accessible). Where a document does not meet them, the PDF is made without
and `resources["scoring"]["warnings"]` says so.

Typst starts threads with its first document, and a fork does not copy threads: a child forked from a process that has
made a PDF waits for ever in its own first one. A parent may call `fonts.typefaces()`, but leaves PDFs to processes of
which no children are forked; these stay warm, which makes a document several times cheaper.
"""

from __future__ import annotations

import re
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst
from nbformat import NotebookNode
from traitlets import Bool

from scoring.core.clock import stated_time
from scoring.core.errors import Fault, PublishingError
from scoring.core.language import say, speaking
from scoring.core.threads import note_threads
from scoring.pages.blocks import RECIPIENTS, SIGNING_PLACE, TO, UNDESCRIBED, picture_typst, typst_string
from scoring.pages.export.fonts import Typefaces, typefaces
from scoring.pages.export.markdown import markdown_typst
from scoring.pages.export.notebook import Page, PageExporter, Part

MIMES = ("text/vnd.typst", "image/svg+xml", "image/png", "text/markdown", "text/plain")
STANDARDS = ("a-2a", "ua-1")
NOT_CONFORMING = "PDF chưa đạt chuẩn lưu trữ PDF/A-2a và chuẩn tiếp cận PDF/UA-1; nội dung vẫn đầy đủ."
MISSING = "□"
"""What is printed for a character no typeface holds."""

FIXED_INSTANT = datetime(2024, 1, 1, tzinfo=UTC)
"""The time of making written in a PDF where none is stated: a clock would change the bytes of every run."""


class AssessmentPDFExporter(PageExporter):
    """`jupyter nbconvert --to` this, or `from_notebook_node(notebook)` for (PDF bytes, resources).

    resources["scoring"] holds "typeface", what the body is set in, and "warnings", sentences for the evaluator.
    Raises PublishingError where a cell of the notebook ended in an error, or Typst cannot set the page.
    """

    export_from_notebook = "Phiếu đánh giá (PDF)"
    output_mimetype = "application/pdf"
    ending = ".pdf"
    mimes = MIMES

    embedded_fonts = Bool(
        False, help="Chỉ dùng phông chữ đi kèm các gói Python, để mọi máy cho ra cùng một tệp PDF."
    ).tag(config=True)

    def from_notebook_node(  # type: ignore[override]  # the base promises a notebook, every exporter gives its format
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The notebook as PDF."""
        page, resources = self.published(nb, resources, **kw)
        faces = typefaces(self.embedded_fonts)
        with speaking(page.language):
            source = _source(page, faces.families)
        source, missing = _printable(source, faces.characters)
        pdf, conforming = _compile(source, _bitmaps(page), faces)
        warnings = [*_missing_warning(missing), *([] if conforming else [NOT_CONFORMING])]
        for warning in warnings:
            self.log.warning(warning)
        resources["scoring"] = {"typeface": faces.body, "warnings": warnings}
        return pdf, resources


def _source(page: Page, families: Sequence[str]) -> str:
    """The page as Typst source. Images are named by the position of their part."""
    names = "".join(f"{typst_string(family)}," for family in families)
    place = typst_string(say(SIGNING_PLACE))
    head = (
        '#import "page.typ": *\n'
        f"#let addressees = addressees.with({typst_string(say(TO))})\n"
        f"#let closing = closing.with({typst_string(say(RECIPIENTS))}, {place})\n"
        f"#let signatures = signatures.with({typst_string(say(RECIPIENTS))}, {place})\n"
        f"#show: official.with(title: {typst_string(page.title)}, issuer: {typst_string(page.issuer)}, "
        f"language: {typst_string(page.language)}, banner: {typst_string(page.banner)}, typefaces: ({names}))\n"
    )
    parts = "\n".join(_part_typst(position, part) for position, part in enumerate(page.parts))
    return head + _BEFORE_THE_END.sub(r"#kept-\1(", parts)


_BEFORE_THE_END = re.compile(
    r"^#(paragraph|bullets)\((?=[^\n]*\n\s*#(?:last-paragraph|closing|signatures)\()", re.MULTILINE
)
"""What stands before the last sentence, or before the signature where there is none: it stays with them."""


def _part_typst(position: int, part: Part) -> str:
    match part.mime:
        case "text/vnd.typst":
            return part.content
        case "text/markdown":
            return markdown_typst(part.content)
        case "image/svg+xml":
            drawing = f'bytes({typst_string(part.content)}), format: "svg"'
        case "image/png":
            drawing = f'"{position}.png"'
        case _:
            return f"#plain-text({typst_string(part.content.rstrip())})\n"
    alt = part.metadata.get("alt", say(UNDESCRIBED))
    return picture_typst(drawing, alt, part.metadata.get("caption", ""))


def _bitmaps(page: Page) -> dict[str, bytes]:
    return {
        f"{position}.png": b64decode(part.content)
        for position, part in enumerate(page.parts)
        if part.mime == "image/png"
    }


def _printable(source: str, characters: frozenset[str]) -> tuple[str, list[str]]:
    """`source` with a box for every character that no typeface holds, and those characters."""
    missing = sorted(set(source) - characters)
    return source.translate({ord(character): MISSING for character in missing}), missing


def _missing_warning(missing: Sequence[str]) -> list[str]:
    if not missing:
        return []
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
    return [f"Không phông chữ nào có {len(missing)} ký tự sau, PDF in ô vuông {MISSING} thay vào: {named}."]


def _compile(source: str, bitmaps: dict[str, bytes], faces: Typefaces) -> tuple[bytes, bool]:
    """The PDF, and whether it meets STANDARDS."""
    with suppress(typst.TypstError):  # a heading that skips a level, for one, is no reason to have no PDF at all
        return _typeset(source, bitmaps, faces, STANDARDS), True
    try:
        return _typeset(source, bitmaps, faces, []), False
    except typst.TypstError as error:
        fault = Fault(
            where="trang PDF",
            what="không dàn trang được nội dung của notebook",
            mend="chạy lại notebook từ đầu rồi xuất lại; nếu vẫn lỗi, gửi notebook cho người quản trị",
        )
        raise PublishingError("Không xuất được PDF", [fault]) from error


def _typeset(source: str, bitmaps: dict[str, bytes], faces: Typefaces, standards: Sequence[str]) -> bytes:
    """Typst sees the files it is given alone: its root is a new folder."""
    note_threads("typst")
    with tempfile.TemporaryDirectory() as root:
        for name, content in bitmaps.items():
            Path(root, name).write_bytes(content)  # of files in memory typst takes text only
        return typst.compile(  # type: ignore[call-overload, no-any-return]  # its types do not know files in memory
            {"main.typ": source.encode(), "page.typ": _layout()},
            root=root,
            font_paths=faces.fonts,
            format="pdf",
            pdf_standards=list(standards),
            timestamp=stated_time() or FIXED_INSTANT,
        )


@cache
def _layout() -> bytes:
    return files("scoring.pages.export").joinpath("templates", "page.typ").read_bytes()
