"""From which documents do the bands, conditions, quotas and dated figures come that a unit's result rests on?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scoring.core import wording
from scoring.core.language import say, term
from scoring.rubric.citation import cited
from scoring.rubric.model import DatedFigure, Rubric, Sourced

_BANDS, _CONDITIONS, _GATES, _QUOTAS, _FIGURES = (
    term("mức {names}"),
    term("điều kiện của mức {names}"),
    term("điều kiện {names}"),
    term("tỷ lệ mức {names}"),
    term("con số ở {names}"),
)


class _Stated(NamedTuple):
    """Something the rubric states, and where it comes from; kind: how several of its kind are told."""

    kind: str
    name: str
    source: str
    article: str | None


def sources_told(rubric: Rubric) -> tuple[str, ...]:
    """A sentence a document, with its address where there is one: what of the rules it says.

    rubric: with its names in the language spoken.
    """
    found: dict[tuple[str, str | None], dict[str, dict[str, None]]] = {}
    for one in _stated(rubric):
        found.setdefault((one.source, one.article), {}).setdefault(one.kind, {})[one.name] = None
    return tuple(_told(source, article, parts, rubric) for (source, article), parts in found.items())


def _told(source: str, article: str | None, parts: Mapping[str, Mapping[str, None]], rubric: Rubric) -> str:
    document, link = cited(source, article, rubric), rubric.sources[source].link
    document = f"{document} ({link})" if link else document
    told = "; ".join(say(kind, names=wording.enumeration(list(names))) for kind, names in parts.items())
    return wording.sentence(say("{parts} theo {document}", parts=told, document=document))


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
    """The id of what a figure stands in; of what has none, the part of the rubric."""
    node: object = rubric
    named = say("phần chung")
    for step in place.split("."):
        node = node[int(step)] if isinstance(node, tuple) else getattr(node, step, None)
        named = str(getattr(node, "id", None) or named)
    return named
