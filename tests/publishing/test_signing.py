"""A PDF is signed where its page leaves room, stays tagged, and its signature is found valid by a reader of PDFs."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from scoring.core.errors import PublishingError
from scoring.decisions.seal import DECLARATION
from scoring.desk.commands.main import main
from scoring.desk.commands.publishing import PASSWORD
from scoring.pages import blocks
from scoring.publishing.papers import write_paper
from scoring.publishing.signing import FIELD, load_key, sign_files, signing_place

SECRET = "mật khẩu của khóa"  # noqa: S105 - of the key that is made here
POSTS = ["TM. BAN CHẤP HÀNH", "Chủ tịch"]


@pytest.fixture(scope="module")
def certificate_and_key():
    """A key of an office that does not exist, made here."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Công đoàn thử nghiệm")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    usage |= {"digital_signature": True, "content_commitment": True, "encipher_only": False, "decipher_only": False}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


@pytest.fixture(scope="module")
def key_file(certificate_and_key, tmp_path_factory):
    certificate, key = certificate_and_key
    how = serialization.BestAvailableEncryption(SECRET.encode())
    path = tmp_path_factory.mktemp("khoa") / "khoa.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"khoa", key, certificate, None, how))
    return path


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Two papers to sign, one on its third page; and one without a place for it."""
    folder = tmp_path_factory.mktemp("giay")
    head, closing = blocks.title("Phiếu", "thử ký"), blocks.closing(["Lưu: VT"], POSTS)
    long = [blocks.paragraph("Một đoạn văn. " * 40) for _ in range(12)]
    write_paper(folder, "mot", [head, *long, closing], ("pdf",))
    write_paper(folder, "hai", [head, blocks.signatures("Thư ký", "Chủ trì", ["Lưu: VT"])], ("pdf",))
    write_paper(folder, "ba", [head], ("pdf",))
    return folder


@pytest.fixture(scope="module")
def signed(papers, key_file, tmp_path_factory):
    into = tmp_path_factory.mktemp("da_ky")
    sign_files(sorted(papers.iterdir()), into, load_key(key_file, SECRET.encode()))
    return into


@pytest.mark.parametrize("name", ["mot", "hai", "ba"])
def test_the_signature_is_valid_and_covers_the_whole_file_which_stays_tagged(signed, papers, certificate_and_key, name):
    content, before = (signed / f"{name}.pdf").read_bytes(), (papers / f"{name}.pdf").read_bytes()
    assert content.startswith(before)
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    own = _read(certificate_and_key[0])
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[own], allow_fetching=False))
    assert (signature.field_name, status.intact, status.valid, status.trusted) == (FIELD, True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    root = PdfReader(io.BytesIO(content)).root_object
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def _read(certificate):
    from asn1crypto.x509 import Certificate

    return Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def test_one_changed_letter_is_found(signed, certificate_and_key):
    content = (signed / "mot.pdf").read_bytes().replace(b"/Title", b"/Titel", 1)
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trust = ValidationContext(trust_roots=[_read(certificate_and_key[0])], allow_fetching=False)
    assert not validate_pdf_signature(signature, trust).intact


@pytest.mark.parametrize(("name", "page", "post"), [("mot", 2, "CHỦ TỊCH"), ("hai", 0, "CHỦ TRÌ")])
def test_the_signature_stands_on_the_page_and_side_of_who_signs(papers, signed, name, page, post):
    place = signing_place((papers / f"{name}.pdf").read_bytes())
    assert place.page == page
    (shown,) = PdfReader(signed / f"{name}.pdf").pages[page]["/Annots"]
    left, bottom, right, top = (float(side) for side in shown.get_object()["/Rect"])
    assert (left, bottom, right, top) == place.box
    sheet = PdfReader(papers / f"{name}.pdf").pages[page]
    assert post in " ".join(sheet.extract_text().split())
    assert float(sheet.mediabox.width) / 2 < left < right < float(sheet.mediabox.width)


def test_who_signs_and_when_are_read_in_the_size_they_were_set_in(signed):
    (seen,) = PdfReader(signed / "hai.pdf").pages[0]["/Annots"]
    drawn = seen.get_object()["/AP"]["/N"]
    left, bottom, right, top = (float(side) for side in seen.get_object()["/Rect"])
    sides = [float(side) for side in drawn["/BBox"]]
    assert (abs(sides[2] - sides[0]), abs(sides[3] - sides[1])) == (right - left, top - bottom)
    assert re.search(rb"\s1 0 0 1 0 0 cm\s", drawn.get_data())
    (stamp,) = drawn["/Resources"]["/XObject"].values()
    assert [float(side) for side in stamp.get_object()["/BBox"]][2:] == [right - left, top - bottom]


def test_what_cannot_be_signed_is_told_at_once_and_nothing_is_written(signed, papers, key_file, tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 \xff")
    bag = tmp_path / "publications" / "1"
    bag.mkdir(parents=True)
    (bag / DECLARATION).write_text("BagIt", "utf-8")
    files = [signed / "mot.pdf", tmp_path / "x.pdf", tmp_path / "y.pdf", papers / "hai.pdf", signed / "hai.pdf"]
    with pytest.raises(PublishingError) as error:
        sign_files(files, bag / "da_ky", load_key(key_file, SECRET.encode()))
    told = str(error.value)
    for words in ("đã có chữ ký", "không phải tệp PDF", "không có tệp này", "cùng tên", "trong một bản công bố"):
        assert words in told
    assert not (bag / "da_ky").exists()


@pytest.mark.parametrize("password", ["sai", ""])
def test_a_wrong_password_is_told_in_vietnamese_alone(key_file, papers, tmp_path, monkeypatch, capsys, password):
    monkeypatch.setenv(PASSWORD, password)
    words = ["sign", "--key", str(key_file), "--into", str(tmp_path / "ra"), str(papers / "mot.pdf")]
    assert main(words) == 1
    told = capsys.readouterr()
    assert "sai mật khẩu" in told.out
    assert told.err == ""


def test_a_key_is_asked_for_its_password_where_somebody_can_answer_only(key_file, papers, monkeypatch, capsys):
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["sign", "--key", str(key_file), str(papers / "mot.pdf")]) == 1
    assert "chưa có mật khẩu của khóa" in capsys.readouterr().out


def test_papers_are_signed_from_the_command_line(key_file, papers, tmp_path, capsys):
    (tmp_path / "mk.txt").write_text(f"{SECRET}\n", "utf-8")
    words = ["sign", "--key", str(key_file), "--password-file", str(tmp_path / "mk.txt")]
    assert main([*words, "--into", str(tmp_path / "ra"), str(papers / "mot.pdf"), str(papers / "hai.pdf")]) == 0
    assert "Đã ký 2 tệp" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "ra").iterdir()) == ["hai.pdf", "mot.pdf"]
