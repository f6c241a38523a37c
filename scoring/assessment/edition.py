"""Is a page a proposal to the council, the final document of a publication, or a draft beside one?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from scoring.core.language import say
from scoring.core.wording import day
from scoring.decisions.seal import Publication


class Edition(BaseModel):
    """What a page is. number, decision, published_on: of the publication it belongs to, or was drafted after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["proposal", "final", "draft"] = "proposal"
    number: int = 0
    decision: str = ""
    published_on: date | None = None

    @property
    def is_final(self) -> bool:
        """Whether what it tells has been decided and published."""
        return self.kind == "final"

    @property
    def banner(self) -> str:
        """What every page of a draft says on top; "" for other pages."""
        if self.kind != "draft":
            return ""
        return say(
            "BẢN NHÁP làm sau khi công bố lần {number} ({decision}, {day}), không thay bản đã công bố",
            number=self.number,
            decision=self.decision,
            day=day(self.published_on),
        )

    @property
    def attached(self) -> str:
        """By which decision a final page was published; "" for other pages."""
        if not self.is_final:
            return ""
        return say("Kèm theo Quyết định số {decision}", decision=self.decision)

    @property
    def dated(self) -> str:
        """The day of a final page as a letterhead has it; "" for other pages."""
        if not self.is_final or self.published_on is None:
            return ""
        on = self.published_on
        month = f"{on.month:02}" if on.month < 3 else str(on.month)
        return say("ngày {day} tháng {month} năm {year}", day=f"{on.day:02}", month=month, year=on.year)


PROPOSAL = Edition()


def final_edition(number: int, decision: str, on: date) -> Edition:
    """The edition of a publication's documents."""
    return Edition(kind="final", number=number, decision=decision, published_on=on)


def working_edition(publications: list[Publication]) -> Edition:
    """The edition of what is made outside a publication: proposals until the first one, drafts from then on."""
    if not publications:
        return PROPOSAL
    last = publications[-1]
    on = date.fromisoformat(last.published_on)
    return Edition(kind="draft", number=last.number, decision=last.decision, published_on=on)
