"""What every official page shares: head, number and symbol, words for a proposal and for what is final, the end.

What is told has an edition: a proposal until the council has decided, final in a publication, a draft beside one. The
fixed words of a final page are those of `scoring.core.language.FINAL_WORDS`; what names the decision stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.assessment.overview import Overview
from scoring.assessment.records import Assessment, Result
from scoring.core import wording
from scoring.core.language import say, term
from scoring.pages import blocks
from scoring.pages.blocks import Block
from scoring.rubric.model import Body

SAMPLE = term(
    "Năm mẫu: các đơn vị, số liệu và báo cáo đều do dự án tự đặt ra để minh họa, không phải đơn vị hay số liệu thật."
)


Told = Assessment | Overview
"""What is told, with its body and its edition."""


# A proposal, or final


def standing_text(told: Assessment) -> str:
    """What of the page is a proposal, or which decision made it final."""
    edition = told.edition
    if edition.is_final:
        return say("Kết quả trên đây theo Quyết định số {decision}", decision=edition.decision)
    if edition.kind == "draft":
        return say(
            "Phiếu nháp: kết quả có hiệu lực là kết quả theo Quyết định số {decision}", decision=edition.decision
        )
    return say(
        "Phiếu dự thảo: {proposed} là đề xuất cho đến khi hội đồng quyết định",
        proposed=wording.enumeration(list(_proposed(told.result))),
    )


def _proposed(result: Result) -> Iterator[str]:
    """What a page has of points, rank and band; that there is no band is proposed too."""
    if result.total is not None:
        yield say("điểm")
    if result.rank is not None:
        yield say("hạng")
    yield say("mức") if result.band else say("việc chưa xếp loại")


# The head


def head(told: Told, kind: str, summary: str, *, symbol: str = "", number: str = "", date: str = "") -> Block:
    """Letterhead, title and, of a sample year, what it is.

    symbol: the abbreviation of the kind of document (BC, BB); "" for the one the plan states. number and date stay
    dotted blanks unless given; a final document names its decision and that decision's day instead.
    """
    body, edition = told.body, told.edition
    return blocks.page(
        blocks.draft(edition.banner),
        blocks.letterhead(
            body.parent,
            body.name,
            number=number or ("" if edition.is_final else f"……/{_symbol(body, symbol)}"),
            place=body.place,
            date=date or edition.dated,
            attached=edition.attached,
        ),
        blocks.title(kind, summary),
        *([blocks.note(say(SAMPLE))] if told.sample else []),
    )


def _symbol(body: Body, kind: str) -> str:
    """The symbol of a kind of document: its abbreviation before the body's own (Nghị định 30/2020, Phụ lục I).

    >>> from types import SimpleNamespace
    >>> _symbol(SimpleNamespace(symbol="PĐG-LĐLĐ"), "BC")
    'BC-LĐLĐ'
    """
    own, _, office = body.symbol.partition("-")
    return f"{kind or own}-{office}" if office else body.symbol


def whose_results(told: Told, what: str) -> str:
    """What a document is about: whose results, of which work, in which year."""
    return say(
        "{what} của {judged} {subject} năm {year}", what=what, judged=told.judged, subject=told.subject, year=told.year
    )


def body_name(body: Body) -> str:
    """A body that a letterhead writes in capitals, as a sentence writes it.

    >>> from types import SimpleNamespace
    >>> body_name(SimpleNamespace(name="LIÊN ĐOÀN LAO ĐỘNG HUYỆN PHÚ RIỀNG"))
    'Liên đoàn Lao động huyện Phú Riềng'
    """
    words = body.name.title() if body.name.isupper() else body.name
    for plain, usual in (("Liên Đoàn Lao Động", "Liên đoàn Lao động"), ("Công Đoàn", "Công đoàn")):
        words = words.replace(plain, usual)
    for level in ("Tỉnh", "Huyện", "Thành Phố", "Thị Xã", "Xã", "Phường", "Ngành", "Of", "The"):
        words = words.replace(f" {level} ", f" {level.lower()} ")
    return words


# The end


def ending(body: Body, said: str, recipients: Sequence[str] = ()) -> Block:
    """The last sentences (two lines of them stay with the signature), the recipients and the signature.

    recipients: in the place of those that the body writes to.
    """
    signature = [body.signing_authority, body.signing_post]
    return blocks.page(blocks.last_paragraph(said), blocks.closing(recipients or body.recipients, signature))


def fine_print(told: Told, *notes: str) -> Block:
    """Notes, and which version of which rules the document follows, small, at its foot."""
    rules = say("Căn cứ đánh giá: {rubric}; mã bản {digest}.", rubric=told.rubric_name, digest=told.rubric_digest[:12])
    links = {one.document: one.link for one in told.sources if one.link} if isinstance(told, Assessment) else {}
    return blocks.fine_print(" ".join(filter(None, (*notes, rules))), links)
