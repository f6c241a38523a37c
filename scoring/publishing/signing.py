"""Sign PDFs with an office's own key, offline: a PAdES signature in the signature block of each (pyHanko)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers

from scoring.core.errors import Fault, PublishingError
from scoring.core.files import write_whole
from scoring.core.text import shown
from scoring.decisions.seal import DECLARATION

FIELD = "ChuKy"
_RIGHT_HALF, _HEIGHT = (320, 60, 540, 130), 70
"""The signature block on the last page of A4, in points from the lower left corner."""


def load_key(file: Path, password: bytes) -> signers.SimpleSigner:
    """A key with its certificate from a PKCS#12 file; raises PublishingError where the password does not open it."""
    mend = "kiểm tra tệp khóa .p12 và mật khẩu rồi chạy lại"
    if not file.is_file():
        raise PublishingError(str(file), [Fault("tệp khóa", "không có tệp này", mend=mend)])
    signer: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        file, passphrase=password
    )
    if signer is None:
        raise PublishingError(shown(file.name), [Fault("tệp khóa", "không mở được, hoặc sai mật khẩu", mend=mend)])
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
    if any((one / DECLARATION).is_file() for one in [into, *into.parents]):
        faults.append(Fault(str(into), "nằm trong một bản công bố, không ghi vào đó", mend="chọn thư mục khác"))
    if faults:
        raise PublishingError("ký tài liệu", faults)
    signed = [(into / file.name, signed_pdf(file.read_bytes(), signer)) for file in files]
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


def signed_pdf(content: bytes, signer: signers.SimpleSigner) -> bytes:
    """A PDF with a signature added behind its bytes, visible on its last page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    pages = int(writer.root["/Pages"]["/Count"])
    fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, on_page=pages - 1, box=_RIGHT_HALF))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, reason="Ký công bố"
    )
    out = signers.PdfSigner(metadata, signer=signer).sign_pdf(writer)
    signed: bytes = out.getvalue()
    return signed
