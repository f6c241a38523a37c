"""From which documents do the bands, conditions, quotas and dated figures come that a unit's result rests on?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scoring.assessment.records import SourceLine
from scoring.core import wording
from scoring.core.language import say, say_count, term
from scoring.rubric.citation import cited_by_number
from scoring.rubric.model import DatedFigure, Gate, Rubric, Sourced

_BANDS, _CONDITIONS, _GATES, _QUOTAS, _FIGURES = (
    term("mức {names}"),
    term("điều kiện của mức {names}"),
    term("các điều kiện"),
    term("tỷ lệ mức {names}"),
    term("con số ở {names}"),
)


_ALL = {_BANDS: term("các mức xếp loại"), _GATES: _GATES, _QUOTAS: term("tỷ lệ khống chế")}
"""What is said where all of a kind come from one document."""


class _Stated(NamedTuple):
    """Something the rubric states, and where it comes from; kind: how several of its kind are told."""

    kind: str
    name: str
    source: str
    article: str | None


def sources_told(rubric: Rubric) -> tuple[SourceLine, ...]:
    """A sentence a document, with its address where there is one: what of the rules it says.

    rubric: with its names in the language spoken.
    """
    stated = list(_stated(rubric))
    documents = dict.fromkeys((one.source, one.article) for one in stated)
    return tuple(_told(source, article, stated, rubric) for source, article in documents)


def _told(source: str, article: str | None, stated: Sequence[_Stated], rubric: Rubric) -> SourceLine:
    document = cited_by_number(source, article, rubric)
    kinds = dict.fromkeys(one.kind for one in stated)
    told = (_of_kind([one for one in stated if one.kind == kind], source, article) for kind in kinds)
    parts = "; ".join(filter(None, told))
    said = wording.sentence(say("{parts} theo {document}", parts=parts, document=document))
    return SourceLine(said=said, document=document, link=rubric.sources[source].link or "")


def _of_kind(stated: Sequence[_Stated], source: str, article: str | None) -> str:
    """What of a kind a document says; "" where it says nothing of it."""
    own = [one for one in stated if (one.source, one.article) == (source, article)]
    if not own:
        return ""
    if len(own) == len(stated) and own[0].kind in _ALL:
        return say(_ALL[own[0].kind])
    if own[0].kind == _GATES:  # their ids say nothing to a unit; the one that decided is told with its document above
        return say_count("{count} điều kiện", len(own))
    return say(own[0].kind, names=wording.enumeration(list(dict.fromkeys(one.name for one in own))))


def _stated(rubric: Rubric) -> Iterator[_Stated]:
    """What the rubric states by a document, in the order in which it decides; a dated figure by that in force."""
    dated: dict[str, list[DatedFigure]] = {}
    for figure in rubric.dated:
        dated.setdefault(".".join(figure.place.split(".")[:2]), []).append(figure)
    for place, band in enumerate(rubric.bands):
        name = f"“{band.name}”"
        yield from _by(_BANDS, name, *dated.get(f"bands.{place}", [band]))
        yield from _by(_CONDITIONS, name, *band.conditions)
    for gate in rubric.gates:
        yield from _by(_GATES, gate.id, gate)
    for place, quota in enumerate(rubric.quotas):
        yield from _by(_QUOTAS, f"“{rubric.band[quota.band].name}”", *dated.get(f"quotas.{place}", [quota]))
    for figure in rubric.dated:
        if not figure.place.startswith(("bands.", "quotas.")):
            yield from _by(_FIGURES, _named(figure.place, rubric), figure)


def _by(kind: str, name: str, *stated: Sourced | DatedFigure) -> Iterator[_Stated]:
    return (_Stated(kind, name, one.source, one.article) for one in stated if one.source is not None)


def _named(place: str, rubric: Rubric) -> str:
    """The id of the criterion a figure stands in, the name of a condition; else the part of the rubric."""
    node: object = rubric
    named = say("phần chung")
    for step in place.split("."):
        node = node[int(step)] if isinstance(node, tuple) else getattr(node, step, None)
        named = f"“{node.name}”" if isinstance(node, Gate) else str(getattr(node, "id", None) or named)
    return named
