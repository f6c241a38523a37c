"""The parts of an official page, each the last expression of a notebook cell.

Every function takes words that are ready to be read (numbers and dates already worded) and returns a `Block`: one
output in HTML, in Typst and as plain text, so that JupyterLab, the HTML page and the PDF show the same thing.
A text is never markup: it is escaped for each of the three, and a newline in it is a line break. What the form itself
says, such as the nation and its motto, is said in the language spoken.

The look follows Nghị định 30/2020/NĐ-CP, Phụ lục I. What a part is stands here; how it is set on the screen and on
paper stands in `publishing/templates`, how a chart is drawn in `charts`.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, NamedTuple

from scoring.core import wording
from scoring.core.language import VIETNAMESE, say, spoken_language, term
from scoring.pages.charts import Bar, bar_chart

NATION = term("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
MOTTO = term("Độc lập - Tự do - Hạnh phúc")
BLANK_NUMBER = "…………/…………"
BLANK_PLACE = "……………"
BLANK_DATE = term("ngày …… tháng …… năm ………")
TO = term("Kính gửi:")
RECIPIENTS = term("Nơi nhận:")
ENDING = term("./.")
SIGNING_PLACE = term("Chỗ ký, đóng dấu")
"""What the empty place for a signature is called where the page is read aloud; the signing finds it by this."""
UNDESCRIBED = term("Hình chưa có lời mô tả")
"""The alternative text of an image that came without one."""


@dataclass(frozen=True)
class Block:
    """One part of a page, as JupyterLab, the HTML page, the PDF and a terminal need it.

    `svg` is set for a chart, which a notebook stores once as an image instead of twice inside HTML and Typst.
    `metadata` goes with the output; its key "scoring" holds what concerns the whole document.
    """

    html: str
    typst: str
    text: str
    svg: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        if self.svg:
            return {"image/svg+xml": self.svg, "text/plain": self.text}, dict(self.metadata)
        data = {"text/html": self.html, "text/vnd.typst": self.typst, "text/plain": self.text}
        # the plain text stays even where there is none: without it IPython shows the block as Python writes it
        shown = {mime: content for mime, content in data.items() if content or mime == "text/plain"}
        return shown, dict(self.metadata)


class Column(NamedTuple):
    """A column of a table: its head, its share of the width, and whether its cells name their rows."""

    head: str
    width: float = 1.0
    align: Literal["left", "center", "right"] = "left"
    names_rows: bool = False


def plain(text: str) -> str:
    r"""`text` without what cannot be seen: control, bidirectional and other format characters, lone surrogates.

    Every kind of blank becomes a blank, except the no-break space; newlines stay.

    >>> plain("Điểm\u202e\t9,50\x00")
    'Điểm 9,50'
    """
    if text.replace("\n", "").replace("\u00a0", "").isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\n\u00a0":
        return character
    return " " if character == "\t" or unicodedata.category(character).startswith("Z") else ""


_TOGETHER = re.compile(r"(?<=\d) (?=%|điểm\b|→|đoàn viên\b)|(?<=[→=≈]) (?=\d)")


def together(text: str) -> str:
    """`text` in which a figure and its unit, or an arrow and what it leads to, are never parted by a line's end.

    >>> together("3,6 → 3; 5 điểm").replace("\u00a0", "_")
    '3,6_→_3; 5_điểm'
    """
    return _TOGETHER.sub("\u00a0", text)


def html_text(text: str) -> str:
    """`text` as HTML that shows exactly it.

    >>> html_text("<b>A & B</b>")
    '&lt;b&gt;A &amp; B&lt;/b&gt;'
    """
    return escape(together(plain(text))).replace("\n", "<br>")


def typst_string(text: str) -> str:
    r"""`text` as a Typst string literal, which Typst never reads as markup or code.

    >>> print(typst_string('#read("x") $1$'))
    "#read(\"x\") $1$"
    """
    quoted = together(plain(text)).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'


def _typst_array(texts: Iterable[str]) -> str:
    # the comma after each item keeps an array of one item an array
    return "(" + "".join(f"{typst_string(text)}," for text in texts) + ")"


def letterhead(
    parent: str, issuer: str, *, number: str = "", place: str = "", date: str = "", attached: str = ""
) -> Block:
    """The issuing bodies on the left, the nation and its motto on the right; number, place and date below.

    number: as in "05/BC-LĐLĐ"; date: as in "ngày 05 tháng 01 năm 2026". What is not given is left as dots to fill in.
    attached: of a page that goes with a numbered document, in place of a number of its own.
    """
    number = attached if attached and not number else say("Số: {number}", number=number or BLANK_NUMBER)
    dated = f"{place or BLANK_PLACE}, {date or say(BLANK_DATE)}"
    nation, motto = say(NATION), say(MOTTO)
    left = f"{html_text(parent.upper())}<br><strong>{html_text(issuer.upper())}</strong>"
    right = f"<strong>{html_text(nation)}</strong><br><strong>{html_text(motto)}</strong>"
    return Block(
        html=_side_by_side("letterhead", "center", (left, right), (html_text(number), f"<em>{html_text(dated)}</em>")),
        typst=f"#letterhead{_typst_array((parent.upper(), issuer.upper(), nation, motto, number, dated))}\n",
        text=f"{parent.upper()}\n{issuer.upper()}\n{number}\n\n{nation}\n{motto}\n{dated}",
        metadata={"scoring": {"issuer": _one_line(issuer)}},
    )


def title(kind: str, summary: str) -> Block:
    """The kind of document in capitals, what it is about, and the short line below."""
    return Block(
        html=f'<h1><span class="kind">{html_text(kind.upper())}</span><br>{_html_about(summary)}</h1>',
        typst=f"#document-title({typst_string(kind.upper())}, {typst_string(summary)})\n",
        text=f"{kind.upper()}\n{summary}",
        metadata={"scoring": _titled(f"{kind} – {summary}")},
    )


def annex_title(number: str, heading: str, attached_to: str) -> Block:
    """The head of an annex (phụ lục) that is a document of its own: "Phụ lục I", what it holds, what it belongs to."""
    number = say("Phụ lục {number}", number=number).strip()
    attached = say("(Kèm theo {attached_to})", attached_to=attached_to)
    return Block(
        html=(
            f'<h1 class="annex"><span class="kind">{html_text(number)}</span><br>{_html_about(heading.upper())}</h1>'
            f'<p class="attached"><em>{html_text(attached)}</em></p>'
        ),
        typst=f"#annex-title({typst_string(number)}, {typst_string(heading.upper())}, {typst_string(attached)})\n",
        text=f"{number}\n{heading.upper()}\n{attached}",
        metadata={"scoring": _titled(f"{number} – {heading}")},
    )


def _html_about(summary: str) -> str:
    """What a document is about, each line a part of its own so that a browser can make its lines equally long."""
    return "<br>".join(f'<span class="about">{html_text(line)}</span>' for line in summary.split("\n"))


def _titled(title: str) -> dict[str, str]:
    """What a document is called, and its language where that is not Vietnamese."""
    language = spoken_language()
    return {"title": _one_line(title)} | ({} if language == VIETNAMESE else {"language": language})


def addressees(bodies: Sequence[str]) -> Block:
    """To whom a report upward goes (kính gửi), one a line where there are several."""
    to, lines = say(TO), [f"- {line}" for line in _listed(bodies)] if len(bodies) > 1 else list(bodies)
    return Block(
        html=(
            '<table class="addressees" role="presentation"><tbody><tr>'
            f'<td style="text-align:right">{html_text(to)}</td>'
            f'<td style="text-align:left">{"<br>".join(map(html_text, lines))}</td></tr></tbody></table>'
        ),
        typst=f"#addressees{_typst_array(lines)}\n",
        text="\n".join([to, *lines]),
    )


def bases(items: Sequence[str], *, compact: bool = False) -> Block:
    """The legal bases (căn cứ): italic, each ended by ";" and the last by "."; compact: one after another, small."""
    lines = _listed(items)
    if compact:
        together = " ".join([line if place == 0 else wording.inside(line) for place, line in enumerate(lines)])
        return Block(
            html=f'<p class="basis together"><em>{html_text(together)}</em></p>',
            typst=f"#bases-together({typst_string(together)})\n",
            text=together,
        )
    return Block(
        html="".join(f'<p class="basis"><em>{html_text(line)}</em></p>' for line in lines),
        typst=f"#bases{_typst_array(lines)}\n",
        text="\n".join(lines),
    )


def section(number: str, heading: str, *, level: Literal[1, 2] = 1) -> Block:
    """A numbered heading, `number` as in "1" or "2.1"; it is also a bookmark of the PDF."""
    line = f"{number}. {heading}" if number else heading
    return Block(
        html=f"<h{level + 1}>{html_text(line)}</h{level + 1}>",
        typst=f"#heading(level: {level}, {typst_string(line)})\n",
        text=line,
    )


def paragraph(text: str, *, lead: str = "", kept: bool = False) -> Block:
    """A paragraph, opened by `lead` in bold; `kept`: on the page of what it introduces."""
    opened, call = ('<p class="kept">', "#kept-paragraph") if kept else ("<p>", "#paragraph")
    return Block(
        html=f"{opened}{_html_lead(lead)}{html_text(text)}</p>",
        typst=f"{call}({typst_string(text)}, lead: {typst_string(lead)})\n",
        text=f"{lead} {text}".strip(),
    )


def last_paragraph(text: str) -> Block:
    """The paragraph that ends the document, closed by the mark "./."; the PDF keeps it with the signature."""
    text = text.rstrip(" .") + say(ENDING)
    return Block(
        html=f'<p class="last">{html_text(text)}</p>',
        typst=f"#last-paragraph({typst_string(text)})\n",
        text=text,
    )


def bullets(items: Sequence[str], *, compact: bool = False) -> Block:
    """A list with dashes; compact: closer together, where a page has to hold it."""
    style = ' class="compact"' if compact else ""
    return Block(
        html=f"<ul{style}>" + "".join(f"<li>{html_text(item)}</li>" for item in items) + "</ul>",
        typst=f"#bullets(compact: {str(compact).lower()}, {_typst_array(items)[1:]}\n",
        text="\n".join(f"- {item}" for item in items),
    )


def links(pairs: Sequence[tuple[str, str]]) -> Block:
    """What leads to a place of this page or to a file beside it, text and address a line; on paper the text alone."""
    items = "".join(f'<li><a href="{escape(address)}">{html_text(text)}</a></li>' for text, address in pairs)
    lines = bullets([text for text, _ in pairs])
    return Block(html=f'<ul class="compact">{items}</ul>', typst=lines.typst, text=lines.text)


def facts(pairs: Sequence[tuple[str, str]]) -> Block:
    """Lines of a label and its value, such as the unit and its block."""
    lines = "".join(f"<div><dt>{html_text(label)}:</dt> <dd>{html_text(value)}</dd></div>" for label, value in pairs)
    return Block(
        html=f'<dl class="facts">{lines}</dl>',
        typst=f"#facts({''.join(f'{_typst_array(pair)},' for pair in pairs)})\n",
        text="\n".join(f"{label}: {value}" for label, value in pairs),
    )


def note(text: str) -> Block:
    """A framed remark about the document itself, such as that the sample year is invented."""
    return Block(
        html=f'<p class="note">{html_text(text)}</p>',
        typst=f"#note({typst_string(text)})\n",
        text=text,
    )


def draft(banner: str) -> Block:
    """That this is a draft beside a published document, which exporters say on top of every page; nothing for "".

    Only a notebook, which has no pages, shows it where it stands: on a page it would be said twice.
    """
    if not banner:
        return Block(html="", typst="", text="")
    said = _one_line(banner)
    return Block(note(said).html, "\n", said, metadata={"scoring": {"banner": said}})


def fine_print(text: str, links: Mapping[str, str] | None = None) -> Block:
    """A line in small type at the foot of a document, such as the version of the rules it follows.

    links: by a piece of the text, the address it leads to.
    """
    pieces = list(_linked(text, links or {}))
    html = "".join(f'<a href="{escape(to)}">{html_text(one)}</a>' if to else html_text(one) for one, to in pieces)
    told = [typst_string(one) if not to else f"link({typst_string(to)}, {typst_string(one)})" for one, to in pieces]
    return Block(html=f'<p class="fine">{html}</p>', typst=f"#fine-print({{{'; '.join(told)}}})\n", text=text)


def _linked(text: str, links: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The pieces of a text, each with the address it leads to; "" where it leads nowhere."""
    if not links:
        yield text, ""
        return
    for piece in re.split(f"({'|'.join(map(re.escape, sorted(links, key=len, reverse=True)))})", text):
        if piece:
            yield piece, links.get(piece, "")


def landscape() -> Block:
    """From here on, paper lies on its long side."""
    return Block(html='<hr class="landscape">', typst="#set page(flipped: true)\n", text="")


def new_page() -> Block:
    """What follows begins a page."""
    return Block(html='<hr class="new-page">', typst="#pagebreak(weak: true)\n", text="")


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    emphasised: Collection[int] = (),
    naming: Collection[int] = (),
    compact: bool = False,
    turned: bool = False,
) -> Block:
    """A ruled table; `compact`: in the smallest type that is allowed; `turned`: on paper that lies on its long side.

    emphasised: positions of bold rows, such as totals; -1 is the last row. naming: positions of bold rows that name
    the rows below them; they have fewer texts than there are columns, and the last reaches to the end. On paper the
    head and the row that names are repeated on every page, and a row is not split. A column is made as wide as its
    figures and the words of its head need, so that none is broken. Raises ValueError where another row
    has not one text for every column.
    """
    body = [tuple(row) for row in rows]
    if any(len(row) != len(columns) for position, row in enumerate(body) if position not in naming):
        raise ValueError(f"a row of the table {caption!r} does not have {len(columns)} cells")
    bold = {position % len(body) for position in (*emphasised, *naming)} if body else set()
    full = [row for position, row in enumerate(body) if position not in naming]
    room = (_LONG if turned else _SHORT) / (_SMALLEST if compact else _SMALL)
    columns = _with_room(columns, full, room, beside=0.5 if compact else 0.9)
    return Block(
        html=_table_html(caption, columns, body, bold, compact),
        typst=_table_typst(caption, columns, body, bold, naming, compact),
        text="\n".join([caption, *(" | ".join(row) for row in [[column.head for column in columns], *body])]),
    )


_SHORT, _LONG = 462, 709
"""How wide text runs on paper that stands, and on paper that lies, in points (see `templates/page.typ`)."""
_SMALL, _SMALLEST = 10.5, 9.0
"""The type of tables, in points."""
_FIGURE = re.compile(r"[(“]*[-−+]?\d[\d.,/%−\u00a0]*[)”;:.,]*")


def _with_room(columns: Sequence[Column], body: Sequence[Sequence[str]], room: float, beside: float) -> list[Column]:
    """The columns wide enough for every figure and word that must not break, at the cost of the widest.

    room, beside: the width of all, and what a cell leaves free beside its words, in em.
    """
    scale = room / sum(column.width for column in columns)
    shares = [column.width * scale for column in columns]
    needs = [_need(column, [row[place] for row in body]) + beside for place, column in enumerate(columns)]
    widest = max(range(len(shares)), key=lambda place: shares[place] - needs[place])
    for place, need in enumerate(needs):
        lack = need - shares[place]
        if place != widest and 0 < lack <= shares[widest] - needs[widest]:
            shares[place], shares[widest] = need, shares[widest] - lack
    return [column._replace(width=round(share / scale, 3)) for column, share in zip(columns, shares, strict=True)]


def _need(column: Column, cells: Sequence[str]) -> float:
    """The em that the longest figure of a column, or word of its head, takes."""
    figures = (word for cell in cells for word in together(plain(cell)).split(" ") if _FIGURE.fullmatch(word))
    return max((_em(word) for word in (*column.head.split(), *figures)), default=0)


def _em(word: str) -> float:
    """How wide a word is in bold, in em; a careful estimate.

    >>> _em("100,00")
    2.75
    """
    narrow, wide = (
        sum(letter in ".,:;ilt(/) " for letter in word),
        sum(letter.isupper() or letter == "m" for letter in word),
    )
    return 0.25 * narrow + 0.78 * wide + 0.5 * (len(word) - narrow - wide)


def _table_html(
    caption: str, columns: Sequence[Column], body: Sequence[Sequence[str]], bold: set[int], compact: bool
) -> str:
    whole = sum(column.width for column in columns)
    widths = "".join(f'<col style="width:{100 * column.width / whole:.4g}%">' for column in columns)
    heads = "".join(f'<th scope="col" style="text-align:center">{html_text(column.head)}</th>' for column in columns)
    lines = "".join(
        f"<tr>{''.join(_row_html(columns, row, position in bold))}</tr>" for position, row in enumerate(body)
    )
    # a table too wide for the screen scrolls in its own region, which the keyboard reaches
    names = [*(["wide"] if len(columns) > 5 else []), *(["compact"] if compact else [])]
    size = f' class="{" ".join(names)}"' if names else ""
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{html_text(_one_line(caption))}"><table{size}>'
        f"<caption>{html_text(caption)}</caption><colgroup>{widths}</colgroup>"
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _row_html(columns: Sequence[Column], row: Sequence[str], bold: bool) -> Iterator[str]:
    for place, (column, text) in enumerate(zip(columns, row, strict=False), 1):
        # alignment is written on every cell because JupyterLab aligns the cells of a table to the right
        tag, about = ("th", ' scope="row"') if column.names_rows and text else ("td", "")
        if place == len(row) < len(columns):
            about += f' colspan="{len(columns) - place + 1}"'
        content = f"<strong>{html_text(text)}</strong>" if bold else html_text(text)
        yield f'<{tag}{about} style="text-align:{column.align}">{content}</{tag}>'


def _table_typst(
    caption: str,
    columns: Sequence[Column],
    body: Sequence[Sequence[str]],
    bold: set[int],
    naming: Collection[int],
    compact: bool,
) -> str:
    tall = [position for position, row in enumerate(body) if _is_tall(columns, row)]
    lines = "".join(f"  {_typst_array(row)},\n" for row in body)
    return (
        f"#data-table({typst_string(caption)}, compact: {str(compact).lower()},\n"
        f"  widths: ({''.join(f'{column.width:g}fr,' for column in columns)}),\n"
        f"  aligns: ({''.join(f'{column.align},' for column in columns)}),\n"
        f"  heads: {_typst_array(column.head for column in columns)},\n"
        f"  bold: ({''.join(f'{position},' for position in sorted(bold))}),\n"
        f"  tall: ({''.join(f'{position},' for position in tall)}),\n"
        f"  naming: ({''.join(f'{position},' for position in sorted(naming))}),\n"
        f"{lines})\n"
    )


def _is_tall(columns: Sequence[Column], row: Sequence[str]) -> bool:
    """Whether a row may need most of a page, so that keeping it whole would push it over the page's edge."""
    whole = sum(column.width for column in columns)
    characters_a_line = 70  # of a portrait page, in the size of tables; a careful estimate
    longest = max(len(text) / column.width for column, text in zip(columns, row, strict=False))
    return longest * whole / characters_a_line > 25


def distribution_chart(caption: str, bars: Sequence[Bar]) -> Block:
    """How many units each band (or each range of points) holds."""
    bars = [_plain_bar(bar) for bar in bars]
    return figure(bar_chart(bars), _described(caption, (f"{bar.label}: {bar.printed}" for bar in bars)), caption)


def figure(svg: str, alt: str, caption: str) -> Block:
    """A chart drawn elsewhere as SVG. `alt` says in words what it shows."""
    return Block(
        html=picture_html(f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}", alt, caption),
        typst=picture_typst(f'bytes({typst_string(svg)}), format: "svg"', alt, caption),
        text=alt,
        svg=svg,
        metadata={"alt": plain(alt), "caption": plain(caption)},
    )


def picture_html(source: str, alt: str, caption: str) -> str:
    """HTML of an image with its caption; `source`: a data URL. An image can run no script and reach no network."""
    below = f"<figcaption>{html_text(caption)}</figcaption>" if caption else ""
    return f'<figure tabindex="0"><img src="{source}" alt="{html_text(_one_line(alt))}">{below}</figure>'


def picture_typst(source: str, alt: str, caption: str) -> str:
    """Typst of an image with its caption; `source`: the first arguments of Typst's `image`."""
    return f"#picture(image({source}, width: 100%, alt: {typst_string(_one_line(alt))}), {typst_string(caption)})\n"


def _plain_bar(bar: Bar) -> Bar:
    return bar._replace(label=_one_line(bar.label), printed=_one_line(bar.printed))


def _described(caption: str, parts: Iterable[str]) -> str:
    return say("Biểu đồ. {caption}: {parts}", caption=caption, parts="; ".join(parts))


def closing(recipients: Sequence[str], signature: Sequence[str]) -> Block:
    """The recipients (nơi nhận) beside the signature: authority and post in capitals, room to sign, no name.

    recipients: without dash and end mark, the archive last, as in "Lưu: VT". signature: one text a line.
    """
    lines = [f"- {line}" for line in _listed(recipients)]
    posts = [line.upper() for line in signature]
    right = "<br>".join(f"<strong>{html_text(post)}</strong>" for post in posts)
    return Block(
        html=_side_by_side("closing", "left", (_html_recipients(lines), right)),
        typst=f"#closing({_typst_array(lines)}, {_typst_array(posts)})\n",
        text="\n".join([*posts, "", say(RECIPIENTS), *lines]),
    )


def signatures(left: str, right: str, recipients: Sequence[str]) -> Block:
    """Two who sign side by side, as under minutes: posts in capitals, room to sign, no names; recipients below."""
    lines = [f"- {line}" for line in _listed(recipients)]
    posts = (left.upper(), right.upper())
    signed = (f"<strong>{html_text(posts[0])}</strong>", f"<strong>{html_text(posts[1])}</strong>")
    return Block(
        html=_side_by_side("signatures", "center", signed)
        + _side_by_side("closing", "left", (_html_recipients(lines), "")),
        typst=f"#signatures({_typst_array(lines)}, {_typst_array(posts)})\n",
        text="\n".join([*posts, "", say(RECIPIENTS), *lines]),
    )


def _html_recipients(lines: Sequence[str]) -> str:
    return f"<strong><em>{html_text(say(RECIPIENTS))}</em></strong><br>" + "<br>".join(map(html_text, lines))


def page(*blocks: Block) -> Block:
    """Several parts as the one output of a cell."""
    about: dict[str, str] = {}
    for block in blocks:
        about |= block.metadata.get("scoring", {})
    told = [block for block in blocks if block.html or block.typst or block.text]
    return Block(
        html="\n".join(block.html for block in told),
        typst="\n".join(block.typst for block in told),
        text="\n\n".join(block.text for block in told),
        metadata={"scoring": about} if about else {},
    )


def finish(digest: str) -> Block:
    """The mark of a notebook that ran to its end, seen in JupyterLab and never published.

    digest: SHA-256 (64 hexadecimal digits) of the data the notebook was made from.
    """
    return Block(
        html="",
        typst="",
        text=say("Đã hoàn tất. Mã SHA-256 của số liệu: {digest}", digest=digest),
        metadata={"scoring": {"finished": digest}},
    )


def _side_by_side(name: str, align: str, *rows: tuple[str, str]) -> str:
    """Two halves, the right one centred.

    A table whose role says it is none: it keeps its shape where no style sheet reaches, as in JupyterLab.
    """
    lines = "".join(
        f'<tr><td style="text-align:{align}">{left}</td><td style="text-align:center">{right}</td></tr>'
        for left, right in rows
    )
    return f'<table class="{name}" role="presentation"><tbody>{lines}</tbody></table>'


def _listed(items: Sequence[str]) -> list[str]:
    """Every item ended by ";", the last by "."."""
    bare = [item.rstrip(" ;.") for item in items]
    return [f"{item};" for item in bare[:-1]] + [f"{item}." for item in bare[-1:]]


def _html_lead(lead: str) -> str:
    return f"<strong>{html_text(lead)}</strong> " if lead else ""


def _one_line(text: str) -> str:
    return " ".join(plain(text).split())
