"""Which pages may be sent to the units: those published, or those that still follow from the data as they are?"""

from __future__ import annotations

import json
from pathlib import Path

from scoring.core.errors import Fault, PublishingError
from scoring.core.files import told_as
from scoring.decisions.seal import OUTPUTS, PUBLICATIONS, Publication, SealError, check_bag
from scoring.publishing.bag import PAYLOAD
from scoring.publishing.documents import sha256
from scoring.publishing.standing_results import results_digest, standing_results
from scoring.register.year import Year

_KINDS = ("pdf", "html")
_FOLDER, _RECORDS = "units", ".made"


def published_pages(folder: Path, publication: Publication) -> dict[str, list[Path]]:
    """By unit, its final pages in a publication, PDF first.

    folder: the year's data folder. Raises PublishingError where the publication is not as it was published.
    """
    bag, mend = folder / PUBLICATIONS / str(publication.number), "xem bằng lệnh verify-seal, chép lại từ bản lưu"
    with told_as(PublishingError, str(bag), mend):
        try:
            differences = check_bag(bag)
        except SealError as error:
            raise PublishingError(str(bag), [Fault("bản công bố", str(error), mend=mend)]) from error
    if differences:
        raise PublishingError(str(bag), [Fault("bản công bố", str(one), mend=mend) for one in differences])
    return _by_unit(bag / PAYLOAD / OUTPUTS / _FOLDER)


def standing_pages(year: Year, out: Path) -> dict[str, list[Path]]:
    """By unit, the pages in the year's outputs that follow from its data as they are, PDF first; no others."""
    results = standing_results(out, results_digest(year))
    digests = {one.unit.id: one.digest for one in results[0]} if results else {}
    found = _by_unit(out / _FOLDER)
    return {unit: pages for unit, pages in found.items() if unit in digests and _stand(pages, unit, digests[unit])}


def _by_unit(folder: Path) -> dict[str, list[Path]]:
    """By unit, its pages in a folder, or in the folders of its blocks."""
    pages: dict[str, list[Path]] = {}
    for kind in _KINDS:
        for path in sorted([*folder.glob(f"*.{kind}"), *folder.glob(f"*/*.{kind}")]):
            pages.setdefault(path.stem, []).append(path)
    return pages


def _stand(pages: list[Path], unit: str, digest: str) -> bool:
    """Whether pages are as they were made, once each, and from an assessment of this digest."""
    if len({page.parent for page in pages}) > 1:
        return False  # one of them is from a run with another order of folders
    try:
        record = json.loads((pages[0].parent / _RECORDS / f"{unit}.json").read_bytes())
        made, follows = record["files"], record["recipe"]["inputs"]
        return bool(follows == digest) and all(sha256(page) == made.get(page.name) for page in pages)
    except (OSError, ValueError, KeyError, TypeError):
        return False  # none, or one that cannot be read: nobody knows what the page tells
