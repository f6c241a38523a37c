"""Do verifiers give the same cases the points that were settled, and which criteria do they read differently?

Ten cases of a year that is over, without names, are decided by every verifier alone, before the season begins. A
verifier is a role, never a person. Nothing here moves a point.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from scoring.assessment.evaluation import Evaluation
from scoring.assessment.records import Record
from scoring.assessment.second_sample import MarkKey
from scoring.core.language import in_words, spoken_language
from scoring.core.rows import MarkRow
from scoring.core.tables import rows_as
from scoring.decisions.rulings import VERIFIED
from scoring.rubric.issuer import issuer_of
from scoring.rubric.model import Body

CASES = 10
"""How many cases a verifier is given: an hour's work."""
FEW_CASES = 5
"""Below so many cases with an answer nothing is said of a verifier."""
OFTEN = 3
"""How many times a verifier is off to one side, and how many times as often as to the other, to be called so."""
APART = 200
"""In thousandths of the maximum: from where two answers to one case are far apart."""
_MOST_OF_ONE = 3
_NAMELESS = "[đơn vị]"
_SHORTEST_NAME, _INSIDE_WORDS = 3, 6
_ISSUER = re.compile(r"(\b[0-9]+[/-][^\W\d_]+[-/])(?!LĐLĐ|TLĐ)[^\W_]+(?:[-/&.][^\W_]+)*")
"""A document's number with its kind, and behind it whoever issued it."""


class CaseAnswer(NamedTuple):
    """What somebody gave a case: points in smallest units, and why."""

    points: int
    reason: str


CaseBook = Mapping[MarkKey, CaseAnswer]
"""Somebody's answers; a case is the mark of last year that it was made of."""


class Given(Record):
    """One verifier's answer to a case; points None where there is none."""

    role: str
    points: int | None
    reason: str


class CaseResult(Record):
    """One case. answer: what was settled, None where nothing is; by_meeting: settled after the answers were given."""

    number: int
    criterion: str
    max_points: int
    computed: int | None
    answer: int | None
    by_meeting: bool
    given: tuple[Given, ...]


class VerifierResult(Record):
    """One verifier's answers against those settled, over `compared` cases.

    severity: answers less what was settled, as a mean, and spread: the mean distance between both, whatever the side;
    in thousandths of the maximum, None where nothing is compared.
    """

    role: str
    answered: int
    compared: int
    same: int
    lower: int
    higher: int
    severity: int | None
    spread: int | None


class CriterionReading(Record):
    """A criterion as it was read. pairs: of verifiers who both answered a case of it; differ: those not of one mind.

    apart: the farthest two answers to one case are apart, in thousandths of the maximum.
    """

    name: str
    pairs: int
    differ: int
    apart: int


class Calibration(Record):
    """What the answers to the cases say, told in one language. year: the one the cases are of."""

    year: int
    season: int
    language: str
    body: Body
    sample: bool
    decimals: int
    verifiers: tuple[VerifierResult, ...]
    criteria: tuple[CriterionReading, ...]
    cases: tuple[CaseResult, ...]


# Which cases


class _Candidate(NamedTuple):
    """A mark that may be a case. kind: corrected, kept or open; is_disputed: the unit gave itself other points."""

    mark: MarkKey
    kind: str
    is_disputed: bool


def choose_cases(evaluation: Evaluation, criteria: Collection[str], count: int = CASES) -> list[MarkKey]:
    """The marks of which cases are made, the same for the same year.

    Marks that persons decided come first, as their answer is settled: in turn one that was corrected and one that
    stood, of as many criteria and units as there are. criteria: those that count the same in the year to come.
    """
    known, chosen = list(_candidates(evaluation, criteria)), list[_Candidate]()
    places = {one.mark: _place(one.mark, evaluation) for one in known}

    def turn(one: _Candidate) -> tuple[object, ...]:
        unit, criterion = one.mark
        used = sum(other.mark[1] == criterion for other in chosen)
        wanted = "corrected" if len(chosen) % 2 == 0 else "kept"
        same_unit = sum(other.mark[0] == unit for other in chosen)
        last = one.kind == "open" or used >= _MOST_OF_ONE
        return last, used, one.kind != wanted, not one.is_disputed, same_unit, places[one.mark]

    while known and len(chosen) < count:
        chosen.append(min(known, key=turn))
        known.remove(chosen[-1])
    return [one.mark for one in chosen]


def _place(mark: MarkKey, evaluation: Evaluation) -> bytes:
    """A mark's place in the draw: chance that is the same for the same year and rubric."""
    rubric = evaluation.year.rubric
    return hashlib.sha256("\n".join(["case", str(rubric.year), rubric.id, *mark]).encode()).digest()


def _candidates(evaluation: Evaluation, criteria: Collection[str]) -> Iterator[_Candidate]:
    """The marks of eligible units that there is something to judge by: points, a decision, evidence, two of them."""
    units = evaluation.year.units
    eligible, settled = set(units.loc[units["eligible"].to_numpy(bool), "id"]), settled_points(evaluation)
    for row in rows_as(MarkRow, evaluation.marks):
        mark = row["unit"], row["criterion"]
        answer, computed = settled.get(mark), row["computed_points"]
        there = [computed is not None, answer is not None, bool(row["evidence"])]
        if sum(there) > 1 and mark[0] in eligible and mark[1] in criteria:
            kind = "open" if answer is None else "kept" if answer == computed else "corrected"
            yield _Candidate(mark, kind, row["self_points"] not in {None, computed})


def settled_points(evaluation: Evaluation) -> dict[MarkKey, int]:
    """The points persons settled on: a decided mark, or one that stood when verifiers had finished its unit."""
    decided = evaluation.decisions
    finished = set(decided.loc[(decided["kind"] == "completed") & (decided["stage"] == VERIFIED), "unit"])
    return {
        (row["unit"], row["criterion"]): row["points"]
        for row in rows_as(MarkRow, evaluation.marks)
        if row["points"] is not None and (row["basis"] in {"verified", "council"} or row["unit"] in finished)
    }


def verifier_roles(evaluation: Evaluation) -> list[str]:
    """The roles that verified a year, in their order of the alphabet."""
    decided = evaluation.decisions
    return sorted({str(role) for role in decided.loc[decided["stage"] == VERIFIED, "role"]})


# Without names


def names_in(units: Iterable[Mapping[str, Any]], own: str) -> list[str]:
    """What a case of one unit (`own`, an id) must not say: every unit's id, names and aliases; of its own also the end.

    units: rows of the register's spans.
    """
    names: set[str] = set()
    for unit in units:
        names |= {str(unit[name]) for name in ("id", "name", "short_name")}
        names |= {name.strip() for name in str(unit["aliases"] or "").split("|")}
        if unit["id"] == own:
            names |= {" ".join(str(unit[name]).split()[-2:]) for name in ("name", "short_name")}
    return sorted(filter(None, names), key=lambda name: (-len(name), name))


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with each of some names replaced, however it is written: capitals, marks and signs do not matter.

    A long name is found inside a word too; who issued a document is left out of its number, but for bodies above.

    >>> without_names("Biên bản số 3 của CĐ KIM-ĐỒNG; 59/BC-CĐKIMDONG; 7/KH-LĐLĐ", ["Kim Đồng"])
    'Biên bản số 3 của CĐ [đơn vị]; 59/BC-[đơn vị]; 7/KH-LĐLĐ'
    """
    text = _ISSUER.sub(lambda found: f"{found[1]}{_NAMELESS}", unicodedata.normalize("NFC", text))
    for name in names:
        words = re.findall(r"[^\W_]+", _bare(name)[0])
        if (letters := sum(map(len, words))) < _SHORTEST_NAME:
            continue
        before, after = (r"(?<![^\W_])", r"(?![^\W_])") if letters < _INSIDE_WORDS else ("", "")
        bare, places = _bare(text)
        found = [match.span() for match in re.finditer(before + r"[\W_]*".join(words) + after, bare)]
        for first, last in reversed(found):
            text = text[: places[first]] + _NAMELESS + text[places[last - 1] + 1 :]
    return text


def _bare(text: str) -> tuple[str, list[int]]:
    """A text in small letters without marks, and where each of its letters stood."""
    bare, places = list[str](), list[int]()
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter.casefold().replace("đ", "d")):
            if not unicodedata.combining(part):
                bare.append(part)
                places.append(place)
    return "".join(bare), places


# What the answers say


def calibrate(
    evaluation: Evaluation, season: int, cases: Mapping[int, MarkKey], books: Mapping[str, CaseBook], settled: CaseBook
) -> Calibration:
    """What verifiers' books, by role, say of these cases, by their numbers. evaluation: of the year of the cases.

    settled: what a meeting settled on since, which goes before what was decided in that year.
    """
    rubric, plan = in_words(evaluation.year.rubric), in_words(evaluation.year.plan)
    results = tuple(_cases(evaluation, cases, books, settled))
    return Calibration(
        year=rubric.year,
        season=season,
        language=spoken_language(),
        body=issuer_of(plan, rubric).body,
        sample=plan.sample,
        decimals=rubric.points.decimals,
        verifiers=tuple(_verifier(role, results) for role in books),
        criteria=tuple(sorted(_readings(results), key=lambda one: (-one.apart, -one.differ, one.name))),
        cases=results,
    )


def _cases(
    evaluation: Evaluation, cases: Mapping[int, MarkKey], books: Mapping[str, CaseBook], settled: CaseBook
) -> Iterator[CaseResult]:
    decided, rubric = settled_points(evaluation), in_words(evaluation.year.rubric)
    rows = {(row["unit"], row["criterion"]): row for row in rows_as(MarkRow, evaluation.marks)}
    for number, mark in sorted(cases.items()):
        meeting = settled.get(mark)
        yield CaseResult(
            number=number,
            criterion=rubric.item[mark[1]].name,
            max_points=rubric.max_points(mark[1]),
            computed=rows[mark]["computed_points"],
            answer=meeting.points if meeting else decided.get(mark),
            by_meeting=meeting is not None,
            given=tuple(_given(role, book.get(mark)) for role, book in books.items()),
        )


def _given(role: str, answer: CaseAnswer | None) -> Given:
    return Given(role=role, points=answer.points if answer else None, reason=answer.reason if answer else "")


def _verifier(role: str, cases: Sequence[CaseResult]) -> VerifierResult:
    own = [(case, given.points) for case in cases for given in case.given if given.role == role]
    answered = [(case, points) for case, points in own if points is not None]
    off = [Fraction(points - case.answer, case.max_points) for case, points in answered if case.answer is not None]
    return VerifierResult(
        role=role,
        answered=len(answered),
        compared=len(off),
        same=off.count(Fraction(0)),
        lower=sum(one < 0 for one in off),
        higher=sum(one > 0 for one in off),
        severity=_thousandths(sum(off, Fraction(0)), len(off)),
        spread=_thousandths(sum(map(abs, off), Fraction(0)), len(off)),
    )


def _thousandths(total: Fraction, count: int) -> int | None:
    """A mean in thousandths, half away from 0; None of nothing."""
    if not count:
        return None
    size = (abs(total) * 2000 // count + 1) // 2
    return int(-size if total < 0 else size)


def _readings(cases: Sequence[CaseResult]) -> Iterator[CriterionReading]:
    """Each criterion of which a case was answered by two verifiers or more."""
    for name in dict.fromkeys(case.criterion for case in cases):
        pairs = [
            Fraction(abs(one - other), case.max_points)
            for case in cases
            if case.criterion == name
            for one, other in combinations([g.points for g in case.given if g.points is not None], 2)
        ]
        if pairs:
            farthest = _thousandths(max(pairs), 1) or 0
            yield CriterionReading(name=name, pairs=len(pairs), differ=sum(map(bool, pairs)), apart=farthest)
