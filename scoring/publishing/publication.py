"""Publish a year: freeze its data and outputs under a seal (niêm phong) that states the deciding document.

A published year takes no more decisions and no new outputs, except by an appeal; when appeals have been recorded and
the outputs made again, the year is published again, under a seal that names the one before. `sealing` checks seals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from scoring.assessment.evaluation import Evaluation
from scoring.core.errors import Fault, PublishingError
from scoring.core.files import told_as, write_once
from scoring.core.places import COMMAND
from scoring.decisions.records import Standing
from scoring.decisions.seal import NO_PLAIN_FILE, SEALS, Seal, data_differences, hashes, shown
from scoring.decisions.store import seals_of
from scoring.publishing.manifest import MANIFEST
from scoring.reports.reading.cells import clean
from scoring.rubric.model import Rubric

_MAKE_AGAIN = f"chạy lại {COMMAND} cho cả năm rồi công bố"
_FEW = 5


def publish(evaluation: Evaluation, standing: Standing, out: Path, *, decision: str, on: date) -> Seal:
    """Seal a year and give its seal.

    standing: the decisions the evaluation counts. out: the year's outputs. decision: number of the deciding document,
    such as "15/QĐ-LĐLĐ"; on: its day. Raises PublishingError, with every fault, where the year is published already
    and no appeal was recorded since, where decisions contradict or do not apply, marks are pending, a band
    holds more units than its quota and the council has not said so, or the outputs
    are not those of the data as they are now.
    """
    folder, rubric = evaluation.year.folder, evaluation.year.rubric
    with told_as(PublishingError, f"công bố năm {rubric.year}", _MAKE_AGAIN):
        data, outputs = hashes(folder), hashes(out)
    faults = [
        *_bad_number(decision),
        *_already_published(folder),
        *_unsettled(evaluation, standing),
        *_over_quota(evaluation),
        *_not_as_read(evaluation, data),
        *_not_as_made(evaluation, out, data, outputs),
    ]
    if faults:
        raise PublishingError(f"công bố năm {rubric.year}", faults)
    seals = seals_of(folder)
    before = seals[-1].digest if seals else ""
    seal = Seal(rubric.year, len(seals) + 1, clean(decision), on.isoformat(), before, data, outputs)
    _write(folder / SEALS / f"{seal.number}.json", seal)
    return seal


def is_published(folder: Path) -> bool:
    """Whether the outputs of a year may not be made again, as `refuse_if_published`."""
    return any(_already_published(folder))


def refuse_if_published(folder: Path) -> None:
    """Raise PublishingError where the outputs of a year may not be made again.

    folder: the year's data folder. They may before publication, and after it once an appeal has been recorded.
    """
    if faults := list(_already_published(folder)):
        raise PublishingError(str(folder), faults)


def refuse_if_altered(folder: Path) -> None:
    """Raise PublishingError where the data of a published year are not those sealed, but for appeals since.

    What is made of a published year beside its outputs must tell what was published.
    """
    with told_as(PublishingError, str(folder), _MAKE_AGAIN):
        breaches = [one for one in data_differences(folder) if one.fate != "appeal"] if seals_of(folder) else []
    if breaches:
        faults = [Fault(one.file, "khác với lúc công bố", mend="xem bằng lệnh verify-seal") for one in breaches]
        raise PublishingError(str(folder), faults)


def _write(path: Path, seal: Seal) -> None:
    with told_as(PublishingError, f"công bố năm {seal.year}", "chạy lại khi đã xong"):
        path.parent.mkdir(exist_ok=True)
        is_first = write_once(path, seal.content())
    if not is_first:
        what = "người khác vừa công bố năm này"
        raise PublishingError(f"công bố năm {seal.year}", [Fault(path.name, what, mend="xem bằng lệnh verify-seal")])


# What keeps a year from being published


def _bad_number(decision: str) -> Iterator[Fault]:
    text = clean(decision)
    if not any(character.isdigit() for character in text) or "/" not in text or len(text) > 100:
        yield Fault("--decision", "chưa đúng số quyết định công bố", mend="ghi dạng 15/QĐ-LĐLĐ")


def _already_published(folder: Path) -> Iterator[Fault]:
    seals = seals_of(folder)
    with told_as(PublishingError, str(folder), _MAKE_AGAIN):
        has_appeal = bool(seals) and any(one.fate == "appeal" for one in data_differences(folder))
    if seals and not has_appeal:
        what = f"đã công bố theo {seals[-1].decision} ngày {date.fromisoformat(seals[-1].published_on):%d/%m/%Y}"
        yield Fault(f"năm {seals[-1].year}", what, mend="chỉ làm lại sau khi ghi quyết định phúc tra")


def _unsettled(evaluation: Evaluation, standing: Standing) -> Iterator[Fault]:
    """Decisions that do not count though somebody made them, and marks that wait for one."""
    for found in standing.findings.itertuples():
        if found.severity == "error":
            yield Fault(str(found.file), str(found.message), mend=str(found.mend))
    standings = evaluation.standings
    unopened = standings.loc[standings["withheld_by"] == "unopened", "unit"].astype(str).tolist()
    if unopened:
        yield Fault(
            _named(unopened), "không mở được tệp báo cáo đã nhận", mend="đóng tệp ở chương trình khác rồi chạy lại"
        )
    waiting = standings.loc[standings["withheld_by"] == "pending", "unit"].astype(str).tolist()
    if waiting:
        yield Fault(_named(waiting), "còn tiêu chí chờ đủ căn cứ để cho điểm", mend="cho điểm rồi công bố")


_DECIDE = (
    "mỗi đơn vị ghi một trong: chọn trong tỷ lệ, hạ xuống mức nào, giữ ngoài tỷ lệ, kèm lý do; lập sổ bằng lệnh"
    " verify --stage council"
)


def _over_quota(evaluation: Evaluation) -> Iterator[Fault]:
    """Quotas with more units than they allow, or with equal units at the cut, of which the council has not decided."""
    rubric, standings = evaluation.year.rubric, evaluation.standings
    for quota in evaluation.quotas.to_dict("records"):
        where = f"mức “{rubric.band[quota['band']].name}”, {rubric.blocks.get(quota['scope'], 'tính chung các khối')}"
        told = f"được chọn tối đa {quota['allowed']}; hội đồng đã chọn {quota['chosen']}"
        inside = standings["block"].eq(quota["scope"]) | (quota["scope"] == "")
        own = standings[inside & standings["quota"].eq(quota["band"])]
        # who is proposed has a place within the quota; who is beyond it, or shares the last place, has none yet
        waiting = own.loc[own["selection"].isin(["over_quota", "tie_at_cut"]), "unit"].astype(str).tolist()
        if waiting:
            yield Fault(where, f"{told}; chưa quyết định về {len(waiting)} đơn vị: {_named(waiting)}", mend=_DECIDE)
        elif quota["over"]:
            yield Fault(where, f"{told}; {quota['over']} đơn vị ngoài tỷ lệ", mend=_DECIDE)
    yield from _chosen_in_vain(evaluation)


def _chosen_in_vain(evaluation: Evaluation) -> Iterator[Fault]:
    """Units the council chose for a band that they are not in, nor chosen from."""
    rubric = evaluation.year.rubric
    kept = evaluation.standings[evaluation.standings["selection"].isin(["chosen", "beyond_quota"])]
    for unit, name, stands in kept[["unit", "selected", "band"]].astype(object).itertuples(index=False):
        band = rubric.band[name]
        if stands != (band.selected_from or band.id):
            own = "chưa xếp loại" if pd.isna(stands) else f"ở mức “{rubric.band[stands].name}”"
            what = f"hội đồng chọn mức “{band.name}” nhưng đơn vị {own}"
            yield Fault(str(unit), what, mend="xem lại điểm, điều kiện; ghi quyết định mới của hội đồng")


def _not_as_read(evaluation: Evaluation, data: dict[str, str]) -> Iterator[Fault]:
    """Whether the rubric was edited since the evaluation read it."""
    rubric: Rubric = evaluation.year.rubric
    file = f"rubrics/{rubric.id}.yaml"
    if file not in data:
        what = "bộ tiêu chí này không nằm trong thư mục được niêm phong nên chương trình chưa công bố được"
        yield Fault(file, what, mend="công bố bằng văn bản, lưu thư mục số liệu và kết quả kèm theo")
    elif data.get(file) not in {rubric.digest, evaluation.year.basis.get(evaluation.year.folder / file)}:
        yield Fault(file, "bộ tiêu chí vừa bị sửa trong lúc chạy", mend=_MAKE_AGAIN)


def _not_as_made(evaluation: Evaluation, out: Path, data: dict[str, str], outputs: dict[str, str]) -> Iterator[Fault]:
    """Whether the outputs are those of the data as they are, all of them, and untouched since."""
    try:
        run: dict[str, Any] = json.loads((out / MANIFEST).read_bytes())
        inputs, written, documents = run["inputs"], run["outputs"], run["documents"]
    except (OSError, ValueError, KeyError, TypeError):
        yield Fault(MANIFEST, "chưa có kết quả của năm này", mend=_MAKE_AGAIN)
        return
    if changed := [file for file, digest in data.items() if digest not in {inputs.get(file), NO_PLAIN_FILE}]:
        yield Fault(_named(changed), "số liệu đã đổi sau khi làm kết quả", mend=_MAKE_AGAIN)
    if gone := [file for file in inputs if file not in data and not file.startswith(f"{SEALS}/")]:
        yield Fault(_named(gone), "số liệu đã dùng để làm kết quả nay không còn", mend=_MAKE_AGAIN)
    if touched := [file for file, digest in written.items() if outputs.get(file) != digest]:
        yield Fault(_named(touched), "kết quả bị sửa hoặc xóa sau khi làm", mend=_MAKE_AGAIN)
    done = {one["name"] for one in documents if one["outcome"] in {"made", "unchanged"}}
    if lacking := [unit for unit in evaluation.year.units["id"] if unit not in done]:
        yield Fault(_named(lacking), "lần chạy cuối chưa làm phiếu của các đơn vị này", mend=_MAKE_AGAIN)


def _named(names: list[str]) -> str:
    """The first few of some names."""
    more = f" và {len(names) - _FEW} mục khác" if len(names) > _FEW else ""
    return shown(f"{', '.join(names[:_FEW])}{more}")
