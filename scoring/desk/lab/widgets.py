"""The few kinds of parts a desk is put together from.

Report text reaches the screen only through `as_html` and the parts of `blocks`, which escape it; a Label or a
description would have its formulas typeset.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from scoring.core.errors import Fault, ParameterError, ScoringError
from scoring.core.places import COMMAND
from scoring.core.points import to_decimal
from scoring.core.wording import day
from scoring.pages.blocks import Block, html_text
from scoring.reports.reading.cells import Cell, read_date, read_number

_BESIDE = "130px"
"""Room for the words beside a line or list."""


_LOOK = """<style>
.scoring-desk { --jp-widgets-font-size: 15px; --jp-widgets-inline-height: 32px; font-size: 15px }
.scoring-desk :focus-visible { outline: 2px solid #1a5fb4; outline-offset: 1px }
.scoring-desk select, .scoring-desk input { font-family: inherit }
.scoring-desk .widget-html-content { line-height: 1.45; align-self: center }
.scoring-desk .table { font-size: 15px }
.scoring-desk a { color: #0b4f9e; text-decoration: underline }</style>"""
"""JupyterLab's own 13 px are small for many who work with it, and its frames hardly show where the cursor is."""


WRITING = f"mở bằng {COMMAND} desk --write"
READ_ONLY = f"Bàn này chỉ để xem: không ghi quyết định, không chạy lệnh. Để làm việc, {WRITING}."


def is_read_only() -> bool:
    """Whether the desk was opened to look at only (`desk` without `--write`)."""
    return bool(os.environ.get("SCORING_DESK_READ_ONLY"))


def sheet(*parts: widgets.Widget) -> widgets.VBox:
    """Parts one below the other, in a size that is easy to read."""
    view = widgets.VBox([*parts, widgets.HTML(_LOOK, layout=widgets.Layout(display="none"))])
    view.add_class("scoring-desk")
    return view


def as_html(*lines: str, lead: str = "") -> str:
    """Lines of text as the value of an HTML widget, the first opened by `lead` in bold."""
    opened = f"<b>{html_text(lead)}</b> " if lead else ""
    return opened + "<br>".join(html_text(line) for line in lines)


def text(*lines: str, lead: str = "") -> widgets.HTML:
    """Text that stays text."""
    return widgets.HTML(as_html(*lines, lead=lead))


def block_widget(block: Block) -> widgets.HTML:
    """A part of a page."""
    return widgets.HTML(block.html)


def facts_table(pairs: Sequence[tuple[str, str]]) -> str:
    """Labels and their values, one pair a line, as the value of an HTML widget; pairs without a value are left out."""
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top;padding:1px 10px 1px 0;white-space:nowrap">'
        f'{html_text(label)}</th><td style="text-align:left">{html_text(value)}</td></tr>'
        for label, value in pairs
        if value
    )
    return f'<table style="line-height:1.45">{rows}</table>'


def trouble(error: ScoringError) -> str:
    """What went wrong, every fault with how to mend it, as the value of an HTML widget."""
    return as_html(*(str(fault) for fault in error.faults), lead="Chưa làm được:")


def button(label: str, act: Callable[[], None], *, style: str = "", tooltip: str = "") -> widgets.Button:
    """A button as wide as its words."""
    made = widgets.Button(
        description=label, button_style=style, tooltip=tooltip or label, layout=widgets.Layout(width="auto")
    )
    made.on_click(lambda _: act())
    return made


def typed(
    label: str, *, value: str = "", width: str = "340px", placeholder: str = "", beside: str = _BESIDE
) -> widgets.Text:
    """A line to type on."""
    layout, style = widgets.Layout(width=width), {"description_width": beside}
    return widgets.Text(value, description=label, placeholder=placeholder, style=style, layout=layout)


def chosen(
    label: str, options: Sequence[tuple[str, Any]], *, width: str = "450px", beside: str = _BESIDE
) -> widgets.Dropdown:
    """A list to choose from; the first one is chosen."""
    layout, style = widgets.Layout(width=width), {"description_width": beside}
    return widgets.Dropdown(options=options, description=label, style=style, layout=layout)


def post(label: str, posts: Sequence[str]) -> widgets.Combobox:
    """A line for who decides, with the posts the office keeps in its plan to choose from; others may be typed."""
    layout, style = widgets.Layout(width="450px"), {"description_width": _BESIDE}
    line = widgets.Combobox(description=label, style=style, layout=layout, placeholder="chức danh, tổ, hội đồng")
    offer_posts(line, posts)
    return line


def offer_posts(line: widgets.Combobox, posts: Sequence[str]) -> None:
    """Offer other posts, the usual one filled in."""
    line.options, line.value = tuple(posts), next(iter(posts), "")


def on_enter(line: widgets.Text, act: Callable[[], None]) -> None:
    """Act when Enter is pressed on a line."""

    # what `Text.on_submit` did before it was deprecated: a change of the value alone does not tell of the key
    def heard(_: object, content: dict[str, Any], __: object) -> None:
        if content.get("event") == "submit":
            act()

    line.on_msg(heard)


def typed_figure(line: widgets.Text, about: str, *, places: int) -> Decimal:
    """The number typed on a line, at most `places` decimals. Raises ParameterError, about `about`, where it is none."""
    parsed = read_number(Cell("text", line.value), places=places, least=Decimal(0), most=None)
    if parsed.value is None:
        said_so = [remark for remark in parsed.remarks if remark.severity == "error"]
        what = said_so[0].message if said_so else "chưa ghi số"
        raise ParameterError(about, [Fault(about, what, mend="ghi bằng chữ số, phần lẻ sau dấu phẩy: 9,5")])
    return to_decimal(parsed.value, places)


def today() -> str:
    """The day it is here, as it is typed."""
    return day(datetime.now(UTC).astimezone().date())


def stated_day(line: widgets.Text) -> date:
    """The day typed on a line. Raises ParameterError where it is none."""
    parsed = read_date(Cell("text", line.value))
    if parsed.value is None:
        mend = "ghi ngày/tháng/năm, ví dụ 05/01/2026"
        raise ParameterError(line.description, [Fault(line.description, "chưa ghi hoặc không đọc được", mend=mend)])
    return parsed.value
