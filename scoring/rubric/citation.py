"""Which document a figure of the rules comes from, and where in it."""

from __future__ import annotations

from scoring.core.language import say
from scoring.core.wording import day
from scoring.rubric.model import Rubric
from scoring.rubric.parameters import Schema


class Citation(Schema):
    """A document and the place in it; None for what the rubric does not say."""

    title: str
    issuer: str
    number: str | None
    date: str | None
    article: str | None
    link: str | None


def citation(source: str | None, article: str | None, rubric: Rubric) -> Citation | None:
    """The document a part of the rubric names (a key of `sources`), as data; None where it names none.

    date: as in "2019-08-14".
    """
    if source is None:
        return None
    stated = rubric.sources[source]
    return Citation(
        title=stated.title,
        issuer=stated.issuer,
        number=stated.number,
        date=stated.date.isoformat() if stated.date else None,
        article=article,
        link=stated.link,
    )


def cited_briefly(source: str | None, article: str | None, rubric: Rubric) -> str:
    """The document by its number, or its title where it has none, behind the article; "" where none is named."""
    if source is None:
        return ""
    stated = rubric.sources[source]
    return ", ".join(filter(None, [article, stated.number or stated.title]))


def cited_by_number(source: str, article: str | None, rubric: Rubric) -> str:
    """The same as `cited` in a line, without the title of a document that has a number."""
    stated = rubric.sources[source]
    if stated.number is None or stated.number in stated.title:
        return cited(source, article, rubric)
    named = say("văn bản số {number}", number=stated.number)
    dated = say("ngày {day}", day=day(stated.date)) if stated.date else ""
    told = " ".join(filter(None, [named, dated, say("của {issuer}", issuer=stated.issuer)]))
    return f"{article}, {told}" if article else told


def cited(source: str | None, article: str | None, rubric: Rubric) -> str:
    """The same in words: article, title, number, date and issuer; "" where no document is named.

    An issuer or a number that the title holds already is not said again.
    """
    if source is None:
        return ""
    stated = rubric.sources[source]
    number = say("số {number}", number=stated.number) if stated.number and stated.number not in stated.title else ""
    dated = say("ngày {day}", day=day(stated.date)) if stated.date else ""
    issued = (
        say("của {issuer}", issuer=stated.issuer) if stated.issuer.casefold() not in stated.title.casefold() else ""
    )
    named = " ".join(filter(None, [stated.title, number, dated, issued]))
    return f"{article}, {named}" if article else named
