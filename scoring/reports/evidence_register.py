"""The register of evidence (sổ minh chứng): every document and link that reports name, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from scoring.core.text import shown
from scoring.core.wording import sentence
from scoring.reports.evidence import read_proof


class Evidence(NamedTuple):
    """One row: a piece of evidence as one criterion claims it, or a criterion that lacks any (id "").

    id: the unit's id and a number; the same evidence of a unit has the same id. remark: what is wrong with it.
    """

    id: str
    unit: str
    criterion: str
    period: str
    kind: str
    number: str
    date: str
    issuer: str
    link: str
    text: str
    remark: str
    file: str
    sheet: str
    cell: str


NO_EVIDENCE = "no_evidence"
"""The code of a finding on a result that names no evidence."""


def is_about_evidence(code: str) -> bool:
    """Whether a finding is on evidence: its code says so, `no_evidence` or `evidence_…`."""
    return code == NO_EVIDENCE or code.startswith("evidence_")


def list_evidence(entries: pd.DataFrame, findings: pd.DataFrame) -> list[Evidence]:
    """The register of what was reported, in the order of units, then of the reports.

    entries, findings: as `checks` gives them.
    """
    remarks: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    about = findings[findings["code"].map(is_about_evidence).astype(bool)].astype("object")
    for row in about.to_dict("records"):
        value = "" if row["code"] == NO_EVIDENCE else row["value"]
        remarks[row["unit"], row["criterion"], row["period"], value].append(row["message"])
    return list(_rows(entries, remarks))


def _rows(entries: pd.DataFrame, remarks: dict[tuple[str, str, str, str], list[str]]) -> Iterator[Evidence]:
    numbers: dict[str, dict[str, str]] = defaultdict(dict)
    columns = ["unit", "criterion", "period", "evidence", "file", "sheet", "cell"]
    stated = entries.loc[entries["file"] != "", columns].sort_values("unit", kind="stable")
    for unit, criterion, period, texts, *place in stated.itertuples(index=False):
        if pd.isna(texts):
            if lacking := remarks.get((unit, criterion, period, "")):
                yield _lacking(unit, criterion, period, _told(lacking), place)
            continue
        for text in texts.split("; "):
            own = numbers[unit]
            name = own.setdefault(text, f"{unit}-MC{len(own) + 1:02}")
            remark = _told(remarks.get((unit, criterion, period, shown(text)), []))
            yield _lacking(unit, criterion, period, remark, place)._replace(id=name, text=text, **_stated(text))


def _lacking(unit: str, criterion: str, period: str, remark: str, place: Sequence[str]) -> Evidence:
    """A claim that names nothing."""
    nothing = dict.fromkeys(("id", "kind", "number", "date", "issuer", "link", "text"), "")
    where = dict(zip(("file", "sheet", "cell"), place, strict=True))
    return Evidence(unit=unit, criterion=criterion, period=period, remark=remark, **nothing, **where)


def _stated(text: str) -> dict[str, str]:
    """What a text says of its document, as it is printed."""
    proof = read_proof(text)
    return {**proof._asdict(), "date": f"{proof.date:%d/%m/%Y}" if proof.date else ""}


def _told(messages: list[str]) -> str:
    return " ".join(sentence(message) for message in messages)
