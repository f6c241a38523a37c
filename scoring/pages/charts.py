"""Small charts as SVG: black on white, told apart by shape rather than colour, every figure printed beside its bar.

Drawn by matplotlib from rectangles and words alone: its axes would double the time for ticks nobody needs. It takes
25 MB and is loaded where something is drawn. The text of the SVG is text, so it can be searched and copied in the PDF.
"""

from __future__ import annotations

import io
import logging
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Any, Literal, NamedTuple

# The first run on a machine looks at its typefaces and says so, in English, where the office reads the progress.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

_INK, _FILL, _EMPTY = "#000000", "#7fa6cc", "#ffffff"
_CHART_WIDTH = 450.0  # points: a little less than the text width of the page, so that its 9 pt are never less on paper
_LINE, _ROW, _BAR = 10.7, 26.0, 13.5  # points: a line of a label, a bar with its share of air, the bar itself
_CHARACTER = 5.5  # points: a wide estimate of one character of DejaVu Sans at 9 pt
_STYLE: dict[Any, object] = {
    "svg.fonttype": "none",  # text stays text, in the PDF too
    "svg.hashsalt": "scoring",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.parse_math": False,
}


class Bar(NamedTuple):
    """One bar of a chart. The figures only set lengths; `printed` is what is read (about 20 characters at most)."""

    label: str
    value: float
    printed: str
    maximum: float | None = None


def bar_chart(bars: Sequence[Bar], legend: Sequence[str] = (), *, enlarged: int = 100) -> str:
    """SVG of horizontal bars, one a row; the outline behind a bar is its maximum.

    legend: words for bar and outline, in this order. enlarged: its size in percent of that on paper.
    """
    top = _ROW if legend else 0.0
    labels = [_label_lines(bar.label) for bar in bars]
    rows = [max(_ROW, _LINE * (len(lines) + 1)) for lines in labels]
    height = top + sum(rows or [_ROW])
    left = 8 + _CHARACTER * max((len(line) for lines in labels for line in lines), default=0)
    right = 8 + _CHARACTER * max((len(bar.printed) for bar in bars), default=0)
    largest = max((length for bar in bars for length in _lengths(bar)), default=0.0) or 1.0
    scale = max(_CHART_WIDTH - left - right, 60.0) / largest
    with _drawing():
        canvas = _Canvas(height)
        for bar, lines, row, below in zip(bars, labels, rows, accumulate(rows, initial=top), strict=False):
            middle = below + row / 2
            for position, line in enumerate(lines):
                canvas.write(left - 6, middle + _LINE * (position - (len(lines) - 1) / 2), line, align="right")
            if bar.maximum is not None:
                canvas.box(left, middle, bar.maximum * scale, _BAR, _EMPTY)
            canvas.box(left, middle, max(bar.value, 0.0) * scale, _BAR, _FILL)
            canvas.write(left + max(_lengths(bar)) * scale + 6, middle, bar.printed)
        canvas.legend(left, legend)
        return _in_size(canvas.svg(), height, enlarged)


def _in_size(svg: str, height: float, percent: int) -> str:
    """The drawing shown larger; what is drawn stays as it is."""
    head, mark, rest = svg.partition(">")
    for name, points in (("width", _CHART_WIDTH), ("height", height)):
        head = re.sub(rf' {name}="[^"]*"', f' {name}="{points * percent / 100:g}pt"', head)
    return head + mark + rest


@contextmanager
def _drawing() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        # the SVG keeps the character whether or not this typeface has it; the PDF exporter tells of those it cannot set
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def _label_lines(label: str) -> list[str]:
    """As many lines as it takes, of about the same length."""
    count = -(-len(label) // 36)
    return textwrap.wrap(label, 36 if count < 2 else min(36, len(label) // count + 6))


def _lengths(bar: Bar) -> list[float]:
    return [length for length in (bar.value, bar.maximum) if length is not None] + [0.0]


class _Canvas:
    """A matplotlib figure addressed in points from its upper left corner."""

    def __init__(self, height: float) -> None:
        from matplotlib.figure import Figure

        self.height = height
        self.figure = Figure(figsize=(_CHART_WIDTH / 72, height / 72), dpi=72)

    def box(self, left: float, middle: float, width: float, height: float, fill: str) -> None:
        from matplotlib.patches import Rectangle

        corner = (left / _CHART_WIDTH, 1 - (middle + height / 2) / self.height)
        size = (width / _CHART_WIDTH, height / self.height)
        self.figure.add_artist(Rectangle(corner, *size, facecolor=fill, edgecolor=_INK, linewidth=0.6))

    def write(self, x: float, middle: float, text: str, align: Literal["left", "right"] = "left") -> None:
        if text:
            self.figure.text(x / _CHART_WIDTH, 1 - middle / self.height, text, ha=align, va="center_baseline")

    def legend(self, x: float, words: Sequence[str]) -> None:
        for word, fill in zip(words, (_FILL, _EMPTY), strict=False):
            self.box(x, _ROW / 2 - 2, 12.0, _BAR - 4, fill)
            self.write(x + 16, _ROW / 2 - 2, word)
            x += 26 + _CHARACTER * len(word)

    def svg(self) -> str:
        buffer = io.StringIO()
        # a date would change the bytes of every run; without the rest matplotlib leaves the whole element out
        self.figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
        drawing = buffer.getvalue()
        return drawing[drawing.index("<svg") :]  # without the prolog of an XML file
