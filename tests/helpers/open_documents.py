"""Spreadsheets in OpenDocument, as LibreOffice writes them, as far as a reader needs it."""

from helpers.odd_workbooks import packed

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {name: f"{OASIS}{name}:1.0" for name in ("office", "table", "text", "style", "draw", "manifest")} | {
    "number": f"{OASIS}datastyle:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
NAMES = " ".join(f'xmlns:{name}="{space}"' for name, space in SPACES.items())
MIME = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"<manifest:manifest {NAMES}><manifest:file-entry>%s</manifest:file-entry></manifest:manifest>"


def open_document(rows, looks="", columns="", beside="", parts=None):
    """A spreadsheet of one sheet. looks: its styles; beside: other sheets; parts: further members by name."""
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{looks}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Báo cáo">{columns}{rows}</table:table>{beside}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    sound = {"mimetype": MIME, "content.xml": content, "META-INF/manifest.xml": MANIFEST % ""}
    return packed(sound | (parts or {}))


def row(*cells, how=""):
    return f"<table:table-row {how}>{''.join(cells)}</table:table-row>"


def cell(kind, value="", text=None, how=""):
    """A cell. kind: its type; value: what it holds beside its text; how: further attributes."""
    holds = {"string": "", "float": "value", "percentage": "value", "currency": "value"}.get(kind, f"{kind}-value")
    held = f'office:{holds}="{value}"' if holds else ""
    seen = value if text is None else text
    return f'<table:table-cell office:value-type="{kind}" {held} {how}><text:p>{seen}</text:p></table:table-cell>'


def styled(name, family="table-cell", about="", letters=""):
    return (
        f'<style:style style:name="{name}" style:family="{family}" {about}><style:text-properties {letters}/>'
        "</style:style>"
    )


def formatted(kind, signs):
    """A look called "shown" by which figures have this format."""
    about = 'style:data-style-name="N1"'
    return f'<number:{kind}-style style:name="N1">{signs}</number:{kind}-style>' + styled("shown", about=about)
