"""Sign PDFs with an office's own key, offline: a PAdES signature in the signature block of each (pyHanko)."""

from __future__ import annotations

import io
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle

from scoring.core.errors import Fault, PublishingError
from scoring.core.files import write_whole
from scoring.core.language import LANGUAGES, say, speaking
from scoring.core.text import shown
from scoring.pages.blocks import SIGNING_PLACE
from scoring.pages.export.stamp import stamp_pdf
from scoring.publishing.bag import is_in_a_bag

FIELD = "ChuKy"
_WIDTH, _HEIGHT = 170.0, 54.0
"""Of a signature, in points; the place for it is at least as large."""
_AT_THE_FOOT = (325.0, 60.0)
"""Where it is put on the last page of a PDF without a place for it, in points from the lower left corner."""

_WHOLE_BOX = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID)
"""Set as large as it was made: by itself pyHanko leaves a margin, and the type gets too small to read."""


class SignaturePlace(NamedTuple):
    """Where a signature is put: a page, from 0, and its box (left, bottom, right, top) in points."""

    page: int
    box: tuple[int, int, int, int]


def load_key(file: Path, password: bytes) -> signers.SimpleSigner:
    """A key with its certificate from a PKCS#12 file; raises PublishingError where the password does not open it."""
    mend = "kiểm tra tệp khóa .p12 và mật khẩu rồi chạy lại"
    if not file.is_file():
        raise PublishingError(str(file), [Fault("tệp khóa", "không có tệp này", mend=mend)])
    try:
        signer: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(
            file.read_bytes(), other_certs=(), passphrase=password
        )
    except ValueError as error:
        raise PublishingError(
            shown(file.name), [Fault("tệp khóa", "không mở được, hoặc sai mật khẩu", mend=mend)]
        ) from error
    return signer


def sign_files(files: Sequence[Path], into: Path, signer: signers.SimpleSigner) -> list[Path]:
    """Signed copies of PDFs in a folder; gives their paths. A publication's own files are never changed.

    Raises PublishingError, with every fault, before anything is written.
    """
    names = [file.name for file in files]
    faults = [
        Fault(shown(str(file)), what, mend="ghi đúng tệp PDF do chương trình làm")
        for file in files
        if (what := _not_signable(file))
    ]
    faults += [Fault(shown(name), "có hai tệp cùng tên") for name in sorted({n for n in names if names.count(n) > 1})]
    if is_in_a_bag(into):
        faults.append(Fault(str(into), "nằm trong một bản công bố, không ghi vào đó", mend="chọn thư mục khác"))
    if faults:
        raise PublishingError("ký tài liệu", faults)
    stamp = _stamp(signer)
    signed = [(into / file.name, signed_pdf(file.read_bytes(), signer, stamp)) for file in files]
    into.mkdir(parents=True, exist_ok=True)
    for path, content in signed:
        write_whole(path, content)
    return [path for path, _ in signed]


def _not_signable(file: Path) -> str:
    if not file.is_file():
        return "không có tệp này"
    try:
        with file.open("rb") as opened:
            reader = PdfFileReader(opened)
            return "đã có chữ ký này" if any(one.field_name == FIELD for one in reader.embedded_signatures) else ""
    except (PdfError, ValueError, OSError):
        return "không phải tệp PDF đọc được"


def _stamp(signer: signers.SimpleSigner) -> bytes:
    """What is seen of a signature, as a PDF; set by a process of its own, as Typst starts threads."""
    names = signer.signing_cert.subject.native if signer.signing_cert else {}
    name = str(names.get("common_name") or names.get("organization_name") or "")
    moment = datetime.now().astimezone().strftime("%d/%m/%Y %H:%M")
    lines = (f"Ký bởi: {shown(name)}", f"Thời gian ký: {moment}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(stamp_pdf, lines, _WIDTH, _HEIGHT).result()


def signed_pdf(content: bytes, signer: signers.SimpleSigner, stamp: bytes) -> bytes:
    """A PDF with a signature added behind its bytes, seen where the page leaves room for it."""
    place = signing_place(content)
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, on_page=place.page, box=place.box))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, reason="Ký công bố"
    )
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder, "stamp.pdf")
        seen.write_bytes(stamp)
        style = StaticStampStyle.from_pdf_file(str(seen), border_width=0, background_layout=_WHOLE_BOX)
        out = signers.PdfSigner(metadata, signer=signer, stamp_style=style).sign_pdf(writer)
    signed: bytes = out.getvalue()
    return signed


# Where a page leaves room for a signature: a drawing of this name in the structure that the page is read aloud by


def signing_place(content: bytes) -> SignaturePlace:
    """Where a PDF is signed: in the last place it has for a signature, else at the foot of its last page."""
    reader = PdfFileReader(io.BytesIO(content))
    pages = list(_pages(reader.root["/Pages"], reader.root.raw_get("/Pages")))
    found = [
        (pages.index(page), [float(side) for side in box])
        for page, box in _drawings(_value(reader.root, "/StructTreeRoot"), _names(), None)
        if page in pages
    ]
    number, (left, bottom, right, top) = found[-1] if found else (len(pages) - 1, _at_the_foot())
    x, y = (left + right - _WIDTH) / 2, (bottom + top - _HEIGHT) / 2
    return SignaturePlace(number, (round(x), round(y), round(x + _WIDTH), round(y + _HEIGHT)))


def _at_the_foot() -> list[float]:
    x, y = _AT_THE_FOOT
    return [x, y, x + _WIDTH, y + _HEIGHT]


def _names() -> set[str]:
    """The name of a place for a signature in every language that pages are made in."""
    names = set()
    for language in LANGUAGES:
        with speaking(language):
            names.add(say(SIGNING_PLACE))
    return names


def _pages(node: Any, reference: Any) -> Iterator[Any]:
    """The references of the pages, in their order."""
    if "/Kids" not in node:
        yield reference.reference
        return
    for place in range(len(node["/Kids"])):
        yield from _pages(node["/Kids"][place], node["/Kids"].raw_get(place))


def _drawings(element: Any, names: set[str], page: Any) -> Iterator[tuple[Any, Any]]:
    """The page and the box of every drawing of these names."""
    if not hasattr(element, "raw_get"):  # a number of marked content
        return
    if hasattr(element, "keys"):
        page = element.raw_get("/Pg").reference if "/Pg" in element else page
        if str(_value(element, "/Alt") or "") in names:
            yield from (
                (_page_of(element, page), one["/BBox"]) for one in _listed(_value(element, "/A")) if "/BBox" in one
            )
        yield from _drawings(_value(element, "/K"), names, page)
        return
    for place in range(len(element)):  # by its place an item is given itself, not as a reference
        yield from _drawings(element[place], names, page)


def _page_of(element: Any, page: Any) -> Any:
    """The page an element stands on: its own, or that of its content."""
    for one in _listed(_value(element, "/K")):
        if "/Pg" in one:
            return one.raw_get("/Pg").reference
    return page


def _listed(stated: Any) -> list[Any]:
    """The dictionaries of an entry that may be one or several."""
    several = [stated[place] for place in range(len(stated))] if hasattr(stated, "append") else [stated]
    return [one for one in several if hasattr(one, "keys")]


def _value(dictionary: Any, key: str) -> Any:
    """An entry itself, where `get` would give a reference to it."""
    return dictionary[key] if key in dictionary else None  # noqa: SIM401 - get gives the reference
