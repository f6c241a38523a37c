"""What a reader sees of a digital signature: a few lines in a box, as a PDF of that size."""

from __future__ import annotations

from collections.abc import Sequence

import typst

from scoring.core.threads import note_threads
from scoring.pages.blocks import typst_string
from scoring.pages.export.fonts import typefaces


def stamp_pdf(lines: Sequence[str], width: float, height: float) -> bytes:
    """Lines in a box; width, height: in points. Starts threads, as every PDF does."""
    note_threads("typst")
    faces = typefaces(embedded_only=False)
    families = "".join(f"{typst_string(family)}," for family in faces.families)
    told = "".join(f"#par({typst_string(line)})\n" for line in lines)
    source = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 4pt, fill: none)\n"
        f'#set text(font: ({families}), size: 9pt, fill: rgb("#a01010"))\n'
        "#set par(leading: 0.45em, spacing: 0.5em)\n"
        '#block(width: 100%, height: 100%, stroke: 0.7pt + rgb("#a01010"), inset: 4pt, '
        f"align(horizon)[{told}])\n"
    )
    return typst.compile(source.encode(), font_paths=faces.fonts, format="pdf", pdf_tags=False)
