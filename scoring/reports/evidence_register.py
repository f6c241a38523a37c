"""The register of evidence (sổ minh chứng): every document and link that reports name, and what is amiss with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from scoring.core.text import shown
from scoring.core.wording import sentence
from scoring.reports.evidence import read_proof


class Evidence(NamedTuple):
    """One row: a piece of evidence as one criterion claims it, or a criterion that lacks any (id "").

    id: the unit's id and a number; the same evidence of a unit has the same id. remark: what is amiss.
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
                yield Evidence("", unit, criterion, period, "", "", "", "", "", "", _told(lacking), *place)
            continue
        for text in texts.split("; "):
            own = numbers[unit]
            name = own.setdefault(text, f"{unit}-MC{len(own) + 1:02}")
            kind, number, on, issuer, link = read_proof(text)
            remark = _told(remarks.get((unit, criterion, period, shown(text)), []))
            when = f"{on:%d/%m/%Y}" if on else ""
            yield Evidence(name, unit, criterion, period, kind, number, when, issuer, link, text, remark, *place)


def _told(messages: list[str]) -> str:
    return " ".join(sentence(message) for message in messages)
