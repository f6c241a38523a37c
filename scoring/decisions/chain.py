"""Is any recorded decision missing, edited or slipped in? Each names those it was recorded after, by id and digest.

Decisions recorded one after another form a line; two recorded at the same time, by people who did not see each
other's, form a fork that the next one joins by naming both. `decision_chain.json` in the year's folder keeps the ends
of the line as this program last left them, so that the loss of the newest decisions is seen too. It may lag behind (a
run that was killed), never be ahead.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from scoring.core.files import write_whole

ENDS = "decision_chain.json"
_LONGEST = 50_000_000


class Linked(Protocol):
    """A decision as the chain sees it. link: its id and digest; previous: the links of those it was recorded after."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def link(self) -> str:
        """Its id and digest."""

    @property
    def previous(self) -> tuple[str, ...]:
        """The links of those before."""


Link = TypeVar("Link", bound=Linked)


def ends_of(decisions: Iterable[Linked]) -> tuple[str, ...]:
    """The links that no other decision follows, sorted."""
    decisions = list(decisions)
    followed = {link for decision in decisions for link in decision.previous}
    return tuple(sorted(decision.link for decision in decisions if decision.link not in followed))


def lost_links(decisions: Collection[Linked], ends: Iterable[str] = ()) -> dict[str, str]:
    """By the id of a decision that is gone or is another than it was: the id of one that names it, "" for the ends."""
    known = {decision.link for decision in decisions}
    named = {link: decision.id for decision in decisions for link in decision.previous}
    lost = dict.fromkeys(ends, "") | named
    return {link.partition(" ")[0]: namer for link, namer in sorted(lost.items()) if link not in known}


def not_following(decisions: Sequence[Link], ends: Collection[str]) -> list[Link]:
    """The decisions that neither lead to these ends nor follow all of them: copied in from elsewhere, or slipped in."""
    by_link = {decision.link: decision for decision in decisions}
    before = _leading_to(ends, by_link)
    after = {link: decision for link, decision in by_link.items() if link not in before}
    following, waiting = set[str](), list(after)
    while waiting:  # an end names the one before: settled in as many rounds as there are forks
        settled = [link for link in waiting if _follows(after[link], set(ends), following)]
        following.update(settled)
        waiting = [link for link in waiting if link not in following]
        if not settled:
            break
    return [after[link] for link in waiting]


def _follows(decision: Linked, ends: set[str], following: set[str]) -> bool:
    own = set(decision.previous)
    return own >= ends or bool(own & following)


def _leading_to(ends: Iterable[str], by_link: Mapping[str, Linked]) -> set[str]:
    reached, waiting = set[str](), list(ends)
    while waiting:
        link = waiting.pop()
        if link not in reached:
            reached.add(link)
            waiting += by_link[link].previous if link in by_link else ()
    return reached


def read_ends(folder: Path) -> tuple[str, ...] | None:
    """The ends as last left in a year's folder; None where they were never written or cannot be read as such."""
    path = folder / ENDS
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LONGEST:
        return None
    try:
        stated = json.loads(path.read_bytes())["ends"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return tuple(stated) if isinstance(stated, list) and all(isinstance(one, str) for one in stated) else None


def write_ends(folder: Path, ends: Iterable[str]) -> None:
    """Keep the ends in a year's folder; raises OSError where the disk refuses."""
    content = (json.dumps({"ends": sorted(ends)}, indent=1) + "\n").encode()
    path = folder / ENDS
    if path.is_symlink():
        path.unlink()
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
