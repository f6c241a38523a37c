"""Evidence that is missing, too little, of another year, or claimed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import pandas as pd

from scoring.core.evidence_identity import ADDRESS, DATE, piece_named
from scoring.core.findings import Finding, Remark
from scoring.core.language import say
from scoring.core.wording import enumeration
from scoring.reports.checks.entries import each, on_entry
from scoring.rubric.methods import METHODS
from scoring.rubric.model import Rubric


def find_unproved(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Results that ask for evidence and name none."""
    what, mend = say("chưa có minh chứng nên chưa được tính điểm"), say("bổ sung số, ngày văn bản")
    remark = Remark("no_evidence", what, mend)
    for row in each(entries[something_done(entries, rubric) & entries["evidence"].isna()]):
        if (item := rubric.item.get(row.criterion)) and item.needs_evidence:
            yield on_entry(row, remark)


def find_fewer_proofs(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Counts with fewer pieces of evidence than things counted: one line a report, a line each where it costs points.

    A count without any evidence has been told already, or needs none.
    """
    counting = [item.id for item in rubric.items if item.evidence and item.counts_pieces]
    stated = entries[entries["criterion"].isin(counting) & entries["evidence"].notna() & entries["value"].notna()]
    stated = stated.assign(pieces=stated["evidence"].str.count("; ").astype("Int64") + 1)
    few = stated[stated["value"] > stated["pieces"]]
    costs = few["criterion"].isin([item.id for item in rubric.items if item.evidence == "counted"])
    for row in each(few[costs]):
        what = say("ghi {count} kết quả nhưng chỉ có {pieces} minh chứng", count=row.value, pieces=row.pieces)
        mend = say("bổ sung minh chứng; chỉ tính bấy nhiêu kết quả có minh chứng")
        yield on_entry(row, Remark("evidence_fewer", what, mend), str(row.value))
    told = few[~costs].sort_values(["unit", "period"], kind="stable")
    for _, rows in groupby(each(told), key=lambda row: (row.unit, row.period)):
        own = list(rows)
        listed = ", ".join(f"{row.criterion} ({row.value}/{row.pieces})" for row in own)
        what = say("số minh chứng ít hơn số kết quả (kết quả/minh chứng): {listed}", listed=listed)
        mend = say("nên bổ sung minh chứng trước khi thẩm định; điểm chưa bị trừ")
        remark = Remark("evidence_fewer", what, mend, is_mild=True)
        yield on_entry(own[0]._replace(criterion="", cell=""), remark)


def something_done(entries: pd.DataFrame, rubric: Rubric) -> pd.Series[bool]:
    """Where a result is reported that asks for proof: more than 0, or any level."""
    levels = [item.id for item in rubric.items if METHODS[item.method].VALUE == "level"]
    return entries["value"].notna() & (entries["value"].fillna(0).gt(0) | entries["criterion"].isin(levels))


def find_misdated(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence dated outside the year, or on a day that no calendar has; a link has no date."""
    proved = [item.id for item in rubric.items if item.evidence]
    stated = entries[entries["evidence"].notna() & entries["criterion"].isin(proved)]
    claims = stated.assign(evidence=stated["evidence"].str.split("; ")).explode("evidence")
    claims = claims.drop_duplicates(["unit", "criterion", "evidence"])
    dated = claims["evidence"].str.replace(ADDRESS, "", regex=True).str.extract(DATE)
    days = dated[2] + "-" + dated[1].str.zfill(2) + "-" + dated[0].str.zfill(2)
    inside = days.between(rubric.first_day.isoformat(), rubric.last_day.isoformat())
    real = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna()
    for row in each(claims[days.notna() & ~(inside & real)]):
        what = say("minh chứng ghi ngày không thuộc năm {year}", year=rubric.year)
        mend = say("kiểm tra lại ngày; chỉ kê khai văn bản của năm được chấm")
        yield on_entry(row, Remark("evidence_date", what, mend), row.evidence)


def _claims(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """One row per unit, criterion and piece of evidence that may serve only once, in the rubric's order.

    piece: what the text names, the same for every text that names it; missing where it is but a phrase.
    """
    own = [item.id for item in rubric.items if item.evidence and not item.evidence_shared]
    stated = entries[entries["evidence"].notna() & entries["criterion"].isin(own)]
    claims = stated.assign(evidence=stated["evidence"].str.split("; ")).explode("evidence")
    claims = claims.assign(piece=pd.array([piece_named(text) for text in claims["evidence"]], "str"))
    phrased = claims["piece"].fillna(claims["evidence"].str.casefold())
    return (
        claims.assign(phrase=phrased)
        .sort_values(["unit", "criterion"], kind="stable")
        .drop_duplicates(["unit", "criterion", "phrase"])
    )


def claims_again(entries: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The claims on evidence that another criterion of the same unit has claimed before."""
    claims = _claims(entries, rubric)
    return claims[claims["piece"].notna() & claims.duplicated(["unit", "piece"])]


def find_claimed_twice(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence that two criteria of a unit claim, and words that two have in common but that name no document."""
    claims = _claims(entries, rubric)
    first = claims.drop_duplicates(["unit", "phrase"]).set_index(["unit", "phrase"])["criterion"]
    for row in each(claims[claims.duplicated(["unit", "phrase"])]):
        earlier = first[row.unit, row.phrase]
        what = say("minh chứng này đã kê khai cho {criterion}", criterion=earlier)
        remark = Remark("evidence_twice", what, say("mỗi minh chứng chỉ kê khai cho một tiêu chí"))
        if pd.isna(row.piece):
            what = say("cùng lời này đã ghi cho {criterion}, chưa đủ để biết có phải một tài liệu", criterion=earlier)
            mend = say("ghi số, ngày văn bản hoặc địa chỉ của từng minh chứng")
            remark = Remark("evidence_phrase", what, mend)
        yield on_entry(row, remark, row.evidence)


def find_claimed_elsewhere(entries: pd.DataFrame, rubric: Rubric) -> Iterator[Finding]:
    """Evidence that two units claim; a phrase names nothing that could be the same."""
    claims = _claims(entries, rubric)
    claims = claims[claims["piece"].notna()].drop_duplicates(["unit", "piece"])
    units: dict[str, list[str]] = defaultdict(list)
    for piece, unit in claims[["piece", "unit"]].itertuples(index=False):
        units[piece].append(unit)
    for row in each(claims[claims.duplicated("piece", keep=False)]):
        others = enumeration([unit for unit in units[row.piece] if unit != row.unit])
        what = say("{units} cũng kê khai minh chứng này", units=others)
        remark = Remark("evidence_elsewhere", what, say("đối chiếu bản gốc"))
        yield on_entry(row, remark, row.evidence)
